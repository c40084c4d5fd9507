//! Opening a database with the settings that keep acknowledged writes (docs/decisions/0003).

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, FromQueryResult,
};

use super::clock::HighWater;
use super::journal::Journal;
use super::opening::Openings;
use super::recording::Recorder;
use super::sql::Sql;
use super::{Result, StoreError, migrate};
use crate::base::crypto::{Entropy, MasterSecret, Purpose, hex};
use crate::base::time::Clock;

/// What a store needs to open.
pub struct StoreOptions {
    /// `sqlite:///path/file.sqlite` or `postgres://user@host/database`.
    pub url: String,
    /// The secret from which the audit chain's key is derived.
    pub secret: Arc<MasterSecret>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of random ids.
    pub entropy: Arc<dyn Entropy>,
    /// Connections for reading.
    pub readers: u32,
}

pub(super) struct Pools {
    pub write: DatabaseConnection,
    pub read: DatabaseConnection,
}

/// The open database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) pools: Arc<Pools>,
    pub(super) journal: Arc<Journal>,
    pub(super) time: Arc<HighWater>,
    pub(super) recorder: Arc<Recorder>,
    pub(super) openings: Arc<Openings>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens the database; refuses a schema that is behind or ahead. An embedded database (SQLite) that is
    /// behind is migrated first, PostgreSQL only by `geleit migrate`.
    pub async fn open(options: StoreOptions) -> Result<Self> {
        if options.url.starts_with("sqlite:") {
            migrate::migrate(&options.url).await?;
        } else {
            migrate::check(&options.url).await?;
        }
        let write = connect(&options.url, true, options.readers).await?;
        let read = connect(&options.url, false, options.readers).await?;
        let pools = Arc::new(Pools { write, read });
        belongs_to(&pools, &options.secret).await?;
        let journal = Journal::start(
            Arc::clone(&pools),
            &options.secret,
            Arc::clone(&options.clock),
            options.entropy.as_ref(),
        );
        Ok(Self {
            pools,
            journal,
            time: Arc::default(),
            recorder: Arc::default(),
            openings: Arc::default(),
            clock: options.clock,
            entropy: options.entropy,
        })
    }

    /// The clock everything here goes by.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The source of random ids.
    pub fn entropy(&self) -> &Arc<dyn Entropy> {
        &self.entropy
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.pools.read.execute_unprepared("select 1").await?;
        Ok(())
    }

    /// Tells the planner how large the tables have become. Right after many rows were stored it would plan as if there
    /// were none: on PostgreSQL lists of a hundred thousand took seconds until its own job came by, on SQLite, which has
    /// no such job, the gate list went through all grants of a facility for each line.
    /// A failure costs speed only.
    pub async fn refresh_statistics(&self) {
        // SQLite: measures what has grown tenfold or was never measured, at most 2,000 rows of an index. The other
        // connections read what was measured when the schema changes, and only then: so a table comes and goes.
        let sql = if self.embedded() {
            "pragma optimize = 0x10012; create table if not exists statistics_are_new (id integer); \
             drop table statistics_are_new"
        } else {
            "analyze person, person_key, person_alias, placement, assignment"
        };
        if let Err(error) = self.pools.write.execute_unprepared(sql).await {
            tracing::warn!(%error, "statistics of the database not refreshed");
        }
    }

    /// After an erasure: rewrites the embedded database without its free pages and empties the write-ahead log, so that
    /// nothing of what was deleted is left in its files. A server does the first by itself (`vacuum`, see the operator's
    /// handbook). Says whether it was done; somebody may be reading, then the next night does it.
    pub async fn scrub(&self) -> bool {
        if !self.embedded() {
            return true;
        }
        for sql in ["vacuum", "pragma wal_checkpoint(truncate)"] {
            if let Err(error) = self.pools.write.execute_unprepared(sql).await {
                tracing::warn!(%error, "free pages of the database are not cleared yet");
                return false;
            }
        }
        true
    }

    /// Whether this is the embedded database.
    pub fn embedded(&self) -> bool {
        self.pools.write.get_database_backend() == DbBackend::Sqlite
    }

    /// Writes out what is pending and closes all connections.
    pub async fn close(self) -> Result<()> {
        self.journal.stop().await;
        // The handles are shared; closing by reference ends them all.
        self.pools.read.close_by_ref().await?;
        self.pools.write.close_by_ref().await?;
        Ok(())
    }
}

#[derive(FromQueryResult)]
struct ValueRow {
    value: String,
}

/// Refuses a database that was filled under another master secret: its second factors could not be opened, its
/// chains not verified.
async fn belongs_to(pools: &Pools, secret: &MasterSecret) -> Result<()> {
    let fingerprint = hex(&secret
        .keyed_hash(Purpose::Fingerprint)
        .tag(&[b"fingerprint"]));
    let backend = pools.write.get_database_backend();
    let insert = Sql::new(
        "insert into installation (name, value) values ('key', ?) on conflict (name) do nothing",
    )
    .bind(fingerprint.clone());
    pools.write.execute_raw(insert.statement(backend)).await?;
    let known = ValueRow::find_by_statement(
        Sql::new("select value from installation where name = 'key'").statement(backend),
    )
    .one(&pools.write)
    .await?;
    if known.is_some_and(|row| row.value == fingerprint) {
        return Ok(());
    }
    Err(StoreError::Schema(
        "Diese Datenbank gehört zu einer anderen Schlüsseldatei. Bitte die Schlüsseldatei der ersten Instanz in das \
         Datenverzeichnis legen."
            .into(),
    ))
}

pub(super) async fn connect(url: &str, writing: bool, readers: u32) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url.to_owned());
    options
        .sqlx_logging(false)
        .connect_timeout(Duration::from_secs(5));
    if url.starts_with("sqlite:") {
        // One connection writes: writers queue in the process, so no write meets SQLITE_BUSY.
        let connections = if writing { 1 } else { readers };
        options
            .max_connections(connections)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(10));
        options.map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .pragma("secure_delete", "on");
            if writing {
                sqlite
            } else {
                sqlite.pragma("query_only", "on")
            }
        });
    } else {
        options
            .max_connections(readers)
            .acquire_timeout(Duration::from_secs(3));
        options.map_sqlx_postgres_opts(move |postgres| {
            // Bounded in the database: a cancelled future would leave a statement running.
            let postgres = postgres.application_name("geleit").options([
                ("statement_timeout", "10s"),
                ("idle_in_transaction_session_timeout", "30s"),
                ("lock_timeout", "5s"),
            ]);
            if writing {
                postgres
            } else {
                postgres.options([("default_transaction_read_only", "on")])
            }
        });
        options.map_sqlx_postgres_pool_opts(|pool| {
            // sqlx 0.9.0 can hand a connection back inside a transaction nobody owns (issues 4385, 4393):
            // later writes of others would be acknowledged and lost.
            pool.after_release(|connection, _| {
                Box::pin(async move {
                    sea_orm::sqlx::Executor::execute(connection, "ROLLBACK").await?;
                    Ok(true)
                })
            })
        });
    }
    Database::connect(options)
        .await
        .map_err(|error| match StoreError::from(error) {
            StoreError::Unavailable(why) => StoreError::Unavailable(why),
            other => other,
        })
}
