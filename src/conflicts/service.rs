//! Use cases: what stands against a plan, a change of dates, a new member, a house; and taking it on with a reason.

use std::collections::BTreeMap;

use time::{Date, Duration};
use uuid::Uuid;

use super::rules::{
    Conflict, Engagement, Expected, Group, Index, Kind, Meeting, Member, Span, Weight, What, World,
    fold,
};
use super::store::{self, Accepted, Question, acceptance, people};
use crate::access::Writes;
use crate::base::crypto::{hex, sha256};
use crate::base::ids::{
    FacilityId, GroupId, GroupSessionId, PersonId, ProgrammeId, RoomId, StaffId,
};
use crate::base::time::berlin_today;
use crate::groups::rules::begins;
use crate::history::{self, Change};
use crate::store::{Result, Rows, Writer};

/// The page of conflicts looks so many days ahead: eight weeks.
pub(super) const AHEAD_DAYS: i64 = 56;
/// The longest reason for taking something on.
pub(crate) const REASON: usize = 200;

/// A date that is planned and perhaps not stored yet.
#[derive(Debug, Clone)]
pub(crate) struct Dated {
    /// None: not stored yet.
    pub id: Option<GroupSessionId>,
    pub ordinal: i64,
    pub day: Date,
    pub start: i64,
    pub minutes: i64,
    pub room: RoomId,
    /// For one member alone.
    pub alone: bool,
}

/// A group as far as it is about to be: what a new one is, or what a stored one has.
pub(crate) struct Planned<'a> {
    pub group: GroupId,
    pub facility: FacilityId,
    pub programme: ProgrammeId,
    pub places: i64,
    pub trainers: &'a [(StaffId, String)],
}

fn meetings(world: &World, planned: &Planned<'_>, dates: &[Dated]) -> Vec<Meeting> {
    let stored: BTreeMap<GroupSessionId, &Meeting> = world
        .meetings
        .iter()
        .filter(|meeting| meeting.group == planned.group)
        .map(|meeting| (meeting.id, meeting))
        .collect();
    dates
        .iter()
        .zip(1_u128..)
        .map(|(date, number)| Meeting {
            // Ids are random, so none of the stored ones is as small as this.
            id: date.id.unwrap_or(GroupSessionId(Uuid::from_u128(number))),
            group: planned.group,
            ordinal: date.ordinal,
            day: date.day,
            span: Span::lasting(date.start, date.minutes),
            room: date.room,
            // Whoever covers a session covers it on its new day too.
            staff: date.id.and_then(|id| stored.get(&id)).map_or_else(
                || planned.trainers.iter().map(|(id, _)| *id).collect(),
                |meeting| meeting.staff.clone(),
            ),
            expected: if date.alone {
                Expected::One
            } else {
                Expected::All
            },
            cancelled: false,
        })
        .collect()
}

/// First and last of some days.
fn range<'d>(days: impl Iterator<Item = &'d Dated> + Clone) -> Option<(Date, Date)> {
    let days = days.map(|date| date.day);
    days.clone().min().zip(days.max())
}

/// What stands against a group that is planned anew. Whether its trainers may come is not asked here: a draft may wait
/// for their grants, publishing it may not.
pub(crate) async fn of_plan<R: Rows>(
    rows: &R,
    planned: &Planned<'_>,
    dates: &[Dated],
) -> Result<Vec<Conflict>> {
    let Some((from, to)) = range(dates.iter()) else {
        return Ok(Vec::new());
    };
    let mut world = known(rows, planned, (from, to), None).await?;
    let group = world.groups.entry(planned.group).or_default();
    *group = Group {
        name: None,
        place: Some((planned.facility, planned.programme)),
        places: planned.places,
        members: Vec::new(),
    };
    let plan = meetings(&world, planned, dates);
    let index = Index::new(&world, &plan, Some(planned.group));
    let mut found = index.check_all(&plan);
    found.retain(|one| !matches!(one.kind, Kind::TrainerAccess | Kind::TrainerAbsent));
    Ok(found)
}

async fn known<R: Rows>(
    rows: &R,
    planned: &Planned<'_>,
    (from, to): (Date, Date),
    person: Option<PersonId>,
) -> Result<World> {
    let question = Question {
        facility: planned.facility,
        from,
        to,
        staff: planned.trainers,
        people: person.as_slice(),
        programme: None,
    };
    Ok(store::world(rows, &question).await?.0)
}

/// Everything that is known of a house between two days (both included), as far as the actor may know it, for planning
/// anew: with further staff and people, who hold or attend nothing yet. Four statements.
pub(crate) async fn known_of_house<R: Rows>(
    rows: &R,
    facility: FacilityId,
    (from, to): (Date, Date),
    staff: &[(StaffId, String)],
    people: &[PersonId],
) -> Result<World> {
    let question = Question {
        facility,
        from,
        to,
        staff,
        people,
        programme: None,
    };
    Ok(store::world(rows, &question).await?.0)
}

/// What newly stands against the dates of a group after a change: of the dates that were not there before, and nothing
/// that stood against the group before.
pub(crate) async fn of_change<R: Rows>(
    rows: &R,
    planned: &Planned<'_>,
    before: &[Dated],
    after: &[Dated],
    moved: impl Fn(&Dated) -> bool,
) -> Result<Vec<Conflict>> {
    if !after.iter().any(&moved) {
        return Ok(Vec::new());
    }
    let Some((from, to)) = range(before.iter().chain(after)) else {
        return Ok(Vec::new());
    };
    let world = known(rows, planned, (from, to), None).await?;
    let (old, new) = (
        meetings(&world, planned, before),
        meetings(&world, planned, after),
    );
    let group = Some(planned.group);
    let earlier = Index::new(&world, &old, group).check_all(&old);
    let index = Index::new(&world, &new, group);
    let changed = new.iter().zip(after).filter(|(_, date)| moved(date));
    let mut found = index.check_all(changed.map(|(meeting, _)| meeting));
    found.retain(|conflict| !conflict.stood_in(&earlier));
    Ok(found)
}

/// What stands against a person's place in a group from a day on.
pub(crate) async fn of_person<R: Rows>(
    rows: &R,
    planned: &Planned<'_>,
    person: PersonId,
    from: Date,
    last: Date,
) -> Result<Vec<Conflict>> {
    let mut world = known(rows, planned, (from, last.max(from)), Some(person)).await?;
    let group = world.groups.entry(planned.group).or_default();
    group.members.push(Member {
        person,
        from,
        to: None,
        pauses: Vec::new(),
    });
    let index = Index::new(&world, &[], None);
    // Whoever joins has nothing to do with what others make good.
    let own = world.meetings.iter().filter(|meeting| {
        meeting.group == planned.group && meeting.day >= from && !meeting.is_catch_up()
    });
    let mut found = index.check_all(own);
    found.retain(|conflict| {
        conflict.concerns(person)
            || (conflict.kind == Kind::RoomSmall && conflict.weight == Weight::Hard)
    });
    Ok(found)
}

/// What stands against a catch-up session for some members of a group. `planned.trainers` are those who hold it;
/// `same_trainers`: they are not changed, so whoever covers for them still does.
pub(crate) async fn of_catch_up<R: Rows>(
    rows: &R,
    planned: &Planned<'_>,
    date: &Dated,
    people: Vec<PersonId>,
    same_trainers: bool,
) -> Result<Vec<Conflict>> {
    let dates = std::slice::from_ref(date);
    let mut world = known(rows, planned, (date.day, date.day), None).await?;
    let stored = if same_trainers {
        dates
    } else {
        &[Dated {
            id: None,
            ..date.clone()
        }]
    };
    let mut plan = meetings(&world, planned, stored);
    for meeting in &mut plan {
        meeting.id = date.id.unwrap_or(meeting.id);
        meeting.expected = Expected::Only(people.clone());
    }
    // Where it stood until now it no longer is.
    world.meetings.retain(|meeting| Some(meeting.id) != date.id);
    Ok(Index::new(&world, &plan, None).check_all(&plan))
}

/// Why a group cannot take place as it is planned from today on, if something hard stands against it.
pub(crate) async fn impossible<R: Rows>(
    rows: &R,
    planned: &Planned<'_>,
    last: Date,
) -> Result<Option<String>> {
    let today = berlin_today(rows.now());
    let world = known(rows, planned, (today, last.max(today)), None).await?;
    let index = Index::new(&world, &[], None);
    let own = world.meetings.iter();
    let mut found = index.check_all(own.filter(|meeting| meeting.group == planned.group));
    found.retain(|one| one.weight == Weight::Hard);
    let nothing = Sent {
        shown: "",
        reason: "",
    };
    Ok(match judge(&found, &nothing) {
        Judged::Refused(why) => Some(why),
        Judged::Reason(_) | Judged::Free => None,
    })
}

/// A house's sessions with what stands against them.
pub(super) struct Overview {
    pub conflicts: Vec<Conflict>,
    pub world: World,
    accepted: BTreeMap<(GroupId, String), Accepted>,
}

impl Overview {
    /// Who took a conflict on, and why.
    pub fn accepted(&self, conflict: &Conflict) -> Option<&Accepted> {
        self.accepted.get(&(conflict.group, conflict.mark()))
    }
}

/// Everything that stands against the sessions of a house in the next eight weeks that have not begun. Four statements.
pub(super) async fn of_house<R: Rows>(rows: &R, facility: FacilityId) -> Result<Overview> {
    let today = berlin_today(rows.now());
    let question = Question {
        facility,
        from: today,
        to: today + Duration::days(AHEAD_DAYS),
        staff: &[],
        people: &[],
        programme: None,
    };
    let (world, taken) = store::world(rows, &question).await?;
    let index = Index::new(&world, &[], None);
    let here = |group: GroupId| {
        let place = world.groups.get(&group).and_then(|group| group.place);
        place.is_some_and(|(house, _)| house == facility)
    };
    let conflicts = index.check_all(world.meetings.iter().filter(|meeting| {
        here(meeting.group) && begins(meeting.day, meeting.span.from) > rows.now()
    }));
    let mut accepted: BTreeMap<(GroupId, String), Accepted> = BTreeMap::new();
    for one in taken {
        let key = (one.group, one.mark.clone());
        // The newest reason counts.
        if accepted.get(&key).is_none_or(|known| known.at <= one.at) {
            accepted.insert(key, one);
        }
    }
    Ok(Overview {
        conflicts,
        world,
        accepted,
    })
}

/// What a form sent about the conflicts that its page showed.
pub(crate) struct Sent<'a> {
    /// The mark over them.
    pub shown: &'a str,
    /// Why they are taken on.
    pub reason: &'a str,
}

/// What is said to what was sent.
pub(crate) enum Judged {
    /// Nothing stands against it, or it was seen and taken on with a reason.
    Free,
    /// It cannot be saved: the sentence, and whether it is about the field of the reason.
    Refused(String),
    /// A reason is missing or was given for something else: the sentence at the field of the reason.
    Reason(&'static str),
}

/// The mark over conflicts: if it is another when something is saved, they are shown again. Empty for none.
pub(crate) fn mark(conflicts: &[Conflict]) -> String {
    if conflicts.is_empty() {
        return String::new();
    }
    let marks: Vec<String> = conflicts.iter().map(Conflict::mark).collect();
    hex(&sha256(marks.join("\n").as_bytes()))
}

/// Whether something may be saved against which this stands.
pub(crate) fn judge(conflicts: &[Conflict], sent: &Sent<'_>) -> Judged {
    let hard: Vec<&Conflict> = conflicts
        .iter()
        .filter(|conflict| conflict.weight == Weight::Hard)
        .collect();
    if let Some(line) = fold(hard.iter().copied()).first() {
        return Judged::Refused(format!(
            "So kann nicht gespeichert werden. {} {}: {}",
            line.kind.label(),
            line.on_days(),
            line.text
        ));
    }
    if conflicts.is_empty() {
        return Judged::Free;
    }
    if sent.reason.trim().is_empty() {
        return Judged::Reason(
            "Bitte eintragen, warum die Hinweise in Kauf genommen werden. Die Begründung bleibt sichtbar.",
        );
    }
    if mark(conflicts) != sent.shown {
        return Judged::Reason(
            "Die Hinweise sind andere als in der Vorschau. Bitte noch einmal ansehen und bestätigen.",
        );
    }
    Judged::Free
}

/// Keeps that these conflicts were taken on, and tells the group's history. Call it after [`judge`].
pub(crate) async fn take_on<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    conflicts: &[Conflict],
    reason: &str,
) -> Result<()> {
    let soft: Vec<&Conflict> = conflicts
        .iter()
        .filter(|conflict| conflict.weight == Weight::Soft)
        .collect();
    if soft.is_empty() {
        return Ok(());
    }
    acceptance::insert(writer, group, &soft, reason.trim()).await?;
    // Kinds and days only: everybody who sees the group reads its history.
    let mut kinds: BTreeMap<Kind, Vec<Date>> = BTreeMap::new();
    for conflict in &soft {
        let days = kinds.entry(conflict.kind).or_default();
        if !days.contains(&conflict.day) {
            days.push(conflict.day);
        }
    }
    let words: Vec<String> = kinds
        .iter()
        .map(|(kind, days)| format!("{} {}", kind.label(), super::rules::on_days(days)))
        .collect();
    let change = Change::new("training_group", group.0, "Hinweise in Kauf genommen")
        .values(None, Some(words.join("; ")))
        .because(Some(reason.trim().to_owned()));
    history::record(writer, vec![change]).await
}

/// What else the people of a session have while it lasts, in a few words each. The caller has found the session in
/// scope. One statement.
pub(crate) async fn beside<R: Rows>(
    rows: &R,
    session: GroupSessionId,
    (day, start, minutes): (Date, i64, i64),
) -> Result<Vec<(PersonId, String)>> {
    let time = Span::lasting(start, minutes);
    let meets = |engagement: &Engagement| {
        engagement.days.contains(day)
            && engagement.span.is_none_or(|span| span.meets(time))
            // Absences stand in the register already.
            && !matches!(engagement.what, What::Absent(_))
            && !matches!(engagement.what, What::Session(other, ..) if other == session)
    };
    Ok(people::of_session(rows, session, day)
        .await?
        .into_iter()
        .filter(|(_, engagement)| meets(engagement))
        .map(|(person, engagement)| (person, super::rules::beside(&engagement)))
        .collect())
}
