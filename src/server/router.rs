//! All route tables in one router, with the layers that every request passes.

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, extract::Path};

use crate::web::identify::identify;
use crate::web::post::UPLOAD_LIMIT;
use crate::web::security::{headers, to_its_end};
use crate::web::{App, Fault, Route, assets};
use crate::{
    accounts, approvals, calendar, casework, completion, conflicts, consent, cover, emergency,
    facilities, gate, grants, groups, handover, log_keeping, merge, notes, people, planning,
    privacy, providers, purpose, restriction, retention, review, stand_in, start, statistics,
    subject_report, todo, waiting, worklog,
};

/// Every route there is.
pub fn routes() -> Vec<Route> {
    let mut routes = start::pages::routes();
    routes.extend(accounts::pages::routes());
    routes.extend(people::pages::routes());
    routes.extend(groups::pages::routes());
    routes.extend(planning::pages::routes());
    routes.extend(calendar::pages::routes());
    routes.extend(waiting::pages::routes());
    routes.extend(completion::pages::routes());
    routes.extend(casework::pages::routes());
    routes.extend(handover::pages::routes());
    routes.extend(consent::pages::routes());
    routes.extend(merge::pages::routes());
    routes.extend(providers::pages::routes());
    routes.extend(grants::pages::routes());
    routes.extend(gate::pages::routes());
    routes.extend(conflicts::pages::routes());
    routes.extend(cover::pages::routes());
    routes.extend(review::pages::routes());
    routes.extend(worklog::pages::routes());
    routes.extend(notes::pages::routes());
    routes.extend(todo::pages::routes());
    routes.extend(statistics::pages::routes());
    routes.extend(privacy::pages::routes());
    routes.extend(subject_report::pages::routes());
    routes.extend(log_keeping::pages::routes());
    routes.extend(approvals::pages::routes());
    routes.extend(purpose::pages::routes());
    routes.extend(emergency::pages::routes());
    routes.extend(restriction::pages::routes());
    routes.extend(stand_in::pages::routes());
    routes.extend(retention::pages::routes());
    routes.extend(facilities::pages::routes());
    routes
}

async fn asset(Path(name): Path<String>) -> Response {
    match assets::find(&format!("/static/{name}")) {
        Some((content_type, bytes)) => {
            ([(header::CONTENT_TYPE, content_type)], bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn alive() -> &'static str {
    "gesund\n"
}

async fn ready(State(app): State<App>) -> Response {
    match app.store.ping().await {
        Ok(()) => "bereit\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "nicht bereit\n").into_response(),
    }
}

/// The router. Outermost first: headers, own task, origin and identity.
pub fn router(app: App) -> Router {
    let mut router: Router<App> = Router::new()
        .route("/static/{name}", get(asset))
        .route("/gesund", get(alive))
        .route("/bereit", get(ready));
    for route in routes() {
        router = router.route(route.path, route.router);
    }
    router
        .fallback(|| async { Fault::NotFound })
        .method_not_allowed_fallback(|| async { Fault::NotFound })
        .layer(DefaultBodyLimit::max(UPLOAD_LIMIT))
        .layer(from_fn_with_state(app.clone(), identify))
        .layer(from_fn(to_its_end))
        .layer(from_fn(headers))
        .with_state(app)
}
