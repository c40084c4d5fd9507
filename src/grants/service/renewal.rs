//! Bulk renewal: a further period for grants that end soon. The old ones keep running.

use time::Date;

use super::super::rules;
use super::super::store::calendar::{self, EndingGrant};
use super::super::store::{self, PartChoice, StaffChoice, decisions};
use super::{Request, Wanted, request_problems};
use crate::access::Writes;
use crate::base::ids::{GrantId, StaffId};
use crate::facilities::FacilityLine;
use crate::store::{Result, Writer};

/// What a bulk renewal comes to: what is asked for, or what stands against it (one sentence for each grant).
pub(in crate::grants) async fn plan<P: Writes>(
    writer: &Writer<P>,
    chosen: &[GrantId],
    last: Date,
    today: Date,
) -> Result<std::result::Result<Vec<Wanted>, Vec<String>>> {
    let pick = |ending: Vec<EndingGrant>| -> Vec<EndingGrant> {
        ending
            .into_iter()
            .filter(|grant| chosen.contains(&grant.id))
            .collect()
    };
    let before = pick(calendar::ending(writer, today).await?);
    let staff: Vec<StaffId> = before.iter().map(|grant| grant.staff_id).collect();
    decisions::lock_staff(writer, &staff).await?;
    // What others renewed while this one waited is in the list no more; so nothing here overlaps anything.
    let grants = pick(calendar::ending(writer, today).await?);
    if grants.len() != chosen.len() {
        return Ok(Err(vec![
            "Eine der angekreuzten Freigaben endet nicht mehr oder ist schon verlängert. Bitte die Liste prüfen.".to_owned(),
        ]));
    }
    let facilities = crate::facilities::facilities(writer, today).await?;
    let staff = store::staff(writer, None, today).await?;
    let parts = store::parts(writer, None, today).await?;
    let (mut wanted, mut problems) = (Vec::new(), Vec::new());
    for grant in &grants {
        match period(grant, last, (&facilities, &staff, &parts)) {
            Ok(first) => wanted.push(Wanted {
                id: GrantId(writer.entropy().uuid()),
                staff: grant.staff_id,
                facility: grant.facility_id,
                programme: grant.programme_id,
                first,
                last,
                renewal_of: Some(grant.id),
            }),
            Err(sentence) => problems.push(format!(
                "{}, {}, „{}“: {sentence}",
                grant.staff_name, grant.facility_name, grant.programme_name
            )),
        }
    }
    Ok(if problems.is_empty() {
        Ok(wanted)
    } else {
        Err(problems)
    })
}

type Known<'a> = (&'a [FacilityLine], &'a [StaffChoice], &'a [PartChoice]);

/// The first day of the further period, or what stands against it.
fn period(
    grant: &EndingGrant,
    last: Date,
    (facilities, staff, parts): Known<'_>,
) -> std::result::Result<Date, String> {
    if let Some(sentence) = rules::renewal_problem(grant.last_day, last) {
        return Err(sentence);
    }
    let found = (
        grant.last_day.next_day(),
        staff.iter().find(|member| member.id == grant.staff_id),
        facilities.iter().find(|one| one.id == grant.facility_id),
    );
    let (Some(first), Some(member), Some(facility)) = found else {
        return Err("Die Fachkraft oder die Einrichtung gibt es dann nicht mehr.".to_owned());
    };
    let request = Request {
        staff: member,
        facilities: vec![facility],
        programmes: vec![(grant.programme_id, grant.programme_name.as_str())],
        first,
        last,
    };
    let problems: Vec<String> = request_problems(&request, parts)
        .into_iter()
        .map(|(_, sentence)| sentence)
        .collect();
    if problems.is_empty() {
        Ok(first)
    } else {
        Err(problems.join(" "))
    }
}
