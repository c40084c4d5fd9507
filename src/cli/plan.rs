//! `geleit plan`: a timetable from an instance file, and answers about one.

mod changes;
mod files;
mod progress;
mod wish;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};

use super::{Config, Failure, Outcome, Output, Settings as Installation, print_text};
use crate::audit::{Entry, Level, Verb};
use crate::timetable::instance::{self, Solution};
use crate::timetable::objective::Objective;
use crate::timetable::search::Found;
use crate::timetable::world::{Plan as Timetable, World};
use crate::timetable::{infeasible, propose, rules};

/// Violations that are printed when no plan was found.
const SHOWN: usize = 10;

/// As [`super::TEMPLATE`], with what stands at the end.
const HELP: &str = "{about}\n\nAufruf: {usage}\n\n{all-args}{after-help}";

#[derive(Debug, Args)]
#[command(
    help_template = HELP,
    override_usage = "geleit plan [OPTIONEN] <DATEI>\n        geleit plan [OPTIONEN] --from-database\n        geleit plan <FRAGE> [OPTIONEN] <DATEI>",
    disable_help_subcommand = true,
    subcommand_help_heading = "Fragen zu einem Plan",
    after_help = "Ende: 0 Plan gefunden, 1 etwas ist fehlgeschlagen (Datenbank oder Schlüsseldatei nicht lesbar, Plan nicht \
                  zu schreiben), 2 eine Datei oder der Aufruf ist fehlerhaft (auch ein Ziel, in das sich nicht schreiben lässt), 3 es gibt keinen zulässigen Plan oder es \
                  wurde keiner gefunden (mit Begründung), 130 mit Strg+C abgebrochen, ohne einen Plan zu behalten.\n\
                  Strg+C beendet eine Suche nach Zeit; der beste Plan bis dahin wird geschrieben. Ein zweites Strg+C \
                  und eines bei --steps bricht ab.\n\
                  Ein veröffentlichter Plan in der Datei (mode „repair“) wird so ausgebessert, dass sich möglichst \
                  wenig ändert."
)]
pub(super) struct Plan {
    #[command(subcommand)]
    question: Option<Question>,
    #[command(flatten)]
    solve: Solve,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Optionen")]
struct Solve {
    /// Was zu planen ist: eine Datei im Format akt-sched/1
    #[arg(value_name = "DATEI", help_heading = "Angaben")]
    instance: Option<PathBuf>,
    /// Statt einer Datei die eigene Datenbank: alle Anstalten, alle geeigneten Wartenden, das kommende Halbjahr
    #[arg(long, conflicts_with = "instance")]
    from_database: bool,
    /// Was aus der Datenbank gelesen wurde, in diese Datei schreiben (Format akt-sched/1, ohne Namen von Gefangenen)
    #[arg(long, value_name = "DATEI", requires = "from_database")]
    write_instance: Option<PathBuf>,
    /// So lange suchen, zum Beispiel 500ms, 10s oder 2m [Vorgabe: 10s]
    #[arg(long, value_name = "DAUER", default_value = "10s", hide_default_value = true, value_parser = duration)]
    time: Duration,
    /// So viele Schritte je Rechenfaden suchen statt einer Dauer: gleiche Saat, gleicher Plan
    #[arg(long, value_name = "ZAHL", conflicts_with = "time", value_parser = any_number)]
    steps: Option<u64>,
    /// Saat des Zufalls [Vorgabe: 1]
    #[arg(
        long,
        value_name = "ZAHL",
        default_value_t = 1,
        hide_default_value = true,
        value_parser = any_number
    )]
    seed: u64,
    /// Rechenfäden, die nebeneinander suchen [Vorgabe: 2]
    #[arg(long, value_name = "ZAHL", default_value_t = 2, hide_default_value = true, value_parser = up_to_64)]
    threads: u8,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Sagen, was gegen einen Wunsch spricht, und was ihm am nächsten kommt
    Explain(wish::Explain),
    /// Fünf Möglichkeiten nennen, eine Gruppe zu halten
    Propose(Propose),
    /// Einen Plan an allen Regeln prüfen
    Check(Check),
}

#[derive(Debug, Args)]
#[command(
    help_template = HELP,
    override_usage = "geleit plan propose [OPTIONEN] --group <GRUPPE> <DATEI>",
    after_help = "Ende: 0 es gibt Möglichkeiten, 2 eine Datei oder der Aufruf ist fehlerhaft, 3 es gibt keine (mit Begründung)."
)]
struct Propose {
    #[command(flatten)]
    asked: Asked,
    /// Die Gruppe
    #[arg(long, value_name = "GRUPPE", help_heading = "Optionen")]
    group: String,
}

#[derive(Debug, Args)]
#[command(
    help_template = HELP,
    override_usage = "geleit plan check [OPTIONEN] <DATEI>",
    after_help = "Ende: 0 keine Regel ist verletzt, 2 eine Datei oder der Aufruf ist fehlerhaft, 3 Regeln sind verletzt."
)]
struct Check {
    #[command(flatten)]
    asked: Asked,
}

/// The instance and the plan a question is about.
#[derive(Debug, Args)]
#[command(next_help_heading = "Optionen")]
struct Asked {
    /// Was zu planen ist: eine Datei im Format akt-sched/1
    #[arg(value_name = "DATEI", help_heading = "Angaben")]
    instance: PathBuf,
    /// Der Plan, um den es geht; ohne Angabe der veröffentlichte in der Datei, sonst ein leerer
    #[arg(long, value_name = "DATEI")]
    solution: Option<PathBuf>,
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("„{text}“ ist keine Dauer wie 500ms, 10s oder 2m");
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = text.strip_prefix(digits).unwrap_or_default();
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let milliseconds = match unit {
        "ms" => Some(number),
        "s" | "" => number.checked_mul(1000),
        "m" => number.checked_mul(60_000),
        _ => None,
    };
    milliseconds.map(Duration::from_millis).ok_or_else(wrong)
}

/// A whole number, not below zero.
fn any_number(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| format!("„{text}“ ist keine ganze Zahl von 0 bis {}", u64::MAX))
}

/// A whole number from 1 to 64: threads, weeks, sessions.
fn up_to_64(text: &str) -> Result<u8, String> {
    let number = text.parse().ok();
    number
        .filter(|number| (1..=64).contains(number))
        .ok_or_else(|| format!("„{text}“ ist keine ganze Zahl von 1 bis 64"))
}

/// No plan, and why.
fn impossible(text: impl Into<String>) -> Failure {
    Failure {
        code: 3,
        text: text.into(),
    }
}

fn world_of(file: &Path) -> Result<World, Failure> {
    instance::read(&files::text_of(file)?)
        .and_then(|instance| World::new(&instance))
        .map_err(|error| Failure::wrong_use(format!("{}: {error}", file.display())))
}

fn asked(asked: &Asked) -> Result<(World, Timetable), Failure> {
    let world = world_of(&asked.instance)?;
    let plan = match (&asked.solution, &world.repair) {
        (Some(file), _) => instance::read_solution(&files::text_of(file)?)
            .and_then(|solution| Timetable::read(&world, &solution))
            .map_err(|error| Failure::wrong_use(format!("{}: {error}", file.display())))?,
        (None, Some(published)) => published.plan.clone(),
        (None, None) => Timetable::empty(&world),
    };
    Ok((world, plan))
}

pub(super) async fn run(settings: &Installation, plan: Plan) -> Outcome {
    let solve = &plan.solve;
    match plan.question {
        Some(Question::Explain(explain)) => return wish::explain(&explain),
        Some(Question::Propose(propose)) => return proposals(&propose),
        Some(Question::Check(check)) => return check_plan(&check),
        None => {}
    }
    // Before anything is computed, so that no plan is lost.
    for file in solve.output.output.iter().chain(&solve.write_instance) {
        files::check_writable(file)?;
    }
    let world = if solve.from_database {
        from_database(settings, solve).await?
    } else {
        let file = solve.instance.as_deref().ok_or_else(|| {
            Failure::wrong_use(
                "Bitte eine Datei angeben: geleit plan DATEI, oder geleit plan --from-database (mehr mit geleit plan --help).",
            )
        })?;
        world_of(file)?
    };
    make(solve, &world)
}

/// What is to be planned in the whole Land, as the database of the installation knows it.
async fn from_database(settings: &Installation, solve: &Solve) -> Result<World, Failure> {
    let config = Config::resolve(settings)
        .map_err(|problems| Failure::wrong_use(super::config::report(&problems)))?;
    // The other commands say with 3 that something is not allowed; here 3 speaks of plans only.
    let app = config
        .open()
        .await
        .map_err(|failure| Failure::failed(failure.text))?;
    let instance = instance_of_database(&app.store)
        .await
        .map_err(Failure::failed)?
        .ok_or_else(|| Failure::failed("Die Datenbank lässt sich nicht als Aufgabe lesen."))?;
    app.store.clone().close().await.map_err(Failure::failed)?;
    if instance.groups.is_empty() {
        return Err(impossible(
            "Nirgends warten genug geeignete Personen, um eine Gruppe zu eröffnen.",
        ));
    }
    if let Some(file) = &solve.write_instance {
        let json = instance::write(&instance).to_string() + "\n";
        files::write(file, &json)?;
    }
    World::new(&instance).map_err(Failure::failed)
}

/// The whole Land as an instance: every prison with everybody suitable who waits there, and everything that takes place.
/// `None` if it does not fit the format's limits. It names people by their applications only; the audit log says of whom
/// it tells.
///
/// # Errors
/// Whatever the database says.
pub async fn instance_of_database(
    store: &crate::store::Store,
) -> Result<Option<instance::Instance>, crate::store::StoreError> {
    let reader = |facility| store.read(crate::jobs::operate(store, "plan", facility));
    let Some(table) = crate::planning::land(reader, false).await? else {
        return Ok(None);
    };
    let people = table.made.people.iter().map(|seat| seat.person);
    let entry = Entry::new(Verb::Disclose, "plan aus der datenbank")
        .about_all(people, Level::Case)
        .to("Kommandozeile");
    reader(None).seen(entry).await?;
    Ok(Some(table.made.instance))
}

fn make(solve: &Solve, world: &World) -> Outcome {
    let proofs = infeasible::proofs(world);
    if !proofs.is_empty() {
        let lines: Vec<String> = proofs.into_iter().map(|proof| proof.text).collect();
        return Err(impossible(format!(
            "Es gibt keinen zulässigen Plan.\n{}",
            lines.join("\n")
        )));
    }
    let (found, stopped) = progress::look(world, solve);
    if found.objective.hard > 0 {
        let violations = rules::check(world, &found.plan);
        let lines: Vec<String> = violations
            .iter()
            .take(SHOWN)
            .map(|one| format!("  {one}"))
            .collect();
        return Err(impossible(format!(
            "Es wurde kein zulässiger Plan gefunden; dass es keinen gibt, ist damit nicht bewiesen. Am besten Plan \
             fehlt noch:\n{}",
            lines.join("\n")
        )));
    }
    let solution = found.plan.write(world);
    let json = serde_json::to_string(&solution).map_err(Failure::failed)? + "\n";
    let mut summary = summary(world, &solution, &found);
    if let Some(published) = &world.repair {
        summary.push_str(&changes::told(world, published, &found.plan));
    }
    if stopped {
        summary.push_str("Die Suche wurde mit Strg+C beendet; das ist der beste Plan bis dahin.\n");
    }
    match &solve.output.output {
        Some(file) => {
            // Whatever happened to the file since it was looked at: the plan is not lost.
            files::write(file, &json).inspect_err(|_| print_text(&json))?;
            print_text(&summary);
        }
        None => {
            print_text(&json);
            eprint!("{summary}");
        }
    }
    Ok(())
}

fn vector(world: &World, objective: &Objective) -> String {
    let repair = world.repair.is_some();
    let names = if repair {
        "verletzte Regeln, unversorgt, Änderungen, Güte, Aufwand"
    } else {
        "verletzte Regeln, unversorgt, Güte, Aufwand"
    };
    format!("{:?} ({names})", objective.vector(repair))
}

fn summary(world: &World, solution: &Solution, found: &Found) -> String {
    let courses = || {
        solution
            .groups
            .iter()
            .filter_map(|group| group.course.as_ref())
    };
    let placed: usize = courses().map(|course| course.members.len()).sum();
    let waiting = world
        .people
        .values()
        .iter()
        .filter(|person| person.waits)
        .count();
    format!(
        "Plan für {}: {} von {} Gruppen, {placed} von {waiting} Wartenden mit Platz, {} von {} Einzelterminen.\n\
         Zielwerte {}, kleiner ist besser.\n",
        world.name,
        courses().count(),
        world.groups.len(),
        solution.singles.len(),
        world.singles.len(),
        vector(world, &found.objective),
    )
}

fn proposals(arguments: &Propose) -> Outcome {
    let (world, plan) = asked(&arguments.asked)?;
    let group = wish::group_named(&world, &arguments.group)?;
    let found = propose::propose(&world, &plan, group);
    if found.is_empty() {
        if let Some(proof) = infeasible::of_group(&world, group) {
            return Err(impossible(proof.text));
        }
        return Err(impossible(format!(
            "Für die Gruppe {} gibt es neben dem übrigen Plan keine Möglichkeit.",
            arguments.group
        )));
    }
    for (number, proposal) in (1..).zip(&found) {
        print_text(&format!("{number}. {}\n", proposal.text));
    }
    Ok(())
}

fn check_plan(arguments: &Check) -> Outcome {
    let (world, plan) = asked(&arguments.asked)?;
    let violations = rules::check(&world, &plan);
    let objective = crate::timetable::objective::score(&world, &plan);
    print_text(&format!("Zielwerte {}\n", vector(&world, &objective)));
    if violations.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = violations.iter().map(|one| format!("  {one}")).collect();
    Err(impossible(format!(
        "Der Plan verletzt Regeln:\n{}",
        lines.join("\n")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_units() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("10s"), Ok(Duration::from_secs(10)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("3"), Ok(Duration::from_secs(3)));
        for wrong in ["", "s", "10h", "-1s", "1.5s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_are_refused_in_german() {
        assert_eq!(any_number("7"), Ok(7));
        assert_eq!(up_to_64("64"), Ok(64));
        for wrong in ["", "x", "-1", "1.5", "99999999999999999999999"] {
            assert!(any_number(wrong).unwrap_err().contains("keine ganze Zahl"));
        }
        for wrong in ["0", "65", "x", "300"] {
            let said = up_to_64(wrong).unwrap_err();
            assert_eq!(said, format!("„{wrong}“ ist keine ganze Zahl von 1 bis 64"));
        }
    }
}
