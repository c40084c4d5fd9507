//! Drafts of forms: what an account typed and has not sent yet.

use sea_orm::FromQueryResult;

use crate::access::Writes;
use crate::base::time::Instant;
use crate::store::{Result, Rows, Sql, Writer};

/// What an account typed into a form and has not sent yet.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct Draft {
    pub content: Vec<u8>,
    pub saved_at: Instant,
}

/// The draft of the actor for a form.
pub(in crate::casework) async fn draft<R: Rows>(
    rows: &R,
    form: &'static str,
) -> Result<Option<Draft>> {
    let account = rows.access().actor().account();
    rows.one(
        Sql::new("select content, saved_at from form_draft where account_id = ? and form = ?")
            .bind(account)
            .bind(form.to_owned()),
    )
    .await
}

/// Keeps the actor's draft, in place of an earlier one; `None` deletes it.
pub(in crate::casework) async fn keep_draft<P: Writes>(
    writer: &Writer<P>,
    form: &'static str,
    content: Option<Vec<u8>>,
) -> Result<()> {
    let account = writer.access().actor().account();
    let sql = match content {
        Some(content) => Sql::new(
            "insert into form_draft (account_id, form, content, saved_at) values (?, ?, ?, ?) \
             on conflict (account_id, form) do update set content = excluded.content, saved_at = excluded.saved_at",
        )
        .bind(account)
        .bind(form.to_owned())
        .bind(content)
        .bind(writer.now()),
        None => Sql::new("delete from form_draft where account_id = ? and form = ?")
            .bind(account)
            .bind(form.to_owned()),
    };
    writer.change(sql).await?;
    Ok(())
}

/// Deletes drafts that were last saved before an instant.
pub(crate) async fn purge_drafts<P: Writes>(writer: &Writer<P>, before: Instant) -> Result<u64> {
    writer
        .change(Sql::new("delete from form_draft where saved_at < ?").bind(before))
        .await
}
