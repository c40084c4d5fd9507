//! The one cryptography module (on `ring`, which the TLS stack of the database driver brings along):
//! randomness, keyed hashes, sealing, signatures. One key, one purpose: every purpose has its own key,
//! derived from the instance's master secret (BSI CON.1.A4).

use std::sync::atomic::{AtomicU64, Ordering};

use ring::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use ring::{digest, hkdf, hmac};
use uuid::Uuid;

/// A source of random bytes, passed in so that tests and demo data can be repeated.
pub trait Entropy: Send + Sync {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);

    /// A random (version 4) id.
    fn uuid(&self) -> Uuid {
        let mut bytes = [0u8; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// A 256-bit secret.
    fn secret(&self) -> [u8; 32] {
        let mut bytes = [0u8; 32];
        self.fill(&mut bytes);
        bytes
    }
}

/// The operating system's random numbers.
#[derive(Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        // Without random numbers nothing here is safe; the process must not go on.
        if SystemRandom::new().fill(buffer).is_err() {
            std::process::abort();
        }
    }
}

/// Repeatable numbers for demo data and tests. Never for secrets of a real installation.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    counter: AtomicU64,
}

impl SeededEntropy {
    /// The same seed gives the same sequence.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            counter: AtomicU64::new(0),
        }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let count = self.counter.fetch_add(1, Ordering::Relaxed);
            let mut input = [0u8; 16];
            input[..8].copy_from_slice(&self.seed.to_be_bytes());
            input[8..].copy_from_slice(&count.to_be_bytes());
            let block = sha256(&input);
            for (place, byte) in chunk.iter_mut().zip(block) {
                *place = byte;
            }
        }
    }
}

/// SHA-256 of the bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0u8; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Bytes of hexadecimal digits; `None` if the text is none.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

/// A code for people: letters and digits without look-alikes (five bits each), in groups of four.
pub fn readable_code(bytes: &[u8], letters: usize) -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut code = String::with_capacity(letters + letters / 4);
    for (place, byte) in bytes.iter().take(letters).enumerate() {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        code.push(LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'2') as char);
    }
    code
}

/// What is compared of a readable code: letters and digits only, in capitals.
pub fn code_key(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

/// Equality in constant time.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .fold(0u8, |diff, (a, b)| diff | (a ^ b))
            == 0
}

/// What a key is for. One key, one purpose (BSI CON.1.A4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The keyed chain of the audit log.
    AuditChain,
    /// The signature of the audit log's checkpoints.
    AuditCheckpoint,
    /// The token in every form, bound to the session.
    FormToken,
    /// Secrets of second factors in the database.
    SecondFactor,
    /// Text of a form whose session ended, carried over the sign-in.
    CarriedForm,
    /// The pepper of password hashes.
    PasswordPepper,
    /// The authenticity code of certificates.
    Certificate,
    /// Wrapping the keys of notes; used with the master key of the notes only.
    NoteKey,
    /// The signature of published figures.
    ReleaseSignature,
    /// The counts behind a release of figures.
    Figures,
    /// The keyed chain of the ledger of erasures.
    Erasures,
    /// Telling whether a database belongs to this secret, without saying anything about it.
    Fingerprint,
}

impl Purpose {
    /// Every purpose, for the inventory of keys.
    pub const ALL: &'static [Purpose] = &[
        Purpose::AuditChain,
        Purpose::AuditCheckpoint,
        Purpose::FormToken,
        Purpose::SecondFactor,
        Purpose::CarriedForm,
        Purpose::PasswordPepper,
        Purpose::Certificate,
        Purpose::NoteKey,
        Purpose::ReleaseSignature,
        Purpose::Figures,
        Purpose::Erasures,
        Purpose::Fingerprint,
    ];

    /// What the key does: algorithm and use, in German.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Purpose::AuditChain => ("HMAC-SHA-256", "Kette des Protokolls"),
            Purpose::AuditCheckpoint => ("Ed25519", "Unterschrift der Prüfpunkte des Protokolls"),
            Purpose::FormToken => ("HMAC-SHA-256", "Formularschutz, an die Sitzung gebunden"),
            Purpose::SecondFactor => (
                "AES-256-GCM",
                "Geheimnisse der zweiten Anmeldestufe in der Datenbank",
            ),
            Purpose::CarriedForm => (
                "AES-256-GCM",
                "Eingaben über eine abgelaufene Sitzung hinweg, Entwürfe",
            ),
            Purpose::PasswordPepper => ("HMAC-SHA-256", "Zusatz zu den Kennwort-Hashes (Argon2id)"),
            Purpose::Certificate => ("HMAC-SHA-256", "Echtheitscode der Bescheinigungen"),
            Purpose::NoteKey => (
                "AES-256-GCM",
                "Verschließt die Schlüssel der Notizen; nur aus dem Hauptschlüssel der Notizen",
            ),
            Purpose::ReleaseSignature => ("Ed25519", "Unterschrift veröffentlichter Zahlen"),
            Purpose::Figures => ("AES-256-GCM", "Zählwerte hinter einer Veröffentlichung"),
            Purpose::Erasures => (
                "HMAC-SHA-256",
                "Kette des Löschbuchs außerhalb der Datenbank",
            ),
            Purpose::Fingerprint => (
                "HMAC-SHA-256",
                "Erkennt, ob Datenbank und Schlüsseldatei zusammengehören",
            ),
        }
    }

    /// The label from which the key is derived (HKDF info).
    pub fn derivation(self) -> String {
        String::from_utf8_lossy(self.label()).into_owned()
    }

    fn label(self) -> &'static [u8] {
        match self {
            Purpose::AuditChain => b"geleit/audit-chain/1",
            Purpose::AuditCheckpoint => b"geleit/audit-checkpoint/1",
            Purpose::FormToken => b"geleit/form-token/1",
            Purpose::SecondFactor => b"geleit/second-factor/1",
            Purpose::CarriedForm => b"geleit/carried-form/1",
            Purpose::PasswordPepper => b"geleit/password-pepper/1",
            Purpose::Certificate => b"geleit/certificate/1",
            Purpose::NoteKey => b"geleit/note-key/1",
            Purpose::ReleaseSignature => b"geleit/release-signature/1",
            Purpose::Figures => b"geleit/figures/1",
            Purpose::Erasures => b"geleit/erasures/1",
            Purpose::Fingerprint => b"geleit/fingerprint/1",
        }
    }
}

/// The secret of an installation, kept outside the database; all keys are derived from it.
pub struct MasterSecret([u8; 32]);

impl std::fmt::Debug for MasterSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterSecret(…)")
    }
}

struct KeyLength;
impl hkdf::KeyType for KeyLength {
    fn len(&self) -> usize {
        32
    }
}

impl MasterSecret {
    /// Takes the 32 secret bytes of an installation.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key of one purpose (HKDF-SHA-256, RFC 5869).
    pub fn key(&self, purpose: Purpose) -> [u8; 32] {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"geleit");
        let mut out = [0u8; 32];
        let info = [purpose.label()];
        let filled = salt
            .extract(&self.0)
            .expand(&info, KeyLength)
            .and_then(|okm| okm.fill(&mut out));
        if filled.is_err() {
            // HKDF fails only for outputs over 255 blocks.
            std::process::abort();
        }
        out
    }

    /// A keyed hash for one purpose.
    pub fn keyed_hash(&self, purpose: Purpose) -> KeyedHash {
        KeyedHash::new(&self.key(purpose))
    }

    /// A box that seals for one purpose.
    pub fn seal_box(&self, purpose: Purpose) -> SealBox {
        SealBox::new(self.key(purpose))
    }

    /// The signer of the audit log's checkpoints.
    pub fn signer(&self) -> Option<Signer> {
        Signer::from_seed(&self.key(Purpose::AuditCheckpoint))
    }

    /// The signer of published figures. Its public key tells readers that they come from this installation.
    pub fn release_signer(&self) -> Signer {
        match Signer::from_seed(&self.key(Purpose::ReleaseSignature)) {
            Some(signer) => signer,
            // Every 32 bytes are a seed (RFC 8032); the type says 32.
            None => std::process::abort(),
        }
    }
}

/// HMAC-SHA-256 with one key.
#[derive(Clone)]
pub struct KeyedHash(hmac::Key);

impl KeyedHash {
    /// A keyed hash over this key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The tag over several parts, each prefixed by its length so that no two lists of parts meet.
    pub fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut out = [0u8; 32];
        out.copy_from_slice(context.sign().as_ref());
        out
    }
}

/// AES-256-GCM with a random nonce before the sealed text.
pub struct SealBox(LessSafeKey);

impl SealBox {
    /// A box over a key that is random itself and serves one purpose.
    pub fn with_key(key: [u8; 32]) -> Self {
        Self::new(key)
    }

    fn new(key: [u8; 32]) -> Self {
        match UnboundKey::new(&aead::AES_256_GCM, &key) {
            Ok(key) => Self(LessSafeKey::new(key)),
            // Only a key of a wrong length fails; the type says 32.
            Err(_) => std::process::abort(),
        }
    }

    /// Seals a text for one place; `place` (table, column, row) is authenticated, so that a sealed text
    /// cannot be moved elsewhere.
    pub fn seal(&self, entropy: &dyn Entropy, place: &str, text: &[u8]) -> Vec<u8> {
        let mut nonce = [0u8; 12];
        entropy.fill(&mut nonce);
        let mut sealed = text.to_vec();
        let done = self.0.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(place.as_bytes()),
            &mut sealed,
        );
        if done.is_err() {
            // Only texts beyond 64 GiB fail.
            std::process::abort();
        }
        let mut out = nonce.to_vec();
        out.append(&mut sealed);
        out
    }

    /// Opens what was sealed for this place; `None` if it was changed, moved, or sealed by another key.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(12)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let open = self
            .0
            .open_in_place(nonce, Aad::from(place.as_bytes()), &mut text)
            .ok()?;
        Some(open.to_vec())
    }
}

/// Ed25519 signatures: of the audit log's checkpoints, of published figures.
pub struct Signer(Ed25519KeyPair);

impl Signer {
    fn from_seed(seed: &[u8; 32]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(Self)
    }

    /// Signs the bytes.
    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.sign(bytes).as_ref().to_vec()
    }

    /// The key with which others verify.
    pub fn public_key(&self) -> Vec<u8> {
        self.0.public_key().as_ref().to_vec()
    }
}

/// Whether the signature over the bytes was made by the owner of the public key.
pub fn verify_signature(public_key: &[u8], bytes: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ring::signature::ED25519, public_key)
        .verify(bytes, signature)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_serves_one_purpose_only() {
        let master = MasterSecret::new([7; 32]);
        assert_ne!(
            master.key(Purpose::AuditChain),
            master.key(Purpose::FormToken)
        );
        assert_eq!(
            master.key(Purpose::AuditChain),
            MasterSecret::new([7; 32]).key(Purpose::AuditChain)
        );
    }

    #[test]
    fn sealed_text_opens_only_in_its_place_and_unchanged() {
        let master = MasterSecret::new([1; 32]);
        let seal = master.seal_box(Purpose::SecondFactor);
        let entropy = SeededEntropy::new(3);
        let mut sealed = seal.seal(&entropy, "account/1", b"geheim");
        assert_eq!(
            seal.open("account/1", &sealed).as_deref(),
            Some(&b"geheim"[..])
        );
        assert!(seal.open("account/2", &sealed).is_none());
        sealed[14] ^= 1;
        assert!(seal.open("account/1", &sealed).is_none());
        assert!(seal.open("account/1", &[0; 5]).is_none());
    }

    #[test]
    fn lists_of_parts_do_not_meet() {
        let hash = KeyedHash::new(&[2; 32]);
        assert_ne!(hash.tag(&[b"ab", b"c"]), hash.tag(&[b"a", b"bc"]));
    }

    #[test]
    fn signatures_are_checked() {
        let signer = MasterSecret::new([5; 32]).signer().unwrap();
        let signature = signer.sign(b"kopf");
        assert!(verify_signature(&signer.public_key(), b"kopf", &signature));
        assert!(!verify_signature(&signer.public_key(), b"kopg", &signature));
    }

    #[test]
    fn hex_goes_both_ways() {
        assert_eq!(unhex(&hex(&[0, 15, 255])), Some(vec![0, 15, 255]));
        assert_eq!(unhex("0g"), None);
        assert_eq!(unhex("abc"), None);
    }
}
