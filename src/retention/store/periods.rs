//! The table of periods.

use sea_orm::FromQueryResult;

use crate::access::Writes;
use crate::base::time::Instant;
use crate::retention::rules::period::{Period, Unit};
use crate::retention::rules::{Category, Periods};
use crate::store::{Result, Rows, Sql, Writer};

/// A period with its ground and source.
#[derive(Debug, Clone, FromQueryResult)]
pub struct PeriodRow {
    /// Code of the [`Category`].
    pub code: String,
    /// Units until the record is restricted.
    pub restrict_after: Option<i64>,
    /// Units until it is erased.
    pub erase_after: i64,
    /// Code of the unit.
    pub unit: String,
    /// The law by which data is kept and erased.
    pub ground: String,
    /// Where the number comes from.
    pub source: String,
    /// When it was last changed.
    pub changed_at: Option<Instant>,
    /// By whom.
    pub changed_by_name: Option<String>,
    /// For the optimistic lock.
    pub version: i64,
}

impl PeriodRow {
    /// What it is about.
    pub fn category(&self) -> Option<Category> {
        Category::from_code(&self.code)
    }

    /// As the rules take it.
    pub fn period(&self) -> Option<Period> {
        Some(Period {
            restrict_after: match self.restrict_after {
                Some(number) => Some(u32::try_from(number).ok()?),
                None => None,
            },
            erase_after: u32::try_from(self.erase_after).ok()?,
            unit: Unit::from_code(&self.unit)?,
        })
    }
}

const PERIOD: &str = "select code, restrict_after, erase_after, unit, ground, source, changed_at, changed_by_name, version \
     from retention_period ";

/// All periods in the order of the page.
///
/// # Errors
/// If the database does not answer.
pub async fn periods(rows: &impl Rows) -> Result<Vec<PeriodRow>> {
    rows.all(Sql::new(PERIOD).push("order by place, code limit 100"))
        .await
}

/// One period.
pub(in crate::retention) async fn period(
    rows: &impl Rows,
    category: Category,
) -> Result<Option<PeriodRow>> {
    rows.one(
        Sql::new(PERIOD)
            .push("where code = ?")
            .bind(category.code()),
    )
    .await
}

/// The periods as the rules take them.
pub(in crate::retention) async fn in_force(rows: &impl Rows) -> Result<Periods> {
    Ok(periods(rows)
        .await?
        .iter()
        .filter_map(|row| Some((row.category()?, row.period()?)))
        .collect())
}

/// Changes a period under the optimistic lock.
pub(in crate::retention) async fn change<P: Writes>(
    writer: &Writer<P>,
    row: &PeriodRow,
    period: Period,
    source: &str,
    version: i64,
) -> Result<()> {
    let restrict = period.restrict_after.map(i64::from);
    writer
        .change_one(
            Sql::new(
                "update retention_period set restrict_after = ?, erase_after = ?, source = ?, changed_at = ?, \
                 changed_by_name = ?, version = version + 1 where code = ? and version = ?",
            )
            .bind(restrict)
            .bind(i64::from(period.erase_after))
            .bind(source.to_owned())
            .bind(writer.now())
            .bind(writer.access().actor().name().to_owned())
            .bind(row.code.clone())
            .bind(version),
        )
        .await
}
