//! The gate list: read from one metre, printed on one sheet. It names external staff and approved guests only, never
//! inmates nor what a group is about.

use maud::{Markup, html};
use time::{Date, Duration};

use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::gate::rules::{GATE_DAYS, Standing, span};
use crate::gate::service::list::{DayList, Line, Search, key};
use crate::gate::sheet::noted;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, empty_state, hidden, link_button, notice, post_form_unguarded,
    print_button, submit_secondary, table, tag, text_field,
};

/// Seconds after which the page of the device loads itself anew.
const REFRESH: u32 = 120;

/// Who looks at which day.
pub(in crate::gate) struct Shown {
    pub facility: String,
    pub day: Date,
    pub today: Date,
    pub now: Instant,
    pub may_tick: bool,
    pub may_add: bool,
    /// The device at the gate: loads itself anew.
    pub device: bool,
    /// The reader stopped that.
    pub halted: bool,
    pub typed: String,
}

fn clock(at: Instant) -> String {
    german::time(berlin_local(at).minute)
}

fn maybe_struck(cancelled: bool, text: &str) -> Markup {
    html! { @if cancelled { s { (text) } } @else { (text) } }
}

fn standing(line: &Line) -> Markup {
    let tone = match line.standing {
        Standing::Cancelled | Standing::Blocked | Standing::NoGrant | Standing::ClearanceOver => {
            Tone::Danger
        }
        Standing::Late | Standing::Valid { soon: Some(_), .. } => Tone::Warning,
        Standing::Valid { soon: None, .. } => Tone::Success,
        Standing::Guest => Tone::Info,
    };
    html! {
        (tag(tone, &line.standing.words()))
        @if line.standing == Standing::Late { br; "Vier-Augen-Prinzip ausgesetzt: " (noted(line)) }
    }
}

/// One button of a line: sets the mark, or shows it with the way back.
fn tick(
    line: &Line,
    at: Option<Instant>,
    (step, label, word): (&str, &str, &str),
    may: bool,
) -> Markup {
    let own = key(&line.row);
    let about = format!("{word} {}", line.row.name);
    html! {
        @match (at, may) {
            (Some(at), true) => {
                (clock(at)) " "
                button.second.no-print type="submit" name="haken" value={ (step) "-zurueck." (own) } aria-label={ (about) " zurücknehmen" } { "Zurück" }
            }
            (Some(at), false) => (clock(at)),
            (None, true) => button.second.no-print type="submit" name="haken" value={ (step) "." (own) } aria-label=(about) { (label) },
            (None, false) => "",
        }
    }
}

fn row(line: &Line, may_tick: bool) -> Vec<Markup> {
    let data = &line.row;
    let cell = |text: &str| maybe_struck(data.cancelled, text);
    let may = may_tick && !data.cancelled;
    vec![
        html! {
            (cell(&span(data.start_minute, data.minutes)))
            @if let Some((at, what)) = &line.changed { br; (tag(Tone::Warning, &format!("geändert {}", clock(*at)))) " " (what) }
        },
        html! { span id={ "t-" (key(data)) } { (cell(&data.name)) } br; (cell(&data.organisation)) },
        html! { (cell(&data.destination)) br; (data.occasion) },
        html! { @for (index, words) in line.conditions().iter().enumerate() { @if index > 0 { br; } (words) } },
        html! { @for (index, words) in line.objects.iter().enumerate() { @if index > 0 { br; } (words) } },
        standing(line),
        tick(line, line.came, ("ein", "Ein", "Ein"), may),
        tick(line, line.went, ("aus", "Aus", "Aus"), may),
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

fn lines(frame: &Frame, shown: &Shown, list: &DayList) -> Markup {
    let head = [
        "Zeit",
        "Name, Organisation",
        "Ziel, Anlass",
        "Auflagen",
        "Gegenstände",
        "Freigabe",
        "Ein",
        "Aus",
    ]
    .map(Column::text);
    let may_tick = shown.may_tick && shown.day == shown.today;
    let caption = format!("Pfortenliste für {}", german::long_date(shown.day));
    let rows = list.lines.iter().map(|line| row(line, may_tick)).collect();
    let content = html! { div.gate { (table(&caption, &head, rows)) } };
    html! {
        // One form around all lines: a button's value says which.
        @if may_tick { (post_form_unguarded(frame, "/pforte/haken", None, content)) } @else { (content) }
        @if list.cut { (notice(Tone::Warning, None, html! { "Die Liste ist länger. Gezeigt werden die ersten " (list.lines.len()) " Zeilen; suchen Sie nach dem Namen." })) }
    }
}

fn search_form(frame: &Frame, shown: &Shown) -> Markup {
    let form = Form::empty().with("name", shown.typed.clone());
    html! {
        div.no-print {
            (post_form_unguarded(frame, "/pforte/suche", None, html! {
                (hidden("tag", &shown.day.to_string()))
                (text_field(&form, &Field::search("name", "Name suchen").hint("Wer nicht auf der Liste steht, bekommt hier den Grund genannt")))
                div.actions { (submit_secondary("suchen", "1", "Suchen")) }
            }))
        }
    }
}

fn refresh_note(shown: &Shown) -> Markup {
    let own = if shown.day == shown.today {
        "/pforte?".to_owned()
    } else {
        format!("/pforte?tag={}&", shown.day)
    };
    html! {
        @if shown.device {
            p.muted.no-print {
                @if shown.halted {
                    "Die Seite steht still. " a href=(own.trim_end_matches(['?', '&'])) { "Wieder alle 2 Minuten neu laden" }
                } @else {
                    "Die Seite lädt sich alle 2 Minuten neu. " a href={ (own) "halt=1" } { "Anhalten" }
                }
            }
        }
    }
}

/// The list of a day.
pub(in crate::gate) fn page(frame: &Frame, shown: &Shown, list: &DayList) -> Markup {
    let (day, today) = (shown.day, shown.today);
    let address = if day == today {
        "/pforte".to_owned()
    } else {
        format!("/pforte?tag={day}")
    };
    let options = PageOptions {
        wide: true,
        help: Some("pforte"),
        refresh: (shown.device && !shown.halted).then_some((REFRESH, address.as_str())),
        tools: Some(html! {
            @if shown.may_add {
                (link_button("Nachtrag", "/pforte/nachtrag", false))
                (link_button("Nachträge prüfen", "/pforte/nachtraege", false))
            }
            (link_button("Als PDF", &format!("/pforte/blatt?tag={day}"), false))
            @if day == today { (link_button("PDF von 6 Uhr", "/pforte/blatt?stand=morgens", false)) }
            @if !list.lines.is_empty() { (print_button("Drucken")) }
        }),
        ..PageOptions::default()
    };
    let date = german::long_date(day);
    let count = german::plural(list.lines.len() as u64, "Zeile", "Zeilen");
    page_with(
        frame,
        "Externe Fachkräfte",
        options,
        html! {
            div.pager {
                p role="status" { strong { @if day == today { "Heute, " } (date) } ", " (shown.facility) }
                nav aria-label="Tag wechseln" {
                    (link(day - Duration::DAY, today, "Tag zurück"))
                    @if day != today { (link(today, today, "Heute")) }
                    (link(day + Duration::DAY, today, "Tag vor"))
                }
            }
            p.print-only { (count) ". Gedruckt mit Stand vom " (german::date_time(berlin_local(shown.now))) ". Spätere Änderungen stehen nicht auf diesem Blatt." }
            @if list.lines.is_empty() {
                (empty_state("Niemand angekündigt", "An diesem Tag wird keine externe Fachkraft und kein Gast erwartet.", None))
            } @else { (lines(frame, shown, list)) }
            (search_form(frame, shown))
            (refresh_note(shown))
        },
    )
}

/// What a search for a name found.
pub(in crate::gate) fn found(frame: &Frame, shown: &Shown, found: &Search) -> Markup {
    let date = german::long_date(shown.day);
    let options = PageOptions {
        wide: true,
        help: Some("pforte"),
        crumbs: vec![("Pforte".into(), "/pforte".into())],
        ..PageOptions::default()
    };
    let call = if found.officers.is_empty() {
        "Bitte die Stelle Zugang dieser Einrichtung anrufen.".to_owned()
    } else {
        format!(
            "Bitte die Stelle Zugang anrufen: {}.",
            found.officers.join(" oder ")
        )
    };
    page_with(
        frame,
        "Suche auf der Pfortenliste",
        options,
        html! {
            p role="status" { (date) }
            @if found.missing.is_empty() { (lines(frame, shown, &found.list)) }
            @else {
                (notice(Tone::Warning, Some("Nicht auf der Liste"), html! {
                    ul { @for missing in &found.missing { li { @if let Some(name) = &missing.name { strong { (name) } ": " } (missing.reason) } } }
                    p { (call) }
                }))
            }
            (search_form(frame, shown))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::store::list::LineRow;
    use time::macros::date;
    use uuid::Uuid;

    fn line(cancelled: bool, standing: Standing) -> Line {
        Line {
            row: LineRow {
                kind: "session".into(),
                source: Uuid::nil(),
                who: Uuid::nil(),
                name: "A. Beispiel".into(),
                organisation: "VPN".into(),
                start_minute: 840,
                minutes: 180,
                destination: "Raum 2".into(),
                occasion: "Gruppe".into(),
                cancelled,
                escort: false,
                late: false,
                noted_by: String::new(),
                noted_at: Instant::from_millis(0),
                grant_until: None,
                suspended: false,
                stopped: false,
                clearance_until: None,
                clearance_known: false,
                must_escort: 1,
                not_alone: 0,
                no_devices: 1,
            },
            standing,
            objects: vec!["Flipchart (genehmigt: Z. Zander)".into()],
            changed: None,
            came: None,
            went: None,
        }
    }

    fn shown(day: Date) -> Shown {
        Shown {
            facility: "JVA Dresden".into(),
            day,
            today: date!(2026 - 11 - 24),
            now: Instant::from_millis(0),
            may_tick: true,
            may_add: false,
            device: true,
            halted: false,
            typed: String::new(),
        }
    }

    fn print(shown: &Shown, lines: Vec<Line>) -> String {
        let list = DayList {
            day: shown.day,
            lines,
            cut: false,
        };
        page(&Frame::default(), shown, &list).into_string()
    }

    const DAY: Date = date!(2026 - 11 - 24);

    #[test]
    fn grant_escort_restrictions_and_objects_are_said_in_words() {
        let text = print(&shown(DAY), vec![line(false, Standing::NoGrant)]);
        for words in [
            "keine gültige Freigabe",
            "14:00–17:00",
            "nur in Begleitung<br>keine Geräte",
            "Flipchart (genehmigt: Z. Zander)",
        ] {
            assert!(text.contains(words), "{words}");
        }
    }

    #[test]
    fn a_cancelled_session_is_struck_and_nobody_is_ticked() {
        let text = print(&shown(DAY), vec![line(true, Standing::Cancelled)]);
        assert!(text.contains("<s>A. Beispiel</s>") && text.contains("abgesagt"));
        assert!(!text.contains("gültig bis") && !text.contains("name=\"haken\""));
    }

    #[test]
    fn only_the_device_loads_itself_anew_and_it_can_be_stopped() {
        let mut shown = shown(DAY);
        let running = print(&shown, Vec::new());
        assert!(running.contains("content=\"120; url=/pforte\"") && running.contains("halt=1"));
        shown.halted = true;
        assert!(!print(&shown, Vec::new()).contains("http-equiv"));
        (shown.device, shown.halted) = (false, false);
        let other = print(&shown, Vec::new());
        assert!(!other.contains("http-equiv") && !other.contains("halt=1"));
    }

    #[test]
    fn the_days_to_switch_to_end_after_a_week_and_only_today_is_ticked() {
        let last = print(
            &shown(date!(2026 - 12 - 01)),
            vec![line(false, Standing::NoGrant)],
        );
        assert!(last.contains("tag=2026-11-30") && last.contains("href=\"/pforte\""));
        assert!(!last.contains("tag=2026-12-02") && !last.contains("name=\"haken\""));
    }
}
