use super::*;

const OLD: Version = Version::new(1, 2, 0);
const NEW: Version = Version::new(1, 10, 0);

#[test]
fn the_highest_version_is_kept_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("versions.toml");
    let mut floors = Floors::open(&path).unwrap();

    floors.record("a", NEW).unwrap();
    floors.record("a", OLD).unwrap();
    let again = Floors::open(&path).unwrap();

    let older = Refusal::Older { version: OLD, highest: NEW };
    assert_eq!(again.check("a", OLD), Err(older));
    assert_eq!(again.check("a", NEW), Ok(()));
    assert_eq!(again.check("b", OLD), Ok(()));
}

#[test]
fn a_record_that_cannot_be_read_or_written_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("versions.toml");
    fs::write(&path, "a = 1").unwrap();

    let unreadable = Floors::open(&path);
    let unwritable = Floors::open(&folder.path().join("none/versions.toml"));
    let unwritable = unwritable.and_then(|mut floors| floors.record("a", OLD));

    assert!(matches!(unreadable, Err(Refusal::Store { .. })));
    assert!(matches!(unwritable, Err(Refusal::Store { .. })));
}
