//! The whole way from counts to bytes, held by a reviewed file: `fixtures/exports/kora-beispiel.csv`.

use std::time::Instant;

use super::*;
use crate::statistics::attacker::too_narrow;
use crate::statistics::cube::{Count, ProgrammeLine, Table, quarter_table};
use crate::statistics::disclosure::{Rule, protect};

const GOLDEN: &[u8] = include_bytes!("../../../../fixtures/exports/kora-beispiel.csv");

/// Programme, pillar, and the figures in the order of [`Measure::ALL`].
const EXAMPLE: [(&str, &str, [u64; 5]); 7] = [
    ("akt_einzel", "prisma", [4, 3, 2, 1, 96]),
    ("akt_gruppe", "prisma", [38, 31, 12, 6, 184]),
    ("elterncoaching", "prisma", [9, 8, 0, 0, 41]),
    ("stabilisierung", "prisma", [6, 6, 5, 0, 52]),
    ("ausstieg", "saeule_4", [12, 9, 3, 2, 77]),
    ("distanzierung", "saeule_3", [21, 17, 8, 5, 143]),
    ("umfeldberatung", "saeule_2", [15, 15, 11, 0, 63]),
];

fn table(figures: &[(&str, &str, [u64; 5])]) -> Table {
    let lines: Vec<ProgrammeLine> = figures
        .iter()
        .map(|(code, pillar, _)| ProgrammeLine {
            code: (*code).to_owned(),
            label: format!("=Name von {code}"),
            pillar_code: (*pillar).to_owned(),
            pillar_label: format!("+Säule {pillar}"),
        })
        .collect();
    let counts: Vec<Count> = figures
        .iter()
        .flat_map(|(code, _, values)| {
            Measure::ALL
                .into_iter()
                .zip(values)
                .map(|(measure, value)| Count {
                    programme_code: (*code).to_owned(),
                    measure,
                    value: *value,
                })
        })
        .collect();
    quarter_table(&lines, &counts).expect("valid table")
}

fn bytes(figures: &[(&str, &str, [u64; 5])]) -> Vec<u8> {
    let published = protect(table(figures), &Rule::default()).expect("protectable");
    let meta = ReleaseMeta {
        period: "2026-Q3".to_owned(),
        cut_off: "2026-10-15".to_owned(),
        version: 1,
    };
    write_kora_csv(&published, &meta).expect("written")
}

#[test]
fn the_example_is_written_byte_for_byte() {
    let written = bytes(&EXAMPLE);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    // To renew after a reviewed change of the format: write `written` to the file.
    assert_eq!(text(&written), text(GOLDEN));
    assert_eq!(too_narrow(&[&written], 5), Ok(Vec::new()));
}

#[test]
fn the_same_figures_in_any_order_give_the_same_bytes() {
    let mut turned = EXAMPLE;
    turned.reverse();
    assert_eq!(bytes(&EXAMPLE), bytes(&turned));
    assert_eq!(bytes(&EXAMPLE), bytes(&EXAMPLE));
}

#[test]
fn no_field_can_be_read_as_a_formula() {
    for line in std::str::from_utf8(GOLDEN)
        .expect("UTF-8")
        .trim_start_matches('\u{feff}')
        .lines()
    {
        for field in line.split(';') {
            assert!(
                !field.starts_with(['=', '+', '-', '@', '\t', '\r', '\'', '"']),
                "{line}"
            );
            assert!(!field.is_empty());
        }
    }
}

/// A request waits for this. Sixteen programmes are twice as many as there are; many small figures are the hard case.
#[test]
fn a_large_quarter_is_protected_within_a_request() {
    let codes: Vec<(String, String)> = (0..16)
        .map(|at| (format!("m{at:02}"), format!("s{}", at % 4)))
        .collect();
    let mut seed = 17_u64;
    let mut figures = Vec::new();
    for (code, pillar) in &codes {
        let values = [0; 5].map(|_: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % 9
        });
        figures.push((code.as_str(), pillar.as_str(), values));
    }
    let begun = Instant::now();
    let written = bytes(&figures);
    let took = begun.elapsed();
    println!("protected {} figures in {took:?}", figures.len() * 5);
    assert_eq!(too_narrow(&[&written], 5), Ok(Vec::new()));
    assert!(took.as_secs() < 2, "{took:?}");
}
