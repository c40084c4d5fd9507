//! Files the command reads and writes, and in German why it cannot.

use std::fs::OpenOptions;
use std::io::{Error, ErrorKind};
use std::path::Path;

use super::{Failure, Outcome};

/// Why a file cannot be had. Systems answer in English; what they say most often is said here.
fn why(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "diese Datei gibt es nicht".to_owned(),
        ErrorKind::PermissionDenied => "der Zugriff ist nicht erlaubt".to_owned(),
        ErrorKind::InvalidData => "diese Datei ist kein Text in UTF-8".to_owned(),
        ErrorKind::IsADirectory => "das ist ein Verzeichnis, keine Datei".to_owned(),
        ErrorKind::NotADirectory => "ein Teil des Weges ist kein Verzeichnis".to_owned(),
        ErrorKind::StorageFull => "der Datenträger ist voll".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "der Datenträger lässt nur Lesen zu".to_owned(),
        _ => match error.raw_os_error() {
            Some(number) => format!("Fehler {number} des Betriebssystems"),
            None => "die Datei lässt sich nicht lesen oder schreiben".to_owned(),
        },
    }
}

/// The text of a file.
pub(super) fn text_of(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::wrong_use(format!("{}: {}", file.display(), why(&error))))
}

/// Whether a file could be written, without touching what is there: an existing one is opened and left as it is, beside a
/// new one a file without a name is made and vanishes again.
pub(super) fn check_writable(file: &Path) -> Outcome {
    let wrong = |why: String| Failure::wrong_use(format!("{}: {why}", file.display()));
    if let Ok(there) = file.metadata() {
        // A pipe or a device takes what comes; opening it to look would already be half of writing.
        if !there.is_file() && !there.is_dir() {
            return Ok(());
        }
        let opened = OpenOptions::new().append(true).open(file);
        return opened.map(|_| ()).map_err(|error| wrong(why(&error)));
    }
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    match tempfile::tempfile_in(folder) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(wrong(format!(
            "das Verzeichnis {} gibt es nicht",
            folder.display()
        ))),
        Err(error) => Err(wrong(why(&error))),
    }
}

/// Writes a file.
pub(super) fn write(file: &Path, text: &str) -> Outcome {
    std::fs::write(file, text).map_err(|error| {
        Failure::failed(format!(
            "{} lässt sich nicht schreiben: {}",
            file.display(),
            why(&error)
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_whether_a_file_can_be_written_leaves_everything_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("da.json");
        std::fs::write(&there, "alt").unwrap();
        check_writable(&there).unwrap();
        assert_eq!(std::fs::read_to_string(&there).unwrap(), "alt");
        check_writable(&folder.path().join("neu.json")).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        for (file, said) in [
            (folder.path().to_owned(), "das ist ein Verzeichnis"),
            (folder.path().join("nichts/neu.json"), "gibt es nicht"),
            (there.join("neu.json"), "kein Verzeichnis"),
        ] {
            let failure = check_writable(&file).unwrap_err();
            assert_eq!(failure.code, 2);
            assert!(failure.text.contains(said), "{}", failure.text);
        }
    }
}
