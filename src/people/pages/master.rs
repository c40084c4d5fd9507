//! Recording a person and correcting the master data.

use crate::access::permissions::PersonChange;
use crate::audit::{Entry, Level, Verb};
use crate::base::fold::sort_key;
use crate::base::german;
use crate::base::ids::PersonId;
use crate::people::import::Setting;
use crate::people::rules::{MAX_NAME, MAX_NUMBER, PlacementKind, SEXES, sex_from_code};
use crate::people::service::{self, Own, Recorded, Trouble};
use crate::people::store;
use crate::people::store::write::Master;
use crate::people::views::master as views;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

use super::{fault, reject};

fn kind_of(ctx: &Ctx<PersonChange>) -> Result<PlacementKind, Fault> {
    store::own_place(&ctx.access().scope())
        .map(|(_, kind)| kind)
        .ok_or(Fault::NotFound)
}

fn read_master(form: &mut Form, today: time::Date, birth_required: bool) -> Option<Master> {
    let family_name = form.required_text("family_name", "Nachname", MAX_NAME);
    let given_name = form.required_text("given_name", "Vorname", MAX_NAME);
    let birth_given = birth_required || !form.value("birth_date").trim().is_empty();
    let birth_date = if birth_given {
        form.birth_date("birth_date", "Geburtsdatum", today)
    } else {
        None
    };
    let sexes = SEXES.map(|sex| sex.code());
    let sex = form.choice("sex", "Geschlecht", &sexes);
    Some(Master {
        family_name: family_name?,
        given_name: given_name?,
        birth_date,
        sex: sex_from_code(&sex?),
    })
}

/// The setting chosen among those that fit.
pub(super) fn read_setting(form: &mut Form, kind: PlacementKind) -> Option<Setting> {
    let codes: Vec<&str> = kind
        .settings()
        .iter()
        .map(|setting| setting.code())
        .collect();
    form.choice("setting", "Art", &codes)
        .and_then(|code| Setting::from_code(&code))
}

pub(super) async fn create_form(ctx: Ctx<PersonChange>) -> Answer {
    let kind = kind_of(&ctx)?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "person anlegen"))
        .await?;
    let form = Form::empty().with("from_day", german::date(ctx.today()));
    ctx.page(seen, views::create(&ctx.frame(), &form, kind, &ctx.once()))
}

pub(super) async fn create(ctx: Ctx<PersonChange>, Posted(mut form): Posted) -> Answer {
    let kind = kind_of(&ctx)?;
    let today = ctx.today();
    let master = read_master(&mut form, today, true);
    let number = form.optional_text("number", kind.number_label(), MAX_NUMBER);
    let setting = read_setting(&mut form, kind);
    let from_day = form.required_date("from_day", "Erster Tag");
    let expected_release = form.optional_date("expected_release", "Voraussichtliche Entlassung");
    let token = form.value("einmal").to_owned();
    if let (Some(master), Some(setting), Some(from_day), false) =
        (master, setting, from_day, form.has_errors())
    {
        let writer = ctx.write().await?;
        crate::accounts::once(&writer, &token, "/personen").await?;
        if let (Some(birth), false) = (master.birth_date, form.checked("trotzdem")) {
            let key = sort_key(&master.family_name, &master.given_name);
            let namesakes = store::namesakes(&writer, &key, birth).await?;
            if !namesakes.is_empty() {
                writer.abandon().await?;
                let ids = namesakes.iter().map(|head| head.id);
                let entry = Entry::new(Verb::Query, "gleiche person").about_all(ids, Level::List);
                let seen = ctx.read().seen(entry).await?;
                return ctx.invalid(
                    seen,
                    views::namesakes(&ctx.frame(), &form, &namesakes, &token),
                );
            }
        }
        match service::record(
            &writer,
            Recorded {
                master,
                number,
                setting,
                from_day,
                expected_release,
            },
        )
        .await
        {
            Ok(id) => {
                let location = format!("/personen/{id}");
                crate::people::store::write::lead_to(&writer, &token, &location).await?;
                let seen = writer
                    .commit(
                        Entry::new(Verb::Collect, format!("person/{id}")).about(id, Level::Basic),
                    )
                    .await?;
                return ctx.done(seen, &location, "Die Person ist angelegt.");
            }
            Err(Trouble::Refused(refused)) => {
                writer.abandon().await?;
                reject(&mut form, refused);
            }
            Err(trouble) => return Err(fault(trouble)),
        }
    }
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "person anlegen"))
        .await?;
    ctx.invalid(seen, views::create(&ctx.frame(), &form, kind, &token))
}

fn filled(own: &Own) -> Form {
    Form::empty()
        .with("family_name", own.head.family_name.clone())
        .with("given_name", own.head.given_name.clone())
        .with(
            "birth_date",
            own.head.birth_date.map_or_else(String::new, german::date),
        )
        .with("sex", own.head.sex.clone())
        .with(
            "number",
            own.number
                .as_ref()
                .map_or_else(String::new, |number| number.value.clone()),
        )
        .with("version", own.head.version.to_string())
}

pub(super) async fn edit_form(ctx: Ctx<PersonChange>, Id(id): Id<PersonId>) -> Answer {
    let reader = ctx.read();
    let own = service::own(&reader, id).await.map_err(fault)?;
    if !own.editable() {
        return Err(Fault::NotFound);
    }
    let seen = reader
        .seen(
            Entry::new(Verb::Query, format!("person bearbeiten person/{id}"))
                .about(id, Level::Basic),
        )
        .await?;
    ctx.page(seen, views::edit(&ctx.frame(), &filled(&own), &own))
}

pub(super) async fn edit(
    ctx: Ctx<PersonChange>,
    Id(id): Id<PersonId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let own = service::own(&writer, id).await.map_err(fault)?;
    if !own.editable() {
        return Err(Fault::NotFound);
    }
    let version = form.hidden_number("version").ok_or(Fault::Changed)?;
    let master = read_master(&mut form, ctx.today(), own.head.birth_date.is_some());
    let number = form.optional_text("number", own.kind.number_label(), MAX_NUMBER);
    let mut changed = version != own.head.version;
    if let (Some(master), false, false) = (master, form.has_errors(), changed) {
        match service::correct(&writer, &own, version, master, number).await {
            Ok(fields) => {
                let entry = Entry::new(Verb::Change, format!("person/{id}"))
                    .about(id, Level::Basic)
                    .fields(fields);
                let seen = writer.commit(entry).await?;
                return ctx.done(
                    seen,
                    &format!("/personen/{id}"),
                    "Die Angaben sind gespeichert.",
                );
            }
            Err(Trouble::Refused(refused)) => reject(&mut form, refused),
            Err(Trouble::Changed) => changed = true,
            Err(trouble) => return Err(fault(trouble)),
        }
    }
    writer.abandon().await?;
    let reader = ctx.read();
    let own = service::own(&reader, id).await.map_err(fault)?;
    let seen = reader
        .seen(
            Entry::new(Verb::Query, format!("person bearbeiten person/{id}"))
                .about(id, Level::Basic),
        )
        .await?;
    if changed {
        let stored = filled(&own);
        // Saving once more is a decision about the version now shown.
        form.set("version", own.head.version.to_string());
        return ctx.conflict(seen, views::conflict(&ctx.frame(), &form, &stored, &own));
    }
    ctx.invalid(seen, views::edit(&ctx.frame(), &form, &own))
}
