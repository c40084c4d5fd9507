//! What a planner needs beside the dates: groups for which nothing is found stay visible, what happened is entered where
//! everybody looks for it, nobody is promised two places, and whoever may not hold a group learns why.

use crate::course::{add, course, inmate};
use crate::groups::{FRIDAYS, Wish, filled, published, send, with};
use crate::harness::TestApp;
use crate::html;
use crate::rows::id;
use crate::timetable::{REPAIR, TAKE, fields, offers, post, third_trainer, trainers, waiting};
use time::macros::date;
use uuid::Uuid;

/// Ticked as on the page: a check box that is not ticked is not sent.
fn without_entry(fields: Vec<(String, String)>) -> Vec<(String, String)> {
    let sent = fields.into_iter().filter(|(name, _)| name != "eintragen");
    sent.collect()
}

#[tokio::test]
async fn a_long_closure_leaves_no_group_out() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    published(&test, &mut social, &FRIDAYS).await;
    // From the first session on, and in the midst of the course: longer than sessions may lie apart.
    for (first, last) in [("24.11.2026", "28.02.2027"), ("04.01.2027", "31.03.2027")] {
        let asked = [("art", "haus"), ("von", first), ("bis", last)];
        let page = social.post(REPAIR, &asked).await.expect(200);
        let text = page.text();
        assert_eq!(html::problems(&text), Vec::<String>::new());
        let lines = page.texts("table tbody tr");
        let lost = |line: &&String| line.contains("kein Ersatz gefunden");
        assert!(lines.iter().filter(lost).count() > 3, "{first}: {lines:?}");
        assert!(!text.contains("nichts umzuplanen"), "{first}");
        assert!(text.contains("ohne möglichen Termin"), "{first}");
    }
}

#[tokio::test]
async fn lost_sessions_are_made_up_for_after_the_announced_beginning() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    // The group begins on the 27th of November; a week earlier nobody has been told anything.
    let later = Wish {
        first_day: "09.12.2026",
        ..FRIDAYS
    };
    published(&test, &mut social, &later).await;
    let asked = [
        ("art", "haus"),
        ("von", "07.12.2026"),
        ("bis", "13.12.2026"),
    ];
    let page = social.post(REPAIR, &asked).await.expect(200);
    assert!(
        !page.text().contains("kein Ersatz gefunden"),
        "{}",
        page.text()
    );
    let take = format!("{REPAIR}/uebernehmen");
    post(&mut social, &take, &fields(&page, &take, 0))
        .await
        .expect(303);
    let first = test
        .text("select cast(min(day) as text) from group_session")
        .await;
    assert!(first.as_str() > "2026-12-13", "{first}");
}

#[tokio::test]
async fn what_happened_is_entered_where_everybody_looks_for_it() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    published(&test, &mut social, &FRIDAYS).await;
    third_trainer(&test).await;
    let form = social.get(REPAIR).await.expect(200);
    let (ill, room) = (
        form.option("fachkraft", &test.account("training").name)
            .unwrap(),
        form.option("raum", "Gruppenraum").unwrap(),
    );
    let take = format!("{REPAIR}/uebernehmen");
    let closures = "select count(*) from closure where removed_at is null";
    // Only where that is wanted.
    let asked = [
        ("art", "haus"),
        ("von", "18.12.2026"),
        ("bis", "20.12.2026"),
    ];
    let page = social.post(REPAIR, &asked).await.expect(200);
    let sent = without_entry(fields(&page, &take, 0));
    post(&mut social, &take, &sent).await.expect(303);
    assert_eq!(test.number(closures).await, 0);

    let asked = [
        ("art", "haus"),
        ("von", "04.12.2026"),
        ("bis", "06.12.2026"),
    ];
    let page = social.post(REPAIR, &asked).await.expect(200);
    post(&mut social, &take, &fields(&page, &take, 0))
        .await
        .expect(303);
    assert_eq!(test.number(closures).await, 1);
    // The days that are closed already are not closed twice; the others are, although no date has to move.
    let asked = [
        ("art", "haus"),
        ("von", "05.12.2026"),
        ("bis", "07.12.2026"),
    ];
    let page = social.post(REPAIR, &asked).await.expect(200);
    assert!(page.text().contains("Alle Termine passen"));
    post(&mut social, &take, &fields(&page, &take, 0))
        .await
        .expect(303);
    assert_eq!(
        test.number(
            "select count(*) from closure where removed_at is null and first_day = '2026-12-07'"
        )
        .await,
        1
    );

    let asked = [
        ("art", "raum"),
        ("raum", room.as_str()),
        ("von", "11.12.2026"),
        ("bis", "11.12.2026"),
    ];
    let page = social.post(REPAIR, &asked).await.expect(200);
    assert!(page.text().contains("steht nicht zur Verfügung"));
    post(&mut social, &take, &fields(&page, &take, 0))
        .await
        .expect(303);
    let list = social.get("/einrichtungen/schliesstage").await.expect(200);
    assert_eq!(html::problems(&list.text()), Vec::<String>::new());
    let lines = list.texts("table tbody tr");
    assert!(
        lines
            .iter()
            .any(|line| line.contains("Gruppenraum") && line.contains("11.12.2026")),
        "{lines:?}"
    );

    let asked = [
        ("art", "fachkraft"),
        ("fachkraft", ill.as_str()),
        ("von", "08.01.2027"),
        ("bis", "10.01.2027"),
    ];
    let page = social.post(REPAIR, &asked).await.expect(200);
    post(&mut social, &take, &fields(&page, &take, 0))
        .await
        .expect(303);
    assert_eq!(
        test.number("select count(*) from staff_absence where removed_at is null and first_day = '2027-01-08'")
            .await,
        1
    );
    // What is entered is known to the next repair, and all of it is solved.
    let page = social.post(REPAIR, &[("art", "bestand")]).await.expect(200);
    assert!(
        page.text().contains("Alle Termine passen"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn a_room_that_is_closed_is_a_conflict_until_it_is_opened_again() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let page = social.get("/einrichtungen/schliesstage").await.expect(200);
    let room = page.option("room", "Gruppenraum").unwrap();
    let closing = [
        ("room", room.as_str()),
        ("first_day", "04.12.2026"),
        ("last_day", "04.12.2026"),
        ("reason", "Wasserschaden"),
        ("einmal", "z"),
    ];
    social
        .post("/einrichtungen/schliesstage", &closing)
        .await
        .expect(303);
    let mut fields = filled(&test, &mut social, &FRIDAYS, "vorschau").await;
    fields = with(fields, "room", &room);
    let preview = send(&mut social, "/gruppen/neu", &fields)
        .await
        .expect(200)
        .text();
    // The house is open: the day is not skipped, it is told.
    assert!(preview.contains("ist gesperrt: Wasserschaden"), "{preview}");
    let closure = test
        .text("select cast(max(reason) as text) from closure")
        .await;
    assert_eq!(closure, "Wasserschaden");
    let wrong = [
        ("room", Uuid::nil().to_string()),
        ("first_day", "04.12.2026".into()),
    ];
    let wrong: Vec<(&str, &str)> = wrong
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let refused = social
        .post("/einrichtungen/schliesstage", &wrong)
        .await
        .expect(422)
        .text();
    assert!(refused.contains("Bitte einen Raum aus der Liste auswählen."));
}

#[tokio::test]
async fn nobody_is_promised_two_places() {
    let test = TestApp::new().await;
    trainers(&test).await;
    let mut social = test.signed_in("sozialdienst").await;
    waiting(&test, &mut social, &[("Adler", None), ("Birke", None)]).await;
    let page = offers(&mut social, "Erste Gruppe").await;
    let chosen = fields(&page, TAKE, 0);
    let both = chosen.iter().filter(|(name, _)| name == "antrag").count();
    assert_eq!(both, 2);
    post(&mut social, TAKE, &chosen).await.expect(303);
    let next = offers(&mut social, "Zweite Gruppe").await;
    let text = next.text();
    assert!(
        text.contains("2 wartende Personen sind schon für eine Gruppe vorgesehen"),
        "{text}"
    );
    let again = fields(&next, TAKE, 0);
    assert!(again.iter().all(|(name, _)| name != "antrag"), "{again:?}");
    // Whoever was not taken in when the group began waits as before.
    test.execute("update training_group set first_day = '2026-11-20'")
        .await;
    let later = offers(&mut social, "Dritte Gruppe").await;
    let again = fields(&later, TAKE, 0);
    let both = again.iter().filter(|(name, _)| name == "antrag").count();
    assert_eq!(both, 2);
}

#[tokio::test]
async fn whoever_may_not_hold_a_group_learns_why() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    // Nobody has a grant.
    test.execute("update access_grant set state = 'ended'")
        .await;
    let asked = filled(&test, &mut social, &FRIDAYS, "warum").await;
    let page = send(&mut social, "/gruppen/neu", &asked).await.expect(200);
    let text = page.text();
    assert_eq!(html::problems(&text), Vec::<String>::new());
    assert!(text.contains("Das spricht dagegen"), "{text}");
    assert!(text.contains("Zugangsfreigabe"), "{text}");
    assert!(!text.contains("Auskunft gibt es für Gruppen"), "{text}");
    // Names of programmes, never what they are called inside.
    assert!(text.contains(&test.account("training").name));
    let inside = |word: &str| word.len() >= 36 && word.matches('-').count() == 4;
    for reason in page.texts("#warum li") {
        assert!(!reason.split([' ', ')', '.']).any(inside), "{reason}");
    }
}

#[tokio::test]
async fn a_place_that_becomes_free_is_offered_to_whoever_waits() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    waiting(&test, &mut social, &[("Wartend", Some("2029-01-01"))]).await;
    let days = [
        date!(2026 - 12 - 04),
        date!(2026 - 12 - 11),
        date!(2026 - 12 - 18),
    ];
    let group = course(&test, "Freitagsgruppe", 8, &days).await;
    let person = inmate(&test, "Gehend", Some("2029-01-01")).await;
    add(&mut social, &group, person).await.expect(303);
    test.execute(&format!(
        "update placement set expected_release = '2026-12-10' where person_id = {}",
        id(person)
    ))
    .await;
    let page = social.post(REPAIR, &[("art", "bestand")]).await.expect(200);
    let text = page.text();
    assert_eq!(html::problems(&text), Vec::<String>::new());
    let lines = page.texts("table tbody tr");
    let line = lines
        .iter()
        .find(|line| line.contains("Gehend"))
        .unwrap_or_else(|| panic!("{text}"));
    assert!(line.contains("Wartend"), "{line}");
    assert!(
        line.contains("Entlassung am 10.12.2026, 2 Sitzungen fielen weg"),
        "{line}"
    );
    // The record says that both were shown.
    for name in ["Gehend", "Wartend"] {
        let seen = test
            .number(&format!(
                "select count(*) from audit_subject a join person p on p.id = a.person_id where p.family_name = '{name}'"
            ))
            .await;
        assert!(seen > 0, "{name}");
    }
}
