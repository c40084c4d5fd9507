//! Who may hold sessions, when and where.

use std::collections::BTreeSet;

use super::{Bench, DAY, GERMAN, days, minutes, stretches};
use crate::base::ids::{FacilityId, ProgrammeId, StaffId};
use crate::cover::rules::{Gap, gap};
use crate::planning::rules::facts::{Disruption, Staff};
use crate::timetable::instance::{DateRange, Trainer, WeeklySpan};
use crate::timetable::measure::{MOST_A_DAY, MOST_A_WEEK};

impl Bench<'_> {
    pub(super) fn trainers(&mut self) -> Vec<Trainer> {
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
        let all = days(self.monday, self.last).zip(on.unwrap_or_default());
        (stretches(all), held)
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
