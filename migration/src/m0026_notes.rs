//! Notes of a providing team, sealed with the key of the organisation. The keys are wrapped by a master key that is not in
//! the database.

crate::sql::step!(
    r#"
create table provider_key (
    id {uuid} primary key,
    provider_id {uuid} not null references provider (id),
    master {text} not null,
    wrapped {bytes} not null,
    created_at {int} not null
);
create unique index provider_key_of_provider on provider_key (provider_id);
create table case_note (
    id {uuid} primary key,
    case_id {uuid} not null references client_case (id),
    provider_id {uuid} not null references provider (id),
    key_id {uuid} not null references provider_key (id),
    sealed {bytes} not null,
    written_by {uuid} not null references account (id),
    written_by_name {text} not null,
    written_at {int} not null
);
create index case_note_of_case on case_note (case_id, written_at);
create index case_note_of_key on case_note (key_id)
"#,
    &["provider_key", "case_note"]
);
