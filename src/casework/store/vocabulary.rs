//! The dated code lists, for whoever keeps them.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::casework::codes::CodeList;
use crate::schema::casework::code_entry;
use crate::store::{Result, Rows, Sql, Writer};

/// A word of a list.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct WordLine {
    pub code: String,
    pub category: String,
    pub label: String,
    pub federal: Option<String>,
    pub place: i64,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    /// Stands in some case: it can end, but not be deleted.
    pub used: bool,
}

/// Whether the word `w` stands somewhere.
fn used(list: CodeList) -> &'static str {
    match list {
        CodeList::Topic => "exists (select 1 from counselling_topic u where u.code = w.code)",
        CodeList::Reason => "exists (select 1 from case_step u where u.reason = w.code)",
        CodeList::Phenomenon => "exists (select 1 from client_case u where u.phenomenon = w.code)",
        CodeList::DangerGround => {
            "exists (select 1 from danger_disclosure u where u.ground = w.code)"
        }
        CodeList::DangerRecipient => {
            "exists (select 1 from danger_disclosure u where u.recipient = w.code)"
        }
    }
}

/// All words of a list, those of today and of other times.
pub(in crate::casework) async fn words(rows: &impl Rows, list: CodeList) -> Result<Vec<WordLine>> {
    rows.all(
        Sql::new("select w.code, w.category, w.label, w.federal, w.place, w.valid_from, w.valid_to, ")
            .push(used(list))
            .push(" as used from code_entry w where w.list = ? order by w.category, w.place, w.code, w.valid_from limit 300")
            .bind(list.code().to_owned()),
    )
    .await
}

pub(in crate::casework) async fn insert<P: Writes>(
    writer: &Writer<P>,
    row: code_entry::Model,
) -> Result<()> {
    writer.insert(row).await
}

fn of(sql: Sql, list: CodeList, word: &WordLine) -> Sql {
    sql.bind(list.code().to_owned())
        .bind(word.category.clone())
        .bind(word.code.clone())
        .bind(word.valid_from)
}

/// Ends a word: from that day on it is offered no more.
pub(in crate::casework) async fn end<P: Writes>(
    writer: &Writer<P>,
    list: CodeList,
    word: &WordLine,
    valid_to: Date,
) -> Result<()> {
    let sql = Sql::new(
        "update code_entry set valid_to = ? where list = ? and category = ? and code = ? and valid_from = ? and valid_to is null",
    )
    .bind(valid_to);
    writer.change_one(of(sql, list, word)).await
}

/// Deletes a word that stands nowhere.
pub(in crate::casework) async fn delete<P: Writes>(
    writer: &Writer<P>,
    list: CodeList,
    word: &WordLine,
) -> Result<()> {
    let sql = Sql::new(
        "delete from code_entry where list = ? and category = ? and code = ? and valid_from = ?",
    );
    writer.change_one(of(sql, list, word)).await
}
