//! `baton-plugin-check`: what a provider runs before shipping.
//!
//! Owns the command line. Next: the files beside it.

fn main() {
    baton_plugin_host::run_child_if_asked();
}
