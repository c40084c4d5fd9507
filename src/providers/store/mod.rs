//! Queries of organisations and their parts in programmes.

pub(super) mod clearance;
pub(super) mod facts;
pub(super) mod staff;

use sea_orm::FromQueryResult;
use time::Date;

use super::scope::staff_scope;
use crate::access::Writes;
use crate::base::ids::{ProgrammeId, ProviderId, StaffId};
use crate::schema::reference::{programme_provider, provider};
use crate::store::{Result, Rows, Sql, StoreError, Writer};

/// A line of the list of organisations.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ProviderLine {
    pub id: ProviderId,
    pub name: String,
    pub full_name: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    /// Members of staff on the day.
    pub staff: i64,
    /// Programmes it takes part in on the day.
    pub programmes: i64,
}

/// The organisations of a day (and those to come), by name; with `former` also those that are over, after the others.
pub(super) async fn providers(
    rows: &impl Rows,
    day: Date,
    former: bool,
) -> Result<Vec<ProviderLine>> {
    let mut sql = Sql::new(
        "select p.id, p.name, p.full_name, p.valid_from, p.valid_to, (select count(*) from staff s \
         where s.provider_id = p.id and s.valid_from <= ? and (s.valid_to is null or s.valid_to > ?)) as staff, \
         (select count(distinct pp.programme_id) from programme_provider pp where pp.provider_id = p.id \
         and pp.valid_from <= ? and (pp.valid_to is null or pp.valid_to > ?)) as programmes from provider p",
    )
    .bind(day)
    .bind(day)
    .bind(day)
    .bind(day);
    if !former {
        sql = sql
            .push(" where p.valid_to is null or p.valid_to > ?")
            .bind(day);
    }
    sql = sql
        .push(" order by case when p.valid_to is null or p.valid_to > ? then 0 else 1 end, p.name, p.id limit 300")
        .bind(day);
    rows.all(sql).await
}

/// An organisation.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ProviderRow {
    pub id: ProviderId,
    pub name: String,
    pub full_name: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

const PROVIDER: &str = "select id, name, full_name, valid_from, valid_to from provider where ";

/// One organisation.
pub(super) async fn provider(rows: &impl Rows, id: ProviderId) -> Result<Option<ProviderRow>> {
    rows.one(Sql::new(PROVIDER).push("id = ?").bind(id)).await
}

/// One organisation, its row held until the commit: what changes it or its staff waits.
pub(super) async fn lock_provider<P: Writes>(
    writer: &Writer<P>,
    id: ProviderId,
) -> Result<Option<ProviderRow>> {
    writer
        .change(Sql::new("update provider set name = name where id = ?").bind(id))
        .await?;
    provider(writer, id).await
}

/// The short names of all organisations, with their codes.
pub(super) async fn taken<P: Writes>(writer: &Writer<P>) -> Result<Vec<String>> {
    #[derive(FromQueryResult)]
    struct NameRow {
        name: String,
    }
    let found: Vec<NameRow> = writer
        .all(Sql::new(
            "select name from provider order by name limit 2000",
        ))
        .await?;
    Ok(found.into_iter().map(|row| row.name).collect())
}

/// Stores a new organisation.
pub(super) async fn insert_provider<P: Writes>(
    writer: &Writer<P>,
    row: provider::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// A part in a programme, once for each pillar the programme belonged to in that time.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct PartRow {
    pub programme_id: ProgrammeId,
    pub programme_name: String,
    pub part: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub pillar_name: Option<String>,
    pub pillar_from: Option<Date>,
    pub pillar_to: Option<Date>,
}

/// All parts of an organisation, by programme and time.
pub(super) async fn parts(rows: &impl Rows, provider: ProviderId) -> Result<Vec<PartRow>> {
    rows.all(
        Sql::new(
            "select pp.programme_id, m.name as programme_name, pp.part, pp.valid_from, pp.valid_to, q.pillar_name, \
             q.valid_from as pillar_from, q.valid_to as pillar_to from programme_provider pp \
             join programme m on m.id = pp.programme_id left join programme_pillar q on q.programme_id = m.id \
             and (pp.valid_to is null or q.valid_from < pp.valid_to) and (q.valid_to is null or q.valid_to > pp.valid_from) \
             where pp.provider_id = ? order by m.name, m.id, pp.valid_from, q.valid_from limit 500",
        )
        .bind(provider),
    )
    .await
}

/// Stores a part.
pub(super) async fn insert_part<P: Writes>(
    writer: &Writer<P>,
    row: programme_provider::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// `and <column> is null` or `and <column> = ?`: the end stands as it was shown.
fn end_is(sql: Sql, shown: Option<Date>) -> Sql {
    match shown {
        None => sql.push(" and valid_to is null"),
        Some(day) => sql.push(" and valid_to = ?").bind(day),
    }
}

/// Ends an organisation, if its end stands as it was shown.
pub(super) async fn end_provider<P: Writes>(
    writer: &Writer<P>,
    id: ProviderId,
    shown: Option<Date>,
    day_after: Date,
) -> Result<()> {
    let sql = Sql::new("update provider set valid_to = ? where id = ?")
        .bind(day_after)
        .bind(id);
    writer.change_one(end_is(sql, shown)).await
}

/// Ends a part, if its end stands as it was shown.
pub(super) async fn end_part<P: Writes>(
    writer: &Writer<P>,
    provider: ProviderId,
    programme: ProgrammeId,
    valid_from: Date,
    shown: Option<Date>,
    day_after: Date,
) -> Result<()> {
    let sql = Sql::new(
        "update programme_provider set valid_to = ? where provider_id = ? and programme_id = ? and valid_from = ?",
    )
    .bind(day_after)
    .bind(provider)
    .bind(programme)
    .bind(valid_from);
    writer.change_one(end_is(sql, shown)).await
}

/// Ends everything of an organisation that would last beyond its end: parts and staff. Parts that would only begin
/// afterwards end on the day they begin. Returns the staff.
pub(super) async fn end_all_of<P: Writes>(
    writer: &Writer<P>,
    provider: ProviderId,
    day_after: Date,
) -> Result<Vec<StaffId>> {
    #[derive(FromQueryResult)]
    struct StaffRow {
        id: StaffId,
    }
    writer
        .change(
            Sql::new(
                "update programme_provider set valid_to = case when valid_from > ? then valid_from else ? end \
                 where provider_id = ? and (valid_to is null or valid_to > ?)",
            )
            .bind(day_after)
            .bind(day_after)
            .bind(provider)
            .bind(day_after),
        )
        .await?;
    let staff: Vec<StaffRow> = writer
        .all(
            Sql::new("select id from staff where provider_id = ? and (valid_to is null or valid_to > ?) order by id limit 5000")
                .bind(provider)
                .bind(day_after),
        )
        .await?;
    // In the order in which everybody takes them, so that two never wait for each other.
    for row in &staff {
        staff::hold(writer, row.id).await?;
    }
    writer
        .change(
            Sql::new(
                "update staff set valid_to = ?, version = version + 1 where provider_id = ? \
                 and (valid_to is null or valid_to > ?)",
            )
            .bind(day_after)
            .bind(provider)
            .bind(day_after),
        )
        .await?;
    Ok(staff.into_iter().map(|row| row.id).collect())
}

#[derive(FromQueryResult)]
struct CountRow {
    number: i64,
}

/// Approved or requested grants of an organisation's staff (for one programme, or all) that last until after a day.
pub(super) async fn grants_beyond(
    rows: &impl Rows,
    provider: ProviderId,
    programme: Option<ProgrammeId>,
    last_day: Date,
) -> Result<u64> {
    let mut sql = Sql::new(
        "select count(*) as number from access_grant g join staff s on s.id = g.staff_id where s.provider_id = ? \
         and g.state in ('requested', 'active', 'suspended') and g.last_day > ?",
    )
    .bind(provider)
    .bind(last_day);
    if let Some(programme) = programme {
        sql = sql.push(" and g.programme_id = ?").bind(programme);
    }
    let row: Option<CountRow> = rows.one(sql).await?;
    Ok(row.map_or(0, |row| row.number.unsigned_abs()))
}

/// A member of staff on an organisation's page. How to reach them is only there for who keeps or lets in the member.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Colleague {
    pub id: StaffId,
    pub name: String,
    pub role: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub contact: String,
    /// Whether the actor may open the member's page.
    pub open: bool,
}

/// An organisation's staff of a day (and those to come), by name; with `former` also those who left.
pub(super) async fn colleagues(
    rows: &impl Rows,
    provider: ProviderId,
    day: Date,
    former: bool,
) -> Result<Vec<Colleague>> {
    let scope = || staff_scope(rows.access().actor().profile(), day);
    let mut sql = Sql::new("select s.id, s.name, s.role, s.valid_from, s.valid_to, case when ")
        .append(scope())
        .push(" then s.contact else '' end as contact, (")
        .append(scope())
        .push(") as open from staff s where s.provider_id = ?")
        .bind(provider);
    if !former {
        sql = sql
            .push(" and (s.valid_to is null or s.valid_to > ?)")
            .bind(day);
    }
    rows.all(sql.push(" order by s.name, s.id limit 500")).await
}

/// Whether the database refused because of a name that is taken.
pub(super) fn name_taken(error: &StoreError) -> bool {
    error.duplicates("provider") || error.duplicates("code")
}
