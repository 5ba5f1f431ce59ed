use super::*;

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/relay-device.toml")
}

#[test]
fn the_shipped_file_names_every_setting_with_its_default() {
    let shipped = Config::load(&shipped()).unwrap();

    assert_eq!(shipped, Config::default());
}

#[test]
fn an_unknown_setting_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay-device.toml");
    std::fs::write(&path, "stat = \"x\"\n").unwrap();

    let fault = Config::load(&path).unwrap_err();

    assert!(fault.to_string().contains("stat"), "{fault}");
}

#[test]
fn a_key_is_read_without_the_blanks_around_it_and_prints_masked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wallet.key");
    std::fs::write(&file, " key-of-the-wallet\n").unwrap();
    let destination: DestinationId = "wallet".parse().unwrap();
    let secrets = vec![SecretFile { destination: destination.clone(), file }];

    let read = Config { secrets, ..Config::default() }.read_secrets().unwrap();

    assert!(!format!("{:?}", read[&destination]).contains("key-of-the-wallet"));
}
