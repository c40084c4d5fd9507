//! The subscription of one's own dates: the page on which it is made and ended, and what the calendar program reads.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::access::RequestRef;
use crate::access::permissions::{CalendarRead, FeedChange, FeedRead};
use crate::accounts::feeds;
use crate::audit::{Entry, Verb};
use crate::calendar::rules::ics;
use crate::calendar::{service, views};
use crate::web::identify::Identity;
use crate::web::security::own_address;
use crate::web::{Answer, App, Ctx, Fault, Posted};

/// What a calendar program keeps, and asks for anew each time.
const KEPT: HeaderValue = HeaderValue::from_static("private, no-cache");

pub(super) async fn show(ctx: Ctx<FeedRead>) -> Answer {
    let reader = ctx.read();
    let feed = feeds::of(&reader, ctx.actor().account()).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "kalenderabo")).await?;
    let may = super::may(ctx.actor());
    let page = views::feed::page(&ctx.frame(), feed.as_ref(), &may, &ctx.once());
    ctx.page(seen, page)
}

/// Makes a new address and shows it, once.
pub(super) async fn issue(
    ctx: Ctx<FeedChange>,
    headers: HeaderMap,
    Posted(form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    crate::accounts::once(&writer, form.value("einmal"), "/kalender/abo").await?;
    let token = feeds::issue(&writer).await?;
    let seen = writer
        .commit(Entry::new(Verb::Rights, "kalenderabo eingerichtet"))
        .await?;
    let address = format!(
        "{}/kalender/abo/{token}.ics",
        own_address(&ctx.app, &headers)
    );
    let may = super::may(ctx.actor());
    ctx.page(seen, views::feed::address(&ctx.frame(), &address, &may))
}

pub(super) async fn end(ctx: Ctx<FeedChange>, Posted(_): Posted) -> Answer {
    let writer = ctx.write().await?;
    if !feeds::end(&writer).await? {
        writer.abandon().await?;
        return Err(Fault::See("/kalender/abo".into()));
    }
    let seen = writer
        .commit(Entry::new(Verb::Rights, "kalenderabo beendet"))
        .await?;
    ctx.done(
        seen,
        "/kalender/abo",
        "Das Abo ist beendet. Die Adresse gibt nichts mehr her.",
    )
}

/// What the calendar program reads: whose address it is decides what it sees, by the same scope as on the pages.
/// Unknown, ended, or of somebody who left: the same page as for anything that does not exist.
pub(super) async fn read(
    State(app): State<App>,
    Extension(identity): Extension<Identity>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let token = file.strip_suffix(".ics").ok_or(Fault::NotFound)?;
    let request = RequestRef {
        id: identity.request_id,
        route: "GET /kalender/abo/{file}".to_owned(),
    };
    let now = app.store.clock().now();
    let holder = feeds::holder(&app.store, token, now, request.clone()).await?;
    let actor = holder
        .filter(|actor| actor.may::<FeedRead>())
        .ok_or(Fault::NotFound)?;
    let access = actor
        .access::<CalendarRead>(request)
        .map_err(|_| Fault::NotFound)?;
    let reader = app.store.read(access);
    let text = service::feed(&reader).await?;
    let entry = Entry::new(Verb::Disclose, "kalenderabo").to("Kalenderprogramm der Fachkraft");
    reader.seen(entry).await?;
    let etag = ics::etag(&text);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| ics::has_it(value, &etag));
    let mark = HeaderValue::from_str(&etag).unwrap_or(HeaderValue::from_static("\"-\""));
    let head = [(header::ETAG, mark), (header::CACHE_CONTROL, KEPT)];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, head).into_response());
    }
    let kind = HeaderValue::from_static("text/calendar; charset=utf-8");
    Ok((head, [(header::CONTENT_TYPE, kind)], text).into_response())
}
