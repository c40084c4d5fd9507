//! The register of a session.

use axum::extract::Path;

use super::forms::{filled_register, read_register, take_over};
use super::refused;
use crate::access::Permission;
use crate::access::permissions::{GroupPlan, RegisterKeep, RegisterRead};
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::{GroupId, GroupSessionId, PersonId};
use crate::conflicts;
use crate::groups::rules::register::{Mark, Sent, UNDO_MINUTES, compare};
use crate::groups::service::register as service;
use crate::groups::store::EventRow;
use crate::groups::store::register::{self as store, RegisterPerson, SessionHead};
use crate::groups::views;
use crate::groups::views::register::RegisterPage;
use crate::store::Rows;
use crate::web::flash::Flash;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Reply};

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

/// What else the people of a session have while it lasts.
async fn beside<R: Rows>(
    rows: &R,
    session: &SessionHead,
) -> Result<Vec<(PersonId, String)>, Fault> {
    let time = (session.day, session.start_minute, session.minutes);
    Ok(conflicts::beside(rows, session.id, time).await?)
}

fn page_of<'a, P: Permission>(
    ctx: &Ctx<P>,
    session: &'a SessionHead,
    people: &'a (Vec<RegisterPerson>, usize),
    corrections: &'a [EventRow],
    clashes: &'a [(String, String, String)],
    beside: &'a [(PersonId, String)],
) -> RegisterPage<'a> {
    let may_keep = ctx.actor().may::<RegisterKeep>();
    RegisterPage {
        session,
        people: &people.0,
        masked: people.1,
        corrections,
        may_keep,
        may_cancel: ctx.actor().may::<GroupPlan>(),
        undo_until: may_keep
            .then(|| service::undoable(&people.0, ctx.actor().account(), ctx.access().now()))
            .flatten()
            .map(|back| back.at.plus_minutes(UNDO_MINUTES)),
        clashes,
        beside,
    }
}

pub(super) async fn page(ctx: Ctx<RegisterRead>, Id(id): Id<GroupSessionId>) -> Answer {
    let reader = ctx.read();
    let Some((session, people)) = store::open(&reader, id).await? else {
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
    let people = visible(people);
    let corrections = store::corrections(&reader, id).await?;
    let beside = beside(&reader, &session).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, object).about_all(ids(&people.0), Level::Case))
        .await?;
    let form = filled_register(&people.0);
    ctx.page(
        seen,
        views::register::register(
            &ctx.frame(),
            &form,
            &page_of(&ctx, &session, &people, &corrections, &[], &beside),
        ),
    )
}

/// The sheet to print and sign.
pub(super) async fn sheet(ctx: Ctx<RegisterRead>, Path(path): Path<(String, String)>) -> Answer {
    let group: GroupId = path.0.parse().map_err(|_| Fault::NotFound)?;
    let id: GroupSessionId = path.1.parse().map_err(|_| Fault::NotFound)?;
    let reader = ctx.read();
    let found = store::open(&reader, id).await?;
    let Some((session, people)) = found.filter(|(session, _)| session.group_id == group) else {
        return Err(Fault::NotFound);
    };
    let (people, masked) = visible(people);
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
        views::register_sheet::sheet(&ctx.frame(), &session, &people, masked),
    )
}

/// After this many tries the session is locked before it is read: of many who save at once none starves.
const PATIENCE: usize = 2;
/// Nobody is overtaken so often.
const TRIES: usize = 6;

pub(super) async fn save(
    ctx: Ctx<RegisterKeep>,
    Id(id): Id<GroupSessionId>,
    Posted(form): Posted,
) -> Answer {
    for attempt in 0..TRIES {
        let locked = attempt >= PATIENCE;
        if let Some(answer) = try_save(&ctx, id, form.clone(), locked).await? {
            return Ok(answer);
        }
    }
    Err(Fault::Busy)
}

/// Compares and saves; `None` if somebody else saved in between, and then nothing was written. Two ways to the database:
/// one to read, one to write.
async fn try_save(
    ctx: &Ctx<RegisterKeep>,
    id: GroupSessionId,
    mut form: Form,
    locked: bool,
) -> Result<Option<Reply>, Fault> {
    let writer = ctx.write().await?;
    if locked && !store::lock(&writer, id).await? {
        return Err(Fault::NotFound);
    }
    let Some((session, people)) = store::open(&writer, id).await? else {
        return Err(Fault::NotFound);
    };
    if form.value("stattgefunden") == "nein" && ctx.actor().may::<GroupPlan>() {
        return Err(Fault::See(session.cancel_path()));
    }
    let object = format!("anwesenheit group_session/{id}");
    if service::closed(&session, ctx.access().now()).is_some() {
        writer.abandon().await?;
        let seen = ctx
            .read()
            .seen(Entry::new(Verb::Change, object).denied())
            .await?;
        let may_cancel = ctx.actor().may::<GroupPlan>();
        let markup = views::register::not_open(&ctx.frame(), &session, may_cancel);
        return ctx.invalid(seen, markup).map(Some);
    }
    let people = visible(people);
    let current = form.hidden_number("version") == Some(session.version);
    let rows = read_register(&mut form, &people.0, current, session.minutes);
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
    let shut = session.state == "held" && session.is_locked(ctx.today());
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
            return ctx
                .done_saying(seen, &group, Flash::warning(text))
                .map(Some);
        }
        if (shut || !outcome.corrected.is_empty()) && reason.is_none() {
            let what = if shut {
                "Diese Sitzung ist gesperrt."
            } else {
                "Sie ändern eine schon erfasste Angabe."
            };
            form.reject(
                "grund_berichtigung",
                format!("{what} Bitte den Grund der Berichtigung angeben."),
            );
        } else {
            if !service::save(&writer, &session, &people.0, &outcome, reason).await? {
                writer.abandon().await?;
                return Ok(None);
            }
            let touched = outcome
                .new
                .iter()
                .map(|(person, _)| *person)
                .chain(outcome.corrected.iter().map(|(person, _, _)| *person));
            let entry = Entry::new(Verb::Change, object)
                .about_all(touched, Level::Case)
                .fields(["status", "reason", "minutes"]);
            let seen = writer.commit(entry).await?;
            let flash = Flash::success(&sentence(&rows, outcome.corrected.len())).undo(
                "Rückgängig machen",
                &format!("/sitzungen/{id}/anwesenheit/rueckgaengig"),
            );
            return ctx.done_saying(seen, &group, flash).map(Some);
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
    let beside = beside(&reader, &session).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, object).about_all(ids(&people.0), Level::Case))
        .await?;
    let markup = views::register::register(
        &ctx.frame(),
        &form,
        &page_of(ctx, &session, &people, &corrections, &clashes, &beside),
    );
    if clashes.is_empty() {
        ctx.invalid(seen, markup).map(Some)
    } else {
        ctx.conflict(seen, markup).map(Some)
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

/// What taking back the own last saving would change.
pub(super) async fn undo_form(ctx: Ctx<RegisterKeep>, Id(id): Id<GroupSessionId>) -> Answer {
    let reader = ctx.read();
    let Some((session, people)) = store::open(&reader, id).await? else {
        return Err(Fault::NotFound);
    };
    let people = visible(people);
    let back = service::undoable(&people.0, ctx.actor().account(), ctx.access().now());
    let entry = Entry::new(Verb::Query, format!("anwesenheit group_session/{id}"))
        .about_all(ids(&people.0), Level::Case);
    let seen = reader.seen(entry).await?;
    let markup = views::register::undo(&ctx.frame(), &session, &people.0, back.as_ref());
    ctx.page(seen, markup)
}

pub(super) async fn undo(
    ctx: Ctx<RegisterKeep>,
    Id(id): Id<GroupSessionId>,
    Posted(form): Posted,
) -> Answer {
    let register = format!("/sitzungen/{id}/anwesenheit");
    let object = format!("anwesenheit rueckgaengig group_session/{id}");
    let writer = ctx.write().await?;
    let Some((session, people)) = store::open(&writer, id).await? else {
        return Err(Fault::NotFound);
    };
    let people = visible(people);
    let back = service::undoable(&people.0, ctx.actor().account(), ctx.access().now())
        .filter(|back| form.hidden_number("stand") == Some(back.at.millis()));
    let Some(back) = back else {
        writer.abandon().await?;
        let why = "Nichts zu tun: Zurücknehmen lässt sich nur Ihre letzte Speicherung, zehn Minuten lang.";
        return refused(&ctx, object, &register, why).await;
    };
    if !service::undo(&writer, &session, &people.0, &back).await? {
        return Err(Fault::Changed);
    }
    let entry = Entry::new(Verb::Change, object)
        .about_all(back.rows.iter().map(|(person, ..)| *person), Level::Case)
        .fields(["status", "reason", "minutes"]);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        &register,
        "Ihre letzte Speicherung ist zurückgenommen.",
    )
}
