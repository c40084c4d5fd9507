//! Rows of the history.

use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::Change;
use crate::access::{Role, Writes};
use crate::base::ids::{HistoryId, PersonId};
use crate::base::time::Instant;
use crate::schema::accounts::history;
use crate::store::{Result, Rows, Sql, Writer};

/// Records changes in few statements.
pub async fn record<P: Writes>(writer: &Writer<P>, changes: Vec<Change<'_>>) -> Result<()> {
    writer.insert_all(rows(writer, changes)).await
}

/// The same as a statement for [`Writer::change_all`]; nothing if there is nothing to record.
pub fn record_sql<P: Writes>(writer: &Writer<P>, changes: Vec<Change<'_>>) -> Option<Sql> {
    Sql::insert_all(rows(writer, changes))
}

fn rows<P: Writes>(writer: &Writer<P>, changes: Vec<Change<'_>>) -> Vec<history::Model> {
    let actor = writer.access().actor();
    let actor_id = (actor.role() != Role::System).then(|| actor.account());
    changes
        .into_iter()
        .map(|change| history::Model {
            id: HistoryId(writer.entropy().uuid()),
            object_kind: change.object_kind.to_owned(),
            object_id: change.object_id,
            person_id: change.person,
            at: writer.now(),
            actor_id,
            actor_name: actor.name().to_owned(),
            what: change.what.to_owned(),
            old_value: change.old,
            new_value: change.new,
            reason: change.reason,
        })
        .collect()
}

/// A line of a history.
#[derive(Debug, Clone, FromQueryResult)]
pub struct HistoryLine {
    /// When.
    pub at: Instant,
    /// Who, as named then.
    pub actor_name: String,
    /// What.
    pub what: String,
    /// From what.
    pub old_value: Option<String>,
    /// To what.
    pub new_value: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

const LINE: &str = "select at, actor_name, what, old_value, new_value, reason from history where ";

/// The newest changes of an object, newest first. The caller has checked that the object may be seen.
pub async fn of_object(rows: &impl Rows, kind: &'static str, id: Uuid) -> Result<Vec<HistoryLine>> {
    rows.all(
        Sql::new(LINE)
            .push("object_kind = ? and object_id = ? order by at desc, id limit 200")
            .bind(kind.to_owned())
            .bind(id),
    )
    .await
}

/// The newest changes of several objects that belong together, newest first. The caller has checked that they may be
/// seen.
pub async fn of_objects(
    rows: &impl Rows,
    objects: impl IntoIterator<Item = (&'static str, Uuid)>,
) -> Result<Vec<HistoryLine>> {
    let (kinds, ids): (Vec<String>, Vec<Uuid>) = objects
        .into_iter()
        .map(|(kind, id)| (kind.to_owned(), id))
        .unzip();
    rows.all(
        Sql::new(LINE)
            .push("object_kind in ")
            .list(kinds)
            .push(" and object_id in ")
            .list(ids)
            .push(" order by at desc, id limit 200"),
    )
    .await
}

/// The newest changes about a person, newest first. The caller has checked that the person may be seen.
pub async fn of_person(rows: &impl Rows, person: PersonId) -> Result<Vec<HistoryLine>> {
    rows.all(
        Sql::new(LINE)
            .push("person_id = ? order by at desc, id limit 100")
            .bind(person),
    )
    .await
}
