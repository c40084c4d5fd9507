//! Publishing, discarding and completing groups.

use time::Date;

use super::{Step, passport};
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{GroupId, PersonId, StaffId};
use crate::base::time::berlin_today;
use crate::conflicts;
use crate::gate;
use crate::groups::rules::{EndReason, MEMBERSHIP_COMPLETED, begins, completion};
use crate::groups::store::{self, GroupHead, members, plan};
use crate::history::{self, Change};
use crate::store::{Result, Rows, Writer};

/// Publishes a draft, unless a trainer cannot come on one of its days: then it tells who, when and who could instead.
pub(crate) async fn publish<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
) -> Result<Step<GroupHead>> {
    if !plan::lock_dates(writer, group).await? {
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
    let named: Vec<(StaffId, String)> = trainers
        .iter()
        .map(|trainer| (trainer.id, trainer.name.clone()))
        .collect();
    let whole = conflicts::Planned {
        group: group.id,
        facility: group.facility_id,
        programme: group.programme_id,
        places: group.places,
        trainers: &named,
    };
    if let Some(why) = conflicts::impossible(writer, &whole, group.last_day).await? {
        return Ok(Step::Refused(why));
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

/// Completes a group all of whose sessions were held or cancelled. Whose completion no trainer has confirmed ends as the
/// template's rule says. The people whose enrolment ended.
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
    let (passes, _) = passport::of_group(writer, group.id).await?;
    let mut changes = vec![Change::new(
        "training_group",
        group.id.0,
        "Gruppe abgeschlossen",
    )];
    for member in &open {
        let done = passes
            .iter()
            .find(|pass| pass.stay.membership_id == member.id)
            .is_some_and(|pass| pass.proposal.completed);
        let (ended_on, outcome) = completion(done, member.enrolled_on, last_held, today);
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
            "Teilnahme ohne Abschluss beendet"
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
