//! Access grants: asking, approving by a second person, revoking, who sees which.

use geleit::base::ids::{FacilityId, GrantId, GroupId, GroupSessionId, ProgrammeId, StaffId};
use geleit::base::time::{MinuteOfDay, berlin_instant};
use geleit::schema::groups::{group_session, group_trainer, training_group};
use geleit::schema::providers::access_grant;
use geleit::schema::reference::{facility, programme, provider, room, staff, template};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use time::macros::date;
use time::{Date, Duration};
use uuid::Uuid;

use crate::harness::{Answer, Browser, TestApp};
use crate::html;

pub const GROUP_TRAINING: &str = "Antigewalt- und Kompetenztraining (AKT) in der Gruppe";
pub const TODAY: Date = date!(2026 - 11 - 23);

/// The value of the check box with this label.
fn box_of(page: &Answer, label: &str) -> Option<String> {
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
    let place = (!facility.is_empty()).then(|| {
        page.option("facility", facility)
            .expect("the facility is offered")
    });
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

pub async fn decide(browser: &mut Browser, grant: &str, step: &str) -> Answer {
    let version = browser
        .get(grant)
        .await
        .expect(200)
        .input("version")
        .unwrap_or_else(|| "1".into());
    browser
        .post(
            &format!("{grant}/{step}"),
            &[("version", &version), ("reason", "Sicherheitslage")],
        )
        .await
}

async fn grants(test: &TestApp) -> i64 {
    test.number("select count(*) from access_grant").await
}

#[tokio::test]
async fn a_second_person_approves_and_both_sides_read_it() {
    let test = TestApp::new().await;
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
    let place = page.option("facility", "JVA Dresden").unwrap();
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
        assert_eq!(answer.location(), "/freigaben");
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
    let version = first
        .get(&grant)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    let without_reason = second
        .post(&format!("{grant}/ablehnen"), &[("version", &version)])
        .await
        .expect(422);
    assert!(without_reason.text().contains("„Grund“"));
    decide(&mut second, &grant, "ablehnen").await.expect(303);
    first
        .post(&format!("{grant}/genehmigen"), &[("version", &version)])
        .await
        .expect(409);
    first
        .post(&format!("{grant}/genehmigen"), &[])
        .await
        .expect(409);
    // Even knowing the new version: what was declined stays declined.
    let refused = first
        .post(&format!("{grant}/genehmigen"), &[("version", "2")])
        .await
        .expect(422);
    assert!(refused.text().contains("abgelehnt"));
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
            .filter(|link| !link.ends_with("/neu"))
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
