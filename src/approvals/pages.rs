//! Requests for a second person: routes and handlers.

use super::rules::State;
use super::service::{self, Decision};
use super::{store, views};
use crate::access::permissions::{ApprovalDecide, ApprovalRead};
use crate::access::{Permission, same_person};
use crate::audit::{Entry, Verb};
use crate::base::ids::ApprovalId;
use crate::history;
use crate::store::Reader;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/vier-augen", list),
        Route::get("/vier-augen/{approval}", one),
        Route::post("/vier-augen/{approval}", decide),
    ]
}

/// The longest reason.
pub(super) const REASON_LENGTH: usize = 300;

async fn list(ctx: Ctx<ApprovalRead>) -> Answer {
    let reader = ctx.read();
    let open = store::open(&reader).await?;
    let over = store::over(&reader).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "vier-augen-antraege"))
        .await?;
    let view = views::List {
        open: &open,
        over: &over,
        me: ctx.actor().person(),
        role: ctx.actor().role(),
        now: ctx.access().now(),
    };
    ctx.page(seen, views::list(&ctx.frame(), &view))
}

fn object(id: ApprovalId) -> String {
    format!("vier-augen-antrag approval/{id}")
}

/// A request with its history, if it is one's own or the role decides about its kind.
async fn page<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    id: ApprovalId,
    form: &Form,
) -> Result<maud::Markup, Fault> {
    let row = store::seen(reader, id).await?.ok_or(Fault::NotFound)?;
    let kind = row.kind().ok_or(Fault::NotFound)?;
    let lines = history::of_object(reader, "approval", id.0).await?;
    let own = same_person(row.requester(), ctx.actor().person());
    let state = row.shown(ctx.access().now());
    let decides = kind.approvers().contains(&ctx.actor().role());
    let view = views::One {
        row: &row,
        kind,
        state,
        own,
        may_decide: decides && !own && state == State::Requested,
        may_withdraw: own && matches!(state, State::Requested | State::Approved),
        history: &lines,
        form,
    };
    Ok(views::one(&ctx.frame(), &view))
}

async fn one(ctx: Ctx<ApprovalRead>, Id(id): Id<ApprovalId>) -> Answer {
    let reader = ctx.read();
    let markup = page(&ctx, &reader, id, &Form::empty()).await?;
    let seen = reader.seen(Entry::new(Verb::Query, object(id))).await?;
    ctx.page(seen, markup)
}

/// The page again, with what is wrong.
async fn refused(ctx: &Ctx<ApprovalDecide>, id: ApprovalId, form: &Form) -> Answer {
    let reader = ctx.read();
    let markup = page(ctx, &reader, id, form).await?;
    let entry = Entry::new(Verb::Rights, object(id)).denied();
    let seen = reader.seen(entry).await?;
    ctx.invalid(seen, markup)
}

async fn decide(
    ctx: Ctx<ApprovalDecide>,
    Id(id): Id<ApprovalId>,
    Posted(mut form): Posted,
) -> Answer {
    let decision = match form.value("tun") {
        "genehmigen" => Decision::Approve,
        "ablehnen" => Decision::Decline,
        "zurueckziehen" => Decision::Withdraw,
        _ => {
            return Err(Fault::Bad(
                "Das Formular ist unvollständig. Bitte die Seite neu laden.".into(),
            ));
        }
    };
    // Who refuses says why; who agrees or takes back may.
    let reason = if decision == Decision::Decline {
        form.required_text("grund", "Begründung", REASON_LENGTH)
    } else {
        form.optional_text("grund", "Begründung", REASON_LENGTH)
    };
    if form.has_errors() {
        return refused(&ctx, id, &form).await;
    }
    let writer = ctx.write().await?;
    store::seen(&writer, id).await?.ok_or(Fault::NotFound)?;
    match service::decide(&writer, id, decision, reason).await? {
        Ok(row) => {
            let (what, said) = match decision {
                Decision::Approve => (
                    "genehmigt",
                    "Der Antrag ist genehmigt. Ausgeführt wird er von der Person, die ihn gestellt hat, innerhalb von 72 Stunden und nur einmal.",
                ),
                Decision::Decline => ("abgelehnt", "Der Antrag ist abgelehnt."),
                Decision::Withdraw => ("zurueckgezogen", "Der Antrag ist zurückgezogen."),
            };
            let entry = Entry::new(Verb::Rights, format!("{} {what}", object(id)))
                .because(format!("Vier Augen: {}", row.kind));
            let seen = writer.commit(entry).await?;
            ctx.done(seen, &format!("/vier-augen/{id}"), said)
        }
        Err(refusal) => {
            writer.abandon().await?;
            form.reject("grund", refusal.sentence());
            refused(&ctx, id, &form).await
        }
    }
}
