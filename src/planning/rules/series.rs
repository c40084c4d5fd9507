//! The dates of a group that are still to come, as a course of the timetable.

use std::collections::BTreeMap;

use time::Date;

use super::facts::House;
use crate::base::ids::{FacilityId, GroupId, PersonId, ProgrammeId, StaffId};
use crate::conflicts::rules::Meeting;
use crate::timetable::rules::series::{GAP_DAYS, MOST_PER_WEEK};

/// A group with its sessions to come.
#[derive(Debug, Clone)]
pub struct Series<'a> {
    /// Which.
    pub group: GroupId,
    /// Its name.
    pub name: String,
    /// Where.
    pub facility: FacilityId,
    /// Its programme.
    pub programme: ProgrammeId,
    /// Its sessions to come, in their order.
    pub meetings: Vec<&'a Meeting>,
    /// The pair that holds most of them.
    pub team: [StaffId; 2],
    /// The longest session.
    pub minutes: u16,
    /// Who is in it.
    pub members: Vec<PersonId>,
}

impl Series<'_> {
    /// The weekday of the first session, 0 for Monday.
    pub fn weekday(&self) -> u8 {
        self.meetings
            .first()
            .map_or(0, |one| one.day.weekday().number_days_from_monday())
    }

    /// The minute at which the first session begins.
    pub fn start(&self) -> u16 {
        self.meetings
            .first()
            .map_or(0, |one| u16::try_from(one.span.from).unwrap_or(0))
    }
}

/// The sessions of a group of a house between two days (both included); `None` if it is none of the house or has none
/// left. An error says why its dates are not moved by a computation.
pub fn series_of<'a>(
    house: &'a House,
    group: GroupId,
    (from, to): (Date, Date),
) -> Option<Result<Series<'a>, String>> {
    let known = house.known.groups.get(&group)?;
    let (facility, programme) = known.place?;
    let name = known.name.clone()?;
    if facility != house.id {
        return None;
    }
    let own = || {
        house.known.meetings.iter().filter(|one| {
            one.group == group && !one.cancelled && !one.is_catch_up() && one.day >= from
        })
    };
    let mut meetings: Vec<&Meeting> = own().collect();
    meetings.sort_by_key(|one| (one.day, one.ordinal));
    let last = meetings.last()?.day;
    if last > to {
        return Some(Err(
            "Sie reicht über den Zeitraum der Berechnung hinaus.".to_owned()
        ));
    }
    if meetings.iter().any(|one| one.staff.len() != 2) {
        return Some(Err(
            "Nicht jede Sitzung wird von genau zwei Fachkräften gehalten.".to_owned(),
        ));
    }
    let steady = meetings.windows(2).all(|pair| match pair {
        [one, two] => {
            let gap = i32::try_from((two.day - one.day).whole_days()).unwrap_or(0);
            (GAP_DAYS.0..=GAP_DAYS.1).contains(&gap)
        }
        _ => true,
    });
    let mut weeks: BTreeMap<(i32, u8), usize> = BTreeMap::new();
    for one in &meetings {
        let (year, week, _) = one.day.to_iso_week_date();
        *weeks.entry((year, week)).or_default() += 1;
    }
    if !steady || weeks.values().any(|number| *number > MOST_PER_WEEK) {
        return Some(Err(
            "Zwischen ihren Sitzungen liegen mehr als drei Wochen oder weniger als zwei Tage."
                .to_owned(),
        ));
    }
    let mut pairs: BTreeMap<[StaffId; 2], usize> = BTreeMap::new();
    for one in &meetings {
        if let [first, second] = one.staff.as_slice() {
            let pair = [*first.min(second), *first.max(second)];
            *pairs.entry(pair).or_default() += 1;
        }
    }
    let (team, _) = pairs.into_iter().max_by_key(|(_, number)| *number)?;
    if meetings
        .iter()
        .any(|one| !one.staff.iter().any(|id| team.contains(id)))
    {
        return Some(Err("Sie wechselt zu oft die Fachkräfte.".to_owned()));
    }
    let minutes = meetings
        .iter()
        .map(|one| one.span.to - one.span.from)
        .max()
        .and_then(|minutes| u16::try_from(minutes).ok())?;
    let members = known
        .members
        .iter()
        .filter(|member| member.to.is_none_or(|to| to > from))
        .map(|member| member.person)
        .collect();
    Some(Ok(Series {
        group,
        name,
        facility,
        programme,
        meetings,
        team,
        minutes,
        members,
    }))
}
