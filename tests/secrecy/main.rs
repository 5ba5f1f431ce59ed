//! The search for codes must be able to find them: planted ones, in every form, at every place.
//!
//! Owns no run of its own: `chaos` runs all programs and searches what they wrote with the same
//! [`search`]. Next: `tests/chaos/main.rs`.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set must fail")]

mod search;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use search::Secrets;

const CODE: &str = "W7QF2K9M4XHT3BZP6RDA";

fn secrets() -> Secrets {
    let others = (0..500).map(|number| format!("X-DROP-{number:016}"));
    Secrets::new(&others.chain([CODE.to_owned()]).collect::<Vec<_>>()).unwrap()
}

fn finds_in(bytes: &[u8]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("state").join("device");
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::write(deep.join("journal"), bytes).unwrap();
    secrets().search(folder.path()).unwrap().found.len()
}

#[test]
fn a_planted_code_is_found_wherever_it_stands_in_a_binary_file() {
    for lead in [0, 1, 7, 4_095, 70_001] {
        let mut bytes: Vec<u8> = (0..lead).map(|number| (number % 251) as u8).collect();
        bytes.extend_from_slice(CODE.as_bytes());

        assert_eq!(finds_in(&bytes), 1, "after {lead} bytes");
        bytes.extend_from_slice(&[0; 9]);
        assert_eq!(finds_in(&bytes), 1, "before more bytes, after {lead}");
    }
}

#[test]
fn a_code_in_another_encoding_is_found() {
    assert_eq!(finds_in(hex::encode(CODE).as_bytes()), 1);
    assert_eq!(finds_in(hex::encode_upper(CODE).as_bytes()), 1);
    assert_eq!(finds_in(format!("{:?}", CODE.as_bytes()).as_bytes()), 1);
    for before in ["", "a", "ab", "{\"code\":\""] {
        let text = STANDARD.encode(format!("{before}{CODE}\"}}"));

        assert_eq!(finds_in(text.as_bytes()), 1, "base64 after {before:?}");
    }
}

#[test]
fn what_is_no_code_is_not_found_and_everything_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("log"), "W7QF2K9M4XHT3BZP6RD W7QF2K9M X-DROP-").unwrap();
    std::fs::write(folder.path().join("empty"), "").unwrap();

    let searched = secrets().search(folder.path()).unwrap();

    assert_eq!((searched.found.len(), searched.files, searched.bytes), (0, 2, 36));
    assert_eq!(searched.secrets, 501);
}

#[test]
fn a_secret_that_is_too_short_to_mean_anything_is_refused() {
    assert!(Secrets::new(&["short".to_owned()]).is_err());
}
