//! Queries of items.

use sea_orm::FromQueryResult;
use time::Date;

use super::rules::{Conclusion, Kind};
use crate::access::{Role, Scope, Writes};
use crate::base::ids::{FacilityId, PersonId, ProviderId, ReviewItemId};
use crate::base::time::{Instant, berlin_today};
use crate::people::scope_condition;
use crate::store::{Result, Rows, Sql, Writer};

/// Lines on a page of the list.
pub(super) const PAGE: i64 = 50;

/// The condition on items `i` of the actor's facility; a probation officer's own clients only. List, count, single
/// read and closing use it.
fn scope<R: Rows>(rows: &R) -> Sql {
    let profile = rows.access().actor().profile();
    match (profile.role, profile.facility) {
        (Role::SocialService | Role::AccessOfficer, Some(facility)) => {
            Sql::new("i.facility_id = ?").bind(facility)
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
             i.reason, i.done_by_name, i.done_at, i.version, not exists (select 1 from enrolment e \
             where e.person_id = i.person_id and e.provider_id = i.provider_id and e.ended_on is null and not exists \
             (select 1 from access_grant g join staff s on s.id = g.staff_id where s.provider_id = i.provider_id \
             and g.facility_id = i.facility_id and g.programme_id = e.programme_id and g.state = 'active' \
             and g.first_day <= ? and g.last_day >= ? and (s.valid_to is null or s.valid_to > ?))) as settled, p.id as person_id, \
             p.family_name, p.given_name from review_item i left join provider v on v.id = i.provider_id \
             left join person p on p.id = i.person_id and ",
        )
        .bind(today)
        .bind(today)
        .bind(today)
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
struct PersonRow {
    person_id: Option<PersonId>,
}

/// Whom an open or closed item of the actor's facility is about; `None`: there is no such item.
pub(super) async fn subject<R: Rows>(
    rows: &R,
    id: ReviewItemId,
) -> Result<Option<Option<PersonId>>> {
    let row: Option<PersonRow> = rows
        .one(
            Sql::new("select i.person_id from review_item i where i.id = ? and ")
                .bind(id)
                .append(scope(rows)),
        )
        .await?;
    Ok(row.map(|row| row.person_id))
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
    kind: Kind,
    facility: FacilityId,
    (person, provider): (Option<PersonId>, Option<ProviderId>),
    cause: String,
) -> Result<bool> {
    let touched = writer
        .change(
            Sql::new(
                "insert into review_item (id, kind, facility_id, person_id, provider_id, cause, raised_at, \
                 raised_by_name, state, version) values (?, ?, ?, ?, ?, ?, ?, ?, 'open', 1) on conflict do nothing",
            )
            .bind(id)
            .bind(kind.code().to_owned())
            .bind(facility)
            .bind(person)
            .bind(provider)
            .bind(cause)
            .bind(writer.now())
            .bind(writer.access().actor().name().to_owned()),
        )
        .await?;
    Ok(touched == 1)
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
    facility: FacilityId,
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
