//! Behaviour through the public surface: HTTP, command line. The same suite runs on SQLite (default) and on
//! PostgreSQL (`TEST_DATABASE_URL`).

mod audit;
mod cancelled;
mod cli;
mod coverage;
mod harness;
mod html;
mod providers;
mod schema;
mod sign_in;
mod statistics;
mod web;
mod world;
