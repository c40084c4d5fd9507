//! Pages of emergency access.

use maud::{Markup, html};
use time::Date;

use super::pages::{NOTE_LENGTH, overdue};
use super::rules::{LONGEST, MINUTES, State, Verdict};
use super::store::{EmergencyRow, LookRow, MasterRow, PlaceRow};
use crate::access::{Person, same_person};
use crate::accounts::views::shown_code;
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::facilities::FacilityLine;
use crate::history::HistoryLine;
use crate::people::rules::{absence_label, setting_label, sex_from_code};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, TimelineItem, Tone, Width, actions, empty_state, error_summary, link_button,
    notice, post_button, post_form, radio_group, select_field, summary_list, table, tag,
    text_field, textarea, timeline,
};

fn moment(at: Instant) -> String {
    german::date_time(berlin_local(at))
}

fn crumbs() -> Vec<(String, String)> {
    vec![("Notfallzugriff".to_owned(), "/notfallzugriff".to_owned())]
}

fn state_tags(row: &EmergencyRow, state: State, today: Date) -> Markup {
    let (tone, text) = match state {
        State::Active => (Tone::Danger, "läuft"),
        State::Unreviewed => (Tone::Warning, "nachzuprüfen"),
        State::Reviewed(Verdict::Justified) => (Tone::Success, Verdict::Justified.label()),
        State::Reviewed(Verdict::Misuse) => (Tone::Danger, Verdict::Misuse.label()),
    };
    html! {
        (tag(tone, text))
        @if overdue(row, state, today) { " " (tag(Tone::Danger, "überfällig")) }
    }
}

/// Accesses, and who looks.
pub(super) struct List<'a> {
    pub open: &'a [EmergencyRow],
    pub reviewed: &'a [EmergencyRow],
    pub me: Person,
    pub may_open: bool,
    /// Data protection, and the lead of an office.
    pub may_review: bool,
    pub now: Instant,
    pub today: Date,
}

fn lines(caption: &str, rows: &[&EmergencyRow], view: &List<'_>) -> Markup {
    let head = ["Geöffnet", "Von", "Begründung", "Stand", "Prüfung bis"].map(Column::text);
    let body = rows
        .iter()
        .map(|row| {
            let state = row.emergency().state(view.now);
            vec![
                html! { a href={ "/notfallzugriff/" (row.id) } { (moment(row.opened_at)) } },
                html! { (row.account_name) br; (row.facility_name) },
                html! { (row.reason) },
                state_tags(row, state, view.today),
                html! { (german::weekday_date(row.review_due)) },
            ]
        })
        .collect();
    table(caption, &head, body)
}

/// The list: to be reviewed by me, the own ones, the reviewed ones.
pub(super) fn list(frame: &Frame, view: &List<'_>) -> Markup {
    let (own, others): (Vec<&EmergencyRow>, Vec<&EmergencyRow>) = view
        .open
        .iter()
        .partition(|row| same_person(row.holder(), view.me));
    let reviewed: Vec<&EmergencyRow> = view.reviewed.iter().collect();
    let options = PageOptions {
        help: Some("notfallzugriff"),
        wide: true,
        tools: view
            .may_open
            .then(|| link_button("Notfallzugriff öffnen", "/notfallzugriff/neu", false)),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Notfallzugriff",
        options,
        html! {
            p.prose { "Wer in einem Notfall eine Person außerhalb des eigenen Zuständigkeitsbereichs lesen musste. Jeden Zugriff prüft die Leitung der Stelle oder der Datenschutz innerhalb von drei Arbeitstagen nach." }
            @if view.may_review {
                h2 { "Nachzuprüfen" }
                @if others.is_empty() {
                    (empty_state("Nichts nachzuprüfen", "Öffnet jemand einen Notfallzugriff, den Sie nachprüfen, steht er sofort hier.", None))
                } @else { (lines("Nachzuprüfen", &others, view)) }
            }
            @if own.is_empty() {
                @if !view.may_review && reviewed.is_empty() {
                    (empty_state("Keine Notfallzugriffe", "Was Sie öffnen, steht hier, bis die Leitung Ihrer Stelle oder der Datenschutz es nachgeprüft hat.", None))
                }
            } @else {
                h2 { "Ihre Notfallzugriffe" }
                (lines("Ihre Notfallzugriffe", &own, view))
            }
            @if !reviewed.is_empty() {
                h2 { "Nachgeprüft" }
                (lines("Nachgeprüft", &reviewed, view))
            }
        },
    )
}

/// The form that opens one.
pub(super) fn opening(
    frame: &Frame,
    form: &Form,
    places: &[FacilityLine],
    code: Option<&str>,
    token: &str,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: crumbs(),
        help: Some("notfallzugriff"),
        ..PageOptions::default()
    };
    let ids: Vec<(String, &str)> = places
        .iter()
        .map(|place| (place.id.to_string(), place.name.as_str()))
        .collect();
    let choices: Vec<(&str, &str)> = ids.iter().map(|(id, name)| (id.as_str(), *name)).collect();
    page_with(
        frame,
        "Notfallzugriff öffnen",
        options,
        html! {
            (error_summary(form))
            (notice(Tone::Warning, Some("Nur im Notfall"), html! {
                "Sie lesen " (MINUTES) " Minuten lang die Stammdaten einer Person außerhalb Ihres Zuständigkeitsbereichs. "
                "Die Leitung Ihrer Stelle und der Datenschutz sehen es sofort; eine andere Person prüft innerhalb von drei Arbeitstagen, ob es nötig war."
            }))
            (shown_code(code))
            (post_form(frame, "/notfallzugriff/neu", Some(token), html! {
                (text_field(form, &Field::text("nummer", "Nummer").hint("Buchnummer oder Aktenzeichen, vollständig").width(Width::Medium).required()))
                (select_field(form, &Field::text("einrichtung", "Vergeben von").required(), &choices, Some("bitte wählen")))
                (textarea(form, &Field::text("begruendung", "Begründung").hint("Welcher Notfall liegt vor, und warum kann er nicht warten? Mindestens 30 Zeichen.").max_length(LONGEST).required(), 3))
                (text_field(form, &Field::one_time_code("code", "Code der zweiten Anmeldestufe").hint("Sechs Ziffern; ein Code, den Sie noch nicht benutzt haben.").required()))
                (actions("Notfallzugriff öffnen", &[("Abbrechen", "/notfallzugriff")]))
            }))
        },
    )
}

/// The person, as long as the access runs. `inside`: what happens inside a prison may be told.
pub(super) fn person(
    frame: &Frame,
    row: &EmergencyRow,
    master: &MasterRow,
    places: &[PlaceRow],
    inside: bool,
) -> Markup {
    let options = PageOptions {
        crumbs: crumbs(),
        help: Some("notfallzugriff"),
        tools: Some(post_button(
            frame,
            &format!("/notfallzugriff/{}/beenden", row.id),
            None,
            "Zugriff beenden",
        )),
        ..PageOptions::default()
    };
    let shown: Vec<&PlaceRow> = places
        .iter()
        .filter(|place| inside || place.kind != "absence")
        .collect();
    let body = shown
        .iter()
        .map(|place| {
            let what = match place.kind.as_str() {
                "custody" => "Unterbringung",
                "probation" => "Bewährungshilfe",
                "absence" => "Abwesend von",
                _ => "Zuständig",
            };
            vec![
                html! { (what) },
                html! { (place.place) },
                html! {
                    @match place.kind.as_str() {
                        "absence" => (absence_label(&place.detail)),
                        "officer" => (place.detail),
                        _ => @if inside || place.kind == "probation" { (setting_label(&place.detail)) } @else { "–" },
                    }
                },
                html! { "seit " (german::date(place.from_day)) @if let Some(to) = place.to_day { ", bis vor dem " (german::date(to)) } },
            ]
        })
        .collect();
    page_with(
        frame,
        &format!("{}, {}", master.family_name, master.given_name),
        options,
        html! {
            (notice(Tone::Danger, Some("Notfallzugriff, nur lesen"), html! {
                "Er endet um " (german::time(berlin_local(row.ends_at).minute)) " und lässt sich nicht verlängern. Jeder Aufruf steht im Protokoll."
            }))
            (summary_list(&[
                ("Geburtsdatum", html! { @if let Some(day) = master.birth_date { (german::date(day)) } @else { "–" } }),
                ("Geschlecht", html! { (sex_from_code(&master.sex).label()) }),
            ]))
            h2 { "Aufenthalt und Zuständigkeit heute" }
            @if shown.is_empty() {
                (empty_state("Nichts eingetragen", "Zurzeit ist keine Einrichtung und keine Bewährungshilfe für die Person eingetragen.", None))
            } @else {
                (table("Aufenthalt und Zuständigkeit", &["Was", "Wo oder wer", "Näheres", "Zeit"].map(Column::text), body))
            }
            p.muted { "Maßnahmen, Fälle, Gespräche und Notizen gehören nicht zum Notfallzugriff." }
        },
    )
}

/// An access as its reviewers see it, and its holder when it is over.
pub(super) struct One<'a> {
    pub row: &'a EmergencyRow,
    pub state: State,
    pub own: bool,
    pub protection: bool,
    pub looks: &'a [LookRow],
    pub history: &'a [HistoryLine],
    pub today: Date,
    pub form: &'a Form,
}

/// An access.
pub(super) fn one(frame: &Frame, view: &One<'_>) -> Markup {
    let row = view.row;
    let options = PageOptions {
        errored: view.form.has_errors(),
        crumbs: crumbs(),
        help: Some("notfallzugriff"),
        ..PageOptions::default()
    };
    let mut facts = vec![
        ("Stand", state_tags(row, view.state, view.today)),
        (
            "Geöffnet von",
            html! { (row.account_name) ", " (row.facility_name) },
        ),
        (
            "Zeit",
            html! { (moment(row.opened_at)) " bis " (moment(row.ended_at.unwrap_or(row.ends_at))) },
        ),
        ("Begründung", html! { (row.reason) }),
        (
            "Gelesen",
            html! {
                (german::plural(view.looks.len() as u64, "Aufruf", "Aufrufe"))
                @if !view.looks.is_empty() {
                    ": " (view.looks.iter().map(|look| german::time(berlin_local(look.at).minute)).collect::<Vec<_>>().join(", "))
                }
            },
        ),
        (
            "Prüfung bis",
            html! { (german::weekday_date(row.review_due)) },
        ),
    ];
    if let (Some(name), Some(at)) = (&row.reviewed_by_name, row.reviewed_at) {
        facts.push(("Nachgeprüft", html! { (name) ", " (moment(at)) }));
    }
    if let Some(note) = &row.review_note {
        facts.push(("Bemerkung der Prüfung", html! { (note) }));
    }
    if view.protection {
        let path = format!("/protokoll/personen/{}", row.person_id);
        facts.push((
            "Person",
            html! { a href=(path) { "Protokoll zur Person öffnen" } },
        ));
    }
    let verdicts = [
        (
            Verdict::Justified.code(),
            "Gerechtfertigt",
            Some("Die Lage ließ kein Warten zu, und gelesen wurde nur, was nötig war."),
        ),
        (
            Verdict::Misuse.code(),
            "Nicht gerechtfertigt",
            Some("Es folgt ein Gespräch; der Datenschutz sieht das Ergebnis."),
        ),
    ];
    let items: Vec<TimelineItem> = view.history.iter().map(TimelineItem::from).collect();
    page_with(
        frame,
        "Notfallzugriff prüfen",
        PageOptions {
            lead: (view.own)
                .then(|| html! { "Ihr eigener Zugriff: prüfen wird ihn eine andere Person." }),
            ..options
        },
        html! {
            (error_summary(view.form))
            (summary_list(&facts))
            @if view.state == State::Active && !view.own {
                p { (post_button(frame, &format!("/notfallzugriff/{}/beenden", row.id), None, "Sofort beenden")) }
            }
            @if view.state == State::Unreviewed && !view.own {
                h2 { "Nachprüfung" }
                (post_form(frame, &format!("/notfallzugriff/{}/pruefung", row.id), None, html! {
                    (radio_group(view.form, "ergebnis", "War der Zugriff nötig?", &verdicts))
                    (text_field(view.form, &Field::text("bemerkung", "Bemerkung").hint("Worauf stützt sich das Ergebnis? Keine Angaben über die Person.").width(Width::Full).max_length(NOTE_LENGTH).required()))
                    (actions("Ergebnis festhalten", &[("Zurück", "/notfallzugriff")]))
                }))
            }
            h2 { "Verlauf" }
            (timeline(&items))
        },
    )
}
