//! Queries about changes of placement: what a person takes part in, and a facility's days of grace.

use std::collections::BTreeSet;

use sea_orm::FromQueryResult;
use time::{Date, Duration};

use crate::access::Writes;
use crate::base::ids::{
    AssignmentId, EnrolmentId, FacilityId, GroupId, MembershipId, PersonId, ProviderId,
};
use crate::base::time::{Instant, berlin_today};
use crate::casework::CONFIDENTIAL_PROVIDER;
use crate::review::rules::events::{GRACE_DAYS, Part};
use crate::schema::review::review_setting;
use crate::store::{Result, Rows, Sql, Writer};

/// A participation that broke off longer ago is not asked about after a recall.
const BROKEN_OFF_DAYS: i64 = 730;

/// A participation of a person: it runs, or it broke off lately.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::review) struct PartRow {
    pub person_id: PersonId,
    pub enrolment_id: EnrolmentId,
    pub confidential: bool,
    pub ended_on: Option<Date>,
    pub membership_id: Option<MembershipId>,
    pub group_facility_id: Option<FacilityId>,
}

impl PartRow {
    /// As the rule takes it.
    pub fn part(&self) -> Part {
        Part {
            enrolment: self.enrolment_id.0,
            confidential: self.confidential,
            runs: self.ended_on.is_none(),
            place: self
                .membership_id
                .map(|id| id.0)
                .zip(self.group_facility_id),
        }
    }
}

/// The participations of people that run or broke off lately, with their open places.
pub(in crate::review) async fn parts<P: Writes>(
    writer: &Writer<P>,
    people: &[PersonId],
) -> Result<Vec<PartRow>> {
    let since = berlin_today(writer.now()) - Duration::days(BROKEN_OFF_DAYS);
    writer
        .all(
            Sql::new(
                "select e.person_id, e.id as enrolment_id, (v.code = ?) as confidential, e.ended_on, m.id as membership_id, \
                 g.facility_id as group_facility_id from enrolment e join provider v on v.id = e.provider_id \
                 left join membership m on m.enrolment_id = e.id and m.to_day is null \
                 left join training_group g on g.id = m.group_id where (e.ended_on is null \
                 or (e.outcome = 'dropped_out' and e.ended_on >= ? and not exists (select 1 from enrolment n \
                 where n.person_id = e.person_id and n.programme_id = e.programme_id and n.enrolled_on >= e.ended_on \
                 and n.id <> e.id))) and e.person_id in ",
            )
            .bind(CONFIDENTIAL_PROVIDER.to_owned())
            .bind(since)
            .list(people.iter().copied())
            .push(" order by e.person_id, e.id limit 10000"),
        )
        .await
}

#[derive(FromQueryResult)]
struct UnderWay {
    person_id: PersonId,
    from_facility_id: FacilityId,
}

/// Whom which facility is handing over at the moment. An offer that nobody answered in time, and a transfer that never
/// came about, are none.
pub(in crate::review) async fn handed_over<P: Writes>(
    writer: &Writer<P>,
    people: &[PersonId],
) -> Result<BTreeSet<(PersonId, FacilityId)>> {
    let today = berlin_today(writer.now());
    let rows: Vec<UnderWay> = writer
        .all(
            Sql::new(
                "select h.person_id, h.from_facility_id from hand_over h where h.moved_on is null \
                 and ((h.state = 'offered' and h.expires_on >= ?) or (h.state = 'accepted' \
                 and (h.kind = 'probation' or h.moves_on > ?))) and h.person_id in ",
            )
            .bind(today)
            .bind(today - Duration::days(crate::people::HANDOVER_DAYS))
            .list(people.iter().copied())
            .push(" limit 5000"),
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.person_id, row.from_facility_id))
        .collect())
}

/// The day of an event was put right: its open items follow.
pub(in crate::review) async fn set_day<P: Writes>(
    writer: &Writer<P>,
    cause: &str,
    day: Date,
) -> Result<()> {
    writer
        .change(
            Sql::new(
                "update review_item set event_day = ? where cause = ? and state = 'open' and event_day <> ?",
            )
            .bind(day)
            .bind(cause.to_owned())
            .bind(day),
        )
        .await?;
    Ok(())
}

/// What an item is about, for whoever answers it.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::review) struct Subject {
    pub kind: String,
    pub event: Option<String>,
    pub event_day: Option<Date>,
    pub facility_id: FacilityId,
    pub person_id: Option<PersonId>,
    pub provider_id: Option<ProviderId>,
    pub group_id: Option<GroupId>,
    pub enrolment_id: Option<EnrolmentId>,
    /// The responsibility of the officer so far.
    pub assignment_id: Option<AssignmentId>,
    /// The end of the absence, if it is known, and why.
    pub back_on: Option<Date>,
    pub absence_reason: Option<String>,
}

/// What an item of the actor's facility is about.
pub(in crate::review) async fn subject<R: Rows>(
    rows: &R,
    id: crate::base::ids::ReviewItemId,
) -> Result<Option<Subject>> {
    rows.one(
        Sql::new(
            "select i.kind, i.event, i.event_day, i.facility_id, i.person_id, i.provider_id, sm.group_id, \
             se.id as enrolment_id, oa.id as assignment_id, ab.to_day as back_on, ab.reason as absence_reason from review_item i \
             left join membership sm on sm.id = i.subject_id left join enrolment se on se.id = coalesce(sm.enrolment_id, i.subject_id) \
             left join assignment oa on i.kind = 'old_charge' and oa.id = i.subject_id left join absence ab on i.event = 'absence' and ab.person_id = i.person_id and ab.from_day = i.event_day \
             where i.id = ? and ",
        )
        .bind(id)
        .append(super::scope(rows))
        .push(" limit 1"),
    )
    .await
}

/// A facility's days of grace.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::review) struct Setting {
    pub grace_days: i64,
    pub changed_at: Instant,
    pub changed_by_name: String,
    pub version: i64,
}

/// The days of grace that a facility set, if it did.
pub(in crate::review) async fn setting(
    rows: &impl Rows,
    facility: FacilityId,
) -> Result<Option<Setting>> {
    rows.one(
        Sql::new("select grace_days, changed_at, changed_by_name, version from review_setting where facility_id = ?")
            .bind(facility),
    )
    .await
}

/// Sets a facility's days of grace, under the optimistic lock; version 0 where none were set so far.
pub(in crate::review) async fn set_grace<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    version: i64,
    days: i64,
) -> Result<()> {
    let name = writer.access().actor().name().to_owned();
    if version == 0 {
        return writer
            .insert(review_setting::Model {
                facility_id: facility,
                grace_days: days,
                changed_at: writer.now(),
                changed_by_name: name,
                version: 1,
            })
            .await;
    }
    writer
        .change_one(
            Sql::new(
                "update review_setting set grace_days = ?, changed_at = ?, changed_by_name = ?, version = version + 1 \
                 where facility_id = ? and version = ?",
            )
            .bind(days)
            .bind(writer.now())
            .bind(name)
            .bind(facility)
            .bind(version),
        )
        .await
}

/// The days of grace of item `i` with its facility's setting `rs`.
pub(super) fn grace_sql() -> Sql {
    Sql::new("coalesce(rs.grace_days, cast(? as bigint))").bind(GRACE_DAYS)
}
