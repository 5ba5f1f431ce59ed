//! What will be done to the programs, links, disks and clocks of a run, and when.
//!
//! Owns the shares of the kinds of faults and how long each lasts. Pure: the seed alone decides.
//! Moments are counted in acknowledged payments, so that faults fall into the load whatever the
//! machine's speed. Next: `stage`.

use crate::dice::Dice;
use crate::plan::{COUNTERS, TILLS};
use crate::proxy::{Way, Weather};
use crate::shim::Step;

/// A program that can be killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Victim {
    Gateway,
    /// One of the counters.
    Device(usize),
    /// One of the agents.
    Agent(usize),
    /// The POS program beside that agent.
    Pos(usize),
    Wallet,
    Acquirer,
    Membership,
}

/// A link with a proxy in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wire {
    /// All phones to the gateway.
    Phones,
    /// One counter to the gateway.
    Device(usize),
    /// One agent to the gateway.
    Agent(usize),
    /// One agent to its POS program.
    Pos(usize),
    /// Counters, POS programs and the gateway to the wallet.
    Wallet,
    /// Counters and the gateway to the card host.
    Card,
    /// Counters, POS programs and the gateway to the membership provider.
    Points,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blow {
    /// `kill -9`, and a restart so many milliseconds later; 0 for at once.
    Kill { victim: Victim, down_ms: u64 },
    /// SIGSTOP, and SIGCONT so many milliseconds later.
    Freeze { victim: Victim, ms: u64 },
    /// Every connection of a link ends.
    Cut { wire: Wire },
    /// A link is bad for so many milliseconds.
    Weather { wire: Wire, weather: Weather, ms: u64 },
    /// A program's disk has no free byte for so many milliseconds.
    FullDisk { victim: Victim, ms: u64 },
    /// A program's wall clock is wrong for so many milliseconds.
    Clock { victim: Victim, step: Step, ms: u64 },
    /// The gateway is killed and starts again while its wall clock is wrong; once the clock is
    /// right, it is killed and starts again.
    ClockRestart { step: Step, ms: u64 },
    /// The gateway's fsync fails until it has ended.
    Fsync,
}

/// One blow and its moment.
#[derive(Debug, Clone, Copy)]
pub struct Hit {
    /// How many payments must be acknowledged before it.
    pub after: usize,
    /// How long it waits then, in milliseconds.
    pub delay_ms: u64,
    pub blow: Blow,
}

/// What one blow occupies: two at a time would only hide each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Program(Victim),
    Wire(Wire),
}

/// A kind of blow.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Kill(Who),
    /// Down for longer than an execution and a decision together.
    KillLong(Who),
    Freeze(Who),
    Cut(Where),
    CutRequest(Where),
    CutAnswer(Where),
    HalfOpen(Where),
    Slow(Where),
    Late(Where),
    Refuse(Where),
    FullDisk(Victim),
    Clock(Victim, Step),
    ClockRestart(Step),
    Fsync,
}

#[derive(Debug, Clone, Copy)]
enum Who {
    Gateway,
    Device,
    Pos,
    Wallet,
    Acquirer,
    Membership,
}

#[derive(Debug, Clone, Copy)]
enum Where {
    Phones,
    Device,
    Pos,
    Wallet,
    Card,
    Points,
}

/// The device whose folder is on a disk of its own.
pub const DISK_DEVICE: Victim = Victim::Device(1);
/// The device whose clock can be set.
pub const CLOCK_DEVICE: Victim = Victim::Device(0);

/// How many of 200 faults are of which kind.
const SHARES: &[(Kind, usize)] = &[
    (Kind::Kill(Who::Gateway), 16),
    (Kind::Kill(Who::Device), 25),
    (Kind::KillLong(Who::Device), 6),
    (Kind::Kill(Who::Pos), 8),
    (Kind::Kill(Who::Wallet), 6),
    (Kind::KillLong(Who::Wallet), 1),
    (Kind::Kill(Who::Acquirer), 6),
    (Kind::Kill(Who::Membership), 4),
    (Kind::Freeze(Who::Gateway), 3),
    (Kind::Freeze(Who::Device), 8),
    (Kind::Freeze(Who::Wallet), 2),
    (Kind::Freeze(Who::Acquirer), 2),
    (Kind::Cut(Where::Phones), 4),
    (Kind::CutRequest(Where::Phones), 3),
    (Kind::CutAnswer(Where::Phones), 4),
    (Kind::HalfOpen(Where::Phones), 1),
    (Kind::Slow(Where::Phones), 1),
    (Kind::Late(Where::Phones), 2),
    (Kind::Refuse(Where::Phones), 2),
    (Kind::Cut(Where::Device), 10),
    (Kind::CutRequest(Where::Device), 6),
    (Kind::CutAnswer(Where::Device), 6),
    (Kind::HalfOpen(Where::Device), 10),
    (Kind::Slow(Where::Device), 5),
    (Kind::Late(Where::Device), 5),
    (Kind::Refuse(Where::Device), 5),
    (Kind::Cut(Where::Pos), 3),
    (Kind::CutAnswer(Where::Pos), 3),
    (Kind::Cut(Where::Wallet), 3),
    (Kind::CutRequest(Where::Wallet), 2),
    (Kind::CutAnswer(Where::Wallet), 4),
    (Kind::HalfOpen(Where::Wallet), 2),
    (Kind::Slow(Where::Wallet), 2),
    (Kind::Late(Where::Wallet), 2),
    (Kind::Refuse(Where::Wallet), 2),
    (Kind::Cut(Where::Card), 3),
    (Kind::CutAnswer(Where::Card), 3),
    (Kind::HalfOpen(Where::Card), 2),
    (Kind::Slow(Where::Card), 1),
    (Kind::Late(Where::Card), 1),
    (Kind::Refuse(Where::Card), 1),
    (Kind::CutAnswer(Where::Points), 3),
    (Kind::HalfOpen(Where::Points), 1),
    (Kind::Refuse(Where::Points), 1),
    (Kind::FullDisk(Victim::Gateway), 2),
    (Kind::FullDisk(DISK_DEVICE), 2),
    (Kind::Clock(Victim::Gateway, Step::DayAhead), 1),
    (Kind::Clock(Victim::Gateway, Step::TenMinutesBack), 1),
    (Kind::Clock(CLOCK_DEVICE, Step::DayAhead), 1),
    (Kind::ClockRestart(Step::DayAhead), 1),
    (Kind::ClockRestart(Step::TenMinutesBack), 1),
    (Kind::Fsync, 1),
];
/// What the shares add up to.
const SHARES_SUM: usize = 200;
/// How long the last faults last, in milliseconds: longer than an execution of this run.
const SALVO_MS: u64 = 4_000;
/// Shares that are dealt first when a run has only a few faults: one of each, then all of them.
const SPREAD: usize = 7;

/// Makes the blows of a run, in the order of their moments.
pub fn hits(seed: u64, payments: usize, count: usize) -> Vec<Hit> {
    let mut dice = Dice::new(!seed);
    let deck: Vec<Kind> =
        SHARES.iter().flat_map(|(kind, times)| std::iter::repeat_n(*kind, *times)).collect();
    let (first, last) = (payments / 20, payments - payments / 20);
    let span = u64::try_from(last.saturating_sub(first)).unwrap_or(0);
    let kinds = (0..count).filter_map(|number| deck.get(number * SPREAD % SHARES_SUM));
    let mut hits: Vec<Hit> = kinds
        .map(|kind| Hit {
            after: first + usize::try_from(dice.below(span)).unwrap_or(0),
            delay_ms: dice.below(80),
            blow: blow(*kind, &mut dice),
        })
        .collect();
    hits.sort_by_key(|hit| hit.after);
    hits
}

/// Makes the last faults of a run: half of everything is broken at once, so that much is open when
/// healing begins.
pub fn salvo() -> Vec<Blow> {
    let (weather, ms) = (Weather::HalfOpen, SALVO_MS);
    let mut blows = vec![
        Blow::Kill { victim: Victim::Wallet, down_ms: ms },
        Blow::Weather { wire: Wire::Card, weather, ms },
        Blow::Weather { wire: Wire::Points, weather: Weather::Refusing, ms },
    ];
    for number in (0..COUNTERS).step_by(4) {
        blows.push(Blow::Weather { wire: Wire::Device(number), weather, ms });
    }
    for number in (1..COUNTERS).step_by(8) {
        blows.push(Blow::Kill { victim: Victim::Device(number), down_ms: ms });
    }
    for number in (0..TILLS).step_by(2) {
        blows.push(Blow::Weather { wire: Wire::Agent(number), weather, ms });
    }
    blows
}

fn blow(kind: Kind, dice: &mut Dice) -> Blow {
    let shortly = |dice: &mut Dice| 300 + dice.below(1_700);
    match kind {
        Kind::Kill(who) => Blow::Kill { victim: victim(who, dice), down_ms: 0 },
        Kind::KillLong(who) => Blow::Kill { victim: victim(who, dice), down_ms: long_ms(dice) },
        Kind::Freeze(who) => Blow::Freeze { victim: victim(who, dice), ms: frozen_ms(who, dice) },
        Kind::Cut(place) => Blow::Cut { wire: wire(place, dice) },
        Kind::CutRequest(place) => {
            let weather = Weather::CutAfter { bytes: part(dice), way: Way::Up };
            Blow::Weather { wire: wire(place, dice), weather, ms: shortly(dice) }
        }
        Kind::CutAnswer(place) => {
            let weather = Weather::CutAfter { bytes: part(dice), way: Way::Down };
            Blow::Weather { wire: wire(place, dice), weather, ms: shortly(dice) }
        }
        Kind::HalfOpen(place) => {
            // Longer than two heartbeats, and than a device waits for an answer.
            let ms = 2_500 + dice.below(2_000);
            Blow::Weather { wire: wire(place, dice), weather: Weather::HalfOpen, ms }
        }
        Kind::Slow(place) => {
            let ms = 1_000 + dice.below(1_500);
            Blow::Weather { wire: wire(place, dice), weather: Weather::Slow, ms }
        }
        Kind::Late(place) => {
            let weather = Weather::Late { ms: 200 + dice.below(1_500) };
            Blow::Weather { wire: wire(place, dice), weather, ms: 1_500 + dice.below(1_500) }
        }
        Kind::FullDisk(victim) => Blow::FullDisk { victim, ms: 2_000 + dice.below(1_500) },
        Kind::Clock(victim, step) => Blow::Clock { victim, step, ms: wrong_ms(dice) },
        Kind::ClockRestart(step) => Blow::ClockRestart { step, ms: wrong_ms(dice) },
        Kind::Fsync => Blow::Fsync,
        Kind::Refuse(place) => {
            let weather = Weather::Refusing;
            Blow::Weather { wire: wire(place, dice), weather, ms: shortly(dice) }
        }
    }
}

fn victim(who: Who, dice: &mut Dice) -> Victim {
    match who {
        Who::Gateway => Victim::Gateway,
        Who::Device => {
            let seat = number_below(COUNTERS + TILLS, dice);
            if seat < COUNTERS { Victim::Device(seat) } else { Victim::Agent(seat - COUNTERS) }
        }
        Who::Pos => Victim::Pos(number_below(TILLS, dice)),
        Who::Wallet => Victim::Wallet,
        Who::Acquirer => Victim::Acquirer,
        Who::Membership => Victim::Membership,
    }
}

fn wire(place: Where, dice: &mut Dice) -> Wire {
    match place {
        Where::Phones => Wire::Phones,
        Where::Device => {
            let seat = number_below(COUNTERS + TILLS, dice);
            if seat < COUNTERS { Wire::Device(seat) } else { Wire::Agent(seat - COUNTERS) }
        }
        Where::Pos => Wire::Pos(number_below(TILLS, dice)),
        Where::Wallet => Wire::Wallet,
        Where::Card => Wire::Card,
        Where::Points => Wire::Points,
    }
}

fn number_below(bound: usize, dice: &mut Dice) -> usize {
    usize::try_from(dice.below(bound as u64)).unwrap_or(0)
}

/// Fewer bytes than a head and a body have, more often than not.
fn part(dice: &mut Dice) -> usize {
    20 + number_below(400, dice)
}

/// Longer than an execution and a decision together: 3 and 5 seconds in this run.
fn long_ms(dice: &mut Dice) -> u64 {
    9_000 + dice.below(3_000)
}

/// Longer than the second after which a program sees its new clock.
fn wrong_ms(dice: &mut Dice) -> u64 {
    2_500 + dice.below(1_500)
}

/// What everybody waits for is frozen for longer than an execution; one device for long.
fn frozen_ms(who: Who, dice: &mut Dice) -> u64 {
    match who {
        Who::Device => long_ms(dice),
        Who::Gateway | Who::Pos | Who::Wallet | Who::Acquirer | Who::Membership => {
            3_500 + dice.below(1_500)
        }
    }
}

impl Blow {
    /// Returns what it occupies.
    pub const fn subject(self) -> Subject {
        match self {
            Self::Kill { victim, .. }
            | Self::Freeze { victim, .. }
            | Self::FullDisk { victim, .. }
            | Self::Clock { victim, .. } => Subject::Program(victim),
            Self::ClockRestart { .. } | Self::Fsync => Subject::Program(Victim::Gateway),
            Self::Cut { wire } | Self::Weather { wire, .. } => Subject::Wire(wire),
        }
    }

    /// Returns how long it lasts, in milliseconds; 0 for at once.
    pub const fn lasts_ms(self) -> u64 {
        match self {
            Self::Kill { down_ms, .. } => down_ms,
            Self::Freeze { ms, .. }
            | Self::Weather { ms, .. }
            | Self::FullDisk { ms, .. }
            | Self::Clock { ms, .. }
            | Self::ClockRestart { ms, .. } => ms,
            Self::Cut { .. } | Self::Fsync => 0,
        }
    }

    /// Returns whom it hits, in a word for reports.
    pub const fn whom(self) -> &'static str {
        match self.subject() {
            Subject::Program(Victim::Gateway) => "gateway",
            Subject::Program(Victim::Device(_)) => "device",
            Subject::Program(Victim::Agent(_)) => "agent",
            Subject::Program(Victim::Pos(_)) => "POS",
            Subject::Program(Victim::Wallet) => "wallet",
            Subject::Program(Victim::Acquirer) => "card host",
            Subject::Program(Victim::Membership) => "membership",
            Subject::Wire(Wire::Phones) => "phones' link",
            Subject::Wire(Wire::Device(_)) => "device's link",
            Subject::Wire(Wire::Agent(_)) => "agent's link",
            Subject::Wire(Wire::Pos(_)) => "POS's link",
            Subject::Wire(Wire::Wallet) => "wallet's link",
            Subject::Wire(Wire::Card) => "card host's link",
            Subject::Wire(Wire::Points) => "membership's link",
        }
    }

    /// Returns a word for reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kill { down_ms: 0, .. } => "kill -9",
            Self::Kill { .. } => "kill -9, down for long",
            Self::Freeze { .. } => "SIGSTOP",
            Self::Cut { .. } => "cut",
            Self::Weather { weather, .. } => weather.word(),
            Self::FullDisk { .. } => "full disk",
            Self::Clock { step: Step::TenMinutesBack, .. } => "clock -10 min",
            Self::Clock { .. } => "clock +1 day",
            Self::ClockRestart { step: Step::TenMinutesBack, .. } => "restart at -10 min",
            Self::ClockRestart { .. } => "restart at +1 day",
            Self::Fsync => "failing fsync",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_hundred_faults_hold_every_kind_as_often_as_its_share() {
        let count: usize = SHARES.iter().map(|(_, times)| times).sum();
        assert_eq!(count, SHARES_SUM);

        let hits = hits(7, 20_000, SHARES_SUM);

        let gateway = |hit: &&Hit| matches!(hit.blow, Blow::Kill { victim: Victim::Gateway, .. });
        assert_eq!(hits.len(), SHARES_SUM);
        assert_eq!(hits.iter().filter(gateway).count(), 16);
    }

    #[test]
    fn the_same_seed_makes_the_same_faults() {
        let one: Vec<Blow> = hits(7, 2_000, 40).iter().map(|hit| hit.blow).collect();
        let same: Vec<Blow> = hits(7, 2_000, 40).iter().map(|hit| hit.blow).collect();

        assert_eq!(one, same);
    }
}
