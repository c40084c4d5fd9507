//! Consents: routes and handlers.

use serde::Deserialize;

use super::rules::{self, Purpose};
use super::service::{self, Signed};
use super::{documents, store, views};
use crate::access::Permission;
use crate::access::permissions::{ConsentChange, ConsentRead};
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{ConsentId, PersonId};
use crate::people;
use crate::store::{Reader, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/personen/{person}/einwilligungen", list),
        Route::post("/personen/{person}/einwilligungen", record),
        Route::get("/personen/{person}/einwilligungen/blatt", sheet),
        Route::get("/einwilligungen/{consent}/widerruf", withdraw_form),
        Route::post("/einwilligungen/{consent}/widerruf", withdraw),
    ]
}

/// The longest name of a place where a signature is kept.
pub(super) const KEPT_LENGTH: usize = 80;

fn of(person: PersonId) -> String {
    format!("/personen/{person}/einwilligungen")
}

async fn page<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    person: PersonId,
    form: &Form,
    token: &str,
) -> Result<(maud::Markup, Entry), Fault> {
    let head = people::find(reader, person).await?.ok_or(Fault::NotFound)?;
    let lines = store::of_person(reader, person).await?;
    let view = views::View {
        head: &head,
        lines: &lines,
        today: ctx.today(),
        may_change: ctx.actor().may::<ConsentChange>(),
        form,
        token,
    };
    let entry = Entry::new(Verb::Query, "einwilligungen").about(person, Level::Case);
    Ok((views::list(&ctx.frame(), &view), entry))
}

async fn list(ctx: Ctx<ConsentRead>, Id(person): Id<PersonId>) -> Answer {
    let reader = ctx.read();
    let form = Form::empty().with("von", german::date(ctx.today()));
    let (markup, entry) = page(&ctx, &reader, person, &form, &ctx.once()).await?;
    let seen = reader.seen(entry).await?;
    ctx.page(seen, markup)
}

async fn record(
    ctx: Ctx<ConsentChange>,
    Id(person): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    people::find(&writer, person)
        .await?
        .ok_or(Fault::NotFound)?;
    once(&writer, form.value("einmal"), &of(person)).await?;
    let codes: Vec<&str> = views::recordable().map(Purpose::code).collect();
    let purpose = form
        .choice("zweck", "Zweck", &codes)
        .and_then(|code| Purpose::from_code(&code));
    let from = form.required_date("von", "Unterschrieben am");
    let to = form.optional_planning_date("bis", "Gilt bis vor");
    let kept_at = form.required_text("ort", "Unterschrift liegt", KEPT_LENGTH);
    if let Some((field, sentence)) = from.and_then(|from| rules::problem(from, to, ctx.today())) {
        form.reject(field, sentence);
    }
    if let (Some(purpose), Some(from), Some(kept_at), false) =
        (purpose, from, kept_at, form.has_errors())
    {
        let signed = Signed {
            purpose,
            from,
            to,
            kept_at,
        };
        match service::record(&writer, person, &signed).await? {
            None => {
                let entry = Entry::new(Verb::Change, "einwilligung erfasst")
                    .about(person, Level::Case)
                    .fields(["purpose", "from_day", "to_day"]);
                let seen = writer.commit(entry).await?;
                return ctx.done(seen, &of(person), "Die Einwilligung ist erfasst.");
            }
            Some(sentence) => form.reject("zweck", sentence),
        }
    }
    writer.abandon().await?;
    let token = form.value("einmal").to_owned();
    let reader = ctx.read();
    let (markup, entry) = page(&ctx, &reader, person, &form, &token).await?;
    let seen = reader.seen(entry).await?;
    ctx.invalid(seen, markup)
}

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    zweck: String,
}

async fn sheet(
    ctx: Ctx<ConsentRead>,
    Id(person): Id<PersonId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let purpose = match asked.zweck.as_str() {
        "" => Purpose::Probation,
        code => Purpose::from_code(code).ok_or(Fault::NotFound)?,
    };
    let reader = ctx.read();
    let head = people::find(&reader, person)
        .await?
        .ok_or(Fault::NotFound)?;
    let profile = ctx.actor().profile();
    let place = profile
        .facility_name
        .as_deref()
        .or(profile.provider_name.as_deref())
        .unwrap_or("–");
    let bytes = documents::form(&head, purpose, place, ctx.access().now())
        .map_err(|error| Fault::Unavailable(error.to_string()))?;
    let entry = Entry::new(Verb::Disclose, "einwilligung als blatt")
        .to("betroffene Person")
        .about(person, Level::Basic);
    let seen = reader.seen(entry).await?;
    ctx.download(seen, "einwilligung.pdf", "application/pdf", bytes)
}

async fn withdraw_form(ctx: Ctx<ConsentChange>, Id(id): Id<ConsentId>) -> Answer {
    let reader = ctx.read();
    let line = store::find(&reader, id).await?.ok_or(Fault::NotFound)?;
    let head = people::find(&reader, line.person_id)
        .await?
        .ok_or(Fault::NotFound)?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "einwilligung widerrufen").about(head.id, Level::Case))
        .await?;
    if line.withdrawn_on.is_some() {
        return Err(Fault::See(of(head.id)));
    }
    ctx.page(seen, views::withdraw(&ctx.frame(), &head, &line))
}

async fn withdraw(ctx: Ctx<ConsentChange>, Id(id): Id<ConsentId>, Posted(form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let line = store::find(&writer, id).await?.ok_or(Fault::NotFound)?;
    let person = line.person_id;
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    service::withdraw(&writer, &line, version).await?;
    let entry = Entry::new(
        Verb::Change,
        format!("einwilligung widerrufen consent/{id}"),
    )
    .about(person, Level::Case)
    .fields(["withdrawn_on"]);
    let seen = writer.commit(entry).await?;
    // Whoever saw the person by what was just closed finds the list of people.
    let to = match people::find(&ctx.read(), person).await? {
        Some(_) => of(person),
        None => "/personen".to_owned(),
    };
    ctx.done(seen, &to, "Der Widerruf ist erfasst und gilt ab sofort.")
}
