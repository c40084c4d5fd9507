//! Preparing a release: what stands in the way of it, counting, and storing the sealed counts for computation.

use super::super::catalogue::{REPORTS, Report, report};
use super::super::cube::Counted;
use super::super::desk::Desk;
use super::super::disclosure::Rule;
use super::super::link::touched;
use super::super::period::Period;
use super::super::rules::{State, checked_cut_off};
use super::super::shape::{Shape, shaped};
use super::super::store::{self, Behind, ReleaseLine};
use super::{CountProblem, OBJECT, compute, counted, discard, opened, subject, title};
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::ReleaseId;
use crate::base::time::berlin_today;
use crate::history::{self, Change};
use crate::schema::statistics::statistics_release;
use crate::store::{Rows, StoreError, Writer};

/// What is to be prepared.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// The report.
    pub report: &'static Report,
    /// The period.
    pub period: Period,
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

/// Counts a report and stores it for computation: the counts are sealed, nothing else of them is written. Its cut-off is the
/// day of the count. Returns the number of the version.
pub(crate) async fn prepare<P: Writes>(
    writer: &Writer<P>,
    desk: &Desk,
    id: ReleaseId,
    order: &Order,
    rule: &Rule,
) -> Result<i64, PrepareProblem> {
    let refused = |field: &'static str, text: String| Err(PrepareProblem::Order(field, text));
    let today = berlin_today(writer.now());
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
    if let Err(why) = checked_cut_off(order.period, last, today) {
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
    let now = counted(writer, report, order.period).await?;
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
        cut_off: today,
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

/// Gives a release up that is not public and prepares the same report in its place, so that what was published meanwhile is
/// taken into account.
pub(in crate::statistics) async fn prepare_anew<P: Writes>(
    writer: &Writer<P>,
    desk: &Desk,
    line: &ReleaseLine,
    version: i64,
    id: ReleaseId,
) -> Result<(), PrepareProblem> {
    let former = || {
        let why = "Diese Veröffentlichung stammt aus einer früheren Fassung von Geleit. Bitte verwerfen und den Bericht neu vorbereiten.";
        PrepareProblem::Order("zeitraum", why.to_owned())
    };
    let rule = Rule::new(line.threshold())
        .map_err(|error| PrepareProblem::Order("schwellenwert", error.to_string()))?;
    let order = Order {
        report: report(&line.report).ok_or_else(former)?,
        period: line.period.parse().map_err(|_| former())?,
        correction: line.correction.clone(),
        shape: line.shape(),
    };
    discard(writer, line.id, version).await?;
    prepare(writer, desk, id, &order, &rule).await?;
    Ok(())
}
