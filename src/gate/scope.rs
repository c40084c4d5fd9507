//! Which announcements an actor may see and change: one condition for list, single read and every action.

use crate::access::{ActorProfile, Role, Scope};
use crate::groups::group_scope;
use crate::store::Sql;

/// The condition on something external staff announced, whose facility is `v.facility_id`, whose staff member is
/// `v.staff_id`, joined as `s`: trainers see their own, coordinations those of their staff, access officers those of
/// their facility.
pub(crate) fn announced(profile: &ActorProfile) -> Sql {
    match (
        profile.role,
        profile.staff,
        profile.provider,
        profile.facility,
    ) {
        (Role::Trainer, Some(staff), _, _) => Sql::new("v.staff_id = ?").bind(staff),
        (Role::Coordinator, _, Some(provider), _) => Sql::new("s.provider_id = ?").bind(provider),
        (Role::AccessOfficer, _, _, Some(facility)) => Sql::new("v.facility_id = ?").bind(facility),
        _ => Sql::new("1 = 0"),
    }
}

/// The condition on a family day `d`: facility staff see those of their house, trainers those of their groups.
pub(crate) fn family(profile: &ActorProfile, scope: &Scope) -> Sql {
    match (profile.role, profile.facility) {
        (Role::SocialService | Role::AccessOfficer, Some(facility)) => {
            Sql::new("d.facility_id = ?").bind(facility)
        }
        (Role::Trainer, _) => {
            Sql::new("d.group_id is not null and ").append(group_scope(scope, "d.group_id"))
        }
        _ => Sql::new("1 = 0"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::{AccountId, FacilityId, ProviderId, StaffId};
    use uuid::Uuid;

    #[test]
    fn only_those_responsible_see_announcements_and_only_with_their_place() {
        for role in Role::ALL {
            for place in [true, false] {
                let profile = ActorProfile {
                    account: AccountId(Uuid::nil()),
                    holder: AccountId(Uuid::nil()),
                    name: String::new(),
                    role,
                    facility: place.then(|| FacilityId(Uuid::nil())),
                    facility_name: None,
                    provider: place.then(|| ProviderId(Uuid::nil())),
                    provider_name: None,
                    staff: place.then(|| StaffId(Uuid::nil())),
                    lead: false,
                    grants: Vec::new(),
                    session: String::new(),
                };
                let sees = place
                    && matches!(
                        role,
                        Role::Trainer | Role::Coordinator | Role::AccessOfficer
                    );
                let condition = format!("{:?}", announced(&profile));
                assert_eq!(!condition.contains("1 = 0"), sees, "{role} {place}");
            }
        }
    }
}
