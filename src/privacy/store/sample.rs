//! The monthly sample: drawing reads, and what was thought of them.

use sea_orm::FromQueryResult;
use time::Date;
use uuid::Uuid;

use crate::access::Writes;
use crate::base::ids::PersonId;
use crate::base::time::Instant;
use crate::schema::protection::sampled_read;
use crate::store::{Result, Rows, Sql, Writer};

/// The chain of a writer within a month.
#[derive(Debug, Clone, Copy, FromQueryResult)]
pub(in crate::privacy) struct Stretch {
    pub writer: Uuid,
    pub first: i64,
    pub last: i64,
}

/// The stretches of the log that hold readings by people in these days.
pub(in crate::privacy) async fn stretches(
    rows: &impl Rows,
    days: (Date, Date),
) -> Result<Vec<Stretch>> {
    rows.all(
        Sql::new(
            "select writer, min(sequence) as first, max(sequence) as last from audit_entry where day >= ? and day <= ? \
             and verb = 'abfrage' and outcome = 'erlaubt' and actor_id is not null group by writer order by writer limit 1000",
        )
        .bind(days.0)
        .bind(days.1),
    )
    .await
}

#[derive(FromQueryResult)]
struct SequenceRow {
    sequence: i64,
}

/// The first reading of a person's details at or after a place in a stretch.
pub(in crate::privacy) async fn reading_from(
    rows: &impl Rows,
    stretch: &Stretch,
    from: i64,
) -> Result<Option<i64>> {
    let found: Option<SequenceRow> = rows
        .one(
            Sql::new(
                "select e.sequence from audit_entry e where e.writer = ? and e.sequence >= ? and e.sequence <= ? \
                 and e.verb = 'abfrage' and e.outcome = 'erlaubt' and e.actor_id is not null \
                 and exists (select 1 from audit_subject s where s.writer = e.writer and s.sequence = e.sequence \
                 and s.level <> 'liste') order by e.sequence limit 1",
            )
            .bind(stretch.writer)
            .bind(from)
            .bind(stretch.last),
        )
        .await?;
    Ok(found.map(|row| row.sequence))
}

/// A drawn reading as it is judged: what, by which office, for what reason.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::privacy) struct SampleRow {
    pub writer: Uuid,
    pub sequence: i64,
    pub place: i64,
    pub judgement: Option<String>,
    pub note: Option<String>,
    pub judged_by_name: Option<String>,
    pub judged_at: Option<Instant>,
    pub at: Option<Instant>,
    pub role: Option<String>,
    pub office: Option<String>,
    pub route: Option<String>,
    pub reason: Option<String>,
    pub explanation: Option<String>,
    pub person: Option<PersonId>,
}

/// The sample of a month; entries whose period is over have left the log, their judgement stays.
pub(in crate::privacy) async fn of_month(rows: &impl Rows, month: &str) -> Result<Vec<SampleRow>> {
    rows.all(
        Sql::new(
            "select d.writer, d.sequence, d.place, d.judgement, d.note, d.judged_by_name, d.judged_at, e.at, e.role, \
             coalesce(f.name, v.name) as office, e.route, e.reason, (select t.explanation from stated_purpose t \
             where substr(e.reason, 1, 6) = 'zweck/' and t.account_id = e.actor_id and t.session = e.session and t.stated_at <= e.at and t.expires_at > e.at \
             and (t.person_id is null or exists (select 1 from audit_subject xs where xs.writer = e.writer and xs.sequence = e.sequence \
             and xs.person_id = t.person_id)) order by t.stated_at desc limit 1) as explanation, (select s.person_id from audit_subject s where s.writer = d.writer \
             and s.sequence = d.sequence order by s.person_id limit 1) as person from sampled_read d \
             left join audit_entry e on e.writer = d.writer and e.sequence = d.sequence left join account a on a.id = e.actor_id \
             left join facility f on f.id = a.facility_id left join provider v on v.id = a.provider_id \
             where d.month = ? order by d.place limit 100",
        )
        .bind(month.to_owned()),
    )
    .await
}

pub(in crate::privacy) async fn insert<P: Writes>(
    writer: &Writer<P>,
    rows: Vec<sampled_read::Model>,
) -> Result<()> {
    writer.insert_all(rows).await
}

/// Writes a judgement down; only the first one counts.
pub(in crate::privacy) async fn judge<P: Writes>(
    writer: &Writer<P>,
    month: &str,
    entry: (Uuid, i64),
    judgement: &str,
    note: Option<String>,
) -> Result<()> {
    let actor = writer.access().actor();
    let sql = Sql::new(
        "update sampled_read set judgement = ?, note = ?, judged_by = ?, judged_by_name = ?, judged_at = ?, \
         version = version + 1 where month = ? and writer = ? and sequence = ? and judgement is null",
    )
    .bind(judgement.to_owned())
    .bind(note)
    .bind(actor.account())
    .bind(actor.name().to_owned())
    .bind(writer.now())
    .bind(month.to_owned())
    .bind(entry.0)
    .bind(entry.1);
    writer.change_one(sql).await
}
