//! Queries of restrictions and holds. Data protection looks at every person's: there is no scope here, and every look is
//! itself an entry.

use sea_orm::FromQueryResult;
use time::Date;

use super::rules::{Ground, HoldGround};
use crate::access::{Role, Writes};
use crate::base::ids::{AccountId, ErasureHoldId, FacilityId, PersonId, RestrictionId};
use crate::base::time::Instant;
use crate::people::search_condition;
use crate::schema::retention::{erasure_hold, person_restriction};
use crate::store::{Result, Rows, Sql, Writer};

/// Most lines of a list.
pub(super) const LINES: usize = 200;

/// Whom it is about.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct SubjectRow {
    pub id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub birth_date: Option<Date>,
    pub number: Option<String>,
}

impl SubjectRow {
    /// "Adler, Kai".
    pub fn name(&self) -> String {
        format!("{}, {}", self.family_name, self.given_name)
    }
}

const SUBJECT: &str = "select p.id, p.family_name, p.given_name, p.birth_date, (select a.value from person_alias a \
     where a.person_id = p.id and a.valid_to is null order by a.valid_from desc, a.value limit 1) as number \
     from person p where ";

/// One person; none for a record that is part of another one.
pub(crate) async fn subject(rows: &impl Rows, person: PersonId) -> Result<Option<SubjectRow>> {
    rows.one(
        Sql::new(SUBJECT)
            .push("p.id = ? and not exists (select 1 from person_merge g where g.from_person_id = p.id and g.undone_at is null)")
            .bind(person),
    )
    .await
}

/// At most twenty people by name or number.
pub(super) async fn search(rows: &impl Rows, query: &str) -> Result<Vec<SubjectRow>> {
    let Some(found) = search_condition(query, "p.id") else {
        return Ok(Vec::new());
    };
    rows.all(
        Sql::new(SUBJECT)
            .append(found)
            .push(" order by p.sort_key, p.id limit 20"),
    )
    .await
}

/// A restriction.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct RestrictionRow {
    pub ground: String,
    pub reason: String,
    pub restricted_at: Instant,
    pub restricted_by_name: String,
    pub lifted_at: Option<Instant>,
    pub lifted_by_name: Option<String>,
    pub lift_reason: Option<String>,
    pub version: i64,
}

/// The restrictions of a person, the standing one first.
pub(super) async fn restrictions(
    rows: &impl Rows,
    person: PersonId,
) -> Result<Vec<RestrictionRow>> {
    rows.all(
        Sql::new(
            "select ground, reason, restricted_at, restricted_by_name, lifted_at, lifted_by_name, lift_reason, version \
             from person_restriction where person_id = ? \
             order by case when lifted_at is null then 0 else 1 end, restricted_at desc, id limit 50",
        )
        .bind(person),
    )
    .await
}

/// A hold.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct HoldRow {
    pub id: ErasureHoldId,
    pub ground: String,
    pub reason: String,
    pub review_on: Date,
    pub set_at: Instant,
    pub set_by_name: String,
    pub lifted_at: Option<Instant>,
    pub lifted_by_name: Option<String>,
    pub lift_reason: Option<String>,
    pub version: i64,
}

/// The holds of a person, the standing ones first.
pub(super) async fn holds(rows: &impl Rows, person: PersonId) -> Result<Vec<HoldRow>> {
    rows.all(
        Sql::new(
            "select id, ground, reason, review_on, set_at, set_by_name, lifted_at, lifted_by_name, lift_reason, version \
             from erasure_hold where person_id = ? order by case when lifted_at is null then 0 else 1 end, set_at desc, id limit 50",
        )
        .bind(person),
    )
    .await
}

/// A line of the list of restricted records and holds.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Line {
    pub id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub ground: Option<String>,
    pub restricted_at: Option<Instant>,
    /// The earliest day on which a hold is to be looked at again.
    pub review_on: Option<Date>,
}

/// Records restricted or held today, the newest restriction first.
pub(super) async fn standing(rows: &impl Rows) -> Result<Vec<Line>> {
    rows.all(
        Sql::new(
            "select p.id, p.family_name, p.given_name, r.ground, r.restricted_at, h.review_on from (select person_id \
             from person_restriction where lifted_at is null union select person_id from erasure_hold where lifted_at is null) x \
             join person p on p.id = x.person_id left join person_restriction r on r.person_id = p.id and r.lifted_at is null \
             left join (select person_id, min(review_on) as review_on from erasure_hold where lifted_at is null group by person_id) h \
             on h.person_id = p.id order by case when h.review_on is null then 1 else 0 end, h.review_on, \
             coalesce(r.restricted_at, 0) desc, p.sort_key, p.id limit ?",
        )
        .bind(LINES as i64 + 1),
    )
    .await
}

#[derive(FromQueryResult)]
struct CountRow {
    number: i64,
}

/// How many people the statistics leave out because their record is restricted: those who took part in something.
///
/// # Errors
/// If the database does not answer.
pub async fn left_out(rows: &impl Rows) -> Result<u64> {
    let row: Option<CountRow> = rows
        .one(Sql::new(
            "select count(*) as number from person_restriction r where r.lifted_at is null and (exists (select 1 \
             from enrolment e where e.person_id = r.person_id) or exists (select 1 from client_case k \
             where k.person_id = r.person_id))",
        ))
        .await?;
    Ok(row.map_or(0, |row| row.number.unsigned_abs()))
}

fn acting<P: Writes>(writer: &Writer<P>) -> (Option<AccountId>, String) {
    let actor = writer.access().actor();
    let account = (actor.role() != Role::System).then(|| actor.account());
    (account, actor.name().to_owned())
}

/// Restricts records, each with its reason and the day from which it is to be erased, if there is one.
pub(crate) async fn restrict_all<P: Writes>(
    writer: &Writer<P>,
    ground: Ground,
    people: &[(PersonId, String, Option<Date>)],
) -> Result<()> {
    let (by, name) = acting(writer);
    let rows = people
        .iter()
        .map(|(person, reason, erase_on)| person_restriction::Model {
            id: RestrictionId(writer.entropy().uuid()),
            person_id: *person,
            ground: ground.code().to_owned(),
            reason: reason.clone(),
            restricted_at: writer.now(),
            restricted_by: by,
            restricted_by_name: name.clone(),
            erase_on: *erase_on,
            lifted_at: None,
            lifted_by_name: None,
            lift_reason: None,
            version: 1,
        })
        .collect();
    writer.insert_all(rows).await
}

/// Lifts the standing restrictions of people; how many there were.
pub(crate) async fn lift_all<P: Writes>(
    writer: &Writer<P>,
    people: &[PersonId],
    reason: &str,
) -> Result<u64> {
    let (_, name) = acting(writer);
    writer
        .change(
            Sql::new(
                "update person_restriction set lifted_at = ?, lifted_by_name = ?, lift_reason = ?, version = version + 1 \
                 where lifted_at is null and person_id in ",
            )
            .bind(writer.now())
            .bind(name)
            .bind(reason.to_owned())
            .list(people.iter().copied()),
        )
        .await
}

/// Lifts one restriction under the optimistic lock.
pub(super) async fn lift<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    version: i64,
    reason: &str,
) -> Result<()> {
    let (_, name) = acting(writer);
    writer
        .change_one(
            Sql::new(
                "update person_restriction set lifted_at = ?, lifted_by_name = ?, lift_reason = ?, version = version + 1 \
                 where lifted_at is null and person_id = ? and version = ?",
            )
            .bind(writer.now())
            .bind(name)
            .bind(reason.to_owned())
            .bind(person)
            .bind(version),
        )
        .await
}

/// Keeps a record from being erased.
pub(super) async fn hold<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    ground: HoldGround,
    reason: String,
    review_on: Date,
) -> Result<()> {
    let (by, name) = acting(writer);
    writer
        .insert(erasure_hold::Model {
            id: ErasureHoldId(writer.entropy().uuid()),
            person_id: person,
            ground: ground.code().to_owned(),
            reason,
            review_on,
            set_at: writer.now(),
            set_by: by,
            set_by_name: name,
            lifted_at: None,
            lifted_by_name: None,
            lift_reason: None,
            version: 1,
        })
        .await
}

/// Ends a hold of a person under the optimistic lock.
pub(super) async fn release<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    hold: ErasureHoldId,
    version: i64,
    reason: &str,
) -> Result<()> {
    let (_, name) = acting(writer);
    writer
        .change_one(
            Sql::new(
                "update erasure_hold set lifted_at = ?, lifted_by_name = ?, lift_reason = ?, version = version + 1 \
                 where lifted_at is null and id = ? and person_id = ? and version = ?",
            )
            .bind(writer.now())
            .bind(name)
            .bind(reason.to_owned())
            .bind(hold)
            .bind(person)
            .bind(version),
        )
        .await
}

const OF_OFFICE: &str = "select p.id, p.family_name, p.given_name, r.ground, r.restricted_at, h.review_on \
     from person_restriction r left join (select person_id, min(review_on) as review_on from erasure_hold where lifted_at is null \
     group by person_id) h on h.person_id = r.person_id join person p on p.id = r.person_id where r.lifted_at is null \
     and exists (select 1 from placement k where k.person_id = p.id and k.facility_id = ?) \
     and not exists (select 1 from person_merge g where g.from_person_id = p.id and g.undone_at is null)";

/// Restricted records of people who were ever with an office, the newest restriction first.
pub(super) async fn of_office(rows: &impl Rows, office: FacilityId) -> Result<Vec<Line>> {
    rows.all(
        Sql::new(OF_OFFICE)
            .bind(office)
            .push(" order by r.restricted_at desc, p.id limit ?")
            .bind(LINES as i64 + 1),
    )
    .await
}

/// One of them.
pub(super) async fn at_office(
    rows: &impl Rows,
    person: PersonId,
    office: FacilityId,
) -> Result<Option<Line>> {
    rows.one(
        Sql::new(OF_OFFICE)
            .bind(office)
            .push(" and p.id = ?")
            .bind(person),
    )
    .await
}

/// A stay or a participation, as a look into a restricted record shows it: facts, no content.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct FactRow {
    /// `stay` or `part`.
    pub kind: String,
    pub place: String,
    /// The setting of a stay, the programme of a participation.
    pub what: String,
    pub from_day: Date,
    pub to_day: Option<Date>,
}

/// The stays and participations of a person, the newest first.
pub(super) async fn facts(rows: &impl Rows, person: PersonId) -> Result<Vec<FactRow>> {
    rows.all(
        Sql::new(
            "select x.kind, x.place, x.what, x.from_day, x.to_day from (select 'stay' as kind, f.name as place, \
             s.setting as what, s.from_day, s.to_day from placement s join facility f on f.id = s.facility_id \
             where s.person_id = ? union all select 'part', v.name, m.name, e.enrolled_on, e.ended_on from enrolment e \
             join programme m on m.id = e.programme_id join provider v on v.id = e.provider_id where e.person_id = ?) x \
             order by x.from_day desc, x.kind, x.what limit 200",
        )
        .bind(person)
        .bind(person),
    )
    .await
}
