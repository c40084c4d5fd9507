//! Changing a group's dates over HTTP, entering running groups, and versions of templates.

use time::macros::date;

use crate::groups::{
    FRIDAYS, MONDAYS, Wish, add, filled, key, people, published, second_option, send, sessions,
    set_clock, with,
};
use crate::harness::{Answer, Browser, TestApp};
use crate::html;

/// The answer with this status, or the errors it shows instead.
#[track_caller]
fn has(answer: Answer, status: u16) -> Answer {
    assert_eq!(
        answer.status.as_u16(),
        status,
        "{:?} {:?}",
        answer.texts("#fehler li"),
        answer.texts(".notice")
    );
    answer
}

/// All dates of the group as the database has them: number, day, state.
async fn planned(test: &TestApp, condition: &str) -> i64 {
    test.number(&format!(
        "select count(*) from group_session where state = 'planned' and {condition}"
    ))
    .await
}

/// Asks for the preview and gives it with the fields that save it.
async fn preview<'a>(
    browser: &mut Browser,
    path: &str,
    fields: &[(&'a str, &'a str)],
) -> (Answer, String) {
    let page = has(browser.post(path, fields).await, 200);
    assert!(page.text().contains("Vorschau: noch nichts gespeichert"));
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let stand = page.input("stand").expect("a mark");
    (page, stand)
}

/// Shows a change and saves what was shown.
async fn change(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let (page, stand) = preview(browser, path, fields).await;
    let mut confirmed = fields.to_vec();
    confirmed.extend([("bestaetigt", "1"), ("stand", stand.as_str())]);
    has(browser.post(path, &confirmed).await, 303);
    page
}

/// Where the sessions of a group's page are moved.
fn moves(page: &Answer) -> Vec<String> {
    sessions(page, "/absagen")
        .iter()
        .map(|link| link.replace("/absagen", "/verschieben"))
        .collect()
}

fn room(page: &Answer) -> String {
    let document = scraper::Html::parse_document(&page.text());
    let selector = scraper::Selector::parse("select[name=raum] option[selected]").unwrap();
    document
        .select(&selector)
        .next()
        .and_then(|option| option.value().attr("value"))
        .expect("a room")
        .to_owned()
}

#[tokio::test]
async fn what_falls_out_is_done_on_the_next_date_and_comes_back() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &FRIDAYS).await;
    let cancel = sessions(&social.get(&group).await, "/absagen")[2].clone();
    let page = social
        .post(
            &cancel,
            &[
                ("grund", ""),
                ("ersatz", "anhaengen"),
                ("bemerkung", "Rohrbruch"),
            ],
        )
        .await
        .expect(422);
    assert_eq!(
        page.input("bemerkung").as_deref(),
        Some("Rohrbruch"),
        "what was typed stays"
    );
    let fields = [
        ("grund", "room"),
        ("ersatz", "anhaengen"),
        ("bemerkung", "Rohrbruch"),
    ];
    // The last of the 23 sessions is on 21 May 2027; the third is on 11 December.
    let page = change(&mut social, &cancel, &fields).await;
    assert!(page.text().contains("28.05.2027"), "{}", page.text());
    assert_eq!(
        planned(&test, "day = '2026-12-18' and ordinal = 3").await,
        1
    );
    assert_eq!(
        planned(&test, "day = '2027-05-28' and ordinal = 23").await,
        1
    );
    assert_eq!(
        test.number("select count(*) from group_session where state = 'cancelled'")
            .await,
        1
    );
    let text = social.get(&group).await.expect(200).text();
    assert!(text.contains("Raum nicht verfügbar") && text.contains("28.05.2027"));
    let session = cancel.trim_end_matches("/absagen").to_owned();
    let page = social.get(&session).await.expect(200).text();
    assert!(
        page.contains("Rohrbruch"),
        "the note stands on the session's page"
    );
    // Cancelled once: the page only says so.
    social.get(&cancel).await.expect(303);
    // Restored: all as before, the added date is gone.
    let restore = format!("{session}/wiederherstellen");
    social.get(&restore).await.expect(200);
    change(&mut social, &restore, &[]).await;
    assert_eq!(
        planned(&test, "day = '2026-12-11' and ordinal = 3").await,
        1
    );
    assert_eq!(planned(&test, "true").await, 23);
    let page = social.get(&group).await;
    assert!(
        !page
            .texts("a.date")
            .iter()
            .any(|day| day.contains("28.05.2027"))
    );
    assert_eq!(
        test.number("select count(*) from training_group where last_day = '2027-05-21'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_closure_week_is_cancelled_at_once_and_taken_back_for_ten_minutes() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &FRIDAYS).await;
    let path = format!("{group}/absagen");
    for (first, last, field, why) in [
        ("18.12.2026", "11.12.2026", "bis", "vor dem ersten"),
        ("30.02.2027", "05.03.2027", "von", "30.02.2027"),
        ("01.01.1900", "05.03.2027", "von", "1900"),
        ("01.12.2026", "05.03.2200", "bis", "2200"),
        ("12.12.2026", "13.12.2026", "bis", "keine Sitzung"),
    ] {
        let fields = [
            ("von", first),
            ("bis", last),
            ("grund", "lock_in"),
            ("ersatz", "anhaengen"),
        ];
        let page = social.post(&path, &fields).await.expect(422);
        let errors = page.texts(&format!("#f-{field}-error"));
        assert!(
            errors.first().is_some_and(|text| text.contains(why)),
            "{first}: {errors:?}"
        );
        assert_eq!(
            page.input("von").as_deref(),
            Some(first),
            "what was typed stays"
        );
    }
    let fields = [
        ("von", "07.12.2026"),
        ("bis", "20.12.2026"),
        ("grund", "lock_in"),
        ("ersatz", "anhaengen"),
    ];
    change(&mut social, &path, &fields).await;
    assert_eq!(
        test.number("select count(*) from group_session where state = 'cancelled'")
            .await,
        2
    );
    assert_eq!(planned(&test, "true").await, 23);
    assert_eq!(
        planned(&test, "day = '2027-06-04' and ordinal = 23").await,
        1
    );
    let page = social.get(&group).await;
    assert!(page.text().contains("Rückgängig"));
    social
        .post(&format!("{group}/zuruecknehmen"), &[])
        .await
        .expect(303);
    assert_eq!(planned(&test, "true").await, 23);
    assert_eq!(
        planned(&test, "day = '2026-12-11' and ordinal = 3").await,
        1
    );
    assert_eq!(
        planned(&test, "day = '2027-05-21' and ordinal = 23").await,
        1
    );
    assert!(
        !social.get(&group).await.text().contains("Rückgängig"),
        "taken back once"
    );
    // Dropped, and after ten minutes no way back.
    let dropped = [
        ("von", "07.12.2026"),
        ("bis", "20.12.2026"),
        ("grund", "lock_in"),
        ("ersatz", "ersatzlos"),
    ];
    change(&mut social, &path, &dropped).await;
    assert_eq!(planned(&test, "true").await, 21);
    test.clock.advance_minutes(11);
    social
        .post(&format!("{group}/zuruecknehmen"), &[])
        .await
        .expect(303);
    assert!(
        social
            .get(&group)
            .await
            .text()
            .contains("nur innerhalb von 10 Minuten")
    );
    assert_eq!(planned(&test, "true").await, 21);
}

#[tokio::test]
async fn nothing_is_taken_back_over_a_register() {
    let test = TestApp::new().await;
    people(&test, 2).await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &MONDAYS).await;
    for number in 1..=2 {
        add(&mut social, &group, number).await.expect(303);
    }
    let links = sessions(&social.get(&group).await, "/absagen");
    set_clock(&test, date!(2026 - 11 - 23), 18);
    let mut social = test.signed_in("sozialdienst").await;
    let fields = [("grund", "trainer"), ("ersatz", "anhaengen")];
    change(&mut social, &links[1], &fields).await;
    let register = links[0].replace("/absagen", "/anwesenheit");
    let status = key(1, "status");
    social
        .post(&register, &[("version", "1"), (status.as_str(), "present")])
        .await
        .expect(303);
    social
        .post(&format!("{group}/zuruecknehmen"), &[])
        .await
        .expect(303);
    let page = social.get(&group).await;
    let told = page.texts(".notice");
    assert!(page.text().contains("etwas geschehen"), "{told:?}");
    assert_eq!(
        test.number("select count(*) from group_session where state = 'cancelled'")
            .await,
        1
    );
    // A held session is neither moved nor cancelled, but shortened with a reason, never lengthened.
    let session = links[0].trim_end_matches("/absagen").to_owned();
    social
        .get(&format!("{session}/verschieben"))
        .await
        .expect(303);
    let adjust = format!("{session}/aendern");
    let page = social.get(&adjust).await.expect(200);
    let room = room(&page);
    let base = [
        ("tag", "23.11.2026"),
        ("start", "1400"),
        ("raum", room.as_str()),
    ];
    for (end, reason, field) in [
        ("18:00", "Ausfall", "ende"),
        ("13:00", "Ausfall", "ende"),
        ("25:00", "Ausfall", "ende"),
        ("16:00", "", "bemerkung"),
    ] {
        let mut fields = base.to_vec();
        fields.extend([("ende", end), ("bemerkung", reason)]);
        let page = social.post(&adjust, &fields).await.expect(422);
        assert_eq!(
            page.texts(&format!("#f-{field}-error")).len(),
            1,
            "{end}: {}",
            page.text()
        );
        assert_eq!(page.input("ende").as_deref(), Some(end));
    }
    let mut fields = base.to_vec();
    fields.extend([("ende", "1600"), ("bemerkung", "Einschluss ab 16 Uhr")]);
    change(&mut social, &adjust, &fields).await;
    assert_eq!(
        test.number("select count(*) from group_session where state = 'held' and minutes = 120")
            .await,
        1
    );
    assert!(
        social
            .get(&session)
            .await
            .text()
            .contains("Einschluss ab 16 Uhr")
    );
}

#[tokio::test]
async fn moves_show_what_happens_and_say_what_is_wrong() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &FRIDAYS).await;
    let links = moves(&social.get(&group).await);
    let path = links[2].clone();
    let page = social.get(&path).await.expect(200);
    let room = room(&page);
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let foreign = second_option(&leipzig.get("/gruppen/neu").await.expect(200), "room").unwrap();
    for stranger in [&path, &format!("{group}/absagen")] {
        leipzig.get(stranger).await.expect(404);
    }
    for (reach, day, start, room, field, why) in [
        (
            "nur",
            "25.12.2026",
            "14:00",
            &room,
            "tag",
            "Feiertag: 1. Weihnachtstag",
        ),
        ("nur", "19.12.2026", "25:00", &room, "start", "25:00"),
        (
            "nur",
            "19.12.2026",
            "23:00",
            &room,
            "start",
            "nach Mitternacht",
        ),
        ("nur", "30.02.2027", "14:00", &room, "tag", "30.02.2027"),
        ("nur", "20.11.2026", "14:00", &room, "tag", "Vergangenheit"),
        ("nur", "08.01.2027", "14:00", &room, "tag", "schon Sitzung"),
        (
            "nur",
            "12.12.2026",
            "14:00",
            &foreign,
            "raum",
            "gehört nicht zur Einrichtung",
        ),
        (
            "folgende",
            "28.03.2027",
            "02:30",
            &room,
            "tag",
            "Zeitumstellung",
        ),
        ("folgende", "25.11.2026", "14:00", &room, "tag", "früheste"),
        ("folgende", "12.12.2200", "14:00", &room, "tag", "2200"),
        (
            "weit",
            "12.12.2026",
            "14:00",
            &room,
            "umfang",
            "aus der Liste",
        ),
    ] {
        let fields = [
            ("umfang", reach),
            ("tag", day),
            ("start", start),
            ("raum", room.as_str()),
        ];
        let page = social.post(&path, &fields).await.expect(422);
        let errors = page.texts(&format!("#f-{field}-error"));
        assert!(
            errors.first().is_some_and(|text| text.contains(why)),
            "{day} {start}: {:?}",
            page.texts("#fehler li")
        );
        assert_eq!(
            page.input("tag").as_deref(),
            Some(day),
            "what was typed stays"
        );
    }
    // Only this one, at a time typed without a colon.
    let one = [
        ("umfang", "nur"),
        ("tag", "12.12.2026"),
        ("start", "0930"),
        ("raum", room.as_str()),
    ];
    change(&mut social, &path, &one).await;
    assert_eq!(
        planned(
            &test,
            "day = '2026-12-12' and start_minute = 570 and ordinal = 3"
        )
        .await,
        1
    );
    assert_eq!(planned(&test, "start_minute = 840").await, 22);
    // Everything from now on, to Tuesdays: the rhythm of the group changes with it.
    let all = [
        ("umfang", "alle"),
        ("tag", "01.12.2026"),
        ("start", "10 Uhr"),
        ("raum", room.as_str()),
    ];
    let page = change(&mut social, &path, &all).await;
    assert!(
        page.text().contains("Dienstag 10:00 Uhr"),
        "{}",
        page.text()
    );
    assert_eq!(planned(&test, "start_minute = 600").await, 23);
    assert_eq!(
        test.number("select count(distinct ordinal) from group_session")
            .await,
        23
    );
    assert_eq!(
        test.number("select count(*) from training_group where weekday = 2 and start_minute = 600")
            .await,
        1
    );
    // Undone, the rhythm is back too.
    social
        .post(&format!("{group}/zuruecknehmen"), &[])
        .await
        .expect(303);
    assert_eq!(planned(&test, "start_minute = 840").await, 22);
    assert_eq!(
        test.number("select count(*) from training_group where weekday = 5 and start_minute = 840")
            .await,
        1
    );
}

#[tokio::test]
async fn what_was_not_shown_is_not_saved() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &FRIDAYS).await;
    let links = moves(&social.get(&group).await);
    let room = room(&social.get(&links[2]).await.expect(200));
    let fields = [
        ("umfang", "folgende"),
        ("tag", "14.12.2026"),
        ("start", "14:00"),
        ("raum", room.as_str()),
    ];
    // Without a mark, with a foreign one, and with one of other fields: shown anew, nothing saved.
    let (_, stand) = preview(&mut social, &links[2], &fields).await;
    for mark in ["", "0000"] {
        let mut confirmed = fields.to_vec();
        confirmed.extend([("bestaetigt", "1"), ("stand", mark)]);
        social.post(&links[2], &confirmed).await.expect(409);
    }
    let other = [
        ("umfang", "folgende"),
        ("tag", "15.12.2026"),
        ("start", "14:00"),
        ("raum", room.as_str()),
        ("bestaetigt", "1"),
        ("stand", stand.as_str()),
    ];
    let page = social.post(&links[2], &other).await.expect(409);
    assert!(
        page.text().contains("seit der Vorschau geändert") && page.text().contains("15.12.2026")
    );
    assert_eq!(planned(&test, "day = '2026-12-11'").await, 1);
    // Two at once, from two instances: one wins, the other sees what it would do now.
    let mut second = test.browser_on(test.second_instance().await);
    second.sign_in(test.account("sozialdienst")).await;
    let (_, mine) = preview(&mut social, &links[2], &fields).await;
    let later = [
        ("umfang", "folgende"),
        ("tag", "17.12.2026"),
        ("start", "14:00"),
        ("raum", room.as_str()),
    ];
    let (_, theirs) = preview(&mut second, &links[3], &later).await;
    let mut left = fields.to_vec();
    left.extend([("bestaetigt", "1"), ("stand", mine.as_str())]);
    let mut right = later.to_vec();
    right.extend([("bestaetigt", "1"), ("stand", theirs.as_str())]);
    let (one, two) = tokio::join!(
        social.post(&links[2], &left),
        second.post(&links[3], &right)
    );
    let mut answers = [one.status.as_u16(), two.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers[0], 303, "one wins");
    assert!(
        matches!(answers[1], 409 | 422),
        "the other is shown anew: {answers:?}"
    );
    assert_eq!(
        test.number("select count(distinct ordinal) from group_session")
            .await,
        23
    );
    assert_eq!(
        test.number("select count(distinct day) from group_session")
            .await,
        23
    );
}

#[tokio::test]
async fn a_group_meets_twice_a_week() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let mut fields = filled(&test, &mut social, &MONDAYS, "vorschau").await;
    fields.extend([
        ("weekday_2", "1".to_owned()),
        ("start_2", "9:00".to_owned()),
    ]);
    let page = send(&mut social, "/gruppen/neu", &fields).await.expect(422);
    assert_eq!(
        page.texts("#f-weekday_2-error").len(),
        1,
        "the same weekday twice"
    );
    let without = with(fields.clone(), "weekday_2", "");
    let page = send(&mut social, "/gruppen/neu", &without)
        .await
        .expect(422);
    assert_eq!(
        page.texts("#f-weekday_2-error").len(),
        1,
        "a time without a weekday"
    );
    let fields = with(with(fields, "weekday_2", "4"), "aktion", "entwurf");
    let group = send(&mut social, "/gruppen/neu", &fields)
        .await
        .expect(303)
        .location()
        .to_owned();
    assert_eq!(planned(&test, "start_minute = 540").await, 11);
    assert_eq!(planned(&test, "start_minute = 840").await, 12);
    assert!(social.get(&group).await.text().contains("Do. 09:00 Uhr"));
    // A draft with further slots can be discarded.
    social
        .post(&format!("{group}/verwerfen"), &[])
        .await
        .expect(303);
    assert_eq!(test.number("select count(*) from group_slot").await, 0);
}

#[tokio::test]
async fn a_running_group_is_entered_once_and_then_locked() {
    let test = TestApp::new().await;
    people(&test, 2).await;
    let mut social = test.signed_in("sozialdienst").await;
    let wish = Wish {
        name: "Laufende Gruppe",
        weekday: "2",
        start: "14:00",
        first_day: "03.11.2026",
    };
    let fields = filled(&test, &mut social, &wish, "vorschlag").await;
    let path = "/gruppen/bestehend";
    social.get(path).await.expect(200);
    let late = with(fields.clone(), "first_day", "24.11.2026");
    let page = send(&mut social, path, &late).await.expect(422);
    assert!(page.texts("#f-first_day-error")[0].contains("schon begonnen"));
    // 3, 10 and 17 November are over; the third was really held a day later.
    let page = send(&mut social, path, &fields).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert_eq!(page.input("tag_2").as_deref(), Some("17.11.2026"));
    assert!(page.input("tag_3").is_none() && page.text().contains("24.11.2026"));
    let mut typed = with(fields, "aktion", "speichern");
    typed.push(("termine", "3".to_owned()));
    for (row, day) in [
        ("tag_0", "03.11.2026"),
        ("tag_1", "10.11.2026"),
        ("tag_2", "18.11.2026"),
    ] {
        typed.push((row, day.to_owned()));
    }
    for row in ["zeit_0", "zeit_1", "zeit_2"] {
        typed.push((row, "1400".to_owned()));
    }
    for (field, value, why) in [
        ("tag_1", "02.11.2026", "nicht nach Sitzung 1"),
        ("tag_2", "24.11.2026", "noch nicht vorbei"),
        ("tag_2", "30.02.2026", "30.02.2026"),
        ("zeit_0", "25:00", "25:00"),
        ("zeit_0", "23:00", "nach Mitternacht"),
    ] {
        let page = send(&mut social, path, &with(typed.clone(), field, value))
            .await
            .expect(422);
        let errors = page.texts(&format!("#f-{field}-error"));
        assert!(
            errors.first().is_some_and(|text| text.contains(why)),
            "{value}: {errors:?} {:?}",
            page.texts("#fehler li")
        );
        assert_eq!(
            page.input(field).as_deref(),
            Some(value),
            "what was typed stays"
        );
    }
    // What is to come stands under the same rules as any plan.
    let other =
        crate::course::course(&test, "Andere", 8, &[time::macros::date!(2026 - 11 - 24)]).await;
    test.execute(&format!(
        "insert into group_trainer (group_id, staff_id) select {}, st.id from staff st where st.id not in (select staff_id from group_trainer)",
        crate::rows::id(other.id)
    ))
    .await;
    let page = send(&mut social, path, &typed).await.expect(422);
    assert!(page.text().contains("So kann nicht gespeichert werden"));
    assert!(page.text().contains("„Andere“"));
    assert_eq!(page.input("tag_2").as_deref(), Some("18.11.2026"));
    test.execute("delete from group_trainer").await;
    test.execute("delete from group_session").await;
    test.execute("delete from training_group").await;
    let entry = send(&mut social, path, &typed)
        .await
        .expect(303)
        .location()
        .to_owned();
    assert_eq!(
        send(&mut social, path, &typed).await.expect(303).location(),
        entry,
        "sent twice, made once"
    );
    let group = entry.trim_end_matches("/bestand").to_owned();
    assert_eq!(test.number("select count(*) from group_session").await, 23);
    assert_eq!(
        planned(&test, "day = '2026-11-18' and ordinal = 3").await,
        1
    );
    assert_eq!(
        planned(&test, "day = '2026-11-24' and ordinal = 4").await,
        1
    );
    assert!(
        social
            .get(&group)
            .await
            .text()
            .contains("wird noch eingetragen")
    );
    // The member joined with the second session; then the register of that day has a row for them.
    for number in 1..=2 {
        add(&mut social, &group, number).await.expect(303);
    }
    let since = key(1, "ab");
    for (day, why) in [
        ("02.11.2026", "begann erst"),
        ("24.11.2026", "Zukunft"),
        ("31.11.2026", "31.11.2026"),
    ] {
        let page = social
            .post(&entry, &[(since.as_str(), day)])
            .await
            .expect(422);
        assert!(page.texts("#fehler li")[0].contains(why), "{day}");
        assert_eq!(page.input(&since).as_deref(), Some(day));
    }
    social
        .post(
            &entry,
            &[
                (since.as_str(), "10.11.2026"),
                (key(2, "ab").as_str(), "10.11.2026"),
            ],
        )
        .await
        .expect(303);
    assert_eq!(
        test.number("select count(*) from enrolment where enrolled_on = '2026-11-10'")
            .await,
        2
    );
    let registers = social.get(&entry).await.expect(200).links("/sitzungen/");
    assert_eq!(registers.len(), 3);
    let status = key(1, "status");
    social
        .post(
            &registers[1],
            &[("version", "1"), (status.as_str(), "present")],
        )
        .await
        .expect(303);
    let page = social
        .post(&entry, &[(since.as_str(), "11.11.2026")])
        .await
        .expect(422);
    assert!(page.text().contains("schon Anwesenheit erfasst"));
    social
        .post(&entry, &[("aktion", "fertig")])
        .await
        .expect(303);
    assert_eq!(
        test.number("select count(*) from group_session where locked = true")
            .await,
        3
    );
    social
        .post(&entry, &[("aktion", "fertig")])
        .await
        .expect(303);
    // Locked: no cancelling; registers and dates by correction with a reason.
    let first = registers[0].replace("/anwesenheit", "");
    social.get(&format!("{first}/absagen")).await.expect(303);
    let held = registers[1].replace("/anwesenheit", "");
    assert!(
        social
            .get(&held)
            .await
            .expect(200)
            .text()
            .contains("gesperrt")
    );
    let again = [("version", "3"), (status.as_str(), "late")];
    social.post(&registers[1], &again).await.expect(422);
}

#[tokio::test]
async fn old_sessions_lock_after_the_days_of_the_facility() {
    let test = TestApp::new().await;
    people(&test, 2).await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &MONDAYS).await;
    add(&mut social, &group, 1).await.expect(303);
    let cancel = sessions(&social.get(&group).await, "/absagen")[0].clone();
    for (typed, status) in [("0", 422), ("viele", 422), ("7", 303)] {
        social
            .post("/gruppen/einstellungen", &[("tage", typed)])
            .await
            .expect(status);
    }
    assert_eq!(
        social
            .get("/gruppen/einstellungen")
            .await
            .expect(200)
            .input("tage")
            .as_deref(),
        Some("7")
    );
    set_clock(&test, date!(2026 - 11 - 30), 18);
    let mut social = test.signed_in("sozialdienst").await;
    social.get(&cancel).await.expect(200);
    set_clock(&test, date!(2026 - 12 - 01), 18);
    let mut social = test.signed_in("sozialdienst").await;
    social.get(&cancel).await.expect(303);
    assert!(social.get(&group).await.text().contains("gesperrt"));
}

/// The form of a new version, filled with what the page shows.
fn shown(page: &Answer) -> Vec<(String, String)> {
    let document = scraper::Html::parse_document(&page.text());
    let inputs = scraper::Selector::parse("main form input[name]").unwrap();
    let mut fields = Vec::new();
    for input in document.select(&inputs) {
        let value = input.value();
        let ticked = matches!(value.attr("type"), Some("checkbox" | "radio"));
        if !ticked || value.attr("checked").is_some() {
            fields.push((
                value.attr("name").unwrap().to_owned(),
                value.attr("value").unwrap_or_default().to_owned(),
            ));
        }
    }
    let selects = scraper::Selector::parse("main form select[name]").unwrap();
    let chosen = scraper::Selector::parse("option[selected]").unwrap();
    for select in document.select(&selects) {
        let value = select
            .select(&chosen)
            .next()
            .and_then(|option| option.value().attr("value"));
        fields.push((
            select.value().attr("name").unwrap().to_owned(),
            value.unwrap_or_default().to_owned(),
        ));
    }
    fields
}

fn set(fields: &[(String, String)], name: &str, value: &str) -> Vec<(String, String)> {
    let mut fields: Vec<_> = fields
        .iter()
        .filter(|field| field.0 != name)
        .cloned()
        .collect();
    fields.push((name.to_owned(), value.to_owned()));
    fields
}

async fn post(browser: &mut Browser, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let answer = browser.post(path, &fields).await;
    println!(
        "{:?} {:?}",
        answer.texts("#fehler li"),
        answer.texts(".notice")
    );
    answer
}

#[tokio::test]
async fn a_template_gets_a_new_version_and_groups_keep_theirs() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let list = social.get("/vorlagen").await.expect(200);
    assert!(list.text().contains("AKT Gruppe 23") && list.text().contains("15 + 10 einzeln"));
    let group = published(&test, &mut social, &MONDAYS).await;
    let mut office = test.signed_in("verwaltung").await;
    let version = social.get(&group).await.links("/vorlagen/")[0].clone();
    assert!(
        social
            .get(&version)
            .await
            .expect(200)
            .text()
            .contains("nicht in U-Haft")
    );
    assert!(!social.get(&version).await.text().contains("Neue Fassung"));
    let path = format!("{version}/neue-fassung");
    social.get(&path).await.expect(404);
    let page = office.get(&path).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let base = set(&shown(&page), "aktion", "speichern");
    for (field, value, why) in [
        ("gilt_ab", "", "angeben"),
        ("gilt_ab", "31.11.2026", "31.11.2026"),
        ("gilt_ab", "01.11.2026", "frühestens ab heute"),
        ("gilt_ab", "01.01.2200", "2200"),
        ("wochen", "53", "1 bis 52"),
        ("plaetze", "0", "1 bis 30"),
        ("anzahl_0", "99", "1 bis 60"),
        ("minuten_1", "5", "15 bis 600"),
        ("baustein_0", "", "angeben"),
        ("art_0", "party", "Liste"),
    ] {
        let page = post(&mut office, &path, &set(&base, field, value))
            .await
            .expect(422);
        assert!(
            page.texts("#fehler li")
                .iter()
                .any(|text| text.contains(why)),
            "{field}={value}: {:?}",
            page.texts("#fehler li")
        );
    }
    // Without sessions it is refused.
    let good = set(&base, "gilt_ab", "01.12.2026");
    let page = post(&mut office, &path, &set(&good, "zeilen", "0"))
        .await
        .expect(422);
    assert!(page.text().contains("keine Sitzung"));
    // Rows are added, moved and taken away without anything being stored.
    let page = post(&mut office, &path, &set(&good, "aktion", "neu"))
        .await
        .expect(200);
    let fields = shown(&page);
    let rows: usize = page.input("zeilen").unwrap().parse().unwrap();
    let last = rows - 1;
    let fields = set(&fields, &format!("baustein_{last}"), "Nachtreffen");
    let fields = set(&fields, &format!("abstand_{last}"), "42");
    let page = post(&mut office, &path, &set(&fields, "aktion", "hoch-1"))
        .await
        .expect(200);
    let was = page.input("baustein_0").unwrap();
    let page = post(
        &mut office,
        &path,
        &set(&shown(&page), "aktion", "runter-0"),
    )
    .await
    .expect(200);
    assert_eq!(page.input("baustein_1"), Some(was));
    assert_eq!(
        test.number("select count(*) from template where version = 2")
            .await,
        0
    );
    let fields = set(&shown(&page), "aktion", "speichern");
    let new = post(&mut office, &path, &fields)
        .await
        .expect(303)
        .location()
        .to_owned();
    assert_eq!(
        post(&mut office, &path, &fields)
            .await
            .expect(303)
            .location(),
        new,
        "sent twice, made once"
    );
    assert_eq!(
        test.number("select count(*) from template where version = 2")
            .await,
        1
    );
    let text = office.get(&new).await.expect(200).text();
    assert!(
        text.contains("Nachtreffen")
            && text.contains("mindestens 42 Tage")
            && text.contains("gilt noch nicht")
    );
    assert!(
        office.get(&version).await.text().contains("30.11.2026"),
        "the old one ends the day before"
    );
    // The group keeps its version; a new one begins before or after the day of the change.
    assert_eq!(social.get(&group).await.links("/vorlagen/")[0], version);
    assert!(
        social
            .get("/gruppen/neu")
            .await
            .text()
            .contains("AKT Gruppe 23 (23 Sitzungen")
    );
    set_clock(&test, date!(2026 - 12 - 01), 9);
    let mut social = test.signed_in("sozialdienst").await;
    let page = social.get("/gruppen/neu").await.text();
    assert!(
        page.contains("AKT Gruppe 23 (24 Sitzungen")
            && !page.contains("AKT Gruppe 23 (23 Sitzungen")
    );
}
