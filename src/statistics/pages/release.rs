//! One release: preparing, looking at it, approving, giving it up, withdrawing it.

use time::Date;

use super::super::catalogue::{REPORTS, Report, report};
use super::super::disclosure::Rule;
use super::super::rules::{State, only_today, requested_period, touches};
use super::super::screen::{Choice, screen};
use super::super::service::{self, Approval, Order, PrepareProblem};
use super::super::shape::Shape;
use super::super::{store, views};
use super::{compared, content, object, report_page};
use crate::access::permissions::{StatisticsApprove, StatisticsPrepare, StatisticsRead};
use crate::access::same_person;
use crate::audit::{Entry, Verb};
use crate::base::ids::ReleaseId;
use crate::history;
use crate::web::flash::Flash;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

/// The threshold as typed, at least that of the installation.
fn threshold(form: &mut Form, least: Rule) -> Option<Rule> {
    let typed = form.value("schwellenwert").trim().to_owned();
    if typed.is_empty() {
        return Some(least);
    }
    let most = 100;
    let why = match typed.parse::<u64>() {
        Err(_) => "Bitte den Schwellenwert als ganze Zahl angeben, zum Beispiel 5.".to_owned(),
        Ok(value) => match Rule::new(value) {
            Err(too_low) => too_low.to_string(),
            Ok(rule) if rule.threshold() < least.threshold() => format!(
                "Hier gilt mindestens der Schwellenwert {}. Bitte {} oder mehr angeben, oder das Feld leer lassen.",
                least.threshold(),
                least.threshold()
            ),
            Ok(rule) if rule.threshold() > most => {
                format!("Bitte einen Schwellenwert bis {most} angeben.")
            }
            Ok(rule) => return Some(rule),
        },
    };
    form.reject("schwellenwert", why);
    None
}

/// The order as typed, each wrong field with its sentence.
fn ordered(form: &mut Form, report: &'static Report, today: Date) -> Option<Order> {
    let period = match requested_period(report, form.value("zeitraum"), today) {
        Ok(period) => Some(period),
        Err(why) => {
            form.reject("zeitraum", why);
            None
        }
    };
    if let Some(asked) = form.optional_date("stichtag", "Stichtag")
        && let Err(why) = only_today(asked, today)
    {
        form.reject("stichtag", why);
    }
    let correction = form.optional_text("grund", "Grund der Korrektur", 200);
    if let Some(reason) = &correction
        && !super::super::file::is_text(reason)
    {
        form.reject("grund", "Der Grund steht in den Dateien. Bitte mit einem Buchstaben beginnen und ohne Sonderzeichen am Anfang schreiben.");
    }
    if form.has_errors() {
        return None;
    }
    Some(Order {
        report,
        period: period?,
        correction,
        shape: Shape::default(),
    })
}

pub(super) async fn prepare(ctx: Ctx<StatisticsPrepare>, Posted(mut form): Posted) -> Answer {
    let today = ctx.today();
    let report = report(form.value("bericht")).unwrap_or(&REPORTS[0]);
    let rule = threshold(&mut form, ctx.app.rule);
    if let (Some(order), Some(rule)) = (ordered(&mut form, report, today), rule) {
        let writer = ctx.write().await?;
        let id = ReleaseId(writer.entropy().uuid());
        let location = format!("/statistik/{id}");
        crate::accounts::once(&writer, form.value("einmal"), &location).await?;
        match service::prepare(&writer, &ctx.app.desk, id, &order, &rule).await {
            Ok(revision) => {
                let seen = writer
                    .commit(Entry::new(
                        Verb::Combine,
                        format!("{} vorbereitet", object(id)),
                    ))
                    .await?;
                service::begin(&ctx.app.desk, ctx.access().clone(), id).await;
                let what = if revision == 1 {
                    String::new()
                } else {
                    format!(" (Korrektur, Version {revision})")
                };
                let text = format!(
                    "{}, {}{what} ist in Vorbereitung. Freigeben muss eine zweite Person.",
                    report.label,
                    order.period.label()
                );
                return ctx.done_saying(seen, &location, Flash::success(&text));
            }
            Err(PrepareProblem::Store(error)) => return Err(error.into()),
            Err(PrepareProblem::Order(field, why)) => {
                writer.abandon().await?;
                form.reject(field, why);
            }
        }
    }
    let token = form.value("einmal").to_owned();
    let (seen, page) = report_page(&ctx, report, &form, &token).await?;
    ctx.invalid(seen, page)
}

pub(super) async fn preview(
    ctx: Ctx<StatisticsRead>,
    Id(id): Id<ReleaseId>,
    Query(choice): Query<Choice>,
) -> Answer {
    let reader = ctx.read();
    let behind = store::behind(&reader, id).await?.ok_or(Fault::NotFound)?;
    let line = &behind.line;
    let frame = ctx.frame();
    let may_prepare = ctx.actor().may::<StatisticsPrepare>();
    if matches!(line.state(), Some(State::Computing | State::Failed)) {
        let said = ctx.app.desk.said(id);
        let (mut touching, mut proposals) = (Vec::new(), None);
        if line.state() == Some(State::Failed) {
            let own = line.period.parse().ok();
            touching = store::published(&reader).await?;
            touching.retain(|other| {
                own.zip(other.period.parse().ok())
                    .is_none_or(|(own, other)| touches(own, other))
            });
            let sealed = store::sealed(&reader, id).await?.proposals;
            proposals = sealed.and_then(|sealed| service::proposals(&ctx.app.desk, id, &sealed));
        }
        let seen = reader.seen(Entry::new(Verb::Query, object(id))).await?;
        let page = views::computing(
            &frame,
            &views::Computing {
                line,
                said: said.as_ref(),
                may_prepare,
                halted: !choice.halt.is_empty(),
                touching: &touching,
                proposals: proposals.as_ref(),
            },
        );
        return ctx.page(seen, page);
    }
    let content = content(&ctx, &behind)?;
    let compared = compared(&ctx, &reader, line).await?;
    let sealed = store::sealed(&reader, id).await?;
    let proposals = sealed
        .proposals
        .and_then(|sealed| service::proposals(&ctx.app.desk, id, &sealed));
    let newer = sealed.newer.map(|revision| {
        (
            revision,
            sealed.newer_state.as_deref() == Some(State::Withdrawn.code()),
        )
    });
    let stale = line.state() == Some(State::Prepared) && sealed.published != line.basis;
    let said = ctx.app.desk.said(id);
    let explained = sealed
        .explained
        .map(|sealed| service::explanation(&ctx.app.desk, id, &sealed))
        .unwrap_or_default();
    let counted = service::opened(&ctx.app.desk, &behind);
    let events = history::of_object(&reader, "statistics_release", id.0).await?;
    let own = same_person(line.preparer(), ctx.actor().person());
    let page = views::preview(
        &frame,
        &views::Preview {
            line,
            content: content.as_ref(),
            screen: content
                .as_ref()
                .and_then(|content| screen(content, &choice)),
            compared: &compared,
            newer,
            stale,
            explained: &explained,
            codes: counted.as_ref().map(|counted| &counted.codes),
            history: &events,
            may_approve: ctx.actor().may::<StatisticsApprove>() && !own,
            own,
            may_prepare,
            proposals: proposals.as_ref(),
            said: said.as_ref(),
            halted: !choice.halt.is_empty(),
        },
    );
    let seen = reader.seen(Entry::new(Verb::Query, object(id))).await?;
    ctx.page(seen, page)
}

pub(super) fn version_of(form: &Form) -> Result<i64, Fault> {
    form.hidden_number("version").ok_or_else(|| {
        Fault::Bad("Das Formular ist unvollständig. Bitte die Seite neu laden.".into())
    })
}

pub(super) async fn approve(
    ctx: Ctx<StatisticsApprove>,
    Id(id): Id<ReleaseId>,
    Posted(form): Posted,
) -> Answer {
    let version = version_of(&form)?;
    let writer = ctx.write().await?;
    match service::approve(&writer, &ctx.app.desk, id, form.value("hash"), version).await? {
        Approval::Done(label) => {
            let entry =
                Entry::new(Verb::Disclose, format!("{} freigegeben", object(id))).to("KORA");
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &format!("/statistik/{id}"),
                &format!("{label} ist veröffentlicht. KORA kann die Dateien jetzt abrufen."),
            )
        }
        Approval::Refused(why) => {
            writer.abandon().await?;
            let seen = ctx
                .read()
                .seen(Entry::new(Verb::Disclose, object(id)).denied())
                .await?;
            ctx.invalid(
                seen,
                views::refused(&ctx.frame(), &format!("/statistik/{id}"), &why),
            )
        }
        Approval::Unknown => {
            writer.abandon().await?;
            Err(Fault::NotFound)
        }
    }
}

pub(super) async fn discard(
    ctx: Ctx<StatisticsPrepare>,
    Id(id): Id<ReleaseId>,
    Posted(form): Posted,
) -> Answer {
    let version = version_of(&form)?;
    let writer = ctx.write().await?;
    if store::line(&writer, id).await?.is_none() {
        writer.abandon().await?;
        return Err(Fault::NotFound);
    }
    service::discard(&writer, id, version).await?;
    let seen = writer
        .commit(Entry::new(
            Verb::Change,
            format!("{} verworfen", object(id)),
        ))
        .await?;
    ctx.app.desk.give_up(id);
    ctx.done(
        seen,
        "/statistik",
        "Die Vorbereitung ist verworfen. Es wurde nichts veröffentlicht.",
    )
}

/// Takes up a computation that was left behind.
pub(super) async fn resume(
    ctx: Ctx<StatisticsPrepare>,
    Id(id): Id<ReleaseId>,
    Posted(_): Posted,
) -> Answer {
    let reader = ctx.read();
    let line = store::line(&reader, id).await?.ok_or(Fault::NotFound)?;
    let seen = reader
        .seen(Entry::new(
            Verb::Combine,
            format!("{} fortgesetzt", object(id)),
        ))
        .await?;
    let location = format!("/statistik/{id}");
    if line.state() == Some(State::Computing) {
        service::begin(&ctx.app.desk, ctx.access().clone(), id).await;
    }
    ctx.done(seen, &location, "Die Berechnung läuft wieder.")
}

/// Prepares a release once more that came to nothing, or too late: in its place, with everything published since.
pub(super) async fn anew(
    ctx: Ctx<StatisticsPrepare>,
    Id(id): Id<ReleaseId>,
    Posted(form): Posted,
) -> Answer {
    let version = version_of(&form)?;
    let writer = ctx.write().await?;
    let line = store::line(&writer, id).await?.ok_or(Fault::NotFound)?;
    let next = ReleaseId(writer.entropy().uuid());
    match service::prepare_anew(&writer, &ctx.app.desk, &line, version, next).await {
        Ok(()) => {
            let what = format!("{} vorbereitet statt {id}", object(next));
            let seen = writer.commit(Entry::new(Verb::Combine, what)).await?;
            ctx.app.desk.give_up(id);
            service::begin(&ctx.app.desk, ctx.access().clone(), next).await;
            let text = "Der Bericht wird neu vorbereitet. Freigeben muss eine zweite Person.";
            ctx.done_saying(seen, &format!("/statistik/{next}"), Flash::success(text))
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

pub(super) async fn withdraw(
    ctx: Ctx<StatisticsApprove>,
    Id(id): Id<ReleaseId>,
    Posted(mut form): Posted,
) -> Answer {
    let version = version_of(&form)?;
    let location = format!("/statistik/{id}");
    let Some(reason) = form.required_text("grund", "Grund", 200) else {
        let seen = ctx
            .read()
            .seen(Entry::new(Verb::Change, object(id)).denied())
            .await?;
        return ctx.invalid(seen, views::refused(&ctx.frame(), &location, "Bitte den Grund angeben: KORA liest ihn neben der zurückgezogenen Veröffentlichung."));
    };
    let writer = ctx.write().await?;
    if store::line(&writer, id).await?.is_none() {
        writer.abandon().await?;
        return Err(Fault::NotFound);
    }
    service::withdraw(&writer, id, version, &reason).await?;
    let seen = writer
        .commit(Entry::new(
            Verb::Change,
            format!("{} zurueckgezogen", object(id)),
        ))
        .await?;
    ctx.done(
        seen,
        &location,
        "Die Veröffentlichung ist zurückgezogen. Sie bleibt im Verzeichnis sichtbar, ihre Dateien gibt es nicht mehr.",
    )
}
