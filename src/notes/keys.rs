//! The master key of the notes: one line of hexadecimal digits in a file that only the program may read. While it is
//! being replaced there is a second file beside it; the database says which of the two a key was wrapped by.

use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::access::permissions::Operate;
use crate::base::crypto::{Entropy, MasterSecret, Purpose, SealBox, hex, unhex};
use crate::base::ids::{CaseId, NoteId, ProviderId, ProviderKeyId};
use crate::notes::store;
use crate::store::Reader;

/// Why the file gives no key. Shown to people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileProblem {
    /// It is not there.
    #[error("die Schlüsseldatei der Notizen fehlt")]
    Missing,
    /// Others may read it.
    #[error("die Schlüsseldatei der Notizen ist für andere lesbar (chmod 600)")]
    Open,
    /// It holds no key, or cannot be read.
    #[error("die Schlüsseldatei der Notizen ist nicht lesbar oder beschädigt")]
    Broken,
}

/// The file beside it while the key is being replaced.
pub(super) fn successor(file: &Path) -> PathBuf {
    file.with_extension("key.neu")
}

/// Writes a new key into a file that must not exist yet.
///
/// # Errors
/// If the file system cannot.
pub fn create(file: &Path, entropy: &dyn Entropy) -> std::io::Result<()> {
    let mut created = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    writeln!(created, "{}", hex(&entropy.secret()))?;
    created.sync_all()
}

/// Makes the file of a new installation. Never silently anew where notes are sealed already: they could not be opened.
///
/// # Errors
/// If the store or the file system cannot; the caller tells and goes on, for only the notes are missing.
pub async fn prepare(
    file: &Path,
    reader: &Reader<Operate>,
    entropy: &dyn Entropy,
) -> std::result::Result<(), String> {
    if file.exists() {
        return Ok(());
    }
    if store::any_key(reader)
        .await
        .map_err(|error| error.to_string())?
    {
        return Err(format!(
            "Die Schlüsseldatei {} fehlt. Notizen der Beratungsteams sind nicht lesbar, alles andere geht; bitte sie aus der Sicherung zurückholen.",
            file.display()
        ));
    }
    create(file, entropy).map_err(|error| format!("{}: {error}", file.display()))
}

/// The master keys that the file and its successor hold.
pub struct Keys(Vec<MasterSecret>);

fn read(file: &Path) -> std::result::Result<MasterSecret, KeyFileProblem> {
    let about = std::fs::metadata(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => KeyFileProblem::Missing,
        _ => KeyFileProblem::Broken,
    })?;
    if about.permissions().mode() & 0o077 != 0 {
        return Err(KeyFileProblem::Open);
    }
    let text = std::fs::read_to_string(file).map_err(|_| KeyFileProblem::Broken)?;
    unhex(text.trim())
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .map(MasterSecret::new)
        .ok_or(KeyFileProblem::Broken)
}

/// Tells by which master key something was wrapped, without saying anything about it.
pub(super) fn name_of(master: &MasterSecret) -> String {
    hex(&master.keyed_hash(Purpose::Fingerprint).tag(&[b"notes"]))
}

/// Where a wrapped key belongs.
fn key_place(provider: ProviderId, key: ProviderKeyId) -> String {
    format!("provider_key/{provider}/{key}")
}

/// Where a sealed note belongs: it opens for this organisation, case and row only.
pub(super) fn note_place(provider: ProviderId, case: CaseId, note: NoteId) -> String {
    format!("case_note/{provider}/{case}/{note}")
}

impl Keys {
    /// Reads the file, with every use: a key that was replaced or taken away counts at once.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(file: &Path) -> std::result::Result<Self, KeyFileProblem> {
        let mut keys = vec![read(file)?];
        keys.extend(read(&successor(file)).ok());
        Ok(Self(keys))
    }

    /// The one that new keys are wrapped by.
    pub(super) fn current(&self) -> Option<&MasterSecret> {
        self.0.first()
    }

    /// The one that is about to take its place.
    pub(super) fn successor(&self) -> Option<&MasterSecret> {
        self.0.get(1)
    }

    /// Opens an organisation's key.
    pub(super) fn unwrap(&self, row: &store::KeyRow) -> Option<SealBox> {
        let master = self.0.iter().find(|master| name_of(master) == row.master)?;
        let key = master
            .seal_box(Purpose::NoteKey)
            .open(&key_place(row.provider_id, row.id), &row.wrapped)?;
        Some(SealBox::with_key(<[u8; 32]>::try_from(key).ok()?))
    }
}

/// A new key of an organisation: wrapped for the database, and ready to seal.
pub(super) fn new_key(
    master: &MasterSecret,
    provider: ProviderId,
    id: ProviderKeyId,
    entropy: &dyn Entropy,
) -> (Vec<u8>, SealBox) {
    let secret = entropy.secret();
    let wrapped =
        master
            .seal_box(Purpose::NoteKey)
            .seal(entropy, &key_place(provider, id), &secret);
    (wrapped, SealBox::with_key(secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::crypto::SeededEntropy;

    fn row(keys: &Keys, provider: u128) -> store::KeyRow {
        let (provider, id) = (
            ProviderId(uuid::Uuid::from_u128(provider)),
            ProviderKeyId(uuid::Uuid::from_u128(9)),
        );
        let master = keys.current().unwrap();
        let (wrapped, _) = new_key(master, provider, id, &SeededEntropy::new(4));
        store::KeyRow {
            id,
            provider_id: provider,
            master: name_of(master),
            wrapped,
        }
    }

    #[test]
    fn a_wrapped_key_opens_for_its_organisation_and_master_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notizen.key");
        assert_eq!(Keys::read(&file).err(), Some(KeyFileProblem::Missing));
        create(&file, &SeededEntropy::new(1)).unwrap();
        let keys = Keys::read(&file).unwrap();
        let good = row(&keys, 1);
        assert!(keys.unwrap(&good).is_some());
        let mut moved = good.clone();
        moved.provider_id = ProviderId(uuid::Uuid::from_u128(2));
        assert!(keys.unwrap(&moved).is_none());
        let other = folder.path().join("andere.key");
        create(&other, &SeededEntropy::new(2)).unwrap();
        assert!(Keys::read(&other).unwrap().unwrap(&good).is_none());
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notizen.key");
        create(&file, &SeededEntropy::new(1)).unwrap();
        assert!(create(&file, &SeededEntropy::new(1)).is_err(), "never anew");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(Keys::read(&file).err(), Some(KeyFileProblem::Open));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&file, "kurz").unwrap();
        assert_eq!(Keys::read(&file).err(), Some(KeyFileProblem::Broken));
    }

    #[test]
    fn a_note_opens_in_its_own_row_only() {
        let id = |number: u128| uuid::Uuid::from_u128(number);
        let seal = SealBox::with_key([3; 32]);
        let place = note_place(ProviderId(id(1)), CaseId(id(2)), NoteId(id(3)));
        let sealed = seal.seal(&SeededEntropy::new(5), &place, b"Notiz");
        assert_eq!(seal.open(&place, &sealed).as_deref(), Some(&b"Notiz"[..]));
        for (provider, case, note) in [(9, 2, 3), (1, 9, 3), (1, 2, 9)] {
            let other = note_place(ProviderId(id(provider)), CaseId(id(case)), NoteId(id(note)));
            assert!(seal.open(&other, &sealed).is_none());
        }
    }
}
