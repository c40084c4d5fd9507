//! The list of a day: lines with everything that stands beside them, changes, ticks, and who is not on it.

use time::{Date, Duration};
use uuid::Uuid;

use crate::access::{ActorProfile, Role, Writes};
use crate::base::ids::{FacilityId, GroupSessionId, StaffId};
use crate::base::time::{Instant, berlin_midnight, berlin_today};
use crate::gate::rules::{self, Absent, Facts, Standing, objects::Object};
use crate::gate::store::{changes, list};
use crate::store::{Result, Rows, Writer};

/// A line of the list as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub row: list::LineRow,
    pub standing: Standing,
    /// Approved objects with approver.
    pub objects: Vec<String>,
    /// The newest change of today.
    pub changed: Option<(Instant, String)>,
    /// When they came, when they went.
    pub came: Option<Instant>,
    pub went: Option<Instant>,
}

/// The name of a line in forms: what, and whose.
pub(crate) fn key(row: &list::LineRow) -> String {
    format!("{}-{}", row.source.simple(), row.who.simple())
}

impl Line {
    fn new(row: list::LineRow, day: Date) -> Self {
        let facts = Facts {
            cancelled: row.cancelled,
            guest: row.kind == "guest",
            late: row.late,
            stopped: row.stopped,
            suspended: row.suspended,
            grant_until: row.grant_until,
            clearance_known: row.clearance_known,
            clearance_until: row.clearance_until,
        };
        Self {
            standing: rules::standing(&facts, day),
            row,
            objects: Vec::new(),
            changed: None,
            came: None,
            went: None,
        }
    }

    /// Escort and restrictions, in words.
    pub fn conditions(&self) -> Vec<&'static str> {
        let row = &self.row;
        [
            (
                row.must_escort == 1 || (row.late && row.escort),
                "nur in Begleitung",
            ),
            (
                row.must_escort == 0 && row.escort && !row.late,
                "Begleitung erbeten",
            ),
            (row.not_alone == 1, "keine Gruppe allein"),
            (row.no_devices == 1, "keine Geräte"),
        ]
        .into_iter()
        .filter_map(|(applies, words)| applies.then_some(words))
        .collect()
    }
}

/// A day of a facility.
pub(crate) struct DayList {
    pub day: Date,
    pub lines: Vec<Line>,
    /// Whether there are more lines than are shown.
    pub cut: bool,
}

fn lines_of(mut rows: Vec<list::LineRow>, day: Date) -> DayList {
    let cut = rows.len() > list::LINES;
    rows.truncate(list::LINES);
    DayList {
        day,
        lines: rows.into_iter().map(|row| Line::new(row, day)).collect(),
        cut,
    }
}

/// The list of a facility and day: three statements.
pub(crate) async fn day_list(rows: &impl Rows, facility: FacilityId, day: Date) -> Result<DayList> {
    let mut found = lines_of(list::lines(rows, facility, day).await?, day);
    if found.lines.is_empty() {
        return Ok(found);
    }
    let objects = list::objects(rows, facility, day).await?;
    let since = berlin_midnight(berlin_today(rows.now()));
    let notes = list::notes(rows, facility, day, since).await?;
    for line in &mut found.lines {
        let (who, source) = (line.row.who, line.row.source);
        line.objects = objects
            .iter()
            .filter(|object| object.staff_id.0 == who)
            .filter(|object| object.session_id.is_none_or(|id| id.0 == source))
            .filter(|object| object.visit_id.is_none_or(|id| id.0 == source))
            .map(|object| (Object::parse(&object.what), object))
            .filter(|(object, _)| line.row.no_devices == 0 || !object.is_device())
            .map(|(object, row)| {
                let by = row.decided_by_name.as_deref().unwrap_or("–");
                format!("{} (genehmigt: {by})", object.label())
            })
            .collect();
        line.changed = notes
            .iter()
            .find(|note| note.line.is_empty() && note.staff_id == who)
            .and_then(|note| Some((note.at?, note.what.clone())));
        let own = key(&line.row);
        if let Some(tick) = notes.iter().find(|note| note.line == own) {
            (line.came, line.went) = (tick.at, tick.left_at);
        }
    }
    Ok(found)
}

/// Somebody who is not on the list: the name, and why in neutral words.
pub(crate) struct Missing {
    pub name: Option<String>,
    pub reason: String,
}

/// What a search for a name found.
pub(crate) struct Search {
    pub list: DayList,
    pub missing: Vec<Missing>,
    pub officers: Vec<String>,
}

/// Looks for a name on the list, and beside it among those whom the facility knows: three statements.
pub(crate) async fn search(
    rows: &impl Rows,
    facility: FacilityId,
    day: Date,
    typed: &str,
) -> Result<Search> {
    let mut found = lines_of(list::lines(rows, facility, day).await?, day);
    found
        .lines
        .retain(|line| rules::named(&line.row.name, typed));
    if !found.lines.is_empty() {
        return Ok(Search {
            list: found,
            missing: Vec::new(),
            officers: Vec::new(),
        });
    }
    let known = list::known(rows, facility, day).await?;
    let mut missing: Vec<Missing> = known
        .into_iter()
        .filter(|row| rules::named(&row.name, typed))
        .take(10)
        .map(|row| {
            let revoked = row
                .revoked_at
                .map(berlin_today)
                .filter(|revoked| *revoked <= day);
            let absent = Absent {
                blocked: row.stopped || (row.suspended && !row.granted),
                granted: row.granted,
                ended: row.ended.max(revoked),
                begins: row.begins,
            };
            Missing {
                name: Some(row.name),
                reason: rules::reason(Some(&absent)),
            }
        })
        .collect();
    if missing.is_empty() {
        missing.push(Missing {
            name: None,
            reason: rules::reason(None),
        });
    }
    Ok(Search {
        list: found,
        missing,
        officers: list::officers(rows, facility).await?,
    })
}

/// Marks a change on the list of a day: rooms call it where they change what the gate reads, in the same unit of work.
/// `what` is a few neutral words ("Termin abgesagt"); days that the gate cannot see yet are left alone.
pub async fn note_change<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    day: Date,
    staff: StaffId,
    what: &str,
) -> Result<()> {
    note_changes(writer, facility, day, &[staff], what).await
}

/// The same for several staff members.
pub async fn note_changes<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    day: Date,
    staff: &[StaffId],
    what: &str,
) -> Result<()> {
    let today = berlin_today(writer.now());
    if staff.is_empty() || day < today || day > today + Duration::days(rules::GATE_DAYS) {
        return Ok(());
    }
    changes::insert(writer, facility, day, staff, what).await
}

/// The same for everybody who comes to a session.
pub async fn note_session<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    day: Date,
    session: GroupSessionId,
    what: &str,
) -> Result<()> {
    let staff = changes::session_staff(writer, session).await?;
    note_changes(writer, facility, day, &staff, what).await
}

/// Objects and guests that wait for the actor's decision; none for other roles.
pub async fn waiting(rows: &impl Rows, profile: &ActorProfile, today: Date) -> Result<(u64, u64)> {
    match (profile.role, profile.facility) {
        (Role::AccessOfficer, Some(facility)) => changes::waiting(rows, facility, today).await,
        _ => Ok((0, 0)),
    }
}

/// Deletes ticks that were last set before a moment, guests of family days and marks of changes before days; says how many
/// rows went.
pub async fn purge<P: Writes>(
    writer: &Writer<P>,
    ticks: Instant,
    guests: Date,
    changes: Date,
) -> Result<u64> {
    let (ticks, guests, changes) = list::purge(writer, ticks, guests, changes).await?;
    Ok(ticks + guests + changes)
}

/// A tick asked for by a button: which line, entry or exit, set or taken back.
pub(crate) struct Tick {
    pub line: String,
    pub entry: bool,
    pub set: bool,
}

impl Tick {
    /// Reads a button's value such as `ein.<line>` or `aus-zurueck.<line>`.
    pub fn parse(value: &str) -> Option<Self> {
        let (step, line) = value.split_once('.')?;
        let (entry, set) = match step {
            "ein" => (true, true),
            "aus" => (false, true),
            "ein-zurueck" => (true, false),
            "aus-zurueck" => (false, false),
            _ => return None,
        };
        let (source, who) = line.split_once('-')?;
        let whole = Uuid::try_parse(source).is_ok() && Uuid::try_parse(who).is_ok();
        whole.then(|| Self {
            line: line.to_owned(),
            entry,
            set,
        })
    }
}

/// Ticks a line of today's list; `false` if there is no such line at this facility.
pub(crate) async fn tick<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    tick: &Tick,
) -> Result<bool> {
    let today = berlin_today(writer.now());
    let there = list::lines(writer, facility, today)
        .await?
        .iter()
        .any(|row| key(row) == tick.line);
    if there {
        list::tick(writer, facility, today, &tick.line, (tick.entry, tick.set)).await?;
    }
    Ok(there)
}
