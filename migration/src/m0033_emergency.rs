//! Emergency access to a person outside the own scope, its review, and the monthly sample of reads.

crate::sql::step!(
    r#"
create table emergency_access (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    account_id {uuid} not null references account (id),
    account_name {text} not null,
    facility_id {uuid} not null references facility (id),
    reason {text} not null,
    opened_at {int} not null,
    ends_at {int} not null,
    ended_at {int},
    ended_by_name {text},
    review_due {day} not null,
    result {text},
    review_note {text},
    reviewed_by {uuid} references account (id),
    reviewed_by_name {text},
    reviewed_at {int},
    version {int} not null,
    check (ends_at > opened_at),
    check (result in ('justified', 'misuse')),
    check ((result is null) = (reviewed_at is null))
);
create unique index emergency_access_unreviewed on emergency_access (account_id, person_id) where reviewed_at is null;
create index emergency_access_facility on emergency_access (facility_id, opened_at);
create index emergency_access_person on emergency_access (person_id);
create index emergency_access_reviewed_by on emergency_access (reviewed_by);
create table sampled_read (
    month {key} not null,
    writer {uuid} not null,
    sequence {int} not null,
    place {int} not null,
    judgement {text},
    note {text},
    judged_by {uuid} references account (id),
    judged_by_name {text},
    judged_at {int},
    version {int} not null,
    primary key (month, writer, sequence),
    check (judgement in ('ok', 'conspicuous')),
    check ((judgement is null) = (judged_at is null))
);
create index sampled_read_judged_by on sampled_read (judged_by)
"#,
    &["emergency_access", "sampled_read"]
);
