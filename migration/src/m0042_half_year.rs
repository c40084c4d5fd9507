//! Plans of a half-year for the groups of a house, as they were computed, and what became of their groups.

crate::sql::step!(
    r#"
create table half_year_plan (
    id {uuid} primary key,
    facility_id {uuid} not null references facility (id),
    name {text} not null,
    first_day {day} not null,
    last_day {day} not null,
    seed {int} not null,
    thorough {text} not null,
    everybody {bool} not null,
    wanted {text} not null,
    state {text} not null,
    rounds {int} not null,
    service {int} not null,
    quality {int} not null,
    cost {int} not null,
    waiting {int} not null,
    seated {int} not null,
    created_at {int} not null,
    created_by {uuid} not null references account (id),
    created_by_name {text} not null,
    finished_at {int},
    version {int} not null,
    check (state in ('computing', 'ready', 'stopped', 'failed')),
    check (last_day >= first_day)
);
create index half_year_plan_of_facility on half_year_plan (facility_id, created_at);
create table half_year_group (
    id {uuid} primary key,
    plan_id {uuid} not null references half_year_plan (id),
    ordinal {int} not null,
    template_id {uuid} not null references template (id),
    room_id {uuid} not null references room (id),
    weekday {int} not null,
    start_minute {int} not null,
    minutes {int} not null,
    days {text} not null,
    trainer_one {uuid} not null references staff (id),
    trainer_two {uuid} not null references staff (id),
    applications {text} not null,
    missed {int} not null,
    travel {int} not null,
    group_id {uuid} references training_group (id),
    version {int} not null,
    check (weekday between 1 and 7),
    check (trainer_one <> trainer_two)
);
create unique index half_year_group_of_plan on half_year_group (plan_id, ordinal);
create index half_year_group_taken on half_year_group (group_id) where group_id is not null
"#,
    &["half_year_plan", "half_year_group"]
);
