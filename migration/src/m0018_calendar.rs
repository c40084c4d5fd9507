//! Subscriptions of a calendar: a secret address, of which only the hash is kept. One account has one at a time.

crate::sql::step!(
    r#"
create table calendar_feed (
    id {uuid} primary key,
    account_id {uuid} not null references account (id),
    token_hash {bytes} not null,
    epoch {int} not null,
    created_at {int} not null,
    used_at {int},
    revoked_at {int}
);
create unique index calendar_feed_token on calendar_feed (token_hash);
create unique index calendar_feed_of_account on calendar_feed (account_id) where revoked_at is null
"#,
    undo: r#"
drop table calendar_feed
"#
);
