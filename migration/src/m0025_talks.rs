//! Talks that are planned, with who moved or cancelled them and why; topics of talks that were had; how an organisation
//! counsels in a programme (notes, and from how many missed talks in a row a case is marked). Where a talk is held
//! replaces how it is held.

crate::sql::step!(
    r#"
create table talk_plan (
    id {uuid} primary key,
    case_id {uuid} not null references client_case (id),
    staff_id {uuid} references staff (id),
    facility_id {uuid} references facility (id),
    day {day} not null,
    start_minute {int} not null,
    minutes {int} not null,
    place {text} not null,
    state {text} not null,
    asked_by {text},
    reason {text},
    moved_to {uuid} references talk_plan (id),
    session_id {uuid} references counselling_session (id),
    planned_by {uuid} not null references account (id),
    planned_by_name {text} not null,
    planned_at {int} not null,
    ended_by_name {text},
    ended_at {int},
    version {int} not null,
    check (minutes > 0),
    check (state in ('planned', 'done', 'moved', 'cancelled')),
    check ((state = 'done') = (session_id is not null)),
    check ((state = 'moved') = (moved_to is not null))
);
create index talk_plan_of_case on talk_plan (case_id, day);
create index talk_plan_of_staff on talk_plan (staff_id, day);
create index talk_plan_of_house on talk_plan (facility_id, day);
create index talk_plan_by_planner on talk_plan (planned_by, day);
create index talk_plan_by_day on talk_plan (day);
create unique index talk_plan_of_session on talk_plan (session_id);
create table counselling_topic (
    session_id {uuid} not null references counselling_session (id),
    code {text} not null,
    primary key (session_id, code)
);
create index counselling_topic_by_code on counselling_topic (code);
create index case_step_by_reason on case_step (reason);
create index client_case_by_phenomenon on client_case (phenomenon);
create table counselling_rule (
    provider_id {uuid} not null references provider (id),
    programme_id {uuid} not null references programme (id),
    notes {bool} not null,
    missed {int} not null,
    changed_at {int} not null,
    changed_by_name {text} not null,
    version {int} not null,
    primary key (provider_id, programme_id),
    check (missed between 2 and 10)
);
alter table counselling_session add column late {bool} not null default false;
update counselling_session set form = 'home' where form = 'outreach';
update counselling_session set form = case when exists (select 1 from placement p
    where p.person_id = counselling_session.person_id and p.kind = 'custody' and p.from_day <= counselling_session.day
    and (p.to_day is null or p.to_day > counselling_session.day)) then 'prison' else 'office' end where form = 'in_person';
insert into code_entry (list, code, category, label, federal, place, valid_from, valid_to) values
    ('topic', 'housing', '', 'Wohnen', null, 1, '2017-03-28', null),
    ('topic', 'work', '', 'Arbeit und Ausbildung', null, 2, '2017-03-28', null),
    ('topic', 'money', '', 'Geld und Schulden', null, 3, '2017-03-28', null),
    ('topic', 'family', '', 'Familie und Beziehungen', null, 4, '2017-03-28', null),
    ('topic', 'friends', '', 'Freundeskreis und Szene', null, 5, '2017-03-28', null),
    ('topic', 'views', '', 'Weltbild und Werte', null, 6, '2017-03-28', null),
    ('topic', 'conflict', '', 'Konflikte und Gewalt', null, 7, '2017-03-28', null),
    ('topic', 'addiction', '', 'Sucht', null, 8, '2017-03-28', null),
    ('topic', 'health', '', 'Gesundheit', null, 9, '2017-03-28', null),
    ('topic', 'authorities', '', 'Behörden und Gericht', null, 10, '2017-03-28', null),
    ('topic', 'release', '', 'Entlassung und Übergang', null, 11, '2017-03-28', null)
"#,
    undo: r#"
delete from code_entry where list = 'topic';
update counselling_session set form = 'in_person' where form in ('prison', 'office');
update counselling_session set form = 'outreach' where form = 'home';
alter table counselling_session drop column late;
drop index client_case_by_phenomenon;
drop index case_step_by_reason;
drop table counselling_rule;
drop table counselling_topic;
drop table talk_plan
"#
);
