//! Deadlines of a case: setting one, and that it was kept.

use super::cases::{about, found, writing};
use super::{again, show};
use crate::access::permissions::CaseDeadline;
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{CaseId, DeadlineId};
use crate::casework::codes::DeadlineKind;
use crate::casework::service::deadlines as service;
use crate::casework::store::deadlines;
use crate::casework::views::deadlines as views;
use crate::store::StoreError;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

fn case_page(id: CaseId) -> String {
    format!("/faelle/{id}")
}

pub(super) async fn form(ctx: Ctx<CaseDeadline>, Id(id): Id<CaseId>) -> Answer {
    let reader = ctx.read();
    let line = found(&reader, id).await?;
    let entry = about(
        Entry::new(Verb::Query, "frist eines falls"),
        &line,
        Level::Case,
    );
    let seen = reader.seen(entry).await?;
    let kind = if line.court_report {
        DeadlineKind::Report
    } else {
        DeadlineKind::Agreement
    };
    let form = Form::empty().with("art", kind.code());
    ctx.page(seen, views::form(&ctx.frame(), &form, &line, &ctx.once()))
}

pub(super) async fn set(
    ctx: Ctx<CaseDeadline>,
    Id(id): Id<CaseId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, line) = writing(&ctx, id).await?;
    once(&writer, form.value("einmal"), &case_page(id)).await?;
    let kind = form.choice("art", "Art der Frist", &DeadlineKind::codes());
    let due = form.required_planning_date("bis", "Frist bis");
    if let (Some(kind), Some(due), false) = (
        kind.and_then(|code| DeadlineKind::from_code(&code)),
        due,
        form.has_errors(),
    ) {
        match service::set(&writer, &line, kind, due).await {
            Ok(deadline) => {
                let entry = Entry::new(Verb::Change, format!("frist case_deadline/{deadline}"));
                let seen = writer.commit(about(entry, &line, Level::Case)).await?;
                let text = format!("{}: {}.", kind.label(), german::date(due));
                return ctx.done(seen, &case_page(id), &text);
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    let token = form.value("einmal").to_owned();
    let page = views::form(&ctx.frame(), &form, &line, &token);
    let entry = about(
        Entry::new(Verb::Query, "frist eines falls"),
        &line,
        Level::Case,
    );
    again(&ctx, writer, entry, page).await
}

pub(super) async fn done(
    ctx: Ctx<CaseDeadline>,
    Id(id): Id<DeadlineId>,
    Posted(form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let (case, kind, due) = deadlines::open(&writer, id).await?.ok_or(Fault::NotFound)?;
    let line = found(&writer, case).await?;
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    service::close(&writer, &line, (id, version), kind, due).await?;
    let entry = Entry::new(Verb::Change, format!("frist erledigt case_deadline/{id}"));
    let seen = writer.commit(about(entry, &line, Level::Case)).await?;
    ctx.done(seen, &case_page(case), "Die Frist ist erledigt.")
}
