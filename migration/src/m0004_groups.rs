//! Training groups, their sessions, members and registers. Enrolments come first: a membership rests on one.

crate::sql::step!(
    r#"
create table enrolment (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    programme_id {uuid} not null references programme (id),
    provider_id {uuid} not null references provider (id),
    facility_id {uuid} not null references facility (id),
    staff_id {uuid} references staff (id),
    access_route {text} not null,
    enrolled_on {day} not null,
    started_on {day},
    ended_on {day},
    outcome {text},
    created_at {int} not null,
    version {int} not null,
    check (ended_on is null or ended_on >= enrolled_on),
    check ((ended_on is null) = (outcome is null))
);
create unique index enrolment_open on enrolment (person_id, programme_id, provider_id) where ended_on is null;
create index enrolment_of_staff on enrolment (staff_id, facility_id);
create index enrolment_of_provider on enrolment (provider_id, facility_id);
create index enrolment_enrolled on enrolment (enrolled_on);
create index enrolment_started on enrolment (started_on);
create index enrolment_ended on enrolment (ended_on);
create table training_group (
    id {uuid} primary key,
    name {text} not null,
    template_id {uuid} not null references template (id),
    programme_id {uuid} not null references programme (id),
    provider_id {uuid} not null references provider (id),
    facility_id {uuid} not null references facility (id),
    room_id {uuid} not null references room (id),
    weekday {int} not null,
    start_minute {int} not null,
    first_day {day} not null,
    last_day {day} not null,
    places {int} not null,
    state {text} not null,
    created_at {int} not null,
    version {int} not null,
    check (state in ('draft', 'published', 'closed'))
);
create index training_group_of_facility on training_group (facility_id, state, first_day);
create unique index training_group_name on training_group (facility_id, name);
create table group_trainer (
    group_id {uuid} not null references training_group (id),
    staff_id {uuid} not null references staff (id),
    primary key (group_id, staff_id)
);
create index group_trainer_of_staff on group_trainer (staff_id);
create table group_session (
    id {uuid} primary key,
    group_id {uuid} not null references training_group (id),
    ordinal {int} not null,
    module {text} not null,
    day {day} not null,
    start_minute {int} not null,
    minutes {int} not null,
    room_id {uuid} not null references room (id),
    state {text} not null,
    cancel_reason {text},
    version {int} not null,
    check (state in ('planned', 'held', 'cancelled'))
);
create unique index group_session_order on group_session (group_id, ordinal);
create index group_session_by_day on group_session (day, group_id);
create index group_session_of_room on group_session (room_id, day);
create table membership (
    id {uuid} primary key,
    group_id {uuid} not null references training_group (id),
    person_id {uuid} not null references person (id),
    enrolment_id {uuid} not null references enrolment (id),
    from_day {day} not null,
    to_day {day},
    end_reason {text},
    check (to_day is null or to_day >= from_day)
);
create unique index membership_open on membership (group_id, person_id) where to_day is null;
create unique index membership_of_enrolment on membership (enrolment_id) where to_day is null;
create index membership_of_person on membership (person_id);
create table attendance (
    id {uuid} primary key,
    session_id {uuid} not null references group_session (id),
    person_id {uuid} not null references person (id),
    status {text} not null,
    reason {text},
    recorded_at {int} not null,
    recorded_by_name {text} not null,
    version {int} not null
);
create unique index attendance_once on attendance (session_id, person_id);
create index attendance_of_person on attendance (person_id);
"#,
    &[
        "enrolment",
        "training_group",
        "group_trainer",
        "group_session",
        "membership",
        "attendance"
    ]
);
