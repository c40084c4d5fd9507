//! Queries of groups. By topic: [`agenda`] for other rooms, [`plan`] for planning, [`series`] for changes of dates,
//! [`templates`], [`members`], [`register`].

pub mod agenda;
pub(crate) mod catch_up;
pub(crate) mod existing;
pub(crate) mod members;
pub(crate) mod passport;
pub(crate) mod pauses;
pub(crate) mod plan;
pub(crate) mod register;
pub(crate) mod series;
pub(crate) mod templates;

use sea_orm::FromQueryResult;
use time::Date;
use uuid::Uuid;

use super::rules::Phase;
use super::scope::group_scope;
use super::series::change::NOT_NEEDED;
use crate::base::ids::{
    FacilityId, GroupId, GroupSessionId, PersonId, ProgrammeId, ProviderId, StaffId, TemplateId,
};
use crate::base::time::{Instant, berlin_local, berlin_today};
use crate::people::scope_condition;
use crate::store::{Cursor, Page, Result, Rows, Sql};

/// The longest list of groups that is shown.
pub(crate) const LIST_LIMIT: i64 = 200;

/// A condition on a session named `s`: its time is over. Binds day, day, minute.
pub(super) fn over(now: Instant) -> Sql {
    let local = berlin_local(now);
    Sql::new("(s.day < ? or (s.day = ? and s.start_minute + s.minutes <= ?))")
        .bind(local.date)
        .bind(local.date)
        .bind(i64::from(local.minute.value()))
}

/// A line of the list of groups.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct GroupLine {
    pub id: GroupId,
    pub name: String,
    pub state: String,
    pub weekday: i64,
    pub start_minute: i64,
    pub first_day: Date,
    pub places: i64,
    pub room_name: String,
    pub facility_name: String,
    pub next_day: Option<Date>,
    pub members: i64,
    pub missing: i64,
}

/// The columns of a [`GroupLine`] for the groups in scope; conditions follow.
fn lines<R: Rows>(rows: &R) -> Sql {
    let today = berlin_today(rows.now());
    Sql::new(
        "select g.id, g.name, g.state, g.weekday, g.start_minute, g.first_day, g.places, r.name as room_name, \
         f.name as facility_name, (select min(s.day) from group_session s where s.group_id = g.id \
         and s.state = 'planned' and s.day >= ?) as next_day, (select count(*) from membership m \
         where m.group_id = g.id and (m.to_day is null or m.end_reason = 'abgeschlossen')) as members, \
         (select count(*) from group_session s where s.group_id = g.id and s.state = 'planned' \
         and g.state = 'published' and ",
    )
    .bind(today)
    .append(over(rows.now()))
    .push(
        ") as missing from training_group g join room r on r.id = g.room_id join facility f \
         on f.id = g.facility_id where ",
    )
    .append(group_scope(&rows.access().scope(), "g.id"))
}

/// The groups in scope that are not over: running ones first, then planned, drafts; the newest first within these.
pub(crate) async fn list<R: Rows>(rows: &R) -> Result<Vec<GroupLine>> {
    rows.all(
        lines(rows)
            .push(
                " and g.state <> 'closed' order by case when g.state = 'draft' then 2 when g.first_day > ? then 1 else 0 end, \
                 g.first_day desc, g.name, g.id limit ?",
            )
            .bind(berlin_today(rows.now()))
            .bind(LIST_LIMIT),
    )
    .await
}

/// A page of the groups in scope that are over, the newest first.
pub(crate) async fn closed<R: Rows>(rows: &R, from: Option<&Cursor>) -> Result<Page<GroupLine>> {
    const PAGE: usize = 50;
    let place = from.and_then(|cursor| {
        let day = crate::base::german::parse_date(&cursor.key).ok()?;
        Some((cursor, day))
    });
    let mut sql = lines(rows).push(" and g.state = 'closed'");
    if let Some((cursor, day)) = place {
        sql = sql
            .push(if cursor.backward {
                " and (g.first_day > ? or (g.first_day = ? and g.id < ?))"
            } else {
                " and (g.first_day < ? or (g.first_day = ? and g.id > ?))"
            })
            .bind(day)
            .bind(day)
            .bind(cursor.id);
    }
    let backward = place.is_some_and(|(cursor, _)| cursor.backward);
    sql = sql
        .push(if backward {
            " order by g.first_day, g.id desc limit ?"
        } else {
            " order by g.first_day desc, g.id limit ?"
        })
        .bind(PAGE as i64 + 1);
    let found: Vec<GroupLine> = rows.all(sql).await?;
    let cursor = place.map(|(cursor, _)| cursor);
    Ok(Page::from_rows(found, PAGE, cursor, |line| {
        (crate::base::german::date(line.first_day), line.id.0)
    }))
}

/// A group.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct GroupHead {
    pub id: GroupId,
    pub name: String,
    pub state: String,
    pub template_id: TemplateId,
    pub template_version: i64,
    pub template_name: String,
    pub trainers_needed: i64,
    pub programme_id: ProgrammeId,
    pub programme_name: String,
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub facility_id: FacilityId,
    pub facility_name: String,
    pub room_name: String,
    pub weekday: i64,
    pub start_minute: i64,
    pub first_day: Date,
    pub last_day: Date,
    pub places: i64,
    /// Its past sessions are still being entered.
    pub entry_open: bool,
    slot_low: Option<i64>,
    slot_high: Option<i64>,
    undo_at: Option<Instant>,
    undo_by: Option<String>,
    undo_what: Option<String>,
}

/// The last change of a group's dates: when, by whom, what.
pub(crate) type LastChange<'a> = (Instant, &'a str, &'a str);

impl GroupHead {
    /// Weekly times besides the first: weekday from 1 for Monday, and minute.
    pub fn more_slots(&self) -> Vec<(i64, i64)> {
        slots(self.slot_low, self.slot_high)
    }

    /// The last change of its dates, if it was made since a moment.
    pub fn last_change(&self, since: Instant) -> Option<LastChange<'_>> {
        let at = self.undo_at.filter(|at| *at >= since)?;
        Some((at, self.undo_by.as_deref()?, self.undo_what.as_deref()?))
    }

    pub fn phase(&self, today: Date) -> Phase {
        Phase::of(&self.state, self.first_day, today)
    }
}

/// Weekly times packed as weekday times 1,440 plus minute; a group has at most two besides its first.
pub(super) fn slots(low: Option<i64>, high: Option<i64>) -> Vec<(i64, i64)> {
    let mut packed: Vec<i64> = low.into_iter().chain(high).collect();
    packed.dedup();
    packed
        .into_iter()
        .map(|slot| (slot / 1440, slot % 1440))
        .collect()
}

const HEAD: &str = "g.id, g.name, g.state, t.id as template_id, t.version as template_version, t.name as template_name, t.trainers as trainers_needed, \
     g.programme_id, pg.name as programme_name, g.provider_id, pv.name as provider_name, \
     g.facility_id, f.name as facility_name, r.name as room_name, g.weekday, g.start_minute, g.first_day, \
     g.last_day, g.places, g.entry_open, \
     (select min(gs.weekday * 1440 + gs.start_minute) from group_slot gs where gs.group_id = g.id) as slot_low, \
     (select max(gs.weekday * 1440 + gs.start_minute) from group_slot gs where gs.group_id = g.id) as slot_high, \
     u.at as undo_at, u.by_name as undo_by, u.what as undo_what ";
const HEAD_FROM: &str = "from training_group g join template t on t.id = g.template_id join programme pg \
     on pg.id = g.programme_id join provider pv on pv.id = g.provider_id join facility f on f.id = g.facility_id \
     join room r on r.id = g.room_id left join series_undo u on u.group_id = g.id ";

/// A group in scope.
pub(crate) async fn find<R: Rows>(rows: &R, id: GroupId) -> Result<Option<GroupHead>> {
    let scope = rows.access().scope();
    rows.one(
        Sql::new("select ")
            .push(HEAD)
            .push(HEAD_FROM)
            .push("where g.id = ? and ")
            .bind(id)
            .append(group_scope(&scope, "g.id")),
    )
    .await
}

/// A trainer of a group.
#[derive(Debug, Clone)]
pub(crate) struct Trainer {
    pub id: StaffId,
    pub name: String,
    pub provider_name: String,
}

#[derive(FromQueryResult)]
struct HeadRow {
    #[sea_orm(nested)]
    head: GroupHead,
    staff_id: Option<StaffId>,
    staff_name: Option<String>,
    staff_provider: Option<String>,
}

/// A group in scope with its trainers, in one statement.
pub(crate) async fn open<R: Rows>(
    rows: &R,
    id: GroupId,
) -> Result<Option<(GroupHead, Vec<Trainer>)>> {
    let scope = rows.access().scope();
    let found: Vec<HeadRow> = rows
        .all(
            Sql::new("select ")
                .push(HEAD)
                .push(
                    ", st.id as staff_id, st.name as staff_name, sp.name as staff_provider ",
                )
                .push(HEAD_FROM)
                .push(
                    "left join group_trainer gt on gt.group_id = g.id left join staff st on st.id = gt.staff_id \
                     left join provider sp on sp.id = st.provider_id where g.id = ? and ",
                )
                .bind(id)
                .append(group_scope(&scope, "g.id"))
                .push(" order by st.name, st.id limit 50"),
        )
        .await?;
    let mut trainers: Vec<Trainer> = Vec::new();
    let mut head = None;
    for row in found {
        if let (Some(staff), Some(name)) = (row.staff_id, row.staff_name) {
            trainers.push(Trainer {
                id: staff,
                name,
                provider_name: row.staff_provider.unwrap_or_default(),
            });
        }
        head = Some(row.head);
    }
    Ok(head.map(|head| (head, trainers)))
}

/// A session of a group.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct SessionRow {
    pub id: GroupSessionId,
    pub ordinal: i64,
    pub module: String,
    pub day: Date,
    pub start_minute: i64,
    pub minutes: i64,
    pub state: String,
    pub cancel_reason: Option<String>,
    pub room_name: String,
    pub recorded: i64,
    /// Who covers, if anybody does; the same name twice if it is one.
    pub cover_first: Option<String>,
    pub cover_last: Option<String>,
    pub kind: String,
    pub locked: bool,
    /// Why the date was planned although something stood against it, and who said so.
    pub taken_on: Option<String>,
    pub taken_on_by: Option<String>,
}

/// The sessions of a group that the caller has found in scope, by day.
pub(crate) async fn sessions(rows: &impl Rows, group: GroupId) -> Result<Vec<SessionRow>> {
    rows.all(
        Sql::new(
            "select s.id, s.ordinal, s.module, s.day, s.start_minute, s.minutes, s.state, s.cancel_reason, \
             r.name as room_name, (select count(*) from attendance a where a.session_id = s.id) as recorded, \
             (select min(vs.name) from session_trainer v join staff vs on vs.id = v.staff_id where v.session_id = s.id \
             and v.removed_at is null) as cover_first, (select max(vs.name) from session_trainer v join staff vs \
             on vs.id = v.staff_id where v.session_id = s.id and v.removed_at is null) as cover_last, s.kind, s.locked, \
             k.reason as taken_on, k.accepted_by_name as taken_on_by from group_session s left join conflict_acceptance k \
             on k.id = (select z.id from conflict_acceptance z where z.group_id = s.group_id and z.day = s.day \
             order by z.accepted_at desc, z.id limit 1) join room r on r.id = s.room_id where s.group_id = ? and (s.cancel_reason is null or s.cancel_reason <> ?) order by s.day, s.ordinal limit 300",
        )
        .bind(group)
        .bind(NOT_NEEDED.to_owned()),
    )
    .await
}

/// A line of a group's history.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct EventRow {
    pub at: Instant,
    pub actor_name: String,
    pub what: String,
    pub old_value: Option<String>,
    pub new_value: Option<String>,
    pub reason: Option<String>,
    pub person_id: Option<PersonId>,
    pub family_name: Option<String>,
    pub given_name: Option<String>,
}

/// The newest changes of a group that the caller has found in scope; names only of people in scope.
pub(crate) async fn events<R: Rows>(rows: &R, group: GroupId, limit: i64) -> Result<Vec<EventRow>> {
    let id: Uuid = group.0;
    rows.all(
        events_sql(rows)
            .push("where h.object_kind = 'training_group' and h.object_id = ? order by h.at desc, h.id limit ?")
            .bind(id)
            .bind(limit),
    )
    .await
}

/// Selects history with names; continue with `where …`.
pub(super) fn events_sql<R: Rows>(rows: &R) -> Sql {
    let scope = rows.access().scope();
    Sql::new(
        "select h.at, h.actor_name, h.what, h.old_value, h.new_value, h.reason, h.person_id, p.family_name, \
         p.given_name from history h left join person p on p.id = h.person_id and ",
    )
    .append(scope_condition(&scope, berlin_today(rows.now()), "p.id"))
    .push(" ")
}
