//! Queries of deciding: who may be asked, what a grant rests on, and the changes of state.

use sea_orm::FromQueryResult;
use time::Date;

use super::super::rules::{ClearancePeriod, State};
use crate::access::{Person, Role, Writes};
use crate::base::ids::{ClearanceId, FacilityId, GrantId, ProviderId, StaffId};
use crate::store::{Result, Rows, Sql, StoreError, Writer};

/// Makes everybody wait who asks for, decides about or stops grants of these staff members, until the commit: what was
/// read after this stays as it is. Changes nothing.
pub(in crate::grants) async fn lock_staff<P: Writes>(
    writer: &Writer<P>,
    staff: &[StaffId],
) -> Result<()> {
    let mut staff = staff.to_vec();
    // Always in the same order, so that two never wait for each other.
    staff.sort();
    staff.dedup();
    for id in staff {
        writer
            .change(Sql::new("update staff set version = version where id = ?").bind(id))
            .await?;
    }
    Ok(())
}

/// Holds the clearances that grants shall rest on until the commit.
///
/// # Errors
/// [`StoreError::Changed`] if one of them is granted no longer.
pub(in crate::grants) async fn hold_clearances<P: Writes>(
    writer: &Writer<P>,
    clearances: &[ClearanceId],
) -> Result<()> {
    let mut ids = clearances.to_vec();
    ids.sort();
    ids.dedup();
    for id in ids {
        let held = Sql::new("update clearance set version = version where id = ? and state = 'granted' and ended_at is null")
            .bind(id);
        writer.change_one(held).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct ClearanceRow {
    staff_id: StaffId,
    id: ClearanceId,
    state: String,
    first_day: Option<Date>,
    last_day: Option<Date>,
}

/// The granted and requested clearances of staff members at a facility.
pub(in crate::grants) async fn clearances(
    rows: &impl Rows,
    staff: &[StaffId],
    facility: FacilityId,
) -> Result<Vec<(StaffId, ClearancePeriod)>> {
    let found: Vec<ClearanceRow> = rows
        .all(
            Sql::new(
                "select staff_id, id, state, first_day, last_day from clearance where facility_id = ? \
                 and state in ('requested', 'granted') and ended_at is null and staff_id in ",
            )
            .bind(facility)
            .list(staff.iter().copied())
            .push(" order by last_day desc, id limit 500"),
        )
        .await?;
    Ok(found
        .into_iter()
        .map(|row| {
            let period = ClearancePeriod {
                id: row.id,
                granted: row.state == "granted",
                first: row.first_day,
                last: row.last_day,
            };
            (row.staff_id, period)
        })
        .collect())
}

/// Somebody who can help: name and role.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::grants) struct Helper {
    pub name: String,
    pub role: String,
}

/// Who else can help with a grant: the other people with the role access officer in its facility, and the coordination
/// of the organisation.
pub(in crate::grants) async fn helpers(
    rows: &impl Rows,
    facility: FacilityId,
    provider: ProviderId,
    but: Person,
) -> Result<Vec<Helper>> {
    rows.all(
        Sql::new(
            "select name, role from account where disabled_at is null and coalesce(holder_id, id) <> ? \
             and ((role = ? and facility_id = ?) or (role = ? and provider_id = ?)) order by name, id limit 10",
        )
        .bind(but.holder())
        .bind(Role::AccessOfficer.code().to_owned())
        .bind(facility)
        .bind(Role::Coordinator.code().to_owned())
        .bind(provider),
    )
    .await
}

/// Stores a decision, if the grant stands as it was shown.
pub(in crate::grants) async fn decide<P: Writes>(
    writer: &Writer<P>,
    id: GrantId,
    version: i64,
    from: State,
    to: State,
) -> Result<()> {
    let actor = writer.access().actor();
    writer
        .change_one(
            Sql::new(
                "update access_grant set state = ?, decided_by = ?, decided_by_name = ?, decided_at = ?, \
                 version = version + 1 where id = ? and version = ? and state = ?",
            )
            .bind(to.code().to_owned())
            .bind(actor.account())
            .bind(actor.name().to_owned())
            .bind(writer.now())
            .bind(id)
            .bind(version)
            .bind(from.code().to_owned()),
        )
        .await
}

/// Stores an approval with what it rests on and what it is bound to.
pub(in crate::grants) async fn approve<P: Writes>(
    writer: &Writer<P>,
    id: GrantId,
    version: i64,
    clearance: ClearanceId,
    hash: [u8; 32],
) -> Result<()> {
    let actor = writer.access().actor();
    writer
        .change_one(
            Sql::new(
                "update access_grant set state = 'active', clearance_id = ?, approved_hash = ?, suspended_reason = null, \
                 decided_by = ?, decided_by_name = ?, decided_at = ?, version = version + 1 \
                 where id = ? and version = ? and state in ('requested', 'suspended') and stop_id is null",
            )
            .bind(clearance)
            .bind(hash.to_vec())
            .bind(actor.account())
            .bind(actor.name().to_owned())
            .bind(writer.now())
            .bind(id)
            .bind(version),
        )
        .await
}

/// Changes the period of a request.
pub(in crate::grants) async fn change_period<P: Writes>(
    writer: &Writer<P>,
    id: GrantId,
    version: i64,
    first: Date,
    last: Date,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update access_grant set first_day = ?, last_day = ?, requested_by = ?, requested_by_name = ?, \
                 version = version + 1 where id = ? and version = ? and state = 'requested'",
            )
            .bind(first)
            .bind(last)
            .bind(writer.access().actor().account())
            .bind(writer.access().actor().name().to_owned())
            .bind(id)
            .bind(version),
        )
        .await
}

/// Suspends active grants for a reason that is no stop; and adds the reason to those a stop suspended already.
///
/// # Errors
/// [`StoreError::Changed`] if one of them stands elsewhere now.
pub(in crate::grants) async fn suspend<P: Writes>(
    writer: &Writer<P>,
    ids: &[GrantId],
    reason: &str,
) -> Result<()> {
    for chunk in ids.chunks(500) {
        let touched = writer
            .change(
                Sql::new(
                    "update access_grant set state = 'suspended', suspended_reason = ?, version = version + 1 \
                     where state in ('active', 'suspended') and id in ",
                )
                .bind(reason.to_owned())
                .list(chunk.iter().copied()),
            )
            .await?;
        if touched != chunk.len() as u64 {
            return Err(StoreError::Changed);
        }
    }
    Ok(())
}

/// Takes a reason off grants; those that no stop holds are active again.
pub(in crate::grants) async fn clear_reason<P: Writes>(
    writer: &Writer<P>,
    ids: &[GrantId],
    active: bool,
) -> Result<()> {
    let sql = if active {
        Sql::new(
            "update access_grant set state = 'active', suspended_reason = null, version = version + 1 where state = 'suspended' and id in ",
        )
    } else {
        Sql::new(
            "update access_grant set suspended_reason = null, version = version + 1 where state = 'suspended' and id in ",
        )
    };
    writer.change(sql.list(ids.iter().copied())).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct IdRow {
    id: GrantId,
}

/// The grants that rest on a clearance (or, from before clearances were kept, on none: then on the only one there was) and
/// are open, or only closed by a stop, and not over.
pub(in crate::grants) async fn resting_on<P: Writes>(
    writer: &Writer<P>,
    clearance: ClearanceId,
    today: Date,
) -> Result<Vec<GrantId>> {
    let found: Vec<IdRow> = writer
        .all(
            Sql::new(
                "select g.id from access_grant g where g.last_day >= ? and (g.state = 'active' or (g.state = 'suspended' \
                 and g.stop_id is not null and g.decided_at is not null)) and (g.clearance_id = ? or (g.clearance_id is null \
                 and exists (select 1 from clearance c where c.id = ? and c.staff_id = g.staff_id \
                 and c.facility_id = g.facility_id) and not exists (select 1 from clearance o where o.staff_id = g.staff_id \
                 and o.facility_id = g.facility_id and o.state = 'granted' and o.first_day <= ? and o.last_day >= ?))) \
                 order by g.id limit 2000",
            )
            .bind(today)
            .bind(clearance)
            .bind(clearance)
            .bind(today)
            .bind(today),
        )
        .await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// The grants that let staff members in on a day.
pub(in crate::grants) async fn running_of<P: Writes>(
    writer: &Writer<P>,
    staff: &[StaffId],
    day: Date,
) -> Result<Vec<GrantId>> {
    let mut found: Vec<IdRow> = Vec::new();
    for chunk in staff.chunks(500) {
        let sql = Sql::new(
            "select id from access_grant where state = 'active' and first_day <= ? and last_day >= ? and staff_id in ",
        );
        let sql = sql.bind(day).bind(day).list(chunk.iter().copied());
        found.extend(
            writer
                .all::<IdRow>(sql.push(" order by id limit 5000"))
                .await?,
        );
    }
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// Where a grant lets somebody in.
#[derive(FromQueryResult)]
pub(in crate::grants) struct Place {
    pub facility_id: FacilityId,
    pub staff_id: StaffId,
}

/// Whom these grants let in where on a day.
pub(in crate::grants) async fn places_on<P: Writes>(
    writer: &Writer<P>,
    ids: &[GrantId],
    day: Date,
) -> Result<Vec<Place>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(500) {
        let places: Vec<Place> = writer
            .all(
                Sql::new(
                    "select distinct facility_id, staff_id from access_grant where first_day <= ? and last_day >= ? \
                     and id in ",
                )
                .bind(day)
                .bind(day)
                .list(chunk.iter().copied())
                .push(" order by facility_id, staff_id limit 2000"),
            )
            .await?;
        found.extend(places);
    }
    Ok(found)
}
