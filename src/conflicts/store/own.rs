//! What a person's page of planning holds: appointments, separations, language and security level.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{BusyId, PersonId, SeparationId};
use crate::base::time::berlin_today;
use crate::people::scope_condition;
use crate::schema::people::{person_busy, person_need, person_separation};
use crate::store::{Result, Rows, Sql, Writer};

/// When a person is taken.
#[derive(Debug, Clone)]
pub(in crate::conflicts) struct BusyRow {
    pub id: BusyId,
    pub kind: String,
    pub weekday: Option<i64>,
    pub first_day: Date,
    pub day_after: Option<Date>,
    pub start_minute: Option<i64>,
    pub end_minute: Option<i64>,
}

#[derive(FromQueryResult)]
struct PersonRow {
    language: Option<String>,
    security: Option<i64>,
    version: Option<i64>,
    id: Option<BusyId>,
    kind: Option<String>,
    weekday: Option<i64>,
    first_day: Option<Date>,
    day_after: Option<Date>,
    start_minute: Option<i64>,
    end_minute: Option<i64>,
}

/// The appointments of a person that the caller has found in scope, those that are not over on a day; and what the
/// person needs: German and the lowest level if nothing is recorded.
pub(in crate::conflicts) async fn busy_and_need(
    rows: &impl Rows,
    person: PersonId,
    today: Date,
) -> Result<(Vec<BusyRow>, NeedRow)> {
    let found: Vec<PersonRow> = rows
        .all(
            Sql::new(
                "select n.language, n.security, n.version, b.id, b.kind, b.weekday, b.first_day, b.day_after, \
                 b.start_minute, b.end_minute from person p left join person_need n on n.person_id = p.id \
                 left join person_busy b on b.person_id = p.id and (b.day_after is null or b.day_after > ?) \
                 where p.id = ? order by b.first_day, b.start_minute, b.id limit 300",
            )
            .bind(today)
            .bind(person),
        )
        .await?;
    let mut need = NeedRow::default();
    let mut busy = Vec::new();
    for row in found {
        if let (Some(language), Some(security), Some(version)) =
            (row.language, row.security, row.version)
        {
            need = NeedRow {
                language,
                security,
                version,
            };
        }
        if let (Some(id), Some(kind), Some(first_day)) = (row.id, row.kind, row.first_day) {
            busy.push(BusyRow {
                id,
                kind,
                weekday: row.weekday,
                first_day,
                day_after: row.day_after,
                start_minute: row.start_minute,
                end_minute: row.end_minute,
            });
        }
    }
    Ok((busy, need))
}

/// Records an appointment.
pub(in crate::conflicts) async fn add_busy<P: Writes>(
    writer: &Writer<P>,
    row: person_busy::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// Deletes an appointment of a person; says whether it was there.
pub(in crate::conflicts) async fn remove_busy<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    id: BusyId,
) -> Result<bool> {
    let sql = Sql::new("delete from person_busy where id = ? and person_id = ?")
        .bind(id)
        .bind(person);
    Ok(writer.change(sql).await? == 1)
}

/// Somebody whom a person must not meet.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::conflicts) struct SeparationRow {
    pub id: SeparationId,
    pub code: String,
    pub family_name: String,
    pub given_name: String,
    /// Whether the actor may see who it is.
    pub visible: bool,
}

/// Whom a person must not meet.
pub(in crate::conflicts) async fn separations<R: Rows>(
    rows: &R,
    person: PersonId,
) -> Result<Vec<SeparationRow>> {
    let (scope, today) = (rows.access().scope(), berlin_today(rows.now()));
    rows.all(
        Sql::new("select x.id, x.code, p.family_name, p.given_name, ")
            .append(scope_condition(&scope, today, "p.id"))
            .push(
                " as visible from (select id, code, other_id from person_separation where person_id = ? \
                 union all select id, code, person_id as other_id from person_separation where other_id = ?) x \
                 join person p on p.id = x.other_id order by p.sort_key, p.id limit 200",
            )
            .bind(person)
            .bind(person),
    )
    .await
}

/// Records that two people must not meet; two who are there already are a duplicate.
pub(in crate::conflicts) async fn separate<P: Writes>(
    writer: &Writer<P>,
    one: PersonId,
    other: PersonId,
    code: &str,
) -> Result<()> {
    // In one order, so that the unique index holds for both.
    let (person_id, other_id) = if one < other {
        (one, other)
    } else {
        (other, one)
    };
    writer
        .insert(person_separation::Model {
            id: SeparationId(writer.entropy().uuid()),
            person_id,
            other_id,
            code: code.to_owned(),
            created_at: writer.now(),
            created_by_name: writer.access().actor().name().to_owned(),
        })
        .await
}

/// Lifts a separation of a person; says whether it was there.
pub(in crate::conflicts) async fn lift<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    id: SeparationId,
) -> Result<bool> {
    let sql =
        Sql::new("delete from person_separation where id = ? and (person_id = ? or other_id = ?)")
            .bind(id)
            .bind(person)
            .bind(person);
    Ok(writer.change(sql).await? == 1)
}

/// What a person needs of a group and its room.
#[derive(Debug, Clone)]
pub(in crate::conflicts) struct NeedRow {
    pub language: String,
    pub security: i64,
    pub version: i64,
}

impl Default for NeedRow {
    fn default() -> Self {
        Self {
            language: "de".to_owned(),
            security: 1,
            version: 0,
        }
    }
}

/// Records what a person needs, under the optimistic lock.
pub(in crate::conflicts) async fn set_need<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    new: NeedRow,
) -> Result<()> {
    if new.version == 0 {
        return writer
            .insert(person_need::Model {
                person_id: person,
                language: new.language,
                security: new.security,
                version: 1,
            })
            .await;
    }
    writer
        .change_one(
            Sql::new(
                "update person_need set language = ?, security = ?, version = version + 1 \
                 where person_id = ? and version = ?",
            )
            .bind(new.language)
            .bind(new.security)
            .bind(person)
            .bind(new.version),
        )
        .await
}
