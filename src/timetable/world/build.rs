//! From an [`Instance`] to a [`World`].

use std::collections::{BTreeMap, HashMap};

use super::plan::Plan;
use super::{
    Days, Facility, FacilityKey, Fixed, Group, Instance, InstanceError, Key, Person, PersonKey,
    Published, Room, RoomKey, Single, SingleKey, Span, Table, Trainer, TrainerKey, Traits, Weeks,
    Window, World,
};
use crate::timetable::instance;

/// Numbers for names of one kind, at most 128 different ones.
#[derive(Default)]
struct Vocabulary<'a>(HashMap<&'a str, u32>);

impl<'a> Vocabulary<'a> {
    fn one(&mut self, word: &'a str) -> Result<Traits, InstanceError> {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        let bit = *self.0.entry(word).or_insert(next);
        1u128
            .checked_shl(bit)
            .map(Traits)
            .ok_or_else(|| InstanceError {
                path: "(Anfang)".to_owned(),
                reason: "mehr als 128 verschiedene Sprachen, Qualifikationen oder Haftarten"
                    .to_owned(),
            })
    }

    fn all(&mut self, words: &'a [String]) -> Result<Traits, InstanceError> {
        let mut traits = Traits::default();
        for word in words {
            traits.0 |= self.one(word)?.0;
        }
        Ok(traits)
    }
}

fn window(span: &instance::WeeklySpan) -> Window {
    Window {
        weekday: span.weekday,
        span: Span {
            from: span.from,
            to: span.to,
        },
    }
}

impl World {
    /// Builds the model of an instance.
    ///
    /// # Errors
    /// [`InstanceError`] when a published plan does not fit the instance, or when there are more languages or
    /// qualifications than fit.
    pub fn new(instance: &Instance) -> Result<Self, InstanceError> {
        let mut words = Vocabulary::default();
        let mut world = Self {
            name: instance.name.clone(),
            start: instance.start,
            weeks: instance.weeks,
            grid: instance.grid,
            gate: instance.gate_minutes,
            facilities: Table::new(Vec::new()),
            rooms: Table::new(Vec::new()),
            trainers: Table::new(Vec::new()),
            groups: Table::new(Vec::new()),
            people: Table::new(Vec::new()),
            singles: Table::new(Vec::new()),
            repair: None,
            fixed: Vec::new(),
            travel: instance.travel.iter().flatten().copied().collect(),
            towns: instance.towns.len(),
        };
        world.add_facilities(instance);
        world.trainers = Table::new(
            instance
                .trainers
                .iter()
                .map(|one| world.trainer(one, &mut words))
                .collect::<Result<_, _>>()?,
        );
        world.groups = Table::new(
            instance
                .groups
                .iter()
                .map(|one| group(instance, one, &mut words))
                .collect::<Result<_, _>>()?,
        );
        let mut people = Table::new(
            instance
                .participants
                .iter()
                .map(|one| world.person(one, &mut words))
                .collect::<Result<Vec<_>, _>>()?,
        );
        for (one, other) in &instance.separations {
            let (one, other) = (PersonKey::of(*one), PersonKey::of(*other));
            for (from, to) in [(one, other), (other, one)] {
                let list: &mut Vec<PersonKey> = &mut people[from].separated;
                if !list.contains(&to) {
                    list.push(to);
                }
            }
        }
        let mut singles = Vec::with_capacity(instance.singles.len());
        for (place, one) in instance.singles.iter().enumerate() {
            let person = PersonKey::of(one.participant);
            people[person].singles.push(SingleKey::of(place));
            singles.push(Single {
                id: one.id.clone(),
                facility: FacilityKey::of(one.facility),
                person,
                minutes: one.minutes,
                guests: one.guests,
                range: (world.day(one.range.first), world.day(one.range.last)),
                needs: words.all(&one.needs)?,
                needs_names: one.needs.clone(),
                trainer: one.trainer.map(TrainerKey::of),
                prio: one.prio,
            });
        }
        world.people = people;
        world.singles = Table::new(singles);
        world.fixed = instance
            .fixed
            .iter()
            .map(|one| Fixed {
                label: one.label.clone(),
                day: world.day(one.span.date),
                span: Span {
                    from: one.span.from,
                    to: one.span.to,
                },
                facility: FacilityKey::of(one.facility),
                room: one.room.map(RoomKey::of),
                trainers: one.trainers.iter().copied().map(TrainerKey::of).collect(),
            })
            .collect();
        if let Some(repair) = &instance.repair {
            world.repair = Some(Published {
                now: world.day(repair.now),
                plan: Plan::read(&world, &repair.published)
                    .map_err(|error| error.under("published"))?,
                disruptions: repair.disruptions.clone(),
            });
        }
        Ok(world)
    }

    fn add_facilities(&mut self, instance: &Instance) {
        let mut facilities = Vec::with_capacity(instance.facilities.len());
        let mut rooms = Vec::new();
        for (place, one) in instance.facilities.iter().enumerate() {
            let mut open = Days::all(self.weeks);
            let holidays = instance.holidays.get(&one.state);
            for date in one.closed.iter().chain(holidays.into_iter().flatten()) {
                open.remove(self.day(*date));
            }
            let first_room = rooms.len();
            rooms.extend(one.rooms.iter().map(|room| {
                Room {
                    id: room.id.clone(),
                    facility: FacilityKey::of(place),
                    for_groups: room.for_groups,
                    cap: room.cap,
                    sec: room.sec,
                    weekly_blocked: room.weekly_blocked.iter().map(window).collect(),
                    blocked: room
                        .blocked
                        .iter()
                        .map(|span| {
                            let minutes = Span {
                                from: span.from,
                                to: span.to,
                            };
                            (self.day(span.date), minutes)
                        })
                        .collect(),
                }
            }));
            // A day given twice counts once, with its last number, as in any JSON object.
            let announced: BTreeMap<_, _> = one
                .ext_load
                .iter()
                .map(|(date, load)| (self.day(*date), *load))
                .collect();
            facilities.push(Facility {
                id: one.id.clone(),
                town: one.town,
                windows: one.windows.iter().map(window).collect(),
                open,
                ext_cap: one.ext_cap,
                announced: announced.into_iter().collect(),
                rooms: (first_room..rooms.len()).map(RoomKey::of).collect(),
            });
        }
        self.facilities = Table::new(facilities);
        self.rooms = Table::new(rooms);
    }

    fn trainer<'a>(
        &self,
        one: &'a instance::Trainer,
        words: &mut Vocabulary<'a>,
    ) -> Result<Trainer, InstanceError> {
        let mut absent = Days::default();
        for range in &one.absent {
            absent.insert_range(self.day(range.first), self.day(range.last));
        }
        let mut present = Days::all(self.weeks);
        for day in (0..self.end()).filter(|day| absent.has(*day)) {
            present.remove(day);
        }
        let mut access: Vec<(FacilityKey, Days)> = Vec::new();
        for (place, range) in &one.access {
            let facility = FacilityKey::of(*place);
            let (first, last) = (self.day(range.first), self.day(range.last));
            match access.iter_mut().find(|(known, _)| *known == facility) {
                Some((_, days)) => days.insert_range(first, last),
                None => {
                    let mut days = Days::default();
                    days.insert_range(first, last);
                    access.push((facility, days));
                }
            }
        }
        Ok(Trainer {
            id: one.id.clone(),
            home: one.home,
            lead: one.lead,
            langs: words.all(&one.langs)?,
            quals: words.all(&one.quals)?,
            hours: one.avail.iter().map(window).collect(),
            present,
            access,
            max_day: one.max_day,
            max_week: one.max_week_min,
        })
    }

    fn person<'a>(
        &self,
        one: &'a instance::Participant,
        words: &mut Vocabulary<'a>,
    ) -> Result<Person, InstanceError> {
        Ok(Person {
            id: one.id.clone(),
            facility: FacilityKey::of(one.facility),
            cat: words.one(&one.cat)?,
            langs: words.all(&one.langs)?,
            sec: one.sec,
            prio: one.prio,
            out: self.day(one.out),
            blocks: one
                .blocks
                .iter()
                .map(|(span, range)| {
                    let (first, last) = (self.day(range.first), self.day(range.last));
                    (window(span), Weeks::between(span.weekday, first, last))
                })
                .collect(),
            dates: one
                .dates
                .iter()
                .map(|span| {
                    let minutes = Span {
                        from: span.from,
                        to: span.to,
                    };
                    (self.day(span.date), minutes)
                })
                .collect(),
            waits: one.needs_group,
            separated: Vec::new(),
            singles: Vec::new(),
        })
    }
}

fn group<'a>(
    instance: &Instance,
    one: &'a instance::Group,
    words: &mut Vocabulary<'a>,
) -> Result<Group, InstanceError> {
    let programme = instance
        .programmes
        .get(one.programme)
        .ok_or_else(|| InstanceError {
            path: one.id.clone(),
            reason: "die Maßnahme gibt es nicht".to_owned(),
        })?;
    Ok(Group {
        id: one.id.clone(),
        programme: programme.id.clone(),
        facility: FacilityKey::of(one.facility),
        sessions: programme.sessions,
        minutes: programme.minutes,
        min: usize::from(programme.min),
        max: usize::from(programme.max),
        ideal: usize::from(programme.ideal),
        max_missed: u32::from(programme.max_missed),
        max_skips: u32::from(programme.max_skips),
        cat: words.one(&one.cat)?,
        lang: words.one(&one.lang)?,
        lang_name: one.lang.clone(),
        needs: words.all(&one.needs)?,
        needs_names: one.needs.clone(),
        start_weeks: (i32::from(one.start_min), i32::from(one.start_max)),
        must_run: one.must_run,
    })
}
