//! Facilities, providers, programmes: reference data with validity dates.

crate::sql::step!(
    r#"
create table facility (
    id {uuid} primary key,
    code {text} not null,
    name {text} not null,
    full_name {text} not null,
    kind {text} not null,
    remit {text} not null,
    valid_from {day} not null,
    valid_to {day},
    check (kind in ('prison', 'probation'))
);
create unique index facility_code on facility (code);
create table room (
    id {uuid} primary key,
    facility_id {uuid} not null references facility (id),
    name {text} not null,
    places {int} not null,
    valid_from {day} not null,
    valid_to {day}
);
create unique index room_of_facility on room (facility_id, name) where valid_to is null;
create table closure (
    id {uuid} primary key,
    facility_id {uuid} not null references facility (id),
    first_day {day} not null,
    day_after {day} not null,
    reason {text} not null,
    created_at {int} not null,
    created_by_name {text} not null,
    removed_at {int},
    check (day_after > first_day)
);
create index closure_of_facility on closure (facility_id, first_day);
create table provider (
    id {uuid} primary key,
    code {text} not null,
    name {text} not null,
    full_name {text} not null,
    valid_from {day} not null,
    valid_to {day}
);
create unique index provider_code on provider (code);
create table programme (
    id {uuid} primary key,
    code {text} not null,
    name {text} not null,
    kind {text} not null,
    valid_from {day} not null,
    valid_to {day},
    check (kind in ('group', 'individual', 'counselling', 'coaching'))
);
create unique index programme_code on programme (code);
create table programme_pillar (
    programme_id {uuid} not null references programme (id),
    model {text} not null,
    pillar_code {text} not null,
    pillar_name {text} not null,
    valid_from {day} not null,
    valid_to {day},
    primary key (programme_id, model)
);
create table programme_provider (
    programme_id {uuid} not null references programme (id),
    provider_id {uuid} not null references provider (id),
    part {text} not null,
    valid_from {day} not null,
    valid_to {day},
    primary key (programme_id, provider_id, valid_from)
);
create table template (
    id {uuid} primary key,
    programme_id {uuid} not null references programme (id),
    code {text} not null,
    name {text} not null,
    version {int} not null,
    places {int} not null,
    trainers {int} not null,
    interval_weeks {int} not null,
    valid_from {day} not null,
    valid_to {day}
);
create unique index template_version on template (code, version);
create table template_session (
    template_id {uuid} not null references template (id),
    ordinal {int} not null,
    module {text} not null,
    minutes {int} not null,
    optional {bool} not null,
    primary key (template_id, ordinal)
);
create table staff (
    id {uuid} primary key,
    provider_id {uuid} not null references provider (id),
    name {text} not null,
    task {text} not null,
    valid_from {day} not null,
    valid_to {day}
);
create index staff_of_provider on staff (provider_id, name);
"#,
    &[
        "facility",
        "room",
        "closure",
        "provider",
        "programme",
        "programme_pillar",
        "programme_provider",
        "template",
        "template_session",
        "staff"
    ]
);
