//! Planning talks, moving and cancelling them.

use time::Date;

use super::Problem;
use crate::access::{Role, Writes};
use crate::base::ids::{CaseId, CounsellingId, FacilityId, PersonId, StaffId, TalkId};
use crate::base::time::{berlin_local, berlin_today};
use crate::casework::codes::{AskedBy, SessionForm};
use crate::casework::rules::plan::{When, plannable};
use crate::casework::store::appointments::{self, End, Ground};
use crate::casework::store::plans::{self, PlanLine};
use crate::conflicts::rules::{Span, Weight};
use crate::conflicts::{self, Against};
use crate::gate;
use crate::history::{self, Change};
use crate::schema::casework::talk_plan;
use crate::store::{Result, Rows, StoreError, Writer};

/// What is planned.
#[derive(Debug, Clone, Copy)]
pub(in crate::casework) struct Wish {
    pub when: When,
    pub minutes: i64,
    pub place: SessionForm,
}

/// The fields of a form in which a planned talk was typed.
#[derive(Debug, Clone, Copy)]
pub(in crate::casework) struct Fields {
    pub day: &'static str,
    pub place: &'static str,
}

impl Fields {
    /// Those of the form that plans a talk.
    pub const PLAN: Fields = Fields {
        day: "day",
        place: "form",
    };
    /// Those of the next talk in the form that records one.
    pub const NEXT: Fields = Fields {
        day: "next_day",
        place: "next_day",
    };
}

/// What the talk of a case stands on.
pub(in crate::casework) struct Stage {
    case: CaseId,
    ground: Ground,
    /// Who of external staff holds it.
    staff: Option<StaffId>,
}

impl Stage {
    /// The prison in which the client is today.
    pub fn prison(&self) -> Option<FacilityId> {
        self.ground.prison
    }
}

/// Looks up what a talk of a case stands on, and holds whoever gives it until the unit of work ends: talks of the same
/// hour are judged one after the other. The caller found the case in scope.
pub(in crate::casework) async fn stage<P: Writes>(
    writer: &Writer<P>,
    case: CaseId,
) -> Result<Stage> {
    let ground = appointments::ground(writer, case)
        .await?
        .ok_or(StoreError::Changed)?;
    let profile = writer.access().actor().profile();
    // The probation service holds its talks itself; of a provider whoever plans it, or who counsels in the case.
    let staff = match profile.role {
        Role::Probation => None,
        _ => profile.staff.or(ground.staff_id),
    };
    if let Some(staff) = staff {
        gate::hold(writer, staff).await?;
    }
    Ok(Stage {
        case,
        ground,
        staff,
    })
}

/// What stands against a talk at a time, and what comes nearest to it; `former` is the plan that it replaces.
pub(in crate::casework) async fn against<R: Rows>(
    rows: &R,
    stage: &Stage,
    wish: &Wish,
    former: Option<&PlanLine>,
) -> Result<Against> {
    let talk = conflicts::Talk {
        prison: stage.ground.prison,
        inside: wish.place == SessionForm::InPrison,
        programme: stage.ground.programme_id,
        person: stage.ground.person_id,
        staff: stage.staff,
        day: wish.when.day,
        span: Span::lasting(i64::from(wish.when.start.value()), wish.minutes),
        former: former.map(|old| (old.day, Span::lasting(old.start_minute, old.minutes))),
    };
    conflicts::of_talk(rows, &talk).await
}

/// A talk that can be planned: [`arrange`] makes it.
pub(in crate::casework) struct Arranged<'a> {
    stage: &'a Stage,
    wish: &'a Wish,
    facility: Option<FacilityId>,
}

/// Whether a talk can be planned at all: its time, its place, and whether the house lets in.
pub(in crate::casework) async fn arrange<'a, P: Writes>(
    writer: &Writer<P>,
    stage: &'a Stage,
    wish: &'a Wish,
    fields: Fields,
) -> std::result::Result<Arranged<'a>, Problem> {
    let local = berlin_local(writer.now());
    plannable(wish.when, wish.minutes, (local.date, local.minute))
        .map_err(|problem| Problem::Field(fields.day, problem.to_string()))?;
    let facility = match wish.place {
        SessionForm::InPrison => Some(stage.ground.prison.ok_or_else(|| {
            Problem::Field(
                fields.place,
                "Zu diesem Fall gehört heute keine Anstalt. Bitte einen anderen Ort wählen.".into(),
            )
        })?),
        _ => None,
    };
    if let (Some(staff), Some(facility)) = (stage.staff, facility)
        && let Some(why) = gate::kept_out(writer, staff, facility, wish.when.day).await?
    {
        return Err(Problem::Field(fields.day, why));
    }
    Ok(Arranged {
        stage,
        wish,
        facility,
    })
}

/// Plans a talk; `despite` is why what stands against its time was taken on.
pub(in crate::casework) async fn plan<P: Writes>(
    writer: &Writer<P>,
    arranged: &Arranged<'_>,
    despite: Option<String>,
) -> Result<TalkId> {
    let Arranged {
        stage,
        wish,
        facility,
    } = *arranged;
    let actor = writer.access().actor();
    let start = i64::from(wish.when.start.value());
    let id = TalkId(writer.entropy().uuid());
    let row = talk_plan::Model {
        id,
        case_id: stage.case,
        staff_id: stage.staff,
        facility_id: facility,
        day: wish.when.day,
        start_minute: start,
        minutes: wish.minutes,
        place: wish.place.code().to_owned(),
        state: "planned".to_owned(),
        asked_by: None,
        reason: None,
        moved_to: None,
        session_id: None,
        planned_by: actor.account(),
        planned_by_name: actor.name().to_owned(),
        planned_at: writer.now(),
        ended_by_name: None,
        ended_at: None,
        version: 1,
    };
    appointments::insert(writer, row).await?;
    if let (Some(staff), Some(facility)) = (stage.staff, facility) {
        gate::note_change(writer, facility, wish.when.day, staff, "Termin neu").await?;
    }
    let said = format!(
        "{}, {}",
        crate::casework::rules::plan::words(wish.when.day, start),
        wish.place.label()
    );
    record(
        writer,
        stage.case,
        stage.ground.person_id,
        "Termin vereinbart",
        (None, Some(said)),
        despite,
    )
    .await?;
    Ok(id)
}

async fn record<P: Writes>(
    writer: &Writer<P>,
    case: CaseId,
    person: Option<PersonId>,
    what: &'static str,
    (old, new): (Option<String>, Option<String>),
    reason: Option<String>,
) -> Result<()> {
    let mut change = Change::new("client_case", case.0, what)
        .values(old, new)
        .because(reason);
    if let Some(person) = person {
        change = change.about(person);
    }
    history::record(writer, vec![change]).await
}

/// Who asked for a change, and why.
pub(in crate::casework) struct Asked {
    pub by: AskedBy,
    pub reason: Option<String>,
}

impl Asked {
    fn words(&self) -> String {
        match &self.reason {
            Some(reason) => format!("{}: {reason}", self.by.label()),
            None => self.by.label().to_owned(),
        }
    }
}

async fn tell_gate<P: Writes>(writer: &Writer<P>, plan: &PlanLine, what: &str) -> Result<()> {
    match (plan.staff_id, plan.facility_id) {
        (Some(staff), Some(facility)) => {
            gate::note_change(writer, facility, plan.day, staff, what).await
        }
        _ => Ok(()),
    }
}

/// Whether a planned talk can be moved so: to another time or place, and not beyond the end of the case.
pub(in crate::casework) fn movable(
    old: &PlanLine,
    wish: &Wish,
) -> std::result::Result<(), Problem> {
    if old.day == wish.when.day
        && old.start_minute == i64::from(wish.when.start.value())
        && old.minutes == wish.minutes
        && old.place == wish.place.code()
    {
        return Err(Problem::Field(
            "day",
            "Der Termin ist schon so vereinbart. Bitte den neuen Tag oder die neue Uhrzeit eingeben.".into(),
        ));
    }
    if old.over_on.is_some_and(|over| wish.when.day > over) {
        return Err(Problem::Field(
            "day",
            "Der Fall ist beendet. Bitte den Termin erfassen oder absagen.".into(),
        ));
    }
    Ok(())
}

/// Moves a planned talk: the old one stays, with who asked and why. The caller asked whether it is [`movable`].
pub(in crate::casework) async fn shift<P: Writes>(
    writer: &Writer<P>,
    old: &PlanLine,
    arranged: &Arranged<'_>,
    asked: Asked,
    despite: Option<String>,
) -> Result<TalkId> {
    let to = plan(writer, arranged, despite).await?;
    let (wish, words) = (arranged.wish, asked.words());
    appointments::end(
        writer,
        old,
        End::Moved(to),
        Some((asked.by.code(), asked.reason)),
    )
    .await?;
    tell_gate(writer, old, "Termin verlegt").await?;
    let new =
        crate::casework::rules::plan::words(wish.when.day, i64::from(wish.when.start.value()));
    record(
        writer,
        old.case_id,
        old.person_id,
        "Termin verschoben",
        (Some(old.words()), Some(new)),
        Some(words),
    )
    .await?;
    Ok(to)
}

/// Cancels a planned talk that has not been, or that cannot have been because the case was over.
pub(in crate::casework) async fn cancel<P: Writes>(
    writer: &Writer<P>,
    plan: &PlanLine,
    asked: Asked,
) -> std::result::Result<(), Problem> {
    if plan.recordable() && plan.day < berlin_today(writer.now()) {
        return Err(Problem::Field(
            "",
            "Dieser Termin ist vorbei. Bitte das Gespräch mit dem Ergebnis „abgesagt“ erfassen."
                .into(),
        ));
    }
    let words = asked.words();
    appointments::end(
        writer,
        plan,
        End::Cancelled,
        Some((asked.by.code(), asked.reason)),
    )
    .await?;
    tell_gate(writer, plan, "Termin abgesagt").await?;
    record(
        writer,
        plan.case_id,
        plan.person_id,
        "Termin abgesagt",
        (Some(plan.words()), None),
        Some(words),
    )
    .await?;
    Ok(())
}

/// A case ends on a day: what was planned for after it does not take place, and the gate is told.
pub(super) async fn end_with_case<P: Writes>(
    writer: &Writer<P>,
    case: CaseId,
    end: Date,
) -> Result<()> {
    for expected in appointments::cancel_to_come(writer, case, end).await? {
        if let (Some(staff), Some(facility)) = (expected.staff_id, expected.facility_id) {
            gate::note_change(writer, facility, expected.day, staff, "Termin abgesagt").await?;
        }
    }
    Ok(())
}

/// A talk was recorded: its plan is done, and the next one is planned.
pub(in crate::casework) async fn settle<P: Writes>(
    writer: &Writer<P>,
    case: CaseId,
    talk: CounsellingId,
    day: Date,
    plan_of: Option<&PlanLine>,
    next: Option<&Wish>,
) -> std::result::Result<(), Problem> {
    let found;
    let done = match plan_of {
        Some(plan) => Some(plan),
        // Recorded without the way over its plan.
        None => {
            found = plans::open_of(writer, case, day).await?;
            found.as_ref()
        }
    };
    if let Some(done) = done {
        appointments::end(writer, done, End::Done(talk), None).await?;
    }
    if let Some(next) = next {
        let stage = stage(writer, case).await?;
        let arranged = arrange(writer, &stage, next, Fields::NEXT).await?;
        // What may be taken on with a reason has its own form; nobody is in two places.
        let found = against(writer, &stage, next, None).await?;
        let mut hard = found.conflicts.iter();
        if let Some(hard) = hard.find(|one| one.weight == Weight::Hard) {
            let why = format!("{} Bitte eine andere Zeit eingeben.", hard.text);
            return Err(Problem::Field(Fields::NEXT.day, why));
        }
        plan(writer, &arranged, None).await?;
    }
    Ok(())
}
