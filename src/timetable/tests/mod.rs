//! The engine against the independent judge (`fixtures/timetable/validate.py`), and against exhaustive search.

mod explaining;
mod habits;
mod judging;
mod made_up;
mod proving;
mod reading;
mod repairing;

use std::path::PathBuf;

use super::instance::{self, Instance};
use super::world::World;

fn fixture(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/timetable");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn instance(name: &str) -> Instance {
    instance::read(&fixture(name)).unwrap()
}

fn world(name: &str) -> World {
    World::new(&instance(name)).unwrap()
}
