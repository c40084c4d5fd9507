//! Queries of the statistics: the register of releases and their files. Counting is in [`facts`].

pub(super) mod facts;

use sea_orm::FromQueryResult;

use super::rules::{FileKind, State};
use super::shape::Shape;
use crate::access::{Person, Writes};
use crate::base::ids::{AccountId, ReleaseId};
use crate::base::time::Instant;
use crate::schema::statistics::{statistics_file, statistics_release};
use crate::store::{Result, Rows, Sql, StoreError, Writer};

/// A release without its files.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ReleaseLine {
    pub id: ReleaseId,
    pub report: String,
    pub period: String,
    pub revision: i64,
    pub state: String,
    pub correction: Option<String>,
    pub content_hash: String,
    pub threshold: i64,
    pub cut_off: time::Date,
    pub basis: i64,
    pub problem: Option<String>,
    pub prepared_by: AccountId,
    pub prepared_holder: AccountId,
    pub prepared_by_name: String,
    pub prepared_at: Instant,
    pub approved_by_name: Option<String>,
    pub approved_at: Option<Instant>,
    pub withdrawn_by_name: Option<String>,
    pub withdrawn_at: Option<Instant>,
    pub withdrawn_reason: Option<String>,
    pub version: i64,
    pub shape: String,
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

    /// What it leaves out of the tables of the catalogue.
    pub(super) fn shape(&self) -> Shape {
        self.shape.parse().unwrap_or_default()
    }

    /// The threshold it was protected under.
    pub(super) fn threshold(&self) -> u64 {
        // A damaged threshold must make the check stricter, never laxer.
        u64::try_from(self.threshold).unwrap_or(u64::MAX)
    }
}

/// A file of a release.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct StoredFile {
    pub kind: String,
    pub name: String,
    pub content_hash: String,
    pub content: Vec<u8>,
}

/// A release with the counts behind it and its package.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Behind {
    #[sea_orm(nested)]
    pub line: ReleaseLine,
    pub figures: Option<Vec<u8>>,
    pub package: Option<Vec<u8>>,
}

const LINE: &str = "select r.id, r.report, r.period, r.revision, r.state, r.correction, r.content_hash, r.threshold, r.cut_off, r.basis, \
     r.problem, r.prepared_by, \
     coalesce((select coalesce(a.holder_id, a.id) from account a where a.id = r.prepared_by), r.prepared_by) as prepared_holder, \
     r.prepared_by_name, r.prepared_at, r.approved_by_name, r.approved_at, r.withdrawn_by_name, r.withdrawn_at, r.withdrawn_reason, r.version, r.shape";
const FROM: &str = " from statistics_release r ";
const BEHIND: &str = ", r.figures, (select f.content from statistics_file f where f.release_id = r.id and f.kind = 'zip') as package \
     from statistics_release r ";

/// The register: all releases, newest period first.
pub(super) async fn register(rows: &impl Rows) -> Result<Vec<ReleaseLine>> {
    rows.all(Sql::new(LINE).push(FROM).push(
        "order by r.period desc, r.report, r.revision desc, r.prepared_at desc, r.id limit 500",
    ))
    .await
}

/// What KORA sees: published and withdrawn releases, newest period first.
pub(super) async fn published(rows: &impl Rows) -> Result<Vec<ReleaseLine>> {
    rows.all(
        Sql::new(LINE)
            .push(FROM)
            .push("where r.state in ('published', 'withdrawn') order by r.period desc, r.report, r.revision desc, r.id limit 500"),
    )
    .await
}

/// One release.
pub(super) async fn line(rows: &impl Rows, id: ReleaseId) -> Result<Option<ReleaseLine>> {
    rows.one(Sql::new(LINE).push(FROM).push("where r.id = ?").bind(id))
        .await
}

/// One release with its package.
pub(super) async fn behind(rows: &impl Rows, id: ReleaseId) -> Result<Option<Behind>> {
    rows.one(Sql::new(LINE).push(BEHIND).push("where r.id = ?").bind(id))
        .await
}

/// Everything that was ever public, oldest first, with what was counted for it.
pub(super) async fn ever_public(rows: &impl Rows) -> Result<Vec<Behind>> {
    rows.all(
        Sql::new(LINE)
            .push(BEHIND)
            .push("where r.state in ('published', 'withdrawn') and r.figures is not null order by r.basis, r.approved_at, r.id limit 1000"),
    )
    .await
}

/// What was public at some time without its counts being kept: nobody can say here what it gives away.
pub(super) async fn without_counts(rows: &impl Rows) -> Result<Vec<ReleaseLine>> {
    rows.all(Sql::new(LINE).push(FROM).push(
        "where r.state in ('published', 'withdrawn') and r.figures is null order by r.period, r.report, r.id limit 1000",
    ))
    .await
}

/// The versions of a report about a period that were ever public, newest first.
pub(super) async fn versions(
    rows: &impl Rows,
    report: &str,
    period: &str,
) -> Result<Vec<ReleaseLine>> {
    rows.all(
        Sql::new(LINE)
            .push(FROM)
            .push("where r.state in ('published', 'withdrawn') and r.report = ? and r.period = ? order by r.revision desc, r.id limit 100")
            .bind(report.to_owned())
            .bind(period.to_owned()),
    )
    .await
}

/// What a release is compared with: the version that was public before it, and the report about the period before.
pub(super) async fn compared(
    rows: &impl Rows,
    line: &ReleaseLine,
    period_before: &str,
) -> Result<Vec<Behind>> {
    rows.all(
        Sql::new(LINE)
            .push(BEHIND)
            .push(
                "where r.report = ? and ((r.period = ? and r.revision < ? and r.state in ('published', 'withdrawn') and not exists \
                 (select 1 from statistics_release o where o.report = r.report and o.period = r.period and o.revision > r.revision \
                 and o.revision < ? and o.state in ('published', 'withdrawn'))) or (r.period = ? and r.state = 'published' and not exists \
                 (select 1 from statistics_release o where o.report = r.report and o.period = r.period and o.revision > r.revision \
                 and o.state in ('published', 'withdrawn')))) order by r.period desc limit 2",
            )
            .bind(line.report.clone())
            .bind(line.period.clone())
            .bind(line.revision)
            .bind(line.revision)
            .bind(period_before.to_owned()),
    )
    .await
}

/// The newest published releases of a report with their packages, newest period first. What a correction replaced does not
/// come back when the correction is withdrawn.
pub(super) async fn latest(
    rows: &impl Rows,
    report: &str,
    until: &str,
    limit: i64,
) -> Result<Vec<Behind>> {
    rows.all(
        Sql::new(LINE)
            .push(BEHIND)
            .push(
                "where r.state = 'published' and r.report = ? and r.period <= ? and not exists (select 1 from statistics_release o \
                 where o.report = r.report and o.period = r.period and o.state in ('published', 'withdrawn') and o.revision > r.revision) \
                 order by r.period desc limit ?",
            )
            .bind(report.to_owned())
            .bind(until.to_owned())
            .bind(limit),
    )
    .await
}

/// A file of a release that is public.
pub(super) async fn public_file(
    rows: &impl Rows,
    id: ReleaseId,
    kind: FileKind,
) -> Result<Option<StoredFile>> {
    rows.one(
        Sql::new(
            "select f.kind, f.name, f.content_hash, f.content from statistics_file f \
             join statistics_release r on r.id = f.release_id where f.release_id = ? and f.kind = ? and r.state = 'published'",
        )
        .bind(id)
        .bind(kind.code()),
    )
    .await
}

/// The files of a release, in whatever state.
pub(super) async fn files(rows: &impl Rows, id: ReleaseId) -> Result<Vec<StoredFile>> {
    rows.all(
        Sql::new("select kind, name, content_hash, content from statistics_file where release_id = ? order by kind limit 9")
            .bind(id),
    )
    .await
}

/// What is kept sealed for whoever decides on a release.
#[derive(Debug, Clone, Default, FromQueryResult)]
pub(super) struct Sealed {
    /// Why figures are hidden.
    pub explained: Option<Vec<u8>>,
    /// Coarser breakdowns that would show more.
    pub proposals: Option<Vec<u8>>,
    /// How many releases are published by now.
    pub published: i64,
    /// The newest version after this one that was ever public, and where it stands.
    pub newer: Option<i64>,
    pub newer_state: Option<String>,
}

/// What is kept sealed with a release.
pub(super) async fn sealed(rows: &impl Rows, id: ReleaseId) -> Result<Sealed> {
    let row: Option<Sealed> = rows
        .one(Sql::new("select r.explained, r.proposals, (select published from statistics_counter where id = 1) as published, \
             (select o.revision from statistics_release o where o.report = r.report and o.period = r.period and o.revision > r.revision \
             and o.state in ('published', 'withdrawn') order by o.revision desc limit 1) as newer, \
             (select o.state from statistics_release o where o.report = r.report and o.period = r.period and o.revision > r.revision \
             and o.state in ('published', 'withdrawn') order by o.revision desc limit 1) as newer_state \
             from statistics_release r where r.id = ?").bind(id))
        .await?;
    Ok(row.unwrap_or_default())
}

/// Keeps the coarser breakdowns computed for a release that is prepared or could not be. False: it does not wait any more.
pub(super) async fn proposed<P: Writes>(
    writer: &Writer<P>,
    id: ReleaseId,
    proposals: Vec<u8>,
) -> Result<bool> {
    let touched = writer
        .change(
            Sql::new(
                "update statistics_release set proposals = ? where id = ? and state in ('prepared', 'failed')",
            )
            .bind(proposals)
            .bind(id),
        )
        .await?;
    Ok(touched == 1)
}

/// How many releases were published so far.
pub(super) async fn count_of_published(rows: &impl Rows) -> Result<i64> {
    #[derive(FromQueryResult)]
    struct Row {
        published: i64,
    }
    let row: Option<Row> = rows
        .one(Sql::new(
            "select published from statistics_counter where id = 1",
        ))
        .await?;
    row.map(|row| row.published)
        .ok_or_else(|| StoreError::Unavailable("the counter of releases is missing".to_owned()))
}

pub(super) async fn insert<P: Writes>(
    writer: &Writer<P>,
    row: statistics_release::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// What a computation came to.
pub(super) struct Outcome {
    pub hash: String,
    pub shown: i64,
    pub hidden: i64,
    pub explained: Vec<u8>,
    pub files: Vec<statistics_file::Model>,
}

/// The computation of a release is done. False: it was given up meanwhile, or another computation was quicker.
pub(super) async fn computed<P: Writes>(
    writer: &Writer<P>,
    id: ReleaseId,
    outcome: Outcome,
) -> Result<bool> {
    let touched = writer
        .change(
            Sql::new(
                "update statistics_release set state = 'prepared', content_hash = ?, shown = ?, hidden = ?, explained = ?, \
                 version = version + 1 where id = ? and state = 'computing'",
            )
            .bind(outcome.hash)
            .bind(outcome.shown)
            .bind(outcome.hidden)
            .bind(outcome.explained)
            .bind(id),
        )
        .await?;
    if touched == 1 {
        writer.insert_all(outcome.files).await?;
    }
    Ok(touched == 1)
}

/// The computation of a release failed.
pub(super) async fn failed<P: Writes>(
    writer: &Writer<P>,
    id: ReleaseId,
    why: &str,
) -> Result<bool> {
    let touched = writer
        .change(
            Sql::new("update statistics_release set state = 'failed', problem = ?, version = version + 1 where id = ? and state = 'computing'")
                .bind(why.to_owned())
                .bind(id),
        )
        .await?;
    Ok(touched == 1)
}

/// Counts a release as published, if none was since `basis` was read: of two approvals at once the second finds the number
/// changed.
pub(super) async fn count_up<P: Writes>(writer: &Writer<P>, basis: i64) -> Result<()> {
    writer
        .change_one(Sql::new("update statistics_counter set published = published + 1 where id = 1 and published = ?").bind(basis))
        .await
}

/// Publishes a prepared release, exactly as the approving person saw it and never by the account that prepared it.
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
                "update statistics_release set state = 'published', approved_by = ?, approved_by_name = ?, approved_at = ?, \
                 version = version + 1 where id = ? and version = ? and content_hash = ? and state = 'prepared' and prepared_by <> ?",
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

/// Gives up a release that is not public.
pub(super) async fn discard<P: Writes>(
    writer: &Writer<P>,
    id: ReleaseId,
    version: i64,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update statistics_release set state = 'discarded', version = version + 1 \
                 where id = ? and version = ? and state in ('computing', 'failed', 'prepared')",
            )
            .bind(id)
            .bind(version),
        )
        .await
}

/// Withdraws a published release.
pub(super) async fn withdraw<P: Writes>(
    writer: &Writer<P>,
    id: ReleaseId,
    version: i64,
    reason: &str,
) -> Result<()> {
    let actor = writer.access().actor();
    writer
        .change_one(
            Sql::new(
                "update statistics_release set state = 'withdrawn', withdrawn_by = ?, withdrawn_by_name = ?, withdrawn_at = ?, \
                 withdrawn_reason = ?, version = version + 1 where id = ? and version = ? and state = 'published'",
            )
            .bind(actor.account())
            .bind(actor.name().to_owned())
            .bind(writer.now())
            .bind(reason.to_owned())
            .bind(id)
            .bind(version),
        )
        .await
}
