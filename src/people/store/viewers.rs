//! Who sees a person today: the same conditions as those of the scope ([`scope_condition`]), read the other way round.
//!
//! [`scope_condition`]: crate::people::scope_condition

use sea_orm::FromQueryResult;
use time::{Date, Duration};

use crate::access::Scope;
use crate::base::ids::PersonId;
use crate::base::time::berlin_today;
use crate::casework::open_to;
use crate::consent::{link_of_part_stands, link_stands};
use crate::people::scope::{CASE_END, HANDOVER_DAYS};
use crate::store::{Result, Rows, Sql};

/// Somebody who sees the person.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::people) struct Viewer {
    /// `prison`, `officer`, `coordination` or `staff`.
    pub kind: String,
    /// The facility or the organisation.
    pub place: String,
    /// The name; none where a whole service sees the person.
    pub who: Option<String>,
    /// The day on which the person left, where that is over.
    pub left_on: Option<Date>,
}

/// A grant of today opens the programme `w.programme_id` where the person is now, for a staff member `g.staff_id`.
fn opened(person: PersonId, today: Date) -> Sql {
    Sql::new(
        " exists (select 1 from access_grant g join staff gs on gs.id = g.staff_id join placement sp on sp.facility_id = g.facility_id \
         where g.state = 'active' and g.programme_id = w.programme_id and g.first_day <= ? and g.last_day >= ? \
         and gs.valid_from <= ? and (gs.valid_to is null or gs.valid_to > ?) and sp.person_id = ? and sp.from_day <= ? \
         and (sp.to_day is null or sp.to_day > ?) and ",
    )
    .bind(today)
    .bind(today)
    .bind(today)
    .bind(today)
    .bind(person)
    .bind(today)
    .bind(today)
}

/// Participations and cases that are not over for longer than the days of the hand-over, with a column of theirs as `who`.
/// Of those whose appointments only a prison may know, it is told of nobody.
fn work(scope: &Scope, person: PersonId, since: Date, column: &'static str) -> Sql {
    let part = if column == "second_staff_id" {
        Sql::new("")
    } else {
        Sql::new("select se.")
            .push(column)
            .push(" as who, se.programme_id from enrolment se where se.person_id = ? and (se.ended_on is null or se.ended_on > ?) and ")
            .bind(person)
            .bind(since)
            .append(open_to(scope, "se.provider_id"))
            .push(" and ")
            .append(link_of_part_stands("se.id"))
            .push(" union ")
    };
    part.push("select sk.")
        .push(column)
        .push(" as who, sk.programme_id from client_case sk left join enrolment se on se.id = sk.enrolment_id where sk.person_id = ? and (")
        .bind(person)
        .push(CASE_END)
        .push(" is null or ")
        .push(CASE_END)
        .push(" > ?) and ")
        .bind(since)
        .append(open_to(scope, "sk.provider_id"))
        .push(" and ")
        .append(link_stands("sk.id"))
}

/// Everybody who sees a person today, as far as the actor may know. The caller has found the person in the actor's scope.
pub(in crate::people) async fn viewers<R: Rows>(rows: &R, person: PersonId) -> Result<Vec<Viewer>> {
    let scope = rows.access().scope();
    let today = berlin_today(rows.now());
    let since = today - Duration::days(HANDOVER_DAYS);
    rows.all(
        Sql::new(
            "select q.kind, q.place, q.who, q.left_on from (select 1 as rank, 'prison' as kind, f.name as place, \
             cast(null as text) as who, min(case when pl.to_day <= ? then pl.to_day end) as left_on from placement pl \
             join facility f on f.id = pl.facility_id where pl.person_id = ? and f.kind = 'prison' and pl.from_day <= ? \
             and (pl.to_day is null or pl.to_day > ?) group by f.name",
        )
        .bind(today)
        .bind(person)
        .bind(today)
        .bind(since)
        .push(
            " union select 2, 'officer', f.name, a.name, null from assignment sa join account a on a.id = sa.account_id \
             join facility f on f.id = a.facility_id where sa.person_id = ? and sa.from_day <= ? and (sa.to_day is null or sa.to_day > ?) \
             and a.disabled_at is null and not exists (select 1 from placement sp where sp.person_id = sa.person_id \
             and sp.kind = 'probation' and sp.facility_id <> a.facility_id and sp.from_day <= ? \
             and (sp.to_day is null or sp.to_day > ?))",
        )
        .bind(person)
        .bind(today)
        .bind(today)
        .bind(today)
        .bind(today)
        .push(" union select 3, 'coordination', v.name, null, null from (")
        .append(work(&scope, person, since, "provider_id"))
        .push(
            ") w join provider v on v.id = w.who where exists (select 1 from account a where a.provider_id = v.id \
             and a.role = 'coordinator' and a.disabled_at is null) and",
        )
        .append(opened(person, today))
        .push("gs.provider_id = v.id)")
        .push(
            " union select 4, 'staff', v.name, s.name, null from (select st.staff_id as who, sg.programme_id from membership sm \
             join training_group sg on sg.id = sm.group_id join group_trainer st on st.group_id = sg.id \
             where sm.person_id = ? and sg.state <> 'draft' and (sm.to_day is null or sm.to_day > ?) \
             union select sc.staff_id, sg.programme_id from session_trainer sc join group_session ss on ss.id = sc.session_id \
             join training_group sg on sg.id = ss.group_id join membership sm on sm.group_id = sg.id \
             and sm.from_day <= ss.day and (sm.to_day is null or sm.to_day > ss.day) where sm.person_id = ? \
             and sc.removed_at is null and sg.state = 'published' and ss.state <> 'cancelled' and ss.day > ? \
             and (sm.to_day is null or sm.to_day > ?) union ",
        )
        .bind(person)
        .bind(since)
        .bind(person)
        .bind(since)
        .bind(since)
        .append(work(&scope, person, since, "staff_id"))
        .push(" union ")
        .append(work(&scope, person, since, "second_staff_id"))
        .push(
            ") w join staff s on s.id = w.who join provider v on v.id = s.provider_id where exists (select 1 from account a \
             where a.staff_id = s.id and a.disabled_at is null) and",
        )
        .append(opened(person, today))
        .push("g.staff_id = s.id)")
        .push(") q order by q.rank, q.place, q.who limit 200"),
    )
    .await
}
