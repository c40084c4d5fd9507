//! What takes place whatever is planned.

use std::collections::BTreeSet;

use time::Date;

use super::{Bench, minutes};
use crate::base::ids::{GroupSessionId, StaffId};
use crate::conflicts::rules::Meeting;
use crate::timetable::instance::{DatedSpan, FixedEvent};

impl Bench<'_> {
    /// Everything that takes place as it stands: sessions of other groups, announced visits and planned talks.
    pub(super) fn fixed(&self) -> Vec<FixedEvent> {
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
}
