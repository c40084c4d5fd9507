use proptest::prelude::*;
use time::macros::date;

use super::*;
use crate::base::calendar::saxon_holiday;

fn saxon(day: Date) -> Option<String> {
    saxon_holiday(day).map(str::to_owned)
}

fn at(hour: u8, minute: u8) -> MinuteOfDay {
    MinuteOfDay::from_hm(hour, minute).unwrap()
}

fn world<'a>(closures: &'a [(DaySpan, String)], chosen: &'a [Date], now: Date) -> World<'a> {
    World {
        holidays: &saxon,
        closures,
        chosen,
        now: LocalDateTime {
            date: now,
            minute: at(12, 0),
        },
    }
}

fn items(count: u16, gap_days: u16) -> Vec<Item> {
    (1..=count)
        .map(|ordinal| Item {
            ordinal,
            minutes: 180,
            gap_days: if ordinal == count { gap_days } else { 0 },
            fixed: None,
        })
        .collect()
}

fn slot(weekday: Weekday) -> Slot {
    Slot {
        weekday,
        start: at(14, 0),
    }
}

fn days(placement: &Placement) -> Vec<Date> {
    placement
        .planned
        .iter()
        .map(|session| session.date)
        .collect()
}

/// Places on these weekdays from a day on, every week.
fn on(weekdays: &[Weekday], items: &[Item], first_day: Date) -> Result<Placement, SeriesProblem> {
    let rhythm = Rhythm {
        slots: weekdays.iter().copied().map(slot).collect(),
        interval_weeks: 1,
    };
    place(&Ask {
        items,
        rhythm: &rhythm,
        first_day,
        anchor: None,
        world: world(&[], &[], date!(2026 - 11 - 22)),
    })
}

#[test]
fn two_slots_a_week_take_turns_and_may_be_given_in_any_order() {
    let placement = on(
        &[Weekday::Thursday, Weekday::Tuesday],
        &items(5, 0),
        date!(2026 - 11 - 25),
    )
    .unwrap();
    assert_eq!(
        days(&placement),
        [
            date!(2026 - 11 - 26),
            date!(2026 - 12 - 01),
            date!(2026 - 12 - 03),
            date!(2026 - 12 - 08),
            date!(2026 - 12 - 10),
        ]
    );
    assert_eq!(
        on(
            &[Weekday::Monday, Weekday::Monday],
            &items(2, 0),
            date!(2026 - 11 - 25)
        ),
        Err(SeriesProblem::WeekdayTwice)
    );
    assert_eq!(
        on(&[], &items(2, 0), date!(2026 - 11 - 25)),
        Err(SeriesProblem::NoSlot)
    );
}

#[test]
fn a_gap_is_kept_on_the_days_of_the_rhythm() {
    let placement = on(&[Weekday::Tuesday], &items(3, 40), date!(2026 - 11 - 24)).unwrap();
    assert_eq!(
        days(&placement),
        [
            date!(2026 - 11 - 24),
            date!(2026 - 12 - 01),
            // 40 days later is a Sunday; the rhythm goes on on the Tuesday.
            date!(2027 - 01 - 12),
        ]
    );
}

#[test]
fn the_year_changes_and_a_holiday_may_be_chosen() {
    // Weekday and number of the ISO week change with the year, the rhythm does not (2026 has 53 weeks).
    let placement = on(&[Weekday::Friday], &items(4, 0), date!(2026 - 12 - 18)).unwrap();
    assert_eq!(
        days(&placement),
        [
            date!(2026 - 12 - 18),
            date!(2027 - 01 - 08),
            date!(2027 - 01 - 15),
            date!(2027 - 01 - 22),
        ]
    );
    let rhythm = Rhythm {
        slots: vec![slot(Weekday::Friday)],
        interval_weeks: 2,
    };
    let chosen = [date!(2027 - 01 - 01)];
    let placement = place(&Ask {
        items: &items(3, 0),
        rhythm: &rhythm,
        first_day: date!(2026 - 12 - 18),
        anchor: None,
        world: world(&[], &chosen, date!(2026 - 11 - 22)),
    })
    .unwrap();
    assert_eq!(
        days(&placement),
        [
            date!(2026 - 12 - 18),
            date!(2027 - 01 - 01),
            date!(2027 - 01 - 15)
        ]
    );
}

/// Nights in which the clock changes: day, beginning, minutes, whether a session can be then.
#[test]
fn nights_of_the_clock_change() {
    let table = [
        (
            date!(2027 - 03 - 28),
            at(1, 0),
            60,
            false,
            "would end at 02:00, which there is not",
        ),
        (date!(2027 - 03 - 28), at(1, 0), 59, true, "ends before"),
        (
            date!(2027 - 03 - 28),
            at(2, 30),
            60,
            false,
            "begins in the hour left out",
        ),
        (date!(2027 - 03 - 28), at(3, 0), 60, true, "after"),
        (
            date!(2027 - 03 - 28),
            at(14, 0),
            60,
            true,
            "in the afternoon",
        ),
        (
            date!(2026 - 10 - 25),
            at(2, 30),
            60,
            true,
            "the hour that comes twice",
        ),
        (
            date!(2027 - 10 - 31),
            at(14, 0),
            60,
            false,
            "Reformation Day, a holiday",
        ),
        (date!(2028 - 03 - 26), at(2, 0), 30, false, "next year"),
        (date!(2028 - 10 - 29), at(2, 0), 60, true, "next autumn"),
    ];
    for (day, start, minutes, can, what) in table {
        let world = world(&[], &[], date!(2026 - 01 - 01));
        let end = start.plus_minutes(minutes).unwrap();
        assert_eq!(
            world.why_not(day, start, end).is_none(),
            can,
            "{day} {what}"
        );
    }
}

#[test]
fn nothing_is_placed_in_what_has_begun() {
    let today = date!(2026 - 11 - 24);
    let ask = |first_day, start| {
        let rhythm = Rhythm {
            slots: vec![Slot {
                weekday: Weekday::Tuesday,
                start,
            }],
            interval_weeks: 1,
        };
        place(&Ask {
            items: &items(2, 0),
            rhythm: &rhythm,
            first_day,
            anchor: None,
            world: world(&[], &[], today),
        })
        .map(|placement| days(&placement))
    };
    assert_eq!(ask(today, at(12, 0)), Err(SeriesProblem::BegunToday));
    assert_eq!(
        ask(today, at(12, 1)),
        Ok(vec![today, date!(2026 - 12 - 01)])
    );
    assert_eq!(
        ask(date!(2026 - 11 - 10), at(14, 0)),
        Err(SeriesProblem::FirstDayInPast(date!(2026 - 11 - 10)))
    );
    assert_eq!(
        ask(date!(1900 - 01 - 01), at(14, 0)),
        Err(SeriesProblem::FirstDayInPast(date!(1900 - 01 - 02)))
    );
    assert_eq!(
        ask(date!(2200 - 01 - 01), at(14, 0)),
        Err(SeriesProblem::BeyondPlanning)
    );
}

#[derive(Clone, Debug)]
struct Case {
    items: Vec<Item>,
    rhythm: Rhythm,
    first_day: Date,
    closures: Vec<(DaySpan, String)>,
    chosen: Vec<Date>,
}

const NOW: Date = date!(2026 - 11 - 22);

/// Held sessions first (in the past), then open ones, with one fixed one in between now and then.
fn cases() -> impl Strategy<Value = Case> {
    (
        proptest::collection::vec((1_u16..300, 0_u16..60, 0_u8..10), 1..25),
        0_usize..8,
        proptest::collection::btree_map(0_u8..7, 0_u16..1100, 1..4),
        1_u8..4,
        1_i64..2000,
        proptest::collection::vec((0_i64..700, 1_i64..30), 0..5),
        proptest::collection::vec(0_i64..700, 0..3),
    )
        .prop_map(
            |(sessions, held, slots, interval_weeks, first, closures, chosen)| {
                let day = |offset: i64| NOW + Duration::days(offset);
                let minute = |value| MinuteOfDay::new(value).unwrap();
                Case {
                    items: sessions
                        .into_iter()
                        .enumerate()
                        .map(|(index, (minutes, gap, gapped))| Item {
                            ordinal: u16::try_from(index + 1).unwrap(),
                            minutes,
                            gap_days: if gapped == 0 { gap } else { 0 },
                            fixed: (index < held).then(|| {
                                (day(-400 + 7 * i64::try_from(index).unwrap()), minute(600))
                            }),
                        })
                        .collect(),
                    rhythm: Rhythm {
                        slots: slots
                            .into_iter()
                            .map(|(weekday, start)| Slot {
                                weekday: Weekday::Monday.nth_next(weekday),
                                start: minute(start),
                            })
                            .collect(),
                        interval_weeks,
                    },
                    first_day: day(first),
                    closures: closures
                        .into_iter()
                        .map(|(from, length)| {
                            let from = day(first + from);
                            let span = DaySpan::new(from, Some(from + Duration::days(length)));
                            (span.unwrap(), "Umbau".to_owned())
                        })
                        .collect(),
                    chosen: chosen
                        .into_iter()
                        .map(|offset| day(first + offset))
                        .collect(),
                }
            },
        )
}

fn run(case: &Case) -> Result<Placement, SeriesProblem> {
    place(&Ask {
        items: &case.items,
        rhythm: &case.rhythm,
        first_day: case.first_day,
        anchor: None,
        world: world(&case.closures, &case.chosen, NOW),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn exactly_the_sessions_in_order_on_free_days_with_their_gaps(case in cases()) {
        let placement = run(&case).unwrap();
        let world = world(&case.closures, &case.chosen, NOW);
        prop_assert_eq!(placement.planned.len(), case.items.len());
        let mut last: Option<Date> = None;
        for (session, item) in placement.planned.iter().zip(&case.items) {
            prop_assert_eq!(session.ordinal, item.ordinal);
            if let Some(fixed) = item.fixed {
                prop_assert_eq!((session.date, session.start), fixed, "held sessions stay");
            } else {
                prop_assert!(session.date >= case.first_day && session.date > NOW, "not in the past");
                prop_assert!(world.why_not(session.date, session.start, session.end).is_none());
                prop_assert!(
                    case.chosen.contains(&session.date)
                        || saxon_holiday(session.date).is_none()
                            && !case.closures.iter().any(|(span, _)| span.contains(session.date))
                );
                prop_assert_eq!(session.end.value() - session.start.value(), item.minutes);
                if let Some(last) = last {
                    let gap = (session.date - last).whole_days();
                    prop_assert!(gap >= i64::from(item.gap_days.max(1)), "gap kept");
                }
            }
            last = last.max(Some(session.date));
        }
    }

    #[test]
    fn the_cadence_is_kept(case in cases()) {
        let placement = run(&case).unwrap();
        let placed: Vec<_> = placement
            .planned
            .iter()
            .zip(&case.items)
            .filter(|(_, item)| item.fixed.is_none())
            .map(|(session, _)| session)
            .collect();
        // The weeks begin with the first slot from the first day on, whether or not it could be used.
        let anchor = monday(first_slot(&case.rhythm.slots, case.first_day).unwrap()).unwrap();
        for session in placed {
            let slot = Slot { weekday: session.date.weekday(), start: session.start };
            prop_assert!(case.rhythm.slots.contains(&slot));
            let weeks = (monday(session.date).unwrap() - anchor).whole_weeks();
            prop_assert_eq!(weeks % i64::from(case.rhythm.interval_weeks), 0);
        }
    }

    #[test]
    fn placing_what_is_placed_changes_nothing(case in cases()) {
        let placement = run(&case).unwrap();
        let mut again = case.clone();
        for (item, session) in again.items.iter_mut().zip(&placement.planned) {
            item.fixed = Some((session.date, session.start));
        }
        prop_assert_eq!(&run(&again).unwrap().planned, &placement.planned);
        // Nor does it when some of them are placed anew from their own first day on.
        let mut rest = case.clone();
        let cut = rest.items.len() / 2;
        for (item, session) in rest.items.iter_mut().zip(&placement.planned).take(cut) {
            item.fixed = Some((session.date, session.start));
        }
        prop_assert_eq!(run(&rest).unwrap().planned, placement.planned);
    }
}
