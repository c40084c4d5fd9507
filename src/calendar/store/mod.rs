//! Queries of the calendar. Each kind of date is read under the scope of the room it belongs to.

pub(super) mod ward;

use sea_orm::FromQueryResult;
use time::Date;
use uuid::Uuid;

use crate::access::{ActorProfile, Scope};
use crate::base::ids::{FacilityId, PersonId, RoomId, StaffId};
use crate::base::time::{Instant, berlin_today};
use crate::casework::{CONFIDENTIAL_PROVIDER, talk_condition};
use crate::groups::{
    NOT_NEEDED, expected_sql, group_scope, held_in_person, session_scope, session_staff_sql,
};
use crate::people::scope_condition;
use crate::store::{Result, Rows, Sql};

/// Most dates that one page shows; there is a word on the page if there are more.
pub(super) const ENTRIES: usize = 600;
/// Most dates of a subscription.
pub(super) const FEED: usize = 1_500;

/// What is chosen among the dates in scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Choice {
    pub facility: Option<FacilityId>,
    pub room: Option<RoomId>,
    pub staff: Option<StaffId>,
    pub person: Option<PersonId>,
}

impl Choice {
    fn all(&self) -> bool {
        *self == Self::default()
    }
}

/// A date.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct EntryRow {
    /// `session`, `visit`, `family`, `talk` or `plan` (a talk that is planned).
    pub kind: String,
    pub id: Uuid,
    /// The group's name, the member of staff of a visit.
    pub title: String,
    /// `draft`, `published` or `closed` for a session.
    pub group_state: String,
    pub facility_name: String,
    pub day: Date,
    /// Nothing for a talk: only its day is known.
    pub start_minute: Option<i64>,
    pub minutes: i64,
    pub place: String,
    /// `planned`, `held` or `cancelled`.
    pub state: String,
    pub cancel_reason: Option<String>,
    pub ordinal: i64,
    pub module: String,
    /// Who comes: how many, and the first and last of their names.
    pub staff_count: i64,
    pub staff_first: Option<String>,
    pub staff_last: Option<String>,
    /// Must be told of neutrally only.
    pub masked: bool,
    pub version: i64,
    pub created_at: Instant,
}

/// Whoever comes to the session `cs`, as one value.
fn staff_of(value: &'static str) -> Sql {
    Sql::new("(select ")
        .push(value)
        .push(" from group_session gs ")
        .append(session_staff_sql())
        .push(" where gs.id = cs.id)")
}

/// The sessions in scope; those of groups in preparation too where the scope has them.
fn sessions(scope: &Scope, today: Date, (from, to): (Date, Date), choice: &Choice) -> Sql {
    let mut sql = Sql::new(
        "select 'session' as kind, cs.id, cg.name as title, cg.state as group_state, \
         cf.name as facility_name, cs.day, cs.start_minute, cs.minutes, cr.name as place, cs.state, cs.cancel_reason, \
         cs.ordinal, cs.module, ",
    )
    .append(staff_of("count(*)"))
    .push(" as staff_count, ")
    .append(staff_of("min(s.name)"))
    .push(" as staff_first, ")
    .append(staff_of("max(s.name)"))
    .push(
        " as staff_last, false as masked, cs.version, cg.created_at from group_session cs \
         join training_group cg on cg.id = cs.group_id join facility cf on cf.id = cg.facility_id \
         join room cr on cr.id = cs.room_id where cs.day >= ? and cs.day <= ? \
         and (cs.cancel_reason is null or cs.cancel_reason <> ?) and ",
    )
    .bind(from)
    .bind(to)
    .bind(NOT_NEEDED.to_owned())
    .append(session_scope(scope, "cs.id", "cs.group_id"))
    .push(" and ")
    .append(held_in_person(scope, "cs.id"));
    if let Some(facility) = choice.facility {
        sql = sql.push(" and cg.facility_id = ?").bind(facility);
    }
    if let Some(room) = choice.room {
        sql = sql.push(" and cs.room_id = ?").bind(room);
    }
    if let Some(staff) = choice.staff {
        sql = sql
            .push(" and exists (select 1 from group_session gs ")
            .append(session_staff_sql())
            .push(" where gs.id = cs.id and s.id = ?)")
            .bind(staff);
    }
    if let Some(person) = choice.person {
        sql = sql
            .push(
                " and cg.state <> 'draft' and exists (select 1 from membership cm where cm.group_id = cs.group_id \
                 and cm.person_id = ? and cm.from_day <= cs.day and (cm.to_day is null or cm.to_day > cs.day) and ",
            )
            .bind(person)
            .append(scope_condition(scope, today, "cm.person_id"))
            .push(" and ")
            .append(expected_sql("cs.id", "cm.person_id"))
            .push(")");
    }
    sql
}

/// The dates in scope from a day to a day (both included) that were chosen, by time. One statement; one more than
/// `limit` says that there are more.
pub(super) async fn entries<R: Rows>(
    rows: &R,
    (from, to): (Date, Date),
    choice: &Choice,
    limit: usize,
) -> Result<Vec<EntryRow>> {
    let scope = rows.access().scope();
    let today = berlin_today(rows.now());
    let profile = rows.access().actor().profile();
    let mut sql = Sql::new("select * from (").append(sessions(&scope, today, (from, to), choice));
    if choice.room.is_none() && choice.person.is_none() {
        sql = sql
            .push(" union all ")
            .append(visits(profile, (from, to), choice));
        if choice.staff.is_none() {
            sql = sql
                .push(" union all ")
                .append(family_days(profile, &scope, (from, to), choice));
        }
    }
    if choice.all() || choice.person.is_some() {
        sql = sql
            .push(" union all ")
            .append(talks(profile, &scope, today, (from, to), choice))
            .push(" union all ")
            .append(crate::casework::planned_talks(
                rows,
                (from, to),
                choice.person,
            ));
    }
    rows.all(
        sql.push(") e order by e.day, coalesce(e.start_minute, -1), e.title, e.id limit ?")
            .bind(i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1),
    )
    .await
}

/// Visits of external staff outside of groups, as far as the gate's room shows them to the actor.
fn visits(profile: &ActorProfile, (from, to): (Date, Date), choice: &Choice) -> Sql {
    let mut sql = Sql::new(
        "select 'visit', v.id, s.name, 'published', vf.name, v.day, v.start_minute, v.minutes, v.destination, \
         case when v.cancelled_at is null then 'planned' else 'cancelled' end, null, 0, '', 1, s.name, s.name, false, \
         v.version, v.created_at from gate_visit v join staff s on s.id = v.staff_id \
         join facility vf on vf.id = v.facility_id where v.day >= ? and v.day <= ? and ",
    )
    .bind(from)
    .bind(to)
    .append(crate::gate::announced(profile));
    if let Some(facility) = choice.facility {
        sql = sql.push(" and v.facility_id = ?").bind(facility);
    }
    if let Some(staff) = choice.staff {
        sql = sql.push(" and v.staff_id = ?").bind(staff);
    }
    sql
}

/// Family days, as far as the gate's room shows them to the actor.
fn family_days(
    profile: &ActorProfile,
    scope: &Scope,
    (from, to): (Date, Date),
    choice: &Choice,
) -> Sql {
    let mut sql = Sql::new(
        "select 'family', d.id, coalesce(dg.name, ''), 'published', df.name, d.day, d.start_minute, \
         d.minutes, d.destination, case when d.cancelled_at is null then 'planned' else 'cancelled' end, null, 0, '', \
         0, null, null, false, d.version, d.created_at from family_day d join facility df on df.id = d.facility_id \
         left join training_group dg on dg.id = d.group_id where d.day >= ? and d.day <= ? and ",
    )
    .bind(from)
    .bind(to)
    .append(crate::gate::family(profile, scope));
    if let Some(facility) = choice.facility {
        sql = sql.push(" and d.facility_id = ?").bind(facility);
    }
    sql
}

/// Talks that took place or were to: of a person all that the actor may see, otherwise those that the actor recorded.
/// Of a confidential one a prison is told only that there was an appointment.
fn talks(
    profile: &ActorProfile,
    scope: &Scope,
    today: Date,
    (from, to): (Date, Date),
    choice: &Choice,
) -> Sql {
    let prison = matches!(scope, Scope::Facility(_));
    let mut sql = Sql::new(
        "select 'talk', c.id, '', 'published', tf.name, c.day, null, c.minutes, '', \
         case when c.outcome = 'took_place' then 'held' else 'planned' end, null, 0, '', 0, null, null, ",
    );
    sql = if prison {
        sql.push("(tv.code = ?)")
            .bind(CONFIDENTIAL_PROVIDER.to_owned())
    } else {
        sql.push("false")
    };
    sql = sql
        .push(
            ", c.version, c.recorded_at from counselling_session c join enrolment e on e.id = c.enrolment_id \
             join provider tv on tv.id = e.provider_id join facility tf on tf.id = e.facility_id \
             where c.day >= ? and c.day <= ? and ",
        )
        .bind(from)
        .bind(to);
    sql = match choice.person {
        Some(person) => sql.push("c.person_id = ? and ").bind(person),
        None => sql.push("c.recorded_by = ? and ").bind(profile.account),
    };
    sql.append(scope_condition(scope, today, "c.person_id"))
        .push(" and ")
        .append(talk_condition(scope, today))
}

/// Something to choose: what kind, its id, its name.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ChoiceRow {
    /// `facility`, `room` or `staff`.
    pub kind: String,
    pub id: Uuid,
    pub name: String,
}

/// The facilities and rooms by which the actor may choose, and the trainers who have a group from a day on; `chosen` is
/// among them whenever he or she was. One statement.
pub(super) async fn choices<R: Rows>(
    rows: &R,
    from: Date,
    chosen: Option<StaffId>,
) -> Result<Vec<ChoiceRow>> {
    let chosen = chosen.unwrap_or(StaffId(Uuid::nil()));
    let scope = rows.access().scope();
    let houses = || {
        Sql::new("(select hg.facility_id from training_group hg where ")
            .append(group_scope(&scope, "hg.id"))
            .push(")")
    };
    let mut sql = Sql::new(
        "select * from (select 'facility' as kind, f.id, f.name from facility f where f.id in ",
    )
    .append(houses())
    .push(" union all select 'room', r.id, ");
    sql = match scope {
        Scope::Facility(_) => sql.push("r.name"),
        _ => sql.push("rf.name || ', ' || r.name"),
    };
    sql = sql
        .push(" from room r join facility rf on rf.id = r.facility_id where r.facility_id in ")
        .append(houses());
    if !matches!(scope, Scope::Trainer { .. }) {
        sql = sql
            .push(" union all select 'staff', st.id, st.name from staff st where st.id in (select kt.staff_id \
                 from training_group kg join group_trainer kt on kt.group_id = kg.id where (kg.last_day >= ? or kt.staff_id = ?) and ")
            .bind(from)
            .bind(chosen)
            .append(group_scope(&scope, "kg.id"))
            .push(" union select kc.staff_id from training_group kg join group_session ks on ks.group_id = kg.id \
                 join session_trainer kc on kc.session_id = ks.id where kc.removed_at is null \
                 and (kg.last_day >= ? or kc.staff_id = ?) and ")
            .bind(from)
            .bind(chosen)
            .append(group_scope(&scope, "kg.id"))
            .push(")");
    }
    rows.all(sql.push(") q order by q.kind, q.name, q.id limit 400"))
        .await
}

/// Days on which a facility is closed.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ClosureRow {
    /// The facility, or the room of it.
    pub facility_name: String,
    pub first_day: Date,
    pub day_after: Date,
    pub reason: String,
}

/// The closures from a day to a day (both included): of the actor's own facility, or of those where the groups in
/// scope are.
pub(super) async fn closures<R: Rows>(
    rows: &R,
    (from, to): (Date, Date),
    choice: &Choice,
) -> Result<Vec<ClosureRow>> {
    let scope = rows.access().scope();
    let mut sql = Sql::new(
        "select coalesce(cr.name, f.name) as facility_name, c.first_day, c.day_after, c.reason from closure c \
         join facility f on f.id = c.facility_id left join room cr on cr.id = c.room_id where c.removed_at is null and c.first_day <= ? and c.day_after > ? and ",
    )
    .bind(to)
    .bind(from);
    sql = match rows.access().actor().profile().facility {
        Some(facility) => sql.push("c.facility_id = ?").bind(facility),
        None => sql
            .push("c.facility_id in (select hg.facility_id from training_group hg where ")
            .append(group_scope(&scope, "hg.id"))
            .push(")"),
    };
    if let Some(facility) = choice.facility {
        sql = sql.push(" and c.facility_id = ?").bind(facility);
    }
    if let Some(room) = choice.room {
        sql = sql
            .push(" and (c.room_id is null or c.room_id = ?) and c.facility_id = (select r.facility_id from room r where r.id = ?)")
            .bind(room)
            .bind(room);
    }
    rows.all(sql.push(" order by c.first_day, f.name limit 200"))
        .await
}
