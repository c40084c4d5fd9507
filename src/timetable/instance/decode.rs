//! From JSON to an [`Instance`], or to the first thing that is wrong with it.

use std::collections::BTreeMap;
use std::collections::HashMap;

use time::{Date, Duration, Weekday};

use super::node::{InstanceError, Node};
use super::spans::{DAY, dated, minutes, range, weekly, words};
use super::{
    FORMAT, Facility, FixedEvent, Group, Instance, Participant, Programme, Repair, Room, Single,
    Trainer, WeeklySpan, json, solution,
};

type Read<T> = Result<T, InstanceError>;

/// Weeks are kept as the bits of a 64-bit word.
const MOST_WEEKS: i64 = 64;
/// No list may be longer: places in lists are kept in 16 bits.
const MOST_ITEMS: usize = 60_000;

/// Places of names in their list.
struct Names<'a> {
    what: &'static str,
    places: HashMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    /// The names in the field `id` of a list; a name must not come twice.
    fn of(list: &Node<'a>, what: &'static str, ids: &[&'a str]) -> Read<Self> {
        if ids.len() > MOST_ITEMS {
            return Err(list.wrong(format!("mehr als {MOST_ITEMS} Einträge")));
        }
        let mut places = HashMap::new();
        for (place, id) in ids.iter().enumerate() {
            if places.insert(*id, place).is_some() {
                return Err(list.wrong(format!("„{id}“ kommt zweimal vor")));
            }
        }
        Ok(Self { what, places })
    }

    fn find(&self, node: &Node<'_>) -> Read<usize> {
        let name = node.text()?;
        self.places
            .get(name)
            .copied()
            .ok_or_else(|| node.wrong(format!("{} „{name}“ gibt es nicht", self.what)))
    }
}

/// Reads an instance from the text of a file.
///
/// # Errors
/// [`InstanceError`] with the path and the reason of the first thing that is wrong.
pub fn read(text: &str) -> Read<Instance> {
    let value = json::parse(text)?;
    decode(&Node::root(&value))
}

fn decode(root: &Node<'_>) -> Read<Instance> {
    let format = root.field("format")?;
    if format.text()? != FORMAT {
        return Err(format.wrong(format!("nur das Format „{FORMAT}“ wird gelesen")));
    }
    let horizon = root.field("horizon")?;
    let start_node = horizon.field("start")?;
    let start = start_node.date()?;
    if start.weekday() != Weekday::Monday {
        return Err(start_node.wrong("der Planungszeitraum muss an einem Montag beginnen"));
    }
    let towns_node = root.field("towns")?;
    let towns: Vec<String> = towns_node.each(|town| Ok(town.text()?.to_owned()))?;
    let holidays: BTreeMap<_, _> = root
        .field("holidays")?
        .entries(|state, days| Ok((state.to_owned(), days.each(|day| day.date())?)))?
        .into_iter()
        .collect();
    let weeks: u8 = horizon.field("weeks")?.number(1, MOST_WEEKS)?;
    let facilities_node = root.field("facilities")?;
    let facilities = facilities_node.each(|node| facility(node, towns.len(), &holidays))?;
    let ids: Vec<&str> = facilities.iter().map(|one| one.id.as_str()).collect();
    let facility_names = Names::of(&facilities_node, "die Einrichtung", &ids)?;
    let rooms: Vec<&str> = facilities
        .iter()
        .flat_map(|one| one.rooms.iter().map(|room| room.id.as_str()))
        .collect();
    Names::of(&facilities_node, "den Raum", &rooms)?;
    let trainers_node = root.field("trainers")?;
    let trainers = trainers_node.each(|node| trainer(node, towns.len(), &facility_names))?;
    let ids: Vec<&str> = trainers.iter().map(|one| one.id.as_str()).collect();
    let trainer_names = Names::of(&trainers_node, "die Fachkraft", &ids)?;
    let programmes_node = root.field("programmes")?;
    let programmes = programmes_node.each(programme)?;
    let ids: Vec<&str> = programmes.iter().map(|one| one.id.as_str()).collect();
    let programme_names = Names::of(&programmes_node, "die Maßnahme", &ids)?;
    let groups_node = root.field("groups")?;
    let groups = groups_node.each(|node| group(node, &facility_names, &programme_names))?;
    let ids: Vec<&str> = groups.iter().map(|one| one.id.as_str()).collect();
    Names::of(&groups_node, "die Gruppe", &ids)?;
    let people_node = root.field("participants")?;
    let participants = people_node.each(|node| participant(node, &facility_names))?;
    let ids: Vec<&str> = participants.iter().map(|one| one.id.as_str()).collect();
    let people_names = Names::of(&people_node, "die Person", &ids)?;
    let separations = root.field("separations")?.each(|pair| {
        let [one, other] = pair.tuple()?;
        let found = (people_names.find(&one)?, people_names.find(&other)?);
        if found.0 == found.1 {
            return Err(pair.wrong("eine Person kann nicht von sich selbst getrennt werden"));
        }
        Ok(found)
    })?;
    let singles_node = root.field("singles")?;
    let singles =
        singles_node.each(|node| single(node, &facility_names, &people_names, &trainer_names))?;
    let ids: Vec<&str> = singles.iter().map(|one| one.id.as_str()).collect();
    Names::of(&singles_node, "den Einzeltermin", &ids)?;
    let mode = root.field("mode")?;
    let repair = match mode.text()? {
        "plan" => None,
        "repair" => Some(Repair {
            now: now(&root.field("now")?, start, weeks)?,
            published: solution::decode(&root.field("published")?)?,
            disruptions: match root.maybe("disruptions")? {
                Some(list) => list.each(|text| Ok(text.text()?.to_owned()))?,
                None => Vec::new(),
            },
        }),
        other => return Err(mode.wrong(format!("„{other}“ ist weder plan noch repair"))),
    };
    let fixed = match root.maybe("fixed")? {
        Some(list) => {
            let room_names = Names::of(&facilities_node, "den Raum", &rooms)?;
            list.each(|node| fixed(node, &facility_names, &room_names, &trainer_names))?
        }
        None => Vec::new(),
    };
    Ok(Instance {
        name: root.field("name")?.text()?.to_owned(),
        start,
        weeks,
        grid: root.field("grid")?.number(1, DAY)?,
        gate_minutes: root.field("gate_minutes")?.number(0, DAY)?,
        travel: travel(&root.field("travel")?, towns.len())?,
        towns,
        holidays,
        facilities,
        trainers,
        programmes,
        groups,
        participants,
        separations,
        singles,
        repair,
        fixed,
    })
}

/// The first day that may be changed. A day outside the horizon would leave nothing to be changed, or says no more than
/// the first day does.
fn now(node: &Node<'_>, start: Date, weeks: u8) -> Read<Date> {
    let now = node.date()?;
    let last = start.saturating_add(Duration::days(i64::from(weeks) * 7 - 1));
    if !(start..=last).contains(&now) {
        return Err(node.wrong(format!(
            "{now} liegt nicht im Planungszeitraum ({start} bis {last})"
        )));
    }
    Ok(now)
}

fn fixed(
    node: &Node<'_>,
    facilities: &Names<'_>,
    rooms: &Names<'_>,
    trainers: &Names<'_>,
) -> Read<FixedEvent> {
    Ok(FixedEvent {
        label: node.field("label")?.text()?.to_owned(),
        facility: facilities.find(&node.field("facility")?)?,
        room: match node.maybe("room")? {
            Some(name) => Some(rooms.find(&name)?),
            None => None,
        },
        trainers: node.field("trainers")?.each(|name| trainers.find(name))?,
        span: dated(&node.field("when")?)?,
    })
}

fn travel(node: &Node<'_>, towns: usize) -> Read<Vec<Vec<u16>>> {
    let of_right_length = |node: &Node<'_>, length: usize| {
        if length == towns {
            Ok(())
        } else {
            Err(node.wrong(format!("{length} Einträge für {towns} Orte")))
        }
    };
    let rows = node.each(|row| {
        let minutes: Vec<u16> = row.each(|cell| cell.number(0, DAY))?;
        of_right_length(row, minutes.len())?;
        Ok(minutes)
    })?;
    of_right_length(node, rows.len())?;
    let way = |from: usize, to: usize| rows.get(from).and_then(|row| row.get(to)).copied();
    for from in 0..towns {
        if let Some(minutes) = way(from, from).filter(|minutes| *minutes != 0) {
            return Err(node.wrong(format!(
                "der Weg vom Ort Nr. {from} zu ihm selbst muss 0 Minuten sein, da stehen {minutes}"
            )));
        }
        if let Some(to) = (0..from).find(|to| way(from, *to) != way(*to, from)) {
            let there = way(to, from).unwrap_or_default();
            let back = way(from, to).unwrap_or_default();
            return Err(node.wrong(format!(
                "hin und zurück muss der Weg gleich lang sein: vom Ort Nr. {to} zum Ort Nr. {from} sind es {there} \
                 Minuten, zurück {back}"
            )));
        }
    }
    Ok(rows)
}

fn town(node: &Node<'_>, towns: usize) -> Read<usize> {
    let place: usize = node.number(0, i64::MAX)?;
    if place >= towns {
        return Err(node.wrong(format!(
            "den Ort Nr. {place} gibt es nicht (es sind {towns})"
        )));
    }
    Ok(place)
}

fn facility(
    node: &Node<'_>,
    towns: usize,
    holidays: &BTreeMap<String, Vec<Date>>,
) -> Read<Facility> {
    let state_node = node.field("state")?;
    let state = state_node.name()?;
    // Without a list its holidays would be working days. A list may be empty.
    if !holidays.contains_key(state) {
        return Err(state_node.wrong(format!(
            "unter „holidays“ steht nichts zu „{state}“ (ohne Feiertage: eine leere Liste)"
        )));
    }
    Ok(Facility {
        id: node.field("id")?.name()?.to_owned(),
        town: town(&node.field("town")?, towns)?,
        state: state.to_owned(),
        windows: node.field("windows")?.each(weekly)?,
        closed: node.field("closed")?.each(|day| day.date())?,
        ext_cap: node.field("ext_cap")?.number(0, 1000)?,
        ext_load: node
            .field("ext_load")?
            .entries(|day, load| Ok((load.date_in(day)?, load.number(0, 1000)?)))?,
        rooms: node.field("rooms")?.each(room)?,
    })
}

fn room(node: &Node<'_>) -> Read<Room> {
    let kind = node.field("kind")?;
    Ok(Room {
        id: node.field("id")?.name()?.to_owned(),
        for_groups: match kind.text()? {
            "group" => true,
            "talk" => false,
            other => return Err(kind.wrong(format!("„{other}“ ist weder group noch talk"))),
        },
        cap: node.field("cap")?.number(0, 1000)?,
        sec: node.field("sec")?.number(0, 100)?,
        weekly_blocked: node.field("weekly_blocked")?.each(weekly)?,
        blocked: node.field("blocked")?.each(dated)?,
    })
}

fn trainer(node: &Node<'_>, towns: usize, facilities: &Names<'_>) -> Read<Trainer> {
    // Nothing is computed from it; a file without it is not one of the format.
    node.field("provider")?.text()?;
    Ok(Trainer {
        id: node.field("id")?.name()?.to_owned(),
        home: town(&node.field("home")?, towns)?,
        lead: node.field("lead")?.flag()?,
        langs: words(&node.field("langs")?)?,
        quals: words(&node.field("quals")?)?,
        avail: node.field("avail")?.each(weekly)?,
        absent: node.field("absent")?.each(|absence| {
            let [first, last] = absence.tuple()?;
            range(absence, &first, &last)
        })?,
        access: node.field("access")?.each(|access| {
            let [facility, first, last] = access.tuple()?;
            Ok((facilities.find(&facility)?, range(access, &first, &last)?))
        })?,
        max_day: node.field("max_day")?.number(0, 100)?,
        max_week_min: node.field("max_week_min")?.number(1, 7 * DAY)?,
    })
}

fn programme(node: &Node<'_>) -> Read<Programme> {
    let (min, max): (u16, u16) = (
        node.field("min")?.number(0, 1000)?,
        node.field("max")?.number(0, 1000)?,
    );
    if min > max {
        return Err(node.wrong(format!("min ({min}) ist größer als max ({max})")));
    }
    let ideal_node = node.field("ideal")?;
    let ideal = ideal_node.number(0, 1000)?;
    if !(min..=max).contains(&ideal) {
        return Err(ideal_node.wrong(format!(
            "{ideal} liegt nicht zwischen min ({min}) und max ({max})"
        )));
    }
    let sessions: u8 = node.field("sessions")?.number(1, MOST_WEEKS)?;
    modules(&node.field("modules")?, sessions)?;
    Ok(Programme {
        id: node.field("id")?.name()?.to_owned(),
        sessions,
        minutes: node.field("minutes")?.number(1, DAY)?,
        min,
        max,
        ideal,
        max_missed: node.field("max_missed")?.number(0, 1000)?,
        max_skips: node.field("max_skips")?.number(0, 1000)?,
    })
}

/// The modules fill the sessions, one after the other.
fn modules(node: &Node<'_>, sessions: u8) -> Read<()> {
    let lengths: Vec<i64> = node.each(|module| {
        let [title, length] = module.tuple()?;
        title.text()?;
        length.number(1, MOST_WEEKS)
    })?;
    let sum: i64 = lengths.iter().sum();
    if sum != i64::from(sessions) {
        return Err(node.wrong(format!(
            "die Module haben zusammen {sum} Sitzungen, die Maßnahme hat {sessions}"
        )));
    }
    Ok(())
}

fn group(node: &Node<'_>, facilities: &Names<'_>, programmes: &Names<'_>) -> Read<Group> {
    let (start_min, start_max): (u8, u8) = (
        node.field("start_min")?.number(0, 255)?,
        node.field("start_max")?.number(0, 255)?,
    );
    if start_min > start_max {
        return Err(node.wrong(format!(
            "start_min ({start_min}) ist größer als start_max ({start_max})"
        )));
    }
    Ok(Group {
        id: node.field("id")?.name()?.to_owned(),
        facility: facilities.find(&node.field("facility")?)?,
        programme: programmes.find(&node.field("programme")?)?,
        cat: node.field("cat")?.text()?.to_owned(),
        lang: node.field("lang")?.text()?.to_owned(),
        needs: words(&node.field("needs")?)?,
        start_min,
        start_max,
        must_run: node.field("must_run")?.flag()?,
    })
}

fn participant(node: &Node<'_>, facilities: &Names<'_>) -> Read<Participant> {
    Ok(Participant {
        id: node.field("id")?.name()?.to_owned(),
        facility: facilities.find(&node.field("facility")?)?,
        cat: node.field("cat")?.text()?.to_owned(),
        langs: words(&node.field("langs")?)?,
        sec: node.field("sec")?.number(0, 100)?,
        prio: node.field("prio")?.number(0, 1_000_000)?,
        out: node.field("out")?.date()?,
        blocks: node.field("blocks")?.each(|block| {
            let [weekday, from, to, first, last] = block.tuple()?;
            let (from, to) = minutes(block, &from, &to)?;
            let span = WeeklySpan {
                weekday: weekday.number(0, 6)?,
                from,
                to,
            };
            Ok((span, range(block, &first, &last)?))
        })?,
        dates: node.field("dates")?.each(dated)?,
        needs_group: match node.maybe("needs_group")? {
            Some(flag) => flag.flag()?,
            None => true,
        },
    })
}

fn single(
    node: &Node<'_>,
    facilities: &Names<'_>,
    people: &Names<'_>,
    trainers: &Names<'_>,
) -> Read<Single> {
    Ok(Single {
        id: node.field("id")?.name()?.to_owned(),
        facility: facilities.find(&node.field("facility")?)?,
        participant: people.find(&node.field("participant")?)?,
        minutes: node.field("minutes")?.number(1, DAY)?,
        guests: match node.maybe("guests")? {
            Some(guests) => guests.number(0, 1000)?,
            None => 0,
        },
        range: range(node, &node.field("from")?, &node.field("to")?)?,
        needs: words(&node.field("needs")?)?,
        trainer: match node.maybe("trainer")? {
            Some(name) => Some(trainers.find(&name)?),
            None => None,
        },
        prio: node.field("prio")?.number(0, 1_000_000)?,
    })
}
