//! Tests of product codes, chapter by chapter; published vectors are tried elsewhere.

mod codes;
mod properties;
