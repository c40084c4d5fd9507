//! Queries of the waiting list.

use sea_orm::FromQueryResult;
use time::{Date, Duration};
use uuid::Uuid;

use super::rules::{Course, Due, InterviewResult, Place, Recommended, State, course_days};
use crate::access::{Scope, Writes};
use crate::base::ids::{
    ApplicationId, EnrolmentId, FacilityId, GroupId, PersonId, ProgrammeId, ProviderId,
};
use crate::base::time::berlin_today;
use crate::casework::not_confidential;
use crate::groups::rules::EndReason;
use crate::people::{number_sql, scope_condition};
use crate::schema::groups::application;
use crate::store::{Result, Rows, Sql, Writer};

/// The longest waiting list that is read; a prison's has some dozen lines.
pub(crate) const LIST_LIMIT: i64 = 500;
/// Ended applications are listed for this many days.
const ENDED_DAYS: i64 = 365;

/// An application with what the waiting list says of its person.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Waiting {
    pub id: ApplicationId,
    pub version: i64,
    pub person_id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub sort_key: String,
    pub number: Option<String>,
    pub programme_name: String,
    pub access_route: String,
    pub applied_on: Date,
    pub state: String,
    pub interview_on: Option<Date>,
    pub interview_result: Option<String>,
    pub recommended_form: Option<String>,
    pub remark: Option<String>,
    pub closed_on: Option<Date>,
    pub close_reason: Option<String>,
    /// Where the person is placed today.
    pub facility_id: Option<FacilityId>,
    pub facility_name: Option<String>,
    pub expected_release: Option<Date>,
    /// The planned end of the placement.
    pub leaves_on: Option<Date>,
    /// Sessions of the programme's current template.
    pub sessions: i64,
    /// Weeks from one of them to the next.
    pub interval_weeks: Option<i64>,
    /// When and why the person last left a group of the programme.
    pub left_on: Option<Date>,
    pub left_because: Option<String>,
    /// Temporarily absent today.
    pub absent: bool,
    /// The group of the programme that the person is in, and its facility.
    pub in_group: Option<String>,
    pub in_group_at: Option<FacilityId>,
    /// The provider of a running participation in the programme.
    pub enrolled_with: Option<ProviderId>,
    /// The group into which the application led.
    pub group_id: Option<GroupId>,
    pub group_name: Option<String>,
    pub created_by_name: String,
}

impl Waiting {
    /// "Adler, Kai".
    pub fn name(&self) -> String {
        format!("{}, {}", self.family_name, self.given_name)
    }

    /// Where it stands.
    pub fn course(&self) -> Course {
        Course {
            state: State::from_code(&self.state).unwrap_or(State::Withdrawn),
            interview: self.result(),
        }
    }

    /// The result of the latest interview.
    pub fn result(&self) -> Option<InterviewResult> {
        self.interview_result
            .as_deref()
            .and_then(InterviewResult::from_code)
    }

    /// What the latest interview recommends.
    pub fn recommended(&self) -> Option<Recommended> {
        self.recommended_form
            .as_deref()
            .and_then(Recommended::from_code)
    }

    /// Until when the place is needed.
    pub fn due(&self) -> Option<Due> {
        let days = course_days(self.sessions, self.interval_weeks.unwrap_or(1));
        Due::of(self.expected_release, self.leaves_on, days)
    }

    /// When and why the person left a group earlier through no fault of their own.
    pub fn returning(&self) -> Option<(Date, EndReason)> {
        let reason = EndReason::from_code(self.left_because.as_deref()?)?;
        reason
            .without_fault()
            .then_some(())
            .and(self.left_on.map(|day| (day, reason)))
    }

    /// What its place in the list goes by.
    pub fn place(&self) -> Place<'_> {
        Place {
            returning: self.returning().is_some(),
            due: self.due(),
            applied_on: self.applied_on,
            sort_key: &self.sort_key,
        }
    }

    /// Whether the person is placed in a facility today.
    pub fn is_at(&self, facility: FacilityId) -> bool {
        self.facility_id == Some(facility)
    }
}

/// Selects applications `a` of people in scope; continue with ` and …`. Participations that a prison must not know of
/// enter nothing here, so the order cannot tell of them.
fn select<R: Rows>(rows: &R) -> Sql {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    Sql::new(
        "select a.id, a.version, a.person_id, p.family_name, p.given_name, p.sort_key, \
         pg.name as programme_name, a.access_route, a.applied_on, a.state, a.interview_on, a.interview_result, \
         a.recommended_form, a.remark, a.closed_on, a.close_reason, a.group_id, a.created_by_name, \
         ag.name as group_name, pl.facility_id, f.name as facility_name, pl.expected_release, pl.to_day as leaves_on, \
         t.interval_weeks, (select count(*) from template_session ts where ts.template_id = t.id) as sessions, \
         lm.to_day as left_on, lm.end_reason as left_because, cg.name as in_group, cg.facility_id as in_group_at, \
         ce.provider_id as enrolled_with, ",
    )
    .append(number_sql(&scope, today, "p.id"))
    .push(
        " as number, exists (select 1 from absence ab where ab.person_id = p.id and ab.from_day <= ? \
         and (ab.to_day is null or ab.to_day > ?)) as absent from application a join person p on p.id = a.person_id \
         join programme pg on pg.id = a.programme_id left join training_group ag on ag.id = a.group_id \
         left join placement pl on pl.id = (select q.id from placement q where q.person_id = p.id and q.from_day <= ? \
         and (q.to_day is null or q.to_day > ?) order by q.kind, q.from_day desc, q.id limit 1) \
         left join facility f on f.id = pl.facility_id \
         left join template t on t.id = (select ct.id from template ct where ct.programme_id = a.programme_id \
         and ct.valid_from <= ? and (ct.valid_to is null or ct.valid_to > ?) order by (select count(*) from template_session cs \
         where cs.template_id = ct.id), ct.version desc, ct.id limit 1) \
         left join membership lm on lm.id = (select xm.id from membership xm join enrolment xe on xe.id = xm.enrolment_id \
         where xm.person_id = a.person_id and xm.programme_id = a.programme_id and xm.to_day is not null \
         and ",
    )
    .bind(today)
    .bind(today)
    .bind(today)
    .bind(today)
    .bind(today)
    .bind(today)
    .append(not_confidential("xe.provider_id"))
    .push(
        " order by xm.to_day desc, xm.id limit 1) \
         left join enrolment ce on ce.id = (select ye.id from enrolment ye where ye.person_id = a.person_id \
         and ye.programme_id = a.programme_id and ye.ended_on is null and ",
    )
    .append(not_confidential("ye.provider_id"))
    .push(
        " order by ye.id limit 1) \
         left join membership cm on cm.enrolment_id = ce.id and cm.to_day is null \
         left join training_group cg on cg.id = cm.group_id where ",
    )
    .append(scope_condition(&scope, today, "a.person_id"))
}

/// A condition ` and …`: the person is placed in the actor's own facility today.
fn placed_here(scope: &Scope) -> Sql {
    match scope {
        Scope::Facility(facility) => Sql::new(" and pl.facility_id = ?").bind(*facility),
        _ => Sql::new(" and 1 = 0"),
    }
}

/// Everybody in the own facility who waits, in no order yet.
pub(super) async fn open<R: Rows>(rows: &R) -> Result<Vec<Waiting>> {
    let scope = rows.access().scope();
    rows.all(
        select(rows)
            .push(" and a.closed_on is null")
            .append(placed_here(&scope))
            .push(" order by a.applied_on, a.id limit ?")
            .bind(LIST_LIMIT),
    )
    .await
}

/// The applications of people in the own facility that ended within a year, the latest first.
pub(super) async fn ended<R: Rows>(rows: &R) -> Result<Vec<Waiting>> {
    let scope = rows.access().scope();
    let since = berlin_today(rows.now()) - Duration::days(ENDED_DAYS);
    rows.all(
        select(rows)
            .push(" and a.closed_on >= ?")
            .bind(since)
            .append(placed_here(&scope))
            .push(" order by a.closed_on desc, p.sort_key, a.id limit ?")
            .bind(LIST_LIMIT),
    )
    .await
}

/// Everybody in the actor's scope who waits for a programme, in no order yet.
pub(crate) async fn waiting_for<R: Rows>(rows: &R, programme: ProgrammeId) -> Result<Vec<Waiting>> {
    rows.all(
        select(rows)
            .push(" and a.closed_on is null and a.programme_id = ? order by a.applied_on, a.id limit ?")
            .bind(programme)
            .bind(LIST_LIMIT),
    )
    .await
}

/// An application of a person in scope.
pub(super) async fn find<R: Rows>(rows: &R, id: ApplicationId) -> Result<Option<Waiting>> {
    rows.one(select(rows).push(" and a.id = ?").bind(id)).await
}

#[derive(FromQueryResult)]
struct KnownRow {
    programme_id: ProgrammeId,
    waits: bool,
}

/// The programmes for which a person waits (`true`) or which they take part in already (`false`), as far as the actor
/// may know.
pub(super) async fn known(rows: &impl Rows, person: PersonId) -> Result<Vec<(ProgrammeId, bool)>> {
    let found: Vec<KnownRow> = rows
        .all(
            Sql::new(
                "select x.programme_id, x.waits from (select a.programme_id, true as waits from application a \
                 where a.person_id = ? and a.closed_on is null union all select e.programme_id, false as waits \
                 from enrolment e where e.person_id = ? and e.ended_on is null and ",
            )
            .bind(person)
            .bind(person)
            .append(not_confidential("e.provider_id"))
            .push(") x limit 100"),
        )
        .await?;
    Ok(found
        .into_iter()
        .map(|row| (row.programme_id, row.waits))
        .collect())
}

/// Stores an application.
pub(super) async fn insert<P: Writes>(writer: &Writer<P>, row: application::Model) -> Result<()> {
    writer.insert(row).await
}

/// What an interview found out.
pub(super) struct Interview {
    pub day: Date,
    pub result: InterviewResult,
    pub form: Option<Recommended>,
    pub remark: Option<String>,
}

/// Stores the result of an interview under the optimistic lock.
pub(super) async fn interviewed<P: Writes>(
    writer: &Writer<P>,
    id: ApplicationId,
    version: i64,
    interview: &Interview,
    state: State,
) -> Result<()> {
    let closed = (!state.open()).then(|| berlin_today(writer.now()));
    writer
        .change_one(
            Sql::new(
                "update application set interview_on = ?, interview_result = ?, recommended_form = ?, remark = ?, \
                 state = ?, closed_on = ?, version = version + 1 where id = ? and version = ?",
            )
            .bind(interview.day)
            .bind(interview.result.code().to_owned())
            .bind(interview.form.map(|form| form.code().to_owned()))
            .bind(interview.remark.clone())
            .bind(state.code().to_owned())
            .bind(closed)
            .bind(id)
            .bind(version),
        )
        .await
}

/// Moves an application to another state under the optimistic lock.
pub(super) async fn set_state<P: Writes>(
    writer: &Writer<P>,
    id: ApplicationId,
    version: i64,
    state: State,
    reason: Option<&'static str>,
    led_to: (Option<GroupId>, Option<EnrolmentId>),
) -> Result<()> {
    let closed = (!state.open()).then(|| berlin_today(writer.now()));
    writer
        .change_one(
            Sql::new(
                "update application set state = ?, closed_on = ?, close_reason = ?, group_id = ?, enrolment_id = ?, \
                 version = version + 1 where id = ? and version = ?",
            )
            .bind(state.code().to_owned())
            .bind(closed)
            .bind(reason.map(str::to_owned))
            .bind(led_to.0)
            .bind(led_to.1)
            .bind(id)
            .bind(version),
        )
        .await
}

/// The open applications of people for a programme: whose, id, version, state, interview result.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct OpenRow {
    pub id: ApplicationId,
    pub version: i64,
    pub state: String,
    pub interview_result: Option<String>,
}

/// The open application of a person for a programme. The caller has found the person in scope.
pub(super) async fn open_of(
    rows: &impl Rows,
    person: PersonId,
    programme: ProgrammeId,
) -> Result<Option<OpenRow>> {
    rows.one(
        Sql::new(
            "select id, version, state, interview_result from application where person_id = ? and programme_id = ? \
             and closed_on is null",
        )
        .bind(person)
        .bind(programme),
    )
    .await
}

/// A branch of the statement that reads a person's stays: the applications for it. Its columns are those of the stays.
pub(crate) fn of_person_sql(person: Uuid) -> Sql {
    Sql::new(
        " union all select ap.id, 'application' as kind, ag.name as place, ap.state as detail, ap.applied_on as from_day, \
         ap.closed_on as to_day, ap.close_reason as end_reason from application ap \
         join programme ag on ag.id = ap.programme_id where ap.person_id = ?",
    )
    .bind(person)
}
