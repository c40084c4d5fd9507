//! A filled application and a signed-in browser in the process.

use std::sync::Arc;
use std::time::Instant as Stopwatch;

use axum::body::Body;
use axum::http::{Request, header};
use geleit::access::{Access, Permission, RequestRef};
use geleit::accounts::{self, Found, HashCost, Passwords};
use geleit::base::crypto::{MasterSecret, SystemEntropy};
use geleit::base::ids::PersonId;
use geleit::base::time::SystemClock;
use geleit::demo;
use geleit::server;
use geleit::statistics::disclosure::Rule;
use geleit::store::{Store, StoreOptions};
use geleit::web::App;
use tower::ServiceExt;

pub struct Bench {
    pub app: App,
    pub router: axum::Router,
    pub cookie: String,
    token: String,
    pub accounts: Vec<demo::DemoAccount>,
    pub folder: Option<tempfile::TempDir>,
}

impl Bench {
    pub async fn new(people: usize) -> (Self, Vec<PersonId>) {
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
                accounts,
                folder,
            },
            ids,
        )
    }

    /// The same application, signed in as somebody else.
    pub async fn signed_in(&self, login: &str) -> (String, String) {
        let account = self
            .accounts
            .iter()
            .find(|account| account.login == login)
            .expect("an account");
        let token = sign_in(&self.app, &self.router, account).await;
        (format!("__Host-sitzung={token}"), token)
    }

    pub async fn page(&self, path: &str) -> usize {
        get(&self.router, &self.cookie, path).await
    }

    /// A permission of the signed-in account, as a request gets it.
    pub async fn access<P: Permission>(&self) -> Access<P> {
        self.access_of(&self.token).await
    }

    /// A permission behind a session, as a request gets it: who is asking, and what their grants of today open.
    pub async fn access_of<P: Permission>(&self, token: &str) -> Access<P> {
        let request = RequestRef {
            id: String::new(),
            route: "bench".into(),
        };
        let now = self.app.store.clock().now();
        match accounts::identify(&self.app.store, token, now, request.clone()).await {
            Ok(Found::SignedIn { actor, .. }) => actor.access(request).expect("the permission"),
            _ => panic!("not signed in"),
        }
    }
}

pub async fn get(router: &axum::Router, cookie: &str, path: &str) -> usize {
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

pub async fn get_text(router: &axum::Router, cookie: &str, path: &str) -> (String, String) {
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
pub fn links(page: &str, end: &str) -> Vec<String> {
    page.split("href=\"")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .filter(|href| href.ends_with(end))
        .map(ToOwned::to_owned)
        .collect()
}

/// Opens a register, gives everybody the other status, saves.
pub async fn save_register(bench: &Bench, path: &str, turn: usize) {
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
