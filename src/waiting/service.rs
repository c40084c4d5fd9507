//! Use cases of the waiting list. Each runs within the caller's unit of work.

use time::Date;

use super::rules::{CloseReason, Course, Event, InterviewResult, State, form_problem};
use super::store::{self, Interview, Waiting};
use crate::access::{Scope, Writes};
use crate::base::german;
use crate::base::ids::{ApplicationId, FacilityId, GroupId, PersonId, ProgrammeId};
use crate::base::time::berlin_today;
use crate::casework::{self, AccessRoute};
use crate::facilities::{self, ProgrammeLine};
use crate::history::{self, Change};
use crate::people::{self, PersonHead};
use crate::schema::groups::application;
use crate::store::{Result, Rows, StoreError, Writer};

/// The programme that is begun instead of the group with one click.
const INDIVIDUAL: &str = "akt_einzel";

/// Why something was not done.
#[derive(Debug)]
pub(super) enum Problem {
    /// A sentence for a field of the form; "" means the form as a whole.
    Field(&'static str, String),
    /// The database.
    Store(StoreError),
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Problem::Store(error)
    }
}

fn refuse(field: &'static str, text: impl Into<String>) -> Problem {
    Problem::Field(field, text.into())
}

/// Person and programmes that a new application is made of.
pub(super) struct Desk {
    pub head: PersonHead,
    /// The group programmes of today.
    pub programmes: Vec<ProgrammeLine>,
    /// Those the person waits for (`true`) or takes part in (`false`) already.
    pub known: Vec<(ProgrammeId, bool)>,
}

impl Desk {
    /// Loads what the form needs; `None` if the person is not in the actor's scope.
    pub async fn load<R: Rows>(rows: &R, person: PersonId) -> Result<Option<Self>> {
        let Some(head) = people::find(rows, person).await? else {
            return Ok(None);
        };
        let today = berlin_today(rows.now());
        let mut programmes = facilities::programmes(rows, today, today).await?;
        programmes.retain(|programme| programme.kind == "group");
        let known = store::known(rows, person).await?;
        Ok(Some(Self {
            head,
            programmes,
            known,
        }))
    }
}

/// The actor's facility, if the person is placed there today: only it changes applications.
fn responsible<P: Writes>(
    writer: &Writer<P>,
    placed_at: Option<FacilityId>,
) -> std::result::Result<FacilityId, Problem> {
    match writer.access().scope() {
        Scope::Facility(facility) if placed_at == Some(facility) => Ok(facility),
        _ => Err(refuse(
            "",
            "Die Person ist heute nicht in Ihrer Einrichtung untergebracht. Anträge führt die Einrichtung, die jetzt zuständig ist.",
        )),
    }
}

fn past_day(field: &'static str, day: Date, today: Date) -> std::result::Result<(), Problem> {
    casework::rules::past_day(day, today).map_err(|problem| refuse(field, problem.to_string()))
}

/// Records an application.
pub(super) async fn apply<P: Writes>(
    writer: &Writer<P>,
    desk: &Desk,
    programme: ProgrammeId,
    route: AccessRoute,
    day: Date,
    remark: Option<String>,
) -> std::result::Result<ApplicationId, Problem> {
    let facility = responsible(writer, desk.head.facility_id)?;
    let offered = desk
        .programmes
        .iter()
        .find(|offered| offered.id == programme)
        .ok_or_else(|| {
            refuse(
                "programme",
                "Diese Maßnahme wird heute nicht angeboten. Bitte eine andere auswählen.",
            )
        })?;
    past_day("applied_on", day, berlin_today(writer.now()))?;
    let waits = || {
        refuse(
            "programme",
            "Für diese Maßnahme steht die Person schon auf der Warteliste.",
        )
    };
    match desk.known.iter().find(|(known, _)| *known == programme) {
        Some((_, true)) => return Err(waits()),
        Some((_, false)) => {
            return Err(refuse(
                "programme",
                "An dieser Maßnahme nimmt die Person schon teil.",
            ));
        }
        None => {}
    }
    let id = ApplicationId(writer.entropy().uuid());
    let row = application::Model {
        id,
        person_id: desk.head.id,
        programme_id: programme,
        facility_id: facility,
        access_route: route.code().to_owned(),
        applied_on: day,
        state: State::Applied.code().to_owned(),
        interview_on: None,
        interview_result: None,
        recommended_form: None,
        remark,
        closed_on: None,
        close_reason: None,
        group_id: None,
        enrolment_id: None,
        created_at: writer.now(),
        created_by_name: writer.access().actor().name().to_owned(),
        version: 1,
    };
    match store::insert(writer, row).await {
        Ok(()) => {}
        // Somebody else was faster; the unique index holds the rule.
        Err(StoreError::Duplicate(_)) => return Err(waits()),
        Err(error) => return Err(error.into()),
    }
    let said = format!("{}, {}, {}", offered.name, german::date(day), route.label());
    let change = Change::new("application", id.0, "Auf die Warteliste gesetzt")
        .about(desk.head.id)
        .values(None, Some(said));
    history::record(writer, vec![change]).await?;
    Ok(id)
}

/// What may become of an application; the sentence if it may not.
fn after(course: Course, event: Event) -> std::result::Result<Course, Problem> {
    course.after(event).map_err(|sentence| refuse("", sentence))
}

/// Records the result of a selection interview.
pub(super) async fn interview<P: Writes>(
    writer: &Writer<P>,
    line: &Waiting,
    version: i64,
    interview: &Interview,
) -> std::result::Result<State, Problem> {
    responsible(writer, line.facility_id)?;
    past_day("interview_on", interview.day, berlin_today(writer.now()))?;
    if interview.day < line.applied_on {
        return Err(refuse(
            "interview_on",
            format!(
                "Der Antrag ist vom {}. Bitte diesen oder einen späteren Tag eingeben.",
                german::date(line.applied_on)
            ),
        ));
    }
    if let Some(sentence) = form_problem(interview.result, interview.form) {
        return Err(refuse("recommended_form", sentence));
    }
    let course = after(line.course(), Event::Interview(interview.result))?;
    store::interviewed(writer, line.id, version, interview, course.state).await?;
    let old = line
        .interview_on
        .zip(line.result())
        .map(|(day, result)| format!("{}, {}", german::date(day), result.label()));
    let form = interview
        .form
        .map_or_else(String::new, |form| format!(", empfohlen: {}", form.label()));
    let new = format!(
        "{}, {}{form}",
        german::date(interview.day),
        interview.result.label()
    );
    let change = Change::new("application", line.id.0, "Auswahlgespräch")
        .about(line.person_id)
        .values(old, Some(new));
    history::record(writer, vec![change]).await?;
    Ok(course.state)
}

/// Ends an application without a place.
pub(super) async fn close<P: Writes>(
    writer: &Writer<P>,
    line: &Waiting,
    version: i64,
    reason: CloseReason,
) -> std::result::Result<State, Problem> {
    responsible(writer, line.facility_id)?;
    let course = after(line.course(), Event::Close(reason))?;
    let none = (None, None);
    store::set_state(
        writer,
        line.id,
        version,
        course.state,
        Some(reason.code()),
        none,
    )
    .await?;
    changed(writer, line, course.state, Some(reason.label())).await?;
    Ok(course.state)
}

/// Takes up an application again that ended by mistake.
pub(super) async fn reopen<P: Writes>(
    writer: &Writer<P>,
    line: &Waiting,
    version: i64,
) -> std::result::Result<State, Problem> {
    responsible(writer, line.facility_id)?;
    let course = after(line.course(), Event::Reopen)?;
    if line.enrolled_with.is_some() {
        return Err(refuse(
            "",
            "Die Person nimmt an dieser Maßnahme inzwischen teil.",
        ));
    }
    let none = (None, None);
    match store::set_state(writer, line.id, version, course.state, None, none).await {
        Ok(()) => {}
        Err(StoreError::Duplicate(_)) => {
            return Err(refuse(
                "",
                "Für diese Maßnahme gibt es inzwischen einen neuen Antrag der Person.",
            ));
        }
        Err(error) => return Err(error.into()),
    }
    changed(writer, line, course.state, None).await?;
    Ok(course.state)
}

/// Begins individual training instead of the group.
pub(super) async fn individual<P: Writes>(
    writer: &Writer<P>,
    line: &Waiting,
    version: i64,
) -> std::result::Result<(), Problem> {
    responsible(writer, line.facility_id)?;
    let course = after(line.course(), Event::Individual)?;
    let today = berlin_today(writer.now());
    let head = people::find(writer, line.person_id)
        .await?
        .ok_or(Problem::Store(StoreError::Changed))?;
    let programme = facilities::programme_by_code(writer, INDIVIDUAL, today)
        .await?
        .ok_or_else(|| refuse("", "Einzeltraining wird heute nicht angeboten."))?;
    let route = AccessRoute::from_code(&line.access_route).unwrap_or(AccessRoute::Staff);
    let enrolment = match casework::enrol_with_lead(writer, &head, programme.id, route, today).await
    {
        Ok(enrolment) => enrolment,
        Err(casework::NotBegun::Refused(sentence)) => return Err(refuse("", sentence)),
        Err(casework::NotBegun::Store(error)) => return Err(error.into()),
    };
    let led_to = (None, Some(enrolment));
    store::set_state(writer, line.id, version, course.state, None, led_to).await?;
    changed(writer, line, course.state, None).await?;
    Ok(())
}

async fn changed<P: Writes>(
    writer: &Writer<P>,
    line: &Waiting,
    state: State,
    reason: Option<&str>,
) -> Result<()> {
    let what = if state.open() {
        "Antrag wieder geöffnet"
    } else {
        "Antrag beendet"
    };
    let change = Change::new("application", line.id.0, what)
        .about(line.person_id)
        .values(
            Some(line.course().state.label().to_owned()),
            Some(state.label().to_owned()),
        )
        .because(reason.map(str::to_owned));
    history::record(writer, vec![change]).await
}

/// The person was taken into a group of the programme: an open application is fulfilled. Called by the room of groups
/// within its unit of work.
pub(crate) async fn placed<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    programme: ProgrammeId,
    group: GroupId,
) -> Result<()> {
    let Some(open) = store::open_of(writer, person, programme).await? else {
        return Ok(());
    };
    let course = Course {
        state: State::from_code(&open.state).unwrap_or(State::Applied),
        interview: open
            .interview_result
            .as_deref()
            .and_then(InterviewResult::from_code),
    };
    let Ok(after) = course.after(Event::Place) else {
        return Ok(());
    };
    let led_to = (Some(group), None);
    store::set_state(writer, open.id, open.version, after.state, None, led_to).await?;
    let change = Change::new("application", open.id.0, "Antrag beendet")
        .about(person)
        .values(
            Some(course.state.label().to_owned()),
            Some(after.state.label().to_owned()),
        );
    history::record(writer, vec![change]).await
}
