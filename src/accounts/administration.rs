//! Use cases of account administration, for the pages and the command line.

use super::rules::{self, NewAccount, WhosePerson};
use super::service::{factor_place, second_step_key};
use super::store::{self, AccountRow, Namesake};
use crate::access::{Role, Writes};
use crate::base::crypto::sha256;
use crate::base::fold::fold;
use crate::base::ids::{AccountId, StaffId};
use crate::base::time::berlin_today;
use crate::facilities;
use crate::schema::accounts::account;
use crate::store::{Result, Rows, StoreError, Writer};

/// Why an account cannot be created or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountProblem {
    /// The sign-in name is not allowed or taken; carries the German sentence.
    #[error("{0}")]
    Login(String),
    /// Role and place do not fit; carries the German sentence.
    #[error("{0}")]
    Place(String),
    /// There are accounts of the same name, and nobody said whether it is the same human.
    #[error(
        "Es gibt schon ein Konto mit diesem Namen ({}). Bitte angeben, ob es dieselbe Person ist: Wer zwei Konten hat, zählt bei vier Augen als eine Person.",
        .0.iter().map(|known| known.login.as_str()).collect::<Vec<_>>().join(", ")
    )]
    Namesakes(Vec<Namesake>),
    /// There is no such account.
    #[error("Dieses Konto gibt es nicht.")]
    Unknown,
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The one-time code with which a new or reset account is set up. Shown once, valid 24 hours.
#[derive(Debug, Clone)]
pub struct SetupCode(pub String);

/// Creates an account that is set up with the returned code.
pub async fn create<P: Writes>(
    writer: &Writer<P>,
    new: &NewAccount,
) -> std::result::Result<(AccountId, SetupCode), AccountProblem> {
    if let Some(problem) = rules::login_problem(&new.login) {
        return Err(AccountProblem::Login(problem.to_owned()));
    }
    let place = |sentence: &str| Err(AccountProblem::Place(sentence.to_owned()));
    if new.role.needs_facility() && new.facility.is_none() {
        return place("Für diese Rolle muss eine Einrichtung gewählt werden.");
    }
    if new.role.needs_provider() && new.provider.is_none() {
        return place("Für diese Rolle muss ein Träger gewählt werden.");
    }
    if new.role == Role::Trainer && new.staff.is_none() {
        return place("Für diese Rolle muss die externe Fachkraft gewählt werden.");
    }
    if let Some(id) = new.facility.filter(|_| new.role.needs_facility()) {
        // Prisons and probation offices alike decide who of the external staff may come.
        let kind = match new.role {
            Role::Probation => Some("probation"),
            Role::AccessOfficer => None,
            _ => Some("prison"),
        };
        let facility = facilities::facility(writer, id).await?;
        if facility.is_none_or(|facility| kind.is_some_and(|kind| facility.kind != kind)) {
            return place(match new.role {
                Role::Probation => {
                    "Zur Bewährungshilfe gehört eine Dienststelle der Bewährungshilfe."
                }
                _ => "Zu dieser Rolle gehört eine Anstalt.",
            });
        }
    }
    if new.role.needs_provider() {
        let choices = facilities::account_choices(writer, berlin_today(writer.now())).await?;
        let known =
            |list: &[(String, String)], id: String| list.iter().any(|(known, _)| *known == id);
        let provider = new
            .provider
            .is_some_and(|id| known(&choices.providers, id.to_string()));
        let staff = new
            .staff
            .is_none_or(|id| choices.provider_of(Some(id)) == new.provider);
        if !provider || !staff {
            return place("Träger und Fachkraft passen nicht zusammen.");
        }
    }
    let login_key = fold(&new.login);
    if store::by_login(writer, &login_key).await?.is_some() {
        return Err(AccountProblem::Login(format!(
            "Den Anmeldenamen „{}“ gibt es schon.",
            new.login
        )));
    }
    let holder_id = holder(writer, new).await?;
    let id = AccountId(writer.entropy().uuid());
    let code = rules::readable_code(&writer.entropy().secret());
    let row = account::Model {
        id,
        login: new.login.clone(),
        login_key,
        name: new.name.clone(),
        role: new.role.code().to_owned(),
        facility_id: new.facility.filter(|_| new.role.needs_facility()),
        provider_id: new.provider.filter(|_| new.role.needs_provider()),
        staff_id: new.staff.filter(|_| new.role.needs_provider()),
        password_hash: None,
        second_factor: None,
        second_factor_step: 0,
        setup_code_hash: Some(sha256(rules::code_key(&code).as_bytes()).to_vec()),
        setup_expires_at: Some(writer.now().plus_seconds(rules::SETUP_SECONDS)),
        session_epoch: 1,
        created_at: writer.now(),
        disabled_at: None,
        version: 1,
        holder_id,
        lead: false,
    };
    match store::insert(writer, row).await {
        Ok(()) => Ok((id, SetupCode(code))),
        // Somebody else took the name in this moment.
        Err(error) if error.duplicates("login") => Err(AccountProblem::Login(format!(
            "Den Anmeldenamen „{}“ gibt es schon.",
            new.login
        ))),
        Err(error) => Err(error.into()),
    }
}

/// The first account of the human whose further account this becomes.
async fn holder<P: Writes>(
    writer: &Writer<P>,
    new: &NewAccount,
) -> std::result::Result<Option<AccountId>, AccountProblem> {
    match new.person {
        WhosePerson::Another => Ok(None),
        WhosePerson::SameAs(account) => {
            let row = store::by_id(writer, account)
                .await?
                .ok_or(AccountProblem::Unknown)?;
            Ok(Some(row.holder_id.unwrap_or(row.id)))
        }
        WhosePerson::Unasked => {
            let known = store::names(writer).await?;
            let same = rules::namesakes(&new.name, &known, |account| &account.name);
            if same.is_empty() {
                return Ok(None);
            }
            Err(AccountProblem::Namesakes(
                same.into_iter().take(20).cloned().collect(),
            ))
        }
    }
}

/// Creates a demo account with password and second factor already set; returns its id.
pub(crate) async fn create_ready<P: Writes>(
    writer: &Writer<P>,
    new: &NewAccount,
    password_hash: &str,
    sealed: impl Fn(AccountId) -> Vec<u8>,
) -> std::result::Result<AccountId, AccountProblem> {
    let (id, _) = create(writer, new).await?;
    let account = store::by_id(writer, id)
        .await?
        .ok_or(AccountProblem::Unknown)?;
    store::set_password(writer, &account, password_hash).await?;
    store::set_second_factor(writer, id, &sealed(id), 0).await?;
    Ok(id)
}

/// The place for which an account's second factor is sealed.
pub(crate) fn second_factor_place(account: AccountId) -> String {
    factor_place(account)
}

/// Resets an account: password and second factor are void, all its sessions end, a new setup code is valid.
pub async fn reset<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
) -> std::result::Result<SetupCode, AccountProblem> {
    let row = store::by_id(writer, account)
        .await?
        .ok_or(AccountProblem::Unknown)?;
    let code = rules::readable_code(&writer.entropy().secret());
    let expires = writer.now().plus_seconds(rules::SETUP_SECONDS);
    store::reset(
        writer,
        account,
        &sha256(rules::code_key(&code).as_bytes()),
        expires,
    )
    .await?;
    store::drop_throttle(writer, &fold(&row.login)).await?;
    store::drop_throttle(writer, &second_step_key(account)).await?;
    Ok(SetupCode(code))
}

/// Disables an account and ends all its sessions at once, on every instance.
pub async fn disable<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
) -> std::result::Result<(), AccountProblem> {
    store::by_id(writer, account)
        .await?
        .ok_or(AccountProblem::Unknown)?;
    Ok(store::set_disabled(writer, account, Some(writer.now())).await?)
}

/// Members of external staff leave: their accounts' sessions end at once, on every instance. Whether they may sign in
/// again follows from the day they left, so an account that the administration disabled stays disabled when they come
/// back. Returns how many accounts they have.
pub async fn staff_left<P: Writes>(writer: &Writer<P>, staff: &[StaffId]) -> Result<u64> {
    store::end_sessions_of(writer, staff).await
}

/// Enables a disabled account again.
pub async fn enable<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
) -> std::result::Result<(), AccountProblem> {
    store::by_id(writer, account)
        .await?
        .ok_or(AccountProblem::Unknown)?;
    Ok(store::set_disabled(writer, account, None).await?)
}

/// The account with this sign-in name.
pub async fn find_by_login(rows: &impl Rows, login: &str) -> Result<Option<AccountRow>> {
    store::by_login(rows, &fold(login)).await
}

/// The sign-in name of an account.
pub(super) async fn login_of(
    rows: &impl Rows,
    account: AccountId,
) -> std::result::Result<String, AccountProblem> {
    Ok(store::by_id(rows, account)
        .await?
        .ok_or(AccountProblem::Unknown)?
        .login)
}
