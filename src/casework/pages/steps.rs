//! What is done with a case: the next step, its team, talks of a client without a name, making the client known.

use super::cases::{about, found, steps_of, writing};
use super::talks::{after, asked_plan, first_form, named_plan, read_talk, saved};
use super::{again, show};
use crate::access::permissions::{CaseAssign, CaseChange, CaseCounsel};
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{CaseId, StaffId};
use crate::casework::codes::ClientKind;
use crate::casework::rules::course::State;
use crate::casework::service::{clients, steps};
use crate::casework::store::cases::CaseLine;
use crate::casework::store::{self, StaffLine, talks};
use crate::casework::views::steps as views;
use crate::store::{Rows, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

fn case_page(id: CaseId) -> String {
    format!("/faelle/{id}")
}

fn looking_at(what: &'static str, line: &CaseLine) -> Entry {
    about(Entry::new(Verb::Query, what), line, Level::Case)
}

pub(super) async fn form(
    ctx: Ctx<CaseChange>,
    Id(id): Id<CaseId>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Answer {
    let reader = ctx.read();
    let line = found(&reader, id).await?;
    let codes = store::codes(&reader, "reason", ctx.today()).await?;
    let seen = reader
        .seen(looking_at("schritt eines falls", &line))
        .await?;
    let asked = Form::from_pairs(asked);
    let form = Form::empty()
        .with("nach", asked.value("nach"))
        .with("tag", german::date(ctx.today()))
        .with("version", line.version.to_string());
    ctx.page(
        seen,
        views::step(&ctx.frame(), &form, &line, &steps_of(&ctx, &line), &codes),
    )
}

pub(super) async fn take(
    ctx: Ctx<CaseChange>,
    Id(id): Id<CaseId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, line) = writing(&ctx, id).await?;
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    let nach: Vec<&str> = State::codes();
    let to = form
        .choice("nach", "Nächster Schritt", &nach)
        .and_then(|code| State::from_code(&code));
    let day = form.required_date("tag", "Tag");
    let reason = Some(form.value("grund").trim().to_owned()).filter(|code| !code.is_empty());
    if let (Some(to), Some(day)) = (to, day) {
        let asked = steps::Asked { to, day, reason };
        match steps::step(&writer, &line, version, &asked).await {
            Ok(()) => {
                let entry =
                    Entry::new(Verb::Change, format!("stand client_case/{id}")).fields(["state"]);
                let seen = writer.commit(about(entry, &line, Level::Case)).await?;
                let text = format!("Der Stand ist jetzt: {}.", to.label());
                return ctx.done(seen, &case_page(id), &text);
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    let codes = store::codes(&writer, "reason", ctx.today()).await?;
    let page = views::step(&ctx.frame(), &form, &line, &steps_of(&ctx, &line), &codes);
    again(&ctx, writer, looking_at("schritt eines falls", &line), page).await
}

/// The provider's staff who may counsel.
async fn colleagues<R: Rows>(
    rows: &R,
    ctx_today: time::Date,
    provider: crate::base::ids::ProviderId,
) -> Result<Vec<StaffLine>, StoreError> {
    let mut staff = store::staff(rows, ctx_today).await?;
    staff.retain(|line| line.provider_id == provider);
    Ok(staff)
}

pub(super) async fn team_form(ctx: Ctx<CaseAssign>, Id(id): Id<CaseId>) -> Answer {
    let reader = ctx.read();
    let line = found(&reader, id).await?;
    let staff = colleagues(&reader, ctx.today(), line.provider_id).await?;
    let seen = reader.seen(looking_at("team eines falls", &line)).await?;
    let id_of = |staff: Option<StaffId>| staff.map_or_else(String::new, |id| id.to_string());
    let form = Form::empty()
        .with("erste", id_of(line.staff_id))
        .with("zweite", id_of(line.second_staff_id))
        .with("version", line.version.to_string());
    ctx.page(seen, views::team(&ctx.frame(), &form, &line, &staff))
}

pub(super) async fn team(
    ctx: Ctx<CaseAssign>,
    Id(id): Id<CaseId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, line) = writing(&ctx, id).await?;
    let staff = colleagues(&writer, ctx.today(), line.provider_id).await?;
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    let first = form.optional_uuid("erste", "Fachkraft").map(StaffId);
    let second = form
        .optional_uuid("zweite", "Zweite Fachkraft")
        .map(StaffId);
    if !form.has_errors() {
        match steps::assign(&writer, &line, version, &staff, (first, second)).await {
            Ok(()) => {
                let entry = Entry::new(Verb::Rights, format!("team client_case/{id}"))
                    .fields(["staff_id", "second_staff_id"]);
                let seen = writer.commit(about(entry, &line, Level::Case)).await?;
                return ctx.done(seen, &case_page(id), "Das Team ist eingetragen.");
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    let page = views::team(&ctx.frame(), &form, &line, &staff);
    again(&ctx, writer, looking_at("team eines falls", &line), page).await
}

pub(super) async fn talk_form(
    ctx: Ctx<CaseCounsel>,
    Id(id): Id<CaseId>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Answer {
    let reader = ctx.read();
    let line = found(&reader, id).await?;
    let plan = plan_of(&reader, id, asked_plan(&asked)).await?;
    let offered = talks::offered(&reader, None).await?;
    let seen = reader
        .seen(looking_at("gespraech eines falls", &line))
        .await?;
    let form = first_form(plan.as_ref(), None, ctx.today());
    ctx.page(
        seen,
        views::talk(&ctx.frame(), &form, &line, &offered, &ctx.once()),
    )
}

/// The planned talk of a case that is to be recorded.
async fn plan_of<R: Rows>(
    rows: &R,
    case: CaseId,
    named: &str,
) -> Result<Option<crate::casework::store::plans::PlanLine>, Fault> {
    let plan = named_plan(rows, named).await?;
    match plan {
        Some(plan) if plan.case_id != case => Err(Fault::NotFound),
        plan => Ok(plan),
    }
}

pub(super) async fn talk(
    ctx: Ctx<CaseCounsel>,
    Id(id): Id<CaseId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, line) = writing(&ctx, id).await?;
    let back = after(&form, case_page(id));
    once(&writer, form.value("einmal"), &back).await?;
    let plan = plan_of(&writer, id, form.value("termin")).await?;
    let offered = talks::offered(&writer, None).await?;
    if let Some(talk) = read_talk(&mut form, ctx.today(), &offered) {
        match clients::talk(&writer, &line, &talk, plan.as_ref()).await {
            Ok(id) => {
                let entry =
                    Entry::new(Verb::Collect, format!("gespraech counselling_session/{id}"));
                let seen = writer.commit(about(entry, &line, Level::Case)).await?;
                return ctx.done(seen, &back, &saved(&talk));
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    let token = form.value("einmal").to_owned();
    let page = views::talk(&ctx.frame(), &form, &line, &offered, &token);
    again(
        &ctx,
        writer,
        looking_at("gespraech eines falls", &line),
        page,
    )
    .await
}

/// Only the case of somebody unknown can be linked; to any other the page does not exist.
fn linkable(line: &CaseLine) -> Result<(), Fault> {
    if line.client() == ClientKind::Anonymous {
        Ok(())
    } else {
        Err(Fault::NotFound)
    }
}

pub(super) async fn link_form(ctx: Ctx<CaseCounsel>, Id(id): Id<CaseId>) -> Answer {
    let reader = ctx.read();
    let line = found(&reader, id).await?;
    linkable(&line)?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "fall verknuepfen"))
        .await?;
    let form = Form::empty()
        .with("einwilligung", german::date(ctx.today()))
        .with("version", line.version.to_string());
    ctx.page(seen, views::link(&ctx.frame(), &form, &line))
}

pub(super) async fn link(
    ctx: Ctx<CaseCounsel>,
    Id(id): Id<CaseId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, line) = writing(&ctx, id).await?;
    linkable(&line)?;
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    let number = form.required_text("nummer", "Buch- oder Aktennummer", 40);
    let birth = form.required_date("geburt", "Geburtsdatum");
    let consent = form.required_date("einwilligung", "Einwilligung vom");
    if !form.checked("liegt_vor") {
        form.reject("liegt_vor", "Ohne Einwilligung bleibt der Fall ohne Namen.");
    }
    if let (Some(number), Some(birth), Some(consent), false) =
        (number, birth, consent, form.has_errors())
    {
        match clients::link(&writer, &line, version, (&number, birth), consent).await {
            Ok(person) => {
                let entry = Entry::new(Verb::Combine, format!("fall verknuepft client_case/{id}"))
                    .because("einwilligung")
                    .about(person, Level::Case)
                    .fields(["person_id", "consent_on"]);
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    &case_page(id),
                    "Der Fall wird jetzt namentlich geführt.",
                );
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    let page = views::link(&ctx.frame(), &form, &line);
    again(
        &ctx,
        writer,
        Entry::new(Verb::Query, "fall verknuepfen"),
        page,
    )
    .await
}
