//! The samples of every target through its oracle, and that most of them are read.
//!
//! An oracle that refuses all that it is given holds nothing; a target whose files are missing is
//! never run.

use baton_fuzz::formats::samples;
use baton_fuzz::{hold, targets};
use std::path::Path;

#[test]
fn every_target_reads_most_of_its_samples() {
    for target in targets() {
        let all: Vec<Vec<u8>> = samples(target.seeds).collect();

        let read = all.iter().filter(|sample| hold(target.name, sample)).count();

        assert!(read * 2 > all.len(), "{} reads {read} of {} samples", target.name, all.len());
    }
}

#[test]
fn every_target_has_its_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for target in targets() {
        for file in ["targets/NAME.rs", "seeds/NAME.dict"] {
            let path = folder.join(file.replace("NAME", target.name));

            assert!(path.exists(), "{} is missing", path.display());
        }
    }
}
