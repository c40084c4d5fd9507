//! Broken rules on their way to sentences, and the words that all sentences use.

use super::super::bookings::Owner;
use super::super::world::{Day, Span, World};
use super::{Party, Rule, Violation};
use crate::base::german;
use crate::base::time::MinuteOfDay;

/// A broken rule and the days on which it is broken (none: whatever the day).
struct Finding {
    rule: Rule,
    parties: Vec<Party>,
    reason: String,
    days: Vec<Day>,
}

/// Broken rules, gathered so that the same reason on many days is one sentence.
#[derive(Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn add(
        &mut self,
        rule: Rule,
        parties: impl Into<Vec<Party>>,
        reason: impl Into<String>,
        day: Option<Day>,
    ) {
        let (parties, reason) = (parties.into(), reason.into());
        let known = self
            .0
            .iter_mut()
            .find(|one| one.rule == rule && one.reason == reason && alike(&one.parties, &parties));
        match known {
            Some(finding) => {
                // Who is named stays complete: each date of what takes place anyway is a party of its own.
                let more = parties
                    .into_iter()
                    .filter(|party| !finding.parties.contains(party));
                let more: Vec<Party> = more.collect();
                finding.parties.extend(more);
                if !day.is_some_and(|day| finding.days.contains(&day)) {
                    finding.days.extend(day);
                }
            }
            None => self.0.push(Finding {
                rule,
                parties,
                reason,
                days: day.into_iter().collect(),
            }),
        }
    }

    /// One violation per reason, with its days.
    pub(super) fn into_violations(self, world: &World) -> Vec<Violation> {
        let mut found: Vec<Violation> = self
            .0
            .into_iter()
            .map(|finding| {
                let when = match finding.days.as_slice() {
                    [] => String::new(),
                    [day] => format!(" (am {})", date(world, *day)),
                    [first, ..] => format!(
                        " (an {} Terminen, zuerst am {})",
                        finding.days.len(),
                        date(world, *first)
                    ),
                };
                let text = format!("{}{when}.", finding.reason);
                Violation::new(finding.rule, finding.parties, text)
            })
            .collect();
        found.sort_by_key(|one| one.rule);
        found
    }
}

/// Whether two lists name the same, dates of what takes place anyway apart.
fn alike(one: &[Party], other: &[Party]) -> bool {
    let named = |parties: &[Party]| -> Vec<Party> {
        let named = parties
            .iter()
            .filter(|party| !matches!(party, Party::Fixed(_)));
        named.copied().collect()
    };
    named(one) == named(other)
}

/// A day as people read it: `Di., 12.01.2027`.
pub(in super::super) fn date(world: &World, day: Day) -> String {
    german::weekday_date(world.date(day))
}

/// A span as people read it: `13:00–15:30 Uhr`.
pub(in super::super) fn time(span: Span) -> String {
    let minute = |value: u16| MinuteOfDay::new(value).unwrap_or(MinuteOfDay::MIDNIGHT);
    if span.to > 24 * 60 {
        return format!(
            "{} Uhr bis nach Mitternacht",
            german::time(minute(span.from))
        );
    }
    german::time_range(minute(span.from), minute(span.to))
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

/// The name of a weekday.
pub(in super::super) fn weekday(number: u8) -> &'static str {
    WEEKDAYS.get(usize::from(number)).copied().unwrap_or("?")
}

/// What an event belongs to, for a sentence.
pub(in super::super) fn owner_name(world: &World, owner: Owner) -> (Party, String) {
    match owner {
        Owner::Session(group, _) => (
            Party::Group(group),
            format!("Gruppe {}", world.groups[group].id),
        ),
        Owner::Single(single) => (
            Party::Single(single),
            format!("Einzeltermin {}", world.singles[single].id),
        ),
        Owner::Fixed(place) => (
            Party::Fixed(place),
            world
                .fixed
                .get(place as usize)
                .map_or_else(String::new, |fixed| fixed.label.clone()),
        ),
    }
}
