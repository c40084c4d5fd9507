//! Late entries: somebody comes today and no grant can be approved in time.

use time::Duration;

use super::{chosen, own_facility, read_appointment};
use crate::access::permissions::{LateEntry, LateEntryReview};
use crate::accounts::once;
use crate::audit::{Entry, Verb};
use crate::base::ids::GateVisitId;
use crate::gate::service::{Outcome, visits as service};
use crate::gate::store::{choices, visits as store};
use crate::gate::views::late as views;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

/// Days back for which late entries are shown.
const REVIEW_DAYS: i64 = 92;
const REASON: usize = 200;

pub(super) async fn form(ctx: Ctx<LateEntry>) -> Answer {
    own_facility(&ctx)?;
    let reader = ctx.read();
    let staff = choices::staff(&reader, ctx.today()).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "pfortenliste nachtrag"))
        .await?;
    ctx.page(
        seen,
        views::form(&ctx.frame(), &Form::empty(), &staff, &ctx.once()),
    )
}

pub(super) async fn send(ctx: Ctx<LateEntry>, Posted(mut form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    let writer = ctx.write().await?;
    let staff = choices::staff(&writer, ctx.today()).await?;
    let who = chosen(&mut form, "staff", "Externe Fachkraft", &staff, |one| {
        one.id.to_string()
    });
    let appointment = read_appointment(&ctx, &mut form, Some(ctx.today()));
    let reason = form.required_text("reason", "Grund", REASON);
    if let (Some(who), Some(appointment), Some(reason)) = (who, appointment, reason) {
        once(&writer, form.value("einmal"), "/pforte").await?;
        let id = GateVisitId(writer.entropy().uuid());
        match service::late(&writer, id, (who.id, facility), appointment, reason).await? {
            Outcome::Done(()) => {
                let object = format!("pfortenliste nachtrag gate_visit/{id}");
                let entry = Entry::new(Verb::Rights, object).because("vier-augen ausgesetzt");
                let seen = writer.commit(entry).await?;
                let text = "Der Nachtrag steht auf der Pfortenliste von heute. Er öffnet keine Daten und wird geprüft.";
                return ctx.done(seen, "/pforte", text);
            }
            Outcome::Refused(field, why) => form.reject(field, why),
            Outcome::Unknown => return Err(Fault::NotFound),
        }
    }
    writer.abandon().await?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "pfortenliste nachtrag"))
        .await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(seen, views::form(&ctx.frame(), &form, &staff, &token))
}

pub(super) async fn review(ctx: Ctx<LateEntryReview>) -> Answer {
    let reader = ctx.read();
    let facility = ctx.actor().profile().facility;
    let from = ctx.today() - Duration::days(REVIEW_DAYS);
    let entries = store::late(&reader, facility, from).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "nachträge")).await?;
    let may_add = ctx.actor().may::<LateEntry>();
    ctx.page(seen, views::review(&ctx.frame(), &entries, may_add))
}
