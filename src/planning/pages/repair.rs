//! Umplanung: what happened, what would change, taking it over.

use time::Date;

use super::own_facility;
use crate::access::permissions::GroupPlan;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{FacilityId, RoomId, StaffId};
use crate::groups::service::planning::{Choices, choices};
use crate::planning::rules::Disruption;
use crate::planning::service::repair::{self as service, Along, Plan, Taken};
use crate::planning::views::repair as views;
use crate::store::StoreError;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

/// The longest reason.
pub(crate) const REASON: usize = 150;

/// What may have happened: code and words.
pub(crate) const KINDS: [(&str, &str); 4] = [
    (
        "bestand",
        "Was schon eingetragen ist (Abwesenheit, Ende einer Freigabe, Sperre, Schließtag, Verlegung, Entlassung)",
    ),
    ("fachkraft", "Eine Fachkraft fällt aus"),
    ("raum", "Ein Raum fällt aus"),
    ("haus", "Das Haus ist geschlossen"),
];

pub(super) async fn form(ctx: Ctx<GroupPlan>) -> Answer {
    let facility = own_facility(&ctx)?;
    let reader = ctx.read();
    let choices = choices(&reader, facility).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "umplanung")).await?;
    let form = Form::empty().with("art", "bestand");
    ctx.page(
        seen,
        views::page(&ctx.frame(), &form, &choices, None, &ctx.once()),
    )
}

/// Reads what happened; errors stay in the form.
fn read(
    form: &mut Form,
    facility: FacilityId,
    choices: &Choices,
    today: Date,
) -> Option<Vec<Disruption>> {
    let kind = form.choice("art", "Was ist geschehen?", &KINDS.map(|(code, _)| code))?;
    if kind == "bestand" {
        return Some(Vec::new());
    }
    let first = form.required_planning_date("von", "Erster Tag");
    let last = form.required_planning_date("bis", "Letzter Tag");
    if let (Some(first), Some(last)) = (first, last) {
        if last < first {
            form.reject(
                "bis",
                "Der letzte Tag liegt vor dem ersten. Bitte einen Tag ab dem ersten Tag eingeben.",
            );
        } else if last <= today {
            form.reject("bis", "Heutige und frühere Termine werden nicht umgeplant. Bitte einen Tag nach heute eingeben.");
        }
    }
    let found = match kind.as_str() {
        "fachkraft" => {
            let id = form.uuid("fachkraft", "Fachkraft").map(StaffId);
            if id.is_some_and(|id| !choices.staff.iter().any(|staff| staff.id == id)) {
                form.reject("fachkraft", "Bitte eine Fachkraft aus der Liste auswählen.");
            }
            id.zip(first.zip(last))
                .map(|(id, (first, last))| Disruption::Away(id, first, last))
        }
        "raum" => {
            let id = form.uuid("raum", "Raum").map(RoomId);
            if id.is_some_and(|id| !choices.rooms.iter().any(|room| room.id == id)) {
                form.reject("raum", "Bitte einen Raum aus der Liste auswählen.");
            }
            id.zip(first.zip(last))
                .map(|(id, (first, last))| Disruption::Room(id, first, last))
        }
        _ => first
            .zip(last)
            .map(|(first, last)| Disruption::Closed(facility, first, last)),
    };
    if form.has_errors() {
        return None;
    }
    found.map(|one| vec![one])
}

/// What happened in words, for reason and history: no names of prisoners can be in it.
fn words(disruptions: &[Disruption], choices: &Choices) -> String {
    let span = |first: &Date, last: &Date| {
        format!("vom {} bis {}", german::date(*first), german::date(*last))
    };
    match disruptions.first() {
        None => "Umplanung".to_owned(),
        Some(Disruption::Away(id, first, last)) => {
            let name = choices.staff.iter().find(|staff| staff.id == *id);
            let name = name.map_or("Fachkraft", |staff| staff.name.as_str());
            format!("{name} fällt aus {}", span(first, last))
        }
        Some(Disruption::Room(id, first, last)) => {
            let name = choices.rooms.iter().find(|room| room.id == *id);
            let name = name.map_or("ein Raum", |room| room.name.as_str());
            format!("Raum {name} fällt aus {}", span(first, last))
        }
        Some(Disruption::Closed(_, first, last)) => {
            format!("Haus geschlossen {}", span(first, last))
        }
    }
}

/// What was entered beside the changes.
fn entered_words(disruption: &Disruption) -> &'static str {
    match disruption {
        Disruption::Away(..) => "Die Abwesenheit ist eingetragen; der Träger sieht sie.",
        Disruption::Room(..) => "Der Raum ist für diese Tage gesperrt.",
        Disruption::Closed(..) => "Die Schließtage sind eingetragen.",
    }
}

/// Computes on a thread of its own; a sentence if there is no seat.
async fn computed(
    ctx: &Ctx<GroupPlan>,
    facility: FacilityId,
    disruptions: &[Disruption],
) -> Result<Result<Plan, &'static str>, Fault> {
    let seat = match ctx.app.planning.sit(ctx.actor().account(), &[]) {
        Ok(seat) => seat,
        Err(busy) => return Ok(Err(busy.words())),
    };
    let Some(table) = service::table(&ctx.read(), facility, disruptions).await? else {
        return Ok(Err(
            "Die Termine der Einrichtung lassen sich nicht berechnen.",
        ));
    };
    let work = tokio::task::spawn_blocking(move || {
        let plan = service::repair(&table);
        drop(seat);
        plan
    });
    work.await
        .map(Ok)
        .map_err(|_| Fault::Unavailable("planning: a repair ended with an error".into()))
}

pub(super) async fn send(ctx: Ctx<GroupPlan>, Posted(mut form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    let choices = choices(&ctx.read(), facility).await?;
    let mut plan = None;
    if let Some(disruptions) = read(&mut form, facility, &choices, ctx.today()) {
        form.set("eintragen", "1");
        match computed(&ctx, facility, &disruptions).await? {
            Ok(found) => plan = Some(found),
            Err(why) => form.reject("", why),
        }
    }
    answer(&ctx, &form, &choices, plan.as_ref()).await
}

async fn answer(
    ctx: &Ctx<GroupPlan>,
    form: &Form,
    choices: &Choices,
    plan: Option<&Plan>,
) -> Answer {
    let people = plan.map(Plan::people).unwrap_or_default();
    let entry = Entry::new(Verb::Query, "umplanung").about_all(people, Level::Case);
    let seen = ctx.read().seen(entry).await?;
    let token = ctx.once();
    let markup = views::page(&ctx.frame(), form, choices, plan, &token);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

pub(super) async fn take(ctx: Ctx<GroupPlan>, Posted(mut form): Posted) -> Answer {
    let facility = own_facility(&ctx)?;
    let choices = choices(&ctx.read(), facility).await?;
    let Some(disruptions) = read(&mut form, facility, &choices, ctx.today()) else {
        return answer(&ctx, &form, &choices, None).await;
    };
    let note = form.optional_text("bemerkung", "Bemerkung", REASON);
    if form.has_errors() {
        return answer(&ctx, &form, &choices, None).await;
    }
    let plan = match computed(&ctx, facility, &disruptions).await? {
        Ok(plan) => plan,
        Err(why) => {
            form.reject("", why);
            return answer(&ctx, &form, &choices, None).await;
        }
    };
    if plan.mark() != form.value("stand") {
        form.reject(
            "",
            "Seit der Berechnung hat sich etwas geändert. Bitte den neuen Vorschlag ansehen und noch einmal bestätigen.",
        );
        return answer(&ctx, &form, &choices, Some(&plan)).await;
    }
    let mut reason = words(&disruptions, &choices);
    if let Some(note) = &note {
        reason = format!("{reason}: {note}");
    }
    let entered = disruptions.first().filter(|_| form.checked("eintragen"));
    let along = Along {
        reason: &reason,
        entered: entered.map(|one| (facility, *one, note.as_deref())),
    };
    let writer = ctx.write().await?;
    crate::accounts::once(&writer, form.value("einmal"), "/gruppen").await?;
    let why = match service::take(&writer, &plan, &along).await {
        Ok(Taken::Done(moved, covered, proposed)) => {
            let entry = Entry::new(Verb::Change, "umplanung uebernommen").fields([
                "day",
                "start_minute",
                "room_id",
                "staff_id",
            ])
            .about_all(plan.people(), Level::Case);
            let seen = writer.commit(entry).await?;
            let mut text = format!(
                "Übernommen: {} verlegt, {} eingesetzt.",
                german::plural(moved as u64, "Sitzung", "Sitzungen"),
                german::plural(covered as u64, "Vertretung", "Vertretungen")
            );
            if proposed > 0 {
                let talks = german::plural(
                    proposed as u64,
                    "Gesprächstermin ist",
                    "Gesprächstermine sind",
                );
                text = format!("{text} {talks} den Fachkräften vorgeschlagen.");
            }
            if let Some(one) = along.entered.as_ref().map(|(_, one, _)| one) {
                text = format!("{text} {}", entered_words(one));
            }
            return ctx.done(seen, "/gruppen", &text);
        }
        Ok(Taken::Stale) | Err(StoreError::Changed) => {
            "Seit der Berechnung hat sich etwas geändert. Bitte den neuen Vorschlag ansehen und noch einmal bestätigen."
                .to_owned()
        }
        Ok(Taken::Refused(why)) => format!("So kann nicht gespeichert werden. {}", why.join(" ")),
        Err(other) => return Err(other.into()),
    };
    writer.abandon().await?;
    form.reject("", why);
    let plan = computed(&ctx, facility, &disruptions).await?.ok();
    answer(&ctx, &form, &choices, plan.as_ref()).await
}
