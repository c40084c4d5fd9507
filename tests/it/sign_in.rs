//! Signing in, sessions, throttling, carried forms.

use axum::http::StatusCode;

use geleit::base::ids::AccountId;

use crate::harness::TestApp;
use crate::html;

#[tokio::test]
async fn both_factors_open_the_start_page() {
    let test = TestApp::new().await;
    let mut browser = test.browser();
    browser.get("/").await.expect(303);
    browser.sign_in(test.account("sozialdienst")).await;
    let start = browser.get("/").await.expect(200);
    assert!(start.text().contains("Sabine Muster"));
    assert_eq!(html::problems(&start.text()), Vec::<String>::new());
}

#[tokio::test]
async fn wrong_unknown_and_disabled_look_alike() {
    let test = TestApp::new().await;
    let mut bodies = Vec::new();
    for (login, password) in [
        ("sozialdienst", "falsch falsch falsch"),
        ("niemand.hier", "falsch falsch falsch"),
    ] {
        let mut browser = test.browser();
        let answer = browser
            .post("/anmelden", &[("login", login), ("password", password)])
            .await
            .expect(422);
        let id = answer.texts("code").join("");
        let csrf = answer.input("csrf").unwrap();
        bodies.push(
            answer
                .text()
                .replace(login, "NAME")
                .replace(&csrf, "TOKEN")
                .replace(&id, ""),
        );
    }
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn a_second_factor_code_works_once() {
    let test = TestApp::new().await;
    let account = test.account("kora");
    let mut first = test.browser();
    first.sign_in(account).await;
    let mut second = test.browser();
    second
        .post(
            "/anmelden",
            &[("login", &account.login), ("password", account.password)],
        )
        .await
        .expect(303);
    let code = second.code(account);
    second
        .post("/anmelden/code", &[("code", &code)])
        .await
        .expect(422);
    // The next code is good.
    test.clock.set(test.clock_now().plus_seconds(31));
    let code = second.code(account);
    second
        .post("/anmelden/code", &[("code", &code)])
        .await
        .expect(303);
}

#[tokio::test]
async fn sessions_end_by_idleness_and_a_form_survives() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("verwaltung").await;
    let form = browser.get("/konten/neu").await.expect(200);
    let csrf = form.input("csrf").unwrap();
    test.clock.set(test.clock_now().plus_minutes(16));
    let answer = browser
        .post_raw(
            "/konten/neu",
            &[("csrf", &csrf), ("login", "n.neu"), ("name", "Nora Neu")],
        )
        .await;
    let answer = answer.expect(200);
    let carried = answer.input("uebernommen").expect("the sealed form");
    assert!(!carried.contains("Nora"));
    // From here on exactly as a browser does: each form with the token that stands in its page.
    let account = test.account("verwaltung");
    let csrf = answer.input("csrf").unwrap();
    let fields = [
        ("csrf", csrf.as_str()),
        ("login", &account.login),
        ("password", account.password),
        ("uebernommen", &carried),
    ];
    let step = browser.post_raw("/anmelden", &fields).await.expect(200);
    let (csrf, carried) = (
        step.input("csrf").unwrap(),
        step.input("uebernommen").unwrap(),
    );
    let fields = [
        ("csrf", csrf.as_str()),
        ("uebernommen", &carried),
        ("nur-weiter", "1"),
    ];
    let step = browser
        .post_raw("/anmelden/code", &fields)
        .await
        .expect(422);
    let (csrf, carried) = (
        step.input("csrf").unwrap(),
        step.input("uebernommen").unwrap(),
    );
    let code = browser.code(account);
    let fields = [
        ("csrf", csrf.as_str()),
        ("code", &code),
        ("uebernommen", &carried),
    ];
    let step = browser
        .post_raw("/anmelden/code", &fields)
        .await
        .expect(200);
    let csrf = step.input("csrf").unwrap();
    let carried = step.input("uebernommen").unwrap();
    let back = browser
        .post_raw("/weiter", &[("csrf", &csrf), ("uebernommen", &carried)])
        .await
        .expect(200);
    assert_eq!(back.input("name").as_deref(), Some("Nora Neu"));
    assert_eq!(html::problems(&back.text()), Vec::<String>::new());
}

#[tokio::test]
async fn disabling_an_account_ends_its_sessions_on_every_instance() {
    let test = TestApp::new().await;
    let second = test.second_instance().await;
    let mut victim = test.browser_on(second);
    victim.sign_in(test.account("sozialdienst")).await;
    victim.get("/").await.expect(200);
    let mut admin = test.signed_in("verwaltung").await;
    let id = test.account("sozialdienst").id;
    admin
        .post(&format!("/konten/{id}/sperren"), &[])
        .await
        .expect(303);
    victim.get("/").await.expect(303);
}

#[tokio::test]
async fn guesses_are_slowed_down_over_two_instances() {
    let test = TestApp::new().await;
    let second = test.second_instance().await;
    let mut one = test.browser();
    let mut two = test.browser_on(second);
    for _ in 0..3 {
        one.post(
            "/anmelden",
            &[("login", "kora"), ("password", "falsch falsch 1")],
        )
        .await
        .expect(422);
        two.post(
            "/anmelden",
            &[("login", "kora"), ("password", "falsch falsch 2")],
        )
        .await
        .expect(422);
    }
    // Only the first guess was looked at; the right password is refused now, too.
    let account = test.account("kora");
    let fields = [
        ("login", account.login.as_str()),
        ("password", account.password),
    ];
    two.post("/anmelden", &fields).await.expect(422);
    assert_eq!(
        test.number("select failures from sign_in_throttle where key = 'kora'")
            .await,
        1
    );
    test.clock.set(test.clock_now().plus_seconds(2));
    assert_eq!(
        two.post("/anmelden", &fields).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_new_account_is_set_up_with_code_password_and_second_factor() {
    let test = TestApp::new().await;
    let mut admin = test.signed_in("verwaltung").await;
    let page = admin.get("/konten/neu").await.expect(200);
    let facility = page.option("facility", "JVA Bautzen").unwrap();
    let token = page.input("einmal").unwrap();
    let fields = [
        ("login", "b.neu"),
        ("name", "Bea Neu"),
        ("role", "social_service"),
        ("facility", facility.as_str()),
        ("einmal", token.as_str()),
    ];
    let made = admin.post("/konten/neu", &fields).await.expect(200);
    let code = made
        .texts("dd code")
        .into_iter()
        .next()
        .expect("the setup code");
    let mut browser = test.browser();
    let weak = [
        ("login", "b.neu"),
        ("setup_code", code.as_str()),
        ("password", "passwortpasswort"),
        ("password_again", "passwortpasswort"),
    ];
    browser
        .post("/anmelden/einrichten", &weak)
        .await
        .expect(422);
    let good = "Vier Kraniche ziehen südwärts";
    let strong = [
        ("login", "b.neu"),
        ("setup_code", code.as_str()),
        ("password", good),
        ("password_again", good),
    ];
    browser
        .post("/anmelden/einrichten", &strong)
        .await
        .expect(303);
    let page = browser.get("/anmelden/code").await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let secret = page.texts("strong code").remove(0).replace(' ', "");
    let sealed = page.input("siegel").unwrap();
    let secret = decode_base32(&secret);
    let code = geleit::accounts::rules::next_code(&secret, 0, test.clock_now()).unwrap();
    let codes = browser
        .post("/anmelden/code", &[("code", &code), ("siegel", &sealed)])
        .await
        .expect(200);
    let recovery = codes.texts("li code");
    assert_eq!(recovery.len(), 10);
    browser.get("/").await.expect(200);
    // A recovery code opens the account once.
    let mut elsewhere = test.browser();
    test.clock.set(test.clock_now().plus_seconds(60));
    elsewhere
        .post("/anmelden", &[("login", "b.neu"), ("password", good)])
        .await
        .expect(303);
    elsewhere
        .post("/anmelden/code", &[("code", &recovery[0])])
        .await
        .expect(303);
    let mut again = test.browser();
    test.clock.set(test.clock_now().plus_seconds(60));
    again
        .post("/anmelden", &[("login", "b.neu"), ("password", good)])
        .await
        .expect(303);
    again
        .post("/anmelden/code", &[("code", &recovery[0])])
        .await
        .expect(422);
}

fn decode_base32(text: &str) -> Vec<u8> {
    let mut bits = 0u64;
    let mut count = 0;
    let mut bytes = Vec::new();
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => panic!("not base32"),
        };
        bits = (bits << 5) | u64::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

#[tokio::test]
async fn a_second_account_of_the_same_name_asks_whose_it_is() {
    let test = TestApp::new().await;
    let mut administration = test.signed_in("verwaltung").await;
    let form = administration.get("/konten/neu").await.expect(200);
    let place = form.option("facility", "JVA Dresden").unwrap();
    let fields = |login: &'static str, extra: &[(&'static str, String)]| {
        let mut list = vec![
            ("login", login.to_owned()),
            // Another spelling of Zoe Zander.
            ("name", "ZANDER, Zoé".to_owned()),
            ("role", "access_officer".to_owned()),
            ("facility", place.clone()),
        ];
        list.extend(extra.iter().cloned());
        list
    };
    async fn send(
        browser: &mut crate::harness::Browser,
        fields: Vec<(&'static str, String)>,
    ) -> crate::harness::Answer {
        let refs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        browser.post("/konten/neu", &refs).await
    }
    let asked = send(&mut administration, fields("z.zander", &[]))
        .await
        .expect(422);
    assert_eq!(crate::html::problems(&asked.text()), Vec::<String>::new());
    assert!(
        asked
            .text()
            .contains("dieselbe Person wie zugang.zwei (Zugang, JVA Dresden)")
    );
    let same = asked.input("person").unwrap();
    send(&mut administration, fields("z.zander", &[("person", same)]))
        .await
        .expect(200);
    send(
        &mut administration,
        fields("zoe.zander", &[("person", "another".into())]),
    )
    .await
    .expect(200);
    send(
        &mut administration,
        fields("zoe.dritte", &[("same_login", "z.zander".into())]),
    )
    .await
    .expect(200);
    let unknown = send(
        &mut administration,
        fields("zoe.vierte", &[("same_login", "gibt.es.nicht".into())]),
    )
    .await
    .expect(422);
    assert!(unknown.text().contains("Dieses Konto gibt es nicht"));
    // A further account of a further account is one of the same first account.
    let held = "select count(*) from account a join account h on h.id = a.holder_id where h.login = 'zugang.zwei'";
    assert_eq!(test.number(held).await, 2);
    let list = administration.get("/konten").await.expect(200);
    assert!(
        list.text()
            .contains("dieselbe Person wie z.zander, zoe.dritte"),
        "{}",
        list.text()
    );
    let mut officer = test.signed_in("zugang.zwei").await;
    let own = officer.get("/konto").await.expect(200);
    assert!(own.text().contains("z.zander (Zugang, JVA Dresden)"));
}

#[tokio::test]
async fn whose_account_it_is_can_be_corrected_with_a_reason() {
    let test = TestApp::new().await;
    let mut administration = test.signed_in("verwaltung").await;
    let first = test.account("zugang.zwei").id;
    let place = |account: AccountId| format!("/konten/{account}/person");
    let form = administration.get("/konten/neu").await.expect(200);
    let facility = form.option("facility", "JVA Dresden").unwrap();
    let mut made = Vec::new();
    for login in ["zoe.zwei", "zoe.drei"] {
        let fields = [
            ("login", login),
            ("name", "Zoe Zander"),
            ("role", "access_officer"),
            ("facility", &facility),
            ("same_login", "zugang.zwei"),
        ];
        administration
            .post("/konten/neu", &fields)
            .await
            .expect(200);
        let id = format!(
            "select count(*) from account where login = '{login}' and holder_id is not null"
        );
        assert_eq!(test.number(&id).await, 1);
        made.push(login);
    }
    let held =
        "select count(*) from account a join account h on h.id = a.holder_id where h.login = ";
    assert_eq!(test.number(&format!("{held}'zugang.zwei'")).await, 2);

    // Without reason, or with an unknown account, nothing happens, and what was typed stays.
    let page = administration.get(&place(first)).await.expect(200);
    assert_eq!(crate::html::problems(&page.text()), Vec::<String>::new());
    assert!(page.text().contains("zoe.drei (Zugang, JVA Dresden)"));
    let version = page.input("version").unwrap();
    let refused = administration
        .post(&place(first), &[("version", &version), ("person", "own")])
        .await
        .expect(422);
    assert!(refused.text().contains("Grund"));
    let refused = administration
        .post(
            &place(first),
            &[
                ("version", &version),
                ("person", "same"),
                ("same_login", "niemand"),
                ("reason", "Heirat"),
            ],
        )
        .await
        .expect(422);
    assert!(refused.text().contains("Dieses Konto gibt es nicht"));
    assert!(refused.text().contains("Heirat"));
    assert_eq!(test.number(&format!("{held}'zugang.zwei'")).await, 2);

    // The first account is somebody else's: the two others stay one person's.
    administration
        .post(
            &place(first),
            &[
                ("version", &version),
                ("person", "own"),
                ("reason", "Andere Zoe Zander"),
            ],
        )
        .await
        .expect(303);
    assert_eq!(test.number(&format!("{held}'zugang.zwei'")).await, 0);
    assert_eq!(test.number(&format!("{held}'zoe.drei'")).await, 1);
    // Sent again with the old version, somebody else was quicker.
    administration
        .post(
            &place(first),
            &[
                ("version", &version),
                ("person", "own"),
                ("reason", "Andere Zoe Zander"),
            ],
        )
        .await
        .expect(409);

    // And back: the whole person comes along.
    let page = administration.get(&place(first)).await.expect(200);
    assert!(
        page.text().contains("Andere Zoe Zander"),
        "the history tells why"
    );
    let version = page.input("version").unwrap();
    administration
        .post(
            &place(first),
            &[
                ("version", &version),
                ("person", "same"),
                ("same_login", "zoe.zwei"),
                ("reason", "Doch dieselbe"),
            ],
        )
        .await
        .expect(303);
    assert_eq!(test.number(&format!("{held}'zoe.drei'")).await, 2);

    // Nobody corrects whose the own account is.
    let own = test.account("verwaltung").id;
    administration.get(&place(own)).await.expect(404);
    administration
        .post(
            &place(own),
            &[("version", "1"), ("person", "own"), ("reason", "x")],
        )
        .await
        .expect(404);
}

#[tokio::test]
async fn a_parameter_given_twice_does_not_make_a_page_fail() {
    let test = TestApp::new().await;
    test.browser()
        .get("/anmelden?weiter=%2Fpersonen&weiter=%2Fgruppen")
        .await
        .expect(200);
    let mut officer = test.signed_in("zugang").await;
    let page = officer
        .get("/freigaben?name=alt&name=neu")
        .await
        .expect(200);
    assert!(page.text().contains("value=\"neu\""));
}

#[tokio::test]
async fn nobody_makes_two_people_of_themselves() {
    let test = TestApp::new().await;
    let mut administration = test.signed_in("verwaltung").await;
    let form = administration.get("/konten/neu").await.expect(200);
    let facility = form.option("facility", "JVA Dresden").unwrap();
    let own = test.account("verwaltung").clone();
    administration
        .post(
            "/konten/neu",
            &[
                ("login", "v.amt.zwei"),
                ("name", &own.name),
                ("role", "access_officer"),
                ("facility", &facility),
                ("same_login", &own.login),
            ],
        )
        .await
        .expect(200);
    let list = administration.get("/konten").await.expect(200);
    let text = list.text();
    let second = text
        .split("/konten/")
        .filter(|part| part.contains(" hinter v.amt.zwei"))
        .find_map(|part| part.split('/').next())
        .unwrap()
        .to_owned();
    let place = format!("/konten/{second}/person");
    administration.get(&place).await.expect(404);
    administration
        .post(
            &place,
            &[("version", "1"), ("person", "own"), ("reason", "x")],
        )
        .await
        .expect(404);
    let held = "select count(*) from account where holder_id is not null and login = 'v.amt.zwei'";
    assert_eq!(test.number(held).await, 1);
}
