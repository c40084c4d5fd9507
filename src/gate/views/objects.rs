//! Objects that external staff bring along.

use maud::{Markup, html};

use super::{refs, staff_field};
use crate::access::{Person, same_person};
use crate::base::german;
use crate::base::time::MinuteOfDay;
use crate::gate::pages::PERIOD;
use crate::gate::rules::minute;
use crate::gate::rules::objects::{DETAIL, KINDS, Object, State};
use crate::gate::service::visits::Choices;
use crate::gate::store::objects::{ObjectLine, Occasion};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, Width, actions, empty_state, error_summary, fieldset, hidden, link_button,
    post_form, select_field, table, tag, text_field,
};

/// Who looks at the objects.
pub(in crate::gate) struct Viewer {
    pub me: Person,
    pub decides: bool,
}

fn button(frame: &Frame, object: &ObjectLine, step: &str, label: &str) -> Markup {
    html! {
        form.inline method="post" action={ "/gegenstaende/" (object.id) "/" (step) } {
            (hidden("csrf", &frame.csrf)) (hidden("version", &object.version.to_string()))
            button.second type="submit" aria-label={ (label) ": " (Object::parse(&object.what).label()) ", " (object.name) } { (label) }
        }
    }
}

fn steps(frame: &Frame, object: &ObjectLine, viewer: &Viewer) -> Markup {
    let own = same_person(Person::of(object.requested_by, None), viewer.me);
    let state = State::of(&object.state);
    html! {
        @if state == State::Requested && viewer.decides && !own {
            (button(frame, object, "genehmigen", "Genehmigen")) " "
            (button(frame, object, "ablehnen", "Ablehnen"))
        } @else if state == State::Requested && viewer.decides { span.muted { "eine zweite Person entscheidet " } }
        @if matches!(state, State::Requested | State::Approved) && (!viewer.decides || own || state == State::Approved) {
            (button(frame, object, "zurueckziehen", "Zurückziehen"))
        }
    }
}

fn tone(state: State) -> Tone {
    match state {
        State::Requested => Tone::Warning,
        State::Approved => Tone::Success,
        State::Declined => Tone::Danger,
        State::Withdrawn => Tone::Neutral,
    }
}

pub(in crate::gate) fn list(
    frame: &Frame,
    form: &Form,
    objects: &[ObjectLine],
    viewer: &Viewer,
) -> Markup {
    let rows = objects
        .iter()
        .map(|object| {
            let state = State::of(&object.state);
            vec![
                html! { (Object::parse(&object.what).label()) },
                html! { (object.name) " (" (object.organisation) ")" },
                html! { (object.facility_name) },
                html! {
                    @if object.first_day == object.last_day { (german::weekday_date(object.first_day)) }
                    @else { (german::date(object.first_day)) " – " (german::date(object.last_day)) }
                    @if object.single { ", nur ein Termin" }
                },
                html! {
                    (tag(tone(state), state.label()))
                    @match &object.decided_by_name { Some(by) => { " " (by) } None => { " von " (object.requested_by_name) } }
                },
                steps(frame, object, viewer),
            ]
        })
        .collect();
    let head = [
        "Gegenstand",
        "Fachkraft",
        "Einrichtung",
        "Wann",
        "Stand",
        "Nächster Schritt",
    ]
    .map(Column::text);
    let options = PageOptions {
        errored: form.has_errors(),
        wide: true,
        help: Some("pforte"),
        tools: Some(link_button(
            "Gegenstand beantragen",
            "/gegenstaende/neu",
            true,
        )),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Gegenstände",
        options,
        html! {
            (error_summary(form))
            p { "Was externe Fachkräfte mitbringen dürfen. Genehmigte Gegenstände stehen auf der Pfortenliste." }
            @if objects.is_empty() {
                (empty_state("Keine Gegenstände", "Laptop, Flipchart oder Lebensmittel für den Familientag brauchen eine Genehmigung der Einrichtung.", Some(("Gegenstand beantragen", "/gegenstaende/neu"))))
            } @else { (table("Gegenstände", &head, rows)) }
        },
    )
}

fn when(minutes: i64) -> MinuteOfDay {
    minute(minutes)
}

pub(in crate::gate) fn request(
    frame: &Frame,
    form: &Form,
    choices: &Choices,
    occasions: &[Occasion],
    own: bool,
    token: &str,
) -> Markup {
    let kinds: Vec<(&str, &str)> = KINDS.iter().map(|kind| (kind.code, kind.label)).collect();
    let places: Vec<(String, String)> = choices
        .places
        .iter()
        .map(|place| (place.id.to_string(), place.name.clone()))
        .collect();
    let mut appointments = vec![(
        PERIOD.to_owned(),
        "einen Zeitraum (unten angeben)".to_owned(),
    )];
    appointments.extend(occasions.iter().map(|one| {
        let what = if one.kind == "session" {
            "Gruppe"
        } else {
            "Einzeltermin"
        };
        let label = format!(
            "{what} am {}, {}, {}, {}",
            german::weekday_date(one.day),
            german::time_of_day(when(one.start_minute)),
            one.facility_name,
            one.name
        );
        (one.value(), label)
    }));
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Gegenstände".into(), "/gegenstaende".into())],
        help: Some("pforte"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Gegenstand beantragen",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, "/gegenstaende/neu", Some(token), html! {
                (select_field(form, &Field::text("kind", "Gegenstand").required().width(Width::Full), &kinds, Some("Bitte wählen")))
                (text_field(form, &Field::text("detail", "Näheres").max_length(DETAIL).hint("Höchstens 60 Zeichen, zum Beispiel „zwei Stück“; keine Namen")))
                @if !occasions.is_empty() {
                    (select_field(form, &Field::text("occasion", "Wofür").required().width(Width::Full), &refs(&appointments), Some("Bitte wählen")))
                }
                (fieldset("Zeitraum", Some("Nur ausfüllen, wenn es nicht für einen einzelnen Termin ist"), html! {
                    @if !own { (staff_field(form, &choices.staff, false)) }
                    @if places.len() != 1 {
                        (select_field(form, &Field::text("facility", "Einrichtung").width(Width::Full), &refs(&places), Some("Bitte wählen")))
                    }
                    (text_field(form, &Field::date("first_day", "Erster Tag")))
                    (text_field(form, &Field::date("last_day", "Letzter Tag")))
                }))
                (actions("Beantragen", &[("Abbrechen", "/gegenstaende")]))
            }))
        },
    )
}
