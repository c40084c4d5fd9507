//! Around every request: its id, who sent it, and afterwards the pages of faults and the "denied" entry.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::html;

use super::app::App;
use super::context::Reply;
use super::fault::{self, Fault, Refused, Undrawn};
use super::flash::cookie;
use super::form::Form;
use super::layout::{Frame, UserLine, page};
use super::post::{self, FORM_LIMIT, token_of};
use super::security::same_site;
use super::{nav, parts};
use crate::access::permissions::Start;
use crate::access::{Access, Actor, RequestRef};
use crate::accounts::{self, Found};
use crate::audit::{Entry, Verb};
use crate::base::ids::SessionId;
use crate::base::readable::spell;

/// The cookie of a signed-in browser.
pub const SESSION_COOKIE: &str = "__Host-sitzung";
/// The cookie that binds the form token before the sign-in.
pub const GUEST_COOKIE: &str = "__Host-gast";

/// Who sent the request.
#[derive(Clone, Default)]
pub struct Identity {
    /// The signed-in member of staff.
    pub signed_in: Option<SignedIn>,
    /// A session that has its password but not yet its second factor.
    pub half_way: Option<accounts::HalfWay>,
    /// The form token of this browser.
    pub csrf: String,
    /// A fresh guest cookie, if the browser has none.
    pub new_guest: Option<String>,
    /// The request's id.
    pub request_id: String,
}

/// A signed-in member of staff.
#[derive(Clone)]
pub struct SignedIn {
    /// Who.
    pub actor: Arc<Actor>,
    /// The browser's session.
    pub session: SessionId,
}

/// The sign-in page that leads on to `onward` afterwards.
pub fn sign_in_location(onward: &str) -> String {
    if onward == "/" || !onward.starts_with('/') || onward.starts_with("//") {
        return "/anmelden".to_owned();
    }
    let query = serde_urlencoded::to_string([("weiter", onward)]).unwrap_or_default();
    format!("/anmelden?{query}")
}

/// Whether an address is a page of ours to go on to.
pub fn onward(target: &str) -> &str {
    let ours = target.starts_with('/')
        && !target.starts_with("//")
        && !target.starts_with("/\\")
        && !target.starts_with("/anmelden")
        && target.len() <= 2_000
        && target.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    if ours { target } else { "/" }
}

/// The middleware.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if path.starts_with("/static/") || path == "/gesund" || path == "/bereit" {
        return next.run(request).await;
    }
    let now = app.store.clock().now();
    let mut identity = Identity {
        request_id: request_id(&app),
        ..Identity::default()
    };
    let ours = same_site(&app, &request);
    let token = cookie(request.headers(), SESSION_COOKIE).map(ToOwned::to_owned);
    let mut expired_account = None;
    if let Some(token) = &token {
        let reference = RequestRef {
            id: identity.request_id.clone(),
            route: "identify".into(),
        };
        match accounts::identify(&app.store, token, now, reference).await {
            Ok(Found::SignedIn { actor, session }) => {
                identity.signed_in = Some(SignedIn { actor, session })
            }
            Ok(Found::HalfWay(half_way)) => identity.half_way = Some(half_way),
            Ok(Found::Expired(account)) => expired_account = account,
            Err(error) => {
                let response = Fault::from(error).into_response();
                return finish(&app, identity, &path, None, response).await;
            }
        }
    }
    let binder = match &token {
        Some(token) if expired_account.is_none() => token.clone(),
        _ => match cookie(request.headers(), GUEST_COOKIE) {
            Some(guest) if guest.len() >= 32 => guest.to_owned(),
            _ => {
                let guest = crate::base::crypto::hex(&app.store.entropy().secret());
                identity.new_guest = Some(guest.clone());
                guest
            }
        },
    };
    identity.csrf = token_of(&app, &binder);

    if !ours {
        return finish(&app, identity, &path, None, Fault::Forged.into_response()).await;
    }
    if identity.signed_in.is_none()
        && let Some(account) = expired_account
        && request.method() == Method::POST
        && !path.starts_with("/anmelden")
        && path != "/abmelden"
        && path != "/sitzung/verlaengern"
    {
        let response = carry(&app, &identity, account, &path, request).await;
        return finish(&app, identity, &path, None, response).await;
    }

    let route = request
        .extensions()
        .get::<axum::extract::MatchedPath>()
        .map(|matched| format!("{} {}", request.method(), matched.as_str()));
    request.extensions_mut().insert(identity.clone());
    let response = next.run(request).await;
    finish(&app, identity, &path, route, response).await
}

fn request_id(app: &App) -> String {
    let mut bytes = [0u8; 5];
    app.store.entropy().fill(&mut bytes);
    let number = bytes
        .iter()
        .fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
    format!("{}-{}", spell(number >> 20, 4), spell(number, 4))
}

/// A form whose session ended: seals what was typed and asks to sign in; nothing is lost.
async fn carry(
    app: &App,
    identity: &Identity,
    account: crate::base::ids::AccountId,
    path: &str,
    request: Request,
) -> Response {
    let urlencoded = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    if !urlencoded {
        return Reply::see("/anmelden").into_response();
    }
    let form = match post::body(request.into_body(), FORM_LIMIT)
        .await
        .and_then(|bytes| post::parse(&bytes))
    {
        Ok(form) => form,
        Err(fault) => return fault.into_response(),
    };
    let fields: Vec<(String, String)> = form
        .names()
        .filter(|name| *name != "csrf")
        .flat_map(|name| {
            form.values(name)
                .iter()
                .map(|value| (name.to_owned(), value.clone()))
        })
        .collect();
    let carried = serde_json::to_vec(&(path, fields)).unwrap_or_default();
    let place = format!("account/{account}");
    let sealed = crate::base::crypto::hex(&app.carried_form.seal(
        app.store.entropy().as_ref(),
        &place,
        &carried,
    ));
    let mut frame = bare_frame(app, identity);
    frame.notice = None;
    Reply::open_page(accounts::views::sign_in(
        &frame,
        &Form::empty().with("uebernommen", sealed),
        true,
    ))
    .into_response()
}

/// The page that gives a carried form back after the sign-in.
pub fn carried_page(app: &App, actor: &Actor, frame: &Frame, sealed: &str) -> Option<maud::Markup> {
    let bytes = crate::base::crypto::unhex(sealed)?;
    let opened = app
        .carried_form
        .open(&format!("account/{}", actor.account()), &bytes)?;
    let (path, fields): (String, Vec<(String, String)>) = serde_json::from_slice(&opened).ok()?;
    Some(page(
        frame,
        "Ihre Eingaben sind noch da",
        html! {
            p { "Die Anmeldung war abgelaufen, bevor das Formular ankam. Es wurde noch nichts gespeichert." }
            (parts::post_form(frame, &path, None, html! {
                @for (name, value) in &fields { (parts::hidden(name, value)) }
                (parts::actions("Eingaben jetzt absenden", &[("Verwerfen", "/")]))
            }))
        },
    ))
}

/// The frame of a page before the sign-in.
pub fn bare_frame(app: &App, identity: &Identity) -> Frame {
    Frame {
        user: None,
        nav: Vec::new(),
        demo: app.demo,
        csrf: identity.csrf.clone(),
        notice: None,
        session_warn_after_seconds: None,
        request_id: identity.request_id.clone(),
    }
}

/// The frame of a page that everybody may see: with name and navigation for whoever is signed in.
pub fn frame_for(app: &App, identity: &Identity, path: &str) -> Frame {
    let mut frame = bare_frame(app, identity);
    if let Some(signed_in) = &identity.signed_in {
        let profile = signed_in.actor.profile();
        frame.user = Some(UserLine {
            name: profile.name.clone(),
            role: profile.role.label().to_owned(),
            place: profile
                .facility_name
                .clone()
                .or_else(|| profile.provider_name.clone()),
        });
        frame.nav = nav::rows(&signed_in.actor, path);
    }
    frame
}

async fn finish(
    app: &App,
    identity: Identity,
    path: &str,
    route: Option<String>,
    response: Response,
) -> Response {
    let mut response = response;
    if response.extensions().get::<Refused>().is_some()
        && let Some(signed_in) = &identity.signed_in
    {
        let request = RequestRef {
            id: identity.request_id.clone(),
            route: route.unwrap_or_else(|| "(keine Route)".to_owned()),
        };
        let denied = match signed_in.actor.access::<Start>(request) {
            Ok(access) => note_denied(app, access).await,
            Err(_) => Ok(()),
        };
        if let Err(fault) = denied {
            response = fault.into_response();
        }
    }
    if let Some(undrawn) = response.extensions().get::<Undrawn>().cloned() {
        let status = response.status();
        let frame = frame_for(app, &identity, path);
        let body = fault::draw(&undrawn, status, &frame).into_string();
        let (mut parts, _) = response.into_parts();
        parts.headers.insert(
            header::CONTENT_TYPE,
            header::HeaderValue::from_static("text/html; charset=utf-8"),
        );
        parts.headers.remove(header::CONTENT_LENGTH);
        response = Response::from_parts(parts, Body::from(body));
    }
    if let Some(guest) = identity.new_guest {
        let value = format!("{GUEST_COOKIE}={guest}; Path=/; Secure; HttpOnly; SameSite=Strict");
        if let Ok(value) = header::HeaderValue::from_str(&value) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

async fn note_denied(app: &App, access: Access<Start>) -> Result<(), Fault> {
    app.store
        .read(access)
        .seen(Entry::new(Verb::Query, "seite").denied())
        .await?;
    Ok(())
}
