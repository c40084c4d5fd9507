//! The few cases of which a court wants to hear are found without looking through all of a provider.

crate::sql::step!(
    r#"
create index client_case_reports on client_case (provider_id, staff_id) where court_report
"#,
    undo: r#"
drop index client_case_reports
"#
);
