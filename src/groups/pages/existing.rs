//! Entering a group that runs already, and after how many days sessions are locked.

use std::collections::BTreeMap;

use super::forms::read_plan;
use super::{own_facility, refused};
use crate::access::permissions::GroupPlan;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{GroupId, PersonId};
use crate::groups::rules::register::row_keys;
use crate::groups::series::MOST_SESSIONS;
use crate::groups::service::Step;
use crate::groups::service::existing::{self as service, PastDate, Running};
use crate::groups::service::planning::{self, Choices};
use crate::groups::store::existing as store;
use crate::groups::store::{self as groups, series};
use crate::groups::views::existing as views;
use crate::store::{Seen, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

pub(super) async fn form(ctx: Ctx<GroupPlan>) -> Answer {
    let facility = own_facility(&ctx)?;
    let reader = ctx.read();
    let choices = planning::choices(&reader, facility).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "bestehende gruppe"))
        .await?;
    let form = Form::empty();
    ctx.page(
        seen,
        views::form(&ctx.frame(), &form, &choices, None, &ctx.once()),
    )
}

/// How many past dates a sent form has.
fn rows(form: &Form) -> usize {
    form.hidden_number("termine")
        .and_then(|count| usize::try_from(count).ok())
        .unwrap_or(0)
        .min(MOST_SESSIONS)
}

/// Reads the past dates; a row without a day is left out. Errors stay in the form.
fn read_past(form: &mut Form) -> Vec<PastDate> {
    let mut past = Vec::new();
    for row in 0..rows(form) {
        let number = row + 1;
        let day = form
            .optional_planning_date(&format!("tag_{row}"), &format!("Tag der Sitzung {number}"));
        let start = form.optional_time(
            &format!("zeit_{row}"),
            &format!("Beginn der Sitzung {number}"),
        );
        match (day, start) {
            (Some(day), Some(start)) => past.push((day, start)),
            (Some(_), None) if form.error_of(&format!("zeit_{row}")).is_none() => form.reject(
                &format!("zeit_{row}"),
                format!("Bitte den Beginn der Sitzung {number} angeben."),
            ),
            _ => {}
        }
    }
    past
}

fn fill_past(form: &mut Form, past: &[PastDate]) {
    form.set("termine", past.len().to_string());
    for (row, (day, start)) in past.iter().enumerate() {
        form.set(&format!("tag_{row}"), german::date(*day));
        form.set(&format!("zeit_{row}"), german::time(*start));
    }
}

pub(super) async fn send(ctx: Ctx<GroupPlan>, Posted(mut form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    if form.value("aktion") == "speichern" {
        return save(ctx, form).await;
    }
    let reader = ctx.read();
    let choices = planning::choices(&reader, facility).await?;
    let mut running = None;
    if let Some(request) = read_plan(&mut form, &choices) {
        // Dates are proposed anew when asked for; else those typed are shown with what follows from them.
        if form.value("aktion") == "vorschlag" || rows(&form) == 0 {
            match service::propose(&reader, facility, &request).await? {
                Ok(past) => fill_past(&mut form, &past),
                Err(problems) => {
                    for (field, why) in problems {
                        form.reject(field, why);
                    }
                }
            }
        }
        let past = read_past(&mut form);
        if !form.has_errors() {
            running = kept(
                service::running(&reader, facility, request, &past).await?,
                &mut form,
            );
        }
    }
    let seen = reader
        .seen(Entry::new(Verb::Query, "bestehende gruppe vorschau"))
        .await?;
    again(&ctx, seen, &form, &choices, running.as_ref())
}

fn kept(running: Result<Running, Vec<(String, String)>>, form: &mut Form) -> Option<Running> {
    match running {
        Ok(running) => Some(running),
        Err(problems) => {
            for (field, why) in problems {
                form.reject(&field, why);
            }
            None
        }
    }
}

fn again(
    ctx: &Ctx<GroupPlan>,
    seen: Seen,
    form: &Form,
    choices: &Choices,
    running: Option<&Running>,
) -> Answer {
    let markup = views::form(&ctx.frame(), form, choices, running, form.value("einmal"));
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

async fn save(ctx: Ctx<GroupPlan>, mut form: Form) -> Answer {
    let facility = own_facility(&ctx)?;
    let writer = ctx.write().await?;
    let id = GroupId(writer.entropy().uuid());
    let location = format!("/gruppen/{id}/bestand");
    crate::accounts::once(&writer, form.value("einmal"), &location).await?;
    let choices = planning::choices(&writer, facility).await?;
    let mut running = None;
    if let Some(request) = read_plan(&mut form, &choices) {
        let past = read_past(&mut form);
        planning::hold(&writer, facility, &request).await?;
        if !form.has_errors() {
            running = kept(
                service::running(&writer, facility, request, &past).await?,
                &mut form,
            );
        }
    }
    if let Some(found) = running
        .as_ref()
        .filter(|found| crate::conflicts::judged(&mut form, &found.conflicts))
    {
        let reason = form.value("trotz_grund").to_owned();
        match service::save(&writer, facility, id, found, &reason).await {
            Ok(Some(())) => {
                let entry = Entry::new(
                    Verb::Change,
                    format!("bestehende gruppe training_group/{id}"),
                );
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    &location,
                    "Die Gruppe ist eingetragen. Jetzt die Teilnehmenden und ihre Anwesenheit nachtragen.",
                );
            }
            Ok(None) => form.reject("template", "Für diese Maßnahme ist heute kein führender Träger eingetragen. Bitte die Verwaltung fragen."),
            Err(StoreError::Duplicate(_)) => {
                form.reject("name", "Diesen Namen hat in der Einrichtung schon eine Gruppe. Bitte einen anderen wählen.");
            }
            Err(other) => return Err(other.into()),
        }
    }
    writer.abandon().await?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "bestehende gruppe"))
        .await?;
    again(&ctx, seen, &form, &choices, running.as_ref())
}

/// What is still to be entered of a group.
pub(super) async fn entry(ctx: Ctx<GroupPlan>, Id(group): Id<GroupId>) -> Answer {
    show_entry(&ctx, group, None).await
}

async fn show_entry(ctx: &Ctx<GroupPlan>, group: GroupId, form: Option<&Form>) -> Answer {
    let reader = ctx.read();
    let Some(head) = series::group(&reader, group).await? else {
        return Err(Fault::NotFound);
    };
    let members = store::members(&reader, group).await?;
    let sessions = groups::sessions(&reader, group).await?;
    let object = format!("bestand training_group/{group}");
    let shown = members
        .iter()
        .filter(|member| member.visible)
        .map(|member| member.person_id);
    let seen = reader
        .seen(Entry::new(Verb::Query, object).about_all(shown, Level::Case))
        .await?;
    let ids: Vec<PersonId> = members.iter().map(|member| member.person_id).collect();
    let keys = row_keys(&ids);
    let mut filled = Form::empty();
    for (member, key) in members.iter().zip(&keys) {
        filled.set(&format!("ab_{key}"), german::date(member.from_day));
    }
    let view = views::EntryPage {
        group: &head,
        members: &members,
        keys: &keys,
        sessions: &sessions,
        now: ctx.access().now(),
    };
    let markup = views::entry(&ctx.frame(), form.unwrap_or(&filled), &view);
    if form.is_some_and(Form::has_errors) {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

pub(super) async fn entry_send(
    ctx: Ctx<GroupPlan>,
    Id(group): Id<GroupId>,
    Posted(mut form): Posted,
) -> Answer {
    let object = format!("bestand training_group/{group}");
    let here = format!("/gruppen/{group}/bestand");
    let writer = ctx.write().await?;
    if form.value("aktion") == "fertig" {
        return match service::finish(&writer, group).await? {
            Step::Done(()) => {
                let entry = Entry::new(Verb::Change, object).fields(["locked"]);
                let seen = writer.commit(entry).await?;
                ctx.done(
                    seen,
                    &format!("/gruppen/{group}"),
                    "Der Bestand ist eingetragen. Vergangene Sitzungen sind gesperrt und werden nur noch mit Grund berichtigt.",
                )
            }
            Step::Refused(why) => {
                writer.abandon().await?;
                refused(&ctx, object, &format!("/gruppen/{group}"), &why).await
            }
            Step::NotFound | Step::Ask(..) => Err(Fault::NotFound),
        };
    }
    let Some(head) = groups::find(&writer, group).await? else {
        return Err(Fault::NotFound);
    };
    let members = store::members(&writer, group).await?;
    let ids: Vec<PersonId> = members.iter().map(|member| member.person_id).collect();
    let mut days = BTreeMap::new();
    for (member, key) in members.iter().zip(row_keys(&ids)) {
        let field = format!("ab_{key}");
        // A person who joined meanwhile has no field in the form.
        if !member.visible || !form.names().any(|name| name == field) {
            continue;
        }
        if let Some(day) =
            form.required_planning_date(&field, &format!("{}: in der Gruppe seit", member.name()))
        {
            match service::cannot_join(member, day, head.first_day, ctx.today()) {
                Some(why) => form.reject(&field, why),
                None => {
                    days.insert(member.person_id, day);
                }
            }
        }
    }
    if form.has_errors() {
        writer.abandon().await?;
        return show_entry(&ctx, group, Some(&form)).await;
    }
    match service::set_members(&writer, group, &days).await? {
        Step::Done(people) => {
            let entry = Entry::new(Verb::Change, object)
                .about_all(people, Level::Case)
                .fields(["from_day", "enrolled_on"]);
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &here,
                "Gespeichert. Die Personen stehen jetzt auf den Anwesenheitslisten ihrer Zeit.",
            )
        }
        Step::Refused(why) => {
            writer.abandon().await?;
            refused(&ctx, object, &format!("/gruppen/{group}"), &why).await
        }
        Step::NotFound | Step::Ask(..) => Err(Fault::NotFound),
    }
}

async fn show_lock(ctx: &Ctx<GroupPlan>, form: Option<&Form>) -> Answer {
    let facility = own_facility(ctx)?;
    let reader = ctx.read();
    let days = series::lock_days(&reader, facility).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "gruppen einstellungen"))
        .await?;
    let filled = Form::empty().with(
        "tage",
        days.map_or_else(String::new, |days| days.to_string()),
    );
    let markup = views::lock(&ctx.frame(), form.unwrap_or(&filled));
    if form.is_some_and(Form::has_errors) {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

pub(super) async fn lock_form(ctx: Ctx<GroupPlan>) -> Answer {
    show_lock(&ctx, None).await
}

pub(super) async fn lock_send(ctx: Ctx<GroupPlan>, Posted(mut form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    let days = form.optional_number("tage", "Tage bis zur Sperre", 1..=3650);
    // An empty field means never; a form without it is not ours.
    if !form.names().any(|name| name == "tage") {
        form.reject(
            "tage",
            "Bitte „Tage bis zur Sperre“ angeben oder leer lassen.",
        );
    }
    if form.has_errors() {
        return show_lock(&ctx, Some(&form)).await;
    }
    let writer = ctx.write().await?;
    let old = series::lock_days(&writer, facility).await?;
    series::set_lock(&writer, facility, days).await?;
    let words = |days: Option<i64>| {
        days.map_or_else(|| "nie".to_owned(), |days| format!("nach {days} Tagen"))
    };
    crate::history::record(
        &writer,
        vec![
            crate::history::Change::new("facility", facility.0, "Sperre alter Sitzungen geändert")
                .values(Some(words(old)), Some(words(days))),
        ],
    )
    .await?;
    let entry = Entry::new(Verb::Change, "gruppen einstellungen").fields(["lock_after_days"]);
    let seen = writer.commit(entry).await?;
    ctx.done(seen, "/gruppen", "Die Einstellung ist gespeichert.")
}
