//! One order among hubs that die, come back and speak late: one payment counts.
//!
//! Owns only checks, with a payment server that knows keys. Next: nothing.

use super::*;
use crate::geo::Point;
use crate::hub::nearby::{Company, Goods, Line, Nearby, Opening, Stock};
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

const ID: OrderId = OrderId::new(Uuid::from_u128(1));

fn what() -> Deliverable {
    let at = Point::new(37.5, 127.0).unwrap();
    let goods = Goods { id: "bread".parse().unwrap(), stock: Stock::Endless, reach_km: None };
    let id: baton_protocol::ids::CompanyId = "bakery".parse().unwrap();
    let (opening, goods) = (Opening::Open, vec![goods]);
    let nearby = Nearby::new(vec![Company { id: id.clone(), at, reach_km: 5.0, opening, goods }]);
    let line = Line { goods: "bread".parse().unwrap(), pieces: 1 };
    nearby.check(&id, at, vec![line]).unwrap()
}

fn placed() -> Order {
    Order::place(ID, what()).0
}

fn hub(number: u32) -> HubId {
    format!("hub-{number}").parse().unwrap()
}

const fn transaction(number: u128) -> TransactionId {
    TransactionId::new(Uuid::from_u128(number))
}

fn handed(epoch: u32) -> Order {
    let mut order = placed();
    for epoch in 1..=epoch {
        order.step(Input::HandedOver { hub: hub(epoch), epoch }).unwrap();
    }
    order
}

fn paid(epoch: u32, number: u128) -> Input {
    Input::Processed { epoch, verdict: Verdict::Paid(transaction(number)) }
}

#[test]
fn an_order_is_handed_over_paid_and_delivered() {
    let (mut order, start) = Order::place(ID, what());

    let sent = order.step(Input::HandedOver { hub: hub(1), epoch: 1 }).unwrap();
    let settled = order.step(paid(1, 7)).unwrap();
    let done = order.step(Input::Delivered).unwrap();

    let seeking = State::Seeking { epoch: 0 };
    assert_eq!(start, [Effect::Record(seeking), Effect::Seek { epoch: 0 }]);
    let handed = State::Handed { hub: hub(1), epoch: 1 };
    assert_eq!(sent, [Effect::Record(handed), Effect::Send { hub: hub(1), epoch: 1 }]);
    let state = State::Paid { epoch: 1, transaction: transaction(7) };
    assert_eq!(settled, [Effect::Record(state), Effect::Deliver, Effect::Tell(Notice::Paid)]);
    assert_eq!(done[1], Effect::Tell(Notice::Delivered));
    assert_eq!(order.step(Input::Delivered), Ok(Vec::new()));
}

#[test]
fn a_lost_hub_sends_the_order_to_another() {
    let mut order = handed(1);

    let seeks = order.step(Input::HubLost { epoch: 1 }).unwrap();
    let sent = order.step(Input::HandedOver { hub: hub(2), epoch: 2 }).unwrap();
    let late = order.step(paid(1, 7));
    let newest = order.step(paid(2, 7)).unwrap();

    assert_eq!(seeks[1], Effect::Seek { epoch: 1 });
    assert_eq!(sent[1], Effect::Send { hub: hub(2), epoch: 2 });
    assert_eq!(late, Err(Refusal::EpochStale { given: 1, newest: 2 }));
    assert_eq!(newest[1], Effect::Deliver);
}

#[test]
fn a_lost_hubs_word_counts_while_no_other_has_the_order() {
    let mut order = handed(1);
    order.step(Input::HubLost { epoch: 1 }).unwrap();

    let effects = order.step(paid(1, 7)).unwrap();

    let state = State::Paid { epoch: 1, transaction: transaction(7) };
    assert_eq!(effects[..2], [Effect::Record(state), Effect::Withdraw]);
}

#[test]
fn a_second_payment_beside_the_one_that_counts_goes_back() {
    let mut order = handed(2);
    order.step(paid(2, 7)).unwrap();

    assert_eq!(order.step(paid(1, 8)), Ok(vec![Effect::Reverse(transaction(8))]));
    assert_eq!(order.step(paid(1, 7)), Err(Refusal::EpochStale { given: 1, newest: 2 }));
    assert_eq!(order.step(paid(2, 7)), Ok(Vec::new()));
}

#[test]
fn an_order_that_is_given_up_after_a_hand_off_is_asked_after_and_undone() {
    let mut order = handed(1);
    order.step(Input::HubLost { epoch: 1 }).unwrap();
    let retry_after = Duration::from_secs(9);

    let effects = order.step(Input::GivenUp { retry_after }).unwrap();
    let late = order.step(paid(1, 7)).unwrap();

    let tell = Effect::Tell(Notice::ComeAgain(retry_after));
    assert_eq!(effects, [Effect::Record(State::GivenUp { epoch: 1 }), Effect::Undo, tell]);
    assert_eq!(late, [Effect::Reverse(transaction(7))]);
}

#[test]
fn an_order_that_no_hub_had_has_nothing_to_undo() {
    let retry_after = Duration::from_secs(9);

    let given_up = placed().step(Input::GivenUp { retry_after }).unwrap();
    let cancelled = placed().step(Input::Cancelled).unwrap();

    assert_eq!(given_up.len(), 2);
    assert_eq!(cancelled[1], Effect::Withdraw);
    assert!(!cancelled.contains(&Effect::Undo));
}

#[test]
fn an_order_at_a_hub_can_no_longer_be_taken_back() {
    let refused = handed(1).step(Input::Cancelled);

    let wanted = Refusal::StateUnfit { input: "a cancellation", state: "at a hub" };
    assert_eq!(refused, Err(wanted));
}

/// What chance does: hand over, lose, pay at a hub that may be long gone, tell that, give up.
#[derive(Debug, Clone, Copy)]
enum Move {
    HandOver,
    Lose { epoch: u32 },
    Pay { epoch: u32 },
    Tell { epoch: u32 },
    GiveUp,
    Cancel,
    Deliver,
    Restart,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let epoch = 1_u32..5;
    let step = prop_oneof![
        4 => Just(Move::HandOver),
        2 => epoch.clone().prop_map(|epoch| Move::Lose { epoch }),
        4 => epoch.clone().prop_map(|epoch| Move::Pay { epoch }),
        4 => epoch.prop_map(|epoch| Move::Tell { epoch }),
        1 => Just(Move::GiveUp),
        1 => Just(Move::Cancel),
        1 => Just(Move::Deliver),
        1 => Just(Move::Restart),
    ];
    prop::collection::vec(step, 0..40)
}

/// The payment server: one payment a key, unless it forgot the key; and what was reversed.
#[derive(Default)]
struct Server {
    by_key: Option<TransactionId>,
    forgets: bool,
    made: u128,
    reversed: Vec<TransactionId>,
    undone: bool,
}

impl Server {
    fn pay(&mut self) -> Verdict {
        if self.undone {
            return Verdict::Declined;
        }
        match self.by_key {
            Some(known) if !self.forgets => Verdict::Paid(known),
            Some(_) | None => {
                self.made += 1;
                self.by_key = Some(transaction(self.made));
                Verdict::Paid(transaction(self.made))
            }
        }
    }
}

fn carry(server: &mut Server, effects: &[Effect]) {
    for (at, effect) in effects.iter().enumerate() {
        let recorded = effects[..at].iter().any(|one| matches!(one, Effect::Record(_)));
        match effect {
            Effect::Reverse(transaction) => server.reversed.push(*transaction),
            Effect::Undo => {
                assert!(recorded);
                server.undone = true;
                server.reversed.extend(server.by_key);
            }
            Effect::Send { .. } | Effect::Deliver | Effect::Seek { .. } => assert!(recorded),
            Effect::Record(_) | Effect::Withdraw | Effect::Tell(_) => {}
        }
    }
}

/// What must be true when everything was heard.
fn at_last(state: &State, server: &Server) {
    let made = (1..=server.made).map(transaction);
    let standing = made.filter(|one| !server.reversed.contains(one)).count();
    match state {
        State::Paid { transaction, .. } | State::Delivered { transaction } => {
            assert!(!server.reversed.contains(transaction));
            assert_eq!(standing, 1);
        }
        State::GivenUp { .. } | State::Cancelled { .. } => assert_eq!(standing, 0),
        // Declined by one hub, paid by another under the same key: cannot be while keys hold.
        State::Declined { .. } => assert!(standing == 0 || server.forgets),
        // Not settled: the newest hand-off will find the payment by the order's key.
        State::Seeking { .. } | State::Handed { .. } => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn one_payment_counts_by_the_newest_hand_off(moves in moves(), forgets: bool) {
        let mut order = placed();
        let mut server = Server { forgets, ..Server::default() };
        let mut next = 1;
        let mut words: BTreeMap<u32, Verdict> = BTreeMap::new();
        let mut sent: Vec<u32> = Vec::new();
        for step in moves {
            let input = match step {
                Move::HandOver => Input::HandedOver { hub: hub(next), epoch: next },
                Move::Lose { epoch } if sent.contains(&epoch) => Input::HubLost { epoch },
                Move::Pay { epoch } if sent.contains(&epoch) && !words.contains_key(&epoch) => {
                    words.insert(epoch, server.pay());
                    continue;
                }
                Move::Tell { epoch } => match words.get(&epoch) {
                    Some(verdict) => Input::Processed { epoch, verdict: *verdict },
                    None => continue,
                },
                Move::GiveUp => Input::GivenUp { retry_after: Duration::from_secs(1) },
                Move::Cancel => Input::Cancelled,
                Move::Deliver => Input::Delivered,
                Move::Restart => {
                    order = Order::restore(ID, what(), order.state().clone());
                    continue;
                }
                Move::Lose { .. } | Move::Pay { .. } => continue,
            };
            let before = order.state().clone();
            match order.step(input) {
                Ok(effects) => {
                    if effects.iter().any(|one| matches!(one, Effect::Send { .. })) {
                        sent.push(next);
                        next += 1;
                    }
                    carry(&mut server, &effects);
                }
                Err(_) => prop_assert_eq!(&before, order.state()),
            }
            if let State::Paid { epoch, .. } = order.state() {
                prop_assert_eq!(Some(epoch), sent.last());
            }
        }
        // At last every hub's word is heard, and those that were stale before the end once more.
        for (epoch, verdict) in words.clone().into_iter().chain(words) {
            if let Ok(effects) = order.step(Input::Processed { epoch, verdict }) {
                carry(&mut server, &effects);
            }
        }
        at_last(order.state(), &server);
    }
}
