//! Codes of the database in German words, one decision for every column of text that is told. Pure.

use crate::access::Role;
use crate::access::purpose::Purpose as OpeningPurpose;
use crate::base::german;
use crate::base::time::MinuteOfDay;
use crate::casework::codes::{
    AccessRoute, AskedBy, Asker, Availability, ClientKind, ClientRole, CourtOrder, DeadlineKind,
    EnrolmentOutcome, SentencePlan, SessionForm, SessionOutcome,
};
use crate::casework::rules::course;
use crate::completion::rules::Ending;
use crate::conflicts::rules::BusyKind;
use crate::consent::Purpose;
use crate::emergency::rules::Verdict;
use crate::groups::rules::register::{Reason as AbsenceReason, Status};
use crate::groups::rules::{PauseReason, end_reason_label as place_end};
use crate::handover::rules::{Check, Kind as HandOverKind, State as HandOverState, Summary};
use crate::people::rules::{absence_label, end_reason_label, setting_label, sex_from_code};
use crate::providers::Language;
use crate::restriction::rules::{Ground, HoldGround};
use crate::retention::rules::Category;
use crate::review::rules::{Conclusion, Kind as ReviewKind, events::Event};
use crate::waiting::rules::{CloseReason, InterviewResult, Recommended, State as Application};

use super::inquiry::{Asker as InquiryAsker, Delivery, Identity, State as InquiryState};

/// What stands in a column of text or a number.
#[derive(Clone, Copy)]
pub enum Words {
    /// As somebody typed it, or as it was composed in German.
    Typed,
    /// A code of one of our lists.
    Coded(fn(&str) -> Option<String>),
    /// A code of a dated list of the database, by the list's name.
    Listed(&'static str),
    /// A minute of the day.
    Minute,
    /// A number of the week, 1 for Monday.
    Weekday,
}

macro_rules! label {
    ($list:ty) => {
        Words::Coded(|code| <$list>::from_code(code).map(|value| value.label().to_owned()))
    };
}

fn several<T: Copy>(
    codes: &str,
    value: fn(&str) -> Option<T>,
    label: fn(T) -> &'static str,
) -> Option<String> {
    let words: Option<Vec<&str>> = codes
        .split_whitespace()
        .map(|code| value(code).map(label))
        .collect();
    words.map(|words| words.join(", "))
}

/// The facts of a hand-over, as they were handed over.
fn summary(text: &str) -> Option<String> {
    let summary: Summary = serde_json::from_str(text).ok()?;
    let mut lines: Vec<String> = summary
        .parts
        .iter()
        .map(|part| {
            let mut line = format!(
                "{} ({}), aufgenommen am {}",
                part.programme,
                part.provider,
                german::date(part.enrolled_on)
            );
            if let Some(day) = part.started_on {
                line.push_str(&format!(", begonnen am {}", german::date(day)));
            }
            line.push_str(&format!(
                ", {} von {} Sitzungen besucht, {} von {} Gesprächen geführt",
                part.attended, part.held, part.talks, part.arranged
            ));
            for (module, done, all) in &part.modules {
                line.push_str(&format!("; Baustein {module}: {done} von {all}"));
            }
            line
        })
        .collect();
    if !summary.phenomena.is_empty() {
        lines.push(format!("Phänomenbereich: {}", summary.phenomena.join(", ")));
    }
    Some(lines.join("\n"))
}

/// The sessions that counted for a completion: number, day, how.
fn evidence(text: &str) -> Option<String> {
    let sessions: Vec<(i64, String, String)> = serde_json::from_str(text).ok()?;
    let lines: Vec<String> = sessions
        .iter()
        .map(|(ordinal, day, how)| {
            let day = super::report::day(day).map_or_else(|| day.clone(), german::date);
            let how = match how.as_str() {
                "CatchUp" => " (nachgeholt)",
                "Earlier" => " (in einer früheren Gruppe)",
                _ => "",
            };
            format!("Sitzung {ordinal} am {day}{how}")
        })
        .collect();
    Some(lines.join("; "))
}

fn kept(label: &str, unknown: &str) -> Option<String> {
    (label != unknown).then(|| label.to_owned())
}

/// Every column of text, and every number that is no count, of the tables that are told.
const COLUMNS: &[(&str, &str, Words)] = &[
    ("person", "family_name", Words::Typed),
    ("person", "given_name", Words::Typed),
    (
        "person",
        "sex",
        Words::Coded(|code| Some(sex_from_code(code).label().to_owned())),
    ),
    (
        "person_alias",
        "kind",
        Words::Coded(|code| match code {
            "prison_number" => Some("Buchnummer".to_owned()),
            "probation_file" => Some("Aktenzeichen der Bewährungshilfe".to_owned()),
            _ => None,
        }),
    ),
    ("person_alias", "value", Words::Typed),
    (
        "placement",
        "kind",
        Words::Coded(|code| match code {
            "custody" => Some("Unterbringung".to_owned()),
            "probation" => Some("Zuständigkeit der Bewährungshilfe".to_owned()),
            _ => None,
        }),
    ),
    (
        "placement",
        "setting",
        Words::Coded(|code| kept(setting_label(code), "–")),
    ),
    (
        "placement",
        "end_reason",
        Words::Coded(|code| Some(end_reason_label(code).to_owned())),
    ),
    (
        "absence",
        "reason",
        Words::Coded(|code| Some(absence_label(code).to_owned())),
    ),
    ("person_busy", "kind", label!(BusyKind)),
    ("person_busy", "weekday", Words::Weekday),
    ("person_busy", "start_minute", Words::Minute),
    ("person_busy", "end_minute", Words::Minute),
    ("person_need", "language", label!(Language)),
    ("enrolment", "access_route", label!(AccessRoute)),
    ("enrolment", "outcome", label!(EnrolmentOutcome)),
    ("application", "access_route", label!(AccessRoute)),
    ("application", "state", label!(Application)),
    ("application", "interview_result", label!(InterviewResult)),
    ("application", "recommended_form", label!(Recommended)),
    ("application", "remark", Words::Typed),
    ("application", "close_reason", label!(CloseReason)),
    (
        "membership",
        "end_reason",
        Words::Coded(|code| Some(place_end(code).to_owned())),
    ),
    ("membership_pause", "reason", label!(PauseReason)),
    ("attendance", "status", label!(Status)),
    ("attendance", "reason", label!(AbsenceReason)),
    ("attendance", "before_status", label!(Status)),
    ("attendance", "before_reason", label!(AbsenceReason)),
    ("completion", "result", label!(Ending)),
    ("completion", "lacking", Words::Typed),
    ("completion", "evidence", Words::Coded(evidence)),
    ("completion", "withdrawn_reason", Words::Typed),
    ("certificate", "code", Words::Typed),
    ("certificate", "name", Words::Typed),
    ("certificate", "title", Words::Typed),
    ("certificate", "programme", Words::Typed),
    ("certificate", "provider", Words::Typed),
    ("certificate", "town", Words::Typed),
    ("client_case", "client", label!(ClientKind)),
    ("client_case", "client_role", label!(ClientRole)),
    ("client_case", "asked_by", label!(Asker)),
    ("client_case", "access_route", label!(AccessRoute)),
    ("client_case", "court_order", label!(CourtOrder)),
    ("client_case", "sentence_plan", label!(SentencePlan)),
    ("client_case", "phenomenon", Words::Listed("phenomenon")),
    ("client_case", "language", label!(Language)),
    (
        "client_case",
        "availability",
        Words::Coded(|codes| several(codes, Availability::from_code, Availability::label)),
    ),
    ("client_case", "state", label!(course::State)),
    ("client_case", "before_state", label!(course::State)),
    ("case_step", "from_state", label!(course::State)),
    ("case_step", "to_state", label!(course::State)),
    ("case_step", "reason", Words::Listed("reason")),
    ("talk_plan", "start_minute", Words::Minute),
    ("talk_plan", "place", label!(SessionForm)),
    (
        "talk_plan",
        "state",
        Words::Coded(|code| match code {
            "planned" => Some("vereinbart".to_owned()),
            "done" => Some("erfasst".to_owned()),
            "moved" => Some("verschoben".to_owned()),
            "cancelled" => Some("abgesagt".to_owned()),
            _ => None,
        }),
    ),
    ("talk_plan", "asked_by", label!(AskedBy)),
    ("talk_plan", "reason", Words::Typed),
    ("counselling_session", "form", label!(SessionForm)),
    ("counselling_session", "outcome", label!(SessionOutcome)),
    ("counselling_topic", "code", Words::Listed("topic")),
    ("case_deadline", "kind", label!(DeadlineKind)),
    (
        "danger_disclosure",
        "ground",
        Words::Listed("danger_ground"),
    ),
    (
        "danger_disclosure",
        "recipient",
        Words::Listed("danger_recipient"),
    ),
    ("danger_disclosure", "minute", Words::Minute),
    ("review_item", "kind", label!(ReviewKind)),
    (
        "review_item",
        "state",
        Words::Coded(|code| match code {
            "open" => Some("offen".to_owned()),
            "done" => Some("erledigt".to_owned()),
            _ => None,
        }),
    ),
    ("review_item", "outcome", label!(Conclusion)),
    ("review_item", "reason", Words::Typed),
    ("review_item", "event", label!(Event)),
    ("hand_over", "kind", label!(HandOverKind)),
    ("hand_over", "state", label!(HandOverState)),
    ("hand_over", "summary", Words::Coded(summary)),
    (
        "hand_over",
        "checklist",
        Words::Coded(|codes| several(codes, Check::from_code, Check::label)),
    ),
    ("hand_over", "reason", Words::Typed),
    ("consent", "purpose", label!(Purpose)),
    ("consent", "kept_at", Words::Typed),
    ("person_merge", "reason", Words::Typed),
    ("person_merge", "undo_reason", Words::Typed),
    ("person_restriction", "ground", label!(Ground)),
    ("person_restriction", "reason", Words::Typed),
    ("person_restriction", "lift_reason", Words::Typed),
    ("erasure_hold", "ground", label!(HoldGround)),
    ("erasure_hold", "reason", Words::Typed),
    ("erasure_hold", "lift_reason", Words::Typed),
    ("erasure_item", "category", label!(Category)),
    ("stated_purpose", "reason", label!(OpeningPurpose)),
    ("emergency_access", "result", label!(Verdict)),
    ("inquiry", "reference", Words::Typed),
    ("inquiry", "asker", label!(InquiryAsker)),
    ("inquiry", "identity", label!(Identity)),
    ("inquiry", "reason", Words::Typed),
    ("inquiry", "state", label!(InquiryState)),
    ("inquiry", "delivery", label!(Delivery)),
    ("history", "what", Words::Typed),
    ("history", "old_value", Words::Typed),
    ("history", "new_value", Words::Typed),
    ("history", "reason", Words::Typed),
];

/// What stands in a column, if somebody decided.
pub fn of(table: &str, column: &str) -> Option<Words> {
    COLUMNS
        .iter()
        .find(|(known, name, _)| *known == table && *name == column)
        .map(|(_, _, words)| *words)
}

const DAYS: [&str; 7] = [
    "Montag",
    "Dienstag",
    "Mittwoch",
    "Donnerstag",
    "Freitag",
    "Samstag",
    "Sonntag",
];

impl Words {
    /// A stored value in words. What no list knows (any more) is shown as it is stored: nothing is left out.
    pub fn say(self, stored: &str) -> String {
        let said = match self {
            Words::Typed | Words::Listed(_) => None,
            Words::Coded(words) => words(stored),
            Words::Minute => stored
                .parse()
                .ok()
                .and_then(MinuteOfDay::new)
                .map(german::time_of_day),
            Words::Weekday => stored
                .parse::<usize>()
                .ok()
                .and_then(|day| DAYS.get(day.checked_sub(1)?))
                .map(|day| (*day).to_owned()),
        };
        said.unwrap_or_else(|| stored.to_owned())
    }
}

/// The office of an entry of the protocol.
pub fn office(role: &str) -> String {
    match role.parse::<Role>() {
        Ok(role) => role.label().to_owned(),
        Err(_) => "Geleit (automatisch)".to_owned(),
    }
}

/// Every column with its words, for the test that none is forgotten.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str, Words)> {
    COLUMNS
        .iter()
        .map(|(table, column, words)| (*table, *column, *words))
}
