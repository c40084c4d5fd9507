//! Deadlines of a case: setting one, and that it was kept.

use time::{Date, Duration};

use super::Problem;
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::DeadlineId;
use crate::base::time::berlin_today;
use crate::casework::codes::DeadlineKind;
use crate::casework::store::cases::CaseLine;
use crate::casework::store::deadlines;
use crate::history::{self, Change};
use crate::schema::casework::case_deadline;
use crate::store::{Result, Rows, StoreError, Writer};

/// A deadline lies within the past year and the next five.
const PAST_DAYS: i64 = 366;
const AHEAD_DAYS: i64 = 5 * 366;

async fn record<P: Writes>(
    writer: &Writer<P>,
    case: &CaseLine,
    what: &'static str,
    values: (Option<String>, Option<String>),
) -> Result<()> {
    let mut change = Change::new("client_case", case.id.0, what).values(values.0, values.1);
    if let Some(person) = case.person_id {
        change = change.about(person);
    }
    history::record(writer, vec![change]).await
}

/// Sets a deadline. There is one open of a kind at a time.
pub(in crate::casework) async fn set<P: Writes>(
    writer: &Writer<P>,
    case: &CaseLine,
    kind: DeadlineKind,
    due: Date,
) -> std::result::Result<DeadlineId, Problem> {
    let today = berlin_today(writer.now());
    if due < today - Duration::days(PAST_DAYS) || due > today + Duration::days(AHEAD_DAYS) {
        return Err(Problem::Field(
            "bis",
            "Diese Frist liegt weit von heute entfernt. Bitte das Jahr prüfen.".into(),
        ));
    }
    if case.course().state.closed() {
        return Err(Problem::Field(
            "",
            "Dieser Fall ist beendet. Bitte ihn zuerst wieder öffnen.".into(),
        ));
    }
    let id = DeadlineId(writer.entropy().uuid());
    let row = case_deadline::Model {
        id,
        case_id: case.id,
        kind: kind.code().to_owned(),
        due,
        recorded_at: writer.now(),
        recorded_by_name: writer.access().actor().name().to_owned(),
        done_on: None,
        done_by_name: None,
        version: 1,
    };
    match deadlines::insert(writer, row).await {
        Ok(()) => {}
        Err(StoreError::Duplicate(_)) => {
            return Err(Problem::Field(
                "art",
                "Eine solche Frist ist schon offen. Bitte sie zuerst als erledigt melden.".into(),
            ));
        }
        Err(error) => return Err(error.into()),
    }
    let said = format!("{}: {}", kind.label(), german::date(due));
    record(writer, case, "Frist gesetzt", (None, Some(said))).await?;
    Ok(id)
}

/// Closes a deadline of a case that the caller found in scope.
pub(in crate::casework) async fn close<P: Writes>(
    writer: &Writer<P>,
    case: &CaseLine,
    (id, version): (DeadlineId, i64),
    kind: DeadlineKind,
    due: Date,
) -> Result<()> {
    deadlines::close(writer, id, version).await?;
    let said = format!("{}: {}", kind.label(), german::date(due));
    record(writer, case, "Frist erledigt", (Some(said), None)).await
}
