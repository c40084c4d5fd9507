//! Queries of the statistics: counting, and the register of releases.

use sea_orm::FromQueryResult;
use time::Date;

use super::cube::{Count, Measure};
use super::rules::State;
use crate::access::{Person, Writes};
use crate::base::calendar::Quarter;
use crate::base::ids::{AccountId, ReleaseId};
use crate::base::time::{Instant, berlin_today};
use crate::consent;
use crate::schema::statistics::statistics_release;
use crate::store::{Result, Rows, Sql, StoreError, Writer};

#[derive(FromQueryResult)]
struct CountRow {
    programme_code: String,
    measure: String,
    number: i64,
}

/// The true figures of a quarter by programme, whole of Saxony. One statement, so that all figures are of one moment
/// on both databases. A programme and measure without a case has no row. Whoever withdrew the consent to be counted is no
/// person of them; how many those are says [`consent::left_out`].
pub(super) async fn counts(rows: &impl Rows, quarter: Quarter) -> Result<Vec<Count>> {
    let (first, after) = (quarter.first_day(), quarter.day_after());
    let today = berlin_today(rows.now());
    let persons = |measure: Measure, condition: &'static str| {
        Sql::new("select e.programme_id, cast(? as text) as measure, count(distinct e.person_id) as number from enrolment e where ")
            .bind(measure.code())
            .push(condition)
            .bind(first)
            .bind(after)
            .push(" and ")
            .append(consent::counted("e.person_id", today))
            .push(" group by e.programme_id union all ")
    };
    let sessions = Sql::new(
        "select held.programme_id, cast(? as text) as measure, cast(sum(held.number) as bigint) as number from (\
         select g.programme_id, count(*) as number from group_session s join training_group g on g.id = s.group_id \
         where s.state = 'held' and s.day >= ? and s.day < ? group by g.programme_id \
         union all \
         select coalesce(e.programme_id, k.programme_id), count(*) as number from counselling_session c \
         left join enrolment e on e.id = c.enrolment_id left join client_case k on k.id = c.case_id \
         where c.outcome = 'took_place' and c.day >= ? and c.day < ? group by coalesce(e.programme_id, k.programme_id)\
         ) held group by held.programme_id",
    )
    .bind(Measure::SessionsHeld.code())
    .bind(first)
    .bind(after)
    .bind(first)
    .bind(after);
    let counted: Vec<CountRow> = rows
        .all(
            Sql::new("select p.code as programme_code, counted.measure as measure, counted.number as number from (")
                .append(persons(Measure::PersonsEnrolled, "e.enrolled_on >= ? and e.enrolled_on < ?"))
                .append(persons(Measure::PersonsStarted, "e.started_on >= ? and e.started_on < ?"))
                .append(persons(
                    Measure::PersonsCompleted,
                    "e.outcome = 'completed' and e.ended_on >= ? and e.ended_on < ?",
                ))
                .append(persons(
                    Measure::PersonsDroppedOut,
                    "e.outcome = 'dropped_out' and e.ended_on >= ? and e.ended_on < ?",
                ))
                .append(sessions)
                .push(") counted join programme p on p.id = counted.programme_id order by p.code, counted.measure limit 5000"),
        )
        .await?;
    counted
        .into_iter()
        .map(|row| {
            let known = Measure::from_code(&row.measure).zip(u64::try_from(row.number).ok());
            let (measure, value) = known.ok_or_else(|| {
                StoreError::Unavailable(format!("no count: {} {}", row.measure, row.number))
            })?;
            Ok(Count {
                programme_code: row.programme_code,
                measure,
                value,
            })
        })
        .collect()
}

/// A release without its file.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ReleaseLine {
    pub id: ReleaseId,
    pub period: String,
    pub state: String,
    pub content_hash: String,
    pub content_size: i64,
    pub threshold: i64,
    pub cut_off: Date,
    pub prepared_by: AccountId,
    pub prepared_holder: AccountId,
    pub prepared_by_name: String,
    pub prepared_at: Instant,
    pub approved_by_name: Option<String>,
    pub approved_at: Option<Instant>,
    pub version: i64,
}

impl ReleaseLine {
    /// Who prepared it: the human, not the sign-in name.
    pub(super) fn preparer(&self) -> Person {
        Person::of(self.prepared_by, Some(self.prepared_holder))
    }

    /// Where it stands.
    pub(super) fn state(&self) -> Option<State> {
        self.state.parse().ok()
    }

    /// The threshold it was protected under.
    pub(super) fn threshold(&self) -> u64 {
        // A damaged threshold must make the check stricter, never laxer.
        u64::try_from(self.threshold).unwrap_or(u64::MAX)
    }

    /// The quarter in words.
    pub(super) fn label(&self) -> String {
        self.period
            .parse()
            .map_or_else(|_| self.period.clone(), Quarter::label)
    }
}

/// A release with its file.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ReleaseFile {
    #[sea_orm(nested)]
    pub line: ReleaseLine,
    pub content: Vec<u8>,
}

const LINE: &str = "select id, period, state, content_hash, cast(length(content) as bigint) as content_size, threshold, \
     cut_off, prepared_by, coalesce((select coalesce(a.holder_id, a.id) from account a where a.id = prepared_by), \
     prepared_by) as prepared_holder, prepared_by_name, prepared_at, approved_by_name, approved_at, version";
const FROM: &str = " from statistics_release where ";
const WITH_FILE: &str = ", content from statistics_release where ";

/// The register: all releases, newest quarter first.
pub(super) async fn register(rows: &impl Rows) -> Result<Vec<ReleaseLine>> {
    rows.all(
        Sql::new(LINE)
            .push(" from statistics_release order by period desc, prepared_at desc, id limit 200"),
    )
    .await
}

/// The published releases, newest quarter first.
pub(super) async fn published(rows: &impl Rows) -> Result<Vec<ReleaseLine>> {
    rows.all(
        Sql::new(LINE)
            .push(FROM)
            .push("state = 'published' order by period desc limit 200"),
    )
    .await
}

/// One published release with its file.
pub(super) async fn published_file(rows: &impl Rows, id: ReleaseId) -> Result<Option<ReleaseFile>> {
    rows.one(
        Sql::new(LINE)
            .push(WITH_FILE)
            .push("id = ? and state = 'published'")
            .bind(id),
    )
    .await
}

/// The published release of a quarter with its file.
pub(super) async fn published_of(
    rows: &impl Rows,
    quarter: Quarter,
) -> Result<Option<ReleaseFile>> {
    rows.one(
        Sql::new(LINE)
            .push(WITH_FILE)
            .push("period = ? and state = 'published'")
            .bind(quarter.to_string()),
    )
    .await
}

/// A release together with everything published: what an attacker could have if it were published too. The release is
/// among them exactly once; it is not if there is none with this id.
pub(super) async fn with_published(rows: &impl Rows, id: ReleaseId) -> Result<Vec<ReleaseFile>> {
    rows.all(
        Sql::new(LINE)
            .push(WITH_FILE)
            .push("id = ? or state = 'published' order by period, prepared_at, id limit 1000")
            .bind(id),
    )
    .await
}

/// Whether there is such a release in any state.
pub(super) async fn exists(rows: &impl Rows, id: ReleaseId) -> Result<bool> {
    let row: Option<StateRow> = rows
        .one(Sql::new("select state from statistics_release where id = ?").bind(id))
        .await?;
    Ok(row.is_some())
}

#[derive(FromQueryResult)]
struct StateRow {
    state: String,
}

/// Whether the quarter has a release that stands in the way of preparing another one.
pub(super) async fn occupied(rows: &impl Rows, quarter: Quarter) -> Result<Option<State>> {
    let row: Option<StateRow> = rows
        .one(
            Sql::new("select state from statistics_release where period = ? and state in ('prepared', 'published') ")
                .push("order by state desc limit 1")
                .bind(quarter.to_string()),
        )
        .await?;
    Ok(row.and_then(|row| row.state.parse().ok()))
}

pub(super) async fn insert<P: Writes>(
    writer: &Writer<P>,
    row: statistics_release::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// Publishes a prepared release, exactly as the approving person saw it and never by the person who prepared it.
pub(super) async fn publish<P: Writes>(
    writer: &Writer<P>,
    id: ReleaseId,
    version: i64,
    hash: &str,
) -> Result<()> {
    let actor = writer.access().actor();
    writer
        .change_one(
            Sql::new(
                "update statistics_release set state = 'published', approved_by = ?, approved_by_name = ?, \
                 approved_at = ?, version = version + 1 where id = ? and version = ? and content_hash = ? \
                 and state = 'prepared' and prepared_by <> ?",
            )
            .bind(actor.account())
            .bind(actor.name().to_owned())
            .bind(writer.now())
            .bind(id)
            .bind(version)
            .bind(hash.to_owned())
            .bind(actor.account()),
        )
        .await
}

/// Gives up a prepared release.
pub(super) async fn discard<P: Writes>(
    writer: &Writer<P>,
    id: ReleaseId,
    version: i64,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update statistics_release set state = 'discarded', version = version + 1 \
                 where id = ? and version = ? and state = 'prepared'",
            )
            .bind(id)
            .bind(version),
        )
        .await
}
