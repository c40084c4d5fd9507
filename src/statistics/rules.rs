//! Which quarters may be prepared, how a release is judged, and the rows of a table read back from its file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use time::Date;

use super::attacker::{AttackError, Finding, too_narrow};
use super::cube::{Measure, ProgrammeLine, TOTAL_CODE};
use super::file::{ReadRelease, read_kora_csv};
use crate::base::calendar::Quarter;

/// How many finished quarters are offered for preparation.
pub(super) const OFFERED_QUARTERS: usize = 8;

/// Where a release stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Waits for the second person.
    Prepared,
    /// Can be fetched by KORA.
    Published,
    /// Was given up before it was published.
    Discarded,
}

impl State {
    /// The code in the database.
    pub(super) fn code(self) -> &'static str {
        match self {
            State::Prepared => "prepared",
            State::Published => "published",
            State::Discarded => "discarded",
        }
    }
}

impl FromStr for State {
    type Err = ();
    fn from_str(code: &str) -> Result<Self, ()> {
        [State::Prepared, State::Published, State::Discarded]
            .into_iter()
            .find(|state| state.code() == code)
            .ok_or(())
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            State::Prepared => "vorbereitet",
            State::Published => "veröffentlicht",
            State::Discarded => "verworfen",
        })
    }
}

/// The last quarters that are over, the newest first.
pub(super) fn finished_quarters(today: Date) -> Vec<Quarter> {
    std::iter::successors(Some(Quarter::of(today).previous()), |quarter| {
        Some(quarter.previous())
    })
    .take(OFFERED_QUARTERS)
    .collect()
}

/// The quarter asked for, if it may be prepared today.
///
/// # Errors
/// The German sentence to be shown at the field.
pub(super) fn requested_quarter(text: &str, today: Date) -> Result<Quarter, String> {
    let quarter: Quarter = text
        .parse()
        .map_err(|_| "Bitte ein Quartal auswählen.".to_owned())?;
    let label = quarter.label();
    if quarter.first_day() > today {
        return Err(format!(
            "Das {label} liegt in der Zukunft. Vorbereitet werden nur abgeschlossene Quartale."
        ));
    }
    if quarter.day_after() > today {
        return Err(format!(
            "Das {label} ist noch nicht zu Ende. Es kann erst nach seinem letzten Tag vorbereitet werden."
        ));
    }
    if !finished_quarters(today).contains(&quarter) {
        return Err(format!(
            "Das {label} liegt zu weit zurück. Vorbereitet werden können die letzten {OFFERED_QUARTERS} abgeschlossenen Quartale."
        ));
    }
    Ok(quarter)
}

/// A file together with the threshold under which it was protected.
pub(super) struct Held<'a> {
    /// The file.
    pub bytes: &'a [u8],
    /// Its threshold.
    pub threshold: u64,
}

/// What all these files together give away, each measured by the threshold it promised. Two files about one period
/// are refused whatever their thresholds are.
pub(super) fn judge(files: &[Held<'_>]) -> Result<Vec<Finding>, AttackError> {
    let mut periods = BTreeSet::new();
    let mut by_threshold: BTreeMap<u64, Vec<&[u8]>> = BTreeMap::new();
    for file in files {
        let period = read_kora_csv(file.bytes)?.meta.period;
        if let Some(twice) = periods.replace(period) {
            return Err(AttackError::SamePeriod(twice));
        }
        by_threshold
            .entry(file.threshold)
            .or_default()
            .push(file.bytes);
    }
    let mut findings = Vec::new();
    for (threshold, files) in by_threshold {
        findings.extend(too_narrow(&files, threshold)?);
    }
    Ok(findings)
}

/// German names of the code words in a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    programmes: BTreeMap<String, String>,
    pillars: BTreeMap<String, String>,
}

impl Names {
    /// The names in force in the quarter.
    pub(super) fn of(lines: &[ProgrammeLine]) -> Self {
        Self {
            programmes: lines
                .iter()
                .map(|line| (line.code.clone(), line.label.clone()))
                .collect(),
            pillars: lines
                .iter()
                .map(|line| (line.pillar_code.clone(), line.pillar_label.clone()))
                .collect(),
        }
    }

    /// The name of a row; a code word without a name stands for itself.
    pub(super) fn row(&self, pillar: &str, programme: &str) -> String {
        let known = |names: &BTreeMap<String, String>, code: &str| {
            names.get(code).cloned().unwrap_or_else(|| code.to_owned())
        };
        match (pillar, programme) {
            (TOTAL_CODE, TOTAL_CODE) => "Sachsen insgesamt".to_owned(),
            (pillar, TOTAL_CODE) => known(&self.pillars, pillar),
            (_, programme) => known(&self.programmes, programme),
        }
    }
}

/// One row of a table on the screen, with one entry for each of [`Measure::ALL`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row<T> {
    /// The name.
    pub name: String,
    /// Whether the row is a sum of others.
    pub sum: bool,
    /// Its cells; `None` where there is none.
    pub cells: Vec<Option<T>>,
}

/// Cells as they stand in a file (pillar, programme, measure, entry), put into rows in the order of the file.
fn rows<'a, T>(
    names: &Names,
    cells: impl Iterator<Item = (&'a str, &'a str, &'a str, T)>,
) -> Vec<Row<T>> {
    let mut place: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut rows: Vec<Row<T>> = Vec::new();
    for (pillar, programme, measure, entry) in cells {
        let at = *place.entry((pillar, programme)).or_insert_with(|| {
            rows.push(Row {
                name: names.row(pillar, programme),
                sum: programme == TOTAL_CODE,
                cells: Measure::ALL.map(|_| None).into(),
            });
            rows.len() - 1
        });
        let column = Measure::ALL
            .iter()
            .position(|known| known.code() == measure);
        let cell = rows
            .get_mut(at)
            .zip(column)
            .and_then(|(row, column)| row.cells.get_mut(column));
        if let Some(cell) = cell {
            *cell = Some(entry);
        }
    }
    rows
}

/// The figures as KORA sees them; an inner `None` is a figure kept secret.
pub(super) fn figure_rows(names: &Names, release: &ReadRelease) -> Vec<Row<Option<u64>>> {
    rows(
        names,
        release
            .lines
            .iter()
            .map(|line| (&*line.pillar, &*line.programme, &*line.measure, line.value)),
    )
}

/// The attacker's interval for each figure kept secret; rows without one are left out.
pub(super) fn interval_rows(names: &Names, hidden: &[Finding]) -> Vec<Row<(u64, Option<u64>)>> {
    rows(
        names,
        hidden.iter().map(|cell| {
            (
                &*cell.pillar,
                &*cell.programme,
                &*cell.measure,
                (cell.lower, cell.upper),
            )
        }),
    )
}

/// What a hidden figure means and why it is hidden, in one sentence.
pub(super) fn hidden_sentence(threshold: u64) -> String {
    format!(
        "Ein Punkt heißt: Der Wert wird geheim gehalten, weil er selbst zwischen 1 und {} liegt und auf einzelne \
         Menschen schließen ließe, oder weil sich sonst ein solcher Wert aus den Summen errechnen ließe.",
        threshold.saturating_sub(1)
    )
}

/// The name of the file that KORA fetches.
pub(super) fn file_name(period: &str) -> String {
    format!("kora-{period}.csv")
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn file(period: &str, programmes: [&str; 2]) -> Vec<u8> {
        let mut text = String::from(
            "\u{feff}zeitraum;stand;version;ebene;saeule;massnahme;merkmal;wert;wert_q\r\n",
        );
        for (row, value) in [
            ("gesamt;gesamt;gesamt", "9;e"),
            ("saeule;s;gesamt", "9;e"),
            ("massnahme;s;a", programmes[0]),
            ("massnahme;s;b", programmes[1]),
        ] {
            text.push_str(&format!(
                "{period};2026-10-15;1;{row};personen_begonnen;{value}\r\n"
            ));
        }
        text.into_bytes()
    }

    #[test]
    fn only_finished_quarters_are_prepared() {
        let today = date!(2026 - 10 - 01);
        let ask = |text: &str| requested_quarter(text, today);
        assert_eq!(ask("2026-Q3"), Ok("2026-Q3".parse().unwrap()));
        assert_eq!(ask("2024-Q4"), Ok("2024-Q4".parse().unwrap()));
        assert!(ask("2024-Q3").unwrap_err().contains("zu weit zurück"));
        assert!(ask("2026-Q4").unwrap_err().contains("noch nicht zu Ende"));
        assert!(ask("2027-Q1").unwrap_err().contains("in der Zukunft"));
        assert!(ask("").is_err() && ask("2026-Q5").is_err());
        let last_day = requested_quarter("2026-Q3", date!(2026 - 09 - 30));
        assert!(last_day.unwrap_err().contains("noch nicht zu Ende"));
    }

    #[test]
    fn the_newest_finished_quarter_is_offered_first() {
        let offered: Vec<String> = finished_quarters(date!(2026 - 01 - 05))
            .into_iter()
            .map(|quarter| quarter.to_string())
            .collect();
        assert_eq!(offered.len(), OFFERED_QUARTERS);
        assert_eq!(offered[..2], ["2025-Q4", "2025-Q3"]);
    }

    #[test]
    fn each_file_is_judged_by_its_own_threshold() {
        let both_hidden = file("2026-Q3", [".;g", ".;g"]);
        let small_shown = file("2026-Q2", ["3;e", "6;e"]);
        let held = |bytes, threshold| Held { bytes, threshold };
        let findings = judge(&[held(&both_hidden, 5), held(&small_shown, 3)]);
        assert_eq!(
            findings,
            Ok(Vec::new()),
            "three is no small figure under a threshold of three"
        );
        let findings = judge(&[held(&both_hidden, 5), held(&small_shown, 5)]).expect("judged");
        assert_eq!(findings.len(), 1);
        assert!(findings[0].published && findings[0].period == "2026-Q2");
    }

    #[test]
    fn two_files_about_one_period_are_refused_under_any_thresholds() {
        let one = file("2026-Q3", [".;g", ".;g"]);
        let files = [
            Held {
                bytes: &one,
                threshold: 5,
            },
            Held {
                bytes: &one,
                threshold: 3,
            },
        ];
        assert_eq!(
            judge(&files),
            Err(AttackError::SamePeriod("2026-Q3".to_owned()))
        );
    }

    #[test]
    fn rows_come_in_the_order_of_the_file_with_names() {
        let names = Names::of(&[ProgrammeLine {
            code: "a".to_owned(),
            label: "Gruppe A".to_owned(),
            pillar_code: "s".to_owned(),
            pillar_label: "Säule 1: Dialog".to_owned(),
        }]);
        let release = read_kora_csv(&file("2026-Q3", [".;g", "9;e"])).expect("readable");
        let rows = figure_rows(&names, &release);
        let shown: Vec<(&str, bool, Option<Option<u64>>)> = rows
            .iter()
            .map(|row| (row.name.as_str(), row.sum, row.cells[1]))
            .collect();
        assert_eq!(
            shown,
            [
                ("Sachsen insgesamt", true, Some(Some(9))),
                ("Säule 1: Dialog", true, Some(Some(9))),
                ("Gruppe A", false, Some(None)),
                ("b", false, Some(Some(9))),
            ]
        );
        assert!(
            rows.iter().all(|row| row.cells[0].is_none()),
            "the file has no other measure"
        );
    }

    #[test]
    fn states_have_the_codes_of_the_schema() {
        for state in [State::Prepared, State::Published, State::Discarded] {
            assert_eq!(state.code().parse(), Ok(state));
        }
        assert!("draft".parse::<State>().is_err());
    }
}
