use super::*;
use crate::mall::mail::About;
use proptest::prelude::*;
use uuid::Uuid;

fn item(name: &str) -> Item {
    Item { goods: name.parse().unwrap(), option: "one".parse().unwrap() }
}

fn hold(number: u128) -> HoldId {
    HoldId { order: OrderId::new(Uuid::from_u128(number)), round: 0 }
}

fn units(name: &str, quantity: u32) -> Units {
    Units::from([(item(name), quantity)])
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(ms)
}

/// A stock with ten pots.
fn ten() -> Stock {
    let mut stock = Stock::restore("tea".parse().unwrap(), BTreeMap::new(), BTreeMap::new());
    stock.step(Input::Received(item("pot"), 10), at(0)).unwrap();
    stock
}

fn figures(stock: &Stock) -> (u32, u32, u32) {
    let shelf = stock.lookup(&item("pot")).unwrap();
    (shelf.on_hand(), shelf.reserved(), shelf.sold())
}

fn reserve(number: u128, quantity: u32, until: i64) -> Input {
    Input::Reserve { hold: hold(number), units: units("pot", quantity), until: at(until) }
}

#[test]
fn the_last_unit_is_promised_once() {
    let mut stock = ten();
    stock.step(reserve(1, 9, 100), at(0)).unwrap();
    stock.step(reserve(2, 1, 100), at(0)).unwrap();

    let refused = stock.step(reserve(3, 1, 100), at(0));

    assert_eq!(refused, Err(Refusal::Short { item: item("pot"), free: 0, wanted: 1 }));
    assert_eq!(figures(&stock), (10, 10, 0));
}

#[test]
fn all_lines_are_promised_or_none() {
    let mut stock = ten();
    stock.step(Input::Received(item("cup"), 1), at(0)).unwrap();
    let before = stock.clone();
    let both = Units::from([(item("cup"), 2), (item("pot"), 1)]);

    let refused = stock.step(Input::Reserve { hold: hold(1), units: both, until: at(9) }, at(0));

    assert!(matches!(refused, Err(Refusal::Short { .. })));
    assert_eq!(stock, before);
}

#[test]
fn a_promise_that_ran_out_frees_its_units_without_a_timer() {
    let mut stock = ten();
    stock.step(reserve(1, 10, 100), at(0)).unwrap();
    assert_eq!(stock.next_deadline(), Some(at(100)));

    let effects = stock.step(reserve(2, 10, 200), at(100)).unwrap();

    let expired = Event::Expired(hold(1));
    assert_eq!(
        effects.first(),
        Some(&Effect::Record(Record::Stock("tea".parse().unwrap(), expired)))
    );
    assert_eq!(figures(&stock), (10, 10, 0));
}

#[test]
fn a_promise_that_ran_out_is_kept_again_only_while_units_are_free() {
    let mut stock = ten();
    stock.step(reserve(1, 6, 100), at(0)).unwrap();
    stock.step(reserve(2, 4, 100), at(0)).unwrap();
    stock.step(reserve(3, 6, 999), at(100)).unwrap();

    let lost = stock.step(Input::Keep { hold: hold(1), units: units("pot", 6) }, at(101));
    let kept = stock.step(Input::Keep { hold: hold(2), units: units("pot", 4) }, at(101));

    assert!(matches!(lost, Err(Refusal::Short { free: 4, .. })));
    assert!(kept.is_ok());
    assert_eq!(figures(&stock), (10, 10, 0));
}

#[test]
fn a_refusal_does_not_even_let_time_pass() {
    let mut stock = ten();
    stock.step(reserve(1, 5, 100), at(0)).unwrap();
    let before = stock.clone();

    let refused = stock.step(reserve(2, 11, 999), at(500));

    assert!(refused.is_err());
    assert_eq!(stock, before);
}

#[test]
fn only_firm_units_are_sold_and_each_once() {
    let mut stock = ten();
    stock.step(reserve(1, 3, 100), at(0)).unwrap();
    let sell = |quantity| Input::Sell { hold: hold(1), units: units("pot", quantity) };
    assert_eq!(stock.step(sell(1), at(1)), Err(Refusal::NotHeld(hold(1))));

    stock.step(Input::Keep { hold: hold(1), units: units("pot", 3) }, at(1)).unwrap();
    stock.step(sell(2), at(1)).unwrap();

    assert_eq!(stock.step(sell(2), at(1)), Err(Refusal::NotHeld(hold(1))));
    assert_eq!(figures(&stock), (8, 1, 2));
}

#[test]
fn what_is_promised_cannot_be_counted_away() {
    let mut stock = ten();
    stock.step(reserve(1, 7, 100), at(0)).unwrap();
    let by: StaffId = "kim".parse().unwrap();
    let count = |on_hand| Input::Counted { item: item("pot"), on_hand, by: by.clone() };

    let refused = stock.step(count(6), at(1)).unwrap_err();

    assert_eq!(refused, Refusal::PromisedMore { item: item("pot"), left: 6, reserved: 7 });
    let missing = stock.question(&refused);
    assert!(matches!(missing, Some(crate::mall::Question::CountShort { missing: 1, .. })));
    stock.step(count(7), at(1)).unwrap();
    assert_eq!(figures(&stock), (7, 7, 0));
}

#[test]
fn broken_units_come_back_but_not_on_the_shelf_and_never_more_than_left() {
    let mut stock = ten();
    stock.step(Input::Keep { hold: hold(1), units: units("pot", 3) }, at(0)).unwrap();
    stock.step(Input::Sell { hold: hold(1), units: units("pot", 3) }, at(0)).unwrap();
    let back = |quantity, condition| Input::TakeBack {
        from: hold(1),
        units: units("pot", quantity),
        condition,
    };

    stock.step(back(1, Condition::Broken), at(1)).unwrap();
    stock.step(back(1, Condition::Good), at(1)).unwrap();

    assert_eq!(figures(&stock), (8, 0, 1));
    assert!(matches!(stock.step(back(2, Condition::Good), at(1)), Err(Refusal::NeverSold { .. })));
}

#[test]
fn staff_is_told_once_when_few_are_left_and_again_only_after_there_were_more() {
    let mut stock = ten();
    stock.step(Input::LowAt(item("pot"), Some(3)), at(0)).unwrap();
    let told = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| {
            let Effect::Mail(mail) = effect else { return None };
            let About::LowStock { time, .. } = mail.about else { return None };
            Some(time)
        })
    };

    let first = told(stock.step(reserve(1, 7, 100), at(0)).unwrap());
    let still = told(stock.step(reserve(2, 1, 100), at(0)).unwrap());
    let more = told(stock.step(Input::Received(item("pot"), 9), at(0)).unwrap());
    let again = told(stock.step(reserve(3, 9, 100), at(0)).unwrap());

    assert_eq!([first, still, more, again], [Some(1), None, None, Some(2)]);
}

#[test]
fn promises_that_were_never_covered_are_not_restored() {
    let shelf = Shelf::restore(5, 0, None, 0);
    let firm = |quantity| Hold { units: units("pot", quantity), term: Term::Firm };
    let holds = BTreeMap::from([(hold(1), firm(4)), (hold(2), firm(2))]);

    let shelves = BTreeMap::from([(item("pot"), shelf)]);
    let stock = Stock::restore("tea".parse().unwrap(), shelves, holds);

    assert_eq!(figures(&stock), (5, 4, 0));
    assert_eq!(stock.holds().count(), 1);
}

/// What several checkouts and clerks may do, in any order.
fn wish() -> impl Strategy<Value = (u8, u128, u32, i64)> {
    (0..9_u8, 0..4_u128, 0..6_u32, 0..30_i64)
}

fn input((kind, number, quantity, until): (u8, u128, u32, i64)) -> Input {
    let (hold, units) = (hold(number), units("pot", quantity));
    let by: StaffId = "kim".parse().unwrap();
    match kind {
        0 => Input::Reserve { hold, units, until: at(until) },
        1 => Input::Keep { hold, units },
        2 => Input::Release { hold, units },
        3 => Input::Sell { hold, units },
        4 => Input::TakeBack { from: hold, units, condition: Condition::Good },
        5 => Input::Received(item("pot"), quantity),
        6 => Input::Counted { item: item("pot"), on_hand: quantity, by },
        7 => {
            let change = i32::try_from(quantity).unwrap() - 3;
            Input::Corrected { item: item("pot"), change, reason: Reason::Lost, by }
        }
        _ => Input::DeadlinePassed,
    }
}

/// By how much an effect says that on-hand units changed.
fn change(effect: &Effect) -> i64 {
    let Effect::Record(Record::Stock(_, Event::Changed { change, .. })) = effect else { return 0 };
    *change
}

proptest! {
    #[test]
    fn stock_is_never_oversold_and_units_are_conserved(
        wishes in proptest::collection::vec(wish(), 0..80),
    ) {
        let mut stock = ten();
        // Came in, less what went missing, is what is there and what is out.
        let mut all = 10_i64;
        for (now, wish) in (0..).zip(wishes) {
            let before = stock.clone();
            let clock = at(now / 3);
            let result = stock.step(input(wish), clock);
            match &result {
                Err(_) => prop_assert_eq!(&stock, &before),
                Ok(effects) => {
                    all += effects.iter().map(change).sum::<i64>();
                    let records = effects.iter().position(Effect::is_record);
                    let acts = effects.iter().position(|one| matches!(one, Effect::Mail(_)));
                    prop_assert!(acts.is_none_or(|act| records.is_some_and(|record| record < act)));
                }
            }
            let (on_hand, reserved, sold) = figures(&stock);
            prop_assert!(reserved <= on_hand);
            let held: u32 = stock.holds().flat_map(|(_, hold)| hold.units.values()).sum();
            prop_assert_eq!(held, reserved);
            prop_assert_eq!(i64::from(on_hand) + i64::from(sold), all);
            prop_assert!(stock.holds().all(|(_, hold)| !hold.units.is_empty()));
        }
    }
}
