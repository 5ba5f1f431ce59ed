//! `admin destination` as an operator types it, against a card host that speaks otherwise.
//!
//! Owns the words of the program and that a probe names the key of the profile to change; what a
//! probe can tell is in the simulators' tests.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use baton_destinations::Dialect;
use baton_simulators::acquirer::{self, Speech};
use baton_simulators::{Delays, Running};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output};

/// A card host with packed lengths; field 41 is what an answer must repeat.
const PACKED: &str = "base = \"1987-bcd\"\n[framing]\nlength = \"bcd-2\"\n";

fn admin(folder: &Path, words: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_baton-gateway"));
    program.current_dir(folder).args(["admin", "destination"]).args(words).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn profile(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

async fn card_host(omits: Vec<u8>) -> Running {
    let speech = Speech { dialect: Dialect::of(Some(PACKED), None).unwrap(), omits };
    let config = acquirer::Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        admin: None,
        ledger: None,
        delays: Delays::default(),
        members: Default::default(),
        speech,
    };
    acquirer::start(config).await.unwrap()
}

/// What a probe with a profile says is wrong; nothing if all fits.
async fn wrong(omits: Vec<u8>, ours: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let host = card_host(omits).await;
    let address = host.address.to_string();
    let file = profile(folder.path(), "ours.toml", ours);

    let words = ["probe", "--address", &address, "--profile", &file];
    let probed = tokio::task::block_in_place(|| admin(folder.path(), &words));

    host.stop().await;
    let said = text(&probed.stdout);
    let wrong: Vec<String> =
        said.lines().filter(|line| line.contains("WRONG")).map(str::to_owned).collect();
    assert_eq!(probed.status.success(), wrong.is_empty(), "{said}");
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_probe_fits_or_names_what_differs() {
    let fits = wrong(Vec::new(), PACKED).await;
    let framing = wrong(Vec::new(), "base = \"1987-bcd\"\n[framing]\nlength = \"ascii-4\"\n").await;
    let bitmap = wrong(Vec::new(), &format!("bitmap = \"hex\"\n{PACKED}")).await;
    let no_terminal = wrong(vec![41], PACKED).await;

    assert_eq!(fits, Vec::<String>::new());
    assert!(framing.iter().any(|line| line.contains("bcd-2")), "{framing:?}");
    assert!(bitmap.iter().any(|line| line.contains("bitmap")), "{bitmap:?}");
    assert!(no_terminal.iter().any(|line| line.contains("41")), "{no_terminal:?}");
}

#[test]
fn a_profile_is_changed_and_one_that_does_not_read_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let packed = profile(folder, "packed.toml", PACKED);
    let broken = profile(folder, "broken.toml", "base = \"1987-tcp\"\n");
    let card = ["--kind", "acquirer", "--way", "iso8583", "--address", "127.0.0.1:9"];
    let add = [&["add", "card", "--capabilities", "C2,C3"], card.as_slice()].concat();

    let added = admin(folder, &add);
    let changed = admin(folder, &["profile", "card", &packed]);
    let refused = admin(folder, &["profile", "card", &broken]);
    let stranger = admin(folder, &["profile", "nobody", "--none"]);
    let history = Command::new(env!("CARGO_BIN_EXE_baton-gateway"))
        .current_dir(folder)
        .args(["admin", "history"])
        .output()
        .unwrap();

    assert!(added.status.success() && changed.status.success(), "{changed:?}");
    assert!(text(&refused.stderr).contains("1987-tcp"), "{refused:?}");
    assert!(text(&stranger.stderr).contains("no destination is called nobody"), "{stranger:?}");
    let history = text(&history.stdout);
    assert_eq!(history.matches("destination card has another profile").count(), 1, "{history}");
}
