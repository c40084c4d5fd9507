//! Announcing, changing and cancelling single visits; late entries.

use time::Date;

use super::{Outcome, Step};
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{FacilityId, GateVisitId, StaffId};
use crate::base::time::{MinuteOfDay, berlin_today};
use crate::gate::rules;
use crate::gate::service::list::note_change;
use crate::gate::store::choices::{self, PlaceChoice, StaffChoice};
use crate::gate::store::visits::{self, VisitRow};
use crate::history::{self, Change};
use crate::schema::providers::gate_visit;
use crate::store::{Result, Rows, Writer};

/// The kind of object in the history.
pub(crate) const HISTORY: &str = "gate_visit";

/// For whom and where a visit may be announced.
pub(crate) struct Choices {
    pub staff: Vec<StaffChoice>,
    pub places: Vec<PlaceChoice>,
}

/// What the actor may announce today: two statements.
pub(crate) async fn choices(rows: &impl Rows) -> Result<Choices> {
    let today = berlin_today(rows.now());
    Ok(Choices {
        staff: choices::staff(rows, today).await?,
        places: choices::places(rows, rows.access().actor().profile(), today).await?,
    })
}

/// When and where somebody comes.
pub(crate) struct Appointment {
    pub day: Date,
    pub from: MinuteOfDay,
    pub to: MinuteOfDay,
    pub destination: String,
    pub escort: bool,
}

impl Appointment {
    fn minutes(&self) -> i64 {
        i64::from(self.to.value()) - i64::from(self.from.value())
    }

    fn words(&self) -> String {
        format!(
            "{}, {}–{}, {}",
            german::date(self.day),
            german::time(self.from),
            german::time(self.to),
            self.destination
        )
    }
}

pub(crate) const BLOCKED: &str =
    "Diese Fachkraft ist für diese Einrichtung gesperrt. Bitte die Stelle Zugang fragen.";

/// Whether somebody may not come on a day at all: the field of a form, and why.
async fn shut_out<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    facility: FacilityId,
    day: Date,
) -> Result<Option<(&'static str, String)>> {
    choices::hold(writer, staff).await?;
    let right = choices::right(writer, staff, facility, day, day).await?;
    if right.blocked() {
        return Ok(Some(("staff", BLOCKED.to_owned())));
    }
    if !right.granted {
        return Ok(Some((
            "day",
            format!(
                "Am {} gilt für diese Fachkraft in dieser Einrichtung keine Zugangsfreigabe. Bitte zuerst eine Freigabe beantragen oder einen anderen Tag wählen.",
                german::date(day)
            ),
        )));
    }
    Ok(None)
}

/// Why a member of external staff may not come to a facility on a day, in German; `None`: may. For rooms that plan
/// something there.
///
/// # Errors
/// If the store cannot.
pub async fn kept_out<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    facility: FacilityId,
    day: Date,
) -> Result<Option<String>> {
    Ok(shut_out(writer, staff, facility, day)
        .await?
        .map(|(_, why)| why))
}

/// What speaks against an appointment: no grant refuses, another appointment at the same time asks once.
async fn against<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    facility: FacilityId,
    appointment: &Appointment,
    (except, confirmed): (Option<GateVisitId>, bool),
) -> Result<Option<(&'static str, String)>> {
    if let Some(why) = shut_out(writer, staff, facility, appointment.day).await? {
        return Ok(Some(why));
    }
    let (from, to) = (
        i64::from(appointment.from.value()),
        i64::from(appointment.to.value()),
    );
    if !confirmed && choices::busy(writer, staff, appointment.day, from, to, except).await? {
        return Ok(Some((
            "trotzdem",
            "Diese Fachkraft hat in dieser Zeit schon einen anderen Termin. Bitte die Zeit ändern oder „Trotz Überschneidung“ ankreuzen.".to_owned(),
        )));
    }
    Ok(None)
}

/// Announces a visit.
pub(crate) async fn announce<P: Writes>(
    writer: &Writer<P>,
    id: GateVisitId,
    (staff, facility): (StaffId, FacilityId),
    appointment: &Appointment,
    confirmed: bool,
) -> Step<()> {
    if let Some((field, why)) =
        against(writer, staff, facility, appointment, (None, confirmed)).await?
    {
        return Ok(Outcome::Refused(field, why));
    }
    store(writer, id, (staff, facility), appointment, None).await?;
    let change = Change::new(HISTORY, id.0, "Termin an der Pforte angekündigt")
        .values(None, Some(appointment.words()));
    history::record(writer, vec![change]).await?;
    note_change(writer, facility, appointment.day, staff, "Termin neu").await?;
    Ok(Outcome::Done(()))
}

async fn store<P: Writes>(
    writer: &Writer<P>,
    id: GateVisitId,
    (staff, facility): (StaffId, FacilityId),
    appointment: &Appointment,
    waiver: Option<String>,
) -> Result<()> {
    let actor = writer.access().actor();
    let row = gate_visit::Model {
        id,
        staff_id: staff,
        facility_id: facility,
        programme_id: None,
        day: appointment.day,
        start_minute: i64::from(appointment.from.value()),
        minutes: appointment.minutes(),
        destination: appointment.destination.clone(),
        escort: appointment.escort,
        waiver_reason: waiver,
        created_at: writer.now(),
        created_by: actor.account(),
        created_by_name: actor.name().to_owned(),
        changed_at: None,
        cancelled_at: None,
        cancelled_by_name: None,
        version: 1,
    };
    visits::insert(writer, row).await
}

/// Whether a visit can still be changed: why not, in German.
pub(crate) fn closed(visit: &VisitRow, today: Date) -> Option<&'static str> {
    if visit.cancelled_at.is_some() {
        Some("Dieser Termin ist schon abgesagt.")
    } else if visit.day < today {
        Some("Dieser Termin ist vorbei.")
    } else {
        None
    }
}

/// Changes a visit in scope.
pub(crate) async fn change<P: Writes>(
    writer: &Writer<P>,
    visit: &VisitRow,
    version: i64,
    appointment: &Appointment,
    confirmed: bool,
) -> Step<()> {
    let today = berlin_today(writer.now());
    if let Some(why) = closed(visit, today) {
        return Ok(Outcome::Refused("", why.to_owned()));
    }
    if visit.waiver_reason.is_some() {
        let why = "Ein Nachtrag wird nicht geändert, nur abgesagt.";
        return Ok(Outcome::Refused("", why.to_owned()));
    }
    let except = (Some(visit.id), confirmed);
    let (staff, facility) = (visit.staff_id, visit.facility_id);
    if let Some((field, why)) = against(writer, staff, facility, appointment, except).await? {
        return Ok(Outcome::Refused(field, why));
    }
    let to = visits::Change {
        day: appointment.day,
        start_minute: i64::from(appointment.from.value()),
        minutes: appointment.minutes(),
        destination: appointment.destination.clone(),
        escort: appointment.escort,
    };
    visits::change(writer, visit.id, version, &to).await?;
    let old = format!(
        "{}, {}, {}",
        german::date(visit.day),
        rules::span(visit.start_minute, visit.minutes),
        visit.destination
    );
    let change = Change::new(HISTORY, visit.id.0, "Termin an der Pforte geändert")
        .values(Some(old), Some(appointment.words()));
    history::record(writer, vec![change]).await?;
    if visit.day != appointment.day {
        note_change(writer, facility, visit.day, staff, "Termin verlegt").await?;
    }
    note_change(writer, facility, appointment.day, staff, "Termin geändert").await?;
    Ok(Outcome::Done(()))
}

/// Cancels a visit in scope.
pub(crate) async fn cancel<P: Writes>(
    writer: &Writer<P>,
    id: GateVisitId,
    version: Option<i64>,
) -> Step<()> {
    let Some(visit) = visits::visit(writer, id).await? else {
        return Ok(Outcome::Unknown);
    };
    if let Some(why) = closed(&visit, berlin_today(writer.now())) {
        return Ok(Outcome::Refused("", why.to_owned()));
    }
    visits::cancel(writer, id, version.unwrap_or(-1)).await?;
    history::record(
        writer,
        vec![Change::new(HISTORY, id.0, "Termin an der Pforte abgesagt")],
    )
    .await?;
    note_change(
        writer,
        visit.facility_id,
        visit.day,
        visit.staff_id,
        "Termin abgesagt",
    )
    .await?;
    Ok(Outcome::Done(()))
}

/// Adds somebody to today's list without a grant, on the word of one access officer. It opens no data.
pub(crate) async fn late<P: Writes>(
    writer: &Writer<P>,
    id: GateVisitId,
    (staff, facility): (StaffId, FacilityId),
    mut appointment: Appointment,
    reason: String,
) -> Step<()> {
    choices::hold(writer, staff).await?;
    let right = choices::right(writer, staff, facility, appointment.day, appointment.day).await?;
    if right.stopped || right.suspended {
        return Ok(Outcome::Refused("staff", BLOCKED.to_owned()));
    }
    if right.granted {
        let why = "Für diese Fachkraft gilt heute eine Zugangsfreigabe. Bitte den Termin ankündigen statt nachzutragen.";
        return Ok(Outcome::Refused("staff", why.to_owned()));
    }
    let (from, to) = (
        i64::from(appointment.from.value()),
        i64::from(appointment.to.value()),
    );
    if choices::busy(writer, staff, appointment.day, from, to, None).await? {
        let why =
            "Diese Fachkraft steht in dieser Zeit schon auf einer Liste. Bitte die Zeit ändern.";
        return Ok(Outcome::Refused("from", why.to_owned()));
    }
    // Nobody checked them: then somebody goes with them.
    appointment.escort = appointment.escort || !right.cleared;
    store(
        writer,
        id,
        (staff, facility),
        &appointment,
        Some(reason.clone()),
    )
    .await?;
    let change = Change::new(HISTORY, id.0, "Nachtrag: Vier-Augen-Prinzip ausgesetzt")
        .values(None, Some(appointment.words()))
        .because(Some(reason));
    history::record(writer, vec![change]).await?;
    note_change(writer, facility, appointment.day, staff, "Nachtrag").await?;
    Ok(Outcome::Done(()))
}
