//! Tests over the whole route table. A new route is inside them by itself; the lists of exceptions may only get
//! shorter.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use geleit::access::Role;
use geleit::server::routes;

use crate::harness::{Browser, TestApp};
use crate::html;
use crate::world::World;

/// Pages that everybody may see. May only get shorter.
const PUBLIC: &[&str] = &[
    "GET /anmelden",
    "POST /anmelden",
    "GET /anmelden/code",
    "POST /anmelden/code",
    "GET /anmelden/einrichten",
    "POST /anmelden/einrichten",
    "POST /abmelden",
    "GET /hilfe",
    "GET /barrierefreiheit",
    "GET /datenschutz",
    // Calendar programs cannot sign in: the address itself is the secret (256 random bits, only its hash is kept), it
    // shows no person, and what is unknown, ended or of somebody who left answers 404.
    "GET /kalender/abo/{file}",
];

/// Pages that lead on because the world's thing is in another state (the participation is not ended).
const ELSEWHERE: &[&str] = &["/teilnahmen/{enrolment}/wieder-oeffnen"];

/// One account of each role, in the world's facility.
const INSIDERS: &[(&str, &str)] = &[
    ("social_service", "sozialdienst"),
    ("probation", "bewaehrung"),
    ("trainer", "training"),
    ("coordinator", "koordination"),
    ("access_officer", "zugang.zwei"),
    ("gate", "pforte"),
    ("statistics", "statistik.zwei"),
    ("kora", "kora"),
    ("data_protection", "datenschutz"),
    ("administration", "verwaltung"),
];

/// Accounts that hold the permission but have nothing to do with the world's people, groups and grants.
const STRANGERS: &[(&str, &str)] = &[
    ("social_service", "sozialdienst.leipzig"),
    ("probation", "bewaehrung.zwei"),
    ("trainer", "training.vsr"),
    ("trainer", "beratung"),
];

pub fn login(role: Role) -> &'static str {
    INSIDERS
        .iter()
        .find(|(code, _)| *code == role.code())
        .map(|(_, login)| *login)
        .expect("an insider of each role")
}

async fn open(
    browser: &mut Browser,
    method: &Method,
    path: &str,
    csrf: Option<&str>,
) -> crate::harness::Answer {
    if *method == Method::GET {
        browser.get(path).await
    } else {
        let fields: Vec<(&str, &str)> = csrf.map(|token| ("csrf", token)).into_iter().collect();
        browser.post_raw(path, &fields).await
    }
}

#[test]
fn public_routes_are_the_reviewed_ones() {
    let public: BTreeSet<String> = routes()
        .iter()
        .filter(|route| route.permission.is_none())
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let reviewed: BTreeSet<String> = PUBLIC.iter().map(|line| (*line).to_owned()).collect();
    assert_eq!(public, reviewed);
}

#[test]
fn the_route_table_is_the_reviewed_one() {
    let mut lines: Vec<String> = routes()
        .iter()
        .map(|route| {
            let (code, verb) = route
                .permission
                .map_or(("–", "–"), |info| (info.code, info.verb.code()));
            format!(
                "{:<4} {:<55} {:<22} {}",
                route.method.as_str(),
                route.path,
                code,
                verb
            )
        })
        .collect();
    lines.sort_by_key(|line| line[5..].to_owned());
    insta::assert_snapshot!("routes", lines.join("\n"));
}

#[test]
fn every_permission_opens_something() {
    let used: BTreeSet<&str> = routes()
        .iter()
        .filter_map(|route| route.permission.map(|info| info.code))
        .collect();
    let unused: Vec<&str> = geleit::access::permissions::ALL
        .iter()
        .map(|info| info.code)
        .filter(|code| !used.contains(code))
        .collect();
    assert_eq!(unused, Vec::<&str>::new(), "what is not built is not shown");
}

#[tokio::test]
async fn the_anonymous_are_sent_to_the_sign_in() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let mut browser = test.browser();
    let csrf = browser.csrf().await;
    for route in routes().iter().filter(|route| route.permission.is_some()) {
        let path = world.path(route.path, "");
        let answer = open(&mut browser, &route.method, &path, Some(&csrf)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{route:?}");
        assert!(
            answer.location().starts_with("/anmelden"),
            "{route:?} leads to {}",
            answer.location()
        );
    }
}

#[tokio::test]
async fn the_wrong_role_finds_nothing() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let before = rows(&test).await;
    for role in Role::ALL {
        let mut browser = test.signed_in(login(role)).await;
        let csrf = browser.csrf().await;
        for route in routes() {
            let Some(info) = route.permission else {
                continue;
            };
            if info.roles.contains(&role) {
                continue;
            }
            let path = world.path(route.path, role.code());
            let answer = open(&mut browser, &route.method, &path, Some(&csrf)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{role} at {route:?}");
        }
    }
    assert_eq!(rows(&test).await, before);
}

#[tokio::test]
async fn strangers_find_nothing() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let before = rows(&test).await;
    for (role, login) in STRANGERS {
        let role: Role = role.parse().unwrap();
        let mut browser = test.signed_in(login).await;
        let csrf = browser.csrf().await;
        let mut opened = 0;
        for route in routes() {
            let Some(info) = route.permission else {
                continue;
            };
            let scoped = [
                "{person}",
                "{group}",
                "{session}",
                "{enrolment}",
                "{case}",
                "{counselling}",
                "{application}",
                "{completion}",
                "{certificate}",
                "/nachholtermine/",
                "{import}",
                "{closure}",
                "{visit}",
                "{object}",
                "{familyday}",
                "{guest}",
                "{cover}",
                "{item}",
                "{handover}",
                "{consent}",
                "{merge}",
                "{plan}",
                "{approval}",
            ]
            .iter()
            .any(|part| route.path.contains(part));
            if !scoped || !info.roles.contains(&role) || route.path.starts_with("/konto") {
                continue;
            }
            opened += 1;
            let path = world.path(route.path, role.code());
            let answer = open(&mut browser, &route.method, &path, Some(&csrf)).await;
            assert_eq!(
                answer.status,
                StatusCode::NOT_FOUND,
                "{login} at {} {path}: {}",
                route.method,
                answer.text()
            );
        }
        assert!(opened > 0, "{login} was tried nowhere");
    }
    assert_eq!(rows(&test).await, before);
}

#[tokio::test]
async fn without_the_form_token_nothing_happens() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let before = rows(&test).await;
    for role in Role::ALL {
        let mut browser = test.signed_in(login(role)).await;
        for route in routes() {
            let Some(info) = route.permission else {
                continue;
            };
            if route.method != Method::POST || !info.roles.contains(&role) {
                continue;
            }
            let path = world.path(route.path, role.code());
            for token in [None, Some("0000")] {
                let answer = open(&mut browser, &route.method, &path, token).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role} at {route:?}");
            }
        }
    }
    assert_eq!(rows(&test).await, before);
}

#[tokio::test]
async fn every_page_is_sound_and_leaves_its_entry() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let mut problems = Vec::new();
    for role in Role::ALL {
        let mut browser = test.signed_in(login(role)).await;
        for route in routes() {
            let Some(info) = route.permission else {
                continue;
            };
            if route.method != Method::GET || !info.roles.contains(&role) {
                continue;
            }
            let path = world.path(route.path, role.code());
            let pattern = format!("GET {}", route.path);
            let count = format!(
                "select count(*) from audit_entry where route = '{pattern}' and outcome = 'erlaubt' and role = '{}'",
                role.code()
            );
            let answer = browser.get(&path).await;
            if answer.status == StatusCode::NOT_FOUND && foreign(role, route.path) {
                continue;
            }
            if answer.status == StatusCode::SEE_OTHER && ELSEWHERE.contains(&route.path) {
                continue;
            }
            if answer.status != StatusCode::OK {
                problems.push(format!("{role} at {path}: {}", answer.status));
                continue;
            }
            if test.number(&count).await == 0 {
                problems.push(format!("{role} at {path}: no audit entry"));
            }
            // A page is consulting or disclosing (a print, a download), whatever else its permission allows.
            let verb = format!(
                "{count} and verb in ('abfrage', 'offenlegung', '{}')",
                info.verb.code()
            );
            if test.number(&verb).await == 0 {
                problems.push(format!("{role} at {path}: under no verb of reading"));
            }
            let html_page = answer
                .headers
                .get("content-type")
                .is_some_and(|value| value.to_str().unwrap().starts_with("text/html"));
            if html_page {
                for problem in html::problems(&answer.text()) {
                    problems.push(format!("{role} at {path}: {problem}"));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

/// Things of the world that a role holds the permission for but does not own; `strangers_find_nothing` holds the rest.
fn foreign(role: Role, path: &str) -> bool {
    // The world's people are not restricted; `lead.rs` looks at some that are.
    if path == "/einschraenkungen/stelle/{person}" {
        return true;
    }
    match role {
        // Trainers log sessions for cases of their own; the world's counselling case is the probation office's.
        Role::Trainer => path.contains("{counselling}"),
        Role::SocialService => path.contains("{counselling}") || path.contains("{approval}"),
        Role::Probation => ["{enrolment}", "{import}", "{approval}"]
            .iter()
            .any(|part| path.contains(part)),
        _ => false,
    }
}

#[tokio::test]
async fn pages_weigh_at_most_forty_kilobytes() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let mut known = std::collections::BTreeMap::new();
    for role in Role::ALL {
        let mut browser = test.signed_in(login(role)).await;
        for route in routes() {
            let Some(info) = route.permission else {
                continue;
            };
            if route.method == Method::GET && info.roles.contains(&role) {
                let answer = browser.get(&world.path(route.path, role.code())).await;
                // A file is loaded by itself, without style and script.
                if answer.headers.contains_key("content-disposition") {
                    continue;
                }
                let size = answer.body.len();
                let page = answer.text();
                let mut assets = 0;
                for part in page.split('"').filter(|part| part.starts_with("/static/")) {
                    if !known.contains_key(part) {
                        let weight = browser.get(part).await.expect(200).body.len();
                        known.insert(part.to_owned(), weight);
                    }
                    assets += known.get(part).copied().unwrap_or_default();
                }
                assert!(
                    size + assets <= 40 * 1024,
                    "{role} at {}: {size} + {assets} bytes",
                    route.path
                );
            }
        }
    }
}

/// How many rows each table that matters has.
async fn rows(test: &TestApp) -> Vec<(String, i64)> {
    let mut counts = Vec::new();
    for table in geleit::schema::tables() {
        let changing = [
            "audit_entry",
            "audit_subject",
            "web_session",
            "sign_in_throttle",
        ];
        if !changing.contains(&table.name) {
            counts.push((
                table.name.to_owned(),
                test.number(&format!("select count(*) from {}", table.name))
                    .await,
            ));
        }
    }
    counts.push((
        "history".into(),
        test.number("select count(*) from history").await,
    ));
    counts
}
