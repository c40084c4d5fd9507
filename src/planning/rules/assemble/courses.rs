//! The courses: those to be opened, and the groups that exist as they stand.

use time::Date;

use super::{Bench, GERMAN, KIND, MOST_SKIPS, Source, minutes, small};
use crate::base::ids::{PersonId, RoomId, StaffId};
use crate::planning::rules::facts::Template;
use crate::planning::rules::series::Series;
use crate::timetable::instance::{
    CourseRecord, Group, GroupRecord, Instance, Programme, SessionRecord, Solution,
};

impl Bench<'_> {
    pub(super) fn groups(&mut self) -> (Vec<Programme>, Vec<Group>, Vec<(Source, String)>) {
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
            groups.push(Group {
                id: format!("{code} {} ({})", wanted.label, groups.len() + 1),
                facility,
                programme: programmes.len(),
                cat: KIND.to_owned(),
                lang: GERMAN.to_owned(),
                needs: vec![template.programme.to_string()],
                start_min: self.week(wanted.start.0),
                start_max: self.week(wanted.start.1).max(self.week(wanted.start.0)),
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
            // What is lost is made up for afterwards, not before the day that everybody was told.
            let first = series.meetings.first().filter(|_| self.order.keep_start);
            let first = first.map_or(self.monday, |one| one.day);
            groups.push(Group {
                id: format!("{name} ({})", groups.len() + 1),
                facility,
                programme: programmes.len(),
                cat: KIND.to_owned(),
                lang: GERMAN.to_owned(),
                needs: vec![series.programme.to_string()],
                start_min: self.week(first),
                start_max: 63,
                // It is there: sessions without a time stay visible, whatever else would be better.
                must_run: true,
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

    /// The week of the horizon in which a day is.
    fn week(&self, day: Date) -> u8 {
        let weeks = (day - self.monday).whole_days().div_euclid(7);
        u8::try_from(weeks.clamp(0, 63)).unwrap_or(0)
    }

    /// The groups that exist as they stand, in the names of the instance.
    pub(super) fn published(&self, instance: &Instance, sources: &[(Source, String)]) -> Solution {
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
