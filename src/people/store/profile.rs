//! What the page of one person shows: stays and absences, participation, time line. The caller has found the person
//! in the actor's scope; what of it the actor may see is decided here.

use sea_orm::FromQueryResult;
use time::Date;
use uuid::Uuid;

use crate::access::Scope;
use crate::base::ids::{EnrolmentId, GroupId, PersonId};
use crate::casework::{self, not_confidential};
use crate::history::HistoryLine;
use crate::people::rules::PlacementKind;
use crate::people::scope::granted;
use crate::store::{Result, Rows, Sql};

/// Whether the actor sees stays, absences and the time line, and not only the own part in the participation.
pub(in crate::people) fn sees_course(scope: &Scope) -> bool {
    matches!(scope, Scope::Facility(_) | Scope::Assigned { .. })
}

/// A stay or an absence.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::people) struct StayLine {
    pub id: Uuid,
    /// `custody`, `probation`, `absence`, or `application` for a place on a waiting list.
    pub kind: String,
    /// The facility of a placement, the programme of an application.
    pub place: String,
    /// The setting of a placement, the reason of an absence, the state of an application.
    pub detail: String,
    pub from_day: Date,
    pub to_day: Option<Date>,
    pub end_reason: Option<String>,
}

/// Stays and absences, and for a prison the person's applications, newest first. A probation officer is not told what
/// happens inside a prison.
pub(in crate::people) async fn stays<R: Rows>(rows: &R, person: PersonId) -> Result<Vec<StayLine>> {
    let inside = match rows.access().scope() {
        Scope::Facility(_) => crate::waiting::of_person_sql(person.0),
        Scope::Assigned { .. } => Sql::new(" and b.kind = 'probation'"),
        _ => return Ok(Vec::new()),
    };
    rows.all(
        Sql::new(
            "select * from (select pl.id, pl.kind, f.name as place, pl.setting as detail, pl.from_day, pl.to_day, \
             pl.end_reason from placement pl join facility f on f.id = pl.facility_id \
             where pl.person_id = ? union all select a.id, 'absence' as kind, f.name as place, a.reason as detail, \
             a.from_day, a.to_day, null as end_reason from absence a \
             join placement b on b.id = a.placement_id join facility f on f.id = b.facility_id where a.person_id = ?",
        )
        .bind(person)
        .bind(person)
        .append(inside)
        .push(") s order by s.from_day desc, s.id limit 200"),
    )
    .await
}

/// A participation, with one of its places in a group.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::people) struct PartLine {
    pub id: EnrolmentId,
    pub programme_name: String,
    pub provider_code: String,
    pub provider_name: String,
    pub enrolled_on: Date,
    pub started_on: Option<Date>,
    pub ended_on: Option<Date>,
    pub outcome: Option<String>,
    /// Counselling sessions held.
    pub talks: i64,
    pub group_id: Option<GroupId>,
    pub group_name: Option<String>,
    /// The group's sessions held while the person was in it; counted as on the group's page.
    pub held: i64,
    /// Those in which the person was present.
    pub attended: i64,
}

/// A participation as the actor may see it.
#[derive(Debug, Clone)]
pub(in crate::people) enum Part {
    /// Everything.
    Open(Box<PartLine>),
    /// Only that there are appointments.
    Appointment,
}

/// The participation that the actor may see, newest first.
pub(in crate::people) async fn participation<R: Rows>(
    rows: &R,
    person: PersonId,
) -> Result<Vec<Part>> {
    let scope = rows.access().scope();
    let visible = match &scope {
        Scope::Facility(_) | Scope::Assigned { .. } => {
            Sql::new(" and ").append(crate::consent::link_of_part_stands("e.id"))
        }
        Scope::Trainer { staff, grants } => Sql::new(" and ((e.staff_id = ? or exists (select 1 from membership om \
             join group_trainer gt on gt.group_id = om.group_id where om.enrolment_id = e.id and gt.staff_id = ?) \
             or exists (select 1 from membership om join group_session os on os.group_id = om.group_id \
             join session_trainer oc on oc.session_id = os.id where om.enrolment_id = e.id and oc.staff_id = ? \
             and oc.removed_at is null)) and ")
            .bind(*staff)
            .bind(*staff)
            .bind(*staff)
            .append(granted(grants, "e.facility_id", "e.programme_id"))
            .push(")"),
        Scope::Provider { provider, grants } => Sql::new(" and (e.provider_id = ? and ")
            .bind(*provider)
            .append(granted(grants, "e.facility_id", "e.programme_id"))
            .push(")"),
        Scope::Nothing => return Ok(Vec::new()),
    };
    let lines: Vec<PartLine> = rows
        .all(
            Sql::new(
                "select e.id, g.name as programme_name, v.code as provider_code, \
                 v.name as provider_name, e.enrolled_on, e.started_on, e.ended_on, e.outcome, \
                 (select count(*) from counselling_session c where c.enrolment_id = e.id and c.outcome = 'took_place') as talks, \
                 m.group_id, t.name as group_name, \
                 (select count(*) from group_session s where s.group_id = m.group_id and s.state = 'held' and s.kind <> 'catch_up' \
                 and s.day >= m.from_day and (m.to_day is null or s.day < m.to_day or exists (select 1 from attendance a \
                 where a.session_id = s.id and a.person_id = e.person_id and s.day = m.to_day))) as held, \
                 (select count(*) from attendance a join group_session s on s.id = a.session_id \
                 where s.group_id = m.group_id and s.kind <> 'catch_up' and a.person_id = e.person_id and a.status in ('present', 'late', 'left_early') \
                 and s.day >= m.from_day and (m.to_day is null or s.day <= m.to_day)) as attended \
                 from enrolment e join programme g on g.id = e.programme_id join provider v on v.id = e.provider_id \
                 left join membership m on m.enrolment_id = e.id \
                 left join training_group t on t.id = m.group_id where e.person_id = ?",
            )
            .bind(person)
            .append(visible)
            .push(" order by e.enrolled_on desc, e.id, m.from_day desc, m.id limit 60"),
        )
        .await?;
    let mut parts = Vec::with_capacity(lines.len());
    let mut appointment = false;
    for line in lines {
        if casework::rules::confidential(&scope, &line.provider_code) {
            appointment = true;
        } else {
            parts.push(Part::Open(Box::new(line)));
        }
    }
    if appointment {
        // Neither how many nor when: last, and once.
        parts.push(Part::Appointment);
    }
    Ok(parts)
}

/// The newest changes about a person that the actor may see, newest first.
pub(in crate::people) async fn timeline<R: Rows>(
    rows: &R,
    person: PersonId,
) -> Result<Vec<HistoryLine>> {
    let sql = Sql::new(
        "select h.at, h.actor_name, h.what, h.old_value, h.new_value, h.reason from history h where ",
    )
    .append(crate::merge::histories_of("h.person_id", person));
    let sql = match rows.access().scope() {
        Scope::Facility(_) => sql
            .append(not_of_other_kind(person, PlacementKind::Probation))
            .push(
                " and h.object_id not in (select e.id from enrolment e join facility f on f.id = e.facility_id \
                 where e.person_id = ? and (f.kind = 'probation' or not (",
            )
            .bind(person)
            .append(not_confidential("e.provider_id"))
            .push(
                ")) union all select c.id from counselling_session c join enrolment e on e.id = c.enrolment_id \
                 join facility f on f.id = e.facility_id where c.person_id = ? and (f.kind = 'probation' or not (",
            )
            .bind(person)
            .append(not_confidential("e.provider_id"))
            .push(
                ")) union all select m.id from membership m join enrolment e on e.id = m.enrolment_id \
                 join facility f on f.id = e.facility_id where m.person_id = ? and (f.kind = 'probation' or not (",
            )
            .bind(person)
            .append(not_confidential("e.provider_id"))
            .push(
                ")) union all select k.id from client_case k left join facility f on f.id = k.facility_id \
                 where k.person_id = ? and (f.kind = 'probation' or not (",
            )
            .bind(person)
            .append(not_confidential("k.provider_id"))
            .push(")))"),
        // Nor of what the prison's planning knows.
        Scope::Assigned { .. } => sql
            .append(not_of_other_kind(person, PlacementKind::Custody))
            .push(" and h.object_kind not in ('person_busy', 'person_separation', 'person_need')"),
        _ => return Ok(Vec::new()),
    };
    // Of what a withdrawn consent made known there is no line.
    let sql = sql
        .push(" and h.object_id not in ")
        .append(crate::consent::unknown_again(person));
    rows.all(sql.push(" order by h.at desc, h.id limit 100"))
        .await
}

/// Leaves out the lines `h` about what the other side records: its numbers, placements, absences and registers.
fn not_of_other_kind(person: PersonId, other: PlacementKind) -> Sql {
    let facility_kind = match other {
        PlacementKind::Custody => "prison",
        PlacementKind::Probation => "probation",
    };
    Sql::new(
        " and h.object_id not in (select a.id from person_alias a where a.person_id = ? and a.kind = ? \
         union all select b.id from placement b where b.person_id = ? and b.kind = ? \
         union all select a.id from absence a join placement b on b.id = a.placement_id \
         where a.person_id = ? and b.kind = ? \
         union all select a.id from attendance a join group_session s on s.id = a.session_id \
         join training_group t on t.id = s.group_id join facility f on f.id = t.facility_id \
         where a.person_id = ? and f.kind = ? \
         union all select a.id from application a join facility f on f.id = a.facility_id \
         where a.person_id = ? and f.kind = ?)",
    )
    .bind(person)
    .bind(other.number_kind().code())
    .bind(person)
    .bind(other.code())
    .bind(person)
    .bind(other.code())
    .bind(person)
    .bind(facility_kind)
    .bind(person)
    .bind(facility_kind)
}
