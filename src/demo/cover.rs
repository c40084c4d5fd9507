//! Made-up staff who could cover, and a person who came from another prison with a counselling that has no grant here.

use time::Duration;

use super::people::Placed;
use super::{DemoAccount, DemoProblem, Outcome, account, facility, programme, staff};
use crate::access::permissions::Operate;
use crate::base::ids::{EnrolmentId, GrantId, PlacementId, QualificationId, StaffId};
use crate::base::time::berlin_today;
use crate::casework::take_part;
use crate::facilities;
use crate::review::{self, Arrival};
use crate::schema::groups::enrolment;
use crate::schema::providers::{access_grant, staff_qualification};
use crate::store::{Rows, Sql, Writer};

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
    let (by, decided) = (
        account(accounts, "zugang")?,
        account(accounts, "zugang.zwei")?,
    );
    let known = [
        (staff(accounts, "training")?, "Dresden"),
        (staff(accounts, "training.vsr")?, "Chemnitz"),
    ];
    let others = facilities::staff_of_provider(writer, "vpn", today)
        .await
        .map_err(DemoProblem::new)?;
    let others: Vec<StaffId> = others
        .iter()
        .filter(|member| member.role == "trainer" && known.iter().all(|(id, _)| *id != member.id))
        .map(|member| member.id)
        .collect();
    let towns = ["Meißen", "Leipzig"];
    for (member, town) in known
        .iter()
        .copied()
        .chain(others.iter().copied().zip(towns))
    {
        writer
            .change(
                Sql::new("update staff set town = ? where id = ? and town = ''")
                    .bind(town.to_owned())
                    .bind(member),
            )
            .await
            .map_err(DemoProblem::new)?;
    }
    let mut grants = Vec::new();
    let mut certificates = Vec::new();
    for (number, member) in (0i64..).zip(others.iter().take(towns.len())) {
        grants.push(access_grant::Model {
            id: GrantId(writer.entropy().uuid()),
            staff_id: *member,
            facility_id: dresden,
            programme_id: akt,
            clearance_id: None,
            first_day: today - Duration::days(90),
            last_day: today + Duration::days(240 - 180 * number),
            state: "active".to_owned(),
            request_id: None,
            renewal_of: None,
            stop_id: None,
            requested_by: by.id,
            requested_by_name: by.name.clone(),
            requested_at: writer.now().plus_minutes(-60 * 24 * 100),
            decided_by: Some(decided.id),
            decided_by_name: Some(decided.name.clone()),
            decided_at: Some(writer.now().plus_minutes(-60 * 24 * 99)),
            approved_hash: None,
            suspended_reason: None,
            version: 1,
        });
        certificates.push(staff_qualification::Model {
            id: QualificationId(writer.entropy().uuid()),
            staff_id: *member,
            kind: crate::cover::CERTIFICATE.to_owned(),
            acquired_on: today - Duration::days(700 + 30 * number),
            valid_to: None,
            created_at: writer.now(),
            created_by_name: "Demo".to_owned(),
            removed_at: None,
            removed_by_name: None,
        });
    }
    writer.insert_all(grants).await.map_err(DemoProblem::new)?;
    writer
        .insert_all(certificates)
        .await
        .map_err(DemoProblem::new)?;

    let choices = facilities::account_choices(writer, today)
        .await
        .map_err(DemoProblem::new)?;
    let (Some(person), Some(provider)) = (
        placed.dresden.get(50).or(placed.dresden.last()).copied(),
        choices.provider_of(Some(staff(accounts, "training")?)),
    ) else {
        return Ok(());
    };
    let leipzig = facility(writer, "L").await?;
    let row = enrolment::Model {
        id: EnrolmentId(writer.entropy().uuid()),
        person_id: person,
        programme_id: programme(&programmes, "stabilisierung")?,
        provider_id: provider,
        facility_id: leipzig,
        staff_id: None,
        access_route: "staff".to_owned(),
        enrolled_on: today - Duration::days(120),
        started_on: None,
        ended_on: None,
        outcome: None,
        created_at: writer.now(),
        version: 1,
    };
    take_part(writer, vec![row])
        .await
        .map_err(DemoProblem::new)?;
    let arrival = Arrival {
        person,
        placement: PlacementId(writer.entropy().uuid()),
        facility: dresden,
        from: today,
    };
    review::transferred(writer, &[arrival])
        .await
        .map_err(DemoProblem::new)?;
    Ok(())
}
