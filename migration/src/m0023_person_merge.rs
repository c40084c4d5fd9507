//! Two records of one person put together, with every row as it was before and after, so that it can be undone.

crate::sql::step!(
    r#"
create table person_merge (
    id {uuid} primary key,
    into_person_id {uuid} not null references person (id),
    from_person_id {uuid} not null references person (id),
    facility_id {uuid} not null references facility (id),
    reason {text} not null,
    made_at {int} not null,
    made_by {uuid} references account (id),
    made_by_name {text} not null,
    undone_at {int},
    undone_by_name {text},
    undo_reason {text},
    version {int} not null,
    check (into_person_id <> from_person_id),
    check ((undone_at is null) = (undo_reason is null))
);
create unique index person_merge_standing on person_merge (from_person_id) where undone_at is null;
create index person_merge_into on person_merge (into_person_id);
create table person_merge_row (
    merge_id {uuid} not null references person_merge (id),
    number {int} not null,
    table_name {text} not null,
    before {text},
    after {text},
    primary key (merge_id, number),
    check (before is not null or after is not null)
)
"#,
    &["person_merge", "person_merge_row"]
);
