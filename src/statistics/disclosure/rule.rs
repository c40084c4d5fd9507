//! The parameters of disclosure control and the attacker's interval.

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

/// What an attacker can say about a hidden figure: the smallest and largest whole number it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The smallest value.
    pub lower: u64,
    /// The largest value; `None` when there is no limit.
    pub upper: Option<u64>,
}

impl Interval {
    /// Largest minus smallest; endless if there is no limit.
    pub fn width(&self) -> u64 {
        self.upper
            .map_or(u64::MAX, |upper| upper.saturating_sub(self.lower))
    }

    /// Requirement R: the interval reaches the threshold and spans at least one less.
    pub fn is_wide_enough(&self, threshold: u64) -> bool {
        self.upper.is_none_or(|upper| {
            upper >= threshold && upper.saturating_sub(self.lower).saturating_add(1) >= threshold
        })
    }

    /// Whether the interval says nothing about a small figure: wide enough, or certainly not small. This is what must hold
    /// for every hidden figure, because a file does not tell which were hidden for their own sake.
    pub fn keeps_secret(&self, threshold: u64) -> bool {
        self.is_wide_enough(threshold) || self.lower >= threshold || self.upper == Some(0)
    }
}
