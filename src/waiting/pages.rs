//! The waiting list: routes and handlers.

use serde::Deserialize;

use super::rules::{CloseReason, InterviewResult, Recommended, State, order};
use super::service::{self, Desk, Problem};
use super::store::{self, Interview, Waiting};
use super::views;
use super::views::application::REMARK;
use crate::access::Permission;
use crate::access::permissions::{WaitingChange, WaitingRead};
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{ApplicationId, PersonId, ProgrammeId};
use crate::casework::AccessRoute;
use crate::history;
use crate::store::StoreError;
use crate::web::flash::Flash;
use crate::web::parts::Pager;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/warteliste", list),
        Route::get("/personen/{person}/antrag", apply_form),
        Route::post("/personen/{person}/antrag", apply),
        Route::get("/antraege/{application}", show),
        Route::get("/antraege/{application}/gespraech", interview_form),
        Route::post("/antraege/{application}/gespraech", interview),
        Route::get("/antraege/{application}/beenden", close_form),
        Route::post("/antraege/{application}/beenden", close),
        Route::post("/antraege/{application}/oeffnen", reopen),
        Route::post("/antraege/{application}/einzeltraining", individual),
    ]
}

/// Lines on a page of the list.
const LINES: usize = 25;
/// People found by the search.
const FOUND: i64 = 20;

/// Puts the sentence of a problem to its field; what is no sentence goes up.
fn said(form: &mut Form, problem: Problem) -> Result<(), Fault> {
    match problem {
        Problem::Field(field, sentence) => {
            form.reject(field, sentence);
            Ok(())
        }
        Problem::Store(error) => Err(error.into()),
    }
}

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    stand: String,
    #[serde(default)]
    seite: String,
    #[serde(default)]
    suche: String,
}

fn pager(count: usize, page: usize, ended: bool) -> Pager {
    let first = (page - 1) * LINES;
    let last = (first + LINES).min(count);
    let href = |page: usize| {
        let stand = if ended { "&stand=beendet" } else { "" };
        format!("/warteliste?seite={page}{stand}")
    };
    let words = german::plural(count as u64, "Antrag", "Anträge");
    Pager {
        previous: (page > 1).then(|| href(page - 1)),
        next: (last < count).then(|| href(page + 1)),
        text: if count <= LINES {
            words
        } else {
            format!("{} bis {last} von {words}", first + 1)
        },
    }
}

async fn list(ctx: Ctx<WaitingRead>, Query(asked): Query<Asked>) -> Answer {
    let reader = ctx.read();
    let ended = asked.stand == "beendet";
    let mut all = if ended {
        store::ended(&reader).await?
    } else {
        store::open(&reader).await?
    };
    if !ended {
        all.sort_by(|left, right| order(&left.place(), &right.place()));
    }
    let typed: String = asked.suche.trim().chars().take(80).collect();
    let may_change = ctx.actor().may::<WaitingChange>();
    let mut found = Vec::new();
    if may_change && !ended && !typed.is_empty() {
        found = crate::people::search(&reader, &typed, FOUND).await?;
        let own = ctx.actor().profile().facility;
        // The scope also holds people who just left, for the hand-over; applications are made where they are now.
        found.retain(|person| person.facility_id.is_some() && person.facility_id == own);
    }
    let pages = all.len().div_ceil(LINES).max(1);
    let page = asked.seite.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let lines: Vec<&Waiting> = all.iter().skip((page - 1) * LINES).take(LINES).collect();
    let entry = Entry::new(Verb::Query, "warteliste")
        .about_all(lines.iter().map(|line| line.person_id), Level::Case)
        .about_all(found.iter().map(|person| person.id), Level::List);
    let seen = reader.seen(entry).await?;
    let view = views::list::ListPage {
        lines: &lines,
        pager: pager(all.len(), page, ended),
        ended,
        search: (!typed.is_empty() && !ended).then_some((typed.as_str(), found.as_slice())),
        today: ctx.today(),
        may_change,
    };
    ctx.page(seen, views::list::page(&ctx.frame(), &view))
}

async fn apply_form(ctx: Ctx<WaitingChange>, Id(person): Id<PersonId>) -> Answer {
    let reader = ctx.read();
    let desk = Desk::load(&reader, person).await?.ok_or(Fault::NotFound)?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "antrag erfassen").about(person, Level::Case))
        .await?;
    let mut form = Form::empty().with("applied_on", german::date(ctx.today()));
    if let [only] = desk.programmes.as_slice() {
        form.set("programme", only.id.to_string());
    }
    ctx.page(
        seen,
        views::application::apply(&ctx.frame(), &form, &desk, &ctx.once()),
    )
}

async fn apply(
    ctx: Ctx<WaitingChange>,
    Id(person): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let desk = Desk::load(&writer, person).await?.ok_or(Fault::NotFound)?;
    let programme = form.uuid("programme", "Maßnahme").map(ProgrammeId);
    let route = form
        .choice("access_route", "Zugangsweg", &AccessRoute::codes())
        .and_then(|code| AccessRoute::from_code(&code));
    let day = form.required_date("applied_on", "Beantragt am");
    let remark = form.optional_text("remark", "Organisatorischer Hinweis", REMARK);
    let back = format!("/personen/{person}");
    if let (Some(programme), Some(route), Some(day), false) =
        (programme, route, day, form.has_errors())
    {
        once(&writer, form.value("einmal"), &back).await?;
        match service::apply(&writer, &desk, programme, route, day, remark).await {
            Ok(id) => {
                let entry = Entry::new(Verb::Collect, format!("antrag application/{id}"))
                    .about(person, Level::Case);
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    &format!("/antraege/{id}"),
                    "Der Antrag steht auf der Warteliste.",
                );
            }
            Err(problem) => said(&mut form, problem)?,
        }
    }
    drop(writer);
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "antrag erfassen").about(person, Level::Case))
        .await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(
        seen,
        views::application::apply(&ctx.frame(), &form, &desk, &token),
    )
}

/// Whether the actor's facility is where the person is today.
fn here<P: Permission>(ctx: &Ctx<P>, line: &Waiting) -> bool {
    ctx.actor()
        .profile()
        .facility
        .is_some_and(|own| line.is_at(own))
}

async fn show(ctx: Ctx<WaitingRead>, Id(id): Id<ApplicationId>) -> Answer {
    let reader = ctx.read();
    let line = store::find(&reader, id).await?.ok_or(Fault::NotFound)?;
    let history = history::of_object(&reader, "application", id.0).await?;
    let seen = reader
        .seen(
            Entry::new(Verb::Query, format!("antrag application/{id}"))
                .about(line.person_id, Level::Case),
        )
        .await?;
    let view = views::application::Page {
        line: &line,
        history: &history,
        today: ctx.today(),
        may_change: ctx.actor().may::<WaitingChange>() && here(&ctx, &line),
    };
    ctx.page(seen, views::application::show(&ctx.frame(), &view))
}

/// The application for one of its forms, with the entry that it was looked at.
async fn opened(
    ctx: &Ctx<WaitingChange>,
    id: ApplicationId,
    what: &'static str,
) -> Result<(Waiting, crate::store::Seen), Fault> {
    let reader = ctx.read();
    let line = store::find(&reader, id).await?.ok_or(Fault::NotFound)?;
    let seen = reader
        .seen(Entry::new(Verb::Query, what).about(line.person_id, Level::Case))
        .await?;
    Ok((line, seen))
}

async fn interview_form(ctx: Ctx<WaitingChange>, Id(id): Id<ApplicationId>) -> Answer {
    let (line, seen) = opened(&ctx, id, "auswahlgespraech eintragen").await?;
    let day = line.interview_on.unwrap_or_else(|| ctx.today());
    let form = Form::empty()
        .with("version", line.version.to_string())
        .with("interview_on", german::date(day))
        .with("result", line.interview_result.clone().unwrap_or_default())
        .with(
            "recommended_form",
            line.recommended_form.clone().unwrap_or_default(),
        )
        .with("remark", line.remark.clone().unwrap_or_default());
    ctx.page(
        seen,
        views::application::interview(&ctx.frame(), &form, &line, &[]),
    )
}

fn read_interview(form: &mut Form) -> Option<Interview> {
    let day = form.required_date("interview_on", "Tag des Gesprächs");
    let result = form
        .choice("result", "Ergebnis", &InterviewResult::codes())
        .and_then(|code| InterviewResult::from_code(&code));
    let recommended = form
        .optional_choice("recommended_form", "Empfohlene Form", &Recommended::codes())
        .and_then(|code| Recommended::from_code(&code));
    let remark = form.optional_text("remark", "Organisatorischer Hinweis", REMARK);
    if form.has_errors() {
        return None;
    }
    Some(Interview {
        day: day?,
        result: result?,
        form: recommended,
        remark,
    })
}

/// Both versions of an interview: what was typed, what is stored.
fn versions(mine: &Interview, line: &Waiting) -> Vec<(&'static str, String, String)> {
    let day = |day: Option<time::Date>| day.map(german::date).unwrap_or_default();
    let word = |form: Option<Recommended>| form.map_or("keine", Recommended::label).to_owned();
    vec![
        (
            "Tag des Gesprächs",
            day(Some(mine.day)),
            day(line.interview_on),
        ),
        (
            "Ergebnis",
            mine.result.label().to_owned(),
            line.result()
                .map_or(String::new(), |result| result.label().to_owned()),
        ),
        ("Empfohlene Form", word(mine.form), word(line.recommended())),
        (
            "Organisatorischer Hinweis",
            mine.remark.clone().unwrap_or_default(),
            line.remark.clone().unwrap_or_default(),
        ),
        (
            "Stand",
            String::new(),
            line.course().state.label().to_owned(),
        ),
    ]
}

async fn interview(
    ctx: Ctx<WaitingChange>,
    Id(id): Id<ApplicationId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let line = store::find(&writer, id).await?.ok_or(Fault::NotFound)?;
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    let mut clash = Vec::new();
    if let Some(read) = read_interview(&mut form) {
        if line.version != version {
            clash = versions(&read, &line);
        } else {
            match service::interview(&writer, &line, version, &read).await {
                Ok(state) => {
                    let entry =
                        Entry::new(Verb::Change, format!("auswahlgespraech application/{id}"))
                            .about(line.person_id, Level::Case)
                            .fields([
                                "interview_on",
                                "interview_result",
                                "recommended_form",
                                "state",
                            ]);
                    let seen = writer.commit(entry).await?;
                    let text = match state {
                        State::Declined => {
                            "Das Ergebnis ist gespeichert, der Antrag ist abgelehnt. Einzeltraining lässt sich hier beginnen."
                        }
                        State::Withdrawn => {
                            "Das Ergebnis ist gespeichert, der Antrag ist zurückgezogen."
                        }
                        _ => "Das Ergebnis des Auswahlgesprächs ist gespeichert.",
                    };
                    return ctx.done(seen, &format!("/antraege/{id}"), text);
                }
                Err(Problem::Store(StoreError::Changed)) => return Err(Fault::Changed),
                Err(problem) => said(&mut form, problem)?,
            }
        }
    }
    drop(writer);
    let (line, seen) = opened(&ctx, id, "auswahlgespraech eintragen").await?;
    form.set("version", line.version.to_string());
    let markup = views::application::interview(&ctx.frame(), &form, &line, &clash);
    if clash.is_empty() {
        ctx.invalid(seen, markup)
    } else {
        ctx.conflict(seen, markup)
    }
}

async fn close_form(ctx: Ctx<WaitingChange>, Id(id): Id<ApplicationId>) -> Answer {
    let (line, seen) = opened(&ctx, id, "antrag beenden").await?;
    let form = Form::empty().with("version", line.version.to_string());
    ctx.page(seen, views::application::close(&ctx.frame(), &form, &line))
}

async fn close(
    ctx: Ctx<WaitingChange>,
    Id(id): Id<ApplicationId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let line = store::find(&writer, id).await?.ok_or(Fault::NotFound)?;
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    let reason = form
        .choice("reason", "Grund", &CloseReason::codes())
        .and_then(|code| CloseReason::from_code(&code));
    if let Some(reason) = reason {
        match service::close(&writer, &line, version, reason).await {
            Ok(_) => {
                let entry = Entry::new(Verb::Change, format!("antrag beendet application/{id}"))
                    .about(line.person_id, Level::Case)
                    .fields(["state", "close_reason"]);
                let seen = writer.commit(entry).await?;
                return ctx.done(seen, &format!("/antraege/{id}"), "Der Antrag ist beendet.");
            }
            Err(problem) => said(&mut form, problem)?,
        }
    }
    drop(writer);
    let (line, seen) = opened(&ctx, id, "antrag beenden").await?;
    ctx.invalid(seen, views::application::close(&ctx.frame(), &form, &line))
}

/// Back to the page of an application with the sentence why something was not done.
async fn refused(ctx: &Ctx<WaitingChange>, line: &Waiting, what: &str, problem: Problem) -> Answer {
    let sentence = match problem {
        Problem::Field(_, sentence) => sentence,
        Problem::Store(error) => return Err(error.into()),
    };
    let entry = Entry::new(Verb::Change, format!("{what} application/{}", line.id))
        .about(line.person_id, Level::Case)
        .denied();
    let seen = ctx.read().seen(entry).await?;
    ctx.done_saying(
        seen,
        &format!("/antraege/{}", line.id),
        Flash::warning(&sentence),
    )
}

async fn reopen(
    ctx: Ctx<WaitingChange>,
    Id(id): Id<ApplicationId>,
    Posted(form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let line = store::find(&writer, id).await?.ok_or(Fault::NotFound)?;
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    let what = "antrag wieder geoeffnet";
    match service::reopen(&writer, &line, version).await {
        Ok(_) => {
            let entry = Entry::new(Verb::Change, format!("{what} application/{id}"))
                .about(line.person_id, Level::Case)
                .fields(["state"]);
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &format!("/antraege/{id}"),
                "Der Antrag steht wieder auf der Warteliste.",
            )
        }
        Err(problem) => {
            drop(writer);
            refused(&ctx, &line, what, problem).await
        }
    }
}

async fn individual(
    ctx: Ctx<WaitingChange>,
    Id(id): Id<ApplicationId>,
    Posted(form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let line = store::find(&writer, id).await?.ok_or(Fault::NotFound)?;
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    let what = "einzeltraining begonnen";
    match service::individual(&writer, &line, version).await {
        Ok(()) => {
            let entry = Entry::new(Verb::Change, format!("{what} application/{id}"))
                .about(line.person_id, Level::Case)
                .fields(["state", "enrolment_id"]);
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &format!("/personen/{}/gespraeche", line.person_id),
                "Das Einzeltraining ist eingetragen, die Teilnahme ist aufgenommen.",
            )
        }
        Err(problem) => {
            drop(writer);
            refused(&ctx, &line, what, problem).await
        }
    }
}
