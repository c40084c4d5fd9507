//! Queries of cover: sessions and who holds them, what is known of staff ([`facts`]), and who was put in.

pub(crate) mod facts;

use std::collections::BTreeMap;

use sea_orm::FromQueryResult;
use time::Date;

use facts::Known;

use crate::access::{ActorProfile, Role, Writes};
use crate::base::ids::{
    CoverId, FacilityId, GroupId, GroupSessionId, ProgrammeId, ProviderId, StaffId,
};
use crate::base::time::Instant;
use crate::groups::session_staff_sql;
use crate::schema::review::session_trainer;
use crate::store::{Result, Rows, Sql, Writer};

/// The most sessions that are looked at together.
pub(super) const SESSIONS: i64 = 2_000;

/// The condition on sessions `gs` of groups `tg` held by staff `s` that the actor is responsible for: those of the own
/// facility, those of the own organisation's staff, or one's own.
fn scope(profile: &ActorProfile) -> Sql {
    match (
        profile.role,
        profile.facility,
        profile.provider,
        profile.staff,
    ) {
        (Role::SocialService, Some(facility), ..) => Sql::new("tg.facility_id = ?").bind(facility),
        // Drafts are the planners' own matter.
        (Role::AccessOfficer, Some(facility), ..) => {
            Sql::new("tg.state = 'published' and tg.facility_id = ?").bind(facility)
        }
        (Role::Coordinator, _, Some(provider), _) => {
            Sql::new("tg.state = 'published' and s.provider_id = ?").bind(provider)
        }
        (Role::Trainer, .., Some(staff)) => {
            Sql::new("tg.state = 'published' and s.id = ?").bind(staff)
        }
        _ => Sql::new("1 = 0"),
    }
}

/// A planned session and one of those who hold it.
#[derive(Debug, Clone)]
pub(super) struct SessionRow {
    pub id: GroupSessionId,
    pub version: i64,
    pub group_id: GroupId,
    pub group_name: String,
    pub ordinal: i64,
    pub day: Date,
    pub start_minute: i64,
    pub minutes: i64,
    pub facility_id: FacilityId,
    pub facility_name: String,
    pub facility_town: String,
    pub programme_id: ProgrammeId,
    pub programme_code: String,
    pub programme_name: String,
    /// Who holds it.
    pub staff_id: StaffId,
    pub staff_name: String,
    pub provider_name: String,
    /// The trainer of the group whose place that is; the same one, unless covered.
    pub planned_id: StaffId,
}

/// Which sessions are asked for.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    /// Of published groups, up to a day.
    Until(Date),
    /// Of one group, published or not.
    Group(GroupId),
    /// These, of groups published or not.
    These(Vec<GroupSessionId>),
}

/// The planned sessions from a day on in the actor's responsibility, one row for each who holds one, by time; and what
/// is known of those who do. One statement.
pub(super) async fn sessions(
    rows: &impl Rows,
    wanted: &Wanted,
    from: Date,
) -> Result<(Vec<SessionRow>, BTreeMap<StaffId, Known>)> {
    let sql = Sql::new(
        "select gs.id as session_id, gs.version, gs.group_id, tg.name as group_name, gs.ordinal, gs.day, gs.start_minute, \
         gs.minutes, tg.facility_id, f.name as facility_name, f.town as facility_town, tg.programme_id, \
         m.code as programme_code, m.name as programme_name, s.id as staff_id, s.name as staff_name, \
         p.name as provider_name, zgt.staff_id as planned_id from group_session gs ",
    )
    .append(session_staff_sql())
    .push(
        " join training_group tg on tg.id = gs.group_id join facility f on f.id = tg.facility_id \
         join programme m on m.id = tg.programme_id join provider p on p.id = s.provider_id \
         where gs.state = 'planned' and gs.day >= ? and ",
    )
    .bind(from)
    .append(scope(rows.access().actor().profile()));
    let sql = match wanted {
        Wanted::Until(day) => sql
            .push(" and tg.state = 'published' and gs.day <= ?")
            .bind(*day),
        Wanted::Group(group) => sql
            .push(" and tg.state <> 'closed' and tg.id = ?")
            .bind(*group),
        Wanted::These(ids) => sql
            .push(" and tg.state <> 'closed' and gs.id in ")
            .list(ids.iter().copied()),
    };
    let sql = sql
        .push(" order by gs.day, gs.start_minute, gs.id limit ?")
        .bind(SESSIONS);
    facts::with_sessions(rows, sql, from).await
}

/// A member of external staff who might hold sessions.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct StaffRow {
    pub id: StaffId,
    pub name: String,
    pub provider_name: String,
    pub role: String,
    pub town: String,
}

const STAFF: &str = "select s.id, s.name, p.name as provider_name, s.role, s.town from staff s \
     join provider p on p.id = s.provider_id where ";

/// The staff with an approved grant for one of some facilities and programmes that touches a period; of one
/// organisation, or of all.
pub(super) async fn candidates(
    rows: &impl Rows,
    places: &[(FacilityId, ProgrammeId)],
    (from, to): (Date, Date),
    provider: Option<ProviderId>,
) -> Result<Vec<StaffRow>> {
    let mut sql = Sql::new(STAFF)
        .push(
            "exists (select 1 from access_grant g where g.staff_id = s.id and g.state = 'active' and g.first_day <= ? \
             and g.last_day >= ? and (",
        )
        .bind(to)
        .bind(from);
    for (index, (facility, programme)) in places.iter().enumerate() {
        sql = sql
            .push(if index == 0 { "" } else { " or " })
            .push("(g.facility_id = ? and g.programme_id = ?)")
            .bind(*facility)
            .bind(*programme);
    }
    sql = sql.push("))");
    if let Some(provider) = provider {
        sql = sql.push(" and s.provider_id = ?").bind(provider);
    }
    rows.all(sql.push(" order by s.name, s.id limit 400")).await
}

/// One member of staff. Holds the row until the commit, so that two facilities cannot put the same person in twice at
/// the same time.
pub(super) async fn hold_staff<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
) -> Result<Option<StaffRow>> {
    writer
        .change(Sql::new("update staff set version = version where id = ?").bind(staff))
        .await?;
    writer
        .one(Sql::new(STAFF).push("s.id = ?").bind(staff))
        .await
}

/// Marks a session as changed, if it still stands as it was shown.
pub(super) async fn touch<P: Writes>(
    writer: &Writer<P>,
    session: GroupSessionId,
    version: i64,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update group_session set version = version + 1 where id = ? and version = ? and state = 'planned'",
            )
            .bind(session)
            .bind(version),
        )
        .await
}

/// Ends whatever cover there is for a place in a session; says whether there was any.
pub(super) async fn lift<P: Writes>(
    writer: &Writer<P>,
    session: GroupSessionId,
    planned: StaffId,
) -> Result<bool> {
    let touched = writer
        .change(
            Sql::new(
                "update session_trainer set removed_at = ?, removed_by_name = ? where session_id = ? \
                 and replaces_staff_id = ? and removed_at is null",
            )
            .bind(writer.now())
            .bind(writer.access().actor().name().to_owned())
            .bind(session)
            .bind(planned),
        )
        .await?;
    Ok(touched > 0)
}

/// Ends the covers of a session for everybody but some; how many there were.
pub(super) async fn lift_others<P: Writes>(
    writer: &Writer<P>,
    session: GroupSessionId,
    keep: impl IntoIterator<Item = StaffId>,
) -> Result<u64> {
    writer
        .change(
            Sql::new(
                "update session_trainer set removed_at = ?, removed_by_name = ? where session_id = ? \
                 and removed_at is null and replaces_staff_id not in ",
            )
            .bind(writer.now())
            .bind(writer.access().actor().name().to_owned())
            .bind(session)
            .list(keep),
        )
        .await
}

/// Puts somebody in for a trainer of the group.
pub(super) async fn put_in<P: Writes>(
    writer: &Writer<P>,
    session: GroupSessionId,
    planned: StaffId,
    staff: StaffId,
) -> Result<()> {
    writer
        .insert(session_trainer::Model {
            id: CoverId(writer.entropy().uuid()),
            session_id: session,
            staff_id: staff,
            replaces_staff_id: planned,
            created_at: writer.now(),
            created_by_name: writer.access().actor().name().to_owned(),
            removed_at: None,
            removed_by_name: None,
        })
        .await
}

/// A cover that was set for a planned session.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct CoverRow {
    pub id: CoverId,
    pub session_id: GroupSessionId,
    pub session_version: i64,
    pub group_id: GroupId,
    pub group_name: String,
    pub facility_id: FacilityId,
    pub facility_name: String,
    pub ordinal: i64,
    pub day: Date,
    pub start_minute: i64,
    pub minutes: i64,
    pub staff_name: String,
    pub planned_id: StaffId,
    pub planned_name: String,
    pub created_at: Instant,
    pub created_by_name: String,
}

/// The covers of planned sessions from a day on in the actor's responsibility: of the facility, or where one of the own
/// organisation's staff covers or is covered. With an id only that one.
pub(super) async fn covers(
    rows: &impl Rows,
    from: Date,
    only: Option<CoverId>,
) -> Result<Vec<CoverRow>> {
    let profile = rows.access().actor().profile();
    let scope = match (profile.role, profile.provider) {
        (Role::Coordinator, Some(provider)) => {
            Sql::new("tg.state = 'published' and (s.provider_id = ? or o.provider_id = ?)")
                .bind(provider)
                .bind(provider)
        }
        _ => scope(profile),
    };
    let mut sql = Sql::new(
        "select c.id, gs.id as session_id, gs.version as session_version, gs.group_id, tg.name as group_name, \
         tg.facility_id, f.name as facility_name, gs.ordinal, gs.day, gs.start_minute, gs.minutes, s.name as staff_name, o.id as planned_id, o.name as planned_name, c.created_at, c.created_by_name \
         from session_trainer c join group_session gs on gs.id = c.session_id join training_group tg on tg.id = gs.group_id \
         join facility f on f.id = tg.facility_id join staff s on s.id = c.staff_id join staff o on o.id = c.replaces_staff_id \
         where c.removed_at is null and gs.state = 'planned' and gs.day >= ? and ",
    )
    .bind(from)
    .append(scope);
    if let Some(only) = only {
        sql = sql.push(" and c.id = ?").bind(only);
    }
    rows.all(sql.push(" order by gs.day, gs.start_minute, c.id limit 200"))
        .await
}
