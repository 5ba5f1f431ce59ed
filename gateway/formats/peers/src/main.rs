//! How fast others read and write the same sale of twenty fields, beside us and in one run.
//!
//! Owns the rounds and the table. Every peer gets the same bytes and must write them back, or the
//! table says what it cannot do. May assert no figure. Next: `peer.rs`, the peers.

mod peer;
mod sale;

use peer::{Peer, peers};
use std::env;

/// Rounds; the best of each peer counts, for the others were disturbed.
const ROUNDS: usize = 5;

fn main() {
    let python = env::args().nth(1);
    let bytes = sale::bytes();
    let mut rows: Vec<Row> = peers(&bytes, python).into_iter().map(Row::new).collect();
    // Each round lets everybody run once, so that a disturbance meets them all.
    for _ in 0..ROUNDS {
        rows.iter_mut().for_each(|row| row.run(&bytes));
    }
    let ours = rows.first().and_then(|row| row.best.clone().ok()).unwrap_or_default();
    println!("parse + build of one 0200 with 20 fields, one core, best of {ROUNDS}:");
    println!("{:<16} {:<8} {:>12} {:>12}", "name", "version", "messages/s", "ours / its");
    for row in &rows {
        let (name, version) = (row.peer.name, &row.peer.version);
        match &row.best {
            Ok(rate) => {
                println!("{name:<16} {version:<8} {rate:>12.0} {:>11.1}x", ours / rate);
            }
            Err(why) => println!("{name:<16} {version:<8} not measured: {why}"),
        }
    }
    println!(
        "* without 28 and 60, which its table has otherwise: the ratio is kinder than it should be"
    );
}

/// A peer and its best round.
struct Row {
    peer: Peer,
    best: Result<f64, String>,
}

impl Row {
    const fn new(peer: Peer) -> Self {
        Self { peer, best: Ok(0.0) }
    }

    fn run(&mut self, bytes: &[u8]) {
        let Ok(best) = self.best else { return };
        self.best = (self.peer.rate)(bytes).map(|rate| rate.max(best));
    }
}
