//! Cases, participations and counselling sessions: routes; handlers of participations and talks.

mod cases;
mod referral;
mod steps;

use std::str::FromStr;

use time::Date;

use super::codes::{AccessRoute, SessionForm, SessionOutcome};
use super::rules::{self, LONGEST_SESSION, SessionFacts};
use super::service::{self, EnrolDesk, NewEnrolment, Problem, Target};
use super::store::{self, CodeEntry, EnrolmentLine, Offer, SessionLine};
use super::views::{self, counselling as talk_views};
use crate::access::Permission;
use crate::access::Scope;
use crate::access::permissions::{CounsellingLog, EnrolmentChange, PersonRead};
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{CounsellingId, EnrolmentId, PersonId, ProgrammeId, ProviderId, StaffId};
use crate::people::{self, PersonHead};
use crate::store::{Cursor, Page, Rows, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query, Route};

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
        Route::get("/personen/{person}/teilnahme/neu", enrol_form),
        Route::post("/personen/{person}/teilnahme/neu", enrol),
        Route::get("/teilnahmen/{enrolment}/beenden", end_form),
        Route::post("/teilnahmen/{enrolment}/beenden", end),
        Route::get("/teilnahmen/{enrolment}/wieder-oeffnen", reopen_form),
        Route::post("/teilnahmen/{enrolment}/wieder-oeffnen", reopen),
        Route::get("/personen/{person}/gespraech", log_form),
        Route::post("/personen/{person}/gespraech", log),
        Route::get("/personen/{person}/gespraeche", list),
        Route::get("/gespraeche/{counselling}/berichtigen", correct_form),
        Route::post("/gespraeche/{counselling}/berichtigen", correct),
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
        Problem::Store(error) => Err(error.into()),
    }
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
        match service::enrol(&writer, &desk, &new).await {
            Ok(id) => {
                let entry = Entry::new(Verb::Collect, format!("teilnahme enrolment/{id}"))
                    .about(person, Level::Case);
                let seen = writer.commit(entry).await?;
                return ctx.done(seen, &talks_of(person), "Die Teilnahme ist eingetragen.");
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    writer.abandon().await?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "teilnahme anlegen").about(person, Level::Basic))
        .await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(seen, views::enrol(&ctx.frame(), &form, &desk, &token))
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
        match service::end(&writer, &head, &line, version, reason, day).await {
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
    writer.abandon().await?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "teilnahme beenden").about(head.id, Level::Case))
        .await?;
    ctx.invalid(
        seen,
        views::end(&ctx.frame(), &form, &line, &head, &reasons),
    )
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
        match service::reopen(&writer, &head, &line, version, reason, None).await {
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
    writer.abandon().await?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "teilnahme wieder oeffnen").about(head.id, Level::Case))
        .await?;
    ctx.invalid(seen, views::reopen(&ctx.frame(), &form, &line, &head))
}

/// What a talk can belong to: the running participations, or (for the probation service, when there is none) what is
/// offered.
pub(super) struct TalkDesk {
    pub head: PersonHead,
    pub running: Vec<EnrolmentLine>,
    pub offers: Vec<Offer>,
}

impl TalkDesk {
    async fn load<R: Rows>(
        rows: &R,
        person: PersonId,
        today: Date,
    ) -> Result<Option<Self>, StoreError> {
        let Some(head) = people::find(rows, person).await? else {
            return Ok(None);
        };
        let mut running = store::enrolments_of(rows, person).await?;
        running.retain(|line| line.ended_on.is_none());
        let begins = running.is_empty() && matches!(rows.access().scope(), Scope::Assigned { .. });
        let mut offers = if begins {
            store::offers(rows, today).await?
        } else {
            Vec::new()
        };
        offers.retain(|offer| offer.kind != "group" && offer.client != "environment");
        Ok(Some(Self {
            head,
            running,
            offers,
        }))
    }

    /// The value of an offer in the list of participations.
    pub fn offer_value(offer: &Offer) -> String {
        format!("{}/{}", offer.programme_id, offer.provider_id)
    }

    fn target(&self, value: &str) -> Option<Target<'_>> {
        match EnrolmentId::from_str(value) {
            Ok(id) => self
                .running
                .iter()
                .find(|line| line.id == id)
                .map(Target::Running),
            Err(_) => self
                .offers
                .iter()
                .find(|offer| Self::offer_value(offer) == value)
                .map(Target::Begin),
        }
    }
}

async fn log_form(ctx: Ctx<CounsellingLog>, Id(person): Id<PersonId>) -> Answer {
    let reader = ctx.read();
    let desk = TalkDesk::load(&reader, person, ctx.today())
        .await?
        .ok_or(Fault::NotFound)?;
    let last = store::last_of(&reader, person).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "gespraech erfassen").about(person, Level::Case))
        .await?;
    let minutes = last
        .as_ref()
        .map_or(rules::USUAL_SESSION, |last| last.minutes);
    let mut form = Form::empty()
        .with("day", german::date(ctx.today()))
        .with("minutes", minutes.to_string())
        .with(
            "form",
            last.as_ref()
                .map_or(SessionForm::InPerson.code(), |last| last.form.as_str()),
        )
        .with("outcome", SessionOutcome::Held.code());
    let again = last
        .map(|last| last.enrolment_id)
        .filter(|id| desk.running.iter().any(|line| line.id == *id));
    let only = if desk.running.len() == 1 {
        desk.running.first().map(|line| line.id)
    } else {
        None
    };
    if let Some(id) = only.or(again) {
        form.set("enrolment", id.to_string());
    }
    ctx.page(
        seen,
        talk_views::log(&ctx.frame(), &form, &desk, &ctx.once()),
    )
}

fn read_facts(form: &mut Form, today: Date) -> Option<SessionFacts> {
    let day = form.required_date("day", "Tag");
    if let Some(problem) = day.and_then(|day| rules::past_day(day, today).err()) {
        form.reject("day", problem.to_string());
    }
    let minutes = form.required_number("minutes", "Dauer in Minuten", 1..=LONGEST_SESSION);
    let held_as = form.choice("form", "Form", &SessionForm::codes());
    let outcome = form.choice("outcome", "Ergebnis", &SessionOutcome::codes());
    if form.has_errors() {
        return None;
    }
    Some(SessionFacts {
        day: day?,
        minutes: minutes?,
        form: SessionForm::from_code(&held_as?)?,
        outcome: SessionOutcome::from_code(&outcome?)?,
    })
}

async fn log(
    ctx: Ctx<CounsellingLog>,
    Id(person): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let desk = TalkDesk::load(&writer, person, ctx.today())
        .await?
        .ok_or(Fault::NotFound)?;
    // A second sending finds its first one before anything else: by now the participation it began is running.
    once(&writer, form.value("einmal"), &talks_of(person)).await?;
    let facts = read_facts(&mut form, ctx.today());
    let target = desk.target(form.value("enrolment").trim());
    if target.is_none() {
        form.reject(
            "enrolment",
            "Bitte bei „Teilnahme“ einen Wert aus der Liste auswählen.",
        );
    }
    if let (Some(facts), Some(target)) = (facts, target) {
        match service::log(&writer, &desk.head, target, &facts).await {
            Ok(id) => {
                let entry =
                    Entry::new(Verb::Collect, format!("gespraech counselling_session/{id}"))
                        .about(person, Level::Case);
                let seen = writer.commit(entry).await?;
                return ctx.done(seen, &talks_of(person), "Das Gespräch ist gespeichert.");
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    // Undoes the mark of the sending, too: the corrected form carries the same one.
    writer.abandon().await?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "gespraech erfassen").about(person, Level::Case))
        .await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(seen, talk_views::log(&ctx.frame(), &form, &desk, &token))
}

async fn list(
    ctx: Ctx<PersonRead>,
    Id(person): Id<PersonId>,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    let from: Option<Cursor> = query
        .iter()
        .find(|(name, _)| name == "ab")
        .and_then(|(_, value)| value.parse().ok())
        .filter(|cursor: &Cursor| !cursor.backward);
    let before = from.as_ref().and_then(|cursor| {
        german::parse_date(&cursor.key)
            .ok()
            .map(|day| (day, CounsellingId(cursor.id)))
    });
    let reader = ctx.read();
    let head = people::find(&reader, person)
        .await?
        .ok_or(Fault::NotFound)?;
    let enrolments = store::enrolments_of(&reader, person).await?;
    let sessions = store::sessions_of(&reader, person, before).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "gespraeche").about(person, Level::Case))
        .await?;
    let page = Page::from_rows(
        sessions,
        store::SESSIONS,
        before.and(from.as_ref()),
        |session: &SessionLine| (german::date(session.day), session.id.0),
    );
    ctx.page(
        seen,
        talk_views::list(
            &ctx.frame(),
            ctx.actor(),
            &ctx.access().scope(),
            &head,
            &enrolments,
            &page,
        ),
    )
}

/// A session that the actor may correct, with the person.
async fn find_session<R: Rows>(
    rows: &R,
    id: CounsellingId,
) -> Result<(SessionLine, PersonHead, SessionFacts), Fault> {
    let session = store::session(rows, id).await?.ok_or(Fault::NotFound)?;
    let profile = rows.access().actor().profile();
    if !rules::may_correct(profile, session.recorded_by, session.facility_id) {
        return Err(Fault::NotFound);
    }
    let head = people::find(rows, session.person_id)
        .await?
        .ok_or(Fault::NotFound)?;
    let facts = SessionFacts {
        day: session.day,
        minutes: session.minutes,
        form: SessionForm::from_code(&session.form).unwrap_or(SessionForm::InPerson),
        outcome: SessionOutcome::from_code(&session.outcome).unwrap_or(SessionOutcome::Held),
    };
    Ok((session, head, facts))
}

fn looking_at<P: Permission>(_: &Ctx<P>, person: PersonId) -> Entry {
    Entry::new(Verb::Query, "gespraech berichtigen").about(person, Level::Case)
}

async fn correct_form(ctx: Ctx<CounsellingLog>, Id(id): Id<CounsellingId>) -> Answer {
    let reader = ctx.read();
    let (session, head, facts) = find_session(&reader, id).await?;
    let seen = reader.seen(looking_at(&ctx, head.id)).await?;
    let form = Form::empty()
        .with("day", german::date(facts.day))
        .with("minutes", facts.minutes.to_string())
        .with("form", facts.form.code())
        .with("outcome", facts.outcome.code())
        .with("version", session.version.to_string());
    ctx.page(
        seen,
        talk_views::correct(&ctx.frame(), &form, &session, &head, None),
    )
}

async fn correct(
    ctx: Ctx<CounsellingLog>,
    Id(id): Id<CounsellingId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let (session, head, before) = find_session(&writer, id).await?;
    if form.hidden_number("version") != Some(session.version) {
        writer.abandon().await?;
        let seen = ctx.read().seen(looking_at(&ctx, head.id)).await?;
        form.set("version", session.version.to_string());
        return ctx.conflict(
            seen,
            talk_views::correct(&ctx.frame(), &form, &session, &head, Some(&before)),
        );
    }
    let after = read_facts(&mut form, ctx.today());
    let reason = form.required_text("reason", "Grund der Berichtigung", 200);
    if let (Some(after), Some(reason)) = (after, reason) {
        match service::correct(&writer, &session, &before, &after, reason).await {
            Ok(()) => {
                let entry = Entry::new(
                    Verb::Change,
                    format!("gespraech berichtigt counselling_session/{id}"),
                )
                .about(head.id, Level::Case)
                .fields(["day", "minutes", "form", "outcome"]);
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    &talks_of(head.id),
                    "Das Gespräch ist berichtigt; die alten Angaben stehen im Verlauf.",
                );
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    writer.abandon().await?;
    let seen = ctx.read().seen(looking_at(&ctx, head.id)).await?;
    ctx.invalid(
        seen,
        talk_views::correct(&ctx.frame(), &form, &session, &head, None),
    )
}
