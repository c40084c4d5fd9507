//! What a release says wrongly although it is whole: sums that do not add up, and intervals of the certificate that
//! protect nobody. Both come from the file alone; what an attacker can work out is not computed here.

use std::collections::BTreeMap;

use super::content::*;

/// Sentences about what is wrong, in the order of the file.
pub fn findings(content: &ReleaseContent) -> Vec<String> {
    let mut findings = Vec::new();
    for table in &content.tables {
        let cells: BTreeMap<(&str, &[String]), &Figure> = table
            .cells
            .iter()
            .map(|cell| ((cell.measure.as_str(), cell.codes.as_slice()), &cell.figure))
            .collect();
        for cell in &table.cells {
            let Some(measure) = content.measure(&cell.measure) else {
                continue;
            };
            let place = format!(
                "Tabelle {}, {} {}",
                table.code,
                cell.measure,
                cell.codes.join(" ")
            );
            if let Some(what) = too_narrow(content.protection, measure, &cell.figure) {
                findings.push(format!("{place}: {what}."));
            }
            for (index, code) in table.dimensions.iter().enumerate() {
                if !measure.additive.contains(code) {
                    continue;
                }
                let parts = parts(content, code, cell, index, &cells);
                if let Some(what) = parts.and_then(|parts| wrong_sum(&cell.figure, &parts)) {
                    findings.push(format!("{place}: {what}."));
                }
            }
        }
    }
    findings
}

/// Whether an interval keeps the requirement: only 0 possible, only values from the threshold, or a span up to the
/// threshold at least, one less than it wide.
fn too_narrow(protection: Protection, measure: &MeasureInfo, figure: &Figure) -> Option<String> {
    let (Protection::Suppression { threshold }, Figure::Hidden(intervals)) = (protection, figure)
    else {
        return None;
    };
    let narrow = intervals.iter().find(|interval| {
        let Some(upper) = interval.upper else {
            return false;
        };
        let unit = 10_u64.saturating_pow(u32::from(measure.decimals));
        let threshold = threshold.saturating_mul(unit);
        let wide = upper >= threshold && upper - interval.lower >= threshold.saturating_sub(unit);
        upper > 0 && interval.lower < threshold && !wide
    })?;
    let upper = narrow.upper.unwrap_or(u64::MAX);
    Some(format!(
        "die Spanne {} bis {upper} für „{}“ ist zu eng, um geheim zu halten",
        narrow.lower, narrow.attacker
    ))
}

/// The figures right below a cell in one dimension, if the table has all of them.
fn parts<'a>(
    content: &ReleaseContent,
    dimension: &str,
    cell: &CellContent,
    index: usize,
    cells: &BTreeMap<(&str, &[String]), &'a Figure>,
) -> Option<Vec<&'a Figure>> {
    let own = cell.codes.get(index)?;
    let items = &content.dimension(dimension)?.codes;
    let below = items
        .iter()
        .filter(|item| item.parent.as_ref() == Some(own));
    let figures: Vec<&Figure> = below
        .map(|item| {
            let mut codes = cell.codes.clone();
            *codes.get_mut(index)? = item.code.clone();
            cells
                .get(&(cell.measure.as_str(), codes.as_slice()))
                .copied()
        })
        .collect::<Option<_>>()?;
    (!figures.is_empty()).then_some(figures)
}

fn wrong_sum(whole: &Figure, parts: &[&Figure]) -> Option<String> {
    let value = |figure: &Figure| match figure {
        Figure::Number(value) => Some(*value),
        Figure::Nothing => Some(0),
        Figure::Hidden(_) => None,
    };
    let whole = value(whole)?;
    let known = parts.iter().filter_map(|figure| value(figure));
    let sum = known.fold(0, u64::saturating_add);
    let complete = parts.iter().all(|figure| value(figure).is_some());
    if complete && sum != whole {
        return Some(format!("die Teile ergeben {sum} statt {whole}"));
    }
    (sum > whole).then(|| format!("die veröffentlichten Teile ergeben {sum}, mehr als {whole}"))
}

#[cfg(test)]
mod tests {
    use super::super::examples::example;
    use super::*;

    #[test]
    fn the_example_is_without_findings() {
        assert_eq!(findings(&example()), Vec::<String>::new());
    }

    #[test]
    fn wrong_sums_and_narrow_intervals_are_told_with_their_place() {
        type Change = fn(&mut ReleaseContent);
        let interval = |lower, upper| AttackerInterval {
            attacker: OUTSIDER.to_owned(),
            lower,
            upper: Some(upper),
        };
        let cases: [(&str, Change); 3] = [
            (
                "Tabelle massnahmen, personen_begonnen gesamt: die Teile ergeben 60 statt 61.",
                |c| {
                    c.tables[0].cells[0].figure = Figure::Number(61);
                },
            ),
            (
                "Tabelle massnahmen, personen_begonnen prisma: die veröffentlichten Teile ergeben 51, mehr als 50.",
                |c| {
                    c.tables[0].cells[2].figure = Figure::Number(51);
                },
            ),
            (
                "Tabelle einrichtungen, personen_begonnen gesamt akt_gruppe: die Teile ergeben 39 statt 38.",
                |c| {
                    c.tables[1].cells[7].figure = Figure::Number(39);
                },
            ),
        ];
        for (expected, change) in cases {
            let mut content = example();
            change(&mut content);
            let found = findings(&content);
            assert!(found.iter().any(|text| text == expected), "{found:?}");
        }
        let narrow = |lower, upper| {
            let mut content = example();
            content.tables[0].cells[3].figure = Figure::Hidden(vec![interval(lower, upper)]);
            findings(&content).len()
        };
        // Threshold 5: nothing but 0, only large values, or wide enough.
        for (lower, upper) in [(0, 0), (5, 6), (0, 5), (2, 6), (7, 7)] {
            assert_eq!(narrow(lower, upper), 0, "{lower} to {upper}");
        }
        for (lower, upper) in [(1, 1), (0, 4), (3, 6), (4, 5), (0, 1)] {
            assert_eq!(narrow(lower, upper), 1, "{lower} to {upper}");
        }
    }
}
