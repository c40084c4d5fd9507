//! The files of a release: a CSV for people, a ZIP for machines, a workbook; and reading them back.
//!
//! [`write_release`] takes a [`Release`] (published figures, code lists, definitions, certificate) and gives the bytes of
//! three files. The same content and key give the same bytes. [`read_zip`] gives the content back as [`ReleaseContent`],
//! which cannot be written again, and says in which file and line something is wrong. Files hold code words, their names and numbers; nothing in them can be
//! taken for a formula.

mod check;
mod content;
#[cfg(test)]
mod examples;
mod findings;
#[cfg(test)]
mod format_tests;
mod package;
mod readable;
mod rows;
mod words;
mod workbook;

use thiserror::Error;

pub use check::check;
pub use content::*;
pub use findings::findings;
pub use package::{
    Known, PackageError, ReadPackage, explanation, method_text, parse_public_key, public_key_pem,
    read_files, read_zip,
};
pub use words::{HIDDEN_SIGN, NOTHING_SIGN, decimal, is_name, is_text};

use super::cleared::Release;
use crate::base::crypto::Signer;

/// Why a release cannot be written, or does not hang together when read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileError {
    /// Something may not stand in a release.
    #[error("{place}: {what}.")]
    Unfit {
        /// Where: "Tabelle einrichtungen".
        place: String,
        /// What is wrong.
        what: String,
    },
    /// A library gave up.
    #[error("Die Datei konnte nicht geschrieben werden: {0}")]
    Write(String),
}

/// A file to hand out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// Its name: code words, digits, `-` and `.`.
    pub name: String,
    /// For the header of the answer.
    pub content_type: &'static str,
    /// What it consists of.
    pub bytes: Vec<u8>,
}

/// The files of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseFiles {
    /// `…-lesbar.csv`, for people.
    pub readable: NamedFile,
    /// `…-maschinenlesbar.zip`, signed.
    pub package: NamedFile,
    /// `….xlsx`.
    pub workbook: NamedFile,
    /// SHA-256 of the manifest in the package, hexadecimal. The manifest holds the checksums of everything in the
    /// package and of the two files beside it, so an approval bound to this is bound to all of it.
    pub hash: String,
}

/// Makes the files of a release. Unprotected numbers cannot reach this: see [`Release`].
///
/// # Errors
/// What may not stand in a release, with the place.
pub fn write_release(release: &Release, signer: &Signer) -> Result<ReleaseFiles, FileError> {
    let content = release.content();
    check(content)?;
    let stem = package::stem(content);
    let readable = NamedFile {
        name: format!("{stem}-lesbar.csv"),
        content_type: "text/csv; charset=utf-8",
        bytes: readable::readable_csv(content)?,
    };
    let workbook = NamedFile {
        name: format!("{stem}.xlsx"),
        content_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        bytes: workbook::workbook(content)?,
    };
    let packed = package::pack(content, &[&readable, &workbook], signer)?;
    Ok(ReleaseFiles {
        package: NamedFile {
            name: format!("{stem}-maschinenlesbar.zip"),
            content_type: "application/zip",
            bytes: packed.bytes,
        },
        readable,
        workbook,
        hash: packed.hash,
    })
}
