//! Pages of the log that do not begin with a person.

use maud::{Markup, html};
use time::Date;

use super::super::pages::account::Asked;
use super::super::rules;
use super::super::store::log::{LINES, LogRow, PurposeRow};
use super::ways;
use crate::access::purpose::Purpose;
use crate::audit::Verb;
use crate::base::german;
use crate::base::ids::{ApprovalId, PersonId};
use crate::base::time::berlin_local;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, Width, actions, empty_state, error_summary, filter_form, hidden,
    link_button, list_layout, notice, post_form, select_field, table, text_field,
};

fn options(form: Option<&Form>) -> PageOptions<'static> {
    PageOptions {
        errored: form.is_some_and(Form::has_errors),
        wide: true,
        help: Some("protokoll"),
        ..PageOptions::default()
    }
}

fn person_link(person: Option<PersonId>, text: &str) -> Markup {
    html! {
        @match person {
            Some(person) => a href={ "/protokoll/personen/" (person) } { (text) },
            None => "–",
        }
    }
}

fn entries(caption: &str, rows: &[LogRow]) -> Markup {
    let head = ["Zeitpunkt", "Stelle", "Vorgang", "Art", "Grund", "Personen"].map(Column::text);
    let shown = rows.iter().take(LINES as usize);
    let body = shown
        .map(|row| {
            let [when, office, operation, kind, reason] = rules::line(row);
            let people = german::plural(row.people.unsigned_abs(), "Person", "Personen");
            vec![
                html! { (when) },
                html! { (office) },
                html! { (operation) @if !row.recipient.is_empty() { br; "Empfänger: " (row.recipient) } },
                html! { (kind) },
                html! { (reason) },
                html! { @if row.people == 1 { (person_link(row.person, "1 Person")) } @else if row.people == 0 { "–" } @else { (people) } },
            ]
        })
        .collect();
    html! {
        @if rows.len() as i64 > LINES { p { "Die neuesten " (LINES) " Einträge; es gibt mehr. Ein kürzerer Zeitraum zeigt alle." } }
        @else { p role="status" { (german::plural(rows.len() as u64, "Eintrag", "Einträge")) } }
        (table(caption, &head, body))
    }
}

/// Entries by record, operation and period.
pub(in crate::privacy) fn search(
    frame: &Frame,
    form: &Form,
    days: (Date, Date),
    found: Option<&[LogRow]>,
) -> Markup {
    let verbs: Vec<(&str, &str)> = Verb::ALL
        .iter()
        .map(|verb| (verb.code(), verb.label()))
        .collect();
    let filter = filter_form(
        "/protokoll/suche",
        "/protokoll/suche",
        html! {
            (text_field(form, &Field::date("von", "Von").plain()))
            (text_field(form, &Field::date("bis", "Bis").plain()))
            (text_field(form, &Field::text("vorgang", "Vorgang").hint("Worte wie „Person geöffnet“ oder „Auskunft“").plain()))
            (select_field(form, &Field::text("art", "Art der Verarbeitung").plain(), &verbs, Some("alle")))
            (text_field(form, &Field::text("datensatz", "Datensatz").hint("Kennung aus einer Adresse, zum Beispiel eines Falls").plain()))
        },
    );
    page_with(
        frame,
        "Einträge im Protokoll",
        options(Some(form)),
        html! {
            (ways("/protokoll/suche"))
            (error_summary(form))
            (list_layout(filter, html! {
                @match found {
                    None => (empty_state("Noch nichts gesucht", "Zeitraum, Vorgang, Art oder Datensatz wählen. Ohne Zeitraum gelten die letzten sieben Tage. Auch diese Suche wird protokolliert.", None)),
                    Some([]) => (empty_state("Keine Einträge", &format!("Vom {} bis {} passt kein Eintrag.", german::date(days.0), german::date(days.1)), None)),
                    Some(rows) => (entries("Einträge", rows)),
                }
            }))
        },
    )
}

/// What is unusual, and which reasons were given.
pub(in crate::privacy) fn alerts(
    frame: &Frame,
    alerts: &[LogRow],
    purposes: &[PurposeRow],
) -> Markup {
    let counts = Purpose::ALL
        .iter()
        .map(|purpose| {
            let number = purposes
                .iter()
                .filter(|row| row.reason == purpose.code())
                .count();
            vec![
                html! { (purpose.label()) },
                html! { (german::count(number as u64)) },
            ]
        })
        .collect();
    let lines = purposes
        .iter()
        .map(|row| {
            let reason = Purpose::from_code(&row.reason)
                .map_or_else(|| row.reason.clone(), |purpose| purpose.label().to_owned());
            vec![
                html! { (german::date_time(berlin_local(row.stated_at))) },
                html! { (rules::office(&row.role, row.place.as_deref())) },
                html! { (reason) },
                html! { (row.explanation) },
                html! { @if row.person_id.is_some() { (person_link(row.person_id, "Protokoll")) } @else { "sehr viele" } },
            ]
        })
        .collect();
    page_with(
        frame,
        "Auffälligkeiten",
        options(None),
        html! {
            (ways("/protokoll/auffaelligkeiten"))
            h2 { "Sehr viele Personen in einer Stunde" }
            @if alerts.is_empty() {
                (empty_state("Nichts Auffälliges", "In den letzten 30 Tagen hat niemand in einer Stunde mehr als 120 Personen geöffnet.", None))
            } @else {
                (notice(Tone::Warning, None, html! { "Ab 120 verschiedenen Personen in einer Stunde wird nach dem Grund gefragt, nach 400 wird gesperrt. Wessen Konto es war, zeigt die Auswertung nach Konto; sie braucht eine zweite Person." }))
                (entries("Nachfragen und Sperren", alerts))
            }
            h2 { "Angegebene Gründe der letzten 30 Tage" }
            @if purposes.is_empty() {
                (empty_state("Keine", "Niemand hat eine Person geöffnet, die ihm nicht zugewiesen ist.", None))
            } @else {
                (table("Gründe", &[Column::text("Grund"), Column::numeric("Zahl")], counts))
                (table("Angaben", &["Zeitpunkt", "Stelle", "Grund", "Erläuterung", "Person"].map(Column::text), lines))
            }
        },
    )
}

/// The form for the log of an account, or what was asked for.
pub(in crate::privacy) struct Account<'a> {
    pub form: &'a Form,
    pub asked: Option<&'a Asked>,
    pub approved: Option<ApprovalId>,
    pub token: &'a str,
}

fn span(days: (Date, Date)) -> String {
    format!("{} bis {}", german::date(days.0), german::date(days.1))
}

/// Asking for the log of an account, and using the approval.
pub(in crate::privacy) fn account(frame: &Frame, view: &Account<'_>) -> Markup {
    page_with(
        frame,
        "Protokoll nach Konto",
        options(Some(view.form)),
        html! {
            (ways("/protokoll/konto"))
            (error_summary(view.form))
            p.prose { "Was ein Konto getan hat, lässt sich nur bei einem Anlass und mit Zustimmung einer zweiten Person auswerten, nie zur Kontrolle von Leistung oder Verhalten (§ 32 Abs. 3 SächsDSUG)." }
            @match (view.asked, view.approved) {
                (Some(asked), Some(approval)) => {
                    (notice(Tone::Success, Some("Genehmigt"), html! {
                        "Konto " strong { (asked.account.login) } " (" (asked.account.name) "), " (span(asked.days)) ". Die Auswertung zeigt die Einträge einmal; danach ist die Genehmigung verbraucht."
                    }))
                    (post_form(frame, "/protokoll/konto/auswertung", None, html! {
                        (hidden("antrag", &approval.to_string()))
                        (hidden("konto", &asked.account.id.to_string()))
                        (hidden("von", &asked.days.0.to_string()))
                        (hidden("bis", &asked.days.1.to_string()))
                        (actions("Jetzt auswerten", &[("Zu den Anträgen", "/vier-augen")]))
                    }))
                }
                (asked, _) => {
                    @if let Some(asked) = asked {
                        (notice(Tone::Warning, Some("Keine gültige Genehmigung"), html! {
                            "Für Konto " (asked.account.login) ", " (span(asked.days)) ", liegt keine Genehmigung vor, die Sie jetzt verwenden können. Bitte beantragen."
                        }))
                    }
                    (post_form(frame, "/protokoll/konto/antrag", Some(view.token), html! {
                        (text_field(view.form, &Field::text("login", "Anmeldename").width(Width::Medium).required()))
                        (text_field(view.form, &Field::date("von", "Von").required()))
                        (text_field(view.form, &Field::date("bis", "Bis").hint("Höchstens 92 Tage").required()))
                        (text_field(view.form, &Field::text("grund", "Anlass").hint("Worauf stützt sich der Verdacht oder die Prüfung? Keine Namen von Personen aus Maßnahmen.").width(Width::Full).required()))
                        (actions("Auswertung beantragen", &[("Zu den Anträgen", "/vier-augen")]))
                    }))
                }
            }
        },
    )
}

/// The entries of an account, once.
pub(in crate::privacy) fn evaluated(
    frame: &Frame,
    asked: &Asked,
    approved_by: &str,
    rows: &[LogRow],
) -> Markup {
    page_with(
        frame,
        "Auswertung nach Konto",
        PageOptions {
            crumbs: vec![
                ("Protokoll".to_owned(), "/protokoll".to_owned()),
                (
                    "Protokoll nach Konto".to_owned(),
                    "/protokoll/konto".to_owned(),
                ),
            ],
            lead: Some(
                html! { "Konto " (asked.account.login) " (" (asked.account.name) "), " (span(asked.days)) },
            ),
            ..options(None)
        },
        html! {
            (notice(Tone::Info, None, html! { "Genehmigt von " (approved_by) ". Diese Seite lässt sich nicht noch einmal laden; für eine weitere Auswertung ist ein neuer Antrag nötig." }))
            @if rows.is_empty() {
                (empty_state("Keine Einträge", "In diesem Zeitraum steht nichts von diesem Konto im Protokoll.", None))
            } @else { (entries("Einträge des Kontos", rows)) }
            p { (link_button("Fertig", "/protokoll/konto", false)) }
        },
    )
}
