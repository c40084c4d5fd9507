//! The pages of cases and talks at twenty times Saxony's volume and at a twentieth of it: 10,000 people with 100,000 talks
//! against 500 people with 5,000.

use std::sync::Arc;
use std::time::Instant as Stopwatch;

use geleit::base::ids::PersonId;
use geleit::demo;

use crate::bench::{Bench, get};
use crate::measuring::{Measured, measure};

/// People; each has ten talks, one of them two hundred.
const SIZES: [usize; 2] = [500, 10_000];
/// Talks of everybody, and of the one person whose page is measured.
const TALKS: usize = 10;
const EVENTS: usize = 200;

struct Filled {
    bench: Bench,
    /// The one with two hundred talks, in the prison of the signed-in account.
    person: PersonId,
    /// A probation officer's and a trainer's cookie.
    office: String,
    trainer: String,
}

async fn filled(people: usize) -> Arc<Filled> {
    let (bench, ids) = Bench::new(people).await;
    let watch = Stopwatch::now();
    demo::seed_talks(&bench.app, &bench.accounts, &ids, (TALKS, EVENTS))
        .await
        .expect("talks");
    println!(
        "{} talks stored in {:.1} s",
        people * TALKS + EVENTS - TALKS,
        watch.elapsed().as_secs_f64()
    );
    let office = bench.signed_in("bewaehrung").await.0;
    let trainer = bench.signed_in("training").await.0;
    let person = *ids.first().expect("somebody");
    Arc::new(Filled {
        bench,
        person,
        office,
        trainer,
    })
}

/// What is measured: a name, who looks (0 prison, 1 office, 2 trainer), and the page.
fn pages(filled: &Filled) -> Vec<(&'static str, usize, String)> {
    let person = filled.person;
    vec![
        ("case list, prison", 0, "/faelle".into()),
        ("case list, trainer", 2, "/faelle".into()),
        (
            "person page with 200 events",
            0,
            format!("/personen/{person}"),
        ),
        (
            "talks of that person",
            0,
            format!("/personen/{person}/gespraeche"),
        ),
        ("to-do list, prison", 0, "/aufgaben".into()),
        ("to-do list, office", 1, "/aufgaben".into()),
        ("to-do list, trainer", 2, "/aufgaben".into()),
        ("talks to record, office", 1, "/gespraeche/erfassen".into()),
        ("talks of a day, office", 1, "/gespraeche/tag".into()),
    ]
}

async fn page(filled: &Arc<Filled>, seconds: u64, who: usize, path: &str) -> Measured {
    let (filled, path) = (Arc::clone(filled), path.to_owned());
    measure(seconds, 1, move |_| {
        let (filled, path) = (Arc::clone(&filled), path.clone());
        async move {
            let cookies = [&filled.bench.cookie, &filled.office, &filled.trainer];
            get(&filled.bench.router, cookies[who], &path).await;
        }
    })
    .await
}

/// Every page at both sizes, in turns; with fewer people than the larger size has, that many and a twentieth of them.
pub async fn cases(seconds: u64, most: usize) {
    let many = SIZES[1].min(most);
    let small = filled(SIZES[0].min(many / 20)).await;
    let large = filled(many).await;
    for ((name, who, path), (_, _, same)) in pages(&small).iter().zip(&pages(&large)) {
        let best = |runs: &[Measured]| runs.iter().map(|run| run.cpu).fold(f64::MAX, f64::min);
        let (mut few, mut many) = (Vec::new(), Vec::new());
        // In turns, so that what else the machine does falls on both.
        for _ in 0..3 {
            few.push(page(&small, seconds, *who, path).await);
            many.push(page(&large, seconds, *who, same).await);
        }
        large.bench.app.store.record();
        let cookies = [&large.bench.cookie, &large.office, &large.trainer];
        get(&large.bench.router, cookies[*who], same).await;
        println!(
            "{name}: {:.0} µs CPU small, {:.0} µs large: {:.2}x (goal 1.5), {} statements",
            best(&few),
            best(&many),
            best(&many) / best(&few),
            large.bench.app.store.recorded().statements()
        );
    }
}
