//! The text of a calendar subscription (RFC 5545): a calendar with the zone Europe/Berlin and its events.
//!
//! Times are written as the clock on the wall shows them, with the zone beside them: a calendar program that knows
//! another rule for summer time still shows the hour at which the gate expects somebody.

use time::{Date, Duration};
use uuid::Uuid;

use crate::base::crypto::{hex, sha256};
use crate::base::time::{
    Instant, LocalDateTime, MinuteOfDay, berlin_instant, berlin_local, berlin_midnight,
};

/// Octets of a line before it is folded (RFC 5545, 3.1), without its end.
const LINE: usize = 75;

/// One date of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What it is in the database: the same event keeps its identity when it is moved.
    pub id: Uuid,
    /// Rises with every change.
    pub sequence: i64,
    /// When it was first planned; the same with every reading, so that an unchanged calendar stays the same bytes.
    pub stamp: Instant,
    /// Day in Berlin.
    pub day: Date,
    /// Minute of the day at which it begins.
    pub start: MinuteOfDay,
    /// Length in minutes.
    pub minutes: i64,
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub place: String,
    /// Does not take place.
    pub cancelled: bool,
}

/// The zone Europe/Berlin since 1996 (last Sundays of March and October, 01:00 UTC).
const ZONE: &[&str] = &[
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Berlin",
    "BEGIN:DAYLIGHT",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "DTSTART:19960331T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "DTSTART:19961027T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
    "END:VTIMEZONE",
];

/// A whole calendar with its name.
pub fn calendar(name: &str, events: &[Event]) -> String {
    let mut text = String::new();
    let name = escape(name);
    for part in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Geleit//Kalender//DE",
        "CALSCALE:GREGORIAN",
        &format!("X-WR-CALNAME:{name}"),
        "X-WR-TIMEZONE:Europe/Berlin",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ] {
        line(&mut text, part);
    }
    for part in ZONE {
        line(&mut text, part);
    }
    for event in events {
        write_event(&mut text, event);
    }
    line(&mut text, "END:VCALENDAR");
    text
}

fn write_event(text: &mut String, event: &Event) {
    let begin =
        berlin_instant(event.day, event.start).unwrap_or_else(|_| berlin_midnight(event.day));
    let end = berlin_local(begin.plus_minutes(event.minutes.max(1)));
    for part in [
        "BEGIN:VEVENT",
        &format!("UID:{}@geleit", event.id),
        &format!("DTSTAMP:{}", utc(event.stamp)),
        &format!("DTSTART;TZID=Europe/Berlin:{}", local(berlin_local(begin))),
        &format!("DTEND;TZID=Europe/Berlin:{}", local(end)),
        &format!("SEQUENCE:{}", event.sequence.max(0)),
        &format!("SUMMARY:{}", escape(&event.title)),
        &format!("LOCATION:{}", escape(&event.place)),
        if event.cancelled {
            "STATUS:CANCELLED"
        } else {
            "STATUS:CONFIRMED"
        },
        "CLASS:PRIVATE",
        "END:VEVENT",
    ] {
        line(text, part);
    }
}

fn local(at: LocalDateTime) -> String {
    format!(
        "{}T{:02}{:02}00",
        compact(at.date),
        at.minute.hour(),
        at.minute.minute()
    )
}

fn utc(at: Instant) -> String {
    let seconds = at.millis().div_euclid(1000);
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let day = time::macros::date!(1970 - 01 - 01).saturating_add(Duration::days(days));
    format!(
        "{}T{:02}{:02}{:02}Z",
        compact(day),
        rest / 3600,
        rest % 3600 / 60,
        rest % 60
    )
}

fn compact(day: Date) -> String {
    format!(
        "{:04}{:02}{:02}",
        day.year(),
        u8::from(day.month()),
        day.day()
    )
}

/// A text value: the four characters that mean something are marked, control characters are left out.
fn escape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for letter in value.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => {
                text.push('\\');
                text.push(letter);
            }
            '\n' => text.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => text.push(letter),
        }
    }
    text
}

/// Appends a line, folded so that none is longer than 75 octets and no letter is torn.
fn line(text: &mut String, content: &str) {
    let mut length = 0;
    for letter in content.chars() {
        if length + letter.len_utf8() > LINE {
            text.push_str("\r\n ");
            length = 1;
        }
        text.push(letter);
        length += letter.len_utf8();
    }
    text.push_str("\r\n");
}

/// The mark by which a program knows whether a calendar changed (RFC 9110, 8.8.3).
pub fn etag(calendar: &str) -> String {
    format!("\"{}\"", hex(&sha256(calendar.as_bytes())))
}

/// Whether a program has this calendar already: its `If-None-Match` names the mark, or anything.
pub fn has_it(if_none_match: &str, etag: &str) -> bool {
    if_none_match
        .split(',')
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == etag || one == "*")
}

#[cfg(test)]
mod tests {
    use icalendar::{Calendar, CalendarComponent, Component, EventLike, EventStatus};
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    fn event(day: Date, hour: u8, minute: u8, minutes: i64) -> Event {
        Event {
            id: Uuid::from_u128(7),
            sequence: 3,
            stamp: Instant::from_millis(0),
            day,
            start: MinuteOfDay::from_hm(hour, minute).unwrap(),
            minutes,
            title: "Gruppe, JVA Dresden, Nr. 5".into(),
            place: "JVA Dresden, Gruppenraum 1".into(),
            cancelled: false,
        }
    }

    fn lines(event: Event) -> Vec<String> {
        calendar("Termine", &[event])
            .split("\r\n")
            .map(ToOwned::to_owned)
            .collect()
    }

    #[test]
    fn times_are_those_of_the_wall_clock() {
        // Summer, winter, the eve of the change, over midnight, through the night that has an hour more, and an hour
        // that does not exist.
        for (given, from, to) in [
            (
                event(date!(2026 - 07 - 07), 14, 0, 210),
                "20260707T140000",
                "20260707T173000",
            ),
            (
                event(date!(2026 - 11 - 24), 14, 0, 210),
                "20261124T140000",
                "20261124T173000",
            ),
            (
                event(date!(2026 - 10 - 24), 14, 0, 60),
                "20261024T140000",
                "20261024T150000",
            ),
            (
                event(date!(2026 - 12 - 31), 23, 30, 60),
                "20261231T233000",
                "20270101T003000",
            ),
            (
                event(date!(2026 - 10 - 25), 1, 0, 180),
                "20261025T010000",
                "20261025T030000",
            ),
            (
                event(date!(2026 - 03 - 29), 1, 0, 120),
                "20260329T010000",
                "20260329T040000",
            ),
            (
                event(date!(2026 - 03 - 29), 2, 30, 60),
                "20260329T000000",
                "20260329T010000",
            ),
        ] {
            let lines = lines(given);
            assert!(
                lines.contains(&format!("DTSTART;TZID=Europe/Berlin:{from}")),
                "{from}: {lines:?}"
            );
            assert!(
                lines.contains(&format!("DTEND;TZID=Europe/Berlin:{to}")),
                "{to}: {lines:?}"
            );
        }
    }

    #[test]
    fn a_stamp_is_universal_time() {
        let lines = lines(Event {
            stamp: berlin_instant(date!(2026 - 07 - 01), MinuteOfDay::MIDNIGHT)
                .unwrap()
                .plus_seconds(7),
            ..event(date!(2026 - 07 - 07), 14, 0, 60)
        });
        assert!(
            lines.contains(&"DTSTAMP:20260630T220007Z".to_owned()),
            "{lines:?}"
        );
    }

    #[test]
    fn a_mark_is_known_again_in_every_way_it_may_be_sent() {
        let mark = etag("x");
        assert!(has_it(&mark, &mark) && has_it("*", &mark));
        assert!(has_it(&format!("\"a\", W/{mark}"), &mark));
        assert!(!has_it("\"a\"", &mark) && !has_it("", &mark));
        assert_ne!(etag("y"), mark);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Whatever stands in a name: the lines keep their length, and a parser reads back what was written.
        #[test]
        fn every_text_survives(title in "[\\PC\n\r]{0,120}", place in "\\PC{0,200}", cancelled: bool) {
            let given = Event { title: title.clone(), place: place.clone(), cancelled, ..event(date!(2026 - 11 - 24), 14, 0, 210) };
            let text = calendar("Termine", &[given]);
            prop_assert!(text.ends_with("END:VCALENDAR\r\n"));
            for line in text.split("\r\n") {
                prop_assert!(line.len() <= LINE, "{} octets: {line}", line.len());
                prop_assert!(!line.contains('\n') && !line.contains('\r'));
            }
            let parsed: Calendar = text.parse().map_err(TestCaseError::fail)?;
            let events: Vec<_> = parsed.components.iter().filter_map(CalendarComponent::as_event).collect();
            prop_assert_eq!(events.len(), 1);
            let kept = |value: &str| value.replace("\r\n", "\n").replace('\r', "").trim().to_owned();
            // The parser cuts spaces at the ends of a value.
            prop_assert_eq!(events[0].get_summary().unwrap_or_default().trim(), kept(&title));
            prop_assert_eq!(events[0].get_location().unwrap_or_default().trim(), kept(&place));
            let status = if cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed };
            prop_assert_eq!(events[0].get_status(), Some(status));
        }
    }
}
