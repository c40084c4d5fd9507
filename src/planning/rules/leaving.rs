//! Members who leave the house before their group ends, and who of those who wait could have the place.

use std::collections::BTreeSet;

use time::Date;

use super::facts::{Facts, House, Waiting};
use crate::base::ids::{GroupId, PersonId};
use crate::conflicts::rules::{Group, Meeting};

/// Somebody who leaves before their group ends: no other date would change that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// The group's name.
    pub group: String,
    /// The group.
    pub group_id: GroupId,
    /// Who leaves.
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// The first day on which the person is gone.
    pub day: Date,
    /// Whether to another house; else released.
    pub moves: bool,
    /// Sessions of the group on that day and later.
    pub lost: usize,
    /// Whether the group has begun: then nobody joins it any more.
    pub begun: bool,
    /// Who could have the place.
    pub next: Option<Next>,
}

/// Somebody who waits and could have a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// Who.
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// Since when the person waits.
    pub since: Date,
}

/// The day on which somebody is gone from a house, as far as it is known, and whether to another one.
fn gone(house: &House, person: PersonId) -> Option<(Date, bool)> {
    let known = house.known.people.get(&person)?;
    let moves = known.leaves.map(|day| (day, true));
    [known.release.map(|day| (day, false)), moves]
        .into_iter()
        .flatten()
        .min()
}

/// Members who leave before the last session of their group, by the day on which they do. Who waits longest, those whom a
/// court sent first, gets the place of a group that has not begun.
pub fn leaving(facts: &Facts) -> Vec<Leaving> {
    let mut found = Vec::new();
    for house in &facts.houses {
        let mut given: BTreeSet<PersonId> = BTreeSet::new();
        for (id, group) in &house.known.groups {
            let Some(name) = &group.name else { continue };
            let own = house.known.meetings.iter();
            let meetings: Vec<&Meeting> = own
                .filter(|one| one.group == *id && !one.cancelled && !one.is_catch_up())
                .collect();
            let Some(last) = meetings.iter().map(|one| one.day).max() else {
                continue;
            };
            if last <= facts.today {
                continue;
            }
            let first = meetings.iter().min_by_key(|one| one.ordinal);
            let begun = first.is_none_or(|one| one.ordinal > 1 || one.day <= facts.today);
            for member in &group.members {
                let here = member.to.is_none_or(|to| to > facts.today);
                let known = house.known.people.get(&member.person);
                let (Some((day, moves)), Some(person)) = (
                    gone(house, member.person),
                    known.and_then(|known| known.name.clone()),
                ) else {
                    continue;
                };
                if !here || day > last {
                    continue;
                }
                let next = if begun {
                    None
                } else {
                    next(house, group, last, &given)
                };
                given.extend(next.map(|one| one.person));
                found.push(Leaving {
                    group: name.clone(),
                    group_id: *id,
                    person: member.person,
                    name: person,
                    day,
                    moves,
                    lost: meetings.iter().filter(|one| one.day >= day).count(),
                    begun,
                    next: next.map(|one| Next {
                        person: one.person,
                        name: one.name.clone(),
                        since: one.since,
                    }),
                });
            }
        }
    }
    found.sort_by(|one, other| (one.day, &one.name).cmp(&(other.day, &other.name)));
    found
}

/// Who waits for the programme of a group, stays until its last day and may meet its members.
fn next<'a>(
    house: &'a House,
    group: &Group,
    last: Date,
    given: &BTreeSet<PersonId>,
) -> Option<&'a Waiting> {
    let (_, programme) = group.place?;
    let apart = |one: PersonId| {
        let pairs = house.known.separations.iter();
        pairs
            .filter(move |(left, right)| *left == one || *right == one)
            .any(|(left, right)| {
                let other = if *left == one { right } else { left };
                group.members.iter().any(|member| member.person == *other)
            })
    };
    let waiting = house.waiting.iter().filter(|one| {
        one.programme == programme
            && one.suitable
            && !one.foreseen
            && !given.contains(&one.person)
            && gone(house, one.person).is_none_or(|(day, _)| day > last)
            && !apart(one.person)
    });
    waiting.min_by_key(|one| (!one.court_order, one.since, one.application))
}
