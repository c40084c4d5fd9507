//! How an organisation counsels: notes and missed talks, by programme.

use super::again;
use crate::access::permissions::CounsellingRules;
use crate::audit::{Entry, Verb};
use crate::base::ids::ProviderId;
use crate::casework::store::settings::{self, RuleLine};
use crate::casework::views::settings as views;
use crate::history::{self, Change};
use crate::store::StoreError;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

/// The page.
pub(super) const PLACE: &str = "/beratungsregeln";

fn own(ctx: &Ctx<CounsellingRules>) -> Result<ProviderId, Fault> {
    ctx.actor().profile().provider.ok_or(Fault::NotFound)
}

fn looking() -> Entry {
    Entry::new(Verb::Query, "regeln der beratung")
}

/// The names of a row's fields.
pub(in crate::casework) fn field(name: &str, line: &RuleLine) -> String {
    format!("{name}_{}", line.programme_id.0.simple())
}

pub(super) async fn form(ctx: Ctx<CounsellingRules>) -> Answer {
    let reader = ctx.read();
    let lines = settings::rules_of(&reader, own(&ctx)?, ctx.today()).await?;
    let seen = reader.seen(looking()).await?;
    let form = lines.iter().fold(Form::empty(), |form, line| {
        form.with(&field("notizen", line), if line.notes { "1" } else { "" })
            .with(&field("versaeumt", line), line.missed.to_string())
            .with(&field("version", line), line.version.to_string())
    });
    ctx.page(seen, views::rules(&ctx.frame(), &form, &lines))
}

fn words(notes: bool, missed: i64) -> String {
    format!(
        "Notizen {}, Hinweis ab {missed} versäumten Gesprächen",
        if notes { "an" } else { "aus" }
    )
}

pub(super) async fn save(ctx: Ctx<CounsellingRules>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let provider = own(&ctx)?;
    let lines = settings::rules_of(&writer, provider, ctx.today()).await?;
    let mut wanted = Vec::new();
    for line in &lines {
        let label = format!("Versäumte Gespräche, {}", line.programme_name);
        let missed = form.required_number(&field("versaeumt", line), &label, 2..=10);
        if let Some(missed) = missed {
            wanted.push((line, form.checked(&field("notizen", line)), missed));
        }
    }
    if form.has_errors() {
        let page = views::rules(&ctx.frame(), &form, &lines);
        return again(&ctx, writer, looking(), page).await;
    }
    let mut changes = Vec::new();
    for (line, notes, missed) in wanted {
        if (notes, missed) == (line.notes, line.missed) {
            continue;
        }
        if form.hidden_number(&field("version", line)) != Some(line.version) {
            return Err(StoreError::Changed.into());
        }
        settings::set_rule(&writer, provider, line, (notes, missed)).await?;
        changes.push(
            Change::new(
                "counselling_rule",
                line.programme_id.0,
                "Regeln der Beratung geändert",
            )
            .values(
                Some(format!(
                    "{}: {}",
                    line.programme_name,
                    words(line.notes, line.missed)
                )),
                Some(format!("{}: {}", line.programme_name, words(notes, missed))),
            ),
        );
    }
    if changes.is_empty() {
        writer.abandon().await?;
        return Err(Fault::See(PLACE.to_owned()));
    }
    history::record(&writer, changes).await?;
    let entry = Entry::new(Verb::Change, "regeln der beratung").fields(["notes", "missed"]);
    let seen = writer.commit(entry).await?;
    ctx.done(seen, PLACE, "Die Regeln der Beratung sind gespeichert.")
}
