//! Many entries of the audit log, for benches.

use crate::access::permissions::Operate;
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::PersonId;
use crate::store::Writer;

/// Entries of one commit.
const AT_ONCE: usize = 5_000;

/// The next entries of `left`: pages of lists with five people, single people, and what is about nobody.
pub(super) fn entries(people: &[PersonId], done: usize, left: usize) -> Vec<Entry> {
    (done..done + left.min(AT_ONCE))
        .map(|number| {
            let entry = Entry::new(Verb::Query, format!("messung {number}"));
            let from = number.checked_rem(people.len()).unwrap_or(0);
            let some = people.iter().copied().skip(from);
            match number % 4 {
                0 => entry.about_all(some.take(5), Level::List),
                1 | 2 => entry.about_all(some.take(1), Level::Basic),
                _ => entry,
            }
        })
        .collect()
}

/// Commits them.
pub(super) async fn commit(
    writer: Writer<Operate>,
    entries: Vec<Entry>,
) -> crate::store::Result<()> {
    writer.commit_all(entries).await.map(|_| ())
}
