//! Accounts, sessions, throttling of guesses, access grants.

crate::sql::step!(
    r#"
create table account (
    id {uuid} primary key,
    login {text} not null,
    login_key {key} not null,
    name {text} not null,
    role {text} not null,
    facility_id {uuid} references facility (id),
    provider_id {uuid} references provider (id),
    staff_id {uuid} references staff (id),
    password_hash {text},
    second_factor {bytes},
    second_factor_step {int} not null,
    setup_code_hash {bytes},
    setup_expires_at {int},
    session_epoch {int} not null,
    created_at {int} not null,
    disabled_at {int},
    version {int} not null
);
create unique index account_login on account (login_key);
create table recovery_code (
    account_id {uuid} not null references account (id),
    code_hash {bytes} not null,
    used_at {int},
    primary key (account_id, code_hash)
);
create table sign_in_throttle (
    key {key} primary key,
    failures {int} not null,
    window_started_at {int} not null,
    locked_until {int} not null
);
create table web_session (
    id {uuid} primary key,
    token_hash {bytes} not null,
    account_id {uuid} not null references account (id),
    level {text} not null,
    epoch {int} not null,
    client {text} not null,
    created_at {int} not null,
    last_seen_at {int} not null,
    ended_at {int},
    check (level in ('password', 'full'))
);
create unique index web_session_token on web_session (token_hash);
create index web_session_of_account on web_session (account_id, ended_at);
create table form_token (
    token {key} primary key,
    account_id {uuid} not null references account (id),
    location {text} not null,
    used_at {int} not null
);
create index form_token_age on form_token (used_at);
create table access_grant (
    id {uuid} primary key,
    staff_id {uuid} not null references staff (id),
    facility_id {uuid} not null references facility (id),
    programme_id {uuid} not null references programme (id),
    first_day {day} not null,
    last_day {day} not null,
    state {text} not null,
    requested_by {uuid} not null references account (id),
    requested_by_name {text} not null,
    requested_at {int} not null,
    decided_by {uuid} references account (id),
    decided_by_name {text},
    decided_at {int},
    version {int} not null,
    check (last_day >= first_day),
    check (state in ('requested', 'active', 'declined', 'revoked'))
);
create index access_grant_of_staff on access_grant (staff_id, state);
create index access_grant_of_facility on access_grant (facility_id, state, last_day);
create table history (
    id {uuid} primary key,
    object_kind {text} not null,
    object_id {uuid} not null,
    person_id {uuid},
    at {int} not null,
    actor_id {uuid},
    actor_name {text} not null,
    what {text} not null,
    old_value {text},
    new_value {text},
    reason {text}
);
create index history_of_object on history (object_kind, object_id, at);
create index history_of_person on history (person_id, at);
"#,
    &[
        "account",
        "recovery_code",
        "sign_in_throttle",
        "web_session",
        "form_token",
        "access_grant",
        "history"
    ]
);
