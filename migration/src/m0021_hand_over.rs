//! Hand-overs of a person's participations to another prison or to the probation service.

crate::sql::step!(
    r#"
create table hand_over (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    kind {text} not null,
    from_facility_id {uuid} not null references facility (id),
    to_facility_id {uuid} not null references facility (id),
    to_account_id {uuid} references account (id),
    state {text} not null,
    moves_on {day} not null,
    transition_from {day},
    coaching_months {int} not null,
    summary {text} not null,
    checklist {text} not null,
    offered_on {day} not null,
    expires_on {day} not null,
    offered_at {int} not null,
    offered_by {uuid} references account (id),
    offered_by_name {text} not null,
    answered_at {int},
    answered_by {uuid} references account (id),
    answered_by_name {text},
    reason {text},
    moved_on {day},
    contact_on {day},
    version {int} not null,
    check (kind in ('prison', 'probation')),
    check (from_facility_id <> to_facility_id),
    check (state in ('offered', 'accepted', 'declined', 'expired', 'revoked')),
    check ((state = 'offered') = (answered_at is null)),
    check (state <> 'declined' or reason is not null),
    check (coaching_months = 0 or coaching_months between 6 and 12),
    check (expires_on >= offered_on)
);
create unique index hand_over_offered on hand_over (person_id) where state = 'offered';
create index hand_over_to on hand_over (to_facility_id, state, expires_on);
create index hand_over_from on hand_over (from_facility_id, state, offered_on);
create index hand_over_of_person on hand_over (person_id);
create index hand_over_waiting on hand_over (moves_on) where state = 'accepted' and moved_on is null;
create table hand_over_part (
    hand_over_id {uuid} not null references hand_over (id),
    enrolment_id {uuid} not null references enrolment (id),
    primary key (hand_over_id, enrolment_id)
);
create index hand_over_part_of_enrolment on hand_over_part (enrolment_id)
"#,
    &["hand_over", "hand_over_part"]
);
