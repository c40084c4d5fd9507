use std::collections::BTreeSet;

use proptest::prelude::*;
use time::Duration;
use time::macros::date;

use super::*;
use crate::base::calendar::saxon_holiday;
use crate::base::time::berlin_instant;

const TODAY: Date = date!(2026 - 11 - 22);

fn at(hour: u8, minute: u8) -> MinuteOfDay {
    MinuteOfDay::from_hm(hour, minute).unwrap()
}

fn saxon(day: Date) -> Option<String> {
    saxon_holiday(day).map(str::to_owned)
}

fn sessions(count: u16, minutes: u16) -> Vec<SessionPlan> {
    (1..=count)
        .map(|ordinal| SessionPlan {
            ordinal,
            minutes,
            gap_days: 0,
        })
        .collect()
}

/// Three sessions of three hours, Tuesdays at 14:00, from Tuesday 24.11.2026.
fn tuesdays<'a>() -> SeriesRequest<'a> {
    SeriesRequest {
        sessions: sessions(3, 180),
        weekday: Weekday::Tuesday,
        start: at(14, 0),
        more: &[],
        first_day: date!(2026 - 11 - 24),
        interval_weeks: 1,
        holidays: &saxon,
        closures: &[],
        today: TODAY,
    }
}

fn days(series: &Series) -> Vec<Date> {
    series.planned.iter().map(|session| session.date).collect()
}

#[test]
fn a_plain_series() {
    let series = plan_series(&tuesdays()).unwrap();
    assert_eq!(
        days(&series),
        [
            date!(2026 - 11 - 24),
            date!(2026 - 12 - 01),
            date!(2026 - 12 - 08)
        ]
    );
    assert_eq!(
        series.planned[0],
        PlannedSession {
            ordinal: 1,
            date: date!(2026 - 11 - 24),
            start: at(14, 0),
            end: at(17, 0)
        }
    );
    assert_eq!((series.skipped, series.warnings), (vec![], vec![]));
}

#[test]
fn holidays_and_closures_are_left_out_with_their_reason() {
    let closures = [(
        DaySpan::new(date!(2026 - 12 - 24), Some(date!(2027 - 01 - 02))).unwrap(),
        "Weihnachtspause".to_owned(),
    )];
    let series = plan_series(&SeriesRequest {
        weekday: Weekday::Friday,
        first_day: date!(2026 - 12 - 18),
        closures: &closures,
        ..tuesdays()
    })
    .unwrap();
    assert_eq!(
        days(&series),
        [
            date!(2026 - 12 - 18),
            date!(2027 - 01 - 08),
            date!(2027 - 01 - 15)
        ]
    );
    let skipped: Vec<(Date, &str)> = series
        .skipped
        .iter()
        .map(|day| (day.date, day.reason.as_str()))
        .collect();
    assert_eq!(
        skipped,
        [
            (
                date!(2026 - 12 - 25),
                "Feiertag: 1. Weihnachtstag; Schließzeit: Weihnachtspause"
            ),
            (
                date!(2027 - 01 - 01),
                "Feiertag: Neujahr; Schließzeit: Weihnachtspause"
            ),
        ]
    );
}

#[test]
fn the_first_day_moves_to_the_weekday_and_says_so() {
    let series = plan_series(&SeriesRequest {
        first_day: date!(2026 - 11 - 25),
        ..tuesdays()
    })
    .unwrap();
    assert_eq!(days(&series)[0], date!(2026 - 12 - 01));
    assert_eq!(series.warnings[0].field().name(), "first_day");
    assert_eq!(
        series.warnings[0].to_string(),
        "Der 25.11.2026 ist ein Mittwoch. Die Terminreihe beginnt am Dienstag, 1. Dezember 2026."
    );
}

#[test]
fn a_time_left_out_by_the_clock_change_is_skipped() {
    let series = plan_series(&SeriesRequest {
        sessions: sessions(1, 20),
        weekday: Weekday::Sunday,
        start: at(2, 15),
        first_day: date!(2027 - 03 - 28),
        ..tuesdays()
    })
    .unwrap();
    assert_eq!(days(&series), [date!(2027 - 04 - 04)]);
    assert!(series.skipped[0].reason.starts_with("Zeitumstellung"));
}

#[test]
fn every_problem_is_told_at_its_field() {
    let request = SeriesRequest {
        sessions: sessions(61, 601),
        first_day: date!(2026 - 11 - 21),
        interval_weeks: 0,
        ..tuesdays()
    };
    let told: Vec<(&str, String)> = plan_series(&request)
        .unwrap_err()
        .iter()
        .map(|problem| (problem.field().name(), problem.to_string()))
        .collect();
    let told: Vec<(&str, &str)> = told.iter().map(|(f, text)| (*f, text.as_str())).collect();
    assert_eq!(
        told,
        [
            (
                "sessions",
                "Die Programmvorlage hat 61 Termine. Eine Terminreihe kann höchstens 60 haben."
            ),
            (
                "start",
                "Termin 1 dauert 10 Std. 1 Min. und würde erst nach Mitternacht enden. Bitte eine frühere Uhrzeit wählen."
            ),
            (
                "first_day",
                "Der 21.11.2026 liegt in der Vergangenheit. Bitte einen ersten Tag ab heute wählen."
            ),
            (
                "interval_weeks",
                "Der Abstand muss 1 bis 52 Wochen betragen."
            ),
        ]
    );
}

#[test]
fn sessions_must_exist_have_a_length_and_end_on_their_day() {
    let with = |sessions, start| {
        plan_series(&SeriesRequest {
            sessions,
            start,
            ..tuesdays()
        })
    };
    assert_eq!(
        with(vec![], at(14, 0)),
        Err(vec![SeriesProblem::NoSessions])
    );
    assert_eq!(
        with(sessions(1, 0), at(14, 0)),
        Err(vec![SeriesProblem::SessionWithoutLength(1)])
    );
    assert!(with(sessions(60, 59), at(23, 0)).is_ok());
    assert!(with(sessions(1, 60), at(23, 0)).is_err());
    assert!(with(sessions(1, u16::MAX), at(0, 0)).is_err());
}

#[test]
fn nothing_is_planned_beyond_2100() {
    let closed_forever = [(DaySpan::open(TODAY), "Umbau".to_owned())];
    let beyond = Err(vec![SeriesProblem::BeyondPlanning]);
    let closed = SeriesRequest {
        closures: &closed_forever,
        ..tuesdays()
    };
    assert_eq!(plan_series(&closed), beyond);
    let late = |first_day| {
        plan_series(&SeriesRequest {
            sessions: sessions(1, 60),
            first_day,
            ..tuesdays()
        })
    };
    // The last Tuesday of 2100.
    assert!(late(date!(2100 - 12 - 28)).is_ok());
    assert_eq!(late(date!(2100 - 12 - 29)), beyond);
    assert_eq!(late(Date::MAX), beyond);
}

#[test]
fn today_is_early_enough() {
    let request = SeriesRequest {
        today: date!(2026 - 11 - 24),
        ..tuesdays()
    };
    assert_eq!(days(&plan_series(&request).unwrap())[0], request.first_day);
}

/// Everything random about a request, as owned data.
#[derive(Clone, Debug)]
struct Draft {
    sessions: Vec<SessionPlan>,
    weekday: Weekday,
    start: MinuteOfDay,
    first_day: Date,
    interval_weeks: u8,
    closures: Vec<(DaySpan, String)>,
}

impl Draft {
    fn request(&self) -> SeriesRequest<'_> {
        SeriesRequest {
            sessions: self.sessions.clone(),
            weekday: self.weekday,
            start: self.start,
            more: &[],
            first_day: self.first_day,
            interval_weeks: self.interval_weeks,
            holidays: &saxon,
            closures: &self.closures,
            today: TODAY,
        }
    }

    fn is_closed(&self, day: Date) -> bool {
        self.closures.iter().any(|(span, _)| span.contains(day))
    }
}

fn drafts() -> impl Strategy<Value = Draft> {
    let closure = (0_i64..500, 1_i64..40);
    (
        proptest::collection::vec((1_u16..100, 1_u16..300), 1..25),
        0_u8..7,
        0_u16..1140,
        0_i64..4000,
        1_u8..4,
        proptest::collection::vec(closure, 0..5),
    )
        .prop_map(
            |(sessions, weekday, start, first, interval_weeks, closures)| {
                let first_day = TODAY + Duration::days(first);
                let day = |offset| first_day + Duration::days(offset);
                let minute = |value| MinuteOfDay::new(value).unwrap();
                Draft {
                    sessions: sessions
                        .into_iter()
                        .map(|(ordinal, minutes)| SessionPlan {
                            ordinal,
                            minutes,
                            gap_days: 0,
                        })
                        .collect(),
                    weekday: Weekday::Monday.nth_next(weekday),
                    start: minute(start),
                    first_day,
                    interval_weeks,
                    closures: closures
                        .into_iter()
                        .map(|(from, length)| {
                            let span = DaySpan::new(day(from), Some(day(from + length)));
                            (span.unwrap(), "Umbau".to_owned())
                        })
                        .collect(),
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn sessions_keep_order_weekday_and_rhythm(draft in drafts()) {
        let series = plan_series(&draft.request()).unwrap();
        let asked: Vec<u16> = draft.sessions.iter().map(|plan| plan.ordinal).collect();
        let planned: Vec<u16> = series.planned.iter().map(|session| session.ordinal).collect();
        prop_assert_eq!(planned, asked);
        for (session, plan) in series.planned.iter().zip(&draft.sessions) {
            prop_assert_eq!(session.date.weekday(), draft.weekday);
            prop_assert_eq!(session.start, draft.start);
            prop_assert_eq!(session.end.value() - session.start.value(), plan.minutes);
            prop_assert!(saxon_holiday(session.date).is_none());
            prop_assert!(!draft.is_closed(session.date));
            prop_assert!(berlin_instant(session.date, session.start).is_ok());
        }
        for pair in days(&series).windows(2) {
            let gap = (pair[1] - pair[0]).whole_days();
            prop_assert!(gap > 0);
            prop_assert_eq!(gap % (7 * i64::from(draft.interval_weeks)), 0);
        }
    }

    #[test]
    fn every_day_of_the_rhythm_is_planned_or_skipped_for_a_reason(draft in drafts()) {
        let series = plan_series(&draft.request()).unwrap();
        let planned: BTreeSet<Date> = days(&series).into_iter().collect();
        let skipped: BTreeSet<Date> = series.skipped.iter().map(|day| day.date).collect();
        prop_assert_eq!(skipped.len(), series.skipped.len());
        for day in &series.skipped {
            prop_assert!(!day.reason.is_empty());
            prop_assert!(
                saxon_holiday(day.date).is_some()
                    || draft.is_closed(day.date)
                    || day.reason.starts_with("Zeitumstellung")
            );
        }
        let mut rhythm = BTreeSet::new();
        let mut day = draft.first_day;
        while day.weekday() != draft.weekday {
            day = day.next_day().unwrap();
        }
        prop_assert!((day - draft.first_day).whole_days() < 7);
        while day <= *planned.last().unwrap() {
            rhythm.insert(day);
            day += Duration::weeks(i64::from(draft.interval_weeks));
        }
        prop_assert!(planned.is_disjoint(&skipped));
        prop_assert_eq!(&planned | &skipped, rhythm);
    }

    #[test]
    fn planning_again_changes_nothing(draft in drafts()) {
        let series = plan_series(&draft.request()).unwrap();
        prop_assert_eq!(&plan_series(&draft.request()).unwrap(), &series);
        let mut from_planned = draft.clone();
        from_planned.first_day = series.planned[0].date;
        let again = plan_series(&from_planned.request()).unwrap();
        prop_assert_eq!(again.planned, series.planned);
    }
}
