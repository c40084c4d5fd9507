//! From bytes to text: UTF-8 with or without byte order mark, or Windows-1252. Everything else is
//! refused with a hint what to do, because a wrongly guessed encoding would damage names silently.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

use super::problem::{FileProblem, FileProblemKind as Kind};

/// The largest list that is read, in bytes (5 MiB).
pub const MAX_BYTES: usize = 5 * 1024 * 1024;

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
const EXPECTED_TEXT: &str = "eine Textdatei (CSV) in UTF-8 oder Windows-1252";

/// How the text of a list was encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without byte order mark; plain ASCII too.
    Utf8,
    /// UTF-8 with byte order mark.
    Utf8WithMark,
    /// Windows-1252, the usual encoding of Western European Windows programs.
    Windows1252,
}

impl Encoding {
    /// The name shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf8WithMark => "UTF-8 mit BOM",
            Encoding::Windows1252 => "Windows-1252",
        }
    }
}

/// The text of a list and how it was encoded.
pub(super) fn decode(bytes: &[u8]) -> Result<(Encoding, Cow<'_, str>), FileProblem> {
    refuse_other_formats(bytes)?;
    let (marked, bytes) = match bytes.strip_prefix(UTF8_MARK) {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    refuse_nul_bytes(bytes)?;
    let (encoding, text) = match std::str::from_utf8(bytes) {
        Ok(text) if marked => (Encoding::Utf8WithMark, Cow::Borrowed(text)),
        Ok(text) => (Encoding::Utf8, Cow::Borrowed(text)),
        Err(error) if marked || is_mostly_utf8(bytes) => {
            return Err(broken_utf8(bytes, error.valid_up_to()));
        }
        Err(_) => (
            Encoding::Windows1252,
            WINDOWS_1252.decode_without_bom_handling(bytes).0,
        ),
    };
    if text.trim().is_empty() {
        return Err(FileProblem::new(
            Kind::Empty,
            "eine Liste mit Kopfzeile",
            "eine leere Datei",
        ));
    }
    refuse_binary(encoding, &text)?;
    Ok((encoding, text))
}

fn refuse_other_formats(bytes: &[u8]) -> Result<(), FileProblem> {
    if bytes.len() > MAX_BYTES {
        let found = format!("{} MiB", bytes.len().div_ceil(1024 * 1024));
        return Err(FileProblem::new(Kind::TooLarge, "höchstens 5 MiB", found));
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(utf16());
    }
    let other = if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        "eine Tabellen- oder Archivdatei (etwa XLSX); bitte als CSV speichern"
    } else if bytes.starts_with(b"%PDF-") {
        "eine PDF-Datei; bitte die Liste als CSV ausgeben"
    } else {
        return Ok(());
    };
    Err(FileProblem::new(Kind::OtherFormat, EXPECTED_TEXT, other))
}

fn utf16() -> FileProblem {
    FileProblem::new(
        Kind::Utf16,
        EXPECTED_TEXT,
        "UTF-16 („Unicode“); bitte als „CSV UTF-8“ speichern",
    )
}

fn refuse_nul_bytes(bytes: &[u8]) -> Result<(), FileProblem> {
    let Some(position) = bytes.iter().position(|byte| *byte == 0) else {
        return Ok(());
    };
    // UTF-16 without a byte order mark shows as a NUL in every second byte of Western text.
    let sample = bytes.get(..bytes.len().min(400)).unwrap_or_default();
    for parity in [0, 1] {
        let nul_bytes = sample
            .iter()
            .skip(parity)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count();
        if sample.len() >= 8 && nul_bytes * 5 > sample.len() * 2 {
            return Err(utf16());
        }
    }
    Err(
        FileProblem::new(Kind::NulByte, EXPECTED_TEXT, "ein NUL-Byte")
            .at(line_of(bytes, position), None),
    )
}

/// Windows-1252 text almost never looks like UTF-8 by accident; so several well-formed characters
/// with few broken ones mean a damaged UTF-8 file, which must not be read as "MÃ¼ller".
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut formed, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        formed += chunk
            .valid()
            .chars()
            .filter(|char| !char.is_ascii())
            .count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    formed > broken
}

fn broken_utf8(bytes: &[u8], position: usize) -> FileProblem {
    FileProblem::new(
        Kind::BrokenUtf8,
        "durchgehend UTF-8",
        "ein beschädigtes Zeichen; bitte die Liste neu ausgeben",
    )
    .at(line_of(bytes, position), None)
}

fn refuse_binary(encoding: Encoding, text: &str) -> Result<(), FileProblem> {
    let binary = || FileProblem::new(Kind::Binary, EXPECTED_TEXT, "Daten, die kein Text sind");
    let (mut all, mut controls) = (0_usize, 0_usize);
    for char in text.chars() {
        all += 1;
        // Five bytes have no meaning in Windows-1252 and come out as C1 control characters.
        if encoding == Encoding::Windows1252 && ('\u{80}'..='\u{9F}').contains(&char) {
            return Err(binary());
        }
        controls += usize::from(char.is_control() && !matches!(char, '\t' | '\r' | '\n'));
    }
    if controls * 32 > all {
        Err(binary())
    } else {
        Ok(())
    }
}

fn line_of(bytes: &[u8], position: usize) -> u32 {
    let before = bytes.get(..position).unwrap_or_default();
    let ends = before.iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(ends).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8]) -> Kind {
        decode(bytes).unwrap_err().kind
    }

    #[test]
    fn the_three_encodings_give_the_same_text() {
        let text = "Größe;KOVAČ";
        assert_eq!(
            decode(text.as_bytes()).unwrap(),
            (Encoding::Utf8, text.into())
        );
        let marked = [UTF8_MARK, text.as_bytes()].concat();
        assert_eq!(
            decode(&marked).unwrap(),
            (Encoding::Utf8WithMark, text.into())
        );
        let western = b"Gr\xF6\xDFe;5 \x80";
        assert_eq!(
            decode(western).unwrap(),
            (Encoding::Windows1252, "Größe;5 €".into())
        );
    }

    #[test]
    fn utf16_is_recognised_with_and_without_mark() {
        let little: Vec<u8> = "Name;Vorname\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = "Name;Vorname\r\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(kind(&little), Kind::Utf16);
        assert_eq!(kind(&big), Kind::Utf16);
        assert_eq!(
            kind(&[b"\xFF\xFE", little.as_slice()].concat()),
            Kind::Utf16
        );
        assert_eq!(kind(&[b"\xFE\xFF", big.as_slice()].concat()), Kind::Utf16);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(kind(b""), Kind::Empty);
        assert_eq!(kind(b"\xEF\xBB\xBF \r\n"), Kind::Empty);
        assert_eq!(kind(b"PK\x03\x04rest"), Kind::OtherFormat);
        assert_eq!(kind(b"%PDF-1.7"), Kind::OtherFormat);
        assert_eq!(kind(b"\x89\x01\x02\x03\x04\x05"), Kind::Binary);
        assert_eq!(kind(b"Name\x81;Vorname"), Kind::Binary);
        assert_eq!(kind(&vec![b'a'; MAX_BYTES + 1]), Kind::TooLarge);
        assert!(decode(&vec![b'a'; MAX_BYTES]).is_ok());
    }

    #[test]
    fn a_nul_byte_is_refused_with_its_line() {
        let problem = decode(b"Name;Vorname\nA;B\nC;D\0\n").unwrap_err();
        assert_eq!((problem.kind, problem.line), (Kind::NulByte, Some(3)));
    }

    #[test]
    fn damaged_utf8_is_not_taken_for_windows_1252() {
        let mut bytes = "Name;Vorname\nMüller;Jörg\nGr".as_bytes().to_vec();
        bytes.extend_from_slice(b"\xC3;Ute\n");
        let problem = decode(&bytes).unwrap_err();
        assert_eq!((problem.kind, problem.line), (Kind::BrokenUtf8, Some(3)));
    }
}
