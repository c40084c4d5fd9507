//! Organisations, external staff, clearances: routes and handlers.

mod clearance;
mod details;
mod organisations;
mod staff;

pub(super) use organisations::FORMER;
pub(super) use staff::FORMER as LEFT;

use time::Date;

use super::store::staff::{self as rows, StaffRow};
use crate::base::fold::{search_keys, search_terms};
use crate::base::ids::StaffId;
use crate::store::{Rows, StoreError};
use crate::web::{Fault, Form, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/traeger", organisations::list),
        Route::get("/traeger/neu", organisations::add_form),
        Route::post("/traeger/neu", organisations::add),
        Route::get("/traeger/{provider}", organisations::show),
        Route::get("/traeger/{provider}/pflegen", organisations::keep_form),
        Route::post("/traeger/{provider}/beenden", organisations::end),
        Route::post("/traeger/{provider}/anteile", organisations::add_part),
        Route::post(
            "/traeger/{provider}/anteile/beenden",
            organisations::end_part,
        ),
        Route::get("/fachkraefte", staff::list),
        Route::get("/fachkraefte/neu", staff::add_form),
        Route::post("/fachkraefte/neu", staff::add),
        Route::get("/fachkraefte/{staff}", staff::show),
        Route::get("/fachkraefte/{staff}/verlauf", staff::changes),
        Route::get("/fachkraefte/{staff}/bearbeiten", staff::edit_form),
        Route::post("/fachkraefte/{staff}/bearbeiten", staff::edit),
        Route::get("/fachkraefte/{staff}/ausscheiden", staff::leave_form),
        Route::post("/fachkraefte/{staff}/ausscheiden", staff::leave),
        Route::post("/fachkraefte/{staff}/wieder-aufnehmen", staff::come_back),
        Route::get(
            "/fachkraefte/{staff}/qualifikationen",
            details::qualifications,
        ),
        Route::post(
            "/fachkraefte/{staff}/qualifikationen",
            details::add_qualification,
        ),
        Route::post(
            "/fachkraefte/{staff}/qualifikationen/entfernen",
            details::remove_qualification,
        ),
        Route::get("/fachkraefte/{staff}/verfuegbarkeit", details::week),
        Route::post("/fachkraefte/{staff}/verfuegbarkeit", details::set_week),
        Route::get("/fachkraefte/{staff}/abwesenheiten", details::absences),
        Route::post("/fachkraefte/{staff}/abwesenheiten", details::add_absence),
        Route::post(
            "/fachkraefte/{staff}/abwesenheiten/entfernen",
            details::remove_absence,
        ),
        Route::get("/ueberpruefungen", clearance::list),
        Route::get("/ueberpruefungen/neu", clearance::request_form),
        Route::post("/ueberpruefungen/neu", clearance::request),
        Route::get("/ueberpruefungen/{clearance}", clearance::show),
        Route::post("/ueberpruefungen/{clearance}/erteilen", clearance::grant),
        Route::post("/ueberpruefungen/{clearance}/ablehnen", clearance::decline),
        Route::post("/ueberpruefungen/{clearance}/beenden", clearance::end),
        Route::post(
            "/ueberpruefungen/{clearance}/zurueckziehen",
            clearance::take_back,
        ),
    ]
}

/// A member of staff in the actor's scope, or the page that says there is none.
async fn member(rows: &impl Rows, id: StaffId, today: Date) -> Result<StaffRow, Fault> {
    rows::member(rows, id, today).await?.ok_or(Fault::NotFound)
}

/// The staff in scope whose names match what was typed; `None` if nothing was typed.
async fn named(
    rows: &impl Rows,
    typed: &str,
    today: Date,
) -> Result<Option<Vec<StaffId>>, StoreError> {
    let terms = search_terms(&typed.chars().take(100).collect::<String>());
    if terms.is_empty() {
        return Ok(None);
    }
    let matches = |name: &str| {
        let keys = search_keys(&[name]);
        terms
            .iter()
            .all(|term| keys.iter().any(|key| key.starts_with(term.as_str())))
    };
    let names = rows::names(rows, today).await?;
    Ok(Some(
        names
            .into_iter()
            .filter(|member| matches(&member.name))
            .map(|member| member.id)
            .collect(),
    ))
}

/// One of the ids that a form offers.
fn offered<T: Copy + std::fmt::Display>(
    form: &mut Form,
    field: &str,
    label: &str,
    ids: &[T],
) -> Option<T> {
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let allowed: Vec<&str> = texts.iter().map(String::as_str).collect();
    let chosen = form.choice(field, label, &allowed)?;
    let place = texts.iter().position(|text| *text == chosen)?;
    ids.get(place).copied()
}
