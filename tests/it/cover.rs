//! Cover: which sessions have a trainer who cannot come, who is proposed, and what putting somebody in changes.

use time::macros::date;
use uuid::Uuid;

use crate::groups::{self, FRIDAYS, Wish, filled, person, send, with};
use crate::harness::{Answer, Browser, TestApp};
use crate::rows::id;
use crate::world::fresh;

/// A grant for AKT groups in Dresden, for a member of staff by name.
async fn grant_to(test: &TestApp, name: &str, last: &str) {
    test.execute(&format!(
        "insert into access_grant (id, staff_id, facility_id, programme_id, first_day, last_day, state, requested_by, \
         requested_by_name, requested_at, version) select {}, s.id, f.id, m.id, '2026-01-01', '{last}', 'active', a.id, \
         'Probe', 0, 1 from staff s, account a, facility f, programme m where s.name = '{name}' and a.login = 'zugang' \
         and f.code = 'DD' and m.code = 'akt_gruppe'",
        id(fresh())
    ))
    .await;
}

/// A trainer of the first organisation who has no account.
async fn partner(test: &TestApp) -> String {
    let page = test
        .signed_in("sozialdienst")
        .await
        .get("/gruppen/neu")
        .await;
    let taken = [
        test.account("training").name.clone(),
        test.account("training.vsr").name.clone(),
    ];
    [
        "Tarik Sonnleithner",
        "Wiebke Özkaya-Brandt",
        "Leszek Grünbaum",
    ]
    .into_iter()
    .find(|name| {
        !taken.iter().any(|other| other == name) && page.option("trainer_2", name).is_some()
    })
    .expect("a trainer without account")
    .to_owned()
}

/// A draft held by the account `training` and the partner.
async fn draft(test: &TestApp, browser: &mut Browser, wish: &Wish<'_>, partner: &str) -> String {
    let fields = filled(test, browser, wish, "entwurf").await;
    let second = browser
        .get("/gruppen/neu")
        .await
        .option("trainer_2", partner)
        .unwrap();
    send(browser, "/gruppen/neu", &with(fields, "trainer_2", &second))
        .await
        .expect(303)
        .location()
        .to_owned()
}

/// The fields of the first form of the page: everything ticked, the first proposal chosen.
fn form(page: &Answer) -> Vec<(String, String)> {
    let document = scraper::Html::parse_document(&page.text());
    let select = |text: &str| scraper::Selector::parse(text).unwrap();
    let form = document
        .select(&select("form[action=\"/vertretung\"]"))
        .next()
        .expect("a form");
    form.select(&select("input"))
        .filter(|input| {
            let kind = input.value().attr("type").unwrap_or_default();
            !["checkbox", "radio"].contains(&kind) || input.value().attr("checked").is_some()
        })
        .filter(|input| input.value().attr("name") != Some("csrf"))
        .map(|input| {
            (
                input.value().attr("name").unwrap().to_owned(),
                input.value().attr("value").unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

async fn put_in(browser: &mut Browser, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post("/vertretung", &fields).await
}

async fn stop(test: &TestApp, name: &str) {
    test.execute(&format!(
        "insert into access_stop (id, staff_id, facility_id, reason, set_by, set_by_name, set_at, version) \
         select {}, s.id, null, 'Probe', a.id, a.name, 0, 1 from staff s, account a \
         where s.name = '{name}' and a.login = 'zugang'",
        id(fresh())
    ))
    .await;
}

/// A published group of `training` and the partner, and a second trainer's account that could step in.
async fn running(test: &TestApp, browser: &mut Browser) -> (String, String) {
    let partner = partner(test).await;
    for name in [
        test.account("training").name.clone(),
        test.account("training.vsr").name.clone(),
        partner.clone(),
    ] {
        grant_to(test, &name, "2028-12-31").await;
    }
    let group = draft(test, browser, &FRIDAYS, &partner).await;
    browser
        .post(&format!("{group}/veroeffentlichen"), &[])
        .await
        .expect(303);
    let page = browser.get(&group).await.text();
    assert!(page.contains("Die Gruppe ist veröffentlicht."), "{page}");
    (group, partner)
}

#[tokio::test]
async fn nothing_is_published_past_a_grant_unless_somebody_covers() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let partner = partner(&test).await;
    let (own, other) = (
        test.account("training").name.clone(),
        test.account("training.vsr").name.clone(),
    );
    grant_to(&test, &own, "2027-03-31").await;
    grant_to(&test, &partner, "2028-12-31").await;
    let group = draft(&test, &mut social, &FRIDAYS, &partner).await;
    let text = social
        .post(&format!("{group}/veroeffentlichen"), &[])
        .await
        .expect(422)
        .text();
    assert!(
        text.contains(&format!("{own}: Die Zugangsfreigabe endet am 31.03.2027")),
        "{text}"
    );
    assert!(text.contains("02.04.2027") && text.contains("nicht abgedeckt"));
    assert!(text.contains("niemand mit gültiger Freigabe frei"));
    assert_eq!(
        test.number("select count(*) from training_group where state = 'draft'")
            .await,
        1,
        "the draft stays"
    );

    // With somebody who could, the refusal proposes them, and the link leads to the draft's sessions.
    grant_to(&test, &other, "2028-12-31").await;
    let page = social
        .post(&format!("{group}/veroeffentlichen"), &[])
        .await
        .expect(422);
    assert!(
        page.text()
            .contains(&format!("Vorschlag zur Vertretung: {other}"))
    );
    let way = page.links("/vertretung?gruppe=")[0].clone();
    assert_eq!(
        social.get(&group).await.links("/vertretung?gruppe="),
        std::slice::from_ref(&way),
        "the draft's page says so too"
    );
    let list = social.get(&way).await.expect(200);
    assert!(
        !list.text().contains("01.01.2027"),
        "only what is not covered"
    );
    // The list of the next 120 days knows published groups only.
    assert!(
        social
            .get("/vertretung")
            .await
            .expect(200)
            .text()
            .contains("Alle Sitzungen sind abgedeckt")
    );
    let back = put_in(&mut social, &form(&list)).await.expect(303);
    assert_eq!(back.location(), way);
    assert!(
        social
            .get(&way)
            .await
            .text()
            .contains("Alle Sitzungen sind abgedeckt")
    );
    social
        .post(&format!("{group}/veroeffentlichen"), &[])
        .await
        .expect(303);
    let page = social.get(&group).await.text();
    assert!(page.contains("Die Gruppe ist veröffentlicht."), "{page}");
    assert!(page.contains(&format!("Vertretung: {other}")));
    // Sent a second time, the same form does nothing more.
    let covers = test.number("select count(*) from session_trainer").await;
    put_in(&mut social, &form(&list)).await.expect(303);
    assert_eq!(
        test.number("select count(*) from session_trainer").await,
        covers
    );
}

#[tokio::test]
async fn after_a_stop_one_click_puts_somebody_in_and_everything_follows() {
    let test = TestApp::new().await;
    person(&test, 1, "Probe1", "DD", Some("2029-01-01")).await;
    let mut social = test.signed_in("sozialdienst").await;
    let (group, partner) = running(&test, &mut social).await;
    groups::add(&mut social, &group, 1).await.expect(303);
    let session = groups::sessions(&social.get(&group).await, "/absagen")[0]
        .trim_end_matches("/absagen")
        .to_owned();
    let register = format!("{session}/anwesenheit");
    let mut cover = test.signed_in("training.vsr").await;
    cover.get(&group).await.expect(404);
    cover.get(&register).await.expect(404);
    let person = format!("/personen/{}", groups::address(1));
    cover.get(&person).await.expect(404);

    stop(&test, &partner).await;
    let page = social.get("/vertretung").await.expect(200);
    let text = page.text();
    assert!(text.contains("Sofort zu klären") && text.contains(&partner));
    assert!(text.contains("Der Zugang ist gesperrt"));
    // The start page and the page of tasks say the same.
    for path in ["/", "/aufgaben"] {
        let text = social.get(path).await.expect(200).text();
        assert!(text.contains("mit verhinderter Fachkraft"), "{path}");
    }
    // The trainer who holds the session already is never proposed.
    assert!(!text.contains(&format!("{} (", test.account("training").name)));
    let fields = form(&page);
    assert!(fields.iter().filter(|(name, _)| name == "sitzung").count() > 10);
    put_in(&mut social, &fields).await.expect(303);
    let page = social.get("/vertretung").await.expect(200).text();
    assert!(page.contains("Alle Sitzungen sind abgedeckt"), "{page}");
    assert!(page.contains("Pfortenliste und Anwesenheitsliste richten sich danach."));

    // Whoever covers sees group, register and member; the register of a session that is not covered stays shut.
    cover.get(&group).await.expect(200);
    cover.get(&register).await.expect(200);
    assert!(
        cover
            .get(&format!("{group}{session}/blatt"))
            .await
            .expect(200)
            .text()
            .contains("Probe1")
    );
    cover.get(&person).await.expect(200);
    let last = groups::sessions(&social.get(&group).await, "/absagen")
        .last()
        .unwrap()
        .replace("/absagen", "/anwesenheit");
    cover.get(&last).await.expect(404);
    let mut own = test.signed_in("training").await;
    own.get(&last).await.expect(200);

    // The gate expects the one who comes.
    groups::set_clock(&test, date!(2026 - 11 - 27), 8);
    let gate = test
        .signed_in("pforte")
        .await
        .get("/pforte")
        .await
        .expect(200)
        .text();
    assert!(gate.contains(&test.account("training.vsr").name), "{gate}");
    assert!(!gate.contains(&partner));
    let mut cover = test.signed_in("training.vsr").await;
    assert!(
        cover
            .get("/")
            .await
            .expect(200)
            .text()
            .contains("AKT-Gruppe 2026/1")
    );
    let history = social_again(&test).await.get(&group).await.text();
    assert!(history.contains("Vertretung eingesetzt"));
}

async fn social_again(test: &TestApp) -> Browser {
    test.signed_in("sozialdienst").await
}

#[tokio::test]
async fn a_cover_is_lifted_and_the_trainer_holds_the_session_again() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let (group, partner) = running(&test, &mut social).await;
    stop(&test, &partner).await;
    let page = social.get("/vertretung").await.expect(200);
    let one = page.texts("button[name=nur]");
    assert!(!one.is_empty(), "a button for each session");
    let document = scraper::Html::parse_document(&page.text());
    let selector = scraper::Selector::parse("button[name=nur]").unwrap();
    let value = document
        .select(&selector)
        .next()
        .and_then(|button| button.value().attr("value"))
        .unwrap()
        .to_owned();
    let mut fields = form(&page);
    fields.push(("nur".to_owned(), value));
    put_in(&mut social, &fields).await.expect(303);
    assert_eq!(
        test.number("select count(*) from session_trainer where removed_at is null")
            .await,
        1,
        "only that session"
    );
    let set = social
        .get("/vertretung?ansicht=eingesetzt")
        .await
        .expect(200);
    assert!(set.text().contains(&partner));
    let action = {
        let document = scraper::Html::parse_document(&set.text());
        let selector = scraper::Selector::parse("form[action$=\"/aufheben\"]").unwrap();
        document
            .select(&selector)
            .next()
            .and_then(|form| form.value().attr("action"))
            .unwrap()
            .to_owned()
    };
    let version = set.input("version").unwrap();
    test.signed_in("sozialdienst.leipzig")
        .await
        .post(&action, &[("version", &version)])
        .await
        .expect(404);
    social.post(&action, &[("version", "0")]).await.expect(409);
    social
        .post(&action, &[("version", &version)])
        .await
        .expect(303);
    social
        .post(&action, &[("version", &version)])
        .await
        .expect(404);
    assert_eq!(
        test.number("select count(*) from session_trainer where removed_at is null")
            .await,
        0
    );
    test.signed_in("training.vsr")
        .await
        .get(&group)
        .await
        .expect(404);
}

#[tokio::test]
async fn of_two_planners_at_once_one_wins_and_the_other_is_told() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let (_, partner) = running(&test, &mut social).await;
    let third = [
        "Tarik Sonnleithner",
        "Wiebke Özkaya-Brandt",
        "Leszek Grünbaum",
    ]
    .into_iter()
    .find(|name| *name != partner && *name != test.account("training").name)
    .unwrap();
    grant_to(&test, third, "2028-12-31").await;
    stop(&test, &partner).await;
    let mut other = test.signed_in("sozialdienst").await;
    let (left, right) = (
        form(&social.get("/vertretung").await.expect(200)),
        other.get("/vertretung").await.expect(200),
    );
    let second = {
        let document = scraper::Html::parse_document(&right.text());
        let selector = scraper::Selector::parse("input[type=radio]").unwrap();
        document
            .select(&selector)
            .nth(1)
            .and_then(|radio| radio.value().attr("value"))
            .unwrap()
            .to_owned()
    };
    let mut right = form(&right);
    for (name, value) in &mut right {
        if name.starts_with("wer_") {
            *value = second.clone();
        }
    }
    assert_ne!(left, right);
    let (one, two) = tokio::join!(put_in(&mut social, &left), put_in(&mut other, &right));
    let mut answers = [one.status.as_u16(), two.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 409]);
    assert_eq!(
        test.number(
            "select count(*) from (select session_id from session_trainer where removed_at is null \
             group by session_id having count(*) > 1) q"
        )
        .await,
        0
    );
    assert_eq!(
        test.number(
            "select count(distinct staff_id) from session_trainer where removed_at is null"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn whoever_cannot_is_refused_with_the_reason_and_nothing_is_half_done() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let (_, partner) = running(&test, &mut social).await;
    stop(&test, &partner).await;
    let page = social.get("/vertretung").await.expect(200);
    let fields = form(&page);
    let chosen = |value: String| -> Vec<(String, String)> {
        fields
            .iter()
            .map(|(name, old)| {
                let new = if name.starts_with("wer_") {
                    value.clone()
                } else {
                    old.clone()
                };
                (name.clone(), new)
            })
            .collect()
    };
    // The other trainer of the same group: two trainers are two people.
    let own = test.account("training").staff.unwrap();
    let refused = put_in(&mut social, &chosen(own.to_string()))
        .await
        .expect(422);
    assert!(refused.text().contains("leitet diese Sitzung schon"));
    assert!(refused.text().contains("checked"), "what was ticked stays");
    // A counsellor who never had a grant here is nobody the page could propose: not even the name is told.
    let counsellor = test.account("beratung").staff.unwrap();
    put_in(&mut social, &chosen(counsellor.to_string()))
        .await
        .expect(404);
    put_in(&mut social, &chosen(Uuid::nil().to_string()))
        .await
        .expect(404);
    put_in(&mut social, &chosen(String::new()))
        .await
        .expect(422);
    let none: Vec<(String, String)> = chosen(own.to_string())
        .into_iter()
        .filter(|(name, _)| name != "sitzung")
        .collect();
    assert!(
        put_in(&mut social, &none)
            .await
            .expect(422)
            .text()
            .contains("mindestens eine Sitzung")
    );

    // Away on one of the days: that day is named, and none of the others is stored.
    let vsr = test.account("training.vsr").staff.unwrap();
    test.execute(&format!(
        "insert into staff_absence (id, staff_id, first_day, day_after, created_at, created_by_name) \
         values ({}, {}, '2026-12-04', '2026-12-05', 0, 'Probe')",
        id(fresh()),
        id(vsr.0)
    ))
    .await;
    let refused = put_in(&mut social, &chosen(vsr.to_string()))
        .await
        .expect(422);
    assert!(
        refused
            .text()
            .contains("am 04.12.2026: Als abwesend gemeldet")
    );
    assert_eq!(test.number("select count(*) from session_trainer").await, 0);
    // An appointment at the same time is seen too.
    test.execute(&format!(
        "insert into gate_visit (id, staff_id, facility_id, day, start_minute, minutes, destination, escort, created_at, \
         created_by, created_by_name, version) select {}, {}, f.id, '2026-12-11', 900, 60, 'Büro', false, 0, a.id, a.name, 1 \
         from facility f, account a where f.code = 'L' and a.login = 'zugang'",
        id(fresh()),
        id(vsr.0)
    ))
    .await;
    let refused = put_in(&mut social, &chosen(vsr.to_string()))
        .await
        .expect(422);
    assert!(
        refused
            .text()
            .contains("am 11.12.2026: hat zu dieser Zeit einen anderen Termin")
    );
    // Another facility's planner finds no such sessions.
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    put_in(&mut leipzig, &chosen(vsr.to_string()))
        .await
        .expect(404);
}

#[tokio::test]
async fn each_role_sees_its_own_part_and_no_people() {
    let test = TestApp::new().await;
    person(&test, 1, "Probe1", "DD", Some("2029-01-01")).await;
    let mut social = test.signed_in("sozialdienst").await;
    let (group, _) = running(&test, &mut social).await;
    groups::add(&mut social, &group, 1).await.expect(303);
    let own = test.account("training").clone();
    test.execute(&format!(
        "update access_grant set last_day = '2026-12-31' where staff_id = {}",
        id(own.staff.unwrap().0)
    ))
    .await;
    let forecast = "Läuft vor der Sitzung ab";
    let mut coordinator = test.signed_in("koordination").await;
    let page = coordinator.get("/vertretung").await.expect(200);
    let text = page.text();
    assert!(text.contains(forecast) && text.contains(&own.name));
    assert!(!text.contains("name=\"sitzung\""), "the facility decides");
    let renew = page.links("/freigaben/");
    assert_eq!(renew.len(), 1, "a way to renew the grant");
    coordinator.get(&renew[0]).await.expect(200);
    assert!(
        coordinator
            .get("/")
            .await
            .text()
            .contains("/vertretung?ansicht=vorschau")
    );
    let page = test
        .signed_in("zugang")
        .await
        .get("/vertretung")
        .await
        .expect(200)
        .text();
    assert!(page.contains(forecast) && page.contains(&own.name));
    assert!(!page.contains("AKT-Gruppe") && !page.contains("Probe1"));
    let page = social
        .get("/vertretung?ansicht=vorschau")
        .await
        .expect(200)
        .text();
    assert!(page.contains(&own.name) && !page.contains("Probe1"));
    assert!(!page.contains("Sofort zu klären"));
    // One member of staff only.
    let other = test.account("training.vsr").staff.unwrap();
    for (staff, there) in [(own.staff.unwrap(), true), (other, false)] {
        let page = social
            .get(&format!("/vertretung?fachkraft={staff}"))
            .await
            .expect(200)
            .text();
        assert_eq!(page.contains(&own.name), there);
    }
    let leipzig = test
        .signed_in("sozialdienst.leipzig")
        .await
        .get("/vertretung")
        .await
        .expect(200)
        .text();
    assert!(!leipzig.contains(&own.name));
    let group_id = group.trim_start_matches("/gruppen/");
    let leipzig = test
        .signed_in("sozialdienst.leipzig")
        .await
        .get(&format!("/vertretung?gruppe={group_id}"))
        .await
        .expect(200)
        .text();
    assert!(!leipzig.contains(&own.name), "another facility's group");
    test.signed_in("training")
        .await
        .get("/vertretung")
        .await
        .expect(404);
}
