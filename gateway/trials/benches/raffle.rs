//! How long a draw from a million tickets takes: leaves, root, seed, the whole order.
//!
//! Owns its figures only; nothing is asserted. Run it with
//! `cargo bench -p baton-trials --bench raffle`.

#![expect(clippy::expect_used, reason = "a bench that cannot begin has no figures")]

use baton_core::raffle::draw::seed::Parts;
use baton_core::raffle::draw::{Digest, Order, Ticket, Tree};
use baton_protocol::ids::{RaffleId, TicketId};
use std::hint::black_box;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Tickets of the draw.
const TICKETS: u32 = 1_000_000;
/// Rounds; the best counts, for the others were disturbed.
const ROUNDS: usize = 3;
/// What is to be reached, in seconds.
const GOAL_S: f64 = 2.0;

fn main() {
    let sale = RaffleId::new(Uuid::from_u128(1));
    let holder = Digest::of(&[b"somebody"]);
    let ticket =
        |index: u32| Ticket { id: TicketId::new(Uuid::from_u128(u128::from(index))), holder };
    let tickets: Vec<Ticket> = (0..TICKETS).map(ticket).collect();
    let rounds = (0..ROUNDS).map(|_| round(sale, &tickets));
    let (rooted, drawn) = rounds.min_by_key(|(rooted, drawn)| *rooted + *drawn).expect("rounds");
    let both = (rooted + drawn).as_secs_f64();
    println!("{TICKETS} tickets, best of {ROUNDS}, one core:");
    println!(
        "  rooted {:.3} s, all of them drawn {:.3} s",
        rooted.as_secs_f64(),
        drawn.as_secs_f64()
    );
    println!("  together {both:.3} s, {:.2} of the goal of {GOAL_S} s", both / GOAL_S);
}

fn round(sale: RaffleId, tickets: &[Ticket]) -> (Duration, Duration) {
    let start = now();
    let tree = Tree::of(sale, black_box(tickets)).expect("a tree");
    let rooted = start.elapsed();
    let start = now();
    let parts = Parts {
        sale,
        root: tree.root(),
        tickets: u64::from(tree.size()),
        round: 1,
        randomness: Digest::ZERO,
        server: Digest::ZERO,
    };
    black_box(Order::draw(&parts.seed(), tree.size(), tree.size()));
    (rooted, start.elapsed())
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn now() -> Instant {
    Instant::now()
}
