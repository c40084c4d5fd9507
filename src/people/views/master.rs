//! Recording and correcting.

use maud::{Markup, html};

use super::{crumbs, day};
use crate::people::PersonHead;
use crate::people::rules::{MAX_NAME, MAX_NUMBER, PlacementKind, SEXES, sex_from_code};
use crate::people::service::Own;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, actions, error_summary, fieldset, hidden, notice, post_form, select_field,
    table, text_field, two_versions,
};

fn master_fields(form: &Form) -> Markup {
    let sexes = SEXES.map(|sex| (sex.code(), sex.label()));
    html! {
        (text_field(form, &Field::text("family_name", "Nachname").required().max_length(MAX_NAME)))
        (text_field(form, &Field::text("given_name", "Vorname").required().max_length(MAX_NAME)))
        (text_field(form, &Field::date("birth_date", "Geburtsdatum").hint("Zum Beispiel 03.04.1990").required()))
        (select_field(form, &Field::text("sex", "Geschlecht").required(), &sexes, Some("Bitte wählen")))
    }
}

fn number_field(form: &Form, kind: PlacementKind) -> Markup {
    let hint = match kind {
        PlacementKind::Custody => "Wie im Gefangenenbuch, zum Beispiel 1234-24",
        PlacementKind::Probation => "Wie in der Dienststelle geführt",
    };
    text_field(
        form,
        &Field::text("number", kind.number_label())
            .max_length(MAX_NUMBER)
            .hint(hint),
    )
}

/// The choice among the settings that fit.
pub(super) fn setting_field(form: &Form, kind: PlacementKind) -> Markup {
    let settings: Vec<(&str, &str)> = kind
        .settings()
        .iter()
        .map(|setting| (setting.code(), setting.label()))
        .collect();
    let label = if kind == PlacementKind::Custody {
        "Vollzugsart"
    } else {
        "Art der Aufsicht"
    };
    select_field(
        form,
        &Field::text("setting", label).required(),
        &settings,
        Some("Bitte wählen"),
    )
}

/// The number of the own facility, for other forms.
pub(super) fn own_number_field(form: &Form, kind: PlacementKind) -> Markup {
    number_field(form, kind)
}

pub(in crate::people) fn create(
    frame: &Frame,
    form: &Form,
    kind: PlacementKind,
    token: &str,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Personen".into(), "/personen".into())],
        help: Some("personen"),
        ..PageOptions::default()
    };
    let (legend, first) = match kind {
        PlacementKind::Custody => ("Unterbringung", "Hier seit"),
        PlacementKind::Probation => ("Zuständigkeit", "Zuständig seit"),
    };
    page_with(
        frame,
        "Person anlegen",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, "/personen/neu", Some(token), html! {
                (fieldset("Person", None, master_fields(form)))
                (fieldset(legend, None, html! {
                    (number_field(form, kind))
                    (setting_field(form, kind))
                    (text_field(form, &Field::date("from_day", first).required()))
                    (text_field(form, &Field::date("expected_release", "Voraussichtliche Entlassung").hint("Leer lassen, wenn offen")))
                }))
                (actions("Person anlegen", &[("Abbrechen", "/personen")]))
            }))
        },
    )
}

/// Fields that the question page carries on.
const CARRIED: [&str; 8] = [
    "family_name",
    "given_name",
    "birth_date",
    "sex",
    "number",
    "setting",
    "from_day",
    "expected_release",
];

/// Somebody of this name and birth date is there already.
pub(in crate::people) fn namesakes(
    frame: &Frame,
    form: &Form,
    known: &[PersonHead],
    token: &str,
) -> Markup {
    let options = PageOptions {
        crumbs: vec![
            ("Personen".into(), "/personen".into()),
            ("Person anlegen".into(), "/personen/neu".into()),
        ],
        ..PageOptions::default()
    };
    let rows = known
        .iter()
        .map(|head| {
            vec![
                html! { a href={ "/personen/" (head.id) } { (head.name()) } },
                html! { (day(head.birth_date)) },
                html! { (head.number.as_deref().unwrap_or("–")) },
                html! { (head.facility_name.as_deref().unwrap_or("–")) },
            ]
        })
        .collect();
    page_with(
        frame,
        "Gibt es diese Person schon?",
        options,
        html! {
            (notice(Tone::Warning, None, html! {
                "Mit diesem Namen und Geburtsdatum gibt es in Ihrem Zuständigkeitsbereich schon einen Eintrag. Eine Person, die zweimal angelegt ist, wird zweimal gezählt. Gespeichert ist noch nichts."
            }))
            (table("Mögliche Übereinstimmungen", &["Name", "Geboren", "Nummer", "Einrichtung"].map(Column::text), rows))
            (post_form(frame, "/personen/neu", Some(token), html! {
                @for name in CARRIED { (hidden(name, form.value(name))) }
                (hidden("trotzdem", "1"))
                (actions("Trotzdem anlegen", &[("Zur Liste", "/personen")]))
            }))
        },
    )
}

fn edit_form(frame: &Frame, form: &Form, own: &Own, label: &str) -> Markup {
    let path = format!("/personen/{}", own.head.id);
    post_form(
        frame,
        &format!("{path}/bearbeiten"),
        None,
        html! {
            (hidden("version", form.value("version")))
            (master_fields(form))
            (number_field(form, own.kind))
            (actions(label, &[("Abbrechen", &path)]))
        },
    )
}

pub(in crate::people) fn edit(frame: &Frame, form: &Form, own: &Own) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: crumbs(&own.head),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Angaben zur Person bearbeiten",
        options,
        html! {
            (error_summary(form))
            (edit_form(frame, form, own, "Speichern"))
        },
    )
}

/// Somebody else saved first.
pub(in crate::people) fn conflict(frame: &Frame, form: &Form, stored: &Form, own: &Own) -> Markup {
    let options = PageOptions {
        errored: true,
        crumbs: crumbs(&own.head),
        ..PageOptions::default()
    };
    let rows: Vec<(&str, &str, &str)> = [
        ("Nachname", "family_name"),
        ("Vorname", "given_name"),
        ("Geburtsdatum", "birth_date"),
        ("Geschlecht", "sex"),
        (own.kind.number_label(), "number"),
    ]
    .into_iter()
    .map(|(label, field)| {
        if field == "sex" {
            (
                label,
                sex_from_code(form.value(field)).label(),
                sex_from_code(stored.value(field)).label(),
            )
        } else {
            (label, form.value(field), stored.value(field))
        }
    })
    .collect();
    page_with(
        frame,
        "Inzwischen hat jemand anderes gespeichert",
        options,
        html! {
            p { "Ihre Eingaben sind noch nicht gespeichert. Bitte vergleichen, unten anpassen und noch einmal speichern." }
            (two_versions(&rows))
            h2 { "Ihre Eingabe anpassen" }
            (edit_form(frame, form, own, "Meine Fassung speichern"))
        },
    )
}
