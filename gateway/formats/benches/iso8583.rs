//! How fast a sale of twenty fields is read and written, and that fields cost no memory.
//!
//! Owns its figures only; nothing is asserted but the count of allocations. Run it with
//! `cargo bench -p baton-formats`, or with ` -- 1987-bcd` behind for one dialect. How others do
//! with the same sale is what `gateway/formats/peers/run` prints.

#![expect(clippy::expect_used, reason = "a bench that cannot begin has no figures")]

use baton_formats::iso8583::{Message, Mti, Spec, ready};
use std::hint::black_box;
use std::time::Instant;

/// Messages of one measurement: some milliseconds, less than a turn of a busy machine's scheduler.
const MESSAGES: u32 = 3_000;
/// Measurements of each dialect; the best counts, for the others were disturbed. The median beside
/// it says by how much.
const ROUNDS: usize = 500;
/// What is to be reached on one core, in messages a second.
const GOAL: f64 = 1_000_000.0;

fn main() {
    println!("parse + build of a 0200 with 20 fields, one core, best of {ROUNDS}:");
    let only = std::env::args().nth(1).filter(|argument| !argument.starts_with("--"));
    for name in ["1987-ascii", "1987-ascii-hex", "1987-bcd", "1987-ebcdic"] {
        if only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let Some(spec) = ready::lookup(name) else { continue };
        let bytes = sale(20).build(spec).expect("the sale fits the dialect");
        let mut rates: Vec<f64> = (0..ROUNDS).map(|_| rate(spec, &bytes)).collect();
        rates.sort_by(f64::total_cmp);
        let median = rates.get(ROUNDS / 2).copied().unwrap_or_default();
        let best = rates.last().copied().unwrap_or_default();
        let of_goal = best / GOAL;
        println!(
            "  {name:<16} {best:>11.0} messages/s  {of_goal:.2} x the goal of a million; median \
             {median:.0}"
        );
    }
    println!("allocations of parse + build with 5 fields, with 20, and with 20 in used memory; of");
    println!("values that are filled when they are written:");
    for (name, spec) in ready::all().filter(|(name, _)| name.starts_with("1987")) {
        let [few, many] = [5, 20].map(|fields| allocations(spec, fields));
        let again = allocations_again(spec);
        let filled = allocations_filled(spec);
        println!("  {name:<16} {few} {many} {again}; {filled}");
        assert!(few == many, "fields cost memory");
        assert!(again == 0, "a message that is used again costs memory");
        assert!(filled == 0, "filling costs memory");
    }
}

/// Messages a second, read into and written out of the same memory.
fn rate(spec: &Spec, bytes: &[u8]) -> f64 {
    let (mut message, mut out) = (Message::new(Mti::SALE), Vec::new());
    let start = now();
    for _ in 0..MESSAGES {
        message.parse_into(spec, black_box(bytes)).expect("it reads");
        out.clear();
        message.build_into(spec, &mut out).expect("it writes");
        black_box(&out);
    }
    f64::from(MESSAGES) / start.elapsed().as_secs_f64()
}

fn allocations(spec: &Spec, fields: usize) -> u64 {
    let bytes = sale(fields).build(spec).expect("the sale fits the dialect");
    let counted = allocation_counter::measure(|| {
        let message = Message::parse(spec, &bytes).expect("it reads");
        black_box(message.build(spec).expect("it writes"));
    });
    counted.count_total
}

fn allocations_again(spec: &Spec) -> u64 {
    let bytes = sale(20).build(spec).expect("the sale fits the dialect");
    let mut message = Message::parse(spec, &bytes).expect("it reads");
    let mut out = Vec::with_capacity(bytes.len());
    let counted = allocation_counter::measure(|| {
        message.parse_into(spec, &bytes).expect("it reads");
        message.build_into(spec, &mut out).expect("it writes");
        black_box(&out);
    });
    counted.count_total
}

fn allocations_filled(spec: &Spec) -> u64 {
    let sale = sale(20).with(4, "4500").with(41, "T1").with(11, "1");
    let mut out = Vec::with_capacity(sale.build(spec).expect("the sale fits the dialect").len());
    let counted = allocation_counter::measure(|| {
        sale.build_into(spec, &mut out).expect("it writes");
        black_box(&out);
    });
    counted.count_total
}

/// An ordinary sale with so many fields.
fn sale(fields: usize) -> Message {
    let all: [(u8, &str); 20] = [
        (3, "000000"),
        (4, "000000004500"),
        (7, "1127072501"),
        (11, "000123"),
        (12, "072501"),
        (13, "1127"),
        (18, "5812"),
        (19, "410"),
        (22, "021"),
        (23, "001"),
        (25, "00"),
        (28, "C00000000"),
        (32, "12345678901"),
        (37, "633107000123"),
        (41, "T0000001"),
        (42, "MERCHANT0000001"),
        (43, "COFFEE HOUSE             SEOUL        KR"),
        (48, "01016A1B2C3D4E5F6G7H8040360192f1d2-7c4b-7c3e-9a55-0123456789ab"),
        (49, "410"),
        (60, "0200"),
    ];
    let sale = Message::new(Mti::SALE);
    all.into_iter().take(fields).fold(sale, |sale, (field, value)| sale.with(field, value))
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn now() -> Instant {
    Instant::now()
}
