//! Past work: route and handler.

use serde::Deserialize;

use super::{store, views};
use crate::access::permissions::WorkRead;
use crate::audit::{Entry, Level, Verb};
use crate::store::Cursor;
use crate::web::{Answer, Ctx, Query, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/fruehere-termine", past)]
}

#[derive(Deserialize, Default)]
struct PastQuery {
    #[serde(default)]
    ab: String,
}

async fn past(ctx: Ctx<WorkRead>, Query(query): Query<PastQuery>) -> Answer {
    let reader = ctx.read();
    let from: Option<Cursor> = query.ab.parse().ok();
    let page = store::past(&reader, from.as_ref()).await?;
    let people = page.rows.iter().filter_map(|line| line.person_id);
    let entry = Entry::new(Verb::Query, "fruehere termine").about_all(people, Level::List);
    let seen = reader.seen(entry).await?;
    ctx.page(seen, views::past(&ctx.frame(), &page, ctx.actor().role()))
}
