//! Two pieces of work at a time.

use std::thread;

/// Does two things at once and gives both results: the same as one after the other, sooner.
pub(super) fn in_pairs<R: Send>(one: impl FnOnce() -> R, two: impl FnOnce() -> R + Send) -> (R, R) {
    thread::scope(|scope| {
        let two = scope.spawn(two);
        let one = one();
        match two.join() {
            Ok(two) => (one, two),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
