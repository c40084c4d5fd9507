//! The map of tables against the database itself: every reference, in the right order.

use std::collections::{BTreeMap, BTreeSet};

use geleit::retention::rules::tables::{Fate, TABLES, fate};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::harness::TestApp;

/// Every reference: table, column, and the table it refers to.
async fn references(test: &TestApp) -> BTreeSet<(String, String, String)> {
    let database = test.database().await;
    let backend = database.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            "select k.table_name, k.column_name, t.table_name from information_schema.referential_constraints r \
             join information_schema.key_column_usage k on k.constraint_name = r.constraint_name \
             join information_schema.table_constraints t on t.constraint_name = r.unique_constraint_name"
        }
        _ => {
            "select m.name, f.\"from\", f.\"table\" from sqlite_master m join pragma_foreign_key_list(m.name) f \
             where m.type = 'table'"
        }
    };
    let rows = database
        .query_all_raw(Statement::from_string(backend, sql.to_owned()))
        .await
        .unwrap();
    let found = rows
        .iter()
        .map(|row| {
            (
                row.try_get_by_index(0).unwrap(),
                row.try_get_by_index(1).unwrap(),
                row.try_get_by_index(2).unwrap(),
            )
        })
        .collect();
    database.close().await.unwrap();
    found
}

#[tokio::test]
async fn whatever_refers_to_an_erased_row_is_erased_before_it() {
    let test = TestApp::new().await;
    let place: BTreeMap<&str, usize> = TABLES
        .iter()
        .enumerate()
        .map(|(place, table)| (table.name, place))
        .collect();
    let erased = |name: &str| matches!(fate(name), Some(Fate::Erased(_)));
    let found = references(&test).await;
    assert!(found.len() > 100, "the database knows its references");
    let mut looked = 0;
    for (table, column, to) in &found {
        if !erased(to) || table == to {
            continue;
        }
        looked += 1;
        // It is set to nothing before the person goes.
        if (table.as_str(), column.as_str()) == ("client_case", "about_person_id") {
            continue;
        }
        assert!(
            erased(table),
            "{table}.{column} refers to {to}, which is erased"
        );
        assert!(
            place[table.as_str()] < place[to.as_str()],
            "{table}.{column} must go before {to}"
        );
    }
    assert!(looked > 35, "{looked}");
}
