//! Made-up requests, a stop, and the running quarter's confirmation.

use time::Duration;

use super::{DemoAccount, DemoProblem, Outcome, account, facility, programme, staff};
use crate::access::permissions::Operate;
use crate::base::ids::{FacilityId, GrantId, GrantRequestId, ProgrammeId, StaffId, StopId};
use crate::base::time::berlin_today;
use crate::facilities;
use crate::grants::open_confirmations;
use crate::history::{self, Change};
use crate::schema::providers::{access_grant, access_stop};
use crate::store::{Rows, Writer};

/// A request of the coordination that nobody decided about yet.
fn requested(
    writer: &Writer<Operate>,
    by: &DemoAccount,
    request: GrantRequestId,
    (staff, facility, programme): (StaffId, FacilityId, ProgrammeId),
) -> access_grant::Model {
    let today = berlin_today(writer.now());
    access_grant::Model {
        id: GrantId(writer.entropy().uuid()),
        staff_id: staff,
        facility_id: facility,
        programme_id: programme,
        clearance_id: None,
        first_day: today + Duration::days(14),
        last_day: today + Duration::days(180),
        state: "requested".to_owned(),
        request_id: Some(request),
        renewal_of: None,
        stop_id: None,
        requested_by: by.id,
        requested_by_name: by.name.clone(),
        requested_at: writer.now().plus_minutes(-60 * 20),
        decided_by: None,
        decided_by_name: None,
        decided_at: None,
        approved_hash: None,
        suspended_reason: None,
        version: 1,
    }
}

pub(super) async fn seed(writer: &Writer<Operate>, accounts: &[DemoAccount]) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let (dresden, leipzig) = (facility(writer, "DD").await?, facility(writer, "L").await?);
    let programmes = facilities::programmes(writer, today, today)
        .await
        .map_err(DemoProblem::new)?;
    let (coordination, officer) = (
        account(accounts, "koordination")?,
        account(accounts, "zugang")?,
    );
    let trainer = staff(accounts, "training")?;
    let request = GrantRequestId(writer.entropy().uuid());
    let single = programme(&programmes, "akt_einzel")?;
    let group = programme(&programmes, "akt_gruppe")?;
    let mut rows: Vec<access_grant::Model> =
        [(dresden, single), (leipzig, single), (leipzig, group)]
            .into_iter()
            .map(|(place, what)| requested(writer, coordination, request, (trainer, place, what)))
            .collect();

    let known: Vec<StaffId> = accounts.iter().filter_map(|one| one.staff).collect();
    let members = facilities::staff_of_provider(writer, "vpn", today)
        .await
        .map_err(DemoProblem::new)?;
    let stopped = members.iter().rev().find(|member| {
        member.role != "coordinator" && member.role != "trainer" && !known.contains(&member.id)
    });
    if let Some(member) = stopped {
        let stop = access_stop::Model {
            id: StopId(writer.entropy().uuid()),
            staff_id: member.id,
            facility_id: Some(dresden),
            reason: "Ausweis verloren, neuer ist bestellt".to_owned(),
            set_by: officer.id,
            set_by_name: officer.name.clone(),
            set_at: writer.now().plus_minutes(-60 * 26),
            lifted_by_name: None,
            lifted_at: None,
            version: 1,
        };
        rows.push(access_grant::Model {
            state: "suspended".to_owned(),
            stop_id: Some(stop.id),
            first_day: today - Duration::days(60),
            request_id: None,
            decided_by: Some(officer.id),
            decided_by_name: Some(officer.name.clone()),
            decided_at: Some(writer.now().plus_minutes(-60 * 24 * 61)),
            ..requested(writer, coordination, request, (member.id, dresden, single))
        });
        let change = Change::new("access_stop", stop.id.0, "Sperre gesetzt");
        writer.insert(stop).await.map_err(DemoProblem::new)?;
        history::record(writer, vec![change])
            .await
            .map_err(DemoProblem::new)?;
    }
    writer.insert_all(rows).await.map_err(DemoProblem::new)?;
    open_confirmations(writer).await.map_err(DemoProblem::new)?;
    Ok(())
}
