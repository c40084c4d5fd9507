//! From what is known to an instance of the timetable, with the way back from its places to ids.

use std::collections::{BTreeMap, BTreeSet};

use time::{Date, Duration};

use super::facts::{Facts, House, Order};
use super::series::{Series, series_of};
use crate::base::calendar::saxon_holiday;
use crate::base::ids::{
    ApplicationId, CaseId, FacilityId, GroupId, GroupSessionId, PersonId, ProgrammeId, RoomId,
    StaffId, TalkId, TemplateId,
};
use crate::cover::travel;
use crate::timetable::instance::{DateRange, Instance, InstanceError, Repair, Solution};
use crate::timetable::world::{Plan, World};

mod courses;
mod fixed;
mod people;
mod places;
mod staff;
mod talks;

pub use talks::Talks;

/// Sessions begin on multiples of this many minutes.
pub const GRID: u16 = 30;
/// When a house that has set nothing allows sessions.
const WINDOW: (u16, u16) = (7 * 60, 20 * 60);
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

/// A talk for which a time is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueTalk {
    /// The case.
    pub case: CaseId,
    /// With whom.
    pub person: PersonId,
    /// Where.
    pub facility: FacilityId,
    /// Who talks.
    pub staff: StaffId,
    /// For so long.
    pub minutes: i64,
    /// The first and the last day for which another talk takes its place; none for one that is instead of another.
    pub period: Option<(Date, Date)>,
    /// The planned talk that cannot take place; none: it is a further one.
    pub lost: Option<Lost>,
}

/// A planned talk that cannot take place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Which.
    pub talk: TalkId,
    /// Its day.
    pub day: Date,
    /// Its starting minute.
    pub start: i64,
    /// Why not, as a sentence without a full stop.
    pub why: String,
    /// Whether because of the counsellor.
    pub by_counsellor: bool,
    /// What became of the last time that was proposed instead: code of its state.
    pub answer: Option<String>,
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
    /// The talks for which times are looked for.
    pub talks: Talks,
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
        // What a trainer must be there for has the name of the programme on the screen.
        let named = |code: &String| {
            let programme = code.parse().map(ProgrammeId);
            programme.map_or_else(|_| code.clone(), |id| facts.programme_name(id).to_owned())
        };
        for group in world.groups.keys() {
            for name in &mut world.groups[group].needs_names {
                *name = named(name);
            }
        }
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

/// The stretches of days of which something is true; the days come in their order.
fn stretches(days: impl Iterator<Item = (Date, bool)>) -> Vec<DateRange> {
    let mut found: Vec<DateRange> = Vec::new();
    for (day, _) in days.filter(|(_, is)| *is) {
        match found.last_mut() {
            Some(range) if range.last.next_day() == Some(day) => range.last = day,
            _ => found.push(DateRange {
                first: day,
                last: day,
            }),
        }
    }
    found
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
        gate_minutes: small(travel::GATE),
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
    let talks = bench.talks(&instance);
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
        talks,
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
}
