//! The attacker: what a reader can work out from the published files alone.
//!
//! This is a second opinion and shares no code with disclosure control: it
//! takes the bytes of the file and the threshold, rebuilds the tree whole,
//! pillar, programme from the file's own columns, and computes each hidden
//! figure's interval by passing intervals through the tree, in whole numbers.
//!
//! Why that is exact: on a tree, what lies below a node and what lies outside
//! it meet only in the node's own value. Upwards, each node's possible values
//! are the sum of its parts' possible values, cut to its own figure if
//! published; sums of whole-number intervals are whole-number intervals
//! without gaps. Downwards, a part's possible values are those the parent's
//! final interval leaves when the other parts take anything they can. No
//! rounding and no solver is involved. Tables that are not trees need another
//! method; this one refuses them.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::file::{QuarterFileError, ReadLine, ReadRelease, read_kora_csv};

/// A figure the releases give away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The period of the release, such as `2026-Q3`.
    pub period: String,
    /// Code word of the level: `gesamt`, `saeule` or `massnahme`.
    pub level: String,
    /// Code word of the pillar, or `gesamt`.
    pub pillar: String,
    /// Code word of the programme, or `gesamt`.
    pub programme: String,
    /// Code word of the measure.
    pub measure: String,
    /// Smallest value the figure can have.
    pub lower: u64,
    /// Largest value the figure can have; `None` when there is no limit.
    pub upper: Option<u64>,
    /// Whether the small figure simply stands in the file.
    pub published: bool,
}

/// Why the files could not be judged. Never to be read as "nothing found".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AttackError {
    /// A file is not a KORA file.
    #[error(transparent)]
    File(#[from] QuarterFileError),
    /// The rows do not form the tree whole, pillar, programme.
    #[error(
        "Die Zeilen der Datei {0} bilden keine Gliederung aus Gesamtzahl, Säulen und Maßnahmen."
    )]
    NotATree(String),
    /// Published figures contradict each other.
    #[error("Die veröffentlichten Summen der Datei {0} gehen nicht auf.")]
    Contradiction(String),
    /// Two files are about the same period; what their difference gives away is not judged here.
    #[error(
        "Zwei Dateien betreffen denselben Zeitraum {0}; ihre Differenz wird hier nicht geprüft."
    )]
    SamePeriod(String),
}

/// What the releases, each given as the bytes of its file, give away: small
/// figures in the open, and hidden figures whose interval does not reach the
/// threshold or is less than threshold minus one wide. Releases of different
/// quarters have no cases in common and are judged one by one.
pub fn too_narrow(releases: &[&[u8]], threshold: u64) -> Result<Vec<Finding>, AttackError> {
    let mut periods = BTreeSet::new();
    let mut findings = Vec::new();
    for bytes in releases {
        let release = read_kora_csv(bytes)?;
        if !periods.insert(release.meta.period.clone()) {
            return Err(AttackError::SamePeriod(release.meta.period));
        }
        for (line, range) in ranges(&release)? {
            let known_small = (1..threshold).contains(&range.low) && line.value.is_some();
            let narrow = line.value.is_none() && !range.hides(threshold);
            if known_small || narrow {
                findings.push(finding(&release, line, range));
            }
        }
    }
    Ok(findings)
}

/// What can be known of each hidden figure of one release, narrow or not, in
/// the order of the file.
pub fn hidden_figures(bytes: &[u8]) -> Result<Vec<Finding>, AttackError> {
    let release = read_kora_csv(bytes)?;
    let key = |line: &ReadLine| {
        (
            line.level.clone(),
            line.pillar.clone(),
            line.programme.clone(),
            line.measure.clone(),
        )
    };
    let ranges: BTreeMap<_, Range> = ranges(&release)?
        .into_iter()
        .map(|(line, range)| (key(line), range))
        .collect();
    let hidden = release.lines.iter().filter(|line| line.value.is_none());
    Ok(hidden
        .filter_map(|line| {
            ranges
                .get(&key(line))
                .map(|range| finding(&release, line, *range))
        })
        .collect())
}

fn finding(release: &ReadRelease, line: &ReadLine, range: Range) -> Finding {
    Finding {
        period: release.meta.period.clone(),
        level: line.level.clone(),
        pillar: line.pillar.clone(),
        programme: line.programme.clone(),
        measure: line.measure.clone(),
        lower: range.low,
        upper: range.high,
        published: line.value.is_some(),
    }
}

/// Whole numbers from `low` to `high`, both inclusive; `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    low: u64,
    high: Option<u64>,
}

impl Range {
    fn of_figure(figure: Option<u64>) -> Range {
        Range {
            low: figure.unwrap_or(0),
            high: figure,
        }
    }

    fn hides(&self, threshold: u64) -> bool {
        self.high.is_none_or(|high| {
            high >= threshold && high.saturating_sub(self.low).saturating_add(1) >= threshold
        })
    }

    /// The values in both ranges; `None` when there are none.
    fn common(self, other: Range) -> Option<Range> {
        let low = self.low.max(other.low);
        let high = match (self.high, other.high) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        high.is_none_or(|high| high >= low)
            .then_some(Range { low, high })
    }

    /// The sums of one value from each range.
    fn sum(ranges: impl Iterator<Item = Range>) -> Range {
        let start = Range {
            low: 0,
            high: Some(0),
        };
        ranges.fold(start, |sum, range| Range {
            low: sum.low.saturating_add(range.low),
            high: match (sum.high, range.high) {
                (Some(one), Some(two)) => one.checked_add(two),
                _ => None,
            },
        })
    }

    /// What is left of this range when values of the other range are taken
    /// away; `None` when nothing is.
    fn minus(self, other: Range) -> Option<Range> {
        let low = other.high.map_or(0, |high| self.low.saturating_sub(high));
        let high = match self.high {
            Some(high) => Some(high.checked_sub(other.low)?),
            None => None,
        };
        Some(Range { low, high })
    }
}

/// One row with the rows below it.
struct Node<'a> {
    line: &'a ReadLine,
    parts: Vec<Node<'a>>,
}

/// The exact range of every cell, in no particular order.
fn ranges(release: &ReadRelease) -> Result<Vec<(&ReadLine, Range)>, AttackError> {
    let period = &release.meta.period;
    let mut by_measure: BTreeMap<&str, Vec<&ReadLine>> = BTreeMap::new();
    for line in &release.lines {
        by_measure.entry(&line.measure).or_default().push(line);
    }
    let mut found = Vec::new();
    for lines in by_measure.values() {
        let tree = tree(lines).ok_or_else(|| AttackError::NotATree(period.clone()))?;
        let whole = upwards(&tree).ok_or_else(|| AttackError::Contradiction(period.clone()))?;
        downwards(&tree, whole, &mut found)
            .ok_or_else(|| AttackError::Contradiction(period.clone()))?;
    }
    Ok(found)
}

/// The tree of one measure, if its rows form one.
fn tree<'a>(lines: &[&'a ReadLine]) -> Option<Node<'a>> {
    let mut whole = None;
    let mut pillars: BTreeMap<&str, Node<'a>> = BTreeMap::new();
    for line in lines {
        match (
            line.level.as_str(),
            line.pillar.as_str(),
            line.programme.as_str(),
        ) {
            ("gesamt", "gesamt", "gesamt") => whole = Some(*line),
            ("saeule", pillar, "gesamt") if pillar != "gesamt" => {
                let parts = Vec::new();
                pillars.insert(pillar, Node { line, parts });
            }
            ("massnahme", pillar, programme) if pillar != "gesamt" && programme != "gesamt" => {}
            _ => return None,
        }
    }
    for line in lines.iter().filter(|line| line.level == "massnahme") {
        let parts = Vec::new();
        let pillar = pillars.get_mut(line.pillar.as_str())?;
        pillar.parts.push(Node { line, parts });
    }
    let complete = !pillars.is_empty() && pillars.values().all(|pillar| !pillar.parts.is_empty());
    complete.then_some(())?;
    Some(Node {
        line: whole?,
        parts: pillars.into_values().collect(),
    })
}

/// The values a node can have as far as it and the rows below it tell.
fn upwards(node: &Node<'_>) -> Option<Range> {
    let own = Range::of_figure(node.line.value);
    if node.parts.is_empty() {
        return Some(own);
    }
    let parts: Option<Vec<Range>> = node.parts.iter().map(upwards).collect();
    Range::sum(parts?.into_iter()).common(own)
}

/// Notes the final range of the node, and of everything below it.
fn downwards<'a>(
    node: &Node<'a>,
    range: Range,
    found: &mut Vec<(&'a ReadLine, Range)>,
) -> Option<()> {
    found.push((node.line, range));
    let parts: Option<Vec<Range>> = node.parts.iter().map(upwards).collect();
    let parts = parts?;
    for (position, (part, below)) in node.parts.iter().zip(&parts).enumerate() {
        let others = parts.iter().enumerate().filter(|(at, _)| *at != position);
        let left = range.minus(Range::sum(others.map(|(_, other)| *other)))?;
        downwards(part, left.common(*below)?, found)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with one measure. Each pillar is its own figure and its programmes' figures.
    fn file(whole: Option<u64>, pillars: &[(Option<u64>, &[Option<u64>])]) -> Vec<u8> {
        let mut text = String::from(
            "\u{feff}zeitraum;stand;version;ebene;saeule;massnahme;merkmal;wert;wert_q\r\n",
        );
        let mut add = |row: String, figure: Option<u64>| {
            let value = figure.map_or(".;g".to_owned(), |figure| format!("{figure};e"));
            text.push_str(&format!(
                "2026-Q3;2026-10-15;1;{row};personen_begonnen;{value}\r\n"
            ));
        };
        add("gesamt;gesamt;gesamt".to_owned(), whole);
        for (pillar, (sum, programmes)) in pillars.iter().enumerate() {
            add(format!("saeule;s{pillar};gesamt"), *sum);
            for (programme, figure) in programmes.iter().enumerate() {
                add(format!("massnahme;s{pillar};m{programme}"), *figure);
            }
        }
        text.into_bytes()
    }

    fn programme_ranges(bytes: &[u8]) -> Vec<(u64, Option<u64>)> {
        let release = read_kora_csv(bytes).expect("readable");
        let found = ranges(&release).expect("a tree");
        found
            .iter()
            .filter(|(line, _)| line.level == "massnahme")
            .map(|(_, range)| (range.low, range.high))
            .collect()
    }

    #[test]
    fn one_hidden_part_of_a_published_sum_is_known() {
        let bytes = file(Some(9), &[(Some(9), &[None, Some(6)])]);
        assert_eq!(programme_ranges(&bytes), [(3, Some(3)), (6, Some(6))]);
        let findings = too_narrow(&[&bytes], 5).expect("judged");
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].lower, findings[0].upper), (3, Some(3)));
        assert_eq!(findings[0].programme, "m0");
    }

    #[test]
    fn the_difference_between_whole_and_pillars_reaches_down() {
        // The hidden pillar is 12 - 6 = 6, so its two programmes share 6.
        let bytes = file(
            Some(12),
            &[(None, &[None, None]), (Some(6), &[Some(6), Some(0)])],
        );
        let ranges = programme_ranges(&bytes);
        assert_eq!(ranges[..2], [(0, Some(6)), (0, Some(6))]);
        let findings = too_narrow(&[&bytes], 5).expect("judged");
        let levels: Vec<&str> = findings.iter().map(|found| found.level.as_str()).collect();
        assert_eq!(levels, ["saeule"], "the pillar is known, its parts are not");
    }

    #[test]
    fn a_small_sum_keeps_its_parts_small() {
        let bytes = file(Some(9), &[(Some(4), &[None, None]), (Some(5), &[Some(5)])]);
        let findings = too_narrow(&[&bytes], 5).expect("judged");
        let open: Vec<bool> = findings.iter().map(|found| found.published).collect();
        assert_eq!(
            open,
            [true, false, false],
            "the pillar in the open, both parts"
        );
    }

    #[test]
    fn nothing_published_gives_nothing_away() {
        let bytes = file(None, &[(None, &[None, Some(0)])]);
        assert_eq!(too_narrow(&[&bytes], 10), Ok(Vec::new()));
        let hidden = hidden_figures(&bytes).expect("judged");
        let known: Vec<(&str, u64, Option<u64>)> = hidden
            .iter()
            .map(|figure| (figure.level.as_str(), figure.lower, figure.upper))
            .collect();
        assert_eq!(
            known,
            [
                ("gesamt", 0, None),
                ("saeule", 0, None),
                ("massnahme", 0, None)
            ]
        );
    }

    #[test]
    fn the_interval_must_reach_the_threshold_and_be_wide() {
        let range = |low, high| Range {
            low,
            high: Some(high),
        };
        assert!(range(0, 5).hides(5) && range(1, 5).hides(5) && range(6, 10).hides(5));
        assert!(!range(0, 4).hides(5) && !range(2, 5).hides(5) && !range(9, 9).hides(5));
    }

    #[test]
    fn refuses_what_it_cannot_judge() {
        let bytes = file(Some(9), &[(Some(9), &[Some(1), Some(6)])]);
        assert!(matches!(
            too_narrow(&[&bytes], 5),
            Err(AttackError::Contradiction(_))
        ));
        let good = file(Some(9), &[(Some(9), &[Some(9)])]);
        assert_eq!(too_narrow(&[&good], 5), Ok(Vec::new()));
        assert!(matches!(
            too_narrow(&[&good, &good], 5),
            Err(AttackError::SamePeriod(_))
        ));
        let text = String::from_utf8(good).expect("UTF-8");
        for row in [
            "gesamt;gesamt;gesamt",
            "saeule;s0;gesamt",
            "massnahme;s0;m0",
        ] {
            let lines: Vec<&str> = text
                .split_inclusive("\r\n")
                .filter(|line| !line.contains(row))
                .collect();
            assert!(matches!(
                too_narrow(&[lines.concat().as_bytes()], 5),
                Err(AttackError::NotATree(_))
            ));
        }
        assert!(too_narrow(&[b"nonsense"], 5).is_err());
    }

    #[test]
    fn absurd_figures_do_not_overflow() {
        let huge = Some(u64::MAX);
        let bytes = file(huge, &[(huge, &[None, None]), (Some(0), &[Some(0)])]);
        assert_eq!(too_narrow(&[&bytes], 5), Ok(Vec::new()));
        let bytes = file(None, &[(None, &[huge, huge])]);
        assert!(too_narrow(&[&bytes], 5).is_ok());
    }

    /// Every pattern of one tree against plain enumeration of all tables.
    #[test]
    fn agrees_with_enumeration() {
        let truth = [2_u64, 3, 1];
        let sums = [truth[0] + truth[1], truth[2]];
        let cells = [
            sums[0] + sums[1],
            sums[0],
            truth[0],
            truth[1],
            sums[1],
            truth[2],
        ];
        for pattern in 0..64_u32 {
            let shown: Vec<Option<u64>> = (0..6)
                .map(|at| (pattern & (1 << at) == 0).then_some(cells[at]))
                .collect();
            let bytes = file(
                shown[0],
                &[(shown[1], &[shown[2], shown[3]]), (shown[4], &[shown[5]])],
            );
            let release = read_kora_csv(&bytes).expect("readable");
            let found = ranges(&release).expect("a tree");
            // 30 stands for "no limit": no bound of a six-case table comes near it.
            let (mut low, mut high) = ([u64::MAX; 6], [0_u64; 6]);
            for a in 0..=30 {
                for b in 0..=30 {
                    for c in 0..=30 {
                        let table = [a + b + c, a + b, a, b, c, c];
                        let fits = shown
                            .iter()
                            .zip(table)
                            .all(|(shown, value)| shown.is_none_or(|shown| shown == value));
                        if fits {
                            for at in 0..6 {
                                low[at] = low[at].min(table[at]);
                                high[at] = high[at].max(table[at]);
                            }
                        }
                    }
                }
            }
            for (at, (_, range)) in found.iter().enumerate() {
                let limit = (high[at] < 30).then_some(high[at]);
                assert_eq!((range.low, range.high), (low[at], limit), "{pattern} {at}");
            }
        }
    }
}
