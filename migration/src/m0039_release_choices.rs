//! What was chosen for a release: which breakdowns are left out, and the coarser breakdowns that
//! were computed for whoever decides (sealed).

crate::sql::step!(
    r#"
alter table statistics_release add column shape {text} not null default '';
alter table statistics_release add column proposals {bytes}
"#,
    undo: r#"
alter table statistics_release drop column proposals;
alter table statistics_release drop column shape
"#
);
