//! Conflicts in words. What the viewer may not know is told neutrally: names are left out, not shortened.

use time::Date;

use super::{Conflict, Engagement, Kind, Person, Room, Span, Trainer, Weight, What};
use crate::base::german;
use crate::groups::rules::time_range;
use crate::providers::Language;
use crate::timetable::measure;

/// "14:00–17:30 Uhr".
pub(super) fn span(span: Span) -> String {
    time_range(span.from, span.to - span.from)
}

/// "12 Plätze".
pub(super) fn places(number: i64) -> String {
    german::plural(number.unsigned_abs(), "Platz", "Plätze")
}

/// "1 Stunde 15 Minuten".
pub(super) fn minutes(number: i64) -> String {
    german::duration_minutes(u32::try_from(number).unwrap_or(0))
}

/// "3 Personen".
pub(super) fn people(number: i64) -> String {
    german::plural(number.unsigned_abs(), "Person", "Personen")
}

/// "Raum „Gruppenraum 1“", or only "Der Raum".
pub(super) fn room(room: Option<&Room>) -> String {
    room.and_then(|room| room.name.as_deref())
        .map_or_else(|| "Der Raum".to_owned(), |name| format!("Raum „{name}“"))
}

/// The name of a member of staff.
pub(super) fn trainer(trainer: Option<&Trainer>) -> &str {
    trainer
        .map(|trainer| trainer.name.as_str())
        .filter(|name| !name.is_empty())
        .unwrap_or("Eine Fachkraft")
}

/// The name of a person, or that there is one.
pub(super) fn person(person: &Person) -> &str {
    person.name.as_deref().unwrap_or("Eine Person")
}

/// "durch „AKT-Gruppe“ ", or nothing.
pub(super) fn by_group(word: &str, name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!("{word} „{name}“ "))
}

/// What a person does at the time: the end of a sentence.
pub(super) fn engagement(engagement: &Engagement) -> String {
    let time = engagement
        .span
        .map_or_else(|| "Uhrzeit unbekannt".to_owned(), span);
    match &engagement.what {
        What::Absent(why) => format!("ist abwesend ({why})"),
        What::Busy(kind) => format!("hat einen Termin: {} ({time})", kind.label()),
        What::Session(.., Some(name)) => format!("ist in „{name}“ ({time})"),
        What::Session(.., None) | What::Appointment => {
            format!("ist in einem anderen Termin ({time})")
        }
    }
}

/// What else a person has at the time of a session, in a few words beside the name.
pub(crate) fn beside(engagement: &Engagement) -> String {
    let what = match &engagement.what {
        What::Absent(why) => return why.clone(),
        What::Busy(kind) => kind.label(),
        What::Session(.., Some(name)) => name.as_str(),
        What::Session(.., None) | What::Appointment => "anderer Termin",
    };
    match engagement.span {
        Some(minutes) => format!("{what}, {}", span(minutes)),
        None => format!("{what}, Uhrzeit unbekannt"),
    }
}

/// Whether and how a person is gone by a day: the end of a sentence.
pub(super) fn leaves(person: &Person, day: Date) -> Option<String> {
    let gone = |from: &Date| !measure::stays(day, *from);
    if let Some(from) = person.leaves.filter(gone) {
        return Some(format!(
            "ist ab dem {} nicht mehr in der Einrichtung",
            german::date(from)
        ));
    }
    person
        .release
        .filter(gone)
        .map(|from| format!("wird voraussichtlich am {} entlassen", german::date(from)))
}

/// Two people who must not meet. Of somebody whom the viewer may not see only that there is such a person.
pub(super) fn apart(one: &Person, other: &Person) -> String {
    match (&one.name, &other.name) {
        (Some(one), Some(other)) => format!("{one} und {other} dürfen einander nicht begegnen."),
        (Some(name), None) | (None, Some(name)) => {
            format!("Für {name} ist eine Trennung eingetragen.")
        }
        (None, None) => "Für zwei Personen ist eine Trennung eingetragen.".to_owned(),
    }
}

/// A language in words.
pub(super) fn language(code: &str) -> &'static str {
    Language::from_code(code).map_or("–", Language::label)
}

/// The same conflict on one or many days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What kind.
    pub kind: Kind,
    /// How much it counts.
    pub weight: Weight,
    /// The sentence.
    pub text: String,
    /// The days.
    pub days: Vec<Date>,
}

/// Puts what is the same on several days into one line, hard ones first.
pub fn fold<'c>(conflicts: impl IntoIterator<Item = &'c Conflict>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for conflict in conflicts {
        let same = lines.iter_mut().find(|line| {
            (line.kind, line.weight) == (conflict.kind, conflict.weight)
                && line.text == conflict.text
        });
        match same {
            Some(line) => {
                if !line.days.contains(&conflict.day) {
                    line.days.push(conflict.day);
                }
            }
            None => lines.push(Line {
                kind: conflict.kind,
                weight: conflict.weight,
                text: conflict.text.clone(),
                days: vec![conflict.day],
            }),
        }
    }
    for line in &mut lines {
        line.days.sort_unstable();
    }
    lines.sort_by(|left, right| {
        (left.weight, &left.days, left.kind, &left.text).cmp(&(
            right.weight,
            &right.days,
            right.kind,
            &right.text,
        ))
    });
    lines
}

impl Line {
    /// "am 24.11.2026, 01.12.2026 und an 3 weiteren Tagen".
    pub fn on_days(&self) -> String {
        on_days(&self.days)
    }
}

/// "am 24.11.2026, 01.12.2026 und an 3 weiteren Tagen".
pub(crate) fn on_days(days: &[Date]) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<String> = days.iter().take(SHOWN).copied().map(german::date).collect();
    let text = format!("am {}", shown.join(", "));
    match days.len().saturating_sub(SHOWN) {
        0 => text,
        1 => format!("{text} und an einem weiteren Tag"),
        more => format!("{text} und an {more} weiteren Tagen"),
    }
}
