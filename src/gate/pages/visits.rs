//! Announced visits.

use super::{chosen, read_appointment, time_text};
use crate::access::permissions::{VisitAnnounce, VisitRead};
use crate::access::{Permission, Role};
use crate::accounts::once;
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::base::ids::GateVisitId;
use crate::base::time::MinuteOfDay;
use crate::gate::rules::{minute, span};
use crate::gate::service::Outcome;
use crate::gate::service::visits::{self as service, HISTORY};
use crate::gate::store::visits::{self as store, VisitRow};
use crate::gate::views::visits as views;
use crate::history;
use crate::store::{Reader, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

pub(super) async fn list(ctx: Ctx<VisitRead>) -> Answer {
    let reader = ctx.read();
    let visits = store::visits(&reader, ctx.today()).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "einzeltermine"))
        .await?;
    let role = ctx.actor().role();
    ctx.page(seen, views::list(&ctx.frame(), &visits, role, ctx.today()))
}

pub(super) async fn form(ctx: Ctx<VisitAnnounce>) -> Answer {
    let reader = ctx.read();
    let choices = service::choices(&reader).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "einzeltermin ankündigen"))
        .await?;
    let form = Form::empty();
    ctx.page(
        seen,
        views::announce(&ctx.frame(), &form, &choices, &ctx.once()),
    )
}

pub(super) async fn announce(ctx: Ctx<VisitAnnounce>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let choices = service::choices(&writer).await?;
    let staff = match choices.staff.as_slice() {
        // Trainers announce themselves.
        [own] if ctx.actor().role() == Role::Trainer => Some(own),
        all => chosen(&mut form, "staff", "Externe Fachkraft", all, |one| {
            one.id.to_string()
        }),
    };
    let place = match choices.places.as_slice() {
        [only] => Some(only),
        all => chosen(&mut form, "facility", "Einrichtung", all, |one| {
            one.id.to_string()
        }),
    };
    let appointment = read_appointment(&ctx, &mut form, None);
    if let (Some(staff), Some(place), Some(appointment)) = (staff, place, appointment) {
        once(&writer, form.value("einmal"), "/einzeltermine").await?;
        let id = GateVisitId(writer.entropy().uuid());
        let confirmed = form.checked("trotzdem");
        match service::announce(&writer, id, (staff.id, place.id), &appointment, confirmed).await? {
            Outcome::Done(()) => {
                let object = format!("einzeltermin angekündigt gate_visit/{id}");
                let seen = writer.commit(Entry::new(Verb::Change, object)).await?;
                let text =
                    "Der Termin ist angekündigt. Er steht auf der Pfortenliste dieses Tages.";
                return ctx.done(seen, "/einzeltermine", text);
            }
            Outcome::Refused(field, why) => form.reject(field, why),
            Outcome::Unknown => return Err(Fault::NotFound),
        }
    }
    writer.abandon().await?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "einzeltermin ankündigen"))
        .await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(seen, views::announce(&ctx.frame(), &form, &choices, &token))
}

/// A visit's form as it is stored.
fn stored(visit: &VisitRow) -> Form {
    let from = minute(visit.start_minute);
    let end = u16::try_from(visit.minutes)
        .ok()
        .and_then(|minutes| from.plus_minutes(minutes))
        .or_else(|| MinuteOfDay::new(1_439));
    Form::empty()
        .with("day", german::date(visit.day))
        .with("from", time_text(from))
        .with("to", end.map(time_text).unwrap_or_default())
        .with("destination", visit.destination.clone())
        .with("escort", if visit.escort { "1" } else { "" })
        .with("version", visit.version.to_string())
}

async fn visit_page<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    visit: &VisitRow,
    form: &Form,
) -> Result<maud::Markup, StoreError> {
    let history = history::of_object(reader, HISTORY, visit.id.0).await?;
    let open = service::closed(visit, ctx.today()).is_none();
    let change = open && ctx.actor().may::<VisitAnnounce>();
    Ok(views::visit(&ctx.frame(), form, visit, &history, change))
}

pub(super) async fn show(ctx: Ctx<VisitRead>, Id(id): Id<GateVisitId>) -> Answer {
    let reader = ctx.read();
    let visit = store::visit(&reader, id).await?.ok_or(Fault::NotFound)?;
    let page = visit_page(&ctx, &reader, &visit, &stored(&visit)).await?;
    let object = format!("einzeltermin gate_visit/{id}");
    let seen = reader.seen(Entry::new(Verb::Query, object)).await?;
    ctx.page(seen, page)
}

/// Both versions of a visit that somebody else changed first.
async fn both(ctx: &Ctx<VisitAnnounce>, visit: &VisitRow, form: &Form) -> Answer {
    let seen = ctx
        .read()
        .seen(Entry::new(
            Verb::Query,
            format!("einzeltermin gate_visit/{}", visit.id),
        ))
        .await?;
    let now = [
        german::date(visit.day),
        span(visit.start_minute, visit.minutes),
        visit.destination.clone(),
    ];
    ctx.conflict(seen, views::conflict(&ctx.frame(), form, visit, &now))
}

pub(super) async fn change(
    ctx: Ctx<VisitAnnounce>,
    Id(id): Id<GateVisitId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let visit = store::visit(&writer, id).await?.ok_or(Fault::NotFound)?;
    let version = form.hidden_number("version").unwrap_or(-1);
    if version != visit.version && visit.cancelled_at.is_none() {
        writer.abandon().await?;
        return both(&ctx, &visit, &form).await;
    }
    if let Some(appointment) = read_appointment(&ctx, &mut form, None) {
        let confirmed = form.checked("trotzdem");
        match service::change(&writer, &visit, version, &appointment, confirmed).await {
            Ok(Outcome::Done(())) => {
                let object = format!("einzeltermin geändert gate_visit/{id}");
                let entry = Entry::new(Verb::Change, object).fields([
                    "day",
                    "start_minute",
                    "minutes",
                    "destination",
                    "escort",
                ]);
                let seen = writer.commit(entry).await?;
                let text = "Der Termin ist geändert; die Pfortenliste nennt die Änderung.";
                return ctx.done(seen, &format!("/einzeltermine/{id}"), text);
            }
            Ok(Outcome::Refused(field, why)) => form.reject(field, why),
            Ok(Outcome::Unknown) => return Err(Fault::NotFound),
            Err(StoreError::Changed) => {
                writer.abandon().await?;
                let reader = ctx.read();
                let visit = store::visit(&reader, id).await?.ok_or(Fault::NotFound)?;
                return both(&ctx, &visit, &form).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
    writer.abandon().await?;
    let reader = ctx.read();
    let page = visit_page(&ctx, &reader, &visit, &form).await?;
    let object = format!("einzeltermin gate_visit/{id}");
    let seen = reader.seen(Entry::new(Verb::Query, object)).await?;
    ctx.invalid(seen, page)
}

pub(super) async fn cancel(
    ctx: Ctx<VisitAnnounce>,
    Id(id): Id<GateVisitId>,
    Posted(form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    match service::cancel(&writer, id, form.hidden_number("version")).await? {
        Outcome::Done(()) => {
            let object = format!("einzeltermin abgesagt gate_visit/{id}");
            let seen = writer.commit(Entry::new(Verb::Change, object)).await?;
            let text = "Der Termin ist abgesagt; auf der Pfortenliste ist er durchgestrichen.";
            ctx.done(seen, "/einzeltermine", text)
        }
        Outcome::Refused(_, why) => {
            writer.abandon().await?;
            let reader = ctx.read();
            let visit = store::visit(&reader, id).await?.ok_or(Fault::NotFound)?;
            let mut form = stored(&visit);
            form.reject("", why);
            let page = visit_page(&ctx, &reader, &visit, &form).await?;
            let object = format!("einzeltermin gate_visit/{id}");
            let seen = reader.seen(Entry::new(Verb::Query, object)).await?;
            ctx.invalid(seen, page)
        }
        Outcome::Unknown => Err(Fault::NotFound),
    }
}
