//! What the audit log costs and how fast it is verified.
//!
//! `cargo bench --bench audit [-- --people 5000 --seconds 3 --entries 2000000 --only cost,verify]`; on PostgreSQL with
//! `TEST_DATABASE_URL`.
//!
//! * `cost`: pages at 64 requests at once: their statements without an entry, and with an entry that is on disk before the
//!   answer (goal: at most four times as long), the page itself beside it.
//! * `verify`: a year of entries is written, then the whole log is verified; the rate and the time for a year.

#[allow(dead_code, reason = "shared with the bench of the pages")]
#[path = "../web/bench.rs"]
mod bench;
#[path = "../web/measuring.rs"]
mod measuring;

use std::sync::Arc;
use std::time::Instant as Stopwatch;

use bench::Bench;
use geleit::audit::{Checkpoint, SignedCheckpoint};
use geleit::base::ids::PersonId;
use geleit::demo;
use measuring::{Measured, measure, resident_megabytes};

/// Requests at once.
const LANES: usize = 64;
/// How much longer a read may take with its durable entry.
const GOAL: f64 = 4.0;

fn argument(name: &str) -> Option<String> {
    let arguments: Vec<String> = std::env::args().collect();
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1).cloned()
}

fn number(name: &str, default: usize) -> usize {
    argument(name)
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

fn wants(section: &str) -> bool {
    argument("--only").is_none_or(|only| only.split(',').any(|name| name == section))
}

async fn statements(bench: &Arc<Bench>, path: &str, entries: bool, seconds: u64) -> Measured {
    bench.app.store.record();
    bench.page(path).await;
    let recording = Arc::new(bench.app.store.recorded());
    let bench = Arc::clone(bench);
    measure(seconds, LANES, move |_| {
        let (bench, recording) = (Arc::clone(&bench), Arc::clone(&recording));
        async move {
            bench
                .app
                .store
                .replay(&recording, entries)
                .await
                .expect("its statements");
        }
    })
    .await
}

async fn cost(bench: &Arc<Bench>, person: PersonId, seconds: u64) {
    for (name, path) in [
        ("people list", "/personen".to_owned()),
        ("people list, search", "/personen?q=mue".to_owned()),
        ("person page", format!("/personen/{person}")),
    ] {
        let plain = statements(bench, &path, false, seconds).await;
        plain.print(&format!("{name}: statements, no entry"), "");
        let durable = statements(bench, &path, true, seconds).await;
        durable.print(&format!("{name}: statements, durable entry"), "");
        let (at, of) = (Arc::clone(bench), path.clone());
        let page = measure(seconds, LANES, move |_| {
            let (bench, path) = (Arc::clone(&at), of.clone());
            async move {
                bench.page(&path).await;
            }
        })
        .await;
        page.print(&format!("{name}: the page"), "");
        println!(
            "  durable logging costs {:.2}x at {LANES} requests at once (goal {GOAL})",
            plain.per_second / durable.per_second
        );
    }
}

async fn checkpoints(bench: &Bench) -> Vec<Checkpoint> {
    let signed = bench
        .app
        .store
        .audit_checkpoint()
        .await
        .expect("entries were written");
    let line = serde_json::to_string(&signed).expect("a line");
    SignedCheckpoint::read_all(&line, &bench.app.store.audit_public_key()).expect("signed by us")
}

async fn verify(bench: &Bench, people: &[PersonId], entries: usize) {
    let watch = Stopwatch::now();
    demo::seed_audit(&bench.app, people, entries)
        .await
        .expect("entries");
    println!(
        "{entries} entries written in {:.1} s",
        watch.elapsed().as_secs_f64()
    );
    let points = checkpoints(bench).await;
    let watch = Stopwatch::now();
    let verified = bench.app.store.audit_verify(&points).await.expect("a log");
    let seconds = watch.elapsed().as_secs_f64();
    assert_eq!(verified.findings, []);
    println!(
        "{} entries verified in {seconds:.1} s, {:.0} a second; resident {} MiB",
        verified.entries,
        verified.entries as f64 / seconds,
        resident_megabytes()
    );
}

async fn run() {
    let (bench, people) = Bench::new(number("--people", 5_000)).await;
    let bench = Arc::new(bench);
    if wants("cost") {
        let person = *people.first().expect("a person");
        cost(&bench, person, number("--seconds", 3) as u64).await;
    }
    if wants("verify") {
        verify(&bench, &people, number("--entries", 2_000_000)).await;
    }
}

fn main() {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(run());
}
