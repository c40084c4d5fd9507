//! Queries of sessions and their registers.

use sea_orm::FromQueryResult;
use time::Date;

use super::{EventRow, events_sql};
use crate::access::Writes;
use crate::base::ids::{AccountId, AttendanceId, GroupId, GroupSessionId, PersonId};
use crate::base::time::{Instant, berlin_today};
use crate::groups::rules::register::Mark;
use crate::groups::rules::{CATCH_UP, CATCH_UP_LABEL, locked};
use crate::groups::scope::session_scope;
use crate::people::number_sql;
use crate::people::scope_condition;
use crate::store::{Result, Rows, Sql, Writer};

/// A session with what its pages tell of its group.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct SessionHead {
    pub id: GroupSessionId,
    pub group_id: GroupId,
    pub group_name: String,
    pub group_state: String,
    pub facility_name: String,
    pub weekday: i64,
    pub ordinal: i64,
    pub module: String,
    pub day: Date,
    pub start_minute: i64,
    pub minutes: i64,
    pub room_name: String,
    pub state: String,
    pub cancel_reason: Option<String>,
    pub version: i64,
    /// The highest number of the series.
    pub last_ordinal: i64,
    /// Which session of the template it is.
    pub template_ordinal: Option<i64>,
    kind: String,
    locked: bool,
    lock_after_days: Option<i64>,
}

impl SessionHead {
    /// Whether it stands outside the numbering.
    pub fn is_catch_up(&self) -> bool {
        self.kind == CATCH_UP
    }

    /// "Sitzung 3", "Nachholtermin".
    pub fn title(&self) -> String {
        if self.is_catch_up() {
            CATCH_UP_LABEL.to_owned()
        } else {
            format!("Sitzung {}", self.ordinal)
        }
    }

    /// Where it is cancelled.
    pub fn cancel_path(&self) -> String {
        if self.is_catch_up() {
            format!("/nachholtermine/{}/absagen", self.id)
        } else {
            format!("/sitzungen/{}/absagen", self.id)
        }
    }

    /// Whether it is changed by correction with a reason only.
    pub fn is_locked(&self, today: Date) -> bool {
        locked(self.locked, self.lock_after_days, self.day, today)
    }
}

const HEAD: &str = "s.id, s.group_id, g.name as group_name, g.state as group_state, f.name as facility_name, g.weekday, \
     s.ordinal, s.module, s.day, s.start_minute, s.minutes, r.name as room_name, s.state, s.cancel_reason, s.version, \
     s.kind, s.template_ordinal, s.locked, f.lock_after_days, (select max(z.ordinal) from group_session z where z.group_id = s.group_id) as last_ordinal ";
const HEAD_FROM: &str = "from group_session s join training_group g on g.id = s.group_id join facility f on f.id = g.facility_id \
     join room r on r.id = s.room_id ";

/// A session of a group in scope.
pub(crate) async fn find<R: Rows>(rows: &R, id: GroupSessionId) -> Result<Option<SessionHead>> {
    let scope = rows.access().scope();
    rows.one(
        Sql::new("select ")
            .push(HEAD)
            .push(HEAD_FROM)
            .push("where s.id = ? and ")
            .bind(id)
            .append(session_scope(&scope, "s.id", "s.group_id")),
    )
    .await
}

/// A row of a register.
#[derive(Debug, Clone)]
pub(crate) struct RegisterPerson {
    pub person_id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub number: Option<String>,
    /// Temporarily absent on the day.
    pub absent: bool,
    /// Suspended on the day.
    pub paused: bool,
    /// Whether the actor may see who it is.
    pub visible: bool,
    /// What is recorded.
    pub entry: Option<RegisterEntry>,
}

/// What a register says about one person.
#[derive(Debug, Clone)]
pub(crate) struct RegisterEntry {
    pub id: AttendanceId,
    pub mark: Mark,
    /// What was stored before the last saving.
    pub before: Option<Mark>,
    pub recorded_at: Instant,
    pub recorded_by: Option<AccountId>,
    pub recorded_by_name: String,
}

impl RegisterPerson {
    /// "Adler, Kai".
    pub fn name(&self) -> String {
        format!("{}, {}", self.family_name, self.given_name)
    }

    /// What is stored.
    pub fn mark(&self) -> Option<Mark> {
        self.entry.as_ref().map(|entry| entry.mark)
    }

    /// Not there on the day for a reason known before; needs no entry.
    pub fn away(&self) -> bool {
        self.absent || self.paused
    }
}

#[derive(FromQueryResult)]
struct OpenRow {
    #[sea_orm(nested)]
    head: SessionHead,
    person_id: Option<PersonId>,
    family_name: Option<String>,
    given_name: Option<String>,
    number: Option<String>,
    absent: Option<bool>,
    paused: Option<bool>,
    visible: Option<bool>,
    attendance_id: Option<AttendanceId>,
    status: Option<String>,
    reason: Option<String>,
    missed: Option<i64>,
    before_status: Option<String>,
    before_reason: Option<String>,
    before_minutes: Option<i64>,
    recorded_at: Option<Instant>,
    recorded_by: Option<AccountId>,
    recorded_by_name: Option<String>,
}

impl OpenRow {
    fn split(self) -> (SessionHead, Option<RegisterPerson>) {
        let entry = match (self.attendance_id, self.status, self.recorded_at) {
            (Some(id), Some(status), Some(recorded_at)) => {
                Mark::stored(&status, self.reason.as_deref(), self.missed).map(|mark| {
                    let before = self.before_status.as_deref().and_then(|status| {
                        Mark::stored(status, self.before_reason.as_deref(), self.before_minutes)
                    });
                    RegisterEntry {
                        id,
                        mark,
                        before,
                        recorded_at,
                        recorded_by: self.recorded_by,
                        recorded_by_name: self.recorded_by_name.unwrap_or_default(),
                    }
                })
            }
            _ => None,
        };
        let person = self.person_id.map(|person_id| RegisterPerson {
            person_id,
            family_name: self.family_name.unwrap_or_default(),
            given_name: self.given_name.unwrap_or_default(),
            number: self.number,
            absent: self.absent.unwrap_or(false),
            paused: self.paused.unwrap_or(false),
            visible: self.visible.unwrap_or(false),
            entry,
        });
        (self.head, person)
    }
}

/// A session of a group in scope with the people of its register, in one statement: members on its day (of a catch-up
/// session those who make something good in it), and whoever was recorded.
pub(crate) async fn open<R: Rows>(
    rows: &R,
    id: GroupSessionId,
) -> Result<Option<(SessionHead, Vec<RegisterPerson>)>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    let found: Vec<OpenRow> = rows
        .all(
            Sql::new("select ")
                .push(HEAD)
                .push(
                    ", p.id as person_id, p.family_name, p.given_name, a.id as attendance_id, a.status, a.reason, \
                     a.minutes as missed, a.before_status, a.before_reason, a.before_minutes, a.recorded_at, \
                     a.recorded_by, a.recorded_by_name, ",
                )
                .append(number_sql(&scope, today, "p.id"))
                .push(
                    " as number, exists (select 1 from absence ab where ab.person_id = p.id \
                     and ab.from_day <= s.day and (ab.to_day is null or ab.to_day > s.day)) as absent, \
                     exists (select 1 from membership_pause mz join membership zm on zm.id = mz.membership_id \
                     where zm.group_id = s.group_id and zm.person_id = p.id and mz.from_day <= s.day \
                     and (mz.to_day is null or mz.to_day > s.day)) as paused, ",
                )
                .append(scope_condition(&scope, today, "p.id"))
                .push(" as visible ")
                .push(HEAD_FROM)
                .push(
                    "left join (select x.session_id, x.person_id from attendance x where x.session_id = ? union \
                     select z.id, m.person_id from group_session z join membership m on m.group_id = z.group_id \
                     where z.id = ? and m.from_day <= z.day and (m.to_day is null or m.to_day > z.day) \
                     and (z.kind <> 'catch_up' or exists (select 1 from catch_up_person zp where zp.session_id = z.id \
                     and zp.person_id = m.person_id))) w \
                     on w.session_id = s.id left join person p on p.id = w.person_id \
                     left join attendance a on a.session_id = s.id and a.person_id = p.id where s.id = ? and ",
                )
                .bind(id)
                .bind(id)
                .bind(id)
                .append(session_scope(&scope, "s.id", "s.group_id"))
                .push(" order by p.sort_key, p.id limit 200"),
        )
        .await?;
    let mut people = Vec::with_capacity(found.len());
    let mut head = None;
    for row in found {
        let (session, person) = row.split();
        people.extend(person);
        head = Some(session);
    }
    Ok(head.map(|head| (head, people)))
}

/// The corrections of a register, newest first; names only of people in scope.
pub(crate) async fn corrections<R: Rows>(
    rows: &R,
    session: GroupSessionId,
) -> Result<Vec<EventRow>> {
    rows.all(
        events_sql(rows)
            .push(
                "where h.object_kind = 'attendance' and h.object_id in (select a.id from attendance a \
                 where a.session_id = ?) order by h.at desc, h.id limit 20",
            )
            .bind(session),
    )
    .await
}

/// Locks a session of a group in scope against parallel saving until the commit; says whether there is such a session.
pub(crate) async fn lock<P: Writes>(writer: &Writer<P>, session: GroupSessionId) -> Result<bool> {
    let scope = writer.access().scope();
    let touched = writer
        .change(
            Sql::new("update group_session set version = version where id = ? and ")
                .bind(session)
                .append(session_scope(
                    &scope,
                    "group_session.id",
                    "group_session.group_id",
                )),
        )
        .await?;
    Ok(touched == 1)
}

/// Marks a session as held and its register as changed, unless somebody else changed it since it was read.
pub(crate) fn held_sql(session: &SessionHead) -> Sql {
    Sql::new("update group_session set state = 'held', version = version + 1 where id = ? and version = ? and state <> 'cancelled'")
        .bind(session.id)
        .bind(session.version)
}

/// Counts a change of a register that was taken back; with no row left the session is no longer held.
pub(crate) fn taken_back_sql(session: &SessionHead, rows_left: bool) -> Sql {
    Sql::new(if rows_left {
        "update group_session set version = version + 1 where id = ? and version = ? and state = 'held'"
    } else {
        "update group_session set state = 'planned', version = version + 1 where id = ? and version = ? and state = 'held'"
    })
    .bind(session.id)
    .bind(session.version)
}

/// Records rows, or corrects those that are recorded; what stood there before stays beside it.
pub(crate) fn save_sql<P: Writes>(
    writer: &Writer<P>,
    session: GroupSessionId,
    rows: &[(PersonId, Mark)],
) -> Sql {
    let actor = writer.access().actor();
    let mut sql = Sql::new(
        "insert into attendance (id, session_id, person_id, status, reason, minutes, recorded_at, recorded_by, \
         recorded_by_name, version) values ",
    );
    for (index, (person, mark)) in rows.iter().enumerate() {
        sql = sql
            .push(if index == 0 {
                "(?, ?, ?, ?, ?, ?, ?, ?, ?, 1)"
            } else {
                ", (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)"
            })
            .bind(AttendanceId(writer.entropy().uuid()))
            .bind(session)
            .bind(*person)
            .bind(mark.status().code().to_owned())
            .bind(mark.reason().map(|reason| reason.code().to_owned()))
            .bind(mark.minutes().map(i64::from))
            .bind(writer.now())
            .bind(actor.account())
            .bind(actor.name().to_owned());
    }
    sql.push(
        " on conflict (session_id, person_id) do update set before_status = attendance.status, \
         before_reason = attendance.reason, before_minutes = attendance.minutes, status = excluded.status, \
         reason = excluded.reason, minutes = excluded.minutes, recorded_at = excluded.recorded_at, \
         recorded_by = excluded.recorded_by, recorded_by_name = excluded.recorded_by_name, \
         version = attendance.version + 1",
    )
}

/// The rows of one saving: of a session, by somebody, at a moment.
fn of_saving(sql: Sql, session: GroupSessionId, by: AccountId, at: Instant) -> Sql {
    sql.push(" session_id = ? and recorded_by = ? and recorded_at = ?")
        .bind(session)
        .bind(by)
        .bind(at)
}

/// Takes away the rows that a saving recorded for the first time.
pub(crate) fn forget_sql(session: GroupSessionId, by: AccountId, at: Instant) -> Sql {
    of_saving(Sql::new("delete from attendance where"), session, by, at)
        .push(" and before_status is null")
}

/// Puts back what a saving corrected. The row then belongs to no saving that could be taken back.
pub(crate) fn restore_sql<P: Writes>(
    writer: &Writer<P>,
    session: GroupSessionId,
    by: AccountId,
    at: Instant,
) -> Sql {
    let sql = Sql::new(
        "update attendance set status = before_status, reason = before_reason, minutes = before_minutes, \
         before_status = null, before_reason = null, before_minutes = null, recorded_at = ?, recorded_by = null, \
         recorded_by_name = ?, version = version + 1 where",
    )
    .bind(writer.now())
    .bind(writer.access().actor().name().to_owned());
    of_saving(sql, session, by, at).push(" and before_status is not null")
}

/// A condition on an enrolment: people were members of the session's group by it on the session's day.
fn by_this_session(session: &SessionHead, people: &[PersonId]) -> Sql {
    Sql::new("id in (select m.enrolment_id from membership m where m.group_id = ? and m.from_day <= ? and (m.to_day is null or m.to_day >= ?) and m.person_id in ")
        .bind(session.group_id)
        .bind(session.day)
        .bind(session.day)
        .list(people.iter().copied())
        .push(")")
}

/// The first attended session starts the enrolment, also when registers are recorded out of order.
pub(crate) fn start_sql(session: &SessionHead, people: &[PersonId]) -> Sql {
    Sql::new("update enrolment set started_on = ?, version = version + 1 where (started_on is null or started_on > ?) and ")
        .bind(session.day)
        .bind(session.day)
        .append(by_this_session(session, people))
}

/// Whose first attended session turned into an absence: the enrolment starts with the next attended one, if any. Does not
/// look at the session itself, so it may run beside the statement that changes its register.
pub(crate) fn start_again_sql(session: &SessionHead, people: &[PersonId]) -> Sql {
    Sql::new(
        "update enrolment set started_on = (select min(s.day) from membership m join group_session s \
         on s.group_id = m.group_id join attendance a on a.session_id = s.id and a.person_id = m.person_id \
         where m.enrolment_id = enrolment.id and s.id <> ? and a.status in ('present', 'late', 'left_early') \
         and s.day >= m.from_day and (m.to_day is null or s.day <= m.to_day)), version = version + 1 \
         where started_on = ? and ",
    )
    .bind(session.id)
    .bind(session.day)
    .append(by_this_session(session, people))
}
