//! Stops: setting one with two clicks, looking at it, lifting it by a second person.

use maud::Markup;
use serde::Deserialize;

use super::super::scope::{self, Responsibility};
use super::super::service::{self, stops::Lifting, stops::NewStop};
use super::super::store::{self, StaffChoice, stops};
use super::super::views;
use crate::access::permissions::{CoverRead, GrantRead, StopLift, StopSet};
use crate::access::{Permission, same_person};
use crate::audit::{Entry, Verb};
use crate::base::ids::{FacilityId, StopId};
use crate::history;
use crate::store::{Reader, Rows};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

pub(super) async fn list(ctx: Ctx<GrantRead>) -> Answer {
    if scope::responsibility(ctx.actor().profile()).is_none() {
        return Err(Fault::NotFound);
    }
    let reader = ctx.read();
    let stops = stops::stops(&reader).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "sperren")).await?;
    let may_set = ctx.actor().may::<StopSet>();
    ctx.page(seen, views::stops(&ctx.frame(), &stops, may_set))
}

#[derive(Deserialize, Default)]
pub(super) struct StopQuery {
    #[serde(default)]
    fachkraft: String,
}

/// The staff members whom the actor may stop: all for a facility, the own ones for a coordination.
async fn choices(
    rows: &impl Rows,
    ctx: &Ctx<StopSet>,
) -> Result<(Vec<StaffChoice>, Option<FacilityId>), Fault> {
    let today = ctx.today();
    match scope::responsibility(ctx.actor().profile()).ok_or(Fault::NotFound)? {
        Responsibility::Facility(own) => Ok((store::staff(rows, None, today).await?, Some(own))),
        Responsibility::Provider(provider) => {
            Ok((store::staff(rows, Some(provider), today).await?, None))
        }
    }
}

pub(super) async fn form(ctx: Ctx<StopSet>, Query(query): Query<StopQuery>) -> Answer {
    let reader = ctx.read();
    let (staff, own) = choices(&reader, &ctx).await?;
    let known = staff
        .iter()
        .any(|member| member.id.to_string() == query.fachkraft);
    if !query.fachkraft.is_empty() && !known {
        return Err(Fault::NotFound);
    }
    let seen = reader
        .seen(Entry::new(Verb::Query, "sperre setzen"))
        .await?;
    let form = Form::empty()
        .with("staff", query.fachkraft)
        .with("extent", if own.is_some() { "own" } else { "all" });
    ctx.page(
        seen,
        views::stop_form(&ctx.frame(), &form, &staff, own.is_some(), &ctx.once()),
    )
}

pub(super) async fn set(ctx: Ctx<StopSet>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let (staff, own) = choices(&writer, &ctx).await?;
    let ids: Vec<String> = staff.iter().map(|member| member.id.to_string()).collect();
    let refs: Vec<&str> = ids.iter().map(String::as_str).collect();
    let chosen = form.choice("staff", "Externe Fachkraft", &refs);
    let chosen = chosen.and_then(|id| staff.iter().find(|member| member.id.to_string() == id));
    let facility = match own {
        None => None,
        Some(own) => match form.choice("extent", "Wo gilt die Sperre?", &["own", "all"]) {
            Some(extent) if extent == "own" => Some(own),
            _ => None,
        },
    };
    let reason = form.required_text("reason", "Grund", 300);
    if let (Some(member), Some(reason), false) = (chosen, reason, form.has_errors()) {
        let id = StopId(writer.entropy().uuid());
        let location = format!("/sperren/{id}");
        crate::accounts::once(&writer, form.value("einmal"), &location).await?;
        let new = NewStop {
            id,
            staff: member.id,
            facility,
            reason,
        };
        let closed = service::stops::set(&writer, &new, ctx.today()).await?;
        let entry = Entry::new(Verb::Rights, format!("sperre gesetzt access_stop/{id}"));
        let seen = writer.commit(entry).await?;
        let text = format!(
            "Der Zugang ist gesperrt, ab sofort: {} geschlossen.",
            crate::base::german::plural(closed as u64, "Freigabe", "Freigaben")
        );
        return ctx.done(seen, &location, &text);
    }
    writer.abandon().await?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "sperre setzen"))
        .await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(
        seen,
        views::stop_form(&ctx.frame(), &form, &staff, own.is_some(), &token),
    )
}

/// The page of a stop. Three statements.
async fn stop_page<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    id: StopId,
    form: &Form,
    refusal: Option<&str>,
) -> Result<Markup, Fault> {
    let row = stops::stop(reader, id).await?.ok_or(Fault::NotFound)?;
    let held = stops::held(reader, row.staff_id, id).await?;
    let history = history::of_object(reader, service::stops::STOP, id.0).await?;
    let profile = ctx.actor().profile();
    let viewer = views::StopViewer {
        may_lift: ctx.actor().may::<StopLift>(),
        sees_cover: ctx.actor().may::<CoverRead>(),
        own: same_person(row.setter(), ctx.actor().person()),
        // A facility's reason is the facility's; a coordination reads its own.
        reads_reason: profile.facility.is_some()
            || (profile.provider.is_some() && row.set_by_provider == profile.provider),
        refusal: refusal.map(ToOwned::to_owned),
    };
    Ok(views::stop(
        &ctx.frame(),
        form,
        &row,
        &held,
        &history,
        &viewer,
        ctx.today(),
    ))
}

fn entry(id: StopId) -> Entry {
    Entry::new(Verb::Query, format!("sperre access_stop/{id}"))
}

pub(super) async fn show(ctx: Ctx<GrantRead>, Id(stop): Id<StopId>) -> Answer {
    let reader = ctx.read();
    let page = stop_page(&ctx, &reader, stop, &Form::empty(), None).await?;
    let seen = reader.seen(entry(stop)).await?;
    ctx.page(seen, page)
}

pub(super) async fn lift(
    ctx: Ctx<StopLift>,
    Id(stop): Id<StopId>,
    Posted(mut form): Posted,
) -> Answer {
    let Some(reason) = form.required_text("reason", "Grund", 300) else {
        let reader = ctx.read();
        let page = stop_page(&ctx, &reader, stop, &form, None).await?;
        let seen = reader.seen(entry(stop)).await?;
        return ctx.invalid(seen, page);
    };
    let writer = ctx.write().await?;
    let version = form.hidden_number("version");
    let refusal = match service::stops::lift(&writer, stop, version, &reason, ctx.today()).await? {
        Lifting::Done { again, closed } => {
            let entry = Entry::new(Verb::Rights, format!("sperre aufgehoben access_stop/{stop}"));
            let seen = writer.commit(entry).await?;
            let plural = |number: usize| {
                crate::base::german::plural(number as u64, "Freigabe", "Freigaben")
            };
            let mut text = format!("Die Sperre ist aufgehoben: {} wieder offen.", plural(again));
            if closed > 0 {
                text.push_str(&format!(
                    " {} aus anderem Grund geschlossen.",
                    if closed == 1 {
                        "Eine Freigabe bleibt".to_owned()
                    } else {
                        format!("{} bleiben", plural(closed))
                    }
                ));
            }
            return ctx.done(seen, &format!("/sperren/{stop}"), &text);
        }
        Lifting::FourEyes => {
            "Sie haben diese Sperre selbst gesetzt, mit diesem oder einem anderen Konto. Aufheben muss sie eine zweite Person mit der Rolle Zugang Ihrer Einrichtung.".to_owned()
        }
        Lifting::Already(by) => {
            format!("Diese Sperre hat {by} schon aufgehoben. Es ist nichts mehr zu tun.")
        }
        Lifting::Unknown => return Err(Fault::NotFound),
    };
    writer.abandon().await?;
    let reader = ctx.read();
    let page = stop_page(&ctx, &reader, stop, &form, Some(&refusal)).await?;
    let denied = Entry::new(
        Verb::Rights,
        format!("sperre nicht aufgehoben access_stop/{stop}"),
    );
    let seen = reader.seen(denied.denied()).await?;
    ctx.conflict(seen, page)
}
