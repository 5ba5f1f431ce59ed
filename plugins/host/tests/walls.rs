//! What a plugin cannot reach from its process, and how processes are replaced.
//!
//! Owns the walls: files, sockets, processes, environment, secrets, hosts. Next: `trust.rs`, which
//! plugins are taken at all.
#![expect(clippy::unwrap_used, reason = "a test ends at what it cannot do")]

mod stage;

use baton_plugin_api::documents::DeclineReason;
use baton_plugin_api::documents::destination::Verdict;
use baton_plugin_api::documents::http::Sent;
use baton_plugin_host::CallFault;
use baton_plugin_host::fault::{Lost, NotAsked};
use baton_plugin_host::settings::Limits;
use baton_plugin_host::{Plugin, Refusal};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use stage::{
    HANGING, Held, PATIENT, alone, ask, in_c, library, misbehaving, permissions, serves, settings,
};
use std::io::Read;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_outside_is_reached() {
    let plugin = misbehaving(&settings()).await;

    for way in ["X-FILES", "X-SOCKETS", "X-ENVIRONMENT", "X-SECRETS", "X-STRANGER", "X-PROCESSES"] {
        let enclosed = Verdict::Declined { reason: DeclineReason::Refused };
        assert_eq!(ask(&plugin, way, PATIENT).await, Ok(enclosed), "{way}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_descriptor_that_leaks_over_the_start_is_closed() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    fcntl_setfd(&writer, FdFlags::empty()).unwrap();
    let plugin = misbehaving(&settings()).await;
    assert!(serves(&plugin).await);

    drop(writer);
    let ended = tokio::task::spawn_blocking(move || reader.read(&mut [0]).unwrap()).await;

    assert_eq!(ended.unwrap(), 0, "nobody else holds the other end");
    assert!(serves(&plugin).await, "while the process lives");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_cannot_become_a_process_is_said_to_be_none() {
    let good = settings();
    for program in ["/nowhere/program", "/bin/true"] {
        let mut bad = settings();
        bad.program = program.into();
        let told = Plugin::describe(&library("misbehaving"), &bad).await;
        assert!(matches!(told, Err(Refusal::Unstartable { .. })), "{program}: {told:?}");
    }
    assert!(serves(&misbehaving(&good).await).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_is_replaced_at_the_next_call() {
    let plugin = misbehaving(&settings()).await;
    assert!(serves(&plugin).await);
    let first = plugin.pid().await.unwrap();

    kill_process(Pid::from_raw(first).unwrap(), Signal::KILL).unwrap();

    // The call that meets the death may be lost; the one after it is not.
    ask(&plugin, "FINE-1", PATIENT).await.map(drop).unwrap_or_default();
    assert!(serves(&plugin).await);
    assert_ne!(plugin.pid().await, Some(first));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_beside_one_that_hangs_end_on_the_process_that_is_replaced() {
    let network = Held::new();
    let mut settings = settings();
    settings.network = network.clone();
    let plugin = misbehaving(&settings).await;
    let waiting = tokio::spawn({
        let plugin = plugin.clone();
        async move { ask(&plugin, "X-ASK", PATIENT).await }
    });
    network.one_arrived().await;
    let first = plugin.pid().await.unwrap();

    let hung = ask(&plugin, "X-HANG", HANGING).await.unwrap_err();
    let served = serves(&plugin).await;
    network.let_one_go();
    let waited = waiting.await.unwrap();

    assert!(matches!(hung, CallFault::Lost { cause: Lost::Late, .. }));
    assert!(served, "by a new process");
    assert_ne!(plugin.pid().await, Some(first));
    assert_eq!(waited, Ok(Verdict::Declined { reason: DeclineReason::Refused }));
    ends(first).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_does_not_tear_its_call() {
    let network = Held::new();
    let mut settings = settings();
    settings.network = network.clone();
    let plugin = misbehaving(&settings).await;
    let waiting = tokio::spawn({
        let plugin = plugin.clone();
        async move { ask(&plugin, "X-ASK", PATIENT).await }
    });
    network.one_arrived().await;
    let first = plugin.pid().await;

    waiting.abort();
    network.let_one_go();

    assert!(serves(&plugin).await);
    assert_eq!(plugin.pid().await, first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_calls_than_allowed_wait_and_are_not_asked_after_their_deadline() {
    let network = Held::new();
    let mut settings = settings();
    settings.network = network.clone();
    settings.limits = Limits { calls_max: 1, ..Limits::default() };
    let plugin = misbehaving(&settings).await;
    let waiting = tokio::spawn({
        let plugin = plugin.clone();
        async move { ask(&plugin, "X-ASK", PATIENT).await }
    });
    network.one_arrived().await;

    let second = ask(&plugin, "FINE-1", Duration::from_millis(50)).await.unwrap_err();
    network.let_one_go();

    assert!(matches!(second, CallFault::NotAsked { cause: NotAsked::Busy, .. }), "{second}");
    assert_eq!(second.sent(), Sent::No);
    assert!(waiting.await.unwrap().is_ok());
    assert!(serves(&plugin).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_ends_with_the_last_who_holds_it() {
    let plugin = misbehaving(&settings()).await;
    assert!(serves(&plugin).await);
    let process = plugin.pid().await.unwrap();

    drop(plugin);

    ends(process).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_used_its_share_of_time_is_replaced_between_calls() {
    let mut settings = settings();
    settings.limits = Limits { cpu_s_max: 2, ..Limits::default() };
    let plugin = misbehaving(&settings).await;
    assert!(ask(&plugin, "X-THREADS", PATIENT).await.is_ok());
    let first = plugin.pid().await;

    // The thread spins; sooner or later a look finds the share used, and no call is lost.
    let mut calls = 0_u64;
    while plugin.pid().await == first {
        assert!(serves(&plugin).await, "call {calls}");
        calls += 1;
    }
    assert!(serves(&plugin).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_in_c_keeps_the_same_contract() {
    let folder = tempfile::tempdir().unwrap();
    let Some(library) = in_c(folder.path(), "in_c", &[]) else { return };
    let plugin = alone(&library, permissions(), &settings()).await;

    let answer = ask(&plugin, "FINE-1", PATIENT).await;
    let other = plugin.ask(&void(), PATIENT).await.unwrap_err();

    assert!(matches!(&answer, Ok(Verdict::Approved { reference, .. }) if reference == "1.0.0"));
    assert!(matches!(other, CallFault::Lost { cause: Lost::Unsupported, .. }), "{other}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trusted_plugin_is_asked_the_same_way_without_a_process() {
    let mut settings = settings();
    settings.trusted.insert("misbehaving".to_owned());
    let plugin = misbehaving(&settings).await;

    assert!(serves(&plugin).await);
    assert_eq!(plugin.pid().await, None);
    let panicked = ask(&plugin, "X-PANIC", PATIENT).await.unwrap_err();
    assert!(matches!(panicked, CallFault::Lost { cause: Lost::Panicked, .. }));
    let junk = ask(&plugin, "X-JUNK", PATIENT).await.unwrap_err();
    assert!(matches!(junk, CallFault::Lost { cause: Lost::Garbled, .. }));
    assert!(ask(&plugin, "X-STRANGER", PATIENT).await.is_ok());
    assert!(serves(&plugin).await);
}

fn void() -> baton_plugin_api::documents::destination::Void {
    use baton_plugin_api::documents::destination::{GiveBack, Void};
    Void(GiveBack {
        transaction_id: "v".to_owned(),
        original_transaction_id: "t".to_owned(),
        terminal_id: "k".to_owned(),
        app_id: "a".to_owned(),
        amount: 1,
        currency: "KRW".to_owned(),
        at_ms: 0,
    })
}

/// Waits until a process is gone; a test that waits too long is ended by its runner.
async fn ends(process: i32) {
    let process = Pid::from_raw(process).unwrap();
    while test_kill_process(process).is_ok() {
        tokio::task::yield_now().await;
    }
}
