//! The one function that places sessions on days. Everything that plans or changes a series goes through it.
//!
//! Pure: the sessions in their order, the weekly slots, the earliest day, holidays, closures and the present go in; a
//! day for each session, or the reasons why there is none, come out. What was held or is locked goes in with its day
//! and comes out with it.

use time::{Date, Duration, Weekday};

use super::{PlannedSession, SeriesProblem, SkippedDay};
use crate::base::german;
use crate::base::interval::DaySpan;
use crate::base::time::{LocalDateTime, LocalTimeError, MinuteOfDay, berlin_instant};

/// A weekly time at which a group meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The weekday.
    pub weekday: Weekday,
    /// The minute at which sessions begin.
    pub start: MinuteOfDay,
}

/// A session to place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its number, shown to people.
    pub ordinal: u16,
    /// Its length in minutes.
    pub minutes: u16,
    /// At least so many days lie between the session before and this one; 0 and 1 mean the next day at the earliest.
    pub gap_days: u16,
    /// Day and beginning of a session that stays where it is: held, locked or otherwise not to be moved.
    pub fixed: Option<(Date, MinuteOfDay)>,
}

/// The weeks in which a group meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// The weekly times, each on a weekday of its own.
    pub slots: Vec<Slot>,
    /// Weeks from one such week to the next.
    pub interval_weeks: u8,
}

/// What is known about days.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The name of the public holiday on a day, if it is one.
    pub holidays: &'a dyn Fn(Date) -> Option<String>,
    /// Days on which nothing takes place, each with its reason.
    pub closures: &'a [(DaySpan, String)],
    /// Days on which sessions take place although they are holidays or closed, because somebody chose them.
    pub chosen: &'a [Date],
    /// The present in Berlin: nothing is placed before it.
    pub now: LocalDateTime,
}

impl World<'_> {
    /// All reasons why no session can take place on a day from `start` to `end`, or `None` if one can.
    pub fn why_not(&self, day: Date, start: MinuteOfDay, end: MinuteOfDay) -> Option<String> {
        let chosen = self.chosen.contains(&day);
        let holiday = (self.holidays)(day).map(|name| format!("Feiertag: {name}"));
        let closures = self
            .closures
            .iter()
            .filter(|(span, _)| span.contains(day))
            .map(|(_, reason)| format!("Schließzeit: {reason}"));
        let missing = |minute| berlin_instant(day, minute) == Err(LocalTimeError::DoesNotExist);
        let clock_change = (missing(start) || missing(end))
            .then(|| "Zeitumstellung: Diese Uhrzeit gibt es an diesem Tag nicht".to_owned());
        let reasons: Vec<String> = holiday
            .into_iter()
            .chain(closures)
            .filter(|_| !chosen)
            .chain(clock_change)
            .collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }

    /// Whether a time is over or has begun.
    pub fn begun(&self, day: Date, start: MinuteOfDay) -> bool {
        (day, start) <= (self.now.date, self.now.minute)
    }
}

/// What to place.
pub struct Ask<'a> {
    /// The sessions in their order.
    pub items: &'a [Item],
    /// The weekly slots.
    pub rhythm: &'a Rhythm,
    /// The earliest day of a session that is not fixed.
    pub first_day: Date,
    /// A day of a week in which the group meets, if the weeks are settled already; else they begin with the first
    /// slot from the first day on.
    pub anchor: Option<Date>,
    /// What is known about days.
    pub world: World<'a>,
}

/// Sessions on their days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// Exactly the sessions asked for, in their order.
    pub planned: Vec<PlannedSession>,
    /// The days of the rhythm that were left out, with their reasons.
    pub skipped: Vec<SkippedDay>,
}

/// Places the sessions that are not fixed one after another on the first days of the rhythm that are free of holidays
/// and closures, each after every session before it and after its gap.
///
/// # Errors
/// What keeps them from being placed.
pub fn place(ask: &Ask<'_>) -> Result<Placement, SeriesProblem> {
    if ask.rhythm.slots.is_empty() {
        return Err(SeriesProblem::NoSlot);
    }
    let mut slots = ask.rhythm.slots.clone();
    slots.sort_by_key(|slot| (slot.weekday.number_days_from_monday(), slot.start));
    if slots
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a.weekday == b.weekday))
    {
        return Err(SeriesProblem::WeekdayTwice);
    }
    let mut days = Days::new(ask, slots);
    let mut placement = Placement::default();
    let mut last: Option<Date> = None;
    for item in ask.items {
        let session = match item.fixed {
            Some((date, start)) => PlannedSession {
                ordinal: item.ordinal,
                date,
                start,
                end: start.plus_minutes(item.minutes).unwrap_or(start),
            },
            None => free_day(ask, item, last, &mut days, &mut placement.skipped)?,
        };
        last = Some(last.map_or(session.date, |last| last.max(session.date)));
        placement.planned.push(session);
    }
    Ok(placement)
}

fn free_day(
    ask: &Ask<'_>,
    item: &Item,
    last: Option<Date>,
    days: &mut Days,
    skipped: &mut Vec<SkippedDay>,
) -> Result<PlannedSession, SeriesProblem> {
    let gap = Duration::days(i64::from(item.gap_days.max(1)));
    let earliest = match last {
        Some(last) => last
            .checked_add(gap)
            .ok_or(SeriesProblem::BeyondPlanning)?
            .max(ask.first_day),
        None => ask.first_day,
    };
    loop {
        let (date, start) = days.next().ok_or(SeriesProblem::BeyondPlanning)?;
        if date < earliest {
            continue;
        }
        let end = start
            .plus_minutes(item.minutes)
            .ok_or(SeriesProblem::EndsAfterMidnight {
                ordinal: item.ordinal,
                minutes: item.minutes,
            })?;
        if ask.world.begun(date, start) {
            return Err(if date == ask.world.now.date {
                SeriesProblem::BegunToday
            } else {
                SeriesProblem::FirstDayInPast(date)
            });
        }
        match ask.world.why_not(date, start, end) {
            Some(reason) => skipped.push(SkippedDay { date, reason }),
            None => {
                return Ok(PlannedSession {
                    ordinal: item.ordinal,
                    date,
                    start,
                    end,
                });
            }
        }
    }
}

/// The days of a rhythm from a first day on, in order, up to the last year that can be planned.
struct Days {
    slots: Vec<Slot>,
    week: Option<Date>,
    step: Duration,
    turn: usize,
    first_day: Date,
}

impl Days {
    fn new(ask: &Ask<'_>, slots: Vec<Slot>) -> Self {
        let anchor = ask
            .anchor
            .or_else(|| first_slot(&slots, ask.first_day))
            .and_then(monday);
        let weeks = i64::from(ask.rhythm.interval_weeks.max(1));
        let week = anchor.and_then(|anchor| {
            // Straight to the last such week that begins no later than the first day.
            let passed = (ask.first_day - anchor).whole_days().div_euclid(7 * weeks);
            anchor.checked_add(Duration::days(passed * 7 * weeks))
        });
        Self {
            slots,
            week,
            step: Duration::weeks(weeks),
            turn: 0,
            first_day: ask.first_day,
        }
    }

    fn next(&mut self) -> Option<(Date, MinuteOfDay)> {
        loop {
            let Some(slot) = self.slots.get(self.turn) else {
                self.turn = 0;
                self.week = self.week?.checked_add(self.step);
                continue;
            };
            self.turn += 1;
            let offset = i64::from(slot.weekday.number_days_from_monday());
            let day = self.week?.checked_add(Duration::days(offset))?;
            if day.year() > *german::PLANNING_YEARS.end() {
                return None;
            }
            if day >= self.first_day {
                return Some((day, slot.start));
            }
        }
    }
}

fn monday(day: Date) -> Option<Date> {
    day.checked_sub(Duration::days(i64::from(
        day.weekday().number_days_from_monday(),
    )))
}

/// The first day from `day` on that is the weekday of a slot.
pub(super) fn first_slot(slots: &[Slot], day: Date) -> Option<Date> {
    slots
        .iter()
        .filter_map(|slot| {
            let wanted = i64::from(slot.weekday.number_days_from_monday());
            let there = i64::from(day.weekday().number_days_from_monday());
            day.checked_add(Duration::days((wanted - there).rem_euclid(7)))
        })
        .min()
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
