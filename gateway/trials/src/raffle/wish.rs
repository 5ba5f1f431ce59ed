//! What the people of a random life wish: terms, entries, payments, troubles, nonsense.
//!
//! Owns how likely each is. May not check anything; the machine refuses what may not be.

use super::case::CLOSES_MS;
use super::life::Life;
use super::random::Dice;
use anyhow::bail;
use baton_core::raffle::draw::Digest;
use baton_core::raffle::draw::beacon::QUICKNET;
use baton_core::raffle::draw::seed::commitment;
use baton_core::raffle::law::Country;
use baton_core::raffle::protection::Caps;
use baton_core::raffle::sale::view::State;
use baton_core::raffle::sale::{Delivery, Payment, Unit};
use baton_core::raffle::share::Bps;
use baton_core::raffle::terms::{
    Closing, Deposit, Losers, Plan, Pool, PriceStep, Proposal, Remainder, Terms,
};
use baton_core::raffle::{Input, clearing};
use baton_core::time::Timestamp;
use baton_protocol::ids::PersonId;

/// The people of a life: few, so that they meet their caps.
const PEOPLE: [&str; 16] =
    ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"];
/// Proposals that are tried before a life is given up; about one in two makes terms.
const PROPOSALS_MAX: u32 = 100;
/// The number to which the played server binds itself.
const SECRET: Digest = Digest([7; 32]);

/// The people of a life, and the dice that decide for them.
#[derive(Debug)]
pub(super) struct Crowd {
    /// The dice.
    pub dice: Dice,
    first: PersonId,
    people: Vec<PersonId>,
}

impl Crowd {
    /// Gathers the people.
    pub fn gather(dice: Dice) -> anyhow::Result<Self> {
        let people: Result<Vec<PersonId>, _> = PEOPLE.iter().map(|name| name.parse()).collect();
        Ok(Self { dice, first: "a".parse()?, people: people? })
    }

    fn person(&mut self) -> PersonId {
        self.dice.pick(&self.people).unwrap_or(&self.first).clone()
    }
}

/// Makes terms.
pub(super) fn terms(dice: &mut Dice) -> anyhow::Result<Terms> {
    for _ in 0..PROPOSALS_MAX {
        if let Ok(terms) = Terms::new(proposal(dice)?) {
            return Ok(terms);
        }
    }
    bail!("no proposal makes terms")
}

fn proposal(dice: &mut Dice) -> anyhow::Result<Proposal> {
    let fees = [0, 0, 500, 1_000];
    let steps = [PriceStep::One, PriceStep::Ten, PriceStep::Hundred];
    let closings = [Closing::AtTime, Closing::AtTime, Closing::WhenFull];
    let plans = [
        Plan::Rehearsal,
        Plan::Beacon(QUICKNET),
        Plan::BeaconAndServer(QUICKNET, commitment(&SECRET)),
        Plan::Offline(commitment(&SECRET)),
    ];
    let dear = if dice.one_in(6) { 5_000 } else { 900_000 };
    let fixed = Deposit::Fixed(i64::try_from(dice.below(20_000))?.saturating_add(1));
    let deposits = [fixed, Deposit::Share(bps(dice))];
    Ok(Proposal {
        shop: "shop".parse()?,
        country: Country::KR,
        unit_price: i64::try_from(dice.below(dear))?.saturating_add(100),
        quantity: u32::try_from(dice.below(4))?.saturating_add(1),
        parts: u32::try_from(dice.below(24))?.saturating_add(2),
        price_step: dice.pick(&steps).copied().unwrap_or(PriceStep::One),
        fee: dice.pick(&fees).copied().unwrap_or(0),
        entries_max: u8::try_from(dice.below(4))?.saturating_add(1),
        deposit: dice.pick(&deposits).copied().unwrap_or(fixed),
        losers: losers(dice),
        closing: dice.pick(&closings).copied().unwrap_or(Closing::AtTime),
        closes_at: Timestamp::from_ms(CLOSES_MS),
        commission: bps(dice),
        compensation: bps(dice),
        cancel_penalty: bps(dice),
        caps: Caps::NONE,
        plan: dice.pick(&plans).copied().unwrap_or(Plan::Rehearsal),
    })
}

fn losers(dice: &mut Dice) -> Losers {
    match dice.below(6) {
        0 => Losers::PaidBack,
        1 => Losers::PaidBackAsMileage,
        _ => {
            let odd = dice.one_in(2);
            let remainder = if odd { Remainder::Spread } else { Remainder::Operator };
            Losers::Pool(Pool { surplus_mileage: bps(dice), remainder, consolation: bps(dice) })
        }
    }
}

/// Nothing, all, or something between.
fn bps(dice: &mut Dice) -> Bps {
    match dice.below(4) {
        0 => Bps::NONE,
        1 => Bps::ALL,
        _ => u16::try_from(dice.below(10_001)).ok().and_then(Bps::new).unwrap_or(Bps::NONE),
    }
}

/// What belongs to no sale: mileage given away, expiry, fees and payouts.
pub(super) fn beside(life: &mut Life, crowd: &mut Crowd) -> anyhow::Result<()> {
    let person = crowd.person();
    let won = i64::try_from(crowd.dice.below(20_000))?.saturating_add(1);
    match crowd.dice.below(8) {
        0 => {
            let later = life.now.after_ms(super::books::MILEAGE_MS);
            life.books.expire(&person, later)
        }
        1 => book(life, clearing::fee(won)?),
        2 => book(life, clearing::payout(won)?),
        _ => life.books.grant(&person, won, life.now),
    }
}

fn book(
    life: &mut Life,
    posting: Option<baton_core::raffle::posting::Posting>,
) -> anyhow::Result<()> {
    posting.map_or(Ok(()), |posting| life.books.book(posting, life.now))
}

/// One wish, likely one that fits the state.
pub(super) fn input(life: &mut Life, crowd: &mut Crowd) -> Input {
    life.now = life.now.after_ms(crowd.dice.below(60_000));
    if crowd.dice.one_in(12) {
        return anything(life, crowd);
    }
    match life.raffle.state() {
        State::Draft | State::DepositPending => match crowd.dice.below(200) {
            0 => Input::SellerCancelled,
            1 => Input::Killed,
            _ => Input::DepositCaptured,
        },
        State::Open => open(life, crowd),
        State::Closed => closed(life, crowd),
        State::P2Pending | State::Fulfilment | State::Delivered => drawn(life, crowd),
        State::Ended(_) => match crowd.dice.below(4) {
            0 => Input::SellerPayoutDue,
            _ => charge_back(life, crowd),
        },
    }
}

fn open(life: &mut Life, crowd: &mut Crowd) -> Input {
    match crowd.dice.below(240) {
        0 => Input::SellerCancelled,
        1 => Input::Killed,
        2..6 => charge_back(life, crowd),
        6..16 => Input::EntryCancelled(crowd.person()),
        16..30 => {
            let input = life.deadline();
            // The gateway may have been away when the sale had to close.
            let late_ms = if crowd.dice.one_in(10) { 120_000 } else { 1_000 };
            life.now = life.now.after_ms(late_ms);
            input
        }
        _ => {
            let person = crowd.person();
            let count = u32::try_from(crowd.dice.below(4)).unwrap_or(0).saturating_add(1);
            let price = life.raffle.terms().p1().saturating_mul(i64::from(count));
            let most = life.books.mileage(&person).min(price);
            let some = crowd.dice.below(u64::try_from(most).unwrap_or(0).saturating_add(1));
            let mileage =
                if crowd.dice.one_in(2) { most } else { i64::try_from(some).unwrap_or(0) };
            life.entry(person, count, mileage)
        }
    }
}

fn closed(life: &mut Life, crowd: &mut Crowd) -> Input {
    match crowd.dice.below(60) {
        0 => return Input::SellerCancelled,
        1 => return Input::Killed,
        2 => return life.deadline(),
        3..6 => return charge_back(life, crowd),
        _ => {}
    }
    match life.raffle.terms().proposal().plan {
        Plan::Rehearsal => Input::OrderTold(order(life, &mut crowd.dice)),
        Plan::Offline(_) => Input::SecretRevealed(SECRET),
        Plan::BeaconAndServer(..) if crowd.dice.one_in(2) => Input::SecretRevealed(SECRET),
        Plan::Beacon(_) | Plan::BeaconAndServer(..) => {
            let round = life.raffle.terms().round().map_or(0, |(_, round)| round);
            let randomness = Digest::of(&[&crowd.dice.roll().to_be_bytes()]);
            Input::BeaconArrived { round, randomness }
        }
    }
}

/// A shuffled order, or only its beginning. Tickets that have become void stay in the list.
fn order(life: &Life, dice: &mut Dice) -> Vec<u32> {
    let tickets = u32::try_from(life.raffle.entries().active()).unwrap_or(0);
    let mut order: Vec<u32> = (0..tickets).collect();
    for place in (1..order.len()).rev() {
        let bound = u64::try_from(place).unwrap_or(0).saturating_add(1);
        order.swap(place, usize::try_from(dice.below(bound)).unwrap_or(0));
    }
    let cut = if dice.one_in(5) { dice.below(u64::from(tickets)) } else { u64::from(tickets) };
    order.truncate(usize::try_from(cut).unwrap_or(0));
    order
}

fn drawn(life: &mut Life, crowd: &mut Crowd) -> Input {
    let units = life.raffle.drawn().map_or(&[][..], |drawn| drawn.units.as_slice());
    let Some(unit) = crowd.dice.pick(units).cloned() else { return Input::Killed };
    match unit {
        Unit::Offered { person, .. } => match crowd.dice.below(20) {
            0 => charge_back(life, crowd),
            1..3 => life.deadline(),
            3..8 => Input::Forfeited(person),
            _ => Input::P2Paid(person),
        },
        Unit::Paid { person, .. } => match crowd.dice.below(20) {
            0 => Input::SellerDefaulted,
            1 => charge_back(life, crowd),
            2 => Input::ChargedBack(Payment::Second(person)),
            3..5 => Input::Withdrawn(person),
            5 => life.report(person, Delivery::OnTheWay),
            6..13 => life.report(person, Delivery::Done),
            _ => Input::Approved(person),
        },
        Unit::Delivered { person, .. } => match crowd.dice.below(20) {
            0 => Input::SellerDefaulted,
            1 => life.report(person, Delivery::Incident("broken".to_owned())),
            2 => Input::ChargedBack(Payment::Second(person)),
            3 => Input::Withdrawn(person),
            4..9 => life.deadline(),
            _ => Input::Approved(person),
        },
        Unit::Settled { person } => match crowd.dice.below(3) {
            0 => Input::ChargedBack(Payment::Second(person)),
            _ => charge_back(life, crowd),
        },
        Unit::Untaken => life.deadline(),
    }
}

fn charge_back(life: &Life, crowd: &mut Crowd) -> Input {
    Input::ChargedBack(Payment::First(life.ticket(&crowd.person())))
}

/// What somebody might hand in at any time, mostly nonsense.
fn anything(life: &mut Life, crowd: &mut Crowd) -> Input {
    let one = crowd.person();
    match crowd.dice.below(18) {
        0 => Input::DepositCaptured,
        1 => life.entry(one, 5, 0),
        2 => life.entry(one, 0, 0),
        3 => life.entry(one, 1, i64::MAX),
        4 => life.entry(one, 1, -1),
        5 => Input::EntryCancelled(one),
        6 => Input::BeaconArrived { round: 1, randomness: Digest::ZERO },
        7 => Input::SecretRevealed(Digest::ZERO),
        8 => Input::OrderTold(vec![0, 0]),
        9 => Input::OrderTold(vec![u32::MAX]),
        10 => Input::P2Paid(one),
        11 => Input::Forfeited(one),
        12 => Input::Withdrawn(one),
        13 => life.report(one, Delivery::Done),
        14 => Input::Approved(one),
        15 => Input::SellerPayoutDue,
        16 => Input::ChargedBack(Payment::Second(one)),
        _ => Input::DeadlineReached,
    }
}
