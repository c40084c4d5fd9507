//! The gate list: read from one metre, printed on one sheet. It names external staff only, never inmates nor what a
//! group is about.

use maud::{Markup, html};
use time::{Date, Duration};

use crate::base::german;
use crate::base::time::{Instant, MinuteOfDay, berlin_local};
use crate::grants::pages::GATE_DAYS;
use crate::grants::store::GateLine;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{Column, Tone, empty_state, print_button, table, tag};

fn times(line: &GateLine) -> String {
    let minute = |number: i64| u16::try_from(number).ok().and_then(MinuteOfDay::new);
    match (
        minute(line.start_minute),
        minute(line.start_minute + line.minutes),
    ) {
        (Some(from), Some(to)) => format!("{}–{}", german::time(from), german::time(to)),
        (Some(from), None) => format!("ab {}", german::time(from)),
        _ => "–".to_owned(),
    }
}

fn maybe_struck(cancelled: bool, text: &str) -> Markup {
    html! { @if cancelled { s { (text) } } @else { (text) } }
}

fn row(line: &GateLine) -> Vec<Markup> {
    let cell = |text: &str| maybe_struck(line.cancelled, text);
    vec![
        cell(&times(line)),
        cell(&line.staff_name),
        cell(&line.provider_name),
        cell(&line.room_name),
        cell("Gruppe"),
        match (line.cancelled, line.valid_to) {
            (true, _) => tag(Tone::Danger, "abgesagt"),
            (false, Some(day)) => tag(Tone::Success, &format!("gültig bis {}", german::date(day))),
            (false, None) => tag(Tone::Danger, "keine gültige Freigabe"),
        },
        html! {},
        html! {},
    ]
}

fn link(day: Date, today: Date, label: &str) -> Markup {
    let near = (day - today).whole_days().abs() <= GATE_DAYS;
    let href = if day == today {
        "/pforte".to_owned()
    } else {
        format!("/pforte?tag={day}")
    };
    html! { @if near { a href=(href) { (label) } } }
}

pub(in crate::grants) fn gate(
    frame: &Frame,
    lines: &[GateLine],
    day: Date,
    today: Date,
    now: Instant,
) -> Markup {
    let head = [
        "Zeit",
        "Name",
        "Organisation",
        "Ziel",
        "Anlass",
        "Freigabe",
        "Ein",
        "Aus",
    ]
    .map(Column::text);
    let options = PageOptions {
        wide: true,
        help: Some("pforte"),
        tools: (!lines.is_empty()).then(|| print_button("Drucken")),
        ..PageOptions::default()
    };
    let date = german::long_date(day);
    page_with(
        frame,
        "Externe Fachkräfte",
        options,
        html! {
            div.pager {
                p role="status" { strong { @if day == today { "Heute, " } (date) } }
                nav aria-label="Tag wechseln" {
                    (link(day - Duration::DAY, today, "Tag zurück"))
                    @if day != today { (link(today, today, "Heute")) }
                    (link(day + Duration::DAY, today, "Tag vor"))
                }
            }
            p.print-only { "Gedruckt mit Stand vom " (german::date_time(berlin_local(now))) ". Spätere Änderungen stehen nicht auf diesem Blatt." }
            @if lines.is_empty() {
                (empty_state("Niemand angekündigt", "An diesem Tag ist keine Gruppe mit externen Fachkräften geplant.", None))
            } @else {
                div.gate { (table(&format!("Pfortenliste für {date}"), &head, lines.iter().map(row).collect())) }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn line(cancelled: bool, valid_to: Option<Date>) -> GateLine {
        GateLine {
            start_minute: 840,
            minutes: 180,
            cancelled,
            staff_name: "A. Beispiel".into(),
            provider_name: "VPN".into(),
            room_name: "Raum 2".into(),
            valid_to,
        }
    }

    fn page(line: GateLine, day: Date) -> String {
        gate(
            &Frame::default(),
            &[line],
            day,
            date!(2026 - 11 - 24),
            Instant::from_millis(0),
        )
        .into_string()
    }

    #[test]
    fn the_grant_is_said_in_words() {
        let day = date!(2026 - 11 - 24);
        let valid = page(line(false, Some(date!(2026 - 12 - 31))), day);
        assert!(valid.contains("gültig bis 31.12.2026") && valid.contains("14:00–17:00"));
        assert!(page(line(false, None), day).contains("keine gültige Freigabe"));
    }

    #[test]
    fn a_cancelled_session_is_struck_and_lets_nobody_in() {
        let text = page(
            line(true, Some(date!(2026 - 12 - 31))),
            date!(2026 - 11 - 24),
        );
        assert!(text.contains("<s>A. Beispiel</s>") && text.contains("abgesagt"));
        assert!(!text.contains("gültig bis"));
    }

    #[test]
    fn the_days_to_switch_to_end_after_a_week() {
        let last = page(line(false, None), date!(2026 - 12 - 01));
        assert!(last.contains("tag=2026-11-30") && last.contains("href=\"/pforte\""));
        assert!(!last.contains("tag=2026-12-02"));
    }
}
