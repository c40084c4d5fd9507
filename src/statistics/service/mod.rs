//! Use cases: preparing, approving, discarding and withdrawing a release, handing out its bytes.

mod compute;
mod count;
mod prepare;
mod propose;

use super::catalogue::{Report, report};
use super::cube::Counted;
use super::desk::Desk;
use super::file::{Known, PackageError, ReadPackage, read_zip};
use super::period::Period;
use super::rules::{FileKind, State};
use super::shape::shaped;
use super::store::{self, Behind, ReleaseLine, StoredFile};
use crate::access::{Permission, Writes, same_person};
use crate::base::crypto::{hex, sha256};
use crate::base::ids::ReleaseId;
use crate::history::{self, Change};
use crate::store::{Reader, Rows, StoreError, Writer};

pub(super) use compute::{Explanation, explanation};
pub(crate) use compute::{begin, compute};
pub(crate) use count::{CountProblem, counted};
pub(super) use prepare::prepare_anew;
pub(crate) use prepare::{Order, PrepareProblem, prepare};
pub(super) use propose::{can_be_coarser, prepare_coarser, proposals, propose};

/// The kind of object in the history.
const OBJECT: &str = "statistics_release";

/// The report of the format before the catalogue.
pub(super) const FORMER: &str = "quartal_alt";

/// The report and period of a release of the catalogue.
pub(super) fn subject(line: &ReleaseLine) -> Option<(&'static Report, Period)> {
    let report = shaped(report(&line.report)?, &line.shape());
    Some((report, line.period.parse().ok()?))
}

/// The report and period of a release in words.
pub(super) fn title(line: &ReleaseLine) -> String {
    let period = line
        .period
        .parse()
        .map_or_else(|_| line.period.clone(), Period::label);
    let report = match report(&line.report) {
        Some(report) => report.label,
        None if line.report == FORMER => "Quartalszahlen (früheres Format)",
        None => line.report.as_str(),
    };
    format!("{report}, {period}")
}

/// The counts behind a release, if they can be opened.
pub(super) fn opened(desk: &Desk, behind: &Behind) -> Option<Counted> {
    let sealed = behind.figures.as_deref()?;
    let text = desk.seal().open(&compute::place(behind.line.id), sealed)?;
    serde_json::from_slice(&text).ok()
}

/// Reads the package of a release of this installation.
pub(super) fn package(desk: &Desk, bytes: &[u8]) -> Result<ReadPackage, PackageError> {
    read_zip(bytes, Known::Key(&desk.signer().public_key()))
}

/// Whether all stored files are the ones that were made: each fits its checksum, and the package lists the others.
pub(super) fn intact(desk: &Desk, line: &ReleaseLine, files: &[StoredFile]) -> bool {
    let sums = files
        .iter()
        .all(|file| hex(&sha256(&file.content)) == file.content_hash);
    let Some(zip) = files.iter().find(|file| file.kind == FileKind::Zip.code()) else {
        return false;
    };
    let Ok(package) = package(desk, &zip.content) else {
        return false;
    };
    let beside = files
        .iter()
        .filter(|file| file.kind != FileKind::Zip.code())
        .all(|file| package.check_beside(&file.name, &file.content).is_ok());
    sums && beside && files.len() == FileKind::ALL.len() && package.hash == line.content_hash
}

/// What became of an approval.
pub(super) enum Approval {
    /// Published; the report and period in words.
    Done(String),
    /// Refused, for the reason given in German.
    Refused(String),
    /// There is no such release.
    Unknown,
}

/// Publishes a prepared release. `hash` and `version` are those of the page the approving person looked at.
pub(super) async fn approve<P: Writes>(
    writer: &Writer<P>,
    desk: &Desk,
    id: ReleaseId,
    hash: &str,
    version: i64,
) -> Result<Approval, StoreError> {
    let Some(line) = store::line(writer, id).await? else {
        return Ok(Approval::Unknown);
    };
    let refused = |text: &str| Ok(Approval::Refused(text.to_owned()));
    if line.state() != Some(State::Prepared) || line.version != version || line.content_hash != hash
    {
        return Err(StoreError::Changed);
    }
    if same_person(line.preparer(), writer.access().actor().person()) {
        return refused(
            "Sie haben diese Veröffentlichung selbst vorbereitet, mit diesem oder einem anderen Konto. Freigeben muss sie eine zweite Person (Vier-Augen-Prinzip).",
        );
    }
    if subject(&line).is_none() {
        return refused(
            "Diese Veröffentlichung stammt aus einer früheren Fassung von Geleit. Bitte verwerfen und neu vorbereiten.",
        );
    }
    if !intact(desk, &line, &store::files(writer, id).await?) {
        return refused(
            "Die gespeicherten Dateien passen nicht zu ihrer Prüfsumme. Bitte verwerfen Sie diese Veröffentlichung und \
             benachrichtigen Sie die Verwaltung.",
        );
    }
    let later = "Seit der Vorbereitung wurde etwas anderes veröffentlicht. Die Geheimhaltung gilt nur für alle Veröffentlichungen zusammen; \
                 bitte diese verwerfen und neu vorbereiten.";
    if store::count_of_published(writer).await? != line.basis {
        return refused(later);
    }
    match store::count_up(writer, line.basis).await {
        Err(StoreError::Changed) => return refused(later),
        done => done?,
    }
    store::publish(writer, id, version, hash).await?;
    history::record(
        writer,
        vec![Change::new(OBJECT, id.0, "Veröffentlichung freigegeben")],
    )
    .await?;
    Ok(Approval::Done(title(&line)))
}

/// Gives up a release that is not public; the period may be prepared anew then.
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

/// Withdraws a published release; it stays in the register and in every later computation, because it was read.
pub(super) async fn withdraw<P: Writes>(
    writer: &Writer<P>,
    id: ReleaseId,
    version: i64,
    reason: &str,
) -> Result<(), StoreError> {
    store::withdraw(writer, id, version, reason).await?;
    let change = Change::new(OBJECT, id.0, "Veröffentlichung zurückgezogen")
        .because(Some(reason.to_owned()));
    history::record(writer, vec![change]).await
}

/// Publishes what is prepared for a period as a second person would who looked at it; for made-up data. Whether there was
/// one and nothing spoke against it.
pub(crate) async fn publish_prepared<P: Writes>(
    writer: &Writer<P>,
    desk: &Desk,
    report: &str,
    period: Period,
) -> Result<bool, StoreError> {
    let line = store::register(writer).await?.into_iter().find(|line| {
        line.state() == Some(State::Prepared)
            && line.report == report
            && line.period == period.to_string()
    });
    let Some(line) = line else { return Ok(false) };
    let approval = approve(writer, desk, line.id, &line.content_hash, line.version).await?;
    Ok(matches!(approval, Approval::Done(_)))
}

/// Why the bytes of a release cannot be handed out.
#[derive(Debug, thiserror::Error)]
pub enum ExportProblem {
    /// The newest version was withdrawn, and no other one took its place.
    #[error("{0}")]
    Withdrawn(String),
    /// The stored file is not the one that was approved.
    #[error("Die gespeicherte Datei passt nicht zu ihrer Prüfsumme und wird nicht herausgegeben.")]
    Damaged,
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A file of the newest version of a report, exactly as approved: its name and bytes; `None` if none is published. What a
/// correction replaced does not become valid again when the correction is withdrawn.
/// The caller writes the audit entry of the disclosure.
///
/// # Errors
/// If the newest version was withdrawn, the stored file was changed, or the database does not answer.
pub async fn export_kora<P: Permission>(
    reader: &Reader<P>,
    report: &str,
    period: Period,
    kind: FileKind,
) -> Result<Option<(String, Vec<u8>)>, ExportProblem> {
    let versions = store::versions(reader, report, &period.to_string()).await?;
    let Some(newest) = versions.first() else {
        return Ok(None);
    };
    if newest.state() == Some(State::Withdrawn) {
        let reason = newest
            .withdrawn_reason
            .as_deref()
            .unwrap_or("nicht angegeben");
        return Err(ExportProblem::Withdrawn(format!(
            "„{}“ (Version {}) ist zurückgezogen und wird nicht herausgegeben; auch was sie ersetzt hat, gilt nicht mehr. Grund: {reason}",
            title(newest),
            newest.revision,
        )));
    }
    store::public_file(reader, newest.id, kind)
        .await?
        .map(checked)
        .transpose()
}

/// The file, if it is the one that was approved.
pub(super) fn checked(file: StoredFile) -> Result<(String, Vec<u8>), ExportProblem> {
    if hex(&sha256(&file.content)) == file.content_hash {
        Ok((file.name, file.content))
    } else {
        Err(ExportProblem::Damaged)
    }
}
