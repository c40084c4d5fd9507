//! Bulk renewal of grants that end soon.

use super::super::service::renewal;
use super::super::store::calendar;
use super::super::{scope, views};
use super::request::store_request;
use crate::access::permissions::GrantRequest;
use crate::audit::{Entry, Verb};
use crate::base::ids::{GrantId, GrantRequestId};
use crate::web::{Answer, Ctx, Fault, Form, Posted};

const OBJECT: &str = "zugangsfreigaben verlaengern";

pub(super) async fn form(ctx: Ctx<GrantRequest>) -> Answer {
    if scope::responsibility(ctx.actor().profile()).is_none() {
        return Err(Fault::NotFound);
    }
    let reader = ctx.read();
    let ending = calendar::ending(&reader, ctx.today()).await?;
    let seen = reader.seen(Entry::new(Verb::Query, OBJECT)).await?;
    ctx.page(
        seen,
        views::renewal(
            &ctx.frame(),
            &Form::empty(),
            &ending,
            ctx.today(),
            &ctx.once(),
        ),
    )
}

pub(super) async fn send(ctx: Ctx<GrantRequest>, Posted(mut form): Posted) -> Answer {
    if scope::responsibility(ctx.actor().profile()).is_none() {
        return Err(Fault::NotFound);
    }
    let writer = ctx.write().await?;
    let id = GrantRequestId(writer.entropy().uuid());
    let location = format!("/freigaben/antrag/{id}");
    let chosen: Vec<GrantId> = form
        .values("grant")
        .iter()
        .filter_map(|value| value.parse().ok())
        .collect();
    if chosen.is_empty() {
        form.reject("grant", "Bitte mindestens eine Freigabe ankreuzen.");
    }
    let last = form.required_planning_date("last_day", "Neuer letzter Tag");
    if let (Some(last), false) = (last, form.has_errors()) {
        // Sent twice, the first sending has renewed them: they are in the list no more.
        crate::accounts::once(&writer, form.value("einmal"), &location).await?;
        match renewal::plan(&writer, &chosen, last, ctx.today()).await? {
            Ok(wanted) => return store_request(&ctx, writer, id, &wanted, &location).await,
            Err(problems) => {
                for sentence in problems {
                    form.reject("", sentence);
                }
            }
        }
    }
    let ending = calendar::ending(&writer, ctx.today()).await?;
    writer.abandon().await?;
    let seen = ctx.read().seen(Entry::new(Verb::Query, OBJECT)).await?;
    let token = form.value("einmal").to_owned();
    let page = views::renewal(&ctx.frame(), &form, &ending, ctx.today(), &token);
    ctx.invalid(seen, page)
}
