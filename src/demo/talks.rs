//! Made-up planned talks (some to be recorded, one that was moved), topics, deadlines, and rules of counselling.

use time::{Date, Duration, Weekday};

use super::{DemoAccount, DemoProblem, Outcome, account, facility};
use crate::access::permissions::Operate;
use crate::base::ids::{DeadlineId, FacilityId, StaffId, TalkId};
use crate::base::time::berlin_today;
use crate::casework::{RunningCase, running_cases};
use crate::facilities;
use crate::schema::casework::{case_deadline, counselling_rule, talk_plan};
use crate::store::{Rows, Sql, Writer};

/// The working day so many working days ahead (or back).
fn workday(today: Date, ahead: i64) -> Date {
    let step = Duration::days(ahead.signum());
    let mut day = today;
    let mut left = ahead.abs();
    while left > 0 {
        day += step;
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    day
}

fn plan(
    writer: &Writer<Operate>,
    case: &RunningCase,
    by: &DemoAccount,
    (day, start): (Date, i64),
    (facility, staff): (Option<FacilityId>, Option<StaffId>),
) -> talk_plan::Model {
    talk_plan::Model {
        id: TalkId(writer.entropy().uuid()),
        case_id: case.id,
        staff_id: staff,
        facility_id: facility,
        day,
        start_minute: start,
        minutes: 45,
        place: if facility.is_some() {
            "prison"
        } else {
            "office"
        }
        .to_owned(),
        state: "planned".to_owned(),
        asked_by: None,
        reason: None,
        moved_to: None,
        session_id: None,
        planned_by: by.id,
        planned_by_name: by.name.clone(),
        planned_at: writer.now().plus_minutes(-60 * 24 * 9),
        ended_by_name: None,
        ended_at: None,
        version: 1,
    }
}

pub(super) async fn seed(writer: &Writer<Operate>, accounts: &[DemoAccount]) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let (dresden, office) = (
        facility(writer, "DD").await?,
        facility(writer, "BH-DD").await?,
    );
    let officer = account(accounts, "bewaehrung")?;
    let clients = running_cases(writer, office)
        .await
        .map_err(DemoProblem::new)?;
    let mut plans = Vec::new();
    // A day of eight talks that nobody recorded yet.
    let past = workday(today, -1);
    for (case, number) in clients.iter().zip(0i64..8) {
        plans.push(plan(
            writer,
            case,
            officer,
            (past, 480 + number * 60),
            (None, None),
        ));
    }
    for (case, number) in clients.iter().zip(1i64..6) {
        let when = (workday(today, number), 540 + number * 45);
        plans.push(plan(writer, case, officer, when, (None, None)));
    }
    if let Some(case) = clients.get(6) {
        let new = plan(
            writer,
            case,
            officer,
            (workday(today, 4), 780),
            (None, None),
        );
        let mut old = plan(
            writer,
            case,
            officer,
            (workday(today, 2), 600),
            (None, None),
        );
        old.state = "moved".to_owned();
        old.asked_by = Some("client".to_owned());
        old.reason = Some("Vorstellungsgespräch".to_owned());
        old.moved_to = Some(new.id);
        old.ended_by_name = Some(officer.name.clone());
        old.ended_at = Some(writer.now());
        plans.extend([new, old]);
    }
    let inmates = running_cases(writer, dresden)
        .await
        .map_err(DemoProblem::new)?;
    for (case, number) in inmates
        .iter()
        .filter(|case| case.staff_id.is_some())
        .zip(0i64..8)
    {
        let by = accounts
            .iter()
            .find(|account| account.staff.is_some() && account.staff == case.staff_id);
        let Some(by) = by else { continue };
        let when = (workday(today, 1 + number / 3), 540 + (number % 3) * 75);
        plans.push(plan(writer, case, by, when, (Some(dresden), case.staff_id)));
        // They are talked with every week or every second one.
        writer
            .change(
                Sql::new("update client_case set talk_weeks = ?, talk_minutes = 60 where id = ?")
                    .bind(1 + number % 2)
                    .bind(case.id),
            )
            .await
            .map_err(DemoProblem::new)?;
    }
    writer.insert_all(plans).await.map_err(DemoProblem::new)?;
    topics(writer).await?;
    deadlines(writer, officer, &clients, today).await?;
    rules(writer, accounts, today).await
}

async fn topics(writer: &Writer<Operate>) -> Outcome<()> {
    for (code, minutes) in [("work", 50i64), ("family", 60), ("views", 60)] {
        writer
            .change(
                Sql::new(
                    "insert into counselling_topic (session_id, code) select c.id, ? from counselling_session c \
                     where c.outcome = 'took_place' and c.minutes = ?",
                )
                .bind(code.to_owned())
                .bind(minutes),
            )
            .await
            .map_err(DemoProblem::new)?;
    }
    Ok(())
}

async fn deadlines(
    writer: &Writer<Operate>,
    by: &DemoAccount,
    clients: &[RunningCase],
    today: Date,
) -> Outcome<()> {
    let rows = clients
        .iter()
        .take(3)
        .zip([("report", -2), ("report", 6), ("agreement", 20)])
        .map(|(case, (kind, days))| case_deadline::Model {
            id: DeadlineId(writer.entropy().uuid()),
            case_id: case.id,
            kind: kind.to_owned(),
            due: today + Duration::days(days),
            recorded_at: writer.now().plus_minutes(-60 * 24 * 20),
            recorded_by_name: by.name.clone(),
            done_on: None,
            done_by_name: None,
            version: 1,
        })
        .collect();
    writer.insert_all(rows).await.map_err(DemoProblem::new)
}

/// The exit programme lets its teams keep notes.
async fn rules(writer: &Writer<Operate>, accounts: &[DemoAccount], today: Date) -> Outcome<()> {
    let programmes = facilities::programmes(writer, today, today)
        .await
        .map_err(DemoProblem::new)?;
    let choices = facilities::account_choices(writer, today)
        .await
        .map_err(DemoProblem::new)?;
    let provider = choices
        .provider_of(Some(super::staff(accounts, "beratung")?))
        .ok_or_else(|| DemoProblem::new("Träger fehlt"))?;
    let rows = ["ausstieg", "umfeldberatung"]
        .into_iter()
        .map(|code| {
            Ok(counselling_rule::Model {
                provider_id: provider,
                programme_id: super::programme(&programmes, code)?,
                notes: true,
                missed: 2,
                changed_at: writer.now(),
                changed_by_name: "Koordination APro".to_owned(),
                version: 1,
            })
        })
        .collect::<Outcome<Vec<_>>>()?;
    writer.insert_all(rows).await.map_err(DemoProblem::new)
}
