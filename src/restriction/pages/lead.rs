//! Restricted records for the lead of an office: which of those it knew, and a look into one with its reason.

use super::super::{store, views};
use super::reason;
use crate::access::permissions::RestrictionLook;
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::{FacilityId, PersonId};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

/// The office that the actor leads; for everybody else there is no such page.
fn office(ctx: &Ctx<RestrictionLook>) -> Result<FacilityId, Fault> {
    ctx.actor().leads().ok_or(Fault::NotFound)
}

pub(super) async fn list(ctx: Ctx<RestrictionLook>) -> Answer {
    let office = office(&ctx)?;
    let reader = ctx.read();
    let lines = store::of_office(&reader, office).await?;
    let people = lines.iter().map(|line| line.id);
    let entry = Entry::new(Verb::Query, "einschraenkungen der stelle")
        .about_all(people.collect::<Vec<_>>(), Level::List);
    let seen = reader.seen(entry).await?;
    ctx.page(seen, views::lead::list(&ctx.frame(), &lines))
}

pub(super) async fn form(ctx: Ctx<RestrictionLook>, Id(person): Id<PersonId>) -> Answer {
    let office = office(&ctx)?;
    let reader = ctx.read();
    let line = store::at_office(&reader, person, office)
        .await?
        .ok_or(Fault::NotFound)?;
    let entry = Entry::new(Verb::Query, "einschraenkung").about(person, Level::List);
    let seen = reader.seen(entry).await?;
    ctx.page(seen, views::lead::form(&ctx.frame(), &line, &Form::empty()))
}

pub(super) async fn look(
    ctx: Ctx<RestrictionLook>,
    Id(person): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let office = office(&ctx)?;
    let writer = ctx.write().await?;
    let line = store::at_office(&writer, person, office)
        .await?
        .ok_or(Fault::NotFound)?;
    let Some(reason) = reason(&mut form, "einsicht") else {
        writer.abandon().await?;
        let entry = Entry::new(Verb::Query, "einschraenkung")
            .about(person, Level::List)
            .denied();
        let seen = ctx.read().seen(entry).await?;
        return ctx.invalid(seen, views::lead::form(&ctx.frame(), &line, &form));
    };
    let subject = store::subject(&writer, person)
        .await?
        .ok_or(Fault::NotFound)?;
    let facts = store::facts(&writer, person).await?;
    let entry = Entry::new(
        Verb::Query,
        format!("eingeschraenkter datensatz person/{person}"),
    )
    .about(person, Level::Case)
    .because(reason.clone());
    let seen = writer.commit(entry).await?;
    let markup = views::look(
        &ctx.frame(),
        views::lead::above(&line),
        &subject,
        &facts,
        &reason,
    );
    ctx.page(seen, markup)
}
