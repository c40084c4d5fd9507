//! Halbjahresplan: list, beginning, progress, result, taking groups over, two plans side by side.

use axum::extract::Path;
use serde::Deserialize;
use time::Date;

use super::own_facility;
use crate::access::Permission;
use crate::access::permissions::GroupPlan;
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::{FacilityId, GroupId, HalfYearGroupId, HalfYearPlanId};
use crate::groups::rules::propose_name;
use crate::groups::service::planning::NAME_LENGTH;
use crate::groups::store::plan::names;
use crate::history::{self, Change};
use crate::planning::rules::Template;
use crate::planning::service::half_year as service;
use crate::planning::service::propose::Taken;
use crate::planning::store::facts;
use crate::planning::store::plans::{self, GroupRow, PlanRow, SeatRow};
use crate::planning::views::half_year as views;
use crate::schema::planning::half_year_plan;
use crate::store::{Rows, StoreError};
use crate::web::flash::Flash;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

/// The largest number that may be given for the chance.
const SEEDS: i64 = 1_000_000;

/// What is said where nothing can be computed.
pub(super) const NOTHING: &str =
    "Mit diesen Angaben lässt sich nichts planen: Es gibt dafür weder Gruppen noch Gespräche.";

pub(super) async fn list(ctx: Ctx<GroupPlan>) -> Answer {
    own_facility(&ctx)?;
    let reader = ctx.read();
    let all = plans::all(&reader).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "plaene")).await?;
    let running: Vec<HalfYearPlanId> = all
        .iter()
        .map(|plan| plan.id)
        .filter(|id| ctx.app.planning.run_of(*id).is_some())
        .collect();
    ctx.page(seen, views::list(&ctx.frame(), &all, &running))
}

/// Templates that can be planned, and those that cannot.
async fn choices(ctx: &Ctx<GroupPlan>) -> Result<(Vec<Template>, Vec<Template>), Fault> {
    let templates = facts::templates(&ctx.read(), ctx.today()).await?;
    Ok(templates
        .into_iter()
        .partition(|template| template.unfit().is_none()))
}

pub(super) async fn form(ctx: Ctx<GroupPlan>) -> Answer {
    let facility = own_facility(&ctx)?;
    let (templates, unfit) = choices(&ctx).await?;
    let reader = ctx.read();
    let waiting = facts::waiting_counts(&reader, facility).await?;
    let mut form = Form::empty()
        .with("zeitraum", "1")
        .with("umfang", "normal")
        .with("saat", "1")
        .with("gespraeche", "1");
    let mut programmes = Vec::new();
    for (number, template) in templates.iter().enumerate() {
        // Of several templates of a programme the shortest one is proposed.
        let first = !programmes.contains(&template.programme);
        programmes.push(template.programme);
        let suitable = waiting
            .iter()
            .find(|(programme, _)| *programme == template.programme)
            .map_or(0, |(_, number)| *number);
        let courses = (suitable + template.places.max(1) - 1) / template.places.max(1);
        let courses = if first { courses.min(service::MOST) } else { 0 };
        form.set(&format!("anzahl_{number}"), courses.to_string());
    }
    let seen = reader
        .seen(Entry::new(Verb::Query, "halbjahresplan beginnen"))
        .await?;
    let halves = service::half_years(ctx.today());
    ctx.page(
        seen,
        views::form(
            &ctx.frame(),
            &form,
            (&templates, &unfit),
            &halves,
            &ctx.once(),
        ),
    )
}

/// Reads what is asked for; errors stay in the form.
fn read(
    ctx: &Ctx<GroupPlan>,
    form: &mut Form,
    templates: &[Template],
    id: HalfYearPlanId,
) -> Option<half_year_plan::Model> {
    let asked = asked(form, ctx.today());
    let mut wanted = Vec::new();
    for (number, template) in templates.iter().enumerate() {
        let label = format!("Gruppen nach Vorlage {}", template.name);
        let count = form.required_number(&format!("anzahl_{number}"), &label, 0..=service::MOST);
        if let Some(count) = count
            && count > 0
        {
            wanted.push((template.id, count));
        }
    }
    if wanted.is_empty() && !form.checked("gespraeche") && !form.has_errors() {
        form.reject(
            "",
            "Bitte mindestens eine Gruppe oder Gespräche planen lassen.",
        );
    }
    if form.has_errors() {
        return None;
    }
    Some(half_year_plan::Model {
        facility_id: ctx.actor().profile().facility?,
        wanted: serde_json::to_string(&wanted).unwrap_or_default(),
        ..blank(ctx, form, asked?, id)
    })
}

/// What every computation of a half-year is asked: name and days of the half-year, how thorough, and the chance.
pub(super) type Asked = ((String, Date, Date), String, i64);

/// Reads it; errors stay in the form.
pub(super) fn asked(form: &mut Form, today: Date) -> Option<Asked> {
    let halves = service::half_years(today);
    let codes: Vec<String> = (0..halves.len()).map(|number| number.to_string()).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let half = form
        .choice("zeitraum", "Zeitraum", &codes)
        .and_then(|code| code.parse::<usize>().ok())
        .and_then(|number| halves.get(number).cloned());
    let thorough = form.choice(
        "umfang",
        "Umfang der Suche",
        &service::THOROUGH.map(|(code, ..)| code),
    );
    let seed = form.required_number("saat", "Zufallszahl", 1..=SEEDS);
    Some((half?, thorough?, seed?))
}

/// A plan that begins, of no house and with no courses yet.
pub(super) fn blank<P: Permission>(
    ctx: &Ctx<P>,
    form: &Form,
    ((name, first_day, last_day), thorough, seed): Asked,
    id: HalfYearPlanId,
) -> half_year_plan::Model {
    half_year_plan::Model {
        id,
        facility_id: FacilityId(uuid::Uuid::nil()),
        name,
        first_day,
        last_day,
        seed,
        thorough,
        everybody: form.checked("alle"),
        wanted: String::new(),
        state: "computing".to_owned(),
        rounds: 0,
        service: 0,
        quality: 0,
        cost: 0,
        waiting: 0,
        seated: 0,
        created_at: ctx.access().now(),
        created_by: ctx.actor().account(),
        created_by_name: ctx.actor().name().to_owned(),
        finished_at: None,
        land_id: None,
        land_provider_id: None,
        with_talks: form.checked("gespraeche"),
        talks: 0,
        version: 1,
    }
}

pub(super) async fn send(ctx: Ctx<GroupPlan>, Posted(mut form): Posted) -> Answer {
    own_facility(&ctx)?;
    let (templates, unfit) = choices(&ctx).await?;
    let id = HalfYearPlanId(ctx.app.store.entropy().uuid());
    let location = format!("/plan/{id}");
    if let Some(model) = read(&ctx, &mut form, &templates, id) {
        let writer = ctx.write().await?;
        crate::accounts::once(&writer, form.value("einmal"), &location).await?;
        let row = service::row(&model);
        let table = service::table(&writer, &row).await?;
        match (table, ctx.app.planning.sit(ctx.actor().account(), &[id])) {
            (None, _) => form.reject("", NOTHING),
            (_, Err(busy)) => form.reject("", busy.words()),
            (Some(table), Ok(seat)) => {
                plans::begin(&writer, model).await?;
                let change = Change::new("half_year_plan", id.0, "Halbjahresplan begonnen");
                history::record(&writer, vec![change]).await?;
                let people = table.made.people.iter().map(|one| one.person);
                let entry = Entry::new(
                    Verb::Change,
                    format!("halbjahresplan begonnen half_year_plan/{id}"),
                )
                .about_all(people, Level::Case);
                let seen = writer.commit(entry).await?;
                service::begin(
                    ctx.app.store.clone(),
                    ctx.access().clone(),
                    vec![row],
                    table,
                    seat,
                )
                .await;
                return ctx.done(seen, &location, "Die Berechnung läuft.");
            }
        }
        writer.abandon().await?;
    }
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "halbjahresplan beginnen"))
        .await?;
    let halves = service::half_years(ctx.today());
    let token = form.value("einmal").to_owned();
    ctx.invalid(
        seen,
        views::form(&ctx.frame(), &form, (&templates, &unfit), &halves, &token),
    )
}

/// A plan with its groups and whom they would seat.
async fn load<R: Rows>(
    rows: &R,
    id: HalfYearPlanId,
) -> Result<(PlanRow, Vec<GroupRow>, Vec<SeatRow>), Fault> {
    let plan = plans::find(rows, id).await?.ok_or(Fault::NotFound)?;
    let groups = plans::groups(rows, &[id]).await?;
    let ids: Vec<_> = groups.iter().flat_map(GroupRow::seats).collect();
    let seats = plans::seats(rows, &ids).await?;
    Ok((plan, groups, seats))
}

async fn shown(ctx: &Ctx<GroupPlan>, id: HalfYearPlanId, form: &Form) -> Answer {
    let facility = own_facility(ctx)?;
    let reader = ctx.read();
    let (plan, groups, seats) = load(&reader, id).await?;
    let names = names(&reader, facility).await?;
    let entry = Entry::new(Verb::Query, format!("halbjahresplan half_year_plan/{id}"))
        .about_all(seats.iter().map(|seat| seat.person_id), Level::Case);
    let seen = reader.seen(entry).await?;
    let run = ctx.app.planning.run_of(id);
    let token = ctx.once();
    let view = views::Shown {
        plan: &plan,
        groups: &groups,
        seats: &seats,
        run: run.as_deref(),
        names: &names,
        token: &token,
    };
    let markup = views::show(&ctx.frame(), form, &view);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

pub(super) async fn show(ctx: Ctx<GroupPlan>, Id(id): Id<HalfYearPlanId>) -> Answer {
    shown(&ctx, id, &Form::empty()).await
}

/// Asks the computation to end; what it has found so far is stored.
pub(super) async fn stop(
    ctx: Ctx<GroupPlan>,
    Id(id): Id<HalfYearPlanId>,
    Posted(_): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    plans::find(&writer, id).await?.ok_or(Fault::NotFound)?;
    let entry = Entry::new(
        Verb::Change,
        format!("berechnung beendet half_year_plan/{id}"),
    );
    let location = format!("/plan/{id}");
    let Some(run) = ctx.app.planning.run_of(id) else {
        writer.abandon().await?;
        let seen = ctx.read().seen(entry.denied()).await?;
        let why = Flash::warning("Diese Berechnung läuft nicht mehr.");
        return ctx.done_saying(seen, &location, why);
    };
    let change = Change::new("half_year_plan", id.0, "Berechnung beendet");
    history::record(&writer, vec![change]).await?;
    let seen = writer.commit(entry).await?;
    run.progress.stop();
    ctx.done(
        seen,
        &location,
        "Die Berechnung endet; was bis jetzt gefunden ist, wird gespeichert.",
    )
}

/// Takes up a computation that a process left behind.
pub(super) async fn resume(
    ctx: Ctx<GroupPlan>,
    Id(id): Id<HalfYearPlanId>,
    Posted(_): Posted,
) -> Answer {
    let location = format!("/plan/{id}");
    let writer = ctx.write().await?;
    let plan = plans::find(&writer, id).await?.ok_or(Fault::NotFound)?;
    let refuse = |why: &'static str| (location.clone(), Flash::warning(why));
    let entry = || {
        Entry::new(
            Verb::Change,
            format!("berechnung fortgesetzt half_year_plan/{id}"),
        )
    };
    let refused = if plan.state != "computing" || ctx.app.planning.run_of(id).is_some() {
        Some(refuse("Diese Berechnung läuft schon oder ist fertig."))
    } else {
        None
    };
    let seat = match &refused {
        Some(_) => None,
        None => Some(ctx.app.planning.sit(ctx.actor().account(), &[id])),
    };
    let (location, flash) = match seat {
        Some(Ok(seat)) => {
            if let Some(table) = service::table(&writer, &plan).await? {
                plans::resume(&writer, &plan).await?;
                let seen = writer.commit(entry()).await?;
                let store = ctx.app.store.clone();
                service::begin(store, ctx.access().clone(), vec![plan], table, seat).await;
                return ctx.done(seen, &location, "Die Berechnung läuft.");
            }
            refuse(NOTHING)
        }
        Some(Err(busy)) => refuse(busy.words()),
        None => refused.unwrap_or_else(|| refuse("Diese Berechnung läuft nicht.")),
    };
    writer.abandon().await?;
    let seen = ctx.read().seen(entry().denied()).await?;
    ctx.done_saying(seen, &location, flash)
}

pub(super) async fn delete(
    ctx: Ctx<GroupPlan>,
    Id(id): Id<HalfYearPlanId>,
    Posted(_): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let plan = plans::find(&writer, id).await?.ok_or(Fault::NotFound)?;
    let object = format!("halbjahresplan geloescht half_year_plan/{id}");
    if ctx.app.planning.run_of(id).is_some() {
        writer.abandon().await?;
        let seen = ctx
            .read()
            .seen(Entry::new(Verb::Change, object).denied())
            .await?;
        let why = Flash::warning("Die Berechnung läuft noch. Bitte sie zuerst beenden.");
        return ctx.done_saying(seen, &format!("/plan/{id}"), why);
    }
    plans::delete(&writer, id).await?;
    let change = Change::new("half_year_plan", id.0, "Halbjahresplan gelöscht")
        .values(Some(plan.name), None);
    history::record(&writer, vec![change]).await?;
    let seen = writer.commit(Entry::new(Verb::Change, object)).await?;
    ctx.done(
        seen,
        "/plan",
        "Der Plan ist gelöscht. Entwürfe, die daraus entstanden sind, bleiben.",
    )
}

pub(super) async fn take(
    ctx: Ctx<GroupPlan>,
    Path((plan, line)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let plan: HalfYearPlanId = plan.parse().map_err(|_| Fault::NotFound)?;
    let line: HalfYearGroupId = line.parse().map_err(|_| Fault::NotFound)?;
    let facility = own_facility(&ctx)?;
    let writer = ctx.write().await?;
    let id = GroupId(writer.entropy().uuid());
    let location = format!("/gruppen/{id}");
    let found = plans::find(&writer, plan).await?.ok_or(Fault::NotFound)?;
    let groups = plans::groups(&writer, &[plan]).await?;
    let wanted = groups
        .iter()
        .find(|one| one.id == line)
        .ok_or(Fault::NotFound)?;
    crate::accounts::once(&writer, form.value("einmal"), &location).await?;
    let taken = names(&writer, facility).await?;
    let year = wanted
        .dates()
        .first()
        .map_or(ctx.today().year(), |day| day.year());
    let name = match form.optional_text("name", "Name der Gruppe", NAME_LENGTH) {
        Some(name) => name,
        None => propose_name(&taken, year),
    };
    if wanted.group_id.is_some() {
        form.reject("", "Dieser Vorschlag ist schon als Entwurf übernommen.");
    }
    if !form.has_errors() {
        match service::take_over(&writer, facility, (&found, wanted), id, name).await {
            Ok(Taken::Done) => {
                let object = format!("aus halbjahresplan uebernommen training_group/{id}");
                let seats = plans::seats(&writer, &wanted.seats()).await?;
                let people = seats.iter().map(|seat| seat.person_id);
                let entry = Entry::new(Verb::Change, object).about_all(people, Level::Case);
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    &format!("/plan/{plan}"),
                    "Die Gruppe ist als Entwurf gespeichert. Sie können sie öffnen, ändern und veröffentlichen.",
                );
            }
            Ok(Taken::Gone(why)) => form.reject(
                "",
                format!("Diese Gruppe ist so nicht mehr möglich. {}", why.join(" ")),
            ),
            Err(StoreError::Duplicate(_)) => form.reject(
                "",
                "Diesen Namen hat in der Einrichtung schon eine Gruppe. Bitte einen anderen wählen.",
            ),
            Err(other) => return Err(other.into()),
        }
    }
    writer.abandon().await?;
    shown(&ctx, plan, &form).await
}

#[derive(Deserialize, Default)]
pub(super) struct Two {
    #[serde(default)]
    eins: String,
    #[serde(default)]
    zwei: String,
}

pub(super) async fn compare(ctx: Ctx<GroupPlan>, Query(two): Query<Two>) -> Answer {
    own_facility(&ctx)?;
    let reader = ctx.read();
    let mut all = plans::all(&reader).await?;
    all.retain(|plan| plan.state == "ready" || plan.state == "stopped");
    let pick = |typed: &str, other: usize| {
        let id: Option<HalfYearPlanId> = typed.parse().ok();
        let chosen = id.and_then(|id| all.iter().find(|plan| plan.id == id));
        chosen.or_else(|| all.get(other)).cloned()
    };
    let chosen = [pick(&two.eins, 0), pick(&two.zwei, 1)];
    let ids: Vec<HalfYearPlanId> = chosen.iter().flatten().map(|plan| plan.id).collect();
    let groups = plans::groups(&reader, &ids).await?;
    let seats: Vec<_> = groups.iter().flat_map(GroupRow::seats).collect();
    let seats = plans::seats(&reader, &seats).await?;
    let entry = Entry::new(Verb::Query, "halbjahresplaene vergleichen")
        .about_all(seats.iter().map(|seat| seat.person_id), Level::Case);
    let seen = reader.seen(entry).await?;
    ctx.page(
        seen,
        views::compare(&ctx.frame(), &all, &chosen, &groups, &seats),
    )
}
