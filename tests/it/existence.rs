//! What one may not see looks exactly like what does not exist: the same answer to the byte, after the same number of
//! statements (a difference in the work is a difference in time).

use axum::http::StatusCode;
use geleit::base::ids::PersonId;
use uuid::Uuid;

use crate::harness::{Answer, Browser, TestApp};
use crate::world::{World, add_person, facility, fresh};

/// Everything about an answer that a stranger could compare, without what differs from request to request.
fn seen(answer: &Answer, typed: &str) -> String {
    let mut text = answer.text();
    for (before, after) in [
        ("name=\"csrf\" content=\"", "\""),
        ("name=\"csrf\" value=\"", "\""),
        ("name=\"einmal\" value=\"", "\""),
        ("Vorgangsnummer <code>", "</code>"),
    ] {
        let mut rest = text.as_str();
        let mut cleaned = String::new();
        while let Some(start) = rest.find(before) {
            let (head, tail) = rest.split_at(start + before.len());
            cleaned.push_str(head);
            let end = tail.find(after).unwrap();
            rest = &tail[end..];
        }
        cleaned.push_str(rest);
        text = cleaned;
    }
    format!(
        "{} {}\n{}",
        answer.status,
        answer.location().replace(typed, "…"),
        text.replace(typed, "…")
    )
}

struct Stranger<'a> {
    test: &'a TestApp,
    browser: Browser,
}

impl Stranger<'_> {
    async fn ask(&mut self, path: &str, fields: Option<&[(&str, &str)]>) -> (Answer, usize) {
        // The token first, so that fetching it is not counted.
        let csrf = self.browser.csrf().await;
        self.test.app.store.record();
        let answer = match fields {
            None => self.browser.get(path).await,
            Some(fields) => {
                let mut all = vec![("csrf", csrf.as_str())];
                all.extend_from_slice(fields);
                self.browser.post_raw(path, &all).await
            }
        };
        (answer, self.test.app.store.recorded().statements())
    }

    /// `place` with the hidden thing and with something that does not exist, by reading or by a form.
    async fn alike(
        &mut self,
        place: &str,
        hidden: &str,
        nowhere: &str,
        form: Option<&[(&str, &str)]>,
    ) -> StatusCode {
        let fill = |text: &str, thing: &str| text.replace("{}", thing);
        let mut answers = Vec::new();
        for thing in [hidden, nowhere] {
            let filled: Option<Vec<(&str, String)>> = form.map(|form| {
                form.iter()
                    .map(|(name, value)| (*name, fill(value, thing)))
                    .collect()
            });
            let fields: Option<Vec<(&str, &str)>> = filled.as_ref().map(|fields| {
                fields
                    .iter()
                    .map(|(name, value)| (*name, value.as_str()))
                    .collect()
            });
            let (answer, statements) = self.ask(&fill(place, thing), fields.as_deref()).await;
            answers.push((seen(&answer, thing), statements, answer.status));
        }
        assert_eq!(answers[0].0, answers[1].0, "{place} tells them apart");
        assert_eq!(answers[0].1, answers[1].1, "{place}: statements");
        assert!(
            answers[0].1 > 0,
            "{place}: the database was not asked at all"
        );
        answers[0].2
    }
}

async fn stranger<'a>(test: &'a TestApp, login: &str) -> Stranger<'a> {
    Stranger {
        test,
        browser: test.signed_in(login).await,
    }
}

#[tokio::test]
async fn by_address() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let nowhere = fresh().to_string();
    let places: [(&str, &str, Uuid); 25] = [
        ("sozialdienst.leipzig", "/personen/{}", world.person),
        (
            "sozialdienst.leipzig",
            "/personen/{}/bearbeiten",
            world.person,
        ),
        (
            "sozialdienst.leipzig",
            "/personen/{}/unterbringung",
            world.person,
        ),
        (
            "sozialdienst.leipzig",
            "/personen/{}/abwesenheit",
            world.person,
        ),
        (
            "sozialdienst.leipzig",
            "/personen/{}/teilnahme/neu",
            world.person,
        ),
        (
            "sozialdienst.leipzig",
            "/personen/{}/gespraeche",
            world.person,
        ),
        ("sozialdienst.leipzig", "/gruppen/{}", world.group),
        (
            "sozialdienst.leipzig",
            "/sitzungen/{}/anwesenheit",
            world.session,
        ),
        (
            "sozialdienst.leipzig",
            "/sitzungen/{}/anwesenheit/rueckgaengig",
            world.session,
        ),
        ("sozialdienst.leipzig", "/personen/{}/antrag", world.person),
        ("sozialdienst.leipzig", "/antraege/{}", world.application),
        (
            "sozialdienst.leipzig",
            "/antraege/{}/gespraech",
            world.application,
        ),
        (
            "sozialdienst.leipzig",
            "/gruppen/{}/zusammensetzung",
            world.group,
        ),
        (
            "sozialdienst.leipzig",
            "/teilnahmen/{}/beenden",
            world.enrolment,
        ),
        (
            "sozialdienst.leipzig",
            "/personen/einlesen/{}",
            world.import,
        ),
        ("bewaehrung.zwei", "/personen/{}", world.client),
        ("bewaehrung.zwei", "/personen/{}/gespraech", world.client),
        (
            "bewaehrung.zwei",
            "/gespraeche/{}/berichtigen",
            world.counselling,
        ),
        ("training.vsr", "/personen/{}", world.person),
        ("training.vsr", "/gruppen/{}", world.group),
        ("training.vsr", "/sitzungen/{}/anwesenheit", world.session),
        ("beratung", "/personen/{}", world.person),
        ("beratung", "/personen/{}/gespraech", world.person),
        ("statistik", "/zahlen/{}", world.prepared),
        ("kora", "/zahlen/{}/csv", world.prepared),
    ];
    let mut current = ("", None);
    for (login, place, hidden) in places {
        if geleit::server::routes().iter().all(|route| {
            let shape = |path: &str| {
                path.split('/')
                    .map(|part| if part.contains('{') { "{}" } else { part }.to_owned())
                    .collect::<Vec<_>>()
            };
            shape(route.path) != shape(place)
        }) {
            panic!("{place} is no page any more");
        }
        if current.0 != login {
            current = (login, Some(stranger(&test, login).await));
        }
        let stranger = current.1.as_mut().unwrap();
        let status = stranger
            .alike(place, &hidden.to_string(), &nowhere, None)
            .await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{login} at {place}");
    }
}

#[tokio::test]
async fn by_search_and_count() {
    let test = TestApp::new().await;
    World::new(&test).await;
    for login in [
        "sozialdienst.leipzig",
        "bewaehrung.zwei",
        "training.vsr",
        "beratung",
    ] {
        let mut stranger = stranger(&test, login).await;
        // A name, a part of one, the number as written and as typed: of the hidden person, and of nobody.
        for (hidden, nobody) in [
            ("Kowalczyk", "Xowalczyk"),
            ("Kowa", "Xowa"),
            ("4711-26", "9711-26"),
            ("471126", "971126"),
        ] {
            let status = stranger.alike("/personen?q={}", hidden, nobody, None).await;
            assert_eq!(status, StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn by_recording_somebody_again() {
    let test = TestApp::new().await;
    World::new(&test).await;
    let mut stranger = stranger(&test, "sozialdienst.leipzig").await;
    let form = [
        ("family_name", "{}"),
        ("given_name", "Łukasz"),
        ("birth_date", "04.05.1999"),
        ("sex", "male"),
        ("setting", "sentence"),
        ("from_day", "23.11.2026"),
    ];
    // With a mistake the form comes back: nothing in it may speak of the hidden namesake.
    let mut wrong = form;
    wrong[5].1 = "gestern";
    let status = stranger
        .alike("/personen/neu", "Kowalczyk", "Xowalczyk", Some(&wrong))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let numbered = |number: &'static str| {
        let mut fields = form.to_vec();
        fields[0].1 = if number == "4711-26" {
            "Unbekannt"
        } else {
            "Fremd"
        };
        fields.push(("number", number));
        fields
    };
    // The number that another prison uses for its own is as free here as any other.
    for number in ["4711-26", "9711-26"] {
        let (answer, _) = stranger.ask("/personen/neu", Some(&numbered(number))).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{number}");
        assert!(!answer.text().contains("Kowalczyk"), "{number}");
    }
}

#[tokio::test]
async fn by_choosing_in_a_form() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let database = test.database().await;
    let leipzig = facility(&database, "L").await;
    let own: PersonId = add_person(
        &database,
        leipzig,
        ("Wagner", "Uwe"),
        "0815-26",
        ("custody", "sentence"),
        None,
    )
    .await;
    database.close().await.unwrap();
    let nowhere = fresh().to_string();
    let mut social = stranger(&test, "sozialdienst").await;
    // Somebody of another prison is put into one's own group; nobody is.
    social
        .alike(
            &format!("/gruppen/{}/teilnehmende", world.group),
            &own.to_string(),
            &nowhere,
            Some(&[("person", "{}"), ("einmal", "x")]),
        )
        .await;
    // A group is planned in another prison's room; in a room that does not exist.
    let elsewhere = room(&test, "L").await;
    social
        .alike(
            "/gruppen/neu",
            &elsewhere.to_string(),
            &nowhere,
            Some(&[("aktion", "vorschau"), ("room", "{}")]),
        )
        .await;
    // A grant is asked for staff of another organisation; for nobody.
    let mut coordinator = stranger(&test, "koordination").await;
    let foreign = staff(&test, "apro").await;
    coordinator
        .alike(
            "/freigaben/neu",
            &foreign.to_string(),
            &nowhere,
            Some(&[("staff", "{}"), ("first_day", "24.11.2026")]),
        )
        .await;
    // A foreign closure day is lifted; one that does not exist.
    let mut other = stranger(&test, "sozialdienst.leipzig").await;
    let status = other
        .alike(
            "/einrichtungen/schliesstage/{}/aufheben",
            &world.closure.to_string(),
            &nowhere,
            Some(&[]),
        )
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    for place in [
        "/gruppen/{}/veroeffentlichen",
        "/gruppen/{}/verwerfen",
        "/gruppen/{}/abschliessen",
    ] {
        let status = other
            .alike(
                place,
                &world.group.to_string(),
                &nowhere,
                Some(&[("bestaetigt", "1")]),
            )
            .await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{place}");
    }
    let status = other
        .alike(
            "/sitzungen/{}/anwesenheit",
            &world.session.to_string(),
            &nowhere,
            Some(&[("version", "1")]),
        )
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

async fn one(test: &TestApp, sql: &str) -> Uuid {
    use sea_orm::{ConnectionTrait, Statement};
    let database = test.database().await;
    let row = database
        .query_one_raw(Statement::from_string(database.get_database_backend(), sql))
        .await
        .unwrap()
        .expect("a row");
    let id = row.try_get_by_index(0).unwrap();
    database.close().await.unwrap();
    id
}

async fn room(test: &TestApp, code: &str) -> Uuid {
    one(test, &format!("select r.id from room r join facility f on f.id = r.facility_id where f.code = '{code}' order by r.name limit 1")).await
}

async fn staff(test: &TestApp, provider: &str) -> Uuid {
    one(test, &format!("select s.id from staff s join provider v on v.id = s.provider_id where v.code = '{provider}' order by s.name limit 1")).await
}
