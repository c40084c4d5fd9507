//! Several talks of one day at once, for a day out: a row for each planned talk, and for clients without one.

use std::collections::BTreeSet;

use time::Date;

use super::cases::found;
use super::talks::read_when;
use super::{again, show};
use crate::access::Writes;
use crate::access::permissions::TalkPlan;
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{EnrolmentId, PersonId};
use crate::casework::codes::{SessionForm, TalkResult};
use crate::casework::rules::{self, LONGEST_SESSION, SessionFacts};
use crate::casework::service::plans::Wish;
use crate::casework::service::talks::{Talk, Target, log};
use crate::casework::service::{Problem, clients};
use crate::casework::store::plans::{self, ClientRow, PlanLine};
use crate::casework::store::{self, write};
use crate::casework::views::day as views;
use crate::people;
use crate::store::{Rows, StoreError, Writer};
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

/// The page.
pub(super) const PLACE: &str = "/gespraeche/tag";
/// Clients without a planned talk who are offered; the page is to stay light.
const OTHERS: usize = 10;

/// Whom a row is about.
pub(in crate::casework) enum Whom {
    /// A planned talk.
    Plan(Box<PlanLine>),
    /// A client without one.
    Client(ClientRow),
}

/// A row of the page; `key` ends the names of its fields.
pub(in crate::casework) struct Row {
    pub key: String,
    pub whom: Whom,
}

impl Row {
    /// Name as shown.
    pub fn name(&self) -> String {
        match &self.whom {
            Whom::Plan(plan) => plan.title(),
            Whom::Client(row) => format!("{}, {}", row.family_name, row.given_name),
        }
    }

    fn person(&self) -> Option<PersonId> {
        match &self.whom {
            Whom::Plan(plan) => plan.person_id,
            Whom::Client(row) => Some(row.person_id),
        }
    }
}

/// A key as the form carries it: `t` or `e` for the kind, then the id.
fn enrolments_of(form: &Form) -> Vec<EnrolmentId> {
    form.names()
        .filter_map(|name| name.strip_prefix("result_e"))
        .filter_map(|id| uuid::Uuid::try_parse(id).ok())
        .map(EnrolmentId)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .take(OTHERS)
        .collect()
}

/// The rows of a day: the planned talks, then clients; `sent` are those of a form, which come back whatever was recorded
/// meanwhile.
async fn rows_of<R: Rows>(
    rows: &R,
    day: Date,
    sent: Option<Vec<EnrolmentId>>,
) -> Result<Vec<Row>, Fault> {
    let planned = plans::of_day(rows, day).await?;
    let others = plans::others_of_day(rows, day, sent.as_deref(), OTHERS).await?;
    let planned = planned.into_iter().map(|plan| Row {
        key: format!("t{}", plan.id.0.simple()),
        whom: Whom::Plan(Box::new(plan)),
    });
    let others = others.into_iter().map(|row| Row {
        key: format!("e{}", row.enrolment_id.0.simple()),
        whom: Whom::Client(row),
    });
    Ok(planned.chain(others).collect())
}

fn looking_at(rows: &[Row]) -> Entry {
    rows.iter().filter_map(Row::person).fold(
        Entry::new(Verb::Query, "gespraeche eines tages"),
        |entry, person| entry.about(person, Level::List),
    )
}

pub(super) async fn form(ctx: Ctx<TalkPlan>, Query(asked): Query<Vec<(String, String)>>) -> Answer {
    let mut form = Form::from_pairs(asked);
    if form.value("tag").is_empty() {
        form.set("tag", german::date(ctx.today()));
    }
    let day = read_day(&mut form, ctx.today()).unwrap_or(ctx.today());
    let reader = ctx.read();
    let rows = rows_of(&reader, day, None).await?;
    let seen = reader.seen(looking_at(&rows)).await?;
    for row in &rows {
        let (minutes, place) = match &row.whom {
            Whom::Plan(plan) => (plan.minutes, plan.place.clone()),
            Whom::Client(client) => (
                client.minutes.unwrap_or(rules::USUAL_SESSION),
                client
                    .form
                    .clone()
                    .unwrap_or_else(|| SessionForm::Office.code().to_owned()),
            ),
        };
        form.set(&format!("minutes_{}", row.key), minutes.to_string());
        form.set(&format!("form_{}", row.key), place);
    }
    let markup = views::page(&ctx.frame(), &form, day, &rows, &ctx.once());
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

fn read_day(form: &mut Form, today: Date) -> Option<Date> {
    let day = form.required_date("tag", "Tag")?;
    match rules::past_day(day, today) {
        Ok(()) => Some(day),
        Err(problem) => {
            form.reject("tag", problem.to_string());
            None
        }
    }
}

/// What a row says; nothing if it was left alone. Messages name the client: they stand in the summary as well.
fn read_row(form: &mut Form, row: &Row, day: Date) -> Option<Talk> {
    let field = |name: &str| format!("{name}_{}", row.key);
    let name = row.name();
    let result = form.optional_choice(
        &field("result"),
        &format!("Ergebnis, {name}"),
        &TalkResult::codes(),
    );
    let next = read_when(form, &field("day"), &field("start"));
    let Some(result) = result.and_then(|code| TalkResult::from_code(&code)) else {
        if next.is_some() && form.error_of(&field("result")).is_none() {
            form.reject(
                &field("result"),
                format!("{name}: Bitte auch das Ergebnis dieses Tages angeben."),
            );
        }
        return None;
    };
    let minutes = form.required_number(
        &field("minutes"),
        &format!("Minuten, {name}"),
        1..=LONGEST_SESSION,
    )?;
    let place = form.choice(
        &field("form"),
        &format!("Ort, {name}"),
        &SessionForm::codes(),
    )?;
    let place = SessionForm::from_code(&place)?;
    Some(Talk {
        facts: SessionFacts {
            day,
            minutes,
            form: place,
            outcome: result,
        },
        topics: Vec::new(),
        next: next.map(|when| Wish {
            when,
            minutes,
            place,
        }),
    })
}

/// Records the talk of a row.
async fn record<P: Writes>(writer: &Writer<P>, row: &Row, talk: &Talk) -> Result<(), Problem> {
    let (plan, enrolment) = match &row.whom {
        Whom::Plan(plan) => (Some(plan.as_ref()), plan.enrolment_id),
        Whom::Client(client) => (None, Some(client.enrolment_id)),
    };
    let gone = || Problem::Store(StoreError::Changed);
    let (Some(enrolment), Some(person)) = (enrolment, row.person()) else {
        let case = plan.map(|plan| plan.case_id).ok_or_else(gone)?;
        write::hold_case(writer, case).await?;
        let case = found(writer, case).await.map_err(|_| gone())?;
        clients::talk(writer, &case, talk, plan).await?;
        return Ok(());
    };
    let head = people::find(writer, person).await?.ok_or_else(gone)?;
    let line = store::enrolment(writer, enrolment)
        .await?
        .ok_or_else(gone)?;
    log(writer, &head, Target::Running(&line), talk, plan).await?;
    Ok(())
}

/// A problem of one talk belongs to the fields of its row.
fn to_row(problem: Problem, row: &Row) -> Problem {
    match problem {
        Problem::Field(name, sentence) => {
            let field = match name {
                "next_day" => "day",
                "next_start" => "start",
                _ => "result",
            };
            Problem::Row(
                format!("{field}_{}", row.key),
                format!("{}: {sentence}", row.name()),
            )
        }
        other => other,
    }
}

pub(super) async fn save(ctx: Ctx<TalkPlan>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let day = read_day(&mut form, ctx.today());
    let place = format!("{PLACE}?tag={}", german::date(day.unwrap_or(ctx.today())));
    once(&writer, form.value("einmal"), &place).await?;
    let sent = enrolments_of(&form);
    let rows = rows_of(&writer, day.unwrap_or(ctx.today()), Some(sent)).await?;
    let mut talks = Vec::new();
    if let Some(day) = day {
        for row in &rows {
            if let Some(talk) = read_row(&mut form, row, day) {
                talks.push((row, talk));
            }
        }
        let known = |name: &str| {
            name.strip_prefix("result_")
                .is_some_and(|key| rows.iter().any(|row| row.key == key))
        };
        let lost = form
            .names()
            .filter(|name| name.starts_with("result_") && !form.value(name).is_empty())
            .any(|name| !known(name));
        if lost {
            // Somebody recorded or moved one of them meanwhile.
            return Err(StoreError::Changed.into());
        }
    }
    if talks.is_empty() && !form.has_errors() {
        form.reject(
            "",
            "Es ist noch kein Ergebnis gewählt. Bitte bei mindestens einer Zeile ein Ergebnis angeben.",
        );
    }
    if !form.has_errors() {
        for (row, talk) in &talks {
            if let Err(problem) = record(&writer, row, talk).await {
                show(&mut form, to_row(problem, row))?;
            }
        }
    }
    if !form.has_errors() {
        let entry = talks.iter().filter_map(|(row, _)| row.person()).fold(
            Entry::new(Verb::Collect, "gespraeche eines tages"),
            |entry, person| entry.about(person, Level::Case),
        );
        let seen = writer.commit(entry).await?;
        let count = talks.len() as u64;
        let text = if count == 1 {
            "1 Gespräch ist gespeichert.".to_owned()
        } else {
            format!("{count} Gespräche sind gespeichert.")
        };
        return ctx.done(seen, &place, &text);
    }
    let token = form.value("einmal").to_owned();
    let shown = day.unwrap_or(ctx.today());
    let page = views::page(&ctx.frame(), &form, shown, &rows, &token);
    again(&ctx, writer, looking_at(&rows), page).await
}
