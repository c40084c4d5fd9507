//! That a danger was disclosed: on which ground, to whom, when. What was said is nobody's business here.

use super::cases::{about, found, writing};
use super::{again, show};
use crate::access::permissions::DangerDisclose;
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{CaseId, DangerId};
use crate::base::time::berlin_local;
use crate::casework::service::danger::{self as service, Disclosed};
use crate::casework::store;
use crate::casework::store::cases::CaseLine;
use crate::casework::views::danger as views;
use crate::store::{Rows, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Form, Posted};

fn looking_at(line: &CaseLine) -> Entry {
    about(
        Entry::new(Verb::Query, "offenlegung einer gefahr"),
        line,
        Level::Case,
    )
}

async fn words<R: Rows>(rows: &R, today: time::Date) -> Result<views::Words, StoreError> {
    Ok(views::Words {
        grounds: store::codes(rows, "danger_ground", today).await?,
        recipients: store::codes(rows, "danger_recipient", today).await?,
    })
}

pub(super) async fn form(ctx: Ctx<DangerDisclose>, Id(id): Id<CaseId>) -> Answer {
    let reader = ctx.read();
    let line = found(&reader, id).await?;
    let words = words(&reader, ctx.today()).await?;
    let seen = reader.seen(looking_at(&line)).await?;
    let now = berlin_local(ctx.access().now());
    let form = Form::empty()
        .with("tag", german::date(now.date))
        .with("um", german::time(now.minute));
    ctx.page(
        seen,
        views::form(&ctx.frame(), &form, &line, &words, &ctx.once()),
    )
}

pub(super) async fn save(
    ctx: Ctx<DangerDisclose>,
    Id(id): Id<CaseId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, line) = writing(&ctx, id).await?;
    let place = format!("/faelle/{id}");
    once(&writer, form.value("einmal"), &place).await?;
    let words = words(&writer, ctx.today()).await?;
    let ground = form.choice(
        "grundlage",
        "Rechtsgrundlage",
        &words
            .grounds
            .iter()
            .map(|word| word.code.as_str())
            .collect::<Vec<_>>(),
    );
    let recipient = form.choice(
        "empfaenger",
        "Empfänger",
        &words
            .recipients
            .iter()
            .map(|word| word.code.as_str())
            .collect::<Vec<_>>(),
    );
    let day = form.required_date("tag", "Tag");
    let minute = form.required_time("um", "Uhrzeit");
    let pick = |list: &[store::CodeEntry], code: Option<String>| {
        list.iter()
            .find(|word| Some(&word.code) == code.as_ref())
            .cloned()
    };
    if let (Some(ground), Some(recipient), Some(day), Some(minute)) = (
        pick(&words.grounds, ground),
        pick(&words.recipients, recipient),
        day,
        minute,
    ) {
        let disclosed = Disclosed {
            id: DangerId(writer.entropy().uuid()),
            ground,
            recipient,
            day,
            minute,
        };
        match service::record(&writer, &line, &disclosed).await {
            Ok(()) => {
                let entry = Entry::new(
                    Verb::Disclose,
                    format!("gefahr offengelegt danger_disclosure/{}", disclosed.id),
                )
                .to(&disclosed.recipient.label)
                .because(disclosed.ground.code.clone());
                let seen = writer.commit(about(entry, &line, Level::Case)).await?;
                return ctx.done(seen, &place, "Die Offenlegung ist festgehalten.");
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    let token = form.value("einmal").to_owned();
    let page = views::form(&ctx.frame(), &form, &line, &words, &token);
    again(&ctx, writer, looking_at(&line), page).await
}
