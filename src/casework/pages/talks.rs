//! Talks with a person: recording, the list, correcting.

use std::str::FromStr;

use time::Date;

use super::{again, show, talks_of};
use crate::access::Scope;
use crate::access::permissions::{CounsellingLog, PersonRead};
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{EnrolmentId, PersonId, TalkId};
use crate::casework::codes::{SessionForm, TalkResult};
use crate::casework::rules::plan::When;
use crate::casework::rules::{self, LONGEST_SESSION, SessionFacts};
use crate::casework::service::plans::Wish;
use crate::casework::service::talks::{self as service, Talk, Target};
use crate::casework::store::plans::{self, PlanLine};
use crate::casework::store::talks::{self, DateLine, Offered};
use crate::casework::store::{self, CodeEntry, EnrolmentLine, Offer};
use crate::casework::views::counselling as views;
use crate::people::{self, PersonHead};
use crate::store::{Cursor, Page, Rows, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

/// What a talk can belong to: the running participations, or (for the probation service, when there is none) what is
/// offered; the planned talk that it was.
pub(in crate::casework) struct TalkDesk {
    pub head: PersonHead,
    pub running: Vec<EnrolmentLine>,
    pub offers: Vec<Offer>,
    pub offered: Offered,
    pub plan: Option<PlanLine>,
}

/// The planned talk that an address or a form names; one that is none of the actor's, or is not planned any more, does
/// not exist.
pub(super) async fn named_plan<R: Rows>(rows: &R, named: &str) -> Result<Option<PlanLine>, Fault> {
    if named.is_empty() {
        return Ok(None);
    }
    let id = TalkId::from_str(named).map_err(|_| Fault::NotFound)?;
    let plan = plans::plan(rows, id).await?.ok_or(Fault::NotFound)?;
    match plan.state.as_str() {
        "planned" => Ok(Some(plan)),
        _ => Err(StoreError::Changed.into()),
    }
}

impl TalkDesk {
    async fn load<R: Rows>(
        rows: &R,
        person: PersonId,
        plan: &str,
        today: Date,
    ) -> Result<Self, Fault> {
        let head = people::find(rows, person).await?.ok_or(Fault::NotFound)?;
        let mut running = store::enrolments_of(rows, person).await?;
        let plan = named_plan(rows, plan).await?;
        // What was planned before the end is recorded after it, too.
        running.retain(|line| match &plan {
            Some(plan) => Some(line.id) == plan.enrolment_id,
            None => line.ended_on.is_none(),
        });
        let begins = running.is_empty()
            && plan.is_none()
            && matches!(rows.access().scope(), Scope::Assigned { .. });
        let mut offers = if begins {
            store::offers(rows, today).await?
        } else {
            Vec::new()
        };
        offers.retain(|offer| offer.kind != "group" && offer.client != "environment");
        Ok(Self {
            head,
            running,
            offers,
            offered: talks::offered(rows, Some(person)).await?,
            plan,
        })
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

/// The form about a talk as it is first shown: what is known of the plan, otherwise what was entered last.
pub(super) fn first_form(plan: Option<&PlanLine>, last: Option<(i64, &str)>, today: Date) -> Form {
    let (day, minutes, place) = match (plan, last) {
        (Some(plan), _) => (plan.day, plan.minutes, plan.place.as_str()),
        (None, Some((minutes, form))) => (today, minutes, form),
        (None, None) => (today, rules::USUAL_SESSION, SessionForm::Office.code()),
    };
    let form = Form::empty()
        .with("day", german::date(day))
        .with("minutes", minutes.to_string())
        .with("form", place);
    match plan {
        Some(plan) => form.with("termin", plan.id.to_string()),
        // A plan says that they wanted to meet; what became of it is somebody's to say.
        None => form.with("outcome", TalkResult::Held.code()),
    }
}

async fn log_form_page(ctx: &Ctx<CounsellingLog>, person: PersonId, plan: &str) -> Answer {
    let reader = ctx.read();
    let desk = TalkDesk::load(&reader, person, plan, ctx.today()).await?;
    let seen = reader.seen(logging(person)).await?;
    let last = desk.offered.last.as_ref();
    let mut form = first_form(
        desk.plan.as_ref(),
        last.map(|last| (last.minutes, last.form.as_str())),
        ctx.today(),
    );
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
    ctx.page(seen, views::log(&ctx.frame(), &form, &desk, &ctx.once()))
}

fn logging(person: PersonId) -> Entry {
    Entry::new(Verb::Query, "gespraech erfassen").about(person, Level::Case)
}

/// The planned talk named in the address.
pub(super) fn asked_plan(asked: &[(String, String)]) -> &str {
    asked
        .iter()
        .find(|(name, _)| name == "termin")
        .map_or("", |(_, value)| value.as_str())
}

pub(super) async fn log_form(
    ctx: Ctx<CounsellingLog>,
    Id(person): Id<PersonId>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Answer {
    log_form_page(&ctx, person, asked_plan(&asked)).await
}

pub(super) fn read_facts(form: &mut Form, today: Date) -> Option<SessionFacts> {
    let day = form.required_date("day", "Tag");
    if let Some(problem) = day.and_then(|day| rules::past_day(day, today).err()) {
        form.reject("day", problem.to_string());
    }
    let minutes = form.required_number("minutes", "Dauer in Minuten", 1..=LONGEST_SESSION);
    let held_as = form.choice("form", "Ort", &SessionForm::codes());
    let outcome = form.choice("outcome", "Ergebnis", &TalkResult::codes());
    if form.has_errors() {
        return None;
    }
    Some(SessionFacts {
        day: day?,
        minutes: minutes?,
        form: SessionForm::from_code(&held_as?)?,
        outcome: TalkResult::from_code(&outcome?)?,
    })
}

pub(super) fn read_topics(form: &mut Form, topics: &[CodeEntry]) -> Vec<String> {
    let codes: Vec<&str> = topics.iter().map(|topic| topic.code.as_str()).collect();
    let mut chosen = form.choices("topics", "Themen", &codes);
    chosen.sort();
    chosen.dedup();
    chosen
}

/// Day and time of the next talk, in the two fields named; nothing if both are empty.
pub(super) fn read_when(form: &mut Form, day_field: &str, start_field: &str) -> Option<When> {
    let day = form.optional_planning_date(day_field, "Nächster Termin am");
    let start = form.optional_time(start_field, "Nächster Termin um");
    match (day, start) {
        (Some(day), Some(start)) => Some(When { day, start }),
        (Some(_), None) if form.error_of(start_field).is_none() => {
            form.reject(
                start_field,
                "Bitte auch die Uhrzeit des nächsten Termins eingeben.",
            );
            None
        }
        (None, Some(_)) if form.error_of(day_field).is_none() => {
            form.reject(
                day_field,
                "Bitte auch den Tag des nächsten Termins eingeben.",
            );
            None
        }
        _ => None,
    }
}

/// Reads the form about a talk.
pub(super) fn read_talk(form: &mut Form, today: Date, offered: &Offered) -> Option<Talk> {
    let facts = read_facts(form, today);
    let topics = read_topics(form, &offered.topics);
    let next = read_when(form, "next_day", "next_start");
    if form.has_errors() {
        return None;
    }
    let facts = facts?;
    Some(Talk {
        facts,
        topics,
        next: next.map(|when| Wish {
            when,
            minutes: facts.minutes,
            place: facts.form,
        }),
    })
}

/// What is said after a talk was saved.
pub(super) fn saved(talk: &Talk) -> String {
    match &talk.next {
        Some(next) => format!(
            "Das Gespräch ist gespeichert. Nächster Termin: {}.",
            rules::plan::words(next.when.day, i64::from(next.when.start.value()))
        ),
        None => "Das Gespräch ist gespeichert.".to_owned(),
    }
}

/// Where recording a planned talk leads: back to those that wait.
pub(super) fn after(form: &Form, otherwise: String) -> String {
    if form.value("termin").is_empty() {
        otherwise
    } else {
        super::plans::TO_RECORD.to_owned()
    }
}

pub(super) async fn log(
    ctx: Ctx<CounsellingLog>,
    Id(person): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let back = after(&form, talks_of(person));
    // A second sending finds its first one before anything else: by now the participation it began is running, and the
    // planned talk is recorded.
    once(&writer, form.value("einmal"), &back).await?;
    let desk = TalkDesk::load(&writer, person, form.value("termin"), ctx.today()).await?;
    let talk = read_talk(&mut form, ctx.today(), &desk.offered);
    let target = desk.target(form.value("enrolment").trim());
    if target.is_none() {
        form.reject(
            "enrolment",
            "Bitte bei „Teilnahme“ einen Wert aus der Liste auswählen.",
        );
    }
    if let (Some(talk), Some(target)) = (talk, target) {
        match service::log(&writer, &desk.head, target, &talk, desk.plan.as_ref()).await {
            Ok(id) => {
                let entry =
                    Entry::new(Verb::Collect, format!("gespraech counselling_session/{id}"))
                        .about(person, Level::Case);
                let seen = writer.commit(entry).await?;
                return ctx.done(seen, &back, &saved(&talk));
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    let token = form.value("einmal").to_owned();
    again(
        &ctx,
        writer,
        logging(person),
        views::log(&ctx.frame(), &form, &desk, &token),
    )
    .await
}

pub(super) async fn list(
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
            .map(|day| (day, cursor.id))
    });
    let reader = ctx.read();
    let head = people::find(&reader, person)
        .await?
        .ok_or(Fault::NotFound)?;
    let enrolments = store::enrolments_of(&reader, person).await?;
    let (dates, mut topics) = talks::dates_of(&reader, person, before).await?;
    let scope = ctx.access().scope();
    // A prison learns that talks were, not what about.
    topics.retain(|topic| {
        dates.iter().any(|date| {
            date.id == topic.session_id.0
                && rules::may_know_topics(
                    &scope,
                    ctx.actor().profile(),
                    date.recorded_by,
                    date.facility_id,
                )
        })
    });
    let seen = reader
        .seen(Entry::new(Verb::Query, "gespraeche").about(person, Level::Case))
        .await?;
    let page = Page::from_rows(
        dates,
        talks::SESSIONS,
        before.and(from.as_ref()),
        |date: &DateLine| (german::date(date.day), date.id),
    );
    let view = views::Dates {
        head: &head,
        enrolments: &enrolments,
        page: &page,
        topics: &topics,
        today: ctx.today(),
    };
    ctx.page(seen, views::list(&ctx.frame(), ctx.actor(), &scope, &view))
}
