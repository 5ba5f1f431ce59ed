//! Reference data compared with the rules, file by file; counts are printed.
//!
//! Owns one module a capability; each reads its own folder of `tests/data`.

mod approval;
