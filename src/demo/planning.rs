//! People who wait long enough in one prison that a plan has something to decide: enough for two groups, with school,
//! work, a court's order and two who must not meet.

use time::Duration;

use super::people::Placed;
use super::{DemoAccount, DemoProblem, Outcome, account, facility, programme};
use crate::access::permissions::Operate;
use crate::base::german;
use crate::base::ids::{ApplicationId, BusyId, PersonId, SeparationId};
use crate::base::time::berlin_today;
use crate::facilities;
use crate::history::{self, Change};
use crate::schema::groups::application;
use crate::schema::people::{person_busy, person_separation};
use crate::store::{Rows, Sql, Writer};

/// Where in the list of people of JVA Dresden those begin who wait for nothing yet.
const FIRST: usize = 31;

/// Access route, days since the application, days since the interview.
const LINES: [(&str, i64, i64); 11] = [
    ("court_order", 40, 12),
    ("vollzugsplan", 350, 300),
    ("self", 211, 160),
    ("self", 190, 130),
    ("staff", 171, 120),
    ("vollzugsplan", 160, 90),
    ("self", 122, 75),
    ("self", 110, 60),
    ("staff", 95, 44),
    ("vollzugsplan", 77, 30),
    ("self", 60, 25),
];

/// Who of them has what every week: kind, weekday from 1 for Monday, from and to minute.
const WEEKLY: [(usize, &str, i64, (i64, i64)); 6] = [
    (1, "school", 1, (8 * 60, 12 * 60)),
    (1, "school", 3, (8 * 60, 12 * 60)),
    (2, "work", 1, (6 * 60, 14 * 60)),
    (3, "work", 4, (6 * 60, 14 * 60)),
    (5, "school", 4, (12 * 60, 17 * 60)),
    (8, "work", 1, (12 * 60, 18 * 60)),
];

pub(super) async fn seed(
    writer: &Writer<Operate>,
    accounts: &[DemoAccount],
    placed: &Placed,
) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let dresden = facility(writer, "DD").await?;
    let programmes = facilities::programmes(writer, today, today)
        .await
        .map_err(DemoProblem::new)?;
    let akt = programme(&programmes, "akt_gruppe")?;
    let by = account(accounts, "sozialdienst")?;
    let ago = |days: i64| today - Duration::days(days);
    let people: Vec<PersonId> = placed.dresden.iter().copied().skip(FIRST).collect();
    let (mut rows, mut changes) = (Vec::new(), Vec::new());
    for ((route, applied, interview), person) in LINES.into_iter().zip(&people) {
        let id = ApplicationId(writer.entropy().uuid());
        rows.push(application::Model {
            id,
            person_id: *person,
            programme_id: akt,
            facility_id: dresden,
            access_route: route.to_owned(),
            applied_on: ago(applied),
            state: "suitable".to_owned(),
            interview_on: Some(ago(interview)),
            interview_result: Some("suitable".to_owned()),
            recommended_form: Some("group".to_owned()),
            remark: None,
            closed_on: None,
            close_reason: None,
            group_id: None,
            enrolment_id: None,
            created_at: writer.now().plus_minutes(-applied * 24 * 60),
            created_by_name: by.name.clone(),
            version: 1,
        });
        changes.push(
            Change::new("application", id.0, "Auf die Warteliste gesetzt")
                .about(*person)
                .values(None, Some(german::date(ago(applied)))),
        );
        // A course takes more than half a year; whoever leaves before has no use for it.
        writer
            .change(
                Sql::new(
                    "update placement set expected_release = ? where person_id = ? and to_day is null \
                     and expected_release is not null and expected_release < ?",
                )
                .bind(today + Duration::days(400 + applied))
                .bind(*person)
                .bind(today + Duration::days(330)),
            )
            .await
            .map_err(DemoProblem::new)?;
    }
    writer.insert_all(rows).await.map_err(DemoProblem::new)?;
    history::record(writer, changes)
        .await
        .map_err(DemoProblem::new)?;
    let by_name = || by.name.clone();
    let weekly = WEEKLY
        .into_iter()
        .filter_map(|(place, kind, weekday, (from, to))| {
            Some(person_busy::Model {
                id: BusyId(writer.entropy().uuid()),
                person_id: *people.get(place)?,
                kind: kind.to_owned(),
                weekday: Some(weekday),
                first_day: ago(30),
                day_after: None,
                start_minute: Some(from),
                end_minute: Some(to),
                created_at: writer.now(),
                created_by_name: by_name(),
            })
        });
    let weekly: Vec<_> = weekly.collect();
    writer.insert_all(weekly).await.map_err(DemoProblem::new)?;
    let (Some(one), Some(other)) = (people.first(), people.get(4)) else {
        return Ok(());
    };
    writer
        .insert(person_separation::Model {
            id: SeparationId(writer.entropy().uuid()),
            person_id: *one.min(other),
            other_id: *one.max(other),
            code: "same_case".to_owned(),
            created_at: writer.now(),
            created_by_name: by_name(),
        })
        .await
        .map_err(DemoProblem::new)
}
