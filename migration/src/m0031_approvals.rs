//! Four eyes as one thing: a request, a second person's decision bound to the hash of what was asked, one use.

crate::sql::step!(
    r#"
create table approval (
    id {uuid} primary key,
    kind {text} not null,
    subject {text} not null,
    location {text} not null,
    reason {text} not null,
    request_hash {bytes} not null,
    state {text} not null,
    requested_by {uuid} not null references account (id),
    requested_by_name {text} not null,
    requested_at {int} not null,
    expires_at {int} not null,
    decided_by {uuid} references account (id),
    decided_by_name {text},
    decided_at {int},
    decided_reason {text},
    used_at {int},
    version {int} not null,
    check (state in ('requested', 'approved', 'declined', 'withdrawn', 'used')),
    check ((used_at is null) = (state <> 'used')),
    check (state not in ('approved', 'declined', 'used') or (decided_by is not null and decided_at is not null))
);
create index approval_open on approval (kind, expires_at) where state in ('requested', 'approved');
create index approval_order on approval (requested_at);
create index approval_requested_by on approval (requested_by);
create index approval_decided_by on approval (decided_by)
"#,
    &["approval"]
);
