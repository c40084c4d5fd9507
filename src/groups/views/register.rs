//! The register of a session, what to do when two people saved, and taking a saving back.

use maud::{Markup, html};

use crate::base::german;
use crate::base::ids::PersonId;
use crate::base::time::{Instant, berlin_local};
use crate::groups::rules::register::{Mark, Reason, Status, TakeBack, row_keys};
use crate::groups::rules::{CancelReason, minute, time_range};
use crate::groups::store::EventRow;
use crate::groups::store::register::{RegisterPerson, SessionHead};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Register, RegisterOption, RegisterRow, Tone, Width, actions, empty_state,
    error_summary, hidden, link_button, notice, post_form, post_form_unguarded, radio_group,
    register_table, table, tag, text_field, two_versions,
};

/// Where the sheet to print is.
fn sheet_path(session: &SessionHead) -> String {
    format!(
        "/gruppen/{}/sitzungen/{}/blatt",
        session.group_id, session.id
    )
}

pub(super) fn lead(session: &SessionHead) -> Markup {
    html! {
        (session.group_name) ", " (session.title()) " (" (session.module) "), "
        (german::long_date(session.day)) ", " (time_range(session.start_minute, session.minutes)) ", " (session.room_name)
    }
}

pub(super) fn options<'a>(
    session: &SessionHead,
    form: &Form,
    tools: Option<Markup>,
) -> PageOptions<'a> {
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
    /// Until when the actor may take back their last saving.
    pub undo_until: Option<Instant>,
    /// Rows that somebody else saved differently meanwhile: name, mine, theirs.
    pub clashes: &'a [(String, String, String)],
    /// What else people have while the session lasts, in a few words.
    pub beside: &'a [(PersonId, String)],
}

/// The register.
pub fn register(frame: &Frame, form: &Form, view: &RegisterPage<'_>) -> Markup {
    let session = view.session;
    let absent = view
        .people
        .iter()
        .any(|person| person.mark().is_some_and(|mark| !mark.status().attended()));
    let tools = html! {
        (link_button("Liste zum Ausdrucken", &sheet_path(session), false))
        @if let (true, true, "published", Some(number)) = (view.may_cancel, absent, session.group_state.as_str(), session.template_ordinal) {
            " " (link_button("Nachholtermin planen", &format!("/gruppen/{}/nachholen?nr={number}", session.group_id), false))
        }
    };
    page_with(
        frame,
        "Anwesenheit",
        options(session, form, Some(tools)),
        html! {
            (error_summary(form))
            @if !view.clashes.is_empty() { (clashes(view.clashes)) }
            @if let Some(until) = view.undo_until {
                p {
                    a href={ "/sitzungen/" (session.id) "/anwesenheit/rueckgaengig" } { "Letzte Speicherung zurücknehmen" }
                    " (bis " (german::time_of_day(berlin_local(until).minute)) ")"
                }
            }
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
            remark: noted(person, view.beside).then(|| {
                html! {
                    @for (_, what) in view.beside.iter().filter(|(id, _)| *id == person.person_id) { (tag(Tone::Info, what)) }
                    @if person.paused { (tag(Tone::Warning, "ausgesetzt")) }
                    @if person.absent { (tag(Tone::Info, "vorübergehend abwesend")) }
                }
            }),
            away: person.away() && person.entry.is_none(),
        })
        .collect();
    let options: Vec<RegisterOption<'_>> = Status::ALL
        .iter()
        .map(|status| RegisterOption {
            value: status.code(),
            label: status.label(),
            key: status.key(),
            needs_reason: status.needs_reason(),
            takes_minutes: status.takes_minutes(),
        })
        .collect();
    let reasons = Reason::choices();
    let caption = german::plural(rows.len() as u64, "Person", "Personen");
    let recorded = view.people.iter().any(|person| person.entry.is_some());
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

/// Whether something is to be said beside a person's name.
fn noted(person: &RegisterPerson, beside: &[(PersonId, String)]) -> bool {
    person.away() || beside.iter().any(|(id, _)| *id == person.person_id)
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
                html! { (person.entry.as_ref().map_or("–", |entry| entry.recorded_by_name.as_str())) },
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
                    li { a href=(sheet_path(session)) { "Liste zum Ausdrucken" } }
                    @if may_cancel { li { a href=(session.cancel_path()) { (if session.is_catch_up() { "Nachholtermin absagen" } else { "Sitzung absagen" }) } } }
                }
            }
            p { a href=(back) { "Zurück zur Gruppe" } }
        },
    )
}

/// What taking back the last saving would change, and the button for it.
pub fn undo(
    frame: &Frame,
    session: &SessionHead,
    people: &[RegisterPerson],
    back: Option<&TakeBack>,
) -> Markup {
    let register = format!("/sitzungen/{}/anwesenheit", session.id);
    let name = |id| {
        people
            .iter()
            .find(|person| person.person_id == id)
            .map(RegisterPerson::name)
            .unwrap_or_default()
    };
    page_with(
        frame,
        "Speicherung zurücknehmen",
        options(session, &Form::empty(), None),
        html! {
            @if let Some(back) = back {
                @let rows = back.rows.iter().map(|(person, mark, before)| vec![
                    html! { (name(*person)) },
                    html! { (mark.label()) },
                    html! { @if let Some(before) = before { (before.label()) } @else { "nicht erfasst" } },
                ]).collect();
                p { "Gespeichert um " (german::time_of_day(berlin_local(back.at).minute)) "." }
                (table("Was zurückgenommen wird", &["Person", "Jetzt", "Danach"].map(Column::text), rows))
                (post_form_unguarded(frame, &format!("{register}/rueckgaengig"), None, html! {
                    (hidden("stand", &back.at.millis().to_string()))
                    (actions("Zurücknehmen", &[("Abbrechen", &register)]))
                }))
            } @else {
                (empty_state("Nichts zurückzunehmen", "Zurücknehmen lässt sich nur Ihre letzte Speicherung, zehn Minuten lang. Danach wird eine Angabe mit Grund berichtigt.", Some(("Zur Anwesenheit", &register))))
            }
        },
    )
}
