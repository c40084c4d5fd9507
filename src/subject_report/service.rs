//! Use cases: composing the report of a request, recording one, withholding a section, answering.

use time::Date;

use super::rules::inquiry::{Asker, Delivery, Ground, Identity, State, due};
use super::rules::report::{Asked, Office, Recipient, Report, sections};
use super::rules::words::office;
use super::store::{self, InquiryRow, held};
use crate::access::Writes;
use crate::base::ids::{InquiryId, PersonId};
use crate::history::{self, Change};
use crate::privacy::operation;
use crate::schema::inquiry::inquiry;
use crate::store::{Result, Rows, StoreError, Writer};

/// The kind of object in the history.
pub(super) const HISTORY: &str = "inquiry";

/// What the request asks for, as the report says it.
pub(super) fn asked(row: &InquiryRow) -> Asked {
    Asked {
        reference: row.reference.clone(),
        received_on: row.received_on,
        restricted: row.restrictions(),
        draft: row.open(),
    }
}

/// The whole report; three statements.
pub(super) async fn report(rows: &impl Rows, row: &InquiryRow) -> Result<Report> {
    let asked = asked(row);
    let mut report = Report {
        sections: Vec::new(),
        recipients: Vec::new(),
        offices: Vec::new(),
        made: rows.now(),
        asked,
    };
    let Some(person) = row.person_id else {
        return Ok(report);
    };
    let stored = held::about(rows, person, None)
        .await?
        .ok_or_else(too_much)?;
    report.sections = sections(&stored, &report.asked.restricted);
    report.recipients = held::disclosures(rows, person)
        .await?
        .into_iter()
        .map(|row| Recipient {
            at: row.at,
            by: row.place.unwrap_or_else(|| office(&row.role)),
            what: operation(&row.route).to_owned(),
            danger: row.route.ends_with("/gefahr"),
            to: row.recipient,
        })
        .collect();
    report.offices = held::offices(rows, person)
        .await?
        .into_iter()
        .map(|row| Office {
            name: match row.place {
                Some(place) => format!("{place}, {}", office(&row.role)),
                None => office(&row.role),
            },
            number: row.number.unsigned_abs(),
            span: (row.first, row.last),
        })
        .collect();
    Ok(report)
}

fn too_much() -> StoreError {
    StoreError::Unavailable(format!(
        "Zu dieser Person sind mehr als {} Einträge gespeichert. Eine unvollständige Auskunft wird nicht erstellt.",
        held::ROWS
    ))
}

/// What a new request says.
pub(super) struct NewInquiry {
    pub person: Option<PersonId>,
    pub reference: String,
    pub asker: Asker,
    pub identity: Identity,
    pub reason: Option<String>,
    pub received_on: Date,
}

/// Records a request.
pub(super) async fn record<P: Writes>(
    writer: &Writer<P>,
    id: InquiryId,
    new: NewInquiry,
) -> Result<()> {
    let person = new.person;
    let row = inquiry::Model {
        id,
        person_id: person,
        reference: new.reference,
        asker: new.asker.code().to_owned(),
        identity: new.identity.code().to_owned(),
        reason: new.reason,
        received_on: new.received_on,
        due_on: due(new.received_on),
        state: State::Open.code().to_owned(),
        restricted: String::new(),
        answered_on: None,
        delivery: None,
        content_hash: None,
        answered_by_name: None,
        created_at: writer.now(),
        created_by_name: writer.access().actor().name().to_owned(),
        version: 1,
    };
    store::insert(writer, row).await?;
    note(writer, id, person, "Auskunftsersuchen erfasst", None, None).await
}

/// Withholds a section on a ground, or tells it after all.
pub(super) async fn restrict<P: Writes>(
    writer: &Writer<P>,
    row: &InquiryRow,
    version: i64,
    (section, title): (&str, &str),
    ground: Option<Ground>,
) -> Result<()> {
    let mut restricted = row.restrictions();
    restricted.set(section, ground);
    store::restrict(writer, row.id, version, &restricted).await?;
    let what = match ground {
        Some(_) => format!("Abschnitt „{title}“ wird nicht mitgeteilt"),
        None => format!("Abschnitt „{title}“ wird mitgeteilt"),
    };
    let reason = ground.map(|ground| ground.label().to_owned());
    // Not in the person's history: it would tell in the report what is withheld from it.
    note(writer, row.id, None, &what, None, reason).await
}

/// Answers a request with the report that has this fingerprint; without one, with "no data".
pub(super) async fn answer<P: Writes>(
    writer: &Writer<P>,
    row: &InquiryRow,
    version: i64,
    (on, delivery): (Date, Delivery),
    fingerprint: Option<String>,
) -> Result<()> {
    store::answer(writer, row.id, version, on, delivery.code(), fingerprint).await?;
    let said = Some(delivery.label().to_owned());
    note(
        writer,
        row.id,
        row.person_id,
        "Auskunft erteilt",
        said,
        None,
    )
    .await
}

async fn note<P: Writes>(
    writer: &Writer<P>,
    id: InquiryId,
    person: Option<PersonId>,
    what: &str,
    new: Option<String>,
    reason: Option<String>,
) -> Result<()> {
    let mut change = Change::new(HISTORY, id.0, what)
        .values(None, new)
        .because(reason);
    change.person = person;
    history::record(writer, vec![change]).await
}
