//! Talks as single appointments, in an instance of their own: those that are due, and those that are planned and cannot
//! take place. Groups come first; talks are put around them.
//!
//! A talk takes no room that anybody books: each counsellor gets a place of their own in a house. Talks that can take
//! place stay what they are: taken time.

use std::collections::BTreeMap;

use time::{Date, Duration};

use super::{Bench, DueTalk, Lost, Made, days, small, stretches};
use crate::base::calendar::saxon_holiday;
use crate::base::ids::{FacilityId, PersonId, ProgrammeId, StaffId};
use crate::conflicts::rules::{Engagement, What};
use crate::cover::rules::{Gap, gap};
use crate::planning::rules::facts::{Disruption, House};
use crate::planning::rules::talks::Booked;
use crate::timetable::instance::{
    DateRange, DatedSpan, FixedEvent, Instance, Participant, Room, Single,
};
use crate::timetable::measure::MOST_TALKS_A_DAY;
use crate::timetable::world::{Day, Key, Plan, World};

/// What a talk that finds no time weighs.
const WEIGHT: u32 = 1;

/// The talks for which times are looked for.
#[derive(Debug, Clone)]
pub struct Talks {
    /// They as an instance, to be put around groups by [`Made::around`].
    instance: Instance,
    /// The single appointments.
    pub due: Vec<DueTalk>,
    /// Planned talks that cannot take place and for which there is no day, or about which the counsellor was asked already.
    pub timeless: Vec<DueTalk>,
    /// Who is talked with, as in the instance.
    clients: Vec<PersonId>,
}

impl Talks {
    /// Everybody they are with.
    pub fn people(&self) -> impl Iterator<Item = PersonId> {
        self.due.iter().chain(&self.timeless).map(|one| one.person)
    }

    /// The places of the single appointments of each case.
    pub fn series(&self) -> Vec<Vec<usize>> {
        let mut cases: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (place, talk) in self.due.iter().enumerate() {
            cases.entry(talk.case).or_default().push(place);
        }
        cases.into_values().collect()
    }

    /// How many days are to lie between a talk and the one before it in its case, at least: two thirds of what was agreed.
    pub fn least_days(&self, place: usize) -> Day {
        let period = self.due.get(place).and_then(|due| due.period);
        let days = period.map_or(0, |(first, last)| (last - first).whole_days() + 1);
        Day::try_from(days * 2 / 3).unwrap_or(0)
    }
}

impl Made {
    /// The talks as an instance in which the sessions of a plan take place anyway.
    pub fn around(&self, world: &World, plan: &Plan) -> Instance {
        let mut instance = self.talks.instance.clone();
        for (key, course) in plan.groups.iter() {
            let Some(course) = course else { continue };
            let minutes = world.groups[key].minutes;
            let people = course.members.iter().filter_map(|member| {
                let person = self.people.get(member.place())?.person;
                self.talks.clients.iter().position(|one| *one == person)
            });
            let people: Vec<usize> = people.collect();
            for session in &course.sessions {
                let span = DatedSpan {
                    date: world.date(session.day),
                    from: session.start,
                    to: session.start + minutes,
                };
                for person in &people {
                    if let Some(client) = instance.participants.get_mut(*person) {
                        client.dates.push(span);
                    }
                }
                instance.fixed.push(FixedEvent {
                    label: "eine Gruppe".to_owned(),
                    facility: world.groups[key].facility.place(),
                    room: None,
                    trainers: session.trainers.iter().map(|one| one.place()).collect(),
                    span,
                });
            }
        }
        instance
    }
}

/// A talk for which a time is looked for.
struct Sought {
    due: DueTalk,
    programme: ProgrammeId,
    range: (Date, Date),
}

impl Bench<'_> {
    /// The talks, after everything else of the instance was made.
    pub(super) fn talks(&self, groups: &Instance) -> Talks {
        let mut made = Talks {
            instance: Instance {
                programmes: Vec::new(),
                groups: Vec::new(),
                participants: Vec::new(),
                separations: Vec::new(),
                repair: None,
                ..groups.clone()
            },
            due: Vec::new(),
            timeless: Vec::new(),
            clients: Vec::new(),
        };
        for fixed in &mut made.instance.fixed {
            fixed.room = None;
        }
        for facility in &mut made.instance.facilities {
            facility.rooms.clear();
        }
        for trainer in &mut made.instance.trainers {
            trainer.access.clear();
            trainer.quals.clear();
            trainer.max_day = MOST_TALKS_A_DAY;
        }
        for house in &self.facts.houses {
            let (sought, timeless) = self.sought(house);
            made.timeless.extend(timeless);
            self.house_talks(house, sought, &mut made);
        }
        made
    }

    fn house_talks(&self, house: &House, sought: Vec<Sought>, made: &mut Talks) {
        let Some(place) = self.place(house.id) else {
            return;
        };
        let mut allowed: BTreeMap<(StaffId, ProgrammeId), Vec<DateRange>> = BTreeMap::new();
        for one in sought {
            let Ok(trainer) = self.trainers.binary_search(&one.due.staff) else {
                continue;
            };
            let key = (one.due.staff, one.programme);
            let ranges = allowed.entry(key).or_insert_with(|| {
                let ranges = self.let_in(house.id, key);
                self.admit(made, (place, trainer), one.programme, &ranges);
                ranges
            });
            // The longest stretch of days on which the counsellor may come for just this.
            let within = |range: &DateRange| {
                let (first, last) = (range.first.max(one.range.0), range.last.min(one.range.1));
                (first <= last).then_some(DateRange { first, last })
            };
            let range = ranges.iter().filter_map(within);
            let Some(range) = range.max_by_key(|range| range.last - range.first) else {
                made.timeless.push(one.due);
                continue;
            };
            let client = made
                .clients
                .iter()
                .position(|known| *known == one.due.person);
            let client = client.unwrap_or_else(|| {
                let known = house.known.people.get(&one.due.person);
                let client: Participant = self.client(place, known, made.clients.len());
                made.instance.participants.push(client);
                made.clients.push(one.due.person);
                made.clients.len() - 1
            });
            made.instance.singles.push(Single {
                id: format!("Gespräch {}", made.due.len() + 1),
                facility: place,
                participant: client,
                minutes: small(one.due.minutes),
                guests: 0,
                range,
                needs: vec![one.programme.to_string()],
                trainer: Some(trainer),
                prio: WEIGHT,
            });
            made.due.push(one.due);
        }
    }

    /// Lets a counsellor into a house for a programme, to a place of their own.
    fn admit(
        &self,
        made: &mut Talks,
        (place, trainer): (usize, usize),
        programme: ProgrammeId,
        ranges: &[DateRange],
    ) {
        if let Some(known) = made.instance.trainers.get_mut(trainer) {
            known.quals.push(programme.to_string());
            known
                .access
                .extend(ranges.iter().map(|range| (place, *range)));
        }
        if let Some(facility) = made.instance.facilities.get_mut(place) {
            facility.rooms.push(Room {
                id: format!("{} Gespräche {}", facility.id, facility.rooms.len() + 1),
                for_groups: false,
                cap: 1000,
                sec: 100,
                weekly_blocked: Vec::new(),
                blocked: Vec::new(),
            });
        }
    }

    /// The days on which a counsellor may come to a house for a programme, absent or not.
    fn let_in(
        &self,
        facility: FacilityId,
        (staff, programme): (StaffId, ProgrammeId),
    ) -> Vec<DateRange> {
        let known = self.facts.staff.get(&staff);
        let access = known.and_then(|staff| staff.access.get(&(facility, programme)));
        let may =
            |day| access.is_some_and(|facts| matches!(gap(facts, day), None | Some(Gap::Absent)));
        stretches(days(self.monday, self.last).map(|day| (day, may(day))))
    }

    /// The talks of a house for which times are looked for, and those for which none can be.
    fn sought(&self, house: &House) -> (Vec<Sought>, Vec<DueTalk>) {
        let (mut found, mut timeless) = (Vec::new(), Vec::new());
        if let Some(asked) = self.order.talks {
            let asked = (asked.0.max(self.facts.today + Duration::DAY), asked.1);
            for one in &house.talks {
                let leaves = leaves(house, one.person);
                let before = |day: Date| leaves.is_none_or(|leaves| day < leaves);
                for due in one.due(asked).into_iter().filter(|due| before(due.range.0)) {
                    found.push(Sought {
                        due: DueTalk {
                            case: one.case,
                            person: one.person,
                            facility: house.id,
                            staff: one.staff,
                            minutes: one.minutes,
                            period: Some(due.period),
                            lost: None,
                        },
                        programme: one.programme,
                        range: due.range,
                    });
                }
            }
        }
        if let Some(now) = self.order.now {
            for one in &house.booked {
                let Some((why, by_counsellor)) = self.lost(house, one) else {
                    continue;
                };
                let due = DueTalk {
                    case: one.case,
                    person: one.person,
                    facility: house.id,
                    staff: one.staff,
                    minutes: one.minutes,
                    period: None,
                    lost: Some(Lost {
                        talk: one.talk,
                        day: one.day,
                        start: one.start,
                        why,
                        by_counsellor,
                        answer: one.answer.clone(),
                    }),
                };
                let range = one.instead(now, leaves(house, one.person));
                match range.filter(|_| one.answer.is_none()) {
                    Some(range) => found.push(Sought {
                        due,
                        programme: one.programme,
                        range,
                    }),
                    None => timeless.push(due),
                }
            }
        }
        (found, timeless)
    }

    /// Why a planned talk cannot take place, if that is so, and whether it is because of the counsellor.
    fn lost(&self, house: &House, talk: &Booked) -> Option<(String, bool)> {
        if let Some(why) = house.known.house.closed_on(talk.day).next() {
            return Some((format!("Das Haus ist geschlossen: {why}"), false));
        }
        if let Some(name) = saxon_holiday(talk.day) {
            return Some((name.to_owned(), false));
        }
        for one in &self.order.disruptions {
            match one {
                Disruption::Closed(id, first, last)
                    if *id == house.id && (*first..=*last).contains(&talk.day) =>
                {
                    return Some(("Das Haus ist geschlossen".to_owned(), false));
                }
                Disruption::Away(id, first, last)
                    if *id == talk.staff && (*first..=*last).contains(&talk.day) =>
                {
                    return Some(("Die Fachkraft fällt aus".to_owned(), true));
                }
                _ => {}
            }
        }
        let staff = self.facts.staff.get(&talk.staff)?;
        let access = staff.access.get(&(house.id, talk.programme))?;
        if let Some(gap) = gap(access, talk.day) {
            return Some((gap.words(self.facts.today), true));
        }
        if leaves(house, talk.person).is_some_and(|day| day <= talk.day) {
            let why = "Die Person wird vorher entlassen oder verlegt";
            return Some((why.to_owned(), false));
        }
        let away =
            |one: &Engagement| matches!(one.what, What::Absent(_)) && one.days.contains(talk.day);
        let person = house.known.people.get(&talk.person)?;
        let away = person.engagements.iter().any(away);
        away.then(|| {
            (
                "Die Person ist an diesem Tag nicht im Haus".to_owned(),
                false,
            )
        })
    }
}

/// The first day on which somebody is no longer in a house, as far as it is known.
fn leaves(house: &House, person: PersonId) -> Option<Date> {
    let known = house.known.people.get(&person)?;
    [known.release, known.leaves].into_iter().flatten().min()
}
