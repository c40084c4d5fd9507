//! Queries of reference data.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{ClosureId, FacilityId, ProgrammeId, ProviderId, RoomId, StaffId};
use crate::base::interval::DaySpan;
use crate::schema::reference::closure;
use crate::store::{Result, Rows, Sql, Writer};

/// A facility.
#[derive(Debug, Clone, FromQueryResult)]
pub struct FacilityLine {
    /// Id.
    pub id: FacilityId,
    /// Short code.
    pub code: String,
    /// Name as shown in lists.
    pub name: String,
    /// Full name.
    pub full_name: String,
    /// `prison` or `probation`.
    pub kind: String,
    /// What it is responsible for.
    pub remit: String,
    /// First day.
    pub valid_from: Date,
    /// Day after the last.
    pub valid_to: Option<Date>,
}

const FACILITY: &str =
    "select id, code, name, full_name, kind, remit, valid_from, valid_to from facility ";

/// All facilities that are valid on a day or later, prisons first, by name.
pub async fn facilities(rows: &impl Rows, day: Date) -> Result<Vec<FacilityLine>> {
    rows.all(
        Sql::new(FACILITY)
            .push("where valid_to is null or valid_to > ? order by kind, name limit 500")
            .bind(day),
    )
    .await
}

/// One facility.
pub async fn facility(rows: &impl Rows, id: FacilityId) -> Result<Option<FacilityLine>> {
    rows.one(Sql::new(FACILITY).push("where id = ?").bind(id))
        .await
}

/// The facility with a code.
pub async fn facility_by_code(rows: &impl Rows, code: &str) -> Result<Option<FacilityLine>> {
    rows.one(
        Sql::new(FACILITY)
            .push("where code = ?")
            .bind(code.to_owned()),
    )
    .await
}

/// A room.
#[derive(Debug, Clone, FromQueryResult)]
pub struct RoomLine {
    /// Id.
    pub id: RoomId,
    /// The facility.
    pub facility_id: FacilityId,
    /// Name.
    pub name: String,
    /// Places.
    pub places: i64,
}

/// The rooms of a facility on a day.
pub async fn rooms(rows: &impl Rows, facility: FacilityId, day: Date) -> Result<Vec<RoomLine>> {
    rows.all(
        Sql::new(
            "select id, facility_id, name, places from room where facility_id = ? \
             and (valid_to is null or valid_to > ?) order by name limit 200",
        )
        .bind(facility)
        .bind(day),
    )
    .await
}

/// A closure: days on which nothing takes place.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Closure {
    /// Id.
    pub id: ClosureId,
    /// The room that is closed; none: the whole facility.
    pub room_name: Option<String>,
    /// First day.
    pub first_day: Date,
    /// Day after the last.
    pub day_after: Date,
    /// Why.
    pub reason: String,
    /// Who recorded it.
    pub created_by_name: String,
}

impl Closure {
    /// The closed days.
    pub fn span(&self) -> Option<DaySpan> {
        DaySpan::new(self.first_day, Some(self.day_after)).ok()
    }
}

const CLOSURES: &str = "select c.id, r.name as room_name, c.first_day, c.day_after, c.reason, c.created_by_name \
     from closure c left join room r on r.id = c.room_id where c.facility_id = ? and c.removed_at is null and c.day_after > ?";

/// The closures of a whole facility that end after a day.
pub async fn closures(rows: &impl Rows, facility: FacilityId, after: Date) -> Result<Vec<Closure>> {
    rows.all(
        Sql::new(CLOSURES)
            .push(" and c.room_id is null order by c.first_day, c.id limit 500")
            .bind(facility)
            .bind(after),
    )
    .await
}

/// The closures of a facility and of its rooms that end after a day.
pub(super) async fn all_closures(
    rows: &impl Rows,
    facility: FacilityId,
    after: Date,
) -> Result<Vec<Closure>> {
    rows.all(
        Sql::new(CLOSURES)
            .push(" order by c.first_day, r.name, c.id limit 500")
            .bind(facility)
            .bind(after),
    )
    .await
}

/// First and last day of what is closed from a day on: a whole facility, or one of its rooms with the days on which the
/// whole is.
pub(crate) async fn closed_days(
    rows: &impl Rows,
    facility: FacilityId,
    room: Option<RoomId>,
    from: Date,
) -> Result<Vec<(Date, Date)>> {
    let found: Vec<Closure> = rows
        .all(
            Sql::new(CLOSURES)
                .push(" and (c.room_id is null or c.room_id = ?) order by c.first_day, c.id limit 500")
                .bind(facility)
                .bind(from)
                .bind(room),
        )
        .await?;
    let days = found.iter();
    Ok(days
        .filter_map(|one| Some((one.first_day, one.day_after.previous_day()?)))
        .collect())
}

/// Closes a facility, or one of its rooms, from the first to the last day, both included.
pub(crate) async fn close<P: Writes>(
    writer: &Writer<P>,
    (facility, room): (FacilityId, Option<RoomId>),
    (first, last): (Date, Date),
    reason: &str,
) -> Result<()> {
    let row = closure::Model {
        id: ClosureId(writer.entropy().uuid()),
        facility_id: facility,
        room_id: room,
        first_day: first,
        day_after: last.next_day().unwrap_or(last),
        reason: reason.to_owned(),
        created_at: writer.now(),
        created_by_name: writer.access().actor().name().to_owned(),
        removed_at: None,
    };
    writer.insert(row).await
}

pub(super) async fn remove_closure<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    id: ClosureId,
) -> Result<u64> {
    writer
        .change(
            Sql::new("update closure set removed_at = ? where id = ? and facility_id = ? and removed_at is null")
                .bind(writer.now())
                .bind(id)
                .bind(facility),
        )
        .await
}

/// A programme with the pillar of the model in force on a day.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ProgrammeLine {
    /// Id.
    pub id: ProgrammeId,
    /// Code word.
    pub code: String,
    /// Name.
    pub name: String,
    /// `group`, `individual`, `counselling` or `coaching`.
    pub kind: String,
    /// Code word of the pillar.
    pub pillar_code: String,
    /// Name of the pillar.
    pub pillar_name: String,
}

const PROGRAMME: &str = "select p.id, p.code, p.name, p.kind, coalesce(q.pillar_code, 'prisma') as pillar_code, \
     coalesce(q.pillar_name, 'Prisma Sachsen') as pillar_name from programme p left join programme_pillar q \
     on q.programme_id = p.id and q.valid_from <= ? and (q.valid_to is null or q.valid_to > ?) ";

/// The programmes that are offered between two days (both included).
pub async fn programmes(rows: &impl Rows, from: Date, to: Date) -> Result<Vec<ProgrammeLine>> {
    rows.all(
        Sql::new(PROGRAMME)
            .push("where p.valid_from <= ? and (p.valid_to is null or p.valid_to > ?) order by p.name limit 200")
            .bind(to)
            .bind(to)
            .bind(to)
            .bind(from),
    )
    .await
}

/// The programme with a code.
pub async fn programme_by_code(
    rows: &impl Rows,
    code: &str,
    day: Date,
) -> Result<Option<ProgrammeLine>> {
    rows.one(
        Sql::new(PROGRAMME)
            .push("where p.code = ?")
            .bind(day)
            .bind(day)
            .bind(code.to_owned()),
    )
    .await
}

/// A provider's part in a programme.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct PartLine {
    pub programme_id: ProgrammeId,
    pub provider_name: String,
    pub part: String,
}

pub(super) async fn parts(rows: &impl Rows, day: Date) -> Result<Vec<PartLine>> {
    rows.all(
        Sql::new(
            "select pp.programme_id, p.name as provider_name, pp.part from programme_provider pp \
             join provider p on p.id = pp.provider_id where pp.valid_from <= ? \
             and (pp.valid_to is null or pp.valid_to > ?) order by case pp.part when 'lead' then 1 when 'partner' then 2 else 3 end, p.name limit 500",
        )
        .bind(day)
        .bind(day),
    )
    .await
}

/// What an account may be attached to: pairs of id and name.
#[derive(Debug, Clone, Default)]
pub struct AccountChoices {
    /// Facilities.
    pub facilities: Vec<(String, String)>,
    /// Providers.
    pub providers: Vec<(String, String)>,
    /// External staff, with their provider.
    pub staff: Vec<(String, String)>,
    staff_providers: Vec<(StaffId, ProviderId)>,
}

impl AccountChoices {
    /// The provider of a staff member.
    pub fn provider_of(&self, staff: Option<StaffId>) -> Option<ProviderId> {
        let staff = staff?;
        self.staff_providers
            .iter()
            .find(|(id, _)| *id == staff)
            .map(|(_, provider)| *provider)
    }
}

#[derive(FromQueryResult)]
struct ProviderRow {
    id: ProviderId,
    name: String,
}

#[derive(FromQueryResult)]
struct StaffRow {
    id: StaffId,
    name: String,
    provider_id: ProviderId,
    provider_name: String,
}

/// What an account may be attached to on a day.
pub async fn account_choices(rows: &impl Rows, day: Date) -> Result<AccountChoices> {
    let facilities = facilities(rows, day).await?;
    let providers: Vec<ProviderRow> = rows
        .all(Sql::new("select id, name from provider where valid_to is null or valid_to > ? order by name limit 200").bind(day))
        .await?;
    let staff: Vec<StaffRow> = rows
        .all(
            Sql::new(
                "select s.id, s.name, s.provider_id, p.name as provider_name from staff s join provider p \
                 on p.id = s.provider_id where s.valid_to is null or s.valid_to > ? order by s.name limit 1000",
            )
            .bind(day),
        )
        .await?;
    Ok(AccountChoices {
        facilities: facilities
            .into_iter()
            .map(|row| (row.id.to_string(), row.name))
            .collect(),
        providers: providers
            .into_iter()
            .map(|row| (row.id.to_string(), row.name))
            .collect(),
        staff_providers: staff.iter().map(|row| (row.id, row.provider_id)).collect(),
        staff: staff
            .into_iter()
            .map(|row| {
                (
                    row.id.to_string(),
                    format!("{} ({})", row.name, row.provider_name),
                )
            })
            .collect(),
    })
}

/// A member of a provider's staff.
#[derive(Debug, Clone, FromQueryResult)]
pub struct StaffLine {
    /// Id.
    pub id: StaffId,
    /// Name.
    pub name: String,
    /// `trainer`, `counsellor` or `coordinator`.
    pub role: String,
    /// The provider's name.
    pub provider_name: String,
}

/// The staff of the provider with a code on a day, by name.
pub async fn staff_of_provider(
    rows: &impl Rows,
    provider_code: &str,
    day: Date,
) -> Result<Vec<StaffLine>> {
    rows.all(
        Sql::new(
            "select s.id, s.name, s.role, p.name as provider_name from staff s join provider p on p.id = s.provider_id \
             where p.code = ? and (s.valid_to is null or s.valid_to > ?) order by s.name, s.id limit 500",
        )
        .bind(provider_code.to_owned())
        .bind(day),
    )
    .await
}

#[derive(FromQueryResult)]
struct CountRow {
    number: i64,
}

/// Whether there is no reference data yet.
pub(super) async fn empty(rows: &impl Rows) -> Result<bool> {
    let row: Option<CountRow> = rows
        .one(Sql::new("select count(*) as number from facility"))
        .await?;
    Ok(row.is_none_or(|row| row.number == 0))
}
