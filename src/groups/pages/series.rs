//! Changing dates: moving, cancelling, restoring and correcting sessions. Every change is shown as a table of old and
//! new dates first; what is saved is what was shown, or it is shown again.

use time::Date;

use super::{named, refused};
use crate::access::permissions::{GroupPlan, GroupRead, RegisterRead};
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::{GroupId, GroupSessionId, RoomId};
use crate::conflicts::{Sent, judged};
use crate::facilities::rooms;
use crate::groups::rules::CancelReason;
use crate::groups::series::change::{Instead, State, Target, Why};
use crate::groups::service::Step;
use crate::groups::service::series::{self as service, Command, Order, Saved};
use crate::groups::store::{register, series as store};
use crate::groups::views::series::{self as views, Kind, Subject};
use crate::history;
use crate::planning::why::MoveWish;
use crate::web::flash::Flash;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

/// The longest note beside a code.
const NOTE_LENGTH: usize = 200;

/// What a page is about: a session, or a group.
#[derive(Clone, Copy)]
enum About {
    Session(GroupSessionId),
    Group(GroupId),
}

async fn subject(ctx: &Ctx<GroupPlan>, kind: Kind, about: About) -> Result<Subject, Fault> {
    let reader = ctx.read();
    let found = match about {
        About::Session(id) => service::load_of(&reader, id).await?,
        About::Group(id) => service::load(&reader, id).await?,
    };
    let Some(loaded) = found else {
        return Err(Fault::NotFound);
    };
    let session = match about {
        About::Session(id) => Some(loaded.session(id).cloned().ok_or(Fault::NotFound)?),
        About::Group(_) => None,
    };
    let rooms = rooms(&reader, loaded.group.facility_id, ctx.today()).await?;
    let begun = session
        .as_ref()
        .is_some_and(|session| loaded.has_begun(session, ctx.access().now()));
    Ok(Subject {
        kind,
        loaded,
        session,
        rooms,
        begun,
    })
}

/// Why the page cannot be opened at all.
fn closed(subject: &Subject) -> Option<&'static str> {
    let session = subject.session.as_ref()?;
    match (subject.kind, session.state) {
        (Kind::Move | Kind::Cancel, State::Held) => {
            Some("Diese Sitzung hat stattgefunden; sie wird weder verschoben noch abgesagt.")
        }
        (Kind::Move | Kind::Cancel | Kind::Adjust, State::Cancelled) => {
            Some("Diese Sitzung ist schon abgesagt.")
        }
        (Kind::Restore, State::Planned | State::Held) => Some("Diese Sitzung ist nicht abgesagt."),
        (Kind::Move, State::Planned) if subject.begun => Some(
            "Diese Sitzung hat schon begonnen. Bitte die Anwesenheit erfassen oder sie absagen.",
        ),
        (Kind::Cancel, State::Planned) if session.locked => {
            Some("Diese Sitzung ist gesperrt und kann nicht mehr abgesagt werden.")
        }
        _ => None,
    }
}

/// The form as first shown: what is planned now.
fn filled(subject: &Subject) -> Form {
    use crate::base::german;
    let form = Form::empty()
        .with("ersatz", "anhaengen")
        .with("umfang", "nur");
    match &subject.session {
        Some(session) => form
            .with("tag", german::date(session.day))
            .with("start", german::time(session.start))
            .with("ende", german::time(session.end()))
            .with("raum", session.room.to_string()),
        None => form,
    }
}

async fn open(ctx: Ctx<GroupPlan>, subject: Subject) -> Answer {
    if let Some(why) = closed(&subject) {
        return refused(&ctx, subject.object(), &subject.back(), why).await;
    }
    let form = filled(&subject);
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, subject.object()))
        .await?;
    ctx.page(seen, views::page(&ctx.frame(), &form, &subject, None))
}

/// Shows what the form would do, or what is wrong with it.
async fn shown(ctx: &Ctx<GroupPlan>, subject: &Subject, mut form: Form, stale: bool) -> Answer {
    let now = ctx.access().now();
    let reader = ctx.read();
    let changed = match read(&mut form, subject, now) {
        Some(order) => match subject.loaded.apply(&order, now) {
            Ok(changed) => Some(changed),
            Err(refusals) => {
                for (field, why) in refusals {
                    form.reject(field_of(subject, field), why);
                }
                None
            }
        },
        None => None,
    };
    let preview = changed
        .as_ref()
        .map(|changed| service::preview(&subject.loaded, changed));
    let against = match &changed {
        Some(changed) => service::conflicts(&reader, &subject.loaded, changed).await?,
        None => Vec::new(),
    };
    if form.checked("bestaetigt") && !stale && changed.is_some() {
        judged(&mut form, &against);
    }
    let seen = reader
        .seen(Entry::new(Verb::Query, subject.object()).about_all(named(&against), Level::Case))
        .await?;
    let proposal = match (&preview, &changed) {
        (Some(preview), Some(changed)) => Some(views::Proposal {
            preview,
            changed,
            against: &against,
            stand: service::stand(&subject.loaded.sessions, changed),
            stale,
        }),
        _ => None,
    };
    let markup = views::page(&ctx.frame(), &form, subject, proposal.as_ref());
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else if stale {
        ctx.conflict(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

/// What speaks against another day for the session, and what comes nearest to it.
async fn why(ctx: &Ctx<GroupPlan>, subject: &Subject, mut form: Form) -> Answer {
    let now = ctx.access().now();
    let reader = ctx.read();
    let (mut people, mut answer) = (Vec::new(), None);
    let order = read(&mut form, subject, now);
    if let (Some(order), Some(session)) = (order, subject.id())
        && let Command::MoveOne(_, to) | Command::MoveFrom(_, to) = order.command
    {
        let one = Order {
            command: Command::MoveOne(session, to),
            ..order
        };
        match subject.loaded.apply(&one, now) {
            // Room, trainers and house are told by the rules of the timetable, those who take part by the conflicts.
            Ok(changed) => {
                people = service::conflicts(&reader, &subject.loaded, &changed).await?;
                people.retain(|one| !one.people().is_empty());
            }
            Err(refusals) => {
                for (field, why) in refusals {
                    form.reject(field_of(subject, field), why);
                }
            }
        }
        let wish = MoveWish {
            facility: subject.loaded.group.facility_id,
            group: subject.loaded.group.id,
            session,
            day: to.day,
            start: to.start.value(),
            room: to.room,
        };
        answer = Some(crate::planning::why::of_move(&reader, &ctx.app.planning, &wish).await?);
    }
    let seen = reader
        .seen(Entry::new(Verb::Query, subject.object()).about_all(named(&people), Level::Case))
        .await?;
    let frame = ctx.frame();
    let panel = answer.as_ref().map(|found| {
        crate::planning::why_panel(found.as_ref(), &people, &|other| {
            views::take_other(&frame, &form, subject, other)
        })
    });
    let markup = views::page_with_why(&frame, &form, subject, None, panel);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

/// Messages about fields that a page does not have stand above it.
fn field_of(subject: &Subject, field: &'static str) -> &'static str {
    let there: &[&str] = match subject.kind {
        Kind::Move => &["tag", "start", "raum"],
        Kind::Adjust if subject.begun => &["tag", "start", "ende", "raum"],
        Kind::Adjust => &["ende", "raum"],
        Kind::CancelDays => &["von", "bis"],
        Kind::Cancel | Kind::Restore => &[],
    };
    if there.contains(&field) { field } else { "" }
}

async fn sent(ctx: Ctx<GroupPlan>, subject: Subject, mut form: Form) -> Answer {
    if let Some(why) = closed(&subject) {
        return refused(&ctx, subject.object(), &subject.back(), why).await;
    }
    if subject.kind == Kind::Move && form.value("aktion") == "warum" {
        return why(&ctx, &subject, form).await;
    }
    if !form.checked("bestaetigt") {
        return shown(&ctx, &subject, form, false).await;
    }
    let Some(order) = read(&mut form, &subject, ctx.access().now()) else {
        return shown(&ctx, &subject, form, false).await;
    };
    let writer = ctx.write().await?;
    let group = subject.loaded.group.id;
    let what = subject.kind.what();
    let taken_on = Sent {
        shown: form.value("konflikte"),
        reason: form.value("trotz_grund"),
    };
    match service::run(&writer, group, &order, form.value("stand"), &taken_on, what).await? {
        Saved::Done => {
            let entry = Entry::new(Verb::Change, subject.object()).fields([
                "day",
                "start_minute",
                "minutes",
                "room_id",
                "state",
                "cancel_reason",
            ]);
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &format!("{}#termine", subject.back()),
                subject.kind.done(),
            )
        }
        Saved::NotFound => Err(Fault::NotFound),
        Saved::Against => {
            writer.abandon().await?;
            shown(&ctx, &subject, form, false).await
        }
        Saved::Refused | Saved::Stale => {
            writer.abandon().await?;
            let about = subject.id().map_or(About::Group(group), About::Session);
            let fresh = self::subject(&ctx, subject.kind, about).await?;
            if let Some(why) = closed(&fresh) {
                return refused(&ctx, fresh.object(), &fresh.back(), why).await;
            }
            shown(&ctx, &fresh, form, true).await
        }
    }
}

/// Reads a page's form in the order of the page; errors stay in it.
fn read(form: &mut Form, subject: &Subject, now: crate::base::time::Instant) -> Option<Order> {
    let order = match subject.kind {
        Kind::Move => read_move(form, subject, now),
        Kind::Cancel => {
            let (why, instead) = read_why(form);
            let id = subject.id()?;
            why.zip(instead).map(|(why, instead)| {
                let reason = spoken(&why);
                order(Command::Cancel(vec![id], instead, why), Some(reason))
            })
        }
        Kind::CancelDays => {
            let first = form.required_planning_date("von", "Erster Tag");
            let last = form.required_planning_date("bis", "Letzter Tag");
            if let (Some(first), Some(last)) = (first, last)
                && last < first
            {
                form.reject("bis", "Der letzte Tag liegt vor dem ersten. Bitte einen Tag ab dem ersten Tag eingeben.");
            }
            let (why, instead) = read_why(form);
            first
                .zip(last)
                .zip(why.zip(instead))
                .map(|((first, last), (why, instead))| {
                    let reason = spoken(&why);
                    order(Command::CancelDays(first, last, instead, why), Some(reason))
                })
        }
        Kind::Restore => {
            let mut order = order(Command::Restore(subject.id()?), None);
            if form.checked("trotzdem") {
                order.chosen = subject.session.iter().map(|session| session.day).collect();
            }
            Some(order)
        }
        Kind::Adjust => read_adjust(form, subject),
    };
    order.filter(|_| !form.has_errors())
}

fn order(command: Command, reason: Option<String>) -> Order {
    Order {
        command,
        chosen: Vec::new(),
        reason,
    }
}

fn spoken((code, note): &Why) -> String {
    let label = CancelReason::from_code(code).map_or("", CancelReason::label);
    match note {
        Some(note) => format!("{label}: {note}"),
        None => label.to_owned(),
    }
}

fn read_why(form: &mut Form) -> (Option<Why>, Option<Instead>) {
    let reason = form.choice("grund", "Grund", &CancelReason::codes());
    let note = form.optional_text("bemerkung", "Bemerkung", NOTE_LENGTH);
    let instead = form
        .choice(
            "ersatz",
            "Was wird aus dem Baustein?",
            &["anhaengen", "ersatzlos"],
        )
        .map(|choice| {
            if choice == "anhaengen" {
                Instead::Append
            } else {
                Instead::Drop
            }
        });
    (reason.map(|reason| (reason, note)), instead)
}

fn read_room(form: &mut Form, subject: &Subject) -> Option<RoomId> {
    let id = RoomId(form.uuid("raum", "Raum")?);
    // A room that is no longer offered may stay where it is.
    let known = subject.rooms.iter().any(|room| room.id == id)
        || subject
            .session
            .as_ref()
            .is_some_and(|session| session.room == id);
    if known {
        return Some(id);
    }
    form.reject(
        "raum",
        "Dieser Raum gehört nicht zur Einrichtung. Bitte einen Raum aus der Liste auswählen.",
    );
    None
}

fn read_move(form: &mut Form, subject: &Subject, now: crate::base::time::Instant) -> Option<Order> {
    let reach = form.choice(
        "umfang",
        "Was wird verschoben?",
        &["nur", "folgende", "alle"],
    );
    let day = form.required_planning_date("tag", "Neuer Tag");
    let start = form.required_time("start", "Beginn");
    let room = read_room(form, subject);
    let to = Target {
        day: day?,
        start: start?,
        room: room?,
    };
    let id = subject.id()?;
    let command = match reach?.as_str() {
        "nur" => Command::MoveOne(id, to),
        "folgende" => Command::MoveFrom(id, to),
        _ => match subject
            .loaded
            .first_open(now)
            .and_then(|session| session.id)
        {
            Some(first) => Command::MoveFrom(first, to),
            None => {
                form.reject("umfang", "Keine Sitzung dieser Gruppe steht noch bevor.");
                return None;
            }
        },
    };
    let mut order = order(
        command,
        form.optional_text("bemerkung", "Grund", NOTE_LENGTH),
    );
    if form.checked("trotzdem") {
        order.chosen = vec![to.day];
    }
    Some(order)
}

fn read_adjust(form: &mut Form, subject: &Subject) -> Option<Order> {
    let session = subject.session.as_ref()?;
    let (day, start) = if subject.begun {
        (
            form.required_planning_date("tag", "Tag"),
            form.required_time("start", "Beginn"),
        )
    } else {
        (Some(session.day), Some(session.start))
    };
    let end = form.required_time("ende", "Ende");
    if let (Some(start), Some(end)) = (start, end)
        && end <= start
    {
        form.reject(
            "ende",
            "Das Ende liegt vor dem Beginn. Bitte eine spätere Uhrzeit eingeben.",
        );
    }
    let room = read_room(form, subject);
    let reason = if subject.begun || session.locked {
        form.required_text("bemerkung", "Grund der Berichtigung", NOTE_LENGTH)
    } else {
        form.optional_text("bemerkung", "Grund", NOTE_LENGTH)
    };
    let (day, start, end) = (day?, start?, end?);
    let minutes = i64::from(end.value()) - i64::from(start.value());
    let to = Target {
        day,
        start,
        room: room?,
    };
    Some(order(Command::Adjust(session.id?, to, minutes), reason))
}

macro_rules! pages {
    ($($form:ident $send:ident $kind:ident;)*) => {$(
        pub(super) async fn $form(ctx: Ctx<GroupPlan>, Id(id): Id<GroupSessionId>) -> Answer {
            let subject = subject(&ctx, Kind::$kind, About::Session(id)).await?;
            open(ctx, subject).await
        }

        pub(super) async fn $send(
            ctx: Ctx<GroupPlan>,
            Id(id): Id<GroupSessionId>,
            Posted(form): Posted,
        ) -> Answer {
            let subject = subject(&ctx, Kind::$kind, About::Session(id)).await?;
            sent(ctx, subject, form).await
        }
    )*};
}

pages! {
    move_form move_send Move;
    cancel_form cancel_send Cancel;
    restore_form restore_send Restore;
    adjust_form adjust_send Adjust;
}

pub(super) async fn cancel_days_form(ctx: Ctx<GroupPlan>, Id(group): Id<GroupId>) -> Answer {
    let subject = subject(&ctx, Kind::CancelDays, About::Group(group)).await?;
    open(ctx, subject).await
}

pub(super) async fn cancel_days_send(
    ctx: Ctx<GroupPlan>,
    Id(group): Id<GroupId>,
    Posted(form): Posted,
) -> Answer {
    let subject = subject(&ctx, Kind::CancelDays, About::Group(group)).await?;
    sent(ctx, subject, form).await
}

/// Takes the last change of a group's dates back.
pub(super) async fn undo(ctx: Ctx<GroupPlan>, Id(group): Id<GroupId>, Posted(_): Posted) -> Answer {
    let object = format!("termine zuruecknehmen training_group/{group}");
    let here = format!("/gruppen/{group}");
    let writer = ctx.write().await?;
    match service::undo(&writer, group).await? {
        Step::Done(_) => {
            let entry = Entry::new(Verb::Change, object).fields(["day", "state"]);
            let seen = writer.commit(entry).await?;
            ctx.done_saying(
                seen,
                &format!("{here}#termine"),
                Flash::success("Die letzte Änderung der Termine ist zurückgenommen."),
            )
        }
        Step::Refused(why) => {
            writer.abandon().await?;
            refused(&ctx, object, &here, &why).await
        }
        Step::NotFound | Step::Ask(..) => Err(Fault::NotFound),
    }
}

/// A session with its history.
pub(super) async fn session(ctx: Ctx<GroupRead>, Id(id): Id<GroupSessionId>) -> Answer {
    let reader = ctx.read();
    let Some(head) = register::find(&reader, id).await? else {
        return Err(Fault::NotFound);
    };
    if head.is_catch_up() {
        return Err(Fault::See(format!("/nachholtermine/{id}")));
    }
    let today: Date = ctx.today();
    let note = store::note(&reader, id).await?;
    let events = history::of_object(&reader, "group_session", id.0).await?;
    let seen = reader
        .seen(Entry::new(
            Verb::Query,
            format!("sitzung group_session/{id}"),
        ))
        .await?;
    let view = views::SessionPage {
        session: &head,
        note: note.as_ref(),
        locked: head.is_locked(today),
        events: &events,
        now: ctx.access().now(),
        may_plan: ctx.actor().may::<GroupPlan>(),
        may_register: ctx.actor().may::<RegisterRead>(),
    };
    ctx.page(seen, views::session(&ctx.frame(), &view))
}
