//! Group disclosure: a group large enough to be told, of which all have the same sensitive attribute. No figure of it is small,
//! and yet whoever knows that somebody is in the group knows the attribute. What gives it away are the zeros beside it; one of
//! them is marked as secret, and disclosure control hides what would tell it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::catalogue::{Report, TableSpec};
use super::cube::{Counted, times};
use super::dimension::{Codes, Dimension, UNKNOWN, WHOLE};
use super::disclosure::Rule;
use super::file::Figure;
use super::link::{Earlier, FigureKey, combinations};
use super::measure::Measure;
use super::period::Period;
use super::protection::{NotProtected, Progress, Protected, Why, protect_report};

/// Why a figure is hidden, as officers read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Because {
    /// It is small.
    Small,
    /// It was hidden before, and showing it now would show what hid behind it.
    HiddenBefore,
    /// Without it another one could be worked out: table, measure, codes.
    Protects(Vec<(String, String, Vec<String>)>),
    /// All of a group would be seen to have one attribute.
    Group,
    /// It is not hidden: all of a group have one attribute, and nothing could hide it.
    GroupShown,
}

/// A group all of which have one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The figure that holds all of it.
    pub all: FigureKey,
    /// The zero beside it that is kept secret.
    pub zero: FigureKey,
}

/// Whether it says something about a person that others are not to know.
fn sensitive(dimension: Dimension) -> bool {
    matches!(
        dimension,
        Dimension::Age | Dimension::Setting | Dimension::Phenomenon | Dimension::Outcome
    )
}

/// The groups of a report of which all have one sensitive attribute.
pub(super) fn groups(
    report: &'static Report,
    period: Period,
    counted: &Counted,
    threshold: u64,
) -> Vec<Group> {
    let mut groups = Vec::new();
    for table in report.tables {
        for (column, dimension) in table.dimensions.iter().enumerate() {
            let Some(tree) = counted
                .codes
                .get(dimension)
                .filter(|_| sensitive(*dimension))
            else {
                continue;
            };
            let others: Vec<Dimension> = table
                .dimensions
                .iter()
                .copied()
                .filter(|other| other != dimension)
                .collect();
            for measure in table.measures.iter().filter(|measure| !measure.open()) {
                let counts = counts(table, *measure, period, counted);
                for (words, leaves) in combinations(&others, &counted.codes) {
                    let parts = parts(&counts, column, &leaves);
                    if let Some((all, zero)) = alone(tree, &parts, threshold) {
                        let key = |others: Vec<String>, code: &str| {
                            let mut codes = others;
                            codes.insert(column, code.to_owned());
                            FigureKey {
                                table: table.code,
                                measure: *measure,
                                codes,
                            }
                        };
                        // Of a sum that is zero a part is marked: the sum cannot be told then, either.
                        let finest = leaves
                            .iter()
                            .filter_map(|below| below.first().cloned())
                            .collect();
                        groups.push(Group {
                            all: key(words, all),
                            zero: key(finest, zero),
                        });
                    }
                }
            }
        }
    }
    groups
}

/// The counts of the finest cells of a table over the whole period.
fn counts(
    table: &TableSpec,
    measure: Measure,
    period: Period,
    counted: &Counted,
) -> BTreeMap<Vec<String>, u64> {
    let words: Vec<&str> = table
        .dimensions
        .iter()
        .map(|dimension| dimension.code())
        .collect();
    let at: BTreeSet<String> = times(table, measure, period)
        .into_iter()
        .map(|time| time.to_string())
        .collect();
    let mut all = BTreeMap::new();
    for layer in counted.layers.iter().filter(|layer| {
        layer.measure == measure.code() && layer.dimensions == words && at.contains(&layer.time)
    }) {
        for (codes, count) in &layer.cells {
            *all.entry(codes.clone()).or_default() += count;
        }
    }
    all
}

/// What each attribute has of a group.
fn parts<'a>(
    counts: &'a BTreeMap<Vec<String>, u64>,
    column: usize,
    leaves: &[BTreeSet<String>],
) -> BTreeMap<&'a str, u64> {
    let mut parts = BTreeMap::new();
    for (codes, count) in counts {
        let mut others = codes.clone();
        if column >= others.len() {
            continue;
        }
        others.remove(column);
        if others
            .iter()
            .zip(leaves)
            .all(|(code, leaves)| leaves.contains(code))
            && let Some(code) = codes.get(column)
        {
            *parts.entry(code.as_str()).or_default() += count;
        }
    }
    parts
}

/// The attribute that all of a group have, and one that nobody has: under another heading if there is one, so that the sum
/// above does not tell it, either.
fn alone<'a>(
    tree: &'a Codes,
    parts: &BTreeMap<&str, u64>,
    threshold: u64,
) -> Option<(&'a str, &'a str)> {
    let whole: u64 = parts.values().sum();
    let leaves = tree.leaves();
    let all = leaves
        .iter()
        .copied()
        .find(|code| parts.get(code).copied() == Some(whole) && whole >= threshold)?;
    // That nothing is known of all of them tells nothing.
    if all.ends_with(UNKNOWN) {
        return None;
    }
    let above = |code: &str| tree.get(code).and_then(|known| known.parent.clone());
    let zeros: Vec<&str> = leaves
        .into_iter()
        .filter(|code| *code != all && !code.ends_with(UNKNOWN) && parts.contains_key(code))
        .collect();
    let apart = zeros
        .iter()
        .find(|code| above(code) != above(all) || above(code).as_deref() == Some(WHOLE));
    let zero = apart.or(zeros.first()).copied()?;
    Some((all, zero))
}

/// Reports of one table and measure, by report, table and measure.
type OneTable = BTreeMap<(&'static str, &'static str, Measure), &'static Report>;

/// There are finitely many, and each is made once.
static ONE: LazyLock<Mutex<OneTable>> = LazyLock::new(Mutex::default);

fn only(report: &'static Report, table: &'static TableSpec, measure: Measure) -> &'static Report {
    let mut known = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    known
        .entry((report.code, table.code, measure))
        .or_insert_with(|| {
            let table: &'static TableSpec = Box::leak(Box::new(TableSpec {
                code: table.code,
                label: table.label,
                dimensions: table.dimensions,
                measures: Box::leak(Box::new([measure])),
                by_quarter: table.by_quarter,
            }));
            Box::leak(Box::new(Report {
                code: report.code,
                label: report.label,
                purpose: report.purpose,
                span: report.span,
                tables: Box::leak(Box::new([table])),
            }))
        })
}

/// The zeros of groups, as disclosure control takes what is to stay secret: as if they had been kept secret before.
pub(super) fn kept_secret(
    report: &'static Report,
    period: Period,
    counted: &Counted,
    groups: &[Group],
) -> Vec<Earlier> {
    groups
        .iter()
        .filter_map(|group| {
            let table = report
                .tables
                .iter()
                .find(|table| table.code == group.zero.table)?;
            let mut counted = counted.clone();
            // The one figure and no other: nothing else is said to be known of.
            counted.codes = table
                .dimensions
                .iter()
                .zip(&group.zero.codes)
                .map(|(dimension, code)| {
                    let tree = counted.codes.get(dimension)?;
                    Some((*dimension, tree.alone(code)?))
                })
                .collect::<Option<_>>()?;
            let key = &group.zero;
            Some(Earlier {
                report: only(report, table, key.measure),
                period,
                counted,
                hidden: BTreeSet::from([(
                    key.table.to_owned(),
                    key.measure.code().to_owned(),
                    key.codes.clone(),
                )]),
            })
        })
        .collect()
}

/// A report protected with its groups.
pub(super) struct Kept {
    pub protected: Protected,
    /// The groups all of which have one attribute.
    pub groups: Vec<Group>,
    /// Figures that tell it all the same.
    pub shown: Vec<FigureKey>,
}

/// Protects a report, its groups included. Small figures come first: if only the groups stand in the way, they are told to
/// whoever decides.
pub(super) fn protect(
    report: &'static Report,
    period: Period,
    counted: &Counted,
    earlier: &[Earlier],
    rule: &Rule,
    progress: Progress<'_>,
) -> Result<Kept, NotProtected> {
    let groups = groups(report, period, counted, rule.threshold());
    let mut with_groups = earlier.to_vec();
    with_groups.extend(kept_secret(report, period, counted, &groups));
    let protected = match protect_report(report, period, counted, &with_groups, rule, progress) {
        Err(NotProtected::Refused(_)) if !groups.is_empty() => {
            protect_report(report, period, counted, earlier, rule, progress)?
        }
        done => done?,
    };
    // What an earlier release told stays told.
    let shown = groups
        .iter()
        .map(|group| group.all.clone())
        .filter(|key| matches!(protected.figures.get(key), Some(Figure::Number(_))))
        .collect();
    Ok(Kept {
        protected,
        groups,
        shown,
    })
}

/// Why a figure is hidden, with groups told from what was hidden before.
pub(super) fn because(why: Why, key: &FigureKey, groups: &[Group]) -> Because {
    let of_group = |key: &FigureKey| {
        groups
            .iter()
            .any(|group| group.zero == *key || group.all == *key)
    };
    match why {
        Why::Small => Because::Small,
        _ if of_group(key) => Because::Group,
        Why::HiddenBefore => Because::HiddenBefore,
        Why::Protects(figures) => Because::Protects(figures),
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::super::catalogue::report;
    use super::super::cube::{Fact, Time, count};
    use super::super::dimension::fixed;
    use super::*;

    fn counted(people: &[(&str, &str, u64)]) -> Counted {
        let period: Period = "2026-Q3".parse().unwrap();
        let facts: Vec<Fact> = people
            .iter()
            .map(|(sex, age, count)| Fact {
                measure: Measure::Persons,
                time: Time::Whole(period),
                codes: BTreeMap::from([
                    (Dimension::Sex, (*sex).to_owned()),
                    (Dimension::Age, (*age).to_owned()),
                    (Dimension::Setting, UNKNOWN.to_owned()),
                ]),
                count: *count,
            })
            .collect();
        let codes = Dimension::ALL
            .into_iter()
            .map(|dimension| {
                let tree = fixed(dimension).unwrap_or_else(|| Codes::new("alle"));
                (dimension, tree)
            })
            .collect();
        count(report("quartal").unwrap(), period, codes, &facts).unwrap()
    }

    #[test]
    fn groups_with_one_attribute_are_found() {
        let period: Period = "2026-Q3".parse().unwrap();
        let all = counted(&[
            ("weiblich", "a21_29", 6),
            ("maennlich", "a21_29", 9),
            ("maennlich", "a30", 7),
            ("divers", "a30", 2),
            (UNKNOWN, UNKNOWN, 8),
        ]);
        let found = groups(report("quartal").unwrap(), period, &all, 5);
        let said: Vec<(String, String)> = found
            .iter()
            .map(|group| (group.all.codes.join(" "), group.zero.codes.join(" ")))
            .collect();
        // Not the small group, which is hidden anyway, and not the one of whom nothing is known.
        assert_eq!(
            said,
            [("weiblich a21_29".to_owned(), "weiblich a14_17".to_owned())]
        );
    }

    #[test]
    fn nobody_reads_that_all_of_a_group_are_alike() {
        let period: Period = "2026-Q3".parse().unwrap();
        let report = report("quartal").unwrap();
        let all = counted(&[
            ("weiblich", "a21_29", 6),
            ("maennlich", "a21_29", 9),
            ("maennlich", "a30", 12),
            ("maennlich", "a14_17", 7),
        ]);
        let rule = Rule::default();
        let protect = |secret: &[Earlier]| {
            let go = &mut |_: &str, _, _| ControlFlow::Continue(());
            protect_report(report, period, &all, secret, &rule, go).unwrap()
        };
        let key = |age: &str| FigureKey {
            table: "personen",
            measure: Measure::Persons,
            codes: vec!["weiblich".to_owned(), age.to_owned()],
        };
        // Nothing is small, so everything would be told.
        let open = protect(&[]);
        assert_eq!(open.figures.get(&key("a21_29")), Some(&Figure::Number(6)));
        let groups = groups(report, period, &all, 5);
        let secret = kept_secret(report, period, &all, &groups);
        assert_eq!((groups.len(), secret.len()), (1, 1));
        let closed = protect(&secret);
        for age in ["a21_29", "a14_17"] {
            let figure = closed.figures.get(&key(age));
            let Some(Figure::Hidden(intervals)) = figure else {
                panic!("{age}: {figure:?}");
            };
            // Both could be none and could be many.
            assert!(
                intervals
                    .iter()
                    .all(|one| one.upper.is_none_or(|upper| upper >= 5)),
                "{intervals:?}"
            );
        }
        for (key, why) in closed.why {
            if key.codes.first().is_some_and(|sex| sex == "weiblich") && key.codes[1] != WHOLE {
                assert_eq!(because(why, &key, &groups), Because::Group, "{key:?}");
            }
        }
    }
}
