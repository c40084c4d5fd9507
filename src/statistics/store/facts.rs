//! Counting: a handful of statements over all people, grouped by everything that figures are broken down by. The same text
//! runs on both databases; days are compared as days and taken apart as ISO text. Nothing here names a person: rows come
//! back as code words and counts.

use sea_orm::FromQueryResult;
use time::Date;

use crate::base::calendar::Quarter;
use crate::base::time::berlin_midnight;
use crate::consent;
use crate::store::{Result, Rows, Sql};

/// A day as a number of the form 20261231.
macro_rules! number {
    ($day:literal) => {
        concat!("cast(replace(cast(", $day, " as text), '-', '') as bigint)")
    };
}

/// The quarter of a day as text, `2026-Q3`.
macro_rules! quarter {
    ($day:literal) => {
        concat!(
            "substr(cast(",
            $day,
            " as text), 1, 4) || '-Q' || cast((cast(substr(cast(",
            $day,
            " as text), 6, 2) as bigint) + 2) / 3 as text)"
        )
    };
}

/// The days since the beginning of our era up to a day, in whole numbers (the civil calendar, March first).
macro_rules! days {
    ($day:literal) => {
        concat!(
            "(select 365 * d.y + d.y / 4 - d.y / 100 + d.y / 400 + (d.m * 306 + 5) / 10 + d.d from (select ",
            "cast(substr(cast(", $day, " as text), 1, 4) as bigint) - case when substr(cast(", $day,
            " as text), 6, 2) <= '02' then 1 else 0 end as y, (cast(substr(cast(", $day,
            " as text), 6, 2) as bigint) + 9) % 12 as m, cast(substr(cast(", $day, " as text), 9, 2) as bigint) as d) d)"
        )
    };
}

/// From when to when is counted. What is counted is what is recorded at this moment: states of the past are not all kept, so
/// there is no counting as of an earlier day.
#[derive(Debug, Clone, Copy)]
pub(in crate::statistics) struct Window {
    /// First day.
    pub first: Date,
    /// Day after the last.
    pub after: Date,
    /// The day on which consents are looked at.
    pub today: Date,
}

/// One row for each way that cases went, with the number of such cases.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::statistics) struct CourseRow {
    pub programme: String,
    pub parents: bool,
    pub provider: String,
    pub facility: Option<String>,
    pub phenomenon: Option<String>,
    pub route: String,
    pub sex: Option<String>,
    pub age: Option<i64>,
    pub setting: Option<String>,
    pub waited: Option<i64>,
    pub outcome: Option<String>,
    pub reason: Option<String>,
    /// Whether it was recorded by mistake.
    pub mistake: bool,
    /// Quarters; `None` if it did not happen in the window.
    pub asked: Option<String>,
    pub taken: Option<String>,
    /// Empty: before the window.
    pub begun: Option<String>,
    pub ended: Option<String>,
    pub children_small: i64,
    pub children_school: i64,
    pub children_youth: i64,
    pub number: i64,
}

/// Every case, and every participation without one, with the days on which it reached something. A case is one row, whatever
/// hangs on it: steps, talks, two counsellors. Days of a participation have the last word, as everywhere.
const WAYS: &str = "with way as (\
     select k.id, k.person_id, k.programme_id, k.provider_id, coalesce(e.facility_id, k.facility_id) as facility_id, k.access_route, \
     k.phenomenon, k.enquired_on as asked, coalesce(k.children_small, 0) as children_small, \
     coalesce(k.children_school, 0) as children_school, coalesce(k.children_youth, 0) as children_youth, \
     e.id as enrolment_id, e.ended_on, e.outcome, \
     coalesce((select min(st.day) from case_step st where st.case_id = k.id \
     and st.to_state in ('clearing', 'first_talk', 'agreed')), e.enrolled_on) as taken, \
     coalesce(e.started_on, (select min(st.day) from case_step st where st.case_id = k.id \
     and st.to_state = 'running')) as begun, \
     coalesce((select min(case when e.outcome = 'completed' and e.ended_on < st.day then e.ended_on else st.day end) \
     from case_step st where st.case_id = k.id and st.to_state = 'completed'), \
     case when e.outcome = 'completed' then e.ended_on end) as done, \
     (select max(st.day) from case_step st where st.case_id = k.id \
     and st.to_state in ('broken_off', 'passed_on')) as left_on, \
     (select st.to_state from case_step st where st.case_id = k.id order by st.number desc limit 1) as last_state, \
     (select st.reason from case_step st where st.case_id = k.id and st.to_state in ('broken_off', 'declined') \
     order by st.number desc limit 1) as reason \
     from client_case k left join enrolment e on e.id = k.enrolment_id where (k.person_id is null or ";

/// Participations without a case, and what follows from the days.
const ENDS: &str = ") union all \
     select e.id, e.person_id, e.programme_id, e.provider_id, e.facility_id, e.access_route, null, e.enrolled_on, 0, 0, 0, e.id, \
     e.ended_on, e.outcome, e.enrolled_on, e.started_on, case when e.outcome = 'completed' then e.ended_on end, null, null, null \
     from enrolment e where not exists (select 1 from client_case k where k.enrolment_id = e.id) and ";

/// How each way ended and began.
const WHEN: &str = "), closed as (select way.*, case when done is not null then 'completed' \
     when enrolment_id is not null and ended_on is null then null \
     when last_state = 'passed_on' then 'passed_on' \
     when enrolment_id is not null then 'broken_off' \
     when last_state = 'broken_off' or (last_state = 'aftercare' and left_on is not null) then 'broken_off' end as way_out \
     from way), course as (select closed.*, case when way_out = 'completed' then done \
     when way_out is not null then coalesce(ended_on, left_on) end as stopped from closed), \
     x as (select course.*, case when begun is null and done is null then null \
     when begun is null or stopped < begun then stopped else begun end as start from course) ";

/// Whoever withdrew the consent to be counted is on no way.
fn ways(window: Window) -> Sql {
    Sql::new(WAYS)
        .append(consent::counted("k.person_id", window.today))
        .push(ENDS)
        .append(consent::counted("e.person_id", window.today))
        .push(WHEN)
}

/// How cases came, began and ended: those that did anything in the window or ran in it.
pub(in crate::statistics) async fn courses(
    rows: &impl Rows,
    window: Window,
) -> Result<Vec<CourseRow>> {
    let (first, after) = (window.first, window.after);
    let span = |sql: Sql| sql.bind(first).bind(after);
    let sql = ways(window);
    let sql = sql.push(
        ", told as (select m.code as programme, m.client = 'parent' as parents, v.code as provider, f.code as facility, x.phenomenon, \
         x.access_route as route, p.sex, (",
    )
    .push(number!("x.start"))
    .push(" - ")
    .push(number!("p.birth_date"))
    .push(
        ") / 10000 as age, (select pl.setting from placement pl where pl.person_id = x.person_id and pl.from_day <= x.start \
         and (pl.to_day is null or pl.to_day > x.start) order by pl.from_day desc, pl.id limit 1) as setting, ",
    )
    .push(days!("x.start"))
    .push(" - ")
    .push(days!("x.wished"))
    .push(
        " as waited, case when x.stopped < ? then x.way_out end as outcome, case when x.way_out = 'broken_off' and x.stopped < ? \
         then x.reason end as reason, x.last_state = 'declined' and x.reason = 'mistake' as mistake, case when x.asked >= ? and x.asked < ? then ",
    )
    .bind(after)
    .bind(after);
    let sql = span(sql)
        .push(quarter!("x.asked"))
        .push(" end as asked, case when x.taken >= ? and x.taken < ? then ");
    let sql = span(sql)
        .push(quarter!("x.taken"))
        .push(" end as taken, case when x.start < ? then '' when x.start < ? then ");
    let sql = span(sql)
        .push(quarter!("x.start"))
        .push(" end as begun, case when x.stopped >= ? and x.stopped < ? then ");
    let sql = span(sql).push(quarter!("x.stopped")).push(
        " end as ended, x.children_small, x.children_school, x.children_youth from (select x.*, (select case \
         when min(a.applied_on) < x.asked then min(a.applied_on) else x.asked end from application a where a.enrolment_id = x.enrolment_id) \
         as wished from x) x join programme m on m.id = x.programme_id join provider v on v.id = x.provider_id \
         left join facility f on f.id = x.facility_id left join person p on p.id = x.person_id where (x.asked >= ? and x.asked < ?) \
         or (x.taken >= ? and x.taken < ?) or (x.start < ? and (x.stopped is null or x.stopped >= ?))) \
         select told.programme, told.parents, told.provider, told.facility, told.phenomenon, told.route, told.sex, told.age, told.setting, \
         told.waited, told.outcome, told.reason, coalesce(told.mistake, false) as mistake, told.asked, told.taken, told.begun, told.ended, \
         cast(sum(told.children_small) as bigint) as children_small, cast(sum(told.children_school) as bigint) as children_school, \
         cast(sum(told.children_youth) as bigint) as children_youth, count(*) as number from told group by told.programme, told.parents, told.provider, \
         told.facility, told.phenomenon, told.route, told.sex, told.age, told.setting, told.waited, told.outcome, told.reason, \
         coalesce(told.mistake, false), told.asked, told.taken, told.begun, told.ended limit 500000",
    );
    let sql = span(span(sql)).bind(after).bind(first);
    rows.all(sql).await
}

/// People with something running in the window, each once.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::statistics) struct PersonRow {
    pub sex: Option<String>,
    pub age: Option<i64>,
    pub setting: Option<String>,
    pub number: i64,
}

/// Counts people, each once; who is not known by name once for each case.
pub(in crate::statistics) async fn persons(
    rows: &impl Rows,
    window: Window,
) -> Result<Vec<PersonRow>> {
    let last = window.after.previous_day().unwrap_or(window.after);
    let sql = ways(window)
        .push(
            ", people as (select distinct coalesce(x.person_id, x.id) as client, x.person_id from x where x.start < ? \
             and (x.stopped is null or x.stopped >= ?)), told as (select people.client, p.sex, (cast(replace(cast(? as text), '-', '') as bigint) - ",
        )
        .bind(window.after)
        .bind(window.first)
        .bind(last.to_string())
        .push(number!("p.birth_date"))
        .push(
            ") / 10000 as age, (select pl.setting from placement pl where pl.person_id = people.person_id and pl.from_day < ? \
             and (pl.to_day is null or pl.to_day > ?) order by pl.from_day desc, pl.id limit 1) as setting from people \
             left join person p on p.id = people.person_id) select told.sex, told.age, told.setting, count(*) as number from told \
             group by told.sex, told.age, told.setting limit 5000",
        )
        .bind(window.after)
        .bind(window.first);
    rows.all(sql).await
}

/// Dates, hours, attendances, completions and talks by programme, provider, facility and quarter.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::statistics) struct OfferRow {
    /// What is counted.
    pub kind: String,
    pub programme: String,
    pub provider: String,
    pub facility: Option<String>,
    pub quarter: String,
    /// The reason of a cancelled date.
    pub reason: Option<String>,
    pub number: i64,
    /// Hundredths of hours of group sessions, started hours of talks.
    pub hours: i64,
}

/// Group sessions (`planned`, `held`, `cancelled`), `attended`, `completed`, `talk` and `no_talk`.
pub(in crate::statistics) async fn offers(
    rows: &impl Rows,
    window: Window,
) -> Result<Vec<OfferRow>> {
    let span = |sql: Sql| sql.bind(window.first).bind(window.after);
    let sql = Sql::new(
        "with told as (select s.state as kind, g.programme_id, g.provider_id, g.facility_id, s.day, s.cancel_reason as reason, \
         (s.minutes * 100 + 30) / 60 as hours from group_session s join training_group g on g.id = s.group_id \
         where g.state <> 'draft' and s.day >= ? and s.day < ? union all \
         select 'attended', g.programme_id, g.provider_id, g.facility_id, s.day, null, 0 from attendance a \
         join group_session s on s.id = a.session_id join training_group g on g.id = s.group_id where g.state <> 'draft' \
         and s.state = 'held' and a.status in ('present', 'late', 'left_early') and s.day >= ? and s.day < ? and ",
    );
    let sql = span(span(sql))
        .append(consent::counted("a.person_id", window.today))
        .push(
            " union all \
         select 'completed', g.programme_id, g.provider_id, g.facility_id, c.day, null, 0 from completion c \
         join training_group g on g.id = c.group_id where c.result = 'completed' and c.withdrawn_at is null and c.day >= ? and c.day < ? and ",
        );
    let sql = span(sql)
        .append(consent::counted("c.person_id", window.today))
        .push(
            " union all \
         select case when c.outcome = 'took_place' then 'talk' else 'no_talk' end, coalesce(e.programme_id, k.programme_id), \
         coalesce(e.provider_id, k.provider_id), coalesce(e.facility_id, k.facility_id), c.day, null, (c.minutes + 59) / 60 \
         from counselling_session c left join enrolment e on e.id = c.enrolment_id left join client_case k on k.id = c.case_id \
         where c.outcome in ('took_place', 'no_show', 'cancelled') and c.day >= ? and c.day < ? \
         and (c.person_id is null or ",
        );
    let sql = span(sql)
        .append(consent::counted("c.person_id", window.today))
        .push(")) select told.kind, m.code as programme, v.code as provider, f.code as facility, ");
    rows.all(
        sql.push(quarter!("told.day")).push(
            " as quarter, told.reason, count(*) as number, cast(sum(told.hours) as bigint) as hours from told \
             join programme m on m.id = told.programme_id join provider v on v.id = told.provider_id \
             left join facility f on f.id = told.facility_id group by told.kind, m.code, v.code, f.code, ",
        )
        .push(quarter!("told.day"))
        .push(", told.reason limit 500000"),
    )
    .await
}

/// Groups with a session in the window, each once.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::statistics) struct GroupRow {
    pub programme: String,
    pub provider: String,
    pub facility: Option<String>,
    pub number: i64,
}

/// Counts groups of which at least one session took place.
pub(in crate::statistics) async fn groups(
    rows: &impl Rows,
    window: Window,
) -> Result<Vec<GroupRow>> {
    rows.all(
        Sql::new(
            "select m.code as programme, v.code as provider, f.code as facility, count(*) as number from training_group g \
             join programme m on m.id = g.programme_id join provider v on v.id = g.provider_id left join facility f on f.id = g.facility_id \
             where g.state <> 'draft' and exists (select 1 from group_session s where s.group_id = g.id and s.state = 'held' \
             and s.day >= ? and s.day < ?) group by m.code, v.code, f.code limit 5000",
        )
        .bind(window.first)
        .bind(window.after),
    )
    .await
}

/// Hand-overs by the kinds of facility and the quarter.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::statistics) struct HandOverRow {
    /// `offered`, `accepted`, `declined` or `expired`.
    pub kind: String,
    pub from_kind: String,
    pub to_kind: String,
    pub quarter: String,
    pub number: i64,
}

/// Counts hand-overs on the day they were offered, answered, or on the last day on which they could have been.
pub(in crate::statistics) async fn hand_overs(
    rows: &impl Rows,
    window: Window,
    quarters: &[Quarter],
) -> Result<Vec<HandOverRow>> {
    let first = berlin_midnight(window.first);
    let span = |sql: Sql| sql.bind(window.first).bind(window.after);
    let consented = |sql: Sql| sql.append(consent::counted("h.person_id", window.today));
    let sql = Sql::new(
        "select t.kind, ff.kind as from_kind, tf.kind as to_kind, t.quarter, count(*) as number from (\
         select 'offered' as kind, h.from_facility_id, h.to_facility_id, ",
    )
    .push(quarter!("h.offered_on"))
    .push(" as quarter from hand_over h where h.offered_on >= ? and h.offered_on < ? and ");
    let sql = consented(span(sql))
        .push(" union all select 'expired', h.from_facility_id, h.to_facility_id, ")
        .push(quarter!("h.expires_on"))
        .push(
            " from hand_over h where h.state = 'expired' and h.expires_on >= ? and h.expires_on < ? and ",
        );
    // Answers are moments: their quarter is the one of the day in Berlin.
    let mut sql = consented(span(sql))
        .push(" union all select h.state, h.from_facility_id, h.to_facility_id, case");
    for quarter in quarters {
        sql = sql
            .push(" when h.answered_at < ? then cast(? as text)")
            .bind(berlin_midnight(quarter.day_after()))
            .bind(quarter.to_string());
    }
    let sql = sql
        .push(
            " end from hand_over h where h.state in ('accepted', 'declined') and h.answered_at >= ? and h.answered_at < ? and ",
        )
        .bind(first)
        .bind(berlin_midnight(window.after));
    let sql = consented(sql).push(
        ") t join facility ff on ff.id = t.from_facility_id join facility tf on tf.id = t.to_facility_id \
         group by t.kind, ff.kind, tf.kind, t.quarter limit 5000",
    );
    rows.all(sql).await
}

/// A code of reference data.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::statistics) struct ReferenceRow {
    /// `programme`, `facility`, `provider`, `phenomenon`, `reason` or `part`.
    pub kind: String,
    pub code: String,
    pub label: String,
    pub parent: Option<String>,
    pub parent_label: Option<String>,
    /// Orders the codes of a kind.
    pub place: String,
}

/// The codes in force on some day of the window; `part` is a provider (`code`) of a programme (`parent`).
pub(in crate::statistics) async fn reference(
    rows: &impl Rows,
    window: Window,
) -> Result<Vec<ReferenceRow>> {
    let last = window.after.previous_day().unwrap_or(window.after);
    let span = |sql: Sql| sql.bind(window.after).bind(window.first);
    let sql = Sql::new(
        "select z.kind, z.code, z.label, z.parent, z.parent_label, z.place from (select 'programme' as kind, m.code, m.name as label, \
         q.pillar_code as parent, q.pillar_name as parent_label, m.name as place from programme m left join programme_pillar q \
         on q.programme_id = m.id and q.valid_from <= ? and (q.valid_to is null or q.valid_to > ?) \
         where m.valid_from < ? and (m.valid_to is null or m.valid_to > ?) union all \
         select 'facility', f.code, f.name, f.kind, null, f.name from facility f where f.valid_from < ? and (f.valid_to is null or f.valid_to > ?) \
         union all select 'provider', v.code, v.name, null, null, v.name from provider v where v.valid_from < ? and (v.valid_to is null or v.valid_to > ?) \
         union all select c.list, c.code, c.label, c.federal, null, substr('00' || cast(c.place as text), length(cast(c.place as text)), 3) \
         from code_entry c where (c.list = 'phenomenon' or (c.list = 'reason' and c.category = 'broken_off')) \
         and c.valid_from < ? and (c.valid_to is null or c.valid_to > ?) \
         union all select 'part', v.code, v.name, m.code, null, v.code from programme_provider pp join programme m on m.id = pp.programme_id \
         join provider v on v.id = pp.provider_id where pp.valid_from < ? and (pp.valid_to is null or pp.valid_to > ?)) z \
         limit 2000",
    )
    .bind(last)
    .bind(last);
    rows.all(span(span(span(span(span(sql)))))).await
}
