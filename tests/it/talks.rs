//! Planned talks, recording them one by one and by the day, topics, missed talks, what a prison learns; the to-do list.

use uuid::Uuid;

use crate::cases::{refer, step};
use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows::{client, grant, id, inmate};

#[track_caller]
fn clean(page: &Answer) {
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
}

/// Logs the first talk of a client, which begins the participation; the address of its case.
pub async fn begun(test: &TestApp, browser: &mut Browser, person: Uuid) -> String {
    let path = format!("/personen/{person}/gespraech");
    let page = browser.get(&path).await.expect(200);
    let token = page.input("einmal").unwrap();
    let offer = page.option("enrolment", "Distanzierung").unwrap();
    let fields = [
        ("einmal", token.as_str()),
        ("day", "02.11.2026"),
        ("minutes", "45"),
        ("form", "office"),
        ("enrolment", &offer),
        ("outcome", "took_place"),
    ];
    browser.post(&path, &fields).await.expect(303);
    case_of(test, browser, person).await
}

async fn case_of(_: &TestApp, browser: &mut Browser, person: Uuid) -> String {
    let list = browser
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(200);
    clean(&list);
    list.links("/faelle/").remove(0)
}

pub async fn plan(
    browser: &mut Browser,
    case: &str,
    day: &str,
    start: &str,
    place: &str,
) -> Answer {
    let path = format!("{case}/termin");
    let page = browser.get(&path).await.expect(200);
    clean(&page);
    let token = page.input("einmal").unwrap();
    let fields = [
        ("einmal", token.as_str()),
        ("day", day),
        ("start", start),
        ("minutes", "45"),
        ("form", place),
    ];
    browser.post(&path, &fields).await
}

#[tokio::test]
async fn a_talk_is_planned_recorded_and_the_next_one_planned_with_it() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut browser = test.signed_in("bewaehrung").await;
    let case = begun(&test, &mut browser, person).await;
    plan(&mut browser, &case, "23.11.2026", "10:00", "office")
        .await
        .expect(303);
    let empty = browser.get("/gespraeche/erfassen").await.expect(200);
    clean(&empty);
    assert!(empty.text().contains("Alles erfasst"), "it is nine o'clock");
    test.clock.advance_minutes(60 * 4);
    let mut browser = test.signed_in("bewaehrung").await;
    let waiting = browser.get("/gespraeche/erfassen").await.expect(200);
    clean(&waiting);
    assert!(waiting.text().contains("Adler, Kai"));
    let record = waiting.links("/personen/").remove(0);
    assert!(record.contains("?termin="), "{record}");
    let page = browser.get(&record).await.expect(200);
    clean(&page);
    assert_eq!(page.input("day").as_deref(), Some("23.11.2026"));
    assert_eq!(
        page.texts("input[name=outcome][checked]").len(),
        0,
        "nobody knows yet"
    );
    // Six questions at most: day, minutes, place, outcome, topics, next talk.
    assert_eq!(
        page.texts("main form > .field, main form > fieldset").len(),
        6
    );
    let (token, talk, part) = (
        page.input("einmal").unwrap(),
        page.input("termin").unwrap(),
        page.input("enrolment").unwrap(),
    );
    let path = record.split('?').next().unwrap().to_owned();
    let fields = [
        ("einmal", token.as_str()),
        ("termin", &talk),
        ("enrolment", &part),
        ("day", "23.11.2026"),
        ("minutes", "50"),
        ("form", "office"),
        ("outcome", "late"),
        ("topics", "work"),
        ("topics", "housing"),
        ("next_day", "07.12.2026"),
        ("next_start", ""),
    ];
    let half = browser.post(&path, &fields).await.expect(422);
    clean(&half);
    assert_eq!(half.texts("#f-next_start-error").len(), 1);
    let mut whole = fields;
    whole[10].1 = "14:30";
    let done = browser.post(&path, &whole).await.expect(303);
    assert_eq!(done.location(), "/gespraeche/erfassen");
    // Sent twice it is one talk and one next talk.
    browser.post(&path, &whole).await.expect(303);
    assert_eq!(
        test.number("select count(*) from counselling_session where late")
            .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from counselling_topic").await,
        2
    );
    assert_eq!(
        test.number(
            "select count(*) from talk_plan where state = 'planned' and start_minute = 870"
        )
        .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from talk_plan where state = 'done'")
            .await,
        1
    );
    let list = browser
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(200);
    clean(&list);
    for word in [
        "07.12.2026, 14:30",
        "vereinbart",
        "kam verspätet",
        "Arbeit und Ausbildung",
        "Wohnen",
    ] {
        assert!(list.text().contains(word), "{word}");
    }
    // What the talk was about is none of a colleague's page when corrected, but the words come back.
    let correct = list.links("/gespraeche/").remove(0);
    let page = browser.get(&correct).await.expect(200);
    clean(&page);
    assert_eq!(page.texts("input[name=topics]").len(), 11);
}

#[tokio::test]
async fn a_time_that_is_over_needs_its_outcome_in_the_same_step() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut browser = test.signed_in("bewaehrung").await;
    let case = begun(&test, &mut browser, person).await;
    let asked = plan(&mut browser, &case, "20.11.2026", "10:00", "telephone")
        .await
        .expect(422);
    clean(&asked);
    assert_eq!(asked.texts("#f-outcome-error").len(), 1);
    assert_eq!(test.number("select count(*) from talk_plan").await, 0);
    let token = asked.input("einmal").unwrap();
    let fields = [
        ("einmal", token.as_str()),
        ("day", "20.11.2026"),
        ("start", "10:00"),
        ("minutes", "45"),
        ("form", "telephone"),
        ("outcome", "no_show"),
    ];
    browser
        .post(&format!("{case}/termin"), &fields)
        .await
        .expect(303);
    assert_eq!(test.number("select count(*) from counselling_session where outcome = 'no_show' and day = '2026-11-20'").await, 1);
    for (day, start) in [("24.11.2029", "10:00"), ("24.11.2026", "23:30")] {
        let page = plan(&mut browser, &case, day, start, "office")
            .await
            .expect(422);
        assert_eq!(page.texts("#f-day-error").len(), 1, "{day} {start}");
    }
    let page = plan(&mut browser, &case, "24.11.2026", "10:00", "prison")
        .await
        .expect(422);
    assert_eq!(
        page.texts("#f-form-error").len(),
        1,
        "the client is in no prison"
    );
}

#[tokio::test]
async fn a_moved_talk_stays_with_who_asked_and_two_changes_do_not_meet() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut browser = test.signed_in("bewaehrung").await;
    let case = begun(&test, &mut browser, person).await;
    plan(&mut browser, &case, "30.11.2026", "10:00", "office")
        .await
        .expect(303);
    let page = browser.get(&case).await.expect(200);
    clean(&page);
    let shift = page
        .links("/termine/")
        .into_iter()
        .find(|link| link.ends_with("verschieben"))
        .unwrap();
    let form = browser.get(&shift).await.expect(200);
    clean(&form);
    let version = form.input("version").unwrap();
    let fields = [
        ("version", version.as_str()),
        ("day", "30.11.2026"),
        ("start", "10:00"),
        ("minutes", "45"),
        ("form", "office"),
        ("asked_by", "client"),
        ("reason", "Gerichtstermin"),
    ];
    browser.post(&shift, &fields).await.expect(422);
    let mut later = fields;
    later[1].1 = "01.12.2026";
    browser.post(&shift, &later).await.expect(303);
    // The other tab still has the old one.
    browser.post(&shift, &later).await.expect(409);
    let page = browser.get(&case).await.expect(200);
    clean(&page);
    assert!(
        page.text().contains("verschoben")
            && page.text().contains("die beratene Person; Gerichtstermin")
    );
    assert_eq!(test.number("select count(*) from talk_plan").await, 2);
    assert_eq!(test.number("select count(*) from talk_plan where state = 'moved' and moved_to is not null and asked_by = 'client'").await, 1);
    let cancel = page
        .links("/termine/")
        .into_iter()
        .find(|link| link.ends_with("absagen"))
        .unwrap();
    let form = browser.get(&cancel).await.expect(200);
    clean(&form);
    let version = form.input("version").unwrap();
    browser
        .post(&cancel, &[("version", &version), ("asked_by", "facility")])
        .await
        .expect(303);
    assert_eq!(
        test.number("select count(*) from talk_plan where state = 'planned'")
            .await,
        0
    );
    // A colleague who answers for somebody else has none of it.
    let mut other = test.signed_in("bewaehrung.zwei").await;
    other.get(&shift).await.expect(404);
    other.get(&case).await.expect(404);
    let mut prison = test.signed_in("sozialdienst").await;
    prison.get(&shift).await.expect(404);
}

#[tokio::test]
async fn eight_talks_of_a_day_are_one_page_and_all_or_nothing() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("bewaehrung").await;
    for (number, name) in [
        "Ahorn", "Birke", "Buche", "Eiche", "Erle", "Esche", "Fichte", "Linde",
    ]
    .iter()
    .enumerate()
    {
        let person = client(&test, name, "bewaehrung").await;
        let case = begun(&test, &mut browser, person).await;
        if number < 6 {
            plan(
                &mut browser,
                &case,
                "23.11.2026",
                &format!("{}:00", 10 + number),
                "home",
            )
            .await
            .expect(303);
        }
    }
    test.clock.advance_minutes(60 * 9);
    let mut browser = test.signed_in("bewaehrung").await;
    let tasks = browser.get("/aufgaben").await.expect(200);
    clean(&tasks);
    assert!(tasks.text().contains("6 Gespräche zu erfassen"));
    let page = browser.get("/gespraeche/tag").await.expect(200);
    clean(&page);
    assert_eq!(
        page.texts("tbody tr").len(),
        8,
        "two more have no talk planned"
    );
    let keys = keys(&page);
    let token = page.input("einmal").unwrap();
    let mut fields = vec![
        ("einmal".to_owned(), token),
        ("tag".to_owned(), "23.11.2026".to_owned()),
    ];
    for key in &keys {
        for (name, value) in [
            ("result", "took_place"),
            ("minutes", "40"),
            ("form", "home"),
            ("day", ""),
            ("start", ""),
        ] {
            fields.push((format!("{name}_{key}"), value.to_owned()));
        }
    }
    // One mistake: nothing is saved, everything typed comes back.
    let mut wrong = fields.clone();
    wrong[3].1 = "viel".to_owned();
    let refused = crate::course::post(&mut browser, "/gespraeche/tag", &wrong)
        .await
        .expect(422);
    clean(&refused);
    assert_eq!(
        refused
            .texts(&format!("#f-minutes_{}-error", keys[0]))
            .len(),
        1
    );
    assert_eq!(
        test.number("select count(*) from counselling_session")
            .await,
        8
    );
    fields[5].1 = "01.12.2026".to_owned();
    fields[6].1 = "9:15".to_owned();
    let done = crate::course::post(&mut browser, "/gespraeche/tag", &fields)
        .await
        .expect(303);
    let after = browser.get(done.location()).await.expect(200);
    clean(&after);
    assert!(after.text().contains("8 Gespräche sind gespeichert."));
    crate::course::post(&mut browser, "/gespraeche/tag", &fields)
        .await
        .expect(303);
    assert_eq!(
        test.number("select count(*) from counselling_session")
            .await,
        16
    );
    assert_eq!(
        test.number("select count(*) from talk_plan where state = 'done'")
            .await,
        6
    );
    assert_eq!(
        test.number(
            "select count(*) from talk_plan where state = 'planned' and day = '2026-12-01'"
        )
        .await,
        1
    );
    let list = browser.get("/gespraeche/erfassen").await.expect(200);
    assert!(list.text().contains("Alles erfasst"));
    browser
        .get("/gespraeche/tag?tag=24.11.2026")
        .await
        .expect(422);
}

/// The ends of the rows' field names.
fn keys(page: &Answer) -> Vec<String> {
    let text = page.text();
    let mut keys: Vec<String> = Vec::new();
    for part in text.split("name=\"result_").skip(1) {
        keys.extend(part.split('"').next().map(str::to_owned));
    }
    keys
}

#[tokio::test]
async fn talks_missed_in_a_row_are_marked_from_the_number_the_coordination_chose() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut browser = test.signed_in("bewaehrung").await;
    let case = begun(&test, &mut browser, person).await;
    let miss = |day: &str, outcome: &str| {
        format!(
            "insert into counselling_session (id, enrolment_id, person_id, day, minutes, form, outcome, late, recorded_by, \
             recorded_by_name, recorded_at, version) select {}, e.id, e.person_id, '{day}', 45, 'office', '{outcome}', false, a.id, \
             a.name, 0, 1 from enrolment e, account a where a.login = 'bewaehrung'",
            id(crate::world::fresh())
        )
    };
    test.execute(&miss("2026-11-09", "no_show")).await;
    let marked = |page: &Answer| page.text().contains("2-mal nicht erschienen");
    assert!(!marked(&browser.get("/faelle").await.expect(200)));
    test.execute(&miss("2026-11-12", "cancelled")).await;
    test.execute(&miss("2026-11-16", "no_show")).await;
    let list = browser.get("/faelle").await.expect(200);
    clean(&list);
    assert!(
        marked(&list),
        "what was called off neither counts nor breaks the row"
    );
    assert!(
        browser
            .get(&case)
            .await
            .text()
            .contains("Die letzten 2 Gespräche")
    );
    // The coordination wants to hear of three.
    let mut coordination = test.signed_in("koordination").await;
    let page = coordination.get("/beratungsregeln").await.expect(200);
    clean(&page);
    let names: Vec<String> = page
        .text()
        .split("name=\"versaeumt_")
        .skip(1)
        .filter_map(|part| part.split('"').next().map(str::to_owned))
        .collect();
    let mut fields = Vec::new();
    for name in &names {
        fields.push((format!("versaeumt_{name}"), "3".to_owned()));
        fields.push((
            format!("version_{name}"),
            page.input(&format!("version_{name}")).unwrap(),
        ));
    }
    let mut low = fields.clone();
    low[0].1 = "1".to_owned();
    crate::course::post(&mut coordination, "/beratungsregeln", &low)
        .await
        .expect(422);
    crate::course::post(&mut coordination, "/beratungsregeln", &fields)
        .await
        .expect(303);
    assert!(!marked(&browser.get("/faelle").await.expect(200)));
    test.execute(&miss("2026-11-18", "no_show")).await;
    assert!(
        browser
            .get("/faelle")
            .await
            .text()
            .contains("3-mal nicht erschienen")
    );
    test.execute(&miss("2026-11-20", "took_place")).await;
    assert!(
        !browser
            .get("/faelle")
            .await
            .text()
            .contains("nicht erschienen")
    );
}

/// The exit programme counsels an inmate; the address of the case for its counsellor.
pub async fn exit_case(test: &TestApp, person: Uuid) -> (Browser, String) {
    grant(test, "beratung", "DD", "ausstieg", "2026-12-31").await;
    test.execute(&format!(
        "update person set birth_date = '1994-05-06' where id = {}",
        id(person)
    ))
    .await;
    let mut counsellor = test.signed_in("beratung").await;
    test.execute(&format!(
        "insert into client_case (id, client, person_id, programme_id, provider_id, facility_id, staff_id, access_route, enquired_on, \
         court_report, interpreter, availability, state, created_at, created_by_name, version) \
         select {}, 'person', {}, m.id, s.provider_id, f.id, s.id, 'bamf', '2026-11-02', false, false, '', 'clearing', 0, 'Bert', 1 \
         from programme m, facility f, account a join staff s on s.id = a.staff_id \
         where m.code = 'ausstieg' and f.code = 'DD' and a.login = 'beratung'",
        id(crate::world::fresh()),
        id(person)
    ))
    .await;
    let case = counsellor
        .get("/faelle")
        .await
        .expect(200)
        .links("/faelle/")
        .remove(0);
    (counsellor, case)
}

#[tokio::test]
async fn a_prison_learns_of_confidential_talks_only_that_there_is_an_appointment() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler").await;
    let (mut counsellor, case) = exit_case(&test, person).await;
    let late = plan(&mut counsellor, &case, "15.01.2027", "10:00", "prison")
        .await
        .expect(422);
    assert!(
        late.texts("#f-day-error")
            .join("")
            .contains("keine Zugangsfreigabe")
    );
    plan(&mut counsellor, &case, "24.11.2026", "10:00", "prison")
        .await
        .expect(303);
    plan(&mut counsellor, &case, "25.11.2026", "11:00", "telephone")
        .await
        .expect(303);
    let mut prison = test.signed_in("sozialdienst").await;
    prison.get(&case).await.expect(404);
    let list = prison
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(200);
    clean(&list);
    let text = list.text();
    assert!(text.contains("Beratungstermin") && text.contains("24.11.2026, 10:00"));
    for word in ["Ausstieg", "APro", "25.11.2026", "vereinbart"] {
        assert!(!list.texts("main")[0].contains(word), "{word}");
    }
    let calendar = prison.get("/kalender").await.expect(200);
    clean(&calendar);
    assert_eq!(
        calendar
            .texts("table.cal")
            .join("")
            .matches("Beratungstermin")
            .count(),
        1
    );
    assert!(!calendar.text().contains("Beratungsgespräch"));
    let ward = prison
        .get("/kalender/zufuehrung?tag=24.11.2026")
        .await
        .expect(200);
    clean(&ward);
    assert!(ward.text().contains("Adler") && ward.text().contains("Ort nach Absprache"));
    assert!(!ward.texts("main")[0].contains("Ausstieg") && !ward.texts("main")[0].contains("APro"));
    // The gate knows who comes, not to whom.
    test.clock.advance_minutes(60 * 24);
    let mut gate = test.signed_in("zugang").await;
    let sheet = gate.get("/pforte").await.expect(200);
    clean(&sheet);
    assert!(
        sheet.text().contains("Beratung") && sheet.text().contains("10:00"),
        "{}",
        sheet.texts("main").join("")
    );
    assert!(!sheet.text().contains("Adler"));
    // Elsewhere nobody knows anything.
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    leipzig
        .get(&format!("/personen/{person}/gespraeche"))
        .await
        .expect(404);
    assert!(
        !leipzig
            .get("/kalender")
            .await
            .text()
            .contains("Beratungstermin")
    );
    // Moved, the gate sees the old one no more.
    let mut counsellor = test.signed_in("beratung").await;
    let page = counsellor.get(&case).await.expect(200);
    let shift = page
        .links("/termine/")
        .into_iter()
        .find(|link| link.ends_with("verschieben"))
        .unwrap();
    let form = counsellor.get(&shift).await.expect(200);
    let version = form.input("version").unwrap();
    let day = form.input("day").unwrap();
    assert_eq!(day, "25.11.2026", "the newest stands first");
    counsellor
        .post(
            &shift,
            &[
                ("version", &version),
                ("day", "26.11.2026"),
                ("start", "9:00"),
                ("minutes", "45"),
                ("form", "prison"),
                ("asked_by", "facility"),
            ],
        )
        .await
        .expect(303);
    let list = prison.get(&format!("/personen/{person}/gespraeche")).await;
    assert!(list.status == 200 || list.status == 303);
}

#[tokio::test]
async fn a_mother_calls_without_a_name_and_her_five_talks_are_planned_and_kept() {
    let test = TestApp::new().await;
    let mut counsellor = test.signed_in("beratung").await;
    let case = refer(&mut counsellor, "relative", "parent", "Umfeldberatung", "").await;
    let path = format!("{case}/gespraech");
    for (number, day) in [
        "02.11.2026",
        "06.11.2026",
        "10.11.2026",
        "13.11.2026",
        "17.11.2026",
    ]
    .iter()
    .enumerate()
    {
        let page = counsellor.get(&path).await.expect(200);
        clean(&page);
        let token = page.input("einmal").unwrap();
        let mut fields = vec![
            ("einmal", token.as_str()),
            ("day", day),
            ("minutes", "60"),
            ("form", "telephone"),
            ("outcome", "took_place"),
            ("topics", "family"),
        ];
        if number == 4 {
            fields.extend([("next_day", "30.11.2026"), ("next_start", "10:00")]);
        }
        counsellor.post(&path, &fields).await.expect(303);
    }
    let page = counsellor.get(&case).await.expect(200);
    clean(&page);
    assert!(
        page.text().contains("Familie und Beziehungen")
            && page.text().contains("30.11.2026, 10:00")
    );
    assert_eq!(
        test.number("select count(*) from counselling_session where person_id is null")
            .await,
        5
    );
    assert_eq!(test.number("select count(*) from person").await, 0);
    step(&mut counsellor, &case, "declined", "one_talk", "20.11.2026")
        .await
        .expect(303);
    // A closed case plans nothing, and what was planned does not take place.
    assert_eq!(
        test.number(
            "select count(*) from talk_plan where state = 'cancelled' and reason = 'Fall beendet'"
        )
        .await,
        1
    );
    let page = counsellor.get(&case).await.expect(200);
    assert!(page.links(&format!("{case}/termin")).is_empty());
    plan(&mut counsellor, &case, "01.12.2026", "10:00", "telephone")
        .await
        .expect(422);
}

#[tokio::test]
async fn deadlines_stand_on_the_list_of_tasks_and_counts_equal_lists() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut browser = test.signed_in("bewaehrung").await;
    let case = begun(&test, &mut browser, person).await;
    test.execute("update client_case set court_order = 'weisung', court_report = true")
        .await;
    let tasks = browser.get("/aufgaben").await.expect(200);
    clean(&tasks);
    assert!(tasks.text().contains("1 Frist eines Falls") && tasks.text().contains("Frist fehlt"));
    for (kind, day) in [("report", "27.11.2026"), ("agreement", "23.02.2027")] {
        let page = browser.get(&format!("{case}/frist")).await.expect(200);
        clean(&page);
        let token = page.input("einmal").unwrap();
        browser
            .post(
                &format!("{case}/frist"),
                &[("einmal", &token), ("art", kind), ("bis", day)],
            )
            .await
            .expect(303);
    }
    let twice = browser
        .post(
            &format!("{case}/frist"),
            &[("einmal", "x1"), ("art", "report"), ("bis", "28.11.2026")],
        )
        .await
        .expect(422);
    clean(&twice);
    let tasks = browser.get("/aufgaben").await.expect(200);
    clean(&tasks);
    // What ends in three months is not told yet.
    assert!(tasks.text().contains("1 Frist eines Falls") && tasks.text().contains("in 4 Tagen"));
    assert_eq!(tasks.texts("tbody tr").len(), 1);
    test.clock.advance_minutes(60 * 24 * 80);
    let mut browser = test.signed_in("bewaehrung").await;
    let tasks = browser.get("/aufgaben").await.expect(200);
    assert!(tasks.text().contains("2 Fristen von Fällen") && tasks.text().contains("überfällig"));
    assert_eq!(tasks.texts("tbody tr").len(), 2);
    let page = browser.get(&case).await.expect(200);
    clean(&page);
    let version = page.input("version").unwrap();
    let text = page.text();
    let action = text
        .split("/fristen/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    browser
        .post(&format!("/fristen/{action}"), &[("version", &version)])
        .await
        .expect(303);
    browser
        .post(&format!("/fristen/{action}"), &[("version", &version)])
        .await
        .expect(404);
    let mut prison = test.signed_in("sozialdienst").await;
    let tasks = prison.get("/aufgaben").await.expect(200);
    assert!(
        tasks.text().contains("Nichts zu tun"),
        "a prison keeps no deadlines"
    );
}

#[tokio::test]
async fn a_danger_is_kept_as_a_disclosure_without_content() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut browser = test.signed_in("bewaehrung").await;
    let case = begun(&test, &mut browser, person).await;
    let path = format!("{case}/gefahr");
    let page = browser.get(&path).await.expect(200);
    clean(&page);
    assert_eq!(page.texts("textarea").len(), 0, "no place for content");
    let token = page.input("einmal").unwrap();
    let fields = [
        ("einmal", token.as_str()),
        ("grundlage", "stgb_138"),
        ("empfaenger", "police"),
        ("tag", "23.11.2026"),
        ("um", "23:00"),
    ];
    browser.post(&path, &fields).await.expect(422);
    let mut right = fields;
    right[4].1 = "8:30";
    browser.post(&path, &right).await.expect(303);
    let page = browser.get(&case).await.expect(200);
    assert!(
        page.text().contains("Gefahr offengelegt")
            && page.text().contains("Polizei am 23.11.2026, 08:30 Uhr")
    );
    assert_eq!(
        test.number("select count(*) from audit_entry where verb = 'offenlegung' and recipient = 'Polizei' and reason = 'stgb_138'").await,
        1
    );
}

#[tokio::test]
async fn a_saved_enquiry_is_corrected_with_both_versions_and_its_history() {
    let test = TestApp::new().await;
    let mut counsellor = test.signed_in("beratung").await;
    let case = refer(&mut counsellor, "relative", "parent", "Umfeldberatung", "").await;
    let path = format!("{case}/berichtigen");
    let page = counsellor.get(&path).await.expect(200);
    clean(&page);
    let version = page.input("version").unwrap();
    let fields = [
        ("version", version.as_str()),
        ("anfragend", "family"),
        ("zugangsweg", "kora"),
        ("eingang", "02.11.2026"),
        ("phaenomen", "right"),
        ("weisung", "none"),
        ("nachweis", "1"),
        ("vollzugsplan", "not_applicable"),
        ("zeiten", "evening"),
        ("grund", "Erst im Gespräch gesagt"),
    ];
    let page = counsellor.post(&path, &fields).await.expect(422);
    assert_eq!(page.texts("#f-nachweis-error").len(), 1);
    let mut right = fields;
    right[6].1 = "";
    counsellor.post(&path, &right).await.expect(303);
    let conflict = counsellor.post(&path, &right).await.expect(409);
    clean(&conflict);
    let page = counsellor.get(&case).await.expect(200);
    assert!(
        page.text().contains("Phänomenbereich: in Klärung")
            && page.text().contains("Phänomenbereich: Rechtsextremismus")
    );
    assert_eq!(
        test.number(
            "select count(*) from client_case where phenomenon = 'right' and asked_by = 'family'"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn words_of_code_lists_are_dated_and_used_ones_stay() {
    let test = TestApp::new().await;
    let mut admin = test.signed_in("verwaltung").await;
    let page = admin.get("/codelisten?liste=topic").await.expect(200);
    clean(&page);
    let token = page.input("einmal").unwrap();
    let fields = [
        ("einmal", token.as_str()),
        ("liste", "topic"),
        ("wort", "Übergang in den Beruf"),
        ("ab", "23.11.2026"),
    ];
    admin.post("/codelisten", &fields).await.expect(303);
    let twice = admin
        .post(
            "/codelisten",
            &[
                ("einmal", "y1"),
                ("liste", "topic"),
                ("wort", "Übergang in den Beruf"),
                ("ab", "23.11.2026"),
            ],
        )
        .await
        .expect(422);
    clean(&twice);
    assert_eq!(test.number("select count(*) from code_entry where list = 'topic' and code = 'uebergang_in_den_beruf'").await, 1);
    // It is offered from its day on, used, and then not deleted any more.
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut browser = test.signed_in("bewaehrung").await;
    begun(&test, &mut browser, person).await;
    let page = browser
        .get(&format!("/personen/{person}/gespraech"))
        .await
        .expect(200);
    assert!(page.text().contains("Übergang in den Beruf"));
    test.execute("insert into counselling_topic (session_id, code) select c.id, 'uebergang_in_den_beruf' from counselling_session c").await;
    let word = [
        ("liste", "topic"),
        ("kategorie", ""),
        ("code", "uebergang_in_den_beruf"),
        ("seit", "23.11.2026"),
        ("was", "loeschen"),
    ];
    admin.post("/codelisten/aendern", &word).await.expect(409);
    let unused = [
        ("liste", "topic"),
        ("kategorie", ""),
        ("code", "health"),
        ("seit", "28.03.2017"),
        ("was", "loeschen"),
    ];
    admin.post("/codelisten/aendern", &unused).await.expect(303);
    let ended = [
        ("liste", "phenomenon"),
        ("kategorie", ""),
        ("code", "left"),
        ("seit", "10.07.2023"),
        ("was", "beenden"),
    ];
    admin.post("/codelisten/aendern", &ended).await.expect(303);
    assert_eq!(
        test.number(
            "select count(*) from code_entry where code = 'left' and valid_to = '2026-11-23'"
        )
        .await,
        1
    );
    for list in ["reason", "phenomenon", "danger_ground", "danger_recipient"] {
        clean(
            &admin
                .get(&format!("/codelisten?liste={list}"))
                .await
                .expect(200),
        );
    }
}

/// The addresses under which the talks that wait can be recorded or cancelled.
async fn waiting(browser: &mut Browser) -> (Vec<String>, Vec<String>) {
    let page = browser.get("/gespraeche/erfassen").await.expect(200);
    clean(&page);
    let recording = page
        .links("/personen/")
        .into_iter()
        .chain(page.links("/faelle/"))
        .filter(|link| link.contains("gespraech?termin="))
        .collect();
    let cancelling = page
        .links("/termine/")
        .into_iter()
        .filter(|link| link.ends_with("/absagen"))
        .collect();
    (recording, cancelling)
}

/// Records the planned talk at an address.
async fn record(browser: &mut Browser, path: &str, day: &str) -> Answer {
    let page = browser.get(path).await.expect(200);
    clean(&page);
    let (token, plan) = (page.input("einmal").unwrap(), page.input("termin").unwrap());
    let part = page.input("enrolment").unwrap_or_default();
    let fields = [
        ("einmal", token.as_str()),
        ("termin", plan.as_str()),
        ("enrolment", part.as_str()),
        ("day", day),
        ("minutes", "45"),
        ("form", "office"),
        ("outcome", "took_place"),
    ];
    browser.post(path.split('?').next().unwrap(), &fields).await
}

#[tokio::test]
async fn a_talk_planned_before_the_end_of_a_participation_is_settled_after_it() {
    let test = TestApp::new().await;
    let person = client(&test, "Adler", "bewaehrung").await;
    let mut browser = test.signed_in("bewaehrung").await;
    let case = begun(&test, &mut browser, person).await;
    for day in ["24.11.2026", "25.11.2026", "26.11.2026", "30.11.2026"] {
        plan(&mut browser, &case, day, "10:00", "office")
            .await
            .expect(303);
    }
    test.clock.advance_minutes(60 * 24 * 4);
    let mut browser = test.signed_in("bewaehrung").await;
    // Over since the 25th, which is said on the 27th.
    step(
        &mut browser,
        &case,
        "completed",
        "certificate",
        "25.11.2026",
    )
    .await
    .expect(303);
    assert_eq!(
        test.number("select count(*) from talk_plan where state = 'cancelled' and reason = 'Fall beendet' and day > '2026-11-25'").await,
        2,
        "what was planned for after the end"
    );
    let (recording, cancelling) = waiting(&mut browser).await;
    assert_eq!((recording.len(), cancelling.len()), (2, 0));
    record(&mut browser, &recording[0], "24.11.2026")
        .await
        .expect(303);
    // On the last day, too; not after it.
    record(&mut browser, &recording[1], "26.11.2026")
        .await
        .expect(422);
    record(&mut browser, &recording[1], "25.11.2026")
        .await
        .expect(303);
    assert_eq!(waiting(&mut browser).await.0.len(), 0);
    assert_eq!(
        test.number("select count(*) from counselling_session where outcome = 'took_place'")
            .await,
        3
    );

    // One that is left from before is cancelled, though its day is over.
    test.execute("update talk_plan set state = 'planned', asked_by = null, reason = null where day = '2026-11-26'")
        .await;
    let (recording, cancelling) = waiting(&mut browser).await;
    assert_eq!((recording.len(), cancelling.len()), (0, 1));
    let page = browser.get(&cancelling[0]).await.expect(200);
    clean(&page);
    let version = page.input("version").unwrap();
    browser
        .post(
            &cancelling[0],
            &[
                ("version", &version),
                ("asked_by", "other"),
                ("reason", "Fall beendet"),
            ],
        )
        .await
        .expect(303);
    assert_eq!(waiting(&mut browser).await.1.len(), 0);
}

#[tokio::test]
async fn a_talk_planned_before_a_nameless_case_closed_is_settled_after_it() {
    let test = TestApp::new().await;
    let mut counsellor = test.signed_in("beratung").await;
    let case = refer(&mut counsellor, "relative", "parent", "Umfeldberatung", "").await;
    plan(&mut counsellor, &case, "24.11.2026", "10:00", "telephone")
        .await
        .expect(303);
    test.clock.advance_minutes(60 * 24 * 4);
    let mut counsellor = test.signed_in("beratung").await;
    step(&mut counsellor, &case, "declined", "one_talk", "25.11.2026")
        .await
        .expect(303);
    let (recording, _) = waiting(&mut counsellor).await;
    assert_eq!(recording.len(), 1);
    record(&mut counsellor, &recording[0], "26.11.2026")
        .await
        .expect(422);
    record(&mut counsellor, &recording[0], "24.11.2026")
        .await
        .expect(303);
    assert_eq!(waiting(&mut counsellor).await.0.len(), 0);
    assert_eq!(
        test.number("select count(*) from client_case where state = 'declined'")
            .await,
        1,
        "the case stays closed"
    );
}
