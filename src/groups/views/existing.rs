//! Entering a group that runs already: the form with its past dates, and what is still to be entered.

use maud::{Markup, html};

use crate::base::german;
use crate::base::time::Instant;
use crate::conflicts;
use crate::groups::rules::begins;
use crate::groups::service::existing::Running;
use crate::groups::service::planning::Choices;
use crate::groups::store::SessionRow;
use crate::groups::store::existing::EntryMember;
use crate::groups::store::series::SeriesGroup;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, actions, error_summary, hidden, link_button, notice, post_form,
    post_form_unguarded, submit_secondary, table, tag, text_field,
};

/// The form: as for a new group, and the past dates once they are proposed.
pub(in crate::groups) fn form(
    frame: &Frame,
    form: &Form,
    choices: &Choices,
    running: Option<&Running>,
    token: &str,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: super::crumbs(None),
        help: Some("gruppen"),
        lead: Some(
            html! { "Für eine Gruppe, die schon begonnen hat: ihre bisherigen Termine einmal eintragen, danach Teilnehmende und Anwesenheit." },
        ),
        ..PageOptions::default()
    };
    let count: usize = form.value("termine").parse().unwrap_or(0);
    page_with(
        frame,
        "Bestehende Gruppe eintragen",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, "/gruppen/bestehend", Some(token), html! {
                (hidden("termine", &count.to_string()))
                (super::plan::fields(form, choices))
                @if count > 0 {
                    h2 #termine { "Bisherige Termine" }
                    p { "Aus Wochentag und Beginn vorgeschlagen. Bitte so berichtigen, wie die Sitzungen wirklich stattfanden. Eine Zeile ohne Tag fällt weg." }
                    (past(form, count))
                    @if let Some(running) = running {
                        (future(running))
                        @if !running.conflicts.is_empty() { (conflicts::panel(form, &running.conflicts)) }
                    }
                }
                div.actions {
                    @if running.is_some() {
                        button type="submit" name="aktion" value="speichern" { "Gruppe eintragen" }
                        (submit_secondary("aktion", "pruefen", "Noch einmal prüfen"))
                        (submit_secondary("aktion", "vorschlag", "Termine neu vorschlagen"))
                    } @else {
                        button type="submit" name="aktion" value={ @if count > 0 { "pruefen" } @else { "vorschlag" } } { @if count > 0 { "Prüfen" } @else { "Termine vorschlagen" } }
                        @if count > 0 { (submit_secondary("aktion", "vorschlag", "Termine neu vorschlagen")) }
                    }
                    a href="/gruppen" { "Abbrechen" }
                }
            }))
        },
    )
}

fn past(form: &Form, count: usize) -> Markup {
    let input = |name: String, label: String| {
        html! {
            @if let Some(error) = form.error_of(&name) { p.error id={ "f-" (name) "-error" } { (error) } }
            input.w-short id={ "f-" (name) } name=(name) aria-label=(label) autocomplete="off" value=(form.value(&name))
                aria-invalid=[form.error_of(&name).map(|_| "true")];
        }
    };
    let rows = (0..count)
        .map(|row| {
            let number = row + 1;
            vec![
                html! { (number) },
                input(format!("tag_{row}"), format!("Tag der Sitzung {number}")),
                input(
                    format!("zeit_{row}"),
                    format!("Beginn der Sitzung {number}"),
                ),
            ]
        })
        .collect();
    table(
        "Bisherige Termine",
        &["Nr.", "Tag", "Beginn"].map(Column::text),
        rows,
    )
}

fn future(running: &Running) -> Markup {
    let rows: Vec<Vec<Markup>> = running
        .planned
        .iter()
        .zip(&running.sessions)
        .skip(running.past)
        .map(|(session, template)| {
            vec![
                html! { (session.ordinal) },
                html! { (german::weekday_date(session.date)) ", " (german::time_range(session.start, session.end)) },
                html! { (template.module) },
            ]
        })
        .collect();
    html! {
        h2 { "So geht es weiter" }
        @if rows.is_empty() { p { "Alle Sitzungen der Vorlage haben stattgefunden." } } @else {
            (table("Kommende Termine", &["Nr.", "Termin", "Baustein"].map(Column::text), rows))
        }
    }
}

/// What the page of an entered group shows.
pub(in crate::groups) struct EntryPage<'a> {
    pub group: &'a SeriesGroup,
    pub members: &'a [EntryMember],
    pub keys: &'a [String],
    pub sessions: &'a [SessionRow],
    pub now: Instant,
}

/// Members, registers, done: what is still to be entered.
pub(in crate::groups) fn entry(frame: &Frame, form: &Form, view: &EntryPage<'_>) -> Markup {
    let group = view.group;
    let base = format!("/gruppen/{}", group.id);
    let here = format!("{base}/bestand");
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: super::crumbs(Some((group.name.clone(), base.clone()))),
        help: Some("gruppen"),
        lead: Some(html! { (group.name) ", " (group.facility_name) }),
        ..PageOptions::default()
    };
    let missing: Vec<&SessionRow> = view
        .sessions
        .iter()
        .filter(|session| {
            session.state == "planned" && begins(session.day, session.start_minute) <= view.now
        })
        .collect();
    let rows: Vec<Vec<Markup>> = view
        .members
        .iter()
        .zip(view.keys)
        .filter(|(member, _)| member.visible)
        .map(|(member, key)| {
            let name = format!("ab_{key}");
            vec![
                html! { (member.name()) },
                html! {
                    @if let Some(error) = form.error_of(&name) { p.error id={ "f-" (name) "-error" } { (error) } }
                    input.w-short id={ "f-" (name) } name=(name) autocomplete="off" value=(form.value(&name))
                        aria-label={ (member.name()) ": in der Gruppe seit" } aria-invalid=[form.error_of(&name).map(|_| "true")];
                },
            ]
        })
        .collect();
    page_with(
        frame,
        "Bestand eintragen",
        options,
        html! {
            (error_summary(form))
            @if group.entry_open {
                h2 { "1. Teilnehmende" }
                p { "Personen auf der Seite der Gruppe aufnehmen, dann hier eintragen, seit wann sie dabei sind." }
                p { (link_button("Person aufnehmen", &format!("{base}#suche"), false)) }
                @if rows.is_empty() { p { "Noch niemand in der Gruppe." } } @else {
                    (post_form(frame, &here, None, html! {
                        (table("Teilnehmende", &["Person", "In der Gruppe seit"].map(Column::text), rows))
                        (actions("Tage speichern", &[]))
                    }))
                }
                h2 { "2. Anwesenheit" }
                @if missing.is_empty() { p { (tag(Tone::Success, "vollständig")) " Für alle vergangenen Sitzungen ist erfasst, wer da war." } } @else {
                    ul {
                        @for session in &missing {
                            li { a href={ "/sitzungen/" (session.id) "/anwesenheit" } { "Nr. " (session.ordinal) ", " (german::weekday_date(session.day)) } }
                        }
                    }
                }
                h2 { "3. Abschließen" }
                p { "Danach sind die vergangenen Sitzungen gesperrt: Termin, Raum und Anwesenheit werden nur noch mit Grund berichtigt." }
                @if !missing.is_empty() {
                    (notice(Tone::Warning, None, html! { (german::plural(missing.len() as u64, "Liste fehlt", "Listen fehlen")) " noch. Sie können auch später erfasst werden." }))
                }
                (post_form_unguarded(frame, &here, None, html! {
                    (hidden("aktion", "fertig"))
                    (actions("Bestand abschließen", &[("Später", &base)]))
                }))
            } @else {
                p { "Diese Gruppe ist vollständig eingetragen; vergangene Sitzungen werden nur noch mit Grund berichtigt." }
                p { a href=(base) { "Zur Gruppe" } }
            }
        },
    )
}

/// After how many days sessions are locked.
pub(in crate::groups) fn lock(frame: &Frame, form: &Form) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: super::crumbs(None),
        help: Some("gruppen"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Einstellungen für Gruppen",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, "/gruppen/einstellungen", None, html! {
                (text_field(form, &Field::number("tage", "Tage bis zur Sperre").hint("So viele Tage nach einer Sitzung werden Termin, Raum und Anwesenheit nur noch mit Grund berichtigt. Leer: nie gesperrt.")))
                (actions("Speichern", &[("Abbrechen", "/gruppen")]))
            }))
        },
    )
}
