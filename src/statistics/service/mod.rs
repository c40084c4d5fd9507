//! Use cases: preparing, approving, discarding and withdrawing a release, handing out its bytes.

mod compute;
mod count;
mod propose;

use time::Date;

use super::catalogue::{REPORTS, Report, report};
use super::cube::Counted;
use super::desk::Desk;
use super::disclosure::Rule;
use super::file::{Known, PackageError, ReadPackage, read_zip};
use super::link::touched;
use super::period::Period;
use super::rules::{FileKind, State, checked_cut_off};
use super::shape::{Shape, shaped};
use super::store::{self, Behind, ReleaseLine, StoredFile};
use crate::access::{Permission, Writes, same_person};
use crate::base::german;
use crate::base::time::berlin_today;
use crate::base::crypto::{hex, sha256};
use crate::base::ids::ReleaseId;
use crate::history::{self, Change};
use crate::schema::statistics::statistics_release;
use crate::store::{Reader, Rows, StoreError, Writer};

pub(super) use compute::explanation;
pub(crate) use compute::{begin, compute};
pub(crate) use count::{CountProblem, counted};
pub(super) use propose::{prepare_coarser, proposals, propose};

/// The kind of object in the history.
const OBJECT: &str = "statistics_release";

/// The report of the format before the catalogue.
pub(super) const FORMER: &str = "quartal_alt";

/// What is to be prepared.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// The report.
    pub report: &'static Report,
    /// The period.
    pub period: Period,
    /// Entries up to this day are in.
    pub cut_off: Date,
    /// Why there is a correction, if there is something to correct.
    pub correction: Option<String>,
    /// Breakdowns to be left out.
    pub shape: Shape,
}

/// Why a report could not be prepared: the field of the form, and the sentence beside it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PrepareProblem {
    /// Something about the order.
    #[error("{1}")]
    Order(&'static str, String),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CountProblem> for PrepareProblem {
    fn from(problem: CountProblem) -> Self {
        match problem {
            CountProblem::Cube(error) => PrepareProblem::Order("zeitraum", error.to_string()),
            CountProblem::Store(error) => PrepareProblem::Store(error),
        }
    }
}

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
fn opened(desk: &Desk, behind: &Behind) -> Option<Counted> {
    let sealed = behind.figures.as_deref()?;
    let text = desk.seal().open(&compute::place(behind.line.id), sealed)?;
    serde_json::from_slice(&text).ok()
}

/// What is wrong with the figures of releases that the new one would have to agree with: a report about a part of the period,
/// or one before it in the catalogue, that came out before entries were late.
fn outdated(desk: &Desk, order: &Order, now: &Counted, public: &[Behind]) -> Option<String> {
    let rank = |code: &str| REPORTS.iter().position(|known| known.code == code);
    let mut newest: Vec<&Behind> = public.iter().collect();
    newest.retain(|one| {
        one.line.state() == Some(State::Published)
            && !public.iter().any(|other| {
                (&other.line.report, &other.line.period) == (&one.line.report, &one.line.period)
                    && other.line.revision > one.line.revision
            })
    });
    let stale: Vec<String> = newest
        .into_iter()
        .filter(|one| {
            subject(&one.line).is_some_and(|(report, period)| {
                order.period.contains(period)
                    && (period != order.period || rank(report.code) < rank(order.report.code))
            })
        })
        .filter(|one| opened(desk, one).is_none_or(|then| !touched(now, &then).is_empty()))
        .map(|one| title(&one.line))
        .collect();
    (!stale.is_empty()).then(|| {
        format!(
            "Seit der Veröffentlichung kamen Einträge nach, die schon veröffentlichte Zahlen ändern: {}. Bitte zuerst die Korrektur \
             veröffentlichen, damit alle Berichte zusammenpassen.",
            stale.join("; ")
        )
    })
}

/// Whether a release is about any day of a period.
fn overlaps(line: &ReleaseLine, period: Period) -> bool {
    // A period that cannot be read might be any.
    line.period.parse().map_or(true, |other: Period| {
        other.first_day() < period.day_after() && period.first_day() < other.day_after()
    })
}

/// Counts a report and stores it for computation: the counts are sealed, nothing else of them is written. Returns the
/// number of the version.
pub(crate) async fn prepare<P: Writes>(
    writer: &Writer<P>,
    desk: &Desk,
    id: ReleaseId,
    order: &Order,
    rule: &Rule,
    today: Date,
) -> Result<i64, PrepareProblem> {
    let refused = |field: &'static str, text: String| Err(PrepareProblem::Order(field, text));
    let register = store::register(writer).await?;
    let own = |line: &&ReleaseLine| {
        line.report == order.report.code && line.period == order.period.to_string()
    };
    if register
        .iter()
        .filter(own)
        .any(|line| matches!(line.state(), Some(State::Computing | State::Prepared)))
    {
        return refused(
            "zeitraum",
            format!(
                "{}, {} ist bereits vorbereitet. Verwerfen Sie zuerst die vorbereitete Veröffentlichung, oder lassen Sie sie freigeben.",
                order.report.label,
                order.period.label()
            ),
        );
    }
    // What came out without counts is frozen by nothing: a second report about the same cases could give it away.
    if let Some(old) = store::without_counts(writer)
        .await?
        .iter()
        .find(|old| overlaps(old, order.period))
    {
        return refused(
            "zeitraum",
            format!(
                "Über diesen Zeitraum gibt es schon „{}“, veröffentlicht am {}. Dazu sind keine gezählten Zahlen aufbewahrt; was beide \
                 zusammen verraten würden, lässt sich deshalb nicht prüfen. Bitte einen Zeitraum wählen, der sich nicht damit überschneidet.",
                title(old),
                old.approved_at.map_or_else(
                    || "einem unbekannten Tag".to_owned(),
                    |at| german::date(berlin_today(at))
                ),
            ),
        );
    }
    let public = store::ever_public(writer).await?;
    if let Some(strictest) = public.iter().map(|one| one.line.threshold()).max()
        && rule.threshold() < strictest
    {
        return refused(
            "schwellenwert",
            format!(
                "Frühere Veröffentlichungen halten Werte unter {strictest} geheim. Ein niedrigerer Schwellenwert würde sie schwächen; \
                 bitte mindestens {strictest} angeben."
            ),
        );
    }
    let last = public.iter().map(|one| one.line.cut_off).max();
    if let Err(why) = checked_cut_off(order.cut_off, order.period, last, today) {
        return refused("stichtag", why);
    }
    let before = public
        .iter()
        .filter(|one| own(&&one.line))
        .max_by_key(|one| one.line.revision);
    // A correction is broken down as what it corrects, or coarser.
    let shape = before.map_or_else(
        || order.shape.clone(),
        |before| before.line.shape().and(&order.shape),
    );
    let report = shaped(order.report, &shape);
    let now = counted(writer, report, order.period, order.cut_off).await?;
    if let Some(before) = before {
        let label = format!("{}, {}", order.report.label, order.period.label());
        if before.line.state() == Some(State::Published)
            && before.line.threshold() == rule.threshold()
            && opened(desk, before).is_some_and(|then| touched(&now, &then).is_empty())
        {
            return refused(
                "zeitraum",
                format!(
                    "{label} ist bereits veröffentlicht, und seither hat sich keine Zahl geändert. Es gibt nichts zu korrigieren."
                ),
            );
        }
        if order.correction.is_none() {
            return refused(
                "grund",
                format!(
                    "{label} ist bereits veröffentlicht. Bitte den Grund der Korrektur angeben; sie erscheint als Version {}.",
                    before.line.revision + 1
                ),
            );
        }
    } else if order.correction.is_some() {
        return refused("grund", "Dieser Zeitraum ist noch nicht veröffentlicht: Es gibt nichts zu korrigieren. Bitte das Feld leer lassen.".to_owned());
    }
    if let Some(why) = outdated(desk, order, &now, &public) {
        return refused("zeitraum", why);
    }
    let revision = before.map_or(1, |before| before.line.revision + 1);
    let text =
        serde_json::to_vec(&now).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let actor = writer.access().actor();
    let row = statistics_release::Model {
        id,
        report: order.report.code.to_owned(),
        period: order.period.to_string(),
        revision,
        state: State::Computing.code().to_owned(),
        correction: order.correction.clone(),
        content_hash: String::new(),
        threshold: i64::try_from(rule.threshold()).unwrap_or(i64::MAX),
        cut_off: order.cut_off,
        basis: store::count_of_published(writer).await?,
        figures: Some(
            desk.seal()
                .seal(writer.entropy(), &compute::place(id), &text),
        ),
        explained: None,
        shown: 0,
        hidden: 0,
        problem: None,
        prepared_by: actor.account(),
        prepared_by_name: actor.name().to_owned(),
        prepared_at: writer.now(),
        approved_by: None,
        approved_by_name: None,
        approved_at: None,
        withdrawn_by: None,
        withdrawn_by_name: None,
        withdrawn_at: None,
        withdrawn_reason: None,
        version: 1,
        shape: shape.to_string(),
        proposals: None,
    };
    store::insert(writer, row)
        .await
        .map_err(|error| match error {
            // Someone else was quicker between the look and the insert (PostgreSQL only).
            StoreError::Duplicate(_) => PrepareProblem::Order(
                "zeitraum",
                format!(
                    "{}, {} wird gerade von jemand anderem vorbereitet.",
                    order.report.label,
                    order.period.label()
                ),
            ),
            other => PrepareProblem::Store(other),
        })?;
    let what = if revision == 1 {
        "Veröffentlichung vorbereitet"
    } else {
        "Korrektur vorbereitet"
    };
    let change = Change::new(OBJECT, id.0, what).because(order.correction.clone());
    history::record(writer, vec![change]).await?;
    Ok(revision)
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
    /// The stored file is not the one that was approved.
    #[error("Die gespeicherte Datei passt nicht zu ihrer Prüfsumme und wird nicht herausgegeben.")]
    Damaged,
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A file of the newest published version of a report, exactly as approved: its name and bytes; `None` if none is published.
/// The caller writes the audit entry of the disclosure.
///
/// # Errors
/// If the stored file was changed, or the database does not answer.
pub async fn export_kora<P: Permission>(
    reader: &Reader<P>,
    report: &str,
    period: Period,
    kind: FileKind,
) -> Result<Option<(String, Vec<u8>)>, ExportProblem> {
    store::published_of(reader, report, &period.to_string(), kind)
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
