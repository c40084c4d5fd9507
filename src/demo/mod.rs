//! Made-up data: an installation with one sign-in per role, for `geleit demo`, tests and benches.

mod accounts;

pub use accounts::{DemoAccount, PASSWORD};

use crate::jobs::operate;
use crate::web::App;

/// Why made-up data cannot be stored.
#[derive(Debug, thiserror::Error)]
#[error("Die Demodaten konnten nicht angelegt werden: {0}")]
pub struct DemoProblem(String);

impl DemoProblem {
    fn new(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// Reference data and accounts only: what tests start from.
pub async fn seed_accounts(app: &App) -> Result<Vec<DemoAccount>, DemoProblem> {
    let writer = app.store.write(operate(&app.store, "demo", None)).await.map_err(DemoProblem::new)?;
    crate::facilities::load_reference(&writer).await.map_err(DemoProblem::new)?;
    let accounts = accounts::seed(app, &writer).await?;
    let entry = crate::audit::Entry::new(crate::audit::Verb::System, "demodaten");
    writer.commit(entry).await.map_err(DemoProblem::new)?;
    Ok(accounts)
}

/// Everything that `geleit demo` shows.
pub async fn seed(app: &App) -> Result<Vec<DemoAccount>, DemoProblem> {
    seed_accounts(app).await
}
