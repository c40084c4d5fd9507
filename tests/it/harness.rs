//! A whole application per test on a database of its own: a copied SQLite file, or a PostgreSQL database made
//! from a template. Requests go through the real router, in the process.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use geleit::accounts::{HashCost, Passwords};
use geleit::base::crypto::{MasterSecret, SystemEntropy};
use geleit::base::time::{Clock, FixedClock, Instant, MinuteOfDay, berlin_instant};
use geleit::demo::{self, DemoAccount};
use geleit::server;
use geleit::statistics::disclosure::Rule;
use geleit::store::{Store, StoreOptions};
use geleit::web::App;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend};
use time::macros::date;
use tokio::sync::OnceCell;
use tower::ServiceExt;

/// The secret of all test installations.
pub const SECRET: [u8; 32] = [42; 32];

/// A running application.
pub struct TestApp {
    pub app: App,
    pub router: axum::Router,
    pub clock: Arc<FixedClock>,
    pub accounts: Vec<DemoAccount>,
    pub url: String,
    _folder: Option<tempfile::TempDir>,
}

/// A signed-in (or not) browser.
#[derive(Clone)]
pub struct Browser {
    router: axum::Router,
    cookies: BTreeMap<String, String>,
    clock: Arc<FixedClock>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Panics with the page's text unless the status is as expected.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// The value of the first hidden or other input of a name.
    pub fn input(&self, name: &str) -> Option<String> {
        let document = scraper::Html::parse_document(&self.text());
        let selector = scraper::Selector::parse(&format!("input[name=\"{name}\"]")).unwrap();
        document
            .select(&selector)
            .next()
            .and_then(|input| input.value().attr("value").map(ToOwned::to_owned))
    }

    /// The texts of all elements of a CSS selector.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let document = scraper::Html::parse_document(&self.text());
        let selector = scraper::Selector::parse(selector).unwrap();
        document
            .select(&selector)
            .map(|element| {
                element
                    .text()
                    .collect::<String>()
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect()
    }

    /// The addresses of all links that begin so.
    pub fn links(&self, start: &str) -> Vec<String> {
        let document = scraper::Html::parse_document(&self.text());
        let selector = scraper::Selector::parse("a[href]").unwrap();
        document
            .select(&selector)
            .filter_map(|link| link.value().attr("href"))
            .filter(|href| href.starts_with(start))
            .map(ToOwned::to_owned)
            .collect()
    }

    /// The value of the option of a select whose label begins so.
    pub fn option(&self, select: &str, label: &str) -> Option<String> {
        let document = scraper::Html::parse_document(&self.text());
        let selector =
            scraper::Selector::parse(&format!("select[name=\"{select}\"] option")).unwrap();
        document
            .select(&selector)
            .find(|option| option.text().collect::<String>().trim().starts_with(label))
            .and_then(|option| option.value().attr("value").map(ToOwned::to_owned))
    }
}

impl Browser {
    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let mut request = request;
        if !self.cookies.is_empty() {
            let line: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request
                .headers_mut()
                .insert(header::COOKIE, line.join("; ").parse().unwrap());
        }
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .unwrap()
            .to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// The same browser, answered by another instance from now on.
    pub fn move_to(&mut self, router: axum::Router) {
        self.router = router;
    }

    /// Opens a page as somebody does who has a purpose: where one is asked for, it is stated, and the page comes.
    pub async fn get(&mut self, path: &str) -> Answer {
        let answer = self.open(path).await;
        if answer.status != StatusCode::FORBIDDEN || answer.input("zeichen").is_none() {
            return answer;
        }
        let stated = self.state_purpose(&answer).await;
        assert_eq!(stated.status, StatusCode::SEE_OTHER, "{}", stated.text());
        self.open(stated.location()).await
    }

    /// Opens a page, and stops where a purpose is asked for.
    pub async fn open(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Answers the question for a purpose.
    pub async fn state_purpose(&mut self, question: &Answer) -> Answer {
        let field = |name: &str| question.input(name).unwrap_or_default();
        let (person, onward, proof) = (field("person"), field("weiter"), field("zeichen"));
        self.post(
            "/zweck",
            &[
                ("person", &person),
                ("weiter", &onward),
                ("zeichen", &proof),
                ("grund", "vertretung"),
                ("text", "Vertretung bis Freitag"),
            ],
        )
        .await
    }

    /// The form token of this browser, from a page that everybody may see.
    pub async fn csrf(&mut self) -> String {
        let page = self.open("/hilfe").await;
        let document = scraper::Html::parse_document(&page.text());
        let selector = scraper::Selector::parse("meta[name=csrf]").unwrap();
        document
            .select(&selector)
            .next()
            .and_then(|meta| meta.value().attr("content"))
            .unwrap_or_default()
            .to_owned()
    }

    /// Posts fields with the right form token.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf().await;
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post_raw(path, &all).await
    }

    /// Posts exactly these fields.
    pub async fn post_raw(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.send(
            Request::post(path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
                .body(Body::from(body))
                .unwrap(),
        )
        .await
    }

    /// Uploads a file in the part `file`, with other fields.
    pub async fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        name: &str,
        content: &[u8],
    ) -> Answer {
        let csrf = self.csrf().await;
        let mut body = Vec::new();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        for (key, value) in all {
            body.extend_from_slice(
                format!(
                    "--grenze\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n"
                )
                .as_bytes(),
            );
        }
        body.extend_from_slice(
            format!("--grenze\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n")
                .as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--grenze--\r\n");
        self.send(
            Request::post(path)
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=grenze")
                .header("sec-fetch-site", "same-origin")
                .body(Body::from(body))
                .unwrap(),
        )
        .await
    }

    /// Signs in with both factors, as a person would.
    pub async fn sign_in(&mut self, account: &DemoAccount) {
        self.post(
            "/anmelden",
            &[("login", &account.login), ("password", account.password)],
        )
        .await
        .expect(303);
        let code = self.code(account);
        let mut done = self.post("/anmelden/code", &[("code", &code)]).await;
        if done.status == StatusCode::UNPROCESSABLE_ENTITY {
            // The account used this code already: the device shows the next one half a minute later.
            self.clock.set(self.clock.now().plus_seconds(31));
            let code = self.code(account);
            done = self.post("/anmelden/code", &[("code", &code)]).await;
        }
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert_eq!(done.location(), "/");
    }

    /// The code that the account's device shows now.
    pub fn code(&self, account: &DemoAccount) -> String {
        geleit::accounts::rules::next_code(&account.second_factor, 0, self.clock.now()).unwrap()
    }
}

impl TestApp {
    /// An application with reference data and accounts, on Monday 2026-11-23, 09:00 in Berlin.
    pub async fn new() -> Self {
        let url = fresh_database().await;
        Self::open(url.0, url.1).await
    }

    async fn open(url: String, folder: Option<tempfile::TempDir>) -> Self {
        let clock = Arc::new(FixedClock::new(morning()));
        let (app, _) = application(&url, Arc::clone(&clock)).await;
        // The accounts are in the template; their ids and secrets come from the same seeded entropy.
        let accounts = template_accounts().await.clone();
        let router = server::router(app.clone());
        Self {
            app,
            router,
            clock,
            accounts,
            url,
            _folder: folder,
        }
    }

    /// An application whose notes have a key file of their own.
    pub async fn with_note_keys(file: std::path::PathBuf) -> Self {
        let url = fresh_database().await;
        let mut test = Self::open(url.0, url.1).await;
        let (app, _) = application_keeping(&test.url, Arc::clone(&test.clock), 4, file).await;
        test.router = server::router(app.clone());
        test.app = app;
        test
    }

    /// The tables and columns (and on SQLite the files) in which a text stands in the clear.
    pub async fn everything_holding(&self, text: &str) -> Vec<String> {
        let database = self.database().await;
        let backend = database.get_database_backend();
        let mut hits = Vec::new();
        for table in geleit::schema::tables() {
            for column in table.columns {
                let (table, column) = (table.name, column.name);
                let sql = match backend {
                    DbBackend::Sqlite => format!(
                        "select count(*) as number from \"{table}\" where instr(cast(\"{column}\" as blob), cast('{text}' as blob)) > 0"
                    ),
                    _ => format!(
                        "select count(*) as number from \"{table}\" where strpos(\"{column}\"::text, '{text}') > 0 \
                         or strpos(\"{column}\"::text, encode('{text}'::bytea, 'hex')) > 0"
                    ),
                };
                if self.number(&sql).await > 0 {
                    hits.push(format!("{table}.{column}"));
                }
            }
        }
        if let Some(folder) = &self._folder {
            for entry in std::fs::read_dir(folder.path()).unwrap() {
                let path = entry.unwrap().path();
                let bytes = std::fs::read(&path).unwrap_or_default();
                if bytes
                    .windows(text.len())
                    .any(|part| part == text.as_bytes())
                {
                    hits.push(path.display().to_string());
                }
            }
        }
        hits
    }

    /// The same database again, over another address and with fewer connections.
    pub async fn reopen(&mut self, url: &str, readers: u32) {
        let (app, _) = application_with(url, Arc::clone(&self.clock), readers).await;
        self.router = server::router(app.clone());
        self.app = app;
    }

    /// Another instance on the same database, as on a second server.
    pub async fn second_instance(&self) -> axum::Router {
        let (app, _) = application(&self.url, Arc::clone(&self.clock)).await;
        server::router(app)
    }

    /// The store of another instance on the same database.
    pub async fn second_store(&self) -> Store {
        let (app, _) = application(&self.url, Arc::clone(&self.clock)).await;
        app.store.clone()
    }

    pub fn clock_now(&self) -> Instant {
        self.clock.now()
    }

    pub fn browser(&self) -> Browser {
        self.browser_on(self.router.clone())
    }

    pub fn browser_on(&self, router: axum::Router) -> Browser {
        Browser {
            router,
            cookies: BTreeMap::new(),
            clock: Arc::clone(&self.clock),
        }
    }

    #[track_caller]
    pub fn account(&self, login: &str) -> &DemoAccount {
        self.accounts
            .iter()
            .find(|account| account.login == login)
            .expect("a demo account")
    }

    /// A browser signed in as this account.
    pub async fn signed_in(&self, login: &str) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(self.account(login)).await;
        browser
    }

    /// A connection past the application, to look at rows.
    pub async fn database(&self) -> DatabaseConnection {
        // What tests write themselves must not look like what the program logs.
        let mut options = ConnectOptions::new(self.url.clone());
        options.sqlx_logging(false);
        Database::connect(options).await.unwrap()
    }

    /// A number that a query gives, such as a count.
    pub async fn number(&self, sql: &str) -> i64 {
        let database = self.database().await;
        let statement =
            sea_orm::Statement::from_string(database.get_database_backend(), sql.to_owned());
        let row = database
            .query_one_raw(statement)
            .await
            .unwrap()
            .expect("a row");
        let number = row.try_get_by_index::<i64>(0).unwrap();
        database.close().await.unwrap();
        number
    }

    /// One text.
    pub async fn text(&self, sql: &str) -> String {
        let database = self.database().await;
        let backend = database.get_database_backend();
        let row = database
            .query_one_raw(sea_orm::Statement::from_string(backend, sql.to_owned()))
            .await
            .unwrap()
            .expect("a row");
        let text = row.try_get_by_index::<String>(0).unwrap();
        database.close().await.unwrap();
        text
    }

    /// A text and a number for each row.
    pub async fn counted(&self, sql: &str) -> std::collections::BTreeMap<String, i64> {
        let database = self.database().await;
        let backend = database.get_database_backend();
        let rows = database
            .query_all_raw(sea_orm::Statement::from_string(backend, sql.to_owned()))
            .await
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
        let pairs = rows.iter().map(|row| {
            let text = row.try_get_by_index::<String>(0).unwrap();
            (text, row.try_get_by_index::<i64>(1).unwrap())
        });
        let counted = pairs.collect();
        database.close().await.unwrap();
        counted
    }

    /// Runs a statement past the application.
    pub async fn execute(&self, sql: &str) {
        let database = self.database().await;
        database.execute_unprepared(sql).await.unwrap();
        database.close().await.unwrap();
    }
}

/// Monday 2026-11-23, 09:00 in Berlin.
pub fn morning() -> Instant {
    berlin_instant(date!(2026 - 11 - 23), MinuteOfDay::from_hm(9, 0).unwrap()).unwrap()
}

pub fn postgres() -> Option<String> {
    std::env::var("TEST_DATABASE_URL")
        .ok()
        .filter(|url| !url.is_empty())
}

async fn application(url: &str, clock: Arc<FixedClock>) -> (App, Arc<MasterSecret>) {
    application_with(url, clock, 4).await
}

/// An application on a database that somebody made.
pub async fn app_on(url: &str) -> App {
    application(url, Arc::new(FixedClock::new(morning())))
        .await
        .0
}

async fn application_with(
    url: &str,
    clock: Arc<FixedClock>,
    readers: u32,
) -> (App, Arc<MasterSecret>) {
    application_keeping(url, clock, readers, note_keys()).await
}

async fn application_keeping(
    url: &str,
    clock: Arc<FixedClock>,
    readers: u32,
    keys: std::path::PathBuf,
) -> (App, Arc<MasterSecret>) {
    let secret = Arc::new(MasterSecret::new(SECRET));
    let store = Store::open(StoreOptions {
        url: url.to_owned(),
        secret: Arc::clone(&secret),
        clock,
        entropy: Arc::new(SystemEntropy),
        readers,
    })
    .await
    .unwrap();
    let passwords = Passwords::new(&secret, HashCost::QUICK);
    let app = App::new(
        store,
        &secret,
        passwords,
        Rule::default(),
        false,
        String::new(),
    );
    app.keep_note_keys_in(keys);
    (app, secret)
}

/// The file with the master key of the notes, one for all tests of this process.
fn note_keys() -> std::path::PathBuf {
    static FOLDER: std::sync::OnceLock<tempfile::TempDir> = std::sync::OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        geleit::notes::create(&folder.path().join("notizen.key"), &SystemEntropy).unwrap();
        folder
    });
    folder.path().join("notizen.key")
}

/// The template: migrated, with reference data and accounts. Made once per process.
struct Template {
    place: String,
    accounts: Vec<DemoAccount>,
    _folder: Option<tempfile::TempDir>,
}

static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
static NUMBER: AtomicU32 = AtomicU32::new(0);

async fn template_accounts() -> &'static Vec<DemoAccount> {
    &template().await.accounts
}

async fn template() -> &'static Template {
    TEMPLATE
        .get_or_init(|| async {
            let (url, place, folder) = match postgres() {
                None => {
                    let folder = tempfile::tempdir().unwrap();
                    let file = folder.path().join("vorlage.sqlite");
                    (
                        format!("sqlite://{}?mode=rwc", file.display()),
                        file.display().to_string(),
                        Some(folder),
                    )
                }
                Some(server) => {
                    let name = format!("geleit_vorlage_{}", std::process::id());
                    sweep(&server).await;
                    on_server(&server, &format!("create database {name}")).await;
                    let url = on(&server, &name);
                    geleit::store::migrate(&url).await.unwrap();
                    (url, name, None)
                }
            };
            // A thread and runtime of its own: the pools must not outlive the test that came first.
            let accounts = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(async {
                    let (app, _) = application(&url, Arc::new(FixedClock::new(morning()))).await;
                    let accounts = demo::seed_accounts(&app).await.unwrap();
                    app.store.clone().close().await.unwrap();
                    accounts
                })
            })
            .join()
            .unwrap();
            Template {
                place,
                accounts,
                _folder: folder,
            }
        })
        .await
}

async fn fresh_database() -> (String, Option<tempfile::TempDir>) {
    let template = template().await;
    match postgres() {
        None => {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("test.sqlite");
            std::fs::copy(&template.place, &file).unwrap();
            (
                format!("sqlite://{}?mode=rwc", file.display()),
                Some(folder),
            )
        }
        Some(server) => {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!("geleit_test_{}_{number}", std::process::id());
            // One at a time: PostgreSQL refuses to copy a template that is being copied.
            static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
            let _one = ONE.lock().await;
            on_server(
                &server,
                &format!("create database {name} template {}", template.place),
            )
            .await;
            (on(&server, &name), None)
        }
    }
}

fn on(server: &str, database: &str) -> String {
    let (base, _) = server.rsplit_once('/').expect("a database URL with a path");
    format!("{base}/{database}")
}

async fn on_server(server: &str, sql: &str) {
    let connection = Database::connect(server).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// Drops what earlier runs left.
async fn sweep(server: &str) {
    let connection = Database::connect(server).await.unwrap();
    let statement = sea_orm::Statement::from_string(
        connection.get_database_backend(),
        "select datname from pg_database where datname like 'geleit_%'".to_owned(),
    );
    for row in connection.query_all_raw(statement).await.unwrap() {
        let name: String = row.try_get_by_index(0).unwrap();
        // In use by a run beside this one: leave it.
        let _ = connection
            .execute_unprepared(&format!("drop database {name}"))
            .await;
    }
    connection.close().await.unwrap();
}
