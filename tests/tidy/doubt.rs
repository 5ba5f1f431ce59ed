//! Rules for payments in doubt: no page offers another payment before this one is over.
//!
//! Owns what can be read off the pages without running them; `tests/pages` runs their states. The
//! API's texts are held in the gateway's own tests. Next: `main.rs`, the tests.

use crate::tree::{Finding, Tree};

/// Every word of the pages.
const WORDS: &str = "gateway/server/web/text.js";
/// The page that a shopper pays on, and its script.
const PAY_PAGE: &str = "gateway/server/web/phone/pay.html";
const PAY_SCRIPT: &str = "gateway/server/web/phone/pay.js";
/// What no page says to anybody, in either language.
const OFFERS: &[&str] = &["try again", "retry", "다시 시도", "재시도"];
/// Another payment, and the only sentences in which it may be named.
const AGAIN: &[(&str, &str)] =
    &[("pay again", "do not pay again"), ("다시 결제", "다시 결제하지 마")];
/// The only button beside a payment under way, and when it is there.
const FINISH: &str = "id=\"finish\"";
const FINISH_SHOWN: &str = "at(\"finish\").hidden = !over(touch);";
/// What every way to another payment asks first.
const RESTART: &str = "function restart() {\n  if (!over(touch)) return;\n";

pub fn no_offer_in_doubt(tree: &Tree) -> Vec<Finding> {
    let mut findings = words(tree);
    findings.extend(page(tree));
    findings.extend(script(tree));
    findings
}

fn words(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, line) in text(tree, WORDS).lines().enumerate() {
        let line = line.to_lowercase();
        let offers = OFFERS.iter().any(|offer| line.contains(offer));
        let named = AGAIN
            .iter()
            .any(|(pays, forbids)| line.matches(pays).count() > line.matches(forbids).count());
        if offers || named {
            let advice = "say what is true, and at most \"do not pay again\"";
            findings.push(Finding::new(WORDS, place + 1, advice));
        }
    }
    findings
}

/// The part of the page about a payment under way has one button, and it starts hidden.
fn page(tree: &Tree) -> Vec<Finding> {
    let text = text(tree, PAY_PAGE);
    let section = text.split("<section id=\"progress\"").nth(1).unwrap_or_default();
    let section = section.split("</section>").next().unwrap_or_default();
    let pressed = ["<button", "<a ", "<form", "<input"].iter();
    let pressed: usize = pressed.map(|start| section.matches(start).count()).sum();
    let button = section.split("<button").nth(1).and_then(|rest| rest.split('>').next());
    let hidden = button.is_some_and(|one| one.contains(FINISH) && one.ends_with(" hidden"));
    if pressed == 1 && hidden {
        return Vec::new();
    }
    let advice = "beside a payment under way stands only the hidden button `finish`";
    vec![Finding::new(PAY_PAGE, 1, advice)]
}

/// The button shows only when the payment is over, and does nothing before.
fn script(tree: &Tree) -> Vec<Finding> {
    let text = text(tree, PAY_SCRIPT);
    let shown = text.matches("at(\"finish\").hidden").count() == 1 && text.contains(FINISH_SHOWN);
    if shown && text.contains(RESTART) {
        return Vec::new();
    }
    let advice = "`finish` shows, and `restart` works, only once `over(touch)`";
    vec![Finding::new(PAY_SCRIPT, 1, advice)]
}

fn text<'t>(tree: &'t Tree, wanted: &str) -> &'t str {
    let found = tree.texts.iter().find(|(path, _)| path == wanted);
    found.map_or("", |(_, text)| text.as_str())
}
