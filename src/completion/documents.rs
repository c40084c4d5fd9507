//! What is handed out on paper: the certificate and the statement of attendance. The same facts give the same bytes.

use super::rules::{Ending, Meeting, Tally, tally};
use super::store::{Certificate, Participation, StayRow, TalkRow};
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::casework::SessionOutcome;
use crate::groups::rules::end_reason_label;
use crate::groups::rules::register::Status;
use crate::paper::{Column, Document, PaperProblem};

/// The certificate: name and programme, date, provider and place, and the code. Nothing tells of a prison, nor how
/// often somebody was there.
///
/// # Errors
/// If it cannot be set.
pub(crate) fn certificate(row: &Certificate) -> Result<Vec<u8>, PaperProblem> {
    Document::new("Teilnahmebescheinigung", row.issued_at)
        .space(30.0)
        .display(&row.name)
        .space(6.0)
        .paragraph("hat an der folgenden Maßnahme teilgenommen und sie abgeschlossen:")
        .space(6.0)
        .display(&row.title)
        .space(10.0)
        .paragraph(format!(
            "Maßnahme: {}\nDurchgeführt von: {}\n{}, {}",
            row.programme,
            row.provider,
            row.town,
            german::long_date(row.day)
        ))
        .signature("Unterschrift")
        .space(20.0)
        .paragraph(format!(
            "Echtheitscode: {}\nMit diesem Code und dem Namen lässt sich in Geleit unter „Bescheinigungen“ prüfen, ob diese Bescheinigung echt ist.",
            row.code
        ))
        .footer(format!("Echtheitscode {}", row.code))
        .render()
}

fn yes(meeting: &Meeting) -> &'static str {
    match (meeting.held, meeting.status) {
        (false, _) => "steht noch aus",
        (true, None) => "nicht erfasst",
        (true, Some(status)) if status.attended() => "ja",
        (true, Some(_)) => "nein",
    }
}

fn sums(tally: &Tally) -> String {
    let mut text = format!(
        "Teilgenommen: {} von {} (geplant: {})",
        tally.attended,
        german::plural(
            tally.held as u64,
            "gehaltenen Sitzung",
            "gehaltenen Sitzungen"
        ),
        tally.planned
    );
    if tally.caught_up > 0 {
        text.push_str(&format!("\nNachholtermine besucht: {}", tally.caught_up));
    }
    text
}

/// One stay: its rows belong together.
fn stay(document: Document, rows: &[&StayRow]) -> Document {
    let Some(first) = rows.first() else {
        return document;
    };
    let meetings: Vec<Meeting> = rows
        .iter()
        .filter_map(|row| {
            Some(Meeting {
                day: row.day?,
                catch_up: row.catch_up,
                held: row.held,
                status: row.status.as_deref().and_then(Status::from_code),
            })
        })
        .collect();
    let tally = tally(&meetings);
    let place = if first.visible {
        format!("{}, {}", first.group_name, first.facility_name)
    } else {
        "Gruppe in einer anderen Zuständigkeit".to_owned()
    };
    let span = match first.to_day.and_then(time::Date::previous_day) {
        // Whoever was taken in and left on the same day was a member on no day.
        Some(last) if last >= first.from_day => format!(
            "{} bis {}",
            german::date(first.from_day),
            german::date(last)
        ),
        Some(_) => german::date(first.from_day),
        None => format!("seit {}", german::date(first.from_day)),
    };
    let mut facts = format!("{place}\nIn der Gruppe: {span}\n{}", sums(&tally));
    if first.to_day.is_some() {
        let why = first
            .end_reason
            .as_deref()
            .map_or("nicht angegeben", end_reason_label);
        facts.push_str(&format!("\nGrund des Ausscheidens: {why}"));
    }
    let mut document = document.heading("Gruppe").paragraph(facts);
    if !tally.outcomes.is_empty() || tally.unrecorded > 0 {
        let mut rows: Vec<Vec<String>> = tally
            .outcomes
            .iter()
            .map(|(status, number)| vec![status.label().to_owned(), number.to_string()])
            .collect();
        if tally.unrecorded > 0 {
            rows.push(vec!["nicht erfasst".into(), tally.unrecorded.to_string()]);
        }
        document = document.table(
            vec![
                Column::new("Anwesenheit", 3.0),
                Column::new("Sitzungen", 1.0),
            ],
            rows,
        );
    }
    if !meetings.is_empty() {
        let rows = meetings
            .iter()
            .map(|meeting| {
                let kind = if meeting.catch_up {
                    "Nachholtermin"
                } else {
                    "Sitzung"
                };
                vec![
                    german::weekday_date(meeting.day),
                    kind.to_owned(),
                    yes(meeting).to_owned(),
                ]
            })
            .collect();
        let columns = vec![
            Column::new("Tag", 2.0),
            Column::new("Art", 2.0),
            Column::new("Teilgenommen", 2.0),
        ];
        document = document.table(columns, rows);
    }
    document
}

/// To whom a statement goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Audience {
    /// The conference on the sentence plan.
    #[default]
    Conference,
    /// The court that gave an instruction or a condition.
    Court,
}

impl Audience {
    /// The recipient, as the audit log names it.
    pub const fn name(self) -> &'static str {
        match self {
            Audience::Conference => "Vollzugsplankonferenz",
            Audience::Court => "Gericht",
        }
    }

    const fn line(self) -> &'static str {
        match self {
            Audience::Conference => "Für die Vollzugsplankonferenz.",
            Audience::Court => "Zur Vorlage beim Gericht.",
        }
    }
}

/// What the statement of a case says besides.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct OfCase<'a> {
    pub audience: Audience,
    /// Why it ended, in the words of the code list.
    pub reason: Option<&'a str>,
    /// The dates that were arranged, one by one.
    pub talks: &'a [TalkRow],
}

/// The dates of a case one by one: that they took place, not what was said.
fn dates(document: Document, talks: &[TalkRow]) -> Document {
    if talks.is_empty() {
        return document;
    }
    let rows = talks
        .iter()
        .map(|talk| {
            let outcome = SessionOutcome::from_code(&talk.outcome);
            let took_part = if outcome == Some(SessionOutcome::Held) {
                "ja"
            } else {
                "nein"
            };
            vec![
                german::weekday_date(talk.day),
                took_part.to_owned(),
                outcome.map_or("–", SessionOutcome::label).to_owned(),
            ]
        })
        .collect();
    let columns = vec![
        Column::new("Tag", 2.0),
        Column::new("Teilgenommen", 1.5),
        Column::new("Ergebnis", 3.0),
    ];
    document.table(columns, rows)
}

/// The statement of attendance for the conference on the sentence plan or the court: days and figures, never content.
///
/// # Errors
/// If it cannot be set.
pub(crate) fn statement(
    of: &Participation,
    stays: &[StayRow],
    case: &OfCase<'_>,
    made: Instant,
) -> Result<Vec<u8>, PaperProblem> {
    let mut facts = format!(
        "Name: {}, {}\nGeboren am: {}\nMaßnahme: {}\nTräger: {}\nAufgenommen am: {}",
        of.family_name,
        of.given_name,
        of.birth_date
            .map_or_else(|| "nicht bekannt".to_owned(), german::date),
        of.programme_name,
        of.provider_name,
        german::date(of.enrolled_on),
    );
    if let Some(day) = of.started_on {
        facts.push_str(&format!("\nErste Sitzung am: {}", german::date(day)));
    }
    match (of.ended_on, of.outcome.as_deref()) {
        (Some(day), outcome) => {
            let word = match outcome {
                Some("completed") => Ending::Completed.label(),
                Some("dropped_out") => "vorzeitig beendet",
                _ => "beendet",
            };
            facts.push_str(&format!("\nBeendet am: {}, {word}", german::date(day)));
            if let Some(reason) = case.reason {
                facts.push_str(&format!("\nGrund des Endes: {reason}"));
            }
        }
        (None, _) => facts.push_str("\nDie Teilnahme läuft noch."),
    }
    let stand = german::date_time(berlin_local(made));
    let mut document = Document::new("Teilnahmenachweis", made)
        .footer(format!("Teilnahmenachweis, Stand {stand}"))
        .paragraph(facts)
        .paragraph(format!(
            "{} Der Nachweis nennt Tage und Zahlen; er sagt nichts über Inhalte der Maßnahme und ist keine Beurteilung.",
            case.audience.line()
        ));
    let mut at = 0;
    while let Some(first) = stays.get(at) {
        let rows: Vec<&StayRow> = stays
            .iter()
            .skip(at)
            .take_while(|row| row.membership_id == first.membership_id)
            .collect();
        at += rows.len();
        document = stay(document, &rows);
    }
    if of.talks > 0 || stays.is_empty() || !case.talks.is_empty() {
        let mut text = if case.talks.is_empty() {
            format!(
                "Einzelgespräche, die stattgefunden haben: {}",
                german::count(of.talks.unsigned_abs())
            )
        } else {
            format!(
                "Teilgenommen: {} von {}",
                german::count(of.talks.unsigned_abs()),
                german::plural(
                    case.talks.len() as u64,
                    "vereinbarten Termin",
                    "vereinbarten Terminen"
                )
            )
        };
        if let (Some(first), Some(last)) = (of.first_talk, of.last_talk) {
            text.push_str(&format!(
                "\nErstes am {}, letztes am {}",
                german::date(first),
                german::date(last)
            ));
        }
        document = document.heading("Einzelgespräche").paragraph(text);
        document = dates(document, case.talks);
    }
    document.render()
}
