//! The calendar of who may go where.

use serde::Deserialize;

use super::super::rules;
use super::super::scope::{self, Responsibility};
use super::super::store::{self, calendar as queries};
use super::super::views;
use super::named;
use crate::access::permissions::GrantRead;
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::facilities;
use crate::web::{Answer, Ctx, Fault, Form, Query};

#[derive(Deserialize, Default)]
pub(super) struct CalendarQuery {
    #[serde(default)]
    name: String,
    #[serde(default)]
    einrichtung: String,
    #[serde(default)]
    traeger: String,
    #[serde(default)]
    ab: String,
    #[serde(default)]
    seite: String,
}

/// Pages of the calendar at most; whoever has more narrows it down.
const PAGES: i64 = 400;

pub(super) async fn calendar(ctx: Ctx<GrantRead>, Query(query): Query<CalendarQuery>) -> Answer {
    let responsible = scope::responsibility(ctx.actor().profile()).ok_or(Fault::NotFound)?;
    let reader = ctx.read();
    let today = ctx.today();
    let from = german::parse_planning_date(&query.ab).unwrap_or(today);
    let months = rules::months(from);
    let span = match (months.first(), months.last()) {
        (Some(first), Some(last)) => (first.first, last.last),
        _ => (from, from),
    };
    // What is fixed for the role is no choice: one list of choices is read, not two.
    let choices: Vec<(String, String)> = match responsible {
        Responsibility::Facility(_) => store::providers(&reader)
            .await?
            .into_iter()
            .map(|one| (one.id.to_string(), one.name))
            .collect(),
        Responsibility::Provider(_) => facilities::facilities(&reader, span.0)
            .await?
            .into_iter()
            .map(|one| (one.id.to_string(), one.name))
            .collect(),
    };
    let filter = queries::CalendarFilter {
        facility: query.einrichtung.parse().ok(),
        provider: query.traeger.parse().ok(),
        staff: named(&reader, &query.name).await?,
    };
    let page = query.seite.parse::<i64>().unwrap_or(0).clamp(0, PAGES);
    let mut staff = queries::calendar_staff(&reader, &filter, span, page).await?;
    let more = staff.len() as i64 > queries::PAGE;
    staff.truncate(usize::try_from(queries::PAGE).unwrap_or(usize::MAX));
    let ids: Vec<_> = staff.iter().map(|member| member.id).collect();
    let grants = queries::calendar_grants(&reader, &filter, span, &ids).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "freigabenkalender"))
        .await?;
    let form = Form::empty()
        .with("name", query.name)
        .with("einrichtung", query.einrichtung)
        .with("traeger", query.traeger)
        .with("ab", query.ab);
    let shown = views::Calendar {
        months: &months,
        staff: &staff,
        grants: &grants,
        choices: &choices,
        of_facility: matches!(responsible, Responsibility::Facility(_)),
        page,
        more,
    };
    ctx.page(seen, views::calendar(&ctx.frame(), &form, &shown, from))
}
