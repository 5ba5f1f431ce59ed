use super::super::sale::{Delivery, Payment, Report};
use super::*;

fn first(ticket: TicketId) -> Input {
    Input::ChargedBack(Payment::First(ticket))
}

fn second(name: &str) -> Input {
    Input::ChargedBack(Payment::Second(person(name)))
}

#[test]
fn without_entries_the_deposit_goes_back_and_is_paid_out_later() {
    let mut sale = Sale::open(proposal());
    sale.booked();

    sale.pass();

    assert_eq!(sale.state(), "FAILED_NO_ENTRY");
    assert_eq!(sale.booked(), ["deposit_returned seller_deposit+50000 seller_payable-50000"]);
    sale.take(Input::SellerPayoutDue);
    assert_eq!(sale.booked(), ["seller_paid seller_payable+50000 bank-50000"]);
    assert_eq!(sale.try_take(Input::SellerPayoutDue), Err(Refusal::NothingOwed));
}

#[test]
fn when_nobody_takes_it_everybody_gets_everything_back() {
    let mut sale = Sale::open(proposal());
    sale.enter("a", 2, 4_000).unwrap();
    sale.enter("b", 1, 10_000).unwrap();
    sale.close();
    sale.take(Input::OrderTold(vec![2, 0, 1]));
    sale.booked();

    sale.take(Input::Forfeited(person("b")));
    sale.take(Input::Forfeited(person("a")));

    assert_eq!(sale.state(), "FAILED_EXHAUSTED");
    assert_eq!(
        sale.booked(),
        [
            "exhausted_refund pot1+20000 refund_payable:a-16000 mileage:a-4000",
            "refund_sent refund_payable:a+16000 pg_clearing-16000",
            "exhausted_refund pot1+10000 mileage:b-10000",
            "deposit_returned seller_deposit+50000 seller_payable-50000",
        ]
    );
}

#[test]
fn a_seller_who_cancels_with_entries_loses_a_part_of_the_deposit() {
    let mut sale = Sale::open(proposal());
    sale.enter("a", 1, 0).unwrap();
    sale.booked();

    sale.take(Input::SellerCancelled);

    assert_eq!(sale.state(), "CANCELLED_BY_SELLER");
    let booked = sale.booked();
    assert_eq!(booked[0], "cancelled_refund pot1+10000 refund_payable:a-10000");
    let deposit = "deposit_returned seller_deposit+50000 seller_payable-45000 seller_default-5000";
    assert_eq!(booked[2], deposit);
}

#[test]
fn cancelled_entries_cost_the_seller_nothing() {
    let mut sale = Sale::open(proposal());
    sale.enter("a", 1, 0).unwrap();
    sale.take(Input::EntryCancelled(person("a")));
    sale.booked();

    sale.take(Input::SellerCancelled);

    assert_eq!(sale.booked(), ["deposit_returned seller_deposit+50000 seller_payable-50000"]);
}

#[test]
fn a_default_pays_everybody_back_and_compensates_buyers_from_the_deposit() {
    let compensation = bps(2_000);
    let mut sale = Sale::drawn(Proposal { compensation, ..proposal() }, &["a", "b"]);
    sale.take(Input::P2Paid(person("a")));
    sale.booked();

    sale.take(Input::SellerDefaulted);

    assert_eq!(sale.state(), "SELLER_DEFAULT");
    assert_eq!(
        sale.booked(),
        [
            "p2_refunded pot2+80000 refund_payable:a-80000",
            "refund_sent refund_payable:a+80000 pg_clearing-80000",
            "default_refund pot1+10000 refund_payable:a-10000",
            "refund_sent refund_payable:a+10000 pg_clearing-10000",
            "default_refund pot1+10000 refund_payable:b-10000",
            "refund_sent refund_payable:b+10000 pg_clearing-10000",
            "deposit_forfeited seller_deposit+50000 mileage:a-20000 seller_default-30000",
        ]
    );
}

#[test]
fn a_default_after_a_settled_unit_shares_what_is_left_of_the_pot() {
    let mut sale = Sale::drawn(Proposal { quantity: 2, ..proposal() }, &["a", "b", "c"]);
    sale.take(Input::P2Paid(person("a")));
    sale.take(Input::P2Paid(person("b")));
    sale.take(Input::Approved(person("a")));
    sale.booked();

    sale.take(Input::SellerDefaulted);

    let booked = sale.booked();
    assert_eq!(booked[2], "default_refund pot1+15000 refund_payable:b-15000");
    assert_eq!(booked[4], "default_refund pot1+15000 refund_payable:c-15000");
    assert!(sale.raffle.escrow().is_empty());
    assert_eq!(sale.raffle.escrow().seller_payable, 100_000);
}

#[test]
fn the_operator_can_stop_a_sale_at_any_time_before_its_end() {
    for stop_after in 0..4 {
        let mut sale = Sale::open(proposal());
        for name in ["a", "b"] {
            sale.enter(name, 1, 3_000).unwrap();
        }
        if stop_after > 0 {
            sale.close();
        }
        if stop_after > 1 {
            sale.take(Input::OrderTold(vec![1, 0]));
        }
        if stop_after > 2 {
            sale.take(Input::P2Paid(person("b")));
        }

        sale.take(Input::Killed);

        assert_eq!(sale.state(), "VOID");
        assert!(sale.raffle.escrow().is_empty());
        let booked = sale.booked().join("\n");
        assert!(booked.contains("void_refund pot1+10000 refund_payable:a-7000 mileage:a-3000"));
        assert!(booked.ends_with("deposit_returned seller_deposit+50000 seller_payable-50000"));
    }
}

#[test]
fn a_ticket_whose_payment_is_taken_back_before_the_draw_is_void() {
    let mut sale = Sale::open(proposal());
    let ticket = sale.enter("a", 2, 5_000).unwrap();
    sale.enter("b", 1, 0).unwrap();
    sale.booked();
    sale.take(first(ticket));

    assert_eq!(sale.booked(), ["charged_back pot1+20000 pg_clearing-15000 mileage:a-5000"]);
    assert_eq!(sale.raffle.odds().tickets, 1);
    assert_eq!(sale.try_take(first(ticket)), Err(Refusal::NothingToChargeBack));
    assert_eq!(sale.enter("a", 1, 0), Err(Refusal::ChargedBackBefore));
}

#[test]
fn a_ticket_that_becomes_void_after_the_close_stays_in_the_list_and_is_passed_over() {
    let mut sale = Sale::open(proposal());
    let ticket = sale.enter("a", 1, 0).unwrap();
    let other = sale.enter("b", 1, 0).unwrap();
    sale.close();

    sale.take(first(ticket));
    let root = sale.raffle.proof(ticket).map(|proof| proof.root());
    assert_eq!(root, sale.raffle.proof(other).map(|proof| proof.root()));
    sale.take(Input::OrderTold(vec![0, 1]));

    let drawn = sale.raffle.drawn().unwrap();
    assert_eq!(drawn.units[0].person(), Some(&person("b")));
    assert_eq!(drawn.figures.p2, [90_000]);
}

#[test]
fn when_every_ticket_is_void_after_the_close_there_is_no_entry() {
    let mut sale = Sale::open(proposal());
    let ticket = sale.enter("a", 1, 0).unwrap();
    sale.close();

    sale.take(first(ticket));

    assert_eq!(sale.state(), "FAILED_NO_ENTRY");
    assert!(sale.raffle.escrow().is_empty());
}

#[test]
fn a_first_payment_taken_back_after_the_draw_costs_the_operator_and_the_person_the_unit() {
    let mut sale = Sale::open(proposal());
    let ticket = sale.enter("a", 1, 0).unwrap();
    sale.enter("b", 1, 0).unwrap();
    sale.close();
    sale.take(Input::OrderTold(vec![0, 1]));
    sale.take(Input::P2Paid(person("a")));
    sale.booked();

    sale.take(first(ticket));

    assert_eq!(
        sale.booked(),
        [
            "charged_back chargeback+10000 pg_clearing-10000",
            "p2_refunded pot2+80000 refund_payable:a-80000",
            "refund_sent refund_payable:a+80000 pg_clearing-80000",
        ]
    );
    assert_eq!(sale.raffle.drawn().unwrap().units[0].person(), Some(&person("b")));
    sale.take(Input::Forfeited(person("b")));
    assert_eq!(sale.booked()[0], "exhausted_refund pot1+10000 chargeback-10000");
}

#[test]
fn a_second_payment_taken_back_before_delivery_is_no_payment_and_after_it_a_loss() {
    let mut sale = Sale::drawn(proposal(), &["a", "b"]);
    sale.take(Input::P2Paid(person("a")));
    sale.booked();
    sale.take(second("a"));
    assert_eq!(sale.booked(), ["charged_back pot2+80000 pg_clearing-80000"]);
    assert_eq!(sale.try_take(second("a")), Err(Refusal::NothingToChargeBack));

    sale.take(Input::P2Paid(person("b")));
    sale.take(Input::Approved(person("b")));
    sale.booked();
    sale.take(second("b"));

    assert_eq!(sale.booked(), ["charged_back chargeback+80000 pg_clearing-80000"]);
    assert_eq!(sale.try_take(second("b")), Err(Refusal::NothingToChargeBack));
}

#[test]
fn a_second_payment_that_the_bank_gave_back_is_not_given_back_again() {
    let mut sale = Sale::drawn(proposal(), &["a", "b"]);
    sale.take(Input::P2Paid(person("a")));
    let (delivery, place, at) = (Delivery::Done, "here".to_owned(), sale.now);
    sale.take(Input::DeliveryReported(person("a"), Report { delivery, place, at }));
    sale.take(second("a"));
    sale.booked();

    assert_eq!(sale.try_take(Input::Withdrawn(person("a"))), Err(Refusal::NoSuchUnit));
    sale.take(Input::SellerDefaulted);

    let booked = sale.booked();
    assert_eq!(booked[0], "p2_refunded pot2+80000 chargeback-80000");
    assert!(booked[1].starts_with("default_refund"));
}

#[test]
fn who_took_one_payment_back_is_not_asked_for_his_other_tickets() {
    let mut sale = Sale::open(proposal());
    sale.enter("a", 1, 0).unwrap();
    let ticket = sale.enter("b", 1, 0).unwrap();
    sale.enter("b", 1, 0).unwrap();
    sale.enter("c", 1, 0).unwrap();
    sale.close();
    sale.take(Input::OrderTold(vec![0, 2, 1, 3]));

    sale.take(first(ticket));
    sale.take(Input::Forfeited(person("a")));

    assert_eq!(sale.raffle.drawn().unwrap().units[0].person(), Some(&person("c")));
}

#[test]
fn a_loser_whose_bank_gave_the_payment_back_gets_nothing_more() {
    let losers = Losers::Pool(Pool { consolation: bps(1_000), ..pool() });
    let mut sale = Sale::open(Proposal { losers, ..proposal() });
    let ticket = sale.enter("a", 1, 0).unwrap();
    sale.enter("b", 1, 0).unwrap();
    sale.enter("c", 1, 0).unwrap();
    sale.close();
    sale.take(Input::OrderTold(vec![1, 0, 2]));
    sale.take(first(ticket));
    sale.take(Input::P2Paid(person("b")));
    sale.booked();

    sale.take(Input::Approved(person("b")));

    assert_eq!(sale.booked()[1], "consolation consolation+1000 mileage:c-1000");
}

#[test]
fn a_reserve_for_which_no_ticket_counts_any_more_makes_good_what_chargebacks_have_cost() {
    let mut sale = Sale::open(Proposal { quantity: 2, ..proposal() });
    let ticket = sale.enter("a", 2, 0).unwrap();
    let other = sale.enter("b", 2, 0).unwrap();
    sale.close();
    sale.take(Input::OrderTold(vec![0, 2]));
    sale.take(Input::P2Paid(person("a")));
    sale.take(Input::Approved(person("a")));
    sale.take(first(ticket));
    sale.booked();

    sale.take(first(other));

    assert_eq!(sale.state(), "SETTLED");
    assert_eq!(sale.booked()[1], "unsold_reserve_returned pot1+40000 chargeback-40000");
}

#[test]
fn a_sale_that_has_ended_takes_nothing_but_payouts_and_chargebacks() {
    let mut sale = Sale::drawn(proposal(), &["a", "b"]);
    sale.take(Input::Killed);

    for input in [Input::Killed, Input::SellerDefaulted, Input::P2Paid(person("a"))] {
        assert_eq!(sale.try_take(input).unwrap_err().rule(), "not_in_state");
    }
    let State::Ended(_) = sale.raffle.state() else { panic!("{}", sale.state()) };
}
