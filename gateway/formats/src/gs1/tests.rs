//! Tests of GS1 data.
