//! What of cases, participations and talks an actor may see. Every list, single read and write check of the house that
//! touches one of them uses these conditions; confidentiality towards prisons is said here and nowhere else.

use time::{Date, Duration};

use super::rules::CONFIDENTIAL_PROVIDER;
use crate::access::Scope;
use crate::base::ids::AccountId;
use crate::consent;
use crate::people::{HANDOVER_DAYS, facility_people, granted, scope_condition, unrestricted};
use crate::store::Sql;

/// A condition on `<column>` (a provider id column such as `e.provider_id`): its cases are none of which a prison knows
/// only the appointments. For what a prison sees, whoever asks; [`open_to`] asks who.
pub(crate) fn not_confidential(column: &'static str) -> Sql {
    Sql::new(column)
        .push(" not in (select zv.id from provider zv where zv.code = ?)")
        .bind(CONFIDENTIAL_PROVIDER.to_owned())
}

/// The same for whoever has this scope: true for everybody but prisons.
pub(crate) fn open_to(scope: &Scope, column: &'static str) -> Sql {
    match scope {
        Scope::Facility(_) => not_confidential(column),
        _ => Sql::new("1 = 1"),
    }
}

/// A condition on a participation `e`: it belongs to what the actor may see of a person in scope. External staff
/// see their own organisation's cases where a grant opens facility and programme, as long as they run and for the
/// days of the handover after. A prison sees no confidential ones. Use it together with the condition on the person.
pub fn enrolment_condition(scope: &Scope, today: Date) -> Sql {
    part_condition(scope, today)
        .push(" and ")
        .append(open_to(scope, "e.provider_id"))
}

/// The same with the confidential ones, whose appointments a prison may know.
pub(super) fn part_condition(scope: &Scope, today: Date) -> Sql {
    let recent = |sql: Sql| {
        sql.push(" and (e.ended_on is null or e.ended_on > ?))")
            .bind(today - Duration::days(HANDOVER_DAYS))
    };
    match scope {
        // Whoever was made known and withdrew the consent to it is unknown again, but for the provider.
        Scope::Facility(_) | Scope::Assigned { .. } => consent::link_of_part_stands("e.id"),
        Scope::Trainer { staff, grants } => recent(
            Sql::new("(e.provider_id = (select xs.provider_id from staff xs where xs.id = ?) and ")
                .bind(*staff)
                .append(granted(grants, "e.facility_id", "e.programme_id")),
        ),
        Scope::Provider { provider, grants } => recent(
            Sql::new("(e.provider_id = ? and ")
                .bind(*provider)
                .append(granted(grants, "e.facility_id", "e.programme_id")),
        ),
        Scope::Nothing => Sql::new("1 = 0"),
    }
}

/// A condition on a counselling session `c` of a participation `e`: what of the talks of a person in scope the actor may
/// know that they are. Of confidential ones a prison learns only what it had to arrange itself: those that took place
/// while the person was placed with it.
pub(crate) fn talk_condition(scope: &Scope, today: Date) -> Sql {
    let part = part_condition(scope, today);
    match scope {
        Scope::Facility(facility) => part
            .push(" and (")
            .append(not_confidential("e.provider_id"))
            .push(
                " or (c.outcome = 'took_place' and exists (select 1 from placement xp where xp.person_id = c.person_id \
                 and xp.facility_id = ? and xp.from_day <= c.day and (xp.to_day is null or xp.to_day > c.day))))",
            )
            .bind(*facility),
        _ => part,
    }
}

/// A condition on a case `k` with its participation `e` (a left join). Prisons and probation officers see the cases of
/// the people in their scope, and what they asked themselves about somebody who is not known; external staff their own
/// (in a team of two: both), coordination those of the organisation, each where a grant of today opens the place of the
/// person. A case that has no place needs no grant.
/// Nobody sees the case of a person whose record is restricted.
pub(super) fn case_condition(scope: &Scope, account: AccountId, today: Date) -> Sql {
    condition(scope, account, today, || {
        scope_condition(scope, today, "k.person_id")
    })
}

/// The same for a list of all cases: a prison's people are few and the cases of the land many, so they are taken as a set
/// to begin with instead of one by one.
pub(super) fn cases_condition(scope: &Scope, account: AccountId, today: Date) -> Sql {
    condition(scope, account, today, || match scope {
        Scope::Facility(facility) => {
            Sql::new("k.person_id in ").append(facility_people(*facility, today))
        }
        _ => scope_condition(scope, today, "k.person_id"),
    })
}

fn condition(scope: &Scope, account: AccountId, today: Date, inside: impl Fn() -> Sql) -> Sql {
    Sql::new("(")
        .append(own_case(scope, account, today, inside))
        .push(" and ")
        .append(unrestricted("k.person_id"))
        .push(")")
}

fn own_case(scope: &Scope, account: AccountId, today: Date, inside: impl Fn() -> Sql) -> Sql {
    let people = || {
        Sql::new("((k.person_id is not null and ")
            .append(inside())
            .push(") or (k.person_id is null and k.created_by = ?))")
            .bind(account)
    };
    match scope {
        Scope::Facility(_) => people()
            .push(" and ")
            .append(open_to(scope, "k.provider_id"))
            .push(" and ")
            .append(known(account)),
        Scope::Assigned { .. } => people().push(" and ").append(known(account)),
        Scope::Trainer { staff, grants } => Sql::new(
            "(k.staff_id = ? or k.second_staff_id = ?) \
             and k.provider_id = (select xs.provider_id from staff xs where xs.id = ?) and ",
        )
        .bind(*staff)
        .bind(*staff)
        .bind(*staff)
        .append(within_grants(grants, today)),
        Scope::Provider { provider, grants } => Sql::new("k.provider_id = ? and ")
            .bind(*provider)
            .append(within_grants(grants, today)),
        Scope::Nothing => Sql::new("1 = 0"),
    }
}

/// Not made known by a consent that was withdrawn; whoever asked for the person by name keeps the own enquiry.
pub(super) fn known(account: AccountId) -> Sql {
    // Few cases were made known at all: only of those the consents are looked up.
    Sql::new("(k.linked_on is null or k.created_by = ? or ")
        .bind(account)
        .append(consent::link_stands("k.id"))
        .push(")")
}

fn within_grants(grants: &[crate::access::GrantedPlace], today: Date) -> Sql {
    Sql::new("((k.person_id is null and (k.facility_id is null or ")
        .append(granted(grants, "k.facility_id", "k.programme_id"))
        .push(
            ")) or (k.person_id is not null and (k.state = 'aftercare' or coalesce(k.closed_on, e.ended_on) is null \
             or coalesce(k.closed_on, e.ended_on) > ?) and exists (select 1 from placement kp \
             where kp.person_id = k.person_id and kp.from_day <= ? and (kp.to_day is null or kp.to_day > ?) and ",
        )
        .bind(today - Duration::days(HANDOVER_DAYS))
        .bind(today)
        .bind(today)
        .append(granted(grants, "kp.facility_id", "k.programme_id"))
        .push(")))")
}
