//! Cases: the way of one client through one programme, from the first enquiry on. Every participation gets the case it
//! belongs to; talks may belong to a case whose client is not known by name. Dated code lists; drafts of forms; whom a
//! programme is for, and how many counsel together.

crate::sql::step!(
    r#"
alter table programme add column client {text} not null default 'participant';
alter table programme add column team {int} not null default 1;
update programme set client = 'environment' where code = 'umfeldberatung';
update programme set client = 'parent' where code = 'elterncoaching';
update programme set team = 2 where code = 'ausstieg';
create table code_entry (
    list {text} not null,
    code {text} not null,
    category {text} not null,
    label {text} not null,
    federal {text},
    place {int} not null,
    valid_from {day} not null,
    valid_to {day},
    primary key (list, category, code, valid_from)
);
insert into code_entry (list, code, category, label, federal, place, valid_from, valid_to) values
    ('phenomenon', 'islamist', '', 'Islamistischer Extremismus', 'PMK -religiöse Ideologie-', 1, '2017-03-28', null),
    ('phenomenon', 'right', '', 'Rechtsextremismus', 'PMK -rechts-', 2, '2023-07-10', null),
    ('phenomenon', 'left', '', 'Linksextremismus', 'PMK -links-', 3, '2023-07-10', null),
    ('phenomenon', 'foreign', '', 'Auslandsbezogener Extremismus', 'PMK -ausländische Ideologie-', 4, '2023-07-10', null),
    ('phenomenon', 'reichsbuerger', '', 'Reichsbürger und Selbstverwalter', 'PMK -sonstige Zuordnung-', 5, '2023-07-10', null),
    ('phenomenon', 'delegitimation', '', 'Delegitimierung des Staates', 'PMK -sonstige Zuordnung-', 6, '2023-07-10', null),
    ('phenomenon', 'overlapping', '', 'phänomenübergreifend', 'PMK -sonstige Zuordnung-', 7, '2023-07-10', null),
    ('phenomenon', 'clarifying', '', 'in Klärung', null, 8, '2017-03-28', null),
    ('phenomenon', 'none', '', 'kein Extremismusbezug festgestellt', null, 9, '2017-03-28', null),
    ('reason', 'certificate', 'completed', 'abgeschlossen, mit Bescheinigung', null, 1, '2017-03-28', null),
    ('reason', 'no_certificate', 'completed', 'abgeschlossen, ohne Bescheinigung', null, 2, '2017-03-28', null),
    ('reason', 'settled', 'completed', 'abgeschlossen, Anliegen geklärt', null, 3, '2017-03-28', null),
    ('reason', 'consent_withdrawn', 'broken_off', 'abgebrochen: Einwilligung zurückgezogen', null, 1, '2017-03-28', null),
    ('reason', 'excluded_by_provider', 'broken_off', 'abgebrochen: vom Träger ausgeschlossen', null, 2, '2017-03-28', null),
    ('reason', 'excluded_by_prison', 'broken_off', 'abgebrochen: von der Anstalt ausgeschlossen (Sicherheit, Disziplin)', null, 3, '2017-03-28', null),
    ('reason', 'transferred', 'broken_off', 'abgebrochen: verlegt, keine Fortsetzung', null, 4, '2017-03-28', null),
    ('reason', 'released', 'broken_off', 'abgebrochen: entlassen, keine Fortsetzung', null, 5, '2017-03-28', null),
    ('reason', 'unavailable', 'broken_off', 'abgebrochen: Arbeit, Schule oder Gesundheit', null, 6, '2017-03-28', null),
    ('reason', 'contact_lost', 'broken_off', 'abgebrochen: Kontakt abgerissen', null, 7, '2017-03-28', null),
    ('reason', 'other_offer', 'broken_off', 'abgebrochen: Wechsel in ein anderes Angebot', null, 8, '2017-03-28', null),
    ('reason', 'other', 'broken_off', 'abgebrochen: anderer Grund', null, 9, '2017-03-28', null),
    ('reason', 'own_wish', 'declined', 'Person möchte nicht', null, 1, '2017-03-28', null),
    ('reason', 'unsuitable', 'declined', 'Angebot passt nicht', null, 2, '2017-03-28', null),
    ('reason', 'no_extremism', 'declined', 'kein Extremismusbezug festgestellt', null, 3, '2017-03-28', null),
    ('reason', 'no_place', 'declined', 'auf absehbare Zeit kein Platz', null, 4, '2017-03-28', null),
    ('reason', 'one_talk', 'declined', 'mit dem Erstgespräch erledigt', null, 5, '2017-03-28', null),
    ('reason', 'mistake', 'declined', 'irrtümlich erfasst', null, 6, '2017-03-28', null),
    ('reason', 'other_provider', 'passed_on', 'an einen anderen Träger', null, 1, '2017-03-28', null),
    ('reason', 'regular_services', 'passed_on', 'an Regeldienste (zum Beispiel Suchtberatung)', null, 2, '2017-03-28', null),
    ('reason', 'other_land', 'passed_on', 'in ein anderes Land', null, 3, '2017-03-28', null),
    ('reason', 'health', 'paused', 'Gesundheit', null, 1, '2017-03-28', null),
    ('reason', 'moved', 'paused', 'Verlegung oder Abwesenheit', null, 2, '2017-03-28', null),
    ('reason', 'own_wish', 'paused', 'eigener Wunsch', null, 3, '2017-03-28', null),
    ('reason', 'provider', 'paused', 'Fachkraft fällt aus', null, 4, '2017-03-28', null),
    ('reason', 'recall', 'reopened', 'Widerruf, Rückkehr in Haft', null, 1, '2017-03-28', null),
    ('reason', 'returned', 'reopened', 'meldet sich wieder', null, 2, '2017-03-28', null),
    ('reason', 'mistake', 'reopened', 'irrtümlich beendet', null, 3, '2017-03-28', null);
create table client_case (
    id {uuid} primary key,
    client {text} not null,
    client_role {text},
    person_id {uuid} references person (id),
    about_person_id {uuid} references person (id),
    programme_id {uuid} not null references programme (id),
    provider_id {uuid} not null references provider (id),
    facility_id {uuid} references facility (id),
    staff_id {uuid} references staff (id),
    second_staff_id {uuid} references staff (id),
    enrolment_id {uuid} references enrolment (id),
    asked_by {text},
    access_route {text} not null,
    enquired_on {day} not null,
    court_order {text},
    court_report {bool} not null,
    sentence_plan {text},
    phenomenon {text},
    language {text},
    interpreter {bool} not null,
    availability {text} not null,
    children_small {int},
    children_school {int},
    children_youth {int},
    state {text} not null,
    before_state {text},
    closed_on {day},
    linked_on {day},
    consent_on {day},
    created_at {int} not null,
    created_by {uuid} references account (id),
    created_by_name {text} not null,
    version {int} not null,
    check (client in ('person', 'anonymous', 'relative', 'professional')),
    check ((client = 'person') = (person_id is not null)),
    check (enrolment_id is null or person_id is not null),
    check (about_person_id is null or client = 'relative')
);
create unique index client_case_of_enrolment on client_case (enrolment_id);
create unique index client_case_enquiry on client_case (person_id, programme_id, provider_id)
    where enrolment_id is null and state in ('enquiry', 'clearing', 'first_talk');
create index client_case_of_person on client_case (person_id, programme_id);
create index client_case_of_provider on client_case (provider_id, facility_id);
create index client_case_of_staff on client_case (staff_id);
create index client_case_of_second_staff on client_case (second_staff_id);
create index client_case_recorded_by on client_case (created_by);
insert into client_case (id, client, person_id, programme_id, provider_id, facility_id, staff_id, enrolment_id, access_route,
    enquired_on, court_report, sentence_plan, interpreter, availability, state, created_at, created_by_name, version)
    select e.id, 'person', e.person_id, e.programme_id, e.provider_id, e.facility_id, e.staff_id, e.id, e.access_route,
    e.enrolled_on, false, case when e.access_route = 'vollzugsplan' then 'yes' end, false, '', 'agreed', e.created_at,
    'aus den Teilnahmen übernommen', 1 from enrolment e;
create table case_step (
    case_id {uuid} not null references client_case (id),
    number {int} not null,
    day {day} not null,
    from_state {text},
    to_state {text} not null,
    reason {text},
    at {int} not null,
    by_name {text} not null,
    primary key (case_id, number)
);
insert into case_step (case_id, number, day, from_state, to_state, reason, at, by_name)
    select k.id, 1, k.enquired_on, null, 'agreed', null, k.created_at, k.created_by_name from client_case k;
create table form_draft (
    account_id {uuid} not null references account (id),
    form {text} not null,
    content {bytes} not null,
    saved_at {int} not null,
    primary key (account_id, form)
);
create index form_draft_saved on form_draft (saved_at);
drop index counselling_session_of_person;
drop index counselling_session_of_enrolment;
alter table counselling_session rename column person_id to known_person;
alter table counselling_session rename column enrolment_id to known_enrolment;
alter table counselling_session add column person_id {uuid} references person (id);
alter table counselling_session add column enrolment_id {uuid} references enrolment (id);
update counselling_session set person_id = known_person, enrolment_id = known_enrolment;
alter table counselling_session drop column known_person;
alter table counselling_session drop column known_enrolment;
alter table counselling_session add column case_id {uuid} references client_case (id)
    check ((enrolment_id is null) <> (case_id is null) and (enrolment_id is null) = (person_id is null));
create index counselling_session_of_person on counselling_session (person_id, day);
create index counselling_session_of_enrolment on counselling_session (enrolment_id, day);
create index counselling_session_of_case on counselling_session (case_id, day)
"#,
    // Talks of people who are not known by name have no place in the step before; the two columns stay able to be empty.
    undo: r#"
drop index counselling_session_of_case;
delete from counselling_session where case_id is not null;
alter table counselling_session drop column case_id;
drop table form_draft;
drop table case_step;
drop table client_case;
drop table code_entry;
alter table programme drop column team;
alter table programme drop column client
"#
);
