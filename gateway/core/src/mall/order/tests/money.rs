use super::*;
use crate::ledger::{Booking, Entry, Phase};
use proptest::prelude::*;

#[test]
fn units_that_come_back_one_by_one_give_back_the_line_to_the_won() {
    let mut order = delivered();
    for number in 1..=3 {
        order.step(ask_return(tea(), 0, 1), at(6)).unwrap();
        order.step(arrived(number, 0), at(7)).unwrap();
    }

    // 59,000 in three: the rest of the division goes with the last.
    let amounts: Vec<i64> = order.refunds().iter().map(|one| one.amount.minor).collect();
    assert_eq!(amounts, [19_666, 19_667, 19_667]);
}

#[test]
fn a_reduction_is_not_paid_a_second_time_with_the_goods() {
    let mut order = delivered();
    let reduce = |amount| Input::PriceReduced {
        shop: tea(),
        target: Target::Line(0),
        amount: won(amount),
        by: clerk(),
    };
    order.step(reduce(30_000), at(6)).unwrap();
    order.step(ask_return(tea(), 0, 3), at(7)).unwrap();
    order.step(arrived(1, 0), at(8)).unwrap();

    let amounts: Vec<i64> = order.refunds().iter().map(|one| one.amount.minor).collect();
    assert_eq!(amounts, [30_000, 29_000]);
    let more = order.step(reduce(1), at(9));
    assert_eq!(more, Err(Refusal::AmountInvalid { wanted: won(1), left: won(0) }));
}

#[test]
fn the_way_back_may_be_kept_of_the_price_but_not_more_than_it() {
    let mut order = delivered();
    order.step(ask_return(shoes(), 0, 2), at(6)).unwrap();
    let before = order.clone();

    let much = order.step(arrived(1, 2_001), at(7));
    assert_eq!(much, Err(Refusal::AmountInvalid { wanted: won(2_001), left: won(2_000) }));
    assert_eq!(order, before);
    order.step(arrived(1, 1_500), at(7)).unwrap();

    assert_eq!(order.refunds()[0].amount, won(500));
}

#[test]
fn units_taken_out_before_they_are_sent_take_the_way_with_the_last() {
    let (mut order, _) = paid_by_card();
    let cancel = |order: &mut Order, line, quantity| {
        let (shop, by) = (tea(), By::Customer);
        order.step(Input::UnitsCancelled { shop, line, quantity, by }, at(4)).unwrap();
        order.refunds().last().unwrap().amount.minor
    };

    let first = cancel(&mut order, 0, 2);
    let second = cancel(&mut order, 1, 1);
    let last = cancel(&mut order, 0, 1);

    assert_eq!([first, second, last], [39_333, 5_001, 19_667 + 3_000]);
    assert_eq!(order.parts()[0].given_back(), order.parts()[0].total());
}

#[test]
fn a_refund_that_the_destination_declines_is_owed_until_it_is_paid() {
    let mut order = delivered();
    order.step(ask_return(shoes(), 0, 1), at(6)).unwrap();
    let asked = order.step(arrived(1, 0), at(6)).unwrap();
    assert!(asked.iter().any(|effect| matches!(effect, Effect::GiveBack { attempt: 1, .. })));

    let declined = order.step(Input::RefundRefused(1), at(7)).unwrap();
    let question = Question::RefundRefused { order: order.facts().id, refund: 1 };
    assert!(declined.contains(&Effect::Ask(question)));
    let due = Account::Mall(MallAccount::RefundDue(shoes()));
    let owed = posted(&declined).into_iter().find(|line| line.account == due);
    assert_eq!(owed.map(|line| line.side), Some(Side::Credit));

    let again = Input::RefundTriedAgain { number: 1, by: clerk() };
    let again = order.step(again, at(8)).unwrap();
    assert!(again.iter().any(|effect| matches!(effect, Effect::GiveBack { attempt: 2, .. })));
    order.step(Input::RefundRefused(1), at(9)).unwrap();
    order.step(Input::RefundByBank { number: 1, by: clerk() }, at(9)).unwrap();
    assert!(order.step(Input::RefundDone(1), at(9)).is_err(), "the relay does not pay it now");
    let paid = Input::RefundPaidOut { number: 1, bank: bank(), by: clerk() };
    order.step(paid.clone(), at(10)).unwrap();

    assert_eq!(order.refunds()[0].life, RefundLife::Done);
    assert!(order.step(paid, at(11)).is_err(), "once");
    assert_eq!(order.money().refunded, won(1_000));
}

/// A paid order is driven by any inputs; figures and ledger are kept beside it.
struct Play {
    order: Order,
    books: Books,
    figures: Vec<Figure>,
    numbers: u128,
}

impl Play {
    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Post(posting) = &effect {
                self.numbers += 1;
                let id = TransactionId::new(Uuid::from_u128(self.numbers));
                self.books.book(id, &posting.booking).unwrap();
            }
            if let Effect::Tally(figure) = effect {
                self.figures.push(figure);
            }
        }
    }
}

fn paid() -> Play {
    let (order, effects) = paid_by_card();
    let mut play = Play { order, books: Books::default(), figures: Vec::new(), numbers: 1_000 };
    let clearing = Account::Clearing("acquirer".parse().unwrap());
    let merchant = Account::Merchant("mall".parse().unwrap());
    let entry = Entry::transfer(clearing, merchant, won(71_001)).unwrap();
    play.books.book(card(), &Booking { phase: Phase::Posted, entry }).unwrap();
    play.take(effects);
    play
}

fn wish() -> impl Strategy<Value = (u8, u8, u32, i64)> {
    (0..15_u8, 0..3_u8, 0..4_u32, 0..30_000_i64)
}

fn input((kind, place, number, amount): (u8, u8, u32, i64)) -> Input {
    let (shop, line) = match place {
        0 => (tea(), 0),
        1 => (tea(), 1),
        _ => (shoes(), 0),
    };
    let by = clerk();
    let (carrier, tracking) = ("CJ".to_owned(), "1".to_owned());
    let condition = Condition::Good;
    match kind {
        0 | 1 => {
            Input::Shipped(Shipment { shop, carrier, tracking, units: vec![(line, number)], by })
        }
        2 | 3 => Input::Delivered(number),
        4 => Input::UnitsCancelled { shop, line, quantity: number, by: By::Customer },
        5 => ask_return(shop, line, number),
        6 => Input::ReturnArrived { number, condition, deduction: won(amount / 20), by },
        7 => Input::ReturnClosed { number, by: By::Customer },
        8 => {
            let to = ("two".parse().unwrap(), won([20_000, 5_001, 1_000][usize::from(place)]));
            let (from, by) = (one(), By::Customer);
            Input::ExchangeAsked { shop, line, from, to, quantity: number, by }
        }
        9 if amount % 2 == 0 => Input::StockReserved { shop, round: number },
        9 => Input::StockKept { shop, round: number },
        10 if amount % 3 == 0 => Input::StockRefused { shop, round: number },
        10 => Input::ExchangeArrived { number, condition, by },
        11 => Input::ReplacementShipped { number, carrier, tracking, by },
        12 => Input::PriceReduced { shop, target: Target::Line(line), amount: won(amount), by },
        13 => Input::PriceReduced { shop, target: Target::Shipping, amount: won(amount / 10), by },
        _ if amount % 2 == 0 => Input::RefundRefused(number),
        _ => Input::RefundDone(number),
    }
}

proptest! {
    #[test]
    fn money_and_units_hold_at_every_state_whatever_happens(
        wishes in proptest::collection::vec(wish(), 0..80),
    ) {
        let mut play = paid();
        for (now, wish) in (10..).zip(wishes) {
            let before = play.order.clone();
            match play.order.step(input(wish), at(now)) {
                Err(_) => prop_assert_eq!(&play.order, &before, "a refusal changed something"),
                Ok(effects) => {
                    let act = effects.iter().position(|one| !one.is_record());
                    prop_assert!(act.is_none_or(|act| act > 0), "written down first");
                    play.take(effects);
                }
            }
            let money = play.order.money();
            let total = money.goods.minor - money.discounts.minor + money.shipping.minor;
            prop_assert_eq!(total, play.order.total().minor);
            let promised: i64 = play.order.refunds().iter().map(|one| one.amount.minor).sum();
            prop_assert!(promised <= money.paid.minor);
            prop_assert_eq!(promised, money.given_back.minor);
            let restored = Order::restore(play.order.stored());
            prop_assert_eq!(restored.as_ref(), Ok(&play.order));
            for line in play.order.parts().iter().flat_map(|part| &part.lines) {
                prop_assert_eq!(line.units.in_all(), line.line.quantity);
            }
            for shop in [tea(), shoes()] {
                let same = reconcile(play.figures.iter(), &play.books, &shop, Currency::KRW);
                prop_assert_eq!(same, Ok(()));
            }
        }
    }

    #[test]
    fn an_unpaid_order_promises_nothing_it_was_not_granted(
        answers in proptest::collection::vec((0..9_u8, 0..1_200_u64), 0..30),
    ) {
        let (mut order, _) = Order::place(facts(by_card()), quote(), at(0));
        let mut charged = 0;
        let mut now = 0;
        for (kind, wait) in answers {
            now += wait / 10;
            let input = match kind {
                0 => reserved(tea()),
                1 => reserved(shoes()),
                2 => Input::CouponGranted,
                3 => kept(tea()),
                4 => kept(shoes()),
                5 => Input::CardShown(card()),
                6 => Input::ChargeFailed(card()),
                7 => Input::ChargeApproved(card()),
                _ => Input::DeadlinePassed,
            };
            let before = order.clone();
            let Ok(effects) = order.step(input, at(now)) else {
                prop_assert_eq!(&order, &before);
                continue;
            };
            charged += effects.iter().filter(|one| matches!(one, Effect::Charge { .. })).count();
            let restored = Order::restore(order.stored());
            prop_assert_eq!(restored.as_ref(), Ok(&order));
            let paid = order.money().paid.minor;
            prop_assert!(paid == 0 || paid == 71_001);
            prop_assert!(paid == 0 || charged > 0, "paid without a charge");
            if let Some(deadline) = order.next_deadline() {
                prop_assert_eq!(deadline, at(1_000));
            }
        }
    }
}
