//! The form that asks for grants, and the one that changes the period of a request.

use maud::{Markup, html};

use crate::grants::service::Choices;
use crate::grants::store::GrantRow;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, Tone, Width, actions, checkbox_group, error_summary, hidden, notice, post_form,
    select_field, summary_list, text_field,
};

fn refs(list: &[(String, String)]) -> Vec<(&str, &str)> {
    list.iter()
        .map(|(value, label)| (value.as_str(), label.as_str()))
        .collect()
}

pub(in crate::grants) fn request(
    frame: &Frame,
    form: &Form,
    choices: &Choices,
    token: &str,
) -> Markup {
    // A coordination sees only its own staff: their organisation need not be named.
    let one_provider = choices.fixed.is_none();
    let staff: Vec<(String, String)> = choices
        .staff
        .iter()
        .map(|member| {
            let name = if one_provider {
                member.name.clone()
            } else {
                format!("{} ({})", member.name, member.provider_name)
            };
            (member.id.to_string(), name)
        })
        .collect();
    let facilities: Vec<(String, String)> = choices
        .facilities
        .iter()
        .map(|facility| (facility.id.to_string(), facility.name.clone()))
        .collect();
    let programmes: Vec<(String, String)> = choices
        .programmes()
        .into_iter()
        .map(|(id, name)| (id.to_string(), name.to_owned()))
        .collect();
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Zugangsfreigaben".into(), "/freigaben".into())],
        help: Some("freigaben"),
        ..PageOptions::default()
    };
    let staff_field = Field::text("staff", "Externe Fachkraft")
        .required()
        .width(Width::Full);
    page_with(
        frame,
        "Zugangsfreigabe beantragen",
        options,
        html! {
            (error_summary(form))
            @if staff.is_empty() {
                (notice(Tone::Warning, None, html! { "Es ist keine externe Fachkraft gemeldet. Bitte die Verwaltung bitten, sie einzutragen." }))
            }
            (post_form(frame, "/freigaben/neu", Some(token), html! {
                (select_field(form, &staff_field, &refs(&staff), Some("Bitte wählen")))
                @match choices.facilities.first().filter(|_| choices.fixed.is_some()) {
                    Some(own) => (summary_list(&[("Einrichtung", html! { (own.name) })])),
                    None => (checkbox_group(form, "facility", "Einrichtungen", &refs(&facilities))),
                }
                (checkbox_group(form, "programme", "Maßnahmen", &refs(&programmes)))
                p.hint { "Für jede Einrichtung und Maßnahme entsteht eine eigene Freigabe. Geht eine davon nicht, wird keine beantragt." }
                (period_fields(form))
                p.hint { "Die Freigabe gilt erst, wenn eine zweite Person mit der Rolle Zugang der Einrichtung sie genehmigt. Dazu braucht die Fachkraft dort eine gültige Überprüfung." }
                (actions("Beantragen", &[("Abbrechen", "/freigaben")]))
            }))
        },
    )
}

fn period_fields(form: &Form) -> Markup {
    html! {
        (text_field(form, &Field::date("first_day", "Erster Tag").required()))
        (text_field(form, &Field::date("last_day", "Letzter Tag").required()
            .hint("Gilt bis 24 Uhr dieses Tages, höchstens drei Jahre; zum Beispiel 31.12.2026")))
    }
}

/// The form that changes the period of a request.
pub(in crate::grants) fn change(frame: &Frame, form: &Form, row: &GrantRow) -> Markup {
    let own = format!("/freigaben/{}", row.id);
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![
            ("Zugangsfreigaben".into(), "/freigaben".into()),
            (row.staff_name.clone(), own.clone()),
        ],
        help: Some("freigaben"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Zeitraum des Antrags ändern",
        options,
        html! {
            (error_summary(form))
            (summary_list(&[
                ("Fachkraft", html! { (row.staff_name) }),
                ("Einrichtung", html! { (row.facility_name) }),
                ("Maßnahme", html! { (row.programme_name) }),
            ]))
            (post_form(frame, &format!("{own}/aendern"), None, html! {
                (hidden("version", form.value("version")))
                (period_fields(form))
                (actions("Zeitraum ändern", &[("Abbrechen", own.as_str())]))
            }))
        },
    )
}
