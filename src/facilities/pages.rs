//! Facilities, programmes, closures: routes and handlers.

use super::{store, views};
use crate::access::permissions::{ClosureChange, ReferenceRead};
use crate::audit::{Entry, Verb};
use crate::base::ids::{ClosureId, FacilityId, RoomId};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/einrichtungen", list),
        Route::get("/einrichtungen/schliesstage", closures),
        Route::post("/einrichtungen/schliesstage", add_closure),
        Route::post(
            "/einrichtungen/schliesstage/{closure}/aufheben",
            remove_closure,
        ),
    ]
}

async fn list(ctx: Ctx<ReferenceRead>) -> Answer {
    let reader = ctx.read();
    let today = ctx.today();
    let facilities = store::facilities(&reader, today).await?;
    let programmes = store::programmes(&reader, today, today).await?;
    let parts = store::parts(&reader, today).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "einrichtungen"))
        .await?;
    let may_close = ctx.actor().may::<ClosureChange>();
    ctx.page(
        seen,
        views::list(
            &ctx.frame(),
            &facilities,
            &programmes,
            &parts,
            today,
            may_close,
        ),
    )
}

fn own_facility<P: crate::access::Permission>(ctx: &Ctx<P>) -> Result<FacilityId, Fault> {
    ctx.actor().profile().facility.ok_or(Fault::NotFound)
}

async fn closures(ctx: Ctx<ClosureChange>) -> Answer {
    let facility = own_facility(&ctx)?;
    let reader = ctx.read();
    let closures = store::all_closures(&reader, facility, ctx.today()).await?;
    let rooms = store::rooms(&reader, facility, ctx.today()).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "schliesstage")).await?;
    ctx.page(
        seen,
        views::closures(
            &ctx.frame(),
            &Form::empty(),
            (&closures, &rooms),
            &ctx.once(),
        ),
    )
}

async fn add_closure(ctx: Ctx<ClosureChange>, Posted(mut form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    let first = form.required_planning_date("first_day", "Erster Tag");
    let last = form
        .optional_planning_date("last_day", "Letzter Tag")
        .or(first.filter(|_| form.value("last_day").trim().is_empty()));
    let reason = form.required_text("reason", "Grund", 80);
    let rooms = store::rooms(&ctx.read(), facility, ctx.today()).await?;
    let room = form
        .optional_uuid("room", "Was ist geschlossen?")
        .map(RoomId);
    if room.is_some_and(|id| !rooms.iter().any(|room| room.id == id)) {
        form.reject("room", "Bitte einen Raum aus der Liste auswählen.");
    }
    if let (Some(first), Some(last)) = (first, last) {
        if last < first {
            form.reject(
                "last_day",
                "Der letzte Tag liegt vor dem ersten. Bitte einen Tag ab dem ersten Tag eingeben.",
            );
        } else if (last - first).whole_days() > 366 {
            form.reject(
                "last_day",
                "Eine Schließung dauert höchstens ein Jahr. Bitte den letzten Tag prüfen.",
            );
        }
    }
    if let (Some(first), Some(last), Some(reason), false) = (first, last, reason, form.has_errors())
    {
        let writer = ctx.write().await?;
        crate::accounts::once(&writer, form.value("einmal"), "/einrichtungen/schliesstage").await?;
        store::close(&writer, (facility, room), (first, last), &reason).await?;
        let seen = writer
            .commit(Entry::new(Verb::Change, "schliesstag angelegt"))
            .await?;
        return ctx.done(
            seen,
            "/einrichtungen/schliesstage",
            match room {
                None => "Die Schließung ist eingetragen. Neue Terminreihen überspringen diese Tage.",
                Some(_) => "Der Raum ist gesperrt. Was dort schon geplant ist, zeigen Konflikte und Umplanung.",
            },
        );
    }
    let reader = ctx.read();
    let closures = store::all_closures(&reader, facility, ctx.today()).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "schliesstage")).await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(
        seen,
        views::closures(&ctx.frame(), &form, (&closures, &rooms), &token),
    )
}

async fn remove_closure(
    ctx: Ctx<ClosureChange>,
    Id(closure): Id<ClosureId>,
    Posted(_): Posted,
) -> Answer {
    let facility = own_facility(&ctx)?;
    let writer = ctx.write().await?;
    if store::remove_closure(&writer, facility, closure).await? == 0 {
        writer.abandon().await?;
        return Err(Fault::NotFound);
    }
    let seen = writer
        .commit(Entry::new(
            Verb::Change,
            format!("schliesstag aufgehoben closure/{closure}"),
        ))
        .await?;
    ctx.done(
        seen,
        "/einrichtungen/schliesstage",
        "Die Schließung ist aufgehoben.",
    )
}
