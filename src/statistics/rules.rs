//! What may be prepared, where a release stands, and what stands in the way.

use std::fmt;
use std::str::FromStr;

use time::Date;

use super::catalogue::Report;
use super::period::{Period, Span, finished};
use crate::base::german;

/// Where a release stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Disclosure control is at work.
    Computing,
    /// Disclosure control found no way.
    Failed,
    /// Waits for the second person.
    Prepared,
    /// Can be fetched by KORA.
    Published,
    /// Was published and is not to be used any more.
    Withdrawn,
    /// Was given up before it was published.
    Discarded,
}

impl State {
    /// Every state.
    pub(super) const ALL: [State; 6] = [
        State::Computing,
        State::Failed,
        State::Prepared,
        State::Published,
        State::Withdrawn,
        State::Discarded,
    ];

    /// The code in the database.
    pub(super) fn code(self) -> &'static str {
        match self {
            State::Computing => "computing",
            State::Failed => "failed",
            State::Prepared => "prepared",
            State::Published => "published",
            State::Withdrawn => "withdrawn",
            State::Discarded => "discarded",
        }
    }

    /// Whether it waits for somebody or something.
    pub(super) fn open(self) -> bool {
        matches!(self, State::Computing | State::Failed | State::Prepared)
    }
}

impl FromStr for State {
    type Err = ();
    fn from_str(code: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|state| state.code() == code)
            .ok_or(())
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            State::Computing => "wird berechnet",
            State::Failed => "nicht möglich",
            State::Prepared => "vorbereitet",
            State::Published => "veröffentlicht",
            State::Withdrawn => "zurückgezogen",
            State::Discarded => "verworfen",
        })
    }
}

/// A file of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// For people.
    Csv,
    /// For machines, signed.
    Zip,
    /// A workbook.
    Xlsx,
}

impl FileKind {
    /// All of them, in the order of the page.
    pub const ALL: [FileKind; 3] = [FileKind::Csv, FileKind::Xlsx, FileKind::Zip];

    /// The code in the database and in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            FileKind::Csv => "csv",
            FileKind::Zip => "zip",
            FileKind::Xlsx => "xlsx",
        }
    }

    /// What it is called on the screen.
    pub(super) const fn label(self) -> &'static str {
        match self {
            FileKind::Csv => "Tabellen zum Lesen (CSV)",
            FileKind::Zip => "Paket für Programme (ZIP, mit Nachweis und Signatur)",
            FileKind::Xlsx => "Arbeitsmappe (XLSX)",
        }
    }
}

/// How many finished periods of a report are offered.
pub(super) fn offered(report: &Report, today: Date) -> Vec<Period> {
    let number = match report.span {
        Span::Quarter => 8,
        Span::Half => 6,
        Span::Year => 5,
    };
    finished(today, report.span, number)
}

/// Whether two periods have a day in common, or one begins where the other ends: then figures of the one follow from the other's.
pub(super) fn touches(one: Period, other: Period) -> bool {
    one.first_day() <= other.day_after() && other.first_day() <= one.day_after()
}

/// The period asked for, if a report about it may be prepared today.
///
/// # Errors
/// The German sentence to be shown at the field.
pub(super) fn requested_period(report: &Report, text: &str, today: Date) -> Result<Period, String> {
    let kind = match report.span {
        Span::Quarter => "ein Quartal",
        Span::Half => "ein Halbjahr",
        Span::Year => "ein Jahr",
    };
    let period: Period = text
        .parse()
        .map_err(|_| format!("Bitte {kind} auswählen."))?;
    if period.span() != report.span {
        return Err(format!(
            "Der {} ist ein Bericht über {kind}. Bitte {kind} auswählen.",
            report.label
        ));
    }
    let label = period.label();
    if period.first_day() > today {
        return Err(format!(
            "„{label}“ liegt in der Zukunft. Vorbereitet werden nur abgeschlossene Zeiträume."
        ));
    }
    if period.day_after() > today {
        return Err(format!(
            "„{label}“ ist noch nicht zu Ende. Vorbereitet wird nach dem letzten Tag."
        ));
    }
    if !offered(report, today).contains(&period) {
        return Err(format!(
            "„{label}“ liegt zu weit zurück. Vorbereitet werden die letzten Zeiträume, die zur Auswahl stehen."
        ));
    }
    Ok(period)
}

/// Whether a report may be counted today, which makes today its cut-off. Nothing is counted as of another day: what became of
/// cases, sessions and consents is kept as it is now, not as it was.
///
/// # Errors
/// The German sentence to be shown at the field.
pub(super) fn checked_cut_off(
    period: Period,
    last: Option<Date>,
    today: Date,
) -> Result<(), String> {
    if today < period.day_after() {
        return Err(format!(
            "„{}“ ist noch nicht zu Ende. Vorbereitet wird nach dem letzten Tag.",
            period.label()
        ));
    }
    match last.filter(|last| today < *last) {
        Some(last) => Err(format!(
            "Heute ist für den Server der {}, aber der Stichtag der letzten Veröffentlichung war der {}. Seine Uhr geht falsch; \
             bitte die Verwaltung benachrichtigen. Bis sie gestellt ist, erschienen ältere Zahlen nach neueren.",
            german::date(today),
            german::date(last)
        )),
        None => Ok(()),
    }
}

/// Whether a cut-off that somebody asks for is the one there is.
///
/// # Errors
/// The German sentence to be shown beside it.
pub(super) fn only_today(asked: Date, today: Date) -> Result<(), String> {
    if asked == today {
        return Ok(());
    }
    Err(format!(
        "Stichtag ist immer der Tag, an dem gezählt wird, heute also der {}. Wie es an einem anderen Tag aussah, lässt sich nicht mehr \
         zählen; was früher veröffentlicht wurde, steht unverändert im Verzeichnis.",
        german::date(today)
    ))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::super::catalogue::report;
    use super::*;

    #[test]
    fn only_finished_periods_are_prepared() {
        let today = date!(2026 - 10 - 01);
        let ask = |code: &str, text: &str| requested_period(report(code).unwrap(), text, today);
        assert!(ask("quartal", "2026-Q3").is_ok() && ask("quartal", "2024-Q4").is_ok());
        assert!(
            ask("halbjahr", "2026-H1").is_ok()
                && ask("jahr", "2025").is_ok()
                && ask("landtag", "2021").is_ok()
        );
        for (code, text, why) in [
            ("quartal", "2024-Q3", "zu weit zurück"),
            ("quartal", "2026-Q4", "noch nicht zu Ende"),
            ("quartal", "2027-Q1", "in der Zukunft"),
            ("quartal", "2026-H1", "über ein Quartal"),
            ("halbjahr", "2026-H2", "noch nicht zu Ende"),
            ("jahr", "2026", "noch nicht zu Ende"),
            ("jahr", "2030", "in der Zukunft"),
            ("jahr", "", "ein Jahr auswählen"),
            ("quartal", "2026-Q5", "ein Quartal auswählen"),
        ] {
            let said = ask(code, text).unwrap_err();
            assert!(said.contains(why), "{code} {text}: {said}");
        }
    }

    #[test]
    fn the_cut_off_is_today_and_never_goes_back() {
        let period: Period = "2026-Q3".parse().unwrap();
        let check = |today, last| checked_cut_off(period, last, today);
        assert!(check(date!(2026 - 10 - 01), None).is_ok());
        assert!(check(date!(2026 - 10 - 15), Some(date!(2026 - 10 - 15))).is_ok());
        assert!(
            check(date!(2026 - 09 - 30), None)
                .unwrap_err()
                .contains("noch nicht zu Ende")
        );
        let back = check(date!(2026 - 10 - 14), Some(date!(2026 - 10 - 15))).unwrap_err();
        assert!(back.contains("14.10.2026") && back.contains("15.10.2026"));
        let today = date!(2026 - 10 - 20);
        assert!(only_today(today, today).is_ok());
        for other in [date!(2026 - 10 - 19), date!(2026 - 10 - 21)] {
            let said = only_today(other, today).unwrap_err();
            assert!(said.contains("heute also der 20.10.2026"), "{said}");
        }
    }

    #[test]
    fn states_have_the_codes_of_the_schema() {
        for state in State::ALL {
            assert_eq!(state.code().parse(), Ok(state));
        }
        assert!("draft".parse::<State>().is_err());
    }
}
