//! Made-up participations in counselling, with their sessions, in prison and in probation.

use time::{Date, Duration};

use super::people::Placed;
use super::{DemoAccount, DemoProblem, Outcome, account, facility, programme, staff};
use crate::access::permissions::Operate;
use crate::base::ids::{
    AccountId, AssignmentId, CounsellingId, EnrolmentId, FacilityId, PersonId, ProgrammeId, StaffId,
};
use crate::base::time::berlin_today;
use crate::casework::take_part;
use crate::facilities;
use crate::review::{Charged, charge_changed};
use crate::schema::casework::counselling_session;
use crate::schema::groups::enrolment;
use crate::schema::people::assignment;
use crate::store::{Rows, Writer};

/// A participation to be made.
struct Case {
    person: PersonId,
    programme: ProgrammeId,
    facility: FacilityId,
    staff: StaffId,
    recorder: AccountId,
    recorder_name: String,
    enrolled_on: Date,
    /// Weeks after which it ended, and how.
    end: Option<(i64, &'static str)>,
}

pub(super) async fn seed(
    writer: &Writer<Operate>,
    accounts: &[DemoAccount],
    placed: &Placed,
) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let (officer, trainer, exit) = (
        account(accounts, "bewaehrung")?,
        account(accounts, "training")?,
        account(accounts, "beratung")?,
    );
    let (trainer_staff, exit_staff) = (staff(accounts, "training")?, staff(accounts, "beratung")?);
    let programmes = facilities::programmes(writer, today, today)
        .await
        .map_err(DemoProblem::new)?;
    let (dresden, office) = (
        facility(writer, "DD").await?,
        facility(writer, "BH-DD").await?,
    );
    let mut cases = Vec::new();
    for (index, person) in placed.dresden.iter().skip(20).take(24).enumerate() {
        let weeks = i64::try_from(index).unwrap_or(0) * 2 + 3;
        let (code, who, staff) = match index % 4 {
            0 => ("ausstieg", exit, exit_staff),
            1 | 2 => ("distanzierung", trainer, trainer_staff),
            _ => ("elterncoaching", trainer, trainer_staff),
        };
        cases.push(Case {
            person: *person,
            programme: programme(&programmes, code)?,
            facility: dresden,
            staff,
            recorder: who.id,
            recorder_name: who.name.clone(),
            enrolled_on: today - Duration::weeks(weeks),
            end: match index % 5 {
                0 if weeks > 16 => Some((14, "completed")),
                3 if weeks > 16 => Some((9, "dropped_out")),
                _ => None,
            },
        });
    }
    for (index, person) in placed.clients.iter().take(18).enumerate() {
        let weeks = i64::try_from(index).unwrap_or(0) + 2;
        cases.push(Case {
            person: *person,
            programme: programme(
                &programmes,
                if index % 3 == 0 {
                    "stabilisierung"
                } else {
                    "distanzierung"
                },
            )?,
            facility: office,
            staff: trainer_staff,
            recorder: officer.id,
            recorder_name: officer.name.clone(),
            enrolled_on: today - Duration::weeks(weeks),
            end: (weeks > 14 && index % 2 == 0).then_some((12, "completed")),
        });
    }
    let choices = facilities::account_choices(writer, today)
        .await
        .map_err(DemoProblem::new)?;
    let (mut enrolments, mut talks) = (Vec::new(), Vec::new());
    for (number, case) in cases.into_iter().enumerate() {
        let provider = choices
            .provider_of(Some(case.staff))
            .ok_or_else(|| DemoProblem::new("Träger fehlt"))?;
        let id = EnrolmentId(writer.entropy().uuid());
        let ended_on = case
            .end
            .map(|(weeks, _)| case.enrolled_on + Duration::weeks(weeks));
        let first = workday(case.enrolled_on + Duration::days(6));
        enrolments.push(enrolment::Model {
            id,
            person_id: case.person,
            programme_id: case.programme,
            provider_id: provider,
            facility_id: case.facility,
            staff_id: Some(case.staff),
            access_route: ["self", "staff", "kora", "probation"]
                .get(number % 4)
                .copied()
                .unwrap_or("self")
                .to_owned(),
            enrolled_on: case.enrolled_on,
            started_on: (first <= today).then_some(first),
            ended_on,
            outcome: case.end.map(|(_, outcome)| outcome.to_owned()),
            created_at: writer.now(),
            version: 1,
        });
        let mut day = workday(first);
        while day <= ended_on.unwrap_or(today).min(today) {
            let missed = (number + talks.len()) % 9 == 4 && day != first;
            talks.push(counselling_session::Model {
                id: CounsellingId(writer.entropy().uuid()),
                enrolment_id: Some(id),
                person_id: Some(case.person),
                case_id: None,
                day,
                minutes: 50,
                form: if case.facility == office {
                    "office"
                } else {
                    "prison"
                }
                .to_owned(),
                outcome: if missed { "no_show" } else { "took_place" }.to_owned(),
                late: false,
                recorded_by: case.recorder,
                recorded_by_name: case.recorder_name.clone(),
                recorded_at: writer.now(),
                version: 1,
            });
            day = workday(day + Duration::weeks(2));
        }
    }
    take_part(writer, enrolments)
        .await
        .map_err(DemoProblem::new)?;
    writer.insert_all(talks).await.map_err(DemoProblem::new)?;
    two_are_responsible(writer, accounts, placed, office).await
}

/// A client whom a second officer takes on while the first one is still responsible: both know what is to be settled.
async fn two_are_responsible(
    writer: &Writer<Operate>,
    accounts: &[DemoAccount],
    placed: &Placed,
    office: FacilityId,
) -> Outcome<()> {
    let second = account(accounts, "bewaehrung.zwei")?;
    let Some(person) = placed.clients.get(1).copied() else {
        return Ok(());
    };
    let row = assignment::Model {
        id: AssignmentId(writer.entropy().uuid()),
        person_id: person,
        account_id: second.id,
        from_day: berlin_today(writer.now()),
        to_day: None,
    };
    let charged = Charged {
        person,
        office,
        account: second.id,
        assignment: row.id,
        known: false,
    };
    writer.insert(row).await.map_err(DemoProblem::new)?;
    charge_changed(writer, charged)
        .await
        .map_err(DemoProblem::new)
}

/// The day itself, or the Friday before a weekend.
fn workday(day: Date) -> Date {
    let over = i64::from(day.weekday().number_days_from_monday()) - 4;
    day - Duration::days(over.max(0))
}
