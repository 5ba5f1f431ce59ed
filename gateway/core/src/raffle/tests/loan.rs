use super::*;

fn lent(losers: Losers) -> Sale {
    let mut sale = Sale::open(Proposal { losers, fee: 700, ..proposal() });
    sale.enter("a", 2, 5_000).unwrap();
    sale.enter("b", 1, 4_000).unwrap();
    sale.enter("c", 1, 0).unwrap();
    sale.close();
    sale.take(Input::OrderTold(vec![0, 1, 2, 3]));
    sale.booked();
    sale
}

#[test]
fn without_loss_the_winner_pays_the_rest_and_all_other_tickets_come_back() {
    let mut sale = lent(Losers::PaidBack);

    sale.take(Input::P2Paid(person("a")));
    sale.take(Input::Approved(person("a")));

    assert_eq!(sale.state(), "SETTLED");
    assert_eq!(
        sale.booked(),
        [
            "p2_paid pg_clearing+90700 pot2-90700",
            "unit_settled pot2+90700 pot1+10000 seller_payable-100000 fee-700",
            "tickets_returned pot1+10000 refund_payable:a-7500 mileage:a-2500",
            "refund_sent refund_payable:a+7500 pg_clearing-7500",
            "tickets_returned pot1+10000 refund_payable:b-6000 mileage:b-4000",
            "refund_sent refund_payable:b+6000 pg_clearing-6000",
            "tickets_returned pot1+10000 refund_payable:c-10000",
            "refund_sent refund_payable:c+10000 pg_clearing-10000",
            "deposit_returned seller_deposit+50000 seller_payable-50000",
            "seller_paid seller_payable+150000 bank-150000",
        ]
    );
}

#[test]
fn with_mileage_for_all_losing_tickets_come_back_as_mileage() {
    let mut sale = lent(Losers::PaidBackAsMileage);

    sale.take(Input::P2Paid(person("a")));
    sale.take(Input::Approved(person("a")));

    let returned = "tickets_returned pot1+30000 mileage:a-10000 mileage:b-10000 mileage:c-10000";
    assert_eq!(sale.booked()[2], returned);
    assert!(sale.raffle.escrow().is_empty());
}

#[test]
fn a_failed_sale_pays_back_in_kind_whatever_losers_would_have_got() {
    for losers in [Losers::PaidBack, Losers::PaidBackAsMileage] {
        let mut sale = lent(losers);

        for name in ["a", "b", "c"] {
            sale.take(Input::Forfeited(person(name)));
        }

        assert_eq!(sale.state(), "FAILED_EXHAUSTED");
        let first = "exhausted_refund pot1+20000 refund_payable:a-15000 mileage:a-5000";
        assert_eq!(sale.booked()[0], first);
    }
}
