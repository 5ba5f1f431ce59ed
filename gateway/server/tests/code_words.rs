//! `admin code` as an operator types it: the rules that say whose a scanned code is.
//!
//! Owns the words of the program; what a rule means is tested in `baton-formats`, and what becomes
//! of a scan in the scenarios.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::path::Path;
use std::process::{Command, Output};

fn admin(folder: &Path, words: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_baton-gateway"));
    program.current_dir(folder).arg("admin").args(words).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// A folder with two apps and a file of rules.
fn shop(rules: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules"), rules).unwrap();
    let host = ["destination", "add", "host", "--kind", "acquirer", "--way", "iso8583"];
    let host = [&host, ["--address", "127.0.0.1:9", "--capabilities", "C2,C3"].as_slice()].concat();
    assert!(admin(folder.path(), &host).status.success());
    assert!(admin(folder.path(), &["app", "key", "--out", "key.pem"]).status.success());
    for app in ["card-app", "wallet-app"] {
        let add = ["app", "add", app, "--destination", "host", "--key", "key.pub.pem"];
        assert!(admin(folder.path(), &add).status.success());
    }
    folder
}

#[test]
fn rules_are_set_shown_and_tried_in_their_order() {
    let rules = "# ours\nwallet-app / QR = 24 digits; 1: 281006\ncard-app = 6..128 visible\n";
    let shop = shop(rules);

    let before = said(&admin(shop.path(), &["code", "list"]));
    let set = admin(shop.path(), &["code", "set", "rules"]);
    let list = said(&admin(shop.path(), &["code", "list"]));
    let wallet = said(&admin(shop.path(), &["code", "try", "281006000000000000000001"]));
    let other = said(&admin(shop.path(), &["code", "try", "SOMETHING-ELSE"]));
    let history = said(&admin(shop.path(), &["history"]));

    assert!(before.contains("no rules"), "{before}");
    assert!(set.status.success(), "{}", said(&set));
    assert_eq!(list, "wallet-app / QR = 24 digits; 1: 281006\ncard-app = 6..128 visible\n");
    assert!(wallet.starts_with("wallet-app, by the rule"), "{wallet}");
    assert!(other.starts_with("card-app, by the rule"), "{other}");
    assert!(history.contains("codes are told apart by 2 rules"), "{history}");
}

#[test]
fn rules_that_do_not_read_or_name_no_app_change_nothing() {
    let shop = shop("card-app = 6..128 visible\n");
    let set = |rules: &str| {
        std::fs::write(shop.path().join("wrong"), rules).unwrap();
        admin(shop.path(), &["code", "set", "wrong"])
    };
    admin(shop.path(), &["code", "set", "rules"]);

    let class = set("card-app = 6 letters\n");
    let stranger = set("card-app = 6 digits\nnobody = 8 digits\n");
    let name = set("Tap & Pay = 8 digits\n");
    let card = admin(shop.path(), &["code", "try", "4242424242424242"]);
    let list = said(&admin(shop.path(), &["code", "list"]));

    for (output, why) in [
        (class, "line 1: a class is digits"),
        (stranger, "there is no app nobody; add it with app add"),
        (name, "write the app whose codes these are"),
        (card, "looks like a card number"),
    ] {
        assert!(!output.status.success() && said(&output).contains(why), "{}", said(&output));
    }
    assert_eq!(list, "card-app = 6..128 visible\n");
}
