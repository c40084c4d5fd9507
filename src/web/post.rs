//! What was sent: form fields kept as typed, with the form token checked before anything else is read.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};

use super::app::App;
use super::fault::Fault;
use super::form::Form;
use super::identify::Identity;
use crate::base::crypto::same;

/// The most that a form may weigh.
pub const FORM_LIMIT: usize = 1024 * 1024;
/// The most that an uploaded list may weigh (5 MiB of list, and the form around it).
pub const UPLOAD_LIMIT: usize = 5 * 1024 * 1024 + 64 * 1024;
/// The most fields a form may have.
const FIELDS: usize = 2_000;

/// The fields of a form that came from one of our pages.
pub struct Posted(pub Form);

/// A form with one file.
pub struct Uploaded {
    /// The other fields.
    pub form: Form,
    /// The file's name as the browser says it.
    pub file_name: String,
    /// The file.
    pub content: Vec<u8>,
}

/// The form token of a browser, bound to its session (or guest) cookie.
pub fn token_of(app: &App, binder: &str) -> String {
    crate::base::crypto::hex(&app.form_token.tag(&[b"csrf", binder.as_bytes()]))
}

fn check(identity: &Identity, form: &Form) -> Result<(), Fault> {
    if !identity.csrf.is_empty() && same(form.value("csrf").as_bytes(), identity.csrf.as_bytes()) {
        Ok(())
    } else {
        Err(Fault::Forged)
    }
}

/// The fields of an urlencoded body.
pub(super) fn parse(bytes: &[u8]) -> Result<Form, Fault> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes)
        .map_err(|_| Fault::Bad("Das Formular ist nicht lesbar.".into()))?;
    if pairs.len() > FIELDS {
        return Err(Fault::TooLarge(format!(
            "Das Formular hat mehr als {FIELDS} Felder."
        )));
    }
    Ok(Form::from_pairs(pairs))
}

/// How long the body of a request may take (security: slow bodies must not hold connections).
const BODY_SECONDS: u64 = 30;

/// Ends reading that takes too long. No database work happens within it, so giving up is safe.
#[allow(clippy::disallowed_methods, reason = "reads from the network only")]
async fn in_time<T>(reading: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    tokio::time::timeout(std::time::Duration::from_secs(BODY_SECONDS), reading)
        .await
        .unwrap_or_else(|_| {
            Err(Fault::Bad(
                "Die Eingabe kam nicht rechtzeitig an. Bitte noch einmal senden.".into(),
            ))
        })
}

pub(super) async fn body(body: Body, limit: usize) -> Result<Bytes, Fault> {
    in_time(read_body(body, limit)).await
}

async fn read_body(body: Body, limit: usize) -> Result<Bytes, Fault> {
    axum::body::to_bytes(body, limit)
        .await
        .map_err(|_| Fault::TooLarge(format!("Angenommen werden höchstens {} KiB.", limit / 1024)))
}

impl FromRequest<App> for Posted {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &App) -> Result<Self, Fault> {
        let identity = request
            .extensions()
            .get::<Identity>()
            .cloned()
            .unwrap_or_default();
        let urlencoded = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
        if !urlencoded {
            return Err(Fault::Forged);
        }
        let form = parse(&body(request.into_body(), FORM_LIMIT).await?)?;
        check(&identity, &form)?;
        Ok(Posted(form))
    }
}

impl FromRequest<App> for Uploaded {
    type Rejection = Fault;

    async fn from_request(request: Request, app: &App) -> Result<Self, Fault> {
        in_time(Self::read(request, app)).await
    }
}

impl Uploaded {
    async fn read(request: Request, app: &App) -> Result<Self, Fault> {
        let identity = request
            .extensions()
            .get::<Identity>()
            .cloned()
            .unwrap_or_default();
        let mut parts = Multipart::from_request(request, app)
            .await
            .map_err(|_| Fault::Forged)?;
        let mut pairs = Vec::new();
        let mut file = (String::new(), Vec::new());
        let unreadable = |error: axum::extract::multipart::MultipartError| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Fault::TooLarge("Die Datei ist größer als 5 MiB.".into())
            }
            _ => Fault::Bad(
                "Die Datei ist nicht vollständig angekommen. Bitte noch einmal senden.".into(),
            ),
        };
        let mut checked = false;
        while let Some(part) = parts.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            if let Some(file_name) = part.file_name().map(ToOwned::to_owned) {
                if !checked {
                    // The token comes first in our forms: a foreign form's file is not even read.
                    check(&identity, &Form::from_pairs(pairs.clone()))?;
                    checked = true;
                }
                let file_name: String = file_name
                    .chars()
                    .filter(|letter| !letter.is_control())
                    .take(120)
                    .collect();
                file = (file_name, part.bytes().await.map_err(unreadable)?.to_vec());
            } else {
                pairs.push((name, part.text().await.map_err(unreadable)?));
            }
            if pairs.len() > FIELDS {
                return Err(Fault::TooLarge(format!(
                    "Das Formular hat mehr als {FIELDS} Felder."
                )));
            }
        }
        let form = Form::from_pairs(pairs);
        check(&identity, &form)?;
        Ok(Uploaded {
            form,
            file_name: file.0,
            content: file.1,
        })
    }
}
