//! Use cases: counting a quarter, preparing, approving and discarding a release, handing out its bytes.

use time::Date;

use super::attacker::{AttackError, Finding};
use super::cube::{Count, CubeError, ProgrammeLine, Table, quarter_table};
use super::disclosure::{CannotProtect, Rule, protect};
use super::file::{QuarterFileError, ReleaseMeta, write_kora_csv};
use super::rules::{Held, State, judge};
use super::store::{self, ReleaseFile};
use crate::access::{Permission, Writes, same_person};
use crate::base::calendar::Quarter;
use crate::base::crypto::{hex, sha256};
use crate::base::ids::ReleaseId;
use crate::facilities;
use crate::history::{self, Change};
use crate::schema::statistics::statistics_release;
use crate::store::{Reader, Rows, StoreError, Writer};

/// The kind of object in the history.
const OBJECT: &str = "statistics_release";

/// Why a quarter could not be prepared; every text but that of the store is shown to people.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PrepareProblem {
    /// It is published already.
    #[error(
        "Das {0} ist bereits veröffentlicht. Veröffentlichte Zahlen können noch nicht durch eine Korrektur ersetzt werden."
    )]
    Published(String),
    /// It is prepared already.
    #[error(
        "Das {0} ist bereits vorbereitet. Verwerfen Sie zuerst die vorbereitete Veröffentlichung."
    )]
    Prepared(String),
    /// The figures make no table.
    #[error(transparent)]
    Table(#[from] CubeError),
    /// The table cannot be protected.
    #[error(transparent)]
    Protect(#[from] CannotProtect),
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] QuarterFileError),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The programmes there were on some day of the quarter, with the pillar of its last day.
pub(super) async fn programme_lines(
    rows: &impl Rows,
    quarter: Quarter,
) -> Result<Vec<ProgrammeLine>, StoreError> {
    let last = quarter.day_after().previous_day().unwrap_or(Date::MAX);
    let programmes = facilities::programmes(rows, quarter.first_day(), last).await?;
    Ok(programmes
        .into_iter()
        .map(|programme| ProgrammeLine {
            code: programme.code,
            label: programme.name,
            pillar_code: programme.pillar_code,
            pillar_label: programme.pillar_name,
        })
        .collect())
}

/// A counted quarter.
#[derive(Debug)]
pub(crate) struct Counted {
    /// The unprotected table.
    pub table: Table,
    /// Code words of programmes that have cases although they did not exist in the quarter. Their figures are in no
    /// table: the zeros beside them would be known from elsewhere and protect nothing.
    pub left_out: Vec<String>,
}

/// Counts a quarter as printed in [`super::cube::Measure::definition`]. Two statements.
pub(crate) async fn quarter_counts(
    rows: &impl Rows,
    quarter: Quarter,
) -> Result<Counted, PrepareProblem> {
    let lines = programme_lines(rows, quarter).await?;
    let counts = store::counts(rows, quarter).await?;
    let (counts, others): (Vec<Count>, Vec<Count>) = counts
        .into_iter()
        .partition(|count| lines.iter().any(|line| line.code == count.programme_code));
    let mut left_out: Vec<String> = others
        .into_iter()
        .map(|count| count.programme_code)
        .collect();
    left_out.dedup();
    Ok(Counted {
        table: quarter_table(&lines, &counts)?,
        left_out,
    })
}

/// Counts, protects and stores a quarter. Only the protected file is stored. Returns the code words of programmes
/// left out ([`Counted::left_out`]).
pub(crate) async fn prepare<P: Writes>(
    writer: &Writer<P>,
    id: ReleaseId,
    quarter: Quarter,
    rule: &Rule,
    today: Date,
) -> Result<Vec<String>, PrepareProblem> {
    match store::occupied(writer, quarter).await? {
        Some(State::Published) => return Err(PrepareProblem::Published(quarter.label())),
        Some(_) => return Err(PrepareProblem::Prepared(quarter.label())),
        None => {}
    }
    let counted = quarter_counts(writer, quarter).await?;
    let published = protect(counted.table, rule)?;
    let meta = ReleaseMeta {
        period: quarter.to_string(),
        cut_off: today.to_string(),
        version: 1,
    };
    let content = write_kora_csv(&published, &meta)?;
    let actor = writer.access().actor();
    let row = statistics_release::Model {
        id,
        period: quarter.to_string(),
        state: State::Prepared.code().to_owned(),
        content_hash: hex(&sha256(&content)),
        content,
        threshold: i64::try_from(rule.threshold()).unwrap_or(i64::MAX),
        cut_off: today,
        prepared_by: actor.account(),
        prepared_by_name: actor.name().to_owned(),
        prepared_at: writer.now(),
        approved_by: None,
        approved_by_name: None,
        approved_at: None,
        version: 1,
    };
    store::insert(writer, row)
        .await
        .map_err(|error| match error {
            // Someone else was quicker between the look and the insert (PostgreSQL only).
            StoreError::Duplicate(_) => PrepareProblem::Prepared(quarter.label()),
            other => PrepareProblem::Store(other),
        })?;
    history::record(
        writer,
        vec![Change::new(OBJECT, id.0, "Veröffentlichung vorbereitet")],
    )
    .await?;
    Ok(counted.left_out)
}

/// What an attacker gets out of these files; an error is never "nothing".
pub(super) fn findings(files: &[ReleaseFile]) -> Result<Vec<Finding>, AttackError> {
    let held: Vec<Held<'_>> = files
        .iter()
        .map(|file| Held {
            bytes: &file.content,
            threshold: file.line.threshold(),
        })
        .collect();
    judge(&held)
}

/// Whether the stored file is the one its checksum was made of.
pub(super) fn intact(file: &ReleaseFile) -> bool {
    hex(&sha256(&file.content)) == file.line.content_hash
}

/// What became of an approval.
pub(super) enum Approval {
    /// Published; the quarter in words.
    Done(String),
    /// Refused, for the reason given in German.
    Refused(String),
    /// There is no such release.
    Unknown,
}

/// Publishes a prepared release. `hash` and `version` are those of the page the approving person looked at.
pub(super) async fn approve<P: Writes>(
    writer: &Writer<P>,
    id: ReleaseId,
    hash: &str,
    version: i64,
) -> Result<Approval, StoreError> {
    let files = store::with_published(writer, id).await?;
    let Some(file) = files.iter().find(|file| file.line.id == id) else {
        return Ok(Approval::Unknown);
    };
    let refused = |text: &str| Ok(Approval::Refused(text.to_owned()));
    if file.line.state() != Some(State::Prepared)
        || file.line.version != version
        || file.line.content_hash != hash
    {
        return Err(StoreError::Changed);
    }
    if same_person(file.line.preparer(), writer.access().actor().person()) {
        return refused(
            "Sie haben diese Veröffentlichung selbst vorbereitet, mit diesem oder einem anderen Konto. Freigeben muss sie eine zweite Person (Vier-Augen-Prinzip).",
        );
    }
    if !intact(file) {
        return refused(
            "Die gespeicherte Datei passt nicht zu ihrer Prüfsumme. Bitte verwerfen Sie diese Veröffentlichung und \
             benachrichtigen Sie die Verwaltung.",
        );
    }
    match findings(&files) {
        Err(error) => {
            return Ok(Approval::Refused(format!(
                "Die Geheimhaltung konnte nicht geprüft werden. {error}"
            )));
        }
        Ok(found) if !found.is_empty() => {
            return refused(
                "Aus den veröffentlichten Zahlen ließe sich ein geheim gehaltener Wert erschließen. Bitte verwerfen Sie \
                 diese Veröffentlichung und benachrichtigen Sie die Verwaltung.",
            );
        }
        Ok(_) => {}
    }
    store::publish(writer, id, version, hash).await?;
    history::record(
        writer,
        vec![Change::new(OBJECT, id.0, "Veröffentlichung freigegeben")],
    )
    .await?;
    Ok(Approval::Done(file.line.label()))
}

/// Publishes the prepared release of a quarter as a second person would who looked at it; for made-up data. Whether
/// there was one and nothing spoke against it.
pub(crate) async fn publish_prepared<P: Writes>(
    writer: &Writer<P>,
    quarter: Quarter,
) -> Result<bool, StoreError> {
    let line = store::register(writer)
        .await?
        .into_iter()
        .find(|line| line.state() == Some(State::Prepared) && line.period == quarter.to_string());
    let Some(line) = line else { return Ok(false) };
    let approval = approve(writer, line.id, &line.content_hash, line.version).await?;
    Ok(matches!(approval, Approval::Done(_)))
}

/// Gives up a prepared release; the quarter may be prepared anew then.
pub(super) async fn discard<P: Writes>(
    writer: &Writer<P>,
    id: ReleaseId,
    version: i64,
) -> Result<(), StoreError> {
    store::discard(writer, id, version).await?;
    history::record(
        writer,
        vec![Change::new(OBJECT, id.0, "Veröffentlichung verworfen")],
    )
    .await
}

/// Why the bytes of a release cannot be handed out.
#[derive(Debug, thiserror::Error)]
pub enum ExportProblem {
    /// The stored file is not the one that was approved.
    #[error("Die gespeicherte Datei passt nicht zu ihrer Prüfsumme und wird nicht herausgegeben.")]
    Damaged,
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The bytes of the published release of a quarter, exactly as approved; `None` if none is published. The caller
/// writes the audit entry of the disclosure.
pub async fn export_kora<P: Permission>(
    reader: &Reader<P>,
    period: Quarter,
) -> Result<Option<Vec<u8>>, ExportProblem> {
    store::published_of(reader, period)
        .await?
        .map(checked)
        .transpose()
}

/// The file, if it is the one that was approved.
pub(super) fn checked(file: ReleaseFile) -> Result<Vec<u8>, ExportProblem> {
    if intact(&file) {
        Ok(file.content)
    } else {
        Err(ExportProblem::Damaged)
    }
}
