//! Lists of what is to be erased, decided by two people, and the proof that stays: numbers, never who.

crate::sql::step!(
    r#"
create table erasure (
    id {uuid} primary key,
    state {text} not null,
    approval_id {uuid},
    content_hash {text} not null,
    proposed_at {int} not null,
    proposed_by {uuid} not null references account (id),
    proposed_by_name {text} not null,
    approved_by_name {text},
    done_at {int},
    done_by_name {text},
    ledger_number {int},
    rows_gone {int},
    version {int} not null,
    check (state in ('proposed', 'done', 'withdrawn'))
);
create index erasure_proposed on erasure (proposed_at);
create table erasure_item (
    erasure_id {uuid} not null references erasure (id),
    kind {text} not null,
    subject_id {uuid} not null,
    category {text} not null,
    began {day} not null,
    due {day} not null,
    primary key (erasure_id, kind, subject_id),
    check (kind in ('person', 'case'))
);
create index erasure_item_of_subject on erasure_item (subject_id);
create table erasure_count (
    erasure_id {uuid} not null references erasure (id),
    category {text} not null,
    ground {text} not null,
    number {int} not null,
    primary key (erasure_id, category)
)
"#,
    &["erasure", "erasure_item", "erasure_count"]
);
