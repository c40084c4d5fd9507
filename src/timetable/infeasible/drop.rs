//! A world in which one rule holds no longer for one group.

use super::super::rules::Rule;
use super::super::world::{
    Days, FacilityKey, GroupKey, Key, LONG_AGO, Room, RoomKey, Span, Table, Trainer, Traits,
    Window, World,
};

/// As many minutes as a week has.
const WHOLE_WEEK: u32 = 7 * 24 * 60;

fn whole_week() -> Vec<Window> {
    let span = Span {
        from: 0,
        to: 24 * 60,
    };
    (0..7).map(|weekday| Window { weekday, span }).collect()
}

/// Lets a rule hold no longer for this group.
pub(in super::super) fn drop_rule(world: &mut World, group: GroupKey, rule: Rule) {
    let weeks = world.weeks;
    let facility = world.groups[group].facility;
    let rooms = world.facilities[facility].rooms.clone();
    let trainers: Vec<_> = world.trainers.keys().collect();
    let people: Vec<_> = world.people.keys().collect();
    match rule {
        Rule::H1 => {
            world.facilities[facility].open = Days::all(weeks);
            world.facilities[facility].windows = whole_week();
        }
        Rule::H2 => {
            if rooms.is_empty() {
                add_room(world, facility);
            }
            for room in rooms {
                world.rooms[room].for_groups = true;
                world.rooms[room].weekly_blocked.clear();
                world.rooms[room].blocked.clear();
            }
        }
        Rule::H3 => rooms
            .iter()
            .for_each(|room| world.rooms[*room].cap = u16::MAX),
        Rule::H4 => rooms
            .iter()
            .for_each(|room| world.rooms[*room].sec = u8::MAX),
        Rule::H5 => {
            add_trainers(world, facility);
            for trainer in world.trainers.keys() {
                let known = &mut world.trainers[trainer];
                known.lead = true;
                known.quals = Traits(u128::MAX);
                known.langs = Traits(u128::MAX);
            }
        }
        Rule::H6 => {
            for trainer in trainers {
                world.trainers[trainer].present = Days::all(weeks);
                world.trainers[trainer].hours = whole_week();
            }
        }
        Rule::H7 => {
            for trainer in trainers {
                let access = &mut world.trainers[trainer].access;
                access.retain(|(known, _)| *known != facility);
                access.push((facility, Days::all(weeks)));
            }
        }
        Rule::H9 => {
            for trainer in trainers {
                world.trainers[trainer].max_day = u16::MAX;
                world.trainers[trainer].max_week = WHOLE_WEEK;
            }
        }
        Rule::H10 => {
            world.facilities[facility].ext_cap = u16::MAX;
            world.facilities[facility].announced.clear();
        }
        Rule::H11 => world.groups[group].max_skips = u32::MAX,
        Rule::H13 => world.groups[group].start_weeks = (0, i32::from(weeks) - 1),
        Rule::H14 => world.groups[group].min = 0,
        Rule::H17 => people
            .iter()
            .for_each(|person| world.people[*person].out = -LONG_AGO),
        Rule::H18 => world.groups[group].max_missed = u32::MAX,
        Rule::H19 => people
            .iter()
            .for_each(|person| world.people[*person].separated.clear()),
        _ => {}
    }
}

/// Two trainers where there are fewer: another one like the one who is there, so that what is wrong with him or her
/// stays wrong; only where there is nobody, people without any limit.
fn add_trainers(world: &mut World, facility: FacilityKey) {
    let mut all = world.trainers.values().to_vec();
    let like = all.first().cloned().unwrap_or_else(|| Trainer {
        id: String::new(),
        home: world.facilities[facility].town,
        lead: true,
        langs: Traits(u128::MAX),
        quals: Traits(u128::MAX),
        hours: whole_week(),
        present: Days::all(world.weeks),
        access: vec![(facility, Days::all(world.weeks))],
        max_day: u16::MAX,
        max_week: WHOLE_WEEK,
    });
    if all.len() < 2 {
        all.resize(2, like);
        world.trainers = Table::new(all);
    }
}

/// A room for everything.
fn add_room(world: &mut World, facility: FacilityKey) {
    let mut all = world.rooms.values().to_vec();
    world.facilities[facility].rooms = vec![RoomKey::of(all.len())];
    all.push(Room {
        id: String::new(),
        facility,
        for_groups: true,
        cap: u16::MAX,
        sec: u8::MAX,
        weekly_blocked: Vec::new(),
        blocked: Vec::new(),
    });
    world.rooms = Table::new(all);
}
