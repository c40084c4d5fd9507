//! What KORA sees: published figures and their files.

use super::super::rules::{FileKind, State};
use super::super::screen::{Choice, screen};
use super::super::service::{self, ExportProblem};
use super::super::{store, views};
use super::{content, object};
use crate::access::Role;
use crate::access::permissions::ReleaseRead;
use crate::audit::{Entry, Verb};
use crate::base::ids::ReleaseId;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Query};

impl From<ExportProblem> for Fault {
    fn from(problem: ExportProblem) -> Self {
        match problem {
            ExportProblem::Store(error) => error.into(),
            damaged => Fault::Unavailable(damaged.to_string()),
        }
    }
}

pub(super) async fn list(ctx: Ctx<ReleaseRead>) -> Answer {
    let reader = ctx.read();
    let releases = store::published(&reader).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "zahlen")).await?;
    ctx.page(seen, views::list(&ctx.frame(), &releases))
}

/// The entry of handing out figures, with KORA as recipient if it is KORA who asks.
fn disclosed(ctx: &Ctx<ReleaseRead>, id: ReleaseId, what: &str) -> Entry {
    let recipient = if ctx.actor().role() == Role::Kora {
        "KORA"
    } else {
        "Statistik"
    };
    Entry::new(Verb::Disclose, format!("{}{what}", object(id))).to(recipient)
}

pub(super) async fn published(
    ctx: Ctx<ReleaseRead>,
    Id(id): Id<ReleaseId>,
    Query(choice): Query<Choice>,
) -> Answer {
    let reader = ctx.read();
    let behind = store::behind(&reader, id).await?.ok_or(Fault::NotFound)?;
    match behind.line.state() {
        Some(State::Published) => {}
        Some(State::Withdrawn) => {
            let seen = reader.seen(Entry::new(Verb::Query, object(id))).await?;
            return ctx.page(seen, views::withdrawn(&ctx.frame(), &behind.line));
        }
        _ => return Err(Fault::NotFound),
    }
    let files = store::files(&reader, id).await?;
    let versions = store::versions(&reader, &behind.line.report, &behind.line.period).await?;
    let content = content(&ctx, &behind)?;
    // What was approved, or nothing.
    if content.is_some() && !service::intact(&ctx.app.desk, &behind.line, &files) {
        return Err(ExportProblem::Damaged.into());
    }
    let seen = reader.seen(disclosed(&ctx, id, "")).await?;
    let shown = content
        .as_ref()
        .and_then(|content| screen(content, &choice));
    ctx.page(
        seen,
        views::published(
            &ctx.frame(),
            &behind.line,
            content.as_ref(),
            shown.as_ref(),
            &files,
            &versions,
        ),
    )
}

async fn file(ctx: Ctx<ReleaseRead>, id: ReleaseId, kind: FileKind) -> Answer {
    let reader = ctx.read();
    let file = store::public_file(&reader, id, kind)
        .await?
        .ok_or(Fault::NotFound)?;
    let content_type = match kind {
        FileKind::Csv => "text/csv; charset=utf-8",
        FileKind::Zip => "application/zip",
        FileKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let (name, bytes) = service::checked(file)?;
    let seen = reader
        .seen(disclosed(&ctx, id, &format!(" {}", kind.code())))
        .await?;
    ctx.download(seen, &name, content_type, bytes)
}

pub(super) async fn csv(ctx: Ctx<ReleaseRead>, Id(id): Id<ReleaseId>) -> Answer {
    file(ctx, id, FileKind::Csv).await
}

pub(super) async fn zip(ctx: Ctx<ReleaseRead>, Id(id): Id<ReleaseId>) -> Answer {
    file(ctx, id, FileKind::Zip).await
}

pub(super) async fn xlsx(ctx: Ctx<ReleaseRead>, Id(id): Id<ReleaseId>) -> Answer {
    file(ctx, id, FileKind::Xlsx).await
}
