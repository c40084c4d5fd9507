//! Those who know a part of the figures, because they are their own: the word disclosure control has for each, and its name.

use std::collections::BTreeMap;

use super::dimension::{Codes, Dimension};

/// The name of a provider or facility from its word ("einrichtung.dd").
pub(super) fn name_of(word: &str, codes: &BTreeMap<Dimension, Codes>) -> String {
    let Some((kind, code)) = word.split_once('.') else {
        return word.to_owned();
    };
    let Some(dimension) = Dimension::from_code(kind) else {
        return word.to_owned();
    };
    match codes.get(&dimension).and_then(|tree| tree.get(code)) {
        Some(known) => known.label.clone(),
        None => format!("{} „{code}“", dimension.label()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::dimension::WHOLE;
    use super::*;

    #[test]
    fn whoever_knows_a_part_has_a_name() {
        let mut facilities = Codes::new("alle");
        facilities.add("dd", "JVA Dresden", WHOLE);
        let codes = BTreeMap::from([(Dimension::Facility, facilities)]);
        assert_eq!(name_of("einrichtung.dd", &codes), "JVA Dresden");
        assert_eq!(name_of("einrichtung.a.b", &codes), "Einrichtung „a.b“");
        assert_eq!(name_of("traeger.vpn", &codes), "Träger „vpn“");
        assert_eq!(name_of("jemand", &codes), "jemand");
    }
}
