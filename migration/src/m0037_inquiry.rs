//! Requests of data subjects for the report on their data, with the day until which they are answered.

crate::sql::step!(
    r#"
create table inquiry (
    id {uuid} primary key,
    person_id {uuid} references person (id),
    reference {text} not null,
    asker {text} not null,
    identity {text} not null,
    reason {text},
    received_on {day} not null,
    due_on {day} not null,
    state {text} not null,
    restricted {text} not null,
    answered_on {day},
    delivery {text},
    content_hash {text},
    answered_by_name {text},
    created_at {int} not null,
    created_by_name {text} not null,
    version {int} not null,
    check (state in ('open', 'answered')),
    check ((state = 'answered') = (answered_on is not null)),
    check (due_on > received_on)
);
create index inquiry_by_state on inquiry (state, due_on);
create index inquiry_of_person on inquiry (person_id);
create index case_deadline_of_case on case_deadline (case_id, due)
"#,
    undo: r#"
drop index case_deadline_of_case;
drop table inquiry
"#
);
