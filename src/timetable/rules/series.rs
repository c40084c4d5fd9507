//! The series of a group's sessions: the weekly pattern when planning, continuity when repairing (H11), number and
//! order (H12), first week (H13).

use super::super::world::{Course, Day, Group, Session, TrainerKey, Weeks, week_of};

/// H11 (repair): days between two consecutive sessions, at least and at most.
pub const GAP_DAYS: (Day, Day) = (2, 21);
/// H11 (repair): sessions in a calendar week.
pub const MOST_PER_WEEK: usize = 2;

/// H11: the possible weeks from the first one on, `sessions` of them or as many as there are.
pub fn pattern_weeks(possible: Weeks, first: i32, sessions: u8) -> Weeks {
    let from = Weeks(possible.0 & (u64::MAX << first.clamp(0, 63)));
    let mut left = from.0;
    for _ in 0..sessions {
        left &= left.wrapping_sub(1);
    }
    Weeks(from.0 ^ left)
}

/// H11, H12: every possible week from the first one on until `sessions` are held. `None` when the first week is
/// impossible or there are not enough weeks.
pub fn held_weeks(possible: Weeks, first: i32, sessions: u8) -> Option<Weeks> {
    if !possible.has(first) {
        return None;
    }
    let held = pattern_weeks(possible, first, sessions);
    (held.count() == u32::from(sessions)).then_some(held)
}

/// Weeks between the first and the last session in which none is held.
pub fn skipped(held: Weeks) -> u32 {
    match (held.lowest(), held.highest()) {
        (Some(first), Some(last)) => (last - first + 1).unsigned_abs() - held.count(),
        _ => 0,
    }
}

/// H11: not more skipped weeks than the programme allows.
pub fn skips_allowed(group: &Group, held: Weeks) -> bool {
    skipped(held) <= group.max_skips
}

/// H13: the group may start in this week.
pub fn may_start(group: &Group, week: i32) -> bool {
    let (first, last) = group.start_weeks;
    (first..=last).contains(&week)
}

/// The weeks with a session. A week outside 0..=63 is left out.
pub fn weeks_of(course: &Course) -> Weeks {
    let mut weeks = Weeks::NONE;
    for session in &course.sessions {
        weeks.insert(week_of(session.day));
    }
    weeks
}

/// H11 (repair): the days between two consecutive sessions are neither too few nor too many.
pub fn gap_allowed(before: Day, after: Day) -> bool {
    let (least, most) = GAP_DAYS;
    (least..=most).contains(&(after - before))
}

/// H11 (repair): somebody of the base pair is there.
pub fn continues(team: &[TrainerKey; 2], session: &Session) -> bool {
    session
        .trainers
        .iter()
        .any(|trainer| team.contains(trainer))
}

/// H11 (repair): the sessions in the week of `day`.
pub fn in_week_of(sessions: &[Session], day: Day) -> usize {
    sessions
        .iter()
        .filter(|session| week_of(session.day) == week_of(day))
        .count()
}

/// A course that has begun before `now`.
pub fn has_started(course: &Course, now: Day) -> bool {
    course.sessions.iter().any(|session| session.day < now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_every_possible_week_from_the_first_on() {
        let possible = Weeks(0b1110_1101_1010);
        assert_eq!(held_weeks(possible, 1, 4), Some(Weeks(0b0101_1010)));
        assert_eq!(
            held_weeks(possible, 2, 2),
            None,
            "the first week must be possible"
        );
        assert_eq!(held_weeks(possible, 9, 4), None, "three weeks are left");
        assert_eq!(skipped(Weeks(0b1010)), 1);
    }
}
