//! What holds for every answer: headers, forgery, limits, faults.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::harness::TestApp;
use crate::html;

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let test = TestApp::new().await;
    let mut browser = test.browser();
    for path in [
        "/anmelden",
        "/",
        "/gibt-es-nicht",
        "/gesund",
        "/static/gibt-es-nicht.css",
    ] {
        let answer = browser.get(path).await;
        let get = |name: &str| {
            answer
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        let policy = get("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none';") && policy.contains("trusted-types 'none'"),
            "{path}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"));
        assert_eq!(get("x-content-type-options"), "nosniff");
        assert_eq!(get("referrer-policy"), "no-referrer");
        assert_eq!(get("cross-origin-opener-policy"), "same-origin");
        assert_eq!(get("cross-origin-resource-policy"), "same-origin");
        assert_eq!(get("cache-control"), "no-store", "{path}");
        assert!(get("strict-transport-security").contains("max-age=63072000"));
        assert!(get("permissions-policy").contains("camera=()"));
        assert!(answer.headers.get("server").is_none());
    }
    let page = browser.get("/anmelden").await.text();
    let css = page
        .split("href=\"")
        .find(|part| part.starts_with("/static/app-"))
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let asset = browser.get(css).await.expect(200);
    assert!(
        asset.headers["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
}

#[tokio::test]
async fn cookies_are_bound_to_the_host_and_out_of_reach_of_scripts() {
    let test = TestApp::new().await;
    let mut browser = test.browser();
    let page = browser.get("/anmelden").await;
    let csrf = page.input("csrf").unwrap();
    let account = test.account("kora");
    let answer = browser
        .post_raw(
            "/anmelden",
            &[
                ("csrf", &csrf),
                ("login", &account.login),
                ("password", account.password),
            ],
        )
        .await;
    for cookie in page
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .chain(answer.headers.get_all(header::SET_COOKIE))
    {
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn forms_from_elsewhere_are_refused() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("verwaltung").await;
    let csrf = browser.csrf().await;
    let id = test.account("kora").id;
    let path = format!("/konten/{id}/sperren");
    let body = |token: &str| serde_urlencoded::to_string([("csrf", token)]).unwrap();
    let request = |headers: &[(&str, &str)], body: String| {
        let mut request =
            Request::post(&path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::from(body)).unwrap()
    };
    let attacks = [
        request(&[("sec-fetch-site", "cross-site")], body(&csrf)),
        request(&[("sec-fetch-site", "same-site")], body(&csrf)),
        request(
            &[
                ("origin", "https://boese.example"),
                ("host", "geleit.example"),
            ],
            body(&csrf),
        ),
        request(&[("origin", "null")], body(&csrf)),
        request(&[("sec-fetch-site", "same-origin")], body("")),
        request(&[("sec-fetch-site", "same-origin")], body(&"0".repeat(64))),
        request(&[("sec-fetch-site", "same-origin")], String::new()),
    ];
    for attack in attacks {
        let answer = browser.send(attack).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(html::problems(&answer.text()), Vec::<String>::new());
    }
    // Another browser's token is no token.
    let mut other = test.signed_in("datenschutz").await;
    let foreign = other.csrf().await;
    browser
        .post_raw(&path, &[("csrf", &foreign)])
        .await
        .expect(403);
    assert_eq!(
        test.number("select count(*) from account where disabled_at is not null")
            .await,
        0
    );
    browser
        .send(request(
            &[
                ("origin", "https://geleit.example"),
                ("host", "geleit.example"),
            ],
            body(&csrf),
        ))
        .await
        .expect(303);
}

#[tokio::test]
async fn too_much_is_refused_with_a_page() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("verwaltung").await;
    let csrf = browser.csrf().await;
    let long = "x".repeat(1024 * 1024);
    browser
        .post_raw("/konten/neu", &[("csrf", &csrf), ("name", &long)])
        .await
        .expect(413);
    let many: Vec<(String, String)> = (0..3000)
        .map(|number| (format!("f{number}"), String::new()))
        .collect();
    let many: Vec<(&str, &str)> = many
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post_raw("/konten/neu", &many).await.expect(413);
    let answer = browser
        .send(Request::put("/konten/neu").body(Body::empty()).unwrap())
        .await;
    assert!(
        matches!(answer.status.as_u16(), 403..=405),
        "{}",
        answer.status
    );
}

#[tokio::test]
async fn unknown_pages_say_so_with_a_way_on_and_a_number() {
    let test = TestApp::new().await;
    let mut browser = test.signed_in("verwaltung").await;
    for path in [
        "/gibt-es-nicht",
        "/konten/keine-uuid/sperren",
        "/konten/%00",
        "/%ff",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text().contains("Vorgangsnummer"), "{path}");
        assert!(answer.links("/").iter().any(|link| link == "/"));
        assert_eq!(html::problems(&answer.text()), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_half_sent_request_is_closed() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let test = TestApp::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = geleit::server::Serving {
        listener,
        router: test.router.clone(),
    };
    let server = tokio::spawn(geleit::server::serve(serving, async {
        let _ = stopped.await;
    }));
    let mut slow = tokio::net::TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET /gesund HTTP/1.1\r\nHost: x\r\nX-Half: ")
        .await
        .unwrap();
    // Others are served meanwhile.
    let mut quick = tokio::net::TcpStream::connect(address).await.unwrap();
    quick
        .write_all(b"GET /gesund HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    quick.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(
        std::time::Duration::from_secs(20),
        slow.read_to_end(&mut rest),
    )
    .await;
    assert!(closed.is_ok(), "still open after 20 s");
    stop.send(()).unwrap();
    server.await.unwrap();
}
