//! Queries of catch-up sessions.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{FacilityId, GroupId, GroupSessionId, PersonId, RoomId, StaffId};
use crate::base::time::berlin_today;
use crate::groups::scope::session_scope;
use crate::people::scope_condition;
use crate::schema::completion::{catch_up, catch_up_person};
use crate::schema::groups::group_session;
use crate::store::{Result, Rows, Sql, Writer};

/// A catch-up session.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct CatchUp {
    pub id: GroupSessionId,
    pub group_id: GroupId,
    pub group_name: String,
    pub facility_id: FacilityId,
    pub facility_name: String,
    pub day: Date,
    pub start_minute: i64,
    pub minutes: i64,
    pub room_id: RoomId,
    pub room_name: String,
    pub staff_id: Option<StaffId>,
    pub staff_name: Option<String>,
    pub state: String,
    pub cancel_reason: Option<String>,
    pub cancel_note: Option<String>,
    pub version: i64,
}

/// What one person makes good in it.
#[derive(Debug, Clone)]
pub(crate) struct MadeGood {
    pub person_id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub visible: bool,
    pub ordinal: i64,
    pub module: String,
}

impl MadeGood {
    /// "Adler, Kai", or the mask for people outside the viewer's scope.
    pub fn name(&self) -> String {
        if self.visible {
            format!("{}, {}", self.family_name, self.given_name)
        } else {
            "Gesperrte Person".to_owned()
        }
    }
}

#[derive(FromQueryResult)]
struct OpenRow {
    #[sea_orm(nested)]
    head: CatchUp,
    person_id: PersonId,
    family_name: String,
    given_name: String,
    visible: bool,
    ordinal: i64,
    template_module: Option<String>,
}

/// A catch-up session in scope and what is made good in it, by name, in one statement.
pub(crate) async fn open<R: Rows>(
    rows: &R,
    id: GroupSessionId,
) -> Result<Option<(CatchUp, Vec<MadeGood>)>> {
    let scope = rows.access().scope();
    let found: Vec<OpenRow> = rows
        .all(
            Sql::new(
                "select s.id, s.group_id, g.name as group_name, g.facility_id, \
                 f.name as facility_name, s.day, s.start_minute, s.minutes, s.room_id, r.name as room_name, c.staff_id, \
                 st.name as staff_name, s.state, s.cancel_reason, s.cancel_note, s.version, cp.person_id, p.family_name, \
                 p.given_name, cp.ordinal, ts.module as template_module, ",
            )
            .append(scope_condition(&scope, berlin_today(rows.now()), "p.id"))
            .push(
                " as visible from group_session s join catch_up c on c.session_id = s.id join training_group g \
                 on g.id = s.group_id join facility f on f.id = g.facility_id join room r on r.id = s.room_id \
                 left join staff st on st.id = c.staff_id join catch_up_person cp on cp.session_id = s.id \
                 join person p on p.id = cp.person_id left join template_session ts on ts.template_id = g.template_id \
                 and ts.ordinal = cp.ordinal where s.id = ? and ",
            )
            .bind(id)
            .append(session_scope(&scope, "s.id", "s.group_id"))
            .push(" order by p.sort_key, p.id, cp.ordinal limit 500"),
        )
        .await?;
    let mut made_good = Vec::with_capacity(found.len());
    let mut head = None;
    for row in found {
        made_good.push(MadeGood {
            person_id: row.person_id,
            family_name: row.family_name,
            given_name: row.given_name,
            visible: row.visible,
            ordinal: row.ordinal,
            module: row.template_module.unwrap_or_default(),
        });
        head = Some(row.head);
    }
    Ok(head.map(|head| (head, made_good)))
}

/// Stores a catch-up session.
pub(crate) async fn insert<P: Writes>(
    writer: &Writer<P>,
    session: group_session::Model,
    staff_id: Option<StaffId>,
    people: &[(PersonId, i64)],
) -> Result<()> {
    let session_id = session.id;
    writer.insert(session).await?;
    writer
        .insert(catch_up::Model {
            session_id,
            staff_id,
            created_at: writer.now(),
            created_by_name: writer.access().actor().name().to_owned(),
        })
        .await?;
    let rows = people
        .iter()
        .map(|(person_id, ordinal)| catch_up_person::Model {
            session_id,
            person_id: *person_id,
            ordinal: *ordinal,
        })
        .collect();
    writer.insert_all(rows).await
}

/// When and where a catch-up session takes place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct When {
    pub day: Date,
    pub start_minute: i64,
    pub minutes: i64,
    pub room: RoomId,
    pub staff: Option<StaffId>,
}

/// Moves a planned catch-up session.
pub(crate) async fn change<P: Writes>(
    writer: &Writer<P>,
    id: GroupSessionId,
    version: i64,
    to: &When,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update group_session set day = ?, start_minute = ?, minutes = ?, room_id = ?, version = version + 1 \
                 where id = ? and version = ? and state = 'planned'",
            )
            .bind(to.day)
            .bind(to.start_minute)
            .bind(to.minutes)
            .bind(to.room)
            .bind(id)
            .bind(version),
        )
        .await?;
    writer
        .change_one(
            Sql::new("update catch_up set staff_id = ? where session_id = ?")
                .bind(to.staff)
                .bind(id),
        )
        .await
}

/// Cancels a planned catch-up session.
pub(crate) async fn cancel<P: Writes>(
    writer: &Writer<P>,
    id: GroupSessionId,
    version: i64,
    reason: &'static str,
    note: Option<String>,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update group_session set state = 'cancelled', cancel_reason = ?, cancel_note = ?, version = version + 1 \
                 where id = ? and version = ? and state = 'planned'",
            )
            .bind(reason.to_owned())
            .bind(note)
            .bind(id)
            .bind(version),
        )
        .await
}

/// A planned catch-up session of which somebody is taken out.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Ahead {
    pub id: GroupSessionId,
    pub facility_id: FacilityId,
    pub day: Date,
    pub start_minute: i64,
    pub minutes: i64,
    pub version: i64,
    /// Whether it is for somebody else too.
    pub others: bool,
}

/// The planned catch-up sessions of a group that are for a person, from a day on.
pub(crate) async fn ahead(
    rows: &impl Rows,
    group: GroupId,
    person: PersonId,
    from: Date,
) -> Result<Vec<Ahead>> {
    rows.all(
        Sql::new(
            "select s.id, g.facility_id, s.day, s.start_minute, s.minutes, s.version, exists (select 1 \
             from catch_up_person zo join membership zm on zm.group_id = s.group_id and zm.person_id = zo.person_id \
             and (zm.to_day is null or zm.to_day > s.day) where zo.session_id = s.id and zo.person_id <> ?) as others \
             from group_session s join training_group g on g.id = s.group_id where s.group_id = ? \
             and s.kind = 'catch_up' and s.state = 'planned' and s.day >= ? and exists (select 1 \
             from catch_up_person zp where zp.session_id = s.id and zp.person_id = ?) order by s.day, s.id limit 200",
        )
        .bind(person)
        .bind(group)
        .bind(from)
        .bind(person),
    )
    .await
}

/// Takes a person out of a catch-up session.
pub(crate) async fn take_out<P: Writes>(
    writer: &Writer<P>,
    id: GroupSessionId,
    person: PersonId,
) -> Result<()> {
    writer
        .change(
            Sql::new("delete from catch_up_person where session_id = ? and person_id = ?")
                .bind(id)
                .bind(person),
        )
        .await?;
    Ok(())
}
