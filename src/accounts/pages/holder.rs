//! Correcting whose account it is: routes of one page.

use super::super::administration::find_by_login;
use super::super::holder::{self, Whose};
use super::super::store::{self, AccountRow};
use super::super::views::holder as views;
use crate::access::permissions::AccountChange;
use crate::access::{Person, same_person};
use crate::audit::{Entry, Verb};
use crate::base::ids::AccountId;
use crate::store::Reader;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

/// Longest reason.
const REASON: usize = 200;

/// Whether it is an account of the person who asks: nobody says of themselves that they are two.
fn own(ctx: &Ctx<AccountChange>, row: &AccountRow) -> bool {
    same_person(Person::of(row.id, row.holder_id), ctx.actor().person())
}

async fn draw(
    ctx: &Ctx<AccountChange>,
    reader: &Reader<AccountChange>,
    account: AccountId,
    form: &Form,
) -> Result<maud::Markup, Fault> {
    let row = store::by_id(reader, account)
        .await?
        .filter(|row| !own(ctx, row))
        .ok_or(Fault::NotFound)?;
    let first = row.holder_id.unwrap_or(row.id);
    let others = store::same_holder(reader, account, first).await?;
    let history = crate::history::of_object(reader, holder::HISTORY, account.0).await?;
    Ok(views::page(&ctx.frame(), form, &row, &others, &history))
}

pub(super) async fn form(ctx: Ctx<AccountChange>, Id(account): Id<AccountId>) -> Answer {
    let reader = ctx.read();
    let markup = draw(&ctx, &reader, account, &Form::empty()).await?;
    let seen = reader
        .seen(Entry::new(
            Verb::Query,
            format!("inhaber des kontos account/{account}"),
        ))
        .await?;
    ctx.page(seen, markup)
}

pub(super) async fn change(
    ctx: Ctx<AccountChange>,
    Id(account): Id<AccountId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let row = store::by_id(&writer, account)
        .await?
        .filter(|row| !own(&ctx, row))
        .ok_or(Fault::NotFound)?;
    let version = form.hidden_number("version").ok_or(Fault::Changed)?;
    let choice = form.choice("person", "Wessen Konto ist das?", &["own", "same"]);
    let reason = form.required_text("reason", "Grund", REASON);
    let whose = match choice.as_deref() {
        Some("same") => {
            let login = form.value("same_login").trim().to_owned();
            match find_by_login(&writer, &login).await? {
                Some(known) if known.id != account => Some(Whose::SameAs(Box::new(known))),
                Some(_) => {
                    form.reject("same_login", "Das ist dieses Konto selbst. Bitte den Anmeldenamen des anderen Kontos eingeben.");
                    None
                }
                None => {
                    form.reject("same_login", "Dieses Konto gibt es nicht. Bitte den Anmeldenamen aus der Liste der Konten eingeben.");
                    None
                }
            }
        }
        Some(_) => Some(Whose::Own),
        None => None,
    };
    if let (Some(whose), Some(reason), false) = (whose, reason, form.has_errors()) {
        holder::correct(&writer, &row, version, whose, reason).await?;
        let entry = Entry::new(
            Verb::Rights,
            format!("inhaber des kontos berichtigt account/{account}"),
        );
        let seen = writer.commit(entry.fields(["holder_id"])).await?;
        return ctx.done(
            seen,
            "/konten",
            "Berichtigt. Bei vier Augen zählt es ab sofort so.",
        );
    }
    writer.abandon().await?;
    let reader = ctx.read();
    let markup = draw(&ctx, &reader, account, &form).await?;
    let seen = reader
        .seen(Entry::new(
            Verb::Query,
            format!("inhaber des kontos account/{account}"),
        ))
        .await?;
    ctx.invalid(seen, markup)
}
