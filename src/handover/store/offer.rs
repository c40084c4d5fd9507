//! What an offer is made of: to whom it can go, and the facts of the participations.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::{SystemPermission, Writes};
use crate::base::ids::{AccountId, EnrolmentId, FacilityId, PersonId, PlacementId, ProgrammeId};
use crate::handover::rules::Kind;
use crate::store::{Result, Rows, Sql, Writer};

/// Code word of stabilisation coaching after release.
pub(in crate::handover) const COACHING: &str = "stabilisierung";

/// A place, or a probation officer, to whom somebody can be handed over.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::handover) struct Target {
    pub facility_id: FacilityId,
    pub facility_name: String,
    facility_kind: String,
    pub account_id: Option<AccountId>,
    pub account_name: Option<String>,
}

impl Target {
    /// Which kind of hand-over goes there.
    pub fn kind(&self) -> Kind {
        if self.facility_kind == "prison" {
            Kind::Prison
        } else {
            Kind::Probation
        }
    }

    /// Its value in the form.
    pub fn value(&self) -> String {
        match self.account_id {
            Some(account) => format!("{}/{account}", self.facility_id),
            None => self.facility_id.to_string(),
        }
    }

    /// Its words in the form.
    pub fn label(&self) -> String {
        match (&self.account_name, self.kind()) {
            (Some(name), _) => format!("{name} ({})", self.facility_name),
            (None, Kind::Prison) => self.facility_name.clone(),
            (None, Kind::Probation) => format!("{} (wer dort annimmt)", self.facility_name),
        }
    }
}

/// Where somebody of a prison can be handed over: the other prisons, the offices of the probation service, and their
/// officers.
pub(in crate::handover) async fn targets(
    rows: &impl Rows,
    own: FacilityId,
    today: Date,
) -> Result<Vec<Target>> {
    rows.all(
        Sql::new(
            "select f.id as facility_id, f.name as facility_name, f.kind as facility_kind, x.account_id, x.account_name from facility f \
             join (select f1.id, null as account_id, null as account_name from facility f1 union all select a.facility_id, a.id, a.name from account a \
             where a.role = 'probation' and a.disabled_at is null) x on x.id = f.id \
             where f.id <> ? and f.kind in ('prison', 'probation') and f.valid_from <= ? and (f.valid_to is null or f.valid_to > ?) \
             order by f.kind, f.name, case when x.account_id is null then 0 else 1 end, x.account_name, x.account_id limit 500",
        )
        .bind(own)
        .bind(today)
        .bind(today),
    )
    .await
}

/// The figures of a participation.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::handover) struct Figures {
    pub id: EnrolmentId,
    pub attended: i64,
    pub held: i64,
    pub talks: i64,
    pub arranged: i64,
    /// The phenomenon area of its case.
    pub phenomenon: Option<String>,
}

/// The figures of participations that the caller has found in scope: group sessions attended of those held while the
/// person was a member, talks that took place of those arranged.
pub(in crate::handover) async fn figures(
    rows: &impl Rows,
    parts: &[EnrolmentId],
) -> Result<Vec<Figures>> {
    rows.all(
        Sql::new(
            "select e.id, (select count(*) from membership m join group_session s on s.group_id = m.group_id \
             and s.kind <> 'catch_up' and s.day >= m.from_day and (m.to_day is null or s.day <= m.to_day) \
             join attendance a on a.session_id = s.id and a.person_id = m.person_id where m.enrolment_id = e.id \
             and a.status in ('present', 'late', 'left_early')) as attended, (select count(*) from membership m \
             join group_session s on s.group_id = m.group_id and s.state = 'held' and s.kind <> 'catch_up' \
             and s.day >= m.from_day and (m.to_day is null or s.day < m.to_day) where m.enrolment_id = e.id) as held, \
             (select count(*) from counselling_session c where c.enrolment_id = e.id and c.outcome = 'took_place') as talks, \
             (select count(*) from counselling_session c where c.enrolment_id = e.id) as arranged, ph.label as phenomenon \
             from enrolment e left join client_case k on k.enrolment_id = e.id left join code_entry ph on ph.list = 'phenomenon' \
             and ph.code = k.phenomenon and ph.valid_from <= k.enquired_on and (ph.valid_to is null or ph.valid_to > k.enquired_on) \
             where e.id in ",
        )
        .list(parts.iter().copied())
        .push(" limit 100"),
    )
    .await
}

#[derive(FromQueryResult)]
struct IdRow {
    id: ProgrammeId,
}

/// The programme of stabilisation coaching.
pub(in crate::handover) async fn coaching(rows: &impl Rows) -> Result<Option<ProgrammeId>> {
    let row: Option<IdRow> = rows
        .one(Sql::new("select id from programme where code = ?").bind(COACHING.to_owned()))
        .await?;
    Ok(row.map(|row| row.id))
}

/// When a person's custody with a facility ends: the day that is recorded, or expected.
#[derive(Debug, Clone, Copy, FromQueryResult)]
pub(in crate::handover) struct Leaving {
    pub to_day: Option<Date>,
    pub expected_release: Option<Date>,
    /// The prison that has the person next, or by now.
    pub next_facility_id: Option<FacilityId>,
}

/// When and where to a person leaves.
pub(in crate::handover) async fn leaving(
    rows: &impl Rows,
    person: PersonId,
    own: FacilityId,
) -> Result<Option<Leaving>> {
    rows.one(
        Sql::new(
            "select pl.to_day, pl.expected_release, (select np.facility_id from placement np where np.person_id = pl.person_id \
             and np.kind = 'custody' and np.from_day >= pl.to_day and np.facility_id <> pl.facility_id \
             order by np.from_day, np.id limit 1) as next_facility_id from placement pl where pl.person_id = ? \
             and pl.facility_id = ? and pl.kind = 'custody' order by pl.from_day desc, pl.id limit 1",
        )
        .bind(person)
        .bind(own),
    )
    .await
}

/// A member of a running group in a prison.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Member {
    pub person_id: PersonId,
    pub placement_id: PlacementId,
    pub enrolment_id: EnrolmentId,
    pub programme: String,
    pub provider: String,
    pub enrolled_on: Date,
    pub started_on: Option<Date>,
}

/// A few members of running groups in a prison who were never absent, for Geleit itself (made-up data).
pub(crate) async fn members<P: Writes + SystemPermission>(
    writer: &Writer<P>,
    facility: FacilityId,
) -> Result<Vec<Member>> {
    writer
        .all(
            Sql::new(
                "select m.person_id, pl.id as placement_id, e.id as enrolment_id, pg.name as programme, pv.name as provider, \
                 e.enrolled_on, e.started_on from membership m join enrolment e on e.id = m.enrolment_id \
                 join programme pg on pg.id = e.programme_id join provider pv on pv.id = e.provider_id \
                 join placement pl on pl.person_id = m.person_id and pl.facility_id = ? and pl.to_day is null \
                 where m.to_day is null and e.ended_on is null and not exists (select 1 from absence a where a.person_id = m.person_id) \
                 order by e.enrolled_on, m.id limit 3",
            )
            .bind(facility),
        )
        .await
}
