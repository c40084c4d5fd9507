//! The nightly look at all records: restricted where the first stage is over, lifted where no period runs any more.

use time::Date;

use crate::access::Writes;
use crate::base::german;
use crate::base::ids::PersonId;
use crate::base::time::berlin_today;
use crate::history::{self, Change};
use crate::restriction::{self, rules::Ground};
use crate::retention::rules::period::Period;
use crate::retention::rules::{Category, Due, Periods, Standing, Step, step};
use crate::retention::store::{due, periods};
use crate::store::{Result, Rows, Writer};

/// What the nightly look at all records did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marked {
    /// Records restricted because the first stage of their period is over.
    pub restricted: Vec<PersonId>,
    /// Records whose period does not run any more.
    pub lifted: Vec<PersonId>,
    /// Restricted records that are to be erased on another day than the night before.
    pub moved: Vec<PersonId>,
}

/// The categories by which a person's record is kept.
const OF_PEOPLE: [Category; 4] = [
    Category::Custody,
    Category::YouthCustody,
    Category::Probation,
    Category::Participation,
];

/// The latest day on which everything must have ended for any period of people to have its first stage over.
fn bound(periods: &Periods, today: Date) -> Option<Date> {
    OF_PEOPLE
        .iter()
        .filter_map(|category| periods.get(category))
        .map(|period| {
            Period {
                erase_after: period.restrict_after.unwrap_or(period.erase_after),
                ..*period
            }
            .began_by(today)
        })
        .max()
}

/// Restricts the records whose first stage is over, and lifts restrictions of periods that do not run any more.
///
/// # Errors
/// If the database does not answer; nothing was changed then.
pub async fn mark_due<P: Writes>(writer: &Writer<P>) -> Result<Marked> {
    let today = berlin_today(writer.now());
    let periods = periods::in_force(writer).await?;
    let mut marked = Marked::default();
    let mut after = None;
    loop {
        let rows = due::restricted(writer, after).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        let ids: Vec<PersonId> = rows.iter().map(|row| row.id).collect();
        let courses = due::courses(writer, &ids).await?;
        for row in &rows {
            let Some(course) = courses.get(&row.id) else {
                continue;
            };
            if step(course, row.standing(), &periods, today) == Step::Lift {
                marked.lifted.push(row.id);
                continue;
            }
            // A period was changed, or what ended last is another thing now.
            let erase_on = course.due(&periods, today).map(|due| due.erase_on);
            if let Some(day) = erase_on
                && row.ground == Ground::Period.code()
                && row.erase_on != Some(day)
            {
                due::note_due(writer, row.id, day).await?;
                marked.moved.push(row.id);
            }
        }
    }
    if let Some(bound) = bound(&periods, today) {
        let mut after = None;
        loop {
            let ids = due::idle(writer, bound, after).await?;
            let Some(last) = ids.last() else { break };
            after = Some(*last);
            let courses = due::courses(writer, &ids).await?;
            let mut reasons = Vec::new();
            for (id, course) in &courses {
                if let Step::Restrict(due) = step(course, Standing::default(), &periods, today) {
                    reasons.push((*id, why(&due), Some(due.erase_on)));
                }
            }
            restriction::restrict_all(writer, Ground::Period, &reasons).await?;
            note(writer, &reasons, "Verarbeitung eingeschränkt").await?;
            marked
                .restricted
                .extend(reasons.into_iter().map(|(id, ..)| id));
        }
    }
    if !marked.lifted.is_empty() {
        let reason =
            "Die Frist läuft nicht mehr: neue Unterbringung, neue Teilnahme oder längere Aufsicht.";
        for chunk in marked.lifted.chunks(500) {
            restriction::lift_all(writer, chunk, reason).await?;
        }
        let reasons: Vec<(PersonId, String, Option<Date>)> = marked
            .lifted
            .iter()
            .map(|id| (*id, reason.to_owned(), None))
            .collect();
        note(
            writer,
            &reasons,
            "Einschränkung der Verarbeitung aufgehoben",
        )
        .await?;
    }
    Ok(marked)
}

fn why(due: &Due) -> String {
    format!(
        "{}: Frist läuft seit {}, eingeschränkt ab {}, zu löschen ab {}",
        due.category.label(),
        german::date(due.began),
        german::date(due.restrict_on),
        german::date(due.erase_on)
    )
}

async fn note<P: Writes>(
    writer: &Writer<P>,
    reasons: &[(PersonId, String, Option<Date>)],
    what: &'static str,
) -> Result<()> {
    let changes = reasons
        .iter()
        .map(|(id, reason, _)| {
            Change::new("person", id.0, what)
                .about(*id)
                .because(Some(reason.clone()))
        })
        .collect();
    history::record(writer, changes).await
}
