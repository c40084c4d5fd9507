//! Made-up people, from the word lists of `fixtures/demo_people.toml`; the same every time but for their ids.

use serde::Deserialize;
use time::{Date, Duration};

use super::{DemoAccount, DemoProblem, Outcome, facility};
use crate::access::permissions::Operate;
use crate::base::ids::{AccountId, FacilityId, PersonId};
use crate::base::time::berlin_today;
use crate::people::import::{Setting, Sex};
use crate::people::{NewPerson, NumberKind, PlacementKind, insert_people};
use crate::store::{Rows, Writer};

const NAMES: &str = include_str!("../../fixtures/demo_people.toml");

#[derive(Deserialize)]
struct Names {
    given_names_male: Vec<String>,
    given_names_female: Vec<String>,
    family_names: Vec<String>,
}

/// Who was placed where.
pub(super) struct Placed {
    /// People in JVA Dresden.
    pub dresden: Vec<PersonId>,
    /// Clients of the probation office in Dresden, those of the first officer first.
    pub clients: Vec<PersonId>,
}

/// A small generator of even numbers: the choice of a name is no secret.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let high = usize::try_from(self.0 >> 33).unwrap_or_default();
        if bound == 0 { 0 } else { high % bound }
    }

    fn one<'a>(&mut self, words: &'a [String]) -> &'a str {
        words
            .get(self.below(words.len()))
            .map_or("Muster", String::as_str)
    }
}

struct Maker {
    names: Names,
    dice: Dice,
    today: Date,
    number: usize,
}

impl Maker {
    fn new(today: Date) -> Outcome<Self> {
        let names: Names = toml::from_str(NAMES).map_err(DemoProblem::new)?;
        Ok(Self {
            names,
            dice: Dice(20_261_123),
            today,
            number: 1_000,
        })
    }

    fn person(
        &mut self,
        facility: FacilityId,
        women: bool,
        kind: PlacementKind,
        assigned_to: Option<AccountId>,
    ) -> NewPerson {
        self.number += 1;
        let given = if women {
            &self.names.given_names_female
        } else {
            &self.names.given_names_male
        };
        let given_name = self.dice.one(given).to_owned();
        let family_name = self.dice.one(&self.names.family_names).to_owned();
        let age = 18 * 365 + self.dice.below(14 * 365);
        let stay = 20 + self.dice.below(600);
        let from_day = self.today - Duration::days(i64::try_from(stay).unwrap_or(20));
        let rest = 15 + self.dice.below(900);
        let custody = kind == PlacementKind::Custody;
        let setting = match (custody, self.dice.below(6)) {
            (true, 0) => Setting::Remand,
            (true, _) => Setting::Sentence,
            (false, 0) => Setting::ConductSupervision,
            (false, _) => Setting::Probation,
        };
        let year = from_day.year() % 100;
        NewPerson {
            family_name,
            given_name,
            birth_date: Some(self.today - Duration::days(i64::try_from(age).unwrap_or(9_000))),
            sex: if women { Sex::Female } else { Sex::Male },
            number: Some(if custody {
                (
                    NumberKind::PrisonNumber,
                    format!("{}-{year:02}", self.number),
                )
            } else {
                (
                    NumberKind::ProbationFile,
                    format!("BwH {}/{year:02}", self.number),
                )
            }),
            facility,
            kind,
            setting,
            from_day,
            expected_release: (setting == Setting::Sentence)
                .then(|| self.today + Duration::days(i64::try_from(rest).unwrap_or(300))),
            assigned_to,
        }
    }

    fn some(
        &mut self,
        count: usize,
        facility: FacilityId,
        women: bool,
        kind: PlacementKind,
    ) -> Vec<NewPerson> {
        (0..count)
            .map(|_| self.person(facility, women, kind, None))
            .collect()
    }
}

async fn store(writer: &Writer<Operate>, people: Vec<NewPerson>) -> Outcome<Vec<PersonId>> {
    insert_people(writer, people)
        .await
        .map_err(DemoProblem::new)
}

pub(super) async fn seed(writer: &Writer<Operate>, accounts: &[DemoAccount]) -> Outcome<Placed> {
    let mut maker = Maker::new(berlin_today(writer.now()))?;
    let custody = PlacementKind::Custody;
    let dresden = facility(writer, "DD").await?;
    let in_dresden = maker.some(70, dresden, false, custody);
    let dresden = store(writer, in_dresden).await?;
    for (code, count, women) in [
        ("L", 30, false),
        ("BZ", 20, false),
        ("C", 20, true),
        ("RB", 15, false),
        ("TO", 15, false),
    ] {
        let place = facility(writer, code).await?;
        let there = maker.some(count, place, women, custody);
        store(writer, there).await?;
    }
    let office = facility(writer, "BH-DD").await?;
    let officer = |login: &str| {
        accounts
            .iter()
            .find(|account| account.login == login)
            .map(|account| account.id)
    };
    let clients = (0..32)
        .map(|index| {
            let login = if index < 22 {
                "bewaehrung"
            } else {
                "bewaehrung.zwei"
            };
            maker.person(
                office,
                index % 7 == 0,
                PlacementKind::Probation,
                officer(login),
            )
        })
        .collect();
    let clients = store(writer, clients).await?;
    Ok(Placed { dresden, clients })
}

/// The prisons among which many people are divided, in this order.
pub(super) const MANY: [&str; 10] = ["DD", "L", "BZ", "C", "GR", "RB", "TO", "WH", "ZH", "Z"];

pub(super) async fn seed_many(writer: &Writer<Operate>, number: usize) -> Outcome<Vec<PersonId>> {
    let mut maker = Maker::new(berlin_today(writer.now()))?;
    // Beside the people of the demo, whose numbers begin at 1,001.
    maker.number = 100_000;
    let mut ids = Vec::with_capacity(number);
    let (share, rest) = (number / MANY.len(), number % MANY.len());
    for (index, code) in MANY.iter().enumerate() {
        let place = facility(writer, code).await?;
        let count = share + usize::from(index < rest);
        // In portions, so that memory stays small with 100,000 people.
        let mut left = count;
        while left > 0 {
            let portion = left.min(2_000);
            let people = maker.some(portion, place, *code == "C", PlacementKind::Custody);
            ids.extend(store(writer, people).await?);
            left -= portion;
        }
    }
    Ok(ids)
}
