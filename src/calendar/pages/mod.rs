//! The calendar and the page of today: routes and handlers.

mod feed;
mod ward;

use time::Date;
use uuid::Uuid;

use super::rules::{MonthOfYear, Span, Week};
use super::store::{self, Choice, ChoiceRow};
use super::{service, views};
use crate::access::permissions::{
    CalendarRead, FamilyDayRead, FeedRead, GroupRead, RegisterKeep, VisitRead, WardRead,
};
use crate::access::{Actor, Permission};
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::{FacilityId, PersonId, RoomId, StaffId};
use crate::web::{Answer, Ctx, Fault, Form, Query, Route};
use crate::{groups, people};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/kalender", calendar),
        Route::get("/heute", today),
        Route::get("/kalender/zufuehrung", ward::list),
        Route::get("/kalender/zufuehrung/blatt", ward::sheet),
        Route::get("/kalender/abo", feed::show),
        Route::post("/kalender/abo", feed::issue),
        Route::post("/kalender/abo/beenden", feed::end),
        Route::public_get("/kalender/abo/{file}", feed::read),
    ]
}

/// Most open registers on the page of today.
const REGISTERS: i64 = 200;

/// What the actor may follow from a date.
fn may(actor: &Actor) -> views::May {
    views::May {
        session: actor.may::<GroupRead>(),
        register: actor.may::<RegisterKeep>(),
        visit: actor.may::<VisitRead>(),
        family: actor.may::<FamilyDayRead>(),
        ward: actor.may::<WardRead>(),
        feed: actor.may::<FeedRead>(),
    }
}

/// An id of the address; what is none is nothing that can be found.
fn id(form: &Form, name: &str) -> Result<Option<Uuid>, Fault> {
    match form.value(name).trim() {
        "" => Ok(None),
        typed => Uuid::parse_str(typed)
            .map(Some)
            .map_err(|_| Fault::NotFound),
    }
}

/// The span that is asked for; what cannot be read is told, and today's is shown.
fn asked(form: &mut Form, today: Date) -> Span {
    let month = form.value("ansicht") == "monat";
    let now = if month {
        Span::Month(MonthOfYear::of(today))
    } else {
        Span::Week(Week::of(today))
    };
    if !form.value("tag").trim().is_empty() {
        return match form.optional_planning_date("tag", "Tag") {
            Some(day) => now.at(day),
            None => now,
        };
    }
    let (name, found) = if month {
        (
            "monat",
            MonthOfYear::parse(form.value("monat")).map(Span::Month),
        )
    } else {
        ("woche", Week::parse(form.value("woche")).map(Span::Week))
    };
    let typed = form.value(name).trim().to_owned();
    match found {
        Some(span) => span,
        None if typed.is_empty() => now,
        None => {
            form.reject(
                "",
                if month {
                    "Diesen Monat gibt es nicht. Bitte einen Monat wie 2026-11 angeben. Gezeigt wird der heutige."
                } else {
                    "Diese Woche gibt es nicht: Ein Jahr hat 52 oder 53 Wochen. Bitte eine Woche wie 2026-W47 angeben. Gezeigt wird die heutige."
                },
            );
            now
        }
    }
}

/// The rows to choose from hold an id of a kind; what is not among them is not the actor's.
fn known(choices: &[ChoiceRow], kind: &str, id: Option<Uuid>) -> bool {
    id.is_none_or(|id| choices.iter().any(|row| row.kind == kind && row.id == id))
}

async fn calendar(ctx: Ctx<CalendarRead>, Query(pairs): Query<Vec<(String, String)>>) -> Answer {
    let mut form = Form::from_pairs(pairs);
    let span = asked(&mut form, ctx.today());
    let (facility, room, staff, person) = (
        id(&form, "einrichtung")?,
        id(&form, "raum")?,
        id(&form, "fachkraft")?,
        id(&form, "person")?,
    );
    let reader = ctx.read();
    let mut head = None;
    let mut choices = Vec::new();
    let mut choice = Choice::default();
    if let Some(person) = person {
        head = people::find(&reader, PersonId(person)).await?;
        if head.is_none() {
            return Err(Fault::NotFound);
        }
        choice.person = Some(PersonId(person));
    } else {
        choices = store::choices(&reader, span.bounds().0, staff.map(StaffId)).await?;
        let mine = known(&choices, "facility", facility)
            && known(&choices, "room", room)
            && known(&choices, "staff", staff);
        if !mine {
            return Err(Fault::NotFound);
        }
        choice = Choice {
            facility: facility.map(FacilityId),
            room: room.map(RoomId),
            staff: staff.map(StaffId),
            person: None,
        };
    }
    let days = service::span(&reader, span, &choice).await?;
    let entry = Entry::new(Verb::Query, "kalender").about_all(choice.person, Level::Case);
    let seen = reader.seen(entry).await?;
    let view = views::grid::Calendar {
        span,
        days: &days,
        choice: &choice,
        choices: &choices,
        person: head.as_ref(),
        place: ctx.actor().profile().facility_name.as_deref(),
        form: &form,
        today: ctx.today(),
        now: ctx.access().now(),
        may: may(ctx.actor()),
    };
    let page = views::grid::page(&ctx.frame(), &view);
    if form.has_errors() {
        return ctx.invalid(seen, page);
    }
    ctx.page(seen, page)
}

async fn today(ctx: Ctx<CalendarRead>) -> Answer {
    let reader = ctx.read();
    let may = may(ctx.actor());
    let open = if may.register {
        groups::open_registers(&reader, REGISTERS).await?
    } else {
        Vec::new()
    };
    let days = service::day(&reader, ctx.today()).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "heute")).await?;
    let view = views::today::Today {
        open: &open,
        days: &days,
        today: ctx.today(),
        now: ctx.access().now(),
        may,
    };
    ctx.page(seen, views::today::page(&ctx.frame(), &view))
}

fn own_facility<P: Permission>(ctx: &Ctx<P>) -> Result<FacilityId, Fault> {
    ctx.actor().profile().facility.ok_or(Fault::NotFound)
}
