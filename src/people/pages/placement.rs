//! Placing, moving, releasing, and the expected release: one page, one form for each.

use crate::access::permissions::PersonChange;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{FacilityId, PersonId};
use crate::facilities;
use crate::people::HANDOVER_DAYS;
use crate::people::rules::{MAX_NUMBER, PlacementKind};
use crate::people::service::{self, Begin, Destination, Own, Trouble};
use crate::people::store::write;
use crate::people::views::placement as views;
use crate::store::{Rows, Writer};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

use super::{fault, reject};

/// Where a person may be moved: value and name.
async fn targets(
    rows: &impl Rows,
    own: &Own,
    today: time::Date,
) -> Result<Vec<(String, String)>, Fault> {
    if own.kind == PlacementKind::Probation {
        let account = rows.access().actor().account();
        let officers = write::officers(rows).await?;
        return Ok(officers
            .into_iter()
            .filter(|officer| officer.id != account)
            .map(|officer| {
                (
                    officer.id.to_string(),
                    format!("{} ({})", officer.name, officer.facility_name),
                )
            })
            .collect());
    }
    Ok(facilities::facilities(rows, today)
        .await?
        .into_iter()
        .filter(|line| line.kind == "prison" && line.id != own.facility && line.valid_from <= today)
        .map(|line| (line.id.to_string(), line.name))
        .collect())
}

fn fresh(own: &Own) -> Form {
    let current = own.current.as_ref();
    Form::empty().with(
        "expected_release",
        current
            .and_then(|stay| stay.expected_release)
            .map_or_else(String::new, german::date),
    )
}

pub(super) async fn form(ctx: Ctx<PersonChange>, Id(id): Id<PersonId>) -> Answer {
    let reader = ctx.read();
    let own = service::own(&reader, id).await.map_err(fault)?;
    let targets = targets(&reader, &own, ctx.today()).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, format!("unterbringung person/{id}")).about(id, Level::Basic))
        .await?;
    ctx.page(
        seen,
        views::page(&ctx.frame(), &fresh(&own), &own, &targets, &ctx.once()),
    )
}

/// What was done: the changed fields, the sentence, and whether the person stays in sight.
struct Done {
    fields: &'static [&'static str],
    text: &'static str,
    in_sight: bool,
}

async fn act(
    writer: &Writer<PersonChange>,
    form: &mut Form,
    own: &Own,
    today: time::Date,
) -> Result<Option<Done>, Trouble> {
    let custody = own.kind == PlacementKind::Custody;
    let version = form.hidden_number("version");
    let in_sight = |day: time::Date| {
        if custody {
            day > today - time::Duration::days(HANDOVER_DAYS)
        } else {
            day > today
        }
    };
    match form.value("tun") {
        "aufnehmen" => {
            let setting = super::master::read_setting(form, own.kind);
            let from_day = form.required_date("from_day", "Erster Tag");
            let expected_release =
                form.optional_date("first_expected", "Voraussichtliche Entlassung");
            let number = form.optional_text("number", own.kind.number_label(), MAX_NUMBER);
            let (Some(setting), Some(from_day), false) = (setting, from_day, form.has_errors())
            else {
                return Ok(None);
            };
            service::place(
                writer,
                own,
                Begin {
                    setting,
                    from_day,
                    expected_release,
                    number,
                },
            )
            .await?;
            let text = if custody {
                "Die Unterbringung ist eingetragen."
            } else {
                "Die Zuständigkeit ist übernommen."
            };
            Ok(Some(Done {
                fields: &["from_day", "setting", "expected_release"],
                text,
                in_sight: true,
            }))
        }
        "verlegen" => {
            let target = form.uuid(
                "target",
                if custody {
                    "Ziel"
                } else {
                    "Neue Zuständigkeit"
                },
            );
            let day = form.required_planning_date("transfer_day", "Tag");
            let (Some(target), Some(day), false) = (target, day, form.has_errors()) else {
                return Ok(None);
            };
            let to = if custody {
                let line = facilities::facility(writer, FacilityId(target)).await?;
                line.filter(|line| {
                    line.kind == "prison"
                        && line.id != own.facility
                        && line.valid_to.is_none_or(|to| to > day)
                })
                .map(|line| Destination::Prison {
                    facility: line.id,
                    name: line.name,
                })
            } else {
                write::officers(writer)
                    .await?
                    .into_iter()
                    .find(|officer| officer.id.0 == target)
                    .map(Destination::Officer)
            };
            let Some(to) = to else {
                form.reject("target", "Bitte einen Wert aus der Liste auswählen.");
                return Ok(None);
            };
            service::transfer(writer, own, version.ok_or(Trouble::Changed)?, day, to).await?;
            let text = if custody {
                "Die Verlegung ist eingetragen. Gruppen und Teilnahmen bleiben, bis sie dort oder hier beendet werden."
            } else {
                "Die Zuständigkeit ist übergeben."
            };
            Ok(Some(Done {
                fields: &["facility_id", "to_day"],
                text,
                in_sight: in_sight(day),
            }))
        }
        "entlassen" => {
            let reasons: Vec<&str> = own
                .kind
                .end_reasons()
                .iter()
                .map(|(code, _)| *code)
                .collect();
            let day = form.required_planning_date("release_day", "Tag");
            let reason = form.choice("release_reason", "Grund", &reasons);
            let (Some(day), Some(reason), false) = (day, reason, form.has_errors()) else {
                return Ok(None);
            };
            service::release(writer, own, version.ok_or(Trouble::Changed)?, day, &reason).await?;
            let text = if custody {
                "Die Entlassung ist eingetragen. Gruppen und Teilnahmen bleiben, bis sie beendet werden."
            } else {
                "Das Ende der Zuständigkeit ist eingetragen."
            };
            Ok(Some(Done {
                fields: &["to_day", "end_reason"],
                text,
                in_sight: in_sight(day),
            }))
        }
        "termin" => {
            let expected = form.optional_date("expected_release", "Voraussichtliche Entlassung");
            if form.has_errors() {
                return Ok(None);
            }
            service::expect(writer, own, version.ok_or(Trouble::Changed)?, expected).await?;
            Ok(Some(Done {
                fields: &["expected_release"],
                text: "Die voraussichtliche Entlassung ist gespeichert.",
                in_sight: true,
            }))
        }
        _ => Err(Trouble::Unknown),
    }
}

pub(super) async fn change(
    ctx: Ctx<PersonChange>,
    Id(id): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let own = service::own(&writer, id).await.map_err(fault)?;
    let token = form.value("einmal").to_owned();
    crate::accounts::once(&writer, &token, &format!("/personen/{id}")).await?;
    match act(&writer, &mut form, &own, ctx.today()).await {
        Ok(Some(done)) => {
            let location = if done.in_sight {
                format!("/personen/{id}")
            } else {
                "/personen".to_owned()
            };
            write::lead_to(&writer, &token, &location).await?;
            let entry = Entry::new(Verb::Change, format!("unterbringung person/{id}"))
                .about(id, Level::Basic)
                .fields(done.fields.iter().copied());
            let seen = writer.commit(entry).await?;
            return ctx.done(seen, &location, done.text);
        }
        Ok(None) => {}
        Err(Trouble::Refused(refused)) => reject(&mut form, refused),
        Err(trouble) => return Err(fault(trouble)),
    }
    writer.abandon().await?;
    let reader = ctx.read();
    let targets = targets(&reader, &own, ctx.today()).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, format!("unterbringung person/{id}")).about(id, Level::Basic))
        .await?;
    if form.value("tun") != "termin" && form.value("expected_release").is_empty() {
        form.set(
            "expected_release",
            fresh(&own).value("expected_release").to_owned(),
        );
    }
    ctx.invalid(
        seen,
        views::page(&ctx.frame(), &form, &own, &targets, &token),
    )
}
