//! Counselling sessions with one person.

crate::sql::step!(
    r#"
create table counselling_session (
    id {uuid} primary key,
    enrolment_id {uuid} not null references enrolment (id),
    person_id {uuid} not null references person (id),
    day {day} not null,
    minutes {int} not null,
    form {text} not null,
    outcome {text} not null,
    recorded_by {uuid} not null references account (id),
    recorded_by_name {text} not null,
    recorded_at {int} not null,
    version {int} not null,
    check (minutes > 0)
);
create index counselling_session_of_person on counselling_session (person_id, day);
create index counselling_session_of_enrolment on counselling_session (enrolment_id, day);
create index counselling_session_by_day on counselling_session (day);
"#,
    &["counselling_session"]
);
