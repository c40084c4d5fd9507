//! A search in rounds that get longer: each begins anew, the best plan of all counts. So there is a plan after the first
//! moments, the search can be stopped at any time, and the same seed gives the same plan as long as no round is cut off.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::timetable::objective::Objective;
use crate::timetable::search::{self, Catalogue, Effort, Found, Settings};
use crate::timetable::world::World;

/// How thorough a search is: steps of the first round, and rounds; each has twice the steps of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounds {
    /// Steps of the first round.
    pub first: u64,
    /// Rounds.
    pub number: u32,
}

impl Rounds {
    /// Steps of all rounds.
    pub fn steps(self) -> u64 {
        (0..self.number).map(|round| self.first << round).sum()
    }
}

/// What is told while it runs.
#[derive(Debug, Default)]
pub struct Progress {
    stop: AtomicBool,
    steps: AtomicU64,
}

/// The search asks the clock after so many steps.
const STRIDE: u64 = 128;

impl Progress {
    /// Asks the search to end.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to end.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Steps done.
    pub fn steps(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
    }
}

fn better(one: &Objective, other: &Objective) -> bool {
    one.vector(false) < other.vector(false)
}

/// Searches; tells every better plan. A round that was cut off counts too, but only then the result is not that of the
/// seed alone. `None` if it was stopped before there was anything.
pub fn search(
    world: &World,
    seed: u64,
    rounds: Rounds,
    progress: &Progress,
    tell: &mut dyn FnMut(&Found, u32),
) -> Option<Found> {
    let catalogue = Catalogue::new(world);
    let mut best: Option<Found> = None;
    for round in 0..rounds.number {
        if progress.stopped() {
            break;
        }
        let steps = rounds.first << round;
        let asked = AtomicU64::new(0);
        // Asked once for every stride of one thread, so that counting the questions counts steps.
        let used = || {
            if progress.stopped() {
                return 1.0;
            }
            let done = asked.fetch_add(1, Ordering::Relaxed) * STRIDE;
            progress.steps.fetch_add(STRIDE, Ordering::Relaxed);
            #[expect(clippy::cast_precision_loss, reason = "a fraction")]
            let part = done as f64 / steps.max(1) as f64;
            part
        };
        let settings = Settings {
            seed: seed.wrapping_add(u64::from(round)),
            threads: 1,
            effort: Effort::Until(&used),
        };
        let found = search::plan(world, &catalogue, &settings);
        if best
            .as_ref()
            .is_none_or(|known| better(&found.objective, &known.objective))
        {
            tell(&found, round + 1);
            best = Some(found);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timetable::instance;

    fn world() -> World {
        let text = include_str!("../../../fixtures/timetable/S1.json");
        World::new(&instance::read(text).unwrap()).unwrap()
    }

    #[test]
    fn the_same_seed_gives_the_same_plan_and_rounds_only_make_it_better() {
        let world = world();
        let rounds = Rounds {
            first: 512,
            number: 3,
        };
        let run = |seed| {
            let mut told = Vec::new();
            let found = search(
                &world,
                seed,
                rounds,
                &Progress::default(),
                &mut |found, _| {
                    told.push(found.objective.vector(false));
                },
            );
            (found.unwrap(), told)
        };
        let (one, told) = run(7);
        let (two, _) = run(7);
        assert_eq!(one.plan, two.plan);
        assert!(told.windows(2).all(|pair| pair[1] < pair[0]), "{told:?}");
        assert_eq!(told.last(), Some(&one.objective.vector(false)));
    }

    #[test]
    fn a_stopped_search_ends_with_what_it_has() {
        let world = world();
        let rounds = Rounds {
            first: 512,
            number: 30,
        };
        let progress = Progress::default();
        let found = search(&world, 1, rounds, &progress, &mut |_, _| progress.stop());
        assert!(found.is_some());
        assert!(progress.steps() < rounds.steps());
    }
}
