//! Figures for KORA: counting, four eyes, the bytes that leave the house.

use axum::http::header;
use geleit::base::crypto::{hex, sha256};
use geleit::base::ids::*;
use geleit::base::time::Instant;
use geleit::schema::casework::counselling_session;
use geleit::schema::groups::{enrolment, group_session, training_group};
use geleit::schema::people::person;
use geleit::schema::reference::{facility, programme, provider, room, template};
use geleit::statistics::attacker::too_narrow;
use geleit::statistics::cube::Measure;
use geleit::statistics::file::read_kora_csv;
use sea_orm::{ActiveModelTrait, DatabaseConnection, EntityTrait, IntoActiveModel};
use time::Date;
use time::macros::date;
use uuid::Uuid;

use crate::harness::{Answer, Browser, TestApp};
use crate::html;

/// Rows of participations and sessions, written past the application.
struct Cases {
    database: DatabaseConnection,
    programmes: Vec<programme::Model>,
    facility: FacilityId,
    provider: ProviderId,
    room: RoomId,
    template: TemplateId,
    account: AccountId,
    next: u128,
}

macro_rules! put {
    ($cases:expr, $module:ident, $row:expr) => {
        $module::Entity::insert($row.into_active_model().reset_all())
            .exec_without_returning(&$cases.database)
            .await
            .unwrap()
    };
}

impl Cases {
    async fn of(test: &TestApp) -> Self {
        let database = test.database().await;
        Self {
            programmes: programme::Entity::find().all(&database).await.unwrap(),
            facility: facility::Entity::find().one(&database).await.unwrap().unwrap().id,
            provider: provider::Entity::find().one(&database).await.unwrap().unwrap().id,
            room: room::Entity::find().one(&database).await.unwrap().unwrap().id,
            template: template::Entity::find().one(&database).await.unwrap().unwrap().id,
            account: test.account("beratung").id,
            database,
            next: 1,
        }
    }

    fn id(&mut self) -> Uuid {
        self.next += 1;
        Uuid::from_u128(self.next)
    }

    fn programme(&self, code: &str) -> ProgrammeId {
        self.programmes.iter().find(|programme| programme.code == code).expect("a programme of the fixtures").id
    }

    async fn person(&mut self) -> PersonId {
        let id = PersonId(self.id());
        let row = person::Model {
            id,
            family_name: "Muster".to_owned(),
            given_name: format!("Person {}", self.next),
            birth_date: None,
            sex: "unknown".to_owned(),
            sort_key: format!("muster {}", self.next),
            created_at: Instant::from_millis(0),
            version: 1,
        };
        put!(self, person, row);
        id
    }

    async fn enrol(
        &mut self,
        person: PersonId,
        code: &str,
        enrolled_on: Date,
        started_on: Option<Date>,
        ended: Option<(Date, &str)>,
    ) -> EnrolmentId {
        let id = EnrolmentId(self.id());
        let row = enrolment::Model {
            id,
            person_id: person,
            programme_id: self.programme(code),
            provider_id: self.provider,
            facility_id: self.facility,
            staff_id: None,
            access_route: "self".to_owned(),
            enrolled_on,
            started_on,
            ended_on: ended.map(|(day, _)| day),
            outcome: ended.map(|(_, outcome)| outcome.to_owned()),
            created_at: Instant::from_millis(0),
            version: 1,
        };
        put!(self, enrolment, row);
        id
    }

    /// `number` people with the same course.
    async fn many(&mut self, number: usize, code: &str, enrolled: Date, started: Option<Date>, ended: Option<(Date, &str)>) {
        for _ in 0..number {
            let person = self.person().await;
            self.enrol(person, code, enrolled, started, ended).await;
        }
    }

    /// A group with one session for each day and state.
    async fn group(&mut self, code: &str, sessions: &[(Date, &str)]) {
        let id = GroupId(self.id());
        let row = training_group::Model {
            id,
            name: format!("Gruppe {}", self.next),
            template_id: self.template,
            programme_id: self.programme(code),
            provider_id: self.provider,
            facility_id: self.facility,
            room_id: self.room,
            weekday: 2,
            start_minute: 840,
            first_day: date!(2026 - 06 - 01),
            last_day: date!(2026 - 12 - 31),
            places: 8,
            state: "published".to_owned(),
            created_at: Instant::from_millis(0),
            version: 1,
        };
        put!(self, training_group, row);
        for (ordinal, (day, state)) in (1..).zip(sessions) {
            let row = group_session::Model {
                id: GroupSessionId(self.id()),
                group_id: id,
                ordinal,
                module: "Biografie".to_owned(),
                day: *day,
                start_minute: 840,
                minutes: 180,
                room_id: self.room,
                state: (*state).to_owned(),
                cancel_reason: None,
                version: 1,
            };
            put!(self, group_session, row);
        }
    }

    async fn counsel(&mut self, enrolment: EnrolmentId, person: PersonId, day: Date, outcome: &str) {
        let row = counselling_session::Model {
            id: CounsellingId(self.id()),
            enrolment_id: enrolment,
            person_id: person,
            day,
            minutes: 60,
            form: "personal".to_owned(),
            outcome: outcome.to_owned(),
            recorded_by: self.account,
            recorded_by_name: "Berta Beratung".to_owned(),
            recorded_at: Instant::from_millis(0),
            version: 1,
        };
        put!(self, counselling_session, row);
    }

    /// Five counselling talks that took place on a day.
    async fn talks(&mut self, code: &str, day: Date) {
        let person = self.person().await;
        let enrolment = self.enrol(person, code, date!(2025 - 01 - 01), None, None).await;
        for _ in 0..5 {
            self.counsel(enrolment, person, day, "took_place").await;
        }
    }
}

const SUMMER: Date = date!(2026 - 08 - 12);

/// A few people with small figures beside larger ones.
async fn small_figures(test: &TestApp) {
    let mut cases = Cases::of(test).await;
    cases.many(7, "akt_gruppe", SUMMER, Some(SUMMER), None).await;
    cases.many(3, "akt_einzel", SUMMER, Some(SUMMER), None).await;
    cases.many(9, "distanzierung", SUMMER, Some(SUMMER), Some((date!(2026 - 09 - 02), "dropped_out"))).await;
    cases.many(2, "ausstieg", SUMMER, None, None).await;
    cases.group("akt_gruppe", &[(SUMMER, "held"), (date!(2026 - 08 - 19), "held")]).await;
    cases.database.close().await.unwrap();
}

async fn prepare(browser: &mut Browser, quarter: &str) -> Answer {
    let page = browser.get("/statistik").await.expect(200);
    let token = page.input("einmal").unwrap_or_default();
    browser.post("/statistik/vorbereiten", &[("quartal", quarter), ("einmal", &token)]).await
}

/// What a second person sends to approve, read off the page that person sees.
async fn seal(browser: &mut Browser, preview: &str) -> (String, String) {
    let page = browser.get(preview).await.expect(200);
    (page.input("hash").expect("a form to approve"), page.input("version").unwrap())
}

/// Prepares and publishes 2026-Q3; returns the id of the release.
async fn publish(test: &TestApp) -> String {
    let mut first = test.signed_in("statistik").await;
    let preview = prepare(&mut first, "2026-Q3").await.expect(303).location().to_owned();
    let mut second = test.signed_in("statistik.zwei").await;
    let (hash, version) = seal(&mut second, &preview).await;
    second.post(&format!("{preview}/freigeben"), &[("hash", &hash), ("version", &version)]).await.expect(303);
    preview.trim_start_matches("/statistik/").to_owned()
}

#[tokio::test]
async fn figures_are_those_of_plain_queries() {
    let test = TestApp::new().await;
    let mut cases = Cases::of(&test).await;
    let (first, last) = (date!(2026 - 07 - 01), date!(2026 - 09 - 30));
    let (before, after) = (date!(2026 - 06 - 30), date!(2026 - 10 - 01));
    // On the edges and just outside them.
    cases.many(5, "akt_gruppe", first, Some(last), None).await;
    cases.many(4, "akt_gruppe", last, Some(after), None).await;
    cases.many(3, "akt_gruppe", before, Some(first), Some((last, "completed"))).await;
    cases.many(2, "akt_gruppe", before, Some(before), Some((first, "completed"))).await;
    cases.many(6, "akt_gruppe", after, None, None).await;
    cases.many(5, "akt_gruppe", before, Some(before), Some((SUMMER, "dropped_out"))).await;
    cases.many(2, "akt_gruppe", before, None, Some((SUMMER, "transferred"))).await;
    cases.many(2, "akt_gruppe", before, Some(before), Some((after, "completed"))).await;
    // Twice in the same programme: one person. In another one too: counted there as well.
    for _ in 0..5 {
        let person = cases.person().await;
        cases.enrol(person, "distanzierung", first, Some(first), Some((SUMMER, "dropped_out"))).await;
        cases.enrol(person, "distanzierung", SUMMER, Some(SUMMER), Some((last, "dropped_out"))).await;
        let enrolment = cases.enrol(person, "ausstieg", SUMMER, Some(SUMMER), Some((last, "completed"))).await;
        cases.counsel(enrolment, person, first, "took_place").await;
        cases.counsel(enrolment, person, last, "took_place").await;
        cases.counsel(enrolment, person, after, "took_place").await;
        cases.counsel(enrolment, person, SUMMER, "no_show").await;
        cases.counsel(enrolment, person, SUMMER, "cancelled").await;
    }
    // Group and single sessions of one programme add up.
    let held: Vec<(Date, &str)> = vec![
        (before, "held"), (first, "held"), (SUMMER, "held"), (SUMMER, "planned"), (SUMMER, "cancelled"), (last, "held"), (after, "held"),
    ];
    cases.group("akt_gruppe", &held).await;
    cases.group("akt_gruppe", &[(SUMMER, "held"), (last, "held")]).await;
    cases.talks("akt_gruppe", SUMMER).await;
    let codes: Vec<String> = cases.programmes.iter().map(|programme| programme.code.clone()).collect();
    cases.database.close().await.unwrap();

    let id = publish(&test).await;
    let mut kora = test.signed_in("kora").await;
    let file = read_kora_csv(&kora.get(&format!("/zahlen/{id}/csv")).await.expect(200).body).expect("a KORA file");
    let published = |code: &str, measure: Measure| {
        let line = file.lines.iter().find(|line| line.programme == code && line.measure == measure.code());
        i64::try_from(line.expect("a line for each figure").value.expect("no small figure here, so none is hidden")).unwrap()
    };
    let persons = |code: &str, condition: &str| {
        format!(
            "select count(*) from (select distinct e.person_id from enrolment e, programme p where p.id = e.programme_id \
             and p.code = '{code}' and {condition}) people"
        )
    };
    let quarter = |column: &str| format!("{column} between '2026-07-01' and '2026-09-30'");
    for code in &codes {
        let queries = [
            (Measure::PersonsEnrolled, persons(code, &quarter("e.enrolled_on"))),
            (Measure::PersonsStarted, persons(code, &quarter("e.started_on"))),
            (Measure::PersonsCompleted, persons(code, &format!("{} and e.outcome = 'completed'", quarter("e.ended_on")))),
            (Measure::PersonsDroppedOut, persons(code, &format!("{} and e.outcome = 'dropped_out'", quarter("e.ended_on")))),
        ];
        for (measure, query) in queries {
            assert_eq!(published(code, measure), test.number(&query).await, "{code} {measure:?}");
        }
        let group = test
            .number(&format!(
                "select count(*) from group_session s, training_group g, programme p where g.id = s.group_id \
                 and p.id = g.programme_id and p.code = '{code}' and s.state = 'held' and {}",
                quarter("s.day")
            ))
            .await;
        let single = test
            .number(&format!(
                "select count(*) from counselling_session c, enrolment e, programme p where e.id = c.enrolment_id \
                 and p.id = e.programme_id and p.code = '{code}' and c.outcome = 'took_place' and {}",
                quarter("c.day")
            ))
            .await;
        assert_eq!(published(code, Measure::SessionsHeld), group + single, "{code} sessions");
    }
    // And by counting on fingers, so that both queries cannot be wrong together.
    let all = |code: &str| Measure::ALL.map(|measure| published(code, measure));
    assert_eq!(all("akt_gruppe"), [9, 8, 5, 5, 10]);
    assert_eq!(all("distanzierung"), [5, 5, 0, 5, 0]);
    assert_eq!(all("ausstieg"), [5, 5, 5, 0, 10]);
}

#[tokio::test]
async fn a_release_takes_two_people_and_kora_sees_nothing_before() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut first = test.signed_in("statistik").await;
    let mut kora = test.signed_in("kora").await;
    let preview = prepare(&mut first, "2026-Q3").await.expect(303).location().to_owned();
    let id = preview.trim_start_matches("/statistik/").to_owned();

    // The preview is what KORA will see, with the proof; the preparing person cannot approve.
    let page = first.get(&preview).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(page.texts(".tag").contains(&"✓geprüft".to_owned()), "{:?}", page.texts(".tag"));
    assert!(!page.texts(".supp").is_empty() && page.text().contains("Ein Punkt heißt"));
    assert!(page.text().contains("zweite Person") && page.input("hash").is_none());

    // Prepared: not there for KORA, nor under any other address.
    for path in [format!("/zahlen/{id}"), format!("/zahlen/{id}/csv"), format!("/zahlen/{id}/liesmich"), preview.clone(), "/statistik".into()] {
        kora.get(&path).await.expect(404);
    }
    assert!(kora.get("/zahlen").await.expect(200).links("/zahlen/").is_empty());
    first.get(&format!("/zahlen/{id}/csv")).await.expect(404);

    let mut second = test.signed_in("statistik.zwei").await;
    let (hash, version) = seal(&mut second, &preview).await;
    let approve = format!("{preview}/freigeben");
    let own = first.post(&approve, &[("hash", &hash), ("version", &version)]).await.expect(422);
    assert!(own.text().contains("zweite Person"));
    assert_eq!(html::problems(&own.text()), Vec::<String>::new());
    // Bound to what was shown.
    second.post(&approve, &[("hash", &hash.replace(|digit: char| digit.is_ascii_digit(), "0")), ("version", &version)]).await.expect(409);
    second.post(&approve, &[("hash", &hash), ("version", "9")]).await.expect(409);
    kora.post(&approve, &[("hash", &hash), ("version", &version)]).await.expect(404);
    kora.get(&format!("/zahlen/{id}/csv")).await.expect(404);

    second.post(&approve, &[("hash", &hash), ("version", &version)]).await.expect(303);
    second.post(&approve, &[("hash", &hash), ("version", &version)]).await.expect(409);
    second.post(&format!("{preview}/verwerfen"), &[("version", "2")]).await.expect(409);
    let again = prepare(&mut first, "2026-Q3").await.expect(422);
    assert!(again.text().contains("bereits veröffentlicht"));
    assert_eq!(html::problems(&again.text()), Vec::<String>::new());
    let done = first.get(&preview).await.expect(200);
    assert!(done.text().contains("Susanne Summe") && done.text().contains("Stefan Zahl"));
    assert_eq!(html::problems(&done.text()), Vec::<String>::new());
}

#[tokio::test]
async fn kora_gets_exactly_the_approved_bytes() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let id = publish(&test).await;
    let mut kora = test.signed_in("kora").await;
    let list = kora.get("/zahlen").await.expect(200);
    assert_eq!(html::problems(&list.text()), Vec::<String>::new());
    assert!(list.text().contains("3. Quartal 2026"));
    let address = format!("/zahlen/{id}");
    let page = kora.get(&address).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(page.text().contains("Zahlenwert geheim gehalten") && !page.text().contains("Stefan Zahl"));

    let before = test.number("select count(*) from audit_entry where verb = 'offenlegung' and recipient = 'KORA'").await;
    let file = kora.get(&format!("{address}/csv")).await.expect(200);
    let after = test.number("select count(*) from audit_entry where verb = 'offenlegung' and recipient = 'KORA'").await;
    assert_eq!(after, before + 1);
    assert_eq!(file.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    assert_eq!(file.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"kora-2026-Q3.csv\"");
    assert_eq!(kora.get(&format!("{address}/csv")).await.expect(200).body, file.body);
    assert!(list.text().contains(&hex(&sha256(&file.body))), "the checksum in the list is that of the file");

    assert_eq!(too_narrow(&[&file.body], 5), Ok(Vec::new()));
    let text = file.text();
    assert!(text.contains(";personen_aufgenommen;.;g"), "there is a small figure, so something is hidden");
    for field in text.trim_start_matches('\u{feff}').lines().flat_map(|line| line.split(';')) {
        assert!(!field.is_empty() && !field.starts_with(['=', '+', '-', '@', '\t', '\'', '"']), "{field}");
    }

    let explained = kora.get(&format!("{address}/liesmich")).await.expect(200);
    assert_eq!(explained.headers[header::CONTENT_TYPE], "text/plain; charset=utf-8");
    for measure in Measure::ALL {
        assert!(explained.text().contains(measure.definition()));
    }
    // Unknown is the same as forbidden.
    kora.get("/zahlen/00000000-0000-4000-8000-000000000000/csv").await.expect(404);
    test.signed_in("sozialdienst").await.get(&address).await.expect(404);
}

#[tokio::test]
async fn the_same_data_give_the_same_bytes_and_nothing_is_replaced() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut browser = test.signed_in("statistik").await;
    let mut second = test.signed_in("statistik.zwei").await;
    let preview = prepare(&mut browser, "2026-Q3").await.expect(303).location().to_owned();
    let (hash, version) = seal(&mut second, &preview).await;
    let refused = prepare(&mut browser, "2026-Q3").await.expect(422);
    assert!(refused.text().contains("bereits vorbereitet"));
    browser.post(&format!("{preview}/verwerfen"), &[("version", &version)]).await.expect(303);
    second.post(&format!("{preview}/freigeben"), &[("hash", &hash), ("version", &version)]).await.expect(409);
    let discarded = browser.get(&preview).await.expect(200);
    assert!(discarded.text().contains("Veröffentlichung verworfen"));
    assert_eq!(html::problems(&discarded.text()), Vec::<String>::new());

    let next = prepare(&mut browser, "2026-Q3").await.expect(303).location().to_owned();
    assert_ne!(next, preview);
    assert_eq!(seal(&mut second, &next).await.0, hash);
    let register = browser.get("/statistik").await.expect(200);
    assert_eq!(html::problems(&register.text()), Vec::<String>::new());
    assert_eq!(register.texts("td .tag").len(), 2);
}

#[tokio::test]
async fn only_finished_quarters_are_prepared_and_a_form_acts_once() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("statistik").await;
    let empty = browser.get("/statistik").await.expect(200);
    assert_eq!(html::problems(&empty.text()), Vec::<String>::new());
    assert_eq!(empty.option("quartal", "3. Quartal 2026").as_deref(), Some("2026-Q3"));
    assert_eq!(empty.texts("select option").len(), 8);
    for (quarter, why) in [("2026-Q4", "noch nicht zu Ende"), ("2027-Q1", "Zukunft"), ("2020-Q1", "zu weit zurück"), ("", "Quartal")] {
        let page = prepare(&mut browser, quarter).await.expect(422);
        assert!(page.text().contains(why), "{quarter}");
    }
    let token = empty.input("einmal").unwrap();
    let send = [("quartal", "2026-Q3"), ("einmal", token.as_str())];
    let one = browser.post("/statistik/vorbereiten", &send).await.expect(303);
    let two = browser.post("/statistik/vorbereiten", &send).await.expect(303);
    assert_eq!(one.location(), two.location());
    assert_eq!(test.number("select count(*) from statistics_release").await, 1);
    test.signed_in("kora").await.post("/statistik/vorbereiten", &send).await.expect(404);
}

#[tokio::test]
async fn a_file_changed_in_the_database_is_neither_approved_nor_handed_out() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let mut first = test.signed_in("statistik").await;
    let preview = prepare(&mut first, "2026-Q3").await.expect(303).location().to_owned();
    let mut second = test.signed_in("statistik.zwei").await;
    let (hash, version) = seal(&mut second, &preview).await;
    let other = hash.chars().rev().collect::<String>();
    test.execute(&format!("update statistics_release set content_hash = '{other}'")).await;
    let refused = second.post(&format!("{preview}/freigeben"), &[("hash", &other), ("version", &version)]).await.expect(422);
    assert!(refused.text().contains("Prüfsumme"));
    test.execute("update statistics_release set state = 'published'").await;
    let mut kora = test.signed_in("kora").await;
    kora.get(&preview.replace("/statistik", "/zahlen")).await.expect(503);
    kora.get(&format!("{}/csv", preview.replace("/statistik", "/zahlen"))).await.expect(503);
}

/// Runs the command line on the test's database; returns exit code, output, message.
fn export(test: &TestApp, quarter: &str) -> (Option<i32>, Vec<u8>, String) {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let folder = tempfile::tempdir().unwrap();
    let mut key = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(folder.path().join("geleit.key")).unwrap();
    writeln!(key, "{}", hex(&crate::harness::SECRET)).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_geleit"))
        .args(["export", "kora", "--period", quarter])
        .env("GELEIT_DATA_DIR", folder.path())
        .env("GELEIT_DATABASE", &test.url)
        .output()
        .unwrap();
    (output.status.code(), output.stdout, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test]
async fn the_command_line_writes_the_published_bytes() {
    let test = TestApp::new().await;
    small_figures(&test).await;
    let (code, bytes, message) = export(&test, "2026-Q3");
    assert_eq!((code, bytes.is_empty()), (Some(1), true), "{message}");
    assert!(message.contains("3. Quartal 2026"), "{message}");
    let id = publish(&test).await;
    let file = test.signed_in("kora").await.get(&format!("/zahlen/{id}/csv")).await.expect(200).body;
    let (code, bytes, message) = export(&test, "2026-Q3");
    assert_eq!(code, Some(0), "{message}");
    assert_eq!(bytes, file);
    assert_eq!(export(&test, "2026-3").0, Some(2));
    let entries = "select count(*) from audit_entry where object = 'kora 2026-Q3' and recipient = 'KORA'";
    assert_eq!(test.number(entries).await, 1);
}
