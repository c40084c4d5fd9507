//! Asking for objects and deciding about them.

use time::{Date, Duration};

use super::visits::Choices;
use super::{Outcome, Step};
use crate::access::{Person, Role, Writes};
use crate::base::german;
use crate::base::ids::{ApprovedObjectId, FacilityId, StaffId};
use crate::base::time::berlin_today;
use crate::gate::rules::objects::{self as rules, Object, State};
use crate::gate::service::list::note_change;
use crate::gate::store::choices;
use crate::gate::store::objects::{self as store, Occasion};
use crate::history::{self, Change};
use crate::schema::providers::approved_object;
use crate::store::{Result, Rows, StoreError, Writer};

/// The kind of object in the history.
pub(crate) const HISTORY: &str = "approved_object";
/// Days ahead for which appointments are offered.
const AHEAD: i64 = 120;

/// What an object may be asked for: three statements.
pub(crate) async fn choices_of(rows: &impl Rows) -> Result<(Choices, Vec<Occasion>)> {
    let today = berlin_today(rows.now());
    let choices = super::visits::choices(rows).await?;
    // Access officers know no groups; they name a period.
    let occasions = if rows.access().actor().role() == Role::AccessOfficer {
        Vec::new()
    } else {
        store::occasions(rows, today, today + Duration::days(AHEAD)).await?
    };
    Ok((choices, occasions))
}

/// For what an object is asked.
pub(crate) enum For<'a> {
    /// One appointment.
    Appointment(&'a Occasion),
    /// A period.
    Period(StaffId, FacilityId, Date, Date),
}

/// Asks for an object.
pub(crate) async fn request<P: Writes>(
    writer: &Writer<P>,
    id: ApprovedObjectId,
    wanted: &For<'_>,
    object: &Object,
) -> Step<()> {
    let (staff, facility, first, last) = match wanted {
        For::Appointment(occasion) => (
            occasion.staff_id,
            occasion.facility_id,
            occasion.day,
            occasion.day,
        ),
        For::Period(staff, facility, first, last) => (*staff, *facility, *first, *last),
    };
    let right = choices::right(writer, staff, facility, first, last).await?;
    if right.no_devices && object.is_device() {
        return Ok(Outcome::Refused("kind", rules::NO_DEVICES.to_owned()));
    }
    if right.blocked() {
        return Ok(Outcome::Refused("staff", super::visits::BLOCKED.to_owned()));
    }
    if !right.granted {
        let (field, day) = ("first_day", german::date(first));
        let why = format!(
            "Am {day} gilt für diese Fachkraft in dieser Einrichtung keine Zugangsfreigabe. Bitte zuerst eine Freigabe beantragen."
        );
        return Ok(Outcome::Refused(field, why));
    }
    let actor = writer.access().actor();
    let row = approved_object::Model {
        id,
        staff_id: staff,
        facility_id: facility,
        what: object.stored(),
        first_day: first,
        last_day: last,
        session_id: match wanted {
            For::Appointment(occasion) => occasion.session(),
            For::Period(..) => None,
        },
        visit_id: match wanted {
            For::Appointment(occasion) => occasion.visit(),
            For::Period(..) => None,
        },
        state: State::Requested.code().to_owned(),
        requested_by: actor.account(),
        requested_by_name: actor.name().to_owned(),
        requested_at: writer.now(),
        decided_by: None,
        decided_by_name: None,
        decided_at: None,
        version: 1,
    };
    store::insert(writer, row).await?;
    let change =
        Change::new(HISTORY, id.0, "Gegenstand beantragt").values(None, Some(object.label()));
    history::record(writer, vec![change]).await?;
    Ok(Outcome::Done(()))
}

/// Decides about an object in scope that still stands as the form showed it.
pub(crate) async fn decide<P: Writes>(
    writer: &Writer<P>,
    id: ApprovedObjectId,
    version: Option<i64>,
    step: rules::Step,
) -> Step<State> {
    let Some(row) = store::object(writer, id).await? else {
        return Ok(Outcome::Unknown);
    };
    if version != Some(row.version) {
        return Err(StoreError::Changed);
    }
    let object = Object::parse(&row.what);
    let right = choices::right(
        writer,
        row.staff_id,
        row.facility_id,
        row.first_day,
        row.last_day,
    )
    .await?;
    let forbidden = right.no_devices && object.is_device();
    let by = writer.access().actor().person();
    let before = State::of(&row.state);
    let after = match rules::next(
        before,
        step,
        Person::of(row.requested_by, None),
        by,
        forbidden,
    ) {
        Ok(after) => after,
        Err(refusal) => return Ok(Outcome::Refused("", refusal.words())),
    };
    store::decide(writer, id, row.version, (before, after)).await?;
    let change = Change::new(HISTORY, id.0, "Gegenstand entschieden").values(
        Some(before.label().to_owned()),
        Some(after.label().to_owned()),
    );
    history::record(writer, vec![change]).await?;
    let today = berlin_today(writer.now());
    let on_list = before == State::Approved || after == State::Approved;
    if on_list && row.first_day <= today && today <= row.last_day {
        note_change(
            writer,
            row.facility_id,
            today,
            row.staff_id,
            "Gegenstände geändert",
        )
        .await?;
    }
    Ok(Outcome::Done(after))
}
