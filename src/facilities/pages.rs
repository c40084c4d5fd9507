//! Facilities, programmes, closures: routes and handlers.

use super::{store, views};
use crate::access::permissions::{ClosureChange, ReferenceRead};
use crate::audit::{Entry, Verb};
use crate::base::ids::{ClosureId, FacilityId};
use crate::schema::reference::closure;
use crate::store::Rows;
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
    let reader = ctx.read();
    let closures = store::closures(&reader, own_facility(&ctx)?, ctx.today()).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "schliesstage")).await?;
    ctx.page(
        seen,
        views::closures(&ctx.frame(), &Form::empty(), &closures, &ctx.once()),
    )
}

async fn add_closure(ctx: Ctx<ClosureChange>, Posted(mut form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    let first = form.required_planning_date("first_day", "Erster Tag");
    let last = form
        .optional_planning_date("last_day", "Letzter Tag")
        .or(first.filter(|_| form.value("last_day").trim().is_empty()));
    let reason = form.required_text("reason", "Grund", 80);
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
        && let Some(day_after) = last.next_day()
    {
        let writer = ctx.write().await?;
        crate::accounts::once(&writer, form.value("einmal"), "/einrichtungen/schliesstage").await?;
        let row = closure::Model {
            id: ClosureId(writer.entropy().uuid()),
            facility_id: facility,
            first_day: first,
            day_after,
            reason,
            created_at: writer.now(),
            created_by_name: ctx.actor().name().to_owned(),
            removed_at: None,
        };
        store::insert_closure(&writer, row).await?;
        let seen = writer
            .commit(Entry::new(Verb::Change, "schliesstag angelegt"))
            .await?;
        return ctx.done(
            seen,
            "/einrichtungen/schliesstage",
            "Die Schließung ist eingetragen. Neue Terminreihen überspringen diese Tage.",
        );
    }
    let reader = ctx.read();
    let closures = store::closures(&reader, facility, ctx.today()).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "schliesstage")).await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(
        seen,
        views::closures(&ctx.frame(), &form, &closures, &token),
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
