//! Reads the words out of a PDF that krilla wrote, with nothing but inflate: enough to say what stands on a sheet.

use std::collections::HashMap;
use std::io::Read;

/// All streams, inflated.
fn streams(pdf: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut rest = pdf;
    while let Some(at) = position(rest, b"stream\n") {
        rest = &rest[at + 7..];
        let mut bytes = Vec::new();
        let inflated = flate2::read::ZlibDecoder::new(rest).read_to_end(&mut bytes);
        if inflated.is_ok() && !bytes.is_empty() {
            found.push(bytes);
        }
    }
    found
}

fn position(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

fn number(hex: &str) -> u32 {
    u32::from_str_radix(hex, 16).unwrap_or(0)
}

/// Glyph to letters, of one font.
type Map = HashMap<u32, String>;

fn letters(hex: &str) -> String {
    let units: Vec<u16> = hex
        .as_bytes()
        .chunks(4)
        .map(|four| number(std::str::from_utf8(four).unwrap()) as u16)
        .collect();
    String::from_utf16_lossy(&units)
}

fn map(stream: &[u8]) -> Option<Map> {
    let text = std::str::from_utf8(stream).ok()?;
    if !text.contains("begincmap") {
        return None;
    }
    let mut map = Map::new();
    let mut block = "";
    for line in text.lines() {
        if line.ends_with("beginbfchar") || line.ends_with("beginbfrange") {
            block = if line.ends_with("char") {
                "char"
            } else {
                "range"
            };
        } else if line.starts_with("endbf") {
            block = "";
        } else if !block.is_empty() {
            let parts: Vec<&str> = line
                .split(['<', '>', ' '])
                .filter(|part| !part.is_empty())
                .collect();
            match (block, parts.as_slice()) {
                ("char", [glyph, to]) => {
                    map.insert(number(glyph), letters(to));
                }
                ("range", [first, last, to]) => {
                    for glyph in number(first)..=number(last) {
                        let to = number(to) + glyph - number(first);
                        map.insert(glyph, char::from_u32(to).unwrap_or('?').to_string());
                    }
                }
                _ => {}
            }
        }
    }
    Some(map)
}

/// Whether an operator stands here, by itself.
fn operator(stream: &[u8], at: usize, word: &[u8]) -> bool {
    let apart = |byte: Option<&u8>| !byte.is_some_and(u8::is_ascii_alphanumeric);
    let before = at.checked_sub(1).and_then(|index| stream.get(index));
    stream[at..].starts_with(word) && apart(before) && apart(stream.get(at + word.len()))
}

/// The bytes of the strings between BT and ET, one entry per piece of text.
fn strings(stream: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut current: Option<Vec<u8>> = None;
    let mut at = 0;
    while at < stream.len() {
        match stream[at] {
            b'B' if operator(stream, at, b"BT") => current = Some(Vec::new()),
            b'E' if operator(stream, at, b"ET") => found.extend(current.take()),
            b'<' if current.is_some() => {
                let end = at + stream[at..].iter().position(|byte| *byte == b'>').unwrap();
                let hex = std::str::from_utf8(&stream[at + 1..end]).unwrap();
                for pair in hex.as_bytes().chunks(2) {
                    let byte = number(std::str::from_utf8(pair).unwrap()) as u8;
                    current.as_mut().unwrap().push(byte);
                }
                at = end;
            }
            b'(' if current.is_some() => {
                at += 1;
                let mut depth = 1;
                while at < stream.len() {
                    let byte = stream[at];
                    match byte {
                        b'\\' => {
                            at += 1;
                            let (value, more) = escaped(&stream[at..]);
                            current.as_mut().unwrap().push(value);
                            at += more;
                        }
                        b'(' => {
                            depth += 1;
                            current.as_mut().unwrap().push(byte);
                        }
                        b')' => {
                            depth -= 1;
                            if depth == 0 {
                                break;
                            }
                            current.as_mut().unwrap().push(byte);
                        }
                        _ => current.as_mut().unwrap().push(byte),
                    }
                    at += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn escaped(rest: &[u8]) -> (u8, usize) {
    match rest[0] {
        b'n' => (b'\n', 0),
        b'r' => (b'\r', 0),
        b't' => (b'\t', 0),
        b'b' => (8, 0),
        b'f' => (12, 0),
        b'0'..=b'7' => {
            let digits: Vec<u8> = rest
                .iter()
                .take(3)
                .take_while(|byte| (b'0'..=b'7').contains(byte))
                .copied()
                .collect();
            let value = digits
                .iter()
                .fold(0u32, |sum, byte| sum * 8 + u32::from(byte - b'0'));
            (value as u8, digits.len() - 1)
        }
        other => (other, 0),
    }
}

/// Every piece of text of the sheet, read with each font of it: what stands there is among it, and what is not among
/// it does not stand there.
pub fn words(pdf: &[u8]) -> String {
    let streams = streams(pdf);
    let maps: Vec<Map> = streams.iter().filter_map(|stream| map(stream)).collect();
    assert!(!maps.is_empty(), "no letters in the sheet");
    let mut text = String::new();
    for piece in streams.iter().flat_map(|stream| strings(stream)) {
        for map in &maps {
            for pair in piece.chunks(2) {
                let glyph = pair
                    .iter()
                    .fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
                text.push_str(map.get(&glyph).map_or("\u{FFFD}", String::as_str));
            }
            text.push('\n');
        }
    }
    text
}

/// How many pages it has.
pub fn pages(pdf: &[u8]) -> usize {
    let mut all = String::from_utf8_lossy(pdf).into_owned();
    for stream in streams(pdf) {
        all.push_str(&String::from_utf8_lossy(&stream));
    }
    let packed = all.replace([' ', '\n', '\r'], "");
    packed.matches("/Type/Page/").count()
}
