//! Registers: what is recorded, by how many ways to the database, what two people at once do to each other, taking a
//! saving back, and the sheet to sign.

use time::Date;
use time::macros::date;
use uuid::Uuid;

use crate::course::{Course, add, course, field, inmates, key, post};
use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows;

const DAYS: [Date; 3] = [
    date!(2026 - 11 - 09),
    date!(2026 - 11 - 16),
    date!(2026 - 11 - 30),
];

/// A group of so many, members since before its first session, and its browser of the social service.
async fn group(test: &TestApp, count: usize) -> (Course, Vec<Uuid>, Browser) {
    let group = course(test, "Laufend", 12, &DAYS).await;
    let people = inmates(test, count).await;
    let mut social = test.signed_in("sozialdienst").await;
    for person in &people {
        add(&mut social, &group, *person).await.expect(303);
    }
    test.execute("update membership set from_day = '2026-11-02'")
        .await;
    test.execute("update enrolment set enrolled_on = '2026-11-02'")
        .await;
    (group, people, social)
}

/// The version that a register's page shows.
async fn version(browser: &mut Browser, path: &str) -> (String, String) {
    let page = browser.get(path).await.expect(200);
    ("version".to_owned(), page.input("version").unwrap())
}

#[tokio::test]
async fn every_outcome_is_recorded_with_what_belongs_to_it() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 8).await;
    let path = group.register(0);
    let page = social.get(&path).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    // Whether it took place comes before who was there.
    let text = page.text();
    assert!(text.find("Hat die Sitzung stattgefunden?") < text.find("data-register"));
    assert!(!text.contains("Bemerkung"), "no notes");
    let mut assets = 0;
    for part in text.split('"').filter(|part| part.starts_with("/static/")) {
        assets += social.get(part).await.expect(200).body.len();
    }
    assert!(
        text.len() + assets <= 40 * 1024,
        "{} + {assets} bytes for eight people",
        text.len()
    );
    let mut fields = vec![version(&mut social, &path).await];
    for (person, status, reason, minutes) in [
        (0, "present", "", ""),
        (1, "late", "", "20"),
        (2, "left_early", "", ""),
        (3, "excused", "leave", ""),
        (4, "unexcused", "", ""),
        (5, "not_brought", "prison", ""),
        (6, "refused", "", "99"),
        (7, "late", "", "500"),
    ] {
        fields.push(field("status", people[person], status));
        fields.push(field("reason", people[person], reason));
        fields.push(field("minutes", people[person], minutes));
    }
    let answer = post(&mut social, &path, &fields).await.expect(422);
    assert_eq!(
        answer.texts("#fehler li"),
        [
            "Probe07, Jan: Bitte die versäumten Minuten als Zahl von 1 bis 210 angeben oder leer lassen."
        ]
    );
    assert_eq!(
        answer
            .input(&format!("minutes_{}", key(people[7])))
            .as_deref(),
        Some("500")
    );
    fields.pop();
    post(&mut social, &path, &fields).await.expect(303);
    let text = social.get(&path).await.text();
    assert_eq!(test.number("select count(*) from attendance").await, 8);
    assert_eq!(
        test.number("select count(*) from attendance where minutes = 20 and status = 'late'")
            .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from attendance where minutes is not null")
            .await,
        1,
        "who refused missed no minutes"
    );
    assert!(text.contains("8 von 8 erfasst"));
    // Who was there in part has begun, who was not has not.
    assert_eq!(
        test.number("select count(*) from enrolment where started_on = '2026-11-09'")
            .await,
        4
    );
    let page = social.get(&group.path()).await.text();
    assert!(page.contains("1 von 1"));
}

/// Saves and says in how many ways to the database, those to find out who is asking and for the audit log not counted.
async fn counted(
    test: &TestApp,
    browser: &mut Browser,
    path: &str,
    fields: &[(String, String)],
) -> usize {
    let mut all = vec![("csrf".to_owned(), browser.csrf().await)];
    all.extend_from_slice(fields);
    let all: Vec<(&str, &str)> = all
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    test.app.store.record();
    browser.post_raw(path, &all).await.expect(303);
    let recording = test.app.store.recorded();
    let asking = recording
        .texts()
        .filter(|sql| sql.contains("from web_session"))
        .count();
    assert_eq!(asking, 1);
    recording.statements() - asking
}

#[tokio::test]
async fn twelve_people_are_saved_in_two_ways_to_the_database() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 12).await;
    let path = group.register(0);
    let mut fields = vec![version(&mut social, &path).await];
    for person in &people {
        fields.push(field("status", *person, "present"));
    }
    assert_eq!(counted(&test, &mut social, &path, &fields).await, 2);
    assert_eq!(
        test.number("select count(*) from attendance where status = 'present'")
            .await,
        12
    );
    // So are twelve corrections.
    let mut fields = vec![
        version(&mut social, &path).await,
        ("grund_berichtigung".to_owned(), "falsche Zeile".to_owned()),
    ];
    for person in &people {
        fields.push(field("status", *person, "excused"));
        fields.push(field("reason", *person, "illness"));
    }
    assert_eq!(counted(&test, &mut social, &path, &fields).await, 2);
    assert_eq!(
        test.number("select count(*) from attendance where status = 'excused' and version = 2 and before_status = 'present'")
            .await,
        12
    );
    assert_eq!(
        test.number("select count(*) from history where what = 'Anwesenheit berichtigt' and reason = 'falsche Zeile'").await,
        12
    );
    assert_eq!(
        test.number("select count(*) from enrolment where started_on is not null")
            .await,
        0,
        "nobody has begun after all"
    );
}

#[tokio::test]
async fn twelve_who_save_at_once_are_all_kept() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 12).await;
    let path = group.register(0);
    let (_, version) = version(&mut social, &path).await;
    let csrf = social.csrf().await;
    let second = test.second_instance().await;
    let sends: Vec<_> = people
        .iter()
        .enumerate()
        .map(|(number, person)| {
            let mut browser = social.clone();
            if number % 2 == 1 {
                browser.move_to(second.clone());
            }
            let (path, csrf, version) = (path.clone(), csrf.clone(), version.clone());
            let (name, value) = field("status", *person, "present");
            tokio::spawn(async move {
                let fields = [
                    ("csrf", csrf.as_str()),
                    ("version", version.as_str()),
                    (name.as_str(), value.as_str()),
                ];
                browser.post_raw(&path, &fields).await.status.as_u16()
            })
        })
        .collect();
    for send in sends {
        assert_eq!(send.await.unwrap(), 303);
    }
    assert_eq!(test.number("select count(*) from attendance").await, 12);
    assert_eq!(
        test.number("select version from group_session where state = 'held'")
            .await,
        13
    );
}

#[tokio::test]
async fn the_same_person_twice_shows_both() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 2).await;
    rows::grant(&test, "training", "DD", "akt_gruppe", "2028-01-01").await;
    let mut trainer = test.signed_in("training").await;
    let path = group.register(0);
    let old = version(&mut social, &path).await;
    let theirs = [
        old.clone(),
        field("status", people[0], "late"),
        field("minutes", people[0], "10"),
    ];
    post(&mut trainer, &path, &theirs).await.expect(303);
    let mine = [
        old.clone(),
        field("status", people[0], "unexcused"),
        field("status", people[1], "present"),
    ];
    let answer = post(&mut social, &path, &mine).await.expect(409);
    let text = answer.texts("table.versions tbody tr");
    assert_eq!(text.len(), 1);
    assert!(
        text[0].contains("unentschuldigt") && text[0].contains("verspätet (10 Minuten)"),
        "{text:?}"
    );
    assert_eq!(
        test.number("select count(*) from attendance").await,
        1,
        "nothing was written"
    );
    // Two who correct the same row from the same page: the second is told.
    let now = version(&mut social, &path).await;
    let correct = |status: &str| {
        vec![
            now.clone(),
            ("grund_berichtigung".to_owned(), "Irrtum".to_owned()),
            field("status", people[0], status),
        ]
    };
    post(&mut trainer, &path, &correct("present"))
        .await
        .expect(303);
    let mut stale = correct("refused");
    stale.push((format!("war_{}", key(people[0])), "late::10".to_owned()));
    post(&mut social, &path, &stale).await.expect(409);
    assert_eq!(
        test.number("select count(*) from attendance where status = 'present'")
            .await,
        1
    );
}

async fn undo(browser: &mut Browser, path: &str) -> Answer {
    let undo = format!("{path}/rueckgaengig");
    let page = browser.get(&undo).await.expect(200);
    let stand = page.input("stand").unwrap_or_default();
    browser.post(&undo, &[("stand", &stand)]).await
}

#[tokio::test]
async fn the_own_last_saving_is_taken_back_within_ten_minutes() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 3).await;
    rows::grant(&test, "training", "DD", "akt_gruppe", "2028-01-01").await;
    let mut trainer = test.signed_in("training").await;
    let path = group.register(0);
    let first = [
        version(&mut social, &path).await,
        field("status", people[0], "present"),
        field("status", people[1], "unexcused"),
    ];
    post(&mut social, &path, &first).await.expect(303);
    let page = social.get(&group.path()).await.expect(200);
    assert!(
        page.links("/sitzungen/")
            .contains(&format!("{path}/rueckgaengig")),
        "offered right after saving"
    );
    // Taken back: as if it had never been.
    undo(&mut social, &path).await.expect(303);
    assert_eq!(test.number("select count(*) from attendance").await, 0);
    assert_eq!(
        test.number("select count(*) from group_session where state = 'held'")
            .await,
        0
    );
    assert_eq!(
        test.number("select count(*) from enrolment where started_on is not null")
            .await,
        0
    );
    assert!(
        social
            .get(&group.path())
            .await
            .text()
            .contains("rückgängig gemacht")
    );
    // Saved again, corrected, and the correction taken back; what the other saved since stays.
    let again = [
        version(&mut social, &path).await,
        field("status", people[0], "present"),
        field("status", people[1], "unexcused"),
    ];
    post(&mut social, &path, &again).await.expect(303);
    test.clock.advance_minutes(1);
    let correction = [
        version(&mut social, &path).await,
        ("grund_berichtigung".to_owned(), "Irrtum".to_owned()),
        field("status", people[0], "excused"),
        field("reason", people[0], "court"),
        field("status", people[1], "late"),
        field("minutes", people[1], "30"),
    ];
    post(&mut social, &path, &correction).await.expect(303);
    assert_eq!(
        test.number("select count(*) from enrolment where started_on is not null")
            .await,
        1
    );
    test.clock.advance_minutes(1);
    let theirs = [
        version(&mut trainer, &path).await,
        (
            "grund_berichtigung".to_owned(),
            "Gericht fiel aus".to_owned(),
        ),
        field("status", people[0], "unexcused"),
        field("status", people[1], "late"),
        field("minutes", people[1], "30"),
        field("status", people[2], "present"),
    ];
    post(&mut trainer, &path, &theirs).await.expect(303);
    undo(&mut social, &path).await.expect(303);
    for (status, count) in [
        ("unexcused", 2),
        ("present", 1),
        ("late", 0),
        ("excused", 0),
    ] {
        let sql = format!("select count(*) from attendance where status = '{status}'");
        assert_eq!(test.number(&sql).await, count, "{status}");
    }
    assert_eq!(
        test.number("select count(*) from attendance where minutes is not null")
            .await,
        0
    );
    assert_eq!(
        test.number("select count(*) from enrolment where started_on is not null")
            .await,
        1,
        "only the third one was there"
    );
    // Nothing more of mine; and ten minutes later nothing of the trainer's either.
    undo(&mut social, &path).await.expect(303);
    assert!(social.get(&path).await.text().contains("Nichts zu tun"));
    assert!(
        trainer
            .get(&path)
            .await
            .text()
            .contains("Letzte Speicherung zurücknehmen")
    );
    test.clock.advance_minutes(11);
    let text = trainer
        .get(&format!("{path}/rueckgaengig"))
        .await
        .expect(200)
        .text();
    assert!(text.contains("Nichts zurückzunehmen"));
    assert!(
        !trainer
            .get(&path)
            .await
            .text()
            .contains("Letzte Speicherung zurücknehmen")
    );
    let mut foreign = test.signed_in("sozialdienst.leipzig").await;
    foreign
        .get(&format!("{path}/rueckgaengig"))
        .await
        .expect(404);
}

#[tokio::test]
async fn the_sheet_has_a_column_to_sign_and_is_a_disclosure() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 2).await;
    let other = course(&test, "Andere", 8, &DAYS).await;
    let sheet =
        |group: &Course, session: Uuid| format!("{}/sitzungen/{session}/blatt", group.path());
    let page = social
        .get(&sheet(&group, group.sessions[2]))
        .await
        .expect(200);
    let head = page.texts("thead th");
    assert_eq!(
        head,
        [
            "Person",
            "Da",
            "Minuten versäumt",
            "Nicht da: Grund",
            "Unterschrift"
        ]
    );
    assert_eq!(
        page.texts("tbody tr").len(),
        people.len() + 2,
        "and two free rows"
    );
    assert!(
        page.text().contains("N nicht zugeführt")
            && page.text().contains("Unterschrift der Fachkräfte")
    );
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let disclosed = "select count(*) from audit_entry where verb = 'offenlegung' and recipient = 'Ausdruck' \
                     and route = 'GET /gruppen/{group}/sitzungen/{session}/blatt'";
    assert_eq!(test.number(disclosed).await, 1);
    // A session of another group is none of this group's.
    social
        .get(&sheet(&other, group.sessions[2]))
        .await
        .expect(404);
    assert_eq!(test.number(disclosed).await, 1);
}
