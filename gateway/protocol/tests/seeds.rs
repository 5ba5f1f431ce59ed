//! The samples of the fuzz targets of this crate, through the oracles that the engine uses.
//!
//! Owns nothing: samples and oracles are in `formats/fuzz`, which ordinary builds do not see. A
//! frame or document that does not come back fails here already.
#![expect(clippy::expect_used, reason = "an oracle ends the run")]

#[path = "../../formats/fuzz/src/wire/mod.rs"]
mod wire;

#[test]
fn every_document_keeps_its_promises_on_the_samples_of_its_target() {
    for (name, hold, seeds) in wire::ROWS {
        let samples: Vec<&str> = seeds.lines().filter(|line| !line.starts_with('#')).collect();

        let read = samples.iter().filter(|sample| hold(sample.as_bytes())).count();

        assert!(read * 2 > samples.len(), "{name}: {read} of {}", samples.len());
    }
}
