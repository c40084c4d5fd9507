//! Keeping that a danger was disclosed.

use time::Date;

use super::Problem;
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::DangerId;
use crate::base::time::{MinuteOfDay, berlin_local};
use crate::casework::rules;
use crate::casework::store::CodeEntry;
use crate::casework::store::cases::CaseLine;
use crate::history::{self, Change};
use crate::schema::casework::danger_disclosure;
use crate::store::{Rows, Writer};

/// What the form says.
pub(in crate::casework) struct Disclosed {
    pub id: DangerId,
    pub ground: CodeEntry,
    pub recipient: CodeEntry,
    pub day: Date,
    pub minute: MinuteOfDay,
}

/// Records it with the case, which the caller found in scope.
pub(in crate::casework) async fn record<P: Writes>(
    writer: &Writer<P>,
    case: &CaseLine,
    disclosed: &Disclosed,
) -> Result<(), Problem> {
    let local = berlin_local(writer.now());
    rules::past_day(disclosed.day, local.date)
        .map_err(|problem| Problem::Field("tag", problem.to_string()))?;
    if disclosed.day == local.date && disclosed.minute > local.minute {
        return Err(Problem::Field(
            "um",
            "Diese Uhrzeit liegt in der Zukunft. Bitte festhalten, wann die Stelle unterrichtet wurde.".into(),
        ));
    }
    let row = danger_disclosure::Model {
        id: disclosed.id,
        case_id: case.id,
        ground: disclosed.ground.code.clone(),
        recipient: disclosed.recipient.code.clone(),
        day: disclosed.day,
        minute: i64::from(disclosed.minute.value()),
        recorded_at: writer.now(),
        recorded_by_name: writer.access().actor().name().to_owned(),
    };
    writer.insert_all(vec![row]).await?;
    let said = format!(
        "{} am {}, {}",
        disclosed.recipient.label,
        german::date(disclosed.day),
        german::time_of_day(disclosed.minute)
    );
    let mut change = Change::new("client_case", case.id.0, "Gefahr offengelegt")
        .values(None, Some(said))
        .because(Some(disclosed.ground.label.clone()));
    if let Some(person) = case.person_id {
        change = change.about(person);
    }
    history::record(writer, vec![change]).await?;
    Ok(())
}
