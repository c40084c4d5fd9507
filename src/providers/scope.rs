//! Which external staff and clearances an actor may see and change. List, single read and every action use the same
//! conditions.

use time::{Date, Duration};

use crate::access::ActorProfile;
use crate::grants::{Responsibility, responsibility};
use crate::store::Sql;

/// Days for which a facility still sees staff whose clearance or grant there is over: for questions and renewals.
pub(super) const AFTERWARDS_DAYS: i64 = 365;

/// The condition on a member of staff, whose table the caller's SQL calls `s`: the own organisation's for coordination;
/// for access officers those with a clearance or grant (or an open request) at the facility, until a year after it.
pub(super) fn staff_scope(profile: &ActorProfile, today: Date) -> Sql {
    match responsibility(profile) {
        Some(Responsibility::Provider(provider)) => Sql::new("s.provider_id = ?").bind(provider),
        Some(Responsibility::Facility(facility)) => {
            let since = today - Duration::days(AFTERWARDS_DAYS);
            Sql::new(
                "(exists (select 1 from clearance sc where sc.staff_id = s.id and sc.facility_id = ? \
                 and sc.state in ('requested', 'granted') and (sc.last_day is null or sc.last_day >= ?)) \
                 or exists (select 1 from access_grant sg where sg.staff_id = s.id and sg.facility_id = ? \
                 and sg.state in ('requested', 'active', 'suspended') and sg.last_day >= ?))",
            )
            .bind(facility)
            .bind(since)
            .bind(facility)
            .bind(since)
        }
        None => Sql::new("1 = 0"),
    }
}

/// The condition on a clearance and its member of staff, whose tables the caller's SQL calls `c` and `s`.
pub(super) fn clearance_scope(profile: &ActorProfile) -> Sql {
    match responsibility(profile) {
        Some(Responsibility::Provider(provider)) => Sql::new("s.provider_id = ?").bind(provider),
        Some(Responsibility::Facility(facility)) => Sql::new("c.facility_id = ?").bind(facility),
        None => Sql::new("1 = 0"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::base::ids::{AccountId, FacilityId, ProviderId};
    use time::macros::date;
    use uuid::Uuid;

    fn profile(role: Role) -> ActorProfile {
        ActorProfile {
            account: AccountId(Uuid::from_u128(1)),
            holder: AccountId(Uuid::from_u128(1)),
            name: String::new(),
            role,
            facility: Some(FacilityId(Uuid::from_u128(2))),
            facility_name: None,
            provider: Some(ProviderId(Uuid::from_u128(3))),
            provider_name: None,
            staff: None,
            lead: false,
            grants: Vec::new(),
            session: String::new(),
        }
    }

    #[test]
    fn nobody_but_coordination_and_access_officers_sees_staff_or_clearances() {
        let today = date!(2026 - 11 - 23);
        for role in Role::ALL {
            let nothing = |sql: Sql| format!("{sql:?}").contains("1 = 0");
            let expected = !matches!(role, Role::Coordinator | Role::AccessOfficer);
            assert_eq!(
                nothing(staff_scope(&profile(role), today)),
                expected,
                "{role}"
            );
            assert_eq!(nothing(clearance_scope(&profile(role))), expected, "{role}");
        }
    }
}
