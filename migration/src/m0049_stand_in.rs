//! Who of a probation office stands in for whom while somebody is absent.

crate::sql::step!(
    r#"
create table stand_in (
    id {uuid} primary key,
    absent_id {uuid} not null references account (id),
    stand_in_id {uuid} not null references account (id),
    facility_id {uuid} not null references facility (id),
    from_day {day} not null,
    to_day {day} not null,
    set_by {uuid} not null references account (id),
    set_by_name {text} not null,
    set_at {int} not null,
    ended_by_name {text},
    ended_at {int},
    version {int} not null,
    check (to_day > from_day),
    check (absent_id <> stand_in_id)
);
create index stand_in_of on stand_in (stand_in_id) where ended_at is null;
create index stand_in_for on stand_in (absent_id);
create index stand_in_at on stand_in (facility_id, to_day)
"#,
    &["stand_in"]
);
