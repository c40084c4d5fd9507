//! Whether a pattern holds in whole numbers too, for every target of every attacker.

use super::attack::Attack;
use super::certify::{Table, Tables, interval, is_consistent, is_shown, is_whole, whole_point};
use super::pair::in_pairs;
use super::search::{Gone, Search, Target};

/// Targets whose interval in whole numbers is too narrow. `tables` of each attacker are kept for the next pattern.
pub(super) fn too_narrow(
    targets: &[Target],
    search: &mut Search<'_>,
    hidden: &[bool],
    tables: &mut [Vec<Table>],
    round: u64,
) -> Result<Vec<usize>, Gone> {
    for (attack, tables) in search.attacks.iter().zip(&mut *tables) {
        tables.retain(|table| is_consistent(attack, hidden, table));
    }
    let mut shown = vec![false; targets.len()];
    let mut failed = Vec::new();
    let mut first = 0;
    loop {
        search.go_on()?;
        let mut next = || {
            let place = (first..targets.len())
                .find(|place| !shown[*place] && search.is_active(*place, hidden))?;
            first = place + 1;
            Some(place)
        };
        let Some(one) = next() else {
            return Ok(failed);
        };
        let two = if search.beside.is_empty() {
            None
        } else {
            next()
        };
        let mut answers = Vec::new();
        {
            let tables = &*tables;
            let ask = |attack: &mut Attack<'_>, target: &Target| {
                let mut tables = Tables::new(&tables[target.who], round);
                let whole = is_whole(attack, hidden, target, &mut tables)?;
                let certain = !whole && is_certain(attack, hidden, target)?;
                Ok::<_, Gone>((whole, certain, tables.found()))
            };
            let about = &targets[one];
            let attack = &mut search.attacks[about.who];
            match two {
                None => answers.push((one, false, ask(attack, about)?)),
                Some(two) => {
                    let other = &targets[two];
                    let second = &mut search.beside[other.who];
                    let (answer, beside) = in_pairs(|| ask(attack, about), || ask(second, other));
                    answers.push((one, false, answer?));
                    answers.push((two, true, beside?));
                }
            }
        }
        for (place, beside, (whole, certain, found)) in answers {
            let target = &targets[place];
            if whole {
                let attacks = if beside {
                    &search.beside
                } else {
                    &search.attacks
                };
                let attack = &attacks[target.who];
                if let Some(table) = whole_point(attack, hidden) {
                    for (other, shown) in targets.iter().zip(&mut shown) {
                        *shown |= other.who == target.who && is_shown(attack, &table, other);
                    }
                }
            } else if !certain {
                failed.push(place);
            }
            tables[target.who].extend(found);
        }
    }
}

/// Whether everybody can tell that a unit hidden for others' sake is not small.
fn is_certain(attack: &mut Attack<'_>, hidden: &[bool], target: &Target) -> Result<bool, Gone> {
    let Some(certain) = target.certain else {
        return Ok(false);
    };
    let lower = interval(attack, hidden, target.unit)?.lower;
    Ok(i64::try_from(lower).is_ok_and(|lower| lower >= certain))
}
