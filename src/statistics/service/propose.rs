//! Computes what coarser breakdowns of a release that is prepared, or could not be, would show: beside the request that asked for it, with progress, and
//! given up on demand. Preparing the release with one of them.

use std::time::Duration;

use time::Date;

use super::super::catalogue::{Report, report};
use super::super::desk::{Desk, Running};
use super::super::disclosure::Rule;
use super::super::group::protect;
use super::super::period::Period;
use super::super::proposal::{
    Proposals, Tables, Variant, Way, longer, mostly_hidden, nothing_told, ranked, told, told_by,
    variants,
};
use super::super::protection::NotProtected;
use super::super::rules::State;
use super::super::shape::{Shape, shaped};
use super::super::store::{self, Behind, ReleaseLine};
use super::compute::earlier;
use super::{Order, PrepareProblem, counted, discard, opened, package, prepare, subject};
use crate::access::{Access, Writes};
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::base::ids::ReleaseId;
use crate::base::time::berlin_today;
use crate::store::{Rows, StoreError, Writer};

fn place(id: ReleaseId) -> String {
    format!("statistics_release/proposals/{id}")
}

/// The coarser breakdowns kept with a release; `None` if they were not computed.
pub(in crate::statistics) fn proposals(
    desk: &Desk,
    id: ReleaseId,
    sealed: &[u8],
) -> Option<Proposals> {
    desk.seal()
        .open(&place(id), sealed)
        .and_then(|text| serde_json::from_slice(&text).ok())
}

/// Starts the computation and waits a second for it.
pub(in crate::statistics) async fn propose<P: Writes>(
    desk: &Desk,
    access: Access<P>,
    id: ReleaseId,
) {
    let (done, wait) = tokio::sync::oneshot::channel::<()>();
    let desk = desk.clone();
    tokio::spawn(async move {
        if let Some(running) = desk.take_up(id) {
            if let Err(error) = computed(&desk, access, id, &running).await {
                tracing::error!(%error, "coarser breakdowns could not be computed");
            }
            desk.put_away(id);
        }
        let _ = done.send(());
    });
    tokio::select! {
        _ = wait => {}
        () = tokio::time::sleep(Duration::from_secs(1)) => {}
    }
}

/// Something to compute: what it is, and what was counted for it.
struct Task {
    variant: Variant,
    report: &'static Report,
    period: Period,
}

/// The reports to be computed, and sentences about those whose time has not come.
fn tasks(
    line: &ReleaseLine,
    now: &Tables,
    register: &[ReleaseLine],
    today: Date,
) -> Option<(Vec<Task>, Vec<String>)> {
    let (whole, period) = (report(&line.report)?, line.period.parse::<Period>().ok()?);
    let mut tasks: Vec<Task> = variants(whole, &line.shape(), now)
        .into_iter()
        .filter_map(|variant| {
            let Way::Coarser(shape) = &variant.way else {
                return None;
            };
            let report = shaped(whole, &shape.parse().ok()?);
            Some(Task {
                report,
                period,
                variant,
            })
        })
        .collect();
    let mut later = Vec::new();
    for (report, period, variant) in longer(&line.report, period, now) {
        let taken = register.iter().any(|other| {
            other.report == report.code
                && other.period == period.to_string()
                && !matches!(other.state(), Some(State::Discarded | State::Failed) | None)
        });
        if period.day_after() > today {
            later.push(format!(
                "{} über „{}“: erst nach dem {} möglich.",
                report.label,
                period.label(),
                german::date(period.last_day())
            ));
        } else if taken {
            later.push(format!(
                "{} über „{}“: ist schon vorbereitet oder veröffentlicht.",
                report.label,
                period.label()
            ));
        } else {
            tasks.push(Task {
                report,
                period,
                variant,
            });
        }
    }
    Some((tasks, later))
}

async fn computed<P: Writes>(
    desk: &Desk,
    access: Access<P>,
    id: ReleaseId,
    running: &std::sync::Arc<Running>,
) -> Result<(), StoreError> {
    let reader = desk.store().read(access.clone());
    let own = store::behind(&reader, id).await?;
    let Some(own) = own.filter(|own| can_be_coarser(&own.line)) else {
        return Ok(());
    };
    let now = match own.line.state() {
        Some(State::Failed) => untold(desk, &own),
        _ => tables_of(desk, &own),
    };
    let Some(now) = now else {
        return Ok(());
    };
    let register = store::register(&reader).await?;
    let public = store::ever_public(&reader).await?;
    let today = berlin_today(reader.now());
    let Some((tasks, later)) = tasks(&own.line, &now, &register, today) else {
        return Ok(());
    };
    let Ok(rule) = Rule::new(own.line.threshold()) else {
        return Ok(());
    };
    let public = match earlier(desk, &public) {
        Ok(earlier) => std::sync::Arc::new(earlier),
        Err(why) => {
            tracing::error!(%why, "coarser breakdowns could not be computed");
            return Ok(());
        }
    };
    let of = u64::try_from(tasks.len()).unwrap_or(u64::MAX);
    let mut found = Proposals {
        computed: tasks.len(),
        later,
        ..Proposals::default()
    };
    for (done, task) in (0u64..).zip(tasks) {
        if running.tell(&task.variant.title, done, of).is_break() {
            return Ok(());
        }
        // A period without anything in it helps nobody.
        let Ok(counts) = counted(&reader, task.report, task.period).await else {
            continue;
        };
        let (public, running) = (public.clone(), running.clone());
        let title = task.variant.title.clone();
        let work = tokio::task::spawn_blocking(move || {
            protect(
                task.report,
                task.period,
                &counts,
                &public,
                &rule,
                &mut |_, _, _| running.tell(&title, done, of),
            )
        });
        match work.await {
            Ok(Ok(kept)) => {
                let then = told_by(&kept.protected.figures);
                found.helpful.extend(task.variant.weighed(&now, &then));
            }
            Ok(Err(NotProtected::Cancelled)) => return Ok(()),
            // What cannot be published is no proposal.
            Ok(Err(NotProtected::Refused(_))) | Err(_) => {}
        }
    }
    drop(reader);
    found.helpful = ranked(found.helpful);
    let text =
        serde_json::to_vec(&found).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let writer = desk.store().write(access).await?;
    let sealed = desk.seal().seal(writer.entropy(), &place(id), &text);
    if store::proposed(&writer, id, sealed).await? {
        let what = format!("statistics_release/{id} vergroeberungen berechnet");
        writer.commit(Entry::new(Verb::Combine, what)).await?;
        Ok(())
    } else {
        writer.abandon().await
    }
}

/// Whether a coarser breakdown may be asked for: it waits for a decision, or nothing safe was found.
pub(in crate::statistics) fn can_be_coarser(line: &ReleaseLine) -> bool {
    matches!(line.state(), Some(State::Prepared | State::Failed))
}

/// The tables of a release that could not be made safe: they tell nothing.
fn untold(desk: &Desk, own: &Behind) -> Option<Tables> {
    let ((report, _), counted) = (subject(&own.line)?, opened(desk, own)?);
    Some(nothing_told(report, &counted))
}

/// What the tables of a release tell.
fn tables_of(desk: &Desk, own: &Behind) -> Option<Tables> {
    let read = package(desk, own.package.as_deref()?).ok()?;
    let tables = told(&read.content);
    (!mostly_hidden(&tables).is_empty()).then_some(tables)
}

/// Gives a prepared release up and prepares the coarser one in its place, in one go.
pub(in crate::statistics) async fn prepare_coarser<P: Writes>(
    writer: &Writer<P>,
    desk: &Desk,
    line: &ReleaseLine,
    version: i64,
    id: ReleaseId,
    way: &Way,
) -> Result<(), PrepareProblem> {
    let gone = || {
        PrepareProblem::Order(
            "wahl",
            "Diese Gliederung gibt es nicht mehr. Bitte neu berechnen.".to_owned(),
        )
    };
    let order = match way {
        Way::Coarser(shape) => Order {
            report: report(&line.report).ok_or_else(gone)?,
            period: line.period.parse().map_err(|_| gone())?,
            correction: line.correction.clone(),
            shape: shape.parse().map_err(|_| gone())?,
        },
        Way::Longer(code, period) => Order {
            report: report(code).ok_or_else(gone)?,
            period: period.parse().map_err(|_| gone())?,
            correction: None,
            shape: Shape::default(),
        },
    };
    let rule = Rule::new(line.threshold())
        .map_err(|error| PrepareProblem::Order("wahl", error.to_string()))?;
    discard(writer, line.id, version).await?;
    prepare(writer, desk, id, &order, &rule).await?;
    Ok(())
}
