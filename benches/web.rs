//! Speed of the pages, measured in the process: pages per second, p50 and p99, CPU per page, and the ratio to a
//! handler that returns a constant page and to the page's own statements run without the web.
//!
//! `cargo bench --bench web [-- --people 100000 --seconds 4]`; on PostgreSQL with `TEST_DATABASE_URL`.

use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use axum::body::Body;
use axum::http::{Request, header};
use geleit::access::permissions::{PersonRead, RegisterKeep};
use geleit::access::{Access, Permission, RequestRef};
use geleit::accounts::{self, Found, HashCost, Passwords};
use geleit::audit::{Entry, Level, Verb};
use geleit::base::crypto::{MasterSecret, SystemEntropy};
use geleit::base::ids::PersonId;
use geleit::base::time::SystemClock;
use geleit::demo;
use geleit::server;
use geleit::statistics::disclosure::Rule;
use geleit::store::{Store, StoreOptions};
use geleit::web::App;
use tower::ServiceExt;

struct Settings {
    seconds: u64,
    people: usize,
}

fn settings() -> Settings {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, default: u64| {
        arguments
            .iter()
            .position(|argument| argument == name)
            .and_then(|index| arguments.get(index + 1))
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    Settings {
        seconds: number("--seconds", 3),
        people: number("--people", 100_000) as usize,
    }
}

/// Processor time of this process, in microseconds.
fn cpu() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks: u64 = [11, 12]
        .iter()
        .filter_map(|index| fields.get(*index)?.parse::<u64>().ok())
        .sum();
    ticks * 10_000
}

fn resident_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|text| text.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}

struct Measured {
    per_second: f64,
    p50: Duration,
    p99: Duration,
    cpu: f64,
}

impl Measured {
    fn print(&self, name: &str, extra: &str) {
        println!(
            "{name:<46} {:>9.0}/s  p50 {:>7.2} ms  p99 {:>7.2} ms  {:>7.0} µs CPU  {extra}",
            self.per_second,
            self.p50.as_secs_f64() * 1e3,
            self.p99.as_secs_f64() * 1e3,
            self.cpu
        );
    }
}

/// Runs `work` in `lanes` tasks for a while.
async fn measure<F, Fut>(seconds: u64, lanes: usize, work: F) -> Measured
where
    F: Fn(usize) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    // Warm caches and connections first.
    work(0).await;
    let end = Stopwatch::now() + Duration::from_secs(seconds);
    let (begun, cpu_before) = (Stopwatch::now(), cpu());
    let tasks: Vec<_> = (0..lanes)
        .map(|lane| {
            let work = work.clone();
            tokio::spawn(async move {
                let mut times = Vec::new();
                let mut turn = lane;
                while Stopwatch::now() < end {
                    let watch = Stopwatch::now();
                    work(turn).await;
                    times.push(watch.elapsed());
                    turn += lanes;
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a lane"));
    }
    let (elapsed, cpu_used) = (begun.elapsed(), cpu() - cpu_before);
    times.sort();
    let at = |share: f64| {
        times
            .get(((times.len() as f64 - 1.0) * share) as usize)
            .copied()
            .unwrap_or_default()
    };
    Measured {
        per_second: times.len() as f64 / elapsed.as_secs_f64(),
        p50: at(0.5),
        p99: at(0.99),
        cpu: cpu_used as f64 / times.len().max(1) as f64,
    }
}

struct Bench {
    app: App,
    router: axum::Router,
    cookie: String,
    token: String,
    folder: Option<tempfile::TempDir>,
}

impl Bench {
    async fn new(people: usize) -> (Self, Vec<PersonId>) {
        let secret = Arc::new(MasterSecret::new([7; 32]));
        let (url, folder) = match std::env::var("TEST_DATABASE_URL") {
            Ok(server) => (fresh_postgres(&server, people).await, None),
            Err(_) => {
                let folder = tempfile::tempdir().expect("a folder");
                (
                    format!(
                        "sqlite://{}?mode=rwc",
                        folder.path().join("bench.sqlite").display()
                    ),
                    Some(folder),
                )
            }
        };
        geleit::store::migrate(&url).await.expect("migrated");
        let store = Store::open(StoreOptions {
            url,
            secret: Arc::clone(&secret),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            readers: 8,
        })
        .await
        .expect("an open store");
        let passwords = Passwords::new(&secret, HashCost::QUICK);
        let app = App::new(
            store,
            &secret,
            passwords,
            Rule::default(),
            true,
            String::new(),
        );
        let accounts = demo::seed(&app).await.expect("demo data");
        let watch = Stopwatch::now();
        let ids = demo::seed_people(&app, people).await.expect("people");
        println!(
            "{people} people stored in {:.1} s",
            watch.elapsed().as_secs_f64()
        );
        let router = server::router(app.clone());
        let account = accounts
            .iter()
            .find(|account| account.login == "sozialdienst")
            .expect("an account");
        let token = sign_in(&app, &router, account).await;
        (
            Self {
                app,
                router,
                cookie: format!("__Host-sitzung={token}"),
                token,
                folder,
            },
            ids,
        )
    }

    async fn page(&self, path: &str) -> usize {
        get(&self.router, &self.cookie, path).await
    }

    /// A permission of the signed-in account, as a request gets it.
    async fn access<P: Permission>(&self) -> Access<P> {
        let request = RequestRef {
            id: String::new(),
            route: "bench".into(),
        };
        let now = self.app.store.clock().now();
        match accounts::identify(&self.app.store, &self.token, now, request.clone()).await {
            Ok(Found::SignedIn { actor, .. }) => actor.access(request).expect("the permission"),
            _ => panic!("not signed in"),
        }
    }
}

async fn get(router: &axum::Router, cookie: &str, path: &str) -> usize {
    let request = Request::get(path)
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .expect("a request");
    let response = router.clone().oneshot(request).await.expect("an answer");
    assert_eq!(response.status(), 200, "{path}");
    axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .expect("a body")
        .len()
}

async fn fresh_postgres(server: &str, people: usize) -> String {
    use sea_orm::{ConnectionTrait, Database};
    let name = format!("geleit_bench_{people}");
    let connection = Database::connect(server).await.expect("PostgreSQL");
    let _ = connection
        .execute_unprepared(&format!("drop database if exists {name}"))
        .await;
    connection
        .execute_unprepared(&format!("create database {name}"))
        .await
        .expect("a database");
    connection.close().await.expect("closed");
    format!("{}/{name}", server.rsplit_once('/').expect("a path").0)
}

async fn sign_in(app: &App, router: &axum::Router, account: &demo::DemoAccount) -> String {
    let form = get_text(router, "", "/anmelden").await;
    let guest = form.1;
    let post = |path: &'static str, cookie: String, fields: Vec<(&'static str, String)>| {
        let router = router.clone();
        async move {
            let body = serde_urlencoded::to_string(&fields).expect("a form");
            let request = Request::post(path)
                .header(header::COOKIE, cookie)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(body))
                .expect("a request");
            let response = router.oneshot(request).await.expect("an answer");
            assert_eq!(response.status(), 303, "{path}");
            cookie_of(&response, "__Host-sitzung")
        }
    };
    let csrf = csrf_of(&form.0);
    let half = post(
        "/anmelden",
        format!("__Host-gast={guest}"),
        vec![
            ("csrf", csrf),
            ("login", account.login.clone()),
            ("password", account.password.to_owned()),
        ],
    )
    .await;
    let cookie = format!("__Host-sitzung={half}");
    let page = get_text(router, &cookie, "/anmelden/code").await.0;
    let code = accounts::rules::next_code(&account.second_factor, 0, app.store.clock().now())
        .expect("a code");
    post(
        "/anmelden/code",
        cookie,
        vec![("csrf", csrf_of(&page)), ("code", code)],
    )
    .await
}

fn csrf_of(page: &str) -> String {
    page.split("name=\"csrf\" content=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default()
        .to_owned()
}

fn cookie_of<B>(response: &axum::http::Response<B>, name: &str) -> String {
    response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|value| {
            value
                .to_str()
                .ok()?
                .strip_prefix(&format!("{name}="))?
                .split(';')
                .next()
        })
        .next()
        .unwrap_or_default()
        .to_owned()
}

async fn get_text(router: &axum::Router, cookie: &str, path: &str) -> (String, String) {
    let request = Request::get(path)
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .expect("a request");
    let response = router.clone().oneshot(request).await.expect("an answer");
    let guest = cookie_of(&response, "__Host-gast");
    let body = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .expect("a body");
    (String::from_utf8_lossy(&body).into_owned(), guest)
}

/// The addresses on a page that end so.
fn links(page: &str, end: &str) -> Vec<String> {
    page.split("href=\"")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .filter(|href| href.ends_with(end))
        .map(ToOwned::to_owned)
        .collect()
}

/// Opens a register, gives everybody the other status, saves.
async fn save_register(bench: &Bench, path: &str, turn: usize) {
    let page = get_text(&bench.router, &bench.cookie, path).await.0;
    let fields = register_fields(
        &page,
        if turn.is_multiple_of(2) {
            "present"
        } else {
            "late"
        },
    );
    let body = serde_urlencoded::to_string(&fields).expect("a form");
    let request = Request::post(path)
        .header(header::COOKIE, &bench.cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .expect("a request");
    let response = bench
        .router
        .clone()
        .oneshot(request)
        .await
        .expect("an answer");
    assert_eq!(response.status(), 303, "{path}");
}

fn register_fields(page: &str, status: &str) -> Vec<(String, String)> {
    let document = scraper::Html::parse_document(page);
    let inputs = scraper::Selector::parse("main input").expect("a selector");
    let mut fields = vec![("grund_berichtigung".to_owned(), "Messung".to_owned())];
    for input in document.select(&inputs) {
        let (name, value) = (
            input.attr("name").unwrap_or_default(),
            input.attr("value").unwrap_or_default(),
        );
        let wanted = match input.attr("type") {
            Some("hidden") => true,
            Some("radio") => value == status,
            _ => false,
        };
        if wanted {
            fields.push((name.to_owned(), value.to_owned()));
        }
    }
    fields
}

/// A handler that returns a constant page of the size of a list: the floor under everything.
fn constant() -> axum::Router {
    let page: &'static str = Box::leak("x".repeat(16 * 1024).into_boxed_str());
    axum::Router::new().route("/", axum::routing::get(move || async move { page }))
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
    let small = Bench::new(1_000).await;
    let (bench, people) = Bench::new(settings.people).await;
    let bench = Arc::new(bench);
    let small = Arc::new(small.0);
    let (seconds, lanes) = (settings.seconds, 16);

    let floor = constant();
    let bare = measure(seconds, lanes, move |_| {
        let floor = floor.clone();
        async move {
            get(&floor, "", "/").await;
        }
    })
    .await;
    bare.print("constant page, bare router", "");

    let pages: Vec<(&str, String)> = vec![
        ("sign-in page", "/anmelden".into()),
        ("people list", "/personen".into()),
        ("people list, search", "/personen?q=mue".into()),
        (
            "people list, by release",
            "/personen?nach=entlassung".into(),
        ),
        (
            "person page",
            format!("/personen/{}", people.first().expect("a person")),
        ),
        ("groups", "/gruppen".into()),
    ];
    for (name, path) in pages {
        let at = Arc::clone(&bench);
        let shown = path.clone();
        // The sign-in page leads on when one is signed in; it is measured without a session.
        let signed_out = name == "sign-in page";
        let measured = measure(seconds, lanes, move |_| {
            let (bench, path) = (Arc::clone(&at), shown.clone());
            async move {
                if signed_out {
                    get(&bench.router, "", &path).await
                } else {
                    bench.page(&path).await
                };
            }
        })
        .await;
        measured.print(
            name,
            &format!("{:.1}x the constant page", measured.cpu / bare.cpu.max(1.0)),
        );
    }

    let mut list = Vec::new();
    for (name, at) in [
        ("people list, 1,000 people", &small),
        ("people list, all people", &bench),
    ] {
        let at = Arc::clone(at);
        let measured = measure(seconds, 1, move |_| {
            let bench = Arc::clone(&at);
            async move {
                bench.page("/personen").await;
            }
        })
        .await;
        measured.print(name, "one after the other");
        list.push(measured.cpu);
    }
    println!(
        "  the list takes {:.2}x as long with {} people as with 1,000 (goal 1.3)",
        list[1] / list[0],
        settings.people
    );

    // The same statements without the web, with and without the durable audit entry.
    for lanes in [16usize, 64] {
        let reader_bench = Arc::clone(&bench);
        let plain = measure(seconds, lanes, move |_| {
            let bench = Arc::clone(&reader_bench);
            async move {
                let reader = bench.app.store.read(bench.access::<PersonRead>().await);
                let shown = geleit::people::first_page(&reader).await.expect("a list");
                assert!(!shown.is_empty());
            }
        })
        .await;
        plain.print(
            &format!("list statements, no web, no entry, {lanes} lanes"),
            "",
        );
        let reader_bench = Arc::clone(&bench);
        let with_entry = measure(seconds, lanes, move |_| {
            let bench = Arc::clone(&reader_bench);
            async move {
                let reader = bench.app.store.read(bench.access::<PersonRead>().await);
                let shown = geleit::people::first_page(&reader).await.expect("a list");
                let entry = Entry::new(Verb::Query, "personen").about_all(shown, Level::List);
                reader.seen(entry).await.expect("an entry");
            }
        })
        .await;
        with_entry.print(
            &format!("list statements, no web, durable entry, {lanes} lanes"),
            "",
        );
        println!(
            "  with the entry it keeps {:.0} % (goal: a third)",
            100.0 * with_entry.per_second / plain.per_second
        );
        let page_bench = Arc::clone(&bench);
        let page = measure(seconds, lanes, move |_| {
            let bench = Arc::clone(&page_bench);
            async move {
                bench.page("/personen").await;
            }
        })
        .await;
        page.print(&format!("list page, {lanes} lanes"), "");
        println!(
            "  the page costs {:.2}x the CPU of its statements with entry (goal 1.5)",
            page.cpu / with_entry.cpu
        );
    }

    let entry_bench = Arc::clone(&bench);
    let entries = measure(seconds, 64, move |_| {
        let bench = Arc::clone(&entry_bench);
        async move {
            let reader = bench.app.store.read(bench.access::<RegisterKeep>().await);
            reader
                .seen(Entry::new(Verb::Query, "messung"))
                .await
                .expect("an entry");
        }
    })
    .await;
    entries.print("audit entry (with identification), 64 lanes", "");

    let register = links(
        &get_text(&bench.router, &bench.cookie, "/").await.0,
        "/anwesenheit",
    );
    let register = register.first().expect("an open register").clone();
    let saving = Arc::clone(&bench);
    let saved = measure(seconds, 1, move |turn| {
        let (bench, path) = (Arc::clone(&saving), register.clone());
        async move { save_register(&bench, &path, turn).await }
    })
    .await;
    saved.print(
        "register of 7: open, change all, save",
        "one after the other",
    );

    let watch = Stopwatch::now();
    let rows = demo::measure_import(&bench.app).await.expect("an import");
    println!(
        "import of {rows} rows: {:.2} s (goal 3)",
        watch.elapsed().as_secs_f64()
    );
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
    assert!(
        bench
            .folder
            .as_ref()
            .is_none_or(|folder| folder.path().exists())
    );
}

fn main() {
    let settings = settings();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(run(&settings));
}
