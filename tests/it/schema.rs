//! The schema is the same on both databases, entities fit it, and every column has its class.

use std::collections::BTreeMap;
use std::fmt::Write;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::harness::TestApp;

/// Table -> columns (name, nullable), read from the database itself.
async fn columns(test: &TestApp) -> BTreeMap<String, Vec<(String, bool)>> {
    let database = test.database().await;
    let backend = database.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            "select table_name, column_name, (is_nullable = 'YES') from information_schema.columns \
             where table_schema = 'public' order by table_name, ordinal_position"
        }
        _ => {
            "select m.name, p.name, (p.\"notnull\" = 0 and p.pk = 0) from sqlite_master m join pragma_table_info(m.name) p \
             where m.type = 'table' and m.name not like 'sqlite_%' order by m.name, p.cid"
        }
    };
    let mut tables: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    for row in database
        .query_all_raw(Statement::from_string(backend, sql.to_owned()))
        .await
        .unwrap()
    {
        let table: String = row.try_get_by_index(0).unwrap();
        if table != "seaql_migrations" {
            let column: String = row.try_get_by_index(1).unwrap();
            let nullable: bool = row.try_get_by_index(2).unwrap();
            tables.entry(table).or_default().push((column, nullable));
        }
    }
    database.close().await.unwrap();
    tables
}

async fn indexes(test: &TestApp) -> Vec<String> {
    let database = test.database().await;
    let backend = database.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            "select indexname from pg_indexes where schemaname = 'public' and indexname not like '%_pkey' \
             and tablename <> 'seaql_migrations' order by indexname"
        }
        _ => {
            "select name from sqlite_master where type = 'index' and name not like 'sqlite_%' order by name"
        }
    };
    let rows = database
        .query_all_raw(Statement::from_string(backend, sql.to_owned()))
        .await
        .unwrap();
    let names = rows
        .iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect();
    database.close().await.unwrap();
    names
}

#[tokio::test]
async fn both_databases_have_the_reviewed_schema() {
    let test = TestApp::new().await;
    let mut text = String::new();
    for (table, columns) in columns(&test).await {
        let columns: Vec<String> = columns
            .iter()
            .map(|(name, nullable)| format!("{name}{}", if *nullable { "?" } else { "" }))
            .collect();
        writeln!(text, "{table}: {}", columns.join(" ")).unwrap();
    }
    writeln!(text, "\nindexes: {}", indexes(&test).await.join(" ")).unwrap();
    insta::assert_snapshot!("schema", text);
}

#[tokio::test]
async fn every_column_has_a_class_and_every_class_a_column() {
    let test = TestApp::new().await;
    let stored: BTreeMap<String, Vec<String>> = columns(&test)
        .await
        .into_iter()
        .map(|(table, columns)| (table, columns.into_iter().map(|(name, _)| name).collect()))
        .collect();
    let classed: BTreeMap<String, Vec<String>> = geleit::schema::tables()
        .into_iter()
        .map(|table| {
            (
                table.name.to_owned(),
                table
                    .columns
                    .iter()
                    .map(|column| column.name.to_owned())
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    let sorted = |map: BTreeMap<String, Vec<String>>| -> BTreeMap<String, Vec<String>> {
        map.into_iter()
            .map(|(table, mut columns)| {
                columns.sort();
                (table, columns)
            })
            .collect()
    };
    assert_eq!(sorted(stored), sorted(classed));
}

#[tokio::test]
async fn every_entity_can_be_read() {
    use geleit::schema::{
        accounts, audit, casework, completion, groups, inquiry, people, planning, protection,
        providers, reference, retention, review, statistics, transitions,
    };
    use sea_orm::{EntityTrait, QuerySelect};
    let test = TestApp::new().await;
    let database = test.database().await;
    macro_rules! read {
        ($($entity:path),* $(,)?) => {
            $({
                use $entity as entity;
                entity::Entity::find().limit(1).all(&database).await.unwrap();
            })*
        };
    }
    read!(
        reference::facility,
        reference::room,
        reference::closure,
        reference::provider,
        reference::programme,
        reference::programme_pillar,
        reference::programme_provider,
        reference::template,
        reference::template_session,
        reference::staff,
        accounts::account,
        accounts::recovery_code,
        accounts::stand_in,
        accounts::sign_in_throttle,
        accounts::web_session,
        accounts::form_token,
        providers::access_grant,
        accounts::history,
        people::person,
        people::person_key,
        people::person_alias,
        people::placement,
        people::absence,
        people::person_busy,
        people::person_separation,
        people::person_need,
        groups::conflict_acceptance,
        people::assignment,
        people::person_import,
        people::import_mapping,
        groups::enrolment,
        groups::training_group,
        groups::group_trainer,
        groups::group_session,
        groups::membership,
        groups::application,
        groups::membership_pause,
        groups::attendance,
        groups::group_slot,
        groups::series_undo,
        completion::catch_up,
        completion::catch_up_person,
        completion::completion,
        completion::certificate,
        casework::counselling_session,
        casework::client_case,
        casework::case_step,
        casework::code_entry,
        casework::form_draft,
        casework::talk_plan,
        casework::talk_offer,
        casework::counselling_topic,
        casework::counselling_rule,
        casework::provider_key,
        casework::case_note,
        casework::danger_disclosure,
        casework::case_deadline,
        statistics::statistics_release,
        statistics::statistics_file,
        statistics::statistics_counter,
        audit::audit_entry,
        audit::audit_subject,
        audit::audit_segment,
        audit::installation,
        providers::staff_qualification,
        providers::staff_language,
        providers::staff_availability,
        providers::staff_absence,
        providers::clearance,
        providers::access_stop,
        providers::recertification,
        providers::recertification_item,
        providers::gate_visit,
        providers::gate_change,
        providers::gate_tick,
        providers::approved_object,
        providers::family_day,
        providers::family_guest,
        accounts::calendar_feed,
        review::session_trainer,
        review::review_item,
        review::review_setting,
        transitions::hand_over,
        transitions::hand_over_part,
        transitions::consent,
        transitions::person_merge,
        transitions::person_merge_row,
        retention::person_restriction,
        retention::erasure_hold,
        retention::retention_period,
        retention::erasure,
        retention::erasure_item,
        retention::erasure_count,
        protection::approval,
        protection::stated_purpose,
        protection::emergency_access,
        protection::sampled_read,
        inquiry::inquiry,
        inquiry::audit_hold,
        planning::half_year_plan,
        planning::half_year_group,
        planning::planned_member,
    );
    database.close().await.unwrap();
}

#[tokio::test]
async fn migrations_go_down_and_up_again_and_do_not_meet() {
    use migration::{Migrator, MigratorTrait};
    let test = TestApp::new().await;
    let before = columns(&test).await;
    test.app.store.clone().close().await.unwrap();
    let database = test.database().await;
    Migrator::down(&database, Some(1)).await.unwrap();
    database.close().await.unwrap();
    // Several processes at once: one migrates, the others wait and find it done.
    let url = test.url.clone();
    let runs: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { geleit::store::migrate(&url).await })
        })
        .collect();
    for run in runs {
        run.await.unwrap().unwrap();
    }
    assert_eq!(columns(&test).await, before);
}

#[tokio::test]
async fn every_connection_learns_how_large_the_tables_are() {
    let test = TestApp::new().await;
    if !test.app.store.embedded() {
        return;
    }
    let measured = "select count(*) from sqlite_stat1 where tbl = 'access_grant'";
    let schema = "select schema_version from pragma_schema_version";
    for number in 0..3 {
        crate::rows::grant(
            &test,
            "training",
            "DD",
            ["akt_gruppe", "akt_einzel", "elterncoaching"][number],
            "2027-12-31",
        )
        .await;
    }
    let before = test.number(schema).await;
    test.app.store.refresh_statistics().await;
    assert!(test.number(measured).await > 0);
    // Connections that are open read what was measured when this number changes, and only then.
    assert!(test.number(schema).await > before);
    assert_eq!(
        test.number("select count(*) from sqlite_schema where name = 'statistics_are_new'")
            .await,
        0
    );
    // A second time too, although nothing is new.
    test.app.store.refresh_statistics().await;
}
