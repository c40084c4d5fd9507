//! Groups, planning, members, dates, registers, templates: routes and handlers.

mod catch_up;
mod composition;
mod existing;
mod forms;
mod members;
mod passport;
mod plan;
mod register;
mod series;
mod templates;

use serde::Deserialize;

use super::rules::CATCH_UP;
use super::service::Step;
use super::service::sessions as service;
use super::store::members as member_store;
use super::{store, views};
use crate::access::permissions::{CompletionRead, GroupPlan, GroupRead, RegisterRead};
use crate::access::{Permission, Role, Scope};
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::{FacilityId, GroupId, PersonId};
use crate::conflicts::rules::Conflict;
use crate::store::{Cursor, Page};
use crate::web::flash::Flash;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Posted, Query, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/gruppen", list),
        Route::get("/gruppen/neu", plan::form),
        Route::post("/gruppen/neu", plan::send),
        Route::get("/gruppen/{group}", group),
        Route::post("/gruppen/{group}/veroeffentlichen", publish),
        Route::post("/gruppen/{group}/verwerfen", discard),
        Route::post("/gruppen/{group}/abschliessen", complete),
        Route::post("/gruppen/{group}/teilnehmende", members::add),
        Route::get(
            "/gruppen/{group}/teilnehmende/{person}/beenden",
            members::end_form,
        ),
        Route::post(
            "/gruppen/{group}/teilnehmende/{person}/beenden",
            members::end,
        ),
        Route::get("/gruppen/bestehend", existing::form),
        Route::post("/gruppen/bestehend", existing::send),
        Route::get("/gruppen/einstellungen", existing::lock_form),
        Route::post("/gruppen/einstellungen", existing::lock_send),
        Route::get("/gruppen/{group}/bestand", existing::entry),
        Route::post("/gruppen/{group}/bestand", existing::entry_send),
        Route::get("/gruppen/{group}/absagen", series::cancel_days_form),
        Route::post("/gruppen/{group}/absagen", series::cancel_days_send),
        Route::post("/gruppen/{group}/zuruecknehmen", series::undo),
        Route::get("/sitzungen/{session}", series::session),
        Route::get("/sitzungen/{session}/verschieben", series::move_form),
        Route::post("/sitzungen/{session}/verschieben", series::move_send),
        Route::get("/sitzungen/{session}/absagen", series::cancel_form),
        Route::post("/sitzungen/{session}/absagen", series::cancel_send),
        Route::get(
            "/sitzungen/{session}/wiederherstellen",
            series::restore_form,
        ),
        Route::post(
            "/sitzungen/{session}/wiederherstellen",
            series::restore_send,
        ),
        Route::get("/sitzungen/{session}/aendern", series::adjust_form),
        Route::post("/sitzungen/{session}/aendern", series::adjust_send),
        Route::get("/vorlagen", templates::list),
        Route::get("/vorlagen/{template}", templates::version),
        Route::get("/vorlagen/{template}/neue-fassung", templates::form),
        Route::post("/vorlagen/{template}/neue-fassung", templates::send),
        Route::get(
            "/gruppen/{group}/teilnehmende/{person}/aussetzen",
            members::pause_form,
        ),
        Route::post(
            "/gruppen/{group}/teilnehmende/{person}/aussetzen",
            members::pause,
        ),
        Route::get("/gruppen/{group}/nachholen", catch_up::form),
        Route::post("/gruppen/{group}/nachholen", catch_up::send),
        Route::get("/nachholtermine/{session}", catch_up::session),
        Route::get("/nachholtermine/{session}/aendern", catch_up::change_form),
        Route::post("/nachholtermine/{session}/aendern", catch_up::change),
        Route::get("/nachholtermine/{session}/absagen", catch_up::cancel_form),
        Route::post("/nachholtermine/{session}/absagen", catch_up::cancel),
        Route::get("/personen/{person}/modulpass", passport::page),
        Route::get("/gruppen/{group}/zusammensetzung", composition::page),
        Route::post("/gruppen/{group}/zusammensetzung", composition::take),
        Route::get(
            "/gruppen/{group}/sitzungen/{session}/blatt",
            register::sheet,
        ),
        Route::get("/sitzungen/{session}/anwesenheit", register::page),
        Route::post("/sitzungen/{session}/anwesenheit", register::save),
        Route::get(
            "/sitzungen/{session}/anwesenheit/rueckgaengig",
            register::undo_form,
        ),
        Route::post(
            "/sitzungen/{session}/anwesenheit/rueckgaengig",
            register::undo,
        ),
    ]
}

/// People found by the search on a group's page.
const FOUND: i64 = 20;
/// Lines of history on a group's page.
const EVENTS: i64 = 15;

fn own_facility<P: Permission>(ctx: &Ctx<P>) -> Result<FacilityId, Fault> {
    ctx.actor().profile().facility.ok_or(Fault::NotFound)
}

/// Back to a page with the sentence why something was not done; leaves a refused entry in the audit log.
async fn refused<P: Permission>(ctx: &Ctx<P>, object: String, location: &str, why: &str) -> Answer {
    refused_as(ctx, Entry::new(Verb::Change, object), location, why).await
}

/// The same with an entry that says whom the refusal is about.
async fn refused_as<P: Permission>(
    ctx: &Ctx<P>,
    entry: Entry,
    location: &str,
    why: &str,
) -> Answer {
    let seen = ctx.read().seen(entry.denied()).await?;
    ctx.done_saying(seen, location, Flash::warning(why))
}

/// The people whom conflicts may name.
fn named(conflicts: &[Conflict]) -> Vec<PersonId> {
    let mut people: Vec<PersonId> = conflicts.iter().flat_map(Conflict::people).collect();
    people.sort_unstable();
    people.dedup();
    people
}

#[derive(Deserialize, Default)]
struct Listed {
    #[serde(default)]
    stand: String,
    #[serde(default)]
    ab: String,
}

async fn list(ctx: Ctx<GroupRead>, Query(query): Query<Listed>) -> Answer {
    let reader = ctx.read();
    let closed = query.stand == "abgeschlossen";
    let groups = if closed {
        let from: Option<Cursor> = query.ab.parse().ok();
        store::closed(&reader, from.as_ref()).await?
    } else {
        Page {
            rows: store::list(&reader).await?,
            previous: None,
            next: None,
        }
    };
    let seen = reader.seen(Entry::new(Verb::Query, "gruppen")).await?;
    let view = views::List {
        groups: &groups,
        closed,
        today: ctx.today(),
        may_plan: ctx.actor().may::<GroupPlan>(),
        with_facility: ctx.actor().role() != Role::SocialService,
    };
    ctx.page(seen, views::list(&ctx.frame(), &view))
}

#[derive(Deserialize, Default)]
struct Search {
    #[serde(default)]
    suche: String,
}

async fn group(ctx: Ctx<GroupRead>, Id(id): Id<GroupId>, Query(search): Query<Search>) -> Answer {
    let reader = ctx.read();
    let Some((group, trainers)) = store::open(&reader, id).await? else {
        return Err(Fault::NotFound);
    };
    let (catch_ups, sessions): (Vec<_>, Vec<_>) = store::sessions(&reader, id)
        .await?
        .into_iter()
        .partition(|session| session.kind == CATCH_UP);
    let members = member_store::of_group(&reader, id).await?;
    let events = store::events(&reader, id, EVENTS).await?;
    let may_plan = ctx.actor().may::<GroupPlan>();
    let uncovered = if may_plan {
        crate::cover::group_problems(&reader, id).await?
    } else {
        Vec::new()
    };
    let typed: String = search.suche.trim().chars().take(80).collect();
    let mut found = Vec::new();
    if may_plan && !typed.is_empty() {
        found = crate::people::search(&reader, &typed, FOUND).await?;
        // The scope also holds people who just left, for the hand-over; they are not taken into groups here.
        found.retain(|person| person.facility_id == Some(group.facility_id));
    }
    let entry = Entry::new(Verb::Query, format!("gruppe training_group/{id}"))
        .about_all(
            members
                .iter()
                .filter(|member| member.visible)
                .map(|member| member.person_id),
            Level::Case,
        )
        .about_all(found.iter().map(|person| person.id), Level::List);
    let seen = reader.seen(entry).await?;
    let token = ctx.once();
    // How participations end is not the matter of whoever only covers sessions.
    let own = match ctx.access().scope() {
        Scope::Trainer { staff, .. } => trainers.iter().any(|trainer| trainer.id == staff),
        _ => true,
    };
    let view = views::group::GroupPage {
        group: &group,
        trainers: &trainers,
        sessions: &sessions,
        catch_ups: &catch_ups,
        members: &members,
        events: &events,
        uncovered: &uncovered,
        may_cover: ctx.actor().may::<crate::access::permissions::CoverChange>(),
        search: (!typed.is_empty()).then_some((typed.as_str(), found.as_slice())),
        now: ctx.access().now(),
        today: ctx.today(),
        may_plan,
        may_register: ctx.actor().may::<RegisterRead>(),
        may_see_completion: own && ctx.actor().may::<CompletionRead>(),
        token: &token,
    };
    ctx.page(seen, views::group::page(&ctx.frame(), &view))
}

async fn publish(ctx: Ctx<GroupPlan>, Id(id): Id<GroupId>, Posted(_): Posted) -> Answer {
    let (object, here) = (
        format!("gruppe veroeffentlicht training_group/{id}"),
        format!("/gruppen/{id}"),
    );
    let writer = ctx.write().await?;
    match service::publish(&writer, id).await? {
        Step::Done(_) => {
            let intended = crate::groups::store::plan::intended(&writer, id).await?;
            let seen = writer
                .commit(Entry::new(Verb::Change, object).fields(["state"]))
                .await?;
            let mut text = "Die Gruppe ist veröffentlicht. Die Fachkräfte sehen sie, sobald ihre Zugangsfreigabe gilt."
                .to_owned();
            if !intended.is_empty() {
                let people = crate::base::german::plural(
                    intended.len() as u64,
                    "Person ist",
                    "Personen sind",
                );
                text = format!(
                    "{text} {people} vorgesehen und noch nicht aufgenommen: bitte unter „Aus der Warteliste besetzen“ aufnehmen."
                );
            }
            ctx.done(seen, &here, &text)
        }
        Step::Ask(uncovered, group) => {
            writer.abandon().await?;
            let seen = ctx
                .read()
                .seen(Entry::new(Verb::Change, object).denied())
                .await?;
            ctx.invalid(
                seen,
                views::group::not_published(&ctx.frame(), &group, &uncovered),
            )
        }
        Step::Refused(why) => {
            writer.abandon().await?;
            refused(&ctx, object, &here, &why).await
        }
        Step::NotFound => Err(Fault::NotFound),
    }
}

async fn discard(ctx: Ctx<GroupPlan>, Id(id): Id<GroupId>, Posted(_): Posted) -> Answer {
    let object = format!("entwurf verworfen training_group/{id}");
    let writer = ctx.write().await?;
    match service::discard(&writer, id).await? {
        Step::Done(_) => {
            let seen = writer.commit(Entry::new(Verb::Change, object)).await?;
            ctx.done(seen, "/gruppen", "Der Entwurf ist verworfen.")
        }
        Step::Refused(why) => {
            writer.abandon().await?;
            refused(&ctx, object, &format!("/gruppen/{id}"), &why).await
        }
        Step::NotFound | Step::Ask(..) => Err(Fault::NotFound),
    }
}

async fn complete(ctx: Ctx<GroupPlan>, Id(id): Id<GroupId>, Posted(form): Posted) -> Answer {
    let (object, here) = (
        format!("gruppe abgeschlossen training_group/{id}"),
        format!("/gruppen/{id}"),
    );
    if !form.checked("bestaetigt") {
        let reader = ctx.read();
        let Some(group) = store::find(&reader, id).await? else {
            return Err(Fault::NotFound);
        };
        if let Some(why) = service::cannot_complete(&group, &store::sessions(&reader, id).await?) {
            return refused(&ctx, object, &here, &why).await;
        }
        let (passes, _) = super::service::passport::of_group(&reader, id).await?;
        let shown = passes
            .iter()
            .filter(|pass| pass.visible && pass.stay.to_day.is_none())
            .map(|pass| pass.person_id);
        let entry = Entry::new(
            Verb::Query,
            format!("gruppe abschliessen training_group/{id}"),
        )
        .about_all(shown, Level::Case);
        let seen = reader.seen(entry).await?;
        return ctx.page(
            seen,
            views::group::confirm_complete(&ctx.frame(), &group, &passes),
        );
    }
    let writer = ctx.write().await?;
    match service::complete(&writer, id).await? {
        Step::Done(people) => {
            let entry = Entry::new(Verb::Change, object)
                .about_all(people, Level::Case)
                .fields(["state", "ended_on", "outcome"]);
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &here,
                "Die Gruppe ist abgeschlossen, die Teilnahmen sind beendet.",
            )
        }
        Step::Refused(why) => {
            writer.abandon().await?;
            refused(&ctx, object, &here, &why).await
        }
        Step::NotFound | Step::Ask(..) => Err(Fault::NotFound),
    }
}
