//! `geleit plan explain`: a wish for a group or a one-to-one event, in words of the command line.

use clap::Args;

use super::super::{Failure, Outcome, print_text};
use super::{Asked, asked, up_to_64};
use crate::base::german;
use crate::timetable::explain::{Explainer, Explanation, wish};
use crate::timetable::placements::{self, Placement};
use crate::timetable::rules::{calendar, team as team_rules};
use crate::timetable::world::{
    Appointment, GroupKey, RoomKey, Session, SingleKey, TrainerKey, World,
};

const DAYS: [&str; 7] = ["mo", "di", "mi", "do", "fr", "sa", "so"];

/// The wish.
#[derive(Debug, Args)]
#[command(
    next_help_heading = "Optionen",
    help_template = super::HELP,
    override_usage = "geleit plan explain [OPTIONEN] --slot <ZEIT> <--group <GRUPPE>|--single <EINZELTERMIN>> <DATEI>",
    after_help = "Ende: 0 beantwortet, 2 eine Datei oder der Aufruf ist fehlerhaft.\nBeispiele:\n  geleit plan explain instanz.json --group G3 --slot \"Di 13:00\" --week 2\n  \
                  geleit plan explain instanz.json --solution plan.json --group G3 --session 5 --slot \"12.01.2027 13:00\"\n  \
                  geleit plan explain instanz.json --solution plan.json --single E7 --slot \"12.01.2027 9:30\" --team T4"
)]
pub(super) struct Explain {
    #[command(flatten)]
    asked: Asked,
    /// Die Gruppe, um die es geht
    #[arg(
        long,
        value_name = "GRUPPE",
        required_unless_present = "single",
        conflicts_with = "single"
    )]
    group: Option<String>,
    /// Der Einzeltermin, um den es geht
    #[arg(long, value_name = "EINZELTERMIN")]
    single: Option<String>,
    /// Wochentag oder Datum, und Uhrzeit: "Di 13:00" für die ganze Gruppe, "12.01.2027 13:00" für einen Termin
    #[arg(long, value_name = "ZEIT")]
    slot: String,
    /// Der Raum [Vorgabe: wie im Plan, sonst ein möglicher]
    #[arg(long, value_name = "RAUM")]
    room: Option<String>,
    /// Die Fachkräfte, mit Komma getrennt [Vorgabe: wie im Plan, sonst ein mögliches Paar]
    #[arg(long, value_name = "NAMEN", value_delimiter = ',')]
    team: Vec<String>,
    /// Woche der ersten Sitzung, ab 1 gezählt [Vorgabe: wie im Plan, sonst die früheste erlaubte]
    #[arg(long, value_name = "ZAHL", value_parser = up_to_64)]
    week: Option<u8>,
    /// Bei einem Datum: die wievielte Sitzung der Gruppe, ab 1 gezählt [Vorgabe: 1]
    #[arg(
        long,
        value_name = "ZAHL",
        default_value_t = 1,
        hide_default_value = true,
        value_parser = up_to_64
    )]
    session: u8,
}

/// When: every week, or once.
enum Slot {
    Weekly(u8, u16),
    Once(i32, u16),
}

fn unknown(what: &str, name: &str) -> Failure {
    Failure::wrong_use(format!("{what} „{name}“ gibt es in der Datei nicht."))
}

pub(super) fn group_named(world: &World, name: &str) -> Result<GroupKey, Failure> {
    world
        .group_named(name)
        .ok_or_else(|| unknown("Die Gruppe", name))
}

fn slot(world: &World, text: &str) -> Result<Slot, Failure> {
    let wrong = |why: String| Failure::wrong_use(format!("--slot: {why}"));
    let (day, time) = text.trim().split_once(' ').ok_or_else(|| {
        wrong("Bitte Tag und Uhrzeit angeben, zum Beispiel \"Di 13:00\".".to_owned())
    })?;
    let minute = german::parse_time(time).map_err(|error| wrong(error.to_string()))?;
    let short = day.trim_end_matches('.').to_lowercase();
    let weekday = (0u8..).zip(DAYS).find(|(_, name)| *name == short);
    if let Some((weekday, _)) = weekday {
        return Ok(Slot::Weekly(weekday, minute.value()));
    }
    let date = german::parse_date(day).map_err(|error| wrong(error.to_string()))?;
    Ok(Slot::Once(world.day(date), minute.value()))
}

impl Slot {
    /// An event ends on the day on which it begins: what is wished for past midnight would be judged by the opening and
    /// working hours of a day that is over.
    fn lasting(&self, minutes: u16) -> Result<(), Failure> {
        let (Self::Weekly(_, start) | Self::Once(_, start)) = *self;
        if u32::from(start) + u32::from(minutes) <= 24 * 60 {
            return Ok(());
        }
        Err(Failure::wrong_use(format!(
            "--slot: Der Termin dauert {minutes} Minuten; ab {} endet er nach Mitternacht. Bitte einen früheren Beginn \
             angeben.",
            clock(start)
        )))
    }
}

fn room(world: &World, name: Option<&String>) -> Result<Option<RoomKey>, Failure> {
    name.map(|name| {
        world
            .room_named(name)
            .ok_or_else(|| unknown("Den Raum", name))
    })
    .transpose()
}

fn team(world: &World, names: &[String]) -> Result<Vec<TrainerKey>, Failure> {
    names
        .iter()
        .map(|name| {
            world
                .trainer_named(name)
                .ok_or_else(|| unknown("Die Fachkraft", name))
        })
        .collect()
}

pub(super) fn explain(arguments: &Explain) -> Outcome {
    let (world, plan) = asked(&arguments.asked)?;
    let mut explainer = Explainer::new(&world, plan);
    let slot = slot(&world, &arguments.slot)?;
    if let Some(name) = &arguments.single {
        let single = world
            .single_named(name)
            .ok_or_else(|| unknown("Den Einzeltermin", name))?;
        return one_to_one(&world, &mut explainer, arguments, single, &slot);
    }
    let group = group_named(&world, arguments.group.as_deref().unwrap_or_default())?;
    of_group(&world, &mut explainer, arguments, group, &slot)
}

fn of_group(
    world: &World,
    explainer: &mut Explainer<'_>,
    arguments: &Explain,
    group: GroupKey,
    slot: &Slot,
) -> Outcome {
    let known = &world.groups[group];
    slot.lasting(known.minutes)?;
    let course = explainer.plan().groups[group].clone();
    let missing = |what: &str| {
        Failure::wrong_use(format!(
            "{what} fehlt und lässt sich nicht ergänzen; bitte angeben."
        ))
    };
    let rooms = &world.facilities[known.facility].rooms;
    let room = room(world, arguments.room.as_ref())?
        .or(course.as_ref().map(|course| course.room))
        .or(rooms
            .iter()
            .copied()
            .find(|room| world.rooms[*room].for_groups))
        .or(rooms.first().copied())
        .or(world.rooms.keys().next())
        .ok_or_else(|| missing("Der Raum (--room)"))?;
    let team = match team(world, &arguments.team)?.as_slice() {
        [] => {
            let known_pair = course
                .as_ref()
                .map(|course| course.team)
                .or_else(|| placements::pairs(world, group).first().copied());
            match known_pair.or_else(|| unfit_pair(world, group)) {
                Some(team) => {
                    if known_pair.is_none() {
                        print_text(&format!(
                            "Kein Paar darf die Gruppe halten; gefragt wird mit {}.\n",
                            pair(world, &team)
                        ));
                    }
                    team
                }
                None => {
                    let there = match world.trainers.len() {
                        0 => "keine",
                        _ => "nur eine",
                    };
                    print_text(&format!(
                        "Das geht nicht:\n  H5: Eine Gruppe braucht zwei Fachkräfte, in der Datei steht {there}.\n"
                    ));
                    return Ok(());
                }
            }
        }
        [one, two] => [*one, *two],
        _ => {
            return Err(Failure::wrong_use(
                "--team: Eine Gruppe braucht zwei Fachkräfte.",
            ));
        }
    };
    match slot {
        Slot::Weekly(weekday, start) => {
            let week = arguments
                .week
                .map(|week| i32::from(week) - 1)
                .or(course.as_ref().map(|course| course.begins()))
                .unwrap_or(known.start_weeks.0);
            let wish = wish(world, group, (*weekday, *start), room, team, week);
            let answer = explainer.group(group, &wish);
            report(&answer, |pattern| weekly(world, pattern));
        }
        Slot::Once(day, start) => {
            let number = usize::from(arguments.session.saturating_sub(1));
            let session = Session {
                day: *day,
                start: *start,
                room,
                trainers: team,
            };
            let answer = explainer.session(group, number, &session);
            report(&answer, |session| {
                let names = pair(world, &session.trainers);
                once(world, session.day, session.start, session.room, &names)
            });
        }
    }
    Ok(())
}

/// Two trainers who may not hold the group, where no pair may: the answer then names what each of them lacks. Those who
/// lack least come first. `None` when there are fewer than two.
fn unfit_pair(world: &World, group: GroupKey) -> Option<[TrainerKey; 2]> {
    let known = &world.groups[group];
    let mut all: Vec<TrainerKey> = world.trainers.keys().collect();
    all.sort_by_key(|trainer| {
        let cleared = calendar::knows(world, *trainer, known.facility);
        let qualified = team_rules::qualified(world, *trainer, known.needs);
        (!cleared, !qualified)
    });
    let [one, two, ..] = all.as_slice() else {
        return None;
    };
    Some([*one, *two])
}

fn one_to_one(
    world: &World,
    explainer: &mut Explainer<'_>,
    arguments: &Explain,
    single: SingleKey,
    slot: &Slot,
) -> Outcome {
    let Slot::Once(day, start) = *slot else {
        return Err(Failure::wrong_use(
            "--slot: Für einen Einzeltermin bitte ein Datum angeben, zum Beispiel \"12.01.2027 13:00\".",
        ));
    };
    let known = &world.singles[single];
    slot.lasting(known.minutes)?;
    let now = explainer.plan().singles[single];
    let first = placements::of_single(world, single)
        .first()
        .copied()
        .or(now);
    let missing = || {
        Failure::wrong_use(
            "Raum oder Fachkraft lassen sich nicht ergänzen; bitte --room und --team angeben.",
        )
    };
    let room = room(world, arguments.room.as_ref())?
        .or(now.or(first).map(|place| place.room))
        .or(world.facilities[known.facility].rooms.first().copied())
        .or(world.rooms.keys().next())
        .ok_or_else(missing)?;
    let trainer = match team(world, &arguments.team)?.as_slice() {
        [] => known
            .trainer
            .or(now.or(first).map(|place| place.trainer))
            .or(world.trainers.keys().next())
            .ok_or_else(missing)?,
        [one] => *one,
        _ => {
            return Err(Failure::wrong_use(
                "--team: Einen Einzeltermin hält eine Fachkraft.",
            ));
        }
    };
    let answer = explainer.single(
        single,
        &Appointment {
            day,
            start,
            room,
            trainer,
        },
    );
    report(&answer, |place| {
        once(
            world,
            place.day,
            place.start,
            place.room,
            &world.trainers[place.trainer].id,
        )
    });
    Ok(())
}

pub(super) fn pair(world: &World, team: &[TrainerKey; 2]) -> String {
    team.map(|trainer| world.trainers[trainer].id.as_str())
        .join(" und ")
}

fn clock(start: u16) -> String {
    let minute = crate::base::time::MinuteOfDay::new(start);
    german::time_of_day(minute.unwrap_or(crate::base::time::MinuteOfDay::MIDNIGHT))
}

fn weekly(world: &World, pattern: &Placement) -> String {
    let first = world.date(pattern.day(pattern.first_week()));
    format!(
        "{} {}, Raum {}, {}, ab {} bis {}",
        german::weekday_short(first.weekday()),
        clock(pattern.span.from),
        world.rooms[pattern.room].id,
        pair(world, &pattern.team),
        german::date(first),
        german::date(world.date(pattern.last_day())),
    )
}

pub(super) fn once(world: &World, day: i32, start: u16, room: RoomKey, who: &str) -> String {
    format!(
        "{}, {}, Raum {}, {who}",
        german::weekday_date(world.date(day)),
        clock(start),
        world.rooms[room].id
    )
}

fn report<A>(answer: &Explanation<A>, show: impl Fn(&A) -> String) {
    if answer.violations.is_empty() {
        print_text("Das ist möglich.\n");
    } else {
        print_text("Das geht nicht:\n");
        for violation in &answer.violations {
            print_text(&format!("  {violation}\n"));
        }
    }
    if answer.alternatives.is_empty() {
        print_text("Nichts anderes ist neben dem übrigen Plan möglich.\n");
    } else {
        print_text("Am nächsten kommen:\n");
        for alternative in &answer.alternatives {
            print_text(&format!("  {}\n", show(alternative)));
        }
    }
}
