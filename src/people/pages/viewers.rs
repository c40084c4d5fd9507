//! Who sees a person: route and handler.

use crate::access::permissions::PersonViewers;
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::PersonId;
use crate::people::store;
use crate::people::store::viewers::viewers;
use crate::people::views;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault};

/// For those in charge of a person: prison and probation service.
pub(super) async fn page(ctx: Ctx<PersonViewers>, Id(id): Id<PersonId>) -> Answer {
    let reader = ctx.read();
    let head = store::find(&reader, id).await?.ok_or(Fault::NotFound)?;
    let found = viewers(&reader, id).await?;
    let entry = Entry::new(Verb::Query, format!("einblick person/{id}")).about(id, Level::Basic);
    let seen = reader.seen(entry).await?;
    ctx.page(seen, views::viewers::page(&ctx.frame(), &head, &found))
}
