//! The ledger of erasures ("Löschbuch"): a file outside the database and its backups. It holds internal ids only, each line
//! chained to the one before by a keyed hash. A database that was restored from an older backup is brought up to it before
//! anybody sees a page.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::crypto::{KeyedHash, hex, same, unhex};
use crate::base::time::Instant;

/// A line: one erasure, or the head of the file (number 0, nobody).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which ledger: made up when it was begun.
    pub ledger: Uuid,
    /// Counts from 0.
    pub number: u64,
    /// When.
    pub at: i64,
    /// People who were erased.
    pub people: Vec<Uuid>,
    /// Cases without a person that were erased.
    pub cases: Vec<Uuid>,
    /// Keyed hash over the line before and this one, in hexadecimal digits.
    pub tag: String,
}

/// Where a ledger ends, as the database remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Which ledger.
    pub ledger: Uuid,
    /// The number of the last line.
    pub number: u64,
    /// Its tag.
    pub tag: String,
}

impl End {
    /// One word for the database.
    pub fn text(&self) -> String {
        format!("{}.{}.{}", self.ledger.simple(), self.number, self.tag)
    }

    /// Back from it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        Some(Self {
            ledger: Uuid::parse_str(parts.next()?).ok()?,
            number: parts.next()?.parse().ok()?,
            tag: parts.next()?.to_owned(),
        })
    }
}

impl Line {
    /// Where a ledger ends whose last line this is.
    pub fn end(&self) -> End {
        End {
            ledger: self.ledger,
            number: self.number,
            tag: self.tag.clone(),
        }
    }
}

/// Why a ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// The file cannot be read or written.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    /// A line is none, or was not written with the key of this installation, or the order is broken.
    #[error(
        "Zeile {0} des Löschbuchs {1} ist verändert oder gehört zu einer anderen Installation."
    )]
    Line(usize, String),
}

/// A ledger file and its key.
pub struct Ledger {
    file: PathBuf,
    key: KeyedHash,
}

fn tag(key: &KeyedHash, before: &[u8], line: &Line) -> [u8; 32] {
    let mut text = Vec::new();
    for id in line.people.iter().chain(&line.cases) {
        text.extend_from_slice(id.as_bytes());
    }
    key.tag(&[
        before,
        line.ledger.as_bytes(),
        &line.number.to_be_bytes(),
        &line.at.to_be_bytes(),
        &(line.people.len() as u64).to_be_bytes(),
        &text,
    ])
}

impl Ledger {
    /// A ledger at a place; nothing is read yet.
    pub fn at(file: PathBuf, key: KeyedHash) -> Self {
        Self { file, key }
    }

    /// Where it is.
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn broken(&self, error: std::io::Error) -> Damage {
        Damage::File(self.file.display().to_string(), error)
    }

    /// All lines, each checked; nothing if there is no file. A last line without its end was not finished by a process that
    /// was killed: nothing was erased by it, and it does not count.
    ///
    /// # Errors
    /// If the file cannot be read or a line is not as it was written.
    pub fn read(&self) -> Result<Option<Vec<Line>>, Damage> {
        let text = match std::fs::read(&self.file) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.broken(error)),
        };
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let mut lines: Vec<Line> = Vec::new();
        let mut before = Vec::new();
        for (index, written) in whole.lines().enumerate() {
            let wrong = || Damage::Line(index + 1, self.file.display().to_string());
            let line: Line = serde_json::from_str(written).map_err(|_| wrong())?;
            let known = unhex(&line.tag).ok_or_else(wrong)?;
            let follows = line.number == index as u64
                && lines
                    .first()
                    .is_none_or(|first| first.ledger == line.ledger);
            if !follows || !same(&known, &tag(&self.key, &before, &line)) {
                return Err(wrong());
            }
            before = known;
            lines.push(line);
        }
        Ok((!lines.is_empty()).then_some(lines))
    }

    /// The line that follows an end; the first one of a new ledger after none.
    pub fn next(
        &self,
        after: Option<&End>,
        ledger: Uuid,
        now: Instant,
        people: Vec<Uuid>,
        cases: Vec<Uuid>,
    ) -> Line {
        let mut line = Line {
            ledger: after.map_or(ledger, |end| end.ledger),
            number: after.map_or(0, |end| end.number + 1),
            at: now.millis(),
            people,
            cases,
            tag: String::new(),
        };
        let before = after.and_then(|end| unhex(&end.tag)).unwrap_or_default();
        line.tag = hex(&tag(&self.key, &before, &line));
        line
    }

    /// Writes a line and waits until it is on disk. The first line begins the file anew; an unfinished last line is cut.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn append(&self, line: &Line) -> Result<(), Damage> {
        let write = || -> std::io::Result<()> {
            use std::os::unix::fs::OpenOptionsExt;
            let mut text = serde_json::to_string(line).map_err(std::io::Error::other)?;
            text.push('\n');
            if line.number == 0 {
                let folder = self.file.parent().unwrap_or(Path::new("."));
                let mut draft = tempfile::NamedTempFile::new_in(folder)?;
                draft.write_all(text.as_bytes())?;
                draft.as_file().sync_all()?;
                draft.persist(&self.file).map_err(|error| error.error)?;
                return std::fs::File::open(folder)?.sync_all();
            }
            let bytes = std::fs::read(&self.file)?;
            let whole = bytes
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |end| end + 1);
            let mut file = std::fs::OpenOptions::new()
                .append(true)
                .mode(0o600)
                .open(&self.file)?;
            if whole < bytes.len() {
                file.set_len(whole as u64)?;
            }
            file.write_all(text.as_bytes())?;
            file.sync_data()
        };
        write().map_err(|error| self.broken(error))
    }
}

/// What is to be done with a ledger and what the database knows of it, when both are opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meeting {
    /// Neither knows of the other: a ledger is begun.
    Begin,
    /// They agree.
    Level,
    /// The database is older: these lines are done again, then it knows this end.
    Behind(Vec<Line>),
    /// The database knows of a ledger that is not there, ends earlier, or is another one.
    Refused(Refused),
}

/// Why a database is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There is no file.
    Missing,
    /// It ends before what the database knows.
    Short,
    /// It is not the one that the database knows.
    Other,
}

/// Compares what the database remembers with the lines of the file.
pub fn meet(known: Option<&End>, lines: Option<Vec<Line>>) -> Meeting {
    let (Some(known), Some(lines)) = (known, &lines) else {
        return match (known, lines) {
            (None, None) => Meeting::Begin,
            // A backup from before the ledger, or a new database beside an old ledger: all of it is done again.
            (None, Some(lines)) => Meeting::Behind(lines),
            _ => Meeting::Refused(Refused::Missing),
        };
    };
    if lines
        .first()
        .is_none_or(|first| first.ledger != known.ledger)
    {
        return Meeting::Refused(Refused::Other);
    }
    let at = usize::try_from(known.number).unwrap_or(usize::MAX);
    match lines.get(at) {
        None => Meeting::Refused(Refused::Short),
        Some(line) if line.tag != known.tag => Meeting::Refused(Refused::Other),
        Some(_) if at + 1 == lines.len() => Meeting::Level,
        Some(_) => Meeting::Behind(lines.iter().skip(at + 1).cloned().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::crypto::{Entropy, MasterSecret, Purpose, SeededEntropy};

    fn ledger(folder: &Path, secret: u8) -> Ledger {
        Ledger::at(
            folder.join("loeschbuch.jsonl"),
            MasterSecret::new([secret; 32]).keyed_hash(Purpose::Erasures),
        )
    }

    fn filled(ledger: &Ledger) -> Vec<Line> {
        let entropy = SeededEntropy::new(7);
        let mut end: Option<End> = None;
        let mut lines = Vec::new();
        for number in 0..4 {
            let people = if number == 0 {
                vec![]
            } else {
                vec![entropy.uuid()]
            };
            let line = ledger.next(
                end.as_ref(),
                entropy.uuid(),
                Instant::from_millis(number),
                people,
                vec![],
            );
            ledger.append(&line).unwrap();
            end = Some(line.end());
            lines.push(line);
        }
        lines
    }

    #[test]
    fn what_was_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(folder.path(), 1);
        assert_eq!(ledger.read().unwrap(), None);
        let lines = filled(&ledger);
        assert_eq!(ledger.read().unwrap(), Some(lines.clone()));
        assert!(lines.iter().all(|line| line.ledger == lines[0].ledger));
        assert_eq!(End::parse(&lines[3].end().text()), Some(lines[3].end()));
    }

    #[test]
    fn a_changed_a_missing_a_swapped_and_a_foreign_line_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let own = ledger(folder.path(), 1);
        filled(&own);
        let text = std::fs::read_to_string(own.file()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let write = |lines: &[&str]| {
            std::fs::write(own.file(), format!("{}\n", lines.join("\n"))).unwrap();
        };
        let later = lines[2].replace("\"at\":2", "\"at\":3");
        for broken in [
            vec![lines[0], lines[2], lines[3]],
            vec![lines[0], lines[2], lines[1], lines[3]],
            vec![lines[0], lines[1], later.as_str(), lines[3]],
            vec![lines[1], lines[2]],
        ] {
            write(&broken);
            assert!(matches!(own.read(), Err(Damage::Line(..))), "{broken:?}");
        }
        write(&lines);
        assert!(own.read().is_ok());
        assert!(matches!(
            ledger(folder.path(), 2).read(),
            Err(Damage::Line(1, _))
        ));
    }

    #[test]
    fn half_a_line_does_not_count_and_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(folder.path(), 1);
        let lines = filled(&ledger);
        let text = std::fs::read_to_string(ledger.file()).unwrap();
        std::fs::write(ledger.file(), &text[..text.len() - 20]).unwrap();
        assert_eq!(ledger.read().unwrap(), Some(lines[..3].to_vec()));
        ledger.append(&lines[3]).unwrap();
        assert_eq!(ledger.read().unwrap(), Some(lines));
    }

    #[test]
    fn database_and_ledger_meet() {
        let folder = tempfile::tempdir().unwrap();
        let lines = filled(&ledger(folder.path(), 1));
        let end = |number: usize| lines[number].end();
        assert_eq!(meet(None, None), Meeting::Begin);
        assert_eq!(meet(Some(&end(3)), Some(lines.clone())), Meeting::Level);
        assert_eq!(
            meet(Some(&end(1)), Some(lines.clone())),
            Meeting::Behind(lines[2..].to_vec())
        );
        assert_eq!(
            meet(None, Some(lines.clone())),
            Meeting::Behind(lines.clone())
        );
        assert_eq!(
            meet(Some(&end(3)), None),
            Meeting::Refused(Refused::Missing)
        );
        assert_eq!(
            meet(Some(&end(3)), Some(lines[..2].to_vec())),
            Meeting::Refused(Refused::Short)
        );
        let other = End {
            tag: "00".into(),
            ..end(1)
        };
        assert_eq!(
            meet(Some(&other), Some(lines.clone())),
            Meeting::Refused(Refused::Other)
        );
        let other = End {
            ledger: Uuid::nil(),
            ..end(1)
        };
        assert_eq!(
            meet(Some(&other), Some(lines)),
            Meeting::Refused(Refused::Other)
        );
    }
}
