//! Queries of the module passport: what people attended, the courses it is measured by, and the groups that could take
//! somebody.

use sea_orm::FromQueryResult;
use time::Date;

use super::over;
use crate::access::Scope;
use crate::base::ids::{
    EnrolmentId, FacilityId, GroupId, MembershipId, PersonId, ProgrammeId, TemplateId,
};
use crate::base::time::berlin_today;
use crate::casework::CONFIDENTIAL_PROVIDER;
use crate::groups::scope::group_scope;
use crate::people::scope_condition;
use crate::store::{Result, Rows, Sql};

/// A place in a group, with one session of it that was held (or a catch-up session that is planned), if there is one.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Fact {
    pub person_id: PersonId,
    pub family_name: String,
    pub given_name: String,
    /// Whether the actor may see who it is.
    pub visible: bool,
    /// Code of the setting of today; after the release that of the last custody during the place.
    pub setting: Option<String>,
    pub membership_id: MembershipId,
    pub enrolment_id: EnrolmentId,
    pub from_day: Date,
    pub to_day: Option<Date>,
    pub end_reason: Option<String>,
    pub programme_id: ProgrammeId,
    pub programme_name: String,
    pub group_id: GroupId,
    pub group_name: String,
    pub facility_name: String,
    /// Whether the actor may see which group it is.
    pub group_visible: bool,
    pub template_id: TemplateId,
    /// The session of the template that was held, or is made good.
    pub ordinal: Option<i64>,
    pub day: Option<Date>,
    pub catch_up: bool,
    pub held: bool,
    pub attended: bool,
}

/// Whose facts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whose {
    /// One person's, in every programme that the actor may know of.
    Person(PersonId),
    /// Those of everybody who ever was in a group, in its programme.
    Group(GroupId),
}

/// The programmes that the actor may know of, as a condition on `m.programme_id`: external staff those of their grants.
fn known_programmes(scope: &Scope) -> Sql {
    match scope {
        Scope::Trainer { grants, .. } | Scope::Provider { grants, .. } => {
            let mut programmes: Vec<ProgrammeId> =
                grants.iter().map(|grant| grant.programme).collect();
            programmes.sort_unstable_by_key(|programme| programme.0);
            programmes.dedup();
            Sql::new("m.programme_id in ").list(programmes)
        }
        Scope::Facility(_) | Scope::Assigned { .. } => Sql::new("1 = 1"),
        Scope::Nothing => Sql::new("1 = 0"),
    }
}

/// What people attended, by person and time. The caller has found the person or the group in scope. Groups of a
/// confidential provider are left out.
pub(crate) async fn facts<R: Rows>(rows: &R, whose: Whose) -> Result<Vec<Fact>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    let sql = Sql::new("select m.person_id, p.family_name, p.given_name, ")
        .append(scope_condition(&scope, today, "p.id"))
        .push(
            " as visible, (select q.setting from placement q where q.person_id = m.person_id and q.from_day <= ? \
             and (q.to_day is null or q.to_day > ? or q.to_day >= m.from_day) order by q.kind, \
             case when q.to_day is null or q.to_day > ? then 0 else 1 end, q.from_day desc, q.id limit 1) as setting, \
             m.id as membership_id, m.enrolment_id, m.from_day, m.to_day, m.end_reason, m.programme_id, \
             pg.name as programme_name, g.id as group_id, g.name as group_name, f.name as facility_name, ",
        )
        .bind(today)
        .bind(today)
        .bind(today)
        .append(group_scope(&scope, "g.id"))
        .push(
            " as group_visible, g.template_id, coalesce(cp.ordinal, s.template_ordinal) as ordinal, s.day, \
             coalesce(s.kind = 'catch_up', false) as catch_up, coalesce(s.state = 'held', false) as held, \
             coalesce(s.state = 'held' and a.status in ('present', 'late', 'left_early'), false) as attended \
             from membership m join person p on p.id = m.person_id join training_group g on g.id = m.group_id \
             join programme pg on pg.id = m.programme_id join facility f on f.id = g.facility_id \
             left join group_session s on s.group_id = m.group_id and (s.state = 'held' or (s.state = 'planned' \
             and s.kind = 'catch_up')) and (s.kind <> 'catch_up' or exists (select 1 from catch_up_person zc \
             where zc.session_id = s.id and zc.person_id = m.person_id)) \
             left join catch_up_person cp on cp.session_id = s.id and cp.person_id = m.person_id \
             left join attendance a on a.session_id = s.id and a.person_id = m.person_id \
             where g.provider_id not in (select v.id from provider v where v.code = ?) and ",
        )
        .bind(CONFIDENTIAL_PROVIDER.to_owned());
    let sql = match whose {
        Whose::Person(person) => sql
            .push("m.person_id = ? and ")
            .bind(person)
            .append(known_programmes(&scope)),
        Whose::Group(group) => sql
            .push(
                "m.person_id in (select x.person_id from membership x where x.group_id = ?) and m.programme_id = \
                 (select y.programme_id from training_group y where y.id = ?)",
            )
            .bind(group)
            .bind(group),
    };
    rows.all(sql.push(
        " order by p.sort_key, p.id, m.from_day, m.id, s.day, s.start_minute, cp.ordinal limit 20000",
    ))
    .await
}

/// A session of a template, with the template's rule.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct CourseRow {
    pub template_id: TemplateId,
    pub name: String,
    pub version: i64,
    pub complete_share: Option<i64>,
    pub complete_sessions: Option<i64>,
    pub complete_modules: bool,
    pub certificate: bool,
    pub certificate_title: String,
    pub ordinal: i64,
    pub module: String,
    pub optional: bool,
    pub remand: bool,
}

/// The sessions of templates in their order.
pub(crate) async fn courses(
    rows: &impl Rows,
    templates: impl IntoIterator<Item = TemplateId>,
) -> Result<Vec<CourseRow>> {
    rows.all(
        Sql::new(
            "select s.template_id, t.name, t.version, t.complete_share, t.complete_sessions, t.complete_modules, \
             t.certificate, t.certificate_title, s.ordinal, s.module, s.optional, s.remand from template_session s \
             join template t on t.id = s.template_id where s.template_id in ",
        )
        .list(templates)
        .push(" order by s.template_id, s.ordinal limit 5000"),
    )
    .await
}

/// A running group, with one session that is still to come, if there is one.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct ComingRow {
    pub group_id: GroupId,
    pub group_name: String,
    pub facility_id: FacilityId,
    pub programme_id: ProgrammeId,
    pub template_id: TemplateId,
    pub places: i64,
    pub members: i64,
    pub ordinal: Option<i64>,
    pub module: Option<String>,
    pub day: Option<Date>,
}

/// The published groups in scope of some programmes, with what they will still hold, by group and day.
pub(crate) async fn coming<R: Rows>(
    rows: &R,
    programmes: impl IntoIterator<Item = ProgrammeId>,
) -> Result<Vec<ComingRow>> {
    let scope = rows.access().scope();
    rows.all(
        Sql::new(
            "select g.id as group_id, g.name as group_name, g.facility_id, g.programme_id, g.template_id, g.places, \
             (select count(*) from membership m where m.group_id = g.id and m.to_day is null) as members, \
             s.template_ordinal as ordinal, s.module, s.day from training_group g left join group_session s \
             on s.group_id = g.id and s.state = 'planned' and s.kind <> 'catch_up' and not ",
        )
        .append(over(rows.now()))
        .push(" where g.state = 'published' and g.programme_id in ")
        .list(programmes)
        .push(" and ")
        .append(group_scope(&scope, "g.id"))
        .push(" order by g.name, g.id, s.day, s.start_minute, s.id limit 5000"),
    )
    .await
}
