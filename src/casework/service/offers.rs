//! How often the client of a case is talked with, and the answer to times that a plan of a half-year proposes for it.

use super::Problem;
use super::plans::{Asked, Fields, Wish, against, arrange, movable, plan, shift, stage};
use crate::access::Writes;
use crate::base::ids::TalkId;
use crate::base::time::MinuteOfDay;
use crate::casework::codes::{AskedBy, SessionForm};
use crate::casework::rules::plan::When;
use crate::casework::rules::plan::cadence;
use crate::casework::store::cases::CaseLine;
use crate::casework::store::offers::{self, OfferLine};
use crate::casework::store::plans;
use crate::history::{self, Change};
use crate::store::{Result, StoreError, Writer};

/// Sets how often and how long a client is talked with; nothing: there is no such agreement.
pub(in crate::casework) async fn set_cadence<P: Writes>(
    writer: &Writer<P>,
    line: &CaseLine,
    to: Option<(i64, i64)>,
) -> Result<()> {
    let words = |known: Option<(i64, i64)>| known.map(|(weeks, minutes)| cadence(weeks, minutes));
    offers::set_cadence(writer, line, to).await?;
    let mut change = Change::new("client_case", line.id.0, "Gesprächsabstand")
        .values(words(line.cadence()), words(to));
    if let Some(person) = line.person_id {
        change = change.about(person);
    }
    history::record(writer, vec![change]).await
}

/// Arranges a talk at a proposed time, if nothing stands against it: what may be taken on with a reason has its own form.
pub(in crate::casework) async fn accept<P: Writes>(
    writer: &Writer<P>,
    offer: &OfferLine,
) -> std::result::Result<TalkId, Problem> {
    let start = u16::try_from(offer.start_minute)
        .ok()
        .and_then(MinuteOfDay::new)
        .ok_or(StoreError::Changed)?;
    let wish = Wish {
        when: When {
            day: offer.day,
            start,
        },
        minutes: offer.minutes,
        place: SessionForm::InPrison,
    };
    let stage = stage(writer, offer.case_id).await?;
    // Another of the same press, or somebody else, may have planned a talk in its period meanwhile.
    if offers::offers(writer, Some(&[offer.id])).await?.is_empty() {
        return Err(Problem::Field(
            "",
            "In dieser Zeit ist schon ein Gespräch vereinbart. Bitte den Vorschlag ablehnen."
                .into(),
        ));
    }
    if stage.prison() != Some(offer.facility_id) {
        return Err(Problem::Field(
            "",
            "Die Person ist inzwischen in einer anderen Einrichtung. Bitte den Vorschlag ablehnen."
                .into(),
        ));
    }
    let arranged = arrange(writer, &stage, &wish, Fields::PLAN).await?;
    let old = match offer.moves {
        Some(talk) => Some(
            plans::plan(writer, talk)
                .await?
                .ok_or(StoreError::Changed)?,
        ),
        None => None,
    };
    if let Some(old) = &old {
        movable(old, &wish)?;
    }
    let found = against(writer, &stage, &wish, old.as_ref()).await?;
    if let Some(first) = found.conflicts.first() {
        return Err(Problem::Field("", first.text.clone()));
    }
    let talk = match &old {
        Some(old) => shift(writer, old, &arranged, asked(offer), None).await?,
        None => plan(writer, &arranged, None).await?,
    };
    offers::answer(writer, offer, "planned").await?;
    Ok(talk)
}

/// Why a talk is moved to a time that was proposed instead.
fn asked(offer: &OfferLine) -> Asked {
    let by = offer.asked_by.as_deref().and_then(AskedBy::from_code);
    Asked {
        by: by.unwrap_or(AskedBy::Facility),
        reason: offer.why.clone(),
    }
}

/// Declines a proposed time.
pub(in crate::casework) async fn decline<P: Writes>(
    writer: &Writer<P>,
    offer: &OfferLine,
) -> Result<()> {
    offers::answer(writer, offer, "declined").await
}
