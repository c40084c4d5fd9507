//! Family days and their guests. Guests' names stand in no entry of the log.

use time::Duration;

use super::{chosen, own_facility, read_appointment};
use crate::access::permissions::{FamilyDayPlan, FamilyDayRead, GuestAnnounce, GuestDecide};
use crate::access::{Permission, Role, Writes};
use crate::accounts::once;
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::base::ids::{FamilyDayId, FamilyGuestId};
use crate::gate::rules::LONGEST_DEADLINE;
use crate::gate::service::Outcome;
use crate::gate::service::family::{self as service, GuestStep};
use crate::gate::store::family as store;
use crate::gate::views::family as views;
use crate::store::{Reader, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

/// The longest name of a guest.
const NAME: usize = 80;
/// Days back for which family days are listed: as long as their guests are kept.
const BACK: i64 = 7;

fn viewer<P: Permission>(ctx: &Ctx<P>) -> views::Viewer {
    let actor = ctx.actor();
    views::Viewer {
        plans: actor.may::<FamilyDayPlan>(),
        announces: actor.may::<GuestAnnounce>(),
        decides: actor.may::<GuestDecide>(),
        me: actor.person(),
        today: ctx.today(),
    }
}

async fn overview<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    form: Option<Form>,
) -> Result<maud::Markup, StoreError> {
    let days = store::days(reader, ctx.today() - Duration::days(BACK)).await?;
    let form = match (ctx.actor().role(), ctx.actor().profile().facility, form) {
        (_, _, Some(form)) => form,
        (Role::AccessOfficer, Some(facility), None) => {
            let set = store::deadline(reader, facility).await?;
            Form::empty().with("days", set.to_string())
        }
        _ => Form::empty(),
    };
    Ok(views::list(&ctx.frame(), &form, &days, &viewer(ctx)))
}

pub(super) async fn list(ctx: Ctx<FamilyDayRead>) -> Answer {
    let reader = ctx.read();
    let page = overview(&ctx, &reader, None).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "familientage")).await?;
    ctx.page(seen, page)
}

pub(super) async fn set_deadline(ctx: Ctx<GuestDecide>, Posted(mut form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    let label = "Tage vor dem Familientag";
    let Some(days) = form.required_number("days", label, 0..=LONGEST_DEADLINE) else {
        let reader = ctx.read();
        let page = overview(&ctx, &reader, Some(form)).await?;
        let seen = reader.seen(Entry::new(Verb::Query, "familientage")).await?;
        return ctx.invalid(seen, page);
    };
    let writer = ctx.write().await?;
    service::set_deadline(&writer, facility, days).await?;
    let entry = Entry::new(Verb::Change, "frist für gäste").fields(["guest_deadline_days"]);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        "/familientage",
        "Die Frist ist gespeichert. Sie gilt für Familientage, die ab jetzt geplant werden.",
    )
}

pub(super) async fn form(ctx: Ctx<FamilyDayPlan>) -> Answer {
    let facility = own_facility(&ctx)?;
    let reader = ctx.read();
    let groups = store::groups(&reader, facility).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "familientag planen"))
        .await?;
    ctx.page(
        seen,
        views::plan(&ctx.frame(), &Form::empty(), &groups, &ctx.once()),
    )
}

pub(super) async fn plan(ctx: Ctx<FamilyDayPlan>, Posted(mut form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    let writer = ctx.write().await?;
    let groups = store::groups(&writer, facility).await?;
    let group = if form.value("group").is_empty() {
        None
    } else {
        chosen(&mut form, "group", "Gruppe", &groups, |one| {
            one.id.to_string()
        })
    };
    if let Some(appointment) = read_appointment(&ctx, &mut form, None) {
        let id = FamilyDayId(writer.entropy().uuid());
        let location = format!("/familientage/{id}");
        once(&writer, form.value("einmal"), &location).await?;
        let until =
            service::plan(&writer, id, facility, group.map(|one| one.id), &appointment).await?;
        let entry = Entry::new(Verb::Change, format!("familientag geplant family_day/{id}"));
        let seen = writer.commit(entry).await?;
        let text = format!(
            "Der Familientag ist geplant. Gäste werden bis zum {} angekündigt.",
            german::date(until)
        );
        return ctx.done(seen, &location, &text);
    }
    writer.abandon().await?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "familientag planen"))
        .await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(seen, views::plan(&ctx.frame(), &form, &groups, &token))
}

/// The page of a family day.
async fn day_page<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    id: FamilyDayId,
    form: &Form,
    token: &str,
) -> Result<maud::Markup, Fault> {
    let day = store::day(reader, id).await?.ok_or(Fault::NotFound)?;
    let guests = store::guests(reader, id).await?;
    let closed = service::closed(&day, ctx.today());
    Ok(views::day(
        &ctx.frame(),
        form,
        &day,
        &guests,
        closed.as_deref(),
        &viewer(ctx),
        token,
    ))
}

pub(super) async fn show(ctx: Ctx<FamilyDayRead>, Id(id): Id<FamilyDayId>) -> Answer {
    let reader = ctx.read();
    let page = day_page(&ctx, &reader, id, &Form::empty(), &ctx.once()).await?;
    let entry = Entry::new(Verb::Query, format!("familientag family_day/{id}"));
    let seen = reader.seen(entry).await?;
    ctx.page(seen, page)
}

/// The page of a family day with what was refused.
async fn refused<P: Permission>(ctx: &Ctx<P>, id: FamilyDayId, form: &Form) -> Answer {
    let reader = ctx.read();
    let token = match form.value("einmal") {
        "" => ctx.once(),
        token => token.to_owned(),
    };
    let page = day_page(ctx, &reader, id, form, &token).await?;
    let entry = Entry::new(Verb::Query, format!("familientag family_day/{id}"));
    let seen = reader.seen(entry).await?;
    ctx.invalid(seen, page)
}

pub(super) async fn announce(
    ctx: Ctx<GuestAnnounce>,
    Id(id): Id<FamilyDayId>,
    Posted(mut form): Posted,
) -> Answer {
    let Some(name) = form.required_text("name", "Name des Gastes", NAME) else {
        return refused(&ctx, id, &form).await;
    };
    let writer = ctx.write().await?;
    let location = format!("/familientage/{id}");
    once(&writer, form.value("einmal"), &location).await?;
    match service::announce(&writer, id, &name).await? {
        Outcome::Done(guest) => {
            let entry = Entry::new(
                Verb::Collect,
                format!("gast angekündigt family_guest/{guest}"),
            );
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &location,
                "Der Gast ist angekündigt. Die Stelle Zugang der Einrichtung entscheidet.",
            )
        }
        Outcome::Refused(field, why) => {
            writer.abandon().await?;
            form.reject(field, why);
            refused(&ctx, id, &form).await
        }
        Outcome::Unknown => Err(Fault::NotFound),
    }
}

pub(super) async fn cancel(
    ctx: Ctx<FamilyDayPlan>,
    Id(id): Id<FamilyDayId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    match service::cancel(&writer, id, form.hidden_number("version")).await? {
        Outcome::Done(()) => {
            let entry = Entry::new(
                Verb::Change,
                format!("familientag abgesagt family_day/{id}"),
            );
            let seen = writer.commit(entry).await?;
            ctx.done(seen, "/familientage", "Der Familientag ist abgesagt.")
        }
        Outcome::Refused(field, why) => {
            writer.abandon().await?;
            form.reject(field, why);
            refused(&ctx, id, &form).await
        }
        Outcome::Unknown => Err(Fault::NotFound),
    }
}

pub(super) async fn approve(
    ctx: Ctx<GuestDecide>,
    Id(id): Id<FamilyGuestId>,
    Posted(form): Posted,
) -> Answer {
    decide(ctx, id, form, GuestStep::Approve).await
}

pub(super) async fn decline(
    ctx: Ctx<GuestDecide>,
    Id(id): Id<FamilyGuestId>,
    Posted(form): Posted,
) -> Answer {
    decide(ctx, id, form, GuestStep::Decline).await
}

pub(super) async fn remove(
    ctx: Ctx<GuestAnnounce>,
    Id(id): Id<FamilyGuestId>,
    Posted(form): Posted,
) -> Answer {
    decide(ctx, id, form, GuestStep::Remove).await
}

async fn decide<P: Writes>(ctx: Ctx<P>, id: FamilyGuestId, form: Form, step: GuestStep) -> Answer {
    let writer = ctx.write().await?;
    let guest = store::guest(&writer, id).await?.ok_or(Fault::NotFound)?;
    let (word, verb, text) = match step {
        GuestStep::Approve => (
            "genehmigt",
            Verb::Rights,
            "Der Gast ist genehmigt; er steht auf der Pfortenliste des Tages.",
        ),
        GuestStep::Decline => ("abgelehnt", Verb::Rights, "Der Gast ist abgelehnt."),
        GuestStep::Remove => ("entfernt", Verb::Erase, "Der Gast ist entfernt."),
    };
    match service::decide(&writer, id, form.hidden_number("version"), step).await? {
        Outcome::Done(day) => {
            let entry = Entry::new(verb, format!("gast {word} family_guest/{id}"));
            let seen = writer.commit(entry).await?;
            ctx.done(seen, &format!("/familientage/{day}"), text)
        }
        Outcome::Refused(field, why) => {
            writer.abandon().await?;
            let mut shown = Form::empty();
            shown.reject(field, why);
            refused(&ctx, guest.family_day_id, &shown).await
        }
        Outcome::Unknown => Err(Fault::NotFound),
    }
}
