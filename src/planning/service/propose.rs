//! A proposal for one group: five different ways to hold it, and one of them taken over as a draft.

use time::{Date, Duration, Weekday};

use super::{Table, monday, set_up};
use crate::access::Writes;
use crate::base::ids::{ApplicationId, FacilityId, GroupId, PersonId, RoomId, StaffId, TemplateId};
use crate::base::time::MinuteOfDay;
use crate::conflicts::{self, Judged, Sent};
use crate::groups::service::planning::{self as groups, Request};
use crate::history::{self, Change};
use crate::planning::rules::{Made, Order, Seat, Source, Wanted};
use crate::planning::store::facts::Talks;
use crate::planning::store::plans;
use crate::store::{Result, Rows, Writer};
use crate::timetable::explain::wish;
use crate::timetable::placements::Placement;
use crate::timetable::propose::{Proposal, propose};
use crate::timetable::rules::{Rule, pattern_violations, series, wished_weeks};
use crate::timetable::world::{GroupKey, Key, PersonKey, RoomKey, TrainerKey, World};
use crate::timetable::{bookings::Bookings, infeasible};

/// Weeks a course is looked for: enough for the longest one.
const WEEKS: u8 = 60;
/// Weeks after the earliest day in which it may begin.
pub(crate) const LATER: i64 = 8;

/// What is asked for.
pub(crate) struct Asked {
    pub facility: FacilityId,
    pub template: TemplateId,
    pub label: String,
    pub earliest: Date,
    pub everybody: bool,
}

impl Asked {
    fn order(&self, weekend: bool) -> Order {
        Order {
            name: "Terminvorschlag".to_owned(),
            from: Some(self.earliest),
            weeks: WEEKS,
            wanted: vec![Wanted {
                facility: self.facility,
                template: self.template,
                label: self.label.clone(),
                start: (self.earliest, self.earliest + Duration::weeks(LATER)),
                least: 0,
            }],
            everybody: self.everybody,
            weekend,
            ..Order::default()
        }
    }
}

/// A way to hold the group.
pub(crate) struct Offer {
    /// 0 for Monday.
    pub weekday: u8,
    pub start: u16,
    pub end: u16,
    pub room: (RoomId, String),
    pub trainers: Vec<(StaffId, String)>,
    pub days: Vec<Date>,
    /// Who would take part.
    pub seats: Vec<Seat>,
    /// Who would have to wait on.
    pub left: Vec<String>,
    /// Sessions its members would miss, all together.
    pub missed: u32,
    /// Minutes on the road of both trainers over all sessions.
    pub travel: u64,
    /// Weeks in which nothing takes place.
    pub skipped: u32,
}

/// What can be offered.
pub(crate) struct Offers {
    pub offers: Vec<Offer>,
    /// Everybody who waits and was thought of.
    pub waiting: Vec<PersonId>,
    /// How many others wait, but are meant for a group already.
    pub foreseen: usize,
    /// The rules for which there is nothing to offer, whatever else is planned; none: what is planned is in the way.
    pub reasons: Vec<Rule>,
}

/// Reads what is needed. `None`: nothing can be proposed for the template.
pub(crate) async fn table<R: Rows>(rows: &R, asked: &Asked) -> Result<Option<Table>> {
    let facts = super::known(
        rows,
        asked.facility,
        (monday(asked.earliest), WEEKS),
        Talks::None,
    )
    .await?;
    let fit = facts
        .template(asked.template)
        .is_some_and(|template| template.unfit().is_none());
    Ok(if fit {
        set_up(facts, &asked.order(false))
    } else {
        None
    })
}

/// The days of a pattern.
pub(crate) fn days(world: &World, pattern: &Placement) -> Vec<Date> {
    pattern
        .held
        .iter()
        .map(|week| world.date(pattern.day(week)))
        .collect()
}

fn offer(made: &Made, world: &World, group: GroupKey, found: &Proposal) -> Option<Offer> {
    let pattern = &found.pattern;
    let waits = |key: &PersonKey| world.people[*key].waits;
    let left = world
        .people
        .keys()
        .filter(|key| waits(key) && !found.members.contains(key))
        .map(|key| world.people[key].id.clone());
    debug_assert_eq!(
        world.groups[group].sessions as usize,
        days(world, pattern).len()
    );
    Some(Offer {
        weekday: pattern.weekday,
        start: pattern.span.from,
        end: pattern.span.to,
        room: made.rooms.get(pattern.room.place())?.clone(),
        trainers: pattern
            .team
            .iter()
            .filter_map(|key| made.trainers.get(key.place()).cloned())
            .collect(),
        days: days(world, pattern),
        seats: found
            .members
            .iter()
            .filter_map(|key| made.people.get(key.place()).cloned())
            .collect(),
        left: left.collect(),
        missed: found.missed,
        travel: found.travel,
        skipped: series::skipped(pattern.held),
    })
}

/// How many who wait for the programme are meant for a group already.
fn foreseen(table: &Table) -> usize {
    let programme = table
        .made
        .groups
        .iter()
        .find_map(|(source, _)| match source {
            Source::New(_, template) => Some(table.facts.template(*template)?.programme),
            Source::Existing(..) => None,
        });
    let waiting = table.facts.houses.iter().flat_map(|house| &house.waiting);
    let waiting = waiting.filter(|one| one.foreseen && Some(one.programme) == programme);
    waiting.count()
}

/// Computes the offers: not for the threads that answer requests.
pub(crate) fn offers(table: &Table) -> Offers {
    let (world, made) = (&table.world, &table.made);
    let mut found = Offers {
        offers: Vec::new(),
        waiting: made.people.iter().map(|seat| seat.person).collect(),
        foreseen: foreseen(table),
        reasons: Vec::new(),
    };
    let Some(group) = world.groups.keys().next() else {
        return found;
    };
    found.offers = propose(world, &table.plan, group)
        .iter()
        .filter_map(|one| offer(made, world, group, one))
        .collect();
    if found.offers.is_empty() {
        let mut wanted = world.clone();
        wanted.groups[group].must_run = true;
        let proofs = infeasible::proofs(&wanted).into_iter();
        found.reasons = proofs.flat_map(|proof| proof.rules).collect();
    }
    found
}

/// An offer as a form sends it.
pub(crate) struct Chosen {
    pub asked: Asked,
    pub name: String,
    pub weekday: Weekday,
    pub start: MinuteOfDay,
    pub room: RoomId,
    pub trainers: [StaffId; 2],
    /// The day of the first session.
    pub first: Date,
    pub seats: Vec<ApplicationId>,
}

/// What came of taking an offer over. Whoever gets anything but `Done` drops the writer.
pub(crate) enum Taken {
    /// The draft is stored.
    Done,
    /// It can no longer be had: the reasons in German.
    Gone(Vec<String>),
}

/// Dates of an offer if nothing stands against it any more, else what does.
fn still_possible(table: &Table, chosen: &Chosen) -> std::result::Result<Vec<Date>, Vec<String>> {
    let gone = || {
        Err(vec![
            "Raum oder Fachkräfte stehen nicht mehr zur Wahl.".to_owned(),
        ])
    };
    let (world, made) = (&table.world, &table.made);
    let [one, two] = chosen.trainers;
    let (Some(group), Some(room), Some(one), Some(two)) = (
        world.groups.keys().next(),
        made.room(chosen.room),
        made.trainer(one),
        made.trainer(two),
    ) else {
        return gone();
    };
    let mut wish = wish(
        world,
        group,
        (
            chosen.weekday.number_days_from_monday(),
            chosen.start.value(),
        ),
        RoomKey::of(room),
        [TrainerKey::of(one), TrainerKey::of(two)],
        world.day(chosen.first).div_euclid(7),
    );
    wish.pattern.held = wished_weeks(world, group, &wish);
    let seated: Vec<PersonKey> = made
        .people
        .iter()
        .enumerate()
        .filter(|(_, seat)| {
            seat.application
                .is_some_and(|id| chosen.seats.contains(&id))
        })
        .map(|(place, _)| PersonKey::of(place))
        .collect();
    if seated.len() != chosen.seats.len() {
        return Err(vec![
            "Jemand, der vorgesehen war, steht nicht mehr auf der Warteliste oder ist schon für eine andere Gruppe vorgesehen.".to_owned(),
        ]);
    }
    let bookings = Bookings::of(world, &table.plan);
    let found = pattern_violations(world, &bookings, &table.plan.singles, group, &wish, &seated);
    if found.is_empty() {
        Ok(days(world, &wish.pattern))
    } else {
        Err(found.into_iter().map(|one| one.text).collect())
    }
}

/// Stores an offer as a draft of the room of groups, with those whom it is meant for.
pub(crate) async fn take<P: Writes>(
    writer: &Writer<P>,
    id: GroupId,
    chosen: &Chosen,
) -> Result<Taken> {
    let facility = chosen.asked.facility;
    let choices = groups::choices(writer, facility).await?;
    let template = choices
        .templates
        .iter()
        .find(|template| template.id == chosen.asked.template);
    let trainers: Vec<(StaffId, String)> = chosen
        .trainers
        .iter()
        .filter_map(|id| choices.staff.iter().find(|staff| staff.id == *id))
        .map(|staff| (staff.id, staff.name.clone()))
        .collect();
    let (Some(template), 2) = (template, trainers.len()) else {
        return Ok(Taken::Gone(vec![
            "Vorlage oder Fachkräfte stehen nicht mehr zur Wahl.".to_owned(),
        ]));
    };
    let request = Request {
        template: template.clone(),
        name: chosen.name.clone(),
        room: chosen.room,
        weekday: chosen.weekday,
        start: chosen.start,
        more: Vec::new(),
        first_day: chosen.first,
        trainers,
    };
    groups::hold(writer, facility, &request).await?;
    // What else is planned is read after everybody else waits: what is free now is free when it is stored.
    let Some(table) = table(writer, &chosen.asked).await? else {
        return Ok(Taken::Gone(vec![
            "Für diese Vorlage gibt es keine Vorschläge mehr.".to_owned(),
        ]));
    };
    let days = match still_possible(&table, chosen) {
        Ok(days) => days,
        Err(why) => return Ok(Taken::Gone(why)),
    };
    let Some(draft) = groups::plan_on(writer, facility, request, &days).await? else {
        return Ok(Taken::Gone(vec![
            "Die erste Sitzung hat schon begonnen, oder die Vorlage ist eine andere geworden."
                .to_owned(),
        ]));
    };
    let nothing = Sent {
        shown: "",
        reason: "",
    };
    if !matches!(conflicts::judge(&draft.conflicts, &nothing), Judged::Free) {
        let why = draft.conflicts.iter().map(|one| one.text.clone()).collect();
        return Ok(Taken::Gone(why));
    }
    if groups::save(writer, facility, id, &draft, "")
        .await?
        .is_none()
    {
        return Ok(Taken::Gone(vec![
            "Für diese Maßnahme ist heute kein führender Träger eingetragen.".to_owned(),
        ]));
    }
    plans::intend(writer, id, &chosen.seats).await?;
    let seats = crate::base::german::plural(chosen.seats.len() as u64, "Person", "Personen");
    let change = Change::new("training_group", id.0, "Aus einem Vorschlag übernommen")
        .values(None, Some(format!("vorgesehen für {seats}")));
    history::record(writer, vec![change]).await?;
    Ok(Taken::Done)
}
