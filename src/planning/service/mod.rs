//! Use cases of planning: a proposal for a group ([`propose`]), the half-year ([`half_year`]), the repair ([`repair`]),
//! why a wish cannot be had ([`why`]), the instance of the whole Land ([`mod@land`]), and the half-year of all houses in
//! which an organisation works (`together`).

pub(crate) mod half_year;
pub(crate) mod land;
pub(crate) mod propose;
pub(crate) mod repair;
mod talk_times;
pub(crate) mod together;
pub(crate) mod why;

use time::{Date, Duration};

use super::rules::{Facts, Made, Order, assemble};
use super::store::facts::{self, Talks};
use crate::base::ids::{FacilityId, StaffId};
use crate::base::time::berlin_today;
use crate::store::{Result, Rows};
use crate::timetable::world::{Plan, World};

/// Everything a computation needs.
pub(crate) struct Table {
    pub facts: Facts,
    pub made: Made,
    pub world: World,
    /// The groups that exist as they stand.
    pub plan: Plan,
}

/// What is known of one house over some weeks, with the talks it has to know.
pub(super) async fn known<R: Rows>(
    rows: &R,
    facility: FacilityId,
    days: (Date, u8),
    talks: Talks,
) -> Result<Facts> {
    known_with(rows, facility, days, talks, &[]).await
}

/// The same with members of staff who are asked about, whoever they are.
pub(super) async fn known_with<R: Rows>(
    rows: &R,
    facility: FacilityId,
    (from, weeks): (Date, u8),
    talks: Talks,
    staff: &[StaffId],
) -> Result<Facts> {
    let mut common = facts::common(rows).await?;
    common.ask_about(rows, staff).await?;
    let days = (from, from + Duration::days(i64::from(weeks) * 7));
    let house = facts::house(rows, &common, facility, days, talks).await?;
    facts::facts(rows, common, vec![house]).await
}

/// Sets an order up; `None` if there are more languages and programmes than a computation can hold.
pub(super) fn set_up(facts: Facts, order: &Order) -> Option<Table> {
    let made = assemble(&facts, order);
    match made.world(&facts) {
        Ok((world, plan)) => Some(Table {
            facts,
            made,
            world,
            plan,
        }),
        Err(error) => {
            tracing::error!(%error, "an instance could not be made of the database");
            None
        }
    }
}

/// The Monday before a day, from which horizons run.
pub(super) fn monday(day: Date) -> Date {
    day - Duration::days(i64::from(day.weekday().number_days_from_monday()))
}

/// Today, for whoever reads.
pub(super) fn today<R: Rows>(rows: &R) -> Date {
    berlin_today(rows.now())
}
