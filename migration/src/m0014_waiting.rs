//! The waiting list; memberships that know their programme, so that the database itself holds one active membership per
//! person and programme; suspensions; what a register needs to be taken back for ten minutes.

crate::sql::step!(
    r#"
create table application (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    programme_id {uuid} not null references programme (id),
    facility_id {uuid} not null references facility (id),
    access_route {text} not null,
    applied_on {day} not null,
    state {text} not null,
    interview_on {day},
    interview_result {text},
    recommended_form {text},
    remark {text},
    closed_on {day},
    close_reason {text},
    group_id {uuid} references training_group (id),
    enrolment_id {uuid} references enrolment (id),
    created_at {int} not null,
    created_by_name {text} not null,
    version {int} not null,
    check (state in ('applied', 'interviewed', 'suitable', 'postponed', 'placed', 'individual', 'declined', 'withdrawn')),
    check ((interview_on is null) = (interview_result is null)),
    check (interview_on is null or interview_on >= applied_on),
    check ((closed_on is null) = (state in ('applied', 'interviewed', 'suitable', 'postponed')))
);
create unique index application_open on application (person_id, programme_id) where closed_on is null;
create index application_of_person on application (person_id, applied_on);
create index application_ended on application (closed_on) where closed_on is not null;
create table membership_next (
    id {uuid} primary key,
    group_id {uuid} not null references training_group (id),
    person_id {uuid} not null references person (id),
    programme_id {uuid} not null references programme (id),
    enrolment_id {uuid} not null references enrolment (id),
    from_day {day} not null,
    to_day {day},
    end_reason {text},
    check (to_day is null or to_day >= from_day)
);
insert into membership_next select m.id, m.group_id, m.person_id, g.programme_id, m.enrolment_id, m.from_day, m.to_day,
    m.end_reason from membership m join training_group g on g.id = m.group_id;
drop table membership;
alter table membership_next rename to membership;
create unique index membership_open on membership (group_id, person_id) where to_day is null;
create unique index membership_of_programme on membership (person_id, programme_id) where to_day is null;
create unique index membership_of_enrolment on membership (enrolment_id) where to_day is null;
create index membership_of_person on membership (person_id);
create table membership_pause (
    id {uuid} primary key,
    membership_id {uuid} not null references membership (id),
    from_day {day} not null,
    to_day {day},
    reason {text} not null,
    created_at {int} not null,
    created_by_name {text} not null,
    version {int} not null,
    check (to_day is null or to_day > from_day)
);
create unique index membership_pause_open on membership_pause (membership_id) where to_day is null;
create index membership_pause_of_membership on membership_pause (membership_id, from_day);
alter table attendance add column minutes {int};
alter table attendance add column recorded_by {uuid};
alter table attendance add column before_status {text};
alter table attendance add column before_reason {text};
alter table attendance add column before_minutes {int};
"#,
    undo: r#"
alter table attendance drop column before_minutes;
alter table attendance drop column before_reason;
alter table attendance drop column before_status;
alter table attendance drop column recorded_by;
alter table attendance drop column minutes;
drop table membership_pause;
create table membership_before (
    id {uuid} primary key,
    group_id {uuid} not null references training_group (id),
    person_id {uuid} not null references person (id),
    enrolment_id {uuid} not null references enrolment (id),
    from_day {day} not null,
    to_day {day},
    end_reason {text},
    check (to_day is null or to_day >= from_day)
);
insert into membership_before select id, group_id, person_id, enrolment_id, from_day, to_day, end_reason from membership;
drop table membership;
alter table membership_before rename to membership;
create unique index membership_open on membership (group_id, person_id) where to_day is null;
create unique index membership_of_enrolment on membership (enrolment_id) where to_day is null;
create index membership_of_person on membership (person_id);
drop table application;
"#
);
