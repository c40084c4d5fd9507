//! Made-up data: an installation with one sign-in per role, for `geleit demo`, tests and benches.

mod accounts;
mod audit;
mod cases;
mod casework;
mod completion;
mod conflicts;
mod cover;
mod gate;
mod grants;
mod groups;
mod inquiries;
mod many;
mod many_talks;
mod people;
mod planning;
mod protection;
mod providers;
mod retention;
mod talks;
mod transitions;
mod waiting;

pub use accounts::{DemoAccount, PASSWORD};

use crate::access::permissions::Operate;
use crate::audit::{Entry, Verb};
use crate::base::ids::{FacilityId, PersonId, ProgrammeId, ReleaseId, StaffId};
use crate::base::time::berlin_today;
use crate::facilities::{self, ProgrammeLine};
use crate::jobs::{on_behalf, operate};
use crate::people::import_service::{ImportRequest, commit};
use crate::statistics::service::{Order, PrepareProblem, compute, prepare, publish_prepared};
use crate::statistics::{Period, Span, report};
use crate::store::Writer;
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
    app.store
        .write(operate(&app.store, "demo", None))
        .await
        .map_err(DemoProblem::new)
}

async fn finish(writer: Writer<Operate>) -> Outcome<()> {
    writer
        .commit(Entry::new(Verb::System, "demodaten"))
        .await
        .map_err(DemoProblem::new)?;
    Ok(())
}

async fn facility(writer: &Writer<Operate>, code: &str) -> Outcome<FacilityId> {
    let found = facilities::facility_by_code(writer, code)
        .await
        .map_err(DemoProblem::new)?;
    found
        .map(|line| line.id)
        .ok_or_else(|| DemoProblem::new(format!("Einrichtung {code} fehlt")))
}

/// A made-up account.
fn account<'a>(accounts: &'a [DemoAccount], login: &str) -> Outcome<&'a DemoAccount> {
    let found = accounts.iter().find(|account| account.login == login);
    found.ok_or_else(|| DemoProblem::new(format!("{login} fehlt")))
}

/// The staff entry behind a made-up account.
fn staff(accounts: &[DemoAccount], login: &str) -> Outcome<StaffId> {
    account(accounts, login)?
        .staff
        .ok_or_else(|| DemoProblem::new(format!("{login} hat keine Fachkraft")))
}

/// The programme with a code.
fn programme(programmes: &[ProgrammeLine], code: &str) -> Outcome<ProgrammeId> {
    let found = programmes.iter().find(|line| line.code == code);
    found
        .map(|line| line.id)
        .ok_or_else(|| DemoProblem::new(format!("Maßnahme {code} fehlt")))
}

/// Reference data and accounts only: what tests start from.
pub async fn seed_accounts(app: &App) -> Outcome<Vec<DemoAccount>> {
    let writer = writer(app).await?;
    facilities::load_reference(&writer)
        .await
        .map_err(DemoProblem::new)?;
    let accounts = accounts::seed(app, &writer).await?;
    finish(writer).await?;
    Ok(accounts)
}

/// Everything that `geleit demo` shows: people, grants, groups with registers, completions, counselling, releases.
pub async fn seed(app: &App) -> Outcome<Vec<DemoAccount>> {
    let accounts = seed_accounts(app).await?;
    let writer = writer(app).await?;
    let placed = people::seed(&writer, &accounts).await?;
    let made = groups::seed(&writer, &accounts, &placed).await?;
    completion::seed(&writer, &app.certificates, &accounts, &made).await?;
    providers::seed(&writer, &accounts).await?;
    waiting::seed(&writer, &accounts, &placed, made.running).await?;
    planning::seed(&writer, &accounts, &placed).await?;
    casework::seed(&writer, &accounts, &placed).await?;
    cases::seed(&writer, &accounts, &placed).await?;
    talks::seed(&writer, &accounts).await?;
    grants::seed(&writer, &accounts).await?;
    cover::seed(&writer, &accounts, &placed).await?;
    gate::seed(&writer, &accounts).await?;
    transitions::seed(&writer, &accounts).await?;
    inquiries::seed(&writer, &accounts, &placed).await?;
    protection::seed(&writer, &accounts, &placed).await?;
    retention::seed(&writer).await?;
    finish(writer).await?;
    let social = account(&accounts, "sozialdienst")?;
    let writer = app
        .store
        .write(on_behalf(&app.store, social.id, &social.name))
        .await
        .map_err(DemoProblem::new)?;
    conflicts::seed(&writer, &placed, made.running).await?;
    finish(writer).await?;
    releases(app, &accounts).await?;
    Ok(accounts)
}

/// The last finished quarter is prepared, the two before are published, by two people as always.
async fn releases(app: &App, accounts: &[DemoAccount]) -> Outcome<()> {
    let (first, second) = (
        account(accounts, "statistik")?,
        account(accounts, "statistik.zwei")?,
    );
    let begin = |account: &DemoAccount| {
        app.store
            .write(on_behalf(&app.store, account.id, &account.name))
    };
    let today = berlin_today(app.store.clock().now());
    let last = Period::of(today, Span::Quarter).previous();
    let before = last.previous();
    for (period, publish) in [(before.previous(), true), (before, true), (last, false)] {
        let writer = begin(first).await.map_err(DemoProblem::new)?;
        let id = ReleaseId(writer.entropy().uuid());
        let order = Order {
            report: report("quartal").ok_or_else(|| DemoProblem::new("Quartalsbericht fehlt"))?,
            period,
            correction: None,
            shape: Default::default(),
        };
        match prepare(&writer, &app.desk, id, &order, &app.rule).await {
            Ok(_) => {}
            // Early in the life of the made-up house there is nothing to tell.
            Err(PrepareProblem::Order(..)) => continue,
            Err(error) => return Err(DemoProblem::new(error)),
        }
        finish(writer).await?;
        let access = on_behalf(&app.store, first.id, &first.name);
        compute(&app.desk, access, id)
            .await
            .map_err(DemoProblem::new)?;
        if publish {
            let writer = begin(second).await.map_err(DemoProblem::new)?;
            publish_prepared(&writer, &app.desk, "quartal", period)
                .await
                .map_err(DemoProblem::new)?;
            finish(writer).await?;
        }
    }
    Ok(())
}

/// Many people over all prisons, for benches: ids of those in JVA Dresden come first.
pub async fn seed_people(app: &App, number: usize) -> Outcome<Vec<PersonId>> {
    let writer = writer(app).await?;
    let ids = people::seed_many(&writer, number).await?;
    finish(writer).await?;
    app.store.refresh_statistics().await;
    Ok(ids)
}

/// Many groups with sessions, members and registers, for benches; `people` are those of [`seed_people`].
pub async fn seed_groups(
    app: &App,
    accounts: &[DemoAccount],
    people: &[PersonId],
    number: usize,
) -> Outcome<()> {
    let writer = writer(app).await?;
    groups::seed_many(&writer, accounts, people, number).await?;
    finish(writer).await?;
    app.store.refresh_statistics().await;
    Ok(())
}

/// Many participations with so many talks each, for benches; the first of the people of [`seed_people`] has more.
pub async fn seed_talks(
    app: &App,
    accounts: &[DemoAccount],
    people: &[PersonId],
    talks: (usize, usize),
) -> Outcome<()> {
    let writer = writer(app).await?;
    many_talks::seed(&writer, accounts, people, talks).await?;
    finish(writer).await?;
    app.store.refresh_statistics().await;
    Ok(())
}

/// So many entries of the audit log, for benches.
pub async fn seed_audit(app: &App, people: &[PersonId], number: usize) -> Outcome<()> {
    let mut done = 0;
    while done < number {
        let entries = audit::entries(people, done, number - done);
        done += entries.len();
        audit::commit(writer(app).await?, entries)
            .await
            .map_err(DemoProblem::new)?;
    }
    Ok(())
}

/// Many external staff with many grants, for benches; `training` holds 200 of them, sixty people are expected in JVA
/// Dresden today.
pub async fn seed_staff(
    app: &App,
    accounts: &[DemoAccount],
    members: usize,
    grants: usize,
) -> Outcome<()> {
    let writer = writer(app).await?;
    many::seed_staff(&writer, accounts, members, grants).await?;
    finish(writer).await?;
    app.store.refresh_statistics().await;
    Ok(())
}

/// Imports the list of 5,000 rows of `fixtures/` into an empty facility and says how many people came of it.
pub async fn measure_import(app: &App) -> Outcome<usize> {
    let content = include_bytes!("../../fixtures/imports/jva-5000.csv");
    let writer = writer(app).await?;
    let request = ImportRequest {
        facility: facility(&writer, "TO").await?,
        account: None,
        content,
        mapping: None,
        setting: None,
    };
    let done = commit(&writer, &request, true)
        .await
        .map_err(DemoProblem::new)?;
    finish(writer).await?;
    Ok(done.new.len())
}
