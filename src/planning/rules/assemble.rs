//! From what is known to an instance of the timetable, with the way back from its places to ids.

use std::collections::{BTreeMap, BTreeSet};

use time::{Date, Duration};

use super::facts::{Disruption, Facts, House, Order, Staff, Template, Waiting};
use super::series::{Series, series_of};
use crate::base::calendar::saxon_holiday;
use crate::base::ids::{
    ApplicationId, FacilityId, GroupId, GroupSessionId, PersonId, ProgrammeId, RoomId, StaffId,
    TemplateId,
};
use crate::conflicts::rules::{Days, Meeting, Person, What};
use crate::cover::rules::{Gap, gap};
use crate::cover::travel;
use crate::timetable::instance::{
    CourseRecord, DateRange, DatedSpan, Facility, FixedEvent, Group, GroupRecord, Instance,
    InstanceError, Participant, Programme, Repair, Room, SessionRecord, Solution, Trainer,
    WeeklySpan,
};
use crate::timetable::world::{Plan, World};

/// Sessions begin on multiples of this many minutes.
pub const GRID: u16 = 30;
/// Minutes of the entry procedure when a trainer changes the house.
const GATE: u16 = 30;
/// When a house that has set nothing allows sessions.
const WINDOW: (u16, u16) = (7 * 60, 20 * 60);
/// The way to a town that is not on the map.
const UNKNOWN_WAY: u16 = 90;
/// Events and minutes nobody is planned beyond.
const MOST_A_DAY: u16 = 3;
const MOST_A_WEEK: u32 = 39 * 60;
/// Weeks that may be skipped within a course: holidays and closed days only make it longer.
const MOST_SKIPS: u16 = 20;
/// A house that has set no limit.
const NO_LIMIT: u16 = 1000;
const DAY: u16 = 24 * 60;
/// Everybody is of one kind: which people may sit together is the house's matter.
const KIND: &str = "alle";
const GERMAN: &str = "de";
/// Days after which waiting weighs more.
const LONG_WAIT: i64 = 330;
/// Who leaves so many days after the horizon has no later chance.
const LEAVES_SOON: i64 = 90;

/// What a group of the instance is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A course to be opened: where and after which template.
    New(FacilityId, TemplateId),
    /// A group that exists, with the sessions that are still to come.
    Existing(GroupId, Vec<GroupSessionId>),
}

/// Somebody who may take part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Who.
    pub person: PersonId,
    /// The application; none for members.
    pub application: Option<ApplicationId>,
    /// The name, if the viewer may know it.
    pub name: Option<String>,
}

/// An instance and what its places are.
#[derive(Debug, Clone)]
pub struct Made {
    /// The instance, with names that leave the house.
    pub instance: Instance,
    /// The facilities.
    pub facilities: Vec<FacilityId>,
    /// The rooms with their names, over all facilities.
    pub rooms: Vec<(RoomId, String)>,
    /// The trainers with their names.
    pub trainers: Vec<(StaffId, String)>,
    /// The people.
    pub people: Vec<Seat>,
    /// The groups with their names.
    pub groups: Vec<(Source, String)>,
    /// The groups that exist as they stand.
    pub published: Solution,
    /// Groups that were to be opened to change and cannot be, with the reason.
    pub left: Vec<(GroupId, String)>,
}

impl Made {
    /// The model to compute on with the groups that exist as they stand, with names for the screen.
    ///
    /// # Errors
    /// [`InstanceError`] if there are more languages and programmes than fit.
    pub fn world(&self, facts: &Facts) -> Result<(World, Plan), InstanceError> {
        let mut world = World::new(&self.instance)?;
        let plan = Plan::read(&world, &self.published)?;
        let hidden = || "Gesperrte Person".to_owned();
        world.rename(
            &facts
                .places
                .iter()
                .map(|place| place.name.clone())
                .collect::<Vec<_>>(),
            &self
                .rooms
                .iter()
                .map(|(_, name)| name.clone())
                .collect::<Vec<_>>(),
            &self
                .groups
                .iter()
                .map(|(_, name)| name.clone())
                .collect::<Vec<_>>(),
            &self
                .people
                .iter()
                .map(|seat| seat.name.clone().unwrap_or_else(hidden))
                .collect::<Vec<_>>(),
        );
        Ok((world, plan))
    }

    /// The place of a room.
    pub fn room(&self, id: RoomId) -> Option<usize> {
        self.rooms.iter().position(|(known, _)| *known == id)
    }

    /// The place of a trainer.
    pub fn trainer(&self, id: StaffId) -> Option<usize> {
        self.trainers.iter().position(|(known, _)| *known == id)
    }
}

/// A span of minutes that fits into a day.
fn minutes(from: i64, to: i64) -> (u16, u16) {
    let within = |value: i64| u16::try_from(value.clamp(0, i64::from(DAY))).unwrap_or(DAY);
    (within(from), within(to))
}

fn small(value: i64) -> u16 {
    u16::try_from(value.max(0)).unwrap_or(u16::MAX)
}

/// Every day from one to another, both included.
fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |day| day.next_day()).take_while(move |day| *day <= last)
}

struct Bench<'a> {
    facts: &'a Facts,
    order: &'a Order,
    monday: Date,
    last: Date,
    towns: Vec<String>,
    trainers: Vec<StaffId>,
    rooms: Vec<(RoomId, String)>,
    people: Vec<Seat>,
    series: Vec<Series<'a>>,
    left: Vec<(GroupId, String)>,
}

/// Makes the instance that is asked for.
pub fn assemble(facts: &Facts, order: &Order) -> Made {
    let monday = order.monday(facts.today);
    let weeks = order.weeks.clamp(1, 64);
    let mut bench = Bench {
        facts,
        order,
        monday,
        last: monday + Duration::days(i64::from(weeks) * 7 - 1),
        towns: Vec::new(),
        trainers: Vec::new(),
        rooms: Vec::new(),
        people: Vec::new(),
        series: Vec::new(),
        left: Vec::new(),
    };
    bench.open_series();
    let facilities = bench.facilities();
    let trainers = bench.trainers();
    let (programmes, groups, sources) = bench.groups();
    let (participants, separations) = bench.participants();
    let fixed = bench.fixed();
    let travel = bench.travel();
    let mut instance = Instance {
        name: order.name.clone(),
        start: monday,
        weeks,
        grid: if order.grid == 0 { GRID } else { order.grid },
        gate_minutes: GATE,
        towns: bench.towns.clone(),
        travel,
        holidays: BTreeMap::from([(
            "SN".to_owned(),
            days(monday, bench.last)
                .filter(|day| saxon_holiday(*day).is_some())
                .collect(),
        )]),
        facilities,
        trainers,
        programmes,
        groups,
        participants,
        separations,
        singles: Vec::new(),
        repair: None,
        fixed,
    };
    let published = bench.published(&instance, &sources);
    instance.repair = order.now.map(|now| Repair {
        now,
        published: published.clone(),
        disruptions: Vec::new(),
    });
    let names = |id: &StaffId| {
        let known = facts.staff.get(id);
        (*id, known.map_or_else(String::new, |one| one.name.clone()))
    };
    Made {
        instance,
        facilities: facts.places.iter().map(|place| place.id).collect(),
        rooms: bench.rooms.clone(),
        trainers: bench.trainers.iter().map(names).collect(),
        people: bench.people,
        groups: sources,
        published,
        left: bench.left,
    }
}

impl<'a> Bench<'a> {
    fn house(&self, id: FacilityId) -> Option<&'a House> {
        self.facts.houses.iter().find(|house| house.id == id)
    }

    fn place(&self, id: FacilityId) -> Option<usize> {
        self.facts.places.iter().position(|place| place.id == id)
    }

    fn is_open(&self, group: GroupId) -> bool {
        self.series.iter().any(|one| one.group == group)
    }

    /// The groups whose dates are asked about, with what comes of them.
    fn open_series(&mut self) {
        let from = self.order.now.unwrap_or(self.facts.today);
        for group in &self.order.open {
            for house in &self.facts.houses {
                match series_of(house, *group, (from, self.last)) {
                    Some(Ok(series)) => self.series.push(series),
                    Some(Err(why)) => self.left.push((*group, why)),
                    None => {}
                }
            }
        }
    }

    fn town(&mut self, name: &str) -> usize {
        let place = self.towns.iter().position(|town| town == name);
        place.unwrap_or_else(|| {
            self.towns.push(name.to_owned());
            self.towns.len() - 1
        })
    }

    fn travel(&self) -> Vec<Vec<u16>> {
        let way = |from: &String, to: &String| {
            if from == to {
                return 0;
            }
            travel::minutes(from, to)
                .and_then(|minutes| u16::try_from(minutes).ok())
                .unwrap_or(UNKNOWN_WAY)
        };
        self.towns
            .iter()
            .map(|from| self.towns.iter().map(|to| way(from, to)).collect())
            .collect()
    }

    fn facilities(&mut self) -> Vec<Facility> {
        let facts = self.facts;
        let mut made = Vec::with_capacity(facts.places.len());
        for place in &facts.places {
            let town = self.town(&place.town);
            let house = self.house(place.id);
            let known = house.map(|house| &house.known.house);
            let (from, to) = known
                .and_then(|known| known.window)
                .map_or(WINDOW, |window| minutes(window.from, window.to));
            let weekdays = if self.order.weekend { 0..7 } else { 0..5 };
            let mut closed: BTreeSet<Date> = BTreeSet::new();
            for day in days(self.monday, self.last) {
                let shut = known
                    .is_some_and(|known| known.closures.iter().any(|(span, _)| span.contains(day)));
                let lost = self.order.disruptions.iter().any(|one| {
                    matches!(one, Disruption::Closed(id, first, last)
                        if *id == place.id && (*first..=*last).contains(&day))
                });
                // Nothing new begins before the day that was asked for; what is repaired has a day of its own.
                let early =
                    self.order.now.is_none() && self.order.from.is_some_and(|from| day < from);
                if shut || lost || early {
                    closed.insert(day);
                }
            }
            made.push(Facility {
                id: place.code.clone(),
                town,
                state: "SN".to_owned(),
                windows: weekdays
                    .map(|weekday| WeeklySpan { weekday, from, to })
                    .collect(),
                closed: closed.into_iter().collect(),
                ext_cap: known.and_then(|known| known.limit).map_or(NO_LIMIT, small),
                ext_load: Vec::new(),
                rooms: house.map_or_else(Vec::new, |house| self.rooms(house, &place.code)),
            });
        }
        made
    }

    /// A room is one for groups if it has places for the smallest course, or if a group meets there already.
    fn rooms(&mut self, house: &House, code: &str) -> Vec<Room> {
        let wanted = self
            .order
            .wanted
            .iter()
            .filter(|one| one.facility == house.id);
        let least = wanted
            .filter_map(|one| self.facts.template(one.template))
            .map(|template| template.places)
            .min()
            .unwrap_or(1);
        let mut made = Vec::new();
        for (id, room) in &house.known.rooms {
            let used = self
                .series
                .iter()
                .any(|one| one.meetings.iter().any(|meeting| meeting.room == *id));
            let name = room.name.clone().unwrap_or_else(|| "Raum".to_owned());
            let mut blocked = Vec::new();
            for one in &self.order.disruptions {
                if let Disruption::Room(lost, first, last) = one
                    && lost == id
                {
                    blocked.extend(days((*first).max(self.monday), (*last).min(self.last)).map(
                        |date| DatedSpan {
                            date,
                            from: 0,
                            to: DAY,
                        },
                    ));
                }
            }
            let twin = self.rooms.iter().any(|(_, other)| *other == name);
            made.push(Room {
                id: format!(
                    "{code} {name}{}",
                    if twin {
                        format!(" ({})", self.rooms.len())
                    } else {
                        String::new()
                    }
                ),
                for_groups: used || (house.rooms.contains(id) && room.places >= least),
                // The format counts the two trainers too, Geleit's places are those of participants.
                cap: small(room.places).saturating_add(2),
                sec: u8::try_from(room.security).unwrap_or(1),
                weekly_blocked: Vec::new(),
                blocked,
            });
            self.rooms.push((*id, name));
        }
        made
    }

    /// The programmes that are planned in a house.
    fn programmes_at(&self, facility: FacilityId) -> BTreeSet<ProgrammeId> {
        let wanted = self
            .order
            .wanted
            .iter()
            .filter(|one| one.facility == facility)
            .filter_map(|one| self.facts.template(one.template))
            .map(|template| template.programme);
        let open = self
            .series
            .iter()
            .filter(|one| one.facility == facility)
            .map(|one| one.programme);
        wanted.chain(open).collect()
    }

    fn trainers(&mut self) -> Vec<Trainer> {
        let facts = self.facts;
        let mut made: Vec<Trainer> = Vec::new();
        for (id, staff) in &facts.staff {
            let allowed = self
                .order
                .only_staff
                .as_ref()
                .is_none_or(|only| only.contains(id));
            let (mut access, mut quals) = (Vec::new(), BTreeSet::new());
            if allowed {
                for house in &facts.houses {
                    let Some(place) = self.place(house.id) else {
                        continue;
                    };
                    let programmes = self.programmes_at(house.id);
                    let (ranges, held) = self.cleared(staff, house.id, &programmes);
                    access.extend(ranges.into_iter().map(|range| (place, range)));
                    quals.extend(held.into_iter().map(|programme| programme.to_string()));
                }
            }
            let town = if staff.town.is_empty() {
                facts.houses.first().and_then(|house| self.place(house.id))
            } else {
                None
            };
            let town = town
                .and_then(|place| facts.places.get(place))
                .map_or(staff.town.as_str(), |place| place.town.as_str());
            let home = self.town(town);
            let twin = made.iter().any(|other| other.id == staff.name);
            let mut langs = vec![GERMAN.to_owned()];
            langs.extend(staff.languages.iter().filter(|one| *one != GERMAN).cloned());
            made.push(Trainer {
                id: if twin {
                    format!("{} ({})", staff.name, made.len() + 1)
                } else {
                    staff.name.clone()
                },
                home,
                lead: true,
                langs,
                quals: quals.into_iter().collect(),
                avail: self.hours(*id, staff),
                absent: self.absences(*id, staff),
                access,
                max_day: MOST_A_DAY,
                max_week_min: MOST_A_WEEK,
            });
            self.trainers.push(*id);
        }
        made
    }

    /// On which days somebody may come to a house (whether absent or not), for which of the programmes. Who may come for
    /// several may come on the days on which all of them are in order.
    fn cleared(
        &self,
        staff: &Staff,
        facility: FacilityId,
        programmes: &BTreeSet<ProgrammeId>,
    ) -> (Vec<DateRange>, Vec<ProgrammeId>) {
        let mut held = Vec::new();
        let mut on: Option<Vec<bool>> = None;
        for programme in programmes
            .iter()
            .filter(|one| staff.programmes.contains(one))
        {
            let Some(facts) = staff.access.get(&(facility, *programme)) else {
                continue;
            };
            let may: Vec<bool> = days(self.monday, self.last)
                .map(|day| matches!(gap(facts, day), None | Some(Gap::Absent)))
                .collect();
            if may.iter().any(|day| *day) {
                held.push(*programme);
                on = Some(match on {
                    None => may,
                    Some(known) => known
                        .iter()
                        .zip(&may)
                        .map(|(one, two)| *one && *two)
                        .collect(),
                });
            }
        }
        let mut ranges: Vec<DateRange> = Vec::new();
        for (day, may) in days(self.monday, self.last).zip(on.unwrap_or_default()) {
            if !may {
                continue;
            }
            match ranges.last_mut() {
                Some(range) if range.last.next_day() == Some(day) => range.last = day,
                _ => ranges.push(DateRange {
                    first: day,
                    last: day,
                }),
            }
        }
        (ranges, held)
    }

    /// The times that were announced, and those at which the trainer holds a group that is asked about: agreed once, such
    /// a time needs no announcement.
    fn hours(&self, id: StaffId, staff: &Staff) -> Vec<WeeklySpan> {
        let mut hours = announced(staff);
        for series in &self.series {
            for meeting in series.meetings.iter().filter(|one| one.staff.contains(&id)) {
                let weekday = meeting.day.weekday().number_days_from_monday();
                let last = meeting.span.from + i64::from(series.minutes);
                let (from, to) = minutes(meeting.span.from, last);
                let span = WeeklySpan { weekday, from, to };
                if from < to && !hours.contains(&span) {
                    hours.push(span);
                }
            }
        }
        hours
    }

    fn absences(&self, id: StaffId, staff: &Staff) -> Vec<DateRange> {
        let own = staff.access.values().next();
        let mut absent: Vec<DateRange> = own
            .iter()
            .flat_map(|facts| &facts.absences)
            .filter_map(|(first, after)| {
                let last = after.previous_day()?;
                (*first <= last).then_some(DateRange {
                    first: *first,
                    last,
                })
            })
            .collect();
        absent.extend(self.order.disruptions.iter().filter_map(|one| match one {
            Disruption::Away(who, first, last) if *who == id => Some(DateRange {
                first: *first,
                last: *last,
            }),
            _ => None,
        }));
        absent
    }

    fn groups(&mut self) -> (Vec<Programme>, Vec<Group>, Vec<(Source, String)>) {
        let (mut programmes, mut groups, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        for wanted in &self.order.wanted {
            let (Some(template), Some(facility)) = (
                self.facts.template(wanted.template),
                self.place(wanted.facility),
            ) else {
                continue;
            };
            let code = self
                .facts
                .places
                .get(facility)
                .map_or("", |place| place.code.as_str());
            let week = |day: Date| {
                let weeks = (day - self.monday).whole_days().div_euclid(7);
                u8::try_from(weeks.clamp(0, 63)).unwrap_or(0)
            };
            groups.push(Group {
                id: format!("{code} {} ({})", wanted.label, groups.len() + 1),
                facility,
                programme: programmes.len(),
                cat: KIND.to_owned(),
                lang: GERMAN.to_owned(),
                needs: vec![template.programme.to_string()],
                start_min: week(wanted.start.0),
                start_max: week(wanted.start.1).max(week(wanted.start.0)),
                must_run: false,
            });
            programmes.push(course(template, wanted.least, groups.len()));
            sources.push((
                Source::New(wanted.facility, wanted.template),
                wanted.label.clone(),
            ));
        }
        for series in &self.series {
            let Some(facility) = self.place(series.facility) else {
                continue;
            };
            let name = series.name.clone();
            groups.push(Group {
                id: format!("{name} ({})", groups.len() + 1),
                facility,
                programme: programmes.len(),
                cat: KIND.to_owned(),
                lang: GERMAN.to_owned(),
                needs: vec![series.programme.to_string()],
                start_min: 0,
                start_max: 63,
                must_run: false,
            });
            // Whoever is in it stays in it: that is not what dates decide.
            programmes.push(Programme {
                id: format!("Gruppe {}", groups.len()),
                sessions: u8::try_from(series.meetings.len()).unwrap_or(u8::MAX),
                minutes: series.minutes,
                min: 0,
                max: 1000,
                ideal: 0,
                max_missed: 1000,
                max_skips: MOST_SKIPS,
            });
            let ids = series.meetings.iter().map(|meeting| meeting.id).collect();
            sources.push((Source::Existing(series.group, ids), name));
        }
        (programmes, groups, sources)
    }

    fn participants(&mut self) -> (Vec<Participant>, Vec<(usize, usize)>) {
        let mut made = Vec::new();
        for house in &self.facts.houses {
            let Some(facility) = self.place(house.id) else {
                continue;
            };
            let asked: BTreeSet<ProgrammeId> = self.programmes_at(house.id);
            for one in &house.waiting {
                let wanted =
                    asked.contains(&one.programme) && (one.suitable || self.order.everybody);
                if !wanted || self.people.iter().any(|seat| seat.person == one.person) {
                    continue;
                }
                let known = house.known.people.get(&one.person);
                made.push(self.participant(facility, known, Some(one)));
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
                made.push(self.participant(facility, known, None));
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

    fn participant(
        &self,
        facility: usize,
        known: Option<&Person>,
        waits: Option<&Waiting>,
    ) -> Participant {
        let far = self.last + Duration::days(400);
        let leaves =
            known.and_then(|known| [known.release, known.leaves].into_iter().flatten().min());
        let out = match waits {
            Some(_) => leaves.unwrap_or(far),
            // Members stay in the group while its dates move.
            None => far,
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

    /// Everything that takes place as it stands: sessions of other groups, announced visits and planned talks.
    fn fixed(&self) -> Vec<FixedEvent> {
        let mut made: Vec<FixedEvent> = Vec::new();
        let mut seen: BTreeSet<GroupSessionId> = BTreeSet::new();
        let trainer = |id: &StaffId| self.trainers.binary_search(id).ok();
        let inside = |day: Date| (self.monday..=self.last).contains(&day);
        let mut visits = BTreeSet::new();
        for house in &self.facts.houses {
            let own = |meeting: &&Meeting| {
                !meeting.cancelled
                    && inside(meeting.day)
                    && (meeting.is_catch_up()
                        || !self
                            .series
                            .iter()
                            .any(|one| one.meetings.iter().any(|known| known.id == meeting.id)))
            };
            for meeting in house.known.meetings.iter().filter(own) {
                let group = house.known.groups.get(&meeting.group);
                let place = group.and_then(|group| group.place);
                let Some(facility) = place.and_then(|(facility, _)| self.place(facility)) else {
                    continue;
                };
                let (from, to) = minutes(meeting.span.from, meeting.span.to);
                if from >= to || !seen.insert(meeting.id) {
                    continue;
                }
                made.push(FixedEvent {
                    label: group.and_then(|group| group.name.as_deref()).map_or_else(
                        || "eine andere Gruppe".to_owned(),
                        |name| format!("Gruppe „{name}“"),
                    ),
                    facility,
                    room: self.rooms.iter().position(|(id, _)| *id == meeting.room),
                    trainers: meeting.staff.iter().filter_map(trainer).collect(),
                    span: DatedSpan {
                        date: meeting.day,
                        from,
                        to,
                    },
                });
            }
            for (staff, known) in &house.known.staff {
                for (facility, day, span) in &known.visits {
                    let (from, to) = minutes(span.from, span.to);
                    if inside(*day) && from < to {
                        visits.insert((*day, from, to, *facility, *staff));
                    }
                }
            }
        }
        for (date, from, to, facility, staff) in visits {
            if let (Some(facility), Some(trainer)) = (self.place(facility), trainer(&staff)) {
                made.push(FixedEvent {
                    label: "ein Gespräch".to_owned(),
                    facility,
                    room: None,
                    trainers: vec![trainer],
                    span: DatedSpan { date, from, to },
                });
            }
        }
        made
    }

    /// The groups that exist as they stand, in the names of the instance.
    fn published(&self, instance: &Instance, sources: &[(Source, String)]) -> Solution {
        let rooms: Vec<&str> = instance
            .facilities
            .iter()
            .flat_map(|one| one.rooms.iter().map(|room| room.id.as_str()))
            .collect();
        let room = |id: RoomId| {
            let place = self.rooms.iter().position(|(known, _)| *known == id);
            let name = place.and_then(|place| rooms.get(place));
            name.map_or_else(String::new, |name| (*name).to_owned())
        };
        let trainer = |id: &StaffId| {
            let place = self.trainers.binary_search(id).ok();
            let known = place.and_then(|place| instance.trainers.get(place));
            known.map_or_else(String::new, |known| known.id.clone())
        };
        let member = |person: &PersonId| {
            let place = self.people.iter().position(|seat| seat.person == *person)?;
            instance
                .participants
                .get(place)
                .map(|known| known.id.clone())
        };
        let course = |series: &Series<'_>| CourseRecord {
            trainers: series.team.iter().map(trainer).collect(),
            room: series
                .meetings
                .first()
                .map_or_else(String::new, |one| room(one.room)),
            weekday: series.weekday(),
            start: series.start(),
            first_week: series.meetings.first().map_or(0, |one| {
                let week = (one.day - self.monday).whole_days().div_euclid(7);
                u8::try_from(week).unwrap_or(0)
            }),
            sessions: series
                .meetings
                .iter()
                .map(|one| {
                    SessionRecord(
                        one.day,
                        minutes(one.span.from, one.span.to).0,
                        room(one.room),
                        one.staff.iter().map(trainer).collect(),
                    )
                })
                .collect(),
            members: series.members.iter().filter_map(member).collect(),
        };
        let groups = instance
            .groups
            .iter()
            .zip(sources)
            .map(|(known, (source, _))| {
                let series = match source {
                    Source::New(..) => None,
                    Source::Existing(group, _) => {
                        self.series.iter().find(|one| one.group == *group)
                    }
                };
                GroupRecord {
                    id: known.id.clone(),
                    run: series.is_some(),
                    course: series.map(course),
                }
            });
        Solution {
            instance: instance.name.clone(),
            groups: groups.collect(),
            singles: Vec::new(),
        }
    }
}

fn announced(staff: &Staff) -> Vec<WeeklySpan> {
    let all_day = |weekday| WeeklySpan {
        weekday,
        from: 0,
        to: DAY,
    };
    if staff.times.is_empty() {
        return (0..7).map(all_day).collect();
    }
    staff
        .times
        .iter()
        .filter_map(|(weekday, from, to)| {
            let (from, to) = minutes(*from, *to);
            let weekday = u8::try_from(*weekday).ok().filter(|day| *day < 7)?;
            (from < to).then_some(WeeklySpan { weekday, from, to })
        })
        .collect()
}

fn course(template: &Template, least: u16, number: usize) -> Programme {
    let places = small(template.places);
    Programme {
        id: format!("{} ({number})", template.name),
        sessions: u8::try_from(template.sessions.len()).unwrap_or(u8::MAX),
        minutes: small(template.minutes()),
        min: least.min(places),
        max: places,
        ideal: places,
        max_missed: small(template.may_miss()),
        max_skips: MOST_SKIPS,
    }
}
