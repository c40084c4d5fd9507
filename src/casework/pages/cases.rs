//! The lists of enquiries and cases, and the page of one case.

use crate::access::permissions::{
    CaseAssign, CaseChange, CaseCounsel, CaseDeadline, CaseRead, DangerDisclose, NoteKeep,
    ReferralMake, StatementPrint, TalkPlan,
};
use crate::access::{Permission, Role, Writes};
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::CaseId;
use crate::base::readable::ids_of_reference;
use crate::casework::CONFIDENTIAL_PROVIDER;
use crate::casework::rules::course::{State, may};
use crate::casework::store::cases::{self, CaseLine, Wanted};
use crate::casework::store::{extras, write};
use crate::casework::views::{case_list, cases as views};
use crate::history;
use crate::store::Rows;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Query};

/// What an entry about a case says: the people it concerns, if they are known.
pub(super) fn about(entry: Entry, line: &CaseLine, level: Level) -> Entry {
    line.person_id
        .into_iter()
        .chain(line.about_id)
        .fold(entry, |entry, person| entry.about(person, level))
}

/// A case in the actor's scope.
pub(super) async fn found<R: Rows>(rows: &R, id: CaseId) -> Result<CaseLine, Fault> {
    cases::find(rows, id).await?.ok_or(Fault::NotFound)
}

/// The steps that the actor may take from where a case stands.
pub(super) fn steps_of<P: Permission>(ctx: &Ctx<P>, line: &CaseLine) -> Vec<State> {
    let role = ctx.actor().role();
    let course = line.course();
    if !ctx.actor().may::<CaseChange>() {
        return Vec::new();
    }
    let mut next = course.follows();
    next.retain(|to| {
        may(role, course.state, *to)
            // A person's participation begins with its first session.
            && !(line.enrolment_id.is_some() && course.state == State::Agreed && *to == State::Running)
    });
    next
}

const OPEN_ENQUIRIES: &[State] = &[State::Enquiry, State::Clearing, State::FirstTalk];
const DONE_ENQUIRIES: &[State] = &[State::Declined, State::PassedOn];
const OPEN_CASES: &[State] = &[
    State::Clearing,
    State::FirstTalk,
    State::Agreed,
    State::Running,
    State::Paused,
    State::Transition,
    State::Aftercare,
];

async fn shown(ctx: Ctx<CaseRead>, asked: Vec<(String, String)>, enquiries: bool) -> Answer {
    let mut form = Form::from_pairs(asked);
    let wanted_state = form.value("stand").to_owned();
    let mut wanted = Wanted {
        from: form.value("seite").parse().ok(),
        ..Wanted::default()
    };
    wanted.states = match (enquiries, wanted_state.as_str()) {
        (true, "erledigt") => DONE_ENQUIRIES.to_vec(),
        (true, "neu") => vec![State::Enquiry],
        (true, _) => OPEN_ENQUIRIES.to_vec(),
        (false, "alle") => Vec::new(),
        (false, code) => State::from_code(code).map_or(OPEN_CASES.to_vec(), |state| vec![state]),
    };
    let number = form.value("nummer").trim().to_owned();
    if !number.is_empty() {
        match ids_of_reference(&number) {
            // A number names one case, wherever it stands.
            Ok(ids) => {
                wanted.ids = Some(ids);
                wanted.states = Vec::new();
            }
            Err(misread) => form.reject("nummer", misread.to_string()),
        }
    }
    let reader = ctx.read();
    let page = cases::page(&reader, &wanted).await?;
    let entry = page.rows.iter().fold(
        Entry::new(Verb::Query, if enquiries { "anfragen" } else { "faelle" }),
        |entry, line| about(entry, line, Level::List),
    );
    let seen = reader.seen(entry).await?;
    let view = case_list::ListPage {
        form: &form,
        page: &page,
        enquiries,
        done: wanted_state == "erledigt",
        new: wanted_state == "neu",
        may_ask: ctx.actor().may::<ReferralMake>(),
        team: ctx.actor().role() != Role::SocialService,
    };
    let markup = case_list::list(&ctx.frame(), &view);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

pub(super) async fn enquiries(
    ctx: Ctx<CaseRead>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Answer {
    shown(ctx, asked, true).await
}

pub(super) async fn list(ctx: Ctx<CaseRead>, Query(asked): Query<Vec<(String, String)>>) -> Answer {
    shown(ctx, asked, false).await
}

pub(super) async fn show(ctx: Ctx<CaseRead>, Id(id): Id<CaseId>) -> Answer {
    let reader = ctx.read();
    let line = found(&reader, id).await?;
    // With the agreement talks move to the participation; a prison knows only its people's participations.
    let talks = line.enrolment_id.is_none() && ctx.actor().role() != Role::SocialService;
    let extras = extras::extras(&reader, id, talks).await?;
    let objects = std::iter::once(("client_case", id.0)).chain(
        line.enrolment_id
            .map(|enrolment| ("enrolment", enrolment.0)),
    );
    let lines = history::of_objects(&reader, objects).await?;
    let entry = Entry::new(Verb::Query, format!("fall client_case/{id}"));
    let seen = reader.seen(about(entry, &line, Level::Case)).await?;
    let unbound = line.enrolment_id.is_none();
    let open = !line.course().state.closed();
    let view = views::CasePage {
        line: &line,
        steps: &steps_of(&ctx, &line),
        extras: &extras,
        own_plans: ctx.actor().profile().staff.is_some(),
        may_note: line.notes && ctx.actor().may::<NoteKeep>(),
        may_disclose: ctx.actor().may::<DangerDisclose>(),
        may_correct: ctx.actor().may::<ReferralMake>(),
        may_deadline: open && ctx.actor().may::<CaseDeadline>(),
        today: ctx.today(),
        may_plan: open && ctx.actor().may::<TalkPlan>(),
        history: &lines,
        may_log: unbound && open && ctx.actor().may::<CaseCounsel>(),
        may_link: may_link(&ctx, &line),
        may_assign: ctx.actor().may::<CaseAssign>(),
        may_state: line.enrolment_id.is_some()
            && line.provider_code != CONFIDENTIAL_PROVIDER
            && ctx.actor().may::<StatementPrint>(),
    };
    ctx.page(seen, views::show(&ctx.frame(), &view))
}

/// Whether the actor may make the client known.
fn may_link<P: Permission>(ctx: &Ctx<P>, line: &CaseLine) -> bool {
    let state = line.course().state;
    ctx.actor().may::<CaseCounsel>()
        && line.client() == crate::casework::codes::ClientKind::Anonymous
        && !state.closed()
        && state != State::Aftercare
}

/// Begins writing about a case in scope.
pub(super) async fn writing<P: Writes>(
    ctx: &Ctx<P>,
    id: CaseId,
) -> Result<(crate::store::Writer<P>, CaseLine), Fault> {
    let writer = ctx.write().await?;
    write::hold_case(&writer, id).await?;
    let line = found(&writer, id).await?;
    Ok((writer, line))
}
