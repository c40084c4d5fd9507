//! Organisations and their parts in programmes.

use maud::Markup;
use serde::Deserialize;

use super::offered;
use crate::access::permissions::{ProviderChange, ReferenceRead};
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::base::ids::{ProgrammeId, ProviderId};
use crate::history;
use crate::providers::rules::{self, MAX_LINE, Part};
use crate::providers::service::organisations::{self as service, NewPart};
use crate::providers::store;
use crate::providers::views::organisations as views;
use crate::store::{Reader, Writer};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

/// The value in the address that shows what is over, too.
pub(in crate::providers) const FORMER: &str = "frueher";

#[derive(Deserialize, Default)]
pub(super) struct ListQuery {
    #[serde(default)]
    auch: String,
}

pub(super) async fn list(ctx: Ctx<ReferenceRead>, Query(query): Query<ListQuery>) -> Answer {
    let reader = ctx.read();
    let former = query.auch == FORMER;
    let lines = store::providers(&reader, ctx.today(), former).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "traeger")).await?;
    let may_add = ctx.actor().may::<ProviderChange>();
    ctx.page(
        seen,
        views::list(&ctx.frame(), &lines, former, may_add, ctx.today()),
    )
}

pub(super) async fn show(
    ctx: Ctx<ReferenceRead>,
    Id(id): Id<ProviderId>,
    Query(query): Query<ListQuery>,
) -> Answer {
    let reader = ctx.read();
    let former = query.auch == FORMER;
    let row = store::provider(&reader, id).await?.ok_or(Fault::NotFound)?;
    let parts = store::parts(&reader, id).await?;
    let staff = store::colleagues(&reader, id, ctx.today(), former).await?;
    let may_keep = ctx.actor().may::<ProviderChange>();
    let history = if may_keep {
        history::of_object(&reader, service::HISTORY, id.0).await?
    } else {
        Vec::new()
    };
    let seen = reader
        .seen(Entry::new(Verb::Query, format!("traeger provider/{id}")))
        .await?;
    let shown = views::Organisation {
        row: &row,
        parts: &parts,
        staff: &staff,
        history: &history,
        former,
        may_keep,
        today: ctx.today(),
    };
    ctx.page(seen, views::show(&ctx.frame(), &shown))
}

pub(super) async fn add_form(ctx: Ctx<ProviderChange>) -> Answer {
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "traeger eintragen"))
        .await?;
    let form = Form::empty().with("first_day", german::date(ctx.today()));
    ctx.page(seen, views::add(&ctx.frame(), &form, &ctx.once()))
}

pub(super) async fn add(ctx: Ctx<ProviderChange>, Posted(mut form): Posted) -> Answer {
    let name = form.required_text("name", "Kürzel", 20);
    let full_name = form.required_text("full_name", "Name", MAX_LINE);
    let first = form.required_planning_date("first_day", "Erster Tag");
    if let Some(problem) = first.and_then(|first| rules::begin_problem(first, ctx.today())) {
        form.reject("first_day", problem);
    }
    if let (Some(name), Some(full_name), Some(first), false) =
        (name, full_name, first, form.has_errors())
    {
        let writer = ctx.write().await?;
        let id = ProviderId(writer.entropy().uuid());
        let location = format!("/traeger/{id}/pflegen");
        crate::accounts::once(&writer, form.value("einmal"), &location).await?;
        match service::add(&writer, id, &name, &full_name, first).await? {
            None => {
                let entry = Entry::new(Verb::Change, format!("traeger eingetragen provider/{id}"));
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    &location,
                    "Der Träger ist eingetragen. Als Nächstes: seine Anteile an Maßnahmen.",
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
        .seen(Entry::new(Verb::Query, "traeger eintragen"))
        .await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(seen, views::add(&ctx.frame(), &form, &token))
}

/// The page on which an organisation is kept.
async fn keep_page(
    ctx: &Ctx<ProviderChange>,
    reader: &Reader<ProviderChange>,
    id: ProviderId,
    form: &Form,
) -> Result<Markup, Fault> {
    let row = store::provider(reader, id).await?.ok_or(Fault::NotFound)?;
    let parts = store::parts(reader, id).await?;
    let programmes = crate::facilities::programmes(reader, ctx.today(), ctx.today()).await?;
    let beyond = store::grants_beyond(reader, id, None, ctx.today()).await?;
    Ok(views::keep(
        &ctx.frame(),
        form,
        &row,
        &parts,
        &programmes,
        beyond,
        ctx.today(),
        &ctx.once(),
    ))
}

pub(super) async fn keep_form(ctx: Ctx<ProviderChange>, Id(id): Id<ProviderId>) -> Answer {
    let reader = ctx.read();
    let page = keep_page(&ctx, &reader, id, &Form::empty()).await?;
    let seen = reader
        .seen(Entry::new(
            Verb::Query,
            format!("traeger pflegen provider/{id}"),
        ))
        .await?;
    ctx.page(seen, page)
}

/// Shows the page again with what is wrong.
async fn keep_again(
    ctx: &Ctx<ProviderChange>,
    writer: Writer<ProviderChange>,
    id: ProviderId,
    form: &Form,
) -> Answer {
    writer.abandon().await?;
    let reader = ctx.read();
    let page = keep_page(ctx, &reader, id, form).await?;
    let seen = reader
        .seen(Entry::new(
            Verb::Query,
            format!("traeger pflegen provider/{id}"),
        ))
        .await?;
    ctx.invalid(seen, page)
}

pub(super) async fn end(
    ctx: Ctx<ProviderChange>,
    Id(id): Id<ProviderId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let row = store::lock_provider(&writer, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if form.value("bisher") != views::stamp(row.valid_to) {
        return Err(Fault::Changed);
    }
    let last = form.required_planning_date("last_day", "Letzter Tag");
    let reason = form.required_text("reason", "Grund", 200);
    if let Some(problem) =
        last.and_then(|last| rules::end_problem(row.valid_from, last, ctx.today()))
    {
        form.reject("last_day", problem);
    }
    if let (Some(last), Some(reason), false) = (last, reason, form.has_errors()) {
        let staff = service::end(&writer, &row, last, &reason, ctx.today()).await?;
        let entry =
            Entry::new(Verb::Change, format!("traeger beendet provider/{id}")).fields(["valid_to"]);
        let seen = writer.commit(entry).await?;
        let text = format!(
            "Der Träger endet mit dem {}. Mit ihm enden seine Anteile und die Meldung von {}.",
            german::date(last),
            german::plural(staff as u64, "Fachkraft", "Fachkräften")
        );
        return ctx.done(seen, &format!("/traeger/{id}"), &text);
    }
    keep_again(&ctx, writer, id, &form).await
}

pub(super) async fn add_part(
    ctx: Ctx<ProviderChange>,
    Id(id): Id<ProviderId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let row = store::lock_provider(&writer, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let programmes = crate::facilities::programmes(&writer, ctx.today(), ctx.today()).await?;
    let ids: Vec<ProgrammeId> = programmes.iter().map(|programme| programme.id).collect();
    let programme = offered(&mut form, "programme", "Maßnahme", &ids);
    let part = form
        .choice("part", "Anteil", &Part::codes())
        .and_then(|code| Part::from_code(&code));
    let first = form.required_planning_date("part_first", "Erster Tag");
    let last = form.optional_planning_date("part_last", "Letzter Tag");
    for (field, day) in [("part_first", first), ("part_last", last)] {
        if let Some(problem) = day.and_then(|day| rules::begin_problem(day, ctx.today())) {
            form.reject(field, problem);
        }
    }
    if let (Some(programme), Some(part), Some(first), false) =
        (programme, part, first, form.has_errors())
    {
        let location = format!("/traeger/{id}");
        crate::accounts::once(&writer, form.value("einmal"), &location).await?;
        let new = NewPart {
            programme,
            programme_name: programmes
                .iter()
                .find(|line| line.id == programme)
                .map_or("", |line| line.name.as_str()),
            part,
            first,
            last,
        };
        let parts = store::parts(&writer, id).await?;
        match service::add_part(&writer, &row, &parts, &new).await? {
            None => {
                let entry = Entry::new(Verb::Change, format!("anteil eingetragen provider/{id}"));
                let seen = writer.commit(entry).await?;
                return ctx.done(seen, &location, "Der Anteil ist eingetragen.");
            }
            Some((field, sentence)) => form.reject(field, sentence),
        }
    }
    keep_again(&ctx, writer, id, &form).await
}

pub(super) async fn end_part(
    ctx: Ctx<ProviderChange>,
    Id(id): Id<ProviderId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let row = store::lock_provider(&writer, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let parts = store::parts(&writer, id).await?;
    let stamps: Vec<String> = parts.iter().map(views::part_stamp).collect();
    let allowed: Vec<&str> = stamps.iter().map(String::as_str).collect();
    let chosen = form.choice("ending", "Anteil, der endet", &allowed);
    let part = chosen.and_then(|chosen| {
        let place = stamps.iter().position(|stamp| *stamp == chosen)?;
        parts.get(place)
    });
    let last = form.required_planning_date("ending_last", "Letzter Tag");
    let reason = form.required_text("ending_reason", "Grund", 200);
    if let (Some(part), Some(last)) = (part, last)
        && let Some(problem) = rules::end_problem(part.valid_from, last, ctx.today())
    {
        form.reject("ending_last", problem);
    }
    if let (Some(last), Some(end)) = (last, row.valid_to)
        && last >= end
    {
        form.reject(
            "ending_last",
            format!(
                "Der Träger selbst endet schon früher ({}). Bitte einen Tag davor eingeben.",
                service::validity(row.valid_from, row.valid_to)
            ),
        );
    }
    if let (Some(part), Some(last), Some(reason), false) = (part, last, reason, form.has_errors()) {
        let beyond = store::grants_beyond(&writer, id, Some(part.programme_id), last).await?;
        service::end_part(&writer, &row, part, last, &reason).await?;
        let entry =
            Entry::new(Verb::Change, format!("anteil beendet provider/{id}")).fields(["valid_to"]);
        let seen = writer.commit(entry).await?;
        let text = match beyond {
            0 => format!("Der Anteil endet mit dem {}.", german::date(last)),
            number => format!(
                "Der Anteil endet mit dem {}. {} über diesen Tag hinaus; bitte die Einrichtungen bitten, sie zu widerrufen.",
                german::date(last),
                if number == 1 {
                    "Eine Zugangsfreigabe gilt".to_owned()
                } else {
                    format!("{} Zugangsfreigaben gelten", german::count(number))
                }
            ),
        };
        return ctx.done(seen, &format!("/traeger/{id}"), &text);
    }
    keep_again(&ctx, writer, id, &form).await
}
