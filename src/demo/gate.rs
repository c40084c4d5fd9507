//! Made-up visits, objects and family days: what the gate shows today and what waits for the access officer.

use time::{Date, Duration};

use super::{DemoAccount, DemoProblem, Outcome, account, facility, staff};
use crate::access::permissions::Operate;
use crate::base::ids::{
    AccountId, ApprovedObjectId, FacilityId, FamilyDayId, FamilyGuestId, GateVisitId, StaffId,
};
use crate::base::time::berlin_today;
use crate::gate;
use crate::schema::providers::{approved_object, family_day, family_guest, gate_visit};
use crate::store::{Rows, Writer};

struct Stage<'a> {
    writer: &'a Writer<Operate>,
    dresden: FacilityId,
    by: (AccountId, &'a str),
    decider: (AccountId, &'a str),
}

impl Stage<'_> {
    async fn visit(&self, staff: StaffId, day: Date, start: i64, escort: bool) -> Outcome<()> {
        let row = gate_visit::Model {
            id: GateVisitId(self.writer.entropy().uuid()),
            staff_id: staff,
            facility_id: self.dresden,
            programme_id: None,
            day,
            start_minute: start,
            minutes: 90,
            destination: "Besprechungsraum 2".to_owned(),
            escort,
            waiver_reason: None,
            created_at: self.writer.now(),
            created_by: self.by.0,
            created_by_name: self.by.1.to_owned(),
            changed_at: None,
            cancelled_at: None,
            cancelled_by_name: None,
            version: 1,
        };
        self.writer.insert(row).await.map_err(DemoProblem::new)?;
        gate::note_change(self.writer, self.dresden, day, staff, "Termin neu")
            .await
            .map_err(DemoProblem::new)
    }

    async fn object(
        &self,
        staff: StaffId,
        what: &str,
        days: (Date, Date),
        approved: bool,
    ) -> Outcome<()> {
        let row = approved_object::Model {
            id: ApprovedObjectId(self.writer.entropy().uuid()),
            staff_id: staff,
            facility_id: self.dresden,
            what: what.to_owned(),
            first_day: days.0,
            last_day: days.1,
            session_id: None,
            visit_id: None,
            state: if approved { "approved" } else { "requested" }.to_owned(),
            requested_by: self.by.0,
            requested_by_name: self.by.1.to_owned(),
            requested_at: self.writer.now(),
            decided_by: approved.then_some(self.decider.0),
            decided_by_name: approved.then(|| self.decider.1.to_owned()),
            decided_at: approved.then(|| self.writer.now()),
            version: 1,
        };
        self.writer.insert(row).await.map_err(DemoProblem::new)
    }

    async fn family_day(&self, day: Date, deadline: Date, guests: &[(&str, bool)]) -> Outcome<()> {
        let id = FamilyDayId(self.writer.entropy().uuid());
        let row = family_day::Model {
            id,
            facility_id: self.dresden,
            group_id: None,
            day,
            start_minute: 14 * 60,
            minutes: 180,
            destination: "Besucherraum".to_owned(),
            guest_deadline: deadline,
            cancelled_at: None,
            created_at: self.writer.now(),
            created_by_name: self.by.1.to_owned(),
            version: 1,
        };
        self.writer.insert(row).await.map_err(DemoProblem::new)?;
        let rows = guests
            .iter()
            .map(|(name, approved)| family_guest::Model {
                id: FamilyGuestId(self.writer.entropy().uuid()),
                family_day_id: id,
                name: (*name).to_owned(),
                state: if *approved { "approved" } else { "announced" }.to_owned(),
                announced_by: self.by.0,
                announced_by_name: self.by.1.to_owned(),
                announced_at: self.writer.now(),
                decided_by_name: approved.then(|| self.decider.1.to_owned()),
                decided_at: approved.then(|| self.writer.now()),
                version: 1,
            })
            .collect();
        self.writer.insert_all(rows).await.map_err(DemoProblem::new)
    }
}

pub(super) async fn seed(writer: &Writer<Operate>, accounts: &[DemoAccount]) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let later = |days: i64| today + Duration::days(days);
    let (social, second) = (
        account(accounts, "sozialdienst")?,
        account(accounts, "zugang.zwei")?,
    );
    let stage = Stage {
        writer,
        dresden: facility(writer, "DD").await?,
        by: (social.id, &social.name),
        decider: (second.id, &second.name),
    };
    let (trainer, counsellor) = (staff(accounts, "training")?, staff(accounts, "beratung")?);
    stage.visit(counsellor, today, 9 * 60 + 30, true).await?;
    stage.visit(trainer, today, 11 * 60, false).await?;
    stage.visit(counsellor, later(2), 13 * 60, false).await?;
    stage
        .object(trainer, "flipchart", (today, later(90)), true)
        .await?;
    stage
        .object(trainer, "laptop|für die Übungen", (today, later(90)), false)
        .await?;
    stage
        .family_day(
            today,
            today,
            &[("Marta Fiktiv", true), ("Ole Fiktiv", true)],
        )
        .await?;
    stage
        .family_day(
            later(24),
            later(10),
            &[("Anna Ausgedacht", false), ("Emil Ausgedacht", false)],
        )
        .await
}
