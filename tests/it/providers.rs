//! Organisations and their parts; the staff that a coordination keeps; who sees which; leaving and coming back.

use axum::http::{Method, StatusCode};
use geleit::base::time::{MinuteOfDay, berlin_instant};
use geleit::server::routes;
use time::macros::date;

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows;
use crate::world::World;

/// The address of a member of the coordination's own staff.
async fn member(browser: &mut Browser, name: &str) -> String {
    let list = browser.get("/fachkraefte").await.expect(200);
    let document = scraper::Html::parse_document(&list.text());
    let links = scraper::Selector::parse("tbody a").unwrap();
    document
        .select(&links)
        .find(|link| link.text().collect::<String>() == name)
        .and_then(|link| link.value().attr("href"))
        .expect("the member is in the list")
        .to_owned()
}

async fn edit(browser: &mut Browser, address: &str, version: &str, town: &str) -> Answer {
    browser
        .post(
            &format!("{address}/bearbeiten"),
            &[
                ("version", version),
                ("name", "Tarik Sonnleithner"),
                ("role", "lead_trainer"),
                ("town", town),
                ("contact", "0351 0000-1"),
                ("language", "de"),
                ("language", "tr"),
            ],
        )
        .await
}

fn texts(answer: &Answer, field: &str) -> String {
    answer.texts(&format!("#f-{field}-error")).join(" ")
}

/// Makes an account belong elsewhere.
async fn elsewhere(test: &TestApp) {
    test.execute(
        "update account set provider_id = (select p.id from provider p where p.code = 'vsr'), staff_id = null \
         where login = 'koordination'",
    )
    .await;
    test.execute(
        "update account set facility_id = (select f.id from facility f where f.code = 'L') where login = 'zugang'",
    )
    .await;
}

#[tokio::test]
async fn a_coordination_keeps_its_staff() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("koordination").await;
    let page = browser.get("/fachkraefte/neu").await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let token = page.input("einmal").unwrap();
    let fields = [
        ("einmal", token.as_str()),
        ("name", "Juna Weidlich"),
        ("role", "trainer"),
        ("town", "Pirna"),
        ("contact", "juna@traeger.example"),
        ("language", "de"),
        ("language", "pl"),
        ("first_day", "01.11.2026"),
    ];
    let address = browser
        .post("/fachkraefte/neu", &fields)
        .await
        .expect(303)
        .location()
        .to_owned();
    // Sent twice, the form leads to the same member.
    let again = browser.post("/fachkraefte/neu", &fields).await.expect(303);
    assert_eq!(again.location(), address);
    let mut second = fields;
    second[0].1 = "";
    second[1].1 = "juna  WEIDLICH";
    let refused = browser.post("/fachkraefte/neu", &second).await.expect(422);
    assert!(texts(&refused, "name").contains("schon gemeldet"));
    assert_eq!(refused.input("town").as_deref(), Some("Pirna"));

    let here = format!("{address}/qualifikationen");
    for (acquired, until, field) in [
        ("24.11.2026", "", "acquired_on"),
        ("01.06.2024", "31.05.2024", "valid_to"),
    ] {
        let fields = [
            ("kind", "akt_trainer"),
            ("acquired_on", acquired),
            ("valid_to", until),
        ];
        let refused = browser.post(&here, &fields).await.expect(422);
        assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
        assert!(!texts(&refused, field).is_empty(), "{field}");
    }
    let fields = [("kind", "akt_trainer"), ("acquired_on", "01.06.2024")];
    browser.post(&here, &fields).await.expect(303);
    let refused = browser.post(&here, &fields).await.expect(422);
    assert!(texts(&refused, "acquired_on").contains("schon eingetragen"));

    let page = browser.get(&address).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    for word in [
        "AKT-Trainerschein",
        "Deutsch, Polnisch",
        "Pirna",
        "juna@traeger.example",
    ] {
        assert!(page.text().contains(word), "{word}");
    }
    let which = browser.get(&here).await.expect(200).input("which").unwrap();
    let taking = format!("{here}/entfernen");
    browser
        .post(&taking, &[("which", &which)])
        .await
        .expect(303);
    browser
        .post(&taking, &[("which", &which)])
        .await
        .expect(409);
    let history = browser.get(&format!("{address}/verlauf")).await.expect(200);
    assert_eq!(html::problems(&history.text()), Vec::<String>::new());
    assert!(history.text().contains("Qualifikation entfernt"));
}

#[tokio::test]
async fn the_second_save_gets_both_versions() {
    let test = TestApp::new().await;
    let mut one = test.signed_in("koordination").await;
    let mut other = test.signed_in("koordination").await;
    let address = member(&mut one, "Tarik Sonnleithner").await;
    let page = one.get(&format!("{address}/bearbeiten")).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let version = page.input("version").unwrap();
    edit(&mut one, &address, &version, "Meißen")
        .await
        .expect(303);
    let conflict = edit(&mut other, &address, &version, "Radeberg")
        .await
        .expect(409);
    assert_eq!(html::problems(&conflict.text()), Vec::<String>::new());
    assert!(conflict.text().contains("Meißen") && conflict.text().contains("Radeberg"));
    // Saving once more is a decision about the version now shown.
    let version = conflict.input("version").unwrap();
    edit(&mut other, &address, &version, "Radeberg")
        .await
        .expect(303);
    let history = one.get(&format!("{address}/verlauf")).await.text();
    assert!(history.contains("Meißen → Radeberg"));
}

#[tokio::test]
async fn times_of_the_week_and_absences() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("koordination").await;
    let address = member(&mut browser, "Leszek Grünbaum").await;
    let here = format!("{address}/verfuegbarkeit");
    let version = browser
        .get(&here)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    let mut fields = vec![
        ("version", version.as_str()),
        ("from_0_0", "9:00"),
        ("to_0_0", "8:00"),
        ("from_2_0", "13:00"),
        ("to_2_0", "16.30"),
    ];
    let refused = browser.post(&here, &fields).await.expect(422);
    assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
    assert!(texts(&refused, "to_0_0").contains("Montag"));
    assert_eq!(refused.input("to_2_0").as_deref(), Some("16.30"));
    fields[2].1 = "12:00";
    browser.post(&here, &fields).await.expect(303);
    // Saved by somebody else meanwhile.
    browser.post(&here, &fields).await.expect(409);
    let page = browser.get(&address).await.expect(200);
    assert!(page.text().contains("13:00–16:30 Uhr"));

    let here = format!("{address}/abwesenheiten");
    browser
        .post(
            &here,
            &[("first_day", "01.12.2026"), ("last_day", "05.12.2026")],
        )
        .await
        .expect(303);
    for (first, last, field, sentence) in [
        ("05.12.2026", "", "first_day", "01.12.2026 bis 05.12.2026"),
        (
            "10.12.2026",
            "09.12.2026",
            "last_day",
            "liegt vor dem ersten",
        ),
        ("20.11.2026", "22.11.2026", "last_day", "schon vorbei"),
        ("10.12.2026", "11.12.2027", "last_day", "höchstens ein Jahr"),
        ("31.02.2027", "", "first_day", "Erster Tag"),
    ] {
        let refused = browser
            .post(&here, &[("first_day", first), ("last_day", last)])
            .await
            .expect(422);
        assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
        assert!(
            texts(&refused, field).contains(sentence),
            "{sentence}: {}",
            texts(&refused, field)
        );
        assert_eq!(refused.input("first_day").as_deref(), Some(first));
    }
    browser
        .post(&here, &[("first_day", "06.12.2026")])
        .await
        .expect(303);
    assert_eq!(test.number("select count(*) from staff_absence").await, 2);
    let page = browser.get(&address).await.expect(200);
    assert!(page.text().contains("Di., 01.12.2026 bis Sa., 05.12.2026"));
}

#[tokio::test]
async fn two_absences_at_the_same_time_do_not_overlap() {
    let test = TestApp::new().await;
    let mut one = test.signed_in("koordination").await;
    let mut other = test.signed_in("koordination").await;
    let here = format!(
        "{}/abwesenheiten",
        member(&mut one, "Leszek Grünbaum").await
    );
    let fields = [("first_day", "01.12.2026"), ("last_day", "05.12.2026")];
    let (first, second) = tokio::join!(one.post(&here, &fields), other.post(&here, &fields));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
}

#[tokio::test]
async fn other_organisations_and_facilities_find_nothing() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    elsewhere(&test).await;
    let unknown = "00000000-0000-4000-8000-000000000000";
    for (login, role) in [
        ("koordination", geleit::access::Role::Coordinator),
        ("zugang", geleit::access::Role::AccessOfficer),
    ] {
        let mut browser = test.signed_in(login).await;
        let csrf = browser.csrf().await;
        let mut opened = 0;
        for route in routes() {
            let own = route
                .permission
                .is_some_and(|info| info.roles.contains(&role));
            let about = route.path.contains("{staff}") || route.path.contains("{clearance}");
            if !own || !about {
                continue;
            }
            opened += 1;
            let path = world.path(route.path, role.code());
            let nowhere = path
                .replace(&world.staff.to_string(), unknown)
                .replace(&world.clearance.to_string(), unknown);
            let mut pages = Vec::new();
            for path in [path, nowhere] {
                let answer = if route.method == Method::GET {
                    browser.get(&path).await
                } else {
                    let fields = [("csrf", csrf.as_str()), ("version", "1")];
                    browser.post_raw(&path, &fields).await
                };
                assert_eq!(
                    answer.status,
                    StatusCode::NOT_FOUND,
                    "{login} at {} {path}",
                    route.method
                );
                pages.push(answer.texts("main p").first().cloned());
            }
            assert_eq!(pages[0], pages[1], "{login} at {}", route.path);
        }
        assert!(opened > 4, "{login} was tried at {opened} routes");
        for list in ["/fachkraefte", "/ueberpruefungen"] {
            let page = browser.get(list).await.expect(200);
            assert!(!page.text().contains(&test.account("training").name));
        }
    }
    // Nor can the staff of another organisation be asked for.
    let mut browser = test.signed_in("koordination").await;
    let place = browser
        .get("/ueberpruefungen/neu")
        .await
        .expect(200)
        .option("facility", "JVA Dresden")
        .unwrap();
    let staff = world.staff.to_string();
    let answer = browser
        .post(
            "/ueberpruefungen/neu",
            &[
                ("staff", &staff),
                ("facility", &place),
                ("consent_on", "20.11.2026"),
                ("consent_kept_at", "Akte"),
            ],
        )
        .await
        .expect(422);
    assert!(!texts(&answer, "staff").is_empty());
    assert_eq!(test.number("select count(*) from clearance").await, 1);
}

#[tokio::test]
async fn access_officers_read_staff_of_their_facility_and_change_nothing() {
    let test = TestApp::new().await;
    test.execute("update staff set contact = 'Telefon 0351 4711'")
        .await;
    let mut officer = test.signed_in("zugang").await;
    let empty = officer.get("/fachkraefte").await.expect(200);
    assert!(empty.text().contains("Noch keine Fachkräfte"));
    rows::grant(&test, "training", "DD", "akt_gruppe", "2026-12-31").await;
    let name = test.account("training").name.clone();
    let address = member(&mut officer, &name).await;
    let page = officer.get(&address).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(page.text().contains("Telefon 0351 4711") && !page.text().contains("/bearbeiten"));
    officer
        .get(&format!("{address}/bearbeiten"))
        .await
        .expect(404);
    // On the organisation's page, contacts stand only beside those whom one may see.
    let provider = page.links("/traeger/").remove(0);
    let shown = officer.get(&provider).await.expect(200).text();
    assert_eq!(shown.matches("Telefon 0351 4711").count(), 1);
    let mut social = test.signed_in("sozialdienst").await;
    let shown = social.get(&provider).await.expect(200);
    assert_eq!(html::problems(&shown.text()), Vec::<String>::new());
    assert!(shown.text().contains(&name) && !shown.text().contains("4711"));
    // A year after everything is over, the member is out of sight.
    test.execute("update access_grant set last_day = '2025-11-22', first_day = '2025-01-01'")
        .await;
    officer.get(&address).await.expect(404);
}

#[tokio::test]
async fn who_left_signs_in_nowhere_and_sees_nothing_at_the_next_request() {
    let test = TestApp::new().await;
    rows::grant(&test, "training", "DD", "akt_gruppe", "2026-12-31").await;
    let name = test.account("training").name.clone();
    let mut trainer = test.signed_in("training").await;
    trainer.get("/gruppen").await.expect(200);
    let mut browser = test.signed_in("koordination").await;
    let address = member(&mut browser, &name).await;
    let here = format!("{address}/ausscheiden");
    let page = browser.get(&here).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let version = page.input("version").unwrap();
    for (when, last, sentence) in [
        ("last_day", "22.11.2026", "liegt in der Vergangenheit"),
        ("last_day", "", "Letzter Tag"),
    ] {
        let refused = browser
            .post(
                &here,
                &[("version", &version), ("when", when), ("last_day", last)],
            )
            .await
            .expect(422);
        assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
        assert!(texts(&refused, "last_day").contains(sentence));
    }
    trainer.get("/gruppen").await.expect(200);
    browser
        .post(&here, &[("version", &version), ("when", "now")])
        .await
        .expect(303);
    let out = trainer.get("/gruppen").await.expect(303);
    assert!(out.location().starts_with("/anmelden"));
    let told = "select count(*) from gate_change where what = 'Freigabe geändert'";
    assert_eq!(
        test.number(told).await,
        1,
        "the gate of the facility sees it"
    );
    let account = test.account("training").clone();
    let mut again = test.browser();
    let refused = again
        .post(
            "/anmelden",
            &[("login", &account.login), ("password", account.password)],
        )
        .await;
    assert_ne!(refused.status, StatusCode::SEE_OTHER);
    // The name stays where it stood; the administration sees why the account is closed.
    assert!(browser.get("/freigaben").await.text().contains(&name));
    let mut admin = test.signed_in("verwaltung").await;
    let accounts = admin.get("/konten").await.expect(200);
    assert!(accounts.text().contains("ausgeschieden"));
    // No request is possible for who left.
    let form = browser.get("/ueberpruefungen/neu").await.expect(200);
    assert!(form.option("staff", &name).is_none());

    // Coming back opens it again, but no old session.
    let page = browser.get(&address).await.expect(200);
    assert!(page.text().contains("Ausgeschieden."));
    let version = page.input("version").unwrap();
    browser
        .post(
            &format!("{address}/wieder-aufnehmen"),
            &[("version", &version)],
        )
        .await
        .expect(303);
    trainer.get("/gruppen").await.expect(303);
    // After the wrong guess above the sign-in waits a second.
    test.clock.set(test.clock_now().plus_seconds(60));
    test.signed_in("training")
        .await
        .get("/gruppen")
        .await
        .expect(200);
}

#[tokio::test]
async fn the_last_day_ends_at_midnight() {
    let test = TestApp::new().await;
    let name = test.account("training").name.clone();
    let mut browser = test.signed_in("koordination").await;
    let address = member(&mut browser, &name).await;
    let here = format!("{address}/ausscheiden");
    let version = browser.get(&here).await.input("version").unwrap();
    browser
        .post(
            &here,
            &[
                ("version", &version),
                ("when", "last_day"),
                ("last_day", "24.11.2026"),
            ],
        )
        .await
        .expect(303);
    let at = |day, hour, minute| {
        berlin_instant(day, MinuteOfDay::from_hm(hour, minute).unwrap()).unwrap()
    };
    test.clock.set(at(date!(2026 - 11 - 24), 23, 55));
    let mut trainer = test.signed_in("training").await;
    trainer.get("/").await.expect(200);
    test.clock.set(at(date!(2026 - 11 - 25), 0, 0));
    let out = trainer.get("/").await.expect(303);
    assert!(out.location().starts_with("/anmelden"));
}

#[tokio::test]
async fn nobody_ends_themselves() {
    let test = TestApp::new().await;
    let name = test.account("koordination").name.clone();
    let mut browser = test.signed_in("koordination").await;
    let here = format!("{}/ausscheiden", member(&mut browser, &name).await);
    let version = browser.get(&here).await.input("version").unwrap();
    let refused = browser
        .post(&here, &[("version", &version), ("when", "now")])
        .await
        .expect(422);
    assert!(refused.texts("#fehler").join("").contains("Sie selbst"));
    browser.get("/").await.expect(200);
}

#[tokio::test]
async fn organisations_come_and_go_with_their_days() {
    let test = TestApp::new().await;
    let mut reader = test.signed_in("sozialdienst").await;
    let today = reader.get("/traeger").await.expect(200);
    assert_eq!(html::problems(&today.text()), Vec::<String>::new());
    assert!(!today.text().contains("outlaw"));
    let all = reader.get("/traeger?auch=frueher").await.expect(200);
    assert!(all.text().contains("outlaw gGmbH") && all.text().contains("früher"));
    let former = all
        .links("/traeger/")
        .pop()
        .expect("the former organisation stands last");
    let page = reader
        .get(&format!("{former}?auch=frueher"))
        .await
        .expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    // Its part lasted from one model of pillars into the next.
    assert!(page.text().contains("01.01.2020 – 31.12.2024"));
    assert!(page.text().contains("Ruben Ackerblum"));

    let mut admin = test.signed_in("verwaltung").await;
    let page = admin.get("/traeger/neu").await.expect(200);
    let token = page.input("einmal").unwrap();
    let taken = admin
        .post(
            "/traeger/neu",
            &[
                ("name", "v.p.n"),
                ("full_name", "Noch einer"),
                ("first_day", "01.01.2027"),
            ],
        )
        .await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "v p n is another name");
    let taken = admin
        .post(
            "/traeger/neu",
            &[
                ("name", "vpn"),
                ("full_name", "Noch einer"),
                ("first_day", "01.01.2027"),
            ],
        )
        .await
        .expect(422);
    assert!(texts(&taken, "name").contains("gibt es schon"));
    let keep = admin
        .post(
            "/traeger/neu",
            &[
                ("einmal", &token),
                ("name", "Brücke"),
                ("full_name", "Brücke e. V."),
                ("first_day", "01.11.2026"),
            ],
        )
        .await
        .expect(303)
        .location()
        .to_owned();
    let address = keep.trim_end_matches("/pflegen").to_owned();
    let page = admin.get(&keep).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let programme = page.option("programme", "Elterncoaching").unwrap();
    let here = format!("{address}/anteile");
    for (first, last, field) in [
        ("31.10.2026", "", "part_first"),
        ("01.12.2026", "30.11.2026", "part_last"),
    ] {
        let fields = [
            ("programme", programme.as_str()),
            ("part", "partner"),
            ("part_first", first),
            ("part_last", last),
        ];
        let refused = admin.post(&here, &fields).await.expect(422);
        assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
        assert!(!texts(&refused, field).is_empty(), "{field}");
    }
    let fields = [
        ("programme", programme.as_str()),
        ("part", "partner"),
        ("part_first", "01.11.2026"),
    ];
    admin.post(&here, &fields).await.expect(303);
    let refused = admin.post(&here, &fields).await.expect(422);
    assert!(texts(&refused, "part_first").contains("schon mit"));

    let page = admin.get(&keep).await.expect(200);
    let part = page.option("ending", "Elterncoaching").unwrap();
    let fields = [
        ("ending", part.as_str()),
        ("ending_last", "31.12.2026"),
        ("ending_reason", "Förderung endet"),
    ];
    let ending = format!("{address}/anteile/beenden");
    admin.post(&ending, &fields).await.expect(303);
    // The part is not the one that was shown any more.
    admin.post(&ending, &fields).await.expect(422);
    let page = admin.get(&address).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(page.text().contains("01.11.2026 – 31.12.2026"));
    assert!(page.text().contains("Förderung endet"));
}

#[tokio::test]
async fn with_an_organisation_end_its_parts_and_its_staff() {
    let test = TestApp::new().await;
    rows::grant(&test, "training", "DD", "akt_gruppe", "2027-12-31").await;
    let mut trainer = test.signed_in("training").await;
    let mut provider = test.signed_in("koordination").await;
    let mut admin = test.signed_in("verwaltung").await;
    let list = admin.get("/traeger").await.expect(200);
    let mut address = String::new();
    for link in list.links("/traeger/") {
        if link != "/traeger/neu" && admin.get(&link).await.texts("h1") == ["VPN"] {
            address = link;
        }
    }
    let before = admin.get(&format!("{address}/pflegen")).await.expect(200);
    let stamp = before.input("bisher").unwrap();
    let ending = format!("{address}/beenden");
    let end = |last: &'static str, stamp: &str| {
        [
            ("bisher", stamp.to_owned()),
            ("last_day", last.to_owned()),
            ("reason", "Neuer Förderzeitraum".to_owned()),
        ]
    };
    let past = end("22.11.2026", &stamp);
    let fields: Vec<(&str, &str)> = past
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    let refused = admin.post(&ending, &fields).await.expect(422);
    assert!(texts(&refused, "last_day").contains("Vergangenheit"));
    let now = end("23.11.2026", &stamp);
    let fields: Vec<(&str, &str)> = now
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    admin.post(&ending, &fields).await.expect(303);
    admin.post(&ending, &fields).await.expect(409);
    trainer.get("/").await.expect(200);
    assert_eq!(
        test.number("select count(*) from staff s join provider p on p.id = s.provider_id where p.code = 'vpn' and s.valid_to is null")
            .await,
        0
    );
    assert_eq!(
        test.number("select count(*) from programme_provider pp join provider p on p.id = pp.provider_id where p.code = 'vpn' and pp.valid_to is null")
            .await,
        0
    );
    test.clock
        .set(berlin_instant(date!(2026 - 11 - 24), MinuteOfDay::from_hm(0, 0).unwrap()).unwrap());
    for browser in [&mut trainer, &mut provider] {
        let out = browser.get("/").await.expect(303);
        assert!(out.location().starts_with("/anmelden"));
    }
}
