//! A plugin that misbehaves in the way that the code or member id names, for tests of hosts.
//!
//! Owns the table of ways. Any other code is approved at once, which shows that the host has
//! survived. Must never be given to a program that serves shops. Next: [`lies`], the ways that
//! break the contract of bytes.

mod lies;

use baton_plugin_api::documents::destination::{Authorize, Inquire, InquiryAnswer, Verdict};
use baton_plugin_api::documents::http::HttpRequest;
use baton_plugin_api::documents::membership::{Balance, BalanceAnswer, Move, PointsVerdict};
use baton_plugin_api::documents::{DeclineReason, UnknownReason};
use baton_plugin_api::{Capabilities, Capability, Destination, Host, Level, Membership};
use std::fs::File;
use std::hint::black_box;
use std::net::TcpStream;
use std::process;
use std::thread;

/// Log lines of `X-FLOOD`, a thousand times what a host keeps.
const LINES: u32 = 32_000;
/// Bytes of one piece of `X-ALLOCATE`.
const PIECE_BYTES: usize = 1024 * 1024;

/// The plugin.
#[derive(Debug, Default)]
pub struct Misbehaving;

baton_plugin_api::export!(destination = Misbehaving, membership = Misbehaving, raw = lies::raw);

impl Destination for Misbehaving {
    fn capabilities(&self) -> Capabilities {
        Capabilities::of(&[Capability::Idempotent, Capability::Inquiry])
    }

    fn authorize(&self, ask: &Authorize, host: &Host<'_>) -> Verdict {
        misbehave(ask.code.reveal(), host);
        if let Some(verdict) = told(ask, host) {
            return verdict;
        }
        let mut approved = (ask.transaction_id.clone(), ask.amount);
        match ask.code.reveal() {
            "X-WRONGAMOUNT" => approved.1 = approved.1.saturating_add(1),
            "X-WRONGID" => approved.0.push('x'),
            _ => {}
        }
        let (transaction_id, amount) = approved;
        let currency = ask.currency.clone();
        Verdict::Approved { transaction_id, amount, currency, reference: "1".to_owned() }
    }

    fn inquire(&self, _ask: &Inquire, _host: &Host<'_>) -> InquiryAnswer {
        InquiryAnswer::NoAnswer
    }
}

impl Membership for Misbehaving {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn balance(&self, ask: &Balance, host: &Host<'_>) -> BalanceAnswer {
        misbehave(ask.member_id.reveal(), host);
        BalanceAnswer::Points { points: 7 }
    }

    fn accrue(&self, _ask: &Move, _host: &Host<'_>) -> PointsVerdict {
        PointsVerdict::Declined { reason: DeclineReason::Refused }
    }

    fn redeem(&self, _ask: &Move, _host: &Host<'_>) -> PointsVerdict {
        PointsVerdict::Declined { reason: DeclineReason::Refused }
    }
}

/// Does what cannot be answered.
#[expect(clippy::panic, reason = "panicking is one of the ways")]
fn misbehave(way: &str, host: &Host<'_>) {
    match way {
        "X-PANIC" => panic!("on purpose"),
        "X-HANG" => loop {
            thread::park();
        },
        "X-SPIN" => loop {
            black_box(0);
        },
        "X-ALLOCATE" => allocate(),
        "X-ABORT" => process::abort(),
        "X-EXIT" => process::exit(0),
        "X-OVERFLOW" => {
            black_box(dig(0));
        }
        "X-FLOOD" => {
            for _ in 0..LINES {
                host.log(Level::Info, "flood");
            }
        }
        "X-THREADS" => {
            thread::spawn(|| {
                loop {
                    black_box(0);
                }
            });
        }
        _ => {}
    }
}

/// Answers with what it found about its walls, as an approval or a decline.
fn told(ask: &Authorize, host: &Host<'_>) -> Option<Verdict> {
    let escaped = match ask.code.reveal() {
        "X-FILES" => File::open("/etc/hostname").is_ok() || File::create("/tmp/escaped").is_ok(),
        "X-SOCKETS" => {
            TcpStream::connect("127.0.0.1:9").err().and_then(|e| e.raw_os_error()) != Some(24)
        }
        "X-ENVIRONMENT" => std::env::vars().any(|(name, _)| name != "MALLOC_ARENA_MAX"),
        "X-SECRETS" => host.secret("gateway-key").is_some(),
        "X-STRANGER" => host.http(&HttpRequest::get("http://127.0.0.1:9/".to_owned())).is_ok(),
        "X-ASK" => host.http(&HttpRequest::get("http://allowed.test/".to_owned())).is_err(),
        "X-PROCESSES" => ran("/bin/true"),
        "X-SILENT" => return Some(Verdict::Unknown { reason: UnknownReason::Silent }),
        _ => return None,
    };
    let enclosed = Verdict::Declined { reason: DeclineReason::Refused };
    (!escaped).then_some(enclosed)
}

/// Tells whether a program of the machine can be run to its end.
fn ran(program: &str) -> bool {
    process::Command::new(program).status().is_ok_and(|status| status.success())
}

fn allocate() {
    let mut pieces = Vec::new();
    loop {
        pieces.push(black_box(vec![1_u8; PIECE_BYTES]));
    }
}

/// Digs until the stack ends.
#[expect(unconditional_recursion, reason = "running out of stack is one of the ways")]
fn dig(depth: u64) -> u64 {
    black_box(dig(black_box(depth.wrapping_add(1)))).wrapping_add(1)
}
