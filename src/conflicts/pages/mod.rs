//! Conflicts: routes, the page of a house, what planning may set of it.

mod form;
mod person;

use time::Duration;

use super::service::{self, AHEAD_DAYS};
use super::store::house::{self as store, RoomLevel, Settings};
use super::views::house as views;
use crate::access::permissions::GroupPlan;
use crate::audit::{Entry, Level, Verb};
use crate::base::crypto::{hex, sha256};
use crate::base::german;
use crate::base::ids::{FacilityId, PersonId};
use crate::base::time::MinuteOfDay;
use crate::history::{self, Change};
use crate::web::{Answer, Ctx, Fault, Form, Posted, Route};

pub(crate) use form::{judged, sent};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/konflikte", page),
        Route::get("/konflikte/einstellungen", settings_form),
        Route::post("/konflikte/einstellungen", settings_send),
        Route::get("/personen/{person}/planung", person::page),
        Route::post("/personen/{person}/planung/termine", person::add_busy),
        Route::post(
            "/personen/{person}/planung/termine/{busy}/loeschen",
            person::remove_busy,
        ),
        Route::post("/personen/{person}/planung/trennungen", person::separate),
        Route::post(
            "/personen/{person}/planung/trennungen/{separation}/aufheben",
            person::lift,
        ),
        Route::post("/personen/{person}/planung/bedarf", person::needs),
    ]
}

fn own_facility(ctx: &Ctx<GroupPlan>) -> Result<FacilityId, Fault> {
    ctx.actor().profile().facility.ok_or(Fault::NotFound)
}

async fn page(ctx: Ctx<GroupPlan>) -> Answer {
    let facility = own_facility(&ctx)?;
    let reader = ctx.read();
    let overview = service::of_house(&reader, facility).await?;
    // Everybody who is named on the page.
    let people = overview.world.people.iter().filter(|(id, person)| {
        person.name.is_some() && overview.conflicts.iter().any(|one| one.concerns(**id))
    });
    let people: Vec<PersonId> = people.map(|(id, _)| *id).collect();
    let seen = reader
        .seen(Entry::new(Verb::Query, "konflikte").about_all(people, Level::Case))
        .await?;
    let place = ctx.actor().profile().facility_name.clone();
    let last = ctx.today() + Duration::days(AHEAD_DAYS);
    let place = place.unwrap_or_default();
    ctx.page(seen, views::page(&ctx.frame(), &place, &overview, last))
}

fn time(minutes: Option<i64>) -> String {
    minutes
        .and_then(|minutes| MinuteOfDay::new(u16::try_from(minutes).ok()?))
        .map_or_else(String::new, german::time)
}

fn filled(settings: &Settings, rooms: &[RoomLevel]) -> Form {
    let limit = settings.external_staff_limit;
    let mut form = Form::empty()
        .with("von", time(settings.window_from))
        .with("bis", time(settings.window_to))
        .with(
            "externe",
            limit.map_or_else(String::new, |number| number.to_string()),
        );
    for room in rooms {
        form.set(&views::level(room), room.security.to_string());
    }
    form.set("stand", stand(settings, rooms));
    form
}

/// The mark over what is stored: if it is another when the form comes back, somebody else saved meanwhile.
fn stand(settings: &Settings, rooms: &[RoomLevel]) -> String {
    let mut text = format!(
        "{:?} {:?} {:?}",
        settings.window_from, settings.window_to, settings.external_staff_limit
    );
    for room in rooms {
        text.push_str(&format!(" {}={}", room.id, room.security));
    }
    hex(&sha256(text.as_bytes()))
}

async fn show(ctx: &Ctx<GroupPlan>, form: Option<&Form>) -> Answer {
    let facility = own_facility(ctx)?;
    let reader = ctx.read();
    let settings = store::settings(&reader, facility).await?;
    let rooms = store::rooms(&reader, facility, ctx.today()).await?;
    let settings = settings.ok_or(Fault::NotFound)?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "konflikte einstellungen"))
        .await?;
    let stored = filled(&settings, &rooms);
    let markup = views::settings(&ctx.frame(), form.unwrap_or(&stored), &rooms);
    if form.is_some_and(Form::has_errors) {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

async fn settings_form(ctx: Ctx<GroupPlan>) -> Answer {
    show(&ctx, None).await
}

fn words(settings: &Settings) -> String {
    let times = match settings.window_from.zip(settings.window_to) {
        Some((from, to)) => crate::groups::rules::time_range(from, to - from),
        None => "zu jeder Zeit".to_owned(),
    };
    match settings.external_staff_limit {
        Some(limit) => format!("{times}, höchstens {limit} Externe am Tag"),
        None => format!("{times}, Externe ohne Grenze"),
    }
}

fn read(form: &mut Form) -> Settings {
    let from = form.optional_time("von", "Maßnahmen möglich ab");
    let to = form.optional_time("bis", "Maßnahmen möglich bis");
    let given = |field: &str| !form.value(field).trim().is_empty();
    if given("von") != given("bis") {
        let missing = if given("von") { "bis" } else { "von" };
        form.reject(
            missing,
            "Bitte beide Uhrzeiten eingeben oder beide leer lassen.",
        );
    }
    if let (Some(from), Some(to)) = (from, to)
        && to <= from
    {
        form.reject(
            "bis",
            "Das Ende liegt vor dem Beginn. Bitte eine spätere Uhrzeit eingeben.",
        );
    }
    let limit = form.optional_number(
        "externe",
        "Externe Fachkräfte an einem Tag, höchstens",
        1..=500,
    );
    Settings {
        external_staff_limit: limit,
        window_from: from.map(|minute| i64::from(minute.value())),
        window_to: to.map(|minute| i64::from(minute.value())),
    }
}

async fn settings_send(ctx: Ctx<GroupPlan>, Posted(mut form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    let new = read(&mut form);
    let writer = ctx.write().await?;
    let rooms = store::rooms(&writer, facility, ctx.today()).await?;
    let mut levels = Vec::new();
    for room in &rooms {
        let codes = ["1", "2", "3"];
        let chosen = form.choice(&views::level(room), &room.name, &codes);
        if let Some(level) = chosen.and_then(|code| code.parse::<i64>().ok()) {
            levels.push((room, level));
        }
    }
    if form.has_errors() {
        writer.abandon().await?;
        return show(&ctx, Some(&form)).await;
    }
    let old = store::settings(&writer, facility).await?;
    let old = old.ok_or(Fault::NotFound)?;
    if form.value("stand") != stand(&old, &rooms) {
        return Err(Fault::Changed);
    }
    store::set(&writer, facility, &old, &new).await?;
    let mut changes = Vec::new();
    if words(&old) != words(&new) {
        changes.push(
            Change::new("facility", facility.0, "Zeiten und Grenzen geändert")
                .values(Some(words(&old)), Some(words(&new))),
        );
    }
    for (room, level) in levels {
        if room.security != level {
            store::set_level(&writer, facility, room, level).await?;
            changes.push(
                Change::new("room", room.id.0, "Sicherheitsstufe geändert")
                    .values(Some(room.security.to_string()), Some(level.to_string())),
            );
        }
    }
    history::record(&writer, changes).await?;
    let entry = Entry::new(Verb::Change, "konflikte einstellungen").fields([
        "window_from",
        "window_to",
        "external_staff_limit",
        "security",
    ]);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        "/konflikte",
        "Die Einstellungen sind gespeichert und gelten für jede Planung ab jetzt.",
    )
}
