//! Objects that external staff bring along.

use super::chosen;
use crate::access::permissions::{ObjectDecide, ObjectRead, ObjectRequest};
use crate::access::{Permission, Role, Writes};
use crate::accounts::once;
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::base::ids::ApprovedObjectId;
use crate::gate::rules::objects::{DETAIL, KINDS, Object, State, Step};
use crate::gate::service::Outcome;
use crate::gate::service::objects::{self as service, For};
use crate::gate::store::objects as store;
use crate::gate::views::objects as views;
use crate::store::{Reader, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

fn viewer<P: Permission>(ctx: &Ctx<P>) -> views::Viewer {
    views::Viewer {
        me: ctx.actor().person(),
        decides: ctx.actor().may::<ObjectDecide>(),
    }
}

async fn page<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    form: &Form,
) -> Result<maud::Markup, StoreError> {
    let objects = store::objects(reader, ctx.today()).await?;
    Ok(views::list(&ctx.frame(), form, &objects, &viewer(ctx)))
}

pub(super) async fn list(ctx: Ctx<ObjectRead>) -> Answer {
    let reader = ctx.read();
    let page = page(&ctx, &reader, &Form::empty()).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "gegenstände")).await?;
    ctx.page(seen, page)
}

pub(super) async fn form(ctx: Ctx<ObjectRequest>) -> Answer {
    let reader = ctx.read();
    let (choices, occasions) = service::choices_of(&reader).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "gegenstand beantragen"))
        .await?;
    let own = ctx.actor().role() == Role::Trainer;
    ctx.page(
        seen,
        views::request(
            &ctx.frame(),
            &Form::empty(),
            &choices,
            &occasions,
            own,
            &ctx.once(),
        ),
    )
}

/// The value of the choice "for a period".
pub(in crate::gate) const PERIOD: &str = "zeitraum";

pub(super) async fn request(ctx: Ctx<ObjectRequest>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let (choices, occasions) = service::choices_of(&writer).await?;
    let own = ctx.actor().role() == Role::Trainer;
    let codes = KINDS.map(|kind| kind.code);
    let kind = form.choice("kind", "Gegenstand", &codes);
    let detail = form
        .optional_text("detail", "Näheres", DETAIL)
        .unwrap_or_default();
    let object = kind.and_then(|code| Object::new(&code, &detail));
    if object
        .as_ref()
        .is_some_and(|object| object.kind.code == "other" && object.detail.is_empty())
    {
        form.reject("detail", "Bitte bei „Sonstiges“ sagen, was es ist.");
    }
    let mut values: Vec<String> = occasions.iter().map(store::Occasion::value).collect();
    values.push(PERIOD.to_owned());
    let wanted = if occasions.is_empty() {
        Some(PERIOD.to_owned())
    } else {
        form.choice("occasion", "Wofür", &super::strs(&values))
    };
    let wanted = match wanted.as_deref() {
        Some(PERIOD) => {
            let staff = match choices.staff.as_slice() {
                [only] if own => Some(only),
                all => chosen(&mut form, "staff", "Externe Fachkraft", all, |one| {
                    one.id.to_string()
                }),
            };
            let place = match choices.places.as_slice() {
                [only] => Some(only),
                all => chosen(&mut form, "facility", "Einrichtung", all, |one| {
                    one.id.to_string()
                }),
            };
            let first = form.required_planning_date("first_day", "Erster Tag");
            let last = form.required_planning_date("last_day", "Letzter Tag");
            if let (Some(first), Some(last)) = (first, last) {
                let today = ctx.today();
                if first < today {
                    form.reject("first_day", format!("Der erste Tag liegt in der Vergangenheit. Bitte frühestens den {} eingeben.", german::date(today)));
                } else if last < first {
                    form.reject("last_day", "Der letzte Tag liegt vor dem ersten. Bitte einen Tag ab dem ersten Tag eingeben.");
                } else if (last - first).whole_days() > 366 {
                    form.reject("last_day", "Gegenstände werden höchstens für ein Jahr genehmigt. Bitte den letzten Tag prüfen.");
                }
            }
            match (staff, place, first, last) {
                (Some(staff), Some(place), Some(first), Some(last)) => {
                    Some(For::Period(staff.id, place.id, first, last))
                }
                _ => None,
            }
        }
        Some(value) => occasions
            .iter()
            .find(|one| one.value() == value)
            .map(For::Appointment),
        None => None,
    };
    if let (Some(wanted), Some(object), false) = (wanted, object, form.has_errors()) {
        once(&writer, form.value("einmal"), "/gegenstaende").await?;
        let id = ApprovedObjectId(writer.entropy().uuid());
        match service::request(&writer, id, &wanted, &object).await? {
            Outcome::Done(()) => {
                let entry = Entry::new(
                    Verb::Change,
                    format!("gegenstand beantragt approved_object/{id}"),
                );
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    "/gegenstaende",
                    "Der Gegenstand ist beantragt. Die Stelle Zugang der Einrichtung entscheidet.",
                );
            }
            Outcome::Refused(field, why) => form.reject(field, why),
            Outcome::Unknown => return Err(Fault::NotFound),
        }
    }
    writer.abandon().await?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "gegenstand beantragen"))
        .await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(
        seen,
        views::request(&ctx.frame(), &form, &choices, &occasions, own, &token),
    )
}

pub(super) async fn approve(
    ctx: Ctx<ObjectDecide>,
    Id(id): Id<ApprovedObjectId>,
    Posted(form): Posted,
) -> Answer {
    decide(ctx, id, form, Step::Approve).await
}

pub(super) async fn decline(
    ctx: Ctx<ObjectDecide>,
    Id(id): Id<ApprovedObjectId>,
    Posted(form): Posted,
) -> Answer {
    decide(ctx, id, form, Step::Decline).await
}

pub(super) async fn withdraw(
    ctx: Ctx<ObjectRequest>,
    Id(id): Id<ApprovedObjectId>,
    Posted(form): Posted,
) -> Answer {
    decide(ctx, id, form, Step::Withdraw).await
}

async fn decide<P: Writes>(ctx: Ctx<P>, id: ApprovedObjectId, form: Form, step: Step) -> Answer {
    let writer = ctx.write().await?;
    match service::decide(&writer, id, form.hidden_number("version"), step).await? {
        Outcome::Done(after) => {
            let word = after.label().replace('ü', "ue");
            let entry = Entry::new(
                Verb::Rights,
                format!("gegenstand {word} approved_object/{id}"),
            );
            let seen = writer.commit(entry.fields(["state"])).await?;
            let text = match after {
                State::Approved => "Der Gegenstand ist genehmigt; er steht auf der Pfortenliste.",
                State::Declined => "Der Gegenstand ist abgelehnt.",
                _ => "Der Gegenstand ist zurückgezogen.",
            };
            ctx.done(seen, "/gegenstaende", text)
        }
        Outcome::Refused(field, why) => {
            writer.abandon().await?;
            let mut shown = Form::empty();
            shown.reject(field, why);
            let reader = ctx.read();
            let page = page(&ctx, &reader, &shown).await?;
            let entry = Entry::new(Verb::Rights, format!("gegenstand approved_object/{id}"));
            let seen = reader.seen(entry.denied()).await?;
            ctx.invalid(seen, page)
        }
        Outcome::Unknown => Err(Fault::NotFound),
    }
}
