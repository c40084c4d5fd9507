//! The register of a session.

use super::forms::{filled_register, read_register, take_over};
use crate::access::Permission;
use crate::access::permissions::{GroupPlan, RegisterKeep, RegisterRead};
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::{GroupSessionId, PersonId};
use crate::groups::rules::register::{Mark, Sent, compare};
use crate::groups::service::register as service;
use crate::groups::store::EventRow;
use crate::groups::store::register::{self as store, RegisterPerson, SessionHead};
use crate::groups::store::series;
use crate::groups::views;
use crate::groups::views::register::RegisterPage;
use crate::web::flash::Flash;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Posted};

/// The longest reason for a correction.
const REASON_LENGTH: usize = 200;

/// The people whom the actor may see, and how many more there are.
fn visible(people: Vec<RegisterPerson>) -> (Vec<RegisterPerson>, usize) {
    let all = people.len();
    let shown: Vec<RegisterPerson> = people.into_iter().filter(|person| person.visible).collect();
    let masked = all - shown.len();
    (shown, masked)
}

fn ids(people: &[RegisterPerson]) -> impl Iterator<Item = PersonId> + '_ {
    people.iter().map(|person| person.person_id)
}

fn page_of<'a, P: Permission>(
    ctx: &Ctx<P>,
    session: &'a SessionHead,
    people: &'a (Vec<RegisterPerson>, usize),
    corrections: &'a [EventRow],
    clashes: &'a [(String, String, String)],
) -> RegisterPage<'a> {
    RegisterPage {
        session,
        people: &people.0,
        masked: people.1,
        corrections,
        may_keep: ctx.actor().may::<RegisterKeep>(),
        may_cancel: ctx.actor().may::<GroupPlan>(),
        clashes,
    }
}

pub(super) async fn page(ctx: Ctx<RegisterRead>, Id(id): Id<GroupSessionId>) -> Answer {
    let reader = ctx.read();
    let Some(session) = store::find(&reader, id).await? else {
        return Err(Fault::NotFound);
    };
    let object = format!("anwesenheit group_session/{id}");
    if service::closed(&session, ctx.access().now()).is_some() {
        let seen = reader.seen(Entry::new(Verb::Query, object)).await?;
        return ctx.page(
            seen,
            views::register::not_open(&ctx.frame(), &session, ctx.actor().may::<GroupPlan>()),
        );
    }
    let people = visible(store::people(&reader, &session).await?);
    let corrections = store::corrections(&reader, id).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, object).about_all(ids(&people.0), Level::Case))
        .await?;
    let form = filled_register(&people.0);
    ctx.page(
        seen,
        views::register::register(
            &ctx.frame(),
            &form,
            &page_of(&ctx, &session, &people, &corrections, &[]),
        ),
    )
}

pub(super) async fn sheet(ctx: Ctx<RegisterRead>, Id(id): Id<GroupSessionId>) -> Answer {
    let reader = ctx.read();
    let Some(session) = store::find(&reader, id).await? else {
        return Err(Fault::NotFound);
    };
    let (people, masked) = visible(store::people(&reader, &session).await?);
    // A sheet on paper leaves the house's control: a disclosure, not only a look.
    let entry = Entry::new(
        Verb::Disclose,
        format!("anwesenheitsliste group_session/{id}"),
    )
    .to("Ausdruck")
    .about_all(ids(&people), Level::List);
    let seen = reader.seen(entry).await?;
    ctx.page(
        seen,
        views::register::sheet(&ctx.frame(), &session, &people, masked),
    )
}

pub(super) async fn save(
    ctx: Ctx<RegisterKeep>,
    Id(id): Id<GroupSessionId>,
    Posted(mut form): Posted,
) -> Answer {
    if form.value("stattgefunden") == "nein" && ctx.actor().may::<GroupPlan>() {
        return Err(Fault::See(format!("/sitzungen/{id}/absagen")));
    }
    let writer = ctx.write().await?;
    // Locked before anything is compared: of two who save at once, the second sees what the first wrote.
    if !store::lock(&writer, id).await? {
        return Err(Fault::NotFound);
    }
    let Some(session) = store::find(&writer, id).await? else {
        return Err(Fault::NotFound);
    };
    let object = format!("anwesenheit group_session/{id}");
    if service::closed(&session, ctx.access().now()).is_some() {
        writer.abandon().await?;
        let seen = ctx
            .read()
            .seen(Entry::new(Verb::Change, object).denied())
            .await?;
        return ctx.invalid(
            seen,
            views::register::not_open(&ctx.frame(), &session, ctx.actor().may::<GroupPlan>()),
        );
    }
    let people = visible(store::people(&writer, &session).await?);
    let current = form.hidden_number("version") == Some(session.version);
    let rows = read_register(&mut form, &people.0, current);
    let outcome = compare(&rows);
    let name = |id: PersonId| {
        people
            .0
            .iter()
            .find(|person| person.person_id == id)
            .map(RegisterPerson::name)
            .unwrap_or_default()
    };
    // A row without its reason reads as empty too; what is missing there was said already.
    let said = form.has_errors();
    for person in outcome.emptied.iter().filter(|_| !said) {
        form.reject(
            "",
            format!(
                "{}: Eine erfasste Angabe kann berichtigt, aber nicht geleert werden.",
                name(*person)
            ),
        );
    }
    let reason = form.optional_text(
        "grund_berichtigung",
        "Grund der Berichtigung",
        REASON_LENGTH,
    );
    let locked =
        session.state == "held" && series::is_locked(&writer, id, session.day, ctx.today()).await?;
    let group = format!("/gruppen/{}", session.group_id);
    if !form.has_errors() && outcome.clashing.is_empty() {
        if outcome.is_empty() {
            writer.abandon().await?;
            let seen = ctx
                .read()
                .seen(Entry::new(Verb::Query, object).about_all(ids(&people.0), Level::Case))
                .await?;
            let text = if rows.iter().all(|row| row.stored.is_none()) {
                "Es war noch nichts angekreuzt; nichts gespeichert."
            } else {
                "Keine Änderung: Die Anwesenheit war schon so gespeichert."
            };
            return ctx.done_saying(seen, &group, Flash::warning(text));
        }
        if (locked || !outcome.corrected.is_empty()) && reason.is_none() {
            let what = if locked {
                "Diese Sitzung ist gesperrt."
            } else {
                "Sie ändern eine schon erfasste Angabe."
            };
            form.reject(
                "grund_berichtigung",
                format!("{what} Bitte den Grund der Berichtigung angeben."),
            );
        } else {
            service::save(&writer, &session, &outcome, reason).await?;
            let touched = outcome
                .new
                .iter()
                .map(|(person, _)| *person)
                .chain(outcome.corrected.iter().map(|(person, _, _)| *person));
            let entry = Entry::new(Verb::Change, object)
                .about_all(touched, Level::Case)
                .fields(["status", "reason"]);
            let seen = writer.commit(entry).await?;
            return ctx.done(seen, &group, &sentence(&rows, outcome.corrected.len()));
        }
    }
    let clashes: Vec<(String, String, String)> = outcome
        .clashing
        .iter()
        .map(|(person, mine, theirs)| {
            (
                name(*person),
                mine.label(),
                theirs.map_or_else(String::new, Mark::label),
            )
        })
        .collect();
    writer.abandon().await?;
    take_over(&mut form, &people.0, &rows);
    let reader = ctx.read();
    let corrections = store::corrections(&reader, id).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, object).about_all(ids(&people.0), Level::Case))
        .await?;
    let markup = views::register::register(
        &ctx.frame(),
        &form,
        &page_of(&ctx, &session, &people, &corrections, &clashes),
    );
    if clashes.is_empty() {
        ctx.invalid(seen, markup)
    } else {
        ctx.conflict(seen, markup)
    }
}

fn sentence(rows: &[Sent], corrected: usize) -> String {
    let recorded = rows
        .iter()
        .filter(|row| row.chosen.is_some() || row.stored.is_some())
        .count();
    let mut text = format!(
        "Anwesenheit gespeichert: {recorded} von {} erfasst.",
        rows.len()
    );
    if corrected > 0 {
        text.push_str(&format!(" {corrected} berichtigt."));
    }
    text
}
