//! What planning keeps in memory: computations that run in this process, and indexes of what was asked about last.
//!
//! An index belongs to exactly what was read from the database, under a key over all of it: when anything moved, the key
//! is another and a new index is made. So it follows the database whoever writes, this process or another one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::base::crypto::{hex, sha256};
use crate::base::ids::{AccountId, HalfYearPlanId};
use crate::planning::rules::Made;
use crate::planning::rules::runs::Progress;
use crate::timetable::explain::{Explainer, Memory};
use crate::timetable::instance;
use crate::timetable::world::{Plan, World};

/// So many computations run at once.
const SEATS: usize = 2;
/// So many indexes are kept.
const INDEXES: usize = 8;

/// The desk of an installation. Cheap to clone.
#[derive(Clone, Default)]
pub struct Desk(Arc<Inner>);

#[derive(Default)]
struct Inner {
    running: Mutex<BTreeMap<AccountId, Arc<Run>>>,
    indexes: Mutex<Vec<(String, Arc<Index>)>>,
}

/// Why a computation does not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Busy {
    /// One of the same account runs.
    Own,
    /// All seats are taken.
    All,
}

impl Busy {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Busy::Own => {
                "Für Sie läuft schon eine Berechnung. Bitte warten, bis sie fertig ist, oder sie beenden."
            }
            Busy::All => {
                "Zurzeit laufen schon zwei Berechnungen. Bitte in einigen Minuten noch einmal versuchen."
            }
        }
    }
}

/// A computation that runs.
#[derive(Default)]
pub(crate) struct Run {
    /// The plans it is for; none for anything else.
    pub plans: Vec<HalfYearPlanId>,
    /// How far it is, and whether it shall end.
    pub progress: Progress,
    /// The best so far: round, and the vector.
    pub best: Mutex<Option<(u32, Vec<i64>)>>,
}

/// The seat of a running computation; dropping it makes room for the next.
pub(crate) struct Seat {
    desk: Desk,
    account: AccountId,
    pub run: Arc<Run>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Ok(mut running) = self.desk.0.running.lock() {
            running.remove(&self.account);
        }
    }
}

impl Desk {
    /// Takes a seat for a computation.
    pub(crate) fn sit(&self, account: AccountId, plans: &[HalfYearPlanId]) -> Result<Seat, Busy> {
        let Ok(mut running) = self.0.running.lock() else {
            return Err(Busy::All);
        };
        if running.contains_key(&account) {
            return Err(Busy::Own);
        }
        if running.len() >= SEATS {
            return Err(Busy::All);
        }
        let run = Arc::new(Run {
            plans: plans.to_vec(),
            ..Run::default()
        });
        running.insert(account, Arc::clone(&run));
        Ok(Seat {
            desk: self.clone(),
            account,
            run,
        })
    }

    /// The computation of a plan, if it runs in this process.
    pub(crate) fn run_of(&self, plan: HalfYearPlanId) -> Option<Arc<Run>> {
        let running = self.0.running.lock().ok()?;
        running
            .values()
            .find(|run| run.plans.contains(&plan))
            .map(Arc::clone)
    }

    /// The index of what was read: the one that is there, or a new one.
    pub(crate) fn index(&self, made: &Made, table: impl FnOnce() -> (World, Plan)) -> Arc<Index> {
        let key = key(made);
        if let Ok(mut known) = self.0.indexes.lock()
            && let Some(place) = known.iter().position(|(other, _)| *other == key)
        {
            let found = known.remove(place);
            let index = Arc::clone(&found.1);
            known.push(found);
            return index;
        }
        let (world, plan) = table();
        let index = Arc::new(Index {
            memory: Mutex::new(Some(Memory::new(&world))),
            world,
            plan,
        });
        if let Ok(mut known) = self.0.indexes.lock() {
            if known.len() >= INDEXES {
                known.remove(0);
            }
            known.push((key, Arc::clone(&index)));
        }
        index
    }
}

/// A mark over everything that was read, names on the screen too.
fn key(made: &Made) -> String {
    let names: Vec<_> = made
        .people
        .iter()
        .map(|seat| (seat.person, &seat.name))
        .collect();
    let text = format!(
        "{}\n{:?}\n{names:?}\n{:?}\n{:?}",
        instance::write(&made.instance),
        made.groups,
        made.rooms,
        made.trainers
    );
    hex(&sha256(text.as_bytes()))
}

/// A world in which wishes are looked at, with what was worked out about it.
pub(crate) struct Index {
    pub world: World,
    pub plan: Plan,
    memory: Mutex<Option<Memory>>,
}

impl Index {
    /// Asks something.
    pub fn ask<T>(&self, question: impl FnOnce(&mut Explainer<'_>) -> T) -> T {
        // Two at once: the second one works out anew what it needs.
        let memory = self.memory.lock().ok().and_then(|mut kept| kept.take());
        let memory = memory.unwrap_or_else(|| Memory::new(&self.world));
        let mut explainer = Explainer::remembering(&self.world, self.plan.clone(), memory);
        let answer = question(&mut explainer);
        if let Ok(mut kept) = self.memory.lock() {
            *kept = Some(explainer.into_memory());
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn one_computation_for_each_and_two_at_once() {
        let desk = Desk::default();
        let account = |number| AccountId(Uuid::from_u128(number));
        let first = desk.sit(account(1), &[]).ok();
        assert_eq!(desk.sit(account(1), &[]).err(), Some(Busy::Own));
        let second = desk.sit(account(2), &[]).ok();
        assert!(first.is_some() && second.is_some());
        assert_eq!(desk.sit(account(3), &[]).err(), Some(Busy::All));
        drop(first);
        assert!(desk.sit(account(3), &[]).is_ok());
    }
}
