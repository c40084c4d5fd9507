//! Search and sort keys for names and numbers.
//!
//! People search for "Müller" as `mueller`, for "Łukasz" as `lukasz` and for
//! "O'Neill" as `o neill`. All of these get the same key. Umlauts follow
//! DIN 5007-2 (ordering of name lists: ä as ae, ö as oe, ü as ue, ß as ss).
//!
//! Keys are compared by code point, as Rust, SQLite (`BINARY`) and PostgreSQL
//! (`COLLATE "C"`) do. Language-dependent collations would skip separators and
//! break prefix ranges, so key columns need `COLLATE "C"` in PostgreSQL.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest search key in characters; longer words are found by their
/// first so many.
pub const SEARCH_KEY_LENGTH: usize = 40;
/// The shortest part of a word that has a search key of its own.
const SHORTEST_SUFFIX: usize = 2;

const COMBINING_DIAERESIS: char = '\u{308}';
/// Stands between family name and given name in a sort key.
const NAME_SEPARATOR: char = '!';
/// Stands between the words of one name in a sort key.
const WORD_SEPARATOR: char = '-';

/// The text without anything that people leave out or write differently when
/// they search: lower case, umlauts and ß written out (DIN 5007-2), other
/// diacritics removed, and everything that is neither letter nor digit
/// (hyphens, apostrophes, white space) as one single space between words.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut last_base = None;
    let mut gap = false;
    for character in text.nfkd() {
        if is_combining_mark(character) {
            let is_umlaut = matches!(last_base, Some('a' | 'o' | 'u'));
            if character == COMBINING_DIAERESIS && is_umlaut {
                folded.push('e');
                last_base = None;
            }
            continue;
        }
        for lower in character.to_lowercase() {
            if is_combining_mark(lower) {
                continue;
            }
            if !lower.is_alphanumeric() {
                gap = true;
                last_base = None;
                continue;
            }
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            match spelled_out(lower) {
                Some(letters) => folded.push_str(letters),
                None => folded.push(lower),
            }
            last_base = Some(lower);
        }
    }
    folded
}

/// Letters that no decomposition takes apart, in Latin letters of similar
/// look, as they are typed on a German keyboard.
const fn spelled_out(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        'ŋ' => "n",
        'ŧ' => "t",
        'ə' => "e",
        'ς' => "σ",
        _ => return None,
    })
}

/// A key that sorts people by family name, then given name, so that "Meier,
/// Zoe" comes before "Meier-Schmidt, Anna" and that before "Meiermann, Anna".
///
/// The names are joined by `!` and the words of a name by `-`: both sort below
/// every letter and digit, and `!` below `-`.
pub fn sort_key(family: &str, given: &str) -> String {
    let words_joined = |name: &str| fold(name).replace(' ', &WORD_SEPARATOR.to_string());
    format!(
        "{}{NAME_SEPARATOR}{}",
        words_joined(family),
        words_joined(given)
    )
}

/// A key for prison numbers, file numbers and the like that ignores how they
/// are grouped: `4711-23`, `4711/23` and `4711 23` all give `471123`.
pub fn number_key(text: &str) -> String {
    fold(text).replace(' ', "")
}

/// The keys under which somebody with these names is found by any part of a
/// name: all endings of at least two characters of every folded word (a word
/// of one character as it is), each cut to [`SEARCH_KEY_LENGTH`] characters,
/// sorted, none twice.
///
/// A part of a name is thereby the beginning of a key, which a database index
/// finds with `key >= part AND key < bound`; see [`prefix_upper_bound`].
pub fn search_keys(names: &[&str]) -> Vec<String> {
    let mut keys = BTreeSet::new();
    for name in names {
        for word in fold(name).split(' ').filter(|word| !word.is_empty()) {
            keys.insert(first_characters(word));
            let length = word.chars().count();
            for (start, _) in word
                .char_indices()
                .take((length + 1).saturating_sub(SHORTEST_SUFFIX))
            {
                keys.insert(first_characters(word.get(start..).unwrap_or_default()));
            }
        }
    }
    keys.into_iter().collect()
}

/// The folded words of what somebody typed into a search field, each to be
/// looked up as the beginning of a search key and all to be found.
pub fn search_terms(query: &str) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    for word in fold(query).split(' ').filter(|word| !word.is_empty()) {
        let term = first_characters(word);
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}

/// The smallest text, by code point, that is greater than every text that
/// begins with `prefix`: all of these and nothing else lie in
/// `key >= prefix AND key < bound`.
///
/// No such text exists for an empty prefix (or one of only the last code
/// point, which no folded text contains); the answer is then greater than
/// every folded text.
pub fn prefix_upper_bound(prefix: &str) -> String {
    let mut rest = prefix;
    while let Some(last) = rest.chars().next_back() {
        rest = rest.strip_suffix(last).unwrap_or_default();
        if let Some(next) = next_character(last) {
            return format!("{rest}{next}");
        }
    }
    format!("{prefix}{}", char::MAX)
}

fn next_character(character: char) -> Option<char> {
    // A range of characters leaves out the surrogates.
    (character..=char::MAX).nth(1)
}

fn first_characters(word: &str) -> String {
    word.chars().take(SEARCH_KEY_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn umlauts_are_written_out() {
        assert_eq!(fold("Müller-Lüdenscheidt"), "mueller luedenscheidt");
        assert_eq!(fold("ÄÖÜẞäöüß"), "aeoeuessaeoeuess");
        // The same with the diaeresis as a character of its own.
        assert_eq!(fold("Mu\u{308}ller"), "mueller");
        assert_eq!(fold("Mueller"), fold("Müller"));
    }

    #[test]
    fn other_diacritics_are_removed() {
        for (written, folded) in [
            ("Žižek", "zizek"),
            ("Kovačić", "kovacic"),
            ("Łukasz Wałęsa", "lukasz walesa"),
            ("Sørensen", "sorensen"),
            ("Đorđević", "dordevic"),
            ("İbrahim Yıldız", "ibrahim yildiz"),
            ("Citroën", "citroen"),
            ("Nguyễn", "nguyen"),
            ("Ångström", "angstroem"),
            ("Þór", "thor"),
            ("Şahin Çağrı", "sahin cagri"),
            ("Œuvre", "oeuvre"),
            ("Ștefan Țepeș", "stefan tepes"),
        ] {
            assert_eq!(fold(written), folded);
        }
    }

    #[test]
    fn separators_become_one_space() {
        assert_eq!(
            fold("  O'Neill\t\n Anna\u{a0}- Lena. "),
            "o neill anna lena"
        );
        assert_eq!(fold("O’Neill"), fold("O'Neill"));
        assert_eq!(fold(" -' "), "");
        assert_eq!(fold("Иванов Й."), "иванов и");
    }

    #[test]
    fn short_family_names_sort_first() {
        let sorted = [
            sort_key("Meier", ""),
            sort_key("Meier", "Anna"),
            sort_key("Meier", "Anna Lena"),
            sort_key("Meier", "Annabell"),
            sort_key("Meier", "Zoe"),
            sort_key("Meier-Schmidt", "Anna"),
            sort_key("Meiermann", "Anna"),
            sort_key("Möller", "Ute"),
            sort_key("Mofa", "Ute"),
        ];
        assert!(
            sorted.is_sorted_by(|left, right| left < right),
            "{sorted:?}"
        );
        assert_eq!(sort_key("von Ölß", "Anna-Lena"), "von-oelss!anna-lena");
    }

    #[test]
    fn numbers_ignore_grouping() {
        for written in ["4711-23", "4711/23", "471123", " 4711 23 "] {
            assert_eq!(number_key(written), "471123");
        }
        assert_eq!(number_key("BwH 12/Ä"), "bwh12ae");
    }

    #[test]
    fn keys_of_a_name() {
        assert_eq!(
            search_keys(&["Ute Öz", "UTE", "Y"]),
            ["ez", "oez", "te", "ute", "y"]
        );
        assert!(search_keys(&["", " - "]).is_empty());
        assert_eq!(search_terms(" Öz, ute UTE"), ["oez", "ute"]);
    }

    #[test]
    fn long_words_are_cut_in_keys_and_terms_alike() {
        let long = "abc".repeat(30);
        assert!(
            search_keys(&[&long])
                .iter()
                .all(|key| key.chars().count() <= SEARCH_KEY_LENGTH)
        );
        assert!(search_keys(&[&long]).contains(&search_terms(&long)[0]));
    }

    #[test]
    fn bounds_at_the_edges() {
        assert_eq!(prefix_upper_bound("mei"), "mej");
        assert_eq!(prefix_upper_bound("z"), "{");
        assert_eq!(prefix_upper_bound("a\u{d7ff}"), "a\u{e000}");
        assert_eq!(prefix_upper_bound("a\u{10ffff}"), "b");
        assert_eq!(prefix_upper_bound(""), "\u{10ffff}");
        assert!(prefix_upper_bound("\u{10ffff}").as_str() > "\u{10ffff}");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,20}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
        }

        #[test]
        fn case_and_composition_do_not_matter(text in "[A-Za-zÀ-ɏ '-]{0,20}") {
            prop_assert_eq!(fold(&text.nfd().collect::<String>()), fold(&text));
            prop_assert_eq!(fold(&text.to_lowercase()), fold(&text));
        }

        #[test]
        fn every_part_of_a_word_starts_a_key(
            name in "[A-Za-zÄÖÜäöüßćŽłø' -]{2,30}",
            start in 0_usize..30,
            length in 2_usize..30,
        ) {
            let keys = search_keys(&[&name]);
            for word in fold(&name).split(' ') {
                let part: String = word.chars().skip(start).take(length).collect();
                if part.chars().count() >= 2 {
                    prop_assert!(keys.iter().any(|key| key.starts_with(&part)));
                }
            }
            // And nothing is found that is no part of a word.
            for key in &keys {
                prop_assert!(fold(&name).contains(key.as_str()));
            }
        }

        #[test]
        fn bound_holds_exactly_the_prefix(prefix in "[a-c]{1,3}", key in "[a-d]{0,5}") {
            let bound = prefix_upper_bound(&prefix);
            let in_range = key >= prefix && key < bound;
            prop_assert_eq!(in_range, key.starts_with(&prefix));
        }

        #[test]
        fn bound_is_above_any_continuation(prefix in "\\PC{1,5}", rest in "\\PC{0,5}") {
            let bound = prefix_upper_bound(&prefix);
            prop_assert!(prefix.clone() + &rest < bound);
            let high = "\u{10fffe}\u{10fffe}";
            prop_assert!(prefix.clone() + high < bound);
        }
    }
}
