//! Requests of data subjects: routes and handlers.

use serde::Deserialize;
use time::Date;

use super::rules::inquiry::{Asker, Delivery, Ground, Identity, Restrictions, State, due};
use super::rules::report::{OFFICES, RECIPIENTS, Section, sections};
use super::rules::{self};
use super::service::{self, NewInquiry};
use super::store::{self, FoundRow, InquiryRow, Wanted, held};
use super::{documents, views};
use crate::access::permissions::{InquiryAnswer, InquiryKeep, InquiryRead};
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{InquiryId, PersonId};
use crate::store::{Rows, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/auskunft", register),
        Route::get("/auskunft/neu", new_form),
        Route::post("/auskunft/neu", create),
        Route::get("/auskunft/{inquiry}", show),
        Route::get("/auskunft/{inquiry}/angaben/{section}", section),
        Route::post("/auskunft/{inquiry}/angaben/{section}", restrict),
        Route::post("/auskunft/{inquiry}/erteilen", answer),
        Route::get("/auskunft/{inquiry}/auskunft.pdf", pdf),
        Route::get("/auskunft/{inquiry}/auskunft.json", json),
    ]
}

/// The longest file reference.
pub(super) const REFERENCE_LENGTH: usize = 60;
/// The longest statement of what is asked for.
pub(super) const REASON_LENGTH: usize = 200;

pub(super) fn here(id: InquiryId) -> String {
    format!("/auskunft/{id}")
}

/// An entry about the person of a request, if there is one.
fn about(entry: Entry, person: Option<PersonId>, level: Level) -> Entry {
    match person {
        Some(person) => entry.about(person, level),
        None => entry,
    }
}

#[derive(Deserialize, Default)]
struct Which {
    #[serde(default)]
    stand: String,
}

async fn register(ctx: Ctx<InquiryRead>, Query(which): Query<Which>) -> Answer {
    let state = if which.stand == "beantwortet" {
        State::Answered
    } else {
        State::Open
    };
    let reader = ctx.read();
    let rows = store::list(&reader, state).await?;
    let people: Vec<PersonId> = rows.iter().filter_map(|row| row.person_id).collect();
    let seen = reader
        .seen(Entry::new(Verb::Query, "auskunftsersuchen").about_all(people, Level::List))
        .await?;
    ctx.page(
        seen,
        views::register(&ctx.frame(), state, &rows, ctx.today()),
    )
}

async fn new_form(ctx: Ctx<InquiryKeep>) -> Answer {
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "auskunftsersuchen erfassen"))
        .await?;
    let form = Form::empty().with("eingang", german::date(ctx.today()));
    ctx.page(seen, views::new(&ctx.frame(), &form, &ctx.once(), None))
}

/// Whom the form asks for; says what is missing.
fn wanted(form: &mut Form, today: Date) -> Option<Wanted> {
    let number = form.optional_text("nummer", "Nummer", 60);
    let family = form.optional_text("familienname", "Familienname", 120);
    let given = form.optional_text("vorname", "Vorname", 120);
    let born = form.value("geburtsdatum").trim().to_owned();
    if let Some(number) = number {
        if !number.chars().any(char::is_alphanumeric) {
            form.reject(
                "nummer",
                "Bitte die Nummer mit Ziffern oder Buchstaben eingeben.",
            );
            return None;
        }
        return Some(Wanted::Number(number));
    }
    if family.is_none() && given.is_none() && born.is_empty() {
        form.reject(
            "nummer",
            "Bitte eine Nummer eingeben, oder Familienname, Vorname und Geburtsdatum.",
        );
        return None;
    }
    let born = match german::parse_birth_date(&born, today) {
        Ok(day) => Some(day),
        Err(error) => {
            form.reject("geburtsdatum", format!("„Geburtsdatum“: {error}"));
            None
        }
    };
    for (missing, field, label) in [
        (family.is_none(), "familienname", "Familienname"),
        (given.is_none(), "vorname", "Vorname"),
    ] {
        if missing {
            form.reject(
                field,
                format!(
                    "Bitte „{label}“ ausfüllen. Gesucht wird der genaue Name mit Geburtsdatum."
                ),
            );
        }
    }
    Some(Wanted::Name {
        family: family?,
        given: given?,
        born: born?,
    })
}

/// Whom a request is about after the search: somebody, nobody (said so), or it must be asked.
enum Decided {
    Person(PersonId),
    Nobody,
    Ask,
}

fn decide(form: &mut Form, found: &[FoundRow]) -> Decided {
    match found {
        [] if form.checked("ohne_treffer") => Decided::Nobody,
        [] => Decided::Ask,
        [one] => Decided::Person(one.id),
        many => match form.optional_uuid("person", "Person") {
            Some(id) if many.iter().any(|row| row.id.0 == id) => Decided::Person(PersonId(id)),
            _ => Decided::Ask,
        },
    }
}

async fn create(ctx: Ctx<InquiryKeep>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let id = InquiryId(writer.entropy().uuid());
    once(&writer, form.value("einmal"), &here(id)).await?;
    let reference = form.required_text("aktenzeichen", "Aktenzeichen", REFERENCE_LENGTH);
    let received_on = form.required_date("eingang", "Eingegangen am");
    if received_on.is_some_and(|day| day > ctx.today()) {
        form.reject(
            "eingang",
            "Der Tag liegt in der Zukunft. Bitte den Tag eingeben, an dem das Ersuchen eingegangen ist.",
        );
    }
    let asker = form
        .choice("wer", "Gestellt von", &Asker::codes())
        .and_then(|code| Asker::from_code(&code));
    let identity = form
        .choice("identitaet", "Identität geprüft durch", &Identity::codes())
        .and_then(|code| Identity::from_code(&code));
    let reason = form.optional_text("anliegen", "Anliegen", REASON_LENGTH);
    let wanted = wanted(&mut form, ctx.today());
    let found = match &wanted {
        Some(wanted) => Some(store::search(&writer, wanted).await?),
        None => None,
    };
    let decided = found
        .as_deref()
        .map_or(Decided::Ask, |found| decide(&mut form, found));
    if let (Some(reference), Some(received_on), Some(asker), Some(identity), false) = (
        reference,
        received_on,
        asker,
        identity,
        form.has_errors() || matches!(decided, Decided::Ask),
    ) {
        let person = match decided {
            Decided::Person(person) => Some(person),
            Decided::Nobody | Decided::Ask => None,
        };
        let new = NewInquiry {
            person,
            reference,
            asker,
            identity,
            reason,
            received_on,
        };
        service::record(&writer, id, new).await?;
        let entry = Entry::new(Verb::Collect, format!("auskunftsersuchen inquiry/{id}"));
        let seen = writer.commit(about(entry, person, Level::Basic)).await?;
        let text = format!(
            "Das Ersuchen ist erfasst. Zu beantworten bis {}.",
            german::weekday_date(due(received_on))
        );
        return ctx.done(seen, &here(id), &text);
    }
    writer.abandon().await?;
    let people: Vec<PersonId> = found.iter().flatten().map(|row| row.id).collect();
    if people.len() > 1 && !form.has_errors() {
        form.reject("person", "Bitte auswählen, welche Person gemeint ist.");
    }
    if found.as_ref().is_some_and(Vec::is_empty) && !form.has_errors() {
        form.reject(
            "ohne_treffer",
            "Keine Person gefunden. Bitte die Schreibweise prüfen oder das Ersuchen ohne Treffer erfassen.",
        );
    }
    let token = form.value("einmal").to_owned();
    let entry = Entry::new(Verb::Query, "suche zum auskunftsersuchen")
        .about_all(people, Level::List)
        .because("Auskunftsersuchen");
    let seen = ctx.read().seen(entry).await?;
    ctx.invalid(
        seen,
        views::new(&ctx.frame(), &form, &token, found.as_deref()),
    )
}

async fn one(rows: &impl Rows, id: InquiryId) -> Result<InquiryRow, Fault> {
    store::find(rows, id).await?.ok_or(Fault::NotFound)
}

async fn show(ctx: Ctx<InquiryRead>, Id(id): Id<InquiryId>) -> Answer {
    let reader = ctx.read();
    let row = one(&reader, id).await?;
    let report = service::report(&reader, &row).await?;
    let entry =
        Entry::new(Verb::Query, format!("auskunft inquiry/{id}")).because("Auskunftsersuchen");
    let seen = reader
        .seen(about(entry, row.person_id, Level::Case))
        .await?;
    let form = Form::empty().with("am", german::date(ctx.today()));
    ctx.page(
        seen,
        views::show(&ctx.frame(), &row, &report, &form, ctx.today()),
    )
}

/// A section of a request with its heading; the lists of the protocol have headings of their own.
fn title(name: &str) -> Option<&'static str> {
    match name {
        RECIPIENTS => Some("Empfänger"),
        OFFICES => Some("Stellen"),
        _ => rules::table(name).map(|table| table.title),
    }
}

struct SectionPage {
    row: InquiryRow,
    name: String,
    title: &'static str,
    section: Option<Section>,
}

async fn section_page(rows: &impl Rows, id: InquiryId, name: String) -> Result<SectionPage, Fault> {
    let title = title(&name).ok_or(Fault::NotFound)?;
    let row = one(rows, id).await?;
    let person = row.person_id.ok_or(Fault::NotFound)?;
    let section = if rules::table(&name).is_some() {
        let stored = held::about(rows, person, Some(&name))
            .await?
            .ok_or_else(|| Fault::Unavailable("too many rows".into()))?;
        // The officer sees all of a section, also what is withheld.
        sections(&stored, &Restrictions::default())
            .into_iter()
            .next()
    } else {
        None
    };
    Ok(SectionPage {
        row,
        name,
        title,
        section,
    })
}

async fn section(
    ctx: Ctx<InquiryRead>,
    axum::extract::Path((id, name)): axum::extract::Path<(String, String)>,
) -> Answer {
    let id: InquiryId = id.parse().map_err(|_| Fault::NotFound)?;
    let reader = ctx.read();
    let page = section_page(&reader, id, name).await?;
    let entry = Entry::new(Verb::Query, format!("auskunft {} inquiry/{id}", page.name))
        .because("Auskunftsersuchen");
    let seen = reader
        .seen(about(entry, page.row.person_id, Level::Case))
        .await?;
    let ground = page.row.restrictions().of(&page.name);
    let form = Form::empty()
        .with("grund", ground.map_or("", Ground::code))
        .with("version", page.row.version.to_string());
    ctx.page(
        seen,
        views::section(
            &ctx.frame(),
            &page.row,
            (&page.name, page.title),
            page.section.as_ref(),
            &form,
        ),
    )
}

async fn restrict(
    ctx: Ctx<InquiryKeep>,
    axum::extract::Path((id, name)): axum::extract::Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let id: InquiryId = id.parse().map_err(|_| Fault::NotFound)?;
    let writer = ctx.write().await?;
    let page = section_page(&writer, id, name).await?;
    let ground = form.optional_choice("grund", "Auskunft", &Ground::codes());
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    if form.has_errors() {
        writer.abandon().await?;
        let entry = Entry::new(Verb::Query, format!("auskunft {} inquiry/{id}", page.name));
        let seen = ctx
            .read()
            .seen(about(entry, page.row.person_id, Level::Case))
            .await?;
        return ctx.invalid(
            seen,
            views::section(
                &ctx.frame(),
                &page.row,
                (&page.name, page.title),
                page.section.as_ref(),
                &form,
            ),
        );
    }
    let ground = ground.and_then(|code| Ground::from_code(&code));
    let of = (page.name.as_str(), page.title);
    service::restrict(&writer, &page.row, version, of, ground).await?;
    let entry = Entry::new(
        Verb::Change,
        format!("auskunft eingeschraenkt inquiry/{id}"),
    )
    .fields(["restricted"]);
    let seen = writer
        .commit(about(entry, page.row.person_id, Level::Case))
        .await?;
    let text = match ground {
        Some(_) => format!("„{}“ wird nicht mitgeteilt.", page.title),
        None => format!("„{}“ wird mitgeteilt.", page.title),
    };
    ctx.done(seen, &here(id), &text)
}

async fn answer(
    ctx: Ctx<InquiryAnswer>,
    Id(id): Id<InquiryId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let row = one(&writer, id).await?;
    if !row.open() {
        writer.abandon().await?;
        return Err(Fault::See(here(id)));
    }
    let report = service::report(&writer, &row).await?;
    let on = form.required_date("am", "Ausgehändigt am");
    if on.is_some_and(|day| day < row.received_on || day > ctx.today()) {
        form.reject(
            "am",
            "Bitte einen Tag zwischen dem Eingang des Ersuchens und heute eingeben.",
        );
    }
    let delivery = form
        .choice("weg", "Weg der Aushändigung", &Delivery::codes())
        .and_then(|code| Delivery::from_code(&code));
    let (Some(on), Some(delivery), false) = (on, delivery, form.has_errors()) else {
        writer.abandon().await?;
        let entry = Entry::new(Verb::Query, format!("auskunft inquiry/{id}"));
        let seen = ctx
            .read()
            .seen(about(entry, row.person_id, Level::Case))
            .await?;
        let markup = views::show(&ctx.frame(), &row, &report, &form, ctx.today());
        return ctx.invalid(seen, markup);
    };
    // The answer is the one that was looked at: neither the data nor what is withheld changed since.
    let fingerprint = row.person_id.map(|_| report.fingerprint());
    if fingerprint.as_deref().unwrap_or_default() != form.value("stand") {
        return Err(Fault::Changed);
    }
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    service::answer(&writer, &row, version, (on, delivery), fingerprint).await?;
    let entry = Entry::new(Verb::Disclose, format!("auskunft erteilt inquiry/{id}"))
        .to(recipient(&row))
        .because("Auskunftsersuchen");
    let seen = writer
        .commit(about(entry, row.person_id, Level::Case))
        .await?;
    ctx.done(seen, &here(id), "Die Auskunft ist als erteilt eingetragen.")
}

/// To whom the report goes, as the protocol says it.
fn recipient(row: &InquiryRow) -> &'static str {
    Asker::from_code(&row.asker)
        .unwrap_or(Asker::Subject)
        .label()
}

/// Logs what goes out: a draft is looked at, an answer is disclosed.
fn outgoing(row: &InquiryRow, what: &str) -> Entry {
    let entry = if row.open() {
        Entry::new(Verb::Query, format!("{what}, entwurf, inquiry/{}", row.id))
    } else {
        Entry::new(Verb::Disclose, format!("{what} inquiry/{}", row.id)).to(recipient(row))
    };
    about(
        entry.because("Auskunftsersuchen"),
        row.person_id,
        Level::Case,
    )
}

async fn pdf(ctx: Ctx<InquiryAnswer>, Id(id): Id<InquiryId>) -> Answer {
    let reader = ctx.read();
    let row = one(&reader, id).await?;
    let report = service::report(&reader, &row).await?;
    let bytes = documents::pdf(&report).map_err(|error| Fault::Unavailable(error.to_string()))?;
    let seen = reader.seen(outgoing(&row, "auskunft als pdf")).await?;
    let name = if row.open() {
        "auskunft-entwurf.pdf"
    } else {
        "auskunft.pdf"
    };
    ctx.download(seen, name, "application/pdf", bytes)
}

async fn json(ctx: Ctx<InquiryAnswer>, Id(id): Id<InquiryId>) -> Answer {
    let reader = ctx.read();
    let row = one(&reader, id).await?;
    let report = service::report(&reader, &row).await?;
    let bytes = serde_json::to_vec_pretty(&report.json())
        .map_err(|error| Fault::Unavailable(error.to_string()))?;
    let seen = reader.seen(outgoing(&row, "auskunft als datei")).await?;
    let name = if row.open() {
        "auskunft-entwurf.json"
    } else {
        "auskunft.json"
    };
    ctx.download(seen, name, "application/json", bytes)
}
