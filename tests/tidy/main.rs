//! The checkable points of `gateway/docs/style.md`, one test a rule, on the workspace as it stands.
//!
//! A red test names file, line and what to do. May not judge by itself: the rules are in the files
//! below, and `bad.rs` proves that each of them can fail. Next: `tree.rs`.

mod bad;
mod doubt;
mod edges;
mod pages;
mod rules;
mod tree;

use tree::{Finding, Tree, hold};

fn check(rule: fn(&Tree) -> Vec<Finding>) {
    let tree = Tree::load();
    let read = tree.as_ref().map(|tree| tree.sources.len()).map_err(ToString::to_string);
    assert!(read.as_ref().is_ok_and(|sources| *sources > 10), "the workspace: {read:?}");
    hold(&tree.map(|tree| rule(&tree)).unwrap_or_default());
}

#[test]
fn every_file_says_what_it_owns() {
    check(rules::header);
}

#[test]
fn no_file_is_too_long() {
    check(rules::file_length);
}

#[test]
fn the_median_file_is_short() {
    let (median, ninetieth, files) = rules::file_lengths(&Tree::load().unwrap());

    println!("median {median} lines, p90 {ninetieth}, {files} files");
    check(rules::file_median);
}

#[test]
fn no_function_is_too_long() {
    check(rules::function_length);
}

#[test]
fn no_line_is_too_long() {
    check(rules::line_length);
}

#[test]
fn modules_are_named_after_the_domain() {
    check(rules::module_names);
}

#[test]
fn the_workspace_has_two_macros() {
    check(rules::macros);
    check(edges::no_macro_crates);
}

#[test]
fn no_test_is_ignored_and_no_lint_allowed() {
    check(rules::attributes);
}

#[test]
fn tests_live_in_their_own_files() {
    check(rules::tests_apart);
}

#[test]
fn no_test_sleeps() {
    check(rules::sleeping);
}

#[test]
fn every_bound_says_why() {
    check(rules::bounds_explained);
}

#[test]
fn crates_depend_only_downward() {
    check(edges::crate_edges);
    check(edges::crate_edges_stale);
}

#[test]
fn light_crates_stay_light() {
    check(edges::foreign_packages);
}

#[test]
fn versions_and_lints_stand_in_the_workspace() {
    check(edges::versions_in_workspace);
}

#[test]
fn only_spoken_and_stored_types_carry_serde() {
    check(edges::serde_places);
}

#[test]
fn errors_keep_their_type() {
    check(edges::anyhow_places);
}

#[test]
fn only_the_demo_names_devices_and_simulators() {
    check(edges::demo_places);
}

#[test]
fn capabilities_of_core_do_not_import_one_another() {
    check(edges::core_capabilities);
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    check(edges::machine_paths);
}

#[test]
fn every_package_comes_from_the_public_registry() {
    check(edges::lock_sources);
}

#[test]
fn pages_say_the_same_in_both_languages() {
    check(pages::languages_equal);
    check(pages::words_used);
}

#[test]
fn pages_use_the_six_state_words() {
    check(pages::state_words);
}

#[test]
fn pages_explain_every_refusal() {
    check(pages::refusals_explained);
}

#[test]
fn pages_keep_to_their_content_security_policy() {
    check(pages::loose_ends);
}

#[test]
fn pages_offer_no_other_payment_while_one_is_in_doubt() {
    check(doubt::no_offer_in_doubt);
}
