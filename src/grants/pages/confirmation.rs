//! The quarterly confirmation of a facility's grants.

use maud::Markup;

use super::super::rules::{Answer as Said, ItemRefusal, Proposal};
use super::super::service::{self, confirmation::Steps, confirmation::Ticked};
use super::super::store::confirmation::{self, LINES};
use super::super::views;
use crate::access::permissions::GrantConfirm;
use crate::audit::{Entry, Verb};
use crate::base::ids::GrantId;
use crate::store::{Reader, StoreError};
use crate::web::{Answer, Ctx, Fault, Form, Posted};

const OBJECT: &str = "bestaetigung der freigaben";
const PATH: &str = "/freigaben/bestaetigung";

async fn page(
    ctx: &Ctx<GrantConfirm>,
    reader: &Reader<GrantConfirm>,
    form: &Form,
) -> Result<Markup, Fault> {
    let facility = ctx.actor().profile().facility.ok_or(Fault::NotFound)?;
    let mut items = confirmation::items(reader, facility, ctx.today()).await?;
    let more = items.len() as i64 > LINES;
    items.truncate(usize::try_from(LINES).unwrap_or(usize::MAX));
    Ok(views::confirmation(
        &ctx.frame(),
        form,
        &items,
        more,
        ctx.actor().person(),
        ctx.today(),
    ))
}

pub(super) async fn list(ctx: Ctx<GrantConfirm>) -> Answer {
    let reader = ctx.read();
    let page = page(&ctx, &reader, &Form::empty()).await?;
    let seen = reader.seen(Entry::new(Verb::Query, OBJECT)).await?;
    ctx.page(seen, page)
}

/// The ticked lines: id and version, as the page wrote them.
fn ticked(form: &Form) -> Vec<Ticked> {
    let mut lines: Vec<Ticked> = form
        .values("item")
        .iter()
        .filter_map(|value| {
            let (id, version) = value.split_once('.')?;
            Some(Ticked {
                id: id.parse().ok()?,
                version: version.parse().ok()?,
            })
        })
        .collect();
    lines.dedup();
    lines
}

async fn again(ctx: &Ctx<GrantConfirm>, mut form: Form, sentence: &str, conflict: bool) -> Answer {
    form.reject("item", sentence);
    let reader = ctx.read();
    let page = page(ctx, &reader, &form).await?;
    let seen = reader.seen(Entry::new(Verb::Query, OBJECT)).await?;
    if conflict {
        ctx.conflict(seen, page)
    } else {
        ctx.invalid(seen, page)
    }
}

const NOTHING: &str = "Bitte mindestens eine Zeile ankreuzen.";
const CHANGED: &str = "Inzwischen hat jemand eine dieser Zeilen geändert. Es wurde nichts gespeichert; die Liste zeigt den neuen Stand.";

fn refusal(name: &str, refusal: ItemRefusal) -> String {
    match refusal {
        ItemRefusal::FourEyes => format!(
            "{name}: Das haben Sie selbst vorgeschlagen, mit diesem oder einem anderen Konto. Zustimmen muss eine zweite Person. Es wurde nichts gespeichert."
        ),
        ItemRefusal::NotPossible => {
            format!("{name}: Das ist schon erledigt. Es wurde nichts gespeichert.")
        }
    }
}

fn entries(grants: &[GrantId], what: &str) -> Vec<Entry> {
    grants
        .iter()
        .map(|id| Entry::new(Verb::Rights, format!("{what} access_grant/{id}")))
        .collect()
}

pub(super) async fn propose(ctx: Ctx<GrantConfirm>, Posted(form): Posted) -> Answer {
    let lines = ticked(&form);
    let Some(proposal) = Proposal::from_code(form.value("proposal")) else {
        return again(
            &ctx,
            form,
            "Bitte „Bestätigen“ oder „Beenden“ wählen.",
            false,
        )
        .await;
    };
    if lines.is_empty() {
        return again(&ctx, form, NOTHING, false).await;
    }
    let writer = ctx.write().await?;
    match service::confirmation::propose(&writer, &lines, proposal).await {
        Ok(Steps::Done(grants)) => {
            let seen = writer
                .commit_all(entries(&grants, "bestaetigung vorgeschlagen"))
                .await?;
            let text = "Der Vorschlag ist gespeichert. Eine zweite Person muss ihm zustimmen.";
            ctx.done(seen, PATH, text)
        }
        Ok(Steps::Refused(name, why)) => {
            writer.abandon().await?;
            again(&ctx, form, &refusal(&name, why), true).await
        }
        Ok(Steps::Unknown) => Err(Fault::NotFound),
        Err(StoreError::Changed) => {
            writer.abandon().await?;
            again(&ctx, form, CHANGED, true).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn answer(ctx: Ctx<GrantConfirm>, Posted(form): Posted) -> Answer {
    let lines = ticked(&form);
    let said = match form.value("answer") {
        "agree" => Said::Agree,
        "return" => Said::Return,
        _ => {
            return again(
                &ctx,
                form,
                "Bitte „Zustimmen“ oder „Zurückgeben“ wählen.",
                false,
            )
            .await;
        }
    };
    if lines.is_empty() {
        return again(&ctx, form, NOTHING, false).await;
    }
    let writer = ctx.write().await?;
    match service::confirmation::answer(&writer, &lines, said, ctx.today()).await {
        Ok(Steps::Done(grants)) => {
            let (what, text) = match said {
                Said::Agree => (
                    "bestaetigung entschieden",
                    "Die Entscheidung ist gespeichert.",
                ),
                Said::Return => (
                    "bestaetigung zurueckgegeben",
                    "Der Vorschlag ist zurückgegeben; die Zeilen sind wieder offen.",
                ),
            };
            let seen = writer.commit_all(entries(&grants, what)).await?;
            ctx.done(seen, PATH, text)
        }
        Ok(Steps::Refused(name, why)) => {
            writer.abandon().await?;
            let conflict = why == ItemRefusal::NotPossible;
            again(&ctx, form, &refusal(&name, why), conflict).await
        }
        Ok(Steps::Unknown) => Err(Fault::NotFound),
        Err(StoreError::Changed) => {
            writer.abandon().await?;
            again(&ctx, form, CHANGED, true).await
        }
        Err(error) => Err(error.into()),
    }
}
