//! The monthly sample: drawing and judging.

use std::collections::BTreeSet;

use serde::Deserialize;
use uuid::Uuid;

use super::super::rules::sample::{self as rules, Judgement};
use super::super::store::sample as store;
use super::super::views;
use crate::access::Permission;
use crate::access::permissions::{AuditRead, AuditSample};
use crate::audit::{Entry, Level, Verb};
use crate::history::{self, Change};
use crate::schema::protection::sampled_read;
use crate::store::{Reader, StoreError};
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

/// The longest note.
const NOTE_LENGTH: usize = 200;

#[derive(Deserialize, Default)]
pub(super) struct MonthQuery {
    #[serde(default)]
    monat: String,
}

async fn page<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    month: &str,
    form: &Form,
) -> Result<(maud::Markup, Entry), Fault> {
    let rows = store::of_month(reader, month).await?;
    let entry = Entry::new(Verb::Query, format!("stichprobe {month}"))
        .about_all(rows.iter().filter_map(|row| row.person), Level::List);
    let view = views::sample::Sample {
        month,
        rows: &rows,
        form,
        today: ctx.today(),
    };
    Ok((views::sample::page(&ctx.frame(), &view), entry))
}

pub(super) async fn show(ctx: Ctx<AuditRead>, Query(query): Query<MonthQuery>) -> Answer {
    let month = if rules::month_days(&query.monat).is_some() {
        query.monat
    } else {
        rules::month_before(ctx.today())
    };
    let reader = ctx.read();
    let (markup, entry) = page(&ctx, &reader, &month, &Form::empty()).await?;
    let seen = reader.seen(entry).await?;
    ctx.page(seen, markup)
}

fn location(month: &str) -> String {
    format!("/protokoll/stichprobe?monat={month}")
}

pub(super) async fn draw(ctx: Ctx<AuditSample>, Posted(form): Posted) -> Answer {
    let month = form.value("monat").to_owned();
    let days = rules::month_days(&month)
        .filter(|(_, last)| *last < ctx.today())
        .ok_or_else(|| {
            Fault::Bad("Die Stichprobe wird für einen vergangenen Monat gezogen.".into())
        })?;
    let writer = ctx.write().await?;
    if !store::of_month(&writer, &month).await?.is_empty() {
        return Err(Fault::See(location(&month)));
    }
    let stretches = store::stretches(&writer, days).await?;
    let lengths: Vec<u64> = stretches
        .iter()
        .map(|stretch| (stretch.last - stretch.first + 1).unsigned_abs())
        .collect();
    let mut drawn: BTreeSet<(Uuid, i64)> = BTreeSet::new();
    let mut rows = Vec::new();
    for number in 0..rules::READINGS {
        let Some((stretch, offset)) = rules::draw(&month, number, &lengths)
            .and_then(|(index, offset)| Some((stretches.get(index)?, offset)))
        else {
            continue;
        };
        let from = stretch.first + i64::try_from(offset).unwrap_or(0);
        let Some(sequence) = store::reading_from(&writer, stretch, from).await? else {
            continue;
        };
        if drawn.insert((stretch.writer, sequence)) {
            rows.push(sampled_read::Model {
                month: month.clone(),
                writer: stretch.writer,
                sequence,
                place: drawn.len() as i64,
                judgement: None,
                note: None,
                judged_by: None,
                judged_by_name: None,
                judged_at: None,
                version: 1,
            });
        }
    }
    let number = rows.len() as u64;
    if let Some(first) = rows.first() {
        let what = format!("Stichprobe {month} gezogen");
        let change = Change::new("sampled_read", first.writer, &what);
        history::record(&writer, vec![change]).await?;
    }
    store::insert(&writer, rows).await?;
    let entry = Entry::new(Verb::Change, format!("stichprobe {month} gezogen"));
    let seen = writer.commit(entry).await?;
    let said = if number == 0 {
        "In diesem Monat gab es keine Abfrage einzelner Personen.".to_owned()
    } else {
        format!("{number} Abfragen sind gezogen. Bitte jede beurteilen.")
    };
    ctx.done(seen, &location(&month), &said)
}

pub(super) async fn judge(ctx: Ctx<AuditSample>, Posted(mut form): Posted) -> Answer {
    let month = form.value("monat").to_owned();
    let (Some(writer_id), Some(sequence), Some(place)) = (
        form.optional_uuid("eintrag", "Eintrag"),
        form.hidden_number("nummer"),
        form.hidden_number("platz"),
    ) else {
        return Err(Fault::Bad(
            "Das Formular ist unvollständig. Bitte die Seite neu laden.".into(),
        ));
    };
    let field = format!("bemerkung_{place}");
    let judgement = Judgement::from_code(form.value("urteil"));
    // What is conspicuous needs a word; what is in order may have one.
    let note = if judgement == Some(Judgement::Conspicuous) {
        form.required_text(&field, "Bemerkung", NOTE_LENGTH)
    } else {
        form.optional_text(&field, "Bemerkung", NOTE_LENGTH)
    };
    let (Some(judgement), false) = (judgement, form.has_errors()) else {
        let reader = ctx.read();
        let (markup, entry) = page(&ctx, &reader, &month, &form).await?;
        let seen = reader.seen(entry).await?;
        return ctx.invalid(seen, markup);
    };
    let writer = ctx.write().await?;
    match store::judge(
        &writer,
        &month,
        (writer_id, sequence),
        judgement.code(),
        note.clone(),
    )
    .await
    {
        Err(StoreError::Changed) => return Err(Fault::Changed),
        other => other?,
    }
    let what = format!("Stichprobe {month}, Abfrage {place} beurteilt");
    let change = Change::new("sampled_read", writer_id, &what)
        .values(None, Some(judgement.label().to_owned()))
        .because(note);
    history::record(&writer, vec![change]).await?;
    let entry =
        Entry::new(Verb::Change, format!("stichprobe {month} beurteilt")).fields(["judgement"]);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        &location(&month),
        &format!("Abfrage {place}: {}.", judgement.label()),
    )
}
