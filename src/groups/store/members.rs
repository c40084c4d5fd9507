//! Queries of members.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{
    EnrolmentId, FacilityId, GroupId, MembershipId, PersonId, ProgrammeId, ProviderId,
};
use crate::base::time::berlin_today;
use crate::casework::{not_confidential, take_part};
use crate::people::number_sql;
use crate::people::scope_condition;
use crate::schema::groups::{enrolment, membership};
use crate::store::{Result, Rows, Sql, Writer};

/// A member, now or before.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct MemberRow {
    pub person_id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub number: Option<String>,
    pub from_day: Date,
    pub to_day: Option<Date>,
    pub end_reason: Option<String>,
    pub expected_release: Option<Date>,
    pub attended: i64,
    pub held: i64,
    /// Whether the actor may see who it is.
    pub visible: bool,
}

impl MemberRow {
    /// "Adler, Kai", or the mask for people outside the actor's scope.
    pub fn name(&self) -> String {
        if self.visible {
            format!("{}, {}", self.family_name, self.given_name)
        } else {
            "Gesperrte Person".to_owned()
        }
    }
}

/// How many held sessions of the group a membership `m` attended; those made good in catch-up sessions count in the
/// passport.
const ATTENDED: &str = "(select count(*) from attendance a join group_session s on s.id = a.session_id \
     where s.group_id = m.group_id and a.person_id = m.person_id and s.state = 'held' and s.kind <> 'catch_up' \
     and a.status in ('present', 'late', 'left_early') and s.day >= m.from_day and (m.to_day is null or s.day <= m.to_day)) as attended";

/// The members of a group that the caller has found in scope: present ones first, by name.
pub(crate) async fn of_group<R: Rows>(rows: &R, group: GroupId) -> Result<Vec<MemberRow>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    rows.all(
        Sql::new("select m.person_id, p.family_name, p.given_name, ")
        .append(number_sql(&scope, today, "p.id"))
        .push(
            " as number, m.from_day, m.to_day, m.end_reason, (select q.expected_release from placement q where q.person_id = p.id and q.to_day is null \
             order by q.kind, q.from_day desc, q.id limit 1) as expected_release, ",
        )
        .push(ATTENDED)
        .push(
            ", (select count(*) from group_session s where s.group_id = m.group_id and s.state = 'held' and s.kind <> 'catch_up' \
             and s.day >= m.from_day and (m.to_day is null or s.day < m.to_day or exists (select 1 from attendance a \
             where a.session_id = s.id and a.person_id = m.person_id and s.day = m.to_day))) as held, ",
        )
        .append(scope_condition(&scope, today, "p.id"))
        .push(
            " as visible from membership m join person p on p.id = m.person_id where m.group_id = ? \
             order by case when m.to_day is null then 0 else 1 end, p.sort_key, p.id, m.from_day limit 200",
        )
        .bind(group),
    )
    .await
}

/// What taking somebody in needs to know of a group besides its head.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Room {
    /// Members now.
    pub members: i64,
    /// Whether today's session is over or held already.
    pub over_today: bool,
    /// The day of the next session that is still to come.
    pub next_day: Option<Date>,
}

/// How full a group is and where it stands today.
pub(crate) async fn room(rows: &impl Rows, group: GroupId) -> Result<Room> {
    let today = berlin_today(rows.now());
    let row: Option<Room> = rows
        .one(
            Sql::new(
                "select (select count(*) from membership m where m.group_id = ? and m.to_day is null) as members, \
                 exists (select 1 from group_session s where s.group_id = ? and s.day = ? and s.state <> 'cancelled' \
                 and (s.state = 'held' or ",
            )
            .bind(group)
            .bind(group)
            .bind(today)
            .append(super::over(rows.now()))
            .push(
                ")) as over_today, (select min(s.day) from group_session s where s.group_id = ? \
                 and s.state = 'planned' and s.day >= ? and not ",
            )
            .bind(group)
            .bind(today)
            .append(super::over(rows.now()))
            .push(") as next_day"),
        )
        .await?;
    Ok(row.unwrap_or(Room {
        members: 0,
        over_today: false,
        next_day: None,
    }))
}

/// When and why a person last left a group of a programme, as far as the actor may know.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Left {
    pub to_day: Date,
    pub end_reason: Option<String>,
}

/// The last time a person left a group of a programme.
pub(crate) async fn last_left(
    rows: &impl Rows,
    person: PersonId,
    programme: ProgrammeId,
) -> Result<Option<Left>> {
    rows.one(
        Sql::new(
            "select m.to_day, m.end_reason from membership m join enrolment e on e.id = m.enrolment_id \
             where m.person_id = ? and m.programme_id = ? and m.to_day is not null and ",
        )
        .bind(person)
        .bind(programme)
        .append(not_confidential("e.provider_id"))
        .push(" order by m.to_day desc, m.id limit 1"),
    )
    .await
}

/// A person's open enrolment for a programme, by whichever provider, with the group the person is in by it.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct OpenEnrolment {
    pub id: EnrolmentId,
    pub provider_id: ProviderId,
    pub group_id: Option<GroupId>,
    pub group_name: Option<String>,
    pub group_facility: Option<FacilityId>,
}

/// The open enrolment of a person for a programme, that with the given provider first. Another provider's confidential
/// one is left out: a prison must not find out by trying that there is one.
pub(crate) async fn open_enrolment(
    rows: &impl Rows,
    person: PersonId,
    programme: ProgrammeId,
    provider: ProviderId,
) -> Result<Option<OpenEnrolment>> {
    rows.one(
        Sql::new(
            "select e.id, e.provider_id, m.group_id, g.name as group_name, g.facility_id as group_facility from enrolment e left join membership m on m.enrolment_id = e.id \
             and m.to_day is null left join training_group g on g.id = m.group_id where e.person_id = ? \
             and e.programme_id = ? and e.ended_on is null and (e.provider_id = ? or ",
        )
        .bind(person)
        .bind(programme)
        .bind(provider)
        .append(not_confidential("e.provider_id"))
        .push(") order by case when e.provider_id = ? then 0 else 1 end, e.id limit 1")
        .bind(provider),
    )
    .await
}

/// Stores a membership and, if it is new, its enrolment.
pub(crate) async fn insert<P: Writes>(
    writer: &Writer<P>,
    enrolment: Option<enrolment::Model>,
    row: membership::Model,
) -> Result<()> {
    if let Some(enrolment) = enrolment {
        take_part(writer, vec![enrolment]).await?;
    }
    writer.insert(row).await
}

/// An open membership with its enrolment.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct OpenMembership {
    pub id: MembershipId,
    pub person_id: PersonId,
    pub from_day: Date,
    pub enrolment_id: EnrolmentId,
    pub enrolled_on: Date,
    pub started_on: Option<Date>,
    /// The last day on which the person was present.
    pub last_attended: Option<Date>,
}

const OPEN: &str = " from membership m join enrolment e on e.id = m.enrolment_id where m.group_id = ? and m.to_day is null ";

fn open() -> Sql {
    Sql::new(
        "select m.id, m.person_id, m.from_day, m.enrolment_id, e.enrolled_on, e.started_on, (select max(s.day) \
         from attendance a join group_session s on s.id = a.session_id where s.group_id = m.group_id \
         and a.person_id = m.person_id and a.status in ('present', 'late', 'left_early') and s.day >= m.from_day) \
         as last_attended ",
    )
    .push(OPEN)
}

/// The open membership of a person.
pub(crate) async fn open_membership(
    rows: &impl Rows,
    group: GroupId,
    person: PersonId,
) -> Result<Option<OpenMembership>> {
    rows.one(open().push("and m.person_id = ?").bind(group).bind(person))
        .await
}

/// All open memberships of a group.
pub(crate) async fn open_memberships(
    rows: &impl Rows,
    group: GroupId,
) -> Result<Vec<OpenMembership>> {
    rows.all(open().push("order by m.id limit 200").bind(group))
        .await
}

/// Ends a membership before a day, and its enrolment with an outcome on a day.
pub(crate) async fn end<P: Writes>(
    writer: &Writer<P>,
    open: &OpenMembership,
    to_day: Date,
    end_reason: &'static str,
    ended_on: Date,
    outcome: &'static str,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update membership set to_day = ?, end_reason = ? where id = ? and to_day is null",
            )
            .bind(to_day)
            .bind(end_reason.to_owned())
            .bind(open.id),
        )
        .await?;
    writer
        .change_one(
            Sql::new("update enrolment set ended_on = ?, outcome = ?, version = version + 1 where id = ? and ended_on is null")
                .bind(ended_on)
                .bind(outcome.to_owned())
                .bind(open.enrolment_id),
        )
        .await
}

/// Writes why an ended place ended and the outcome of its participation; whether that changed the outcome. Not that of a
/// participation that is open again or went on in another place.
pub(crate) async fn settle<P: Writes>(
    writer: &Writer<P>,
    (membership, enrolment): (MembershipId, EnrolmentId),
    end_reason: &'static str,
    outcome: &'static str,
) -> Result<bool> {
    writer
        .change_one(
            Sql::new("update membership set end_reason = ? where id = ? and to_day is not null")
                .bind(end_reason.to_owned())
                .bind(membership),
        )
        .await?;
    let touched = writer
        .change(
            Sql::new(
                "update enrolment set outcome = ?, version = version + 1 where id = ? and ended_on is not null \
                 and (outcome is null or outcome <> ?) and not exists (select 1 from membership x join membership y \
                 on y.id = ? where x.enrolment_id = enrolment.id and x.id <> y.id and x.from_day >= y.from_day)",
            )
            .bind(outcome.to_owned())
            .bind(enrolment)
            .bind(outcome.to_owned())
            .bind(membership),
        )
        .await?;
    Ok(touched == 1)
}

/// Opens an ended place and its enrolment again.
pub(crate) async fn reopen<P: Writes>(
    writer: &Writer<P>,
    membership: MembershipId,
    enrolment: EnrolmentId,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update enrolment set ended_on = null, outcome = null, version = version + 1 where id = ? and ended_on is not null")
                .bind(enrolment),
        )
        .await?;
    writer
        .change_one(
            Sql::new("update membership set to_day = null, end_reason = null where id = ? and to_day is not null")
                .bind(membership),
        )
        .await
}
