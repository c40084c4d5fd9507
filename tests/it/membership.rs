//! Places in groups: capacity and uniqueness under a race, late joiners, leaving and coming back, suspensions, and the
//! assistant that fills a group from the waiting list.

use time::macros::date;

use crate::course::{Course, add, apply, course, field, inmate, inmates, interview, post};
use crate::harness::{Browser, TestApp};
use crate::html;
use crate::rows::id;
use crate::world::fresh;

const MONDAYS: [time::Date; 4] = [
    date!(2026 - 11 - 16),
    date!(2026 - 11 - 23),
    date!(2026 - 11 - 30),
    date!(2026 - 12 - 07),
];

/// Sends all additions at once, half of them to a second instance, and gives the statuses.
async fn all_at_once(
    test: &TestApp,
    social: &mut Browser,
    wishes: Vec<(String, String)>,
) -> Vec<u16> {
    let csrf = social.csrf().await;
    let second = test.second_instance().await;
    let sends: Vec<_> = wishes
        .into_iter()
        .enumerate()
        .map(|(number, (group, person))| {
            let mut browser = social.clone();
            if number % 2 == 1 {
                browser.move_to(second.clone());
            }
            let csrf = csrf.clone();
            tokio::spawn(async move {
                let token = format!("zettel-{number}");
                let fields = [
                    ("csrf", csrf.as_str()),
                    ("einmal", token.as_str()),
                    ("person", person.as_str()),
                    ("bestaetigt", "1"),
                ];
                let path = format!("{group}/teilnehmende");
                browser.post_raw(&path, &fields).await.status.as_u16()
            })
        })
        .collect();
    let mut statuses = Vec::new();
    for send in sends {
        statuses.push(send.await.unwrap());
    }
    statuses
}

#[tokio::test]
async fn the_last_place_is_given_once() {
    let test = TestApp::new().await;
    let people = inmates(&test, 33).await;
    let group = course(&test, "Eng", 2, &MONDAYS).await;
    let mut social = test.signed_in("sozialdienst").await;
    add(&mut social, &group, people[32]).await.expect(303);
    let wishes = people[..32]
        .iter()
        .map(|person| (group.path(), person.to_string()))
        .collect();
    let statuses = all_at_once(&test, &mut social, wishes).await;
    assert!(statuses.iter().all(|status| *status == 303), "{statuses:?}");
    assert_eq!(test.number("select count(*) from membership").await, 2);
    assert_eq!(
        test.number("select count(*) from enrolment").await,
        2,
        "who found no place has no participation either"
    );
    assert_eq!(
        test.number("select count(*) from audit_entry where route = 'POST /gruppen/{group}/teilnehmende' and outcome <> 'erlaubt'")
            .await,
        31
    );
}

#[tokio::test]
async fn of_two_groups_of_a_programme_a_person_is_in_one() {
    let test = TestApp::new().await;
    let person = inmates(&test, 1).await[0];
    let groups = [
        course(&test, "Eine", 8, &MONDAYS).await,
        course(&test, "Andere", 8, &MONDAYS).await,
    ];
    let mut social = test.signed_in("sozialdienst").await;
    let wishes = (0..32)
        .map(|number| (groups[number / 16].path(), person.to_string()))
        .collect();
    let statuses = all_at_once(&test, &mut social, wishes).await;
    assert!(statuses.iter().all(|status| *status == 303), "{statuses:?}");
    let active = "select count(*) from membership where to_day is null";
    assert_eq!(test.number(active).await, 1);
    assert_eq!(test.number("select count(*) from enrolment").await, 1);
    // The database itself refuses a second one, also by another participation.
    let enrolment = fresh();
    test.execute(&format!(
        "insert into enrolment (id, person_id, programme_id, provider_id, facility_id, access_route, enrolled_on, created_at, \
         version) select {}, e.person_id, e.programme_id, v.id, e.facility_id, 'staff', '2026-11-01', 0, 1 from enrolment e, \
         provider v where v.id <> e.provider_id and v.code = 'vsr'",
        id(enrolment)
    ))
    .await;
    let database = test.database().await;
    let refused = sea_orm::ConnectionTrait::execute_unprepared(
        &database,
        &format!(
            "insert into membership (id, group_id, person_id, programme_id, enrolment_id, from_day) \
             select {}, g.id, {}, g.programme_id, {}, '2026-11-23' from training_group g where g.id not in \
             (select m.group_id from membership m)",
            id(fresh()),
            id(person),
            id(enrolment)
        ),
    )
    .await;
    assert!(matches!(
        refused.unwrap_err().sql_err(),
        Some(sea_orm::SqlErr::UniqueConstraintViolation(_))
    ));
    database.close().await.unwrap();
    assert_eq!(test.number(active).await, 1);
}

async fn at(test: &TestApp, hour: u8) {
    use geleit::base::time::{MinuteOfDay, berlin_instant};
    test.clock.set(
        berlin_instant(
            date!(2026 - 11 - 23),
            MinuteOfDay::from_hm(hour, 0).unwrap(),
        )
        .unwrap(),
    );
}

/// Whose names a register shows.
async fn in_register(browser: &mut Browser, group: &Course, session: usize) -> Vec<String> {
    let page = browser
        .get(&format!(
            "{}/sitzungen/{}/blatt",
            group.path(),
            group.sessions[session]
        ))
        .await
        .expect(200);
    page.texts("tbody th")
        .iter()
        .filter_map(|text| text.split_once(',').map(|(family, _)| family.to_owned()))
        .collect()
}

#[tokio::test]
async fn late_joiners_are_in_future_sessions_only() {
    let test = TestApp::new().await;
    let people = inmates(&test, 2).await;
    let group = course(&test, "Laufend", 8, &MONDAYS).await;
    let mut social = test.signed_in("sozialdienst").await;
    // In the morning, before today's session.
    add(&mut social, &group, people[0]).await.expect(303);
    assert!(in_register(&mut social, &group, 0).await.is_empty());
    assert_eq!(in_register(&mut social, &group, 1).await, ["Probe00"]);
    // In the evening, after it: today's register stays as it was.
    at(&test, 18).await;
    let mut social = test.signed_in("sozialdienst").await;
    add(&mut social, &group, people[1]).await.expect(303);
    assert_eq!(in_register(&mut social, &group, 1).await, ["Probe00"]);
    assert_eq!(
        in_register(&mut social, &group, 2).await,
        ["Probe00", "Probe01"]
    );
}

#[tokio::test]
async fn leaving_keeps_the_past_and_coming_back_is_a_second_time() {
    let test = TestApp::new().await;
    let person = inmates(&test, 1).await[0];
    let group = course(&test, "Laufend", 8, &MONDAYS).await;
    let mut social = test.signed_in("sozialdienst").await;
    add(&mut social, &group, person).await.expect(303);
    at(&test, 18).await;
    let mut social = test.signed_in("sozialdienst").await;
    post(
        &mut social,
        &group.register(1),
        &[field("status", person, "present")],
    )
    .await
    .expect(303);
    let end = format!("{}/teilnehmende/{person}/beenden", group.path());
    for (reason, day, name, message) in [
        ("", "", "grund", "Grund"),
        (
            "versetzt",
            "01.01.1900",
            "ab",
            "Die Person ist seit dem 23.11.2026",
        ),
        ("versetzt", "01.01.2200", "ab", "Zukunft"),
        ("versetzt", "31.02.2026", "ab", "31.02.2026"),
        ("versetzt", "23.11.2026", "ab", "noch in der Sitzung"),
    ] {
        let page = social
            .post(
                &end,
                &[("grund", reason), ("ab", day), ("hinweis", "kommt wieder")],
            )
            .await
            .expect(422);
        let errors = page.texts(&format!("#f-{name}-error"));
        assert!(
            errors.first().is_some_and(|text| text.contains(message)),
            "{reason} {day}: {errors:?}"
        );
        assert_eq!(page.input("hinweis").as_deref(), Some("kommt wieder"));
    }
    social
        .post(&end, &[("grund", "versetzt"), ("hinweis", "kommt wieder")])
        .await
        .expect(303);
    assert_eq!(in_register(&mut social, &group, 1).await, ["Probe00"]);
    assert!(in_register(&mut social, &group, 2).await.is_empty());
    assert!(
        social
            .get(&group.register(1))
            .await
            .expect(200)
            .text()
            .contains("Probe00")
    );
    let history = social.get(&group.path()).await.text();
    assert!(history.contains("in eine andere Anstalt verlegt: kommt wieder"));
    // Back again: that is asked about, and it is a second period with a participation of its own.
    let token = fresh().simple().to_string();
    let who = person.to_string();
    let asked = social
        .post(
            &format!("{}/teilnehmende", group.path()),
            &[("person", who.as_str()), ("einmal", token.as_str())],
        )
        .await
        .expect(200);
    assert!(
        asked
            .text()
            .contains("Schied am 24.11.2026 schon einmal aus"),
        "{}",
        asked.text()
    );
    add(&mut social, &group, person).await.expect(303);
    assert_eq!(test.number("select count(*) from membership").await, 2);
    assert_eq!(
        test.number("select count(*) from membership where to_day is null")
            .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from enrolment where outcome = 'dropped_out'")
            .await,
        1
    );
    assert_eq!(in_register(&mut social, &group, 2).await, ["Probe00"]);
    let page = social.get(&format!("/personen/{person}")).await.expect(200);
    assert!(page.text().matches("Laufend").count() >= 2);
}

#[tokio::test]
async fn a_suspension_keeps_the_place_and_stands_in_the_register() {
    let test = TestApp::new().await;
    let people = inmates(&test, 2).await;
    let group = course(&test, "Laufend", 2, &MONDAYS).await;
    let mut social = test.signed_in("sozialdienst").await;
    for person in &people {
        add(&mut social, &group, *person).await.expect(303);
    }
    let path = format!("{}/teilnehmende/{}/aussetzen", group.path(), people[0]);
    for (from, last, reason, name, message) in [
        ("01.01.1900", "", "health", "from_day", "1900"),
        ("01.01.2200", "", "health", "from_day", "2200"),
        (
            "01.11.2026",
            "",
            "health",
            "from_day",
            "seit dem 23.11.2026",
        ),
        (
            "30.11.2026",
            "29.11.2026",
            "health",
            "last_day",
            "vor dem ersten",
        ),
        ("30.11.2026", "", "", "reason", "Grund"),
    ] {
        let fields = [("from_day", from), ("last_day", last), ("reason", reason)];
        let page = social.post(&path, &fields).await.expect(422);
        let errors = page.texts(&format!("#f-{name}-error"));
        assert!(
            errors.first().is_some_and(|text| text.contains(message)),
            "{from} {last}: {errors:?}"
        );
    }
    let token = fresh().simple().to_string();
    let fields = [
        ("from_day", "23.11.2026"),
        ("last_day", ""),
        ("reason", "work_school"),
        ("einmal", token.as_str()),
    ];
    social.post(&path, &fields).await.expect(303);
    // Twice is once, and a second one may not meet it.
    social.post(&path, &fields).await.expect(303);
    assert_eq!(
        test.number("select count(*) from membership_pause").await,
        1
    );
    social.post(&path, &fields[..3]).await.expect(422);
    let third = inmate(&test, "Dritte", Some("2029-01-01")).await;
    add(&mut social, &group, third).await.expect(303);
    assert_eq!(
        test.number("select count(*) from membership").await,
        2,
        "the place is kept"
    );
    test.execute(&format!(
        "insert into absence (id, person_id, placement_id, from_day, reason, created_at, version) \
         select {}, p.person_id, p.id, '2026-11-20', 'court', 0, 1 from placement p where p.person_id = {}",
        id(fresh()),
        id(people[1])
    ))
    .await;
    at(&test, 18).await;
    let mut social = test.signed_in("sozialdienst").await;
    let page = social.get(&group.register(1)).await.expect(200);
    assert_eq!(
        page.texts("[data-away] th"),
        [
            "Probe00, Jan!ausgesetzt",
            "Probe01, Jan●vorübergehend abwesend"
        ]
    );
    // There again from the 30th on.
    let page = social.get(&path).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let (pause, version) = (
        page.input("aussetzung").unwrap(),
        page.input("version").unwrap(),
    );
    let back = |day: &'static str| {
        [
            ("aussetzung", pause.clone()),
            ("version", version.clone()),
            ("back", day.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
    };
    for day in ["23.11.2026", "01.01.1900", "01.01.2200"] {
        post(&mut social, &path, &back(day)).await.expect(422);
    }
    post(&mut social, &path, &back("30.11.2026"))
        .await
        .expect(303);
    post(&mut social, &path, &back("07.12.2026"))
        .await
        .expect(409);
    let sheet = |session: usize| {
        format!(
            "{}/sitzungen/{}/blatt",
            group.path(),
            group.sessions[session]
        )
    };
    assert!(social.get(&sheet(1)).await.text().contains("ausgesetzt"));
    assert!(!social.get(&sheet(2)).await.text().contains("ausgesetzt"));
}

#[tokio::test]
async fn the_assistant_tells_why_and_takes_several_at_once() {
    let test = TestApp::new().await;
    let group = course(
        &test,
        "Neu",
        3,
        &[date!(2026 - 11 - 30), date!(2027 - 05 - 03)],
    )
    .await;
    let other = course(&test, "Andere", 8, &MONDAYS).await;
    let mut social = test.signed_in("sozialdienst").await;
    let empty = social
        .get(&format!("{}/zusammensetzung", group.path()))
        .await
        .expect(200);
    assert!(empty.text().contains("Niemand wartet"));
    let mut people = std::collections::BTreeMap::new();
    for (family, release, result) in [
        ("Frueh", Some("2027-06-30"), Some("suitable")),
        ("Spaeter", Some("2028-06-30"), Some("suitable")),
        ("Offen", None, Some("suitable")),
        ("Vierte", None, Some("suitable")),
        ("Zukurz", Some("2027-02-01"), Some("suitable")),
        ("Ohne", Some("2029-01-01"), None),
        ("Einzel", Some("2029-01-01"), Some("individual")),
        ("Drin", Some("2029-01-01"), Some("suitable")),
    ] {
        let person = inmate(&test, family, release).await;
        let application = apply(&mut social, person, "02.11.2026").await;
        match result {
            Some("individual") => {
                interview(&mut social, &application, "suitable", "individual")
                    .await
                    .expect(303);
            }
            Some(result) => {
                interview(&mut social, &application, result, "group")
                    .await
                    .expect(303);
            }
            None => {}
        }
        people.insert(family, person);
    }
    add(&mut social, &other, people["Drin"]).await.expect(303);
    // Taken into a group: no longer waiting.
    let ended = social.get("/warteliste?stand=beendet").await.text();
    assert!(ended.contains("in Gruppe aufgenommen") && ended.contains("Andere"));
    let path = format!("{}/zusammensetzung", group.path());
    let page = social.get(&path).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let names: Vec<String> = page
        .texts("tbody th")
        .iter()
        .map(|text| text.split(',').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "Frueh", "Spaeter", "Offen", "Vierte", "Zukurz", "Ohne", "Einzel"
        ]
    );
    let text = page.text();
    for words in [
        "1. Platz",
        "Kein freier Platz: steht an 4. Stelle.",
        "Entlassung voraussichtlich 01.02.2027, vor der letzten Sitzung am 03.05.2027.",
        "Noch kein Auswahlgespräch.",
        "Das Auswahlgespräch empfiehlt: Einzeltraining.",
        "Voraussichtliche Entlassung nicht bekannt.",
        "Geeignet laut Auswahlgespräch vom 23.11.2026.",
    ] {
        assert!(text.contains(words), "{words}");
    }
    assert_eq!(page.texts("input[name=person][checked]").len(), 3);
    let token = page.input("einmal").unwrap();
    let fields = |names: &[&str]| -> Vec<(String, String)> {
        let mut fields = vec![("einmal".to_owned(), token.clone())];
        fields.extend(
            names
                .iter()
                .map(|name| ("person".to_owned(), people[name].to_string())),
        );
        fields
    };
    for (ticked, confirmed, field, message) in [
        (&[][..], false, "person", "mindestens eine Person"),
        (
            &["Frueh", "Spaeter", "Offen", "Vierte"],
            false,
            "person",
            "noch 3 freie Plätze, angekreuzt sind 4",
        ),
        (
            &["Einzel"],
            true,
            "person",
            "Einzel, Jan: Das Auswahlgespräch empfiehlt",
        ),
        (&["Drin"], true, "person", "nicht mehr auf der Warteliste"),
        (&["Ohne"], false, "bestaetigt", "Hinweis"),
    ] {
        let mut sent = fields(ticked);
        if confirmed {
            sent.push(("bestaetigt".to_owned(), "1".to_owned()));
        }
        let page = post(&mut social, &path, &sent).await.expect(422);
        let errors = page.texts(&format!("#f-{field}-error"));
        assert!(
            errors.first().is_some_and(|text| text.contains(message)),
            "{ticked:?}: {errors:?}"
        );
        assert_eq!(
            page.texts("input[name=person][checked]").len(),
            ticked
                .iter()
                .filter(|name| !matches!(**name, "Einzel" | "Drin"))
                .count(),
            "what was ticked stays"
        );
    }
    assert_eq!(test.number("select count(*) from membership").await, 1);
    let mut sent = fields(&["Frueh", "Ohne"]);
    sent.push(("bestaetigt".to_owned(), "1".to_owned()));
    let done = post(&mut social, &path, &sent).await.expect(303);
    assert_eq!(done.location(), group.path());
    assert_eq!(test.number("select count(*) from membership").await, 3);
    assert_eq!(
        test.number("select count(*) from application where state = 'placed'")
            .await,
        3
    );
    // Sent twice, it is done once.
    post(&mut social, &path, &sent).await.expect(303);
    assert_eq!(test.number("select count(*) from membership").await, 3);
    assert_eq!(
        test.number("select count(*) from audit_entry where route = 'POST /gruppen/{group}/zusammensetzung' and outcome = 'erlaubt'")
            .await,
        1
    );
}

#[tokio::test]
async fn nine_for_eight_places_take_nobody() {
    let test = TestApp::new().await;
    let group = course(&test, "Neu", 8, &[date!(2026 - 11 - 30)]).await;
    let people = inmates(&test, 9).await;
    let mut social = test.signed_in("sozialdienst").await;
    for person in &people {
        let application = apply(&mut social, *person, "02.11.2026").await;
        interview(&mut social, &application, "suitable", "group")
            .await
            .expect(303);
    }
    let path = format!("{}/zusammensetzung", group.path());
    let page = social.get(&path).await.expect(200);
    assert!(page.text().len() < 18_000, "{} bytes", page.text().len());
    let mut fields = vec![("einmal".to_owned(), page.input("einmal").unwrap())];
    fields.extend(
        people
            .iter()
            .map(|person| ("person".to_owned(), person.to_string())),
    );
    let page = post(&mut social, &path, &fields).await.expect(422);
    assert_eq!(
        page.texts("#f-person-error"),
        ["Fehler: Die Gruppe hat noch 8 freie Plätze, angekreuzt sind 9 Personen."]
    );
    assert_eq!(test.number("select count(*) from membership").await, 0);
    fields.pop();
    post(&mut social, &path, &fields).await.expect(303);
    assert_eq!(test.number("select count(*) from membership").await, 8);
}
