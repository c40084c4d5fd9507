//! The test tables of `fixtures/disclosure` whose best pattern is known.

use std::path::Path;

use super::instance::Instance;
use super::*;

/// Hides what must be hidden in a table of one release; cells hidden, and what was proven.
fn solved(name: &str, every: bool) -> (usize, u64) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/disclosure")
        .join(name);
    let instance = Instance::read(&folder);
    let mut numbers = BTreeMap::new();
    let mut counts = Vec::new();
    let mut sets = Vec::new();
    for cell in &instance.cells {
        let set = cell.leaves.iter().map(|(leaf, version)| {
            *numbers.entry(leaf.clone()).or_insert_with(|| {
                counts.push(instance.count(leaf, *version));
                counts.len() - 1
            })
        });
        let mut set: Vec<usize> = set.collect();
        set.sort_unstable();
        sets.push((set, cell.codes.clone()));
    }
    let mut problem = Problem::new(Rule::new(instance.threshold).expect("permitted"));
    if !every {
        problem.small_figures_only();
    }
    let ids: Vec<BaseId> = counts.iter().map(|count| problem.base(*count)).collect();
    for (set, codes) in &sets {
        let cell = problem.figure(set.clone(), set.iter().map(|base| ids[*base]));
        problem.weight(cell, 1);
        if let Some([down, up, width]) = instance.levels
            && instance.marked.contains(codes)
        {
            let value = problem.value(cell);
            problem.protect_with(
                cell,
                Levels {
                    reach: value + up,
                    depth: value - down,
                    width,
                },
            );
        }
    }
    let published = protect(&problem, Budget { improve: 5_000 }, &mut Silent).expect("protectable");
    if every {
        let mut world = World::new(instance.threshold, &counts);
        world.note(&published);
        assert_eq!(world.found(), Vec::new());
    }
    (published.loss().hidden, published.loss().bound)
}

#[test]
fn the_textbook_table_needs_four() {
    assert_eq!(solved("z1_textbook_3x3", false), (4, 4));
}

#[test]
fn tables_of_two_dimensions_reach_the_proven_best() {
    assert_eq!(solved("a1_12x8_k3", false), (30, 30));
    assert_eq!(solved("a1_12x8_k3", true), (30, 30));
    assert_eq!(solved("a3_12x8_sparse_k5", false), (38, 38));
    assert_eq!(solved("a3_12x8_sparse_k5", true), (38, 38));
}

#[test]
fn a_cube_with_hierarchies_comes_within_three_percent_of_the_best() {
    let (hidden, bound) = solved("b1_fac_prog_sex_k3", true);
    assert!(
        hidden <= 173 && bound >= 160,
        "{hidden} hidden, at least {bound} needed"
    );
}

#[test]
fn a_large_table_is_worked_on_two_questions_at_a_time_and_comes_out_the_same_again() {
    let (rows, columns) = (26, 24);
    let mut number = 7_u64;
    let counts: Vec<u64> = std::iter::repeat_with(|| {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        1 + (number >> 33) % 12
    })
    .take(rows * columns)
    .collect();
    let cell = |row: usize, column: usize| row * columns + column;
    let mut sets: Vec<Vec<usize>> = (0..rows * columns).map(|base| vec![base]).collect();
    sets.extend((0..rows).map(|row| (0..columns).map(|column| cell(row, column)).collect()));
    sets.extend((0..columns).map(|column| (0..rows).map(|row| cell(row, column)).collect()));
    let mut world = World::new(3, &counts);
    let problem = world.problem(&sets, &[]);
    let once = protect(&problem, Budget::quick(), &mut Silent).expect("protectable");
    let again = protect(&problem, Budget::quick(), &mut Silent).expect("protectable");
    let hidden = |published: &Published<Vec<usize>>| -> Vec<bool> {
        let figures = sets.iter().map(|set| published.figure(set));
        figures
            .map(|figure| figure == Some(Figure::Hidden))
            .collect()
    };
    assert_eq!(hidden(&once), hidden(&again));
    assert_eq!(once.loss().hidden, again.loss().hidden);
    world.note(&once);
    assert_eq!(world.found(), Vec::new());
}
