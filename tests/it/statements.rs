//! What the pages ask of the database: few statements, and none that walks through a large table.

use std::collections::BTreeSet;

use axum::http::Method;
use geleit::access::Role;
use geleit::server::routes;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::coverage::login;
use crate::harness::TestApp;
use crate::world::World;

/// Statements of a reading page: who is asking, and four of its own.
const MOST: usize = 5;

/// Pages that need more, and how many. May only get shorter.
const MORE: &[(&str, usize)] = &[
    // The list is read anew and compared with what is stored, in one statement for each kind of row.
    ("/personen/einlesen/{import}", 8),
    ("/personen/einlesen/{import}/abgelehnt.csv", 8),
    ("/personen/einlesen/{import}/ausgabe", 8),
    ("/gruppen/{group}", 6),
    // A coordination: who is asking and with which grants (two), then one for each room that has something to do.
    ("/", 7),
];

/// Tables that grow with the years.
const LARGE: &[&str] = &[
    "absence",
    "access_grant",
    "application",
    "assignment",
    "attendance",
    "audit_entry",
    "audit_subject",
    "case_deadline",
    "case_note",
    "case_step",
    "catch_up_person",
    "certificate",
    "clearance",
    "client_case",
    "completion",
    "counselling_session",
    "counselling_topic",
    "talk_plan",
    "enrolment",
    "group_session",
    "hand_over",
    "hand_over_part",
    "inquiry",
    "review_item",
    "danger_disclosure",
    "consent",
    "person_merge",
    "person_restriction",
    "erasure_item",
    "history",
    "membership",
    "membership_pause",
    "person_busy",
    "person_separation",
    "conflict_acceptance",
    "person",
    "person_alias",
    "person_key",
    "person_need",
    "placement",
    "web_session",
];

/// Walks through a large table that are meant: page and alias. May only get shorter.
const WALKS: &[(&str, &str)] = &[];

/// The large table behind an alias of a statement, if the alias is not one of a statement in brackets.
fn table<'a>(sql: &'a str, alias: &str) -> Option<&'a str> {
    let words: Vec<&str> = sql
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let derived = sql.contains(&format!(") {alias} ")) || sql.ends_with(&format!(") {alias}"));
    let named = words
        .windows(2)
        .find(|pair| pair[1] == alias && LARGE.contains(&pair[0]))
        .map(|pair| pair[0]);
    let plain = words
        .iter()
        .find(|word| **word == alias && LARGE.contains(word))
        .copied();
    named.or(plain).filter(|_| !derived)
}

#[tokio::test]
async fn pages_ask_little_and_walk_through_no_large_table() {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let database = test.database().await;
    let mut problems = BTreeSet::new();
    let mut pages = 0;
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
            test.app.store.record();
            let mut answer = browser.open(&path).await;
            let mut recording = test.app.store.recorded();
            if answer.input("zeichen").is_some() {
                // Not assigned: the page itself comes after the purpose was stated.
                browser.state_purpose(&answer).await;
                test.app.store.record();
                answer = browser.open(&path).await;
                recording = test.app.store.recorded();
            }
            assert_ne!(answer.status.as_u16(), 403, "{role} at {path}");
            pages += 1;
            let most = MORE
                .iter()
                .find(|(path, _)| *path == route.path)
                .map_or(MOST, |(_, most)| *most);
            if recording.statements() > most {
                problems.insert(format!(
                    "{role} at {}: {} statements",
                    route.path,
                    recording.statements()
                ));
            }
            if database.get_database_backend() != DbBackend::Sqlite {
                continue;
            }
            for sql in recording.texts() {
                let plan = database
                    .query_all_raw(Statement::from_string(
                        DbBackend::Sqlite,
                        format!("explain query plan {sql}"),
                    ))
                    .await
                    .unwrap();
                for step in plan {
                    let step: String = step.try_get_by("detail").unwrap();
                    let Some(alias) = step.strip_prefix("SCAN ") else {
                        continue;
                    };
                    let known = WALKS.contains(&(route.path, alias));
                    if let Some(table) = table(sql, alias).filter(|_| !known) {
                        problems.insert(format!(
                            "{role} at {}: walks through {table} in: {sql}",
                            route.path
                        ));
                    }
                }
            }
        }
    }
    database.close().await.unwrap();
    assert!(pages > 50, "{pages} pages looked at");
    assert!(problems.is_empty(), "{problems:#?}");
}
