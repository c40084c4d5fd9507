//! What stands against the time of a talk, and the free times that are offered instead.

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows::{client, id, inmate};
use crate::talks::{begun, exit_case, plan};

/// The times that are offered, as their buttons' values.
fn offers(page: &Answer) -> Vec<String> {
    let document = scraper::Html::parse_document(&page.text());
    let buttons = scraper::Selector::parse("button[name=vorschlag]").unwrap();
    document
        .select(&buttons)
        .filter_map(|button| button.attr("value").map(str::to_owned))
        .collect()
}

/// An officer with two clients, of whom one comes on 30 November at ten: the officer, that one's case, and the other.
async fn two_clients(test: &TestApp) -> (Browser, String, uuid::Uuid) {
    let (one, two) = (
        client(test, "Adler", "bewaehrung").await,
        client(test, "Busch", "bewaehrung").await,
    );
    let mut browser = test.signed_in("bewaehrung").await;
    let first = begun(test, &mut browser, one).await;
    plan(&mut browser, &first, "30.11.2026", "10:00", "office")
        .await
        .expect(303);
    (browser, first, two)
}

async fn ask(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let page = browser.post(path, fields).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    page
}

#[tokio::test]
async fn nobody_holds_two_talks_at_once_and_the_nearest_free_time_is_one_press_away() {
    let test = TestApp::new().await;
    let (mut browser, first, two) = two_clients(&test).await;
    let second = begun(&test, &mut browser, two).await;
    let refused = plan(&mut browser, &second, "30.11.2026", "10:30", "office")
        .await
        .expect(422);
    assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
    assert!(
        refused
            .text()
            .contains("ist 10:00–10:45 Uhr in einem Einzeltermin"),
        "{}",
        refused.text()
    );
    assert_eq!(
        refused.input("start").as_deref(),
        Some("10:30"),
        "what was typed stays"
    );
    let offered = offers(&refused);
    assert_eq!(offered.len(), 3, "{offered:?}");
    assert_eq!(offered[0], "30.11.2026 10:45");
    assert!(
        refused.input("trotz_grund").is_none(),
        "nobody can be in two places for a reason"
    );
    let path = format!("{second}/termin");
    let token = refused.input("einmal").unwrap();
    let mut fields = vec![
        ("einmal", token.as_str()),
        ("day", "30.11.2026"),
        ("start", "10:30"),
        ("minutes", "45"),
        ("form", "office"),
        ("vorschlag", "30.11.2026 10:45"),
    ];
    let taken = ask(&mut browser, &path, &fields).await;
    assert_eq!(taken.input("start").as_deref(), Some("10:45"));
    assert!(taken.text().contains("spricht nichts gegen den Termin"));
    assert_eq!(
        test.number("select count(*) from talk_plan").await,
        1,
        "asking changes nothing"
    );
    fields[2].1 = "10:45";
    fields.pop();
    browser.post(&path, &fields).await.expect(303);
    assert_eq!(test.number("select count(*) from talk_plan").await, 2);
    // A talk that is moved does not stand in its own way, but the other still does.
    let shift = browser
        .get(&first)
        .await
        .expect(200)
        .links("/termine/")
        .into_iter()
        .find(|link| link.ends_with("verschieben"))
        .unwrap();
    let version = browser.get(&shift).await.expect(200).input("version");
    let version = version.unwrap();
    let moved = |start| {
        [
            ("version", version.as_str()),
            ("day", "30.11.2026"),
            ("start", start),
            ("minutes", "45"),
            ("form", "office"),
            ("asked_by", "client"),
        ]
    };
    let page = browser.post(&shift, &moved("10:15")).await.expect(422);
    assert!(page.text().contains("10:45–11:30 Uhr"));
    assert!(!page.text().contains("10:00–10:45 Uhr in einem"));
    browser.post(&shift, &moved("09:45")).await.expect(303);
}

#[tokio::test]
async fn the_next_talk_is_refused_beside_its_field_where_the_officer_is_taken() {
    let test = TestApp::new().await;
    let (mut browser, _, two) = two_clients(&test).await;
    begun(&test, &mut browser, two).await;
    let path = format!("/personen/{two}/gespraech");
    let page = browser.get(&path).await.expect(200);
    let (token, talk) = (
        page.input("einmal").unwrap(),
        page.input("enrolment")
            .or_else(|| page.option("enrolment", "Distanzierung")),
    );
    let mut fields = vec![
        ("einmal", token.as_str()),
        ("day", "16.11.2026"),
        ("minutes", "45"),
        ("form", "office"),
        ("outcome", "took_place"),
        ("next_day", "30.11.2026"),
        ("next_start", "10:00"),
    ];
    if let Some(talk) = &talk {
        fields.push(("enrolment", talk));
    }
    let page = browser.post(&path, &fields).await.expect(422);
    assert!(
        page.texts("#f-next_day-error")
            .join("")
            .contains("in einem Einzeltermin"),
        "{}",
        page.texts("main").join("")
    );
    assert_eq!(
        test.number("select count(*) from counselling_session where day = '2026-11-16'")
            .await,
        0,
        "all or nothing"
    );
}

#[tokio::test]
async fn what_the_client_has_is_told_neutrally_and_taken_on_with_a_reason_that_stays() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    let (mut counsellor, case) = exit_case(&test, person).await;
    test.execute(&format!(
        "insert into person_busy (id, person_id, kind, first_day, day_after, start_minute, end_minute, created_at, created_by_name) \
         values ({}, {}, 'court', '2026-11-25', '2026-11-26', 540, 720, 0, 'Anna')",
        id(crate::world::fresh()),
        id(person)
    ))
    .await;
    let path = format!("{case}/termin");
    let token = counsellor.get(&path).await.expect(200).input("einmal");
    let token = token.unwrap();
    let wish = vec![
        ("einmal", token.as_str()),
        ("day", "25.11.2026"),
        ("start", "10:00"),
        ("minutes", "45"),
        ("form", "prison"),
    ];
    let mut asked = wish.clone();
    asked.push(("aktion", "pruefen"));
    let page = ask(&mut counsellor, &path, &asked).await;
    let said = page.texts("#zeiten").join("");
    assert!(said.contains("anderer Termin (09:00–12:00 Uhr)"), "{said}");
    assert!(!said.contains("Gericht"), "{said}");
    assert!(
        offers(&page).contains(&"25.11.2026 12:00".to_owned()),
        "{:?}",
        offers(&page)
    );
    let page = counsellor.post(&path, &wish).await.expect(422);
    assert!(
        page.texts("#f-trotz_grund-error")
            .join("")
            .contains("warum die Hinweise"),
        "{}",
        page.texts("main").join("")
    );
    let shown = page.input("konflikte").unwrap();
    let mut again = wish.clone();
    again.extend([
        ("konflikte", shown.as_str()),
        ("trotz_grund", "Mit der Einrichtung abgesprochen"),
    ]);
    counsellor.post(&path, &again).await.expect(303);
    let page = counsellor.get(&case).await.expect(200);
    assert!(page.text().contains("Mit der Einrichtung abgesprochen"));
    // In the counselling centre the house has nothing to say, the client's day still does.
    test.execute("update facility set window_from = 780, window_to = 1020 where code = 'DD'")
        .await;
    let token = counsellor.get(&path).await.expect(200).input("einmal");
    let token = token.unwrap();
    let early = |place| {
        vec![
            ("einmal", token.as_str()),
            ("day", "26.11.2026"),
            ("start", "10:00"),
            ("minutes", "45"),
            ("form", place),
            ("aktion", "pruefen"),
        ]
    };
    let inside = ask(&mut counsellor, &path, &early("prison")).await;
    assert!(inside.text().contains("Außerhalb der Zeiten des Hauses"));
    let offered = offers(&inside);
    assert_eq!(offered.len(), 3);
    assert!(
        offered
            .iter()
            .all(|offer| offer.split(' ').nth(1) >= Some("13:00"))
    );
    let outside = ask(&mut counsellor, &path, &early("office")).await;
    assert!(
        outside.text().contains("spricht nichts gegen"),
        "{}",
        outside.text()
    );
}

#[tokio::test]
async fn a_house_that_is_full_says_so_without_a_number_and_release_matters_inside_only() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    let (mut counsellor, case) = exit_case(&test, person).await;
    let path = format!("{case}/termin");
    let token = counsellor.get(&path).await.expect(200).input("einmal");
    let token = token.unwrap();
    let asked = |place| {
        vec![
            ("einmal", token.as_str()),
            ("day", "26.11.2026"),
            ("start", "10:00"),
            ("minutes", "45"),
            ("form", place),
            ("aktion", "pruefen"),
        ]
    };
    test.execute("update placement set expected_release = '2026-11-25'")
        .await;
    test.execute("update facility set external_staff_limit = 0 where code = 'DD'")
        .await;
    let inside = ask(&mut counsellor, &path, &asked("prison")).await;
    let said = inside.texts("#zeiten").join("");
    assert!(
        said.contains("lässt an diesem Tag niemanden mehr von außen ein"),
        "{said}"
    );
    assert!(!said.contains("erlaubt sind"), "{said}");
    assert!(
        !said.contains("entlassen"),
        "a provider is not told when somebody is released: {said}"
    );
    let outside = ask(&mut counsellor, &path, &asked("telephone")).await;
    assert!(outside.text().contains("spricht nichts gegen"));
    // The officer knows of the release; for a talk in the office it is no matter.
    test.execute("update facility set external_staff_limit = null")
        .await;
    let client = client(&test, "Busch", "bewaehrung").await;
    let mut officer = test.signed_in("bewaehrung").await;
    let case = begun(&test, &mut officer, client).await;
    crate::rows::place(&test, client, "DD", "custody").await;
    test.execute("update placement set expected_release = '2026-11-25'")
        .await;
    let path = format!("{case}/termin");
    let inside = ask(&mut officer, &path, &asked("prison")).await;
    assert!(
        inside
            .texts("#zeiten")
            .join("")
            .contains("wird voraussichtlich am 25.11.2026 entlassen"),
        "{}",
        inside.texts("main").join("")
    );
    let office = ask(&mut officer, &path, &asked("office")).await;
    assert!(office.text().contains("spricht nichts gegen"));
}

#[tokio::test]
async fn asking_never_promises_what_saving_refuses() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    // The grant ends with the year.
    let (mut counsellor, case) = exit_case(&test, person).await;
    let path = format!("{case}/termin");
    let token = counsellor.get(&path).await.expect(200).input("einmal");
    let token = token.unwrap();
    let mut fields = vec![
        ("einmal", token.as_str()),
        ("day", "07.01.2027"),
        ("start", "10:00"),
        ("minutes", "45"),
        ("form", "prison"),
        ("aktion", "pruefen"),
    ];
    let page = counsellor.post(&path, &fields).await.expect(422);
    assert!(
        page.texts("#f-day-error")
            .join("")
            .contains("keine Zugangsfreigabe")
    );
    assert!(!page.text().contains("spricht nichts gegen"));
    assert!(page.text().contains("Zugang nicht gesichert"));
    let offered = offers(&page);
    assert_eq!(offered.len(), 3, "{offered:?}");
    assert!(
        offered.iter().all(|offer| offer.contains(".12.2026")),
        "only while the grant holds: {offered:?}"
    );
    // A reason for nothing is kept nowhere, however long.
    let long = "x".repeat(5_000);
    fields.pop();
    fields[1].1 = "26.11.2026";
    fields.push(("trotz_grund", &long));
    counsellor.post(&path, &fields).await.expect(303);
    assert_eq!(
        test.number(
            "select count(*) from history where reason is not null and what = 'Termin vereinbart'"
        )
        .await,
        0
    );
}
