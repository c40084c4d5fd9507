//! The whole application: all route tables in one router, the layers around it, the accept loop.

mod accept;
mod router;

pub use accept::{Serving, serve};
pub use router::{router, routes};
