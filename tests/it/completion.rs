//! Catch-up sessions, the module passport, completion, certificates and statements.

use time::macros::date;
use uuid::Uuid;

use crate::course::{Course, add, course, field, inmate, inmates, post};
use crate::gate::pdf;
use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows::id;
use crate::world::fresh;

const DAYS: [time::Date; 4] = [
    date!(2026 - 11 - 09),
    date!(2026 - 11 - 16),
    date!(2026 - 11 - 30),
    date!(2026 - 12 - 07),
];

/// A course of four sessions, two of them over, whose template has exactly these: two modules of two sessions, complete
/// from half of them and each module once.
async fn group(test: &TestApp, count: usize) -> (Course, Vec<Uuid>, Browser) {
    let group = course(test, "Laufend", 8, &DAYS).await;
    let template = "(select id from template where code = 'akt_gruppe_23')";
    test.execute(&format!(
        "delete from template_session where template_id = {template} and ordinal > 4"
    ))
    .await;
    for (ordinal, module) in [(1, "A"), (2, "A"), (3, "B"), (4, "B")] {
        test.execute(&format!(
            "update template_session set module = 'Baustein {module}', optional = false, remand = {} \
             where template_id = {template} and ordinal = {ordinal}",
            if module == "B" { "false" } else { "true" }
        ))
        .await;
        test.execute(&format!(
            "update group_session set module = 'Baustein {module}', template_ordinal = {ordinal} where ordinal = {ordinal}"
        ))
        .await;
    }
    test.execute("update template set complete_share = 50, complete_sessions = null, complete_modules = true")
        .await;
    let people = inmates(test, count).await;
    let mut social = test.signed_in("sozialdienst").await;
    for person in &people {
        add(&mut social, &group, *person).await.expect(303);
    }
    test.execute("update membership set from_day = '2026-11-02'")
        .await;
    test.execute("update enrolment set enrolled_on = '2026-11-02'")
        .await;
    crate::rows::grant(test, "training", "DD", "akt_gruppe", "2027-12-31").await;
    (group, people, social)
}

/// Records a register: who was there, all others absent.
async fn record(browser: &mut Browser, path: &str, people: &[Uuid], there: &[Uuid]) {
    let page = browser.get(path).await.expect(200);
    let mut fields = vec![("version".to_owned(), page.input("version").unwrap())];
    for person in people {
        let status = if there.contains(person) {
            "present"
        } else {
            "unexcused"
        };
        fields.push(field("status", *person, status));
    }
    post(browser, path, &fields).await.expect(303);
}

/// Plans a catch-up session by the form.
async fn plan(
    browser: &mut Browser,
    group: &Course,
    day: &str,
    (start, end): (&str, &str),
    ticks: &[(Uuid, i64)],
) -> Answer {
    let path = format!("{}/nachholen", group.path());
    let page = browser.get(&path).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let room = page
        .texts("#f-raum option")
        .get(1)
        .cloned()
        .expect("a room to choose");
    let mut fields = vec![
        ("einmal".to_owned(), page.input("einmal").unwrap()),
        ("tag".to_owned(), day.to_owned()),
        ("start".to_owned(), start.to_owned()),
        ("ende".to_owned(), end.to_owned()),
        ("raum".to_owned(), page.option("raum", &room).unwrap()),
    ];
    for (person, ordinal) in ticks {
        fields.push(("versaeumt".to_owned(), format!("{person}:{ordinal}")));
    }
    post(browser, &path, &fields).await
}

/// The address of the one catch-up session that a group's page leads to.
async fn catch_up(browser: &mut Browser, group: &Course) -> String {
    browser
        .get(&group.path())
        .await
        .expect(200)
        .links("/nachholtermine/")[0]
        .clone()
}

/// What the passport says of each session: "besucht", "nachgeholt", "offen", ….
async fn passport(browser: &mut Browser, person: Uuid) -> Vec<String> {
    let page = browser
        .get(&format!("/personen/{person}/modulpass"))
        .await
        .expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    page.texts("tbody td:nth-child(3)")
        .into_iter()
        // Without the sign of the tag.
        .map(|text| {
            text.trim_start_matches(|letter: char| !letter.is_alphabetic())
                .to_owned()
        })
        .collect()
}

fn at(test: &TestApp, day: time::Date, hour: u8) {
    use geleit::base::time::{MinuteOfDay, berlin_instant};
    test.clock
        .set(berlin_instant(day, MinuteOfDay::from_hm(hour, 0).unwrap()).unwrap());
}

#[tokio::test]
async fn what_was_missed_is_made_good_outside_the_numbering() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 2).await;
    let (there, absent) = (people[0], people[1]);
    // The trainer may come, so that nothing speaks against the new dates.
    record(&mut social, &group.register(0), &people, &[there]).await;
    record(&mut social, &group.register(1), &people, &people).await;
    assert_eq!(
        passport(&mut social, absent).await,
        ["offen", "besucht", "offen", "offen"]
    );
    // From the register the form has ticked who missed the session.
    let register = social.get(&group.register(0)).await.expect(200);
    let way = register.links("/gruppen/");
    let way = way.iter().find(|link| link.contains("nachholen?nr=1"));
    let page = social.get(way.expect("a way from the register")).await;
    let missed = format!("{absent}:1");
    assert_eq!(page.input("versaeumt").unwrap(), missed);
    assert!(
        page.text()
            .contains(&format!("value=\"{missed}\" id=\"f-versaeumt\" checked"))
    );
    let nachholen = format!("{}/nachholen", group.path());
    let room = page
        .option("raum", &page.texts("#f-raum option")[1])
        .unwrap();
    // Nothing ticked, and every wrong time, is said beside its field.
    let none = plan(&mut social, &group, "27.11.2026", ("09:00", "12:00"), &[]).await;
    assert!(none.expect(422).text().contains("Bitte ankreuzen"));
    for (day, from, to, words) in [
        ("30.02.2026", "09:00", "12:00", "Tag"),
        ("27.11.2026", "25:00", "12:00", "Beginn"),
        ("27.11.2026", "12:00", "09:00", "nicht nach dem Beginn"),
        ("25.12.2026", "09:00", "12:00", "in Kauf genommen"),
        ("01.10.2026", "09:00", "12:00", "beginnt erst"),
        ("30.11.2026", "15:00", "16:00", "belegt"),
    ] {
        let answer = plan(&mut social, &group, day, (from, to), &[(absent, 1)])
            .await
            .expect(422);
        assert!(
            answer
                .texts("#fehler li")
                .iter()
                .any(|text| text.contains(words)),
            "{day} {from}: {:?}",
            answer.texts("#fehler li")
        );
        assert_eq!(answer.input("tag").unwrap(), day, "what was typed stays");
    }
    // Who was there cannot make it good, nor somebody who is not in the group.
    let answer = plan(
        &mut social,
        &group,
        "27.11.2026",
        ("09:00", "12:00"),
        &[(there, 1)],
    )
    .await;
    assert!(answer.expect(422).text().contains("nicht mehr offen"));
    let stranger = inmate(&test, "Fremd", None).await;
    plan(
        &mut social,
        &group,
        "27.11.2026",
        ("09:00", "12:00"),
        &[(stranger, 1)],
    )
    .await
    .expect(404);
    plan(
        &mut social,
        &group,
        "27.11.2026",
        ("09:00", "12:00"),
        &[(absent, 1)],
    )
    .await
    .expect(303);
    // What has a date already is not offered again, and refused to whoever sends it all the same.
    let page = social.get(&nachholen).await.expect(200);
    assert!(
        page.text()
            .contains("Für alles Versäumte ist ein Nachholtermin geplant.")
    );
    let again = [
        ("tag", "28.11.2026"),
        ("start", "09:00"),
        ("ende", "12:00"),
        ("raum", room.as_str()),
        ("versaeumt", missed.as_str()),
    ];
    let answer = social.post(&nachholen, &again).await.expect(422);
    assert!(answer.text().contains("schon einen Nachholtermin"));
    assert_eq!(
        passport(&mut social, absent).await[0],
        "Nachholtermin geplant"
    );

    // Cascades leave it alone: everything else moves, and a closure week spares it.
    let made = catch_up(&mut social, &group).await;
    let before = "select count(*) from group_session where kind = 'catch_up' and state = 'planned' and day = '2026-11-27' and ordinal = 0";
    assert_eq!(test.number(before).await, 1);
    let cancel = format!("{}/absagen", group.path());
    let fields = [
        ("von", "25.11.2026"),
        ("bis", "01.12.2026"),
        ("grund", "other"),
        ("ersatz", "anhaengen"),
        ("bemerkung", "Revision"),
    ];
    let preview = social.post(&cancel, &fields).await.expect(200);
    let stand = preview.input("stand").unwrap();
    let mut all = fields.to_vec();
    all.extend([("bestaetigt", "1"), ("stand", stand.as_str())]);
    social.post(&cancel, &all).await.expect(303);
    assert_eq!(
        test.number("select count(*) from group_session where state = 'cancelled'")
            .await,
        1
    );
    assert_eq!(test.number(before).await, 1);
    let first_and_last = "select count(*) from training_group where first_day = '2026-11-09' and last_day = '2026-12-14'";
    assert_eq!(test.number(first_and_last).await, 1);
    // It is no session of the series: it has a page of its own, and is not moved or cancelled there.
    let session = made.trim_start_matches("/nachholtermine/").to_owned();
    let answer = social
        .get(&format!("/sitzungen/{session}"))
        .await
        .expect(303);
    assert_eq!(answer.location(), made);
    social
        .get(&format!("/sitzungen/{session}/verschieben"))
        .await
        .expect(404);

    // Its register holds only who makes something good; the passport counts it once.
    at(&test, date!(2026 - 11 - 27), 13);
    let mut social = test.signed_in("sozialdienst").await;
    let register = format!("/sitzungen/{session}/anwesenheit");
    let page = social.get(&register).await.expect(200);
    assert!(page.text().contains("Nachholtermin"));
    assert!(!page.text().contains("Probe00"));
    record(&mut social, &register, &[absent], &[absent]).await;
    assert_eq!(
        passport(&mut social, absent).await,
        ["nachgeholt", "besucht", "offen", "offen"]
    );
    // The group's own figures stay those of its series.
    let text = social.get(&group.path()).await.expect(200).text();
    assert!(text.contains("1 von 2"), "attendance in the series");
    let settled = social.get(&format!("{made}/aendern")).await;
    assert_eq!(settled.expect(303).location(), made);
}

#[tokio::test]
async fn a_catch_up_session_is_moved_and_cancelled_by_itself() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 1).await;
    record(&mut social, &group.register(0), &people, &[]).await;
    plan(
        &mut social,
        &group,
        "27.11.2026",
        ("09:00", "12:00"),
        &[(people[0], 1)],
    )
    .await
    .expect(303);
    let made = catch_up(&mut social, &group).await;
    let form = social.get(&format!("{made}/aendern")).await.expect(200);
    assert_eq!(html::problems(&form.text()), Vec::<String>::new());
    let room = form.texts("#f-raum option[selected]")[0].clone();
    let room = form.option("raum", &room).unwrap();
    let version = form.input("version").unwrap();
    let trainer = form.texts("#f-fachkraft option")[1].clone();
    let trainer = form.option("fachkraft", &trainer).unwrap();
    let fields = [
        ("version", version.as_str()),
        ("tag", "26.11.2026"),
        ("start", "10:00"),
        ("ende", "11:30"),
        ("raum", room.as_str()),
        ("fachkraft", trainer.as_str()),
    ];
    social
        .post(&format!("{made}/aendern"), &fields)
        .await
        .expect(303);
    // The same form again is of a version that is gone.
    social
        .post(&format!("{made}/aendern"), &fields)
        .await
        .expect(409);
    assert_eq!(
        test.number("select count(*) from group_session where day = '2026-11-26' and minutes = 90")
            .await,
        1
    );
    let form = social.get(&format!("{made}/absagen")).await.expect(200);
    let version = form.input("version").unwrap();
    social
        .post(&format!("{made}/absagen"), &[("version", version.as_str())])
        .await
        .expect(422);
    social
        .post(
            &format!("{made}/absagen"),
            &[("version", version.as_str()), ("grund", "room")],
        )
        .await
        .expect(303);
    assert_eq!(passport(&mut social, people[0]).await[0], "offen");
    let page = social.get(&made).await.expect(200);
    assert!(page.text().contains("abgesagt") && page.text().contains("Nachholtermin geändert"));
    // It can be planned again.
    plan(
        &mut social,
        &group,
        "27.11.2026",
        ("09:00", "12:00"),
        &[(people[0], 1)],
    )
    .await
    .expect(303);
}

#[tokio::test]
async fn what_stands_against_a_catch_up_session_is_what_stands_against_any_other() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 1).await;
    record(&mut social, &group.register(0), &people, &[]).await;
    let ticks = [(people[0], 1)];
    let times = ("09:00", "12:00");

    // Hard ones stand beside the field that helps, and no reason is asked for.
    let own = plan(
        &mut social,
        &group,
        "30.11.2026",
        ("14:00", "16:00"),
        &ticks,
    )
    .await;
    let own = own.expect(422);
    assert!(own.texts("#f-fachkraft-error")[0].contains("Laufend"));
    assert!(own.texts("#f-trotz_grund").is_empty());
    // An announced visit takes the trainer as a group does; court takes the person: the one is hard, the other is not.
    test.execute(&format!(
        "insert into gate_visit (id, staff_id, facility_id, day, start_minute, minutes, destination, escort, created_by, \
         created_by_name, created_at, version) select {}, a.staff_id, f.id, '2026-11-27', 600, 60, 'Büro', false, a.id, 'X', 0, 1 \
         from account a, facility f where a.login = 'training' and f.code = 'DD'",
        id(fresh())
    ))
    .await;
    let busy = plan(&mut social, &group, "27.11.2026", times, &ticks).await;
    let busy = busy.expect(422);
    assert!(busy.texts("#f-fachkraft-error")[0].contains("Einzeltermin"));
    test.execute("update gate_visit set cancelled_at = 1, cancelled_by_name = 'X'")
        .await;
    test.execute(&format!(
        "insert into absence (id, person_id, placement_id, from_day, to_day, reason, created_at, version) \
         select {}, person_id, id, '2026-11-27', '2026-11-28', 'court', 0, 1 from placement where person_id = {}",
        id(fresh()),
        id(people[0])
    ))
    .await;
    let asked = plan(&mut social, &group, "27.11.2026", times, &ticks).await;
    let asked = asked.expect(422);
    assert!(asked.text().contains("Warum trotzdem?"));
    assert_eq!(html::problems(&asked.text()), Vec::<String>::new());
    assert_eq!(
        test.number("select count(*) from group_session where kind = 'catch_up'")
            .await,
        0
    );
    let room = asked.texts("#f-raum option[selected]")[0].clone();
    let fields = [
        ("einmal".to_owned(), asked.input("einmal").unwrap()),
        ("tag".to_owned(), "27.11.2026".to_owned()),
        ("start".to_owned(), times.0.to_owned()),
        ("ende".to_owned(), times.1.to_owned()),
        ("raum".to_owned(), asked.option("raum", &room).unwrap()),
        ("versaeumt".to_owned(), format!("{}:1", people[0])),
        ("konflikte".to_owned(), asked.input("konflikte").unwrap()),
        (
            "trotz_grund".to_owned(),
            "kommt vor Mittag zurück".to_owned(),
        ),
    ];
    let path = format!("{}/nachholen", group.path());
    post(&mut social, &path, &fields).await.expect(303);
    let page = social.get(&group.path()).await.expect(200).text();
    assert!(
        page.contains("kommt vor Mittag zurück"),
        "the reason stays visible"
    );

    // Whoever covers for a trainer who no longer holds the session is free again.
    let made = catch_up(&mut social, &group).await;
    let session = made.trim_start_matches("/nachholtermine/");
    crate::rows::grant(&test, "training.vsr", "DD", "akt_gruppe", "2027-12-31").await;
    let someone = |login: &str| format!("(select staff_id from account where login = '{login}')");
    test.execute(&format!(
        "insert into group_trainer (group_id, staff_id) values ({}, {})",
        id(group.id),
        someone("training.vsr")
    ))
    .await;
    test.execute(&format!(
        "insert into session_trainer (id, session_id, staff_id, replaces_staff_id, created_at, created_by_name) \
         select {}, {}, {}, {}, 0, 'X'",
        id(fresh()),
        id(session.parse().unwrap()),
        someone("beratung"),
        someone("training")
    ))
    .await;
    let form = social.get(&format!("{made}/aendern")).await.expect(200);
    let other = form.texts("#f-fachkraft option");
    let mut lifted = 0;
    for name in &other[1..] {
        let page = social.get(&format!("{made}/aendern")).await.expect(200);
        let mut fields = vec![
            ("version".to_owned(), page.input("version").unwrap()),
            ("tag".to_owned(), "27.11.2026".to_owned()),
            ("start".to_owned(), "09:00".to_owned()),
            ("ende".to_owned(), "12:00".to_owned()),
            ("raum".to_owned(), page.option("raum", &room).unwrap()),
            (
                "fachkraft".to_owned(),
                page.option("fachkraft", name).unwrap(),
            ),
        ];
        let asked = post(&mut social, &format!("{made}/aendern"), &fields).await;
        let asked = asked.expect(422);
        fields.push(("konflikte".to_owned(), asked.input("konflikte").unwrap()));
        fields.push(("trotz_grund".to_owned(), "bleibt dabei".to_owned()));
        post(&mut social, &format!("{made}/aendern"), &fields)
            .await
            .expect(303);
        lifted = test
            .number("select count(*) from session_trainer where removed_at is not null")
            .await;
    }
    assert_eq!(lifted, 1);
}

#[tokio::test]
async fn the_passport_goes_along_and_tells_where_it_goes_on() {
    let test = TestApp::new().await;
    let (old, people, mut social) = group(&test, 1).await;
    let person = people[0];
    record(&mut social, &old.register(0), &people, &people).await;
    record(&mut social, &old.register(1), &people, &people).await;
    // The group moves to Leipzig in the books; the person comes to Dresden, where another group runs.
    test.execute("update training_group set facility_id = (select id from facility where code = 'L'), name = 'Leipziger Gruppe'")
        .await;
    let next = course(&test, "Dresdner Gruppe", 1, &[DAYS[2], DAYS[3]]).await;
    for (index, session) in next.sessions.iter().enumerate() {
        test.execute(&format!(
            "update group_session set template_ordinal = {}, module = 'Baustein B' where id = {}",
            index + 3,
            id(*session)
        ))
        .await;
    }
    let path = format!("/personen/{person}/modulpass");
    // Still in the old group: nothing is suggested, and its name is not told.
    let page = social.get(&path).await.expect(200).text();
    assert!(!page.contains("Leipziger Gruppe") && !page.contains("Wo es weitergehen kann"));
    test.execute("update membership set to_day = '2026-11-20', end_reason = 'versetzt'")
        .await;
    test.execute("update enrolment set ended_on = '2026-11-20', outcome = 'dropped_out'")
        .await;
    let page = social.get(&path).await.expect(200);
    let text = page.text();
    assert!(text.contains("andere Gruppe") && !text.contains("Leipziger Gruppe"));
    assert!(text.contains("Dresdner Gruppe") && text.contains("2 offene Sitzungen"));
    assert!(text.contains("danach ist alles besucht"));
    // The button takes the person in as a late joiner, after a look at the earlier end.
    let token = page.input("einmal").unwrap();
    let taken = social
        .post(
            &format!("{}/teilnehmende", next.path()),
            &[
                ("person", person.to_string().as_str()),
                ("einmal", token.as_str()),
            ],
        )
        .await;
    assert!(taken.expect(200).text().contains("Schied am 20.11.2026"));
    // A full group says why not.
    let other = inmate(&test, "Voll", Some("2029-01-01")).await;
    add(&mut social, &next, other).await.expect(303);
    let text = social.get(&path).await.expect(200).text();
    assert!(text.contains("Alle Plätze sind vergeben."));
    // On remand the second module is not meant for the person.
    test.execute("update placement set setting = 'remand'")
        .await;
    assert_eq!(
        passport(&mut social, person).await[2],
        "nicht vorgesehennicht in Untersuchungshaft"
    );
}

fn ticks(page: &Answer) -> Vec<String> {
    let text = page.text();
    text.split("name=\"abschluss\" value=\"")
        .skip(1)
        .filter_map(|part| part.split('"').next().map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn a_trainer_confirms_what_the_rule_proposes() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 2).await;
    let (good, bad) = (people[0], people[1]);
    record(&mut social, &group.register(0), &people, &people).await;
    record(&mut social, &group.register(1), &people, &[good]).await;
    at(&test, date!(2026 - 12 - 08), 9);
    let mut social = test.signed_in("sozialdienst").await;
    record(&mut social, &group.register(2), &people, &[good]).await;
    let path = format!("{}/abschluss", group.path());
    // The prison sees the proposals, but does not confirm.
    let page = social.get(&path).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(page.text().contains("Vorschlag: abgeschlossen"));
    assert!(ticks(&page).is_empty());
    social
        .post(&path, &[("tag", "08.12.2026"), ("abschluss", "x")])
        .await
        .expect(404);
    let mut trainer = test.signed_in("training").await;
    let page = trainer.get(&path).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    // One session is still open: nobody has failed yet.
    assert_eq!(ticks(&page), [format!("{good}:completed:3")]);
    assert!(page.text().contains("Baustein „Baustein B“ nicht besucht"));
    let tick = ticks(&page)[0].clone();
    for (day, words) in [
        ("", "Abschluss am"),
        ("09.12.2026", "Zukunft"),
        ("01.11.2026", "noch jemand davon"),
        ("31.02.2026", "Abschluss am"),
    ] {
        let answer = trainer
            .post(&path, &[("tag", day), ("abschluss", &tick)])
            .await
            .expect(422);
        assert!(
            answer
                .texts("#fehler li")
                .iter()
                .any(|text| text.contains(words)),
            "{day}: {:?}",
            answer.texts("#fehler li")
        );
    }
    // A proposal that is no longer the one shown is not confirmed.
    let stale = format!("{good}:completed:2");
    let answer = trainer
        .post(&path, &[("tag", "08.12.2026"), ("abschluss", &stale)])
        .await
        .expect(422);
    assert!(
        answer
            .text()
            .contains("Inzwischen wurde die Anwesenheit geändert")
    );
    let early = format!("{bad}:not_completed:1");
    let answer = trainer
        .post(&path, &[("tag", "08.12.2026"), ("abschluss", &early)])
        .await
        .expect(422);
    assert!(
        answer
            .text()
            .contains("noch 1 Sitzung geplant oder ohne Anwesenheitsliste")
    );
    trainer
        .post(&path, &[("tag", "08.12.2026"), ("abschluss", &tick)])
        .await
        .expect(303);
    assert_eq!(
        test.number(
            "select count(*) from enrolment where outcome = 'completed' and ended_on = '2026-11-30'"
        )
        .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from membership where end_reason = 'abgeschlossen' and to_day = '2026-12-01'")
            .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from completion where done = 3 and required = 4 and evidence like '%2026-11-30%'")
            .await,
        1
    );
    // Sent twice it is said that it is confirmed already.
    let again = trainer
        .post(&path, &[("tag", "08.12.2026"), ("abschluss", &tick)])
        .await
        .expect(422);
    assert!(again.text().contains("schon bestätigt"));
    // Taken back with a reason, the place is open again.
    test.execute(
        "update client_case set state = 'aftercare', before_state = 'completed', closed_on = '2026-12-08' \
         where enrolment_id = (select id from enrolment where outcome = 'completed')",
    )
    .await;
    let back = trainer.get(&path).await.expect(200).links("/abschluesse/")[0].clone();
    let form = trainer.get(&back).await.expect(200);
    assert_eq!(html::problems(&form.text()), Vec::<String>::new());
    let version = form.input("version").unwrap();
    trainer
        .post(&back, &[("version", &version), ("grund", "")])
        .await
        .expect(422);
    trainer
        .post(&back, &[("version", &version), ("grund", "verwechselt")])
        .await
        .expect(303);
    assert_eq!(
        test.number("select count(*) from membership where to_day is null")
            .await,
        2
    );
    assert_eq!(
        test.number("select count(*) from enrolment where outcome is null and ended_on is null")
            .await,
        2
    );
    // So is its case: no after-care comes back with the next end.
    assert_eq!(
        test.number(
            "select count(*) from client_case where state <> 'agreed' or closed_on is not null"
        )
        .await,
        0
    );
    trainer
        .post(&back, &[("version", &version), ("grund", "noch einmal")])
        .await
        .expect(303);
    trainer
        .post(&path, &[("tag", "08.12.2026"), ("abschluss", &tick)])
        .await
        .expect(303);
    assert_eq!(test.number("select count(*) from completion").await, 2);
}

#[tokio::test]
async fn a_certificate_is_the_same_every_time_and_its_code_is_checked() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 1).await;
    record(&mut social, &group.register(0), &people, &people).await;
    at(&test, date!(2026 - 12 - 08), 9);
    let mut social = test.signed_in("sozialdienst").await;
    record(&mut social, &group.register(2), &people, &people).await;
    let path = format!("{}/abschluss", group.path());
    let mut trainer = test.signed_in("training").await;
    let tick = ticks(&trainer.get(&path).await.expect(200))[0].clone();
    trainer
        .post(&path, &[("tag", "07.12.2026"), ("abschluss", &tick)])
        .await
        .expect(303);
    let page = social.get(&path).await.expect(200).text();
    let issue = page
        .split("action=\"")
        .find(|part| part.starts_with("/abschluesse/"))
        .and_then(|part| part.split('"').next())
        .expect("a form to issue")
        .to_owned();
    social.post(&issue, &[]).await.expect(303);
    // Pressed again, and by the trainer too: it stays one certificate.
    social.post(&issue, &[]).await.expect(303);
    trainer.post(&issue, &[]).await.expect(303);
    assert_eq!(test.number("select count(*) from certificate").await, 1);
    let file = social
        .get(&path)
        .await
        .expect(200)
        .links("/bescheinigungen/");
    let file = file
        .iter()
        .find(|link| link.ends_with("/pdf"))
        .unwrap()
        .clone();
    let first = social.get(&file).await.expect(200).body;
    at(&test, date!(2027 - 01 - 12), 9);
    let mut social = test.signed_in("sozialdienst").await;
    let second = social.get(&file).await.expect(200).body;
    assert_eq!(first, second, "reissued as it was");
    assert!(first.starts_with(b"%PDF-1.7"));
    let raw = String::from_utf8_lossy(&first);
    assert!(raw.contains("<pdfuaid:part>1<") && raw.contains("<pdfaid:part>2<"));
    assert!(raw.contains("<pdfaid:conformance>A<"));
    assert_eq!(pdf::pages(&first), 1);
    let words = pdf::words(&first);
    for word in [
        "Jan Probe00",
        "Antigewalt- und Kompetenztraining (AKT)",
        "Montag, 7. Dezember 2026",
    ] {
        assert!(words.contains(word), "{word}");
    }
    for word in ["JVA", "Laufend", "Baustein", "von 4"] {
        assert!(!words.contains(word), "{word}");
    }
    // Every issue is a disclosure.
    let entries = "select count(*) from audit_entry where verb = 'offenlegung' and outcome = 'erlaubt' and recipient = 'teilnehmende Person'";
    assert_eq!(test.number(entries).await, 5);

    let code = words
        .lines()
        .filter_map(|line| {
            line.strip_prefix("Echtheitscode: ")
                .or(line.strip_prefix("Echtheitscode "))
        })
        .find(|code| code.len() == 24)
        .expect("a code")
        .to_owned();
    let check = "/bescheinigungen/pruefen";
    let mut officer = test.signed_in("bewaehrung").await;
    let page = officer.get(check).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    officer.post(check, &[("code", "")]).await.expect(422);
    let typed = code.to_lowercase().replace('-', " ");
    let real = officer
        .post(check, &[("code", &typed)])
        .await
        .expect(200)
        .text();
    assert!(real.contains("Echt") && real.contains("8. Dezember 2026"));
    assert!(!real.contains("Probe00"), "the name is not told");
    let named = [("code", code.as_str()), ("name", "probe00, jan")];
    let text = officer.post(check, &named).await.expect(200).text();
    assert!(text.contains("Echt, und der Name stimmt"));
    let forged = [("code", code.as_str()), ("name", "Jan Fälscher")];
    let text = officer.post(check, &forged).await.expect(200).text();
    assert!(text.contains("der Name stimmt nicht"));
    for wrong in [
        "ABCD-EFGH-JKLM-NPQR-STUV",
        "x",
        "'; drop table certificate; --",
    ] {
        let text = officer
            .post(check, &[("code", wrong)])
            .await
            .expect(200)
            .text();
        assert!(text.contains("Nicht bekannt"), "{wrong}");
    }
    // Taken back, it is no longer valid and not handed out any more.
    test.execute(
        "update completion set withdrawn_at = 0, withdrawn_by_name = 'X', withdrawn_reason = 'Y'",
    )
    .await;
    let text = officer
        .post(check, &[("code", &code)])
        .await
        .expect(200)
        .text();
    assert!(text.contains("Nicht mehr gültig"));
    social.get(&file).await.expect(303);
    // A row that was changed past the program no longer fits its code.
    test.execute("update certificate set name = 'Jan Fälscher'")
        .await;
    let text = officer
        .post(check, &[("code", &code)])
        .await
        .expect(200)
        .text();
    assert!(text.contains("Nicht bekannt"));
}

#[tokio::test]
async fn a_statement_tells_days_and_figures_and_never_content() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 2).await;
    record(&mut social, &group.register(0), &people, &people).await;
    record(&mut social, &group.register(1), &people, &people[..1]).await;
    let page = social
        .get(&format!("/personen/{}", people[1]))
        .await
        .expect(200);
    let path = page
        .links("/teilnahmen/")
        .into_iter()
        .find(|link| link.ends_with("/nachweis"))
        .expect("a way from the person");
    let file = social.get(&path).await.expect(200).body;
    let words = pdf::words(&file);
    for word in [
        "Probe01, Jan",
        "Laufend, JVA Dresden",
        "1 von 2 gehaltenen Sitzungen",
        "unentschuldigt",
        "Mo., 09.11.2026",
        "Die Teilnahme läuft noch.",
    ] {
        assert!(words.contains(word), "{word}");
    }
    assert!(!words.contains("Baustein"), "no content");
    assert_eq!(
        test.number("select count(*) from audit_entry where verb = 'offenlegung' and recipient = 'Vollzugsplankonferenz'")
            .await,
        1
    );
    // Of an enrolment that one may not see there is no statement.
    let mut stranger = test.signed_in("sozialdienst.leipzig").await;
    stranger.get(&path).await.expect(404);
    social
        .get(&format!("/teilnahmen/{}/nachweis", fresh()))
        .await
        .expect(404);
}

/// Confirms what is ticked for a person, and gives the way to take that back.
async fn confirm(browser: &mut Browser, group: &Course, day: &str, person: Uuid) -> String {
    let path = format!("{}/abschluss", group.path());
    let page = browser.get(&path).await.expect(200);
    let tick = ticks(&page)
        .into_iter()
        .find(|tick| tick.starts_with(&person.to_string()))
        .expect("a box for the person");
    let before = page.links("/abschluesse/");
    browser
        .post(&path, &[("tag", day), ("abschluss", &tick)])
        .await
        .expect(303);
    let page = browser.get(&path).await.expect(200);
    let mut links = page.links("/abschluesse/");
    links.retain(|link| !before.contains(link));
    links.remove(0)
}

#[tokio::test]
async fn whoever_covers_a_session_has_no_say_in_how_participations_end() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 2).await;
    crate::rows::grant(&test, "training.vsr", "DD", "akt_gruppe", "2027-12-31").await;
    test.execute(&format!(
        "insert into session_trainer (id, session_id, staff_id, replaces_staff_id, created_at, created_by_name) \
         select {}, {}, c.staff_id, t.staff_id, 0, 'X' from account c, account t where c.login = 'training.vsr' and t.login = 'training'",
        id(fresh()),
        id(group.sessions[3])
    ))
    .await;
    record(&mut social, &group.register(0), &people, &people).await;
    at(&test, date!(2026 - 12 - 07), 9);
    let mut social = test.signed_in("sozialdienst").await;
    record(&mut social, &group.register(2), &people, &people).await;
    let mut trainer = test.signed_in("training").await;
    let back = confirm(&mut trainer, &group, "07.12.2026", people[0]).await;
    let path = format!("{}/abschluss", group.path());
    let tick = ticks(&trainer.get(&path).await.expect(200))[0].clone();
    let issue = back.replace("zuruecknehmen", "bescheinigung");
    trainer.post(&issue, &[]).await.expect(303);
    let links = trainer.get(&path).await.links("/bescheinigungen/");
    let file = links.iter().find(|link| link.ends_with("/pdf")).unwrap();

    let mut cover = test.signed_in("training.vsr").await;
    let page = cover.get(&group.path()).await.expect(200);
    assert!(page.links(&path).is_empty(), "no way there");
    cover.get(&path).await.expect(404);
    cover.get(&back).await.expect(404);
    cover.get(file).await.expect(404);
    for (path, fields) in [
        (&path, vec![("tag", "07.12.2026"), ("abschluss", &*tick)]),
        (&back, vec![("version", "1"), ("grund", "so")]),
        (&issue, Vec::new()),
    ] {
        cover.post(path, &fields).await.expect(404);
    }
    let stands = "select count(*) from completion where withdrawn_at is null";
    assert_eq!(test.number(stands).await, 1);
    trainer.get(file).await.expect(200);
}

async fn take_back(browser: &mut Browser, path: &str) -> Answer {
    let version = browser.get(path).await.expect(200).input("version");
    browser
        .post(
            path,
            &[("version", &version.unwrap()), ("grund", "verwechselt")],
        )
        .await
}

/// Writes what a register says of a person past the application.
async fn correct(test: &TestApp, session: Uuid, person: Uuid, status: &str) {
    test.execute(&format!(
        "update attendance set status = '{status}' where session_id = {} and person_id = {}",
        id(session),
        id(person)
    ))
    .await;
}

#[tokio::test]
async fn what_is_confirmed_after_the_close_is_what_the_figures_count() {
    let test = TestApp::new().await;
    let (group, people, _) = group(&test, 3).await;
    let (wrong, late, gone) = (people[0], people[1], people[2]);
    // One left long before the end.
    for (table, change) in [
        (
            "membership",
            "to_day = '2026-11-12', end_reason = 'sonstiges'",
        ),
        (
            "enrolment",
            "ended_on = '2026-11-12', outcome = 'dropped_out'",
        ),
    ] {
        test.execute(&format!(
            "update {table} set {change} where person_id = {}",
            id(gone)
        ))
        .await;
    }
    at(&test, date!(2026 - 12 - 08), 9);
    let mut social = test.signed_in("sozialdienst").await;
    let there = [wrong, late];
    for session in 0..4 {
        let present = match session {
            0 => &there[..],
            2 => &there[..1],
            _ => &[],
        };
        record(&mut social, &group.register(session), &there, present).await;
    }
    social
        .post(
            &format!("{}/abschliessen", group.path()),
            &[("bestaetigt", "1")],
        )
        .await
        .expect(303);
    let ended = async |person: Uuid, reason: &str, outcome: &str| {
        let sql = format!(
            "select count(*) from membership m join enrolment e on e.id = m.enrolment_id where m.person_id = {} \
             and m.end_reason = '{reason}' and e.outcome = '{outcome}' and e.ended_on = '2026-12-07'",
            id(person)
        );
        assert_eq!(test.number(&sql).await, 1, "{reason} {outcome}");
    };
    ended(wrong, "abgeschlossen", "completed").await;
    ended(late, "sonstiges", "dropped_out").await;
    // The register was wrong about both.
    correct(&test, group.sessions[2], wrong, "unexcused").await;
    correct(&test, group.sessions[2], late, "present").await;
    let mut trainer = test.signed_in("training").await;
    let path = format!("{}/abschluss", group.path());
    let mut boxes = ticks(&trainer.get(&path).await.expect(200));
    boxes.sort();
    let mut expected = [
        format!("{wrong}:not_completed:1"),
        format!("{late}:completed:2"),
    ];
    expected.sort();
    assert_eq!(boxes, expected, "all who were there at the close");
    let back = confirm(&mut trainer, &group, "08.12.2026", wrong).await;
    confirm(&mut trainer, &group, "08.12.2026", late).await;
    ended(wrong, "sonstiges", "dropped_out").await;
    ended(late, "abgeschlossen", "completed").await;
    // Taken back, the rule counts again, and it can be confirmed again.
    correct(&test, group.sessions[2], wrong, "present").await;
    take_back(&mut trainer, &back).await.expect(303);
    ended(wrong, "abgeschlossen", "completed").await;
    confirm(&mut trainer, &group, "08.12.2026", wrong).await;
    // The one who left before stays as he was.
    let sql =
        "select count(*) from enrolment where ended_on = '2026-11-12' and outcome = 'dropped_out'";
    assert_eq!(test.number(sql).await, 1);
}

#[tokio::test]
async fn a_completion_taken_back_gives_nobody_a_place_that_is_taken() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 2).await;
    test.execute("update template set complete_modules = false")
        .await;
    record(&mut social, &group.register(0), &people, &people).await;
    record(&mut social, &group.register(1), &people, &people).await;
    let mut trainer = test.signed_in("training").await;
    let back = confirm(&mut trainer, &group, "23.11.2026", people[0]).await;
    let open = "select count(*) from membership where to_day is null";
    let refused = async |trainer: &mut Browser, words: &str| {
        let answer = take_back(trainer, &back).await.expect(422);
        let text = answer.text();
        assert!(text.contains(words), "{text}");
        assert_eq!(test.number(open).await, 1);
        let stands = "select count(*) from completion where withdrawn_at is null";
        assert_eq!(test.number(stands).await, 1);
    };
    test.execute("update training_group set places = 1").await;
    refused(&mut trainer, "alle Plätze sind inzwischen vergeben").await;
    test.execute("update training_group set places = 8").await;
    test.execute(&format!(
        "insert into person_separation (id, person_id, other_id, code, created_at, created_by_name) values ({}, {}, {}, 'order', 0, 'X')",
        id(fresh()),
        id(people[0].min(people[1])),
        id(people[0].max(people[1]))
    ))
    .await;
    refused(&mut trainer, "nicht zurück in die Gruppe (Trennung)").await;
    test.execute("delete from person_separation").await;
    take_back(&mut trainer, &back).await.expect(303);
    assert_eq!(test.number(open).await, 2);
}

#[tokio::test]
async fn whoever_leaves_or_is_done_leaves_no_catch_up_session_behind() {
    let test = TestApp::new().await;
    let (group, people, mut social) = group(&test, 3).await;
    let (kai, done, gone) = (people[0], people[1], people[2]);
    record(&mut social, &group.register(0), &people, &[]).await;
    record(&mut social, &group.register(1), &people, &[done]).await;
    for (day, ticks) in [
        ("26.11.2026", vec![(kai, 1)]),
        ("27.11.2026", vec![(kai, 2), (done, 1)]),
        ("02.12.2026", vec![(gone, 1)]),
    ] {
        plan(&mut social, &group, day, ("09:00", "12:00"), &ticks)
            .await
            .expect(303);
    }
    let planned = async |day: &str| {
        let sql = format!(
            "select count(*) from group_session s join catch_up_person c on c.session_id = s.id where s.day = '{day}' and s.state = 'planned'"
        );
        test.number(&sql).await
    };
    let told = async |day: &str| {
        let sql = format!(
            "select count(*) from gate_change where day = '{day}' and what = 'Termin abgesagt'"
        );
        test.number(&sql).await
    };
    social
        .post(
            &format!("{}/teilnehmende/{kai}/beenden", group.path()),
            &[("grund", "sonstiges")],
        )
        .await
        .expect(303);
    assert_eq!(
        (planned("2026-11-26").await, told("2026-11-26").await),
        (0, 1)
    );
    assert_eq!(
        (planned("2026-11-27").await, told("2026-11-27").await),
        (1, 0)
    );
    assert_eq!(passport(&mut social, kai).await[..2], ["offen", "offen"]);

    // Whoever is done early needs none either.
    test.execute("update template set complete_share = null, complete_sessions = 1, complete_modules = false")
        .await;
    let mut trainer = test.signed_in("training").await;
    confirm(&mut trainer, &group, "23.11.2026", done).await;
    assert_eq!(
        (planned("2026-11-27").await, told("2026-11-27").await),
        (0, 1)
    );

    // What an earlier group left behind counts for nothing.
    assert_eq!(
        passport(&mut social, gone).await[0],
        "Nachholtermin geplant"
    );
    test.execute(&format!(
        "update membership set to_day = '2026-11-24', end_reason = 'sonstiges' where person_id = {}",
        id(gone)
    ))
    .await;
    assert_eq!(planned("2026-12-02").await, 1);
    assert_eq!(passport(&mut social, gone).await[0], "offen");
}

#[tokio::test]
async fn of_a_confidential_participation_there_is_no_statement_for_the_prison() {
    let test = TestApp::new().await;
    let (_, people, _) = group(&test, 1).await;
    crate::rows::place(&test, people[0], "BH-DD", "probation").await;
    crate::rows::assign(&test, people[0], "bewaehrung").await;
    let mut officer = test.signed_in("bewaehrung").await;
    let person = format!("/personen/{}", people[0]);
    let links = officer.get(&person).await.expect(200).links("/teilnahmen/");
    let path = links
        .iter()
        .find(|link| link.ends_with("/nachweis"))
        .unwrap();
    officer.get(path).await.expect(200);
    test.execute(
        "update enrolment set provider_id = (select id from provider where code = 'apro')",
    )
    .await;
    officer.get(path).await.expect(404);
    let page = officer.get(&person).await.expect(200);
    assert!(!page.text().contains("/nachweis"));
    let disclosed = "select count(*) from audit_entry where recipient = 'Vollzugsplankonferenz' and outcome = 'erlaubt'";
    assert_eq!(test.number(disclosed).await, 1);
}

#[tokio::test]
async fn what_was_not_meant_for_remand_stays_so_after_the_release() {
    let test = TestApp::new().await;
    let (_, people, mut social) = group(&test, 1).await;
    let not_meant = "nicht vorgesehennicht in Untersuchungshaft";
    test.execute("update placement set setting = 'remand'")
        .await;
    assert_eq!(passport(&mut social, people[0]).await[2], not_meant);
    test.execute("update placement set to_day = '2026-11-20', end_reason = 'released'")
        .await;
    assert_eq!(passport(&mut social, people[0]).await[2], not_meant);
    // Somebody who is sentenced has all before them.
    crate::rows::place(&test, people[0], "DD", "custody").await;
    assert_eq!(passport(&mut social, people[0]).await[2], "offen");
}
