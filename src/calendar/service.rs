//! Use cases: a span of days with what lies in them, the day's list for the wards, a trainer's subscription.

use std::collections::BTreeMap;

use time::{Date, Duration};

use super::rules::Span;
use super::rules::ics::{self, Event};
use super::store::ward::{self, OtherRow, WardRow};
use super::store::{self, Choice, EntryRow};
use crate::base::calendar::saxon_holiday;
use crate::base::ids::FacilityId;
use crate::base::time::berlin_today;
use crate::groups::rules::{minute, session_number};
use crate::store::{Result, Rows};

/// A day of the calendar.
#[derive(Debug, Clone)]
pub(super) struct Day {
    pub date: Date,
    /// Days of another month that fill its weeks stay empty.
    pub outside: bool,
    pub holiday: Option<&'static str>,
    /// Which facility is closed, and why.
    pub closed: Vec<(String, String)>,
    pub entries: Vec<EntryRow>,
}

/// Days with what lies in them.
#[derive(Debug, Clone)]
pub(super) struct Days {
    /// Weeks of seven days, or the one day of today's page.
    pub rows: Vec<Vec<Day>>,
    /// There are more dates than are shown.
    pub more: bool,
}

impl Days {
    /// How many dates are shown.
    pub fn entries(&self) -> usize {
        self.rows
            .iter()
            .flatten()
            .map(|day| day.entries.len())
            .sum()
    }

    /// Whether dates of several facilities are shown, so that each says where it is.
    pub fn several_places(&self) -> bool {
        let mut names: Vec<&str> = self
            .rows
            .iter()
            .flatten()
            .flat_map(|day| &day.entries)
            .map(|entry| entry.facility_name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        names.len() > 1
    }
}

/// The days of a span with the chosen dates: two statements.
pub(super) async fn span<R: Rows>(rows: &R, span: Span, choice: &Choice) -> Result<Days> {
    let weeks: Vec<Vec<Date>> = span
        .weeks()
        .into_iter()
        .map(|week| week.days().to_vec())
        .collect();
    let outside = |day: Date| match span {
        Span::Week(_) => false,
        Span::Month(month) => !month.contains(day),
    };
    days(rows, weeks, span.bounds(), &outside, choice).await
}

/// One day with all its dates: two statements.
pub(super) async fn day<R: Rows>(rows: &R, date: Date) -> Result<Days> {
    let choice = Choice::default();
    days(rows, vec![vec![date]], (date, date), &|_| false, &choice).await
}

async fn days<R: Rows>(
    rows: &R,
    weeks: Vec<Vec<Date>>,
    bounds: (Date, Date),
    outside: &(dyn Fn(Date) -> bool + Sync),
    choice: &Choice,
) -> Result<Days> {
    let mut found = store::entries(rows, bounds, choice, store::ENTRIES).await?;
    let closures = store::closures(rows, bounds, choice).await?;
    let more = found.len() > store::ENTRIES;
    found.truncate(store::ENTRIES);
    let mut by_day: BTreeMap<Date, Vec<EntryRow>> = BTreeMap::new();
    for entry in found {
        by_day.entry(entry.day).or_default().push(entry);
    }
    let rows = weeks
        .into_iter()
        .map(|week| {
            week.into_iter()
                .map(|date| {
                    let outside = outside(date);
                    let closed = closures
                        .iter()
                        .filter(|closure| {
                            !outside && closure.first_day <= date && date < closure.day_after
                        })
                        .map(|closure| (closure.facility_name.clone(), closure.reason.clone()))
                        .collect();
                    Day {
                        date,
                        outside,
                        holiday: saxon_holiday(date).filter(|_| !outside),
                        closed,
                        entries: by_day
                            .remove(&date)
                            .filter(|_| !outside)
                            .unwrap_or_default(),
                    }
                })
                .collect()
        })
        .collect();
    Ok(Days { rows, more })
}

/// The list for the wards.
#[derive(Debug)]
pub(super) struct WardList {
    /// Who has to be brought, by time.
    pub people: Vec<WardRow>,
    /// How many are absent or suspended.
    pub away: usize,
    pub others: Vec<OtherRow>,
    /// There are more people than are shown.
    pub more: bool,
}

/// The list for the wards of a facility on a day: two statements.
pub(super) async fn ward_list<R: Rows>(
    rows: &R,
    facility: FacilityId,
    day: Date,
) -> Result<WardList> {
    let mut people = ward::people(rows, facility, day).await?;
    let others = ward::others(rows, facility, day).await?;
    let more = people.len() > ward::LINES;
    people.truncate(ward::LINES);
    let all = people.len();
    people.retain(|person| !person.away);
    Ok(WardList {
        away: all - people.len(),
        people,
        others,
        more,
    })
}

/// Days back for which a subscription holds dates.
const FEED_BACK: i64 = 30;
/// Days ahead.
const FEED_AHEAD: i64 = 400;

/// The calendar that a subscription gives: what its holder may see today. It leaves the house and lies on telephones
/// and servers of others; so it names the facility, the room of a session and its number, never a group, a programme,
/// or a person.
pub(super) async fn feed<R: Rows>(rows: &R) -> Result<String> {
    let today = berlin_today(rows.now());
    let bounds = (
        today.saturating_sub(Duration::days(FEED_BACK)),
        today.saturating_add(Duration::days(FEED_AHEAD)),
    );
    let found = store::entries(rows, bounds, &Choice::default(), store::FEED).await?;
    let events: Vec<Event> = found.iter().take(store::FEED).filter_map(event).collect();
    Ok(ics::calendar("Geleit", &events))
}

fn event(entry: &EntryRow) -> Option<Event> {
    let facility = &entry.facility_name;
    let (title, place) = match entry.kind.as_str() {
        "session" => (
            format!("Gruppe, {facility}, {}", session_number(entry.ordinal)),
            format!("{facility}, {}", entry.place),
        ),
        // Their destination is free text, in which somebody may have written a name after all.
        "visit" => (format!("Einzeltermin, {facility}"), facility.clone()),
        "plan" if facility.is_empty() => ("Termin".to_owned(), String::new()),
        "family" | "plan" => (format!("Termin, {facility}"), facility.clone()),
        _ => return None,
    };
    Some(Event {
        id: entry.id,
        sequence: entry.version,
        stamp: entry.created_at,
        day: entry.day,
        start: minute(entry.start_minute?),
        minutes: entry.minutes,
        title,
        place,
        cancelled: entry.state == "cancelled",
    })
}
