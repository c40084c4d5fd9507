//! Planning with the timetable: a proposal taken over as a draft, why a wish cannot be had, a half-year, the repair of
//! dates, and the instance of the whole database.

use std::process::Command;

use geleit::timetable::search::{self, Catalogue, Effort, Settings};
use geleit::timetable::world::World;
use geleit::timetable::{instance, rules};
use uuid::Uuid;

use crate::course::{apply, inmate, interview};
use crate::groups::{FRIDAYS, Wish, draft, filled, grant, published, send, sessions, with};
use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows::id;

const LONG: (&str, &str) = ("2026-01-01", "2028-12-31");

/// Grants for both trainers of the demo accounts.
pub async fn trainers(test: &TestApp) {
    for login in ["training", "training.vsr"] {
        grant(test, login, LONG.0, LONG.1).await;
    }
}

/// A grant for a trainer who has no account.
pub async fn third_trainer(test: &TestApp) -> String {
    let number = Uuid::from_u128(77);
    test.execute(&format!(
        "insert into access_grant (id, staff_id, facility_id, programme_id, first_day, last_day, state, requested_by, \
         requested_by_name, requested_at, version) select {}, (select s.id from staff s join provider v on v.id = s.provider_id \
         where v.code = 'vpn' and s.role = 'trainer' and s.id not in (select x.staff_id from account x where x.staff_id is not null) \
         order by s.name limit 1), f.id, p.id, '{}', '{}', 'active', a.id, 'Probe', 0, 1 \
         from facility f, programme p, account a where f.code = 'DD' and p.code = 'akt_gruppe' and a.login = 'zugang'",
        id(number),
        LONG.0,
        LONG.1
    ))
    .await;
    test.text(&format!(
        "select s.name from staff s join access_grant g on g.staff_id = s.id where g.id = {}",
        id(number)
    ))
    .await
}

/// Suitable people who wait in Dresden.
pub async fn waiting(test: &TestApp, social: &mut Browser, names: &[(&str, Option<&str>)]) {
    for (name, release) in names {
        let person = inmate(test, name, *release).await;
        let application = apply(social, person, "02.11.2026").await;
        interview(social, &application, "suitable", "group")
            .await
            .expect(303);
    }
}

pub async fn offers(social: &mut Browser, name: &str) -> Answer {
    let form = social.get("/gruppen/terminvorschlag").await.expect(200);
    assert_eq!(html::problems(&form.text()), Vec::<String>::new());
    let template = form.option("vorlage", "AKT Gruppe 23").unwrap();
    social
        .post(
            "/gruppen/terminvorschlag",
            &[("vorlage", &template), ("name", name), ("ab", "07.12.2026")],
        )
        .await
        .expect(200)
}

/// The hidden fields of the form with this number that posts to an address.
pub fn fields(page: &Answer, action: &str, number: usize) -> Vec<(String, String)> {
    let document = scraper::Html::parse_document(&page.text());
    let form = scraper::Selector::parse(&format!("form[action=\"{action}\"]")).unwrap();
    let input = scraper::Selector::parse("input[name]").unwrap();
    let form = document.select(&form).nth(number).expect("a form");
    form.select(&input)
        .map(|field| {
            let value = |name| field.value().attr(name).unwrap_or_default().to_owned();
            (value("name"), value("value"))
        })
        .filter(|(name, _)| name != "csrf")
        .collect()
}

pub async fn post(browser: &mut Browser, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post(path, &fields).await
}

pub const TAKE: &str = "/gruppen/terminvorschlag/uebernehmen";

#[tokio::test]
async fn a_proposal_becomes_a_draft_with_those_whom_it_is_meant_for() {
    let test = TestApp::new().await;
    trainers(&test).await;
    let mut social = test.signed_in("sozialdienst").await;
    let people = [
        ("Adler", None),
        ("Birke", Some("2028-06-30")),
        // Released before any course could end.
        ("Dachs", Some("2027-02-01")),
    ];
    waiting(&test, &mut social, &people).await;
    let page = offers(&mut social, "Vorschlagsgruppe").await;
    let text = page.text();
    assert_eq!(html::problems(&text), Vec::<String>::new());
    let heads = page.texts("section h3");
    assert_eq!(heads.len(), 5, "{heads:?}");
    let mut different = heads.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), 5);
    assert!(text.contains("Adler, Jan; Birke, Jan") || text.contains("Birke, Jan; Adler, Jan"));
    assert!(
        page.texts("dd").contains(&"Dachs, Jan".to_owned()),
        "who must wait"
    );
    assert!(text.contains("Fahrzeit beider Fachkräfte") && text.contains("Versäumte Sitzungen"));

    let chosen = fields(&page, TAKE, 0);
    let taken = post(&mut social, TAKE, &chosen).await.expect(303);
    let group = taken.location().to_owned();
    let draft = social.get(&group).await.expect(200).text();
    assert!(draft.contains("Vorschlagsgruppe") && draft.contains("Entwurf"));
    assert_eq!(test.number("select count(*) from group_session").await, 23);
    assert_eq!(test.number("select count(*) from planned_member").await, 2);
    assert_eq!(
        test.number("select count(*) from membership").await,
        0,
        "nobody is taken in"
    );
    // Sent twice it is the same group.
    let again = post(&mut social, TAKE, &chosen).await.expect(303);
    assert_eq!(again.location(), group);
    assert_eq!(test.number("select count(*) from training_group").await, 1);
    // Whom it is meant for is ticked; taken in, the proposal is settled.
    let page = social
        .get(&format!("{group}/zusammensetzung"))
        .await
        .expect(200);
    let ticked = page.texts("input[name=person][checked]").len();
    assert_eq!(ticked, 2);

    // What was taken is offered to nobody else.
    let next = offers(&mut social, "Zweite Gruppe").await;
    let at = |page: &Answer, number| {
        let all = fields(page, TAKE, number);
        let of = |name: &str| {
            all.iter()
                .find(|(known, _)| known == name)
                .unwrap()
                .1
                .clone()
        };
        (of("wochentag"), of("beginn"), of("raum"), of("erster_tag"))
    };
    let first: Vec<(String, String)> = chosen.clone();
    let of = |name: &str| {
        first
            .iter()
            .find(|(known, _)| known == name)
            .unwrap()
            .1
            .clone()
    };
    let mine = (of("wochentag"), of("beginn"), of("raum"), of("erster_tag"));
    for number in 0..next.texts("section h3").len() {
        assert_ne!(at(&next, number), mine);
    }
}

#[tokio::test]
async fn a_proposal_that_somebody_was_quicker_with_is_refused_with_the_reason() {
    let test = TestApp::new().await;
    trainers(&test).await;
    let mut social = test.signed_in("sozialdienst").await;
    let one = offers(&mut social, "Erste").await;
    let two = offers(&mut social, "Zweite").await;
    post(&mut social, TAKE, &fields(&one, TAKE, 0))
        .await
        .expect(303);
    let refused = post(&mut social, TAKE, &fields(&two, TAKE, 0))
        .await
        .expect(422);
    let text = refused.text();
    assert!(
        text.contains("Dieser Vorschlag ist nicht mehr möglich"),
        "{text}"
    );
    assert!(text.contains("Gruppe „Erste“"), "the other party is named");
    assert_eq!(test.number("select count(*) from training_group").await, 1);
    // The new proposals stand below, and one of them can be had.
    post(&mut social, TAKE, &fields(&refused, TAKE, 0))
        .await
        .expect(303);
    // What no page offered is refused too: the same trainer twice.
    let page = offers(&mut social, "Dritte").await;
    let mut made_up = fields(&page, TAKE, 0);
    let one = made_up
        .iter()
        .find(|(name, _)| name == "fachkraft_1")
        .unwrap()
        .1
        .clone();
    for field in &mut made_up {
        if field.0 == "fachkraft_2" {
            field.1.clone_from(&one);
        }
    }
    post(&mut social, TAKE, &made_up).await.expect(422);
    assert_eq!(test.number("select count(*) from training_group").await, 2);
}

#[tokio::test]
async fn why_a_time_cannot_be_had_is_told_and_what_comes_near_can() {
    let test = TestApp::new().await;
    trainers(&test).await;
    let mut social = test.signed_in("sozialdienst").await;
    draft(&test, &mut social, &FRIDAYS).await;
    let wish = Wish {
        name: "Wunsch",
        start: "15:00",
        ..FRIDAYS
    };
    let asked = filled(&test, &mut social, &wish, "warum").await;
    let page = send(&mut social, "/gruppen/neu", &asked).await.expect(200);
    let text = page.text();
    assert_eq!(html::problems(&text), Vec::<String>::new());
    assert!(text.contains("Warum nicht?") && text.contains("Das spricht dagegen"));
    assert!(text.contains("Gruppe „AKT-Gruppe 2026/1“"), "{text}");
    // Every alternative leads to a preview against which nothing hard stands.
    let found = page.texts("table tbody tr").len();
    assert_eq!(found, 3, "{text}");
    for number in 1..=found {
        let mut other = fields(&page, "/gruppen/neu", number);
        other.push(("aktion".into(), "vorschau".into()));
        let preview = post(&mut social, "/gruppen/neu", &other)
            .await
            .expect(200)
            .text();
        assert!(preview.contains("noch nichts gespeichert"));
        assert!(
            !preview.contains("So kann nicht gespeichert werden"),
            "{preview}"
        );
    }
    // What the conflicts call hard is among the reasons of every wish.
    for (weekday, start) in [
        ("5", "12:00"),
        ("5", "17:30"),
        ("4", "15:00"),
        ("1", "06:00"),
    ] {
        let one = with(with(asked.clone(), "weekday", weekday), "start", start);
        let why = send(&mut social, "/gruppen/neu", &one)
            .await
            .expect(200)
            .text();
        let one = with(one, "aktion", "vorschau");
        let preview = send(&mut social, "/gruppen/neu", &one)
            .await
            .expect(200)
            .text();
        let hard = preview.contains("So kann nicht gespeichert werden");
        let told = why.contains("<strong>Raum</strong>")
            || why.contains("<strong>Fachkraft belegt</strong>");
        assert_eq!(hard, told, "{weekday} {start}: {why}");
    }
}

#[tokio::test]
async fn groups_elsewhere_are_not_named() {
    let test = TestApp::new().await;
    trainers(&test).await;
    let mut social = test.signed_in("sozialdienst").await;
    let address = draft(&test, &mut social, &FRIDAYS).await;
    let group = id(Uuid::parse_str(address.rsplit('/').next().unwrap()).unwrap());
    test.execute(&format!(
        "update training_group set facility_id = (select id from facility where code = 'L') where id = {group}"
    ))
    .await;
    let wish = Wish {
        name: "Wunsch",
        start: "15:00",
        ..FRIDAYS
    };
    let asked = filled(&test, &mut social, &wish, "warum").await;
    let text = send(&mut social, "/gruppen/neu", &asked)
        .await
        .expect(200)
        .text();
    assert!(text.contains("eine andere Gruppe"), "{text}");
    assert!(!text.contains("AKT-Gruppe 2026/1"));
}

#[tokio::test]
async fn moving_a_session_is_explained_with_the_nearest_days() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &FRIDAYS).await;
    let page = social.get(&group).await.expect(200);
    let path = sessions(&page, "/absagen")[2].replace("/absagen", "/verschieben");
    let form = social.get(&path).await.expect(200);
    let room = form.option("raum", "Gruppenraum").unwrap();
    let mut wish = vec![
        ("umfang", "nur"),
        // A Sunday.
        ("tag", "13.12.2026"),
        ("start", "14:00"),
        ("raum", room.as_str()),
        ("aktion", "warum"),
    ];
    let page = social.post(&path, &wish).await.expect(200);
    let text = page.text();
    assert!(text.contains("Warum nicht?"), "{text}");
    assert_eq!(page.texts("#warum table tbody tr").len(), 3, "{text}");
    let mut near = fields(&page, &path, 1);
    near.push(("aktion".into(), "vorschau".into()));
    let preview = post(&mut social, &path, &near).await.expect(200).text();
    assert!(!preview.contains("So kann nicht gespeichert werden"));
    wish[1] = ("tag", "10.12.2026");
    let text = social.post(&path, &wish).await.expect(200).text();
    assert!(text.contains("Nichts spricht dagegen"), "{text}");
}

/// Begins a plan and waits until it is stored.
async fn planned(social: &mut Browser, seed: &str) -> (String, Answer) {
    let form = social.get("/plan/neu").await.expect(200);
    assert_eq!(html::problems(&form.text()), Vec::<String>::new());
    let token = form.input("einmal").unwrap();
    let begun = social
        .post(
            "/plan/neu",
            &[
                ("einmal", &token),
                ("zeitraum", "1"),
                ("anzahl_0", "2"),
                ("anzahl_1", "0"),
                ("umfang", "kurz"),
                ("saat", seed),
            ],
        )
        .await
        .expect(303);
    let path = begun.location().to_owned();
    for _ in 0..600 {
        let page = social.get(&path).await.expect(200);
        if !page.text().contains("wird berechnet") && !page.text().contains("endet gleich") {
            return (path, page);
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the plan is not finished");
}

#[tokio::test]
async fn a_half_year_is_planned_compared_and_taken_over_group_by_group() {
    let test = TestApp::new().await;
    trainers(&test).await;
    let mut social = test.signed_in("sozialdienst").await;
    let names = [
        "Adler", "Birke", "Dachs", "Eiche", "Fuchs", "Gans", "Hase", "Igel", "Kranich",
    ];
    let people: Vec<(&str, Option<&str>)> = names.iter().map(|name| (*name, None)).collect();
    waiting(&test, &mut social, &people).await;
    let (one, page) = planned(&mut social, "1").await;
    let text = page.text();
    assert_eq!(html::problems(&text), Vec::<String>::new());
    assert!(
        text.contains("fertig") && text.contains("9 von 9"),
        "{text}"
    );
    let groups = test.number("select count(*) from half_year_group").await;
    assert_eq!(groups, 2, "nine people, eight places a group");
    // The same number, the same plan.
    let (two, _) = planned(&mut social, "1").await;
    let lines = |path: &str| {
        let plan = id(Uuid::parse_str(path.rsplit('/').next().unwrap()).unwrap());
        format!("select days from half_year_group where plan_id = {plan} and ordinal = 1")
    };
    assert_eq!(test.text(&lines(&one)).await, test.text(&lines(&two)).await);
    let compared = social.get("/plan/vergleich").await.expect(200);
    assert!(compared.text().contains("Zwei Pläne nebeneinander"));
    assert_eq!(html::problems(&compared.text()), Vec::<String>::new());

    // Both groups become drafts; the other plan's first one can then not be had any more.
    let action = |page: &Answer| {
        let document = scraper::Html::parse_document(&page.text());
        let form = scraper::Selector::parse("form[action$=\"/uebernehmen\"]").unwrap();
        let found = document.select(&form).next().expect("a group to take");
        found.value().attr("action").unwrap().to_owned()
    };
    let mut page = page;
    for taken in 1..=2 {
        let path = action(&page);
        let form = fields(&page, &path, 0);
        post(&mut social, &path, &form).await.expect(303);
        assert_eq!(
            test.number("select count(*) from training_group").await,
            taken
        );
        page = social.get(&one).await.expect(200);
        assert!(
            page.text()
                .contains("Entwurf, dort ändern und veröffentlichen")
        );
    }
    let page = social.get(&two).await.expect(200);
    let path = action(&page);
    let gone = post(&mut social, &path, &fields(&page, &path, 0))
        .await
        .expect(422);
    assert!(
        gone.text().contains("so nicht mehr möglich"),
        "{}",
        gone.text()
    );
    // A draft of it is published as any other.
    let drafts = social.get("/gruppen").await.expect(200).links("/gruppen/");
    let draft = drafts
        .iter()
        .find(|link| Uuid::parse_str(link.rsplit('/').next().unwrap()).is_ok())
        .unwrap();
    social
        .post(&format!("{draft}/veroeffentlichen"), &[])
        .await
        .expect(303);
    let stranger = test.signed_in("sozialdienst.leipzig").await.get(&one).await;
    stranger.expect(404);
    social
        .post(&format!("{one}/loeschen"), &[])
        .await
        .expect(303);
    assert_eq!(
        test.number("select count(*) from training_group").await,
        2,
        "drafts stay"
    );
}

/// Begins a plan for all houses and waits until it is stored.
async fn planned_together(lead: &mut Browser) -> (String, Answer) {
    let form = lead.get("/landesplan/neu").await.expect(200);
    assert_eq!(html::problems(&form.text()), Vec::<String>::new());
    let token = form.input("einmal").unwrap();
    let fields = [
        ("einmal", token.as_str()),
        ("zeitraum", "1"),
        ("umfang", "kurz"),
        ("saat", "1"),
    ];
    let path = lead.post("/landesplan/neu", &fields).await.expect(303);
    let path = path.location().to_owned();
    for _ in 0..600 {
        let page = lead.get(&path).await.expect(200);
        if !page.text().contains("wird berechnet") && !page.text().contains("endet gleich") {
            return (path, page);
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the plan is not finished");
}

#[tokio::test]
async fn all_houses_are_planned_together_in_numbers_and_each_takes_its_own_part() {
    let test = TestApp::new().await;
    trainers(&test).await;
    // Both may come to Leipzig too.
    for (number, login) in [(91_u128, "training"), (92, "training.vsr")] {
        test.execute(&format!(
            "insert into access_grant (id, staff_id, facility_id, programme_id, first_day, last_day, state, requested_by, \
             requested_by_name, requested_at, version) select {}, x.staff_id, f.id, p.id, '{}', '{}', 'active', x.id, 'Probe', \
             0, 1 from account x, facility f, programme p where x.login = '{login}' and f.code = 'L' and p.code = 'akt_gruppe'",
            id(Uuid::from_u128(number)),
            LONG.0,
            LONG.1
        ))
        .await;
    }
    let mut dresden = test.signed_in("sozialdienst").await;
    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let names = ["Adler", "Birke", "Dachs", "Eiche", "Fuchs", "Gans"];
    let people: Vec<(&str, Option<&str>)> = names.iter().map(|name| (*name, None)).collect();
    waiting(&test, &mut dresden, &people).await;
    // Three of them were moved to Leipzig since.
    test.execute(
        "update placement set facility_id = (select f.id from facility f where f.code = 'L') where person_id in \
         (select p.id from person p where p.family_name in ('Eiche', 'Fuchs', 'Gans'))",
    )
    .await;

    let mut lead = test.signed_in("koordination").await;
    let (path, page) = planned_together(&mut lead).await;
    let text = page.text();
    assert_eq!(html::problems(&text), Vec::<String>::new());
    assert!(text.contains("6 von 6"), "{text}");
    for name in names {
        assert!(
            !text.contains(name),
            "{name} is nothing for an organisation"
        );
    }
    let other = test.text("select name from staff where id = (select staff_id from account where login = 'training.vsr')").await;
    assert!(
        !text.contains(&other) && text.contains("Fachkraft von"),
        "{text}"
    );
    assert_eq!(
        test.number("select count(distinct facility_id) from half_year_plan")
            .await,
        2
    );
    // One pair for both houses: nobody is asked to be in two of them at once.
    assert_eq!(test.number("select count(*) from half_year_group").await, 2);
    let list = lead.get("/landesplan").await.expect(200);
    assert!(list.text().contains("6 von 6"));
    test.signed_in("koordination.apro")
        .await
        .get(&path)
        .await
        .expect(404);
    lead.get("/plan").await.expect(404);

    // Each house sees its own part with names, and takes it over.
    let plans = leipzig.get("/plan").await.expect(200);
    let own = plans.links("/plan/");
    let own = own
        .iter()
        .find(|link| Uuid::parse_str(link.rsplit('/').next().unwrap()).is_ok())
        .unwrap();
    let page = leipzig.get(own).await.expect(200);
    assert!(page.text().contains("Eiche") && !page.text().contains("Adler"));
    dresden.get(own).await.expect(404);
    let document = page.text();
    let start = document.find(&format!("{own}/gruppen/")).unwrap();
    let action = document[start..].split('"').next().unwrap().to_owned();
    post(&mut leipzig, &action, &fields(&page, &action, 0))
        .await
        .expect(303);
    let page = lead.get(&path).await.expect(200);
    assert!(page.text().contains("1 von 2"), "{}", page.text());
    // Its end takes the proposals back and leaves the draft.
    lead.post(&format!("{path}/loeschen"), &[])
        .await
        .expect(303);
    assert_eq!(test.number("select count(*) from half_year_plan").await, 0);
    assert_eq!(test.number("select count(*) from training_group").await, 1);
}

pub const REPAIR: &str = "/plan/umplanung";

#[tokio::test]
async fn an_ill_trainer_is_replaced_or_the_dates_move_and_nothing_else() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &FRIDAYS).await;
    let third = third_trainer(&test).await;
    let form = social.get(REPAIR).await.expect(200);
    assert_eq!(html::problems(&form.text()), Vec::<String>::new());
    let nothing = social.post(REPAIR, &[("art", "bestand")]).await.expect(200);
    assert!(
        nothing.text().contains("es ist nichts umzuplanen")
            || nothing.text().contains("Es ist nichts umzuplanen")
    );
    let ill = form
        .option("fachkraft", &test.account("training").name)
        .unwrap();
    let asked = [
        ("art", "fachkraft"),
        ("fachkraft", ill.as_str()),
        ("von", "01.12.2026"),
        ("bis", "13.12.2026"),
    ];
    let page = social.post(REPAIR, &asked).await.expect(200);
    let text = page.text();
    assert_eq!(html::problems(&text), Vec::<String>::new());
    // Two Fridays lie in it.
    let lines = page.texts("table tbody tr");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines.iter().all(|line| line.contains("abwesend")
            || line.contains("fehlt")
            || line.contains("nicht da")),
        "{lines:?}"
    );
    assert!(text.contains(&third), "somebody else is there");
    let before = test
        .text("select cast(min(day) as text) from group_session")
        .await;
    let take = format!("{REPAIR}/uebernehmen");
    let form = fields(&page, &take, 0);
    let done = post(&mut social, &take, &form).await.expect(303);
    assert_eq!(done.location(), "/gruppen");
    let covers = test
        .number("select count(*) from session_trainer where removed_at is null")
        .await;
    assert_eq!(covers, 2);
    assert_eq!(
        test.text("select cast(min(day) as text) from group_session")
            .await,
        before
    );
    let history = social.get(&group).await.expect(200).text();
    assert!(history.contains("Vertretung eingesetzt"));
    // The same form again is the same request; another time it is no longer what was shown.
    let mut late = form.clone();
    for field in &mut late {
        if field.0 == "einmal" {
            field.1 = "0123456789abcdef0123456789abcdef".into();
        }
    }
    let stale = post(&mut social, &take, &late).await.expect(422);
    assert!(
        stale.text().contains("hat sich etwas geändert"),
        "{}",
        stale.text()
    );
}

#[tokio::test]
async fn without_somebody_else_dates_move_through_the_room_of_groups() {
    let test = TestApp::new().await;
    let mut social = test.signed_in("sozialdienst").await;
    let group = published(&test, &mut social, &FRIDAYS).await;
    let asked = [
        ("art", "haus"),
        ("von", "04.12.2026"),
        ("bis", "04.12.2026"),
    ];
    let page = social.post(REPAIR, &asked).await.expect(200);
    let lines = page.texts("table tbody tr");
    assert_eq!(lines.len(), 1, "{lines:?}");
    let take = format!("{REPAIR}/uebernehmen");
    post(&mut social, &take, &fields(&page, &take, 0))
        .await
        .expect(303);
    assert_eq!(
        test.number("select count(*) from group_session where day = '2026-12-04'")
            .await,
        0
    );
    assert_eq!(test.number("select count(*) from group_session").await, 23);
    let text = social.get(&group).await.expect(200).text();
    assert!(text.contains("Umplanung"), "the history says why");
    // It is a change of dates as any other: it can be taken back.
    social
        .post(&format!("{group}/zuruecknehmen"), &[])
        .await
        .expect(303);
    assert_eq!(
        test.number("select count(*) from group_session where day = '2026-12-04'")
            .await,
        1
    );
    let wrong = social
        .post(
            REPAIR,
            &[
                ("art", "raum"),
                ("von", "04.12.2026"),
                ("bis", "01.12.2026"),
            ],
        )
        .await
        .expect(422);
    assert_eq!(html::problems(&wrong.text()), Vec::<String>::new());
}

/// Everything `geleit demo` shows, in a database of its own.
async fn demo() -> (geleit::web::App, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("demo.sqlite");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    geleit::store::migrate(&url).await.unwrap();
    let app = crate::harness::app_on(&url).await;
    geleit::demo::seed(&app).await.unwrap();
    (app, folder)
}

#[tokio::test]
async fn the_demo_database_is_a_valid_instance_and_its_plan_breaks_no_rule() {
    let (app, folder) = demo().await;
    let made = geleit::cli::instance_of_database(&app.store)
        .await
        .unwrap()
        .expect("an instance");
    app.store.clone().close().await.unwrap();
    let file = instance::write(&made).to_string();
    assert!(!file.contains("family_name"));
    let read = instance::read(&file).expect("what is written can be read");
    assert_eq!(instance::write(&read).to_string(), file);
    assert!(!read.fixed.is_empty(), "groups that run are known");
    let world = World::new(&read).unwrap();
    assert!(world.groups.len() >= 2 && world.people.len() >= 11);
    let settings = Settings {
        seed: 1,
        threads: 1,
        effort: Effort::Steps(4_000),
    };
    let found = search::plan(&world, &Catalogue::new(&world), &settings);
    assert_eq!(rules::check(&world, &found.plan), Vec::new());
    let solution = found.plan.write(&world);
    let held = solution.groups.iter().filter(|group| group.run).count();
    assert!(held >= 1, "a group can be opened");
    let paths = [
        folder.path().join("instanz.json"),
        folder.path().join("plan.json"),
    ];
    std::fs::write(&paths[0], file).unwrap();
    std::fs::write(&paths[1], serde_json::to_string(&solution).unwrap()).unwrap();
    let judge = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/timetable");
    let output = Command::new("python3")
        .args(["-B", "validate.py"])
        .args(&paths)
        .arg("--json")
        .current_dir(judge)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let value: serde_json::Value = serde_json::from_str(&said)
        .unwrap_or_else(|_| panic!("{said}{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(value["hard"], 0, "{said}");
}
