use proptest::prelude::*;
use time::macros::date;
use time::{Date, Duration};

use super::period::{Period, Unit};
use super::*;

fn years(restrict: u32, erase: u32) -> Period {
    Period {
        restrict_after: Some(restrict),
        erase_after: erase,
        unit: Unit::Years,
    }
}

fn periods() -> Periods {
    BTreeMap::from([
        (Category::Custody, years(2, 5)),
        (Category::YouthCustody, years(2, 3)),
        (Category::Probation, years(2, 5)),
        (Category::Participation, years(1, 2)),
    ])
}

fn stay(category: Category, to: Option<Date>) -> Stay {
    Stay { category, to }
}

fn course(stays: Vec<Stay>, parts: Vec<Option<Date>>) -> Course {
    Course {
        registered: date!(2020 - 01 - 01),
        stays,
        parts,
    }
}

const RESTRICTED: Standing = Standing {
    restricted: Some((Ground::Period, date!(2027 - 01 - 01))),
    held: false,
};

#[test]
fn a_period_ends_with_the_day_of_the_same_number_also_in_leap_years() {
    let erased = |began, period: Period| period.erase_on(began);
    assert_eq!(
        erased(date!(2026 - 11 - 22), years(2, 5)),
        date!(2031 - 11 - 23)
    );
    // 29 February has no such day a year later: the last of the month counts.
    assert_eq!(
        erased(date!(2024 - 02 - 29), years(1, 1)),
        date!(2025 - 03 - 01)
    );
    assert_eq!(
        erased(date!(2024 - 02 - 29), years(2, 4)),
        date!(2028 - 03 - 01)
    );
    assert_eq!(
        erased(date!(2023 - 02 - 28), years(1, 1)),
        date!(2024 - 02 - 29)
    );
    let months = |number| Period {
        restrict_after: None,
        erase_after: number,
        unit: Unit::Months,
    };
    assert_eq!(
        erased(date!(2026 - 08 - 31), months(6)),
        date!(2027 - 03 - 01)
    );
    assert_eq!(
        erased(date!(2026 - 12 - 31), months(12)),
        date!(2028 - 01 - 01)
    );
}

#[test]
fn the_law_of_the_last_release_counts() {
    let today = date!(2026 - 11 - 23);
    let adult = course(
        vec![stay(Category::Custody, Some(date!(2024 - 11 - 20)))],
        vec![],
    );
    let due = adult.due(&periods(), today).unwrap();
    assert_eq!(due.restrict_on, date!(2026 - 11 - 21));
    assert_eq!(due.erase_on, date!(2029 - 11 - 21));
    assert_eq!(
        step(&adult, Standing::default(), &periods(), today),
        Step::Restrict(due)
    );
    // Under probation since the release, and that was prolonged.
    let prolonged = |to| {
        course(
            vec![
                stay(Category::Custody, Some(date!(2024 - 11 - 20))),
                stay(Category::Probation, Some(to)),
            ],
            vec![],
        )
    };
    assert_eq!(
        prolonged(date!(2027 - 05 - 01)).due(&periods(), today),
        None
    );
    let later = prolonged(date!(2026 - 05 - 01))
        .due(&periods(), today)
        .unwrap();
    assert_eq!(
        (later.category, later.erase_on),
        (Category::Probation, date!(2031 - 05 - 02))
    );
    assert_eq!(later.restrict_on, date!(2028 - 05 - 02));
    // Youth custody is shorter, but not where the same person was an adult in custody later.
    let young = course(
        vec![stay(Category::YouthCustody, Some(date!(2022 - 01 - 10)))],
        vec![],
    );
    assert_eq!(
        young.due(&periods(), today).unwrap().erase_on,
        date!(2025 - 01 - 11)
    );
    let grown = course(
        vec![
            stay(Category::YouthCustody, Some(date!(2022 - 01 - 10))),
            stay(Category::Custody, Some(date!(2023 - 01 - 10))),
        ],
        vec![],
    );
    assert_eq!(
        grown.due(&periods(), today).unwrap().erase_on,
        date!(2028 - 01 - 11)
    );
}

#[test]
fn whoever_was_never_placed_counts_from_the_end_of_the_participation() {
    let today = date!(2026 - 11 - 23);
    let part = course(
        vec![],
        vec![Some(date!(2024 - 03 - 01)), Some(date!(2023 - 01 - 01))],
    );
    assert_eq!(
        part.due(&periods(), today).unwrap().erase_on,
        date!(2026 - 03 - 02)
    );
    assert_eq!(course(vec![], vec![None]).due(&periods(), today), None);
    assert_eq!(
        course(vec![], vec![]).due(&periods(), today).unwrap().began,
        date!(2020 - 01 - 01)
    );
}

#[test]
fn active_restricted_erased_and_back() {
    let today = date!(2029 - 11 - 21);
    let gone = course(
        vec![stay(Category::Custody, Some(date!(2024 - 11 - 20)))],
        vec![],
    );
    let due = gone.due(&periods(), today).unwrap();
    // Never erased without having been restricted.
    assert_eq!(
        step(&gone, Standing::default(), &periods(), today),
        Step::Restrict(due)
    );
    assert_eq!(step(&gone, RESTRICTED, &periods(), today), Step::Erase(due));
    assert_eq!(
        step(&gone, RESTRICTED, &periods(), today - Duration::days(1)),
        Step::Keep
    );
    let held = Standing {
        held: true,
        ..RESTRICTED
    };
    assert_eq!(step(&gone, held, &periods(), today), Step::Keep);
    // Back in custody: the period stands still and the record is worked with again.
    let back = course(
        vec![
            stay(Category::Custody, Some(date!(2024 - 11 - 20))),
            stay(Category::Custody, None),
        ],
        vec![],
    );
    assert_eq!(step(&back, RESTRICTED, &periods(), today), Step::Lift);
    // A person's own restriction is neither lifted nor ended by a period.
    let contested = Standing {
        restricted: Some((Ground::Contested, today)),
        held: false,
    };
    assert_eq!(step(&gone, contested, &periods(), today), Step::Keep);
    assert_eq!(step(&back, contested, &periods(), today), Step::Keep);
    let unlawful = Standing {
        restricted: Some((Ground::Unlawful, today)),
        held: false,
    };
    assert!(matches!(
        step(&back, unlawful, &periods(), today),
        Step::Erase(_)
    ));
}

#[test]
fn the_last_day_that_is_over_is_exact() {
    for (number, unit) in [
        (12, Unit::Months),
        (1, Unit::Months),
        (2, Unit::Years),
        (7, Unit::Days),
        (48, Unit::Hours),
    ] {
        let period = Period {
            restrict_after: None,
            erase_after: number,
            unit,
        };
        let mut today = date!(2027 - 12 - 15);
        while today < date!(2028 - 04 - 15) {
            let day = period.began_by(today);
            assert!(period.erase_on(day) <= today, "{unit:?} {today}");
            assert!(
                period.erase_on(day.next_day().unwrap()) > today,
                "{unit:?} {today}"
            );
            today = today.next_day().unwrap();
        }
    }
}

fn any_day() -> impl Strategy<Value = Date> {
    (0i64..6_000).prop_map(|days| date!(2016 - 01 - 01) + Duration::days(days))
}

fn any_stay() -> impl Strategy<Value = Stay> {
    (0usize..3, proptest::option::weighted(0.9, any_day())).prop_map(|(kind, to)| Stay {
        category: [
            Category::Custody,
            Category::YouthCustody,
            Category::Probation,
        ][kind],
        to,
    })
}

fn any_course() -> impl Strategy<Value = Course> {
    (
        any_day(),
        proptest::collection::vec(any_stay(), 0..4),
        proptest::collection::vec(proptest::option::weighted(0.9, any_day()), 0..4),
    )
        .prop_map(|(registered, stays, parts)| Course {
            registered,
            stays,
            parts,
        })
}

fn any_standing() -> impl Strategy<Value = Standing> {
    (proptest::option::of((0usize..5, any_day())), any::<bool>()).prop_map(|(ground, held)| {
        Standing {
            restricted: ground.map(|(place, day)| (Ground::ALL[place], day)),
            held,
        }
    })
}

proptest! {
    #[test]
    fn stages_come_in_order(course in any_course(), today in any_day()) {
        if let Some(due) = course.due(&periods(), today) {
            prop_assert!(due.began < due.restrict_on && due.restrict_on <= due.erase_on);
            prop_assert!(!course.runs(today));
        }
    }

    #[test]
    fn nothing_more_makes_erasure_earlier(course in any_course(), more in any_stay(), part in any_day(), today in any_day()) {
        let mut longer = course.clone();
        if longer.stays.is_empty() && longer.parts.is_empty() {
            // Whoever was only recorded gets a clock of another kind.
            longer.parts.push(Some(longer.registered));
        }
        let before = longer.due(&periods(), today);
        longer.stays.push(more);
        longer.parts.push(Some(part));
        match (before, longer.due(&periods(), today)) {
            (Some(before), Some(after)) => prop_assert!(after.erase_on >= before.erase_on && after.restrict_on >= before.restrict_on),
            (None, Some(_)) => prop_assert!(false, "a running record got a clock"),
            _ => {}
        }
    }

    #[test]
    fn erased_is_only_what_was_restricted_and_nobody_holds(course in any_course(), standing in any_standing(), today in any_day()) {
        match step(&course, standing, &periods(), today) {
            Step::Erase(due) => {
                let (ground, _) = standing.restricted.unwrap();
                prop_assert!(!standing.held);
                prop_assert!(matches!(ground, Ground::Period | Ground::Unlawful));
                prop_assert!(ground == Ground::Unlawful || (due.erase_on <= today && !course.runs(today)));
            }
            Step::Restrict(due) => {
                prop_assert!(standing.restricted.is_none());
                prop_assert!(due.restrict_on <= today);
            }
            Step::Lift => prop_assert!(matches!(standing.restricted, Some((Ground::Period, _)))),
            Step::Keep => {}
        }
    }

    #[test]
    fn who_is_kept_on_a_day_is_not_erased_the_day_before(course in any_course(), today in any_day()) {
        if matches!(step(&course, RESTRICTED, &periods(), today), Step::Keep | Step::Lift) && !course.runs(today) {
            let before = today.previous_day().unwrap();
            let earlier = matches!(step(&course, RESTRICTED, &periods(), before), Step::Erase(_));
            prop_assert!(!earlier);
        }
    }

    #[test]
    fn periods_are_monotone(a in any_day(), b in any_day(), number in 1u32..20, unit in 0usize..4) {
        let period = Period { restrict_after: None, erase_after: number, unit: Unit::ALL[unit] };
        let (early, late) = (a.min(b), a.max(b));
        prop_assert!(period.erase_on(early) <= period.erase_on(late));
        prop_assert!(period.erase_on(early) > early);
    }
}
