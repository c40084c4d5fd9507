//! The pages of groups at twenty times Saxony's volume and at a twentieth of it.

use std::sync::Arc;
use std::time::Instant as Stopwatch;

use axum::body::Body;
use axum::http::{Request, header};
use geleit::base::ids::{
    FacilityId, GroupId, GroupSessionId, PersonId, ProgrammeId, RoomId, StaffId,
};
use geleit::conflicts::rules::{
    Expected, Group, House, Index, Meeting, Member, Person, Room, Span, Trainer, World,
};
use geleit::demo;
use time::{Date, Duration};
use tower::ServiceExt;
use uuid::Uuid;

use crate::bench::{Bench, get_text, links, save_register};
use crate::measuring::{Measured, measure};

/// People and groups: a twentieth of Saxony's volume times twenty, and twenty times it.
const SIZES: [(usize, usize); 2] = [(500, 20), (10_000, 400)];

async fn filled(people: usize, groups: usize) -> Arc<Bench> {
    let (bench, ids) = Bench::new(people).await;
    let watch = Stopwatch::now();
    demo::seed_groups(&bench.app, &bench.accounts, &ids, groups)
        .await
        .expect("groups");
    println!(
        "{groups} groups of 23 sessions with eight members stored in {:.1} s",
        watch.elapsed().as_secs_f64()
    );
    Arc::new(bench)
}

/// The pages, found as somebody would who follows links.
async fn pages(bench: &Bench) -> Vec<(&'static str, String)> {
    let start = get_text(&bench.router, &bench.cookie, "/").await.0;
    let register = links(&start, "/anwesenheit")
        .first()
        .expect("an open register")
        .clone();
    let about = get_text(&bench.router, &bench.cookie, &register).await.0;
    let group = about
        .split("href=\"/gruppen/")
        .nth(1)
        .and_then(|rest| rest.split(['"', '/', '?', '#']).next())
        .map(|id| format!("/gruppen/{id}"))
        .expect("a group");
    let members = get_text(&bench.router, &bench.cookie, &group).await.0;
    let person = members
        .split("href=\"/personen/")
        .nth(1)
        .and_then(|rest| rest.split(['"', '/', '?']).next())
        .expect("a member")
        .to_owned();
    vec![
        ("groups", "/gruppen".into()),
        ("group page", group.clone()),
        ("register", register),
        ("composition", format!("{group}/zusammensetzung")),
        ("completion", format!("{group}/abschluss")),
        ("catch-up", format!("{group}/nachholen")),
        ("module passport", format!("/personen/{person}/modulpass")),
        ("person page", format!("/personen/{person}")),
        ("waiting list", "/warteliste".into()),
        ("today", "/heute".into()),
        ("week", "/kalender?ansicht=woche".into()),
        ("month", "/kalender?ansicht=monat".into()),
        (
            "week of a person",
            format!("/kalender?ansicht=woche&person={person}"),
        ),
        ("conflicts of eight weeks", "/konflikte".into()),
        ("cover", "/vertretung".into()),
        ("start page", "/".into()),
    ]
}

async fn page(bench: &Arc<Bench>, seconds: u64, path: &str) -> Measured {
    let (bench, path) = (Arc::clone(bench), path.to_owned());
    measure(seconds, 1, move |_| {
        let (bench, path) = (Arc::clone(&bench), path.clone());
        async move {
            bench.page(&path).await;
        }
    })
    .await
}

/// Previews a group of 23 dates with everything that stands against it.
async fn preview(bench: &Bench, fields: &[(String, String)]) {
    let body = serde_urlencoded::to_string(fields).expect("a form");
    let request = Request::post("/gruppen/neu")
        .header(header::COOKIE, &bench.cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .expect("a request");
    let response = bench
        .router
        .clone()
        .oneshot(request)
        .await
        .expect("an answer");
    assert!(
        [200, 422].contains(&response.status().as_u16()),
        "{}",
        response.status()
    );
}

/// The form of a new group as somebody fills it, in the running group's own room and with its trainers.
async fn wish(bench: &Bench) -> Vec<(String, String)> {
    let page = get_text(&bench.router, &bench.cookie, "/gruppen/neu")
        .await
        .0;
    let document = scraper::Html::parse_document(&page);
    let option = |field: &str, label: &str| {
        let options =
            scraper::Selector::parse(&format!("select[name={field}] option")).expect("a selector");
        document
            .select(&options)
            .find(|option| option.text().collect::<String>().contains(label))
            .and_then(|option| option.attr("value"))
            .unwrap_or_else(|| panic!("{label} in {field}"))
            .to_owned()
    };
    let hidden = |name: &str| {
        let inputs =
            scraper::Selector::parse(&format!("main input[name={name}]")).expect("a selector");
        document
            .select(&inputs)
            .next()
            .and_then(|input| input.attr("value"))
            .unwrap_or_default()
            .to_owned()
    };
    let trainer = |login: &str| {
        bench
            .accounts
            .iter()
            .find(|account| account.login == login)
            .expect("an account")
            .name
            .clone()
    };
    let today = geleit::base::time::berlin_today(bench.app.store.clock().now());
    let fields = [
        ("csrf", hidden("csrf")),
        ("einmal", hidden("einmal")),
        ("template", option("template", "AKT Gruppe 23")),
        ("name", "Gruppe der Messung".to_owned()),
        ("room", option("room", "Gruppenraum")),
        ("weekday", "2".to_owned()),
        ("start", "14:00".to_owned()),
        (
            "first_day",
            geleit::base::german::date(today + Duration::weeks(1)),
        ),
        ("trainer_1", option("trainer_1", &trainer("training"))),
        ("trainer_2", option("trainer_2", &trainer("training.vsr"))),
        ("aktion", "vorschau".to_owned()),
    ];
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// 400 groups of 23 sessions with eight members each, all within the half-year of the plan, and a plan among them.
fn crowded() -> (World, Vec<Meeting>) {
    let first = Date::from_calendar_date(2027, time::Month::January, 4).expect("a day");
    let id = |number: u128| Uuid::from_u128(number);
    let place = (FacilityId(id(1)), ProgrammeId(id(2)));
    let mut world = World {
        house: House {
            id: Some(place.0),
            limit: Some(40),
            window: Some(Span::lasting(480, 600)),
            closures: Vec::new(),
        },
        today: Some(first - Duration::days(30)),
        ..World::default()
    };
    for number in 0..400_u128 {
        let group = GroupId(id(1_000 + number));
        let room = RoomId(id(100_000 + number % 80));
        let staff = [0, 1].map(|turn| StaffId(id(200_000 + (number * 2 + turn) % 160)));
        let members = (0..8)
            .map(|seat| Member {
                person: PersonId(id(300_000 + number * 8 + seat)),
                from: first - Duration::days(20),
                to: None,
                pauses: Vec::new(),
            })
            .collect::<Vec<_>>();
        for member in &members {
            world.people.insert(member.person, Person::default());
        }
        for holder in staff {
            world.staff.insert(holder, Trainer::default());
        }
        world.rooms.insert(
            room,
            Room {
                places: 12,
                security: 3,
                ..Room::default()
            },
        );
        world.groups.insert(
            group,
            Group {
                name: None,
                place: Some(place),
                places: 8,
                members,
            },
        );
        let start = 480 + 60 * i64::try_from(number % 8).expect("a number");
        for week in 0..23_i64 {
            let day =
                first + Duration::days(7 * week + i64::try_from(number % 5).expect("a number"));
            world.meetings.push(Meeting {
                id: GroupSessionId(id(1_000_000
                    + number * 100
                    + u128::from(week.unsigned_abs()))),
                group,
                ordinal: week + 1,
                day,
                span: Span::lasting(start, 120),
                room,
                staff: staff.to_vec(),
                expected: Expected::All,
                cancelled: false,
            });
        }
    }
    let group = GroupId(id(999));
    world.groups.insert(
        group,
        Group {
            name: Some("Plan".into()),
            place: Some(place),
            places: 8,
            members: (0..8)
                .map(|seat| Member {
                    person: PersonId(id(300_000 + seat)),
                    from: first,
                    to: None,
                    pauses: Vec::new(),
                })
                .collect(),
        },
    );
    let plan = (0..23_i64)
        .map(|week| Meeting {
            id: GroupSessionId(id(5_000 + u128::from(week.unsigned_abs()))),
            group,
            ordinal: week + 1,
            day: first + Duration::days(7 * week),
            span: Span::lasting(540, 120),
            room: RoomId(id(100_000)),
            staff: vec![StaffId(id(200_000)), StaffId(id(200_001))],
            expected: Expected::All,
            cancelled: false,
        })
        .collect();
    (world, plan)
}

fn check_alone() {
    let (world, plan) = crowded();
    let mut best = f64::MAX;
    let mut found = 0;
    for _ in 0..50 {
        let watch = Stopwatch::now();
        let index = Index::new(&world, &plan, None);
        found = index.check_all(&plan).len();
        best = best.min(watch.elapsed().as_secs_f64() * 1e3);
    }
    println!(
        "conflict check of 23 dates among {} sessions, index included: {best:.2} ms, {found} found (goal 5 ms)",
        world.meetings.len()
    );
}

/// Every page of groups at both sizes, and what a register and a preview cost.
pub async fn groups(seconds: u64) {
    check_alone();
    let small = filled(SIZES[0].0, SIZES[0].1).await;
    let large = filled(SIZES[1].0, SIZES[1].1).await;
    let (few, many) = (pages(&small).await, pages(&large).await);
    for ((name, path), (_, same)) in few.iter().zip(&many) {
        let best = |runs: &[Measured]| runs.iter().map(|run| run.cpu).fold(f64::MAX, f64::min);
        let (mut one, mut other) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            one.push(page(&small, seconds, path).await);
            other.push(page(&large, seconds, same).await);
        }
        large.app.store.record();
        large.page(same).await;
        println!(
            "{name}: {:.0} µs CPU small, {:.0} µs large: {:.2}x (goal 1.5), {} statements",
            best(&one),
            best(&other),
            best(&other) / best(&one),
            large.app.store.recorded().statements()
        );
    }
    for (name, bench) in [("small", &small), ("large", &large)] {
        let fields = Arc::new(wish(bench).await);
        let at = Arc::clone(bench);
        measure(seconds, 1, move |_| {
            let (bench, fields) = (Arc::clone(&at), Arc::clone(&fields));
            async move { preview(&bench, &fields).await }
        })
        .await
        .print(&format!("preview of 23 dates with conflicts, {name}"), "");
        let register = pages(bench)
            .await
            .into_iter()
            .find(|(name, _)| *name == "register")
            .expect("a register")
            .1;
        bench.app.store.record();
        save_register(bench, &register, 1).await;
        let statements = bench.app.store.recorded().statements();
        let at = Arc::clone(bench);
        measure(seconds, 1, move |turn| {
            let (bench, path) = (Arc::clone(&at), register.clone());
            async move { save_register(&bench, &path, turn).await }
        })
        .await
        .print(
            &format!("register: open, change all, save, {name}"),
            &format!("{statements} statements"),
        );
    }
}
