//! Whether a content may be written at all, and whether what was read hangs together: every word of the right form,
//! every reference met, every figure once and the same in all its tables.

use std::collections::{BTreeMap, BTreeSet};

use super::FileError;
use super::content::*;
use super::package::RESERVED;
use super::words::{is_code_word, is_name, is_period, is_text};

/// The smallest threshold and the smallest base of a rounding.
const LEAST: u64 = 3;

/// The largest figure: office programs count exactly up to 2^53.
const LARGEST: u64 = 1_000_000_000_000;

/// Decimals beyond this are no measure of people's work.
const MOST_DECIMALS: u8 = 3;

/// Finds the first thing that makes the content unfit for a file.
pub fn check(content: &ReleaseContent) -> Result<(), FileError> {
    head(content)?;
    let dimensions = dimensions(content)?;
    measures(content, &dimensions)?;
    let mut codes = BTreeSet::new();
    let mut figures = BTreeMap::new();
    for table in &content.tables {
        let place = format!("Tabelle {}", table.code);
        named(&place, &table.code, &table.label)?;
        once(&place, codes.insert(table.code.as_str()))?;
        self::table(content, table, &place, &mut figures)?;
    }
    Ok(())
}

fn unfit<T>(place: &str, what: impl Into<String>) -> Result<T, FileError> {
    Err(FileError::Unfit {
        place: place.to_owned(),
        what: what.into(),
    })
}

fn demand(met: bool, place: &str, what: impl FnOnce() -> String) -> Result<(), FileError> {
    if met { Ok(()) } else { unfit(place, what()) }
}

fn once(place: &str, new: bool) -> Result<(), FileError> {
    demand(new, place, || "ist doppelt aufgeführt".to_owned())
}

fn named(place: &str, code: &str, label: &str) -> Result<(), FileError> {
    demand(is_code_word(code), place, || {
        format!("„{code}“ ist kein zulässiges Schlüsselwort")
    })?;
    demand(is_name(label), place, || {
        format!("„{label}“ ist keine zulässige Bezeichnung")
    })
}

fn text(place: &str, text: &str) -> Result<(), FileError> {
    demand(is_text(text), place, || {
        format!("„{text}“ ist kein zulässiger Text")
    })
}

fn head(content: &ReleaseContent) -> Result<(), FileError> {
    named("Bericht", &content.report.code, &content.report.label)?;
    let period = &content.period;
    let place = "Zeitraum";
    demand(is_period(&period.code), place, || {
        format!(
            "„{}“ ist kein Zeitraum in der Form 2026, 2026-H2 oder 2026-Q3",
            period.code
        )
    })?;
    demand(
        is_name(&period.label) || period.label == period.code,
        place,
        || format!("„{}“ ist keine zulässige Bezeichnung", period.label),
    )?;
    demand(period.first <= period.last, place, || {
        "endet, bevor er beginnt".to_owned()
    })?;
    demand(content.cut_off >= period.last, "Stand", || {
        "liegt vor dem Ende des Zeitraums".to_owned()
    })?;
    demand(content.version > 0, "Version", || "zählt ab 1".to_owned())?;
    demand(
        content.correction.is_some() == (content.version > 1),
        "Berichtigung",
        || "ein Grund gehört zu jeder Version ab 2 und nur zu dieser".to_owned(),
    )?;
    let least = match content.protection {
        Protection::Suppression { threshold } => threshold,
        Protection::Rounding { base } => base,
    };
    demand(least >= LEAST, "Geheimhaltung", || {
        format!("{least} schützt niemanden; erlaubt ist ab {LEAST}")
    })?;
    for sentence in content.correction.iter().chain(&content.notes) {
        text("Hinweis", sentence)?;
    }
    content
        .method
        .iter()
        .try_for_each(|paragraph| text("Verfahren", paragraph))?;
    demand(!content.method.is_empty(), "Verfahren", || {
        "ist nicht beschrieben".to_owned()
    })?;
    demand(
        content.tables.iter().any(|table| !table.cells.is_empty()),
        "Tabellen",
        || "enthalten keine Werte".to_owned(),
    )
}

/// The codes of each dimension.
fn dimensions(content: &ReleaseContent) -> Result<BTreeMap<&str, BTreeSet<&str>>, FileError> {
    let mut known = BTreeMap::new();
    for dimension in &content.dimensions {
        let place = format!("Merkmal {}", dimension.code);
        named(&place, &dimension.code, &dimension.label)?;
        if !dimension.definition.is_empty() {
            text(&place, &dimension.definition)?;
        }
        demand(!RESERVED.contains(&dimension.code.as_str()), &place, || {
            "so heißt schon eine andere Spalte".to_owned()
        })?;
        let mut parents = BTreeMap::new();
        for item in &dimension.codes {
            let place = format!("{place}, Schlüssel {}", item.code);
            named(&place, &item.code, &item.label)?;
            if let Some(federal) = &item.federal {
                named(&place, &federal.code, &federal.label)?;
            }
            if let (Some(from), Some(until)) = (item.valid_from, item.valid_until) {
                demand(from <= until, &place, || {
                    "gilt nicht mehr, bevor er gilt".to_owned()
                })?;
            }
            demand(
                item.parent.is_none() == (item.code == TOTAL),
                &place,
                || format!("genau „{TOTAL}“ hat nichts über sich"),
            )?;
            let double = parents.insert(item.code.as_str(), item.parent.as_deref());
            once(&place, double.is_none())?;
        }
        demand(parents.contains_key(TOTAL), &place, || {
            format!("der Schlüssel „{TOTAL}“ fehlt")
        })?;
        for code in parents.keys() {
            // A tree is climbed in fewer steps than it has codes.
            let mut at = *code;
            let mut steps = 0;
            while let Some(above) = parents.get(at).copied().flatten() {
                at = above;
                steps += 1;
                if steps > parents.len() {
                    break;
                }
            }
            demand(at == TOTAL, &place, || {
                format!("„{code}“ führt nicht zu „{TOTAL}“ hinauf")
            })?;
        }
        let codes: BTreeSet<&str> = parents.keys().copied().collect();
        once(
            &place,
            known.insert(dimension.code.as_str(), codes).is_none(),
        )?;
    }
    Ok(known)
}

fn measures(
    content: &ReleaseContent,
    dimensions: &BTreeMap<&str, BTreeSet<&str>>,
) -> Result<(), FileError> {
    let mut known = BTreeSet::new();
    for measure in &content.measures {
        let place = format!("Kennzahl {}", measure.code);
        named(&place, &measure.code, &measure.label)?;
        named(&place, &measure.code, &measure.unit)?;
        text(&place, &measure.definition)?;
        once(&place, known.insert(measure.code.as_str()))?;
        demand(measure.decimals <= MOST_DECIMALS, &place, || {
            format!("mehr als {MOST_DECIMALS} Nachkommastellen")
        })?;
        let mut over = BTreeSet::new();
        for dimension in &measure.additive {
            once(&place, over.insert(dimension.as_str()))?;
            demand(
                dimension == TIME || dimensions.contains_key(dimension.as_str()),
                &place,
                || format!("das Merkmal „{dimension}“ gibt es nicht"),
            )?;
        }
    }
    Ok(())
}

/// A measure and a place: what makes a figure the same in two tables.
type Spot<'a> = (&'a str, Vec<(&'a str, &'a str)>);

fn table<'a>(
    content: &ReleaseContent,
    table: &'a TableContent,
    place: &str,
    figures: &mut BTreeMap<Spot<'a>, &'a Figure>,
) -> Result<(), FileError> {
    let mut columns = Vec::new();
    for code in &table.dimensions {
        let Some(dimension) = content.dimension(code) else {
            return unfit(place, format!("das Merkmal „{code}“ gibt es nicht"));
        };
        once(
            place,
            table
                .dimensions
                .iter()
                .filter(|other| *other == code)
                .nth(1)
                .is_none(),
        )?;
        let codes: BTreeSet<&str> = dimension
            .codes
            .iter()
            .map(|item| item.code.as_str())
            .collect();
        columns.push(codes);
    }
    let mut rows = BTreeSet::new();
    for cell in &table.cells {
        let place = format!("{place}, {} {}", cell.measure, cell.codes.join(" "));
        let Some(measure) = content.measure(&cell.measure) else {
            return unfit(&place, "die Kennzahl gibt es nicht");
        };
        demand(cell.codes.len() == columns.len(), &place, || {
            format!(
                "{} Schlüssel für {} Merkmale",
                cell.codes.len(),
                columns.len()
            )
        })?;
        for (code, known) in cell.codes.iter().zip(&columns) {
            demand(known.contains(code.as_str()), &place, || {
                format!("den Schlüssel „{code}“ gibt es nicht")
            })?;
        }
        once(&place, rows.insert((&cell.measure, &cell.codes)))?;
        figure(content, measure, &cell.figure, &place)?;
        let spot = (cell.measure.as_str(), table.place(cell));
        let other = figures.insert(spot, &cell.figure);
        demand(
            other.is_none_or(|other| *other == cell.figure),
            &place,
            || "dieselbe Zahl steht in einer anderen Tabelle anders".to_owned(),
        )?;
    }
    Ok(())
}

fn figure(
    content: &ReleaseContent,
    measure: &MeasureInfo,
    figure: &Figure,
    place: &str,
) -> Result<(), FileError> {
    match figure {
        Figure::Nothing => Ok(()),
        Figure::Number(number) => {
            demand(*number <= LARGEST, place, || {
                format!("{number} ist unglaubhaft groß")
            })?;
            let rounded = match content.protection {
                Protection::Rounding { base } if !measure.open => number.is_multiple_of(base),
                _ => true,
            };
            demand(rounded, place, || format!("{number} ist nicht gerundet"))
        }
        Figure::Hidden(intervals) => {
            demand(!measure.open, place, || {
                "geheim gehalten, obwohl die Kennzahl offen ist".to_owned()
            })?;
            let first = intervals.first().map(|interval| interval.attacker.as_str());
            demand(first == Some(OUTSIDER), place, || {
                format!("der Nachweis für „{OUTSIDER}“ fehlt oder steht nicht vorn")
            })?;
            let mut attackers = BTreeSet::new();
            for interval in intervals {
                let attacker = interval.attacker.as_str();
                demand(is_code_word(attacker), place, || {
                    format!("„{attacker}“ ist kein zulässiges Schlüsselwort")
                })?;
                once(place, attackers.insert(attacker))?;
                demand(
                    interval.upper.is_none_or(|upper| interval.lower <= upper),
                    place,
                    || "der Nachweis nennt eine Spanne, die endet, bevor sie beginnt".to_owned(),
                )?;
            }
            Ok(())
        }
    }
}
