//! The module passport of a person, with the groups that could take them.

use crate::access::permissions::{GroupPlan, PersonRead};
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::PersonId;
use crate::groups::service::passport as service;
use crate::groups::views::passport as views;
use crate::people;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault};

pub(super) async fn page(ctx: Ctx<PersonRead>, Id(id): Id<PersonId>) -> Answer {
    let reader = ctx.read();
    let Some(person) = people::find(&reader, id).await? else {
        return Err(Fault::NotFound);
    };
    let may_plan = ctx.actor().may::<GroupPlan>();
    let passes = service::of_person(&reader, id, person.facility_id, may_plan).await?;
    let entry = Entry::new(Verb::Query, format!("modulpass person/{id}")).about(id, Level::Case);
    let seen = reader.seen(entry).await?;
    let token = ctx.once();
    let view = views::PassportPage {
        person: &person,
        passes: &passes,
        may_plan,
        token: &token,
    };
    ctx.page(seen, views::page(&ctx.frame(), &view))
}
