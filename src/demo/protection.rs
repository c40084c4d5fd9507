//! Made-up data protection: a request to decide, one ready to use, one used, stated purposes, an emergency access to review.

use super::people::Placed;
use super::{DemoAccount, DemoProblem, Outcome, account, facility};
use crate::access::Person;
use crate::access::permissions::Operate;
use crate::approvals::rules::{Kind, deadline, hash};
use crate::base::german;
use crate::base::ids::{ApprovalId, EmergencyId, PersonId, PurposeId, StandInId};
use crate::base::time::{Instant, berlin_today};
use crate::emergency::rules::{MINUTES, review_due};
use crate::schema::accounts::stand_in;
use crate::schema::protection::{approval, emergency_access, stated_purpose};
use crate::store::{Rows, Writer};

struct Stage<'a> {
    writer: &'a Writer<Operate>,
    accounts: &'a [DemoAccount],
}

impl Stage<'_> {
    /// A request for the log of an account; `decided`: by whom and how.
    async fn approval(
        &self,
        by: &str,
        of: &str,
        hours_ago: i64,
        decided: Option<(&str, &str)>,
    ) -> Outcome<()> {
        let now = self.writer.now();
        let (by, of) = (account(self.accounts, by)?, account(self.accounts, of)?);
        let today = berlin_today(now);
        let from = today - time::Duration::days(13);
        let payload = serde_json::json!({
            "account": of.id, "from": from.to_string(), "to": today.to_string()
        });
        let kind = Kind::ProtocolByStaff;
        let asked = now.plus_minutes(-60 * hours_ago);
        let answered = asked.plus_minutes(90);
        let by_whom = match decided {
            Some((login, _)) => Some(account(self.accounts, login)?),
            None => None,
        };
        let state = decided.map_or("requested", |(_, state)| state);
        let row = approval::Model {
            id: ApprovalId(self.writer.entropy().uuid()),
            kind: kind.code().to_owned(),
            subject: format!(
                "Konto {} ({}), {} bis {}",
                of.login,
                of.name,
                german::date(from),
                german::date(today)
            ),
            location: format!("/protokoll/konto?konto={}&von={from}&bis={today}", of.id),
            reason: "Beschwerde einer betroffenen Person, DS-2026-17".to_owned(),
            request_hash: hash(kind, Person::of(by.id, None), &payload)
                .map_err(DemoProblem::new)?
                .to_vec(),
            state: state.to_owned(),
            requested_by: by.id,
            requested_by_name: by.name.clone(),
            requested_at: asked,
            expires_at: deadline(if decided.is_some() { answered } else { asked }),
            decided_by: by_whom.map(|account| account.id),
            decided_by_name: by_whom.map(|account| account.name.clone()),
            decided_at: by_whom.map(|_| answered),
            decided_reason: None,
            used_at: (state == "used").then(|| answered.plus_minutes(20)),
            version: 1,
        };
        self.writer.insert(row).await.map_err(DemoProblem::new)
    }

    async fn purpose(
        &self,
        login: &str,
        person: PersonId,
        minutes_ago: i64,
        reason: (&str, &str),
    ) -> Outcome<()> {
        let by = account(self.accounts, login)?;
        let stated_at = self.writer.now().plus_minutes(-minutes_ago);
        let row = stated_purpose::Model {
            id: PurposeId(self.writer.entropy().uuid()),
            person_id: Some(person),
            account_id: by.id,
            account_name: by.name.clone(),
            // A session of earlier: nothing is open because of it.
            session: "demo".to_owned(),
            reason: reason.0.to_owned(),
            explanation: reason.1.to_owned(),
            stated_at,
            expires_at: stated_at.plus_minutes(60),
        };
        self.writer.insert(row).await.map_err(DemoProblem::new)
    }

    async fn emergency(&self, login: &str, person: PersonId, opened_at: Instant) -> Outcome<()> {
        let by = account(self.accounts, login)?;
        let row = emergency_access::Model {
            id: EmergencyId(self.writer.entropy().uuid()),
            person_id: person,
            account_id: by.id,
            account_name: by.name.clone(),
            facility_id: facility(self.writer, "DD").await?,
            reason: "Anruf der Familie mit Suizidankündigung, Bewährungshilfe nicht erreichbar"
                .to_owned(),
            opened_at,
            ends_at: opened_at.plus_minutes(MINUTES),
            ended_at: Some(opened_at.plus_minutes(6)),
            ended_by_name: Some(by.name.clone()),
            review_due: review_due(opened_at),
            result: None,
            review_note: None,
            reviewed_by: None,
            reviewed_by_name: None,
            reviewed_at: None,
            version: 1,
        };
        self.writer.insert(row).await.map_err(DemoProblem::new)
    }
}

impl Stage<'_> {
    /// An officer goes on leave in a fortnight.
    async fn stand_in(&self, absent: &str, by: &str) -> Outcome<()> {
        let (absent, by) = (account(self.accounts, absent)?, account(self.accounts, by)?);
        let from_day = berlin_today(self.writer.now()) + time::Duration::days(14);
        let row = stand_in::Model {
            id: StandInId(self.writer.entropy().uuid()),
            absent_id: absent.id,
            stand_in_id: by.id,
            facility_id: facility(self.writer, "BH-DD").await?,
            from_day,
            to_day: from_day + time::Duration::days(14),
            set_by: absent.id,
            set_by_name: absent.name.clone(),
            set_at: self.writer.now(),
            ended_by_name: None,
            ended_at: None,
            version: 1,
        };
        self.writer.insert(row).await.map_err(DemoProblem::new)
    }
}

pub(super) async fn seed(
    writer: &Writer<Operate>,
    accounts: &[DemoAccount],
    placed: &Placed,
) -> Outcome<()> {
    let stage = Stage { writer, accounts };
    let (first, second) = ("datenschutz", "datenschutz.zwei");
    stage.stand_in("bewaehrung", "bewaehrung.zwei").await?;
    stage.approval(second, "pforte", 5, None).await?;
    stage
        .approval(first, "zugang", 20, Some((second, "approved")))
        .await?;
    stage
        .approval(first, "zugang.zwei", 70, Some((second, "used")))
        .await?;
    if let Some(client) = placed.clients.first() {
        let opened = writer.now().plus_minutes(-22 * 60);
        stage
            .emergency("sozialdienst.zwei", *client, opened)
            .await?;
    }
    if let Some(person) = placed.dresden.first() {
        let reason = ("fachaufsicht", "Einsatzplanung für Dezember");
        stage.purpose("koordination", *person, 200, reason).await?;
        let reason = (
            "vertretung",
            "Vertretung bis Freitag, Fall aus dem Übergabebuch",
        );
        stage
            .purpose("koordination", *person, 3_000, reason)
            .await?;
    }
    Ok(())
}
