//! Queries of consents.

use sea_orm::FromQueryResult;
use time::Date;

use super::rules::{Given, Purpose};
use crate::access::{Scope, Writes};
use crate::base::ids::{CaseId, ConsentId, PersonId};
use crate::base::time::berlin_today;
use crate::casework::not_confidential;
use crate::people::{scope_condition, unrestricted};
use crate::schema::transitions::consent;
use crate::store::{Result, Rows, Sql, Writer};

/// A consent as its page shows it.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ConsentLine {
    pub id: ConsentId,
    pub person_id: PersonId,
    pub case_id: Option<CaseId>,
    pub purpose: String,
    pub from_day: Date,
    pub to_day: Option<Date>,
    pub kept_at: String,
    pub place: Option<String>,
    pub recorded_by_name: String,
    pub withdrawn_on: Option<Date>,
    pub withdrawn_by_name: Option<String>,
    pub version: i64,
}

impl ConsentLine {
    /// As the rule takes it.
    pub fn given(&self) -> Given {
        Given {
            from: self.from_day,
            to: self.to_day,
            withdrawn_on: self.withdrawn_on,
        }
    }
}

/// The condition on a consent `c`: the person is in the actor's scope, and whoever recorded it is no secret to the actor. A
/// prison is not told of consents that the exit programme keeps, a provider not of those of another.
fn visible(scope: &Scope, today: Date) -> Sql {
    let sql = scope_condition(scope, today, "c.person_id").push(" and ");
    match scope {
        Scope::Facility(_) => sql
            .push("(c.provider_id is null or ")
            .append(not_confidential("c.provider_id"))
            .push(") and ")
            .append(link_open()),
        Scope::Assigned { .. } => sql.append(link_open()),
        Scope::Trainer { staff, .. } => sql
            .push("(c.provider_id is null or c.provider_id = (select xs.provider_id from staff xs where xs.id = ?))")
            .bind(*staff),
        Scope::Provider { provider, .. } => sql
            .push("(c.provider_id is null or c.provider_id = ?)")
            .bind(*provider),
        Scope::Nothing => sql.push("1 = 0"),
    }
}

/// A link that was withdrawn names a provider whom nobody outside it may know of any more.
fn link_open() -> Sql {
    Sql::new("(c.case_id is null or ")
        .append(link_stands("c.case_id"))
        .push(")")
}

fn select() -> Sql {
    Sql::new(
        "select c.id, c.person_id, c.case_id, c.purpose, c.from_day, c.to_day, c.kept_at, \
         coalesce(f.name, v.name) as place, c.recorded_by_name, c.withdrawn_on, c.withdrawn_by_name, \
         c.version from consent c left join facility f on f.id = c.facility_id \
         left join provider v on v.id = c.provider_id where ",
    )
}

/// The consents of a person in scope, the newest first.
pub(super) async fn of_person<R: Rows>(rows: &R, person: PersonId) -> Result<Vec<ConsentLine>> {
    let today = berlin_today(rows.now());
    rows.all(
        select()
            .push("c.person_id = ? and ")
            .bind(person)
            .append(visible(&rows.access().scope(), today))
            .push(" order by case when c.withdrawn_on is null then 0 else 1 end, c.from_day desc, c.id limit 100"),
    )
    .await
}

/// One consent of a person in scope.
pub(super) async fn find<R: Rows>(rows: &R, id: ConsentId) -> Result<Option<ConsentLine>> {
    let today = berlin_today(rows.now());
    rows.one(
        select()
            .push("c.id = ? and ")
            .bind(id)
            .append(visible(&rows.access().scope(), today)),
    )
    .await
}

/// Records a consent.
pub(super) async fn insert<P: Writes>(writer: &Writer<P>, row: consent::Model) -> Result<()> {
    writer.insert(row).await
}

/// Withdraws a consent under the optimistic lock, and whatever else stands for the same purpose: a withdrawal is one,
/// however often somebody signed.
pub(super) async fn withdraw<P: Writes>(
    writer: &Writer<P>,
    line: &ConsentLine,
    version: i64,
) -> Result<()> {
    let today = berlin_today(writer.now());
    let name = writer.access().actor().name().to_owned();
    writer
        .change_one(
            Sql::new(
                "update consent set withdrawn_on = ?, withdrawn_at = ?, withdrawn_by_name = ?, version = version + 1 \
                 where id = ? and version = ? and withdrawn_on is null",
            )
            .bind(today)
            .bind(writer.now())
            .bind(name.clone())
            .bind(line.id)
            .bind(version),
        )
        .await?;
    let sql = Sql::new(
        "update consent set withdrawn_on = ?, withdrawn_at = ?, withdrawn_by_name = ?, version = version + 1 \
         where person_id = ? and purpose = ? and withdrawn_on is null",
    )
    .bind(today)
    .bind(writer.now())
    .bind(name)
    .bind(line.person_id)
    .bind(line.purpose.clone());
    // Being linked is one consent for each case.
    writer
        .change(match line.case_id {
            Some(case) => sql.push(" and case_id = ?").bind(case),
            None => sql.push(" and case_id is null"),
        })
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct CountRow {
    number: i64,
}

/// Whether a consent for a purpose holds today of which the actor may know. One that is kept from the actor is as none:
/// nobody learns of it by trying, and two beside each other do no harm, because a withdrawal ends both.
///
/// # Errors
/// If the database does not answer.
pub async fn holds_visibly<R: Rows>(rows: &R, person: PersonId, purpose: Purpose) -> Result<bool> {
    let today = berlin_today(rows.now());
    let row: Option<CountRow> = rows
        .one(
            Sql::new("select count(*) as number from consent c where c.person_id = ? and c.purpose = ? and ")
                .bind(person)
                .bind(purpose.code())
                .append(standing("c", today))
                .push(" and ")
                .append(visible(&rows.access().scope(), today)),
        )
        .await?;
    Ok(row.is_some_and(|row| row.number > 0))
}

/// Whether a person's consent for a purpose holds today, whoever recorded it.
///
/// # Errors
/// If the database does not answer.
pub async fn holds(rows: &impl Rows, person: PersonId, purpose: Purpose) -> Result<bool> {
    let row: Option<CountRow> = rows
        .one(
            Sql::new("select count(*) as number from consent c where c.person_id = ? and c.purpose = ? and ")
                .bind(person)
                .bind(purpose.code())
                .append(standing("c", berlin_today(rows.now()))),
        )
        .await?;
    Ok(row.is_some_and(|row| row.number > 0))
}

/// The condition that a consent holds on a day, as [`Given::holds`] says it.
fn standing(alias: &'static str, day: Date) -> Sql {
    let sql = |text: &'static str| Sql::new(alias).push(text).bind(day);
    sql(".from_day <= ?")
        .push(" and (")
        .push(alias)
        .push(".to_day is null or ")
        .append(sql(".to_day > ?)"))
        .push(" and (")
        .push(alias)
        .push(".withdrawn_on is null or ")
        .append(sql(".withdrawn_on > ?)"))
}

/// A condition on `<column>` (a person id column): the person's consent for a purpose holds on a day.
pub(crate) fn holds_sql(column: &'static str, purpose: Purpose, day: Date) -> Sql {
    Sql::new("exists (select 1 from consent ch where ch.purpose = ? and ch.person_id = ")
        .bind(purpose.code())
        .push(column)
        .push(" and ")
        .append(standing("ch", day))
        .push(")")
}

/// A condition on `<column>` (a person id column): the person may be counted, because the record is not restricted and the
/// person did not withdraw the consent to be counted, or consented again. For every query of the statistics.
pub fn counted(column: &'static str, today: Date) -> Sql {
    Sql::new("(")
        .append(unrestricted(column))
        .push(" and ")
        .append(consenting(column, today))
        .push(")")
}

fn consenting(column: &'static str, today: Date) -> Sql {
    Sql::new("not exists (select 1 from consent cw where cw.person_id = ")
        .push(column)
        .push(" and cw.purpose = 'statistics' and cw.withdrawn_on <= ? and not exists (select 1 from consent cg where cg.person_id = cw.person_id and cg.purpose = 'statistics' and ")
        .bind(today)
        .append(standing("cg", today))
        .push("))")
}

/// How many people the statistics leave out because they withdrew their consent.
///
/// # Errors
/// If the database does not answer.
pub async fn left_out(rows: &impl Rows) -> Result<u64> {
    let today = berlin_today(rows.now());
    let row: Option<CountRow> = rows
        .one(
            Sql::new(
                "select count(*) as number from (select distinct e.person_id from enrolment e join consent cx \
                 on cx.person_id = e.person_id and cx.purpose = 'statistics' and cx.withdrawn_on is not null where not (",
            )
            .append(consenting("e.person_id", today))
            .push(")) gone"),
        )
        .await?;
    Ok(row.map_or(0, |row| row.number.unsigned_abs()))
}

/// A condition on `<column>` (a case id column): the case was not made known by a consent that was withdrawn. For whoever
/// is not the provider itself: every query about such cases asks this, or one of the two below that are made of it.
pub(crate) fn link_stands(column: &'static str) -> Sql {
    Sql::new("not exists (select 1 from consent cl where cl.case_id = ")
        .push(column)
        .push(" and cl.purpose = 'link' and cl.withdrawn_on is not null and not exists (select 1 from consent cn where cn.case_id = cl.case_id and cn.purpose = 'link' and cn.withdrawn_on is null))")
}

/// The same on a participation id column.
pub(crate) fn link_of_part_stands(column: &'static str) -> Sql {
    Sql::new("not exists (select 1 from client_case lk where lk.enrolment_id = ")
        .push(column)
        .push(" and not (")
        .append(link_stands("lk.id"))
        .push("))")
}

/// The ids of a person's cases, participations and talks that are unknown again, as a list in a statement: there is no
/// line about them.
pub(crate) fn unknown_again(person: PersonId) -> Sql {
    Sql::new("(select wk.id from client_case wk where wk.person_id = ? and not (")
        .bind(person)
        .append(link_stands("wk.id"))
        .push(") union all select we.id from enrolment we where we.person_id = ? and not (")
        .bind(person)
        .append(link_of_part_stands("we.id"))
        .push(
            ") union all select wc.id from counselling_session wc where wc.person_id = ? and not (",
        )
        .bind(person)
        .append(link_of_part_stands("wc.enrolment_id"))
        .push("))")
}
