//! Who gets where in which situation: every route, every role that holds its permission, where the person, the
//! account and the grant stand. What is expected are reviewed text files (`snapshots/it__matrix__*.snap`); the rules
//! behind them are design section 4. `tests/mutants` breaks the predicates on purpose and expects this test to fail.
//!
//! `o` opens (a page, or a form with its errors), `z` asks for the purpose first (the person is not assigned), `-` finds nothing (404), `x` is refused (403), `!` changed
//! something although the form was empty.

use std::collections::BTreeMap;
use std::fmt::Write;

use axum::http::{Method, StatusCode};
use geleit::access::Role;
use geleit::base::ids::PlacementId;
use geleit::base::time::Instant;
use geleit::schema::people;
use geleit::server::routes;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, Statement,
};
use time::Date;
use time::macros::date;

use crate::coverage::login;
use crate::harness::TestApp;
use crate::world::{self, World, fresh, insert};

/// The day of the tests is 23 November 2026.
const YESTERDAY: &str = "2026-11-22";
const TOMORROW: &str = "2026-11-24";

/// Where a person is, seen from JVA Dresden.
async fn moved(database: &DatabaseConnection, left: Option<Date>, back_from: Option<Date>) {
    let person = people::person::Entity::find()
        .filter(people::person::Column::FamilyName.eq("Kowalczyk"))
        .one(database)
        .await
        .unwrap()
        .unwrap()
        .id;
    let stay = people::placement::Entity::find()
        .filter(people::placement::Column::PersonId.eq(person))
        .one(database)
        .await
        .unwrap()
        .unwrap();
    let begun = Date::MIN.max(date!(2026 - 01 - 01));
    let leipzig = world::facility(database, "L").await;
    people::placement::Entity::delete_by_id(stay.id)
        .exec(database)
        .await
        .unwrap();
    let mut stays = Vec::new();
    if let Some(day) = left {
        stays.push((stay.facility_id, begun, Some(day)));
        stays.push((leipzig, day, back_from));
    } else {
        stays.push((leipzig, begun, back_from));
    }
    if let Some(day) = back_from {
        stays.push((stay.facility_id, day, None));
    }
    for (facility_id, from_day, to_day) in stays {
        insert(
            database,
            people::placement::Model {
                id: PlacementId(fresh()),
                facility_id,
                from_day,
                to_day,
                end_reason: to_day.map(|_| "transfer".into()),
                created_at: Instant::from_millis(0),
                ..stay.clone()
            },
        )
        .await;
    }
}

async fn execute(database: &DatabaseConnection, statements: &[String]) {
    for statement in statements {
        database.execute_unprepared(statement).await.unwrap();
    }
}

/// Brings the world into a situation.
async fn arrange(situation: &str, role: Role, database: &DatabaseConnection) {
    let account = format!("(select id from account where login = '{}')", login(role));
    let of = |column: &str, table: &str, code: &str| {
        format!(
            "update account set {column} = (select id from {table} where code = '{code}') where id = {account}"
        )
    };
    let grants = |set: &str| vec![format!("update access_grant set {set}")];
    match situation {
        "own" | "active" => {}
        "foreign" => {
            let code = if role == Role::Probation { "BH-L" } else { "L" };
            execute(database, &[of("facility_id", "facility", code)]).await;
        }
        "former" => moved(database, Some(date!(2026 - 11 - 10)), None).await,
        "long gone" => moved(database, Some(date!(2026 - 09 - 10)), None).await,
        "future" => moved(database, None, Some(date!(2026 - 11 - 24))).await,
        "elsewhere" => moved(database, None, None).await,
        "assignment over" => {
            execute(
                database,
                &[format!("update assignment set to_day = '{YESTERDAY}'")],
            )
            .await;
        }
        "assignment to come" => {
            execute(
                database,
                &[format!("update assignment set from_day = '{TOMORROW}'")],
            )
            .await;
        }
        // The client is a colleague's, who is absent until yesterday or tomorrow.
        "standing in" | "stood in" => {
            let id = match database.get_database_backend() {
                sea_orm::DbBackend::Postgres => "gen_random_uuid()",
                _ => "randomblob(16)",
            };
            let until = if situation == "standing in" {
                TOMORROW
            } else {
                // The first day on which it does not hold any more.
                "2026-11-23"
            };
            let colleague = "(select id from account where login = 'bewaehrung.zwei')";
            execute(
                database,
                &[
                    format!("update assignment set account_id = {colleague}"),
                    format!(
                        "insert into stand_in (id, absent_id, stand_in_id, facility_id, from_day, to_day, set_by, set_by_name, set_at, version) \
                         select {id}, {colleague}, id, facility_id, '2026-11-02', '{until}', id, name, 0, 1 from account where id = {account}"
                    ),
                ],
            )
            .await;
        }
        "unassigned" if role == Role::Probation => {
            execute(database, &["delete from assignment".into()]).await;
        }
        "unassigned" => {
            execute(
                database,
                &[
                    "delete from group_trainer".into(),
                    "update enrolment set staff_id = null".into(),
                    "update client_case set staff_id = null".into(),
                ],
            )
            .await;
        }
        "restricted" => {
            let id = match database.get_database_backend() {
                sea_orm::DbBackend::Postgres => "gen_random_uuid()",
                _ => "randomblob(16)",
            };
            execute(
                database,
                &[format!(
                    "insert into person_restriction (id, person_id, ground, reason, restricted_at, restricted_by_name, version) \
                     select {id}, id, 'contested', 'wird geprüft', 0, 'Dorothea Schutz', 1 from person"
                )],
            )
            .await;
        }
        "no grant" => execute(database, &["delete from access_grant".into()]).await,
        "requested" | "declined" | "revoked" | "suspended" => {
            execute(database, &grants(&format!("state = '{situation}'"))).await;
        }
        "grant to come" => {
            execute(database, &grants(&format!("first_day = '{TOMORROW}'"))).await;
        }
        "expired" => execute(database, &grants(&format!("last_day = '{YESTERDAY}'"))).await,
        "grant elsewhere" => {
            execute(
                database,
                &grants("facility_id = (select id from facility where code = 'L')"),
            )
            .await;
        }
        "other programme" => {
            execute(
                database,
                &grants("programme_id = (select id from programme where code = 'elterncoaching')"),
            )
            .await;
        }
        "other organisation" => {
            // The other organisation's staff hold the grants: what stays closed is closed for whose case it is.
            let other = "(select max(s.name) from staff s join provider v on v.id = s.provider_id where v.code = 'vsr' and s.valid_to is null)";
            let mut statements = vec![
                of("provider_id", "provider", "vsr"),
                format!(
                    "update access_grant set staff_id = (select id from staff where name = {other})"
                ),
            ];
            if role == Role::Trainer {
                statements.push(format!(
                    "update account set staff_id = (select id from staff where name = {other}) where id = {account}"
                ));
            }
            execute(database, &statements).await;
        }
        other => panic!("unknown situation {other}"),
    }
}

fn situations(role: Role) -> &'static [&'static str] {
    match role {
        Role::SocialService => &[
            "own",
            "foreign",
            "former",
            "long gone",
            "future",
            "elsewhere",
            "restricted",
        ],
        Role::Probation => &[
            "own",
            "foreign",
            "assignment over",
            "assignment to come",
            "standing in",
            "stood in",
            "unassigned",
            "restricted",
        ],
        Role::Trainer | Role::Coordinator => &[
            "active",
            "no grant",
            "requested",
            "grant to come",
            "expired",
            "suspended",
            "revoked",
            "declined",
            "grant elsewhere",
            "other programme",
            "former",
            "long gone",
            "future",
            "elsewhere",
            "unassigned",
            "other organisation",
            "restricted",
        ],
        Role::AccessOfficer => &[
            "own",
            "foreign",
            "requested",
            "grant to come",
            "expired",
            "suspended",
            "revoked",
            "declined",
        ],
        Role::Gate => &["own", "foreign"],
        Role::DataProtection => &["own", "restricted"],
        _ => &["own"],
    }
}

/// Numbers that move when anything of weight is written.
async fn weight(database: &DatabaseConnection) -> i64 {
    let sql = "select (select count(*) from history) + (select count(*) from attendance) \
               + (select count(*) from access_grant) + (select coalesce(cast(sum(version) as bigint), 0) from access_grant) \
               + (select coalesce(cast(sum(version) as bigint), 0) from person) + (select count(*) from enrolment) \
               + (select count(*) from placement) + (select count(*) from membership) \
               + (select coalesce(cast(sum(version) as bigint), 0) from client_case) + (select count(*) from case_step) \
               + (select coalesce(cast(sum(version) as bigint), 0) from hand_over) \
               + (select coalesce(cast(sum(version) as bigint), 0) from consent) + (select count(*) from consent) \
               + (select coalesce(cast(sum(version) as bigint), 0) from person_merge) \
               + (select coalesce(cast(sum(version) as bigint), 0) from talk_plan) + (select count(*) from counselling_session) \
               + (select coalesce(cast(sum(version) as bigint), 0) from case_deadline) + (select count(*) from case_note) \
               + (select coalesce(cast(sum(version) as bigint), 0) from approval) + (select count(*) from stated_purpose) \
               + (select coalesce(cast(sum(version) as bigint), 0) from emergency_access) + (select count(*) from sampled_read) \
               + (select count(*) from person_restriction) + (select coalesce(cast(sum(version) as bigint), 0) from person_restriction) \
               + (select count(*) from erasure_hold) + (select coalesce(cast(sum(version) as bigint), 0) from erasure) \
               + (select coalesce(cast(sum(version) as bigint), 0) from retention_period) + (select count(*) from danger_disclosure) + (select count(*) from code_entry)";
    let row = database
        .query_one_raw(Statement::from_string(database.get_database_backend(), sql))
        .await
        .unwrap()
        .unwrap();
    row.try_get_by_index(0).unwrap()
}

async fn column(role: Role, situation: &str) -> BTreeMap<String, char> {
    let test = TestApp::new().await;
    let world = World::new(&test).await;
    let database = test.database().await;
    arrange(situation, role, &database).await;
    let mut browser = test.signed_in(login(role)).await;
    let csrf = browser.csrf().await;
    let mut cells = BTreeMap::new();
    // Reading first, so that no write can have changed what is read.
    for method in [Method::GET, Method::POST] {
        for route in routes().into_iter().filter(|route| route.method == method) {
            let Some(info) = route.permission else {
                continue;
            };
            let path = world.path(route.path, role.code());
            let own_account = route.path.starts_with("/konto") || route.path == "/abmelden";
            if own_account && method == Method::POST {
                continue;
            }
            let before = weight(&database).await;
            let answer = if method == Method::GET {
                browser.open(&path).await
            } else {
                browser
                    .post_raw(&path, &[("csrf", &csrf), ("version", "999999999")])
                    .await
            };
            let held = info.roles.contains(&role);
            let mark = match answer.status {
                StatusCode::NOT_FOUND => '-',
                StatusCode::FORBIDDEN if answer.input("zeichen").is_some() => 'z',
                StatusCode::FORBIDDEN => 'x',
                status if status.is_server_error() => {
                    panic!("{role}, {situation}: {method} {path} {status}")
                }
                _ if answer
                    .headers
                    .get("location")
                    .is_some_and(|to| to.to_str().unwrap().starts_with("/anmelden")) =>
                {
                    'x'
                }
                _ if weight(&database).await != before => '!',
                _ => 'o',
            };
            if held {
                cells.insert(format!("{:<4} {}", route.method.as_str(), route.path), mark);
            } else {
                assert_eq!(
                    mark, '-',
                    "{role}, {situation}: {method} {path} without permission"
                );
            }
        }
    }
    database.close().await.unwrap();
    cells
}

async fn table(role: Role) -> String {
    let mut columns = Vec::new();
    for situation in situations(role) {
        columns.push(column(role, situation).await);
    }
    let mut text = String::new();
    for (index, situation) in situations(role).iter().enumerate() {
        let lead: String = "│ ".repeat(index);
        writeln!(text, "{lead}┌ {situation}").unwrap();
    }
    let keys: Vec<&String> = columns[0].keys().collect();
    for key in keys {
        let marks: Vec<String> = columns
            .iter()
            .map(|column| column.get(key).copied().unwrap_or('?').to_string())
            .collect();
        writeln!(text, "{}   {key}", marks.join(" ")).unwrap();
    }
    text
}

macro_rules! tables {
    ($($test:ident $role:ident;)*) => {$(
        #[tokio::test]
        async fn $test() {
            let role = Role::$role;
            insta::assert_snapshot!(stringify!($test), table(role).await);
        }
    )*};
}

tables! {
    social_service SocialService;
    probation Probation;
    trainer Trainer;
    coordinator Coordinator;
    access_officer AccessOfficer;
    gate Gate;
    statistics Statistics;
    kora Kora;
    data_protection DataProtection;
    administration Administration;
}
