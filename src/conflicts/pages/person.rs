//! What planning needs to know of a person: appointments, separations, language, security level.

use axum::extract::Path;
use serde::Deserialize;
use time::Date;

use crate::access::permissions::GroupPlan;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{BusyId, PersonId, SeparationId};
use crate::conflicts::rules::{BusyKind, SeparationCode};
use crate::conflicts::store::own::{self, NeedRow};
use crate::conflicts::views::person::{self as views, Shown};
use crate::history::{self, Change};
use crate::people;
use crate::people::PersonHead;
use crate::providers::Language;
use crate::schema::people::person_busy;
use crate::store::{Rows, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

/// People found by a search.
const FOUND: i64 = 20;

#[derive(Default, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    suche: String,
}

/// A person of the own house: whoever was moved elsewhere is planned there.
async fn of_house<R: Rows>(
    ctx: &Ctx<GroupPlan>,
    rows: &R,
    id: PersonId,
) -> Result<PersonHead, Fault> {
    people::find(rows, id)
        .await?
        .filter(|head| head.facility_id == ctx.actor().profile().facility)
        .ok_or(Fault::NotFound)
}

async fn show(ctx: &Ctx<GroupPlan>, id: PersonId, form: &Form, suche: &str, token: &str) -> Answer {
    let reader = ctx.read();
    let head = of_house(ctx, &reader, id).await?;
    let separations = own::separations(&reader, id).await?;
    let typed: String = suche.trim().chars().take(80).collect();
    let mut found = Vec::new();
    if !typed.is_empty() {
        found = people::search(&reader, &typed, FOUND).await?;
        found.retain(|person| person.facility_id == head.facility_id && person.id != id);
    }
    let (busy, need) = own::busy_and_need(&reader, id, ctx.today()).await?;
    let entry = Entry::new(Verb::Query, format!("planung person/{id}"))
        .about(id, Level::Case)
        .about_all(found.iter().map(|person| person.id), Level::List);
    let seen = reader.seen(entry).await?;
    let shown = Shown {
        head: &head,
        busy: &busy,
        separations: &separations,
        need: &need,
        search: (!typed.is_empty()).then_some((typed.as_str(), found.as_slice())),
        token,
    };
    let markup = views::page(&ctx.frame(), form, &shown);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

pub(super) async fn page(
    ctx: Ctx<GroupPlan>,
    Id(id): Id<PersonId>,
    Query(search): Query<Search>,
) -> Answer {
    let form = Form::empty().with("wie_oft", "einmal");
    show(&ctx, id, &form, &search.suche, &ctx.once()).await
}

/// Reads an appointment; errors stay in the form.
fn read_busy(form: &mut Form) -> Option<own::BusyRow> {
    let kind = form.choice("art", "Art", &BusyKind::codes());
    let often = form.choice("wie_oft", "Wie oft?", &["einmal", "woche"]);
    let first = form.required_planning_date("erster_tag", "Erster Tag");
    let last = form.optional_planning_date("letzter_tag", "Letzter Tag");
    if let (Some(first), Some(last)) = (first, last)
        && last < first
    {
        form.reject(
            "letzter_tag",
            "Der letzte Tag liegt vor dem ersten. Bitte einen Tag ab dem ersten Tag eingeben.",
        );
    }
    let from = form.optional_time("von", "Von");
    let to = form.optional_time("bis", "Bis");
    let given = |field: &str| !form.value(field).trim().is_empty();
    if given("von") != given("bis") {
        let missing = if given("von") { "bis" } else { "von" };
        form.reject(
            missing,
            "Bitte beide Uhrzeiten eingeben, oder keine, wenn sie unbekannt sind.",
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
    if form.has_errors() {
        return None;
    }
    let (first_day, weekly) = (first?, often? == "woche");
    let after = |day: Date| day.next_day();
    Some(own::BusyRow {
        id: BusyId(uuid::Uuid::nil()),
        kind: kind?,
        weekday: weekly.then(|| i64::from(first_day.weekday().number_from_monday())),
        first_day,
        day_after: match last {
            Some(last) => after(last),
            None if weekly => None,
            None => after(first_day),
        },
        start_minute: from.map(|minute| i64::from(minute.value())),
        end_minute: to.map(|minute| i64::from(minute.value())),
    })
}

fn here(id: PersonId) -> String {
    format!("/personen/{id}/planung")
}

fn label(row: &own::BusyRow) -> String {
    let kind = BusyKind::from_code(&row.kind).map_or("Termin", BusyKind::label);
    format!("{kind}, {}", views::when(row))
}

pub(super) async fn add_busy(
    ctx: Ctx<GroupPlan>,
    Id(id): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    of_house(&ctx, &writer, id).await?;
    let Some(row) = read_busy(&mut form) else {
        writer.abandon().await?;
        let token = form.value("einmal").to_owned();
        return show(&ctx, id, &form, "", &token).await;
    };
    let location = format!("{}#termine", here(id));
    crate::accounts::once(&writer, form.value("einmal"), &location).await?;
    let busy = BusyId(writer.entropy().uuid());
    let model = person_busy::Model {
        id: busy,
        person_id: id,
        kind: row.kind.clone(),
        weekday: row.weekday,
        first_day: row.first_day,
        day_after: row.day_after,
        start_minute: row.start_minute,
        end_minute: row.end_minute,
        created_at: writer.now(),
        created_by_name: ctx.actor().name().to_owned(),
    };
    own::add_busy(&writer, model).await?;
    let change = Change::new("person_busy", busy.0, "Termin eingetragen")
        .about(id)
        .values(None, Some(label(&row)));
    history::record(&writer, vec![change]).await?;
    let entry = Entry::new(Verb::Change, format!("termin person/{id}"))
        .about(id, Level::Case)
        .fields(["kind", "first_day", "start_minute"]);
    let seen = writer.commit(entry).await?;
    ctx.done(seen, &location, "Der Termin ist eingetragen.")
}

fn pair<T: std::str::FromStr>(path: &(String, String)) -> Result<(PersonId, T), Fault> {
    Ok((
        path.0.parse().map_err(|_| Fault::NotFound)?,
        path.1.parse().map_err(|_| Fault::NotFound)?,
    ))
}

pub(super) async fn remove_busy(
    ctx: Ctx<GroupPlan>,
    Path(path): Path<(String, String)>,
    Posted(_): Posted,
) -> Answer {
    let (id, busy) = pair::<BusyId>(&path)?;
    let writer = ctx.write().await?;
    of_house(&ctx, &writer, id).await?;
    let known = own::busy_and_need(&writer, id, ctx.today()).await?.0;
    let row = known.iter().find(|row| row.id == busy);
    let Some(row) = row else {
        return Err(Fault::NotFound);
    };
    if !own::remove_busy(&writer, id, busy).await? {
        return Err(Fault::NotFound);
    }
    let change = Change::new("person_busy", busy.0, "Termin gelöscht")
        .about(id)
        .values(Some(label(row)), None);
    history::record(&writer, vec![change]).await?;
    let entry =
        Entry::new(Verb::Change, format!("termin geloescht person/{id}")).about(id, Level::Case);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        &format!("{}#termine", here(id)),
        "Der Termin ist gelöscht.",
    )
}

pub(super) async fn separate(
    ctx: Ctx<GroupPlan>,
    Id(id): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    of_house(&ctx, &writer, id).await?;
    let other = form.uuid("person", "Person").map(PersonId);
    let code = form.choice("code", "Art der Trennung", &SeparationCode::codes());
    if let Some(other) = other {
        let found = people::find(&writer, other).await?;
        let house = ctx.actor().profile().facility;
        if other == id || found.is_none_or(|head| head.facility_id != house) {
            form.reject(
                "person",
                "Bitte eine andere Person auswählen, die heute in der Einrichtung ist.",
            );
        }
    }
    let location = format!("{}#trennungen", here(id));
    if let (Some(other), Some(code), false) = (other, code, form.has_errors()) {
        crate::accounts::once(&writer, form.value("einmal"), &location).await?;
        match own::separate(&writer, id, other, &code).await {
            Ok(()) => {
                // Each person's history tells of it, neither names the other.
                let changes = [id, other].map(|person| {
                    Change::new("person_separation", person.0, "Trennung eingetragen").about(person)
                });
                history::record(&writer, changes.to_vec()).await?;
                let entry = Entry::new(Verb::Change, format!("trennung person/{id}"))
                    .about_all([id, other], Level::Case)
                    .fields(["code"]);
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    &location,
                    "Die Trennung ist eingetragen. Beide werden nicht mehr in dieselbe Gruppe aufgenommen.",
                );
            }
            Err(StoreError::Duplicate(_)) => form.reject(
                "person",
                "Zwischen diesen beiden ist schon eine Trennung eingetragen.",
            ),
            Err(error) => return Err(error.into()),
        }
    }
    drop(writer);
    let (suche, token) = (
        form.value("suche").to_owned(),
        form.value("einmal").to_owned(),
    );
    show(&ctx, id, &form, &suche, &token).await
}

pub(super) async fn lift(
    ctx: Ctx<GroupPlan>,
    Path(path): Path<(String, String)>,
    Posted(_): Posted,
) -> Answer {
    let (id, separation) = pair::<SeparationId>(&path)?;
    let writer = ctx.write().await?;
    of_house(&ctx, &writer, id).await?;
    if !own::lift(&writer, id, separation).await? {
        return Err(Fault::NotFound);
    }
    let change = Change::new("person_separation", id.0, "Trennung aufgehoben").about(id);
    history::record(&writer, vec![change]).await?;
    let entry =
        Entry::new(Verb::Change, format!("trennung aufgehoben person/{id}")).about(id, Level::Case);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        &format!("{}#trennungen", here(id)),
        "Die Trennung ist aufgehoben.",
    )
}

fn need_words(need: &NeedRow) -> String {
    let language = Language::from_code(&need.language).map_or("–", Language::label);
    format!("{language}, Sicherheitsstufe {}", need.security)
}

pub(super) async fn needs(
    ctx: Ctx<GroupPlan>,
    Id(id): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    of_house(&ctx, &writer, id).await?;
    let language = form.choice("sprache", "Sprache in Maßnahmen", &Language::codes());
    let level = form.choice("stufe", "Sicherheitsstufe des Raums", &["1", "2", "3"]);
    let level = level.and_then(|code| code.parse::<i64>().ok());
    let (Some(language), Some(security), false) = (language, level, form.has_errors()) else {
        writer.abandon().await?;
        return show(&ctx, id, &form, "", &ctx.once()).await;
    };
    let old = own::busy_and_need(&writer, id, ctx.today()).await?.1;
    let version = form.hidden_number("version").ok_or(Fault::Changed)?;
    if version != old.version {
        return Err(Fault::Changed);
    }
    let new = NeedRow {
        language,
        security,
        version,
    };
    let location = format!("{}#bedarf", here(id));
    let words = (need_words(&old), need_words(&new));
    if words.0 == words.1 {
        writer.abandon().await?;
        return Err(Fault::See(location));
    }
    match own::set_need(&writer, id, new).await {
        Ok(()) => {}
        // Somebody else recorded the first one at the same time.
        Err(StoreError::Duplicate(_)) => return Err(Fault::Changed),
        Err(error) => return Err(error.into()),
    }
    let change = Change::new("person_need", id.0, "Angaben zur Planung geändert")
        .about(id)
        .values(Some(words.0), Some(words.1));
    history::record(&writer, vec![change]).await?;
    let entry = Entry::new(Verb::Change, format!("planung person/{id}"))
        .about(id, Level::Case)
        .fields(["language", "security"]);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        &location,
        &format!("Gespeichert am {}.", german::date(ctx.today())),
    )
}
