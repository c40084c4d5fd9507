//! One text of SQL for both databases: the few types that differ are written as words in braces.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

/// Runs the statements of a step. `{uuid}`, `{bytes}`, `{day}`, `{int}`, `{bool}`, `{text}`, `{key}` (text that
/// sorts by bytes) and `{packed}` (a table stored as its primary key) stand for the types of the backend.
pub async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    let words: [(&str, &str); 8] = match manager.get_database_backend() {
        DatabaseBackend::Postgres => [
            ("{uuid}", "uuid"),
            ("{bytes}", "bytea"),
            ("{day}", "date"),
            ("{int}", "bigint"),
            ("{bool}", "boolean"),
            ("{text}", "text"),
            ("{key}", "text collate \"C\""),
            ("{packed}", ""),
        ],
        _ => [
            ("{uuid}", "blob"),
            ("{bytes}", "blob"),
            ("{day}", "date_text"),
            ("{int}", "bigint"),
            ("{bool}", "boolean"),
            ("{text}", "text"),
            ("{key}", "text"),
            ("{packed}", "without rowid"),
        ],
    };
    let mut text = statements.to_owned();
    for (word, meaning) in words {
        text = text.replace(word, meaning);
    }
    for statement in text.split(";\n") {
        let statement = statement.trim();
        if !statement.is_empty() {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
    }
    Ok(())
}

/// Drops tables, the last made first.
pub async fn drop_tables(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    for table in tables.iter().rev() {
        manager
            .get_connection()
            .execute_unprepared(&format!("drop table {table}"))
            .await?;
    }
    Ok(())
}

/// Declares a step: its statements and either the tables that undoing it drops, or the statements that undo it.
macro_rules! step {
    ($statements:expr, $tables:expr) => {
        crate::sql::step!(@step $statements, |manager| crate::sql::drop_tables(manager, $tables));
    };
    ($statements:expr, undo: $undo:expr) => {
        crate::sql::step!(@step $statements, |manager| crate::sql::run(manager, $undo));
    };
    (@step $statements:expr, |$manager:ident| $undo:expr) => {
        use sea_orm_migration::prelude::*;

        /// The step.
        #[derive(DeriveMigrationName)]
        pub struct Migration;

        #[async_trait::async_trait]
        impl MigrationTrait for Migration {
            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                crate::sql::run(manager, $statements).await
            }

            async fn down(&self, $manager: &SchemaManager) -> Result<(), DbErr> {
                $undo.await
            }

            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }
        }
    };
}
pub(crate) use step;
