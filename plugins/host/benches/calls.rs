//! What a call costs through a process of its own and without one, how many fit into a second, and
//! how soon a killed plugin serves again.
//!
//! Owns the figures; the targets stand beside them. Run it with
//! `cargo bench -p baton-plugin-host --profile bench-fast`. Next: `plugins/README.md`.
#![expect(clippy::unwrap_used, reason = "a measurement ends at what it cannot do")]

#[path = "../tests/stage/mod.rs"]
mod stage;

use baton_plugin_host::Plugin;
use rustix::process::{Pid, Signal, kill_process};
use stage::{PATIENT, ask, misbehaving, settings};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::time::Instant;

/// Calls of one series, after a tenth of them to warm up.
const CALLS: u32 = 20_000;
/// Callers at once, for the rate: as many as a plugin's calls.
const CALLERS: u32 = 32;
/// Kills of one series.
const KILLS: u32 = 20;

fn main() {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let apart = misbehaving(&settings()).await;
        let mut within = settings();
        within.trusted.insert("misbehaving".to_owned());
        let within = misbehaving(&within).await;
        let (apart_us, within_us) = (median_us(&apart).await, median_us(&within).await);
        println!("a call through a process   median {apart_us:>7.1} us");
        println!("a call in this process     median {within_us:>7.1} us");
        println!("difference                        {:>7.1} us (target 100)", apart_us - within_us);
        println!("calls through a process    {:>10.0}/s (target 10000)", rate(&apart).await);
        println!("calls in this process      {:>10.0}/s", rate(&within).await);
        let (median_ms, worst_ms) = back_ms(&apart).await;
        println!("a killed plugin serves again after {median_ms:.1} ms (target 200)");
        println!("                          at worst {worst_ms:.1} ms");
    });
}

async fn once(plugin: &Plugin) {
    assert!(ask(plugin, "FINE-1", PATIENT).await.is_ok());
}

async fn median_us(plugin: &Plugin) -> f64 {
    for _ in 0..CALLS / 10 {
        once(plugin).await;
    }
    let mut times = Vec::new();
    for _ in 0..CALLS {
        let begun = Instant::now();
        once(plugin).await;
        times.push(begun.elapsed());
    }
    median(&mut times).as_secs_f64() * 1e6
}

async fn rate(plugin: &Plugin) -> f64 {
    let begun = Instant::now();
    let mut callers = Vec::new();
    for _ in 0..CALLERS {
        let plugin = plugin.clone();
        callers.push(tokio::spawn(async move {
            for _ in 0..CALLS / 8 {
                once(&plugin).await;
            }
        }));
    }
    for caller in callers {
        caller.await.unwrap();
    }
    f64::from(CALLS / 8 * CALLERS) / begun.elapsed().as_secs_f64()
}

/// From the kill until a call is answered, the lost one included.
async fn back_ms(plugin: &Plugin) -> (f64, f64) {
    let mut times = Vec::new();
    for _ in 0..KILLS {
        once(plugin).await;
        let process = Pid::from_raw(plugin.pid().await.unwrap()).unwrap();
        let begun = Instant::now();
        kill_process(process, Signal::KILL).unwrap();
        while ask(plugin, "FINE-1", PATIENT).await.is_err() {}
        times.push(begun.elapsed());
    }
    let worst = times.iter().max().unwrap().as_secs_f64();
    (median(&mut times).as_secs_f64() * 1e3, worst * 1e3)
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
