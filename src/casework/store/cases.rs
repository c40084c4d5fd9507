//! Queries of cases: the list, one case, who else asked for the same.

use sea_orm::FromQueryResult;
use time::Date;
use uuid::Uuid;

use crate::access::Scope;
use crate::base::ids::{CaseId, EnrolmentId, PersonId, ProgrammeId, ProviderId, StaffId};
use crate::base::time::berlin_today;
use crate::casework::codes::{ClientKind, ClientRole};
use crate::casework::rules::course::{Course, Part, Reached, State, effective};
use crate::casework::rules::plan::USUAL_MISSED;
use crate::casework::scope::{case_condition, cases_condition, open_to};
use crate::people::scope_condition;
use crate::store::{Cursor, Page, Result, Rows, Sql};

/// Cases on a page of the list.
pub(in crate::casework) const LINES: usize = 25;

/// A case as lists and its page show it.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct CaseLine {
    pub id: CaseId,
    pub client: String,
    pub client_role: Option<String>,
    pub person_id: Option<PersonId>,
    pub family_name: Option<String>,
    pub given_name: Option<String>,
    /// The person whom a relative asks about, as far as the actor may see that person.
    pub about_id: Option<PersonId>,
    pub about_family: Option<String>,
    pub about_given: Option<String>,
    pub programme_id: ProgrammeId,
    pub programme_name: String,
    pub team: i64,
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub provider_code: String,
    pub facility_name: Option<String>,
    pub staff_id: Option<StaffId>,
    pub staff_name: Option<String>,
    pub second_staff_id: Option<StaffId>,
    pub second_staff_name: Option<String>,
    pub enrolment_id: Option<EnrolmentId>,
    pub started_on: Option<Date>,
    pub ended_on: Option<Date>,
    pub outcome: Option<String>,
    pub asked_by: Option<String>,
    pub access_route: String,
    pub enquired_on: Date,
    pub court_order: Option<String>,
    pub court_report: bool,
    pub sentence_plan: Option<String>,
    pub phenomenon: Option<String>,
    pub phenomenon_label: Option<String>,
    pub language: Option<String>,
    pub interpreter: bool,
    pub availability: String,
    pub children_small: Option<i64>,
    pub children_school: Option<i64>,
    pub children_youth: Option<i64>,
    pub recorded: String,
    pub before_state: Option<String>,
    /// Since when it is a case.
    pub taken_on: Option<Date>,
    /// When the process began for the first time.
    pub begun_on: Option<Date>,
    /// When it was completed for the first time; stays after a recall.
    pub done_on: Option<Date>,
    /// Day of the last step.
    pub last_day: Option<Date>,
    pub linked_on: Option<Date>,
    /// The client is talked with every so many weeks.
    pub talk_weeks: Option<i64>,
    /// For so many minutes.
    pub talk_minutes: Option<i64>,
    /// Talks missed since the last one that took place.
    pub missed: i64,
    /// From how many on that is marked.
    pub missed_limit: i64,
    /// The organisation keeps notes in this programme.
    pub notes: bool,
    pub created_by_name: String,
    pub version: i64,
}

impl CaseLine {
    /// Every so many weeks the client is talked with, for so many minutes.
    pub fn cadence(&self) -> Option<(i64, i64)> {
        self.talk_weeks.zip(self.talk_minutes)
    }

    /// How many talks were missed in a row, if that is to be marked.
    pub fn missed_in_a_row(&self) -> Option<i64> {
        (self.missed >= self.missed_limit && !self.course().state.closed()).then_some(self.missed)
    }

    /// The last day of the participation, or else of the case that is closed.
    pub fn over_on(&self) -> Option<Date> {
        self.ended_on
            .or_else(|| self.last_day.filter(|_| self.course().state.closed()))
    }

    /// Who is counselled.
    pub fn client(&self) -> ClientKind {
        ClientKind::from_code(&self.client).unwrap_or(ClientKind::Anonymous)
    }

    /// How the case is called: the person's name, or what the client is.
    pub fn title(&self) -> String {
        match (&self.family_name, &self.given_name) {
            (Some(family), Some(given)) => format!("{family}, {given}"),
            _ => self
                .client_role
                .as_deref()
                .and_then(ClientRole::from_code)
                .map_or("anonym", ClientRole::label)
                .to_owned(),
        }
    }

    /// The reference, which is also the code of a case without a name.
    pub fn reference(&self) -> String {
        crate::base::readable::reference(self.id.0)
    }

    /// Where it stands, by the rules.
    pub fn course(&self) -> Course {
        let recorded = State::from_code(&self.recorded).unwrap_or(State::Enquiry);
        let part = self.enrolment_id.map(|_| Part {
            started: self.started_on.is_some(),
            ended: self
                .ended_on
                .map(|_| self.outcome.as_deref() == Some("completed")),
        });
        let state = effective(recorded, part);
        let before = match (state, &part) {
            (State::Aftercare, Some(part)) => Some(if part.ended == Some(true) {
                State::Completed
            } else {
                State::BrokenOff
            }),
            // An end that another room recorded: where the case stood before says nothing about it.
            (State::BrokenOff | State::Completed, Some(_)) => None,
            _ => self.before_state.as_deref().and_then(State::from_code),
        };
        Course {
            state,
            before,
            reached: Reached {
                case: self.taken_on.is_some(),
                started: self.begun_on.is_some(),
                completed: self.done_on.is_some(),
            },
        }
    }
}

/// The state that counts ([`effective`]) of a case `k` with its participation `e`.
pub(super) const STATE: &str = "case when k.enrolment_id is null then k.state \
     when e.ended_on is not null and k.state = 'aftercare' then 'aftercare' \
     when e.ended_on is not null and e.outcome = 'completed' then 'completed' \
     when e.ended_on is not null and k.state = 'passed_on' then 'passed_on' \
     when e.ended_on is not null then 'broken_off' \
     when k.state in ('paused', 'transition') then k.state \
     when e.started_on is not null then 'running' else 'agreed' end";

/// The day on which an enquiry became a case.
const TAKEN: &str = "coalesce((select min(st.day) from case_step st where st.case_id = k.id \
     and st.to_state in ('clearing', 'first_talk', 'agreed')), e.enrolled_on)";
/// The day on which the process began.
const BEGUN: &str = "coalesce(e.started_on, (select min(st.day) from case_step st where st.case_id = k.id \
     and st.to_state = 'running'))";
/// The day on which it was completed for the first time: of a step, or of the participation, whichever came first. The
/// step that ends after-care says `completed`, too.
const DONE: &str = "coalesce((select min(case when e.outcome = 'completed' and e.ended_on < st.day then e.ended_on else st.day end) \
     from case_step st where st.case_id = k.id and st.to_state = 'completed'), case when e.outcome = 'completed' then e.ended_on end)";

/// Talks that the client missed since the last one that took place, of the participation or else of the case.
const MISSED: &str = "(case when k.enrolment_id is null then (select count(*) from counselling_session mi where mi.case_id = k.id \
     and mi.outcome = 'no_show' and mi.day > coalesce((select max(mh.day) from counselling_session mh where mh.case_id = k.id \
     and mh.outcome = 'took_place'), '1900-01-01')) else (select count(*) from counselling_session mi \
     where mi.enrolment_id = k.enrolment_id and mi.outcome = 'no_show' and mi.day > coalesce((select max(mh.day) \
     from counselling_session mh where mh.enrolment_id = k.enrolment_id and mh.outcome = 'took_place'), '1900-01-01')) end)";

const FROM: &str = " from client_case k join programme m on m.id = k.programme_id join provider v on v.id = k.provider_id \
     left join facility f on f.id = k.facility_id left join staff s on s.id = k.staff_id \
     left join staff s2 on s2.id = k.second_staff_id left join person p on p.id = k.person_id \
     left join enrolment e on e.id = k.enrolment_id left join code_entry ph on ph.list = 'phenomenon' and ph.code = k.phenomenon \
     and ph.valid_from <= k.enquired_on and (ph.valid_to is null or ph.valid_to > k.enquired_on) \
     left join person ab on ab.id = k.about_person_id and ";

/// Selects cases with all that is shown of them; continue with a condition that says which the actor may see.
fn select<R: Rows>(rows: &R) -> Sql {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    Sql::new(
        "select k.id, k.client, k.client_role, k.person_id, p.family_name, p.given_name, ab.id as about_id, \
         ab.family_name as about_family, ab.given_name as about_given, k.programme_id, m.name as programme_name, \
         m.team, k.provider_id, v.name as provider_name, v.code as provider_code, \
         f.name as facility_name, k.staff_id, s.name as staff_name, k.second_staff_id, s2.name as second_staff_name, \
         k.enrolment_id, e.started_on, e.ended_on, e.outcome, k.asked_by, k.access_route, k.enquired_on, \
         k.court_order, k.court_report, k.sentence_plan, ph.label as phenomenon_label, k.language, k.interpreter, \
         k.availability, k.children_small, k.children_school, k.children_youth, k.state as recorded, k.before_state, (select max(st.day) from case_step st where st.case_id = k.id) as last_day, ",
    )
    .push(TAKEN)
    .push(" as taken_on, ")
    .push(BEGUN)
    .push(" as begun_on, ")
    .push(DONE)
    .push(
        " as done_on, k.linked_on, k.talk_weeks, k.talk_minutes, ",
    )
    .push(MISSED)
    .push(
        " as missed, coalesce((select cr.missed from counselling_rule cr where cr.provider_id = k.provider_id \
         and cr.programme_id = k.programme_id), ?) as missed_limit, exists (select 1 from counselling_rule cr \
         where cr.provider_id = k.provider_id and cr.programme_id = k.programme_id and cr.notes) as notes, k.phenomenon, k.created_by_name, k.version",
    )
    .bind(USUAL_MISSED)
    .push(FROM)
    .append(scope_condition(&scope, today, "ab.id"))
    .push(" where ")
}

/// What the list is asked for.
#[derive(Debug, Clone, Default)]
pub(in crate::casework) struct Wanted {
    /// The states to show; all if empty.
    pub states: Vec<State>,
    /// Between these ids: a typed reference.
    pub ids: Option<(Uuid, Uuid)>,
    pub from: Option<Cursor>,
}

/// How many of the newest cases of the land a prison's page looks through before it begins with the prison's own people.
const WALK: i64 = 600;

/// The states that a case has without a participation. As text: only so an index over them is used.
const ENQUIRIES: &str =
    " and k.enrolment_id is null and k.state in ('enquiry', 'clearing', 'first_talk')";

#[derive(FromQueryResult)]
struct PlaceRow {
    enquired_on: Date,
    id: CaseId,
}

impl Wanted {
    /// The row after which a page begins.
    fn after(&self) -> Option<(Date, Uuid)> {
        let cursor = self.from.as_ref()?;
        let day = crate::base::german::parse_date(&cursor.key).ok()?;
        Some((day, cursor.id))
    }

    fn backward(&self) -> bool {
        self.from.as_ref().is_some_and(|cursor| cursor.backward)
    }

    fn order(&self) -> &'static str {
        if self.backward() {
            " order by k.enquired_on, k.id desc"
        } else {
            " order by k.enquired_on desc, k.id"
        }
    }

    /// Conditions that an index answers: after the cursor, and an enquiry where only enquiries are asked for.
    fn walk(&self, mut sql: Sql) -> Sql {
        let enquiry =
            |state: &State| matches!(state, State::Enquiry | State::Clearing | State::FirstTalk);
        if !self.states.is_empty() && self.states.iter().all(enquiry) {
            sql = sql.push(ENQUIRIES);
        }
        if let Some((first, last)) = self.ids {
            sql = sql
                .push(" and k.id >= ? and k.id <= ?")
                .bind(first)
                .bind(last);
        }
        match (self.after(), self.backward()) {
            (Some((day, id)), false) => sql
                .push(" and k.enquired_on <= ? and (k.enquired_on < ? or k.id > ?)")
                .bind(day)
                .bind(day)
                .bind(id),
            (Some((day, id)), true) => sql
                .push(" and k.enquired_on >= ? and (k.enquired_on > ? or k.id < ?)")
                .bind(day)
                .bind(day)
                .bind(id),
            (None, _) => sql,
        }
    }

    /// The ids of a page of the cases that fulfil a condition, up to a place if there is one.
    fn ids(&self, condition: Sql, until: Option<&PlaceRow>) -> Sql {
        let mut sql = Sql::new(
            "select k.id from client_case k left join enrolment e on e.id = k.enrolment_id where ",
        )
        .append(condition);
        if !self.states.is_empty() {
            sql = sql
                .push(" and ")
                .push(STATE)
                .push(" in ")
                .list(self.states.iter().map(|state| state.code().to_owned()));
        }
        sql = self.walk(sql);
        if let Some(until) = until {
            sql = sql
                .push(if self.backward() {
                    " and k.enquired_on <= ? and (k.enquired_on < ? or k.id >= ?)"
                } else {
                    " and k.enquired_on >= ? and (k.enquired_on > ? or k.id <= ?)"
                })
                .bind(until.enquired_on)
                .bind(until.enquired_on)
                .bind(until.id);
        }
        sql.push(self.order())
            .push(" limit ?")
            .bind(LINES as i64 + 1)
    }
}

/// One page of the cases in scope, the newest enquiry first.
pub(in crate::casework) async fn page<R: Rows>(
    rows: &R,
    wanted: &Wanted,
) -> Result<Page<CaseLine>> {
    let scope = rows.access().scope();
    let account = rows.access().actor().account();
    let today = berlin_today(rows.now());
    let shown = |lines| {
        Page::from_rows(lines, LINES, wanted.from.as_ref(), |line: &CaseLine| {
            (crate::base::german::date(line.enquired_on), line.id.0)
        })
    };
    // A large prison finds a page among the newest cases of the land, in their order and whatever its own number; where
    // it does not, its own people are few, and the search begins with them.
    if matches!(scope, Scope::Facility(_)) && wanted.ids.is_none() {
        let until: Option<PlaceRow> = rows
            .one(
                wanted
                    .walk(Sql::new(
                        "select k.enquired_on, k.id from client_case k where 1 = 1",
                    ))
                    .push(wanted.order())
                    .push(" limit 1 offset ?")
                    .bind(WALK),
            )
            .await?;
        let newest = wanted.ids(case_condition(&scope, account, today), until.as_ref());
        let lines = lines(rows, newest, wanted).await?;
        if until.is_none() || lines.len() > LINES {
            return Ok(shown(lines));
        }
    }
    let all = wanted.ids(cases_condition(&scope, account, today), None);
    Ok(shown(lines(rows, all, wanted).await?))
}

/// What is shown of the cases of a page: their talks and steps are looked up for these, not for all.
async fn lines<R: Rows>(rows: &R, ids: Sql, wanted: &Wanted) -> Result<Vec<CaseLine>> {
    rows.all(
        select(rows)
            .push("k.id in (")
            .append(ids)
            .push(")")
            .push(wanted.order()),
    )
    .await
}

/// A case in the actor's scope.
pub(in crate::casework) async fn find<R: Rows>(rows: &R, id: CaseId) -> Result<Option<CaseLine>> {
    let today = berlin_today(rows.now());
    let account = rows.access().actor().account();
    rows.one(
        select(rows)
            .push("k.id = ? and ")
            .bind(id)
            .append(case_condition(&rows.access().scope(), account, today)),
    )
    .await
}

/// An open case of somebody in a programme, seen or not.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct OpenCase {
    pub id: CaseId,
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub state: String,
}

/// The open cases of a person in a programme, whoever carries them out. To a prison the confidential ones do not exist:
/// nobody finds out by trying.
pub(in crate::casework) async fn open_of<R: Rows>(
    rows: &R,
    person: PersonId,
    programme: ProgrammeId,
) -> Result<Vec<OpenCase>> {
    let scope = rows.access().scope();
    rows.all(
        Sql::new("select x.* from (select k.id, k.provider_id, v.name as provider_name, ")
            .push(STATE)
            .push(
                " as state from client_case k join provider v on v.id = k.provider_id \
                 left join enrolment e on e.id = k.enrolment_id where k.person_id = ? and k.programme_id = ? and ",
            )
            .bind(person)
            .bind(programme)
            .append(open_to(&scope, "k.provider_id"))
            .push(") x where x.state not in ('completed', 'broken_off', 'declined', 'passed_on', 'aftercare') order by x.id limit 20"),
    )
    .await
}
