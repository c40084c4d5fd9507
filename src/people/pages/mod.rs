//! People: routes, the list, the page of one person.

mod absence;
pub(super) mod export;
mod imports;
mod master;
mod placement;
mod viewers;

use super::import::Setting;
use super::service::Trouble;
use super::store::list::{self, Sort, Stay, Wanted};
use super::store::{self, profile};
use super::views;
use crate::access::permissions::{
    CalendarRead, CounsellingLog, EnrolmentChange, GroupPlan, PersonChange, PersonExport,
    PersonImport, PersonRead, StatementPrint, WaitingChange,
};
use crate::access::{Role, Scope};
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::PersonId;
use crate::store::Rows;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Query, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/personen", people),
        Route::get("/personen/neu", master::create_form),
        Route::post("/personen/neu", master::create),
        Route::get("/personen/ausgabe", export::list_form),
        Route::post("/personen/ausgabe", export::list_out),
        Route::get("/personen/einlesen", imports::list),
        Route::post("/personen/einlesen", imports::upload),
        Route::get("/personen/einlesen/{import}", imports::show),
        Route::post("/personen/einlesen/{import}/zuordnung", imports::choose),
        Route::get(
            "/personen/einlesen/{import}/abgelehnt.csv",
            imports::rejected,
        ),
        Route::get("/personen/einlesen/{import}/ausgabe", export::rejected_form),
        Route::post("/personen/einlesen/{import}/ausgabe", export::rejected_out),
        Route::post(
            "/personen/einlesen/{import}/uebernehmen",
            imports::take_over,
        ),
        Route::post("/personen/einlesen/{import}/verwerfen", imports::discard),
        Route::get("/personen/{person}", person),
        Route::get("/personen/{person}/bearbeiten", master::edit_form),
        Route::post("/personen/{person}/bearbeiten", master::edit),
        Route::get("/personen/{person}/unterbringung", placement::form),
        Route::post("/personen/{person}/unterbringung", placement::change),
        Route::get("/personen/{person}/abwesenheit", absence::form),
        Route::post("/personen/{person}/abwesenheit", absence::change),
        Route::get("/personen/{person}/einblick", viewers::page),
    ]
}

/// The fault of a trouble that no form can show.
fn fault(trouble: Trouble) -> Fault {
    match trouble {
        Trouble::Refused(refused) => Fault::Bad(
            refused
                .into_iter()
                .map(|(_, text)| text)
                .collect::<Vec<_>>()
                .join(" "),
        ),
        Trouble::Unknown => Fault::NotFound,
        Trouble::Changed => Fault::Changed,
        Trouble::Store(error) => error.into(),
    }
}

/// Puts the sentences beside their fields.
fn reject(form: &mut Form, refused: Vec<(&'static str, String)>) {
    for (field, text) in refused {
        form.reject(field, text);
    }
}

/// What the address asks for; anything unknown counts as not asked.
fn wanted(form: &Form) -> Wanted {
    Wanted {
        query: form.value("q").trim().chars().take(100).collect(),
        setting: Setting::from_code(form.value("art")),
        stay: match form.value("stand") {
            "hier" => Stay::Here,
            "uebergabe" => Stay::HandOver,
            _ => Stay::All,
        },
        enrolled: match form.value("teilnahme") {
            "ja" => Some(true),
            "nein" => Some(false),
            _ => None,
        },
        sort: if form.value("nach") == "entlassung" {
            Sort::Release
        } else {
            Sort::Name
        },
        descending: form.value("ab") == "1",
        from: form.value("seite").parse().ok(),
        whole: false,
    }
}

/// What the address asks for, as far as the actor may ask it.
fn wanted_within(scope: &Scope, form: &Form) -> Wanted {
    let mut wanted = wanted(form);
    if !matches!(scope, Scope::Facility(_)) {
        wanted.stay = Stay::All;
    }
    if !profile::sees_course(scope) {
        // Who takes part in what of others is not theirs to know.
        wanted.enrolled = None;
    }
    wanted
}

async fn people(ctx: Ctx<PersonRead>, Query(pairs): Query<Vec<(String, String)>>) -> Answer {
    let form = Form::from_pairs(pairs);
    let reader = ctx.read();
    let scope = reader.access().scope();
    let wanted = wanted_within(&scope, &form);
    let page = list::page(&reader, &wanted).await?;
    let count = list::count(&reader, &wanted, &page).await?;
    let ids: Vec<PersonId> = page.rows.iter().map(|line| line.id).collect();
    let seen = reader
        .seen(Entry::new(Verb::Query, "personen").about_all(ids, Level::List))
        .await?;
    let shown = views::list::Shown {
        wanted: &wanted,
        page: &page,
        count,
        today: ctx.today(),
        scope: &scope,
        may_create: ctx.actor().may::<PersonChange>(),
        may_import: ctx.actor().may::<PersonImport>(),
        may_export: ctx.actor().may::<PersonExport>() && !page.rows.is_empty(),
    };
    ctx.page(seen, views::list::page(&ctx.frame(), &form, &shown))
}

async fn person(ctx: Ctx<PersonRead>, Id(id): Id<PersonId>) -> Answer {
    let reader = ctx.read();
    let scope = reader.access().scope();
    let Some(head) = store::find(&reader, id).await? else {
        // The record may be part of another one, whose person the actor sees.
        if let Some(now) = crate::merge::merged_into(&reader, id).await?
            && store::find(&reader, now).await?.is_some()
        {
            return Err(Fault::See(format!("/personen/{now}")));
        }
        return Err(Fault::NotFound);
    };
    let course = profile::sees_course(&scope);
    let stays = if course {
        profile::stays(&reader, id).await?
    } else {
        Vec::new()
    };
    let (applications, stays): (Vec<_>, Vec<_>) = stays
        .into_iter()
        .partition(|stay| stay.kind == "application");
    let parts = profile::participation(&reader, id).await?;
    let history = if course {
        profile::timeline(&reader, id).await?
    } else {
        Vec::new()
    };
    let seen = reader
        .seen(Entry::new(Verb::Query, format!("person/{id}")).about(id, Level::Case))
        .await?;
    let actor = ctx.actor();
    let here = match scope {
        Scope::Facility(facility) => head.facility_id.is_none_or(|current| current == facility),
        _ => true,
    };
    let shown = views::person::Shown {
        head: &head,
        stays: &stays,
        applications: &applications,
        parts: &parts,
        history: &history,
        today: ctx.today(),
        course,
        handed_over: !here,
        may_change: actor.may::<PersonChange>() && here,
        may_enrol: actor.may::<EnrolmentChange>(),
        may_log: actor.may::<CounsellingLog>(),
        may_calendar: actor.may::<CalendarRead>(),
        may_state: actor.may::<StatementPrint>(),
        custody: actor.role() == Role::SocialService,
        may_apply: here && actor.may::<WaitingChange>(),
        may_plan: here && head.facility_id.is_some() && actor.may::<GroupPlan>(),
    };
    ctx.page(seen, views::person::page(&ctx.frame(), &shown))
}
