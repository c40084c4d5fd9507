//! How a participation ends, and how it is opened again; its case goes with it.

use time::Date;

use super::{Problem, at, plans};
use crate::access::{Scope, Writes};
use crate::base::german;
use crate::base::ids::EnrolmentId;
use crate::base::time::berlin_today;
use crate::casework::codes::EnrolmentOutcome;
use crate::casework::rules::course::State;
use crate::casework::store::write::{self, Step};
use crate::casework::store::{self, CodeEntry, EnrolmentLine};
use crate::history::{self, Change};
use crate::people::PersonHead;
use crate::store::{Rows, StoreError, Writer};

/// A prison changes participations only of people placed with it today: after a transfer the next facility does.
fn responsible<P: Writes>(writer: &Writer<P>, head: &PersonHead) -> Result<(), Problem> {
    match writer.access().scope() {
        Scope::Facility(facility) if head.facility_id != Some(facility) => Err(Problem::Field(
            "",
            "Die Person ist heute nicht in Ihrer Einrichtung untergebracht. Die Teilnahme ändert die Einrichtung, die jetzt zuständig ist.".into(),
        )),
        _ => Ok(()),
    }
}

/// Ends a participation as completed or broken off, by the reason's category, and its case with it.
pub(in crate::casework) async fn end<P: Writes>(
    writer: &Writer<P>,
    head: &PersonHead,
    line: &EnrolmentLine,
    version: i64,
    reason: &CodeEntry,
    day: Date,
) -> Result<(), Problem> {
    let to = State::from_code(&reason.category).unwrap_or(State::BrokenOff);
    catch_up(writer, line).await?;
    end_as(writer, head, line, version, (to, reason), day).await
}

/// Ends a participation; `to` is the state of its case then.
pub(super) async fn end_as<P: Writes>(
    writer: &Writer<P>,
    head: &PersonHead,
    line: &EnrolmentLine,
    version: i64,
    (to, reason): (State, &CodeEntry),
    day: Date,
) -> Result<(), Problem> {
    responsible(writer, head)?;
    close(writer, line, version, (to, reason), day).await
}

/// The same whoever is responsible: the caller has found the participation among what the actor decides.
async fn close<P: Writes>(
    writer: &Writer<P>,
    line: &EnrolmentLine,
    version: i64,
    (to, reason): (State, &CodeEntry),
    day: Date,
) -> Result<(), Problem> {
    if line.ended_on.is_none() {
        store::hold(writer, line.id).await?;
    }
    let held = store::held(writer, line.id).await?;
    if held.memberships > 0 {
        return Err(Problem::Field(
            "",
            "Die Person ist noch in einer Gruppe dieser Maßnahme. Bitte sie zuerst dort ausscheiden lassen.".into(),
        ));
    }
    line.life()
        .end(day, held.last, berlin_today(writer.now()))
        .map_err(at("ended_on"))?;
    let outcome = match to {
        State::Completed => EnrolmentOutcome::Completed,
        _ => EnrolmentOutcome::DroppedOut,
    };
    store::set_end(writer, line.id, version, Some((day, outcome.code()))).await?;
    let change = Change::new("enrolment", line.id.0, "Teilnahme beendet")
        .values(
            Some(format!("{}: läuft", line.programme_name)),
            Some(format!("{} am {}", outcome.label(), german::date(day))),
        )
        .because(Some(reason.label.clone()));
    history::record(writer, vec![change.about(line.person_id)]).await?;
    if let Some(case) = line.case_id {
        let step = Step {
            case,
            day,
            from: Some(line.state()),
            to,
            reason: Some(&reason.code),
        };
        write::insert_step(writer, &step).await?;
        plans::end_with_case(writer, case, day).await?;
    }
    Ok(())
}

/// Writes down steps of the case that only the days of the participation tell of so far: that it began, that it ended.
/// So what was reached stays reached when the participation is opened again.
pub(super) async fn catch_up<P: Writes>(
    writer: &Writer<P>,
    line: &EnrolmentLine,
) -> Result<(), StoreError> {
    let Some(case) = line.case_id else {
        return Ok(());
    };
    let mut last = write::last_state(writer, case).await?;
    let missing = [
        (
            State::Running,
            line.started_on.filter(|_| last == Some(State::Agreed)),
        ),
        (line.state(), line.ended_on),
    ];
    for (to, day) in missing {
        if let Some(day) = day.filter(|_| last != Some(to)) {
            let step = Step {
                case,
                day,
                from: last,
                to,
                reason: None,
            };
            write::insert_step(writer, &step).await?;
            last = Some(to);
        }
    }
    Ok(())
}

/// Takes the ending of a participation back.
pub(in crate::casework) async fn reopen<P: Writes>(
    writer: &Writer<P>,
    head: &PersonHead,
    line: &EnrolmentLine,
    version: i64,
    reason: String,
    code: Option<&str>,
) -> Result<(), Problem> {
    responsible(writer, head)?;
    open_again(writer, line, version, reason, code).await
}

/// The same whoever is responsible: the caller has found the participation among what the actor decides.
async fn open_again<P: Writes>(
    writer: &Writer<P>,
    line: &EnrolmentLine,
    version: i64,
    reason: String,
    code: Option<&str>,
) -> Result<(), Problem> {
    let life = line.life().reopen().map_err(at(""))?;
    catch_up(writer, line).await?;
    let siblings =
        store::siblings(writer, line.person_id, line.programme_id, Some(line.id)).await?;
    let later = siblings
        .latest_begin
        .is_some_and(|begin| line.ended_on.is_some_and(|end| begin >= end));
    let second = || {
        Problem::Field("", "Die Person hat danach schon eine neue Teilnahme an dieser Maßnahme. Zwei zugleich gibt es nicht.".into())
    };
    if siblings.open || later {
        return Err(second());
    }
    match store::set_end(writer, line.id, version, None).await {
        Ok(()) => {}
        // Somebody began a new one meanwhile; the unique index holds the rule.
        Err(StoreError::Duplicate(_)) => return Err(second()),
        Err(error) => return Err(error.into()),
    }
    let ended = line
        .ended_on
        .map(|day| format!("beendet am {}", german::date(day)));
    let change = Change::new("enrolment", line.id.0, "Teilnahme wieder geöffnet")
        .values(ended, Some(format!("{}: läuft", line.programme_name)))
        .because(Some(reason));
    history::record(writer, vec![change.about(line.person_id)]).await?;
    if let Some(case) = line.case_id {
        write::follow_participation(writer, case).await?;
        let step = Step {
            case,
            day: berlin_today(writer.now()),
            from: Some(line.state()),
            to: if life.started_on.is_some() {
                State::Running
            } else {
                State::Agreed
            },
            reason: code,
        };
        write::insert_step(writer, &step).await?;
    }
    Ok(())
}

/// What the end or the reopening of a participation comes to that an item about a change of placement asks for: done, or
/// the sentence why not.
fn told(result: Result<(), Problem>) -> Result<Option<String>, StoreError> {
    match result {
        Ok(()) => Ok(None),
        Err(Problem::Field(_, sentence) | Problem::Row(_, sentence)) => Ok(Some(sentence)),
        Err(Problem::Store(error)) => Err(error),
    }
}

/// Ends a running participation because the person was moved or released; the sentence why not. The caller decides for
/// the person by an item of its facility. A confidential one does not exist for a prison.
pub(crate) async fn end_after_move<P: Writes>(
    writer: &Writer<P>,
    id: EnrolmentId,
    reason: &str,
) -> Result<Option<String>, StoreError> {
    let today = berlin_today(writer.now());
    write::hold_case_of(writer, id).await?;
    let line = store::enrolment_to_decide(writer, id)
        .await?
        .ok_or(StoreError::Changed)?;
    let codes = store::codes(writer, "reason", today).await?;
    let Some(reason) = codes
        .iter()
        .find(|entry| entry.category == State::BrokenOff.code() && entry.code == reason)
    else {
        return Ok(Some("Dieser Grund steht heute nicht zur Wahl.".into()));
    };
    catch_up(writer, &line).await?;
    let ended = close(
        writer,
        &line,
        line.version,
        (State::BrokenOff, reason),
        today,
    );
    told(ended.await)
}

/// Opens a participation again that broke off, because the person is back in custody. What was reached stays reached.
pub(crate) async fn reopen_after_recall<P: Writes>(
    writer: &Writer<P>,
    id: EnrolmentId,
    reason: String,
) -> Result<Option<String>, StoreError> {
    write::hold_case_of(writer, id).await?;
    let line = store::enrolment_to_decide(writer, id)
        .await?
        .ok_or(StoreError::Changed)?;
    told(open_again(writer, &line, line.version, reason, Some("recall")).await)
}
