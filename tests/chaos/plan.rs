//! What the phones of a run will do: every payment with its code and manner.
//!
//! Owns the shares. Pure: the seed alone decides. Next: `faults`, what is done to everybody.

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
/// Standalone terminals; each is a process of its own. At the last ones merchants open sales, and
/// phones pay nothing else there.
pub const COUNTERS: usize = 44;
/// Terminals where merchants open sales.
const SALES_COUNTERS: usize = 2;
/// Paired terminals, each with an agent and a POS program of its own.
pub const TILLS: usize = 6;
/// Members of the membership provider.
pub const MEMBERS: u64 = 20;
/// Points that each starts with: some redemptions find too few.
pub const POINTS_FIRST: i64 = 2_000;
/// Smallest and largest amount, in minor units.
const AMOUNTS: (i64, i64) = (100, 99_000);
/// Most points that are moved at a time.
const POINTS_MAX: u64 = 400;

/// Where a payment is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A standalone terminal.
    Counter(usize),
    /// A terminal beside a POS.
    Till(usize),
}

/// Through which app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rail {
    /// The wallet, over HTTP.
    Wallet,
    /// The card host, over ISO 8583.
    Card,
    /// The membership provider, over HTTP.
    Points,
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
    /// Pays and shows its member id in one touch.
    Both,
    /// Stays until it is paid, and the merchant gives all or some of it back.
    GetsBack,
    /// Makes key and code, and is gone before it sends anything.
    NeverSends,
}

impl Manner {
    /// Returns a word for manners that are a fault of the phone.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Doubles => Some("doubles"),
            Self::NeverSends => Some("never sends"),
            Self::Plain
            | Self::Waits
            | Self::Follows
            | Self::Cancels
            | Self::Reuses
            | Self::PaysSale
            | Self::Both
            | Self::GetsBack => None,
        }
    }
}

/// One payment.
#[derive(Debug, Clone)]
pub struct Payment {
    /// Its number in the run.
    pub number: usize,
    pub place: Place,
    pub rail: Rail,
    pub code: CodeWish,
    /// Minor units, or points.
    pub amount: i64,
    pub manner: Manner,
    /// Seeds the phone's own dice.
    pub seed: u64,
}

/// Every terminal.
pub fn places() -> impl Iterator<Item = Place> {
    (0..COUNTERS).map(Place::Counter).chain((0..TILLS).map(Place::Till))
}

/// Tells whether merchants open sales there.
pub fn sells(place: Place) -> bool {
    matches!(place, Place::Counter(number) if number >= COUNTERS - SALES_COUNTERS)
}

/// Makes the payments of a run.
pub fn payments(seed: u64, count: usize) -> Vec<Payment> {
    let mut dice = Dice::new(seed);
    (0..count).map(|number| payment(number, &mut dice)).collect()
}

fn payment(number: usize, dice: &mut Dice) -> Payment {
    let seat = dice.below((COUNTERS + TILLS) as u64);
    let seat = usize::try_from(seat).unwrap_or(0);
    let place = if seat < COUNTERS { Place::Counter(seat) } else { Place::Till(seat - COUNTERS) };
    let rail = match (place, dice.below(100)) {
        (_, 0..=14) if !sells(place) => Rail::Points,
        (Place::Counter(_), 0..=49) => Rail::Card,
        (Place::Counter(_) | Place::Till(_), _) => Rail::Wallet,
    };
    let code = if rail == Rail::Points { CodeWish::Honest } else { code(dice.below(1_000)) };
    let manner = match dice.below(100) {
        _ if sells(place) => Manner::PaysSale,
        0..=9 if rail != Rail::Points => Manner::Both,
        10..=17 if rail != Rail::Points => Manner::GetsBack,
        0..=54 => Manner::Plain,
        55..=69 => Manner::Waits,
        70..=79 => Manner::Follows,
        80..=84 => Manner::Doubles,
        85..=88 => Manner::Cancels,
        // A member id may come again; only codes are used once.
        89..=92 if rail != Rail::Points => Manner::Reuses,
        93 => Manner::NeverSends,
        _ => Manner::Plain,
    };
    Payment { number, place, rail, code, amount: amount(rail, dice), manner, seed: dice.roll() }
}

/// Says how many points are moved.
pub fn points_amount(dice: &mut Dice) -> i64 {
    1 + i64::try_from(dice.below(POINTS_MAX)).unwrap_or(0)
}

fn amount(rail: Rail, dice: &mut Dice) -> i64 {
    if rail == Rail::Points {
        return points_amount(dice);
    }
    let (least, most) = AMOUNTS;
    let spread = u64::try_from(most - least).unwrap_or(1);
    least + i64::try_from(dice.below(spread)).unwrap_or(0)
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
