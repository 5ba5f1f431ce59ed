//! Every way in which a plugin can misbehave, in a real process: it costs its own call only.
//!
//! Owns the table of ways and of what each must come to. After each way the plugin serves the next
//! call. Next: `walls.rs`, what it cannot reach.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at what it cannot do")]

mod stage;

use baton_plugin_api::documents::Mismatch;
use baton_plugin_api::documents::destination::Verdict;
use baton_plugin_api::documents::http::Sent;
use baton_plugin_host::CallFault;
use baton_plugin_host::fault::Lost;
use stage::{HANGING, PATIENT, ask, misbehaving, serves, settings};
use std::fs;

/// What a way comes to.
fn lost(fault: &CallFault) -> &Lost {
    match fault {
        CallFault::Lost { cause, .. } => cause,
        CallFault::NotAsked { .. } => panic!("it was asked: {fault}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_dies_costs_its_own_call() {
    let plugin = misbehaving(&settings()).await;

    for way in ["X-ABORT", "X-EXIT", "X-OVERFLOW", "X-ALLOCATE", "X-WILD"] {
        let fault = ask(&plugin, way, PATIENT).await.unwrap_err();

        assert!(matches!(lost(&fault), Lost::Died { .. }), "{way}: {fault}");
        assert_eq!(fault.sent(), Sent::Maybe, "{way}");
        assert!(serves(&plugin).await, "after {way}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_hangs_costs_its_own_call() {
    let plugin = misbehaving(&settings()).await;

    for way in ["X-HANG", "X-SPIN"] {
        let fault = ask(&plugin, way, HANGING).await.unwrap_err();

        assert_eq!(lost(&fault), &Lost::Late, "{way}");
        assert!(serves(&plugin).await, "after {way}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_lies_is_found_out() {
    let plugin = misbehaving(&settings()).await;
    let lied = |what: &str| Lost::Lied { what: what.to_owned() };

    for (way, cause) in [
        ("X-PANIC", Lost::Panicked),
        ("X-JUNK", Lost::Garbled),
        ("X-NEWER", Lost::Garbled),
        ("X-WORD", Lost::Garbled),
        ("X-STATUS", lied("an unknown status")),
        ("X-NULL", lied("no result")),
        ("X-HUGE", lied("a result longer than allowed")),
        ("X-WRONGAMOUNT", Lost::Mismatch(Mismatch::Amount)),
        ("X-WRONGID", Lost::Mismatch(Mismatch::Transaction)),
    ] {
        let fault = ask(&plugin, way, PATIENT).await.unwrap_err();

        assert_eq!(lost(&fault), &cause, "{way}");
        assert!(serves(&plugin).await, "after {way}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_length_that_is_too_long_never_becomes_an_answer() {
    let plugin = misbehaving(&settings()).await;

    let fault = ask(&plugin, "X-LONGER", PATIENT).await.unwrap_err();

    // Either the memory behind the buffer is junk, or it is not there.
    assert!(matches!(lost(&fault), Lost::Garbled | Lost::Died { .. }), "{fault}");
    assert!(serves(&plugin).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buffer_that_is_given_twice_ends_in_the_plugins_own_process() {
    let plugin = misbehaving(&settings()).await;

    for _ in 0..3 {
        let fault = ask(&plugin, "X-TWICE", PATIENT).await.unwrap_err();
        assert_eq!(fault.sent(), Sent::Maybe, "{fault}");
    }

    assert!(serves(&plugin).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_log_lines_is_dropped_and_ends_its_process_at_last() {
    let plugin = misbehaving(&settings()).await;

    let flooded = ask(&plugin, "X-FLOOD", PATIENT).await;

    assert!(matches!(flooded.as_ref().map_err(lost), Err(Lost::Died { .. })), "{flooded:?}");
    assert!(serves(&plugin).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_that_spins_on_does_not_keep_the_next_call_from_being_served() {
    let plugin = misbehaving(&settings()).await;

    assert!(ask(&plugin, "X-THREADS", PATIENT).await.is_ok());

    assert!(serves(&plugin).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_id_chooses_the_way_too() {
    use baton_plugin_api::documents::MemberId;
    use baton_plugin_api::documents::membership::{Balance, BalanceAnswer};
    let plugin = misbehaving(&settings()).await;
    let balance = |member: &str| Balance {
        transaction_id: "t".to_owned(),
        terminal_id: "k".to_owned(),
        app_id: "a".to_owned(),
        member_id: MemberId::new(member.to_owned()),
        at_ms: 0,
    };

    let panicked = plugin.ask(&balance("X-PANIC"), PATIENT).await.unwrap_err();

    assert_eq!(lost(&panicked), &Lost::Panicked);
    let answer = plugin.ask(&balance("M-1"), PATIENT).await;
    assert_eq!(answer, Ok(BalanceAnswer::Points { points: 7 }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_host_does_not_grow_while_a_plugin_misbehaves() {
    let plugin = misbehaving(&settings()).await;
    let round = async |rounds: u32| {
        for _ in 0..rounds {
            for way in ["X-ABORT", "X-JUNK", "X-HUGE", "X-PANIC", "X-FLOOD", "FINE-1"] {
                ask(&plugin, way, PATIENT).await.map(drop).unwrap_or_default();
            }
        }
    };

    round(5).await;
    let before_kib = resident_kib();
    round(25).await;
    let grown_kib = resident_kib().saturating_sub(before_kib);

    assert!(grown_kib < 8 * 1024, "the host grew by {grown_kib} KiB");
    assert!(serves(&plugin).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_calls_are_served_beside_one_that_hangs() {
    let plugin = misbehaving(&settings()).await;
    let hanging = tokio::spawn({
        let plugin = plugin.clone();
        async move { ask(&plugin, "X-HANG", HANGING).await }
    });

    let mut served = Vec::new();
    for _ in 0..100 {
        let plugin = plugin.clone();
        served.push(tokio::spawn(async move { ask(&plugin, "FINE-1", PATIENT).await }));
    }
    for one in served {
        assert!(matches!(one.await.unwrap(), Ok(Verdict::Approved { .. })));
    }

    assert_eq!(lost(&hanging.await.unwrap().unwrap_err()), &Lost::Late);
}

/// Resident memory of this process. Source: proc(5), `status`.
fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
