//! Deletes the audit log's day segments twelve months after they were made (section 32 paragraph 5 SächsDSUG).

use time::Date;

use crate::base::time::berlin_today;
use crate::store::{Result, Store};

/// Months after which an entry is deleted.
pub const AUDIT_MONTHS: i32 = 12;

/// The first day whose entries are still kept on a day: the same day a year before.
pub fn first_kept_day(today: Date) -> Date {
    let year = today.year() - AUDIT_MONTHS / 12;
    // On 29 February the year before has no such day; the 28th is kept one day longer.
    today
        .replace_year(year)
        .or_else(|_| Date::from_calendar_date(year, today.month(), 28))
        .unwrap_or(today)
}

/// Deletes what is over; returns how many entries went.
pub async fn prune_audit(store: &Store) -> Result<u64> {
    let now = store.clock().now();
    let gone = store
        .audit_prune(first_kept_day(berlin_today(now)), now)
        .await?;
    if gone > 0 {
        tracing::info!(gone, "audit entries deleted after twelve months");
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn twelve_months_also_in_leap_years() {
        assert_eq!(first_kept_day(date!(2026 - 11 - 22)), date!(2025 - 11 - 22));
        assert_eq!(first_kept_day(date!(2028 - 02 - 29)), date!(2027 - 02 - 28));
    }
}
