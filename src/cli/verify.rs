//! `geleit verify release`: published files as somebody else got them, without database and configuration.
//! `geleit verify key`: the key with which others verify ours.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{Config, Failure, Outcome, Settings, config, print_text};
use crate::base::crypto::hex;
use crate::base::german;
use crate::statistics::file::{
    Figure, Known, PackageError, ReadPackage, findings, parse_public_key, public_key_pem,
    read_files, read_zip,
};
use crate::statistics::{Recomputed, verify_releases};

/// No file of a release is larger.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;
/// Ending of a package.
const PACKAGE: &str = ".zip";
/// The file that makes a folder an unpacked package.
const MANIFEST: &str = "manifest.json";

#[derive(Debug, Subcommand)]
pub(super) enum Verify {
    /// Veröffentlichungen prüfen: Unterschrift, Prüfsummen, Inhalt, Summen, Nachweis der Geheimhaltung
    Release(Release),
    /// Öffentlichen Schlüssel ausgeben, mit dem andere die Unterschrift unserer Veröffentlichungen prüfen (PEM)
    Key,
}

#[derive(Debug, Args)]
pub(super) struct Release {
    /// ZIP-Dateien, Ordner mit ZIP-Dateien oder entpackte ZIP-Dateien
    #[arg(required = true, value_name = "PFAD")]
    paths: Vec<PathBuf>,
    /// Öffentlicher Schlüssel der herausgebenden Stelle (geleit verify key); ohne ihn bleibt offen, wer unterschrieben hat
    #[arg(long, value_name = "DATEI")]
    key: Option<PathBuf>,
}

pub(super) fn run(settings: &Settings, verify: Verify) -> Outcome {
    match verify {
        Verify::Release(release) => verify_release(&release),
        Verify::Key => {
            let config = Config::resolve(settings)
                .map_err(|problems| Failure::wrong_use(config::report(&problems)))?;
            let public_key = config.secret()?.release_signer().public_key();
            print_text(&public_key_pem(&public_key));
            Ok(())
        }
    }
}

fn verify_release(release: &Release) -> Outcome {
    let key = release.key.as_deref().map(public_key).transpose()?;
    let known = key.as_deref().map_or(Known::Any, Known::Key);
    let mut packages = Vec::new();
    let mut problems = Vec::new();
    for path in release.paths.iter().map(|path| packages_in(path)) {
        for package in path? {
            match read(&package, known) {
                Ok(read) => {
                    print_text(&report(&package, &read, key.is_some()));
                    problems.extend(of(&package, findings(&read.content)));
                    packages.push((package, read));
                }
                Err(Unread::Io(failure)) => return Err(failure),
                Err(Unread::Package(error)) => {
                    problems.extend(of(&package, vec![error.to_string()]));
                }
            }
        }
    }
    problems.extend(twins(&packages));
    if problems.is_empty() {
        // What all of them give away together, recomputed from nothing but these files.
        let read: Vec<ReadPackage> = packages.into_iter().map(|(_, read)| read).collect();
        match verify_releases(&read) {
            Ok(recomputed) => {
                if recomputed.problems.is_empty() {
                    print_text(&compared(&recomputed));
                }
                problems.extend(recomputed.problems);
            }
            Err(why) => problems.push(why),
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(Failure::invalid(problems.join("\n")))
}

fn of(path: &Path, problems: Vec<String>) -> Vec<String> {
    let name = path.display();
    problems
        .into_iter()
        .map(|problem| format!("{name}: {problem}"))
        .collect()
}

/// The path and why it cannot be read, in German; the system answers in English.
fn unreadable(path: &Path, error: std::io::Error) -> Failure {
    use std::io::ErrorKind;
    let why = match error.kind() {
        ErrorKind::NotFound => {
            "Hier gibt es weder eine Datei noch einen Ordner. Bitte den Pfad prüfen.".to_owned()
        }
        ErrorKind::PermissionDenied => {
            "Das darf hier nicht gelesen werden. Bitte die Rechte der Datei oder des Ordners prüfen.".to_owned()
        }
        ErrorKind::IsADirectory => "Das ist ein Ordner. Bitte eine Datei angeben.".to_owned(),
        ErrorKind::NotADirectory => {
            "Ein Teil des Pfades ist kein Ordner. Bitte den Pfad prüfen.".to_owned()
        }
        ErrorKind::InvalidData => "Das ist kein Text in UTF-8.".to_owned(),
        _ => format!("Das lässt sich nicht lesen. Das Betriebssystem meldet: {error}"),
    };
    Failure::failed(format!("{}: {why}", path.display()))
}

fn public_key(path: &Path) -> Result<Vec<u8>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
    parse_public_key(&text).ok_or_else(|| {
        Failure::invalid(format!(
            "{}: Das ist kein öffentlicher Schlüssel (Ed25519, PEM oder 64 hexadezimale Ziffern).",
            path.display()
        ))
    })
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let wrong = |error| unreadable(folder, error);
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(wrong)? {
        entries.push(entry.map_err(wrong)?.path());
    }
    entries.sort();
    Ok(entries)
}

/// The packages meant by a path.
fn packages_in(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() || path.join(MANIFEST).exists() {
        return Ok(vec![path.to_owned()]);
    }
    let mut packages = entries(path)?;
    packages.retain(|entry| entry.is_file() && entry.to_string_lossy().ends_with(PACKAGE));
    if packages.is_empty() {
        return Err(Failure::wrong_use(format!(
            "{}: In diesem Ordner liegt keine Veröffentlichung (weder ZIP-Dateien noch {MANIFEST}).",
            path.display()
        )));
    }
    Ok(packages)
}

/// Why a package is not there as a value.
enum Unread {
    Io(Failure),
    Package(PackageError),
}

impl From<Failure> for Unread {
    fn from(failure: Failure) -> Self {
        Unread::Io(failure)
    }
}

impl From<PackageError> for Unread {
    fn from(error: PackageError) -> Self {
        Unread::Package(error)
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, Unread> {
    let length = std::fs::metadata(path).map_err(|error| unreadable(path, error))?;
    if length.len() > LARGEST_FILE {
        return Err(PackageError::TooLarge.into());
    }
    Ok(std::fs::read(path).map_err(|error| unreadable(path, error))?)
}

/// Reads a package, and checks the files of the release that lie beside it.
fn read(path: &Path, known: Known<'_>) -> Result<ReadPackage, Unread> {
    let read = if path.is_dir() {
        let mut files = BTreeMap::new();
        gather(path, "", &mut files)?;
        read_files(&files, known)?
    } else {
        read_zip(&bytes(path)?, known)?
    };
    if let Some(folder) = path.parent() {
        for name in read.beside() {
            let beside = folder.join(name);
            if beside.is_file() {
                read.check_beside(name, &bytes(&beside)?)?;
            }
        }
    }
    Ok(read)
}

/// The files of a folder and of the folders in it, by name.
fn gather(folder: &Path, above: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), Unread> {
    for entry in entries(folder)? {
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{above}{name}");
        if entry.is_dir() {
            // Packages have one level of folders; anything deeper is not theirs.
            if !above.is_empty() {
                return Err(PackageError::Extra(name).into());
            }
            gather(&entry, &format!("{name}/"), files)?;
        } else {
            files.insert(name, bytes(&entry)?);
        }
    }
    Ok(())
}

/// What was read, in words.
fn report(path: &Path, read: &ReadPackage, known: bool) -> String {
    let content = &read.content;
    let figures = content.tables.iter().flat_map(|table| &table.cells);
    let hidden = figures
        .clone()
        .filter(|cell| matches!(cell.figure, Figure::Hidden(_)))
        .count();
    let number = |count: usize| german::count(count as u64);
    let signed = if known {
        "Unterschrift der herausgebenden Stelle".to_owned()
    } else {
        format!(
            "Unterschrift passt zum beigelegten Schlüssel {} (ob er der richtige ist, sagt --key)",
            hex(&read.public_key)
        )
    };
    format!(
        "{}: {}, {}, Version {}, Stand {}\n  {} Tabellen, {} Werte, davon {} geheim gehalten\n  Manifest {}\n  {signed}\n",
        path.display(),
        content.report.label,
        content.period.label,
        content.version,
        german::date(content.cut_off),
        number(content.tables.len()),
        number(figures.count()),
        number(hidden),
        read.hash,
    )
}

/// What was recomputed, and how far, in words.
fn compared(recomputed: &Recomputed) -> String {
    let all = recomputed.compared.values();
    let hidden: usize = all.map(|one| one.exactly + one.safely).sum();
    let number = |count: usize| german::count(count as u64);
    let mut text = format!(
        "Aus den Dateien allein nachgerechnet: {} geheime Werte, keine kleine Zahl erschließbar, kein Nachweis verspricht zu viel.\n",
        number(hidden)
    );
    let one_way = recomputed.compared.iter();
    let one_way: Vec<String> = one_way
        .filter(|(_, one)| one.safely > 0)
        .map(|(title, one)| {
            let all = one.exactly + one.safely;
            format!("  {title}: {} von {}\n", number(one.safely), number(all))
        })
        .collect();
    if !one_way.is_empty() {
        text.push_str(
            "Nur in dieser sicheren Richtung verglichen, weil Verläufe zwischen Quartalen und Nachträge in keiner Datei stehen \
             (der Nachweis darf dort enger sein als das Nachgerechnete):\n",
        );
        text.extend(one_way);
    }
    text
}

/// Packages that claim to be the same release and are not.
fn twins(packages: &[(PathBuf, ReadPackage)]) -> Vec<String> {
    let mut known: BTreeMap<(&str, &str, u32), (&Path, &str)> = BTreeMap::new();
    let mut problems = Vec::new();
    for (path, read) in packages {
        let content = &read.content;
        let release = (
            content.report.code.as_str(),
            content.period.code.as_str(),
            content.version,
        );
        let (first, hash) = *known
            .entry(release)
            .or_insert((path.as_path(), read.hash.as_str()));
        if hash != read.hash {
            problems.push(format!(
                "{} und {}: dieselbe Version derselben Veröffentlichung mit verschiedenem Inhalt.",
                first.display(),
                path.display()
            ));
        }
    }
    problems
}
