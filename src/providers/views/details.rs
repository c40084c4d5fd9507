//! Forms of what belongs to a member: qualifications, weekly times, absences.

use maud::{Markup, html};

use crate::base::german;
use crate::providers::rules::{Qualification, week};
use crate::providers::store::facts::StaffFacts;
use crate::providers::store::staff::StaffRow;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Width, actions, error_summary, fieldset, hidden, post_form, post_form_unguarded,
    select_field, submit_secondary, table, text_field,
};

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

fn remove(frame: &Frame, action: &str, which: &str) -> Markup {
    post_form_unguarded(
        frame,
        action,
        None,
        html! { (hidden("which", which)) (submit_secondary("schritt", "1", "Entfernen")) },
    )
}

pub(in crate::providers) fn qualifications(
    frame: &Frame,
    form: &Form,
    row: &StaffRow,
    facts: &StaffFacts,
    token: &str,
) -> Markup {
    let here = format!("/fachkraefte/{}/qualifikationen", row.id);
    let back = format!("/fachkraefte/{}", row.id);
    let taking = format!("{here}/entfernen");
    let rows = facts
        .qualifications
        .iter()
        .map(|fact| {
            vec![
                html! { (fact.kind) },
                html! { (german::date(fact.acquired_on)) },
                html! { @if let Some(last) = fact.last_day { (german::date(last)) } @else { "unbefristet" } },
                remove(frame, &taking, &fact.id.to_string()),
            ]
        })
        .collect();
    page_with(
        frame,
        "Qualifikationen",
        options(form, row),
        html! {
            (error_summary(form))
            @if facts.qualifications.is_empty() { p { "Noch keine Qualifikation eingetragen." } }
            @else { (table("Qualifikationen von heute", &["Qualifikation", "Erworben", "Gültig bis", "Aktion"].map(Column::text), rows)) }
            h2 { "Qualifikation eintragen" }
            (post_form(frame, &here, Some(token), html! {
                (select_field(form, &Field::text("kind", "Qualifikation").required().width(Width::Full), &Qualification::choices(), Some("Bitte wählen")))
                (text_field(form, &Field::date("acquired_on", "Erworben am").required()))
                (text_field(form, &Field::date("valid_to", "Gültig bis").hint("Leer lassen, wenn der Nachweis nicht abläuft")))
                (actions("Eintragen", &[("Zurück zur Fachkraft", &back)]))
            }))
        },
    )
}

pub(in crate::providers) fn absences(
    frame: &Frame,
    form: &Form,
    row: &StaffRow,
    facts: &StaffFacts,
    token: &str,
) -> Markup {
    let here = format!("/fachkraefte/{}/abwesenheiten", row.id);
    let back = format!("/fachkraefte/{}", row.id);
    let taking = format!("{here}/entfernen");
    let rows = facts
        .absences
        .iter()
        .map(|absence| {
            vec![
                html! { (german::weekday_date(absence.first_day)) },
                html! { (german::weekday_date(absence.last_day)) },
                remove(frame, &taking, &absence.id.to_string()),
            ]
        })
        .collect();
    page_with(
        frame,
        "Abwesenheiten",
        options(form, row),
        html! {
            (error_summary(form))
            @if facts.absences.is_empty() { p { "Keine Abwesenheit eingetragen." } }
            @else { (table("Abwesenheiten ab heute", &["Erster Tag", "Letzter Tag", "Aktion"].map(Column::text), rows)) }
            h2 { "Abwesenheit eintragen" }
            p.hint { "Nur die Tage. Warum jemand fehlt, gehört nicht hierher." }
            (post_form(frame, &here, Some(token), html! {
                (text_field(form, &Field::date("first_day", "Erster Tag").required()))
                (text_field(form, &Field::date("last_day", "Letzter Tag").hint("Leer lassen, wenn es nur ein Tag ist")))
                (actions("Eintragen", &[("Zurück zur Fachkraft", &back)]))
            }))
        },
    )
}

pub(in crate::providers) fn week(frame: &Frame, form: &Form, row: &StaffRow) -> Markup {
    let back = format!("/fachkraefte/{}", row.id);
    let time = |which: &str, day: usize, span: usize| {
        let name = week::field(which, day, span);
        let label = match (which, span) {
            ("from", 0) => "Von",
            ("to", 0) => "Bis",
            ("from", _) => "Noch einmal von",
            _ => "bis",
        };
        text_field(
            form,
            &Field::new(
                &name,
                label,
                crate::web::parts::FieldKind::Time,
                Width::Short,
            )
            .plain(),
        )
    };
    page_with(
        frame,
        "Verfügbarkeit in der Woche",
        options(form, row),
        html! {
            (error_summary(form))
            p { "Zu welchen Zeiten die Fachkraft gewöhnlich arbeiten kann, zum Beispiel 9:00 bis 16:30. Leere Tage heißen: nicht verfügbar. Ist die ganze Woche leer, gilt: keine Angabe." }
            (post_form(frame, &format!("{back}/verfuegbarkeit"), None, html! {
                (hidden("version", form.value("version")))
                @for (day, name) in week::DAYS.iter().enumerate() {
                    (fieldset(name, None, html! {
                        @for span in 0..week::SPANS { (time("from", day, span)) (time("to", day, span)) }
                    }))
                }
                (actions("Speichern", &[("Abbrechen", &back)]))
            }))
        },
    )
}
