//! Which grants an actor may see and decide. List, single read and every action use the same condition.

use crate::access::{ActorProfile, Role};
use crate::base::ids::{FacilityId, ProviderId};
use crate::store::Sql;

/// For which grants an account is responsible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Responsibility {
    /// Those of one facility (access officer).
    Facility(FacilityId),
    /// Those of one organisation's staff (coordination).
    Provider(ProviderId),
}

/// For which grants the account is responsible; `None`: for none at all.
pub fn responsibility(profile: &ActorProfile) -> Option<Responsibility> {
    match profile.role {
        Role::AccessOfficer => profile.facility.map(Responsibility::Facility),
        Role::Coordinator => profile.provider.map(Responsibility::Provider),
        _ => None,
    }
}

/// The condition on a grant and its staff member, whose tables the caller's SQL calls `g` and `s`.
pub fn grant_scope(profile: &ActorProfile) -> Sql {
    match responsibility(profile) {
        Some(Responsibility::Facility(facility)) => Sql::new("g.facility_id = ?").bind(facility),
        Some(Responsibility::Provider(provider)) => Sql::new("s.provider_id = ?").bind(provider),
        None => Sql::new("1 = 0"),
    }
}

/// The condition on a stop and its staff member, whose tables the caller's SQL calls `t` and `s`. A stop for all
/// facilities concerns each of them.
pub fn stop_scope(profile: &ActorProfile) -> Sql {
    match responsibility(profile) {
        Some(Responsibility::Facility(facility)) => {
            Sql::new("(t.facility_id is null or t.facility_id = ?)").bind(facility)
        }
        Some(Responsibility::Provider(provider)) => Sql::new("(s.provider_id = ?)").bind(provider),
        None => Sql::new("1 = 0"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::AccountId;
    use uuid::Uuid;

    fn profile(role: Role, facility: bool, provider: bool) -> ActorProfile {
        ActorProfile {
            account: AccountId(Uuid::from_u128(1)),
            holder: AccountId(Uuid::from_u128(1)),
            name: String::new(),
            role,
            facility: facility.then(|| FacilityId(Uuid::from_u128(2))),
            facility_name: None,
            provider: provider.then(|| ProviderId(Uuid::from_u128(3))),
            provider_name: None,
            staff: None,
            lead: false,
            grants: Vec::new(),
            session: String::new(),
        }
    }

    #[test]
    fn only_the_two_responsible_roles_see_grants_and_only_with_their_place() {
        for role in Role::ALL {
            let all = responsibility(&profile(role, true, true));
            let expected = match role {
                Role::AccessOfficer => {
                    Some(Responsibility::Facility(FacilityId(Uuid::from_u128(2))))
                }
                Role::Coordinator => Some(Responsibility::Provider(ProviderId(Uuid::from_u128(3)))),
                _ => None,
            };
            assert_eq!(all, expected, "{role}");
            assert_eq!(responsibility(&profile(role, false, false)), None, "{role}");
        }
    }

    #[test]
    fn without_responsibility_the_condition_is_never_true() {
        assert!(format!("{:?}", grant_scope(&profile(Role::Gate, true, true))).contains("1 = 0"));
        assert!(
            format!(
                "{:?}",
                grant_scope(&profile(Role::Coordinator, true, false))
            )
            .contains("1 = 0")
        );
    }
}
