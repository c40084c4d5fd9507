//! Forms of a request for a clearance and of the decision about it.

use maud::{Markup, html};

use crate::base::german;
use crate::providers::rules::clearance::{Outcome, Restrictions, Scope};
use crate::providers::rules::{MAX_LINE, word};
use crate::providers::service::clearance::Choices;
use crate::providers::store::clearance::{ClearanceRow, Running};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, Tone, Width, actions, checkbox_group, empty_state, error_summary, hidden, notice,
    post_form, post_form_unguarded, select_field, submit_danger, text_field,
};

/// The fields of the restrictions that hold.
pub(in crate::providers) fn values(restrictions: Restrictions) -> Vec<&'static str> {
    let labels = restrictions.labels();
    Restrictions::WORDS
        .into_iter()
        .filter(|(_, word)| labels.contains(word))
        .map(|(field, _)| field)
        .collect()
}

pub(in crate::providers) fn request(
    frame: &Frame,
    form: &Form,
    choices: &Choices,
    token: &str,
) -> Markup {
    let staff: Vec<(String, &str)> = choices
        .staff
        .iter()
        .map(|member| (member.id.to_string(), member.name.as_str()))
        .collect();
    let staff: Vec<(&str, &str)> = staff
        .iter()
        .map(|(id, name)| (id.as_str(), *name))
        .collect();
    let places: Vec<(String, &str)> = choices
        .facilities
        .iter()
        .map(|place| (place.id.to_string(), place.name.as_str()))
        .collect();
    let places: Vec<(&str, &str)> = places
        .iter()
        .map(|(id, name)| (id.as_str(), *name))
        .collect();
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Überprüfungen".into(), "/ueberpruefungen".into())],
        help: Some("ueberpruefungen"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Überprüfung beantragen",
        options,
        html! {
            (error_summary(form))
            @if staff.is_empty() {
                (empty_state("Noch keine Fachkraft gemeldet", "Eine Überprüfung gilt einer gemeldeten Fachkraft. Bitte zuerst die Fachkraft melden.", Some(("Fachkraft melden", "/fachkraefte/neu"))))
            } @else {
                p { "Läuft für die Anstalt schon eine Überprüfung, wird daraus die Erneuerung: Die alte gilt bis zu ihrem Ende, danach die neue." }
                (post_form(frame, "/ueberpruefungen/neu", Some(token), html! {
                    (select_field(form, &Field::text("staff", "Externe Fachkraft").required().width(Width::Full), &staff, Some("Bitte wählen")))
                    (select_field(form, &Field::text("facility", "Einrichtung").required().width(Width::Full), &places, Some("Bitte wählen")))
                    (text_field(form, &Field::date("consent_on", "Einwilligung vom").required().hint("Tag der Unterschrift; zum Beispiel 24.11.2026")))
                    (text_field(form, &Field::text("consent_kept_at", "Wo sie liegt").required().width(Width::Full).max_length(MAX_LINE)
                        .hint("Zum Beispiel: Personalakte, Geschäftsstelle. Das Papier selbst und sein Inhalt gehören nicht hierher.")))
                    (actions("Beantragen", &[("Abbrechen", "/ueberpruefungen")]))
                }))
            }
        },
    )
}

/// The decision about an open request; `source` is the decision that is accepted.
pub(in crate::providers) fn decision(
    frame: &Frame,
    form: &Form,
    row: &ClearanceRow,
    source: Option<&Running>,
) -> Markup {
    let here = format!("/ueberpruefungen/{}", row.id);
    let version = row.version.to_string();
    html! {
        h2 #entscheiden { @if source.is_some() { "Entscheidung übernehmen" } @else { "Erteilen" } }
        (notice(Tone::Info, None, html! { "Festgehalten werden Ergebnis, Umfang, Gültigkeit und Auflagen. Was die Überprüfung ergeben hat, steht nirgends in Geleit." }))
        (post_form(frame, &format!("{here}/erteilen"), None, html! {
            (hidden("version", &version))
            @match source {
                Some(source) => {
                    (hidden("accepted_from", &source.id.to_string()))
                    p {
                        "Übernommen wird die Entscheidung von " strong { (source.facility_name) } ": "
                        (word::<Scope>(source.scope.as_deref().unwrap_or_default())) ", gültig bis "
                        (german::date(source.last_day)) ", Auflagen: " (source.restrictions().line()) ". "
                        a href={ (here) "#entscheiden" } { "Doch selbst entscheiden" }
                    }
                }
                None => {
                    (select_field(form, &Field::text("result", "Ergebnis").required().width(Width::Full), &Outcome::choices(), Some("Bitte wählen")))
                    (select_field(form, &Field::text("scope", "Gilt für").required().width(Width::Full), &Scope::choices(), Some("Bitte wählen")))
                    (text_field(form, &Field::text("issuing_office", "Ausstellende Stelle").required().width(Width::Full).max_length(MAX_LINE).hint("Zum Beispiel: Sicherheit und Ordnung der Anstalt")))
                }
            }
            (text_field(form, &Field::date("first_day", "Erster Tag").required()))
            (text_field(form, &Field::date("last_day", "Letzter Tag").required().hint("Höchstens zwei Jahre; zum Beispiel 31.12.2027")))
            (checkbox_group(form, "restriction", "Auflagen", &Restrictions::WORDS))
            (actions(if source.is_some() { "Übernehmen und erteilen" } else { "Erteilen" }, &[]))
        }))
        h2 { "Ablehnen" }
        p { "Der Träger sieht das Ergebnis. Gründe gehören nicht hierher; bitte mündlich besprechen." }
        (post_form_unguarded(frame, &format!("{here}/ablehnen"), None, html! {
            (hidden("version", &version))
            div.actions { (submit_danger("schritt", "1", "Ablehnen")) }
        }))
    }
}
