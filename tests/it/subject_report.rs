//! The report to a data subject: everything that is stored about a person, nothing about anybody else, and what happens
//! with it.

use geleit::schema::{Report, tables};
use serde_json::Value;

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows::{inmate, person};
use crate::world::World;

#[track_caller]
fn clean(page: &Answer) {
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
}

fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

/// Records a request for a number and gives its page.
pub async fn asked(browser: &mut Browser, number: &str) -> String {
    let form = browser.get("/auskunft/neu").await.expect(200);
    clean(&form);
    let done = browser
        .post(
            "/auskunft/neu",
            &[
                ("einmal", &form.input("einmal").unwrap()),
                ("nummer", number),
                ("aktenzeichen", "DSB 12/26"),
                ("eingang", "20.11.2026"),
                ("wer", "subject"),
                ("identitaet", "facility"),
            ],
        )
        .await
        .expect(303);
    done.location().to_owned()
}

async fn hand_out(browser: &mut Browser, place: &str) -> Answer {
    let page = browser.get(place).await.expect(200);
    browser
        .post(
            &format!("{place}/erteilen"),
            &[
                ("version", &page.input("version").unwrap()),
                ("stand", &page.input("stand").unwrap()),
                ("am", "23.11.2026"),
                ("weg", "person"),
            ],
        )
        .await
}

/// All words of a JSON document.
fn words(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|one| words(one, into)),
        Value::Object(map) => map.values().for_each(|one| words(one, into)),
        _ => {}
    }
}

#[tokio::test]
async fn everything_about_a_person_is_told_and_nothing_about_others() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let mut browser = test.signed_in("datenschutz").await;
    let place = format!("/auskunft/{}", world.inquiry);
    clean(&browser.get(&place).await.expect(200));
    let file = browser
        .get(&format!("{place}/auskunft.json"))
        .await
        .expect(200);
    let report = json(&file);
    let sections: std::collections::BTreeMap<String, &Value> = report["abschnitte"]
        .as_array()
        .unwrap()
        .iter()
        .map(|section| (section["name"].as_str().unwrap().to_owned(), section))
        .collect();
    // Each table that is told and holds rows of the person is there with every row and every told value.
    let person = crate::rows::id(world.person);
    let mut looked_at = 0;
    for table in tables() {
        let direct = table
            .columns
            .iter()
            .any(|column| column.name == "person_id");
        if !direct
            || !geleit::subject_report::rules::TABLES
                .iter()
                .any(|told| told.name == table.name)
        {
            continue;
        }
        let only = if table.name == "history" {
            " and object_kind <> 'person_separation'"
        } else {
            ""
        };
        let count = test
            .number(&format!(
                "select count(*) from {} where person_id = {person}{only}",
                table.name
            ))
            .await;
        let entries = sections.get(table.name).map_or(0, |section| {
            section["inhalt"]["eintraege"].as_array().unwrap().len()
        });
        assert!(
            entries as i64 >= count,
            "{}: {entries} of {count}",
            table.name
        );
        looked_at += i64::from(count > 0);
        for column in table.columns {
            if !matches!(column.report, Report::Told(_)) || table.name == "history" {
                continue;
            }
            let filled = test
                .number(&format!(
                    "select count(*) from {} where person_id = {person} and {} is not null and cast({} as text) <> ''",
                    table.name, column.name, column.name
                ))
                .await;
            let told = sections.get(table.name).map_or(0, |section| {
                section["inhalt"]["eintraege"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|entry| entry.get(column.name).is_some())
                    .count()
            });
            assert!(
                told as i64 >= filled,
                "{}.{}: {told} of {filled}",
                table.name,
                column.name
            );
        }
    }
    assert!(
        looked_at >= 9,
        "only {looked_at} tables of the world hold rows of the person"
    );
    // Neither members of staff, nor other people, nor internal ids.
    let mut said = Vec::new();
    words(&report, &mut said);
    let mut forbidden: Vec<String> = test
        .accounts
        .iter()
        .map(|account| account.name.clone())
        .collect();
    for sql in [
        "select name, count(*) from staff group by name",
        "select p.family_name, count(*) from person p where p.family_name not in (select o.family_name from person o where o.id in (select i.person_id from inquiry i)) group by p.family_name",
        "select name, count(*) from family_guest group by name",
    ] {
        forbidden.extend(test.counted(sql).await.into_keys());
    }
    for word in &forbidden {
        assert!(
            !said.iter().any(|text| text.contains(word.as_str())),
            "{word} is told"
        );
    }
    let ids = [
        world.person,
        world.enrolment,
        world.group,
        world.inquiry,
        world.case,
    ];
    for id in ids {
        assert!(
            !file.text().contains(&id.to_string()),
            "an internal id is told"
        );
    }
    assert!(
        said.iter()
            .any(|text| text.contains("Sächsische Datenschutz"))
    );
}

#[tokio::test]
async fn codes_are_told_in_words() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let mut browser = test.signed_in("datenschutz").await;
    let report = json(
        &browser
            .get(&format!("/auskunft/{}/auskunft.json", world.inquiry))
            .await
            .expect(200),
    );
    let mut bare = Vec::new();
    for section in report["abschnitte"].as_array().unwrap() {
        for entry in section["inhalt"]["eintraege"].as_array().unwrap() {
            for (column, value) in entry.as_object().unwrap() {
                let text = value["text"].as_str().unwrap();
                // A code is lower-case English, words begin with a capital or hold a blank or an umlaut.
                let code = text.len() > 3
                    && text
                        .chars()
                        .all(|sign| sign.is_ascii_lowercase() || sign == '_')
                    && text == value["wert"].as_str().unwrap();
                if code {
                    bare.push(format!("{}.{column}: {text}", section["name"]));
                }
            }
        }
    }
    assert_eq!(bare, Vec::<String>::new());
}

#[tokio::test]
async fn a_request_goes_from_the_letter_to_the_answer() {
    let test = TestApp::new().await;
    let id = person(&test, "Adler", "Kai", "471126").await;
    test.execute(&format!(
        "insert into person_alias (id, person_id, kind, value, value_key, facility_id, valid_from) select {}, {}, \
         'prison_number', '4711/26', '471126', id, '2026-01-05' from facility where code = 'DD'",
        crate::rows::id(crate::world::fresh()),
        crate::rows::id(id)
    ))
    .await;
    crate::rows::place(&test, id, "DD", "custody").await;
    let mut browser = test.signed_in("datenschutz").await;
    clean(&browser.get("/auskunft").await.expect(200));
    let place = asked(&mut browser, "4711-26").await;
    let page = browser.get(&place).await.expect(200);
    clean(&page);
    assert!(page.text().contains("So., 20.12.2026"), "one month");
    let list = browser.get("/auskunft").await.expect(200);
    clean(&list);
    assert_eq!(
        list.links("/auskunft/")
            .iter()
            .filter(|href| **href == place)
            .count(),
        1
    );
    // Before it is answered, files are drafts and no disclosures.
    let disclosed = "select count(*) from audit_entry where verb = 'offenlegung' and recipient = 'betroffene Person'";
    let draft = browser
        .get(&format!("{place}/auskunft.pdf"))
        .await
        .expect(200);
    assert!(draft.body.starts_with(b"%PDF-1.7"));
    assert_eq!(test.number(disclosed).await, 0);
    let done = hand_out(&mut browser, &place).await.expect(303);
    assert_eq!(done.location(), place);
    assert_eq!(test.number(disclosed).await, 1);
    for file in ["auskunft.pdf", "auskunft.json"] {
        browser.get(&format!("{place}/{file}")).await.expect(200);
    }
    assert_eq!(test.number(disclosed).await, 3);
    let report = json(
        &browser
            .get(&format!("{place}/auskunft.json"))
            .await
            .expect(200),
    );
    assert_eq!(report["auskunft"]["entwurf"], false);
    let recipients = report["empfaenger"]["eintraege"].as_array().unwrap();
    assert_eq!(recipients.len(), 3, "the disclosures so far");
    assert_eq!(recipients[0]["empfaenger"], "betroffene Person");
    // Sent again, it says what was done; it is in the register of what is answered.
    hand_out_again(&mut browser, &place).await;
    let answered = browser.get("/auskunft?stand=beantwortet").await.expect(200);
    clean(&answered);
    assert!(answered.text().contains("DSB 12/26"));
    assert!(!browser.get("/auskunft").await.text().contains("DSB 12/26"));
    // What changes later is said.
    test.execute(
        "update person set version = version + 1, given_name = 'Karl' where family_name = 'Adler'",
    )
    .await;
    let later = browser.get(&place).await.expect(200);
    clean(&later);
    assert!(later.text().contains("Seit der Aushändigung"));
}

async fn hand_out_again(browser: &mut Browser, place: &str) {
    let again = browser
        .post(
            &format!("{place}/erteilen"),
            &[("am", "23.11.2026"), ("weg", "person")],
        )
        .await
        .expect(303);
    assert_eq!(again.location(), place);
}

#[tokio::test]
async fn an_answer_is_the_one_that_was_looked_at() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let mut browser = test.signed_in("datenschutz").await;
    let place = format!("/auskunft/{}", world.inquiry);
    let page = browser.get(&place).await.expect(200);
    let (version, print) = (page.input("version").unwrap(), page.input("stand").unwrap());
    let mut fields = vec![
        ("version", version.as_str()),
        ("stand", print.as_str()),
        ("am", "23.11.2026"),
        ("weg", "post"),
    ];
    // Days that cannot be, and no way chosen.
    fields[2].1 = "24.11.2026";
    let wrong = browser
        .post(&format!("{place}/erteilen"), &fields)
        .await
        .expect(422);
    clean(&wrong);
    fields[2].1 = "23.11.2026";
    let wrong = browser
        .post(&format!("{place}/erteilen"), &fields[..3])
        .await
        .expect(422);
    clean(&wrong);
    // Somebody records something in between.
    test.execute(&format!(
        "update person set given_name = 'Anders' where id = {}",
        crate::rows::id(world.person)
    ))
    .await;
    browser
        .post(&format!("{place}/erteilen"), &fields)
        .await
        .expect(409);
    assert_eq!(
        test.number("select count(*) from inquiry where state = 'answered'")
            .await,
        0
    );
    hand_out(&mut browser, &place).await.expect(303);
}

#[tokio::test]
async fn a_withheld_section_is_named_with_its_ground_and_nowhere_told() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let mut browser = test.signed_in("datenschutz").await;
    let place = format!("/auskunft/{}", world.inquiry);
    let section = format!("{place}/angaben/application");
    let page = browser.get(&section).await.expect(200);
    clean(&page);
    let version = page.input("version").unwrap();
    let wrong = browser
        .post(&section, &[("version", &version), ("grund", "erfunden")])
        .await
        .expect(422);
    clean(&wrong);
    browser
        .post(&section, &[("version", &version), ("grund", "enforcement")])
        .await
        .expect(303);
    // The page that somebody else still has open saves nothing.
    browser
        .post(&section, &[("version", &version), ("grund", "")])
        .await
        .expect(409);
    clean(&browser.get(&section).await.expect(200));
    let shown = browser.get(&place).await.expect(200);
    clean(&shown);
    assert!(shown.text().contains("nicht mitgeteilt"));
    let report = json(
        &browser
            .get(&format!("{place}/auskunft.json"))
            .await
            .expect(200),
    );
    let application = report["abschnitte"]
        .as_array()
        .unwrap()
        .iter()
        .find(|section| section["name"] == "application")
        .unwrap();
    assert!(
        application["inhalt"]["nicht_mitgeteilt"]
            .as_str()
            .unwrap()
            .contains("Strafvollstreckung")
    );
    assert!(application["inhalt"].get("eintraege").is_none());
    // After the answer nothing changes any more.
    hand_out(&mut browser, &place).await.expect(303);
    let version = (version.parse::<i64>().unwrap() + 2).to_string();
    browser
        .post(&section, &[("version", &version), ("grund", "")])
        .await
        .expect(409);
    for unknown in ["person_key", "audit_entry", "person_separation", "x"] {
        browser
            .get(&format!("{place}/angaben/{unknown}"))
            .await
            .expect(404);
    }
    for list in ["empfaenger", "stellen"] {
        clean(
            &browser
                .get(&format!("{place}/angaben/{list}"))
                .await
                .expect(200),
        );
    }
}

#[tokio::test]
async fn a_separation_is_neither_told_nor_betrayed() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let mut browser = test.signed_in("datenschutz").await;
    let path = format!("/auskunft/{}/auskunft.json", world.inquiry);
    let before = json(&browser.get(&path).await.expect(200));
    let (one, other) = (crate::rows::id(world.person), crate::rows::id(world.client));
    test.execute(&format!(
        "insert into person_separation (id, person_id, other_id, code, created_at, created_by_name) values \
         ({}, {one}, {other}, 'security', 0, 'x')",
        crate::rows::id(crate::world::fresh())
    ))
    .await;
    test.execute(&format!(
        "insert into history (id, object_kind, object_id, person_id, at, actor_name, what) values \
         ({}, 'person_separation', {one}, {one}, 0, 'x', 'Trennung eingetragen')",
        crate::rows::id(crate::world::fresh())
    ))
    .await;
    let after = json(&browser.get(&path).await.expect(200));
    assert_eq!(before["abschnitte"], after["abschnitte"]);
    assert_eq!(before["nicht_enthalten"], after["nicht_enthalten"]);
}

#[tokio::test]
async fn whoever_is_not_known_gets_the_answer_no_data_and_leaves_no_name() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("datenschutz").await;
    let form = browser.get("/auskunft/neu").await.expect(200);
    let token = form.input("einmal").unwrap();
    let mut fields = vec![
        ("einmal", token.as_str()),
        ("familienname", "Nirgendwer"),
        ("vorname", "Niko"),
        ("geburtsdatum", "01.02.1990"),
        ("aktenzeichen", "DSB 13/26"),
        ("eingang", "20.11.2026"),
        ("wer", "proxy"),
        ("identitaet", "authority"),
    ];
    let none = browser.post("/auskunft/neu", &fields).await.expect(422);
    clean(&none);
    assert!(none.text().contains("Keine Person gefunden"));
    fields.push(("ohne_treffer", "1"));
    let done = browser.post("/auskunft/neu", &fields).await.expect(303);
    let place = done.location().to_owned();
    let page = browser.get(&place).await.expect(200);
    clean(&page);
    assert!(page.text().contains("Keine Daten"));
    assert!(test.everything_holding("Nirgendwer").await.is_empty());
    let report = json(
        &browser
            .get(&format!("{place}/auskunft.json"))
            .await
            .expect(200),
    );
    assert_eq!(report["auskunft"]["daten_vorhanden"], false);
    browser
        .get(&format!("{place}/auskunft.pdf"))
        .await
        .expect(200);
    browser
        .get(&format!("{place}/angaben/person"))
        .await
        .expect(404);
    hand_out(&mut browser, &place).await.expect(303);
    // Sent twice, recorded once.
    let again = browser.post("/auskunft/neu", &fields).await.expect(303);
    assert_eq!(again.location(), place);
    assert_eq!(test.number("select count(*) from inquiry").await, 1);
}

#[tokio::test]
async fn the_search_is_exact_and_asks_when_two_are_meant() {
    let test = TestApp::new().await;
    let first = inmate(&test, "Müller").await;
    let second = person(&test, "Müller", "Zweiter", "z 99").await;
    for id in [first, second] {
        test.execute(&format!(
            "update person set given_name = 'Max', sort_key = (select sort_key from person where id = {}), birth_date = '1991-02-03' where id = {}",
            crate::rows::id(first),
            crate::rows::id(id)
        ))
        .await;
    }
    let given = test
        .text(&format!(
            "select given_name from person where id = {}",
            crate::rows::id(first)
        ))
        .await;
    assert_eq!(given, "Max");
    let folded = geleit::base::fold::sort_key("Müller", "Max");
    test.execute(&format!(
        "update person set sort_key = '{folded}' where birth_date = '1991-02-03'"
    ))
    .await;
    let mut browser = test.signed_in("datenschutz").await;
    let form = browser.get("/auskunft/neu").await.expect(200);
    let token = form.input("einmal").unwrap();
    let mut fields = vec![
        ("einmal", token.as_str()),
        ("familienname", "Mueller"),
        ("vorname", "Max"),
        ("geburtsdatum", "03.02.1991"),
        ("aktenzeichen", "DSB 14/26"),
        ("eingang", "20.11.2026"),
        ("wer", "subject"),
        ("identitaet", "card"),
    ];
    let two = browser.post("/auskunft/neu", &fields).await.expect(422);
    clean(&two);
    assert_eq!(two.texts("input[name=person]").len(), 2);
    // Half of a name finds nobody, and without a birth date nothing is searched for.
    let half = browser
        .post(
            "/auskunft/neu",
            &[
                &fields[..1],
                &[
                    ("familienname", "Muel"),
                    ("vorname", "Max"),
                    ("geburtsdatum", "03.02.1991"),
                ],
                &fields[4..],
            ]
            .concat(),
        )
        .await
        .expect(422);
    assert!(half.text().contains("Keine Person gefunden"));
    let undated = browser
        .post("/auskunft/neu", &[&fields[..3], &fields[4..]].concat())
        .await
        .expect(422);
    clean(&undated);
    let stranger = crate::world::fresh().to_string();
    fields.push(("person", stranger.as_str()));
    browser.post("/auskunft/neu", &fields).await.expect(422);
    let chosen = second.to_string();
    fields.last_mut().unwrap().1 = chosen.as_str();
    browser.post("/auskunft/neu", &fields).await.expect(303);
    let sql = format!(
        "select count(*) from inquiry where person_id = {}",
        crate::rows::id(second)
    );
    assert_eq!(test.number(&sql).await, 1);
    // Future days and empty fields are said.
    let wrong = browser
        .post(
            "/auskunft/neu",
            &[("eingang", "24.12.2026"), ("nummer", "-")],
        )
        .await
        .expect(422);
    clean(&wrong);
    assert!(
        wrong.texts(".error-summary li, [role=alert] li").len() >= 4
            || wrong.text().contains("Zukunft")
    );
}

#[tokio::test]
async fn only_data_protection_answers() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    for login in [
        "sozialdienst",
        "bewaehrung",
        "training",
        "koordination",
        "statistik",
        "verwaltung",
    ] {
        let mut browser = test.signed_in(login).await;
        for path in ["", "/auskunft.pdf", "/auskunft.json", "/angaben/person"] {
            browser
                .get(&format!("/auskunft/{}{path}", world.inquiry))
                .await
                .expect(404);
        }
    }
}

#[tokio::test]
async fn the_paper_can_be_archived_and_read_aloud() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let mut browser = test.signed_in("datenschutz").await;
    let answer = browser
        .get(&format!("/auskunft/{}/auskunft.pdf", world.inquiry))
        .await
        .expect(200);
    let text = String::from_utf8_lossy(&answer.body);
    assert!(text.contains("<pdfuaid:part>1<"), "no PDF/UA-1");
    assert!(text.contains("<pdfaid:part>2<"), "no PDF/A-2");
    assert!(text.contains("<pdfaid:conformance>A<"), "not level A");
}

#[tokio::test]
async fn the_documents_of_data_protection_are_those_of_this_program() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/datenschutz");
    for (name, text) in geleit::cli::docs::privacy().await.unwrap() {
        let stored = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            stored == text,
            "docs/datenschutz/{name} is not what the program says; run: geleit docs privacy --output docs/datenschutz"
        );
    }
}
