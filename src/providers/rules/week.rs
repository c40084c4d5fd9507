//! The weekly times in which somebody can work, as typed and as stored. Pure.

use crate::base::german;
use crate::base::time::MinuteOfDay;

/// Spans of one weekday that the form offers.
pub const SPANS: usize = 2;
/// The weekdays, Monday first, as stored (0 to 6).
pub const DAYS: [&str; 7] = [
    "Montag",
    "Dienstag",
    "Mittwoch",
    "Donnerstag",
    "Freitag",
    "Samstag",
    "Sonntag",
];

/// Weekday (0 is Monday), first minute, minute after the last.
pub type Week = Vec<(i64, i64, i64)>;

/// What is wrong with one typed time: the form's field and the German sentence.
pub type WeekProblem = (String, String);

/// The field of a typed time: `which` is "from" or "to".
pub fn field(which: &str, day: usize, span: usize) -> String {
    format!("{which}_{day}_{span}")
}

fn minute(text: &str) -> Result<Option<i64>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    german::parse_time(text)
        .map(|time| Some(i64::from(time.value())))
        .map_err(|problem| problem.to_string())
}

/// A stored minute as people write it; 24:00 stands for the end of the day.
pub fn shown(minute: i64) -> String {
    u16::try_from(minute)
        .ok()
        .and_then(MinuteOfDay::new)
        .map_or_else(|| "24:00".to_owned(), german::time)
}

/// Reads the typed week; `typed` gives what stands in a field.
///
/// # Errors
/// Every problem, each with its field.
pub fn read_week<'a>(typed: impl Fn(&str) -> &'a str) -> Result<Week, Vec<WeekProblem>> {
    let (mut week, mut problems) = (Vec::new(), Vec::new());
    for (day, name) in DAYS.iter().enumerate() {
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for span in 0..SPANS {
            let (from_field, to_field) = (field("from", day, span), field("to", day, span));
            let from = minute(typed(&from_field));
            let to = minute(typed(&to_field));
            let mut reject = |field: &str, why: &str| {
                problems.push((field.to_owned(), format!("{name}: {why}")));
            };
            match (from, to) {
                (Err(why), _) => reject(&from_field, &why),
                (_, Err(why)) => reject(&to_field, &why),
                (Ok(None), Ok(None)) => {}
                (Ok(Some(_)), Ok(None)) => {
                    reject(&to_field, "Bitte auch angeben, bis wann.");
                }
                (Ok(None), Ok(Some(_))) => {
                    reject(&from_field, "Bitte auch angeben, ab wann.");
                }
                (Ok(Some(from)), Ok(Some(to))) if to <= from => {
                    reject(&to_field, "Das Ende muss nach dem Anfang liegen.");
                }
                (Ok(Some(from)), Ok(Some(to))) => {
                    if spans.iter().any(|(begin, end)| from < *end && *begin < to) {
                        reject(
                            &from_field,
                            "Die beiden Zeiten überschneiden sich. Bitte eine davon ändern.",
                        );
                    }
                    spans.push((from, to));
                }
            }
        }
        spans.sort_unstable();
        let day = i64::try_from(day).unwrap_or_default();
        week.extend(spans.into_iter().map(|(from, to)| (day, from, to)));
    }
    if problems.is_empty() {
        Ok(week)
    } else {
        Err(problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn read(fields: &[(&str, &str)]) -> Result<Week, Vec<WeekProblem>> {
        let typed: BTreeMap<&str, &str> = fields.iter().copied().collect();
        read_week(|name| typed.get(name).copied().unwrap_or(""))
    }

    #[test]
    fn a_week_is_read_in_order() {
        let week = read(&[
            ("from_1_0", "13"),
            ("to_1_0", "17:30"),
            ("from_1_1", "8:00"),
            ("to_1_1", "12.00"),
            ("from_0_0", "9:00"),
            ("to_0_0", "10:00"),
        ]);
        assert_eq!(week, Ok(vec![(0, 540, 600), (1, 480, 720), (1, 780, 1050)]));
        assert_eq!(read(&[]), Ok(vec![]));
    }

    #[test]
    fn halves_reversals_overlaps_and_nonsense_are_told_beside_their_field() {
        for (fields, wrong) in [
            (vec![("from_0_0", "9:00")], "to_0_0"),
            (vec![("to_2_1", "9:00")], "from_2_1"),
            (vec![("from_3_0", "9:00"), ("to_3_0", "9:00")], "to_3_0"),
            (vec![("from_3_0", "neun"), ("to_3_0", "9:00")], "from_3_0"),
            (
                vec![
                    ("from_4_0", "9:00"),
                    ("to_4_0", "12:00"),
                    ("from_4_1", "11:00"),
                    ("to_4_1", "13:00"),
                ],
                "from_4_1",
            ),
        ] {
            let problems = read(&fields).expect_err("a problem");
            assert_eq!(problems[0].0, wrong, "{problems:?}");
        }
    }
}
