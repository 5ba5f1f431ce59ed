//! Rules between crates and folders: who may depend on whom, and where a thing may be named.
//!
//! Owns the tables of allowed edges and places; a new edge is a line here and a note in
//! `gateway/docs/decisions/`. May not read files. Next: `pages.rs`, rules for what browsers get.

use crate::tree::{Finding, Manifest, Source, Tree, Word};
use std::collections::BTreeSet;

/// Every package, and which of our own packages it may depend on.
const EDGES: &[(&str, &[&str])] = &[
    ("baton-protocol", &[]),
    ("baton-formats", &[]),
    ("baton-core", &["protocol"]),
    ("baton-link", &["protocol"]),
    ("baton-destinations", &["protocol", "formats", "plugin-api", "plugin-host"]),
    ("baton-records", &["core", "protocol"]),
    ("baton-simulators", &["protocol", "formats", "destinations"]),
    // The rules played in simulated worlds: no IO, so that it compiles fast.
    ("baton-trials", &["protocol", "core"]),
    ("baton-agent", &["protocol", "formats", "link", "destinations", "win32"]),
    ("baton-win32", &[]),
    ("baton-relay-device", &["protocol", "formats", "link", "destinations"]),
    ("baton-plugin-api", &[]),
    ("baton-plugin-host", &["plugin-api"]),
    ("stamp-card", &["plugin-api"]),
    ("http-destination", &["plugin-api"]),
    ("misbehaving", &["plugin-api"]),
    ("baton-gateway", &["*"]),
    ("baton-tests", &["*"]),
    // Real rules in a world of its own: it must compile fast, so nothing that does IO.
    ("baton-simulation", &["protocol", "core", "link"]),
    // A workspace of its own in `gateway/formats/fuzz`: the oracles of both crates.
    ("baton-fuzz", &["protocol", "formats"]),
    // A workspace of its own in `gateway/formats/peers`: other crates measured beside ours.
    ("baton-peers", &["formats"]),
];

/// Packages that must stay light, and every foreign package that they may depend on.
const FOREIGN: &[(&str, &[&str])] = &[
    ("baton-protocol", &["serde", "serde_json", "thiserror", "uuid", "zeroize"]),
    (
        "baton-formats",
        &["aes", "base64", "cmac", "des", "retail-mac", "subtle", "thiserror", "zeroize"],
    ),
    ("baton-core", &["hmac", "sha2", "thiserror", "unicode-normalization"]),
    ("baton-plugin-api", &["serde", "serde_json"]),
];

/// Packages at the border to foreign libraries (44): the workspace's lints, but unsafe code is
/// denied instead of forbidden, so that single modules may expect it.
const UNSAFE_PACKAGES: &[&str] = &["baton-plugin-api", "baton-plugin-host", "baton-win32"];

/// Where a type may be spoken or stored, and so derive serde's traits (9). Core has none.
const SERDE_PLACES: &[&str] = &[
    "gateway/protocol/",
    "gateway/records/",
    "gateway/destinations/",
    "gateway/simulators/",
    "gateway/trials/",
    "gateway/link/src/journal",
    "gateway/server/src/http/",
    "gateway/server/src/config",
    // The claims of tokens, and what the live page is told.
    "gateway/server/src/identity/",
    "gateway/server/src/notices",
    // What the demo's apps say to a browser and to the wallet.
    "gateway/server/src/demo/",
    "agent/src/config",
    // What the service and its login helper say to each other.
    "agent/src/login/message",
    "relay-device/src/config",
    "plugins/",
    "tests/",
];

/// Where errors may lose their type (32): mains, the demo, tools and tests.
const ANYHOW_PLACES: &[&str] = &[
    // The chapters of the program's main.rs.
    "gateway/server/src/command/",
    "gateway/server/src/demo",
    "gateway/simulators/",
    "gateway/trials/",
    "agent/src/lib.rs",
    "relay-device/src/lib.rs",
    "plugins/host/src/bin/",
    "tests/",
];

/// Where the gateway may name the programs that it carries for the demo.
const DEMO_PLACE: &str = "gateway/server/src/demo";

/// Folders of core that others of core may import, because several need them (8).
const CORE_SHARED: &[&str] = &["calendar", "geo", "ledger"];

/// Every section of a manifest that names dependencies.
const SECTIONS: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

pub fn crate_edges(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in tree.manifests.iter().filter(|m| !m.name().is_empty()) {
        let Some((_, allowed)) = EDGES.iter().find(|(name, _)| *name == manifest.name()) else {
            let advice = "new package: give it a line in EDGES of tests/tidy/edges.rs";
            findings.push(Finding::new(&manifest.path, 1, advice));
            continue;
        };
        for name in dependencies(manifest) {
            let Some(own) = name.strip_prefix("baton-") else { continue };
            if !allowed.contains(&"*") && !allowed.contains(&own) {
                let advice = format!("{} may not depend on {name}", manifest.name());
                findings.push(Finding::new(&manifest.path, manifest.line_of(&name), advice));
            }
        }
    }
    findings
}

/// Rows of the table whose package is gone.
pub fn crate_edges_stale(tree: &Tree) -> Vec<Finding> {
    let names: BTreeSet<&str> = tree.manifests.iter().map(Manifest::name).collect();
    let gone = EDGES.iter().filter(|(name, _)| !names.contains(name));
    let advice = |name| format!("there is no package {name}: take its row out");
    gone.map(|(name, _)| Finding::new("tests/tidy/edges.rs", 1, advice(name))).collect()
}

pub fn foreign_packages(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in &tree.manifests {
        let Some((_, allowed)) = FOREIGN.iter().find(|(name, _)| *name == manifest.name()) else {
            continue;
        };
        for name in dependencies(manifest) {
            if !name.starts_with("baton-") && !allowed.contains(&name.as_str()) {
                let advice =
                    format!("{} stays light: it may not depend on {name}", manifest.name());
                findings.push(Finding::new(&manifest.path, manifest.line_of(&name), advice));
            }
        }
    }
    findings
}

pub fn versions_in_workspace(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in tree.manifests.iter().filter(|m| !m.name().is_empty()) {
        for (name, entry) in dependency_entries(manifest, SECTIONS) {
            let inherited = entry.get("workspace").and_then(toml::Value::as_bool) == Some(true);
            if !inherited {
                let advice = format!("write `{name}.workspace = true`; versions stand in the root");
                findings.push(Finding::new(&manifest.path, manifest.line_of(name), advice));
            }
        }
        let lints = manifest.table.get("lints");
        let inherited = lints.and_then(|l| l.get("workspace")).and_then(toml::Value::as_bool);
        let copied = UNSAFE_PACKAGES.contains(&manifest.name()) && copies(lints, tree);
        if inherited != Some(true) && !copied {
            let advice = "write `[lints]` with `workspace = true`, or no lint holds here";
            findings.push(Finding::new(&manifest.path, 1, advice));
        }
    }
    findings
}

/// Tells whether these are the workspace's lints and perhaps more, with unsafe code denied.
fn copies(lints: Option<&toml::Value>, tree: &Tree) -> bool {
    let root = tree.manifests.iter().find(|manifest| manifest.path == "Cargo.toml");
    let wanted = root.and_then(|root| root.table.get("workspace")?.get("lints")?.as_table());
    let (Some(wanted), Some(lints)) = (wanted, lints) else { return false };
    let groups = wanted.iter().filter_map(|(group, table)| Some((group, table.as_table()?)));
    let mut named = groups.flat_map(|(group, table)| table.iter().map(move |one| (group, one)));
    named.all(|(group, (lint, level))| {
        let found = lints.get(group).and_then(|table| table.get(lint));
        let denied = toml::Value::from("deny");
        found == Some(if lint == "unsafe_code" { &denied } else { level })
    })
}

pub fn no_macro_crates(tree: &Tree) -> Vec<Finding> {
    let makes = |manifest: &&Manifest| {
        let library = manifest.table.get("lib");
        library
            .is_some_and(|lib| lib.get("proc-macro").is_some() || lib.get("proc_macro").is_some())
    };
    let advice = "no macro crates of our own: write a function";
    let found = tree.manifests.iter().filter(makes);
    found.map(|m| Finding::new(&m.path, m.line_of("proc"), advice)).collect()
}

pub fn serde_places(tree: &Tree) -> Vec<Finding> {
    let advice = "a type that is spoken or stored belongs to protocol, records, a config.rs or one \
                  of SERDE_PLACES; a state of a machine never carries serde's traits";
    let mut findings = Vec::new();
    for source in outside(tree, SERDE_PLACES) {
        let lines = derived(source).into_iter().chain(source.lines_of(&["Serialize", "for"]));
        findings.extend(lines.map(|line| Finding::new(&source.path, line, advice)));
    }
    findings
}

pub fn anyhow_places(tree: &Tree) -> Vec<Finding> {
    let advice = "use a thiserror enum that says where it broke and whether to try again";
    let named = outside(tree, ANYHOW_PLACES).filter(|s| !s.path.ends_with("/main.rs"));
    let mut findings = Vec::new();
    for source in named.filter(|s| !s.is_test()) {
        let lines = source.lines_of(&["anyhow"]);
        findings.extend(lines.into_iter().map(|line| Finding::new(&source.path, line, advice)));
    }
    findings
}

pub fn demo_places(tree: &Tree) -> Vec<Finding> {
    let advice = "only the demo starts devices and simulators inside the gateway: move it there";
    let mut findings = Vec::new();
    let server = |s: &&Source| s.path.starts_with("gateway/server/src/") && !s.is_test();
    for source in outside(tree, &[DEMO_PLACE]).filter(server) {
        for name in ["baton_simulators", "baton_agent", "baton_relay_device"] {
            let lines = source.lines_of(&[name]);
            findings.extend(lines.into_iter().map(|line| Finding::new(&source.path, line, advice)));
        }
    }
    findings
}

pub fn core_capabilities(tree: &Tree) -> Vec<Finding> {
    let folders: BTreeSet<&str> =
        tree.sources.iter().filter_map(|source| capability(&source.path)).collect();
    let mut findings = Vec::new();
    for source in &tree.sources {
        let Some(own) = capability(&source.path) else { continue };
        for (name, line) in crate_imports(&source.words) {
            let other = folders.contains(name) && name != own && !CORE_SHARED.contains(&name);
            if other {
                let advice = format!("{own} may not import {name}: move down what both need");
                findings.push(Finding::new(&source.path, line, advice));
            }
        }
    }
    findings
}

pub fn machine_paths(tree: &Tree) -> Vec<Finding> {
    // Spelled in two halves, or this file would break its own rule.
    let starts = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/Use", "rs/"),
        concat!("C:\\Use", "rs"),
    ];
    let advice = "a path of one machine: take it from an argument or write it relative";
    let mut findings = Vec::new();
    for (path, text) in &tree.texts {
        for (place, line) in text.lines().enumerate() {
            if starts.iter().any(|start| line.contains(start)) {
                findings.push(Finding::new(path, place + 1, advice));
            }
        }
    }
    findings
}

pub fn lock_sources(tree: &Tree) -> Vec<Finding> {
    let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let advice = "a package from elsewhere: everybody must be able to fetch it from crates.io";
    let locks = tree.texts.iter().filter(|(path, _)| path.ends_with("Cargo.lock"));
    let mut findings = Vec::new();
    for (path, text) in locks {
        let sources = text.lines().enumerate().filter(|(_, line)| line.starts_with("source = "));
        let foreign = sources.filter(|(_, line)| *line != public);
        findings.extend(foreign.map(|(place, _)| Finding::new(path, place + 1, advice)));
    }
    findings
}

fn outside<'a>(tree: &'a Tree, places: &'a [&str]) -> impl Iterator<Item = &'a Source> {
    tree.sources.iter().filter(|s| !places.iter().any(|place| s.path.starts_with(place)))
}

/// Names in every section but `dev-dependencies`: what is built into the package.
fn dependencies(manifest: &Manifest) -> Vec<String> {
    let entries = dependency_entries(manifest, &["dependencies", "build-dependencies"]);
    entries.into_iter().map(|(name, _)| name.to_owned()).collect()
}

/// Entries of these sections, also of those for one platform.
fn dependency_entries<'a>(
    manifest: &'a Manifest,
    sections: &[&str],
) -> Vec<(&'a str, &'a toml::Value)> {
    let platforms = manifest.table.get("target").and_then(toml::Value::as_table);
    let platforms = platforms.into_iter().flat_map(|table| table.values());
    let tables = platforms.filter_map(toml::Value::as_table).chain([&manifest.table]);
    let named = tables.flat_map(toml::Table::iter);
    let wanted = named.filter(|(name, _)| sections.contains(&name.as_str()));
    let entries = wanted.filter_map(|(_, section)| section.as_table()).flatten();
    entries.map(|(name, entry)| (name.as_str(), entry)).collect()
}

/// Lines of `derive(…)` lists that name serde's traits.
fn derived(source: &Source) -> Vec<usize> {
    let mut lines = Vec::new();
    let mut rest = source.words.iter();
    while let Some(word) = rest.next() {
        if word.text != "derive" {
            continue;
        }
        let list = rest.by_ref().take_while(|inner| inner.text != ")");
        let serde = |inner: &Word| matches!(inner.text.as_str(), "Serialize" | "Deserialize");
        lines.extend(list.filter(|inner| serde(inner)).map(|inner| inner.line).take(1));
    }
    lines
}

/// The folder of core that a file belongs to.
fn capability(path: &str) -> Option<&str> {
    let (folder, _) = path.strip_prefix("gateway/core/src/")?.split_once('/')?;
    Some(folder)
}

/// First names after `crate::`, also inside `crate::{…}`.
fn crate_imports(words: &[Word]) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    for place in 0..words.len() {
        let texts: Vec<&str> = words.iter().skip(place).take(3).map(|w| w.text.as_str()).collect();
        if texts != ["crate", ":", ":"] {
            continue;
        }
        let mut depth = 0_usize;
        let mut fresh = true;
        for word in words.iter().skip(place + 3) {
            match word.text.as_str() {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                "," => fresh = depth == 1,
                name if fresh => {
                    found.push((name, word.line));
                    fresh = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    found
}
