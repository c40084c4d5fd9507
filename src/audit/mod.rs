//! The protocol: what an entry says, how entries are chained, how a chain is verified. Pure; the store
//! writes entries (in the transaction of a write, or group-committed before a read is answered).
//!
//! Operations, reason, time, actor and recipient after section 32 SächsDSUG; entries are deleted twelve
//! months after they were made (section 32 paragraph 5), so the chain is cut into day segments and
//! verification succeeds without the deleted ones.

mod chain;
mod checkpoint;
mod entry;
mod verify;

pub use chain::{Chain, ChainedEntry, Head, StoredEntry};
pub use checkpoint::{Checkpoint, CheckpointProblem, SignedCheckpoint};
pub use entry::{Entry, Level, OWN_MATTER, Outcome, Stamp, Verb};
pub use verify::{Finding, Segment, Verifier};
