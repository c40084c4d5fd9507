//! When the client of a case is to be talked with, as far as it was agreed how often.

use time::{Date, Duration};

use crate::base::ids::{CaseId, PersonId, ProgrammeId, ProviderId, StaffId, TalkId};

/// A case whose client is talked with regularly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regular {
    /// Which.
    pub case: CaseId,
    /// With whom.
    pub person: PersonId,
    /// In which programme.
    pub programme: ProgrammeId,
    /// Whose case it is.
    pub provider: ProviderId,
    /// Who talks.
    pub staff: StaffId,
    /// Their name.
    pub staff_name: String,
    /// Every so many weeks.
    pub weeks: i64,
    /// For so long.
    pub minutes: i64,
    /// The last talk that took place.
    pub last: Option<Date>,
    /// Days for which talks are planned already.
    pub planned: Vec<Date>,
}

/// A talk that is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// Which.
    pub talk: TalkId,
    /// In which case.
    pub case: CaseId,
    /// With whom.
    pub person: PersonId,
    /// In which programme.
    pub programme: ProgrammeId,
    /// Who talks.
    pub staff: StaffId,
    /// Their name.
    pub staff_name: String,
    /// The day.
    pub day: Date,
    /// The starting minute.
    pub start: i64,
    /// For so long.
    pub minutes: i64,
    /// What became of the last time that was proposed instead: code of its state.
    pub answer: Option<String>,
}

/// Days after which a talk that cannot take place is to be made up for, at the latest.
const AFTER: i64 = 21;

/// The most weeks in which one talk may take place: within them the search is free.
const ROOM: i64 = 2;

/// A talk that is still to be planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The first and the last day on which it may be.
    pub range: (Date, Date),
    /// The first and the last day for which another talk takes its place.
    pub period: (Date, Date),
}

impl Booked {
    /// The first and the last day for a talk instead, which is on `now` at the earliest and before the client `leaves`: as near
    /// to the talk as possible. `None`: there is no such day.
    pub fn instead(&self, now: Date, leaves: Option<Date>) -> Option<(Date, Date)> {
        let last = (self.day.max(now)) + Duration::days(AFTER);
        let before = leaves.and_then(Date::previous_day);
        let last = before.map_or(last, |before| before.min(last));
        // Whoever leaves first can only be talked with before.
        let first = if last < self.day {
            now
        } else {
            self.day.max(now)
        };
        (first <= last).then_some((first, last))
    }
}

fn monday(day: Date) -> Date {
    day - Duration::days(i64::from(day.weekday().number_days_from_monday()))
}

impl Regular {
    /// The talks that are still to be planned between two days. Talks planned already count for the period nearest to
    /// them, and the next one is counted from them.
    pub fn due(&self, (first, last): (Date, Date)) -> Vec<Due> {
        let weeks = self.weeks.max(1);
        let step = Duration::weeks(weeks);
        let early = Duration::weeks(weeks / 2);
        let room = Duration::days(weeks.min(ROOM) * 7 - 1);
        let before = |day: &Date| *day < monday(first) - early;
        let planned = self.planned.iter().copied().filter(before);
        let begin = planned.chain(self.last).max().map(|day| monday(day) + step);
        let mut week = begin.map_or(monday(first), |begin| begin.max(monday(first)));
        let mut found = Vec::new();
        while week <= last {
            let near = |day: &&Date| (week - early..week + step).contains(*day);
            if let Some(planned) = self.planned.iter().filter(near).max() {
                week = monday(*planned) + step;
                continue;
            }
            let (from, to) = (week.max(first), (week + room).min(last));
            if from <= to {
                found.push(Due {
                    range: (from, to),
                    period: (week, week + step - Duration::DAY),
                });
            }
            week += step;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;
    use uuid::Uuid;

    use super::*;

    fn regular(weeks: i64, last: Option<Date>, planned: Vec<Date>) -> Regular {
        Regular {
            case: CaseId(Uuid::nil()),
            person: PersonId(Uuid::nil()),
            programme: ProgrammeId(Uuid::nil()),
            provider: ProviderId(Uuid::nil()),
            staff: StaffId(Uuid::nil()),
            staff_name: String::new(),
            weeks,
            minutes: 60,
            last,
            planned,
        }
    }

    fn ranges(one: &Regular, asked: (Date, Date)) -> Vec<(Date, Date)> {
        one.due(asked).into_iter().map(|due| due.range).collect()
    }

    #[test]
    fn a_talk_before_the_half_year_counts() {
        let one = regular(8, None, vec![date!(2026 - 11 - 23)]);
        assert_eq!(
            ranges(&one, (date!(2027 - 01 - 01), date!(2027 - 01 - 31))),
            vec![(date!(2027 - 01 - 18), date!(2027 - 01 - 31))]
        );
    }

    #[test]
    fn a_lost_talk_is_made_up_for_soon_and_before_the_client_leaves() {
        let booked = |day| Booked {
            talk: TalkId(Uuid::nil()),
            case: CaseId(Uuid::nil()),
            person: PersonId(Uuid::nil()),
            programme: ProgrammeId(Uuid::nil()),
            staff: StaffId(Uuid::nil()),
            staff_name: String::new(),
            day,
            start: 600,
            minutes: 60,
            answer: None,
        };
        let one = booked(date!(2026 - 12 - 14));
        let now = date!(2026 - 11 - 24);
        assert_eq!(
            one.instead(now, None),
            Some((date!(2026 - 12 - 14), date!(2027 - 01 - 04)))
        );
        assert_eq!(
            one.instead(now, Some(date!(2026 - 12 - 20))),
            Some((date!(2026 - 12 - 14), date!(2026 - 12 - 19)))
        );
        assert_eq!(
            one.instead(now, Some(date!(2026 - 12 - 10))),
            Some((now, date!(2026 - 12 - 09)))
        );
        assert_eq!(one.instead(now, Some(now)), None);
    }

    #[test]
    fn every_second_week_counted_from_the_last_talk() {
        let one = regular(2, Some(date!(2026 - 12 - 29)), vec![date!(2027 - 01 - 26)]);
        assert_eq!(
            ranges(&one, (date!(2027 - 01 - 01), date!(2027 - 02 - 28))),
            vec![
                (date!(2027 - 01 - 11), date!(2027 - 01 - 24)),
                // The one of 26 January is planned.
                (date!(2027 - 02 - 08), date!(2027 - 02 - 21)),
                (date!(2027 - 02 - 22), date!(2027 - 02 - 28)),
            ]
        );
        assert_eq!(
            ranges(
                &regular(1, None, Vec::new()),
                (date!(2027 - 01 - 06), date!(2027 - 01 - 12))
            ),
            vec![
                (date!(2027 - 01 - 06), date!(2027 - 01 - 10)),
                (date!(2027 - 01 - 11), date!(2027 - 01 - 12)),
            ]
        );
    }

    proptest! {
        /// Periods lie within what was asked for, one after the other and without a day in common; no talk is proposed in
        /// the week of a planned one; and nobody waits longer than the agreed weeks and the room that a period leaves.
        #[test]
        fn nobody_is_forgotten_and_nobody_asked_twice(
            weeks in 1i64..9,
            before in proptest::option::of(0i64..120),
            planned in proptest::collection::btree_set(-60i64..180, 0..8),
        ) {
            let first = date!(2027 - 01 - 01);
            let last = first + Duration::days(180);
            let planned: Vec<Date> = planned.into_iter().map(|day| first + Duration::days(day)).collect();
            let one = regular(weeks, before.map(|days| first - Duration::days(days)), planned.clone());
            let all = one.due((first, last));
            for one in &all {
                let ((from, to), (begin, end)) = (one.range, one.period);
                prop_assert!(begin <= from && to <= end);
                prop_assert!(first <= from && from <= to && to <= last);
                // Whoever was talked with shortly before is not asked again.
                prop_assert!(!planned.iter().any(|day| (begin..=end).contains(day)));
                let near = |day: &Date| monday(*day) < monday(from) && monday(from) - monday(*day) < Duration::weeks((weeks + 1) / 2);
                prop_assert!(!planned.iter().any(near), "{from} {planned:?}");
            }
            let due: Vec<(Date, Date)> = all.iter().map(|one| one.range).collect();
            for pair in due.windows(2) {
                prop_assert!(pair[0].1 < pair[1].0);
            }
            // Weeks in which something takes place, from the last talk to the end.
            let mut taken: Vec<Date> = due.iter().map(|(from, _)| monday(*from)).collect();
            taken.extend(planned.iter().map(|day| monday(*day)));
            taken.extend(one.last.map(monday));
            taken.push(monday(first) - Duration::weeks(1));
            taken.sort();
            let late = taken.windows(2).find(|pair| {
                pair[1] >= first && pair[1] - pair[0] > Duration::weeks(weeks).max(Duration::weeks(1)) + Duration::weeks(weeks)
            });
            prop_assert!(late.is_none(), "{late:?}");
        }
    }
}
