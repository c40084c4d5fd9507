//! Made-up clearances beneath the made-up grants, one of each kind to be looked at; contact, weekly times, an absence.

use time::{Date, Duration};

use super::{DemoAccount, DemoProblem, Outcome, account, facility, staff};
use crate::access::permissions::Operate;
use crate::base::ids::{AvailabilityId, ClearanceId, FacilityId, StaffAbsenceId, StaffId};
use crate::base::time::berlin_today;
use crate::history::{self, Change};
use crate::schema::providers::{clearance, staff_absence, staff_availability};
use crate::store::{Rows, Sql, Writer};

/// One clearance to be made; days are counted from today.
struct Line<'a> {
    staff: StaffId,
    facility: FacilityId,
    /// First and last day; without them it is only asked for.
    validity: Option<(i64, i64)>,
    restrictions: [bool; 3],
    by: &'a DemoAccount,
    decided: &'a str,
}

fn row(writer: &Writer<Operate>, line: &Line<'_>, today: Date) -> clearance::Model {
    let granted = line.validity.is_some();
    let [escort, not_alone, no_devices] = line.restrictions;
    let day = |offset: i64| today + Duration::days(offset);
    let asked_days = line.validity.map_or(4, |(first, _)| -first + 10);
    let conditions = line.restrictions.contains(&true);
    clearance::Model {
        id: ClearanceId(writer.entropy().uuid()),
        staff_id: line.staff,
        facility_id: line.facility,
        state: if granted { "granted" } else { "requested" }.to_owned(),
        consent_on: day(-asked_days),
        consent_kept_at: "Personalakte, Geschäftsstelle".to_owned(),
        result: granted.then(|| if conditions { "conditions" } else { "clear" }.to_owned()),
        scope: granted.then(|| "all".to_owned()),
        issuing_office: granted.then(|| "Sicherheit und Ordnung".to_owned()),
        first_day: line.validity.map(|(first, _)| day(first)),
        last_day: line.validity.map(|(_, last)| day(last)),
        escort,
        not_alone,
        no_devices,
        accepted_from: None,
        renewal_of: None,
        requested_by: line.by.id,
        requested_by_name: line.by.name.clone(),
        requested_at: writer.now().plus_minutes(-60 * 24 * asked_days),
        decided_by: None,
        decided_by_name: granted.then(|| line.decided.to_owned()),
        decided_at: granted.then(|| writer.now().plus_minutes(-60 * 24 * (asked_days - 3))),
        ended_by_name: None,
        ended_at: None,
        version: 1,
    }
}

pub(super) async fn seed(writer: &Writer<Operate>, accounts: &[DemoAccount]) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let (dresden, leipzig) = (facility(writer, "DD").await?, facility(writer, "L").await?);
    let (first, second, exit) = (
        staff(accounts, "training")?,
        staff(accounts, "training.vsr")?,
        staff(accounts, "beratung")?,
    );
    let (by, decided) = (
        account(accounts, "koordination")?,
        account(accounts, "zugang.zwei")?,
    );
    let colleagues = crate::facilities::staff_of_provider(writer, "vpn", today)
        .await
        .map_err(DemoProblem::new)?;
    let mut lines = vec![
        (first, dresden, Some((-400, 310)), [false, false, false]),
        // Long enough for the grants, and soon to be renewed.
        (second, dresden, Some((-700, 26)), [false, false, true]),
        (exit, dresden, Some((-420, 210)), [false, false, false]),
    ];
    // Colleagues without a grant: one asked for here and cleared in Leipzig, one that ends in days.
    let mut others = colleagues
        .iter()
        .filter(|member| member.id != first && member.role != "coordinator")
        .map(|member| member.id);
    if let Some(member) = others.next() {
        lines.push((member, leipzig, Some((-100, 500)), [true, false, false]));
        lines.push((member, dresden, None, [false, false, false]));
    }
    if let Some(member) = others.next() {
        lines.push((member, dresden, Some((-725, 5)), [false, true, false]));
    }
    let rows: Vec<clearance::Model> = lines
        .into_iter()
        .map(|(staff, facility, validity, restrictions)| {
            let line = Line {
                staff,
                facility,
                validity,
                restrictions,
                by,
                decided: if facility == dresden {
                    &decided.name
                } else {
                    "Lea Linden"
                },
            };
            row(writer, &line, today)
        })
        .collect();
    let changes = rows
        .iter()
        .map(|row| Change::new("clearance", row.id.0, "Überprüfung beantragt"))
        .collect();
    writer.insert_all(rows).await.map_err(DemoProblem::new)?;
    history::record(writer, changes)
        .await
        .map_err(DemoProblem::new)?;
    // The grants of the demo rest on them.
    writer
        .change(Sql::new(
            "update access_grant set clearance_id = (select c.id from clearance c where c.staff_id = access_grant.staff_id \
             and c.facility_id = access_grant.facility_id and c.state = 'granted' and c.last_day >= access_grant.last_day) \
             where state = 'active' and clearance_id is null",
        ))
        .await
        .map_err(DemoProblem::new)?;
    writer
        .change(Sql::new(
            "update staff set contact = 'Telefon 0351 0000-0' where contact = ''",
        ))
        .await
        .map_err(DemoProblem::new)?;
    presence(writer, first, today).await
}

/// When the first trainer can work, and when not.
async fn presence(writer: &Writer<Operate>, staff: StaffId, today: Date) -> Outcome<()> {
    let week = [(0, 540, 960), (1, 540, 960), (2, 780, 1080), (3, 540, 960)];
    let times = week
        .into_iter()
        .map(
            |(weekday, start_minute, end_minute)| staff_availability::Model {
                id: AvailabilityId(writer.entropy().uuid()),
                staff_id: staff,
                weekday,
                start_minute,
                end_minute,
            },
        )
        .collect();
    writer.insert_all(times).await.map_err(DemoProblem::new)?;
    writer
        .insert(staff_absence::Model {
            id: StaffAbsenceId(writer.entropy().uuid()),
            staff_id: staff,
            first_day: today + Duration::days(100),
            day_after: today + Duration::days(107),
            created_at: writer.now(),
            created_by_name: "Merle Anbruch".to_owned(),
            removed_at: None,
        })
        .await
        .map_err(DemoProblem::new)
}
