//! A closure may be of one room: the house is open, the room is not.

crate::sql::step!(
    r#"
alter table closure add column room_id {uuid} references room (id);
create index closure_of_room on closure (room_id) where room_id is not null
"#,
    undo: r#"
drop index closure_of_room;
alter table closure drop column room_id
"#
);
