//! What two people may erase today.

use time::Date;
use uuid::Uuid;

use crate::base::ids::{CaseId, PersonId};
use crate::base::time::berlin_today;
use crate::restriction::rules::Ground;
use crate::retention::rules::period::Period;
use crate::retention::rules::{Category, Due, Periods, Step, step};
use crate::retention::store::proposals::Item;
use crate::retention::store::{due, periods};
use crate::store::{Result, Rows};

/// Something that two people may erase today.
#[derive(Debug, Clone)]
pub(in crate::retention) struct DueLine {
    pub item: Item,
    /// The name of a person, the programme of a case.
    pub name: String,
    pub birth_date: Option<Date>,
    /// Why: the law, or that it was asked for.
    pub unlawful: bool,
    /// Whether an open list names it already.
    pub proposed: bool,
}

fn line_of(row: &due::RestrictedRow, due: Due) -> DueLine {
    DueLine {
        item: Item {
            person: true,
            subject: row.id.0,
            category: due.category,
            began: due.began,
            due: due.erase_on,
        },
        name: row.name(),
        birth_date: row.birth_date,
        unlawful: row.ground == Ground::Unlawful.code(),
        proposed: row.proposed,
    }
}

async fn due_people(
    rows: &impl Rows,
    restricted: &[due::RestrictedRow],
    periods: &Periods,
    today: Date,
) -> Result<Vec<DueLine>> {
    let ids: Vec<PersonId> = restricted.iter().map(|row| row.id).collect();
    let courses = due::courses(rows, &ids).await?;
    Ok(restricted
        .iter()
        .filter_map(
            |row| match step(courses.get(&row.id)?, row.standing(), periods, today) {
                Step::Erase(due) => Some(line_of(row, due)),
                _ => None,
            },
        )
        .collect())
}

fn case_line(row: &due::CaseRow, period: Period) -> DueLine {
    DueLine {
        item: Item {
            person: false,
            subject: row.id.0,
            category: Category::NamelessCase,
            began: row.ended,
            due: period.erase_on(row.ended),
        },
        name: format!("Fall: {}, {}", row.programme_name, row.provider_name),
        birth_date: None,
        unlawful: false,
        proposed: row.proposed,
    }
}

/// What is due today, the earliest first: at most one chunk of people and one of cases. Four statements.
pub(in crate::retention) async fn due_today(rows: &impl Rows) -> Result<Vec<DueLine>> {
    let today = berlin_today(rows.now());
    let periods = periods::in_force(rows).await?;
    let restricted = due::restricted_due(rows, today).await?;
    let mut lines = due_people(rows, &restricted, &periods, today).await?;
    if let Some(period) = periods.get(&Category::NamelessCase) {
        let cases = due::cases(rows, period.began_by(today)).await?;
        lines.extend(cases.iter().map(|row| case_line(row, *period)));
    }
    lines.sort_by_key(|line| (line.item.due, line.name.clone(), line.item.subject));
    Ok(lines)
}

/// Those of some people and cases that are due today.
pub(super) async fn still_due(rows: &impl Rows, items: &[(bool, Uuid)]) -> Result<Vec<DueLine>> {
    let today = berlin_today(rows.now());
    let periods = periods::in_force(rows).await?;
    let of = |person: bool| {
        items
            .iter()
            .filter(move |item| item.0 == person)
            .map(|item| item.1)
    };
    let people: Vec<PersonId> = of(true).map(PersonId).collect();
    let cases: Vec<CaseId> = of(false).map(CaseId).collect();
    let restricted = due::restricted_of(rows, &people).await?;
    let mut lines = due_people(rows, &restricted, &periods, today).await?;
    if let Some(period) = periods.get(&Category::NamelessCase) {
        let found = due::cases_of(rows, period.began_by(today), &cases).await?;
        lines.extend(found.iter().map(|row| case_line(row, *period)));
    }
    Ok(lines)
}
