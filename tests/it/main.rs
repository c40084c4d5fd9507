//! Behaviour through the public surface: HTTP, command line. The same suite runs on SQLite (default) and on
//! PostgreSQL (`TEST_DATABASE_URL`).

mod harness;
mod html;

mod audit;
mod cancelled;
mod cli;
mod people;
mod people_import;
mod schema;
mod sign_in;
mod web;
