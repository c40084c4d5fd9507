//! Emergency access: routes and handlers.

use super::rules::{self, LONGEST, Refusal, State, Step, Verdict};
use super::service;
use super::store::{self, EmergencyRow, object};
use super::views;
use crate::access::permissions::{EmergencyOpen, EmergencyRead, EmergencyReview};
use crate::access::{Permission, Role, same_person};
use crate::accounts;
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::{EmergencyId, FacilityId};
use crate::store::{Reader, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Route};
use crate::{facilities, history, people};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/notfallzugriff", list),
        Route::get("/notfallzugriff/neu", form),
        Route::post("/notfallzugriff/neu", open),
        Route::get("/notfallzugriff/{emergency}", one),
        Route::post("/notfallzugriff/{emergency}/beenden", end),
        Route::post("/notfallzugriff/{emergency}/pruefung", review),
    ]
}

/// The longest note of a review.
pub(super) const NOTE_LENGTH: usize = 300;
/// The longest number.
const NUMBER_LENGTH: usize = 40;

async fn list(ctx: Ctx<EmergencyRead>) -> Answer {
    let reader = ctx.read();
    let open = store::open(&reader).await?;
    let reviewed = store::reviewed(&reader).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "notfallzugriffe"))
        .await?;
    let view = views::List {
        open: &open,
        reviewed: &reviewed,
        me: ctx.actor().person(),
        may_open: ctx.actor().may::<EmergencyOpen>(),
        may_review: ctx.actor().role() == Role::DataProtection || ctx.actor().leads().is_some(),
        now: ctx.access().now(),
        today: ctx.today(),
    };
    ctx.page(seen, views::list(&ctx.frame(), &view))
}

async fn form(ctx: Ctx<EmergencyOpen>) -> Answer {
    let (markup, reader) = opening(&ctx, &Form::empty()).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "notfallzugriff"))
        .await?;
    ctx.page(seen, markup)
}

async fn opening(
    ctx: &Ctx<EmergencyOpen>,
    form: &Form,
) -> Result<(maud::Markup, Reader<EmergencyOpen>), Fault> {
    let reader = ctx.read();
    let places = facilities::facilities(&reader, ctx.today()).await?;
    let code = accounts::demo_code(ctx, &reader).await?;
    let markup = views::opening(&ctx.frame(), form, &places, code.as_deref(), &ctx.once());
    Ok((markup, reader))
}

/// The form again: nothing was opened, and the log says so.
async fn not_opened(ctx: &Ctx<EmergencyOpen>, form: &Form) -> Answer {
    let (markup, reader) = opening(ctx, form).await?;
    let entry = Entry::new(Verb::Query, "notfallzugriff").denied();
    let seen = reader.seen(entry).await?;
    ctx.invalid(seen, markup)
}

async fn open(ctx: Ctx<EmergencyOpen>, Posted(mut form): Posted) -> Answer {
    let own = ctx.actor().profile().facility.ok_or(Fault::NotFound)?;
    let number = form.required_text("nummer", "Nummer", NUMBER_LENGTH);
    let facility = form.uuid("einrichtung", "Vergeben von").map(FacilityId);
    let reason = form.required_multiline("begruendung", "Begründung", LONGEST);
    if reason
        .as_deref()
        .is_some_and(|reason| reason.chars().count() < rules::SHORTEST)
    {
        form.reject("begruendung", Refusal::Reason.sentence());
    }
    let code = form.required_text("code", "Code der zweiten Anmeldestufe", 10);
    let (Some(number), Some(facility), Some(reason), Some(code), false) =
        (number, facility, reason, code, form.has_errors())
    else {
        return not_opened(&ctx, &form).await;
    };
    // The factor first: who has none finds out nothing about numbers.
    if !accounts::confirmed(&ctx, &code).await? {
        form.reject("code", Refusal::Factor.sentence());
        return not_opened(&ctx, &form).await;
    }
    let writer = ctx.write().await?;
    accounts::once(&writer, form.value("einmal"), "/notfallzugriff").await?;
    let Some(person) = store::by_number(&writer, &number, facility).await? else {
        writer.abandon().await?;
        form.reject("nummer", "Diese Stelle hat keine gültige Nummer vergeben, die genau so lautet. Bitte beides prüfen.");
        return not_opened(&ctx, &form).await;
    };
    if people::find(&writer, person).await?.is_some() {
        writer.abandon().await?;
        form.reject("nummer", "Diese Person liegt in Ihrem Zuständigkeitsbereich. Bitte öffnen Sie sie über „Personen“; ein Notfallzugriff ist nicht nötig.");
        return not_opened(&ctx, &form).await;
    }
    let id = match service::open(&writer, person, own, true, reason).await {
        Ok(Ok(id)) => id,
        Ok(Err(refusal)) => {
            writer.abandon().await?;
            form.reject("nummer", refusal.sentence());
            return not_opened(&ctx, &form).await;
        }
        // Two sent at once: the other one is open.
        Err(StoreError::Duplicate(_)) => {
            form.reject("nummer", Refusal::Unreviewed.sentence());
            return not_opened(&ctx, &form).await;
        }
        Err(error) => return Err(error.into()),
    };
    let entry = Entry::new(Verb::Query, format!("{} geoeffnet", object(id)))
        .about(person, Level::Basic)
        .because(format!("notfall/{id}"));
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        &format!("/notfallzugriff/{id}"),
        "Der Notfallzugriff ist offen: 30 Minuten, nur lesen. Die Leitung Ihrer Stelle und der Datenschutz sehen ihn.",
    )
}

async fn page<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    row: &EmergencyRow,
    form: &Form,
) -> Result<maud::Markup, Fault> {
    let now = ctx.access().now();
    let emergency = row.emergency();
    let own = same_person(row.holder(), ctx.actor().person());
    let state = emergency.state(now);
    let looks = store::looks(reader, row).await?;
    let lines = history::of_object(reader, "emergency_access", row.id.0).await?;
    let view = views::One {
        row,
        state,
        own,
        protection: ctx.actor().role() == Role::DataProtection,
        looks: &looks,
        history: &lines,
        today: ctx.today(),
        form,
    };
    Ok(views::one(&ctx.frame(), &view))
}

async fn one(ctx: Ctx<EmergencyRead>, Id(id): Id<EmergencyId>) -> Answer {
    let reader = ctx.read();
    let row = store::find(&reader, id).await?.ok_or(Fault::NotFound)?;
    let now = ctx.access().now();
    // Only with the account that opened it: the second factor was that account's.
    let holds = row.account_id == ctx.actor().account()
        && row
            .emergency()
            .after(Step::Read, ctx.actor().person(), now)
            .is_ok();
    if !holds {
        let markup = page(&ctx, &reader, &row, &Form::empty()).await?;
        let entry = Entry::new(Verb::Query, object(id)).about(row.person_id, Level::List);
        let seen = reader.seen(entry).await?;
        return ctx.page(seen, markup);
    }
    let master = store::master(&reader, row.person_id)
        .await?
        .ok_or(Fault::NotFound)?;
    let places = store::places(&reader, row.person_id, ctx.today()).await?;
    let entry = Entry::new(Verb::Query, object(id)).about(row.person_id, Level::Basic);
    let seen = reader.seen(entry).await?;
    let inside = ctx.actor().role() == Role::SocialService;
    ctx.page(
        seen,
        views::person(&ctx.frame(), &row, &master, &places, inside),
    )
}

async fn found<P: Permission>(reader: &Reader<P>, id: EmergencyId) -> Result<EmergencyRow, Fault> {
    store::find(reader, id).await?.ok_or(Fault::NotFound)
}

async fn refused<P: Permission>(ctx: &Ctx<P>, row: &EmergencyRow, form: &Form) -> Answer {
    let reader = ctx.read();
    let markup = page(ctx, &reader, row, form).await?;
    let entry = Entry::new(Verb::Change, object(row.id))
        .about(row.person_id, Level::List)
        .denied();
    let seen = reader.seen(entry).await?;
    ctx.invalid(seen, markup)
}

async fn end(
    ctx: Ctx<EmergencyReview>,
    Id(id): Id<EmergencyId>,
    Posted(mut form): Posted,
) -> Answer {
    let row = found(&ctx.read(), id).await?;
    let writer = ctx.write().await?;
    if let Err(refusal) = service::end(&writer, &row).await? {
        writer.abandon().await?;
        form.reject("bemerkung", refusal.sentence());
        return refused(&ctx, &row, &form).await;
    }
    let entry = Entry::new(Verb::Change, format!("{} beendet", object(id)))
        .about(row.person_id, Level::List);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        &format!("/notfallzugriff/{id}"),
        "Der Notfallzugriff ist beendet. Er wartet auf die Nachprüfung.",
    )
}

async fn review(
    ctx: Ctx<EmergencyReview>,
    Id(id): Id<EmergencyId>,
    Posted(mut form): Posted,
) -> Answer {
    let row = found(&ctx.read(), id).await?;
    let verdict = form
        .choice("ergebnis", "Ergebnis", &Verdict::codes())
        .and_then(|code| Verdict::from_code(&code));
    let note = form.required_text("bemerkung", "Bemerkung", NOTE_LENGTH);
    let (Some(verdict), Some(note)) = (verdict, note) else {
        return refused(&ctx, &row, &form).await;
    };
    let writer = ctx.write().await?;
    if let Err(refusal) = service::review(&writer, &row, verdict, note).await? {
        writer.abandon().await?;
        form.reject("bemerkung", refusal.sentence());
        return refused(&ctx, &row, &form).await;
    }
    let entry = Entry::new(Verb::Change, format!("{} nachgeprueft", object(id)))
        .fields(["result"])
        .about(row.person_id, Level::List);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        &format!("/notfallzugriff/{id}"),
        &format!("Nachgeprüft: {}.", verdict.label()),
    )
}

/// Whether the review of an access is overdue.
pub(super) fn overdue(row: &EmergencyRow, state: State, today: time::Date) -> bool {
    !matches!(state, State::Reviewed(_)) && row.review_due < today
}
