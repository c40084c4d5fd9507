//! Correcting a talk with a person.

use super::talks::{read_facts, read_topics};
use super::{again, show, talks_of};
use crate::access::permissions::CounsellingLog;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{CounsellingId, PersonId};
use crate::casework::codes::{SessionForm, TalkResult};
use crate::casework::rules::{self, SessionFacts};
use crate::casework::service::talks as service;
use crate::casework::store::CodeEntry;
use crate::casework::store::talks::{self, SessionLine};
use crate::casework::views::counselling as views;
use crate::people::{self, PersonHead};
use crate::store::Rows;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

/// A talk that the actor may correct.
struct Found {
    session: SessionLine,
    head: PersonHead,
    facts: SessionFacts,
    topics: Vec<String>,
    /// The words of today's catalogue, and those that the talk has already.
    words: Vec<CodeEntry>,
}

async fn find<R: Rows>(rows: &R, id: CounsellingId) -> Result<Found, Fault> {
    let session = talks::session(rows, id).await?.ok_or(Fault::NotFound)?;
    let profile = rows.access().actor().profile();
    if !rules::may_correct(profile, session.recorded_by, session.facility_id) {
        return Err(Fault::NotFound);
    }
    let head = people::find(rows, session.person_id)
        .await?
        .ok_or(Fault::NotFound)?;
    let facts = SessionFacts {
        day: session.day,
        minutes: session.minutes,
        form: SessionForm::from_code(&session.form).unwrap_or(SessionForm::Office),
        outcome: TalkResult::of(&session.outcome, session.late).unwrap_or(TalkResult::Held),
    };
    let mut words = talks::offered(rows, None).await?.topics;
    let mut topics = Vec::new();
    for topic in talks::topics_of(rows, [id]).await? {
        if !words.iter().any(|word| word.code == topic.code) {
            words.push(CodeEntry {
                code: topic.code.clone(),
                category: String::new(),
                label: topic.label,
            });
        }
        topics.push(topic.code);
    }
    topics.sort();
    Ok(Found {
        session,
        head,
        facts,
        topics,
        words,
    })
}

fn looking_at(person: PersonId) -> Entry {
    Entry::new(Verb::Query, "gespraech berichtigen").about(person, Level::Case)
}

fn labels(words: &[CodeEntry], codes: &[String]) -> String {
    let labels: Vec<&str> = words
        .iter()
        .filter(|word| codes.contains(&word.code))
        .map(|word| word.label.as_str())
        .collect();
    labels.join(", ")
}

fn view<'a>(found: &'a Found, stored: bool) -> views::Correction<'a> {
    views::Correction {
        session: &found.session,
        head: &found.head,
        words: &found.words,
        stored: stored.then(|| (found.facts, labels(&found.words, &found.topics))),
    }
}

pub(super) async fn form(ctx: Ctx<CounsellingLog>, Id(id): Id<CounsellingId>) -> Answer {
    let reader = ctx.read();
    let found = find(&reader, id).await?;
    let seen = reader.seen(looking_at(found.head.id)).await?;
    let form = Form::empty()
        .with("day", german::date(found.facts.day))
        .with("minutes", found.facts.minutes.to_string())
        .with("form", found.facts.form.code())
        .with("outcome", found.facts.outcome.code())
        .with_values("topics", found.topics.iter().cloned())
        .with("version", found.session.version.to_string());
    ctx.page(
        seen,
        views::correct(&ctx.frame(), &form, &view(&found, false)),
    )
}

pub(super) async fn save(
    ctx: Ctx<CounsellingLog>,
    Id(id): Id<CounsellingId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let found = find(&writer, id).await?;
    if form.hidden_number("version") != Some(found.session.version) {
        writer.abandon().await?;
        let seen = ctx.read().seen(looking_at(found.head.id)).await?;
        form.set("version", found.session.version.to_string());
        return ctx.conflict(
            seen,
            views::correct(&ctx.frame(), &form, &view(&found, true)),
        );
    }
    let after = read_facts(&mut form, ctx.today());
    let topics = read_topics(&mut form, &found.words);
    let reason = form.required_text("reason", "Grund der Berichtigung", 200);
    if let (Some(after), Some(reason), false) = (after, reason, form.has_errors()) {
        let (old, new) = (
            (&found.facts, found.topics.as_slice()),
            (&after, topics.as_slice()),
        );
        match service::correct(&writer, &found.session, old, new, reason).await {
            Ok(()) => {
                let entry = Entry::new(
                    Verb::Change,
                    format!("gespraech berichtigt counselling_session/{id}"),
                )
                .about(found.head.id, Level::Case)
                .fields(["day", "minutes", "form", "outcome", "topics"]);
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    &talks_of(found.head.id),
                    "Das Gespräch ist berichtigt; die alten Angaben stehen im Verlauf.",
                );
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    let page = views::correct(&ctx.frame(), &form, &view(&found, false));
    again(&ctx, writer, looking_at(found.head.id), page).await
}
