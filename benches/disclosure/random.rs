//! Random tables and random sequences of releases (twelve quarters with half-years, years and corrections), each attacked
//! with nothing but what was published by `statistics::verify`, which shares no code with the method. The tests of the
//! engine do the same for a small share; here it is as many as asked for, the same ones every time.

use std::collections::BTreeMap;
use std::time::Instant as Stopwatch;

use geleit::statistics::disclosure::{
    BaseId, Budget, CannotProtect, Figure, Problem, Rule, Shown, Silent, protect,
};
use geleit::statistics::verify::Evidence;

/// Every so many cases is a sequence of releases, the others are tables.
const SEQUENCE: u64 = 5;
const QUARTERS: usize = 12;
/// Three facilities by two programmes.
const CELLS: usize = 6;

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % limit as u64) as usize
    }

    /// Mostly from 0 to 4, at most 15.
    fn count(&mut self) -> u64 {
        match self.below(8) {
            0 | 1 => 0,
            2..=5 => self.below(5) as u64,
            _ => self.below(16) as u64,
        }
    }
}

#[derive(Default)]
struct World {
    threshold: u64,
    counts: Vec<u64>,
    shown: BTreeMap<Vec<usize>, Option<u64>>,
}

impl World {
    fn base(&mut self, count: u64) -> usize {
        self.counts.push(count);
        self.counts.len() - 1
    }

    /// Releases these sets; whether that was permitted.
    fn release(&mut self, sets: &[Vec<usize>], later: &[Vec<usize>]) -> Result<bool, String> {
        let mut problem = Problem::new(Rule::new(self.threshold).expect("permitted"));
        let ids: Vec<BaseId> = self
            .counts
            .iter()
            .map(|count| problem.base(*count))
            .collect();
        let of = |set: &[usize]| -> Vec<BaseId> { set.iter().map(|base| ids[*base]).collect() };
        for (set, value) in &self.shown {
            let shown = value.map_or(Shown::Hidden, |_| Shown::Published);
            problem.earlier(of(set), shown);
        }
        for set in sets {
            problem.figure(set.clone(), of(set));
        }
        for set in later {
            problem.later(of(set));
        }
        match protect(&problem, Budget { improve: 300 }, &mut Silent) {
            Ok(published) => {
                for (set, figure) in published.figures() {
                    let value = match figure {
                        Figure::Number(number) => Some(number),
                        Figure::Hidden => None,
                    };
                    let known = self.shown.entry(set.clone()).or_insert(value);
                    *known = known.or(value);
                }
                Ok(true)
            }
            Err(CannotProtect::NoPattern { .. }) => Ok(false),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Cells that somebody with all releases gets too close to.
    fn found(&self) -> Result<usize, String> {
        let small =
            |value: &Option<u64>| value.is_some_and(|value| (1..self.threshold).contains(&value));
        let open = self.shown.values().filter(|value| small(value)).count();
        let mut evidence = Evidence::new(self.threshold);
        for (set, value) in &self.shown {
            let told = evidence.shows(set.iter().copied(), *value);
            told.map_err(|error| error.to_string())?;
        }
        let found = evidence.too_narrow().map_err(|error| error.to_string())?;
        Ok(open + found.len())
    }
}

fn plain(size: usize) -> Vec<Vec<usize>> {
    let mut codes: Vec<Vec<usize>> = (0..size).map(|leaf| vec![leaf]).collect();
    codes.push((0..size).collect());
    codes
}

/// Every combination of one part of each dimension.
fn cube(dims: &[Vec<Vec<usize>>], sizes: &[usize]) -> Vec<Vec<usize>> {
    let mut sets: Vec<Vec<usize>> = vec![vec![0]];
    for (codes, size) in dims.iter().zip(sizes) {
        let wider = sets.iter().flat_map(|set| {
            codes.iter().map(move |code| {
                let all = set.iter();
                all.flat_map(|start| code.iter().map(move |leaf| start * size + leaf))
                    .collect()
            })
        });
        sets = wider.collect();
    }
    sets
}

/// A table of three dimensions with groups, or its margins of two dimensions, linked.
fn table(dice: &mut Dice) -> Result<(usize, usize), String> {
    let sizes = [2 + dice.below(3), 2 + dice.below(2), 1 + dice.below(3)];
    let group = dice.below(4);
    let dims: Vec<Vec<Vec<usize>>> = sizes
        .iter()
        .map(|size| {
            let mut codes = plain(*size);
            if (2..*size).contains(&group) {
                codes.push((0..group).collect());
            }
            codes
        })
        .collect();
    let sets = if dice.below(2) == 0 {
        cube(&dims, &sizes)
    } else {
        let margin = |out: usize| {
            let mut dims = dims.clone();
            dims[out] = vec![(0..sizes[out]).collect()];
            cube(&dims, &sizes)
        };
        (0..3).flat_map(margin).collect()
    };
    let mut world = World {
        threshold: 3 + dice.below(3) as u64,
        ..World::default()
    };
    for _ in 0..sizes.iter().product() {
        let count = dice.count();
        world.base(count);
    }
    let refused = usize::from(!world.release(&sets, &[])?);
    Ok((world.found()?, refused))
}

/// The tables over some quarters: facility by programme with all sums.
fn stretch(quarters: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let over = cube(&[plain(3), plain(2)], &[3, 2])
        .into_iter()
        .map(|cell| {
            let mut set: Vec<usize> = quarters
                .iter()
                .flat_map(|quarter| cell.iter().map(|place| quarter[*place]))
                .collect();
            set.sort_unstable();
            set
        });
    over.collect()
}

/// Twelve quarters with up to four corrections.
fn years(dice: &mut Dice) -> Result<(usize, usize), String> {
    let mut world = World {
        threshold: 3 + dice.below(3) as u64,
        ..World::default()
    };
    let corrections: Vec<[usize; 3]> = (0..dice.below(5))
        .map(|_| {
            [
                1 + dice.below(QUARTERS - 1),
                dice.below(QUARTERS),
                dice.below(CELLS),
            ]
        })
        .collect();
    let mut quarters: Vec<Vec<usize>> = Vec::new();
    let mut refused = 0;
    for now in 0..QUARTERS {
        let cells: Vec<u64> = (0..CELLS).map(|_| dice.count()).collect();
        quarters.push(cells.into_iter().map(|count| world.base(count)).collect());
        let mut sets = stretch(&quarters[now..]);
        for [when, quarter, place] in &corrections {
            if *when == now && *quarter < now {
                // A corrected cell is a new unknown, and the quarter comes out in a new version.
                let count = dice.count();
                quarters[*quarter][*place] = world.base(count);
                sets.extend(stretch(&quarters[*quarter..=*quarter]));
            }
        }
        let (half, year) = (now / 2 * 2, now / 4 * 4);
        if now % 2 == 1 {
            sets.extend(stretch(&quarters[half..]));
        }
        if now % 4 == 3 {
            sets.extend(stretch(&quarters[year..]));
        }
        let mut later = stretch(&quarters[half..]);
        later.extend(stretch(&quarters[year..]));
        refused += usize::from(!world.release(&sets, &later)?);
    }
    Ok((world.found()?, refused))
}

/// Runs so many cases from the first on; whether nothing was found and nothing refused.
pub fn run(first: u64, cases: u64) -> bool {
    let watch = Stopwatch::now();
    let (mut tables, mut sequences, mut wrong) = (0, 0, 0);
    for case in first..first + cases {
        let mut dice = Dice(case.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03);
        let result = if case % SEQUENCE == 0 {
            sequences += 1;
            years(&mut dice)
        } else {
            tables += 1;
            table(&mut dice)
        };
        if result != Ok((0, 0)) {
            wrong += 1;
            println!("case {case}: {result:?} (cells found, releases refused)");
        }
        if (case + 1 - first).is_multiple_of(1000) {
            let seconds = watch.elapsed().as_secs_f64();
            println!("{tables} tables, {sequences} sequences, {wrong} wrong, {seconds:.0} s");
        }
    }
    let seconds = watch.elapsed().as_secs_f64();
    println!(
        "{tables} tables and {sequences} sequences of {QUARTERS} quarters, each attacked with all that was published: {wrong} wrong, {seconds:.0} s"
    );
    wrong == 0
}
