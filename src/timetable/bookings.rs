//! Who and what is taken when: the state of the calendar. Adding and taking out an event keeps the running sums of
//! travel and work load, so that the search pays for what changes only.

use super::world::{
    Appointment, Course, Day, Days, FacilityKey, Fixed, Grid, GroupKey, Key, Plan, RoomKey,
    Session, SingleKey, Span, Table, TrainerKey, World, week_of,
};

/// What an event belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// A session of a group, counted from 0.
    Session(GroupKey, u8),
    /// A one-to-one event.
    Single(SingleKey),
    /// What takes place anyway: its place in [`World::fixed`].
    Fixed(u32),
}

/// Something that takes place, or is meant to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it belongs to.
    pub owner: Owner,
    /// The day.
    pub day: Day,
    /// The minutes.
    pub span: Span,
    /// The prison.
    pub facility: FacilityKey,
    /// The room.
    pub room: RoomKey,
    /// Who holds it; a one-to-one event has the same trainer twice.
    pub pair: [TrainerKey; 2],
}

impl Event {
    /// A session of a group.
    pub fn session(world: &World, group: GroupKey, number: usize, session: &Session) -> Self {
        let known = &world.groups[group];
        Self {
            owner: Owner::Session(group, u8::try_from(number).unwrap_or(u8::MAX)),
            day: session.day,
            span: session.span(known.minutes),
            facility: known.facility,
            room: session.room,
            pair: session.trainers,
        }
    }

    /// A one-to-one event.
    pub fn single(world: &World, single: SingleKey, appointment: &Appointment) -> Self {
        let known = &world.singles[single];
        Self {
            owner: Owner::Single(single),
            day: appointment.day,
            span: Span::lasting(appointment.start, known.minutes),
            facility: known.facility,
            room: appointment.room,
            pair: [appointment.trainer; 2],
        }
    }

    /// Who holds it, everybody once.
    pub fn trainers(&self) -> impl Iterator<Item = TrainerKey> + use<> {
        let [one, two] = self.pair;
        std::iter::once(one).chain((one != two).then_some(two))
    }
}

/// An event as it stands in somebody's or some room's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking {
    /// What it belongs to.
    pub owner: Owner,
    /// The minutes.
    pub span: Span,
    /// The prison.
    pub facility: FacilityKey,
    /// The trainer this entry is about (of two that a session has).
    pub trainer: TrainerKey,
}

/// The state of the calendar.
#[derive(Clone, Debug)]
pub struct Bookings {
    by_trainer: Grid<TrainerKey, Vec<Booking>>,
    by_room: Grid<RoomKey, Vec<Booking>>,
    by_facility: Grid<FacilityKey, Vec<Booking>>,
    week_minutes: Grid<TrainerKey, u32>,
    trainer_busy: Table<TrainerKey, Days>,
    room_busy: Table<RoomKey, Days>,
    facility_busy: Table<FacilityKey, Days>,
    minutes: Table<TrainerKey, u32>,
    travel: u64,
    load: Load,
}

/// How many trainers are used to which percentage, for the maximum.
#[derive(Clone, Debug)]
struct Load {
    trainers: Vec<u32>,
    top: usize,
}

impl Load {
    fn put(&mut self, percent: u32) {
        let percent = percent as usize;
        if percent >= self.trainers.len() {
            self.trainers.resize(percent + 1, 0);
        }
        if let Some(count) = self.trainers.get_mut(percent) {
            *count += 1;
        }
        self.top = self.top.max(percent);
    }

    fn take(&mut self, percent: u32) {
        if let Some(count) = self.trainers.get_mut(percent as usize) {
            *count = count.saturating_sub(1);
        }
        while self.top > 0 && self.trainers.get(self.top).is_none_or(|count| *count == 0) {
            self.top -= 1;
        }
    }
}

/// Per cent of a trainer's working time over the whole horizon, rounded up.
pub fn utilisation(world: &World, trainer: TrainerKey, minutes: u32) -> u32 {
    let whole = world.trainers[trainer].max_week * u32::from(world.weeks);
    (100 * minutes).div_ceil(whole.max(1))
}

impl Bookings {
    /// A calendar with nothing but what takes place anyway.
    pub fn new(world: &World) -> Self {
        let days = usize::from(world.weeks) * 7;
        let mut load = Load {
            trainers: vec![0; 128],
            top: 0,
        };
        world.trainers.keys().for_each(|_| load.put(0));
        let mut bookings = Self {
            by_trainer: Grid::new(world.trainers.len(), days, Vec::new()),
            by_room: Grid::new(world.rooms.len(), days, Vec::new()),
            by_facility: Grid::new(world.facilities.len(), days, Vec::new()),
            week_minutes: Grid::new(world.trainers.len(), usize::from(world.weeks), 0),
            trainer_busy: Table::like(&world.trainers, Days::default()),
            room_busy: Table::like(&world.rooms, Days::default()),
            facility_busy: Table::like(&world.facilities, Days::default()),
            minutes: Table::like(&world.trainers, 0),
            travel: 0,
            load,
        };
        for (place, fixed) in (0u32..).zip(&world.fixed) {
            bookings.enter_fixed(world, Owner::Fixed(place), fixed);
        }
        bookings
    }

    /// The calendar of a plan. Events outside the horizon leave no trace.
    pub fn of(world: &World, plan: &Plan) -> Self {
        let mut bookings = Self::new(world);
        for (key, course) in plan.groups.iter() {
            if let Some(course) = course {
                bookings.add_course(world, key, course);
            }
        }
        for (key, appointment) in plan.singles.iter() {
            if let Some(appointment) = appointment {
                bookings.add(world, &Event::single(world, key, appointment));
            }
        }
        bookings
    }

    /// Enters every session of a course.
    pub fn add_course(&mut self, world: &World, group: GroupKey, course: &Course) {
        for (number, session) in course.sessions.iter().enumerate() {
            self.add(world, &Event::session(world, group, number, session));
        }
    }

    /// Takes every session of a course out.
    pub fn remove_course(&mut self, world: &World, group: GroupKey, course: &Course) {
        for (number, session) in course.sessions.iter().enumerate() {
            self.remove(world, &Event::session(world, group, number, session));
        }
    }

    /// Enters an event.
    pub fn add(&mut self, world: &World, event: &Event) {
        let Some(day) = column(event.day) else { return };
        for (place, trainer) in event.trainers().enumerate() {
            let booking = Booking {
                owner: event.owner,
                span: event.span,
                facility: event.facility,
                trainer,
            };
            if !self.enter(world, booking, event.day) {
                return;
            }
            if place == 0
                && let Some(list) = self.by_room.at_mut(event.room, day)
            {
                list.push(booking);
            }
        }
        self.room_busy[event.room].insert(event.day);
    }

    /// Enters what somebody has on a day; says whether the day lies in the horizon.
    fn enter(&mut self, world: &World, booking: Booking, on: Day) -> bool {
        let Booking {
            span,
            facility,
            trainer,
            ..
        } = booking;
        let Some(list) = column(on).and_then(|day| self.by_trainer.at_mut(trainer, day)) else {
            return false;
        };
        if !list.iter().any(|one| one.facility == facility) {
            self.travel += u64::from(world.round_trip(trainer, facility));
        }
        list.push(booking);
        self.trainer_busy[trainer].insert(on);
        if let Some(list) = column(on).and_then(|day| self.by_facility.at_mut(facility, day)) {
            list.push(booking);
            self.facility_busy[facility].insert(on);
        }
        let length = u32::from(span.to - span.from);
        if let Some(sum) =
            column(week_of(on)).and_then(|week| self.week_minutes.at_mut(trainer, week))
        {
            *sum += length;
        }
        self.change_minutes(world, trainer, |sum| sum + length);
        true
    }

    /// Enters what takes place anyway. It may take a room without anybody from outside.
    fn enter_fixed(&mut self, world: &World, owner: Owner, fixed: &Fixed) {
        let booking = |trainer| Booking {
            owner,
            span: fixed.span,
            facility: fixed.facility,
            trainer,
        };
        for trainer in &fixed.trainers {
            self.enter(world, booking(*trainer), fixed.day);
        }
        // Nobody asks who is in a room, only what; a room alone has the first trainer's key for want of another.
        let first = fixed.trainers.first().copied();
        let first = first.unwrap_or_else(|| TrainerKey::of(0));
        if let Some(room) = fixed.room
            && let Some(list) = column(fixed.day).and_then(|day| self.by_room.at_mut(room, day))
        {
            list.push(booking(first));
            self.room_busy[room].insert(fixed.day);
        }
    }

    /// Takes out an event that was entered before.
    pub fn remove(&mut self, world: &World, event: &Event) {
        let Some(day) = column(event.day) else { return };
        let length = u32::from(event.span.to - event.span.from);
        for trainer in event.trainers() {
            let Some(list) = self.by_trainer.at_mut(trainer, day) else {
                return;
            };
            take_out(list, event.owner);
            if list.is_empty() {
                self.trainer_busy[trainer].remove(event.day);
            }
            if !list.iter().any(|one| one.facility == event.facility) {
                let saved = u64::from(world.round_trip(trainer, event.facility));
                self.travel = self.travel.saturating_sub(saved);
            }
            if let Some(sum) =
                column(week_of(event.day)).and_then(|week| self.week_minutes.at_mut(trainer, week))
            {
                *sum = sum.saturating_sub(length);
            }
            self.change_minutes(world, trainer, |sum| sum.saturating_sub(length));
        }
        if let Some(list) = self.by_facility.at_mut(event.facility, day) {
            list.retain(|one| one.owner != event.owner);
            if list.is_empty() {
                self.facility_busy[event.facility].remove(event.day);
            }
        }
        if let Some(list) = self.by_room.at_mut(event.room, day) {
            take_out(list, event.owner);
            if list.is_empty() {
                self.room_busy[event.room].remove(event.day);
            }
        }
    }

    fn change_minutes(&mut self, world: &World, trainer: TrainerKey, by: impl Fn(u32) -> u32) {
        let old = self.minutes[trainer];
        let new = by(old);
        self.minutes[trainer] = new;
        let (before, after) = (
            utilisation(world, trainer, old),
            utilisation(world, trainer, new),
        );
        if before != after {
            self.load.put(after);
            self.load.take(before);
        }
    }

    /// A trainer's day.
    #[inline]
    pub fn trainer_day(&self, trainer: TrainerKey, day: Day) -> &[Booking] {
        column(day).map_or(&[], |day| self.by_trainer.at(trainer, day))
    }

    /// A room's day.
    #[inline]
    pub fn room_day(&self, room: RoomKey, day: Day) -> &[Booking] {
        column(day).map_or(&[], |day| self.by_room.at(room, day))
    }

    /// What external staff do in a prison on a day; a session stands there once for each of its trainers.
    #[inline]
    pub fn facility_day(&self, facility: FacilityKey, day: Day) -> &[Booking] {
        column(day).map_or(&[], |day| self.by_facility.at(facility, day))
    }

    /// Minutes of a trainer in a week.
    #[inline]
    pub fn week_minutes(&self, trainer: TrainerKey, week: i32) -> u32 {
        column(week).map_or(0, |week| *self.week_minutes.at(trainer, week))
    }

    /// Days on which a trainer has an event.
    #[inline]
    pub fn trainer_busy(&self, trainer: TrainerKey) -> &Days {
        &self.trainer_busy[trainer]
    }

    /// Days on which a room is used.
    #[inline]
    pub fn room_busy(&self, room: RoomKey) -> &Days {
        &self.room_busy[room]
    }

    /// Days with an event in the prison.
    #[inline]
    pub fn facility_busy(&self, facility: FacilityKey) -> &Days {
        &self.facility_busy[facility]
    }

    /// Minutes on the road of everybody together: from home and back for every trainer, day and prison.
    #[inline]
    pub fn travel(&self) -> u64 {
        self.travel
    }

    /// The utilisation of the busiest trainer in per cent, rounded up.
    #[inline]
    pub fn busiest(&self) -> u64 {
        self.load.top as u64
    }
}

fn column(day: i32) -> Option<usize> {
    usize::try_from(day).ok()
}

fn take_out(list: &mut Vec<Booking>, owner: Owner) {
    if let Some(place) = list.iter().position(|one| one.owner == owner) {
        list.swap_remove(place);
    }
}
