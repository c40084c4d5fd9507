//! External staff: what a member can do, the clearance of a facility, the grant that rests on it, the stop, what the
//! gate needs to know, and the quarterly confirmation.

crate::sql::step!(
    r#"
alter table account add column holder_id {uuid};
alter table facility add column guest_deadline_days {int} not null default 14;
alter table facility add column external_staff_limit {int};
alter table facility add column town {text} not null default '';
alter table staff rename column task to role;
alter table staff add column contact {text} not null default '';
alter table staff add column town {text} not null default '';
alter table staff add column version {int} not null default 1;
create table staff_qualification (
    id {uuid} primary key,
    staff_id {uuid} not null references staff (id),
    kind {text} not null,
    acquired_on {day} not null,
    valid_to {day},
    created_at {int} not null,
    created_by_name {text} not null,
    removed_at {int},
    removed_by_name {text},
    check (valid_to is null or valid_to >= acquired_on)
);
create unique index staff_qualification_once on staff_qualification (staff_id, kind, acquired_on) where removed_at is null;
create table staff_language (
    staff_id {uuid} not null references staff (id),
    language {text} not null,
    primary key (staff_id, language)
);
create table staff_availability (
    id {uuid} primary key,
    staff_id {uuid} not null references staff (id),
    weekday {int} not null,
    start_minute {int} not null,
    end_minute {int} not null,
    check (weekday between 0 and 6),
    check (end_minute > start_minute)
);
create index staff_availability_of_staff on staff_availability (staff_id, weekday, start_minute);
create table staff_absence (
    id {uuid} primary key,
    staff_id {uuid} not null references staff (id),
    first_day {day} not null,
    day_after {day} not null,
    created_at {int} not null,
    created_by_name {text} not null,
    removed_at {int},
    check (day_after > first_day)
);
create index staff_absence_of_staff on staff_absence (staff_id, first_day) where removed_at is null;
create table clearance (
    id {uuid} primary key,
    staff_id {uuid} not null references staff (id),
    facility_id {uuid} not null references facility (id),
    state {text} not null,
    consent_on {day} not null,
    consent_kept_at {text} not null,
    result {text},
    scope {text},
    issuing_office {text},
    first_day {day},
    last_day {day},
    escort {bool} not null,
    not_alone {bool} not null,
    no_devices {bool} not null,
    accepted_from {uuid} references clearance (id),
    renewal_of {uuid} references clearance (id),
    requested_by {uuid} not null references account (id),
    requested_by_name {text} not null,
    requested_at {int} not null,
    decided_by {uuid} references account (id),
    decided_by_name {text},
    decided_at {int},
    ended_by_name {text},
    ended_at {int},
    version {int} not null,
    check (state in ('requested', 'granted', 'declined', 'withdrawn')),
    check (last_day is null or first_day is not null and last_day >= first_day),
    check (state <> 'granted' or last_day is not null and result is not null)
);
create unique index clearance_open on clearance (staff_id, facility_id) where state = 'requested';
create index clearance_of_staff on clearance (staff_id, facility_id, state, last_day);
create index clearance_of_facility on clearance (facility_id, state, last_day);
create table access_stop (
    id {uuid} primary key,
    staff_id {uuid} not null references staff (id),
    facility_id {uuid} references facility (id),
    reason {text} not null,
    set_by {uuid} not null references account (id),
    set_by_name {text} not null,
    set_at {int} not null,
    lifted_by_name {text},
    lifted_at {int},
    version {int} not null
);
create index access_stop_of_staff on access_stop (staff_id, lifted_at);
create index access_stop_of_facility on access_stop (facility_id, set_at);
create table new_access_grant (
    id {uuid} primary key,
    staff_id {uuid} not null references staff (id),
    facility_id {uuid} not null references facility (id),
    programme_id {uuid} not null references programme (id),
    clearance_id {uuid} references clearance (id),
    first_day {day} not null,
    last_day {day} not null,
    state {text} not null,
    request_id {uuid},
    renewal_of {uuid},
    stop_id {uuid} references access_stop (id),
    requested_by {uuid} not null references account (id),
    requested_by_name {text} not null,
    requested_at {int} not null,
    decided_by {uuid} references account (id),
    decided_by_name {text},
    decided_at {int},
    approved_hash {bytes},
    suspended_reason {text},
    version {int} not null,
    check (last_day >= first_day),
    check (state in ('requested', 'active', 'suspended', 'declined', 'revoked'))
);
insert into new_access_grant (id, staff_id, facility_id, programme_id, first_day, last_day, state, requested_by,
    requested_by_name, requested_at, decided_by, decided_by_name, decided_at, version)
    select id, staff_id, facility_id, programme_id, first_day, last_day, state, requested_by, requested_by_name,
    requested_at, decided_by, decided_by_name, decided_at, version from access_grant;
drop table access_grant;
alter table new_access_grant rename to access_grant;
create index access_grant_of_staff on access_grant (staff_id, state, facility_id, programme_id, first_day, last_day);
create index access_grant_of_facility on access_grant (facility_id, state, last_day);
create index access_grant_of_clearance on access_grant (clearance_id);
create table recertification (
    id {uuid} primary key,
    facility_id {uuid} not null references facility (id),
    quarter {text} not null,
    opened_at {int} not null,
    due_day {day} not null,
    closed_at {int}
);
create unique index recertification_once on recertification (facility_id, quarter);
create table recertification_item (
    id {uuid} primary key,
    recertification_id {uuid} not null references recertification (id),
    grant_id {uuid} not null references access_grant (id),
    proposal {text},
    proposed_by {uuid} references account (id),
    proposed_by_name {text},
    proposed_at {int},
    state {text} not null,
    decided_by_name {text},
    decided_at {int},
    version {int} not null,
    check (proposal is null or proposal in ('confirm', 'end')),
    check (state in ('open', 'proposed', 'confirmed', 'ended', 'suspended', 'moot'))
);
create unique index recertification_item_once on recertification_item (recertification_id, grant_id);
create index recertification_item_of_grant on recertification_item (grant_id);
create table gate_visit (
    id {uuid} primary key,
    staff_id {uuid} not null references staff (id),
    facility_id {uuid} not null references facility (id),
    programme_id {uuid} references programme (id),
    day {day} not null,
    start_minute {int} not null,
    minutes {int} not null,
    destination {text} not null,
    escort {bool} not null,
    waiver_reason {text},
    created_at {int} not null,
    created_by {uuid} not null references account (id),
    created_by_name {text} not null,
    changed_at {int},
    cancelled_at {int},
    cancelled_by_name {text},
    version {int} not null,
    check (minutes > 0)
);
create index gate_visit_of_day on gate_visit (facility_id, day, start_minute);
create index gate_visit_of_staff on gate_visit (staff_id, day);
create table gate_change (
    id {uuid} primary key,
    facility_id {uuid} not null references facility (id),
    day {day} not null,
    staff_id {uuid} not null references staff (id),
    what {text} not null,
    at {int} not null
);
create index gate_change_of_day on gate_change (facility_id, day, at);
create table gate_tick (
    facility_id {uuid} not null references facility (id),
    day {day} not null,
    line {key} not null,
    entered_at {int},
    left_at {int},
    ticked_by_name {text} not null,
    version {int} not null,
    primary key (facility_id, day, line)
);
create index gate_tick_age on gate_tick (day);
create table approved_object (
    id {uuid} primary key,
    staff_id {uuid} not null references staff (id),
    facility_id {uuid} not null references facility (id),
    what {text} not null,
    first_day {day} not null,
    last_day {day} not null,
    session_id {uuid} references group_session (id),
    visit_id {uuid} references gate_visit (id),
    state {text} not null,
    requested_by {uuid} not null references account (id),
    requested_by_name {text} not null,
    requested_at {int} not null,
    decided_by {uuid} references account (id),
    decided_by_name {text},
    decided_at {int},
    version {int} not null,
    check (last_day >= first_day),
    check (state in ('requested', 'approved', 'declined', 'withdrawn'))
);
create index approved_object_of_facility on approved_object (facility_id, state, last_day);
create index approved_object_of_staff on approved_object (staff_id, facility_id);
create table family_day (
    id {uuid} primary key,
    facility_id {uuid} not null references facility (id),
    group_id {uuid} references training_group (id),
    day {day} not null,
    start_minute {int} not null,
    minutes {int} not null,
    destination {text} not null,
    guest_deadline {day} not null,
    cancelled_at {int},
    created_at {int} not null,
    created_by_name {text} not null,
    version {int} not null,
    check (guest_deadline <= day)
);
create index family_day_of_facility on family_day (facility_id, day);
create table family_guest (
    id {uuid} primary key,
    family_day_id {uuid} not null references family_day (id),
    name {text} not null,
    state {text} not null,
    announced_by {uuid} not null references account (id),
    announced_by_name {text} not null,
    announced_at {int} not null,
    decided_by_name {text},
    decided_at {int},
    version {int} not null,
    check (state in ('announced', 'approved', 'declined'))
);
create index family_guest_of_day on family_guest (family_day_id, name);
"#,
    undo: r#"
drop table recertification_item;
drop table recertification;
create table old_access_grant (
    id {uuid} primary key,
    staff_id {uuid} not null references staff (id),
    facility_id {uuid} not null references facility (id),
    programme_id {uuid} not null references programme (id),
    first_day {day} not null,
    last_day {day} not null,
    state {text} not null,
    requested_by {uuid} not null references account (id),
    requested_by_name {text} not null,
    requested_at {int} not null,
    decided_by {uuid} references account (id),
    decided_by_name {text},
    decided_at {int},
    version {int} not null,
    check (last_day >= first_day),
    check (state in ('requested', 'active', 'declined', 'revoked'))
);
insert into old_access_grant select id, staff_id, facility_id, programme_id, first_day, last_day,
    case when state = 'suspended' then 'revoked' else state end, requested_by, requested_by_name, requested_at,
    decided_by, decided_by_name, decided_at, version from access_grant;
drop table access_grant;
alter table old_access_grant rename to access_grant;
create index access_grant_of_staff on access_grant (staff_id, state);
create index access_grant_of_facility on access_grant (facility_id, state, last_day);
drop table family_guest;
drop table family_day;
drop table approved_object;
drop table gate_tick;
drop table gate_change;
drop table gate_visit;
drop table access_stop;
drop table clearance;
drop table staff_absence;
drop table staff_availability;
drop table staff_language;
drop table staff_qualification;
alter table staff drop column version;
alter table staff drop column town;
alter table staff drop column contact;
alter table staff rename column role to task;
alter table facility drop column town;
alter table facility drop column external_staff_limit;
alter table facility drop column guest_deadline_days;
alter table account drop column holder_id;
"#
);
