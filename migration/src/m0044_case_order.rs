//! The list of cases is walked in its own order, and open enquiries are found without the cases that came of others.

crate::sql::step!(
    r#"
create index client_case_newest on client_case (enquired_on desc, id);
create index client_case_enquiries on client_case (enquired_on desc, id)
    where enrolment_id is null and state in ('enquiry', 'clearing', 'first_talk')
"#,
    undo: r#"
drop index client_case_enquiries;
drop index client_case_newest
"#
);
