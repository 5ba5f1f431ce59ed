//! Proof that every rule can fail: a bad snippet for each, and a good one where it is easy to
//! refuse too much.
//!
//! May not read the workspace. Next: nothing; this is the last file of the tidy test.

use crate::tree::{Finding, Tree};
use crate::{doubt, edges, pages, rules};

const CORE: &str = "gateway/core/src/relay/plan.rs";
const WORDS: &str = "gateway/server/web/text.js";

/// Nothing found.
const NONE: [usize; 0] = [];

/// Lines that a rule finds in these files.
fn lines(rule: fn(&Tree) -> Vec<Finding>, texts: &[(&str, &str)]) -> Vec<usize> {
    let tree = Tree::of(texts);
    assert!(tree.is_ok(), "the snippet does not parse");
    let findings = tree.map(|tree| rule(&tree)).unwrap_or_default();
    findings.into_iter().map(|finding| finding.line).collect()
}

#[test]
fn a_header_of_one_or_seven_lines_is_found() {
    assert_eq!(lines(rules::header, &[(CORE, "//! One.\n")]), [1]);
    assert_eq!(lines(rules::header, &[(CORE, &"//! More.\n".repeat(7))]), [1]);
    assert_eq!(lines(rules::header, &[(CORE, "//! One.\n//! Two.\n")]), NONE);
}

#[test]
fn a_long_file_is_found_but_not_a_long_test() {
    let long = "\n".repeat(501);

    assert_eq!(lines(rules::file_length, &[(CORE, &long)]), [500]);
    assert_eq!(lines(rules::file_median, &[(CORE, &long)]), [1]);
    assert_eq!(lines(rules::file_length, &[("gateway/core/src/relay/tests.rs", &long)]), NONE);
}

#[test]
fn a_long_function_is_found_wherever_it_stands() {
    let long = format!("{{{}}}", "\n".repeat(60));
    let all = format!("fn a() {long}\nimpl B {{ fn b() {long} }}\ntrait C {{ fn c() {long} }}");

    assert_eq!(lines(rules::function_length, &[(CORE, &all)]), [1, 62, 123]);
    assert_eq!(lines(rules::function_length, &[(CORE, "fn a() {\n}")]), NONE);
}

#[test]
fn a_long_line_is_found_by_characters() {
    let korean = format!("// {}\n", "가".repeat(97));

    assert_eq!(lines(rules::line_length, &[(CORE, &format!("\n// {}", "x".repeat(98)))]), [2]);
    assert_eq!(lines(rules::line_length, &[(CORE, &korean)]), NONE);
}

#[test]
fn an_empty_name_is_found_in_path_and_code() {
    assert_eq!(lines(rules::module_names, &[("gateway/link/src/utils.rs", "")]), [1]);
    assert_eq!(lines(rules::module_names, &[("gateway/link/src/misc/a.rs", "")]), [1]);
    assert_eq!(lines(rules::module_names, &[(CORE, "\nmod helpers {}")]), [2]);
}

#[test]
fn a_third_macro_is_found() {
    let one = "macro_rules! a { () => {} }\n";

    assert_eq!(lines(rules::macros, &[(CORE, one)]), [1]);
    assert_eq!(lines(rules::macros, &[("gateway/protocol/src/ids.rs", &one.repeat(2))]), [2]);
    assert_eq!(lines(rules::macros, &[("gateway/protocol/src/ids.rs", one)]), NONE);
    let manifest = "[package]\nname = \"x\"\n[lib]\nproc-macro = true";
    assert_eq!(lines(edges::no_macro_crates, &[("x/Cargo.toml", manifest)]), [4]);
}

#[test]
fn ignored_tests_and_allowed_lints_are_found() {
    let bad = "#![allow(dead_code)]\n#[allow(unused)]\nfn a() {}\n#[test]\n#[ignore]\nfn b() {}";

    assert_eq!(lines(rules::attributes, &[(CORE, bad)]), [5, 2, 1]);
    let good = "#[expect(dead_code, reason = \"x\")]\nfn a() {}";
    assert_eq!(lines(rules::attributes, &[(CORE, good)]), NONE);
}

#[test]
fn a_test_among_the_code_is_found() {
    let bad = "#[cfg(test)]\nmod tests {\n#[test]\nfn a() {}\n#[tokio::test(start_paused = true)]\n\
               async fn b() {}\n}";

    assert_eq!(lines(rules::tests_apart, &[(CORE, bad)]), [3, 5]);
    assert_eq!(lines(rules::tests_apart, &[(CORE, "#[cfg(test)]\nmod tests;")]), NONE);
}

#[test]
fn a_sleeping_test_is_found_unless_it_has_a_reason() {
    let bad = [("tests/scenarios/a.rs", "fn a() {\ntokio::time::sleep(b);\n}")];
    let tree = Tree::of(&bad).unwrap();
    let excepted = |path| rules::sleeping_except(&tree, &[(path, "waits for a real lamp")]);

    assert_eq!(lines(|tree| rules::sleeping_except(tree, &[]), &bad), [2]);
    assert!(excepted("tests/scenarios/a.rs").is_empty());
    assert_eq!(excepted("tests/scenarios/gone.rs").len(), 2);
}

#[test]
fn a_bound_without_a_reason_is_found() {
    let bad = "const QUEUE_MAX: u8 = 1;\nimpl A { const WAIT_MS: u8 = 2; }";

    assert_eq!(lines(rules::bounds_explained, &[(CORE, bad)]), [1, 2]);
    let good = "/// Fits a page.\nconst QUEUE_MAX: u8 = 1;\nconst NAME: u8 = 1;";
    assert_eq!(lines(rules::bounds_explained, &[(CORE, good)]), NONE);
}

#[test]
fn a_crate_that_looks_up_or_sideways_is_found() {
    let core = "[package]\nname = \"baton-core\"\n[dependencies]\nbaton-records.workspace = true";
    let stranger = "[package]\nname = \"baton-new\"";

    assert_eq!(lines(edges::crate_edges, &[("a/Cargo.toml", core)]), [4]);
    assert_eq!(lines(edges::crate_edges, &[("a/Cargo.toml", stranger)]), [1]);
    assert!(!lines(edges::crate_edges_stale, &[("a/Cargo.toml", core)]).is_empty());
}

#[test]
fn a_heavy_dependency_of_a_light_crate_is_found() {
    let core = "[package]\nname = \"baton-core\"\n[target.'cfg(unix)'.dependencies]\ntokio = \"1\"";
    let tests_only = "[package]\nname = \"baton-core\"\n[dev-dependencies]\nproptest = \"1\"";

    assert_eq!(lines(edges::foreign_packages, &[("a/Cargo.toml", core)]), [4]);
    assert_eq!(lines(edges::foreign_packages, &[("a/Cargo.toml", tests_only)]), NONE);
}

#[test]
fn a_version_outside_the_workspace_table_is_found() {
    let lints = "[package]\nname = \"x\"\n[lints]\nworkspace = true\n";
    let bad = format!("{lints}[dev-dependencies]\nserde = {{ version = \"1\" }}\ntoml = \"1\"");

    assert_eq!(lines(edges::versions_in_workspace, &[("x/Cargo.toml", &bad)]), [6, 7]);
    let bare = "[package]\nname = \"x\"\n[dependencies]\nserde.workspace = true";
    assert_eq!(lines(edges::versions_in_workspace, &[("x/Cargo.toml", bare)]), [1]);
}

#[test]
fn lints_of_its_own_are_found_but_for_the_border_to_foreign_code() {
    let lints = "[workspace.lints.rust]\nunsafe_code = \"forbid\"\nother = \"warn\"";
    let root = ("Cargo.toml", lints);
    let copy = |name: &str, level: &str| {
        let package = format!("[package]\nname = \"{name}\"\n[lints.rust]\nother = \"warn\"\n");
        package + &format!("unsafe_code = \"{level}\"")
    };
    let found = |name: &str, level: &str| {
        let manifest = copy(name, level);
        lines(edges::versions_in_workspace, &[root, ("x/Cargo.toml", &manifest)])
    };

    assert_eq!(found("baton-plugin-host", "deny"), NONE);
    assert_eq!(found("baton-plugin-host", "allow"), [1]);
    assert_eq!(found("baton-core", "deny"), [1]);
}

#[test]
fn serde_on_a_machine_is_found() {
    let bad = "#[derive(Debug, serde::Serialize)]\nstruct A;\n#[derive(\nDeserialize)]\nstruct B;\n\
               impl Serialize for C {}";

    assert_eq!(lines(edges::serde_places, &[(CORE, bad)]), [1, 4, 6]);
    assert_eq!(lines(edges::serde_places, &[("gateway/protocol/src/a.rs", bad)]), NONE);
}

#[test]
fn an_error_without_a_type_is_found() {
    let bad = "use anyhow::Result;";

    assert_eq!(lines(edges::anyhow_places, &[(CORE, bad)]), [1]);
    assert_eq!(lines(edges::anyhow_places, &[("agent/src/main.rs", bad)]), NONE);
}

#[test]
fn a_device_named_outside_the_demo_is_found() {
    let bad = "use baton_agent::start;";

    assert_eq!(lines(edges::demo_places, &[("gateway/server/src/wiring.rs", bad)]), [1]);
    assert_eq!(lines(edges::demo_places, &[("gateway/server/src/demo/shop.rs", bad)]), NONE);
}

#[test]
fn a_capability_that_imports_its_neighbour_is_found() {
    let hub = ("gateway/core/src/hub/load.rs", "");
    let ledger = ("gateway/core/src/ledger/book.rs", "");
    let bad =
        "use crate::hub::load;\nuse crate::{time::{a, b},\nhub::load};\nfn a() { crate::hub() }";
    let good = "use crate::{relay::plan, ledger::book, time::Deadline};";

    assert_eq!(lines(edges::core_capabilities, &[hub, ledger, (CORE, bad)]), [1, 3, 4]);
    assert_eq!(lines(edges::core_capabilities, &[hub, ledger, (CORE, good)]), NONE);
}

#[test]
fn a_path_of_one_machine_is_found() {
    let bad = format!("a\nsee /{}/somebody/notes", "home");

    assert_eq!(lines(edges::machine_paths, &[("README.md", &bad)]), [2]);
}

#[test]
fn a_package_from_elsewhere_is_found() {
    let bad = "[[package]]\nsource = \"git+ssh://somewhere\"";

    assert_eq!(lines(edges::lock_sources, &[("Cargo.lock", bad)]), [2]);
}

#[test]
fn a_text_in_one_language_is_found() {
    let lone = r#"export default {"ko": {"a": "가", "b": ""}, "en": {"b": "b", "c": "c"}};"#;

    assert_eq!(lines(pages::languages_equal, &[(WORDS, lone)]).len(), 3);
    assert_eq!(lines(pages::languages_equal, &[(WORDS, "export default {ko: {}};")]), [1]);
    assert_eq!(lines(pages::languages_equal, &[]), [1]);
}

#[test]
fn a_text_without_a_place_and_a_place_without_a_text_are_found() {
    let words = r#"export default {"ko": {"a": "가", "b.c": "나"}, "en": {"a": "a", "b.c": "b"}};"#;
    let page = "<p data-text=\"a\">\n</p><p data-text=\"z\">";
    let script = "say(`b.${kind}`)";
    let found = |page, script| {
        let texts = [
            (WORDS, words),
            ("gateway/server/web/a.html", page),
            ("gateway/server/web/a.js", script),
        ];
        lines(pages::words_used, &texts)
    };

    assert_eq!(found(page, script), [2]);
    assert_eq!(found("<p data-text=\"a\">", ""), [1]);
}

#[test]
fn another_state_word_and_the_word_failed_are_found() {
    let words = r#"export default {"ko": {"a": "결제 실패"}, "en": {"a": "Payment failed"}};"#;

    assert_eq!(lines(pages::state_words, &[(WORDS, words)]).len(), 12 + 2);
}

#[test]
fn a_refusal_without_a_sentence_is_found() {
    let words =
        r#"export default {"ko": {"problem.busy": "잠시"}, "en": {"problem.busy": "wait"}};"#;
    let refusals = baton_protocol::refusal::RefusalCode::ALL.len();

    assert_eq!(lines(pages::refusals_explained, &[(WORDS, words)]).len(), refusals - 1);
}

#[test]
fn an_inline_handler_and_a_foreign_script_are_found() {
    let page = "<p onclick=\"a()\">\n<script src=\"https://a.b/c.js\"></script>\n<p class=\"a\">";

    assert_eq!(lines(pages::loose_ends, &[("gateway/server/web/a.html", page)]), [1, 2]);
}

#[test]
fn an_offer_to_pay_again_is_found_in_words_page_and_script() {
    let words = "\"a\": \"Do not pay again\",\n\"b\": \"Pay again\",\n\"c\": \"다시 결제\",";
    let good = "<section id=\"progress\"><button id=\"finish\" hidden></button></section>";
    let page = good.replace("</section>", "<button id=\"again\"></button></section>");
    let open = good.replace(" hidden", "");
    let script = "at(\"finish\").hidden = !over(touch);\n\
                  function restart() {\n  if (!over(touch)) return;\n  open();\n}";
    let found = |path: &str, text: &str| lines(doubt::no_offer_in_doubt, &[(path, text)]);
    let (at_page, at_script) =
        ("gateway/server/web/phone/pay.html", "gateway/server/web/phone/pay.js");

    // What is absent counts as wrong: a lone good file leaves one finding, about the other.
    assert_eq!(found(WORDS, words), [2, 3, 1, 1]);
    assert_eq!(found(at_page, good).len(), 1);
    assert_eq!(found(at_page, &page).len(), 2);
    assert_eq!(found(at_page, &open).len(), 2);
    assert_eq!(found(at_script, script).len(), 1);
    assert_eq!(found(at_script, &script.replace("!over(touch);", "false;")).len(), 2);
    assert_eq!(found(at_script, &script.replace("if (!over(touch)) return;", "")).len(), 2);
}
