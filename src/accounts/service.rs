//! Use cases of sign-in: who sent a request, the two steps, setting up an account, signing out.

use std::sync::Arc;

use super::passwords::{Check, Passwords, TooBusy};
use super::rules;
use super::store::{self, AccountRow, Holder};
use crate::access::permissions::{Identify, SignIn};
use crate::access::{Access, Actor, ActorProfile, RequestRef, Role, Writes};
use crate::audit::{Entry, Verb};
use crate::base::crypto::{SealBox, hex, sha256};
use crate::base::fold::fold;
use crate::base::ids::{AccountId, SessionId};
use crate::base::time::{Instant, berlin_today};
use crate::schema::accounts::web_session;
use crate::store::{Result, Rows, Store, StoreError, Writer};

/// What a session cookie stands for.
pub enum Found {
    /// A signed-in member of staff.
    SignedIn {
        /// Who.
        actor: Arc<Actor>,
        /// The browser's session.
        session: SessionId,
    },
    /// The password was right, the second factor is still missing.
    HalfWay(HalfWay),
    /// Nothing (any more); the account whose session it was, if it was one.
    Expired(Option<AccountId>),
}

/// A session that has its password but not yet its second factor.
#[derive(Debug, Clone, Copy)]
pub struct HalfWay {
    /// The account.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
}

pub(super) fn system_access<P: crate::access::SystemPermission>(
    name: &str,
    now: Instant,
    request: RequestRef,
) -> Access<P> {
    Access::system(Actor::system(name, None, None, now), request)
}

pub(super) fn short(hash: &[u8]) -> String {
    hex(hash.get(..6).unwrap_or_default())
}

/// Who sent the request: one statement, two for external staff (their grants of today).
pub async fn identify(
    store: &Store,
    token: &str,
    now: Instant,
    request: RequestRef,
) -> Result<Found> {
    let reader = store.read(system_access::<Identify>("Anmeldung", now, request.clone()));
    let hash = sha256(token.as_bytes());
    let Some(row) = store::session(&reader, &hash).await? else {
        return Ok(Found::Expired(None));
    };
    let half_way = row.level == "password";
    let account = row.account.account_id;
    let over = rules::session_over(
        row.account.role.parse().ok(),
        row.created_at,
        row.last_seen_at,
        half_way,
        now,
    );
    let open = row.account.open(berlin_today(now));
    if over || row.ended_at.is_some() || !open || row.epoch != row.account.session_epoch {
        return Ok(Found::Expired(Some(account)));
    }
    if half_way {
        return Ok(Found::HalfWay(HalfWay {
            account,
            session: row.id,
        }));
    }
    let Some(actor) = actor_of(&reader, row.account, short(&hash), now).await? else {
        return Ok(Found::Expired(None));
    };
    if now.since(row.last_seen_at) >= 60_000 {
        match store
            .write(system_access::<SignIn>("Anmeldung", now, request))
            .await
        {
            Ok(writer) => {
                store::touch_session(&writer, row.id, now).await?;
                writer.commit_quietly().await?;
            }
            // Nothing is written while the clock is behind; reading goes on.
            Err(StoreError::ClockBehind { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Found::SignedIn {
        actor,
        session: row.id,
    })
}

/// The actor of an account with its grants of today; nobody if its role is unknown.
pub(super) async fn actor_of(
    rows: &impl Rows,
    holder: Holder,
    session: String,
    now: Instant,
) -> Result<Option<Arc<Actor>>> {
    let Ok(role) = holder.role.parse::<Role>() else {
        return Ok(None);
    };
    let grants = if role.needs_provider() {
        let staff = holder.staff_id.filter(|_| role == Role::Trainer);
        let provider = holder.provider_id.filter(|_| role == Role::Coordinator);
        store::grants(rows, staff, provider, berlin_today(now)).await?
    } else {
        Vec::new()
    };
    Ok(Some(Actor::new(
        ActorProfile {
            account: holder.account_id,
            holder: holder.holder_id.unwrap_or(holder.account_id),
            name: holder.name,
            role,
            facility: holder.facility_id,
            facility_name: holder.facility_name,
            provider: holder.provider_id,
            provider_name: holder.provider_name,
            staff: holder.staff_id,
            lead: holder.lead,
            grants,
            session,
        },
        now,
    )))
}

/// The outcome of a sign-in step.
pub(super) enum SignedIn {
    /// On to the next step or page, with this session token.
    Yes {
        /// The cookie's new value.
        token: String,
        /// Recovery codes to show once, after the first sign-in.
        recovery_codes: Vec<String>,
    },
    /// Wrong, locked, unknown, disabled: all look alike.
    No,
    /// Too many at once.
    Busy,
}

/// Everything a sign-in step needs.
pub(super) struct Desk<'a> {
    pub store: &'a Store,
    pub passwords: &'a Passwords,
    pub second_factor: &'a SealBox,
    pub now: Instant,
    pub request: RequestRef,
    pub client: String,
}

impl Desk<'_> {
    async fn write(&self) -> Result<Writer<SignIn>> {
        self.store
            .write(system_access("Anmeldung", self.now, self.request.clone()))
            .await
    }

    /// Counts a guess for the key before it is looked at; false: it is not looked at.
    async fn reserve(&self, key: &str) -> Result<bool> {
        let writer = self.write().await?;
        let Some(next) = store::throttle(&writer, key, self.now)
            .await?
            .reserve(self.now)
        else {
            writer
                .commit(Entry::new(Verb::SignIn, "bremse").denied())
                .await?;
            return Ok(false);
        };
        store::set_throttle(&writer, key, next).await?;
        writer.commit_quietly().await?;
        Ok(true)
    }

    async fn refuse(&self, account: Option<AccountId>, what: &str) -> Result<SignedIn> {
        let writer = self.write().await?;
        let object = account.map_or_else(|| what.to_owned(), |id| format!("{what} account/{id}"));
        writer
            .commit(Entry::new(Verb::SignIn, object).denied())
            .await?;
        Ok(SignedIn::No)
    }

    async fn begin(
        &self,
        writer: &Writer<SignIn>,
        account: &AccountRow,
        level: &str,
    ) -> Result<String> {
        let token = hex(&writer.entropy().secret());
        let row = web_session::Model {
            id: SessionId(writer.entropy().uuid()),
            token_hash: sha256(token.as_bytes()).to_vec(),
            account_id: account.id,
            level: level.to_owned(),
            epoch: account.session_epoch,
            client: self.client.clone(),
            created_at: self.now,
            last_seen_at: self.now,
            ended_at: None,
        };
        store::insert_session(writer, row).await?;
        Ok(token)
    }

    /// First step: name and password.
    pub async fn password(&self, login: &str, password: &str) -> Result<SignedIn> {
        let key = fold(login);
        if !self.reserve(&key).await? {
            return Ok(SignedIn::No);
        }
        let reader = self.store.read(system_access::<Identify>(
            "Anmeldung",
            self.now,
            self.request.clone(),
        ));
        let account = store::by_login(&reader, &key).await?;
        let usable = account
            .as_ref()
            .filter(|account| account.open(berlin_today(self.now)));
        let stored = usable.and_then(|account| account.password_hash.as_deref());
        let check = match self.passwords.check(password, stored).await {
            Ok(check) => check,
            Err(TooBusy) => return Ok(SignedIn::Busy),
        };
        let Some(account) = usable.filter(|_| check != Check::Wrong) else {
            return self
                .refuse(account.map(|account| account.id), "kennwort")
                .await;
        };
        let new_hash = match check {
            Check::RightButOld => self
                .passwords
                .hash(password, self.store.entropy().as_ref())
                .await
                .ok(),
            _ => None,
        };
        let writer = self.write().await?;
        // A right password is no guess: it neither counts nor delays the next sign-in. The second factor has a
        // throttle of its own.
        let throttle = store::throttle(&writer, &key, self.now)
            .await?
            .give_back(self.now);
        store::set_throttle(&writer, &key, throttle).await?;
        if let Some(hash) = new_hash {
            store::rehash(&writer, account, &hash).await?;
        }
        let token = self.begin(&writer, account, "password").await?;
        writer
            .commit(Entry::new(
                Verb::SignIn,
                format!("kennwort account/{}", account.id),
            ))
            .await?;
        Ok(SignedIn::Yes {
            token,
            recovery_codes: Vec::new(),
        })
    }

    /// Setting up an account: the one-time code and a new password. `Ok(Err)` carries the field and what is
    /// wrong with it.
    pub async fn set_up(
        &self,
        login: &str,
        code: &str,
        password: &str,
    ) -> Result<std::result::Result<SignedIn, (&'static str, String)>> {
        let key = fold(login);
        if !self.reserve(&key).await? {
            return Ok(Ok(SignedIn::No));
        }
        let reader = self.store.read(system_access::<Identify>(
            "Anmeldung",
            self.now,
            self.request.clone(),
        ));
        let account = store::by_login(&reader, &key).await?;
        let given = sha256(rules::code_key(code).as_bytes());
        let valid = account.as_ref().filter(|account| {
            account.open(berlin_today(self.now))
                && account.setup_expires_at.is_some_and(|end| self.now < end)
                && account
                    .setup_code_hash
                    .as_deref()
                    .is_some_and(|hash| crate::base::crypto::same(hash, &given))
        });
        let Some(valid) = valid else {
            return self
                .refuse(account.map(|account| account.id), "einrichtung")
                .await
                .map(Ok);
        };
        if let Some(problem) = rules::password_problem(password, &valid.login, &valid.name) {
            let writer = self.write().await?;
            store::drop_throttle(&writer, &key).await?;
            writer.commit_quietly().await?;
            return Ok(Err(("password", problem)));
        }
        let Ok(hash) = self
            .passwords
            .hash(password, self.store.entropy().as_ref())
            .await
        else {
            return Ok(Ok(SignedIn::Busy));
        };
        let writer = self.write().await?;
        store::set_password(&writer, valid, &hash).await?;
        store::drop_throttle(&writer, &key).await?;
        let token = self.begin(&writer, valid, "password").await?;
        writer
            .commit(Entry::new(
                Verb::SignIn,
                format!("einrichtung account/{}", valid.id),
            ))
            .await?;
        Ok(Ok(SignedIn::Yes {
            token,
            recovery_codes: Vec::new(),
        }))
    }

    /// The account of a half-way session and, if its second factor is set up, the opened secret with the
    /// last used step.
    pub async fn half_way(
        &self,
        half_way: HalfWay,
    ) -> Result<Option<(AccountRow, Option<(Vec<u8>, i64)>)>> {
        let reader = self.store.read(system_access::<Identify>(
            "Anmeldung",
            self.now,
            self.request.clone(),
        ));
        let Some(account) = store::by_id(&reader, half_way.account).await? else {
            return Ok(None);
        };
        let secret = match &account.second_factor {
            None => None,
            Some(sealed) => match self.second_factor.open(&factor_place(account.id), sealed) {
                Some(secret) => Some((secret, account.second_factor_step)),
                None => {
                    return Err(StoreError::Unavailable(
                        "second factor sealed by another key".into(),
                    ));
                }
            },
        };
        Ok(Some((account, secret)))
    }

    /// Second step: the code of the second factor, or a recovery code. `fresh` is the secret of a second
    /// factor that is being set up.
    pub async fn code(
        &self,
        half_way: HalfWay,
        code: &str,
        fresh: Option<&[u8]>,
    ) -> Result<SignedIn> {
        let Some((account, secret)) = self.half_way(half_way).await? else {
            return Ok(SignedIn::No);
        };
        let key = second_step_key(account.id);
        if !self.reserve(&key).await? {
            return Ok(SignedIn::No);
        }
        let writer = self.write().await?;
        let mut recovery_codes = Vec::new();
        let accepted = match (&secret, fresh) {
            (Some((secret, last)), _) => {
                match rules::accepted_step(secret, code, *last, self.now) {
                    Some(step) => store::use_step(&writer, account.id, step).await?,
                    None => {
                        let hash = sha256(rules::code_key(code).as_bytes());
                        store::use_recovery_code(&writer, account.id, &hash, self.now).await?
                    }
                }
            }
            (None, Some(fresh)) => match rules::accepted_step(fresh, code, 0, self.now) {
                Some(step) => {
                    let sealed =
                        self.second_factor
                            .seal(writer.entropy(), &factor_place(account.id), fresh);
                    recovery_codes = new_recovery_codes(&writer, account.id).await?;
                    store::set_second_factor(&writer, account.id, &sealed, step).await?
                }
                None => false,
            },
            (None, None) => false,
        };
        if !accepted {
            writer.abandon().await?;
            return self.refuse(Some(account.id), "zweiter-faktor").await;
        }
        store::drop_throttle(&writer, &key).await?;
        store::drop_throttle(&writer, &fold(&account.login)).await?;
        store::end_session(&writer, account.id, half_way.session, self.now).await?;
        let token = self.begin(&writer, &account, "full").await?;
        store::end_oldest(&writer, account.id, rules::SESSIONS, self.now).await?;
        writer
            .commit(Entry::new(
                Verb::SignIn,
                format!("angemeldet account/{}", account.id),
            ))
            .await?;
        Ok(SignedIn::Yes {
            token,
            recovery_codes,
        })
    }

    /// The second factor once more, of somebody who is signed in: a code of the device that was not used yet.
    pub async fn again(&self, account: AccountId, code: &str) -> Result<bool> {
        let key = second_step_key(account);
        if !self.reserve(&key).await? {
            return Ok(false);
        }
        let writer = self.write().await?;
        let accepted = match self.secret(&writer, account).await? {
            Some((secret, last)) => match rules::accepted_step(&secret, code, last, self.now) {
                Some(step) => store::use_step(&writer, account, step).await?,
                None => false,
            },
            None => false,
        };
        if !accepted {
            writer.abandon().await?;
            self.refuse(Some(account), "zweiter-faktor").await?;
            return Ok(false);
        }
        store::drop_throttle(&writer, &key).await?;
        writer
            .commit(Entry::new(
                Verb::SignIn,
                format!("zweiter faktor bestaetigt account/{account}"),
            ))
            .await?;
        Ok(true)
    }

    /// The opened secret of an account's second factor with the last used step.
    pub async fn secret(
        &self,
        rows: &impl Rows,
        account: AccountId,
    ) -> Result<Option<(Vec<u8>, i64)>> {
        let Some(account) = store::by_id(rows, account).await? else {
            return Ok(None);
        };
        let place = factor_place(account.id);
        Ok(account
            .second_factor
            .and_then(|sealed| self.second_factor.open(&place, &sealed))
            .map(|secret| (secret, account.second_factor_step)))
    }

    /// Signing out.
    pub async fn sign_out(&self, account: AccountId, session: SessionId) -> Result<()> {
        let writer = self.write().await?;
        store::end_session(&writer, account, session, self.now).await?;
        writer
            .commit(Entry::new(
                Verb::SignIn,
                format!("abgemeldet account/{account}"),
            ))
            .await?;
        Ok(())
    }
}

/// The throttle's key of the second step.
pub(super) fn second_step_key(account: AccountId) -> String {
    format!("2. {account}")
}

pub(super) fn factor_place(account: AccountId) -> String {
    format!("account/{account}/second_factor")
}

/// New recovery codes for an account; the old ones are void.
pub(super) async fn new_recovery_codes<P: Writes>(
    writer: &Writer<P>,
    account: AccountId,
) -> Result<Vec<String>> {
    let codes: Vec<String> = (0..rules::RECOVERY_CODES)
        .map(|_| rules::readable_code(&writer.entropy().secret()))
        .collect();
    let hashes = codes
        .iter()
        .map(|code| sha256(rules::code_key(code).as_bytes()).to_vec())
        .collect();
    store::set_recovery_codes(writer, account, hashes).await?;
    Ok(codes)
}

/// Deletes sessions and failed sign-ins before a moment, and tokens of forms before another.
pub async fn housekeeping<P: Writes>(
    writer: &Writer<P>,
    sessions: Instant,
    tokens: Instant,
) -> Result<u64> {
    store::purge(writer, sessions, tokens).await
}
