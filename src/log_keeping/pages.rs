//! Holds and sheets: routes and handlers.

use serde::Deserialize;

use super::rules::{self, Ground};
use super::{documents, store, views};
use crate::access::permissions::{AuditHold, AuditRead};
use crate::accounts::once;
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::base::ids::AuditHoldId;
use crate::history::{self, Change};
use crate::schema::inquiry::audit_hold;
use crate::store::{Rows, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query, Route};

/// The page.
const HERE: &str = "/protokollpflege";
/// The kind of object in the history.
const HISTORY: &str = "audit_hold";
/// The longest file reference.
pub(super) const REFERENCE_LENGTH: usize = 60;
/// The longest reason for lifting.
pub(super) const REASON_LENGTH: usize = 200;

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/protokollpflege", show),
        Route::post("/protokollpflege/aufbewahrungen", set),
        Route::get("/protokollpflege/aufbewahrungen/{hold}/aufheben", lift_form),
        Route::post("/protokollpflege/aufbewahrungen/{hold}/aufheben", lift),
        Route::get("/protokollpflege/wochenblatt.pdf", sheet),
    ]
}

async fn page(
    ctx: &Ctx<AuditHold>,
    form: &Form,
    token: &str,
) -> Result<(maud::Markup, crate::store::Seen), Fault> {
    let reader = ctx.read();
    let holds = store::holds(&reader).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "protokollpflege"))
        .await?;
    Ok((
        views::show(&ctx.frame(), &holds, form, token, ctx.today()),
        seen,
    ))
}

async fn show(ctx: Ctx<AuditHold>) -> Answer {
    let (markup, seen) = page(&ctx, &Form::empty(), &ctx.once()).await?;
    ctx.page(seen, markup)
}

async fn set(ctx: Ctx<AuditHold>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    once(&writer, form.value("einmal"), HERE).await?;
    let first = form.required_date("von", "Erster Tag");
    let last = form.optional_date("bis", "Letzter Tag");
    let reference = form.required_text("aktenzeichen", "Aktenzeichen", REFERENCE_LENGTH);
    let ground = form
        .choice("grund", "Grund", &Ground::codes())
        .and_then(|code| Ground::from_code(&code));
    if let Some((field, sentence)) =
        first.and_then(|first| rules::problem(first, last, ctx.today()))
    {
        form.reject(field, sentence);
    }
    let (Some(first_day), Some(reference), Some(ground), false) =
        (first, reference, ground, form.has_errors())
    else {
        writer.abandon().await?;
        let token = form.value("einmal").to_owned();
        let (markup, seen) = page(&ctx, &form, &token).await?;
        return ctx.invalid(seen, markup);
    };
    let id = AuditHoldId(writer.entropy().uuid());
    let actor = writer.access().actor();
    let row = audit_hold::Model {
        id,
        first_day,
        last_day: last,
        reference,
        ground: ground.code().to_owned(),
        set_at: writer.now(),
        set_by: Some(actor.account()),
        set_by_name: actor.name().to_owned(),
        lifted_at: None,
        lifted_by_name: None,
        lifted_reason: None,
        version: 1,
    };
    store::insert(&writer, row).await?;
    let change = Change::new(HISTORY, id.0, "Löschung von Protokolltagen ausgesetzt")
        .values(None, Some(views::days(first_day, last)))
        .because(Some(ground.label().to_owned()));
    history::record(&writer, vec![change]).await?;
    let entry = Entry::new(
        Verb::Change,
        format!("protokoll aufbewahrt audit_hold/{id}"),
    )
    .because(ground.code());
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        HERE,
        "Diese Tage werden nicht gelöscht, bis die Aufbewahrung aufgehoben wird.",
    )
}

async fn lift_form(ctx: Ctx<AuditHold>, Id(id): Id<AuditHoldId>) -> Answer {
    let reader = ctx.read();
    let hold = store::hold(&reader, id).await?.ok_or(Fault::NotFound)?;
    let seen = reader
        .seen(Entry::new(
            Verb::Query,
            format!("protokoll aufbewahrt audit_hold/{id}"),
        ))
        .await?;
    if hold.lifted_at.is_some() {
        return Err(Fault::See(HERE.to_owned()));
    }
    ctx.page(seen, views::lift(&ctx.frame(), &hold, &Form::empty()))
}

async fn lift(ctx: Ctx<AuditHold>, Id(id): Id<AuditHoldId>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let hold = store::hold(&writer, id).await?.ok_or(Fault::NotFound)?;
    if hold.lifted_at.is_some() {
        writer.abandon().await?;
        return Err(Fault::See(HERE.to_owned()));
    }
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    let Some(reason) = form.required_text(
        "warum",
        "Warum die Tage nicht mehr gebraucht werden",
        REASON_LENGTH,
    ) else {
        writer.abandon().await?;
        let seen = ctx
            .read()
            .seen(Entry::new(
                Verb::Query,
                format!("protokoll aufbewahrt audit_hold/{id}"),
            ))
            .await?;
        return ctx.invalid(seen, views::lift(&ctx.frame(), &hold, &form));
    };
    store::lift(&writer, id, version, &reason).await?;
    let change = Change::new(HISTORY, id.0, "Aufbewahrung von Protokolltagen aufgehoben")
        .because(Some(reason));
    history::record(&writer, vec![change]).await?;
    let entry = Entry::new(
        Verb::Change,
        format!("protokoll freigegeben audit_hold/{id}"),
    );
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        HERE,
        "Die Aufbewahrung ist aufgehoben. Abgelaufene Tage werden innerhalb eines Tages gelöscht.",
    )
}

#[derive(Deserialize, Default)]
struct Week {
    #[serde(default)]
    ab: String,
}

async fn sheet(ctx: Ctx<AuditRead>, Query(week): Query<Week>) -> Answer {
    let last = rules::weeks(ctx.today(), 1).first().copied();
    let monday = match week.ab.as_str() {
        "" => last,
        typed => german::parse_planning_date(typed).ok().map(rules::monday),
    }
    .filter(|monday| last.is_some_and(|last| *monday <= last))
    .ok_or(Fault::NotFound)?;
    let reader = ctx.read();
    let ends = store::ends(&reader, monday).await?;
    let bytes = documents::sheet(monday, &ends, reader.now())
        .map_err(|error| Fault::Unavailable(error.to_string()))?;
    let entry = Entry::new(Verb::Disclose, "wochenblatt des protokolls").to("Ausdruck");
    let seen = reader.seen(entry).await?;
    ctx.download(
        seen,
        &format!("wochenblatt-{monday}.pdf"),
        "application/pdf",
        bytes,
    )
}
