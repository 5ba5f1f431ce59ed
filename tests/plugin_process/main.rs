//! What the scenarios' gateway and terminal start as their plugins' processes: a test program
//! cannot become one itself, for its `main` is the test harness's.
//!
//! Owns nothing. Next: `tests/src/world/plugins.rs`.

fn main() {
    baton_plugin_host::run_child_if_asked();
    std::process::exit(2);
}
