//! How often the client of a case is talked with, and the times for talks that are proposed to the counsellor: by plans of
//! a half-year, or instead of a talk that cannot take place.

crate::sql::step!(
    r#"
alter table client_case add column talk_weeks {int};
alter table client_case add column talk_minutes {int};
create index client_case_with_cadence on client_case (staff_id) where talk_weeks is not null;
alter table half_year_plan add column with_talks {bool} not null default false;
alter table half_year_plan add column talks {int} not null default 0;
create table talk_offer (
    id {uuid} primary key,
    plan_id {uuid} references half_year_plan (id),
    case_id {uuid} not null references client_case (id),
    staff_id {uuid} not null references staff (id),
    facility_id {uuid} not null references facility (id),
    moves {uuid} references talk_plan (id),
    asked_by {text},
    why {text},
    period_from {day},
    period_to {day},
    day {day} not null,
    start_minute {int} not null,
    minutes {int} not null,
    state {text} not null,
    version {int} not null,
    check (state in ('found', 'offered', 'planned', 'declined', 'superseded'))
);
create index talk_offer_of_plan on talk_offer (plan_id, staff_id) where plan_id is not null;
create index talk_offer_of_talk on talk_offer (moves) where moves is not null;
create index talk_offer_of_case on talk_offer (case_id);
create index talk_offer_by_day on talk_offer (day);
create index talk_offer_offered on talk_offer (staff_id, day) where state = 'offered'
"#,
    undo: r#"
drop table talk_offer;
alter table half_year_plan drop column talks;
alter table half_year_plan drop column with_talks;
drop index client_case_with_cadence;
alter table client_case drop column talk_minutes;
alter table client_case drop column talk_weeks
"#
);
