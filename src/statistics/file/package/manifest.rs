//! The manifest: which files there are and what they consist of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::NamedFile;
use super::super::content::ReleaseContent;
use super::super::words::iso;
use crate::base::crypto::{hex, sha256};

/// The version of the format.
pub(super) const FORMAT: &str = "geleit-manifest/1";

/// Bytes and checksum of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

impl Listed {
    fn of(name: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            bytes: bytes.len() as u64,
            sha256: hex(&sha256(bytes)),
        }
    }

    /// Whether these bytes are meant.
    pub fn is(&self, bytes: &[u8]) -> bool {
        *self == Self::of(&self.name, bytes)
    }
}

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub format: String,
    #[serde(rename = "bericht")]
    pub report: String,
    #[serde(rename = "zeitraum")]
    pub period: String,
    pub stand: String,
    pub version: u32,
    /// Ed25519, hexadecimal.
    #[serde(rename = "schluessel")]
    pub key: String,
    /// The files of the package but for the manifest and its signature.
    #[serde(rename = "dateien")]
    pub files: Vec<Listed>,
    /// The files of the same release beside the package.
    #[serde(rename = "begleitdateien")]
    pub beside: Vec<Listed>,
}

impl Manifest {
    pub fn of(
        content: &ReleaseContent,
        public_key: &[u8],
        files: &BTreeMap<String, Vec<u8>>,
        beside: &[&NamedFile],
    ) -> Self {
        Self {
            format: FORMAT.to_owned(),
            report: content.report.code.clone(),
            period: content.period.code.clone(),
            stand: iso(content.cut_off),
            version: content.version,
            key: hex(public_key),
            files: files
                .iter()
                .map(|(name, bytes)| Listed::of(name, bytes))
                .collect(),
            beside: beside
                .iter()
                .map(|file| Listed::of(&file.name, &file.bytes))
                .collect(),
        }
    }

    /// Whether the manifest is about this content.
    pub fn is_of(&self, content: &ReleaseContent) -> bool {
        self.report == content.report.code
            && self.period == content.period.code
            && self.stand == iso(content.cut_off)
            && self.version == content.version
    }
}
