//! The target `gs1_scan`: hands the engine's bytes to the oracle of that name.
//!
//! What the oracle holds stands in the README beside this folder.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    baton_fuzz::hold("gs1_scan", bytes);
});
