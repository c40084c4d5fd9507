//! The protocol: routes and handlers.

pub(super) mod account;
mod log;
mod sample;

use time::Duration;

use super::rules::{self, Told};
use super::store::{self, EntryRow, Filter, Place, SubjectRow};
use super::{documents, views};
use crate::access::permissions::AuditRead;
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::PersonId;
use crate::base::time::Instant;
use crate::store::{Cursor, Page, Seen};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Query, Route};

/// Entries on a page.
const ENTRIES: usize = 50;
/// Most entries in the file for the data subject: years of daily work with one person.
const FILE_ENTRIES: i64 = 100_000;
/// Days that the overview shows.
const DAYS: i64 = 30;

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/protokoll", search),
        Route::get("/protokoll/pruefung", check),
        Route::get("/protokoll/personen/{person}", entries),
        Route::get("/protokoll/personen/{person}/auskunft.csv", file),
        Route::get("/protokoll/personen/{person}/auskunft.pdf", paper),
        Route::get("/protokoll/suche", log::search),
        Route::get("/protokoll/auffaelligkeiten", log::alerts),
        Route::get("/protokoll/konto", account::form),
        Route::post("/protokoll/konto/antrag", account::request),
        Route::post("/protokoll/konto/auswertung", account::evaluate),
        Route::get("/protokoll/stichprobe", sample::show),
        Route::post("/protokoll/stichprobe/ziehen", sample::draw),
        Route::post("/protokoll/stichprobe/beurteilen", sample::judge),
    ]
}

async fn search(ctx: Ctx<AuditRead>, Query(query): Query<Vec<(String, String)>>) -> Answer {
    let mut form = Form::from_pairs(query);
    let typed = form.value("suche").trim().to_owned();
    let reader = ctx.read();
    if typed.is_empty() {
        let seen = reader.seen(Entry::new(Verb::Query, "protokoll")).await?;
        return ctx.page(seen, views::search(&ctx.frame(), &form, None));
    }
    if !rules::long_enough(&typed) || typed.chars().count() > 100 {
        form.reject("suche", "Bitte mindestens drei Buchstaben oder Ziffern eines Namens oder einer Nummer eingeben.");
        let seen = reader.seen(Entry::new(Verb::Query, "protokoll")).await?;
        return ctx.invalid(seen, views::search(&ctx.frame(), &form, None));
    }
    let found = store::search(&reader, &typed).await?;
    let entry = Entry::new(Verb::Query, "protokollsuche")
        .about_all(found.iter().map(|row| row.id), Level::List);
    let seen = reader.seen(entry).await?;
    ctx.page(seen, views::search(&ctx.frame(), &form, Some(&found)))
}

fn read_filter(form: &mut Form) -> Filter {
    let from = form.optional_date("von", "Von");
    let to = form.optional_date("bis", "Bis");
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        form.reject(
            "bis",
            "„Bis“ liegt vor „Von“. Bitte einen Tag ab dann eingeben.",
        );
    }
    let verbs: Vec<&str> = Verb::ALL.iter().map(|verb| verb.code()).collect();
    let verb = form.optional_choice("art", "Art der Verarbeitung", &verbs);
    Filter { from, to, verb }
}

fn place(cursor: &Cursor) -> Option<Place> {
    let (at, sequence) = cursor.key.split_once('-')?;
    Some(Place {
        backward: cursor.backward,
        at: Instant::from_millis(at.parse().ok()?),
        sequence: sequence.parse().ok()?,
        writer: cursor.id,
    })
}

async fn entries(
    ctx: Ctx<AuditRead>,
    Id(person): Id<PersonId>,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    let mut form = Form::from_pairs(query);
    let filter = read_filter(&mut form);
    let filter = if form.has_errors() {
        Filter::default()
    } else {
        filter
    };
    let cursor: Option<Cursor> = form.value("ab").parse().ok();
    let cursor = cursor.filter(|cursor| place(cursor).is_some());
    let reader = ctx.read();
    let subject = store::subject(&reader, person)
        .await?
        .ok_or(Fault::NotFound)?;
    let rows = store::entries(
        &reader,
        person,
        &filter,
        cursor.as_ref().and_then(place),
        ENTRIES as i64 + 1,
    )
    .await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "protokoll einer person").about(person, Level::Basic))
        .await?;
    let page = Page::from_rows(rows, ENTRIES, cursor.as_ref(), |row: &EntryRow| {
        (format!("{}-{}", row.at.millis(), row.sequence), row.writer)
    });
    let page = Page {
        rows: page.rows.iter().map(rules::tell).collect::<Vec<Told>>(),
        previous: page.previous,
        next: page.next,
    };
    let markup = views::entries(&ctx.frame(), &form, &subject, &page);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

/// What is told to the data subject, with the proof that both is in the log: the look and the disclosure.
async fn disclosed(
    ctx: &Ctx<AuditRead>,
    person: PersonId,
) -> Result<(SubjectRow, Vec<Told>, Seen), Fault> {
    let reader = ctx.read();
    let subject = store::subject(&reader, person)
        .await?
        .ok_or(Fault::NotFound)?;
    let rows = store::entries(&reader, person, &Filter::default(), None, FILE_ENTRIES).await?;
    let told: Vec<Told> = rows.iter().map(rules::tell).collect();
    // Two operations: the officer looks, and the data subject receives it.
    reader
        .seen(Entry::new(Verb::Query, "protokoll einer person").about(person, Level::Basic))
        .await?;
    let entry = Entry::new(Verb::Disclose, "auskunft aus dem protokoll")
        .about(person, Level::Basic)
        .to("betroffene Person")
        .because("Auskunftsersuchen");
    let seen = ctx.read().seen(entry).await?;
    Ok((subject, told, seen))
}

async fn paper(ctx: Ctx<AuditRead>, Id(person): Id<PersonId>) -> Answer {
    let (subject, told, seen) = disclosed(&ctx, person).await?;
    let bytes = documents::who_saw(&subject, &told, ctx.access().now())
        .map_err(|problem| Fault::Unavailable(problem.to_string()))?;
    ctx.download(seen, "protokollauskunft.pdf", "application/pdf", bytes)
}

async fn file(ctx: Ctx<AuditRead>, Id(person): Id<PersonId>) -> Answer {
    let (_, told, seen) = disclosed(&ctx, person).await?;
    ctx.download(
        seen,
        "protokollauskunft.csv",
        "text/csv; charset=utf-8",
        rules::csv(&told),
    )
}

async fn check(ctx: Ctx<AuditRead>) -> Answer {
    let reader = ctx.read();
    let days = store::days(&reader, ctx.today() - Duration::days(DAYS - 1)).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "protokollpruefung"))
        .await?;
    ctx.page(seen, views::check(&ctx.frame(), &days))
}
