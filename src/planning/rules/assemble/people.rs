//! Who may take part: those who wait, and the members of the groups that are asked about.

use std::collections::BTreeSet;

use time::{Date, Duration};

use super::{Bench, DAY, GERMAN, KIND, LEAVES_SOON, LONG_WAIT, Seat, days, minutes};
use crate::base::ids::{PersonId, ProgrammeId};
use crate::conflicts::rules::{Days, Person, What};
use crate::planning::rules::facts::Waiting;
use crate::timetable::instance::{DateRange, DatedSpan, Participant, WeeklySpan};

/// Why somebody is in an instance.
#[derive(Clone, Copy)]
enum Part<'a> {
    Waits(&'a Waiting),
    Member,
    Client,
}

impl Bench<'_> {
    pub(super) fn participants(&mut self) -> (Vec<Participant>, Vec<(usize, usize)>) {
        let mut made = Vec::new();
        for house in &self.facts.houses {
            let Some(facility) = self.place(house.id) else {
                continue;
            };
            let asked: BTreeSet<ProgrammeId> = self.programmes_at(house.id);
            for one in &house.waiting {
                let wanted = asked.contains(&one.programme)
                    && (one.suitable || self.order.everybody)
                    && !one.foreseen;
                if !wanted || self.people.iter().any(|seat| seat.person == one.person) {
                    continue;
                }
                let known = house.known.people.get(&one.person);
                made.push(self.participant(facility, known, Part::Waits(one)));
                self.people.push(Seat {
                    person: one.person,
                    application: Some(one.application),
                    name: Some(one.name.clone()),
                });
            }
            let members: BTreeSet<PersonId> = self
                .series
                .iter()
                .filter(|series| series.facility == house.id)
                .flat_map(|series| series.members.iter().copied())
                .collect();
            for person in members {
                if self.people.iter().any(|seat| seat.person == person) {
                    continue;
                }
                let known = house.known.people.get(&person);
                made.push(self.participant(facility, known, Part::Member));
                self.people.push(Seat {
                    person,
                    application: None,
                    name: known.and_then(|known| known.name.clone()),
                });
            }
        }
        let place = |person: PersonId| self.people.iter().position(|seat| seat.person == person);
        let mut apart = BTreeSet::new();
        for (one, other) in self
            .facts
            .houses
            .iter()
            .flat_map(|house| &house.known.separations)
        {
            if let (Some(one), Some(other)) = (place(*one), place(*other))
                && one != other
            {
                apart.insert((one.min(other), one.max(other)));
            }
        }
        (made, apart.into_iter().collect())
    }

    /// Somebody who is talked with, under a number.
    pub(super) fn client(
        &self,
        facility: usize,
        known: Option<&Person>,
        number: usize,
    ) -> Participant {
        Participant {
            id: format!("Person {}", number + 1),
            ..self.participant(facility, known, Part::Client)
        }
    }

    fn participant(&self, facility: usize, known: Option<&Person>, part: Part<'_>) -> Participant {
        let waits = match part {
            Part::Waits(one) => Some(one),
            Part::Member | Part::Client => None,
        };
        let far = self.last + Duration::days(400);
        let leaves =
            known.and_then(|known| [known.release, known.leaves].into_iter().flatten().min());
        let out = match part {
            Part::Waits(_) | Part::Client => leaves.unwrap_or(far),
            // Members stay in the group while its dates move.
            Part::Member => far,
        };
        let language = known
            .and_then(|known| known.language.clone())
            .filter(|_| waits.is_some());
        let (mut blocks, mut dates) = (Vec::new(), Vec::new());
        for engagement in known.iter().flat_map(|known| &known.engagements) {
            if matches!(&engagement.what, What::Session(_, group, _) if self.is_open(*group)) {
                continue;
            }
            let span = engagement
                .span
                .map_or((0, DAY), |span| minutes(span.from, span.to));
            self.engaged(engagement.days, span, &mut blocks, &mut dates);
        }
        Participant {
            id: waits.map_or_else(
                || format!("Mitglied {}", self.people.len() + 1),
                |one| format!("Antrag {}", one.application),
            ),
            facility,
            cat: KIND.to_owned(),
            langs: vec![language.unwrap_or_else(|| GERMAN.to_owned())],
            sec: waits.map_or(0, |_| {
                known.map_or(0, |known| u8::try_from(known.security).unwrap_or(0))
            }),
            prio: waits.map_or(1, |one| self.weight(one, leaves)),
            out,
            blocks,
            dates,
            needs_group: waits.is_some(),
        }
    }

    fn weight(&self, one: &Waiting, leaves: Option<Date>) -> u32 {
        if one.court_order {
            8
        } else if leaves.is_some_and(|day| day <= self.last + Duration::days(LEAVES_SOON)) {
            5
        } else if (self.facts.today - one.since).whole_days() > LONG_WAIT {
            3
        } else {
            1
        }
    }

    fn engaged(
        &self,
        on: Days,
        (from, to): (u16, u16),
        blocks: &mut Vec<(WeeklySpan, DateRange)>,
        dates: &mut Vec<DatedSpan>,
    ) {
        if from >= to {
            return;
        }
        let within = |first: Date, after: Option<Date>| {
            let last = after.and_then(Date::previous_day).unwrap_or(self.last);
            let range = DateRange {
                first: first.max(self.monday),
                last: last.min(self.last),
            };
            (range.first <= range.last).then_some(range)
        };
        match on {
            Days::Weekly(weekday, first, after) => {
                if let Some(range) = within(first, after) {
                    let weekday = weekday.number_days_from_monday();
                    blocks.push((WeeklySpan { weekday, from, to }, range));
                }
            }
            Days::Every(first, after) => {
                if let Some(range) = within(first, after) {
                    let all = days(range.first, range.last);
                    dates.extend(all.map(|date| DatedSpan { date, from, to }));
                }
            }
        }
    }
}
