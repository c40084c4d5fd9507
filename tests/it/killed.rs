//! The real program, killed without warning while it answers as fast as it can: every page that somebody received has its
//! entry in the audit log.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use geleit::accounts::{HashCost, Passwords};
use geleit::base::crypto::{MasterSecret, SystemEntropy, hex};
use geleit::base::time::{Clock, SystemClock};
use geleit::demo;
use geleit::statistics::disclosure::Rule;
use geleit::store::{Store, StoreOptions};
use geleit::web::App;
use sea_orm::{ConnectionTrait, Database, Statement};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::postgres;

const SECRET: [u8; 32] = [9; 32];
/// How often it is killed.
const KILLS: usize = 6;
/// Requests at once.
const LANES: usize = 24;

async fn open(url: &str, secret: &Arc<MasterSecret>) -> App {
    let store = Store::open(StoreOptions {
        url: url.to_owned(),
        secret: Arc::clone(secret),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        readers: 4,
    })
    .await
    .unwrap();
    let passwords = Passwords::new(secret, HashCost::QUICK);
    App::new(
        store,
        secret,
        passwords,
        Rule::default(),
        true,
        String::new(),
    )
}

fn name() -> String {
    format!("geleit_killed_{}", std::process::id())
}

/// A database of its own; the program finds it by this address.
async fn database(folder: &Path) -> String {
    let Some(server) = postgres() else {
        return format!(
            "sqlite://{}?mode=rwc",
            folder.join("geleit.sqlite").display()
        );
    };
    let name = name();
    let connection = Database::connect(&server).await.unwrap();
    for sql in [
        format!("drop database if exists {name}"),
        format!("create database {name}"),
    ] {
        connection.execute_unprepared(&sql).await.unwrap();
    }
    connection.close().await.unwrap();
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

/// Signs in at the running program, as a browser does.
async fn sign_in(port: u16, account: &demo::DemoAccount) -> String {
    let (_, head, page) = send(port, "GET /anmelden HTTP/1.1", "", "").await.unwrap();
    let guest = cookie(&head, "__Host-gast");
    let body = serde_urlencoded::to_string([
        ("csrf", csrf(&page).as_str()),
        ("login", &account.login),
        ("password", account.password),
    ])
    .unwrap();
    let at = format!("__Host-gast={guest}");
    let (status, head, _) = send(port, "POST /anmelden HTTP/1.1", &at, &body)
        .await
        .unwrap();
    assert_eq!(status, 303, "{head}");
    let half = format!("__Host-sitzung={}", cookie(&head, "__Host-sitzung"));
    let (_, _, page) = send(port, "GET /anmelden/code HTTP/1.1", &half, "")
        .await
        .unwrap();
    let now = SystemClock.now();
    let code = geleit::accounts::rules::next_code(&account.second_factor, 0, now).unwrap();
    let body =
        serde_urlencoded::to_string([("csrf", csrf(&page).as_str()), ("code", code.as_str())])
            .unwrap();
    let (status, head, _) = send(port, "POST /anmelden/code HTTP/1.1", &half, &body)
        .await
        .unwrap();
    assert_eq!(status, 303, "{head}");
    format!("__Host-sitzung={}", cookie(&head, "__Host-sitzung"))
}

fn csrf(page: &str) -> String {
    page.split("name=\"csrf\" content=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default()
        .to_owned()
}

fn cookie(head: &str, name: &str) -> String {
    head.lines()
        .filter_map(|line| line.strip_prefix("set-cookie: "))
        .filter_map(|line| line.strip_prefix(&format!("{name}=")))
        .filter_map(|rest| rest.split(';').next())
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// One request on a connection of its own; nothing if the answer did not arrive whole.
async fn send(port: u16, line: &str, cookie: &str, body: &str) -> Option<(u16, String, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let text = format!(
        "{line}\r\nhost: 127.0.0.1\r\nconnection: close\r\ncookie: {cookie}\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let text = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        line.to_lowercase()
            .strip_prefix("content-length: ")?
            .parse::<usize>()
            .ok()
    });
    // The head alone is not yet data; a body cut short is.
    let whole = length.is_none_or(|length| answer.len() >= head.len() + 4 + length);
    (whole || !body.is_empty()).then(|| (status, head.to_owned(), body.to_owned()))
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn start(folder: &Path, url: &str, port: u16) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_geleit"));
    command
        .args(["--data-dir", &folder.display().to_string()])
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .arg("serve")
        .env_remove("GELEIT_DATABASE")
        .env_remove("GELEIT_CONFIG")
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if postgres().is_some() {
        command.env("GELEIT_DATABASE", url);
    }
    command.spawn().unwrap()
}

async fn ready(port: u16) {
    for _ in 0..600 {
        if let Some((200, _, _)) = send(port, "GET /bereit HTTP/1.1", "", "").await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the program does not come up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answered_read_is_missing_in_the_log_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let secret = Arc::new(MasterSecret::new(SECRET));
    let key = folder.path().join("geleit.key");
    std::fs::write(&key, hex(&SECRET)).unwrap();
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let url = database(folder.path()).await;
    geleit::store::migrate(&url).await.unwrap();
    let app = open(&url, &secret).await;
    let accounts = demo::seed_accounts(&app).await.unwrap();
    let people = demo::seed_people(&app, 40).await.unwrap();
    app.store.clone().close().await.unwrap();
    let account = accounts
        .iter()
        .find(|account| account.login == "sozialdienst")
        .unwrap()
        .clone();
    let answered: Arc<Mutex<BTreeMap<uuid::Uuid, u64>>> = Arc::default();
    let mut session = String::new();
    for kill in 0..KILLS {
        let port = free_port();
        let mut program = start(folder.path(), &url, port);
        ready(port).await;
        // A second factor works once; the session outlives the program.
        if session.is_empty() {
            session = sign_in(port, &account).await;
        }
        let lanes: Vec<_> = (0..LANES)
            .map(|lane| {
                let (people, session) = (people.clone(), session.clone());
                let answered = Arc::clone(&answered);
                tokio::spawn(async move {
                    for turn in 0.. {
                        let person = people[(lane * 7 + turn) % people.len()].0;
                        let line = format!("GET /personen/{person} HTTP/1.1");
                        match send(port, &line, &session, "").await {
                            Some((200, _, _)) => {
                                *answered.lock().unwrap().entry(person).or_default() += 1;
                            }
                            // Gone.
                            None => return,
                            Some(_) => {}
                        }
                    }
                })
            })
            .collect();
        // In the middle of it, each time after another number of answers.
        let before: u64 = answered.lock().unwrap().values().sum();
        let wanted = before + 25 + 13 * kill as u64;
        while answered.lock().unwrap().values().sum::<u64>() < wanted {
            tokio::time::sleep(Duration::from_millis(7)).await;
        }
        // SIGKILL: nothing is written out, nothing is said.
        program.kill().unwrap();
        program.wait().unwrap();
        for lane in lanes {
            lane.await.unwrap();
        }
    }
    let answered = answered.lock().unwrap().clone();
    let total: u64 = answered.values().sum();
    assert!(total >= 25 * KILLS as u64, "only {total} pages");
    let database = Database::connect(&url).await.unwrap();
    let rows = database
        .query_all_raw(Statement::from_string(
            database.get_database_backend(),
            "select s.person_id, count(distinct e.request) from audit_subject s join audit_entry e on e.writer = s.writer \
             and e.sequence = s.sequence where e.route = 'GET /personen/{person}' group by s.person_id"
                .to_owned(),
        ))
        .await
        .unwrap();
    database.close().await.unwrap();
    let mut logged: BTreeMap<uuid::Uuid, u64> = BTreeMap::new();
    for row in rows {
        let person: uuid::Uuid = row.try_get_by_index(0).unwrap();
        let number: i64 = row.try_get_by_index(1).unwrap();
        logged.insert(person, number.unsigned_abs());
    }
    for (person, seen) in &answered {
        let found = logged.get(person).copied().unwrap_or_default();
        assert!(found >= *seen, "{person}: {seen} pages, {found} entries");
    }
    // And the log of all the killed processes is whole.
    let app = open(&url, &secret).await;
    let verified = app.store.audit_verify(&[]).await.unwrap();
    assert_eq!(verified.findings, []);
    assert!(verified.entries >= total);
    app.store.clone().close().await.unwrap();
    if let Some(server) = postgres() {
        let connection = Database::connect(&server).await.unwrap();
        let sql = format!("drop database {} with (force)", name());
        connection.execute_unprepared(&sql).await.unwrap();
        connection.close().await.unwrap();
    }
}
