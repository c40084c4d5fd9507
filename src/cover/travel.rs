//! How long it takes from one Saxon town to another, from `fixtures/travel.toml`. Pure.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::base::fold::fold;

const LEGS: &str = include_str!("../../fixtures/travel.toml");

#[derive(Deserialize)]
struct File {
    leg: Vec<Leg>,
}

#[derive(Deserialize)]
struct Leg {
    from: String,
    to: String,
    minutes: u32,
}

/// Shortest ways between all towns of a map.
#[derive(Debug, Default)]
pub struct Map {
    towns: BTreeMap<String, usize>,
    /// Minutes from town to town, row by row.
    minutes: Vec<Option<u32>>,
}

impl Map {
    /// Works out all shortest ways over some legs.
    pub fn new<'a>(legs: impl IntoIterator<Item = (&'a str, &'a str, u32)>) -> Self {
        let legs: Vec<(String, String, u32)> = legs
            .into_iter()
            .map(|(from, to, minutes)| (fold(from), fold(to), minutes))
            .collect();
        let mut towns = BTreeMap::new();
        for (from, to, _) in &legs {
            for town in [from, to] {
                let next = towns.len();
                towns.entry(town.clone()).or_insert(next);
            }
        }
        let count = towns.len();
        let mut map = Self {
            towns,
            minutes: vec![None; count * count],
        };
        for town in 0..count {
            map.shorten(town, town, 0);
        }
        for (from, to, minutes) in &legs {
            if let (Some(from), Some(to)) = (map.place(from), map.place(to)) {
                map.shorten(from, to, *minutes);
                map.shorten(to, from, *minutes);
            }
        }
        for over in 0..count {
            for from in 0..count {
                for to in 0..count {
                    if let (Some(first), Some(second)) = (map.way(from, over), map.way(over, to)) {
                        map.shorten(from, to, first.saturating_add(second));
                    }
                }
            }
        }
        map
    }

    fn place(&self, folded: &str) -> Option<usize> {
        self.towns.get(folded).copied()
    }

    fn way(&self, from: usize, to: usize) -> Option<u32> {
        self.minutes
            .get(from * self.towns.len() + to)
            .copied()
            .flatten()
    }

    fn shorten(&mut self, from: usize, to: usize, minutes: u32) {
        let place = from * self.towns.len() + to;
        if let Some(known) = self.minutes.get_mut(place)
            && known.is_none_or(|known| minutes < known)
        {
            *known = Some(minutes);
        }
    }

    /// Minutes by road between two towns, however their names are capitalised; `None` if one is not on the map.
    pub fn minutes(&self, from: &str, to: &str) -> Option<u32> {
        self.way(self.place(&fold(from))?, self.place(&fold(to))?)
    }
}

static SAXONY: LazyLock<Map> = LazyLock::new(|| {
    let file: File = toml::from_str(LEGS).unwrap_or(File { leg: Vec::new() });
    Map::new(
        file.leg
            .iter()
            .map(|leg| (leg.from.as_str(), leg.to.as_str(), leg.minutes)),
    )
});

/// Minutes of the entry procedure whenever somebody changes the house.
pub const GATE: i64 = 30;
/// The way to a town that is not on the map.
const UNKNOWN_WAY: u32 = 90;

/// Minutes by road that are reckoned between two towns: none within one, a guess where one is not on the map.
pub fn way(from: &str, to: &str) -> i64 {
    if from == to {
        return 0;
    }
    i64::from(minutes(from, to).unwrap_or(UNKNOWN_WAY))
}

/// Estimated minutes by road between two Saxon towns; `None` if one of them is not on the map.
pub fn minutes(from: &str, to: &str) -> Option<u32> {
    SAXONY.minutes(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_prison_towns_reach_each_other_and_no_way_is_shorter_over_a_third_town() {
        let towns = [
            "Bautzen",
            "Chemnitz",
            "Dresden",
            "Görlitz",
            "Leipzig",
            "Regis-Breitingen",
            "Torgau",
            "Waldheim",
            "Zeithain",
            "Zwickau",
        ];
        for from in towns {
            assert_eq!(minutes(from, from), Some(0));
            for to in towns {
                let way = minutes(from, to).unwrap();
                assert_eq!(minutes(to, from), Some(way), "{from} {to}");
                assert!(way <= 200, "{from} {to}: {way}");
                for over in towns {
                    let round = minutes(from, over).unwrap() + minutes(over, to).unwrap();
                    assert!(way <= round, "{from} {over} {to}");
                }
            }
        }
    }

    #[test]
    fn every_town_of_a_facility_is_on_the_map() {
        let facilities: toml::Table =
            toml::from_str(include_str!("../../fixtures/facilities.toml")).unwrap();
        for facility in facilities["facility"].as_array().unwrap() {
            let town = facility["place"].as_str().unwrap();
            assert!(minutes("Dresden", town).is_some(), "{town}");
        }
    }

    #[test]
    fn names_are_found_however_they_are_written_and_unknown_ones_are_not() {
        assert_eq!(minutes("dresden", "GOERLITZ"), Some(75));
        assert_eq!(minutes("Dresden", "Timbuktu"), None);
        assert_eq!(minutes("", "Dresden"), None);
        assert_eq!(Map::default().minutes("a", "b"), None);
    }
}
