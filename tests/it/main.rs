//! Behaviour through the public surface: HTTP, command line. The same suite runs on SQLite (default) and on
//! PostgreSQL (`TEST_DATABASE_URL`).

mod harness;
mod html;
mod rows;

mod audit;
mod cancelled;
mod casework;
mod cli;
mod coverage;
mod privacy;
mod schema;
mod sign_in;
mod statistics;
mod web;
mod world;
