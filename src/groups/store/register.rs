//! Queries of sessions and their registers.

use sea_orm::FromQueryResult;
use time::Date;

use super::{EventRow, events_sql};
use crate::access::Writes;
use crate::base::ids::{AttendanceId, GroupId, GroupSessionId, PersonId};
use crate::base::time::berlin_today;
use crate::groups::rules::register::Mark;
use crate::groups::scope::session_scope;
use crate::people::number_sql;
use crate::people::scope_condition;
use crate::schema::groups::attendance;
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
}

/// A session of a group in scope.
pub(crate) async fn find<R: Rows>(rows: &R, id: GroupSessionId) -> Result<Option<SessionHead>> {
    let scope = rows.access().scope();
    rows.one(
        Sql::new(
            "select s.id, s.group_id, g.name as group_name, g.state as group_state, f.name as facility_name, \
             g.weekday, s.ordinal, s.module, s.day, s.start_minute, s.minutes, r.name as room_name, s.state, \
             s.cancel_reason, s.version from group_session s join training_group g on g.id = s.group_id \
             join facility f on f.id = g.facility_id join room r on r.id = s.room_id where s.id = ? and ",
        )
        .bind(id)
        .append(session_scope(&scope, "s.id", "s.group_id")),
    )
    .await
}

/// A row of a register.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct RegisterPerson {
    pub person_id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub number: Option<String>,
    pub status: Option<String>,
    pub reason: Option<String>,
    pub recorded_by_name: Option<String>,
    /// Temporarily absent on the day.
    pub absent: bool,
    /// Whether the actor may see who it is.
    pub visible: bool,
}

impl RegisterPerson {
    /// "Adler, Kai".
    pub fn name(&self) -> String {
        format!("{}, {}", self.family_name, self.given_name)
    }

    /// What is stored.
    pub fn mark(&self) -> Option<Mark> {
        Mark::stored(self.status.as_deref()?, self.reason.as_deref())
    }
}

/// The people of a session's register: members on its day, and whoever was recorded.
pub(crate) async fn people<R: Rows>(
    rows: &R,
    session: &SessionHead,
) -> Result<Vec<RegisterPerson>> {
    let scope = rows.access().scope();
    rows.all(
        Sql::new("select p.id as person_id, p.family_name, p.given_name, ")
        .append(number_sql(&scope, berlin_today(rows.now()), "p.id"))
        .push(
            " as number, a.status, a.reason, a.recorded_by_name, exists (select 1 from absence ab where ab.person_id = p.id \
             and ab.from_day <= ? and (ab.to_day is null or ab.to_day > ?)) as absent, ",
        )
        .bind(session.day)
        .bind(session.day)
        .append(scope_condition(&scope, berlin_today(rows.now()), "p.id"))
        .push(
            // Who it is comes first: of two conditions joined by "or" the database would look at every person there is.
            " as visible from person p left join attendance a on a.person_id = p.id and a.session_id = ? \
             where p.id in (select r.person_id from attendance r where r.session_id = ? union select m.person_id \
             from membership m where m.group_id = ? and m.from_day <= ? and (m.to_day is null or m.to_day > ?)) \
             order by p.sort_key, p.id limit 200",
        )
        .bind(session.id)
        .bind(session.id)
        .bind(session.group_id)
        .bind(session.day)
        .bind(session.day),
    )
    .await
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

/// Marks a session as held and its register as changed.
pub(crate) async fn held<P: Writes>(writer: &Writer<P>, session: GroupSessionId) -> Result<()> {
    writer
        .change_one(
            Sql::new("update group_session set state = 'held', version = version + 1 where id = ? and state <> 'cancelled'")
                .bind(session),
        )
        .await
}

/// Records rows for the first time.
pub(crate) async fn insert<P: Writes>(
    writer: &Writer<P>,
    session: GroupSessionId,
    rows: &[(PersonId, Mark)],
) -> Result<()> {
    let rows = rows
        .iter()
        .map(|(person, mark)| attendance::Model {
            id: AttendanceId(writer.entropy().uuid()),
            session_id: session,
            person_id: *person,
            status: mark.status().code().to_owned(),
            reason: mark.reason().map(|reason| reason.code().to_owned()),
            recorded_at: writer.now(),
            recorded_by_name: writer.access().actor().name().to_owned(),
            version: 1,
        })
        .collect();
    writer.insert_all(rows).await
}

#[derive(FromQueryResult)]
struct IdRow {
    id: AttendanceId,
    person_id: PersonId,
}

/// The ids of recorded rows.
pub(crate) async fn ids(
    rows: &impl Rows,
    session: GroupSessionId,
) -> Result<Vec<(PersonId, AttendanceId)>> {
    let found: Vec<IdRow> = rows
        .all(
            Sql::new(
                "select id, person_id from attendance where session_id = ? order by id limit 500",
            )
            .bind(session),
        )
        .await?;
    Ok(found
        .into_iter()
        .map(|row| (row.person_id, row.id))
        .collect())
}

/// Corrects a row.
pub(crate) async fn correct<P: Writes>(
    writer: &Writer<P>,
    id: AttendanceId,
    mark: Mark,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update attendance set status = ?, reason = ?, recorded_at = ?, recorded_by_name = ?, \
                 version = version + 1 where id = ?",
            )
            .bind(mark.status().code().to_owned())
            .bind(mark.reason().map(|reason| reason.code().to_owned()))
            .bind(writer.now())
            .bind(writer.access().actor().name().to_owned())
            .bind(id),
        )
        .await
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
pub(crate) async fn start<P: Writes>(
    writer: &Writer<P>,
    session: &SessionHead,
    people: &[PersonId],
) -> Result<()> {
    writer
        .change(
            Sql::new("update enrolment set started_on = ?, version = version + 1 where (started_on is null or started_on > ?) and ")
                .bind(session.day)
                .bind(session.day)
                .append(by_this_session(session, people)),
        )
        .await?;
    Ok(())
}

/// Whose first attended session was corrected to an absence: the enrolment starts with the next attended one, if any.
pub(crate) async fn start_again<P: Writes>(
    writer: &Writer<P>,
    session: &SessionHead,
    people: &[PersonId],
) -> Result<()> {
    writer
        .change(
            Sql::new(
                "update enrolment set started_on = (select min(s.day) from membership m join group_session s \
                 on s.group_id = m.group_id join attendance a on a.session_id = s.id and a.person_id = m.person_id \
                 where m.enrolment_id = enrolment.id and a.status in ('present', 'late') and s.day >= m.from_day \
                 and (m.to_day is null or s.day <= m.to_day)), version = version + 1 where started_on = ? and ",
            )
            .bind(session.day)
            .append(by_this_session(session, people)),
        )
        .await?;
    Ok(())
}
