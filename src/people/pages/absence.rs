//! Absences: begin and return.

use crate::access::permissions::PersonChange;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::PersonId;
use crate::people::rules::ABSENCE_REASONS;
use crate::people::service::{self, Own, Trouble};
use crate::people::store::absences::{self, AbsenceRow};
use crate::people::views::absence as views;
use crate::store::{Rows, Writer};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

use super::{fault, reject};

async fn known(rows: &impl Rows, own: &Own) -> Result<Vec<AbsenceRow>, Fault> {
    match &own.current {
        Some(current) => Ok(absences::of_placement(rows, current.id).await?),
        None => Ok(Vec::new()),
    }
}

pub(super) async fn form(ctx: Ctx<PersonChange>, Id(id): Id<PersonId>) -> Answer {
    let reader = ctx.read();
    let own = service::own(&reader, id).await.map_err(fault)?;
    let known = known(&reader, &own).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, format!("abwesenheit person/{id}")).about(id, Level::Basic))
        .await?;
    let today = german::date(ctx.today());
    let form = Form::empty()
        .with("from_day", today.clone())
        .with("back_day", today);
    ctx.page(
        seen,
        views::page(&ctx.frame(), &form, &own, &known, ctx.today(), &ctx.once()),
    )
}

async fn act(
    writer: &Writer<PersonChange>,
    form: &mut Form,
    own: &Own,
) -> Result<Option<&'static str>, Trouble> {
    match form.value("tun") {
        "beginnen" => {
            let codes: Vec<&str> = ABSENCE_REASONS.iter().map(|(code, _)| *code).collect();
            let from = form.required_planning_date("from_day", "Erster Tag");
            let to = form.optional_planning_date("to_day", "Voraussichtlich zurück am");
            let reason = form.choice("reason", "Grund", &codes);
            let (Some(from), Some(reason), false) = (from, reason, form.has_errors()) else {
                return Ok(None);
            };
            service::leave(writer, own, from, to, &reason).await?;
            Ok(Some(
                "Die Abwesenheit ist eingetragen. Teilnahmen laufen weiter.",
            ))
        }
        "beenden" => {
            let to = form.required_planning_date("back_day", "Zurück am");
            let (Some(to), false) = (to, form.has_errors()) else {
                return Ok(None);
            };
            let version = form.hidden_number("version").ok_or(Trouble::Changed)?;
            service::come_back(writer, own, version, to).await?;
            Ok(Some("Die Rückkehr ist eingetragen."))
        }
        _ => Err(Trouble::Unknown),
    }
}

pub(super) async fn change(
    ctx: Ctx<PersonChange>,
    Id(id): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let own = service::own(&writer, id).await.map_err(fault)?;
    let location = format!("/personen/{id}");
    let token = form.value("einmal").to_owned();
    crate::accounts::once(&writer, &token, &location).await?;
    match act(&writer, &mut form, &own).await {
        Ok(Some(text)) => {
            let entry = Entry::new(Verb::Change, format!("abwesenheit person/{id}"))
                .about(id, Level::Basic)
                .fields(["from_day", "to_day", "reason"]);
            let seen = writer.commit(entry).await?;
            return ctx.done(seen, &location, text);
        }
        Ok(None) => {}
        Err(Trouble::Refused(refused)) => reject(&mut form, refused),
        Err(trouble) => return Err(fault(trouble)),
    }
    writer.abandon().await?;
    let reader = ctx.read();
    let known = known(&reader, &own).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, format!("abwesenheit person/{id}")).about(id, Level::Basic))
        .await?;
    ctx.invalid(
        seen,
        views::page(&ctx.frame(), &form, &own, &known, ctx.today(), &token),
    )
}
