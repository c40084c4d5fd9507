//! Catch-up sessions: who missed what, planning one, its page, moving and cancelling it.

use serde::Deserialize;

use super::refused;
use crate::access::permissions::{GroupPlan, GroupRead, RegisterRead};
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{GroupId, GroupSessionId, PersonId, RoomId, StaffId};
use crate::conflicts::rules::{Conflict, Kind, Weight, fold};
use crate::facilities::{RoomLine, rooms};
use crate::groups::rules::{CancelReason, minute};
use crate::groups::service::catch_up::{self as service, Outcome};
use crate::groups::service::passport;
use crate::groups::store::catch_up::{self as store, When};
use crate::groups::store::{self as groups, Trainer};
use crate::groups::views::catch_up as views;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

/// The longest note beside a reason.
const NOTE_LENGTH: usize = 200;
/// The most people and sessions of one catch-up session.
const MOST: usize = 100;

#[derive(Deserialize, Default)]
pub(super) struct Wanted {
    /// The number of a session of the template: everybody who missed it is ticked.
    #[serde(default)]
    nr: String,
    /// A person: everything that they missed is ticked.
    #[serde(default)]
    person: String,
}

/// What somebody makes good, as the form says it.
fn value(person: PersonId, ordinal: i64) -> String {
    format!("{person}:{ordinal}")
}

fn parse(value: &str) -> Option<(PersonId, i64)> {
    let (person, ordinal) = value.split_once(':')?;
    Some((person.parse().ok()?, ordinal.parse().ok()?))
}

async fn show(
    ctx: &Ctx<GroupPlan>,
    id: GroupId,
    form: Option<Form>,
    wanted: &Wanted,
    against: &[Conflict],
) -> Answer {
    let reader = ctx.read();
    let Some((group, trainers)) = groups::open(&reader, id).await? else {
        return Err(Fault::NotFound);
    };
    if let Some(why) = service::not_here(&group) {
        let object = format!("nachholen training_group/{id}");
        return refused(ctx, object, &format!("/gruppen/{id}"), why).await;
    }
    let (passes, _) = passport::of_group(&reader, id).await?;
    let rooms = rooms(&reader, group.facility_id, ctx.today()).await?;
    let open: Vec<_> = passes
        .into_iter()
        .filter(|pass| pass.visible && pass.stay.to_day.is_none())
        .collect();
    let form = form.unwrap_or_else(|| {
        let room = rooms
            .iter()
            .find(|room| room.name == group.room_name)
            .map_or_else(String::new, |room| room.id.to_string());
        let ticked = open.iter().flat_map(|pass| {
            pass.missed()
                .into_iter()
                .filter(|(ordinal, ..)| {
                    !pass.catch_ups.contains_key(ordinal)
                        && (wanted.nr == ordinal.to_string()
                            || wanted.person == pass.person_id.to_string())
                })
                .map(|(ordinal, ..)| value(pass.person_id, ordinal))
        });
        let ticked: Vec<String> = ticked.collect();
        Form::empty()
            .with("start", german::time(minute(group.start_minute)))
            .with("raum", room)
            .with_values("versaeumt", ticked)
    });
    let entry = Entry::new(Verb::Query, format!("nachholen training_group/{id}"))
        .about_all(open.iter().map(|pass| pass.person_id), Level::Case)
        .about_all(super::named(against), Level::Case);
    let seen = reader.seen(entry).await?;
    let view = views::PlanPage {
        group: &group,
        people: &open,
        rooms: &rooms,
        trainers: &trainers,
        against,
        token: &ctx.once(),
    };
    let markup = views::plan(&ctx.frame(), &form, &view);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

pub(super) async fn form(
    ctx: Ctx<GroupPlan>,
    Id(id): Id<GroupId>,
    Query(wanted): Query<Wanted>,
) -> Answer {
    show(&ctx, id, None, &wanted, &[]).await
}

/// Reads when and where, in the order of the page.
fn read(form: &mut Form, rooms: &[RoomLine], trainers: &[Trainer]) -> Option<When> {
    let day = form.required_planning_date("tag", "Tag");
    let start = form.required_time("start", "Beginn");
    let end = form.required_time("ende", "Ende");
    if let (Some(start), Some(end)) = (start, end)
        && end <= start
    {
        form.reject(
            "ende",
            "Das Ende liegt nicht nach dem Beginn. Bitte eine spätere Uhrzeit eingeben.",
        );
    }
    let room = form.uuid("raum", "Raum").map(RoomId);
    if room.is_some_and(|room| !rooms.iter().any(|known| known.id == room)) {
        form.reject(
            "raum",
            "Dieser Raum gehört nicht zur Einrichtung. Bitte einen Raum aus der Liste auswählen.",
        );
    }
    let staff = form.optional_uuid("fachkraft", "Fachkraft").map(StaffId);
    if staff.is_some_and(|staff| !trainers.iter().any(|known| known.id == staff)) {
        form.reject(
            "fachkraft",
            "Diese Fachkraft gehört nicht zur Gruppe. Bitte eine aus der Liste auswählen.",
        );
    }
    let (start, end) = (start?, end?);
    let at = When {
        day: day?,
        start_minute: i64::from(start.value()),
        minutes: i64::from(end.value()) - i64::from(start.value()),
        room: room?,
        staff,
    };
    (!form.has_errors()).then_some(at)
}

/// Puts what stands against a session beside the fields that can help; what may be taken on asks for the reason.
fn reject(form: &mut Form, against: &[Conflict]) {
    for line in fold(against) {
        if line.weight == Weight::Hard {
            let field = match line.kind {
                Kind::TrainerBusy => "fachkraft",
                Kind::RoomBusy | Kind::RoomClosed | Kind::RoomSmall | Kind::RoomSecurity => "raum",
                _ => "tag",
            };
            form.reject(field, format!("{}: {}", line.kind.label(), line.text));
        }
    }
    if !form.has_errors() {
        crate::conflicts::judged(form, against);
    }
}

pub(super) async fn send(
    ctx: Ctx<GroupPlan>,
    Id(id): Id<GroupId>,
    Posted(mut form): Posted,
) -> Answer {
    let nothing = Wanted::default();
    let writer = ctx.write().await?;
    let Some((group, trainers)) = groups::open(&writer, id).await? else {
        return Err(Fault::NotFound);
    };
    let rooms = rooms(&writer, group.facility_id, ctx.today()).await?;
    let mut wanted: Vec<(PersonId, i64)> = form
        .values("versaeumt")
        .iter()
        .filter_map(|value| parse(value))
        .collect();
    wanted.sort_unstable_by_key(|(person, ordinal)| (person.0, *ordinal));
    wanted.dedup();
    if wanted.is_empty() || wanted.len() > MOST {
        form.reject("versaeumt", "Bitte ankreuzen, wer welche Sitzung nachholt.");
    }
    let Some(at) = read(&mut form, &rooms, &trainers) else {
        writer.abandon().await?;
        return show(&ctx, id, Some(form), &nothing, &[]).await;
    };
    let here = format!("/gruppen/{id}");
    let token = form.value("einmal").to_owned();
    crate::accounts::once(&writer, &token, &here).await?;
    let object = format!("nachholtermin geplant training_group/{id}");
    let sent = crate::conflicts::sent(&form);
    match service::plan(&writer, id, &at, &wanted, &sent).await? {
        Outcome::Done(people) => {
            let entry = Entry::new(Verb::Change, object)
                .about_all(people, Level::Case)
                .fields([
                    "day",
                    "start_minute",
                    "minutes",
                    "room_id",
                    "staff_id",
                    "ordinal",
                ]);
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &format!("{here}#nachholen"),
                "Der Nachholtermin ist geplant. Er zählt nicht zur Terminreihe.",
            )
        }
        Outcome::Invalid(problems) => {
            writer.abandon().await?;
            for (field, why) in problems {
                form.reject(field, why);
            }
            show(&ctx, id, Some(form), &nothing, &[]).await
        }
        Outcome::Against(against) => {
            writer.abandon().await?;
            reject(&mut form, &against);
            show(&ctx, id, Some(form), &nothing, &against).await
        }
        Outcome::Refused(why) => {
            writer.abandon().await?;
            refused(&ctx, object, &here, &why).await
        }
        Outcome::NotFound => Err(Fault::NotFound),
    }
}

/// The page of a catch-up session; whoever plans groups moves it here.
pub(super) async fn session(ctx: Ctx<GroupRead>, Id(id): Id<GroupSessionId>) -> Answer {
    let reader = ctx.read();
    let Some((session, made_good)) = store::open(&reader, id).await? else {
        return Err(Fault::NotFound);
    };
    let may_plan = ctx.actor().may::<GroupPlan>();
    let events = crate::history::of_object(&reader, "group_session", id.0).await?;
    let entry = Entry::new(Verb::Query, format!("nachholtermin group_session/{id}")).about_all(
        made_good
            .iter()
            .filter(|row| row.visible)
            .map(|row| row.person_id),
        Level::Case,
    );
    let seen = reader.seen(entry).await?;
    let view = views::SessionPage {
        session: &session,
        made_good: &made_good,
        events: &events,
        may_plan,
        may_register: ctx.actor().may::<RegisterRead>(),
        now: ctx.access().now(),
    };
    ctx.page(seen, views::session(&ctx.frame(), &view))
}

async fn show_change(
    ctx: &Ctx<GroupPlan>,
    id: GroupSessionId,
    form: Option<Form>,
    against: &[Conflict],
) -> Answer {
    let reader = ctx.read();
    let Some((session, _)) = store::open(&reader, id).await? else {
        return Err(Fault::NotFound);
    };
    let object = format!("nachholtermin aendern group_session/{id}");
    if let Some(why) = service::settled(&session) {
        return refused(ctx, object, &format!("/nachholtermine/{id}"), why).await;
    }
    let Some((_, trainers)) = groups::open(&reader, session.group_id).await? else {
        return Err(Fault::NotFound);
    };
    let rooms = rooms(&reader, session.facility_id, ctx.today()).await?;
    let form = form.unwrap_or_else(|| {
        let end = session.start_minute + session.minutes;
        Form::empty()
            .with("tag", german::date(session.day))
            .with("start", german::time(minute(session.start_minute)))
            .with("ende", german::time(minute(end)))
            .with("raum", session.room_id.to_string())
            .with(
                "fachkraft",
                session
                    .staff_id
                    .map_or_else(String::new, |id| id.to_string()),
            )
            .with("version", session.version.to_string())
    });
    let entry = Entry::new(Verb::Query, object).about_all(super::named(against), Level::Case);
    let seen = reader.seen(entry).await?;
    let choices = (rooms.as_slice(), trainers.as_slice());
    let markup = views::change(&ctx.frame(), &form, &session, choices, against);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

pub(super) async fn change_form(ctx: Ctx<GroupPlan>, Id(id): Id<GroupSessionId>) -> Answer {
    show_change(&ctx, id, None, &[]).await
}

pub(super) async fn change(
    ctx: Ctx<GroupPlan>,
    Id(id): Id<GroupSessionId>,
    Posted(mut form): Posted,
) -> Answer {
    let object = format!("nachholtermin aendern group_session/{id}");
    let here = format!("/nachholtermine/{id}");
    let writer = ctx.write().await?;
    let Some((session, _)) = store::open(&writer, id).await? else {
        return Err(Fault::NotFound);
    };
    let Some((_, trainers)) = groups::open(&writer, session.group_id).await? else {
        return Err(Fault::NotFound);
    };
    let rooms = rooms(&writer, session.facility_id, ctx.today()).await?;
    let at = read(&mut form, &rooms, &trainers);
    let (Some(at), Some(version)) = (at, form.hidden_number("version")) else {
        writer.abandon().await?;
        return show_change(&ctx, id, Some(form), &[]).await;
    };
    let sent = crate::conflicts::sent(&form);
    match service::change(&writer, id, version, &at, &sent).await? {
        Outcome::Done(people) => {
            let entry = Entry::new(Verb::Change, object)
                .about_all(people, Level::Case)
                .fields(["day", "start_minute", "minutes", "room_id", "staff_id"]);
            let seen = writer.commit(entry).await?;
            ctx.done(seen, &here, "Der Nachholtermin ist geändert.")
        }
        Outcome::Invalid(problems) => {
            writer.abandon().await?;
            for (field, why) in problems {
                form.reject(field, why);
            }
            show_change(&ctx, id, Some(form), &[]).await
        }
        Outcome::Against(against) => {
            writer.abandon().await?;
            reject(&mut form, &against);
            show_change(&ctx, id, Some(form), &against).await
        }
        Outcome::Refused(why) => {
            writer.abandon().await?;
            refused(&ctx, object, &here, &why).await
        }
        Outcome::NotFound => Err(Fault::NotFound),
    }
}

async fn show_cancel(ctx: &Ctx<GroupPlan>, id: GroupSessionId, form: Option<Form>) -> Answer {
    let reader = ctx.read();
    let Some((session, _)) = store::open(&reader, id).await? else {
        return Err(Fault::NotFound);
    };
    let object = format!("nachholtermin absagen group_session/{id}");
    if let Some(why) = service::settled(&session) {
        return refused(ctx, object, &format!("/nachholtermine/{id}"), why).await;
    }
    let form = form.unwrap_or_else(|| Form::empty().with("version", session.version.to_string()));
    let seen = reader.seen(Entry::new(Verb::Query, object)).await?;
    let markup = views::cancel(&ctx.frame(), &form, &session);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

pub(super) async fn cancel_form(ctx: Ctx<GroupPlan>, Id(id): Id<GroupSessionId>) -> Answer {
    show_cancel(&ctx, id, None).await
}

pub(super) async fn cancel(
    ctx: Ctx<GroupPlan>,
    Id(id): Id<GroupSessionId>,
    Posted(mut form): Posted,
) -> Answer {
    let reason = form
        .choice("grund", "Grund", &CancelReason::codes())
        .and_then(|code| CancelReason::from_code(&code));
    let note = form.optional_text("bemerkung", "Bemerkung", NOTE_LENGTH);
    let (Some(reason), Some(version), false) =
        (reason, form.hidden_number("version"), form.has_errors())
    else {
        return show_cancel(&ctx, id, Some(form)).await;
    };
    let object = format!("nachholtermin absagen group_session/{id}");
    let here = format!("/nachholtermine/{id}");
    let writer = ctx.write().await?;
    match service::cancel(&writer, id, version, (reason, note)).await? {
        Outcome::Done(people) => {
            let entry = Entry::new(Verb::Change, object)
                .about_all(people, Level::Case)
                .fields(["state", "cancel_reason"]);
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &here,
                "Der Nachholtermin ist abgesagt. Was er nachholen sollte, ist wieder offen.",
            )
        }
        Outcome::Refused(why) => {
            writer.abandon().await?;
            refused(&ctx, object, &here, &why).await
        }
        Outcome::NotFound | Outcome::Invalid(_) | Outcome::Against(_) => Err(Fault::NotFound),
    }
}
