//! Correcting what an enquiry says.

use time::Date;

use super::Problem;
use crate::access::Writes;
use crate::base::german;
use crate::base::time::berlin_today;
use crate::casework::codes::{AccessRoute, Asker, Availability, CourtOrder, SentencePlan};
use crate::casework::rules;
use crate::casework::store::cases::CaseLine;
use crate::casework::store::{CodeEntry, write};
use crate::history::{self, Change};
use crate::providers::Language;
use crate::store::{Rows, Writer};

/// What the form says: codes, as they are stored.
#[derive(Debug, Clone)]
pub(in crate::casework) struct Said {
    pub asker: Option<String>,
    pub route: String,
    pub day: Date,
    pub phenomenon: Option<CodeEntry>,
    pub order: Option<String>,
    pub report: bool,
    pub plan: Option<String>,
    pub language: Option<String>,
    pub interpreter: bool,
    pub availability: String,
}

fn label(code: Option<&str>, of: impl Fn(&str) -> Option<&'static str>) -> String {
    code.and_then(of).unwrap_or("nicht erfasst").to_owned()
}

fn times(codes: &str) -> String {
    let labels: Vec<&str> = codes
        .split_whitespace()
        .filter_map(Availability::from_code)
        .map(Availability::label)
        .collect();
    if labels.is_empty() {
        "nicht erfasst".to_owned()
    } else {
        labels.join(", ")
    }
}

/// A line for each statement: its column, what it is called, the old words and the new ones.
type Lines = [(&'static str, &'static str, String, String); 10];

fn lines(line: &CaseLine, said: &Said) -> Lines {
    let asker = |code: &str| Asker::from_code(code).map(Asker::label);
    let route = |code: &str| AccessRoute::from_code(code).map(AccessRoute::label);
    let order = |code: &str| CourtOrder::from_code(code).map(CourtOrder::label);
    let plan = |code: &str| SentencePlan::from_code(code).map(SentencePlan::label);
    let language = |code: Option<&str>| {
        code.and_then(Language::from_code)
            .map_or("Deutsch oder unbekannt", Language::label)
            .to_owned()
    };
    let yes = |value: bool| if value { "ja" } else { "nein" }.to_owned();
    let phenomenon =
        |label: Option<&String>| label.map_or("nicht erfasst", String::as_str).to_owned();
    [
        (
            "asked_by",
            "Anfragende Stelle",
            label(line.asked_by.as_deref(), asker),
            label(said.asker.as_deref(), asker),
        ),
        (
            "access_route",
            "Zugangsweg",
            label(Some(&line.access_route), route),
            label(Some(&said.route), route),
        ),
        (
            "enquired_on",
            "Eingang am",
            german::date(line.enquired_on),
            german::date(said.day),
        ),
        (
            "phenomenon",
            "Phänomenbereich",
            phenomenon(line.phenomenon_label.as_ref()),
            phenomenon(said.phenomenon.as_ref().map(|word| &word.label)),
        ),
        (
            "court_order",
            "Weisung oder Auflage",
            label(line.court_order.as_deref(), order),
            label(said.order.as_deref(), order),
        ),
        (
            "court_report",
            "Dem Gericht nachzuweisen",
            yes(line.court_report),
            yes(said.report),
        ),
        (
            "sentence_plan",
            "Vollzugsplan",
            label(line.sentence_plan.as_deref(), plan),
            label(said.plan.as_deref(), plan),
        ),
        (
            "language",
            "Sprache",
            language(line.language.as_deref()),
            language(said.language.as_deref()),
        ),
        (
            "interpreter",
            "Sprachmittlung",
            yes(line.interpreter),
            yes(said.interpreter),
        ),
        (
            "availability",
            "Gespräche möglich",
            times(&line.availability),
            times(&said.availability),
        ),
    ]
}

/// Corrects the statements of an enquiry whose version the caller compared; the columns that changed.
pub(in crate::casework) async fn correct<P: Writes>(
    writer: &Writer<P>,
    line: &CaseLine,
    said: &Said,
    reason: String,
) -> Result<Vec<&'static str>, Problem> {
    rules::past_day(said.day, berlin_today(writer.now()))
        .map_err(|problem| Problem::Field("eingang", problem.to_string()))?;
    if let Some(taken) = line.taken_on.filter(|taken| said.day > *taken) {
        return Err(Problem::Field(
            "eingang",
            format!(
                "Ein Fall ist es seit dem {}. Bitte diesen oder einen früheren Tag eingeben.",
                german::date(taken)
            ),
        ));
    }
    if said.report && matches!(said.order.as_deref(), None | Some("none")) {
        return Err(Problem::Field(
            "nachweis",
            "Ein Nachweis gegenüber dem Gericht setzt eine Weisung oder Auflage voraus.".into(),
        ));
    }
    let changed: Vec<_> = lines(line, said)
        .into_iter()
        .filter(|(_, _, old, new)| old != new)
        .collect();
    if changed.is_empty() {
        return Err(Problem::Field(
            "",
            "Es wurde nichts geändert. Bitte die falsche Angabe berichtigen oder abbrechen.".into(),
        ));
    }
    write::correct_enquiry(writer, line, said).await?;
    let changes = changed
        .iter()
        .map(|(_, name, old, new)| {
            let mut change = Change::new("client_case", line.id.0, "Anfrage berichtigt")
                .values(
                    Some(format!("{name}: {old}")),
                    Some(format!("{name}: {new}")),
                )
                .because(Some(reason.clone()));
            if let Some(person) = line.person_id {
                change = change.about(person);
            }
            change
        })
        .collect();
    history::record(writer, changes).await?;
    Ok(changed.iter().map(|(column, ..)| *column).collect())
}
