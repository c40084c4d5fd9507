//! Queries of planning: what may be chosen, what is taken, and the writing of groups and sessions.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{
    ApplicationId, FacilityId, GroupId, ProgrammeId, ProviderId, StaffId, TemplateId,
};
use crate::groups::scope::{group_scope, own_group_scope};
use crate::schema::groups::{group_session, group_trainer, training_group};
use crate::store::{Result, Rows, Sql, Writer};

/// A template for groups.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct TemplateChoice {
    pub id: TemplateId,
    pub name: String,
    pub programme_id: ProgrammeId,
    pub places: i64,
    pub trainers: i64,
    pub interval_weeks: i64,
    pub sessions: i64,
}

/// The templates of group programmes that are valid on a day and have sessions.
pub(crate) async fn templates(rows: &impl Rows, day: Date) -> Result<Vec<TemplateChoice>> {
    rows.all(
        Sql::new(
            "select t.id, t.name, t.programme_id, t.places, t.trainers, t.interval_weeks, count(*) as sessions \
             from template t join programme p on p.id = t.programme_id join template_session ts on ts.template_id = t.id \
             where p.kind = 'group' and t.valid_from <= ? and (t.valid_to is null or t.valid_to > ?) \
             and p.valid_from <= ? and (p.valid_to is null or p.valid_to > ?) \
             group by t.id, t.name, t.programme_id, t.places, t.trainers, t.interval_weeks order by t.name, t.id limit 100",
        )
        .bind(day)
        .bind(day)
        .bind(day)
        .bind(day),
    )
    .await
}

/// A session of a template.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct TemplateSession {
    pub ordinal: i64,
    pub module: String,
    pub minutes: i64,
    pub kind: String,
    pub gap_days: i64,
}

/// The sessions of a template in their order.
pub(crate) async fn template_sessions(
    rows: &impl Rows,
    template: TemplateId,
) -> Result<Vec<TemplateSession>> {
    rows.all(
        Sql::new("select ordinal, module, minutes, kind, gap_days from template_session where template_id = ? order by ordinal limit 100")
            .bind(template),
    )
    .await
}

/// External staff who may lead sessions of a programme.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct StaffChoice {
    pub id: StaffId,
    pub name: String,
    pub provider_name: String,
    pub programme_id: ProgrammeId,
    /// The last day of a grant for the facility and the programme.
    pub grant_until: Option<Date>,
}

/// The staff whose provider takes part in a programme for groups on a day, one row for each such programme.
pub(crate) async fn staff(
    rows: &impl Rows,
    facility: FacilityId,
    day: Date,
) -> Result<Vec<StaffChoice>> {
    rows.all(
        Sql::new(
            "select s.id, s.name, pv.name as provider_name, pg.id as programme_id, (select max(a.last_day) \
             from access_grant a where a.staff_id = s.id and a.facility_id = ? and a.programme_id = pg.id \
             and a.state = 'active' and a.last_day >= ?) as grant_until from staff s join provider pv \
             on pv.id = s.provider_id join programme pg on pg.kind = 'group' where s.valid_from <= ? \
             and (s.valid_to is null or s.valid_to > ?) and exists (select 1 from programme_provider pp \
             where pp.provider_id = s.provider_id and pp.programme_id = pg.id and pp.valid_from <= ? \
             and (pp.valid_to is null or pp.valid_to > ?)) order by s.name, s.id, pg.id limit 1000",
        )
        .bind(facility)
        .bind(day)
        .bind(day)
        .bind(day)
        .bind(day)
        .bind(day),
    )
    .await
}

#[derive(FromQueryResult)]
struct NameRow {
    name: String,
}

/// The names of a facility's groups: taken for ever, so that a name means one group.
pub(crate) async fn names(rows: &impl Rows, facility: FacilityId) -> Result<Vec<String>> {
    let found: Vec<NameRow> = rows
        .all(Sql::new("select name from training_group where facility_id = ? order by first_day desc, id limit 2000").bind(facility))
        .await?;
    Ok(found.into_iter().map(|row| row.name).collect())
}

#[derive(FromQueryResult)]
struct ProviderRow {
    provider_id: ProviderId,
}

/// The provider that leads a programme on a day.
pub(crate) async fn lead_provider(
    rows: &impl Rows,
    programme: ProgrammeId,
    day: Date,
) -> Result<Option<ProviderId>> {
    let row: Option<ProviderRow> = rows
        .one(
            Sql::new(
                "select provider_id from programme_provider where programme_id = ? and part = 'lead' and valid_from <= ? \
                 and (valid_to is null or valid_to > ?) order by valid_from desc, provider_id limit 1",
            )
            .bind(programme)
            .bind(day)
            .bind(day),
        )
        .await?;
    Ok(row.map(|row| row.provider_id))
}

/// Stores a planned group.
pub(crate) async fn insert<P: Writes>(
    writer: &Writer<P>,
    group: training_group::Model,
    sessions: Vec<group_session::Model>,
    trainers: Vec<group_trainer::Model>,
) -> Result<()> {
    writer.insert(group).await?;
    writer.insert_all(sessions).await?;
    writer.insert_all(trainers).await
}

/// Locks a group in scope against parallel changes until the commit; says whether there is such a group. An update is
/// the one lock that both databases know.
pub(crate) async fn lock<P: Writes>(writer: &Writer<P>, group: GroupId) -> Result<bool> {
    let scope = writer.access().scope();
    touch(writer, group, group_scope(&scope, "training_group.id")).await
}

/// The same for what is not the matter of whoever only covers sessions of the group.
pub(crate) async fn lock_own<P: Writes>(writer: &Writer<P>, group: GroupId) -> Result<bool> {
    let scope = writer.access().scope();
    touch(writer, group, own_group_scope(&scope, "training_group.id")).await
}

async fn touch<P: Writes>(writer: &Writer<P>, group: GroupId, within: Sql) -> Result<bool> {
    let touched = writer
        .change(
            Sql::new("update training_group set version = version + 1 where id = ? and ")
                .bind(group)
                .append(within),
        )
        .await?;
    Ok(touched == 1)
}

/// Makes everybody wait who plans dates in a facility or with members of staff, until the commit: what stands against
/// dates is judged and stored as one. Changes nothing; always in this order, so that two never wait for each other.
pub(crate) async fn hold_dates<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    staff: impl IntoIterator<Item = StaffId>,
) -> Result<()> {
    writer
        .change(Sql::new("update facility set code = code where id = ?").bind(facility))
        .await?;
    let mut staff: Vec<StaffId> = staff.into_iter().collect();
    staff.sort();
    staff.dedup();
    for id in staff {
        writer
            .change(Sql::new("update staff set version = version where id = ?").bind(id))
            .await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct PlaceRow {
    facility_id: FacilityId,
    staff_id: Option<StaffId>,
}

/// [`lock`], and [`hold_dates`] for where the group meets and who holds it.
pub(crate) async fn lock_dates<P: Writes>(writer: &Writer<P>, group: GroupId) -> Result<bool> {
    if !lock(writer, group).await? {
        return Ok(false);
    }
    let places: Vec<PlaceRow> = writer
        .all(
            Sql::new(
                "select g.facility_id, t.staff_id from training_group g left join group_trainer t on t.group_id = g.id \
                 where g.id = ? order by t.staff_id limit 50",
            )
            .bind(group),
        )
        .await?;
    if let Some(first) = places.first() {
        let staff = places.iter().filter_map(|row| row.staff_id);
        hold_dates(writer, first.facility_id, staff).await?;
    }
    Ok(true)
}

/// Moves a group from one state to another; fails if it is no longer in the first.
pub(crate) async fn set_state<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    from: &'static str,
    to: &'static str,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update training_group set state = ? where id = ? and state = ?")
                .bind(to.to_owned())
                .bind(group)
                .bind(from.to_owned()),
        )
        .await
}

#[derive(FromQueryResult)]
struct IntendedRow {
    application_id: ApplicationId,
}

/// The applications of those whom a proposal meant a group for. The caller has found the group in scope.
pub(crate) async fn intended(rows: &impl Rows, group: GroupId) -> Result<Vec<ApplicationId>> {
    let found: Vec<IntendedRow> = rows
        .all(Sql::new("select application_id from planned_member where group_id = ? order by application_id limit 100").bind(group))
        .await?;
    Ok(found.into_iter().map(|row| row.application_id).collect())
}

/// Forgets whom a proposal meant a group for: people were taken in.
pub(crate) async fn forget_intended<P: Writes>(writer: &Writer<P>, group: GroupId) -> Result<()> {
    writer
        .change(Sql::new("delete from planned_member where group_id = ?").bind(group))
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct CountRow {
    number: i64,
}

/// How many people ever were members of a group.
pub(crate) async fn memberships(rows: &impl Rows, group: GroupId) -> Result<i64> {
    let row: Option<CountRow> = rows
        .one(Sql::new("select count(*) as number from membership where group_id = ?").bind(group))
        .await?;
    Ok(row.map_or(0, |row| row.number))
}

/// Deletes a draft with its sessions and trainers.
pub(crate) async fn delete_draft<P: Writes>(writer: &Writer<P>, group: GroupId) -> Result<()> {
    writer
        .change(
            Sql::new("delete from session_trainer where session_id in (select id from group_session where group_id = ?)")
                .bind(group),
        )
        .await?;
    writer
        .change(Sql::new("delete from group_session where group_id = ?").bind(group))
        .await?;
    writer
        .change(Sql::new("delete from group_trainer where group_id = ?").bind(group))
        .await?;
    for table in [
        "delete from group_slot where group_id = ?",
        "delete from series_undo where group_id = ?",
        "delete from planned_member where group_id = ?",
        "update half_year_group set group_id = null where group_id = ?",
    ] {
        writer.change(Sql::new(table).bind(group)).await?;
    }
    writer
        .change_one(
            Sql::new("delete from training_group where id = ? and state = 'draft'").bind(group),
        )
        .await
}
