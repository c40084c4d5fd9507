//! What was seen of a target: movements that show it safe as long as the units that move in them stay hidden.

use std::sync::Arc;

use super::search::EDGE;
use super::system::Need;

/// The units that must stay hidden.
pub(super) type Witness = Arc<Vec<usize>>;

/// How far a unit was seen to go up and down, each with the units that moved on the way.
#[derive(Debug, Clone, Default)]
pub(super) struct Ends {
    up: Option<(f64, Witness)>,
    down: Option<(f64, Witness)>,
}

impl Ends {
    /// Forgets movements of units that are not hidden any more.
    pub(super) fn recall(&mut self, hidden: &[bool]) {
        for end in [&mut self.up, &mut self.down] {
            end.take_if(|(_, moved)| !moved.iter().all(|unit| hidden[*unit]));
        }
    }

    /// Whether such a movement goes further than all before; less than a whole case shows nothing.
    pub(super) fn is_news(&self, far: f64) -> bool {
        let known = if far < 0.0 { &self.down } else { &self.up };
        let known = known.as_ref().map_or(0.0, |(known, _)| *known);
        far.abs() >= 1.0 - EDGE && far.abs() > known + EDGE
    }

    /// Notes a movement.
    pub(super) fn see(&mut self, far: f64, moved: &Witness) {
        let end = if far < 0.0 {
            &mut self.down
        } else {
            &mut self.up
        };
        *end = Some((far.abs(), moved.clone()));
    }

    /// What must stay hidden so that a unit with this value can be all that is asked for; `None` if that was not seen.
    pub(super) fn show(&self, value: i64, need: &Need) -> Option<Witness> {
        let far = |end: &Option<(f64, Witness)>| end.as_ref().map_or(0.0, |(far, _)| *far);
        let (up, down) = (far(&self.up), far(&self.down));
        let least = need.reach.saturating_sub(value).max(0) as f64;
        let deep = value.saturating_sub(need.depth).max(0) as f64;
        let width = need.width as f64;
        if up < least - EDGE || down < deep - EDGE || up + down < width - EDGE {
            return None;
        }
        // One of the two will do if it goes far enough.
        let alone = |this: f64, other: f64| this >= width - EDGE && other <= EDGE;
        let moved = |end: &Option<(f64, Witness)>| end.as_ref().map(|(_, moved)| moved.clone());
        if alone(up, deep) {
            return moved(&self.up);
        }
        if alone(down, least) {
            return moved(&self.down);
        }
        let mut both: Vec<usize> = [&self.up, &self.down]
            .into_iter()
            .flatten()
            .flat_map(|(_, moved)| moved.iter().copied())
            .collect();
        both.sort_unstable();
        both.dedup();
        Some(Arc::new(both))
    }
}
