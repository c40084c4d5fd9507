//! The scale of an axis.

/// At most this many steps between the base line and the top.
const MOST_STEPS: u64 = 5;

/// Round steps of 1, 2 or 5 times a power of ten that reach the largest figure.
pub(super) fn ticks(largest: u64) -> Vec<u64> {
    let largest = largest.max(1);
    let mut power = 1_u64;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            let steps = largest.div_ceil(step);
            if steps <= MOST_STEPS {
                return (0..=steps)
                    .map(|number| number.saturating_mul(step))
                    .collect();
            }
        }
        power = power.saturating_mul(10);
    }
}

/// The share of a figure in the largest one, from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "a drawing is rougher than that")]
pub(super) fn share(value: u64, largest: u64) -> f64 {
    (value as f64 / largest.max(1) as f64).clamp(0.0, 1.0)
}

/// A count as a length.
#[expect(clippy::cast_precision_loss, reason = "counts of categories are small")]
pub(super) fn length(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn steps_are_round() {
        assert_eq!(ticks(0), [0, 1]);
        assert_eq!(ticks(3), [0, 1, 2, 3]);
        assert_eq!(ticks(38), [0, 10, 20, 30, 40]);
        assert_eq!(ticks(60), [0, 20, 40, 60]);
        assert_eq!(ticks(131_275), [0, 50_000, 100_000, 150_000]);
    }

    proptest! {
        #[test]
        fn the_last_step_reaches_the_largest_figure(largest in any::<u64>()) {
            let ticks = ticks(largest);
            let top = ticks.last().copied().expect("some");
            prop_assert!(top >= largest && ticks.len() as u64 <= MOST_STEPS + 1);
        }
    }
}
