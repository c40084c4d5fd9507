//! The waiting list: applications, interviews, order, individual training instead of the group.

use crate::course::{apply, inmate, interview};
use crate::harness::TestApp;
use crate::html;
use crate::rows::{self, id};
use crate::world::fresh;

/// The names in the list, in order.
async fn names(browser: &mut crate::harness::Browser) -> Vec<String> {
    let page = browser.get("/warteliste").await.expect(200);
    page.texts("tbody th")
        .iter()
        .map(|text| text.split(',').next().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn an_application_goes_from_wish_to_interview_to_its_end() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler", Some("2027-06-30")).await;
    let mut social = test.signed_in("sozialdienst").await;
    let empty = social.get("/warteliste").await.expect(200);
    assert!(empty.text().contains("Niemand wartet"));
    let found = social.get("/warteliste?suche=adler").await.expect(200);
    assert_eq!(
        found.links("/personen/"),
        [format!("/personen/{person}/antrag")]
    );
    let application = apply(&mut social, person, "02.11.2026").await;
    let list = social.get("/warteliste").await.expect(200);
    let text = list.text();
    // 23 weekly sessions: 22 weeks between the first and the last, which is the day before the release.
    assert!(text.contains("26.01.2027"), "{text}");
    assert!(text.contains("voraussichtliche Entlassung laut Unterbringung 30.06.2027"));
    assert!(text.contains("beantragt") && text.contains("eigener Wunsch"));
    interview(&mut social, &application, "suitable", "group")
        .await
        .expect(303);
    let page = social.get(&application).await.expect(200);
    assert!(page.text().contains("23.11.2026: geeignet"));
    assert!(page.text().contains("Gruppentraining"));
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    // Ended, and taken up again where it was.
    let form = social
        .get(&format!("{application}/beenden"))
        .await
        .expect(200);
    let version = form.input("version").unwrap();
    social
        .post(
            &format!("{application}/beenden"),
            &[("version", version.as_str()), ("reason", "own_wish")],
        )
        .await
        .expect(303);
    assert!(names(&mut social).await.is_empty());
    let ended = social.get("/warteliste?stand=beendet").await.expect(200);
    assert!(
        ended.text().contains("zurückgezogen")
            && ended.text().contains("eigener Wunsch der Person")
    );
    let version = social.get(&application).await.input("version").unwrap();
    social
        .post(&format!("{application}/oeffnen"), &[("version", &version)])
        .await
        .expect(303);
    assert!(social.get(&application).await.text().contains("geeignet"));
    assert_eq!(names(&mut social).await, ["Adler"]);
    // The person's page tells of it, and of its course.
    let page = social.get(&format!("/personen/{person}")).await.expect(200);
    assert!(page.links("/antraege/").contains(&application));
    assert!(
        page.text().contains("Auf die Warteliste gesetzt")
            && page.text().contains("Antrag beendet")
    );
}

#[tokio::test]
async fn what_is_wrong_stands_beside_the_field() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler", None).await;
    let mut social = test.signed_in("sozialdienst").await;
    let path = format!("/personen/{person}/antrag");
    let page = social.get(&path).await.expect(200);
    let programme = page.option("programme", "Antigewalt").unwrap();
    let token = page.input("einmal").unwrap();
    let foreign = fresh().to_string();
    let long = "x".repeat(121);
    for (field, value, message) in [
        ("applied_on", "01.01.1900", "vor dem 01.01.2000"),
        ("applied_on", "01.01.2200", "Zukunft"),
        ("applied_on", "30.02.2026", "30.02.2026"),
        ("applied_on", "", "Beantragt am"),
        ("access_route", "brief", "einen Wert aus der Liste"),
        ("programme", foreign.as_str(), "heute nicht angeboten"),
        ("remark", long.as_str(), "120"),
    ] {
        let mut fields = vec![
            ("einmal", token.as_str()),
            ("programme", programme.as_str()),
            ("access_route", "self"),
            ("applied_on", "02.11.2026"),
            ("remark", "Schicht"),
        ];
        for pair in &mut fields {
            if pair.0 == field {
                pair.1 = value;
            }
        }
        let page = social.post(&path, &fields).await.expect(422);
        let errors = page.texts(&format!("#f-{field}-error"));
        assert!(
            errors.first().is_some_and(|text| text.contains(message)),
            "{field}={value}: {errors:?}"
        );
        assert_eq!(page.texts("#fehler li").len(), 1);
        if field != "remark" {
            assert_eq!(
                page.input("remark").as_deref(),
                Some("Schicht"),
                "what was typed stays"
            );
        }
    }
    assert_eq!(test.number("select count(*) from application").await, 0);
    let application = apply(&mut social, person, "02.11.2026").await;
    let path = format!("{application}/gespraech");
    for (day, result, form, field, message) in [
        (
            "01.01.1900",
            "suitable",
            "group",
            "interview_on",
            "vor dem 01.01.2000",
        ),
        ("01.01.2200", "suitable", "group", "interview_on", "Zukunft"),
        (
            "01.11.2026",
            "suitable",
            "group",
            "interview_on",
            "02.11.2026",
        ),
        (
            "23.11.2026",
            "suitable",
            "",
            "recommended_form",
            "welche Form",
        ),
        (
            "23.11.2026",
            "unsuitable",
            "group",
            "recommended_form",
            "nicht in die Gruppe",
        ),
        ("23.11.2026", "", "", "result", "Ergebnis"),
    ] {
        let fields = [
            ("version", "1"),
            ("interview_on", day),
            ("result", result),
            ("recommended_form", form),
        ];
        let page = social.post(&path, &fields).await.expect(422);
        let errors = page.texts(&format!("#f-{field}-error"));
        assert!(
            errors.first().is_some_and(|text| text.contains(message)),
            "{day} {result} {form}: {errors:?}"
        );
    }
    social
        .post(
            &format!("{application}/beenden"),
            &[("version", "1"), ("reason", "")],
        )
        .await
        .expect(422);
}

#[tokio::test]
async fn of_many_applications_at_once_one_is_kept() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler", None).await;
    let mut social = test.signed_in("sozialdienst").await;
    let path = format!("/personen/{person}/antrag");
    let programme = social
        .get(&path)
        .await
        .option("programme", "Antigewalt")
        .unwrap();
    let csrf = social.csrf().await;
    let second = test.second_instance().await;
    let sends = (0..32).map(|number| {
        let mut browser = social.clone();
        if number % 2 == 1 {
            browser.move_to(second.clone());
        }
        let (path, programme, csrf) = (path.clone(), programme.clone(), csrf.clone());
        tokio::spawn(async move {
            let token = format!("zettel-{number}");
            let fields = [
                ("csrf", csrf.as_str()),
                ("einmal", token.as_str()),
                ("programme", programme.as_str()),
                ("access_route", "self"),
                ("applied_on", "02.11.2026"),
            ];
            let answer = browser.post_raw(&path, &fields).await;
            (answer.status.as_u16(), answer.texts("#f-programme-error"))
        })
    });
    let mut kept = 0;
    for send in sends.collect::<Vec<_>>() {
        let (status, errors) = send.await.unwrap();
        if status == 303 {
            kept += 1;
        } else {
            assert_eq!(status, 422);
            assert!(errors[0].contains("schon auf der Warteliste"), "{errors:?}");
        }
    }
    assert_eq!(kept, 1);
    assert_eq!(test.number("select count(*) from application").await, 1);
}

#[tokio::test]
async fn the_list_is_ordered_by_what_it_shows() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let mut all = Vec::new();
    for (family, release) in [
        ("Unbekannt", None),
        ("Spaet", Some("2028-03-01")),
        ("Bald", Some("2027-05-30")),
        ("Zuspaet", Some("2026-12-24")),
        ("Zurueck", Some("2029-01-01")),
    ] {
        let person = inmate(&test, family, release).await;
        apply(&mut social, person, "02.11.2026").await;
        all.push(person);
    }
    // A planned transfer counts if it comes before the release.
    test.execute(&format!(
        "update placement set to_day = '2027-06-15' where person_id = {}",
        id(all[1])
    ))
    .await;
    // One had to leave a group when transferred, another was excluded by the trainers.
    let course =
        crate::course::course(&test, "Fruehere", 8, &[time::macros::date!(2026 - 03 - 02)]).await;
    for (person, reason) in [(all[4], "versetzt"), (all[0], "ausgeschlossen_training")] {
        left(&test, course.id, person, reason).await;
    }
    assert_eq!(
        names(&mut social).await,
        ["Zurueck", "Zuspaet", "Bald", "Spaet", "Unbekannt"]
    );
    let page = social.get("/warteliste").await.expect(200);
    let text = page.text();
    assert_eq!(text.matches("schafft den Kurs nicht mehr").count(), 1);
    assert!(
        text.contains("früher ausgeschieden") && text.contains("in eine andere Anstalt verlegt")
    );
    assert!(text.contains("geplantes Ende der Unterbringung 15.06.2027"));
    assert!(text.contains("keine voraussichtliche Entlassung eingetragen"));
    assert!(!text.contains("durch das Training ausgeschlossen"));
    assert_eq!(html::problems(&text), Vec::<String>::new());

    // A confidential case elsewhere moves nobody and is said nowhere.
    test.execute(&format!(
        "insert into enrolment (id, person_id, programme_id, provider_id, facility_id, access_route, enrolled_on, created_at, \
         version) select {}, {}, p.id, v.id, f.id, 'self', '2026-01-05', 0, 1 from programme p, provider v, facility f \
         where p.code = 'akt_gruppe' and v.code = 'apro' and f.code = 'DD'",
        id(fresh()),
        id(all[2])
    ))
    .await;
    let again = social.get("/warteliste").await.expect(200).texts("main");
    assert_eq!(page.texts("main"), again);
}

/// A membership of the past.
async fn left(test: &TestApp, group: uuid::Uuid, person: uuid::Uuid, reason: &str) {
    let enrolment = fresh();
    test.execute(&format!(
        "insert into enrolment (id, person_id, programme_id, provider_id, facility_id, access_route, enrolled_on, ended_on, \
         outcome, created_at, version) select {}, {}, g.programme_id, g.provider_id, g.facility_id, 'staff', '2026-03-01', \
         '2026-05-01', 'dropped_out', 0, 1 from training_group g where g.id = {}",
        id(enrolment),
        id(person),
        id(group)
    ))
    .await;
    test.execute(&format!(
        "insert into membership (id, group_id, person_id, programme_id, enrolment_id, from_day, to_day, end_reason) \
         select {}, g.id, {}, g.programme_id, {}, '2026-03-01', '2026-05-01', '{reason}' from training_group g where g.id = {}",
        id(fresh()),
        id(person),
        id(enrolment),
        id(group)
    ))
    .await;
}

#[tokio::test]
async fn individual_training_begins_with_one_click() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler", Some("2029-01-01")).await;
    let mut social = test.signed_in("sozialdienst").await;
    let application = apply(&mut social, person, "02.11.2026").await;
    let page = social.get(&application).await.expect(200);
    assert!(
        !page.text().contains("Einzeltraining beginnen"),
        "not before it is declined or recommended"
    );
    interview(&mut social, &application, "unsuitable", "individual")
        .await
        .expect(303);
    let page = social.get(&application).await.expect(200);
    assert!(page.text().contains("abgelehnt") && page.text().contains("Einzeltraining beginnen"));
    let version = page.input("version").unwrap();
    let begin = format!("{application}/einzeltraining");
    social
        .post(&begin, &[("version", version.as_str())])
        .await
        .expect(303);
    let individual = "select count(*) from enrolment e join programme p on p.id = e.programme_id \
                      where p.code = 'akt_einzel' and e.ended_on is null and e.access_route = 'self'";
    assert_eq!(test.number(individual).await, 1);
    assert!(
        social
            .get(&application)
            .await
            .text()
            .contains("im Einzeltraining")
    );
    // Again, from the old page and from a new one: nothing more begins.
    social
        .post(&begin, &[("version", version.as_str())])
        .await
        .expect(303);
    assert!(
        social
            .get(&application)
            .await
            .text()
            .contains("schon eine Teilnahme geworden")
    );
    assert_eq!(test.number(individual).await, 1);
    assert_eq!(
        test.number("select count(*) from audit_entry where route like 'POST /antraege/%einzeltraining' and outcome <> 'erlaubt'")
            .await,
        1
    );
}

#[tokio::test]
async fn two_interviews_at_once_show_both_versions() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler", None).await;
    let mut social = test.signed_in("sozialdienst").await;
    let application = apply(&mut social, person, "02.11.2026").await;
    let path = format!("{application}/gespraech");
    let mine = [
        ("version", "1"),
        ("interview_on", "23.11.2026"),
        ("result", "later"),
        ("recommended_form", "group"),
        ("remark", "Schicht bis März"),
    ];
    interview(&mut social, &application, "suitable", "group")
        .await
        .expect(303);
    let page = social.post(&path, &mine).await.expect(409);
    assert!(page.text().contains("geeignet, aber erst später"));
    assert_eq!(page.texts("table.versions tr.differs").len(), 3);
    assert_eq!(page.input("remark").as_deref(), Some("Schicht bis März"));
    assert_eq!(page.input("version").as_deref(), Some("2"));
    let again: Vec<(&str, &str)> = mine
        .iter()
        .map(|(name, value)| {
            if *name == "version" {
                ("version", "2")
            } else {
                (*name, *value)
            }
        })
        .collect();
    social.post(&path, &again).await.expect(303);
    assert!(
        social
            .get(&application)
            .await
            .text()
            .contains("zurückgestellt")
    );
}

#[tokio::test]
async fn an_application_goes_where_the_person_goes() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Adler", None).await;
    let mut social = test.signed_in("sozialdienst").await;
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let application = apply(&mut social, person, "02.11.2026").await;
    leipzig.get(&application).await.expect(404);
    test.execute(&format!(
        "update placement set to_day = '2026-11-20' where person_id = {}",
        id(person)
    ))
    .await;
    rows::place(&test, person, "L", "custody").await;
    test.execute("update placement set from_day = '2026-11-20' where to_day is null")
        .await;
    assert!(names(&mut social).await.is_empty());
    assert_eq!(names(&mut leipzig).await, ["Adler"]);
    // The old facility still reads it for the hand-over, and changes it no more.
    let page = social.get(&application).await.expect(200);
    assert!(
        page.text().contains("nicht in Ihrer Einrichtung")
            && !page.text().contains("Auswahlgespräch eintragen")
    );
    interview(&mut social, &application, "suitable", "group")
        .await
        .expect(422);
    interview(&mut leipzig, &application, "suitable", "group")
        .await
        .expect(303);
    social
        .get(&format!("/personen/{person}/antrag"))
        .await
        .expect(200);
}
