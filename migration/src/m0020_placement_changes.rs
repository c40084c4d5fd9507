//! What a change of placement leaves to be decided: the subject of an item, the event and its day, the facility's days of
//! grace.

crate::sql::step!(
    r#"
alter table review_item add column subject_id {uuid};
alter table review_item add column event {text};
alter table review_item add column event_day {day};
create unique index review_item_subject on review_item (kind, facility_id, subject_id) where state = 'open';
create table review_setting (
    facility_id {uuid} primary key references facility (id),
    grace_days {int} not null,
    changed_at {int} not null,
    changed_by_name {text} not null,
    version {int} not null,
    check (grace_days between 1 and 28)
)
"#,
    undo: r#"
drop table review_setting;
drop index review_item_subject;
delete from review_item where event is not null or kind = 'grant_asked';
alter table review_item drop column event_day;
alter table review_item drop column event;
alter table review_item drop column subject_id
"#
);
