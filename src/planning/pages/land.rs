//! Landesplan: the half-year of all houses in which an organisation works.

use super::half_year::{NOTHING, asked, blank};
use crate::access::permissions::LandPlan;
use crate::audit::{Entry, Verb};
use crate::base::ids::{HalfYearPlanId, LandPlanId};
use crate::facilities;
use crate::history::{self, Change};
use crate::planning::service::{half_year as service, together};
use crate::planning::store::plans::{self, PlanRow};
use crate::planning::views::land as views;
use crate::store::Rows;
use crate::web::flash::Flash;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

pub(super) async fn list(ctx: Ctx<LandPlan>) -> Answer {
    let reader = ctx.read();
    let all = plans::of_lands(&reader).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "landesplaene")).await?;
    let running: Vec<HalfYearPlanId> = all
        .iter()
        .map(|plan| plan.id)
        .filter(|id| ctx.app.planning.run_of(*id).is_some())
        .collect();
    ctx.page(seen, views::list(&ctx.frame(), &all, &running))
}

/// The names of the prisons that may be planned.
async fn houses<R: Rows>(ctx: &Ctx<LandPlan>, rows: &R) -> Result<Vec<String>, Fault> {
    let own = together::houses(&ctx.actor().profile().grants);
    let all = facilities::facilities(rows, ctx.today()).await?;
    Ok(all
        .into_iter()
        .filter(|one| own.contains(&one.id) && one.kind == "prison")
        .map(|one| one.name)
        .collect())
}

async fn asking(ctx: &Ctx<LandPlan>, form: &Form, token: &str) -> Answer {
    let reader = ctx.read();
    let houses = houses(ctx, &reader).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "landesplan beginnen"))
        .await?;
    let halves = service::half_years(ctx.today());
    let markup = views::form(&ctx.frame(), form, &houses, &halves, token);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

pub(super) async fn form(ctx: Ctx<LandPlan>) -> Answer {
    let form = Form::empty()
        .with("zeitraum", "1")
        .with("umfang", "normal")
        .with("saat", "1")
        .with("gespraeche", "1");
    asking(&ctx, &form, &ctx.once()).await
}

pub(super) async fn send(ctx: Ctx<LandPlan>, Posted(mut form): Posted) -> Answer {
    let token = form.value("einmal").to_owned();
    let asked = asked(&mut form, ctx.today()).filter(|_| !form.has_errors());
    let Some(asked) = asked else {
        return asking(&ctx, &form, &token).await;
    };
    let store = ctx.app.store.clone();
    let land = LandPlanId(store.entropy().uuid());
    let location = format!("/landesplan/{land}");
    let mut model = blank(&ctx, &form, asked, HalfYearPlanId(land.0));
    model.land_provider_id = ctx.actor().profile().provider;
    // Read before anything is written: each house in its own scope.
    let grants = &ctx.actor().profile().grants;
    let Some((models, table)) = together::set_up(&store, land, &model, grants).await? else {
        form.reject(
            "",
            "In keiner dieser Einrichtungen warten genug Personen auf eine Gruppe, die Ihr Träger dort halten darf, und für keinen Ihrer Fälle ist ein Gesprächsabstand vereinbart.",
        );
        return asking(&ctx, &form, &token).await;
    };
    let ids: Vec<HalfYearPlanId> = models.iter().map(|one| one.id).collect();
    let rows: Vec<PlanRow> = models.iter().map(service::row).collect();
    let writer = ctx.write().await?;
    crate::accounts::once(&writer, &token, &location).await?;
    let seat = match ctx.app.planning.sit(ctx.actor().account(), &ids) {
        Ok(seat) => seat,
        Err(busy) => {
            writer.abandon().await?;
            form.reject("", busy.words());
            return asking(&ctx, &form, &token).await;
        }
    };
    let mut changes = Vec::new();
    for model in models {
        let what = "Halbjahresplan für mehrere Einrichtungen begonnen";
        changes.push(Change::new("half_year_plan", model.id.0, what));
        plans::begin(&writer, model).await?;
    }
    history::record(&writer, changes).await?;
    let entry = Entry::new(
        Verb::Change,
        format!("landesplan begonnen half_year_plan/{land}"),
    );
    let seen = writer.commit(entry).await?;
    service::begin(store, ctx.access().clone(), rows, table, seat).await;
    ctx.done(seen, &location, "Die Berechnung läuft.")
}

/// The parts of the houses of one plan.
async fn load<R: Rows>(rows: &R, land: LandPlanId) -> Result<Vec<PlanRow>, Fault> {
    let found = plans::of_land(rows, land).await?;
    if found.is_empty() {
        return Err(Fault::NotFound);
    }
    Ok(found)
}

/// The computation, if it runs in this process.
fn run_of(
    ctx: &Ctx<LandPlan>,
    found: &[PlanRow],
) -> Option<std::sync::Arc<crate::planning::desk::Run>> {
    let first = found.first()?;
    ctx.app.planning.run_of(first.id)
}

pub(super) async fn show(ctx: Ctx<LandPlan>, Id(land): Id<LandPlanId>) -> Answer {
    let reader = ctx.read();
    let found = load(&reader, land).await?;
    let ids: Vec<HalfYearPlanId> = found.iter().map(|plan| plan.id).collect();
    let groups = plans::groups(&reader, &ids).await?;
    let entry = Entry::new(Verb::Query, format!("landesplan half_year_plan/{land}"));
    let seen = reader.seen(entry).await?;
    let run = run_of(&ctx, &found);
    let view = views::Shown {
        land,
        plans: &found,
        groups: &groups,
        run: run.as_deref(),
        provider: ctx.actor().profile().provider,
    };
    ctx.page(seen, views::show(&ctx.frame(), &view))
}

/// Refuses with a sentence: nothing is changed.
async fn refused(ctx: &Ctx<LandPlan>, entry: Entry, land: LandPlanId, why: &'static str) -> Answer {
    let seen = ctx.read().seen(entry.denied()).await?;
    ctx.done_saying(seen, &format!("/landesplan/{land}"), Flash::warning(why))
}

/// Asks the computation to end; what it has found so far is stored.
pub(super) async fn stop(
    ctx: Ctx<LandPlan>,
    Id(land): Id<LandPlanId>,
    Posted(_): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let found = load(&writer, land).await?;
    let entry = Entry::new(
        Verb::Change,
        format!("landesplan beendet half_year_plan/{land}"),
    );
    let Some(run) = run_of(&ctx, &found) else {
        writer.abandon().await?;
        return refused(&ctx, entry, land, "Diese Berechnung läuft nicht mehr.").await;
    };
    let changes = found
        .iter()
        .map(|plan| Change::new("half_year_plan", plan.id.0, "Berechnung beendet"));
    history::record(&writer, changes.collect()).await?;
    let seen = writer.commit(entry).await?;
    run.progress.stop();
    ctx.done(
        seen,
        &format!("/landesplan/{land}"),
        "Die Berechnung endet; was bis jetzt gefunden ist, wird gespeichert.",
    )
}

/// Takes up a computation that a process left behind.
pub(super) async fn resume(
    ctx: Ctx<LandPlan>,
    Id(land): Id<LandPlanId>,
    Posted(_): Posted,
) -> Answer {
    let found = load(&ctx.read(), land).await?;
    let entry = Entry::new(
        Verb::Change,
        format!("landesplan fortgesetzt half_year_plan/{land}"),
    );
    let computing = found.iter().all(|plan| plan.state == "computing");
    if !computing || run_of(&ctx, &found).is_some() {
        let why = "Diese Berechnung läuft schon oder ist fertig.";
        return refused(&ctx, entry, land, why).await;
    }
    let store = ctx.app.store.clone();
    let Some(table) = together::table(&store, land, &found).await? else {
        return refused(&ctx, entry, land, NOTHING).await;
    };
    let ids: Vec<HalfYearPlanId> = found.iter().map(|plan| plan.id).collect();
    let seat = match ctx.app.planning.sit(ctx.actor().account(), &ids) {
        Ok(seat) => seat,
        Err(busy) => return refused(&ctx, entry, land, busy.words()).await,
    };
    let writer = ctx.write().await?;
    for plan in &found {
        plans::resume(&writer, plan).await?;
    }
    let seen = writer.commit(entry).await?;
    service::begin(store, ctx.access().clone(), found, table, seat).await;
    ctx.done(
        seen,
        &format!("/landesplan/{land}"),
        "Die Berechnung läuft.",
    )
}

pub(super) async fn delete(
    ctx: Ctx<LandPlan>,
    Id(land): Id<LandPlanId>,
    Posted(_): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let found = load(&writer, land).await?;
    let entry = Entry::new(
        Verb::Change,
        format!("landesplan geloescht half_year_plan/{land}"),
    );
    if run_of(&ctx, &found).is_some() {
        writer.abandon().await?;
        let why = "Die Berechnung läuft noch. Bitte sie zuerst beenden.";
        return refused(&ctx, entry, land, why).await;
    }
    let mut changes = Vec::new();
    for plan in found {
        plans::delete(&writer, plan.id).await?;
        let change = Change::new("half_year_plan", plan.id.0, "Landesplan gelöscht");
        changes.push(change.values(Some(plan.name), None));
    }
    history::record(&writer, changes).await?;
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        "/landesplan",
        "Der Landesplan ist gelöscht. Entwürfe, die daraus entstanden sind, bleiben.",
    )
}
