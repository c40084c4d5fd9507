//! Who has to be brought where on a day.

use sea_orm::FromQueryResult;
use time::Date;

use crate::base::ids::{FacilityId, PersonId};
use crate::base::time::berlin_today;
use crate::groups::expected_sql;
use crate::people::{number_sql, scope_condition};
use crate::store::{Result, Rows, Sql};

/// Most lines of a day.
pub(in crate::calendar) const LINES: usize = 400;

/// Somebody who has to be brought. No column says for what.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::calendar) struct WardRow {
    pub person_id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub number: Option<String>,
    pub start_minute: i64,
    pub minutes: i64,
    pub place: String,
    /// Absent from the house on that day, or suspended: stays where he is.
    pub away: bool,
}

/// The members of the sessions of a facility on a day and whoever has a talk there, as far as they are in its custody then and it may see
/// them today; by time, place and name.
/// Sessions of one person alone are left out: who comes to them is agreed on each time.
pub(in crate::calendar) async fn people<R: Rows>(
    rows: &R,
    facility: FacilityId,
    day: Date,
) -> Result<Vec<WardRow>> {
    // Whom the house may still see is asked of today, not of the day that was typed: a day long past would open
    // everybody who ever was here.
    let (scope, today) = (rows.access().scope(), berlin_today(rows.now()));
    rows.all(
        Sql::new("select x.person_id, x.family_name, x.given_name, x.number, x.start_minute, x.minutes, x.place, x.away from ( \
             select p.id as person_id, p.family_name, p.given_name, p.sort_key, ")
            .append(number_sql(&scope, today, "p.id"))
            .push(
                " as number, s.start_minute, s.minutes, r.name as place, (exists (select 1 from absence x \
                 where x.placement_id = o.id and x.from_day <= s.day and (x.to_day is null or x.to_day > s.day)) \
                 or exists (select 1 from membership_pause y where y.membership_id = m.id and y.from_day <= s.day \
                 and (y.to_day is null or y.to_day > s.day))) as away from group_session s \
                 join training_group g on g.id = s.group_id join room r on r.id = s.room_id \
                 join membership m on m.group_id = s.group_id and m.from_day <= s.day \
                 and (m.to_day is null or m.to_day > s.day) join person p on p.id = m.person_id \
                 join placement o on o.person_id = p.id and o.facility_id = g.facility_id and o.kind = 'custody' \
                 and o.from_day <= s.day and (o.to_day is null or o.to_day > s.day) \
                 where g.facility_id = ? and s.day = ? and g.state <> 'draft' and s.state <> 'cancelled' \
                 and s.kind <> 'individual' and ",
            )
            .bind(facility)
            .bind(day)
            .append(scope_condition(&scope, today, "p.id"))
            .push(" and ")
            .append(expected_sql("s.id", "m.person_id"))
            // Talks, of confidential ones too: somebody has to be brought, and no column says what for.
            .push(" union all select p.id, p.family_name, p.given_name, p.sort_key, ")
            .append(number_sql(&scope, today, "p.id"))
            .push(", t.start_minute, t.minutes, ?, ")
            .bind(crate::gate::SOMEWHERE.to_owned())
            .push(
                "exists (select 1 from absence x where x.placement_id = o.id and x.from_day <= t.day \
                 and (x.to_day is null or x.to_day > t.day)) from talk_plan t join client_case k on k.id = t.case_id \
                 join person p on p.id = k.person_id join placement o on o.person_id = p.id and o.facility_id = t.facility_id \
                 and o.kind = 'custody' and o.from_day <= t.day and (o.to_day is null or o.to_day > t.day) \
                 where t.facility_id = ? and t.day = ? and t.state = 'planned' and ",
            )
            .bind(facility)
            .bind(day)
            .append(crate::consent::link_stands("k.id"))
            .push(" and ")
            .append(scope_condition(&scope, today, "p.id"))
            .push(") x order by x.start_minute, x.place, x.sort_key, x.person_id limit ?")
            .bind(LINES as i64 + 1),
    )
    .await
}

/// A session nobody is on the list for, or nobody any more.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::calendar) struct OtherRow {
    pub start_minute: i64,
    pub minutes: i64,
    pub place: String,
    /// Cancelled; otherwise a session of one person.
    pub cancelled: bool,
}

/// The cancelled sessions of a facility on a day, and those of one person alone.
pub(in crate::calendar) async fn others(
    rows: &impl Rows,
    facility: FacilityId,
    day: Date,
) -> Result<Vec<OtherRow>> {
    rows.all(
        Sql::new(
            "select s.start_minute, s.minutes, r.name as place, (s.state = 'cancelled') as cancelled \
             from group_session s join training_group g on g.id = s.group_id join room r on r.id = s.room_id \
             where g.facility_id = ? and s.day = ? and g.state <> 'draft' \
             and (s.state = 'cancelled' or s.kind = 'individual') and (s.cancel_reason is null or s.cancel_reason <> ?) \
             order by s.start_minute, r.name, s.id limit 100",
        )
        .bind(facility)
        .bind(day)
        .bind(crate::groups::NOT_NEEDED.to_owned()),
    )
    .await
}
