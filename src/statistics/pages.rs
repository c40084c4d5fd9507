//! Releases and published figures: routes and handlers.

use super::attacker::hidden_figures;
use super::cube::ProgrammeLine;
use super::disclosure::Rule;
use super::file::{definitions_text, read_kora_csv};
use super::rules::{
    Names, State, figure_rows, file_name, finished_quarters, interval_rows, requested_quarter,
};
use super::service::{self, Approval, ExportProblem, PrepareProblem};
use super::store::{self, ReleaseFile, ReleaseLine};
use super::views;
use crate::access::permissions::{
    ReleaseRead, StatisticsApprove, StatisticsPrepare, StatisticsRead,
};
use crate::access::{Permission, Role, same_person};
use crate::audit::{Entry, Verb};
use crate::base::calendar::Quarter;
use crate::base::german;
use crate::base::ids::ReleaseId;
use crate::history;
use crate::store::Rows;
use crate::web::flash::Flash;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/statistik", register),
        Route::post("/statistik/vorbereiten", prepare),
        Route::get("/statistik/{release}", preview),
        Route::post("/statistik/{release}/freigeben", approve),
        Route::post("/statistik/{release}/verwerfen", discard),
        Route::get("/zahlen", list),
        Route::get("/zahlen/{release}", published),
        Route::get("/zahlen/{release}/csv", csv),
        Route::get("/zahlen/{release}/liesmich", explanations),
    ]
}

fn object(id: ReleaseId) -> String {
    format!("statistics_release/{id}")
}

impl From<ExportProblem> for Fault {
    fn from(problem: ExportProblem) -> Self {
        match problem {
            ExportProblem::Store(error) => error.into(),
            damaged => Fault::Unavailable(damaged.to_string()),
        }
    }
}

async fn register_page<P: Permission>(
    ctx: &Ctx<P>,
    form: &Form,
    token: &str,
) -> Result<(crate::store::Seen, maud::Markup), Fault> {
    let reader = ctx.read();
    let releases = store::register(&reader).await?;
    let mut offered = finished_quarters(ctx.today());
    offered.retain(|quarter| {
        !releases.iter().any(|line| {
            line.period == quarter.to_string() && line.state() != Some(State::Discarded)
        })
    });
    let seen = reader
        .seen(Entry::new(Verb::Query, "veroeffentlichungen"))
        .await?;
    let token = ctx.actor().may::<StatisticsPrepare>().then_some(token);
    Ok((
        seen,
        views::register(&ctx.frame(), form, &releases, &offered, token),
    ))
}

async fn register(ctx: Ctx<StatisticsRead>) -> Answer {
    let (seen, page) = register_page(&ctx, &Form::empty(), &ctx.once()).await?;
    ctx.page(seen, page)
}

async fn prepare(ctx: Ctx<StatisticsPrepare>, Posted(mut form): Posted) -> Answer {
    let today = ctx.today();
    match requested_quarter(form.value("quartal"), today) {
        Err(why) => form.reject("quartal", why),
        Ok(quarter) => {
            let writer = ctx.write().await?;
            let id = ReleaseId(writer.entropy().uuid());
            let location = format!("/statistik/{id}");
            crate::accounts::once(&writer, form.value("einmal"), &location).await?;
            match service::prepare(&writer, id, quarter, &ctx.app.rule, today).await {
                Ok(left_out) => {
                    let seen = writer
                        .commit(Entry::new(
                            Verb::Combine,
                            format!("{} vorbereitet", object(id)),
                        ))
                        .await?;
                    return ctx.done_saying(seen, &location, prepared_flash(quarter, &left_out));
                }
                Err(PrepareProblem::Store(error)) => return Err(error.into()),
                Err(problem) => {
                    writer.abandon().await?;
                    form.reject("quartal", problem.to_string());
                }
            }
        }
    }
    let (seen, page) = register_page(&ctx, &form, form.value("einmal")).await?;
    ctx.invalid(seen, page)
}

fn prepared_flash(quarter: Quarter, left_out: &[String]) -> Flash {
    let text = format!(
        "Das {} ist vorbereitet. Freigeben muss eine zweite Person.",
        quarter.label()
    );
    if left_out.is_empty() {
        return Flash::success(&text);
    }
    let codes: String = left_out.join(", ").chars().take(200).collect();
    Flash::warning(&format!(
        "{text} Nicht enthalten, weil es die Maßnahme im Quartal nicht gab: {codes}."
    ))
}

/// The programmes whose names stand in a release.
async fn names(rows: &impl Rows, line: &ReleaseLine) -> Result<Names, Fault> {
    let lines: Vec<ProgrammeLine> = match line.period.parse::<Quarter>() {
        Ok(quarter) => service::programme_lines(rows, quarter).await?,
        Err(_) => Vec::new(),
    };
    Ok(Names::of(&lines))
}

async fn preview(ctx: Ctx<StatisticsRead>, Id(id): Id<ReleaseId>) -> Answer {
    let reader = ctx.read();
    let files = store::with_published(&reader, id).await?;
    let file = files
        .iter()
        .find(|file| file.line.id == id)
        .ok_or(Fault::NotFound)?;
    let line = &file.line;
    let names = names(&reader, line).await?;
    let events = history::of_object(&reader, "statistics_release", id.0).await?;
    // A discarded release may be about a quarter that was published since; it is judged alone.
    let judged: &[ReleaseFile] = if line.state() == Some(State::Discarded) {
        std::slice::from_ref(file)
    } else {
        &files
    };
    let damaged = |error: super::file::QuarterFileError| Fault::Unavailable(error.to_string());
    let rows = figure_rows(&names, &read_kora_csv(&file.content).map_err(damaged)?);
    let intervals = interval_rows(&names, &hidden_figures(&file.content).unwrap_or_default());
    let own = same_person(line.preparer(), ctx.actor().person());
    let page = views::preview(
        &ctx.frame(),
        &views::Preview {
            line,
            rows: &rows,
            intervals: &intervals,
            findings: &service::findings(judged),
            others: judged.len().saturating_sub(1),
            intact: service::intact(file),
            history: &events,
            may_approve: ctx.actor().may::<StatisticsApprove>() && !own,
            own,
            may_discard: ctx.actor().may::<StatisticsPrepare>(),
        },
    );
    let seen = reader.seen(Entry::new(Verb::Query, object(id))).await?;
    ctx.page(seen, page)
}

fn version_of(form: &Form) -> Result<i64, Fault> {
    form.hidden_number("version").ok_or_else(|| {
        Fault::Bad("Das Formular ist unvollständig. Bitte die Seite neu laden.".into())
    })
}

async fn approve(
    ctx: Ctx<StatisticsApprove>,
    Id(id): Id<ReleaseId>,
    Posted(form): Posted,
) -> Answer {
    let version = version_of(&form)?;
    let writer = ctx.write().await?;
    match service::approve(&writer, id, form.value("hash"), version).await? {
        Approval::Done(label) => {
            let entry =
                Entry::new(Verb::Disclose, format!("{} freigegeben", object(id))).to("KORA");
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &format!("/statistik/{id}"),
                &format!("Das {label} ist veröffentlicht. KORA kann die Datei jetzt abrufen."),
            )
        }
        Approval::Refused(why) => {
            writer.abandon().await?;
            let seen = ctx
                .read()
                .seen(Entry::new(Verb::Disclose, object(id)).denied())
                .await?;
            ctx.invalid(
                seen,
                views::refused(&ctx.frame(), &format!("/statistik/{id}"), &why),
            )
        }
        Approval::Unknown => {
            writer.abandon().await?;
            Err(Fault::NotFound)
        }
    }
}

async fn discard(
    ctx: Ctx<StatisticsPrepare>,
    Id(id): Id<ReleaseId>,
    Posted(form): Posted,
) -> Answer {
    let version = version_of(&form)?;
    let writer = ctx.write().await?;
    if !store::exists(&writer, id).await? {
        writer.abandon().await?;
        return Err(Fault::NotFound);
    }
    service::discard(&writer, id, version).await?;
    let seen = writer
        .commit(Entry::new(
            Verb::Change,
            format!("{} verworfen", object(id)),
        ))
        .await?;
    ctx.done(
        seen,
        "/statistik",
        "Die vorbereitete Veröffentlichung ist verworfen.",
    )
}

async fn list(ctx: Ctx<ReleaseRead>) -> Answer {
    let reader = ctx.read();
    let releases = store::published(&reader).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "zahlen")).await?;
    ctx.page(seen, views::list(&ctx.frame(), &releases))
}

/// The entry of handing out figures, with KORA as recipient if it is KORA who asks.
fn disclosed(ctx: &Ctx<ReleaseRead>, id: ReleaseId) -> Entry {
    let recipient = if ctx.actor().role() == Role::Kora {
        "KORA"
    } else {
        "Statistik"
    };
    Entry::new(Verb::Disclose, object(id)).to(recipient)
}

async fn published(ctx: Ctx<ReleaseRead>, Id(id): Id<ReleaseId>) -> Answer {
    let reader = ctx.read();
    let file = store::published_file(&reader, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let line = file.line.clone();
    let names = names(&reader, &line).await?;
    let release = read_kora_csv(&service::checked(file)?)
        .map_err(|error| Fault::Unavailable(error.to_string()))?;
    let seen = reader.seen(disclosed(&ctx, id)).await?;
    ctx.page(
        seen,
        views::published(&ctx.frame(), &line, &figure_rows(&names, &release)),
    )
}

async fn csv(ctx: Ctx<ReleaseRead>, Id(id): Id<ReleaseId>) -> Answer {
    let reader = ctx.read();
    let file = store::published_file(&reader, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let name = file_name(&file.line.period);
    let bytes = service::checked(file)?;
    let seen = reader.seen(disclosed(&ctx, id)).await?;
    ctx.download(seen, &name, "text/csv; charset=utf-8", bytes)
}

async fn explanations(ctx: Ctx<ReleaseRead>, Id(id): Id<ReleaseId>) -> Answer {
    let reader = ctx.read();
    let line = store::published_file(&reader, id)
        .await?
        .ok_or(Fault::NotFound)?
        .line;
    let seen = reader.seen(disclosed(&ctx, id)).await?;
    let rule = Rule::new(line.threshold()).unwrap_or_default();
    let text = format!(
        "{}\nDatei {}, Stand {}\nSHA-256 {}\n\n{}",
        line.label(),
        file_name(&line.period),
        german::date(line.cut_off),
        line.content_hash,
        definitions_text(&rule)
    );
    ctx.download(
        seen,
        &format!("kora-{}-liesmich.txt", line.period),
        "text/plain; charset=utf-8",
        text.into_bytes(),
    )
}
