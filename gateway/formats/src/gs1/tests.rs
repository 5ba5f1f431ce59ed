//! Tests of GS1 data, chapter by chapter; published vectors are tried elsewhere.

mod checks;
mod elements;
mod keys;
mod links;
mod properties;
mod scans;
mod table;
