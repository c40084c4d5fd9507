//! Queries of the log that do not begin with a person: by record, operation and period; by account; alerts; reasons.

use sea_orm::FromQueryResult;
use time::Date;
use uuid::Uuid;

use super::super::operations;
use crate::base::ids::{AccountId, PersonId};
use crate::base::time::Instant;
use crate::store::{Result, Rows, Sql};

/// Entries on a page.
pub(in crate::privacy) const LINES: i64 = 200;

/// An entry, and how many people it is about.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::privacy) struct LogRow {
    pub at: Instant,
    pub role: String,
    pub place: Option<String>,
    pub route: String,
    pub verb: String,
    pub outcome: String,
    pub reason: String,
    pub recipient: String,
    pub people: i64,
    /// One of them.
    pub person: Option<PersonId>,
}

const LOG: &str = "select e.at, e.role, coalesce(f.name, v.name) as place, e.route, e.verb, e.outcome, e.reason, e.recipient, \
     (select count(distinct s.person_id) from audit_subject s where s.writer = e.writer and s.sequence = e.sequence) as people, \
     (select s.person_id from audit_subject s where s.writer = e.writer and s.sequence = e.sequence order by s.person_id \
     limit 1) as person from audit_entry e left join account a on a.id = e.actor_id \
     left join facility f on f.id = a.facility_id left join provider v on v.id = a.provider_id \
     where e.day >= ? and e.day <= ?";

const NEWEST: &str = " order by e.at desc, e.sequence desc, e.writer desc limit ?";

/// What is searched for within a period; everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub(in crate::privacy) struct Wanted {
    /// The id of a record.
    pub record: Option<Uuid>,
    /// Words of an operation.
    pub operation: Option<String>,
    /// Code of the kind of processing.
    pub verb: Option<String>,
}

/// The newest entries of a period; one more than is shown.
pub(in crate::privacy) async fn search(
    rows: &impl Rows,
    days: (Date, Date),
    wanted: &Wanted,
) -> Result<Vec<LogRow>> {
    let mut sql = Sql::new(LOG).bind(days.0).bind(days.1);
    if let Some(record) = wanted.record {
        // The id stands behind its table's name; taking it out changes the text where it is in it, on both databases.
        sql = sql
            .push(" and (replace(e.object, ?, '') <> e.object or exists (select 1 from audit_subject xs \
                   where xs.writer = e.writer and xs.sequence = e.sequence and xs.person_id = ?))")
            .bind(record.to_string())
            .bind(record);
    }
    if let Some(words) = &wanted.operation {
        let routes = operations::named(words).into_iter().map(str::to_owned);
        sql = sql.push(" and e.route in ").list(routes);
    }
    if let Some(verb) = &wanted.verb {
        sql = sql.push(" and e.verb = ?").bind(verb.clone());
    }
    rows.all(sql.push(NEWEST).bind(LINES + 1)).await
}

/// The newest entries of an account in a period; one more than is shown.
pub(in crate::privacy) async fn of_account(
    rows: &impl Rows,
    account: AccountId,
    days: (Date, Date),
) -> Result<Vec<LogRow>> {
    rows.all(
        Sql::new(LOG)
            .bind(days.0)
            .bind(days.1)
            .push(" and e.actor_id = ?")
            .bind(account)
            .push(NEWEST)
            .bind(LINES + 1),
    )
    .await
}

/// What was refused because somebody opened very many people, or too many.
pub(in crate::privacy) async fn alerts(
    rows: &impl Rows,
    days: (Date, Date),
) -> Result<Vec<LogRow>> {
    rows.all(
        Sql::new(LOG)
            .bind(days.0)
            .bind(days.1)
            .push(" and e.reason in ('viele-personen', 'massenabruf-gesperrt')")
            .push(NEWEST)
            .bind(LINES),
    )
    .await
}

/// How often an account was blocked since a day, as a value in a statement.
pub(in crate::privacy) fn blocked_count(since: Date) -> Sql {
    Sql::new("(select count(*) from audit_entry e where e.day >= ? and e.reason = 'massenabruf-gesperrt')")
        .bind(since)
}

/// A stated purpose, without the name of who stated it.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::privacy) struct PurposeRow {
    pub person_id: Option<PersonId>,
    pub role: String,
    pub place: Option<String>,
    pub reason: String,
    pub explanation: String,
    pub stated_at: Instant,
}

/// The newest stated purposes since an instant.
pub(in crate::privacy) async fn purposes(
    rows: &impl Rows,
    since: Instant,
) -> Result<Vec<PurposeRow>> {
    rows.all(
        Sql::new(
            "select t.person_id, a.role, coalesce(f.name, v.name) as place, t.reason, t.explanation, t.stated_at \
             from stated_purpose t join account a on a.id = t.account_id left join facility f on f.id = a.facility_id \
             left join provider v on v.id = a.provider_id where t.stated_at >= ? order by t.stated_at desc, t.id limit ?",
        )
        .bind(since)
        .bind(LINES),
    )
    .await
}

/// An account whose entries are asked for.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::privacy) struct AccountRow {
    pub id: AccountId,
    pub login: String,
    pub name: String,
}

/// The account with exactly this sign-in name.
pub(in crate::privacy) async fn account_by_login(
    rows: &impl Rows,
    login: &str,
) -> Result<Option<AccountRow>> {
    rows.one(
        Sql::new("select id, login, name from account where login_key = ?")
            .bind(crate::base::fold::fold(login)),
    )
    .await
}

/// An account.
pub(in crate::privacy) async fn account(
    rows: &impl Rows,
    id: AccountId,
) -> Result<Option<AccountRow>> {
    rows.one(Sql::new("select id, login, name from account where id = ?").bind(id))
        .await
}
