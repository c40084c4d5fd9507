//! Who stands in for whom: routes and handlers.

use time::Duration;

use super::rules;
use super::store::{self, OfficerRow};
use super::views;
use crate::access::Permission;
use crate::access::permissions::StandInKeep;
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::base::ids::{AccountId, FacilityId, StandInId};
use crate::history::{self, Change};
use crate::schema::accounts::stand_in;
use crate::store::Rows;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Route};

const HERE: &str = "/abwesenheiten";
const HISTORY: &str = "stand_in";

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, list),
        Route::post(HERE, set),
        Route::post("/abwesenheiten/{standin}/beenden", end),
    ]
}

fn office<P: Permission>(ctx: &Ctx<P>) -> Result<FacilityId, Fault> {
    ctx.actor().profile().facility.ok_or(Fault::NotFound)
}

async fn draw(
    ctx: &Ctx<StandInKeep>,
    rows: &impl Rows,
    form: &Form,
) -> Result<maud::Markup, Fault> {
    let office = office(ctx)?;
    let lines = store::list(rows, office).await?;
    let officers = store::officers(rows, office).await?;
    let view = views::View {
        lines: &lines,
        officers: &officers,
        me: ctx.actor().account(),
        lead: ctx.actor().leads().is_some(),
        today: ctx.today(),
        form,
        token: &ctx.once(),
    };
    Ok(views::list(&ctx.frame(), &view))
}

async fn list(ctx: Ctx<StandInKeep>) -> Answer {
    let reader = ctx.read();
    let markup = draw(&ctx, &reader, &Form::empty()).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "vertretungen")).await?;
    ctx.page(seen, markup)
}

/// The officer of this account, if it is one of the office.
fn of(officers: &[OfficerRow], id: Option<AccountId>) -> Option<&OfficerRow> {
    officers.iter().find(|officer| Some(officer.id) == id)
}

async fn set(ctx: Ctx<StandInKeep>, Posted(mut form): Posted) -> Answer {
    let office = office(&ctx)?;
    let writer = ctx.write().await?;
    crate::accounts::once(&writer, form.value("einmal"), HERE).await?;
    let officers = store::officers(&writer, office).await?;
    let me = ctx.actor().account();
    // Who does not lead speaks for nobody else.
    let absent = match ctx.actor().leads() {
        Some(_) => form.uuid("abwesend", "Abwesend").map(AccountId),
        None => Some(me),
    };
    let stand_in = form.uuid("vertretung", "Vertreten durch").map(AccountId);
    let first = form.required_planning_date("von", "Von");
    let last = form.required_planning_date("bis", "Bis");
    if let (Some(first), Some(last)) = (first, last)
        && let Some((field, sentence)) = rules::problem(first, last, ctx.today())
    {
        form.reject(field, sentence);
    }
    let (one, other) = (of(&officers, absent), of(&officers, stand_in));
    if absent.is_some() && one.is_none() {
        form.reject(
            "abwesend",
            "Bitte jemanden der eigenen Dienststelle auswählen.",
        );
    }
    if stand_in.is_some() && other.is_none() {
        form.reject(
            "vertretung",
            "Bitte jemanden der eigenen Dienststelle auswählen.",
        );
    }
    if one
        .zip(other)
        .is_some_and(|(one, other)| one.holder == other.holder)
    {
        form.reject(
            "vertretung",
            "Niemand vertritt sich selbst. Bitte eine andere Person auswählen.",
        );
    }
    let (Some(one), Some(other), Some(first), Some(last), false) =
        (one, other, first, last, form.has_errors())
    else {
        writer.abandon().await?;
        let reader = ctx.read();
        let markup = draw(&ctx, &reader, &form).await?;
        let entry = Entry::new(Verb::Rights, "vertretung").denied();
        let seen = reader.seen(entry).await?;
        return ctx.invalid(seen, markup);
    };
    let id = StandInId(writer.entropy().uuid());
    let row = stand_in::Model {
        id,
        absent_id: one.id,
        stand_in_id: other.id,
        facility_id: office,
        from_day: first,
        to_day: last + Duration::days(1),
        set_by: me,
        set_by_name: ctx.actor().name().to_owned(),
        set_at: writer.now(),
        ended_by_name: None,
        ended_at: None,
        version: 1,
    };
    store::insert(&writer, row).await?;
    let told = format!(
        "{} für {}, {} bis {}",
        other.name,
        one.name,
        german::date(first),
        german::date(last)
    );
    let change = Change::new(HISTORY, id.0, "Vertretung eingerichtet").values(None, Some(told));
    history::record(&writer, vec![change]).await?;
    let entry = Entry::new(
        Verb::Rights,
        format!("vertretung eingerichtet stand_in/{id}"),
    );
    let seen = writer.commit(entry).await?;
    ctx.done(seen, HERE, "Die Vertretung ist eingerichtet.")
}

async fn end(ctx: Ctx<StandInKeep>, Id(id): Id<StandInId>, Posted(form): Posted) -> Answer {
    let office = office(&ctx)?;
    let writer = ctx.write().await?;
    let row = store::find(&writer, office, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let version = form.hidden_number("version").ok_or(Fault::Changed)?;
    store::end(&writer, row.id, version, writer.now()).await?;
    history::record(
        &writer,
        vec![Change::new(HISTORY, id.0, "Vertretung beendet")],
    )
    .await?;
    let entry = Entry::new(Verb::Rights, format!("vertretung beendet stand_in/{id}"));
    let seen = writer.commit(entry).await?;
    ctx.done(seen, HERE, "Die Vertretung ist beendet. Das gilt sofort.")
}
