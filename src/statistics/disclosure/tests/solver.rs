//! The solvers inside the search against another one that shares no code with them (`microlp`): how far a figure can move
//! while patterns come and go, the least movement, and whole tables.

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Variable};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use super::super::attack::Attack;
use super::super::certify::is_consistent;
use super::super::dual::{Dual, Fit};
use super::super::setting::Setting;
use super::super::system::{Choice, System};
use super::super::whole::sought;
use super::random::{Tables, cases, tables};
use super::*;

/// Differences between two solvers that are rounding.
const ROUNDING: f64 = 1e-4;

fn setting(tables: &Tables) -> Setting {
    let world = World::new(tables.threshold, &tables.counts);
    Setting::new(&world.problem(&tables.sets, &[]))
}

/// What is hidden if the search may choose freely by these coins.
fn pattern(system: &System, coins: &[bool]) -> Vec<bool> {
    let units = system.units.iter().zip(coins.iter().cycle());
    units
        .map(|(unit, coin)| match unit.choice {
            Choice::Open => false,
            Choice::Free => *coin,
            Choice::Shut | Choice::Unseen => true,
        })
        .collect()
}

/// Some base cells are known to somebody.
fn knowledge(system: &System, coins: &[bool]) -> Vec<bool> {
    let coins = coins.iter().cycle().take(system.base.len());
    coins.copied().collect()
}

fn is_shown(system: &System, hidden: &[bool], unit: usize) -> bool {
    !hidden[unit] && system.units[unit].choice != Choice::Unseen
}

/// A model of what the attacker knows: each base cell as a deviation, in whole numbers or not.
fn model(
    system: &System,
    known: &[bool],
    hidden: &[bool],
    towards: (usize, OptimizationDirection),
    whole: bool,
) -> (microlp::Problem, Vec<Variable>) {
    let (unit, direction) = towards;
    let mut model = microlp::Problem::new(direction);
    let parts = &system.units[unit].parts;
    let variables: Vec<Variable> = (0..system.base.len())
        .map(|base| {
            let cost = if parts.contains(&base) { 1.0 } else { 0.0 };
            let (lower, upper) = if known[base] {
                (0, 0)
            } else {
                (-system.base[base], 10_000)
            };
            if whole {
                model.add_integer_var(cost, (lower as i32, upper))
            } else {
                model.add_var(cost, (lower as f64, f64::from(upper)))
            }
        })
        .collect();
    for shown in (0..system.units.len()).filter(|shown| is_shown(system, hidden, *shown)) {
        let mut sum = LinearExpr::empty();
        for part in &system.units[shown].parts {
            sum.add(variables[*part], 1.0);
        }
        model.add_constraint(sum, ComparisonOp::Eq, 0.0);
    }
    (model, variables)
}

/// How far the unit moves up and down, by the other solver. Ten thousand stands for no limit.
fn ends(system: &System, known: &[bool], hidden: &[bool], unit: usize) -> [f64; 2] {
    [
        OptimizationDirection::Maximize,
        OptimizationDirection::Minimize,
    ]
    .map(|direction| {
        let (model, variables) = model(system, known, hidden, (unit, direction), false);
        let outcome = model.solve().expect("standing still is possible");
        let solution = outcome.into_solution().expect("no limit of time is set");
        let parts = system.units[unit].parts.iter();
        let moved: f64 = parts.map(|part| solution.var_value(variables[*part])).sum();
        moved.abs()
    })
}

/// A list of coins for patterns that follow one another.
fn coins() -> impl Strategy<Value = Vec<Vec<bool>>> {
    let one = proptest::collection::vec(proptest::bool::weighted(0.4), 61);
    proptest::collection::vec(one, 1..=4)
}

proptest! {
    #![proptest_config(cases(200))]

    /// The basis outlives patterns, sums lose and get back their bounds: each answer is still the right one.
    #[test]
    fn the_attacker_goes_as_far_as_another_solver_says(
        tables in tables(),
        patterns in coins(),
        mine in proptest::collection::vec(proptest::bool::weighted(0.15), 17),
    ) {
        let setting = setting(&tables);
        let system = &setting.system;
        let known = knowledge(system, &mine);
        let mut attack = Attack::new(system, known.clone());
        for coins in &patterns {
            let hidden = pattern(system, coins);
            attack.pattern(&hidden);
            let asked = (0..system.units.len()).filter(|unit| hidden[*unit]).step_by(3);
            for unit in asked {
                let expected = ends(system, &known, &hidden, unit);
                for (sign, expected) in [1.0, -1.0].into_iter().zip(expected) {
                    let far = attack.reach(unit, sign, f64::INFINITY).expect("an answer").far;
                    if expected >= 9_000.0 {
                        prop_assert!(far.is_infinite(), "{unit} by {sign}: {far}, without limit");
                    } else {
                        prop_assert!((far - expected).abs() < ROUNDING, "{unit} by {sign}: {far}, {expected}");
                    }
                }
            }
        }
    }

    /// A whole table that was found changes nothing that is shown, takes no case that is not there, and leaves alone what
    /// the attacker knows.
    #[test]
    fn a_whole_table_keeps_to_what_is_known(
        tables in tables(),
        coins in proptest::collection::vec(proptest::bool::weighted(0.5), 61),
        mine in proptest::collection::vec(proptest::bool::weighted(0.15), 17),
        far in -4_i64..=4,
    ) {
        prop_assume!(far != 0);
        let setting = setting(&tables);
        let system = &setting.system;
        let known = knowledge(system, &mine);
        let hidden = pattern(system, &coins);
        let mut attack = Attack::new(system, known.clone());
        attack.pattern(&hidden);
        for unit in (0..system.units.len()).filter(|unit| hidden[*unit]).step_by(2) {
            let Some(table) = sought(&attack, &hidden, (unit, far)) else {
                continue;
            };
            for shown in (0..hidden.len()).filter(|shown| is_shown(system, &hidden, *shown)) {
                let moved: i64 = system.units[shown].parts.iter().map(|part| table[*part]).sum();
                prop_assert_eq!(moved, 0);
            }
            for ((moved, count), known) in table.iter().zip(&system.base).zip(&known) {
                prop_assert!(moved + count >= 0 && (!known || *moved == 0));
            }
            prop_assert!(is_consistent(&attack, &hidden, &table));
        }
    }

    /// Rows with costs, bounds and what must be reached: the cheapest point costs what the other solver says, and where
    /// there is none, both say so; also after bounds were narrowed and after going back.
    #[test]
    fn the_least_movement_is_the_least(
        (rows, columns) in (1_usize..=6).prop_flat_map(|rows| {
            let column = (
                proptest::collection::vec(-2_i32..=2, rows),
                1_u32..=9,
                proptest::option::of(0_u32..=6),
            );
            (proptest::collection::vec((-4_i32..=6, 0_u32..=5), rows), proptest::collection::vec(column, 1..=12))
        }),
        narrowed in proptest::collection::vec((0_usize..12, any::<bool>()), 0..=3),
    ) {
        let number = rows.len();
        let mut entries: Vec<Vec<(usize, f64)>> = (0..number).map(|row| vec![(row, 1.0)]).collect();
        let mut bounds: Vec<(f64, f64)> = Vec::new();
        for (lower, wide) in &rows {
            bounds.push((f64::from(*lower), f64::from(*lower) + f64::from(*wide)));
        }
        let mut costs = vec![0.0; number];
        for (factors, cost, most) in &columns {
            // The row's own variable is minus the rest of the row: the row adds up to zero.
            let column = factors.iter().enumerate().filter(|(_, factor)| **factor != 0);
            entries.push(column.map(|(row, factor)| (row, f64::from(*factor))).collect());
            bounds.push((0.0, most.map_or(f64::INFINITY, f64::from)));
            costs.push(f64::from(*cost));
        }
        let mut dual = Dual::new(entries.clone(), number, bounds.clone(), costs.clone());
        let cheapest = |bounds: &[(f64, f64)]| cheapest(&entries, number, bounds, &costs);
        let cost = |dual: &Dual| -> f64 { dual.point().iter().zip(&costs).map(|(value, cost)| value * cost).sum() };
        let fit = dual.fit(10_000);
        let Some(expected) = cheapest(&bounds) else {
            prop_assert_ne!(fit, Fit::Best);
            return Ok(());
        };
        prop_assert_eq!(fit, Fit::Best);
        prop_assert!((cost(&dual) - expected).abs() < ROUNDING, "{} {expected}", cost(&dual));
        let mark = dual.mark();
        let mut narrow = bounds.clone();
        for (which, up) in narrowed {
            let variable = number + which % columns.len();
            let value = dual.point()[variable];
            // What is whole already is never narrowed: rounding may leave it just outside its bounds.
            if (value - value.round()).abs() < ROUNDING {
                continue;
            }
            dual.round(variable, value, up);
            if up {
                narrow[variable].0 = value.ceil();
            } else {
                narrow[variable].1 = value.floor();
            }
            match (dual.fit(10_000), cheapest(&narrow)) {
                (Fit::Best, Some(expected)) => {
                    prop_assert!((cost(&dual) - expected).abs() < ROUNDING, "{} {expected}", cost(&dual));
                }
                (Fit::Best, None) => prop_assert!(false, "nothing is possible"),
                (_, Some(_)) => prop_assert!(false, "something is possible"),
                (_, None) => break,
            }
        }
        dual.back(&mark);
        prop_assert_eq!(dual.fit(10_000), Fit::Best);
        prop_assert!((cost(&dual) - expected).abs() < ROUNDING, "{} {expected} after going back", cost(&dual));
    }
}

/// The least cost with which the rows add up to zero, by the other solver.
fn cheapest(
    columns: &[Vec<(usize, f64)>],
    rows: usize,
    bounds: &[(f64, f64)],
    costs: &[f64],
) -> Option<f64> {
    let mut model = microlp::Problem::new(OptimizationDirection::Minimize);
    let mut sums = vec![LinearExpr::empty(); rows];
    for ((column, bounds), cost) in columns.iter().zip(bounds).zip(costs) {
        if bounds.0 > bounds.1 {
            return None;
        }
        let variable = model.add_var(*cost, *bounds);
        for (row, factor) in column {
            sums[*row].add(variable, *factor);
        }
    }
    for sum in sums {
        model.add_constraint(sum, ComparisonOp::Eq, 0.0);
    }
    let solution = model.solve().ok()?.into_solution().ok()?;
    Some(solution.objective())
}

/// On tables that are always the same: of the whole tables that branch and bound finds, nearly all are found as the least
/// movement, and none where there is none. If this gets worse, large tables hide more than they need.
#[test]
fn whole_tables_are_found_where_there_are_some() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let coins = proptest::collection::vec(proptest::bool::weighted(0.5), 61);
    let (mut there, mut found) = (0, 0);
    for _ in 0..60 {
        let tables = tables().new_tree(&mut runner).expect("a table").current();
        let coins = coins.new_tree(&mut runner).expect("coins").current();
        let setting = setting(&tables);
        let system = &setting.system;
        let hidden = pattern(system, &coins);
        let known = vec![false; system.base.len()];
        let mut attack = Attack::new(system, known.clone());
        attack.pattern(&hidden);
        for unit in (0..system.units.len()).filter(|unit| hidden[*unit]) {
            for far in [-2_i64, 3] {
                let direction = if far < 0 {
                    OptimizationDirection::Minimize
                } else {
                    OptimizationDirection::Maximize
                };
                let (model, _) = model(system, &known, &hidden, (unit, direction), true);
                let outcome = model.solve().expect("standing still is possible");
                let end = outcome.into_solution().expect("no limit").objective();
                let possible = (end.round() as i64) * far.signum() >= far.abs();
                let table = sought(&attack, &hidden, (unit, far)).filter(|table| {
                    let parts = system.units[unit].parts.iter();
                    let moved: i64 = parts.map(|part| table[*part]).sum();
                    moved * far.signum() >= far.abs()
                });
                assert!(possible || table.is_none(), "a table that cannot be");
                there += usize::from(possible);
                found += usize::from(table.is_some());
            }
        }
    }
    assert!(there > 500, "{there} questions with an answer");
    assert!(found * 100 >= there * 98, "{found} of {there} found");
}
