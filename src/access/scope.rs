//! Which rows an actor may see. One [`Scope`] drives list, count, search, export and single read; the
//! rooms translate it into the one condition of their queries.

use super::actor::ActorProfile;
use super::role::Role;
use crate::base::ids::{AccountId, FacilityId, ProgrammeId, ProviderId, StaffId};

/// A facility and a programme that a grant valid today opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GrantedPlace {
    /// The staff member who holds the grant.
    pub staff: StaffId,
    /// The facility.
    pub facility: FacilityId,
    /// The programme.
    pub programme: ProgrammeId,
}

/// The rows that an actor may see (design, section 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// People placed in the facility now or within the hand-over window; the facility's groups.
    Facility(FacilityId),
    /// People assigned to the account.
    Assigned {
        /// The probation officer's account.
        account: AccountId,
        /// The office.
        office: FacilityId,
    },
    /// Own groups and assigned cases where a grant is valid today.
    Trainer {
        /// The staff member.
        staff: StaffId,
        /// What the grants open; empty means nothing.
        grants: Vec<GrantedPlace>,
    },
    /// The organisation's groups and cases where one of its grants is valid today.
    Provider {
        /// The organisation.
        provider: ProviderId,
        /// What the grants open; empty means nothing.
        grants: Vec<GrantedPlace>,
    },
    /// No person and no group at all.
    Nothing,
}

impl Scope {
    pub(super) fn of(profile: &ActorProfile) -> Scope {
        match profile.role {
            Role::SocialService | Role::System => {
                profile.facility.map_or(Scope::Nothing, Scope::Facility)
            }
            Role::Probation => match profile.facility {
                Some(office) => Scope::Assigned {
                    account: profile.account,
                    office,
                },
                None => Scope::Nothing,
            },
            Role::Trainer => match profile.staff {
                Some(staff) => Scope::Trainer {
                    staff,
                    grants: profile.grants.clone(),
                },
                None => Scope::Nothing,
            },
            Role::Coordinator => match profile.provider {
                Some(provider) => Scope::Provider {
                    provider,
                    grants: profile.grants.clone(),
                },
                None => Scope::Nothing,
            },
            Role::AccessOfficer
            | Role::Gate
            | Role::Statistics
            | Role::Kora
            | Role::DataProtection
            | Role::Administration => Scope::Nothing,
        }
    }
}
