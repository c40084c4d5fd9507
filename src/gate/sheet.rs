//! The list on paper: one PDF per facility and day, made before the day begins, for the case that the network fails.

use std::path::{Path, PathBuf};

use time::{Date, Duration};

use super::rules;
use super::service::list::{DayList, Line, day_list};
use super::store::list::{HouseRow, houses};
use crate::base::german;
use crate::base::ids::FacilityId;
use crate::base::time::{Instant, berlin_local};
use crate::paper::{Column, Document, PaperProblem, Standard};
use crate::store::{Result, Rows};

/// A facility that expects somebody.
pub type Expected = HouseRow;

/// The facilities that expect somebody on a day.
pub async fn sheets(rows: &impl Rows, day: Date) -> Result<Vec<Expected>> {
    houses(rows, day).await
}

fn row(line: &Line) -> Vec<String> {
    let data = &line.row;
    let mut standing = line.standing.words();
    if line.standing == rules::Standing::Late {
        standing = format!("{standing}\nVier-Augen-Prinzip ausgesetzt: {}", noted(line));
    }
    let mut conditions: Vec<String> = line.conditions().into_iter().map(str::to_owned).collect();
    conditions.extend(line.objects.iter().cloned());
    let mut when = rules::span(data.start_minute, data.minutes);
    if let Some((at, what)) = &line.changed {
        when = format!(
            "{when}\ngeändert {}: {what}",
            german::time(berlin_local(*at).minute)
        );
    }
    vec![
        when,
        format!("{}\n{}", data.name, data.organisation),
        format!("{}\n{}", data.destination, data.occasion),
        conditions.join("\n"),
        standing,
        String::new(),
        String::new(),
    ]
}

/// Who let somebody in on their own word, and when.
pub(super) fn noted(line: &Line) -> String {
    let at = german::time_of_day(berlin_local(line.row.noted_at).minute);
    format!("{}, {at}", line.row.noted_by)
}

/// The sheet of a day.
pub(super) fn document(facility: &str, list: &DayList, now: Instant) -> Document {
    let date = german::long_date(list.day);
    let made = german::date_time(berlin_local(now));
    let columns = vec![
        Column::new("Zeit", 1.3),
        Column::new("Name, Organisation", 2.3),
        Column::new("Ziel, Anlass", 1.9),
        Column::new("Auflagen, Gegenstände", 2.5),
        Column::new("Freigabe", 2.0),
        Column::new("Ein", 0.9),
        Column::new("Aus", 0.9),
    ];
    let count = german::plural(list.lines.len() as u64, "Zeile", "Zeilen");
    let document = Document::new(format!("Pfortenliste {facility}, {date}"), now)
        .standard(Standard::Accessible)
        .footer(format!("{facility}, {date}, Stand {made}"))
        .paragraph(format!(
            "Stand vom {made}, {count}. Spätere Änderungen stehen nicht auf diesem Blatt; im Zweifel die Stelle Zugang fragen."
        ));
    if list.lines.is_empty() {
        return document.paragraph("Für diesen Tag ist niemand angekündigt.");
    }
    let document = document.table(columns, list.lines.iter().map(row).collect());
    if list.cut {
        return document
            .paragraph("Die Liste ist länger als dieses Blatt. Bitte in Geleit nachsehen.");
    }
    document
}

/// The sheet of a facility and day as a PDF.
///
/// # Errors
/// The inner error if the sheet cannot be set.
pub(crate) async fn pdf(
    rows: &impl Rows,
    facility: FacilityId,
    name: &str,
    day: Date,
) -> Result<std::result::Result<Vec<u8>, PaperProblem>> {
    let list = day_list(rows, facility, day).await?;
    Ok(document(name, &list, rows.now()).render())
}

/// The name of a facility's file.
pub fn file_name(code: &str) -> String {
    let code: String = code
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || letter == '-' {
                letter
            } else {
                '_'
            }
        })
        .collect();
    format!("{code}.pdf")
}

/// The folder of a day within the folder of sheets.
pub fn folder_name(root: &Path, day: Date) -> PathBuf {
    root.join(day.to_string())
}

/// Whether a folder of this name is over and may go.
pub(crate) fn over(name: &str, today: Date) -> bool {
    let Ok(day) = german::parse_date(name) else {
        return false;
    };
    name == day.to_string() && day < today - Duration::days(rules::SHEET_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn only_old_folders_of_days_go() {
        let today = date!(2026 - 11 - 24);
        for (name, expected) in [
            ("2026-11-16", true),
            ("2026-11-17", false),
            ("2026-11-24", false),
            ("2027-01-01", false),
            ("16.11.2026", false),
            ("..", false),
            ("wichtig", false),
        ] {
            assert_eq!(over(name, today), expected, "{name}");
        }
    }

    #[test]
    fn a_code_cannot_lead_out_of_the_folder() {
        assert_eq!(file_name("BH-DD"), "BH-DD.pdf");
        assert_eq!(file_name("../../etc"), "______etc.pdf");
    }
}
