//! Items to be looked at: routes and handlers.

use serde::Deserialize;

use super::answer::{self, Answered};
use super::rules::events::{GRACE_DAYS, MOST_GRACE_DAYS};
use super::rules::{Conclusion, Kind};
use super::{store, views};
use crate::access::Permission;
use crate::access::permissions::{ReviewChange, ReviewRead, ReviewSetting};
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::ReviewItemId;
use crate::history::{self, Change};
use crate::store::{Reader, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/pruefung", list),
        Route::post("/pruefung/{item}/erledigen", close),
        Route::get("/pruefung/frist", grace_form),
        Route::post("/pruefung/frist", grace),
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
        may_set: ctx.actor().may::<ReviewSetting>(),
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
    let Some(subject) = store::events::subject(&reader, item).await? else {
        return Err(Fault::NotFound);
    };
    let field = |name: &str| format!("{name}_{}", item.0.simple());
    let (outcome_field, reason_field) = (field("ergebnis"), field("grund"));
    let allowed = answer::allowed(
        Kind::from_code(&subject.kind),
        subject.event.as_deref(),
        ctx.actor().role(),
    );
    let outcome = form.choice(&outcome_field, "Ergebnis", &allowed);
    let reason = form.required_text(&reason_field, "Begründung", REASON_LENGTH);
    let outcome = outcome.and_then(|code| Conclusion::from_code(&code));
    let (Some(outcome), Some(reason)) = (outcome, reason) else {
        let (markup, entry) = page(&ctx, &reader, true, &form).await?;
        let seen = reader.seen(entry).await?;
        return ctx.invalid(seen, markup);
    };
    let writer = ctx.write().await?;
    let version = form.hidden_number("version");
    let person = match answer::answer(&writer, item, version, outcome, reason).await? {
        Answered::Done(person) => person,
        Answered::NotFound => return Err(Fault::NotFound),
        Answered::Refused(sentence) => {
            writer.abandon().await?;
            form.reject(&outcome_field, sentence);
            let (markup, entry) = page(&ctx, &reader, true, &form).await?;
            let seen = reader.seen(entry).await?;
            return ctx.invalid(seen, markup);
        }
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
        &format!(
            "Erledigt: {}. Der Vorgang bleibt unter „Erledigt“ lesbar.",
            outcome.label()
        ),
    )
}

async fn grace_form(ctx: Ctx<ReviewSetting>) -> Answer {
    let facility = ctx.actor().profile().facility.ok_or(Fault::NotFound)?;
    let reader = ctx.read();
    let setting = store::events::setting(&reader, facility).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "frist fuer vorgaenge"))
        .await?;
    let form = Form::empty()
        .with(
            "tage",
            setting
                .as_ref()
                .map_or(GRACE_DAYS, |setting| setting.grace_days)
                .to_string(),
        )
        .with(
            "version",
            setting
                .as_ref()
                .map_or(0, |setting| setting.version)
                .to_string(),
        );
    ctx.page(seen, views::grace(&ctx.frame(), &form, setting.as_ref()))
}

async fn grace(ctx: Ctx<ReviewSetting>, Posted(mut form): Posted) -> Answer {
    let facility = ctx.actor().profile().facility.ok_or(Fault::NotFound)?;
    let days = form.required_number("tage", "Tage", 1..=MOST_GRACE_DAYS);
    let version = form.hidden_number("version");
    let Some(days) = days else {
        let reader = ctx.read();
        let setting = store::events::setting(&reader, facility).await?;
        let seen = reader
            .seen(Entry::new(Verb::Query, "frist fuer vorgaenge"))
            .await?;
        return ctx.invalid(seen, views::grace(&ctx.frame(), &form, setting.as_ref()));
    };
    let writer = ctx.write().await?;
    let before = store::events::setting(&writer, facility).await?;
    let known = before.as_ref().map_or(0, |setting| setting.version);
    if version != Some(known) {
        return Err(Fault::Changed);
    }
    match store::events::set_grace(&writer, facility, known, days).await {
        Err(StoreError::Duplicate(_)) => return Err(Fault::Changed),
        other => other?,
    }
    let told = |days: i64| german::plural(days.unsigned_abs(), "Tag", "Tage");
    let change = Change::new("facility", facility.0, "Frist für Vorgänge geändert").values(
        Some(told(
            before.map_or(GRACE_DAYS, |setting| setting.grace_days),
        )),
        Some(told(days)),
    );
    history::record(&writer, vec![change]).await?;
    let entry = Entry::new(Verb::Change, "frist fuer vorgaenge geaendert").fields(["grace_days"]);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        "/pruefung",
        "Die Frist ist gespeichert; sie gilt auch für offene Vorgänge.",
    )
}
