//! What a run will do: every payment with its code and manner, and every blow with its moment.
//!
//! Owns the shares. Pure: the seed alone decides. Moments of blows are counted in acknowledged
//! payments, so that they fall into the load whatever the machine's speed. Next: `stage`.

use crate::dice::Dice;

/// Codes that make a destination misbehave, and how many of 1,000 payments use each.
const MAGIC_SHARES: &[(&str, u64)] = &[
    ("X-FUNDS", 20),
    ("X-REFUSED", 20),
    ("X-EXPIRED", 10),
    ("X-USED", 5),
    ("X-91", 10),
    ("X-SILENT", 8),
    ("X-DROP", 15),
    ("X-LATE20", 6),
    ("X-DUPLICATE", 10),
    ("X-WRONGAMOUNT", 5),
];
/// Standalone terminals; each is a process of its own. At the last one the merchant opens sales,
/// and phones pay nothing else there.
pub const COUNTERS: usize = 7;
/// The terminal of sales.
pub const SALES: Place = Place::Counter(COUNTERS - 1);
/// Smallest and largest amount, in minor units.
const AMOUNTS: (i64, i64) = (100, 99_000);

/// Where a payment is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A standalone terminal.
    Counter(usize),
    /// The terminal beside the POS.
    Till,
}

/// Through which app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rail {
    /// The wallet, over HTTP.
    Wallet,
    /// The card host, over ISO 8583.
    Card,
}

/// Where the code comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeWish {
    /// The destination gives one out, or takes any.
    Honest,
    /// One that makes the destination misbehave.
    Magic(&'static str),
}

/// What the phone does besides paying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Takes the first acknowledgement and leaves.
    Plain,
    /// Waits for the end in the request.
    Waits,
    /// Asks for the touch until it is over.
    Follows,
    /// Sends the same request twice at once.
    Doubles,
    /// Asks to stop it.
    Cancels,
    /// Tries the same code again under a new key.
    Reuses,
    /// Pays a sale that the merchant opened.
    PaysSale,
}

/// One payment.
#[derive(Debug, Clone)]
pub struct Payment {
    /// Its number in the run.
    pub number: usize,
    pub place: Place,
    pub rail: Rail,
    pub code: CodeWish,
    pub amount: i64,
    pub manner: Manner,
    /// Seeds the phone's own dice.
    pub seed: u64,
}

/// Who is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Victim {
    Gateway,
    /// One of the counters.
    Device(usize),
    Agent,
    Wallet,
    Acquirer,
    Pos,
}

/// What is done to a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blow {
    /// `kill -9`, and a restart so many milliseconds later.
    Kill {
        /// 0 for at once.
        down_ms: u64,
    },
    /// SIGSTOP, and SIGCONT so many milliseconds later.
    Freeze {
        /// Long enough for its peers to give it up.
        ms: u64,
    },
}

/// One blow.
#[derive(Debug, Clone, Copy)]
pub struct Hit {
    /// How many payments must be acknowledged before it.
    pub after: usize,
    /// How long it waits then, in milliseconds.
    pub delay_ms: u64,
    pub victim: Victim,
    pub blow: Blow,
}

/// Makes the payments of a run.
pub fn payments(seed: u64, count: usize) -> Vec<Payment> {
    let mut dice = Dice::new(seed);
    (0..count).map(|number| payment(number, &mut dice)).collect()
}

fn payment(number: usize, dice: &mut Dice) -> Payment {
    let seat = dice.below(COUNTERS as u64 + 1);
    let seat = usize::try_from(seat).unwrap_or(0);
    let place = if seat == COUNTERS { Place::Till } else { Place::Counter(seat) };
    let card = place != Place::Till && dice.below(4) == 0;
    let code = code(dice.below(1_000));
    let manner = match dice.below(100) {
        _ if place == SALES => Manner::PaysSale,
        0..=39 => Manner::Plain,
        40..=59 => Manner::Waits,
        60..=79 => Manner::Follows,
        80..=84 => Manner::Doubles,
        85..=87 => Manner::Cancels,
        88..=91 => Manner::Reuses,
        _ => Manner::Plain,
    };
    let (least, most) = AMOUNTS;
    let spread = u64::try_from(most - least).unwrap_or(1);
    Payment {
        number,
        place,
        rail: if card { Rail::Card } else { Rail::Wallet },
        code,
        amount: least + i64::try_from(dice.below(spread)).unwrap_or(0),
        manner,
        seed: dice.roll(),
    }
}

fn code(roll: u64) -> CodeWish {
    let mut rest = roll;
    for (name, share) in MAGIC_SHARES {
        if rest < *share {
            return CodeWish::Magic(name);
        }
        rest -= share;
    }
    CodeWish::Honest
}

/// Makes the blows of a run, in the order of their moments. `each` kills are for the gateway, for
/// the devices with the agent, for the wallet, and once more for card host and POS together; every
/// fifth device and wallet stays down for a while. A third as many freezes come on top.
pub fn hits(seed: u64, payments: usize, each: usize) -> Vec<Hit> {
    let mut dice = Dice::new(!seed);
    let (first, last) = (payments / 20, payments - payments / 20);
    let span = u64::try_from(last.saturating_sub(first)).unwrap_or(0);
    let mut hits = Vec::new();
    let mut add = |dice: &mut Dice, victim, blow| {
        let after = first + usize::try_from(dice.below(span)).unwrap_or(0);
        hits.push(Hit { after, delay_ms: dice.below(80), victim, blow });
    };
    for number in 0..each {
        let other = if dice.below(2) == 0 { Victim::Acquirer } else { Victim::Pos };
        let down_ms = if number % 5 == 2 { long_ms(&mut dice) } else { 0 };
        let device = device(&mut dice);
        add(&mut dice, Victim::Gateway, Blow::Kill { down_ms: 0 });
        add(&mut dice, device, Blow::Kill { down_ms });
        add(&mut dice, Victim::Wallet, Blow::Kill { down_ms });
        add(&mut dice, other, Blow::Kill { down_ms: 0 });
    }
    for number in 0..each.div_ceil(3) {
        let victim = if number % 3 == 2 { Victim::Gateway } else { device(&mut dice) };
        let ms = long_ms(&mut dice);
        add(&mut dice, victim, Blow::Freeze { ms });
    }
    hits.sort_by_key(|hit| hit.after);
    hits
}

fn device(dice: &mut Dice) -> Victim {
    let seat = usize::try_from(dice.below(COUNTERS as u64 + 1)).unwrap_or(0);
    if seat == COUNTERS { Victim::Agent } else { Victim::Device(seat) }
}

/// Longer than an execution and a decision together: 3 and 5 seconds in this run.
fn long_ms(dice: &mut Dice) -> u64 {
    9_000 + dice.below(3_000)
}
