//! The context of a request with its permission, and the answer that carries the proof of its audit entry.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;

use super::app::App;
use super::fault::Fault;
use super::flash::{self, Flash};
use super::identify::Identity;
use super::layout::{Frame, UserLine};
use super::nav;
use super::route::pattern;
use crate::access::{Access, Actor, Permission, RequestRef, Writes};
use crate::base::ids::SessionId;
use crate::store::{Reader, Seen, StoreError, Writer};
use std::sync::Arc;

/// An answer, or why there is none.
pub type Answer = Result<Reply, Fault>;

/// A request of someone who holds permission `P`.
pub struct Ctx<P: Permission> {
    /// The application.
    pub app: App,
    access: Access<P>,
    session: SessionId,
    csrf: String,
    path: String,
    notice: Option<Flash>,
}

/// A finished answer.
#[derive(Debug)]
pub struct Reply(Response);

impl Reply {
    /// A page without anything from the database (help, sign-in).
    pub fn open_page(markup: Markup) -> Self {
        Self(markup.into_response())
    }

    /// A page without anything from the database that tells what is wrong with a form.
    pub fn open_form(markup: Markup) -> Self {
        Self((StatusCode::UNPROCESSABLE_ENTITY, markup).into_response())
    }

    /// Go elsewhere.
    pub fn see(location: &str) -> Self {
        let location =
            HeaderValue::from_str(location).unwrap_or_else(|_| HeaderValue::from_static("/"));
        Self((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
    }

    /// The same answer with one more cookie.
    pub fn with_cookie(mut self, cookie: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            self.0.headers_mut().append(header::SET_COOKIE, value);
        }
        self
    }

    /// The same answer with one more header.
    pub fn with_header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.0.headers_mut().insert(name, value);
        self
    }

    /// The same answer, confirming the action on the next page.
    pub fn saying(self, flash: Flash) -> Self {
        self.with_cookie(&flash.cookie())
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        self.0
    }
}

impl<P: Permission> FromRequestParts<App> for Ctx<P> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let identity = parts
            .extensions
            .get::<Identity>()
            .cloned()
            .unwrap_or_default();
        let path = parts.uri.path().to_owned();
        let Some(signed_in) = identity.signed_in else {
            // An action's address is no page to come back to.
            let onward = if parts.method == axum::http::Method::GET {
                parts
                    .uri
                    .path_and_query()
                    .map_or("/", |whole| whole.as_str())
            } else {
                "/"
            };
            return Err(Fault::SignIn(super::identify::sign_in_location(onward)));
        };
        let request = RequestRef {
            id: identity.request_id.clone(),
            route: pattern(parts),
        };
        let access = signed_in
            .actor
            .access::<P>(request)
            .map_err(|_| Fault::NotFound)?;
        Ok(Self {
            app: app.clone(),
            access,
            session: signed_in.session,
            csrf: identity.csrf,
            path,
            notice: flash::read(&parts.headers),
        })
    }
}

impl<P: Permission> Ctx<P> {
    /// The proof of the permission.
    pub fn access(&self) -> &Access<P> {
        &self.access
    }

    /// Who acts.
    pub fn actor(&self) -> &Arc<Actor> {
        self.access.actor()
    }

    /// The signed-in browser.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// Today in Berlin.
    pub fn today(&self) -> time::Date {
        crate::base::time::berlin_today(self.access.now())
    }

    /// A token for a form that creates something: sending it twice creates once.
    pub fn once(&self) -> String {
        self.app.store.entropy().uuid().simple().to_string()
    }

    /// Where the master key of the notes lies, if one is set up.
    pub fn note_keys(&self) -> Option<&std::path::Path> {
        self.app.note_keys()
    }

    /// Begins reading.
    pub fn read(&self) -> Reader<P> {
        self.app.store.read(self.access.clone())
    }

    /// The frame of a page.
    pub fn frame(&self) -> Frame {
        let actor = self.actor();
        let profile = actor.profile();
        Frame {
            user: Some(UserLine {
                name: profile.name.clone(),
                role: profile.role.label().to_owned(),
                place: profile
                    .facility_name
                    .clone()
                    .or_else(|| profile.provider_name.clone()),
            }),
            nav: nav::rows(actor, &self.path),
            demo: self.app.demo,
            csrf: self.csrf.clone(),
            notice: self.notice.clone().map(Flash::into_notice),
            session_warn_after_seconds: Some(crate::accounts::idle_warning_seconds(profile.role)),
            request_id: self.access.request().id.clone(),
        }
    }

    /// A page with data: needs the proof that its audit entry is on disk.
    pub fn page(&self, _seen: Seen, markup: Markup) -> Answer {
        let reply = Reply(markup.into_response());
        Ok(if self.notice.is_some() {
            reply.with_cookie(flash::EMPTY)
        } else {
            reply
        })
    }

    /// A form with errors (422), everything typed still in it.
    pub fn invalid(&self, _seen: Seen, markup: Markup) -> Answer {
        Ok(Reply(
            (StatusCode::UNPROCESSABLE_ENTITY, markup).into_response(),
        ))
    }

    /// A page that shows both versions of something two people changed (409).
    pub fn conflict(&self, _seen: Seen, markup: Markup) -> Answer {
        Ok(Reply((StatusCode::CONFLICT, markup).into_response()))
    }

    /// After a write: where to go on.
    pub fn done(&self, _seen: Seen, location: &str, text: &str) -> Answer {
        Ok(Reply::see(location).saying(Flash::success(text)))
    }

    /// After a write: where to go on, saying it with a tone and perhaps a way back.
    pub fn done_saying(&self, _seen: Seen, location: &str, flash: Flash) -> Answer {
        Ok(Reply::see(location).saying(flash))
    }

    /// A file to download.
    pub fn download(
        &self,
        _seen: Seen,
        name: &str,
        content_type: &'static str,
        bytes: Vec<u8>,
    ) -> Answer {
        let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
            .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
        Ok(Reply(
            (
                [
                    (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
                    (header::CONTENT_DISPOSITION, disposition),
                ],
                bytes,
            )
                .into_response(),
        ))
    }
}

impl<P: Writes> Ctx<P> {
    /// Begins writing.
    pub async fn write(&self) -> Result<Writer<P>, StoreError> {
        self.app.store.write(self.access.clone()).await
    }

    /// Begins writing while nobody else writes, for what must know every row of a person.
    pub async fn write_alone(&self) -> Result<Writer<P>, StoreError> {
        self.app.store.write_alone(self.access.clone()).await
    }
}
