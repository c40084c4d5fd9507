//! The gate: the list of the day, announced visits, late entries, ticks, objects, family days, the sheet.

pub mod pdf;

use geleit::base::time::{MinuteOfDay, berlin_instant};
use geleit::jobs::{make_sheets, purge_gate};
use time::macros::date;
use time::{Date, Duration};
use uuid::Uuid;

use crate::grants::{GROUP_TRAINING, TODAY, ask, decide, plant_grants, plant_group};
use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows;
use crate::world::fresh;

fn at(day: Date, hour: u8, minute: u8) -> geleit::base::time::Instant {
    berlin_instant(day, MinuteOfDay::from_hm(hour, minute).unwrap()).unwrap()
}

#[track_caller]
fn sound(page: &Answer) {
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
}

/// A clearance of a staff member at JVA Dresden that covers the year.
async fn clear(
    test: &TestApp,
    login: &str,
    last_day: &str,
    (escort, not_alone, no_devices): (bool, bool, bool),
) {
    test.execute(&format!(
        "insert into clearance (id, staff_id, facility_id, state, consent_on, consent_kept_at, result, first_day, \
         last_day, escort, not_alone, no_devices, requested_by, requested_by_name, requested_at, version) \
         select {}, a.staff_id, f.id, 'granted', '2026-01-05', 'Akte', 'ok', '2026-01-05', '{last_day}', {escort}, \
         {not_alone}, {no_devices}, a.id, a.name, 0, 1 from account a, facility f where a.login = '{login}' and f.code = 'DD'",
        rows::id(fresh())
    ))
    .await;
}

async fn granted(test: &TestApp) {
    rows::grant(test, "training", "DD", "akt_gruppe", "2027-06-30").await;
}

/// Announces a visit of oneself as a person would.
async fn announce(
    browser: &mut Browser,
    day: &str,
    from: &str,
    to: &str,
    more: &[(&str, &str)],
) -> Answer {
    let page = browser.get("/einzeltermine/neu").await.expect(200);
    sound(&page);
    let token = page.input("einmal").unwrap();
    let mut fields = vec![
        ("einmal", token.as_str()),
        ("day", day),
        ("from", from),
        ("to", to),
        ("destination", "Raum 2.14"),
    ];
    fields.extend_from_slice(more);
    browser.post("/einzeltermine/neu", &fields).await
}

/// The address of the only visit.
async fn visit(browser: &mut Browser) -> String {
    let links = browser
        .get("/einzeltermine")
        .await
        .expect(200)
        .links("/einzeltermine/");
    links
        .into_iter()
        .find(|link| !link.ends_with("/neu"))
        .expect("a visit")
}

#[tokio::test]
async fn an_announced_visit_stands_on_the_list_with_what_the_clearance_says() {
    let test = TestApp::new().await;
    granted(&test).await;
    clear(&test, "training", "2026-12-01", (true, false, true)).await;
    let name = test.account("training").name.clone();
    let mut trainer = test.signed_in("training").await;
    let done = announce(&mut trainer, "23.11.2026", "10:00", "11:30", &[])
        .await
        .expect(303);
    assert_eq!(done.location(), "/einzeltermine");

    let mut gate = test.signed_in("pforte").await;
    let list = gate.get("/pforte").await.expect(200);
    sound(&list);
    let row = list.texts("tbody tr").join("");
    for words in [
        "10:00–11:30",
        "geändert 09:00",
        "Termin neu",
        &name,
        "Raum 2.14",
        "Beratung",
        "nur in Begleitung",
        "keine Geräte",
        "gültig bis 01.12.2026, endet in 8 Tagen",
    ] {
        assert!(row.contains(words), "{words} in {row}");
    }

    // Moved by one, cancelled by the other: the list tells both.
    let address = visit(&mut trainer).await;
    let version = trainer
        .get(&address)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    let moved = [
        ("version", version.as_str()),
        ("day", "23.11.2026"),
        ("from", "12:00"),
        ("to", "13:00"),
        ("destination", "Raum 1"),
    ];
    test.clock.set(at(TODAY, 9, 5));
    trainer.post(&address, &moved).await.expect(303);
    let list = gate.get("/pforte").await.text();
    assert!(list.contains("12:00–13:00") && list.contains("Termin geändert"));
    // The same form again: somebody else was faster.
    let both = trainer.post(&address, &moved).await.expect(409);
    sound(&both);
    assert!(both.text().contains("Inzwischen gespeichert"));
    test.clock.set(at(TODAY, 9, 8));
    let mut officer = test.signed_in("zugang").await;
    let version = officer
        .get(&address)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    officer
        .post(&format!("{address}/absagen"), &[("version", "1")])
        .await
        .expect(409);
    officer
        .post(&format!("{address}/absagen"), &[("version", &version)])
        .await
        .expect(303);
    let list = gate.get("/pforte").await.text();
    assert!(list.contains(&format!("<s>{name}</s>")) && list.contains("Termin abgesagt"));
    officer
        .post(&format!("{address}/absagen"), &[("version", "3")])
        .await
        .expect(422);

    let others = test.signed_in("training.vsr").await.get(&address).await;
    assert_eq!(others.status.as_u16(), 404);
    gate.get(&address).await.expect(404);
}

#[tokio::test]
async fn what_cannot_be_announced_is_told_beside_the_field_and_nothing_is_lost() {
    let test = TestApp::new().await;
    granted(&test).await;
    let mut trainer = test.signed_in("training").await;
    for (day, from, to, sentence) in [
        (
            "22.11.2026",
            "10:00",
            "11:00",
            "Der Tag liegt in der Vergangenheit",
        ),
        (
            "24.11.2026",
            "11:00",
            "10:00",
            "Das Ende liegt nicht nach dem Beginn",
        ),
        ("24.11.2026", "25:00", "26:00", "„Von“"),
        ("30.02.2027", "10:00", "11:00", "„Tag“"),
        ("23.11.2026", "07:00", "08:00", "schon vorbei"),
        ("24.11.2030", "10:00", "11:00", "So weit voraus"),
        ("01.07.2027", "10:00", "11:00", "keine Zugangsfreigabe"),
    ] {
        let refused = announce(&mut trainer, day, from, to, &[]).await.expect(422);
        sound(&refused);
        assert!(
            refused.text().contains(sentence),
            "{day} {from}: {}",
            refused.text()
        );
        assert_eq!(refused.input("day").as_deref(), Some(day));
    }
    assert_eq!(test.number("select count(*) from gate_visit").await, 0);

    announce(&mut trainer, "24.11.2026", "10:00", "11:00", &[])
        .await
        .expect(303);
    let twice = announce(&mut trainer, "24.11.2026", "10:30", "12:00", &[])
        .await
        .expect(422);
    assert!(twice.text().contains("schon einen anderen Termin"));
    announce(&mut trainer, "24.11.2026", "11:00", "12:00", &[])
        .await
        .expect(303);
    announce(
        &mut trainer,
        "24.11.2026",
        "10:30",
        "12:00",
        &[("trotzdem", "1")],
    )
    .await
    .expect(303);

    // Sent twice, it is one visit.
    let page = trainer.get("/einzeltermine/neu").await;
    let token = page.input("einmal").unwrap();
    let fields = [
        ("einmal", token.as_str()),
        ("day", "25.11.2026"),
        ("from", "10:00"),
        ("to", "11:00"),
        ("destination", "Raum 1"),
    ];
    for _ in 0..2 {
        trainer
            .post("/einzeltermine/neu", &fields)
            .await
            .expect(303);
    }
    assert_eq!(test.number("select count(*) from gate_visit").await, 4);

    // A foreign facility or staff member is not offered, so it is refused like nonsense.
    let mut provider = test.signed_in("koordination").await;
    let foreign = test.account("training.vsr").staff.unwrap().to_string();
    let refused = announce(
        &mut provider,
        "26.11.2026",
        "10:00",
        "11:00",
        &[("staff", &foreign)],
    )
    .await
    .expect(422);
    assert!(refused.text().contains("Wert aus der Liste"));
    assert_eq!(test.number("select count(*) from gate_visit").await, 4);
}

#[tokio::test]
async fn parallel_announcements_for_the_same_time_make_one() {
    let test = TestApp::new().await;
    granted(&test).await;
    let mut trainer = test.signed_in("training").await;
    let csrf = trainer.csrf().await;
    let mut running = Vec::new();
    for number in 0..8 {
        let (mut browser, csrf) = (trainer.clone(), csrf.clone());
        running.push(tokio::spawn(async move {
            let token = format!("token-{number}");
            browser
                .post_raw(
                    "/einzeltermine/neu",
                    &[
                        ("csrf", csrf.as_str()),
                        ("einmal", &token),
                        ("day", "24.11.2026"),
                        ("from", "10:00"),
                        ("to", "11:00"),
                        ("destination", "Raum 1"),
                    ],
                )
                .await
                .status
                .as_u16()
        }));
    }
    let mut answers = Vec::new();
    for task in running {
        answers.push(task.await.unwrap());
    }
    answers.sort_unstable();
    assert_eq!(answers, [303, 422, 422, 422, 422, 422, 422, 422]);
    assert_eq!(test.number("select count(*) from gate_visit").await, 1);
}

async fn late(browser: &mut Browser, staff: &str) -> Answer {
    let page = browser.get("/pforte/nachtrag").await.expect(200);
    sound(&page);
    let token = page.input("einmal").unwrap();
    browser
        .post(
            "/pforte/nachtrag",
            &[
                ("einmal", token.as_str()),
                ("staff", staff),
                ("from", "10:00"),
                ("to", "11:00"),
                ("destination", "Verwaltung"),
                ("reason", "Dolmetschen heute dringend"),
            ],
        )
        .await
}

#[tokio::test]
async fn a_late_entry_says_whose_word_it_was_opens_no_data_and_is_reviewed() {
    let test = TestApp::new().await;
    let planted = plant_group(&test, "published").await;
    test.execute("update group_session set start_minute = 900")
        .await;
    let staff = test.account("training").staff.unwrap().to_string();
    let mut officer = test.signed_in("zugang").await;
    late(&mut officer, &staff).await.expect(303);
    let mut gate = test.signed_in("pforte").await;
    let list = gate.get("/pforte").await.expect(200);
    sound(&list);
    let row = list
        .texts("tbody tr")
        .into_iter()
        .find(|row| row.contains("Verwaltung"))
        .unwrap();
    for words in [
        "Nachtrag ohne Freigabe",
        "Vier-Augen-Prinzip ausgesetzt: Zacharias Zimmer, 09:00 Uhr",
        "nur in Begleitung",
    ] {
        assert!(row.contains(words), "{words} in {row}");
    }
    let mut trainer = test.signed_in("training").await;
    assert_eq!(trainer.get("/gruppen").await.links("/gruppen/").len(), 0);
    trainer.get("/pforte/nachtraege").await.expect(404);
    gate.get("/pforte/nachtrag").await.expect(404);
    for login in ["zugang.zwei", "datenschutz"] {
        let review = test
            .signed_in(login)
            .await
            .get("/pforte/nachtraege")
            .await
            .expect(200);
        sound(&review);
        assert!(
            review.text().contains("Dolmetschen heute dringend"),
            "{login}"
        );
    }

    let entry = officer
        .get("/pforte/nachtraege")
        .await
        .links("/einzeltermine/")
        .remove(0);
    let page = officer.get(&entry).await.expect(200);
    sound(&page);
    assert!(page.input("day").is_none());
    officer
        .post(&format!("{entry}/absagen"), &[("version", "1")])
        .await
        .expect(303);
    assert!(gate.get("/pforte").await.text().contains("abgesagt"));

    // With a grant, or with a stop, nobody is added.
    test.execute("delete from gate_visit").await;
    plant_grants(&test, &planted, &[("active", TODAY)]).await;
    assert!(
        late(&mut officer, &staff)
            .await
            .expect(422)
            .text()
            .contains("gilt heute eine Zugangsfreigabe")
    );
    test.execute("update access_grant set state = 'suspended'")
        .await;
    let blocked = late(&mut officer, &staff).await.expect(422);
    assert!(blocked.text().contains("gesperrt"));
    assert_eq!(test.number("select count(*) from gate_visit").await, 0);
}

#[tokio::test]
async fn a_valid_clearance_spares_the_escort_of_a_late_entry() {
    let test = TestApp::new().await;
    clear(&test, "training", "2027-01-31", (false, false, false)).await;
    let staff = test.account("training").staff.unwrap().to_string();
    let mut officer = test.signed_in("zugang").await;
    late(&mut officer, &staff).await.expect(303);
    let list = officer
        .get("/pforte")
        .await
        .expect(200)
        .texts("tbody tr")
        .join("");
    assert!(
        list.contains("Nachtrag") && !list.contains("Begleitung"),
        "{list}"
    );
}

/// The value of the first tick button that begins so.
fn button(page: &Answer, start: &str) -> Option<String> {
    let document = scraper::Html::parse_document(&page.text());
    let selector = scraper::Selector::parse("button[name=haken]").unwrap();
    document
        .select(&selector)
        .filter_map(|button| button.value().attr("value"))
        .find(|value| value.starts_with(start))
        .map(ToOwned::to_owned)
}

#[tokio::test]
async fn entry_and_exit_are_ticked_taken_back_and_forgotten_after_two_days() {
    let test = TestApp::new().await;
    plant_group(&test, "published").await;
    let mut gate = test.signed_in("pforte").await;
    let list = gate.get("/pforte").await.expect(200);
    let come = button(&list, "ein.").unwrap();
    gate.post("/pforte/haken", &[("haken", &come)])
        .await
        .expect(303);
    let list = gate.get("/pforte").await.expect(200);
    sound(&list);
    assert!(list.texts("tbody tr").join("").contains("09:00 Zurück"));
    test.clock.set(at(TODAY, 11, 30));
    let gone = button(&list, "aus.").unwrap();
    for _ in 0..2 {
        gate.post("/pforte/haken", &[("haken", &gone)])
            .await
            .expect(303);
    }
    let list = gate.get("/pforte").await.expect(200);
    assert!(list.text().contains("11:30"));
    let back = button(&list, "aus-zurueck.").unwrap();
    gate.post("/pforte/haken", &[("haken", &back)])
        .await
        .expect(303);
    let list = gate.get("/pforte").await.texts("tbody tr").join("");
    assert!(list.contains("09:00") && !list.contains("11:30"), "{list}");

    // A line that is not on this facility's list of today cannot be ticked.
    let strange = format!("ein.{}-{}", Uuid::nil().simple(), Uuid::nil().simple());
    for value in [strange.as_str(), "ein.x", "springen.y", ""] {
        gate.post("/pforte/haken", &[("haken", value)])
            .await
            .expect(404);
    }
    assert_eq!(test.number("select count(*) from gate_tick").await, 1);
    test.clock.set(at(TODAY + Duration::days(2), 8, 59));
    purge_gate(&test.app.store).await.unwrap();
    assert_eq!(test.number("select count(*) from gate_tick").await, 1);
    test.clock.set(at(TODAY + Duration::days(2), 9, 1));
    assert_eq!(purge_gate(&test.app.store).await.unwrap(), 1);
    assert_eq!(test.number("select count(*) from gate_tick").await, 0);
    assert_eq!(purge_gate(&test.app.store).await.unwrap(), 0);
}

#[tokio::test]
async fn parallel_ticks_keep_one_row_and_the_first_time() {
    let test = TestApp::new().await;
    plant_group(&test, "published").await;
    let mut gate = test.signed_in("pforte").await;
    let value = button(&gate.get("/pforte").await, "ein.").unwrap();
    let csrf = gate.csrf().await;
    let mut running = Vec::new();
    for _ in 0..6 {
        let (mut browser, csrf, value) = (gate.clone(), csrf.clone(), value.clone());
        running.push(tokio::spawn(async move {
            let fields = [("csrf", csrf.as_str()), ("haken", value.as_str())];
            browser.post_raw("/pforte/haken", &fields).await.expect(303);
        }));
    }
    for task in running {
        task.await.unwrap();
    }
    assert_eq!(
        test.number("select count(*) from gate_tick where entered_at is not null")
            .await,
        1
    );
}

async fn request(browser: &mut Browser, kind: &str, more: &[(&str, &str)]) -> Answer {
    let page = browser.get("/gegenstaende/neu").await.expect(200);
    sound(&page);
    let token = page.input("einmal").unwrap();
    let mut fields = vec![("einmal", token.as_str()), ("kind", kind)];
    fields.extend_from_slice(more);
    browser.post("/gegenstaende/neu", &fields).await
}

const PERIOD: [(&str, &str); 3] = [
    ("occasion", "zeitraum"),
    ("first_day", "23.11.2026"),
    ("last_day", "31.12.2026"),
];

/// The address of a step about the first object that offers it, with its version.
fn step(page: &Answer, way: &str) -> Option<(String, String)> {
    let document = scraper::Html::parse_document(&page.text());
    let forms = scraper::Selector::parse("form").unwrap();
    let version = scraper::Selector::parse("input[name=version]").unwrap();
    let form = document.select(&forms).find(|form| {
        form.value()
            .attr("action")
            .is_some_and(|action| action.ends_with(way))
    })?;
    let number = form.select(&version).next()?.value().attr("value")?;
    Some((form.value().attr("action")?.to_owned(), number.to_owned()))
}

#[tokio::test]
async fn an_object_is_approved_by_another_person_and_stands_on_the_list() {
    let test = TestApp::new().await;
    let planted = plant_group(&test, "published").await;
    plant_grants(&test, &planted, &[("active", date!(2027 - 01 - 31))]).await;
    let mut trainer = test.signed_in("training").await;
    // For a period, and for one session only.
    request(&mut trainer, "flipchart", &PERIOD)
        .await
        .expect(303);
    let page = trainer.get("/gegenstaende/neu").await;
    let session = page
        .option("occasion", "Gruppe am Mo., 23.11.2026")
        .expect("the session is offered");
    request(
        &mut trainer,
        "other",
        &[("detail", "Boxsack <rot>"), ("occasion", &session)],
    )
    .await
    .expect(303);
    let mut gate = test.signed_in("pforte").await;
    assert!(!gate.get("/pforte").await.text().contains("Flipchart"));

    let mut officer = test.signed_in("zugang").await;
    assert!(
        officer
            .get("/")
            .await
            .text()
            .contains("2</strong> Gegenstände warten")
    );
    while let Some((address, version)) = step(&officer.get("/gegenstaende").await, "genehmigen") {
        officer
            .post(&address, &[("version", &version)])
            .await
            .expect(303);
    }
    let row = gate
        .get("/pforte")
        .await
        .expect(200)
        .texts("tbody tr")
        .join("");
    assert!(
        row.contains("Flipchart oder Moderationskoffer (genehmigt: Zacharias Zimmer)"),
        "{row}"
    );
    assert!(
        row.contains("Boxsack <rot>") && row.contains("Gegenstände geändert"),
        "{row}"
    );
    let tomorrow = gate.get("/pforte?tag=2026-11-24").await.text();
    assert!(tomorrow.contains("Flipchart") && !tomorrow.contains("Boxsack"));

    // The officer asks: another one decides.
    let staff = planted.staff.to_string();
    let own = [
        ("staff", staff.as_str()),
        ("first_day", "23.11.2026"),
        ("last_day", "23.11.2026"),
    ];
    request(&mut officer, "game", &own).await.expect(303);
    let list = officer.get("/gegenstaende").await.expect(200);
    sound(&list);
    assert!(step(&list, "genehmigen").is_none());
    let (address, version) = step(
        &test
            .signed_in("zugang.zwei")
            .await
            .get("/gegenstaende")
            .await,
        "genehmigen",
    )
    .unwrap();
    let refused = officer
        .post(&address, &[("version", &version)])
        .await
        .expect(422);
    assert!(refused.text().contains("Eine zweite Person"));
    let mut second = test.signed_in("zugang.zwei").await;
    second.post(&address, &[("version", "7")]).await.expect(409);
    second
        .post(&address, &[("version", &version)])
        .await
        .expect(303);

    // Foreign objects do not exist.
    for login in ["training.vsr", "beratung"] {
        let mut other = test.signed_in(login).await;
        let away = address.replace("genehmigen", "zurueckziehen");
        other.post(&away, &[("version", "2")]).await.expect(404);
    }
    test.execute("update approved_object set facility_id = (select id from facility where code = 'L') where what = 'game'")
        .await;
    let away = address.replace("genehmigen", "zurueckziehen");
    for way in [&address, &away] {
        second.post(way, &[("version", "2")]).await.expect(404);
    }
    assert!(!second.get("/gegenstaende").await.text().contains("Spiele"));
    let (away, version) = step(&trainer.get("/gegenstaende").await, "zurueckziehen").unwrap();
    trainer
        .post(&away, &[("version", &version)])
        .await
        .expect(303);
}

#[tokio::test]
async fn sixteen_parallel_approvals_of_an_object_make_one() {
    let test = TestApp::new().await;
    granted(&test).await;
    let mut trainer = test.signed_in("training").await;
    request(&mut trainer, "food", &PERIOD).await.expect(303);
    let mut officer = test.signed_in("zugang").await;
    let (address, version) = step(&officer.get("/gegenstaende").await, "genehmigen").unwrap();
    let csrf = officer.csrf().await;
    let mut running = Vec::new();
    for _ in 0..16 {
        let (mut browser, csrf, address, version) = (
            officer.clone(),
            csrf.clone(),
            address.clone(),
            version.clone(),
        );
        running.push(tokio::spawn(async move {
            let fields = [("csrf", csrf.as_str()), ("version", version.as_str())];
            browser.post_raw(&address, &fields).await.status.as_u16()
        }));
    }
    let mut done = 0;
    for task in running {
        match task.await.unwrap() {
            303 => done += 1,
            409 => {}
            other => panic!("{other}"),
        }
    }
    assert_eq!(done, 1);
    assert_eq!(
        test.number("select count(*) from history where what = 'Gegenstand entschieden'")
            .await,
        1
    );
}

#[tokio::test]
async fn devices_are_refused_where_the_clearance_forbids_them() {
    let test = TestApp::new().await;
    granted(&test).await;
    let mut trainer = test.signed_in("training").await;
    request(&mut trainer, "laptop", &PERIOD).await.expect(303);
    clear(&test, "training", "2026-12-01", (false, false, true)).await;
    for (kind, detail) in [("laptop", ""), ("other", "mein Tablet")] {
        let mut more = PERIOD.to_vec();
        more.push(("detail", detail));
        let refused = request(&mut trainer, kind, &more).await.expect(422);
        sound(&refused);
        assert!(refused.text().contains("keine Geräte"), "{kind}");
    }
    // What was asked for before is not approved now either, and what was approved is not on the list.
    let mut officer = test.signed_in("zugang").await;
    let (address, version) = step(&officer.get("/gegenstaende").await, "genehmigen").unwrap();
    let refused = officer
        .post(&address, &[("version", &version)])
        .await
        .expect(422);
    assert!(refused.text().contains("keine Geräte"));
    test.execute("update approved_object set state = 'approved'")
        .await;
    announce(&mut trainer, "23.11.2026", "10:00", "11:00", &[])
        .await
        .expect(303);
    let list = officer
        .get("/pforte")
        .await
        .expect(200)
        .texts("tbody tr")
        .join("");
    assert!(
        list.contains("keine Geräte") && !list.contains("Laptop"),
        "{list}"
    );

    for (field, value, sentence) in [
        ("last_day", "22.11.2026", "liegt vor dem ersten"),
        ("first_day", "01.11.2026", "in der Vergangenheit"),
        ("last_day", "31.12.2029", "höchstens für ein Jahr"),
        ("kind", "bombe", "Wert aus der Liste"),
        ("occasion", "session-x", "Wert aus der Liste"),
    ] {
        let mut more: Vec<(&str, &str)> = PERIOD
            .into_iter()
            .filter(|(name, _)| *name != field)
            .collect();
        let kind = if field == "kind" { value } else { "game" };
        if field != "kind" {
            more.push((field, value));
        }
        let refused = request(&mut trainer, kind, &more).await.expect(422);
        assert!(
            refused.text().contains(sentence),
            "{field}={value}: {}",
            refused.text()
        );
    }
    let long = "x".repeat(61);
    let mut more = PERIOD.to_vec();
    more.push(("detail", &long));
    request(&mut trainer, "game", &more).await.expect(422);
}

async fn plan(browser: &mut Browser, day: &str, group: Option<&str>) -> Answer {
    let page = browser.get("/familientage/neu").await.expect(200);
    sound(&page);
    let token = page.input("einmal").unwrap();
    let group = group
        .map(|name| page.option("group", name).expect("the group is offered"))
        .unwrap_or_default();
    browser
        .post(
            "/familientage/neu",
            &[
                ("einmal", token.as_str()),
                ("day", day),
                ("from", "14:00"),
                ("to", "17:00"),
                ("destination", "Besucherraum"),
                ("group", &group),
            ],
        )
        .await
}

async fn invite(browser: &mut Browser, day: &str, name: &str) -> Answer {
    let page = browser.get(day).await.expect(200);
    sound(&page);
    let token = page.input("einmal").unwrap_or_default();
    browser
        .post(
            &format!("{day}/gaeste"),
            &[("einmal", &token), ("name", name)],
        )
        .await
}

#[tokio::test]
async fn guests_of_a_family_day_are_announced_approved_listed_and_forgotten() {
    let test = TestApp::new().await;
    let planted = plant_group(&test, "published").await;
    plant_grants(&test, &planted, &[("active", date!(2027 - 01 - 31))]).await;
    let mut social = test.signed_in("sozialdienst").await;
    let day = plan(&mut social, "18.12.2026", Some("AKT-Herbst"))
        .await
        .expect(303)
        .location()
        .to_owned();
    invite(&mut social, &day, "Gerda Gastmann")
        .await
        .expect(303);
    let mut trainer = test.signed_in("training").await;
    assert_eq!(
        trainer
            .get("/familientage")
            .await
            .links("/familientage/")
            .len(),
        1
    );
    invite(&mut trainer, &day, "Anton Abgelehnt")
        .await
        .expect(303);
    let again = invite(&mut trainer, &day, "gerda gastmann")
        .await
        .expect(422);
    assert!(again.text().contains("schon angekündigt"));
    invite(&mut trainer, &day, " ").await.expect(422);
    for login in ["sozialdienst.leipzig", "training.vsr", "beratung"] {
        let mut other = test.signed_in(login).await;
        other.get(&day).await.expect(404);
        other
            .post(&format!("{day}/gaeste"), &[("name", "Fremd")])
            .await
            .expect(404);
    }

    let mut officer = test.signed_in("zugang").await;
    let page = officer.get(&day).await.expect(200);
    sound(&page);
    // The access officer learns of no group: its name may tell what it is about.
    assert!(!page.text().contains("AKT") && page.text().contains("Gerda Gastmann"));
    assert!(
        officer
            .get("/")
            .await
            .text()
            .contains("2</strong> Gäste warten")
    );
    let (address, version) = step(&page, "ablehnen").unwrap();
    assert!(page.text().find("Anton").unwrap() < page.text().find("Gerda").unwrap());
    officer
        .post(&address, &[("version", &version)])
        .await
        .expect(303);
    let (address, version) = step(&officer.get(&day).await, "genehmigen").unwrap();
    officer
        .post(&address, &[("version", &version)])
        .await
        .expect(303);
    officer
        .post(&address, &[("version", &version)])
        .await
        .expect(409);

    test.clock.set(at(date!(2026 - 12 - 18), 9, 0));
    let mut gate = test.signed_in("pforte").await;
    let list = gate.get("/pforte").await.expect(200);
    sound(&list);
    let row = list.texts("tbody tr").join("");
    for words in [
        "14:00–17:00",
        "Gerda Gastmann",
        "Gast Familientag",
        "Besucherraum",
        "Gast, genehmigt",
    ] {
        assert!(row.contains(words), "{words} in {row}");
    }
    assert!(!row.contains("Anton"));
    let mut social = test.signed_in("sozialdienst").await;
    let late = invite(&mut social, &day, "Zu Spät").await.expect(422);
    assert!(late.text().contains("bis zum 04.12.2026"));

    // No name of a guest in the log, in the history, or in the search of people.
    for (table, columns) in [
        ("audit_entry", "object || reason || recipient || route"),
        (
            "history",
            "what || coalesce(old_value, '') || coalesce(new_value, '') || coalesce(reason, '')",
        ),
    ] {
        let found = test.number(&format!("select count(*) from {table} where {columns} like '%astmann%' or {columns} like '%Anton%'")).await;
        assert_eq!(found, 0, "{table}");
    }
    let people = social.get("/personen?name=Gastmann").await.expect(200);
    assert!(
        people
            .links("/personen/")
            .iter()
            .all(|link| link.ends_with("/neu") || link.ends_with("/einlesen"))
    );

    test.clock.set(at(date!(2026 - 12 - 25), 23, 0));
    purge_gate(&test.app.store).await.unwrap();
    assert_eq!(test.number("select count(*) from family_guest").await, 2);
    test.clock.set(at(date!(2026 - 12 - 26), 0, 30));
    assert_eq!(purge_gate(&test.app.store).await.unwrap(), 2);
    assert_eq!(test.number("select count(*) from family_guest").await, 0);
    assert_eq!(test.number("select count(*) from audit_entry where object = 'pforte: vermerke und gäste' and verb = 'loeschung'").await, 1);
}

#[tokio::test]
async fn the_deadline_is_a_setting_and_a_family_day_can_be_cancelled_once() {
    let test = TestApp::new().await;
    let mut officer = test.signed_in("zugang").await;
    for wrong in ["-1", "91", "viele", ""] {
        let refused = officer
            .post("/familientage/frist", &[("days", wrong)])
            .await
            .expect(422);
        sound(&refused);
    }
    officer
        .post("/familientage/frist", &[("days", "3")])
        .await
        .expect(303);
    let mut social = test.signed_in("sozialdienst").await;
    social
        .post("/familientage/frist", &[("days", "0")])
        .await
        .expect(404);
    let day = plan(&mut social, "18.12.2026", None)
        .await
        .expect(303)
        .location()
        .to_owned();
    assert!(social.get(&day).await.text().contains("15.12.2026"));
    for (day, sentence) in [
        ("01.01.2026", "in der Vergangenheit"),
        ("31.02.2027", "„Tag“"),
    ] {
        assert!(
            plan(&mut social, day, None)
                .await
                .expect(422)
                .text()
                .contains(sentence)
        );
    }
    invite(&mut social, &day, "Gerda Gast").await.expect(303);
    let (way, version) = step(&social.get(&day).await, "absagen").unwrap();
    social
        .post(&way, &[("version", &version)])
        .await
        .expect(303);
    let again = social
        .post(&way, &[("version", &version)])
        .await
        .expect(422);
    assert!(again.text().contains("schon abgesagt"));
    assert!(
        invite(&mut social, &day, "Noch Einer")
            .await
            .expect(422)
            .text()
            .contains("abgesagt")
    );
    assert!(!officer.get("/").await.text().contains("Gast wartet"));
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    leipzig.post(&way, &[("version", "2")]).await.expect(404);
}

#[tokio::test]
async fn whoever_is_not_on_the_list_is_told_why_and_whom_to_call() {
    let test = TestApp::new().await;
    let planted = plant_group(&test, "published").await;
    let name = test.account("training").name.clone();
    let family = name.split(' ').next_back().unwrap().to_lowercase();
    let mut gate = test.signed_in("pforte").await;
    let csrf = gate.csrf().await;
    let mut search = async |day: &str, typed: &str| {
        let fields = [("csrf", csrf.as_str()), ("tag", day), ("name", typed)];
        let page = gate.post_raw("/pforte/suche", &fields).await.expect(200);
        sound(&page);
        page
    };
    // On the list of today; on Wednesday there is no session.
    assert!(
        search("2026-11-23", &family)
            .await
            .text()
            .contains("14:00–17:00")
    );
    let unknown = search("2026-11-25", &family).await;
    assert!(
        unknown.text().contains("unbekannt") && !unknown.texts("main li").join("").contains(&name)
    );
    assert!(unknown.text().contains("Zacharias Zimmer oder Zoe Zander"));
    plant_grants(&test, &planted, &[("active", date!(2026 - 11 - 24))]).await;
    assert!(
        search("2026-11-24", "Nemo")
            .await
            .text()
            .contains("unbekannt")
    );
    assert!(
        search("2026-11-25", &family)
            .await
            .text()
            .contains("Freigabe endete am 24.11.2026")
    );
    test.execute("update access_grant set last_day = '2026-12-31'")
        .await;
    assert!(
        search("2026-11-25", &family)
            .await
            .text()
            .contains("kein Termin an diesem Tag")
    );
    test.execute(
        "update access_grant set state = 'suspended', suspended_reason = 'geheimer Grund'",
    )
    .await;
    let blocked = search("2026-11-25", &family).await;
    assert!(blocked.text().contains("gesperrt") && !blocked.text().contains("geheimer Grund"));
    let list = test.signed_in("pforte").await.get("/pforte").await.text();
    assert!(list.contains("gesperrt") && !list.contains("geheimer Grund"));
    // Typed names stand in no address and in no log.
    assert_eq!(test.number(&format!("select count(*) from audit_entry where object like '%{family}%' or route like '%{family}%'")).await, 0);
}

#[tokio::test]
async fn a_stop_shows_at_once_and_a_clearance_that_is_over_too() {
    let test = TestApp::new().await;
    let planted = plant_group(&test, "published").await;
    plant_grants(&test, &planted, &[("active", date!(2027 - 01 - 31))]).await;
    let mut gate = test.signed_in("pforte").await;
    assert!(
        gate.get("/pforte")
            .await
            .text()
            .contains("gültig bis 31.01.2027")
    );
    clear(&test, "training", "2026-11-22", (false, false, false)).await;
    assert!(
        gate.get("/pforte")
            .await
            .text()
            .contains("Überprüfung abgelaufen")
    );
    clear(&test, "training", "2026-12-24", (false, true, false)).await;
    let list = gate.get("/pforte").await.text();
    assert!(list.contains("gültig bis 24.12.2026") && list.contains("keine Gruppe allein"));
    test.execute(&format!(
        "insert into access_stop (id, staff_id, reason, set_by, set_by_name, set_at, version) \
         select {}, a.staff_id, 'geheimer Grund', a.id, a.name, 0, 1 from account a where a.login = 'training'",
        rows::id(fresh())
    ))
    .await;
    let list = gate.get("/pforte").await.text();
    assert!(
        list.contains("gesperrt")
            && !list.contains("geheimer Grund")
            && !list.contains("gültig bis")
    );
    let mut trainer = test.signed_in("training").await;
    let refused = announce(&mut trainer, "24.11.2026", "10:00", "11:00", &[])
        .await
        .expect(422);
    assert!(refused.text().contains("gesperrt") && !refused.text().contains("geheimer Grund"));
    assert_eq!(test.number("select count(*) from gate_visit").await, 0);
}

#[tokio::test]
async fn a_cancelled_session_is_marked_with_its_time() {
    let test = TestApp::new().await;
    plant_group(&test, "published").await;
    test.execute("update group_session set ordinal = ordinal + 0")
        .await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = social
        .get("/gruppen")
        .await
        .links("/gruppen/")
        .into_iter()
        .find(|link| link.len() > 30)
        .unwrap();
    let way = social
        .get(&group)
        .await
        .links("/sitzungen/")
        .into_iter()
        .find(|link| link.ends_with("/absagen"))
        .unwrap();
    test.clock.set(at(TODAY, 9, 12));
    let reason = geleit::groups::rules::CancelReason::ALL[0].code();
    let shown = [("grund", reason), ("ersatz", "ersatzlos")];
    let preview = social.post(&way, &shown).await.expect(200);
    let stand = preview.input("stand").unwrap();
    let fields = [
        ("grund", reason),
        ("ersatz", "ersatzlos"),
        ("bestaetigt", "1"),
        ("stand", stand.as_str()),
    ];
    social.post(&way, &fields).await.expect(303);
    let list = test
        .signed_in("pforte")
        .await
        .get("/pforte")
        .await
        .expect(200)
        .texts("tbody tr")
        .join("");
    assert!(
        list.contains("geändert 09:12") && list.contains("Termin abgesagt"),
        "{list}"
    );
}

/// Names of inmates, of the programme and of the group, which must be nowhere at the gate.
const CANARIES: &[&str] = &[
    "Kanarienvogel",
    "AKT",
    "Antigewalt",
    "Biografiearbeit",
    "Herbst",
    "Säule",
    "Extremismus",
];

#[tokio::test]
async fn no_inmate_programme_or_group_is_ever_at_the_gate() {
    let test = TestApp::new().await;
    let planted = plant_group(&test, "published").await;
    plant_grants(&test, &planted, &[("active", date!(2027 - 01 - 31))]).await;
    rows::inmate(&test, "Kanarienvogel").await;
    let mut trainer = test.signed_in("training").await;
    announce(&mut trainer, "23.11.2026", "10:00", "11:30", &[])
        .await
        .expect(303);
    let mut social = test.signed_in("sozialdienst").await;
    plan(&mut social, "23.11.2026", Some("AKT-Herbst"))
        .await
        .expect(303);
    test.execute(&format!(
        "insert into family_guest (id, family_day_id, name, state, announced_by, announced_by_name, announced_at, version) \
         select {}, d.id, 'Gerda Gast', 'approved', a.id, a.name, 0, 1 from family_day d, account a where a.login = 'sozialdienst'",
        rows::id(fresh())
    ))
    .await;
    let mut gate = test.signed_in("pforte").await;
    let csrf = gate.csrf().await;
    let mut pages = Vec::new();
    for path in ["/pforte", "/pforte?halt=1", "/pforte?tag=2026-11-24"] {
        pages.push(gate.get(path).await.expect(200).texts("main").join(" "));
    }
    for typed in [
        "Kanarienvogel",
        "AKT",
        "Gerda",
        &test.account("training").name,
    ] {
        let fields = [("csrf", csrf.as_str()), ("name", typed)];
        let found = gate.post_raw("/pforte/suche", &fields).await.expect(200);
        // What was typed stays in the field, and nowhere else.
        pages.push(found.texts("main table, main .notice").join(" "));
    }
    let sheet = gate.get("/pforte/blatt").await.expect(200);
    assert_eq!(
        sheet.headers.get("content-type").unwrap(),
        "application/pdf"
    );
    let words = pdf::words(&sheet.body);
    for there in [
        "Pfortenliste JVA Dresden, Montag, 23. November 2026",
        "10:00–11:30",
        "Gerda Gast",
        "Gast Familientag",
        "Gruppe",
        "Beratung",
        "Seite 1 von 1",
    ] {
        assert!(words.contains(there), "{there} in {words}");
    }
    assert_eq!(pdf::pages(&sheet.body), 1);
    pages.push(words);
    let raw = String::from_utf8_lossy(&sheet.body).into_owned();
    for canary in CANARIES {
        for page in &pages {
            assert!(!page.contains(canary), "{canary} in {page}");
        }
        assert!(!raw.contains(canary));
    }
    // The device sees nothing else.
    for path in [
        "/einzeltermine",
        "/gegenstaende",
        "/familientage",
        "/personen",
        "/gruppen",
        "/freigaben",
        "/pforte/nachtraege",
    ] {
        gate.get(path).await.expect(404);
    }
}

#[tokio::test]
async fn the_sheet_is_made_at_six_once_also_later_and_old_ones_go() {
    let test = TestApp::new().await;
    plant_group(&test, "published").await;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("pforte");
    test.app.keep_sheets_in(root.clone());
    let store = &test.app.store;
    test.clock.set(at(TODAY, 5, 59));
    assert_eq!(make_sheets(store, &root).await.unwrap(), 0);
    assert!(!root.exists());
    test.clock.set(at(TODAY, 6, 0));
    assert_eq!(make_sheets(store, &root).await.unwrap(), 1);
    assert_eq!(make_sheets(store, &root).await.unwrap(), 0);
    let file = root.join("2026-11-23").join("DD.pdf");
    let bytes = std::fs::read(&file).unwrap();
    assert!(pdf::words(&bytes).contains(&test.account("training").name));
    assert_eq!(test.number("select count(*) from audit_entry where verb = 'offenlegung' and object like 'pfortenliste als datei%'").await, 1);

    // The file of the morning stays as it was; a fresh one knows what changed.
    test.clock.set(at(TODAY, 9, 0));
    test.execute("update group_session set start_minute = 1000")
        .await;
    let mut gate = test.signed_in("pforte").await;
    assert_eq!(
        gate.get("/pforte/blatt?stand=morgens")
            .await
            .expect(200)
            .body,
        bytes
    );
    let fresh = gate.get("/pforte/blatt").await.expect(200).body;
    assert!(pdf::words(&fresh).contains("16:40–19:40") && !pdf::words(&bytes).contains("16:40"));
    gate.get("/pforte/blatt?tag=2027-01-01").await.expect(404);

    // Off at six: made as soon as it is on again. A day without visitors has no sheet. Old days go, other folders stay.
    for name in ["2026-11-15", "wichtig"] {
        std::fs::create_dir_all(root.join(name)).unwrap();
    }
    test.clock.set(at(TODAY + Duration::DAY, 15, 17));
    assert_eq!(make_sheets(store, &root).await.unwrap(), 1);
    test.clock.set(at(TODAY + Duration::days(2), 6, 30));
    assert_eq!(make_sheets(store, &root).await.unwrap(), 0);
    assert!(!root.join("2026-11-15").exists() && root.join("wichtig").exists() && file.exists());
}

#[tokio::test]
async fn an_unlucky_day_has_three_hundred_lines_and_few_statements() {
    let test = TestApp::new().await;
    granted(&test).await;
    let staff = rows::id(test.account("training").staff.unwrap().0);
    let by = rows::id(test.account("training").id.0);
    for number in 0..300 {
        test.execute(&format!(
            "insert into gate_visit (id, staff_id, facility_id, day, start_minute, minutes, destination, escort, created_at, \
             created_by, created_by_name, version) select {}, {staff}, f.id, '2026-11-23', {}, 30, 'Raum {number}', false, 0, \
             {by}, 'X', 1 from facility f where f.code = 'DD'",
            rows::id(fresh()),
            480 + number
        ))
        .await;
    }
    let mut gate = test.signed_in("pforte").await;
    test.app.store.record();
    let list = gate.get("/pforte").await.expect(200);
    assert!(test.app.store.recorded().statements() <= 5);
    assert_eq!(list.texts("tbody tr").len(), 300);
    assert!(list.texts("tbody tr")[0].contains("08:00–08:30"));
    let sheet = gate.get("/pforte/blatt").await.expect(200).body;
    assert!(pdf::pages(&sheet) > 10);
    assert!(pdf::words(&sheet).contains(&format!("Seite {0} von {0}", pdf::pages(&sheet))));
    // Twenty lines fit on one page.
    test.execute("delete from gate_visit where start_minute >= 500")
        .await;
    let sheet = gate.get("/pforte/blatt").await.expect(200).body;
    assert_eq!(
        (
            pdf::pages(&sheet),
            gate.get("/pforte").await.texts("tbody tr").len()
        ),
        (1, 20)
    );
}

#[tokio::test]
async fn the_device_at_the_gate_lives_through_a_shift_and_loads_itself_anew() {
    let test = TestApp::new().await;
    let mut gate = test.signed_in("pforte").await;
    let mut officer = test.signed_in("zugang").await;
    assert!(
        gate.get("/pforte")
            .await
            .text()
            .contains("http-equiv=\"refresh\" content=\"120; url=/pforte\"")
    );
    assert!(
        !gate
            .get("/pforte?halt=1")
            .await
            .text()
            .contains("http-equiv")
    );
    assert!(!officer.get("/pforte").await.text().contains("http-equiv"));
    test.clock.advance_minutes(11 * 60);
    gate.get("/pforte").await.expect(200);
    officer.get("/pforte").await.expect(303);
    test.clock.advance_minutes(11 * 60);
    gate.get("/pforte").await.expect(200);
    test.clock.advance_minutes(2 * 60 + 1);
    gate.get("/pforte").await.expect(303);
}

#[tokio::test]
async fn the_gate_sees_staff_and_validity_and_a_revocation_at_once() {
    let test = TestApp::new().await;
    rows::clearance(&test, "training", "DD", "2026-01-01", "2027-12-31").await;
    plant_group(&test, "published").await;
    let trainer = test.account("training").name.clone();
    let mut gate = test.signed_in("pforte").await;
    let list = gate.get("/pforte").await.expect(200);
    assert_eq!(html::problems(&list.text()), Vec::<String>::new());
    let row = list.texts("tbody tr").join("");
    assert!(
        row.contains("14:00–17:00") && row.contains(&trainer) && row.contains("Gruppe"),
        "{row}"
    );
    assert!(row.contains("keine gültige Freigabe"));
    for word in ["AKT", "Antigewalt", "Biografiearbeit", "Säule"] {
        assert!(!list.texts("main").join("").contains(word), "{word}");
    }
    assert_eq!(
        list.texts(".print-only"),
        [
            "1 Zeile. Gedruckt mit Stand vom 23.11.2026, 09:00 Uhr. Spätere Änderungen stehen nicht auf diesem Blatt."
        ]
    );

    let mut provider = test.signed_in("koordination").await;
    let asked = ask(
        &mut provider,
        &trainer,
        "JVA Dresden",
        &[GROUP_TRAINING],
        "23.11.2026",
        "23.11.2026",
    )
    .await
    .expect(303);
    let grant = asked.location().to_owned();
    assert!(
        gate.get("/pforte")
            .await
            .text()
            .contains("keine gültige Freigabe")
    );
    let mut officer = test.signed_in("zugang").await;
    decide(&mut officer, &grant, "genehmigen").await.expect(303);
    assert!(
        gate.get("/pforte")
            .await
            .text()
            .contains("gültig bis 23.11.2026")
    );
    decide(&mut officer, &grant, "widerrufen").await.expect(303);
    assert!(
        gate.get("/pforte")
            .await
            .text()
            .contains("keine gültige Freigabe")
    );

    let tomorrow = gate.get("/pforte?tag=2026-11-24").await.expect(200);
    assert!(
        tomorrow.text().contains("abgesagt")
            && tomorrow.text().contains(&format!("<s>{trainer}</s>"))
    );
    assert!(
        gate.get("/pforte?tag=2026-11-25")
            .await
            .text()
            .contains("Niemand angekündigt")
    );
    for day in ["2026-12-01", "2026-11-15", "gestern"] {
        assert_eq!(
            gate.get(&format!("/pforte?tag={day}"))
                .await
                .expect(303)
                .location(),
            "/pforte"
        );
    }
    provider.get("/pforte").await.expect(404);
    let entries =
        "select count(*) from audit_entry where object = 'pfortenliste' and verb = 'abfrage'";
    assert_eq!(test.number(entries).await, 6);
    assert_eq!(test.number("select count(*) from audit_subject").await, 0);
}

#[tokio::test]
async fn drafts_and_other_facilities_are_not_on_the_gate_list() {
    let test = TestApp::new().await;
    plant_group(&test, "draft").await;
    let mut gate = test.signed_in("pforte").await;
    assert!(
        gate.get("/pforte")
            .await
            .text()
            .contains("Niemand angekündigt")
    );
    test.execute("update training_group set state = 'published'")
        .await;
    assert!(gate.get("/pforte").await.text().contains("14:00–17:00"));
    let house = "(select id from facility where code = 'L')";
    test.execute(&format!("update training_group set facility_id = {house}"))
        .await;
    assert!(
        gate.get("/pforte")
            .await
            .text()
            .contains("Niemand angekündigt")
    );
}

#[tokio::test]
async fn a_grant_ends_at_midnight_in_berlin() {
    let test = TestApp::new().await;
    let planted = plant_group(&test, "published").await;
    plant_grants(&test, &planted, &[("active", TODAY)]).await;
    test.execute("update group_session set state = 'planned'")
        .await;
    let at = |day: Date, hour: u8, minute: u8| {
        berlin_instant(day, MinuteOfDay::from_hm(hour, minute).unwrap()).unwrap()
    };
    test.clock.set(at(TODAY, 23, 57));
    let mut gate = test.signed_in("pforte").await;
    assert!(
        gate.get("/pforte")
            .await
            .text()
            .contains("gültig bis 23.11.2026")
    );
    assert!(
        gate.get("/pforte?tag=2026-11-24")
            .await
            .text()
            .contains("keine gültige Freigabe")
    );
    test.clock.set(at(TODAY + Duration::DAY, 0, 0));
    let list = gate.get("/pforte").await.expect(200);
    assert!(list.text().contains("24. November") && list.text().contains("keine gültige Freigabe"));
}
