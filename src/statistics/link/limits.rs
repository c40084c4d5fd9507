//! What can never be larger than something else, although it is no part of its sum: people of a quarter among those of its
//! year, talks among their hours. Whoever reads the definitions knows it. Each such limit is a sum with a rest that nobody
//! shows: `less + rest = more`.

use std::collections::BTreeSet;

use super::{Linked, Placed, Set, join};
use crate::statistics::cube::Time;
use crate::statistics::dimension::{AGES, Dimension};
use crate::statistics::measure::Measure;
use crate::statistics::period::Period;

/// Limits between cells that some release shows.
pub(super) struct Limits {
    shown: Set,
    found: BTreeSet<(Set, Set)>,
}

impl Limits {
    /// None yet.
    pub(super) fn new(linked: &Linked) -> Limits {
        let now = linked.figures.iter().map(|(_, set)| set);
        Limits {
            shown: linked
                .earlier
                .keys()
                .chain(now)
                .flatten()
                .copied()
                .collect(),
            found: BTreeSet::new(),
        }
    }

    fn add(&mut self, less: Set, more: Set) {
        let told = |set: &Set| set.iter().all(|position| self.shown.contains(position));
        // A limit on something that nobody has seen says nothing.
        if !less.is_empty() && told(&less) && told(&more) {
            self.found.insert((less, more));
        }
    }

    /// Whoever is counted in a part of a period is counted in the whole of it, once, and whoever is counted in the whole is
    /// counted in some part. That holds for each sex. It does not hold for an age band, as people grow older within the
    /// period, but for everybody from an age upwards (part to whole) and up to an age (whole to parts); on the same last
    /// day everybody has the same age. Of the kind of custody nothing is known: the last one in a period need not be the
    /// one in its part.
    pub(super) fn people(&mut self, placed: &Placed<'_>, period: Period) {
        let groups: BTreeSet<&[String]> = placed
            .layers
            .iter()
            .filter(|(_, measure, _)| *measure == Measure::Persons)
            .map(|(layer, _, _)| layer.dimensions.as_slice())
            .collect();
        for dimensions in groups {
            let column = |wanted: Dimension| {
                dimensions
                    .iter()
                    .position(|code| code.as_str() == wanted.code())
            };
            let (sex, age) = (column(Dimension::Sex), column(Dimension::Age));
            let at =
                |period: Period| placed.find(dimensions, Measure::Persons, Time::Whole(period));
            let Some(whole) = at(period) else { continue };
            let cells = placed.layers.get(whole).map(|(layer, ..)| &layer.cells);
            let sexes: BTreeSet<Option<&String>> = cells
                .into_iter()
                .flatten()
                .map(|(codes, _)| sex.and_then(|column| codes.get(column)))
                .collect();
            for sex_code in sexes {
                let people = |layer: usize, in_age: &dyn Fn(&str) -> bool| {
                    placed.set(layer, |codes| {
                        let same = sex.and_then(|column| codes.get(column)) == sex_code;
                        let old = age.and_then(|column| codes.get(column));
                        same && old.is_none_or(|age| in_age(age))
                    })
                };
                for part in period.parts() {
                    let Some(layer) = at(part) else { continue };
                    self.add(people(layer, &|_| true), people(whole, &|_| true));
                    let bands = AGES.len() * usize::from(age.is_some());
                    for from in 0..bands {
                        let older = |code: &str| AGES.iter().skip(from).any(|age| *age == code);
                        self.add(people(layer, &older), people(whole, &older));
                        if part.day_after() == period.day_after() {
                            let just = |code: &str| AGES.get(from) == Some(&code);
                            self.add(people(layer, &just), people(whole, &just));
                        }
                    }
                }
                for parts in period.tilings() {
                    let Some(layers) = parts.into_iter().map(at).collect::<Option<Vec<usize>>>()
                    else {
                        continue;
                    };
                    let bands = if age.is_some() { AGES.len() } else { 0 };
                    for from in 0..=bands {
                        // Without those from an age upwards; whose age is not known counts as young.
                        let young = |code: &str| !AGES.iter().skip(from).any(|age| *age == code);
                        let all = layers.iter().flat_map(|layer| people(*layer, &young));
                        self.add(people(whole, &young), all.collect());
                    }
                }
            }
        }
    }

    /// A talk lasts at least a minute and counts for its hours rounded up: there are never more talks than hours. That no
    /// talk lasts longer than a form takes is no part of the definition.
    pub(super) fn hours(&mut self, placed: &Placed<'_>) {
        for (layer, measure, talks) in &placed.layers {
            let key = (
                layer.dimensions.as_slice(),
                Measure::TalkHours,
                layer.time.as_str(),
            );
            let hours = placed
                .by_key
                .get(&key)
                .filter(|_| *measure == Measure::Talks);
            let Some((_, _, hours)) = hours.and_then(|hours| placed.layers.get(*hours)) else {
                continue;
            };
            for (talks, hours) in talks.iter().zip(hours) {
                self.add(Set::from([*talks]), Set::from([*hours]));
            }
        }
    }

    /// Writes each limit as a sum with a rest.
    pub(super) fn enter(self, linked: &mut Linked) {
        for (less, more) in self.found {
            let sum = |set: &Set| -> u64 {
                set.iter()
                    .filter_map(|position| linked.base.get(*position))
                    .sum()
            };
            // Figures counted before a correction need not fit together; then nobody knows that they do.
            let Some(rest) = sum(&more).checked_sub(sum(&less)) else {
                continue;
            };
            linked.base.push(rest);
            let mut filled = less;
            filled.insert(linked.base.len() - 1);
            join(&mut linked.same, filled, more);
        }
    }
}
