//! Queries of items; [`events`] has those about changes of placement.

pub(super) mod events;

use sea_orm::FromQueryResult;
use time::Date;

use super::rules::Conclusion;
use super::service::Raise;
use crate::access::{Role, Scope, Writes};
use crate::base::ids::{AccountId, AssignmentId, PersonId, ProviderId, ReviewItemId};
use crate::base::time::{Instant, berlin_today};
use crate::people::{scope_condition, unrestricted};
use crate::store::{Result, Rows, Sql, Writer};

/// Lines on a page of the list.
pub(super) const PAGE: i64 = 50;

/// The condition on items `i` of the actor's facility; a probation officer's own clients only. List, count, single
/// read and closing use it.
pub(super) fn scope<R: Rows>(rows: &R) -> Sql {
    own(rows).push(" and ").append(unrestricted("i.person_id"))
}

fn own<R: Rows>(rows: &R) -> Sql {
    let profile = rows.access().actor().profile();
    match (profile.role, profile.facility) {
        (Role::SocialService, Some(facility)) => {
            Sql::new("i.kind <> 'grant_asked' and i.facility_id = ?").bind(facility)
        }
        // Grants and nothing else: who was moved where is none of theirs.
        (Role::AccessOfficer, Some(facility)) => {
            Sql::new("i.kind in ('grant_after_transfer', 'grant_asked') and i.facility_id = ?")
                .bind(facility)
        }
        (Role::Probation, Some(office)) => {
            Sql::new("i.facility_id = ? and ")
                .bind(office)
                .append(scope_condition(
                    &rows.access().scope(),
                    berlin_today(rows.now()),
                    "i.person_id",
                ))
        }
        _ => Sql::new("1 = 0"),
    }
}

/// A line of the list.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ItemRow {
    pub id: ReviewItemId,
    pub kind: String,
    pub provider_code: Option<String>,
    pub provider_name: Option<String>,
    pub raised_at: Instant,
    pub outcome: Option<String>,
    pub reason: Option<String>,
    pub done_by_name: Option<String>,
    pub done_at: Option<Instant>,
    pub version: i64,
    /// Whether nothing is missing any more: a grant is valid, or no participation runs.
    pub settled: bool,
    /// The person, for those who may know; never for access officers.
    pub person_id: Option<PersonId>,
    pub family_name: Option<String>,
    pub given_name: Option<String>,
    /// The change of placement that raised it, its day, and how many days there are to decide.
    pub event: Option<String>,
    pub event_day: Option<Date>,
    pub grace_days: i64,
    /// The group or the programme it is about.
    pub group_name: Option<String>,
    pub programme_name: Option<String>,
    /// The officer who is still responsible.
    pub officer_name: Option<String>,
}

impl ItemRow {
    /// The last day to decide, where there is one.
    pub fn due(&self) -> Option<Date> {
        self.event_day
            .map(|day| super::rules::events::due(day, self.grace_days))
    }
}

/// The items of the actor's facility in a state: open ones by age, closed ones newest first.
pub(super) async fn items<R: Rows>(rows: &R, open: bool) -> Result<Vec<ItemRow>> {
    let today = berlin_today(rows.now());
    // Access officers are joined to nobody: the condition of a scope without people is never true.
    let people = match rows.access().actor().role() {
        Role::AccessOfficer => Scope::Nothing,
        _ => rows.access().scope(),
    };
    rows.all(
        Sql::new(
            "select i.id, i.kind, v.code as provider_code, v.name as provider_name, i.raised_at, i.outcome, \
             i.reason, i.done_by_name, i.done_at, i.version, i.event, i.event_day, sg.name as group_name, \
             sp.name as programme_name, case when i.kind = 'group_place' then sm.to_day is not null \
             when i.kind = 'individual_work' then se.ended_on is not null when i.kind = 'recall' then se.outcome = 'completed' \
             when i.kind = 'hand_over' then exists (select 1 from hand_over ho where ho.person_id = i.person_id \
             and ho.from_facility_id = i.facility_id and ho.state in ('offered', 'accepted') and ho.offered_at >= i.raised_at) \
             when i.kind = 'grant_asked' then i.state = 'done' when i.kind = 'new_charge' then not exists (select 1 from enrolment ne \
             where ne.person_id = i.person_id and ne.ended_on is null) when i.kind = 'old_charge' then (oa.to_day is not null and oa.to_day <= ?) else not exists (select 1 from enrolment e \
             where e.person_id = i.person_id and e.provider_id = i.provider_id and e.ended_on is null and not exists \
             (select 1 from access_grant g join staff s on s.id = g.staff_id where s.provider_id = i.provider_id \
             and g.facility_id = i.facility_id and g.programme_id = e.programme_id and g.state = 'active' \
             and g.first_day <= ? and g.last_day >= ? and (s.valid_to is null or s.valid_to > ?))) end as settled, p.id as person_id, \
             p.family_name, p.given_name, oc.name as officer_name, ",
        )
        .bind(today)
        .bind(today)
        .bind(today)
        .bind(today)
        .append(events::grace_sql())
        .push(
            " as grace_days from review_item i left join provider v on v.id = i.provider_id \
             left join review_setting rs on rs.facility_id = i.facility_id left join membership sm on sm.id = i.subject_id \
             left join training_group sg on sg.id = sm.group_id left join enrolment se on se.id = coalesce(sm.enrolment_id, i.subject_id) \
             left join programme sp on sp.id = se.programme_id left join assignment oa on i.kind = 'old_charge' and oa.id = i.subject_id \
             left join account oc on oc.id = oa.account_id left join person p on p.id = i.person_id and ",
        )
        .append(scope_condition(&people, today, "p.id"))
        .push(" where ")
        .append(scope(rows))
        .push(if open {
            " and i.state = 'open' order by i.raised_at, i.id limit ?"
        } else {
            " and i.state = 'done' order by i.done_at desc, i.id limit ?"
        })
        .bind(PAGE),
    )
    .await
}

/// How many items are open in the actor's facility, as a value in a statement.
pub fn open_items_count<R: Rows>(rows: &R) -> Sql {
    Sql::new("(select count(*) from review_item i where i.state = 'open' and ")
        .append(scope(rows))
        .push(")")
}

#[derive(FromQueryResult)]
struct OpenRow {
    id: ReviewItemId,
    version: i64,
}

/// The open items of a kind about a person in a facility.
pub(super) async fn open_about<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    facility: crate::base::ids::FacilityId,
    kind: super::rules::Kind,
) -> Result<Vec<(ReviewItemId, i64)>> {
    let rows: Vec<OpenRow> = writer
        .all(
            Sql::new("select id, version from review_item where person_id = ? and facility_id = ? and kind = ? and state = 'open' order by id limit 20")
                .bind(person)
                .bind(facility)
                .bind(kind.code()),
        )
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.version)).collect())
}

/// Closes an open item of the actor's facility that nobody changed since the version.
pub(super) async fn close<P: Writes>(
    writer: &Writer<P>,
    id: ReviewItemId,
    version: i64,
    outcome: Conclusion,
    reason: String,
) -> Result<()> {
    let actor = writer.access().actor();
    writer
        .change_one(
            Sql::new(
                "update review_item set state = 'done', outcome = ?, reason = ?, done_by = ?, done_by_name = ?, \
                 done_at = ?, version = version + 1 where id = ? and version = ? and state = 'open'",
            )
            .bind(outcome.code().to_owned())
            .bind(reason)
            .bind(actor.account())
            .bind(actor.name().to_owned())
            .bind(writer.now())
            .bind(id)
            .bind(version),
        )
        .await
}

/// Raises an item, unless the same cause raised it before or one about the same is open. Says whether it was raised.
pub(super) async fn insert<P: Writes>(
    writer: &Writer<P>,
    id: ReviewItemId,
    item: &Raise,
) -> Result<bool> {
    let touched = writer
        .change(
            Sql::new(
                "insert into review_item (id, kind, facility_id, person_id, provider_id, cause, raised_at, \
                 raised_by_name, state, version, subject_id, event, event_day) \
                 values (?, ?, ?, ?, ?, ?, ?, ?, 'open', 1, ?, ?, ?) on conflict do nothing",
            )
            .bind(id)
            .bind(item.kind.code().to_owned())
            .bind(item.facility)
            .bind(item.person)
            .bind(item.provider)
            .bind(item.cause.clone())
            .bind(writer.now())
            .bind(writer.access().actor().name().to_owned())
            .bind(item.subject)
            .bind(item.event.map(|(event, _)| event.code().to_owned()))
            .bind(item.event.map(|(_, day)| day)),
        )
        .await?;
    Ok(touched == 1)
}

#[derive(FromQueryResult)]
struct AssignmentRow {
    id: AssignmentId,
}

/// Who of an office is responsible for a person on a day beside an account.
pub(super) async fn beside<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    office: crate::base::ids::FacilityId,
    account: AccountId,
) -> Result<Vec<AssignmentId>> {
    let rows: Vec<AssignmentRow> = writer
        .all(
            Sql::new(
                "select a.id from assignment a join account c on c.id = a.account_id where a.person_id = ? and a.account_id <> ? \
                 and c.facility_id = ? and c.disabled_at is null and (a.to_day is null or a.to_day > ?) order by a.id limit 10",
            )
            .bind(person)
            .bind(account)
            .bind(office)
            .bind(berlin_today(writer.now())),
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// An organisation that works with a person and may not come to where the person is now.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ShutOut {
    pub person_id: PersonId,
    pub provider_id: ProviderId,
}

/// The organisations with a running participation of some people for which they have no grant at a facility on a day.
pub(super) async fn shut_out<P: Writes>(
    writer: &Writer<P>,
    people: &[PersonId],
    facility: crate::base::ids::FacilityId,
    day: Date,
) -> Result<Vec<ShutOut>> {
    writer
        .all(
            Sql::new(
                "select distinct e.person_id, e.provider_id from enrolment e where e.ended_on is null and not exists \
                 (select 1 from access_grant g join staff s on s.id = g.staff_id where s.provider_id = e.provider_id \
                 and g.facility_id = ? and g.programme_id = e.programme_id and g.state = 'active' and g.first_day <= ? \
                 and g.last_day >= ? and (s.valid_to is null or s.valid_to > ?)) and e.person_id in ",
            )
            .bind(facility)
            .bind(day)
            .bind(day)
            .bind(day)
            .list(people.iter().copied())
            .push(" order by e.person_id, e.provider_id limit 5000"),
        )
        .await
}
