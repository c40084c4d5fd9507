//! Codes of new words.

/// Longest code.
const LENGTH: usize = 30;

/// The code of a new word: its label in small letters and digits, with a number if that is taken.
pub fn code_of(label: &str, taken: &[&str]) -> String {
    let folded = crate::base::fold::fold(label);
    let mut code = String::new();
    for letter in folded.chars() {
        if letter.is_ascii_alphanumeric() {
            code.push(letter.to_ascii_lowercase());
        } else if !code.is_empty() && !code.ends_with('_') {
            code.push('_');
        }
    }
    let code: String = code.chars().take(LENGTH).collect();
    let code = code.trim_matches('_');
    let code = if code.is_empty() { "wort" } else { code };
    if !taken.contains(&code) {
        return code.to_owned();
    }
    (2..)
        .map(|number| format!("{code}_{number}"))
        .find(|candidate| !taken.contains(&candidate.as_str()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_made_of_the_label_and_never_twice() {
        assert_eq!(code_of("Ämter & Gericht", &[]), "aemter_gericht");
        assert_eq!(
            code_of("Ämter & Gericht", &["aemter_gericht"]),
            "aemter_gericht_2"
        );
        assert_eq!(code_of("!?", &[]), "wort");
        assert!(code_of(&"Donaudampfschifffahrt ".repeat(5), &[]).len() <= LENGTH);
    }
}
