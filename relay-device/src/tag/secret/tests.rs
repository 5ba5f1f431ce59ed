use super::*;
use baton_formats::nfc::dna::KeySlot;
use baton_formats::nfc::sun::TagUid;

fn file(content: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tags.key");
    std::fs::write(&path, content).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    (folder, path)
}

#[test]
fn the_master_key_is_read_from_its_digits() {
    let (_folder, path) = file("00112233445566778899aabbCCDDEEFF\n", 0o600);

    let keys = load(&path).unwrap();

    let expected: [u8; 16] = std::array::from_fn(|place| u8::try_from(place * 0x11).unwrap());
    let uid = TagUid([4, 1, 2, 3, 4, 5, 6]);
    let reference = TagKeys::new(AesKey::new(expected)).of(uid, KeySlot::File).unwrap();
    assert_eq!(keys.of(uid, KeySlot::File).unwrap().reveal(), reference.reveal());
}

#[test]
fn a_file_that_others_may_read_is_refused_with_what_to_do() {
    let (_folder, path) = file(&"00".repeat(16), 0o640);

    let refused = load(&path).unwrap_err();

    assert!(refused.to_string().contains("chmod 600"), "{refused}");
}

#[test]
fn what_is_no_key_is_refused_without_showing_it() {
    for content in ["", "00112233", &"zz".repeat(16), &"0".repeat(33), &"00".repeat(17)] {
        let (_folder, path) = file(content, 0o600);

        let refused = load(&path).unwrap_err();

        assert!(matches!(refused, SecretFault::NoKey { .. }), "{refused}");
        assert!(content.is_empty() || !refused.to_string().contains(content), "{refused}");
    }
    assert!(matches!(load(Path::new("")), Err(SecretFault::NotSet)));
}

#[test]
fn random_bytes_differ() {
    assert_ne!(random(), random());
}
