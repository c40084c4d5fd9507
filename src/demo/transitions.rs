//! Made-up changes of placement, an offered hand-over to the probation service, consents given and withdrawn.

use time::{Date, Duration};

use super::{DemoAccount, DemoProblem, Outcome, account, facility};
use crate::access::permissions::Operate;
use crate::base::calendar::Quarter;
use crate::base::ids::{AbsenceId, ConsentId, HandOverId, PersonId};
use crate::base::time::{berlin_midnight, berlin_today};
use crate::handover::{
    self,
    rules::{PartFacts, Summary},
};
use crate::history::{self, Change};
use crate::review::{self, Event, Moved};
use crate::schema::people::absence;
use crate::schema::transitions::{consent, hand_over, hand_over_part};
use crate::store::{Rows, Sql, Writer};

/// Records a consent as somebody signed it.
fn signed(
    writer: &Writer<Operate>,
    person: PersonId,
    purpose: &str,
    by: &DemoAccount,
    today: Date,
) -> consent::Model {
    consent::Model {
        id: ConsentId(writer.entropy().uuid()),
        person_id: Some(person),
        case_id: None,
        purpose: purpose.to_owned(),
        from_day: today - Duration::days(20),
        to_day: None,
        kept_at: "Gefangenenpersonalakte".to_owned(),
        facility_id: None,
        provider_id: None,
        recorded_at: writer.now(),
        recorded_by: Some(by.id),
        recorded_by_name: by.name.clone(),
        withdrawn_on: None,
        withdrawn_at: None,
        withdrawn_by_name: None,
        version: 1,
    }
}

pub(super) async fn seed(writer: &Writer<Operate>, accounts: &[DemoAccount]) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let (dresden, office) = (
        facility(writer, "DD").await?,
        facility(writer, "BH-DD").await?,
    );
    let by = account(accounts, "sozialdienst")?;
    let members = handover::members(writer, dresden)
        .await
        .map_err(DemoProblem::new)?;
    // In hospital for weeks: what happens with the place?
    if let Some(away) = members.first() {
        let id = AbsenceId(writer.entropy().uuid());
        let (from, to) = (today - Duration::days(2), today + Duration::days(19));
        writer
            .insert(absence::Model {
                id,
                person_id: away.person_id,
                placement_id: away.placement_id,
                from_day: from,
                to_day: Some(to),
                reason: "hospital".to_owned(),
                created_at: writer.now(),
                version: 1,
            })
            .await
            .map_err(DemoProblem::new)?;
        let change = Moved {
            person: away.person_id,
            event: Event::Absence,
            facility: dresden,
            day: from,
            days: Some((to - from).whole_days()),
            cause: id.0,
        };
        review::moved(writer, &[change])
            .await
            .map_err(DemoProblem::new)?;
    }
    // Released in two months: offered to the probation service.
    if let Some(leaves) = members.get(1) {
        writer
            .insert(signed(writer, leaves.person_id, "probation", by, today))
            .await
            .map_err(DemoProblem::new)?;
        let summary = Summary {
            parts: vec![PartFacts {
                part: Some(leaves.enrolment_id),
                programme: leaves.programme.clone(),
                provider: leaves.provider.clone(),
                enrolled_on: leaves.enrolled_on,
                started_on: leaves.started_on,
                attended: 7,
                held: 8,
                talks: 0,
                arranged: 0,
                modules: vec![("Biografie".to_owned(), 4, 4), ("Gewalt".to_owned(), 3, 6)],
            }],
            phenomena: Vec::new(),
        };
        let id = HandOverId(writer.entropy().uuid());
        writer
            .insert(hand_over::Model {
                id,
                person_id: leaves.person_id,
                kind: "probation".to_owned(),
                from_facility_id: dresden,
                to_facility_id: office,
                to_account_id: None,
                state: "offered".to_owned(),
                moves_on: today + Duration::days(60),
                transition_from: Some(today + Duration::days(5)),
                coaching_months: 6,
                summary: serde_json::to_string(&summary).map_err(DemoProblem::new)?,
                checklist: "told provider".to_owned(),
                offered_on: today - Duration::days(2),
                expires_on: today + Duration::days(12),
                offered_at: writer.now(),
                offered_by: Some(by.id),
                offered_by_name: by.name.clone(),
                answered_at: None,
                answered_by: None,
                answered_by_name: None,
                reason: None,
                moved_on: None,
                contact_on: None,
                version: 1,
            })
            .await
            .map_err(DemoProblem::new)?;
        writer
            .insert(hand_over_part::Model {
                hand_over_id: id,
                enrolment_id: leaves.enrolment_id,
            })
            .await
            .map_err(DemoProblem::new)?;
        let change = Change::new("hand_over", id.0, "Übergabe angeboten");
        history::record(writer, vec![change])
            .await
            .map_err(DemoProblem::new)?;
        // As if its author had offered it.
        writer
            .change(
                Sql::new("update history set actor_name = ? where object_id = ?")
                    .bind(by.name.clone())
                    .bind(id),
            )
            .await
            .map_err(DemoProblem::new)?;
    }
    // Came from another prison in the last quarter, each offered and accepted there and then.
    let came = Quarter::of(today).previous().first_day() + Duration::days(20);
    let before = facility(writer, "BZ").await?;
    for (member, days) in members.iter().skip(3).zip([0, 3, 9, 17, 24, 31, 40]) {
        let day = came + Duration::days(days);
        let accepted = berlin_midnight(day + Duration::days(4)).plus_minutes(10 * 60);
        writer
            .insert(hand_over::Model {
                id: HandOverId(writer.entropy().uuid()),
                person_id: member.person_id,
                kind: "prison".to_owned(),
                from_facility_id: before,
                to_facility_id: dresden,
                to_account_id: None,
                state: "accepted".to_owned(),
                moves_on: day + Duration::days(10),
                transition_from: None,
                coaching_months: 0,
                summary: serde_json::to_string(&Summary::default()).map_err(DemoProblem::new)?,
                checklist: "told provider".to_owned(),
                offered_on: day,
                expires_on: day + Duration::days(14),
                offered_at: berlin_midnight(day).plus_minutes(9 * 60),
                offered_by: None,
                offered_by_name: "Sozialdienst JVA Bautzen".to_owned(),
                answered_at: Some(accepted),
                answered_by: Some(by.id),
                answered_by_name: Some(by.name.clone()),
                reason: None,
                moved_on: Some(day + Duration::days(10)),
                contact_on: None,
                version: 2,
            })
            .await
            .map_err(DemoProblem::new)?;
    }
    // Once given, withdrawn since.
    if let Some(third) = members.get(2) {
        let row = consent::Model {
            withdrawn_on: Some(today - Duration::days(3)),
            withdrawn_at: Some(writer.now()),
            withdrawn_by_name: Some(by.name.clone()),
            ..signed(writer, third.person_id, "statistics", by, today)
        };
        writer.insert(row).await.map_err(DemoProblem::new)?;
    }
    Ok(())
}
