//! Uploaded lists, remembered mappings, and the reading of known people in chunks.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::{Scope, Writes};
use crate::base::ids::{AccountId, FacilityId, ImportId, PersonId};
use crate::base::time::{Instant, berlin_today};
use crate::people::rules::NumberKind;
use crate::people::scope::scope_condition;
use crate::schema::people::person_import;
use crate::store::{Result, Rows, Sql, StoreError, Writer};

/// Bound values of a list: well below the limits of both databases.
pub(in crate::people) const CHUNK: usize = 500;

/// A person known by a number of the facility.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::people) struct KnownRow {
    pub id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub birth_date: Option<Date>,
    pub sex: String,
    pub version: i64,
    pub value_key: String,
    /// Whether the person is in the actor's scope today.
    pub in_scope: bool,
}

/// The people to whom a facility gave these numbers.
pub(in crate::people) async fn known_by_number<R: Rows>(
    rows: &R,
    facility: FacilityId,
    kind: NumberKind,
    numbers: &[String],
) -> Result<Vec<KnownRow>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    rows.all(
        Sql::new("select p.id, p.family_name, p.given_name, p.birth_date, p.sex, p.version, a.value_key, (")
            .append(scope_condition(&scope, today, "p.id"))
            .push(
                ") as in_scope from person_alias a join person p on p.id = a.person_id where a.facility_id = ? \
                 and a.kind = ? and a.valid_to is null and a.value_key in ",
            )
            .bind(facility)
            .bind(kind.code())
            .list(numbers.iter().cloned()),
    )
    .await
}

/// A person in the actor's scope with one of these folded names.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::people) struct NamedRow {
    pub id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub birth_date: Option<Date>,
}

/// The people in the actor's scope with these folded names.
pub(in crate::people) async fn known_by_name<R: Rows>(
    rows: &R,
    sort_keys: &[String],
) -> Result<Vec<NamedRow>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    rows.all(
        Sql::new("select p.id, p.family_name, p.given_name, p.birth_date from person p where p.sort_key in ")
            .list(sort_keys.iter().cloned())
            .push(" and ")
            .append(scope_condition(&scope, today, "p.id")),
    )
    .await
}

#[derive(FromQueryResult)]
struct MappingRow {
    mapping: String,
}

/// How the facility mapped columns of these names the last time.
pub(in crate::people) async fn remembered(
    rows: &impl Rows,
    facility: FacilityId,
    fingerprint: &str,
) -> Result<Option<String>> {
    let row: Option<MappingRow> = rows
        .one(
            Sql::new(
                "select mapping from import_mapping where facility_id = ? and fingerprint = ?",
            )
            .bind(facility)
            .bind(fingerprint.to_owned()),
        )
        .await?;
    Ok(row.map(|row| row.mapping))
}

/// Remembers how the facility mapped columns of these names.
pub(in crate::people) async fn remember<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    fingerprint: &str,
    mapping: &str,
) -> Result<()> {
    writer
        .change(
            Sql::new(
                "insert into import_mapping (facility_id, fingerprint, mapping, updated_at) values (?,?,?,?) \
                 on conflict (facility_id, fingerprint) do update set mapping = excluded.mapping, updated_at = excluded.updated_at",
            )
            .bind(facility)
            .bind(fingerprint.to_owned())
            .bind(mapping.to_owned())
            .bind(writer.now()),
        )
        .await?;
    Ok(())
}

/// An uploaded list, without its content.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::people) struct ImportLine {
    pub id: ImportId,
    pub account_name: String,
    pub file_name: String,
    pub mapping: String,
    pub state: String,
    pub created_at: Instant,
    pub committed_at: Option<Instant>,
    pub new_count: i64,
    pub changed_count: i64,
    pub unchanged_count: i64,
    pub has_content: bool,
    pub version: i64,
}

const LINE: &str = "select i.id, c.name as account_name, i.file_name, i.mapping, i.state, i.created_at, i.committed_at, \
     i.new_count, i.changed_count, i.unchanged_count, (i.content is not null) as has_content, i.version \
     from person_import i join account c on c.id = i.account_id where ";

/// The lists that the actor may see: those of the facility, or (where people are assigned) one's own.
fn seen_by(scope: &Scope, account: AccountId) -> Option<Sql> {
    match scope {
        Scope::Facility(facility) => Some(Sql::new("i.facility_id = ?").bind(*facility)),
        Scope::Assigned { office, .. } => Some(
            Sql::new("i.facility_id = ? and i.account_id = ?")
                .bind(*office)
                .bind(account),
        ),
        _ => None,
    }
}

/// The newest lists.
pub(in crate::people) async fn imports<R: Rows>(rows: &R) -> Result<Vec<ImportLine>> {
    let Some(seen) = seen_by(&rows.access().scope(), rows.access().actor().account()) else {
        return Ok(Vec::new());
    };
    rows.all(
        Sql::new(LINE)
            .append(seen)
            .push(" order by i.created_at desc, i.id limit 50"),
    )
    .await
}

/// One list.
pub(in crate::people) async fn import<R: Rows>(
    rows: &R,
    id: ImportId,
) -> Result<Option<ImportLine>> {
    let Some(seen) = seen_by(&rows.access().scope(), rows.access().actor().account()) else {
        return Ok(None);
    };
    rows.one(Sql::new(LINE).append(seen).push(" and i.id = ?").bind(id))
        .await
}

#[derive(FromQueryResult)]
struct ContentRow {
    content: Option<Vec<u8>>,
}

/// The content of a list that [`import`] has found; `None` once it is deleted.
pub(in crate::people) async fn content(rows: &impl Rows, id: ImportId) -> Result<Option<Vec<u8>>> {
    let row: Option<ContentRow> = rows
        .one(Sql::new("select content from person_import where id = ?").bind(id))
        .await?;
    Ok(row.and_then(|row| row.content))
}

/// Keeps an uploaded list.
pub(in crate::people) async fn insert<P: Writes>(
    writer: &Writer<P>,
    row: person_import::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// Keeps what was chosen for a list.
pub(in crate::people) async fn choose<P: Writes>(
    writer: &Writer<P>,
    line: &ImportLine,
    mapping: &str,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update person_import set mapping = ?, version = version + 1 where id = ? and version = ? and state = 'uploaded'")
                .bind(mapping.to_owned())
                .bind(line.id)
                .bind(line.version),
        )
        .await
}

/// Claims a list for being taken over by this transaction, so that a second one waits and then finds it gone.
///
/// # Errors
/// [`StoreError::Changed`] if it was taken over, discarded or mapped otherwise meanwhile.
pub(in crate::people) async fn claim<P: Writes>(
    writer: &Writer<P>,
    id: ImportId,
    version: i64,
) -> Result<()> {
    let sql = "update person_import set version = version + 1 where id = ? and version = ? and state = 'uploaded'";
    writer
        .change_one(Sql::new(sql).bind(id).bind(version))
        .await
}

/// Marks a list as taken over and deletes its content.
///
/// # Errors
/// [`StoreError::Changed`] if it was taken over or discarded meanwhile.
pub(in crate::people) async fn committed<P: Writes>(
    writer: &Writer<P>,
    id: ImportId,
    new: i64,
    changed: i64,
    unchanged: i64,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update person_import set state = 'committed', content = null, committed_at = ?, new_count = ?, \
                 changed_count = ?, unchanged_count = ?, version = version + 1 where id = ? and state = 'uploaded'",
            )
            .bind(writer.now())
            .bind(new)
            .bind(changed)
            .bind(unchanged)
            .bind(id),
        )
        .await
}

/// Discards a list and deletes its content; false if it was taken over or discarded already.
pub(in crate::people) async fn discard<P: Writes>(
    writer: &Writer<P>,
    id: ImportId,
) -> Result<bool> {
    let sql = "update person_import set state = 'discarded', content = null, version = version + 1 where id = ? and state = 'uploaded'";
    match writer.change_one(Sql::new(sql).bind(id)).await {
        Ok(()) => Ok(true),
        Err(StoreError::Changed) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Deletes the content of lists that were uploaded before an instant and never taken over; their rows stay.
pub async fn purge_imports<P: Writes>(writer: &Writer<P>, before: Instant) -> Result<u64> {
    let mut gone = writer
        .change(
            Sql::new(
                "update person_import set state = 'discarded', content = null, version = version + 1 \
                 where created_at < ? and state = 'uploaded'",
            )
            .bind(before),
        )
        .await?;
    // The name a file had may name a person.
    gone += writer
        .change(
            Sql::new(
                "update person_import set file_name = '' where created_at < ? and file_name <> ''",
            )
            .bind(before),
        )
        .await?;
    Ok(gone)
}
