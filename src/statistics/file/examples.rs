//! Releases for the tests: a small one that people can check by hand, and random ones.

use time::macros::date;

use super::content::*;
use super::method_text;
use crate::base::crypto::{MasterSecret, Signer};

/// A key that belongs to no installation.
pub(super) fn signer() -> Signer {
    MasterSecret::new([42; 32]).release_signer()
}

fn item(code: &str, label: &str, parent: &str) -> CodeItem {
    CodeItem {
        code: code.to_owned(),
        label: label.to_owned(),
        parent: (code != TOTAL).then(|| parent.to_owned()),
        valid_from: None,
        valid_until: None,
        federal: None,
    }
}

fn dimension(code: &str, label: &str, definition: &str, codes: Vec<CodeItem>) -> Dimension {
    Dimension {
        code: code.to_owned(),
        label: label.to_owned(),
        definition: definition.to_owned(),
        codes,
    }
}

fn measure(code: &str, label: &str, unit: &str, decimals: u8, definition: &str) -> MeasureInfo {
    MeasureInfo {
        code: code.to_owned(),
        label: label.to_owned(),
        definition: definition.to_owned(),
        unit: unit.to_owned(),
        decimals,
        additive: vec![
            "massnahme".to_owned(),
            "einrichtung".to_owned(),
            TIME.to_owned(),
        ],
        open: false,
    }
}

fn table(
    code: &str,
    label: &str,
    dimensions: &[&str],
    cells: &[(&str, &str, Figure)],
) -> TableContent {
    TableContent {
        code: code.to_owned(),
        label: label.to_owned(),
        dimensions: dimensions.iter().map(|code| (*code).to_owned()).collect(),
        cells: cells
            .iter()
            .map(|(measure, codes, figure)| CellContent {
                measure: (*measure).to_owned(),
                codes: codes.split(' ').map(str::to_owned).collect(),
                figure: figure.clone(),
            })
            .collect(),
    }
}

/// A hidden figure of which the outsider knows this much, and an insider a little more.
fn hidden(lower: u64, upper: u64, insider: (u64, u64)) -> Figure {
    let interval = |attacker: &str, lower, upper| AttackerInterval {
        attacker: attacker.to_owned(),
        lower,
        upper: Some(upper),
    };
    Figure::Hidden(vec![
        interval(OUTSIDER, lower, upper),
        interval("traeger.vpn", insider.0, insider.1),
    ])
}

/// Two linked tables of a quarter. Hidden figures add up to 12 (programmes) and 20 (facilities), so that is what an
/// outsider knows.
pub(super) fn example() -> ReleaseContent {
    use Figure::{Nothing, Number};
    const BEGUN: &str = "personen_begonnen";
    const HOURS: &str = "stunden";
    let protection = Protection::Suppression { threshold: 5 };
    let mut programmes = vec![
        item(TOTAL, "Alle Maßnahmen", ""),
        item("prisma", "Säule 1: PRISMA", TOTAL),
        item("akt_gruppe", "AKT in der Gruppe", "prisma"),
        item("akt_einzel", "AKT im Einzelgespräch", "prisma"),
        item(
            "elterncoaching",
            "Elterncoaching; mit \"Kurzberatung\"",
            "prisma",
        ),
        item("saeule_2", "Säule 2: Umfeld", TOTAL),
        item("umfeldberatung", "Umfeldberatung", "saeule_2"),
    ];
    if let Some(item) = programmes.get_mut(4) {
        item.valid_from = Some(date!(2024 - 07 - 01));
        item.valid_until = Some(date!(2027 - 06 - 30));
        item.federal = Some(Named {
            code: "b3".to_owned(),
            label: "Familie und Umfeld".to_owned(),
        });
    }
    ReleaseContent {
        report: Named {
            code: "quartal".to_owned(),
            label: "Quartalsbericht Extremismusprävention".to_owned(),
        },
        period: PeriodInfo {
            code: "2026-Q3".to_owned(),
            label: "3. Quartal 2026".to_owned(),
            first: date!(2026 - 07 - 01),
            last: date!(2026 - 09 - 30),
        },
        cut_off: date!(2026 - 10 - 15),
        version: 2,
        correction: Some("Nachgetragene Teilnahmen einer Anstalt".to_owned()),
        protection,
        method: method_text(&protection),
        notes: vec!["2 Personen ohne Einwilligung sind nicht enthalten.".to_owned()],
        dimensions: vec![
            dimension(
                "massnahme",
                "Maßnahme",
                "Nach der Maßnahme der Teilnahme.",
                programmes,
            ),
            dimension(
                "einrichtung",
                "Einrichtung",
                "",
                vec![
                    item(TOTAL, "Sachsen insgesamt", ""),
                    item("vollzug", "Justizvollzug", TOTAL),
                    item("jva.dresden", "JVA Dresden", "vollzug"),
                    item("jva.chemnitz", "JVA Chemnitz", "vollzug"),
                    item("jsa.regis", "JSA Regis-Breitingen", "vollzug"),
                    item("bewaehrung", "Bewährungshilfe", TOTAL),
                ],
            ),
        ],
        measures: vec![
            measure(
                BEGUN,
                "Begonnene Personen",
                "Personen",
                0,
                "Personen, deren Teilnahme im Zeitraum begonnen hat; jede zählt je Maßnahme einmal, auch nach einer Verlegung.",
            ),
            MeasureInfo {
                open: true,
                ..measure(
                    HOURS,
                    "Stunden",
                    "Stunden",
                    2,
                    "Dauer der durchgeführten Sitzungen.",
                )
            },
        ],
        tables: vec![
            table(
                "massnahmen",
                "Maßnahmen in Sachsen",
                &["massnahme"],
                &[
                    (BEGUN, "gesamt", Number(60)),
                    (BEGUN, "prisma", Number(50)),
                    (BEGUN, "akt_gruppe", Number(38)),
                    (BEGUN, "akt_einzel", hidden(0, 12, (0, 9))),
                    (BEGUN, "elterncoaching", hidden(0, 12, (3, 12))),
                    (BEGUN, "saeule_2", Number(10)),
                    (BEGUN, "umfeldberatung", Number(10)),
                    (HOURS, "gesamt", Number(131_275)),
                    (HOURS, "prisma", Number(131_275)),
                    (HOURS, "saeule_2", Number(0)),
                ],
            ),
            table(
                "einrichtungen",
                "Einrichtungen, Gruppen",
                &["einrichtung", "massnahme"],
                &[
                    (BEGUN, "gesamt gesamt", Number(60)),
                    (BEGUN, "vollzug gesamt", Number(45)),
                    (BEGUN, "jva.dresden gesamt", Number(25)),
                    (BEGUN, "jva.chemnitz gesamt", hidden(0, 20, (0, 20))),
                    (BEGUN, "jsa.regis gesamt", hidden(0, 20, (0, 20))),
                    (BEGUN, "bewaehrung gesamt", Number(15)),
                    (BEGUN, "gesamt akt_gruppe", Number(38)),
                    (BEGUN, "vollzug akt_gruppe", Number(38)),
                    (BEGUN, "bewaehrung akt_gruppe", Nothing),
                ],
            ),
        ],
    }
}

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn name(&mut self) -> &'static str {
        self.pick::<&str>(&AWKWARD)
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(of.len() as u64)).expect("small");
        &of[at]
    }
}

/// Names with everything a CSV file stumbles over.
const AWKWARD: [&str; 8] = [
    "JVA \"Görlitz\"; Haus 2, Süd",
    "Straße 'Ä' = + - @ Ende",
    "14 bis 17 Jahre",
    "Größe: 1,5 und 2.5",
    "„Zitat“ und Schluss",
    "Wert=1+1;;,,",
    "3. Quartal 2026",
    "Maßnahme",
];

/// A release of any shape, the same for the same seed.
pub(super) fn random(seed: u64) -> ReleaseContent {
    let mut dice = Dice(seed);
    let mut content = example();
    content.dimensions = (0..=dice.below(3))
        .map(|number| {
            let mut codes = vec![item(TOTAL, "Alle zusammen", "")];
            for place in 0..=dice.below(5) {
                let parent = dice.pick(&codes).code.clone();
                let mut next = item(&format!("c{place}"), dice.name(), &parent);
                if dice.below(3) == 0 {
                    next.valid_from = Some(date!(2020 - 02 - 29));
                }
                if dice.below(4) == 0 {
                    next.federal = Some(Named {
                        code: "b.1-x_2".to_owned(),
                        label: dice.name().to_owned(),
                    });
                }
                codes.push(next);
            }
            let definition = if dice.below(2) == 0 { "" } else { AWKWARD[0] };
            dimension(&format!("d{number}"), dice.name(), definition, codes)
        })
        .collect();
    if dice.below(3) == 0 {
        content.protection = Protection::Rounding { base: 5 };
    }
    content.measures = (0..=dice.below(3))
        .map(|number| {
            let decimals = u8::try_from(dice.below(4)).expect("small");
            let mut measure = measure(
                &format!("m{number}"),
                dice.name(),
                "Personen",
                decimals,
                AWKWARD[1],
            );
            measure.additive = vec![TIME.to_owned(), "d0".to_owned()];
            measure
                .additive
                .truncate(usize::try_from(dice.below(3)).expect("small"));
            measure.open = dice.below(4) == 0;
            measure
        })
        .collect();
    let mut known = std::collections::BTreeMap::new();
    let mut tables = Vec::new();
    for number in 0..=dice.below(3) {
        let mut dimensions: Vec<Dimension> = content.dimensions.clone();
        dimensions.retain(|_| dice.below(3) > 0);
        if dice.below(2) == 0 {
            dimensions.reverse();
        }
        let mut rows = vec![Vec::new()];
        for dimension in &dimensions {
            rows = rows
                .iter()
                .flat_map(|row: &Vec<String>| {
                    let longer = |item: &CodeItem| {
                        [row.as_slice(), std::slice::from_ref(&item.code)].concat()
                    };
                    dimension.codes.iter().map(longer).collect::<Vec<_>>()
                })
                .collect();
        }
        let mut table = table(&format!("t{number}"), dice.name(), &[], &[]);
        table.dimensions = dimensions
            .into_iter()
            .map(|dimension| dimension.code)
            .collect();
        for measure in &content.measures {
            for codes in &rows {
                let cell = CellContent {
                    measure: measure.code.clone(),
                    codes: codes.clone(),
                    figure: Figure::Nothing,
                };
                let place = format!("{} {:?}", measure.code, table.place(&cell));
                let figure = known
                    .entry(place)
                    .or_insert_with(|| figure(&mut dice, measure))
                    .clone();
                table.cells.push(CellContent { figure, ..cell });
            }
        }
        tables.push(table);
    }
    content.tables = tables;
    content
}

fn figure(dice: &mut Dice, measure: &MeasureInfo) -> Figure {
    match dice.below(6) {
        0 => Figure::Nothing,
        1 | 2 if !measure.open => {
            let mut attackers = vec![OUTSIDER, "traeger.vpn", "jva.a"];
            attackers.truncate(1 + usize::try_from(dice.below(3)).expect("small"));
            let intervals = attackers.into_iter().map(|attacker| {
                let lower = dice.below(9);
                AttackerInterval {
                    attacker: attacker.to_owned(),
                    lower,
                    upper: (dice.below(4) > 0).then(|| lower + dice.below(20)),
                }
            });
            Figure::Hidden(intervals.collect())
        }
        // Multiples of five fit a rounded release, too.
        _ => {
            let highest = *dice.pick(&[4, 40, 40_000, 200_000_000]);
            Figure::Number(5 * dice.below(highest))
        }
    }
}
