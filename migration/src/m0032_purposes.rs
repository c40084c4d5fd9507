//! Why somebody opened a person who is not assigned to them (section 32 paragraph 2 SächsDSUG); without a person: why
//! somebody opened unusually many.

crate::sql::step!(
    r#"
create table stated_purpose (
    id {uuid} primary key,
    person_id {uuid} references person (id),
    account_id {uuid} not null references account (id),
    account_name {text} not null,
    session {key} not null,
    reason {text} not null,
    explanation {text} not null,
    stated_at {int} not null,
    expires_at {int} not null,
    check (expires_at > stated_at)
);
create index stated_purpose_valid on stated_purpose (account_id, person_id, expires_at);
create index stated_purpose_person on stated_purpose (person_id, stated_at)
"#,
    &["stated_purpose"]
);
