//! Which figures are small enough to point at a person.

use std::collections::BTreeSet;

use super::Rule;
use super::system::System;

/// The unknowns that must be hidden for their own sake: at least one case,
/// fewer than the threshold. Zeros are published, since the release covers
/// the whole of Saxony and a zero is about nobody.
pub(super) fn primaries(system: &System, rule: &Rule) -> BTreeSet<usize> {
    (0..system.len())
        .filter(|unknown| rule.is_small(system.value(*unknown)))
        .collect()
}
