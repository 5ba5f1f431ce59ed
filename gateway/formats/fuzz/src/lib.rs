//! What must hold of every codec and frame, whatever bytes come: the oracles behind `targets`.
//!
//! | folder | owns |
//! |---|---|
//! | [`formats`] | the codecs of `baton-formats` |
//! | [`wire`] | the documents and words of `baton-protocol` |
//! | [`beside`] | the session of the link, the strict reader of JSON, two crates together |
//!
//! A target is a name in [`targets`], a file of its own under `targets`, its samples and its words
//! under `seeds`. May not hold a codec: an oracle that finds something is right only by the codec's
//! own promise. The command is `run`.

pub mod beside;
pub mod formats;
pub mod wire;

use formats::Target;

/// Every target.
#[must_use]
pub fn targets() -> Vec<Target> {
    let wire = wire::ROWS.map(|(name, hold, seeds)| {
        let vectors = if name == "wire_words" { "pan_luhn.json" } else { "json_parsing.json" };
        Target { name, hold, seeds, choices: 0, vectors }
    });
    let beside = [
        Target {
            name: "link_session",
            hold: beside::session::session,
            seeds: include_str!("../seeds/link_session.txt"),
            choices: 0,
            vectors: "",
        },
        Target {
            name: "strict_json",
            hold: beside::strict::strict_json,
            seeds: include_str!("../seeds/strict_json.txt"),
            choices: 0,
            vectors: "json_parsing.json",
        },
    ];
    let mut all: Vec<Target> = formats::TARGETS.iter().copied().chain(wire).chain(beside).collect();
    all.sort_by_key(|target| target.name);
    all
}

/// Holds the oracle of the target of this name.
///
/// # Panics
/// When there is no such target, and when a promise is broken.
pub fn hold(name: &str, bytes: &[u8]) -> bool {
    if name == "wire_words" {
        beside::cards(bytes);
    }
    let all = targets();
    let target = all.iter().find(|target| target.name == name);
    (target.expect("a target of this name").hold)(bytes)
}
