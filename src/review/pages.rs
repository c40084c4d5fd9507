//! Items to be looked at: routes and handlers.

use serde::Deserialize;

use super::rules::Conclusion;
use super::{service, store, views};
use crate::access::Permission;
use crate::access::permissions::{ReviewChange, ReviewRead};
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::ReviewItemId;
use crate::store::Reader;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/pruefung", list),
        Route::post("/pruefung/{item}/erledigen", close),
    ]
}

/// The value of `ansicht` for closed items.
pub(super) const DONE: &str = "erledigt";
/// The longest reason.
pub(super) const REASON_LENGTH: usize = 300;

#[derive(Deserialize, Default)]
struct ListQuery {
    #[serde(default)]
    ansicht: String,
}

/// The list with the entry that names the people shown in it.
async fn page<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    open: bool,
    form: &Form,
) -> Result<(maud::Markup, Entry), Fault> {
    let items = store::items(reader, open).await?;
    let people = items.iter().filter_map(|item| item.person_id);
    let entry = Entry::new(Verb::Query, "vorgaenge zur pruefung").about_all(people, Level::List);
    let view = views::View {
        items: &items,
        open,
        role: ctx.actor().role(),
        may_change: ctx.actor().may::<ReviewChange>(),
        today: ctx.today(),
        form,
    };
    Ok((views::list(&ctx.frame(), &view), entry))
}

async fn list(ctx: Ctx<ReviewRead>, Query(query): Query<ListQuery>) -> Answer {
    if ctx.actor().profile().facility.is_none() {
        return Err(Fault::NotFound);
    }
    let reader = ctx.read();
    let (markup, entry) = page(&ctx, &reader, query.ansicht != DONE, &Form::empty()).await?;
    let seen = reader.seen(entry).await?;
    ctx.page(seen, markup)
}

async fn close(
    ctx: Ctx<ReviewChange>,
    Id(item): Id<ReviewItemId>,
    Posted(mut form): Posted,
) -> Answer {
    let reader = ctx.read();
    if store::subject(&reader, item).await?.is_none() {
        return Err(Fault::NotFound);
    }
    let field = |name: &str| format!("{name}_{}", item.0.simple());
    let (outcome_field, reason_field) = (field("ergebnis"), field("grund"));
    let outcome = form.choice(&outcome_field, "Ergebnis", &Conclusion::codes());
    let reason = form.required_text(&reason_field, "Begründung", REASON_LENGTH);
    let outcome = outcome.and_then(|code| Conclusion::from_code(&code));
    let (Some(outcome), Some(reason)) = (outcome, reason) else {
        let (markup, entry) = page(&ctx, &reader, true, &form).await?;
        let seen = reader.seen(entry).await?;
        return ctx.invalid(seen, markup);
    };
    let writer = ctx.write().await?;
    let version = form.hidden_number("version");
    let Some(person) = service::close(&writer, item, version, outcome, reason).await? else {
        return Err(Fault::NotFound);
    };
    let entry = Entry::new(
        Verb::Change,
        format!("vorgang zur pruefung erledigt review_item/{item}"),
    )
    .fields(["state", "outcome", "reason"])
    .about_all(person, Level::List);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        "/pruefung",
        "Der Vorgang ist erledigt. Er bleibt unter „Erledigt“ lesbar.",
    )
}
