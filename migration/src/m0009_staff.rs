//! A clearance is asked for its renewal on every list.

crate::sql::step!(
    r#"
create index clearance_renewal on clearance (renewal_of, state) where renewal_of is not null
"#,
    undo: r#"
drop index clearance_renewal
"#
);
