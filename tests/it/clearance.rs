//! Clearances: asking, deciding with four eyes, accepting, renewing, ending; who sees which; warnings.

use geleit::base::time::{MinuteOfDay, berlin_instant};
use time::macros::date;
use time::{Date, Duration};

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows::id;
use crate::world::fresh;

const TODAY: Date = date!(2026 - 11 - 23);

/// Asks for a clearance as a person would.
async fn ask(browser: &mut Browser, staff: &str, place: &str, consent: &str) -> Answer {
    let page = browser.get("/ueberpruefungen/neu").await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let (token, staff) = (
        page.input("einmal").unwrap(),
        page.option("staff", staff).expect("the member is offered"),
    );
    let place = page
        .option("facility", place)
        .expect("the facility is offered");
    browser
        .post(
            "/ueberpruefungen/neu",
            &[
                ("einmal", &token),
                ("staff", &staff),
                ("facility", &place),
                ("consent_on", consent),
                ("consent_kept_at", "Personalakte"),
            ],
        )
        .await
}

/// Grants with the usual answers and these days.
async fn grant(browser: &mut Browser, clearance: &str, first: &str, last: &str) -> Answer {
    let page = browser.get(clearance).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    // Decided meanwhile, the page has no form any more.
    let version = page.input("version").unwrap_or_else(|| "1".into());
    browser
        .post(
            &format!("{clearance}/erteilen"),
            &[
                ("version", &version),
                ("result", "conditions"),
                ("scope", "all"),
                ("issuing_office", "Sicherheit und Ordnung"),
                ("first_day", first),
                ("last_day", last),
                ("restriction", "escort"),
                ("restriction", "no_devices"),
            ],
        )
        .await
}

/// A granted clearance past the application; returns its address.
async fn granted(test: &TestApp, login: &str, facility: &str, last: Date, escort: bool) -> String {
    let clearance = fresh();
    test.execute(&format!(
        "insert into clearance (id, staff_id, facility_id, state, consent_on, consent_kept_at, result, scope, issuing_office, \
         first_day, last_day, escort, not_alone, no_devices, requested_by, requested_by_name, requested_at, version) \
         select {}, s.id, f.id, 'granted', '2026-01-02', 'Akte', 'clear', 'groups', 'Sicherheit', '2026-01-05', '{last}', \
         {escort}, false, false, a.id, a.name, 0, 1 from account a join staff s on s.id = a.staff_id, facility f \
         where a.login = '{login}' and f.code = '{facility}'",
        id(clearance)
    ))
    .await;
    format!("/ueberpruefungen/{clearance}")
}

async fn count(test: &TestApp, condition: &str) -> i64 {
    test.number(&format!("select count(*) from clearance where {condition}"))
        .await
}

#[tokio::test]
async fn asked_for_by_the_provider_and_granted_by_the_facility() {
    let test = TestApp::new().await;
    let trainer = test.account("training").name.clone();
    let mut provider = test.signed_in("koordination").await;
    let asked = ask(&mut provider, &trainer, "JVA Dresden", "20.11.2026")
        .await
        .expect(303);
    let clearance = asked.location().to_owned();
    let page = provider.get(&clearance).await.expect(200);
    assert!(page.text().contains("beantragt") && !page.text().contains("Erteilen"));

    let mut officer = test.signed_in("zugang").await;
    let start = officer.get("/").await.expect(200);
    assert!(start.text().contains("Überprüfungen, um die es geht"));
    grant(&mut officer, &clearance, "23.11.2026", "22.11.2028")
        .await
        .expect(303);
    for browser in [&mut provider, &mut officer] {
        let page = browser.get(&clearance).await.expect(200);
        assert_eq!(html::problems(&page.text()), Vec::<String>::new());
        let text = page.text();
        assert!(text.contains("keine Bedenken mit Auflagen"));
        assert!(text.contains("nur in Begleitung") && text.contains("keine Geräte"));
        assert!(!text.contains("keine Gruppensitzung allein"));
        let list = browser.get("/ueberpruefungen").await.expect(200);
        assert_eq!(html::problems(&list.text()), Vec::<String>::new());
        assert_eq!(list.texts("tbody .tag").last().unwrap(), "✓gültig");
    }
    // Nothing that was found can be written down: no form has a field of several lines, none is for remarks.
    let page = officer.get(&clearance).await.text();
    assert!(!page.contains("<textarea"));
}

#[tokio::test]
async fn bad_input_is_told_beside_the_field_and_nothing_is_stored() {
    let test = TestApp::new().await;
    let trainer = test.account("training").name.clone();
    let mut provider = test.signed_in("koordination").await;
    for (consent, sentence) in [
        ("24.11.2026", "liegt in der Zukunft"),
        ("22.11.2024", "älter als 2 Jahre"),
        ("gestern", "Einwilligung vom"),
    ] {
        let answer = ask(&mut provider, &trainer, "JVA Dresden", consent)
            .await
            .expect(422);
        assert_eq!(html::problems(&answer.text()), Vec::<String>::new());
        let shown = answer.texts("#f-consent_on-error").join("");
        assert!(shown.contains(sentence), "{shown}");
        assert_eq!(answer.input("consent_on").as_deref(), Some(consent));
    }
    assert_eq!(count(&test, "1 = 1").await, 0);
    let clearance = ask(&mut provider, &trainer, "JVA Dresden", "20.11.2026")
        .await
        .expect(303)
        .location()
        .to_owned();
    let again = ask(&mut provider, &trainer, "JVA Dresden", "20.11.2026")
        .await
        .expect(422);
    assert!(
        again
            .texts("#f-facility-error")
            .join("")
            .contains("schon eine Überprüfung beantragt")
    );
    let mut officer = test.signed_in("zugang").await;
    for (first, last, field) in [
        ("22.11.2026", "31.12.2026", "first_day"),
        ("01.12.2026", "30.11.2026", "last_day"),
        ("23.11.2026", "23.11.2028", "last_day"),
    ] {
        let answer = grant(&mut officer, &clearance, first, last)
            .await
            .expect(422);
        assert_eq!(html::problems(&answer.text()), Vec::<String>::new());
        assert_eq!(answer.texts(&format!("#f-{field}-error")).len(), 1);
        assert_eq!(answer.input("last_day").as_deref(), Some(last));
    }
    assert_eq!(count(&test, "state = 'requested'").await, 1);
}

#[tokio::test]
async fn nobody_decides_what_they_asked_for_not_even_with_a_second_account() {
    let test = TestApp::new().await;
    let trainer = test.account("training").name.clone();
    let mut provider = test.signed_in("koordination").await;
    let clearance = ask(&mut provider, &trainer, "JVA Dresden", "20.11.2026")
        .await
        .expect(303)
        .location()
        .to_owned();
    // The officer's account is a second one of the coordinator.
    test.execute(
        "update account set holder_id = (select c.id from account c where c.login = 'koordination') where login = 'zugang'",
    )
    .await;
    let mut officer = test.signed_in("zugang").await;
    let refused = grant(&mut officer, &clearance, "23.11.2026", "31.12.2026")
        .await
        .expect(422);
    assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
    assert!(refused.text().contains("vier Augen"));
    let refused = officer
        .post(&format!("{clearance}/ablehnen"), &[("version", "1")])
        .await
        .expect(422);
    assert!(refused.text().contains("vier Augen"));
    assert_eq!(count(&test, "state = 'requested'").await, 1);
    assert_eq!(
        test.number("select count(*) from audit_entry where outcome = 'verweigert' and object like 'ueberpruefung nicht%'")
            .await,
        2
    );
    let mut second = test.signed_in("zugang.zwei").await;
    grant(&mut second, &clearance, "23.11.2026", "31.12.2026")
        .await
        .expect(303);
}

#[tokio::test]
async fn what_changed_meanwhile_is_not_decided() {
    let test = TestApp::new().await;
    let trainer = test.account("training").name.clone();
    let mut provider = test.signed_in("koordination").await;
    let clearance = ask(&mut provider, &trainer, "JVA Dresden", "20.11.2026")
        .await
        .expect(303)
        .location()
        .to_owned();
    let mut officer = test.signed_in("zugang").await;
    let page = officer.get(&clearance).await.expect(200);
    provider
        .post(&format!("{clearance}/zurueckziehen"), &[("version", "1")])
        .await
        .expect(303);
    let version = page.input("version").unwrap();
    let fields = [
        ("version", version.as_str()),
        ("result", "clear"),
        ("scope", "all"),
        ("issuing_office", "Sicherheit"),
        ("first_day", "23.11.2026"),
        ("last_day", "31.12.2026"),
    ];
    officer
        .post(&format!("{clearance}/erteilen"), &fields)
        .await
        .expect(409);
    officer
        .post(&format!("{clearance}/ablehnen"), &[("version", "1")])
        .await
        .expect(409);
    // With the version of now the step is not possible any more.
    officer
        .post(&format!("{clearance}/ablehnen"), &[("version", "2")])
        .await
        .expect(422);
    assert_eq!(count(&test, "state = 'withdrawn' and version = 2").await, 1);
}

#[tokio::test]
async fn two_requests_at_the_same_time_make_one() {
    let test = TestApp::new().await;
    let trainer = test.account("training").name.clone();
    let (mut one, mut other) = (
        test.signed_in("koordination").await,
        test.signed_in("koordination").await,
    );
    let (first, second) = tokio::join!(
        ask(&mut one, &trainer, "JVA Dresden", "20.11.2026"),
        ask(&mut other, &trainer, "JVA Dresden", "20.11.2026")
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    assert_eq!(count(&test, "1 = 1").await, 1);
}

#[tokio::test]
async fn two_decisions_at_the_same_time_make_one() {
    let test = TestApp::new().await;
    let trainer = test.account("training").name.clone();
    let mut provider = test.signed_in("koordination").await;
    let clearance = ask(&mut provider, &trainer, "JVA Dresden", "20.11.2026")
        .await
        .expect(303)
        .location()
        .to_owned();
    let (mut one, mut other) = (
        test.signed_in("zugang").await,
        test.signed_in("zugang.zwei").await,
    );
    let decline = format!("{clearance}/ablehnen");
    let fields = [("version", "1")];
    let (first, second) = tokio::join!(
        grant(&mut one, &clearance, "23.11.2026", "31.12.2026"),
        other.post(&decline, &fields)
    );
    let done = [&first, &second]
        .iter()
        .filter(|answer| answer.status.as_u16() == 303)
        .count();
    assert_eq!(done, 1, "{} and {}", first.status, second.status);
    assert_eq!(count(&test, "version = 2").await, 1);
}

#[tokio::test]
async fn a_decision_is_accepted_no_longer_and_no_laxer() {
    let test = TestApp::new().await;
    let trainer = test.account("training").name.clone();
    granted(&test, "training", "L", date!(2027 - 06 - 30), true).await;
    let mut provider = test.signed_in("koordination").await;
    let clearance = ask(&mut provider, &trainer, "JVA Dresden", "20.11.2026")
        .await
        .expect(303)
        .location()
        .to_owned();
    let mut officer = test.signed_in("zugang").await;
    let page = officer.get(&clearance).await.expect(200);
    let way = page.links(&format!("{clearance}?aus=")).remove(0);
    let page = officer
        .get(way.split('#').next().unwrap())
        .await
        .expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert_eq!(page.input("last_day").as_deref(), Some("30.06.2027"));
    let (version, source) = (
        page.input("version").unwrap(),
        page.input("accepted_from").unwrap(),
    );
    let accept = |last: &'static str, escort: bool| {
        let mut fields = vec![
            ("version", version.clone()),
            ("accepted_from", source.clone()),
            ("first_day", "23.11.2026".to_owned()),
            ("last_day", last.to_owned()),
        ];
        if escort {
            fields.push(("restriction", "escort".to_owned()));
        }
        fields
    };
    for (last, escort, field) in [
        ("01.07.2027", true, "last_day"),
        ("30.06.2027", false, "restriction"),
    ] {
        let fields = accept(last, escort);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        let answer = officer
            .post(&format!("{clearance}/erteilen"), &fields)
            .await
            .expect(422);
        assert_eq!(html::problems(&answer.text()), Vec::<String>::new());
        assert_eq!(
            answer.texts(&format!("#f-{field}-error")).len(),
            1,
            "{field}"
        );
    }
    let fields = accept("30.06.2027", true);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    officer
        .post(&format!("{clearance}/erteilen"), &fields)
        .await
        .expect(303);
    assert_eq!(
        count(
            &test,
            "state = 'granted' and accepted_from is not null and scope = 'groups' and result = 'conditions'"
        )
        .await,
        1
    );
    // Leipzig takes its decision back: Dresden decides for itself, but is told.
    test.execute("update clearance set state = 'withdrawn' where accepted_from is null")
        .await;
    let start = officer.get("/").await.expect(200);
    assert!(start.text().contains("Ausgangsentscheidung beendet"));
    let page = officer.get(&clearance).await.expect(200);
    assert!(page.text().contains("JVA Leipzig"));
}

#[tokio::test]
async fn a_renewal_leaves_the_old_one_running() {
    let test = TestApp::new().await;
    let trainer = test.account("training").name.clone();
    let old = granted(&test, "training", "DD", date!(2026 - 12 - 31), false).await;
    let mut provider = test.signed_in("koordination").await;
    let page = provider.get(&old).await.expect(200);
    assert!(page.text().contains("endet in 38 Tagen"));
    let renewal = ask(&mut provider, &trainer, "JVA Dresden", "20.11.2026")
        .await
        .expect(303)
        .location()
        .to_owned();
    let page = provider.get(&old).await.expect(200);
    assert!(page.text().contains("✓</span>gültig") && page.text().contains("Erneuerung läuft"));
    let mut officer = test.signed_in("zugang").await;
    let answer = grant(&mut officer, &renewal, "31.12.2026", "31.12.2027")
        .await
        .expect(422);
    assert!(
        answer
            .texts("#f-first_day-error")
            .join("")
            .contains("frühestens am 01.01.2027")
    );
    grant(&mut officer, &renewal, "01.01.2027", "31.12.2027")
        .await
        .expect(303);
    assert_eq!(count(&test, "state = 'granted'").await, 2);
    // A third is not asked for while the second waits for its first day.
    let third = ask(&mut provider, &trainer, "JVA Dresden", "20.11.2026")
        .await
        .expect(422);
    assert!(third.text().contains("01.01.2027 bis 31.12.2027"));
    // The day after, the new one holds and the old one is over.
    test.clock
        .set(berlin_instant(date!(2027 - 01 - 01), MinuteOfDay::from_hm(0, 0).unwrap()).unwrap());
    let mut provider = test.signed_in("koordination").await;
    assert!(provider.get(&old).await.text().contains("abgelaufen"));
    assert!(provider.get(&renewal).await.text().contains("gültig"));
}

#[tokio::test]
async fn ending_a_clearance_suspends_what_rests_on_it_and_nothing_else() {
    let test = TestApp::new().await;
    let clearance = granted(&test, "training", "DD", date!(2027 - 12 - 31), false).await;
    for (place, programme, rests) in [("DD", "akt_gruppe", true), ("L", "akt_einzel", false)] {
        crate::rows::grant(&test, "training", place, programme, "2027-06-30").await;
        if rests {
            test.execute("update access_grant set clearance_id = (select c.id from clearance c)")
                .await;
        }
    }
    let mut trainer = test.signed_in("training").await;
    assert_eq!(trainer.get("/").await.texts("tbody tr").len(), 2);
    let mut officer = test.signed_in("zugang").await;
    let version = officer
        .get(&clearance)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    officer
        .post(&format!("{clearance}/beenden"), &[("version", &version)])
        .await
        .expect(303);
    officer
        .post(&format!("{clearance}/beenden"), &[("version", &version)])
        .await
        .expect(409);
    assert_eq!(
        test.number("select count(*) from access_grant where state = 'suspended' and suspended_reason is not null")
            .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from access_grant where state = 'active'")
            .await,
        1
    );
    // At the next request the trainer's access to the one programme is gone.
    let lines = trainer.get("/").await.texts("tbody tr");
    let closed: Vec<bool> = lines.iter().map(|line| line.contains("gesperrt")).collect();
    assert_eq!(closed, [false, true], "{lines:?}");
    let page = officer.get(&clearance).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(page.text().contains("gesperrt"));
}

#[tokio::test]
async fn warnings_appear_ninety_thirty_and_seven_days_before_the_end_on_both_sides() {
    let test = TestApp::new().await;
    granted(&test, "training", "DD", TODAY + Duration::days(91), false).await;
    for (left, text) in [
        (91, None),
        (90, Some("●endet in 90 Tagen")),
        (31, Some("●endet in 31 Tagen")),
        (30, Some("!endet in 30 Tagen")),
        (8, Some("!endet in 8 Tagen")),
        (7, Some("✕endet in 7 Tagen")),
        (0, Some("✕endet heute")),
        (-1, None),
    ] {
        let day = TODAY + Duration::days(91 - left);
        test.clock
            .set(berlin_instant(day, MinuteOfDay::from_hm(9, 0).unwrap()).unwrap());
        for login in ["koordination", "zugang"] {
            let mut browser = test.signed_in(login).await;
            let start = browser.get("/").await.expect(200);
            let tags: Vec<String> = start
                .texts(".tag")
                .into_iter()
                .filter(|tag| tag.contains("endet"))
                .collect();
            assert_eq!(
                tags,
                text.map(ToOwned::to_owned).into_iter().collect::<Vec<_>>(),
                "{login}, {left} days"
            );
            let list = browser
                .get("/ueberpruefungen?stand=endet")
                .await
                .expect(200);
            assert_eq!(
                list.texts("tbody tr").len(),
                usize::from(text.is_some()),
                "{login}, {left} days"
            );
        }
    }
}

#[tokio::test]
async fn the_list_has_parts_and_pages() {
    let test = TestApp::new().await;
    for day in 1..=35 {
        let last = TODAY - Duration::days(day);
        granted(&test, "training", "DD", last, false).await;
    }
    granted(&test, "training", "DD", TODAY + Duration::days(400), false).await;
    let mut officer = test.signed_in("zugang").await;
    let first = officer.get("/ueberpruefungen").await.expect(200);
    assert_eq!(html::problems(&first.text()), Vec::<String>::new());
    let rows = first.texts("tbody tr");
    assert_eq!(rows.len(), 30);
    assert!(rows[0].contains("gültig") && rows[1].contains("22.11.2026"));
    let next = first
        .links("/ueberpruefungen?ab=n")
        .first()
        .cloned()
        .unwrap();
    let second = officer.get(&next).await.expect(200);
    assert_eq!(second.texts("tbody tr").len(), 6);
    let back = second
        .links("/ueberpruefungen?ab=v")
        .first()
        .cloned()
        .unwrap();
    let again = officer.get(&back).await.expect(200);
    assert_eq!(again.texts("tbody tr"), rows);
    for (part, number) in [("offen", 0), ("endet", 0), ("gueltig", 1), ("vorbei", 30)] {
        let list = officer
            .get(&format!("/ueberpruefungen?stand={part}"))
            .await
            .expect(200);
        assert_eq!(list.texts("tbody tr").len(), number, "{part}");
    }
    let nobody = officer
        .get("/ueberpruefungen?name=xylophon")
        .await
        .expect(200);
    assert!(nobody.text().contains("Keine Überprüfung gefunden"));
}
