//! The register of statistics releases.

crate::sql::step!(
    r#"
create table statistics_release (
    id {uuid} primary key,
    period {key} not null,
    state {text} not null,
    content {bytes} not null,
    content_hash {text} not null,
    threshold {int} not null,
    cut_off {day} not null,
    prepared_by {uuid} not null references account (id),
    prepared_by_name {text} not null,
    prepared_at {int} not null,
    approved_by {uuid} references account (id),
    approved_by_name {text},
    approved_at {int},
    version {int} not null,
    check (state in ('prepared', 'published', 'discarded'))
);
create unique index statistics_release_prepared on statistics_release (period) where state = 'prepared';
create unique index statistics_release_published on statistics_release (period) where state = 'published';
create index statistics_release_order on statistics_release (period, prepared_at);
"#,
    &["statistics_release"]
);
