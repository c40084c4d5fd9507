//! Who of the waiting list a draft is meant for: a proposal, until somebody is taken in.

crate::sql::step!(
    r#"
create table planned_member (
    group_id {uuid} not null references training_group (id),
    application_id {uuid} not null,
    planned_at {int} not null,
    primary key (group_id, application_id)
)
"#,
    &["planned_member"]
);
