use super::super::sale::unit::{APPROVAL_MS, OFFER_MS};
use super::super::sale::{Delivery, Report};
use super::*;

fn report(sale: &Sale, delivery: Delivery) -> Report {
    Report { delivery, place: "Seoul".to_owned(), at: sale.now }
}

#[test]
fn a_sale_is_listed_only_after_the_deposit() {
    let raffle = Raffle::draft(RaffleId::new(Uuid::nil()), Terms::new(proposal()).unwrap());
    let mut sale = Sale { raffle, now: T0, keys: 0, journal: Vec::new(), sent: Vec::new() };

    assert_eq!(sale.state(), "DRAFT");
    sale.take(Input::Submitted(leave()));
    assert_eq!(sale.state(), "DEPOSIT_PENDING");
    assert_eq!(sale.enter("a", 1, 0).unwrap_err().rule(), "not_open");
    sale.take(Input::DepositCaptured);

    assert_eq!(sale.state(), "OPEN");
    assert_eq!(sale.booked(), ["deposit_captured pg_clearing+50000 seller_deposit-50000"]);
    assert!(matches!(sale.sent[0], Effect::Publish(_)), "the rules are public before opening");
}

#[test]
fn a_sale_for_another_shop_than_the_leave_is_refused() {
    let proposal = Proposal { shop: "s-2".parse().unwrap(), ..proposal() };
    let mut raffle = Raffle::draft(RaffleId::new(Uuid::nil()), Terms::new(proposal).unwrap());

    let refused = raffle.step(StepKey::new(Uuid::nil()), Input::Submitted(leave()), T0);

    assert_eq!(refused, Err(Refusal::LeaveMissing));
}

#[test]
fn entries_are_paid_with_money_and_mileage_up_to_the_cap() {
    let mut sale = Sale::open(proposal());
    sale.booked();

    sale.enter("a", 2, 0).unwrap();
    sale.enter("b", 1, 10_000).unwrap();
    sale.enter("c", 1, 1).unwrap();

    assert_eq!(
        sale.booked(),
        [
            "entry_paid pg_clearing+20000 pot1-20000",
            "entry_paid mileage:b+10000 pot1-10000",
            "entry_paid pg_clearing+9999 mileage:c+1 pot1-10000",
        ]
    );
    let refused = sale.enter("a", 3, 0);
    assert_eq!(refused, Err(Refusal::TooManyEntries { held: 2, wanted: 3, cap: 4 }));
    assert_eq!(sale.enter("d", 0, 0), Err(Refusal::EntryInvalid));
    assert_eq!(sale.enter("d", 1, 10_001), Err(Refusal::EntryInvalid));
    assert_eq!(sale.enter("d", 1, -1), Err(Refusal::EntryInvalid));
    let poor = EntryPaid { mileage_held: 4, ..sale.entry("d", 1, 5) };
    assert_eq!(sale.try_take(Input::EntryPaid(poor)), Err(Refusal::MileageShort { held: 4 }));
    sale.now = CLOSES;
    assert_eq!(sale.enter("d", 1, 0), Err(Refusal::ClosingTimeOver));
}

#[test]
fn a_cancelled_entry_comes_back_in_its_kind_and_frees_the_cap() {
    let mut sale = Sale::open(proposal());
    sale.enter("a", 1, 0).unwrap();
    sale.enter("a", 3, 7_000).unwrap();
    sale.booked();

    sale.take(Input::EntryCancelled(person("a")));

    assert_eq!(
        sale.booked(),
        [
            "entry_cancelled pot1+40000 refund_payable:a-33000 mileage:a-7000",
            "refund_sent refund_payable:a+33000 pg_clearing-33000",
        ]
    );
    assert!(sale.sent.contains(&Effect::Refund { person: person("a"), won: 33_000 }));
    let twice = sale.try_take(Input::EntryCancelled(person("a")));
    assert_eq!(twice, Err(Refusal::EntryUnknown));
    sale.enter("a", 4, 0).unwrap();
    assert_eq!(sale.raffle.odds().tickets, 4);
}

#[test]
fn a_full_sale_closes_by_itself_if_its_terms_say_so() {
    let mut sale = Sale::open(Proposal { closing: Closing::WhenFull, ..proposal() });
    for name in ["a", "b", "c"] {
        sale.enter(name, 3, 0).unwrap();
    }
    assert_eq!(sale.state(), "OPEN");

    sale.enter("d", 1, 0).unwrap();

    assert_eq!(sale.state(), "CLOSED");
    assert_eq!(sale.enter("e", 1, 0).unwrap_err().rule(), "not_open");
}

#[test]
fn a_step_with_its_key_again_changes_nothing_even_when_the_wallet_has_changed() {
    let mut sale = Sale::open(proposal());
    let entry = sale.entry("a", 1, 5_000);
    let key = sale.key();
    let first = sale.raffle.step(key, Input::EntryPaid(entry.clone()), T0).unwrap();
    let before = sale.raffle.clone();

    let again = EntryPaid { mileage_held: 0, ..entry };
    let second = sale.raffle.step(key, Input::EntryPaid(again), T0.after_ms(1));
    let other = sale.raffle.step(key, Input::Killed, T0);

    assert!(matches!(first.as_slice(), [Effect::Record(_)]));
    assert_eq!(second, Ok(Vec::new()));
    assert_eq!(other, Err(Refusal::KeyReused));
    assert!(sale.raffle == before);
}

#[test]
fn a_candidate_has_72_hours_and_then_the_next_is_asked() {
    let mut sale = Sale::drawn(proposal(), &["a", "b", "c"]);
    let asked = |name: &str, now: Timestamp| Effect::Ask {
        unit: 0,
        person: person(name),
        won: 70_000,
        until: now.after_ms(OFFER_MS),
    };
    assert_eq!(sale.state(), "P2_PENDING");
    assert_eq!(sale.sent.pop(), Some(asked("a", sale.now)));

    sale.pass();

    assert_eq!(sale.sent.pop(), Some(asked("b", sale.now)));
    assert_eq!(sale.try_take(Input::P2Paid(person("a"))), Err(Refusal::NoSuchUnit));
    sale.now = sale.now.after_ms(OFFER_MS);
    assert_eq!(sale.try_take(Input::P2Paid(person("b"))), Err(Refusal::OfferOver));
    sale.now = sale.now.before_ms(1);
    sale.take(Input::P2Paid(person("b")));
    assert_eq!(sale.state(), "FULFILMENT");
}

#[test]
fn a_deadline_before_its_time_does_nothing() {
    let mut sale = Sale::drawn(proposal(), &["a", "b"]);
    let before = sale.raffle.clone();

    sale.now = sale.raffle.next_deadline().unwrap().before_ms(1);
    sale.take(Input::DeadlineReached);

    assert!(sale.raffle == before);
}

#[test]
fn a_forfeiter_still_counts_as_a_loser_and_his_price_stays_in_the_pot() {
    let losers = Losers::Pool(Pool { consolation: bps(500), ..pool() });
    let mut sale = Sale::drawn(Proposal { losers, ..proposal() }, &["a", "b"]);
    sale.booked();

    sale.take(Input::Forfeited(person("a")));
    sale.take(Input::P2Paid(person("b")));
    sale.take(Input::Approved(person("b")));

    assert_eq!(sale.state(), "SETTLED");
    assert_eq!(
        sale.booked(),
        [
            "p2_paid pg_clearing+80000 pot2-80000",
            "unit_settled pot2+80000 pot1+20000 seller_payable-100000",
            "consolation consolation+500 mileage:a-500",
            "deposit_returned seller_deposit+50000 seller_payable-50000",
            "seller_paid seller_payable+150000 bank-150000",
        ]
    );
    assert!(sale.sent.contains(&Effect::PaySeller { won: 150_000 }));
}

#[test]
fn a_redraw_leaves_out_every_ticket_of_a_person_who_was_asked() {
    let mut sale = Sale::open(Proposal { quantity: 2, ..proposal() });
    sale.enter("a", 3, 0).unwrap();
    sale.enter("b", 1, 0).unwrap();
    sale.close();

    sale.take(Input::OrderTold(vec![0, 1, 2, 3]));

    let units = &sale.raffle.drawn().unwrap().units;
    let people: Vec<_> = units.iter().filter_map(|unit| unit.person()).collect();
    assert_eq!(people, [&person("a"), &person("b")]);
}

#[test]
fn units_that_nobody_takes_give_their_reserve_to_losing_tickets() {
    let mut sale = Sale::open(Proposal { quantity: 2, ..proposal() });
    sale.enter("a", 1, 0).unwrap();
    sale.enter("b", 2, 0).unwrap();
    sale.close();
    sale.take(Input::OrderTold(vec![0, 1, 2]));
    sale.take(Input::P2Paid(person("a")));
    sale.take(Input::Forfeited(person("b")));
    sale.booked();

    sale.take(Input::Approved(person("a")));

    assert_eq!(sale.state(), "SETTLED");
    let booked = sale.booked();
    assert_eq!(booked[1], "unsold_reserve_returned pot1+30000 mileage:b-30000");
    assert!(sale.raffle.escrow().is_empty());
}

#[test]
fn seven_days_after_delivery_silence_is_approval_unless_something_is_wrong() {
    let mut sale = Sale::drawn(proposal(), &["a", "b"]);
    sale.take(Input::P2Paid(person("a")));
    let done = report(&sale, Delivery::Done);
    sale.take(Input::DeliveryReported(person("a"), done));
    assert_eq!(sale.state(), "DELIVERED");
    assert_eq!(sale.raffle.next_deadline(), Some(sale.now.after_ms(APPROVAL_MS)));

    let broken = report(&sale, Delivery::Incident("broken".to_owned()));
    sale.take(Input::DeliveryReported(person("a"), broken));
    assert_eq!((sale.state(), sale.raffle.next_deadline()), ("FULFILMENT", None));
    let early = Report { at: sale.now.after_ms(9), ..report(&sale, Delivery::Done) };
    sale.take(Input::DeliveryReported(person("a"), early));
    assert_eq!(sale.raffle.next_deadline(), Some(sale.now.after_ms(APPROVAL_MS)));
    sale.pass();

    assert_eq!(sale.state(), "SETTLED");
}

#[test]
fn a_change_of_mind_gives_the_second_price_back_and_asks_the_next() {
    let mut sale = Sale::drawn(proposal(), &["a", "b"]);
    sale.take(Input::P2Paid(person("a")));
    sale.booked();

    sale.take(Input::Withdrawn(person("a")));

    assert_eq!(
        sale.booked(),
        [
            "p2_refunded pot2+80000 refund_payable:a-80000",
            "refund_sent refund_payable:a+80000 pg_clearing-80000",
        ]
    );
    assert_eq!(sale.state(), "P2_PENDING");
    assert!(
        matches!(sale.sent.last(), Some(Effect::Ask { person: next, .. }) if *next == person("b"))
    );
}

#[test]
fn a_surplus_is_shared_exactly_between_operator_and_losing_tickets() {
    let share = |remainder| {
        let losers = Losers::Pool(Pool { surplus_mileage: bps(5_000), remainder, ..pool() });
        let mut sale = Sale::open(Proposal { unit_price: 99_995, losers, ..proposal() });
        for name in ["a", "b", "c", "d"] {
            sale.enter(name, 3, 0).unwrap();
        }
        sale.close();
        sale.take(Input::OrderTold((0..12).collect()));
        sale.booked();
        sale.take(Input::Approved(person("a")));
        (sale.booked().swap_remove(1), sale.raffle.mileage_per_losing_ticket())
    };

    let (operator, each) = share(Remainder::Operator);
    assert_eq!(each, 1_111);
    let written = "surplus_distributed pot1+20005 surplus-10003 rounding-3 mileage:b-3333 \
                   mileage:c-3333 mileage:d-3333";
    assert_eq!(operator, written);
    let (spread, _) = share(Remainder::Spread);
    let written = "surplus_distributed pot1+20005 surplus-10003 mileage:b-3336 mileage:c-3333 \
                   mileage:d-3333";
    assert_eq!(spread, written);
}

#[test]
fn commission_and_fee_go_to_the_operator() {
    let commission = bps(350);
    let mut sale = Sale::drawn(Proposal { commission, fee: 500, ..proposal() }, &["a", "b"]);
    sale.take(Input::P2Paid(person("a")));
    sale.booked();

    sale.take(Input::Approved(person("a")));

    let settled = "unit_settled pot2+80500 pot1+20000 seller_payable-96500 commission-3500 fee-500";
    assert_eq!(sale.booked()[0], settled);
}
