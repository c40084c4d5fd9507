//! Headers on every answer, the check where a form comes from, and the task in which a request runs.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::app::App;
use super::fault;

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
    font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// The headers of every answer.
pub async fn headers(request: Request, next: Next) -> Response {
    let immutable = request.uri().path().starts_with("/static/");
    let mut response = next.run(request).await;
    let found = response.status().is_success();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What a calendar program reads says itself that the program keeps it and asks again.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static(if immutable && found {
            "public, max-age=31536000, immutable"
        } else {
            "no-store"
        }));
    response
}

/// Whether a changing request comes from one of our own pages: `Sec-Fetch-Site` and `Origin`, where the
/// browser sends them. The form token is checked besides.
pub(super) fn same_site(app: &App, request: &Request) -> bool {
    request.method() == Method::GET
        || request.method() == Method::HEAD
        || comes_from_us(app, request)
}

fn comes_from_us(app: &App, request: &Request) -> bool {
    let text = |name: HeaderName| {
        request
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap_or("?"))
    };
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site"))
        && site != "same-origin"
        && site != "none"
    {
        return false;
    }
    match text(header::ORIGIN) {
        None => true,
        Some(origin) if !app.origin.is_empty() => origin == app.origin,
        // A browser with "no-referrer" sends `null` for forms; Sec-Fetch-Site has spoken then.
        Some("null") => text(HeaderName::from_static("sec-fetch-site")).is_some(),
        Some(origin) => {
            let host = text(header::HOST).unwrap_or_default();
            origin
                .strip_prefix("https://")
                .or_else(|| origin.strip_prefix("http://"))
                .is_some_and(|rest| rest == host)
        }
    }
}

/// The address under which the browser reached Geleit, for addresses that are copied elsewhere: the configured one, or
/// the host that the browser named.
pub fn own_address(app: &App, headers: &HeaderMap) -> String {
    if !app.origin.is_empty() {
        return app.origin.trim_end_matches('/').to_owned();
    }
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("localhost");
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    // Without TLS in front of it, Geleit is reached on the same machine only (the demo).
    let scheme = if matches!(name, "localhost" | "127.0.0.1" | "[::1]") {
        "http://"
    } else {
        "https://"
    };
    format!("{scheme}{host}")
}

/// Runs the request as a task of its own, to its end: a browser that goes away must not cancel database
/// work half-way (a connection could return to the pool inside a transaction, and later acknowledged
/// writes would be lost).
pub async fn to_its_end(request: Request, next: Next) -> Response {
    match tokio::spawn(next.run(request).in_current_span()).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "request panicked");
            fault::panicked()
        }
    }
}
