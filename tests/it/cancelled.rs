//! A browser that goes away in the middle must not cost anybody an acknowledged write. sqlx 0.9.0 can hand a
//! PostgreSQL connection back inside a transaction that nobody owns when a future is dropped at the wrong moment
//! (issues 4385 and 4393); requests therefore run to their end as tasks of their own.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::harness::{TestApp, postgres};

/// A proxy before the database that takes four milliseconds each way, so that there is a middle to go away in.
async fn slow_proxy(target: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&target).await.unwrap();
            let (client_read, client_write) = client.into_split();
            let (server_read, server_write) = server.into_split();
            tokio::spawn(pump(client_read, server_write));
            tokio::spawn(pump(server_read, client_write));
        }
    });
    port
}

async fn pump(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin) {
    let mut buffer = vec![0u8; 16 * 1024];
    while let Ok(count) = from.read(&mut buffer).await {
        tokio::time::sleep(Duration::from_millis(4)).await;
        if count == 0 || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

const IDLE: &str = "select count(*) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_are_given_up_lose_nobody_elses_write() {
    let mut test = TestApp::new().await;
    if postgres().is_some() {
        let host = test
            .url
            .split('@')
            .nth(1)
            .unwrap()
            .split('/')
            .next()
            .unwrap()
            .to_owned();
        let port = slow_proxy(host.clone()).await;
        let slow = test.url.replace(&host, &format!("127.0.0.1:{port}"));
        test.reopen(&slow, 1).await;
    }
    let mut browser = test.signed_in("sozialdienst").await;
    let csrf = browser.csrf().await;
    for number in 0..120u64 {
        let reason = format!("aufgegeben {number}");
        let fields = [
            ("csrf", csrf.as_str()),
            ("first_day", "12.01.2027"),
            ("reason", reason.as_str()),
        ];
        let mut leaving = browser.clone();
        let request = leaving.post_raw("/einrichtungen/schliesstage", &fields);
        // Goes away after 0 to 117 ms: somewhere between the session's query and the commit.
        let _ = tokio::time::timeout(Duration::from_millis(number % 40 * 3), request).await;
        if postgres().is_some() && number % 4 == 0 {
            // What was given up ends by itself; no connection is left inside a transaction nobody owns.
            tokio::time::sleep(Duration::from_millis(250)).await;
            assert_eq!(test.number(IDLE).await, 0, "after request {number}");
        }
        let reason = format!("bestaetigt {number}");
        let fields = [
            ("csrf", csrf.as_str()),
            ("first_day", "13.01.2027"),
            ("reason", reason.as_str()),
        ];
        browser
            .post_raw("/einrichtungen/schliesstage", &fields)
            .await
            .expect(303);
    }
    assert_eq!(
        test.number("select count(*) from closure where reason like 'bestaetigt %'")
            .await,
        120
    );
    let points = test
        .app
        .store
        .audit_checkpoint()
        .await
        .map(|signed| signed.checkpoint)
        .into_iter()
        .collect::<Vec<_>>();
    assert_eq!(
        test.app.store.audit_verify(&points).await.unwrap().findings,
        []
    );
}
