//! Placing, moving, releasing, the expected release.

use maud::{Markup, html};

use super::master::{own_number_field, setting_field};
use super::{crumbs, identity, options};
use crate::base::german;
use crate::people::rules::{PlacementKind, setting_label};
use crate::people::service::Own;
use crate::people::store::write::PlacementRow;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, Tone, Width, actions, error_summary, hidden, notice, post_form, select_field, text_field,
};

pub(in crate::people) fn page(
    frame: &Frame,
    form: &Form,
    own: &Own,
    targets: &[(String, String)],
    token: &str,
) -> Markup {
    let custody = own.kind == PlacementKind::Custody;
    let title = if custody {
        "Unterbringung"
    } else {
        "Zuständigkeit"
    };
    let page_options = PageOptions {
        errored: form.has_errors(),
        crumbs: crumbs(&own.head),
        lead: Some(html! { (identity(&own.head)) }),
        ..PageOptions::default()
    };
    page_with(
        frame,
        title,
        page_options,
        html! {
            (error_summary(form))
            @match &own.current {
                Some(current) => (running(frame, form, own, current, targets, token)),
                None if own.elsewhere => (notice(Tone::Info, None, html! {
                    "Die Person ist inzwischen in anderer Zuständigkeit untergebracht. Änderungen trägt die dortige Stelle ein."
                })),
                None => (begin(frame, form, own, token)),
            }
        },
    )
}

fn action(own: &Own) -> String {
    format!("/personen/{}/unterbringung", own.head.id)
}

fn one(
    frame: &Frame,
    own: &Own,
    token: &str,
    what: &str,
    version: Option<i64>,
    body: Markup,
) -> Markup {
    post_form(
        frame,
        &action(own),
        Some(token),
        html! {
            (hidden("tun", what))
            @if let Some(version) = version { (hidden("version", &version.to_string())) }
            (body)
        },
    )
}

fn running(
    frame: &Frame,
    form: &Form,
    own: &Own,
    current: &PlacementRow,
    targets: &[(String, String)],
    token: &str,
) -> Markup {
    let custody = own.kind == PlacementKind::Custody;
    let version = Some(current.version);
    let back = format!("/personen/{}", own.head.id);
    let cancel: [(&str, &str); 1] = [("Zurück zur Person", &back)];
    let moved = current.end_reason.as_deref() == Some("transfer");
    html! {
        p {
            @if custody { "Hier seit " } @else { "Zuständig seit " }
            (german::date(current.from_day)) ", " (setting_label(&current.setting)) "."
            @if let Some(to) = current.to_day {
                " " @if moved { "Die Verlegung zum " } @else { "Das Ende zum " } (german::date(to)) " ist eingetragen."
            }
        }
        h2 { "Voraussichtliche Entlassung" }
        (one(frame, own, token, "termin", version, html! {
            (text_field(form, &Field::date("expected_release", "Voraussichtliche Entlassung").hint("Leer lassen, wenn offen")))
            (actions("Speichern", &[]))
        }))
        @if current.to_day.is_none() {
            h2 { @if custody { "Verlegen" } @else { "Zuständigkeit übergeben" } }
            (one(frame, own, token, "verlegen", version, html! {
                @if custody {
                    p { "Die Unterbringung hier endet am angegebenen Tag, die neue beginnt an ihm. Teilnahmen und Gruppen bleiben unverändert und werden übergeben; vier Wochen lang bleibt die Person hier sichtbar. Ihre Buchnummer trägt die aufnehmende Anstalt ein." }
                }
                (select_field(form, &Field::text("target", if custody { "Ziel" } else { "Neue Zuständigkeit" }).required().width(Width::Full), &options(targets), Some("Bitte wählen")))
                (text_field(form, &Field::date("transfer_day", if custody { "Tag der Verlegung" } else { "Ab" }).required()))
                (actions(if custody { "Verlegung eintragen" } else { "Übergeben" }, &cancel))
            }))
        }
        @if !moved {
            h2 { @if custody { "Entlassen" } @else { "Zuständigkeit beenden" } }
            (one(frame, own, token, "entlassen", version, html! {
                p { "Eingetragen wird der erste Tag, an dem die Person nicht mehr hier ist. Gelöscht wird nichts; Teilnahmen und Gruppen werden gesondert beendet." }
                (text_field(form, &Field::date("release_day", "Tag").required()))
                (select_field(form, &Field::text("release_reason", "Grund").required(), own.kind.end_reasons(), Some("Bitte wählen")))
                (actions(if custody { "Entlassung eintragen" } else { "Ende eintragen" }, &cancel))
            }))
        }
    }
}

fn begin(frame: &Frame, form: &Form, own: &Own, token: &str) -> Markup {
    let custody = own.kind == PlacementKind::Custody;
    let back = format!("/personen/{}", own.head.id);
    html! {
        p {
            @if custody { "Die Person ist zurzeit hier nicht untergebracht." }
            @else { "Für die Person besteht zurzeit keine Zuständigkeit Ihrer Dienststelle." }
        }
        h2 { @if custody { "Neu unterbringen" } @else { "Zuständigkeit übernehmen" } }
        (one(frame, own, token, "aufnehmen", None, html! {
            (text_field(form, &Field::date("from_day", if custody { "Hier seit" } else { "Zuständig seit" }).required()))
            (setting_field(form, own.kind))
            (text_field(form, &Field::date("first_expected", "Voraussichtliche Entlassung").hint("Leer lassen, wenn offen")))
            @if own.number.is_none() { (own_number_field(form, own.kind)) }
            (actions("Eintragen", &[("Zurück zur Person", &back)]))
        }))
    }
}
