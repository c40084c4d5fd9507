//! Giving an account the lead of its office, which a second person approves, and taking it away: routes of one page.

use super::super::lead::{self, Payload};
use super::super::store::{self, AccountRow};
use super::super::views::lead as views;
use crate::access::permissions::AccountChange;
use crate::access::{Person, same_person};
use crate::approvals::{self, Kind, Request};
use crate::audit::{Entry, Verb};
use crate::base::ids::AccountId;
use crate::store::{Rows, Writer};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

/// Longest reason.
const REASON: usize = 200;

/// The account, if it can lead an office and is not one's own: nobody gives a right to themselves.
async fn found(
    ctx: &Ctx<AccountChange>,
    rows: &impl Rows,
    account: AccountId,
) -> Result<AccountRow, Fault> {
    let row = store::by_id(rows, account).await?.ok_or(Fault::NotFound)?;
    let own = same_person(Person::of(row.id, row.holder_id), ctx.actor().person());
    if own || !lead::can_lead(&row) {
        return Err(Fault::NotFound);
    }
    Ok(row)
}

async fn draw(
    ctx: &Ctx<AccountChange>,
    account: AccountId,
    form: &Form,
) -> Result<(maud::Markup, crate::store::Reader<AccountChange>), Fault> {
    let reader = ctx.read();
    let row = found(ctx, &reader, account).await?;
    let approved = if row.lead {
        None
    } else {
        approvals::usable(&reader, Kind::Lead, &Payload::of(&row)).await?
    };
    let history =
        crate::history::of_object(&reader, super::super::holder::HISTORY, account.0).await?;
    let view = views::View {
        row: &row,
        approved: approved.as_ref(),
        history: &history,
        form,
        token: &ctx.once(),
    };
    Ok((views::page(&ctx.frame(), &view), reader))
}

fn looked(account: AccountId) -> Entry {
    Entry::new(Verb::Query, format!("leitung des kontos account/{account}"))
}

pub(super) async fn form(ctx: Ctx<AccountChange>, Id(account): Id<AccountId>) -> Answer {
    let (markup, reader) = draw(&ctx, account, &Form::empty()).await?;
    let seen = reader.seen(looked(account)).await?;
    ctx.page(seen, markup)
}

/// The page again, with what is wrong.
async fn again(
    ctx: &Ctx<AccountChange>,
    writer: Writer<AccountChange>,
    account: AccountId,
    form: &Form,
) -> Answer {
    writer.abandon().await?;
    let (markup, reader) = draw(ctx, account, form).await?;
    let seen = reader.seen(looked(account).denied()).await?;
    ctx.invalid(seen, markup)
}

pub(super) async fn change(
    ctx: Ctx<AccountChange>,
    Id(account): Id<AccountId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let row = found(&ctx, &writer, account).await?;
    let version = form.hidden_number("version").ok_or(Fault::Changed)?;
    let here = format!("/konten/{account}/leitung");
    if form.value("tun") == "uebertragen" {
        let approved = approvals::usable(&writer, Kind::Lead, &Payload::of(&row)).await?;
        let Some(approved) = approved.filter(|_| !row.lead) else {
            return Err(Fault::Changed);
        };
        let redeemed =
            approvals::redeem(&writer, approved.id, Kind::Lead, &Payload::of(&row)).await?;
        if let Err(refusal) = redeemed {
            return Err(Fault::Bad(refusal.sentence().to_owned()));
        }
        lead::set(&writer, &row, version, true, approved.reason).await?;
        let entry = Entry::new(
            Verb::Rights,
            format!("leitung uebertragen account/{account}"),
        )
        .fields(["lead"])
        .because(format!("Vier Augen: approval/{}", approved.id));
        let seen = writer.commit(entry).await?;
        return ctx.done(seen, &here, "Die Leitung ist übertragen. Sie gilt sofort.");
    }
    // Taking away what is taken already is no request to give it.
    if row.lead != (form.value("tun") == "entziehen") {
        return Err(Fault::Changed);
    }
    let Some(reason) = form.required_text("grund", "Grund", REASON) else {
        return again(&ctx, writer, account, &form).await;
    };
    if row.lead {
        lead::set(&writer, &row, version, false, reason).await?;
        let entry = Entry::new(Verb::Rights, format!("leitung entzogen account/{account}"));
        let seen = writer.commit(entry.fields(["lead"])).await?;
        return ctx.done(seen, &here, "Die Leitung ist entzogen. Das gilt sofort.");
    }
    crate::accounts::once(&writer, form.value("einmal"), "/vier-augen").await?;
    let request = Request {
        kind: Kind::Lead,
        subject: format!("Konto {} ({})", row.login, row.name),
        location: here,
        payload: &Payload::of(&row),
        reason,
    };
    match approvals::request(&writer, request).await? {
        Ok(id) => {
            let entry = Entry::new(
                Verb::Rights,
                format!("vier-augen-antrag approval/{id} gestellt"),
            );
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &format!("/vier-augen/{id}"),
                "Der Antrag ist gestellt. Eine zweite Person muss zustimmen.",
            )
        }
        Err(refusal) => {
            form.reject("grund", refusal.sentence());
            again(&ctx, writer, account, &form).await
        }
    }
}
