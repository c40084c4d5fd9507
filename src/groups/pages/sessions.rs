//! Cancelling a session.

use super::refused;
use crate::access::permissions::GroupPlan;
use crate::audit::{Entry, Verb};
use crate::base::ids::GroupSessionId;
use crate::groups::rules::CancelReason;
use crate::groups::service::{Step, sessions as service};
use crate::groups::store::register as store;
use crate::groups::views;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

async fn show(ctx: &Ctx<GroupPlan>, id: GroupSessionId, form: &Form) -> Answer {
    let reader = ctx.read();
    let Some(session) = store::find(&reader, id).await? else {
        return Err(Fault::NotFound);
    };
    let object = format!("sitzung absagen group_session/{id}");
    if let Some(why) = service::cannot_cancel(&session) {
        return refused(ctx, object, &format!("/gruppen/{}", session.group_id), &why).await;
    }
    let seen = reader.seen(Entry::new(Verb::Query, object)).await?;
    let markup = views::sessions::cancel(&ctx.frame(), form, &session);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

pub(super) async fn form(ctx: Ctx<GroupPlan>, Id(id): Id<GroupSessionId>) -> Answer {
    show(&ctx, id, &Form::empty().with("ersatz", "anhaengen")).await
}

pub(super) async fn send(
    ctx: Ctx<GroupPlan>,
    Id(id): Id<GroupSessionId>,
    Posted(mut form): Posted,
) -> Answer {
    let codes: Vec<&str> = CancelReason::ALL
        .iter()
        .map(|reason| reason.code())
        .collect();
    let reason = form
        .choice("grund", "Grund", &codes)
        .and_then(|code| CancelReason::from_code(&code));
    let append = form
        .choice(
            "ersatz",
            "Was wird aus der Sitzung?",
            &["anhaengen", "ersatzlos"],
        )
        .map(|choice| choice == "anhaengen");
    let (Some(reason), Some(append)) = (reason, append) else {
        return show(&ctx, id, &form).await;
    };
    let object = format!("sitzung abgesagt group_session/{id}");
    if !form.checked("bestaetigt") {
        let reader = ctx.read();
        let Some(session) = store::find(&reader, id).await? else {
            return Err(Fault::NotFound);
        };
        let back = format!("/gruppen/{}", session.group_id);
        if let Some(why) = service::cannot_cancel(&session) {
            return refused(&ctx, object, &back, &why).await;
        }
        let mut series = None;
        if append {
            match service::appended(&reader, &session).await? {
                Ok(planned) => series = Some(planned),
                Err(why) => return refused(&ctx, object, &back, &why).await,
            }
        }
        let seen = reader
            .seen(Entry::new(
                Verb::Query,
                format!("sitzung absagen group_session/{id}"),
            ))
            .await?;
        return ctx.page(
            seen,
            views::sessions::confirm(&ctx.frame(), &form, &session, reason, series.as_ref()),
        );
    }
    let Some(version) = form.hidden_number("version") else {
        return Err(Fault::NotFound);
    };
    let writer = ctx.write().await?;
    match service::cancel(&writer, id, version, reason, append).await? {
        Step::Done(session) => {
            let seen = writer
                .commit(Entry::new(Verb::Change, object).fields(["state", "cancel_reason"]))
                .await?;
            let text = if append {
                "Die Sitzung ist abgesagt; eine neue ist hinten angehängt."
            } else {
                "Die Sitzung ist ersatzlos abgesagt."
            };
            ctx.done(seen, &format!("/gruppen/{}", session.group_id), text)
        }
        Step::Refused(why) => {
            writer.abandon().await?;
            refused(&ctx, object, "/gruppen", &why).await
        }
        Step::NotFound | Step::Ask(..) => Err(Fault::NotFound),
    }
}
