//! Asking for clearances, deciding about them, ending them; and what others need to know of them.

use time::Date;

use super::organisations::Problem;
use crate::access::{Person, Writes, same_person};
use crate::base::german;
use crate::base::ids::{ClearanceId, StaffId};
use crate::facilities::{self, FacilityLine};
use crate::grants::suspend_for_clearance;
use crate::history::{self, Change};
use crate::providers::rules::clearance::{
    self as rules, Decision, Refusal, Scope, Source, State, Step,
};
use crate::providers::store::clearance::{self as store, ClearanceRow, Granted, Running};
use crate::providers::store::staff::{self, StaffName};
use crate::schema::providers::clearance;
use crate::store::{Result, Rows, StoreError, Writer};

/// The kind of object in the history.
pub(in crate::providers) const HISTORY: &str = "clearance";

/// The stored scope; the narrowest where the list no longer knows it.
fn scope_of(code: Option<&str>) -> Scope {
    code.and_then(Scope::from_code).unwrap_or(Scope::Single)
}

/// What a coordination may ask for.
pub(in crate::providers) struct Choices {
    pub staff: Vec<StaffName>,
    pub facilities: Vec<FacilityLine>,
}

/// What the actor may ask for today: own staff, and the prisons and probation offices.
pub(in crate::providers) async fn choices(rows: &impl Rows, today: Date) -> Result<Choices> {
    let mut staff = staff::names(rows, today).await?;
    staff.retain(|member| member.valid_to.is_none_or(|end| end > today));
    let facilities = facilities::facilities(rows, today).await?;
    Ok(Choices { staff, facilities })
}

/// A request as typed.
pub(in crate::providers) struct Request<'a> {
    pub staff: StaffId,
    pub facility: &'a FacilityLine,
    pub consent_on: Date,
    pub consent_kept_at: String,
}

/// Stores a request, or says what is wrong. If a clearance runs there, the request is its renewal.
pub(in crate::providers) async fn request<P: Writes>(
    writer: &Writer<P>,
    id: ClearanceId,
    request: Request<'_>,
    today: Date,
) -> Result<Option<Problem>> {
    // Two requests for the same person at the same time wait for each other here.
    staff::hold(writer, request.staff).await?;
    let place = &request.facility.name;
    let open = (
        "facility",
        format!(
            "Für {place} ist schon eine Überprüfung beantragt. Bitte die Entscheidung abwarten oder den Antrag zurückziehen."
        ),
    );
    let (staff, facility) = (request.staff, request.facility.id);
    if store::open_request(writer, staff, facility)
        .await?
        .is_some()
    {
        return Ok(Some(open));
    }
    let running = store::running(writer, staff, Some(facility), today).await?;
    if let Some(next) = running.iter().find(|row| row.first_day > today) {
        return Ok(Some((
            "facility",
            format!(
                "Für {place} ist schon eine Überprüfung vom {} bis {} erteilt. Eine Erneuerung lässt sich beantragen, sobald sie läuft.",
                german::date(next.first_day),
                german::date(next.last_day)
            ),
        )));
    }
    let renewal_of = running.last().map(|row| row.id);
    let actor = writer.access().actor();
    let row = clearance::Model {
        id,
        staff_id: staff,
        facility_id: facility,
        state: State::Requested.code().to_owned(),
        consent_on: request.consent_on,
        consent_kept_at: request.consent_kept_at,
        result: None,
        scope: None,
        issuing_office: None,
        first_day: None,
        last_day: None,
        escort: false,
        not_alone: false,
        no_devices: false,
        accepted_from: None,
        renewal_of,
        requested_by: actor.account(),
        requested_by_name: actor.name().to_owned(),
        requested_at: writer.now(),
        decided_by: None,
        decided_by_name: None,
        decided_at: None,
        ended_by_name: None,
        ended_at: None,
        version: 1,
    };
    match store::insert(writer, row).await {
        Ok(()) => {}
        Err(error) if error.duplicates("clearance") => return Ok(Some(open)),
        Err(error) => return Err(error),
    }
    let what = if renewal_of.is_some() {
        "Erneuerung beantragt"
    } else {
        "Überprüfung beantragt"
    };
    let value = format!(
        "{place}, Einwilligung vom {}",
        german::date(request.consent_on)
    );
    let change = Change::new(HISTORY, id.0, what).values(None, Some(value));
    history::record(writer, vec![change]).await?;
    Ok(None)
}

/// What came of a step.
pub(in crate::providers) enum Done {
    /// Taken; carries how many grants were suspended by it.
    Taken(usize),
    /// Not allowed.
    Refused(Refusal),
    /// Something typed is wrong.
    Problems(Vec<Problem>),
    /// There is no such clearance in scope.
    Unknown,
}

/// Where a clearance stands.
pub(in crate::providers) fn state(row: &ClearanceRow) -> State {
    State::from_code(&row.state).unwrap_or(State::Withdrawn)
}

/// The decisions of other facilities about the same person that hold today.
pub(in crate::providers) async fn sources(
    rows: &impl Rows,
    row: &ClearanceRow,
    today: Date,
) -> Result<Vec<Running>> {
    let mut found = store::running(rows, row.staff_id, None, today).await?;
    found.retain(|other| other.facility_id != row.facility_id && other.first_day <= today);
    Ok(found)
}

/// A granting as typed; `source` is the decision it accepts.
pub(in crate::providers) struct Granting<'a> {
    pub decision: Decision,
    pub issuing_office: &'a str,
    pub source: Option<&'a Running>,
}

/// The source of an acceptance as the rules see it.
pub(in crate::providers) fn source_of(row: &Running) -> Source {
    Source {
        last: row.last_day,
        scope: scope_of(row.scope.as_deref()),
        restrictions: row.restrictions(),
    }
}

/// The clearance as it stands now, held until the commit, if it stands as shown.
async fn standing<P: Writes>(
    writer: &Writer<P>,
    id: ClearanceId,
    version: Option<i64>,
) -> Result<Option<ClearanceRow>> {
    let Some(row) = store::clearance(writer, id).await? else {
        return Ok(None);
    };
    staff::hold(writer, row.staff_id).await?;
    let Some(row) = store::clearance(writer, id).await? else {
        return Ok(None);
    };
    if version == Some(row.version) {
        Ok(Some(row))
    } else {
        Err(StoreError::Changed)
    }
}

async fn step<P: Writes>(
    writer: &Writer<P>,
    row: &ClearanceRow,
    step: Step,
    today: Date,
) -> Result<std::result::Result<State, Refusal>> {
    let same = same_person(
        writer.access().actor().person(),
        Person::of(row.requester, None),
    );
    let over = row.last_day.is_some_and(|last| last < today);
    Ok(rules::next(state(row), step, same, over))
}

/// Grants a request.
pub(in crate::providers) async fn grant<P: Writes>(
    writer: &Writer<P>,
    id: ClearanceId,
    version: Option<i64>,
    granting: Granting<'_>,
    today: Date,
) -> Result<Done> {
    let Some(row) = standing(writer, id, version).await? else {
        return Ok(Done::Unknown);
    };
    if let Err(refusal) = step(writer, &row, Step::Grant, today).await? {
        return Ok(Done::Refused(refusal));
    }
    let runs_until = store::running(writer, row.staff_id, Some(row.facility_id), today)
        .await?
        .last()
        .map(|running| running.last_day);
    let decision = granting.decision;
    let mut problems =
        rules::decision_problems(&decision, runs_until, granting.source.map(source_of), today);
    if let Some(left) = row.staff_to.filter(|end| *end <= decision.first) {
        problems.push((
            "first_day",
            format!(
                "{} ist nur bis zum {} gemeldet.",
                row.staff_name,
                german::date(left.previous_day().unwrap_or(left))
            ),
        ));
    }
    if !problems.is_empty() {
        return Ok(Done::Problems(problems));
    }
    store::grant(
        writer,
        id,
        row.version,
        Granted {
            decision,
            issuing_office: granting.issuing_office,
            accepted_from: granting.source.map(|source| source.id),
        },
    )
    .await?;
    let value = format!(
        "{}, {} bis {}, Auflagen: {}",
        decision.outcome,
        german::date(decision.first),
        german::date(decision.last),
        decision.restrictions.line()
    );
    let what = match granting.source {
        Some(source) => format!("Entscheidung übernommen von {}", source.facility_name),
        None => "Überprüfung erteilt".to_owned(),
    };
    let change = Change::new(HISTORY, id.0, &what).values(None, Some(value));
    history::record(writer, vec![change]).await?;
    Ok(Done::Taken(0))
}

/// Refuses a request.
pub(in crate::providers) async fn decline<P: Writes>(
    writer: &Writer<P>,
    id: ClearanceId,
    version: Option<i64>,
    today: Date,
) -> Result<Done> {
    let Some(row) = standing(writer, id, version).await? else {
        return Ok(Done::Unknown);
    };
    if let Err(refusal) = step(writer, &row, Step::Decline, today).await? {
        return Ok(Done::Refused(refusal));
    }
    store::decline(writer, id, row.version).await?;
    history::record(
        writer,
        vec![Change::new(HISTORY, id.0, "Überprüfung abgelehnt")],
    )
    .await?;
    Ok(Done::Taken(0))
}

/// Takes a request back, or ends a clearance before time; then the grants that rest on it are suspended.
pub(in crate::providers) async fn withdraw<P: Writes>(
    writer: &Writer<P>,
    id: ClearanceId,
    version: Option<i64>,
    today: Date,
) -> Result<Done> {
    let Some(row) = standing(writer, id, version).await? else {
        return Ok(Done::Unknown);
    };
    let from = state(&row);
    if let Err(refusal) = step(writer, &row, Step::Withdraw, today).await? {
        return Ok(Done::Refused(refusal));
    }
    store::withdraw(writer, id, row.version, from).await?;
    let what = if from == State::Requested {
        "Antrag zurückgezogen"
    } else {
        "Überprüfung vorzeitig beendet"
    };
    history::record(writer, vec![Change::new(HISTORY, id.0, what)]).await?;
    let suspended = if from == State::Granted {
        suspend_for_clearance(writer, id).await?
    } else {
        0
    };
    Ok(Done::Taken(suspended))
}
