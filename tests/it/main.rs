//! Behaviour through the public surface: HTTP, command line. The same suite runs on SQLite (default) and on
//! PostgreSQL (`TEST_DATABASE_URL`).

#![allow(
    clippy::disallowed_methods,
    reason = "tests wait, and make ids, as they like"
)]

mod approvals;
mod audit;
mod calendar;
mod cancelled;
mod case_ends;
mod case_list;
mod cases;
mod casework;
mod clearance;
mod cli;
mod cli_plan;
mod cli_privacy;
mod clock;
mod completion;
mod confirmation;
mod conflicts;
mod consent;
mod course;
mod cover;
mod coverage;
mod emergency;
mod existence;
mod exports;
mod gate;
mod grants;
mod groups;
mod handover;
mod harness;
mod html;
mod killed;
mod lead;
mod log_keeping;
mod matrix;
mod membership;
mod merge;
mod merge_race;
mod notes;
mod offices;
mod people;
mod people_import;
mod placement;
mod privacy;
mod protocol;
mod providers;
mod purpose;
mod register;
mod replanning;
mod restriction;
mod retention;
mod review;
mod rows;
mod schema;
mod series;
mod sign_in;
mod stand_in;
mod statements;
mod statistics;
mod stops;
mod subject_report;
mod talk_offers;
mod talk_times;
mod talks;
mod tampering;
mod timetable;
mod viewers;
mod waiting;
mod web;
mod world;
