//! Templates say more about their sessions, groups may meet several times a week, and sessions know which session of
//! the template they are, whose place they take, and whether they are locked.

crate::sql::step!(
    r#"
alter table template add column complete_share {int};
alter table template add column complete_sessions {int};
alter table template add column complete_modules {bool} not null default true;
alter table template add column certificate {bool} not null default false;
alter table template add column certificate_title {text} not null default '';
alter table template_session add column kind {text} not null default 'group';
alter table template_session add column gap_days {int} not null default 0;
alter table template_session add column remand {bool} not null default true;
alter table template_session add column trainers {int} not null default 1;
create table group_slot (
    group_id {uuid} not null references training_group (id),
    weekday {int} not null,
    start_minute {int} not null,
    primary key (group_id, weekday)
);
create table series_undo (
    group_id {uuid} primary key references training_group (id),
    at {int} not null,
    by_name {text} not null,
    what {text} not null,
    before {text} not null,
    after_hash {text} not null
);
alter table facility add column lock_after_days {int};
alter table training_group add column entry_open {bool} not null default false;
alter table group_session add column kind {text} not null default 'group';
alter table group_session add column template_ordinal {int};
alter table group_session add column replaces {uuid};
alter table group_session add column locked {bool} not null default false;
alter table group_session add column cancel_note {text};
update group_session set template_ordinal = ordinal where exists (select 1 from training_group g
    join template_session t on t.template_id = g.template_id
    where g.id = group_session.group_id and t.ordinal = group_session.ordinal and t.module = group_session.module);
drop index group_session_order;
create unique index group_session_order on group_session (group_id, ordinal) where state <> 'cancelled';
create index group_session_of_group on group_session (group_id, day);
create index template_of_programme on template (programme_id, code, version)
"#,
    undo: r#"
drop index template_of_programme;
drop index group_session_of_group;
drop index group_session_order;
update group_session set ordinal = ordinal + 1000 * (select count(*) from group_session o
    where o.group_id = group_session.group_id and o.state = 'cancelled' and o.id <= group_session.id)
    where state = 'cancelled';
create unique index group_session_order on group_session (group_id, ordinal);
alter table group_session drop column cancel_note;
alter table group_session drop column locked;
alter table group_session drop column replaces;
alter table group_session drop column template_ordinal;
alter table group_session drop column kind;
alter table training_group drop column entry_open;
alter table facility drop column lock_after_days;
drop table series_undo;
drop table group_slot;
alter table template_session drop column trainers;
alter table template_session drop column remand;
alter table template_session drop column gap_days;
alter table template_session drop column kind;
alter table template drop column certificate_title;
alter table template drop column certificate;
alter table template drop column complete_modules;
alter table template drop column complete_sessions;
alter table template drop column complete_share
"#
);
