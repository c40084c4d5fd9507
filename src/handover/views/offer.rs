//! The form of an offer.

use maud::{Markup, html};

use crate::base::german;
use crate::handover::pages::Desk;
use crate::handover::rules::Check;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, actions, checkbox, checkbox_group, empty_state, error_summary, fieldset, post_form,
    select_field, text_field,
};

/// The page.
pub(in crate::handover) fn page(frame: &Frame, form: &Form, desk: &Desk, token: &str) -> Markup {
    let person = format!("/personen/{}", desk.head.id);
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![
            ("Personen".into(), "/personen".into()),
            (desk.head.name(), person.clone()),
        ],
        help: Some("uebergaben"),
        ..PageOptions::default()
    };
    let targets: Vec<(String, String)> = desk
        .targets
        .iter()
        .map(|target| (target.value(), target.label()))
        .collect();
    let targets: Vec<(&str, &str)> = targets
        .iter()
        .map(|(value, label)| (value.as_str(), label.as_str()))
        .collect();
    let parts: Vec<(String, String)> = desk
        .running
        .iter()
        .map(|line| {
            (
                line.id.to_string(),
                format!(
                    "{} ({}), seit {}",
                    line.programme_name,
                    line.provider_name,
                    german::date(line.enrolled_on)
                ),
            )
        })
        .collect();
    let parts: Vec<(&str, &str)> = parts
        .iter()
        .map(|(value, label)| (value.as_str(), label.as_str()))
        .collect();
    let checks: Vec<(&str, &str)> = Check::ALL
        .iter()
        .map(|check| (check.code(), check.label()))
        .collect();
    let months: Vec<(String, String)> = (6..=12)
        .map(|months| (months.to_string(), format!("{months} Monate")))
        .collect();
    let mut coaching = vec![("0", "nicht vereinbart")];
    coaching.extend(
        months
            .iter()
            .map(|(value, label)| (value.as_str(), label.as_str())),
    );
    page_with(
        frame,
        "Übergabe anbieten",
        options,
        html! {
            (error_summary(form))
            @if desk.running.is_empty() {
                (empty_state("Keine laufende Teilnahme", "Es gibt nichts zu übergeben. Beendete Teilnahmen bleiben bei der Person lesbar.", Some(("Zur Person", person.as_str()))))
            } @else {
                p { "Die andere Stelle sieht, dass es ein Angebot gibt, von wem und für wen. Tage und Zahlen sieht sie, wenn sie annimmt; Inhalte nie." }
                (post_form(frame, &format!("{person}/uebergabe"), Some(token), html! {
                    (fieldset("Wohin und wann", None, html! {
                        (select_field(form, &Field::text("an", "An").required().hint("An die Bewährungshilfe nur mit Einwilligung der Person."), &targets, Some("Bitte wählen")))
                        (text_field(form, &Field::date("tag", "Tag der Verlegung oder Entlassung").required()))
                        (text_field(form, &Field::date("gilt_bis", "Angebot gilt bis").required()))
                    }))
                    (checkbox_group(form, "teilnahmen", "Teilnahmen, die mitgehen", &parts))
                    (fieldset("Nur bei Entlassung", None, html! {
                        (text_field(form, &Field::date("uebergang", "Übergangsmanagement ab").hint("Beginnt Monate vor der Entlassung.")))
                        (select_field(form, &Field::text("coaching", "Stabilisierungscoaching danach").required(), &coaching, None))
                    }))
                    (checkbox_group(form, "pruefpunkte", "Vor der Übergabe erledigt", &checks))
                    (checkbox(form, "phaenomen", "Phänomenbereich mitteilen", Some("Nur wenn die andere Stelle ihn für ihre Aufgabe braucht.")))
                    (actions("Übergabe anbieten", &[("Abbrechen", person.as_str())]))
                }))
            }
        },
    )
}
