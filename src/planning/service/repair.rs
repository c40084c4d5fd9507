//! The repair of dates that no longer fit: computed with as few changes as possible, taken over through the rooms that
//! change dates and put covers in.

use std::collections::BTreeMap;

use time::{Date, Duration};

use super::half_year::offer_of;
use super::talk_times::talk_times;
use super::{Table, monday, set_up, today};
use crate::access::Writes;
use crate::base::crypto::{hex, sha256};
use crate::base::ids::{FacilityId, GroupId, GroupSessionId, PersonId, RoomId, StaffId};
use crate::base::interval::days_left;
use crate::casework;
use crate::conflicts::{self, Sent};
use crate::cover::{self, Put};
use crate::facilities;
use crate::groups::rules::minute;
use crate::groups::series::change::Target;
use crate::groups::service::series::{self as series, Command, Order as DateOrder, Saved};
use crate::planning::rules::changes::{Change, changes};
use crate::planning::rules::leaving::{Leaving, leaving};
use crate::planning::rules::{Disruption, DueTalk, Lost, Order};
use crate::planning::store::facts::{self, Talks};
use crate::providers;
use crate::store::{Result, Rows, Writer};
use crate::timetable::search::{self, Effort, Settings};
use crate::timetable::world as timetable;

/// Weeks that are looked at: as far as the longest group can still go.
const WEEKS: u8 = 60;
/// Steps of the search: the same question gets the same answer.
const STEPS: u64 = 6_000;

/// A planned talk that cannot take place, and the time that is proposed instead.
#[derive(Debug, Clone)]
pub(crate) struct MovedTalk {
    pub due: DueTalk,
    pub staff_name: String,
    /// Day and starting minute, if there is one.
    pub new: Option<(Date, u16)>,
}

impl MovedTalk {
    /// The talk as it stands.
    pub fn lost(&self) -> Option<&Lost> {
        self.due.lost.as_ref()
    }
}

/// What a repair would do.
pub(crate) struct Plan {
    pub changes: Vec<Change>,
    /// Talks that cannot take place, in the order of their days.
    pub talks: Vec<MovedTalk>,
    /// Groups that are not moved by a computation, with the reason.
    pub left: Vec<(String, String)>,
    /// Members who leave before the end.
    pub leaving: Vec<Leaving>,
    /// Groups and sessions that were looked at.
    pub looked: (usize, usize),
}

impl Plan {
    /// What can be taken over: changes against which nothing stands any more.
    pub fn good(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.open.is_empty())
    }

    /// Talks for which a time is proposed.
    pub fn good_talks(&self) -> impl Iterator<Item = &MovedTalk> {
        self.talks.iter().filter(|talk| talk.new.is_some())
    }

    /// A mark over everything that would change.
    pub fn mark(&self) -> String {
        let text = format!("{:?}{:?}", self.good().collect::<Vec<_>>(), self.talks);
        hex(&sha256(text.as_bytes()))
    }

    /// The people it tells of.
    pub fn people(&self) -> Vec<PersonId> {
        let talks = self.talks.iter().map(|talk| talk.due.person);
        let leaving = self.leaving.iter();
        let people = leaving
            .flat_map(|one| [Some(one.person), one.next.as_ref().map(|next| next.person)])
            .flatten()
            .chain(talks);
        people.collect()
    }
}

/// Reads what is needed to repair the groups of a house from tomorrow on; what is held today stays.
pub(crate) async fn table<R: Rows>(
    rows: &R,
    facility: FacilityId,
    disruptions: &[Disruption],
) -> Result<Option<Table>> {
    let today = today(rows);
    let begin = monday(today);
    let facts = super::known(rows, facility, (begin, WEEKS), Talks::Booked).await?;
    let running = facts::running(rows, facility).await?;
    let weekend = facts.houses.iter().any(|house| {
        house.known.meetings.iter().any(|meeting| {
            meeting.day > today && meeting.day.weekday().number_days_from_monday() > 4
        })
    });
    let odd = facts.houses.iter().any(|house| {
        house
            .known
            .meetings
            .iter()
            .any(|meeting| meeting.day > today && meeting.span.from % 30 != 0)
    });
    let order = Order {
        name: "Umplanung".to_owned(),
        from: Some(begin),
        weeks: WEEKS,
        open: running,
        now: Some(today + Duration::DAY),
        disruptions: disruptions.to_vec(),
        keep_start: true,
        weekend,
        grid: if odd { 15 } else { 0 },
        ..Order::default()
    };
    Ok(set_up(facts, &order))
}

/// Computes the repair: not for the threads that answer requests.
pub(crate) fn repair(table: &Table) -> Plan {
    let settings = Settings {
        seed: 1,
        threads: 1,
        effort: Effort::Steps(STEPS),
    };
    let (world, made) = (&table.world, &table.made);
    let found = search::repair(world, &settings);
    let known = |group: GroupId| {
        table
            .facts
            .houses
            .iter()
            .find_map(|house| house.known.groups.get(&group))
    };
    let name = |group: GroupId| {
        known(group)
            .and_then(|group| group.name.clone())
            .unwrap_or_else(|| "eine Gruppe".to_owned())
    };
    let plan = found.map_or_else(|| table.plan.clone(), |found| found.plan);
    Plan {
        changes: changes(made, world, &table.plan, &plan),
        talks: moved_talks(table, &plan),
        left: made
            .left
            .iter()
            .map(|(group, why)| (name(*group), why.clone()))
            .collect(),
        leaving: leaving(&table.facts),
        looked: (
            made.groups.len(),
            table
                .plan
                .groups
                .values()
                .iter()
                .flatten()
                .map(|course| course.sessions.len())
                .sum(),
        ),
    }
}

/// The talks that cannot take place, with the times that are found around a plan.
fn moved_talks(table: &Table, plan: &timetable::Plan) -> Vec<MovedTalk> {
    let moved = |due: &DueTalk, new| {
        let known = table.facts.staff.get(&due.staff);
        MovedTalk {
            due: due.clone(),
            staff_name: known.map_or_else(String::new, |one| one.name.clone()),
            new,
        }
    };
    let talks = &table.made.talks;
    let times = talk_times(table, plan, 1);
    let timed = talks.due.iter().zip(times);
    let mut found: Vec<MovedTalk> = timed.map(|(due, time)| moved(due, time)).collect();
    found.extend(talks.timeless.iter().map(|due| moved(due, None)));
    found.sort_by_key(|talk| talk.lost().map(|lost| (lost.day, lost.start)));
    found
}

/// Enters what happened where everybody looks for it: a closure of the house or of the room, an absence. What is entered
/// already is not entered again. Says why it cannot be entered, if that is so.
async fn enter<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    disruption: &Disruption,
    note: Option<&str>,
) -> Result<Option<String>> {
    let today = today(writer);
    let close = |room: Option<RoomId>, days: (Date, Date), usual: &'static str| async move {
        let known = facilities::closed_days(writer, facility, room, today).await?;
        let reason = note.unwrap_or(usual);
        for days in days_left((days.0.max(today), days.1), &known) {
            facilities::close(writer, (facility, room), days, reason).await?;
        }
        Ok(None)
    };
    match *disruption {
        Disruption::Away(staff, first, last) => {
            providers::keep_absence(writer, staff, (first, last), today).await
        }
        Disruption::Room(room, first, last) => {
            close(Some(room), (first, last), "Raum fällt aus").await
        }
        Disruption::Closed(_, first, last) => {
            close(None, (first, last), "außerplanmäßige Schließung").await
        }
    }
}

/// What came of taking a repair over. Whoever gets anything but `Done` drops the writer.
pub(crate) enum Taken {
    /// Saved: changed dates, covers put in, and times proposed for talks.
    Done(usize, usize, usize),
    /// It is no longer what was shown.
    Stale,
    /// Something stands against it: the reasons in German.
    Refused(Vec<String>),
}

/// One thing to do; those that cannot be done yet are tried again after the others.
enum Task<'a> {
    /// The dates of a group at once.
    Move(Vec<&'a Change>),
    /// One trainer for another in some sessions of a group.
    Cover(GroupId, String, (StaffId, StaffId), Vec<GroupSessionId>),
}

fn tasks(plan: &Plan) -> Vec<Task<'_>> {
    let mut moves: BTreeMap<GroupId, Vec<&Change>> = BTreeMap::new();
    type Covers = BTreeMap<(bool, GroupId, StaffId, StaffId), (String, Vec<GroupSessionId>)>;
    let mut covers: Covers = BTreeMap::new();
    for change in plan.good() {
        if change.moves() {
            moves.entry(change.group.0).or_default().push(change);
        }
        for (gone, come) in change.replaced() {
            let key = (change.moves(), change.group.0, gone.0, come.0);
            let entry = covers
                .entry(key)
                .or_insert_with(|| (change.group.1.clone(), Vec::new()));
            entry.1.push(change.session);
        }
    }
    let (later, first): (Vec<_>, Vec<_>) = covers.into_iter().partition(|((moved, ..), _)| *moved);
    let cover = |((_, group, gone, come), (name, sessions))| {
        Task::Cover(group, name, (gone, come), sessions)
    };
    let mut all: Vec<Task<'_>> = first.into_iter().map(cover).collect();
    all.extend(moves.into_values().map(Task::Move));
    all.extend(later.into_iter().map(cover));
    all
}

/// What is taken over beside the changes that were shown.
pub(crate) struct Along<'a> {
    /// The reason at the dates that change.
    pub reason: &'a str,
    /// What is entered as known from now on, in which house, with the reason for it.
    pub entered: Option<(FacilityId, Disruption, Option<&'a str>)>,
}

/// Makes the changes that were shown, all or none: covers where only the trainer is another, the dates of each group at
/// once, covers where both change. What is not possible yet waits for what makes room.
pub(crate) async fn take<P: Writes>(
    writer: &Writer<P>,
    plan: &Plan,
    along: &Along<'_>,
) -> Result<Taken> {
    let reason = along.reason;
    let (mut moved, mut covered) = (0, 0);
    let mut waiting = tasks(plan);
    while !waiting.is_empty() {
        let before = waiting.len();
        let (mut again, mut refused) = (Vec::new(), Vec::new());
        for task in waiting {
            let why = match &task {
                Task::Move(go) => match move_all(writer, go, reason).await? {
                    Ok(number) => {
                        moved += number;
                        continue;
                    }
                    Err(None) => return Ok(Taken::Stale),
                    Err(Some(why)) => why,
                },
                Task::Cover(group, name, who, sessions) => {
                    match put_in(writer, *group, *who, sessions).await? {
                        Ok(number) => {
                            covered += number;
                            continue;
                        }
                        Err(why) => why
                            .into_iter()
                            .map(|one| format!("{name}: {one}"))
                            .collect(),
                    }
                }
            };
            refused.extend(why);
            again.push(task);
        }
        if again.len() == before {
            return Ok(Taken::Refused(refused));
        }
        waiting = again;
    }
    let proposed = propose(writer, plan).await?;
    // Last: dates are judged by what they were when the repair was shown.
    if let Some((facility, disruption, note)) = &along.entered
        && let Some(why) = enter(writer, *facility, disruption, *note).await?
    {
        return Ok(Taken::Refused(vec![why]));
    }
    Ok(Taken::Done(moved, covered, proposed))
}

/// Proposes to the counsellors the times that were found instead of talks that cannot take place.
async fn propose<P: Writes>(writer: &Writer<P>, plan: &Plan) -> Result<usize> {
    let offer = |talk: &MovedTalk| Some(offer_of(writer, &talk.due, talk.new?, None));
    let offers: Vec<_> = plan.good_talks().filter_map(offer).collect();
    let number = offers.len();
    casework::keep_offers(writer, offers).await?;
    Ok(number)
}

/// Moves sessions of one group; an error without reasons: they are not what they were.
async fn move_all<P: Writes>(
    writer: &Writer<P>,
    go: &[&Change],
    reason: &str,
) -> Result<std::result::Result<usize, Option<Vec<String>>>> {
    let Some((group, name)) = go.first().map(|change| &change.group) else {
        return Ok(Ok(0));
    };
    let named = |why: Vec<String>| {
        let lines = why.into_iter().map(|one| format!("{name}: {one}"));
        Err(Some(lines.collect()))
    };
    let Some(loaded) = series::load(writer, *group).await? else {
        return Ok(Err(None));
    };
    let targets: Vec<(GroupSessionId, Target)> = go
        .iter()
        .map(|change| {
            let to = Target {
                day: change.new.day,
                start: minute(i64::from(change.new.start)),
                room: change.new.room.0,
            };
            (change.session, to)
        })
        .collect();
    let order = DateOrder {
        command: Command::MoveEach(targets),
        chosen: Vec::new(),
        reason: Some(reason.to_owned()),
    };
    let changed = match loaded.apply(&order, writer.now()) {
        Ok(changed) => changed,
        Err(refusals) => return Ok(named(refusals.into_iter().map(|(_, why)| why).collect())),
    };
    let against = series::conflicts(writer, &loaded, &changed).await?;
    let (stand, mark) = (
        series::stand(&loaded.sessions, &changed),
        conflicts::mark(&against),
    );
    // Who of the members would have something else is taken on with the reason of the whole, as when dates are moved by
    // hand; what is hard is refused.
    let sent = Sent {
        shown: &mark,
        reason,
    };
    Ok(
        match series::run(writer, *group, &order, &stand, &sent, "Umplanung").await? {
            Saved::Done => Ok(go.len()),
            Saved::Stale | Saved::NotFound => Err(None),
            Saved::Refused | Saved::Against => {
                named(against.into_iter().map(|one| one.text).collect())
            }
        },
    )
}

/// Puts a cover in; the number of sessions, or why not.
async fn put_in<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    (gone, come): (StaffId, StaffId),
    sessions: &[GroupSessionId],
) -> Result<std::result::Result<usize, Vec<String>>> {
    // Versions as they are now: moving and covering changed them.
    let versions = cover::versions(writer, group, sessions).await?;
    Ok(match cover::put_in(writer, &versions, gone, come).await? {
        Put::Done(_, count) => Ok(count),
        Put::Refused(why) => Err(why),
        Put::Unknown => Err(vec!["Die Vertretung steht nicht mehr zur Wahl.".to_owned()]),
    })
}
