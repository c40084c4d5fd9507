//! The log of one account: only after a second person approved exactly this account and period (section 32 paragraph 3
//! SächsDSUG: not for judging performance).

use serde::Serialize;
use time::Date;

use super::super::store::log::{self, AccountRow};
use super::super::views;
use super::log::period;
use crate::access::Permission;
use crate::access::permissions::AuditByAccount;
use crate::approvals::{self, Kind, Request};
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::{AccountId, ApprovalId};
use crate::store::Reader;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

/// The longest reason.
const REASON_LENGTH: usize = 300;

/// What the second person approves.
#[derive(Debug, Serialize)]
struct Payload {
    account: AccountId,
    from: String,
    to: String,
}

/// Which account, and which days.
pub(in crate::privacy) struct Asked {
    pub account: AccountRow,
    pub days: (Date, Date),
}

impl Asked {
    fn payload(&self) -> Payload {
        Payload {
            account: self.account.id,
            from: self.days.0.to_string(),
            to: self.days.1.to_string(),
        }
    }

    /// The page of exactly this.
    fn location(&self) -> String {
        format!(
            "/protokoll/konto?konto={}&von={}&bis={}",
            self.account.id, self.days.0, self.days.1
        )
    }
}

/// The account and days that an address or a form names.
async fn asked<P: Permission>(
    reader: &Reader<P>,
    form: &mut Form,
    today: Date,
) -> Result<Option<Asked>, Fault> {
    let Some(id) = form.optional_uuid("konto", "Konto").map(AccountId) else {
        return Ok(None);
    };
    let days = period(form, today);
    if form.has_errors() {
        return Ok(None);
    }
    let account = log::account(reader, id).await?.ok_or(Fault::NotFound)?;
    Ok(Some(Asked { account, days }))
}

pub(super) async fn form(
    ctx: Ctx<AuditByAccount>,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    let mut form = Form::from_pairs(query);
    let reader = ctx.read();
    let asked = asked(&reader, &mut form, ctx.today()).await?;
    let approved = match &asked {
        Some(asked) => approvals::usable(&reader, Kind::ProtocolByStaff, &asked.payload()).await?,
        None => None,
    };
    let entry = Entry::new(Verb::Query, "protokollsuche nach konto");
    let seen = reader.seen(entry).await?;
    let view = views::log::Account {
        form: &form,
        asked: asked.as_ref(),
        approved: approved.map(|approval| approval.id),
        token: &ctx.once(),
    };
    ctx.page(seen, views::log::account(&ctx.frame(), &view))
}

async fn invalid(ctx: &Ctx<AuditByAccount>, form: &Form, asked: Option<&Asked>) -> Answer {
    let entry = Entry::new(Verb::Query, "protokollsuche nach konto").denied();
    let seen = ctx.read().seen(entry).await?;
    let view = views::log::Account {
        form,
        asked,
        approved: None,
        token: &ctx.once(),
    };
    ctx.invalid(seen, views::log::account(&ctx.frame(), &view))
}

pub(super) async fn request(ctx: Ctx<AuditByAccount>, Posted(mut form): Posted) -> Answer {
    let login = form.required_text("login", "Anmeldename", 100);
    form.required_date("von", "Von");
    form.required_date("bis", "Bis");
    let days = period(&mut form, ctx.today());
    let reason = form.required_text("grund", "Anlass", REASON_LENGTH);
    let account = match &login {
        Some(login) => log::account_by_login(&ctx.read(), login).await?,
        None => None,
    };
    if login.is_some() && account.is_none() {
        form.reject(
            "login",
            "Ein Konto mit genau diesem Anmeldenamen gibt es nicht.",
        );
    }
    let (Some(account), Some(reason), false) = (account, reason, form.has_errors()) else {
        return invalid(&ctx, &form, None).await;
    };
    let asked = Asked { account, days };
    let writer = ctx.write().await?;
    crate::accounts::once(&writer, form.value("einmal"), "/vier-augen").await?;
    let subject = format!(
        "Konto {} ({}), {} bis {}",
        asked.account.login,
        asked.account.name,
        german::date(days.0),
        german::date(days.1)
    );
    let request = Request {
        kind: Kind::ProtocolByStaff,
        subject,
        location: asked.location(),
        payload: &asked.payload(),
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
            writer.abandon().await?;
            form.reject("login", refusal.sentence());
            invalid(&ctx, &form, None).await
        }
    }
}

/// Uses the approval and shows the entries, both in one: the page comes once.
pub(super) async fn evaluate(ctx: Ctx<AuditByAccount>, Posted(mut form): Posted) -> Answer {
    let approval = form.uuid("antrag", "Antrag").map(ApprovalId);
    let asked = asked(&ctx.read(), &mut form, ctx.today()).await?;
    let (Some(approval), Some(asked)) = (approval, asked) else {
        return Err(Fault::Bad(
            "Das Formular ist unvollständig. Bitte den Antrag noch einmal öffnen.".into(),
        ));
    };
    let writer = ctx.write().await?;
    let payload = asked.payload();
    let redeemed = approvals::redeem(&writer, approval, Kind::ProtocolByStaff, &payload).await?;
    let redeemed = match redeemed {
        Ok(redeemed) => redeemed,
        Err(refusal) => {
            writer.abandon().await?;
            form.reject("antrag", refusal.sentence());
            return invalid(&ctx, &form, None).await;
        }
    };
    let found = log::of_account(&writer, asked.account.id, asked.days).await?;
    let entry = Entry::new(
        Verb::Query,
        format!("protokollsuche nach konto account/{}", asked.account.id),
    )
    .about_all(found.iter().filter_map(|row| row.person), Level::List)
    .because(format!("Vier Augen: approval/{approval}"));
    let seen = writer.commit(entry).await?;
    ctx.page(
        seen,
        views::log::evaluated(&ctx.frame(), &asked, &redeemed.approved_by, &found),
    )
}
