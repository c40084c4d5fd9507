//! Queries of templates and their versions.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{ProgrammeId, TemplateId};
use crate::groups::rules::templates::PlannedSession;
use crate::schema::reference::{template, template_session};
use crate::store::{Result, Rows, Sql, Writer};

/// A version of a template.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct TemplateRow {
    pub id: TemplateId,
    pub programme_id: ProgrammeId,
    pub programme_name: String,
    pub code: String,
    pub name: String,
    pub version: i64,
    pub places: i64,
    pub trainers: i64,
    pub interval_weeks: i64,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub complete_share: Option<i64>,
    pub complete_sessions: Option<i64>,
    pub complete_modules: bool,
    pub certificate: bool,
    pub certificate_title: String,
    pub sessions: i64,
    pub individual: i64,
}

const ROW: &str = "select t.id, t.programme_id, p.name as programme_name, t.code, t.name, t.version, t.places, t.trainers, \
     t.interval_weeks, t.valid_from, t.valid_to, t.complete_share, t.complete_sessions, t.complete_modules, t.certificate, \
     t.certificate_title, (select count(*) from template_session s where s.template_id = t.id) as sessions, \
     (select count(*) from template_session s where s.template_id = t.id and s.kind = 'individual') as individual \
     from template t join programme p on p.id = t.programme_id ";

/// All versions of all templates, by programme; of a template the newest first.
pub(crate) async fn list(rows: &impl Rows) -> Result<Vec<TemplateRow>> {
    rows.all(Sql::new(ROW).push("order by p.name, p.id, t.name, t.code, t.version desc limit 300"))
        .await
}

/// The version with an id, with all other versions of the same template, the newest first.
pub(crate) async fn versions(rows: &impl Rows, id: TemplateId) -> Result<Vec<TemplateRow>> {
    rows.all(
        Sql::new(ROW)
            .push("where t.code = (select o.code from template o where o.id = ?) order by t.version desc limit 100")
            .bind(id),
    )
    .await
}

#[derive(FromQueryResult)]
struct SessionRow {
    module: String,
    kind: String,
    minutes: i64,
    gap_days: i64,
    trainers: i64,
    optional: bool,
    remand: bool,
}

/// The sessions of a version in their order.
pub(crate) async fn sessions(rows: &impl Rows, id: TemplateId) -> Result<Vec<PlannedSession>> {
    let found: Vec<SessionRow> = rows
        .all(
            Sql::new(
                "select module, kind, minutes, gap_days, trainers, optional, remand from template_session \
                 where template_id = ? order by ordinal limit 100",
            )
            .bind(id),
        )
        .await?;
    Ok(found
        .into_iter()
        .map(|row| PlannedSession {
            module: row.module,
            kind: row.kind,
            minutes: row.minutes,
            gap_days: row.gap_days,
            trainers: row.trainers,
            optional: row.optional,
            remand: row.remand,
        })
        .collect())
}

/// Stores a new version and ends the newest one before it.
pub(crate) async fn insert<P: Writes>(
    writer: &Writer<P>,
    newest: &TemplateRow,
    version: template::Model,
    sessions: Vec<template_session::Model>,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update template set valid_to = ? where id = ? and valid_from < ? and (valid_to is null or valid_to > ?)")
                .bind(version.valid_from)
                .bind(newest.id)
                .bind(version.valid_from)
                .bind(version.valid_from),
        )
        .await?;
    writer.insert(version).await?;
    writer.insert_all(sessions).await
}
