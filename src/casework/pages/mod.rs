//! Cases, participations and counselling sessions: routes; handlers of participations.

mod cases;
mod corrections;
mod danger;
pub(super) mod day;
mod deadlines;
mod enquiry;
mod offers;
mod plans;
mod referral;
pub(super) mod settings;
mod steps;
pub(super) mod talks;
mod vocabulary;

use maud::Markup;
use time::Date;

use super::codes::AccessRoute;
use super::service::begin::{self, EnrolDesk, NewEnrolment};
use super::service::{self, Problem};
use super::store::{self, CodeEntry, EnrolmentLine};
use super::views;
use crate::access::Writes;
use crate::access::permissions::EnrolmentChange;
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{EnrolmentId, PersonId, ProgrammeId, ProviderId, StaffId};
use crate::people::{self, PersonHead};
use crate::store::{Rows, StoreError, Writer};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/anfragen", cases::enquiries),
        Route::get(referral::PLACE, referral::form),
        Route::post(referral::PLACE, referral::send),
        Route::post("/anfragen/entwurf/verwerfen", referral::discard),
        Route::get("/faelle", cases::list),
        Route::get("/faelle/{case}", cases::show),
        Route::get("/faelle/{case}/schritt", steps::form),
        Route::post("/faelle/{case}/schritt", steps::take),
        Route::get("/faelle/{case}/team", steps::team_form),
        Route::post("/faelle/{case}/team", steps::team),
        Route::get("/faelle/{case}/gespraech", steps::talk_form),
        Route::post("/faelle/{case}/gespraech", steps::talk),
        Route::get("/faelle/{case}/verknuepfen", steps::link_form),
        Route::post("/faelle/{case}/verknuepfen", steps::link),
        Route::get("/faelle/{case}/berichtigen", enquiry::form),
        Route::post("/faelle/{case}/berichtigen", enquiry::save),
        Route::get("/faelle/{case}/gefahr", danger::form),
        Route::post("/faelle/{case}/gefahr", danger::save),
        Route::get(settings::PLACE, settings::form),
        Route::post(settings::PLACE, settings::save),
        Route::get(vocabulary::PLACE, vocabulary::show),
        Route::post(vocabulary::PLACE, vocabulary::add),
        Route::post("/codelisten/aendern", vocabulary::change),
        Route::get("/faelle/{case}/frist", deadlines::form),
        Route::post("/faelle/{case}/frist", deadlines::set),
        Route::post("/fristen/{deadline}/erledigt", deadlines::done),
        Route::get("/personen/{person}/teilnahme/neu", enrol_form),
        Route::post("/personen/{person}/teilnahme/neu", enrol),
        Route::get("/teilnahmen/{enrolment}/beenden", end_form),
        Route::post("/teilnahmen/{enrolment}/beenden", end),
        Route::get("/teilnahmen/{enrolment}/wieder-oeffnen", reopen_form),
        Route::post("/teilnahmen/{enrolment}/wieder-oeffnen", reopen),
        Route::get("/personen/{person}/gespraech", talks::log_form),
        Route::post("/personen/{person}/gespraech", talks::log),
        Route::get("/personen/{person}/gespraeche", talks::list),
        Route::get("/gespraeche/{counselling}/berichtigen", corrections::form),
        Route::post("/gespraeche/{counselling}/berichtigen", corrections::save),
        Route::get(plans::TO_RECORD, plans::to_record),
        Route::get(offers::PLACE, offers::list),
        Route::post(offers::PLACE, offers::answer),
        Route::get(day::PLACE, day::form),
        Route::post(day::PLACE, day::save),
        Route::get("/faelle/{case}/abstand", offers::cadence_form),
        Route::post("/faelle/{case}/abstand", offers::set_cadence),
        Route::get("/faelle/{case}/termin", plans::form),
        Route::post("/faelle/{case}/termin", plans::make),
        Route::get("/termine/{talk}/verschieben", plans::shift_form),
        Route::post("/termine/{talk}/verschieben", plans::shift),
        Route::get("/termine/{talk}/absagen", plans::cancel_form),
        Route::post("/termine/{talk}/absagen", plans::cancel),
    ]
}

fn talks_of(person: PersonId) -> String {
    format!("/personen/{person}/gespraeche")
}

/// Puts the sentence of a problem to its field; what is no sentence goes up.
fn show(form: &mut Form, problem: Problem) -> Result<(), Fault> {
    match problem {
        Problem::Field(field, sentence) => {
            form.reject(field, sentence);
            Ok(())
        }
        Problem::Row(field, sentence) => {
            form.reject(&field, sentence);
            Ok(())
        }
        Problem::Store(error) => Err(error.into()),
    }
}

/// Answers a form that was not saved: nothing of it is kept, not even the mark of its sending (the corrected form carries
/// the same one), and the page comes back with what was typed.
async fn again<P: Writes>(
    ctx: &Ctx<P>,
    writer: Writer<P>,
    looking_at: Entry,
    page: Markup,
) -> Answer {
    writer.abandon().await?;
    let seen = ctx.read().seen(looking_at).await?;
    ctx.invalid(seen, page)
}

/// The same for a form that may have asked something without wanting to save: nothing is wrong with that.
async fn back<P: Writes>(
    ctx: &Ctx<P>,
    writer: Writer<P>,
    looking_at: Entry,
    page: Markup,
    form: &Form,
) -> Answer {
    if form.has_errors() {
        return again(ctx, writer, looking_at, page).await;
    }
    writer.abandon().await?;
    let seen = ctx.read().seen(looking_at).await?;
    ctx.page(seen, page)
}

async fn enrol_form(ctx: Ctx<EnrolmentChange>, Id(person): Id<PersonId>) -> Answer {
    let reader = ctx.read();
    let desk = EnrolDesk::load(&reader, person)
        .await?
        .ok_or(Fault::NotFound)?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "teilnahme anlegen").about(person, Level::Basic))
        .await?;
    let form = Form::empty().with("enrolled_on", german::date(ctx.today()));
    ctx.page(seen, views::enrol(&ctx.frame(), &form, &desk, &ctx.once()))
}

fn read_enrolment(form: &mut Form) -> Option<NewEnrolment> {
    let programme = form.uuid("programme", "Maßnahme").map(ProgrammeId);
    let provider = form.optional_uuid("provider", "Träger").map(ProviderId);
    let route = form.choice("access_route", "Zugangsweg", &AccessRoute::codes());
    let staff = form
        .optional_uuid("staff", "Zuständige Fachkraft")
        .map(StaffId);
    let day = form.required_date("enrolled_on", "Aufgenommen am");
    if form.has_errors() {
        return None;
    }
    Some(NewEnrolment {
        programme: programme?,
        provider,
        route: AccessRoute::from_code(&route?)?,
        staff,
        day: day?,
    })
}

async fn enrol(
    ctx: Ctx<EnrolmentChange>,
    Id(person): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let desk = EnrolDesk::load(&writer, person)
        .await?
        .ok_or(Fault::NotFound)?;
    if let Some(new) = read_enrolment(&mut form) {
        once(&writer, form.value("einmal"), &talks_of(person)).await?;
        match begin::enrol(&writer, &desk, &new).await {
            Ok(id) => {
                let entry = Entry::new(Verb::Collect, format!("teilnahme enrolment/{id}"))
                    .about(person, Level::Case);
                let seen = writer.commit(entry).await?;
                return ctx.done(seen, &talks_of(person), "Die Teilnahme ist eingetragen.");
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    let token = form.value("einmal").to_owned();
    let entry = Entry::new(Verb::Query, "teilnahme anlegen").about(person, Level::Basic);
    again(
        &ctx,
        writer,
        entry,
        views::enrol(&ctx.frame(), &form, &desk, &token),
    )
    .await
}

/// A participation of someone in the actor's scope, with the person.
async fn find_enrolment<R: Rows>(
    rows: &R,
    id: EnrolmentId,
) -> Result<(EnrolmentLine, PersonHead), Fault> {
    let line = store::enrolment(rows, id).await?.ok_or(Fault::NotFound)?;
    let head = people::find(rows, line.person_id)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok((line, head))
}

/// The reasons for an end on a day, as completed or as broken off.
async fn end_reasons<R: Rows>(rows: &R, day: Date) -> Result<Vec<CodeEntry>, StoreError> {
    let mut reasons = store::codes(rows, "reason", day).await?;
    reasons.retain(|reason| matches!(reason.category.as_str(), "completed" | "broken_off"));
    // The good end first.
    reasons.sort_by_key(|reason| reason.category != "completed");
    Ok(reasons)
}

async fn end_form(ctx: Ctx<EnrolmentChange>, Id(id): Id<EnrolmentId>) -> Answer {
    let reader = ctx.read();
    let (line, head) = find_enrolment(&reader, id).await?;
    let reasons = end_reasons(&reader, ctx.today()).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "teilnahme beenden").about(head.id, Level::Case))
        .await?;
    let form = Form::empty()
        .with("ended_on", german::date(ctx.today()))
        .with("version", line.version.to_string());
    ctx.page(
        seen,
        views::end(&ctx.frame(), &form, &line, &head, &reasons),
    )
}

async fn end(
    ctx: Ctx<EnrolmentChange>,
    Id(id): Id<EnrolmentId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    store::write::hold_case_of(&writer, id).await?;
    let (line, head) = find_enrolment(&writer, id).await?;
    let reasons = end_reasons(&writer, ctx.today()).await?;
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
    let reason = form.choice("reason", "Ergebnis und Grund", &codes);
    let day = form.required_date("ended_on", "Letzter Tag");
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    if let (Some(reason), Some(day), false) = (
        reason.and_then(|code| reasons.iter().find(|reason| reason.code == code)),
        day,
        form.has_errors(),
    ) {
        match service::end::end(&writer, &head, &line, version, reason, day).await {
            Ok(()) => {
                let entry = Entry::new(Verb::Change, format!("teilnahme beendet enrolment/{id}"))
                    .about(head.id, Level::Case)
                    .fields(["ended_on", "outcome"]);
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    &talks_of(head.id),
                    "Die Teilnahme ist beendet. War das falsch, lässt sie sich unten wieder öffnen.",
                );
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    let entry = Entry::new(Verb::Query, "teilnahme beenden").about(head.id, Level::Case);
    let page = views::end(&ctx.frame(), &form, &line, &head, &reasons);
    again(&ctx, writer, entry, page).await
}

async fn reopen_form(ctx: Ctx<EnrolmentChange>, Id(id): Id<EnrolmentId>) -> Answer {
    let reader = ctx.read();
    let (line, head) = find_enrolment(&reader, id).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "teilnahme wieder oeffnen").about(head.id, Level::Case))
        .await?;
    let form = Form::empty().with("version", line.version.to_string());
    ctx.page(seen, views::reopen(&ctx.frame(), &form, &line, &head))
}

async fn reopen(
    ctx: Ctx<EnrolmentChange>,
    Id(id): Id<EnrolmentId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    store::write::hold_case_of(&writer, id).await?;
    let (line, head) = find_enrolment(&writer, id).await?;
    let reason = form.required_text("reason", "Grund", 200);
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    if let Some(reason) = reason {
        match service::end::reopen(&writer, &head, &line, version, reason, None).await {
            Ok(()) => {
                let entry = Entry::new(
                    Verb::Change,
                    format!("teilnahme wieder geoeffnet enrolment/{id}"),
                )
                .about(head.id, Level::Case)
                .fields(["ended_on", "outcome"]);
                let seen = writer.commit(entry).await?;
                return ctx.done(seen, &talks_of(head.id), "Die Teilnahme läuft wieder.");
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    let entry = Entry::new(Verb::Query, "teilnahme wieder oeffnen").about(head.id, Level::Case);
    again(
        &ctx,
        writer,
        entry,
        views::reopen(&ctx.frame(), &form, &line, &head),
    )
    .await
}
