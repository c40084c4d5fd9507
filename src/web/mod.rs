//! The frame around all pages: what a request is, who sent it, routes as data, form state, layout and
//! parts, errors, assets. Rooms' `pages.rs` and `views.rs` build on it; it knows no room but `accounts`, which
//! tells who is signed in.

pub mod app;
pub mod assets;
pub mod context;
pub mod fault;
pub mod flash;
pub mod form;
pub mod identify;
pub mod layout;
pub mod nav;
pub mod parts;
pub mod post;
pub mod query;
pub mod route;
pub mod security;

pub use app::App;
pub use context::{Answer, Ctx, Reply};
pub use fault::Fault;
pub use form::Form;
pub use post::{Posted, Uploaded};
pub use query::Query;
pub use route::Route;
