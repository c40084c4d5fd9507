//! The register of a session, what to do when two people saved, and the sheet to print.

use maud::{Markup, html};

use crate::base::german;
use crate::groups::rules::register::{Mark, Reason, Status, row_keys};
use crate::groups::rules::{CancelReason, minute, time_range};
use crate::groups::store::EventRow;
use crate::groups::store::register::{RegisterPerson, SessionHead};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, Register, RegisterOption, RegisterRow, Tone, Width, empty_state, error_summary, hidden,
    link_button, notice, post_form, print_button, radio_group, register_table, tag, text_field,
    two_versions,
};

fn lead(session: &SessionHead) -> Markup {
    html! {
        (session.group_name) ", Sitzung " (session.ordinal) " (" (session.module) "), "
        (german::long_date(session.day)) ", " (time_range(session.start_minute, session.minutes)) ", " (session.room_name)
    }
}

fn options<'a>(session: &SessionHead, form: &Form, tools: Option<Markup>) -> PageOptions<'a> {
    PageOptions {
        errored: form.has_errors(),
        wide: true,
        crumbs: super::crumbs(Some((
            session.group_name.clone(),
            format!("/gruppen/{}", session.group_id),
        ))),
        help: Some("anwesenheit"),
        lead: Some(lead(session)),
        tools,
        ..PageOptions::default()
    }
}

/// What the register shows besides its rows.
pub struct RegisterPage<'a> {
    pub session: &'a SessionHead,
    /// People whom the actor may see.
    pub people: &'a [RegisterPerson],
    /// How many people the actor may not see.
    pub masked: usize,
    pub corrections: &'a [EventRow],
    pub may_keep: bool,
    pub may_cancel: bool,
    /// Rows that somebody else saved differently meanwhile: name, mine, theirs.
    pub clashes: &'a [(String, String, String)],
}

/// The register.
pub fn register(frame: &Frame, form: &Form, view: &RegisterPage<'_>) -> Markup {
    let session = view.session;
    let tools = html! { (link_button("Liste zum Ausdrucken", &format!("/sitzungen/{}/liste", session.id), false)) };
    page_with(
        frame,
        "Anwesenheit",
        options(session, form, Some(tools)),
        html! {
            (error_summary(form))
            @if !view.clashes.is_empty() { (clashes(view.clashes)) }
            @if view.people.is_empty() {
                (empty_state("Niemand in der Gruppe", "Am Tag dieser Sitzung war niemand in der Gruppe, den Sie sehen dürfen.", None))
            } @else if view.may_keep {
                (post_form(frame, &format!("/sitzungen/{}/anwesenheit", session.id), None, rows(form, view)))
            } @else { (read_only(view)) }
            @if view.masked > 0 {
                p.muted { (german::plural(view.masked as u64, "weitere Person gehört", "weitere Personen gehören")) " nicht mehr zu Ihrem Zuständigkeitsbereich; ihre Angaben bleiben unverändert." }
            }
            @if !view.corrections.is_empty() {
                h2 { "Berichtigungen" }
                (super::group::events(view.corrections))
            }
        },
    )
}

fn rows(form: &Form, view: &RegisterPage<'_>) -> Markup {
    let session = view.session;
    let ids: Vec<_> = view.people.iter().map(|person| person.person_id).collect();
    let keys = row_keys(&ids);
    let rows: Vec<RegisterRow> = view
        .people
        .iter()
        .zip(&keys)
        .map(|(person, key)| RegisterRow {
            key: key.clone(),
            name: person.name(),
            detail: person.number.clone().unwrap_or_default(),
            remark: person
                .absent
                .then(|| tag(Tone::Info, "vorübergehend abwesend")),
        })
        .collect();
    let options: Vec<RegisterOption<'_>> = Status::ALL
        .iter()
        .map(|status| RegisterOption {
            value: status.code(),
            label: status.label(),
            key: status.key(),
            needs_reason: status.needs_reason(),
        })
        .collect();
    let reasons = Reason::choices();
    let caption = german::plural(rows.len() as u64, "Person", "Personen");
    let recorded = view.people.iter().any(|person| person.status.is_some());
    html! {
        (hidden("version", &session.version.to_string()))
        @for (person, key) in view.people.iter().zip(&keys) {
            @if let Some(mark) = person.mark() { (hidden(&format!("war_{key}"), &mark.code())) }
        }
        @if session.state == "planned" {
            @if view.may_cancel {
                (radio_group(form, "stattgefunden", "Hat die Sitzung stattgefunden?", &[
                    ("ja", "Ja", None),
                    ("nein", "Nein, sie ist ausgefallen", Some("Weiter zur Absage mit Grund; die Zeilen unten werden dann nicht gespeichert.")),
                ]))
            } @else {
                p.hint { "Ist die Sitzung ausgefallen, bitte nichts erfassen: Der Sozialdienst der Einrichtung sagt sie ab." }
            }
        }
        @if recorded {
            (text_field(form, &Field::text("grund_berichtigung", "Grund der Berichtigung").plain().width(Width::Full).max_length(200)
                .hint("Nötig, wenn Sie eine schon erfasste Angabe ändern. Bisherige Angabe, Name und Zeit bleiben sichtbar.")))
        }
        (register_table(form, &Register {
            caption: &caption,
            rows: &rows,
            options: &options,
            reasons: &reasons,
            fill_rest: Status::Present.code(),
            fill_label: "Alle übrigen anwesend",
            save_label: "Anwesenheit speichern",
            remarks: false,
        }))
    }
}

fn clashes(rows: &[(String, String, String)]) -> Markup {
    let rows: Vec<(&str, &str, &str)> = rows
        .iter()
        .map(|(name, mine, theirs)| (name.as_str(), mine.as_str(), theirs.as_str()))
        .collect();
    html! {
        (notice(Tone::Warning, Some("Inzwischen hat jemand anderes gespeichert"), html! {
            "Es wurde nichts überschrieben. Unten stehen Ihre Angaben; wer sie so speichern will, gibt einen Grund der Berichtigung an."
        }))
        (two_versions(&rows))
    }
}

fn read_only(view: &RegisterPage<'_>) -> Markup {
    let rows = view
        .people
        .iter()
        .map(|person| {
            vec![
                html! { (person.name()) },
                html! { (person.mark().map_or_else(|| "–".to_owned(), Mark::label)) },
                html! { (person.recorded_by_name.as_deref().unwrap_or("–")) },
            ]
        })
        .collect();
    crate::web::parts::table(
        "Anwesenheit",
        &["Person", "Teilnahme", "Erfasst von"].map(crate::web::parts::Column::text),
        rows,
    )
}

/// Why there is no register (yet).
pub fn not_open(frame: &Frame, session: &SessionHead, may_cancel: bool) -> Markup {
    let back = format!("/gruppen/{}", session.group_id);
    page_with(
        frame,
        "Anwesenheit",
        options(session, &Form::empty(), None),
        html! {
            @if session.state == "cancelled" {
                (notice(Tone::Info, Some("Diese Sitzung ist abgesagt"), html! {
                    (session.cancel_reason.as_deref().and_then(CancelReason::from_code).map_or("", CancelReason::label)) "."
                }))
            } @else if session.group_state == "draft" {
                (notice(Tone::Info, Some("Die Gruppe ist noch ein Entwurf"), html! { "Anwesenheit wird erst in veröffentlichten Gruppen erfasst." }))
            } @else {
                (notice(Tone::Info, Some("Noch nicht so weit"), html! {
                    "Diese Sitzung beginnt erst am " (german::long_date(session.day)) " um " (german::time_of_day(minute(session.start_minute)))
                    ". Vorher kann keine Anwesenheit erfasst werden."
                }))
                ul.ways {
                    li { a href={ "/sitzungen/" (session.id) "/liste" } { "Liste zum Ausdrucken" } }
                    @if may_cancel { li { a href={ "/sitzungen/" (session.id) "/absagen" } { "Sitzung absagen" } } }
                }
            }
            p { a href=(back) { "Zurück zur Gruppe" } }
        },
    )
}

/// The sheet to print: names, empty boxes, a column to sign.
pub fn sheet(
    frame: &Frame,
    session: &SessionHead,
    people: &[RegisterPerson],
    masked: usize,
) -> Markup {
    let boxes = Status::ALL.iter().map(|status| status.label());
    let rows = people
        .iter()
        .map(|person| {
            let mut row = vec![html! { (person.name()) @if let Some(number) = &person.number { span.detail { (number) } } }];
            row.extend(Status::ALL.iter().map(|_| html! { "☐" }));
            row.push(html! { "\u{a0}" });
            row
        })
        .collect();
    let head: Vec<crate::web::parts::Column<'_>> = std::iter::once("Person")
        .chain(boxes)
        .chain(["Unterschrift"])
        .map(crate::web::parts::Column::text)
        .collect();
    page_with(
        frame,
        "Anwesenheitsliste",
        options(session, &Form::empty(), Some(print_button("Drucken"))),
        html! {
            @if people.is_empty() { p { "Am Tag dieser Sitzung ist niemand in der Gruppe, den Sie sehen dürfen." } } @else {
                (crate::web::parts::table("Anwesenheitsliste", &head, rows))
            }
            @if masked > 0 { p { (german::plural(masked as u64, "weitere Person", "weitere Personen")) " außerhalb Ihres Zuständigkeitsbereichs." } }
            p { "Datum, Unterschrift der Fachkräfte: ______________________________" }
            p.no-print { a href={ "/gruppen/" (session.group_id) } { "Zurück zur Gruppe" } }
        },
    )
}
