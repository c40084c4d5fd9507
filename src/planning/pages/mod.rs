//! Planning: routes and handlers.

mod half_year;
mod land;
mod propose;
mod repair;
mod talks;

pub(in crate::planning) use repair::{KINDS, REASON};

use crate::access::Permission;
use crate::base::ids::FacilityId;
use crate::web::{Ctx, Fault, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/gruppen/terminvorschlag", propose::form),
        Route::post("/gruppen/terminvorschlag", propose::send),
        Route::post("/gruppen/terminvorschlag/uebernehmen", propose::take),
        Route::get("/plan", half_year::list),
        Route::get("/plan/neu", half_year::form),
        Route::post("/plan/neu", half_year::send),
        Route::get("/plan/vergleich", half_year::compare),
        Route::get("/plan/umplanung", repair::form),
        Route::post("/plan/umplanung", repair::send),
        Route::post("/plan/umplanung/uebernehmen", repair::take),
        Route::get("/plan/{plan}", half_year::show),
        Route::post("/plan/{plan}/beenden", half_year::stop),
        Route::post("/plan/{plan}/fortsetzen", half_year::resume),
        Route::post("/plan/{plan}/gruppen/{line}/uebernehmen", half_year::take),
        Route::get("/plan/{plan}/gespraeche", talks::show),
        Route::post(
            "/plan/{plan}/gespraeche/{staff}/vorschlagen",
            talks::hand_on,
        ),
        Route::post("/plan/{plan}/loeschen", half_year::delete),
        Route::get("/landesplan", land::list),
        Route::get("/landesplan/neu", land::form),
        Route::post("/landesplan/neu", land::send),
        Route::get("/landesplan/{landesplan}", land::show),
        Route::post("/landesplan/{landesplan}/beenden", land::stop),
        Route::post("/landesplan/{landesplan}/fortsetzen", land::resume),
        Route::post("/landesplan/{landesplan}/loeschen", land::delete),
    ]
}

fn own_facility<P: Permission>(ctx: &Ctx<P>) -> Result<FacilityId, Fault> {
    ctx.actor().profile().facility.ok_or(Fault::NotFound)
}
