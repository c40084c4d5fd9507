//! The public key as a file that other tools understand (`openssl pkeyutl -verify`): SubjectPublicKeyInfo of RFC 8410
//! as PEM of RFC 7468.

use crate::base::crypto::unhex;

/// What stands before the 32 bytes of an Ed25519 key (RFC 8410, section 4).
const PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];
const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A public key as PEM. Its 44 bytes fit on one line of base64.
pub fn public_key_pem(public_key: &[u8]) -> String {
    let bytes: Vec<u8> = PREFIX.iter().chain(public_key).copied().collect();
    format!("{BEGIN}\n{}\n{END}\n", base64(&bytes))
}

/// The public key in a PEM file, or as 64 hexadecimal digits.
pub fn parse_public_key(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    if let Some(key) = unhex(text).filter(|key| key.len() == 32) {
        return Some(key);
    }
    let body = text.strip_prefix(BEGIN)?.strip_suffix(END)?;
    let bytes = unbase64(&body.split_whitespace().collect::<String>())?;
    let key = bytes.strip_prefix(&PREFIX)?;
    (key.len() == 32).then(|| key.to_vec())
}

/// Base64 of RFC 4648, with `=` at the end.
fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .chain([0, 0].iter())
            .take(3)
            .fold(0_u32, |group, byte| group << 8 | u32::from(*byte));
        for place in 0..4 {
            if place > chunk.len() {
                text.push('=');
            } else {
                let index = (group >> (18 - 6 * place)) & 63;
                let letter = LETTERS.get(index as usize).copied().unwrap_or(b'=');
                text.push(char::from(letter));
            }
        }
    }
    text
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for chunk in text.as_bytes().chunks(4) {
        let digits: Vec<u32> = chunk
            .iter()
            .filter(|letter| **letter != b'=')
            .map(|letter| LETTERS.iter().position(|known| known == letter))
            .map(|place| place.and_then(|place| u32::try_from(place).ok()))
            .collect::<Option<_>>()?;
        let group = digits
            .iter()
            .chain([0, 0, 0].iter())
            .take(4)
            .fold(0, |group, digit| group << 6 | digit);
        let known = group.to_be_bytes();
        bytes.extend(known.get(1..digits.len())?);
    }
    (base64(&bytes) == text).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_the_standard_is_read() {
        // RFC 8410, section 10.1.
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        let key = parse_public_key(pem).expect("a key");
        assert_eq!(public_key_pem(&key), pem);
        assert_eq!(parse_public_key(&crate::base::crypto::hex(&key)), Some(key));
    }

    #[test]
    fn anything_else_is_no_key() {
        for text in [
            "",
            "abc",
            BEGIN,
            "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----",
        ] {
            assert_eq!(parse_public_key(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn base64_goes_both_ways(bytes in proptest::collection::vec(any::<u8>(), 0..50)) {
            prop_assert_eq!(unbase64(&base64(&bytes)), Some(bytes));
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,80}") {
            let _ = parse_public_key(&text);
            let _ = unbase64(&text);
        }
    }
}
