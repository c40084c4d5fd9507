//! Cooling down: from any plan to a good one.

use super::super::objective::{Objective, score};
use super::super::world::{GroupKey, Plan, SingleKey, World};
use super::catalogue::Catalogue;
use super::moves::{Walker, Weights};
use super::random::Random;
use super::state::{Snapshot, State};

/// How long to search.
#[derive(Clone, Copy)]
pub enum Effort<'a> {
    /// So many steps per thread: the same seed gives the same plan.
    Steps(u64),
    /// Until this function says 1 or more; it tells which part of the time is used up.
    Until(&'a (dyn Fn() -> f64 + Sync)),
}

/// How to search.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// Where chance begins.
    pub seed: u64,
    /// Threads; each searches by itself, the best plan wins.
    pub threads: usize,
    /// How long.
    pub effort: Effort<'a>,
}

/// A plan that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The plan.
    pub plan: Plan,
    /// Its worth.
    pub objective: Objective,
    /// Steps of all threads.
    pub steps: u64,
}

/// Steps between two looks at the clock.
const STRIDE: u64 = 128;
/// Patterns that are compared for every group at the start.
const START_SAMPLE: usize = 120;

/// Makes a plan. Groups that must run and could not be placed are left out; the objective counts them as hard.
pub fn plan(world: &World, catalogue: &Catalogue, settings: &Settings<'_>) -> Found {
    let threads = settings.threads.max(1);
    let results: Vec<(Snapshot, u64)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads)
            .map(|thread| {
                let seed = settings.seed.wrapping_mul(1000).wrapping_add(thread as u64);
                let effort = settings.effort;
                scope.spawn(move || search(world, catalogue, seed, effort))
            })
            .collect();
        handles
            .into_iter()
            .filter_map(|handle| handle.join().ok())
            .collect()
    });
    let steps = results.iter().map(|(_, steps)| steps).sum();
    let mut state = State::new(world, catalogue);
    // The first of the best, so that the order of threads decides and not their speed.
    if let Some((best, _)) = results.iter().min_by_key(|(one, _)| one.worth) {
        state.restore(best);
    }
    let plan = state.plan();
    Found {
        objective: score(world, &plan),
        plan,
        steps,
    }
}

/// Weights while searching. They are far apart, so that a cooling state settles service first, then quality, then
/// cost; how far was found by trying.
const WEIGHTS: Weights = Weights {
    missing: 100_000.0,
    service: 1000.0,
    quality: 2.0,
    cost: 0.02,
};
/// Temperatures at the beginning and at the end, in the unit of the weights.
const HOT: f64 = 1500.0;
const COLD: f64 = 0.1;
/// With so few groups the state is heated several times: one round is soon over, and may end in the wrong valley.
const SMALL: usize = 4;
const ROUNDS: f64 = 4.0;

fn search(world: &World, catalogue: &Catalogue, seed: u64, effort: Effort<'_>) -> (Snapshot, u64) {
    let state = State::new(world, catalogue);
    let mut walker = Walker::new(state, Random::new(seed), WEIGHTS);
    construct(world, catalogue, &mut walker);
    let mut best = walker.state.snapshot();
    let rounds = if world.groups.len() <= SMALL {
        ROUNDS
    } else {
        1.0
    };
    let mut steps = 0u64;
    loop {
        let progress = match effort {
            #[expect(clippy::cast_precision_loss, reason = "a fraction")]
            Effort::Steps(all) => steps as f64 / all.max(1) as f64,
            Effort::Until(used) => used(),
        };
        if progress >= 1.0 {
            break;
        }
        let temperature = HOT * (COLD / HOT).powf((progress * rounds).fract());
        for _ in 0..STRIDE {
            walker.step(temperature);
        }
        steps += STRIDE;
        if walker.state.worth() < best.worth {
            best = walker.state.snapshot();
        }
    }
    (best, steps)
}

/// The start: groups with the fewest choices first, each in the best of some patterns; then one-to-one events.
fn construct(world: &World, catalogue: &Catalogue, walker: &mut Walker<'_>) {
    let mut groups: Vec<GroupKey> = world.groups.keys().collect();
    groups.sort_by_key(|group| {
        let choices = catalogue.groups[*group].placements.len();
        (!world.groups[*group].must_run, choices)
    });
    for group in groups {
        if !catalogue.groups[group].placements.is_empty() {
            walker.house(group, START_SAMPLE);
        }
    }
    let mut singles: Vec<SingleKey> = world.singles.keys().collect();
    singles.sort_by_key(|single| catalogue.singles[*single].len());
    for single in singles {
        walker.reschedule(single);
    }
}
