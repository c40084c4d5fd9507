//! Times for talks, put around the groups of a plan.

use time::Date;

use super::Table;
use crate::timetable::habit;
use crate::timetable::search::{self, Catalogue, Effort, Settings};
use crate::timetable::world::{Key, Plan, SingleKey, World};

/// Steps of the search for each talk, at least and at most altogether.
const STEPS: (u64, u64, u64) = (64, 1_024, 32_768);

/// Day and starting minute for each talk for which there is one, in the order of the talks that were looked for. The same
/// seed gives the same times.
pub(crate) fn talk_times(table: &Table, plan: &Plan, seed: u64) -> Vec<Option<(Date, u16)>> {
    let talks = &table.made.talks;
    if talks.due.is_empty() {
        return Vec::new();
    }
    let instance = table.made.around(&table.world, plan);
    let world = match World::new(&instance) {
        Ok(world) => world,
        Err(error) => {
            tracing::error!(%error, "an instance of talks could not be made");
            return vec![None; talks.due.len()];
        }
    };
    let (each, least, most) = STEPS;
    let settings = Settings {
        seed,
        threads: 1,
        effort: Effort::Steps((each * talks.due.len() as u64).clamp(least, most)),
    };
    let catalogue = Catalogue::new(&world);
    let mut found = search::plan(&world, &catalogue, &settings).plan;
    let series = talks.series().into_iter();
    let series: Vec<Vec<SingleKey>> = series
        .map(|places| places.into_iter().map(SingleKey::of).collect())
        .collect();
    habit::settle(&world, &mut found, &series);
    let time = |one: &Option<crate::timetable::world::Appointment>| {
        one.as_ref().map(|one| (world.date(one.day), one.start))
    };
    found.singles.values().iter().map(time).collect()
}
