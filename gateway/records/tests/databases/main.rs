//! The same tests on SQLite and PostgreSQL: what goes in through the writer comes out as it was.
//!
//! PostgreSQL is used when `BATON_TEST_POSTGRES` holds an address of a server on which databases
//! may be made; `tests/run` starts one. Without it the SQLite half runs and a line says so.
//! Chapters: `parts` (what they share), `commits`, `ledger`, `books`, `verify`, `export`,
//! `settlement`, `start`, `webhooks`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![expect(clippy::panic, reason = "a finding that is not there fails the test")]

mod books;
mod commits;
mod export;
mod ledger;
mod parts;
mod settlement;
mod start;
mod verify;
mod webhooks;
