//! Numbers that people read out on the telephone and copy by hand: letters and digits without look-alikes, and a
//! character at the end by which a slip is noticed.

/// The signs: none that is mistaken for another (no 0 and O, no 1 and I).
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Signs of a reference before its check sign; each stands for five bits.
const PLACES: u32 = 8;

/// Bits of an id that a reference shows.
pub const REFERENCE_BITS: u32 = PLACES * 5;

/// Spells the lowest `5 * places` bits of a number, the highest first.
pub fn spell(number: u64, places: u32) -> String {
    (0..places)
        .rev()
        .map(|place| {
            let value = (number >> (place * 5)) & 31;
            LETTERS.get(value as usize).copied().unwrap_or(b'2') as char
        })
        .collect()
}

/// Doubles in the field of 32 elements (x⁵ + x² + 1).
fn doubled(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 {
        shifted
    } else {
        (shifted ^ 0b10_0101) & 31
    }
}

/// The check value: each value times a different power of the field's generator, so that every single wrong sign and
/// every two signs in the wrong order give another sum.
fn check(values: impl DoubleEndedIterator<Item = u8>) -> u8 {
    let mut sum = 0;
    for value in values {
        sum = doubled(sum ^ value);
    }
    sum
}

/// Why something typed is no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misread {
    /// Other signs, or another number of them.
    #[error("Eine Vorgangsnummer hat neun Zeichen, zum Beispiel K7Q-M4X-TR9.")]
    Shape,
    /// The check sign does not fit.
    #[error(
        "Diese Vorgangsnummer kann nicht stimmen: Ein Zeichen ist falsch oder vertauscht. Bitte vergleichen."
    )]
    Check,
}

/// The reference of an id, from its first [`REFERENCE_BITS`] bits: `K7Q-M4X-TR9`.
pub fn reference(id: uuid::Uuid) -> String {
    let number = (id.as_u128() >> (128 - REFERENCE_BITS)) as u64;
    let values = (0..PLACES)
        .rev()
        .map(|place| ((number >> (place * 5)) & 31) as u8);
    let all = format!(
        "{}{}",
        spell(number, PLACES),
        spell(u64::from(check(values)), 1)
    );
    let parts: Vec<&str> = [0..3, 3..6, 6..9]
        .into_iter()
        .filter_map(|part| all.get(part))
        .collect();
    parts.join("-")
}

/// The first and the last id that have a reference as typed: small letters, blanks and hyphens do not matter.
///
/// # Errors
/// If it is none, or its check sign says that a sign is wrong.
pub fn ids_of_reference(typed: &str) -> Result<(uuid::Uuid, uuid::Uuid), Misread> {
    let mut values = Vec::new();
    for letter in typed.trim().chars() {
        if letter == '-' || letter.is_whitespace() {
            continue;
        }
        let letter = u8::try_from(letter.to_ascii_uppercase()).map_err(|_| Misread::Shape)?;
        let value = LETTERS.iter().position(|known| *known == letter);
        values.push(
            value
                .and_then(|value| u8::try_from(value).ok())
                .ok_or(Misread::Shape)?,
        );
    }
    let Some((last, data)) = values.split_last().filter(|_| values.len() == 9) else {
        return Err(Misread::Shape);
    };
    if check(data.iter().copied()) != *last {
        return Err(Misread::Check);
    }
    let number = data
        .iter()
        .fold(0u128, |sum, value| (sum << 5) | u128::from(*value));
    let first = number << (128 - REFERENCE_BITS);
    let rest = (1u128 << (128 - REFERENCE_BITS)) - 1;
    Ok((
        uuid::Uuid::from_u128(first),
        uuid::Uuid::from_u128(first | rest),
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_reference_reads_back_and_every_slip_is_noticed(bits in any::<u128>(), place in 0usize..9, other in 0usize..32) {
            let id = uuid::Uuid::from_u128(bits);
            let text = reference(id);
            prop_assert_eq!(text.len(), 11);
            prop_assert!(!text.contains(['0', '1', 'O', 'I']));
            let (first, last) = ids_of_reference(&format!(" {} ", text.to_lowercase())).unwrap();
            prop_assert!(first <= id && id <= last);
            let plain: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
            let mut wrong = plain.clone();
            wrong[place] = LETTERS[other];
            let typed = String::from_utf8(wrong.clone()).unwrap();
            prop_assert_eq!(ids_of_reference(&typed).is_err(), wrong != plain);
            let mut swapped = plain.clone();
            if place < 8 {
                swapped.swap(place, place + 1);
                let typed = String::from_utf8(swapped.clone()).unwrap();
                prop_assert_eq!(ids_of_reference(&typed).is_err(), swapped != plain);
            }
        }
    }

    #[test]
    fn what_is_no_reference_is_said() {
        assert_eq!(ids_of_reference("K7Q"), Err(Misread::Shape));
        assert_eq!(ids_of_reference("K7Q-M4X-TRÄ"), Err(Misread::Shape));
        assert_eq!(ids_of_reference(""), Err(Misread::Shape));
    }
}
