//! The steps of the database, one file per step. A step names its tables as strings and never uses the
//! application's entities, which change later. Every step runs in a transaction, on SQLite too.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m0001_reference;
mod m0002_accounts;
mod m0003_people;
mod m0004_groups;
mod m0005_casework;
mod m0006_statistics;
mod m0007_audit;
mod m0008_external_staff;
mod m0009_staff;
mod m0012_review;
mod m0013_templates;
mod m0014_waiting;
mod m0015_lookups;
mod m0016_conflicts;
mod m0017_completion;
mod m0018_calendar;
mod m0019_cases;
mod m0020_placement_changes;
mod m0021_hand_over;
mod m0022_consent;
mod m0023_person_merge;
mod m0025_talks;
mod m0026_notes;
mod m0027_danger;
mod m0028_deadlines;
mod m0030_reports;
mod m0031_approvals;
mod m0032_purposes;
mod m0033_emergency;
mod m0034_restriction;
mod m0035_periods;
mod m0036_erasure;
mod m0037_inquiry;
mod m0038_audit_hold;
mod m0039_release_choices;
mod m0040_case_reports;
mod m0042_half_year;
mod m0043_planned_members;
mod m0044_case_order;
mod m0048_lead;
mod m0049_stand_in;
mod m0050_land_plan;
mod m0051_talk_cadence;
mod m0052_room_closure;
mod sql;

/// All steps in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_reference::Migration),
            Box::new(m0002_accounts::Migration),
            Box::new(m0003_people::Migration),
            Box::new(m0004_groups::Migration),
            Box::new(m0005_casework::Migration),
            Box::new(m0006_statistics::Migration),
            Box::new(m0007_audit::Migration),
            Box::new(m0008_external_staff::Migration),
            Box::new(m0009_staff::Migration),
            Box::new(m0012_review::Migration),
            Box::new(m0013_templates::Migration),
            Box::new(m0014_waiting::Migration),
            Box::new(m0015_lookups::Migration),
            Box::new(m0016_conflicts::Migration),
            Box::new(m0017_completion::Migration),
            Box::new(m0018_calendar::Migration),
            Box::new(m0019_cases::Migration),
            Box::new(m0020_placement_changes::Migration),
            Box::new(m0021_hand_over::Migration),
            Box::new(m0022_consent::Migration),
            Box::new(m0023_person_merge::Migration),
            Box::new(m0025_talks::Migration),
            Box::new(m0026_notes::Migration),
            Box::new(m0027_danger::Migration),
            Box::new(m0028_deadlines::Migration),
            Box::new(m0030_reports::Migration),
            Box::new(m0031_approvals::Migration),
            Box::new(m0032_purposes::Migration),
            Box::new(m0033_emergency::Migration),
            Box::new(m0034_restriction::Migration),
            Box::new(m0035_periods::Migration),
            Box::new(m0036_erasure::Migration),
            Box::new(m0037_inquiry::Migration),
            Box::new(m0038_audit_hold::Migration),
            Box::new(m0039_release_choices::Migration),
            Box::new(m0040_case_reports::Migration),
            Box::new(m0042_half_year::Migration),
            Box::new(m0043_planned_members::Migration),
            Box::new(m0044_case_order::Migration),
            Box::new(m0048_lead::Migration),
            Box::new(m0049_stand_in::Migration),
            Box::new(m0050_land_plan::Migration),
            Box::new(m0051_talk_cadence::Migration),
            Box::new(m0052_room_closure::Migration),
        ]
    }
}
