//! Planned talks: planning, moving, cancelling, and the list of those that are to be recorded.

use time::Date;

use super::cases::{about, found, writing};
use super::talks::{named_plan, read_talk};
use super::{again, back, show};
use crate::access::Writes;
use crate::access::permissions::TalkPlan;
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{CaseId, TalkId};
use crate::base::time::{MinuteOfDay, berlin_local};
use crate::casework::codes::{AskedBy, SessionForm};
use crate::casework::rules::plan::When;
use crate::casework::rules::{self, LONGEST_SESSION};
use crate::casework::service::plans::{self as service, Asked, Fields, Wish};
use crate::casework::service::talks::{Talk, Target, log};
use crate::casework::service::{Problem, clients};
use crate::casework::store;
use crate::casework::store::cases::CaseLine;
use crate::casework::store::plans::{self, PlanLine};
use crate::casework::store::talks::Offered;
use crate::casework::views::plans as views;
use crate::conflicts::{Against, judged};
use crate::people;
use crate::store::{Rows, StoreError, Writer};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

/// The list of planned talks that are over and not recorded.
pub(super) const TO_RECORD: &str = "/gespraeche/erfassen";

fn case_page(id: CaseId) -> String {
    format!("/faelle/{id}")
}

/// The page of a plan is about whoever it is with.
pub(super) fn about_plan(entry: Entry, plan: &PlanLine, level: Level) -> Entry {
    plan.person_id
        .into_iter()
        .fold(entry, |entry, person| entry.about(person, level))
}

pub(super) async fn to_record(ctx: Ctx<TalkPlan>) -> Answer {
    let reader = ctx.read();
    let found = plans::to_record(&reader, plans::PLANS + 1).await?;
    let entry = found
        .iter()
        .fold(Entry::new(Verb::Query, "zu erfassen"), |entry, plan| {
            about_plan(entry, plan, Level::List)
        });
    let seen = reader.seen(entry).await?;
    ctx.page(seen, views::to_record(&ctx.frame(), &found, ctx.today()))
}

fn looking_at(line: &CaseLine) -> Entry {
    about(
        Entry::new(Verb::Query, "termin vereinbaren"),
        line,
        Level::Case,
    )
}

pub(super) async fn form(ctx: Ctx<TalkPlan>, Id(id): Id<CaseId>) -> Answer {
    let reader = ctx.read();
    let line = found(&reader, id).await?;
    let seen = reader.seen(looking_at(&line)).await?;
    let form = Form::empty()
        .with("minutes", rules::USUAL_SESSION.to_string())
        .with("form", SessionForm::Office.code());
    ctx.page(
        seen,
        views::plan(&ctx.frame(), &form, &line, &ctx.once(), None),
    )
}

fn read_wish(form: &mut Form) -> Option<Wish> {
    let day = form.required_planning_date("day", "Tag");
    let start = form.required_time("start", "Uhrzeit");
    let minutes = form.required_number("minutes", "Dauer in Minuten", 1..=LONGEST_SESSION);
    let place = form.choice("form", "Ort", &SessionForm::codes());
    Some(Wish {
        when: When {
            day: day?,
            start: start?,
        },
        minutes: minutes?,
        place: SessionForm::from_code(&place?)?,
    })
}

/// Puts a time that was offered into the form and asks what stands against it: it may be taken meanwhile.
fn take_offer(form: &mut Form) {
    let offer = form.value("vorschlag").to_owned();
    if let Some((day, start)) = offer.split_once(' ') {
        form.set("day", day);
        form.set("start", start);
        form.set("aktion", "pruefen");
    }
}

/// Whether only the question what stands against a time was asked.
fn asks(form: &Form) -> bool {
    form.value("aktion") == "pruefen"
}

/// Why what stands against the time was taken on; [`judged`] has read it.
fn despite(form: &Form, against: &Against) -> Option<String> {
    (!against.conflicts.is_empty()).then(|| form.value("trotz_grund").trim().to_owned())
}

/// Whether a talk at that time is past: then its outcome is asked for in the same step.
fn past(when: When, (today, now): (Date, MinuteOfDay)) -> bool {
    when.day < today || (when.day == today && when.start < now)
}

/// What a form about a time that is over made: a talk with its outcome.
async fn record_past<P: Writes>(
    writer: &Writer<P>,
    line: &CaseLine,
    talk: &Talk,
) -> Result<(), Problem> {
    let (Some(person), Some(_)) = (line.person_id, line.enrolment_id) else {
        clients::talk(writer, line, talk, None).await?;
        return Ok(());
    };
    let head = people::find(writer, person)
        .await?
        .ok_or(StoreError::Changed)?;
    let running = store::enrolment_of_case(writer, line.id)
        .await?
        .ok_or(StoreError::Changed)?;
    log(writer, &head, Target::Running(&running), talk, None).await?;
    Ok(())
}

pub(super) async fn make(
    ctx: Ctx<TalkPlan>,
    Id(id): Id<CaseId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, line) = writing(&ctx, id).await?;
    once(&writer, form.value("einmal"), &case_page(id)).await?;
    if line.course().state.closed() {
        form.reject(
            "",
            "Dieser Fall ist beendet. Bitte ihn zuerst wieder öffnen.",
        );
    }
    let local = berlin_local(writer.now());
    take_offer(&mut form);
    let wish = read_wish(&mut form);
    let mut against = None;
    if let (Some(wish), false) = (wish, form.has_errors()) {
        if past(wish.when, (local.date, local.minute)) {
            if form.value("outcome").is_empty() {
                form.reject(
                    "outcome",
                    "Diese Zeit ist vorbei. Bitte gleich angeben, was daraus wurde; oder einen späteren Termin eingeben.",
                );
            } else if let Some(talk) = read_talk(&mut form, ctx.today(), &Offered::default()) {
                match record_past(&writer, &line, &talk).await {
                    Ok(()) => {
                        let entry =
                            Entry::new(Verb::Collect, format!("gespraech client_case/{id}"));
                        let seen = writer.commit(about(entry, &line, Level::Case)).await?;
                        return ctx.done(seen, &case_page(id), "Das Gespräch ist gespeichert.");
                    }
                    Err(problem) => show(&mut form, problem)?,
                }
            }
        } else {
            let stage = service::stage(&writer, id).await?;
            let arranged = service::arrange(&writer, &stage, &wish, Fields::PLAN).await;
            let found = service::against(&writer, &stage, &wish, None).await?;
            match arranged {
                Ok(_) if asks(&form) => {}
                Ok(arranged) if judged(&mut form, &found.conflicts) => {
                    let despite = despite(&form, &found);
                    let talk = service::plan(&writer, &arranged, despite).await?;
                    let entry = Entry::new(Verb::Collect, format!("termin talk_plan/{talk}"));
                    let seen = writer.commit(about(entry, &line, Level::Case)).await?;
                    let text = format!(
                        "Der Termin ist vereinbart: {}.",
                        rules::plan::words(wish.when.day, i64::from(wish.when.start.value()))
                    );
                    return ctx.done(seen, &case_page(id), &text);
                }
                Ok(_) => {}
                Err(problem) => show(&mut form, problem)?,
            }
            against = Some(found);
        }
    }
    let token = form.value("einmal").to_owned();
    let page = views::plan(&ctx.frame(), &form, &line, &token, against.as_ref());
    back(&ctx, writer, looking_at(&line), page, &form).await
}

/// A planned talk of the actor's own that can still be changed.
async fn open<R: Rows>(rows: &R, id: TalkId) -> Result<PlanLine, Fault> {
    named_plan(rows, &id.to_string())
        .await?
        .ok_or(Fault::NotFound)
}

fn changing(plan: &PlanLine) -> Entry {
    about_plan(Entry::new(Verb::Query, "termin aendern"), plan, Level::Case)
}

pub(super) async fn shift_form(ctx: Ctx<TalkPlan>, Id(id): Id<TalkId>) -> Answer {
    let reader = ctx.read();
    let plan = open(&reader, id).await?;
    let seen = reader.seen(changing(&plan)).await?;
    let start = u16::try_from(plan.start_minute)
        .ok()
        .and_then(MinuteOfDay::new)
        .map_or_else(String::new, german::time);
    let form = Form::empty()
        .with("day", german::date(plan.day))
        .with("start", start)
        .with("minutes", plan.minutes.to_string())
        .with("form", plan.place.clone())
        .with("version", plan.version.to_string());
    ctx.page(seen, views::shift(&ctx.frame(), &form, &plan, None))
}

/// Who asked, and why.
fn read_asked(form: &mut Form) -> Option<Asked> {
    let by = form.choice("asked_by", "Wer bat darum?", &AskedBy::codes());
    let reason = form.optional_text("reason", "Grund", 200);
    if form.has_errors() {
        return None;
    }
    Some(Asked {
        by: AskedBy::from_code(&by?)?,
        reason,
    })
}

/// The plan as the form saw it; somebody else's change is told.
fn unchanged(form: &Form, plan: &PlanLine) -> Result<(), Fault> {
    if form.hidden_number("version") == Some(plan.version) {
        Ok(())
    } else {
        Err(StoreError::Changed.into())
    }
}

pub(super) async fn shift(
    ctx: Ctx<TalkPlan>,
    Id(id): Id<TalkId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let plan = open(&writer, id).await?;
    unchanged(&form, &plan)?;
    take_offer(&mut form);
    let wish = read_wish(&mut form);
    let mut against = None;
    if let Some(wish) = &wish {
        let stage = service::stage(&writer, plan.case_id).await?;
        let arranged = match service::movable(&plan, wish) {
            Ok(()) => service::arrange(&writer, &stage, wish, Fields::PLAN).await,
            Err(problem) => Err(problem),
        };
        let found = service::against(&writer, &stage, wish, Some(&plan)).await?;
        let asked = if asks(&form) {
            None
        } else {
            read_asked(&mut form)
        };
        match (arranged, asked) {
            (Err(problem), _) => show(&mut form, problem)?,
            (Ok(arranged), Some(asked)) if judged(&mut form, &found.conflicts) => {
                let despite = despite(&form, &found);
                service::shift(&writer, &plan, &arranged, asked, despite).await?;
                let entry = Entry::new(Verb::Change, format!("termin verschoben talk_plan/{id}"))
                    .fields(["day", "start_minute", "place"]);
                let seen = writer.commit(about_plan(entry, &plan, Level::Case)).await?;
                let text = format!(
                    "Der Termin ist verschoben auf {}.",
                    rules::plan::words(wish.when.day, i64::from(wish.when.start.value()))
                );
                return ctx.done(seen, &case_page(plan.case_id), &text);
            }
            (Ok(_), _) => {}
        }
        against = Some(found);
    } else {
        read_asked(&mut form);
    }
    let page = views::shift(&ctx.frame(), &form, &plan, against.as_ref());
    back(&ctx, writer, changing(&plan), page, &form).await
}

pub(super) async fn cancel_form(ctx: Ctx<TalkPlan>, Id(id): Id<TalkId>) -> Answer {
    let reader = ctx.read();
    let plan = open(&reader, id).await?;
    let seen = reader.seen(changing(&plan)).await?;
    let form = Form::empty().with("version", plan.version.to_string());
    ctx.page(seen, views::cancel(&ctx.frame(), &form, &plan))
}

pub(super) async fn cancel(
    ctx: Ctx<TalkPlan>,
    Id(id): Id<TalkId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let plan = open(&writer, id).await?;
    unchanged(&form, &plan)?;
    if let Some(asked) = read_asked(&mut form) {
        match service::cancel(&writer, &plan, asked).await {
            Ok(()) => {
                let entry = Entry::new(Verb::Change, format!("termin abgesagt talk_plan/{id}"))
                    .fields(["state"]);
                let seen = writer.commit(about_plan(entry, &plan, Level::Case)).await?;
                return ctx.done(seen, &case_page(plan.case_id), "Der Termin ist abgesagt.");
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    let page = views::cancel(&ctx.frame(), &form, &plan);
    again(&ctx, writer, changing(&plan), page).await
}
