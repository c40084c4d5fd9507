//! Who covers a session for a trainer who cannot come, and what somebody must look at ("Vorgang zur Prüfung").

crate::sql::step!(
    r#"
create table session_trainer (
    id {uuid} primary key,
    session_id {uuid} not null references group_session (id),
    staff_id {uuid} not null references staff (id),
    replaces_staff_id {uuid} not null references staff (id),
    created_at {int} not null,
    created_by_name {text} not null,
    removed_at {int},
    removed_by_name {text},
    check (staff_id <> replaces_staff_id)
);
create unique index session_trainer_once on session_trainer (session_id, replaces_staff_id) where removed_at is null;
create unique index session_trainer_other on session_trainer (session_id, staff_id) where removed_at is null;
create index session_trainer_of_staff on session_trainer (staff_id, session_id) where removed_at is null;
create table review_item (
    id {uuid} primary key,
    kind {text} not null,
    facility_id {uuid} not null references facility (id),
    person_id {uuid} references person (id),
    provider_id {uuid} references provider (id),
    cause {key} not null,
    raised_at {int} not null,
    raised_by_name {text} not null,
    state {text} not null,
    outcome {text},
    reason {text},
    done_by {uuid} references account (id),
    done_by_name {text},
    done_at {int},
    version {int} not null,
    check (state in ('open', 'done')),
    check ((state = 'done') = (reason is not null and outcome is not null and done_at is not null))
);
create unique index review_item_cause on review_item (kind, facility_id, cause);
create unique index review_item_open on review_item (kind, facility_id, person_id, provider_id) where state = 'open';
create index review_item_of_facility on review_item (facility_id, state, raised_at);
create index review_item_of_person on review_item (person_id);
"#,
    &["session_trainer", "review_item"]
);
