//! Routes and handlers.

use crate::web::Route;

/// The routes.
pub fn routes() -> Vec<Route> {
    Vec::new()
}
