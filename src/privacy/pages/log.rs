//! Searching the log by record, operation and period; what is unusual.

use time::{Date, Duration};

use super::super::store::log::{self, Wanted};
use super::super::{operations, views};
use crate::access::permissions::AuditRead;
use crate::audit::{Entry, Level, Verb};
use crate::web::{Answer, Ctx, Form, Query};

/// Days of a search without a period.
const DAYS: i64 = 7;
/// The longest period of a search.
const MOST_DAYS: i64 = 92;
/// Days that the page of what is unusual looks back.
const LOOK_BACK: i64 = 30;

/// A period that was typed, both days included; the last week if nothing was.
pub(super) fn period(form: &mut Form, today: Date) -> (Date, Date) {
    let to = form.optional_date("bis", "Bis").unwrap_or(today);
    let from = form
        .optional_date("von", "Von")
        .unwrap_or(to - Duration::days(DAYS - 1));
    if to < from {
        form.reject(
            "bis",
            "„Bis“ liegt vor „Von“. Bitte einen Tag ab dann eingeben.",
        );
    } else if to - from >= Duration::days(MOST_DAYS) {
        form.reject(
            "von",
            format!("Der Zeitraum umfasst mehr als {MOST_DAYS} Tage. Bitte in Teilen suchen."),
        );
    }
    (from, to)
}

pub(super) async fn search(
    ctx: Ctx<AuditRead>,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    let mut form = Form::from_pairs(query);
    let asked = ["von", "bis", "vorgang", "art", "datensatz"]
        .iter()
        .any(|name| !form.value(name).is_empty());
    let days = period(&mut form, ctx.today());
    let verbs: Vec<&str> = Verb::ALL.iter().map(|verb| verb.code()).collect();
    let wanted = Wanted {
        record: form.optional_uuid("datensatz", "Datensatz"),
        operation: form.optional_text("vorgang", "Vorgang", 60),
        verb: form.optional_choice("art", "Art der Verarbeitung", &verbs),
    };
    if wanted
        .operation
        .as_deref()
        .is_some_and(|words| operations::named(words).is_empty())
    {
        form.reject("vorgang", "So heißt kein Vorgang. Bitte ein Wort wie „Person“, „Gespräch“ oder „Auskunft“ eingeben.");
    }
    let reader = ctx.read();
    let found = if asked && !form.has_errors() {
        Some(log::search(&reader, days, &wanted).await?)
    } else {
        None
    };
    let mut by = Vec::new();
    if wanted.record.is_some() {
        by.push("datensatz");
    }
    if wanted.operation.is_some() {
        by.push("vorgang");
    }
    if wanted.verb.is_some() {
        by.push("art");
    }
    let entry = Entry::new(
        Verb::Query,
        format!("protokollsuche nach zeitraum {}", by.join(" "))
            .trim()
            .to_owned(),
    )
    .about_all(
        found.iter().flatten().filter_map(|row| row.person),
        Level::List,
    );
    let seen = reader.seen(entry).await?;
    let markup = views::log::search(&ctx.frame(), &form, days, found.as_deref());
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

pub(super) async fn alerts(ctx: Ctx<AuditRead>) -> Answer {
    let reader = ctx.read();
    let from = ctx.today() - Duration::days(LOOK_BACK - 1);
    let alerts = log::alerts(&reader, (from, ctx.today())).await?;
    let since = crate::base::time::berlin_midnight(from);
    let purposes = log::purposes(&reader, since).await?;
    let people = purposes.iter().filter_map(|row| row.person_id);
    let entry = Entry::new(Verb::Query, "auffaelligkeiten").about_all(people, Level::List);
    let seen = reader.seen(entry).await?;
    ctx.page(seen, views::log::alerts(&ctx.frame(), &alerts, &purposes))
}
