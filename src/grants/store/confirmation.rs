//! Queries of the quarterly confirmation.

use sea_orm::FromQueryResult;
use time::Date;

use super::super::rules::{ItemState, Proposal};
use crate::access::{Person, Writes};
use crate::base::ids::{
    AccountId, FacilityId, GrantId, RecertificationId, RecertificationItemId, StaffId,
};
use crate::grants::scope::{Responsibility, grant_scope};
use crate::schema::providers::{recertification, recertification_item};
use crate::store::{Result, Rows, Sql, Writer};

/// Lines that are shown at once; after a decision the next ones follow.
pub(in crate::grants) const LINES: i64 = 80;

#[derive(FromQueryResult)]
struct FacilityRow {
    facility_id: FacilityId,
}

/// The facilities with active grants on a day and without a list for the quarter.
pub(in crate::grants) async fn without_list<P: Writes>(
    writer: &Writer<P>,
    quarter: &str,
    today: Date,
) -> Result<Vec<FacilityId>> {
    let found: Vec<FacilityRow> = writer
        .all(
            Sql::new(
                "select distinct g.facility_id from access_grant g where g.state = 'active' and g.last_day >= ? \
                 and not exists (select 1 from recertification r where r.facility_id = g.facility_id and r.quarter = ?) \
                 order by g.facility_id limit 500",
            )
            .bind(today)
            .bind(quarter.to_owned()),
        )
        .await?;
    Ok(found.into_iter().map(|row| row.facility_id).collect())
}

/// Opens a list; false if another instance was quicker.
pub(in crate::grants) async fn open<P: Writes>(
    writer: &Writer<P>,
    row: &recertification::Model,
) -> Result<bool> {
    let touched = writer
        .change(
            Sql::new(
                "insert into recertification (id, facility_id, quarter, opened_at, due_day) values (?, ?, ?, ?, ?) \
                 on conflict (facility_id, quarter) do nothing",
            )
            .bind(row.id)
            .bind(row.facility_id)
            .bind(row.quarter.clone())
            .bind(row.opened_at)
            .bind(row.due_day),
        )
        .await?;
    Ok(touched == 1)
}

#[derive(FromQueryResult)]
struct GrantIdRow {
    id: GrantId,
}

/// The active grants of a facility that are not over.
pub(in crate::grants) async fn active<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    today: Date,
) -> Result<Vec<GrantId>> {
    let found: Vec<GrantIdRow> = writer
        .all(
            Sql::new("select id from access_grant where facility_id = ? and state = 'active' and last_day >= ? order by id limit 20000")
                .bind(facility)
                .bind(today),
        )
        .await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// Stores the lines of a list.
pub(in crate::grants) async fn insert_items<P: Writes>(
    writer: &Writer<P>,
    items: Vec<recertification_item::Model>,
) -> Result<()> {
    writer.insert_all(items).await
}

/// A list whose time is over.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::grants) struct OverdueList {
    pub id: RecertificationId,
    pub quarter: String,
}

/// The lists whose last day is over and that nobody closed yet.
pub(in crate::grants) async fn overdue_lists<P: Writes>(
    writer: &Writer<P>,
    today: Date,
) -> Result<Vec<OverdueList>> {
    writer
        .all(
            Sql::new("select id, quarter from recertification where closed_at is null and due_day < ? order by due_day, id limit 500")
                .bind(today),
        )
        .await
}

/// Closes a list; false if another instance was quicker.
pub(in crate::grants) async fn close<P: Writes>(
    writer: &Writer<P>,
    list: RecertificationId,
) -> Result<bool> {
    let touched = writer
        .change(
            Sql::new("update recertification set closed_at = ? where id = ? and closed_at is null")
                .bind(writer.now())
                .bind(list),
        )
        .await?;
    Ok(touched == 1)
}

/// A line that nobody decided.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::grants) struct UndecidedItem {
    pub id: RecertificationItemId,
    pub grant_id: GrantId,
    pub staff_id: StaffId,
    /// Whether the grant still means something: active or suspended, and not over.
    pub alive: bool,
}

/// The lines of a list that nobody decided.
pub(in crate::grants) async fn undecided<P: Writes>(
    writer: &Writer<P>,
    list: RecertificationId,
    today: Date,
) -> Result<Vec<UndecidedItem>> {
    writer
        .all(
            Sql::new(
                "select i.id, i.grant_id, g.staff_id, (g.state in ('active', 'suspended') and g.last_day >= ?) as alive \
                 from recertification_item i join access_grant g on g.id = i.grant_id \
                 where i.recertification_id = ? and i.state in ('open', 'proposed') order by i.id limit 20000",
            )
            .bind(today)
            .bind(list),
        )
        .await
}

/// Sets lines to a state without anybody's decision.
pub(in crate::grants) async fn set_items<P: Writes>(
    writer: &Writer<P>,
    items: &[RecertificationItemId],
    state: ItemState,
) -> Result<()> {
    for chunk in items.chunks(500) {
        writer
            .change(
                Sql::new(
                    "update recertification_item set state = ?, version = version + 1 \
                     where state in ('open', 'proposed') and id in ",
                )
                .bind(state.code().to_owned())
                .list(chunk.iter().copied()),
            )
            .await?;
    }
    Ok(())
}

/// A line of a list with everything the page shows.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::grants) struct Item {
    pub id: RecertificationItemId,
    pub grant_id: GrantId,
    pub staff_id: StaffId,
    pub staff_name: String,
    pub provider_name: String,
    pub programme_name: String,
    pub last_day: Date,
    pub quarter: String,
    pub due_day: Date,
    pub state: String,
    pub proposal: Option<String>,
    pub proposed_by: Option<AccountId>,
    pub proposed_holder: Option<AccountId>,
    pub proposed_by_name: Option<String>,
    pub grant_state: String,
    pub suspended_reason: Option<String>,
    /// A stop is open at the facility.
    pub stopped: bool,
    /// The clearance it rests on still holds; true without one.
    pub cleared: bool,
    pub grant_version: i64,
    pub version: i64,
}

impl Item {
    /// Where it stands.
    pub(in crate::grants) fn state(&self) -> ItemState {
        ItemState::from_code(&self.state).unwrap_or(ItemState::Moot)
    }

    /// What is proposed.
    pub(in crate::grants) fn proposal(&self) -> Option<Proposal> {
        self.proposal.as_deref().and_then(Proposal::from_code)
    }

    /// Who proposed it.
    pub(in crate::grants) fn proposer(&self) -> Option<Person> {
        Some(Person::of(self.proposed_by?, self.proposed_holder))
    }
}

const ITEM: &str = "select i.id, i.grant_id, g.staff_id, s.name as staff_name, p.name as provider_name, m.name as programme_name, \
     g.last_day, r.quarter, r.due_day, i.state, i.proposal, i.proposed_by, a.holder_id as proposed_holder, \
     i.proposed_by_name, g.state as grant_state, g.suspended_reason, exists (select 1 from access_stop t \
     where t.staff_id = g.staff_id and t.lifted_at is null and (t.facility_id is null or t.facility_id = g.facility_id)) as stopped, \
     (g.clearance_id is null or exists (select 1 from clearance c where c.id = g.clearance_id and c.state = 'granted' \
     and c.ended_at is null and c.last_day >= g.last_day)) as cleared, \
     g.version as grant_version, i.version from recertification_item i \
     join recertification r on r.id = i.recertification_id join access_grant g on g.id = i.grant_id \
     join staff s on s.id = g.staff_id join provider p on p.id = s.provider_id \
     join programme m on m.id = g.programme_id left join account a on a.id = i.proposed_by where r.facility_id = ?";

/// What is open: not decided, or suspended because nobody decided; and the grant is not over by itself.
const OPEN: &str = " and g.last_day >= ? and ((i.state in ('open', 'proposed') and g.state in ('active', 'suspended')) \
     or (i.state = 'suspended' and g.state = 'suspended')) ";

/// The open lines of a facility: proposed ones first, then by name.
pub(in crate::grants) async fn items(
    rows: &impl Rows,
    facility: FacilityId,
    today: Date,
) -> Result<Vec<Item>> {
    rows.all(
        Sql::new(ITEM)
            .bind(facility)
            .push(OPEN)
            .bind(today)
            .push("order by case i.state when 'proposed' then 0 when 'suspended' then 1 else 2 end, s.name, m.name, i.id limit ?")
            .bind(LINES + 1),
    )
    .await
}

/// The lines of a facility with these ids.
pub(in crate::grants) async fn items_with<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    ids: &[RecertificationItemId],
) -> Result<Vec<Item>> {
    writer
        .all(
            Sql::new(ITEM)
                .bind(facility)
                .push(" and i.id in ")
                .list(ids.iter().copied())
                .push(" order by s.name, m.name, i.id limit 500"),
        )
        .await
}

#[derive(FromQueryResult)]
struct WaitingRow {
    requests: i64,
    confirmations: i64,
}

/// What waits for somebody who is responsible for grants: requests, and lines of the quarterly confirmation.
pub(in crate::grants) async fn waiting(
    rows: &impl Rows,
    whose: Responsibility,
    today: Date,
) -> Result<(u64, u64)> {
    let requests = Sql::new(
        "select (select count(*) from access_grant g join staff s on s.id = g.staff_id \
         where g.state = 'requested' and g.last_day >= ? and ",
    )
    .bind(today)
    .append(grant_scope(rows.access().actor().profile()))
    .push(") as requests, ");
    let sql = match whose {
        Responsibility::Facility(facility) => requests
            .push(
                "(select count(*) from recertification_item i join recertification r on r.id = i.recertification_id \
                 join access_grant g on g.id = i.grant_id where r.facility_id = ?",
            )
            .bind(facility)
            .push(OPEN)
            .bind(today)
            .push(") as confirmations"),
        Responsibility::Provider(_) => requests.push("cast(0 as bigint) as confirmations"),
    };
    let row: Option<WaitingRow> = rows.one(sql).await?;
    Ok(row.map_or((0, 0), |row| {
        (
            row.requests.unsigned_abs(),
            row.confirmations.unsigned_abs(),
        )
    }))
}

/// Stores a proposal, if the line stands as it was shown.
pub(in crate::grants) async fn propose<P: Writes>(
    writer: &Writer<P>,
    item: &Item,
    proposal: Proposal,
) -> Result<()> {
    let actor = writer.access().actor();
    writer
        .change_one(
            Sql::new(
                "update recertification_item set state = 'proposed', proposal = ?, proposed_by = ?, proposed_by_name = ?, \
                 proposed_at = ?, version = version + 1 where id = ? and version = ?",
            )
            .bind(proposal.code().to_owned())
            .bind(actor.account())
            .bind(actor.name().to_owned())
            .bind(writer.now())
            .bind(item.id)
            .bind(item.version),
        )
        .await
}

/// Stores what the second person said, if the line stands as it was shown.
pub(in crate::grants) async fn answer<P: Writes>(
    writer: &Writer<P>,
    item: &Item,
    state: ItemState,
) -> Result<()> {
    let actor = writer.access().actor();
    writer
        .change_one(
            Sql::new(
                "update recertification_item set state = ?, decided_by_name = ?, decided_at = ?, version = version + 1 \
                 where id = ? and version = ?",
            )
            .bind(state.code().to_owned())
            .bind(actor.name().to_owned())
            .bind(writer.now())
            .bind(item.id)
            .bind(item.version),
        )
        .await
}
