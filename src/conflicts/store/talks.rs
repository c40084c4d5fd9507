//! The talks that somebody holds outside of prisons: a house knows nothing of them, whoever holds them is taken all the same.

use sea_orm::FromQueryResult;
use time::Date;

use super::LIMIT;
use crate::base::ids::{AccountId, StaffId};
use crate::conflicts::rules::Span;
use crate::store::{Result, Rows, Sql};

#[derive(FromQueryResult)]
struct TalkRow {
    day: Date,
    start_minute: i64,
    minutes: i64,
}

/// Who holds a talk.
#[derive(Debug, Clone, Copy)]
pub(in crate::conflicts) enum Holder {
    /// External staff.
    Staff(StaffId),
    /// A probation officer, who plans the own talks.
    Officer(AccountId),
}

/// The planned talks of a holder between two days (both included) that are not in a prison; of an officer all.
pub(in crate::conflicts) async fn elsewhere(
    rows: &impl Rows,
    holder: Holder,
    (from, to): (Date, Date),
) -> Result<Vec<(Date, Span)>> {
    let sql = Sql::new(
        "select t.day, t.start_minute, t.minutes from talk_plan t where t.state = 'planned' and t.day >= ? and t.day <= ? and ",
    )
    .bind(from)
    .bind(to);
    let sql = match holder {
        Holder::Staff(staff) => sql
            .push("t.facility_id is null and t.staff_id = ?")
            .bind(staff),
        Holder::Officer(account) => sql
            .push("t.staff_id is null and t.planned_by = ?")
            .bind(account),
    };
    let found: Vec<TalkRow> = rows.all(sql.push(" limit ?").bind(LIMIT)).await?;
    Ok(found
        .into_iter()
        .map(|row| (row.day, Span::lasting(row.start_minute, row.minutes)))
        .collect())
}
