//! The staff of an organisation: list, page, recording, changing, leaving.

use serde::Deserialize;

use super::{member, named};
use crate::access::permissions::{ClearanceRequest, GrantRequest, StaffChange, StaffRead};
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::base::ids::StaffId;
use crate::history;
use crate::providers::rules::{self, Language, MAX_LINE, MAX_NAME, StaffRole};
use crate::providers::service::staff::{self as service, Changed, Master};
use crate::providers::store::facts::{StaffFacts, staff_facts};
use crate::providers::store::staff::{self as store, Filter, StaffRow};
use crate::providers::views::{staff as views, staff_forms as forms};
use crate::store::{Cursor, Rows};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

/// The value of the filter for those who left.
pub(in crate::providers) const FORMER: &str = "ausgeschieden";

#[derive(Deserialize, Default)]
pub(super) struct ListQuery {
    #[serde(default)]
    name: String,
    #[serde(default)]
    aufgabe: String,
    #[serde(default)]
    stand: String,
    #[serde(default)]
    ab: String,
}

pub(super) async fn list(ctx: Ctx<StaffRead>, Query(query): Query<ListQuery>) -> Answer {
    if crate::grants::responsibility(ctx.actor().profile()).is_none() {
        return Err(Fault::NotFound);
    }
    let (reader, today) = (ctx.read(), ctx.today());
    let filter = Filter {
        ids: named(&reader, &query.name, today).await?,
        role: StaffRole::from_code(&query.aufgabe).map(StaffRole::code),
        former: query.stand == FORMER,
    };
    let from: Option<Cursor> = query.ab.parse().ok();
    let page = store::page(&reader, &filter, from.as_ref(), today).await?;
    let ids: Vec<StaffId> = page.rows.iter().map(|line| line.id).collect();
    let facts = staff_facts(&reader, &ids, today).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "fachkraefte")).await?;
    let form = Form::empty()
        .with("name", query.name)
        .with("aufgabe", query.aufgabe)
        .with("stand", query.stand);
    let may_add = ctx.actor().may::<StaffChange>();
    ctx.page(
        seen,
        views::list(&ctx.frame(), &form, &page, &facts, today, may_add),
    )
}

pub(super) async fn show(ctx: Ctx<StaffRead>, Id(id): Id<StaffId>) -> Answer {
    let (reader, today) = (ctx.read(), ctx.today());
    let row = member(&reader, id, today).await?;
    let facts = facts_of(&reader, id, today).await?;
    let permits = store::permits(&reader, id).await?;
    let may_change = ctx.actor().may::<StaffChange>();
    let seen = reader
        .seen(Entry::new(Verb::Query, format!("fachkraft staff/{id}")))
        .await?;
    let shown = views::Member {
        row: &row,
        facts: &facts,
        permits: &permits,
        may_change,
        may_request: ctx.actor().may::<ClearanceRequest>(),
        may_ask: ctx.actor().may::<GrantRequest>(),
        own: ctx.actor().profile().staff == Some(id),
        today,
    };
    ctx.page(seen, views::show(&ctx.frame(), &shown))
}

/// What changed of a member: the organisation's own matter.
pub(super) async fn changes(ctx: Ctx<StaffChange>, Id(id): Id<StaffId>) -> Answer {
    let reader = ctx.read();
    let row = member(&reader, id, ctx.today()).await?;
    let history = history::of_object(&reader, service::HISTORY, id.0).await?;
    let seen = reader
        .seen(Entry::new(
            Verb::Query,
            format!("verlauf der fachkraft staff/{id}"),
        ))
        .await?;
    ctx.page(seen, views::changes(&ctx.frame(), &row, &history))
}

pub(super) async fn facts_of(
    rows: &impl Rows,
    id: StaffId,
    today: time::Date,
) -> Result<StaffFacts, Fault> {
    staff_facts(rows, &[id], today)
        .await?
        .pop()
        .ok_or(Fault::NotFound)
}

fn read_master(form: &mut Form) -> Option<Master> {
    let name = form.required_text("name", "Vor- und Nachname", MAX_NAME);
    let role = form
        .choice("role", "Aufgabe", &StaffRole::codes())
        .and_then(|code| StaffRole::from_code(&code));
    let town = form.optional_text("town", "Wohnort", MAX_NAME);
    let contact = form.optional_text("contact", "Kontakt", MAX_LINE);
    let languages = form
        .choices("language", "Sprachen", &Language::codes())
        .iter()
        .filter_map(|code| Language::from_code(code))
        .collect();
    Some(Master {
        name: name?,
        role: role?,
        town: town.unwrap_or_default(),
        contact: contact.unwrap_or_default(),
        languages,
    })
    .filter(|_| !form.has_errors())
}

pub(super) async fn add_form(ctx: Ctx<StaffChange>) -> Answer {
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "fachkraft melden"))
        .await?;
    let form = Form::empty()
        .with("first_day", german::date(ctx.today()))
        .with_values("language", [Language::German.code()]);
    ctx.page(seen, forms::add(&ctx.frame(), &form, &ctx.once()))
}

pub(super) async fn add(ctx: Ctx<StaffChange>, Posted(mut form): Posted) -> Answer {
    let provider = ctx.actor().profile().provider.ok_or(Fault::NotFound)?;
    let master = read_master(&mut form);
    let first = form.required_planning_date("first_day", "Erster Tag");
    if let Some(problem) = first.and_then(|first| rules::begin_problem(first, ctx.today())) {
        form.reject("first_day", problem);
    }
    if let (Some(master), Some(first), false) = (master, first, form.has_errors()) {
        let writer = ctx.write().await?;
        let id = StaffId(writer.entropy().uuid());
        let location = format!("/fachkraefte/{id}");
        crate::accounts::once(&writer, form.value("einmal"), &location).await?;
        match service::add(&writer, id, provider, &master, first, ctx.today()).await? {
            None => {
                let entry = Entry::new(Verb::Change, format!("fachkraft gemeldet staff/{id}"));
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    &location,
                    "Die Fachkraft ist gemeldet. Als Nächstes: Qualifikationen eintragen, Überprüfung beantragen.",
                );
            }
            Some((field, sentence)) => {
                writer.abandon().await?;
                form.reject(field, sentence);
            }
        }
    }
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "fachkraft melden"))
        .await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(seen, forms::add(&ctx.frame(), &form, &token))
}

fn filled(row: &StaffRow, facts: &StaffFacts) -> Form {
    Form::empty()
        .with("name", row.name.clone())
        .with("role", row.role.clone())
        .with("town", row.town.clone())
        .with("contact", row.contact.clone())
        .with("version", row.version.to_string())
        .with_values("language", facts.languages.iter().map(|it| it.code()))
}

fn editing(id: StaffId) -> Entry {
    Entry::new(Verb::Query, format!("fachkraft bearbeiten staff/{id}"))
}

pub(super) async fn edit_form(ctx: Ctx<StaffChange>, Id(id): Id<StaffId>) -> Answer {
    let (reader, today) = (ctx.read(), ctx.today());
    let row = member(&reader, id, today).await?;
    let facts = facts_of(&reader, id, today).await?;
    let seen = reader.seen(editing(id)).await?;
    ctx.page(seen, forms::edit(&ctx.frame(), &filled(&row, &facts), &row))
}

pub(super) async fn edit(
    ctx: Ctx<StaffChange>,
    Id(id): Id<StaffId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, today) = (ctx.write().await?, ctx.today());
    let row = member(&writer, id, today).await?;
    let version = form.hidden_number("version").ok_or(Fault::Changed)?;
    let master = read_master(&mut form);
    let mut changed = version != row.version;
    if let (Some(master), false) = (master, changed) {
        match service::change(&writer, &row, version, &master, today).await? {
            Changed::Stored(fields) => {
                let entry =
                    Entry::new(Verb::Change, format!("fachkraft staff/{id}")).fields(fields);
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    &format!("/fachkraefte/{id}"),
                    "Die Angaben sind gespeichert.",
                );
            }
            Changed::Problem((field, sentence)) => form.reject(field, sentence),
            Changed::Meanwhile => changed = true,
        }
    }
    writer.abandon().await?;
    let reader = ctx.read();
    let row = member(&reader, id, today).await?;
    let facts = facts_of(&reader, id, today).await?;
    let seen = reader.seen(editing(id)).await?;
    if changed {
        let stored = filled(&row, &facts);
        // Saving once more is a decision about the version now shown.
        form.set("version", row.version.to_string());
        return ctx.conflict(seen, forms::conflict(&ctx.frame(), &form, &stored, &row));
    }
    ctx.invalid(seen, forms::edit(&ctx.frame(), &form, &row))
}

fn leaving(id: StaffId) -> Entry {
    Entry::new(Verb::Query, format!("fachkraft ausscheiden staff/{id}"))
}

pub(super) async fn leave_form(ctx: Ctx<StaffChange>, Id(id): Id<StaffId>) -> Answer {
    let (reader, today) = (ctx.read(), ctx.today());
    let row = member(&reader, id, today).await?;
    let left = store::left_behind(&reader, id, today).await?;
    let seen = reader.seen(leaving(id)).await?;
    let form = Form::empty().with("when", "last_day");
    ctx.page(seen, forms::leave(&ctx.frame(), &form, &row, left))
}

pub(super) async fn leave(
    ctx: Ctx<StaffChange>,
    Id(id): Id<StaffId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, today) = (ctx.write().await?, ctx.today());
    let row = member(&writer, id, today).await?;
    let version = form.hidden_number("version").ok_or(Fault::Changed)?;
    if version != row.version {
        return Err(Fault::Changed);
    }
    let when = form.choice("when", "Wann", &["now", "last_day"]);
    let last = match when.as_deref() {
        Some("last_day") => {
            let last = form.required_planning_date("last_day", "Letzter Tag");
            if let Some(problem) =
                last.and_then(|last| rules::end_problem(row.valid_from, last, today))
            {
                form.reject("last_day", problem);
            }
            last
        }
        _ => None,
    };
    if ctx.actor().profile().staff == Some(id) {
        form.reject(
            "",
            "Das sind Sie selbst. Bitte jemand anderes aus der Koordination oder die Verwaltung fragen.",
        );
    }
    if row.valid_to.is_some_and(|end| end <= today) {
        form.reject("", "Diese Fachkraft ist schon ausgeschieden.");
    }
    if !form.has_errors() {
        service::leave(&writer, &row, version, last, today).await?;
        let entry = Entry::new(Verb::Rights, format!("fachkraft ausgeschieden staff/{id}"))
            .fields(["valid_to"]);
        let seen = writer.commit(entry).await?;
        let text = match last {
            None => {
                "Die Fachkraft ist ausgeschieden. Zutritt, Einsicht und Anmeldung enden sofort."
                    .to_owned()
            }
            Some(last) => format!(
                "Die Fachkraft scheidet aus. Zutritt, Einsicht und Anmeldung enden mit dem {}.",
                german::date(last)
            ),
        };
        return ctx.done(seen, &format!("/fachkraefte/{id}"), &text);
    }
    writer.abandon().await?;
    let reader = ctx.read();
    let left = store::left_behind(&reader, id, today).await?;
    let seen = reader.seen(leaving(id)).await?;
    ctx.invalid(seen, forms::leave(&ctx.frame(), &form, &row, left))
}

pub(super) async fn come_back(
    ctx: Ctx<StaffChange>,
    Id(id): Id<StaffId>,
    Posted(form): Posted,
) -> Answer {
    let (writer, today) = (ctx.write().await?, ctx.today());
    let row = member(&writer, id, today).await?;
    let version = form.hidden_number("version").ok_or(Fault::Changed)?;
    // Whoever is there without an end, or whose organisation is over, cannot come back.
    if row.valid_to == row.provider_to || row.provider_to.is_some_and(|end| end <= today) {
        return Err(Fault::Changed);
    }
    service::come_back(&writer, &row, version).await?;
    let entry = Entry::new(
        Verb::Rights,
        format!("fachkraft wieder aufgenommen staff/{id}"),
    )
    .fields(["valid_to"]);
    let seen = writer.commit(entry).await?;
    ctx.done(
        seen,
        &format!("/fachkraefte/{id}"),
        "Die Fachkraft ist wieder gemeldet. Freigaben, die noch laufen, gelten wieder; ihr Konto bleibt, wie die Verwaltung es eingerichtet hat.",
    )
}
