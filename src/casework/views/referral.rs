//! The form of a referral and its check page.

use maud::{Markup, html};

use crate::base::german;
use crate::casework::codes::{
    AccessRoute, Asker, Availability, ClientKind, ClientRole, CourtOrder, SentencePlan, Twice,
};
use crate::casework::rules::course::State;
use crate::casework::rules::referral::For;
use crate::casework::service::referral::{Desk, NewReferral};
use crate::casework::store::cases::OpenCase;
use crate::casework::store::{Known, Offer};
use crate::providers::Language;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, FieldKind, Tone, Width, actions_with, checkbox, checkbox_group, error_summary, fieldset,
    hidden, notice, post_button, post_form, radio_group, select_field, submit_secondary,
    summary_list, text_field,
};

/// What the form page shows.
pub(in crate::casework) struct FormPage<'a> {
    pub form: &'a Form,
    pub desk: &'a Desk,
    pub person: Option<&'a Known>,
    /// Who was found; `None` if nobody was searched for.
    pub found: Option<&'a [Known]>,
    pub open: &'a [OpenCase],
    /// When the draft was saved that the form shows.
    pub draft: Option<String>,
    pub token: &'a str,
}

fn options<'a>(form: &Form) -> PageOptions<'a> {
    PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Anfragen".to_owned(), "/anfragen".to_owned())],
        help: Some("faelle"),
        ..PageOptions::default()
    }
}

fn name(known: &Known) -> String {
    format!("{}, {}", known.family_name, known.given_name)
}

fn offer_label(offer: &Offer) -> String {
    format!("{} – {}", offer.programme_name, offer.provider_name)
}

/// The form.
pub(in crate::casework) fn form(frame: &Frame, view: &FormPage<'_>) -> Markup {
    let form = view.form;
    page_with(
        frame,
        "Anfrage stellen",
        options(form),
        html! {
            (error_summary(form))
            @if let Some(saved) = &view.draft {
                (notice(Tone::Info, Some("Ihr Entwurf ist wieder da"), html! {
                    p { "Zuletzt gespeichert am " (saved) "." }
                    (post_button(frame, "/anfragen/entwurf/verwerfen", None, "Entwurf verwerfen"))
                }))
            }
            @if !view.open.is_empty() { (open_cases(view.open)) }
            (post_form(frame, "/anfragen/neu", Some(view.token), html! {
                // What happens unless a button of its own says otherwise: the last value counts.
                (hidden("schritt", "pruefen"))
                (fieldset("Wer fragt an?", None, asker(form)))
                (fieldset("Um wen geht es?", None, client(view)))
                (fieldset("Wofür?", None, purpose(view)))
                (actions_with("Weiter zur Prüfung", html! {
                    (submit_secondary("schritt", "entwurf", "Entwurf speichern"))
                }, &[("Abbrechen", "/anfragen")]))
            }))
        },
    )
}

fn open_cases(open: &[OpenCase]) -> Markup {
    notice(
        Tone::Warning,
        Some("Für diese Person ist in dieser Maßnahme schon etwas offen"),
        html! {
            ul {
                @for case in open {
                    li {
                        a href={ "/faelle/" (case.id) } { "Vorgang " (crate::base::readable::reference(case.id.0)) }
                        ", " (case.provider_name) ", Stand: " (State::from_code(&case.state).map_or("–", State::label))
                    }
                }
            }
        },
    )
}

fn asker(form: &Form) -> Markup {
    html! {
        (select_field(form, &Field::text("anfragend", "Anfragende Stelle oder Person").required(), &Asker::choices(), Some("Bitte wählen")))
        (select_field(form, &Field::text("zugangsweg", "Zugangsweg").required()
            .hint("Wie die Person zum Angebot kommt; sagt nichts über ihre Einwilligung."), &AccessRoute::choices(), Some("Bitte wählen")))
        (text_field(form, &Field::date("eingang", "Eingang am").required()))
    }
}

fn client(view: &FormPage<'_>) -> Markup {
    let form = view.form;
    let hint = |kind: &ClientKind| match kind {
        ClientKind::Person => None,
        ClientKind::Anonymous => Some(
            "Es gibt kein Feld für einen Namen. Der Fallcode entsteht beim Speichern; die Beratung notiert ihn selbst.",
        ),
        ClientKind::Relative => Some(
            "Mutter, Vater, Geschwister, Partnerin oder Partner: werden nie namentlich geführt.",
        ),
        ClientKind::Professional => {
            Some("Schule, Jugendhilfe, Vollzug: werden nie namentlich geführt.")
        }
    };
    let kinds: Vec<(&str, &str, Option<&str>)> = view
        .desk
        .kinds
        .iter()
        .map(|kind| (kind.code(), kind.label(), hint(kind)))
        .collect();
    let around = view.desk.kinds.contains(&ClientKind::Relative);
    let parents = view
        .desk
        .offers
        .iter()
        .any(|offer| For::of(&offer.client) == For::Parent);
    let languages = Language::choices();
    html! {
        (radio_group(form, "klient", "Wer beraten wird", &kinds))
        @if around {
            (select_field(form, &Field::text("rolle", "Beziehung oder Beruf")
                .hint("Nur bei Angehörigen und Fachkräften"), &ClientRole::choices(), Some("entfällt")))
        }
        (person(view))
        (select_field(form, &Field::text("sprache", "Sprache"), &languages, Some("Deutsch oder unbekannt")))
        (checkbox(form, "sprachmittlung", "Sprachmittlung nötig", None))
        (checkbox_group(form, "zeiten", "Wann Gespräche möglich sind", &Availability::choices()))
        @if parents {
            div {
                p { strong { "Kinder (nur Elterncoaching)" } }
                p.hint { "Nur die Zahl je Alter, nie Namen." }
                (text_field(form, &Field::number("kinder_klein", "bis 5 Jahre")))
                (text_field(form, &Field::number("kinder_schule", "6 bis 11 Jahre")))
                (text_field(form, &Field::number("kinder_jugend", "12 bis 17 Jahre")))
            }
        }
    }
}

/// The person: searched for within one's own responsibility, or by number and birth date together.
fn person(view: &FormPage<'_>) -> Markup {
    let form = view.form;
    let search = if view.desk.by_number {
        Field::new(
            "suche",
            "Buch- oder Aktennummer",
            FieldKind::Text,
            Width::Medium,
        )
        .hint("Nur für eine bekannte Person. Nummer und Geburtsdatum müssen genau passen.")
    } else {
        Field::new(
            "suche",
            "Name oder Nummer der Person",
            FieldKind::Text,
            Width::Medium,
        )
        .hint("Ein Teil des Namens genügt.")
    };
    html! {
        (text_field(form, &search))
        @if view.desk.by_number { (text_field(form, &Field::date("geburt", "Geburtsdatum der Person"))) }
        p { (submit_secondary("schritt", "suchen", "Person suchen")) }
        @match view.found {
            Some([]) if !form.has_errors() => p role="status" { "Niemand gefunden. Bitte die Eingabe vergleichen." },
            Some(found) if found.len() > 1 => {
                @let choices: Vec<(String, String)> = found.iter().map(|known| (known.id.to_string(), name(known))).collect();
                @let choices: Vec<(&str, &str, Option<&str>)> = choices.iter().map(|(id, name)| (id.as_str(), name.as_str(), None)).collect();
                (radio_group(form, "person", "Gefundene Personen", &choices))
            }
            _ => @if let Some(known) = view.person {
                (hidden("person", &known.id.to_string()))
                p role="status" { "Gewählt: " strong { (name(known)) } }
            },
        }
    }
}

fn purpose(view: &FormPage<'_>) -> Markup {
    let form = view.form;
    let offers: Vec<(String, String)> = view
        .desk
        .offers
        .iter()
        .map(|offer| (Desk::value(offer), offer_label(offer)))
        .collect();
    let offers: Vec<(&str, &str)> = offers
        .iter()
        .map(|(value, label)| (value.as_str(), label.as_str()))
        .collect();
    let phenomena: Vec<(&str, &str)> = view
        .desk
        .phenomena
        .iter()
        .map(|entry| (entry.code.as_str(), entry.label.as_str()))
        .collect();
    let plain = |choices: Vec<(&'static str, &'static str)>| -> Vec<(&'static str, &'static str, Option<&'static str>)> {
        choices.into_iter().map(|(value, label)| (value, label, None)).collect()
    };
    html! {
        (select_field(form, &Field::text("angebot", "Angebot").required().width(Width::Full)
            .hint("Was heute von wem angeboten wird. Gruppen beginnen über die Warteliste."), &offers, Some("Bitte wählen")))
        (select_field(form, &Field::text("phaenomen", "Phänomenbereich").required().width(Width::Full)
            .hint("Einer, der überwiegende."), &phenomena, Some("Bitte wählen")))
        (radio_group(form, "weisung", "Weisung oder Auflage eines Gerichts", &plain(CourtOrder::choices())))
        (checkbox(form, "nachweis", "Die Teilnahme ist dem Gericht nachzuweisen", None))
        (radio_group(form, "vollzugsplan", "Steht die Maßnahme im Vollzugsplan?", &plain(SentencePlan::choices())))
        @if !view.open.is_empty() || form.error_of("doppelt").is_some() || !form.value("doppelt").is_empty() {
            (select_field(form, &Field::text("doppelt", "Grund der zweiten Anfrage").width(Width::Full), &Twice::choices(), Some("keine zweite Anfrage")))
        }
    }
}

/// What will be saved, to look at once more.
pub(in crate::casework) fn check(
    frame: &Frame,
    form: &Form,
    new: &NewReferral,
    open: &[OpenCase],
    token: &str,
) -> Markup {
    let dash = |text: String| {
        if text.is_empty() {
            "–".to_owned()
        } else {
            text
        }
    };
    let times: Vec<&str> = new.availability.iter().map(|when| when.label()).collect();
    let language = new
        .language
        .as_deref()
        .and_then(Language::from_code)
        .map_or("Deutsch oder unbekannt", Language::label);
    let who = match (&new.person, new.client) {
        (Some(known), ClientKind::Person) => name(known),
        (Some(known), ClientKind::Relative) => format!(
            "{}, geht um: {}",
            new.role.map_or("Angehörige", ClientRole::label),
            name(known)
        ),
        (_, kind) => new.role.map_or(kind.label(), ClientRole::label).to_owned(),
    };
    let children: Vec<String> = ["bis 5 Jahre", "6 bis 11 Jahre", "12 bis 17 Jahre"]
        .iter()
        .zip(new.children)
        .filter_map(|(band, number)| number.map(|number| format!("{band}: {number}")))
        .collect();
    let order = match new.order {
        CourtOrder::Nothing => "keine".to_owned(),
        order if new.report => format!("{}, Teilnahme ist nachzuweisen", order.label()),
        order => order.label().to_owned(),
    };
    let names: Vec<&str> = form
        .names()
        .filter(|name| !matches!(*name, "csrf" | "einmal" | "schritt"))
        .collect();
    page_with(
        frame,
        "Anfrage prüfen",
        options(form),
        html! {
            @if !open.is_empty() { (open_cases(open)) }
            p { "Bitte noch einmal ansehen; gespeichert ist erst der Entwurf." }
            h2 { "Wer fragt an?" }
            (summary_list(&[
                ("Anfragende Stelle", html! { (new.asker.label()) }),
                ("Zugangsweg", html! { (new.route.label()) }),
                ("Eingang am", html! { (german::date(new.day)) }),
            ]))
            h2 { "Um wen geht es?" }
            (summary_list(&[
                ("Beraten wird", html! { (who) }),
                ("Sprache", html! { (language) @if new.interpreter { ", Sprachmittlung nötig" } }),
                ("Gespräche möglich", html! { (dash(times.join(", "))) }),
                ("Kinder", html! { (dash(children.join(", "))) }),
            ]))
            h2 { "Wofür?" }
            (summary_list(&[
                ("Angebot", html! { (offer_label(&new.offer)) }),
                ("Phänomenbereich", html! { (new.phenomenon.label) }),
                ("Weisung oder Auflage", html! { (order) }),
                ("Vollzugsplan", html! { (new.plan.label()) }),
            ]))
            (post_form(frame, "/anfragen/neu", Some(token), html! {
                @for name in names {
                    @for value in form.values(name) { (hidden(name, value)) }
                }
                div.actions {
                    button type="submit" name="schritt" value="speichern" { "Anfrage absenden" }
                    (submit_secondary("schritt", "aendern", "Ändern"))
                }
            }))
        },
    )
}
