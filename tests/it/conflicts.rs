//! What stands against planned dates: before saving, in the register, on the page of conflicts, and for whom it is told
//! neutrally.

use time::macros::date;

use crate::groups::{
    FRIDAYS, MONDAYS, Wish, add, address, draft, filled, people, person, published, send, sessions,
    set_clock, with,
};
use crate::harness::{Answer, Browser, TestApp};
use crate::html;

const LEIPZIG: &[(&str, &str)] = &[("trainer_1", "training")];

/// Saves what a page asks a reason for.
async fn with_reason(
    browser: &mut Browser,
    path: &str,
    page: &Answer,
    mut fields: Vec<(&str, String)>,
) -> Answer {
    let mark = page.input("konflikte").expect("a mark over the conflicts");
    assert!(!mark.is_empty());
    fields.push(("konflikte", mark));
    fields.push(("trotz_grund", "Mit der Arbeit abgestimmt".into()));
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    browser.post(path, &fields).await
}

/// Records an appointment of a made-up person.
async fn appointment(browser: &mut Browser, number: u128, fields: &[(&str, &str)]) -> Answer {
    let path = format!("/personen/{}/planung", address(number));
    let token = browser
        .get(&path)
        .await
        .expect(200)
        .input("einmal")
        .unwrap();
    let mut sent = fields.to_vec();
    sent.push(("einmal", &token));
    browser.post(&format!("{path}/termine"), &sent).await
}

const WORK: &[(&str, &str)] = &[
    ("art", "work"),
    ("wie_oft", "woche"),
    ("erster_tag", "27.11.2026"),
    ("von", "13:00"),
    ("bis", "15:00"),
];

#[tokio::test]
async fn what_is_taken_is_not_planned_again() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    draft(&test, &mut social, &FRIDAYS).await;
    let wish = Wish {
        name: "Zweite",
        start: "16:00",
        ..FRIDAYS
    };
    let fields = filled(&test, &mut social, &wish, "entwurf").await;
    let page = send(&mut social, "/gruppen/neu", &fields).await.expect(422);
    let text = page.text();
    assert!(text.contains("So kann nicht gespeichert werden"));
    assert!(text.contains("Raum belegt") && text.contains("AKT-Gruppe 2026/1"));
    assert_eq!(page.input("name").as_deref(), Some("Zweite"));
    assert_eq!(html::problems(&text), Vec::<String>::new());
    // Half past five the first group goes; touching is no conflict.
    let fields = with(fields, "start", "17:30");
    send(&mut social, "/gruppen/neu", &fields).await.expect(303);
    assert_eq!(test.number("select count(*) from training_group").await, 2);
}

#[tokio::test]
async fn a_small_room_is_taken_on_with_a_reason_that_stays() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let page = social.get("/gruppen/neu").await.expect(200);
    let small = page.option("room", "Beratungszimmer").unwrap();
    let fields = filled(&test, &mut social, &FRIDAYS, "entwurf").await;
    let fields = with(fields, "room", &small);
    let page = send(&mut social, "/gruppen/neu", &fields).await.expect(422);
    assert!(
        page.text()
            .contains("hat 4 Plätze, die Gruppe ist für 8 Personen gedacht.")
    );
    assert!(page.text().contains("Warum trotzdem?"));
    // A reason for something that was not shown counts for nothing.
    let mut blind = fields.clone();
    blind.push(("trotz_grund", "Wird schon".into()));
    send(&mut social, "/gruppen/neu", &blind).await.expect(422);
    let saved = with_reason(&mut social, "/gruppen/neu", &page, fields)
        .await
        .expect(303);
    let page = social.get(saved.location()).await.expect(200).text();
    assert!(page.contains("Trotz Hinweis geplant: Mit der Arbeit abgestimmt"));
    assert!(
        page.contains("Hinweise in Kauf genommen"),
        "the history tells of it"
    );
    assert_eq!(
        test.number("select count(*) from conflict_acceptance")
            .await,
        23
    );
    let page = social.get("/konflikte").await.expect(200).text();
    assert!(page.contains("in Kauf genommen") && page.contains("Mit der Arbeit abgestimmt"));
}

#[tokio::test]
async fn moving_a_date_says_whom_it_meets() {
    let test = TestApp::new().await;
    people(&test, 2).await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &FRIDAYS).await;
    add(&mut social, &group, 1).await.expect(303);
    let court = [
        ("art", "court"),
        ("wie_oft", "einmal"),
        ("erster_tag", "03.12.2026"),
    ];
    appointment(&mut social, 1, &court).await.expect(303);
    let second = sessions(&social.get(&group).await, "/absagen")[1].clone();
    let path = second.replace("/absagen", "/verschieben");
    let page = social.get(&path).await.expect(200);
    let room = page.option("raum", "Gruppenraum").unwrap();
    let fields = vec![
        ("umfang", "nur".to_owned()),
        ("tag", "03.12.2026".to_owned()),
        ("start", "14:00".to_owned()),
        ("raum", room),
    ];
    let page = send(&mut social, &path, &fields).await.expect(200);
    assert!(
        page.text().contains("Gerichtstermin (Uhrzeit unbekannt)"),
        "{}",
        page.text()
    );
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let mut confirmed = fields.clone();
    confirmed.push(("bestaetigt", "1".into()));
    confirmed.push(("stand", page.input("stand").unwrap()));
    // Without a reason it is not saved.
    let page = send(&mut social, &path, &confirmed).await.expect(422);
    assert!(
        page.text()
            .contains("Bitte eintragen, warum die Hinweise in Kauf genommen werden.")
    );
    with_reason(&mut social, &path, &page, confirmed)
        .await
        .expect(303);
    let moved = "select count(*) from group_session where day = '2026-12-03'";
    assert_eq!(test.number(moved).await, 1);
    let page = social.get(&group).await.expect(200).text();
    assert!(page.contains("Trotz Hinweis geplant: Mit der Arbeit abgestimmt"));
    assert!(
        !page.contains("Gerichtstermin"),
        "the group's page does not tell what it was"
    );
}

#[tokio::test]
async fn a_member_is_asked_about_and_separated_people_never_meet() {
    let test = TestApp::new().await;
    people(&test, 3).await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &FRIDAYS).await;
    let one = format!("/personen/{}/planung", address(1));
    let found = social.get(&format!("{one}?suche=Probe2")).await.expect(200);
    assert_eq!(html::problems(&found.text()), Vec::<String>::new());
    let separation = [
        ("person", address(2)),
        ("code", "order".to_owned()),
        ("einmal", found.input("einmal").unwrap()),
    ];
    send(&mut social, &format!("{one}/trennungen"), &separation)
        .await
        .expect(303);
    // The other way round it is the same separation.
    let two = format!("/personen/{}/planung", address(2));
    let again = [
        ("person", address(1)),
        ("code", "order".to_owned()),
        ("einmal", "z".to_owned()),
    ];
    let page = send(&mut social, &format!("{two}/trennungen"), &again)
        .await
        .expect(422);
    assert!(page.text().contains("schon eine Trennung"));
    assert!(page.text().contains("Probe1, Kai"));
    add(&mut social, &group, 1).await.expect(303);
    let refused = add(&mut social, &group, 2).await.expect(303);
    let page = social.get(refused.location()).await.text();
    assert!(page.contains("dürfen einander nicht begegnen"), "{page}");
    let members = "select count(*) from membership where to_day is null";
    assert_eq!(test.number(members).await, 1);

    // Work at the time is taken on with a reason.
    appointment(&mut social, 3, WORK).await.expect(303);
    let page = add(&mut social, &group, 3).await.expect(200);
    assert!(page.text().contains("Arbeit (13:00–15:00 Uhr)"));
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let fields = vec![
        ("person", address(3)),
        ("bestaetigt", "1".to_owned()),
        ("einmal", "noch-einmal".to_owned()),
    ];
    let path = format!("{group}/teilnehmende");
    send(&mut social, &path, &fields).await.expect(422);
    with_reason(&mut social, &path, &page, fields)
        .await
        .expect(303);
    assert_eq!(test.number(members).await, 2);
    assert!(
        test.number("select count(*) from conflict_acceptance")
            .await
            >= 20
    );

    // Lifted, the two may be in one group.
    let page = social.get(&one).await.expect(200).text();
    let lift = page
        .split("action=\"")
        .find(|part| part.contains("/aufheben"))
        .unwrap();
    let lift = lift.split('"').next().unwrap();
    social.post(lift, &[]).await.expect(303);
    add(&mut social, &group, 2).await.expect(303);
    assert_eq!(test.number(members).await, 3);
}

#[tokio::test]
async fn a_catch_up_session_is_not_of_the_whole_group() {
    let test = TestApp::new().await;
    people(&test, 6).await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &FRIDAYS).await;
    for number in 1..=5 {
        add(&mut social, &group, number).await.expect(303);
    }
    // One makes something good in a room for four; a second session there is of one person alone.
    for (from, to, kind) in [(900, 1, "catch_up"), (901, 2, "individual")] {
        test.execute(&format!(
            "insert into group_session (id, group_id, ordinal, module, day, start_minute, minutes, room_id, state, version, \
             kind, locked) select p.id, g.id, {from}, 'x', '2026-12-0{to}', 540, 60, (select r.id from room r \
             where r.facility_id = g.facility_id and r.places = 4 limit 1), 'planned', 1, '{kind}', false \
             from training_group g, person p where p.family_name = 'Probe{to}'"
        ))
        .await;
    }
    test.execute(
        "insert into catch_up (session_id, staff_id, created_at, created_by_name) \
         select s.id, null, 0, 'x' from group_session s where s.kind = 'catch_up'",
    )
    .await;
    test.execute(
        "insert into catch_up_person (session_id, person_id, ordinal) \
         select s.id, p.id, 1 from group_session s, person p where s.kind = 'catch_up' and p.family_name = 'Probe1'",
    )
    .await;
    let page = social.get("/konflikte").await.expect(200).text();
    assert!(page.contains("Keine Konflikte"), "{page}");
    add(&mut social, &group, 6).await.expect(303);
    let members = "select count(*) from membership where to_day is null";
    assert_eq!(test.number(members).await, 6);
    // Five who make something good need five places.
    test.execute(
        "insert into catch_up_person (session_id, person_id, ordinal) \
         select s.id, p.id, 1 from group_session s, person p where s.kind = 'catch_up' and p.family_name in \
         ('Probe2', 'Probe3', 'Probe4', 'Probe5')",
    )
    .await;
    let page = social.get("/konflikte").await.expect(200).text();
    assert!(
        page.contains("hat 4 Plätze, erwartet werden 5 Personen."),
        "{page}"
    );
}

#[tokio::test]
async fn a_series_is_not_moved_onto_its_own_catch_up_session() {
    let test = TestApp::new().await;
    people(&test, 1).await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &FRIDAYS).await;
    add(&mut social, &group, 1).await.expect(303);
    test.execute(
        "insert into group_session (id, group_id, ordinal, module, day, start_minute, minutes, room_id, state, version, \
         kind, locked) select p.id, g.id, 0, 'x', '2026-12-03', 870, 60, g.room_id, 'planned', 1, 'catch_up', false \
         from training_group g, person p where p.family_name = 'Probe1'",
    )
    .await;
    test.execute(
        "insert into catch_up (session_id, staff_id, created_at, created_by_name) \
         select s.id, null, 0, 'x' from group_session s where s.kind = 'catch_up'",
    )
    .await;
    let second = sessions(&social.get(&group).await, "/absagen")[1].clone();
    let path = second.replace("/absagen", "/verschieben");
    let room = social.get(&path).await.option("raum", "Gruppenraum");
    let fields = vec![
        ("umfang", "nur".to_owned()),
        ("tag", "03.12.2026".to_owned()),
        ("start", "14:00".to_owned()),
        ("raum", room.unwrap()),
    ];
    let page = send(&mut social, &path, &fields).await.text();
    assert!(page.contains("Raum belegt"), "{page}");
    assert!(page.contains("Fachkraft belegt"), "{page}");
}

#[tokio::test]
async fn what_was_taken_meanwhile_is_not_taken_back() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &FRIDAYS).await;
    let second = sessions(&social.get(&group).await, "/absagen")[1].clone();
    let path = second.replace("/absagen", "/verschieben");
    let room = social.get(&path).await.option("raum", "Gruppenraum");
    let mut fields = vec![
        ("umfang", "nur".to_owned()),
        ("tag", "03.12.2026".to_owned()),
        ("start", "14:00".to_owned()),
        ("raum", room.unwrap()),
    ];
    let page = send(&mut social, &path, &fields).await.expect(200);
    fields.push(("bestaetigt", "1".into()));
    fields.push(("stand", page.input("stand").unwrap()));
    send(&mut social, &path, &fields).await.expect(303);
    // Another group takes room and trainers of the day that became free.
    draft(&test, &mut social, &MONDAYS).await;
    test.execute(
        "update group_session set day = '2026-12-04' where ordinal = 2 and group_id in \
         (select g.id from training_group g where g.name = 'Montagsgruppe')",
    )
    .await;
    let undo = format!("{group}/zuruecknehmen");
    social.post(&undo, &[]).await.expect(303);
    let page = social.get(&group).await.text();
    assert!(page.contains("So kann nicht gespeichert werden"), "{page}");
    let moved = "select count(*) from group_session where day = '2026-12-03'";
    assert_eq!(test.number(moved).await, 1, "nothing was taken back");
    // Free again, it is.
    test.execute("update group_session set day = '2026-12-08' where day = '2026-12-04'")
        .await;
    social.post(&undo, &[]).await.expect(303);
    assert_eq!(test.number(moved).await, 0);
}

#[tokio::test]
async fn the_register_says_what_else_people_have() {
    let test = TestApp::new().await;
    people(&test, 2).await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &MONDAYS).await;
    add(&mut social, &group, 1).await.expect(303);
    add(&mut social, &group, 2).await.expect(303);
    for (from, to) in [("14:30", "15:00"), ("12:00", "14:00")] {
        let fields = [
            ("art", "medical"),
            ("wie_oft", "einmal"),
            ("erster_tag", "23.11.2026"),
            ("von", from),
            ("bis", to),
        ];
        appointment(&mut social, 1, &fields).await.expect(303);
    }
    // A talk to which nobody came takes no time; one that took place does.
    test.execute(
        "insert into counselling_session (id, enrolment_id, person_id, day, minutes, form, outcome, recorded_by, \
         recorded_by_name, recorded_at, version) select m.id, m.enrolment_id, m.person_id, '2026-11-23', 60, 'prison', \
         'no_show', a.id, a.name, 0, 1 from membership m, account a where a.login = 'training' and m.person_id = (select \
         p.id from person p where p.family_name = 'Probe2')",
    )
    .await;
    set_clock(&test, date!(2026 - 11 - 23), 18);
    // Signed in anew: the day is over for the first session.
    for (login, what) in [
        ("sozialdienst", "Arzttermin, 14:30–15:00 Uhr"),
        ("training", "anderer Termin, 14:30–15:00 Uhr"),
    ] {
        let mut browser = test.signed_in(login).await;
        let register = sessions(&browser.get(&group).await, "/anwesenheit")[0].clone();
        let page = browser.get(&register).await.expect(200).text();
        assert!(page.contains(what), "{login}");
        assert_eq!(page.contains("Arzt"), login == "sozialdienst", "{login}");
        assert!(
            !page.contains("12:00"),
            "what ends when the session begins is none"
        );
        let talk = "anderer Termin, Uhrzeit unbekannt";
        assert!(!page.contains(talk), "{login}");
        test.execute("update counselling_session set outcome = 'took_place'")
            .await;
        let page = browser.get(&register).await.expect(200).text();
        assert!(page.contains(talk), "{login}");
        test.execute("update counselling_session set outcome = 'no_show'")
            .await;
    }
}

#[tokio::test]
async fn who_may_not_know_the_other_group_reads_only_that_there_is_one() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    draft(&test, &mut social, &FRIDAYS).await;
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let page = leipzig.get("/gruppen/neu").await.expect(200);
    let mut fields = filled(&test, &mut leipzig, &FRIDAYS, "entwurf").await;
    for (field, login) in LEIPZIG {
        let trainer = page.option(field, &test.account(login).name).unwrap();
        fields = with(fields, field, &trainer);
    }
    fields = with(fields, "name", "Leipziger Gruppe");
    let page = send(&mut leipzig, "/gruppen/neu", &fields)
        .await
        .expect(422);
    let text = page.text();
    assert!(text.contains("Fachkraft belegt"));
    assert!(text.contains("in einem anderen Termin"));
    assert!(!text.contains("AKT-Gruppe 2026/1") && !text.contains("Dresden"));
}

#[tokio::test]
async fn a_trainer_reads_of_other_groups_only_that_there_is_something() {
    let test = TestApp::new().await;
    people(&test, 1).await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &MONDAYS).await;
    add(&mut social, &group, 1).await.expect(303);
    // Another house's group of another programme, at the same time, which nobody of these two sees.
    test.execute(
        "insert into training_group (id, name, template_id, programme_id, provider_id, facility_id, room_id, weekday, \
         start_minute, first_day, last_day, places, state, created_at, version) select r.id, 'Geheime Gruppe', g.template_id, \
         p.id, (select v.id from provider v where v.code = 'apro'), f.id, r.id, 1, 840, '2026-11-23', '2026-12-23', 8, \
         'published', 0, 1 from training_group g, facility f, programme p, room r where f.code = 'L' \
         and p.code = 'ausstieg' and r.facility_id = f.id and r.name like 'Beratung%' and g.name = 'Montagsgruppe'",
    )
    .await;
    test.execute(
        "insert into group_session (id, group_id, ordinal, module, day, start_minute, minutes, room_id, state, version, \
         kind, locked) select g.id, g.id, 1, 'x', '2026-11-23', 870, 60, g.room_id, 'planned', 1, 'group', false \
         from training_group g where g.name = 'Geheime Gruppe'",
    )
    .await;
    test.execute(
        "insert into enrolment (id, person_id, programme_id, provider_id, facility_id, access_route, enrolled_on, \
         created_at, version) select g.id, m.person_id, g.programme_id, g.provider_id, g.facility_id, 'staff', \
         '2026-11-01', 0, 1 from training_group g, membership m where g.name = 'Geheime Gruppe'",
    )
    .await;
    test.execute(
        "insert into membership (id, group_id, person_id, programme_id, enrolment_id, from_day) \
         select g.id, g.id, m.person_id, g.programme_id, g.id, '2026-11-01' from training_group g, membership m \
         where g.name = 'Geheime Gruppe'",
    )
    .await;
    let page = social.get("/konflikte").await.expect(200).text();
    assert!(page.contains("Probe1, Kai ist in einem anderen Termin (14:30–15:30 Uhr)."));
    assert!(!page.contains("Geheime Gruppe"));
    set_clock(&test, date!(2026 - 11 - 23), 18);
    let mut trainer = test.signed_in("training").await;
    let register = sessions(&trainer.get(&group).await, "/anwesenheit")[0].clone();
    let page = trainer.get(&register).await.expect(200).text();
    assert!(page.contains("anderer Termin, 14:30–15:30 Uhr"));
    assert!(!page.contains("Geheime Gruppe"));
}

#[tokio::test]
async fn the_page_of_conflicts_follows_what_is_known() {
    let test = TestApp::new().await;
    person(&test, 1, "Adler", "DD", Some("2026-12-20")).await;
    let mut social = test.signed_in("sozialdienst").await;
    let page = social.get("/konflikte").await.expect(200).text();
    assert!(page.contains("Keine Konflikte"));
    let group = published(&test, &mut social, &FRIDAYS).await;
    let page = add(&mut social, &group, 1).await.expect(200);
    assert!(
        page.text()
            .contains("wird voraussichtlich am 20.12.2026 entlassen")
    );
    let fields = vec![
        ("person", address(1)),
        ("bestaetigt", "1".to_owned()),
        ("einmal", "z".to_owned()),
    ];
    let path = format!("{group}/teilnehmende");
    with_reason(&mut social, &path, &page, fields)
        .await
        .expect(303);
    // Times and limits of the house hold at once.
    let page = social.get("/konflikte/einstellungen").await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let document = scraper::Html::parse_document(&page.text());
    let selector = scraper::Selector::parse("select[name^=stufe_]").unwrap();
    let mut fields: Vec<(String, String)> = document
        .select(&selector)
        .filter_map(|select| select.value().attr("name"))
        .map(|name| (name.to_owned(), "1".to_owned()))
        .collect();
    assert_eq!(fields.len(), 3);
    fields.extend([
        ("von".to_owned(), "08:00".to_owned()),
        ("bis".to_owned(), "16:00".to_owned()),
        ("externe".to_owned(), "1".to_owned()),
        ("stand".to_owned(), page.input("stand").unwrap()),
    ]);
    let wrong: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), if name == "bis" { "07:00" } else { value }))
        .collect();
    let page = social
        .post("/konflikte/einstellungen", &wrong)
        .await
        .expect(422);
    assert!(page.text().contains("Das Ende liegt vor dem Beginn."));
    assert_eq!(
        page.input("stand").as_ref(),
        fields.last().map(|(_, stand)| stand)
    );
    let right: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    social
        .post("/konflikte/einstellungen", &right)
        .await
        .expect(303);
    // Whoever had the form open since before does not overwrite that unseen, neither times nor rooms.
    let other: Vec<(&str, &str)> = right
        .iter()
        .map(|(name, value)| (*name, if *name == "bis" { "18:00" } else { *value }))
        .collect();
    social
        .post("/konflikte/einstellungen", &other)
        .await
        .expect(409);
    let until = "select count(*) from facility where window_to = 960";
    assert_eq!(test.number(until).await, 1);
    let page = social.get("/konflikte").await.expect(200);
    let text = page.text();
    assert!(text.contains("das Haus lässt Maßnahmen 08:00–16:00 Uhr zu"));
    assert!(text.contains("kommen 2 externe Fachkräfte ins Haus, erlaubt sind 1"));
    assert!(text.contains("Freitag, 27. November 2026"));
    assert!(!page.links(&group).is_empty(), "each leads to its group");
    assert_eq!(html::problems(&text), Vec::<String>::new());
    // Another house knows nothing of it.
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let page = leipzig.get("/konflikte").await.expect(200).text();
    assert!(page.contains("Keine Konflikte") && !page.contains("Adler"));
}

#[tokio::test]
async fn appointments_are_recorded_listed_and_deleted() {
    let test = TestApp::new().await;
    people(&test, 1).await;
    let mut social = test.signed_in("sozialdienst").await;
    let path = format!("/personen/{}/planung", address(1));
    let page = social
        .get(&format!("/personen/{}", address(1)))
        .await
        .expect(200);
    assert_eq!(page.links(&path).len(), 1, "the person's page leads there");
    let wrong: &[(&[(&str, &str)], &str)] = &[
        (&[("von", "25:00"), ("bis", "15:00")], "25:00"),
        (
            &[("von", "15:00"), ("bis", "14:00")],
            "Das Ende liegt vor dem Beginn.",
        ),
        (
            &[("von", "15:00"), ("bis", "")],
            "Bitte beide Uhrzeiten eingeben",
        ),
        (&[("erster_tag", "30.02.2027")], "30.02.2027"),
        (&[("letzter_tag", "01.11.2026")], "liegt vor dem ersten"),
        (&[("art", "urlaub")], "Art"),
    ];
    for (changes, told) in wrong {
        let mut fields = WORK.to_vec();
        for (name, value) in *changes {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        let page = appointment(&mut social, 1, &fields).await.expect(422);
        assert!(page.text().contains(told), "{told}");
        assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    }
    appointment(&mut social, 1, WORK).await.expect(303);
    let page = social.get(&path).await.expect(200).text();
    assert!(page.contains("jeden Freitag ab 27.11.2026, 13:00–15:00 Uhr"));
    let delete = page
        .split("action=\"")
        .find(|part| part.contains("/loeschen"))
        .unwrap();
    let delete = delete.split('"').next().unwrap();
    social.post(delete, &[]).await.expect(303);
    social.post(delete, &[]).await.expect(404);
    assert_eq!(test.number("select count(*) from person_busy").await, 0);
    // The language and the level, under the optimistic lock.
    let need = |version: &'static str, level: &'static str| {
        [("version", version), ("sprache", "ru"), ("stufe", level)]
    };
    let save = format!("{path}/bedarf");
    social.post(&save, &need("0", "2")).await.expect(303);
    social.post(&save, &need("0", "3")).await.expect(409);
    social.post(&save, &need("1", "3")).await.expect(303);
    social.post(&save, &need("2", "4")).await.expect(422);
    assert_eq!(test.number("select security from person_need").await, 3);
    // The prison's time line tells of it, without saying more than what was recorded.
    let page = social
        .get(&format!("/personen/{}", address(1)))
        .await
        .expect(200)
        .text();
    assert!(page.contains("Angaben zur Planung geändert"));
    // Neither another house nor another role finds the page.
    for login in ["sozialdienst.leipzig", "training", "bewaehrung"] {
        let mut other = test.signed_in(login).await;
        other.get(&path).await.expect(404);
    }
}
