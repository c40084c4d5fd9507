//! Speed of the pages, measured in the process: pages per second, p50 and p99, processor time per page, the ratio to
//! a handler that returns a constant page and to the page's own statements run without the web, and what is left of
//! the throughput when every read waits for its durable audit entry.
//!
//! `cargo bench --bench web [-- --people 100000 --seconds 3 --only growth,pages,entries,register,grants,import,groups,cases]`; on
//! PostgreSQL with `TEST_DATABASE_URL`. `GELEIT_BENCH_KEEP=folder` keeps the SQLite file.

mod bench;
mod cases;
mod groups;
mod measuring;

use std::sync::Arc;
use std::time::Instant as Stopwatch;

use bench::{Bench, get, get_text, links, save_register};
use geleit::access::permissions::{PersonRead, RegisterKeep};
use geleit::audit::{Entry, Verb};
use geleit::base::ids::PersonId;
use geleit::demo;
use measuring::{Measured, measure, resident_megabytes};

/// At how many requests at once the pages are compared with their statements.
const LANES: [usize; 2] = [16, 64];

struct Settings {
    seconds: u64,
    people: usize,
    only: Option<String>,
}

impl Settings {
    fn read() -> Self {
        let arguments: Vec<String> = std::env::args().collect();
        let value = |name: &str| {
            let at = arguments.iter().position(|argument| argument == name)?;
            arguments.get(at + 1).cloned()
        };
        let number = |name: &str, default: u64| {
            value(name)
                .and_then(|text| text.parse().ok())
                .unwrap_or(default)
        };
        Self {
            seconds: number("--seconds", 3),
            people: number("--people", 100_000) as usize,
            only: value("--only"),
        }
    }

    fn wants(&self, section: &str) -> bool {
        self.only
            .as_ref()
            .is_none_or(|only| only.split(',').any(|name| name == section))
    }
}

/// A handler that returns a constant page of the size of a list: the floor under everything.
fn constant() -> axum::Router {
    let page: &'static str = Box::leak("x".repeat(16 * 1024).into_boxed_str());
    axum::Router::new().route("/", axum::routing::get(move || async move { page }))
}

async fn bare_page(seconds: u64) -> Measured {
    let floor = constant();
    let bare = measure(seconds, LANES[0], move |_| {
        let floor = floor.clone();
        async move {
            get(&floor, "", "/").await;
        }
    })
    .await;
    bare.print("constant page, bare router", "");
    bare
}

async fn measured_page(bench: &Arc<Bench>, seconds: u64, lanes: usize, path: &str) -> Measured {
    let (bench, path) = (Arc::clone(bench), path.to_owned());
    measure(seconds, lanes, move |_| {
        let (bench, path) = (Arc::clone(&bench), path.clone());
        async move {
            // The sign-in page leads on when one is signed in; it is measured without a session.
            if path == "/anmelden" {
                get(&bench.router, "", &path).await;
            } else {
                bench.page(&path).await;
            }
        }
    })
    .await
}

/// The list with few and with all people, one request after the other, before either has a history of requests.
async fn growth(small: &Arc<Bench>, all: &Arc<Bench>, settings: &Settings) {
    for (name, path) in [
        ("people list", "/personen"),
        ("people list, by release", "/personen?nach=entlassung"),
        ("people list, search", "/personen?q=mueller"),
    ] {
        let (mut few, mut many) = (Vec::new(), Vec::new());
        // In turns, so that what else the machine does falls on both.
        for _ in 0..3 {
            few.push(measured_page(small, settings.seconds, 1, path).await);
            many.push(measured_page(all, settings.seconds, 1, path).await);
        }
        let best = |runs: &[Measured]| runs.iter().map(|run| run.cpu).fold(f64::MAX, f64::min);
        println!(
            "{name}: {:.0} µs CPU with 1,000 people, {:.0} µs with {}: {:.2}x (goal 1.3)",
            best(&few),
            best(&many),
            settings.people,
            best(&many) / best(&few)
        );
    }
}

/// Every page beside its own statements, without and with the durable audit entry.
async fn pages(bench: &Arc<Bench>, settings: &Settings, person: PersonId, bare: &Measured) {
    let register = open_register(bench).await;
    let pages: Vec<(&str, String)> = vec![
        ("sign-in page", "/anmelden".into()),
        ("people list", "/personen".into()),
        ("people list, search", "/personen?q=mue".into()),
        (
            "people list, by release",
            "/personen?nach=entlassung".into(),
        ),
        ("person page", format!("/personen/{person}")),
        ("groups", "/gruppen".into()),
        ("register", register),
    ];
    for (name, path) in pages {
        bench.app.store.record();
        if path == "/anmelden" {
            get(&bench.router, "", &path).await;
        } else {
            bench.page(&path).await;
        }
        let recording = Arc::new(bench.app.store.recorded());
        for lanes in LANES {
            let page = measured_page(bench, settings.seconds, lanes, &path).await;
            page.print(
                &format!("{name}, {lanes} lanes"),
                &format!(
                    "{} statements, {:.0}x the constant page",
                    recording.statements(),
                    page.cpu / bare.cpu.max(1.0)
                ),
            );
            if recording.statements() == 0 {
                continue;
            }
            let mut runs = Vec::new();
            for entries in [false, true] {
                let (bench, recording) = (Arc::clone(bench), Arc::clone(&recording));
                runs.push(
                    measure(settings.seconds, lanes, move |_| {
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
                    .await,
                );
            }
            let [plain, entered] = runs.as_slice() else {
                continue;
            };
            plain.print("  its statements, no web, no entry", "");
            entered.print("  its statements, no web, durable entry", "");
            println!(
                "  the page costs {:.2}x its statements with entry (goal 1.5); with the entry they keep {:.0} % (goal 33 %)",
                page.cpu / entered.cpu,
                100.0 * entered.per_second / plain.per_second
            );
        }
    }
}

async fn entries(bench: &Arc<Bench>, settings: &Settings) {
    for lanes in LANES {
        let at = Arc::clone(bench);
        let entries = measure(settings.seconds, lanes, move |_| {
            let bench = Arc::clone(&at);
            async move {
                let reader = bench.app.store.read(bench.access::<RegisterKeep>().await);
                reader
                    .seen(Entry::new(Verb::Query, "messung"))
                    .await
                    .expect("an entry");
            }
        })
        .await;
        entries.print(
            &format!("audit entry (with identification), {lanes} lanes"),
            "",
        );
    }
}

async fn open_register(bench: &Bench) -> String {
    let start = get_text(&bench.router, &bench.cookie, "/").await.0;
    links(&start, "/anwesenheit")
        .first()
        .expect("an open register")
        .clone()
}

async fn register(bench: &Arc<Bench>, settings: &Settings) {
    let path = open_register(bench).await;
    bench.app.store.record();
    save_register(bench, &path, 1).await;
    let recording = bench.app.store.recorded();
    let saving = Arc::clone(bench);
    let saved = measure(settings.seconds, 1, move |turn| {
        let (bench, path) = (Arc::clone(&saving), path.clone());
        async move { save_register(&bench, &path, turn).await }
    })
    .await;
    saved.print(
        "register of 7: open, change all, save",
        &format!("one after the other, {} statements", recording.statements()),
    );
}

/// The gate list of a facility and the scope of somebody with 200 grants, among 1,000 staff and 20,000 grants.
async fn grants(bench: &Arc<Bench>, settings: &Settings) {
    demo::seed_staff(&bench.app, &bench.accounts, 1_000, 20_000)
        .await
        .expect("staff");
    let mut signed_in = std::collections::HashMap::new();
    for (name, login, path) in [
        ("gate list of a day, page", "pforte", "/pforte"),
        (
            "people of somebody with 200 grants, page",
            "training",
            "/personen",
        ),
        (
            "groups of somebody with 200 grants, page",
            "training",
            "/gruppen",
        ),
    ] {
        // A second factor works once, so everybody signs in once.
        if !signed_in.contains_key(login) {
            signed_in.insert(login, bench.signed_in(login).await);
        }
        let cookie = signed_in[login].0.clone();
        bench.app.store.record();
        get(&bench.router, &cookie, path).await;
        let recording = bench.app.store.recorded();
        let at = Arc::clone(bench);
        let page = measure(settings.seconds, 1, move |_| {
            let (bench, cookie) = (Arc::clone(&at), cookie.clone());
            async move {
                get(&bench.router, &cookie, path).await;
            }
        })
        .await;
        page.print(
            name,
            &format!(
                "one after the other, {} statements (goal 5 ms)",
                recording.statements()
            ),
        );
    }
    let token = signed_in["training"].1.clone();
    let at = Arc::clone(bench);
    let scope = measure(settings.seconds, 1, move |_| {
        let (bench, token) = (Arc::clone(&at), token.clone());
        async move {
            let access = bench.access_of::<PersonRead>(&token).await;
            assert!(access.actor().profile().grants.len() >= 200);
        }
    })
    .await;
    scope.print("who is asking, with 200 grants", "goal 5 ms");
}

async fn import(bench: &Bench) {
    let watch = Stopwatch::now();
    let rows = demo::measure_import(&bench.app).await.expect("an import");
    println!(
        "import of {rows} rows: {:.2} s (goal 3)",
        watch.elapsed().as_secs_f64()
    );
}

async fn run(settings: &Settings) {
    let database = if std::env::var("TEST_DATABASE_URL").is_ok() {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    println!(
        "\n== {database}, {} people, {} s each ==",
        settings.people, settings.seconds
    );
    if settings.wants("groups") {
        groups::groups(settings.seconds).await;
    }
    if settings.wants("cases") {
        cases::cases(settings.seconds, settings.people).await;
    }
    // Those fill installations of their own.
    if matches!(settings.only.as_deref(), Some("groups" | "cases")) {
        return;
    }
    let (bench, people) = Bench::new(settings.people).await;
    let bench = Arc::new(bench);
    if settings.wants("growth") {
        let small = Arc::new(Bench::new(1_000).await.0);
        growth(&small, &bench, settings).await;
    }
    if settings.wants("pages") {
        let bare = bare_page(settings.seconds).await;
        let person = *people.first().expect("a person");
        pages(&bench, settings, person, &bare).await;
    }
    if settings.wants("entries") {
        entries(&bench, settings).await;
    }
    if settings.wants("register") {
        register(&bench, settings).await;
    }
    if settings.wants("grants") {
        grants(&bench, settings).await;
    }
    if settings.wants("import") {
        import(&bench).await;
    }
    println!(
        "resident memory of this process, filling included: {} MiB",
        resident_megabytes()
    );
    // What a server needs that did not fill the database itself: `geleit serve` on this folder.
    if let (Ok(target), Some(folder)) = (std::env::var("GELEIT_BENCH_KEEP"), &bench.folder) {
        bench.app.store.clone().close().await.expect("closed");
        std::fs::create_dir_all(&target).expect("a folder");
        std::fs::copy(
            folder.path().join("bench.sqlite"),
            format!("{target}/geleit.sqlite"),
        )
        .expect("a copy");
        println!("database kept in {target}");
    }
}

fn main() {
    let settings = Settings::read();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(run(&settings));
}
