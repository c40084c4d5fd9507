//! People: who sees whom, search, recording, moving, absences, concurrent changes.

use sea_orm::{ConnectionTrait, Statement, Value};

use crate::harness::{Answer, Browser, TestApp};
use crate::html;

/// The fields of a person as a prison records one.
fn fields<'a>(family: &'a str, given: &'a str, number: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("family_name", family),
        ("given_name", given),
        ("birth_date", "03.04.1990"),
        ("sex", "male"),
        ("number", number),
        ("setting", "sentence"),
        ("from_day", "02.11.2026"),
        ("expected_release", "01.05.2028"),
    ]
}

/// Records a person; gives the page's address.
async fn record(browser: &mut Browser, family: &str, given: &str, number: &str) -> String {
    browser
        .post("/personen/neu", &fields(family, given, number))
        .await
        .expect(303)
        .location()
        .to_owned()
}

#[track_caller]
fn sound(answer: &Answer) {
    assert_eq!(html::problems(&answer.text()), Vec::<String>::new());
}

async fn found(browser: &mut Browser, query: &str) -> Vec<String> {
    let query = serde_urlencoded::to_string([("q", query)]).unwrap();
    browser
        .get(&format!("/personen?{query}"))
        .await
        .expect(200)
        .texts("tbody th")
}

#[tokio::test]
async fn a_person_is_recorded_and_found_however_it_is_spelled() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("sozialdienst").await;
    let empty = browser.get("/personen").await.expect(200);
    assert!(empty.text().contains("Noch keine Personen"));
    sound(&empty);
    sound(&browser.get("/personen/neu").await.expect(200));

    let page = record(&mut browser, "Müller-Łoś", "Jörg", "4711-23").await;
    record(&mut browser, "Adler", "Kai", "4712-23").await;
    let shown = browser.get(&page).await.expect(200);
    sound(&shown);
    assert!(shown.text().contains("Die Person ist angelegt."));
    assert!(
        shown.text().contains("4711-23")
            && shown.text().contains("JVA Dresden")
            && shown.text().contains("Person angelegt")
    );

    for query in [
        "müller",
        "mueller",
        "ller",
        "MÜLLER",
        "los",
        "jörg müll",
        "joerg",
        "4711-23",
        "471123",
        "4711",
        "mü",
        "jö lo",
    ] {
        assert_eq!(
            found(&mut browser, query).await,
            ["Müller-Łoś, Jörg"],
            "{query}"
        );
    }
    assert_eq!(
        found(&mut browser, "").await,
        ["Adler, Kai", "Müller-Łoś, Jörg"]
    );
    assert_eq!(found(&mut browser, "23").await.len(), 2);
    let none = browser.get("/personen?q=zzz").await.expect(200);
    assert!(none.text().contains("Keine Person gefunden"));
    for filter in ["?art=remand", "?stand=uebergabe", "?teilnahme=ja"] {
        assert!(
            browser
                .get(&format!("/personen{filter}"))
                .await
                .expect(200)
                .text()
                .contains("Keine Person gefunden"),
            "{filter}"
        );
    }
    for filter in [
        "?art=sentence",
        "?stand=hier",
        "?teilnahme=nein",
        "?nach=entlassung",
        "?nach=entlassung&ab=1",
        "?ab=1",
    ] {
        let list = browser.get(&format!("/personen{filter}")).await.expect(200);
        assert_eq!(list.texts("tbody th").len(), 2, "{filter}");
        assert!(list.text().contains("2 Personen"));
        sound(&list);
    }
}

#[tokio::test]
async fn nobody_else_sees_the_person() {
    let test = TestApp::new().await;
    let mut dresden = test.signed_in("sozialdienst").await;
    let page = record(&mut dresden, "Adler", "Kai", "4711-23").await;
    for login in [
        "sozialdienst.leipzig",
        "bewaehrung",
        "training",
        "koordination",
        "zugang",
        "verwaltung",
        "statistik",
    ] {
        let mut other = test.signed_in(login).await;
        for path in ["", "/bearbeiten", "/unterbringung", "/abwesenheit"] {
            other.get(&format!("{page}{path}")).await.expect(404);
            if !path.is_empty() {
                other
                    .post(
                        &format!("{page}{path}"),
                        &[("version", "1"), ("tun", "entlassen")],
                    )
                    .await
                    .expect(404);
            }
        }
        let list = other.get("/personen?q=adler").await;
        assert!(!list.text().contains("Adler"), "{login}");
    }
    assert_eq!(
        test.number("select count(*) from placement where to_day is not null")
            .await,
        0
    );
}

#[tokio::test]
async fn nobody_is_recorded_twice_unseen() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("sozialdienst").await;
    let page = record(&mut browser, "Adler", "Kai", "4711-23").await;

    let taken = browser
        .post("/personen/neu", &fields("Berg", "Ole", "4711/23"))
        .await
        .expect(422);
    assert!(
        taken
            .text()
            .contains("Diese Nummer ist hier schon vergeben")
            && !taken.text().contains("Adler")
    );
    assert_eq!(taken.input("family_name").as_deref(), Some("Berg"));
    sound(&taken);

    let asked = browser
        .post("/personen/neu", &fields("ADLER", "Kai", "4713-23"))
        .await
        .expect(422);
    assert!(asked.text().contains("Gibt es diese Person schon?"));
    assert!(asked.links("/personen/").contains(&page));
    sound(&asked);
    assert_eq!(test.number("select count(*) from person").await, 1);

    let mut again = fields("ADLER", "Kai", "4713-23");
    again.push(("trotzdem", "1"));
    again.push(("einmal", "0123456789abcdef"));
    let first = browser
        .post("/personen/neu", &again)
        .await
        .expect(303)
        .location()
        .to_owned();
    let second = browser
        .post("/personen/neu", &again)
        .await
        .expect(303)
        .location()
        .to_owned();
    assert_eq!(first, second);
    assert_eq!(test.number("select count(*) from person").await, 2);

    let wrong = browser
        .post(
            "/personen/neu",
            &[
                ("family_name", "=1"),
                ("given_name", "Kai"),
                ("birth_date", "03.04.2020"),
                ("sex", "male"),
                ("setting", "probation"),
                ("from_day", "24.11.2026"),
            ],
        )
        .await
        .expect(422);
    sound(&wrong);
    let young = browser
        .post(
            "/personen/neu",
            &[
                ("family_name", "=1"),
                ("given_name", "Kai"),
                ("birth_date", "03.04.2020"),
                ("sex", "male"),
                ("setting", "remand"),
                ("from_day", "24.11.2026"),
                ("expected_release", "01.01.2020"),
            ],
        )
        .await
        .expect(422);
    for sentence in [
        "beginnt nicht mit einem Sonderzeichen",
        "jünger als 14",
        "liegt in der Zukunft",
        "vor dem Beginn",
    ] {
        assert!(young.text().contains(sentence), "{sentence}");
    }
}

#[tokio::test]
async fn a_second_save_is_shown_both_versions() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("sozialdienst").await;
    let page = record(&mut browser, "Adler", "Kai", "4711-23").await;
    let form = browser.get(&format!("{page}/bearbeiten")).await.expect(200);
    sound(&form);
    let version = form.input("version").unwrap();
    let save = |family: &'static str, version: String| {
        let page = page.clone();
        let mut browser = browser.clone();
        async move {
            let fields = [
                ("version", version.as_str()),
                ("family_name", family),
                ("given_name", "Kai"),
                ("birth_date", "03.04.1990"),
                ("sex", "male"),
                ("number", "4799-23"),
            ];
            browser.post(&format!("{page}/bearbeiten"), &fields).await
        }
    };
    save("Falke", version.clone()).await.expect(303);
    let conflict = save("Habicht", version).await.expect(409);
    sound(&conflict);
    assert!(conflict.text().contains("Falke") && conflict.text().contains("Habicht"));
    assert_eq!(conflict.input("family_name").as_deref(), Some("Habicht"));
    let newest = conflict.input("version").unwrap();
    save("Habicht", newest).await.expect(303);

    assert_eq!(found(&mut browser, "habicht").await, ["Habicht, Kai"]);
    assert_eq!(found(&mut browser, "4799").await.len(), 1);
    assert!(found(&mut browser, "falke").await.is_empty());
    assert_eq!(
        test.number("select count(*) from placement where sort_key like 'habicht%'")
            .await,
        1
    );
    let shown = browser.get(&page).await.expect(200).text();
    assert!(
        shown.contains("Nachname geändert: Falke → Habicht")
            && shown.contains("Nummer geändert: 4711-23 → 4799-23")
    );
}

/// The page of placements and the version it carries.
async fn placement(browser: &mut Browser, page: &str) -> (Answer, String) {
    let answer = browser
        .get(&format!("{page}/unterbringung"))
        .await
        .expect(200);
    let version = answer.input("version").unwrap_or_default();
    (answer, version)
}

#[tokio::test]
async fn a_transfer_hands_over_and_the_former_facility_sees_for_four_weeks() {
    let test = TestApp::new().await;
    let mut dresden = test.signed_in("sozialdienst").await;
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let page = record(&mut dresden, "Adler", "Kai", "4711-23").await;
    let (form, version) = placement(&mut dresden, &page).await;
    sound(&form);
    let target = form.option("target", "JVA Leipzig").unwrap();
    let path = format!("{page}/unterbringung");
    let send = |day: &'static str, version: String| {
        let (path, target, mut browser) = (path.clone(), target.clone(), dresden.clone());
        async move {
            let fields = [
                ("tun", "verlegen"),
                ("version", version.as_str()),
                ("target", target.as_str()),
                ("transfer_day", day),
            ];
            browser.post(&path, &fields).await
        }
    };
    let early = send("02.11.2026", version.clone()).await.expect(422);
    assert!(early.text().contains("nach dem Beginn der Unterbringung"));
    sound(&early);
    assert!(
        send("31.12.2026", version.clone())
            .await
            .expect(422)
            .text()
            .contains("Tage in der Zukunft")
    );
    send("20.11.2026", "99".to_owned()).await.expect(409);
    leipzig.get(&page).await.expect(404);
    send("20.11.2026", version).await.expect(303);

    let there = leipzig.get(&page).await.expect(200).text();
    assert!(there.contains("4711-23") && there.contains("Verlegt"));
    let form = leipzig.get(&format!("{page}/bearbeiten")).await.expect(200);
    let version = form.input("version").unwrap();
    let numbered = [
        ("version", version.as_str()),
        ("family_name", "Adler"),
        ("given_name", "Kai"),
        ("birth_date", "03.04.1990"),
        ("sex", "male"),
        ("number", "99-26"),
    ];
    leipzig
        .post(&format!("{page}/bearbeiten"), &numbered)
        .await
        .expect(303);
    let there = leipzig.get("/personen").await.expect(200).text();
    assert!(there.contains("99-26") && !there.contains("4711-23"));
    assert_eq!(
        found(&mut leipzig, "4711-23").await.len(),
        1,
        "the former number still finds the person"
    );
    let here = dresden.get(&page).await.expect(200);
    assert!(here.text().contains("In Übergabe"));
    assert!(here.links(&format!("{page}/bearbeiten")).is_empty());
    let list = dresden.get("/personen?stand=uebergabe").await.expect(200);
    assert_eq!(list.texts("tbody th"), ["Adler, Kai"]);
    assert!(list.text().contains("in Übergabe"));
    assert!(
        list.text().contains("4711-23") && !list.text().contains("99-26"),
        "each prison sees its own number"
    );
    assert!(
        dresden
            .get("/personen?stand=hier")
            .await
            .text()
            .contains("Keine Person gefunden")
    );
    dresden.get(&format!("{page}/bearbeiten")).await.expect(404);
    assert!(
        placement(&mut dresden, &page)
            .await
            .0
            .text()
            .contains("in anderer Zuständigkeit")
    );

    test.clock
        .set(test.clock_now().plus_seconds(24 * 3600 * 24));
    test.signed_in("sozialdienst")
        .await
        .get(&page)
        .await
        .expect(200);
    test.clock.set(test.clock_now().plus_seconds(24 * 3600));
    test.signed_in("sozialdienst")
        .await
        .get(&page)
        .await
        .expect(404);
    test.signed_in("sozialdienst.leipzig")
        .await
        .get(&page)
        .await
        .expect(200);
}

#[tokio::test]
async fn release_and_return() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("sozialdienst").await;
    let page = record(&mut browser, "Adler", "Kai", "4711-23").await;
    let path = format!("{page}/unterbringung");
    let (_, version) = placement(&mut browser, &page).await;
    let expected = [
        ("tun", "termin"),
        ("version", version.as_str()),
        ("expected_release", "01.03.2027"),
    ];
    browser.post(&path, &expected).await.expect(303);
    browser.post(&path, &expected).await.expect(409);
    let (_, version) = placement(&mut browser, &page).await;
    let release = |day: &'static str, reason: &'static str| {
        let (path, version, mut browser) = (path.clone(), version.clone(), browser.clone());
        async move {
            let fields = [
                ("tun", "entlassen"),
                ("version", version.as_str()),
                ("release_day", day),
                ("release_reason", reason),
            ];
            browser.post(&path, &fields).await
        }
    };
    assert!(
        release("01.11.2026", "sentence_end")
            .await
            .expect(422)
            .text()
            .contains("nach dem Beginn")
    );
    release("20.11.2026", "revoked").await.expect(422);
    release("20.11.2026", "sentence_end").await.expect(303);
    // Somebody who left opens for a reason only; within the hour forms are answered as before.
    browser.get(&page).await.expect(200);
    let begin = |day: &'static str| {
        let (path, mut browser) = (path.clone(), browser.clone());
        async move {
            browser
                .post(
                    &path,
                    &[
                        ("tun", "aufnehmen"),
                        ("from_day", day),
                        ("setting", "remand"),
                    ],
                )
                .await
        }
    };
    assert!(
        begin("19.11.2026")
            .await
            .expect(422)
            .text()
            .contains("20.11.2026")
    );
    begin("20.11.2026").await.expect(303);
    begin("21.11.2026").await.expect(422);
    assert_eq!(
        found(&mut browser, "adler").await.len(),
        1,
        "two stays, one line"
    );
    assert_eq!(
        browser
            .get("/personen?nach=entlassung")
            .await
            .texts("tbody th")
            .len(),
        1
    );
    let shown = browser.get(&page).await.expect(200);
    sound(&shown);
    assert!(shown.text().contains("Untersuchungshaft") && shown.text().contains("Strafende"));
    assert!(
        shown
            .text()
            .contains("Voraussichtliche Entlassung geändert: 01.05.2028 → 01.03.2027")
    );
}

#[tokio::test]
async fn an_absence_begins_and_ends() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("sozialdienst").await;
    let page = record(&mut browser, "Adler", "Kai", "4711-23").await;
    let path = format!("{page}/abwesenheit");
    sound(&browser.get(&path).await.expect(200));
    let begin = |from: &'static str, to: &'static str| {
        let (path, mut browser) = (path.clone(), browser.clone());
        async move {
            browser
                .post(
                    &path,
                    &[
                        ("tun", "beginnen"),
                        ("from_day", from),
                        ("to_day", to),
                        ("reason", "court"),
                    ],
                )
                .await
        }
    };
    assert!(
        begin("01.11.2026", "")
            .await
            .expect(422)
            .text()
            .contains("vor der Unterbringung")
    );
    assert!(
        begin("20.11.2026", "20.11.2026")
            .await
            .expect(422)
            .text()
            .contains("nicht nach dem ersten Tag")
    );
    begin("20.11.2026", "").await.expect(303);
    assert!(
        begin("21.11.2026", "")
            .await
            .expect(422)
            .text()
            .contains("läuft schon eine Abwesenheit")
    );
    assert!(browser.get("/personen").await.text().contains("abwesend"));
    let shown = browser.get(&page).await.expect(200);
    sound(&shown);
    assert!(shown.text().contains("Gericht"));

    // The stay cannot end before the absence began; ending it later ends the absence too.
    let (_, version) = placement(&mut browser, &page).await;
    let release = [
        ("tun", "entlassen"),
        ("version", version.as_str()),
        ("release_day", "20.11.2026"),
        ("release_reason", "other"),
    ];
    let refused = browser
        .post(&format!("{page}/unterbringung"), &release)
        .await
        .expect(422);
    assert!(
        refused
            .text()
            .contains("Ab 20.11.2026 ist eine Abwesenheit eingetragen")
    );

    let form = browser.get(&path).await.expect(200);
    let version = form.input("version").unwrap();
    let back = |day: &'static str| {
        let (path, version, mut browser) = (path.clone(), version.clone(), browser.clone());
        async move {
            browser
                .post(
                    &path,
                    &[
                        ("tun", "beenden"),
                        ("version", version.as_str()),
                        ("back_day", day),
                    ],
                )
                .await
        }
    };
    back("24.11.2026").await.expect(422);
    back("23.11.2026").await.expect(303);
    assert!(!browser.get("/personen").await.text().contains("abwesend"));
}

#[tokio::test]
async fn clients_belong_to_their_probation_officer() {
    let test = TestApp::new().await;
    let mut own = test.signed_in("bewaehrung").await;
    let mut colleague = test.signed_in("bewaehrung.zwei").await;
    let mut client = fields("Falk", "Nora", "AZ 12-26");
    for field in &mut client {
        if field.0 == "setting" {
            field.1 = "probation";
        }
    }
    let page = own
        .post("/personen/neu", &client)
        .await
        .expect(303)
        .location()
        .to_owned();
    sound(&own.get(&page).await.expect(200));
    sound(&own.get("/personen?nach=entlassung&ab=1").await.expect(200));
    assert_eq!(found(&mut own, "falk").await, ["Falk, Nora"]);
    colleague.get(&page).await.expect(404);
    assert!(found(&mut colleague, "falk").await.is_empty());
    let (form, version) = placement(&mut own, &page).await;
    sound(&form);
    let target = form.option("target", "Bernd").unwrap();
    let fields = [
        ("tun", "verlegen"),
        ("version", version.as_str()),
        ("target", target.as_str()),
        ("transfer_day", "23.11.2026"),
    ];
    own.post(&format!("{page}/unterbringung"), &fields)
        .await
        .expect(303);
    own.get(&page).await.expect(404);
    colleague.get(&page).await.expect(200);
}

#[tokio::test]
async fn a_prison_learns_of_exit_counselling_only_that_there_are_appointments() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("sozialdienst").await;
    let page = record(&mut browser, "Adler", "Kai", "4711-23").await;
    let database = test.database().await;
    let enrolment = uuid::Uuid::from_u128(7);
    let statement = |sql: &str, values: Vec<Value>| {
        Statement::from_sql_and_values(database.get_database_backend(), sql, values)
    };
    let sql = "insert into enrolment (id, person_id, programme_id, provider_id, facility_id, access_route, enrolled_on, created_at, version) \
         select $1, p.id, g.id, v.id, f.id, 'self', pl.from_day, 0, 1 from person p join placement pl on pl.person_id = p.id \
         join facility f on f.id = pl.facility_id, programme g, provider v where g.code = 'ausstieg' and v.code = 'apro'";
    database
        .execute_raw(statement(sql, vec![enrolment.into()]))
        .await
        .unwrap();
    let sql = "insert into history (id, object_kind, object_id, person_id, at, actor_name, what) \
         select $1, 'enrolment', $2, p.id, 0, 'Berta Rat', 'Ausstiegsberatung begonnen' from person p";
    database
        .execute_raw(statement(
            sql,
            vec![uuid::Uuid::from_u128(8).into(), enrolment.into()],
        ))
        .await
        .unwrap();
    database.close().await.unwrap();
    let takes_part = browser.get("/personen?teilnahme=ja").await.expect(200);
    assert!(takes_part.text().contains("Keine Person gefunden"));
    let others = browser.get("/personen?teilnahme=nein").await.expect(200);
    assert_eq!(others.texts("tbody th"), ["Adler, Kai"]);
    let shown = browser.get(&page).await.expect(200);
    sound(&shown);
    assert!(shown.text().contains("Beratungstermin"));
    for word in ["APro", "Aussteiger", "Ausstieg", "Berta Rat"] {
        assert!(!shown.text().contains(word), "{word}");
    }
}

#[tokio::test]
async fn a_probation_officer_is_not_told_the_prison_number() {
    let test = TestApp::new().await;
    let mut prison = test.signed_in("sozialdienst").await;
    let page = record(&mut prison, "Adler", "Kai", "4711-23").await;
    let form = prison.get(&format!("{page}/bearbeiten")).await.expect(200);
    let version = form.input("version").unwrap();
    let corrected = [
        ("version", version.as_str()),
        ("family_name", "Falke"),
        ("given_name", "Kai"),
        ("birth_date", "03.04.1990"),
        ("sex", "male"),
        ("number", "4799-23"),
    ];
    prison
        .post(&format!("{page}/bearbeiten"), &corrected)
        .await
        .expect(303);
    let database = test.database().await;
    let sql = "insert into assignment (id, person_id, account_id, from_day) \
         select $1, pl.person_id, a.id, pl.from_day from placement pl, account a where a.login = 'bewaehrung'";
    let values: Vec<Value> = vec![uuid::Uuid::from_u128(7).into()];
    database
        .execute_raw(Statement::from_sql_and_values(
            database.get_database_backend(),
            sql,
            values,
        ))
        .await
        .unwrap();
    database.close().await.unwrap();
    let mut officer = test.signed_in("bewaehrung").await;
    for path in [page.as_str(), "/personen"] {
        let shown = officer.get(path).await.expect(200).text();
        assert!(shown.contains("Falke"), "{path}");
        for word in ["4711-23", "4799-23", "Nummer geändert"] {
            assert!(!shown.contains(word), "{path}: {word}");
        }
    }
    let shown = prison.get(&page).await.expect(200).text();
    assert!(shown.contains("Nummer geändert: 4711-23 → 4799-23"));
}

#[tokio::test]
async fn the_responsibility_ends_with_the_corrected_day() {
    let test = TestApp::new().await;
    let mut own = test.signed_in("bewaehrung").await;
    let mut client = fields("Falk", "Nora", "AZ 12-26");
    for field in &mut client {
        if field.0 == "setting" {
            field.1 = "probation";
        }
    }
    let page = own
        .post("/personen/neu", &client)
        .await
        .expect(303)
        .location()
        .to_owned();
    assert!(own.get(&page).await.expect(200).text().contains("AZ 12-26"));
    for day in ["30.11.2026", "27.11.2026"] {
        let (form, version) = placement(&mut own, &page).await;
        let reason = form
            .option("release_reason", "Sonstig")
            .unwrap_or_else(|| "other".to_owned());
        let release = [
            ("tun", "entlassen"),
            ("version", version.as_str()),
            ("release_day", day),
            ("release_reason", reason.as_str()),
        ];
        own.post(&format!("{page}/unterbringung"), &release)
            .await
            .expect(303);
        assert_eq!(
            test.number(
                "select count(*) from assignment s join placement p on p.person_id = s.person_id where s.to_day = p.to_day"
            )
            .await,
            1,
            "{day}"
        );
    }
}

#[tokio::test]
async fn a_client_is_handed_over_once() {
    let test = TestApp::new().await;
    let mut own = test.signed_in("bewaehrung").await;
    let mut client = fields("Falk", "Nora", "AZ 12-26");
    for field in &mut client {
        if field.0 == "setting" {
            field.1 = "probation";
        }
    }
    let page = own
        .post("/personen/neu", &client)
        .await
        .expect(303)
        .location()
        .to_owned();
    let (form, version) = placement(&mut own, &page).await;
    let target = form.option("target", "Bernd").unwrap();
    let fields = [
        ("tun", "verlegen"),
        ("version", version.as_str()),
        ("target", target.as_str()),
        ("transfer_day", "27.11.2026"),
    ];
    let path = format!("{page}/unterbringung");
    own.post(&path, &fields).await.expect(303);
    let again = own.post(&path, &fields).await.expect(422);
    assert!(again.text().contains("schon übergeben oder beendet"));
    sound(&again);
}
