//! People, their numbers, placements, absences, responsibilities, and imported lists.

crate::sql::step!(
    r#"
create table person (
    id {uuid} primary key,
    family_name {text} not null,
    given_name {text} not null,
    birth_date {day},
    sex {text} not null,
    sort_key {key} not null,
    created_at {int} not null,
    version {int} not null,
    check (sex in ('male', 'female', 'diverse', 'unknown'))
);
create index person_sort on person (sort_key, id);
create table person_key (
    key {key} not null,
    person_id {uuid} not null references person (id),
    primary key (key, person_id)
) {packed};
create index person_key_of_person on person_key (person_id);
create table person_alias (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    kind {text} not null,
    value {text} not null,
    value_key {key} not null,
    facility_id {uuid} not null references facility (id),
    valid_from {day} not null,
    valid_to {day},
    check (kind in ('prison_number', 'probation_file'))
);
create unique index person_alias_number on person_alias (facility_id, kind, value_key) where valid_to is null;
create index person_alias_of_person on person_alias (person_id);
create table placement (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    facility_id {uuid} not null references facility (id),
    kind {text} not null,
    setting {text} not null,
    from_day {day} not null,
    to_day {day},
    expected_release {day},
    end_reason {text},
    sort_key {key} not null,
    created_at {int} not null,
    version {int} not null,
    check (to_day is null or to_day >= from_day),
    check (kind in ('custody', 'probation'))
);
create unique index placement_open on placement (person_id, kind) where to_day is null;
create index placement_by_name on placement (facility_id, sort_key, person_id, from_day, to_day);
create index placement_by_release on placement (facility_id, expected_release, person_id);
create index placement_of_person on placement (person_id, facility_id);
create table absence (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    placement_id {uuid} not null references placement (id),
    from_day {day} not null,
    to_day {day},
    reason {text} not null,
    created_at {int} not null,
    version {int} not null,
    check (to_day is null or to_day > from_day)
);
create unique index absence_open on absence (placement_id) where to_day is null;
create index absence_of_person on absence (person_id, from_day);
create table assignment (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    account_id {uuid} not null references account (id),
    from_day {day} not null,
    to_day {day}
);
create unique index assignment_open on assignment (account_id, person_id) where to_day is null;
create index assignment_of_person on assignment (person_id);
create table person_import (
    id {uuid} primary key,
    account_id {uuid} not null references account (id),
    facility_id {uuid} not null references facility (id),
    file_name {text} not null,
    content {bytes},
    content_hash {text} not null,
    mapping {text} not null,
    state {text} not null,
    created_at {int} not null,
    committed_at {int},
    new_count {int} not null,
    changed_count {int} not null,
    unchanged_count {int} not null,
    version {int} not null,
    check (state in ('uploaded', 'committed', 'discarded'))
);
create index person_import_of_facility on person_import (facility_id, created_at);
create index person_import_age on person_import (created_at);
create table import_mapping (
    facility_id {uuid} not null references facility (id),
    fingerprint {key} not null,
    mapping {text} not null,
    updated_at {int} not null,
    primary key (facility_id, fingerprint)
);
"#,
    &[
        "person",
        "person_key",
        "person_alias",
        "placement",
        "absence",
        "assignment",
        "person_import",
        "import_mapping"
    ]
);
