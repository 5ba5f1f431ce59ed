//! The shipped `config/gateway.toml`: complete, and equal to the defaults.
//!
//! Owns that one file; agent and relay-device hold their own files to their defaults themselves.

use baton_gateway::config::Config;
use serde_json::Value;
use std::path::Path;

#[test]
fn the_shipped_gateway_file_says_the_defaults() {
    let shipped: Config = toml::from_str(&shipped()).unwrap();

    let shipped = serde_json::to_value(shipped).unwrap();

    assert_eq!(shipped, serde_json::to_value(Config::default()).unwrap());
}

#[test]
fn the_shipped_gateway_file_names_every_setting_and_says_what_it_is() {
    let text = shipped();
    let written: Value =
        serde_json::to_value(toml::from_str::<toml::Table>(&text).unwrap()).unwrap();
    let Value::Object(sections) = serde_json::to_value(Config::default()).unwrap() else {
        panic!("the configuration has sections")
    };

    for (section, settings) in sections {
        for setting in settings.as_object().unwrap().keys() {
            assert!(written[&section].get(setting).is_some(), "{section}.{setting} is missing");
            let line = text.lines().position(|line| line.starts_with(&format!("{setting} = ")));
            let before = line.and_then(|line| text.lines().nth(line - 1));
            assert!(before.is_some_and(|before| before.starts_with('#')), "{setting}: no comment");
        }
        assert!(text.contains(&format!("[{section}")), "section {section} is missing");
    }
}

#[test]
fn an_unknown_setting_is_refused_by_name() {
    let refused = toml::from_str::<Config>("[listen]\npubic = \"127.0.0.1:1\"\n").unwrap_err();

    assert!(refused.to_string().contains("pubic"), "{refused}");
}

fn shipped() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/gateway.toml");
    std::fs::read_to_string(path).unwrap()
}
