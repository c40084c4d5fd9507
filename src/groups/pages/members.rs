//! Taking people into a group and ending their places.

use axum::extract::Path;

use time::Date;

use super::refused_as;
use crate::access::permissions::GroupPlan;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{GroupId, PauseId, PersonId};
use crate::conflicts::Sent;
use crate::groups::rules::{EndReason, PauseReason};
use crate::groups::service::members::{Added, Paused};
use crate::groups::service::{Step, members as service};
use crate::groups::store::{members as member_store, pauses};
use crate::groups::{store, views};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

/// The longest remark when somebody leaves.
const REMARK: usize = 120;

pub(super) async fn add(
    ctx: Ctx<GroupPlan>,
    Id(group): Id<GroupId>,
    Posted(mut form): Posted,
) -> Answer {
    let here = format!("/gruppen/{group}");
    let Some(person) = form.uuid("person", "Person").map(PersonId) else {
        return Err(Fault::NotFound);
    };
    let writer = ctx.write().await?;
    let token = form.value("einmal").to_owned();
    crate::accounts::once(&writer, &token, &here).await?;
    let object = format!("teilnehmende training_group/{group}");
    let sent = form.checked("bestaetigt").then(|| Sent {
        shown: form.value("konflikte"),
        reason: form.value("trotz_grund"),
    });
    match service::add(&writer, group, person, sent).await? {
        Added::Done(name) => {
            let entry = Entry::new(Verb::Change, object)
                .about(person, Level::Case)
                .fields(["group_id", "enrolment_id"]);
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &here,
                &format!("Eine Person ist in „{name}“ aufgenommen."),
            )
        }
        Added::Ask(asked) => {
            writer.abandon().await?;
            let level = if asked.against.is_empty() {
                Level::Basic
            } else {
                Level::Case
            };
            let entry = Entry::new(Verb::Query, object)
                .about(person, level)
                .about_all(super::named(&asked.against), Level::Case);
            let seen = ctx.read().seen(entry).await?;
            if let Some(why) = asked.why {
                form.reject("trotz_grund", why);
            }
            let markup = views::members::confirm(&ctx.frame(), &form, &asked, &token);
            if form.has_errors() {
                ctx.invalid(seen, markup)
            } else {
                ctx.page(seen, markup)
            }
        }
        Added::Refused(why) => {
            writer.abandon().await?;
            // The sentence may tell of the person's other group, so the entry names the person.
            let entry = Entry::new(Verb::Change, object).about(person, Level::Case);
            refused_as(&ctx, entry, &here, &why).await
        }
        Added::NotFound => Err(Fault::NotFound),
    }
}

fn ids(path: &(String, String)) -> Result<(GroupId, PersonId), Fault> {
    Ok((
        path.0.parse().map_err(|_| Fault::NotFound)?,
        path.1.parse().map_err(|_| Fault::NotFound)?,
    ))
}

async fn show_end(ctx: &Ctx<GroupPlan>, group: GroupId, person: PersonId, form: &Form) -> Answer {
    let reader = ctx.read();
    let Some(head) = store::find(&reader, group).await? else {
        return Err(Fault::NotFound);
    };
    let members = member_store::of_group(&reader, group).await?;
    let open = members
        .iter()
        .find(|member| member.person_id == person && member.to_day.is_none());
    let Some(member) = open else {
        return Err(Fault::NotFound);
    };
    let entry = Entry::new(
        Verb::Query,
        format!("teilnahme beenden training_group/{group}"),
    )
    .about(person, Level::Case);
    let seen = reader.seen(entry).await?;
    let markup = views::members::end(&ctx.frame(), form, &head, member, person);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

pub(super) async fn end_form(ctx: Ctx<GroupPlan>, Path(path): Path<(String, String)>) -> Answer {
    let (group, person) = ids(&path)?;
    show_end(&ctx, group, person, &Form::empty()).await
}

pub(super) async fn end(
    ctx: Ctx<GroupPlan>,
    Path(path): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let (group, person) = ids(&path)?;
    let reason = form
        .choice("grund", "Grund", &EndReason::codes())
        .and_then(|code| EndReason::from_code(&code));
    let from = form.optional_date("ab", "Nicht mehr dabei ab");
    let remark = form.optional_text("hinweis", "Organisatorischer Hinweis", REMARK);
    let (Some(reason), false) = (reason, form.has_errors()) else {
        return show_end(&ctx, group, person, &form).await;
    };
    let (object, here) = (
        format!("teilnahme beendet training_group/{group}"),
        format!("/gruppen/{group}"),
    );
    let leaving = service::Leaving {
        reason,
        from,
        remark,
    };
    let writer = ctx.write().await?;
    match service::end(&writer, group, person, &leaving).await? {
        Step::Done(_) => {
            let entry = Entry::new(Verb::Change, object)
                .about(person, Level::Case)
                .fields(["to_day", "end_reason", "ended_on", "outcome"]);
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &here,
                "Die Teilnahme ist beendet. Der Platz ist wieder frei.",
            )
        }
        Step::Refused(why) => {
            writer.abandon().await?;
            form.reject("ab", why);
            show_end(&ctx, group, person, &form).await
        }
        Step::NotFound | Step::Ask(..) => Err(Fault::NotFound),
    }
}

async fn show_pause(ctx: &Ctx<GroupPlan>, group: GroupId, person: PersonId, form: &Form) -> Answer {
    let reader = ctx.read();
    let Some(head) = store::find(&reader, group).await? else {
        return Err(Fault::NotFound);
    };
    let members = member_store::of_group(&reader, group).await?;
    let open = members
        .iter()
        .find(|member| member.person_id == person && member.to_day.is_none());
    let Some(member) = open else {
        return Err(Fault::NotFound);
    };
    let known = pauses::of_member(&reader, group, person).await?;
    let entry = Entry::new(
        Verb::Query,
        format!("teilnahme aussetzen training_group/{group}"),
    )
    .about(person, Level::Case);
    let seen = reader.seen(entry).await?;
    let view = views::members::PausePage {
        group: &head,
        member,
        known: &known,
        today: ctx.today(),
        token: &ctx.once(),
    };
    let markup = views::members::pause(&ctx.frame(), form, &view);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

pub(super) async fn pause_form(ctx: Ctx<GroupPlan>, Path(path): Path<(String, String)>) -> Answer {
    let (group, person) = ids(&path)?;
    let form = Form::empty().with("from_day", german::date(ctx.today()));
    show_pause(&ctx, group, person, &form).await
}

/// Suspends, or ends the suspension that the form names.
pub(super) async fn pause(
    ctx: Ctx<GroupPlan>,
    Path(path): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let (group, person) = ids(&path)?;
    let (object, here) = (
        format!("teilnahme ausgesetzt training_group/{group}"),
        format!("/gruppen/{group}"),
    );
    let writer = ctx.write().await?;
    let done = if form.value("aussetzung").is_empty() {
        let from = form.required_planning_date("from_day", "Ausgesetzt ab");
        let last = form.optional_planning_date("last_day", "Letzter Tag");
        let reason = form
            .choice("reason", "Grund", &PauseReason::codes())
            .and_then(|code| PauseReason::from_code(&code));
        match (from, reason, form.has_errors()) {
            (Some(from), Some(reason), false) => {
                let token = form.value("einmal").to_owned();
                crate::accounts::once(&writer, &token, &here).await?;
                let to = last.and_then(Date::next_day);
                Some(service::pause(&writer, group, person, from, to, reason).await?)
            }
            _ => None,
        }
    } else {
        let pause = form.uuid("aussetzung", "Aussetzung").map(PauseId);
        let back = form.required_planning_date("back", "Wieder dabei ab");
        match (pause, form.hidden_number("version"), back) {
            (Some(pause), Some(version), Some(back)) => {
                Some(service::resume(&writer, group, person, (pause, version), back).await?)
            }
            _ => None,
        }
    };
    match done {
        Some(Paused::Done) => {
            let entry = Entry::new(Verb::Change, object)
                .about(person, Level::Case)
                .fields(["from_day", "to_day", "reason"]);
            let seen = writer.commit(entry).await?;
            return ctx.done(
                seen,
                &here,
                "Die Aussetzung ist gespeichert. Der Platz bleibt der Person erhalten.",
            );
        }
        Some(Paused::NotFound) => return Err(Fault::NotFound),
        Some(Paused::Refused(field, sentence)) => form.reject(field, sentence),
        None => {}
    }
    drop(writer);
    show_pause(&ctx, group, person, &form).await
}
