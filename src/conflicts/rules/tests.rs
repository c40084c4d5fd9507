use std::collections::BTreeSet;

use proptest::prelude::*;
use time::macros::date;
use time::{Duration, Weekday};
use uuid::Uuid;

use super::*;
use crate::base::ids::GrantId;
use crate::cover::rules::{Decided, GrantSpan};

/// A Wednesday without a holiday.
const DAY: Date = date!(2026 - 11 - 25);

fn number<T>(make: impl Fn(Uuid) -> T, number: u128) -> T {
    make(Uuid::from_u128(number))
}

fn meeting(id: u128, group: u128, day: Date, from: i64, to: i64) -> Meeting {
    Meeting {
        id: number(GroupSessionId, 1_000 + id),
        group: number(GroupId, group),
        ordinal: 1,
        day,
        span: Span { from, to },
        room: number(RoomId, 1),
        staff: vec![number(StaffId, 1)],
        expected: Expected::All,
        cancelled: false,
    }
}

fn facts(last: Date) -> Facts {
    Facts {
        registered: Some((date!(2020 - 01 - 01), None)),
        grants: vec![GrantSpan {
            id: GrantId(Uuid::nil()),
            decided: Decided::Active,
            first: date!(2020 - 01 - 01),
            last,
            rests: false,
        }],
        ..Facts::default()
    }
}

/// A house with one room, one trainer and two groups of one person each.
fn world() -> World {
    let (house, programme) = (number(FacilityId, 1), number(ProgrammeId, 1));
    let mut world = World {
        today: Some(date!(2026 - 11 - 22)),
        ..World::default()
    };
    world.house.id = Some(house);
    for group in [1, 2] {
        let one = Group {
            name: Some(format!("Gruppe {group}")),
            place: Some((house, programme)),
            places: 8,
            members: vec![Member {
                person: number(PersonId, group),
                from: date!(2026 - 01 - 01),
                to: None,
                pauses: Vec::new(),
            }],
        };
        world.groups.insert(number(GroupId, group), one);
        let person = Person {
            name: Some(format!("Adler, Kai {group}")),
            security: 1,
            ..Person::default()
        };
        world.people.insert(number(PersonId, group), person);
    }
    for room in [1, 2] {
        let one = Room {
            name: Some(format!("Raum {room}")),
            places: 12,
            security: 1,
            closures: Vec::new(),
        };
        world.rooms.insert(number(RoomId, room), one);
    }
    let trainer = Trainer {
        name: "Merle Anbruch".into(),
        access: [((house, programme), facts(date!(2027 - 12 - 31)))].into(),
        ..Trainer::default()
    };
    world.staff.insert(number(StaffId, 1), trainer);
    world
}

/// What stands against the first session of the first group, from 14:00 to 17:00.
fn against(world: &World) -> Vec<(Kind, Weight, String)> {
    let plan = [meeting(1, 1, DAY, 840, 1020)];
    let index = Index::new(world, &plan, Some(plan[0].group));
    index
        .check(&plan[0])
        .into_iter()
        .map(|one| (one.kind, one.weight, one.text))
        .collect()
}

fn person(world: &mut World) -> &mut Person {
    world.people.get_mut(&number(PersonId, 1)).unwrap()
}

fn busy(days: Days, span: Option<(i64, i64)>, what: What) -> Engagement {
    Engagement {
        days,
        span: span.map(|(from, to)| Span { from, to }),
        what,
    }
}

fn only(world: &World, kind: Kind, weight: Weight, text: &str) {
    assert_eq!(against(world), [(kind, weight, text.to_owned())]);
}

#[test]
fn nothing_stands_against_a_session_alone() {
    assert_eq!(against(&world()), []);
}

#[test]
fn a_room_and_a_trainer_are_in_one_place_at_a_time() {
    let mut world = world();
    world.meetings = vec![meeting(2, 2, DAY, 900, 960)];
    let texts: Vec<String> = against(&world).into_iter().map(|(.., text)| text).collect();
    assert_eq!(
        texts,
        [
            "Merle Anbruch ist 15:00–16:00 Uhr in „Gruppe 2“.",
            "Raum „Raum 1“ ist 15:00–16:00 Uhr durch „Gruppe 2“ belegt."
        ]
    );
    assert!(
        against(&world)
            .iter()
            .all(|(_, weight, _)| *weight == Weight::Hard)
    );
    // Whoever may not know the group, the room or the names hears that something is there.
    world.groups.get_mut(&number(GroupId, 2)).unwrap().name = None;
    world.rooms.get_mut(&number(RoomId, 1)).unwrap().name = None;
    let texts: Vec<String> = against(&world).into_iter().map(|(.., text)| text).collect();
    assert_eq!(
        texts,
        [
            "Merle Anbruch ist 15:00–16:00 Uhr in einem anderen Termin.",
            "Der Raum ist 15:00–16:00 Uhr belegt."
        ]
    );
    // Another room, another trainer, cancelled, or touching: nothing.
    for change in [
        |other: &mut Meeting| {
            other.room = number(RoomId, 2);
            other.staff = vec![number(StaffId, 2)];
        },
        |other: &mut Meeting| other.cancelled = true,
        |other: &mut Meeting| {
            other.span = Span {
                from: 1020,
                to: 1100,
            }
        },
        |other: &mut Meeting| other.span = Span { from: 700, to: 840 },
        |other: &mut Meeting| other.day = DAY + Duration::days(7),
    ] {
        let mut other = meeting(2, 2, DAY, 900, 960);
        change(&mut other);
        world.meetings = vec![other];
        assert_eq!(against(&world), []);
    }
}

#[test]
fn a_visit_takes_a_trainer() {
    let mut world = world();
    let staff = number(StaffId, 1);
    let elsewhere = (
        number(FacilityId, 9),
        DAY,
        Span {
            from: 1000,
            to: 1100,
        },
    );
    world.staff.get_mut(&staff).unwrap().visits = vec![elsewhere];
    only(
        &world,
        Kind::TrainerBusy,
        Weight::Hard,
        "Merle Anbruch ist 16:40–18:20 Uhr in einem Einzeltermin.",
    );
}

#[test]
fn trainers_come_as_long_as_they_may() {
    let mut world = world();
    let place = (number(FacilityId, 1), number(ProgrammeId, 1));
    let staff = number(StaffId, 1);
    let access = |world: &mut World, facts: Facts| {
        world
            .staff
            .get_mut(&staff)
            .unwrap()
            .access
            .insert(place, facts);
    };
    access(&mut world, facts(DAY));
    assert_eq!(against(&world), []);
    access(&mut world, facts(DAY - Duration::days(1)));
    only(
        &world,
        Kind::TrainerAccess,
        Weight::Soft,
        "Merle Anbruch: Die Zugangsfreigabe endet am 24.11.2026.",
    );
    let away = Facts {
        absences: vec![(DAY, DAY + Duration::days(1))],
        ..facts(DAY)
    };
    access(&mut world, away);
    only(
        &world,
        Kind::TrainerAbsent,
        Weight::Soft,
        "Merle Anbruch: Als abwesend gemeldet.",
    );
}

#[test]
fn a_room_holds_so_many_and_is_secure_enough() {
    let mut world = world();
    world.rooms.get_mut(&number(RoomId, 1)).unwrap().places = 7;
    only(
        &world,
        Kind::RoomSmall,
        Weight::Soft,
        "Raum „Raum 1“ hat 7 Plätze, die Gruppe ist für 8 Personen gedacht.",
    );
    world.rooms.get_mut(&number(RoomId, 1)).unwrap().places = 0;
    only(
        &world,
        Kind::RoomSmall,
        Weight::Hard,
        "Raum „Raum 1“ hat 0 Plätze, in der Gruppe sind 1 Person.",
    );
    world.rooms.get_mut(&number(RoomId, 1)).unwrap().places = 8;
    person(&mut world).security = 2;
    only(
        &world,
        Kind::RoomSecurity,
        Weight::Hard,
        "Adler, Kai 1 braucht einen Raum der Sicherheitsstufe 2, Raum „Raum 1“ hat Stufe 1.",
    );
    world.rooms.get_mut(&number(RoomId, 1)).unwrap().security = 2;
    assert_eq!(against(&world), []);
}

#[test]
fn what_people_have_besides_is_told() {
    let day = Days::Every(DAY, DAY.next_day());
    let weekly = Days::Weekly(Weekday::Wednesday, date!(2026 - 11 - 01), None);
    let cases: Vec<(Engagement, Option<(Kind, &str)>)> = vec![
        (
            busy(day, Some((900, 960)), What::Busy(BusyKind::Court)),
            Some((
                Kind::PersonBusy,
                "Adler, Kai 1 hat einen Termin: Gerichtstermin (15:00–16:00 Uhr).",
            )),
        ),
        (
            busy(day, None, What::Busy(BusyKind::Medical)),
            Some((
                Kind::PersonBusy,
                "Adler, Kai 1 hat einen Termin: Arzttermin (Uhrzeit unbekannt).",
            )),
        ),
        (
            busy(weekly, Some((420, 900)), What::Busy(BusyKind::Work)),
            Some((
                Kind::PersonBusy,
                "Adler, Kai 1 hat einen Termin: Arbeit (07:00–15:00 Uhr).",
            )),
        ),
        (
            busy(weekly, Some((420, 840)), What::Busy(BusyKind::School)),
            None,
        ),
        (
            busy(
                Days::Weekly(Weekday::Tuesday, date!(2026 - 11 - 01), None),
                None,
                What::Busy(BusyKind::School),
            ),
            None,
        ),
        (
            busy(
                Days::Every(date!(2026 - 11 - 01), Some(DAY)),
                None,
                What::Absent("Gericht".into()),
            ),
            None,
        ),
        (
            busy(
                Days::Every(DAY, None),
                None,
                What::Absent("Krankenhaus".into()),
            ),
            Some((
                Kind::PersonAbsent,
                "Adler, Kai 1 ist abwesend (Krankenhaus).",
            )),
        ),
        (
            busy(
                day,
                Some((900, 960)),
                What::Session(
                    number(GroupSessionId, 7),
                    number(GroupId, 7),
                    Some("Koch-AG".into()),
                ),
            ),
            Some((
                Kind::PersonBusy,
                "Adler, Kai 1 ist in „Koch-AG“ (15:00–16:00 Uhr).",
            )),
        ),
        (
            busy(
                day,
                Some((900, 960)),
                What::Session(number(GroupSessionId, 7), number(GroupId, 7), None),
            ),
            Some((
                Kind::PersonBusy,
                "Adler, Kai 1 ist in einem anderen Termin (15:00–16:00 Uhr).",
            )),
        ),
        // A session of the same group is the one that is planned.
        (
            busy(
                day,
                Some((900, 960)),
                What::Session(number(GroupSessionId, 1_009), number(GroupId, 1), None),
            ),
            None,
        ),
        (
            busy(day, None, What::Appointment),
            Some((
                Kind::PersonBusy,
                "Adler, Kai 1 ist in einem anderen Termin (Uhrzeit unbekannt).",
            )),
        ),
    ];
    for (engagement, expected) in cases {
        let mut world = world();
        person(&mut world).engagements = vec![engagement.clone()];
        let found = against(&world);
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(kind, text)| (kind, Weight::Soft, text.to_owned()))
            .collect();
        assert_eq!(found, expected, "{engagement:?}");
        // Whoever does not take part on the day is not asked.
        let group = world.groups.get_mut(&number(GroupId, 1)).unwrap();
        group.members[0].pauses = vec![(DAY, None)];
        assert_eq!(against(&world), []);
    }
}

#[test]
fn whoever_leaves_before_is_told() {
    let mut world = world();
    person(&mut world).release = Some(DAY + Duration::days(1));
    assert_eq!(against(&world), []);
    person(&mut world).release = Some(DAY);
    only(
        &world,
        Kind::PersonLeaves,
        Weight::Soft,
        "Adler, Kai 1 wird voraussichtlich am 25.11.2026 entlassen.",
    );
    person(&mut world).leaves = Some(date!(2026 - 11 - 24));
    only(
        &world,
        Kind::PersonLeaves,
        Weight::Soft,
        "Adler, Kai 1 ist ab dem 24.11.2026 nicht mehr in der Einrichtung.",
    );
}

#[test]
fn two_who_must_not_meet_do_not() {
    let mut world = world();
    world.separations = vec![(number(PersonId, 2), number(PersonId, 1))];
    assert_eq!(against(&world), [], "in different groups");
    let second = world.groups[&number(GroupId, 2)].members[0].clone();
    let group = world.groups.get_mut(&number(GroupId, 1)).unwrap();
    group.members.push(second);
    only(
        &world,
        Kind::Separation,
        Weight::Hard,
        "Adler, Kai 1 und Adler, Kai 2 dürfen einander nicht begegnen.",
    );
    world.people.get_mut(&number(PersonId, 2)).unwrap().name = None;
    only(
        &world,
        Kind::Separation,
        Weight::Hard,
        "Für Adler, Kai 1 ist eine Trennung eingetragen.",
    );
    person(&mut world).name = None;
    only(
        &world,
        Kind::Separation,
        Weight::Hard,
        "Für zwei Personen ist eine Trennung eingetragen.",
    );
    // Whoever has left the group meets nobody in it.
    let group = world.groups.get_mut(&number(GroupId, 1)).unwrap();
    group.members[1].to = Some(DAY);
    assert_eq!(against(&world), []);
}

#[test]
fn somebody_speaks_the_language() {
    let mut world = world();
    person(&mut world).language = Some("ru".into());
    only(
        &world,
        Kind::Language,
        Weight::Soft,
        "Adler, Kai 1 braucht die Sprache Russisch; niemand der Fachkräfte spricht sie.",
    );
    let trainer = world.staff.get_mut(&number(StaffId, 1)).unwrap();
    trainer.languages.insert("ru".into());
    assert_eq!(against(&world), []);
}

#[test]
fn the_house_allows_so_much() {
    let mut world = world();
    world.house.limit = Some(1);
    assert_eq!(against(&world), []);
    let visit = (number(FacilityId, 1), DAY, Span { from: 0, to: 10 });
    let guest = Trainer {
        visits: vec![visit],
        ..Trainer::default()
    };
    world.staff.insert(number(StaffId, 5), guest);
    only(
        &world,
        Kind::StaffLimit,
        Weight::Hard,
        "An diesem Tag kommen 2 externe Fachkräfte ins Haus, erlaubt sind 1.",
    );
    world.house.limit = None;
    world.house.window = Some(Span {
        from: 480,
        to: 1020,
    });
    assert_eq!(against(&world), []);
    world.house.window = Some(Span {
        from: 480,
        to: 1019,
    });
    only(
        &world,
        Kind::Window,
        Weight::Soft,
        "Die Sitzung ist 14:00–17:00 Uhr, das Haus lässt Maßnahmen 08:00–16:59 Uhr zu.",
    );
    world.house.window = None;
    let closed = DaySpan::inclusive(DAY, DAY).unwrap();
    world.house.closures = vec![(closed, "Revision".into())];
    only(&world, Kind::Closed, Weight::Soft, "Schließzeit: Revision.");
}

/// A house whose first group has three people, and a room of two places; the second and the third are kept apart.
fn three() -> World {
    let mut world = world();
    let first = world.groups.get_mut(&number(GroupId, 1)).unwrap();
    first.places = 3;
    for id in [2, 3] {
        let mut member = first.members[0].clone();
        member.person = number(PersonId, id);
        first.members.push(member);
    }
    let person = Person {
        security: 2,
        ..Person::default()
    };
    world.people.insert(number(PersonId, 3), person);
    world.rooms.get_mut(&number(RoomId, 1)).unwrap().places = 2;
    world.separations = vec![(number(PersonId, 2), number(PersonId, 3))];
    world
}

fn kinds(world: &World, expected: Expected) -> Vec<Kind> {
    let one = Meeting {
        expected,
        ..meeting(1, 1, DAY, 840, 1020)
    };
    let found = Index::new(world, &[], None).check(&one);
    found.into_iter().map(|one| one.kind).collect()
}

#[test]
fn only_who_comes_needs_a_place() {
    let mut world = three();
    let only = |ids: &[u128]| Expected::Only(ids.iter().map(|id| number(PersonId, *id)).collect());
    assert_eq!(
        kinds(&world, Expected::All),
        [Kind::RoomSmall, Kind::RoomSecurity, Kind::Separation]
    );
    assert_eq!(kinds(&world, only(&[1])), []);
    assert_eq!(kinds(&world, only(&[1, 2])), []);
    assert_eq!(
        kinds(&world, only(&[2, 3])),
        [Kind::RoomSecurity, Kind::Separation]
    );
    assert_eq!(
        kinds(&world, only(&[1, 2, 3])),
        [Kind::RoomSmall, Kind::RoomSecurity, Kind::Separation]
    );
    // Who comes alone needs one place and meets nobody; each of them may be the one.
    assert_eq!(kinds(&world, Expected::One), [Kind::RoomSecurity]);
    world.rooms.get_mut(&number(RoomId, 1)).unwrap().places = 0;
    assert!(kinds(&world, Expected::One).contains(&Kind::RoomSmall));
}

#[test]
fn a_series_that_moves_meets_its_own_catch_up_sessions() {
    let mut world = world();
    let plan = [meeting(1, 1, DAY, 840, 1020)];
    let group = Some(plan[0].group);
    let elsewhere = Meeting {
        room: number(RoomId, 2),
        staff: vec![number(StaffId, 2)],
        expected: Expected::Only(vec![number(PersonId, 1)]),
        ..meeting(5, 1, DAY, 900, 960)
    };
    let catch_up = |room: u128, staff: u128| Meeting {
        room: number(RoomId, room),
        staff: vec![number(StaffId, staff)],
        ..elsewhere.clone()
    };
    for (room, staff, kind) in [(1, 2, Kind::RoomBusy), (2, 1, Kind::TrainerBusy)] {
        // Other dates of the series make way, the catch-up session stays.
        world.meetings = vec![meeting(4, 1, DAY, 900, 960), catch_up(room, staff)];
        let found = Index::new(&world, &plan, group).check(&plan[0]);
        let kinds: Vec<Kind> = found.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [kind]);
    }
    // In another room and with somebody else it still takes the person.
    world.meetings = vec![elsewhere.clone()];
    let taken = What::Session(elsewhere.id, elsewhere.group, None);
    let day = Days::Every(DAY, DAY.next_day());
    person(&mut world).engagements = vec![busy(day, Some((900, 960)), taken)];
    only(
        &world,
        Kind::PersonBusy,
        Weight::Soft,
        "Adler, Kai 1 ist in einem anderen Termin (15:00–16:00 Uhr).",
    );
    assert_eq!(Index::new(&world, &[], None).check(&elsewhere), []);
}

#[test]
fn taken_on_is_one_cause_and_no_other() {
    let mark = |what: What, span: (i64, i64), last: Date| {
        let mut world = world();
        let day = Days::Every(DAY, Some(last));
        person(&mut world).engagements = vec![busy(day, Some(span), what)];
        let plan = [meeting(1, 1, DAY, 840, 1020)];
        let found = Index::new(&world, &plan, None).check(&plan[0]);
        assert_eq!(found.len(), 1);
        found[0].mark()
    };
    let next = DAY + Duration::days(1);
    let court = mark(What::Busy(BusyKind::Court), (840, 900), next);
    assert_eq!(court, mark(What::Busy(BusyKind::Court), (840, 900), next));
    assert_ne!(court, mark(What::Busy(BusyKind::Medical), (840, 900), next));
    assert_ne!(court, mark(What::Busy(BusyKind::Court), (840, 960), next));
    let away = |why: &str, last| mark(What::Absent(why.into()), (840, 900), last);
    assert_ne!(away("Gericht", next), away("Krankenhaus", next));
    // How long it goes on was not known: it is still the same.
    assert_eq!(
        away("Gericht", next),
        away("Gericht", next + Duration::days(3))
    );

    let closed = |reason: &str| {
        let mut world = world();
        let days = DaySpan::inclusive(DAY, DAY).unwrap();
        world.house.closures = vec![(days, reason.into())];
        let found = Index::new(&world, &[], None).check(&meeting(1, 1, DAY, 840, 1020));
        found[0].mark()
    };
    assert_ne!(closed("Revision"), closed("Bauarbeiten"));
    let access = |last: Date| {
        let mut world = world();
        let place = (number(FacilityId, 1), number(ProgrammeId, 1));
        let trainer = world.staff.get_mut(&number(StaffId, 1)).unwrap();
        trainer.access.insert(place, facts(last));
        let found = Index::new(&world, &[], None).check(&meeting(1, 1, DAY, 840, 1020));
        found[0].mark()
    };
    assert_ne!(access(date!(2026 - 11 - 23)), access(date!(2026 - 11 - 24)));
}

#[test]
fn a_holiday_is_no_day_for_sessions() {
    let world = world();
    let christmas = meeting(1, 1, date!(2026 - 12 - 25), 840, 900);
    let found = Index::new(&world, &[], None).check(&christmas);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].text, "Feiertag: 1. Weihnachtstag.");
}

#[test]
fn what_stood_before_does_not_keep_a_date_from_moving() {
    let mut world = world();
    person(&mut world).language = Some("ru".into());
    let (old, new) = (
        [meeting(1, 1, DAY, 840, 900)],
        [meeting(1, 1, DAY + Duration::days(1), 840, 900)],
    );
    let group = Some(old[0].group);
    let before = Index::new(&world, &old, group).check_all(&old);
    let after = Index::new(&world, &new, group).check_all(&new);
    assert_eq!(after.len(), 1);
    assert!(after[0].stood_in(&before));
    assert!(!after[0].stood_in(&[]));
    assert_ne!(
        after[0].mark(),
        before[0].mark(),
        "an acceptance is of one date"
    );
}

#[test]
fn the_same_on_many_days_is_one_line() {
    let mut world = world();
    person(&mut world).language = Some("ru".into());
    let plan: Vec<Meeting> = (0_u8..6)
        .map(|week| meeting(week.into(), 1, DAY + Duration::weeks(week.into()), 840, 900))
        .collect();
    let found = Index::new(&world, &plan, None).check_all(&plan);
    let lines = fold(&found);
    assert_eq!(lines.len(), 1);
    assert_eq!(
        lines[0].on_days(),
        "am 25.11.2026, 02.12.2026, 09.12.2026, 16.12.2026 und an 2 weiteren Tagen"
    );
}

#[test]
fn codes_come_back() {
    for kind in Kind::ALL {
        assert_eq!(Kind::from_code(kind.code()), Some(*kind));
    }
}

/// Sessions of four groups in three rooms by five trainers on three days.
fn plans() -> impl Strategy<Value = Vec<Meeting>> {
    let one = (
        1_u128..5,
        0_i64..3,
        0_i64..20,
        0_i64..6,
        1_u128..4,
        proptest::collection::vec(1_u128..6, 1..3),
        proptest::bool::weighted(0.15),
    );
    proptest::collection::vec(one, 1..14).prop_map(|rows| {
        rows.into_iter()
            .zip(0..)
            .map(
                |((group, day, from, length, room, staff, cancelled), id)| Meeting {
                    room: number(RoomId, room),
                    staff: staff
                        .into_iter()
                        .collect::<BTreeSet<_>>()
                        .into_iter()
                        .map(|id| number(StaffId, id))
                        .collect(),
                    cancelled,
                    ..meeting(id, group, DAY + Duration::days(day), from, from + length)
                },
            )
            .collect()
    })
}

/// Kind, session, whom or what, and the other session.
type Told = BTreeSet<(Kind, GroupSessionId, Uuid, Option<Uuid>)>;

fn told(conflicts: &[Conflict]) -> Told {
    conflicts
        .iter()
        .filter(|one| matches!(one.kind, Kind::RoomBusy | Kind::TrainerBusy))
        .map(|one| (one.kind, one.session, one.about, one.other))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_index_finds_what_comparing_everything_finds(plan in plans()) {
        let world = World { meetings: plan.clone(), ..World::default() };
        let found = told(&Index::new(&world, &[], None).check_all(&plan));
        let mut expected = Told::new();
        for one in plan.iter().filter(|one| !one.cancelled) {
            for other in plan.iter().filter(|other| !other.cancelled && other.id != one.id) {
                let mut minutes = one.span.from..one.span.to;
                let shared = one.day == other.day
                    && minutes.any(|minute| (other.span.from..other.span.to).contains(&minute));
                if shared && one.room == other.room {
                    expected.insert((Kind::RoomBusy, one.id, one.room.0, Some(other.id.0)));
                }
                for staff in one.staff.iter().filter(|id| shared && other.staff.contains(id)) {
                    expected.insert((Kind::TrainerBusy, one.id, staff.0, Some(other.id.0)));
                }
            }
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn conflicts_are_mutual_and_never_with_oneself_or_what_is_cancelled(plan in plans()) {
        let world = World { meetings: plan.clone(), ..World::default() };
        let found = told(&Index::new(&world, &[], None).check_all(&plan));
        let cancelled: BTreeSet<Uuid> =
            plan.iter().filter(|one| one.cancelled).map(|one| one.id.0).collect();
        for (kind, session, about, other) in &found {
            let other = other.unwrap();
            prop_assert!(session.0 != other);
            prop_assert!(!cancelled.contains(&session.0) && !cancelled.contains(&other));
            prop_assert!(found.contains(&(*kind, GroupSessionId(other), *about, Some(session.0))));
        }
    }

    #[test]
    fn spans_that_touch_or_last_no_time_do_not_meet(
        from in 0_i64..1000, length in 0_i64..200, other in 0_i64..1000, long in 0_i64..200,
    ) {
        let (one, two) = (Span::lasting(from, length), Span::lasting(other, long));
        let shared = (one.from..one.to).any(|minute| (two.from..two.to).contains(&minute));
        prop_assert_eq!(one.meets(two), shared);
        prop_assert_eq!(two.meets(one), shared);
        prop_assert!(!one.meets(Span::lasting(one.to, long)));
        prop_assert!(!Span::lasting(one.from - long, long).meets(one));
    }

    #[test]
    fn a_plan_in_the_place_of_a_group_meets_only_the_others(plan in plans(), own in plans()) {
        let group = number(GroupId, 1);
        let world = World { meetings: plan, ..World::default() };
        let own: Vec<Meeting> = own
            .into_iter()
            .map(|one| Meeting { id: number(GroupSessionId, one.id.0.as_u128() + 500), group, ..one })
            .collect();
        let found = told(&Index::new(&world, &own, Some(group)).check_all(&own));
        let others: BTreeSet<Uuid> = world
            .meetings
            .iter()
            .filter(|one| one.group != group)
            .chain(&own)
            .map(|one| one.id.0)
            .collect();
        prop_assert!(found.iter().all(|(.., other)| others.contains(&other.unwrap())));
    }

    #[test]
    fn separations_are_told_once_however_they_are_written(
        pairs in proptest::collection::vec((1_u128..8, 1_u128..8), 0..10), size in 1_u128..8,
    ) {
        let mut world = world();
        let group = world.groups.get_mut(&number(GroupId, 1)).unwrap();
        group.members = (1..=size)
            .map(|id| Member {
                person: number(PersonId, id),
                from: date!(2026 - 01 - 01),
                to: None,
                pauses: Vec::new(),
            })
            .collect();
        for id in 1..=size {
            world.people.insert(number(PersonId, id), Person::default());
        }
        let pairs: Vec<_> = pairs.into_iter().filter(|(one, other)| one != other).collect();
        world.separations = pairs
            .iter()
            .map(|(one, other)| (number(PersonId, *one), number(PersonId, *other)))
            .collect();
        let expected: BTreeSet<(u128, u128)> = pairs
            .iter()
            .map(|(one, other)| (*one.min(other), *one.max(other)))
            .filter(|(_, high)| *high <= size)
            .collect();
        let plan = [meeting(1, 1, DAY, 840, 1020)];
        let found: Vec<Conflict> = Index::new(&world, &plan, None)
            .check(&plan[0])
            .into_iter()
            .filter(|one| one.kind == Kind::Separation)
            .collect();
        prop_assert_eq!(found.len(), expected.len());
        let told: BTreeSet<(u128, u128)> = found
            .iter()
            .map(|one| (one.about.as_u128(), one.other.unwrap().as_u128()))
            .collect();
        prop_assert_eq!(told, expected);
    }
}

#[test]
fn nobody_holds_more_in_a_day_or_a_week_than_the_timetable_plans() {
    let mut world = world();
    let loads = |world: &World| {
        let plan = [meeting(1, 1, DAY, 16 * 60, 18 * 60)];
        let found = Index::new(world, &plan, None).check(&plan[0]);
        let loads = found
            .into_iter()
            .filter(|one| one.kind == Kind::TrainerLoad);
        loads.map(|one| (one.weight, one.text)).collect::<Vec<_>>()
    };
    let session = |id: u128, day: Date, from: i64, hours: i64| {
        let mut one = meeting(id, 2, day, from * 60, (from + hours) * 60);
        one.room = number(RoomId, 9);
        one
    };
    world.meetings = vec![session(11, DAY, 8, 2), session(12, DAY, 12, 2)];
    assert_eq!(loads(&world), [], "three are as many as there may be");
    world.meetings.push(session(13, DAY, 19, 1));
    let day = &loads(&world)[0];
    assert_eq!(day.0, Weight::Soft);
    assert!(day.1.contains("an diesem Tag 4 Sitzungen"), "{}", day.1);
    // The whole week counts, from Monday to Sunday, with what is cancelled left out.
    let monday = DAY - Duration::days(2);
    let week = |hours: i64| {
        (0..7)
            .map(|day| {
                session(
                    20 + day as u128,
                    monday + Duration::days(day),
                    6,
                    if day < 6 { 6 } else { hours },
                )
            })
            .collect::<Vec<_>>()
    };
    world.meetings = week(1);
    assert_eq!(loads(&world), [], "39 hours");
    world.meetings = week(2);
    assert!(
        loads(&world)[0].1.contains("40 Std. mit Gruppen"),
        "{:?}",
        loads(&world)
    );
    world.meetings[6].cancelled = true;
    assert_eq!(loads(&world), []);
    world.meetings[6] = session(26, monday + Duration::days(7), 6, 2);
    assert_eq!(loads(&world), [], "the next week is another one");
}

#[test]
fn whoever_comes_from_another_house_needs_the_way() {
    let mut world = world();
    let (here, there) = (number(FacilityId, 1), number(FacilityId, 2));
    world.towns.insert(here, "Dresden".to_owned());
    world.towns.insert(there, "Bautzen".to_owned());
    let elsewhere = Group {
        place: Some((there, number(ProgrammeId, 1))),
        ..Group::default()
    };
    world.groups.insert(number(GroupId, 9), elsewhere);
    let way = crate::cover::travel::way("Dresden", "Bautzen") + crate::cover::travel::GATE;
    let mut other = meeting(9, 9, DAY, 8 * 60, 10 * 60);
    other.room = number(RoomId, 9);
    world.meetings = vec![other];
    let kinds = |from: i64| {
        let plan = [meeting(1, 1, DAY, from, from + 60)];
        let index = Index::new(&world, &plan, None);
        let found = index.check(&plan[0]);
        found
            .into_iter()
            .filter(|one| matches!(one.kind, Kind::TrainerWay | Kind::TrainerBusy))
            .map(|one| (one.kind, one.weight))
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds(9 * 60), [(Kind::TrainerBusy, Weight::Hard)]);
    assert_eq!(kinds(10 * 60), [(Kind::TrainerWay, Weight::Soft)]);
    assert_eq!(kinds(10 * 60 + way - 1), [(Kind::TrainerWay, Weight::Soft)]);
    assert_eq!(kinds(10 * 60 + way), []);
    assert_eq!(kinds(7 * 60 - way), [], "the way there");

    // An announced visit elsewhere counts alike; without towns nothing is known of ways.
    world.meetings.clear();
    let visit = (there, DAY, Span::lasting(8 * 60, 120));
    world
        .staff
        .entry(number(StaffId, 1))
        .or_default()
        .visits
        .push(visit);
    let plan = [meeting(1, 1, DAY, 10 * 60, 11 * 60)];
    let has_way = |world: &World| {
        let found = Index::new(world, &plan, None).check(&plan[0]);
        found.iter().any(|one| one.kind == Kind::TrainerWay)
    };
    assert!(has_way(&world));
    world.towns.clear();
    assert!(!has_way(&world));
}
