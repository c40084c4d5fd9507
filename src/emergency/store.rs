//! Queries of emergency accesses.

use sea_orm::FromQueryResult;
use time::Date;

use super::rules::{Emergency, Verdict};
use crate::access::{Person, Role, Writes};
use crate::base::fold::number_key;
use crate::base::ids::{AccountId, EmergencyId, FacilityId, PersonId};
use crate::base::time::{Instant, berlin_today};
use crate::schema::protection::emergency_access;
use crate::store::{Result, Rows, Sql, Writer};

/// Lines of a list.
const LINES: i64 = 100;

/// An emergency access as it is shown.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct EmergencyRow {
    pub id: EmergencyId,
    pub person_id: PersonId,
    pub account_id: AccountId,
    pub holder: AccountId,
    pub account_name: String,
    pub facility_name: String,
    pub reason: String,
    pub opened_at: Instant,
    pub ends_at: Instant,
    pub ended_at: Option<Instant>,
    pub review_due: Date,
    pub result: Option<String>,
    pub review_note: Option<String>,
    pub reviewed_by_name: Option<String>,
    pub reviewed_at: Option<Instant>,
    pub version: i64,
}

impl EmergencyRow {
    /// Who holds it: the human.
    pub fn holder(&self) -> Person {
        Person::of(self.account_id, Some(self.holder))
    }

    /// As the rules see it.
    pub fn emergency(&self) -> Emergency {
        Emergency {
            holder: self.holder(),
            opened_at: self.opened_at,
            ends_at: self.ends_at,
            ended_at: self.ended_at,
            verdict: self.result.as_deref().and_then(Verdict::from_code),
        }
    }
}

const ROW: &str = "select m.id, m.person_id, m.account_id, coalesce(ma.holder_id, ma.id) as holder, m.account_name, \
     mf.name as facility_name, m.reason, m.opened_at, m.ends_at, m.ended_at, m.review_due, m.result, m.review_note, \
     m.reviewed_by_name, m.reviewed_at, m.version from emergency_access m join account ma on ma.id = m.account_id \
     join facility mf on mf.id = m.facility_id where ";

/// What the actor may know of: the own ones, the lead those of the office, data protection all.
fn scope<R: Rows>(rows: &R) -> Sql {
    let actor = rows.access().actor();
    let own = || Sql::new("coalesce(ma.holder_id, ma.id) = ?").bind(actor.person().holder());
    match (actor.role(), actor.leads()) {
        (Role::DataProtection, _) => Sql::new("1 = 1"),
        (_, Some(facility)) => Sql::new("(m.facility_id = ? or ")
            .bind(facility)
            .append(own())
            .push(")"),
        _ => own(),
    }
}

/// One that the actor may know of.
pub(super) async fn find<R: Rows>(rows: &R, id: EmergencyId) -> Result<Option<EmergencyRow>> {
    rows.one(
        Sql::new(ROW)
            .push("m.id = ? and ")
            .bind(id)
            .append(scope(rows)),
    )
    .await
}

/// Those not yet reviewed, the most urgent first.
pub(super) async fn open<R: Rows>(rows: &R) -> Result<Vec<EmergencyRow>> {
    rows.all(
        Sql::new(ROW)
            .push("m.reviewed_at is null and ")
            .append(scope(rows))
            .push(" order by m.review_due, m.opened_at, m.id limit ?")
            .bind(LINES),
    )
    .await
}

/// The reviewed ones, the newest first.
pub(super) async fn reviewed<R: Rows>(rows: &R) -> Result<Vec<EmergencyRow>> {
    rows.all(
        Sql::new(ROW)
            .push("m.reviewed_at is not null and ")
            .append(scope(rows))
            .push(" order by m.opened_at desc, m.id limit ?")
            .bind(LINES),
    )
    .await
}

/// All accesses to a person that are not reviewed, whoever holds them.
pub(super) async fn unreviewed_of<R: Rows>(
    rows: &R,
    person: PersonId,
) -> Result<Vec<EmergencyRow>> {
    rows.all(
        Sql::new(ROW)
            .push("m.person_id = ? and m.reviewed_at is null order by m.opened_at limit 50")
            .bind(person),
    )
    .await
}

fn waiting<R: Rows>(rows: &R, due: Sql) -> Sql {
    let me = rows.access().actor().person().holder();
    Sql::new(
        "(select count(*) from emergency_access m join account ma on ma.id = m.account_id where m.reviewed_at is null \
         and coalesce(ma.holder_id, ma.id) <> ?",
    )
    .bind(me)
    .append(due)
    .push(" and ")
    .append(scope(rows))
    .push(")")
}

/// How many accesses of others wait for their review, as a value in a statement.
pub fn to_review_count<R: Rows>(rows: &R) -> Sql {
    let today = berlin_today(rows.now());
    waiting(rows, Sql::new(" and m.review_due >= ?").bind(today))
}

/// How many reviews of others are overdue, as a value in a statement.
pub fn overdue_count<R: Rows>(rows: &R) -> Sql {
    let today = berlin_today(rows.now());
    waiting(rows, Sql::new(" and m.review_due < ?").bind(today))
}

#[derive(FromQueryResult)]
struct IdRow {
    person_id: PersonId,
}

/// The person with exactly this number, given by this facility; whoever it is and wherever.
pub(super) async fn by_number(
    rows: &impl Rows,
    number: &str,
    facility: FacilityId,
) -> Result<Option<PersonId>> {
    let found: Option<IdRow> = rows
        .one(
            Sql::new(
                "select a.person_id from person_alias a where a.value_key = ? and a.facility_id = ? \
                 and a.kind in ('prison_number', 'probation_file') and a.valid_to is null and ",
            )
            .bind(number_key(number))
            .bind(facility)
            .append(crate::people::unrestricted("a.person_id"))
            .push(" order by a.id limit 1"),
        )
        .await?;
    Ok(found.map(|row| row.person_id))
}

/// What is shown of the person: master data, nothing of a programme, a case or a note.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct MasterRow {
    pub family_name: String,
    pub given_name: String,
    pub birth_date: Option<Date>,
    pub sex: String,
}

/// The master data. The caller found an active access of the actor.
pub(super) async fn master(rows: &impl Rows, person: PersonId) -> Result<Option<MasterRow>> {
    rows.one(
        Sql::new("select family_name, given_name, birth_date, sex from person where id = ? and ")
            .bind(person)
            .append(crate::people::unrestricted("person.id")),
    )
    .await
}

/// Where the person is, since when, and who is responsible there.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct PlaceRow {
    /// `custody`, `probation`, `absence`, or `officer`.
    pub kind: String,
    /// Facility, or the officer's name.
    pub place: String,
    /// Setting, reason of the absence, or the officer's office.
    pub detail: String,
    pub from_day: Date,
    pub to_day: Option<Date>,
}

/// Placements, absence and responsible officers of today.
pub(super) async fn places(
    rows: &impl Rows,
    person: PersonId,
    today: Date,
) -> Result<Vec<PlaceRow>> {
    rows.all(
        Sql::new(
            "select * from (select pl.kind, f.name as place, pl.setting as detail, pl.from_day, pl.to_day from placement pl \
             join facility f on f.id = pl.facility_id where pl.person_id = ? and pl.from_day <= ? \
             and (pl.to_day is null or pl.to_day > ?) union all \
             select 'absence' as kind, f.name as place, a.reason as detail, a.from_day, a.to_day from absence a \
             join placement b on b.id = a.placement_id join facility f on f.id = b.facility_id \
             where a.person_id = ? and a.from_day <= ? and (a.to_day is null or a.to_day > ?) union all \
             select 'officer' as kind, o.name as place, coalesce(f.name, '') as detail, s.from_day, s.to_day \
             from assignment s join account o on o.id = s.account_id left join facility f on f.id = o.facility_id \
             where s.person_id = ? and s.from_day <= ? and (s.to_day is null or s.to_day > ?)) x \
             order by x.kind, x.from_day desc, x.place limit 20",
        )
        .bind(person)
        .bind(today)
        .bind(today)
        .bind(person)
        .bind(today)
        .bind(today)
        .bind(person)
        .bind(today)
        .bind(today),
    )
    .await
}

/// A look at the person within the access, from the audit log.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct LookRow {
    pub at: Instant,
}

/// What was read under an access, the oldest first.
pub(super) async fn looks(rows: &impl Rows, row: &EmergencyRow) -> Result<Vec<LookRow>> {
    rows.all(
        Sql::new(
            "select e.at from audit_subject s join audit_entry e on e.writer = s.writer and e.sequence = s.sequence \
             where s.person_id = ? and e.reason = ? and e.actor_id = ? order by e.at, e.sequence limit 200",
        )
        .bind(row.person_id)
        .bind(format!("notfall/{}", row.id))
        .bind(row.account_id),
    )
    .await
}

pub(super) async fn insert<P: Writes>(
    writer: &Writer<P>,
    row: emergency_access::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// Ends an access.
pub(super) async fn end<P: Writes>(writer: &Writer<P>, row: &EmergencyRow) -> Result<()> {
    let sql = Sql::new("update emergency_access set ended_at = ?, ended_by_name = ?, version = version + 1 where id = ? and version = ?")
        .bind(writer.now())
        .bind(writer.access().actor().name().to_owned())
        .bind(row.id)
        .bind(row.version);
    writer.change_one(sql).await
}

/// Writes a review down.
pub(super) async fn review<P: Writes>(
    writer: &Writer<P>,
    row: &EmergencyRow,
    verdict: Verdict,
    note: &str,
) -> Result<()> {
    let actor = writer.access().actor();
    let sql = Sql::new(
        "update emergency_access set result = ?, review_note = ?, reviewed_by = ?, reviewed_by_name = ?, \
         reviewed_at = ?, version = version + 1 where id = ? and version = ?",
    )
    .bind(verdict.code().to_owned())
    .bind(note.to_owned())
    .bind(actor.account())
    .bind(actor.name().to_owned())
    .bind(writer.now())
    .bind(row.id)
    .bind(row.version);
    writer.change_one(sql).await
}

/// The object of an entry.
pub(super) fn object(id: EmergencyId) -> String {
    format!("notfallzugriff emergency_access/{}", id)
}
