//! Who may do what: roles, permissions as types, the actor, and [`Access`], the proof that an actor
//! holds a permission. Pure: no SQL, no HTTP. The store asks for an [`Access`] before it opens a unit of
//! work, and only [`Actor::access`] makes one.
//!
//! Making up a permission does not compile:
//!
//! ```compile_fail,E0451
//! use geleit::access::{Access, permissions::PersonChange};
//! fn forge(actor: std::sync::Arc<geleit::access::Actor>) -> Access<PersonChange> {
//!     Access { actor, request: todo!(), permission: std::marker::PhantomData }
//! }
//! ```

mod actor;
pub mod permissions;
pub mod purpose;
mod role;
mod scope;

pub use actor::{Access, Actor, ActorProfile, Denied, Person, RequestRef, same_person};
pub use permissions::{Permission, PermissionInfo, Reads, SystemPermission, Writes};
pub use role::{Role, UnknownRole};
pub use scope::{GrantedPlace, Scope};
