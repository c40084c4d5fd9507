//! Training groups: planning a series, members, sessions, registers. Offers the one scope of groups
//! ([`group_scope`], [`session_scope`]), who holds a session
//! ([`session_staff_sql`], [`sessions_of_sql`]), the sessions of the start page ([`upcoming`], [`open_registers`]),
//! and the codes shared with other rooms ([`rules`]). To completion it offers the module passports of a group
//! (`passes_of_group`) and the end of a place (`conclude`, `settle`, `reopen`), to the items about
//! changes of placement its end and its pause (`end_place`, `suspend`).

pub mod pages;
pub mod rules;
mod scope;
pub mod series;
pub(crate) mod service;
pub(crate) mod store;
mod views;

pub(crate) use scope::session_staff_left_sql;
pub(crate) use scope::{held_in_person, own_group_scope};
pub(crate) use service::after_move::{end_place, suspend};
pub(crate) use service::passport::{
    Pass, Template, of_group as passes_of_group, of_person as passes_of_person,
};
pub(crate) use service::places::{conclude, reopen, settle};
pub(crate) use store::plan::lock_own as lock_own_group;

pub(crate) use scope::expected_sql;
pub use scope::{group_scope, session_scope, session_staff_sql, sessions_of_sql};
pub(crate) use series::change::NOT_NEEDED;
pub use store::agenda::{SessionLine, open_registers, open_registers_count, upcoming};
