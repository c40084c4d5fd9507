//! Use cases: asking for grants; in files of their own: deciding, renewing, stops, the quarterly confirmation.

pub(super) mod confirmation;
pub(super) mod decisions;
pub(super) mod renewal;
pub(super) mod stops;

use time::Date;

use super::rules::{self, State};
use super::scope::{Responsibility, responsibility};
use super::store::{self, Existing, PartChoice, StaffChoice};
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{FacilityId, GrantId, GrantRequestId, ProgrammeId, StaffId};
use crate::base::time::berlin_today;
use crate::facilities::{self, FacilityLine};
use crate::gate;
use crate::history::{self, Change};
use crate::schema::providers::access_grant;
use crate::store::{Result, Rows, Writer};

/// What somebody may ask for.
pub(super) struct Choices {
    /// External staff of the own organisation, or all.
    pub staff: Vec<StaffChoice>,
    /// All facilities, or only the own one.
    pub facilities: Vec<FacilityLine>,
    /// Which organisation takes part in which programme.
    pub parts: Vec<PartChoice>,
    /// The facility that cannot be chosen otherwise.
    pub fixed: Option<FacilityId>,
}

impl Choices {
    /// The programmes, each once, by name.
    pub fn programmes(&self) -> Vec<(ProgrammeId, &str)> {
        let mut list: Vec<(ProgrammeId, &str)> = Vec::new();
        for part in &self.parts {
            if list.last().is_none_or(|(id, _)| *id != part.programme_id) {
                list.push((part.programme_id, &part.programme_name));
            }
        }
        list
    }
}

/// What the actor may ask for today; `None` if the account is responsible for nothing. Three statements.
pub(super) async fn choices(rows: &impl Rows, today: Date) -> Result<Option<Choices>> {
    let Some(responsibility) = responsibility(rows.access().actor().profile()) else {
        return Ok(None);
    };
    let (provider, fixed) = match responsibility {
        Responsibility::Provider(provider) => (Some(provider), None),
        Responsibility::Facility(facility) => (None, Some(facility)),
    };
    let mut facilities = facilities::facilities(rows, today).await?;
    facilities.retain(|facility| fixed.is_none_or(|own| facility.id == own));
    Ok(Some(Choices {
        staff: store::staff(rows, provider, today).await?,
        facilities,
        parts: store::parts(rows, provider, today).await?,
        fixed,
    }))
}

/// A request for grants: one staff member, one grant for each facility and programme.
pub(super) struct Request<'a> {
    pub staff: &'a StaffChoice,
    pub facilities: Vec<&'a FacilityLine>,
    pub programmes: Vec<(ProgrammeId, &'a str)>,
    pub first: Date,
    pub last: Date,
}

/// What reference data says against a request: the form's field ("" for the form as a whole) and the German sentence,
/// one for each combination that does not go.
pub(super) fn request_problems(
    request: &Request<'_>,
    parts: &[PartChoice],
) -> Vec<(&'static str, String)> {
    let mut problems = Vec::new();
    let staff = request.staff;
    let staff_until = rules::last_valid_day(staff.valid_to);
    if request.last > staff_until {
        problems.push((
            "last_day",
            format!(
                "{} ist nur bis zum {} gemeldet. Bitte den Zeitraum dort enden lassen.",
                staff.name,
                german::date(staff_until)
            ),
        ));
    }
    for facility in &request.facilities {
        let facility_until = rules::last_valid_day(facility.valid_to);
        if request.first < facility.valid_from || request.last > facility_until {
            problems.push((
                "",
                format!(
                    "{} besteht nicht im ganzen Zeitraum. Bitte den Zeitraum ändern oder diese Einrichtung weglassen.",
                    facility.name
                ),
            ));
        }
    }
    problems.extend(request.programmes.iter().filter_map(|(id, name)| {
        let periods = parts
            .iter()
            .filter(|part| part.programme_id == *id && part.provider_id == staff.provider_id)
            .map(|part| (part.valid_from, rules::last_valid_day(part.valid_to)));
        let problem = rules::part_problem(
            &staff.provider_name,
            name,
            periods,
            request.first,
            request.last,
        );
        problem.map(|sentence| ("", sentence))
    }));
    problems
}

/// What stands against a request, one German sentence for each combination; `but` is a grant that may overlap (the
/// request itself, when it is changed).
pub(super) async fn overlap_problems<P: Writes>(
    writer: &Writer<P>,
    request: &Request<'_>,
    but: Option<GrantId>,
) -> Result<Vec<String>> {
    let programmes: Vec<ProgrammeId> = request.programmes.iter().map(|(id, _)| *id).collect();
    let facilities: Vec<FacilityId> = request.facilities.iter().map(|place| place.id).collect();
    let existing = store::overlapping(
        writer,
        request.staff.id,
        &facilities,
        &programmes,
        request.first,
        request.last,
    )
    .await?;
    Ok(existing
        .iter()
        .filter(|grant| Some(grant.id) != but)
        .map(overlap)
        .collect())
}

fn overlap(grant: &Existing) -> String {
    let state = grant.state.parse().map_or("", State::label);
    format!(
        "{}, „{}“: Es gibt schon eine Freigabe vom {} bis {} ({state}). Bitte einen Zeitraum wählen, der sich damit nicht überschneidet, oder diese Verbindung weglassen.",
        grant.facility_name,
        grant.programme_name,
        german::date(grant.first_day),
        german::date(grant.last_day)
    )
}

/// One grant that is asked for.
pub(super) struct Wanted {
    pub id: GrantId,
    pub staff: StaffId,
    pub facility: FacilityId,
    pub programme: ProgrammeId,
    pub first: Date,
    pub last: Date,
    pub renewal_of: Option<GrantId>,
}

impl Wanted {
    /// One for each facility and programme of a request.
    pub(super) fn of<P: Writes>(writer: &Writer<P>, request: &Request<'_>) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        for facility in &request.facilities {
            for (programme, _) in &request.programmes {
                wanted.push(Wanted {
                    id: GrantId(writer.entropy().uuid()),
                    staff: request.staff.id,
                    facility: facility.id,
                    programme: *programme,
                    first: request.first,
                    last: request.last,
                    renewal_of: None,
                });
            }
        }
        wanted
    }
}

/// Stores what is asked for with one form, with its history.
pub(super) async fn request<P: Writes>(
    writer: &Writer<P>,
    id: GrantRequestId,
    wanted: &[Wanted],
) -> Result<()> {
    let actor = writer.access().actor();
    let rows = wanted
        .iter()
        .map(|one| access_grant::Model {
            id: one.id,
            staff_id: one.staff,
            facility_id: one.facility,
            programme_id: one.programme,
            clearance_id: None,
            first_day: one.first,
            last_day: one.last,
            state: State::Requested.code().to_owned(),
            request_id: Some(id),
            renewal_of: one.renewal_of,
            stop_id: None,
            requested_by: actor.account(),
            requested_by_name: actor.name().to_owned(),
            requested_at: writer.now(),
            decided_by: None,
            decided_by_name: None,
            decided_at: None,
            approved_hash: None,
            suspended_reason: None,
            version: 1,
        })
        .collect();
    store::insert(writer, rows).await?;
    let changes = wanted
        .iter()
        .map(|one| {
            let what = if one.renewal_of.is_some() {
                "Verlängerung beantragt"
            } else {
                "Zugangsfreigabe beantragt"
            };
            Change::new(HISTORY, one.id.0, what)
                .values(None, Some(period_words(one.first, one.last)))
        })
        .collect();
    history::record(writer, changes).await
}

fn period_words(first: Date, last: Date) -> String {
    format!("{} bis {}", german::date(first), german::date(last))
}

/// The kind of object in the history.
pub(super) const HISTORY: &str = "access_grant";

/// Members of external staff leave today: the gates that expect them see it. Grants themselves stay as they are; they
/// open nothing without their holder.
///
/// # Errors
/// If the store cannot.
pub async fn staff_left<P: Writes>(writer: &Writer<P>, staff: &[StaffId]) -> Result<()> {
    let today = berlin_today(writer.now());
    let running = store::decisions::running_of(writer, staff, today).await?;
    tell_gate(writer, &running).await
}

/// Marks on today's gate lists that somebody's right to come in changed; never why.
pub(super) async fn tell_gate<P: Writes>(writer: &Writer<P>, ids: &[GrantId]) -> Result<()> {
    let today = berlin_today(writer.now());
    for place in store::decisions::places_on(writer, ids, today).await? {
        gate::note_change(
            writer,
            place.facility_id,
            today,
            place.staff_id,
            "Freigabe geändert",
        )
        .await?;
    }
    Ok(())
}
