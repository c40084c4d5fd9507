//! Two records of one person: a decision for every table, the exact way back, and nothing told that may not be known.

use std::collections::BTreeSet;

use geleit::merge::rules::TABLES;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use uuid::Uuid;

use crate::harness::{Answer, Browser, TestApp};
use crate::placement::{member, part};
use crate::rows::{group, id, inmate, person, place};
use crate::world::fresh;

/// Every column that holds a person: what the database refers to, and what is called so.
async fn person_columns(test: &TestApp) -> BTreeSet<(String, String)> {
    let database = test.database().await;
    let backend = database.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            "select k.table_name, k.column_name from information_schema.referential_constraints r \
             join information_schema.key_column_usage k on k.constraint_name = r.constraint_name \
             join information_schema.table_constraints t on t.constraint_name = r.unique_constraint_name \
             where t.table_name = 'person'"
        }
        _ => {
            "select m.name, f.\"from\" from sqlite_master m join pragma_foreign_key_list(m.name) f \
             where m.type = 'table' and f.\"table\" = 'person'"
        }
    };
    let mut found = BTreeSet::new();
    for row in database
        .query_all_raw(Statement::from_string(backend, sql.to_owned()))
        .await
        .unwrap()
    {
        let table: String = row.try_get_by_index(0).unwrap();
        let column: String = row.try_get_by_index(1).unwrap();
        found.insert((table, column));
    }
    database.close().await.unwrap();
    assert!(
        found.len() > 15,
        "the database knows its references: {found:?}"
    );
    for table in geleit::schema::tables() {
        for column in table.columns {
            if column.name == "person_id" || column.name.ends_with("_person_id") {
                found.insert((table.name.to_owned(), column.name.to_owned()));
            }
        }
    }
    found.insert(("person".into(), "id".into()));
    found
}

#[tokio::test]
async fn every_table_with_a_person_has_its_decision() {
    let test = TestApp::new().await;
    let decided: BTreeSet<(String, String)> = TABLES
        .iter()
        .flat_map(|table| {
            table
                .people
                .iter()
                .map(|column| (table.name.to_owned(), (*column).to_owned()))
        })
        .collect();
    let there = person_columns(&test).await;
    assert_eq!(
        there.difference(&decided).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new(),
        "a new table with a person needs a line in merge::rules::TABLES"
    );
    assert_eq!(
        decided.difference(&there).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new()
    );
}

/// Tables whose rows hang on those of a person and need no line, each with its reason.
const STAY_WITH_THEIRS: &[(&str, &str)] = &[
    (
        "case_note",
        "sealed with the key of the provider; stays with the case that ended, which stays readable",
    ),
    (
        "talk_offer",
        "a time was looked for the case it is for; with the case it ends",
    ),
    (
        "danger_disclosure",
        "a disclosure is told of the case in which it happened, and never rewritten",
    ),
];

/// The tables that belong to a row of a person's without naming the person: a talk of a case, a pause of a membership.
const BELONG: &[&str] = &[
    "case_id",
    "enrolment_id",
    "membership_id",
    "placement_id",
    "hand_over_id",
];

#[test]
fn every_table_that_hangs_on_a_persons_rows_has_its_decision() {
    let hanging: BTreeSet<&str> = geleit::schema::tables()
        .into_iter()
        .filter(|table| {
            table
                .columns
                .iter()
                .any(|column| BELONG.contains(&column.name))
        })
        .map(|table| table.name)
        .collect();
    assert!(hanging.contains("talk_plan") && hanging.contains("case_deadline"));
    let decided: BTreeSet<&str> = TABLES
        .iter()
        .map(|table| table.name)
        .chain(STAY_WITH_THEIRS.iter().map(|(name, _)| *name))
        .collect();
    assert_eq!(
        hanging.difference(&decided).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "a new table that belongs to a case, a participation or a stay needs a line in merge::rules::TABLES, or a reason here"
    );
    for (name, reason) in STAY_WITH_THEIRS {
        assert!(
            hanging.contains(name) && !reason.is_empty(),
            "{name} is no exception any more"
        );
    }
}

/// All rows of all tables but those that only grow, as text.
async fn everything(test: &TestApp) -> BTreeSet<String> {
    let grows = [
        "history",
        "audit_entry",
        "audit_subject",
        "audit_checkpoint",
        "audit_segment",
        "person_merge",
        "person_merge_row",
        "web_session",
        "sign_in_throttle",
        "form_token",
        "installation",
        "account",
    ];
    let database = test.database().await;
    let backend = database.get_database_backend();
    let mut found = BTreeSet::new();
    for table in geleit::schema::tables() {
        if grows.contains(&table.name) {
            continue;
        }
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|column| match backend {
                DbBackend::Postgres => format!("coalesce(cast({} as text), 'nichts')", column.name),
                _ => format!("coalesce(case when typeof({0}) = 'blob' then hex({0}) else cast({0} as text) end, 'nichts')", column.name),
            })
            .collect();
        let sql = format!(
            "select {} from {}",
            columns.join(" || ' | ' || "),
            table.name
        );
        for row in database
            .query_all_raw(Statement::from_string(backend, sql))
            .await
            .unwrap()
        {
            let text: String = row.try_get_by_index(0).unwrap();
            found.insert(format!("{}: {text}", table.name));
        }
    }
    database.close().await.unwrap();
    found
}

async fn attend(test: &TestApp, session: Uuid, person: Uuid, status: &str) {
    test.execute(&format!(
        "insert into attendance (id, session_id, person_id, status, recorded_at, recorded_by_name, version) \
         values ({}, {}, {}, '{status}', 5, 'Training', 1)",
        id(fresh()),
        id(session),
        id(person)
    ))
    .await;
}

async fn session(test: &TestApp, group: Uuid, ordinal: i64, day: &str) -> Uuid {
    let session = fresh();
    test.execute(&format!(
        "insert into group_session (id, group_id, ordinal, module, day, start_minute, minutes, room_id, state, version, kind, locked) \
         select {}, g.id, {ordinal}, 'Biografie', '{day}', 840, 210, g.room_id, 'held', 1, 'regular', false from training_group g where g.id = {}",
        id(session),
        id(group)
    ))
    .await;
    session
}

/// Two records of one person in a group, each with rows of every kind.
async fn twins(test: &TestApp) -> (Uuid, Uuid, Uuid) {
    let group = group(test, "training", "DD", "akt_gruppe").await;
    let (one, other) = (
        inmate(test, "Zwilling").await,
        person(test, "Zwillink", "Jan", "4711-99").await,
    );
    place(test, other, "DD", "custody").await;
    test.execute(&format!(
        "insert into person_alias (id, person_id, kind, value, value_key, facility_id, valid_from) \
         select {}, {}, 'prison_number', '4711-99', '{}', f.id, '2026-01-05' from facility f where f.code = 'DD'",
        id(fresh()),
        id(other),
        geleit::base::fold::number_key("4711-99")
    ))
    .await;
    test.execute(&format!(
        "insert into person_key (key, person_id) values ('{}', {})",
        geleit::base::fold::number_key("4711-99"),
        id(other)
    ))
    .await;
    let sessions = [
        session(test, group, 1, "2026-10-06").await,
        session(test, group, 2, "2026-10-13").await,
    ];
    for (who, status) in [(one, "present"), (other, "absent_excused")] {
        let training = part(test, who, "training", "akt_gruppe").await;
        let place = member(test, who, training, group).await;
        part(test, who, "beratung", "ausstieg").await;
        attend(test, sessions[0], who, status).await;
        test.execute(&format!(
            "insert into membership_pause (id, membership_id, from_day, to_day, reason, created_at, created_by_name, version) \
             values ({}, {}, '2026-05-04', '2026-05-18', 'health', 0, 'Muster', 1)",
            id(fresh()),
            id(place)
        ))
        .await;
        test.execute(&format!(
            "insert into person_need (person_id, language, security, version) values ({}, 'de', 1, 1)",
            id(who)
        ))
        .await;
        test.execute(&format!(
            "insert into absence (id, person_id, placement_id, from_day, to_day, reason, created_at, version) \
             select {}, pl.person_id, pl.id, '2026-06-01', '2026-06-05', 'court', 0, 1 from placement pl where pl.person_id = {}",
            id(fresh()),
            id(who)
        ))
        .await;
        test.execute(&format!(
            "insert into application (id, person_id, programme_id, facility_id, access_route, applied_on, state, created_at, \
             created_by_name, version) select {}, {}, m.id, f.id, 'self', '2026-09-01', 'applied', 0, 'Muster', 1 \
             from programme m, facility f where m.code = 'elterncoaching' and f.code = 'DD'",
            id(fresh()),
            id(who)
        ))
        .await;
        test.execute(&format!(
            "insert into review_item (id, kind, facility_id, person_id, cause, raised_at, raised_by_name, state, version, subject_id) \
             select {}, 'hand_over', f.id, {}, '{who}', 0, 'Muster', 'open', 1, {} from facility f where f.code = 'DD'",
            id(fresh()),
            id(who),
            id(who)
        ))
        .await;
        test.execute(&format!(
            "insert into consent (id, person_id, purpose, from_day, kept_at, recorded_at, recorded_by_name, version) \
             values ({}, {}, 'statistics', '2026-02-01', 'Akte', 0, 'Muster', 1)",
            id(fresh()),
            id(who)
        ))
        .await;
        test.execute(&format!(
            "insert into history (id, object_kind, object_id, person_id, at, actor_name, what) values ({}, 'person', {}, {}, 7, 'Muster', 'Eingelesen {status}')",
            id(fresh()),
            id(who),
            id(who)
        ))
        .await;
    }
    attend(test, sessions[1], other, "present").await;
    (one, other, sessions[0])
}

async fn compare(browser: &mut Browser, one: Uuid, other: Uuid) -> Answer {
    browser
        .post(
            &format!("/personen/{one}/zusammenfuehren/vergleich"),
            &[("mit", &other.to_string())],
        )
        .await
}

/// The form of the comparison as it stands, with the reason.
pub async fn compared(browser: &mut Browser, one: Uuid, other: Uuid) -> Vec<(String, String)> {
    let page = compare(browser, one, other).await.expect(200);
    let mut fields: Vec<(String, String)> = ["mit", "version", "version_mit", "einmal"]
        .map(|name| (name.to_owned(), page.input(name).unwrap_or_default()))
        .into();
    fields.push(("grund".into(), "gleicher Geburtstag, gleiche Akte".into()));
    fields
}

pub async fn together(
    browser: &mut Browser,
    one: Uuid,
    other: Uuid,
    choices: &[(&str, &str)],
) -> Answer {
    let fields = compared(browser, one, other).await;
    let mut fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    fields.extend_from_slice(choices);
    browser
        .post(&format!("/personen/{one}/zusammenfuehren"), &fields)
        .await
}

#[tokio::test]
async fn two_records_become_one_and_two_again_exactly_as_they_were() {
    let test = TestApp::new().await;
    let (one, other, first) = twins(&test).await;
    let before = everything(&test).await;
    let mut social = test.signed_in("sozialdienst").await;
    let found = social
        .get(&format!("/personen/{one}/zusammenfuehren?q=4711-99"))
        .await
        .expect(200);
    assert!(found.text().contains("Zwillink, Jan"), "{}", found.text());
    let page = compare(&mut social, one, other).await.expect(200);
    assert!(
        crate::html::problems(&page.text()).is_empty(),
        "{:?}",
        crate::html::problems(&page.text())
    );
    let text = page.text();
    assert!(
        text.contains("Zwei Einträge in einer Sitzung") && text.contains("Di., 06.10.2026"),
        "{text}"
    );
    assert!(
        !text.contains("Ausstieg") && !text.contains("APro"),
        "no word of what is confidential"
    );
    // Without the choice nothing happens.
    let field = format!("sitzung_{}", first.simple());
    together(&mut social, one, other, &[]).await.expect(422);
    assert_eq!(everything(&test).await, before);
    together(&mut social, one, other, &[(&field, "geht")])
        .await
        .expect(303);

    // One person, found by either number, with everything.
    assert_eq!(
        test.number(&format!(
            "select count(*) from placement where person_id = {}",
            id(other)
        ))
        .await,
        0
    );
    assert_eq!(test.number("select count(*) from placement").await, 1);
    assert_eq!(test.number("select count(*) from membership").await, 1);
    assert_eq!(test.number("select count(*) from enrolment").await, 2);
    assert_eq!(test.number("select count(*) from attendance").await, 2);
    assert_eq!(
        test.number(&format!(
            "select count(*) from attendance where status = 'absent_excused' and person_id = {}",
            id(one)
        ))
        .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from application where closed_on is null")
            .await,
        1
    );
    assert_eq!(
        test.number("select count(*) from review_item where state = 'open'")
            .await,
        1
    );
    assert_eq!(
        test.number("select count(distinct coalesce(person_id, id)) from client_case")
            .await,
        1
    );
    let list = social.get("/personen?q=4711-99").await.expect(200).text();
    assert!(
        list.contains("Zwilling, Jan") && !list.contains("Zwillink"),
        "{list}"
    );
    let old = social.get(&format!("/personen/{other}")).await;
    assert_eq!(
        (old.status.as_u16(), old.location()),
        (303, format!("/personen/{one}").as_str())
    );
    let page = social
        .get(&format!("/personen/{one}"))
        .await
        .expect(200)
        .text();
    assert!(
        page.contains("Eingelesen present") && page.contains("Eingelesen absent_excused"),
        "both histories"
    );
    assert_eq!(
        test.number(&format!(
            "select count(*) from history where person_id = {}",
            id(other)
        ))
        .await,
        1,
        "what was written down is not rewritten"
    );

    // And back.
    let choose = social
        .get(&format!("/personen/{one}/zusammenfuehren"))
        .await
        .expect(200);
    let version = choose.input("version").unwrap();
    let path = choose.text();
    let at = path.find("/zusammenfuehrungen/").unwrap();
    let path = path[at..].split('"').next().unwrap().to_owned();
    social
        .post(&path, &[("version", &version), ("grund", "")])
        .await
        .expect(422);
    test.signed_in("sozialdienst.leipzig")
        .await
        .post(&path, &[("version", &version), ("grund", "x")])
        .await
        .expect(404);
    social
        .post(&path, &[("version", &version), ("grund", "Es sind Brüder")])
        .await
        .expect(303);
    let after = everything(&test).await;
    let (lost, new): (Vec<_>, Vec<_>) = (
        before.difference(&after).collect(),
        after.difference(&before).collect(),
    );
    assert!(
        lost.is_empty() && new.is_empty(),
        "lost: {lost:#?}\nnew: {new:#?}"
    );
    social.get(&format!("/personen/{other}")).await.expect(200);
    social
        .post(&path, &[("version", &version), ("grund", "noch einmal")])
        .await
        .expect(409);
}

/// A planned talk and a deadline of a kind for the case of a person in a programme.
async fn waiting(test: &TestApp, person: Uuid, programme: &str, day: &str, kinds: &[(&str, &str)]) {
    let case = format!(
        "from client_case k join programme m on m.id = k.programme_id where k.person_id = {} and m.code = '{programme}'",
        id(person)
    );
    test.execute(&format!(
        "insert into talk_plan (id, case_id, day, start_minute, minutes, place, state, planned_by, planned_by_name, planned_at, version) \
         select {}, k.id, '{day}', 600, 45, 'prison', 'planned', a.id, a.name, 0, 1 {} and a.login = 'training'",
        id(fresh()),
        case.replace("from client_case k", "from account a, client_case k")
    ))
    .await;
    for (kind, due) in kinds {
        test.execute(&format!(
            "insert into case_deadline (id, case_id, kind, due, recorded_at, recorded_by_name, version) \
             select {}, k.id, '{kind}', '{due}', 0, 'Muster', 1 {case}",
            id(fresh())
        ))
        .await;
    }
}

#[tokio::test]
async fn planned_talks_and_deadlines_go_to_the_case_that_is_kept_and_come_back() {
    let test = TestApp::new().await;
    let (one, other, first) = twins(&test).await;
    waiting(
        &test,
        one,
        "akt_gruppe",
        "2026-12-01",
        &[("report", "2027-02-01")],
    )
    .await;
    waiting(
        &test,
        other,
        "akt_gruppe",
        "2026-12-08",
        &[("report", "2027-01-15"), ("agreement", "2027-03-01")],
    )
    .await;
    test.execute(&format!(
        "update client_case set court_order = 'weisung', court_report = true where person_id = {}",
        id(other)
    ))
    .await;
    let before = everything(&test).await;
    let mut social = test.signed_in("sozialdienst").await;
    let field = format!("sitzung_{}", first.simple());
    together(&mut social, one, other, &[(&field, "geht")])
        .await
        .expect(303);
    let open = "join client_case k on k.id = x.case_id where k.state <> 'declined'";
    assert_eq!(
        test.number(&format!(
            "select count(*) from talk_plan x {open} and x.state = 'planned'"
        ))
        .await,
        2
    );
    assert_eq!(
        test.number(&format!(
            "select count(*) from case_deadline x {open} and x.done_on is null and (x.kind = 'agreement' or x.due = '2027-01-15')"
        ))
        .await,
        2,
        "of two reports the earlier day counts"
    );
    assert_eq!(
        test.number(
            "select count(*) from client_case k join programme m on m.id = k.programme_id where m.code = 'akt_gruppe' \
             and k.state <> 'declined' and k.court_order = 'weisung' and k.court_report"
        )
        .await,
        1
    );
    let choose = social
        .get(&format!("/personen/{one}/zusammenfuehren"))
        .await
        .expect(200);
    let version = choose.input("version").unwrap();
    let text = choose.text();
    let at = text.find("/zusammenfuehrungen/").unwrap();
    let path = text[at..].split('"').next().unwrap().to_owned();
    social
        .post(&path, &[("version", &version), ("grund", "Es sind Brüder")])
        .await
        .expect(303);
    assert_eq!(everything(&test).await, before);
}

#[tokio::test]
async fn what_changed_since_is_not_overwritten_by_taking_apart() {
    let test = TestApp::new().await;
    let (one, other, first) = twins(&test).await;
    let mut social = test.signed_in("sozialdienst").await;
    let field = format!("sitzung_{}", first.simple());
    together(&mut social, one, other, &[(&field, "bleibt")])
        .await
        .expect(303);
    test.execute("update attendance set status = 'late', version = version + 1")
        .await;
    let merged = everything(&test).await;
    let choose = social
        .get(&format!("/personen/{one}/zusammenfuehren"))
        .await
        .expect(200);
    let version = choose.input("version").unwrap();
    let text = choose.text();
    let at = text.find("/zusammenfuehrungen/").unwrap();
    let path = text[at..].split('"').next().unwrap().to_owned();
    let refused = social
        .post(&path, &[("version", &version), ("grund", "Es sind Brüder")])
        .await
        .expect(422)
        .text();
    assert!(refused.contains("Anwesenheit"), "{refused}");
    assert_eq!(everything(&test).await, merged);
    assert_eq!(
        test.number("select count(*) from person_merge where undone_at is null")
            .await,
        1
    );
}

#[tokio::test]
async fn only_whom_the_prison_has_today_and_never_people_kept_apart() {
    let test = TestApp::new().await;
    let (one, other, first) = twins(&test).await;
    let elsewhere = person(&test, "Anderswo", "Jan", "l1").await;
    place(&test, elsewhere, "L", "custody").await;
    let mut social = test.signed_in("sozialdienst").await;
    compare(&mut social, one, elsewhere).await.expect(404);
    compare(&mut social, one, one).await.expect(422);
    for login in [
        "sozialdienst.leipzig",
        "bewaehrung",
        "training",
        "koordination",
    ] {
        let mut stranger = test.signed_in(login).await;
        compare(&mut stranger, one, other).await.expect(404);
        stranger
            .get(&format!("/personen/{one}/zusammenfuehren"))
            .await
            .expect(404);
    }
    test.execute(&format!(
        "insert into person_separation (id, person_id, other_id, code, created_at, created_by_name) values ({}, {}, {}, 'other', 0, 'Muster')",
        id(fresh()),
        id(one),
        id(other)
    ))
    .await;
    let page = compare(&mut social, one, other).await.expect(200);
    assert!(page.text().contains("Trennungsvermerk") && page.input("version_mit").is_none());
    let before = everything(&test).await;
    let field = format!("sitzung_{}", first.simple());
    let mit = other.to_string();
    social
        .post(
            &format!("/personen/{one}/zusammenfuehren"),
            &[
                ("mit", &mit),
                ("version", "1"),
                ("version_mit", "1"),
                ("grund", "x"),
                (&field, "geht"),
            ],
        )
        .await
        .expect(422);
    assert_eq!(everything(&test).await, before);
}
