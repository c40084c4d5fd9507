//! Random tables and random sequences of releases, each attacked with nothing but what was published.

use proptest::prelude::*;

use super::*;

/// `PROPTEST_CASES` or a share that is quick.
pub(super) fn cases(share: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    ProptestConfig::with_cases(asked.unwrap_or(share))
}

/// A count between 0 and 15, mostly between 0 and 4.
fn count() -> impl Strategy<Value = u64> {
    prop_oneof![2 => Just(0_u64), 4 => 0_u64..=4, 2 => 0_u64..=15]
}

/// Leaves, the whole, and one group of the first leaves.
fn hierarchy(size: usize, group: usize) -> Vec<Vec<usize>> {
    let mut codes = plain(size);
    if (2..size).contains(&group) {
        codes.push((0..group).collect());
    }
    codes
}

#[derive(Debug, Clone)]
pub(super) struct Tables {
    pub(super) threshold: u64,
    pub(super) counts: Vec<u64>,
    pub(super) sets: Vec<Vec<usize>>,
}

/// A table of three dimensions with a hierarchy, or only its margins of two dimensions, linked.
pub(super) fn tables() -> impl Strategy<Value = Tables> {
    let sizes = (2_usize..=4, 2_usize..=3, 1_usize..=3);
    (sizes, 0_usize..4, any::<bool>(), 3_u64..=5).prop_flat_map(
        |(sizes, group, margins, threshold)| {
            let sizes = [sizes.0, sizes.1, sizes.2];
            let dims: Vec<Vec<Vec<usize>>> =
                sizes.iter().map(|size| hierarchy(*size, group)).collect();
            let whole = |size: usize| vec![(0..size).collect::<Vec<usize>>()];
            let sets = if margins {
                let mut sets = Vec::new();
                for left_out in 0..3 {
                    let mut dims = dims.clone();
                    dims[left_out] = whole(sizes[left_out]);
                    sets.extend(cube(&dims, &sizes));
                }
                sets
            } else {
                cube(&dims, &sizes)
            };
            let counts = proptest::collection::vec(count(), sizes.iter().product::<usize>());
            counts.prop_map(move |counts| Tables {
                threshold,
                counts,
                sets: sets.clone(),
            })
        },
    )
}

/// Quarter by quarter: the counts of three facilities by two programmes, and which of them are corrected afterwards.
#[derive(Debug, Clone)]
struct Years {
    threshold: u64,
    quarters: Vec<Vec<u64>>,
    /// When it becomes known, which quarter, which base cell of it, and the new count.
    corrections: Vec<(usize, usize, usize, u64)>,
}

const QUARTERS: usize = 12;
const CELLS: usize = 6;

fn years() -> impl Strategy<Value = Years> {
    let quarters = proptest::collection::vec(proptest::collection::vec(count(), CELLS), QUARTERS);
    let correction = (1..QUARTERS, 0..QUARTERS, 0..CELLS, count());
    let corrections = proptest::collection::vec(correction, 0..=4);
    (3_u64..=5, quarters, corrections).prop_map(|(threshold, quarters, corrections)| Years {
        threshold,
        quarters,
        corrections,
    })
}

/// The tables over a stretch of quarters: facility by programme with all sums.
fn stretch(bases: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let cells = cube(&[plain(3), plain(2)], &[3, 2]);
    let over = cells.into_iter().map(|cell| {
        let mut set: Vec<usize> = bases
            .iter()
            .flat_map(|quarter| cell.iter().map(|place| quarter[*place]))
            .collect();
        set.sort_unstable();
        set
    });
    over.collect()
}

/// All releases of the years; how many were refused.
fn release_all(years: &Years) -> (World, usize) {
    let mut world = World::new(years.threshold, &[]);
    let mut bases: Vec<Vec<usize>> = Vec::new();
    let mut refused = 0;
    for (now, counts) in years.quarters.iter().enumerate() {
        bases.push(counts.iter().map(|count| world.base(*count)).collect());
        let mut sets = stretch(&bases[now..]);
        for (when, quarter, place, count) in &years.corrections {
            if *when == now && *quarter < now {
                // A corrected base cell is a new unknown, and the quarter comes out in a new version.
                bases[*quarter][*place] = world.base(*count);
                sets.extend(stretch(&bases[*quarter..=*quarter]));
            }
        }
        let half = now / 2 * 2;
        let year = now / 4 * 4;
        if now % 2 == 1 {
            sets.extend(stretch(&bases[half..]));
        }
        if now % 4 == 3 {
            sets.extend(stretch(&bases[year..]));
        }
        // What the half-year and the year will show of the quarters that exist already.
        let mut later = stretch(&bases[half..]);
        later.extend(stretch(&bases[year..]));
        refused += usize::from(world.release(&sets, &later).is_none());
    }
    (world, refused)
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn no_table_gives_a_small_figure_away(tables in tables()) {
        let mut world = World::new(tables.threshold, &tables.counts);
        let published = world.release(&tables.sets, &[]);
        prop_assert!(published.is_some(), "a table alone can always be protected");
        prop_assert_eq!(world.found(), Vec::new());
    }

    #[test]
    fn the_same_figures_give_the_same_pattern(tables in tables()) {
        let release = || World::new(tables.threshold, &tables.counts).release(&tables.sets, &[]);
        prop_assert_eq!(release(), release());
    }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn no_sequence_of_releases_gives_a_small_figure_away(years in years()) {
        let (world, refused) = release_all(&years);
        prop_assert_eq!(world.found(), Vec::new());
        prop_assert_eq!(refused, 0, "looking ahead leaves a way for every release");
    }
}

proptest! {
    #![proptest_config(cases(60))]

    /// The certificate is what the verifier finds: two methods, one answer.
    #[test]
    fn certificate_and_verifier_agree(tables in tables()) {
        let mut world = World::new(tables.threshold, &tables.counts);
        let problem = world.problem(&tables.sets, &[]);
        let published = protect(&problem, Budget::quick(), &mut Silent).expect("protectable");
        world.note(&published);
        let found = world.evidence().verify().expect("judged");
        for certified in published.certificate() {
            let set = certified.keys.first().expect("of this release");
            let finding = found.iter().find(|finding| finding.parts == *set).expect("hidden");
            prop_assert!(finding.lower >= certified.interval.lower);
            prop_assert!(finding.upper <= certified.interval.upper || certified.interval.upper.is_none());
            prop_assert!(finding.lower - certified.interval.lower <= 1);
        }
    }
}
