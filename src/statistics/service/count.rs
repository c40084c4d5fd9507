//! Counting a report: the rows of the database turned into the layers of the cube.

use super::super::catalogue::Report;
use super::super::cube::{Counted, CubeError, count};
use super::super::facts::{
    alone, codes, of_courses, of_groups, of_hand_overs, of_offers, of_persons,
};
use super::super::period::Period;
use super::super::store::facts::{self, Window};
use crate::base::time::berlin_today;
use crate::store::{Rows, StoreError};
use crate::{consent, restriction};

/// Why nothing was counted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CountProblem {
    /// The figures make no tables.
    #[error(transparent)]
    Cube(#[from] CubeError),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Counts a report as its measures are defined, from what is recorded at this moment. Seven statements, whatever the number of
/// people, and one more for each shorter period within it: people do not add up.
pub(crate) async fn counted(
    rows: &impl Rows,
    report: &Report,
    period: Period,
) -> Result<Counted, CountProblem> {
    let window = Window {
        first: period.first_day(),
        after: period.day_after(),
        today: berlin_today(rows.now()),
    };
    let reference = facts::reference(rows, window).await?;
    let courses = facts::courses(rows, window).await?;
    let mut all = of_courses(&courses, period);
    for within in period.parts().into_iter().chain([period]) {
        let window = Window {
            first: within.first_day(),
            after: within.day_after(),
            ..window
        };
        all.extend(of_persons(&facts::persons(rows, window).await?, within));
    }
    all.extend(of_offers(&facts::offers(rows, window).await?));
    all.extend(of_groups(&facts::groups(rows, window).await?, period));
    all.extend(of_hand_overs(
        &facts::hand_overs(rows, window, &period.quarters()).await?,
    ));
    let mut counted = count(report, period, codes(&reference), &all)?;
    counted.alone = alone(&reference);
    counted.parents = courses
        .iter()
        .filter(|row| row.parents)
        .map(|row| row.programme.clone())
        .collect();
    counted.refused = consent::left_out(rows).await?;
    counted.restricted = restriction::left_out(rows).await?;
    counted.mistakes = courses
        .iter()
        .filter(|row| row.mistake)
        .map(|row| u64::try_from(row.number).unwrap_or(0))
        .sum();
    Ok(counted)
}
