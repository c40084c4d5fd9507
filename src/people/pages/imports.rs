//! Taking over lists: upload, mapping and dry run on one page, take over, discard.

use serde::{Deserialize, Serialize};

use crate::access::Permission;
use crate::access::permissions::PersonImport;
use crate::audit::{Entry, Level, Verb};
use crate::base::crypto::{hex, sha256};
use crate::base::ids::{FacilityId, ImportId, PersonId};
use crate::people::PlacementKind;
use crate::people::import::{MAX_BYTES, Mapping, Setting, Target};
use crate::people::import_service::{self, ImportProblem, ImportRequest, Preview};
use crate::people::store;
use crate::people::store::imports::{self, ImportLine};
use crate::people::views::imports as views;
use crate::schema::people::person_import;
use crate::store::{Rows, StoreError};
use crate::web::flash::Flash;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Uploaded};

/// What was chosen for a list, as it is kept beside it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Choices {
    /// The code of the setting for the whole list.
    setting: Option<String>,
    /// The code of each column's target; `None`: not chosen yet.
    columns: Option<Vec<Option<String>>>,
}

impl Choices {
    fn of(line: &ImportLine) -> Self {
        serde_json::from_str(&line.mapping).unwrap_or_default()
    }

    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn request<'a>(
        &self,
        facility: FacilityId,
        ctx: &Ctx<PersonImport>,
        content: &'a [u8],
    ) -> ImportRequest<'a> {
        let mapping = self.columns.as_ref().map(|columns| Mapping {
            columns: columns
                .iter()
                .map(|code| code.as_deref().and_then(Target::from_code))
                .collect(),
        });
        ImportRequest {
            facility,
            account: Some(ctx.actor().account()),
            content,
            mapping,
            setting: self.setting.as_deref().and_then(Setting::from_code),
        }
    }
}

fn own_place<P: Permission>(ctx: &Ctx<P>) -> Result<(FacilityId, PlacementKind), Fault> {
    store::own_place(&ctx.access().scope()).ok_or(Fault::NotFound)
}

pub(super) async fn list(ctx: Ctx<PersonImport>) -> Answer {
    let (_, kind) = own_place(&ctx)?;
    let reader = ctx.read();
    let lines = imports::imports(&reader).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "listen einlesen"))
        .await?;
    ctx.page(
        seen,
        views::list(&ctx.frame(), &Form::empty(), &lines, kind, &ctx.once()),
    )
}

pub(super) async fn upload(ctx: Ctx<PersonImport>, upload: Uploaded) -> Answer {
    let (facility, kind) = own_place(&ctx)?;
    let Uploaded {
        mut form,
        file_name,
        content,
    } = upload;
    let codes: Vec<&str> = kind
        .settings()
        .iter()
        .map(|setting| setting.code())
        .collect();
    let setting = form.optional_choice("setting", "Art für die ganze Liste", &codes);
    if content.is_empty() {
        form.reject("file", "Bitte eine Datei auswählen, die nicht leer ist.");
    } else if content.len() > MAX_BYTES {
        form.reject("file", "Die Datei ist größer als 5 MiB. Bitte eine kleinere Liste oder mehrere Listen einlesen.");
    } else if let Err(problem) = crate::people::import::read_table(&content) {
        form.reject("file", problem.to_string());
    }
    let token = form.value("einmal").to_owned();
    if form.has_errors() {
        let reader = ctx.read();
        let lines = imports::imports(&reader).await?;
        let seen = reader
            .seen(Entry::new(Verb::Query, "listen einlesen"))
            .await?;
        return ctx.invalid(seen, views::list(&ctx.frame(), &form, &lines, kind, &token));
    }
    let writer = ctx.write().await?;
    let id = ImportId(writer.entropy().uuid());
    let location = format!("/personen/einlesen/{id}");
    crate::accounts::once(&writer, &token, &location).await?;
    let row = person_import::Model {
        id,
        account_id: ctx.actor().account(),
        facility_id: facility,
        file_name,
        content_hash: hex(&sha256(&content)),
        content: Some(content),
        mapping: Choices {
            setting,
            columns: None,
        }
        .text(),
        state: "uploaded".to_owned(),
        created_at: writer.now(),
        committed_at: None,
        new_count: 0,
        changed_count: 0,
        unchanged_count: 0,
        version: 1,
    };
    imports::insert(&writer, row).await?;
    let seen = writer
        .commit(Entry::new(
            Verb::Collect,
            format!("liste hochgeladen person_import/{id}"),
        ))
        .await?;
    ctx.done(seen, &location, "Die Liste ist hochgeladen. Noch ist nichts übernommen: bitte die Zuordnung und das Ergebnis des Probelaufs prüfen.")
}

/// The preview of a list that is still there; `None` once it was taken over, discarded or deleted.
async fn previewed<R: Rows>(
    rows: &R,
    ctx: &Ctx<PersonImport>,
    line: &ImportLine,
) -> Result<Option<Preview>, Fault> {
    if line.state != "uploaded" {
        return Ok(None);
    }
    let Some(content) = imports::content(rows, line.id).await? else {
        return Ok(None);
    };
    let (facility, _) = own_place(ctx)?;
    let request = Choices::of(line).request(facility, ctx, &content);
    import_service::preview(rows, &request)
        .await
        .map(Some)
        .map_err(fault)
}

fn fault(problem: ImportProblem) -> Fault {
    match problem {
        ImportProblem::Store(error) => error.into(),
        ImportProblem::Facility => Fault::NotFound,
        other => Fault::Bad(other.to_string()),
    }
}

fn filled(line: &ImportLine, preview: &Preview) -> Form {
    let mut form = Form::empty()
        .with("setting", Choices::of(line).setting.unwrap_or_default())
        .with("version", line.version.to_string());
    for (index, target) in preview.mapping.columns.iter().enumerate() {
        form.set(&format!("spalte_{index}"), target.map_or("", Target::code));
    }
    form
}

pub(super) async fn show(ctx: Ctx<PersonImport>, Id(id): Id<ImportId>) -> Answer {
    let (_, kind) = own_place(&ctx)?;
    let reader = ctx.read();
    let line = imports::import(&reader, id).await?.ok_or(Fault::NotFound)?;
    let preview = previewed(&reader, &ctx, &line).await?;
    let subjects: Vec<_> = preview.iter().flat_map(Preview::people).collect();
    let entry = Entry::new(Verb::Query, format!("liste pruefen person_import/{id}"))
        .about_all(subjects, Level::List);
    let seen = reader.seen(entry).await?;
    match preview {
        Some(preview) => {
            let form = filled(&line, &preview);
            ctx.page(
                seen,
                views::dry_run(&ctx.frame(), &form, &line, &preview, kind),
            )
        }
        None => ctx.page(seen, views::over(&ctx.frame(), &line)),
    }
}

pub(super) async fn choose(
    ctx: Ctx<PersonImport>,
    Id(id): Id<ImportId>,
    Posted(mut form): Posted,
) -> Answer {
    let (_, kind) = own_place(&ctx)?;
    let location = format!("/personen/einlesen/{id}");
    let writer = ctx.write().await?;
    let mut line = imports::import(&writer, id).await?.ok_or(Fault::NotFound)?;
    if line.state != "uploaded" {
        writer.abandon().await?;
        return Err(Fault::See(location));
    }
    line.version = form.hidden_number("version").ok_or(Fault::Changed)?;
    let codes: Vec<&str> = kind
        .settings()
        .iter()
        .map(|setting| setting.code())
        .collect();
    let setting = form.optional_choice("setting", "Art für die ganze Liste", &codes);
    let width = form
        .names()
        .filter(|name| name.starts_with("spalte_"))
        .count();
    let columns = (0..width)
        .map(|index| {
            Target::from_code(form.value(&format!("spalte_{index}")))
                .map(|target| target.code().to_owned())
        })
        .collect();
    imports::choose(
        &writer,
        &line,
        &Choices {
            setting,
            columns: Some(columns),
        }
        .text(),
    )
    .await?;
    let seen = writer
        .commit(
            Entry::new(Verb::Change, format!("liste zugeordnet person_import/{id}"))
                .fields(["mapping"]),
        )
        .await?;
    ctx.done(
        seen,
        &location,
        "Die Zuordnung ist gespeichert. Der Probelauf wurde wiederholt.",
    )
}

pub(super) async fn rejected(ctx: Ctx<PersonImport>, Id(id): Id<ImportId>) -> Answer {
    let reader = ctx.read();
    let (csv, number, people) = rejected_lines(&reader, &ctx, id).await?;
    if number > super::export::ALONE {
        return Err(Fault::See(format!("/personen/einlesen/{id}/ausgabe")));
    }
    let entry = Entry::new(
        Verb::Disclose,
        format!("abgelehnte zeilen person_import/{id}"),
    )
    .about_all(people, Level::List);
    let seen = reader.seen(entry).await?;
    ctx.download(
        seen,
        "abgelehnte-zeilen.csv",
        "text/csv; charset=utf-8",
        csv,
    )
}

/// The rejected lines of a list as a file, how many they are, and the known people among them.
pub(super) async fn rejected_lines<R: Rows>(
    rows: &R,
    ctx: &Ctx<PersonImport>,
    id: ImportId,
) -> Result<(Vec<u8>, usize, Vec<PersonId>), Fault> {
    let line = imports::import(rows, id).await?.ok_or(Fault::NotFound)?;
    let preview = previewed(rows, ctx, &line).await?.ok_or(Fault::NotFound)?;
    let people = preview.people().collect();
    let number = preview.refused_lines().len();
    Ok((preview.rejected_csv(), number, people))
}

/// New people in one list from which on the database plans anew.
const MANY: usize = 500;

pub(super) async fn take_over(
    ctx: Ctx<PersonImport>,
    Id(id): Id<ImportId>,
    Posted(form): Posted,
) -> Answer {
    let (facility, kind) = own_place(&ctx)?;
    let location = format!("/personen/einlesen/{id}");
    let writer = ctx.write().await?;
    let line = imports::import(&writer, id).await?.ok_or(Fault::NotFound)?;
    let version = form.hidden_number("version");
    let content = match imports::claim(&writer, id, version.unwrap_or_default()).await {
        Ok(()) => imports::content(&writer, id).await?,
        Err(StoreError::Changed) => None,
        Err(error) => return Err(error.into()),
    };
    let Some(content) = content else {
        writer.abandon().await?;
        return over(&ctx, id, &location).await;
    };
    let request = Choices::of(&line).request(facility, &ctx, &content);
    match import_service::commit(&writer, &request, form.checked("ohne_abgelehnte")).await {
        Ok(done) => {
            let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
            imports::committed(
                &writer,
                id,
                number(done.new.len()),
                number(done.changed.len()),
                number(done.unchanged),
            )
            .await?;
            let entry = Entry::new(
                Verb::Collect,
                format!("liste uebernommen person_import/{id}"),
            )
            .about_all(done.new.iter().copied(), Level::Basic)
            .about_all(done.changed.iter().copied(), Level::Basic);
            let seen = writer.commit(entry).await?;
            if done.new.len() >= MANY {
                ctx.app.store.refresh_statistics().await;
            }
            let text = format!(
                "Die Liste ist übernommen: {} neu, {} geändert, {} unverändert, {} abgelehnt.",
                done.new.len(),
                done.changed.len(),
                done.unchanged,
                done.refused
            );
            ctx.done(seen, &location, &text)
        }
        Err(problem) => {
            let (field, text) = match problem {
                ImportProblem::Refused(_) => (
                    "ohne_abgelehnte",
                    "Es gibt abgelehnte Zeilen. Bitte ankreuzen, dass die übrigen ohne sie übernommen werden sollen.".to_owned(),
                ),
                ImportProblem::Mapping(_) => ("", problem.to_string()),
                // Somebody else recorded or changed the same people at the same time.
                ImportProblem::Store(StoreError::Duplicate(_) | StoreError::Changed) => (
                    "",
                    "Inzwischen wurden Personen oder Nummern dieser Liste von anderer Seite eingetragen. Es wurde nichts übernommen; der Probelauf ist wiederholt, bitte das Ergebnis prüfen.".to_owned(),
                ),
                other => return Err(fault(other)),
            };
            writer.abandon().await?;
            let reader = ctx.read();
            let preview = previewed(&reader, &ctx, &line)
                .await?
                .ok_or(Fault::NotFound)?;
            let entry = Entry::new(Verb::Query, format!("liste pruefen person_import/{id}"))
                .about_all(preview.people(), Level::List);
            let seen = reader.seen(entry).await?;
            let mut form = filled(&line, &preview);
            form.reject(field, text);
            ctx.invalid(
                seen,
                views::dry_run(&ctx.frame(), &form, &line, &preview, kind),
            )
        }
    }
}

/// Answers a take-over of a list that is not there to be taken over, or not as it was shown.
async fn over(ctx: &Ctx<PersonImport>, id: ImportId, location: &str) -> Answer {
    let reader = ctx.read();
    // Read anew: whoever claimed the list has ended by now.
    let line = imports::import(&reader, id).await?.ok_or(Fault::NotFound)?;
    let text = match line.state.as_str() {
        "uploaded" => return Err(Fault::Changed),
        "committed" => "Diese Liste ist schon übernommen. Es wurde nichts noch einmal geändert.",
        _ => "Diese Liste ist verworfen oder gelöscht. Es wurde nichts geändert.",
    };
    let seen = reader
        .seen(Entry::new(Verb::Query, format!("liste person_import/{id}")))
        .await?;
    ctx.done_saying(seen, location, Flash::warning(text))
}

pub(super) async fn discard(
    ctx: Ctx<PersonImport>,
    Id(id): Id<ImportId>,
    Posted(_): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    imports::import(&writer, id).await?.ok_or(Fault::NotFound)?;
    let text = if imports::discard(&writer, id).await? {
        "Die Liste ist verworfen und gelöscht. Es wurde nichts übernommen."
    } else {
        "Diese Liste war schon übernommen oder verworfen."
    };
    let seen = writer
        .commit(Entry::new(
            Verb::Erase,
            format!("liste verworfen person_import/{id}"),
        ))
        .await?;
    ctx.done(seen, "/personen/einlesen", text)
}
