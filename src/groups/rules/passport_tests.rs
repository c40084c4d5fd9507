//! The passport's sums, its catch-up sessions, and the rule of completion.

use super::*;
use proptest::prelude::*;
use time::macros::date;

fn session(ordinal: i64, module: &str) -> Planned {
    Planned {
        ordinal,
        module: module.to_owned(),
        optional: false,
        remand: true,
    }
}

fn attended(ordinal: i64, how: How) -> Attended {
    Attended {
        ordinal,
        day: date!(2026 - 11 - 24),
        how,
        place: String::new(),
    }
}

fn made(course: &[Planned], list: &[Attended], remand: bool) -> Passport {
    passport(course, list, &BTreeMap::new(), remand)
}

#[test]
fn what_is_not_meant_for_remand_is_neither_missing_nor_required() {
    let mut offence = session(2, "Deliktbaustein");
    offence.remand = false;
    let course = [session(1, "A"), offence, session(3, "B")];
    let on_remand = made(&course, &[attended(1, How::Group)], true);
    assert_eq!(
        on_remand.totals(),
        Totals {
            done: 1,
            missing: 1,
            not_intended: 1
        }
    );
    let rule = Rule {
        share: Some(100),
        modules: true,
        ..Rule::default()
    };
    assert_eq!(propose(&on_remand, rule).required, 2);
    let both = [attended(1, How::Group), attended(3, How::Group)];
    assert!(propose(&made(&course, &both, true), rule).completed);
    let sentenced = propose(&made(&course, &both, false), rule);
    assert!(!sentenced.completed);
    assert_eq!(
        sentenced.lacking(),
        ["noch 1 Sitzung", "Baustein „Deliktbaustein“ nicht besucht"]
    );
}

#[test]
fn a_share_is_rounded_up_and_a_number_never_asks_for_more_than_there_is() {
    let course: Vec<Planned> = (1..=23).map(|number| session(number, "A")).collect();
    let with = |count: i64| -> Vec<Attended> {
        (1..=count)
            .map(|number| attended(number, How::Group))
            .collect()
    };
    let share = Rule {
        share: Some(80),
        ..Rule::default()
    };
    // 80 percent of 23 are 18.4.
    assert_eq!(propose(&made(&course, &with(18), false), share).needed, 19);
    assert!(!propose(&made(&course, &with(18), false), share).completed);
    assert!(propose(&made(&course, &with(19), false), share).completed);
    let many = Rule {
        sessions: Some(40),
        ..Rule::default()
    };
    assert!(propose(&made(&course, &with(23), false), many).completed);
    // Without a fixed rule one session is enough, none is not.
    assert!(!propose(&made(&course, &[], false), Rule::default()).completed);
    assert!(propose(&made(&course, &with(1), false), Rule::default()).completed);
}

#[test]
fn versions_correspond_by_module_and_turn() {
    let old = [session(1, "A"), session(2, "A"), session(3, "B")];
    let new = [
        session(1, "Neu"),
        session(2, "A"),
        session(3, "B"),
        session(4, "A"),
    ];
    assert_eq!(corresponding(&new, &old, 1), Some(2));
    assert_eq!(corresponding(&new, &old, 2), Some(4));
    assert_eq!(corresponding(&new, &old, 3), Some(3));
    assert_eq!(corresponding(&new, &old, 9), None);
    assert_eq!(corresponding(&old, &new, 1), None);
}

#[test]
fn a_group_takes_where_something_missing_comes_next() {
    let course: Vec<Planned> = (1..=4).map(|number| session(number, "A")).collect();
    let passport = made(
        &course,
        &[attended(1, How::Earlier), attended(2, How::Earlier)],
        false,
    );
    let coming = |numbers: &[i64]| -> Vec<(Option<i64>, String, Date)> {
        numbers
            .iter()
            .map(|number| {
                (
                    Some(*number),
                    format!("Nr. {number}"),
                    date!(2026 - 12 - 01),
                )
            })
            .collect()
    };
    let open = Course {
        free: 1,
        upcoming: coming(&[2, 3]),
        here: true,
    };
    let found = offer(&passport, &open);
    assert_eq!((found.covers, found.rest), (1, 1));
    assert_eq!(
        found.entry,
        Some((date!(2026 - 12 - 01), "Nr. 3".to_owned()))
    );
    assert!(found.against.is_empty());
    let full = Course {
        free: 0,
        ..open.clone()
    };
    assert_eq!(
        offer(&passport, &full).against,
        ["Alle Plätze sind vergeben."]
    );
    let over = Course {
        upcoming: coming(&[1, 2]),
        ..open
    };
    let late = offer(&passport, &over);
    assert_eq!(late.against.len(), 1);
    assert_eq!(order((&found, "B"), (&late, "A")), std::cmp::Ordering::Less);
}

fn courses() -> impl Strategy<Value = Vec<Planned>> {
    proptest::collection::vec((0_u8..5, any::<bool>(), any::<bool>()), 0..30).prop_map(|list| {
        list.into_iter()
            .zip(1..)
            .map(|((module, optional, remand), ordinal)| Planned {
                ordinal,
                module: format!("Baustein {module}"),
                optional,
                remand,
            })
            .collect()
    })
}

fn evidence() -> impl Strategy<Value = Vec<Attended>> {
    let how = prop_oneof![Just(How::Group), Just(How::CatchUp), Just(How::Earlier)];
    proptest::collection::vec((0_i64..33, how, 0_i64..400), 0..50).prop_map(|list| {
        list.into_iter()
            .map(|(ordinal, how, days)| Attended {
                ordinal,
                day: date!(2026 - 01 - 01) + time::Duration::days(days),
                how,
                place: String::new(),
            })
            .collect()
    })
}

fn rules() -> impl Strategy<Value = Rule> {
    let share = proptest::option::of(0_i64..=100);
    let sessions = proptest::option::of(0_i64..40);
    (share, sessions, any::<bool>()).prop_map(|(share, sessions, modules)| Rule {
        share,
        sessions,
        modules,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn totals_add_up_and_every_session_stands_once(course in courses(), list in evidence(), remand in any::<bool>()) {
        let made = made(&course, &list, remand);
        let totals = made.totals();
        prop_assert_eq!(totals.done + totals.missing + totals.not_intended, course.len());
        let numbers: Vec<i64> = made.lines.iter().map(|line| line.planned.ordinal).collect();
        prop_assert_eq!(numbers, course.iter().map(|planned| planned.ordinal).collect::<Vec<_>>());
        let distinct: BTreeSet<i64> = list.iter().map(|one| one.ordinal)
            .filter(|ordinal| course.iter().any(|planned| planned.ordinal == *ordinal)).collect();
        prop_assert_eq!(totals.done, distinct.len());
        prop_assert_eq!(made.missing().len(), totals.missing);
    }

    #[test]
    fn catching_up_what_was_attended_counts_nothing_twice(
        course in courses(), list in evidence(), rule in rules(), remand in any::<bool>()
    ) {
        let once = made(&course, &list, remand);
        let mut twice = list.clone();
        twice.extend(list.iter().map(|one| Attended { how: How::CatchUp, ..one.clone() }));
        let twice = made(&course, &twice, remand);
        prop_assert_eq!(once.totals(), twice.totals());
        prop_assert_eq!(propose(&once, rule), propose(&twice, rule));
        // The order in which evidence comes does not matter either.
        let turned: Vec<Attended> = list.iter().rev().cloned().collect();
        prop_assert_eq!(made(&course, &turned, remand).totals(), once.totals());
    }

    #[test]
    fn more_attendance_never_undoes_a_completion(
        course in courses(), list in evidence(), more in evidence(), rule in rules(), remand in any::<bool>()
    ) {
        let before = propose(&made(&course, &list, remand), rule);
        let all: Vec<Attended> = list.iter().chain(&more).cloned().collect();
        let after = propose(&made(&course, &all, remand), rule);
        prop_assert!(after.done >= before.done);
        prop_assert_eq!(after.needed, before.needed);
        prop_assert!(!before.completed || after.completed);
        prop_assert!(after.open_modules.len() <= before.open_modules.len());
        prop_assert_eq!(before.completed, before.lacking().is_empty());
        // Everything attended completes every course that has something to attend.
        let whole: Vec<Attended> = course.iter().map(|planned| attended(planned.ordinal, How::Group)).collect();
        let whole = propose(&made(&course, &whole, remand), rule);
        prop_assert!(whole.completed || whole.required == 0);
    }

    #[test]
    fn an_offer_covers_what_is_missing_and_leaves_the_rest(
        course in courses(), list in evidence(), coming in proptest::collection::vec(0_i64..33, 0..30), free in -1_i64..3
    ) {
        let passport = made(&course, &list, false);
        let upcoming = coming.iter()
            .map(|number| (Some(*number), String::new(), date!(2026 - 12 - 01))).collect();
        let found = offer(&passport, &Course { free, upcoming, here: true });
        prop_assert_eq!(found.covers + found.rest, passport.totals().missing);
        prop_assert_eq!(found.entry.is_some(), found.covers > 0);
        prop_assert_eq!(found.against.is_empty(), free > 0 && found.covers > 0);
    }
}
