//! The actor behind a request and the proof of a permission.

use std::marker::PhantomData;
use std::sync::Arc;

use super::permissions::{Permission, SystemPermission};
use super::role::Role;
use super::scope::{GrantedPlace, Scope};
use crate::base::ids::{AccountId, FacilityId, ProviderId, StaffId};
use crate::base::time::Instant;

/// The human behind an account. Two accounts of the same human have the same holder, so that four eyes are counted by
/// people and not by sign-in names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person(AccountId);

impl Person {
    /// The person behind an account; `holder` is the first account of the same human, if this is a further one.
    pub fn of(account: AccountId, holder: Option<AccountId>) -> Self {
        Self(holder.unwrap_or(account))
    }

    /// The first account of this human, for a query's condition.
    pub fn holder(self) -> AccountId {
        self.0
    }
}

/// Whether two accounts belong to the same human: the one comparison that four eyes rest on.
pub fn same_person(one: Person, other: Person) -> bool {
    one == other
}

/// Everything known of the signed-in member of staff that decides what may be seen.
#[derive(Debug, Clone)]
pub struct ActorProfile {
    /// The account.
    pub account: AccountId,
    /// The first account of the same human; the account itself, if it is the only one.
    pub holder: AccountId,
    /// The name that histories keep.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The facility of accounts that belong to one.
    pub facility: Option<FacilityId>,
    /// The facility's name for the page head.
    pub facility_name: Option<String>,
    /// The provider of external staff.
    pub provider: Option<ProviderId>,
    /// The provider's name for the page head.
    pub provider_name: Option<String>,
    /// The entry of external staff.
    pub staff: Option<StaffId>,
    /// Whether the account leads its office.
    pub lead: bool,
    /// The grants of the staff member (or of the organisation, for coordination) that are valid today.
    pub grants: Vec<GrantedPlace>,
    /// The first bytes of the session's hash, for the audit log.
    pub session: String,
}

/// A signed-in member of staff (or the operator on the command line) at one moment.
///
/// Made only by the room `accounts` (from a session) and by the command line; a test of the
/// architecture holds this.
#[derive(Debug)]
pub struct Actor {
    profile: ActorProfile,
    now: Instant,
}

/// The request within which something happens, for the audit log and the error page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRef {
    /// Random id printed on error pages.
    pub id: String,
    /// The route's pattern, never the address with its values.
    pub route: String,
}

/// The actor does not hold the permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Dafür ist dieses Konto nicht vorgesehen.")]
pub struct Denied;

impl Actor {
    pub(crate) fn new(profile: ActorProfile, now: Instant) -> Arc<Self> {
        Arc::new(Self { profile, now })
    }

    /// Geleit itself; `facility` bounds what a command may see, `account` is on whose behalf it acts.
    pub(crate) fn system(
        name: &str,
        account: Option<AccountId>,
        facility: Option<FacilityId>,
        now: Instant,
    ) -> Arc<Self> {
        let profile = ActorProfile {
            account: account.unwrap_or(AccountId(uuid::Uuid::nil())),
            holder: account.unwrap_or(AccountId(uuid::Uuid::nil())),
            name: name.to_owned(),
            role: Role::System,
            facility,
            facility_name: None,
            provider: None,
            provider_name: None,
            staff: None,
            lead: false,
            grants: Vec::new(),
            session: String::new(),
        };
        Self::new(profile, now)
    }

    /// The account.
    pub fn account(&self) -> AccountId {
        self.profile.account
    }

    /// The human behind the account.
    pub fn person(&self) -> Person {
        Person(self.profile.holder)
    }

    /// The profile.
    pub fn profile(&self) -> &ActorProfile {
        &self.profile
    }

    /// The name that histories keep.
    pub fn name(&self) -> &str {
        &self.profile.name
    }

    /// The role.
    pub fn role(&self) -> Role {
        self.profile.role
    }

    /// The office that the actor leads: reviews its emergency accesses, looks into its restricted records.
    pub fn leads(&self) -> Option<FacilityId> {
        self.profile.facility.filter(|_| self.profile.lead)
    }

    /// When the request began.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Whether the actor holds the permission (for showing or hiding a link).
    pub fn may<P: Permission>(&self) -> bool {
        P::INFO.roles.contains(&self.profile.role)
    }

    /// The proof of a permission, if the actor holds it.
    pub fn access<P: Permission>(
        self: &Arc<Self>,
        request: RequestRef,
    ) -> Result<Access<P>, Denied> {
        if self.may::<P>() {
            Ok(Access {
                actor: Arc::clone(self),
                request: Arc::new(request),
                permission: PhantomData,
            })
        } else {
            Err(Denied)
        }
    }
}

/// The proof that an actor holds permission `P` within one request. Private fields: only
/// [`Actor::access`] makes one.
pub struct Access<P: Permission> {
    actor: Arc<Actor>,
    request: Arc<RequestRef>,
    permission: PhantomData<P>,
}

impl<P: Permission> Clone for Access<P> {
    fn clone(&self) -> Self {
        Self {
            actor: Arc::clone(&self.actor),
            request: Arc::clone(&self.request),
            permission: PhantomData,
        }
    }
}

impl<P: SystemPermission> Access<P> {
    /// Geleit's own access, for sign-in, jobs and the command line.
    pub(crate) fn system(actor: Arc<Actor>, request: RequestRef) -> Self {
        Self {
            actor,
            request: Arc::new(request),
            permission: PhantomData,
        }
    }
}

impl<P: Permission> Access<P> {
    /// Who acts.
    pub fn actor(&self) -> &Arc<Actor> {
        &self.actor
    }

    /// Within which request.
    pub fn request(&self) -> &RequestRef {
        &self.request
    }

    /// When the request began.
    pub fn now(&self) -> Instant {
        self.actor.now()
    }

    /// Which rows may be seen.
    pub fn scope(&self) -> Scope {
        Scope::of(self.actor.profile())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn accounts_of_the_same_human_are_one_person() {
        let account = |number: u128| AccountId(Uuid::from_u128(number));
        let first = Person::of(account(1), None);
        assert!(same_person(first, Person::of(account(2), Some(account(1)))));
        assert!(same_person(
            Person::of(account(2), Some(account(1))),
            Person::of(account(3), Some(account(1)))
        ));
        assert!(!same_person(first, Person::of(account(2), None)));
        assert!(!same_person(
            Person::of(account(1), Some(account(4))),
            first
        ));
    }
}
