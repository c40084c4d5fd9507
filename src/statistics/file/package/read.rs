//! Reading a package back, strictly: what the writer would not write is an error that says in which file and line.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use thiserror::Error;

use super::super::content::*;
use super::super::words::{HIDDEN_SIGN, NOTHING_SIGN, parse_decimal, parse_iso};
use super::super::{FileError, check};
use super::data::*;
use super::explain::{FORMAT, Procedure};
use super::manifest::{self, Manifest};
use super::*;
use crate::base::crypto::{unhex, verify_signature};

/// Why a package is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PackageError {
    /// No ZIP, or a broken one.
    #[error("Das ist kein lesbares ZIP-Archiv.")]
    NoArchive,
    /// A file inside cannot be unpacked.
    #[error("Die Datei {0} im Archiv ist beschädigt.")]
    Damaged(String),
    /// Two files of one name: readers would see different ones.
    #[error("Das Archiv enthält eine Datei doppelt.")]
    Twice,
    /// No release is that large.
    #[error("Das Archiv ist größer als jede Veröffentlichung.")]
    TooLarge,
    /// A file that belongs to every package is not there.
    #[error("Die Datei {0} fehlt.")]
    Missing(String),
    /// A file the manifest does not know.
    #[error("Die Datei {0} gehört nicht zur Veröffentlichung: Sie steht nicht im Manifest.")]
    Extra(String),
    /// A file is not the one the manifest knows.
    #[error("Die Datei {0} wurde verändert: Ihre Prüfsumme stimmt nicht mit dem Manifest überein.")]
    Changed(String),
    /// The manifest is signed by nobody, or was changed.
    #[error(
        "Die Unterschrift des Manifests stimmt nicht: Es wurde verändert oder mit einem anderen Schlüssel unterschrieben."
    )]
    Signature,
    /// The package is signed, but by someone else.
    #[error("Die Veröffentlichung ist mit einem fremden Schlüssel unterschrieben ({0}).")]
    ForeignKey(String),
    /// The key file and the manifest name different keys.
    #[error("schluessel.pem enthält nicht den Schlüssel, den das Manifest nennt.")]
    KeyFile,
    /// The manifest is about something else.
    #[error("Das Manifest gehört zu einer anderen Veröffentlichung.")]
    OtherRelease,
    /// A JSON file that is not of the format.
    #[error("Die Datei {file} ist nicht lesbar: {what}.")]
    Json {
        /// Its name.
        file: String,
        /// What is wrong.
        what: String,
    },
    /// A line of a CSV file; counted from 1 with the head.
    #[error("{file}, Zeile {line}: {what}.")]
    Line {
        /// The file's name.
        file: String,
        /// The line.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// The certificate and the figures do not fit.
    #[error("zertifikat.json: {0}.")]
    Certificate(String),
    /// The files do not hang together.
    #[error(transparent)]
    Content(#[from] FileError),
}

/// A release read from its package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadPackage {
    /// What is published.
    pub content: ReleaseContent,
    /// SHA-256 of the manifest, hexadecimal: what was approved.
    pub hash: String,
    /// The key it is signed with.
    pub public_key: Vec<u8>,
    beside: Vec<manifest::Listed>,
}

impl ReadPackage {
    /// Names of the files that belong beside the package.
    pub fn beside(&self) -> impl Iterator<Item = &str> {
        self.beside.iter().map(|file| file.name.as_str())
    }

    /// Whether a file beside the package is the one that belongs to it.
    pub fn check_beside(&self, name: &str, bytes: &[u8]) -> Result<(), PackageError> {
        match self.beside.iter().find(|file| file.name == name) {
            None => Err(PackageError::Extra(name.to_owned())),
            Some(file) if file.is(bytes) => Ok(()),
            Some(_) => Err(PackageError::Changed(name.to_owned())),
        }
    }
}

/// Whose signature is believed.
#[derive(Debug, Clone, Copy)]
pub enum Known<'a> {
    /// That of the owner of this key only.
    Key(&'a [u8]),
    /// Anybody's: says only that the package is whole, not who made it.
    Any,
}

/// Reads the ZIP of a release.
pub fn read_zip(bytes: &[u8], known: Known<'_>) -> Result<ReadPackage, PackageError> {
    read_files(&archive::unpack(bytes)?, known)
}

/// Reads the files of an unpacked release, by name relative to its folder.
pub fn read_files(
    files: &BTreeMap<String, Vec<u8>>,
    known: Known<'_>,
) -> Result<ReadPackage, PackageError> {
    let manifest_bytes = file(files, MANIFEST)?;
    let manifest: Manifest = parsed(MANIFEST, manifest_bytes)?;
    if manifest.format != manifest::FORMAT {
        return Err(wrong_format(MANIFEST, &manifest.format));
    }
    let public_key = unhex(&manifest.key).ok_or(PackageError::Signature)?;
    if !verify_signature(&public_key, manifest_bytes, file(files, SIGNATURE)?) {
        return Err(PackageError::Signature);
    }
    if let Known::Key(key) = known
        && key != public_key
    {
        return Err(PackageError::ForeignKey(manifest.key));
    }
    listed_files(&manifest, files)?;
    // Whoever looks for these files looks beside the package and nowhere else.
    if let Some(file) = manifest.beside.iter().find(|file| !is_plain(&file.name)) {
        return Err(PackageError::Json {
            file: MANIFEST.to_owned(),
            what: format!("„{}“ ist kein Dateiname", file.name),
        });
    }
    let key_file = String::from_utf8_lossy(file(files, KEY)?);
    if parse_public_key(&key_file).as_ref() != Some(&public_key) {
        return Err(PackageError::KeyFile);
    }
    let content = content(files)?;
    check(&content)?;
    if !manifest.is_of(&content) {
        return Err(PackageError::OtherRelease);
    }
    Ok(ReadPackage {
        content,
        hash: hex(&sha256(manifest_bytes)),
        public_key,
        beside: manifest.beside,
    })
}

/// Whether a name leads to no other folder.
fn is_plain(name: &str) -> bool {
    let permitted = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_');
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.chars().all(permitted)
}

fn listed_files(
    manifest: &Manifest,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<(), PackageError> {
    let mut listed = BTreeSet::from([MANIFEST, SIGNATURE]);
    for entry in &manifest.files {
        if !listed.insert(&entry.name) {
            return Err(PackageError::Twice);
        }
        if !entry.is(file(files, &entry.name)?) {
            return Err(PackageError::Changed(entry.name.clone()));
        }
    }
    match files.keys().find(|name| !listed.contains(name.as_str())) {
        Some(extra) => Err(PackageError::Extra(extra.clone())),
        None => Ok(()),
    }
}

fn file<'a>(files: &'a BTreeMap<String, Vec<u8>>, name: &str) -> Result<&'a Vec<u8>, PackageError> {
    let missing = || PackageError::Missing(name.to_owned());
    files.get(name).ok_or_else(missing)
}

fn parsed<T: DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T, PackageError> {
    serde_json::from_slice(bytes).map_err(|error| PackageError::Json {
        file: name.to_owned(),
        what: format!("Zeile {}, Spalte {}", error.line(), error.column()),
    })
}

fn wrong_format(name: &str, format: &str) -> PackageError {
    PackageError::Json {
        file: name.to_owned(),
        what: format!("das Format „{format}“ kennt dieses Programm nicht"),
    }
}

/// The records of a CSV file below the expected head, with their line.
fn records(
    files: &BTreeMap<String, Vec<u8>>,
    name: &str,
    head: &[impl AsRef<str>],
) -> Result<Vec<Record>, PackageError> {
    let wrong = |line: usize, what: &str| PackageError::Line {
        file: name.to_owned(),
        line,
        what: what.to_owned(),
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(file(files, name)?.as_slice());
    let mut records = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|_| wrong(index + 1, "nicht lesbar"))?;
        if index > 0 {
            records.push(Record {
                file: name.to_owned(),
                line: index + 1,
                fields: record.iter().map(str::to_owned).collect(),
            });
        } else if !record.iter().eq(head.iter().map(AsRef::as_ref)) {
            return Err(wrong(1, "das ist nicht die vorgeschriebene Kopfzeile"));
        }
    }
    Ok(records)
}

/// A line of a CSV file.
struct Record {
    file: String,
    line: usize,
    fields: Vec<String>,
}

impl Record {
    fn field(&self, place: usize) -> &str {
        self.fields.get(place).map_or("", String::as_str)
    }

    fn wrong<T>(&self, what: impl Into<String>) -> Result<T, PackageError> {
        Err(PackageError::Line {
            file: self.file.clone(),
            line: self.line,
            what: what.into(),
        })
    }

    fn optional(&self, place: usize) -> Option<String> {
        Some(self.field(place).to_owned()).filter(|text| !text.is_empty())
    }

    fn day(&self, place: usize) -> Result<Option<time::Date>, PackageError> {
        match self.field(place) {
            "" => Ok(None),
            text => match parse_iso(text) {
                Some(day) => Ok(Some(day)),
                None => self.wrong(format!("„{text}“ ist kein Tag in der Form 2026-10-15")),
            },
        }
    }

    fn words(&self, place: usize) -> Vec<String> {
        let text = self.field(place);
        text.split(' ')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

fn content(files: &BTreeMap<String, Vec<u8>>) -> Result<ReleaseContent, PackageError> {
    let procedure: Procedure = parsed(PROCEDURE, file(files, PROCEDURE)?)?;
    if procedure.format != FORMAT {
        return Err(wrong_format(PROCEDURE, &procedure.format));
    }
    if *file(files, QUALITIES)? != qualities()? {
        return Err(PackageError::Changed(QUALITIES.to_owned()));
    }
    let mut dimensions = Vec::new();
    for line in procedure.dimensions {
        dimensions.push(Dimension {
            codes: codes(files, &line.code)?,
            code: line.code,
            label: line.label,
            definition: line.definition,
        });
    }
    let mut content = ReleaseContent {
        report: procedure.report,
        period: procedure.period,
        cut_off: procedure.cut_off,
        version: procedure.version,
        correction: procedure.correction,
        protection: procedure.protection,
        method: procedure.method,
        notes: procedure.notes,
        dimensions,
        measures: measures(files)?,
        tables: tables(files)?,
    };
    let certificate: Certificate = parsed(CERTIFICATE, file(files, CERTIFICATE)?)?;
    figures(files, &mut content, certificate)?;
    Ok(content)
}

fn codes(
    files: &BTreeMap<String, Vec<u8>>,
    dimension: &str,
) -> Result<Vec<CodeItem>, PackageError> {
    records(files, &code_list(dimension), &CODE_COLUMNS)?
        .iter()
        .map(|record| {
            let federal = record.optional(5).zip(record.optional(6));
            Ok(CodeItem {
                code: record.field(0).to_owned(),
                label: record.field(1).to_owned(),
                parent: record.optional(2),
                valid_from: record.day(3)?,
                valid_until: record.day(4)?,
                federal: federal.map(|(code, label)| Named { code, label }),
            })
        })
        .collect()
}

fn measures(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<MeasureInfo>, PackageError> {
    records(files, MEASURES, &MEASURE_COLUMNS)?
        .iter()
        .map(|record| {
            let Ok(decimals) = record.field(4).parse() else {
                return record.wrong("die Nachkommastellen sind keine Zahl");
            };
            let open = record.field(6) == yes(true);
            if record.field(6) != yes(open) {
                return record.wrong("offen ist ja oder nein");
            }
            Ok(MeasureInfo {
                code: record.field(0).to_owned(),
                label: record.field(1).to_owned(),
                definition: record.field(2).to_owned(),
                unit: record.field(3).to_owned(),
                decimals,
                additive: record.words(5),
                open,
            })
        })
        .collect()
}

fn tables(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<TableContent>, PackageError> {
    let records = records(files, TABLES, &TABLE_COLUMNS)?;
    let tables = records.iter().map(|record| TableContent {
        code: record.field(0).to_owned(),
        label: record.field(1).to_owned(),
        dimensions: record.words(2),
        cells: Vec::new(),
    });
    Ok(tables.collect())
}

/// Puts the figures into their tables and the intervals of the certificate into the hidden ones.
fn figures(
    files: &BTreeMap<String, Vec<u8>>,
    content: &mut ReleaseContent,
    certificate: Certificate,
) -> Result<(), PackageError> {
    let uncertain = |what: &str| Err(PackageError::Certificate(what.to_owned()));
    if certificate.format != CERTIFICATE_FORMAT {
        return Err(wrong_format(CERTIFICATE, &certificate.format));
    }
    if certificate.protection != content.protection {
        return uncertain("nennt eine andere Geheimhaltung als verfahren.json");
    }
    let mut certified = BTreeMap::new();
    for cell in certificate.cells {
        let key = (cell.table, cell.measure, cell.codes);
        if certified.insert(key, cell.intervals).is_some() {
            return uncertain("eine Zelle ist doppelt aufgeführt");
        }
    }
    let dimensions: Vec<String> = content
        .dimensions
        .iter()
        .map(|known| known.code.clone())
        .collect();
    for record in records(files, DATA, &data_columns(content))? {
        let Some(measure) = content.measure(record.field(1)).cloned() else {
            return record.wrong(format!("die Kennzahl „{}“ gibt es nicht", record.field(1)));
        };
        let Some(at) = content
            .tables
            .iter()
            .position(|table| table.code == record.field(0))
        else {
            return record.wrong(format!("die Tabelle „{}“ gibt es nicht", record.field(0)));
        };
        let Some(table) = content.tables.get(at) else {
            return record.wrong("ohne Tabelle");
        };
        let mut codes = Vec::new();
        for dimension in &table.dimensions {
            let place = dimensions.iter().position(|known| known == dimension);
            codes.push(
                record
                    .field(place.map_or(usize::MAX, |place| place + 2))
                    .to_owned(),
            );
        }
        let beyond = dimensions.iter().enumerate().find(|(place, dimension)| {
            !table.dimensions.contains(dimension) && record.field(place + 2) != TOTAL
        });
        if let Some((_, dimension)) = beyond {
            return record.wrong(format!(
                "die Tabelle ist nicht nach „{dimension}“ gegliedert"
            ));
        }
        let (value, quality) = (
            record.field(dimensions.len() + 2),
            record.field(dimensions.len() + 3),
        );
        let figure = match value {
            HIDDEN_SIGN => {
                let key = (table.code.clone(), measure.code.clone(), codes.clone());
                match certified.remove(&key) {
                    Some(intervals) => Figure::Hidden(intervals),
                    None => {
                        return record.wrong(
                            "für den geheim gehaltenen Wert fehlt der Nachweis im Zertifikat",
                        );
                    }
                }
            }
            NOTHING_SIGN => Figure::Nothing,
            number => match parse_decimal(number, measure.decimals, '.') {
                Some(number) => Figure::Number(number),
                None => return record.wrong(format!("„{number}“ ist kein Wert")),
            },
        };
        if content.quality(&measure, &figure).code() != quality {
            return record.wrong(format!("„{quality}“ passt nicht zum Wert „{value}“"));
        }
        let cell = CellContent {
            measure: measure.code,
            codes,
            figure,
        };
        if let Some(table) = content.tables.get_mut(at) {
            table.cells.push(cell);
        }
    }
    if let Some(((table, measure, codes), _)) = certified.pop_first() {
        return uncertain(&format!(
            "nennt eine Zelle, die nicht geheim gehalten wird ({table}, {measure}, {})",
            codes.join(" ")
        ));
    }
    Ok(())
}
