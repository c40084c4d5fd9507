//! Queries of accounts, sessions, throttling.

use sea_orm::FromQueryResult;

pub(super) mod feeds;

use super::rules::Throttle;
use crate::access::{GrantedPlace, Writes};
use crate::base::ids::{AccountId, FacilityId, ProgrammeId, ProviderId, SessionId, StaffId};
use crate::base::time::Instant;
use crate::schema::accounts::{account, recovery_code, web_session};
use crate::store::{Result, Rows, Sql, Writer};
use time::Date;

/// Everything of an account that decides what whoever comes with its session or its calendar's address may see.
#[derive(Debug, FromQueryResult)]
pub(super) struct Holder {
    pub account_id: AccountId,
    pub holder_id: Option<AccountId>,
    pub name: String,
    pub role: String,
    pub facility_id: Option<FacilityId>,
    pub facility_name: Option<String>,
    pub provider_id: Option<ProviderId>,
    pub provider_name: Option<String>,
    pub staff_id: Option<StaffId>,
    pub session_epoch: i64,
    pub disabled_at: Option<Instant>,
    pub staff_until: Option<Date>,
    pub provider_until: Option<Date>,
    pub lead: bool,
}

impl Holder {
    /// Whether the account is open on a day.
    pub fn open(&self, day: Date) -> bool {
        open(
            self.disabled_at,
            [self.staff_until, self.provider_until],
            day,
        )
    }
}

/// The columns of a [`Holder`], and the tables they are in besides the one that leads to the account `a`.
const HOLDER: &str = "a.id as account_id, a.holder_id, a.name, a.role, a.facility_id, f.name as facility_name, a.provider_id, \
     p.name as provider_name, a.staff_id, a.session_epoch, a.disabled_at, st.valid_to as staff_until, \
     p.valid_to as provider_until, a.lead ";
const HOLDER_FROM: &str = "left join facility f on f.id = a.facility_id left join provider p on p.id = a.provider_id \
     left join staff st on st.id = a.staff_id ";

/// A session with its account: one statement a request.
#[derive(Debug, FromQueryResult)]
pub(super) struct SessionRow {
    pub id: SessionId,
    pub level: String,
    pub epoch: i64,
    pub created_at: Instant,
    pub last_seen_at: Instant,
    pub ended_at: Option<Instant>,
    #[sea_orm(nested)]
    pub account: Holder,
}

/// Whether an account may be used on a day: not disabled, and neither the member of external staff nor the organisation
/// behind it has left by then (the days after their last ones).
fn open(disabled_at: Option<Instant>, ends: [Option<Date>; 2], day: Date) -> bool {
    disabled_at.is_none() && ends.into_iter().flatten().all(|end| end > day)
}

pub(super) async fn session(rows: &impl Rows, token_hash: &[u8]) -> Result<Option<SessionRow>> {
    rows.one(
        Sql::new("select s.id, s.level, s.epoch, s.created_at, s.last_seen_at, s.ended_at, ")
            .push(HOLDER)
            .push("from web_session s join account a on a.id = s.account_id ")
            .push(HOLDER_FROM)
            .push("where s.token_hash = ?")
            .bind(token_hash.to_vec()),
    )
    .await
}

#[derive(FromQueryResult)]
struct GrantRow {
    staff_id: StaffId,
    facility_id: FacilityId,
    programme_id: ProgrammeId,
}

/// The grants of a staff member, or of a whole provider, that are valid on a day.
pub(super) async fn grants(
    rows: &impl Rows,
    staff: Option<StaffId>,
    provider: Option<ProviderId>,
    day: Date,
) -> Result<Vec<GrantedPlace>> {
    let sql = Sql::new(
        "select g.staff_id, g.facility_id, g.programme_id from access_grant g join staff s on s.id = g.staff_id \
         where g.state = 'active' and g.first_day <= ? and g.last_day >= ? \
         and s.valid_from <= ? and (s.valid_to is null or s.valid_to > ?) and ",
    )
    .bind(day)
    .bind(day)
    .bind(day)
    .bind(day);
    let sql = match (staff, provider) {
        (Some(staff), _) => sql.push("g.staff_id = ?").bind(staff),
        (None, Some(provider)) => sql.push("s.provider_id = ?").bind(provider),
        (None, None) => return Ok(Vec::new()),
    };
    let rows: Vec<GrantRow> = rows.all(sql.push(" limit 2000")).await?;
    Ok(rows
        .into_iter()
        .map(|row| GrantedPlace {
            staff: row.staff_id,
            facility: row.facility_id,
            programme: row.programme_id,
        })
        .collect())
}

/// An account as sign-in needs it.
#[derive(Debug, Clone, FromQueryResult)]
pub struct AccountRow {
    /// Id.
    pub id: AccountId,
    /// Sign-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Role code.
    pub role: String,
    /// The facility of accounts that belong to one.
    pub facility_id: Option<FacilityId>,
    pub(super) holder_id: Option<AccountId>,
    pub(super) password_hash: Option<String>,
    pub(super) second_factor: Option<Vec<u8>>,
    pub(super) second_factor_step: i64,
    pub(super) setup_code_hash: Option<Vec<u8>>,
    pub(super) setup_expires_at: Option<Instant>,
    pub(super) session_epoch: i64,
    /// Since when it is disabled.
    pub disabled_at: Option<Instant>,
    /// For the optimistic lock.
    pub version: i64,
    staff_until: Option<Date>,
    provider_until: Option<Date>,
    pub(super) lead: bool,
}

impl AccountRow {
    /// Whether somebody may sign in with the account on a day.
    pub fn open(&self, day: Date) -> bool {
        open(
            self.disabled_at,
            [self.staff_until, self.provider_until],
            day,
        )
    }
}

const ACCOUNT: &str = "select a.id, a.login, a.name, a.role, a.facility_id, a.holder_id, a.password_hash, a.second_factor, \
     a.second_factor_step, a.setup_code_hash, a.setup_expires_at, a.session_epoch, a.disabled_at, a.version, \
     st.valid_to as staff_until, p.valid_to as provider_until, a.lead from account a \
     left join staff st on st.id = a.staff_id left join provider p on p.id = a.provider_id where ";

pub(super) async fn by_login(rows: &impl Rows, login_key: &str) -> Result<Option<AccountRow>> {
    rows.one(
        Sql::new(ACCOUNT)
            .push("a.login_key = ?")
            .bind(login_key.to_owned()),
    )
    .await
}

pub(super) async fn by_id(rows: &impl Rows, id: AccountId) -> Result<Option<AccountRow>> {
    rows.one(Sql::new(ACCOUNT).push("a.id = ?").bind(id)).await
}

#[derive(FromQueryResult)]
struct ThrottleRow {
    failures: i64,
    window_started_at: Instant,
    locked_until: Instant,
}

/// The throttle of a key, locked for the rest of the transaction.
pub(super) async fn throttle<P: Writes>(
    writer: &Writer<P>,
    key: &str,
    now: Instant,
) -> Result<Throttle> {
    // The insert takes the row's lock on PostgreSQL; SQLite's transaction is exclusive anyway.
    writer
        .change(
            Sql::new(
                "insert into sign_in_throttle (key, failures, window_started_at, locked_until) values (?, 0, ?, ?) \
                 on conflict (key) do update set failures = sign_in_throttle.failures",
            )
            .bind(key.to_owned())
            .bind(now)
            .bind(now),
        )
        .await?;
    let row: Option<ThrottleRow> = writer
        .one(
            Sql::new("select failures, window_started_at, locked_until from sign_in_throttle where key = ?")
                .bind(key.to_owned()),
        )
        .await?;
    Ok(row.map_or_else(
        || Throttle::fresh(now),
        |row| Throttle {
            failures: row.failures,
            window_started_at: row.window_started_at,
            locked_until: row.locked_until,
        },
    ))
}

pub(super) async fn set_throttle<P: Writes>(
    writer: &Writer<P>,
    key: &str,
    throttle: Throttle,
) -> Result<()> {
    writer
        .change(
            Sql::new("update sign_in_throttle set failures = ?, window_started_at = ?, locked_until = ? where key = ?")
                .bind(throttle.failures)
                .bind(throttle.window_started_at)
                .bind(throttle.locked_until)
                .bind(key.to_owned()),
        )
        .await?;
    Ok(())
}

pub(super) async fn insert_session<P: Writes>(
    writer: &Writer<P>,
    row: web_session::Model,
) -> Result<()> {
    writer.insert(row).await
}

pub(super) async fn end_session<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
    session: SessionId,
    now: Instant,
) -> Result<u64> {
    writer
        .change(
            Sql::new("update web_session set ended_at = ? where id = ? and account_id = ? and ended_at is null")
                .bind(now)
                .bind(session)
                .bind(account),
        )
        .await
}

#[derive(FromQueryResult)]
struct SessionIdRow {
    id: SessionId,
}

/// Ends the account's oldest sessions beyond `keep`.
pub(super) async fn end_oldest<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
    keep: usize,
    now: Instant,
) -> Result<()> {
    let rows: Vec<SessionIdRow> = writer
        .all(
            Sql::new(
                "select id from web_session where account_id = ? and ended_at is null and level = 'full' \
                 order by created_at desc, id limit 100",
            )
            .bind(account),
        )
        .await?;
    for row in rows.into_iter().skip(keep) {
        end_session(writer, account, row.id, now).await?;
    }
    Ok(())
}

pub(super) async fn touch_session<P: Writes>(
    writer: &Writer<P>,
    session: SessionId,
    now: Instant,
) -> Result<()> {
    writer
        .change(
            Sql::new("update web_session set last_seen_at = ? where id = ? and last_seen_at < ?")
                .bind(now)
                .bind(session)
                .bind(now),
        )
        .await?;
    Ok(())
}

/// A session in the list of one's own.
#[derive(Debug, Clone, FromQueryResult)]
pub struct OwnSession {
    /// Id.
    pub id: SessionId,
    /// Browser and system.
    pub client: String,
    /// Since when.
    pub created_at: Instant,
    /// Last request, to the minute.
    pub last_seen_at: Instant,
}

pub(super) async fn own_sessions(rows: &impl Rows, account: AccountId) -> Result<Vec<OwnSession>> {
    rows.all(
        Sql::new(
            "select id, client, created_at, last_seen_at from web_session where account_id = ? and ended_at is null \
             and level = 'full' order by last_seen_at desc, id limit 20",
        )
        .bind(account),
    )
    .await
}

/// Sets what sign-in changes of an account.
pub(super) async fn set_password<P: Writes>(
    writer: &Writer<P>,
    account: &AccountRow,
    hash: &str,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update account set password_hash = ?, setup_code_hash = null, setup_expires_at = null, \
                 version = version + 1 where id = ? and version = ?",
            )
            .bind(hash.to_owned())
            .bind(account.id)
            .bind(account.version),
        )
        .await
}

pub(super) async fn rehash<P: Writes>(
    writer: &Writer<P>,
    account: &AccountRow,
    hash: &str,
) -> Result<()> {
    let Some(old) = account.password_hash.clone() else {
        return Ok(());
    };
    // Only over the hash that was checked: a reset meanwhile must not be undone.
    writer
        .change(
            Sql::new("update account set password_hash = ? where id = ? and password_hash = ?")
                .bind(hash.to_owned())
                .bind(account.id)
                .bind(old),
        )
        .await?;
    Ok(())
}

/// Marks a step of the second factor as used; false if it (or a later one) was used before.
pub(super) async fn use_step<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
    step: i64,
) -> Result<bool> {
    let touched = writer
        .change(
            Sql::new(
                "update account set second_factor_step = ? where id = ? and second_factor_step < ?",
            )
            .bind(step)
            .bind(account)
            .bind(step),
        )
        .await?;
    Ok(touched == 1)
}

pub(super) async fn set_second_factor<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
    sealed: &[u8],
    step: i64,
) -> Result<bool> {
    let touched = writer
        .change(
            Sql::new(
                "update account set second_factor = ?, second_factor_step = ?, version = version + 1 \
                 where id = ? and second_factor is null",
            )
            .bind(sealed.to_vec())
            .bind(step)
            .bind(account),
        )
        .await?;
    Ok(touched == 1)
}

pub(super) async fn set_recovery_codes<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
    hashes: Vec<Vec<u8>>,
) -> Result<()> {
    writer
        .change(Sql::new("delete from recovery_code where account_id = ?").bind(account))
        .await?;
    writer
        .insert_all(
            hashes
                .into_iter()
                .map(|code_hash| recovery_code::Model {
                    account_id: account,
                    code_hash,
                    used_at: None,
                })
                .collect(),
        )
        .await
}

/// Uses a recovery code; false if there is none such, or it was used.
pub(super) async fn use_recovery_code<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
    hash: &[u8],
    now: Instant,
) -> Result<bool> {
    let touched = writer
        .change(
            Sql::new("update recovery_code set used_at = ? where account_id = ? and code_hash = ? and used_at is null")
                .bind(now)
                .bind(account)
                .bind(hash.to_vec()),
        )
        .await?;
    Ok(touched == 1)
}

#[derive(FromQueryResult)]
struct CountRow {
    number: i64,
}

pub(super) async fn recovery_codes_left(rows: &impl Rows, account: AccountId) -> Result<i64> {
    let row: Option<CountRow> = rows
        .one(
            Sql::new("select count(*) as number from recovery_code where account_id = ? and used_at is null")
                .bind(account),
        )
        .await?;
    Ok(row.map_or(0, |row| row.number))
}

/// An account that may belong to the same human as another one.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Namesake {
    /// The first account of the human.
    pub holder: AccountId,
    /// Sign-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Role code.
    pub role: String,
    /// Facility or provider.
    pub place: Option<String>,
}

const NAMESAKE: &str = "select coalesce(a.holder_id, a.id) as holder, a.login, a.name, a.role, coalesce(f.name, p.name) as place \
     from account a left join facility f on f.id = a.facility_id left join provider p on p.id = a.provider_id ";

/// All accounts with their names, to find those of the same name: names are folded by the program, not the database.
pub(super) async fn names(rows: &impl Rows) -> Result<Vec<Namesake>> {
    rows.all(Sql::new(NAMESAKE).push("order by a.login_key limit 5000"))
        .await
}

/// The other accounts of the human behind an account.
pub(super) async fn same_holder(
    rows: &impl Rows,
    account: AccountId,
    holder: AccountId,
) -> Result<Vec<Namesake>> {
    rows.all(
        Sql::new(NAMESAKE)
            .push("where (a.holder_id = ? or a.id = ?) and a.id <> ? order by a.login_key limit 20")
            .bind(holder)
            .bind(holder)
            .bind(account),
    )
    .await
}

/// A line of the account list.
#[derive(Debug, Clone, FromQueryResult)]
pub struct AccountLine {
    /// Id.
    pub id: AccountId,
    /// Sign-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Role code.
    pub role: String,
    /// Facility or provider.
    pub place: Option<String>,
    /// Whether a password was set.
    pub ready: bool,
    /// Since when it is disabled.
    pub disabled_at: Option<Instant>,
    /// The day after the last one of the member of staff behind it.
    pub staff_until: Option<Date>,
    /// The day after the last one of the organisation.
    pub provider_until: Option<Date>,
    /// The first account of the same human.
    pub holder: AccountId,
    /// Whether it leads its office.
    pub lead: bool,
    /// For the optimistic lock.
    pub version: i64,
}

impl AccountLine {
    /// Whether it can lead an office.
    pub fn can_lead(&self) -> bool {
        super::lead::leading(&self.role) && self.disabled_at.is_none()
    }

    /// Whether staff or organisation behind the account have left.
    pub fn left(&self, day: Date) -> bool {
        !open(None, [self.staff_until, self.provider_until], day)
    }
}

pub(super) async fn accounts(rows: &impl Rows) -> Result<Vec<AccountLine>> {
    rows.all(Sql::new(
        "select a.id, a.login, a.name, a.role, coalesce(f.name, p.name) as place, \
         (a.password_hash is not null and a.second_factor is not null) as ready, a.disabled_at, \
         st.valid_to as staff_until, p.valid_to as provider_until, coalesce(a.holder_id, a.id) as holder, a.lead, a.version \
         from account a left join facility f on f.id = a.facility_id left join provider p on p.id = a.provider_id \
         left join staff st on st.id = a.staff_id \
         order by a.login_key limit 1000",
    ))
    .await
}

/// An account, held until the commit.
pub(super) async fn hold<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
) -> Result<Option<AccountRow>> {
    writer
        .change(Sql::new("update account set version = version where id = ?").bind(account))
        .await?;
    by_id(writer, account).await
}

/// Says of which person's first account an account is a further one, if nobody changed it meanwhile.
pub(super) async fn set_holder<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
    version: i64,
    holder: Option<AccountId>,
) -> Result<()> {
    let sql = match holder {
        Some(holder) => Sql::new("update account set holder_id = ?").bind(holder),
        None => Sql::new("update account set holder_id = null"),
    };
    let sql = sql
        .push(", version = version + 1 where id = ? and version = ?")
        .bind(account)
        .bind(version);
    writer.change_one(sql).await
}

/// Gives the lead of an office to an account that nobody else knows yet.
pub(super) async fn appoint<P: Writes>(writer: &Writer<P>, account: AccountId) -> Result<()> {
    let sql = Sql::new("update account set lead = ? where id = ?")
        .bind(true)
        .bind(account);
    writer.change_one(sql).await
}

/// Gives or takes the lead of an office.
pub(super) async fn set_lead<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
    version: i64,
    lead: bool,
) -> Result<()> {
    let sql =
        Sql::new("update account set lead = ?, version = version + 1 where id = ? and version = ?")
            .bind(lead)
            .bind(account)
            .bind(version);
    writer.change_one(sql).await
}

/// The further accounts of a person's first account come to another first account.
pub(super) async fn move_holder<P: Writes>(
    writer: &Writer<P>,
    from: AccountId,
    to: AccountId,
) -> Result<u64> {
    let sql =
        Sql::new("update account set holder_id = ?, version = version + 1 where holder_id = ?");
    writer.change(sql.bind(to).bind(from)).await
}

/// The further accounts of an account that is somebody else's stay one person's: the first of them becomes the first.
pub(super) async fn regroup<P: Writes>(writer: &Writer<P>, left: AccountId) -> Result<()> {
    #[derive(FromQueryResult)]
    struct First {
        id: AccountId,
    }
    let sql = Sql::new("select id from account where holder_id = ? order by login_key limit 1");
    let first: Option<First> = writer.one(sql.bind(left)).await?;
    let Some(First { id }) = first else {
        return Ok(());
    };
    let sql = Sql::new("update account set holder_id = null, version = version + 1 where id = ?");
    writer.change_one(sql.bind(id)).await?;
    move_holder(writer, left, id).await?;
    Ok(())
}

pub(super) async fn insert<P: Writes>(writer: &Writer<P>, row: account::Model) -> Result<()> {
    writer.insert(row).await
}

pub(super) async fn reset<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
    code_hash: &[u8],
    expires: Instant,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update account set password_hash = null, second_factor = null, second_factor_step = 0, \
                 setup_code_hash = ?, setup_expires_at = ?, session_epoch = session_epoch + 1, version = version + 1 \
                 where id = ?",
            )
            .bind(code_hash.to_vec())
            .bind(expires)
            .bind(account),
        )
        .await?;
    writer
        .change(Sql::new("delete from recovery_code where account_id = ?").bind(account))
        .await?;
    Ok(())
}

pub(super) async fn set_disabled<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
    at: Option<Instant>,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update account set disabled_at = ?, session_epoch = session_epoch + 1, version = version + 1 \
                 where id = ?",
            )
            .bind(at)
            .bind(account),
        )
        .await
}

/// Ends the sessions of all accounts of these members of staff; returns how many accounts they have.
pub(super) async fn end_sessions_of<P: Writes>(
    writer: &Writer<P>,
    staff: &[StaffId],
) -> Result<u64> {
    writer
        .change(
            Sql::new("update account set session_epoch = session_epoch + 1, version = version + 1 where staff_id in ")
                .list(staff.iter().copied()),
        )
        .await
}

pub(super) async fn drop_throttle<P: Writes>(writer: &Writer<P>, login_key: &str) -> Result<()> {
    writer
        .change(Sql::new("delete from sign_in_throttle where key = ?").bind(login_key.to_owned()))
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct LocationRow {
    location: String,
}

/// Keeps where a form with this token leads; where it led when it was sent before.
pub(super) async fn used_before<P: Writes>(
    writer: &Writer<P>,
    token: &str,
    location: &str,
) -> Result<Option<String>> {
    if token.is_empty() || token.contains(char::is_control) {
        return Ok(None);
    }
    let account = writer.access().actor().account();
    let inserted = writer
        .change(
            Sql::new(
                "insert into form_token (token, account_id, location, used_at) values (?,?,?,?) \
                 on conflict (token) do nothing",
            )
            .bind(token.chars().take(64).collect::<String>())
            .bind(account)
            .bind(location.to_owned())
            .bind(writer.now()),
        )
        .await?;
    if inserted == 1 {
        return Ok(None);
    }
    let row: Option<LocationRow> = writer
        .one(
            Sql::new("select location from form_token where token = ? and account_id = ?")
                .bind(token.to_owned())
                .bind(account),
        )
        .await?;
    Ok(Some(row.map_or_else(|| "/".to_owned(), |row| row.location)))
}

/// Deletes sessions, tokens and throttles that are over.
pub(super) async fn purge<P: Writes>(
    writer: &Writer<P>,
    sessions: Instant,
    tokens: Instant,
) -> Result<u64> {
    let mut gone = 0;
    for (text, before) in [
        ("delete from web_session where last_seen_at < ?", sessions),
        ("delete from form_token where used_at < ?", tokens),
        (
            "delete from sign_in_throttle where window_started_at < ?",
            sessions,
        ),
    ] {
        gone += writer.change(Sql::new(text).bind(before)).await?;
    }
    Ok(gone)
}
