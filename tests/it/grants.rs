//! Access grants: asking, approving by a second person, revoking, who sees which.

use geleit::base::ids::{FacilityId, GrantId, GroupId, GroupSessionId, ProgrammeId, StaffId};
use geleit::base::time::{Instant, MinuteOfDay, berlin_instant};
use geleit::schema::groups::{group_session, group_trainer, training_group};
use geleit::schema::providers::access_grant;
use geleit::schema::reference::{facility, programme, provider, room, staff, template};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use time::macros::date;
use time::{Date, Duration};
use uuid::Uuid;

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows;

pub const GROUP_TRAINING: &str = "Antigewalt- und Kompetenztraining (AKT) in der Gruppe";
pub const TODAY: Date = date!(2026 - 11 - 23);

/// The value of the check box with this label.
pub fn box_of(page: &Answer, label: &str) -> Option<String> {
    let document = scraper::Html::parse_document(&page.text());
    let labels = scraper::Selector::parse("label").unwrap();
    let id = document
        .select(&labels)
        .find(|element| element.text().collect::<String>().trim() == label)?
        .value()
        .attr("for")?
        .to_owned();
    let input = scraper::Selector::parse(&format!("#{id}")).unwrap();
    document
        .select(&input)
        .next()?
        .value()
        .attr("value")
        .map(ToOwned::to_owned)
}

/// Asks for a grant as a person would; `facility` empty where it is fixed.
pub async fn ask(
    browser: &mut Browser,
    staff: &str,
    facility: &str,
    programmes: &[&str],
    first: &str,
    last: &str,
) -> Answer {
    let page = browser.get("/freigaben/neu").await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let staff = page
        .option("staff", staff)
        .expect("the staff member is offered");
    let token = page.input("einmal").unwrap();
    let boxes: Vec<String> = programmes
        .iter()
        .map(|name| box_of(&page, name).unwrap_or_else(|| panic!("{name} in {}", page.text())))
        .collect();
    let place =
        (!facility.is_empty()).then(|| box_of(&page, facility).expect("the facility is offered"));
    let mut fields = vec![
        ("einmal", token.as_str()),
        ("staff", &staff),
        ("first_day", first),
        ("last_day", last),
    ];
    fields.extend(place.iter().map(|place| ("facility", place.as_str())));
    fields.extend(boxes.iter().map(|value| ("programme", value.as_str())));
    browser.post("/freigaben/neu", &fields).await
}

/// What the form of an approval says that the page showed.
fn seen(page: &Answer) -> Vec<String> {
    let document = scraper::Html::parse_document(&page.text());
    let inputs = scraper::Selector::parse("input[name=gesehen]").unwrap();
    document
        .select(&inputs)
        .filter_map(|input| input.value().attr("value").map(ToOwned::to_owned))
        .collect()
}

pub async fn decide(browser: &mut Browser, grant: &str, step: &str) -> Answer {
    let page = browser.get(grant).await.expect(200);
    let version = page.input("version").unwrap_or_else(|| "1".into());
    let hash = page.input("hash").unwrap_or_default();
    let seen = seen(&page);
    let mut fields = vec![
        ("version", version.as_str()),
        ("hash", &hash),
        ("reason", "Sicherheitslage"),
    ];
    fields.extend(seen.iter().map(|text| ("gesehen", text.as_str())));
    browser.post(&format!("{grant}/{step}"), &fields).await
}

async fn grants(test: &TestApp) -> i64 {
    test.number("select count(*) from access_grant").await
}

#[tokio::test]
async fn a_second_person_approves_and_both_sides_read_it() {
    let test = TestApp::new().await;
    rows::clearance(&test, "training", "DD", "2026-01-01", "2027-12-31").await;
    let trainer = test.account("training").name.clone();
    let mut provider = test.signed_in("koordination").await;
    let asked = ask(
        &mut provider,
        &trainer,
        "JVA Dresden",
        &[GROUP_TRAINING],
        "24.11.2026",
        "31.12.2026",
    )
    .await
    .expect(303);
    let grant = asked.location().to_owned();
    let page = provider.get(&grant).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(page.text().contains("beantragt") && !page.text().contains("genehmigen\""));

    let mut officer = test.signed_in("zugang").await;
    let page = officer.get(&grant).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    decide(&mut officer, &grant, "genehmigen").await.expect(303);
    let list = officer.get("/freigaben").await.expect(200);
    assert_eq!(html::problems(&list.text()), Vec::<String>::new());
    assert_eq!(list.texts("tbody .tag"), ["●künftig"]);

    // The next day it is valid; the end is near enough to be marked from the 1st of December on.
    test.clock
        .set(berlin_instant(date!(2026 - 12 - 01), MinuteOfDay::from_hm(8, 0).unwrap()).unwrap());
    let mut provider = test.signed_in("koordination").await;
    let page = provider.get(&grant).await.expect(200);
    assert!(
        page.text().contains("Zacharias Zimmer") && page.text().contains("beantragt → genehmigt")
    );
    assert!(page.text().contains("endet in 30 Tagen"));
    let soon = provider.get("/freigaben?stand=endet").await.expect(200);
    assert_eq!(soon.texts("tbody tr").len(), 1);
    provider
        .post(
            &format!("{grant}/widerrufen"),
            &[("version", "2"), ("reason", "x")],
        )
        .await
        .expect(404);
}

#[tokio::test]
async fn nobody_approves_their_own_request() {
    let test = TestApp::new().await;
    rows::clearance(&test, "training", "DD", "2026-01-01", "2027-12-31").await;
    let trainer = test.account("training").name.clone();
    let mut officer = test.signed_in("zugang").await;
    let asked = ask(
        &mut officer,
        &trainer,
        "",
        &[GROUP_TRAINING],
        "23.11.2026",
        "31.12.2026",
    )
    .await
    .expect(303);
    let grant = asked.location().to_owned();
    let refused = decide(&mut officer, &grant, "genehmigen").await.expect(422);
    assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
    assert!(refused.text().contains("zweite Person") && refused.text().contains("Zoe Zander"));
    assert_eq!(
        test.number("select count(*) from access_grant where state = 'requested'")
            .await,
        1
    );
    let mut second = test.signed_in("zugang.zwei").await;
    decide(&mut second, &grant, "genehmigen").await.expect(303);
    assert_eq!(
        test.number("select count(*) from access_grant where state = 'active' and version = 2")
            .await,
        1
    );
}

#[tokio::test]
async fn wrong_periods_overlaps_and_foreign_programmes_are_refused() {
    let test = TestApp::new().await;
    let trainer = test.account("training").name.clone();
    let mut provider = test.signed_in("koordination").await;
    for (first, last, sentence) in [
        (
            "01.12.2026",
            "30.11.2026",
            "Der letzte Tag liegt vor dem ersten",
        ),
        ("22.11.2026", "30.11.2026", "in der Vergangenheit"),
        ("01.12.2026", "01.12.2029", "höchstens 3 Jahre"),
        ("31.02.2027", "01.12.2027", "Erster Tag"),
    ] {
        let answer = ask(
            &mut provider,
            &trainer,
            "JVA Dresden",
            &[GROUP_TRAINING],
            first,
            last,
        )
        .await
        .expect(422);
        assert!(
            answer.texts("#fehler").join("").contains(sentence),
            "{sentence}: {:?}",
            answer.texts("#fehler")
        );
        assert_eq!(answer.input("first_day").as_deref(), Some(first));
        assert_eq!(html::problems(&answer.text()), Vec::<String>::new());
    }
    assert_eq!(grants(&test).await, 0);

    ask(
        &mut provider,
        &trainer,
        "JVA Dresden",
        &[GROUP_TRAINING],
        "01.12.2026",
        "31.12.2026",
    )
    .await
    .expect(303);
    let overlap = ask(
        &mut provider,
        &trainer,
        "JVA Dresden",
        &[GROUP_TRAINING],
        "31.12.2026",
        "31.01.2027",
    )
    .await
    .expect(422);
    assert!(
        overlap
            .text()
            .contains("vom 01.12.2026 bis 31.12.2026 (beantragt)"),
        "{}",
        overlap.text()
    );
    ask(
        &mut provider,
        &trainer,
        "JVA Dresden",
        &[GROUP_TRAINING],
        "01.01.2027",
        "31.01.2027",
    )
    .await
    .expect(303);
    ask(
        &mut provider,
        &trainer,
        "JVA Leipzig",
        &[GROUP_TRAINING],
        "31.12.2026",
        "31.01.2027",
    )
    .await
    .expect(303);
    assert_eq!(grants(&test).await, 3);

    // The coordination is offered only what its organisation takes part in; the access officer is told.
    let form = provider.get("/freigaben/neu").await.expect(200);
    let exit = programme_with_code(&test, "ausstieg").await;
    assert!(box_of(&form, &exit).is_none());
    let mut officer = test.signed_in("zugang").await;
    let answer = ask(
        &mut officer,
        &trainer,
        "",
        &[&exit],
        "01.12.2026",
        "31.12.2026",
    )
    .await
    .expect(422);
    assert!(
        answer.texts("#fehler").join("").contains("nicht mit"),
        "{:?}",
        answer.texts("#fehler")
    );
    assert_eq!(grants(&test).await, 3);
}

#[tokio::test]
async fn a_form_sent_twice_asks_once_and_several_programmes_make_several_grants() {
    let test = TestApp::new().await;
    let trainer = test.account("training").name.clone();
    let mut provider = test.signed_in("koordination").await;
    let single = programme_with_code(&test, "akt_einzel").await;
    let page = provider.get("/freigaben/neu").await.expect(200);
    let (token, member) = (
        page.input("einmal").unwrap(),
        page.option("staff", &trainer).unwrap(),
    );
    let place = box_of(&page, "JVA Dresden").unwrap();
    let boxes = [
        box_of(&page, GROUP_TRAINING).unwrap(),
        box_of(&page, &single).unwrap(),
    ];
    let fields = [
        ("einmal", token.as_str()),
        ("staff", &member),
        ("facility", &place),
        ("programme", &boxes[0]),
        ("programme", &boxes[1]),
        ("first_day", "1.12.26"),
        ("last_day", "31.12.26"),
    ];
    for _ in 0..2 {
        let answer = provider.post("/freigaben/neu", &fields).await.expect(303);
        assert!(answer.location().starts_with("/freigaben/antrag/"));
        let request = provider.get(answer.location()).await.expect(200);
        assert_eq!(request.texts("tbody tr").len(), 2);
    }
    assert_eq!(grants(&test).await, 2);
    // What is not offered cannot be posted either.
    let mut forged = fields;
    forged[1].1 = "00000000-0000-4000-8000-000000000000";
    forged[0].1 = "";
    provider.post("/freigaben/neu", &forged).await.expect(422);
    assert_eq!(grants(&test).await, 2);
}

#[tokio::test]
async fn two_requests_at_the_same_time_do_not_overlap() {
    let test = TestApp::new().await;
    let trainer = test.account("training").name.clone();
    let (mut provider, mut officer) = (
        test.signed_in("koordination").await,
        test.signed_in("zugang").await,
    );
    let (one, other) = tokio::join!(
        ask(
            &mut provider,
            &trainer,
            "JVA Dresden",
            &[GROUP_TRAINING],
            "01.12.2026",
            "31.12.2026"
        ),
        ask(
            &mut officer,
            &trainer,
            "",
            &[GROUP_TRAINING],
            "15.12.2026",
            "31.01.2027"
        ),
    );
    let mut codes = [one.status.as_u16(), other.status.as_u16()];
    codes.sort();
    assert_eq!(codes, [303, 422]);
    assert_eq!(grants(&test).await, 1);
}

#[tokio::test]
async fn what_was_changed_meanwhile_is_not_approved() {
    let test = TestApp::new().await;
    rows::clearance(&test, "training", "DD", "2026-01-01", "2027-12-31").await;
    let trainer = test.account("training").name.clone();
    let mut provider = test.signed_in("koordination").await;
    let asked = ask(
        &mut provider,
        &trainer,
        "JVA Dresden",
        &[GROUP_TRAINING],
        "24.11.2026",
        "31.12.2026",
    )
    .await
    .expect(303);
    let grant = asked.location().to_owned();
    let (mut first, mut second) = (
        test.signed_in("zugang").await,
        test.signed_in("zugang.zwei").await,
    );
    let page = first.get(&grant).await.expect(200);
    let (version, hash) = (page.input("version").unwrap(), page.input("hash").unwrap());
    let without_reason = second
        .post(&format!("{grant}/ablehnen"), &[("version", &version)])
        .await
        .expect(422);
    assert!(without_reason.text().contains("„Grund“"));
    decide(&mut second, &grant, "ablehnen").await.expect(303);
    // What was declined stays declined, and the page says who did it.
    for fields in [&[("hash", hash.as_str())][..], &[]] {
        let refused = first
            .post(&format!("{grant}/genehmigen"), fields)
            .await
            .expect(409);
        assert!(
            refused.text().contains("schon abgelehnt") && refused.text().contains("Zoe Zander")
        );
        assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
    }
    assert_eq!(
        test.number("select count(*) from access_grant where state = 'declined'")
            .await,
        1
    );
}

#[tokio::test]
async fn grants_of_others_do_not_exist() {
    let test = TestApp::new().await;
    let trainer = test.account("training").name.clone();
    let counsellor = test.account("beratung").name.clone();
    let exit = programme_with_code(&test, "ausstieg").await;
    let (mut provider, mut officer) = (
        test.signed_in("koordination").await,
        test.signed_in("zugang").await,
    );
    let leipzig = ask(
        &mut provider,
        &trainer,
        "JVA Leipzig",
        &[GROUP_TRAINING],
        "24.11.2026",
        "31.12.2026",
    )
    .await
    .expect(303);
    let leipzig = leipzig.location().to_owned();
    let other_provider = ask(
        &mut officer,
        &counsellor,
        "",
        &[&exit],
        "24.11.2026",
        "31.12.2026",
    )
    .await
    .expect(303);
    let other_provider = other_provider.location().to_owned();

    officer.get(&leipzig).await.expect(404);
    for step in ["genehmigen", "ablehnen", "widerrufen"] {
        officer
            .post(
                &format!("{leipzig}/{step}"),
                &[("version", "1"), ("reason", "x")],
            )
            .await
            .expect(404);
    }
    assert!(!officer.get("/freigaben").await.text().contains(&leipzig));
    provider.get(&other_provider).await.expect(404);
    let named = |name: &str| {
        format!(
            "/freigaben?{}",
            serde_urlencoded::to_string([("name", name)]).unwrap()
        )
    };
    let list = provider.get(&named(&counsellor)).await.expect(200);
    assert!(
        !list.text().contains(&other_provider) && list.text().contains("Keine Freigabe gefunden")
    );
    let part: String = trainer.chars().take(4).collect();
    assert!(
        provider
            .get(&named(&part.to_uppercase()))
            .await
            .text()
            .contains(&leipzig)
    );
    assert_eq!(
        test.number("select count(*) from access_grant where state <> 'requested'")
            .await,
        0
    );

    for login in ["pforte", "sozialdienst", "training", "verwaltung"] {
        let mut browser = test.signed_in(login).await;
        browser.get("/freigaben").await.expect(404);
        browser.get("/freigaben/neu").await.expect(404);
        browser.get(&leipzig).await.expect(404);
    }
}

async fn programme_with_code(test: &TestApp, code: &str) -> String {
    let database = test.database().await;
    let found = programme::Entity::find()
        .filter(programme::Column::Code.eq(code))
        .one(&database)
        .await
        .unwrap()
        .unwrap();
    database.close().await.unwrap();
    found.name
}

/// Who and where the planted rows are about.
pub struct Planted {
    pub facility: FacilityId,
    pub programme: ProgrammeId,
    pub staff: StaffId,
}

/// A published group of the account `training` at JVA Dresden that meets today and tomorrow (that one cancelled).
pub async fn plant_group(test: &TestApp, state: &str) -> Planted {
    let database = test.database().await;
    let house = facility::Entity::find()
        .filter(facility::Column::Code.eq("DD"))
        .one(&database)
        .await
        .unwrap()
        .unwrap();
    let place = room::Entity::find()
        .filter(room::Column::FacilityId.eq(house.id))
        .one(&database)
        .await
        .unwrap()
        .unwrap();
    let course = template::Entity::find()
        .filter(template::Column::Code.eq("akt_gruppe_23"))
        .one(&database)
        .await
        .unwrap()
        .unwrap();
    let organisation = provider::Entity::find()
        .filter(provider::Column::Code.eq("vpn"))
        .one(&database)
        .await
        .unwrap()
        .unwrap();
    let name = test.account("training").name.clone();
    let member = staff::Entity::find()
        .filter(staff::Column::Name.eq(name))
        .one(&database)
        .await
        .unwrap()
        .unwrap();
    let group = GroupId(Uuid::new_v4());
    let row = training_group::Model {
        id: group,
        name: "AKT-Herbst".into(),
        template_id: course.id,
        programme_id: course.programme_id,
        provider_id: organisation.id,
        facility_id: house.id,
        room_id: place.id,
        weekday: 1,
        start_minute: 840,
        first_day: TODAY,
        last_day: TODAY + Duration::DAY,
        places: 8,
        state: state.into(),
        created_at: test.clock_now(),
        version: 1,
        entry_open: false,
    };
    row.into_active_model()
        .reset_all()
        .insert(&database)
        .await
        .unwrap();
    let row = group_trainer::Model {
        group_id: group,
        staff_id: member.id,
    };
    row.into_active_model()
        .reset_all()
        .insert(&database)
        .await
        .unwrap();
    for (ordinal, session_state) in [(1i64, "planned"), (2, "cancelled")] {
        let row = group_session::Model {
            id: GroupSessionId(Uuid::new_v4()),
            group_id: group,
            ordinal,
            module: "Biografiearbeit".into(),
            day: TODAY + Duration::days(ordinal - 1),
            start_minute: 840,
            minutes: 180,
            room_id: place.id,
            state: session_state.into(),
            cancel_reason: None,
            version: 1,
            kind: "group".to_owned(),
            template_ordinal: None,
            replaces: None,
            locked: false,
            cancel_note: None,
        };
        row.into_active_model()
            .reset_all()
            .insert(&database)
            .await
            .unwrap();
    }
    database.close().await.unwrap();
    Planted {
        facility: house.id,
        programme: course.programme_id,
        staff: member.id,
    }
}

/// Plants a grant past the application.
pub async fn plant_grants(test: &TestApp, planted: &Planted, grants: &[(&str, Date)]) {
    let database = test.database().await;
    let account = test.account("koordination").id;
    for (state, last_day) in grants {
        let row = access_grant::Model {
            id: GrantId(Uuid::new_v4()),
            staff_id: planted.staff,
            facility_id: planted.facility,
            programme_id: planted.programme,
            clearance_id: None,
            first_day: date!(2026 - 01 - 01),
            last_day: *last_day,
            state: (*state).into(),
            request_id: None,
            renewal_of: None,
            stop_id: None,
            requested_by: account,
            requested_by_name: "Koordination".into(),
            requested_at: test.clock_now(),
            decided_by: None,
            decided_by_name: None,
            decided_at: None,
            approved_hash: None,
            suspended_reason: None,
            version: 1,
        };
        row.into_active_model()
            .reset_all()
            .insert(&database)
            .await
            .unwrap();
    }
    database.close().await.unwrap();
}

#[tokio::test]
async fn the_list_is_paged_open_requests_first_then_by_end() {
    let test = TestApp::new().await;
    let planted = plant_group(&test, "published").await;
    let day = |number: i64| TODAY + Duration::days(number);
    let mut rows = Vec::new();
    for number in 0..33 {
        rows.push(("active", day(40 + number)));
        rows.push(("active", day(-40 - number)));
    }
    // The same end several times, across the page break, must neither lose nor repeat a line.
    rows.extend([
        ("requested", day(100)),
        ("requested", day(50)),
        ("requested", day(-1)),
        ("revoked", day(500)),
    ]);
    rows.extend((0..3).map(|_| ("active", day(68))));
    plant_grants(&test, &planted, &rows).await;
    let mut officer = test.signed_in("zugang").await;
    let mut address = "/freigaben".to_owned();
    let (mut lines, mut pages) = (Vec::new(), Vec::new());
    loop {
        let page = officer.get(&address).await.expect(200);
        assert!(page.text().len() < 18 * 1024, "{} bytes", page.text().len());
        assert_eq!(html::problems(&page.text()), Vec::<String>::new());
        let here: Vec<(String, String)> = page
            .links("/freigaben/")
            .into_iter()
            .filter(|link| Uuid::parse_str(link.trim_start_matches("/freigaben/")).is_ok())
            .zip(page.texts("tbody tr"))
            .collect();
        pages.push(here.clone());
        lines.extend(here);
        match page
            .links("/freigaben?")
            .into_iter()
            .find(|link| link.contains("ab=n."))
        {
            Some(next) => address = next,
            None => break,
        }
    }
    assert_eq!(lines.len(), rows.len());
    let mut ids: Vec<&String> = lines.iter().map(|(id, _)| id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), rows.len());
    let texts: Vec<&str> = lines.iter().map(|(_, text)| text.as_str()).collect();
    assert!(
        texts[0].contains("12.01.2027") && texts[0].contains("beantragt"),
        "{}",
        texts[0]
    );
    assert!(
        texts[1].contains("beantragt")
            && texts[2].contains("02.01.2027")
            && texts[2].contains("gültig"),
        "{}",
        texts[2]
    );
    assert!(
        texts[38].contains("06.04.2028") && texts[38].contains("widerrufen"),
        "{}",
        texts[38]
    );
    assert!(
        texts[39].contains("22.11.2026") && texts[39].contains("abgelaufen"),
        "{}",
        texts[39]
    );
    // And the way back shows the same pages.
    for earlier in pages.iter().rev().skip(1) {
        let page = officer.get(&address).await.expect(200);
        address = page
            .links("/freigaben?")
            .into_iter()
            .find(|link| link.contains("ab=v."))
            .expect("a way back");
        let page = officer.get(&address).await.expect(200);
        assert_eq!(
            &page.texts("tbody tr"),
            &earlier
                .iter()
                .map(|(_, text)| text.clone())
                .collect::<Vec<_>>()
        );
    }
    for (state, count) in [
        ("beantragt", 2),
        ("abgelaufen", 30),
        ("widerrufen", 1),
        ("künftig", 0),
        ("abgelehnt", 0),
    ] {
        let page = officer
            .get(&format!(
                "/freigaben?stand={}",
                state.replace('ü', "%C3%BC")
            ))
            .await
            .expect(200);
        assert_eq!(page.texts("tbody tr").len(), count, "{state}");
    }
}

/// A request of the coordination for the trainer at JVA Dresden, and its address.
async fn requested(test: &TestApp, first: &str, last: &str) -> String {
    let trainer = test.account("training").name.clone();
    let mut provider = test.signed_in("koordination").await;
    ask(
        &mut provider,
        &trainer,
        "JVA Dresden",
        &[GROUP_TRAINING],
        first,
        last,
    )
    .await
    .expect(303)
    .location()
    .to_owned()
}

#[tokio::test]
async fn without_a_clearance_over_the_whole_period_nothing_is_approved() {
    let test = TestApp::new().await;
    let grant = requested(&test, "01.12.2026", "31.05.2027").await;
    let coordination = test.account("koordination").name.clone();
    let mut officer = test.signed_in("zugang").await;
    let page = officer.get(&grant).await.expect(200);
    assert!(page.input("hash").is_none());
    assert!(
        page.text().contains("keine gültige Überprüfung") && page.text().contains(&coordination)
    );
    let refused = decide(&mut officer, &grant, "genehmigen").await.expect(422);
    assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
    assert!(refused.text().contains("Überprüfung fehlt"));
    // One that ends a day too early, one at another facility: still not enough, and the page says until when.
    rows::clearance(&test, "training", "DD", "2026-01-01", "2027-05-30").await;
    rows::clearance(&test, "training", "L", "2026-01-01", "2027-12-31").await;
    let refused = decide(&mut officer, &grant, "genehmigen").await.expect(422);
    assert!(refused.text().contains("nur bis zum 30.05.2027"));
    let clearance = rows::clearance(&test, "training", "DD", "2026-12-01", "2027-05-31").await;
    decide(&mut officer, &grant, "genehmigen").await.expect(303);
    let stored = format!(
        "select count(*) from access_grant where state = 'active' and clearance_id = {} and approved_hash is not null",
        rows::id(clearance)
    );
    assert_eq!(test.number(&stored).await, 1);
}

#[tokio::test]
async fn who_changed_a_request_does_not_approve_it() {
    let test = TestApp::new().await;
    rows::clearance(&test, "training", "DD", "2026-01-01", "2027-12-31").await;
    let grant = requested(&test, "01.12.2026", "31.12.2026").await;
    let mut officer = test.signed_in("zugang").await;
    let form = officer.get(&format!("{grant}/aendern")).await.expect(200);
    let version = form.input("version").unwrap();
    officer
        .post(
            &format!("{grant}/aendern"),
            &[
                ("version", &version),
                ("first_day", "01.12.2026"),
                ("last_day", "30.06.2027"),
            ],
        )
        .await
        .expect(303);
    let mut second = test.signed_in("zugang.zwei").await;
    let hash = second.get(&grant).await.expect(200).input("hash").unwrap();
    officer
        .post(&format!("{grant}/genehmigen"), &[("hash", &hash)])
        .await
        .expect(422);
    second
        .post(&format!("{grant}/genehmigen"), &[("hash", &hash)])
        .await
        .expect(303);
}

#[tokio::test]
async fn what_changed_since_the_page_was_opened_is_not_approved_and_is_named() {
    let test = TestApp::new().await;
    rows::clearance(&test, "training", "DD", "2026-01-01", "2027-12-31").await;
    let grant = requested(&test, "01.12.2026", "31.12.2026").await;
    let mut officer = test.signed_in("zugang").await;
    let page = officer.get(&grant).await.expect(200);
    let (hash, shown) = (page.input("hash").unwrap(), seen(&page));
    // The coordination changes the period meanwhile.
    let mut provider = test.signed_in("koordination").await;
    let form = provider.get(&format!("{grant}/aendern")).await.expect(200);
    assert_eq!(html::problems(&form.text()), Vec::<String>::new());
    let version = form.input("version").unwrap();
    let fields = |last: &'static str| {
        [
            ("version", version.clone()),
            ("first_day", "01.12.2026".to_owned()),
            ("last_day", last.to_owned()),
        ]
    };
    let post = |list: [(&'static str, String); 3]| list;
    let wrong = post(fields("30.11.2026"));
    let refs: Vec<(&str, &str)> = wrong
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let refused = provider
        .post(&format!("{grant}/aendern"), &refs)
        .await
        .expect(422);
    assert!(refused.text().contains("liegt vor dem ersten"));
    let right = post(fields("28.02.2027"));
    let refs: Vec<(&str, &str)> = right
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    provider
        .post(&format!("{grant}/aendern"), &refs)
        .await
        .expect(303);
    // The same form again is too late: somebody (here: oneself) changed it since.
    provider
        .post(&format!("{grant}/aendern"), &refs)
        .await
        .expect(409);

    let mut fields = vec![("hash", hash.as_str())];
    fields.extend(shown.iter().map(|text| ("gesehen", text.as_str())));
    let refused = officer
        .post(&format!("{grant}/genehmigen"), &fields)
        .await
        .expect(409);
    assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
    let text = refused.texts("main").join(" ");
    assert!(
        text.contains("Zeitraum (bisher 01.12.2026 – 31.12.2026, jetzt 01.12.2026 – 28.02.2027)"),
        "{text}"
    );
    assert_eq!(refused.texts("tr.differs th").len(), 1);
    assert_eq!(
        test.number("select count(*) from access_grant where state = 'active'")
            .await,
        0
    );
    // A clearance that took the place of the shown one changes what is approved, too.
    let page = officer.get(&grant).await.expect(200);
    let hash = page.input("hash").unwrap();
    test.execute("update clearance set state = 'withdrawn'")
        .await;
    rows::clearance(&test, "training", "DD", "2026-01-01", "2027-06-30").await;
    officer
        .post(&format!("{grant}/genehmigen"), &[("hash", &hash)])
        .await
        .expect(409);
    decide(&mut officer, &grant, "genehmigen").await.expect(303);
}

#[tokio::test]
async fn sixteen_approvals_at_once_give_one_grant() {
    let test = TestApp::new().await;
    rows::clearance(&test, "training", "DD", "2026-01-01", "2027-12-31").await;
    let grant = requested(&test, "01.12.2026", "31.12.2026").await;
    let mut browsers: Vec<Browser> = Vec::new();
    for number in 0..16 {
        let login = if number % 2 == 0 {
            "zugang"
        } else {
            "zugang.zwei"
        };
        browsers.push(match number {
            0 | 1 => test.signed_in(login).await,
            _ => browsers[number % 2].clone(),
        });
    }
    let page = browsers[0].get(&grant).await.expect(200);
    let hash = page.input("hash").unwrap();
    let answers = browsers.into_iter().map(|mut browser| {
        let (path, hash) = (format!("{grant}/genehmigen"), hash.clone());
        tokio::spawn(async move { browser.post(&path, &[("hash", &hash)]).await })
    });
    let mut codes = Vec::new();
    for answer in answers.collect::<Vec<_>>() {
        let answer = answer.await.unwrap();
        codes.push(answer.status.as_u16());
        if answer.status.as_u16() == 409 {
            assert!(
                answer.text().contains("schon genehmigt"),
                "{}",
                answer.text()
            );
        }
    }
    codes.sort();
    assert_eq!(codes[0], 303);
    assert!(codes[1..].iter().all(|code| *code == 409), "{codes:?}");
    assert_eq!(
        test.number("select count(*) from access_grant where state = 'active' and version = 2")
            .await,
        1
    );
    let approved = "select count(*) from history where what = 'Zugangsfreigabe genehmigt'";
    assert_eq!(test.number(approved).await, 1);
}

#[tokio::test]
async fn revoking_twice_says_so_and_a_request_can_be_taken_back_once() {
    let test = TestApp::new().await;
    rows::clearance(&test, "training", "DD", "2026-01-01", "2027-12-31").await;
    let grant = requested(&test, "24.11.2026", "31.12.2026").await;
    let mut officer = test.signed_in("zugang").await;
    decide(&mut officer, &grant, "genehmigen").await.expect(303);
    // What is approved is the facility's to end.
    let mut provider = test.signed_in("koordination").await;
    let late = decide(&mut provider, &grant, "zurueckziehen")
        .await
        .expect(409);
    assert!(late.text().contains("schon genehmigt"));
    decide(&mut officer, &grant, "widerrufen").await.expect(303);
    let twice = decide(&mut officer, &grant, "widerrufen").await.expect(409);
    assert!(twice.text().contains("schon widerrufen") && twice.text().contains("Zacharias Zimmer"));
    let other = requested(&test, "01.02.2027", "28.02.2027").await;
    decide(&mut provider, &other, "zurueckziehen")
        .await
        .expect(303);
    let page = decide(&mut provider, &other, "zurueckziehen")
        .await
        .expect(409);
    assert!(page.text().contains("schon widerrufen"));
    let gone = "select count(*) from access_grant where state = 'revoked'";
    assert_eq!(test.number(gone).await, 2);
}

#[tokio::test]
async fn nobody_approves_with_a_second_account_of_the_same_person() {
    let test = TestApp::new().await;
    rows::clearance(&test, "training", "DD", "2026-01-01", "2027-12-31").await;
    let trainer = test.account("training").name.clone();
    let mut officer = test.signed_in("zugang").await;
    let asked = ask(
        &mut officer,
        &trainer,
        "",
        &[GROUP_TRAINING],
        "24.11.2026",
        "31.12.2026",
    )
    .await
    .expect(303);
    let grant = asked.location().to_owned();
    test.execute(
        "update account set holder_id = (select id from account where login = 'zugang') where login = 'zugang.zwei'",
    )
    .await;
    let mut second = test.signed_in("zugang.zwei").await;
    let refused = decide(&mut second, &grant, "genehmigen").await.expect(422);
    let text = refused.texts("main").join(" ");
    assert!(
        text.contains("mit diesem oder einem anderen Konto"),
        "{text}"
    );
    assert!(text.contains("keine zweite Person"), "{text}");
    test.execute("update account set holder_id = null").await;
    decide(&mut second, &grant, "genehmigen").await.expect(303);
}

#[tokio::test]
async fn several_facilities_and_programmes_are_asked_for_together_or_not_at_all() {
    let test = TestApp::new().await;
    rows::clearance(&test, "training", "DD", "2026-01-01", "2027-12-31").await;
    let trainer = test.account("training").name.clone();
    let single = programme_with_code(&test, "akt_einzel").await;
    let mut provider = test.signed_in("koordination").await;
    let form = provider.get("/freigaben/neu").await.expect(200);
    let facilities = [
        box_of(&form, "JVA Dresden").unwrap(),
        box_of(&form, "JVA Leipzig").unwrap(),
    ];
    let programmes = [
        box_of(&form, GROUP_TRAINING).unwrap(),
        box_of(&form, &single).unwrap(),
    ];
    let staff = form.option("staff", &trainer).unwrap();
    let fields = |token: &str, first: &str| -> Vec<(String, String)> {
        let mut list = vec![
            ("einmal".to_owned(), token.to_owned()),
            ("staff".to_owned(), staff.clone()),
            ("first_day".to_owned(), first.to_owned()),
            ("last_day".to_owned(), "31.12.2026".to_owned()),
        ];
        list.extend(
            facilities
                .iter()
                .map(|id| ("facility".to_owned(), id.clone())),
        );
        list.extend(
            programmes
                .iter()
                .map(|id| ("programme".to_owned(), id.clone())),
        );
        list
    };
    async fn send(browser: &mut Browser, fields: Vec<(String, String)>) -> Answer {
        let refs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        browser.post("/freigaben/neu", &refs).await
    }
    let token = form.input("einmal").unwrap();
    let sent = send(&mut provider, fields(&token, "01.12.2026"))
        .await
        .expect(303);
    let request = sent.location().to_owned();
    assert!(request.starts_with("/freigaben/antrag/"));
    assert_eq!(grants(&test).await, 4);
    assert_eq!(
        test.number("select count(distinct request_id) from access_grant")
            .await,
        1
    );
    // All four overlap now: each is named, none is stored.
    let again = send(&mut provider, fields("", "15.12.2026"))
        .await
        .expect(422);
    assert_eq!(again.texts("#fehler li").len(), 4);
    assert_eq!(grants(&test).await, 4);

    // The officer sees the two of the own facility and approves them with one click.
    let mut officer = test.signed_in("zugang").await;
    let page = officer.get(&request).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert_eq!(page.texts("tbody tr").len(), 2);
    let document = scraper::Html::parse_document(&page.text());
    let inputs = scraper::Selector::parse("form input").unwrap();
    let all: Vec<(String, String)> = document
        .select(&inputs)
        .filter_map(|input| {
            let name = input.value().attr("name")?;
            let wanted = name == "grant" || name.starts_with("hash-");
            wanted.then(|| {
                (
                    name.to_owned(),
                    input.value().attr("value").unwrap().to_owned(),
                )
            })
        })
        .collect();
    drop(document);
    assert_eq!(all.len(), 4);
    let refs: Vec<(&str, &str)> = all
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let path = format!("{request}/genehmigen");
    officer.post(&path, &[]).await.expect(422);
    // One of the two changed meanwhile: none is approved.
    let changed = all
        .iter()
        .find(|(name, _)| name == "grant")
        .unwrap()
        .1
        .clone();
    let id = rows::id(Uuid::parse_str(&changed).unwrap());
    test.execute(&format!(
        "update access_grant set last_day = '2026-12-30' where id = {id}"
    ))
    .await;
    let refused = officer.post(&path, &refs).await.expect(409);
    assert!(refused.text().contains("nichts genehmigt"));
    test.execute(&format!(
        "update access_grant set last_day = '2026-12-31' where id = {id}"
    ))
    .await;
    officer.post(&path, &refs).await.expect(303);
    let active = "select count(*) from access_grant where state = 'active'";
    assert_eq!(test.number(active).await, 2);
    // Twice: they are approved already.
    let twice = officer.post(&path, &refs).await.expect(409);
    assert!(twice.text().contains("schon genehmigt"));
    // Those of another facility cannot be slipped in.
    let leipzig = "select count(*) from access_grant g join facility f on f.id = g.facility_id where f.code = 'L' and g.state = 'requested'";
    assert_eq!(test.number(leipzig).await, 2);
}

#[tokio::test]
async fn grants_that_end_soon_are_renewed_together_and_keep_running() {
    let test = TestApp::new().await;
    let planted = plant_group(&test, "published").await;
    let day = |number: i64| TODAY + Duration::days(number);
    plant_grants(
        &test,
        &planted,
        &[("active", day(20)), ("active", day(200))],
    )
    .await;
    // Only the first ends within 90 days; the second covers the days after it, so a renewal would overlap.
    let mut provider = test.signed_in("koordination").await;
    let none = provider.get("/freigaben/verlaengern").await.expect(200);
    assert!(none.text().contains("Nichts zu verlängern"));
    test.execute("update access_grant set state = 'revoked' where last_day > '2027-05-01'")
        .await;
    let form = provider.get("/freigaben/verlaengern").await.expect(200);
    assert_eq!(html::problems(&form.text()), Vec::<String>::new());
    assert_eq!(form.texts("tbody tr").len(), 1);
    let token = form.input("einmal").unwrap();
    let grant = form.input("grant").unwrap();
    let send = |last: &'static str| {
        vec![
            ("einmal", token.clone()),
            ("grant", grant.clone()),
            ("last_day", last.to_owned()),
        ]
    };
    for (last, sentence) in [
        ("13.12.2026", "gilt schon bis zum 13.12.2026"),
        ("31.12.2030", "höchstens 3 Jahre"),
        ("", "Neuer letzter Tag"),
    ] {
        let fields = send(last);
        let refs: Vec<(&str, &str)> = fields
            .iter()
            .skip(1)
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let refused = provider
            .post("/freigaben/verlaengern", &refs)
            .await
            .expect(422);
        assert!(
            refused.texts("#fehler").join("").contains(sentence),
            "{sentence}: {}",
            refused.text()
        );
    }
    let fields = send("30.06.2027");
    let refs: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let sent = provider
        .post("/freigaben/verlaengern", &refs)
        .await
        .expect(303);
    assert!(sent.location().starts_with("/freigaben/antrag/"));
    let twice = provider
        .post("/freigaben/verlaengern", &refs)
        .await
        .expect(303);
    assert_eq!(twice.location(), sent.location());
    let renewed = "select count(*) from access_grant where state = 'requested' and first_day = '2026-12-14' \
                   and last_day = '2027-06-30' and renewal_of is not null";
    assert_eq!(test.number(renewed).await, 1);
    assert_eq!(
        test.number("select count(*) from access_grant where state = 'active'")
            .await,
        1
    );
    let after = provider.get("/freigaben/verlaengern").await.expect(200);
    assert!(after.text().contains("Nichts zu verlängern"));
}

#[tokio::test]
async fn the_calendar_says_who_may_go_where_when() {
    let test = TestApp::new().await;
    rows::grant(&test, "training", "DD", "akt_gruppe", "2027-01-15").await;
    rows::grant(&test, "training", "L", "akt_gruppe", "2027-12-31").await;
    rows::grant(&test, "training.vsr", "DD", "akt_gruppe", "2027-12-31").await;
    let trainer = test.account("training").name.clone();
    let mut provider = test.signed_in("koordination").await;
    let page = provider.get("/freigaben/kalender").await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert_eq!(page.texts("thead th").len(), 7);
    let row = page.texts("tbody tr");
    assert_eq!(row.len(), 1, "only the own organisation's staff");
    assert!(
        row[0].contains(&trainer) && row[0].contains("JVA Dresden bis 15."),
        "{row:?}"
    );
    // Dresden three months (November to January), Leipzig all six.
    assert_eq!(row[0].matches("JVA Dresden").count(), 3);
    assert_eq!(row[0].matches("JVA Leipzig").count(), 6);
    let later = provider
        .get("/freigaben/kalender?ab=01.02.2027")
        .await
        .expect(200);
    assert!(!later.texts("tbody tr")[0].contains("JVA Dresden"));

    let mut officer = test.signed_in("zugang").await;
    let page = officer.get("/freigaben/kalender").await.expect(200);
    assert_eq!(page.texts("tbody tr").len(), 2);
    assert!(
        !page.texts("tbody").join("").contains("Leipzig"),
        "not the facility's"
    );
    let name = serde_urlencoded::to_string([("name", trainer.as_str())]).unwrap();
    let one = officer
        .get(&format!("/freigaben/kalender?{name}"))
        .await
        .expect(200);
    assert_eq!(one.texts("tbody tr").len(), 1);
    test.execute("update access_grant set state = 'suspended'")
        .await;
    let page = officer.get("/freigaben/kalender").await.expect(200);
    assert!(
        page.texts("tbody tr")
            .iter()
            .all(|row| row.contains("gesperrt"))
    );
    officer
        .get("/freigaben/kalender?ab=quatsch&seite=x&einrichtung=1&traeger=2")
        .await
        .expect(200);
}

#[tokio::test]
async fn bad_input_is_refused_field_by_field() {
    let test = TestApp::new().await;
    let trainer = test.account("training").name.clone();
    let mut provider = test.signed_in("koordination").await;
    let form = provider.get("/freigaben/neu").await.expect(200);
    let staff = form.option("staff", &trainer).unwrap();
    let facility = box_of(&form, "JVA Dresden").unwrap();
    let programme = box_of(&form, GROUP_TRAINING).unwrap();
    // Staff of another organisation is not offered, and cannot be posted.
    let foreign = test.account("training.vsr").staff.unwrap().to_string();
    assert!(!form.text().contains(&foreign));
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);
    let cases: [Case<'_>; 6] = [
        (
            "staff",
            &[
                ("staff", &foreign),
                ("facility", &facility),
                ("programme", &programme),
                ("first_day", "01.12.2026"),
                ("last_day", "31.12.2026"),
            ],
            "Externe Fachkraft",
        ),
        (
            "facility",
            &[
                ("staff", &staff),
                ("programme", &programme),
                ("first_day", "01.12.2026"),
                ("last_day", "31.12.2026"),
            ],
            "mindestens eine Einrichtung",
        ),
        (
            "programme",
            &[
                ("staff", &staff),
                ("facility", &facility),
                ("first_day", "01.12.2026"),
                ("last_day", "31.12.2026"),
            ],
            "mindestens eine Maßnahme",
        ),
        (
            "last_day",
            &[
                ("staff", &staff),
                ("facility", &facility),
                ("programme", &programme),
                ("first_day", "23.11.2026"),
                ("last_day", "22.11.2026"),
            ],
            "vor dem ersten",
        ),
        (
            "first_day",
            &[
                ("staff", &staff),
                ("facility", &facility),
                ("programme", &programme),
                ("first_day", "01.11.2026"),
                ("last_day", "22.11.2026"),
            ],
            "in der Vergangenheit",
        ),
        (
            "first_day",
            &[
                ("staff", &staff),
                ("facility", &facility),
                ("programme", &programme),
                ("first_day", "01.13.2026"),
                ("last_day", ""),
            ],
            "gibt es nicht",
        ),
    ];
    for (field, fields, sentence) in cases {
        let refused = provider.post("/freigaben/neu", fields).await.expect(422);
        let error = refused.texts(&format!("#f-{field}-error")).join(" ");
        assert!(error.contains(sentence), "{field}: {error}");
        assert_eq!(html::problems(&refused.text()), Vec::<String>::new());
    }
    assert_eq!(grants(&test).await, 0);
    // Nor can another organisation's staff be stopped.
    provider
        .post("/sperren/neu", &[("staff", &foreign), ("reason", "x")])
        .await
        .expect(422);
    provider
        .get(&format!("/sperren/neu?fachkraft={foreign}"))
        .await
        .expect(404);
    assert_eq!(test.number("select count(*) from access_stop").await, 0);
}

/// One second before midnight it works, at midnight it does not: in winter, in summer, and on the days when the clock
/// changes.
#[tokio::test]
async fn data_access_ends_to_the_second() {
    for (last, offset_hours) in [
        (date!(2027 - 01 - 31), 1),
        (date!(2027 - 07 - 31), 2),
        // Summer time begins on 28 March 2027 and ends on 31 October 2027.
        (date!(2027 - 03 - 28), 2),
        (date!(2027 - 10 - 31), 1),
    ] {
        let test = TestApp::new().await;
        rows::grant(&test, "training", "DD", "akt_gruppe", &last.to_string()).await;
        let group = rows::group(&test, "training", "DD", "akt_gruppe").await;
        let end = geleit::base::time::berlin_midnight(last + Duration::DAY);
        // The offset that Berlin has on the evening of the last day.
        let expected = Instant::from_millis(
            time::PrimitiveDateTime::new(last + Duration::DAY, time::Time::MIDNIGHT)
                .assume_offset(time::UtcOffset::from_hms(offset_hours, 0, 0).unwrap())
                .unix_timestamp()
                * 1_000,
        );
        assert_eq!(end, expected, "{last}");
        test.clock.set(end.plus_seconds(-120));
        let mut trainer = test.signed_in("training").await;
        test.clock.set(end.plus_seconds(-1));
        trainer.get(&format!("/gruppen/{group}")).await.expect(200);
        test.clock.set(end);
        trainer.get(&format!("/gruppen/{group}")).await.expect(404);
        let start = trainer.get("/").await.expect(200);
        assert!(start.text().contains("Heute gilt keine Zugangsfreigabe"));
        assert!(start.text().contains(&format!(
            "abgelaufen am {}",
            geleit::base::german::date(last)
        )));
    }
}

#[tokio::test]
async fn a_revocation_is_effective_at_the_next_request_on_another_instance() {
    let test = TestApp::new().await;
    rows::clearance(&test, "training", "DD", "2026-01-01", "2027-12-31").await;
    let grant = requested(&test, "23.11.2026", "31.12.2026").await;
    let group = rows::group(&test, "training", "DD", "akt_gruppe").await;
    let second = test.second_instance().await;
    let mut trainer = test.browser_on(second);
    trainer.sign_in(test.account("training")).await;
    trainer.get(&format!("/gruppen/{group}")).await.expect(404);
    let mut officer = test.signed_in("zugang").await;
    decide(&mut officer, &grant, "genehmigen").await.expect(303);
    trainer.get(&format!("/gruppen/{group}")).await.expect(200);
    decide(&mut officer, &grant, "widerrufen").await.expect(303);
    trainer.get(&format!("/gruppen/{group}")).await.expect(404);
}

#[tokio::test]
async fn what_is_closed_says_whom_to_ask_and_nothing_else() {
    let test = TestApp::new().await;
    rows::grant(&test, "training", "DD", "akt_gruppe", "2027-12-31").await;
    rows::grant(&test, "training", "L", "akt_gruppe", "2026-11-20").await;
    rows::grant(&test, "training", "DD", "distanzierung", "2027-12-31").await;
    let group = rows::group(&test, "training", "DD", "akt_gruppe").await;
    let suspend = "update access_grant set state = 'suspended' where programme_id = (select id from programme where code = 'distanzierung')";
    test.execute(suspend).await;
    let mut trainer = test.signed_in("training").await;
    let start = trainer.get("/").await.expect(200);
    assert_eq!(html::problems(&start.text()), Vec::<String>::new());
    let text = start.texts("main").join(" ");
    assert!(
        text.contains("gesperrt") && text.contains("abgelaufen am 20.11.2026"),
        "{text}"
    );
    assert!(
        text.contains("Zacharias Zimmer, Zoe Zander (Zugang)"),
        "{text}"
    );
    assert!(text.contains("Stelle „Zugang“, JVA Leipzig"), "{text}");
    // With the last valid one closed, nothing is left of the group but the closed line.
    test.execute("update access_grant set state = 'suspended'")
        .await;
    let start = trainer.get("/").await.expect(200);
    assert!(
        !start.text().contains(&group.to_string()) && start.text().contains("Heute geschlossen")
    );
    let mut provider = test.signed_in("koordination").await;
    let start = provider.get("/").await.expect(200);
    assert!(start.text().contains("Heute geschlossen") && start.text().contains("Wen fragen"));
}
