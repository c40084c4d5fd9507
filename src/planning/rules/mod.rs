//! From what the rooms know to a timetable: [`facts`] says what is known, [`mod@assemble`] makes an instance of it, [`runs`]
//! searches in rounds that get longer, [`changes`] says what a repair would change, [`talks`] when the
//! client of a case is to be talked with. Pure.

pub mod assemble;
pub mod changes;
pub mod facts;
pub mod leaving;
pub mod runs;
pub mod series;
pub mod talks;

pub use assemble::{DueTalk, Lost, Made, Seat, Source, Talks, assemble};
pub use facts::{Disruption, Facts, House, Order, Place, Staff, Template, Waiting, Wanted};
pub use talks::{Booked, Regular};
