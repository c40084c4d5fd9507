//! Hashing of passwords: Argon2id, peppered, at most two at once.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::base::crypto::{Entropy, MasterSecret, Purpose, hex, same, unhex};

/// Guesses waiting for a hash; beyond that the answer is "busy".
const QUEUE: usize = 20;

/// What a hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashCost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes.
    pub passes: u32,
}

impl HashCost {
    /// 64 MiB, three passes, one lane (BSI TR-02102 recommends Argon2id; OWASP's least is 19 MiB and two).
    pub const FULL: HashCost = HashCost {
        memory: 64 * 1024,
        passes: 3,
    };
    /// For demo data and tests; the next sign-in hashes again at full cost where that is set.
    pub const QUICK: HashCost = HashCost {
        memory: 8,
        passes: 1,
    };
}

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    cost: HashCost,
    pepper: Arc<[u8; 32]>,
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// Too many are waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooBusy;

/// Whether a password was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// No.
    Wrong,
    /// Yes.
    Right,
    /// Yes, but it was hashed at another cost: hash it again.
    RightButOld,
}

impl Passwords {
    /// With the pepper of this installation.
    pub fn new(secret: &MasterSecret, cost: HashCost) -> Self {
        Self {
            cost,
            pepper: Arc::new(secret.key(Purpose::PasswordPepper)),
            running: Arc::new(Semaphore::new(2)),
            waiting: Arc::new(Semaphore::new(QUEUE)),
        }
    }

    /// The stored form of a password.
    pub async fn hash(&self, password: &str, entropy: &dyn Entropy) -> Result<String, TooBusy> {
        let mut salt = [0u8; 16];
        entropy.fill(&mut salt);
        self.run(password, salt.to_vec(), self.cost)
            .await
            .map(|hash| encode(self.cost, &salt, &hash))
    }

    /// Checks a password against its stored form; `None` (no such account) takes the same time.
    pub async fn check(&self, password: &str, stored: Option<&str>) -> Result<Check, TooBusy> {
        let decoded = stored.and_then(decode);
        let known = decoded.is_some();
        let (cost, salt, expected) =
            decoded.unwrap_or_else(|| (self.cost, vec![0; 16], vec![0; 32]));
        let hash = self.run(password, salt, cost).await?;
        Ok(if !(same(&hash, &expected) && known) {
            Check::Wrong
        } else if cost == self.cost {
            Check::Right
        } else {
            Check::RightButOld
        })
    }

    async fn run(
        &self,
        password: &str,
        salt: Vec<u8>,
        cost: HashCost,
    ) -> Result<[u8; 32], TooBusy> {
        let waiting = Arc::clone(&self.waiting)
            .try_acquire_owned()
            .map_err(|_| TooBusy)?;
        let running = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|_| TooBusy)?;
        let (password, pepper) = (password.as_bytes().to_vec(), Arc::clone(&self.pepper));
        tokio::task::spawn_blocking(move || {
            let mut out = [0u8; 32];
            let hashed = Params::new(cost.memory, cost.passes, 1, Some(32))
                .and_then(|params| {
                    Argon2::new_with_secret(
                        &pepper[..],
                        Algorithm::Argon2id,
                        Version::V0x13,
                        params,
                    )
                })
                .and_then(|argon| argon.hash_password_into(&password, &salt, &mut out));
            drop((running, waiting));
            hashed.map(|()| out).map_err(|_| TooBusy)
        })
        .await
        .map_err(|_| TooBusy)?
    }
}

fn encode(cost: HashCost, salt: &[u8], hash: &[u8]) -> String {
    format!(
        "argon2id$m={},t={},p=1${}${}",
        cost.memory,
        cost.passes,
        hex(salt),
        hex(hash)
    )
}

fn decode(stored: &str) -> Option<(HashCost, Vec<u8>, Vec<u8>)> {
    let mut parts = stored.split('$');
    if parts.next() != Some("argon2id") {
        return None;
    }
    let cost = parts.next()?.strip_prefix("m=")?.strip_suffix(",p=1")?;
    let (memory, passes) = cost.split_once(",t=")?;
    let cost = HashCost {
        memory: memory.parse().ok()?,
        passes: passes.parse().ok()?,
    };
    Some((cost, unhex(parts.next()?)?, unhex(parts.next()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::crypto::SeededEntropy;

    #[tokio::test]
    async fn right_wrong_and_old() {
        let secret = MasterSecret::new([1; 32]);
        let quick = Passwords::new(&secret, HashCost::QUICK);
        let stored = quick
            .hash("ein langer Satz", &SeededEntropy::new(1))
            .await
            .unwrap();
        assert_eq!(
            quick.check("ein langer Satz", Some(&stored)).await,
            Ok(Check::Right)
        );
        assert_eq!(
            quick.check("ein anderer Satz", Some(&stored)).await,
            Ok(Check::Wrong)
        );
        assert_eq!(quick.check("ein langer Satz", None).await, Ok(Check::Wrong));
        assert_eq!(quick.check("x", Some("unlesbar")).await, Ok(Check::Wrong));
        let costly = Passwords::new(
            &secret,
            HashCost {
                memory: 16,
                passes: 1,
            },
        );
        assert_eq!(
            costly.check("ein langer Satz", Some(&stored)).await,
            Ok(Check::RightButOld)
        );
        let elsewhere = Passwords::new(&MasterSecret::new([2; 32]), HashCost::QUICK);
        assert_eq!(
            elsewhere.check("ein langer Satz", Some(&stored)).await,
            Ok(Check::Wrong)
        );
    }

    #[tokio::test]
    async fn a_crowd_is_turned_away() {
        let passwords = Passwords::new(
            &MasterSecret::new([1; 32]),
            HashCost {
                memory: 8 * 1024,
                passes: 2,
            },
        );
        let tries = (0..60).map(|_| {
            let passwords = passwords.clone();
            tokio::spawn(async move { passwords.check("x", None).await })
        });
        let mut busy = 0;
        for answer in tries.collect::<Vec<_>>() {
            busy += usize::from(answer.await.unwrap() == Err(TooBusy));
        }
        assert!(busy > 0);
    }
}
