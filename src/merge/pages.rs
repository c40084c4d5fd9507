//! Records put together: routes and handlers.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::rules::combine::Wins;
use super::service::{self, Outcome};
use super::{store, views};
use crate::access::permissions::PersonMerge;
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::{FacilityId, MergeId, PersonId};
use crate::people::{self, PersonHead};
use crate::store::{Rows, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query, Route};

/// The longest reason.
pub(super) const REASON_LENGTH: usize = 300;
/// People whom a search offers.
const FOUND: i64 = 20;

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/personen/{person}/zusammenfuehren", choose),
        Route::post("/personen/{person}/zusammenfuehren/vergleich", compare),
        Route::post("/personen/{person}/zusammenfuehren", together),
        Route::post("/zusammenfuehrungen/{merge}/trennen", apart),
    ]
}

/// A person whom the actor's prison has today: only of those it decides.
async fn here<R: Rows>(rows: &R, own: FacilityId, person: PersonId) -> Result<PersonHead, Fault> {
    people::find(rows, person)
        .await?
        .filter(|head| head.facility_id == Some(own))
        .ok_or(Fault::NotFound)
}

fn own(ctx: &Ctx<PersonMerge>) -> Result<FacilityId, Fault> {
    ctx.actor().profile().facility.ok_or(Fault::NotFound)
}

#[derive(Deserialize, Default)]
struct Search {
    #[serde(default)]
    q: String,
}

async fn chooser(ctx: &Ctx<PersonMerge>, person: PersonId, form: &Form, refused: bool) -> Answer {
    let own = own(ctx)?;
    let reader = ctx.read();
    let head = here(&reader, own, person).await?;
    let query: String = form.value("q").trim().chars().take(100).collect();
    let mut found = if query.is_empty() {
        Vec::new()
    } else {
        people::search(&reader, &query, FOUND).await?
    };
    found.retain(|other| other.id != person && other.facility_id == Some(own));
    let made = store::of_person(&reader, person).await?;
    let people = found
        .iter()
        .map(|other| other.id)
        .chain(made.iter().map(|line| line.from_person_id))
        .chain([person]);
    let entry = Entry::new(Verb::Query, "zusammenfuehren").about_all(people, Level::Basic);
    let seen = reader.seen(entry).await?;
    let view = views::Choice {
        head: &head,
        query: &query,
        found: &found,
        made: &made,
        form,
    };
    let markup = views::choose(&ctx.frame(), &view);
    if refused {
        return ctx.invalid(seen, markup);
    }
    ctx.page(seen, markup)
}

async fn choose(
    ctx: Ctx<PersonMerge>,
    Id(person): Id<PersonId>,
    Query(search): Query<Search>,
) -> Answer {
    chooser(&ctx, person, &Form::empty().with("q", search.q), false).await
}

/// The comparison of two people, or the form again with what is wrong.
async fn comparison(
    ctx: &Ctx<PersonMerge>,
    person: PersonId,
    other: PersonId,
    form: &Form,
    (token, refused): (&str, bool),
) -> Answer {
    let own = own(ctx)?;
    let reader = ctx.read();
    let into = here(&reader, own, person).await?;
    let from = here(&reader, own, other).await?;
    let problems = service::in_the_way(&reader, into.id, from.id).await?;
    let twice = store::twice(&reader, into.id, from.id).await?;
    let entry = Entry::new(Verb::Query, "doppelte personen vergleichen")
        .about_all([into.id, from.id], Level::Case);
    let seen = reader.seen(entry).await?;
    let view = views::Comparison {
        into: &into,
        from: &from,
        problems: &problems,
        twice: &twice,
        form,
        token,
    };
    let markup = views::compare(&ctx.frame(), &view);
    if refused {
        return ctx.invalid(seen, markup);
    }
    ctx.page(seen, markup)
}

fn other_of(form: &mut Form, person: PersonId) -> Option<PersonId> {
    let other = form.uuid("mit", "Andere Person").map(PersonId);
    if other == Some(person) {
        form.reject("mit", "Bitte den anderen Eintrag auswählen.");
        return None;
    }
    other
}

async fn compare(
    ctx: Ctx<PersonMerge>,
    Id(person): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let Some(other) = other_of(&mut form, person) else {
        return chooser(&ctx, person, &form, true).await;
    };
    comparison(&ctx, person, other, &Form::empty(), (&ctx.once(), false)).await
}

async fn together(
    ctx: Ctx<PersonMerge>,
    Id(person): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let Some(other) = other_of(&mut form, person) else {
        return chooser(&ctx, person, &form, true).await;
    };
    let own = own(&ctx)?;
    let location = format!("/personen/{person}");
    let writer = ctx.write_alone().await?;
    // First: after the first sending the other record is gone.
    once(&writer, form.value("einmal"), &location).await?;
    let into = here(&writer, own, person).await?;
    let from = here(&writer, own, other).await?;
    let mut wins = BTreeMap::new();
    for session in store::twice(&writer, person, other).await? {
        let field = format!("sitzung_{}", session.session_id.0.simple());
        let choice = form.choice(&field, "Welcher Eintrag gilt", &["bleibt", "geht"]);
        let choice = match choice.as_deref() {
            Some("bleibt") => Wins::Stays,
            Some(_) => Wins::Goes,
            None => continue,
        };
        wins.insert(session.session_id.to_string(), choice);
    }
    let reason = form.required_text("grund", "Grund", REASON_LENGTH);
    let versions = form
        .hidden_number("version")
        .zip(form.hidden_number("version_mit"))
        .ok_or(StoreError::Changed)?;
    if let (Some(reason), false) = (reason, form.has_errors()) {
        let done = service::together(&writer, (&into, &from), versions, own, wins, reason).await?;
        match done {
            Outcome::Done => {
                let entry = Entry::new(
                    Verb::Combine,
                    format!("personen zusammengefuehrt person/{person}"),
                )
                .about_all([person, other], Level::Case);
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    &location,
                    "Die Einträge sind zusammengeführt. Unter „Doppelt erfasst?“ lässt sich das aufheben.",
                );
            }
            Outcome::Refused(problems) => {
                for problem in problems {
                    form.reject("", problem);
                }
            }
        }
    }
    writer.abandon().await?;
    let token = form.value("einmal").to_owned();
    comparison(&ctx, person, other, &form, (&token, true)).await
}

async fn apart(ctx: Ctx<PersonMerge>, Id(id): Id<MergeId>, Posted(mut form): Posted) -> Answer {
    let own = own(&ctx)?;
    let writer = ctx.write_alone().await?;
    let merge = store::find(&writer, id)
        .await?
        .filter(|merge| merge.facility_id == own)
        .ok_or(Fault::NotFound)?;
    here(&writer, own, merge.into_person_id).await?;
    let person = merge.into_person_id;
    let Some(reason) = form.required_text("grund", "Grund", REASON_LENGTH) else {
        writer.abandon().await?;
        return chooser(&ctx, person, &form, true).await;
    };
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    match service::apart(&writer, &merge, version, reason).await? {
        Outcome::Done => {
            let entry = Entry::new(
                Verb::Change,
                format!("zusammenfuehrung aufgehoben person_merge/{id}"),
            )
            .about_all([person, merge.from_person_id], Level::Case);
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &format!("/personen/{person}"),
                "Die Einträge sind wieder getrennt, wie sie vorher waren.",
            )
        }
        Outcome::Refused(problems) => {
            writer.abandon().await?;
            for problem in problems {
                form.reject("grund", problem);
            }
            chooser(&ctx, person, &form, true).await
        }
    }
}
