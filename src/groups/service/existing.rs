//! Entering a group that runs already: its past dates once, then its members and registers, then it is locked.

use std::collections::BTreeMap;

use time::{Date, Duration};

use super::Step;
use super::planning::{Beginning, FieldProblems, Request, against, closed, holidays, store_group};
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{FacilityId, GroupId, PersonId};
use crate::base::interval::DaySpan;
use crate::base::time::{LocalDateTime, MinuteOfDay, berlin_local, berlin_today};
use crate::conflicts::{self, rules::Conflict};
use crate::groups::series::place::{Ask, Item, Placement, Rhythm, Slot, World, place};
use crate::groups::series::{PlannedSession, SeriesProblem};
use crate::groups::store::existing::{self as store, EntryMember};
use crate::groups::store::plan::{self, TemplateSession};
use crate::groups::store::series;
use crate::history::{self, Change};
use crate::store::{Result, Rows, Writer};

/// The dates of a running group: what is over, and what follows.
pub(crate) struct Running {
    pub request: Request,
    pub sessions: Vec<TemplateSession>,
    pub planned: Vec<PlannedSession>,
    /// How many of them are over.
    pub past: usize,
    /// What stands against those that follow.
    pub conflicts: Vec<Conflict>,
}

/// A past date as typed.
pub(crate) type PastDate = (Date, MinuteOfDay);

fn items(sessions: &[TemplateSession], past: &[PastDate]) -> Vec<Item> {
    sessions
        .iter()
        .enumerate()
        .map(|(index, session)| Item {
            ordinal: u16::try_from(session.ordinal).unwrap_or(0),
            minutes: u16::try_from(session.minutes).unwrap_or(0),
            gap_days: u16::try_from(session.gap_days).unwrap_or(0),
            fixed: past.get(index).copied(),
        })
        .collect()
}

fn rhythm(request: &Request) -> Rhythm {
    let mut slots = vec![Slot {
        weekday: request.weekday,
        start: request.start,
    }];
    slots.extend(&request.more);
    Rhythm {
        slots,
        interval_weeks: u8::try_from(request.template.interval_weeks).unwrap_or(1),
    }
}

fn problem(problem: &SeriesProblem) -> FieldProblems {
    let field = match problem {
        SeriesProblem::EndsAfterMidnight { .. } => "start",
        SeriesProblem::NoSessions | SeriesProblem::TooManySessions(_) => "template",
        SeriesProblem::WeekdayTwice | SeriesProblem::NoSlot => "weekday",
        _ => "first_day",
    };
    vec![(field, problem.to_string())]
}

/// The past dates that the weekly slots give from the first day on, as a proposal to correct.
pub(crate) async fn propose<R: Rows>(
    rows: &R,
    facility: FacilityId,
    request: &Request,
) -> Result<std::result::Result<Vec<PastDate>, FieldProblems>> {
    let sessions = plan::template_sessions(rows, request.template.id).await?;
    let now = berlin_local(rows.now());
    if let Some(problems) = not_begun(request, now) {
        return Ok(Err(problems));
    }
    let closures = closed(rows, facility, request.first_day).await?;
    let placed = arrange(
        request,
        &sessions,
        &[],
        &closures,
        request.first_day,
        before(request.first_day),
    );
    Ok(placed
        .map(|placement| {
            placement
                .planned
                .iter()
                .map(|session| (session.date, session.start))
                .take_while(|past| *past <= (now.date, now.minute))
                .collect()
        })
        .map_err(|found| problem(&found)))
}

fn not_begun(request: &Request, now: LocalDateTime) -> Option<FieldProblems> {
    (request.first_day >= now.date).then(|| {
        vec![(
            "first_day",
            "Eine bestehende Gruppe hat schon begonnen. Bitte den Tag ihrer ersten Sitzung eingeben oder die Gruppe neu planen.".to_owned(),
        )]
    })
}

/// The last minute before a day: from there on everything is to come.
fn before(day: Date) -> LocalDateTime {
    LocalDateTime {
        date: day.previous_day().unwrap_or(day),
        minute: MinuteOfDay::new(24 * 60 - 1).unwrap_or(MinuteOfDay::MIDNIGHT),
    }
}

fn arrange(
    request: &Request,
    sessions: &[TemplateSession],
    past: &[PastDate],
    closures: &[(DaySpan, String)],
    first_day: Date,
    now: LocalDateTime,
) -> std::result::Result<Placement, SeriesProblem> {
    if sessions.is_empty() {
        return Err(SeriesProblem::NoSessions);
    }
    place(&Ask {
        items: &items(sessions, past),
        rhythm: &rhythm(request),
        first_day,
        anchor: past.last().map(|(day, _)| *day),
        world: World {
            holidays: &holidays,
            closures,
            chosen: &[],
            now,
        },
    })
}

/// The whole series of a running group from its past dates, or what is wrong with them: messages belong to the
/// fields `tag_0`, `zeit_0` and so on.
pub(crate) async fn running<R: Rows>(
    rows: &R,
    facility: FacilityId,
    request: Request,
    past: &[PastDate],
) -> Result<std::result::Result<Running, Vec<(String, String)>>> {
    let now = berlin_local(rows.now());
    let named = |problems: FieldProblems| {
        problems
            .into_iter()
            .map(|(field, why)| (field.to_owned(), why))
            .collect::<Vec<_>>()
    };
    if let Some(problems) = not_begun(&request, now) {
        return Ok(Err(named(problems)));
    }
    let sessions = plan::template_sessions(rows, request.template.id).await?;
    let problems = wrong_dates(&sessions, past, now);
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    let last = past.last().map_or(request.first_day, |(day, _)| *day);
    let after = last.next_day().unwrap_or(last);
    let closures = closed(rows, facility, now.date).await?;
    let from = |day: Date| arrange(&request, &sessions, past, &closures, day.max(after), now);
    let placed = match from(now.date) {
        // What begins today before now is over or not held at all; the series goes on tomorrow.
        Err(SeriesProblem::BegunToday) => from(now.date + Duration::days(1)),
        other => other,
    };
    let planned = match placed {
        Ok(placement) => placement.planned,
        Err(found) => return Ok(Err(named(problem(&found)))),
    };
    let ahead = planned.iter().zip(&sessions).skip(past.len());
    let conflicts = against(rows, facility, &request, ahead).await?;
    Ok(Ok(Running {
        past: past.len(),
        request,
        sessions,
        planned,
        conflicts,
    }))
}

/// What is wrong with typed past dates.
pub(crate) fn wrong_dates(
    sessions: &[TemplateSession],
    past: &[PastDate],
    now: LocalDateTime,
) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    if past.is_empty() {
        problems.push((
            "first_day".to_owned(),
            "Von dieser Gruppe hat noch keine Sitzung stattgefunden. Bitte die Gruppe neu planen."
                .to_owned(),
        ));
    }
    if past.len() > sessions.len() {
        problems.push((
            format!("tag_{}", sessions.len()),
            format!(
                "Die Vorlage hat nur {} Sitzungen. Bitte überzählige Tage leeren.",
                sessions.len()
            ),
        ));
    }
    for (index, (day, start)) in past.iter().enumerate() {
        let minutes = sessions
            .get(index)
            .and_then(|session| u16::try_from(session.minutes).ok())
            .unwrap_or(0);
        if (*day, *start) > (now.date, now.minute) {
            problems.push((
                format!("tag_{index}"),
                format!("Sitzung {}: Der {} ist noch nicht vorbei. Kommende Sitzungen ergeben sich von selbst.", index + 1, german::date(*day)),
            ));
        } else if start.plus_minutes(minutes).is_none() {
            problems.push((
                format!("zeit_{index}"),
                format!("Sitzung {} würde erst nach Mitternacht enden. Bitte eine frühere Uhrzeit eingeben.", index + 1),
            ));
        }
        if let Some((before, _)) = index.checked_sub(1).and_then(|before| past.get(before))
            && day <= before
        {
            problems.push((
                format!("tag_{index}"),
                format!("Sitzung {} liegt nicht nach Sitzung {index} am {}. Bitte die Tage der Reihe nach eingeben.", index + 1, german::date(*before)),
            ));
        }
    }
    problems
}

/// Stores a running group, with the reason why what stands against its dates is taken on. `None`: nobody leads the
/// programme today.
pub(crate) async fn save<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    id: GroupId,
    running: &Running,
    reason: &str,
) -> Result<Option<()>> {
    let sessions = (running.planned.as_slice(), running.sessions.as_slice());
    let stored = store_group(
        writer,
        facility,
        id,
        &running.request,
        sessions,
        Beginning::Running,
    );
    let Some((first, _)) = stored.await? else {
        return Ok(None);
    };
    let text = format!(
        "{} seit {}, {} noch geplant",
        german::plural(running.past as u64, "Sitzung", "Sitzungen"),
        german::date(first),
        running.planned.len().saturating_sub(running.past)
    );
    history::record(
        writer,
        vec![
            Change::new("training_group", id.0, "Bestehende Gruppe eingetragen")
                .values(None, Some(text)),
        ],
    )
    .await?;
    conflicts::take_on(writer, id, &running.conflicts, reason).await?;
    Ok(Some(()))
}

/// Why a person cannot have been in the group since a day.
pub(crate) fn cannot_join(
    member: &EntryMember,
    day: Date,
    group_first: Date,
    today: Date,
) -> Option<String> {
    let name = member.name();
    if day < group_first {
        return Some(format!(
            "{name}: Die Gruppe begann erst am {}.",
            german::date(group_first)
        ));
    }
    if day > today {
        return Some(format!("{name}: Dieser Tag liegt in der Zukunft."));
    }
    if let Some(recorded) = member.first_recorded.filter(|recorded| *recorded < day) {
        return Some(format!(
            "{name}: Am {} ist schon Anwesenheit erfasst. Bitte einen Tag bis dahin eingeben.",
            german::date(recorded)
        ));
    }
    member.left_before.filter(|left| *left > day).map(|left| {
        format!(
            "{name}: War bis {} schon einmal in der Gruppe. Bitte einen Tag danach eingeben.",
            german::date(left.previous_day().unwrap_or(left))
        )
    })
}

/// Since when members of a group being entered have been in it; the people whose day changed.
pub(crate) async fn set_members<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    days: &BTreeMap<PersonId, Date>,
) -> Result<Step<Vec<PersonId>>> {
    if !plan::lock(writer, group).await? {
        return Ok(Step::NotFound);
    }
    let Some(head) = series::group(writer, group).await? else {
        return Ok(Step::NotFound);
    };
    if !head.entry_open {
        return Ok(Step::Refused(CLOSED.into()));
    }
    let mut changes = Vec::new();
    let mut changed = Vec::new();
    for member in store::members(writer, group).await? {
        let Some(day) = days.get(&member.person_id).copied() else {
            continue;
        };
        if !member.visible || day == member.from_day {
            continue;
        }
        store::set_from(writer, &member, day).await?;
        changed.push(member.person_id);
        changes.push(
            Change::new("training_group", group.0, "Eintritt berichtigt")
                .about(member.person_id)
                .values(Some(german::date(member.from_day)), Some(german::date(day))),
        );
    }
    history::record(writer, changes).await?;
    Ok(Step::Done(changed))
}

/// What is said about groups that are entered completely.
pub(crate) const CLOSED: &str = "Diese Gruppe ist schon vollständig eingetragen.";

/// Ends the entering of a group: its past sessions are locked.
pub(crate) async fn finish<P: Writes>(writer: &Writer<P>, group: GroupId) -> Result<Step<()>> {
    if !plan::lock(writer, group).await? {
        return Ok(Step::NotFound);
    }
    let Some(head) = series::group(writer, group).await? else {
        return Ok(Step::NotFound);
    };
    if !head.entry_open {
        return Ok(Step::Refused(CLOSED.into()));
    }
    series::close_entry(writer, group, berlin_today(writer.now())).await?;
    history::record(
        writer,
        vec![Change::new(
            "training_group",
            group.0,
            "Bestand eingetragen, vergangene Sitzungen gesperrt",
        )],
    )
    .await?;
    Ok(Step::Done(()))
}
