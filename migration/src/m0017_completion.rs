//! Catch-up sessions, which stand outside a group's numbering; how participations ended, as a trainer confirmed it; and
//! the certificates that were handed out.

crate::sql::step!(
    r#"
create table catch_up (
    session_id {uuid} primary key references group_session (id),
    staff_id {uuid} references staff (id),
    created_at {int} not null,
    created_by_name {text} not null
);
create table catch_up_person (
    session_id {uuid} not null references catch_up (session_id),
    person_id {uuid} not null references person (id),
    ordinal {int} not null,
    primary key (session_id, person_id, ordinal)
);
create index catch_up_of_person on catch_up_person (person_id, session_id);
drop index group_session_order;
create unique index group_session_order on group_session (group_id, ordinal)
    where state <> 'cancelled' and kind <> 'catch_up';
create table completion (
    id {uuid} primary key,
    membership_id {uuid} not null references membership (id),
    person_id {uuid} not null references person (id),
    enrolment_id {uuid} not null references enrolment (id),
    group_id {uuid} not null references training_group (id),
    template_id {uuid} not null references template (id),
    result {text} not null,
    day {day} not null,
    done {int} not null,
    required {int} not null,
    lacking {text} not null,
    evidence {text} not null,
    ended_place {bool} not null,
    confirmed_at {int} not null,
    confirmed_by_name {text} not null,
    withdrawn_at {int},
    withdrawn_by_name {text},
    withdrawn_reason {text},
    version {int} not null,
    check (result in ('completed', 'not_completed')),
    check ((withdrawn_at is null) = (withdrawn_by_name is null)),
    check ((withdrawn_at is null) = (withdrawn_reason is null))
);
create unique index completion_standing on completion (membership_id) where withdrawn_at is null;
create index completion_of_group on completion (group_id, person_id);
create index completion_of_person on completion (person_id);
create table certificate (
    id {uuid} primary key,
    completion_id {uuid} not null references completion (id),
    person_id {uuid} not null references person (id),
    code {key} not null,
    name {text} not null,
    title {text} not null,
    programme {text} not null,
    provider {text} not null,
    town {text} not null,
    day {day} not null,
    issued_at {int} not null,
    issued_by_name {text} not null
);
create unique index certificate_code on certificate (code);
create unique index certificate_of_completion on certificate (completion_id);
create index certificate_of_person on certificate (person_id)
"#,
    undo: r#"
drop table certificate;
drop table completion;
drop index group_session_order;
update group_session set ordinal = 100000 + (select count(*) from group_session o where o.group_id = group_session.group_id
    and o.kind = 'catch_up' and o.id <= group_session.id) where kind = 'catch_up';
create unique index group_session_order on group_session (group_id, ordinal) where state <> 'cancelled';
drop table catch_up_person;
drop table catch_up
"#
);
