//! Fifty people with a mark in every text that can hold one, in every table. Erased, the mark is in no row, no file, no free
//! page, no log, no page and no backup.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{Arc, Mutex};

use geleit::jobs;
use geleit::retention::rules::tables::{Fate, Link, TABLES, fate, links, objects};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use uuid::Uuid;

use super::{approve, propose, run, sqlite_file, with_ledger};
use crate::harness::TestApp;
use crate::rows::id;
use crate::world::{World, fresh};

const MARK: &str = "KANARIE";
const PEOPLE: usize = 50;

async fn rows(database: &DatabaseConnection, sql: &str) -> Vec<Vec<String>> {
    let statement = Statement::from_string(database.get_database_backend(), sql.to_owned());
    let found = database
        .query_all_raw(statement)
        .await
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
    found
        .iter()
        .map(|row| {
            (0..row.column_names().len())
                .map(|index| row.try_get_by_index::<String>(index).unwrap())
                .collect()
        })
        .collect()
}

/// Which rows of a table belong to people, as the map of tables says it.
fn belongs(table: &str, people: &str) -> String {
    let of = |link: &Link| match link {
        Link::Person(column) => format!("{column} in ({people})"),
        Link::Case(column) => {
            format!("{column} in (select id from client_case where person_id in ({people}))")
        }
        Link::Row(column, parent) => {
            format!(
                "{column} in (select id from {parent} where {})",
                belongs(parent, people)
            )
        }
        Link::Object(column) => {
            let any: Vec<String> = objects()
                .map(|parent| {
                    format!(
                        "{column} in (select id from {parent} where {})",
                        belongs(parent, people)
                    )
                })
                .collect();
            format!("({})", any.join(" or "))
        }
    };
    let all: Vec<String> = links(table).iter().map(of).collect();
    format!("({})", all.join(" or "))
}

fn erased() -> Vec<&'static str> {
    TABLES
        .iter()
        .filter(|table| matches!(fate(table.name), Some(Fate::Erased(_))))
        .map(|table| table.name)
        .collect()
}

fn columns(table: &str) -> Vec<&'static str> {
    geleit::schema::tables()
        .into_iter()
        .find(|found| found.name == table)
        .unwrap()
        .columns
        .iter()
        .map(|column| column.name)
        .collect()
}

/// The columns that hold text of any kind.
async fn texts(database: &DatabaseConnection, table: &str) -> Vec<String> {
    let sql = match database.get_database_backend() {
        DbBackend::Postgres => format!(
            "select column_name::text from information_schema.columns where table_name = '{table}' and data_type = 'text'"
        ),
        _ => format!("select name from pragma_table_info('{table}') where lower(type) = 'text'"),
    };
    rows(database, &sql)
        .await
        .into_iter()
        .map(|row| row[0].clone())
        .collect()
}

/// What the world has not got of its person.
async fn complete(test: &TestApp, world: &World) {
    let who = id(world.person);
    let new = || id(fresh());
    let other = "(select id from person where family_name = 'Fröhlich')";
    let case = id(world.case);
    for sql in [
        format!(
            "insert into absence (id, person_id, placement_id, from_day, to_day, reason, created_at, version) select {}, person_id, id, '2026-02-01', '2026-02-03', 'x', 0, 1 from placement where person_id = {who} limit 1",
            new()
        ),
        format!(
            "insert into person_busy (id, person_id, kind, first_day, day_after, created_at, created_by_name) values ({}, {who}, 'court', '2026-02-01', '2026-02-02', 0, 'x')",
            new()
        ),
        format!(
            "insert into person_separation (id, person_id, other_id, code, created_at, created_by_name) values ({}, {other}, {who}, 'x', 0, 'x')",
            new()
        ),
        format!(
            "insert into person_need (person_id, language, security, version) values ({who}, 'x', 1, 1)"
        ),
        format!(
            "insert into assignment (id, person_id, account_id, from_day) select {}, {who}, id, '2026-02-01' from account where login = 'bewaehrung'",
            new()
        ),
        format!(
            "insert into membership_pause (id, membership_id, from_day, to_day, reason, created_at, created_by_name, version) select {}, id, '2026-10-01', '2026-10-02', 'x', 0, 'x', 1 from membership where person_id = {who} limit 1",
            new()
        ),
        format!(
            "insert into hand_over_part (hand_over_id, enrolment_id) select {}, id from enrolment where person_id = {who} limit 1",
            id(world.handover)
        ),
        format!(
            "insert into danger_disclosure (id, case_id, ground, recipient, day, minute, recorded_at, recorded_by_name) values ({}, {case}, 'x', 'x', '2026-10-01', 600, 0, 'x')",
            new()
        ),
        format!(
            "insert into case_deadline (id, case_id, kind, due, recorded_at, recorded_by_name, version) values ({}, {case}, 'report', '2026-10-01', 0, 'x', 1)",
            new()
        ),
        format!(
            "insert into case_step (case_id, number, day, to_state, reason, at, by_name) values ({case}, 90, '2026-10-01', 'agreed', 'x', 0, 'x')"
        ),
        format!(
            "insert into counselling_session (id, enrolment_id, person_id, day, minutes, form, outcome, late, recorded_by, recorded_by_name, recorded_at, version) select {}, e.id, e.person_id, '2026-10-02', 45, 'x', 'took_place', false, a.id, 'x', 0, 1 from enrolment e, account a where e.person_id = {who} and a.login = 'training' limit 1",
            new()
        ),
        format!(
            "insert into counselling_topic (session_id, code) select id, 'x' from counselling_session where person_id = {who} limit 1"
        ),
        format!(
            "insert into history (id, object_kind, object_id, at, actor_name, what, old_value, new_value, reason) values ({}, 'client_case', {case}, 0, 'x', 'x', 'x', 'x', 'x')",
            new()
        ),
        format!(
            "insert into history (id, object_kind, object_id, person_id, at, actor_name, what) values ({}, 'person', {who}, {who}, 0, 'x', 'x')",
            new()
        ),
    ] {
        test.execute(&sql).await;
    }
    for (table, sql) in [
        (
            "attendance",
            format!(
                "insert into attendance (id, session_id, person_id, status, reason, recorded_at, recorded_by_name, version) values ({}, {}, {who}, 'absent', 'x', 0, 'x', 1)",
                new(),
                id(world.session)
            ),
        ),
        (
            "person_merge_row",
            format!(
                "insert into person_merge_row (merge_id, number, table_name, before) values ({}, 1, 'person', 'x')",
                id(world.merge)
            ),
        ),
        (
            "consent",
            format!(
                "insert into consent (id, person_id, purpose, from_day, kept_at, recorded_at, recorded_by_name, version) values ({}, {who}, 'probation', '2026-10-01', 'x', 0, 'x', 1)",
                new()
            ),
        ),
        (
            "stated_purpose",
            format!(
                "insert into stated_purpose (id, person_id, account_id, account_name, session, reason, explanation, stated_at, expires_at) select {}, {who}, id, 'x', 'x', 'x', 'x', 0, 1 from account where login = 'bewaehrung'",
                new()
            ),
        ),
        (
            "emergency_access",
            format!(
                "insert into emergency_access (id, person_id, account_id, account_name, facility_id, reason, opened_at, ends_at, review_due, version) select {}, {who}, a.id, 'x', f.id, 'x', 0, 1, '2026-10-01', 1 from account a, facility f where a.login = 'bewaehrung' and f.code = 'DD'",
                new()
            ),
        ),
        (
            "catch_up_person",
            format!(
                "insert into catch_up_person (session_id, person_id, ordinal) select session_id, {who}, 3 from catch_up limit 1"
            ),
        ),
        (
            "case_note",
            format!(
                "insert into case_note (id, case_id, provider_id, key_id, sealed, written_by, written_by_name, written_at) select {}, {case}, provider_id, key_id, sealed, written_by, 'x', 0 from case_note limit 1",
                new()
            ),
        ),
    ] {
        let count = format!(
            "select count(*) from {table} where {}",
            belongs(table, &who)
        );
        if test.number(&count).await == 0 {
            test.execute(&sql).await;
        }
    }
}

/// The person of the world, as many times as wanted, with new ids.
async fn multiply(database: &DatabaseConnection, people: &[Uuid]) -> Vec<Vec<Uuid>> {
    let backend = database.get_database_backend();
    let list: Vec<String> = people.iter().map(|person| id(*person)).collect();
    let list = list.join(", ");
    let quoted = |column: &str| match backend {
        DbBackend::Postgres => format!("quote_nullable({column}::text)"),
        _ => format!("quote({column})"),
    };
    let written = |id: Uuid| match backend {
        DbBackend::Postgres => format!("'{id}'"),
        _ => format!("X'{}'", id.simple().to_string().to_uppercase()),
    };
    // What gets a new id: everything erased that has one.
    let mut own: BTreeMap<String, Uuid> = BTreeMap::new();
    for table in objects() {
        let sql = format!(
            "select {} from {table} where {}",
            quoted("id"),
            belongs(table, &list)
        );
        for row in rows(database, &sql).await {
            let hex: String = row[0].chars().filter(char::is_ascii_hexdigit).collect();
            own.insert(row[0].clone(), Uuid::parse_str(&hex).unwrap());
        }
    }
    let mapped = |id: Uuid, copy: usize| {
        let mut bytes = *id.as_bytes();
        bytes[14] ^= 0xA5;
        bytes[15] ^= u8::try_from(copy).unwrap();
        Uuid::from_bytes(bytes)
    };
    let mut made = Vec::new();
    for copy in 1..PEOPLE {
        made.push(people.iter().map(|person| mapped(*person, copy)).collect());
    }
    for table in erased().into_iter().rev() {
        let names = columns(table);
        let select: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        let sql = format!(
            "select {} from {table} where {}",
            select.join(", "),
            belongs(table, &list)
        );
        for row in rows(database, &sql).await {
            let mut copies = Vec::new();
            for copy in 1..PEOPLE {
                let mut values: Vec<String> = row
                    .iter()
                    .map(|value| {
                        own.get(value)
                            .map_or_else(|| value.clone(), |id| written(mapped(*id, copy)))
                    })
                    .collect();
                for (name, value) in names.iter().zip(values.iter_mut()) {
                    // What must be unique.
                    if matches!(
                        (table, *name),
                        ("certificate", "code")
                            | ("review_item", "cause")
                            | ("person_alias", "value_key")
                    ) {
                        *value = format!("'{MARK}-{copy}-{}'", fresh());
                    }
                    if (table, *name) == ("history", "id") {
                        *value = written(fresh());
                    }
                }
                copies.push(format!("({})", values.join(", ")));
            }
            let sql = format!(
                "insert into {table} ({}) values {}",
                names.join(", "),
                copies.join(", ")
            );
            database
                .execute_unprepared(&sql)
                .await
                .unwrap_or_else(|error| panic!("{error}: {sql}"));
        }
    }
    made
}

/// Puts a mark into every text of everybody; which columns took one.
async fn mark(database: &DatabaseConnection, all: &[Vec<Uuid>]) -> BTreeSet<String> {
    let list: Vec<String> = all.iter().flatten().map(|person| id(*person)).collect();
    let list = list.join(", ");
    let mut taken = BTreeSet::new();
    for table in erased() {
        for column in texts(database, table).await {
            // Codes are checked by the database and hold no text of people.
            let sql = format!(
                "update {table} set {column} = '{MARK}-{table}-{column}-' || coalesce({column}, '') where {}",
                belongs(table, &list)
            );
            if database
                .execute_unprepared(&sql)
                .await
                .is_ok_and(|done| done.rows_affected() > 0)
            {
                taken.insert(format!("{table}.{column}"));
            }
        }
    }
    taken
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn holds(bytes: &[u8]) -> bool {
    bytes
        .windows(MARK.len())
        .any(|part| part == MARK.as_bytes())
}

#[tokio::test]
async fn of_fifty_erased_people_nothing_is_found_anywhere() {
    let log = Log::default();
    let sink = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(move || sink.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let test = TestApp::new().await;
    let (folder, _file) = with_ledger(&test).await;
    let world = World::new(&test).await;
    complete(&test, &world).await;
    let database = test.database().await;
    let mut first = vec![world.person];
    let merged = format!(
        "select cast({} as text) from person_merge where into_person_id = {}",
        if sqlite_file(&test).is_some() {
            "hex(from_person_id)"
        } else {
            "from_person_id"
        },
        id(world.person)
    );
    for row in rows(&database, &merged).await {
        first.push(Uuid::parse_str(&row[0]).unwrap());
    }
    for sql in [
        "update placement set to_day = '2021-05-04', from_day = '2020-01-05'",
        "update enrolment set enrolled_on = '2020-02-01', started_on = null, ended_on = '2021-05-04', outcome = 'completed'",
        "update client_case set closed_on = '2021-05-04', state = 'completed'",
        // The world's merge is undone or not; here it stands.
        "update person_merge set undone_at = null, undone_by_name = null, undo_reason = null",
    ] {
        database.execute_unprepared(sql).await.unwrap();
    }
    let mut all = vec![first.clone()];
    all.extend(multiply(&database, &first).await);
    assert_eq!(all.len(), PEOPLE);
    let mut empty = Vec::new();
    for table in erased() {
        if matches!(
            table,
            "erasure_hold" | "erasure_item" | "person_restriction"
        ) {
            continue;
        }
        let list: Vec<String> = all[7].iter().map(|person| id(*person)).collect();
        let sql = format!(
            "select count(*) from {table} where {}",
            belongs(table, &list.join(", "))
        );
        if test.number(&sql).await == 0 {
            empty.push(table);
        }
    }
    assert!(
        empty.is_empty(),
        "nobody has a row in {empty:?}: the world must have one"
    );
    let taken = mark(&database, &all).await;
    for column in [
        "person.family_name",
        "person_key.key",
        "person_alias.value",
        "placement.sort_key",
        "absence.reason",
        "history.old_value",
        "history.reason",
        "hand_over.summary",
        "certificate.name",
        "completion.evidence",
        "client_case.asked_by",
        "talk_plan.reason",
        "consent.kept_at",
        "person_merge_row.before",
        "application.remark",
        "attendance.reason",
        "danger_disclosure.recipient",
        "review_item.reason",
    ] {
        assert!(taken.contains(column), "{column} took no mark: {taken:?}");
    }
    assert!(taken.len() > 60, "{}: {taken:?}", taken.len());
    database.close().await.unwrap();
    let found = test.everything_holding(MARK).await;
    assert!(found.len() > 60, "{found:?}");

    jobs::mark_due_records(&test.app.store).await.unwrap();
    let mut officer = test.signed_in("datenschutz").await;
    let list = propose(&mut officer).await;
    approve(&test, "datenschutz.zwei").await;
    run(&mut officer, &list).await.expect(303);

    assert_eq!(test.everything_holding(MARK).await, Vec::<String>::new());
    for table in erased() {
        for people in &all {
            let list: Vec<String> = people.iter().map(|person| id(*person)).collect();
            let sql = format!(
                "select count(*) from {table} where {}",
                belongs(table, &list.join(", "))
            );
            if table == "person" || table == "enrolment" || table == "history" {
                assert_eq!(test.number(&sql).await, 0, "{table}");
            }
        }
    }
    if let Some(file) = sqlite_file(&test) {
        // A backup made now, and every file there is, the write-ahead log among them.
        let backup = folder.path().join("sicherung.sqlite");
        test.execute(&format!("vacuum into '{}'", backup.display()))
            .await;
        let mut looked = 0;
        for place in [file.parent().unwrap(), folder.path()] {
            for entry in std::fs::read_dir(place).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    looked += 1;
                    assert!(!holds(&std::fs::read(&path).unwrap()), "{}", path.display());
                }
            }
        }
        assert!(looked >= 3, "{looked}");
    }
    for (login, path) in [
        ("datenschutz", list.as_str()),
        ("datenschutz", "/loeschungen"),
        ("datenschutz", "/protokoll?suche=kanarie"),
        ("datenschutz", "/einschraenkungen?suche=kanarie"),
        ("sozialdienst", "/personen?q=kanarie"),
        ("sozialdienst", "/pruefung"),
        ("sozialdienst", "/uebergaben"),
        ("training", "/faelle"),
    ] {
        let mut browser = test.signed_in(login).await;
        let answer = browser.get(path).await.expect(200);
        let text = answer.text().replace("kanarie", "");
        assert!(!text.contains(MARK), "{login} {path}");
    }
    let written = log.0.lock().unwrap().clone();
    assert!(!written.is_empty(), "the log says something");
    let text = String::from_utf8_lossy(&written).into_owned();
    let lines: Vec<&str> = text.lines().filter(|line| holds(line.as_bytes())).collect();
    assert!(lines.is_empty(), "{lines:?}");
}
