//! Times for talks, put around the groups of a plan.

use time::Date;

use super::Table;
use crate::timetable::habit;
use crate::timetable::search::{self, Catalogue, Effort, Settings};
use crate::timetable::world::{Day, Key, Plan, SingleKey, World};

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
    let apart = talks.series().into_iter().map(|places| {
        let days = places.first().map_or(0, |place| talks.least_days(*place));
        (places.into_iter().map(SingleKey::of).collect(), days)
    });
    let apart: Vec<(Vec<SingleKey>, Day)> = apart.collect();
    let series: Vec<Vec<SingleKey>> = apart.iter().map(|(keys, _)| keys.clone()).collect();
    habit::settle(&world, &mut found, &series);
    habit::spread(&world, &mut found, &apart);
    let time = |one: &Option<crate::timetable::world::Appointment>| {
        one.as_ref().map(|one| (world.date(one.day), one.start))
    };
    found.singles.values().iter().map(time).collect()
}
