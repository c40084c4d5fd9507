//! Restrictions and holds: routes and handlers.

mod lead;

use super::rules::{self, Ground, HoldGround, REASON_MOST};
use super::store::{self, SubjectRow};
use super::views;
use crate::access::Permission;
use crate::access::permissions::{RestrictionChange, RestrictionRead};
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::{ErasureHoldId, PersonId};
use crate::history::{self, Change};
use crate::store::{Reader, StoreError, Writer};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/einschraenkungen", list),
        Route::get("/einschraenkungen/stelle", lead::list),
        Route::get("/einschraenkungen/stelle/{person}", lead::form),
        Route::post("/einschraenkungen/stelle/{person}", lead::look),
        Route::get("/personen/{person}/einschraenkung", show),
        Route::post("/personen/{person}/einschraenkung", restrict),
        Route::post("/personen/{person}/einschraenkung/aufheben", lift),
        Route::post("/personen/{person}/einschraenkung/einsicht", look),
        Route::post("/personen/{person}/loeschsperre", hold),
        Route::post("/personen/{person}/loeschsperre/aufheben", release),
    ]
}

fn page_of(person: PersonId) -> String {
    format!("/personen/{person}/einschraenkung")
}

async fn list(ctx: Ctx<RestrictionRead>, Query(pairs): Query<Vec<(String, String)>>) -> Answer {
    let form = Form::from_pairs(pairs);
    let typed: String = form.value("suche").trim().chars().take(100).collect();
    let reader = ctx.read();
    let found = if typed.is_empty() {
        None
    } else {
        Some(store::search(&reader, &typed).await?)
    };
    let lines = store::standing(&reader).await?;
    let people = lines.iter().map(|line| line.id);
    let hits = found.iter().flatten().map(|row| row.id);
    let entry = Entry::new(Verb::Query, "einschraenkungen")
        .about_all(people.chain(hits).collect::<Vec<_>>(), Level::List);
    let seen = reader.seen(entry).await?;
    ctx.page(
        seen,
        views::list(&ctx.frame(), &form, found.as_deref(), &lines, ctx.today()),
    )
}

async fn page<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    person: PersonId,
    form: &Form,
    token: &str,
) -> Result<(maud::Markup, Entry), Fault> {
    let subject = store::subject(reader, person)
        .await?
        .ok_or(Fault::NotFound)?;
    let restrictions = store::restrictions(reader, person).await?;
    let holds = store::holds(reader, person).await?;
    let view = views::View {
        subject: &subject,
        restrictions: &restrictions,
        holds: &holds,
        today: ctx.today(),
        form,
        token,
    };
    let entry = Entry::new(Verb::Query, "einschraenkung").about(person, Level::Basic);
    Ok((views::show(&ctx.frame(), &view), entry))
}

async fn show(ctx: Ctx<RestrictionRead>, Id(person): Id<PersonId>) -> Answer {
    let reader = ctx.read();
    let (markup, entry) = page(&ctx, &reader, person, &Form::empty(), &ctx.once()).await?;
    let seen = reader.seen(entry).await?;
    ctx.page(seen, markup)
}

/// The same page again with what was typed and what is wrong with it.
async fn again(
    ctx: &Ctx<RestrictionChange>,
    writer: Writer<RestrictionChange>,
    person: PersonId,
    form: &Form,
) -> Answer {
    writer.abandon().await?;
    let reader = ctx.read();
    let (markup, entry) = page(ctx, &reader, person, form, form.value("einmal")).await?;
    let seen = reader.seen(entry).await?;
    ctx.invalid(seen, markup)
}

/// A sentence that says why.
fn reason(form: &mut Form, field: &'static str) -> Option<String> {
    let reason = form.required_multiline(field, "Begründung", REASON_MOST)?;
    if let Some(problem) = rules::reason_problem(&reason) {
        form.reject(field, problem);
        return None;
    }
    Some(reason)
}

async fn held(writer: &Writer<RestrictionChange>, person: PersonId) -> Result<SubjectRow, Fault> {
    store::subject(writer, person).await?.ok_or(Fault::NotFound)
}

fn changed(person: PersonId, what: &'static str, reason: &str) -> Change<'static> {
    Change::new("person", person.0, what)
        .about(person)
        .because(Some(reason.to_owned()))
}

async fn restrict(
    ctx: Ctx<RestrictionChange>,
    Id(person): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    held(&writer, person).await?;
    once(&writer, form.value("einmal"), &page_of(person)).await?;
    let codes: Vec<&str> = Ground::chosen().map(Ground::code).collect();
    let ground = form
        .choice("grund", "Grund", &codes)
        .and_then(|code| Ground::from_code(&code));
    let reason = reason(&mut form, "begruendung");
    let standing = store::restrictions(&writer, person)
        .await?
        .iter()
        .any(|row| row.lifted_at.is_none());
    if standing {
        form.reject("grund", "Der Datensatz ist schon eingeschränkt.");
    }
    let (Some(ground), Some(reason), false) = (ground, reason, form.has_errors()) else {
        return again(&ctx, writer, person, &form).await;
    };
    // What must not be processed waits for no period.
    let erase_on = (ground == Ground::Unlawful).then(|| ctx.today());
    store::restrict_all(&writer, ground, &[(person, reason.clone(), erase_on)]).await?;
    history::record(
        &writer,
        vec![
            changed(person, "Verarbeitung eingeschränkt", &reason)
                .values(None, Some(ground.label().to_owned())),
        ],
    )
    .await?;
    let entry = Entry::new(
        Verb::Change,
        format!("datensatz eingeschraenkt person/{person}"),
    )
    .about(person, Level::Basic)
    .fields(["ground", "reason"])
    .because(ground.label());
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        &page_of(person),
        "Der Datensatz ist eingeschränkt und steht in keiner Liste mehr.",
    )
}

async fn lift(
    ctx: Ctx<RestrictionChange>,
    Id(person): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    held(&writer, person).await?;
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    let Some(reason) = reason(&mut form, "aufheben") else {
        return again(&ctx, writer, person, &form).await;
    };
    store::lift(&writer, person, version, &reason).await?;
    history::record(
        &writer,
        vec![changed(
            person,
            "Einschränkung der Verarbeitung aufgehoben",
            &reason,
        )],
    )
    .await?;
    let entry = Entry::new(
        Verb::Change,
        format!("einschraenkung aufgehoben person/{person}"),
    )
    .about(person, Level::Basic)
    .fields(["lifted_at"]);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        &page_of(person),
        "Die Einschränkung ist aufgehoben. Der Datensatz steht wieder in den Listen.",
    )
}

/// A look into a restricted record: each one with its reason, none of them for longer than the page is open.
async fn look(
    ctx: Ctx<RestrictionChange>,
    Id(person): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let subject = held(&writer, person).await?;
    let Some(reason) = reason(&mut form, "einsicht") else {
        return again(&ctx, writer, person, &form).await;
    };
    let facts = store::facts(&writer, person).await?;
    let entry = Entry::new(
        Verb::Query,
        format!("eingeschraenkter datensatz person/{person}"),
    )
    .about(person, Level::Case)
    .because(reason.clone());
    let seen = writer.commit(entry).await?;
    let above = views::above(&subject);
    ctx.page(
        seen,
        views::look(&ctx.frame(), above, &subject, &facts, &reason),
    )
}

async fn hold(
    ctx: Ctx<RestrictionChange>,
    Id(person): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    held(&writer, person).await?;
    once(&writer, form.value("einmal"), &page_of(person)).await?;
    let ground = form
        .choice("sperrgrund", "Grund der Löschsperre", &HoldGround::codes())
        .and_then(|code| HoldGround::from_code(&code));
    let reason = reason(&mut form, "sperre");
    let review_on = form.required_planning_date("pruefen", "Zu prüfen am");
    if review_on.is_some_and(|day| day <= ctx.today()) {
        form.reject("pruefen", "Bitte einen Tag in der Zukunft eingeben.");
    }
    let (Some(ground), Some(reason), Some(review_on), false) =
        (ground, reason, review_on, form.has_errors())
    else {
        return again(&ctx, writer, person, &form).await;
    };
    store::hold(&writer, person, ground, reason.clone(), review_on).await?;
    history::record(
        &writer,
        vec![
            changed(person, "Löschsperre gesetzt", &reason)
                .values(None, Some(ground.label().to_owned())),
        ],
    )
    .await?;
    let entry = Entry::new(
        Verb::Change,
        format!("loeschsperre gesetzt person/{person}"),
    )
    .about(person, Level::Basic)
    .fields(["ground", "review_on"])
    .because(ground.label());
    let seen = writer.commit(entry).await?;
    ctx.done(seen, &page_of(person), "Die Löschsperre ist gesetzt.")
}

async fn release(
    ctx: Ctx<RestrictionChange>,
    Id(person): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    held(&writer, person).await?;
    let which = form
        .value("sperre_nr")
        .split_once('.')
        .and_then(|(id, version)| {
            Some((
                ErasureHoldId(uuid::Uuid::parse_str(id).ok()?),
                version.parse::<i64>().ok()?,
            ))
        });
    if which.is_none() {
        form.reject("sperre_nr", "Bitte auswählen, welche Löschsperre endet.");
    }
    let reason = reason(&mut form, "sperrende");
    let (Some((hold, version)), Some(reason)) = (which, reason) else {
        return again(&ctx, writer, person, &form).await;
    };
    store::release(&writer, person, hold, version, &reason).await?;
    history::record(
        &writer,
        vec![changed(person, "Löschsperre aufgehoben", &reason)],
    )
    .await?;
    let entry = Entry::new(
        Verb::Change,
        format!("loeschsperre aufgehoben person/{person}"),
    )
    .about(person, Level::Basic)
    .fields(["lifted_at"]);
    let seen = writer.commit(entry).await?;
    ctx.done(seen, &page_of(person), "Die Löschsperre ist aufgehoben.")
}
