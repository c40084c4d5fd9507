//! Legal holds on the audit log: days that are kept past their period as long as the hold stands.

crate::sql::step!(
    r#"
create table audit_hold (
    id {uuid} primary key,
    first_day {day} not null,
    last_day {day},
    reference {text} not null,
    ground {text} not null,
    set_at {int} not null,
    set_by {uuid},
    set_by_name {text} not null,
    lifted_at {int},
    lifted_by_name {text},
    lifted_reason {text},
    version {int} not null,
    check (last_day is null or last_day >= first_day),
    check ((lifted_at is null) = (lifted_reason is null))
);
create index audit_hold_standing on audit_hold (first_day) where lifted_at is null
"#,
    &["audit_hold"]
);
