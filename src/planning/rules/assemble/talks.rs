//! Talks as single appointments: those that are due, and those that are planned and cannot take place.
//!
//! A talk takes no room that anybody books: each counsellor gets a place of their own in a house, so that no talk keeps a
//! group out of its room, and only who talks and whom with decide when. Talks that can take place stay what they are:
//! taken time.

use time::Date;
use uuid::Uuid;

use super::{Bench, DueTalk, Lost, Seat, small};
use crate::base::calendar::saxon_holiday;
use crate::base::ids::{FacilityId, PersonId, ProgrammeId, RoomId, StaffId};
use crate::conflicts::rules::What;
use crate::cover::rules::gap;
use crate::planning::rules::facts::{Disruption, House};
use crate::planning::rules::talks::Booked;
use crate::timetable::instance::{DateRange, Participant, Room, Single};

/// The place at which a counsellor talks in a house: no room of the house, so it has a number of its own.
fn place_of(facility: FacilityId, staff: StaffId) -> RoomId {
    RoomId(Uuid::from_u128(facility.0.as_u128() ^ staff.0.as_u128()))
}

/// What a talk that finds no time weighs: as much as somebody who waits for a group.
const WEIGHT: u32 = 1;

/// A talk for which a time is looked for.
#[derive(Debug, Clone)]
struct Sought {
    due: DueTalk,
    person: PersonId,
    programme: ProgrammeId,
    minutes: i64,
    range: (Date, Date),
}

impl Bench<'_> {
    /// The talks of a house for which times are looked for.
    fn sought(&self, house: &House) -> Vec<Sought> {
        let mut found = Vec::new();
        if let Some(asked) = self.order.talks {
            let asked = (asked.0.max(self.facts.today), asked.1);
            for one in &house.talks {
                found.extend(one.due(asked).into_iter().map(|range| Sought {
                    due: DueTalk {
                        case: one.case,
                        facility: house.id,
                        staff: one.staff,
                        lost: None,
                    },
                    person: one.person,
                    programme: one.programme,
                    minutes: one.minutes,
                    range,
                }));
            }
        }
        if let Some(now) = self.order.now {
            for one in &house.booked {
                let Some(why) = self.lost(house, one) else {
                    continue;
                };
                found.push(Sought {
                    due: DueTalk {
                        case: one.case,
                        facility: house.id,
                        staff: one.staff,
                        lost: Some(Lost {
                            talk: one.talk,
                            day: one.day,
                            start: one.start,
                            minutes: one.minutes,
                            why,
                        }),
                    },
                    person: one.person,
                    programme: one.programme,
                    minutes: one.minutes,
                    range: one.instead(now),
                });
            }
        }
        found
    }

    /// Why a planned talk cannot take place, if that is so.
    fn lost(&self, house: &House, talk: &Booked) -> Option<String> {
        if let Some(why) = house.known.house.closed_on(talk.day).next() {
            return Some(format!("Das Haus ist geschlossen: {why}"));
        }
        if let Some(name) = saxon_holiday(talk.day) {
            return Some(name.to_owned());
        }
        for one in &self.order.disruptions {
            match one {
                Disruption::Closed(id, first, last)
                    if *id == house.id && (*first..=*last).contains(&talk.day) =>
                {
                    return Some("Das Haus ist geschlossen".to_owned());
                }
                Disruption::Away(id, first, last)
                    if *id == talk.staff && (*first..=*last).contains(&talk.day) =>
                {
                    return Some("Die Fachkraft fällt aus".to_owned());
                }
                _ => {}
            }
        }
        let staff = self.facts.staff.get(&talk.staff)?;
        let access = staff.access.get(&(house.id, talk.programme))?;
        if let Some(gap) = gap(access, talk.day) {
            return Some(gap.words(self.facts.today));
        }
        let person = house.known.people.get(&talk.person)?;
        let leaves = [person.release, person.leaves].into_iter().flatten().min();
        if leaves.is_some_and(|day| day <= talk.day) {
            return Some("Die Person wird vorher entlassen oder verlegt".to_owned());
        }
        let away = |one: &crate::conflicts::rules::Engagement| {
            matches!(one.what, What::Absent(_)) && one.days.contains(talk.day)
        };
        let away = person.engagements.iter().any(away);
        away.then(|| "Die Person ist an diesem Tag nicht im Haus".to_owned())
    }

    /// The programmes of the talks for which times are looked for in a house.
    pub(super) fn talked_in(&self, facility: FacilityId) -> Vec<ProgrammeId> {
        let found = self.house(facility).map(|house| self.sought(house));
        let found = found.unwrap_or_default();
        found.into_iter().map(|one| one.programme).collect()
    }

    /// The places at which counsellors talk in a house.
    pub(super) fn talk_places(&mut self, house: &House, code: &str) -> Vec<Room> {
        let mut made = Vec::new();
        for one in self.sought(house) {
            let place = place_of(house.id, one.due.staff);
            if self.rooms.iter().any(|(id, _)| *id == place) {
                continue;
            }
            self.rooms.push((place, "Ort der Gespräche".to_owned()));
            made.push(Room {
                id: format!("{code} Gespräche ({})", self.rooms.len()),
                for_groups: false,
                cap: 1000,
                sec: 100,
                weekly_blocked: Vec::new(),
                blocked: Vec::new(),
            });
        }
        made
    }

    pub(super) fn talks(
        &mut self,
        participants: &mut Vec<Participant>,
    ) -> (Vec<Single>, Vec<DueTalk>) {
        let (mut singles, mut talks) = (Vec::new(), Vec::new());
        for house in &self.facts.houses {
            let Some(facility) = self.place(house.id) else {
                continue;
            };
            for one in self.sought(house) {
                let place = place_of(house.id, one.due.staff);
                let room = self.rooms.iter().position(|(id, _)| *id == place);
                let trainer = self.trainers.binary_search(&one.due.staff).ok();
                let (Some(room), Some(trainer)) = (room, trainer) else {
                    continue;
                };
                let known = |seat: &Seat| seat.person == one.person;
                let participant = self.people.iter().position(known).unwrap_or_else(|| {
                    let known = house.known.people.get(&one.person);
                    participants.push(self.client(facility, known));
                    // Who is counselled is nobody's business but the counsellor's.
                    self.people.push(Seat {
                        person: one.person,
                        application: None,
                        name: None,
                    });
                    self.people.len() - 1
                });
                singles.push(Single {
                    id: format!("Gespräch {}", singles.len() + 1),
                    facility,
                    participant,
                    minutes: small(one.minutes),
                    guests: 0,
                    range: DateRange {
                        first: one.range.0,
                        last: one.range.1,
                    },
                    needs: vec![one.programme.to_string()],
                    trainer: Some(trainer),
                    room: Some(room),
                    prio: WEIGHT,
                });
                talks.push(one.due);
            }
        }
        (singles, talks)
    }
}
