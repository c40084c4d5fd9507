//! Small tables whose answer can be seen by eye.

use std::ops::ControlFlow;

use super::*;

/// One row of figures and their sum, threshold 5: numbers, or `.` for hidden.
fn printed(counts: &[u64]) -> String {
    let mut world = World::new(5, counts);
    let mut sets: Vec<Vec<usize>> = (0..counts.len()).map(|base| vec![base]).collect();
    sets.push((0..counts.len()).collect());
    let published = world.release(&sets, &[]).expect("protectable");
    assert_eq!(world.found(), Vec::new());
    let words = published.figures().map(|(_, figure)| match figure {
        Figure::Number(number) => number.to_string(),
        Figure::Hidden => ".".to_owned(),
    });
    words.collect::<Vec<String>>().join(" ")
}

#[test]
fn zeros_and_large_figures_are_published() {
    assert_eq!(printed(&[0, 0]), "0 0 0");
    assert_eq!(printed(&[5, 7, 0]), "5 7 0 12");
}

#[test]
fn a_small_figure_takes_the_smallest_helpful_neighbour_with_it() {
    assert_eq!(printed(&[3, 20, 6]), ". 20 . 29");
}

#[test]
fn small_figures_protect_each_other_only_if_their_sum_reaches_the_threshold() {
    assert_eq!(printed(&[3, 4, 20]), ". . 20 27");
    let words = printed(&[1, 2, 20]);
    assert!(words == ". . . 23" || words == ". . 20 .", "{words}");
}

#[test]
fn equal_sets_share_their_fate() {
    let mut world = World::new(5, &[3, 8]);
    // The first programme is alone in its pillar: pillar and programme are one cell.
    let sets = [vec![0], vec![0], vec![1], vec![0, 1]];
    let published = world.release(&sets, &[]).expect("protectable");
    assert_eq!(published.figure(&vec![0]), Some(Figure::Hidden));
    assert_eq!(published.loss().cells, 3);
    assert_eq!(world.found(), Vec::new());
}

#[test]
fn the_verifier_notices_what_was_not_protected() {
    let mut evidence = Evidence::new(5);
    for (set, value) in [(vec![0], None), (vec![1], Some(9)), (vec![0, 1], Some(12))] {
        evidence.shows(set, value).expect("consistent");
    }
    let found = evidence.too_narrow().expect("judged");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].lower, found[0].upper), (3, Some(3)));
}

#[test]
fn a_zero_is_protected_if_it_is_marked() {
    let mut problem = Problem::new(Rule::default());
    let bases = [0, 9, 30].map(|count| problem.base(count));
    let zero = problem.figure(0, [bases[0]]);
    problem.figure(1, [bases[1]]);
    problem.figure(2, [bases[2]]);
    problem.figure(3, bases);
    problem.protect_cell(zero);
    let published = protect(&problem, Budget::quick(), &mut Silent).expect("protectable");
    assert_eq!(published.figure(&0), Some(Figure::Hidden));
    let interval = published.certificate()[0].interval;
    assert!(interval.is_wide_enough(5), "{interval:?}");
    let why = Explainer::new(&problem, &published)
        .why(zero)
        .expect("explained");
    assert_eq!(why, Some(Why::Marked));
}

#[test]
fn an_earlier_figure_stays_and_what_it_would_give_away_is_hidden() {
    // First quarter: 2 and 20 hidden behind nothing but their sum. Then the half-year shows the same rows.
    let mut world = World::new(3, &[2, 20]);
    let first = [vec![0], vec![1], vec![0, 1]];
    let parts = [vec![0], vec![1]];
    world.release(&first, &parts).expect("protectable");
    let (a, b) = (world.base(0), world.base(0));
    let second = [vec![a], vec![b], vec![0, a], vec![1, b], vec![0, 1, a, b]];
    world.release(&second, &[]).expect("protectable");
    assert_eq!(world.found(), Vec::new());
    // The quarter's zero is published, so the half-year's 2 is the first quarter's 2: hidden as well.
    assert_eq!(world.shown[&vec![0, a]], None);
}

#[test]
fn an_insider_cannot_work_out_the_other_small_figure() {
    // Two facilities share a programme: whoever knows his own 2 knows the other's 3 from the sum.
    let build = |insiders: bool| {
        let mut problem = Problem::new(Rule::new(3).expect("permitted"));
        let counts = [2, 2, 30, 40];
        let bases = counts.map(|count| problem.base(count));
        for (key, base) in bases.into_iter().enumerate() {
            problem.figure(key, [base]);
        }
        problem.figure(9, [bases[0], bases[1]]);
        problem.figure(10, bases);
        if insiders {
            problem.insider("A", [bases[0]], Closeness::NotExact);
            problem.insider("B", [bases[1]], Closeness::NotExact);
        }
        protect(&problem, Budget::default(), &mut Silent).expect("protectable")
    };
    assert_eq!(build(false).figure(&9), Some(Figure::Number(4)));
    let careful = build(true);
    assert_eq!(careful.figure(&9), Some(Figure::Hidden));
    let mut evidence = Evidence::new(3);
    let sets = [
        vec![0],
        vec![1],
        vec![2],
        vec![3],
        vec![0, 1],
        vec![0, 1, 2, 3],
    ];
    for (set, (_, figure)) in sets.into_iter().zip(careful.figures()) {
        let value = match figure {
            Figure::Number(number) => Some(number),
            Figure::Hidden => None,
        };
        evidence.shows(set, value).expect("consistent");
    }
    let known = evidence.insider([(0, 2)]).verify().expect("judged");
    let other = known
        .iter()
        .find(|finding| finding.parts == [1])
        .expect("hidden");
    assert_ne!(Some(other.lower), other.upper);
}

#[test]
fn whole_numbers_reach_less_far_than_fractions() {
    // Three unknowns of which any two are at most 1: fractions reach 1.5 together, whole numbers 1.
    let mut evidence = Evidence::new(3);
    for (one, two, rest) in [(0, 1, 3), (1, 2, 4), (0, 2, 5)] {
        evidence
            .shows([one, two, rest], Some(1))
            .expect("consistent");
    }
    evidence.shows([0, 1, 2], None).expect("consistent");
    let found = evidence.verify().expect("judged");
    assert_eq!((found[0].lower, found[0].upper), (0, Some(1)));
    assert!(found[0].too_narrow);
}

#[test]
fn reasons_name_what_would_be_found() {
    let mut problem = Problem::new(Rule::default());
    let bases = [3, 20, 6].map(|count| problem.base(count));
    let cells: Vec<CellId> = bases
        .iter()
        .enumerate()
        .map(|(key, base)| problem.figure(key, [*base]))
        .collect();
    problem.figure(9, bases);
    let published = protect(&problem, Budget::default(), &mut Silent).expect("protectable");
    let explainer = Explainer::new(&problem, &published);
    let why = |cell: usize| explainer.why(cells[cell]).expect("explained");
    assert_eq!(why(0), Some(Why::Small));
    assert_eq!(why(1), None);
    let protects = Why::Protects {
        figures: vec![0],
        elsewhere: 0,
        insiders: Vec::new(),
    };
    assert_eq!(why(2), Some(protects));
}

#[test]
fn a_group_that_is_all_or_none_of_something_is_reported() {
    let mut problem = Problem::new(Rule::default());
    let (six, none) = (problem.base(6), problem.base(0));
    let group = problem.figure("gesamt", [six, none]);
    let parts = [
        problem.figure("abgebrochen", [six]),
        problem.figure("abgeschlossen", [none]),
    ];
    let found = problem.group_disclosures(group, &parts);
    assert_eq!(
        found.iter().map(|found| found.all).collect::<Vec<_>>(),
        [true, false]
    );
}

#[test]
fn work_can_be_stopped_and_then_publishes_nothing() {
    struct Stop;
    impl Progress for Stop {
        fn step(&mut self, phase: Phase, _: u64, _: u64) -> ControlFlow<()> {
            if phase == Phase::Certify {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        }
    }
    let world = World::new(5, &[3, 20, 6]);
    let problem = world.problem(&[vec![0], vec![1], vec![2], vec![0, 1, 2]], &[]);
    assert_eq!(
        protect(&problem, Budget::quick(), &mut Stop),
        Err(CannotProtect::Cancelled)
    );
}

#[test]
fn work_can_be_stopped_in_the_middle_of_a_phase() {
    struct Fifth(u32);
    impl Progress for Fifth {
        fn step(&mut self, phase: Phase, _: u64, _: u64) -> ControlFlow<()> {
            self.0 += u32::from(phase == Phase::Protect);
            if self.0 < 5 {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        }
    }
    let counts: Vec<u64> = (0..48).map(|number| 1 + number * 7 % 11).collect();
    let world = World::new(3, &counts);
    let problem = world.problem(&cube(&[plain(8), plain(6)], &[8, 6]), &[]);
    assert_eq!(
        protect(&problem, Budget::quick(), &mut Fifth(0)),
        Err(CannotProtect::Cancelled)
    );
}

#[test]
fn rounded_figures_add_up_and_stay_near_the_truth() {
    let world = World::new(5, &[1, 2, 3, 4, 0, 7, 12, 1]);
    let sets = cube(&[plain(2), plain(4)], &[2, 4]);
    let problem = world.problem(&sets, &[]);
    let rounded = round_to(&problem, 5, &BTreeMap::new()).expect("possible");
    let number = |set: &Vec<usize>| match rounded.published.figure(set) {
        Some(Figure::Number(number)) => number,
        other => panic!("{other:?}"),
    };
    for set in &sets {
        let parts: u64 = set.iter().map(|base| number(&vec![*base])).sum();
        assert_eq!((number(set) % 5, number(set)), (0, parts));
    }
    assert!(rounded.largest_error <= 7, "{}", rounded.largest_error);
    // The same base cells keep what they were rounded to.
    assert_eq!(
        round_to(&problem, 5, &rounded.bases).as_ref(),
        Some(&rounded)
    );
    assert_eq!(
        round_to(&problem, 3, &BTreeMap::new()),
        None,
        "below the threshold"
    );
}

#[test]
fn coarser_tables_are_ranked_by_what_they_show() {
    let fine = World::new(5, &[2, 3, 1, 2])
        .problem(&[vec![0], vec![1], vec![2], vec![3], vec![0, 1, 2, 3]], &[]);
    let coarse =
        World::new(5, &[2, 3, 1, 2]).problem(&[vec![0, 1], vec![2, 3], vec![0, 1, 2, 3]], &[]);
    let total = World::new(5, &[2, 3, 1, 2]).problem(&[vec![0, 1, 2, 3]], &[]);
    let ranked = coarsen(
        [("fein", fine), ("grob", coarse), ("Land", total)],
        &mut Silent,
    )
    .expect("ranked");
    assert!(ranked.iter().all(|proposal| proposal.loss.is_some()));
    let shown: Vec<usize> = ranked.iter().map(Proposal::shown).collect();
    assert!(shown.is_sorted_by(|one, two| one >= two));
    assert!(
        ranked
            .iter()
            .any(|proposal| proposal.loss.is_some_and(|loss| loss.is_mostly_hidden()))
    );
}

/// A provider A has all cases of one measure (2 beginnings, known from its own row) and shares a programme with B. `shared`:
/// whether the sum of both was published before.
fn shared_programme(shared: Option<Shown>) -> (Problem<u32>, Vec<(usize, Vec<usize>)>) {
    let mut problem = Problem::new(Rule::new(3).expect("permitted"));
    let counts = [2, 2, 30, 40, 2, 0];
    let bases = counts.map(|count| problem.base(count));
    let mut cells = Vec::new();
    let sets: [&[usize]; 9] = [
        &[0],
        &[1],
        &[2],
        &[3],
        &[0, 1],
        &[0, 1, 2, 3],
        &[4],
        &[5],
        &[4, 5],
    ];
    for (key, set) in sets.into_iter().enumerate() {
        problem.figure(key as u32, set.iter().map(|base| bases[*base]));
        cells.push((key, set.to_vec()));
    }
    if let Some(shown) = shared {
        problem.earlier([bases[0], bases[1]], shown);
    }
    // The last two sort A's cases in another way, and the second of them is a zero that everybody sees.
    assert!(problem.same([bases[0]], [bases[4], bases[5]]));
    problem.insider("A", [bases[0]], Closeness::NotExact);
    problem.insider("B", [bases[1]], Closeness::NotExact);
    (problem, cells)
}

#[test]
fn whose_own_figure_it_is_is_still_kept_from_the_figures_of_others() {
    let (problem, cells) = shared_programme(None);
    let published = protect(&problem, Budget::default(), &mut Silent).expect("protectable");
    assert_eq!(published.figure(&4), Some(Figure::Hidden));
    let mut evidence = Evidence::new(3);
    for (key, set) in cells {
        let value = match published.figure(&(key as u32)) {
            Some(Figure::Number(number)) => Some(number),
            _ => None,
        };
        evidence.shows(set, value).expect("consistent");
    }
    evidence.same([0], [4, 5]);
    let known = evidence.insider([(0, 2)]);
    let exact = known.exact(&[(&[1], 2), (&[4], 2)]).expect("judged");
    // B's two stay secret; A's own two cases, sorted otherwise, are known to A whatever is hidden.
    assert_eq!(exact, [1]);
    assert_eq!(known.bare().exact(&[(&[4], 2)]), Ok(vec![0]));
}

#[test]
fn what_was_published_before_and_gives_others_away_is_refused_not_spared() {
    let (problem, _) = shared_programme(Some(Shown::Published));
    let refused = protect(&problem, Budget::default(), &mut Silent);
    let Err(CannotProtect::NoPattern { exposed }) = refused else {
        panic!("{refused:?}");
    };
    let names: Vec<(Option<&str>, &[u32])> = exposed
        .iter()
        .map(|one| (one.insider.as_deref(), one.keys.as_slice()))
        .collect();
    assert!(names.contains(&(Some("A"), &[1])), "{names:?}");
    // What is A's own is no reason.
    assert!(!names.contains(&(Some("A"), &[6])), "{names:?}");
}

#[test]
fn the_closest_insider_is_told_to_officers() {
    let mut problem = Problem::new(Rule::default());
    let counts = [2, 1, 3, 50];
    let bases = counts.map(|count| problem.base(count));
    let cells = bases.map(|base| problem.figure(problem_key(base), [base]));
    problem.figure("gesamt".to_owned(), bases);
    problem.figure("drei".to_owned(), [bases[0], bases[1], bases[2]]);
    problem.insider("A", [bases[0]], Closeness::NotExact);
    problem.insider("C", [bases[2]], Closeness::NotExact);
    let published = protect(&problem, Budget::default(), &mut Silent).expect("protectable");
    let second = published
        .certificate()
        .iter()
        .find(|one| one.cell == cells[1])
        .expect("hidden");
    // Six in all: C knows three of them, so the other two have three, one less than everybody is left with.
    assert_eq!(
        published.figure(&"drei".to_owned()),
        Some(Figure::Number(6))
    );
    let inside = second
        .insider
        .as_ref()
        .expect("narrower than for everybody");
    assert_eq!((inside.name.as_str(), inside.interval.width()), ("C", 3));
    assert!(second.interval.keeps_secret(5));
}

fn problem_key(base: BaseId) -> String {
    format!("{base:?}")
}
