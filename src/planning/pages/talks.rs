//! The times that a plan of a half-year found for talks: handed on to the counsellors they are for.

use axum::extract::Path;

use crate::access::permissions::GroupPlan;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{HalfYearPlanId, StaffId};
use crate::casework;
use crate::history::{self, Change};
use crate::planning::store::plans;
use crate::planning::views::talks as views;
use crate::web::flash::Flash;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Posted};

/// The times of a plan by counsellor, without anybody's name.
pub(super) async fn show(ctx: Ctx<GroupPlan>, Id(id): Id<HalfYearPlanId>) -> Answer {
    let reader = ctx.read();
    let plan = plans::find(&reader, id).await?.ok_or(Fault::NotFound)?;
    let sums = casework::offer_sums(&reader, id).await?;
    let entry = Entry::new(Verb::Query, format!("gespraechszeiten half_year_plan/{id}"));
    let seen = reader.seen(entry).await?;
    ctx.page(seen, views::page(&ctx.frame(), &plan, &sums))
}

/// Shows the times that were found for talks to the counsellor they are for.
pub(super) async fn hand_on(
    ctx: Ctx<GroupPlan>,
    Path((plan, staff)): Path<(String, String)>,
    Posted(_): Posted,
) -> Answer {
    let plan: HalfYearPlanId = plan.parse().map_err(|_| Fault::NotFound)?;
    let staff: StaffId = staff.parse().map_err(|_| Fault::NotFound)?;
    let writer = ctx.write().await?;
    let location = format!("/plan/{plan}/gespraeche");
    let found = plans::find(&writer, plan).await?.ok_or(Fault::NotFound)?;
    let half = (plan, found.first_day, found.last_day);
    let (number, people) = casework::hand_on(&writer, half, staff).await?;
    let object = format!("gespraeche vorgeschlagen half_year_plan/{plan}");
    if number == 0 {
        writer.abandon().await?;
        let seen = ctx
            .read()
            .seen(Entry::new(Verb::Change, object).denied())
            .await?;
        let why = Flash::warning(
            "Hier ist nichts mehr vorzuschlagen: Die Termine sind schon vorgeschlagen, vorbei oder nicht mehr nötig.",
        );
        return ctx.done_saying(seen, &location, why);
    }
    let change = Change::new("half_year_plan", plan.0, "Gesprächstermine vorgeschlagen");
    history::record(&writer, vec![change]).await?;
    let entry = Entry::new(Verb::Change, object).about_all(people, Level::Case);
    let seen = writer.commit(entry).await?;
    let said = german::plural(
        number as u64,
        "Gesprächstermin ist",
        "Gesprächstermine sind",
    );
    ctx.done(
        seen,
        &location,
        &format!("{said} vorgeschlagen. Die Fachkraft findet sie bei ihren Aufgaben."),
    )
}
