//! Clearances: list, request, decision, end.

use maud::Markup;
use serde::Deserialize;

use super::{named, offered};
use crate::access::Permission;
use crate::access::permissions::{ClearanceDecide, ClearanceRead, ClearanceRequest};
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::base::ids::{ClearanceId, FacilityId, StaffId};
use crate::history;
use crate::providers::rules::MAX_LINE;
use crate::providers::rules::clearance::{
    self as rules, Decision, Outcome, Refusal, Restrictions, Scope, State,
};
use crate::providers::service::clearance::{self as service, Choices, Done, Granting, Request};
use crate::providers::store::clearance::{self as store, ClearanceRow, Part, Running};
use crate::providers::store::staff;
use crate::providers::views::{clearance as views, clearance_forms as forms};
use crate::store::{Cursor, Reader};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

#[derive(Deserialize, Default)]
pub(super) struct ListQuery {
    #[serde(default)]
    name: String,
    #[serde(default)]
    stand: String,
    #[serde(default)]
    ab: String,
}

pub(super) async fn list(ctx: Ctx<ClearanceRead>, Query(query): Query<ListQuery>) -> Answer {
    if crate::grants::responsibility(ctx.actor().profile()).is_none() {
        return Err(Fault::NotFound);
    }
    let (reader, today) = (ctx.read(), ctx.today());
    let staff = named(&reader, &query.name, today).await?;
    let part = Part::ALL
        .into_iter()
        .find(|part| part.code() == query.stand);
    let from: Option<Cursor> = query.ab.parse().ok();
    let page = store::page(&reader, staff.as_deref(), part, from.as_ref(), today).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "ueberpruefungen"))
        .await?;
    let form = Form::empty()
        .with("name", query.name)
        .with("stand", query.stand);
    let may_request = ctx.actor().may::<ClearanceRequest>();
    ctx.page(
        seen,
        views::list(&ctx.frame(), &form, &page, today, may_request),
    )
}

#[derive(Deserialize, Default)]
pub(super) struct RequestQuery {
    #[serde(default)]
    fachkraft: String,
    #[serde(default)]
    einrichtung: String,
}

fn asking() -> Entry {
    Entry::new(Verb::Query, "ueberpruefung beantragen")
}

pub(super) async fn request_form(
    ctx: Ctx<ClearanceRequest>,
    Query(query): Query<RequestQuery>,
) -> Answer {
    let reader = ctx.read();
    let choices = service::choices(&reader, ctx.today()).await?;
    let seen = reader.seen(asking()).await?;
    let form = Form::empty()
        .with("staff", query.fachkraft)
        .with("facility", query.einrichtung);
    ctx.page(
        seen,
        forms::request(&ctx.frame(), &form, &choices, &ctx.once()),
    )
}

fn read_request<'a>(
    form: &mut Form,
    choices: &'a Choices,
    today: time::Date,
) -> Option<Request<'a>> {
    let staff: Vec<StaffId> = choices.staff.iter().map(|member| member.id).collect();
    let staff = offered(form, "staff", "Externe Fachkraft", &staff);
    let facilities: Vec<FacilityId> = choices.facilities.iter().map(|place| place.id).collect();
    let facility = offered(form, "facility", "Einrichtung", &facilities);
    let consent_on = form.required_planning_date("consent_on", "Einwilligung vom");
    if let Some(problem) = consent_on.and_then(|day| rules::consent_problem(day, today)) {
        form.reject("consent_on", problem);
    }
    let consent_kept_at = form.required_text("consent_kept_at", "Wo sie liegt", MAX_LINE);
    Some(Request {
        staff: staff?,
        facility: choices
            .facilities
            .iter()
            .find(|place| Some(place.id) == facility)?,
        consent_on: consent_on?,
        consent_kept_at: consent_kept_at?,
    })
    .filter(|_| !form.has_errors())
}

pub(super) async fn request(ctx: Ctx<ClearanceRequest>, Posted(mut form): Posted) -> Answer {
    let (writer, today) = (ctx.write().await?, ctx.today());
    let choices = service::choices(&writer, today).await?;
    if let Some(request) = read_request(&mut form, &choices, today) {
        let id = ClearanceId(writer.entropy().uuid());
        let location = format!("/ueberpruefungen/{id}");
        crate::accounts::once(&writer, form.value("einmal"), &location).await?;
        match service::request(&writer, id, request, today).await? {
            None => {
                let object = format!("ueberpruefung beantragt clearance/{id}");
                let seen = writer.commit(Entry::new(Verb::Rights, object)).await?;
                return ctx.done(
                    seen,
                    &location,
                    "Die Überprüfung ist beantragt. Die Stelle „Zugang“ der Einrichtung entscheidet.",
                );
            }
            Some((field, sentence)) => form.reject(field, sentence),
        }
    }
    writer.abandon().await?;
    let seen = ctx.read().seen(asking()).await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(seen, forms::request(&ctx.frame(), &form, &choices, &token))
}

/// What the decision form begins with: a decision to accept, or what is usual.
fn begun(row: &ClearanceRow, source: Option<&Running>, today: time::Date) -> Form {
    let first = row
        .renewed_until
        .filter(|until| *until >= today)
        .and_then(time::Date::next_day)
        .unwrap_or(today);
    let longest = rules::longest_last_day(first);
    let mut form = Form::empty().with("first_day", german::date(first));
    match source {
        Some(source) => {
            let restrictions = forms::values(source.restrictions());
            form = form
                .with("last_day", german::date(source.last_day.min(longest)))
                .with_values("restriction", restrictions)
                .with("accepted_from", source.id.to_string());
        }
        None => form = form.with("last_day", german::date(longest)),
    }
    form
}

/// The page of a clearance: with what is wrong with a decision, or why it was refused. `form` is what was typed, or
/// the id of a decision to accept.
async fn draw<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    id: ClearanceId,
    typed: Result<&Form, &str>,
    refusal: Option<Refusal>,
) -> Result<Markup, Fault> {
    let today = ctx.today();
    let row = store::clearance(reader, id).await?.ok_or(Fault::NotFound)?;
    let history = history::of_object(reader, service::HISTORY, id.0).await?;
    let may_decide = ctx.actor().may::<ClearanceDecide>();
    let open = service::state(&row) == State::Requested;
    let resting = if open {
        Vec::new()
    } else {
        store::resting(reader, id).await?
    };
    let sources = if open && may_decide {
        service::sources(reader, &row, today).await?
    } else {
        Vec::new()
    };
    let wanted = match typed {
        Ok(form) => form.value("accepted_from"),
        Err(wanted) => wanted,
    };
    let source = sources
        .iter()
        .find(|source| source.id.to_string() == wanted);
    let begun = begun(&row, source, today);
    let viewer = views::Viewer {
        may_decide,
        may_request: ctx.actor().may::<ClearanceRequest>(),
        refusal,
        sources: &sources,
        source,
    };
    Ok(views::show(
        &ctx.frame(),
        typed.unwrap_or(&begun),
        &row,
        &resting,
        &history,
        &viewer,
        today,
    ))
}

#[derive(Deserialize, Default)]
pub(super) struct ShowQuery {
    #[serde(default)]
    aus: String,
}

fn looking(id: ClearanceId) -> Entry {
    Entry::new(Verb::Query, format!("ueberpruefung clearance/{id}"))
}

pub(super) async fn show(
    ctx: Ctx<ClearanceRead>,
    Id(id): Id<ClearanceId>,
    Query(query): Query<ShowQuery>,
) -> Answer {
    let reader = ctx.read();
    let page = draw(&ctx, &reader, id, Err(&query.aus), None).await?;
    let seen = reader.seen(looking(id)).await?;
    ctx.page(seen, page)
}

/// Answers after a step: done, refused, or the form again.
async fn answer<P: Permission>(
    ctx: &Ctx<P>,
    id: ClearanceId,
    form: &Form,
    refusal: Option<Refusal>,
) -> Answer {
    let reader = ctx.read();
    let page = draw(ctx, &reader, id, Ok(form), refusal).await?;
    let entry = match refusal {
        Some(_) => Entry::new(
            Verb::Rights,
            format!("ueberpruefung nicht entschieden clearance/{id}"),
        )
        .denied(),
        None => looking(id),
    };
    let seen = reader.seen(entry).await?;
    ctx.invalid(seen, page)
}

fn read_decision(form: &mut Form, source: Option<&Running>) -> Option<(Decision, String)> {
    let first = form.required_planning_date("first_day", "Erster Tag");
    let last = form.required_planning_date("last_day", "Letzter Tag");
    let fields: Vec<&str> = Restrictions::WORDS
        .iter()
        .map(|(field, _)| *field)
        .collect();
    let ticked = form.choices("restriction", "Auflagen", &fields);
    let has = |field: &str| ticked.iter().any(|value| value == field);
    let restrictions = Restrictions {
        escort: has("escort"),
        not_alone: has("not_alone"),
        no_devices: has("no_devices"),
    };
    let (outcome, scope, office) = match source {
        // Accepting takes over what the other facility decided.
        Some(source) => (
            Some(rules::outcome_of(restrictions)),
            Some(service::source_of(source).scope),
            Some(source.issuing_office.clone().unwrap_or_default()),
        ),
        None => (
            form.choice("result", "Ergebnis", &Outcome::codes())
                .and_then(|code| Outcome::from_code(&code)),
            form.choice("scope", "Gilt für", &Scope::codes())
                .and_then(|code| Scope::from_code(&code)),
            form.required_text("issuing_office", "Ausstellende Stelle", MAX_LINE),
        ),
    };
    let decision = Decision {
        outcome: outcome?,
        scope: scope?,
        first: first?,
        last: last?,
        restrictions,
    };
    Some((decision, office?)).filter(|_| !form.has_errors())
}

pub(super) async fn grant(
    ctx: Ctx<ClearanceDecide>,
    Id(id): Id<ClearanceId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, today) = (ctx.write().await?, ctx.today());
    let row = store::clearance(&writer, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let version = form.hidden_number("version");
    if version != Some(row.version) {
        return Err(Fault::Changed);
    }
    // From here on nobody else decides about this member: what is offered stays so until it is stored.
    staff::hold(&writer, row.staff_id).await?;
    let sources = service::sources(&writer, &row, today).await?;
    let wanted = form.value("accepted_from").to_owned();
    let source = sources
        .iter()
        .find(|source| source.id.to_string() == wanted);
    if !wanted.is_empty() && source.is_none() {
        // The other facility took its decision back meanwhile.
        return Err(Fault::Changed);
    }
    let mut refused = None;
    if let Some((decision, office)) = read_decision(&mut form, source) {
        let granting = Granting {
            decision,
            issuing_office: &office,
            source,
        };
        match service::grant(&writer, id, version, granting, today).await? {
            Done::Taken(_) => {
                let object = format!("ueberpruefung erteilt clearance/{id}");
                let seen = writer
                    .commit(Entry::new(Verb::Rights, object).fields(["state"]))
                    .await?;
                return ctx.done(
                    seen,
                    &format!("/ueberpruefungen/{id}"),
                    "Die Überprüfung ist erteilt. Zugangsfreigaben können sich darauf stützen.",
                );
            }
            Done::Refused(refusal) => refused = Some(refusal),
            Done::Problems(problems) => {
                for (field, sentence) in problems {
                    form.reject(field, sentence);
                }
            }
            Done::Unknown => return Err(Fault::NotFound),
        }
    }
    writer.abandon().await?;
    answer(&ctx, id, &form, refused).await
}

pub(super) async fn decline(
    ctx: Ctx<ClearanceDecide>,
    Id(id): Id<ClearanceId>,
    Posted(form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let version = form.hidden_number("version");
    match service::decline(&writer, id, version, ctx.today()).await? {
        Done::Taken(_) => {
            let object = format!("ueberpruefung abgelehnt clearance/{id}");
            let seen = writer
                .commit(Entry::new(Verb::Rights, object).fields(["state"]))
                .await?;
            ctx.done(
                seen,
                &format!("/ueberpruefungen/{id}"),
                "Die Überprüfung ist abgelehnt. Der Träger sieht das Ergebnis, keinen Grund.",
            )
        }
        Done::Refused(refusal) => {
            writer.abandon().await?;
            answer_fresh(&ctx, id, refusal).await
        }
        Done::Problems(_) | Done::Unknown => Err(Fault::NotFound),
    }
}

/// The page as it stands, with why the step was refused.
async fn answer_fresh<P: Permission>(ctx: &Ctx<P>, id: ClearanceId, refusal: Refusal) -> Answer {
    let reader = ctx.read();
    let page = draw(ctx, &reader, id, Err(""), Some(refusal)).await?;
    let object = format!("ueberpruefung nicht entschieden clearance/{id}");
    let seen = reader
        .seen(Entry::new(Verb::Rights, object).denied())
        .await?;
    ctx.invalid(seen, page)
}

pub(super) async fn end(
    ctx: Ctx<ClearanceDecide>,
    Id(id): Id<ClearanceId>,
    Posted(form): Posted,
) -> Answer {
    withdraw(ctx, id, form).await
}

pub(super) async fn take_back(
    ctx: Ctx<ClearanceRequest>,
    Id(id): Id<ClearanceId>,
    Posted(form): Posted,
) -> Answer {
    withdraw(ctx, id, form).await
}

async fn withdraw<P: crate::access::Writes>(ctx: Ctx<P>, id: ClearanceId, form: Form) -> Answer {
    let writer = ctx.write().await?;
    let version = form.hidden_number("version");
    match service::withdraw(&writer, id, version, ctx.today()).await? {
        Done::Taken(suspended) => {
            let object = format!("ueberpruefung beendet clearance/{id}");
            let seen = writer
                .commit(Entry::new(Verb::Rights, object).fields(["state"]))
                .await?;
            let text = match suspended {
                0 => "Die Überprüfung ist beendet.".to_owned(),
                1 => "Die Überprüfung ist beendet. Eine Zugangsfreigabe ist gesperrt.".to_owned(),
                number => {
                    format!("Die Überprüfung ist beendet. {number} Zugangsfreigaben sind gesperrt.")
                }
            };
            ctx.done(seen, &format!("/ueberpruefungen/{id}"), &text)
        }
        Done::Refused(refusal) => {
            writer.abandon().await?;
            answer_fresh(&ctx, id, refusal).await
        }
        Done::Problems(_) | Done::Unknown => Err(Fault::NotFound),
    }
}
