//! Made-up data: an installation with one sign-in per role, for `geleit demo`, tests and benches.

mod accounts;
mod casework;
mod groups;
mod people;

pub use accounts::{DemoAccount, PASSWORD};

use crate::access::permissions::Operate;
use crate::audit::{Entry, Verb};
use crate::base::calendar::Quarter;
use crate::base::ids::{FacilityId, PersonId, ReleaseId};
use crate::base::time::berlin_today;
use crate::facilities;
use crate::jobs::operate;
use crate::people::import_service::{ImportRequest, commit};
use crate::statistics::service::prepare;
use crate::store::{Rows, Sql, Writer};
use crate::web::App;

/// Why made-up data cannot be stored.
#[derive(Debug, thiserror::Error)]
#[error("Die Demodaten konnten nicht angelegt werden: {0}")]
pub struct DemoProblem(String);

impl DemoProblem {
    fn new(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

type Outcome<T> = Result<T, DemoProblem>;

async fn writer(app: &App) -> Outcome<Writer<Operate>> {
    app.store.write(operate(&app.store, "demo", None)).await.map_err(DemoProblem::new)
}

async fn finish(writer: Writer<Operate>) -> Outcome<()> {
    writer.commit(Entry::new(Verb::System, "demodaten")).await.map_err(DemoProblem::new)?;
    Ok(())
}

async fn facility(writer: &Writer<Operate>, code: &str) -> Outcome<FacilityId> {
    let found = facilities::facility_by_code(writer, code).await.map_err(DemoProblem::new)?;
    found.map(|line| line.id).ok_or_else(|| DemoProblem::new(format!("Einrichtung {code} fehlt")))
}

/// Reference data and accounts only: what tests start from.
pub async fn seed_accounts(app: &App) -> Outcome<Vec<DemoAccount>> {
    let writer = writer(app).await?;
    facilities::load_reference(&writer).await.map_err(DemoProblem::new)?;
    let accounts = accounts::seed(app, &writer).await?;
    finish(writer).await?;
    Ok(accounts)
}

/// Everything that `geleit demo` shows: people, grants, groups with registers, counselling, releases.
pub async fn seed(app: &App) -> Outcome<Vec<DemoAccount>> {
    let accounts = seed_accounts(app).await?;
    let writer = writer(app).await?;
    let placed = people::seed(&writer, &accounts).await?;
    groups::seed(&writer, &accounts, &placed).await?;
    casework::seed(&writer, &accounts, &placed).await?;
    releases(app, &writer, &accounts).await?;
    finish(writer).await?;
    Ok(accounts)
}

/// The last finished quarter is prepared, the one before is published.
async fn releases(app: &App, writer: &Writer<Operate>, accounts: &[DemoAccount]) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let last = Quarter::of(today).previous();
    for quarter in [last.previous(), last] {
        let id = ReleaseId(writer.entropy().uuid());
        prepare(writer, id, quarter, &app.rule, today).await.map_err(DemoProblem::new)?;
        let by = |login: &str| accounts.iter().find(|account| account.login == login);
        let (Some(first), Some(second)) = (by("statistik"), by("statistik.zwei")) else { continue };
        let attribute = Sql::new("update statistics_release set prepared_by = ?, prepared_by_name = ? where id = ?")
            .bind(first.id)
            .bind(first.name.clone())
            .bind(id);
        writer.change_one(attribute).await.map_err(DemoProblem::new)?;
        if quarter != last {
            let publish = Sql::new(
                "update statistics_release set state = 'published', approved_by = ?, approved_by_name = ?, \
                 approved_at = ?, version = version + 1 where id = ?",
            )
            .bind(second.id)
            .bind(second.name.clone())
            .bind(writer.now())
            .bind(id);
            writer.change_one(publish).await.map_err(DemoProblem::new)?;
        }
    }
    Ok(())
}

/// Many people over all prisons, for benches: ids of those in JVA Dresden come first.
pub async fn seed_people(app: &App, number: usize) -> Outcome<Vec<PersonId>> {
    let writer = writer(app).await?;
    let ids = people::seed_many(&writer, number).await?;
    finish(writer).await?;
    Ok(ids)
}

/// Imports the list of 5,000 rows of `fixtures/` into an empty facility and says how many people came of it.
pub async fn measure_import(app: &App) -> Outcome<usize> {
    let content = include_bytes!("../../fixtures/imports/jva-5000.csv");
    let writer = writer(app).await?;
    let request =
        ImportRequest { facility: facility(&writer, "TO").await?, account: None, content, mapping: None, setting: None };
    let done = commit(&writer, &request, true).await.map_err(DemoProblem::new)?;
    finish(writer).await?;
    Ok(done.new.len())
}
