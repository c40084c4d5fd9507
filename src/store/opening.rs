//! The guard before every reading: whoever opens one person does it for an assignment or for a stated purpose, and the
//! audit entry says for which. The one place for this, so that no page can forget it.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use sea_orm::{ConnectionTrait, FromQueryResult};
use time::{Date, Duration};
use uuid::Uuid;

use super::open::Store;
use super::sql::Sql;
use super::{Result, StoreError};
use crate::access::purpose::{Basis, Budget, Load, MINUTES};
use crate::access::{Access, Permission, Role, Scope};
use crate::audit::{Entry, OWN_MATTER, Outcome, Stamp};
use crate::base::ids::PersonId;
use crate::base::time::{Instant, berlin_today};

/// Days after the end of an own group or case in which it is still one's own (reports, certificates), and after the
/// answer to a hand-over.
const AFTER: i64 = 28;

/// Who opened how many.
#[derive(Debug, Default)]
pub(super) struct Openings(Mutex<Budget>);

#[derive(FromQueryResult)]
struct BasisRow {
    basis: String,
    detail: String,
    reference: Uuid,
}

impl BasisRow {
    fn reason(&self) -> String {
        if self.detail.is_empty() {
            format!("{}/{}", self.basis, self.reference)
        } else {
            format!("{}/{}/{}", self.basis, self.detail, self.reference)
        }
    }
}

/// Who asks for what, as the statements need it.
struct Asked<'a> {
    scope: &'a Scope,
    stamp: &'a Stamp,
    now: Instant,
    today: Date,
    /// A form that was opened within the hour may be sent later, in the same session.
    sending: bool,
}

/// A branch: `basis` with the id `reference` of a table.
fn branch(basis: Basis, from: &'static str) -> Sql {
    Sql::new("select cast(? as text) as basis, '' as detail, ")
        .bind(basis.code().to_owned())
        .push(from)
}

fn runs(sql: Sql, asked: &Asked<'_>, end: &'static str) -> Sql {
    sql.push(" and (")
        .push(end)
        .push(" is null or ")
        .push(end)
        .push(" > ?)")
        .bind(asked.today - Duration::days(AFTER))
}

/// What the opening of a person can rest on: the assignments first, then what was asked for.
fn bases(asked: &Asked<'_>, person: PersonId) -> Vec<Sql> {
    let today = asked.today;
    let hand_over = |office| {
        branch(
            Basis::HandOver,
            "b.id as reference from hand_over b where b.person_id = ? and b.to_facility_id = ? \
             and b.state in ('offered', 'accepted') and (b.answered_at is null or b.answered_at > ?)",
        )
        .bind(person)
        .bind(office)
        .bind(asked.now.plus_minutes(-AFTER * 24 * 60))
    };
    let mut all = match asked.scope {
        Scope::Facility(facility) => vec![
            branch(
                Basis::Placement,
                "b.id as reference from placement b where b.person_id = ? and b.facility_id = ? and b.from_day <= ? \
                 and (b.to_day is null or b.to_day > ?)",
            )
            .bind(person)
            .bind(*facility)
            .bind(today)
            .bind(today),
            hand_over(*facility),
            // Whoever has just moved or released somebody comes back to the page and finishes what belongs to it.
            branch(
                Basis::FollowUp,
                // Of a transfer it is the new placement that the history names; the own one may be any.
                "b.object_id as reference from history b where b.person_id = ? and b.object_kind = 'placement' \
                 and b.actor_id = ? and b.at > ? and exists (select 1 from placement bp where bp.person_id = b.person_id \
                 and bp.facility_id = ?)",
            )
            .bind(person)
            .bind(asked.stamp.actor)
            .bind(asked.now.plus_minutes(-MINUTES))
            .bind(*facility),
        ],
        Scope::Assigned { account, office } => vec![
            branch(
                Basis::Assignment,
                "b.id as reference from assignment b where b.person_id = ? and b.account_id = ? and b.from_day <= ? \
                 and (b.to_day is null or b.to_day > ?)",
            )
            .bind(person)
            .bind(*account)
            .bind(today)
            .bind(today),
            branch(
                Basis::StandIn,
                "b.id as reference from stand_in b join assignment ba on ba.account_id = b.absent_id where ba.person_id = ? \
                 and ba.from_day <= ? and (ba.to_day is null or ba.to_day > ?) and b.stand_in_id = ? and b.facility_id = ? \
                 and b.ended_at is null and b.from_day <= ? and b.to_day > ?",
            )
            .bind(person)
            .bind(today)
            .bind(today)
            .bind(*account)
            .bind(*office)
            .bind(today)
            .bind(today),
            hand_over(*office),
        ],
        Scope::Trainer { staff, .. } => vec![
            runs(
                branch(
                    Basis::Group,
                    "b.group_id as reference from membership b join group_trainer bt on bt.group_id = b.group_id \
                     where b.person_id = ? and bt.staff_id = ?",
                )
                .bind(person)
                .bind(*staff),
                asked,
                "b.to_day",
            ),
            runs(
                branch(
                    Basis::Case,
                    "b.id as reference from client_case b left join enrolment be on be.id = b.enrolment_id \
                     where b.person_id = ? and (b.staff_id = ? or b.second_staff_id = ?)",
                )
                .bind(person)
                .bind(*staff)
                .bind(*staff),
                asked,
                "case when b.state <> 'aftercare' then coalesce(b.closed_on, be.ended_on) end",
            ),
            runs(
                branch(
                    Basis::Case,
                    "b.id as reference from enrolment b where b.person_id = ? and b.staff_id = ?",
                )
                .bind(person)
                .bind(*staff),
                asked,
                "b.ended_on",
            ),
        ],
        Scope::Provider { .. } | Scope::Nothing => Vec::new(),
    };
    if let Some(account) = asked.stamp.actor {
        all.push(
            branch(
                Basis::Emergency,
                "b.id as reference from emergency_access b where b.person_id = ? and b.account_id = ? \
                 and b.ended_at is null and b.ends_at > ?",
            )
            .bind(person)
            .bind(account)
            .bind(asked.now),
        );
        all.push(purpose(asked, "b.person_id = ?", Some(person)));
    }
    all
}

/// A branch: a purpose of this account in this session that still holds.
fn purpose(asked: &Asked<'_>, about: &'static str, person: Option<PersonId>) -> Sql {
    let mut sql = Sql::new("select cast(? as text) as basis, b.reason as detail, b.id as reference from stated_purpose b where ")
        .bind(Basis::Stated.code().to_owned())
        .push(about);
    if let Some(person) = person {
        sql = sql.bind(person);
    }
    sql = sql
        .push(" and b.account_id = ? and b.session = ?")
        .bind(asked.stamp.actor)
        .bind(asked.stamp.session.clone());
    if asked.sending {
        sql
    } else {
        sql.push(" and b.expires_at > ?").bind(asked.now)
    }
}

/// One statement that answers with the first of these that holds.
fn first(all: Vec<Sql>) -> Sql {
    let mut sql = Sql::new("select x.basis, x.detail, x.reference from (");
    for (place, branch) in all.into_iter().enumerate() {
        sql = sql
            .push(if place > 0 { " union all " } else { "" })
            .push("select cast(? as bigint) as place, y.basis, y.detail, y.reference from (")
            .bind(place as i64)
            .append(branch)
            .push(") y");
    }
    sql.push(") x order by x.place limit 1")
}

async fn ask<C: ConnectionTrait>(database: &C, sql: Sql) -> Result<Option<BasisRow>> {
    let statement = sql.statement(database.get_database_backend());
    Ok(BasisRow::find_by_statement(statement).one(database).await?)
}

impl Store {
    /// The entry of a reading with what it rests on.
    ///
    /// # Errors
    /// [`StoreError::PurposeNeeded`] if the person is not assigned and no purpose was stated,
    /// [`StoreError::ManyOpened`] and [`StoreError::TooManyOpened`] for whoever opens very many. The refusal is in the
    /// audit log then.
    pub(super) async fn opening<P: Permission>(
        &self,
        access: &Access<P>,
        stamp: &Stamp,
        mut entry: Entry,
    ) -> Result<Entry> {
        let Some(account) = stamp.actor else {
            return Ok(entry);
        };
        if entry.outcome == Outcome::Denied || access.actor().role() == Role::System {
            return Ok(entry);
        }
        let people: HashSet<PersonId> = entry.opened().collect();
        if people.is_empty() {
            return Ok(entry);
        }
        let scope = access.scope();
        let asked = Asked {
            scope: &scope,
            stamp,
            now: access.now(),
            today: berlin_today(access.now()),
            sending: stamp.route.starts_with("POST "),
        };
        if scope != Scope::Nothing
            && let Some(person) = entry.opens()
        {
            let Some(basis) = ask(&self.pools.read, first(bases(&asked, person))).await? else {
                let refused = entry.denied().because("grund-fehlt");
                self.journal.seen(stamp.clone(), refused).await?;
                return Err(StoreError::PurposeNeeded(person));
            };
            // What a room said itself stays, unless the reading rests on what was asked for.
            let asked_for = matches!(
                Basis::from_code(&basis.basis),
                Some(Basis::Stated | Basis::Emergency)
            );
            if entry.reason == OWN_MATTER || asked_for {
                entry.reason = basis.reason();
            }
        }
        let load = self
            .openings
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .weigh(account, &people, asked.now);
        let refused = match load {
            Load::Usual => None,
            Load::Many => {
                let stated = purpose(&asked, "b.person_id is null", None);
                match ask(&self.pools.read, first(vec![stated])).await? {
                    Some(_) => None,
                    None => Some((MANY_CODE, StoreError::ManyOpened)),
                }
            }
            Load::Blocked => Some((BLOCKED_CODE, StoreError::TooManyOpened)),
        };
        if let Some((code, error)) = refused {
            let refused = entry.denied().because(code);
            self.journal.seen(stamp.clone(), refused).await?;
            return Err(error);
        }
        self.openings
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .note(account, &people, asked.now);
        Ok(entry)
    }

    /// The entry of a writing with what it rests on: after the change, or, where the change itself ended it, before.
    pub(super) async fn writing<P: Permission, C: ConnectionTrait>(
        &self,
        transaction: &C,
        access: &Access<P>,
        stamp: &Stamp,
        mut entry: Entry,
    ) -> Result<Entry> {
        let scope = access.scope();
        let opens = entry.opens().filter(|_| {
            entry.reason == OWN_MATTER && stamp.actor.is_some() && scope != Scope::Nothing
        });
        let Some(person) = opens else {
            return Ok(entry);
        };
        let asked = Asked {
            scope: &scope,
            stamp,
            now: access.now(),
            today: berlin_today(access.now()),
            sending: true,
        };
        let mut basis = ask(transaction, first(bases(&asked, person))).await?;
        if basis.is_none() {
            basis = ask(&self.pools.read, first(bases(&asked, person))).await?;
        }
        if let Some(basis) = basis {
            entry.reason = basis.reason();
        }
        Ok(entry)
    }
}

/// The reason in the log of a reading that was refused because very many people were opened.
pub const MANY_CODE: &str = "viele-personen";
/// The reason in the log of a reading that was blocked.
pub const BLOCKED_CODE: &str = "massenabruf-gesperrt";
