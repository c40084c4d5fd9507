//! Restriction of a person's record ("Einschränkung"): out of lists and figures, readable in the single case with a reason.
//! And what keeps a record from being erased ("Löschsperre").

crate::sql::step!(
    r#"
create table person_restriction (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    ground {text} not null,
    reason {text} not null,
    restricted_at {int} not null,
    restricted_by {uuid} references account (id),
    restricted_by_name {text} not null,
    erase_on {day},
    lifted_at {int},
    lifted_by_name {text},
    lift_reason {text},
    version {int} not null,
    check (ground in ('period', 'contested', 'unlawful', 'claims', 'objection')),
    check ((lifted_at is null) = (lifted_by_name is null) and (lifted_at is null) = (lift_reason is null))
);
create unique index person_restriction_standing on person_restriction (person_id) where lifted_at is null;
create index person_restriction_of_person on person_restriction (person_id, restricted_at);
create index person_restriction_due on person_restriction (erase_on) where lifted_at is null;
create table erasure_hold (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    ground {text} not null,
    reason {text} not null,
    review_on {day} not null,
    set_at {int} not null,
    set_by {uuid} references account (id),
    set_by_name {text} not null,
    lifted_at {int},
    lifted_by_name {text},
    lift_reason {text},
    version {int} not null,
    check (ground in ('proceedings', 'claims', 'archive', 'supervision')),
    check ((lifted_at is null) = (lifted_by_name is null) and (lifted_at is null) = (lift_reason is null))
);
create index erasure_hold_of_person on erasure_hold (person_id, set_at)
"#,
    &["person_restriction", "erasure_hold"]
);
