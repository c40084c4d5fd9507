//! Many external staff with many grants, for benches.

use time::Duration;

use super::{DemoAccount, DemoProblem, Outcome, account, facility, staff as staff_of};
use crate::access::permissions::Operate;
use crate::base::ids::{GateVisitId, GrantId, StaffId};
use crate::base::time::berlin_today;
use crate::facilities;
use crate::schema::providers::{access_grant, gate_visit};
use crate::schema::reference::staff;
use crate::store::{Rows, Writer};

/// Stores `members` people of one organisation and `grants` grants, of which the account `training` holds 200 valid
/// ones; sixty of them come to JVA Dresden today.
pub(super) async fn seed_staff(
    writer: &Writer<Operate>,
    accounts: &[DemoAccount],
    members: usize,
    grants: usize,
) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let choices = facilities::account_choices(writer, today)
        .await
        .map_err(DemoProblem::new)?;
    let trainer = staff_of(accounts, "training")?;
    let provider = choices
        .provider_of(Some(trainer))
        .ok_or_else(|| DemoProblem::new("Träger fehlt"))?;
    let people: Vec<staff::Model> = (0..members)
        .map(|number| staff::Model {
            id: StaffId(writer.entropy().uuid()),
            provider_id: provider,
            name: format!("Fachkraft {number:04}"),
            role: "trainer".into(),
            valid_from: today - Duration::days(400),
            valid_to: None,
            contact: String::new(),
            town: String::new(),
            version: 1,
        })
        .collect();
    let ids: Vec<StaffId> = people.iter().map(|member| member.id).collect();
    writer.insert_all(people).await.map_err(DemoProblem::new)?;
    let places = facilities::facilities(writer, today)
        .await
        .map_err(DemoProblem::new)?;
    let programmes = facilities::programmes(writer, today, today)
        .await
        .map_err(DemoProblem::new)?;
    let by = account(accounts, "zugang")?;
    let mut rows = Vec::with_capacity(grants);
    let pairs: Vec<_> = places
        .iter()
        .flat_map(|place| {
            programmes
                .iter()
                .map(move |programme| (place.id, programme.id))
        })
        .collect();
    for number in 0..grants {
        let holder = if number < 200 {
            trainer
        } else {
            *ids.get(number % ids.len().max(1))
                .ok_or_else(|| DemoProblem::new("Fachkraft fehlt"))?
        };
        let (place, programme) = *pairs
            .get(if number < 200 { number } else { number / 7 } % pairs.len().max(1))
            .ok_or_else(|| DemoProblem::new("Einrichtung fehlt"))?;
        rows.push(access_grant::Model {
            id: GrantId(writer.entropy().uuid()),
            staff_id: holder,
            facility_id: place,
            programme_id: programme,
            clearance_id: None,
            first_day: today - Duration::days(30),
            last_day: today + Duration::days(300),
            state: "active".into(),
            request_id: None,
            renewal_of: None,
            stop_id: None,
            requested_by: by.id,
            requested_by_name: by.name.clone(),
            requested_at: writer.now(),
            decided_by: None,
            decided_by_name: None,
            decided_at: None,
            approved_hash: None,
            suspended_reason: None,
            version: 1,
        });
    }
    writer.insert_all(rows).await.map_err(DemoProblem::new)?;
    let dresden = facility(writer, "DD").await?;
    let visits: Vec<gate_visit::Model> = ids
        .iter()
        .take(60)
        .map(|member| gate_visit::Model {
            id: GateVisitId(writer.entropy().uuid()),
            staff_id: *member,
            facility_id: dresden,
            programme_id: None,
            day: today,
            start_minute: 9 * 60,
            minutes: 60,
            destination: "Besuchsraum".into(),
            escort: false,
            waiver_reason: None,
            created_at: writer.now(),
            created_by: by.id,
            created_by_name: by.name.clone(),
            changed_at: None,
            cancelled_at: None,
            cancelled_by_name: None,
            version: 1,
        })
        .collect();
    writer.insert_all(visits).await.map_err(DemoProblem::new)
}
