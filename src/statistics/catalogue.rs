//! The fixed catalogue of reports: which tables a report has, and which measures stand in them. KORA has no free query:
//! each further table would be one more equation for whoever wants to find somebody.

use super::dimension::Dimension;
use super::measure::Measure;
use super::period::Span;

/// A table of a report.
#[derive(Debug)]
pub struct TableSpec {
    /// The word in files. Part of the format: it never changes.
    pub code: &'static str,
    /// The heading.
    pub label: &'static str,
    /// The dimensions, in the order of the columns.
    pub dimensions: &'static [Dimension],
    /// The measures, in the order of the columns.
    pub measures: &'static [Measure],
    /// Whether the figures are kept by quarter, so that quarters, half-years and years hang together; tables that stand only
    /// in reports of a year are kept by year.
    pub by_quarter: bool,
}

/// A report.
#[derive(Debug)]
pub struct Report {
    /// The word in files and addresses. Part of the format.
    pub code: &'static str,
    /// The title.
    pub label: &'static str,
    /// What it is for, in one sentence.
    pub purpose: &'static str,
    /// How long its periods are.
    pub span: Span,
    /// Its tables.
    pub tables: &'static [&'static TableSpec],
}

use Measure::*;

const PROGRAMMES: TableSpec = TableSpec {
    code: "massnahmen",
    label: "Nach Maßnahme",
    dimensions: &[Dimension::Programme],
    measures: &[
        Enquiries,
        CasesOpened,
        Started,
        Running,
        Completed,
        BrokenOff,
        PassedOn,
        Talks,
        TalksCancelled,
        TalkHours,
    ],
    by_quarter: true,
};

const GROUPS: TableSpec = TableSpec {
    code: "gruppen",
    label: "Gruppen (AKT) nach Maßnahme",
    dimensions: &[Dimension::Programme],
    measures: &[
        Groups,
        SessionsPlanned,
        SessionsHeld,
        SessionsCancelled,
        GroupHours,
        Attendances,
        GroupCompletions,
    ],
    by_quarter: true,
};

const FACILITIES: TableSpec = TableSpec {
    code: "einrichtungen",
    label: "Nach Einrichtung",
    dimensions: &[Dimension::Facility],
    measures: &[
        Started,
        Running,
        Completed,
        BrokenOff,
        Talks,
        Groups,
        SessionsHeld,
        SessionsCancelled,
        Attendances,
    ],
    by_quarter: true,
};

const PROVIDERS: TableSpec = TableSpec {
    code: "traeger",
    label: "Nach Träger",
    dimensions: &[Dimension::Provider],
    measures: &[
        Enquiries,
        CasesOpened,
        Started,
        Running,
        Completed,
        BrokenOff,
        Talks,
        TalkHours,
        SessionsHeld,
        GroupHours,
    ],
    by_quarter: true,
};

const OUTCOMES: TableSpec = TableSpec {
    code: "ausgaenge",
    label: "Beendete Maßnahmen nach Ausgang und Grund",
    dimensions: &[Dimension::Outcome],
    measures: &[Ended],
    by_quarter: true,
};

const CANCELLED: TableSpec = TableSpec {
    code: "ausfaelle",
    label: "Ausgefallene Gruppensitzungen nach Grund",
    dimensions: &[Dimension::CancelReason],
    measures: &[SessionsCancelled],
    by_quarter: true,
};

const ROUTES: TableSpec = TableSpec {
    code: "zugangswege",
    label: "Nach Zugangsweg",
    dimensions: &[Dimension::Route],
    measures: &[Enquiries, Started],
    by_quarter: true,
};

const PHENOMENA: TableSpec = TableSpec {
    code: "phaenomene",
    label: "Nach Phänomenbereich",
    dimensions: &[Dimension::Phenomenon],
    measures: &[CasesOpened, Started],
    by_quarter: true,
};

const SETTINGS: TableSpec = TableSpec {
    code: "vollzugsarten",
    label: "Nach Vollzugsart",
    dimensions: &[Dimension::Setting],
    measures: &[Started],
    by_quarter: true,
};

const WAITING: TableSpec = TableSpec {
    code: "wartezeiten",
    label: "Begonnene Maßnahmen nach Wartezeit",
    dimensions: &[Dimension::Waiting],
    measures: &[Started],
    by_quarter: true,
};

const PERSONS: TableSpec = TableSpec {
    code: "personen",
    label: "Erreichte Personen nach Geschlecht und Alter",
    dimensions: &[Dimension::Sex, Dimension::Age],
    measures: &[Persons],
    by_quarter: true,
};

const PERSONS_BY_SETTING: TableSpec = TableSpec {
    code: "personen_vollzug",
    label: "Erreichte Personen nach Vollzugsart",
    dimensions: &[Dimension::Setting],
    measures: &[Persons],
    by_quarter: true,
};

const STARTED_BY_AGE: TableSpec = TableSpec {
    code: "beginne_alter",
    label: "Begonnene Maßnahmen nach Geschlecht und Alter",
    dimensions: &[Dimension::Sex, Dimension::Age],
    measures: &[Started],
    by_quarter: false,
};

const PARENTS: TableSpec = TableSpec {
    code: "elterncoaching",
    label: "Elterncoaching",
    dimensions: &[Dimension::Provider],
    measures: &[Parents],
    by_quarter: true,
};

const CHILDREN: TableSpec = TableSpec {
    code: "kinder",
    label: "Kinder der gecoachten Eltern nach Altersgruppe",
    dimensions: &[Dimension::ChildAge],
    measures: &[Children],
    by_quarter: true,
};

const HAND_OVERS: TableSpec = TableSpec {
    code: "uebergaben",
    label: "Übergaben zwischen Anstalten und an die Bewährungshilfe",
    dimensions: &[Dimension::HandedFrom, Dimension::HandedTo],
    measures: &[
        HandOversOffered,
        HandOversAccepted,
        HandOversDeclined,
        HandOversExpired,
    ],
    by_quarter: true,
};

const PROGRAMMES_BY_FACILITY: TableSpec = TableSpec {
    code: "massnahmen_einrichtungen",
    label: "Nach Einrichtung und Maßnahme",
    dimensions: &[Dimension::Facility, Dimension::Programme],
    measures: &[Started, Completed, SessionsHeld],
    by_quarter: false,
};

const LANDTAG: TableSpec = TableSpec {
    code: "landtag",
    label: "Nach Träger, Einrichtung und Maßnahme",
    dimensions: &[
        Dimension::Facility,
        Dimension::Provider,
        Dimension::Programme,
    ],
    measures: &[Started, Completed, SessionsHeld],
    by_quarter: false,
};

/// The tables of every report of a period.
const SHORT: &[&TableSpec] = &[
    &PROGRAMMES,
    &FACILITIES,
    &PROVIDERS,
    &GROUPS,
    &CANCELLED,
    &OUTCOMES,
    &PERSONS,
    &PERSONS_BY_SETTING,
    &PHENOMENA,
    &ROUTES,
    &SETTINGS,
    &WAITING,
    &PARENTS,
    &CHILDREN,
    &HAND_OVERS,
];

/// The tables of a year.
const LONG: &[&TableSpec] = &[
    &PROGRAMMES,
    &FACILITIES,
    &PROVIDERS,
    &PROGRAMMES_BY_FACILITY,
    &GROUPS,
    &CANCELLED,
    &OUTCOMES,
    &PERSONS,
    &PERSONS_BY_SETTING,
    &STARTED_BY_AGE,
    &PHENOMENA,
    &ROUTES,
    &SETTINGS,
    &WAITING,
    &PARENTS,
    &CHILDREN,
    &HAND_OVERS,
];

/// All reports. Of two about the same period the first is published and corrected first.
pub const REPORTS: [Report; 4] = [
    Report {
        code: "quartal",
        label: "Quartalsbericht",
        purpose: "Die laufenden Zahlen eines Quartals für KORA.",
        span: Span::Quarter,
        tables: SHORT,
    },
    Report {
        code: "halbjahr",
        label: "Halbjahresbericht",
        purpose: "Dieselben Tabellen für ein Halbjahr; kleine Werte lassen sich öfter zeigen als im Quartal.",
        span: Span::Half,
        tables: SHORT,
    },
    Report {
        code: "jahr",
        label: "Jahresbericht",
        purpose: "Alle Tabellen eines Jahres, auch Einrichtung und Maßnahme zusammen.",
        span: Span::Year,
        tables: LONG,
    },
    Report {
        code: "landtag",
        label: "Landtagsanfrage",
        purpose: "Wer hat in welcher Anstalt welche Maßnahme durchgeführt? Träger, Einrichtung und Maßnahme eines Jahres.",
        span: Span::Year,
        tables: &[&LANDTAG],
    },
];

/// The report with a code.
pub fn report(code: &str) -> Option<&'static Report> {
    REPORTS.iter().find(|report| report.code == code)
}

/// The tables whose figures hang together with those of a report without standing in it: they are counted along so that all
/// reports are protected together.
pub fn silent(report: &Report) -> Vec<&'static TableSpec> {
    // A coarse report counts along what it leaves out.
    let mut tables: Vec<&'static TableSpec> = REPORTS
        .iter()
        .filter(|whole| whole.code == report.code)
        .flat_map(|whole| whole.tables)
        .filter(|table| !report.tables.iter().any(|own| own.code == table.code))
        .copied()
        .collect();
    if report.code == "landtag" {
        tables.extend([
            &PROGRAMMES,
            &FACILITIES,
            &PROVIDERS,
            &GROUPS,
            &PROGRAMMES_BY_FACILITY,
        ] as [&'static TableSpec; 5]);
    }
    tables
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_catalogue_is_as_agreed() {
        let mut text = String::new();
        for report in &REPORTS {
            text.push_str(&format!(
                "{} ({:?}): {}\n",
                report.code, report.span, report.label
            ));
            for table in report.tables {
                let dimensions: Vec<&str> = table
                    .dimensions
                    .iter()
                    .map(|dimension| dimension.code())
                    .collect();
                let measures: Vec<&str> = table
                    .measures
                    .iter()
                    .map(|measure| measure.code())
                    .collect();
                text.push_str(&format!(
                    "  {}: {} | {}\n",
                    table.code,
                    dimensions.join(" x "),
                    measures.join(", ")
                ));
            }
        }
        insta::assert_snapshot!(text);
    }

    #[test]
    fn every_measure_stands_in_a_report_and_codes_differ() {
        let mut codes = BTreeSet::new();
        let mut measures: BTreeSet<Measure> = BTreeSet::new();
        for report in &REPORTS {
            assert!(codes.insert(report.code));
            let tables: BTreeSet<&str> = report.tables.iter().map(|table| table.code).collect();
            assert_eq!(tables.len(), report.tables.len());
            for table in report.tables {
                measures.extend(table.measures.iter().copied());
                // A quarter is part of a half-year, which has the same tables.
                assert!(
                    table.by_quarter || report.span == Span::Year,
                    "{}",
                    table.code
                );
                let dimensions: BTreeSet<_> = table.dimensions.iter().collect();
                assert!(
                    dimensions.len() == table.dimensions.len()
                        && (1..=3).contains(&dimensions.len())
                );
            }
        }
        assert_eq!(measures.len(), Measure::ALL.len());
    }
}
