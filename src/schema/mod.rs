//! The shared map of the database: one entity per table, and a class for every column. A column without
//! a class does not compile, so the subject report, retention and statistics cannot forget one.

mod classes;
mod periods;
mod values;

pub mod accounts;
pub mod audit;
pub mod casework;
pub mod completion;
pub mod groups;
pub mod inquiry;
pub mod people;
pub mod planning;
pub mod protection;
pub mod providers;
pub mod reference;
pub mod retention;
pub mod review;
pub mod statistics;
pub mod transitions;

pub use classes::{ColumnClass, Report, Retention, Sensitivity, TableClass};
pub use periods::{Kept, kept};

/// Every table and the classes of its columns, in the order of the migrations.
pub fn tables() -> Vec<TableClass> {
    [
        reference::TABLES,
        accounts::TABLES,
        people::TABLES,
        groups::TABLES,
        completion::TABLES,
        casework::TABLES,
        statistics::TABLES,
        audit::TABLES,
        providers::TABLES,
        review::TABLES,
        transitions::TABLES,
        planning::TABLES,
        inquiry::TABLES,
        protection::TABLES,
        retention::TABLES,
    ]
    .concat()
}
