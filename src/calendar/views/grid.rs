//! A week or a month as a table of days. In narrow windows the days stand below each other, as a list.

use maud::{Markup, html};
use time::Date;
use uuid::Uuid;

use super::{May, Tab, cancelled, href, reason, register_link, staff, state, tabs, time, title};
use crate::base::german;
use crate::base::time::Instant;
use crate::calendar::rules::{Span, Week};
use crate::calendar::service::{Day, Days};
use crate::calendar::store::{Choice, ChoiceRow, ENTRIES, EntryRow};
use crate::people::PersonHead;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, Tone, Width, empty_state, error_summary, hidden, notice, print_button, select_field,
    submit, tag, text_field,
};

/// Everything the page shows.
pub(in crate::calendar) struct Calendar<'a> {
    pub span: Span,
    pub days: &'a Days,
    pub choice: &'a Choice,
    pub choices: &'a [ChoiceRow],
    /// Whose dates are shown.
    pub person: Option<&'a PersonHead>,
    /// The viewer's facility.
    pub place: Option<&'a str>,
    pub form: &'a Form,
    pub today: Date,
    pub now: Instant,
    pub may: May,
}

impl Calendar<'_> {
    fn month(&self) -> bool {
        matches!(self.span, Span::Month(_))
    }

    /// The address of a span with what is chosen.
    fn address(&self, span: Span) -> String {
        let mut address = match span {
            Span::Week(week) => format!("/kalender?ansicht=woche&woche={week}"),
            Span::Month(month) => format!("/kalender?ansicht=monat&monat={month}"),
        };
        let chosen = [
            ("einrichtung", self.choice.facility.map(|id| id.0)),
            ("raum", self.choice.room.map(|id| id.0)),
            ("fachkraft", self.choice.staff.map(|id| id.0)),
            ("person", self.choice.person.map(|id| id.0)),
        ];
        for (name, id) in chosen {
            if let Some(id) = id {
                address.push_str(&format!("&{name}={id}"));
            }
        }
        address
    }

    /// What is chosen, in words: "JVA Dresden, Gruppenraum 1".
    fn words(&self) -> String {
        let ids: Vec<Uuid> = [
            self.choice.facility.map(|id| id.0),
            self.choice.room.map(|id| id.0),
            self.choice.staff.map(|id| id.0),
        ]
        .into_iter()
        .flatten()
        .collect();
        let chosen = self.choices.iter().filter(|row| ids.contains(&row.id));
        let names: Vec<&str> = self
            .place
            .into_iter()
            .chain(chosen.map(|row| row.name.as_str()))
            .collect();
        names.join(", ")
    }
}

/// The page.
pub(in crate::calendar) fn page(frame: &Frame, view: &Calendar<'_>) -> Markup {
    let words = view.words();
    let heading = match view.person {
        Some(person) => format!("Kalender: {}", person.name()),
        None => "Kalender".to_owned(),
    };
    let options = PageOptions {
        errored: view.form.has_errors(),
        wide: true,
        help: Some("kalender"),
        lead: Some(html! {
            strong { (view.span.label()) }
            @if view.person.is_none() && !words.is_empty() { ", " (words) }
        }),
        // A week plan says when and where and nothing of people; a person's calendar is not for the notice board.
        tools: view.person.is_none().then(|| print_button("Drucken")),
        crumbs: view.person.map_or_else(Vec::new, |person| {
            vec![
                ("Personen".to_owned(), "/personen".to_owned()),
                (person.name(), format!("/personen/{}", person.id)),
            ]
        }),
        ..PageOptions::default()
    };
    page_with(
        frame,
        &heading,
        options,
        html! {
            (error_summary(view.form))
            @if view.person.is_none() { (tabs(&view.may, if view.month() { Tab::Month } else { Tab::Week })) }
            (filter(view))
            (ways(view))
            @if view.days.more {
                (notice(Tone::Warning, None, html! { "Gezeigt werden " (ENTRIES) " Termine; es sind mehr. Bitte oben eine Einrichtung oder einen Raum wählen." }))
            }
            (table(view))
            @if view.days.entries() == 0 { (nothing(view)) }
        },
    )
}

fn nothing(view: &Calendar<'_>) -> Markup {
    let when = if view.month() {
        "diesem Monat"
    } else {
        "dieser Woche"
    };
    let title = format!("Kein Termin in {when}");
    let (text, way) = match (view.person, view.may.session) {
        (Some(_), _) => (
            "Für diese Person steht hier nichts, was Sie sehen dürfen. Vor und zurück führen die Knöpfe oben.",
            None,
        ),
        (None, true) => (
            "Termine kommen aus den Gruppen: Eine geplante Terminreihe steht von selbst hier. Vor und zurück führen die Knöpfe oben.",
            Some(("Zu den Gruppen", "/gruppen")),
        ),
        (None, false) => (
            "Hier stehen die Gespräche, die Sie erfasst haben. Die Termine einer Person zeigt der Knopf „Kalender“ auf ihrer Seite.",
            Some(("Zu den Personen", "/personen")),
        ),
    };
    empty_state(&title, text, way)
}

/// What to choose among; a facility of one's own is no choice.
fn filter(view: &Calendar<'_>) -> Markup {
    let select = |kind: &str, name: &str, label: &str, least: usize| {
        let rows: Vec<(String, &str)> = view
            .choices
            .iter()
            .filter(|row| row.kind == kind)
            .map(|row| (row.id.to_string(), row.name.as_str()))
            .collect();
        let options: Vec<(&str, &str)> =
            rows.iter().map(|(id, name)| (id.as_str(), *name)).collect();
        let field = Field::text(name, label).plain();
        html! { @if options.len() >= least { (select_field(view.form, &field, &options, Some("alle"))) } }
    };
    let kind = if view.month() { "monat" } else { "woche" };
    let day = Field::date("tag", "Zum Tag").plain().width(Width::Short);
    html! {
        form.filter.row method="get" action="/kalender" role="search" aria-label="Kalender wählen" {
            (hidden("ansicht", kind))
            @if let Some(person) = view.choice.person { (hidden("person", &person.to_string())) }
            (text_field(view.form, &day))
            (select("facility", "einrichtung", "Einrichtung", 2))
            (select("room", "raum", "Raum", 2))
            (select("staff", "fachkraft", "Fachkraft", 2))
            div.actions { (submit("Anzeigen")) a href={ "/kalender?ansicht=" (kind) @if let Some(person) = view.choice.person { "&person=" (person) } } { "Zurücksetzen" } }
        }
    }
}

/// Back, today, on.
fn ways(view: &Calendar<'_>) -> Markup {
    let (before, after) = if view.month() {
        ("Voriger Monat", "Nächster Monat")
    } else {
        ("Vorige Woche", "Nächste Woche")
    };
    let now = view.span.at(view.today);
    let other = match view.span {
        Span::Week(_) => Span::Month(crate::calendar::rules::MonthOfYear::of(
            view.span.bounds().0,
        )),
        Span::Month(month) => Span::Week(Week::of(month.first())),
    };
    html! {
        nav.actions aria-label="Zeitraum" {
            @if let Some(span) = view.span.plus(-1) { a.button.second href=(view.address(span)) rel="prev" { "‹ " (before) } }
            @if now != view.span { a.button.second href=(view.address(now)) { "Heute" } }
            @if let Some(span) = view.span.plus(1) { a.button.second href=(view.address(span)) rel="next" { (after) " ›" } }
            @if view.person.is_some() {
                a href=(view.address(other)) { @if view.month() { "Als Woche zeigen" } @else { "Als Monat zeigen" } }
            }
        }
    }
}

const WEEKDAYS: [&str; 7] = [
    "Montag",
    "Dienstag",
    "Mittwoch",
    "Donnerstag",
    "Freitag",
    "Samstag",
    "Sonntag",
];

fn table(view: &Calendar<'_>) -> Markup {
    let several = view.place.is_none() && view.days.several_places();
    let caption = view.span.label();
    html! {
        div.scroll role="region" aria-label=(caption) tabindex="0" {
            table.cal {
                caption { (caption) }
                thead {
                    tr {
                        @if view.month() { th scope="col" { "Woche" } }
                        @for name in WEEKDAYS { th scope="col" { (name) } }
                    }
                }
                tbody {
                    @for week in &view.days.rows {
                        tr {
                            @if let (true, Some(first)) = (view.month(), week.first()) { (week_head(view, first)) }
                            @for day in week { (cell(view, day, several)) }
                        }
                    }
                }
            }
        }
    }
}

fn week_head(view: &Calendar<'_>, first: &Day) -> Markup {
    let week = Week::of(first.date);
    html! {
        th scope="row" { a href=(view.address(Span::Week(week))) { "KW " (week.number()) } }
    }
}

fn cell(view: &Calendar<'_>, day: &Day, several: bool) -> Markup {
    let bare = day.entries.is_empty() && day.holiday.is_none() && day.closed.is_empty();
    let today = day.date == view.today;
    if day.outside {
        return html! { td.bare {} };
    }
    html! {
        td.bare[bare && view.month() && !today] aria-current=[today.then_some("date")] {
            p { strong { span.wd { (german::weekday_short(day.date.weekday())) ", " } (short_date(day.date)) } @if today { " heute" } }
            @if let Some(name) = day.holiday { p { (tag(Tone::Info, "Feiertag")) span.detail { (name) } } }
            @for (facility, why) in &day.closed {
                p { (tag(Tone::Warning, "geschlossen")) span.detail { @if view.place.is_none() { (facility) ": " } (why) } }
            }
            @for one in &day.entries { (entry(view, one, several)) }
        }
    }
}

/// "16.11."
fn short_date(day: Date) -> String {
    format!("{:02}.{:02}.", day.day(), u8::from(day.month()))
}

fn entry(view: &Calendar<'_>, entry: &EntryRow, several: bool) -> Markup {
    let month = view.month();
    let what = html! {
        @match href(entry, &view.may) {
            Some(href) => a href=(href) { (time(entry, month)) span.hide { ", " (german::date(entry.day)) } },
            None => (time(entry, month)),
        }
        " " (title(entry))
    };
    html! {
        p {
            @if cancelled(entry) { s { (what) } } @else { (what) }
            @if !month && !entry.module.is_empty() { span.detail { (crate::groups::rules::session_number(entry.ordinal)) ", " (entry.module) } }
            @if !month && !entry.place.is_empty() { span.detail { (entry.place) } }
            @if several || (!month && view.place.is_none()) { span.detail { (entry.facility_name) } }
            @if let (false, "session", Some(staff)) = (month, entry.kind.as_str(), staff(entry)) { span.detail { (staff) } }
            @if let Some(state) = state(entry, view.now) { " " (state) }
            @if let (false, Some(reason)) = (month, reason(entry)) { span.detail { (reason) } }
            @if !month { @if let Some(link) = register_link(entry, &view.may, view.now) { " " (link) } }
        }
    }
}
