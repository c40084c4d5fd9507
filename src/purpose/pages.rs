//! The question, and taking the answer.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::{store, views};
use crate::access::permissions::PurposeState;
use crate::access::purpose::{LONGEST, MINUTES, Purpose, SHORTEST};
use crate::audit::{Entry, Level, Verb};
use crate::base::crypto::{hex, same};
use crate::base::ids::{PersonId, PurposeId};
use crate::schema::protection::stated_purpose;
use crate::store::Rows;
use crate::web::identify::onward;
use crate::web::layout::Frame;
use crate::web::{Answer, App, Ctx, Fault, Form, Posted, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![Route::post("/zweck", state)]
}

/// What is asked: about whom, where one wanted to go, and the proof that the question was put in this session.
pub(super) struct Question {
    pub person: Option<PersonId>,
    pub onward: String,
    pub proof: String,
}

/// Only who was asked about a person may answer: the address of the answer finds out nothing about anybody.
fn proof(app: &App, csrf: &str, person: Option<PersonId>, onward: &str) -> String {
    let person = person.map(|person| person.to_string()).unwrap_or_default();
    hex(&app.form_token.tag(&[
        b"zweck",
        csrf.as_bytes(),
        person.as_bytes(),
        onward.as_bytes(),
    ]))
}

/// The page that asks, instead of the page that was wanted (403). `here` is the address of that page, if it is one to
/// come back to.
pub fn prompt(
    app: &App,
    frame: &Frame,
    person: Option<PersonId>,
    here: Option<String>,
) -> Response {
    let onward = match (&here, person) {
        (Some(here), _) => onward(here).to_owned(),
        (None, Some(person)) => format!("/personen/{person}"),
        (None, None) => "/".to_owned(),
    };
    let question = Question {
        proof: proof(app, &frame.csrf, person, &onward),
        person,
        onward,
    };
    (
        StatusCode::FORBIDDEN,
        views::question(frame, &Form::empty(), &question),
    )
        .into_response()
}

async fn state(ctx: Ctx<PurposeState>, Posted(mut form): Posted) -> Answer {
    let person = form
        .optional_uuid("person", "Person")
        .map(PersonId)
        .filter(|_| !form.value("person").is_empty());
    let target = onward(form.value("weiter")).to_owned();
    let frame = ctx.frame();
    let expected = proof(&ctx.app, &frame.csrf, person, &target);
    if !same(form.value("zeichen").as_bytes(), expected.as_bytes()) {
        return Err(Fault::Forged);
    }
    let reason = form.choice("grund", "Grund", &Purpose::codes());
    let text = form.required_text("text", "Erläuterung", LONGEST);
    if text
        .as_deref()
        .is_some_and(|text| text.chars().count() < SHORTEST)
    {
        form.reject(
            "text",
            format!("Bitte mit mindestens {SHORTEST} Zeichen sagen, worum es geht, zum Beispiel „Vertretung für Frau Muster bis Freitag“."),
        );
    }
    let about = |entry: Entry| entry.about_all(person, Level::List);
    let (Some(reason), Some(text), false) = (
        reason.and_then(|code| Purpose::from_code(&code)),
        text,
        form.has_errors(),
    ) else {
        let question = Question {
            person,
            onward: target,
            proof: expected,
        };
        let entry = about(Entry::new(Verb::Query, "grund eines zugriffs").denied());
        let seen = ctx.read().seen(entry).await?;
        return ctx.invalid(seen, views::question(&frame, &form, &question));
    };
    let writer = ctx.write().await?;
    let id = PurposeId(writer.entropy().uuid());
    let row = stated_purpose::Model {
        id,
        person_id: person,
        account_id: ctx.actor().account(),
        account_name: ctx.actor().name().to_owned(),
        session: ctx.actor().profile().session.clone(),
        reason: reason.code().to_owned(),
        explanation: text,
        stated_at: writer.now(),
        expires_at: writer.now().plus_minutes(MINUTES),
    };
    store::insert(&writer, row).await?;
    let entry = about(Entry::new(
        Verb::Query,
        format!("grund eines zugriffs stated_purpose/{id}"),
    ))
    .because(format!("zweck/{}/{id}", reason.code()));
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        &target,
        &format!(
            "Grund festgehalten: {}. Er gilt 60 Minuten.",
            reason.label()
        ),
    )
}
