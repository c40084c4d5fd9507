//! The list of external staff and the page of one member.

use maud::{Markup, html};
use time::Date;

use super::{clearance_tags, period, presence, restriction_tags, validity};
use crate::base::german;
use crate::history::HistoryLine;
use crate::providers::pages::LEFT;
use crate::providers::rules::clearance::{Restrictions, Scope};
use crate::providers::rules::{self, Qualification, StaffRole, week};
use crate::providers::service::staff::language_line;
use crate::providers::store::facts::StaffFacts;
use crate::providers::store::staff::{Permit, StaffLine, StaffRow};
use crate::store::{Cursor, Page};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Pager, TimelineItem, Tone, Width, empty_state, filter_form, hidden, link_button,
    list_layout, notice, pager, pager_below, post_form_unguarded, select_field, submit_secondary,
    summary_list, table, tabs, tag, text_field, timeline,
};

fn address(form: &Form, cursor: &Cursor) -> String {
    let mut pairs: Vec<(&str, String)> = ["name", "aufgabe", "stand"]
        .into_iter()
        .map(|field| (field, form.value(field).to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    pairs.push(("ab", cursor.to_string()));
    format!(
        "/fachkraefte?{}",
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    )
}

fn certificate(facts: &StaffFacts, today: Date) -> Markup {
    if facts.qualified(Qualification::AktTrainer, today) {
        tag(Tone::Success, "AKT-Trainerschein")
    } else {
        html! { "–" }
    }
}

pub(in crate::providers) fn list(
    frame: &Frame,
    form: &Form,
    page: &Page<StaffLine>,
    facts: &[StaffFacts],
    today: Date,
    may_add: bool,
) -> Markup {
    let rows: Vec<Vec<Markup>> = page
        .rows
        .iter()
        .zip(facts)
        .map(|(line, facts)| {
            let mut cells = vec![
                html! { a href={ "/fachkraefte/" (line.id) } { (line.name) } },
                html! { (rules::word::<StaffRole>(&line.role)) },
                certificate(facts, today),
                html! { @if facts.languages.is_empty() { "–" } @else { (language_line(&facts.languages)) } },
                html! { @if line.town.is_empty() { "–" } @else { (line.town) } },
                html! {
                    (presence(line.valid_from, line.valid_to, today, "gemeldet", "ausgeschieden"))
                    @if facts.absent(today) { " " (tag(Tone::Warning, "heute abwesend")) }
                },
            ];
            // A coordination sees only its own staff: their organisation need not be named.
            if !may_add {
                cells.insert(1, html! { (line.provider_name) });
            }
            cells
        })
        .collect();
    let several = page.previous.is_some() || page.next.is_some();
    let count = german::plural(rows.len() as u64, "Fachkraft", "Fachkräfte");
    let way = Pager {
        previous: page.previous.as_ref().map(|cursor| address(form, cursor)),
        next: page.next.as_ref().map(|cursor| address(form, cursor)),
        text: if several {
            format!("{count} auf dieser Seite")
        } else {
            count
        },
    };
    let filtered = ["name", "aufgabe", "stand"]
        .iter()
        .any(|field| !form.value(field).trim().is_empty());
    let filter = filter_form(
        "/fachkraefte",
        "/fachkraefte",
        html! {
            (text_field(form, &Field::search("name", "Name")))
            (select_field(form, &Field::text("aufgabe", "Aufgabe").plain().width(Width::Full), &StaffRole::choices(), Some("alle")))
            (select_field(form, &Field::text("stand", "Stand").plain().width(Width::Full), &[(LEFT, "ausgeschieden")], Some("gemeldet")))
        },
    );
    let mut head = vec![
        Column::text("Fachkraft"),
        Column::text("Aufgabe"),
        Column::text("Nachweis"),
        Column::text("Sprachen"),
        Column::text("Wohnort"),
        Column::text("Stand"),
    ];
    if !may_add {
        head.insert(1, Column::text("Träger"));
    }
    let found = html! {
        @if rows.is_empty() && (filtered || several) {
            (empty_state("Keine Fachkraft gefunden", "Zu diesen Angaben gibt es keine Fachkraft.", Some(("Alle Fachkräfte zeigen", "/fachkraefte"))))
        } @else if rows.is_empty() && may_add {
            (empty_state("Noch keine Fachkraft gemeldet", "Melden Sie, wer für Ihren Träger arbeitet. Danach lassen sich Überprüfungen und Freigaben beantragen.", Some(("Fachkraft melden", "/fachkraefte/neu"))))
        } @else if rows.is_empty() {
            (empty_state("Noch keine Fachkräfte", "Hier stehen externe Fachkräfte, sobald ein Träger für Ihre Einrichtung eine Überprüfung oder Freigabe beantragt.", None))
        } @else {
            (pager(&way))
            (table("Fachkräfte", &head, rows))
            (pager_below(&way))
        }
    };
    let options = PageOptions {
        wide: true,
        help: Some("fachkraefte"),
        tools: may_add.then(|| link_button("Fachkraft melden", "/fachkraefte/neu", true)),
        ..PageOptions::default()
    };
    page_with(frame, "Fachkräfte", options, list_layout(filter, found))
}

/// Everything the page of a member shows, and what the actor may do.
pub(in crate::providers) struct Member<'a> {
    pub row: &'a StaffRow,
    pub facts: &'a StaffFacts,
    pub permits: &'a [Permit],
    pub may_change: bool,
    pub may_request: bool,
    pub may_ask: bool,
    pub own: bool,
    pub today: Date,
}

fn week_table(facts: &StaffFacts) -> Markup {
    let rows: Vec<Vec<Markup>> = week::DAYS
        .iter()
        .enumerate()
        .map(|(day, name)| {
            let spans: Vec<String> = facts
                .week
                .iter()
                .filter(|(weekday, _, _)| usize::try_from(*weekday) == Ok(day))
                .map(|(_, from, to)| format!("{}–{} Uhr", week::shown(*from), week::shown(*to)))
                .collect();
            vec![
                html! { (name) },
                html! { @if spans.is_empty() { "–" } @else { (spans.join(", ")) } },
            ]
        })
        .collect();
    table(
        "Verfügbarkeit in der Woche",
        &["Tag", "Zeiten"].map(Column::text),
        rows,
    )
}

fn qualifications(facts: &StaffFacts, today: Date) -> Markup {
    let rows = facts
        .qualifications
        .iter()
        .map(|fact| {
            vec![
                html! { (fact.kind) },
                html! { (german::date(fact.acquired_on)) },
                html! { @if let Some(last) = fact.last_day { (german::date(last)) } @else { "unbefristet" } },
                if fact.last_day.is_some_and(|last| last < today) {
                    tag(Tone::Neutral, "abgelaufen")
                } else {
                    tag(Tone::Success, "gültig")
                },
            ]
        })
        .collect();
    html! {
        @if facts.qualifications.is_empty() { p { "Keine eingetragen." } }
        @else { (table("Qualifikationen", &["Qualifikation", "Erworben", "Gültig bis", "Stand"].map(Column::text), rows)) }
    }
}

fn absences(facts: &StaffFacts) -> Markup {
    html! {
        @if facts.absences.is_empty() { p { "Keine eingetragen." } }
        @else {
            ul { @for absence in &facts.absences { li {
                @if absence.first_day == absence.last_day { (german::weekday_date(absence.first_day)) }
                @else { (german::weekday_date(absence.first_day)) " bis " (german::weekday_date(absence.last_day)) }
            } } }
        }
    }
}

fn clearances(permits: &[Permit], today: Date) -> Markup {
    let rows: Vec<Vec<Markup>> = permits
        .iter()
        .filter(|permit| permit.kind == "c")
        .map(|permit| {
            let validity = permit.first_day.zip(permit.last_day);
            let restrictions = Restrictions {
                escort: permit.escort,
                not_alone: permit.not_alone,
                no_devices: permit.no_devices,
            };
            vec![
                html! { a href={ "/ueberpruefungen/" (permit.id) } { (permit.facility_name) } },
                html! { @if permit.what.is_empty() { "–" } @else { (rules::word::<Scope>(&permit.what)) } },
                html! { @if let Some((first, last)) = validity { (period(first, last)) } @else { "–" } },
                html! { @if validity.is_some() { (restriction_tags(restrictions)) } @else { "–" } },
                clearance_tags(&permit.state, validity, false, today),
            ]
        })
        .collect();
    html! {
        @if rows.is_empty() { p { "Keine Überprüfung beantragt." } }
        @else { (table("Überprüfungen", &["Einrichtung", "Gilt für", "Von – bis", "Auflagen", "Stand"].map(Column::text), rows)) }
    }
}

fn grant_state(permit: &Permit, today: Date) -> Markup {
    let (first, last) = (
        permit.first_day.unwrap_or(today),
        permit.last_day.unwrap_or(today),
    );
    let (tone, word) = match permit.state.as_str() {
        "declined" => (Tone::Danger, "abgelehnt"),
        "revoked" => (Tone::Danger, "widerrufen"),
        "requested" | "active" | "suspended" if last < today => (Tone::Neutral, "abgelaufen"),
        "requested" => (Tone::Warning, "beantragt"),
        "suspended" => (Tone::Danger, "gesperrt"),
        "active" if first > today => (Tone::Info, "künftig"),
        "active" => (Tone::Success, "gültig"),
        other => (Tone::Neutral, other),
    };
    tag(tone, word)
}

fn grants(permits: &[Permit], today: Date) -> Markup {
    let rows: Vec<Vec<Markup>> = permits
        .iter()
        .filter(|permit| permit.kind == "g")
        .map(|permit| {
            vec![
                html! { a href={ "/freigaben/" (permit.id) } { (permit.what) } },
                html! { (permit.facility_name) },
                html! { @if let Some((first, last)) = permit.first_day.zip(permit.last_day) { (period(first, last)) } },
                grant_state(permit, today),
            ]
        })
        .collect();
    html! {
        @if rows.is_empty() { p { "Keine Freigabe beantragt." } }
        @else { (table("Zugangsfreigaben", &["Maßnahme", "Einrichtung", "Von – bis", "Stand"].map(Column::text), rows)) }
    }
}

pub(in crate::providers) fn show(frame: &Frame, shown: &Member<'_>) -> Markup {
    let (row, facts, today) = (shown.row, shown.facts, shown.today);
    let here = format!("/fachkraefte/{}", row.id);
    let gone = row.valid_to.is_some_and(|end| end <= today);
    let leaving = row.valid_to != row.provider_to;
    let organisation_over = row.provider_to.is_some_and(|end| end <= today);
    let way = |label: &str, end: &str| html! { @if shown.may_change { p { a href={ (here) "/" (end) } { (label) } } } };
    let edit = format!("{here}/bearbeiten");
    let options = PageOptions {
        crumbs: vec![("Fachkräfte".into(), "/fachkraefte".into())],
        help: Some("fachkraefte"),
        tools: shown
            .may_change
            .then(|| link_button("Bearbeiten", &edit, false)),
        ..PageOptions::default()
    };
    let or_dash = |text: &str| html! { @if text.is_empty() { "–" } @else { (text) } };
    page_with(
        frame,
        &row.name,
        options,
        html! {
            @if shown.may_change { (member_tabs(&here, true)) }
            @if gone {
                (notice(Tone::Info, None, html! { "Ausgeschieden. Der Name bleibt auf alten Einträgen stehen; Zutritt, Einsicht und Anmeldung sind zu Ende." }))
            }
            (summary_list(&[
                ("Stand", html! {
                    (presence(row.valid_from, row.valid_to, today, "gemeldet", "ausgeschieden"))
                    @if facts.absent(today) { " " (tag(Tone::Warning, "heute abwesend")) }
                }),
                ("Träger", html! { a href={ "/traeger/" (row.provider_id) } { (row.provider_name) } }),
                ("Aufgabe", html! { (rules::word::<StaffRole>(&row.role)) }),
                ("Gemeldet", html! { (validity(row.valid_from, row.valid_to, today)) }),
                ("Sprachen", or_dash(&language_line(&facts.languages))),
                ("Wohnort", or_dash(&row.town)),
                ("Kontakt", or_dash(&row.contact)),
            ]))
            h2 { "Überprüfungen" }
            (clearances(shown.permits, today))
            @if shown.may_request && !gone { p { a href={ "/ueberpruefungen/neu?fachkraft=" (row.id) } { "Überprüfung beantragen" } } }
            h2 { "Zugangsfreigaben" }
            (grants(shown.permits, today))
            @if shown.may_ask && !gone { p { a href="/freigaben/neu" { "Freigabe beantragen" } } }
            h2 { "Qualifikationen" }
            (qualifications(facts, today))
            (way("Qualifikationen pflegen", "qualifikationen"))
            h2 { "Verfügbarkeit" }
            @if facts.week.is_empty() { p { "Keine Zeiten angegeben." } } @else { (week_table(facts)) }
            (way("Verfügbarkeit pflegen", "verfuegbarkeit"))
            h2 { "Abwesenheiten" }
            (absences(facts))
            (way("Abwesenheiten pflegen", "abwesenheiten"))
            @if shown.may_change {
                h2 { "Meldung" }
                @if !gone && !shown.own { p { a href={ (here) "/ausscheiden" } { "Fachkraft scheidet aus" } } }
                @if !gone && shown.own { p { "Ihr eigenes Ausscheiden trägt jemand anderes aus der Koordination ein." } }
                @if leaving && !organisation_over {
                    (post_form_unguarded(frame, &format!("{here}/wieder-aufnehmen"), None, html! {
                        (hidden("version", &row.version.to_string()))
                        div.actions { (submit_secondary("schritt", "1", if gone { "Wieder aufnehmen" } else { "Ausscheiden zurücknehmen" })) }
                    }))
                }
            }
        },
    )
}

fn member_tabs(here: &str, current: bool) -> Markup {
    let changes = format!("{here}/verlauf");
    tabs(&[
        ("Übersicht", here, current),
        ("Verlauf", &changes, !current),
    ])
}

/// What changed of a member, newest first.
pub(in crate::providers) fn changes(
    frame: &Frame,
    row: &StaffRow,
    history: &[HistoryLine],
) -> Markup {
    let options = PageOptions {
        crumbs: vec![("Fachkräfte".into(), "/fachkraefte".into())],
        help: Some("fachkraefte"),
        ..PageOptions::default()
    };
    let items: Vec<TimelineItem> = history.iter().map(TimelineItem::from).collect();
    page_with(
        frame,
        &row.name,
        options,
        html! {
            (member_tabs(&format!("/fachkraefte/{}", row.id), false))
            h2 { "Verlauf" }
            @if items.is_empty() { p { "Seit der ersten Meldung hat sich nichts geändert." } }
            @else { (timeline(&items)) }
        },
    )
}
