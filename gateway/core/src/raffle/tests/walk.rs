use super::super::sale::{Delivery, Payment, Report};
use super::*;
use crate::ledger::{Booking, Books, Phase, Side};
use baton_protocol::ids::TransactionId;
use baton_protocol::money::Currency;
use proptest::prelude::*;

/// What somebody does: the kind, the person, a number.
type Wish = (u8, u8, u8);

fn terms() -> impl Strategy<Value = Proposal> {
    let losers = prop_oneof![
        Just(Losers::PaidBack),
        Just(Losers::PaidBackAsMileage),
        (0..=10_000_u16, any::<bool>(), 0..=10_000_u16).prop_map(|(mileage, spread, rest)| {
            let remainder = if spread { Remainder::Spread } else { Remainder::Operator };
            let (surplus_mileage, consolation) = (bps(mileage), bps(rest));
            Losers::Pool(Pool { surplus_mileage, remainder, consolation })
        }),
    ];
    let shares = (0..=10_000_u16, 0..=10_000_u16, 0..=10_000_u16);
    let numbers = (1_000..90_000_i64, 1..4_u32, 2..16_u32, 0..900_i64, 1..=4_u8, any::<bool>());
    (losers, shares, numbers).prop_map(|(losers, shares, numbers)| {
        let (unit_price, quantity, parts, fee, entries_max, full) = numbers;
        let (commission, compensation, penalty) = shares;
        Proposal {
            losers,
            unit_price,
            quantity,
            parts: parts.max(quantity * 2),
            fee,
            entries_max,
            closing: if full { Closing::WhenFull } else { Closing::AtTime },
            commission: bps(commission),
            compensation: bps(compensation),
            cancel_penalty: bps(penalty),
            deposit: Deposit::Share(bps(compensation.max(1))),
            ..proposal()
        }
    })
}

fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    let kind = prop_oneof![6 => 0..1_u8, 4 => 1..8_u8, 1 => 8..18_u8];
    proptest::collection::vec((kind, 0..6_u8, any::<u8>()), 0..60)
}

/// The input of a wish, as far as the state has one.
fn input(sale: &mut Sale, (kind, who, number): Wish) -> Input {
    let name = ["a", "b", "c", "d", "e", "f"][usize::from(who)];
    let one = person(name);
    let at = sale.now;
    let place = "here".to_owned();
    match (kind, sale.state()) {
        (0, "OPEN") => {
            let tickets = u32::from(number % 4) + 1;
            let price = sale.raffle.terms().p1() * i64::from(tickets);
            Input::EntryPaid(sale.entry(name, tickets, price * i64::from(number / 4) / 63))
        }
        (0, "CLOSED") | (1, _) => {
            let tickets = sale.raffle.entries().active() as u32;
            let from = u32::from(number) % tickets.max(1);
            Input::OrderTold((from..tickets).chain(0..from).collect())
        }
        (0 | 2, _) => Input::P2Paid(one),
        (3, _) => Input::Approved(one),
        (4, _) => {
            let delivery = if number > 60 { Delivery::Done } else { Delivery::OnTheWay };
            Input::DeliveryReported(one, Report { delivery, place, at })
        }
        (5, _) => Input::Forfeited(one),
        (6, _) => Input::Withdrawn(one),
        (7, _) => Input::EntryCancelled(one),
        (8 | 9, _) => Input::ChargedBack(Payment::Second(one)),
        (10, _) => Input::SellerCancelled,
        (11, _) => Input::SellerDefaulted,
        (12, _) => Input::SellerPayoutDue,
        (13 | 14, _) => {
            let entries = sale.raffle.entries();
            let own = entries.of(&one).last().and_then(|place| entries.lookup(*place));
            let ticket = own.map_or(TicketId::new(Uuid::nil()), |entry| entry.tickets[0]);
            Input::ChargedBack(Payment::First(ticket))
        }
        (15, _) => Input::Killed,
        _ => {
            sale.now = sale.raffle.next_deadline().unwrap_or(sale.now).max(sale.now);
            Input::DeadlineReached
        }
    }
}

/// Hands an input in, and again with its key, and books what is posted.
fn take(sale: &mut Sale, books: &mut Books, input: Input) -> Result<(), TestCaseError> {
    let before = sale.raffle.clone();
    let key = sale.key();
    let effects = match sale.raffle.step(key, input.clone(), sale.now) {
        Ok(effects) => effects,
        Err(refusal) => {
            prop_assert!(!matches!(refusal, Refusal::Unbalanced(_)), "{refusal}");
            prop_assert!(sale.raffle == before, "a refusal changed something");
            return Ok(());
        }
    };
    let [first, others @ ..] = effects.as_slice() else { return Ok(()) };
    let Effect::Record(record) = first else { panic!("the record does not come first") };
    prop_assert!(!others.iter().any(|effect| matches!(effect, Effect::Record(_))));
    prop_assert_eq!(record.before, before.state());
    prop_assert_eq!(record.after, sale.raffle.state());
    sale.sent.push(first.clone());
    let after = sale.raffle.clone();
    prop_assert_eq!(sale.raffle.step(key, input, sale.now), Ok(Vec::new()));
    prop_assert!(sale.raffle == after, "the same key did something");
    for (number, posting) in (0..).zip(&record.postings) {
        let id = TransactionId::new(Uuid::from_u128(key.uuid().as_u128() << 16 | number));
        let booking = Booking::of(Phase::Posted, posting.entry.clone()).unwrap();
        let booked = books.book(id, &booking);
        prop_assert!(booked.is_ok(), "{:?}: {}", booked, written(posting));
    }
    Ok(())
}

/// Gives everybody mileage, so that entries can be paid with it.
fn books() -> Books {
    let mut books = Books::default();
    for (number, name) in (1_u128..).zip(["a", "b", "c", "d", "e", "f"]) {
        let mut wallet = super::super::wallet::Wallet::new(person(name));
        let gift = super::super::wallet::Input::Granted { won: 1_000_000_000, expires_at: CLOSES };
        let posting = wallet.step(gift, T0).unwrap().unwrap();
        let id = TransactionId::new(Uuid::from_u128(u128::MAX - number));
        books.book(id, &Booking::of(Phase::Posted, posting.entry).unwrap()).unwrap();
    }
    books
}

fn owed(books: &Books, account: &str) -> i128 {
    let account = format!("raffle:{account}:{}", Uuid::nil()).parse().unwrap();
    books.posted(&account, Currency::KRW).on(Side::Credit)
}

fn holds_what_is_booked(sale: &Sale, books: &Books) -> Result<(), TestCaseError> {
    let escrow = sale.raffle.escrow();
    prop_assert_eq!(owed(books, "pot1"), i128::from(escrow.pot1));
    prop_assert_eq!(owed(books, "pot2"), i128::from(escrow.pot2));
    prop_assert_eq!(owed(books, "seller_deposit"), i128::from(escrow.seller_deposit));
    prop_assert_eq!(owed(books, "seller_payable"), i128::from(escrow.seller_payable));
    if let State::Ended(_) = sale.raffle.state() {
        prop_assert!(escrow.is_empty(), "{escrow:?} is left");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_sale_conserves_money_owes_nothing_below_zero_and_empties_its_escrow(
        terms in terms(), wishes in wishes(),
    ) {
        prop_assume!(Terms::new(terms.clone()).is_ok());
        let raffle = Raffle::draft(RaffleId::new(Uuid::nil()), Terms::new(terms).unwrap());
        let (journal, sent) = (Vec::new(), Vec::new());
        let mut sale = Sale { raffle, now: T0, keys: 0, journal, sent };
        let mut books = books();
        let mut replayed = sale.raffle.clone();
        take(&mut sale, &mut books, Input::Submitted(leave()))?;
        take(&mut sale, &mut books, Input::DepositCaptured)?;
        for wish in wishes {
            let input = input(&mut sale, wish);
            take(&mut sale, &mut books, input)?;
            holds_what_is_booked(&sale, &books)?;
        }
        take(&mut sale, &mut books, Input::Killed)?;
        holds_what_is_booked(&sale, &books)?;
        prop_assert!(matches!(sale.raffle.state(), State::Ended(_)));
        for effect in &sale.sent {
            let Effect::Record(record) = effect else { continue };
            let again = replayed.step(record.key, record.input.clone(), record.at);
            let again = again.unwrap_or_default();
            prop_assert_eq!(again.first(), Some(effect));
        }
        prop_assert!(replayed == sale.raffle, "the records make another sale");
        let records = sale.sent.iter().filter_map(|effect| {
            let Effect::Record(record) = effect else { return None };
            Some(record.clone())
        });
        let restored =
            Raffle::restore(RaffleId::new(Uuid::nil()), sale.raffle.terms().clone(), records);
        prop_assert_eq!(restored.as_ref(), Ok(&sale.raffle));
        let sum: i128 = books.balances().map(|(_, _, posted, _)| posted.on(Side::Debit)).sum();
        prop_assert_eq!(sum, 0);
    }
}
