//! The to-do list: route and handler.

use super::store::DUE;
use super::{store, views};
use crate::access::permissions::{CaseDeadline, TodoRead};
use crate::audit::{Entry, Level, Verb};
use crate::casework;
use crate::web::{Answer, Ctx, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/aufgaben", tasks)]
}

async fn tasks(ctx: Ctx<TodoRead>) -> Answer {
    let reader = ctx.read();
    let tasks = store::open(&reader).await?;
    let has_due = tasks.iter().any(|task| task.href == DUE && task.number > 0);
    let due = if has_due && ctx.actor().may::<CaseDeadline>() {
        casework::due_lines(&reader).await?
    } else {
        Vec::new()
    };
    let people = due.iter().filter_map(|line| line.person_id);
    let entry = Entry::new(Verb::Query, "aufgaben").about_all(people, Level::List);
    let seen = reader.seen(entry).await?;
    ctx.page(seen, views::tasks(&ctx.frame(), &tasks, &due, ctx.today()))
}
