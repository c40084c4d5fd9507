//! Publishing, discarding and completing groups; cancelling sessions.

use time::{Date, Duration};

use super::Step;
use super::planning::{closed, holidays, taken, weekday};
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{GroupId, GroupSessionId, PersonId, StaffId};
use crate::base::time::berlin_today;
use crate::gate;
use crate::groups::rules::{
    CancelReason, EndReason, MEMBERSHIP_COMPLETED, OUTCOME_COMPLETED, begins, completion, minute,
};
use crate::groups::series::{Series, SeriesRequest, SessionPlan, plan_series};
use crate::groups::store::register::{self, SessionHead};
use crate::groups::store::{self, GroupHead, members, plan};
use crate::history::{self, Change};
use crate::schema::groups::group_session;
use crate::store::{Result, Rows, Writer};

/// Publishes a draft, unless a trainer cannot come on one of its days: then it tells who, when and who could instead.
pub(crate) async fn publish<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
) -> Result<Step<GroupHead>> {
    if !plan::lock(writer, group).await? {
        return Ok(Step::NotFound);
    }
    let Some((group, trainers)) = store::open(writer, group).await? else {
        return Ok(Step::NotFound);
    };
    if group.state != "draft" {
        return Ok(Step::Refused("Die Gruppe ist schon veröffentlicht.".into()));
    }
    let there = i64::try_from(trainers.len()).unwrap_or(i64::MAX);
    if there < group.trainers_needed {
        return Ok(Step::Refused(format!(
            "Die Gruppe braucht {} Fachkräfte, eingetragen sind {there}.",
            group.trainers_needed
        )));
    }
    let sessions = store::sessions(writer, group.id).await?;
    let planned: Vec<_> = sessions
        .iter()
        .filter(|session| session.state == "planned")
        .collect();
    if planned.is_empty() {
        return Ok(Step::Refused(
            "Die Gruppe hat keine geplante Sitzung.".into(),
        ));
    }
    if let Some(past) = planned
        .iter()
        .find(|session| begins(session.day, session.start_minute) <= writer.now())
    {
        return Ok(Step::Refused(format!(
            "Die Sitzung am {} liegt schon in der Vergangenheit. Bitte den Entwurf verwerfen und neu planen.",
            german::date(past.day)
        )));
    }
    let uncovered = crate::cover::publish_problems(writer, group.id).await?;
    if !uncovered.is_empty() {
        return Ok(Step::Ask(uncovered, group));
    }
    plan::set_state(writer, group.id, "draft", "published").await?;
    let staff: Vec<StaffId> = trainers.iter().map(|trainer| trainer.id).collect();
    for session in &planned {
        gate::note_changes(writer, group.facility_id, session.day, &staff, "Termin neu").await?;
    }
    history::record(
        writer,
        vec![Change::new(
            "training_group",
            group.id.0,
            "Gruppe veröffentlicht",
        )],
    )
    .await?;
    Ok(Step::Done(group))
}

/// Deletes a draft that never had members.
pub(crate) async fn discard<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
) -> Result<Step<GroupHead>> {
    if !plan::lock(writer, group).await? {
        return Ok(Step::NotFound);
    }
    let Some(group) = store::find(writer, group).await? else {
        return Ok(Step::NotFound);
    };
    if group.state != "draft" {
        return Ok(Step::Refused(
            "Nur Entwürfe können verworfen werden.".into(),
        ));
    }
    if plan::memberships(writer, group.id).await? > 0 {
        return Ok(Step::Refused(
            "Der Entwurf hat oder hatte Teilnehmende und bleibt deshalb erhalten.".into(),
        ));
    }
    plan::delete_draft(writer, group.id).await?;
    let change = Change::new("training_group", group.id.0, "Entwurf verworfen")
        .values(Some(group.name.clone()), None);
    history::record(writer, vec![change]).await?;
    Ok(Step::Done(group))
}

/// Completes a group all of whose sessions were held or cancelled; the people whose enrolment ended.
pub(crate) async fn complete<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
) -> Result<Step<Vec<PersonId>>> {
    let today = berlin_today(writer.now());
    if !plan::lock(writer, group).await? {
        return Ok(Step::NotFound);
    }
    let Some(group) = store::find(writer, group).await? else {
        return Ok(Step::NotFound);
    };
    let sessions = store::sessions(writer, group.id).await?;
    if let Some(why) = cannot_complete(&group, &sessions) {
        return Ok(Step::Refused(why));
    }
    let last_held = sessions
        .iter()
        .filter(|session| session.state == "held")
        .map(|session| session.day)
        .max();
    let open = members::open_memberships(writer, group.id).await?;
    let mut changes = vec![Change::new(
        "training_group",
        group.id.0,
        "Gruppe abgeschlossen",
    )];
    for member in &open {
        let (ended_on, outcome) = completion(member.attended, member.enrolled_on, last_held, today);
        let done = outcome == OUTCOME_COMPLETED;
        let end_reason = if done {
            MEMBERSHIP_COMPLETED
        } else {
            EndReason::Other.code()
        };
        let to_day = last_held
            .and_then(Date::next_day)
            .unwrap_or(today)
            .max(member.from_day);
        members::end(writer, member, to_day, end_reason, ended_on, outcome).await?;
        let what = if done {
            "Teilnahme abgeschlossen"
        } else {
            "Teilnahme beendet: keine Sitzung besucht"
        };
        changes.push(
            Change::new("enrolment", member.enrolment_id.0, what)
                .about(member.person_id)
                .values(
                    Some(group.programme_name.clone()),
                    Some(format!("beendet am {}", german::date(ended_on))),
                ),
        );
    }
    plan::set_state(writer, group.id, "published", "closed").await?;
    history::record(writer, changes).await?;
    Ok(Step::Done(
        open.into_iter().map(|member| member.person_id).collect(),
    ))
}

/// Why a group cannot be completed yet.
pub(crate) fn cannot_complete(group: &GroupHead, sessions: &[store::SessionRow]) -> Option<String> {
    if group.state != "published" {
        return Some("Nur veröffentlichte Gruppen können abgeschlossen werden.".into());
    }
    let open = sessions
        .iter()
        .filter(|session| session.state == "planned")
        .count();
    (open > 0).then(|| {
        let what = german::plural(open as u64, "Sitzung ist", "Sitzungen sind");
        format!(
            "{what} weder erfasst noch abgesagt. Erst danach kann die Gruppe abgeschlossen werden."
        )
    })
}

/// The session that takes the place of a cancelled one, after the last of the series.
pub(crate) async fn appended<R: Rows>(
    rows: &R,
    session: &SessionHead,
) -> Result<std::result::Result<Series, String>> {
    let today = berlin_today(rows.now());
    let weeks = session.interval_weeks.clamp(1, 52);
    let first_day =
        (session.last_day.max(session.day) + Duration::weeks(weeks)).max(today + Duration::days(1));
    let closed = closed(rows, session.facility_id, first_day).await?;
    let staff: Vec<StaffId> = store::open(rows, session.group_id)
        .await?
        .map_or_else(Vec::new, |(_, trainers)| {
            trainers.iter().map(|one| one.id).collect()
        });
    let until = first_day + Duration::weeks(26);
    let busy = taken(
        rows,
        session.facility_id,
        session.room_id,
        &staff,
        (first_day, until),
    )
    .await?;
    let planned = plan_series(&SeriesRequest {
        sessions: vec![SessionPlan {
            ordinal: u16::try_from(session.last_ordinal + 1).unwrap_or(u16::MAX),
            minutes: u16::try_from(session.minutes).unwrap_or(0),
        }],
        weekday: weekday(session.weekday),
        start: minute(session.group_start),
        first_day,
        interval_weeks: u8::try_from(weeks).unwrap_or(1),
        holidays: &holidays,
        closures: &closed,
        busy: &busy,
        today,
    });
    Ok(planned.map_err(|problems| {
        problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    }))
}

/// Why a session cannot be cancelled.
pub(crate) fn cannot_cancel(session: &SessionHead) -> Option<String> {
    match session.state.as_str() {
        "held" => {
            Some("Diese Sitzung hat stattgefunden und kann nicht mehr abgesagt werden.".into())
        }
        "cancelled" => Some("Diese Sitzung ist schon abgesagt.".into()),
        _ => None,
    }
}

/// Cancels a session; with `append` its module is held after the last session of the series.
pub(crate) async fn cancel<P: Writes>(
    writer: &Writer<P>,
    id: GroupSessionId,
    version: i64,
    reason: CancelReason,
    append: bool,
) -> Result<Step<SessionHead>> {
    if !register::lock(writer, id).await? {
        return Ok(Step::NotFound);
    }
    let Some(session) = register::find(writer, id).await? else {
        return Ok(Step::NotFound);
    };
    if !plan::lock(writer, session.group_id).await? {
        return Ok(Step::NotFound);
    }
    // Read again behind the group's lock: two cancelled sessions must not be appended on the same day.
    let Some(session) = register::find(writer, id).await? else {
        return Ok(Step::NotFound);
    };
    if let Some(why) = cannot_cancel(&session) {
        return Ok(Step::Refused(why));
    }
    let added = if append {
        match appended(writer, &session).await? {
            Ok(series) => series.planned.first().copied(),
            Err(why) => return Ok(Step::Refused(why)),
        }
    } else {
        None
    };
    plan::cancel(writer, id, version, reason.code()).await?;
    let house = session.facility_id;
    gate::note_session(writer, house, session.day, id, "Termin abgesagt").await?;
    let mut text = format!("Nr. {} am {}", session.ordinal, german::date(session.day));
    match added {
        Some(added) => {
            let row = group_session::Model {
                id: GroupSessionId(writer.entropy().uuid()),
                group_id: session.group_id,
                ordinal: session.last_ordinal + 1,
                module: session.module.clone(),
                day: added.date,
                start_minute: session.group_start,
                minutes: session.minutes,
                room_id: session.room_id,
                state: "planned".to_owned(),
                cancel_reason: None,
                version: 1,
            };
            let appended = row.id;
            plan::append(writer, row).await?;
            gate::note_session(writer, house, added.date, appended, "Termin neu").await?;
            text.push_str(&format!("; angehängt am {}", german::date(added.date)));
        }
        None => plan::last_day(writer, session.group_id).await?,
    }
    let change = Change::new("training_group", session.group_id.0, "Sitzung abgesagt")
        .values(None, Some(text))
        .because(Some(reason.label().to_owned()));
    history::record(writer, vec![change]).await?;
    Ok(Step::Done(session))
}
