//! Groups from planning to completion: previews, places, registers, and who may see what.

use geleit::base::time::{MinuteOfDay, berlin_instant};
use time::Date;
use time::macros::date;
use uuid::Uuid;

use crate::harness::{Answer, Browser, TestApp, postgres};
use crate::html;

/// An id as the database at hand writes it.
fn id(number: u128) -> String {
    let id = Uuid::from_u128(number);
    if postgres().is_some() {
        format!("'{id}'")
    } else {
        format!("x'{}'", id.simple())
    }
}

/// A made-up person in a facility; the address of the person is the number.
pub async fn person(
    test: &TestApp,
    number: u128,
    name: &str,
    facility: &str,
    release: Option<&str>,
) {
    let release = release.map_or_else(|| "null".to_owned(), |day| format!("'{day}'"));
    test.execute(&format!(
        "insert into person (id, family_name, given_name, birth_date, sex, sort_key, created_at, version) \
         values ({}, '{name}', 'Kai', '1990-01-01', 'male', '{}!kai', 0, 1)",
        id(number),
        name.to_lowercase()
    ))
    .await;
    test.execute(&format!(
        "insert into person_key (key, person_id) values ('{}', {})",
        name.to_lowercase(),
        id(number)
    ))
    .await;
    test.execute(&format!(
        "insert into placement (id, person_id, facility_id, kind, setting, from_day, to_day, expected_release, sort_key, \
         created_at, version) select {}, {}, f.id, 'custody', 'prison', '2026-01-01', null, {release}, '{}!kai', 0, 1 \
         from facility f where f.code = '{facility}'",
        id(number + 1_000_000),
        id(number),
        name.to_lowercase()
    ))
    .await;
}

pub async fn people(test: &TestApp, count: u128) {
    for number in 1..=count {
        person(
            test,
            number,
            &format!("Probe{number}"),
            "DD",
            Some("2029-01-01"),
        )
        .await;
    }
}

pub fn address(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

/// A grant for the trainer of an account, for groups in Dresden.
pub async fn grant(test: &TestApp, login: &str, first: &str, last: &str) {
    let account = test.account(login).id.0.as_u128();
    test.execute(&format!(
        "insert into access_grant (id, staff_id, facility_id, programme_id, first_day, last_day, state, requested_by, \
         requested_by_name, requested_at, version) select {}, a.staff_id, f.id, p.id, '{first}', '{last}', 'active', a.id, \
         'Probe', 0, 1 from account a, facility f, programme p where a.id = {} and f.code = 'DD' and p.code = 'akt_gruppe'",
        id(account ^ 1),
        id(account)
    ))
    .await;
}

pub struct Wish<'a> {
    pub name: &'a str,
    pub weekday: &'a str,
    pub start: &'a str,
    pub first_day: &'a str,
}

pub const FRIDAYS: Wish<'_> = Wish {
    name: "AKT-Gruppe 2026/1",
    weekday: "5",
    start: "14:00",
    first_day: "25.11.2026",
};
/// Begins on the day on which the tests begin.
pub const MONDAYS: Wish<'_> = Wish {
    name: "Montagsgruppe",
    weekday: "1",
    start: "14:00",
    first_day: "23.11.2026",
};

/// The planning form, filled in.
pub async fn filled(
    test: &TestApp,
    browser: &mut Browser,
    wish: &Wish<'_>,
    aktion: &str,
) -> Vec<(&'static str, String)> {
    let page = browser.get("/gruppen/neu").await.expect(200);
    let trainer = |field: &str, login: &str| {
        page.option(field, &test.account(login).name)
            .expect("a trainer")
    };
    vec![
        ("einmal", page.input("einmal").unwrap()),
        (
            "template",
            page.option("template", "AKT Gruppe 23").unwrap(),
        ),
        ("name", wish.name.to_owned()),
        ("room", page.option("room", "Gruppenraum").unwrap()),
        ("weekday", wish.weekday.to_owned()),
        ("start", wish.start.to_owned()),
        ("first_day", wish.first_day.to_owned()),
        ("trainer_1", trainer("trainer_1", "training")),
        ("trainer_2", trainer("trainer_2", "training.vsr")),
        ("aktion", aktion.to_owned()),
    ]
}

/// The first real choice of a list.
pub fn second_option(page: &Answer, select: &str) -> Option<String> {
    let document = scraper::Html::parse_document(&page.text());
    let selector = scraper::Selector::parse(&format!("select[name=\"{select}\"] option")).unwrap();
    document
        .select(&selector)
        .nth(1)
        .and_then(|option| option.value().attr("value").map(ToOwned::to_owned))
}

pub async fn send(browser: &mut Browser, path: &str, fields: &[(&'static str, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    browser.post(path, &fields).await
}

pub fn with(
    mut fields: Vec<(&'static str, String)>,
    name: &'static str,
    value: &str,
) -> Vec<(&'static str, String)> {
    for field in &mut fields {
        if field.0 == name {
            field.1 = value.to_owned();
        }
    }
    fields
}

/// A draft; its address.
pub async fn draft(test: &TestApp, browser: &mut Browser, wish: &Wish<'_>) -> String {
    let fields = filled(test, browser, wish, "entwurf").await;
    send(browser, "/gruppen/neu", &fields)
        .await
        .expect(303)
        .location()
        .to_owned()
}

/// Grants for the two trainers of the groups, where they have none: nothing is published past a grant.
async fn let_in(test: &TestApp) {
    for login in ["training", "training.vsr"] {
        let account = test.account(login).id.0.as_u128();
        let has = test
            .number(&format!(
                "select count(*) from access_grant g join account a on a.staff_id = g.staff_id where a.id = {}",
                id(account)
            ))
            .await;
        if has == 0 {
            grant(test, login, "2026-01-01", "2028-12-31").await;
        }
    }
}

/// A published group; its address.
pub async fn published(test: &TestApp, browser: &mut Browser, wish: &Wish<'_>) -> String {
    let_in(test).await;
    let group = draft(test, browser, wish).await;
    browser
        .post(&format!("{group}/veroeffentlichen"), &[])
        .await
        .expect(303);
    assert!(
        browser
            .get(&group)
            .await
            .text()
            .contains("Die Gruppe ist veröffentlicht.")
    );
    group
}

pub async fn add(browser: &mut Browser, group: &str, number: u128) -> Answer {
    let token = format!("zettel-{number}-{}", group.len());
    browser
        .post(
            &format!("{group}/teilnehmende"),
            &[("person", &address(number)), ("einmal", &token)],
        )
        .await
}

/// Where the sheet of a register is printed.
fn sheet(group: &str, register: &str) -> String {
    format!("{group}{}", register.replace("/anwesenheit", "/blatt"))
}

pub fn set_clock(test: &TestApp, day: Date, hour: u8) {
    test.clock
        .set(berlin_instant(day, MinuteOfDay::from_hm(hour, 0).unwrap()).unwrap());
}

/// The name of the register's field of a person.
pub fn key(number: u128, field: &str) -> String {
    // The made-up ids differ at their ends only, so the rows carry their last digits.
    let id = Uuid::from_u128(number).simple().to_string();
    format!("{field}_{}", id.chars().skip(20).collect::<String>())
}

/// The addresses of all sessions of a group, by day, with this last step.
pub fn sessions(page: &Answer, step: &str) -> Vec<String> {
    page.links("/sitzungen/")
        .into_iter()
        .filter(|link| link.ends_with(step))
        .collect()
}

#[tokio::test]
async fn a_preview_shows_all_dates_and_stores_nothing() {
    let test = TestApp::new().await;
    grant(&test, "training", "2026-01-01", "2027-03-31").await;
    let mut social = test.signed_in("sozialdienst").await;
    assert!(
        social
            .get("/gruppen")
            .await
            .expect(200)
            .text()
            .contains("Noch keine Gruppe")
    );
    let fields = filled(&test, &mut social, &FRIDAYS, "vorschau").await;
    assert_eq!(fields[2].1, "AKT-Gruppe 2026/1");
    let page = send(&mut social, "/gruppen/neu", &fields).await.expect(200);
    let text = page.text();
    assert!(
        text.contains("Der 25.11.2026 ist ein Mittwoch"),
        "the first day is moved and that is said"
    );
    assert!(
        text.contains("Feiertag: 1. Weihnachtstag")
            && text.contains("Feiertag: Neujahr")
            && text.contains("Feiertag: Karfreitag")
    );
    assert!(!text.contains("<td>Fr., 25.12.2026, 14:00"));
    // 23 sessions, and the three holidays between them.
    assert_eq!(page.texts("tbody tr").len(), 26);
    assert!(text.contains("Die Zugangsfreigabe endet am 31.03.2027"));
    assert!(text.contains("keine gültige Zugangsfreigabe"));
    assert_eq!(
        page.input("name").as_deref(),
        Some("AKT-Gruppe 2026/1"),
        "what was typed stays"
    );
    assert_eq!(test.number("select count(*) from training_group").await, 0);
    assert!(text.len() < 40_000);
}

#[tokio::test]
async fn a_closure_is_skipped_and_what_is_taken_is_named() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    draft(&test, &mut social, &FRIDAYS).await;
    let closing = [
        ("first_day", "04.12.2026"),
        ("last_day", "04.12.2026"),
        ("reason", "Revision"),
        ("einmal", "z"),
    ];
    social
        .post("/einrichtungen/schliesstage", &closing)
        .await
        .expect(303);
    let wish = Wish {
        name: "Zweite",
        ..FRIDAYS
    };
    let fields = filled(&test, &mut social, &wish, "vorschau").await;
    let text = send(&mut social, "/gruppen/neu", &fields)
        .await
        .expect(200)
        .text();
    assert!(text.contains("Schließzeit: Revision"));
    assert!(
        text.contains("Raum belegt")
            && text.contains("Fachkraft belegt")
            && text.contains("AKT-Gruppe 2026/1")
    );
}

#[tokio::test]
async fn what_is_wrong_stands_beside_the_field() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    draft(&test, &mut social, &FRIDAYS).await;
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let foreign_room =
        second_option(&leipzig.get("/gruppen/neu").await.expect(200), "room").unwrap();
    let wish = Wish {
        name: "Zweite",
        ..FRIDAYS
    };
    let base = filled(&test, &mut social, &wish, "entwurf").await;
    let first = base[7].1.clone();
    for (field, value, message) in [
        ("name", "AKT-Gruppe 2026/1", "schon eine Gruppe"),
        ("name", "", "Bitte „Name der Gruppe“ angeben."),
        (
            "room",
            foreign_room.as_str(),
            "gehört nicht zur Einrichtung",
        ),
        ("weekday", "8", "einen Wert aus der Liste"),
        ("start", "25:00", "25:00"),
        ("start", "22:00", "nach Mitternacht"),
        ("first_day", "20.11.2026", "liegt in der Vergangenheit"),
        ("trainer_2", first.as_str(), "schon ausgewählt"),
        ("trainer_2", "", "Bitte „Zweite Fachkraft“ auswählen."),
    ] {
        let page = send(
            &mut social,
            "/gruppen/neu",
            &with(base.clone(), field, value),
        )
        .await
        .expect(422);
        let errors = page.texts(&format!("#f-{field}-error"));
        assert!(
            errors.first().is_some_and(|text| text.contains(message)),
            "{field}={value}: {errors:?}"
        );
        assert_eq!(page.texts("#fehler li").len(), 1);
    }
    assert_eq!(test.number("select count(*) from training_group").await, 1);
}

#[tokio::test]
async fn a_draft_is_sent_once_published_and_then_seen_by_its_trainers_only() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let fields = filled(&test, &mut social, &FRIDAYS, "entwurf").await;
    let group = send(&mut social, "/gruppen/neu", &fields)
        .await
        .expect(303)
        .location()
        .to_owned();
    let again = send(&mut social, "/gruppen/neu", &fields).await.expect(303);
    assert_eq!(again.location(), group, "sent twice, made once");
    assert_eq!(test.number("select count(*) from training_group").await, 1);
    assert_eq!(test.number("select count(*) from group_session").await, 23);
    assert_eq!(test.number("select count(*) from group_trainer").await, 2);
    let page = social.get(&group).await.expect(200);
    assert!(page.text().contains("Entwurf") && page.text().contains("Gruppe geplant"));

    grant(&test, "training", "2026-01-01", "2028-01-01").await;
    let mut trainer = test.signed_in("training").await;
    trainer.get(&group).await.expect(404);
    // The second trainer has no grant: nothing is planned past that, and it is said.
    let refused = social
        .post(&format!("{group}/veroeffentlichen"), &[])
        .await
        .expect(422);
    assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
    assert!(refused.text().contains("keine gültige Zugangsfreigabe"));
    trainer.get(&group).await.expect(404);
    grant(&test, "training.vsr", "2026-01-01", "2028-01-01").await;
    social
        .post(&format!("{group}/veroeffentlichen"), &[])
        .await
        .expect(303);
    trainer.get(&group).await.expect(200);
    assert!(
        trainer
            .get("/gruppen")
            .await
            .expect(200)
            .text()
            .contains("AKT-Gruppe 2026/1")
    );
    assert!(
        !trainer.get(&group).await.text().contains("Absagen"),
        "only links one may follow"
    );
    let mut coordinator = test.signed_in("koordination").await;
    coordinator.get(&group).await.expect(200);

    // The second trainer of the group has a grant no longer.
    test.execute(&format!(
        "update access_grant set state = 'revoked' where staff_id = (select staff_id from account where id = {})",
        id(test.account("training.vsr").id.0.as_u128())
    ))
    .await;
    let mut without = test.signed_in("training.vsr").await;
    without.get(&group).await.expect(404);
    assert!(
        without
            .get("/gruppen")
            .await
            .expect(200)
            .text()
            .contains("Keine Gruppe")
    );
    let session = social.get(&group).await.links("/sitzungen/")[0].clone();
    let session = session.trim_end_matches("/absagen").to_owned();
    trainer
        .get(&format!("{session}/anwesenheit"))
        .await
        .expect(200);
    for path in ["anwesenheit", "liste"] {
        without.get(&format!("{session}/{path}")).await.expect(404);
    }
    without
        .post(&format!("{session}/anwesenheit"), &[("version", "1")])
        .await
        .expect(404);

    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    assert!(
        leipzig
            .get("/gruppen")
            .await
            .expect(200)
            .text()
            .contains("Noch keine Gruppe")
    );
    leipzig.get(&group).await.expect(404);
    leipzig.get(&format!("{session}/absagen")).await.expect(404);
    for path in ["veroeffentlichen", "verwerfen", "abschliessen"] {
        leipzig
            .post(&format!("{group}/{path}"), &[("bestaetigt", "1")])
            .await
            .expect(404);
    }
    let cancel = [
        ("grund", "room"),
        ("ersatz", "ersatzlos"),
        ("version", "1"),
        ("bestaetigt", "1"),
    ];
    leipzig
        .post(&format!("{session}/absagen"), &cancel)
        .await
        .expect(404);
    person(&test, 50, "Leipziger", "L", None).await;
    add(&mut leipzig, &group, 50).await.expect(404);
    assert_eq!(
        test.number("select count(*) from group_session where state = 'planned'")
            .await,
        23
    );
}

#[tokio::test]
async fn a_draft_without_people_can_be_thrown_away_a_published_group_cannot() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = draft(&test, &mut social, &FRIDAYS).await;
    social
        .post(&format!("{group}/verwerfen"), &[])
        .await
        .expect(303);
    social.get(&group).await.expect(404);
    assert_eq!(test.number("select count(*) from group_session").await, 0);
    let group = published(&test, &mut social, &FRIDAYS).await;
    social
        .post(&format!("{group}/verwerfen"), &[])
        .await
        .expect(303);
    assert!(
        social
            .get(&group)
            .await
            .expect(200)
            .text()
            .contains("Nur Entwürfe können verworfen werden.")
    );
}

#[tokio::test]
async fn the_ninth_person_finds_no_place_even_at_the_same_moment() {
    let test = TestApp::new().await;
    people(&test, 9).await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &FRIDAYS).await;
    let page = social
        .get(&format!("{group}?suche=probe1"))
        .await
        .expect(200);
    assert!(page.text().contains("Probe1, Kai") && page.text().contains("Aufnehmen"));
    for number in 1..=7 {
        add(&mut social, &group, number).await.expect(303);
    }
    let (mut one, mut two) = (social.clone(), social.clone());
    let (left, right) = tokio::join!(add(&mut one, &group, 8), add(&mut two, &group, 9));
    assert_eq!((left.status.as_u16(), right.status.as_u16()), (303, 303));
    assert_eq!(test.number("select count(*) from membership").await, 8);
    assert_eq!(
        test.number("select count(*) from enrolment where ended_on is null and started_on is null")
            .await,
        8
    );
    let both = format!(
        "{}{}",
        one.get(&group).await.text(),
        two.get(&group).await.text()
    );
    assert!(both.contains("Alle 8 Plätze der Gruppe sind vergeben."));
    assert!(one.get("/gruppen").await.text().contains("8 von 8"));
    let whole = one.get(&group).await.text().len();
    assert!(whole < 18_000, "{whole} bytes");
}

#[tokio::test]
async fn whom_one_takes_in_is_looked_at_first() {
    let test = TestApp::new().await;
    person(&test, 1, "Baldig", "DD", Some("2027-02-03")).await;
    person(&test, 2, "Unbekannt", "DD", None).await;
    person(&test, 3, "Anderswo", "L", Some("2029-01-01")).await;
    person(&test, 4, "Sicher", "DD", Some("2029-01-01")).await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &FRIDAYS).await;
    let page = add(&mut social, &group, 1).await.expect(200);
    assert!(
        page.text()
            .contains("Baldig, Kai wird voraussichtlich am 03.02.2027 entlassen.")
    );
    assert!(
        add(&mut social, &group, 2)
            .await
            .expect(200)
            .text()
            .contains("nicht bekannt")
    );
    add(&mut social, &group, 3).await.expect(404);
    assert_eq!(test.number("select count(*) from membership").await, 0);
    let token = page.input("einmal").unwrap();
    let confirmed = [
        ("person", address(1)),
        ("einmal", token),
        ("bestaetigt", "1".to_owned()),
        ("konflikte", page.input("konflikte").unwrap()),
        ("trotz_grund", "Entlassung wird neu berechnet".to_owned()),
    ];
    send(&mut social, &format!("{group}/teilnehmende"), &confirmed)
        .await
        .expect(303);
    // Sent again, and once more by a fresh form.
    send(&mut social, &format!("{group}/teilnehmende"), &confirmed)
        .await
        .expect(303);
    let fresh = [
        ("person", address(1)),
        ("einmal", "frisch".to_owned()),
        ("bestaetigt", "1".to_owned()),
    ];
    send(&mut social, &format!("{group}/teilnehmende"), &fresh)
        .await
        .expect(303);
    assert!(
        social
            .get(&group)
            .await
            .text()
            .contains("Diese Person ist schon in der Gruppe.")
    );
    assert_eq!(
        test.number(
            "select count(*) from audit_entry e join audit_subject s on s.writer = e.writer and s.sequence = e.sequence where e.outcome = 'verweigert'"
        )
        .await,
        1,
        "the refusal tells of the person's group"
    );
    assert_eq!(test.number("select count(*) from membership").await, 1);
    assert!(
        social
            .get(&group)
            .await
            .text()
            .contains("Baldig, Kai: Entlassung voraussichtlich 03.02.2027")
    );

    add(&mut social, &group, 4).await.expect(303);
    let end = format!("{group}/teilnehmende/{}/beenden", address(4));
    social.get(&end).await.expect(200);
    social.post(&end, &[("grund", "")]).await.expect(422);
    social
        .post(&end, &[("grund", "versetzt")])
        .await
        .expect(303);
    assert_eq!(
        test.number(
            "select count(*) from enrolment where outcome = 'dropped_out' and ended_on is not null"
        )
        .await,
        1
    );
    let text = social.get(&group).await.expect(200).text();
    assert!(
        text.contains("Sicher, Kai") && text.contains("in eine andere Anstalt verlegt"),
        "everything stays readable"
    );
    social
        .post(&end, &[("grund", "versetzt")])
        .await
        .expect(404);
}

#[tokio::test]
async fn a_register_is_kept_corrected_and_never_lost() {
    let test = TestApp::new().await;
    people(&test, 3).await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &MONDAYS).await;
    for number in 1..=3 {
        add(&mut social, &group, number).await.expect(303);
    }
    let all = sessions(&social.get(&group).await, "/absagen");
    let register = all[0].replace("/absagen", "/anwesenheit");
    let future = all[1].replace("/absagen", "/anwesenheit");
    // Before it begins.
    assert!(
        social
            .get(&register)
            .await
            .expect(200)
            .text()
            .contains("Diese Sitzung beginnt erst am Montag, 23. November 2026")
    );
    let present = |number| (key(number, "status"), "present".to_owned());
    let post = |browser: Browser, path: String, fields: Vec<(String, String)>| async move {
        let mut browser = browser;
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        (browser.post(&path, &fields).await, browser)
    };
    let (early, _) = post(social.clone(), register.clone(), vec![present(1)]).await;
    assert!(early.expect(422).text().contains("beginnt erst am"));
    assert_eq!(test.number("select count(*) from attendance").await, 0);

    set_clock(&test, date!(2026 - 11 - 23), 18);
    let social = test.signed_in("sozialdienst").await;
    let mut reader = social.clone();
    assert!(
        reader
            .get("/gruppen")
            .await
            .text()
            .contains("1 Liste fehlt")
    );
    let page = reader.get(&register).await.expect(200);
    assert_eq!(page.texts("tr[data-row]").len(), 3);
    assert!(page.text().len() < 18_000);
    let version = page.input("version").unwrap();
    let rows = |marks: &[(u128, &str, &str)], version: &str, reason: &str| {
        let mut fields = vec![
            ("version".to_owned(), version.to_owned()),
            ("stattgefunden".to_owned(), "ja".to_owned()),
            ("grund_berichtigung".to_owned(), reason.to_owned()),
        ];
        for (number, status, why) in marks {
            fields.push((key(*number, "status"), (*status).to_owned()));
            fields.push((key(*number, "reason"), (*why).to_owned()));
        }
        fields
    };
    // An absence without its reason.
    let (answer, _) = post(
        social.clone(),
        register.clone(),
        rows(&[(1, "excused", "")], &version, ""),
    )
    .await;
    assert!(
        answer.expect(422).texts("#fehler li")[0]
            .starts_with("Probe1, Kai: Bitte bei „entschuldigt“")
    );
    // Two of three.
    let first = [(1, "present", ""), (2, "excused", "illness")];
    let (answer, mut after) =
        post(social.clone(), register.clone(), rows(&first, &version, "")).await;
    assert_eq!(answer.expect(303).location(), group);
    let text = after.get(&group).await.text();
    assert!(
        text.contains("Anwesenheit gespeichert: 2 von 3 erfasst.") && text.contains("gehalten")
    );
    assert_eq!(
        test.number("select count(*) from enrolment where started_on is not null")
            .await,
        1
    );
    let history = "select count(*) from history";
    let before = test.number(history).await;
    // The same once more, from the old page and from a new one.
    for version in [
        version.clone(),
        reader.get(&register).await.input("version").unwrap(),
    ] {
        let (answer, _) = post(
            social.clone(),
            register.clone(),
            rows(&first, &version, "egal"),
        )
        .await;
        answer.expect(303);
    }
    assert_eq!(
        test.number(history).await,
        before,
        "saving twice changes nothing"
    );
    assert_eq!(test.number("select max(version) from attendance").await, 1);

    // A correction needs its reason and keeps the old value.
    let page = reader.get(&register).await;
    let now = page.input("version").unwrap();
    assert_ne!(now, version);
    let second = [
        (1, "unexcused", ""),
        (2, "excused", "illness"),
        (3, "late", ""),
    ];
    let (answer, _) = post(social.clone(), register.clone(), rows(&second, &now, "")).await;
    let answer = answer.expect(422);
    assert!(answer.texts("#f-grund_berichtigung-error")[0].contains("Grund der Berichtigung"));
    assert_eq!(
        test.number("select count(*) from attendance").await,
        2,
        "all or nothing"
    );
    let (answer, _) = post(
        social.clone(),
        register.clone(),
        rows(&second, &now, "Verwechslung"),
    )
    .await;
    answer.expect(303);
    let text = reader.get(&register).await.text();
    assert!(
        text.contains("Anwesenheit berichtigt: Probe1, Kai")
            && text.contains("anwesend → unentschuldigt. Grund: Verwechslung")
    );
    assert!(text.contains("Sabine Muster"));
    assert_eq!(
        test.number("select count(*) from enrolment where started_on is not null")
            .await,
        1,
        "only the one who came late"
    );

    // Somebody with the page from before both.
    let stale = [(1, "excused", "court"), (2, "excused", "illness")];
    let mut fields = rows(&stale, &now, "Attest");
    fields.push((key(1, "war"), "present:".to_owned()));
    fields.push((key(2, "war"), "excused:illness".to_owned()));
    let (answer, _) = post(social.clone(), register.clone(), fields).await;
    let answer = answer.expect(409);
    let text = answer.text();
    assert!(
        text.contains("entschuldigt (Gericht)")
            && text.contains("unentschuldigt")
            && text.contains("Beide Fassungen")
    );
    assert_eq!(
        answer.texts("table.versions tbody tr").len(),
        1,
        "only the row that differs"
    );
    assert_eq!(
        test.number("select count(*) from attendance where status = 'unexcused'")
            .await,
        1
    );
    // What I had chosen is still there, and the row I never touched shows what is stored.
    assert_eq!(answer.texts("input[value=late][checked]").len(), 1);
    assert_eq!(answer.texts("input[value=excused][checked]").len(), 2);

    let (answer, _) = post(social.clone(), future, vec![present(1)]).await;
    answer.expect(422);
    let sheet = reader.get(&sheet(&group, &register)).await.expect(200);
    assert!(sheet.text().contains("Unterschrift") && sheet.text().contains("Probe3, Kai"));
    assert_eq!(
        test.number("select count(*) from audit_entry where verb = 'offenlegung'")
            .await,
        1
    );
}

#[tokio::test]
async fn two_who_save_at_once_lose_nothing() {
    let test = TestApp::new().await;
    people(&test, 2).await;
    grant(&test, "training", "2026-01-01", "2028-01-01").await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &MONDAYS).await;
    for number in 1..=2 {
        add(&mut social, &group, number).await.expect(303);
    }
    let register =
        sessions(&social.get(&group).await, "/absagen")[0].replace("/absagen", "/anwesenheit");
    set_clock(&test, date!(2026 - 11 - 23), 18);
    let mut social = test.signed_in("sozialdienst").await;
    let mut trainer = test.signed_in("training").await;
    let version = trainer
        .get(&register)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    let (a, b) = (key(1, "status"), key(2, "status"));
    let (mine, theirs) = (
        [("version", version.as_str()), (a.as_str(), "present")],
        [("version", version.as_str()), (b.as_str(), "late")],
    );
    let (left, right) = tokio::join!(
        social.post(&register, &mine),
        trainer.post(&register, &theirs)
    );
    assert_eq!((left.status.as_u16(), right.status.as_u16()), (303, 303));
    assert_eq!(test.number("select count(*) from attendance").await, 2);
}

#[tokio::test]
async fn a_group_ends_when_nothing_is_open() {
    let test = TestApp::new().await;
    people(&test, 2).await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &MONDAYS).await;
    for number in 1..=2 {
        add(&mut social, &group, number).await.expect(303);
    }
    let register =
        sessions(&social.get(&group).await, "/absagen")[0].replace("/absagen", "/anwesenheit");
    set_clock(&test, date!(2026 - 11 - 23), 18);
    let mut social = test.signed_in("sozialdienst").await;
    let (one, two) = (key(1, "status"), key(2, "status"));
    social
        .post(
            &register,
            &[("version", "1"), (&one, "present"), (&two, "unexcused")],
        )
        .await
        .expect(303);
    // A held session is not cancelled.
    let cancel = register.replace("/anwesenheit", "/absagen");
    social.get(&cancel).await.expect(303);
    social
        .post(&format!("{group}/abschliessen"), &[("bestaetigt", "1")])
        .await
        .expect(303);
    assert!(
        social
            .get(&group)
            .await
            .text()
            .contains("weder erfasst noch abgesagt")
    );
    test.execute("update group_session set state = 'cancelled', cancel_reason = 'other' where state = 'planned'").await;
    // Without a fixed rule of the template one session is enough.
    test.execute("update template set complete_share = null, complete_sessions = null")
        .await;
    // A talk beside the group starts the enrolment of the second person but completes nothing.
    test.execute(&format!(
        "update enrolment set started_on = '2026-11-23' where person_id = {}",
        id(2)
    ))
    .await;
    let page = social
        .post(&format!("{group}/abschliessen"), &[])
        .await
        .expect(200);
    assert!(page.text().contains("ohne Abschluss beendet"));
    social
        .post(&format!("{group}/abschliessen"), &[("bestaetigt", "1")])
        .await
        .expect(303);
    assert_eq!(
        test.number(
            "select count(*) from enrolment where outcome = 'completed' and ended_on = '2026-11-23'"
        )
        .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from enrolment where outcome = 'dropped_out'")
            .await,
        1
    );
    let text = social.get(&group).await.expect(200).text();
    assert!(text.contains("abgeschlossen") && text.contains("Probe2, Kai"));
    // Registers stay open for corrections.
    let page = social.get(&register).await.expect(200);
    let version = page.input("version").unwrap();
    let correction = [
        ("version", version.as_str()),
        (&one, "late"),
        (&two, "unexcused"),
        ("grund_berichtigung", "Uhrzeit"),
    ];
    social.post(&register, &correction).await.expect(303);
}

#[tokio::test]
async fn every_page_of_groups_is_sound_html_and_small() {
    let test = TestApp::new().await;
    people(&test, 8).await;
    person(&test, 20, "Baldig", "DD", Some("2027-02-03")).await;
    let mut social = test.signed_in("sozialdienst").await;
    let mut pages = vec![social.get("/gruppen").await.expect(200)];
    let fields = filled(&test, &mut social, &MONDAYS, "vorschau").await;
    pages.push(social.get("/gruppen/neu").await.expect(200));
    pages.push(send(&mut social, "/gruppen/neu", &fields).await.expect(200));
    let wrong = with(fields, "start", "25:00");
    pages.push(send(&mut social, "/gruppen/neu", &wrong).await.expect(422));
    let group = published(&test, &mut social, &MONDAYS).await;
    for number in 1..=7 {
        add(&mut social, &group, number).await.expect(303);
    }
    pages.push(add(&mut social, &group, 20).await.expect(200));
    pages.push(
        social
            .get(&format!("{group}?suche=probe8"))
            .await
            .expect(200),
    );
    pages.push(
        social
            .get(&format!("{group}?suche=niemand"))
            .await
            .expect(200),
    );
    pages.push(
        social
            .get(&format!("{group}/teilnehmende/{}/beenden", address(1)))
            .await
            .expect(200),
    );
    let cancel = sessions(&social.get(&group).await, "/absagen")[0].clone();
    pages.push(social.get(&cancel).await.expect(200));
    pages.push(
        social
            .post(&cancel, &[("grund", "room"), ("ersatz", "anhaengen")])
            .await
            .expect(200),
    );
    let register = cancel.replace("/absagen", "/anwesenheit");
    pages.push(social.get(&register).await.expect(200));
    set_clock(&test, date!(2026 - 11 - 23), 18);
    let mut social = test.signed_in("sozialdienst").await;
    pages.push(social.get(&register).await.expect(200));
    pages.push(
        social
            .post(&register, &[(key(1, "status").as_str(), "excused")])
            .await
            .expect(422),
    );
    pages.push(social.get(&sheet(&group, &register)).await.expect(200));
    test.execute("update group_session set state = 'cancelled', cancel_reason = 'other'")
        .await;
    pages.push(social.get(&register).await.expect(200));
    pages.push(social.get("/gruppen").await.expect(200));
    pages.push(social.get(&group).await.expect(200));
    pages.push(
        social
            .post(&format!("{group}/abschliessen"), &[])
            .await
            .expect(200),
    );
    for page in pages {
        let text = page.text();
        assert_eq!(
            html::problems(&text),
            Vec::<String>::new(),
            "{:?}",
            page.texts("h1")
        );
        // The preview stands below a form of its own; everything else keeps to the budget of a page.
        let most = if page.texts("#vorschau").is_empty() {
            18_000
        } else {
            24_000
        };
        assert!(
            text.len() < most,
            "{:?}: {} bytes",
            page.texts("h1"),
            text.len()
        );
    }
}

#[tokio::test]
async fn groups_that_are_over_stand_on_pages_of_their_own() {
    let test = TestApp::new().await;
    crate::course::course(&test, "Läuft", 8, &[time::macros::date!(2026 - 12 - 07)]).await;
    for number in 0..51 {
        let day = time::macros::date!(2025 - 01 - 06) + time::Duration::weeks(number);
        crate::course::course(&test, &format!("Vorbei {number:02}"), 8, &[day]).await;
    }
    test.execute("update training_group set state = 'closed' where name <> 'Läuft'")
        .await;
    let mut social = test.signed_in("sozialdienst").await;
    let page = social.get("/gruppen").await.expect(200);
    assert!(page.text().contains("Läuft") && !page.text().contains("Vorbei"));
    let way = page.links("/gruppen?stand=");
    let page = social.get(&way[0]).await.expect(200);
    assert_eq!(crate::html::problems(&page.text()), Vec::<String>::new());
    let names = page.texts("tbody th");
    assert_eq!(names.len(), 50);
    assert_eq!(names[0], "Vorbei 50", "the newest first");
    let next = page.links("/gruppen?stand=abgeschlossen&ab=n.");
    let page = social.get(&next[0]).await.expect(200);
    assert_eq!(page.texts("tbody th"), ["Vorbei 00"]);
    let back = page.links("/gruppen?stand=abgeschlossen&ab=v.");
    let page = social.get(&back[0]).await.expect(200);
    assert_eq!(page.texts("tbody th"), names);
    // Whoever holds no grant sees none of them, and is told so.
    let mut trainer = test.signed_in("training").await;
    let page = trainer
        .get("/gruppen?stand=abgeschlossen")
        .await
        .expect(200);
    assert!(page.text().contains("Noch keine abgeschlossene Gruppe"));
}
