//! Proposals for coarser tables: the caller names what could be dropped, and this ranks it.

use super::problem::Problem;
use super::protect::{Budget, CannotProtect, Progress, protect};
use super::published::Loss;

/// What a coarser table would show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal<V> {
    /// The caller's name for it: "Land instead of facility".
    pub variant: V,
    /// What it would cost; `None` if even this cannot be published.
    pub loss: Option<Loss>,
}

impl<V> Proposal<V> {
    /// Cells that are not zero and would be shown.
    pub fn shown(&self) -> usize {
        self.loss
            .map_or(0, |loss| loss.filled.saturating_sub(loss.hidden))
    }
}

/// Ranks variants of a release, the one that shows most figures other than zero first; those that cannot be published at
/// all come last. Uses the fast method. Fails only if it is stopped or the solver has no answer.
pub fn coarsen<K: Ord + Clone + std::fmt::Debug, V>(
    variants: impl IntoIterator<Item = (V, Problem<K>)>,
    progress: &mut dyn Progress,
) -> Result<Vec<Proposal<V>>, CannotProtect<K>> {
    let mut proposals = Vec::new();
    for (variant, problem) in variants {
        let loss = match protect(&problem, Budget::quick(), progress) {
            Ok(published) => Some(*published.loss()),
            Err(CannotProtect::NoPattern { .. }) => None,
            Err(other) => return Err(other),
        };
        proposals.push(Proposal { variant, loss });
    }
    proposals
        .sort_by_key(|proposal| (proposal.loss.is_none(), std::cmp::Reverse(proposal.shown())));
    Ok(proposals)
}
