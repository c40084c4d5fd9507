//! Everything that can go wrong, as a page with a way on and the request's id.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::context::Reply;
use super::layout::{Frame, error_page};
use crate::base::ids::PersonId;
use crate::store::StoreError;

/// Why a request was not answered as asked.
#[derive(Debug)]
pub enum Fault {
    /// There is no such thing, or it must not be seen: the same page for both.
    NotFound,
    /// Not signed in; carries where to go on after the sign-in.
    SignIn(String),
    /// The form does not come from one of our pages.
    Forged,
    /// Someone else saved first; carries the page that shows both versions.
    Conflict(Box<Reply>),
    /// Someone else changed it since the page was loaded.
    Changed,
    /// The request cannot be read; carries what is wrong, in German.
    Bad(String),
    /// More than is taken.
    TooLarge(String),
    /// Too much at once.
    Busy,
    /// The server's clock was set back.
    ClockBehind,
    /// The database or the audit log does not answer.
    Unavailable(String),
    /// Go elsewhere, with nothing said.
    See(String),
    /// Somebody is to say first why they open a person, or very many people.
    Purpose(Option<PersonId>),
    /// Too many people were opened within an hour.
    TooMany,
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Changed => Fault::Changed,
            StoreError::PurposeNeeded(person) => Fault::Purpose(Some(person)),
            StoreError::ManyOpened => Fault::Purpose(None),
            StoreError::TooManyOpened => Fault::TooMany,
            behind @ StoreError::ClockBehind { .. } => {
                tracing::error!(%behind, "nothing written");
                Fault::ClockBehind
            }
            StoreError::Busy(why) => {
                tracing::warn!(why, "nothing written");
                Fault::Busy
            }
            other => Fault::Unavailable(other.to_string()),
        }
    }
}

/// Marks an answer that refused, so that the frame leaves a "denied" entry in the audit log.
#[derive(Debug, Clone, Copy)]
pub struct Refused;

/// Marks an answer that asks why somebody opens a person (or, without one, very many people): the frame draws the form.
#[derive(Debug, Clone, Copy)]
pub struct Asked(pub Option<PersonId>);

/// Marks an answer whose page the frame still has to draw, because it knows the user and the request's id.
#[derive(Debug, Clone)]
pub struct Undrawn(pub(super) &'static str, pub(super) String);

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let undrawn = |status: StatusCode, kind: &'static str, detail: String| {
            let mut response = status.into_response();
            response.extensions_mut().insert(Undrawn(kind, detail));
            response
        };
        match self {
            Fault::NotFound => {
                let mut response = undrawn(StatusCode::NOT_FOUND, "not-found", String::new());
                response.extensions_mut().insert(Refused);
                response
            }
            Fault::SignIn(location) => Reply::see(&location).into_response(),
            Fault::See(location) => Reply::see(&location).into_response(),
            Fault::Forged => {
                let mut response = undrawn(StatusCode::FORBIDDEN, "forged", String::new());
                response.extensions_mut().insert(Refused);
                response
            }
            Fault::Purpose(person) => {
                let mut response = StatusCode::FORBIDDEN.into_response();
                response.extensions_mut().insert(Asked(person));
                response
            }
            Fault::TooMany => undrawn(StatusCode::TOO_MANY_REQUESTS, "too-many", String::new()),
            Fault::Conflict(reply) => {
                let mut response = reply.into_response();
                *response.status_mut() = StatusCode::CONFLICT;
                response
            }
            Fault::Changed => undrawn(StatusCode::CONFLICT, "changed", String::new()),
            Fault::Bad(why) => undrawn(StatusCode::BAD_REQUEST, "bad", why),
            Fault::TooLarge(why) => undrawn(StatusCode::PAYLOAD_TOO_LARGE, "too-large", why),
            Fault::Busy => undrawn(StatusCode::SERVICE_UNAVAILABLE, "busy", String::new()),
            Fault::ClockBehind => undrawn(StatusCode::SERVICE_UNAVAILABLE, "clock", String::new()),
            Fault::Unavailable(why) => {
                tracing::error!(why, "request not answered");
                undrawn(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "unavailable",
                    String::new(),
                )
            }
        }
    }
}

/// Draws the page of a fault.
pub(super) fn draw(undrawn: &Undrawn, status: StatusCode, frame: &Frame) -> maud::Markup {
    let start: (&str, &str) = if frame.user.is_some() {
        ("Zur Startseite", "/")
    } else {
        ("Zur Anmeldung", "/anmelden")
    };
    let help = ("Hilfe", "/hilfe");
    let (heading, text): (&str, &str) = match undrawn.0 {
        "not-found" => (
            "Diese Seite gibt es hier nicht",
            "Die Adresse ist falsch, oder der Inhalt gehört nicht zu Ihrem Zuständigkeitsbereich. \
             Wenn Sie etwas erwarten, das hier fehlt, fragen Sie bitte die Verwaltung Ihrer Einrichtung.",
        ),
        "forged" => (
            "Das Formular wurde nicht angenommen",
            "Es kam nicht von einer Seite dieser Anwendung oder war zu alt. Es wurde nichts gespeichert. \
             Bitte gehen Sie zurück, laden Sie die Seite neu und senden Sie noch einmal.",
        ),
        "changed" => (
            "Inzwischen wurde hier etwas geändert",
            "Jemand anderes hat diesen Vorgang geändert, seit Sie die Seite geöffnet haben. Es wurde nichts \
             überschrieben. Bitte gehen Sie zurück, laden Sie die Seite neu und prüfen Sie den neuen Stand.",
        ),
        "bad" => (
            "Die Eingabe konnte nicht gelesen werden",
            undrawn.1.as_str(),
        ),
        "too-large" => ("Die Eingabe ist zu groß", undrawn.1.as_str()),
        "busy" => (
            "Gerade ist zu viel los",
            "Es wurde nichts gespeichert. Bitte versuchen Sie es in einer Minute noch einmal.",
        ),
        "clock" => (
            "Die Uhr des Servers geht nach",
            "Geleit hat schon eine spätere Zeit gesehen, als die Uhr jetzt zeigt. Weil Anmeldungen und Freigaben nach der \
             Uhr enden, wird bis dahin nichts gespeichert, und niemand kann sich anmelden; lesen geht weiter. Bitte sagen \
             Sie der Stelle Bescheid, die den Server betreibt: Sie stellt die Uhr. Danach senden Sie noch einmal.",
        ),
        "too-many" => (
            "Sie haben ungewöhnlich viele Personen geöffnet",
            "In der letzten Stunde waren es mehr als 400. Bis die Stunde vorbei ist, werden keine weiteren gezeigt; der \
             Datenschutz sieht die Sperre. Wenn Ihre Aufgabe das nötig macht, sprechen Sie bitte mit Ihrer Leitung.",
        ),
        "panic" => (
            "Hier ist ein Fehler passiert",
            "Es wurde nichts gespeichert. Bitte versuchen Sie es noch einmal; bleibt es dabei, nennen Sie der \
             Verwaltung die Vorgangsnummer unten.",
        ),
        _ => (
            "Geleit ist gerade nicht erreichbar",
            "Datenbank oder Protokoll antworten nicht. Ohne Protokoll werden keine Daten gezeigt und nichts wird \
             gespeichert. Bitte versuchen Sie es in einigen Minuten noch einmal.",
        ),
    };
    error_page(frame, status.as_u16(), heading, text, &[start, help])
}

/// The answer of a request whose task panicked.
pub(super) fn panicked() -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response
        .extensions_mut()
        .insert(Undrawn("panic", String::new()));
    response
}
