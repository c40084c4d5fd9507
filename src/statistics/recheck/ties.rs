//! What everybody knows of the cells of releases besides the figures: which of them count the same cases, what adds up over
//! time, stocks and flows, and what can never be larger than something else.

use std::collections::{BTreeMap, BTreeSet};

use super::super::dimension::{AGES, Dimension};
use super::super::file::{ReleaseContent, TIME};
use super::super::measure::Measure;
use super::super::period::Period;
use super::super::verify::Evidence;
use super::grid::{At, Grid, Grids};

/// Whether a release, built on another one, counts its cases of a measure as that one does: no late entry lies between.
pub(super) type Agreed<'a> = &'a dyn Fn(usize, usize, Measure) -> bool;

/// Everything that ties cells together. `limits`: also what follows from definitions without adding up.
pub(super) fn tie(
    contents: &[&ReleaseContent],
    grids: &mut Grids,
    agreed: Agreed<'_>,
    limits: bool,
    evidence: &mut Evidence,
) {
    let mut ties = Ties {
        all: &grids.all,
        next: &mut grids.next,
        agreed,
        evidence,
    };
    ties.margins();
    ties.through_time(contents);
    for (release, content) in contents.iter().enumerate() {
        let Ok(period) = content.period.code.parse::<Period>() else {
            continue;
        };
        ties.stocks(release, period);
        ties.outcomes(release);
        if limits {
            ties.hours(release);
            ties.people(release, period);
        }
    }
}

struct Ties<'a> {
    all: &'a [Grid],
    next: &'a mut usize,
    agreed: Agreed<'a>,
    evidence: &'a mut Evidence,
}

impl Ties<'_> {
    fn agree(&self, one: &Grid, other: &Grid) -> bool {
        one.release == other.release
            || (self.agreed)(one.release, other.release, one.measure)
            || (self.agreed)(other.release, one.release, one.measure)
    }

    /// A rest that nobody shows.
    fn rest(&mut self) -> usize {
        *self.next += 1;
        *self.next - 1
    }

    fn less(&mut self, less: Vec<usize>, more: Vec<usize>) {
        if !less.is_empty() {
            let rest = self.rest();
            self.evidence.same(less.into_iter().chain([rest]), more);
        }
    }

    /// Tables that count the same, of one release or of two, by what they have in common.
    fn margins(&mut self) {
        let all = self.all;
        let twin = |grid: &Grid, release: usize| {
            all.iter().any(|other| {
                other.release == release
                    && (other.measure, other.at) == (grid.measure, grid.at)
                    && other.dimensions == grid.dimensions
            })
        };
        for (place, one) in all.iter().enumerate() {
            for other in all.iter().skip(place + 1) {
                if (one.measure, one.at) != (other.measure, other.at) {
                    continue;
                }
                let apart = one.release != other.release;
                if apart {
                    let same = one.dimensions == other.dimensions;
                    let nearer = twin(one, other.release) || twin(other, one.release);
                    let seen = one.table.is_some() || other.table.is_some();
                    if !seen || (!same && nearer) || !self.agree(one, other) {
                        continue;
                    }
                }
                self.pairs(one, other, apart);
            }
        }
    }

    fn pairs(&mut self, one: &Grid, other: &Grid, apart: bool) {
        let common: Vec<(usize, usize)> = one
            .dimensions
            .iter()
            .enumerate()
            .filter_map(|(column, dimension)| Some((column, other.column(dimension)?)))
            .collect();
        let mut pairs: BTreeMap<Vec<&String>, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (codes, number) in &one.cells {
            let key = common.iter().filter_map(|(column, _)| codes.get(*column));
            pairs.entry(key.collect()).or_default().0.push(*number);
        }
        for (codes, number) in &other.cells {
            let key = common.iter().filter_map(|(_, column)| codes.get(*column));
            pairs.entry(key.collect()).or_default().1.push(*number);
        }
        for (left, right) in pairs.into_values() {
            // Code lists of two releases may differ; of one they do not.
            if !apart || !(left.is_empty() || right.is_empty()) {
                self.evidence.same(left, right);
            }
        }
    }

    /// The newest figures of a part of a period that this grid is made of.
    fn part(&self, whole: &Grid, period: Period) -> Option<usize> {
        self.all.iter().rposition(|grid| {
            grid.table.is_some()
                && grid.at == At::Within(period)
                && grid.measure == whole.measure
                && grid.dimensions == whole.dimensions
                && self.agree(whole, grid)
        })
    }

    /// A half-year or year is the sum of its parts, cell by cell; where some of them are not published, it is at least the
    /// sum of the others.
    fn through_time(&mut self, contents: &[&ReleaseContent]) {
        let all = self.all;
        for whole in all.iter().filter(|grid| grid.table.is_some()) {
            let At::Within(period) = whole.at else {
                continue;
            };
            let adds_up = contents
                .get(whole.release)
                .and_then(|content| content.measure(whole.measure.code()))
                .is_some_and(|info| info.additive.iter().any(|code| code == TIME));
            if !adds_up {
                continue;
            }
            let mut seen = BTreeSet::new();
            for tiling in period.tilings() {
                let found: Vec<usize> = tiling
                    .iter()
                    .filter_map(|part| self.part(whole, *part))
                    .collect();
                if found.is_empty() || !seen.insert(found.clone()) {
                    continue;
                }
                let complete = found.len() == tiling.len();
                for (codes, number) in &whole.cells {
                    let parts: Vec<usize> = found
                        .iter()
                        .filter_map(|place| all.get(*place)?.cells.get(codes).copied())
                        .collect();
                    if complete {
                        self.evidence.same(parts, [*number]);
                    } else {
                        self.less(parts, vec![*number]);
                    }
                }
            }
        }
    }

    /// What ran before the period and what began is what runs at its end and what ended.
    fn stocks(&mut self, release: usize, period: Period) {
        let all = self.all;
        for after in all
            .iter()
            .filter(|grid| grid.release == release && grid.at == At::Before(period.day_after()))
        {
            let of = |measure: Measure, at: At| {
                all.iter().find(|grid| {
                    (grid.release, grid.measure, grid.at) == (release, measure, at)
                        && grid.dimensions == after.dimensions
                })
            };
            let within = At::Within(period);
            let (before, began) = (
                of(Measure::Running, At::Before(period.first_day())),
                of(Measure::Started, within),
            );
            let ended = [Measure::Completed, Measure::BrokenOff, Measure::PassedOn]
                .map(|measure| of(measure, within));
            let ([Some(before), Some(began)], [Some(completed), Some(broken), Some(passed)]) =
                ([before, began], ended)
            else {
                continue;
            };
            for codes in after.cells.keys() {
                let of = |grids: &[&Grid]| -> Vec<usize> {
                    let cells = grids.iter().filter_map(|grid| grid.cells.get(codes));
                    cells.copied().collect()
                };
                self.evidence.same(
                    of(&[before, began]),
                    of(&[after, completed, broken, passed]),
                );
            }
        }
    }

    /// Outcomes add up to the ends of the programmes.
    fn outcomes(&mut self, release: usize) {
        let all = self.all;
        let find = |measure: Measure, dimension: Dimension| {
            all.iter().find(|grid| {
                grid.release == release
                    && grid.measure == measure
                    && grid.dimensions == [dimension.code()]
            })
        };
        let Some(ended) = find(Measure::Ended, Dimension::Outcome) else {
            return;
        };
        for (measure, leaf) in [
            (Measure::Completed, Some("abgeschlossen")),
            (Measure::PassedOn, Some("weitergegeben")),
            (Measure::BrokenOff, None),
        ] {
            if let Some(total) = find(measure, Dimension::Programme) {
                let wanted = |codes: &[String]| match leaf {
                    Some(leaf) => codes == [leaf],
                    None => codes
                        .iter()
                        .all(|code| code != "abgeschlossen" && code != "weitergegeben"),
                };
                self.evidence.same(ended.set(wanted), total.set(|_| true));
            }
        }
    }

    /// Each talk counts for at least one hour.
    fn hours(&mut self, release: usize) {
        let all = self.all;
        let of = |measure: Measure| {
            let own = all.iter();
            own.filter(move |grid| grid.release == release && grid.measure == measure)
        };
        let mut found = Vec::new();
        for talks in of(Measure::Talks) {
            for hours in of(Measure::TalkHours).filter(|grid| grid.dimensions == talks.dimensions) {
                let pairs = talks.cells.iter();
                found.extend(
                    pairs.filter_map(|(codes, talk)| Some((*talk, *hours.cells.get(codes)?))),
                );
            }
        }
        for (talk, hour) in found {
            self.less(vec![talk], vec![hour]);
        }
    }

    /// People count once in a period: no fewer in the whole than in a part, no more than in all parts. For ages see
    /// `link::limits`, which is written apart from this.
    fn people(&mut self, release: usize, period: Period) {
        let all = self.all;
        for whole in all.iter().filter(|grid| {
            grid.release == release && grid.measure == Measure::Persons && grid.table.is_some()
        }) {
            let (sex, age) = (
                whole.column(Dimension::Sex.code()),
                whole.column(Dimension::Age.code()),
            );
            let of_sex = |codes: &[String]| sex.and_then(|column| codes.get(column).cloned());
            let sexes: BTreeSet<Option<String>> =
                whole.cells.keys().map(|codes| of_sex(codes)).collect();
            let band = |codes: &[String]| {
                let code = age.and_then(|column| codes.get(column));
                code.and_then(|code| AGES.iter().position(|known| known == code))
            };
            let bands = if age.is_some() { AGES.len() } else { 0 };
            for sex in &sexes {
                for part in period.parts() {
                    let Some(part) = self.part(whole, part).and_then(|place| all.get(place)) else {
                        continue;
                    };
                    let ends = |grid: &Grid| match grid.at {
                        At::Within(period) => Some(period.day_after()),
                        At::Before(_) => None,
                    };
                    self.less(
                        part.set(|codes| of_sex(codes) == *sex),
                        whole.set(|codes| of_sex(codes) == *sex),
                    );
                    for from in 0..bands {
                        let older = |codes: &[String]| {
                            of_sex(codes) == *sex && band(codes).is_some_and(|age| age >= from)
                        };
                        self.less(part.set(older), whole.set(older));
                        if ends(part) == ends(whole) {
                            let just = |codes: &[String]| {
                                of_sex(codes) == *sex && band(codes) == Some(from)
                            };
                            self.less(part.set(just), whole.set(just));
                        }
                    }
                }
                for tiling in period.tilings() {
                    let parts = tiling
                        .iter()
                        .map(|part| self.part(whole, *part).and_then(|place| all.get(place)))
                        .collect::<Option<Vec<&Grid>>>();
                    let Some(parts) = parts else { continue };
                    for from in 0..=bands {
                        let young = |codes: &[String]| {
                            of_sex(codes) == *sex && band(codes).is_none_or(|age| age < from)
                        };
                        let all = parts.iter().flat_map(|part| part.set(young)).collect();
                        self.less(whole.set(young), all);
                    }
                }
            }
        }
    }
}
