//! The house: its groups and rooms, what it allows, when it is closed, who is expected at the gate, what was taken on.

use sea_orm::FromQueryResult;
use time::Date;
use uuid::Uuid;

use super::{Accepted, LIMIT, Question, may_know};
use crate::access::Writes;
use crate::base::ids::{FacilityId, GroupId, ProgrammeId, RoomId, StaffId};
use crate::base::interval::DaySpan;
use crate::base::time::Instant;
use crate::conflicts::rules::{Span, World};
use crate::store::{Result, Rows, Sql, Writer};

#[derive(FromQueryResult)]
struct HouseRow {
    fact: String,
    id: Uuid,
    other_id: Option<Uuid>,
    word: Option<String>,
    note: Option<String>,
    name: Option<String>,
    known: Option<bool>,
    first_day: Option<Date>,
    day_after: Option<Date>,
    number: Option<i64>,
    number_to: Option<i64>,
    more: Option<i64>,
}

/// Everything about the house in one statement; the columns that one kind of fact does not have are empty.
fn sql<R: Rows>(rows: &R, question: &Question<'_>, staff: &[StaffId]) -> Sql {
    let house = question.facility;
    Sql::new(
        "select 'house' as fact, f.id, cast(null as uuid) as other_id, cast(null as text) as word, \
         cast(null as text) as note, cast(null as text) as name, cast(null as boolean) as known, \
         cast(null as date) as first_day, cast(null as date) as day_after, f.window_from as number, \
         f.window_to as number_to, f.external_staff_limit as more from facility f where f.id = ? \
         union all select 'room', r.id, null, null, null, r.name, null, null, null, r.places, r.security, null \
         from room r where r.facility_id = ? \
         union all select 'group', g.id, g.programme_id, null, null, g.name, ",
    )
    .bind(house)
    .bind(house)
    .append(may_know(rows, "g.id", "g.provider_id"))
    .push(
        ", null, null, g.places, null, null from training_group g where g.facility_id = ? and g.state <> 'closed' \
         union all select 'town', h.id, null, null, null, h.town, null, null, null, null, null, null from facility h \
         union all select 'closure', c.id, c.room_id, null, null, c.reason, null, c.first_day, c.day_after, null, null, null \
         from closure c where c.facility_id = ? and c.removed_at is null and c.day_after > ? and c.first_day <= ? \
         union all select 'visit', v.staff_id, v.facility_id, null, null, s.name, null, v.day, null, v.start_minute, \
         v.minutes, null from gate_visit v join staff s on s.id = v.staff_id where v.cancelled_at is null \
         and v.day >= ? and v.day <= ? and (v.facility_id = ? or v.staff_id in ",
    )
    .bind(house)
    .bind(house)
    .bind(question.from)
    .bind(question.to)
    .bind(question.from)
    .bind(question.to)
    .bind(house)
    .list(staff.iter().copied())
    .push(
        ") union all select 'visit', t.staff_id, t.facility_id, null, null, s.name, null, t.day, null, t.start_minute, \
         t.minutes, null from talk_plan t join staff s on s.id = t.staff_id where t.state = 'planned' \
         and t.facility_id is not null and t.day >= ? and t.day <= ? and (t.facility_id = ? or t.staff_id in ",
    )
    .bind(question.from)
    .bind(question.to)
    .bind(house)
    .list(staff.iter().copied())
    .push(
        ") union all select 'accepted', a.id, a.group_id, a.mark, a.reason, a.accepted_by_name, null, a.day, null, \
         a.accepted_at, null, null from conflict_acceptance a join training_group g on g.id = a.group_id \
         where g.facility_id = ? and g.state <> 'closed' and a.day >= ? and a.day <= ? limit ?",
    )
    .bind(house)
    .bind(question.from)
    .bind(question.to)
    .bind(LIMIT)
}

/// Puts the house into the world.
pub(super) async fn load<R: Rows>(
    rows: &R,
    question: &Question<'_>,
    world: &mut World,
) -> Result<Vec<Accepted>> {
    let staff: Vec<StaffId> = world.staff.keys().copied().collect();
    let found: Vec<HouseRow> = rows.all(sql(rows, question, &staff)).await?;
    let mut accepted = Vec::new();
    for row in found {
        let days = row.first_day.zip(row.day_after);
        match row.fact.as_str() {
            "house" => {
                world.house.id = Some(FacilityId(row.id));
                world.house.limit = row.more;
                world.house.window = row
                    .number
                    .zip(row.number_to)
                    .map(|(from, to)| Span { from, to });
            }
            "room" => {
                // Its closures may have come first.
                let room = world.rooms.entry(RoomId(row.id)).or_default();
                room.name = row.name;
                room.places = row.number.unwrap_or_default();
                room.security = row.number_to.unwrap_or(1);
            }
            "group" => {
                let group = world.groups.entry(GroupId(row.id)).or_default();
                group.name = row.name.filter(|_| row.known == Some(true));
                group.place = row
                    .other_id
                    .map(|programme| (question.facility, ProgrammeId(programme)));
                group.places = row.number.unwrap_or_default();
            }
            "town" => {
                if let Some(town) = row.name.filter(|town| !town.is_empty()) {
                    world.towns.insert(FacilityId(row.id), town);
                }
            }
            "closure" => {
                if let Some((first, after)) = days
                    && let Ok(span) = DaySpan::new(first, Some(after))
                {
                    let closed = (span, row.name.unwrap_or_default());
                    match row.other_id.map(RoomId) {
                        Some(room) => world.rooms.entry(room).or_default().closures.push(closed),
                        None => world.house.closures.push(closed),
                    }
                }
            }
            "visit" => {
                if let (Some(house), Some(day), Some(from), Some(minutes)) =
                    (row.other_id, row.first_day, row.number, row.number_to)
                {
                    let trainer = world.staff.entry(StaffId(row.id)).or_default();
                    trainer.name = row.name.unwrap_or_default();
                    let span = Span::lasting(from, minutes);
                    trainer.visits.push((FacilityId(house), day, span));
                }
            }
            _ => accepted.extend(taken_on(row)),
        }
    }
    Ok(accepted)
}

fn taken_on(row: HouseRow) -> Option<Accepted> {
    Some(Accepted {
        group: GroupId(row.other_id?),
        mark: row.word?,
        reason: row.note?,
        by: row.name?,
        at: Instant::from_millis(row.number?),
    })
}

/// What planning may set of a house.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::conflicts) struct Settings {
    pub external_staff_limit: Option<i64>,
    pub window_from: Option<i64>,
    pub window_to: Option<i64>,
}

/// What is set for a house.
pub(in crate::conflicts) async fn settings(
    rows: &impl Rows,
    facility: FacilityId,
) -> Result<Option<Settings>> {
    rows.one(
        Sql::new("select external_staff_limit, window_from, window_to from facility where id = ?")
            .bind(facility),
    )
    .await
}

/// Sets it, if it is still what was shown.
pub(in crate::conflicts) async fn set<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    old: &Settings,
    settings: &Settings,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update facility set external_staff_limit = ?, window_from = ?, window_to = ? where id = ? \
                 and coalesce(external_staff_limit, -1) = ? and coalesce(window_from, -1) = ? and coalesce(window_to, -1) = ?",
            )
                .bind(settings.external_staff_limit)
                .bind(settings.window_from)
                .bind(settings.window_to)
                .bind(facility)
                .bind(old.external_staff_limit.unwrap_or(-1))
                .bind(old.window_from.unwrap_or(-1))
                .bind(old.window_to.unwrap_or(-1)),
        )
        .await
}

/// A room with its security level.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::conflicts) struct RoomLevel {
    pub id: RoomId,
    pub name: String,
    pub places: i64,
    pub security: i64,
}

/// The rooms of a facility on a day.
pub(in crate::conflicts) async fn rooms(
    rows: &impl Rows,
    facility: FacilityId,
    day: Date,
) -> Result<Vec<RoomLevel>> {
    rows.all(
        Sql::new(
            "select id, name, places, security from room where facility_id = ? and (valid_to is null or valid_to > ?) \
             order by name, id limit 200",
        )
        .bind(facility)
        .bind(day),
    )
    .await
}

/// Sets the level of a room of a facility, if it is still what was shown.
pub(in crate::conflicts) async fn set_level<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    room: &RoomLevel,
    security: i64,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update room set security = ? where id = ? and facility_id = ? and security = ?",
            )
            .bind(security)
            .bind(room.id)
            .bind(facility)
            .bind(room.security),
        )
        .await
}
