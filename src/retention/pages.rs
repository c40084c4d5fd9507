//! Periods, what is due, erasures: routes and handlers.

use axum::extract::Path;
use uuid::Uuid;

use super::rules::Category;
use super::rules::period::{Period, Unit};
use super::service::{self, MOST, Trouble};
use super::store::{periods, proposals};
use super::views;
use crate::access::permissions::{ErasureRun, RetentionChange, RetentionRead};
use crate::accounts::once;
use crate::approvals::{self, Decision, Refusal};
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{ErasureId, PersonId};
use crate::history::{self, Change};
use crate::restriction::rules::{REASON_MOST, reason_problem};
use crate::store::StoreError;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/loeschfristen", all_periods),
        Route::get("/loeschfristen/{period}", period_form),
        Route::post("/loeschfristen/{period}", change_period),
        Route::get("/loeschungen", lists),
        Route::get("/loeschungen/faellig", due),
        Route::post("/loeschungen/faellig", propose),
        Route::get("/loeschungen/{erasure}", list),
        Route::post("/loeschungen/{erasure}/ausfuehren", run),
        Route::post("/loeschungen/{erasure}/zurueckziehen", withdraw),
    ]
}

/// The longest text of a source.
const SOURCE_LENGTH: usize = 400;

async fn all_periods(ctx: Ctx<RetentionRead>) -> Answer {
    let reader = ctx.read();
    let rows = periods::periods(&reader).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "loeschfristen"))
        .await?;
    ctx.page(seen, views::periods::list(&ctx.frame(), &rows))
}

fn category(code: &str) -> Result<Category, Fault> {
    // What the law fixes is not changed here.
    Category::from_code(code)
        .filter(|category| *category != Category::Audit)
        .ok_or(Fault::NotFound)
}

async fn period_form(ctx: Ctx<RetentionChange>, Path(code): Path<String>) -> Answer {
    let category = category(&code)?;
    let reader = ctx.read();
    let row = periods::period(&reader, category)
        .await?
        .ok_or(Fault::NotFound)?;
    let form = Form::empty()
        .with("loeschen", row.erase_after.to_string())
        .with(
            "einschraenken",
            row.restrict_after
                .map_or_else(String::new, |number| number.to_string()),
        )
        .with("quelle", row.source.clone())
        .with("version", row.version.to_string());
    let seen = reader.seen(Entry::new(Verb::Query, "loeschfrist")).await?;
    ctx.page(
        seen,
        views::periods::edit(&ctx.frame(), &form, category, &row),
    )
}

async fn change_period(
    ctx: Ctx<RetentionChange>,
    Path(code): Path<String>,
    Posted(mut form): Posted,
) -> Answer {
    let category = category(&code)?;
    let writer = ctx.write().await?;
    let row = periods::period(&writer, category)
        .await?
        .ok_or(Fault::NotFound)?;
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    let unit = Unit::from_code(&row.unit).unwrap_or(Unit::Years);
    let erase = form.required_number("loeschen", "Löschen nach", 1..=i64::from(unit.most()));
    let restrict = if row.restrict_after.is_some() {
        form.required_number(
            "einschraenken",
            "Einschränken nach",
            1..=i64::from(unit.most()),
        )
    } else {
        None
    };
    if let (Some(restrict), Some(erase)) = (restrict, erase)
        && restrict > erase
    {
        form.reject(
            "einschraenken",
            "Eingeschränkt wird vor dem Löschen: Bitte höchstens so lange wie „Löschen nach“.",
        );
    }
    let source = form.required_multiline("quelle", "Quelle", SOURCE_LENGTH);
    let reason = reason(&mut form, "begruendung");
    let whole = |number: Option<i64>| number.and_then(|number| u32::try_from(number).ok());
    let (Some(erase_after), Some(source), Some(reason), false) =
        (whole(erase), source, reason, form.has_errors())
    else {
        let markup = views::periods::edit(&ctx.frame(), &form, category, &row);
        writer.abandon().await?;
        let seen = ctx
            .read()
            .seen(Entry::new(Verb::Query, "loeschfrist"))
            .await?;
        return ctx.invalid(seen, markup);
    };
    let period = Period {
        restrict_after: whole(restrict),
        erase_after,
        unit,
    };
    periods::change(&writer, &row, period, &source, version).await?;
    let told = |period: Period| match period.restrict_text() {
        Some(first) => format!(
            "einschränken nach {first}, löschen nach {}",
            period.erase_text()
        ),
        None => format!("löschen nach {}", period.erase_text()),
    };
    let change = Change::new("retention_period", uuid_of(category), "Löschfrist geändert")
        .values(row.period().map(told), Some(told(period)))
        .because(Some(reason));
    history::record(&writer, vec![change]).await?;
    let entry = Entry::new(Verb::Change, format!("loeschfrist {}", category.code())).fields([
        "restrict_after",
        "erase_after",
        "source",
    ]);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        "/loeschfristen",
        "Die Löschfrist ist geändert. Sie wirkt ab der nächsten Nacht.",
    )
}

/// Histories know objects by ids; a period has a code.
fn uuid_of(category: Category) -> Uuid {
    let mut bytes = [0u8; 16];
    for (place, byte) in bytes.iter_mut().zip(category.code().bytes()) {
        *place = byte;
    }
    Uuid::from_bytes(bytes)
}

fn reason(form: &mut Form, field: &'static str) -> Option<String> {
    let reason = form.required_multiline(field, "Begründung", REASON_MOST)?;
    if let Some(problem) = reason_problem(&reason) {
        form.reject(field, problem);
        return None;
    }
    Some(reason)
}

async fn lists(ctx: Ctx<RetentionRead>) -> Answer {
    let reader = ctx.read();
    let rows = proposals::lists(&reader).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "loeschungen")).await?;
    ctx.page(seen, views::erasures::lists(&ctx.frame(), &rows))
}

async fn due(ctx: Ctx<RetentionRead>) -> Answer {
    due_page(&ctx, None).await
}

async fn due_page(ctx: &Ctx<RetentionRead>, form: Option<Form>) -> Answer {
    let reader = ctx.read();
    let lines = service::due_today(&reader).await?;
    let people = lines
        .iter()
        .filter(|line| line.item.person)
        .map(|line| PersonId(line.item.subject));
    let entry = Entry::new(Verb::Query, "faellige loeschungen")
        .about_all(people.collect::<Vec<_>>(), Level::List);
    let seen = reader.seen(entry).await?;
    let form = form.unwrap_or_else(|| {
        let free = lines.iter().filter(|line| !line.proposed).take(MOST);
        Form::empty().with_values("auswahl", free.map(views::erasures::value))
    });
    let markup = views::erasures::due(&ctx.frame(), &form, &lines, &ctx.once());
    ctx.page(seen, markup)
}

fn chosen(form: &Form) -> Option<Vec<(bool, Uuid)>> {
    form.values("auswahl")
        .iter()
        .map(|value| {
            let (kind, id) = value.split_once('.')?;
            let person = match kind {
                "person" => true,
                "case" => false,
                _ => return None,
            };
            Some((person, Uuid::parse_str(id).ok()?))
        })
        .collect()
}

async fn propose(ctx: Ctx<RetentionChange>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    once(&writer, form.value("einmal"), "/loeschungen").await?;
    let chosen = chosen(&form).unwrap_or_default();
    if chosen.is_empty() {
        form.reject("auswahl", "Bitte mindestens einen Datensatz auswählen.");
    } else if chosen.len() > MOST {
        form.reject(
            "auswahl",
            format!("Bitte höchstens {MOST} Datensätze auf einmal: Zwei Personen sehen jeden an."),
        );
    }
    let reason = reason(&mut form, "begruendung");
    let proposed = match (reason, form.has_errors()) {
        (Some(reason), false) => match service::propose(&writer, &chosen, reason).await {
            Ok(id) => Some(id),
            Err(Trouble::Refused(sentence)) => {
                form.reject("auswahl", sentence);
                None
            }
            Err(Trouble::Store(error)) => return Err(error.into()),
        },
        _ => None,
    };
    let Some(id) = proposed else {
        writer.abandon().await?;
        let reader = ctx.read();
        let lines = service::due_today(&reader).await?;
        let seen = reader
            .seen(Entry::new(Verb::Query, "faellige loeschungen"))
            .await?;
        let markup = views::erasures::due(&ctx.frame(), &form, &lines, form.value("einmal"));
        return ctx.invalid(seen, markup);
    };
    let people = chosen
        .iter()
        .filter(|item| item.0)
        .map(|item| PersonId(item.1));
    let entry = Entry::new(
        Verb::Change,
        format!("loeschung vorgeschlagen erasure/{id}"),
    )
    .about_all(people.collect::<Vec<_>>(), Level::List);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        &format!("/loeschungen/{id}"),
        "Die Löschung ist vorgeschlagen. Eine zweite Person entscheidet darüber unter „Vier Augen“.",
    )
}

async fn list(ctx: Ctx<RetentionRead>, Id(id): Id<ErasureId>) -> Answer {
    let reader = ctx.read();
    let row = proposals::find(&reader, id).await?.ok_or(Fault::NotFound)?;
    let counts = proposals::counts(&reader, id).await?;
    let items = proposals::items(&reader, id).await?;
    let approval = match row.approval() {
        Some(approval) => approvals::find(&reader, approval).await?,
        None => None,
    };
    let people = items
        .iter()
        .filter(|item| item.kind == "person")
        .map(|item| PersonId(item.subject_id));
    let entry = Entry::new(Verb::Query, format!("loeschung erasure/{id}"))
        .about_all(people.collect::<Vec<_>>(), Level::List);
    let seen = reader.seen(entry).await?;
    let view = views::erasures::View {
        row: &row,
        counts: &counts,
        items: &items,
        approval: approval.as_ref(),
        own: approval
            .as_ref()
            .is_some_and(|found| found.requester() == ctx.actor().person()),
        now: ctx.access().now(),
    };
    ctx.page(seen, views::erasures::list(&ctx.frame(), &view))
}

fn fault(trouble: Trouble) -> Fault {
    match trouble {
        Trouble::Refused(sentence) => Fault::Bad(sentence),
        Trouble::Store(error) => error.into(),
    }
}

async fn run(ctx: Ctx<ErasureRun>, Id(id): Id<ErasureId>, Posted(form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let row = proposals::find(&writer, id).await?.ok_or(Fault::NotFound)?;
    if row.state != "proposed" || form.hidden_number("version") != Some(row.version) {
        return Err(Fault::Changed);
    }
    let Some(ledger) = ctx.app.erasures() else {
        return Err(Fault::Bad("Diese Installation hat kein Löschbuch. Ohne das Buch wird nichts gelöscht, weil eine zurückgeholte Sicherung die Personen wiederbrächte.".into()));
    };
    let erased = service::run(&writer, ledger, &row).await.map_err(fault)?;
    // The log keeps the internal ids for its twelve months; they are nobody's any more.
    let entry = Entry::new(Verb::Erase, format!("loeschung erasure/{id}"))
        .about_all(erased.people.iter().copied(), Level::Case)
        .because("Frist abgelaufen oder Löschung verlangt; von zweiter Person genehmigt");
    let seen = writer.commit(entry).await?;
    let clean = ctx.app.store.scrub().await;
    let text = format!(
        "Gelöscht: {}, {} in allen Tabellen.{}",
        german::plural(
            u64::try_from(row.number).unwrap_or(0),
            "Datensatz",
            "Datensätze"
        ),
        german::plural(erased.rows, "Zeile", "Zeilen"),
        if clean {
            ""
        } else {
            " Freie Seiten der Datenbank werden in der Nacht geleert."
        }
    );
    ctx.done(seen, &format!("/loeschungen/{id}"), &text)
}

async fn withdraw(
    ctx: Ctx<RetentionChange>,
    Id(id): Id<ErasureId>,
    Posted(form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let row = proposals::find(&writer, id).await?.ok_or(Fault::NotFound)?;
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    if let Some(approval) = row.approval() {
        match approvals::decide(&writer, approval, Decision::Withdraw, None).await? {
            // What is over already needs no taking back.
            Ok(_) | Err(Refusal::Over(_) | Refusal::Unknown) => {}
            Err(refusal) => return Err(Fault::Bad(refusal.sentence().to_owned())),
        }
    }
    proposals::withdraw(&writer, id, version).await?;
    history::record(
        &writer,
        vec![Change::new("erasure", id.0, "Vorschlag zurückgezogen")],
    )
    .await?;
    let entry = Entry::new(
        Verb::Change,
        format!("loeschung zurueckgezogen erasure/{id}"),
    );
    let seen = writer.commit(entry).await?;
    ctx.done(seen, "/loeschungen", "Der Vorschlag ist zurückgezogen.")
}
