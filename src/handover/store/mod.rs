//! Queries of hand-overs: [`mod@todo`] what is to be done, [`offer`] what an offer is made of, [`mod@write`] what is written.

pub(super) mod offer;
pub(super) mod todo;
pub(super) mod write;

use sea_orm::FromQueryResult;
use time::Date;

use super::rules::todo::{Facts, Task, tasks};
use super::rules::{Kind, Side, State, Summary, come_to_nothing, effective, facts_open};
use crate::access::{Role, Scope};
use crate::base::ids::{AccountId, FacilityId, HandOverId, PersonId};
use crate::base::time::{Instant, berlin_today};
use crate::consent::{self, Purpose};
use crate::people::{scope_condition, unrestricted};
use crate::store::{Result, Rows, Sql};

/// Hand-overs on the list.
pub(super) const PAGE: i64 = 60;

/// A hand-over as it is stored, with the side of the actor.
#[derive(Debug, Clone, FromQueryResult)]
struct Row {
    id: HandOverId,
    person_id: PersonId,
    family_name: String,
    given_name: String,
    sort_key: String,
    kind: String,
    from_name: String,
    to_facility_id: FacilityId,
    to_name: String,
    to_account_name: Option<String>,
    state: String,
    moves_on: Date,
    transition_from: Option<Date>,
    coaching_months: i64,
    summary: String,
    checklist: String,
    offered_on: Date,
    expires_on: Date,
    offered_by_name: String,
    answered_at: Option<Instant>,
    answered_by_name: Option<String>,
    reason: Option<String>,
    moved_on: Option<Date>,
    contact_on: Option<Date>,
    version: i64,
    giving: bool,
    consents: bool,
    in_transition: bool,
    coaching_runs: bool,
}

/// What the receiving side sees after acceptance only.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub moves_on: Date,
    pub transition_from: Option<Date>,
    pub coaching_months: i64,
    pub summary: Summary,
    pub checklist: String,
    pub moved_on: Option<Date>,
    pub contact_on: Option<Date>,
}

/// A hand-over as the actor may see it.
#[derive(Debug, Clone)]
pub(super) struct HandOver {
    pub id: HandOverId,
    pub person_id: PersonId,
    pub name: String,
    pub sort_key: String,
    pub kind: Kind,
    pub from_name: String,
    pub to: FacilityId,
    pub to_name: String,
    pub to_account_name: Option<String>,
    /// The state that counts today.
    pub state: State,
    pub recorded: State,
    pub offered_on: Date,
    pub expires_on: Date,
    pub offered_by_name: String,
    pub answered_at: Option<Instant>,
    pub answered_by_name: Option<String>,
    pub reason: Option<String>,
    pub version: i64,
    pub side: Side,
    /// The facts, for who may see them.
    pub told: Option<Told>,
    pub facts: Facts,
}

impl HandOver {
    /// What is to be done about it today: nothing where the consent to its facts was withdrawn after it was accepted.
    pub fn open_tasks(&self, today: Date) -> Vec<Task> {
        if self.state == State::Accepted && self.told.is_none() {
            return Vec::new();
        }
        tasks(&self.facts, self.side, today)
    }
}

impl Row {
    fn shown(self, today: Date) -> HandOver {
        let recorded = State::from_code(&self.state).unwrap_or(State::Revoked);
        let state = effective(recorded, today, self.expires_on);
        let kind = Kind::from_code(&self.kind).unwrap_or(Kind::Prison);
        let told = (self.giving || facts_open(state, kind, self.consents)).then(|| Told {
            moves_on: self.moves_on,
            transition_from: self.transition_from,
            coaching_months: self.coaching_months,
            summary: serde_json::from_str(&self.summary).unwrap_or_default(),
            checklist: self.checklist.clone(),
            moved_on: self.moved_on,
            contact_on: self.contact_on,
        });
        HandOver {
            id: self.id,
            person_id: self.person_id,
            name: format!("{}, {}", self.family_name, self.given_name),
            sort_key: self.sort_key,
            kind,
            from_name: self.from_name,
            to: self.to_facility_id,
            to_name: self.to_name,
            to_account_name: self.to_account_name,
            state,
            recorded,
            offered_on: self.offered_on,
            expires_on: self.expires_on,
            offered_by_name: self.offered_by_name,
            answered_at: self.answered_at,
            answered_by_name: self.answered_by_name,
            reason: self.reason,
            version: self.version,
            side: if self.giving {
                Side::Giving
            } else {
                Side::Receiving
            },
            told,
            facts: Facts {
                state: recorded,
                kind,
                moves_on: self.moves_on,
                expires_on: self.expires_on,
                transition_from: self.transition_from,
                coaching_months: self.coaching_months,
                moved_on: self.moved_on,
                contact_on: self.contact_on,
                in_transition: self.in_transition,
                coaching_runs: self.coaching_runs,
            },
        }
    }
}

/// The condition on hand-overs `h` of the actor's place. Who gave sees them as long as the person is in sight; to whom it
/// is offered an open offer, and after acceptance until and while the person is theirs.
fn condition(scope: &Scope, role: Role, account: AccountId, today: Date) -> Sql {
    let person = || scope_condition(scope, today, "h.person_id");
    match (scope, role) {
        (Scope::Facility(own), Role::SocialService) => {
            Sql::new("((h.from_facility_id = ? and ")
                .bind(*own)
                .append(person())
                .push(") or (h.kind = 'prison' and h.to_facility_id = ? and ((h.state = 'offered' and h.expires_on >= ?) or (h.state = 'accepted' and ((h.moved_on is null and h.moves_on > ?) or ")
                .bind(*own)
                .bind(today)
                .bind(come_to_nothing(today))
                .append(person())
                .push(")))))")
        }
        (Scope::Assigned { office, .. }, Role::Probation) => Sql::new(
            "(h.kind = 'probation' and h.to_facility_id = ? and ((h.state = 'offered' and h.expires_on >= ? \
             and (h.to_account_id is null or h.to_account_id = ?)) or (h.state = 'accepted' and ",
        )
        .bind(*office)
        .bind(today)
        .bind(account)
        .append(person())
        .push(")))"),
        _ => Sql::new("1 = 0"),
    }
}

fn select<R: Rows>(rows: &R) -> Sql {
    let today = berlin_today(rows.now());
    let actor = rows.access().actor();
    let scope = rows.access().scope();
    let sql = Sql::new(
        "select h.id, h.person_id, p.family_name, p.given_name, p.sort_key, h.kind, ff.name as from_name, \
         h.to_facility_id, tf.name as to_name, ta.name as to_account_name, h.state, h.moves_on, h.transition_from, \
         h.coaching_months, h.summary, h.checklist, h.offered_on, h.expires_on, h.offered_by_name, h.answered_at, \
         h.answered_by_name, h.reason, h.moved_on, h.contact_on, h.version, ",
    );
    let sql = match scope {
        Scope::Facility(own) => sql.push("(h.from_facility_id = ?) as giving, ").bind(own),
        _ => sql.push("(1 = 0) as giving, "),
    };
    sql.append(consent::holds_sql("h.person_id", Purpose::Probation, today))
        .push(
            " as consents, exists (select 1 from hand_over_part hp join client_case hk on hk.enrolment_id = hp.enrolment_id \
             join enrolment he on he.id = hp.enrolment_id where hp.hand_over_id = h.id and (hk.state = 'transition' \
             or he.ended_on is not null)) as in_transition, exists (select 1 from enrolment ce join programme cg \
             on cg.id = ce.programme_id where ce.person_id = h.person_id and cg.code = ? and ce.ended_on is null) as coaching_runs \
             from hand_over h join person p on p.id = h.person_id join facility ff on ff.id = h.from_facility_id \
             join facility tf on tf.id = h.to_facility_id left join account ta on ta.id = h.to_account_id where ",
        )
        .bind(offer::COACHING.to_owned())
        .append(condition(&scope, actor.role(), actor.account(), today))
        .push(" and ")
        .append(unrestricted("h.person_id"))
}

/// The hand-overs of the actor's place: open ones by their last day, then the others, the newest first.
pub(super) async fn list<R: Rows>(rows: &R) -> Result<Vec<HandOver>> {
    let today = berlin_today(rows.now());
    let found: Vec<Row> = rows
        .all(
            select(rows)
                .push(" order by case when h.state = 'offered' then 0 else 1 end, case when h.state = 'offered' then h.expires_on end, h.offered_at desc, h.id limit ?")
                .bind(PAGE),
        )
        .await?;
    Ok(found.into_iter().map(|row| row.shown(today)).collect())
}

/// One hand-over of the actor's place.
pub(super) async fn find<R: Rows>(rows: &R, id: HandOverId) -> Result<Option<HandOver>> {
    let today = berlin_today(rows.now());
    let found: Option<Row> = rows
        .one(select(rows).push(" and h.id = ?").bind(id))
        .await?;
    let Some(mut line) = found.map(|row| row.shown(today)) else {
        return Ok(None);
    };
    if let Some(told) = &mut line.told {
        let unknown = write::unknown_parts(rows, id).await?;
        told.summary = std::mem::take(&mut told.summary).without(&unknown);
    }
    Ok(Some(line))
}
