//! Soon.
//!
