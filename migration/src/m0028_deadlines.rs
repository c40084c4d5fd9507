//! Deadlines of a case: an agreement ends, a report to the court is due.

crate::sql::step!(
    r#"
create table case_deadline (
    id {uuid} primary key,
    case_id {uuid} not null references client_case (id),
    kind {text} not null,
    due {day} not null,
    recorded_at {int} not null,
    recorded_by_name {text} not null,
    done_on {day},
    done_by_name {text},
    version {int} not null,
    check (kind in ('agreement', 'report')),
    check ((done_on is null) = (done_by_name is null))
);
create unique index case_deadline_open on case_deadline (case_id, kind) where done_on is null;
create index case_deadline_due on case_deadline (due) where done_on is null
"#,
    &["case_deadline"]
);
