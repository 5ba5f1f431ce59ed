//! Rules for what browsers get: two languages with equal keys, the six state words, no loose ends.
//!
//! Owns the reading of `gateway/server/web`; `text.js` there is kept as JSON between its first and
//! last brace so that it can be read here. May not run scripts. Next: `main.rs`, the tests.

use crate::tree::{Finding, Tree};
use baton_protocol::refusal::RefusalCode;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// One language: key to text.
type Language = Map<String, Value>;

/// The one table of words.
const WORDS_PATH: &str = "gateway/server/web/text.js";
/// Every file that browsers get.
const WEB: &str = "gateway/server/web/";
/// The state words, always the same on every screen.
const STATE_WORDS: &[(&str, &str, &str)] = &[
    ("state.waiting", "대기", "waiting"),
    ("state.sent", "전송", "sent"),
    ("state.entered", "입력됨", "entered"),
    ("state.approved", "승인", "approved"),
    ("state.declined", "거절", "declined"),
    ("state.checking", "확인중", "checking"),
];
/// Nobody may be told that a payment failed: either it was declined, or it is being checked.
const WORDS_BANNED: &[&str] = &["fail", "실패"];
/// What the content security policy forbids, or what would need another server.
const LOOSE_ENDS: &[(&str, &str)] = &[
    ("<style", "move it to style.css"),
    (" style=", "move it to style.css"),
    ("<script>", "move it to a .js file"),
    (" onclick=", "use addEventListener in the .js file"),
    (" onload=", "use addEventListener in the .js file"),
    (" onsubmit=", "use addEventListener in the .js file"),
    ("innerHTML", "use textContent: text from outside must never become markup"),
    ("insertAdjacentHTML", "use textContent: text from outside must never become markup"),
    ("eval(", "the content security policy refuses it"),
    ("http://", "pages load nothing from other servers"),
    ("https://", "pages load nothing from other servers"),
];

pub fn languages_equal(tree: &Tree) -> Vec<Finding> {
    let (korean, english) = match languages(tree) {
        Ok(both) => both,
        Err(finding) => return vec![finding],
    };
    let lone = korean.keys().filter(|key| !english.contains_key(*key));
    let mut findings: Vec<Finding> =
        lone.map(|key| word(format!("`{key}` is only in ko: add it to en"))).collect();
    let lone = english.keys().filter(|key| !korean.contains_key(*key));
    findings.extend(lone.map(|key| word(format!("`{key}` is only in en: add it to ko"))));
    for (key, text) in korean.iter().chain(&english) {
        if text.as_str().is_none_or(|text| text.trim().is_empty()) {
            findings.push(word(format!("`{key}` says nothing: write a text")));
        }
    }
    findings
}

pub fn words_used(tree: &Tree) -> Vec<Finding> {
    let Ok((korean, _)) = languages(tree) else { return Vec::new() };
    let mut used = BTreeSet::new();
    for (path, text) in tree.texts.iter().filter(|(path, _)| is_page(path)) {
        used.extend(named_keys(path, text));
    }
    let unknown = used.iter().filter(|(_, _, key)| !korean.contains_key(*key));
    let advice = |key| format!("no text for `{key}`: add it to text.js in both languages");
    let mut findings: Vec<Finding> =
        unknown.map(|(path, line, key)| Finding::new(path, *line, advice(key))).collect();
    let prefixed = |key: &str| {
        let start = key.split('.').next().unwrap_or_default();
        tree.texts.iter().any(|(path, text)| is_page(path) && text.contains(&format!("`{start}.$")))
    };
    let named = |key: &str| {
        let quoted = format!("\"{key}\"");
        tree.texts.iter().any(|(path, text)| is_page(path) && text.contains(&quoted))
    };
    let idle = korean.keys().filter(|key| !named(key) && !prefixed(key));
    findings.extend(idle.map(|key| word(format!("`{key}` is shown nowhere: take it out"))));
    findings
}

pub fn state_words(tree: &Tree) -> Vec<Finding> {
    let Ok((korean, english)) = languages(tree) else { return Vec::new() };
    let mut findings = Vec::new();
    for (key, in_korean, in_english) in STATE_WORDS {
        for (language, wanted) in [(&korean, in_korean), (&english, in_english)] {
            if language.get(*key).and_then(Value::as_str) != Some(wanted) {
                findings.push(word(format!("`{key}` is always the word {wanted}")));
            }
        }
    }
    for (key, text) in korean.iter().chain(&english) {
        let text = text.as_str().unwrap_or_default().to_lowercase();
        if WORDS_BANNED.iter().any(|banned| text.contains(banned)) {
            findings.push(word(format!("`{key}` says failed: say declined, or checking")));
        }
    }
    findings
}

/// A sentence for each refusal of the gateway, so that nobody reads a code word.
pub fn refusals_explained(tree: &Tree) -> Vec<Finding> {
    let Ok((korean, _)) = languages(tree) else { return Vec::new() };
    let codes = RefusalCode::ALL.iter().map(|code| format!("problem.{}", code.word()));
    let missing = codes.filter(|key| !korean.contains_key(key));
    missing.map(|key| word(format!("`{key}` is missing: say it in both languages"))).collect()
}

pub fn loose_ends(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts.iter().filter(|(path, _)| path.starts_with(WEB)) {
        for (place, line) in text.lines().enumerate() {
            let hits = LOOSE_ENDS.iter().filter(|(end, _)| line.contains(end));
            findings.extend(hits.map(|(end, advice)| {
                Finding::new(path, place + 1, format!("`{}`: {advice}", end.trim()))
            }));
        }
    }
    findings
}

/// Both languages of `text.js`.
fn languages(tree: &Tree) -> Result<(Language, Language), Finding> {
    let found = tree.texts.iter().find(|(path, _)| path == WORDS_PATH);
    let (_, text) =
        found.ok_or_else(|| word("not there: pages take their words from it".into()))?;
    let table =
        text.find('{').zip(text.rfind('}')).and_then(|(first, last)| text.get(first..=last));
    let table: Value = serde_json::from_str(table.unwrap_or_default()).map_err(|error| {
        word(format!("keep the table as JSON, `{{\"ko\": …, \"en\": …}}`: {error}"))
    })?;
    let language = |name: &str| {
        let found = table.get(name).and_then(Value::as_object).cloned();
        found.ok_or_else(|| word(format!("no language `{name}` in the table")))
    };
    Ok((language("ko")?, language("en")?))
}

/// Keys that a page names: `data-text="…"`, `data-label="…"` or `say("…")`.
fn named_keys<'a>(path: &'a str, text: &'a str) -> Vec<(&'a str, usize, &'a str)> {
    let mut keys = Vec::new();
    for (place, line) in text.lines().enumerate() {
        for start in ["data-text=\"", "data-label=\"", "say(\""] {
            let named = line.split(start).skip(1).filter_map(|rest| rest.split('"').next());
            keys.extend(named.map(|key| (path, place + 1, key)));
        }
    }
    keys
}

fn is_page(path: &str) -> bool {
    path.starts_with(WEB) && path != WORDS_PATH
}

fn word(advice: String) -> Finding {
    Finding::new(WORDS_PATH, 1, advice)
}
