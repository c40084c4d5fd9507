//! Steps of a case: who may take which, what becomes of the participation, what the history keeps.

use time::Date;

use super::begin::begin;
use super::end::{catch_up, end_as, reopen};
use super::{Problem, plans};
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::StaffId;
use crate::base::time::berlin_today;
use crate::casework::codes::AccessRoute;
use crate::casework::rules;
use crate::casework::rules::course::{Course, State, reason_category};
use crate::casework::store::cases::CaseLine;
use crate::casework::store::write::{self, Step};
use crate::casework::store::{self, CodeEntry, StaffLine};
use crate::consent::{self, Purpose};
use crate::history::{self, Change};
use crate::people;
use crate::store::{Rows, StoreError, Writer};

/// What the form of a step says.
pub(in crate::casework) struct Asked {
    pub to: State,
    pub day: Date,
    /// Code of the reason, where the step needs one.
    pub reason: Option<String>,
}

fn field(name: &'static str, text: impl Into<String>) -> Problem {
    Problem::Field(name, text.into())
}

/// The reason, checked against the list of the day.
fn chosen_reason(
    codes: &[CodeEntry],
    from: State,
    asked: &Asked,
) -> Result<Option<CodeEntry>, Problem> {
    let Some(category) = reason_category(from, asked.to) else {
        return Ok(None);
    };
    let found = codes
        .iter()
        .find(|entry| entry.category == category && Some(&entry.code) == asked.reason.as_ref());
    found
        .cloned()
        .map(Some)
        .ok_or_else(|| field("grund", "Bitte einen Grund aus der Liste auswählen."))
}

/// Takes a step.
pub(in crate::casework) async fn step<P: Writes>(
    writer: &Writer<P>,
    case: &CaseLine,
    version: i64,
    asked: &Asked,
) -> Result<(), Problem> {
    let role = writer.access().actor().role();
    let course = case.course();
    let next = course
        .after(asked.to, role)
        .map_err(|no| field("", no.to_string()))?;
    let today = berlin_today(writer.now());
    rules::past_day(asked.day, today).map_err(|problem| field("tag", problem.to_string()))?;
    // A room that ended the participation wrote no step.
    let last = case.last_day.max(case.ended_on);
    if let Some(last) = last.filter(|last| asked.day < *last) {
        return Err(field(
            "tag",
            format!(
                "Der letzte Schritt war am {}. Bitte diesen oder einen späteren Tag eingeben.",
                german::date(last)
            ),
        ));
    }
    let codes = store::codes(writer, "reason", asked.day).await?;
    let reason = chosen_reason(&codes, course.state, asked)?;
    if case.version != version {
        return Err(StoreError::Changed.into());
    }
    if let (Some(person), State::PassedOn, Some("other_provider")) = (
        case.person_id,
        asked.to,
        reason.as_ref().map(|reason| reason.code.as_str()),
    ) && !consent::holds_visibly(writer, person, Purpose::Provider).await?
    {
        return Err(field(
            "grund",
            "Für die Weitergabe an einen anderen Träger liegt keine gültige Einwilligung vor. Bitte sie zuerst bei der Person erfassen.",
        ));
    }
    if case.person_id.is_some()
        && by_participation(writer, case, course, asked, reason.as_ref()).await?
    {
        return Ok(());
    }
    let closed_on = next.state.closed().then_some(asked.day);
    set(writer, case, next, asked.day, reason.as_ref(), closed_on).await
}

/// Stores a step that is the case's own.
pub(super) async fn set<P: Writes>(
    writer: &Writer<P>,
    case: &CaseLine,
    next: Course,
    day: Date,
    reason: Option<&CodeEntry>,
    closed_on: Option<Date>,
) -> Result<(), Problem> {
    let from = case.course().state;
    write::set_course(writer, case.id, case.version, next, closed_on).await?;
    if next.state.closed() {
        plans::end_with_case(writer, case.id, day).await?;
    }
    let step = Step {
        case: case.id,
        day,
        from: Some(from),
        to: next.state,
        reason: reason.map(|reason| reason.code.as_str()),
    };
    write::insert_step(writer, &step).await?;
    let mut change = Change::new("client_case", case.id.0, "Stand geändert")
        .values(
            Some(from.label().to_owned()),
            Some(format!("{} am {}", next.state.label(), german::date(day))),
        )
        .because(reason.map(|reason| reason.label.clone()));
    if let Some(person) = case.person_id {
        change = change.about(person);
    }
    history::record(writer, vec![change]).await?;
    Ok(())
}

/// The part of a step that the days of the participation say; `false` if the case itself keeps the state.
async fn by_participation<P: Writes>(
    writer: &Writer<P>,
    case: &CaseLine,
    course: Course,
    asked: &Asked,
    reason: Option<&CodeEntry>,
) -> Result<bool, Problem> {
    let gone = || StoreError::Changed;
    let Some(person) = case.person_id else {
        return Ok(false);
    };
    if case.enrolment_id.is_none() {
        if asked.to != State::Agreed {
            return Ok(false);
        }
        let head = people::find(writer, person).await?.ok_or_else(gone)?;
        let offers = store::offers(writer, asked.day).await?;
        let offer = offers
            .iter()
            .find(|offer| {
                offer.programme_id == case.programme_id && offer.provider_id == case.provider_id
            })
            .ok_or_else(|| {
                field(
                    "tag",
                    "An diesem Tag wird die Maßnahme von diesem Träger nicht angeboten.",
                )
            })?;
        let route = AccessRoute::from_code(&case.access_route).unwrap_or(AccessRoute::Staff);
        begin(writer, &head, offer, route, case.staff_id, asked.day, "tag")
            .await
            .map_err(|problem| match problem {
                Problem::Field("programme", text) => Problem::Field("", text),
                other => other,
            })?;
        return Ok(true);
    }
    let at_day = |problem| match problem {
        Problem::Field("ended_on", text) => Problem::Field("tag", text),
        other => other,
    };
    if asked.to == State::Aftercare {
        let line = store::enrolment_of_case(writer, case.id)
            .await?
            .ok_or_else(gone)?;
        catch_up(writer, &line).await?;
        return Ok(false);
    }
    let opens_again =
        (course.state.closed() || course.state == State::Aftercare) && !asked.to.closed();
    if !asked.to.closed() && !opens_again {
        if asked.to == State::Running && course.state == State::Agreed {
            return Err(field(
                "",
                "Die Teilnahme läuft mit der ersten Sitzung oder dem ersten Gespräch, das stattfand. Bitte es dort erfassen.",
            ));
        }
        return Ok(false);
    }
    if course.state == State::Aftercare && asked.to.closed() {
        // After-care ends: the participation is over already.
        return Ok(false);
    }
    let head = people::find(writer, person).await?.ok_or_else(gone)?;
    let line = store::enrolment_of_case(writer, case.id)
        .await?
        .ok_or_else(gone)?;
    if opens_again {
        let (label, code) = reason.map_or((String::new(), None), |reason| {
            (reason.label.clone(), Some(reason.code.as_str()))
        });
        reopen(writer, &head, &line, line.version, label, code).await?;
        return Ok(true);
    }
    let Some(reason) = reason else {
        return Err(field("grund", "Bitte einen Grund aus der Liste auswählen."));
    };
    catch_up(writer, &line).await?;
    end_as(
        writer,
        &head,
        &line,
        line.version,
        (asked.to, reason),
        asked.day,
    )
    .await
    .map_err(at_day)?;
    write::follow_participation(writer, case.id).await?;
    if asked.to == State::PassedOn {
        write::keep_passed_on(writer, case.id).await?;
    }
    Ok(true)
}

/// Says who counsels; in a team of two, both.
pub(in crate::casework) async fn assign<P: Writes>(
    writer: &Writer<P>,
    case: &CaseLine,
    version: i64,
    staff: &[StaffLine],
    team: (Option<StaffId>, Option<StaffId>),
) -> Result<(), Problem> {
    let of_provider = |id: StaffId| {
        staff
            .iter()
            .find(|line| line.id == id && line.provider_id == case.provider_id)
    };
    for (name, id) in [("erste", team.0), ("zweite", team.1)] {
        if id.is_some_and(|id| of_provider(id).is_none()) {
            return Err(field(
                name,
                "Diese Fachkraft gehört nicht zum Träger. Bitte eine andere auswählen.",
            ));
        }
    }
    if team.1.is_some() && team.0.is_none() {
        return Err(field(
            "erste",
            "Bitte zuerst die erste Fachkraft auswählen.",
        ));
    }
    if team.0.is_some() && team.0 == team.1 {
        return Err(field(
            "zweite",
            "Ein Team sind zwei verschiedene Fachkräfte.",
        ));
    }
    if case.team < 2 && team.1.is_some() {
        return Err(field(
            "zweite",
            "In dieser Maßnahme berät eine Fachkraft allein.",
        ));
    }
    let names = |team: (Option<StaffId>, Option<StaffId>)| {
        let names: Vec<&str> = [team.0, team.1]
            .into_iter()
            .flatten()
            .filter_map(of_provider)
            .map(|line| line.name.as_str())
            .collect();
        (!names.is_empty()).then(|| names.join(" und "))
    };
    write::set_team(writer, case.id, version, team).await?;
    let mut change = Change::new("client_case", case.id.0, "Zuständig").values(
        names((case.staff_id, case.second_staff_id)),
        names(team).or_else(|| Some("niemand".to_owned())),
    );
    if let Some(person) = case.person_id {
        change = change.about(person);
    }
    history::record(writer, vec![change]).await?;
    Ok(())
}
