//! What the timetable engine reaches: objective vector, time, CPU time and the reference beside it, for every instance
//! of a folder; then the time an explanation takes.
//!
//! `cargo bench --bench timetable [-- FOLDER --seeds 3 --seconds 2 --only M1]`; without a folder
//! `fixtures/timetable`. Without `--seconds` small instances get 1 s, middle ones 2 s, large ones 10 s and repairs
//! half a second. CPU time is of all threads together: on a busy machine divide it by the threads.

use std::path::{Path, PathBuf};
use std::time::Instant as Stopwatch;

use geleit::timetable::explain::{Explainer, wish};
use geleit::timetable::search::{self, Catalogue, Effort, Found, Random, Settings};
use geleit::timetable::world::{Key, Plan, World};
use geleit::timetable::{infeasible, instance, placements};

const THREADS: usize = 2;
const QUESTIONS: usize = 1000;

struct Asked {
    folder: PathBuf,
    seeds: u64,
    seconds: Option<f64>,
    only: Option<String>,
}

fn asked() -> Asked {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|one| one != "--bench")
        .collect();
    let value = |name: &str| {
        let place = arguments.iter().position(|one| one == name)?;
        arguments.get(place + 1).cloned()
    };
    let folder = arguments
        .first()
        .filter(|one| !one.starts_with("--"))
        .map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/timetable"),
            PathBuf::from,
        );
    Asked {
        folder,
        seeds: value("--seeds")
            .and_then(|text| text.parse().ok())
            .unwrap_or(3),
        seconds: value("--seconds").and_then(|text| text.parse().ok()),
        only: value("--only"),
    }
}

/// Seconds of CPU of this process so far (Linux; elsewhere 0).
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or("")
        .split_whitespace()
        .collect();
    let ticks = |place: usize| -> f64 {
        fields
            .get(place)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) / 100.0
}

/// The largest memory so far in MiB (Linux; elsewhere 0).
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap_or("");
    let number = line
        .split_whitespace()
        .nth(1)
        .and_then(|text| text.parse().ok());
    number.unwrap_or(0) / 1024
}

fn seconds_for(world: &World) -> f64 {
    if world.repair.is_some() {
        0.5
    } else if world.groups.len() <= 4 {
        1.0
    } else if world.groups.len() <= 100 {
        2.0
    } else {
        10.0
    }
}

fn references(folder: &Path, name: &str) {
    let text = std::fs::read_to_string(folder.join("REFERENCE.md")).unwrap_or_default();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [_, instance, solver, limit, vectors, ..] = cells.as_slice()
            && *instance == name
        {
            println!("  reference {solver:<16} {limit:>3} s  {vectors}");
        }
    }
}

fn solve(world: &World, seed: u64, seconds: f64) -> (Found, f64, f64) {
    let (watch, before) = (Stopwatch::now(), cpu());
    let used = || watch.elapsed().as_secs_f64() / seconds;
    let settings = Settings {
        seed,
        threads: THREADS,
        effort: Effort::Until(&used),
    };
    let found = match search::repair(world, &settings) {
        Some(found) => found,
        None => search::plan(world, &Catalogue::new(world), &settings),
    };
    (found, watch.elapsed().as_secs_f64(), cpu() - before)
}

/// Random wishes: mean CPU time of an answer, and the median and 99th percentile by the clock.
fn explain(world: &World, plan: &Plan) {
    let mut explainer = Explainer::new(world, plan.clone());
    let mut random = Random::new(1);
    for round in ["first questions", "index ready"] {
        let (mut times, before) = (Vec::new(), cpu());
        for _ in 0..QUESTIONS {
            let group = Key::of(random.below(world.groups.len()));
            let rooms = &world.facilities[world.groups[group].facility].rooms;
            let pairs = placements::pairs(world, group);
            let (Some(room), Some(team)) = (random.pick(rooms), random.pick(&pairs)) else {
                continue;
            };
            let weekday = u8::try_from(random.below(5)).unwrap_or(0);
            let start = 480 + 30 * u16::try_from(random.below(20)).unwrap_or(0);
            let week = i32::try_from(random.below(8)).unwrap_or(0);
            let wish = wish(world, group, (weekday, start), *room, *team, week);
            let watch = Stopwatch::now();
            std::hint::black_box(explainer.group(group, &wish));
            times.push(watch.elapsed());
        }
        times.sort_unstable();
        let at = |part: usize| {
            times
                .get(times.len() * part / 100)
                .copied()
                .unwrap_or_default()
        };
        let mean = (cpu() - before) * 1e6 / times.len().max(1) as f64;
        println!(
            "  explain, {round}: {mean:.0} µs CPU on average, median {:?}, 99 % {:?}",
            at(50),
            at(99)
        );
    }
}

fn main() {
    let asked = asked();
    let mut names: Vec<String> = std::fs::read_dir(&asked.folder)
        .expect("a folder with instances")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".json").map(ToOwned::to_owned))
        .filter(|name| !name.contains('.'))
        .filter(|name| asked.only.as_ref().is_none_or(|only| only == name))
        .collect();
    names.sort();
    for name in names {
        let text = std::fs::read_to_string(asked.folder.join(format!("{name}.json")))
            .expect("an instance");
        let world = match instance::read(&text).and_then(|one| World::new(&one)) {
            Ok(world) => world,
            Err(error) => {
                println!("{name}: {error}");
                continue;
            }
        };
        println!("{name}");
        references(&asked.folder, &name);
        let watch = Stopwatch::now();
        let proofs = infeasible::proofs(&world);
        for proof in &proofs {
            println!("  impossible ({:?}): {}", watch.elapsed(), proof.text);
        }
        if !proofs.is_empty() {
            continue;
        }
        let seconds = asked.seconds.unwrap_or_else(|| seconds_for(&world));
        let mut last = None;
        for seed in 1..=asked.seeds {
            let (found, elapsed, cpu) = solve(&world, seed, seconds);
            println!(
                "  seed {seed}: {:?} in {elapsed:.2} s, CPU {cpu:.2} s ({THREADS} threads), {} steps",
                found.objective.vector(world.repair.is_some()),
                found.steps
            );
            last = Some(found.plan);
        }
        if let Some(plan) = last {
            explain(&world, &plan);
        }
    }
    println!("largest memory {} MiB", memory());
}
