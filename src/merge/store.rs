//! Queries of records put together: reading every row of two people, writing what changed, the log of it.

use sea_orm::sea_query::{ColumnType, Value as DbValue};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, IdenStatic, IntoActiveModel,
    Iterable,
};
use serde_json::{Map, Value, json};
use time::Date;
use time::macros::format_description;
use uuid::Uuid;

use super::rules::{Changed, Row, TABLES, Treatment, table_of};
use crate::access::Writes;
use crate::base::ids::{FacilityId, GroupSessionId, MergeId, PersonId};
use crate::base::time::{Instant, berlin_today};
use crate::people::scope_condition;
use crate::schema::transitions::{person_merge, person_merge_row};
use crate::schema::{
    casework, completion, groups, inquiry, people, retention, review, transitions,
};
use crate::store::{Result, Rows, Sql, StoreError, Writer};

/// Calls a generic function for the entity behind a table's name.
macro_rules! with_entity {
    ($name:expr, $function:ident ( $($argument:expr),* )) => {
        match $name {
            "person" => $function::<people::person::Entity, _>($($argument),*).await,
            "person_alias" => $function::<people::person_alias::Entity, _>($($argument),*).await,
            "placement" => $function::<people::placement::Entity, _>($($argument),*).await,
            "absence" => $function::<people::absence::Entity, _>($($argument),*).await,
            "person_busy" => $function::<people::person_busy::Entity, _>($($argument),*).await,
            "person_separation" => $function::<people::person_separation::Entity, _>($($argument),*).await,
            "person_need" => $function::<people::person_need::Entity, _>($($argument),*).await,
            "assignment" => $function::<people::assignment::Entity, _>($($argument),*).await,
            "person_key" => $function::<people::person_key::Entity, _>($($argument),*).await,
            "enrolment" => $function::<groups::enrolment::Entity, _>($($argument),*).await,
            "application" => $function::<groups::application::Entity, _>($($argument),*).await,
            "membership" => $function::<groups::membership::Entity, _>($($argument),*).await,
            "membership_pause" => $function::<groups::membership_pause::Entity, _>($($argument),*).await,
            "attendance" => $function::<groups::attendance::Entity, _>($($argument),*).await,
            "client_case" => $function::<casework::client_case::Entity, _>($($argument),*).await,
            "case_step" => $function::<casework::case_step::Entity, _>($($argument),*).await,
            "talk_plan" => $function::<casework::talk_plan::Entity, _>($($argument),*).await,
            "case_deadline" => $function::<casework::case_deadline::Entity, _>($($argument),*).await,
            "counselling_session" => $function::<casework::counselling_session::Entity, _>($($argument),*).await,
            "catch_up_person" => $function::<completion::catch_up_person::Entity, _>($($argument),*).await,
            "completion" => $function::<completion::completion::Entity, _>($($argument),*).await,
            "certificate" => $function::<completion::certificate::Entity, _>($($argument),*).await,
            "review_item" => $function::<review::review_item::Entity, _>($($argument),*).await,
            "hand_over" => $function::<transitions::hand_over::Entity, _>($($argument),*).await,
            "hand_over_part" => $function::<transitions::hand_over_part::Entity, _>($($argument),*).await,
            "consent" => $function::<transitions::consent::Entity, _>($($argument),*).await,
            "inquiry" => $function::<inquiry::inquiry::Entity, _>($($argument),*).await,
            "person_restriction" => $function::<retention::person_restriction::Entity, _>($($argument),*).await,
            "erasure_hold" => $function::<retention::erasure_hold::Entity, _>($($argument),*).await,
            other => Err(damaged(other)),
        }
    };
}

fn damaged(what: &str) -> StoreError {
    StoreError::Unavailable(format!("merge: {what}"))
}

/// The most rows of one table that two people have.
const ROWS: i64 = 5_000;

/// Which rows of a table belong to two people.
fn condition(table: &'static str, people: [PersonId; 2]) -> Sql {
    let of = |sql: &'static str| Sql::new(sql).list(people);
    match table {
        "person" => of("x.id in "),
        "person_separation" => of("x.person_id in ")
            .push(" or x.other_id in ")
            .list(people),
        "client_case" => of("x.person_id in ")
            .push(" or x.about_person_id in ")
            .list(people),
        "case_step" | "talk_plan" | "case_deadline" => {
            of("x.case_id in (select k.id from client_case k where k.person_id in ").push(")")
        }
        // Before the agreement talks belong to the case.
        "counselling_session" => of("x.person_id in ")
            .push(" or x.case_id in (select k.id from client_case k where k.person_id in ")
            .list(people)
            .push(")"),
        "membership_pause" => {
            of("x.membership_id in (select m.id from membership m where m.person_id in ").push(")")
        }
        "hand_over_part" => {
            of("x.hand_over_id in (select h.id from hand_over h where h.person_id in ").push(")")
        }
        _ => of("x.person_id in "),
    }
}

fn day_text(day: Date) -> Result<String> {
    day.format(format_description!("[year]-[month]-[day]"))
        .map_err(|error| damaged(&error.to_string()))
}

fn to_json(value: Option<DbValue>) -> Result<Value> {
    Ok(match value {
        None => Value::Null,
        Some(DbValue::Uuid(value)) => value.map_or(Value::Null, |id| json!(id.to_string())),
        Some(DbValue::String(value)) => value.map_or(Value::Null, |text| json!(text)),
        Some(DbValue::BigInt(value)) => value.map_or(Value::Null, |number| json!(number)),
        Some(DbValue::Bool(value)) => value.map_or(Value::Null, |flag| json!(flag)),
        Some(DbValue::TimeDate(Some(day))) => json!(day_text(day)?),
        Some(DbValue::TimeDate(None)) => Value::Null,
        Some(_) => return Err(damaged("a column of an unknown type")),
    })
}

fn to_database(kind: &ColumnType, value: &Value) -> Result<DbValue> {
    let wrong = || damaged("a value of another type");
    Ok(match kind {
        ColumnType::Uuid => DbValue::Uuid(match value {
            Value::Null => None,
            other => Some(
                other
                    .as_str()
                    .and_then(|text| Uuid::parse_str(text).ok())
                    .ok_or_else(wrong)?,
            ),
        }),
        ColumnType::Date => DbValue::TimeDate(match value {
            Value::Null => None,
            other => Some(
                other
                    .as_str()
                    .and_then(|text| {
                        Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
                    })
                    .ok_or_else(wrong)?,
            ),
        }),
        ColumnType::BigInteger => DbValue::BigInt(match value {
            Value::Null => None,
            other => Some(other.as_i64().ok_or_else(wrong)?),
        }),
        ColumnType::Boolean => DbValue::Bool(match value {
            Value::Null => None,
            other => Some(other.as_bool().ok_or_else(wrong)?),
        }),
        ColumnType::String(_) | ColumnType::Text => DbValue::String(match value {
            Value::Null => None,
            other => Some(other.as_str().ok_or_else(wrong)?.to_owned()),
        }),
        _ => return Err(damaged("a column of an unknown type")),
    })
}

async fn load<E, R>(rows: &R, table: &'static str, people: [PersonId; 2]) -> Result<Vec<Row>>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel> + FromQueryResult + Send + Sync,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
    R: Rows,
{
    let found: Vec<E::Model> = rows
        .all(
            Sql::new("select x.* from ")
                .push(table)
                .push(" x where ")
                .append(condition(table, people))
                .push(" limit ?")
                .bind(ROWS),
        )
        .await?;
    if found.len() >= usize::try_from(ROWS).unwrap_or(usize::MAX) {
        return Err(damaged("more rows than two people have"));
    }
    found
        .into_iter()
        .map(|model| {
            let active = model.into_active_model();
            let mut row = Row {
                table,
                values: std::collections::BTreeMap::new(),
            };
            for column in E::Column::iter() {
                row.values.insert(
                    column.as_str().to_owned(),
                    to_json(active.get(column).into_value())?,
                );
            }
            Ok(row)
        })
        .collect()
}

/// Every row of two people, in all tables but those that stay as they were written.
pub(super) async fn all_rows<R: Rows>(rows: &R, people: [PersonId; 2]) -> Result<Vec<Row>> {
    let mut found = Vec::new();
    for table in TABLES
        .iter()
        .filter(|table| table.treatment != Treatment::Stays)
    {
        let loaded: Result<Vec<Row>> = with_entity!(table.name, load(rows, table.name, people));
        found.extend(loaded?);
    }
    Ok(found)
}

/// ` where` the row is, by its key.
fn at<E: EntityTrait>(sql: Sql, row: &Row) -> Result<Sql> {
    let table = table_of(row.table).ok_or_else(|| damaged(row.table))?;
    let mut sql = sql;
    for (index, key) in table.key.iter().enumerate() {
        let column = E::Column::iter()
            .find(|column| column.as_str() == *key)
            .ok_or_else(|| damaged(key))?;
        let value = row.values.get(*key).cloned().unwrap_or(Value::Null);
        sql = sql
            .push(if index == 0 { " where " } else { " and " })
            .push(key)
            .push(" = ?")
            .bind(to_database(column.def().get_column_type(), &value)?);
    }
    Ok(sql)
}

/// And as it was: whoever changed it meanwhile keeps the change, and nothing is written over it.
fn unchanged<E: EntityTrait>(sql: Sql, row: &Row) -> Result<Sql> {
    let version = E::Column::iter().find(|column| column.as_str() == "version");
    let compared: Vec<E::Column> = match version {
        Some(version) => vec![version],
        None => E::Column::iter().collect(),
    };
    let mut sql = at::<E>(sql, row)?;
    for column in compared {
        let value = row.values.get(column.as_str()).unwrap_or(&Value::Null);
        sql = sql.push(" and ").push(column.as_str());
        sql = match value {
            Value::Null => sql.push(" is null"),
            value => sql
                .push(" = ?")
                .bind(to_database(column.def().get_column_type(), value)?),
        };
    }
    Ok(sql)
}

async fn write<E, P>(writer: &Writer<P>, change: &Changed) -> Result<()>
where
    E: EntityTrait + Default,
    P: Writes,
{
    let table = E::default().table_name();
    let bound = |sql: Sql, row: &Row, column: &E::Column| -> Result<Sql> {
        let value = row
            .values
            .get(column.as_str())
            .cloned()
            .unwrap_or(Value::Null);
        Ok(sql.bind(to_database(column.def().get_column_type(), &value)?))
    };
    let sql = match (&change.before, &change.after) {
        (Some(before), None) => unchanged::<E>(Sql::new("delete from ").push(table), before)?,
        (Some(before), Some(after)) => {
            let mut sql = Sql::new("update ").push(table);
            for (index, column) in E::Column::iter().enumerate() {
                sql = sql
                    .push(if index == 0 { " set " } else { ", " })
                    .push(column.as_str())
                    .push(" = ?");
                sql = bound(sql, after, &column)?;
            }
            unchanged::<E>(sql, before)?
        }
        (None, Some(after)) => {
            let mut sql = Sql::new("insert into ").push(table);
            for (index, column) in E::Column::iter().enumerate() {
                sql = sql
                    .push(if index == 0 { " (" } else { ", " })
                    .push(column.as_str());
            }
            for (index, column) in E::Column::iter().enumerate() {
                sql = sql.push(if index == 0 { ") values (?" } else { ", ?" });
                sql = bound(sql, after, &column)?;
            }
            sql.push(")")
        }
        (None, None) => return Ok(()),
    };
    writer.change_one(sql).await
}

/// Writes changes, in their order.
pub(super) async fn apply<P: Writes>(writer: &Writer<P>, changes: &[&Changed]) -> Result<()> {
    for change in changes {
        let done: Result<()> = with_entity!(change.table, write(writer, change));
        done?;
    }
    Ok(())
}

/// Holds both people until the unit of work is over, to take them apart.
pub(super) async fn hold_both<P: Writes>(writer: &Writer<P>, people: [PersonId; 2]) -> Result<()> {
    let mut people = people;
    people.sort();
    for person in people {
        writer
            .change_one(Sql::new("update person set version = version where id = ?").bind(person))
            .await?;
    }
    Ok(())
}

/// Holds both people until the unit of work is over, as they were when they were compared.
pub(super) async fn hold<P: Writes>(
    writer: &Writer<P>,
    people: [(PersonId, i64); 2],
) -> Result<()> {
    let mut people = people;
    // Always in the same order: two who put the same people together the other way round do not wait for each other.
    people.sort();
    for (person, version) in people {
        writer
            .change_one(
                Sql::new("update person set version = version where id = ? and version = ?")
                    .bind(person)
                    .bind(version),
            )
            .await?;
    }
    Ok(())
}

fn text(row: &Option<Row>) -> Option<String> {
    row.as_ref().map(|row| {
        let values: Map<String, Value> = row.values.clone().into_iter().collect();
        Value::Object(values).to_string()
    })
}

/// Stores what was put together, with every row before and after.
pub(super) async fn keep<P: Writes>(
    writer: &Writer<P>,
    merge: person_merge::Model,
    changes: &[Changed],
) -> Result<()> {
    let id = merge.id;
    writer.insert(merge).await?;
    let rows = (1..)
        .zip(changes)
        .map(|(number, change)| person_merge_row::Model {
            merge_id: id,
            number,
            table_name: change.table.to_owned(),
            before: text(&change.before),
            after: text(&change.after),
        })
        .collect();
    writer.insert_all(rows).await
}

#[derive(FromQueryResult)]
struct LogRow {
    table_name: String,
    before: Option<String>,
    after: Option<String>,
}

/// The rows before and after.
pub(super) async fn kept<P: Writes>(writer: &Writer<P>, id: MergeId) -> Result<Vec<Changed>> {
    let rows: Vec<LogRow> = writer
        .all(
            Sql::new("select table_name, before, after from person_merge_row where merge_id = ? order by number limit 20000")
                .bind(id),
        )
        .await?;
    rows.into_iter()
        .map(|row| {
            let table = table_of(&row.table_name)
                .map(|table| table.name)
                .ok_or_else(|| damaged("an unknown table"))?;
            let read = |text: Option<String>| -> Result<Option<Row>> {
                text.map(|text| {
                    let values: Map<String, Value> =
                        serde_json::from_str(&text).map_err(|error| damaged(&error.to_string()))?;
                    Ok(Row {
                        table,
                        values: values.into_iter().collect(),
                    })
                })
                .transpose()
            };
            Ok(Changed {
                table,
                before: read(row.before)?,
                after: read(row.after)?,
            })
        })
        .collect()
}

/// Two records that were put together.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct MergeLine {
    pub id: MergeId,
    pub into_person_id: PersonId,
    pub from_person_id: PersonId,
    pub from_name: String,
    pub facility_id: FacilityId,
    pub reason: String,
    pub made_at: Instant,
    pub made_by_name: String,
    pub undone_at: Option<Instant>,
    pub undone_by_name: Option<String>,
    pub undo_reason: Option<String>,
    pub version: i64,
}

fn lines<R: Rows>(rows: &R) -> Sql {
    let today = berlin_today(rows.now());
    Sql::new(
        "select g.id, g.into_person_id, g.from_person_id, p.family_name || ', ' || p.given_name as from_name, g.facility_id, \
         g.reason, g.made_at, g.made_by_name, g.undone_at, g.undone_by_name, g.undo_reason, g.version from person_merge g \
         join person p on p.id = g.from_person_id where ",
    )
    .append(scope_condition(
        &rows.access().scope(),
        today,
        "g.into_person_id",
    ))
}

/// What was put together into a person in scope, the newest first.
pub(super) async fn of_person<R: Rows>(rows: &R, person: PersonId) -> Result<Vec<MergeLine>> {
    rows.all(
        lines(rows)
            .push(" and g.into_person_id = ? order by g.made_at desc, g.id limit 20")
            .bind(person),
    )
    .await
}

/// One of them.
pub(super) async fn find<R: Rows>(rows: &R, id: MergeId) -> Result<Option<MergeLine>> {
    rows.one(lines(rows).push(" and g.id = ?").bind(id)).await
}

/// Marks it as undone, under the optimistic lock.
pub(super) async fn undone<P: Writes>(
    writer: &Writer<P>,
    id: MergeId,
    version: i64,
    reason: &str,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update person_merge set undone_at = ?, undone_by_name = ?, undo_reason = ?, version = version + 1 \
                 where id = ? and version = ? and undone_at is null",
            )
            .bind(writer.now())
            .bind(writer.access().actor().name().to_owned())
            .bind(reason.to_owned())
            .bind(id)
            .bind(version),
        )
        .await
}

#[derive(FromQueryResult)]
struct PersonRow {
    into_person_id: PersonId,
}

/// The person into whose record another one went, also by several steps. Whether the actor may see that person is for the
/// caller to ask.
pub(crate) async fn merged_into(rows: &impl Rows, person: PersonId) -> Result<Option<PersonId>> {
    let mut found = None;
    for _ in 0..5 {
        let next: Option<PersonRow> = rows
            .one(
                Sql::new("select into_person_id from person_merge where from_person_id = ? and undone_at is null")
                    .bind(found.unwrap_or(person)),
            )
            .await?;
        match next {
            Some(row) => found = Some(row.into_person_id),
            None => break,
        }
    }
    Ok(found)
}

/// A condition on `<column>` (a person id column of a history): it tells of the person, or of a record that is part of it.
pub(crate) fn histories_of(column: &'static str, person: PersonId) -> Sql {
    Sql::new(column)
        .push(
            " in (select hp.id from person hp where hp.id = ? union all select g1.from_person_id from person_merge g1 \
             where g1.into_person_id = ? and g1.undone_at is null union all select g2.from_person_id from person_merge g1 \
             join person_merge g2 on g2.into_person_id = g1.from_person_id and g2.undone_at is null \
             where g1.into_person_id = ? and g1.undone_at is null)",
        )
        .bind(person)
        .bind(person)
        .bind(person)
}

/// A session in which both have an attendance.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Twice {
    pub session_id: GroupSessionId,
    pub group_name: String,
    pub day: Date,
    pub into_status: String,
    pub from_status: String,
}

/// The sessions in which both people have an attendance.
pub(super) async fn twice<R: Rows>(rows: &R, into: PersonId, from: PersonId) -> Result<Vec<Twice>> {
    rows.all(
        Sql::new(
            "select a.session_id, g.name as group_name, s.day, a.status as into_status, b.status as from_status \
             from attendance a join attendance b on b.session_id = a.session_id and b.person_id = ? \
             join group_session s on s.id = a.session_id join training_group g on g.id = s.group_id \
             where a.person_id = ? order by s.day, a.session_id limit 300",
        )
        .bind(from)
        .bind(into),
    )
    .await
}
