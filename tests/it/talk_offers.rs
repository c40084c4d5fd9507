//! How often a client is talked with, times that a half-year's computation finds for it, and the counsellor's answer.

use uuid::Uuid;

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows::{id, inmate};
use crate::talks::exit_case;

const OFFERS: &str = "/gespraeche/vorschlaege";

fn clean(page: &Answer) {
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
}

/// Says how often a client is talked with.
async fn cadence(browser: &mut Browser, case: &str, weeks: &str, minutes: &str) -> Answer {
    let path = format!("{case}/abstand");
    let page = browser.get(&path).await.expect(200);
    clean(&page);
    let version = page.input("version").unwrap();
    let fields = [
        ("version", version.as_str()),
        ("wochen", weeks),
        ("minutes", minutes),
    ];
    browser.post(&path, &fields).await
}

/// A running exit case of somebody in Dresden, talked with every week: the counsellor, the case, the person.
async fn regular(test: &TestApp) -> (Browser, String, Uuid) {
    let person = inmate(test, "Adler").await;
    let (mut counsellor, case) = exit_case(test, person).await;
    test.execute("update client_case set state = 'running'")
        .await;
    cadence(&mut counsellor, &case, "1", "45").await.expect(303);
    (counsellor, case, person)
}

/// Computes times for talks in the rest of this half-year and waits until they are stored: the address of the plan and its
/// page.
async fn planned(social: &mut Browser) -> (String, Answer) {
    planned_for(social, "0").await
}

/// The same for a half-year of the list.
async fn planned_for(social: &mut Browser, half: &str) -> (String, Answer) {
    let form = social.get("/plan/neu").await.expect(200);
    clean(&form);
    let token = form.input("einmal").unwrap();
    let fields = [
        ("einmal", token.as_str()),
        ("zeitraum", half),
        ("anzahl_0", "0"),
        ("anzahl_1", "0"),
        ("umfang", "kurz"),
        ("saat", "1"),
        ("gespraeche", "1"),
    ];
    let path = social.post("/plan/neu", &fields).await.expect(303);
    let path = path.location().to_owned();
    let page = finished(social, &path).await;
    (path, page)
}

/// The page of a plan when its computation is over.
async fn finished(browser: &mut Browser, path: &str) -> Answer {
    for _ in 0..600 {
        let page = browser.get(path).await.expect(200);
        if !page.text().contains("wird berechnet") && !page.text().contains("endet gleich") {
            clean(&page);
            return page;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the plan is not finished");
}

/// Hands on what a plan found, and returns how many times that were.
async fn handed_on(test: &TestApp, social: &mut Browser, plan: &str) -> i64 {
    let page = social.get(&format!("{plan}/gespraeche")).await.expect(200);
    clean(&page);
    let document = scraper::Html::parse_document(&page.text());
    let form = scraper::Selector::parse("form[action$=\"/vorschlagen\"]").unwrap();
    let found = document.select(&form).next().expect("a counsellor");
    let path = found.value().attr("action").unwrap().to_owned();
    social.post(&path, &[]).await.expect(303);
    test.number("select count(*) from talk_offer where state = 'offered'")
        .await
}

/// The boxes of the proposed times: value, and whether it is ticked.
fn boxes(page: &Answer) -> Vec<(String, bool)> {
    let document = scraper::Html::parse_document(&page.text());
    let selector = scraper::Selector::parse("input[name=termin]").unwrap();
    document
        .select(&selector)
        .map(|found| {
            let value = found.value().attr("value").unwrap_or_default();
            (value.to_owned(), found.value().attr("checked").is_some())
        })
        .collect()
}

/// Answers with what is ticked on a page.
async fn answer(browser: &mut Browser, page: &Answer, what: Option<&str>) -> Answer {
    let token = page.input("einmal").unwrap();
    let boxes = boxes(page);
    let mut fields = vec![("einmal", token.as_str())];
    let ticked = boxes.iter().filter(|(_, ticked)| *ticked);
    fields.extend(ticked.map(|(value, _)| ("termin", value.as_str())));
    fields.extend(what.map(|what| ("aktion", what)));
    browser.post(OFFERS, &fields).await
}

#[tokio::test]
async fn how_often_a_client_is_talked_with_is_said_on_the_page_of_the_case() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    let (mut counsellor, case) = exit_case(&test, person).await;
    let wrong = cadence(&mut counsellor, &case, "2", "300")
        .await
        .expect(422);
    clean(&wrong);
    assert!(wrong.text().contains("Dauer in Minuten"));
    assert_eq!(wrong.input("minutes").as_deref(), Some("300"));
    cadence(&mut counsellor, &case, "5", "60").await.expect(422);
    assert_eq!(
        test.number("select count(*) from client_case where talk_weeks is not null")
            .await,
        0
    );
    cadence(&mut counsellor, &case, "2", "60").await.expect(303);
    let page = counsellor.get(&case).await.expect(200);
    clean(&page);
    assert!(page.text().contains("alle 2 Wochen, 60 Minuten"));
    // Two tabs: the second one was opened before the first was saved.
    let old = [("version", "1"), ("wochen", "4"), ("minutes", "60")];
    counsellor
        .post(&format!("{case}/abstand"), &old)
        .await
        .expect(409);
    cadence(&mut counsellor, &case, "0", "").await.expect(303);
    let page = counsellor.get(&case).await.expect(200).text();
    assert!(page.contains("Gesprächsabstand") && page.contains("alle 2 Wochen, 60 Minuten"));
    assert_eq!(
        test.number("select count(*) from client_case where talk_weeks is null")
            .await,
        1
    );
}

#[tokio::test]
async fn a_half_year_finds_times_for_talks_and_the_counsellor_arranges_them() {
    let test = TestApp::new().await;
    let (mut counsellor, case, person) = regular(&test).await;
    // Somebody else is talked with every second week by the same counsellor.
    let other = inmate(&test, "Busch").await;
    test.execute(&format!(
        "insert into client_case (id, client, person_id, programme_id, provider_id, facility_id, staff_id, access_route, enquired_on, \
         court_report, interpreter, availability, state, talk_weeks, talk_minutes, created_at, created_by_name, version) \
         select {}, client, {}, programme_id, provider_id, facility_id, staff_id, access_route, enquired_on, court_report, \
         interpreter, availability, state, 2, 60, 0, 'Bert', 1 from client_case",
        id(crate::world::fresh()),
        id(other)
    ))
    .await;
    // A court takes every morning of the first.
    test.execute(&format!(
        "insert into person_busy (id, person_id, kind, first_day, day_after, start_minute, end_minute, created_at, created_by_name) \
         values ({}, {}, 'court', '2026-11-20', '2027-01-01', 0, 840, 0, 'Anna')",
        id(crate::world::fresh()),
        id(person)
    ))
    .await;
    crate::talks::plan(&mut counsellor, &case, "09.12.2026", "15:00", "prison")
        .await
        .expect(303);
    let mut social = test.signed_in("sozialdienst").await;
    let (plan, page) = planned(&mut social).await;
    let text = page.text();
    assert!(text.contains("Einzelgespräche"), "{text}");
    assert!(
        !text.contains("Adler") && !text.contains("Busch"),
        "whom confidential talks are with is not the house's business"
    );
    // Six weeks begin until the end of the year, one has its talk; every second week three more.
    assert_eq!(
        test.number("select talks from half_year_plan").await,
        5 + 3,
        "{text}"
    );
    assert_eq!(test.number("select count(*) from talk_offer").await, 8);
    assert_eq!(
        test.number(&format!(
            "select count(*) from talk_offer o join client_case k on k.id = o.case_id where k.person_id = {} \
             and (o.start_minute < 840 or (o.day >= '2026-12-07' and o.day <= '2026-12-13'))",
            id(person)
        ))
        .await,
        0,
        "not in the morning, and none in the week of the planned one"
    );
    assert_eq!(
        test.number(
            "select count(*) from talk_offer a join talk_offer b on a.day = b.day and a.id <> b.id \
             and a.start_minute < b.start_minute + b.minutes and b.start_minute < a.start_minute + a.minutes"
        )
        .await,
        0,
        "nobody talks with two at once"
    );
    let before = counsellor.get(OFFERS).await.expect(200);
    clean(&before);
    assert!(before.text().contains("Keine Vorschläge"));

    assert_eq!(handed_on(&test, &mut social, &plan).await, 8);
    let tasks = counsellor.get("/aufgaben").await.expect(200).text();
    assert!(
        tasks.contains("8 vorgeschlagene Gesprächstermine"),
        "{tasks}"
    );
    let offered = counsellor.get(OFFERS).await.expect(200);
    clean(&offered);
    assert!(offered.text().contains("Adler, ") && offered.text().contains("Busch, "));
    assert_eq!(boxes(&offered).len(), 8);
    answer(&mut counsellor, &offered, None).await.expect(303);
    assert_eq!(
        test.number("select count(*) from talk_plan where state = 'planned' and place = 'prison'")
            .await,
        9
    );
    let page = social.get(&format!("{plan}/gespraeche")).await.expect(200);
    assert!(page.text().contains("vereinbart"), "{}", page.text());
    assert!(!page.text().contains("Adler"));
    // Everything is planned: nothing is due any more.
    let (_, page) = planned(&mut social).await;
    assert!(
        page.text()
            .contains("Für Gespräche sind keine Zeiten gefunden"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn a_proposed_time_that_is_taken_meanwhile_is_named_and_the_next_press_takes_the_others() {
    let test = TestApp::new().await;
    let (mut counsellor, case, person) = regular(&test).await;
    let mut social = test.signed_in("sozialdienst").await;
    let (plan, _) = planned(&mut social).await;
    let number = handed_on(&test, &mut social, &plan).await;
    assert!(number >= 5);
    let day = test
        .text("select cast(min(day) as text) from talk_offer")
        .await;
    test.execute(&format!(
        "insert into person_busy (id, person_id, kind, first_day, day_after, start_minute, end_minute, created_at, created_by_name) \
         select {}, {}, 'medical', o.day, '2027-02-01', 0, 1440, 0, 'Anna' from talk_offer o order by o.day limit 1",
        id(crate::world::fresh()),
        id(person)
    ))
    .await;
    test.execute("update person_busy set day_after = '2026-11-30'")
        .await;
    let page = counsellor.get(OFFERS).await.expect(200);
    let refused = answer(&mut counsellor, &page, None).await.expect(422);
    clean(&refused);
    assert_eq!(
        test.number("select count(*) from talk_plan").await,
        0,
        "all or nothing"
    );
    let ticked = boxes(&refused).iter().filter(|(_, ticked)| *ticked).count();
    assert_eq!(ticked as i64, number - 1, "{day}: {}", refused.text());
    answer(&mut counsellor, &refused, None).await.expect(303);
    assert_eq!(
        test.number("select count(*) from talk_plan").await,
        number - 1
    );
    // What is left is declined, and gone.
    let page = counsellor.get(OFFERS).await.expect(200);
    let nothing = counsellor
        .post(OFFERS, &[("einmal", &page.input("einmal").unwrap())])
        .await
        .expect(422);
    assert!(nothing.text().contains("mindestens einen Termin ankreuzen"));
    let page = counsellor.get(OFFERS).await.expect(200);
    answer(&mut counsellor, &page, Some("ablehnen"))
        .await
        .expect(303);
    assert!(
        counsellor
            .get(OFFERS)
            .await
            .expect(200)
            .text()
            .contains("Keine Vorschläge")
    );
    assert_eq!(
        test.number("select count(*) from talk_offer where state = 'declined'")
            .await,
        1
    );
    let _ = case;
}

#[tokio::test]
async fn only_the_counsellor_answers_and_only_the_house_hands_on() {
    let test = TestApp::new().await;
    let (mut counsellor, case, person) = regular(&test).await;
    let mut social = test.signed_in("sozialdienst").await;
    let (plan, _) = planned(&mut social).await;
    let staff = test
        .text("select cast(count(*) as text) from talk_offer where state = 'found'")
        .await;
    assert_ne!(staff, "0");
    let page = social
        .get(&format!("{plan}/gespraeche"))
        .await
        .expect(200)
        .text();
    let from = page.find(&format!("{plan}/gespraeche/")).unwrap();
    let path = page[from..].split('"').next().unwrap().to_owned();
    let mut other = test.signed_in("sozialdienst.leipzig").await;
    other.post(&path, &[]).await.expect(404);
    handed_on(&test, &mut social, &plan).await;
    social.post(&path, &[]).await.expect(303);
    let mut trainer = test.signed_in("training").await;
    let empty = trainer.get(OFFERS).await.expect(200);
    assert!(empty.text().contains("Keine Vorschläge"));
    // Somebody else's offer is not answered, and not told apart from one that is gone.
    let page = counsellor.get(OFFERS).await.expect(200);
    let foreign = boxes(&page);
    let fields = [
        ("einmal", empty.input("einmal").unwrap_or_default()),
        ("termin", foreign[0].0.clone()),
    ];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let refused = trainer.post(OFFERS, &fields).await;
    assert_ne!(refused.status.as_u16(), 303);
    // The person is moved: what was found for the other house cannot be had.
    test.execute(&format!(
        "update placement set facility_id = (select f.id from facility f where f.code = 'L') where person_id = {}",
        id(person)
    ))
    .await;
    test.execute(
        "update access_grant set facility_id = (select f.id from facility f where f.code = 'L')",
    )
    .await;
    let page = counsellor.get(OFFERS).await.expect(200);
    let gone = answer(&mut counsellor, &page, None).await.expect(422);
    assert!(
        gone.text()
            .contains("inzwischen in einer anderen Einrichtung"),
        "{}",
        gone.text()
    );
    // A case that is over has no offers.
    test.execute("update client_case set closed_on = '2026-11-23', state = 'declined'")
        .await;
    assert!(
        counsellor
            .get(OFFERS)
            .await
            .expect(200)
            .text()
            .contains("Keine Vorschläge")
    );
    // The plan goes, and its offers with it.
    social
        .post(&format!("{plan}/loeschen"), &[])
        .await
        .expect(303);
    assert_eq!(test.number("select count(*) from talk_offer").await, 0);
    let _ = case;
}

/// What a repair says about everything that is entered already: the page.
async fn repaired(social: &mut Browser) -> Answer {
    let page = social
        .post("/plan/umplanung", &[("art", "bestand")])
        .await
        .expect(200);
    clean(&page);
    page
}

#[tokio::test]
async fn a_talk_that_cannot_take_place_gets_another_time_and_the_counsellor_moves_it() {
    let test = TestApp::new().await;
    let (mut counsellor, case, person) = regular(&test).await;
    for day in ["02.12.2026", "09.12.2026"] {
        crate::talks::plan(&mut counsellor, &case, day, "10:15", "prison")
            .await
            .expect(303);
    }
    let mut social = test.signed_in("sozialdienst").await;
    let fine = repaired(&mut social).await.text();
    assert!(
        fine.contains("es ist nichts umzuplanen") || fine.contains("Es ist nichts umzuplanen"),
        "{fine}"
    );
    // The counsellor is away for three days.
    test.execute(&format!(
        "insert into staff_absence (id, staff_id, first_day, day_after, created_at, created_by_name) \
         select {}, a.staff_id, '2026-12-01', '2026-12-04', 0, 'Bert' from account a where a.login = 'beratung'",
        id(crate::world::fresh())
    ))
    .await;
    let page = repaired(&mut social).await;
    let text = page.text();
    assert!(
        text.contains("Einzelgespräche, die nicht stattfinden können"),
        "{text}"
    );
    assert!(
        text.contains("02.12.2026") && !text.contains("09.12.2026"),
        "{text}"
    );
    assert!(!text.contains("Adler"), "whom it is with is not told");
    let token = page.input("einmal").unwrap();
    let mark = page.input("stand").unwrap();
    let take = [
        ("einmal", token.as_str()),
        ("art", "bestand"),
        ("stand", mark.as_str()),
    ];
    let done = social
        .post("/plan/umplanung/uebernehmen", &take)
        .await
        .expect(303);
    let said = social.get(done.location()).await.expect(200).text();
    assert!(
        said.contains("1 Gesprächstermin ist den Fachkräften vorgeschlagen"),
        "{said}"
    );
    // A second repair does not ask the counsellor again.
    let page = repaired(&mut social).await;
    assert!(
        page.text().contains("schon vorgeschlagen"),
        "{}",
        page.text()
    );
    assert!(
        page.input("stand").is_none(),
        "there is nothing to take over"
    );
    let offered = counsellor.get(OFFERS).await.expect(200);
    clean(&offered);
    assert_eq!(boxes(&offered).len(), 1);
    assert!(
        offered.text().contains("statt Mi., 02.12.2026"),
        "{}",
        offered.text()
    );
    assert_eq!(
        test.number("select count(*) from talk_plan where state = 'planned'")
            .await,
        2,
        "nothing is moved before the counsellor agrees"
    );
    answer(&mut counsellor, &offered, None).await.expect(303);
    assert_eq!(
        test.number("select count(*) from talk_plan where state = 'moved' and day = '2026-12-02' and asked_by = 'counsellor' and reason is not null")
            .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from talk_plan where state = 'planned' and day >= '2026-12-04' and minutes = 45")
            .await,
        2
    );
    let fine = repaired(&mut social).await.text();
    assert!(!fine.contains("Einzelgespräche"), "{fine}");
    // The client leaves before the other: only before that can they be talked with.
    let leaves = |day: &str| {
        format!(
            "update placement set expected_release = '{day}' where person_id = {}",
            id(person)
        )
    };
    test.execute(&leaves("2026-12-02")).await;
    let page = repaired(&mut social).await.text();
    assert!(
        page.contains("vorher entlassen oder verlegt") && page.contains("11.2026"),
        "{page}"
    );
    test.execute(&leaves("2026-11-24")).await;
    let page = repaired(&mut social).await.text();
    assert!(page.contains("keine Zeit gefunden"), "{page}");
    // Declined once, it is not asked again.
    test.execute(&leaves("2026-12-02")).await;
    let page = repaired(&mut social).await;
    let (token, mark) = (page.input("einmal").unwrap(), page.input("stand").unwrap());
    let take = [
        ("einmal", token.as_str()),
        ("art", "bestand"),
        ("stand", mark.as_str()),
    ];
    social
        .post("/plan/umplanung/uebernehmen", &take)
        .await
        .expect(303);
    let page = counsellor.get(OFFERS).await.expect(200);
    answer(&mut counsellor, &page, Some("ablehnen"))
        .await
        .expect(303);
    let page = repaired(&mut social).await.text();
    assert!(page.contains("von der Fachkraft abgelehnt"), "{page}");
}

#[tokio::test]
async fn a_counsellor_of_two_houses_is_never_asked_to_be_in_both() {
    let test = TestApp::new().await;
    let (mut counsellor, _, _) = regular(&test).await;
    let other = inmate(&test, "Busch").await;
    test.execute(&format!(
        "update placement set facility_id = (select f.id from facility f where f.code = 'L') where person_id = {}",
        id(other)
    ))
    .await;
    crate::rows::grant(&test, "beratung", "L", "ausstieg", "2026-12-31").await;
    // Four in Leipzig, every one of them every week.
    for number in 0..4 {
        let person = if number == 0 {
            other
        } else {
            let person = inmate(&test, &format!("Busch{number}")).await;
            test.execute(&format!(
                "update placement set facility_id = (select f.id from facility f where f.code = 'L') where person_id = {}",
                id(person)
            ))
            .await;
            person
        };
        test.execute(&format!(
            "insert into client_case (id, client, person_id, programme_id, provider_id, facility_id, staff_id, access_route, \
             enquired_on, court_report, interpreter, availability, state, talk_weeks, talk_minutes, created_at, created_by_name, version) \
             select {}, client, {}, programme_id, provider_id, facility_id, staff_id, access_route, enquired_on, court_report, \
             interpreter, availability, state, 1, 60, 0, 'Bert', 1 from client_case where talk_minutes = 45",
            id(crate::world::fresh()),
            id(person)
        ))
        .await;
    }
    let mut lead = test.signed_in("koordination.apro").await;
    let form = lead.get("/landesplan/neu").await.expect(200);
    clean(&form);
    let token = form.input("einmal").unwrap();
    let fields = [
        ("einmal", token.as_str()),
        ("zeitraum", "0"),
        ("umfang", "kurz"),
        ("saat", "1"),
        ("gespraeche", "1"),
    ];
    let path = lead.post("/landesplan/neu", &fields).await.expect(303);
    let path = path.location().to_owned();
    let page = finished(&mut lead, &path).await;
    let text = page.text();
    assert!(
        text.contains("Einzelgespräche mit gefundener Zeit"),
        "{text}"
    );
    assert!(!text.contains("Busch") && !text.contains("Adler"), "{text}");
    assert_eq!(
        test.number("select count(distinct facility_id) from talk_offer")
            .await,
        2
    );
    assert!(test.number("select count(*) from talk_offer").await > 20);
    assert_eq!(
        test.number(
            "select count(*) from talk_offer a join talk_offer b on a.day = b.day and a.id <> b.id \
             where a.start_minute < b.start_minute + b.minutes and b.start_minute < a.start_minute + a.minutes"
        )
        .await,
        0
    );
    assert_eq!(
        test.number(
            "select count(*) from talk_offer a join talk_offer b on a.day = b.day and a.facility_id <> b.facility_id \
             where a.start_minute <= b.start_minute and b.start_minute - a.start_minute - a.minutes < 90"
        )
        .await,
        0,
        "the way from Dresden to Leipzig, and the gate"
    );
    assert_eq!(
        test.number(
            "select count(*) from (select day from talk_offer group by day having count(*) > 6) x"
        )
        .await,
        0,
        "six a day"
    );
    // The house of Leipzig hands on its own part.
    let mut social = test.signed_in("sozialdienst.leipzig").await;
    let plans = social.get("/plan").await.expect(200);
    let own = plans.links("/plan/");
    let own = own
        .iter()
        .find(|link| Uuid::parse_str(link.rsplit('/').next().unwrap()).is_ok())
        .unwrap();
    let number = handed_on(&test, &mut social, own).await;
    let leipzig = test
        .number("select count(*) from talk_offer o join facility f on f.id = o.facility_id where f.code = 'L'")
        .await;
    assert_eq!(number, leipzig);
    let offered = counsellor.get(OFFERS).await.expect(200);
    clean(&offered);
    assert!(offered.text().contains("Busch") && !offered.text().contains("JVA Dresden"));
}

#[tokio::test]
async fn what_is_no_longer_needed_is_not_offered() {
    let test = TestApp::new().await;
    let (mut counsellor, case, _) = regular(&test).await;
    test.execute("update access_grant set last_day = '2027-12-31'")
        .await;
    let mut social = test.signed_in("sozialdienst").await;
    let (plan, page) = planned(&mut social).await;
    assert!(page.text().contains("freie Zeiten gefunden"));
    let all = test.number("select count(*) from talk_offer").await;
    // Planned by hand before the house hands on: the talk of that week is not needed any more.
    crate::talks::plan(&mut counsellor, &case, "10.12.2026", "16:00", "prison")
        .await
        .expect(303);
    // And one time has passed meanwhile.
    test.execute(
        "update talk_offer set day = '2026-11-20' where day = (select min(o.day) from talk_offer o)",
    )
    .await;
    let shown = social.get(&format!("{plan}/gespraeche")).await.expect(200);
    clean(&shown);
    let text = shown.text();
    assert!(
        text.contains("vertraulich") && text.contains("verfallen"),
        "{text}"
    );
    assert_eq!(handed_on(&test, &mut social, &plan).await, all - 2);
    assert_eq!(
        test.number("select count(*) from talk_offer where state = 'offered' and day >= '2026-12-07' and day <= '2026-12-13'")
            .await,
        0
    );
    // The next half-year leaves the offers of this one alone.
    let (next, _) = planned_for(&mut social, "1").await;
    let both = handed_on(&test, &mut social, &next).await;
    assert!(both > all + 10, "{both}");
    assert_eq!(
        test.number("select count(*) from talk_offer where state = 'superseded'")
            .await,
        0
    );
    // The same half-year computed again: what was offered gives way.
    let (again, _) = planned(&mut social).await;
    handed_on(&test, &mut social, &again).await;
    assert_eq!(
        test.number("select count(*) from talk_offer where state = 'superseded'")
            .await,
        all - 2
    );
    // Without a cadence nothing is needed; with another counsellor it is not the old one's.
    assert!(!boxes(&counsellor.get(OFFERS).await.expect(200)).is_empty());
    cadence(&mut counsellor, &case, "0", "").await.expect(303);
    assert!(boxes(&counsellor.get(OFFERS).await.expect(200)).is_empty());
    cadence(&mut counsellor, &case, "1", "45").await.expect(303);
    let open = boxes(&counsellor.get(OFFERS).await.expect(200));
    assert!(!open.is_empty());
    test.execute("update client_case set state = 'paused', before_state = 'running'")
        .await;
    assert!(boxes(&counsellor.get(OFFERS).await.expect(200)).is_empty());
    test.execute(
        "update client_case set state = 'running', second_staff_id = staff_id, staff_id = (select s.id from staff s \
         where s.provider_id = client_case.provider_id and s.id <> client_case.staff_id limit 1)",
    )
    .await;
    assert!(boxes(&counsellor.get(OFFERS).await.expect(200)).is_empty());
}

/// A trainer who also counsels: that the grant for counselling ends takes a talk away and no session of a group, in a repair
/// and in a plan.
#[tokio::test]
async fn the_end_of_a_grant_for_counselling_moves_no_group() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    crate::groups::published(&test, &mut social, &crate::groups::FRIDAYS).await;
    crate::rows::grant(&test, "training", "DD", "distanzierung", "2026-11-30").await;
    let person = inmate(&test, "Adler").await;
    test.execute(&format!(
        "insert into client_case (id, client, person_id, programme_id, provider_id, facility_id, staff_id, access_route, enquired_on, \
         court_report, interpreter, availability, state, talk_weeks, talk_minutes, created_at, created_by_name, version) \
         select {}, 'person', {}, m.id, s.provider_id, f.id, s.id, 'self', '2026-11-02', false, false, '', 'running', 1, 60, 0, \
         'Bert', 1 from programme m, facility f, account a join staff s on s.id = a.staff_id \
         where m.code = 'distanzierung' and f.code = 'DD' and a.login = 'training'",
        id(crate::world::fresh()),
        id(person)
    ))
    .await;
    test.execute(&format!(
        "insert into talk_plan (id, case_id, staff_id, facility_id, day, start_minute, minutes, place, state, planned_by, \
         planned_by_name, planned_at, version) select {}, k.id, k.staff_id, k.facility_id, '2026-12-01', 600, 60, 'prison', \
         'planned', a.id, a.name, 0, 1 from client_case k, account a where a.login = 'training'",
        id(crate::world::fresh())
    ))
    .await;
    let page = repaired(&mut social).await;
    let text = page.text();
    assert!(
        text.contains("Einzelgespräche, die nicht stattfinden können")
            && text.contains("Die Zugangsfreigabe endet am 30.11.2026"),
        "{text}"
    );
    assert!(
        !text.contains("Alte und neue Termine"),
        "no session of the group is touched: {text}"
    );
    // The client is expected until then, so the talk is looked for as long as the grant is valid, and not after it.
    let (_, page) = planned(&mut social).await;
    assert!(page.text().contains("Einzelgespräche"));
    assert_eq!(
        test.number("select count(*) from talk_offer where day > '2026-11-30'")
            .await,
        0
    );
}
