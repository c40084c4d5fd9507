//! Routes and handlers.

use axum::Extension;
use axum::extract::State;

use super::views;
use crate::access::permissions::Start;
use crate::audit::{Entry, Verb};
use crate::web::identify::{Identity, bare_frame};
use crate::web::{Answer, App, Ctx, Reply, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/", start),
        Route::public_get("/hilfe", help),
        Route::public_get("/barrierefreiheit", accessibility),
        Route::public_get("/datenschutz", privacy_notice),
    ]
}

async fn start(ctx: Ctx<Start>) -> Answer {
    let seen = ctx.read().seen(Entry::new(Verb::Query, "start")).await?;
    ctx.page(seen, views::start(&ctx.frame(), ctx.actor()))
}

async fn help(State(app): State<App>, Extension(identity): Extension<Identity>) -> Reply {
    Reply::open_page(views::help(&bare_frame(&app, &identity)))
}

async fn accessibility(State(app): State<App>, Extension(identity): Extension<Identity>) -> Reply {
    Reply::open_page(views::accessibility(&bare_frame(&app, &identity)))
}

async fn privacy_notice(State(app): State<App>, Extension(identity): Extension<Identity>) -> Reply {
    Reply::open_page(views::privacy_notice(&bare_frame(&app, &identity)))
}
