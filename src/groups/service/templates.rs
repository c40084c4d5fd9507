//! New versions of templates.

use time::Date;

use super::Step;
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::TemplateId;
use crate::groups::rules::templates::{Block, sessions};
use crate::groups::store::templates::{self as store, TemplateRow};
use crate::history::{self, Change};
use crate::schema::reference::{template, template_session};
use crate::store::{Result, Writer};

/// What a new version says: the form without errors.
pub(crate) struct NewVersion {
    pub name: String,
    pub valid_from: Date,
    pub places: i64,
    pub trainers: i64,
    pub interval_weeks: i64,
    pub complete_share: Option<i64>,
    pub complete_sessions: Option<i64>,
    pub complete_modules: bool,
    pub certificate: Option<String>,
    pub blocks: Vec<Block>,
}

/// Why a version cannot begin on a day: the newest one before it must have begun earlier and not have ended.
pub(crate) fn cannot_begin(newest: &TemplateRow, day: Date) -> Option<String> {
    if day <= newest.valid_from {
        return Some(format!(
            "Fassung {} gilt erst ab {}. Bitte einen Tag danach eingeben.",
            newest.version,
            german::date(newest.valid_from)
        ));
    }
    newest.valid_to.filter(|end| *end < day).map(|end| {
        format!(
            "Fassung {} gilt nur bis {}. Bitte spätestens den {} eingeben, damit keine Lücke entsteht.",
            newest.version,
            german::date(end.previous_day().unwrap_or(end)),
            german::date(end)
        )
    })
}

/// Stores a new version of a template; the newest one ends the day before it begins. Groups keep the version they
/// were planned with.
pub(crate) async fn save<P: Writes>(
    writer: &Writer<P>,
    id: TemplateId,
    base: TemplateId,
    new: &NewVersion,
) -> Result<Step<()>> {
    let versions = store::versions(writer, base).await?;
    let Some(newest) = versions.first() else {
        return Ok(Step::NotFound);
    };
    if let Some(why) = cannot_begin(newest, new.valid_from) {
        return Ok(Step::Refused(why));
    }
    let rows: Vec<template_session::Model> = sessions(&new.blocks)
        .into_iter()
        .zip(1..)
        .map(|(session, ordinal)| template_session::Model {
            template_id: id,
            ordinal,
            module: session.module,
            minutes: session.minutes,
            optional: session.optional,
            kind: session.kind,
            gap_days: session.gap_days,
            remand: session.remand,
            trainers: session.trainers,
        })
        .collect();
    let text = format!(
        "Fassung {} ab {}, {}",
        newest.version + 1,
        german::date(new.valid_from),
        german::plural(rows.len() as u64, "Sitzung", "Sitzungen")
    );
    let version = template::Model {
        id,
        programme_id: newest.programme_id,
        code: newest.code.clone(),
        name: new.name.clone(),
        version: newest.version + 1,
        places: new.places,
        trainers: new.trainers,
        interval_weeks: new.interval_weeks,
        valid_from: new.valid_from,
        valid_to: newest.valid_to,
        complete_share: new.complete_share,
        complete_sessions: new.complete_sessions,
        complete_modules: new.complete_modules,
        certificate: new.certificate.is_some(),
        certificate_title: new.certificate.clone().unwrap_or_default(),
    };
    store::insert(writer, newest, version, rows).await?;
    history::record(
        writer,
        vec![Change::new("template", id.0, "Neue Fassung").values(None, Some(text))],
    )
    .await?;
    Ok(Step::Done(()))
}
