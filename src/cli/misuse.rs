//! What the command line was given and cannot be: the parser complains in English, people read it in German.

use std::error::Error as _;
use std::process::ExitCode;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::Cli;

/// The exit code of wrong use.
const WRONG_USE: u8 = 2;

/// Reads the command line; otherwise says what is wrong with it, or the help that was asked for.
///
/// # Errors
/// The exit code with which the program ends.
pub fn parse() -> Result<Cli, ExitCode> {
    Cli::try_parse().map_err(|error| {
        let asked = matches!(
            error.kind(),
            ErrorKind::DisplayHelp
                | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
                | ErrorKind::DisplayVersion
        );
        if asked {
            // A closed pipe is no failure.
            let _ = error.print();
        } else {
            eprintln!("{}", in_german(&error));
        }
        u8::try_from(error.exit_code()).map_or(ExitCode::from(WRONG_USE), ExitCode::from)
    })
}

/// The complaint, how the command is called, and where more stands.
fn in_german(error: &Error) -> String {
    let mut text = complaint(error);
    if let Some(usage) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let usage = usage.trim().trim_start_matches("Usage:").trim_start();
        text.push_str(&format!("\n\nAufruf: {usage}"));
    }
    text + "\n\nMehr steht in der Hilfe: --help"
}

fn complaint(error: &Error) -> String {
    let said = |kind| error.get(kind).map(words).unwrap_or_default();
    let argument = said(ContextKind::InvalidArg);
    let value = said(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("{argument}: Hier fehlt ein Wert.{}", choices(error))
        }
        ErrorKind::InvalidValue => {
            format!("{argument}: „{value}“ gibt es nicht.{}", choices(error))
        }
        ErrorKind::ValueValidation => format!("{argument}: {}.", refused(error, &value)),
        ErrorKind::UnknownArgument => format!(
            "Die Angabe „{argument}“ gibt es hier nicht.{}",
            meant(&said(ContextKind::SuggestedArg))
        ),
        ErrorKind::InvalidSubcommand => format!(
            "Den Befehl „{}“ gibt es nicht.{}",
            said(ContextKind::InvalidSubcommand),
            meant(&said(ContextKind::SuggestedSubcommand))
        ),
        ErrorKind::MissingSubcommand => format!(
            "Es fehlt ein Befehl. Möglich: {}.",
            said(ContextKind::ValidSubcommand)
        ),
        ErrorKind::MissingRequiredArgument => format!("Es fehlt: {argument}"),
        ErrorKind::ArgumentConflict => {
            let other = said(ContextKind::PriorArg);
            if other.is_empty() || other == argument {
                format!("{argument} steht mehr als einmal da, ist aber nur einmal möglich.")
            } else {
                format!("{argument} und {other} gehen nicht zusammen.")
            }
        }
        ErrorKind::NoEquals => format!("{argument}: Der Wert muss nach einem „=“ stehen."),
        ErrorKind::TooManyValues => format!("{argument}: „{value}“ ist ein Wert zu viel."),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{argument}: Die Zahl der Werte stimmt nicht.")
        }
        ErrorKind::InvalidUtf8 => "Eine Angabe ist kein Text in UTF-8.".to_owned(),
        _ => "Der Aufruf ist fehlerhaft.".to_owned(),
    }
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(all) => all.join(", "),
        other => other.to_string(),
    }
}

fn choices(error: &Error) -> String {
    match error.get(ContextKind::ValidValue).map(words) {
        Some(all) if !all.is_empty() => format!(" Möglich: {all}."),
        _ => String::new(),
    }
}

fn meant(what: &str) -> String {
    if what.is_empty() {
        String::new()
    } else {
        format!(" Gemeint ist vielleicht „{what}“.")
    }
}

/// Why a value was refused. Parsers of our own say it in German and name the value; those of numbers speak English.
fn refused(error: &Error, value: &str) -> String {
    let reason = error.source().map(ToString::to_string).unwrap_or_default();
    let no_number = [
        "invalid digit found in string",
        "cannot parse integer from empty string",
    ];
    let out_of_range = |range: &str| {
        let (least, most) = range.split_once("..=")?;
        Some(format!("„{value}“ liegt nicht zwischen {least} und {most}"))
    };
    if no_number.contains(&reason.as_str()) {
        return format!("„{value}“ ist keine ganze Zahl");
    }
    if reason.starts_with("number too ") {
        return format!("die Zahl „{value}“ ist zu groß oder zu klein");
    }
    let range = reason.split_once(" is not in ").map(|(_, range)| range);
    match range.and_then(out_of_range) {
        Some(text) => text,
        None if reason.is_empty() => format!("„{value}“ ist hier nicht möglich"),
        None => reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(arguments: &[&str]) -> String {
        let all = std::iter::once("geleit").chain(arguments.iter().copied());
        let text = in_german(&Cli::try_parse_from(all).expect_err("wrong use"));
        for english in [
            "error",
            "Usage",
            "invalid",
            "found",
            "required",
            "unexpected",
            "cannot",
            "argument",
        ] {
            assert!(!text.contains(english), "{text}");
        }
        text
    }

    #[test]
    fn every_complaint_is_german() {
        let cases: [(&[&str], &str); 14] = [
            (
                &["plan", "x.json", "--seed", "x"],
                "--seed <ZAHL>: „x“ ist keine ganze Zahl von 0 bis",
            ),
            (
                &["plan", "x.json", "--threads", "0"],
                "--threads <ZAHL>: „0“ ist keine ganze Zahl von 1 bis 64.",
            ),
            (
                &["plan", "x.json", "--time", "bald"],
                "--time <DAUER>: „bald“ ist keine Dauer wie",
            ),
            (
                &["plan", "x.json", "--steps", "1", "--time", "1s"],
                "--steps <ZAHL> und --time <DAUER> gehen nicht zusammen.",
            ),
            (
                &["plan", "x.json", "--seed"],
                "--seed <ZAHL>: Hier fehlt ein Wert.",
            ),
            (
                &["plan", "x.json", "--seed", "1", "--seed", "2"],
                "--seed <ZAHL> steht mehr als einmal da",
            ),
            (
                &["plan", "x.json", "--sed", "1"],
                "Die Angabe „--sed“ gibt es hier nicht. Gemeint ist vielleicht „--seed“.",
            ),
            (&["plan", "propose", "x.json"], "Es fehlt: --group <GRUPPE>"),
            (
                &["plan", "explain", "x.json", "--slot", "Di 13:00"],
                "Es fehlt: ",
            ),
            (
                &["plan", "explain", "x.json", "--week", "0"],
                "--week <ZAHL>: „0“ ist keine ganze Zahl von 1 bis 64.",
            ),
            (&["pln"], "Den Befehl „pln“ gibt es nicht."),
            (&["demo", "--port", "x"], "--port <"),
            (&["demo", "--port", "70000"], "--port <"),
            (&["plan", "a.json", "b.json"], "D"),
        ];
        for (arguments, expected) in cases {
            let text = said(arguments);
            assert!(
                text.starts_with(expected),
                "{text:?} instead of {expected:?}"
            );
        }
        assert!(said(&["demo", "--port", "70000"]).contains("liegt nicht zwischen 0 und 65535"));
        assert!(said(&["demo", "--port", "x"]).contains("„x“ ist keine ganze Zahl"));
    }
}
