//! How often the client of a case is talked with, and the times that a plan of a half-year proposes to a counsellor.

use super::cases::{about, found, writing};
use super::{again, show};
use crate::access::permissions::{CadenceSet, TalkPlan};
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{CaseId, TalkOfferId};
use crate::casework::rules;
use crate::casework::rules::plan::{CADENCES, LONGEST_REGULAR};
use crate::casework::service::{Problem, offers as service};
use crate::casework::store::offers::{self, OfferLine};
use crate::casework::views::offers as views;
use crate::store::StoreError;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Form, Posted};

/// The times that are proposed.
pub(super) const PLACE: &str = "/gespraeche/vorschlaege";

fn case_page(id: CaseId) -> String {
    format!("/faelle/{id}")
}

pub(super) async fn cadence_form(ctx: Ctx<CadenceSet>, Id(id): Id<CaseId>) -> Answer {
    let reader = ctx.read();
    let line = found(&reader, id).await?;
    let entry = about(
        Entry::new(Verb::Query, "gespraechsabstand"),
        &line,
        Level::Case,
    );
    let seen = reader.seen(entry).await?;
    let (weeks, minutes) = line.cadence().unwrap_or((0, rules::USUAL_SESSION));
    let form = Form::empty()
        .with("wochen", weeks.to_string())
        .with("minutes", minutes.to_string())
        .with("version", line.version.to_string());
    ctx.page(seen, views::cadence(&ctx.frame(), &form, &line))
}

pub(super) async fn set_cadence(
    ctx: Ctx<CadenceSet>,
    Id(id): Id<CaseId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, mut line) = writing(&ctx, id).await?;
    line.version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    let codes = CADENCES.map(|weeks| weeks.to_string());
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let weeks = form.choice("wochen", "Abstand", &codes);
    let weeks = weeks.and_then(|code| code.parse::<i64>().ok());
    let regular = weeks.filter(|weeks| *weeks > 0);
    let minutes = match regular {
        Some(_) => form.required_number("minutes", "Dauer in Minuten", 1..=LONGEST_REGULAR),
        None => None,
    };
    if line.course().state.closed() {
        form.reject(
            "",
            "Dieser Fall ist beendet. Bitte ihn zuerst wieder öffnen.",
        );
    }
    if !form.has_errors() {
        service::set_cadence(&writer, &line, regular.zip(minutes)).await?;
        let entry = Entry::new(Verb::Change, format!("gespraechsabstand client_case/{id}"));
        let seen = writer.commit(about(entry, &line, Level::Case)).await?;
        return ctx.done(
            seen,
            &case_page(id),
            "Der Gesprächsabstand ist gespeichert.",
        );
    }
    let entry = about(
        Entry::new(Verb::Query, "gespraechsabstand"),
        &line,
        Level::Case,
    );
    let page = views::cadence(&ctx.frame(), &form, &line);
    again(&ctx, writer, entry, page).await
}

fn looking_at(found: &[OfferLine]) -> Entry {
    let people = found.iter().filter_map(|offer| offer.person_id);
    Entry::new(Verb::Query, "vorgeschlagene gespraeche").about_all(people, Level::List)
}

pub(super) async fn list(ctx: Ctx<TalkPlan>) -> Answer {
    let reader = ctx.read();
    let found = offers::offers(&reader, None).await?;
    let seen = reader.seen(looking_at(&found)).await?;
    let ids = found.iter().map(|offer| offer.id.to_string());
    let form = Form::empty().with_values("termin", ids);
    ctx.page(seen, views::list(&ctx.frame(), &form, &found, &ctx.once()))
}

/// The proposed times that are ticked, and whether they are wanted.
fn read(form: &mut Form) -> (Vec<TalkOfferId>, bool) {
    let ticked = form.values("termin").iter();
    let mut ticked: Vec<TalkOfferId> = ticked.filter_map(|id| id.parse().ok()).collect();
    ticked.truncate(offers::OFFERS);
    if ticked.is_empty() {
        form.reject("", "Bitte mindestens einen Termin ankreuzen.");
    }
    (ticked, form.value("aktion") != "ablehnen")
}

pub(super) async fn answer(ctx: Ctx<TalkPlan>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    once(&writer, form.value("einmal"), PLACE).await?;
    let (ticked, wanted) = read(&mut form);
    let mut left = Vec::new();
    if !form.has_errors() {
        let chosen = offers::offers(&writer, Some(&ticked)).await?;
        if chosen.len() != ticked.len() {
            // Answered in another window, or no longer needed.
            form.reject("", "Einige Vorschläge gelten nicht mehr und stehen nicht mehr in der Liste. Bitte prüfen und noch einmal bestätigen.");
            left.extend(chosen.iter().map(|offer| offer.id.to_string()));
        }
        for offer in &chosen {
            if form.has_errors() && left.len() == chosen.len() {
                break;
            }
            if !wanted {
                service::decline(&writer, offer).await?;
                continue;
            }
            match service::accept(&writer, offer).await {
                Ok(_) => left.push(offer.id.to_string()),
                Err(Problem::Field(_, why)) => {
                    form.reject(
                        &views::field(offer),
                        format!("{}: {why}", views::when(offer)),
                    );
                }
                Err(problem) => show(&mut form, problem)?,
            }
        }
        if !form.has_errors() {
            let people = chosen.iter().filter_map(|offer| offer.person_id);
            let entry = Entry::new(Verb::Collect, "vorgeschlagene gespraeche beantwortet");
            let seen = writer.commit(entry.about_all(people, Level::Case)).await?;
            let number = german::plural(chosen.len() as u64, "Termin ist", "Termine sind");
            let what = if wanted { "vereinbart" } else { "abgelehnt" };
            return ctx.done(seen, PLACE, &format!("{number} {what}."));
        }
        // What cannot be had is no longer ticked: the next press takes the others.
        form = form.with_values("termin", left);
    }
    writer.abandon().await?;
    let reader = ctx.read();
    let found = offers::offers(&reader, None).await?;
    let seen = reader.seen(looking_at(&found)).await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(seen, views::list(&ctx.frame(), &form, &found, &token))
}
