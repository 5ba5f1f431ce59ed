//! Parts of a till are killed and come back: X server, POS, login helper, service; seconds printed.
//!
//! Owns arguments. The service's end and the helper run as processes of their own, this program
//! once more; X server, window manager and POS are real. Fails where a part is not named by
//! `doctor` while it is away, where a code is submitted that nobody wanted, or where it takes
//! longer than the limit. Next: `story`.

#[path = "../desktop/clock.rs"]
mod clock;
mod parts;
mod service;
mod story;

use baton_agent::clock::clock as agent_clock;
use baton_agent::login::session;
use baton_agent::stop;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Runtime::new()?;
    match words[..] {
        ["service", config] => runtime.block_on(service::run(Path::new(config))),
        ["helper", config] => {
            tracing_subscriber::fmt().with_writer(std::io::stderr).init();
            let asked = async { stop::asked().await.unwrap_or_default() };
            let monotonic_ms = agent_clock().monotonic_ms;
            Ok(runtime.block_on(session::run(Path::new(config), monotonic_ms, asked))?)
        }
        [] => runtime.block_on(story::tell()),
        _ => anyhow::bail!("no arguments are needed"),
    }
}
