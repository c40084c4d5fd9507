//! Hand-overs: routes and handlers.

use super::rules::{Check, State, USUAL_WAIT};
use super::service::{self, Problem, Typed};
use super::store::{self, HandOver, offer};
use super::views;
use crate::access::permissions::{HandOverAnswer, HandOverOffer, HandOverRead};
use crate::access::{Permission, Writes};
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{EnrolmentId, FacilityId, HandOverId, PersonId};
use crate::casework::{self, EnrolmentLine};
use crate::consent::{self, Purpose};
use crate::people::{self, PersonHead};
use crate::store::{Reader, Rows, StoreError, Writer};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Route};

/// The longest reason.
pub(super) const REASON_LENGTH: usize = 300;
/// Where the list is.
const LIST: &str = "/uebergaben";

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get(LIST, list),
        Route::get("/uebergaben/{handover}", show),
        Route::post("/uebergaben/{handover}/annehmen", accept),
        Route::post("/uebergaben/{handover}/ablehnen", decline),
        Route::post("/uebergaben/{handover}/zurueckziehen", revoke),
        Route::post("/uebergaben/{handover}/kontakt", contact),
        Route::get("/personen/{person}/uebergabe", offer_form),
        Route::post("/personen/{person}/uebergabe", make_offer),
    ]
}

async fn list(ctx: Ctx<HandOverRead>) -> Answer {
    let reader = ctx.read();
    let lines = store::list(&reader).await?;
    let todo = store::todo::open_for(&reader).await?;
    let people = lines
        .iter()
        .map(|line| line.person_id)
        .chain(todo.iter().map(|line| line.person));
    let entry = Entry::new(Verb::Query, "uebergaben").about_all(people, Level::List);
    let seen = reader.seen(entry).await?;
    ctx.page(seen, views::list(&ctx.frame(), &lines, &todo, ctx.today()))
}

async fn page<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    id: HandOverId,
    form: &Form,
) -> Result<(maud::Markup, Entry), Fault> {
    let line = store::find(reader, id).await?.ok_or(Fault::NotFound)?;
    let history = crate::history::of_object(reader, "hand_over", id.0).await?;
    let view = views::show::View {
        line: &line,
        history: &history,
        today: ctx.today(),
        form,
        may_person: people::find(reader, line.person_id).await?.is_some(),
    };
    let level = if line.told.is_some() {
        Level::Case
    } else {
        Level::Basic
    };
    let entry =
        Entry::new(Verb::Query, format!("uebergabe hand_over/{id}")).about(line.person_id, level);
    Ok((views::show::page(&ctx.frame(), &view), entry))
}

async fn show(ctx: Ctx<HandOverRead>, Id(id): Id<HandOverId>) -> Answer {
    let reader = ctx.read();
    let form = Form::empty().with("kontakt", german::date(ctx.today()));
    let (markup, entry) = page(&ctx, &reader, id, &form).await?;
    let seen = reader.seen(entry).await?;
    ctx.page(seen, markup)
}

/// The page again, with what is wrong.
async fn again<P: Permission>(
    ctx: &Ctx<P>,
    id: HandOverId,
    mut form: Form,
    problem: Problem,
) -> Answer {
    match problem {
        Problem::Store(error) => return Err(error.into()),
        Problem::Refused(found) => {
            for (field, sentence) in found {
                form.reject(field, sentence);
            }
        }
    }
    let reader = ctx.read();
    let (markup, entry) = page(ctx, &reader, id, &form).await?;
    let seen = reader.seen(entry).await?;
    ctx.invalid(seen, markup)
}

/// A hand-over that is to be changed, as the form saw it.
async fn opened<P: Permission + Writes>(
    ctx: &Ctx<P>,
    id: HandOverId,
    form: &Form,
) -> Result<(Writer<P>, HandOver, i64), Fault> {
    let writer = ctx.write().await?;
    let found = store::find(&writer, id).await?.ok_or(Fault::NotFound)?;
    let version = form.hidden_number("version").ok_or(StoreError::Changed)?;
    Ok((writer, found, version))
}

/// Commits what was done and says so, or shows the page again with what is wrong.
async fn settled<P: Permission + Writes>(
    ctx: &Ctx<P>,
    writer: Writer<P>,
    (id, form): (HandOverId, Form),
    done: Result<&str, Problem>,
    (entry, to): (Entry, &str),
) -> Answer {
    match done {
        Ok(text) => {
            let seen = writer.commit(entry).await?;
            ctx.done(seen, to, text)
        }
        Err(problem) => {
            writer.abandon().await?;
            again(ctx, id, form, problem).await
        }
    }
}

/// Nothing more to say than what the form says beside its fields.
fn nothing_more<T>() -> Result<T, Problem> {
    Err(Problem::Refused(Vec::new()))
}

fn changed(what: &str, found: &HandOver, level: Level, fields: &[&'static str]) -> Entry {
    Entry::new(Verb::Change, format!("{what} hand_over/{}", found.id))
        .about(found.person_id, level)
        .fields(fields.iter().copied())
}

async fn accept(ctx: Ctx<HandOverAnswer>, Id(id): Id<HandOverId>, Posted(form): Posted) -> Answer {
    let (writer, found, version) = opened(&ctx, id, &form).await?;
    let done = service::accept(&writer, &found, version)
        .await
        .map(|()| "Die Übergabe ist angenommen. Die Angaben stehen unten.");
    let entry = changed("uebergabe angenommen", &found, Level::Case, &["state"]);
    let to = format!("{LIST}/{id}");
    settled(&ctx, writer, (id, form), done, (entry, &to)).await
}

async fn decline(
    ctx: Ctx<HandOverAnswer>,
    Id(id): Id<HandOverId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, found, version) = opened(&ctx, id, &form).await?;
    let done = match form.required_text("grund", "Grund", REASON_LENGTH) {
        Some(reason) => service::decline(&writer, &found, version, reason).await,
        None => nothing_more(),
    };
    let done =
        done.map(|()| "Die Übergabe ist abgelehnt. Die abgebende Stelle sieht Ihre Begründung.");
    let fields = ["state", "reason"];
    let entry = changed("uebergabe abgelehnt", &found, Level::Basic, &fields);
    settled(&ctx, writer, (id, form), done, (entry, LIST)).await
}

async fn revoke(
    ctx: Ctx<HandOverOffer>,
    Id(id): Id<HandOverId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, found, version) = opened(&ctx, id, &form).await?;
    let done = match form.required_text("grund", "Grund", REASON_LENGTH) {
        Some(reason) => service::revoke(&writer, &found, version, reason).await,
        None => nothing_more(),
    };
    let done = done.map(|()| "Die Übergabe ist zurückgezogen.");
    let fields = ["state", "reason"];
    let entry = changed("uebergabe zurueckgezogen", &found, Level::Case, &fields);
    settled(&ctx, writer, (id, form), done, (entry, LIST)).await
}

async fn contact(
    ctx: Ctx<HandOverAnswer>,
    Id(id): Id<HandOverId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, found, version) = opened(&ctx, id, &form).await?;
    let done = match form.required_date("kontakt", "Erster Kontakt am") {
        Some(day) => service::contact(&writer, &found, version, day).await,
        None => nothing_more(),
    };
    let done = done.map(|coaching| {
        if coaching {
            "Der erste Kontakt ist eingetragen, das Stabilisierungscoaching hat begonnen."
        } else {
            "Der erste Kontakt ist eingetragen."
        }
    });
    let entry = changed("erster kontakt", &found, Level::Case, &["contact_on"]);
    let to = format!("{LIST}/{id}");
    settled(&ctx, writer, (id, form), done, (entry, &to)).await
}

/// What the form of an offer needs.
pub(super) struct Desk {
    pub head: PersonHead,
    pub running: Vec<EnrolmentLine>,
    pub targets: Vec<offer::Target>,
    pub consents: bool,
}

impl Desk {
    async fn load<R: Rows>(
        rows: &R,
        person: PersonId,
        own: FacilityId,
        today: time::Date,
    ) -> Result<Option<Self>, StoreError> {
        let Some(head) = people::find(rows, person).await? else {
            return Ok(None);
        };
        let mut running = casework::enrolments_of(rows, person).await?;
        running.retain(|line| line.ended_on.is_none());
        Ok(Some(Self {
            head,
            running,
            targets: offer::targets(rows, own, today).await?,
            consents: false,
        }))
    }
}

async fn offer_form(ctx: Ctx<HandOverOffer>, Id(person): Id<PersonId>) -> Answer {
    let own = ctx.actor().profile().facility.ok_or(Fault::NotFound)?;
    let reader = ctx.read();
    let desk = Desk::load(&reader, person, own, ctx.today())
        .await?
        .ok_or(Fault::NotFound)?;
    let leaving = offer::leaving(&reader, person, own).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "uebergabe anbieten").about(person, Level::Case))
        .await?;
    let mut form = Form::empty()
        .with(
            "gilt_bis",
            german::date(ctx.today() + time::Duration::days(USUAL_WAIT)),
        )
        .with("coaching", "0");
    if let Some(day) = leaving.and_then(|row| row.to_day.or(row.expected_release)) {
        form.set("tag", german::date(day));
    }
    if let Some(next) = leaving.and_then(|row| row.next_facility_id) {
        form.set("an", next.to_string());
    }
    form = form.with_values(
        "teilnahmen",
        desk.running.iter().map(|line| line.id.to_string()),
    );
    ctx.page(
        seen,
        views::offer::page(&ctx.frame(), &form, &desk, &ctx.once()),
    )
}

async fn make_offer(
    ctx: Ctx<HandOverOffer>,
    Id(person): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let own = ctx.actor().profile().facility.ok_or(Fault::NotFound)?;
    let writer = ctx.write().await?;
    let mut desk = Desk::load(&writer, person, own, ctx.today())
        .await?
        .ok_or(Fault::NotFound)?;
    once(&writer, form.value("einmal"), LIST).await?;
    desk.consents = consent::holds_visibly(&writer, person, Purpose::Probation).await?;
    let values: Vec<String> = desk.targets.iter().map(offer::Target::value).collect();
    let allowed: Vec<&str> = values.iter().map(String::as_str).collect();
    let target = form.choice("an", "An", &allowed);
    let moves_on = form.required_planning_date("tag", "Tag der Verlegung oder Entlassung");
    let expires_on = form.required_planning_date("gilt_bis", "Angebot gilt bis");
    let transition_from = form.optional_planning_date("uebergang", "Übergangsmanagement ab");
    let coaching_months = form.required_number("coaching", "Stabilisierungscoaching", 0..=12);
    let ids: Vec<String> = desk
        .running
        .iter()
        .map(|line| line.id.to_string())
        .collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let chosen = form.choices("teilnahmen", "Teilnahmen", &ids);
    let checks = form.choices("pruefpunkte", "Vor der Übergabe", &Check::codes());
    let phenomena = form.checked("phaenomen");
    let target =
        target.and_then(|value| desk.targets.iter().find(|target| target.value() == value));
    if let (Some(target), Some(moves_on), Some(expires_on), Some(coaching_months), false) = (
        target,
        moves_on,
        expires_on,
        coaching_months,
        form.has_errors(),
    ) {
        let typed = Typed {
            target,
            moves_on,
            expires_on,
            transition_from,
            coaching_months,
            parts: desk
                .running
                .iter()
                .filter(|line| {
                    chosen
                        .iter()
                        .any(|id| id.parse::<EnrolmentId>().is_ok_and(|id| id == line.id))
                })
                .collect(),
            checks,
            phenomena,
        };
        match service::offer(&writer, &desk.head, own, &typed, desk.consents).await {
            Ok(id) => {
                let entry = Entry::new(
                    Verb::Disclose,
                    format!("uebergabe angeboten hand_over/{id}"),
                )
                .to(target.facility_name.clone())
                .about(person, Level::Case);
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    &format!("/uebergaben/{id}"),
                    "Die Übergabe ist angeboten. Angaben zu Teilnahmen sieht die andere Stelle erst, wenn sie annimmt.",
                );
            }
            Err(Problem::Store(error)) => return Err(error.into()),
            Err(Problem::Refused(found)) => {
                for (field, sentence) in found {
                    form.reject(field, sentence);
                }
            }
        }
    }
    writer.abandon().await?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "uebergabe anbieten").about(person, Level::Case))
        .await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(seen, views::offer::page(&ctx.frame(), &form, &desk, &token))
}

/// The tone of a state.
pub(super) fn tone(state: State) -> crate::web::parts::Tone {
    use crate::web::parts::Tone;
    match state {
        State::Offered => Tone::Info,
        State::Accepted => Tone::Success,
        State::Declined | State::Expired => Tone::Warning,
        State::Revoked => Tone::Neutral,
    }
}
