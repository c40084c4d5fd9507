//! Hand-overs over HTTP: nobody learns facts before acceptance, one accepts, the participation goes along, people count
//! once.

use uuid::Uuid;

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::placement::{member, part, release, transfer};
use crate::rows::{assign, grant, group, id, inmate, place};
use crate::world::fresh;

/// Records a signed consent.
pub async fn consent(browser: &mut Browser, person: Uuid, purpose: &str) {
    let path = format!("/personen/{person}/einwilligungen");
    let page = browser.get(&path).await.expect(200);
    let token = page.input("einmal").unwrap();
    browser
        .post(
            &path,
            &[
                ("einmal", &token),
                ("zweck", purpose),
                ("von", "20.11.2026"),
                ("ort", "Akte"),
            ],
        )
        .await
        .expect(303);
}

/// Offers a person to a place; the answer.
pub async fn offer(
    browser: &mut Browser,
    person: Uuid,
    to: &str,
    day: &str,
    more: &[(&str, &str)],
) -> Answer {
    let path = format!("/personen/{person}/uebergabe");
    let page = browser.get(&path).await.expect(200);
    assert!(
        html::problems(&page.text()).is_empty(),
        "{:?}",
        html::problems(&page.text())
    );
    let target = page.option("an", to).expect("a target");
    let token = page.input("einmal").unwrap();
    let part = page.input("teilnahmen").expect("a participation");
    let mut fields = vec![
        ("einmal", token.as_str()),
        ("an", target.as_str()),
        ("tag", day),
        ("gilt_bis", "07.12.2026"),
        ("teilnahmen", part.as_str()),
        ("pruefpunkte", "told"),
    ];
    if !more.iter().any(|(name, _)| *name == "coaching") {
        fields.push(("coaching", "0"));
    }
    fields.extend_from_slice(more);
    browser.post(&path, &fields).await
}

pub async fn answer(
    browser: &mut Browser,
    place: &str,
    what: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let page = browser.get(place).await.expect(200);
    let version = page.input("version").unwrap_or_default();
    let mut all = vec![("version", version.as_str())];
    all.extend_from_slice(fields);
    browser.post(&format!("{place}/{what}"), &all).await
}

async fn talk(test: &TestApp, person: Uuid, part: Uuid, day: &str, outcome: &str) {
    test.execute(&format!(
        "insert into counselling_session (id, enrolment_id, person_id, day, minutes, form, outcome, recorded_by, \
         recorded_by_name, recorded_at, version) select {}, {}, {}, '{day}', 50, 'in_person', '{outcome}', a.id, a.name, 0, 1 \
         from account a where a.login = 'training'",
        id(fresh()),
        id(part),
        id(person)
    ))
    .await;
}

#[tokio::test]
async fn the_next_prison_learns_facts_after_acceptance_and_the_participation_goes_along() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Umzug").await;
    let group = group(&test, "training", "DD", "akt_gruppe").await;
    let training = part(&test, person, "training", "akt_gruppe").await;
    member(&test, person, training, group).await;
    talk(&test, person, training, "2026-10-05", "took_place").await;
    let mut social = test.signed_in("sozialdienst").await;
    let done = offer(&mut social, person, "JVA Leipzig", "25.11.2026", &[])
        .await
        .expect(303);
    let place = done.location().to_owned();
    let own = social.get(&place).await.expect(200).text();
    assert!(
        own.contains("Antigewalt") && own.contains("1 von 1 Gesprächen"),
        "{own}"
    );
    // A second offer is none.
    let twice = offer(&mut social, person, "JVA Leipzig", "25.11.2026", &[])
        .await
        .expect(422)
        .text();
    assert!(twice.contains("schon eine Übergabe angeboten"));

    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let list = leipzig.get("/uebergaben").await.expect(200).text();
    assert!(
        list.contains("Umzug") && list.contains("Übergabe annehmen oder ablehnen"),
        "{list}"
    );
    let start = leipzig.get("/").await.expect(200).text();
    assert!(
        start.contains("1 Übergabe, bei der etwas zu tun ist"),
        "{start}"
    );
    let before = leipzig.get(&place).await.expect(200);
    let text = before.text();
    assert!(text.contains("Umzug") && text.contains("JVA Dresden"));
    for fact in [
        "Antigewalt",
        "AKT",
        "Gespräch",
        "Verlegung",
        "25.11.2026",
        "02.2026",
        "Person ist informiert",
    ] {
        assert!(!text.contains(fact), "{fact} before acceptance: {text}");
    }
    leipzig
        .get(&format!("/personen/{person}"))
        .await
        .expect(404);
    // Others do not know of it at all.
    test.signed_in("bewaehrung")
        .await
        .get(&place)
        .await
        .expect(404);

    answer(&mut leipzig, &place, "ablehnen", &[("grund", "")])
        .await
        .expect(422);
    answer(&mut leipzig, &place, "annehmen", &[])
        .await
        .expect(303);
    let after = leipzig.get(&place).await.expect(200).text();
    assert!(
        after.contains("Antigewalt")
            && after.contains("Person ist informiert und einverstanden: erledigt"),
        "{after}"
    );
    // Accepted, but the person is still here: so is the participation.
    let at = |code: &str| {
        format!(
            "select count(*) from enrolment e join facility f on f.id = e.facility_id where f.code = '{code}' and e.person_id = {}",
            id(person)
        )
    };
    assert_eq!(test.number(&at("DD")).await, 1);
    transfer(&mut social, person, "JVA Leipzig", "25.11.2026").await;
    assert_eq!(test.number(&at("DD")).await, 1);
    test.clock.set(test.clock_now().plus_minutes(60 * 24 * 2));
    assert_eq!(
        geleit::jobs::tidy_hand_overs(&test.app.store)
            .await
            .unwrap(),
        1
    );
    assert_eq!(test.number(&at("L")).await, 1);
    assert_eq!(
        geleit::jobs::tidy_hand_overs(&test.app.store)
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        test.number("select count(*) from enrolment").await,
        1,
        "never made anew"
    );
    assert_eq!(
        test.number("select count(*) from client_case k join facility f on f.id = k.facility_id where f.code = 'L'").await,
        1
    );
    // The item about the hand-over was never raised: it was under way.
    assert_eq!(
        test.number("select count(*) from review_item where kind = 'hand_over'")
            .await,
        0
    );
}

#[tokio::test]
async fn the_probation_service_takes_over_with_consent_and_the_person_counts_once() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Freigang").await;
    grant(&test, "training", "DD", "akt_einzel", "2027-12-31").await;
    let training = part(&test, person, "training", "akt_einzel").await;
    talk(&test, person, training, "2026-10-05", "took_place").await;
    talk(&test, person, training, "2026-10-12", "no_show").await;
    let mut social = test.signed_in("sozialdienst").await;
    let more = [("coaching", "6"), ("uebergang", "24.11.2026")];
    let office = "Bewährungshilfe Dresden";
    let refused = offer(&mut social, person, office, "27.11.2026", &more)
        .await
        .expect(422);
    assert!(refused.text().contains("keine gültige Einwilligung"));
    consent(&mut social, person, "probation").await;
    for (name, value, why) in [
        ("coaching", "5", "6 bis 12 Monate"),
        ("uebergang", "30.11.2026", "beginnt vor der Entlassung"),
    ] {
        let wrong: Vec<(&str, &str)> = more
            .iter()
            .map(|(field, typed)| (*field, if *field == name { value } else { *typed }))
            .collect();
        let page = offer(&mut social, person, office, "27.11.2026", &wrong)
            .await
            .expect(422)
            .text();
        assert!(page.contains(why), "{page}");
    }
    let officer = test.account("bewaehrung").name.clone();
    let done = offer(&mut social, person, &officer, "27.11.2026", &more)
        .await
        .expect(303);
    let place = done.location().to_owned();
    test.signed_in("bewaehrung.zwei")
        .await
        .get(&place)
        .await
        .expect(404);
    let mut officer = test.signed_in("bewaehrung").await;
    officer
        .get(&format!("/personen/{person}"))
        .await
        .expect(404);
    answer(&mut officer, &place, "annehmen", &[])
        .await
        .expect(303);
    officer
        .get(&format!("/personen/{person}"))
        .await
        .expect(200);
    assert!(
        officer
            .get(&place)
            .await
            .text()
            .contains("1 von 2 Gesprächen")
    );
    assert!(
        officer
            .get("/uebergaben")
            .await
            .text()
            .contains("Entlassung steht bevor")
    );
    let early = [("version", "2"), ("kontakt", "23.11.2026")];
    officer
        .post(&format!("{place}/kontakt"), &early)
        .await
        .expect(422);

    release(&mut social, person, "27.11.2026").await;
    test.clock.set(test.clock_now().plus_minutes(60 * 24 * 5));
    let mut officer = test.signed_in("bewaehrung").await;
    geleit::jobs::tidy_hand_overs(&test.app.store)
        .await
        .unwrap();
    assert_eq!(
        test.number("select count(*) from enrolment e join facility f on f.id = e.facility_id where f.kind = 'probation'").await,
        1
    );
    let list = officer.get("/uebergaben").await.text();
    assert!(
        list.contains("Erster Kontakt in den ersten fünf Tagen nach der Entlassung"),
        "{list}"
    );
    answer(
        &mut officer,
        &place,
        "kontakt",
        &[("kontakt", "28.11.2026")],
    )
    .await
    .expect(303);
    assert_eq!(
        test.number("select count(*) from enrolment e join programme m on m.id = e.programme_id where m.code = 'stabilisierung' and e.ended_on is null").await,
        1
    );
    assert!(officer.get(&place).await.text().contains("bis 28.05.2027"));
    // One person, one participation in each programme.
    assert_eq!(
        test.number(
            "select count(*) from (select distinct person_id, programme_id from enrolment) x"
        )
        .await,
        test.number("select count(*) from enrolment").await
    );
    assert_eq!(
        test.number("select count(distinct coalesce(person_id, id)) from client_case")
            .await,
        1
    );

    // Withdrawn at once: what was handed over is not to be seen any more.
    let mut officer_page = officer
        .get(&format!("/personen/{person}/einwilligungen"))
        .await
        .expect(200);
    let link = officer_page
        .links("/einwilligungen/")
        .into_iter()
        .next()
        .expect("a way to withdraw");
    officer_page = officer.get(&link).await.expect(200);
    officer
        .post(
            &link,
            &[("version", &officer_page.input("version").unwrap())],
        )
        .await
        .expect(303);
    let gone = officer.get(&place).await.expect(200).text();
    assert!(
        gone.contains("Einwilligung widerrufen") && !gone.contains("von 2 Gesprächen"),
        "{gone}"
    );
}

#[tokio::test]
async fn of_sixteen_who_accept_at_once_one_does() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Gedränge").await;
    part(&test, person, "training", "distanzierung").await;
    let mut social = test.signed_in("sozialdienst").await;
    consent(&mut social, person, "probation").await;
    let office = "Bewährungshilfe Dresden";
    let done = offer(&mut social, person, office, "30.11.2026", &[])
        .await
        .expect(303);
    let place = done.location().to_owned();
    let officer = test.signed_in("bewaehrung").await;
    let csrf = officer.clone().csrf().await;
    let mut tries = Vec::new();
    for _ in 0..16 {
        let (mut browser, place, csrf) = (officer.clone(), place.clone(), csrf.clone());
        tries.push(tokio::spawn(async move {
            browser
                .post_raw(
                    &format!("{place}/annehmen"),
                    &[("csrf", &csrf), ("version", "1")],
                )
                .await
                .status
                .as_u16()
        }));
    }
    let mut statuses = Vec::new();
    for one in tries {
        statuses.push(one.await.unwrap());
    }
    assert_eq!(
        statuses.iter().filter(|status| **status == 303).count(),
        1,
        "{statuses:?}"
    );
    assert!(
        statuses
            .iter()
            .all(|status| [303, 409, 422].contains(status)),
        "{statuses:?}"
    );
    assert_eq!(test.number("select count(*) from assignment").await, 1);
    assert_eq!(
        test.number("select count(*) from placement where kind = 'probation'")
            .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from hand_over where state = 'accepted' and version = 2")
            .await,
        1
    );
}

#[tokio::test]
async fn offers_are_declined_revoked_and_expire() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Hinundher").await;
    part(&test, person, "training", "distanzierung").await;
    let mut social = test.signed_in("sozialdienst").await;
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    // Declined with a reason that the other side reads.
    let place = offer(&mut social, person, "JVA Leipzig", "25.11.2026", &[])
        .await
        .expect(303)
        .location()
        .to_owned();
    answer(
        &mut leipzig,
        &place,
        "ablehnen",
        &[("grund", "Kein Platz bis Januar")],
    )
    .await
    .expect(303);
    leipzig.get(&place).await.expect(404);
    assert!(
        social
            .get(&place)
            .await
            .text()
            .contains("Kein Platz bis Januar")
    );
    // Revoked: gone for the other side.
    let place = offer(&mut social, person, "JVA Leipzig", "25.11.2026", &[])
        .await
        .expect(303)
        .location()
        .to_owned();
    leipzig.get(&place).await.expect(200);
    answer(
        &mut social,
        &place,
        "zurueckziehen",
        &[("grund", "Verlegung fällt aus")],
    )
    .await
    .expect(303);
    leipzig.get(&place).await.expect(404);
    leipzig
        .post(&format!("{place}/annehmen"), &[("version", "1")])
        .await
        .expect(404);
    // Expired: from the day after its last day, whether the job ran or not.
    let place = offer(&mut social, person, "JVA Leipzig", "25.11.2026", &[])
        .await
        .expect(303)
        .location()
        .to_owned();
    test.clock.set(test.clock_now().plus_minutes(60 * 24 * 15));
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    leipzig.get(&place).await.expect(404);
    leipzig
        .post(&format!("{place}/annehmen"), &[("version", "1")])
        .await
        .expect(404);
    geleit::jobs::tidy_hand_overs(&test.app.store)
        .await
        .unwrap();
    assert_eq!(
        test.number("select count(*) from hand_over where state = 'expired'")
            .await,
        1
    );
    let mut social = test.signed_in("sozialdienst").await;
    assert!(
        social
            .get("/uebergaben")
            .await
            .text()
            .contains("abgelaufen")
    );
    // Whoever had the person changed nothing of it by all this.
    assert_eq!(
        test.number("select count(*) from enrolment where version = 1 and ended_on is null")
            .await,
        1
    );
}

#[tokio::test]
async fn a_transfer_that_never_comes_about_ends_the_hand_over_for_the_other_prison() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Bleibthier").await;
    part(&test, person, "training", "distanzierung").await;
    let mut social = test.signed_in("sozialdienst").await;
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let place = offer(&mut social, person, "JVA Leipzig", "25.11.2026", &[])
        .await
        .expect(303)
        .location()
        .to_owned();
    answer(&mut leipzig, &place, "annehmen", &[])
        .await
        .expect(303);
    assert!(
        leipzig
            .get(&place)
            .await
            .expect(200)
            .text()
            .contains("Distanzierung")
    );
    // The other side cannot take back what it accepted.
    leipzig
        .post(
            &format!("{place}/zurueckziehen"),
            &[("version", "2"), ("grund", "nein")],
        )
        .await
        .expect(422);
    let day = 60 * 24;
    test.clock.set(test.clock_now().plus_minutes(day * 10));
    let mut social = test.signed_in("sozialdienst").await;
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let list = social.get("/uebergaben").await.expect(200).text();
    assert!(list.contains("Verlegung ist nicht erfolgt"), "{list}");
    let there = leipzig.get(&place).await.expect(200).text();
    assert!(!there.contains("Erster Kontakt"), "nobody came: {there}");
    test.clock.set(test.clock_now().plus_minutes(day * 21));
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    leipzig.get(&place).await.expect(404);
    assert!(
        !leipzig
            .get("/uebergaben")
            .await
            .expect(200)
            .text()
            .contains("Bleibthier")
    );
    // A move long after is another matter: it is asked about anew, and nothing follows by itself.
    let mut social = test.signed_in("sozialdienst").await;
    transfer(&mut social, person, "JVA Leipzig", "24.12.2026").await;
    geleit::jobs::tidy_hand_overs(&test.app.store)
        .await
        .unwrap();
    assert_eq!(
        test.number("select count(*) from review_item where kind = 'hand_over' and state = 'open'")
            .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from hand_over where moved_on is not null")
            .await,
        0
    );
}

#[tokio::test]
async fn what_another_prison_accepted_is_taken_back_until_somebody_is_moved() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Dochnicht").await;
    part(&test, person, "training", "distanzierung").await;
    let mut social = test.signed_in("sozialdienst").await;
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    for (moved, expected) in [(false, 303), (true, 422)] {
        let place = offer(&mut social, person, "JVA Leipzig", "23.11.2026", &[])
            .await
            .expect(303)
            .location()
            .to_owned();
        answer(&mut leipzig, &place, "annehmen", &[])
            .await
            .expect(303);
        if moved {
            transfer(&mut social, person, "JVA Leipzig", "23.11.2026").await;
        }
        // Who has just moved somebody away is not asked why they come back.
        social
            .post(
                &format!("{place}/zurueckziehen"),
                &[("version", "2"), ("grund", "Verlegung fällt aus")],
            )
            .await
            .expect(expected);
        let there = leipzig.get(&place).await.status.as_u16();
        assert_eq!(there, if moved { 200 } else { 404 });
    }
    assert_eq!(
        test.number("select count(*) from history where what = 'Übergabe zurückgezogen'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_consent_that_holds_no_longer_accepts_nothing_and_a_withdrawn_one_takes_back() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Widerruf").await;
    part(&test, person, "training", "distanzierung").await;
    let mut social = test.signed_in("sozialdienst").await;
    consent(&mut social, person, "probation").await;
    let office = "Bewährungshilfe Dresden";
    let place = offer(&mut social, person, office, "30.11.2026", &[])
        .await
        .expect(303)
        .location()
        .to_owned();
    let mut officer = test.signed_in("bewaehrung").await;
    test.execute("update consent set to_day = '2026-11-22'")
        .await;
    let refused = answer(&mut officer, &place, "annehmen", &[])
        .await
        .expect(422)
        .text();
    assert!(refused.contains("gilt nicht mehr"), "{refused}");
    assert_eq!(test.number("select count(*) from assignment").await, 0);
    test.execute("update consent set to_day = null").await;
    answer(&mut officer, &place, "annehmen", &[])
        .await
        .expect(303);
    officer
        .get(&format!("/personen/{person}"))
        .await
        .expect(200);

    // Withdrawn before the release: nobody is responsible because of it any more.
    let path = format!("/personen/{person}/einwilligungen");
    let link = social
        .get(&path)
        .await
        .expect(200)
        .links("/einwilligungen/")
        .remove(0);
    let ask = social.get(&link).await.expect(200);
    assert!(ask.text().contains("beruht nicht auf der Einwilligung"));
    social
        .post(&link, &[("version", &ask.input("version").unwrap())])
        .await
        .expect(303);
    officer
        .get(&format!("/personen/{person}"))
        .await
        .expect(404);
    officer.get(&place).await.expect(404);
    assert_eq!(
        test.number("select count(*) from assignment where to_day is null")
            .await,
        0
    );
    assert_eq!(
        test.number("select count(*) from placement where kind = 'probation' and to_day is null")
            .await,
        0
    );
    assert!(
        social
            .get(&place)
            .await
            .expect(200)
            .text()
            .contains("Einwilligung widerrufen")
    );
    // Signed again, it goes from the start.
    consent(&mut social, person, "probation").await;
    let place = offer(&mut social, person, office, "30.11.2026", &[])
        .await
        .expect(303)
        .location()
        .to_owned();
    answer(&mut officer, &place, "annehmen", &[])
        .await
        .expect(303);
    officer
        .get(&format!("/personen/{person}"))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_hand_over_of_an_earlier_custody_prepares_no_release_of_this_one() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Wiederda").await;
    part(&test, person, "training", "distanzierung").await;
    test.execute("update placement set from_day = '2026-06-01', expected_release = '2026-12-10'")
        .await;
    let insert = |moves_on: &str| {
        format!(
            "insert into hand_over (id, person_id, kind, from_facility_id, to_facility_id, state, moves_on, coaching_months, summary, \
             checklist, offered_on, expires_on, offered_at, offered_by_name, answered_at, answered_by_name, version) select {}, {}, 'probation', f.id, o.id, 'accepted', \
             '{moves_on}', 0, '{{}}', '', '2026-01-01', '2026-01-14', 0, 'Muster', 0, 'Muster', 1 from facility f, facility o \
             where f.code = 'DD' and o.kind = 'probation' and o.code = (select min(code) from facility where kind = 'probation')",
            id(fresh()),
            id(person)
        )
    };
    let mut social = test.signed_in("sozialdienst").await;
    for (moves_on, asked) in [("2026-02-01", true), ("2026-12-10", false)] {
        test.execute(&insert(moves_on)).await;
        let list = social.get("/uebergaben").await.expect(200).text();
        assert_eq!(
            list.contains("Entlassung steht bevor: Übergabe anbieten"),
            asked,
            "{list}"
        );
    }
}

#[tokio::test]
async fn of_a_link_that_was_withdrawn_the_summary_says_nothing() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Doppelt").await;
    let linked = part(&test, person, "training", "distanzierung").await;
    let mut social = test.signed_in("sozialdienst").await;
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let place = offer(&mut social, person, "JVA Leipzig", "25.11.2026", &[])
        .await
        .expect(303)
        .location()
        .to_owned();
    answer(&mut leipzig, &place, "annehmen", &[])
        .await
        .expect(303);
    test.execute("update client_case set linked_on = '2026-11-20'")
        .await;
    test.execute(&format!(
        "insert into consent (id, person_id, case_id, purpose, from_day, kept_at, recorded_at, recorded_by_name, withdrawn_on, \
         withdrawn_at, version) select {}, k.person_id, k.id, 'link', '2026-11-20', '', 0, 'Träger', '2026-11-23', 5, 1 \
         from client_case k where k.enrolment_id = {}",
        id(fresh()),
        id(linked)
    ))
    .await;
    for side in [&mut social, &mut leipzig] {
        let text = side.get(&place).await.expect(200).text();
        assert!(!text.contains("Distanzierung"), "{text}");
    }
}

#[tokio::test]
async fn who_was_responsible_before_is_asked_about_and_stands_in_or_not() {
    let test = TestApp::new().await;
    let old = test.account("bewaehrung").name.clone();
    for (family, outcome, left) in [("Adler", "keep_charge", 2), ("Bussard", "end_charge", 1)] {
        let person = inmate(&test, family).await;
        part(&test, person, "training", "distanzierung").await;
        place(&test, person, "BH-DD", "probation").await;
        assign(&test, person, "bewaehrung").await;
        let mut social = test.signed_in("sozialdienst").await;
        consent(&mut social, person, "probation").await;
        let handed = offer(
            &mut social,
            person,
            "Bewährungshilfe Dresden",
            "30.11.2026",
            &[],
        )
        .await
        .expect(303)
        .location()
        .to_owned();
        let mut second = test.signed_in("bewaehrung.zwei").await;
        crate::handover::answer(&mut second, &handed, "annehmen", &[])
            .await
            .expect(303);
        let page = second.get("/pruefung").await.expect(200).text();
        assert!(
            page.contains("Bisherige Zuständigkeit klären")
                && page.contains(&old)
                && page.contains(family),
            "{page}"
        );
        assert!(!page.contains("Neue Zuständigkeit"), "who accepts knows");
        let asked = crate::placement::item(&test, "old_charge").await;
        crate::placement::answer(&mut second, asked, outcome)
            .await
            .expect(303);
        assert_eq!(
            test.number(&format!(
                "select count(*) from assignment where person_id = {} and (to_day is null or to_day > '2026-11-23')",
                id(person)
            ))
            .await,
            left
        );
    }
}
