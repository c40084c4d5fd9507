//! Clients who are not known by name: their talks, and making one known with consent.

use time::Date;

use super::talks::Talk;
use super::{Problem, plans, steps, talks};
use crate::access::{Scope, Writes};
use crate::base::german;
use crate::base::ids::{CounsellingId, EnrolmentId, PersonId};
use crate::base::time::berlin_today;
use crate::casework::codes::ClientKind;
use crate::casework::rules::course::State;
use crate::casework::rules::{self, Life};
use crate::casework::store::cases::{self, CaseLine};
use crate::casework::store::plans::PlanLine;
use crate::casework::store::{self, Known, write};
use crate::history::{self, Change};
use crate::people;
use crate::schema::casework::counselling_session;
use crate::schema::groups::enrolment;
use crate::store::{Result, Rows, StoreError, Writer};

fn field(name: &'static str, text: impl Into<String>) -> Problem {
    Problem::Field(name, text.into())
}

/// The person whom number and birth date name together: for external staff where a grant opens the programme, for
/// others within their scope.
pub(in crate::casework) async fn exact_person<R: Rows>(
    rows: &R,
    number: &str,
    birth: Date,
    programme: Option<crate::base::ids::ProgrammeId>,
) -> Result<Option<Known>> {
    if matches!(
        rows.access().scope(),
        Scope::Trainer { .. } | Scope::Provider { .. }
    ) {
        return store::by_number(rows, number, birth, programme).await;
    }
    let typed = crate::base::fold::number_key(number);
    let found = people::search(rows, number, 20).await?;
    Ok(found
        .into_iter()
        .find(|head| {
            head.birth_date == Some(birth)
                && head
                    .number
                    .as_deref()
                    .is_some_and(|number| crate::base::fold::number_key(number) == typed)
        })
        .map(|head| Known {
            id: head.id,
            family_name: head.family_name,
            given_name: head.given_name,
            facility_id: head.facility_id,
            setting: head.setting,
        }))
}

/// Records a talk with a client who is not known by name; the caller holds the case, so that nobody makes the client known
/// meanwhile and leaves the talk behind. The first one that takes place is the first talk; after the
/// agreement it begins the process.
pub(in crate::casework) async fn talk<P: Writes>(
    writer: &Writer<P>,
    case: &CaseLine,
    talk: &Talk,
    plan: Option<&PlanLine>,
) -> std::result::Result<CounsellingId, Problem> {
    let facts = &talk.facts;
    let course = case.course();
    // Before the agreement there is no participation; it brings the talks along when it begins.
    if case.enrolment_id.is_some() {
        return Err(field(
            "",
            "Gespräche mit einer bekannten Person werden bei ihrer Teilnahme erfasst.",
        ));
    }
    // What was planned and took place before the end is recorded after it, too.
    let over_on = plan.and_then(|plan| plan.over_on);
    if course.state.closed() && (over_on.is_none() || talk.next.is_some()) {
        return Err(field(
            "",
            "Dieser Fall ist beendet. Bitte ihn zuerst wieder öffnen.",
        ));
    }
    let life = Life {
        enrolled_on: case.enquired_on,
        started_on: None,
        ended_on: over_on,
    };
    life.session_day(facts.day, berlin_today(writer.now()))
        .map_err(|problem| match problem {
            rules::LifeProblem::BeforeEnrolment(day) => field(
                "day",
                format!(
                    "Die Anfrage ist vom {}. Bitte diesen oder einen späteren Tag eingeben.",
                    german::date(day)
                ),
            ),
            other => field("day", other.to_string()),
        })?;
    let actor = writer.access().actor();
    let row = counselling_session::Model {
        case_id: Some(case.id),
        ..talks::row(writer, facts)
    };
    let id = row.id;
    store::talks::insert_session(writer, row).await?;
    store::talks::set_topics(writer, id, &talk.topics).await?;
    plans::settle(writer, case.id, id, facts.day, plan, talk.next.as_ref()).await?;
    let change = Change::new("client_case", case.id.0, "Beratungsgespräch erfasst")
        .values(None, Some(facts.line()));
    history::record(writer, vec![change]).await?;
    let to = match course.state {
        State::Enquiry | State::Clearing => Some(State::FirstTalk),
        State::Agreed => Some(State::Running),
        _ => None,
    };
    if let Some(to) = to.filter(|_| facts.outcome.held()) {
        let next = course
            .after(to, actor.role())
            .map_err(|no| field("", no.to_string()))?;
        steps::set(writer, case, next, facts.day, None, None).await?;
    }
    Ok(id)
}

/// Makes an unknown client known, with consent: from now on it is the person's case, and counts with the person.
pub(in crate::casework) async fn link<P: Writes>(
    writer: &Writer<P>,
    case: &CaseLine,
    version: i64,
    (number, birth): (&str, Date),
    consent_on: Date,
) -> std::result::Result<PersonId, Problem> {
    let today = berlin_today(writer.now());
    let course = case.course();
    if case.client() != ClientKind::Anonymous {
        return Err(field(
            "",
            "Nur ein anonymer Fall lässt sich mit einer Person verknüpfen.",
        ));
    }
    if course.state.closed() || course.state == State::Aftercare {
        return Err(field("", "Dieser Fall ist beendet. Er bleibt ohne Namen."));
    }
    rules::past_day(consent_on, today)
        .map_err(|problem| field("einwilligung", problem.to_string()))?;
    let nobody = || {
        field(
            "nummer",
            "Zu dieser Nummer und diesem Geburtsdatum findet sich niemand, für den heute eine Freigabe gilt. Bitte beides vergleichen.",
        )
    };
    let known = exact_person(writer, number, birth, Some(case.programme_id))
        .await?
        .ok_or_else(nobody)?;
    let facility = known.facility_id.ok_or_else(nobody)?;
    let twice = || {
        field(
            "",
            "Für diese Person gibt es in dieser Maßnahme schon einen offenen Fall. Bitte diesen hier als „weitergegeben“ beenden; die Person zählt einmal.",
        )
    };
    if !cases::open_of(writer, known.id, case.programme_id)
        .await?
        .is_empty()
    {
        return Err(twice());
    }
    let enrolment = if course.state.before_agreement() {
        None
    } else {
        let days = store::talks::case_days(writer, case.id).await?;
        let begun = days.first_talk.into_iter().chain(case.begun_on).min();
        let first = days
            .agreed
            .into_iter()
            .chain(begun)
            .min()
            .unwrap_or(case.enquired_on);
        let siblings = store::siblings(writer, known.id, case.programme_id, None).await?;
        Life::enrol(first, siblings.latest_end, today)
            .map_err(|problem| field("", problem.to_string()))?;
        let row = enrolment::Model {
            id: EnrolmentId(writer.entropy().uuid()),
            person_id: known.id,
            programme_id: case.programme_id,
            provider_id: case.provider_id,
            facility_id: facility,
            staff_id: case.staff_id,
            access_route: case.access_route.clone(),
            enrolled_on: first,
            started_on: begun.filter(|_| course.reached.started),
            ended_on: None,
            outcome: None,
            created_at: writer.now(),
            version: 1,
        };
        let id = row.id;
        match writer.insert(row).await {
            Ok(()) => Some(id),
            // Somebody else was faster; the unique index holds the rule.
            Err(StoreError::Duplicate(_)) => return Err(twice()),
            Err(error) => return Err(error.into()),
        }
    };
    let set = write::set_person(
        writer,
        case.id,
        version,
        (known.id, facility),
        enrolment,
        consent_on,
    );
    match set.await {
        Ok(()) => {}
        Err(StoreError::Duplicate(_)) => return Err(twice()),
        Err(error) => return Err(error.into()),
    }
    crate::consent::record_link(writer, known.id, (case.id, case.provider_id), consent_on).await?;
    let change = Change::new(
        "client_case",
        case.id.0,
        "Mit Einwilligung namentlich geführt",
    )
    .about(known.id)
    .values(
        Some("anonym".to_owned()),
        Some(format!("Einwilligung vom {}", german::date(consent_on))),
    );
    history::record(writer, vec![change]).await?;
    Ok(known.id)
}
