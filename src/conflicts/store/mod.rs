//! Queries of conflicts: everything that takes trainers, rooms, people and a house on some days, in four statements for
//! however many sessions; what people told us about their time ([`own`]), and what was taken on ([`acceptance`]).

pub(in crate::conflicts) mod acceptance;
pub(in crate::conflicts) mod house;
pub(in crate::conflicts) mod own;
pub(in crate::conflicts) mod people;
pub(in crate::conflicts) mod talks;

use sea_orm::FromQueryResult;
use time::Date;

use super::rules::{Expected, Group, Meeting, Span, Trainer, World};
use crate::base::ids::{
    FacilityId, GroupId, GroupSessionId, PersonId, ProgrammeId, RoomId, StaffId,
};
use crate::base::time::berlin_today;
use crate::casework::not_confidential;
use crate::cover;
use crate::groups::{group_scope, session_staff_left_sql, sessions_of_sql};
use crate::store::{Result, Rows, Sql};

pub(in crate::conflicts) use acceptance::Accepted;

/// The most rows of one kind that are read.
const LIMIT: i64 = 20_000;

/// What is asked: the sessions of a house between two days (both included), with what takes their trainers and
/// participants elsewhere.
pub(in crate::conflicts) struct Question<'a> {
    pub facility: FacilityId,
    pub from: Date,
    pub to: Date,
    /// Further staff, who do not hold anything yet.
    pub staff: &'a [(StaffId, String)],
    /// People who are in none of the groups yet.
    pub people: &'a [PersonId],
    /// A programme for which it is asked whether staff may come, beside those of the house's groups.
    pub programme: Option<ProgrammeId>,
}

#[derive(FromQueryResult)]
struct MeetingRow {
    id: GroupSessionId,
    group_id: GroupId,
    ordinal: i64,
    day: Date,
    start_minute: i64,
    minutes: i64,
    room_id: RoomId,
    kind: String,
    group_name: String,
    known: bool,
    facility_id: FacilityId,
    programme_id: ProgrammeId,
    places: i64,
    staff_id: Option<StaffId>,
    staff_name: Option<String>,
}

/// A condition on a group (its id column and the one of its provider): the actor may know its name.
pub(super) fn may_know<R: Rows>(rows: &R, group: &'static str, provider: &'static str) -> Sql {
    Sql::new("(")
        .append(group_scope(&rows.access().scope(), group))
        .push(" and ")
        .append(not_confidential(provider))
        .push(")")
}

/// The planned sessions of the house, and those elsewhere that its trainers hold, one row for each who holds one.
async fn meetings<R: Rows>(rows: &R, question: &Question<'_>) -> Result<Vec<MeetingRow>> {
    let staff = Sql::new(
        "(select xt.staff_id from group_trainer xt join training_group xh on xh.id = xt.group_id \
         where xh.facility_id = ? and xh.state <> 'closed' union select xc.staff_id from session_trainer xc \
         join group_session xs on xs.id = xc.session_id join training_group xh on xh.id = xs.group_id \
         where xh.facility_id = ? and xh.state <> 'closed' and xc.removed_at is null \
         union select xa.id from staff xa where xa.id in ",
    )
    .bind(question.facility)
    .bind(question.facility)
    .list(question.staff.iter().map(|(id, _)| *id))
    .push(")");
    rows.all(
        Sql::new(
            "select gs.id, gs.group_id, gs.ordinal, gs.day, gs.start_minute, gs.minutes, gs.room_id, gs.kind, g.name as group_name, ",
        )
        .append(may_know(rows, "g.id", "g.provider_id"))
        .push(
            " as known, g.facility_id, g.programme_id, g.places, s.id as staff_id, s.name as staff_name \
             from group_session gs join training_group g on g.id = gs.group_id ",
        )
        .append(session_staff_left_sql())
        .push(
            " where gs.state = 'planned' and gs.day >= ? and gs.day <= ? and g.state <> 'closed' and gs.id in \
             (select hs.id from training_group hg join group_session hs on hs.group_id = hg.id where hg.facility_id = ? \
             and hg.state <> 'closed' and hs.day >= ? and hs.day <= ? union select held.session_id from ",
        )
        .bind(question.from)
        .bind(question.to)
        .bind(question.facility)
        .bind(question.from)
        .bind(question.to)
        .append(sessions_of_sql(&staff, Some((question.from, question.to))))
        .push(" held) order by gs.day, gs.start_minute, gs.id, s.name, s.id limit ?")
        .bind(LIMIT),
    )
    .await
}

/// Everything that is known, as far as the actor may know it, and what was taken on in these groups. Four statements.
pub(in crate::conflicts) async fn world<R: Rows>(
    rows: &R,
    question: &Question<'_>,
) -> Result<(World, Vec<Accepted>)> {
    let today = berlin_today(rows.now());
    let mut world = World {
        today: Some(today),
        ..World::default()
    };
    for (id, name) in question.staff {
        world.staff.entry(*id).or_default().name.clone_from(name);
    }
    for row in meetings(rows, question).await? {
        let group = world.groups.entry(row.group_id).or_insert_with(|| Group {
            name: row.known.then_some(row.group_name),
            place: Some((row.facility_id, row.programme_id)),
            places: row.places,
            members: Vec::new(),
        });
        group.places = row.places;
        let same = world
            .meetings
            .last()
            .is_some_and(|last: &Meeting| last.id == row.id);
        if !same {
            world.meetings.push(Meeting {
                id: row.id,
                group: row.group_id,
                ordinal: row.ordinal,
                day: row.day,
                span: Span::lasting(row.start_minute, row.minutes),
                room: row.room_id,
                staff: Vec::new(),
                expected: Expected::of_kind(&row.kind),
                cancelled: false,
            });
        }
        if let (Some(id), Some(name)) = (row.staff_id, row.staff_name) {
            world.staff.entry(id).or_default().name = name;
            if let Some(meeting) = world.meetings.last_mut() {
                meeting.staff.push(id);
            }
        }
    }
    let accepted = house::load(rows, question, &mut world).await?;
    people::load(rows, question, &mut world).await?;
    let staff: Vec<StaffId> = world.staff.keys().copied().collect();
    let known = cover::staff_known(rows, &staff, &[question.facility], today, None).await?;
    let places: Vec<(FacilityId, ProgrammeId)> = world
        .groups
        .values()
        .filter_map(|group| group.place)
        .filter(|(facility, _)| *facility == question.facility)
        .chain(question.programme.map(|one| (question.facility, one)))
        .collect();
    for (id, facts) in known {
        let trainer: &mut Trainer = world.staff.entry(id).or_default();
        for place in &places {
            trainer.access.insert(*place, facts.at(place.0, place.1));
        }
        trainer.languages = facts.languages;
    }
    Ok((world, accepted))
}
