//! The package for machines: a ZIP of CSV files with everything needed to understand and to verify them. `daten.csv`
//! and code lists (comma, decimal point, no byte order mark), their description as CSVW and as Frictionless data package,
//! definitions and method, the certificate of disclosure control, and a manifest with the SHA-256 of every file, signed
//! with Ed25519. Reading it back checks all of that.

mod archive;
mod data;
mod describe;
mod explain;
mod key;
mod manifest;
mod read;
#[cfg(test)]
mod read_tests;

use std::collections::BTreeMap;

pub use explain::{explanation, method_text};
pub use key::{parse_public_key, public_key_pem};
pub use read::{Known, PackageError, ReadPackage, read_files, read_zip};

use super::content::ReleaseContent;
use super::{FileError, NamedFile};
use crate::base::crypto::{Signer, hex, sha256};

/// The figures.
const DATA: &str = "daten.csv";
/// The tables.
const TABLES: &str = "tabellen.csv";
/// The measures with their definitions.
const MEASURES: &str = "kennzahlen.csv";
/// Signs of the quality column.
const QUALITIES: &str = "codelisten/wert_q.csv";
/// Report, period, method, dimensions.
const PROCEDURE: &str = "verfahren.json";
/// What an attacker can say about each hidden figure.
const CERTIFICATE: &str = "zertifikat.json";
/// Description of the CSV files for CSV on the Web (W3C, 2015).
const CSVW: &str = "csv-metadata.json";
/// Description of the CSV files as Frictionless data package (version 1).
const DATA_PACKAGE: &str = "datapackage.json";
/// For people.
const README: &str = "LIESMICH.txt";
/// The key with which the signature is verified.
const KEY: &str = "schluessel.pem";
/// Checksums of all files.
const MANIFEST: &str = "manifest.json";
/// The signature over the manifest's bytes, 64 of them.
const SIGNATURE: &str = "manifest.json.sig";

/// Columns of the figures that are no dimension; no dimension may bear such a name.
pub(super) const RESERVED: [&str; 5] = [
    "tabelle",
    "kennzahl",
    "wert",
    "wert_q",
    super::content::TIME,
];

/// The code list of a dimension.
fn code_list(dimension: &str) -> String {
    format!("codelisten/{dimension}.csv")
}

/// The name of a package, and of the files beside it, without an ending.
pub(super) fn stem(content: &ReleaseContent) -> String {
    format!(
        "kora-{}-{}-v{}",
        content.report.code, content.period.code, content.version
    )
}

/// A package and the checksum of its manifest, which stands for everything in it and beside it.
pub(super) struct Packed {
    /// The ZIP.
    pub bytes: Vec<u8>,
    /// SHA-256 of the manifest, hexadecimal.
    pub hash: String,
}

/// Packs and signs a content together with the checksums of the files beside it.
pub(super) fn pack(
    content: &ReleaseContent,
    beside: &[&NamedFile],
    signer: &Signer,
) -> Result<Packed, FileError> {
    let public_key = signer.public_key();
    let mut files: BTreeMap<String, Vec<u8>> = data::files(content)?;
    files.insert(PROCEDURE.to_owned(), explain::procedure(content)?);
    files.insert(CERTIFICATE.to_owned(), data::certificate(content)?);
    files.insert(CSVW.to_owned(), describe::csvw(content)?);
    let package = describe::data_package(content, &files)?;
    files.insert(DATA_PACKAGE.to_owned(), package);
    let readme = explain::readme(content).replace('\n', "\r\n").into_bytes();
    files.insert(README.to_owned(), readme);
    files.insert(KEY.to_owned(), public_key_pem(&public_key).into_bytes());
    let manifest = manifest::Manifest::of(content, &public_key, &files, beside);
    let manifest = json(&manifest)?;
    let signature = signer.sign(&manifest);
    let hash = hex(&sha256(&manifest));
    files.insert(MANIFEST.to_owned(), manifest);
    files.insert(SIGNATURE.to_owned(), signature);
    let bytes = archive::pack(&files)?;
    Ok(Packed { bytes, hash })
}

/// JSON for people and machines, with a line end at its end.
fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, FileError> {
    let mut bytes =
        serde_json::to_vec_pretty(value).map_err(|error| FileError::Write(error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The files of a package, for tests.
#[cfg(test)]
pub(super) fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    archive::unpack(bytes).expect("an archive")
}
