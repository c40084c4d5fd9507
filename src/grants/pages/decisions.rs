//! The page of a grant, the page of a request, and the decisions.

use maud::Markup;

use super::super::rules::{Refusal, Step};
use super::super::service::{self, decisions::Decision, decisions::Looked, decisions::Why};
use super::super::store::{self, decisions};
use super::super::views;
use crate::access::permissions::{GrantDecide, GrantRead, GrantRequest, StopSet};
use crate::access::{Permission, Writes, same_person};
use crate::audit::{Entry, Verb};
use crate::base::ids::{GrantId, GrantRequestId};
use crate::history;
use crate::store::Reader;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

fn object(id: GrantId, what: &str) -> String {
    format!("zugangsfreigabe {what} access_grant/{id}")
}

/// The page of a grant: with the form of a decision that lacks something, or with why it was refused. Four statements.
async fn grant_page<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    id: GrantId,
    form: &Form,
    why: Option<&Why>,
) -> Result<Markup, Fault> {
    let row = store::grant(reader, id).await?.ok_or(Fault::NotFound)?;
    let history = history::of_object(reader, service::HISTORY, id.0).await?;
    let clearances = decisions::clearances(reader, &[row.staff_id], row.facility_id).await?;
    let me = ctx.actor().person();
    let may_decide = ctx.actor().may::<GrantDecide>();
    let helpers = if may_decide {
        decisions::helpers(reader, row.facility_id, row.provider_id, me).await?
    } else {
        Vec::new()
    };
    let viewer = views::Viewer {
        may_decide,
        may_request: ctx.actor().may::<GrantRequest>(),
        may_stop: ctx.actor().may::<StopSet>(),
        own: same_person(row.decidable().requested_by, me),
        helpers,
        clearance: service::decisions::clearance_of(&row, &clearances, ctx.today()),
        clearances: clearances.into_iter().map(|(_, period)| period).collect(),
        why: why.cloned(),
    };
    Ok(views::grant(
        &ctx.frame(),
        form,
        &row,
        &history,
        &viewer,
        ctx.today(),
    ))
}

pub(super) async fn show(ctx: Ctx<GrantRead>, Id(grant): Id<GrantId>) -> Answer {
    let reader = ctx.read();
    let page = grant_page(&ctx, &reader, grant, &Form::empty(), None).await?;
    let entry = Entry::new(Verb::Query, format!("zugangsfreigabe access_grant/{grant}"));
    let seen = reader.seen(entry).await?;
    ctx.page(seen, page)
}

/// The page after a refusal: 409 where somebody else was quicker, 422 otherwise.
async fn refused<P: Permission>(
    ctx: &Ctx<P>,
    grant: GrantId,
    form: &Form,
    why: &Why,
    done: &str,
) -> Answer {
    let reader = ctx.read();
    let page = grant_page(ctx, &reader, grant, form, Some(why)).await?;
    let entry = Entry::new(Verb::Rights, object(grant, &format!("nicht {done}"))).denied();
    let seen = reader.seen(entry).await?;
    match why {
        Why::Changed | Why::Rule(Refusal::NotPossible(_)) => ctx.conflict(seen, page),
        _ => ctx.invalid(seen, page),
    }
}

pub(super) async fn approve(
    ctx: Ctx<GrantDecide>,
    Id(grant): Id<GrantId>,
    Posted(form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let looked = [Looked {
        id: grant,
        hash: form.value("hash").to_owned(),
    }];
    match service::decisions::approve(&writer, &looked, ctx.today()).await? {
        Decision::Taken => {
            let entry = Entry::new(Verb::Rights, object(grant, "genehmigt")).fields([
                "state",
                "clearance_id",
                "approved_hash",
            ]);
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &format!("/freigaben/{grant}"),
                "Die Zugangsfreigabe ist genehmigt.",
            )
        }
        Decision::Refused(_, why) => {
            writer.abandon().await?;
            refused(&ctx, grant, &form, &why, "genehmigt").await
        }
        Decision::Unknown => Err(Fault::NotFound),
    }
}

pub(super) async fn decline(
    ctx: Ctx<GrantDecide>,
    Id(grant): Id<GrantId>,
    Posted(form): Posted,
) -> Answer {
    let text = "Die Zugangsfreigabe ist abgelehnt.";
    decide(ctx, grant, form, Step::Decline, ("abgelehnt", text)).await
}

pub(super) async fn revoke(
    ctx: Ctx<GrantDecide>,
    Id(grant): Id<GrantId>,
    Posted(form): Posted,
) -> Answer {
    let text = "Die Zugangsfreigabe ist widerrufen; sie gilt ab sofort nicht mehr.";
    decide(ctx, grant, form, Step::Revoke, ("widerrufen", text)).await
}

/// The coordination takes back what nobody decided about yet; approved grants are revoked by the facility.
pub(super) async fn take_back(
    ctx: Ctx<GrantRequest>,
    Id(grant): Id<GrantId>,
    Posted(form): Posted,
) -> Answer {
    let row = store::grant(&ctx.read(), grant)
        .await?
        .ok_or(Fault::NotFound)?;
    let state = row.decidable().state;
    if state != super::super::rules::State::Requested {
        let why = Why::Rule(Refusal::NotPossible(state));
        return refused(&ctx, grant, &form, &why, "zurueckgezogen").await;
    }
    let text = "Der Antrag ist zurückgezogen.";
    decide(ctx, grant, form, Step::Revoke, ("zurueckgezogen", text)).await
}

async fn decide<P: Writes>(
    ctx: Ctx<P>,
    grant: GrantId,
    mut form: Form,
    step: Step,
    (done, text): (&str, &str),
) -> Answer {
    let Some(reason) = form.required_text("reason", "Grund", 200) else {
        let reader = ctx.read();
        let page = grant_page(&ctx, &reader, grant, &form, None).await?;
        let entry = Entry::new(Verb::Query, format!("zugangsfreigabe access_grant/{grant}"));
        let seen = reader.seen(entry).await?;
        return ctx.invalid(seen, page);
    };
    let writer = ctx.write().await?;
    let version = form.hidden_number("version");
    let decision =
        service::decisions::decide(&writer, grant, version, step, Some(reason), ctx.today());
    match decision.await? {
        Decision::Taken => {
            let entry = Entry::new(Verb::Rights, object(grant, done)).fields(["state"]);
            let seen = writer.commit(entry).await?;
            ctx.done(seen, &format!("/freigaben/{grant}"), text)
        }
        Decision::Refused(_, why) => {
            writer.abandon().await?;
            refused(&ctx, grant, &form, &why, done).await
        }
        Decision::Unknown => Err(Fault::NotFound),
    }
}

/// The page of a request: everything that was asked for with one form, as far as it is in scope. Two statements.
async fn request_page<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    request: GrantRequestId,
    form: &Form,
    refusal: Option<(GrantId, Why)>,
) -> Result<Markup, Fault> {
    let rows = store::of_request(reader, request).await?;
    let Some(first) = rows.first() else {
        return Err(Fault::NotFound);
    };
    let may_decide = ctx.actor().may::<GrantDecide>();
    let clearances = if may_decide {
        let staff: Vec<_> = rows.iter().map(|row| row.staff_id).collect();
        decisions::clearances(reader, &staff, first.facility_id).await?
    } else {
        Vec::new()
    };
    let me = ctx.actor().person();
    Ok(views::of_request(
        &ctx.frame(),
        form,
        request,
        &rows,
        &views::RequestViewer {
            may_decide,
            me,
            clearances,
            refusal,
        },
        ctx.today(),
    ))
}

pub(super) async fn request(ctx: Ctx<GrantRead>, Id(request): Id<GrantRequestId>) -> Answer {
    let reader = ctx.read();
    let page = request_page(&ctx, &reader, request, &Form::empty(), None).await?;
    let entry = Entry::new(Verb::Query, format!("antrag access_request/{request}"));
    let seen = reader.seen(entry).await?;
    ctx.page(seen, page)
}

pub(super) async fn approve_several(
    ctx: Ctx<GrantDecide>,
    Id(request): Id<GrantRequestId>,
    Posted(mut form): Posted,
) -> Answer {
    let looked: Vec<Looked> = form
        .values("grant")
        .iter()
        .filter_map(|value| value.parse::<GrantId>().ok())
        .map(|id| Looked {
            id,
            hash: form.value(&format!("hash-{id}")).to_owned(),
        })
        .collect();
    if looked.is_empty() {
        form.reject("grant", "Bitte mindestens eine Freigabe ankreuzen.");
        let reader = ctx.read();
        let page = request_page(&ctx, &reader, request, &form, None).await?;
        let entry = Entry::new(Verb::Query, format!("antrag access_request/{request}"));
        let seen = reader.seen(entry).await?;
        return ctx.invalid(seen, page);
    }
    let writer = ctx.write().await?;
    match service::decisions::approve(&writer, &looked, ctx.today()).await? {
        Decision::Taken => {
            let entries = looked
                .iter()
                .map(|one| {
                    Entry::new(Verb::Rights, object(one.id, "genehmigt")).fields([
                        "state",
                        "clearance_id",
                        "approved_hash",
                    ])
                })
                .collect();
            let seen = writer.commit_all(entries).await?;
            let text = match looked.len() {
                1 => "Eine Zugangsfreigabe ist genehmigt.".to_owned(),
                number => format!("{number} Zugangsfreigaben sind genehmigt."),
            };
            ctx.done(seen, &format!("/freigaben/antrag/{request}"), &text)
        }
        Decision::Refused(id, why) => {
            writer.abandon().await?;
            let reader = ctx.read();
            let conflict = matches!(why, Why::Changed | Why::Rule(Refusal::NotPossible(_)));
            let page = request_page(&ctx, &reader, request, &form, Some((id, why))).await?;
            let entry = Entry::new(Verb::Rights, object(id, "nicht genehmigt")).denied();
            let seen = reader.seen(entry).await?;
            if conflict {
                ctx.conflict(seen, page)
            } else {
                ctx.invalid(seen, page)
            }
        }
        Decision::Unknown => Err(Fault::NotFound),
    }
}
