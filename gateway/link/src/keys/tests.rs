use super::*;

#[test]
fn a_saved_key_is_the_same_key_and_private_to_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("device.key");
    let key = DeviceKey::generate().unwrap();

    key.save(&path).unwrap();
    let loaded = DeviceKey::load(&path).unwrap();

    assert_eq!(loaded.public(), key.public());
    assert_eq!(URL_SAFE_NO_PAD.decode(key.public()).unwrap().len(), 32);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_file_that_is_no_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("device.key");
    std::fs::write(&path, b"nonsense").unwrap();

    assert!(matches!(DeviceKey::load(&path), Err(KeyFault::Unreadable(_))));
}

#[test]
fn a_key_prints_only_its_public_half() {
    let key = DeviceKey::generate().unwrap();

    assert_eq!(format!("{key:?}"), format!("DeviceKey({})", key.public()));
}
