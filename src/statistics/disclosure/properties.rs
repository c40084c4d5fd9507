//! Disclosure control against the attacker, on hand-made and random tables.
//! The attacker reads the written file and shares no code with the search.

use proptest::prelude::*;

use super::super::attacker::{Finding, too_narrow};
use super::super::cube::{
    Cell, CellIndex, Count, Measure, ProgrammeLine, Relation, RowKey, Table, quarter_table,
};
use super::super::file::{ReleaseMeta, write_kora_csv};
use super::*;

/// A table from the figures of each pillar's programmes, one measure only.
fn table(pillars: &[&[u64]]) -> Table {
    let figures: Vec<(usize, [u64; 1])> = pillars
        .iter()
        .enumerate()
        .flat_map(|(pillar, values)| values.iter().map(move |value| (pillar, [*value])))
        .collect();
    quarter(&figures)
}

/// A table from each programme's pillar and its figures, in the order of [`Measure::ALL`].
fn quarter<const MEASURES: usize>(figures: &[(usize, [u64; MEASURES])]) -> Table {
    let mut lines = Vec::new();
    let mut counts = Vec::new();
    for (position, (pillar, values)) in figures.iter().enumerate() {
        let code = format!("m{position:02}");
        for (measure, value) in Measure::ALL.into_iter().zip(values) {
            counts.push(Count {
                programme_code: code.clone(),
                measure,
                value: *value,
            });
        }
        lines.push(ProgrammeLine {
            label: format!("Maßnahme {position}"),
            pillar_code: format!("s{pillar}"),
            pillar_label: format!("Säule {pillar}"),
            code,
        });
    }
    quarter_table(&lines, &counts).expect("valid table")
}

fn rule(threshold: u64) -> Rule {
    Rule::new(threshold).expect("permitted threshold")
}

fn bytes(published: &Published) -> Vec<u8> {
    let meta = ReleaseMeta {
        period: "2026-Q3".to_owned(),
        cut_off: "2026-10-15".to_owned(),
        version: 1,
    };
    write_kora_csv(published, &meta).expect("written")
}

fn attack(published: &Published) -> Vec<Finding> {
    too_narrow(&[&bytes(published)], published.rule().threshold()).expect("judged")
}

/// Protects with threshold 5, lets the attacker try, and returns the first
/// measure as it is printed: the whole, then each pillar and its programmes.
fn printed(pillars: &[&[u64]]) -> String {
    let published = protect(table(pillars), &Rule::default()).expect("protectable");
    assert_eq!(attack(&published), Vec::new());
    let first = |cell: &&PublishedCell| cell.measure() == Measure::PersonsEnrolled;
    let words: Vec<String> = published
        .cells()
        .iter()
        .filter(first)
        .map(|cell| match cell.value() {
            PublishedValue::Number(number) => number.to_string(),
            PublishedValue::Hidden => ".".to_owned(),
        })
        .collect();
    words.join(" ")
}

#[test]
fn zeros_and_large_figures_are_published() {
    assert_eq!(printed(&[&[0, 0], &[0]]), "0 0 0 0 0 0");
    assert_eq!(printed(&[&[5, 7], &[0]]), "12 12 5 7 0 0");
}

#[test]
fn a_small_figure_takes_the_smallest_helpful_neighbour_with_it() {
    assert_eq!(printed(&[&[3, 20, 6], &[9, 8]]), "46 29 . 20 . 17 9 8");
}

#[test]
fn two_small_figures_protect_each_other_only_if_their_sum_reaches_the_threshold() {
    assert_eq!(printed(&[&[3, 4, 20]]), "27 27 . . 20");
    assert_eq!(printed(&[&[1, 2, 20]]), "23 23 . . .");
}

#[test]
fn a_hidden_zero_beside_a_small_sum_is_no_protection() {
    // 3 + 0 = 3: the zero would leave at most 3, so the sums have to go.
    assert_eq!(printed(&[&[3, 0], &[9, 8]]), ". . . 0 17 9 8");
}

#[test]
fn equal_sets_are_one_figure() {
    // One programme is its pillar and the whole: three cells, one figure.
    assert_eq!(printed(&[&[4]]), ". . .");
    assert_eq!(printed(&[&[5]]), "5 5 5");
    // One pillar is the whole: hiding only one of the two would hide nothing.
    assert_eq!(printed(&[&[2, 2]]), ". . . .");
    // One programme to a pillar: each pillar is its programme.
    assert_eq!(printed(&[&[3], &[8], &[9]]), ". . . 8 8 9 9");
}

#[test]
fn equal_sets_share_their_fate_also_as_complements() {
    let published = protect(table(&[&[3], &[8], &[9, 30]]), &Rule::default()).expect("possible");
    let value = |row: &RowKey| published.value(row, Measure::PersonsEnrolled);
    for pillar in ["s0", "s1"] {
        let pillar = pillar.to_owned();
        let programme = format!("m0{}", &pillar[1..]);
        let pillar_value = value(&RowKey::Pillar {
            pillar: pillar.clone(),
        });
        assert!(pillar_value.is_some());
        assert_eq!(
            pillar_value,
            value(&RowKey::Programme { pillar, programme })
        );
    }
}

#[test]
fn the_certificate_states_the_attackers_interval() {
    let published = protect(table(&[&[3, 6, 20]]), &Rule::default()).expect("possible");
    let intervals: Vec<Interval> = published
        .certificate()
        .iter()
        .map(|cell| cell.interval)
        .collect();
    let zero_to_nine = Interval {
        lower: 0,
        upper: Some(9),
    };
    assert_eq!(intervals, [zero_to_nine; 2]);
}

#[test]
fn thresholds_start_at_three() {
    assert_eq!(Rule::new(2), Err(ThresholdTooLow(2)));
    assert_eq!(Rule::new(3).map(|rule| rule.threshold()), Ok(3));
    assert_eq!(Rule::default().threshold(), 5);
}

/// A square with row and column sums: no tree, every inner cell in two sums.
fn square<const SIDE: usize>(figures: &[[u64; SIDE]; SIDE]) -> Table {
    let mut cells = Vec::new();
    let mut add = |name: String, value: u64| {
        cells.push(Cell {
            row: RowKey::Pillar { pillar: name },
            measure: Measure::PersonsEnrolled,
            value,
        });
        CellIndex(cells.len() - 1)
    };
    let inner = figures.map(|row| row.map(|value| add("inner".to_owned(), value)));
    let rows: Vec<CellIndex> = figures
        .iter()
        .map(|row| add("row".to_owned(), row.iter().sum()))
        .collect();
    let columns: Vec<CellIndex> = (0..SIDE)
        .map(|at| {
            let sum = figures.iter().map(|row| row[at]).sum();
            add("column".to_owned(), sum)
        })
        .collect();
    let total = add("whole".to_owned(), figures.iter().flatten().sum());
    let relation = |total, parts| Relation { total, parts };
    let mut relations = vec![
        relation(total, rows.clone()),
        relation(total, columns.clone()),
    ];
    for at in 0..SIDE {
        relations.push(relation(rows[at], inner[at].to_vec()));
        let column = inner.iter().map(|row| row[at]).collect();
        relations.push(relation(columns[at], column));
    }
    Table::new(Vec::new(), cells, relations).expect("additive")
}

#[test]
fn linked_tables_are_protected_too() {
    let table = square(&[[1, 12, 9], [14, 11, 7], [8, 10, 13]]);
    let published = protect(table, &Rule::default()).expect("possible");
    // A cycle through two rows and two columns.
    assert_eq!(published.certificate().len(), 4);
}

/// The first further figure in the pattern for `table` that could be published after all.
fn hidden_without_need(table: &Table, rule: &Rule) -> Option<usize> {
    let system = System::of_table(table);
    let primaries = primary::primaries(&system, rule);
    let hidden =
        protect::complete(&system, rule, &primaries, &PureRustSolver).expect("protectable");
    let needless = |further: &&usize| {
        let mut without = hidden.clone();
        without.remove(further);
        without.iter().all(|unknown| {
            let interval = bounds::interval(&system, &without, *unknown, &PureRustSolver);
            interval.expect("solvable").is_wide_enough(rule.threshold())
        })
    };
    hidden.difference(&primaries).find(needless).copied()
}

#[test]
fn a_solver_that_fails_publishes_nothing() {
    struct Broken;
    impl LinearSolver for Broken {
        fn optimum(
            &self,
            _: &solver::LinearProblem,
            _: &[(usize, f64)],
            _: solver::Direction,
        ) -> Result<solver::Optimum, SolverError> {
            Err(SolverError("defekt".to_owned()))
        }
    }
    let answer = protect_with(table(&[&[3, 6]]), &Rule::default(), &Broken);
    assert!(matches!(answer, Err(CannotProtect::Solver(_))));
}

/// A figure between 0 and 12, mostly between 0 and 4.
fn figure() -> impl Strategy<Value = u64> {
    prop_oneof![3 => 0_u64..=4, 1 => 0_u64..=12]
}

/// One to twelve programmes in one to five pillars, every measure.
fn programmes() -> impl Strategy<Value = Vec<(usize, [u64; 5])>> {
    (1_usize..=5).prop_flat_map(|pillars| {
        let values = [figure(), figure(), figure(), figure(), figure()];
        proptest::collection::vec((0..pillars, values), 1..=12)
    })
}

fn thresholds() -> impl Strategy<Value = u64> {
    prop_oneof![Just(3_u64), Just(5), Just(10)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_file_gives_a_small_figure_away(figures in programmes(), threshold in thresholds()) {
        let truth = quarter(&figures);
        let published = protect(truth.clone(), &rule(threshold)).expect("a tree can always be protected");
        for (cell, shown) in truth.cells().iter().zip(published.cells()) {
            prop_assert_eq!(&cell.row, shown.row());
            if let PublishedValue::Number(number) = shown.value() {
                prop_assert_eq!(number, cell.value);
                prop_assert!(number == 0 || number >= threshold);
            }
        }
        prop_assert_eq!(attack(&published), Vec::new());
    }

    /// The tests above are worth something: without complementary
    /// suppression the attacker finds every lone small figure.
    #[test]
    fn hiding_small_figures_only_is_noticed(small in 1_u64..=4, others in proptest::collection::vec(5_u64..=12, 1..=5)) {
        let mut figures = vec![small];
        figures.extend(others);
        let careless = hide_small_figures_only(&table(&[&figures]), &Rule::default());
        let findings = attack(&careless);
        prop_assert_eq!(findings.len(), 1);
        prop_assert_eq!((findings[0].lower, findings[0].upper), (small, Some(small)));
    }

    /// The search's solver and the attacker's tree come to the same
    /// intervals, also where they are too narrow: two methods, one answer.
    #[test]
    fn certificate_and_attacker_agree(figures in programmes(), threshold in thresholds()) {
        let careless = hide_small_figures_only(&quarter(&figures), &rule(threshold));
        let mut claimed: Vec<_> = careless
            .certificate()
            .iter()
            .filter(|cell| !cell.interval.is_wide_enough(threshold))
            .map(|cell| {
                let place = (cell.measure.code(), cell.row.pillar_code(), cell.row.programme_code());
                (place, cell.interval.lower, cell.interval.upper)
            })
            .collect();
        claimed.sort_unstable();
        let findings = attack(&careless);
        let mut found: Vec<_> = findings
            .iter()
            .map(|cell| {
                let place = (cell.measure.as_str(), cell.pillar.as_str(), cell.programme.as_str());
                (place, cell.lower, cell.upper)
            })
            .collect();
        found.sort_unstable();
        prop_assert_eq!(claimed, found);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_is_hidden_without_need(figures in programmes(), threshold in thresholds()) {
        prop_assert_eq!(hidden_without_need(&quarter(&figures), &rule(threshold)), None);
    }

    #[test]
    fn the_same_figures_give_the_same_bytes(figures in programmes(), threshold in thresholds()) {
        let once = protect(quarter(&figures), &rule(threshold)).expect("protectable");
        let again = protect(quarter(&figures), &rule(threshold)).expect("protectable");
        prop_assert_eq!(bytes(&once), bytes(&again));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn nothing_in_a_square_is_hidden_without_need(figures in proptest::array::uniform4(proptest::array::uniform4(0_u64..=12)), threshold in 3_u64..=5) {
        prop_assert_eq!(hidden_without_need(&square(&figures), &rule(threshold)), None);
    }
}
