//! Changing a published group's dates: the same function makes the preview and what is saved, and a mark over both
//! says whether they are still the same.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use time::{Date, Duration};
use uuid::Uuid;

use super::Step;
use super::planning::{closed, holidays, stored, weekday};
use crate::access::Writes;
use crate::base::crypto::{hex, sha256};
use crate::base::german;
use crate::base::ids::{GroupId, GroupSessionId, RoomId, StaffId};
use crate::base::interval::DaySpan;
use crate::base::time::{berlin_local, berlin_today};
use crate::conflicts::rules::Conflict;
use crate::conflicts::{self, Dated, Judged, Sent};
use crate::gate;
use crate::groups::rules::{CancelReason, SessionKind, begins, locked, minute, time_range};
use crate::groups::series::change::{
    self, Changed, Content, Instead, NOT_NEEDED, Refusals, Session, State, Target, Why,
};
use crate::groups::series::place::{Rhythm, Slot, World};
use crate::groups::store::series::{self as store, SeriesGroup, UndoRow};
use crate::groups::store::{self as groups, plan};
use crate::history::{self, Change};
use crate::store::{Result, Rows, StoreError, Writer};

/// So long a change can be taken back.
pub(crate) const UNDO_MINUTES: i64 = 10;

/// A change of a series.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    /// Only this one.
    MoveOne(GroupSessionId, Target),
    /// This one and everything after it that has not begun.
    MoveFrom(GroupSessionId, Target),
    /// Each of these to a place of its own, in one change.
    MoveEach(Vec<(GroupSessionId, Target)>),
    /// Cancel.
    Cancel(Vec<GroupSessionId>, Instead, Why),
    /// Cancel everything that is still to take place between two days (both included).
    CancelDays(Date, Date, Instead, Why),
    /// Take a cancellation back.
    Restore(GroupSessionId),
    /// Correct length and room, and day and time of what has begun.
    Adjust(GroupSessionId, Target, i64),
}

/// A command with what was chosen beside it.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub command: Command,
    /// Days that are used although they are holidays or closed.
    pub chosen: Vec<Date>,
    pub reason: Option<String>,
}

/// A group with its dates, before a change.
pub(crate) struct Loaded {
    pub group: SeriesGroup,
    pub slots: Vec<Slot>,
    pub sessions: Vec<Session>,
    pub closed: Vec<(DaySpan, String)>,
}

/// A group in scope with its dates.
pub(crate) async fn load<R: Rows>(rows: &R, id: GroupId) -> Result<Option<Loaded>> {
    match store::group(rows, id).await? {
        Some(group) => complete(rows, group).await.map(Some),
        None => Ok(None),
    }
}

/// The group of a session in scope with its dates.
pub(crate) async fn load_of<R: Rows>(rows: &R, id: GroupSessionId) -> Result<Option<Loaded>> {
    match store::group_of(rows, id).await? {
        Some(group) => complete(rows, group).await.map(Some),
        None => Ok(None),
    }
}

/// The dates of a group; they know whether they are locked today.
async fn complete<R: Rows>(rows: &R, group: SeriesGroup) -> Result<Loaded> {
    let today = berlin_today(rows.now());
    let mut sessions = store::sessions(rows, group.id).await?;
    for session in &mut sessions {
        session.locked = locked(session.locked, group.lock_after_days, session.day, today);
    }
    let mut slots = vec![slot(group.weekday, group.start_minute)];
    slots.extend(
        group
            .more_slots()
            .iter()
            .map(|(weekday, start)| slot(*weekday, *start)),
    );
    let closed = closed(rows, group.facility_id, today).await?;
    Ok(Loaded {
        group,
        slots,
        sessions,
        closed,
    })
}

fn slot(stored_weekday: i64, start: i64) -> Slot {
    Slot {
        weekday: weekday(stored_weekday),
        start: minute(start),
    }
}

impl Loaded {
    /// A session of the group.
    pub fn session(&self, id: GroupSessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == Some(id))
    }

    fn world<'a>(&'a self, chosen: &'a [Date], now: crate::base::time::Instant) -> World<'a> {
        World {
            holidays: &holidays,
            closures: &self.closed,
            chosen,
            now: berlin_local(now),
        }
    }

    /// The first session that plans may still move.
    pub fn first_open(&self, now: crate::base::time::Instant) -> Option<&Session> {
        let world = self.world(&[], now);
        self.sessions
            .iter()
            .filter(|session| session.is_open(&world))
            .min_by_key(|session| session.content.ordinal)
    }

    /// Whether a session has begun or was held.
    pub fn has_begun(&self, session: &Session, now: crate::base::time::Instant) -> bool {
        session.state == State::Held || self.world(&[], now).begun(session.day, session.start)
    }

    /// What the dates would be after a change.
    pub fn apply(
        &self,
        order: &Order,
        now: crate::base::time::Instant,
    ) -> std::result::Result<Changed, Refusals> {
        let refuse = |why: &str| Err(vec![("", why.to_owned())]);
        match self.group.state.as_str() {
            "closed" => {
                return refuse(
                    "Die Gruppe ist abgeschlossen; ihre Termine ändern sich nicht mehr.",
                );
            }
            "draft" if !matches!(order.command, Command::MoveOne(..) | Command::MoveFrom(..)) => {
                return refuse("Die Gruppe ist noch ein Entwurf. Bitte erst veröffentlichen.");
            }
            _ => {}
        }
        let world = self.world(&order.chosen, now);
        let rhythm = Rhythm {
            slots: self.slots.clone(),
            interval_weeks: u8::try_from(self.group.interval_weeks).unwrap_or(1),
        };
        let room = self.group.room_id;
        let changed = match &order.command {
            Command::MoveOne(id, to) => change::move_one(&self.sessions, *id, *to, &world),
            Command::MoveFrom(id, to) => {
                change::move_from(&self.sessions, *id, *to, &rhythm, &world)
            }
            Command::MoveEach(targets) => change::move_each(&self.sessions, targets, &world),
            Command::Cancel(ids, instead, why) => {
                change::cancel(&self.sessions, ids, *instead, why, &rhythm, room, &world)
            }
            Command::CancelDays(first, last, instead, why) => {
                let ids: Vec<GroupSessionId> = self
                    .sessions
                    .iter()
                    .filter(|session| {
                        session.state == State::Planned
                            && !session.locked
                            && (*first..=*last).contains(&session.day)
                    })
                    .filter_map(|session| session.id)
                    .collect();
                if ids.is_empty() {
                    return Err(vec![(
                        "bis",
                        "In diesem Zeitraum steht keine Sitzung an. Bitte die Tage prüfen.".into(),
                    )]);
                }
                change::cancel(&self.sessions, &ids, *instead, why, &rhythm, room, &world)
            }
            Command::Restore(id) => change::restore(&self.sessions, *id, &world),
            Command::Adjust(id, to, minutes) => {
                change::adjust(&self.sessions, *id, *to, *minutes, &world)
            }
        }?;
        if changed.sessions == self.sessions && changed.slots.is_none() {
            return refuse("Damit ändert sich nichts: Alle Sitzungen sind schon so geplant.");
        }
        Ok(changed)
    }
}

/// What marks a change: the dates before and after it. If either is another when it is saved, it is shown anew.
pub(crate) fn stand(before: &[Session], changed: &Changed) -> String {
    let mut text = lines(before);
    text.push_str("->\n");
    text.push_str(&lines(&changed.sessions));
    hex(&sha256(text.as_bytes()))
}

fn lines(sessions: &[Session]) -> String {
    let mut text = String::new();
    for session in sessions {
        let (reason, note) = session.cancelled.clone().unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{} {} {:?} {} {} {} {} {} {} {reason} {}",
            session.id.map_or(Uuid::nil(), |id| id.0),
            session.content.ordinal,
            session.content.template_ordinal,
            session.content.module,
            session.content.minutes,
            session.day,
            session.start.value(),
            session.room,
            session.state.code(),
            note.unwrap_or_default(),
        );
    }
    text
}

/// How a change went.
pub(crate) enum Saved {
    /// Saved.
    Done,
    /// It is no longer what was shown; nothing was saved.
    Stale,
    /// The rules do not allow it any more.
    Refused,
    /// Something stands against it that was not taken on.
    Against,
    /// There is no such group.
    NotFound,
}

/// Makes a change, if it is still the one that was shown under this mark, and nothing stands against it but what was
/// shown and taken on.
pub(crate) async fn run<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    order: &Order,
    shown: &str,
    taken_on: &Sent<'_>,
    what: &str,
) -> Result<Saved> {
    if !plan::lock_dates(writer, group).await? {
        return Ok(Saved::NotFound);
    }
    let Some(loaded) = load(writer, group).await? else {
        return Ok(Saved::NotFound);
    };
    let changed = match loaded.apply(order, writer.now()) {
        Ok(changed) => changed,
        Err(_) => return Ok(Saved::Refused),
    };
    if stand(&loaded.sessions, &changed) != shown {
        return Ok(Saved::Stale);
    }
    let against = conflicts(writer, &loaded, &changed).await?;
    if !matches!(conflicts::judge(&against, taken_on), Judged::Free) {
        return Ok(Saved::Against);
    }
    conflicts::take_on(writer, group, &against, taken_on.reason).await?;
    match save(writer, &loaded, &changed, order.reason.clone(), what).await {
        Ok(()) => Ok(Saved::Done),
        // A register was saved between reading and writing.
        Err(StoreError::Changed) => Ok(Saved::Stale),
        Err(other) => Err(other),
    }
}

async fn save<P: Writes>(
    writer: &Writer<P>,
    loaded: &Loaded,
    changed: &Changed,
    reason: Option<String>,
    what: &str,
) -> Result<()> {
    let group = loaded.group.id;
    let mut after = changed.sessions.clone();
    let mut new_ids = Vec::new();
    for session in after.iter_mut().filter(|session| session.id.is_none()) {
        let id = GroupSessionId(writer.entropy().uuid());
        new_ids.push(id);
        session.id = Some(id);
    }
    let is_new = |session: &Session| session.id.is_some_and(|id| new_ids.contains(&id));
    let touched: Vec<&Session> = after
        .iter()
        .filter(|session| {
            !is_new(session) && session.id.and_then(|id| loaded.session(id)) != Some(session)
        })
        .collect();
    let new: Vec<(GroupSessionId, &Session)> = after
        .iter()
        .filter(|session| is_new(session))
        .filter_map(|session| Some((session.id?, session)))
        .collect();
    store::write(writer, group, &touched, &new).await?;
    let mut changes = Vec::new();
    for session in touched
        .iter()
        .copied()
        .chain(new.iter().map(|(_, session)| *session))
    {
        let Some(id) = session.id else { continue };
        let old = loaded.session(id).map(line);
        changes.push(
            Change::new("group_session", id.0, what)
                .values(old, Some(line(session)))
                .because(reason.clone()),
        );
    }
    let old_last = last_day(&loaded.sessions);
    let new_last = last_day(&after);
    let mut text = german::plural(
        (touched.len() + new.len()) as u64,
        "Termin geändert",
        "Termine geändert",
    );
    if let (Some(old), Some(new)) = (old_last, new_last)
        && old != new
    {
        text.push_str(&format!(
            "; letzte Sitzung {} statt {}",
            german::date(new),
            german::date(old)
        ));
    }
    changes.push(
        Change::new("training_group", group.0, what)
            .values(None, Some(text))
            .because(reason),
    );
    history::record(writer, changes).await?;
    tell_gate(
        writer,
        loaded,
        touched
            .iter()
            .copied()
            .chain(new.iter().map(|(_, session)| *session)),
    )
    .await?;
    let mut room = loaded.group.room_id;
    if let Some(slots) = &changed.slots {
        store::set_rhythm(writer, group, &stored(slots), room).await?;
    }
    // The room of the group follows when every date to come is in another one.
    let open: Vec<RoomId> = after
        .iter()
        .filter(|session| session.state == State::Planned)
        .map(|session| session.room)
        .collect();
    if let Some(first) = open.first()
        && *first != room
        && open.iter().all(|other| other == first)
    {
        room = *first;
        let slots = changed.slots.as_ref().unwrap_or(&loaded.slots);
        store::set_rhythm(writer, group, &stored(slots), room).await?;
    }
    let row = UndoRow {
        at: writer.now(),
        by_name: writer.access().actor().name().to_owned(),
        what: what.to_owned(),
        before: serde_json::to_string(&Snapshot::of(loaded)).unwrap_or_default(),
        after_hash: hex(&sha256(
            seen(&store::sessions(writer, group).await?).as_bytes(),
        )),
    };
    store::keep(writer, group, Some(row)).await
}

/// Marks on the gate's lists of the next days what changed: who comes, comes at another time, comes no more.
async fn tell_gate<'a, P: Writes>(
    writer: &Writer<P>,
    loaded: &Loaded,
    changed: impl Iterator<Item = &'a Session>,
) -> Result<()> {
    if loaded.group.state != "published" {
        return Ok(());
    }
    let today = berlin_today(writer.now());
    let near = |day: Date| day >= today && day - today <= Duration::days(gate::rules::GATE_DAYS);
    let house = loaded.group.facility_id;
    for session in changed {
        let Some(id) = session.id else { continue };
        let comes = |session: &Session| {
            (session.state != State::Cancelled).then_some((
                session.day,
                session.start,
                session.content.minutes,
            ))
        };
        let (old, new) = (loaded.session(id).and_then(comes), comes(session));
        if old == new {
            continue;
        }
        if let Some((day, ..)) = old.filter(|(day, ..)| near(*day))
            && new.is_none_or(|(new, ..)| new != day)
        {
            gate::note_session(writer, house, day, id, "Termin abgesagt").await?;
        }
        if let Some((day, ..)) = new.filter(|(day, ..)| near(*day)) {
            let what = match old {
                Some((old, ..)) if old == day => "Termin geändert",
                _ => "Termin neu",
            };
            gate::note_session(writer, house, day, id, what).await?;
        }
    }
    Ok(())
}

/// The dates as the database gives them, as text: what must be the same for a change to be taken back.
fn seen(sessions: &[Session]) -> String {
    lines(sessions)
}

/// The last day on which something takes place.
pub(crate) fn last_day(sessions: &[Session]) -> Option<Date> {
    sessions
        .iter()
        .filter(|session| session.state != State::Cancelled)
        .map(|session| session.day)
        .max()
}

fn line(session: &Session) -> String {
    let mut text = format!(
        "Nr. {}, {}, {}",
        session.content.ordinal,
        german::weekday_date(session.day),
        time_range(i64::from(session.start.value()), session.content.minutes)
    );
    if session.state == State::Cancelled {
        text.push_str(", abgesagt");
        if let Some((reason, _)) = &session.cancelled
            && let Some(reason) = CancelReason::from_code(reason)
        {
            text.push_str(&format!(" ({})", reason.label()));
        }
    }
    text
}

/// The dates before a change, kept for some minutes.
#[derive(Serialize, Deserialize)]
struct Snapshot {
    slots: Vec<(i64, i64)>,
    room: Uuid,
    sessions: Vec<Kept>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    id: Uuid,
    ordinal: i64,
    template_ordinal: Option<i64>,
    module: String,
    kind: String,
    minutes: i64,
    /// Days since 1 January of the year 1, as `Date::to_julian_day`.
    day: i32,
    start: i64,
    room: Uuid,
    state: String,
    cancelled: Option<(String, Option<String>)>,
    replaces: Option<Uuid>,
}

impl Snapshot {
    fn of(loaded: &Loaded) -> Self {
        Self {
            slots: stored(&loaded.slots),
            room: loaded.group.room_id.0,
            sessions: loaded
                .sessions
                .iter()
                .filter_map(|session| {
                    Some(Kept {
                        id: session.id?.0,
                        ordinal: session.content.ordinal,
                        template_ordinal: session.content.template_ordinal,
                        module: session.content.module.clone(),
                        kind: session.content.kind.clone(),
                        minutes: session.content.minutes,
                        day: session.day.to_julian_day(),
                        start: i64::from(session.start.value()),
                        room: session.room.0,
                        state: session.state.code().to_owned(),
                        cancelled: session.cancelled.clone(),
                        replaces: session.replaces.map(|id| id.0),
                    })
                })
                .collect(),
        }
    }
}

/// Takes the last change of a group's dates back, if it was made within the last minutes and nothing happened since.
pub(crate) async fn undo<P: Writes>(writer: &Writer<P>, group: GroupId) -> Result<Step<String>> {
    if !plan::lock_dates(writer, group).await? {
        return Ok(Step::NotFound);
    }
    let since = writer.now().plus_minutes(-UNDO_MINUTES);
    let Some(row) = store::last_change(writer, group, since).await? else {
        return Ok(Step::Refused(format!(
            "Eine Änderung der Termine kann nur innerhalb von {UNDO_MINUTES} Minuten zurückgenommen werden."
        )));
    };
    let now = store::sessions(writer, group).await?;
    let Ok(snapshot) = serde_json::from_str::<Snapshot>(&row.before) else {
        return Ok(Step::NotFound);
    };
    if hex(&sha256(seen(&now).as_bytes())) != row.after_hash {
        return Ok(Step::Refused(
            "Seit der letzten Änderung ist in der Gruppe etwas geschehen; sie kann nicht mehr zurückgenommen werden.".into(),
        ));
    }
    let mut changed = Vec::new();
    for session in &now {
        let mut old = session.clone();
        match snapshot
            .sessions
            .iter()
            .find(|kept| session.id == Some(GroupSessionId(kept.id)))
        {
            Some(kept) => {
                old.content = Content {
                    ordinal: kept.ordinal,
                    template_ordinal: kept.template_ordinal,
                    module: kept.module.clone(),
                    kind: kept.kind.clone(),
                    minutes: kept.minutes,
                    gap_days: session.content.gap_days,
                };
                old.day = Date::from_julian_day(kept.day).unwrap_or(session.day);
                old.start = minute(kept.start);
                old.room = RoomId(kept.room);
                old.state = State::from_code(&kept.state);
                old.cancelled = kept.cancelled.clone();
                old.replaces = kept.replaces.map(GroupSessionId);
            }
            None => {
                old.state = State::Cancelled;
                old.cancelled = Some((NOT_NEEDED.to_owned(), None));
            }
        }
        if old != *session {
            changed.push(old);
        }
    }
    // A replacement that the change had made unneeded is needed again.
    let back: Vec<GroupSessionId> = snapshot
        .sessions
        .iter()
        .map(|kept| GroupSessionId(kept.id))
        .filter(|id| !now.iter().any(|session| session.id == Some(*id)))
        .collect();
    if !back.is_empty() {
        for old in store::unneeded(writer, group, &back).await? {
            if let Some(kept) = snapshot
                .sessions
                .iter()
                .find(|kept| old.id == Some(GroupSessionId(kept.id)))
            {
                let mut session = old.clone();
                session.content.ordinal = kept.ordinal;
                session.content.template_ordinal = kept.template_ordinal;
                session.content.module = kept.module.clone();
                session.content.kind = kept.kind.clone();
                session.content.minutes = kept.minutes;
                session.state = State::from_code(&kept.state);
                session.cancelled = kept.cancelled.clone();
                session.replaces = kept.replaces.map(GroupSessionId);
                changed.push(session);
            }
        }
    }
    let head = store::group(writer, group).await?;
    if let Some(head) = &head {
        // Room or trainer may be taken since then.
        let mut after = changed.clone();
        after.extend(
            now.iter()
                .filter(|session| !changed.iter().any(|one| one.id == session.id))
                .cloned(),
        );
        let against = against(writer, head, &now, &after).await?;
        let nothing = Sent {
            shown: "",
            reason: "",
        };
        if let Judged::Refused(why) = conflicts::judge(&against, &nothing) {
            return Ok(Step::Refused(why));
        }
    }
    let references: Vec<&Session> = changed.iter().collect();
    store::write(writer, group, &references, &[]).await?;
    store::set_rhythm(writer, group, &snapshot.slots, RoomId(snapshot.room)).await?;
    if let Some(head) = head {
        let was = Loaded {
            group: head,
            slots: Vec::new(),
            sessions: now.clone(),
            closed: Vec::new(),
        };
        tell_gate(writer, &was, changed.iter()).await?;
    }
    store::keep(writer, group, None).await?;
    let mut changes = vec![
        Change::new(
            "training_group",
            group.0,
            "Änderung der Termine zurückgenommen",
        )
        .values(Some(row.what.clone()), None),
    ];
    for session in &changed {
        if let Some(id) = session.id {
            changes.push(
                Change::new("group_session", id.0, "Änderung zurückgenommen")
                    .values(None, Some(line(session))),
            );
        }
    }
    history::record(writer, changes).await?;
    Ok(Step::Done(row.what))
}

/// A line of a preview: one number of the series before and after.
pub(crate) struct PreviewLine<'a> {
    pub before: Option<&'a Session>,
    pub after: Option<&'a Session>,
}

/// What a preview shows.
pub(crate) struct Preview<'a> {
    pub lines: Vec<PreviewLine<'a>>,
    pub unchanged: usize,
    /// Everything to look at that belongs to no line.
    pub hints: Vec<String>,
}

/// What newly stands against the dates of a group after a change: four statements.
pub(crate) async fn conflicts<R: Rows>(
    rows: &R,
    loaded: &Loaded,
    changed: &Changed,
) -> Result<Vec<Conflict>> {
    against(rows, &loaded.group, &loaded.sessions, &changed.sessions).await
}

async fn against<R: Rows>(
    rows: &R,
    group: &SeriesGroup,
    before: &[Session],
    after: &[Session],
) -> Result<Vec<Conflict>> {
    let Some((head, trainers)) = groups::open(rows, group.id).await? else {
        return Ok(Vec::new());
    };
    let trainers: Vec<(StaffId, String)> = trainers
        .into_iter()
        .map(|trainer| (trainer.id, trainer.name))
        .collect();
    let planned = conflicts::Planned {
        group: group.id,
        facility: group.facility_id,
        programme: head.programme_id,
        places: head.places,
        trainers: &trainers,
    };
    let (before, after) = (dated(before), dated(after));
    // Only what is on another day, time or room than some date before can newly meet something.
    let moved = |new: &Dated| {
        !before.iter().any(|old| {
            (old.day, old.start, old.room) == (new.day, new.start, new.room)
                && old.minutes >= new.minutes
        })
    };
    let now = rows.now();
    let mut found = conflicts::of_change(rows, &planned, &before, &after, moved).await?;
    // What has begun is corrected to what it was.
    found.retain(|one| begins(one.day, one.span.from) > now);
    Ok(found)
}

/// The dates that are to take place.
fn dated(sessions: &[Session]) -> Vec<Dated> {
    sessions
        .iter()
        .filter(|session| session.state == State::Planned)
        .map(|session| Dated {
            id: session.id,
            ordinal: session.content.ordinal,
            day: session.day,
            start: i64::from(session.start.value()),
            minutes: session.content.minutes,
            room: session.room,
            alone: session.content.kind == SessionKind::Individual.code(),
        })
        .collect()
}

/// Puts old and new dates beside each other.
pub(crate) fn preview<'a>(loaded: &'a Loaded, changed: &'a Changed) -> Preview<'a> {
    let active = |sessions: &'a [Session]| {
        sessions
            .iter()
            .filter(|session| session.state != State::Cancelled)
            .collect::<Vec<&'a Session>>()
    };
    let (before, after) = (active(&loaded.sessions), active(&changed.sessions));
    let mut numbers: Vec<i64> = before
        .iter()
        .chain(&after)
        .map(|session| session.content.ordinal)
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    let of = |list: &[&'a Session], number: i64| {
        list.iter()
            .copied()
            .find(|session| session.content.ordinal == number)
    };
    let differs = |old: Option<&Session>, new: Option<&Session>| {
        let facts = |session: &Session| {
            (
                session.day,
                session.start,
                session.content.minutes,
                session.room,
            )
        };
        old.map(facts) != new.map(facts)
    };
    let mut lines = Vec::new();
    let mut unchanged = 0;
    for number in numbers {
        let (old, new) = (of(&before, number), of(&after, number));
        if differs(old, new) {
            lines.push(PreviewLine {
                before: old,
                after: new,
            });
        } else {
            unchanged += 1;
        }
    }
    let mut hints = Vec::new();
    if let (Some(old), Some(new)) = (last_day(&loaded.sessions), last_day(&changed.sessions))
        && new - old > Duration::ZERO
    {
        hints.push(format!(
            "Die letzte Sitzung ist dann am {} statt am {}. Bitte prüfen, ob alle Teilnehmenden bis dahin da sind.",
            german::date(new),
            german::date(old)
        ));
    }
    Preview {
        lines,
        unchanged,
        hints,
    }
}
