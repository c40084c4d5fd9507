//! Routes as data: method, path, permission, audit verb, handler. Tests iterate over the table; the permission
//! is read off the handler's own signature, so table and handler cannot disagree.

use std::future::Future;

use axum::extract::FromRequestParts;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::app::App;
use super::context::{Answer, Ctx};
use crate::access::{Permission, PermissionInfo};

/// One line of the route table.
pub struct Route {
    /// GET or POST.
    pub method: Method,
    /// Path with `{name}` for ids.
    pub path: &'static str,
    /// The permission; `None` for the few public pages.
    pub permission: Option<PermissionInfo>,
    pub(crate) router: MethodRouter<App>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// A handler whose first argument is the context of a permission and whose answer carries the proof of its
/// audit entry.
pub trait Guarded<Arguments> {
    /// The permission it needs.
    type Needs: Permission;
}

impl<F, P, Fut> Guarded<(P,)> for F
where
    F: Fn(Ctx<P>) -> Fut,
    Fut: Future<Output = Answer>,
    P: Permission,
{
    type Needs = P;
}

impl<F, P, A, Fut> Guarded<(P, A)> for F
where
    F: Fn(Ctx<P>, A) -> Fut,
    Fut: Future<Output = Answer>,
    P: Permission,
{
    type Needs = P;
}

impl<F, P, A, B, Fut> Guarded<(P, A, B)> for F
where
    F: Fn(Ctx<P>, A, B) -> Fut,
    Fut: Future<Output = Answer>,
    P: Permission,
{
    type Needs = P;
}

impl Route {
    /// A page.
    pub fn get<G, T, U>(path: &'static str, handler: G) -> Self
    where
        G: Guarded<U> + Handler<T, App>,
        T: 'static,
    {
        Self {
            method: Method::GET,
            path,
            permission: Some(<G::Needs as Permission>::INFO),
            router: on(MethodFilter::GET, handler),
        }
    }

    /// An action.
    pub fn post<G, T, U>(path: &'static str, handler: G) -> Self
    where
        G: Guarded<U> + Handler<T, App>,
        T: 'static,
    {
        Self {
            method: Method::POST,
            path,
            permission: Some(<G::Needs as Permission>::INFO),
            router: on(MethodFilter::POST, handler),
        }
    }

    /// A page that everybody may see; the tests keep the list of these short.
    pub fn public_get<H, T>(path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self {
            method: Method::GET,
            path,
            permission: None,
            router: on(MethodFilter::GET, handler),
        }
    }

    /// An action of someone who is not signed in yet.
    pub fn public_post<H, T>(path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self {
            method: Method::POST,
            path,
            permission: None,
            router: on(MethodFilter::POST, handler),
        }
    }
}

/// The request's matched pattern, for the audit log: never the address with its values.
pub(super) fn pattern(parts: &axum::http::request::Parts) -> String {
    parts
        .extensions
        .get::<axum::extract::MatchedPath>()
        .map_or_else(
            || "(keine Route)".to_owned(),
            |path| format!("{} {}", parts.method, path.as_str()),
        )
}

/// A path parameter; anything that is no id is "not found".
pub struct Id<T>(pub T);

impl<T, S> FromRequestParts<S> for Id<T>
where
    T: std::str::FromStr + Send,
    S: Send + Sync,
{
    type Rejection = super::fault::Fault;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        state: &S,
    ) -> Result<Self, super::fault::Fault> {
        let axum::extract::Path(text) =
            axum::extract::Path::<String>::from_request_parts(parts, state)
                .await
                .map_err(|_| super::fault::Fault::NotFound)?;
        text.parse()
            .map(Id)
            .map_err(|_| super::fault::Fault::NotFound)
    }
}
