//! Queries of past work.

use sea_orm::FromQueryResult;
use time::Date;
use uuid::Uuid;

use crate::access::Role;
use crate::base::ids::PersonId;
use crate::base::time::berlin_today;
use crate::groups::sessions_of_sql;
use crate::store::{Cursor, Page, Result, Rows, Sql};

/// Lines on a page.
pub(super) const PAGE: usize = 40;

/// A past date of one's own work.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct PastLine {
    /// The session or talk.
    pub id: Uuid,
    /// `group` or `case`.
    pub kind: String,
    /// The group or the participation (for a client without a name the case): its beginning is the label.
    pub about: Uuid,
    pub day: Date,
    pub minutes: i64,
    pub facility_name: String,
    /// For the audit log only: no page names the person.
    pub person_id: Option<PersonId>,
}

fn place(cursor: &Cursor) -> Option<Date> {
    crate::base::german::parse_date(&cursor.key).ok()
}

/// A page of one's own past work (for a coordination: of the own organisation's), newest first: sessions that were
/// held, and talks that took place.
pub(super) async fn past(rows: &impl Rows, from: Option<&Cursor>) -> Result<Page<PastLine>> {
    let profile = rows.access().actor().profile();
    let today = berlin_today(rows.now());
    let (sessions, talks) = match (profile.role, profile.staff, profile.provider) {
        (Role::Trainer, Some(staff), _) => (
            Sql::new("(?)").bind(staff),
            Sql::new("c.recorded_by = ?").bind(profile.account),
        ),
        (Role::Coordinator, _, Some(provider)) => (
            Sql::new("(select xs.id from staff xs where xs.provider_id = ?)").bind(provider),
            Sql::new("coalesce(e.provider_id, k.provider_id) = ? and c.recorded_by in (select a.id from account a where a.provider_id = ?)")
                .bind(provider)
                .bind(provider),
        ),
        _ => (Sql::new("(null)"), Sql::new("1 = 0")),
    };
    let backward = from.is_some_and(|cursor| cursor.backward);
    let from = from.and_then(|cursor| place(cursor).map(|day| (cursor, day)));
    let mut sql = Sql::new(
        "select distinct q.id, q.kind, q.about, q.day, q.minutes, q.facility_name, q.person_id from (select gs.id, 'group' as kind, \
         tg.id as about, gs.day, gs.minutes, f.name as facility_name, cast(null as uuid) as person_id from ",
    )
    .append(sessions_of_sql(&sessions, None))
    .push(
        " held join group_session gs on gs.id = held.session_id join training_group tg on tg.id = gs.group_id \
         join facility f on f.id = tg.facility_id where gs.state = 'held' and gs.day <= ?",
    )
    .bind(today)
    .push(
        " union all select c.id, 'case', coalesce(e.id, k.id), c.day, c.minutes, coalesce((select xf.name from placement x join facility xf \
         on xf.id = x.facility_id where x.person_id = c.person_id and x.from_day <= c.day and (x.to_day is null or x.to_day > c.day) \
         order by x.kind, x.from_day desc limit 1), f.name, 'außerhalb'), c.person_id from counselling_session c \
         left join enrolment e on e.id = c.enrolment_id left join client_case k on k.id = c.case_id \
         left join facility f on f.id = coalesce(e.facility_id, k.facility_id) \
         where c.outcome = 'took_place' and c.day <= ? and ",
    )
    .bind(today)
    .append(talks)
    .push(") q");
    if let Some((cursor, day)) = from {
        sql = sql
            .push(if backward {
                " where (q.day > ? or (q.day = ? and q.id < ?))"
            } else {
                " where (q.day < ? or (q.day = ? and q.id > ?))"
            })
            .bind(day)
            .bind(day)
            .bind(cursor.id);
    }
    sql = sql
        .push(if backward {
            " order by q.day, q.id desc limit ?"
        } else {
            " order by q.day desc, q.id limit ?"
        })
        .bind(PAGE as i64 + 1);
    let lines: Vec<PastLine> = rows.all(sql).await?;
    Ok(Page::from_rows(
        lines,
        PAGE,
        from.map(|(cursor, _)| cursor),
        |line| (crate::base::german::date(line.day), line.id),
    ))
}
