//! Indexes for lookups that the partial unique indexes cannot answer, because ended rows count too.

crate::sql::step!(
    r#"
create index assignment_of_account on assignment (account_id, person_id, from_day, to_day);
create index absence_of_placement on absence (placement_id, from_day);
create index enrolment_of_person on enrolment (person_id, programme_id);
create index membership_of_group on membership (group_id, person_id, from_day, to_day);
create index membership_of_enrolment_ever on membership (enrolment_id)
"#,
    undo: r#"
drop index membership_of_enrolment_ever;
drop index membership_of_group;
drop index enrolment_of_person;
drop index absence_of_placement;
drop index assignment_of_account
"#
);
