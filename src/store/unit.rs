//! Units of work. A [`Reader`] reads under a permission and ends with a durable audit entry; a [`Writer`]
//! holds one writing transaction and ends with a commit that carries its entry.

use std::future::Future;

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend,
    EntityTrait, FromQueryResult, IntoActiveModel,
};

use super::journal::{Seen, immediate};
use super::open::Store;
use super::sql::Sql;
use super::{Result, StoreError};
use crate::access::{Access, Permission, Role, SystemPermission, Writes};
use crate::audit::{Entry, Stamp};
use crate::base::time::Instant;

pub(super) async fn begin(pool: &sea_orm::DatabaseConnection) -> Result<DatabaseTransaction> {
    immediate(pool).await
}

/// Values per statement of a bulk insert: well below SQLite's 32,766.
const BULK_VALUES: usize = 12_000;

/// Taking one's turn to write on a server: with others, or alone. The lock goes with the transaction.
const WITH_OTHERS: &str = "select pg_advisory_xact_lock_shared(78697669738401)";
const ALONE: &str = "set local lock_timeout = '2s'; select pg_advisory_xact_lock(78697669738401)";

/// Reading rows under a permission; what readers and writers have in common.
pub trait Rows: Sync {
    /// The permission under which is read.
    type Held: Permission;

    /// The proof of the permission.
    fn access(&self) -> &Access<Self::Held>;

    /// All rows of a query. The query bounds itself.
    fn all<T: FromQueryResult + Send + Sync>(
        &self,
        sql: Sql,
    ) -> impl Future<Output = Result<Vec<T>>> + Send;

    /// The first row of a query.
    fn one<T: FromQueryResult + Send + Sync>(
        &self,
        sql: Sql,
    ) -> impl Future<Output = Result<Option<T>>> + Send;

    /// When the request began.
    fn now(&self) -> Instant {
        self.access().now()
    }
}

/// A unit of work that reads.
pub struct Reader<P: Permission> {
    store: Store,
    access: Access<P>,
}

/// A unit of work that writes. Dropping it undoes everything.
pub struct Writer<P: Writes> {
    store: Store,
    access: Access<P>,
    transaction: DatabaseTransaction,
}

pub(super) fn stamp<P: Permission>(access: &Access<P>) -> Stamp {
    let actor = access.actor();
    Stamp {
        at: access.now(),
        actor: (actor.role() != Role::System).then(|| actor.account()),
        role: actor.role().code().to_owned(),
        route: access.request().route.clone(),
        request: access.request().id.clone(),
        session: actor.profile().session.clone(),
    }
}

impl Store {
    /// Begins reading under a permission.
    pub fn read<P: Permission>(&self, access: Access<P>) -> Reader<P> {
        Reader {
            store: self.clone(),
            access,
        }
    }

    /// Begins writing under a permission that allows it; refused while the clock is behind.
    pub async fn write<P: Writes>(&self, access: Access<P>) -> Result<Writer<P>> {
        self.begin(access, WITH_OTHERS).await
    }

    /// Begins writing while nobody else writes: what others began is over, and what they begin next sees what comes of
    /// this. For work that must know every row of a person, which no lock on rows can promise: a row that another
    /// transaction inserts is seen by nobody until it commits. SQLite writes alone anyhow.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if others write for longer than two seconds.
    pub async fn write_alone<P: Writes>(&self, access: Access<P>) -> Result<Writer<P>> {
        self.begin(access, ALONE).await
    }

    async fn begin<P: Writes>(&self, access: Access<P>, turn: &str) -> Result<Writer<P>> {
        let transaction = begin(&self.pools.write).await?;
        if transaction.get_database_backend() == DbBackend::Postgres {
            transaction.execute_unprepared(turn).await?;
        }
        self.time.check(&transaction, self.clock().now()).await?;
        Ok(Writer {
            store: self.clone(),
            access,
            transaction,
        })
    }
}

impl<P: Permission> Reader<P> {
    /// Writes the audit entry to disk and gives the proof that a page may be answered. Whoever opens one person does it for
    /// an assignment or for a purpose stated within the hour; the entry says for which.
    ///
    /// # Errors
    /// [`StoreError::PurposeNeeded`] and its like, if somebody is to say why first; or if the log cannot be written.
    pub async fn seen(self, entry: Entry) -> Result<Seen> {
        let stamp = stamp(&self.access);
        let entry = self.store.opening(&self.access, &stamp, entry).await?;
        self.store.recorder.entry(&stamp, &entry);
        self.store.journal.seen(stamp, entry).await
    }
}

impl<P: Permission> Rows for Reader<P> {
    type Held = P;

    fn access(&self) -> &Access<P> {
        &self.access
    }

    async fn all<T: FromQueryResult + Send + Sync>(&self, sql: Sql) -> Result<Vec<T>> {
        let read = &self.store.pools.read;
        let statement = sql.statement(read.get_database_backend());
        self.store.recorder.read(&statement);
        Ok(T::find_by_statement(statement).all(read).await?)
    }

    async fn one<T: FromQueryResult + Send + Sync>(&self, sql: Sql) -> Result<Option<T>> {
        let read = &self.store.pools.read;
        let statement = sql.statement(read.get_database_backend());
        self.store.recorder.read(&statement);
        Ok(T::find_by_statement(statement).one(read).await?)
    }
}

impl<P: Writes> Rows for Writer<P> {
    type Held = P;

    fn access(&self) -> &Access<P> {
        &self.access
    }

    async fn all<T: FromQueryResult + Send + Sync>(&self, sql: Sql) -> Result<Vec<T>> {
        let statement = sql.statement(self.transaction.get_database_backend());
        self.store.recorder.read(&statement);
        Ok(T::find_by_statement(statement)
            .all(&self.transaction)
            .await?)
    }

    async fn one<T: FromQueryResult + Send + Sync>(&self, sql: Sql) -> Result<Option<T>> {
        let statement = sql.statement(self.transaction.get_database_backend());
        self.store.recorder.read(&statement);
        Ok(T::find_by_statement(statement)
            .one(&self.transaction)
            .await?)
    }
}

impl<P: Writes> Writer<P> {
    /// The source of random ids.
    pub fn entropy(&self) -> &dyn crate::base::crypto::Entropy {
        self.store.entropy().as_ref()
    }

    /// Inserts one row, every column of it.
    pub async fn insert<M>(&self, row: M) -> Result<()>
    where
        M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + sea_orm::ModelTrait,
        <M::Entity as EntityTrait>::ActiveModel: ActiveModelBehavior + Send,
    {
        let row = row.into_active_model().reset_all();
        self.store.recorder.wrote();
        M::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(())
    }

    /// Inserts many rows in few statements.
    pub async fn insert_all<M>(&self, rows: Vec<M>) -> Result<()>
    where
        M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + sea_orm::ModelTrait,
        <M::Entity as EntityTrait>::ActiveModel: ActiveModelBehavior + Send,
    {
        use sea_orm::Iterable;
        let columns = <M::Entity as EntityTrait>::Column::iter().count().max(1);
        let size = (BULK_VALUES / columns).max(1);
        let mut rows = rows
            .into_iter()
            .map(|row| row.into_active_model().reset_all())
            .peekable();
        while rows.peek().is_some() {
            let chunk: Vec<_> = rows.by_ref().take(size).collect();
            self.store.recorder.wrote();
            M::Entity::insert_many(chunk)
                .exec_without_returning(&self.transaction)
                .await?;
        }
        Ok(())
    }

    /// Runs a changing statement; returns how many rows it touched.
    pub async fn change(&self, sql: Sql) -> Result<u64> {
        self.store.recorder.wrote();
        self.run(sql).await
    }

    async fn run(&self, sql: Sql) -> Result<u64> {
        let backend = self.transaction.get_database_backend();
        Ok(self
            .transaction
            .execute_raw(sql.statement(backend))
            .await?
            .rows_affected())
    }

    /// Runs a statement that must touch exactly one row: the optimistic lock (`… and version = ?`).
    pub async fn change_one(&self, sql: Sql) -> Result<()> {
        if self.change(sql).await? == 1 {
            Ok(())
        } else {
            Err(StoreError::Changed)
        }
    }

    /// Runs changing statements in one round trip to the database; returns how many rows each touched. None of them may
    /// look at what another one writes: PostgreSQL gets them as one statement, in which all see the rows as they were
    /// before. SQLite has no server to go to; there they run one after the other.
    pub async fn change_all(&self, statements: Vec<Sql>) -> Result<Vec<u64>> {
        self.store.recorder.wrote();
        let backend = self.transaction.get_database_backend();
        let mut touched = Vec::with_capacity(statements.len());
        if backend != DbBackend::Postgres {
            for statement in statements {
                touched.push(self.run(statement).await?);
            }
            return Ok(touched);
        }
        let count = statements.len();
        let Some(row) = self
            .transaction
            .query_one_raw(Sql::together(statements).statement(backend))
            .await?
        else {
            return Ok(touched);
        };
        for index in 0..count {
            let rows: i64 = row.try_get_by_index(index)?;
            touched.push(rows.unsigned_abs());
        }
        Ok(touched)
    }

    /// Commits together with its audit entry.
    pub async fn commit(self, entry: Entry) -> Result<Seen> {
        let stamp = stamp(&self.access);
        let entry = self
            .store
            .writing(&self.transaction, &self.access, &stamp, entry)
            .await?;
        self.store
            .journal
            .commit(self.transaction, [(stamp, entry)])
            .await
    }

    /// Commits together with several entries, one for each thing that was done.
    pub async fn commit_all(self, entries: Vec<Entry>) -> Result<Seen> {
        let stamp = stamp(&self.access);
        self.store
            .journal
            .commit(
                self.transaction,
                entries.into_iter().map(|entry| (stamp.clone(), entry)),
            )
            .await
    }

    /// Undoes everything, visibly.
    pub async fn abandon(self) -> Result<()> {
        Ok(self.transaction.rollback().await?)
    }
}

impl<P: Writes + SystemPermission> Writer<P> {
    /// Commits technical rows about nobody (last request of a session, a throttle) without an entry. Only
    /// Geleit's own permissions may.
    pub async fn commit_quietly(self) -> Result<()> {
        Ok(self.transaction.commit().await?)
    }
}
