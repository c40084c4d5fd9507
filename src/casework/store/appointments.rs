//! What is written of planned talks: that they are arranged, how they end, who holds them, and what they stand on.

use sea_orm::FromQueryResult;
use time::Date;

use super::plans::PlanLine;
use crate::access::Writes;
use crate::base::ids::{CaseId, CounsellingId, FacilityId, PersonId, ProgrammeId, StaffId, TalkId};
use crate::base::time::{Instant, berlin_local, berlin_today};
use crate::schema::casework::talk_plan;
use crate::store::{Result, Rows, Sql, Writer};

/// Where the client of a case is in custody today, with what decides about planning.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct Ground {
    pub person_id: Option<PersonId>,
    /// The prison where the client is, for somebody without a name that of the case.
    pub prison: Option<FacilityId>,
    pub staff_id: Option<StaffId>,
    pub programme_id: ProgrammeId,
}

/// What a planned talk of a case stands on. The caller found the case in scope.
pub(in crate::casework) async fn ground(rows: &impl Rows, case: CaseId) -> Result<Option<Ground>> {
    let today = berlin_today(rows.now());
    rows.one(
        Sql::new(
            "select k.person_id, k.staff_id, k.programme_id, case when k.person_id is null then \
             (select f.id from facility f where f.id = k.facility_id and f.kind = 'prison') else \
             (select x.facility_id from placement x where x.person_id = k.person_id and x.kind = 'custody' and x.from_day <= ? \
             and (x.to_day is null or x.to_day > ?) order by x.from_day desc, x.id limit 1) end as prison \
             from client_case k where k.id = ?",
        )
        .bind(today)
        .bind(today)
        .bind(case),
    )
    .await
}

pub(in crate::casework) async fn insert<P: Writes>(
    writer: &Writer<P>,
    row: talk_plan::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// What becomes of a planned talk.
pub(in crate::casework) enum End {
    /// It was recorded.
    Done(CounsellingId),
    /// It was moved.
    Moved(TalkId),
    /// It does not take place.
    Cancelled,
}

/// Ends a planned talk, under the optimistic lock; who asked and why stay with it.
pub(in crate::casework) async fn end<P: Writes>(
    writer: &Writer<P>,
    plan: &PlanLine,
    end: End,
    asked: Option<(&'static str, Option<String>)>,
) -> Result<()> {
    let (state, moved, talk) = match end {
        End::Done(talk) => ("done", None, Some(talk)),
        End::Moved(to) => ("moved", Some(to), None),
        End::Cancelled => ("cancelled", None, None),
    };
    let (asked_by, reason) = asked.map_or((None, None), |(by, reason)| (Some(by), reason));
    writer
        .change_one(
            Sql::new(
                "update talk_plan set state = ?, moved_to = ?, session_id = ?, asked_by = ?, reason = ?, ended_by_name = ?, \
                 ended_at = ?, version = version + 1 where id = ? and version = ? and state = 'planned'",
            )
            .bind(state.to_owned())
            .bind(moved)
            .bind(talk)
            .bind(asked_by.map(str::to_owned))
            .bind(reason)
            .bind(writer.access().actor().name().to_owned())
            .bind(writer.now())
            .bind(plan.id)
            .bind(plan.version),
        )
        .await
}

/// Where somebody was expected.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct Expected {
    pub staff_id: Option<StaffId>,
    pub facility_id: Option<FacilityId>,
    pub day: Date,
}

/// A condition on a planned talk `t` of a case that ends on a day: it is after that day, or still to come.
fn too_late(end: Date, now: Instant) -> Sql {
    let local = berlin_local(now);
    Sql::new(
        "t.state = 'planned' and (t.day > ? or (t.day = ? and t.start_minute + t.minutes > ?))",
    )
    .bind(end)
    .bind(local.date)
    .bind(i64::from(local.minute.value()))
}

/// Cancels the talks of a case that can be none of it any more, because it ends on a day; returns where somebody is
/// still expected. Those until that day that are over wait to be recorded as before.
pub(in crate::casework) async fn cancel_to_come<P: Writes>(
    writer: &Writer<P>,
    case: CaseId,
    end: Date,
) -> Result<Vec<Expected>> {
    let expected = writer
        .all(
            Sql::new("select t.staff_id, t.facility_id, t.day from talk_plan t where t.case_id = ? and t.day >= ? and ")
                .bind(case)
                .bind(berlin_today(writer.now()))
                .append(too_late(end, writer.now()))
                .push(" order by t.day limit 500"),
        )
        .await?;
    writer
        .change(
            Sql::new(
                "update talk_plan as t set state = 'cancelled', asked_by = 'other', reason = 'Fall beendet', ended_by_name = ?, \
                 ended_at = ?, version = version + 1 where t.case_id = ? and ",
            )
            .bind(writer.access().actor().name().to_owned())
            .bind(writer.now())
            .bind(case)
            .append(too_late(end, writer.now())),
        )
        .await?;
    Ok(expected)
}

/// Whoever no longer counsels in a case does not hold its planned talks either: they go to the first of the team.
pub(in crate::casework) async fn follow_team<P: Writes>(
    writer: &Writer<P>,
    case: CaseId,
    (first, second): (Option<StaffId>, Option<StaffId>),
) -> Result<()> {
    let Some(first) = first else {
        return Ok(());
    };
    writer
        .change(
            Sql::new(
                "update talk_plan set staff_id = ?, version = version + 1 where case_id = ? and state = 'planned' \
                 and staff_id is not null and staff_id not in ",
            )
            .bind(first)
            .bind(case)
            .list([first].into_iter().chain(second)),
        )
        .await?;
    super::offers::follow_team(writer, case, first).await
}
