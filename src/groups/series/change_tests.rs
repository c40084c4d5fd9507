use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use time::Weekday;
use time::macros::date;
use uuid::Uuid;

use super::*;
use crate::base::calendar::saxon_holiday;
use crate::base::interval::DaySpan;
use crate::base::time::LocalDateTime;

fn saxon(day: Date) -> Option<String> {
    saxon_holiday(day).map(str::to_owned)
}

fn at(hour: u8, minute: u8) -> MinuteOfDay {
    MinuteOfDay::from_hm(hour, minute).unwrap()
}

fn id(number: usize) -> GroupSessionId {
    GroupSessionId(Uuid::from_u128(number as u128))
}

const ROOM: RoomId = RoomId(Uuid::from_u128(900));
const OTHER: RoomId = RoomId(Uuid::from_u128(901));

fn world<'a>(closures: &'a [(DaySpan, String)], chosen: &'a [Date], today: Date) -> World<'a> {
    World {
        holidays: &saxon,
        closures,
        chosen,
        now: LocalDateTime {
            date: today,
            minute: at(12, 0),
        },
    }
}

fn weekly(weekdays: &[Weekday]) -> Rhythm {
    Rhythm {
        slots: weekdays
            .iter()
            .map(|weekday| Slot {
                weekday: *weekday,
                start: at(14, 0),
            })
            .collect(),
        interval_weeks: 1,
    }
}

/// A series on these days, numbered from 1; `gaps` are days before the sessions with these numbers.
fn series(days: &[Date], gaps: &[(i64, i64)]) -> Vec<Session> {
    days.iter()
        .zip(1..)
        .map(|(day, ordinal)| Session {
            id: Some(id(usize::try_from(ordinal).unwrap())),
            content: Content {
                ordinal,
                template_ordinal: Some(ordinal),
                module: format!("Baustein {ordinal}"),
                kind: "group".into(),
                minutes: 180,
                gap_days: gaps
                    .iter()
                    .find(|(number, _)| *number == ordinal)
                    .map_or(0, |(_, gap)| *gap),
            },
            day: *day,
            start: at(14, 0),
            room: ROOM,
            state: State::Planned,
            locked: false,
            cancelled: None,
            replaces: None,
            version: 1,
        })
        .collect()
}

/// Six Tuesdays from 24.11.2026.
fn tuesdays() -> Vec<Session> {
    series(
        &[
            date!(2026 - 11 - 24),
            date!(2026 - 12 - 01),
            date!(2026 - 12 - 08),
            date!(2026 - 12 - 15),
            date!(2026 - 12 - 22),
            date!(2026 - 12 - 29),
        ],
        &[],
    )
}

const TODAY: Date = date!(2026 - 11 - 22);

fn target(day: Date) -> Target {
    Target {
        day,
        start: at(14, 0),
        room: ROOM,
    }
}

fn illness() -> Why {
    ("trainer".to_owned(), Some("Grippe".to_owned()))
}

/// What takes place: number and day, by number.
fn plan(sessions: &[Session]) -> Vec<(i64, Date)> {
    let mut plan: Vec<(i64, Date)> = sessions
        .iter()
        .filter(|session| session.state != State::Cancelled)
        .map(|session| (session.content.ordinal, session.day))
        .collect();
    plan.sort_unstable();
    plan
}

fn refused(result: Result<Changed, Refusals>) -> (&'static str, String) {
    result.unwrap_err().remove(0)
}

#[test]
fn one_session_moves_alone_and_stays_between_its_neighbours() {
    let world = world(&[], &[], TODAY);
    let sessions = tuesdays();
    let moved = move_one(&sessions, id(2), target(date!(2026 - 12 - 03)), &world).unwrap();
    assert_eq!(moved.sessions[1].day, date!(2026 - 12 - 03));
    assert_eq!(moved.sessions[1].id, sessions[1].id, "the row stays");
    assert_eq!(
        moved
            .sessions
            .iter()
            .zip(&sessions)
            .filter(|(new, old)| new != old)
            .count(),
        1
    );
    let table = [
        (date!(2026 - 12 - 09), "nach Sitzung 3"),
        (date!(2026 - 11 - 23), "vor Sitzung 1"),
        (date!(2026 - 12 - 08), "schon Sitzung 3"),
        (date!(2026 - 11 - 20), "in der Vergangenheit"),
        (date!(2026 - 12 - 25), "Feiertag: 1. Weihnachtstag"),
    ];
    for (day, why) in table {
        let (field, text) = refused(move_one(&sessions, id(2), target(day), &world));
        assert_eq!(field, "tag", "{day}");
        assert!(text.contains(why), "{day}: {text}");
    }
    let mut late = target(date!(2026 - 12 - 03));
    late.start = at(22, 0);
    assert_eq!(refused(move_one(&sessions, id(2), late, &world)).0, "start");
}

#[test]
fn a_holiday_can_be_chosen() {
    let chosen = [date!(2026 - 12 - 25)];
    let world = world(&[], &chosen, TODAY);
    let moved = move_one(&tuesdays(), id(5), target(chosen[0]), &world).unwrap();
    assert_eq!(moved.sessions[4].day, chosen[0]);
}

#[test]
fn the_following_keep_the_cadence_of_the_new_day() {
    let world = world(&[], &[], TODAY);
    let to = Target {
        day: date!(2026 - 12 - 10),
        start: at(9, 0),
        room: OTHER,
    };
    let moved = move_from(&tuesdays(), id(3), to, &weekly(&[Weekday::Tuesday]), &world).unwrap();
    assert_eq!(
        plan(&moved.sessions),
        [
            (1, date!(2026 - 11 - 24)),
            (2, date!(2026 - 12 - 01)),
            (3, date!(2026 - 12 - 10)),
            (4, date!(2026 - 12 - 17)),
            (5, date!(2026 - 12 - 24)),
            (6, date!(2026 - 12 - 31)),
        ]
    );
    assert!(
        moved.sessions[2..]
            .iter()
            .all(|session| session.start == at(9, 0) && session.room == OTHER)
    );
    assert_eq!(
        moved.slots,
        Some(vec![Slot {
            weekday: Weekday::Thursday,
            start: at(9, 0)
        }])
    );
}

#[test]
fn what_began_is_not_moved() {
    let mut sessions = tuesdays();
    sessions[0].state = State::Held;
    let world = world(&[], &[], date!(2026 - 12 - 02));
    let rhythm = weekly(&[Weekday::Tuesday]);
    // Held; over without register; each is refused, and neither is moved with the following ones.
    for number in [1, 2] {
        let to = target(date!(2026 - 12 - 10));
        assert!(move_one(&sessions, id(number), to, &world).is_err());
        assert!(move_from(&sessions, id(number), to, &rhythm, &world).is_err());
    }
    let moved = move_from(
        &sessions,
        id(3),
        target(date!(2027 - 01 - 05)),
        &rhythm,
        &world,
    )
    .unwrap();
    assert_eq!(moved.sessions[..2], sessions[..2]);
    assert_eq!(moved.slots, None, "the same weekday and time");
}

#[test]
fn a_day_before_the_session_before_is_refused_with_the_earliest() {
    let world = world(&[], &[], TODAY);
    let (field, why) = refused(move_from(
        &tuesdays(),
        id(3),
        target(date!(2026 - 11 - 25)),
        &weekly(&[Weekday::Tuesday]),
        &world,
    ));
    assert_eq!(field, "tag");
    assert!(why.contains("02.12.2026"), "{why}");
}

#[test]
fn what_falls_out_is_done_on_the_next_date() {
    let world = world(&[], &[], TODAY);
    let sessions = tuesdays();
    let after = cancel(
        &sessions,
        &[id(2)],
        Instead::Append,
        &illness(),
        &weekly(&[Weekday::Tuesday]),
        ROOM,
        &world,
    )
    .unwrap()
    .sessions;
    assert_eq!(
        plan(&after),
        [
            (1, date!(2026 - 11 - 24)),
            (2, date!(2026 - 12 - 08)),
            (3, date!(2026 - 12 - 15)),
            (4, date!(2026 - 12 - 22)),
            (5, date!(2026 - 12 - 29)),
            (6, date!(2027 - 01 - 05)),
        ]
    );
    // Rows are dates: the row of 8 December still is, and is number 2 now.
    assert_eq!((after[2].id, after[2].day), (Some(id(3)), sessions[2].day));
    assert_eq!(after[2].content.module, "Baustein 2");
    assert_eq!(after[1].state, State::Cancelled);
    assert_eq!((after[6].id, after[6].replaces), (None, Some(id(2))));
    // Dropped: no other session changes.
    let dropped = cancel(
        &sessions,
        &[id(2)],
        Instead::Drop,
        &illness(),
        &weekly(&[Weekday::Tuesday]),
        ROOM,
        &world,
    )
    .unwrap()
    .sessions;
    assert_eq!(plan(&dropped).len(), 5);
    assert_eq!(dropped.len(), 6);
}

#[test]
fn a_closing_assessment_keeps_its_day_as_long_as_its_gap_is_kept() {
    // The fourth session is six weeks after the third.
    let days = [
        date!(2027 - 01 - 05),
        date!(2027 - 01 - 12),
        date!(2027 - 01 - 19),
        date!(2027 - 03 - 09),
    ];
    let sessions = series(&days, &[(4, 42)]);
    let world = world(&[], &[], TODAY);
    let run = |ids: &[GroupSessionId]| {
        plan(
            &cancel(
                &sessions,
                ids,
                Instead::Append,
                &illness(),
                &weekly(&[Weekday::Tuesday]),
                ROOM,
                &world,
            )
            .unwrap()
            .sessions,
        )
    };
    assert_eq!(
        run(&[id(1)]),
        [
            (1, days[1]),
            (2, days[2]),
            (3, date!(2027 - 01 - 26)),
            (4, days[3])
        ],
        "42 days after 26 January is 9 March"
    );
    assert_eq!(
        run(&[id(1), id(2)]),
        [
            (1, days[2]),
            (2, date!(2027 - 01 - 26)),
            (3, date!(2027 - 02 - 02)),
            (4, date!(2027 - 03 - 16)),
        ]
    );
}

#[test]
fn what_is_restored_takes_its_content_back_and_the_added_date_goes() {
    let world = world(&[], &[], TODAY);
    let rhythm = weekly(&[Weekday::Tuesday]);
    let sessions = tuesdays();
    let mut after = cancel(
        &sessions,
        &[id(2), id(3)],
        Instead::Append,
        &illness(),
        &rhythm,
        ROOM,
        &world,
    )
    .unwrap()
    .sessions;
    for (session, number) in after
        .iter_mut()
        .filter(|session| session.id.is_none())
        .zip(50..)
    {
        session.id = Some(id(number));
    }
    let back = restore(&after, id(3), &world).unwrap().sessions;
    assert_eq!(
        plan(&back),
        [
            (1, date!(2026 - 11 - 24)),
            (2, date!(2026 - 12 - 08)),
            (3, date!(2026 - 12 - 15)),
            (4, date!(2026 - 12 - 22)),
            (5, date!(2026 - 12 - 29)),
            (6, date!(2027 - 01 - 05)),
        ]
    );
    let all = restore(&back, id(2), &world).unwrap().sessions;
    assert_eq!(plan(&all), plan(&sessions));
    // In the other order it is the same: the last added date goes first.
    let first = restore(&after, id(2), &world).unwrap().sessions;
    assert_eq!(
        plan(&first).last(),
        Some(&(6, date!(2027 - 01 - 05))),
        "no hole at the end"
    );
    let both = restore(&first, id(3), &world).unwrap().sessions;
    assert_eq!(plan(&both), plan(&sessions));
    assert!(restore(&all, id(2), &world).is_err(), "it is not cancelled");
    let past = super::World {
        now: LocalDateTime {
            date: date!(2026 - 12 - 09),
            minute: at(12, 0),
        },
        ..world
    };
    assert!(restore(&after, id(3), &past).is_err(), "its day is over");
}

#[test]
fn held_may_be_shortened_but_not_lengthened() {
    let mut sessions = tuesdays();
    sessions[0].state = State::Held;
    let world = world(&[], &[], date!(2026 - 12 - 02));
    let to = target(date!(2026 - 11 - 24));
    let shorter = adjust(&sessions, id(1), to, 120, &world).unwrap();
    assert_eq!(shorter.sessions[0].content.minutes, 120);
    assert_eq!(refused(adjust(&sessions, id(1), to, 181, &world)).0, "ende");
    // One to come may become longer, but not beyond midnight, and not on another day.
    let next = target(date!(2026 - 12 - 08));
    assert!(adjust(&sessions, id(3), next, 240, &world).is_ok());
    assert_eq!(
        refused(adjust(&sessions, id(3), next, 601, &world)).0,
        "ende"
    );
    assert_eq!(
        refused(adjust(
            &sessions,
            id(3),
            target(date!(2026 - 12 - 09)),
            180,
            &world
        ))
        .0,
        "tag"
    );
    // What began is corrected to a past day only.
    assert!(adjust(&sessions, id(1), target(date!(2026 - 11 - 25)), 180, &world).is_ok());
    assert_eq!(
        refused(adjust(
            &sessions,
            id(1),
            target(date!(2026 - 12 - 03)),
            180,
            &world
        ))
        .0,
        "tag"
    );
}

/// Everything random about a group: how its series was, and what is done to it.
#[derive(Clone, Debug)]
struct Case {
    sessions: Vec<Session>,
    rhythm: Rhythm,
    closures: Vec<(DaySpan, String)>,
    today: Date,
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    One(usize, i64),
    From(usize, i64),
    Cancel(Vec<usize>, bool),
    Restore(usize),
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0_usize..30, -10_i64..30).prop_map(|(which, days)| Step::One(which, days)),
        (0_usize..30, -10_i64..60).prop_map(|(which, days)| Step::From(which, days)),
        (proptest::collection::vec(0_usize..30, 1..4), any::<bool>())
            .prop_map(|(which, append)| Step::Cancel(which, append)),
        (0_usize..30).prop_map(Step::Restore),
    ]
}

/// A series as the planner makes it, with the first sessions held and one locked.
fn cases() -> impl Strategy<Value = Case> {
    (
        2_usize..16,
        proptest::collection::btree_set(0_u8..7, 1..3),
        1_u8..3,
        proptest::collection::vec((0_i64..200, 1_i64..15), 0..3),
        0_usize..8,
        proptest::option::of((2_i64..16, 20_i64..50)),
        proptest::collection::vec(steps(), 1..5),
    )
        .prop_map(
            |(count, weekdays, interval_weeks, closures, held, gap, steps)| {
                let first_day = date!(2026 - 09 - 01);
                let rhythm = Rhythm {
                    slots: weekdays
                        .into_iter()
                        .map(|weekday| Slot {
                            weekday: Weekday::Monday.nth_next(weekday),
                            start: at(14, 0),
                        })
                        .collect(),
                    interval_weeks,
                };
                let closures: Vec<(DaySpan, String)> = closures
                    .into_iter()
                    .map(|(from, length)| {
                        let from = first_day + Duration::days(from);
                        let span = DaySpan::new(from, Some(from + Duration::days(length))).unwrap();
                        (span, "Umbau".to_owned())
                    })
                    .collect();
                let items: Vec<Item> = (1..=count)
                    .map(|number| Item {
                        ordinal: u16::try_from(number).unwrap(),
                        minutes: 180,
                        gap_days: gap
                            .filter(|(at, _)| *at == i64::try_from(number).unwrap())
                            .map_or(0, |(_, days)| u16::try_from(days).unwrap()),
                        fixed: None,
                    })
                    .collect();
                let placed = place(&Ask {
                    items: &items,
                    rhythm: &rhythm,
                    first_day,
                    anchor: None,
                    world: world(&closures, &[], date!(2026 - 08 - 31)),
                })
                .unwrap();
                let days: Vec<Date> = placed.planned.iter().map(|session| session.date).collect();
                let gaps: Vec<(i64, i64)> = gap.into_iter().collect();
                let mut sessions = series(&days, &gaps);
                let held = held.min(count - 1);
                for session in sessions.iter_mut().take(held) {
                    session.state = State::Held;
                }
                if let Some(session) = sessions.first_mut() {
                    session.locked = true;
                }
                let today = days[held] - Duration::days(1);
                Case {
                    sessions,
                    rhythm,
                    closures,
                    today,
                    steps,
                }
            },
        )
}

fn pick(sessions: &[Session], which: usize, state: State) -> Option<&Session> {
    let found: Vec<&Session> = sessions
        .iter()
        .filter(|session| session.state == state)
        .collect();
    (!found.is_empty()).then(|| found[which % found.len()])
}

fn act(case: &Case, sessions: &[Session], step: &Step) -> Option<Result<Changed, Refusals>> {
    let world = world(&case.closures, &[], case.today);
    Some(match step {
        Step::One(which, days) => {
            let session = pick(sessions, *which, State::Planned)?;
            let to = target(session.day + Duration::days(*days));
            move_one(sessions, session.id?, to, &world)
        }
        Step::From(which, days) => {
            let session = pick(sessions, *which, State::Planned)?;
            let to = target(session.day + Duration::days(*days));
            move_from(sessions, session.id?, to, &case.rhythm, &world)
        }
        Step::Cancel(which, append) => {
            let ids: BTreeSet<Uuid> = which
                .iter()
                .filter_map(|which| Some(pick(sessions, *which, State::Planned)?.id?.0))
                .collect();
            let ids: Vec<GroupSessionId> = ids.into_iter().map(GroupSessionId).collect();
            let instead = if *append {
                Instead::Append
            } else {
                Instead::Drop
            };
            if ids.is_empty() {
                return None;
            }
            cancel(
                sessions,
                &ids,
                instead,
                &illness(),
                &case.rhythm,
                ROOM,
                &world,
            )
        }
        Step::Restore(which) => {
            let session = pick(sessions, *which, State::Cancelled)?;
            restore(sessions, session.id?, &world)
        }
    })
}

/// Gives new rows ids, as saving does, and leaves out what is not needed, as loading does.
fn stored(changed: Changed, next: &mut usize) -> Vec<Session> {
    let mut sessions = changed.sessions;
    for session in sessions.iter_mut().filter(|session| session.id.is_none()) {
        *next += 1;
        session.id = Some(id(*next));
    }
    sessions.retain(|session| {
        session
            .cancelled
            .as_ref()
            .is_none_or(|(reason, _)| reason != NOT_NEEDED)
    });
    sessions
}

fn numbers(sessions: &[Session]) -> Vec<i64> {
    plan(sessions)
        .into_iter()
        .map(|(number, _)| number)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Whatever is done in whatever order: nothing is lost or doubled, nothing held or locked changes, nothing new is
    /// in the past, on a holiday or closure, and the sessions to come stay in order with their gaps.
    #[test]
    fn no_change_loses_doubles_or_disorders_anything(case in cases()) {
        let mut sessions = case.sessions.clone();
        let mut next = 1000;
        let mut dropped: BTreeSet<i64> = BTreeSet::new();
        let world = world(&case.closures, &[], case.today);
        for step in &case.steps {
            let Some(Ok(changed)) = act(&case, &sessions, step) else { continue };
            let after = stored(changed, &mut next);
            // Numbers: all of them once; only dropping takes some away, only restoring brings them back.
            let before_numbers: BTreeSet<i64> = numbers(&sessions).into_iter().collect();
            let after_numbers = numbers(&after);
            let unique: BTreeSet<i64> = after_numbers.iter().copied().collect();
            prop_assert_eq!(unique.len(), after_numbers.len(), "no number twice");
            match step {
                Step::Cancel(_, false) => {
                    prop_assert!(unique.is_subset(&before_numbers));
                    dropped.extend(before_numbers.difference(&unique));
                }
                Step::Restore(_) => {
                    prop_assert!(before_numbers.is_subset(&unique));
                    prop_assert!(unique.difference(&before_numbers).all(|number| dropped.contains(number)));
                }
                _ => prop_assert_eq!(&unique, &before_numbers),
            }
            // Rows: none vanishes but those not needed any more, and none stands twice.
            let ids: BTreeSet<_> = after.iter().map(|session| session.id.unwrap().0).collect();
            prop_assert_eq!(ids.len(), after.len());
            let old: BTreeMap<_, _> = sessions.iter().map(|session| (session.id.unwrap().0, session)).collect();
            for session in &sessions {
                let fixed = session.state == State::Held || session.locked;
                if fixed {
                    prop_assert!(after.contains(session), "held and locked sessions stay");
                }
            }
            let mut days = BTreeSet::new();
            for session in after.iter().filter(|session| session.state != State::Cancelled) {
                prop_assert!(days.insert(session.day), "no two sessions on one day");
                let moved = old.get(&session.id.unwrap().0).is_none_or(|old| {
                    (old.day, old.start) != (session.day, session.start) || old.state != session.state
                });
                if moved {
                    prop_assert!(!world.begun(session.day, session.start));
                    prop_assert!(world.why_not(session.day, session.start, session.end()).is_none());
                }
            }
            let open: Vec<&Session> = {
                let mut open: Vec<&Session> = after.iter().filter(|session| session.is_open(&world)).collect();
                open.sort_by_key(|session| session.content.ordinal);
                open
            };
            for pair in open.windows(2) {
                prop_assert!(pair[0].day < pair[1].day, "in order");
                let gap = (pair[1].day - pair[0].day).whole_days();
                prop_assert!(gap >= pair[1].content.gap_days, "gaps kept");
            }
            sessions = after;
        }
    }

    /// Moving a session to where it is changes nothing; moving it there again neither.
    #[test]
    fn moving_is_idempotent(case in cases(), which in 0_usize..30, days in 0_i64..60) {
        let world = world(&case.closures, &[], case.today);
        let sessions = &case.sessions;
        if let Some(session) = pick(sessions, which, State::Planned) {
            let same = move_from(sessions, session.id.unwrap(), target(session.day), &case.rhythm, &world);
            if let Ok(same) = same {
                prop_assert_eq!(&same.sessions, sessions);
            }
            let to = target(session.day + Duration::days(days));
            if let Ok(once) = move_from(sessions, session.id.unwrap(), to, &case.rhythm, &world) {
                let rhythm = Rhythm {
                    slots: once.slots.clone().unwrap_or(case.rhythm.slots.clone()),
                    interval_weeks: case.rhythm.interval_weeks,
                };
                let twice = move_from(&once.sessions, session.id.unwrap(), to, &rhythm, &world).unwrap();
                prop_assert_eq!(&twice.sessions, &once.sessions);
                prop_assert_eq!(twice.slots, None);
            }
        }
    }

    /// What is cancelled and made up for takes place again as before when the cancellation is taken back.
    #[test]
    fn cancelling_and_restoring_is_as_if_nothing_had_been(case in cases(), which in 0_usize..30) {
        let world = world(&case.closures, &[], case.today);
        let Some(session) = pick(&case.sessions, which, State::Planned) else { return Ok(()) };
        let step = Step::Cancel(vec![which], true);
        let Some(Ok(changed)) = act(&case, &case.sessions, &step) else { return Ok(()) };
        let mut next = 1000;
        let after = stored(changed, &mut next);
        if let Ok(back) = restore(&after, session.id.unwrap(), &world) {
            let back = stored(back, &mut next);
            let gapped = case.sessions.iter().any(|session| session.content.gap_days > 0);
            if gapped {
                prop_assert_eq!(numbers(&back), numbers(&case.sessions));
            } else {
                prop_assert_eq!(back, case.sessions.clone());
            }
        }
    }
}
