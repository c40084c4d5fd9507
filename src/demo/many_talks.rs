//! Many participations with talks, for benches.

use time::Duration;

use super::{DemoAccount, DemoProblem, Outcome, account, facility, programme, staff};
use crate::access::permissions::Operate;
use crate::base::ids::{CounsellingId, EnrolmentId, PersonId};
use crate::base::time::berlin_today;
use crate::casework::take_part;
use crate::facilities;
use crate::schema::casework::counselling_session;
use crate::schema::groups::enrolment;
use crate::store::{Rows, Writer};

/// Gives everybody a running participation with so many talks, and the first person more.
pub(super) async fn seed(
    writer: &Writer<Operate>,
    accounts: &[DemoAccount],
    people: &[PersonId],
    (talks, most): (usize, usize),
) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let programmes = facilities::programmes(writer, today, today)
        .await
        .map_err(DemoProblem::new)?;
    let choices = facilities::account_choices(writer, today)
        .await
        .map_err(DemoProblem::new)?;
    let (by, counsellor) = (account(accounts, "training")?, staff(accounts, "training")?);
    let provider = choices
        .provider_of(Some(counsellor))
        .ok_or_else(|| DemoProblem::new("Träger fehlt"))?;
    let (distancing, dresden) = (
        programme(&programmes, "distanzierung")?,
        facility(writer, "DD").await?,
    );
    for (chunk, some) in people.chunks(500).enumerate() {
        let (mut enrolments, mut rows) = (Vec::new(), Vec::new());
        for (index, person) in some.iter().enumerate() {
            let number = if chunk == 0 && index == 0 {
                most
            } else {
                talks
            };
            // Enquiries come over the years, not all on one day, and from every prison in between.
            let begun = today - Duration::days((number + 1 + index * 389 % 1_000) as i64);
            let id = EnrolmentId(writer.entropy().uuid());
            enrolments.push(enrolment::Model {
                id,
                person_id: *person,
                programme_id: distancing,
                provider_id: provider,
                facility_id: dresden,
                // A trainer has sixty cases, however many there are in the land.
                staff_id: (chunk == 0 && index < 60).then_some(counsellor),
                access_route: "staff".into(),
                enrolled_on: begun,
                started_on: Some(begun),
                ended_on: None,
                outcome: None,
                created_at: writer.now(),
                version: 1,
            });
            rows.extend((0..number).map(|back| {
                counselling_session::Model {
                    id: CounsellingId(writer.entropy().uuid()),
                    enrolment_id: Some(id),
                    person_id: Some(*person),
                    case_id: None,
                    day: today - Duration::days(back as i64),
                    minutes: 50,
                    form: "prison".into(),
                    outcome: if back % 7 == 3 {
                        "no_show"
                    } else {
                        "took_place"
                    }
                    .into(),
                    late: false,
                    recorded_by: by.id,
                    recorded_by_name: by.name.clone(),
                    recorded_at: writer.now(),
                    version: 1,
                }
            }));
        }
        take_part(writer, enrolments)
            .await
            .map_err(DemoProblem::new)?;
        writer.insert_all(rows).await.map_err(DemoProblem::new)?;
    }
    Ok(())
}
