use super::*;
use std::fs;

fn put(folder: &Path, place: &str, name: &str) {
    let manifest = Manifest { name: name.to_owned(), ..Manifest::draft() };
    fs::create_dir_all(folder.join(place)).unwrap();
    fs::write(folder.join(place).join(MANIFEST_FILE), manifest.write().unwrap()).unwrap();
}

fn listed(name: &str) -> Listed {
    Listed { state: (SystemTime::UNIX_EPOCH, 1), name: Some(name.to_owned()) }
}

#[test]
fn one_of_two_versions_may_go_without_the_plugin() {
    let both: Seen = [("a-1".into(), listed("a")), ("a-2".into(), listed("a"))].into();
    let newer: Seen = [("a-2".into(), listed("a"))].into();

    assert!(gone(&both, &newer).is_empty());
    assert_eq!(gone(&newer, &Seen::new()), BTreeSet::from(["a".to_owned()]));
}

#[test]
fn a_library_that_arrives_after_its_manifest_is_a_change() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "a", "a");
    let before = look(folder.path(), &Seen::new());

    fs::write(folder.path().join("a/a.so"), [0; 100]).unwrap();
    let after = look(folder.path(), &before);

    assert_eq!(before.len(), 1);
    assert_ne!(before, after);
    assert_eq!(look(folder.path(), &after), after);
}

#[test]
fn what_is_no_plugin_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    fs::write(folder.path().join("versions.toml"), "").unwrap();

    assert!(look(folder.path(), &Seen::new()).is_empty());
}

#[test]
fn without_a_folder_there_are_no_plugins() {
    assert!(open(&PluginSettings::default()).unwrap().is_none());
}

#[test]
fn a_file_of_keys_that_is_not_there_is_named() {
    let settings = PluginSettings {
        folder: "plugins".into(),
        keys: "nowhere/keys".into(),
        ..PluginSettings::default()
    };

    let fault = open(&settings).unwrap_err().to_string();

    assert!(fault.starts_with("plugins: cannot read nowhere/keys:"), "{fault}");
}
