//! The ZIP around the files: fixed time stamps and order, so that the same files give the same bytes; reading is bounded.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::super::FileError;
use super::read::PackageError;

/// More than the largest report has.
const MOST_FILES: usize = 100;
/// Size of all files of a package together, unpacked.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Packs the files in the order of their names.
pub(super) fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, FileError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(name.as_str(), options)?;
        writer
            .write_all(bytes)
            .map_err(|error| FileError::Write(error.to_string()))?;
    }
    Ok(writer.finish()?.into_inner())
}

impl From<zip::result::ZipError> for FileError {
    fn from(error: zip::result::ZipError) -> Self {
        FileError::Write(error.to_string())
    }
}

/// The files of a package. Refuses what no package is: two files of one name, far too many or too large ones.
pub(super) fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, PackageError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| PackageError::NoArchive)?;
    if archive.has_duplicate_names() {
        return Err(PackageError::Twice);
    }
    if archive.len() > MOST_FILES {
        return Err(PackageError::TooLarge);
    }
    let mut files = BTreeMap::new();
    let mut left = MOST_BYTES;
    for index in 0..archive.len() {
        let file = archive
            .by_index(index)
            .map_err(|_| PackageError::NoArchive)?;
        if file.is_dir() {
            continue;
        }
        let name = file
            .name()
            .map_err(|_| PackageError::NoArchive)?
            .into_owned();
        let mut content = Vec::new();
        // One byte more than allowed tells "too large" from "just fits".
        file.take(left + 1)
            .read_to_end(&mut content)
            .map_err(|_| PackageError::Damaged(name.clone()))?;
        left = left
            .checked_sub(content.len() as u64)
            .ok_or(PackageError::TooLarge)?;
        if files.insert(name, content).is_some() {
            return Err(PackageError::Twice);
        }
    }
    Ok(files)
}
