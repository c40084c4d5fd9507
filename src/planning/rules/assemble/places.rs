//! Houses with their rooms, and the ways between them.

use std::collections::BTreeSet;

use time::Date;

use super::{Bench, DAY, House, NO_LIMIT, WINDOW, days, minutes, small};
use crate::cover::travel;
use crate::planning::rules::facts::Disruption;
use crate::timetable::instance::{DatedSpan, Facility, Room, WeeklySpan};

impl Bench<'_> {
    pub(super) fn town(&mut self, name: &str) -> usize {
        let place = self.towns.iter().position(|town| town == name);
        place.unwrap_or_else(|| {
            self.towns.push(name.to_owned());
            self.towns.len() - 1
        })
    }

    pub(super) fn travel(&self) -> Vec<Vec<u16>> {
        let way = |from: &String, to: &String| small(travel::way(from, to));
        self.towns
            .iter()
            .map(|from| self.towns.iter().map(|to| way(from, to)).collect())
            .collect()
    }

    pub(super) fn facilities(&mut self) -> Vec<Facility> {
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
                let shut = known.is_some_and(|known| known.closed_on(day).next().is_some());
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
            let lost = |day: Date| {
                let lost = self.order.disruptions.iter().any(|one| {
                    matches!(one, Disruption::Room(lost, first, last)
                        if lost == id && (*first..=*last).contains(&day))
                });
                lost || room.closed_on(day).next().is_some()
            };
            let blocked = days(self.monday, self.last).filter(|day| lost(*day));
            let blocked = blocked.map(|date| DatedSpan {
                date,
                from: 0,
                to: DAY,
            });
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
                blocked: blocked.collect(),
            });
            self.rooms.push((*id, name));
        }
        made
    }
}
