//! What the machine says of its uptime, and between which moments time is told.

use super::*;

fn at(boot: &str, ms: i64) -> Uptime {
    Uptime { boot: boot.to_owned(), ms }
}

#[test]
fn time_is_told_within_one_start_of_the_machine_only() {
    assert_eq!(at("a", 100).until(&at("a", 350)), Some(250));
    assert_eq!(at("a", 100).until(&at("b", 350)), None);
    assert_eq!(at("", 100).until(&at("", 350)), None);
    assert_eq!(at("a", 350).until(&at("a", 100)), None);
}

#[test]
fn the_systems_words_are_read() {
    assert_eq!(milliseconds("3501.07 6890.12\n"), Some(3_501_070));
    assert_eq!(milliseconds("nothing"), None);
}
