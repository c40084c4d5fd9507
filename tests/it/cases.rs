//! Enquiries and cases: the referral, the machine of states over HTTP, clients without a name, confidentiality.

use geleit::base::time::Instant;
use uuid::Uuid;

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows::{client, grant, id, inmate};
use crate::statistics::{prepare, sealed};
use crate::world::fresh;

/// The quarter of the tests, and a time after it: 15 January 2027.
const QUARTER: &str = "2026-Q4";
const AFTER: Instant = Instant::from_millis(1_800_000_000_000);

#[track_caller]
fn clean(page: &Answer) {
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
}

/// The fields of a referral for somebody who is no person in a list.
fn fields<'a>(
    client: &'a str,
    role: &'a str,
    offer: &'a str,
    person: &'a str,
    step: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![
        ("anfragend", "kora"),
        ("zugangsweg", "kora"),
        ("eingang", "02.11.2026"),
        ("klient", client),
        ("rolle", role),
        ("angebot", offer),
        ("phaenomen", "clarifying"),
        ("weisung", "none"),
        (
            "vollzugsplan",
            if client == "person" {
                "no"
            } else {
                "not_applicable"
            },
        ),
        ("zeiten", "evening"),
        ("schritt", "pruefen"),
        ("schritt", step),
    ];
    if !person.is_empty() {
        all.push(("person", person));
    }
    all
}

/// Records a referral over form, check page and sending; the address of the case.
pub async fn refer(
    browser: &mut Browser,
    client: &str,
    role: &str,
    programme: &str,
    person: &str,
) -> String {
    let page = browser.get("/anfragen/neu").await.expect(200);
    clean(&page);
    let offer = page.option("angebot", programme).expect("an offer");
    let token = page.input("einmal").unwrap();
    let check = browser
        .post(
            "/anfragen/neu",
            &fields(client, role, &offer, person, "pruefen"),
        )
        .await
        .expect(200);
    clean(&check);
    assert!(check.text().contains("Anfrage prüfen"));
    let mut all = fields(client, role, &offer, person, "speichern");
    all.push(("einmal", &token));
    let done = browser.post("/anfragen/neu", &all).await.expect(303);
    assert!(
        done.location().starts_with("/faelle/"),
        "{}",
        done.location()
    );
    let again = browser.post("/anfragen/neu", &all).await;
    assert_ne!(again.location(), done.location());
    done.location().to_owned()
}

/// Takes a step with a reason, if one is needed; the status.
pub async fn step(browser: &mut Browser, case: &str, to: &str, reason: &str, day: &str) -> Answer {
    let path = format!("{case}/schritt");
    let page = browser.get(&format!("{path}?nach={to}")).await.expect(200);
    clean(&page);
    let mut version = page.input("version");
    // A step that is not offered has no form: forged with the version of another one.
    for other in ["passed_on", "declined", "broken_off"] {
        if version.is_none() {
            let page = browser
                .get(&format!("{path}?nach={other}"))
                .await
                .expect(200);
            version = page.input("version");
        }
    }
    let version = version.expect("some step is offered");
    browser
        .post(
            &path,
            &[
                ("version", &version),
                ("nach", to),
                ("grund", reason),
                ("tag", day),
            ],
        )
        .await
}

/// The word of a tag without its sign.
fn word(tag: &str) -> String {
    tag.trim_start_matches(|letter: char| !letter.is_alphabetic())
        .trim_start_matches('i')
        .to_owned()
}

/// The state on the case's page.
pub async fn state(browser: &mut Browser, case: &str) -> String {
    let page = browser.get(case).await.expect(200);
    clean(&page);
    word(page.texts("main .tag").first().map_or("", String::as_str))
}

/// Enquiries, cases, processes begun and completed in a quarter, as the statistics count them after it. Last in a test: the
/// clock does not go back.
pub async fn counted(test: &TestApp, quarter: &str) -> [i64; 4] {
    if test.clock_now() < AFTER {
        test.clock.set(AFTER);
    }
    let mut browser = test.signed_in("statistik").await;
    let preview = prepare(&mut browser, "quartal", &[("zeitraum", quarter)]).await;
    let counts = sealed::counts(test, &preview).await;
    ["anfragen", "faelle", "begonnen", "abgeschlossen"].map(|measure| {
        counts
            .iter()
            .filter(|((dimensions, code, time, _), _)| {
                (dimensions.as_str(), code.as_str(), time.as_str())
                    == ("massnahme", measure, quarter)
            })
            .map(|(_, number)| number)
            .sum()
    })
}

#[tokio::test]
async fn a_prison_refers_somebody_and_nobody_asks_twice() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await.to_string();
    let mut browser = test.signed_in("sozialdienst").await;
    // Searched for by a part of the name, and kept in the draft.
    let page = browser
        .post(
            "/anfragen/neu",
            &[
                ("suche", "adl"),
                ("schritt", "pruefen"),
                ("schritt", "suchen"),
            ],
        )
        .await
        .expect(200);
    clean(&page);
    assert!(
        page.text().contains("Gewählt: ")
            && page.input("person").as_deref() == Some(person.as_str())
    );
    let case = refer(&mut browser, "person", "", "Distanzierung", &person).await;
    let page = browser.get(&case).await.expect(200);
    let reference = page
        .texts("p.lead strong, .lead strong")
        .first()
        .cloned()
        .unwrap_or_default();
    assert_eq!(reference.len(), 11, "{}", page.text());
    // Found by its number, typed as it was heard; a slip is noticed.
    let typed = reference.to_lowercase().replace('-', " ");
    let list = browser
        .get(&format!("/anfragen?nummer={}", typed.replace(' ', "+")))
        .await
        .expect(200);
    clean(&list);
    assert_eq!(list.texts("tbody tr").len(), 1);
    let mut slip: Vec<char> = reference.chars().collect();
    slip[0] = if slip[0] == 'K' { 'M' } else { 'K' };
    let slip: String = slip.into_iter().collect();
    let list = browser
        .get(&format!("/anfragen?nummer={slip}"))
        .await
        .expect(422);
    assert!(
        list.text()
            .contains("Ein Zeichen ist falsch oder vertauscht")
    );
    // The same again: refused, with the way to what is open.
    let page = browser.get("/anfragen/neu").await.expect(200);
    let offer = page.option("angebot", "Distanzierung").unwrap();
    let twice = browser
        .post(
            "/anfragen/neu",
            &fields("person", "", &offer, &person, "speichern"),
        )
        .await
        .expect(422);
    clean(&twice);
    assert!(
        twice
            .texts("#f-angebot-error")
            .join("")
            .contains(&reference)
    );
    assert_eq!(twice.links("/faelle/"), [case]);
    assert_eq!(test.number("select count(*) from client_case").await, 1);
    // A confidential programme is none that a prison could ask for.
    assert!(
        page.option("angebot", "Ausstieg").is_none() && page.option("angebot", "Umfeld").is_none()
    );
}

#[tokio::test]
async fn what_was_typed_outlives_the_session() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await.to_string();
    let mut browser = test.signed_in("sozialdienst").await;
    let page = browser.get("/anfragen/neu").await.expect(200);
    let offer = page.option("angebot", "Distanzierung").unwrap();
    let mut typed = fields("person", "", &offer, &person, "entwurf");
    typed[2].1 = "31.02.2026";
    let kept = browser.post("/anfragen/neu", &typed).await.expect(303);
    assert_eq!(kept.location(), "/anfragen");
    // Nothing readable lies in the database, and nobody else gets it.
    assert_eq!(test.number("select count(*) from form_draft").await, 1);
    let mut colleague = test.signed_in("sozialdienst.leipzig").await;
    assert!(
        !colleague
            .get("/anfragen/neu")
            .await
            .text()
            .contains("Entwurf ist wieder da")
    );
    let mut later = test.signed_in("sozialdienst").await;
    let page = later.get("/anfragen/neu").await.expect(200);
    clean(&page);
    assert!(
        page.text().contains("Ihr Entwurf ist wieder da") && page.text().contains("Adler, Jan")
    );
    assert_eq!(page.input("eingang").as_deref(), Some("31.02.2026"));
    later
        .post("/anfragen/entwurf/verwerfen", &[])
        .await
        .expect(303);
    assert_eq!(test.number("select count(*) from form_draft").await, 0);
    assert!(later.get("/anfragen/neu").await.input("eingang").as_deref() == Some("23.11.2026"));
}

#[tokio::test]
async fn a_case_goes_its_way_and_keeps_what_it_reached() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    grant(&test, "training", "DD", "distanzierung", "2027-12-31").await;
    let mut prison = test.signed_in("sozialdienst").await;
    let case = refer(
        &mut prison,
        "person",
        "",
        "Distanzierung",
        &person.to_string(),
    )
    .await;
    let mut trainer = test.signed_in("training").await;
    trainer.get(&case).await.expect(404);
    trainer
        .get(&format!("/personen/{person}"))
        .await
        .expect(404);
    let mut lead = test.signed_in("koordination").await;
    let page = lead.get(&format!("{case}/team")).await.expect(200);
    clean(&page);
    let version = page.input("version").unwrap();
    let (name, foreign) = (
        &test.account("training").name,
        test.account("beratung").staff.unwrap(),
    );
    let first = page.option("erste", name).unwrap();
    let foreign = foreign.to_string();
    lead.post(
        &format!("{case}/team"),
        &[("version", &version), ("erste", &foreign)],
    )
    .await
    .expect(422);
    let two = [
        ("version", version.as_str()),
        ("erste", &first),
        ("zweite", &first),
    ];
    lead.post(&format!("{case}/team"), &two).await.expect(422);
    lead.post(
        &format!("{case}/team"),
        &[("version", &version), ("erste", &first)],
    )
    .await
    .expect(303);
    trainer.get(&case).await.expect(200);
    trainer
        .get(&format!("/personen/{person}"))
        .await
        .expect(200);
    // Forged: what does not follow, what needs a reason, what is nobody's word, what is not the prison's.
    for (to, reason) in [
        ("completed", "certificate"),
        ("agreed", ""),
        ("declined", ""),
        ("declined", "certificate"),
        ("nichts", ""),
    ] {
        step(&mut trainer, &case, to, reason, "23.11.2026")
            .await
            .expect(422);
    }
    step(&mut prison, &case, "clearing", "", "23.11.2026")
        .await
        .expect(422);
    step(&mut trainer, &case, "clearing", "", "01.11.2026")
        .await
        .expect(422);
    step(&mut trainer, &case, "clearing", "", "24.11.2026")
        .await
        .expect(422);
    assert_eq!(test.number("select count(*) from case_step").await, 1);
    assert_eq!(state(&mut trainer, &case).await, "Anfrage");
    for (to, day) in [
        ("clearing", "03.11.2026"),
        ("first_talk", "04.11.2026"),
        ("agreed", "05.11.2026"),
    ] {
        step(&mut trainer, &case, to, "", day).await.expect(303);
    }
    assert_eq!(test.number("select count(*) from enrolment where enrolled_on = '2026-11-05' and staff_id is not null").await, 1);
    assert_eq!(state(&mut trainer, &case).await, "vereinbart");
    // It runs with the first talk, not by a word.
    step(&mut trainer, &case, "running", "", "23.11.2026")
        .await
        .expect(422);
    let talk = trainer
        .get(&format!("/personen/{person}/gespraech"))
        .await
        .expect(200);
    let part = talk.input("enrolment").unwrap();
    let facts = [
        ("day", "09.11.2026"),
        ("minutes", "50"),
        ("form", "office"),
        ("enrolment", &part),
        ("outcome", "took_place"),
    ];
    trainer
        .post(&format!("/personen/{person}/gespraech"), &facts)
        .await
        .expect(303);
    assert_eq!(state(&mut trainer, &case).await, "läuft");
    for (to, reason, shown) in [
        ("paused", "moved", "unterbrochen"),
        ("running", "", "läuft"),
        ("transition", "", "Übergang"),
        ("completed", "certificate", "abgeschlossen"),
        ("aftercare", "", "Nachsorge"),
        ("completed", "", "abgeschlossen"),
        ("running", "recall", "läuft"),
    ] {
        step(&mut trainer, &case, to, reason, "23.11.2026")
            .await
            .expect(303);
        assert_eq!(state(&mut trainer, &case).await, shown, "{to}");
    }
    // The recall opened it again; it stays counted as completed, and its history says who, when and why.
    assert_eq!(
        test.number("select count(*) from enrolment where ended_on is null")
            .await,
        1
    );
    let page = trainer.get(&case).await.expect(200);
    assert!(
        page.text().contains("Widerruf, Rückkehr in Haft")
            && page.text().contains("abgeschlossen, mit Bescheinigung")
    );
    assert_eq!(
        test.number("select count(*) from case_step where to_state = 'completed'")
            .await,
        2
    );
    // The prison sees the way of an open programme, but neither pauses nor watches.
    assert_eq!(state(&mut prison, &case).await, "läuft");
    step(&mut prison, &case, "paused", "moved", "23.11.2026")
        .await
        .expect(422);
    assert_eq!(counted(&test, QUARTER).await, [1, 1, 1, 1]);
}

#[tokio::test]
async fn a_mother_who_stays_unknown() {
    let test = TestApp::new().await;
    let mut counsellor = test.signed_in("beratung").await;
    let case = refer(&mut counsellor, "relative", "parent", "Umfeld", "").await;
    let path = format!("{case}/gespraech");
    for (number, day) in [
        "03.11.2026",
        "05.11.2026",
        "09.11.2026",
        "12.11.2026",
        "16.11.2026",
    ]
    .into_iter()
    .enumerate()
    {
        let page = counsellor.get(&path).await.expect(200);
        clean(&page);
        let token = page.input("einmal").unwrap();
        let facts = [
            ("einmal", token.as_str()),
            ("day", day),
            ("minutes", "60"),
            ("form", "telephone"),
            ("outcome", "took_place"),
        ];
        counsellor.post(&path, &facts).await.expect(303);
        counsellor.post(&path, &facts).await.expect(303);
        match number {
            0 => {
                assert_eq!(state(&mut counsellor, &case).await, "Erstgespräch");
                step(&mut counsellor, &case, "agreed", "", day)
                    .await
                    .expect(303);
            }
            1 => assert_eq!(state(&mut counsellor, &case).await, "läuft"),
            _ => {}
        }
    }
    step(&mut counsellor, &case, "completed", "settled", "16.11.2026")
        .await
        .expect(303);
    let page = counsellor.get(&case).await.expect(200);
    assert!(page.text().contains("Elternteil (ohne Namen)") || page.text().contains("Elternteil"));
    assert_eq!(page.texts("tbody tr").len(), 5);
    assert_eq!(test.number("select count(*) from person").await, 0);
    assert_eq!(test.number("select count(*) from counselling_session where case_id is not null and person_id is null").await, 5);
    // No form of it has a field for a name, nobody else finds it, and it cannot be linked.
    for place in ["/anfragen/neu", path.as_str()] {
        let form = counsellor.get(place).await.expect(200);
        for name in ["name", "family_name", "given_name", "vorname", "pseudonym"] {
            assert_eq!(form.input(name), None, "{place}");
        }
    }
    counsellor
        .get(&format!("{case}/verknuepfen"))
        .await
        .expect(404);
    for login in ["sozialdienst", "bewaehrung", "training", "koordination"] {
        let mut other = test.signed_in(login).await;
        other.get(&case).await.expect(404);
        assert!(
            other
                .get("/faelle?stand=alle")
                .await
                .expect(200)
                .links("/faelle/")
                .is_empty()
        );
    }
    let mut lead = test.signed_in("koordination.apro").await;
    lead.get(&case).await.expect(200);
    // A later talk of a closed case is refused.
    let facts = [
        ("day", "20.11.2026"),
        ("minutes", "60"),
        ("form", "telephone"),
        ("outcome", "took_place"),
    ];
    counsellor.post(&path, &facts).await.expect(422);
    assert_eq!(counted(&test, QUARTER).await, [1, 1, 1, 1]);
}

#[tokio::test]
async fn an_unknown_client_becomes_known_with_consent_and_counts_once() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    test.execute(&format!(
        "insert into person_alias (id, person_id, kind, value, value_key, facility_id, valid_from) \
         select {}, {}, 'prison_number', '12/26', '{}', f.id, '2026-01-05' from facility f where f.code = 'DD'",
        id(fresh()),
        id(person),
        geleit::base::fold::number_key("12/26")
    ))
    .await;
    let mut trainer = test.signed_in("training").await;
    let case = refer(&mut trainer, "anonymous", "", "Distanzierung", "").await;
    for (to, day) in [
        ("first_talk", "03.11.2026"),
        ("agreed", "04.11.2026"),
        ("running", "05.11.2026"),
    ] {
        step(&mut trainer, &case, to, "", day).await.expect(303);
    }
    let talk = [
        ("day", "06.11.2026"),
        ("minutes", "60"),
        ("form", "video"),
        ("outcome", "took_place"),
    ];
    trainer
        .post(&format!("{case}/gespraech"), &talk)
        .await
        .expect(303);
    let path = format!("{case}/verknuepfen");
    let version = {
        let page = trainer.get(&path).await.expect(200);
        clean(&page);
        page.input("version").unwrap()
    };
    let with = |number: &'static str, birth: &'static str| {
        vec![
            ("nummer", number),
            ("geburt", birth),
            ("einwilligung", "20.11.2026"),
            ("liegt_vor", "1"),
        ]
    };
    let send = |mut fields: Vec<(&'static str, &'static str)>, version: &'static str| {
        fields.push(("version", version));
        fields
    };
    let version: &'static str = version.leak();
    // Without a grant nobody is found, even with everything right.
    trainer
        .post(&path, &send(with("12/26", "04.05.1990"), version))
        .await
        .expect(422);
    grant(&test, "training", "DD", "distanzierung", "2027-12-31").await;
    trainer
        .post(&path, &send(with("12/26", "05.05.1990"), version))
        .await
        .expect(422);
    let mut without = send(with("12/26", "04.05.1990"), version);
    without.retain(|(name, _)| *name != "liegt_vor");
    trainer.post(&path, &without).await.expect(422);
    trainer
        .post(&path, &send(with("12/26", "04.05.1990"), version))
        .await
        .expect(303);
    let page = trainer.get(&case).await.expect(200);
    clean(&page);
    assert!(page.text().contains("Adler, Jan") && page.text().contains("mit Einwilligung"));
    assert_eq!(state(&mut trainer, &case).await, "läuft");
    assert_eq!(
        test.number("select count(*) from counselling_session where enrolment_id is not null and person_id is not null and case_id is null").await,
        1
    );
    trainer.get(&path).await.expect(404);
    // A second unknown case turns out to be the same person: not twice.
    let second = refer(&mut trainer, "anonymous", "", "Distanzierung", "").await;
    let refused = trainer
        .post(
            &format!("{second}/verknuepfen"),
            &send(with("12/26", "04.05.1990"), "1"),
        )
        .await
        .expect(422);
    clean(&refused);
    assert!(refused.text().contains("die Person zählt einmal"));
    // The second one never became a case.
    assert_eq!(counted(&test, QUARTER).await, [2, 1, 1, 0]);
}

#[tokio::test]
async fn a_prison_does_not_learn_of_a_case_of_the_exit_programme() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    grant(&test, "beratung", "DD", "ausstieg", "2027-12-31").await;
    test.execute(&format!(
        "insert into client_case (id, client, person_id, programme_id, provider_id, facility_id, staff_id, asked_by, access_route, \
         enquired_on, court_report, interpreter, availability, state, created_at, created_by_name, version) \
         select {}, 'person', {}, m.id, v.id, f.id, a.staff_id, 'bamf', 'bamf', '2026-11-02', false, false, '', 'enquiry', 0, 'KORA', 1 \
         from programme m, provider v, facility f, account a where m.code = 'ausstieg' and v.code = 'apro' and f.code = 'DD' and a.login = 'beratung'",
        id(fresh()),
        id(person)
    ))
    .await;
    let mut counsellor = test.signed_in("beratung").await;
    let list = counsellor.get("/anfragen").await.expect(200);
    let case = list.links("/faelle/").remove(0);
    let mut prison = test.signed_in("sozialdienst").await;
    let before = prison
        .get(&format!("/personen/{person}"))
        .await
        .expect(200)
        .text();
    for (to, day) in [
        ("clearing", "03.11.2026"),
        ("first_talk", "04.11.2026"),
        ("agreed", "05.11.2026"),
    ] {
        step(&mut counsellor, &case, to, "", day).await.expect(303);
    }
    prison.get(&case).await.expect(404);
    for place in ["/anfragen", "/faelle", "/faelle?stand=alle"] {
        assert!(
            prison
                .get(place)
                .await
                .expect(200)
                .links("/faelle/")
                .is_empty(),
            "{place}"
        );
    }
    let page = prison.get(&format!("/personen/{person}")).await.expect(200);
    assert!(!before.contains("BAMF"));
    for secret in ["Ausstieg", "APro", "BAMF", "Fallabklärung", "Vereinbarung"] {
        assert!(!page.text().contains(secret), "{secret}");
    }
    assert!(page.text().contains("Beratungstermin"));
    // The probation office that answers for a client sees it.
    let officer_client = client(&test, "Becker", "bewaehrung").await;
    let mut office = test.signed_in("bewaehrung").await;
    let own = refer(
        &mut office,
        "person",
        "",
        "Ausstieg",
        &officer_client.to_string(),
    )
    .await;
    office.get(&own).await.expect(200);
    prison.get(&own).await.expect(404);
}

#[tokio::test]
async fn a_team_of_two_sees_its_case_and_the_filter_shows_what_the_tag_says() {
    let test = TestApp::new().await;
    let mut counsellor = test.signed_in("beratung").await;
    let case = refer(&mut counsellor, "anonymous", "", "Ausstieg", "").await;
    let other = refer(&mut counsellor, "anonymous", "", "Ausstieg", "").await;
    step(
        &mut counsellor,
        &other,
        "declined",
        "own_wish",
        "23.11.2026",
    )
    .await
    .expect(303);
    let mut lead = test.signed_in("koordination.apro").await;
    let page = lead.get(&format!("{case}/team")).await.expect(200);
    let (version, own) = (
        page.input("version").unwrap(),
        test.account("beratung").staff.unwrap().to_string(),
    );
    let second = {
        let name = &test.account("beratung").name;
        let names = page.texts("select[name=zweite] option");
        let name = names
            .iter()
            .find(|one| *one != name && !one.starts_with("noch"))
            .unwrap()
            .clone();
        page.option("zweite", &name).unwrap()
    };
    let fields = [
        ("version", version.as_str()),
        ("erste", &second),
        ("zweite", &own),
    ];
    lead.post(&format!("{case}/team"), &fields)
        .await
        .expect(303);
    counsellor.get(&case).await.expect(200);
    lead.post(&format!("{case}/team"), &fields)
        .await
        .expect(409);
    for (code, label, number) in [
        ("enquiry", "Anfrage", 1),
        ("declined", "nicht zustande gekommen", 1),
        ("running", "läuft", 0),
        ("alle", "", 2),
    ] {
        let list = lead.get(&format!("/faelle?stand={code}")).await.expect(200);
        clean(&list);
        assert_eq!(list.texts("tbody tr").len(), number, "{code}");
        assert!(
            list.texts("tbody .tag")
                .iter()
                .all(|tag| code == "alle" || word(tag) == label),
            "{code}"
        );
    }
    assert_eq!(
        lead.get("/anfragen?stand=erledigt")
            .await
            .expect(200)
            .links("/faelle/"),
        [other]
    );
}

#[tokio::test]
async fn a_participation_that_begins_elsewhere_fulfils_the_enquiry() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut office = test.signed_in("bewaehrung").await;
    let case = refer(
        &mut office,
        "person",
        "",
        "Distanzierung",
        &person.to_string(),
    )
    .await;
    let talk = office
        .get(&format!("/personen/{person}/gespraech"))
        .await
        .expect(200);
    let offer = talk.option("enrolment", "Distanzierung").unwrap();
    let token = talk.input("einmal").unwrap();
    let facts = [
        ("einmal", token.as_str()),
        ("day", "16.11.2026"),
        ("minutes", "50"),
        ("form", "office"),
        ("enrolment", &offer),
        ("outcome", "took_place"),
    ];
    office
        .post(&format!("/personen/{person}/gespraech"), &facts)
        .await
        .expect(303);
    assert_eq!(test.number("select count(*) from client_case").await, 1);
    assert_eq!(state(&mut office, &case).await, "läuft");
    assert_eq!(test.number("select count(*) from case_step").await, 3);
    // The form on the person's page ends the case, too, and opening it again keeps the end.
    let list = office
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(200);
    assert_eq!(
        list.links("/faelle/"),
        [case.clone(), format!("{case}/termin")]
    );
    let end = list.links("/teilnahmen/").remove(0);
    let version = office.get(&end).await.expect(200).input("version").unwrap();
    office
        .post(
            &end,
            &[
                ("version", &version),
                ("reason", "certificate"),
                ("ended_on", "20.11.2026"),
            ],
        )
        .await
        .expect(303);
    assert_eq!(state(&mut office, &case).await, "abgeschlossen");
    step(&mut office, &case, "running", "recall", "23.11.2026")
        .await
        .expect(303);
    assert_eq!(state(&mut office, &case).await, "läuft");
    assert_eq!(
        test.number(
            "select count(*) from case_step where to_state = 'completed' and day = '2026-11-20'"
        )
        .await,
        1
    );
    assert_eq!(test.number("select count(*) from enrolment").await, 1);
    let unknown: Uuid = fresh();
    office.get(&format!("/faelle/{unknown}")).await.expect(404);
}
