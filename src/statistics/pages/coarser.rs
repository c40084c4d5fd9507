//! Coarser breakdowns of a prepared release: computing them, giving that up, preparing one.

use super::super::service::{self, PrepareProblem};
use super::super::{store, views};
use super::object;
use crate::access::permissions::StatisticsPrepare;
use crate::audit::{Entry, Verb};
use crate::base::ids::ReleaseId;
use crate::web::flash::Flash;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Posted};

/// Starts the computation, or gives up the one that runs.
pub(super) async fn compute(
    ctx: Ctx<StatisticsPrepare>,
    Id(id): Id<ReleaseId>,
    Posted(form): Posted,
) -> Answer {
    let reader = ctx.read();
    let line = store::line(&reader, id).await?.ok_or(Fault::NotFound)?;
    if !service::can_be_coarser(&line) {
        return Err(Fault::Changed);
    }
    let given_up = form.value("aktion") == "abbrechen";
    let what = if given_up {
        "abgebrochen"
    } else {
        "vergroeberungen"
    };
    let seen = reader
        .seen(Entry::new(Verb::Combine, format!("{} {what}", object(id))))
        .await?;
    let text = if given_up {
        ctx.app.desk.give_up(id);
        "Die Berechnung wird abgebrochen."
    } else {
        service::propose(&ctx.app.desk, ctx.access().clone(), id).await;
        "Gröbere Gliederungen werden berechnet."
    };
    ctx.done(seen, &format!("/statistik/{id}#groeber"), text)
}

/// Prepares the chosen breakdown in place of the release.
pub(super) async fn prepare(
    ctx: Ctx<StatisticsPrepare>,
    Id(id): Id<ReleaseId>,
    Posted(form): Posted,
) -> Answer {
    let version = super::release::version_of(&form)?;
    let writer = ctx.write().await?;
    let line = store::line(&writer, id).await?.ok_or(Fault::NotFound)?;
    let chosen = store::sealed(&writer, id)
        .await?
        .proposals
        .and_then(|sealed| service::proposals(&ctx.app.desk, id, &sealed))
        .and_then(|proposals| {
            let place: usize = form.value("wahl").parse().ok()?;
            proposals.helpful.into_iter().nth(place)
        });
    let Some(chosen) = chosen else {
        writer.abandon().await?;
        return Err(Fault::Changed);
    };
    let next = ReleaseId(writer.entropy().uuid());
    match service::prepare_coarser(&writer, &ctx.app.desk, &line, version, next, &chosen.way).await
    {
        Ok(()) => {
            let what = format!("{} vorbereitet statt {id}", object(next));
            let seen = writer.commit(Entry::new(Verb::Combine, what)).await?;
            ctx.app.desk.give_up(id);
            service::begin(&ctx.app.desk, ctx.access().clone(), next).await;
            let text = format!(
                "In Vorbereitung: {}. Freigeben muss eine zweite Person.",
                chosen.title
            );
            ctx.done_saying(seen, &format!("/statistik/{next}"), Flash::success(&text))
        }
        Err(PrepareProblem::Store(error)) => Err(error.into()),
        Err(PrepareProblem::Order(_, why)) => {
            writer.abandon().await?;
            let seen = ctx
                .read()
                .seen(Entry::new(Verb::Combine, object(id)).denied())
                .await?;
            let page = views::refused(&ctx.frame(), &format!("/statistik/{id}"), &why);
            ctx.invalid(seen, page)
        }
    }
}
