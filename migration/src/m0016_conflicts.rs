//! What planning must know to see conflicts before they happen: busy times and needs of people, who must not meet whom,
//! what rooms and houses allow; and which conflicts somebody took on, with the reason.

crate::sql::step!(
    r#"
create table person_busy (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    kind {text} not null,
    weekday {int},
    first_day {day} not null,
    day_after {day},
    start_minute {int},
    end_minute {int},
    created_at {int} not null,
    created_by_name {text} not null,
    check (kind in ('court', 'work', 'school', 'medical', 'other')),
    check (weekday is null or (weekday >= 1 and weekday <= 7)),
    check (weekday is not null or day_after is not null),
    check (day_after is null or day_after > first_day),
    check ((start_minute is null) = (end_minute is null)),
    check (start_minute is null or (start_minute >= 0 and start_minute < end_minute and end_minute <= 1440))
);
create index person_busy_of_person on person_busy (person_id, first_day);
create table person_separation (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    other_id {uuid} not null references person (id),
    code {text} not null,
    created_at {int} not null,
    created_by_name {text} not null,
    check (person_id <> other_id)
);
create unique index person_separation_once on person_separation (person_id, other_id);
create index person_separation_of_other on person_separation (other_id);
create table person_need (
    person_id {uuid} primary key references person (id),
    language {text} not null,
    security {int} not null,
    version {int} not null,
    check (security >= 1 and security <= 3)
);
create table conflict_acceptance (
    id {uuid} primary key,
    group_id {uuid} not null references training_group (id),
    kind {text} not null,
    day {day} not null,
    mark {key} not null,
    reason {text} not null,
    accepted_at {int} not null,
    accepted_by_name {text} not null
);
create index conflict_acceptance_of_group on conflict_acceptance (group_id, day);
alter table room add column security {int} not null default 1;
alter table facility add column window_from {int};
alter table facility add column window_to {int}
"#,
    undo: r#"
alter table facility drop column window_to;
alter table facility drop column window_from;
alter table room drop column security;
drop table conflict_acceptance;
drop table person_need;
drop table person_separation;
drop table person_busy
"#
);
