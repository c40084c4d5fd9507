//! Bringing the schema up to date, by one process at a time.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend};

use super::{Result, StoreError};

/// "GELEIT" as a number: the advisory lock that keeps two `geleit migrate` apart.
const LOCK: &str = "select pg_advisory_lock(78697669738400)";
const UNLOCK: &str = "select pg_advisory_unlock(78697669738400)";

async fn single(url: &str) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url.to_owned());
    // One connection, because the advisory lock belongs to it.
    options.max_connections(1).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .create_if_missing(true)
            .busy_timeout(std::time::Duration::from_secs(30))
    });
    Ok(Database::connect(options).await?)
}

/// The file lock that keeps two processes apart that open the same embedded database.
async fn lock_file(url: &str) -> Result<Option<std::fs::File>> {
    let Some(path) = url
        .strip_prefix("sqlite://")
        .map(|rest| rest.split('?').next().unwrap_or_default().to_owned())
    else {
        return Ok(None);
    };
    let locked = tokio::task::spawn_blocking(move || {
        let file = std::fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(format!("{path}.lock"))?;
        file.lock()?;
        Ok::<_, std::io::Error>(file)
    });
    let locked = locked
        .await
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    locked
        .map(Some)
        .map_err(|error| StoreError::Unavailable(error.to_string()))
}

/// Runs all steps that are missing. Safe to start several times at once.
pub async fn migrate(url: &str) -> Result<()> {
    let _lock = lock_file(url).await?;
    let database = single(url).await?;
    let postgres = database.get_database_backend() == DbBackend::Postgres;
    if postgres {
        database.execute_unprepared(LOCK).await?;
    }
    let result = Migrator::up(&database, None).await;
    if postgres {
        database.execute_unprepared(UNLOCK).await?;
    }
    database.close().await?;
    result.map_err(|error| {
        StoreError::Schema(format!(
            "Die Datenbank konnte nicht aktualisiert werden: {error}"
        ))
    })
}

/// Refuses a schema that is behind or ahead of this program.
pub(super) async fn check(url: &str) -> Result<()> {
    let database = single(url).await?;
    let pending = Migrator::get_pending_migrations_read_only(&database).await;
    database.close().await?;
    match pending {
        Ok(pending) if pending.is_empty() => Ok(()),
        Ok(pending) => Err(StoreError::Schema(format!(
            "Der Datenbank fehlen {} Schritte. Bitte zuerst „geleit migrate“ ausführen.",
            pending.len()
        ))),
        Err(error) => Err(StoreError::Schema(format!(
            "Die Datenbank passt nicht zu diesem Programm: {error}"
        ))),
    }
}
