//! What every request shares.

use std::sync::Arc;

use crate::accounts::Passwords;
use crate::base::crypto::{KeyedHash, MasterSecret, Purpose, SealBox};
use crate::statistics::Desk;
use crate::statistics::disclosure::Rule;
use crate::store::Store;

/// The application: database, keys, settings. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// Parts of the application; read through [`App`].
pub struct Inner {
    /// The database.
    pub store: Store,
    /// Hashing of passwords, at most two at once.
    pub passwords: Passwords,
    /// Seals secrets of second factors.
    pub second_factor: SealBox,
    /// Seals a form whose session ended.
    pub carried_form: SealBox,
    /// Makes the token in every form.
    pub form_token: KeyedHash,
    /// Makes the authenticity code of certificates.
    pub certificates: KeyedHash,
    /// Keys and computations of releases of figures.
    pub desk: Desk,
    /// Computations of plans, and what was asked about them.
    pub planning: crate::planning::Desk,
    /// Whether the data is made up.
    pub demo: bool,
    /// Threshold of the disclosure control.
    pub rule: Rule,
    /// The address under which browsers reach Geleit; empty means that of the request.
    pub origin: String,
    /// Where the gate's sheets of the day lie, once that is known.
    sheets: std::sync::OnceLock<std::path::PathBuf>,
    /// Where the master key of the notes lies, once that is known.
    note_keys: std::sync::OnceLock<std::path::PathBuf>,
    /// The ledger of erasures, once it is open.
    erasures: std::sync::OnceLock<crate::retention::ledger::Ledger>,
}

impl App {
    /// Puts the parts together.
    pub fn new(
        store: Store,
        secret: &MasterSecret,
        passwords: Passwords,
        rule: Rule,
        demo: bool,
        origin: String,
    ) -> Self {
        Self(Arc::new(Inner {
            desk: Desk::new(store.clone(), secret),
            planning: crate::planning::Desk::default(),
            store,
            passwords,
            second_factor: secret.seal_box(Purpose::SecondFactor),
            carried_form: secret.seal_box(Purpose::CarriedForm),
            form_token: secret.keyed_hash(Purpose::FormToken),
            certificates: secret.keyed_hash(Purpose::Certificate),
            demo,
            rule,
            origin,
            sheets: std::sync::OnceLock::new(),
            note_keys: std::sync::OnceLock::new(),
            erasures: std::sync::OnceLock::new(),
        }))
    }

    /// Says where the gate's sheets of the day lie; the first call counts.
    pub fn keep_sheets_in(&self, folder: std::path::PathBuf) {
        let _ = self.0.sheets.set(folder);
    }

    /// Says where the master key of the notes lies; the first call counts.
    pub fn keep_note_keys_in(&self, file: std::path::PathBuf) {
        let _ = self.0.note_keys.set(file);
    }

    /// Where the master key of the notes lies; `None`: there are no notes.
    pub fn note_keys(&self) -> Option<&std::path::Path> {
        self.0.note_keys.get().map(std::path::PathBuf::as_path)
    }

    /// Keeps the open ledger of erasures; the first call counts.
    pub fn keep_erasures_in(&self, ledger: crate::retention::ledger::Ledger) {
        let _ = self.0.erasures.set(ledger);
    }

    /// The ledger of erasures; `None`: nothing can be erased.
    pub fn erasures(&self) -> Option<&crate::retention::ledger::Ledger> {
        self.0.erasures.get()
    }

    /// Where the gate's sheets of the day lie; `None`: none are kept.
    pub fn sheets(&self) -> Option<&std::path::Path> {
        self.0.sheets.get().map(std::path::PathBuf::as_path)
    }
}

impl std::ops::Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}
