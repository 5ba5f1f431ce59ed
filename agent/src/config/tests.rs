use super::*;

#[test]
fn the_shipped_file_names_every_setting_with_its_default() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/agent.toml");

    assert_eq!(Config::load(&path).unwrap(), Config::default());
}

#[test]
fn an_app_may_have_its_own_driver_and_unknown_settings_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("agent.toml");

    std::fs::write(&path, "[[apps]]\napp = \"stamps\"\ndriver = \"scanner\"\n").unwrap();
    let good = Config::load(&path).unwrap();
    std::fs::write(&path, "[scanner]\nspeed = 9600\n").unwrap();
    let bad = Config::load(&path).unwrap_err();

    assert_eq!(good.apps[0].driver, DriverKind::Scanner);
    assert!(bad.to_string().contains("speed"), "{bad}");
}
