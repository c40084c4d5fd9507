//! The talks that are due, as single appointments.
//!
//! A talk takes no room that anybody books: each counsellor gets a place of their own in a house, so that no talk keeps a
//! group out of its room, and only who talks and whom with decide when.

use time::Date;
use uuid::Uuid;

use super::{Bench, DueTalk, Seat, small};
use crate::base::ids::{FacilityId, RoomId, StaffId};
use crate::planning::rules::talks::Regular;
use crate::timetable::instance::{DateRange, Participant, Room, Single};

/// The place at which a counsellor talks in a house: no room of the house, so it has a number of its own.
fn place_of(facility: FacilityId, staff: StaffId) -> RoomId {
    RoomId(Uuid::from_u128(facility.0.as_u128() ^ staff.0.as_u128()))
}

/// What a talk that finds no time weighs: as much as somebody who waits for a group.
const WEIGHT: u32 = 1;

impl<'a> Bench<'a> {
    /// The cases of a house whose talks are planned.
    pub(super) fn due_at(
        &self,
        facility: FacilityId,
    ) -> impl Iterator<Item = &'a Regular> + use<'a> {
        let house = self.order.talks.and_then(|_| self.house(facility));
        house.into_iter().flat_map(|house| &house.talks)
    }

    /// The places at which counsellors talk in a house.
    pub(super) fn talk_places(&mut self, facility: FacilityId, code: &str) -> Vec<Room> {
        let mut made = Vec::new();
        for one in self.due_at(facility) {
            let place = place_of(facility, one.staff);
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
        let Some(asked) = self.order.talks else {
            return (singles, talks);
        };
        for house in &self.facts.houses {
            let Some(facility) = self.place(house.id) else {
                continue;
            };
            for one in &house.talks {
                let Ok(trainer) = self.trainers.binary_search(&one.staff) else {
                    continue;
                };
                let place = place_of(house.id, one.staff);
                let Some(room) = self.rooms.iter().position(|(id, _)| *id == place) else {
                    continue;
                };
                let due: Vec<(Date, Date)> = one.due((asked.0.max(self.facts.today), asked.1));
                if due.is_empty() {
                    continue;
                }
                let known = self
                    .people
                    .iter()
                    .position(|seat| seat.person == one.person);
                let participant = known.unwrap_or_else(|| {
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
                for (first, last) in due {
                    singles.push(Single {
                        id: format!("Gespräch {}", singles.len() + 1),
                        facility,
                        participant,
                        minutes: small(one.minutes),
                        guests: 0,
                        range: DateRange { first, last },
                        needs: vec![one.programme.to_string()],
                        trainer: Some(trainer),
                        room: Some(room),
                        prio: WEIGHT,
                    });
                    talks.push(DueTalk {
                        case: one.case,
                        facility: house.id,
                        staff: one.staff,
                    });
                }
            }
        }
        (singles, talks)
    }
}
