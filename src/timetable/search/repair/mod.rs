//! Repairing a published plan: what no longer fits is taken out and put back where it changes least; then chance looks
//! for something better. Sessions are single events here, not patterns.

mod insert;
mod people;
mod places;
mod state;
mod steps;

use super::super::objective::score;
use super::super::world::{Plan, World};
use super::anneal::{Effort, Found, Settings};
use super::random::Random;
use state::{Draft, Worth};
use steps::Mender;

/// Repairs the published plan of a world; `None` when there is none. Sessions for which no place was found stay where
/// they were; the objective counts them as hard.
pub fn repair(world: &World, settings: &Settings<'_>) -> Option<Found> {
    let published = world.repair.as_ref()?;
    let threads = settings.threads.max(1);
    let results: Vec<(Worth, Plan, u64)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads)
            .map(|thread| {
                let seed = settings.seed.wrapping_mul(1000).wrapping_add(thread as u64);
                let effort = settings.effort;
                scope.spawn(move || mend(world, &published.plan, seed, effort))
            })
            .collect();
        handles
            .into_iter()
            .filter_map(|handle| handle.join().ok())
            .collect()
    });
    let steps = results.iter().map(|(_, _, steps)| steps).sum();
    let (_, plan, _) = results.into_iter().min_by_key(|(worth, _, _)| *worth)?;
    Some(Found {
        objective: score(world, &plan),
        plan,
        steps,
    })
}

/// Steps between two looks at the clock.
const STRIDE: u64 = 8;
/// Temperatures at the beginning and at the end, in the unit of the mender's weights.
const HOT: f64 = 300.0;
const COLD: f64 = 0.05;

fn mend(world: &World, published: &Plan, seed: u64, effort: Effort<'_>) -> (Worth, Plan, u64) {
    let draft = Draft::new(world, published);
    let mut mender = Mender::new(draft, Random::new(seed));
    mender.prepare();
    let mut best = (mender.draft.worth(), mender.draft.plan());
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
        let temperature = HOT * (COLD / HOT).powf(progress);
        for _ in 0..STRIDE {
            mender.step(temperature);
            if mender.draft.worth() < best.0 {
                best = (mender.draft.worth(), mender.draft.plan());
            }
        }
        steps += STRIDE;
    }
    (best.0, best.1, steps)
}
