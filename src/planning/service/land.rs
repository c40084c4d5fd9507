//! The whole Land as one instance, for the command line.

use time::{Date, Duration};

use super::Table;
use crate::access::permissions::Operate;
use crate::base::ids::FacilityId;
use crate::planning::rules::{Facts, Order, Wanted};
use crate::planning::store::facts::{self, Talks};
use crate::store::{Reader, Result};

/// Weeks of the horizon: a half-year of beginnings, and as long again for courses to end.
pub(crate) const WEEKS: u8 = 52;
/// Weeks in which courses begin.
pub(crate) const BEGINNINGS: i64 = 26;
/// The least members of a course that is worth opening.
pub(crate) const LEAST: u16 = 3;
/// The most courses of one programme that are opened in a house.
const MOST: usize = 4;

/// As many courses of each programme as the people who wait fill, in every house. Of several templates of a programme
/// the shortest counts.
pub(crate) fn enough(facts: &Facts, everybody: bool, start: (Date, Date)) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for house in &facts.houses {
        let mut programmes = Vec::new();
        for template in facts.templates.iter().filter(|one| one.unfit().is_none()) {
            if programmes.contains(&template.programme) {
                continue;
            }
            programmes.push(template.programme);
            let waiting = house
                .waiting
                .iter()
                .filter(|one| one.programme == template.programme && (one.suitable || everybody))
                .count();
            let places = usize::try_from(template.places).unwrap_or(1).max(1);
            for number in 0..waiting.div_ceil(places).min(MOST) {
                wanted.push(Wanted {
                    facility: house.id,
                    template: template.id,
                    label: format!("{} Nr. {}", template.name, number + 1),
                    start,
                    least: LEAST,
                });
            }
        }
    }
    wanted
}

/// What is known of the prisons that are asked for, each read in its own scope.
pub(super) async fn known(
    reader: impl Fn(Option<FacilityId>) -> Reader<Operate>,
    days: (Date, Date),
    talks: Talks,
    asked: impl Fn(FacilityId) -> bool,
) -> Result<Facts> {
    let whole = reader(None);
    let common = facts::common(&whole).await?;
    let mut houses = Vec::new();
    for facility in common.prisons.iter().copied().filter(|one| asked(*one)) {
        let rows = reader(Some(facility));
        houses.push(facts::house(&rows, &common, facility, days, talks).await?);
    }
    facts::facts(&whole, common, houses).await
}

/// Every prison with everybody who waits there and everything that takes place, as one instance. Reads each prison in
/// its own scope: `reader` gives one for a prison, or one for none.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn land(
    reader: impl Fn(Option<FacilityId>) -> Reader<Operate>,
    everybody: bool,
) -> Result<Option<Table>> {
    let whole = reader(None);
    let today = super::today(&whole);
    let days = (
        super::monday(today),
        today + Duration::days(i64::from(WEEKS) * 7),
    );
    let facts = known(reader, days, Talks::None, |_| true).await?;
    let start = (
        facts.today + Duration::DAY,
        facts.today + Duration::weeks(BEGINNINGS),
    );
    let order = Order {
        name: format!("Sachsen {today}"),
        from: Some(today + Duration::DAY),
        weeks: WEEKS,
        wanted: enough(&facts, everybody, start),
        everybody,
        ..Order::default()
    };
    Ok(super::set_up(facts, &order))
}
