//! One history: moves drawn from a seed, played in order, and the smallest that breaks a promise.
//!
//! Owns the moves and the cutting down of a failing history. Each move carries its own dice, so one
//! that is left out does not change the others. Next: `replay`.

use super::dice::Dice;
use super::fair::Fair;
use super::promises::{Breach, always, at_rest};
use super::world::{Played, Sabotage, World};

/// Moves of one history: long enough that most orders come to an end.
pub const MOVES: usize = 160;

/// What can happen, and how often among all.
const KINDS: &[(Kind, u64)] = &[
    (Kind::Arrive, 340),
    (Kind::Place, 36),
    (Kind::ShowCard, 70),
    (Kind::RelayDecides, 60),
    (Kind::Transfer, 60),
    (Kind::BankTells, 80),
    (Kind::Receive, 60),
    (Kind::Ship, 70),
    (Kind::Deliver, 90),
    (Kind::AskReturn, 30),
    (Kind::EndReturn, 60),
    (Kind::AskExchange, 30),
    (Kind::GoOnExchange, 80),
    (Kind::CancelUnits, 20),
    (Kind::Cancel, 12),
    (Kind::Reduce, 12),
    (Kind::RelayRefunds, 30),
    (Kind::ClerkSettles, 20),
    (Kind::Correct, 12),
    (Kind::Inventory, 12),
    (Kind::WatchLow, 5),
    (Kind::TimePasses, 20),
    (Kind::Rush, 15),
    (Kind::TimersWake, 20),
];

/// One kind of move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A few messages arrive.
    Arrive,
    /// An order is placed.
    Place,
    /// A card is shown.
    ShowCard,
    /// The relay approves or declines.
    RelayDecides,
    /// Money is transferred.
    Transfer,
    /// The bank tells of it.
    BankTells,
    /// Goods come in.
    Receive,
    /// A parcel leaves.
    Ship,
    /// A parcel arrives.
    Deliver,
    /// A return is wanted.
    AskReturn,
    /// It ends.
    EndReturn,
    /// An exchange is wanted.
    AskExchange,
    /// It goes on.
    GoOnExchange,
    /// Units are taken out.
    CancelUnits,
    /// An order is cancelled.
    Cancel,
    /// A price is reduced.
    Reduce,
    /// The relay gives back or not.
    RelayRefunds,
    /// People settle what is theirs.
    ClerkSettles,
    /// Stock is corrected.
    Correct,
    /// Stock is counted.
    Inventory,
    /// A low mark is set.
    WatchLow,
    /// Time goes on.
    TimePasses,
    /// Reservations run out while a payment is under way, and others want the same.
    Rush,
    /// Timers wake.
    TimersWake,
}

/// One move with its own dice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// What.
    pub kind: Kind,
    /// How exactly.
    pub seed: u64,
}

/// Draws the moves of one history.
#[must_use]
pub fn draw(seed: u64) -> Vec<Move> {
    let mut dice = Dice::of(seed);
    let all: u64 = KINDS.iter().map(|(_, often)| often).sum();
    let mut moves = Vec::with_capacity(MOVES);
    // Shelves are not empty when the doors open.
    let opening = [Kind::Receive; 24].into_iter().map(|kind| (kind, dice.roll()));
    moves.extend(opening.collect::<Vec<_>>().into_iter().map(|(kind, seed)| Move { kind, seed }));
    while moves.len() < MOVES {
        let mut place = dice.below(all);
        let kind = KINDS.iter().find(|(_, often)| {
            let here = place < *often;
            place = place.saturating_sub(*often);
            here
        });
        moves.extend(kind.map(|(kind, _)| Move { kind: *kind, seed: dice.roll() }));
    }
    moves
}

/// Plays a history to its end and returns the world as it rests.
///
/// # Errors
/// The first [`Breach`].
pub fn play(fair: &Fair, moves: &[Move], sabotage: Sabotage) -> Result<World, Breach> {
    let world = World::open(fair, sabotage);
    let mut world = world.map_err(|no| Breach::of("the mall opens", no.to_string()))?;
    for one in moves {
        go(&mut world, *one)?;
        always(&world)?;
    }
    let mut dice = Dice::of(moves.first().map_or(0, |one| one.seed));
    world.come_to_rest(&mut dice)?;
    always(&world)?;
    at_rest(&world)?;
    Ok(world)
}

fn go(world: &mut World, one: Move) -> Played {
    let dice = &mut Dice::of(one.seed);
    match one.kind {
        Kind::Arrive => (0..dice.units(8)).try_for_each(|_| world.arrive(dice)),
        Kind::Place => world.place(dice),
        Kind::ShowCard => world.show_card(dice),
        Kind::RelayDecides => world.relay_decides(dice, 75),
        Kind::Transfer => world.transfer(dice),
        Kind::BankTells => world.bank_tells(dice),
        Kind::Receive => world.receive(dice),
        Kind::Ship => world.ship(dice),
        Kind::Deliver => world.deliver_parcel(dice),
        Kind::AskReturn => world.ask_return(dice),
        Kind::EndReturn => world.end_return(dice),
        Kind::AskExchange => world.ask_exchange(dice),
        Kind::GoOnExchange => world.go_on_exchange(dice),
        Kind::CancelUnits => world.cancel_units(dice),
        Kind::Cancel => world.cancel(dice),
        Kind::Reduce => world.reduce(dice),
        Kind::RelayRefunds => world.relay_refunds(dice, 70),
        Kind::ClerkSettles => world.clerk_settles(),
        Kind::Correct => world.correct(dice),
        Kind::Inventory => world.take_inventory(dice),
        Kind::WatchLow => world.watch_low(dice),
        Kind::TimePasses => {
            world.time_passes(dice);
            Ok(())
        }
        Kind::Rush => world.rush(dice),
        Kind::TimersWake => world.timers_wake(),
    }
}

/// Leaves out moves as long as some promise is still broken: first halves, then quarters, and so on
/// down to single moves.
#[must_use]
pub fn smallest(fair: &Fair, moves: Vec<Move>, sabotage: Sabotage) -> (Vec<Move>, Option<Breach>) {
    let mut kept = moves;
    let mut breach = play(fair, &kept, sabotage).err();
    let mut length = kept.len() / 2;
    while length > 0 {
        let mut at = 0;
        while at < kept.len() {
            let end = at.saturating_add(length).min(kept.len());
            let mut fewer = kept.clone();
            fewer.drain(at..end);
            match play(fair, &fewer, sabotage) {
                Err(same) => (kept, breach) = (fewer, Some(same)),
                Ok(_) => at = end,
            }
        }
        length /= 2;
    }
    (kept, breach)
}
