//! Planning a group.

use super::forms::{proposal, read_plan};
use super::own_facility;
use crate::access::permissions::GroupPlan;
use crate::audit::{Entry, Verb};
use crate::base::ids::{FacilityId, GroupId};
use crate::groups::service::planning::{self, Choices, Draft};
use crate::groups::views;
use crate::planning::why::NewWish;
use crate::store::StoreError;
use crate::web::{Answer, Ctx, Form, Posted};

pub(super) async fn form(ctx: Ctx<GroupPlan>) -> Answer {
    let facility = own_facility(&ctx)?;
    let reader = ctx.read();
    let choices = planning::choices(&reader, facility).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "gruppe planen"))
        .await?;
    let form = proposal(&choices, ctx.today());
    ctx.page(
        seen,
        views::plan::form(&ctx.frame(), &form, &choices, None, &ctx.once()),
    )
}

pub(super) async fn send(ctx: Ctx<GroupPlan>, Posted(mut form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    if form.value("aktion") == "entwurf" {
        save(ctx, facility, form).await
    } else {
        let reader = ctx.read();
        let choices = planning::choices(&reader, facility).await?;
        if form.value("aktion") == "warum" {
            return why(ctx, facility, form, &choices).await;
        }
        let mut draft = None;
        if let Some(request) = read_plan(&mut form, &choices) {
            draft = kept(planning::plan(&reader, facility, request).await?, &mut form);
        }
        let seen = reader
            .seen(Entry::new(Verb::Query, "gruppe planen vorschau"))
            .await?;
        again(&ctx, seen, &form, &choices, draft.as_ref())
    }
}

/// What speaks against the weekly time in the form, and what comes nearest to it.
async fn why(
    ctx: Ctx<GroupPlan>,
    facility: FacilityId,
    mut form: Form,
    choices: &Choices,
) -> Answer {
    let reader = ctx.read();
    let mut answer = None;
    if let Some(request) = read_plan(&mut form, choices) {
        let found = match request.trainers.as_slice() {
            [(one, _), (two, _)] if request.more.is_empty() => {
                let wish = NewWish {
                    facility,
                    template: request.template.id,
                    name: request.name.clone(),
                    weekday: request.weekday,
                    start: request.start.value(),
                    room: request.room,
                    trainers: [*one, *two],
                    first_day: request.first_day,
                };
                crate::planning::why::of_new(&reader, &ctx.app.planning, &wish).await?
            }
            _ => None,
        };
        answer = Some(found);
    }
    let entry = Entry::new(Verb::Query, "gruppe planen warum nicht");
    let seen = reader.seen(entry).await?;
    let frame = ctx.frame();
    let panel = answer.as_ref().map(|found| {
        crate::planning::why_panel(found.as_ref(), &[], &|other| {
            views::plan::take_other(&frame, &form, other)
        })
    });
    let token = form.value("einmal");
    let markup = views::plan::form_with(&frame, &form, choices, None, token, panel);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

/// Puts the problems into the form.
fn kept(planned: Result<Draft, planning::FieldProblems>, form: &mut Form) -> Option<Draft> {
    match planned {
        Ok(draft) => Some(draft),
        Err(problems) => {
            for (field, why) in problems {
                form.reject(field, why);
            }
            None
        }
    }
}

fn again(
    ctx: &Ctx<GroupPlan>,
    seen: crate::store::Seen,
    form: &Form,
    choices: &Choices,
    draft: Option<&Draft>,
) -> Answer {
    let markup = views::plan::form(&ctx.frame(), form, choices, draft, form.value("einmal"));
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

async fn save(ctx: Ctx<GroupPlan>, facility: FacilityId, mut form: Form) -> Answer {
    let writer = ctx.write().await?;
    let id = GroupId(writer.entropy().uuid());
    let location = format!("/gruppen/{id}");
    // Before the names are looked at: a second sending would find its own group's name taken.
    crate::accounts::once(&writer, form.value("einmal"), &location).await?;
    let choices = planning::choices(&writer, facility).await?;
    let mut draft = None;
    if let Some(request) = read_plan(&mut form, &choices) {
        planning::hold(&writer, facility, &request).await?;
        draft = kept(planning::plan(&writer, facility, request).await?, &mut form);
    }
    if let Some(planned) = draft
        .as_ref()
        .filter(|planned| crate::conflicts::judged(&mut form, &planned.conflicts))
    {
        let reason = form.value("trotz_grund").to_owned();
        match planning::save(&writer, facility, id, planned, &reason).await {
            Ok(Some(())) => {
                let entry = Entry::new(Verb::Change, format!("gruppe geplant training_group/{id}"));
                let seen = writer.commit(entry).await?;
                return ctx.done(seen, &location, "Die Gruppe ist als Entwurf gespeichert. Andere sehen sie erst, wenn sie veröffentlicht ist.");
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
        .seen(Entry::new(Verb::Query, "gruppe planen"))
        .await?;
    again(&ctx, seen, &form, &choices, draft.as_ref())
}
