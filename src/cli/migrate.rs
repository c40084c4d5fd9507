//! `geleit migrate`: brings the database up to date; several may run at once.

use super::{Config, Failure, Outcome};

pub(super) async fn run(config: Config) -> Outcome {
    config.secret()?;
    crate::store::migrate(&config.database)
        .await
        .map_err(Failure::failed)?;
    let app = config.open().await?;
    super::serve::prepare(&app).await?;
    super::close(&config, &app).await?;
    super::print_text("Die Datenbank ist auf dem Stand dieses Programms.\n");
    Ok(())
}
