//! Terminvorschlag: asking for offers, and taking one over as a draft.

use time::{Date, Duration};

use super::own_facility;
use crate::access::permissions::GroupPlan;
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::{ApplicationId, FacilityId, GroupId, RoomId, StaffId, TemplateId};
use crate::groups::rules::propose_name;
use crate::groups::service::planning::{NAME_LENGTH, WEEKDAYS};
use crate::groups::store::plan::names;
use crate::planning::rules::Template;
use crate::planning::service::propose::{self as service, Asked, Chosen, Offers, Taken};
use crate::planning::store::{facts, plans};
use crate::planning::views;
use crate::store::{Rows, StoreError};
use crate::web::{Answer, Ctx, Fault, Form, Posted};

/// Days from today to the earliest day that is proposed.
const AHEAD_DAYS: i64 = 14;

/// What may be chosen.
struct Choices {
    templates: Vec<Template>,
    /// For these nothing is proposed.
    unfit: Vec<Template>,
    names: Vec<String>,
}

async fn choices<R: Rows>(
    rows: &R,
    facility: FacilityId,
    today: Date,
) -> Result<Choices, StoreError> {
    let all = facts::templates(rows, today).await?;
    let (templates, unfit) = all.into_iter().partition(|one| one.unfit().is_none());
    Ok(Choices {
        templates,
        unfit,
        names: names(rows, facility).await?,
    })
}

pub(super) async fn form(ctx: Ctx<GroupPlan>) -> Answer {
    let facility = own_facility(&ctx)?;
    let reader = ctx.read();
    let choices = choices(&reader, facility, ctx.today()).await?;
    let earliest = ctx.today() + Duration::days(AHEAD_DAYS);
    let mut form = Form::empty()
        .with("ab", crate::base::german::date(earliest))
        .with("name", propose_name(&choices.names, earliest.year()));
    if let [only, ..] = choices.templates.as_slice() {
        form.set("vorlage", only.id.to_string());
    }
    let seen = reader
        .seen(Entry::new(Verb::Query, "terminvorschlag"))
        .await?;
    ctx.page(
        seen,
        views::propose::page(
            &ctx.frame(),
            &form,
            (&choices.templates, &choices.unfit),
            None,
            "",
        ),
    )
}

/// Reads what is asked for; errors stay in the form.
fn read(
    form: &mut Form,
    facility: FacilityId,
    choices: &Choices,
    today: Date,
) -> Option<(Asked, String)> {
    let template = form.uuid("vorlage", "Vorlage").map(TemplateId);
    let known = template.and_then(|id| choices.templates.iter().find(|one| one.id == id));
    if template.is_some() && known.is_none() {
        form.reject(
            "vorlage",
            "Bitte bei „Vorlage“ einen Wert aus der Liste auswählen.",
        );
    }
    let name = form.required_text("name", "Name der Gruppe", NAME_LENGTH);
    if name
        .as_ref()
        .is_some_and(|name| choices.names.contains(name))
    {
        form.reject(
            "name",
            "Diesen Namen hat in der Einrichtung schon eine Gruppe. Bitte einen anderen wählen.",
        );
    }
    let earliest = form.required_planning_date("ab", "Frühester Beginn");
    if earliest.is_some_and(|day| day <= today || day > today + Duration::days(400)) {
        form.reject(
            "ab",
            "Bitte einen Tag nach heute und innerhalb eines Jahres wählen.",
        );
    }
    let everybody = form.checked("alle");
    if form.has_errors() {
        return None;
    }
    let name = name?;
    Some((
        Asked {
            facility,
            template: known?.id,
            label: name.clone(),
            earliest: earliest?,
            everybody,
        },
        name,
    ))
}

/// Computes offers on a thread of its own; a sentence if there is no seat or nothing can be proposed.
async fn offered(
    ctx: &Ctx<GroupPlan>,
    asked: &Asked,
) -> Result<Result<Offers, &'static str>, Fault> {
    let seat = match ctx.app.planning.sit(ctx.actor().account(), &[]) {
        Ok(seat) => seat,
        Err(busy) => return Ok(Err(busy.words())),
    };
    let Some(table) = service::table(&ctx.read(), asked).await? else {
        return Ok(Err("Für diese Vorlage gibt es keine Vorschläge."));
    };
    let offers = tokio::task::spawn_blocking(move || {
        let offers = service::offers(&table);
        drop(seat);
        offers
    });
    offers
        .await
        .map(Ok)
        .map_err(|_| Fault::Unavailable("planning: a proposal ended with an error".into()))
}

pub(super) async fn send(ctx: Ctx<GroupPlan>, Posted(mut form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    let reader = ctx.read();
    let choices = choices(&reader, facility, ctx.today()).await?;
    let mut offers = None;
    if let Some((asked, _)) = read(&mut form, facility, &choices, ctx.today()) {
        match offered(&ctx, &asked).await? {
            Ok(found) => offers = Some(found),
            Err(why) => form.reject("", why),
        }
    }
    answer(&ctx, &form, &choices, offers.as_ref()).await
}

async fn answer(
    ctx: &Ctx<GroupPlan>,
    form: &Form,
    choices: &Choices,
    offers: Option<&Offers>,
) -> Answer {
    let people = offers
        .iter()
        .flat_map(|found| found.waiting.iter().copied());
    let entry = Entry::new(Verb::Query, "terminvorschlag").about_all(people, Level::Case);
    let seen = ctx.read().seen(entry).await?;
    let token = ctx.once();
    let markup = views::propose::page(
        &ctx.frame(),
        form,
        (&choices.templates, &choices.unfit),
        offers,
        &token,
    );
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

/// Reads an offer as its form sent it; what is no offer of ours is none.
fn chosen(form: &mut Form, asked: Asked, name: String) -> Option<Chosen> {
    let weekday = WEEKDAYS
        .iter()
        .find(|(code, _)| *code == form.value("wochentag"))
        .map(|(_, day)| *day)?;
    let start = form.required_time("beginn", "Beginn")?;
    let first = form.required_planning_date("erster_tag", "Erster Tag")?;
    let room = RoomId(form.uuid("raum", "Raum")?);
    let one = StaffId(form.uuid("fachkraft_1", "Erste Fachkraft")?);
    let two = StaffId(form.uuid("fachkraft_2", "Zweite Fachkraft")?);
    let seats: Option<Vec<ApplicationId>> = form
        .values("antrag")
        .iter()
        .map(|id| id.parse().ok())
        .collect();
    Some(Chosen {
        asked,
        name,
        weekday,
        start,
        room,
        trainers: [one, two],
        first,
        seats: seats?,
    })
}

pub(super) async fn take(ctx: Ctx<GroupPlan>, Posted(mut form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    let writer = ctx.write().await?;
    let id = GroupId(writer.entropy().uuid());
    let location = format!("/gruppen/{id}");
    crate::accounts::once(&writer, form.value("einmal"), &location).await?;
    let choices = choices(&writer, facility, ctx.today()).await?;
    let Some((asked, name)) = read(&mut form, facility, &choices, ctx.today()) else {
        writer.abandon().await?;
        return answer(&ctx, &form, &choices, None).await;
    };
    let Some(chosen) = chosen(&mut form, asked, name) else {
        return Err(Fault::NotFound);
    };
    let why = match service::take(&writer, id, &chosen).await {
        Ok(Taken::Done) => {
            let object = format!("terminvorschlag uebernommen training_group/{id}");
            let seats = plans::seats(&writer, &chosen.seats).await?;
            let people = seats.iter().map(|seat| seat.person_id);
            let entry = Entry::new(Verb::Change, object).about_all(people, Level::Case);
            let seen = writer.commit(entry).await?;
            return ctx.done(
                seen,
                &location,
                "Der Vorschlag ist als Entwurf gespeichert. Unter „Aus der Warteliste besetzen“ sind die Vorgesehenen angekreuzt.",
            );
        }
        Ok(Taken::Gone(why)) => why,
        Err(StoreError::Duplicate(_)) => vec![
            "Diesen Namen hat in der Einrichtung schon eine Gruppe. Bitte einen anderen wählen."
                .to_owned(),
        ],
        Err(other) => return Err(other.into()),
    };
    writer.abandon().await?;
    form.reject(
        "",
        format!("Dieser Vorschlag ist nicht mehr möglich. {}", why.join(" ")),
    );
    let offers = offered(&ctx, &chosen.asked).await?.ok();
    answer(&ctx, &form, &choices, offers.as_ref()).await
}
