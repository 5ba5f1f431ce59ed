use super::*;

#[test]
fn an_identity_is_read_back_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(IDENTITY_FILE);
    let identity = Identity {
        role: Role::Agent,
        id: "A-7".to_owned(),
        audience: "baton.test".to_owned(),
        gateway: "http://127.0.0.1:8080".to_owned(),
    };

    identity.save(&path).unwrap();

    assert_eq!(Identity::load(&path).unwrap(), identity);
}

#[test]
fn a_private_file_replaces_the_old_one_and_leaves_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("device.key");

    write_private(&path, b"old").unwrap();
    write_private(&path, b"new").unwrap();

    assert_eq!(std::fs::read(&path).unwrap(), b"new");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_broken_identity_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(IDENTITY_FILE);
    std::fs::write(&path, "{}").unwrap();

    let fault = Identity::load(&path).unwrap_err();

    assert!(fault.to_string().ends_with("enrol this device again"), "{fault}");
}
