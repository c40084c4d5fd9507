//! The lead of an office: a right of an account, given by two people.

crate::sql::step!(
    r#"
alter table account add column lead {bool} not null default false
"#,
    undo: r#"
alter table account drop column lead
"#
);
