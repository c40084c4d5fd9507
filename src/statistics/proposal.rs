//! Coarser breakdowns for a release of which most is hidden: which could be asked about, and which of them really help. What
//! they would show is computed by disclosure control itself, never guessed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::catalogue::{Report, report};
use super::cube::Counted;
use super::dimension::Dimension;
use super::file::{Figure, ReleaseContent};
use super::link::FigureKey;
use super::period::{Period, Span};
use super::shape::Shape;

/// How many tables are asked about alone where nothing can be told: the ones that reports begin with.
const ALONE: usize = 4;

/// What a table, or several, tell about people: figures other than zero that are shown, and figures kept secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    pub shown: usize,
    pub hidden: usize,
}

impl Told {
    /// Whether more is hidden than shown.
    pub(super) fn is_mostly_hidden(self) -> bool {
        self.hidden > self.shown
    }

    fn add(&mut self, figure: &Figure) {
        match figure {
            Figure::Number(0) | Figure::Nothing => {}
            Figure::Number(_) => self.shown += 1,
            Figure::Hidden(_) => self.hidden += 1,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            shown: self.shown + other.shown,
            hidden: self.hidden + other.hidden,
        }
    }

    /// Hidden figures of a thousand.
    fn share(self) -> usize {
        (self.hidden * 1000)
            .checked_div(self.hidden + self.shown)
            .unwrap_or(0)
    }
}

/// What each table of a release tells, by its code.
pub(super) type Tables = BTreeMap<String, Told>;

/// What each table of a release tells.
pub(super) fn told(content: &ReleaseContent) -> Tables {
    let mut tables = Tables::new();
    for table in &content.tables {
        let told = tables.entry(table.code.clone()).or_default();
        for cell in &table.cells {
            if content
                .measure(&cell.measure)
                .is_some_and(|measure| !measure.open)
            {
                told.add(&cell.figure);
            }
        }
    }
    tables
}

/// What each table of a protected report tells.
pub(super) fn told_by(figures: &BTreeMap<FigureKey, Figure>) -> Tables {
    let mut tables = Tables::new();
    for (key, figure) in figures {
        let told = tables.entry(key.table.to_owned()).or_default();
        if !key.measure.open() {
            told.add(figure);
        }
    }
    tables
}

/// What the tables of a report tell that nothing safe was found for: nothing of what was counted.
pub(super) fn nothing_told(report: &Report, counted: &Counted) -> Tables {
    let mut tables = Tables::new();
    for table in report.tables {
        let dimensions: Vec<&str> = table.dimensions.iter().map(|one| one.code()).collect();
        let hidden = counted
            .layers
            .iter()
            .filter(|layer| {
                let measure = table
                    .measures
                    .iter()
                    .find(|one| one.code() == layer.measure);
                layer.dimensions == dimensions && measure.is_some_and(|measure| !measure.open())
            })
            .flat_map(|layer| &layer.cells)
            .filter(|(_, count)| *count > 0)
            .count();
        tables.insert(table.code.to_owned(), Told { shown: 0, hidden });
    }
    tables
}

/// The tables of which more is hidden than shown.
pub(super) fn mostly_hidden(tables: &Tables) -> BTreeSet<&str> {
    tables
        .iter()
        .filter(|(_, told)| told.is_mostly_hidden())
        .map(|(code, _)| code.as_str())
        .collect()
}

fn sum<'a>(tables: &Tables, codes: impl IntoIterator<Item = &'a str>) -> Told {
    codes
        .into_iter()
        .filter_map(|code| tables.get(code))
        .fold(Told::default(), |all, told| all.plus(*told))
}

/// How a release could be made coarser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Way {
    /// The same report with more left out: a shape as it is written.
    Coarser(String),
    /// A longer report that holds the period: report and period.
    Longer(String, String),
}

/// Something that could be asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variant {
    /// In words.
    pub title: String,
    /// What would be prepared.
    pub way: Way,
    /// The tables it is about.
    about: BTreeSet<String>,
}

/// A coarser breakdown that helps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Proposal {
    /// In words.
    pub title: String,
    /// What would be prepared.
    pub way: Way,
    /// What the tables in question tell now.
    pub now: Told,
    /// What would stand in their place.
    pub then: Told,
    /// What the other tables tell now, and would tell.
    pub others: (Told, Told),
}

/// Everything computed for a release.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Proposals {
    /// What helps, the best first.
    pub helpful: Vec<Proposal>,
    /// How many were computed.
    pub computed: usize,
    /// What could not be computed yet, in sentences.
    pub later: Vec<String>,
}

/// The coarser reports that could be asked about, because most of some table is hidden.
pub(super) fn variants(whole: &Report, shape: &Shape, now: &Tables) -> Vec<Variant> {
    let poor = mostly_hidden(now);
    let there: Vec<_> = whole
        .tables
        .iter()
        .filter(|table| now.contains_key(table.code))
        .collect();
    let coarser = |title: String, extra: Shape, about: BTreeSet<String>| Variant {
        title,
        way: Way::Coarser(shape.and(&extra).to_string()),
        about,
    };
    let mut all = Vec::new();
    for table in there.iter().filter(|table| poor.contains(table.code)) {
        for dimension in table.dimensions {
            let alone = table.dimensions.len() == 1;
            if alone && *dimension == Dimension::Facility {
                continue;
            }
            let title = if alone {
                format!("„{}“ weglassen", table.label)
            } else {
                format!("„{}“ ohne {}", table.label, dimension.label())
            };
            all.push(coarser(
                title,
                Shape::default().without(table.code, *dimension),
                BTreeSet::from([table.code.to_owned()]),
            ));
        }
    }
    let by_facility: Vec<_> = there
        .iter()
        .filter(|table| table.dimensions.contains(&Dimension::Facility))
        .collect();
    // Of one table alone that was said above, unless it has no other breakdown.
    let more = by_facility.len() > 1 || by_facility.iter().any(|table| table.dimensions.len() == 1);
    if more && by_facility.iter().any(|table| poor.contains(table.code)) {
        let shape = by_facility.iter().fold(Shape::default(), |shape, table| {
            shape.without(table.code, Dimension::Facility)
        });
        let about = by_facility
            .iter()
            .map(|table| table.code.to_owned())
            .collect();
        all.push(coarser(
            "Sachsen insgesamt statt einzelner Einrichtungen".to_owned(),
            shape,
            about,
        ));
    }
    // Nothing at all can be told: then what helps may be one table alone.
    if poor.len() > 1 && now.values().all(|told| told.shown == 0) {
        for kept in there
            .iter()
            .filter(|table| poor.contains(table.code))
            .take(ALONE)
        {
            let others = there.iter().filter(|table| table.code != kept.code);
            let shape = others
                .flat_map(|table| {
                    table
                        .dimensions
                        .iter()
                        .map(|dimension| (table.code, *dimension))
                })
                .fold(Shape::default(), |shape, (table, dimension)| {
                    shape.without(table, dimension)
                });
            let about = there.iter().map(|table| table.code.to_owned()).collect();
            all.push(coarser(format!("Nur „{}“", kept.label), shape, about));
        }
    }
    all
}

/// The longer reports that hold a period.
pub(super) fn longer(
    code: &str,
    period: Period,
    now: &Tables,
) -> Vec<(&'static Report, Period, Variant)> {
    let spans: &[(&str, Span)] = match code {
        "quartal" => &[("halbjahr", Span::Half), ("jahr", Span::Year)],
        "halbjahr" => &[("jahr", Span::Year)],
        _ => &[],
    };
    let about: BTreeSet<String> = mostly_hidden(now).into_iter().map(str::to_owned).collect();
    if about.is_empty() {
        return Vec::new();
    }
    spans
        .iter()
        .filter_map(|(code, span)| {
            let (report, period) = (report(code)?, Period::of(period.first_day(), *span));
            let variant = Variant {
                title: format!("{}, {} statt dieses Berichts", report.label, period.label()),
                way: Way::Longer(report.code.to_owned(), period.to_string()),
                about: about.clone(),
            };
            Some((report, period, variant))
        })
        .collect()
}

impl Variant {
    /// The proposal, if it helps: less of what it is about is hidden, or what it leaves out lets others be shown.
    pub(super) fn weighed(self, now: &Tables, then: &Tables) -> Option<Proposal> {
        let own = |code: &str| {
            self.about
                .iter()
                .any(|table| code == table || code.starts_with(&format!("{table}_ohne_")))
        };
        let split = |tables: &Tables| {
            let inside = sum(
                tables,
                tables.keys().map(String::as_str).filter(|code| own(code)),
            );
            let outside = sum(
                tables,
                tables.keys().map(String::as_str).filter(|code| !own(code)),
            );
            (inside, outside)
        };
        let ((before, others_before), (after, others_after)) = (split(now), split(then));
        let helps = match &self.way {
            Way::Coarser(_) if after == Told::default() => others_after.shown > others_before.shown,
            _ => {
                after.shown > 0
                    && after.share() < before.share()
                    && (!after.is_mostly_hidden() || after.shown > before.shown)
            }
        };
        helps.then_some(Proposal {
            title: self.title,
            way: self.way,
            now: before,
            then: after,
            others: (others_before, others_after),
        })
    }
}

/// The best first: the smallest share of hidden figures where it applies, then the most that is shown in all.
pub(super) fn ranked(mut helpful: Vec<Proposal>) -> Vec<Proposal> {
    helpful.sort_by_key(|one| {
        let shown = one.then.shown + one.others.1.shown;
        (
            one.then.share(),
            std::cmp::Reverse(shown),
            one.title.clone(),
        )
    });
    helpful
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(of: &[(&str, usize, usize)]) -> Tables {
        of.iter()
            .map(|(code, shown, hidden)| {
                let told = Told {
                    shown: *shown,
                    hidden: *hidden,
                };
                ((*code).to_owned(), told)
            })
            .collect()
    }

    #[test]
    fn only_tables_that_are_mostly_hidden_are_asked_about() {
        let whole = report("quartal").unwrap();
        let now = tables(&[
            ("massnahmen", 20, 10),
            ("einrichtungen", 3, 30),
            ("personen", 2, 9),
            ("wartezeiten", 1, 2),
        ]);
        let titles: Vec<String> = variants(whole, &Shape::default(), &now)
            .into_iter()
            .map(|variant| variant.title)
            .collect();
        assert_eq!(
            titles,
            [
                "„Erreichte Personen nach Geschlecht und Alter“ ohne Geschlecht",
                "„Erreichte Personen nach Geschlecht und Alter“ ohne Alter",
                "„Begonnene Maßnahmen nach Wartezeit“ weglassen",
                "Sachsen insgesamt statt einzelner Einrichtungen",
            ]
        );
        let period: Period = "2026-Q3".parse().unwrap();
        let longer: Vec<String> = longer("quartal", period, &now)
            .into_iter()
            .map(|(report, period, _)| format!("{} {period}", report.code))
            .collect();
        assert_eq!(longer, ["halbjahr 2026-H2", "jahr 2026"]);
        let full = tables(&[("massnahmen", 20, 10)]);
        assert!(variants(whole, &Shape::default(), &full).is_empty());
        assert!(super::longer("quartal", period, &full).is_empty());
    }

    #[test]
    fn only_what_helps_is_proposed() {
        let whole = report("quartal").unwrap();
        let now = tables(&[("massnahmen", 20, 10), ("personen", 2, 9)]);
        let variant = |title: &str| {
            variants(whole, &Shape::default(), &now)
                .into_iter()
                .find(|variant| variant.title.ends_with(title))
                .unwrap()
        };
        let helps = variant("ohne Alter").weighed(
            &now,
            &tables(&[("massnahmen", 20, 10), ("personen_ohne_alter", 3, 2)]),
        );
        let told = |one: Told| (one.shown, one.hidden);
        let helps = helps.unwrap();
        assert_eq!((told(helps.now), told(helps.then)), ((2, 9), (3, 2)));
        assert_eq!(helps.way, Way::Coarser("personen:alter".to_owned()));
        // As much hidden as before; nothing shown at all; nothing there and nothing won elsewhere.
        for then in [
            vec![("massnahmen", 20, 10), ("personen_ohne_alter", 1, 5)],
            vec![("massnahmen", 20, 10), ("personen_ohne_alter", 0, 3)],
            vec![("massnahmen", 20, 10)],
        ] {
            assert_eq!(variant("ohne Alter").weighed(&now, &tables(&then)), None);
        }
        let won = variant("ohne Alter").weighed(&now, &tables(&[("massnahmen", 25, 5)]));
        assert_eq!(told(won.unwrap().others.1), (25, 5));
    }
}
