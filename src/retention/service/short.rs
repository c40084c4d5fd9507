//! What is kept for a short time only and belongs to cases or to the log.

use crate::access::Writes;
use crate::base::time::berlin_today;
use crate::retention::rules::Category;
use crate::retention::store::{due, erase, periods, proposals};
use crate::store::{Result, Rows, Writer};

/// Deletes what is kept for a short time only and belongs to cases: notes of ended cases, enquiries that came to nothing.
/// Says how many rows of what went.
///
/// # Errors
/// If the database does not answer.
pub async fn delete_short_lived<P: Writes>(writer: &Writer<P>) -> Result<(u64, u64)> {
    let today = berlin_today(writer.now());
    let periods = periods::in_force(writer).await?;
    let mut gone = (0, 0);
    if let Some(period) = periods.get(&Category::Notes) {
        gone.0 = erase::delete_notes(writer, period.began_by(today)).await?;
    }
    if let Some(period) = periods.get(&Category::Enquiry) {
        let cases = due::enquiries(writer, period.began_by(today)).await?;
        gone.1 = erase::erase(writer, &[], &cases).await?;
    }
    if let Some(period) = periods.get(&Category::Audit) {
        let first_kept = period.began_by(today).next_day().unwrap_or(today);
        gone.1 += erase::delete_beside_the_log(writer, first_kept).await?;
    }
    Ok(gone)
}

/// Whether something was erased within the last two days, so that free pages are cleared once more.
///
/// # Errors
/// If the database does not answer.
pub async fn erased_lately<R: Rows>(rows: &R) -> Result<bool> {
    proposals::erased_since(rows, rows.now().plus_seconds(-48 * 3_600)).await
}
