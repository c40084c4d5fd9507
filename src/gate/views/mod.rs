//! Pages of the gate.

pub(super) mod family;
pub(super) mod late;
pub(super) mod list;
pub(super) mod objects;
pub(super) mod visits;

use maud::{Markup, html};

use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::gate::store::choices::StaffChoice;
use crate::web::form::Form;
use crate::web::parts::{Field, Width, checkbox, select_field, text_field};

fn at(instant: Instant) -> String {
    german::date_time(berlin_local(instant))
}

fn refs(list: &[(String, String)]) -> Vec<(&str, &str)> {
    list.iter()
        .map(|(value, label)| (value.as_str(), label.as_str()))
        .collect()
}

/// The select of external staff, with their organisation.
fn staff_field(form: &Form, staff: &[StaffChoice], required: bool) -> Markup {
    let options: Vec<(String, String)> = staff
        .iter()
        .map(|one| {
            (
                one.id.to_string(),
                format!("{} ({})", one.name, one.organisation),
            )
        })
        .collect();
    let field = Field::text("staff", "Externe Fachkraft").width(Width::Full);
    let field = if required { field.required() } else { field };
    select_field(form, &field, &refs(&options), Some("Bitte wählen"))
}

/// From, to, destination.
fn times_fields(form: &Form) -> Markup {
    html! {
        (text_field(form, &Field::time("from", "Von").required()))
        (text_field(form, &Field::time("to", "Bis").required().hint("Nach dem Beginn, am selben Tag")))
        (text_field(form, &Field::text("destination", "Ziel in der Einrichtung").required().hint("Zum Beispiel Besprechungsraum 2; keine Namen von Gefangenen")))
    }
}

fn escort_box(form: &Form) -> Markup {
    checkbox(
        form,
        "escort",
        "Begleitung in der Einrichtung erbeten",
        None,
    )
}

/// The box that appears when two appointments overlap.
fn anyway(form: &Form) -> Markup {
    html! {
        @if form.error_of("trotzdem").is_some() || form.checked("trotzdem") {
            (checkbox(form, "trotzdem", "Trotz Überschneidung ankündigen", None))
        }
    }
}
