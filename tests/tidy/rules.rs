//! Rules about single source files: headers, sizes, names, attributes, constants, tests.
//!
//! Each rule takes the tree and returns what is to be mended; the numbers in brackets are the
//! points of `gateway/docs/style.md`. May not read files. Next: `edges.rs`, rules between crates.

use crate::tree::{Finding, Source, Tree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// Lines of a file's header: fewer say nothing, more are not read (7).
const HEADER_LINES_MIN: usize = 2;
/// See [`HEADER_LINES_MIN`].
const HEADER_LINES_MAX: usize = 6;
/// A `lib.rs` or `mod.rs` tells the story of its folder, often as a table (6).
const HEADER_LINES_MAX_STORY: usize = 30;
/// Lines of a file that is not a test (11).
const FILE_LINES_MAX: usize = 500;
/// Lines of the median file that is not a test (11).
const FILE_LINES_MEDIAN_MAX: usize = 250;
/// Lines of a function, signature included (11).
const FUNCTION_LINES_MAX: usize = 60;
/// Characters of a line (11).
const LINE_CHARACTERS_MAX: usize = 100;
/// Names that say a pattern, or nothing, instead of a part of the domain (23).
const NAMES_BANNED: &[&str] =
    &["util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"];
/// Endings of constants that bound or time something and so owe a reason (16, 48).
const BOUND_ENDINGS: &[&str] =
    &["_MAX", "_MIN", "_MS", "_S", "_SECONDS", "_BYTES", "_TRIES", "_CAPACITY", "_ROWS"];
/// Where the two macros of the workspace may stand (14).
const MACRO_PLACES: &[&str] = &["gateway/protocol/src/ids.rs", "plugins/api/src/export.rs"];
/// Tests that may sleep, each with its reason (55). A line that is not needed any more is refused.
const SLEEP_PLACES: &[(&str, &str)] = &[
    ("tests/src/world/wait.rs", "the one bounded wait for what nobody announces"),
    ("tests/load/clock.rs", "a generator of load keeps to a schedule"),
    ("tests/outage/clock.rs", "an outage lasts as long as it lasts"),
    ("tests/chaos/clock.rs", "a run over real processes happens in real time"),
    ("agent/tests/desktop/clock.rs", "windows and villains on a real screen take their time"),
];

pub fn header(tree: &Tree) -> Vec<Finding> {
    // Chapters of unit tests belong to the file that they test, and its header.
    let owing = tree.sources.iter().filter(|s| !s.is_test() || s.path.starts_with("tests/"));
    let short_or_long = owing.filter_map(|source| {
        let lines = source.text.lines().take_while(|line| line.starts_with("//!")).count();
        let story = source.path.ends_with("/lib.rs") || source.path.ends_with("/mod.rs");
        let most = if story { HEADER_LINES_MAX_STORY } else { HEADER_LINES_MAX };
        let advice = format!(
            "header of {lines} lines: say in {HEADER_LINES_MIN} to {most} lines of `//!` what the \
             file owns, what it may not touch and which file comes next"
        );
        let fits = (HEADER_LINES_MIN..=most).contains(&lines);
        (!fits).then(|| Finding::new(&source.path, 1, advice))
    });
    short_or_long.collect()
}

pub fn file_length(tree: &Tree) -> Vec<Finding> {
    let long = counted(tree).into_iter().filter(|(_, lines)| *lines > FILE_LINES_MAX);
    let advice = |lines| format!("{lines} lines: split it, the limit is {FILE_LINES_MAX}");
    long.map(|(path, lines)| Finding::new(path, FILE_LINES_MAX, advice(lines))).collect()
}

/// Median, ninetieth percentile and number of files that are not tests.
pub fn file_lengths(tree: &Tree) -> (usize, usize, usize) {
    let mut lengths: Vec<usize> = counted(tree).into_iter().map(|(_, lines)| lines).collect();
    lengths.sort_unstable();
    let at = |hundredth: usize| {
        let place = lengths.len().saturating_sub(1) * hundredth / 100;
        lengths.get(place).copied().unwrap_or_default()
    };
    (at(50), at(90), lengths.len())
}

pub fn file_median(tree: &Tree) -> Vec<Finding> {
    let (median, _, _) = file_lengths(tree);
    let advice = format!(
        "median file of {median} lines: split the long ones, {FILE_LINES_MEDIAN_MAX} is it"
    );
    let long = median > FILE_LINES_MEDIAN_MAX;
    long.then(|| Finding::new("Cargo.toml", 1, advice)).into_iter().collect()
}

pub fn function_length(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &tree.sources {
        let mut lengths = Functions { path: &source.path, findings: &mut findings };
        lengths.visit_file(&source.syntax);
    }
    findings
}

pub fn line_length(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &tree.sources {
        for (place, line) in source.text.lines().enumerate() {
            let characters = line.chars().count();
            if characters > LINE_CHARACTERS_MAX {
                let advice = format!("{characters} characters: break it at {LINE_CHARACTERS_MAX}");
                findings.push(Finding::new(&source.path, place + 1, advice));
            }
        }
    }
    findings
}

pub fn module_names(tree: &Tree) -> Vec<Finding> {
    let banned = |path: &str| {
        let mut parts = path.trim_end_matches(".rs").split(['/', '-']);
        parts.any(|part| NAMES_BANNED.contains(&part))
    };
    let advice = "this name says nothing: name it after the part of the domain that it owns";
    let by_path = tree.sources.iter().filter(|s| banned(&s.path));
    let mut findings: Vec<_> = by_path.map(|s| Finding::new(&s.path, 1, advice)).collect();
    for source in &tree.sources {
        for name in NAMES_BANNED {
            let lines = source.lines_of(&["mod", name]);
            findings.extend(lines.into_iter().map(|l| Finding::new(&source.path, l, advice)));
        }
    }
    findings
}

pub fn macros(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &tree.sources {
        let lines = source.lines_of(&["macro_rules", "!"]);
        let granted = usize::from(MACRO_PLACES.contains(&source.path.as_str()));
        let advice = "the workspace has two macros (ids, plugin export): write a function instead";
        let extra = lines.into_iter().skip(granted);
        findings.extend(extra.map(|line| Finding::new(&source.path, line, advice)));
    }
    findings
}

pub fn attributes(tree: &Tree) -> Vec<Finding> {
    let refused = [
        ("ignore", "a test that does not run proves nothing: mend it or delete it"),
        ("allow", "write `#[expect(lint, reason = \"…\")]`, which ends when its cause ends"),
    ];
    let mut findings = Vec::new();
    for source in &tree.sources {
        for (word, advice) in refused {
            let outer = source.lines_of(&["#", "[", word]);
            let inner = source.lines_of(&["#", "!", "[", word]);
            let lines = outer.into_iter().chain(inner);
            findings.extend(lines.map(|line| Finding::new(&source.path, line, advice)));
        }
    }
    findings
}

pub fn tests_apart(tree: &Tree) -> Vec<Finding> {
    let advice = "tests live in a `tests.rs` beside the file: move it there";
    let runs: [&[&str]; 3] = [&["[", "test", "]"], &[":", "test", "]"], &[":", "test", "("]];
    let mut findings = Vec::new();
    for source in tree.sources.iter().filter(|s| !s.is_test()) {
        let lines = runs.iter().flat_map(|run| source.lines_of(run));
        findings.extend(lines.map(|line| Finding::new(&source.path, line, advice)));
    }
    findings
}

pub fn sleeping(tree: &Tree) -> Vec<Finding> {
    sleeping_except(tree, SLEEP_PLACES)
}

pub fn sleeping_except(tree: &Tree, excepted: &[(&str, &str)]) -> Vec<Finding> {
    let advice = "wait for what you need (a message, a state, paused time), not for a while";
    let mut findings = Vec::new();
    let mut used = Vec::new();
    for source in tree.sources.iter().filter(|s| s.is_test()) {
        let words = ["sleep", "sleep_until", "sleep_ms"];
        let lines: Vec<usize> = words.iter().flat_map(|w| source.lines_of(&[w, "("])).collect();
        if excepted.iter().any(|(path, _)| *path == source.path) && !lines.is_empty() {
            used.push(source.path.as_str());
            continue;
        }
        findings.extend(lines.into_iter().map(|line| Finding::new(&source.path, line, advice)));
    }
    let stale = excepted.iter().filter(|(path, _)| !used.contains(path));
    let advice = "nothing sleeps there any more: take the line out of SLEEP_PLACES";
    findings.extend(stale.map(|(path, _)| Finding::new(path, 1, advice)));
    findings
}

pub fn bounds_explained(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.sources.iter().filter(|s| !s.is_test()) {
        let mut bounds = Bounds { path: &source.path, findings: &mut findings };
        bounds.visit_file(&source.syntax);
    }
    findings
}

fn counted(tree: &Tree) -> Vec<(&str, usize)> {
    let own = |source: &&Source| !source.is_test() || source.path.starts_with("tests/");
    let kept = tree.sources.iter().filter(own);
    kept.map(|source| (source.path.as_str(), source.text.lines().count())).collect()
}

struct Functions<'a> {
    path: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl Functions<'_> {
    fn check(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let first = signature.span().start().line;
        let lines = block.span().end().line - first + 1;
        if lines > FUNCTION_LINES_MAX {
            let name = &signature.ident;
            let advice = format!(
                "`{name}` has {lines} lines: move a step out, the limit is {FUNCTION_LINES_MAX}"
            );
            self.findings.push(Finding::new(self.path, first, advice));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.check(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.check(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.check(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

struct Bounds<'a> {
    path: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl Bounds<'_> {
    fn check(&mut self, name: &syn::Ident, attributes: &[syn::Attribute]) {
        let text = name.to_string();
        let bound = BOUND_ENDINGS.iter().any(|ending| text.ends_with(ending));
        if bound && !attributes.iter().any(|attribute| attribute.path().is_ident("doc")) {
            let advice = format!("say above `{text}` in one `///` sentence why this number");
            self.findings.push(Finding::new(self.path, name.span().start().line, advice));
        }
    }
}

impl<'ast> Visit<'ast> for Bounds<'_> {
    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.check(&item.ident, &item.attrs);
        visit::visit_item_const(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.check(&item.ident, &item.attrs);
        visit::visit_impl_item_const(self, item);
    }
}
