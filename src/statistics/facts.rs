//! From the rows of the database to facts: code words for what the house calls things, one fact for each measure that a
//! case counts for.

use std::collections::{BTreeMap, BTreeSet};

use super::cube::{Fact, Time};
use super::dimension::{
    Codes, Dimension, FACILITY_KINDS, UNKNOWN, WHOLE, cancel_code, facility_kind, fixed,
    route_code, slug,
};
use super::measure::Measure;
use super::period::Period;
use super::store::facts::{CourseRow, GroupRow, HandOverRow, OfferRow, PersonRow, ReferenceRow};
use crate::base::calendar::Quarter;

/// The codes of what has no facility.
const NOWHERE: &str = "ohne_einrichtung";

fn whole(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn quarter(text: Option<&String>) -> Option<Quarter> {
    text.and_then(|text| text.parse().ok())
}

fn facility(code: Option<&String>) -> String {
    code.map_or_else(|| NOWHERE.to_owned(), |code| slug(code))
}

fn sex(code: Option<&String>) -> &'static str {
    match code.map(String::as_str) {
        Some("male") => "maennlich",
        Some("female") => "weiblich",
        Some("diverse") => "divers",
        _ => UNKNOWN,
    }
}

fn age(years: Option<i64>) -> &'static str {
    match years {
        Some(14..=17) => "a14_17",
        Some(18..=20) => "a18_20",
        Some(21..=29) => "a21_29",
        Some(30..=130) => "a30",
        _ => UNKNOWN,
    }
}

fn setting(code: Option<&String>) -> &'static str {
    match code.map(String::as_str) {
        Some("sentence" | "youth_custody") => "haft",
        Some("remand") => "untersuchungshaft",
        Some("probation" | "conduct_supervision") => "bewaehrung",
        _ => UNKNOWN,
    }
}

fn waiting(days: Option<i64>) -> &'static str {
    match days.unwrap_or(0) {
        ..=30 => "bis_30",
        31..=90 => "bis_90",
        91..=180 => "bis_180",
        _ => "ueber_180",
    }
}

/// The codes of all dimensions in a period.
pub(super) fn codes(rows: &[ReferenceRow]) -> BTreeMap<Dimension, Codes> {
    let mut rows: Vec<&ReferenceRow> = rows.iter().collect();
    // By bytes, not by the database's own order: files are the same on both.
    rows.sort_by_key(|row| (&row.kind, &row.parent, &row.place, &row.code));
    let mut trees: BTreeMap<Dimension, Codes> = Dimension::ALL
        .into_iter()
        .map(|dimension| {
            (
                dimension,
                fixed(dimension).unwrap_or_else(|| Codes::new("alle")),
            )
        })
        .collect();
    let mut add = |dimension: Dimension, code: &str, label: &str, parent: &str| {
        if let Some(tree) = trees.get_mut(&dimension) {
            tree.add(code, label, parent);
        }
    };
    for (code, label) in FACILITY_KINDS {
        add(Dimension::Facility, code, label, WHOLE);
    }
    for (code, label) in [
        ("abgeschlossen", "abgeschlossen"),
        ("abgebrochen", "abgebrochen"),
        ("weitergegeben", "weitergegeben"),
    ] {
        add(Dimension::Outcome, code, label, WHOLE);
    }
    for row in rows {
        match row.kind.as_str() {
            "programme" => {
                let pillar = row.parent.as_deref().unwrap_or("prisma");
                add(
                    Dimension::Programme,
                    pillar,
                    row.parent_label.as_deref().unwrap_or("Prisma Sachsen"),
                    WHOLE,
                );
                add(Dimension::Programme, &row.code, &row.label, pillar);
            }
            "facility" => {
                let kind = facility_kind(row.parent.as_deref().unwrap_or_default());
                add(Dimension::Facility, &slug(&row.code), &row.label, kind);
            }
            "provider" => add(Dimension::Provider, &row.code, &row.label, WHOLE),
            "phenomenon" => match &row.parent {
                Some(federal) => {
                    let group = slug(federal);
                    add(Dimension::Phenomenon, &group, federal, WHOLE);
                    add(Dimension::Phenomenon, &row.code, &row.label, &group);
                }
                None => add(Dimension::Phenomenon, &row.code, &row.label, WHOLE),
            },
            "reason" => add(
                Dimension::Outcome,
                &format!("grund_{}", row.code),
                row.label.trim_start_matches("abgebrochen: "),
                "abgebrochen",
            ),
            _ => {}
        }
    }
    add(Dimension::Facility, NOWHERE, "ohne Einrichtung", WHOLE);
    add(Dimension::Phenomenon, UNKNOWN, "ohne Angabe", WHOLE);
    add(
        Dimension::Outcome,
        "grund_ohne_angabe",
        "ohne Angabe des Grundes",
        "abgebrochen",
    );
    trees
}

/// Who alone carries out a programme.
pub(super) fn alone(rows: &[ReferenceRow]) -> BTreeMap<String, String> {
    let mut parts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.kind == "part") {
        parts
            .entry(row.parent.as_deref().unwrap_or_default())
            .or_default()
            .insert(&row.code);
    }
    parts
        .into_iter()
        .filter_map(|(programme, providers)| {
            match providers.into_iter().collect::<Vec<_>>().as_slice() {
                [only] => Some((programme.to_owned(), (*only).to_owned())),
                _ => None,
            }
        })
        .collect()
}

type Place = BTreeMap<Dimension, String>;

fn place(programme: &str, provider: &str, at: Option<&String>) -> Place {
    BTreeMap::from([
        (Dimension::Programme, programme.to_owned()),
        (Dimension::Provider, provider.to_owned()),
        (Dimension::Facility, facility(at)),
    ])
}

/// What cases count for. The quarters are those of the period, and the one before for the stock at its beginning.
pub(super) fn of_courses(rows: &[CourseRow], period: Period) -> Vec<Fact> {
    let mut facts = Vec::new();
    let quarters = period.quarters();
    let before = quarters.first().map(|first| first.previous());
    for row in rows {
        let mut codes = place(&row.programme, &row.provider, row.facility.as_ref());
        codes.insert(Dimension::Route, route_code(&row.route).to_owned());
        codes.insert(
            Dimension::Phenomenon,
            row.phenomenon.clone().unwrap_or_else(|| UNKNOWN.to_owned()),
        );
        codes.insert(Dimension::Sex, sex(row.sex.as_ref()).to_owned());
        codes.insert(Dimension::Age, age(row.age).to_owned());
        codes.insert(Dimension::Setting, setting(row.setting.as_ref()).to_owned());
        codes.insert(Dimension::Waiting, waiting(row.waited).to_owned());
        let mut put = |measure: Measure, time: Time, codes: &Place, count: i64| {
            if count > 0 {
                facts.push(Fact {
                    measure,
                    time,
                    codes: codes.clone(),
                    count: whole(count),
                });
            }
        };
        if !row.mistake {
            if let Some(at) = quarter(row.asked.as_ref()) {
                put(Measure::Enquiries, Time::In(at), &codes, row.number);
            }
            if let Some(at) = quarter(row.taken.as_ref()) {
                put(Measure::CasesOpened, Time::In(at), &codes, row.number);
            }
        }
        let Some(begun) = &row.begun else { continue };
        let began = quarter(Some(begun));
        if let Some(at) = began {
            put(Measure::Started, Time::In(at), &codes, row.number);
            if row.parents {
                put(Measure::Parents, Time::In(at), &codes, row.number);
                for (age, count) in [
                    ("k0_5", row.children_small),
                    ("k6_11", row.children_school),
                    ("k12_17", row.children_youth),
                ] {
                    let mut codes = codes.clone();
                    codes.insert(Dimension::ChildAge, age.to_owned());
                    put(Measure::Children, Time::In(at), &codes, count);
                }
            }
        }
        let ended = quarter(row.ended.as_ref());
        for at in before.iter().chain(&quarters) {
            // An empty quarter is one before the window; what ended before the window is not among the rows.
            let there = began.is_none_or(|began| began <= *at);
            if there && ended.is_none_or(|ended| ended > *at) {
                put(Measure::Running, Time::At(*at), &codes, row.number);
            }
        }
        if let (Some(at), Some(outcome)) = (ended, row.outcome.as_deref()) {
            let (measure, leaf) = match outcome {
                "completed" => (Measure::Completed, "abgeschlossen".to_owned()),
                "passed_on" => (Measure::PassedOn, "weitergegeben".to_owned()),
                _ => (
                    Measure::BrokenOff,
                    format!("grund_{}", row.reason.as_deref().unwrap_or(UNKNOWN)),
                ),
            };
            put(measure, Time::In(at), &codes, row.number);
            let mut codes = codes.clone();
            codes.insert(Dimension::Outcome, leaf);
            put(Measure::Ended, Time::In(at), &codes, row.number);
        }
    }
    facts
}

/// People, each once.
pub(super) fn of_persons(rows: &[PersonRow], period: Period) -> Vec<Fact> {
    rows.iter()
        .map(|row| Fact {
            measure: Measure::Persons,
            time: Time::Whole(period),
            codes: BTreeMap::from([
                (Dimension::Sex, sex(row.sex.as_ref()).to_owned()),
                (Dimension::Age, age(row.age).to_owned()),
                (Dimension::Setting, setting(row.setting.as_ref()).to_owned()),
            ]),
            count: whole(row.number),
        })
        .collect()
}

/// Dates, attendances, completions and talks.
pub(super) fn of_offers(rows: &[OfferRow]) -> Vec<Fact> {
    let mut facts = Vec::new();
    for row in rows {
        let Ok(at) = row.quarter.parse::<Quarter>() else {
            continue;
        };
        let mut codes = place(&row.programme, &row.provider, row.facility.as_ref());
        let mut put = |measure: Measure, codes: &Place, count: i64| {
            facts.push(Fact {
                measure,
                time: Time::In(at),
                codes: codes.clone(),
                count: whole(count),
            });
        };
        match row.kind.as_str() {
            "planned" => put(Measure::SessionsPlanned, &codes, row.number),
            "held" => {
                put(Measure::SessionsPlanned, &codes, row.number);
                put(Measure::SessionsHeld, &codes, row.number);
                put(Measure::GroupHours, &codes, row.hours);
            }
            "cancelled" => {
                put(Measure::SessionsPlanned, &codes, row.number);
                codes.insert(
                    Dimension::CancelReason,
                    cancel_code(row.reason.as_deref().unwrap_or_default()).to_owned(),
                );
                put(Measure::SessionsCancelled, &codes, row.number);
            }
            "attended" => put(Measure::Attendances, &codes, row.number),
            "completed" => put(Measure::GroupCompletions, &codes, row.number),
            "talk" => {
                put(Measure::Talks, &codes, row.number);
                put(Measure::TalkHours, &codes, row.hours);
            }
            "no_talk" => put(Measure::TalksCancelled, &codes, row.number),
            _ => {}
        }
    }
    facts
}

/// Groups, each once in the period.
pub(super) fn of_groups(rows: &[GroupRow], period: Period) -> Vec<Fact> {
    rows.iter()
        .map(|row| Fact {
            measure: Measure::Groups,
            time: Time::Whole(period),
            codes: place(&row.programme, &row.provider, row.facility.as_ref()),
            count: whole(row.number),
        })
        .collect()
}

/// Hand-overs offered and answered.
pub(super) fn of_hand_overs(rows: &[HandOverRow]) -> Vec<Fact> {
    rows.iter()
        .filter_map(|row| {
            let measure = match row.kind.as_str() {
                "offered" => Measure::HandOversOffered,
                "accepted" => Measure::HandOversAccepted,
                "declined" => Measure::HandOversDeclined,
                "expired" => Measure::HandOversExpired,
                _ => return None,
            };
            Some(Fact {
                measure,
                time: Time::In(row.quarter.parse().ok()?),
                codes: BTreeMap::from([
                    (
                        Dimension::HandedFrom,
                        facility_kind(&row.from_kind).to_owned(),
                    ),
                    (Dimension::HandedTo, facility_kind(&row.to_kind).to_owned()),
                ]),
                count: whole(row.number),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(begun: Option<&str>, ended: Option<&str>, outcome: Option<&str>) -> CourseRow {
        CourseRow {
            programme: "akt_einzel".to_owned(),
            parents: false,
            provider: "vpn".to_owned(),
            facility: Some("BH-DD".to_owned()),
            phenomenon: None,
            route: "self".to_owned(),
            sex: Some("female".to_owned()),
            age: Some(17),
            setting: Some("remand".to_owned()),
            waited: Some(31),
            outcome: outcome.map(str::to_owned),
            reason: None,
            mistake: false,
            asked: None,
            taken: None,
            begun: begun.map(str::to_owned),
            ended: ended.map(str::to_owned),
            children_small: 0,
            children_school: 0,
            children_youth: 0,
            number: 2,
        }
    }

    #[test]
    fn stock_and_flow_agree() {
        let year = Period::Year(2026);
        let rows = [
            case(Some(""), None, None),
            case(Some(""), Some("2026-Q2"), Some("completed")),
            case(Some("2026-Q2"), Some("2026-Q4"), Some("broken_off")),
            case(Some("2026-Q3"), None, None),
            case(Some("2026-Q1"), Some("2026-Q1"), Some("passed_on")),
            case(None, None, None),
        ];
        let facts = of_courses(&rows, year);
        let count = |measure: Measure, time: Time| -> u64 {
            facts
                .iter()
                .filter(|fact| fact.measure == measure && fact.time == time)
                .map(|fact| fact.count)
                .sum()
        };
        let quarters = year.quarters();
        let stocks: Vec<u64> = quarters
            .iter()
            .map(|quarter| count(Measure::Running, Time::At(*quarter)))
            .collect();
        assert_eq!(stocks, [4, 4, 6, 4]);
        for quarter in quarters {
            let before = count(Measure::Running, Time::At(quarter.previous()))
                + count(Measure::Started, Time::In(quarter));
            let after: u64 = [Measure::Completed, Measure::BrokenOff, Measure::PassedOn]
                .map(|measure| count(measure, Time::In(quarter)))
                .iter()
                .sum();
            assert_eq!(
                before,
                after + count(Measure::Running, Time::At(quarter)),
                "{quarter}"
            );
            assert_eq!(after, count(Measure::Ended, Time::In(quarter)));
        }
        assert_eq!(facts[0].codes[&Dimension::Facility], "bh_dd");
        assert_eq!(facts[0].codes[&Dimension::Waiting], "bis_90");
    }

    #[test]
    fn ages_and_waits_fall_into_their_class_on_the_edge() {
        let ages = [13, 14, 17, 18, 20, 21, 29, 30, 200].map(|years| age(Some(years)));
        assert_eq!(
            ages,
            [
                UNKNOWN, "a14_17", "a14_17", "a18_20", "a18_20", "a21_29", "a21_29", "a30", UNKNOWN
            ]
        );
        let waits = [0, 30, 31, 90, 91, 180, 181].map(|days| waiting(Some(days)));
        assert_eq!(
            waits,
            [
                "bis_30",
                "bis_30",
                "bis_90",
                "bis_90",
                "bis_180",
                "bis_180",
                "ueber_180"
            ]
        );
    }
}
