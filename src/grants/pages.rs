//! Grants: routes and handlers.

use axum::extract::Query;
use maud::Markup;
use serde::Deserialize;

use super::rules::{self, Refusal, Shown, Step};
use super::service::{self, Choices, Decision, Request};
use super::store::{self, Filter};
use super::{scope, views};
use crate::access::Permission;
use crate::access::permissions::{GrantDecide, GrantRead, GrantRequest};
use crate::audit::{Entry, Verb};
use crate::base::fold::{search_keys, search_terms};
use crate::base::ids::{GrantId, StaffId};
use crate::history;
use crate::store::{Cursor, Reader};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/freigaben", list),
        Route::get("/freigaben/neu", request_form),
        Route::post("/freigaben/neu", request),
        Route::get("/freigaben/{grant}", show),
        Route::post("/freigaben/{grant}/genehmigen", approve),
        Route::post("/freigaben/{grant}/ablehnen", decline),
        Route::post("/freigaben/{grant}/widerrufen", revoke),
    ]
}

/// The value of the filter for grants that end soon.
pub(super) const ENDING: &str = "endet";

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default)]
    name: String,
    #[serde(default)]
    stand: String,
    #[serde(default)]
    ab: String,
}

/// The staff with a grant in scope whose names match what was typed.
async fn named(reader: &Reader<GrantRead>, typed: &str) -> Result<Option<Vec<StaffId>>, Fault> {
    let terms = search_terms(&typed.chars().take(100).collect::<String>());
    if terms.is_empty() {
        return Ok(None);
    }
    let staff = store::granted_staff(reader).await?;
    let matches = |name: &str| {
        let keys = search_keys(&[name]);
        terms
            .iter()
            .all(|term| keys.iter().any(|key| key.starts_with(term.as_str())))
    };
    Ok(Some(
        staff
            .into_iter()
            .filter(|member| matches(&member.name))
            .map(|member| member.id)
            .collect(),
    ))
}

async fn list(ctx: Ctx<GrantRead>, Query(query): Query<ListQuery>) -> Answer {
    if scope::responsibility(ctx.actor().profile()).is_none() {
        return Err(Fault::NotFound);
    }
    let reader = ctx.read();
    let filter = Filter {
        staff: named(&reader, &query.name).await?,
        shown: Shown::ALL
            .into_iter()
            .find(|shown| shown.word() == query.stand),
        ending: query.stand == ENDING,
    };
    let from: Option<Cursor> = query.ab.parse().ok();
    let page = store::grants(&reader, &filter, from.as_ref(), ctx.today()).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "zugangsfreigaben"))
        .await?;
    let form = Form::empty()
        .with("name", query.name)
        .with("stand", query.stand);
    let may_request = ctx.actor().may::<GrantRequest>();
    ctx.page(
        seen,
        views::list(&ctx.frame(), &form, &page, ctx.today(), may_request),
    )
}

async fn request_form(ctx: Ctx<GrantRequest>) -> Answer {
    let reader = ctx.read();
    let choices = service::choices(&reader, ctx.today())
        .await?
        .ok_or(Fault::NotFound)?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "zugangsfreigabe beantragen"))
        .await?;
    ctx.page(
        seen,
        views::request(&ctx.frame(), &Form::empty(), &choices, &ctx.once()),
    )
}

/// Reads a request out of the form; `None` means errors were recorded.
fn read_request<'a>(
    form: &mut Form,
    choices: &'a Choices,
    today: time::Date,
) -> Option<Request<'a>> {
    let staff_ids = choices
        .staff
        .iter()
        .map(|member| member.id.to_string())
        .collect::<Vec<_>>();
    let staff = form.choice("staff", "Externe Fachkraft", &strs(&staff_ids));
    let staff = staff.and_then(|id| {
        choices
            .staff
            .iter()
            .find(|member| member.id.to_string() == id)
    });
    let facility = match choices.fixed {
        Some(_) => {
            if choices.facilities.is_empty() {
                form.reject("", "Ihre Einrichtung besteht nicht mehr. Für sie kann keine Freigabe beantragt werden.");
            }
            choices.facilities.first()
        }
        None => {
            let ids = choices
                .facilities
                .iter()
                .map(|facility| facility.id.to_string())
                .collect::<Vec<_>>();
            let chosen = form.choice("facility", "Einrichtung", &strs(&ids));
            chosen.and_then(|id| {
                choices
                    .facilities
                    .iter()
                    .find(|facility| facility.id.to_string() == id)
            })
        }
    };
    let offered = choices.programmes();
    let ids = offered
        .iter()
        .map(|(id, _)| id.to_string())
        .collect::<Vec<_>>();
    let chosen = form.choices("programme", "Maßnahmen", &strs(&ids));
    if chosen.is_empty() {
        form.reject("programme", "Bitte mindestens eine Maßnahme ankreuzen.");
    }
    let first = form.required_planning_date("first_day", "Erster Tag");
    let last = form.required_planning_date("last_day", "Letzter Tag");
    if let (Some(first), Some(last)) = (first, last)
        && let Some((field, sentence)) = rules::period_problem(first, last, today)
    {
        form.reject(field, sentence);
    }
    if form.has_errors() {
        return None;
    }
    let programmes = offered
        .into_iter()
        .filter(|(id, _)| chosen.contains(&id.to_string()))
        .collect();
    let request = Request {
        staff: staff?,
        facility: facility?,
        programmes,
        first: first?,
        last: last?,
    };
    for (field, sentence) in service::request_problems(&request, &choices.parts) {
        form.reject(field, sentence);
    }
    (!form.has_errors()).then_some(request)
}

fn strs(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

async fn request(ctx: Ctx<GrantRequest>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let choices = service::choices(&writer, ctx.today())
        .await?
        .ok_or(Fault::NotFound)?;
    if let Some(request) = read_request(&mut form, &choices, ctx.today()) {
        let ids: Vec<GrantId> = request
            .programmes
            .iter()
            .map(|_| GrantId(writer.entropy().uuid()))
            .collect();
        let location = match ids.as_slice() {
            [only] => format!("/freigaben/{only}"),
            _ => "/freigaben".to_owned(),
        };
        // Before looking for overlaps: sent twice, the form would overlap with itself.
        if let Some(location) =
            crate::accounts::once(&writer, form.value("einmal"), &location).await?
        {
            writer.abandon().await?;
            return Err(Fault::See(location));
        }
        match service::overlap_problem(&writer, &request).await? {
            Some(sentence) => form.reject("programme", sentence),
            None => {
                service::request(&writer, &request, &ids).await?;
                let entries = ids
                    .iter()
                    .map(|id| {
                        Entry::new(
                            Verb::Rights,
                            format!("zugangsfreigabe beantragt access_grant/{id}"),
                        )
                    })
                    .collect();
                let seen = writer.commit_all(entries).await?;
                let text = "Die Zugangsfreigabe ist beantragt. Sie gilt, sobald der Zugang der Einrichtung sie genehmigt.";
                return ctx.done(seen, &location, text);
            }
        }
    }
    writer.abandon().await?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "zugangsfreigabe beantragen"))
        .await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(seen, views::request(&ctx.frame(), &form, &choices, &token))
}

/// The page of a grant: with the form of a decision that lacks something, or with why it was refused.
async fn grant_page<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    id: GrantId,
    form: &Form,
    refusal: Option<Refusal>,
) -> Result<Markup, Fault> {
    let row = store::grant(reader, id).await?.ok_or(Fault::NotFound)?;
    let history = history::of_object(reader, service::HISTORY, id.0).await?;
    let may_decide = ctx.actor().may::<GrantDecide>();
    let own = row.requested_by == ctx.actor().account();
    let others = if may_decide && own {
        store::other_officers(reader, row.facility_id).await?
    } else {
        Vec::new()
    };
    let viewer = views::Viewer {
        may_decide,
        own,
        others,
        refusal,
    };
    Ok(views::grant(
        &ctx.frame(),
        form,
        &row,
        &history,
        &viewer,
        ctx.today(),
    ))
}

async fn show(ctx: Ctx<GrantRead>, Id(grant): Id<GrantId>) -> Answer {
    let reader = ctx.read();
    let page = grant_page(&ctx, &reader, grant, &Form::empty(), None).await?;
    let seen = reader
        .seen(Entry::new(
            Verb::Query,
            format!("zugangsfreigabe access_grant/{grant}"),
        ))
        .await?;
    ctx.page(seen, page)
}

async fn approve(ctx: Ctx<GrantDecide>, Id(grant): Id<GrantId>, Posted(form): Posted) -> Answer {
    decide(ctx, grant, form, Step::Approve).await
}

async fn decline(ctx: Ctx<GrantDecide>, Id(grant): Id<GrantId>, Posted(form): Posted) -> Answer {
    decide(ctx, grant, form, Step::Decline).await
}

async fn revoke(ctx: Ctx<GrantDecide>, Id(grant): Id<GrantId>, Posted(form): Posted) -> Answer {
    decide(ctx, grant, form, Step::Revoke).await
}

async fn decide(ctx: Ctx<GrantDecide>, grant: GrantId, mut form: Form, step: Step) -> Answer {
    let (done, text) = match step {
        Step::Approve => ("genehmigt", "Die Zugangsfreigabe ist genehmigt."),
        Step::Decline => ("abgelehnt", "Die Zugangsfreigabe ist abgelehnt."),
        Step::Revoke => (
            "widerrufen",
            "Die Zugangsfreigabe ist widerrufen; sie gilt ab sofort nicht mehr.",
        ),
    };
    let reason = if step == Step::Approve {
        None
    } else {
        form.required_text("reason", "Grund", 200)
    };
    if form.has_errors() {
        let reader = ctx.read();
        let page = grant_page(&ctx, &reader, grant, &form, None).await?;
        let seen = reader
            .seen(Entry::new(
                Verb::Query,
                format!("zugangsfreigabe access_grant/{grant}"),
            ))
            .await?;
        return ctx.invalid(seen, page);
    }
    let writer = ctx.write().await?;
    let version = form.hidden_number("version");
    match service::decide(&writer, grant, version, step, reason, ctx.today()).await? {
        Decision::Taken => {
            let object = format!("zugangsfreigabe {done} access_grant/{grant}");
            let seen = writer
                .commit(Entry::new(Verb::Rights, object).fields(["state"]))
                .await?;
            ctx.done(seen, &format!("/freigaben/{grant}"), text)
        }
        Decision::Refused(refusal) => {
            writer.abandon().await?;
            let reader = ctx.read();
            let page = grant_page(&ctx, &reader, grant, &form, Some(refusal)).await?;
            let object = format!("zugangsfreigabe nicht {done} access_grant/{grant}");
            let seen = reader
                .seen(Entry::new(Verb::Rights, object).denied())
                .await?;
            ctx.invalid(seen, page)
        }
        Decision::Unknown => {
            writer.abandon().await?;
            Err(Fault::NotFound)
        }
    }
}
