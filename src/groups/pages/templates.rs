//! Templates: list, one version, a new version made from another.

use crate::access::permissions::{ReferenceRead, TemplateChange};
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::base::ids::TemplateId;
use crate::groups::rules::SessionKind;
use crate::groups::rules::templates::{Block, MOST_BLOCKS, MOST_SESSIONS, PlannedSession, blocks};
use crate::groups::service::Step;
use crate::groups::service::templates::{self as service, NewVersion, cannot_begin};
use crate::groups::store::templates::{self as store, TemplateRow};
use crate::groups::views::templates as views;
use crate::store::StoreError;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

pub(super) async fn list(ctx: Ctx<ReferenceRead>) -> Answer {
    let reader = ctx.read();
    let templates = store::list(&reader).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "vorlagen")).await?;
    ctx.page(seen, views::list(&ctx.frame(), &templates, ctx.today()))
}

pub(super) async fn version(ctx: Ctx<ReferenceRead>, Id(id): Id<TemplateId>) -> Answer {
    let reader = ctx.read();
    let versions = store::versions(&reader, id).await?;
    let Some(template) = versions.iter().find(|template| template.id == id) else {
        return Err(Fault::NotFound);
    };
    let sessions = store::sessions(&reader, id).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, format!("vorlage template/{id}")))
        .await?;
    let may_change = ctx.actor().may::<TemplateChange>();
    ctx.page(
        seen,
        views::version(
            &ctx.frame(),
            template,
            &versions,
            &sessions,
            ctx.today(),
            may_change,
        ),
    )
}

/// The version with an id, and the newest of the same template.
fn pair(versions: &[TemplateRow], id: TemplateId) -> Result<(&TemplateRow, &TemplateRow), Fault> {
    let base = versions.iter().find(|template| template.id == id);
    base.zip(versions.first()).ok_or(Fault::NotFound)
}

pub(super) async fn form(ctx: Ctx<TemplateChange>, Id(id): Id<TemplateId>) -> Answer {
    let reader = ctx.read();
    let versions = store::versions(&reader, id).await?;
    let (base, newest) = pair(&versions, id)?;
    let sessions = store::sessions(&reader, id).await?;
    let seen = reader
        .seen(Entry::new(
            Verb::Query,
            format!("vorlage neue fassung template/{id}"),
        ))
        .await?;
    let mut form = filled(base);
    fill_blocks(&mut form, &blocks(&sessions));
    ctx.page(
        seen,
        views::form(&ctx.frame(), &form, base, newest, &ctx.once()),
    )
}

fn filled(base: &TemplateRow) -> Form {
    let rule = match (base.complete_share, base.complete_sessions) {
        (Some(share), _) => ("anteil", share),
        (None, Some(count)) => ("zahl", count),
        (None, None) => ("keine", 0),
    };
    let mut form = Form::empty()
        .with("name", base.name.clone())
        .with("plaetze", base.places.to_string())
        .with("fachkraefte", base.trainers.to_string())
        .with("wochen", base.interval_weeks.to_string())
        .with("regel", rule.0)
        .with("titel", base.certificate_title.clone());
    if rule.1 > 0 {
        form.set("wert", rule.1.to_string());
    }
    if base.complete_modules {
        form.set("bausteine", "1");
    }
    if base.certificate {
        form.set("bescheinigung", "1");
    }
    form
}

/// The fields of a row.
const CELLS: [&str; 8] = [
    "baustein", "anzahl", "art", "minuten", "abstand", "leitung", "frei", "uhaft",
];

fn fill_blocks(form: &mut Form, blocks: &[Block]) {
    form.set("zeilen", blocks.len().to_string());
    for (row, block) in blocks.iter().enumerate() {
        let first = &block.first;
        let values = [
            first.module.clone(),
            block.count.to_string(),
            first.kind.clone(),
            first.minutes.to_string(),
            first.gap_days.to_string(),
            first.trainers.to_string(),
            if first.optional { "1" } else { "" }.to_owned(),
            if first.remand { "1" } else { "" }.to_owned(),
        ];
        for (cell, value) in CELLS.iter().zip(values) {
            form.set(&format!("{cell}_{row}"), value);
        }
    }
}

/// How many rows a sent form has.
fn rows(form: &Form) -> usize {
    form.hidden_number("zeilen")
        .and_then(|count| usize::try_from(count).ok())
        .unwrap_or(0)
        .min(MOST_BLOCKS)
}

/// Does what a button of the table asks for: a new row, one less, one up or down. Says whether it was such a button.
fn arrange(form: &mut Form) -> bool {
    let action = form.value("aktion").to_owned();
    let count = rows(form);
    let mut order: Vec<Option<usize>> = (0..count).map(Some).collect();
    let (verb, row) = action.split_once('-').unwrap_or((action.as_str(), ""));
    let row = row.parse::<usize>().ok().filter(|row| *row < count);
    match (verb, row) {
        ("neu", _) if count < MOST_BLOCKS => order.push(None),
        ("neu", _) => {}
        ("weg", Some(row)) => {
            order.remove(row);
        }
        ("hoch", Some(row)) if row > 0 => order.swap(row - 1, row),
        ("runter", Some(row)) if row + 1 < count => order.swap(row, row + 1),
        ("hoch" | "runter" | "weg", _) => {}
        _ => return false,
    }
    let old = form.clone();
    form.set("zeilen", order.len().to_string());
    for (row, from) in order.iter().enumerate() {
        for cell in CELLS {
            let value = match from {
                Some(from) => old.value(&format!("{cell}_{from}")),
                None => match cell {
                    "anzahl" => "1",
                    "art" => "group",
                    "minuten" => "180",
                    "abstand" => "0",
                    "leitung" => old.value("fachkraefte"),
                    "uhaft" => "1",
                    _ => "",
                },
            };
            form.set(&format!("{cell}_{row}"), value.to_owned());
        }
    }
    true
}

fn read_blocks(form: &mut Form) -> Vec<Block> {
    let mut found = Vec::new();
    for row in 0..rows(form) {
        let name = |cell: &str| format!("{cell}_{row}");
        let line = row + 1;
        let module = form.required_text(&name("baustein"), &format!("Baustein, Zeile {line}"), 80);
        let count = form.required_number(
            &name("anzahl"),
            &format!("Sitzungen, Zeile {line}"),
            1..=MOST_SESSIONS,
        );
        let kind = form.choice(
            &name("art"),
            &format!("Art, Zeile {line}"),
            &SessionKind::codes(),
        );
        let minutes = form.required_number(
            &name("minuten"),
            &format!("Minuten, Zeile {line}"),
            15..=600,
        );
        let gap_days =
            form.required_number(&name("abstand"), &format!("Abstand, Zeile {line}"), 0..=365);
        let trainers = form.required_number(
            &name("leitung"),
            &format!("Fachkräfte, Zeile {line}"),
            1..=2,
        );
        let (optional, remand) = (form.checked(&name("frei")), form.checked(&name("uhaft")));
        if let (
            Some(module),
            Some(count),
            Some(kind),
            Some(minutes),
            Some(gap_days),
            Some(trainers),
        ) = (module, count, kind, minutes, gap_days, trainers)
        {
            found.push(Block {
                first: PlannedSession {
                    module,
                    kind,
                    minutes,
                    gap_days,
                    trainers,
                    optional,
                    remand,
                },
                count,
            });
        }
    }
    found
}

/// Reads the form in the order of the page; errors stay in it.
fn read(form: &mut Form, newest: &TemplateRow, today: time::Date) -> Option<NewVersion> {
    let name = form.required_text("name", "Name", 80);
    let valid_from = form.required_planning_date("gilt_ab", "Gilt ab");
    if let Some(day) = valid_from {
        if day < today {
            let text = format!(
                "Eine Fassung gilt frühestens ab heute, {}. Was bisher galt, bleibt.",
                german::date(today)
            );
            form.reject("gilt_ab", text);
        } else if let Some(why) = cannot_begin(newest, day) {
            form.reject("gilt_ab", why);
        }
    }
    let places = form.required_number("plaetze", "Plätze", 1..=30);
    let trainers = form.required_number("fachkraefte", "Fachkräfte", 1..=2);
    let weeks = form.required_number("wochen", "Wochen zwischen den Treffen", 1..=52);
    let blocks = read_blocks(form);
    let sum: i64 = blocks.iter().map(|block| block.count).sum();
    if rows(form) == 0 {
        form.reject(
            "",
            "Die Vorlage hat keine Sitzung. Bitte mindestens eine Zeile hinzufügen.",
        );
    } else if sum > MOST_SESSIONS {
        form.reject("", format!("Die Vorlage hätte {sum} Sitzungen. Eine Terminreihe kann höchstens {MOST_SESSIONS} haben."));
    }
    let rule = form.choice(
        "regel",
        "Wann ist die Teilnahme abgeschlossen?",
        &["anteil", "zahl", "keine"],
    );
    let (mut share, mut count) = (None, None);
    match rule.as_deref() {
        Some("anteil") => share = form.required_number("wert", "Prozent oder Zahl", 1..=100),
        Some("zahl") => {
            count = form.required_number("wert", "Prozent oder Zahl", 1..=sum.max(1));
        }
        _ => {}
    }
    let certificate = if form.checked("bescheinigung") {
        Some(form.required_text("titel", "Titel der Bescheinigung", 100)?)
    } else {
        None
    };
    if form.has_errors() {
        return None;
    }
    Some(NewVersion {
        name: name?,
        valid_from: valid_from?,
        places: places?,
        trainers: trainers?,
        interval_weeks: weeks?,
        complete_share: share,
        complete_sessions: count,
        complete_modules: form.checked("bausteine"),
        certificate,
        blocks,
    })
}

pub(super) async fn send(
    ctx: Ctx<TemplateChange>,
    Id(base_id): Id<TemplateId>,
    Posted(mut form): Posted,
) -> Answer {
    let object = format!("vorlage neue fassung template/{base_id}");
    let versions;
    let (base, newest);
    if arrange(&mut form) {
        versions = store::versions(&ctx.read(), base_id).await?;
        (base, newest) = pair(&versions, base_id)?;
    } else {
        let writer = ctx.write().await?;
        let id = TemplateId(writer.entropy().uuid());
        let location = format!("/vorlagen/{id}");
        // Before anything is checked: a second sending would find its own version in the way.
        crate::accounts::once(&writer, form.value("einmal"), &location).await?;
        versions = store::versions(&writer, base_id).await?;
        (base, newest) = pair(&versions, base_id)?;
        if let Some(new) = read(&mut form, newest, ctx.today()) {
            match service::save(&writer, id, base_id, &new).await {
                Ok(Step::Done(())) => {
                    let seen = writer
                        .commit(Entry::new(Verb::Change, format!("vorlage template/{id}")))
                        .await?;
                    return ctx.done(
                        seen,
                        &location,
                        "Die neue Fassung ist gespeichert. Laufende Gruppen behalten ihre Fassung.",
                    );
                }
                Ok(Step::Refused(why)) => form.reject("gilt_ab", why),
                Ok(Step::NotFound | Step::Ask(..)) => return Err(Fault::NotFound),
                Err(StoreError::Duplicate(_) | StoreError::Changed) => form.reject(
                    "",
                    "Inzwischen hat jemand anderes eine neue Fassung gespeichert. Bitte die Vorlage neu öffnen.",
                ),
                Err(other) => return Err(other.into()),
            }
        }
        writer.abandon().await?;
    }
    let seen = ctx.read().seen(Entry::new(Verb::Query, object)).await?;
    let markup = views::form(&ctx.frame(), &form, base, newest, form.value("einmal"));
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}
