//! Disclosure control: which figures of a table may be published.
//!
//! A figure below the threshold is hidden, and so many others with it that
//! nobody can work it out from the sums. The attacker is taken to know every
//! published figure, every sum, this method and its threshold, and that
//! counts are whole numbers from zero. What he can say about a hidden figure
//! is an interval; requirement R must hold for
//! **every** hidden figure, because the file does not tell which of them were
//! hidden for their own sake.
//!

pub mod solver;

use thiserror::Error;

/// The threshold used unless an officer has chosen another.
pub const DEFAULT_THRESHOLD: u64 = 5;

/// The smallest threshold permitted, the minimum of official practice
/// (Statistik der Bundesagentur für Arbeit: at least three cases).
pub const SMALLEST_THRESHOLD: u64 = 3;

/// The parameters of disclosure control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    threshold: u64,
}

/// The threshold is below [`SMALLEST_THRESHOLD`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("Der Schwellenwert {0} ist zu niedrig: zulässig sind Werte ab {SMALLEST_THRESHOLD}.")]
pub struct ThresholdTooLow(pub u64);

impl Rule {
    /// Figures from one to `threshold` minus one are kept secret.
    pub fn new(threshold: u64) -> Result<Rule, ThresholdTooLow> {
        if threshold < SMALLEST_THRESHOLD {
            return Err(ThresholdTooLow(threshold));
        }
        Ok(Rule { threshold })
    }

    /// The smallest figure other than zero that is published for its own sake.
    pub fn threshold(&self) -> u64 {
        self.threshold
    }

    /// Whether a figure must be hidden for its own sake.
    pub fn is_small(&self, value: u64) -> bool {
        (1..self.threshold).contains(&value)
    }
}

impl Default for Rule {
    fn default() -> Self {
        Rule {
            threshold: DEFAULT_THRESHOLD,
        }
    }
}
