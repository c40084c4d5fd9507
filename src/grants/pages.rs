//! Grants: routes and handlers; in files of their own: asking, deciding, stops, the calendar, renewing,
//! the quarterly confirmation.

mod calendar;
mod confirmation;
mod decisions;
mod renewal;
mod request;
mod stops;

use serde::Deserialize;

use super::rules::Shown;
use super::store::{self, Filter};
use super::{scope, views};
use crate::access::permissions::{GrantRead, GrantRequest};
use crate::audit::{Entry, Verb};
use crate::base::fold::{search_keys, search_terms};
use crate::base::ids::StaffId;
use crate::store::{Cursor, Reader};
use crate::web::{Answer, Ctx, Fault, Form, Query, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/freigaben", list),
        Route::get("/freigaben/kalender", calendar::calendar),
        Route::get("/freigaben/neu", request::form),
        Route::post("/freigaben/neu", request::send),
        Route::get("/freigaben/verlaengern", renewal::form),
        Route::post("/freigaben/verlaengern", renewal::send),
        Route::get("/freigaben/bestaetigung", confirmation::list),
        Route::post("/freigaben/bestaetigung/vorschlagen", confirmation::propose),
        Route::post("/freigaben/bestaetigung/entscheiden", confirmation::answer),
        Route::get("/freigaben/antrag/{request}", decisions::request),
        Route::post(
            "/freigaben/antrag/{request}/genehmigen",
            decisions::approve_several,
        ),
        Route::get("/freigaben/{grant}", decisions::show),
        Route::get("/freigaben/{grant}/aendern", request::change_form),
        Route::post("/freigaben/{grant}/aendern", request::change),
        Route::post("/freigaben/{grant}/zurueckziehen", decisions::take_back),
        Route::post("/freigaben/{grant}/genehmigen", decisions::approve),
        Route::post("/freigaben/{grant}/ablehnen", decisions::decline),
        Route::post("/freigaben/{grant}/widerrufen", decisions::revoke),
        Route::get("/sperren", stops::list),
        Route::get("/sperren/neu", stops::form),
        Route::post("/sperren/neu", stops::set),
        Route::get("/sperren/{stop}", stops::show),
        Route::post("/sperren/{stop}/aufheben", stops::lift),
    ]
}

/// The value of the filter for grants that end soon.
pub(super) const ENDING: &str = "endet";

#[derive(Deserialize, Default)]
struct ListQuery {
    #[serde(default)]
    name: String,
    #[serde(default)]
    stand: String,
    #[serde(default)]
    ab: String,
}

/// The staff with a grant in scope whose names match what was typed.
async fn named(reader: &Reader<GrantRead>, typed: &str) -> Result<Option<Vec<StaffId>>, Fault> {
    let terms = search_terms(&typed.chars().take(100).collect::<String>());
    if terms.is_empty() {
        return Ok(None);
    }
    let staff = store::granted_staff(reader).await?;
    let matches = |name: &str| {
        let keys = search_keys(&[name]);
        terms
            .iter()
            .all(|term| keys.iter().any(|key| key.starts_with(term.as_str())))
    };
    Ok(Some(
        staff
            .into_iter()
            .filter(|member| matches(&member.name))
            .map(|member| member.id)
            .collect(),
    ))
}

async fn list(ctx: Ctx<GrantRead>, Query(query): Query<ListQuery>) -> Answer {
    if scope::responsibility(ctx.actor().profile()).is_none() {
        return Err(Fault::NotFound);
    }
    let reader = ctx.read();
    let filter = Filter {
        staff: named(&reader, &query.name).await?,
        shown: Shown::ALL
            .into_iter()
            .find(|shown| shown.word() == query.stand),
        ending: query.stand == ENDING,
    };
    let from: Option<Cursor> = query.ab.parse().ok();
    let page = store::grants(&reader, &filter, from.as_ref(), ctx.today()).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "zugangsfreigaben"))
        .await?;
    let form = Form::empty()
        .with("name", query.name)
        .with("stand", query.stand);
    let may_request = ctx.actor().may::<GrantRequest>();
    ctx.page(
        seen,
        views::list(&ctx.frame(), &form, &page, ctx.today(), may_request),
    )
}
