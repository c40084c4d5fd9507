//! Planning a group: reading the form, placing the sessions, storing the draft.

use time::{Date, Weekday};

use super::super::rules;
use super::super::series::{
    PlannedSession, Series, SeriesField, SeriesRequest, SessionPlan, place::Slot, plan_series,
};
use super::super::store::plan::{self, StaffChoice, TemplateChoice, TemplateSession};
use super::super::store::series;
use crate::access::Writes;
use crate::base::calendar::saxon_holiday;
use crate::base::german;
use crate::base::ids::{FacilityId, GroupId, GroupSessionId, RoomId, StaffId};
use crate::base::interval::DaySpan;
use crate::base::time::{MinuteOfDay, berlin_today};
use crate::conflicts::{self, rules::Conflict};
use crate::facilities::{RoomLine, closures, rooms};
use crate::history::{self, Change};
use crate::schema::groups::{group_session, group_trainer, training_group};
use crate::store::{Result, Rows, Writer};

/// The weekdays of the form: code and day. The stored number is 1 for Monday to 7 for Sunday.
pub(crate) const WEEKDAYS: [(&str, Weekday); 7] = [
    ("1", Weekday::Monday),
    ("2", Weekday::Tuesday),
    ("3", Weekday::Wednesday),
    ("4", Weekday::Thursday),
    ("5", Weekday::Friday),
    ("6", Weekday::Saturday),
    ("7", Weekday::Sunday),
];

/// The weekday of a stored number; anything else counts as Monday.
pub(crate) fn weekday(stored: i64) -> Weekday {
    u8::try_from(stored).map_or(Weekday::Monday, |number| {
        Weekday::Monday.nth_next(number.saturating_sub(1))
    })
}

/// Weekly times as stored: weekday from 1 for Monday, and minute.
pub(crate) fn stored(slots: &[Slot]) -> Vec<(i64, i64)> {
    slots
        .iter()
        .map(|slot| {
            (
                i64::from(slot.weekday.number_from_monday()),
                i64::from(slot.start.value()),
            )
        })
        .collect()
}

/// The fields of further weekly times: weekday, its label, time, its label.
pub(crate) const MORE_SLOTS: [(&str, &str, &str, &str); 2] = [
    (
        "weekday_2",
        "Zweiter Wochentag",
        "start_2",
        "Beginn am zweiten Wochentag",
    ),
    (
        "weekday_3",
        "Dritter Wochentag",
        "start_3",
        "Beginn am dritten Wochentag",
    ),
];

/// The longest name of a group.
pub(crate) const NAME_LENGTH: usize = 60;
/// The fields of the trainers, as many as a template may ask for.
pub(crate) const TRAINER_FIELDS: [(&str, &str); 2] = [
    ("trainer_1", "Erste Fachkraft"),
    ("trainer_2", "Zweite Fachkraft"),
];

/// What may be chosen.
pub(crate) struct Choices {
    pub templates: Vec<TemplateChoice>,
    pub rooms: Vec<RoomLine>,
    pub staff: Vec<StaffChoice>,
    pub names: Vec<String>,
}

/// What may be chosen for a group of a facility: four statements.
pub(crate) async fn choices<R: Rows>(rows: &R, facility: FacilityId) -> Result<Choices> {
    let today = berlin_today(rows.now());
    Ok(Choices {
        templates: plan::templates(rows, today).await?,
        rooms: rooms(rows, facility, today).await?,
        staff: plan::staff(rows, facility, today).await?,
        names: plan::names(rows, facility).await?,
    })
}

/// What to plan: the form without errors.
pub(crate) struct Request {
    pub template: TemplateChoice,
    pub name: String,
    pub room: RoomId,
    pub weekday: Weekday,
    pub start: MinuteOfDay,
    /// Further weekly times.
    pub more: Vec<Slot>,
    pub first_day: Date,
    pub trainers: Vec<(StaffId, String)>,
}

/// A planned group, not yet stored.
pub(crate) struct Draft {
    pub request: Request,
    pub sessions: Vec<TemplateSession>,
    pub series: Series,
    /// Who cannot come on which days. A draft may stand so; it is not published so.
    pub grants: Vec<String>,
    /// What stands against its dates.
    pub conflicts: Vec<Conflict>,
}

fn field(problem: SeriesField) -> &'static str {
    match problem {
        SeriesField::Sessions | SeriesField::IntervalWeeks => "template",
        SeriesField::Weekday => "weekday",
        SeriesField::Start => "start",
        SeriesField::FirstDay => "first_day",
    }
}

/// The public holidays of Saxony, as the planner asks for them.
pub(super) fn holidays(day: Date) -> Option<String> {
    saxon_holiday(day).map(ToOwned::to_owned)
}

/// The closures of a facility from a day on, as the planner asks for them.
pub(super) async fn closed<R: Rows>(
    rows: &R,
    facility: FacilityId,
    from: Date,
) -> Result<Vec<(DaySpan, String)>> {
    let found = closures(rows, facility, from).await?;
    Ok(found
        .into_iter()
        .filter_map(|closure| Some((closure.span()?, closure.reason)))
        .collect())
}

/// Messages about fields of the form.
pub(crate) type FieldProblems = Vec<(&'static str, String)>;

/// Makes everybody wait who plans in the same house or with the same trainers, until the commit.
pub(crate) async fn hold<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    request: &Request,
) -> Result<()> {
    plan::hold_dates(writer, facility, request.trainers.iter().map(|(id, _)| *id)).await
}

/// Places the sessions, or says what is wrong with which field.
pub(crate) async fn plan<R: Rows>(
    rows: &R,
    facility: FacilityId,
    request: Request,
) -> Result<std::result::Result<Draft, FieldProblems>> {
    let today = berlin_today(rows.now());
    let sessions = plan::template_sessions(rows, request.template.id).await?;
    let closed = closed(rows, facility, request.first_day).await?;
    let asked = plan_series(&SeriesRequest {
        sessions: sessions
            .iter()
            .filter_map(|session| {
                Some(SessionPlan {
                    ordinal: u16::try_from(session.ordinal).ok()?,
                    minutes: u16::try_from(session.minutes).ok()?,
                    gap_days: u16::try_from(session.gap_days).ok()?,
                })
            })
            .collect(),
        weekday: request.weekday,
        start: request.start,
        more: &request.more,
        first_day: request.first_day,
        interval_weeks: u8::try_from(request.template.interval_weeks).unwrap_or(1),
        holidays: &holidays,
        closures: &closed,
        today,
    });
    let series = match asked {
        Ok(series) => series,
        Err(problems) => {
            return Ok(Err(problems
                .iter()
                .map(|problem| (field(problem.field()), problem.to_string()))
                .collect()));
        }
    };
    let days: Vec<Date> = series.planned.iter().map(|session| session.date).collect();
    let Some(first) = days.first().copied() else {
        return Ok(Err(vec![(
            "template",
            "Die Vorlage hat keine Termine.".to_owned(),
        )]));
    };
    if rules::begins(first, i64::from(request.start.value())) <= rows.now() {
        let text =
            "Heute hat diese Uhrzeit schon begonnen. Bitte einen späteren ersten Tag wählen.";
        return Ok(Err(vec![("first_day", text.to_owned())]));
    }
    let grants = crate::cover::plan_problems(
        rows,
        facility,
        request.template.programme_id,
        &request.trainers,
        &days,
    )
    .await?;
    let dates = series.planned.iter().zip(&sessions);
    let conflicts = against(rows, facility, &request, dates).await?;
    Ok(Ok(Draft {
        request,
        sessions,
        series,
        grants,
        conflicts,
    }))
}

/// A group on dates that were worked out elsewhere, one for each session of its template; `None` if their number differs
/// or one of them has begun.
pub(crate) async fn plan_on<R: Rows>(
    rows: &R,
    facility: FacilityId,
    request: Request,
    days: &[Date],
) -> Result<Option<Draft>> {
    let sessions = plan::template_sessions(rows, request.template.id).await?;
    let past = days
        .first()
        .is_none_or(|first| rules::begins(*first, i64::from(request.start.value())) <= rows.now());
    let planned: Option<Vec<PlannedSession>> = sessions
        .iter()
        .zip(days)
        .map(|(session, day)| {
            Some(PlannedSession {
                ordinal: u16::try_from(session.ordinal).ok()?,
                date: *day,
                start: request.start,
                end: request
                    .start
                    .plus_minutes(u16::try_from(session.minutes).ok()?)?,
            })
        })
        .collect();
    let Some(planned) = planned.filter(|_| !past && sessions.len() == days.len()) else {
        return Ok(None);
    };
    let programme = request.template.programme_id;
    let grants =
        crate::cover::plan_problems(rows, facility, programme, &request.trainers, days).await?;
    let conflicts = against(rows, facility, &request, planned.iter().zip(&sessions)).await?;
    let series = Series {
        planned,
        skipped: Vec::new(),
        warnings: Vec::new(),
    };
    Ok(Some(Draft {
        request,
        sessions,
        series,
        grants,
        conflicts,
    }))
}

/// What stands against dates of a group that is not stored yet.
pub(super) async fn against<R: Rows>(
    rows: &R,
    facility: FacilityId,
    request: &Request,
    dates: impl Iterator<Item = (&PlannedSession, &TemplateSession)>,
) -> Result<Vec<Conflict>> {
    let dates: Vec<conflicts::Dated> = dates
        .map(|(session, template)| conflicts::Dated {
            id: None,
            ordinal: i64::from(session.ordinal),
            day: session.date,
            start: i64::from(session.start.value()),
            minutes: template.minutes,
            room: request.room,
            alone: template.kind == rules::SessionKind::Individual.code(),
        })
        .collect();
    let planned = conflicts::Planned {
        group: GroupId(uuid::Uuid::nil()),
        facility,
        programme: request.template.programme_id,
        places: request.template.places,
        trainers: &request.trainers,
    };
    conflicts::of_plan(rows, &planned, &dates).await
}

/// How a group begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    /// As a draft with all its sessions ahead.
    Draft,
    /// It runs already; its past is entered next.
    Running,
}

/// Stores a group with its sessions, trainers and weekly times; its first and last day. `None`: nobody leads the
/// programme today, or there are no sessions.
pub(super) async fn store_group<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    id: GroupId,
    request: &Request,
    (planned, templates): (&[PlannedSession], &[TemplateSession]),
    beginning: Beginning,
) -> Result<Option<(Date, Date)>> {
    let today = berlin_today(writer.now());
    let Some(provider) = plan::lead_provider(writer, request.template.programme_id, today).await?
    else {
        return Ok(None);
    };
    let (Some(first), Some(last)) = (planned.first(), planned.last()) else {
        return Ok(None);
    };
    let running = beginning == Beginning::Running;
    let group = training_group::Model {
        id,
        name: request.name.clone(),
        template_id: request.template.id,
        programme_id: request.template.programme_id,
        provider_id: provider,
        facility_id: facility,
        room_id: request.room,
        weekday: i64::from(request.weekday.number_from_monday()),
        start_minute: i64::from(request.start.value()),
        first_day: first.date,
        last_day: last.date,
        places: request.template.places,
        state: if running { "published" } else { "draft" }.to_owned(),
        created_at: writer.now(),
        version: 1,
        entry_open: running,
    };
    let sessions = planned
        .iter()
        .zip(templates)
        .map(|(session, template)| group_session::Model {
            id: GroupSessionId(writer.entropy().uuid()),
            group_id: id,
            ordinal: i64::from(session.ordinal),
            module: template.module.clone(),
            day: session.date,
            start_minute: i64::from(session.start.value()),
            minutes: template.minutes,
            room_id: request.room,
            state: "planned".to_owned(),
            cancel_reason: None,
            version: 1,
            kind: template.kind.clone(),
            template_ordinal: Some(i64::from(session.ordinal)),
            replaces: None,
            locked: false,
            cancel_note: None,
        })
        .collect();
    let trainers = request
        .trainers
        .iter()
        .map(|(staff, _)| group_trainer::Model {
            group_id: id,
            staff_id: *staff,
        })
        .collect();
    plan::insert(writer, group, sessions, trainers).await?;
    series::insert_slots(writer, id, &stored(&request.more)).await?;
    Ok(Some((first.date, last.date)))
}

/// Stores a draft, with the reason why what stands against it is taken on. `None`: nobody leads the programme today.
pub(crate) async fn save<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    id: GroupId,
    draft: &Draft,
    reason: &str,
) -> Result<Option<()>> {
    let planned = &draft.series.planned;
    let sessions = (planned.as_slice(), draft.sessions.as_slice());
    let stored = store_group(
        writer,
        facility,
        id,
        &draft.request,
        sessions,
        Beginning::Draft,
    );
    let Some((first, last)) = stored.await? else {
        return Ok(None);
    };
    let text = format!(
        "{}, {} bis {}",
        german::plural(planned.len() as u64, "Sitzung", "Sitzungen"),
        german::date(first),
        german::date(last)
    );
    let mut changes =
        vec![Change::new("training_group", id.0, "Gruppe geplant").values(None, Some(text))];
    for problem in &draft.grants {
        changes.push(
            Change::new("training_group", id.0, "Trotz Hinweis geplant")
                .values(None, Some(problem.clone())),
        );
    }
    history::record(writer, changes).await?;
    conflicts::take_on(writer, id, &draft.conflicts, reason).await?;
    Ok(Some(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_are_stored_from_one() {
        for (code, day) in WEEKDAYS {
            let stored: i64 = code.parse().unwrap();
            assert_eq!(weekday(stored), day);
            assert_eq!(i64::from(day.number_from_monday()), stored);
        }
        assert_eq!(weekday(-1), Weekday::Monday);
    }
}
