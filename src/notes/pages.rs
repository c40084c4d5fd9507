//! Notes of a team: routes and handlers.

use super::keys::{Keys, name_of, new_key, note_place};
use super::views::{self, NotesPage, Shown};
use super::{LENGTH, store};
use crate::access::permissions::NoteKeep;
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::{CaseId, NoteId, ProviderKeyId};
use crate::casework::{TeamCase, hold_team_case, team_case};
use crate::history::{self, Change};
use crate::schema::casework::{case_note, provider_key};
use crate::store::{Rows, StoreError, Writer};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/faelle/{case}/notizen", notes),
        Route::post("/faelle/{case}/notizen", write),
        Route::post("/notizen/{note}/loeschen", delete),
    ]
}

/// The case, if notes are on for its programme and the actor belongs to its team; for everybody else there are none.
async fn found<R: Rows>(rows: &R, id: CaseId) -> Result<TeamCase, Fault> {
    team_case(rows, id)
        .await?
        .filter(|case| case.notes)
        .ok_or(Fault::NotFound)
}

fn about(entry: Entry, case: &TeamCase) -> Entry {
    case.person_id
        .into_iter()
        .fold(entry, |entry, person| entry.about(person, Level::Case))
}

fn looking_at(case: &TeamCase) -> Entry {
    about(
        Entry::new(Verb::Query, format!("notizen client_case/{}", case.id)),
        case,
    )
}

fn keys(ctx: &Ctx<NoteKeep>) -> Result<Keys, String> {
    let file = ctx
        .note_keys()
        .ok_or("für Notizen ist keine Schlüsseldatei eingerichtet")?;
    Keys::read(file).map_err(|problem| problem.to_string())
}

/// The page as the case stands.
async fn page<R: Rows>(
    ctx: &Ctx<NoteKeep>,
    rows: &R,
    case: &TeamCase,
    form: &Form,
    token: &str,
) -> Result<maud::Markup, StoreError> {
    let mut found = store::notes_of(rows, case.id, case.provider_id).await?;
    let more = found.len() as i64 > store::NOTES;
    found.truncate(store::NOTES as usize);
    let keys = keys(ctx);
    let me = ctx.actor().account();
    let notes: Vec<Shown> = found
        .into_iter()
        .map(|note| {
            let place = note_place(note.provider_id, note.case_id, note.id);
            let text = keys
                .as_ref()
                .ok()
                .and_then(|keys| keys.unwrap(&note.key()))
                .and_then(|key| key.open(&place, &note.sealed))
                .and_then(|text| String::from_utf8(text).ok());
            Shown {
                id: note.id,
                text,
                own: note.written_by == me,
                by: note.written_by_name,
                at: note.written_at,
            }
        })
        .collect();
    let view = NotesPage {
        case,
        notes: &notes,
        problem: keys.err(),
        more,
        may_write: case.open,
    };
    Ok(views::notes(&ctx.frame(), form, &view, token))
}

async fn notes(ctx: Ctx<NoteKeep>, Id(id): Id<CaseId>) -> Answer {
    let reader = ctx.read();
    let case = found(&reader, id).await?;
    let markup = page(&ctx, &reader, &case, &Form::empty(), &ctx.once()).await?;
    let seen = reader.seen(looking_at(&case)).await?;
    ctx.page(seen, markup)
}

/// Seals a text and stores it; the organisation gets its key with the first one.
async fn seal(
    writer: &Writer<NoteKeep>,
    keys: &Keys,
    case: &TeamCase,
    text: &str,
) -> Result<NoteId, Fault> {
    let (key, seal) = match store::held_key(writer, case.provider_id).await? {
        Some(row) => {
            // A key that this master does not open is somebody's mistake with the files, and nothing is written over it.
            let seal = keys.unwrap(&row).ok_or(StoreError::Changed)?;
            (row.id, seal)
        }
        None => {
            let master = keys.current().ok_or(StoreError::Changed)?;
            let id = ProviderKeyId(writer.entropy().uuid());
            let (wrapped, seal) = new_key(master, case.provider_id, id, writer.entropy());
            let row = provider_key::Model {
                id,
                provider_id: case.provider_id,
                master: name_of(master),
                wrapped,
                created_at: writer.now(),
            };
            store::insert_key(writer, row).await?;
            (id, seal)
        }
    };
    let id = NoteId(writer.entropy().uuid());
    let actor = writer.access().actor();
    let place = note_place(case.provider_id, case.id, id);
    let row = case_note::Model {
        id,
        case_id: case.id,
        provider_id: case.provider_id,
        key_id: key,
        sealed: seal.seal(writer.entropy(), &place, text.as_bytes()),
        written_by: actor.account(),
        written_by_name: actor.name().to_owned(),
        written_at: writer.now(),
    };
    store::insert_note(writer, row).await?;
    Ok(id)
}

async fn write(ctx: Ctx<NoteKeep>, Id(id): Id<CaseId>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    hold_team_case(&writer, id).await?;
    let case = found(&writer, id).await?;
    let place = format!("/faelle/{id}/notizen");
    once(&writer, form.value("einmal"), &place).await?;
    let text = form.required_multiline("notiz", "Neue Notiz", LENGTH);
    if !case.open {
        form.reject(
            "",
            "Dieser Fall ist beendet. Notizen kommen keine mehr dazu.",
        );
    }
    let keys = keys(&ctx);
    if let Err(problem) = &keys {
        form.reject("", format!("Die Notiz ist nicht gespeichert: {problem}."));
    }
    if let (Some(text), Ok(keys), false) = (text, &keys, form.has_errors()) {
        let note = seal(&writer, keys, &case, &text).await?;
        // No person: what a prison reads of the case does not tell of notes.
        let change = Change::new("case_note", note.0, "Notiz geschrieben");
        history::record(&writer, vec![change]).await?;
        let entry = about(
            Entry::new(Verb::Change, format!("notiz case_note/{note}")),
            &case,
        );
        let seen = writer.commit(entry).await?;
        return ctx.done(seen, &place, "Die Notiz ist gespeichert.");
    }
    writer.abandon().await?;
    let reader = ctx.read();
    let token = form.value("einmal").to_owned();
    let markup = page(&ctx, &reader, &case, &form, &token).await?;
    let seen = reader.seen(looking_at(&case)).await?;
    ctx.invalid(seen, markup)
}

async fn delete(ctx: Ctx<NoteKeep>, Id(id): Id<NoteId>, Posted(_): Posted) -> Answer {
    let writer = ctx.write().await?;
    let note = store::note(&writer, id).await?.ok_or(Fault::NotFound)?;
    let case = found(&writer, note.case_id).await?;
    if note.provider_id != case.provider_id || note.written_by != ctx.actor().account() {
        return Err(Fault::NotFound);
    }
    store::delete_note(&writer, id).await?;
    let change = Change::new("case_note", id.0, "Notiz gelöscht");
    history::record(&writer, vec![change]).await?;
    let entry = about(
        Entry::new(Verb::Erase, format!("notiz geloescht case_note/{id}")),
        &case,
    );
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        &format!("/faelle/{}/notizen", case.id),
        "Die Notiz ist gelöscht.",
    )
}
