//! Queries of completions, certificates and statements.

use sea_orm::FromQueryResult;
use time::Date;

use super::rules::Content;
use crate::access::{Scope, SystemPermission, Writes};
use crate::base::ids::{
    CaseId, CertificateId, CompletionId, EnrolmentId, GroupId, MembershipId, PersonId, TemplateId,
};
use crate::base::time::{Instant, berlin_today};
use crate::casework::{enrolment_condition, not_confidential};
use crate::groups::own_group_scope;
use crate::people::scope_condition;
use crate::schema::completion::{certificate, completion};
use crate::store::{Result, Rows, Sql, Writer};

/// A confirmed ending that was not taken back.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Standing {
    pub id: CompletionId,
    pub membership_id: MembershipId,
    pub result: String,
    pub day: Date,
    pub done: i64,
    pub required: i64,
    pub confirmed_by_name: String,
    pub certificate_id: Option<CertificateId>,
    pub certificate_day: Option<Date>,
    withdrawn_at: Option<Instant>,
}

/// A group as the page of its completions names it.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Group {
    pub group_id: GroupId,
    pub group_name: String,
    pub programme_name: String,
    pub template_id: TemplateId,
    pub group_state: String,
    /// The day of its last session that was held, catch-up sessions left out.
    pub last_held: Option<Date>,
    coming: i64,
}

impl Group {
    /// How many of its sessions are still planned, catch-up sessions left out.
    pub fn coming(&self) -> usize {
        usize::try_from(self.coming).unwrap_or(0)
    }
}

#[derive(FromQueryResult)]
struct GroupRow {
    #[sea_orm(nested)]
    group: Group,
    #[sea_orm(nested)]
    standing: Option<Standing>,
}

/// A group with its confirmed endings.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub group: Group,
    pub standing: Vec<Standing>,
    /// The places whose ending was confirmed once and taken back.
    pub taken_back: Vec<MembershipId>,
}

/// A group in scope with its confirmed endings, in one statement.
pub(crate) async fn open<R: Rows>(rows: &R, group: GroupId) -> Result<Option<Opened>> {
    let scope = rows.access().scope();
    let found: Vec<GroupRow> = rows
        .all(
            Sql::new(
                "select g.id as group_id, g.name as group_name, pg.name as programme_name, g.template_id, \
                 g.state as group_state, (select max(s.day) from group_session s where s.group_id = g.id \
                 and s.state = 'held' and s.kind <> 'catch_up') as last_held, \
                 (select count(*) from group_session s where s.group_id = g.id and s.state = 'planned' \
                 and s.kind <> 'catch_up') as coming, c.id, c.membership_id, c.result, c.day, c.done, c.required, \
                 c.confirmed_by_name, c.withdrawn_at, z.id as certificate_id, z.day as certificate_day from training_group g \
                 join programme pg on pg.id = g.programme_id left join completion c on c.group_id = g.id \
                 left join certificate z on z.completion_id = c.id where g.id = ? and ",
            )
            .bind(group)
            .append(own_group_scope(&scope, "g.id"))
            .push(" order by c.confirmed_at, c.id limit 500"),
        )
        .await?;
    let group = found.first().map(|row| row.group.clone());
    let (standing, withdrawn): (Vec<_>, Vec<_>) = found
        .into_iter()
        .filter_map(|row| row.standing)
        .partition(|row| row.withdrawn_at.is_none());
    Ok(group.map(|group| Opened {
        group,
        standing,
        taken_back: withdrawn.iter().map(|row| row.membership_id).collect(),
    }))
}

/// A confirmed ending with what a certificate says.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Confirmed {
    pub id: CompletionId,
    pub membership_id: MembershipId,
    pub enrolment_id: EnrolmentId,
    pub person_id: PersonId,
    pub group_id: GroupId,
    pub group_name: String,
    pub group_state: String,
    pub family_name: String,
    pub given_name: String,
    pub result: String,
    pub day: Date,
    pub done: i64,
    pub required: i64,
    pub ended_place: bool,
    pub confirmed_by_name: String,
    pub withdrawn_at: Option<Instant>,
    pub version: i64,
    pub certificate: bool,
    pub certificate_title: String,
    pub programme_name: String,
    pub provider_name: String,
    pub town: String,
}

impl Confirmed {
    /// "Adler, Kai".
    pub fn name(&self) -> String {
        format!("{}, {}", self.family_name, self.given_name)
    }

    /// What its certificate says.
    pub fn content(&self) -> Content {
        Content {
            name: format!("{} {}", self.given_name, self.family_name),
            title: self.certificate_title.clone(),
            programme: self.programme_name.clone(),
            provider: self.provider_name.clone(),
            town: self.town.clone(),
            day: self.day,
        }
    }
}

const CONFIRMED: &str = "select c.id, c.membership_id, c.enrolment_id, c.person_id, c.group_id, g.name as group_name, \
     g.state as group_state, p.family_name, p.given_name, c.result, c.day, c.done, c.required, c.ended_place, \
     c.confirmed_by_name, c.withdrawn_at, c.version, t.certificate, t.certificate_title, pg.name as programme_name, \
     pv.full_name as provider_name, f.town from completion c join training_group g on g.id = c.group_id \
     join person p on p.id = c.person_id join template t on t.id = c.template_id \
     join programme pg on pg.id = g.programme_id join provider pv on pv.id = g.provider_id \
     join facility f on f.id = g.facility_id where c.id = ? ";

/// A confirmed ending of a person and a group in scope, also one that was taken back.
pub(crate) async fn find<R: Rows>(rows: &R, id: CompletionId) -> Result<Option<Confirmed>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    rows.one(
        Sql::new(CONFIRMED)
            .bind(id)
            .push("and ")
            .append(own_group_scope(&scope, "c.group_id"))
            .push(" and ")
            .append(scope_condition(&scope, today, "c.person_id")),
    )
    .await
}

/// The same without a scope, for Geleit itself (made-up data).
pub(crate) async fn find_as_system<P: Writes + SystemPermission>(
    writer: &Writer<P>,
    id: CompletionId,
) -> Result<Option<Confirmed>> {
    writer.one(Sql::new(CONFIRMED).bind(id)).await
}

/// Stores a confirmed ending.
pub(crate) async fn insert<P: Writes>(writer: &Writer<P>, row: completion::Model) -> Result<()> {
    writer.insert(row).await
}

/// Takes a confirmed ending back, under the optimistic lock.
pub(crate) async fn withdraw<P: Writes>(
    writer: &Writer<P>,
    id: CompletionId,
    version: i64,
    reason: &str,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update completion set withdrawn_at = ?, withdrawn_by_name = ?, withdrawn_reason = ?, version = version + 1 \
                 where id = ? and version = ? and withdrawn_at is null",
            )
            .bind(writer.now())
            .bind(writer.access().actor().name().to_owned())
            .bind(reason.to_owned())
            .bind(id)
            .bind(version),
        )
        .await
}

/// A certificate as it was handed out.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Certificate {
    pub id: CertificateId,
    pub person_id: PersonId,
    pub code: String,
    pub name: String,
    pub title: String,
    pub programme: String,
    pub provider: String,
    pub town: String,
    pub day: Date,
    pub issued_at: Instant,
    /// When the completion that it certifies was taken back.
    pub withdrawn_at: Option<Instant>,
}

impl Certificate {
    /// What stands on it.
    pub fn content(&self) -> Content {
        Content {
            name: self.name.clone(),
            title: self.title.clone(),
            programme: self.programme.clone(),
            provider: self.provider.clone(),
            town: self.town.clone(),
            day: self.day,
        }
    }
}

const CERTIFICATE: &str = "select z.id, z.person_id, z.code, z.name, z.title, z.programme, z.provider, z.town, z.day, z.issued_at, \
     c.withdrawn_at from certificate z join completion c on c.id = z.completion_id where ";

/// A certificate of a person in scope. External staff also need the group to be theirs.
pub(crate) async fn certificate<R: Rows>(
    rows: &R,
    id: CertificateId,
) -> Result<Option<Certificate>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    let sql = Sql::new(CERTIFICATE)
        .push("z.id = ? and ")
        .bind(id)
        .append(scope_condition(&scope, today, "z.person_id"));
    rows.one(match scope {
        // Whoever was moved takes the certificate along: the facility of today hands it out again.
        Scope::Facility(_) => sql,
        _ => sql
            .push(" and ")
            .append(own_group_scope(&scope, "c.group_id")),
    })
    .await
}

/// The certificate with a code, whoever it belongs to: what its check tells does not depend on who asks.
pub(crate) async fn by_code(rows: &impl Rows, code: &str) -> Result<Option<Certificate>> {
    rows.one(
        Sql::new(CERTIFICATE)
            .push("z.code = ?")
            .bind(code.to_owned()),
    )
    .await
}

/// The certificate of a completion.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Issued {
    pub id: CertificateId,
}

/// The certificate of a completion that the caller has found in scope, if one was handed out.
pub(crate) async fn issued(rows: &impl Rows, completion: CompletionId) -> Result<Option<Issued>> {
    rows.one(Sql::new("select id from certificate where completion_id = ?").bind(completion))
        .await
}

/// Stores a certificate.
pub(crate) async fn insert_certificate<P: Writes>(
    writer: &Writer<P>,
    row: certificate::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// A participation as its statement names it.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Participation {
    pub enrolment_id: EnrolmentId,
    pub person_id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub birth_date: Option<Date>,
    pub programme_name: String,
    pub provider_name: String,
    pub enrolled_on: Date,
    pub started_on: Option<Date>,
    pub ended_on: Option<Date>,
    pub outcome: Option<String>,
    pub talks: i64,
    pub first_talk: Option<Date>,
    pub last_talk: Option<Date>,
    /// Why its case ended, in the words of the code list.
    pub reason: Option<String>,
}

/// What a statement is asked for by.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of {
    /// The participation.
    Part(EnrolmentId),
    /// The case that it belongs to.
    Case(CaseId),
}

/// A participation of a person in scope that the actor may see; never a confidential one, whoever asks: its statement is
/// for the prison.
pub(crate) async fn participation<R: Rows>(rows: &R, of: Of) -> Result<Option<Participation>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    let sql = Sql::new(
        "select e.id as enrolment_id, e.person_id, p.family_name, p.given_name, p.birth_date, pg.name as programme_name, \
         pv.full_name as provider_name, e.enrolled_on, e.started_on, e.ended_on, e.outcome, (select count(*) \
         from counselling_session c where c.enrolment_id = e.id and c.outcome = 'took_place') as talks, \
         (select min(c.day) from counselling_session c where c.enrolment_id = e.id and c.outcome = 'took_place') as first_talk, \
         (select max(c.day) from counselling_session c where c.enrolment_id = e.id and c.outcome = 'took_place') as last_talk, \
         (select r.label from client_case rk join case_step st on st.case_id = rk.id join code_entry r on r.list = 'reason' \
         and r.category = st.to_state and r.code = st.reason and r.valid_from <= st.day \
         and (r.valid_to is null or r.valid_to > st.day) where rk.enrolment_id = e.id and e.ended_on is not null \
         and st.to_state in ('completed', 'broken_off', 'passed_on') order by st.number desc limit 1) as reason \
         from enrolment e join person p on p.id = e.person_id join programme pg on pg.id = e.programme_id \
         join provider pv on pv.id = e.provider_id where ",
    );
    let sql = match of {
        Of::Part(id) => sql.push("e.id = ?").bind(id),
        Of::Case(id) => sql
            .push("e.id = (select k.enrolment_id from client_case k where k.id = ?)")
            .bind(id),
    };
    let sql = sql.push(" and ").append(scope_condition(&scope, today, "e.person_id"))
    .push(" and ")
    .append(not_confidential("e.provider_id"))
    .push(" and (")
    .append(enrolment_condition(&scope, today))
    // Trainers of one organisation also work in groups of another.
    .push(" or e.id in (select sm.enrolment_id from membership sm where sm.person_id = e.person_id and ")
    .append(own_group_scope(&scope, "sm.group_id"))
    .push("))");
    rows.one(sql).await
}

/// A talk of a participation, whether it took place or not.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct TalkRow {
    pub day: Date,
    pub outcome: String,
}

/// The talks of a participation that the caller has found in scope, by day.
pub(crate) async fn talks(rows: &impl Rows, id: EnrolmentId) -> Result<Vec<TalkRow>> {
    rows.all(
        Sql::new("select c.day, c.outcome from counselling_session c where c.enrolment_id = ? order by c.day, c.id limit 1000")
            .bind(id),
    )
    .await
}

/// A place in a group by a participation, with one of its sessions, if it had any.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct StayRow {
    pub membership_id: MembershipId,
    pub from_day: Date,
    pub to_day: Option<Date>,
    pub end_reason: Option<String>,
    pub group_name: String,
    pub facility_name: String,
    /// Whether the actor may see which group it is.
    pub visible: bool,
    pub day: Option<Date>,
    pub catch_up: bool,
    pub held: bool,
    pub status: Option<String>,
}

/// The places and sessions of a participation that the caller has found in scope, by time.
pub(crate) async fn stays<R: Rows>(rows: &R, id: EnrolmentId) -> Result<Vec<StayRow>> {
    let scope = rows.access().scope();
    rows.all(
        Sql::new(
            "select m.id as membership_id, m.from_day, m.to_day, m.end_reason, g.name as group_name, \
             f.name as facility_name, ",
        )
        .append(own_group_scope(&scope, "g.id"))
        .push(
            " as visible, s.day, coalesce(s.kind = 'catch_up', false) as catch_up, \
             coalesce(s.state = 'held', false) as held, a.status from membership m join training_group g on g.id = m.group_id \
             join facility f on f.id = g.facility_id left join group_session s on s.group_id = m.group_id \
             and s.state <> 'cancelled' and s.day >= m.from_day and (m.to_day is null or s.day < m.to_day) \
             and (s.kind <> 'catch_up' or exists (select 1 from catch_up_person zp where zp.session_id = s.id \
             and zp.person_id = m.person_id)) left join attendance a on a.session_id = s.id and a.person_id = m.person_id \
             where m.enrolment_id = ? order by m.from_day, m.id, s.day, s.start_minute, s.id limit 1000",
        )
        .bind(id),
    )
    .await
}
