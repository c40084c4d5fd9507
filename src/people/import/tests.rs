//! The whole way of a list, with the sample files; random tables in every dialect in `dialects`.

mod dialects;

use std::collections::HashMap;

use time::Date;
use time::macros::date;
use uuid::Uuid;

use super::*;
use crate::base::ids::{FacilityId, PersonId};

const TODAY: Date = date!(2026 - 11 - 20);

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../../../fixtures/imports/", $name)).as_slice()
    };
}

fn lookup() -> Lookup {
    let mut lookup = Lookup::new(TODAY);
    let codes = [
        "DD", "BH-L", "TO", "BZ", "C", "GR", "L", "RB", "WH", "ZH", "Z",
    ];
    for (number, code) in (1..).zip(codes) {
        lookup.add_facility(code, facility(number));
    }
    lookup.add_facility("JVA Dresden", facility(1));
    lookup
}

fn facility(number: u128) -> FacilityId {
    FacilityId(Uuid::from_u128(number))
}

type Rows = Vec<Result<PersonRow, Vec<RowProblem>>>;

fn read_with(bytes: &[u8], lookup: &Lookup) -> (RawTable, Rows) {
    let table = read_table(bytes).unwrap();
    let rows = read_rows(&table, &suggest_mapping(&table.header), lookup);
    (table, rows)
}

fn people(bytes: &[u8]) -> Vec<PersonRow> {
    read_with(bytes, &lookup())
        .1
        .into_iter()
        .map(Result::unwrap)
        .collect()
}

fn known(rows: &[PersonRow]) -> HashMap<String, ExistingPerson> {
    (1..)
        .zip(rows)
        .map(|(number, row)| {
            let person = ExistingPerson {
                person_id: PersonId(Uuid::from_u128(number)),
                family_name: row.family_name.clone(),
                given_name: row.given_name.clone(),
                birth_date: Some(row.birth_date),
                sex: row.sex,
                facility_id: row.facility_id,
                placed_from: row.placed_from,
                expected_release: row.expected_release,
                setting: row.setting,
            };
            (row.number_key.clone(), person)
        })
        .collect()
}

fn plan(rows: Vec<PersonRow>, existing: &HashMap<String, ExistingPerson>) -> ImportPlan {
    compare(rows, existing, |id| {
        format!("Einrichtung {}", id.0.as_u128())
    })
}

#[test]
fn a_list_of_a_prison_is_read() {
    let (table, _) = read_with(sample!("jva-dresden-utf8-bom-semicolon.csv"), &lookup());
    assert_eq!(
        (table.encoding, table.separator),
        (Encoding::Utf8WithMark, ';')
    );
    assert_eq!(suggest_mapping(&table.header).check(&[]), []);
    let people = people(sample!("jva-dresden-utf8-bom-semicolon.csv"));
    assert_eq!(people.len(), 12);
    assert_eq!(
        people[0],
        PersonRow {
            line: 2,
            number: "1032-24".to_owned(),
            number_key: people[0].number_key.clone(),
            family_name: "KOVAČ".to_owned(),
            given_name: "Damir".to_owned(),
            birth_date: date!(1993 - 02 - 14),
            sex: Sex::Male,
            facility_id: facility(1),
            placed_from: date!(2024 - 06 - 03),
            expected_release: Some(date!(2027 - 09 - 17)),
            states_expected_release: true,
            setting: Setting::Sentence,
        }
    );
    assert_eq!(
        (people[3].setting, people[3].expected_release),
        (Setting::Remand, None)
    );
    assert_eq!(people[7].expected_release, None);
}

#[test]
fn other_dialects_are_read() {
    let (table, _) = read_with(sample!("jva-dresden-windows1252.csv"), &lookup());
    assert_eq!(table.encoding, Encoding::Windows1252);
    assert_eq!(table.rows[4].cells[9], "A 104; Einzelhaftraum");
    let people_1252 = people(sample!("jva-dresden-windows1252.csv"));
    assert_eq!(people_1252[2].family_name, "Petkovšek");
    assert_eq!(people_1252[3].setting, Setting::Remand);

    let probation = people(sample!("bewaehrungshilfe-leipzig-comma.csv"));
    assert_eq!(probation.len(), 8);
    assert_eq!(
        (probation[4].setting, probation[4].sex),
        (Setting::ConductSupervision, Sex::Diverse)
    );
    assert_eq!(
        (probation[6].sex, probation[6].facility_id),
        (Sex::Unknown, facility(2))
    );
}

#[test]
fn title_lines_and_values_for_the_whole_list() {
    let mut lookup = lookup();
    let bytes = sample!("spalten-vertauscht-titelzeilen.csv");
    let (table, rows) = read_with(bytes, &lookup);
    assert!(rows.iter().all(Result::is_err));
    let missing = suggest_mapping(&table.header).check(&[]);
    assert_eq!(missing, [MappingProblem::Missing(Target::Facility)]);

    lookup.default_facility = Some(facility(3));
    let people: Vec<_> = read_with(bytes, &lookup)
        .1
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        people.iter().map(|row| row.line).collect::<Vec<_>>(),
        [5, 6, 7, 10, 11]
    );
    assert_eq!(people[0].birth_date, date!(1966 - 06 - 04));
    assert_eq!(people[0].placed_from, date!(2021 - 03 - 15));
    assert_eq!(
        (people[1].expected_release, people[3].expected_release),
        (None, None)
    );
    assert!(people.iter().all(|row| row.facility_id == facility(3)));
}

#[test]
fn each_wrong_row_says_where_what_and_why() {
    let (table, rows) = read_with(sample!("fehlerhaft.csv"), &lookup());
    let found: Vec<(u32, Vec<String>)> = rows
        .iter()
        .filter_map(|row| row.as_ref().err())
        .map(|problems| {
            (
                problems[0].line,
                problems
                    .iter()
                    .map(|problem| problem.column.clone())
                    .collect(),
            )
        })
        .collect();
    let expected: Vec<(u32, &[&str])> = vec![
        (3, &["Name"]),
        (4, &["Vorname"]),
        (5, &["Buch-Nr."]),
        (6, &["Buch-Nr."]),
        (7, &["Buch-Nr."]),
        (8, &["Geburtsdatum"]),
        (9, &["Geburtsdatum"]),
        (10, &["Geburtsdatum"]),
        (11, &["Geburtsdatum"]),
        (12, &["Geburtsdatum"]),
        (13, &["Geschlecht"]),
        (14, &["Anstalt"]),
        (15, &["Anstalt"]),
        (16, &["Zugang"]),
        (17, &["Zugang"]),
        (18, &["Zugang"]),
        (19, &["Entlassung vorauss."]),
        (20, &["Entlassung vorauss."]),
        (21, &["Haftart"]),
        (22, &["Haftart"]),
        (23, &["Name"]),
        (24, &["Name"]),
        (25, &["Name"]),
        (26, &["ganze Zeile"]),
        (27, &["ganze Zeile"]),
        (28, &["Geburtsdatum", "Zugang", "Haftart"]),
    ];
    let expected: Vec<(u32, Vec<String>)> = expected
        .into_iter()
        .map(|(line, columns)| {
            (
                line,
                columns.iter().map(|name| (*name).to_owned()).collect(),
            )
        })
        .collect();
    assert_eq!(found, expected);
    assert_eq!(rows.iter().filter(|row| row.is_ok()).count(), 2);

    let problems: Vec<RowProblem> = rows.into_iter().filter_map(Result::err).flatten().collect();
    assert_eq!(
        problems[5].to_string(),
        "Zeile 8, Geburtsdatum: erwartet ein Datum wie 24.11.2026, gefunden „31.02.1990“ (diesen Tag gibt es nicht)"
    );
    let again = read_table(&rejected_csv(&table, &problems)).unwrap();
    assert_eq!(again.rows.len(), expected.len());
    assert_eq!(again.header.last().map(String::as_str), Some("Grund"));
    let rows = read_rows(&again, &suggest_mapping(&again.header), &lookup());
    assert!(rows.iter().all(Result::is_err));
}

#[test]
fn a_repeated_number_refuses_all_its_rows() {
    let (_, rows) = read_with(sample!("doppelte-nummern.csv"), &lookup());
    let right: Vec<u32> = rows.iter().flatten().map(|row| row.line).collect();
    assert_eq!(right, [5]);
    let first = rows[0].as_ref().unwrap_err();
    assert_eq!(first[0].found, "dieselbe Nummer in den Zeilen 2, 4, 7");
    assert_eq!(
        rows[4].as_ref().unwrap_err()[0].found,
        "dieselbe Nummer in den Zeilen 3, 6"
    );
}

#[test]
fn malicious_cells_do_not_become_people() {
    let (table, rows) = read_with(sample!("boesartig.csv"), &lookup());
    let accepted: Vec<&str> = rows
        .iter()
        .flatten()
        .map(|row| row.number.as_str())
        .collect();
    assert_eq!(accepted, ["4019-25", "4020-25"]);
    let problems: Vec<RowProblem> = rows.into_iter().filter_map(Result::err).flatten().collect();
    let csv = rejected_csv(&table, &problems);
    let again = read_table(&csv).unwrap();
    assert_eq!(again.rows.len(), 18);
    for cell in again.rows.iter().flat_map(|row| &row.cells) {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell}"
        );
    }
    for problem in &problems {
        assert!(
            !problem.to_string().chars().any(char::is_control),
            "{problem}"
        );
    }
}

#[test]
fn unreadable_files_are_refused_as_a_whole() {
    let refused = |bytes| {
        let problem = read_table(bytes).unwrap_err();
        (problem.kind, problem.line, problem.column)
    };
    use FileProblemKind as Kind;
    assert_eq!(
        refused(sample!("boesartig-offenes-anfuehrungszeichen.csv")),
        (Kind::UnclosedQuote, Some(4), Some(2))
    );
    assert_eq!(
        refused(sample!("boesartig-langes-feld.csv")),
        (Kind::FieldTooLong, Some(3), Some(10))
    );
    assert_eq!(
        refused(sample!("boesartig-nul-byte.csv")),
        (Kind::NulByte, Some(3), None)
    );
    assert_eq!(refused(sample!("utf16.csv")), (Kind::Utf16, None, None));
}

#[test]
fn the_same_list_twice_changes_nothing() {
    for bytes in [
        sample!("jva-dresden-utf8-bom-semicolon.csv"),
        sample!("jva-5000.csv"),
    ] {
        let first = people(bytes);
        let new = plan(first.clone(), &HashMap::new());
        assert_eq!((new.new.len(), new.changed.len()), (first.len(), 0));
        let again = plan(first.clone(), &known(&first));
        assert_eq!(again.unchanged.len(), first.len());
        assert_eq!(
            (
                again.new.len(),
                again.changed.len(),
                again.perhaps_known.len()
            ),
            (0, 0, 0)
        );
    }
}

#[test]
fn next_week_has_two_new_and_three_changed_people() {
    let known = known(&people(sample!("jva-dresden-utf8-bom-semicolon.csv")));
    let plan = plan(people(sample!("jva-dresden-naechste-woche.csv")), &known);
    assert_eq!(
        (plan.new.len(), plan.changed.len(), plan.unchanged.len()),
        (2, 3, 9)
    );
    let words: Vec<(&str, &str, &str)> = plan
        .changed
        .iter()
        .flat_map(|change| &change.differences)
        .map(|difference| {
            (
                difference.label(),
                difference.old.as_str(),
                difference.new.as_str(),
            )
        })
        .collect();
    assert_eq!(
        words,
        [
            ("Voraussichtliches Ende", "21.07.2028", "21.03.2028"),
            ("Voraussichtliches Ende", "offen", "18.11.2028"),
            ("Haftart oder Aufsicht", "Untersuchungshaft", "Strafhaft"),
            ("Nachname", "Al-Hariri", "Al-Hariri-Nebelung"),
        ]
    );
    assert!(
        plan.changed
            .iter()
            .all(|change| !change.may_be_somebody_else())
    );
}

#[test]
fn what_a_list_does_not_state_erases_nothing() {
    let all = people(sample!("jva-dresden-utf8-bom-semicolon.csv"));
    let list = "Buchnr;Name;Vorname;geb. am;Zugang;Anstalt;Haftart\n\
                1032-24;KOVAČ;Damir;14.02.1993;03.06.2024;DD;Strafhaft\n";
    assert_eq!(
        plan(people(list.as_bytes()), &known(&all)).unchanged.len(),
        1
    );
}

#[test]
fn a_known_person_under_a_new_number_and_a_number_given_anew_are_noticed() {
    let known = known(&people(sample!("jva-dresden-utf8-bom-semicolon.csv")));
    let list = "Buchnr;Name;Vorname;geb. am;Zugang;Anstalt;Haftart\n\
                7777-26;Kovač;DAMIR;14.02.1993;19.11.2026;TO;Strafhaft\n\
                1187-24;Lindwurm;Hagen;01.01.1980;19.11.2026;DD;Strafhaft\n";
    let plan = plan(people(list.as_bytes()), &known);
    let kovac = PersonId(Uuid::from_u128(1));
    assert_eq!(
        plan.perhaps_known,
        [SamePerson {
            line: 2,
            person_id: kovac
        }]
    );
    assert_eq!(plan.new.len(), 1);
    assert!(plan.changed[0].may_be_somebody_else());
}

#[test]
fn facilities_are_found_by_code_and_name_unless_two_share_it() {
    let row = |facility: &str| {
        format!(
            "Buchnr;Name;Vorname;geb. am;Zugang;Anstalt;Haftart\n\
             1-26;A;B;01.01.1990 00:00;05.01.2026 00:00:00;{facility};SH\n"
        )
    };
    let mut lookup = lookup();
    let reads = |facility: &str, lookup: &Lookup| {
        read_with(row(facility).as_bytes(), lookup)
            .1
            .remove(0)
            .map(|row| row.facility_id)
            .ok()
    };
    assert_eq!(reads("jva dresden", &lookup), Some(facility(1)));
    assert_eq!(reads("bh-l", &lookup), Some(facility(2)));
    lookup.add_facility("JVA DRESDEN", facility(1));
    assert_eq!(reads("jva dresden", &lookup), Some(facility(1)));
    lookup.add_facility("JVA Dresden", facility(9));
    assert_eq!(reads("jva dresden", &lookup), None);
}
