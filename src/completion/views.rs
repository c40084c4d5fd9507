//! The page of completions of a group, taking one back, checking a certificate.

use maud::{Markup, html};
use time::Date;

use super::rules::{Ending, too_early};
use super::service::{Tick, ahead, open_to_confirm};
use super::store::{Certificate, Confirmed, Group, Opened, Standing};
use crate::base::german;
use crate::base::ids::{CertificateId, CompletionId};
use crate::base::time::berlin_local;
use crate::groups::rules::end_reason_label;
use crate::groups::{Pass, Template};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, Width, actions, error_summary, hidden, link_button, notice, post_form,
    post_form_unguarded, submit, summary_list, table, tag, text_field,
};

/// What the page says of one place.
pub(super) struct Line<'a> {
    pass: &'a Pass,
    standing: Option<&'a Standing>,
    /// What may be confirmed now.
    pub tick: Option<Tick>,
    /// Why nothing may be confirmed yet.
    early: Option<String>,
}

/// The lines of the page: who is there now comes first.
pub(super) fn lines<'a>(passes: &'a [Pass], opened: &'a Opened) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = passes
        .iter()
        .map(|pass| {
            let standing = opened
                .standing
                .iter()
                .find(|row| row.membership_id == pass.stay.membership_id);
            let ending = Ending::proposed(&pass.proposal);
            let early = too_early(ending, ahead(pass, opened.group.coming()));
            let open = standing.is_none() && open_to_confirm(opened, pass);
            Line {
                pass,
                standing,
                tick: (open && early.is_none()).then_some(Tick {
                    person: pass.person_id,
                    ending,
                    done: pass.proposal.done,
                }),
                early: early.filter(|_| open),
            }
        })
        .collect();
    lines.sort_by_key(|line| line.standing.is_none() && !open_to_confirm(opened, line.pass));
    lines
}

/// What the page shows.
pub(super) struct CompletionPage<'a> {
    pub group: &'a Group,
    pub template: Option<&'a Template>,
    pub lines: &'a [Line<'a>],
    pub may_confirm: bool,
    pub may_issue: bool,
}

fn rule_words(template: &Template) -> String {
    let rule = template.rule;
    let mut text = match (rule.share, rule.sessions) {
        (Some(share), _) => format!("ab {share} % der Pflichtsitzungen"),
        (None, Some(count)) => format!("ab {count} Pflichtsitzungen"),
        (None, None) => return "keine feste Regel; wer nie da war, schließt nicht ab".to_owned(),
    };
    if rule.modules {
        text.push_str(", jeder Pflichtbaustein mindestens einmal besucht");
    }
    text
}

/// The page.
pub(super) fn page(frame: &Frame, form: &Form, view: &CompletionPage<'_>) -> Markup {
    let here = format!("/gruppen/{}", view.group.group_id);
    let options = PageOptions {
        errored: form.has_errors(),
        wide: true,
        crumbs: vec![
            ("Gruppen".to_owned(), "/gruppen".to_owned()),
            (view.group.group_name.clone(), here.clone()),
        ],
        help: Some("abschluss"),
        tools: Some(link_button(
            "Bescheinigung prüfen",
            "/bescheinigungen/pruefen",
            false,
        )),
        lead: Some(html! { (view.group.programme_name) }),
        ..PageOptions::default()
    };
    let ticks = view.may_confirm && view.lines.iter().any(|line| line.tick.is_some());
    let body = rows(form, view);
    page_with(
        frame,
        "Abschluss",
        options,
        html! {
            (error_summary(form))
            (summary_list(&[
                ("Regel", html! { @if let Some(template) = view.template { (rule_words(template)) } @else { "–" } }),
                ("Bescheinigung", html! {
                    @match view.template.and_then(|template| template.certificate.as_ref()) {
                        Some(title) => (title),
                        None => "die Vorlage sieht keine vor",
                    }
                }),
                ("Geplant oder ohne Anwesenheitsliste", html! { (german::plural(view.group.coming() as u64, "Sitzung", "Sitzungen")) }),
            ]))
            @if view.lines.is_empty() { p { "In dieser Gruppe war noch niemand." } }
            @else if ticks {
                p { "Gezählt wird, was im Modulpass steht: auch Nachholtermine und frühere Gruppen. Wer bestätigt wird, scheidet aus der Gruppe aus." }
                (post_form(frame, &format!("{here}/abschluss"), None, html! {
                    @if let Some(text) = form.error_of("abschluss") { p.error #f-abschluss-error { span.hide { "Fehler: " } (text) } }
                    (body)
                    (text_field(form, &Field::date("tag", "Abschluss am").required().hint("Dieses Datum steht auch auf der Bescheinigung.")))
                    (actions("Angekreuzte bestätigen", &[("Zur Gruppe", &here)]))
                }))
            } @else {
                @if !view.may_confirm { p { "Bestätigt wird der Abschluss von den Fachkräften der Gruppe." } }
                (body)
            }
            @if view.may_issue { (certificates(frame, view)) }
        },
    )
}

fn rows(form: &Form, view: &CompletionPage<'_>) -> Markup {
    let mut first = true;
    let rows = view
        .lines
        .iter()
        .map(|line| {
            let pass = line.pass;
            let proposal = &pass.proposal;
            vec![
                html! {
                    @if pass.visible { a href={ "/personen/" (pass.person_id) "/modulpass" } { (pass.name()) } }
                    @else { (pass.name()) }
                },
                html! {
                    @if pass.visible { (proposal.done) " von " (proposal.required) span.detail { "nötig: " (proposal.needed) } }
                    @else { "–" }
                },
                html! {
                    @if !pass.visible { "–" }
                    @else if proposal.completed { "nichts" }
                    @else { @for lacking in proposal.lacking() { span.detail { (lacking) } } }
                },
                html! { (stand(view, line, form, &mut first)) },
            ]
        })
        .collect();
    table(
        "Abschluss der Teilnehmenden",
        &["Person", "Pflichtsitzungen", "Es fehlt", "Abschluss"].map(Column::text),
        rows,
    )
}

fn stand(view: &CompletionPage<'_>, line: &Line<'_>, form: &Form, first: &mut bool) -> Markup {
    let pass = line.pass;
    if !pass.visible {
        // Of a restricted person not even how it ended.
        return html! { "–" };
    }
    if let Some(row) = line.standing {
        let ending = Ending::from_code(&row.result).unwrap_or(Ending::NotCompleted);
        let tone = if ending == Ending::Completed {
            Tone::Success
        } else {
            Tone::Neutral
        };
        return html! {
            (tag(tone, ending.label()))
            span.detail { "am " (german::date(row.day)) ", bestätigt von " (row.confirmed_by_name) " mit " (row.done) " von " (row.required) " Pflichtsitzungen" }
            @if view.may_confirm {
                span.detail { a href={ "/abschluesse/" (row.id) "/zuruecknehmen" } { "Zurücknehmen" span.hide { ": " (pass.name()) } } }
            }
        };
    }
    if let Some(tick) = &line.tick {
        let words = match tick.ending {
            Ending::Completed => "abgeschlossen",
            Ending::NotCompleted => "nicht abgeschlossen",
        };
        if !view.may_confirm {
            return html! { (tag(Tone::Info, &format!("Vorschlag: {words}"))) };
        }
        let value = tick.value();
        // The first box carries the id to which the error summary leads.
        let target = if std::mem::take(first) {
            "f-abschluss".to_owned()
        } else {
            format!("f-{}", tick.person.0.simple())
        };
        return html! {
            div.option {
                input type="checkbox" name="abschluss" value=(value) id=(target) checked[form.contains("abschluss", &value)];
                label for=(target) { (words) span.hide { ": " (pass.name()) } }
            }
        };
    }
    if let Some(early) = &line.early {
        return html! { "noch offen" span.detail { (early) } };
    }
    html! {
        @if let Some(day) = pass.stay.to_day {
            "ausgeschieden am " (german::date(day))
            @if let Some(reason) = &pass.stay.end_reason { span.detail { (end_reason_label(reason)) } }
        } @else { "–" }
    }
}

/// Who has completed and may get a certificate, or has one.
fn certificates(frame: &Frame, view: &CompletionPage<'_>) -> Markup {
    let none = view
        .template
        .is_none_or(|template| template.certificate.is_none());
    let rows: Vec<Vec<Markup>> = view
        .lines
        .iter()
        .filter(|line| line.pass.visible)
        .filter_map(|line| {
            let row = line.standing?;
            (row.result == Ending::Completed.code()).then(|| {
                vec![
                    html! { (line.pass.name()) },
                    certificate(
                        frame,
                        row.id,
                        row.certificate_id,
                        row.certificate_day,
                        &line.pass.name(),
                    ),
                ]
            })
        })
        .collect();
    html! {
        @if !rows.is_empty() && !none {
            h2 { "Bescheinigungen" }
            p { "Auf der Bescheinigung stehen Name, Maßnahme, Träger, Ort und Datum, sonst nichts. Jede Ausgabe wird protokolliert; erneut ausgegeben ist es dasselbe Dokument." }
            (table("Bescheinigungen", &["Person", "Bescheinigung"].map(Column::text), rows))
        }
    }
}

fn certificate(
    frame: &Frame,
    completion: CompletionId,
    issued: Option<CertificateId>,
    day: Option<Date>,
    name: &str,
) -> Markup {
    match issued {
        Some(id) => html! {
            a href={ "/bescheinigungen/" (id) "/pdf" } { "Bescheinigung (PDF)" span.hide { ": " (name) } }
            @if let Some(day) = day { span.detail { "vom " (german::date(day)) } }
        },
        None => post_form_unguarded(
            frame,
            &format!("/abschluesse/{completion}/bescheinigung"),
            None,
            html! { button.second type="submit" { "Ausstellen" span.hide { ": " (name) } } },
        ),
    }
}

/// Taking a completion back.
pub(super) fn withdraw(frame: &Frame, form: &Form, confirmed: &Confirmed) -> Markup {
    let group = format!("/gruppen/{}", confirmed.group_id);
    let back = format!("{group}/abschluss");
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![
            ("Gruppen".to_owned(), "/gruppen".to_owned()),
            (confirmed.group_name.clone(), group),
            ("Abschluss".to_owned(), back.clone()),
        ],
        help: Some("abschluss"),
        ..PageOptions::default()
    };
    let ending = Ending::from_code(&confirmed.result).unwrap_or(Ending::NotCompleted);
    page_with(
        frame,
        "Abschluss zurücknehmen",
        options,
        html! {
            (error_summary(form))
            p {
                strong { (confirmed.name()) } ": " (ending.label()) " am " (german::date(confirmed.day)) ", "
                (confirmed.done) " von " (confirmed.required) " Pflichtsitzungen, bestätigt von " (confirmed.confirmed_by_name) "."
            }
            p {
                @if confirmed.ended_place && confirmed.group_state == "published" { "Die Person ist danach wieder in der Gruppe. " }
                "Eine ausgestellte Bescheinigung gilt dann nicht mehr; die Prüfung ihres Codes sagt das."
            }
            (post_form(frame, &format!("/abschluesse/{}/zuruecknehmen", confirmed.id), None, html! {
                (hidden("version", form.value("version")))
                (text_field(form, &Field::text("grund", "Grund").required().width(Width::Full).max_length(200).hint("Steht im Verlauf, zum Beispiel „Anwesenheit vom 24.11. war falsch erfasst“.")))
                (actions("Abschluss zurücknehmen", &[("Abbrechen", &back)]))
            }))
        },
    )
}

/// What a check found.
pub(super) struct Checked<'a> {
    pub found: Option<&'a Certificate>,
    /// Whether the typed name is the one on it; `None` if none was typed.
    pub same_name: Option<bool>,
}

fn verdict(checked: &Checked<'_>) -> Markup {
    let Some(row) = checked.found else {
        return notice(
            Tone::Danger,
            Some("Nicht bekannt"),
            html! { "Zu diesem Code gibt es keine Bescheinigung. Bitte den Code noch einmal vergleichen; 0, O, 1 und I kommen darin nicht vor." },
        );
    };
    let facts = html! {
        "Ausgestellt am " (german::long_date(berlin_local(row.issued_at).date)) ": „" (row.title) "“, " (row.programme) ", "
        (row.provider) ", " (row.town) ", mit Datum vom " (german::date(row.day)) "."
    };
    if let Some(at) = row.withdrawn_at {
        return notice(
            Tone::Danger,
            Some("Nicht mehr gültig"),
            html! { p { (facts) } p { "Der Abschluss wurde am " (german::date(berlin_local(at).date)) " zurückgenommen." } },
        );
    }
    match checked.same_name {
        Some(true) => notice(
            Tone::Success,
            Some("Echt, und der Name stimmt"),
            html! { p { (facts) } },
        ),
        Some(false) => notice(
            Tone::Danger,
            Some("Der Code ist echt, der Name stimmt nicht"),
            html! { p { (facts) } p { "Die Bescheinigung mit diesem Code lautet auf einen anderen Namen." } },
        ),
        None => notice(
            Tone::Success,
            Some("Echt"),
            html! { p { (facts) } p { "Ob der Name stimmt, wird nur geprüft, wenn er eingegeben ist." } },
        ),
    }
}

/// Checking a certificate.
pub(super) fn check(frame: &Frame, form: &Form, checked: Option<&Checked<'_>>) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        help: Some("abschluss"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Bescheinigung prüfen",
        options,
        html! {
            (error_summary(form))
            @if let Some(checked) = checked { div role="status" { (verdict(checked)) } }
            p { "Jede Bescheinigung trägt einen Echtheitscode aus zwanzig Zeichen. Er passt nur zu genau dieser Bescheinigung." }
            (post_form_unguarded(frame, "/bescheinigungen/pruefen", None, html! {
                (text_field(form, &Field::text("code", "Echtheitscode").required().max_length(60).hint("Zum Beispiel ABCD-EFGH-JKLM-NPQR-STUV; Groß- und Kleinschreibung und Striche sind gleichgültig.")))
                (text_field(form, &Field::text("name", "Name auf der Bescheinigung").max_length(200).hint("Wird mit dem Namen verglichen, auf den die Bescheinigung lautet; er wird nicht angezeigt.")))
                div.actions { (submit("Prüfen")) }
            }))
        },
    )
}
