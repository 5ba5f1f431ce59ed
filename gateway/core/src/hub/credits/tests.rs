//! Who gets a credit, who gets it back, and what a silent hub costs.
//!
//! Owns only checks; the crowd of nodes is tried in `control`'s. Next: nothing.

use super::*;
use crate::geo::Point;
use crate::hub::control::Wish;
use uuid::Uuid;

const T0: Timestamp = Timestamp::from_ms(1_000);
const A: Node = Node(1);
const B: Node = Node(2);

fn order(number: u128) -> OrderId {
    OrderId::new(Uuid::from_u128(number))
}

/// Four workers and a window of five.
fn credits() -> Credits {
    let at = Point::new(37.0, 127.0).unwrap();
    let facts = HubFacts { at, workers: 4, service_s: 0.4, threshold: Some(6) };
    Credits::new(&facts, Figures::default(), T0)
}

fn ask(credits: &mut Credits, node: Node, number: u128) -> Vec<Effect> {
    credits.step(Input::Asked { node, order: order(number), epoch: 1 }, T0).unwrap()
}

fn acknowledge(credits: &mut Credits, number: u128) -> Result<Vec<Effect>, Refusal> {
    let order = order(number);
    credits.step(Input::Acknowledged { order, epoch: 1, service_s: 0.4 }, T0)
}

fn full() -> Credits {
    let mut credits = credits();
    for number in 0..5 {
        ask(&mut credits, A, number);
    }
    credits
}

fn want(credits: &mut Credits, node: Node) -> Vec<Effect> {
    credits.step(Input::Wanting { node, wish: Wish::Some }, T0).unwrap()
}

#[test]
fn the_window_is_granted_and_not_one_more() {
    let mut credits = full();

    let effects = ask(&mut credits, A, 99);

    assert_eq!(effects, [Effect::Refuse { node: A, order: order(99) }]);
    assert_eq!(credits.snapshot().out, 5);
}

#[test]
fn an_ask_that_is_repeated_is_the_same_credit() {
    let mut credits = full();

    let effects = ask(&mut credits, A, 2);

    assert_eq!(effects, [Effect::Grant { node: A, order: order(2), epoch: 1 }]);
    assert_eq!(credits.snapshot().out, 5);
}

#[test]
fn an_acknowledgement_counts_once_and_only_for_its_hand_off() {
    let mut credits = full();
    let other = Input::Acknowledged { order: order(1), epoch: 7, service_s: 0.4 };

    let stale = credits.step(other, T0);
    let first = acknowledge(&mut credits, 1);
    let second = acknowledge(&mut credits, 1);

    assert_eq!(stale, Err(Refusal::EpochStale { order: order(1), holds: 1, given: 7 }));
    assert_eq!(first, Ok(Vec::new()));
    assert_eq!(second, Err(Refusal::NotOut(order(1))));
    assert_eq!(credits.snapshot().out, 4);
}

#[test]
fn freed_credits_are_offered_in_turn() {
    let mut credits = full();
    want(&mut credits, A);
    want(&mut credits, B);

    let first = acknowledge(&mut credits, 0).unwrap();
    let granted = ask(&mut credits, A, 10);
    let second = acknowledge(&mut credits, 1).unwrap();

    assert_eq!(first, [Effect::Offer(A)]);
    assert_eq!(granted, [Effect::Grant { node: A, order: order(10), epoch: 1 }]);
    assert_eq!(second, [Effect::Offer(B)]);
}

#[test]
fn who_declines_is_asked_again_when_something_changes() {
    let mut credits = full();
    want(&mut credits, A);
    assert_eq!(acknowledge(&mut credits, 0).unwrap(), [Effect::Offer(A)]);

    let declined = credits.step(Input::Declined(A), T0).unwrap();
    let again = acknowledge(&mut credits, 1).unwrap();

    assert_eq!(declined, []);
    assert_eq!(again, [Effect::Offer(A)]);
}

#[test]
fn a_lost_node_is_offered_nothing() {
    let mut credits = full();
    want(&mut credits, A);
    want(&mut credits, B);

    credits.step(Input::NodeLost(A), T0).unwrap();

    assert_eq!(acknowledge(&mut credits, 0).unwrap(), [Effect::Offer(B)]);
    assert_eq!(acknowledge(&mut credits, 1).unwrap(), []);
}

#[test]
fn a_silent_hub_gives_its_orders_back_after_the_nodes_know() {
    let mut credits = credits();
    credits.step(Input::Told { node: B, held: 0, arrived: 1 }, T0).unwrap();
    ask(&mut credits, A, 1);
    let late = T0.after_ms(SILENCE_MS_MAX);

    let effects = credits.step(Input::DeadlineReached, late).unwrap();

    let back = Effect::Return { node: A, order: order(1), epoch: 1 };
    assert_eq!(effects[..4], [Effect::Fallen, Effect::Tell(A), Effect::Tell(B), back]);
    assert_eq!(credits.snapshot().out, 0);
    assert_eq!(ask(&mut credits, A, 2), [Effect::Refuse { node: A, order: order(2) }]);
    assert_eq!(acknowledge(&mut credits, 1), Err(Refusal::NotOut(order(1))));
}

#[test]
fn a_hub_that_speaks_again_starts_with_nothing_out() {
    let mut credits = credits();
    ask(&mut credits, A, 1);
    credits.step(Input::DeadlineReached, T0.after_ms(SILENCE_MS_MAX)).unwrap();

    let effects = credits.step(Input::Reported, T0.after_ms(5_000)).unwrap();

    assert_eq!(effects, [Effect::Risen, Effect::Tell(A)]);
    assert!(credits.load().has_credit());
    assert_eq!(credits.next_deadline(), Some(T0.after_ms(SILENCE_MS_MAX + TICK_MS)));
}

#[test]
fn a_hub_that_restarts_unnoticed_gives_its_orders_back() {
    let mut credits = full();

    let effects = credits.step(Input::Restarted, T0.after_ms(10)).unwrap();

    let back = |number| Effect::Return { node: A, order: order(number), epoch: 1 };
    let returned: Vec<Effect> = (0..5).map(back).collect();
    assert!(returned.iter().all(|back| effects.contains(back)), "{effects:?}");
    assert_eq!(effects.last(), Some(&Effect::Tell(A)));
    assert!(credits.load().has_credit());
}

#[test]
fn a_missing_order_frees_its_credit() {
    let mut credits = full();

    credits.step(Input::Missing { order: order(3), epoch: 1 }, T0).unwrap();

    assert_eq!(credits.snapshot().out, 4);
    assert!((credits.snapshot().service_s - 0.4).abs() < 1e-12);
}

#[test]
fn an_order_that_is_out_for_a_minute_is_asked_after() {
    let credits = full();

    assert_eq!(credits.overdue(T0.after_ms(OVERDUE_MS - 1)).count(), 0);
    assert_eq!(credits.overdue(T0.after_ms(OVERDUE_MS)).count(), 5);
}

#[test]
fn a_new_actor_knows_what_is_out() {
    let at = Point::new(37.0, 127.0).unwrap();
    let facts = HubFacts { at, workers: 4, service_s: 0.4, threshold: Some(6) };
    let out = (0..5).map(|number| (order(number), 1, A));

    let mut credits = Credits::restore(&facts, Figures::default(), out, T0);

    assert_eq!(ask(&mut credits, A, 9), [Effect::Refuse { node: A, order: order(9) }]);
    assert_eq!(acknowledge(&mut credits, 4), Ok(Vec::new()));
}
