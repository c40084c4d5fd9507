//! What belongs to a member of staff: qualifications, weekly times, absences.

use maud::Markup;

use super::member;
use super::staff::facts_of;
use crate::access::permissions::StaffChange;
use crate::audit::{Entry, Verb};
use crate::base::ids::StaffId;
use crate::providers::rules::{Qualification, read_week, week};
use crate::providers::service::staff as service;
use crate::providers::views::details as views;
use crate::store::{Reader, Writer};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

/// Which of the three pages.
#[derive(Clone, Copy)]
enum Page {
    Qualifications,
    Week,
    Absences,
}

impl Page {
    fn object(self) -> &'static str {
        match self {
            Page::Qualifications => "qualifikationen",
            Page::Week => "verfuegbarkeit",
            Page::Absences => "abwesenheiten",
        }
    }

    fn entry(self, verb: Verb, id: StaffId) -> Entry {
        Entry::new(verb, format!("{} staff/{id}", self.object()))
    }

    fn location(self, id: StaffId) -> String {
        format!("/fachkraefte/{id}/{}", self.object())
    }
}

/// A page with its form; `None` fills the form with what is stored.
async fn draw(
    ctx: &Ctx<StaffChange>,
    reader: &Reader<StaffChange>,
    id: StaffId,
    page: Page,
    form: Option<&Form>,
) -> Result<Markup, Fault> {
    let row = member(reader, id, ctx.today()).await?;
    let facts = facts_of(reader, id, ctx.today()).await?;
    let (frame, empty) = (ctx.frame(), Form::empty());
    let token = form
        .map(|form| form.value("einmal").to_owned())
        .filter(|token| !token.is_empty())
        .unwrap_or_else(|| ctx.once());
    Ok(match page {
        Page::Qualifications => {
            views::qualifications(&frame, form.unwrap_or(&empty), &row, &facts, &token)
        }
        Page::Absences => views::absences(&frame, form.unwrap_or(&empty), &row, &facts, &token),
        Page::Week => match form {
            Some(form) => views::week(&frame, form, &row),
            None => views::week(&frame, &filled(&facts.week, row.version), &row),
        },
    })
}

fn filled(stored: &week::Week, version: i64) -> Form {
    let mut form = Form::empty().with("version", version.to_string());
    for day in 0..week::DAYS.len() {
        let spans = stored
            .iter()
            .filter(|(weekday, _, _)| usize::try_from(*weekday) == Ok(day));
        for (span, (_, from, to)) in spans.enumerate() {
            form.set(&week::field("from", day, span), week::shown(*from));
            form.set(&week::field("to", day, span), week::shown(*to));
        }
    }
    form
}

async fn open(ctx: Ctx<StaffChange>, id: StaffId, page: Page) -> Answer {
    let reader = ctx.read();
    let markup = draw(&ctx, &reader, id, page, None).await?;
    let seen = reader.seen(page.entry(Verb::Query, id)).await?;
    ctx.page(seen, markup)
}

async fn again(
    ctx: &Ctx<StaffChange>,
    writer: Writer<StaffChange>,
    id: StaffId,
    page: Page,
    form: &Form,
) -> Answer {
    writer.abandon().await?;
    let reader = ctx.read();
    let markup = draw(ctx, &reader, id, page, Some(form)).await?;
    let seen = reader.seen(page.entry(Verb::Query, id)).await?;
    ctx.invalid(seen, markup)
}

async fn finish(
    ctx: &Ctx<StaffChange>,
    writer: Writer<StaffChange>,
    id: StaffId,
    page: Page,
    text: &str,
) -> Answer {
    let seen = writer.commit(page.entry(Verb::Change, id)).await?;
    ctx.done(seen, &page.location(id), text)
}

pub(super) async fn qualifications(ctx: Ctx<StaffChange>, Id(id): Id<StaffId>) -> Answer {
    open(ctx, id, Page::Qualifications).await
}

pub(super) async fn add_qualification(
    ctx: Ctx<StaffChange>,
    Id(id): Id<StaffId>,
    Posted(mut form): Posted,
) -> Answer {
    let page = Page::Qualifications;
    let writer = ctx.write().await?;
    member(&writer, id, ctx.today()).await?;
    let kind = form
        .choice("kind", "Qualifikation", &Qualification::codes())
        .and_then(|code| Qualification::from_code(&code));
    let acquired = form.required_date("acquired_on", "Erworben am");
    let last = form.optional_date("valid_to", "Gültig bis");
    if let (Some(kind), Some(acquired), false) = (kind, acquired, form.has_errors()) {
        crate::accounts::once(&writer, form.value("einmal"), &page.location(id)).await?;
        match service::add_qualification(&writer, id, kind, acquired, last, ctx.today()).await? {
            None => {
                return finish(&ctx, writer, id, page, "Die Qualifikation ist eingetragen.").await;
            }
            Some((field, sentence)) => form.reject(field, sentence),
        }
    }
    again(&ctx, writer, id, page, &form).await
}

pub(super) async fn remove_qualification(
    ctx: Ctx<StaffChange>,
    Id(id): Id<StaffId>,
    Posted(form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    member(&writer, id, ctx.today()).await?;
    let facts = facts_of(&writer, id, ctx.today()).await?;
    let fact = facts
        .qualifications
        .iter()
        .find(|fact| fact.id.to_string() == form.value("which"));
    let Some(fact) = fact else {
        return Err(Fault::Changed);
    };
    service::remove_qualification(&writer, id, fact).await?;
    finish(
        &ctx,
        writer,
        id,
        Page::Qualifications,
        "Die Qualifikation ist entfernt.",
    )
    .await
}

pub(super) async fn week(ctx: Ctx<StaffChange>, Id(id): Id<StaffId>) -> Answer {
    open(ctx, id, Page::Week).await
}

pub(super) async fn set_week(
    ctx: Ctx<StaffChange>,
    Id(id): Id<StaffId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let row = member(&writer, id, ctx.today()).await?;
    let version = form.hidden_number("version").ok_or(Fault::Changed)?;
    if version != row.version {
        return Err(Fault::Changed);
    }
    match read_week(|field| form.value(field)) {
        Ok(week) => {
            service::set_week(&writer, id, version, &week).await?;
            let seen = writer.commit(Page::Week.entry(Verb::Change, id)).await?;
            ctx.done(
                seen,
                &format!("/fachkraefte/{id}"),
                "Die Verfügbarkeit ist gespeichert.",
            )
        }
        Err(problems) => {
            for (field, sentence) in problems {
                form.reject(&field, sentence);
            }
            again(&ctx, writer, id, Page::Week, &form).await
        }
    }
}

pub(super) async fn absences(ctx: Ctx<StaffChange>, Id(id): Id<StaffId>) -> Answer {
    open(ctx, id, Page::Absences).await
}

pub(super) async fn add_absence(
    ctx: Ctx<StaffChange>,
    Id(id): Id<StaffId>,
    Posted(mut form): Posted,
) -> Answer {
    let page = Page::Absences;
    let writer = ctx.write().await?;
    member(&writer, id, ctx.today()).await?;
    let first = form.required_planning_date("first_day", "Erster Tag");
    let last = form
        .optional_planning_date("last_day", "Letzter Tag")
        .or(first.filter(|_| form.value("last_day").trim().is_empty()));
    if let (Some(first), Some(last), false) = (first, last, form.has_errors()) {
        crate::accounts::once(&writer, form.value("einmal"), &page.location(id)).await?;
        match service::add_absence(&writer, id, first, last, ctx.today()).await? {
            None => {
                return finish(&ctx, writer, id, page, "Die Abwesenheit ist eingetragen.").await;
            }
            Some((field, sentence)) => form.reject(field, sentence),
        }
    }
    again(&ctx, writer, id, page, &form).await
}

pub(super) async fn remove_absence(
    ctx: Ctx<StaffChange>,
    Id(id): Id<StaffId>,
    Posted(form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    member(&writer, id, ctx.today()).await?;
    let facts = facts_of(&writer, id, ctx.today()).await?;
    let absence = facts
        .absences
        .iter()
        .find(|absence| absence.id.to_string() == form.value("which"));
    let Some(absence) = absence else {
        return Err(Fault::Changed);
    };
    service::remove_absence(&writer, id, absence).await?;
    finish(
        &ctx,
        writer,
        id,
        Page::Absences,
        "Die Abwesenheit ist entfernt.",
    )
    .await
}
