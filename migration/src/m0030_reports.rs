//! Releases of the fixed catalogue of reports: corrections as further versions, withdrawal, the files as they were approved,
//! the counts behind them (sealed), and how far a computation is. Releases of the earlier format stay as they are.

crate::sql::step!(
    r#"
create table statistics_report (
    id {uuid} primary key,
    report {key} not null,
    period {key} not null,
    revision {int} not null,
    state {text} not null,
    correction {text},
    content_hash {text} not null,
    threshold {int} not null,
    cut_off {day} not null,
    basis {int} not null,
    figures {bytes},
    explained {bytes},
    shown {int} not null,
    hidden {int} not null,
    problem {text},
    prepared_by {uuid} not null references account (id),
    prepared_by_name {text} not null,
    prepared_at {int} not null,
    approved_by {uuid} references account (id),
    approved_by_name {text},
    approved_at {int},
    withdrawn_by {uuid} references account (id),
    withdrawn_by_name {text},
    withdrawn_at {int},
    withdrawn_reason {text},
    version {int} not null,
    check (state in ('computing', 'failed', 'prepared', 'published', 'withdrawn', 'discarded')),
    check (revision > 0)
);
create table statistics_file (
    release_id {uuid} not null references statistics_report (id),
    kind {text} not null,
    name {text} not null,
    content_type {text} not null,
    content_hash {text} not null,
    content {bytes} not null,
    primary key (release_id, kind),
    check (kind in ('csv', 'zip', 'xlsx'))
);
create table statistics_counter (
    id {int} primary key,
    published {int} not null
);
insert into statistics_counter (id, published) values (1, 0);
insert into statistics_report (id, report, period, revision, state, correction, content_hash, threshold, cut_off, basis, figures, explained,
    shown, hidden, problem, prepared_by, prepared_by_name, prepared_at, approved_by,
    approved_by_name, approved_at, withdrawn_by, withdrawn_by_name, withdrawn_at, withdrawn_reason, version)
    select id, 'quartal_alt', period, 1, state, null, content_hash, threshold, cut_off, 0, null, null, 0, 0, null, prepared_by,
    prepared_by_name, prepared_at, approved_by, approved_by_name, approved_at, null, null, null, null, version from statistics_release;
insert into statistics_file (release_id, kind, name, content_type, content_hash, content)
    select id, 'csv', 'kora-' || period || '.csv', 'text/csv; charset=utf-8', content_hash, content from statistics_release;
drop table statistics_release;
alter table statistics_report rename to statistics_release;
create unique index statistics_release_open on statistics_release (report, period) where state in ('computing', 'prepared');
create unique index statistics_release_revision on statistics_release (report, period, revision) where state in ('published', 'withdrawn');
create index statistics_release_order on statistics_release (period, report, revision);
create index statistics_release_prepared_by on statistics_release (prepared_by);
create index statistics_release_approved_by on statistics_release (approved_by);
create index statistics_release_withdrawn_by on statistics_release (withdrawn_by)
"#,
    // Only releases of the earlier format have a place in the step before.
    undo: r#"
create table statistics_earlier (
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
insert into statistics_earlier (id, period, state, content, content_hash, threshold, cut_off, prepared_by, prepared_by_name, prepared_at,
    approved_by, approved_by_name, approved_at, version)
    select r.id, r.period, r.state, f.content, r.content_hash, r.threshold, r.cut_off, r.prepared_by, r.prepared_by_name, r.prepared_at,
    r.approved_by, r.approved_by_name, r.approved_at, r.version from statistics_release r join statistics_file f on f.release_id = r.id
    where r.report = 'quartal_alt' and r.state in ('prepared', 'published', 'discarded');
drop table statistics_file;
drop table statistics_release;
drop table statistics_counter;
alter table statistics_earlier rename to statistics_release;
create unique index statistics_release_prepared on statistics_release (period) where state = 'prepared';
create unique index statistics_release_published on statistics_release (period) where state = 'published';
create index statistics_release_order on statistics_release (period, prepared_at)
"#
);
