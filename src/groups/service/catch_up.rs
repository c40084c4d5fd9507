//! Planning, moving and cancelling catch-up sessions. Changes of a series never touch them.

use std::collections::BTreeSet;

use time::Date;

use super::passport::{self, Pass};
use super::planning::FieldProblems;
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{GroupId, GroupSessionId, PersonId, StaffId};
use crate::conflicts::rules::Conflict;
use crate::conflicts::{self, Judged, Sent};
use crate::cover;
use crate::gate;
use crate::groups::rules::{CATCH_UP, CancelReason, time_range};
use crate::groups::store::catch_up::{self as store, CatchUp, MadeGood, When};
use crate::groups::store::{self as groups, GroupHead, Trainer, plan};
use crate::history::{self, Change};
use crate::schema::groups::group_session;
use crate::store::{Result, Writer};

/// How a use case went. Whoever gets anything but `Done` drops the writer.
pub(crate) enum Outcome {
    /// Done; whom it is about.
    Done(Vec<PersonId>),
    /// Fields and what is wrong with them.
    Invalid(FieldProblems),
    /// What stands against it and was not taken on.
    Against(Vec<Conflict>),
    /// The rules do not allow it.
    Refused(String),
    /// There is no such thing.
    NotFound,
}

fn line(at: &When) -> String {
    format!(
        "{}, {}",
        german::weekday_date(at.day),
        time_range(at.start_minute, at.minutes)
    )
}

/// Who holds a catch-up session: whoever was chosen, or all trainers of the group.
fn holders(trainers: &[Trainer], chosen: Option<StaffId>) -> Vec<(StaffId, String)> {
    trainers
        .iter()
        .filter(|trainer| chosen.is_none_or(|one| one == trainer.id))
        .map(|trainer| (trainer.id, trainer.name.clone()))
        .collect()
}

/// What stands against a catch-up session; `before` is what it was, if it is stored.
async fn against<P: Writes>(
    writer: &Writer<P>,
    (group, trainers): (&GroupHead, &[Trainer]),
    before: Option<&CatchUp>,
    at: &When,
    people: &[(PersonId, String)],
) -> Result<Vec<Conflict>> {
    let trainers = holders(trainers, at.staff);
    let planned = conflicts::Planned {
        group: group.id,
        facility: group.facility_id,
        programme: group.programme_id,
        places: group.places,
        trainers: &trainers,
    };
    let date = conflicts::Dated {
        id: before.map(|session| session.id),
        ordinal: 0,
        day: at.day,
        start: at.start_minute,
        minutes: at.minutes,
        room: at.room,
        alone: false,
    };
    let same = before.is_some_and(|session| session.staff_id == at.staff);
    let people = people.iter().map(|(id, _)| *id).collect();
    conflicts::of_catch_up(writer, &planned, &date, people, same).await
}

/// Why nothing can be made good in a group.
pub(crate) fn not_here(group: &GroupHead) -> Option<&'static str> {
    match group.state.as_str() {
        "published" => None,
        "draft" => {
            Some("Die Gruppe ist noch ein Entwurf. Nachholtermine gibt es, sobald sie läuft.")
        }
        _ => Some("Die Gruppe ist abgeschlossen; Nachholtermine gibt es nur in laufenden Gruppen."),
    }
}

/// Plans a catch-up session for people of a group; `wanted` says who makes good which session of the template.
pub(crate) async fn plan<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    at: &When,
    wanted: &[(PersonId, i64)],
    sent: &Sent<'_>,
) -> Result<Outcome> {
    if !plan::lock_dates(writer, group).await? {
        return Ok(Outcome::NotFound);
    }
    let Some((group, trainers)) = groups::open(writer, group).await? else {
        return Ok(Outcome::NotFound);
    };
    if let Some(why) = not_here(&group) {
        return Ok(Outcome::Refused(why.into()));
    }
    if at
        .staff
        .is_some_and(|id| !trainers.iter().any(|one| one.id == id))
    {
        return Ok(Outcome::NotFound);
    }
    let (passes, _) = passport::of_group(writer, group.id).await?;
    let mut problems: FieldProblems = Vec::new();
    let mut people: Vec<(PersonId, String)> = Vec::new();
    let mut modules: Vec<String> = Vec::new();
    for (person, ordinal) in wanted {
        let Some(pass) = member(&passes, *person) else {
            return Ok(Outcome::NotFound);
        };
        let Some((_, module, _)) = pass.missed().into_iter().find(|(one, ..)| one == ordinal)
        else {
            problems.push((
                "versaeumt",
                format!(
                    "{}: Nr. {ordinal} ist inzwischen nicht mehr offen.",
                    pass.name()
                ),
            ));
            continue;
        };
        if let Some(day) = pass.catch_ups.get(ordinal) {
            problems.push((
                "versaeumt",
                format!(
                    "{}: Für Nr. {ordinal} gibt es schon einen Nachholtermin am {}.",
                    pass.name(),
                    german::date(*day)
                ),
            ));
        }
        if !modules.iter().any(|known| known == module) {
            modules.push(module.to_owned());
        }
        if !people.iter().any(|(id, _)| id == person) {
            people.push((*person, pass.name()));
        }
    }
    if at.day < group.first_day {
        problems.push((
            "tag",
            format!(
                "Die Gruppe beginnt erst am {}. Bitte diesen oder einen späteren Tag eingeben.",
                german::date(group.first_day)
            ),
        ));
    }
    let id = GroupSessionId(writer.entropy().uuid());
    if !problems.is_empty() {
        return Ok(Outcome::Invalid(problems));
    }
    let against = against(writer, (&group, &trainers), None, at, &people).await?;
    if !matches!(conflicts::judge(&against, sent), Judged::Free) {
        return Ok(Outcome::Against(against));
    }
    let module = modules.join(", ");
    let session = group_session::Model {
        id,
        group_id: group.id,
        ordinal: 0,
        module: module.clone(),
        day: at.day,
        start_minute: at.start_minute,
        minutes: at.minutes,
        room_id: at.room,
        state: "planned".to_owned(),
        cancel_reason: None,
        version: 1,
        kind: CATCH_UP.to_owned(),
        template_ordinal: None,
        replaces: None,
        locked: false,
        cancel_note: None,
    };
    store::insert(writer, session, at.staff, wanted).await?;
    conflicts::take_on(writer, group.id, &against, sent.reason).await?;
    gate::note_session(writer, group.facility_id, at.day, id, "Termin neu").await?;
    let text = format!("{}: {module}", line(at));
    note(
        writer,
        (group.id, id),
        &people,
        "Nachholtermin geplant",
        (None, Some(text)),
        None,
    )
    .await?;
    Ok(Outcome::Done(
        people.into_iter().map(|(id, _)| id).collect(),
    ))
}

/// A present member whom the actor may see.
fn member(passes: &[Pass], person: PersonId) -> Option<&Pass> {
    passes
        .iter()
        .find(|pass| pass.person_id == person && pass.visible && pass.stay.to_day.is_none())
}

/// One line for the session's page and one for each person, who also reads it in the group's.
async fn note<P: Writes>(
    writer: &Writer<P>,
    (group, session): (GroupId, GroupSessionId),
    people: &[(PersonId, String)],
    what: &str,
    (old, new): (Option<String>, Option<String>),
    reason: Option<String>,
) -> Result<()> {
    let mut changes = vec![
        Change::new("group_session", session.0, what)
            .values(old.clone(), new.clone())
            .because(reason.clone()),
    ];
    for (person, _) in people {
        changes.push(
            Change::new("training_group", group.0, what)
                .about(*person)
                .values(old.clone(), new.clone())
                .because(reason.clone()),
        );
    }
    history::record(writer, changes).await
}

fn when(session: &CatchUp) -> When {
    When {
        day: session.day,
        start_minute: session.start_minute,
        minutes: session.minutes,
        room: session.room_id,
        staff: session.staff_id,
    }
}

/// A planned catch-up session whose group is locked until the commit.
struct Held {
    session: CatchUp,
    people: Vec<(PersonId, String)>,
}

fn people(made_good: &[MadeGood]) -> Vec<(PersonId, String)> {
    let mut seen = BTreeSet::new();
    made_good
        .iter()
        .filter(|row| seen.insert(row.person_id.0))
        .map(|row| (row.person_id, row.name()))
        .collect()
}

async fn hold<P: Writes>(
    writer: &Writer<P>,
    id: GroupSessionId,
) -> Result<std::result::Result<Held, Outcome>> {
    let Some((session, made_good)) = store::open(writer, id).await? else {
        return Ok(Err(Outcome::NotFound));
    };
    if !plan::lock_dates(writer, session.group_id).await? {
        return Ok(Err(Outcome::NotFound));
    }
    if let Some(why) = settled(&session) {
        return Ok(Err(Outcome::Refused(why.into())));
    }
    Ok(Ok(Held {
        people: people(&made_good),
        session,
    }))
}

/// Why a catch-up session can no longer be changed.
pub(crate) fn settled(session: &CatchUp) -> Option<&'static str> {
    match session.state.as_str() {
        "planned" => None,
        "held" => {
            Some("Dieser Nachholtermin hat stattgefunden; er wird weder verschoben noch abgesagt.")
        }
        _ => Some("Dieser Nachholtermin ist abgesagt."),
    }
}

/// Moves a planned catch-up session.
pub(crate) async fn change<P: Writes>(
    writer: &Writer<P>,
    id: GroupSessionId,
    version: i64,
    to: &When,
    sent: &Sent<'_>,
) -> Result<Outcome> {
    let held = match hold(writer, id).await? {
        Ok(held) => held,
        Err(outcome) => return Ok(outcome),
    };
    let Some((group, trainers)) = groups::open(writer, held.session.group_id).await? else {
        return Ok(Outcome::NotFound);
    };
    if to
        .staff
        .is_some_and(|id| !trainers.iter().any(|one| one.id == id))
    {
        return Ok(Outcome::NotFound);
    }
    let session = &held.session;
    let against = against(writer, (&group, &trainers), Some(session), to, &held.people).await?;
    if !matches!(conflicts::judge(&against, sent), Judged::Free) {
        return Ok(Outcome::Against(against));
    }
    let before: Date = held.session.day;
    let same = before == to.day;
    if !same {
        gate::note_session(writer, group.facility_id, before, id, "Termin abgesagt").await?;
    }
    store::change(writer, id, version, to).await?;
    if held.session.staff_id != to.staff {
        // Whoever covered for somebody who no longer holds it is free again.
        cover::keep_only(
            writer,
            (group.id, id),
            to.day,
            &holders(&trainers, to.staff),
        )
        .await?;
    }
    conflicts::take_on(writer, group.id, &against, sent.reason).await?;
    let what = if same {
        "Termin geändert"
    } else {
        "Termin neu"
    };
    gate::note_session(writer, group.facility_id, to.day, id, what).await?;
    let values = (Some(line(&when(&held.session))), Some(line(to)));
    let what = "Nachholtermin geändert";
    note(writer, (group.id, id), &held.people, what, values, None).await?;
    Ok(Outcome::Done(
        held.people.into_iter().map(|(id, _)| id).collect(),
    ))
}

/// Cancels a planned catch-up session; what it was to make good is open again.
pub(crate) async fn cancel<P: Writes>(
    writer: &Writer<P>,
    id: GroupSessionId,
    version: i64,
    (reason, remark): (CancelReason, Option<String>),
) -> Result<Outcome> {
    let held = match hold(writer, id).await? {
        Ok(held) => held,
        Err(outcome) => return Ok(outcome),
    };
    let session = &held.session;
    let why = match &remark {
        Some(remark) => format!("{}: {remark}", reason.label()),
        None => reason.label().to_owned(),
    };
    gate::note_session(
        writer,
        session.facility_id,
        session.day,
        id,
        "Termin abgesagt",
    )
    .await?;
    store::cancel(writer, id, version, reason.code(), remark).await?;
    let values = (Some(line(&when(session))), None);
    let what = "Nachholtermin abgesagt";
    note(
        writer,
        (session.group_id, id),
        &held.people,
        what,
        values,
        Some(why),
    )
    .await?;
    Ok(Outcome::Done(
        held.people.into_iter().map(|(id, _)| id).collect(),
    ))
}

/// Takes a person whose place ends on a day out of what the group has planned to make good from then on. What was for
/// nobody else is cancelled, so that nobody waits at the gate for it and its room is free. The caller has locked the group.
pub(crate) async fn leave<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    person: PersonId,
    from: Date,
) -> Result<()> {
    for session in store::ahead(writer, group, person, from).await? {
        let id = session.id;
        let line = format!(
            "{}, {}",
            german::weekday_date(session.day),
            time_range(session.start_minute, session.minutes)
        );
        let (what, reason) = if session.others {
            store::take_out(writer, id, person).await?;
            (
                "Aus dem Nachholtermin genommen",
                "aus der Gruppe ausgeschieden",
            )
        } else {
            let (house, day) = (session.facility_id, session.day);
            gate::note_session(writer, house, day, id, "Termin abgesagt").await?;
            let reason = "niemand mehr in der Gruppe, für den er gedacht war";
            let code = CancelReason::TooFew.code();
            store::cancel(writer, id, session.version, code, Some(reason.to_owned())).await?;
            ("Nachholtermin abgesagt", reason)
        };
        note(
            writer,
            (group, id),
            &[(person, String::new())],
            what,
            (Some(line), None),
            Some(reason.to_owned()),
        )
        .await?;
    }
    Ok(())
}
