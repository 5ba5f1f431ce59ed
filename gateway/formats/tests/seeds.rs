//! The samples of the fuzz targets of this crate, through the oracles that the engine uses.
//!
//! Owns nothing: samples and oracles are in `fuzz`, which ordinary builds do not see. A codec that
//! breaks a promise on one of them fails here already.
#![expect(clippy::expect_used, clippy::panic, reason = "an oracle ends the run")]

#[path = "../fuzz/src/formats/mod.rs"]
mod formats;

#[test]
fn every_codec_keeps_its_promises_on_the_samples_of_its_target() {
    for target in formats::TARGETS {
        let samples: Vec<_> = formats::samples(target.seeds).collect();

        let read = samples.iter().filter(|sample| (target.hold)(sample)).count();

        assert!(read * 2 > samples.len(), "{}: {read} of {}", target.name, samples.len());
        let published = !target.vectors.is_empty() || target.choices == 0;
        assert!(published || target.choices > 1, "{} has nothing to choose", target.name);
    }
}
