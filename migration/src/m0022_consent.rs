//! Consents of people (or of clients without a name) for one purpose each, from a day on, and their withdrawal.

crate::sql::step!(
    r#"
create table consent (
    id {uuid} primary key,
    person_id {uuid} references person (id),
    case_id {uuid} references client_case (id),
    purpose {text} not null,
    from_day {day} not null,
    to_day {day},
    kept_at {text} not null,
    facility_id {uuid} references facility (id),
    provider_id {uuid} references provider (id),
    recorded_at {int} not null,
    recorded_by {uuid} references account (id),
    recorded_by_name {text} not null,
    withdrawn_on {day},
    withdrawn_at {int},
    withdrawn_by_name {text},
    version {int} not null,
    check (person_id is not null or case_id is not null),
    check (to_day is null or to_day > from_day),
    check ((withdrawn_on is null) = (withdrawn_at is null))
);
create index consent_of_person on consent (person_id, purpose);
create index consent_of_case on consent (case_id, purpose);
insert into consent (id, person_id, case_id, purpose, from_day, kept_at, facility_id, provider_id, recorded_at,
    recorded_by, recorded_by_name, version)
    select k.id, k.person_id, k.id, 'link', k.consent_on, '', null, k.provider_id, k.created_at, null,
    'aus der Verknüpfung übernommen', 1 from client_case k where k.consent_on is not null and k.person_id is not null
"#,
    &["consent"]
);
