//! How near a deadline is.

use time::Date;

/// Days ahead at which a deadline is told.
pub const AHEAD_DAYS: i64 = 28;
/// Days ahead from which it is urgent.
pub const URGENT_DAYS: i64 = 7;

/// How near a deadline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// There is none where one is needed.
    Missing,
    /// Over, by so many days.
    Over(i64),
    /// In so many days, soon.
    Soon(i64),
    /// Later, in so many days.
    Later(i64),
}

impl Due {
    /// Seen from a day.
    pub fn of(due: Option<Date>, today: Date) -> Self {
        match due.map(|due| (due - today).whole_days()) {
            None => Due::Missing,
            Some(days) if days < 0 => Due::Over(-days),
            Some(days) if days <= URGENT_DAYS => Due::Soon(days),
            Some(days) => Due::Later(days),
        }
    }

    /// In words.
    pub fn words(self) -> String {
        match self {
            Due::Missing => "keine Frist".to_owned(),
            Due::Over(1) => "seit gestern überfällig".to_owned(),
            Due::Over(days) => format!("seit {days} Tagen überfällig"),
            Due::Soon(0) => "heute".to_owned(),
            Due::Soon(1) | Due::Later(1) => "morgen".to_owned(),
            Due::Soon(days) | Due::Later(days) => format!("in {days} Tagen"),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_deadline_is_told_by_its_distance() {
        let today = date!(2026 - 11 - 23);
        let words = |day| Due::of(Some(day), today).words();
        assert_eq!(words(date!(2026 - 11 - 20)), "seit 3 Tagen überfällig");
        assert_eq!(words(date!(2026 - 11 - 22)), "seit gestern überfällig");
        assert_eq!(words(date!(2026 - 11 - 23)), "heute");
        assert_eq!(words(date!(2026 - 11 - 24)), "morgen");
        assert_eq!(Due::of(Some(date!(2026 - 11 - 30)), today), Due::Soon(7));
        assert_eq!(Due::of(Some(date!(2026 - 12 - 01)), today), Due::Later(8));
        assert_eq!(Due::of(None, today), Due::Missing);
    }
}
