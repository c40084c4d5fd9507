//! Who has to be brought where: the list on the screen, and the sheet, which is a disclosure.

use serde::Deserialize;
use time::Date;

use super::own_facility;
use crate::access::permissions::WardRead;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::PersonId;
use crate::calendar::service::{self, WardList};
use crate::calendar::views::ward as views;
use crate::web::{Answer, Ctx, Fault, Form, Query};

#[derive(Deserialize, Default)]
pub(super) struct DayQuery {
    #[serde(default)]
    tag: String,
}

fn people(list: &WardList) -> impl Iterator<Item = PersonId> + '_ {
    list.people.iter().map(|person| person.person_id)
}

fn shown(ctx: &Ctx<WardRead>, day: Date) -> views::Shown {
    views::Shown {
        facility: ctx
            .actor()
            .profile()
            .facility_name
            .clone()
            .unwrap_or_default(),
        day,
        today: ctx.today(),
        now: ctx.access().now(),
        may: super::may(ctx.actor()),
    }
}

pub(super) async fn list(ctx: Ctx<WardRead>, Query(query): Query<DayQuery>) -> Answer {
    let facility = own_facility(&ctx)?;
    let mut form = Form::empty().with("tag", query.tag.trim());
    let day = form
        .optional_planning_date("tag", "Tag")
        .unwrap_or(ctx.today());
    let reader = ctx.read();
    let list = service::ward_list(&reader, facility, day).await?;
    let entry = Entry::new(Verb::Query, "zufuehrliste").about_all(people(&list), Level::List);
    let seen = reader.seen(entry).await?;
    let page = views::page(&ctx.frame(), &shown(&ctx, day), &list, &form);
    if form.has_errors() {
        return ctx.invalid(seen, page);
    }
    ctx.page(seen, page)
}

/// The sheet for the wards. On paper it leaves the house's control: a disclosure, not only a look.
pub(super) async fn sheet(ctx: Ctx<WardRead>, Query(query): Query<DayQuery>) -> Answer {
    let facility = own_facility(&ctx)?;
    let day = match query.tag.trim() {
        "" => ctx.today(),
        typed => german::parse_planning_date(typed).map_err(|_| Fault::NotFound)?,
    };
    let reader = ctx.read();
    let list = service::ward_list(&reader, facility, day).await?;
    let entry = Entry::new(Verb::Disclose, "zufuehrliste als ausdruck")
        .to("Stationen")
        .about_all(people(&list), Level::List);
    let seen = reader.seen(entry).await?;
    ctx.page(seen, views::sheet(&ctx.frame(), &shown(&ctx, day), &list))
}
