//! The calendar: week, month, today, the list for the wards, the subscription.

use axum::body::Body;
use axum::http::{Request, header};
use icalendar::{Calendar, CalendarComponent, Component, EventStatus};

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows;
use crate::world::World;

#[track_caller]
fn sound(page: &Answer) {
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
}

async fn world(login: &str) -> (TestApp, World, Browser) {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let browser = test.signed_in(login).await;
    (test, world, browser)
}

#[tokio::test]
async fn a_week_shows_its_days_and_what_was_cancelled_is_struck_and_said() {
    let (_test, world, mut browser) = world("sozialdienst").await;
    let page = browser.get("/kalender").await.expect(200);
    sound(&page);
    assert!(
        page.text()
            .contains("48. Kalenderwoche 2026, 23.11. bis 29.11.2026")
    );
    assert_eq!(page.texts("table.cal tbody td").len(), 7);
    assert_eq!(page.texts("td[aria-current=date]").len(), 1);
    assert!(page.texts("td[aria-current=date]")[0].contains("heute"));
    assert!(
        page.links("/sitzungen/")
            .contains(&format!("/sitzungen/{}", world.next_session))
    );
    assert!(page.texts("table.cal s").is_empty());
    // Wednesday is Buß- und Bettag; Tuesday's session is over and not recorded.
    let page = browser.get("/kalender?woche=2026-W47").await.expect(200);
    let cells = page.texts("table.cal tbody td");
    assert!(
        cells[1].contains("AKT-Gruppe 2026/2") && cells[1].contains("Anwesenheit fehlt"),
        "{cells:?}"
    );
    assert!(
        cells[2].contains("Feiertag") && cells[2].contains("Buß- und Bettag"),
        "{cells:?}"
    );
    assert_eq!(
        page.links("/sitzungen/"),
        [
            format!("/sitzungen/{}", world.session),
            format!("/sitzungen/{}/anwesenheit", world.session),
        ]
    );
    // The fifth session is cancelled.
    let page = browser.get("/kalender?woche=2026-W51").await.expect(200);
    assert!(page.texts("table.cal s")[0].contains("AKT-Gruppe 2026/2"));
    assert!(page.texts("table.cal td")[1].contains("abgesagt"));
    // A closing day, and the turn of the year.
    let page = browser.get("/kalender?woche=2027-W05").await.expect(200);
    let monday = page.texts("table.cal td")[0].clone();
    assert!(
        monday.contains("geschlossen") && monday.contains("Revision"),
        "{monday}"
    );
    let page = browser.get("/kalender?woche=2026-W53").await.expect(200);
    assert!(page.text().contains("28.12.2026 bis 03.01.2027"));
    assert!(page.texts("table.cal td")[4].contains("Neujahr"));
    assert!(page.text().contains("woche=2027-W01") && page.text().contains("woche=2026-W52"));
    assert!(page.text().contains("Kein Termin in dieser Woche"));
    sound(&page);
}

#[tokio::test]
async fn a_month_shows_whole_weeks_and_only_its_own_days() {
    let (_test, world, mut browser) = world("sozialdienst").await;
    let page = browser
        .get("/kalender?ansicht=monat&monat=2026-12")
        .await
        .expect(200);
    sound(&page);
    assert_eq!(page.texts("table.cal tbody tr").len(), 5);
    assert_eq!(page.texts("table.cal tbody td").len(), 35);
    assert_eq!(page.texts("table.cal tbody th")[0], "KW 49");
    let text = page.text();
    for day in ["01.12.", "31.12."] {
        assert!(text.contains(day), "{day}");
    }
    assert!(!text.contains("30.11.") && !text.contains("01.01."));
    // 1, 8 and 15 December, and the catch-up session on 3 December.
    assert_eq!(page.links("/sitzungen/").len(), 4);
    assert_eq!(page.texts("table.cal s").len(), 1);
    assert!(
        page.links("/kalender?")
            .iter()
            .any(|link| link.contains("monat=2027-01"))
    );
    // A day leads to its month, in every writing.
    let page = browser
        .get("/kalender?ansicht=monat&tag=24.11.26")
        .await
        .expect(200);
    assert!(page.text().contains("November 2026"));
    assert!(
        page.links("/sitzungen/")
            .contains(&format!("/sitzungen/{}", world.session))
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_stays() {
    let (_test, _world, mut browser) = world("sozialdienst").await;
    for address in [
        "woche=2025-W53",
        "woche=2026-W54",
        "woche=gestern",
        "ansicht=monat&monat=2026-13",
    ] {
        let page = browser
            .get(&format!("/kalender?{address}"))
            .await
            .expect(422);
        assert!(page.text().contains("gibt es nicht"), "{address}");
        sound(&page);
    }
    for day in ["30.02.2026", "24.11.1900", "24.11.2200", "morgen"] {
        for path in ["/kalender", "/kalender/zufuehrung"] {
            let page = browser.get(&format!("{path}?tag={day}")).await.expect(422);
            assert_eq!(page.input("tag").as_deref(), Some(day), "{path}");
            assert_eq!(page.texts("#f-tag-error").len(), 1, "{path}");
            sound(&page);
        }
    }
    browser.get("/kalender?raum=kein-raum").await.expect(404);
}

#[tokio::test]
async fn rooms_trainers_and_people_are_chosen_among_ones_own() {
    let (test, world, mut browser) = world("sozialdienst").await;
    let page = browser.get("/kalender").await.expect(200);
    let room = page.option("raum", "").unwrap_or_default();
    assert!(room.is_empty(), "all is the first choice");
    let staff = page
        .option("fachkraft", "")
        .map(|_| page.texts("select[name=fachkraft] option"));
    assert!(
        staff.is_some_and(|names| names.len() >= 3),
        "the trainer and who covers"
    );
    let count = async |browser: &mut Browser, choice: &str| {
        let page = browser
            .get(&format!("/kalender?ansicht=monat&monat=2026-12&{choice}"))
            .await
            .expect(200);
        sound(&page);
        page.texts("table.cal td p a").len()
    };
    // The trainer does not hold the session of 8 December: somebody covers. The catch-up session of 3 December counts.
    assert_eq!(
        count(&mut browser, &format!("fachkraft={}", world.staff)).await,
        3
    );
    assert_eq!(
        count(&mut browser, &format!("person={}", world.person)).await,
        4
    );
    let used = test.number("select count(*) from audit_entry e join audit_subject s on s.writer = e.writer and s.sequence = e.sequence where e.object = 'kalender'").await;
    assert_eq!(used, 1, "the person's calendar is consulting the person");
    // Somebody else's facility, room, person: as if there were none.
    let mut stranger = test.signed_in("sozialdienst.leipzig").await;
    for choice in [
        format!("fachkraft={}", world.staff),
        format!("person={}", world.person),
        format!("einrichtung={}", crate::world::fresh()),
    ] {
        stranger
            .get(&format!("/kalender?{choice}"))
            .await
            .expect(404);
    }
    let page = stranger.get("/kalender?ansicht=monat").await.expect(200);
    assert!(
        !page.text().contains("AKT-Gruppe") && page.text().contains("Kein Termin in diesem Monat")
    );
    let mut other = test.signed_in("training.vsr").await;
    assert!(
        !other
            .get("/kalender")
            .await
            .expect(200)
            .text()
            .contains("AKT-Gruppe")
    );
    other
        .get(&format!("/kalender?person={}", world.person))
        .await
        .expect(404);
}

#[tokio::test]
async fn each_sees_the_dates_of_their_own_work() {
    let (test, world, mut trainer) = world("training").await;
    let page = trainer.get("/kalender").await.expect(200);
    assert!(page.text().contains("AKT-Gruppe 2026/2") && page.text().contains("Einzeltermin"));
    assert!(
        page.links("/einzeltermine/")
            .contains(&format!("/einzeltermine/{}", world.visit))
    );
    let mut social = test.signed_in("sozialdienst").await;
    let page = social.get("/kalender").await.expect(200);
    assert!(
        !page.text().contains("Einzeltermin"),
        "visits are not the social service's"
    );
    let page = social.get("/kalender?woche=2026-W51").await.expect(200);
    assert!(page.text().contains("Familientag"));
    // The probation officer sees the talks of the own clients, and no group.
    let mut officer = test.signed_in("bewaehrung").await;
    let page = officer.get("/kalender?woche=2026-W46").await.expect(200);
    assert!(page.text().contains("Gespräch") && page.text().contains("ohne Uhrzeit"));
    assert!(!page.text().contains("AKT-Gruppe"));
    let page = officer
        .get(&format!("/kalender?woche=2026-W46&person={}", world.client))
        .await
        .expect(200);
    assert_eq!(page.texts("table.cal td")[1].matches("Gespräch").count(), 1);
    // A draft is the facility's own matter.
    test.execute("update training_group set state = 'draft'")
        .await;
    assert!(social.get("/kalender").await.text().contains("Entwurf"));
    assert!(!trainer.get("/kalender").await.text().contains("AKT-Gruppe"));
}

#[tokio::test]
async fn of_a_confidential_talk_a_prison_is_told_neutrally() {
    let (test, world, mut social) = world("sozialdienst").await;
    test.execute(&format!(
        "update counselling_session set person_id = {}, enrolment_id = {}",
        rows::id(world.person),
        rows::id(world.enrolment)
    ))
    .await;
    let path = format!("/kalender?woche=2026-W46&person={}", world.person);
    assert!(social.get(&path).await.expect(200).texts("table.cal td")[1].contains("Gespräch"));
    test.execute(&format!(
        "update enrolment set provider_id = (select id from provider where code = 'apro') where id = {}",
        rows::id(world.enrolment)
    ))
    .await;
    let cell = social.get(&path).await.expect(200).texts("table.cal td")[1].clone();
    assert!(
        cell.contains("Beratungstermin") && !cell.contains("Gespräch"),
        "{cell}"
    );
}

#[tokio::test]
async fn today_begins_with_what_is_still_to_record() {
    let (test, world, mut browser) = world("sozialdienst").await;
    let page = browser.get("/heute").await.expect(200);
    sound(&page);
    let headings = page.texts("main h2");
    assert_eq!(
        headings,
        ["Offene Anwesenheitslisten (1)", "Termine heute (0)"]
    );
    assert_eq!(
        page.links("/sitzungen/"),
        [format!("/sitzungen/{}/anwesenheit", world.session)]
    );
    test.clock.advance_minutes(60 * 24);
    let mut browser = test.signed_in("sozialdienst").await;
    let page = browser.get("/heute").await.expect(200);
    assert_eq!(page.texts("main h2")[1], "Termine heute (1)");
    assert_eq!(page.texts("main table").len(), 2);
    // In the evening today's session waits too: both lists say so.
    test.clock.advance_minutes(60 * 10);
    let mut browser = test.signed_in("sozialdienst").await;
    let page = browser.get("/heute").await.expect(200);
    assert_eq!(page.texts("main h2")[0], "Offene Anwesenheitslisten (2)");
    assert_eq!(
        page.texts("main table")[0]
            .matches("Anwesenheit erfassen")
            .count(),
        2
    );
    let start = browser.get("/").await.expect(200);
    assert_eq!(
        start.links("/sitzungen/").len(),
        2,
        "the start page shows the same"
    );
    assert!(start.links("/heute").len() == 1 && start.links("/kalender").len() >= 2);
}

#[tokio::test]
async fn the_wards_are_told_who_when_and_where_and_nothing_else() {
    let (test, world, mut browser) = world("sozialdienst").await;
    let page = browser
        .get("/kalender/zufuehrung?tag=24.11.2026")
        .await
        .expect(200);
    sound(&page);
    let rows = page.texts("main tbody tr");
    assert_eq!(rows.len(), 1);
    assert!(
        rows[0].starts_with("Kowalczyk, Łukasz4711-2614:00–17:30 Uhr"),
        "{rows:?}"
    );
    let main = page.texts("main").join(" ");
    for word in ["AKT", "Biographisches", "Gruppe 2026", "VPN"] {
        assert!(!main.contains(word), "{word}");
    }
    assert_eq!(
        page.texts("button[data-print]").len(),
        0,
        "printed is the sheet"
    );
    let printed = "select count(*) from audit_entry e join audit_subject s on s.writer = e.writer and s.sequence = e.sequence \
                   where e.verb = 'offenlegung' and e.object = 'zufuehrliste als ausdruck' and e.recipient = 'Stationen'";
    assert_eq!(test.number(printed).await, 0);
    let sheet = page.links("/kalender/zufuehrung/blatt")[0].clone();
    let sheet = browser.get(&sheet).await.expect(200);
    sound(&sheet);
    assert!(sheet.text().contains("Kowalczyk, Łukasz"));
    assert_eq!(sheet.texts("button[data-print]").len(), 1);
    assert_eq!(test.number(printed).await, 1);
    browser
        .get("/kalender/zufuehrung/blatt?tag=30.02.2026")
        .await
        .expect(404);
    // A cancelled session is named as such, nobody is brought.
    let page = browser
        .get("/kalender/zufuehrung?tag=15.12.2026")
        .await
        .expect(200);
    assert!(page.text().contains("Abgesagt: ") && page.texts("main tbody tr").is_empty());
    // The absent stay away, the suspended too, and whoever was moved.
    test.execute(&format!(
        "insert into absence (id, person_id, placement_id, from_day, reason, created_at, version) \
         select {}, o.person_id, o.id, '2026-11-24', 'court', 0, 1 from placement o where o.person_id = {}",
        rows::id(crate::world::fresh()),
        rows::id(world.person)
    ))
    .await;
    let page = browser
        .get("/kalender/zufuehrung?tag=24.11.2026")
        .await
        .expect(200);
    assert!(page.texts("main tbody tr").is_empty() && page.text().contains("1 Person ist"));
    assert!(page.links("/kalender/zufuehrung/blatt").is_empty());
    test.execute("delete from absence").await;
    test.execute(&format!(
        "update placement set to_day = '2026-11-24' where person_id = {}",
        rows::id(world.person)
    ))
    .await;
    let page = browser
        .get("/kalender/zufuehrung?tag=24.11.2026")
        .await
        .expect(200);
    assert!(page.texts("main tbody tr").is_empty());
    // Of days long past the list names nobody whom the house may see no more: 28 days after leaving, neither list nor
    // sheet.
    test.execute("update group_session set day = '2026-10-06' where day = '2026-11-17'")
        .await;
    test.execute("update membership set from_day = '2026-10-01'")
        .await;
    let past = "/kalender/zufuehrung?tag=06.10.2026";
    for (left, seen) in [("2026-10-27", 1), ("2026-10-20", 0)] {
        test.execute(&format!(
            "update placement set to_day = '{left}' where person_id = {}",
            rows::id(world.person)
        ))
        .await;
        let page = browser.get(past).await.expect(200);
        assert_eq!(page.texts("main tbody tr").len(), seen, "{left}");
        let sheet = past.replace("?", "/blatt?");
        let sheet = browser.get(&sheet).await.expect(200).text();
        assert_eq!(sheet.contains("Kowalczyk"), seen == 1, "{left}");
    }
    let mut stranger = test.signed_in("sozialdienst.leipzig").await;
    let page = stranger
        .get("/kalender/zufuehrung?tag=01.12.2026")
        .await
        .expect(200);
    assert!(page.text().contains("niemand zuzuführen"));
    let mut trainer = test.signed_in("training").await;
    trainer.get("/kalender/zufuehrung").await.expect(404);
}

/// Makes a subscription as a person would; its address without the host.
async fn subscribe(browser: &mut Browser) -> String {
    let token = browser
        .get("/kalender/abo")
        .await
        .expect(200)
        .input("einmal")
        .unwrap();
    let page = browser
        .post("/kalender/abo", &[("einmal", &token)])
        .await
        .expect(200);
    sound(&page);
    let document = scraper::Html::parse_document(&page.text());
    let input = scraper::Selector::parse("#f-adresse").unwrap();
    let address = document
        .select(&input)
        .next()
        .unwrap()
        .value()
        .attr("value")
        .unwrap()
        .to_owned();
    address[address.find("/kalender/abo/").unwrap()..].to_owned()
}

fn events(answer: &Answer) -> Vec<icalendar::Event> {
    let parsed: Calendar = answer.text().parse().unwrap();
    parsed
        .components
        .iter()
        .filter_map(CalendarComponent::as_event)
        .cloned()
        .collect()
}

#[tokio::test]
async fn a_subscription_is_read_without_names_and_changes_when_the_dates_do() {
    let (test, world, mut trainer) = world("training").await;
    let address = subscribe(&mut trainer).await;
    let token = address
        .trim_start_matches("/kalender/abo/")
        .trim_end_matches(".ics");
    assert_eq!(token.len(), 64, "256 bits");
    assert!(
        !trainer.get("/kalender/abo").await.text().contains(token),
        "shown once"
    );
    // Nobody is signed in.
    let mut program = test.browser();
    let answer = program.get(&address).await.expect(200);
    assert_eq!(
        answer.headers["content-type"],
        "text/calendar; charset=utf-8"
    );
    assert_eq!(answer.headers["cache-control"], "private, no-cache");
    let found = events(&answer);
    // Five sessions less the one that somebody covers, the catch-up session, the visit, the family day of the group.
    assert_eq!(found.len(), 7, "{}", answer.text());
    let cancelled = found
        .iter()
        .filter(|event| event.get_status() == Some(EventStatus::Cancelled));
    assert_eq!(cancelled.count(), 1);
    let first = found
        .iter()
        .find(|event| event.get_uid() == Some(&format!("{}@geleit", world.session)))
        .unwrap();
    assert_eq!(first.get_summary(), Some("Gruppe, JVA Dresden, Nr. 1"));
    let text = answer.text();
    assert!(text.contains("DTSTART;TZID=Europe/Berlin:20261117T140000\r\n"));
    assert!(
        text.contains("BEGIN:VTIMEZONE")
            && text.contains("DTEND;TZID=Europe/Berlin:20261117T173000\r\n")
    );
    for word in [
        "Kowalczyk",
        "Łukasz",
        "4711",
        "AKT",
        "Biographisches",
        "Raum 3",
        "Familientag",
    ] {
        assert!(!text.contains(word), "{word}");
    }
    // Unchanged: 304. Moved: the same event, a higher sequence, other bytes.
    let etag = answer.headers["etag"].clone();
    let again = |etag: &header::HeaderValue| {
        Request::get(&address)
            .header(header::IF_NONE_MATCH, etag)
            .body(Body::empty())
            .unwrap()
    };
    test.clock.advance_minutes(60);
    let same = program.send(again(&etag)).await.expect(304);
    assert!(same.body.is_empty());
    test.execute(&format!(
        "update group_session set day = '2026-11-26', version = version + 1 where id = {}",
        rows::id(world.next_session)
    ))
    .await;
    let changed = program.send(again(&etag)).await.expect(200);
    assert_ne!(changed.headers["etag"], etag);
    let uid = format!("{}@geleit", world.next_session);
    let moved: Vec<_> = events(&changed)
        .into_iter()
        .filter(|event| event.get_uid() == Some(&uid))
        .collect();
    assert_eq!(moved.len(), 1);
    assert_eq!(moved[0].property_value("SEQUENCE"), Some("2"));
    assert!(changed.text().contains(":20261126T140000"));
    let logged =
        "select count(*) from audit_entry where object = 'kalenderabo' and verb = 'offenlegung'";
    assert_eq!(test.number(logged).await, 3);
    let mut trainer = test.signed_in("training").await;
    let page = trainer.get("/kalender/abo").await.expect(200);
    let facts = page.texts("dl.summary div");
    assert!(
        facts[1].starts_with("Zuletzt abgeholt23.11.2026, 10:0"),
        "{facts:?}"
    );
}

#[tokio::test]
async fn a_subscription_ends_and_is_then_like_none() {
    let (test, world, mut trainer) = world("training").await;
    let first = subscribe(&mut trainer).await;
    let mut program = test.browser();
    program.get(&first).await.expect(200);
    // The same form sent twice makes one address.
    let token = trainer.get("/kalender/abo").await.input("einmal").unwrap();
    trainer
        .post("/kalender/abo", &[("einmal", &token)])
        .await
        .expect(200);
    trainer
        .post("/kalender/abo", &[("einmal", &token)])
        .await
        .expect(303);
    assert_eq!(test.number("select count(*) from calendar_feed").await, 2);
    let unknown = program
        .get(&format!("/kalender/abo/{}.ics", "0".repeat(64)))
        .await
        .expect(404);
    let old = program.get(&first).await.expect(404);
    assert_eq!(old.texts("main h1"), unknown.texts("main h1"));
    program.get("/kalender/abo/kein-abo").await.expect(404);

    let second = subscribe(&mut trainer).await;
    program.get(&second).await.expect(200);
    trainer.post("/kalender/abo/beenden", &[]).await.expect(303);
    program.get(&second).await.expect(404);
    trainer.post("/kalender/abo/beenden", &[]).await.expect(303);
    let history = "select count(*) from history where object_kind = 'calendar_feed'";
    assert_eq!(test.number(history).await, 4);

    // Without a grant the address gives an empty calendar, as the pages do.
    let third = subscribe(&mut trainer).await;
    test.execute(&format!(
        "update access_grant set last_day = '2026-11-22' where id = {}",
        rows::id(world.grant)
    ))
    .await;
    let answer = program.get(&third).await.expect(200);
    assert!(!answer.text().contains("Gruppe, "), "{}", answer.text());
    // Whoever leaves takes the address along.
    for leaving in [
        "update account set session_epoch = session_epoch + 1 where login = 'training'",
        "update account set session_epoch = session_epoch - 1 where login = 'training'",
        "update staff set valid_to = '2026-11-23' where id = (select staff_id from account where login = 'training')",
        "update staff set valid_to = null where id = (select staff_id from account where login = 'training')",
        "update account set disabled_at = 0 where login = 'training'",
        "update account set disabled_at = null, role = 'coordinator' where login = 'training'",
    ] {
        test.execute(leaving).await;
        let open = leaving.contains("- 1") || leaving.contains("valid_to = null");
        program
            .get(&third)
            .await
            .expect(if open { 200 } else { 404 });
    }
    // Only trainers have one.
    let mut social = test.signed_in("sozialdienst").await;
    social.get("/kalender/abo").await.expect(404);
    social.post("/kalender/abo", &[]).await.expect(404);
}

#[tokio::test]
async fn a_group_page_counts_what_it_shows() {
    let (test, world, mut browser) = world("sozialdienst").await;
    let path = format!("/gruppen/{}", world.group);
    let page = browser.get(&path).await.expect(200);
    let facts = page.texts("dl.summary div");
    let fact = |facts: &[String], label: &str| {
        facts
            .iter()
            .find(|row| row.starts_with(label))
            .cloned()
            .unwrap_or_default()
    };
    assert!(
        fact(&facts, "Nächste Sitzung").contains("Di., 24.11.2026, 14:00–17:30 Uhr"),
        "{facts:?}"
    );
    assert_eq!(
        fact(&facts, "Verlauf"),
        "Verlauf0 von 4 Sitzungen gehalten, 1 abgesagt"
    );
    assert!(fact(&facts, "Anwesenheitslisten").contains("1 Liste fehlt"));
    test.execute(&format!(
        "update group_session set state = 'held' where id = {}",
        rows::id(world.session)
    ))
    .await;
    test.execute(&format!(
        "insert into attendance (id, session_id, person_id, status, recorded_at, recorded_by_name, version) \
         values ({}, {}, {}, 'present', 0, 'X', 1)",
        rows::id(crate::world::fresh()),
        rows::id(world.session),
        rows::id(world.person)
    ))
    .await;
    let facts = browser.get(&path).await.expect(200).texts("dl.summary div");
    assert!(fact(&facts, "Anwesenheitslisten").contains("vollständig"));
    assert!(
        fact(&facts, "Anwesenheit100 % (1 von 1").contains("möglichen"),
        "{facts:?}"
    );
    assert!(fact(&facts, "Eigene Fachkräfte").contains("in 1 von 1 gehaltenen Sitzungen (100 %)"));
}
