use super::super::draw::seed::{Parts, commitment, from_nonces};
use super::super::sale::drawing::REVEAL_MS;
use super::super::sale::{End, Publication};
use super::*;

const SECRET: Digest = Digest([5; 32]);
const NUMBER: Digest = Digest([6; 32]);

fn closed(plan: Plan) -> Sale {
    let mut sale = Sale::open(Proposal { plan, ..proposal() });
    for name in ["a", "b", "c", "d", "e"] {
        sale.enter(name, 2, 0).unwrap();
    }
    sale.close();
    sale
}

fn beacon(sale: &Sale) -> Input {
    let (_, round) = sale.raffle.terms().round().unwrap();
    Input::BeaconArrived { round, randomness: NUMBER }
}

fn published(sale: &Sale) -> (Digest, u64) {
    for effect in sale.sent.iter().rev() {
        if let Effect::Publish(Publication::List { root, tickets }) = effect {
            return (*root, *tickets);
        }
    }
    panic!("no list is published");
}

#[test]
fn the_list_is_public_before_the_round_that_was_fixed() {
    let sale = closed(Plan::Beacon(QUICKNET));

    let round = QUICKNET.round_of(CLOSES);
    let at = QUICKNET.time_of(round);
    assert!(sale.sent.ends_with(&[Effect::FetchRound { chain: QUICKNET, round, at }]));
    assert_eq!(published(&sale).1, 10);
    assert!(sale.now < at);
}

#[test]
fn a_list_that_comes_when_the_round_is_out_makes_the_sale_void() {
    let mut sale = Sale::open(Proposal { plan: Plan::Beacon(QUICKNET), ..proposal() });
    sale.enter("a", 1, 0).unwrap();

    sale.now = QUICKNET.time_of(QUICKNET.round_of(CLOSES));
    sale.take(Input::DeadlineReached);

    let State::Ended(End::Void(reason)) = sale.raffle.state() else { panic!("{}", sale.state()) };
    assert_eq!(reason, super::super::sale::VoidReason::ListLate);
    assert!(sale.raffle.escrow().is_empty());
}

#[test]
fn the_beacon_alone_makes_the_order_and_anybody_can_make_it_again() {
    let mut sale = closed(Plan::Beacon(QUICKNET));
    let (root, tickets) = published(&sale);

    let wrong = sale.try_take(Input::BeaconArrived { round: 1, randomness: NUMBER });
    assert_eq!(wrong.unwrap_err().rule(), "round_wrong");
    sale.take(beacon(&sale));

    let round = QUICKNET.round_of(CLOSES);
    let parts = Parts {
        sale: sale.raffle.id(),
        root,
        tickets,
        round,
        randomness: NUMBER,
        server: Digest::ZERO,
    };
    let order = Order::draw(&parts.seed(), 10, 10);
    assert_eq!(sale.raffle.drawn().unwrap().order(), &order);
    let bundle = sale.raffle.bundle(10).unwrap();
    assert_eq!((bundle.order.as_slice(), bundle.root), (order.tickets(), root));
    assert_eq!(bundle.findings(&QUICKNET), []);
    let proof = sale.raffle.proof(bundle.tickets[3].id).unwrap();
    assert_eq!((proof.index, proof.root()), (3, root));
}

#[test]
fn the_server_reveals_after_the_beacon_what_it_was_bound_to() {
    let mut sale = closed(Plan::BeaconAndServer(QUICKNET, commitment(&SECRET)));

    let early = sale.try_take(Input::SecretRevealed(SECRET));
    assert_eq!(early, Err(Refusal::BeaconMissing));
    sale.take(beacon(&sale));
    assert_eq!(sale.state(), "CLOSED");
    assert!(matches!(sale.sent.last(), Some(Effect::RevealSecret { .. })));
    let other = sale.try_take(Input::SecretRevealed(NUMBER));
    assert_eq!(other, Err(Refusal::CommitmentBroken));
    sale.take(Input::SecretRevealed(SECRET));

    assert_eq!(sale.state(), "FULFILMENT");
    let bundle = sale.raffle.bundle(3).unwrap();
    assert_eq!((bundle.server, bundle.findings(&QUICKNET)), (SECRET, Vec::new()));
}

#[test]
fn a_server_that_keeps_its_secret_for_an_hour_makes_the_sale_void() {
    let mut sale = closed(Plan::BeaconAndServer(QUICKNET, commitment(&SECRET)));
    sale.take(beacon(&sale));
    let out = QUICKNET.time_of(QUICKNET.round_of(CLOSES));
    assert_eq!(sale.raffle.next_deadline(), Some(out.after_ms(REVEAL_MS)));

    sale.now = out.after_ms(REVEAL_MS);
    assert_eq!(sale.try_take(Input::SecretRevealed(SECRET)), Err(Refusal::RevealOver));
    sale.pass();

    assert_eq!(sale.state(), "VOID");
    assert!(sale.raffle.escrow().is_empty());
}

#[test]
fn without_a_network_the_entrants_numbers_count_and_no_bundle_claims_more() {
    let mut sale = closed(Plan::Offline(commitment(&SECRET)));
    let (root, tickets) = published(&sale);

    sale.take(Input::SecretRevealed(SECRET));

    let id = sale.raffle.id();
    let nonces: Vec<Digest> = sale.raffle.entries().all().iter().map(|entry| entry.nonce).collect();
    let randomness = from_nonces(id, &root, nonces.iter());
    let parts = Parts { sale: id, root, tickets, round: 0, randomness, server: SECRET };
    let order = Order::draw(&parts.seed(), 10, 10);
    assert_eq!(sale.raffle.drawn().unwrap().order(), &order);
    assert_eq!(sale.raffle.bundle(10), None);
}

#[test]
fn the_seller_cannot_cancel_when_the_numbers_are_public() {
    let mut sale = closed(Plan::Beacon(QUICKNET));

    sale.now = QUICKNET.time_of(QUICKNET.round_of(CLOSES));

    assert_eq!(sale.try_take(Input::SellerCancelled), Err(Refusal::DrawDue));
    sale.now = sale.now.before_ms(1);
    sale.take(Input::SellerCancelled);
}

#[test]
fn only_a_rehearsal_is_told_its_order_and_no_nonsense() {
    let mut provable = closed(Plan::Beacon(QUICKNET));
    let mut told = closed(Plan::Rehearsal);

    let refused = provable.try_take(Input::OrderTold(vec![0]));
    assert_eq!(refused, Err(Refusal::NotPlanned { input: "told order" }));
    assert_eq!(told.try_take(Input::OrderTold(vec![0, 0])), Err(Refusal::OrderInvalid));
    assert_eq!(told.try_take(Input::OrderTold(vec![10])), Err(Refusal::OrderInvalid));
}
