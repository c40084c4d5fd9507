//! The audit log: entries, the people they are about, the day segments that were deleted; and what the database
//! knows of its installation.

crate::sql::step!(
    r#"
create table audit_entry (
    writer {uuid} not null,
    sequence {int} not null,
    day {day} not null,
    at {int} not null,
    actor_id {uuid},
    role {text} not null,
    route {text} not null,
    request {text} not null,
    session {text} not null,
    verb {text} not null,
    outcome {text} not null,
    reason {text} not null,
    recipient {text} not null,
    object {text} not null,
    fields {text} not null,
    hash {bytes} not null,
    primary key (writer, sequence)
) {packed};
create index audit_entry_by_day on audit_entry (day);
create table audit_subject (
    person_id {uuid} not null,
    writer {uuid} not null,
    sequence {int} not null,
    level {text} not null,
    primary key (person_id, writer, sequence, level)
) {packed};
create index audit_subject_of_entry on audit_subject (writer, sequence);
create table audit_segment (
    writer {uuid} not null,
    day {day} not null,
    first_sequence {int} not null,
    last_sequence {int} not null,
    start_hash {bytes} not null,
    end_hash {bytes} not null,
    seal {bytes} not null,
    removed_at {int} not null,
    primary key (writer, day)
);
create table installation (
    name {key} primary key,
    value {text} not null
);
"#,
    &[
        "audit_entry",
        "audit_subject",
        "audit_segment",
        "installation"
    ]
);
