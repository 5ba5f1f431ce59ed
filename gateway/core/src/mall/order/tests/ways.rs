use super::*;

#[test]
fn placing_asks_every_shops_stock_and_the_coupon() {
    let (order, effects) = Order::place(facts(by_card()), quote(), at(0));

    assert!(effects.first().is_some_and(Effect::is_record));
    let shops: Vec<&ShopId> = stock_asks(&effects).into_iter().map(|(shop, _)| shop).collect();
    assert_eq!(shops, [&tea(), &shoes()]);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Coupon { .. })));
    assert_eq!(order.total(), won(71_001));
    assert_eq!(order.next_deadline(), Some(at(1_000)));
}

#[test]
fn a_shop_that_is_sold_out_ends_the_order_and_gives_up_what_others_granted() {
    let (mut order, _) = Order::place(facts(by_card()), quote(), at(0));
    order.step(reserved(tea()), at(1)).unwrap();

    let effects = order.step(Input::StockRefused { shop: shoes(), round: 0 }, at(1)).unwrap();
    let late = order.step(Input::CouponGranted, at(2)).unwrap();

    assert_eq!(*order.life(), Life::Cancelled(Ending::OutOfStock(shoes())));
    let asks = stock_asks(&effects);
    assert!(matches!(asks[..], [(shop, stock::Input::Release { .. })] if *shop == tea()));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Cart { .. })));
    assert!(matches!(late[..], [Effect::Coupon { .. }]), "what comes late is given up at once");
}

#[test]
fn nothing_is_charged_before_all_stock_is_firm() {
    let mut order = awaiting(by_card());
    let asked = order.step(Input::CardShown(card()), at(2)).unwrap();
    let first = order.step(kept(tea()), at(2)).unwrap();
    // An old answer to the first question is not one to the second.
    let stale = order.step(reserved(shoes()), at(2)).unwrap();
    let last = order.step(kept(shoes()), at(2)).unwrap();

    let charges = |effects: &[Effect]| {
        effects.iter().filter(|effect| matches!(effect, Effect::Charge { .. })).count()
    };
    let counts = [&asked, &first, &stale, &last].map(|effects| charges(effects));
    assert_eq!(counts, [0, 0, 0, 1]);
    assert_eq!(*order.life(), Life::Charging(card()));
    assert_eq!(order.step(Input::Cancelled(By::Customer), at(2)), Err(Refusal::PaymentUnderWay));
}

#[test]
fn a_declined_card_can_be_tried_again_until_the_time_to_pay_is_over() {
    let mut order = awaiting(by_card());
    let decline = |order: &mut Order, now| {
        order.step(Input::CardShown(card()), at(2)).unwrap();
        order.step(kept(tea()), at(2)).unwrap();
        order.step(kept(shoes()), at(2)).unwrap();
        order.step(Input::ChargeFailed(card()), at(now)).unwrap()
    };

    let first = mail_keys(&decline(&mut order, 3));
    let second = mail_keys(&decline(&mut order, 4));
    assert_eq!(*order.life(), Life::AwaitingPayment);
    assert_ne!(first, second, "two declines are two mails");
    decline(&mut order, 1_000);

    assert_eq!(*order.life(), Life::Cancelled(Ending::TimeOver));
}

#[test]
fn a_paid_order_is_booked_to_the_won_for_each_shop() {
    let (order, effects) = paid_by_card();

    let lines = posted(&effects);
    let of = |account: Account| {
        let found = lines.iter().find(|line| line.account == account);
        found.map(|line| (line.side, line.amount.minor))
    };
    // 59,000 + 5,001 + 3,000, each with its own tax: 5,363 + 454 + 272.
    assert_eq!(of(Account::Merchant("mall".parse().unwrap())), Some((Side::Debit, 71_001)));
    let mall = |account| of(Account::Mall(account));
    assert_eq!(mall(MallAccount::Vat(tea())), Some((Side::Credit, 6_089)));
    assert_eq!(mall(MallAccount::Sales(tea())), Some((Side::Credit, 60_912)));
    assert_eq!(mall(MallAccount::Vat(shoes())), Some((Side::Credit, 362)));
    assert_eq!(mall(MallAccount::Sales(shoes())), Some((Side::Credit, 3_638)));
    assert_eq!(order.standing(), Standing::Paid(PartStanding::Preparing));
}

#[test]
fn the_last_word_of_the_relay_counts_once() {
    let (mut order, _) = paid_by_card();

    assert_eq!(order.step(Input::ChargeApproved(card()), at(4)), Ok(Vec::new()));
    let other = TransactionId::new(Uuid::from_u128(78));
    assert!(order.step(Input::ChargeApproved(other), at(4)).is_err());
}

#[test]
fn a_deposit_pays_only_in_time_and_to_the_won() {
    let left = |order: &mut Order, input, now| {
        let effects = order.step(input, at(now)).unwrap();
        matches!(effects[..], [Effect::Deposits { .. }])
    };
    let mut order = awaiting(by_transfer());

    assert!(left(&mut order, deposit("n1", 71_000), 5), "too little");
    assert!(left(&mut order, deposit("n2", 71_001), 1_000), "too late");
    order.step(deposit("n3", 71_001), at(999)).unwrap();
    assert!(left(&mut order, deposit("n4", 71_001), 999), "a second one");
    order.step(kept(tea()), at(999)).unwrap();
    order.step(kept(shoes()), at(999)).unwrap();

    let notice = "n3".parse().unwrap();
    assert_eq!(order.means(), Some(&Means::Deposit(bank(), notice)));
    let mut ended = awaiting(by_transfer());
    ended.step(Input::DeadlinePassed, at(1_000)).unwrap();
    assert!(left(&mut ended, deposit("n5", 71_001), 1_001), "after the end");
}

#[test]
fn money_for_what_is_gone_is_owed_back_and_the_rest_is_sent() {
    let mut order = awaiting(by_transfer());
    order.step(deposit("n1", 71_001), at(5)).unwrap();
    order.step(Input::StockRefused { shop: shoes(), round: 0 }, at(5)).unwrap();

    let effects = order.step(kept(tea()), at(5)).unwrap();

    let lines = posted(&effects);
    let owed =
        lines.iter().find(|line| line.account == Account::Mall(MallAccount::RefundDue(shoes())));
    assert_eq!(owed.map(|line| line.amount), Some(won(4_000)));
    assert!(effects.iter().any(|effect| {
        matches!(effect, Effect::PayOut { amount, .. } if *amount == won(4_000))
    }));
    let standings: Vec<PartStanding> = order.parts().iter().map(Part::standing).collect();
    assert_eq!(standings, [PartStanding::Preparing, PartStanding::GivenBack]);
}

#[test]
fn a_part_is_sent_in_parcels_and_each_unit_once() {
    let (mut order, _) = paid_by_card();

    ship(&mut order, tea(), vec![(0, 2)]).unwrap();
    let too_many = ship(&mut order, tea(), vec![(0, 2)]);
    let twice = ship(&mut order, tea(), vec![(0, 1), (0, 1)]);
    assert_eq!(too_many, Err(Refusal::UnitsInvalid { wanted: 2, there: 1 }));
    assert_eq!(twice, Err(Refusal::ShipmentInvalid));
    assert_eq!(order.parts()[0].standing(), PartStanding::PartlyShipped);
    ship(&mut order, tea(), vec![(0, 1), (1, 1)]).unwrap();
    assert_eq!(order.parts()[0].standing(), PartStanding::Shipped);
    order.step(Input::Delivered(1), at(5)).unwrap();
    order.step(Input::Delivered(2), at(6)).unwrap();

    assert_eq!(order.step(Input::Delivered(2), at(7)), Ok(Vec::new()));
    assert_eq!(order.parts()[0].standing(), PartStanding::Delivered);
    assert_eq!(order.standing(), Standing::Paid(PartStanding::Preparing));
}

#[test]
fn a_customer_sends_back_within_seven_days_and_staff_takes_back_later() {
    let mut order = delivered();
    let end = at(5).after_ms(RETURN_MS);

    assert_eq!(order.step(ask_return(tea(), 0, 1), end), Err(Refusal::ReturnTooLate));
    let by = By::Staff(clerk());
    let input = Input::ReturnAsked { shop: tea(), line: 0, option: one(), quantity: 1, by };
    assert!(order.step(input, end).is_ok());
    assert!(order.step(ask_return(tea(), 0, 1), end.before_ms(1)).is_ok());
}

#[test]
fn a_return_that_does_not_come_leaves_everything_as_it_was() {
    let mut order = delivered();
    let units = order.parts()[0].lines[0].units.clone();
    order.step(ask_return(tea(), 0, 2), at(6)).unwrap();

    order.step(Input::ReturnClosed { number: 1, by: By::Customer }, at(7)).unwrap();

    assert_eq!(order.parts()[0].lines[0].units, units);
    let past = Err(Refusal::NumberPast { what: "return", number: 1 });
    assert_eq!(order.step(arrived(1, 0), at(8)), past);
    assert!(order.refunds().is_empty());
}

fn ask_exchange(order: &mut Order, price: i64) -> Stepped {
    let to = ("two".parse().unwrap(), won(price));
    let (shop, line, from, quantity, by) = (shoes(), 0, one(), 1, By::Customer);
    order.step(Input::ExchangeAsked { shop, line, from, to, quantity, by }, at(6))
}

#[test]
fn an_exchange_moves_units_and_no_money() {
    let mut order = delivered();
    let dearer = ask_exchange(&mut order, 1_001);
    assert_eq!(dearer, Err(Refusal::PriceDiffers { paid: won(1_000), there: won(1_001) }));
    ask_exchange(&mut order, 1_000).unwrap();
    order.step(Input::StockReserved { shop: shoes(), round: 1 }, at(6)).unwrap();
    let (condition, by) = (Condition::Good, clerk());
    order.step(Input::ExchangeArrived { number: 1, condition, by }, at(7)).unwrap();
    let send = || Input::ReplacementShipped {
        number: 1,
        carrier: "CJ".to_owned(),
        tracking: "2".to_owned(),
        by: clerk(),
    };
    assert!(order.step(send(), at(7)).is_err(), "stock has not answered");
    order.step(Input::StockKept { shop: shoes(), round: 1 }, at(7)).unwrap();
    order.step(send(), at(8)).unwrap();
    order.step(Input::Delivered(3), at(9)).unwrap();

    let units = &order.parts()[1].lines[0].units;
    let two: OptionId = "two".parse().unwrap();
    assert_eq!(units.held, [(one(), 1), (two, 1)].into_iter().collect());
    assert!(order.refunds().is_empty());
    // Sent once: it cannot be sent again.
    assert!(order.step(send(), at(9)).is_err());
}

#[test]
fn an_exchange_with_nothing_to_send_is_closed_before_and_paid_back_after_the_first_ones_came() {
    let mut early = delivered();
    ask_exchange(&mut early, 1_000).unwrap();
    early.step(Input::StockRefused { shop: shoes(), round: 1 }, at(6)).unwrap();
    assert_eq!(early.exchanges()[0].life, ExchangeLife::Closed);
    assert_eq!(early.parts()[1].lines[0].units.held_in_all(), 2);

    let mut late = delivered();
    ask_exchange(&mut late, 1_000).unwrap();
    late.step(Input::StockReserved { shop: shoes(), round: 1 }, at(6)).unwrap();
    let (condition, by) = (Condition::Broken, clerk());
    late.step(Input::ExchangeArrived { number: 1, condition, by }, at(7)).unwrap();
    late.step(Input::StockRefused { shop: shoes(), round: 1 }, at(7)).unwrap();

    assert_eq!(late.exchanges()[0].life, ExchangeLife::PaidBack);
    assert_eq!(late.refunds()[0].amount, won(1_000));
    assert_eq!(late.parts()[1].lines[0].units.returned, 1);
}

#[test]
fn a_refusal_names_the_rule_and_changes_nothing() {
    let mut order = awaiting(by_card());
    let before = order.clone();

    let early = ship(&mut order, tea(), vec![(0, 1)]);
    let other = order.step(deposit("n1", 71_001), at(2)).unwrap();

    let told = early.unwrap_err().to_string();
    assert_eq!(told, "an order that is waiting for payment takes no parcel");
    assert!(matches!(other[..], [Effect::Deposits { .. }]), "a card order wants no deposit");
    assert_eq!(order, before);
}

#[test]
fn every_step_is_on_the_timeline_and_every_mail_has_its_own_key() {
    let mut order = delivered();
    let mut keys = Vec::new();
    for number in 1..=3 {
        let now = at(u64::from(number) + 5);
        let asked = order.step(ask_return(tea(), 0, 1), now).unwrap();
        let came = order.step(arrived(number, 0), now).unwrap();
        let done = order.step(Input::RefundDone(number), now).unwrap();
        keys.extend([asked, came, done].iter().flat_map(|effects| mail_keys(effects)));
    }

    let mut once = keys.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), keys.len());
    assert_eq!(keys.len(), 9);
    let times: Vec<Timestamp> = order.timeline().iter().map(|moment| moment.at).collect();
    assert!(times.is_sorted());
    let done = order.timeline().iter().filter(|one| matches!(one.event, Event::RefundDone(_)));
    assert_eq!(done.count(), 3);
}

#[test]
fn two_lines_of_one_item_leave_the_stock_together() {
    let mut quote = quote();
    quote.parts[0].lines[1] = line("pot", 1, 20_000, 0);
    let (mut order, asked) = Order::place(facts(by_card()), quote, at(0));
    let pots = super::super::part::units_of(&line("pot", 1, 0, 0).item, 4);
    for input in [reserved(tea()), Input::CouponGranted, reserved(shoes())] {
        order.step(input, at(1)).unwrap();
    }
    for input in [Input::CardShown(card()), kept(tea()), kept(shoes())] {
        order.step(input, at(2)).unwrap();
    }
    order.step(Input::ChargeApproved(card()), at(3)).unwrap();

    let shipped = ship(&mut order, tea(), vec![(0, 3), (1, 1)]).unwrap();

    let reserves = stock_asks(&asked);
    assert!(
        reserves
            .iter()
            .any(|(_, ask)| matches!(ask, stock::Input::Reserve { units, .. } if *units == pots))
    );
    let sold = stock_asks(&shipped);
    assert!(
        sold.iter()
            .any(|(_, ask)| matches!(ask, stock::Input::Sell { units, .. } if *units == pots)),
        "{sold:?}"
    );
}
