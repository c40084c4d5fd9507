//! Family days and their guests.

use sea_orm::FromQueryResult;
use time::Date;

use super::CountRow;
use crate::access::Writes;
use crate::base::ids::{AccountId, FacilityId, FamilyDayId, FamilyGuestId, GroupId};
use crate::base::time::Instant;
use crate::gate::scope::family;
use crate::schema::providers::{family_day, family_guest};
use crate::store::{Result, Rows, Sql, Writer};

/// Most guests of one family day.
pub const GUESTS: i64 = 200;

/// A family day.
#[derive(Debug, Clone, FromQueryResult)]
pub struct FamilyDayRow {
    /// Id.
    pub id: FamilyDayId,
    /// Name of the facility.
    pub facility_name: String,
    /// Name of the group it belongs to; never shown to access officers.
    pub group_name: Option<String>,
    /// Day.
    pub day: Date,
    /// Beginning.
    pub start_minute: i64,
    /// Length.
    pub minutes: i64,
    /// Place in the facility.
    pub destination: String,
    /// The last day on which guests are announced.
    pub guest_deadline: Date,
    /// When it was cancelled.
    pub cancelled_at: Option<Instant>,
    /// Version.
    pub version: i64,
    /// Guests that wait for a decision.
    pub open: i64,
    /// Approved guests.
    pub approved: i64,
}

const DAY: &str = "select d.id, f.name as facility_name, tg.name as group_name, d.day, d.start_minute, d.minutes, \
     d.destination, d.guest_deadline, d.cancelled_at, d.version, \
     (select count(*) from family_guest w where w.family_day_id = d.id and w.state = 'announced') as open, \
     (select count(*) from family_guest w where w.family_day_id = d.id and w.state = 'approved') as approved \
     from family_day d join facility f on f.id = d.facility_id left join training_group tg on tg.id = d.group_id where ";

/// The family days in scope from a day on.
pub async fn days(rows: &impl Rows, from: Date) -> Result<Vec<FamilyDayRow>> {
    let access = rows.access();
    rows.all(
        Sql::new(DAY)
            .push("d.day >= ? and ")
            .bind(from)
            .append(family(access.actor().profile(), &access.scope()))
            .push(" order by d.day, d.start_minute, d.id limit 100"),
    )
    .await
}

/// One family day in scope.
pub async fn day(rows: &impl Rows, id: FamilyDayId) -> Result<Option<FamilyDayRow>> {
    let access = rows.access();
    rows.one(
        Sql::new(DAY)
            .push("d.id = ? and ")
            .bind(id)
            .append(family(access.actor().profile(), &access.scope())),
    )
    .await
}

/// A guest.
#[derive(Debug, Clone, FromQueryResult)]
pub struct GuestRow {
    /// Id.
    pub id: FamilyGuestId,
    /// The family day.
    pub family_day_id: FamilyDayId,
    /// Name.
    pub name: String,
    /// `announced`, `approved` or `declined`.
    pub state: String,
    /// The human who announced them: their first account.
    pub announced_by: AccountId,
    /// Their name.
    pub announced_by_name: String,
    /// Who decided.
    pub decided_by_name: Option<String>,
    /// Version.
    pub version: i64,
}

const GUEST: &str = "select w.id, w.family_day_id, w.name, w.state, \
     (select coalesce(ha.holder_id, ha.id) from account ha where ha.id = w.announced_by) as announced_by, w.announced_by_name, w.decided_by_name, \
     w.version from family_guest w join family_day d on d.id = w.family_day_id where ";

/// The guests of a family day in scope.
pub async fn guests(rows: &impl Rows, id: FamilyDayId) -> Result<Vec<GuestRow>> {
    let access = rows.access();
    rows.all(
        Sql::new(GUEST)
            .push("d.id = ? and ")
            .bind(id)
            .append(family(access.actor().profile(), &access.scope()))
            .push(" order by case w.state when 'announced' then 0 else 1 end, w.name, w.id limit ?")
            .bind(GUESTS),
    )
    .await
}

/// One guest of a family day in scope.
pub async fn guest(rows: &impl Rows, id: FamilyGuestId) -> Result<Option<GuestRow>> {
    let access = rows.access();
    rows.one(
        Sql::new(GUEST)
            .push("w.id = ? and ")
            .bind(id)
            .append(family(access.actor().profile(), &access.scope())),
    )
    .await
}

/// A group for which a family day may be planned.
#[derive(Debug, Clone, FromQueryResult)]
pub struct GroupChoice {
    /// Id.
    pub id: GroupId,
    /// Name.
    pub name: String,
}

/// The running groups of a facility.
pub async fn groups(rows: &impl Rows, facility: FacilityId) -> Result<Vec<GroupChoice>> {
    rows.all(
        Sql::new("select id, name from training_group where facility_id = ? and state = 'published' order by name, id limit 200")
            .bind(facility),
    )
    .await
}

/// How many days before a family day the facility wants to know its guests.
pub async fn deadline(rows: &impl Rows, facility: FacilityId) -> Result<i64> {
    let row: Option<CountRow> = rows
        .one(
            Sql::new("select guest_deadline_days as number from facility where id = ?")
                .bind(facility),
        )
        .await?;
    Ok(row.map_or(14, |row| row.number))
}

/// Sets that number.
pub async fn set_deadline<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    days: i64,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update facility set guest_deadline_days = ? where id = ?")
                .bind(days)
                .bind(facility),
        )
        .await
}

/// Stores a family day.
pub async fn insert<P: Writes>(writer: &Writer<P>, day: family_day::Model) -> Result<()> {
    writer.insert(day).await
}

/// Cancels a family day that nobody changed since the version. The caller has checked the scope.
pub async fn cancel<P: Writes>(writer: &Writer<P>, id: FamilyDayId, version: i64) -> Result<()> {
    writer
        .change_one(
            Sql::new("update family_day set cancelled_at = ?, version = version + 1 where id = ? and version = ? and cancelled_at is null")
                .bind(writer.now())
                .bind(id)
                .bind(version),
        )
        .await
}

/// Holds a family day's row until the commit, so that the number of guests is counted once; says whether it stands.
pub async fn hold<P: Writes>(writer: &Writer<P>, id: FamilyDayId) -> Result<bool> {
    let touched = writer
        .change(
            Sql::new(
                "update family_day set version = version where id = ? and cancelled_at is null",
            )
            .bind(id),
        )
        .await?;
    Ok(touched == 1)
}

/// Stores a guest.
pub async fn announce<P: Writes>(writer: &Writer<P>, guest: family_guest::Model) -> Result<()> {
    writer.insert(guest).await
}

/// Stores a decision about a guest that still waits. The caller has checked the scope.
pub async fn decide<P: Writes>(
    writer: &Writer<P>,
    id: FamilyGuestId,
    version: i64,
    state: &'static str,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update family_guest set state = ?, decided_by_name = ?, decided_at = ?, version = version + 1 \
                 where id = ? and version = ? and state = 'announced'",
            )
            .bind(state.to_owned())
            .bind(writer.access().actor().name().to_owned())
            .bind(writer.now())
            .bind(id)
            .bind(version),
        )
        .await
}

/// Deletes a guest as it was shown. The caller has checked the scope.
pub async fn remove<P: Writes>(writer: &Writer<P>, id: FamilyGuestId, version: i64) -> Result<()> {
    writer
        .change_one(
            Sql::new("delete from family_guest where id = ? and version = ?")
                .bind(id)
                .bind(version),
        )
        .await
}
