//! The computation of a release: it runs beside the request that asked for it, on behalf of who asked, says how far it is, and
//! ends when the release is given up. What it finds is stored only if the release still waits for it; one that was left behind
//! by a process that ended can be taken up again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::cleared::Release;
use super::super::content::{Head, content};
use super::super::cube::Counted;
use super::super::desk::Desk;
use super::super::disclosure::Rule;
use super::super::file::{Figure, ReleaseFiles, write_release};
use super::super::group::{Because, because, protect};
use super::super::link::{Earlier, FigureKey};
use super::super::protection::NotProtected;
use super::super::recheck::{Inside, Known, verify_next};
use super::super::rules::{FileKind, State};
use super::super::store::{self, Behind, Outcome};
use super::{opened, package, subject};
use crate::access::{Access, Writes};
use crate::audit::{Entry, Verb};
use crate::base::crypto::{hex, sha256};
use crate::base::ids::ReleaseId;
use crate::schema::statistics::statistics_file;
use crate::store::StoreError;

/// What the sealed counts of a release are bound to.
pub(super) fn place(id: ReleaseId) -> String {
    format!("statistics_release/figures/{id}")
}

fn place_of_explanation(id: ReleaseId) -> String {
    format!("statistics_release/explained/{id}")
}

/// Where a figure stands: table, measure, codes.
type Place = (String, String, Vec<String>);

/// Why hidden figures of a release are hidden, with their table, measure and codes.
type Reasons = Vec<(Place, Because)>;

/// What is told of hidden figures to whoever decides on a release, and to nobody else.
#[derive(Debug, Default)]
pub(in crate::statistics) struct Explanation {
    /// Why they are hidden.
    pub why: Reasons,
    /// Between what those who know a part can say they are, where that is narrower than what is asked for everybody;
    /// `None` if it was not kept.
    pub inside: Option<BTreeMap<Place, Inside>>,
}

/// What is kept with a release for officers, sealed: why figures are hidden, and how close those who know a part get. The
/// latter is the part of the certificate that no file may hold, because it tells their own figures.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    Both {
        why: Reasons,
        inside: Vec<(Place, Inside)>,
    },
    /// As it was written before.
    Why(Reasons),
}

/// The explanation kept with a release.
pub(in crate::statistics) fn explanation(desk: &Desk, id: ReleaseId, sealed: &[u8]) -> Explanation {
    let kept = desk
        .seal()
        .open(&place_of_explanation(id), sealed)
        .and_then(|text| serde_json::from_slice(&text).ok());
    match kept {
        Some(Kept::Both { why, inside }) => Explanation {
            why,
            inside: Some(inside.into_iter().collect()),
        },
        Some(Kept::Why(why)) => Explanation { why, inside: None },
        None => Explanation::default(),
    }
}

/// Starts the computation and waits a second for it: most are done by then.
pub(crate) async fn begin<P: Writes>(desk: &Desk, access: Access<P>, id: ReleaseId) {
    let (done, wait) = tokio::sync::oneshot::channel::<()>();
    let desk = desk.clone();
    tokio::spawn(async move {
        if let Err(error) = compute(&desk, access, id).await {
            tracing::error!(%error, "a release could not be computed");
        }
        let _ = done.send(());
    });
    // The work runs in a task of its own; only the waiting for it ends here.
    tokio::select! {
        _ = wait => {}
        () = tokio::time::sleep(Duration::from_secs(1)) => {}
    }
}

/// Computes a release from its sealed counts and stores what came of it; does nothing if that runs already.
pub(crate) async fn compute<P: Writes>(
    desk: &Desk,
    access: Access<P>,
    id: ReleaseId,
) -> Result<(), StoreError> {
    let Some(running) = desk.take_up(id) else {
        return Ok(());
    };
    let done = computed(desk, access, id, running).await;
    desk.put_away(id);
    done
}

async fn computed<P: Writes>(
    desk: &Desk,
    access: Access<P>,
    id: ReleaseId,
    running: std::sync::Arc<super::super::desk::Running>,
) -> Result<(), StoreError> {
    let reader = desk.store().read(access.clone());
    let own = store::behind(&reader, id).await?;
    let Some(own) = own.filter(|own| own.line.state() == Some(State::Computing)) else {
        return Ok(());
    };
    let public = store::ever_public(&reader).await?;
    drop(reader);
    let work = {
        let desk = desk.clone();
        tokio::task::spawn_blocking(move || {
            made(&desk, &own, &public, &mut |what, done, of| {
                running.tell(what, done, of)
            })
        })
    };
    let result = work.await.unwrap_or_else(|_| {
        Err(
            "Die Berechnung ist mit einem Fehler abgebrochen; er steht im Protokoll des Servers."
                .to_owned(),
        )
    });
    finish(desk, access, id, result).await
}

/// A computed release.
struct Made {
    files: ReleaseFiles,
    explanation: Vec<u8>,
    shown: usize,
    hidden: usize,
}

fn made(
    desk: &Desk,
    own: &Behind,
    public: &[Behind],
    mut progress: super::super::protection::Progress<'_>,
) -> Result<Option<Made>, String> {
    let damaged = || {
        "Die gezählten Zahlen dieser Veröffentlichung lassen sich nicht öffnen. Bitte verwerfen und neu vorbereiten.".to_owned()
    };
    let (report, period) = subject(&own.line).ok_or_else(damaged)?;
    let counted = opened(desk, own).ok_or_else(damaged)?;
    let earlier = earlier(desk, public)?;
    let rule = Rule::new(own.line.threshold()).map_err(|error| error.to_string())?;
    let kept = protect(report, period, &counted, &earlier, &rule, &mut progress);
    let (protected, groups, shown) = match kept {
        Ok(kept) => (kept.protected, kept.groups, kept.shown),
        Err(NotProtected::Cancelled) => return Ok(None),
        Err(NotProtected::Refused(why)) => return Err(why),
    };
    let (hidden, told) = protected
        .figures
        .values()
        .fold((0, 0), |(hidden, told), figure| {
            if matches!(figure, Figure::Hidden(_)) {
                (hidden + 1, told)
            } else {
                (hidden, told + 1)
            }
        });
    let head = Head {
        report,
        period,
        cut_off: own.line.cut_off,
        revision: u32::try_from(own.line.revision).unwrap_or(u32::MAX),
        correction: own.line.correction.clone(),
        threshold: rule.threshold(),
        shape: own.line.shape(),
    };
    let release = Release::new(content(&head, &counted), protected.figures);
    let files = write_release(&release, desk.signer()).map_err(|error| error.to_string())?;
    let words = |key: FigureKey| {
        (
            key.table.to_owned(),
            key.measure.code().to_owned(),
            key.codes,
        )
    };
    let inside: BTreeMap<Place, Inside> = protected
        .inside
        .into_iter()
        .map(|(key, inside)| {
            let (lower, upper) = (inside.interval.lower, inside.interval.upper);
            (words(key), (inside.name, lower, upper))
        })
        .collect();
    // The second opinion, from the files: this one together with everything that was ever published.
    let mut contents = Vec::new();
    for bytes in public
        .iter()
        .filter_map(|one| one.package.as_deref())
        .chain([files.package.bytes.as_slice()])
    {
        let read = package(desk, bytes).map_err(|error| error.to_string())?;
        contents.push(read.content);
    }
    let behind = earlier.iter().map(|one| &one.counted).chain([&counted]);
    let releases: Vec<Known<'_>> = contents
        .iter()
        .zip(behind)
        .map(|(content, counted)| Known { content, counted })
        .collect();
    let Some(findings) = verify_next(&releases, &inside, &mut progress)? else {
        return Ok(None);
    };
    if let Some(first) = findings.first() {
        return Err(format!(
            "Die unabhängige Prüfung aus den Dateien hat Werte gefunden, die sich erschließen lassen. {first}"
        ));
    }
    let explanation: Reasons = protected
        .why
        .into_iter()
        .map(|(key, why)| {
            let because = because(why, &key, &groups);
            (words(key), because)
        })
        .chain(
            shown
                .into_iter()
                .map(|key| (words(key), Because::GroupShown)),
        )
        .collect();
    Ok(Some(Made {
        files,
        explanation: serde_json::to_vec(&Kept::Both {
            why: explanation,
            inside: inside.into_iter().collect(),
        })
        .map_err(|error| error.to_string())?,
        shown: told,
        hidden,
    }))
}

/// Everything that was ever public, with its counts and what it hid.
pub(super) fn earlier(desk: &Desk, public: &[Behind]) -> Result<Vec<Earlier>, String> {
    public
        .iter()
        .map(|behind| {
            let unreadable = || format!("Die frühere Veröffentlichung „{}“ lässt sich nicht lesen; ohne sie ist keine sichere Geheimhaltung möglich.", super::title(&behind.line));
            let (report, period) = subject(&behind.line).ok_or_else(unreadable)?;
            let counted: Counted = opened(desk, behind).ok_or_else(unreadable)?;
            let read = behind.package.as_deref().and_then(|bytes| package(desk, bytes).ok()).ok_or_else(unreadable)?;
            let hidden: BTreeSet<(String, String, Vec<String>)> = read
                .content
                .tables
                .iter()
                .flat_map(|table| {
                    table
                        .cells
                        .iter()
                        .filter(|cell| matches!(cell.figure, Figure::Hidden(_)))
                        .map(|cell| (table.code.clone(), cell.measure.clone(), cell.codes.clone()))
                })
                .collect();
            Ok(Earlier { report, period, counted, hidden })
        })
        .collect()
}

async fn finish<P: Writes>(
    desk: &Desk,
    access: Access<P>,
    id: ReleaseId,
    result: Result<Option<Made>, String>,
) -> Result<(), StoreError> {
    let writer = desk.store().write(access).await?;
    let object = |what: &str| format!("statistics_release/{id} {what}");
    let (going, entry) = match result {
        Ok(None) => (false, object("abgebrochen")),
        Err(why) => (
            store::failed(&writer, id, &why).await?,
            object("nicht berechnet"),
        ),
        Ok(Some(made)) => {
            let number = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
            let files = &made.files;
            let kinds = [
                (FileKind::Csv, &files.readable),
                (FileKind::Xlsx, &files.workbook),
                (FileKind::Zip, &files.package),
            ];
            let outcome = Outcome {
                hash: files.hash.clone(),
                shown: number(made.shown),
                hidden: number(made.hidden),
                explained: desk.seal().seal(
                    writer.entropy(),
                    &place_of_explanation(id),
                    &made.explanation,
                ),
                files: kinds
                    .into_iter()
                    .map(|(kind, file)| statistics_file::Model {
                        release_id: id,
                        kind: kind.code().to_owned(),
                        name: file.name.clone(),
                        content_type: file.content_type.to_owned(),
                        content_hash: hex(&sha256(&file.bytes)),
                        content: file.bytes.clone(),
                    })
                    .collect(),
            };
            (
                store::computed(&writer, id, outcome).await?,
                object("berechnet"),
            )
        }
    };
    if going {
        writer.commit(Entry::new(Verb::Combine, entry)).await?;
        Ok(())
    } else {
        writer.abandon().await
    }
}
