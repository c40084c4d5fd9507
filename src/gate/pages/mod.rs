//! The gate: routes. The handlers lie in one file per kind of thing.

mod family;
mod late;
mod list;
mod objects;
mod visits;

pub(super) use objects::PERIOD;

use crate::access::Permission;
use crate::base::ids::FacilityId;
use crate::base::time::MinuteOfDay;
use crate::gate::rules;
use crate::gate::service::visits::Appointment;
use crate::web::{Ctx, Fault, Form, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/pforte", list::show),
        Route::post("/pforte/suche", list::search),
        Route::post("/pforte/haken", list::tick),
        Route::get("/pforte/blatt", list::sheet),
        Route::get("/pforte/nachtrag", late::form),
        Route::post("/pforte/nachtrag", late::send),
        Route::get("/pforte/nachtraege", late::review),
        Route::get("/einzeltermine", visits::list),
        Route::get("/einzeltermine/neu", visits::form),
        Route::post("/einzeltermine/neu", visits::announce),
        Route::get("/einzeltermine/{visit}", visits::show),
        Route::post("/einzeltermine/{visit}", visits::change),
        Route::post("/einzeltermine/{visit}/absagen", visits::cancel),
        Route::get("/gegenstaende", objects::list),
        Route::get("/gegenstaende/neu", objects::form),
        Route::post("/gegenstaende/neu", objects::request),
        Route::post("/gegenstaende/{object}/genehmigen", objects::approve),
        Route::post("/gegenstaende/{object}/ablehnen", objects::decline),
        Route::post("/gegenstaende/{object}/zurueckziehen", objects::withdraw),
        Route::get("/familientage", family::list),
        Route::post("/familientage/frist", family::set_deadline),
        Route::get("/familientage/neu", family::form),
        Route::post("/familientage/neu", family::plan),
        Route::get("/familientage/{familyday}", family::show),
        Route::post("/familientage/{familyday}/absagen", family::cancel),
        Route::post("/familientage/{familyday}/gaeste", family::announce),
        Route::post("/gaeste/{guest}/genehmigen", family::approve),
        Route::post("/gaeste/{guest}/ablehnen", family::decline),
        Route::post("/gaeste/{guest}/entfernen", family::remove),
    ]
}

fn own_facility<P: Permission>(ctx: &Ctx<P>) -> Result<FacilityId, Fault> {
    ctx.actor().profile().facility.ok_or(Fault::NotFound)
}

/// The longest name of a place in a facility.
const DESTINATION: usize = 60;

/// Reads when and where out of a form; `None` means errors were recorded. `day` is set where it cannot be chosen.
fn read_appointment<P: Permission>(
    ctx: &Ctx<P>,
    form: &mut Form,
    day: Option<time::Date>,
) -> Option<Appointment> {
    let day = day.or_else(|| form.required_planning_date("day", "Tag"));
    let from = form.required_time("from", "Von");
    let to = form.required_time("to", "Bis");
    let destination = form.required_text("destination", "Ziel in der Einrichtung", DESTINATION);
    if let (Some(day), Some(from), Some(to)) = (day, from, to)
        && let Some((field, why)) = rules::times_problem(day, from, to, ctx.access().now())
    {
        form.reject(field, why);
    }
    if form.has_errors() {
        return None;
    }
    Some(Appointment {
        day: day?,
        from: from?,
        to: to?,
        destination: destination?,
        escort: form.checked("escort"),
    })
}

/// A time of day as typed, from a column.
fn time_text(minute: MinuteOfDay) -> String {
    crate::base::german::time(minute)
}

fn strs(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

/// The one of `items` whose id was chosen in a select; an error is recorded if none was.
fn chosen<'a, T>(
    form: &mut Form,
    field: &str,
    label: &str,
    items: &'a [T],
    id: impl Fn(&T) -> String,
) -> Option<&'a T> {
    let ids: Vec<String> = items.iter().map(&id).collect();
    let value = form.choice(field, label, &strs(&ids))?;
    items.iter().find(|item| id(item) == value)
}
