//! Forms of a member's master data and of leaving.

use maud::{Markup, html};

use crate::base::german;
use crate::providers::rules::{Language, MAX_LINE, MAX_NAME, StaffRole, word};
use crate::providers::store::staff::{LeftBehind, StaffRow};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, Tone, Width, actions, checkbox_group, error_summary, hidden, notice, post_form,
    post_form_unguarded, radio_group, select_field, submit_danger, text_field, two_versions,
};

fn fields(form: &Form) -> Markup {
    html! {
        (text_field(form, &Field::text("name", "Vor- und Nachname").required().max_length(MAX_NAME)))
        (select_field(form, &Field::text("role", "Aufgabe").required(), &StaffRole::choices(), Some("Bitte wählen")))
        (text_field(form, &Field::text("contact", "Kontakt").width(Width::Full).max_length(MAX_LINE)
            .hint("Dienstliche Telefonnummer oder E-Mail; sehen nur die eigene Koordination und der Zugang der Einrichtungen")))
        (text_field(form, &Field::text("town", "Wohnort").max_length(MAX_NAME).hint("Nur der Ort, für die Planung der Wege")))
        (checkbox_group(form, "language", "Sprachen", &Language::choices()))
    }
}

pub(in crate::providers) fn add(frame: &Frame, form: &Form, token: &str) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Fachkräfte".into(), "/fachkraefte".into())],
        help: Some("fachkraefte"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Fachkraft melden",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, "/fachkraefte/neu", Some(token), html! {
                (fields(form))
                (text_field(form, &Field::date("first_day", "Erster Tag").required()))
                (actions("Melden", &[("Abbrechen", "/fachkraefte")]))
            }))
        },
    )
}

fn options<'a>(form: &Form, row: &StaffRow) -> PageOptions<'a> {
    PageOptions {
        errored: form.has_errors(),
        crumbs: vec![
            ("Fachkräfte".into(), "/fachkraefte".into()),
            (row.name.clone(), format!("/fachkraefte/{}", row.id)),
        ],
        help: Some("fachkraefte"),
        ..PageOptions::default()
    }
}

fn edit_form(frame: &Frame, form: &Form, row: &StaffRow, label: &str) -> Markup {
    let here = format!("/fachkraefte/{}", row.id);
    post_form(
        frame,
        &format!("{here}/bearbeiten"),
        None,
        html! {
            (hidden("version", form.value("version")))
            (fields(form))
            (actions(label, &[("Abbrechen", &here)]))
        },
    )
}

pub(in crate::providers) fn edit(frame: &Frame, form: &Form, row: &StaffRow) -> Markup {
    page_with(
        frame,
        "Angaben bearbeiten",
        options(form, row),
        html! { (error_summary(form)) (edit_form(frame, form, row, "Speichern")) },
    )
}

fn shown_languages(form: &Form) -> String {
    let words: Vec<String> = form
        .values("language")
        .iter()
        .map(|code| word::<Language>(code))
        .collect();
    words.join(", ")
}

pub(in crate::providers) fn conflict(
    frame: &Frame,
    form: &Form,
    stored: &Form,
    row: &StaffRow,
) -> Markup {
    let role = |form: &Form| word::<StaffRole>(form.value("role"));
    let (my_role, their_role) = (role(form), role(stored));
    let (my_languages, their_languages) = (shown_languages(form), shown_languages(stored));
    let typed = |field: &str| form.value(field).trim();
    let rows = [
        ("Vor- und Nachname", typed("name"), stored.value("name")),
        ("Aufgabe", my_role.as_str(), their_role.as_str()),
        ("Kontakt", typed("contact"), stored.value("contact")),
        ("Wohnort", typed("town"), stored.value("town")),
        ("Sprachen", my_languages.as_str(), their_languages.as_str()),
    ];
    page_with(
        frame,
        "Inzwischen hat jemand anderes gespeichert",
        options(form, row),
        html! {
            p { "Ihre Eingaben sind noch nicht gespeichert. Bitte vergleichen, unten anpassen und noch einmal speichern." }
            (two_versions(&rows))
            h2 { "Ihre Eingabe anpassen" }
            (edit_form(frame, form, row, "Meine Fassung speichern"))
        },
    )
}

pub(in crate::providers) fn leave(
    frame: &Frame,
    form: &Form,
    row: &StaffRow,
    left: LeftBehind,
) -> Markup {
    let here = format!("/fachkraefte/{}", row.id);
    let plural =
        |number: i64, one: &str, other: &str| german::plural(number.unsigned_abs(), one, other);
    page_with(
        frame,
        "Fachkraft scheidet aus",
        options(form, row),
        html! {
            (error_summary(form))
            p { (row.name) " kann sich danach nicht mehr anmelden, wird nicht mehr eingelassen und sieht keine Personen mehr. Auf alten Einträgen bleibt der Name stehen." }
            @if left.sessions > 0 || left.cases > 0 || left.grants > 0 {
                (notice(Tone::Warning, Some("Das ist noch zu regeln"), html! {
                    ul {
                        @if left.sessions > 0 { li { (plural(left.sessions, "geplante Sitzung", "geplante Sitzungen")) " ab heute: Bitte mit der Einrichtung eine Vertretung eintragen." } }
                        @if left.cases > 0 { li { (plural(left.cases, "laufende Teilnahme", "laufende Teilnahmen")) " in eigener Begleitung: Bitte jemand anderem übergeben." } }
                        @if left.grants > 0 { li { (plural(left.grants, "Zugangsfreigabe oder Antrag", "Zugangsfreigaben und Anträge")) ": öffnen danach nichts mehr." } }
                    }
                }))
            }
            (post_form_unguarded(frame, &format!("{here}/ausscheiden"), None, html! {
                (hidden("version", &row.version.to_string()))
                (radio_group(form, "when", "Wann", &[
                    ("last_day", "mit dem Ende eines Tages", Some("Bis dahin bleibt alles, wie es ist.")),
                    ("now", "sofort", Some("Laufende Anmeldungen enden mit der nächsten Anfrage.")),
                ]))
                (text_field(form, &Field::date("last_day", "Letzter Tag").plain().hint("Nur für „mit dem Ende eines Tages“; zum Beispiel 31.12.2026")))
                div.actions { (submit_danger("schritt", "1", "Ausscheiden eintragen")) a href=(here) { "Abbrechen" } }
            }))
        },
    )
}
