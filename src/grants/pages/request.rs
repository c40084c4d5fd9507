//! Asking for grants, and changing a request that nobody decided about yet.

use serde::Deserialize;
use time::Date;

use super::super::rules::{self, State};
use super::super::service::{self, Choices, Request, Wanted};
use super::super::store::{self, GrantRow};
use super::super::views;
use crate::access::permissions::GrantRequest;
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::base::ids::{GrantId, GrantRequestId};
use crate::facilities::FacilityLine;
use crate::store::{Rows, Writer};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

/// Grants that one form may ask for.
const MOST: usize = 100;

#[derive(Deserialize, Default)]
pub(super) struct RequestQuery {
    #[serde(default)]
    fachkraft: String,
}

pub(super) async fn form(ctx: Ctx<GrantRequest>, Query(query): Query<RequestQuery>) -> Answer {
    let reader = ctx.read();
    let choices = service::choices(&reader, ctx.today())
        .await?
        .ok_or(Fault::NotFound)?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "zugangsfreigabe beantragen"))
        .await?;
    let form = Form::empty().with("staff", query.fachkraft);
    ctx.page(
        seen,
        views::request(&ctx.frame(), &form, &choices, &ctx.once()),
    )
}

fn strs(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

/// The facilities that were ticked, or the only one that can be.
fn read_facilities<'a>(form: &mut Form, choices: &'a Choices) -> Vec<&'a FacilityLine> {
    if choices.fixed.is_some() {
        if choices.facilities.is_empty() {
            form.reject("", "Ihre Einrichtung besteht nicht mehr. Für sie kann keine Freigabe beantragt werden.");
        }
        return choices.facilities.iter().collect();
    }
    let ids: Vec<String> = choices
        .facilities
        .iter()
        .map(|facility| facility.id.to_string())
        .collect();
    let chosen = form.choices("facility", "Einrichtungen", &strs(&ids));
    if chosen.is_empty() {
        form.reject("facility", "Bitte mindestens eine Einrichtung ankreuzen.");
    }
    choices
        .facilities
        .iter()
        .filter(|facility| chosen.contains(&facility.id.to_string()))
        .collect()
}

fn read_period(form: &mut Form, today: Date) -> Option<(Date, Date)> {
    let first = form.required_planning_date("first_day", "Erster Tag");
    let last = form.required_planning_date("last_day", "Letzter Tag");
    let (first, last) = (first?, last?);
    if let Some((field, sentence)) = rules::period_problem(first, last, today) {
        form.reject(field, sentence);
        return None;
    }
    Some((first, last))
}

/// Reads a request out of the form; `None` means errors were recorded.
fn read_request<'a>(form: &mut Form, choices: &'a Choices, today: Date) -> Option<Request<'a>> {
    let staff_ids: Vec<String> = choices
        .staff
        .iter()
        .map(|member| member.id.to_string())
        .collect();
    let staff = form.choice("staff", "Externe Fachkraft", &strs(&staff_ids));
    let staff = staff.and_then(|id| {
        choices
            .staff
            .iter()
            .find(|member| member.id.to_string() == id)
    });
    let facilities = read_facilities(form, choices);
    let offered = choices.programmes();
    let ids: Vec<String> = offered.iter().map(|(id, _)| id.to_string()).collect();
    let chosen = form.choices("programme", "Maßnahmen", &strs(&ids));
    if chosen.is_empty() {
        form.reject("programme", "Bitte mindestens eine Maßnahme ankreuzen.");
    }
    let programmes: Vec<_> = offered
        .into_iter()
        .filter(|(id, _)| chosen.contains(&id.to_string()))
        .collect();
    if facilities.len() * programmes.len() > MOST {
        form.reject(
            "facility",
            format!("Mit einem Antrag lassen sich höchstens {MOST} Freigaben beantragen. Bitte in mehrere Anträge teilen."),
        );
    }
    let period = read_period(form, today);
    if form.has_errors() {
        return None;
    }
    let (first, last) = period?;
    let request = Request {
        staff: staff?,
        facilities,
        programmes,
        first,
        last,
    };
    for (field, sentence) in service::request_problems(&request, &choices.parts) {
        form.reject(field, sentence);
    }
    (!form.has_errors()).then_some(request)
}

pub(super) async fn send(ctx: Ctx<GrantRequest>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let choices = service::choices(&writer, ctx.today())
        .await?
        .ok_or(Fault::NotFound)?;
    if let Some(request) = read_request(&mut form, &choices, ctx.today()) {
        let id = GrantRequestId(writer.entropy().uuid());
        let wanted = Wanted::of(&writer, &request);
        let location = match wanted.as_slice() {
            [only] => format!("/freigaben/{}", only.id),
            _ => format!("/freigaben/antrag/{id}"),
        };
        // Before looking for overlaps: sent twice, the form would overlap with itself.
        crate::accounts::once(&writer, form.value("einmal"), &location).await?;
        let problems = service::overlap_problems(&writer, &request, None).await?;
        if problems.is_empty() {
            return store_request(&ctx, writer, id, &wanted, &location).await;
        }
        for sentence in problems {
            form.reject("", sentence);
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

/// Stores a request and leads to its page.
pub(super) async fn store_request(
    ctx: &Ctx<GrantRequest>,
    writer: Writer<GrantRequest>,
    id: GrantRequestId,
    wanted: &[Wanted],
    location: &str,
) -> Answer {
    service::request(&writer, id, wanted).await?;
    let entries = wanted
        .iter()
        .map(|one| {
            Entry::new(
                Verb::Rights,
                format!("zugangsfreigabe beantragt access_grant/{}", one.id),
            )
        })
        .collect();
    let seen = writer.commit_all(entries).await?;
    let text = match wanted.len() {
        1 => "Die Zugangsfreigabe ist beantragt. Sie gilt, sobald der Zugang der Einrichtung sie genehmigt.".to_owned(),
        number => format!("{number} Zugangsfreigaben sind beantragt. Sie gelten, sobald der Zugang der Einrichtungen sie genehmigt."),
    };
    ctx.done(seen, location, &text)
}

/// A request in scope that can still be changed.
async fn changeable(rows: &impl Rows, id: GrantId) -> Result<GrantRow, Fault> {
    let row = store::grant(rows, id).await?.ok_or(Fault::NotFound)?;
    if row.state != State::Requested.code() {
        return Err(Fault::See(format!("/freigaben/{id}")));
    }
    Ok(row)
}

fn object(id: GrantId, what: &str) -> String {
    format!("zugangsfreigabe {what} access_grant/{id}")
}

pub(super) async fn change_form(ctx: Ctx<GrantRequest>, Id(grant): Id<GrantId>) -> Answer {
    let reader = ctx.read();
    let row = changeable(&reader, grant).await?;
    let form = Form::empty()
        .with("first_day", german::date(row.first_day))
        .with("last_day", german::date(row.last_day))
        .with("version", row.version.to_string());
    let seen = reader
        .seen(Entry::new(Verb::Query, object(grant, "aendern")))
        .await?;
    ctx.page(seen, views::change(&ctx.frame(), &form, &row))
}

pub(super) async fn change(
    ctx: Ctx<GrantRequest>,
    Id(grant): Id<GrantId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let row = changeable(&writer, grant).await?;
    let choices = service::choices(&writer, ctx.today())
        .await?
        .ok_or(Fault::NotFound)?;
    let period = read_period(&mut form, ctx.today());
    let staff = choices.staff.iter().find(|one| one.id == row.staff_id);
    let facility = choices
        .facilities
        .iter()
        .find(|one| one.id == row.facility_id);
    if staff.is_none() || facility.is_none() {
        form.reject(
            "",
            "Die Fachkraft oder die Einrichtung gibt es nicht mehr. Bitte den Antrag zurückziehen.",
        );
    }
    if let (Some((first, last)), Some(staff), Some(facility)) = (period, staff, facility) {
        let request = Request {
            staff,
            facilities: vec![facility],
            programmes: vec![(row.programme_id, row.programme_name.as_str())],
            first,
            last,
        };
        for (field, sentence) in service::request_problems(&request, &choices.parts) {
            form.reject(field, sentence);
        }
        for sentence in service::overlap_problems(&writer, &request, Some(grant)).await? {
            form.reject("", sentence);
        }
        if !form.has_errors() {
            let version = form.hidden_number("version");
            service::decisions::change_period(&writer, &row, version, &request).await?;
            let entry = Entry::new(Verb::Rights, object(grant, "geaendert"))
                .fields(["first_day", "last_day"]);
            let seen = writer.commit(entry).await?;
            let text = "Der Zeitraum ist geändert. Die Stelle „Zugang“ sieht den neuen Stand.";
            return ctx.done(seen, &format!("/freigaben/{grant}"), text);
        }
    }
    writer.abandon().await?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, object(grant, "aendern")))
        .await?;
    ctx.invalid(seen, views::change(&ctx.frame(), &form, &row))
}
