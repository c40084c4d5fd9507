//! Use cases: recording a consent, withdrawing it with effect at once.

use time::Date;

use super::rules::Purpose;
use super::store::{self, ConsentLine};
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{CaseId, ConsentId, PersonId, ProviderId};
use crate::handover;
use crate::history::{self, Change};
use crate::schema::transitions::consent;
use crate::store::{Result, Rows, Writer};

/// A consent as it was typed.
pub(super) struct Signed {
    pub purpose: Purpose,
    pub from: Date,
    pub to: Option<Date>,
    pub kept_at: String,
}

fn row<P: Writes>(writer: &Writer<P>, person: PersonId, signed: &Signed) -> consent::Model {
    let actor = writer.access().actor();
    let profile = actor.profile();
    consent::Model {
        id: ConsentId(writer.entropy().uuid()),
        person_id: Some(person),
        case_id: None,
        purpose: signed.purpose.code().to_owned(),
        from_day: signed.from,
        to_day: signed.to,
        kept_at: signed.kept_at.clone(),
        facility_id: profile.facility,
        provider_id: profile.provider,
        recorded_at: writer.now(),
        recorded_by: Some(actor.account()),
        recorded_by_name: actor.name().to_owned(),
        withdrawn_on: None,
        withdrawn_at: None,
        withdrawn_by_name: None,
        version: 1,
    }
}

fn span(signed: &Signed) -> String {
    match signed.to {
        Some(to) => format!(
            "{}, {} bis vor {}",
            signed.purpose.label(),
            german::date(signed.from),
            german::date(to)
        ),
        None => format!(
            "{}, ab {}",
            signed.purpose.label(),
            german::date(signed.from)
        ),
    }
}

/// Records a consent of a person in scope. The sentence why not.
pub(super) async fn record<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    signed: &Signed,
) -> Result<Option<String>> {
    if store::holds_visibly(writer, person, signed.purpose).await? {
        return Ok(Some(
            "Für diesen Zweck gilt schon eine Einwilligung. Sie gilt bis zu ihrem Ende oder Widerruf.".into(),
        ));
    }
    let row = row(writer, person, signed);
    // About the consent and not the person: the time line of other places does not tell of it.
    let change =
        Change::new("consent", row.id.0, "Einwilligung erfasst").values(None, Some(span(signed)));
    store::insert(writer, row).await?;
    history::record(writer, vec![change]).await?;
    Ok(None)
}

/// The consent with which the client of a case was made known.
pub(crate) async fn record_link<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    (case, provider): (CaseId, ProviderId),
    signed_on: Date,
) -> Result<()> {
    let signed = Signed {
        purpose: Purpose::Link,
        from: signed_on,
        to: None,
        kept_at: String::new(),
    };
    let row = consent::Model {
        case_id: Some(case),
        facility_id: None,
        provider_id: Some(provider),
        ..row(writer, person, &signed)
    };
    let change =
        Change::new("consent", row.id.0, "Einwilligung erfasst").values(None, Some(span(&signed)));
    store::insert(writer, row).await?;
    history::record(writer, vec![change]).await
}

/// Withdraws a consent. What it opened is closed in the same unit of work.
pub(super) async fn withdraw<P: Writes>(
    writer: &Writer<P>,
    line: &ConsentLine,
    version: i64,
) -> Result<()> {
    store::withdraw(writer, line, version).await?;
    let purpose = Purpose::from_code(&line.purpose);
    let change = Change::new("consent", line.id.0, "Einwilligung widerrufen").values(
        purpose.map(|purpose| purpose.label().to_owned()),
        Some(format!(
            "widerrufen am {}",
            german::date(crate::base::time::berlin_today(writer.now()))
        )),
    );
    history::record(writer, vec![change]).await?;
    if purpose == Some(Purpose::Probation) {
        handover::consent_withdrawn(writer, line.person_id).await?;
    }
    Ok(())
}
