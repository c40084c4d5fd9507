//! Statistics: routes; the overview, the catalogue, the register.

mod coarser;
mod kora;
mod release;

use serde::Deserialize;
use time::Date;

use super::catalogue::{REPORTS, Report, report};
use super::file::ReleaseContent;
use super::rules::{State, offered};
use super::service;
use super::store::{self, Behind, ReleaseLine};
use super::views;
use crate::access::Permission;
use crate::access::permissions::{StatisticsPrepare, StatisticsRead};
use crate::audit::{Entry, Verb};
use crate::base::ids::ReleaseId;
use crate::store::{Rows, Seen};
use crate::web::{Answer, Ctx, Fault, Form, Query, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/statistik", overview),
        Route::get("/statistik/berichte", catalogue),
        Route::get("/statistik/verzeichnis", register),
        Route::post("/statistik/vorbereiten", release::prepare),
        Route::get("/statistik/{release}", release::preview),
        Route::post("/statistik/{release}/freigeben", release::approve),
        Route::post("/statistik/{release}/verwerfen", release::discard),
        Route::post("/statistik/{release}/fortsetzen", release::resume),
        Route::post("/statistik/{release}/neu", release::anew),
        Route::post("/statistik/{release}/zurueckziehen", release::withdraw),
        Route::post("/statistik/{release}/vergroebern", coarser::compute),
        Route::post("/statistik/{release}/groeber", coarser::prepare),
        Route::get("/zahlen", kora::list),
        Route::get("/zahlen/{release}", kora::published),
        Route::get("/zahlen/{release}/csv", kora::csv),
        Route::get("/zahlen/{release}/zip", kora::zip),
        Route::get("/zahlen/{release}/xlsx", kora::xlsx),
    ]
}

fn object(id: ReleaseId) -> String {
    format!("statistics_release/{id}")
}

/// The content of a release as its package tells it.
fn content<P: Permission>(ctx: &Ctx<P>, behind: &Behind) -> Result<Option<ReleaseContent>, Fault> {
    let Some(bytes) = behind.package.as_deref() else {
        return Ok(None);
    };
    service::package(&ctx.app.desk, bytes)
        .map(|package| Some(package.content))
        .map_err(|error| Fault::Unavailable(error.to_string()))
}

async fn overview(ctx: Ctx<StatisticsRead>) -> Answer {
    let reader = ctx.read();
    let releases = store::register(&reader).await?;
    let newest = store::latest(&reader, "quartal", "9999", 8).await?;
    let mut quarters = Vec::new();
    for behind in newest.iter().rev() {
        quarters.extend(content(&ctx, behind)?);
    }
    let seen = reader.seen(Entry::new(Verb::Query, "statistik")).await?;
    let open: Vec<&ReleaseLine> = releases
        .iter()
        .filter(|line| line.state().is_some_and(State::open))
        .collect();
    ctx.page(seen, views::overview(&ctx.frame(), &open, &quarters))
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    bericht: String,
}

/// The page of one report with the form to prepare it.
async fn report_page<P: Permission>(
    ctx: &Ctx<P>,
    report: &'static Report,
    form: &Form,
    token: &str,
) -> Result<(Seen, maud::Markup), Fault> {
    let reader = ctx.read();
    let releases = store::register(&reader).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "berichtskatalog"))
        .await?;
    let token = ctx.actor().may::<StatisticsPrepare>().then_some(token);
    let today: Date = ctx.today();
    let page = views::report(
        &ctx.frame(),
        form,
        report,
        &releases,
        &views::Terms {
            offered: &offered(report, today),
            today,
            least: ctx.app.rule.threshold(),
        },
        token,
    );
    Ok((seen, page))
}

async fn catalogue(ctx: Ctx<StatisticsRead>, Query(asked): Query<Asked>) -> Answer {
    if let Some(report) = report(&asked.bericht) {
        let (seen, page) = report_page(&ctx, report, &Form::empty(), &ctx.once()).await?;
        return ctx.page(seen, page);
    }
    let reader = ctx.read();
    let releases = store::register(&reader).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "berichtskatalog"))
        .await?;
    ctx.page(seen, views::catalogue(&ctx.frame(), &REPORTS, &releases))
}

async fn register(ctx: Ctx<StatisticsRead>) -> Answer {
    let reader = ctx.read();
    let releases = store::register(&reader).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "veroeffentlichungen"))
        .await?;
    ctx.page(seen, views::register(&ctx.frame(), &releases))
}

/// What a release is compared with: the version it corrects first, then the published release of the period before.
async fn compared<P: Permission>(
    ctx: &Ctx<P>,
    rows: &impl Rows,
    line: &ReleaseLine,
) -> Result<Vec<ReleaseContent>, Fault> {
    let Some((_, period)) = service::subject(line) else {
        return Ok(Vec::new());
    };
    let found = store::compared(rows, line, &period.previous().to_string()).await?;
    let mut contents = Vec::new();
    for behind in &found {
        contents.extend(content(ctx, behind)?);
    }
    // Of the same period is what it corrects.
    contents.sort_by_key(|content| content.period.code != line.period);
    Ok(contents)
}
