//! What disclosure control reaches on the test tables: cells hidden, their sum, time, memory and cells that are not
//! protected, for outsiders and insiders, beside the reference figures of other tools.
//!
//! `cargo bench --bench disclosure [-- FOLDER --only b1 --improve 25000 --every --insiders]`; without a folder
//! `fixtures/disclosure`. `--every` demands the interval of every hidden cell, as releases do; without it only small
//! figures are protected, as the reference figures are. `--insiders` adds facilities and facility types that know their
//! part. Cells that are not protected are counted by the verifier, not by the method.
//!
//! Fails if a small figure is below requirement R or nothing could be verified, if more than 3 % more figures are hidden than
//! the proven best (without `--every` and `--insiders`, which demand more than it does), if a table takes more than a minute,
//! or if more than 1 GiB was needed.
//!
//! `cargo bench --bench disclosure -- --random 10000 [--from 0]`: so many random tables and sequences of releases instead,
//! each attacked; fails if anything is found or refused.

mod instance;
mod random;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant as Stopwatch;

use geleit::statistics::disclosure::{
    BaseId, Budget, CannotProtect, CellId, Closeness, Figure, Levels, Loss, Problem, Rule, Shown,
    Silent, protect,
};
use geleit::statistics::verify::Evidence;
use instance::{Cell, Instance};

struct Asked {
    folder: PathBuf,
    only: Option<String>,
    improve: u64,
    every: bool,
    insiders: bool,
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
    let has = |name: &str| arguments.iter().any(|one| one == name);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/disclosure");
    let first = arguments.first().filter(|one| !one.starts_with("--"));
    Asked {
        folder: first.map_or(own, PathBuf::from),
        only: value("--only"),
        improve: value("--improve")
            .and_then(|text| text.parse().ok())
            .unwrap_or(Budget::default().improve),
        every: has("--every"),
        insiders: has("--insiders"),
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

/// How many figures the proven best choice hides, where it is known.
fn best(folder: &Path, name: &str) -> Option<usize> {
    let text = std::fs::read_to_string(folder.join("REFERENCE.md")).unwrap_or_default();
    text.lines().find_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        match cells.as_slice() {
            [_, table, "exact", hidden, ..] if !table.is_empty() && name.starts_with(table) => {
                hidden.parse().ok()
            }
            _ => None,
        }
    })
}

/// No table may take longer, in seconds.
const LONGEST: f64 = 60.0;
/// No run may need more memory, in MiB.
const LARGEST: u64 = 1024;

/// What is not as good as it has to be.
fn missed(
    hidden: usize,
    best: Option<usize>,
    judged: Option<(usize, usize)>,
    seconds: f64,
    memory: u64,
) -> Vec<String> {
    let mut missed = Vec::new();
    match judged {
        None => missed.push("not verified".to_owned()),
        Some((0, _)) => {}
        Some((narrow, _)) => missed.push(format!("{narrow} small figures below R")),
    }
    // At most 3 % more than the best.
    if let Some(best) = best.filter(|best| hidden * 100 > best * 103) {
        missed.push(format!(
            "{hidden} hidden, more than 3 % above the best, {best}"
        ));
    }
    if seconds > LONGEST {
        missed.push(format!("{seconds:.0} s, more than {LONGEST:.0}"));
    }
    if memory > LARGEST {
        missed.push(format!("{memory} MiB, more than {LARGEST}"));
    }
    missed
}

fn references(folder: &Path, name: &str) {
    let text = std::fs::read_to_string(folder.join("REFERENCE.md")).unwrap_or_default();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [_, table, method, hidden, below, time, ..] = cells.as_slice()
            && name.starts_with(table)
            && !table.is_empty()
        {
            println!(
                "    reference {method:<28} hidden {hidden:>4}  below R {below:>3}  CPU {time:>6} s"
            );
        }
    }
}

/// One base cell: its leaf codes and the version since which it has been what it is.
type Base = (Vec<String>, usize);

/// All releases so far: what was shown of each set of base cells.
#[derive(Default)]
struct History {
    bases: BTreeMap<Base, usize>,
    shown: BTreeMap<Vec<usize>, Option<u64>>,
}

impl History {
    fn parts(&mut self, instance: &Instance, cell: &Cell) -> Vec<usize> {
        let mut parts = Vec::with_capacity(cell.leaves.len());
        for (leaf, version) in &cell.leaves {
            let base = (leaf.clone(), instance.since(leaf, *version));
            let next = self.bases.len();
            parts.push(*self.bases.entry(base).or_insert(next));
        }
        parts.sort_unstable();
        parts
    }
}

/// Releases one after the other; what each cost, and the history at the end.
fn releases(instance: &Instance, asked: &Asked) -> Option<(Vec<Loss>, History)> {
    let mut history = History::default();
    // All base cells get their number first, so that numbers do not depend on the release.
    let sets: Vec<Vec<usize>> = instance
        .cells
        .iter()
        .map(|cell| history.parts(instance, cell))
        .collect();
    let mut losses = Vec::new();
    for release in instance.releases() {
        let (problem, cells) = problem(instance, asked, &history, &sets, release);
        let budget = Budget {
            improve: asked.improve,
        };
        let published = match protect(&problem, budget, &mut Silent) {
            Ok(published) => published,
            Err(CannotProtect::NoPattern { exposed }) => {
                println!(
                    "  release {release} refused: {} cells cannot be protected",
                    exposed.len()
                );
                return None;
            }
            Err(error) => {
                println!("  release {release}: {error}");
                return None;
            }
        };
        for (set, cell) in &cells {
            let value = match published.figure(set) {
                Some(Figure::Number(number)) => Some(number),
                _ => None,
            };
            assert!(value.is_none_or(|value| value == problem.value(*cell)));
            let known = history.shown.entry(set.clone()).or_insert(value);
            *known = known.or(value);
        }
        losses.push(*published.loss());
    }
    Some((losses, history))
}

type Named = BTreeMap<Vec<usize>, CellId>;

fn problem(
    instance: &Instance,
    asked: &Asked,
    history: &History,
    sets: &[Vec<usize>],
    release: u32,
) -> (Problem<Vec<usize>>, Named) {
    let mut problem = Problem::new(Rule::new(instance.threshold).expect("permitted"));
    if !asked.every {
        problem.small_figures_only();
    }
    let mut ids: Vec<Option<BaseId>> = vec![None; history.bases.len()];
    let mut by_number: Vec<&Base> = history.bases.keys().collect();
    by_number.sort_by_key(|base| history.bases[*base]);
    for (number, (leaf, since)) in by_number.iter().enumerate() {
        ids[number] = Some(problem.base(instance.count(leaf, *since)));
    }
    let of = |set: &[usize]| -> Vec<BaseId> { set.iter().filter_map(|base| ids[*base]).collect() };
    for (set, value) in &history.shown {
        let shown = if value.is_some() {
            Shown::Published
        } else {
            Shown::Hidden
        };
        problem.earlier(of(set), shown);
    }
    let mut named = Named::new();
    // Base cells that exist by now: those of tables up to this release.
    let mut exists = vec![false; history.bases.len()];
    for (cell, set) in instance.cells.iter().zip(sets) {
        if cell.release <= release {
            for base in set {
                exists[*base] = true;
            }
        }
        if cell.release != release || named.contains_key(set) {
            continue;
        }
        let id = problem.figure(set.clone(), of(set));
        problem.weight(id, 1);
        if let Some([down, up, sliding]) = instance.levels
            && instance.marked.contains(&cell.codes)
        {
            let value = problem.value(id);
            let levels = Levels {
                reach: value + up,
                depth: value - down,
                width: sliding,
            };
            problem.protect_with(id, levels);
        }
        named.insert(set.clone(), id);
    }
    for (cell, set) in instance.cells.iter().zip(sets) {
        if cell.release > release {
            let part: Vec<usize> = set.iter().copied().filter(|base| exists[*base]).collect();
            problem.later(of(&part));
        }
    }
    if asked.insiders
        && let Some(place) = instance.dims.iter().position(|dim| dim == "facility")
    {
        let mut groups: BTreeMap<String, Vec<BaseId>> = BTreeMap::new();
        for ((leaf, _), id) in by_number.iter().zip(&ids) {
            let code = &leaf[place];
            for name in [code.clone(), code.chars().take(1).collect()] {
                groups.entry(name).or_default().extend(*id);
            }
        }
        for (name, knows) in groups {
            problem.insider(name, knows, Closeness::NotExact);
        }
    }
    (problem, named)
}

/// Small cells that somebody with all releases gets too close to, and those he can work out.
fn judged(instance: &Instance, history: &History) -> Option<(usize, usize)> {
    let values: Vec<u64> = {
        let mut by_number: Vec<&Base> = history.bases.keys().collect();
        by_number.sort_by_key(|base| history.bases[*base]);
        by_number
            .iter()
            .map(|(leaf, since)| instance.count(leaf, *since))
            .collect()
    };
    let mut evidence = Evidence::new(instance.threshold);
    for (set, value) in &history.shown {
        evidence.shows(set.iter().copied(), *value).ok()?;
    }
    let findings = evidence.verify().ok()?;
    let small = findings.iter().filter(|finding| {
        let value: u64 = finding.parts.iter().map(|part| values[*part]).sum();
        (1..instance.threshold).contains(&value)
    });
    let (mut narrow, mut exact) = (0, 0);
    for finding in small {
        narrow += usize::from(finding.too_narrow);
        exact += usize::from(finding.upper == Some(finding.lower));
    }
    Some((narrow, exact))
}

fn main() -> std::process::ExitCode {
    if let Some(cases) = number("--random") {
        return if random::run(number("--from").unwrap_or(0), cases) {
            std::process::ExitCode::SUCCESS
        } else {
            std::process::ExitCode::FAILURE
        };
    }
    let asked = asked();
    let mut failed = false;
    for folder in Instance::folders(&asked.folder) {
        let instance = Instance::read(&folder);
        if asked
            .only
            .as_ref()
            .is_some_and(|only| !instance.name.starts_with(only))
        {
            continue;
        }
        println!("{}", instance.name);
        references(&asked.folder, &instance.name);
        let (watch, before) = (Stopwatch::now(), cpu());
        let Some((losses, history)) = releases(&instance, &asked) else {
            println!("  FAILED: not protected");
            failed = true;
            continue;
        };
        let (time, used) = (watch.elapsed().as_secs_f64(), cpu() - before);
        for (release, loss) in losses.iter().enumerate() {
            println!(
                "  release {} hidden {} of {} ({} small, sum of the others {}), proven at least {}, gap {:.1} %",
                release + 1,
                loss.hidden,
                loss.filled,
                loss.hidden - loss.complementary,
                loss.complementary_sum,
                loss.bound,
                loss.gap() * 100.0
            );
        }
        println!("  {time:.2} s, CPU {used:.2} s, {} MiB", memory());
        let judged = judged(&instance, &history);
        match judged {
            Some((narrow, exact)) => {
                println!("  verified: below R {narrow}, can be worked out {exact}")
            }
            None => println!("  not verified"),
        }
        // The best is known of the tables of one release, for outsiders and small figures.
        let plain = !asked.every && !asked.insiders && losses.len() == 1;
        let best = best(&asked.folder, &instance.name).filter(|_| plain);
        let hidden = losses.iter().map(|loss| loss.hidden).sum();
        for what in missed(hidden, best, judged, time, memory()) {
            println!("  FAILED: {what}");
            failed = true;
        }
    }
    if failed {
        std::process::ExitCode::FAILURE
    } else {
        std::process::ExitCode::SUCCESS
    }
}

/// The number after a word of the command line.
fn number(name: &str) -> Option<u64> {
    let mut arguments = std::env::args().skip_while(|one| one != name).skip(1);
    arguments.next()?.parse().ok()
}
