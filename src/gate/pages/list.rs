//! The list of the day: page, search, ticks, sheet.

use serde::Deserialize;
use time::{Date, Duration};

use super::own_facility;
use crate::access::permissions::{GateRead, GateTick, LateEntry};
use crate::access::{Permission, Role};
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::base::ids::FacilityId;
use crate::facilities;
use crate::gate::rules::GATE_DAYS;
use crate::gate::service::list::{self as service, Tick};
use crate::gate::sheet;
use crate::gate::views::list as views;
use crate::web::{Answer, Ctx, Fault, Posted, Query};

#[derive(Deserialize, Default)]
pub(super) struct ListQuery {
    #[serde(default)]
    tag: String,
    #[serde(default)]
    halt: String,
}

/// The day that was asked for: today if none was, nothing for a day that the gate may not look at.
fn asked_day(typed: &str, today: Date) -> Option<Date> {
    if typed.is_empty() {
        return Some(today);
    }
    let near = (today - Duration::days(GATE_DAYS))..=(today + Duration::days(GATE_DAYS));
    german::parse_date(typed)
        .ok()
        .filter(|day| near.contains(day))
}

fn shown<P: Permission>(ctx: &Ctx<P>, day: Date, halted: bool) -> views::Shown {
    let actor = ctx.actor();
    views::Shown {
        facility: actor.profile().facility_name.clone().unwrap_or_default(),
        day,
        today: ctx.today(),
        now: ctx.access().now(),
        may_tick: actor.may::<GateTick>(),
        may_add: actor.may::<LateEntry>(),
        device: actor.role() == Role::Gate,
        halted,
        typed: String::new(),
    }
}

pub(super) async fn show(ctx: Ctx<GateRead>, Query(query): Query<ListQuery>) -> Answer {
    let facility = own_facility(&ctx)?;
    let day = asked_day(&query.tag, ctx.today()).ok_or_else(|| Fault::See("/pforte".into()))?;
    let reader = ctx.read();
    let list = service::day_list(&reader, facility, day).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "pfortenliste")).await?;
    let shown = shown(&ctx, day, !query.halt.is_empty());
    ctx.page(seen, views::page(&ctx.frame(), &shown, &list))
}

pub(super) async fn search(ctx: Ctx<GateRead>, Posted(form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    let day = asked_day(form.value("tag"), ctx.today()).unwrap_or(ctx.today());
    let typed: String = form.value("name").trim().chars().take(100).collect();
    if typed.is_empty() {
        return Err(Fault::See("/pforte".into()));
    }
    let reader = ctx.read();
    let found = service::search(&reader, facility, day, &typed).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "pfortenliste suche"))
        .await?;
    let mut shown = shown(&ctx, day, true);
    shown.typed = typed;
    ctx.page(seen, views::found(&ctx.frame(), &shown, &found))
}

pub(super) async fn tick(ctx: Ctx<GateTick>, Posted(form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    let tick = Tick::parse(form.value("haken")).ok_or(Fault::NotFound)?;
    let writer = ctx.write().await?;
    if !service::tick(&writer, facility, &tick).await? {
        writer.abandon().await?;
        return Err(Fault::NotFound);
    }
    let seen = writer
        .commit(Entry::new(Verb::Change, "pfortenliste abgehakt"))
        .await?;
    let text = match (tick.entry, tick.set) {
        (true, true) => "Der Eingang ist vermerkt. Er wird nach 48 Stunden gelöscht.",
        (false, true) => "Der Ausgang ist vermerkt. Er wird nach 48 Stunden gelöscht.",
        (_, false) => "Der Vermerk ist zurückgenommen.",
    };
    ctx.done(seen, &format!("/pforte#t-{}", tick.line), text)
}

#[derive(Deserialize, Default)]
pub(super) struct SheetQuery {
    #[serde(default)]
    tag: String,
    #[serde(default)]
    stand: String,
}

/// The sheet that the job made in the morning, if it is there.
async fn kept(ctx: &Ctx<GateRead>, code: &str, day: Date) -> Option<Vec<u8>> {
    let file = sheet::folder_name(ctx.app.sheets()?, day).join(sheet::file_name(code));
    tokio::fs::read(file).await.ok()
}

/// The sheet as it stands now.
async fn fresh(
    ctx: &Ctx<GateRead>,
    facility: FacilityId,
    name: &str,
    day: Date,
) -> Result<Vec<u8>, Fault> {
    let reader = ctx.read();
    let sheet = sheet::pdf(&reader, facility, name, day).await?;
    sheet.map_err(|error| Fault::Unavailable(error.to_string()))
}

pub(super) async fn sheet(ctx: Ctx<GateRead>, Query(query): Query<SheetQuery>) -> Answer {
    let facility = own_facility(&ctx)?;
    let day = asked_day(&query.tag, ctx.today()).ok_or(Fault::NotFound)?;
    let reader = ctx.read();
    let house = facilities::facility(&reader, facility)
        .await?
        .ok_or(Fault::NotFound)?;
    let morning = if query.stand == "morgens" {
        kept(&ctx, &house.code, day).await
    } else {
        None
    };
    let bytes = match morning {
        Some(bytes) => bytes,
        None => fresh(&ctx, facility, &house.name, day).await?,
    };
    let entry = Entry::new(Verb::Disclose, "pfortenliste als datei").to("Pforte");
    let seen = reader.seen(entry).await?;
    let name = format!("pfortenliste-{}-{day}.pdf", house.code);
    ctx.download(seen, &name, "application/pdf", bytes)
}
