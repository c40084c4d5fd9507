//! The second factor once more, before something grave (step-up, ASVS 5.0.0, 7.5.3).

use super::super::rules;
use super::super::service::Desk;
use crate::access::Permission;
use crate::store::{Result, Rows};
use crate::web::Ctx;

fn desk<P: Permission>(ctx: &Ctx<P>) -> Desk<'_> {
    Desk {
        store: &ctx.app.store,
        passwords: &ctx.app.passwords,
        second_factor: &ctx.app.second_factor,
        now: ctx.access().now(),
        request: ctx.access().request().clone(),
        client: String::new(),
    }
}

/// Whether this is a code of the actor's second factor that was not used yet. Wrong ones count as at the sign-in: each
/// makes the next wait longer.
///
/// # Errors
/// If the store cannot.
pub async fn confirmed<P: Permission>(ctx: &Ctx<P>, code: &str) -> Result<bool> {
    desk(ctx).again(ctx.actor().account(), code).await
}

/// The code that the actor's device shows next, in the demo only: there is no device.
///
/// # Errors
/// If the store cannot.
pub async fn demo_code<P: Permission>(ctx: &Ctx<P>, rows: &impl Rows) -> Result<Option<String>> {
    if !ctx.app.demo {
        return Ok(None);
    }
    let secret = desk(ctx).secret(rows, ctx.actor().account()).await?;
    Ok(secret.and_then(|(secret, last)| rules::next_code(&secret, last, ctx.access().now())))
}
