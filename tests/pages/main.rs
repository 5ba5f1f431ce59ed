//! The pages' own code, run: a Node on the machine plays every state of a touch through it.
//!
//! Owns starting Node on `progress.mjs` beside this file. Without a Node it says so and holds
//! nothing; `tests/tidy` reads the same pages without running them.

use std::path::Path;
use std::process::Command;

#[test]
fn the_page_offers_no_other_payment_before_this_one_is_over() {
    let states = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages/progress.mjs");
    let node = Command::new("node").arg("--experimental-default-type=module").arg(states).output();
    let Ok(played) = node else {
        eprintln!("there is no Node on this machine: the pages' states were not played");
        return;
    };

    let said = String::from_utf8_lossy(&played.stdout);
    assert!(played.status.success(), "{said}\n{}", String::from_utf8_lossy(&played.stderr));
    assert!(said.contains("# fail 0") && !said.contains("# pass 0"), "{said}");
}
