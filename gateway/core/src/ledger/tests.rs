use super::*;
use baton_protocol::ids::TransactionId;
use proptest::prelude::*;
use uuid::Uuid;

fn shop() -> Account {
    Account::Merchant("s-1".parse().unwrap())
}

fn host() -> Account {
    Account::Clearing("d-1".parse().unwrap())
}

#[test]
fn a_transfer_balances() {
    let entry = Entry::transfer(host(), shop(), Money::new(4_500, Currency::KRW)).unwrap();

    assert_eq!(entry.lines().len(), 2);
}

#[test]
fn lines_that_differ_are_no_entry() {
    let lines = vec![
        Line { account: host(), side: Side::Debit, amount: Money::new(2, Currency::KRW) },
        Line { account: shop(), side: Side::Credit, amount: Money::new(1, Currency::KRW) },
    ];

    let refused = Entry::new(lines);

    assert_eq!(refused, Err(EntryInvalid::Unbalanced { currency: Currency::KRW }));
}

#[test]
fn two_currencies_do_not_balance_each_other() {
    let lines = vec![
        Line { account: host(), side: Side::Debit, amount: Money::new(1, Currency::KRW) },
        Line { account: shop(), side: Side::Credit, amount: Money::new(1, Currency::POINTS) },
    ];

    assert!(Entry::new(lines).is_err());
    let negative = Entry::transfer(host(), shop(), Money::new(-1, Currency::KRW));
    assert_eq!(negative, Err(EntryInvalid::Negative));
}

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::KRW)
}

fn payment(minor: i64) -> Entry {
    Entry::transfer(host(), shop(), won(minor)).unwrap()
}

fn refund(minor: i64) -> Entry {
    Entry::transfer(shop(), host(), won(minor)).unwrap()
}

fn booking(phase: Phase, entry: Entry) -> Booking {
    Booking { phase, entry }
}

fn id(number: u128) -> TransactionId {
    TransactionId::new(Uuid::from_u128(number))
}

#[test]
fn an_account_is_read_as_it_is_written() {
    let relay = ["clearing:d-1", "merchant:s-1", "points_issued:d-1", "points_held:d-1"];
    let bank = ["mall:bank:kb-1", "mall:deposits:kb-1"];
    let shop = ["mall:sales:s-1", "mall:returned:s-1", "mall:vat:s-1", "mall:refund_due:s-1"];
    for text in relay.into_iter().chain(bank).chain(shop) {
        assert_eq!(text.parse::<Account>().unwrap().to_string(), text);
    }
    for text in ["merchant", "merchant:", "till:s-1", "mall:sales:", "mall:till:s-1", "mall", ""] {
        assert_eq!(text.parse::<Account>(), Err(AccountUnknown), "{text}");
    }
}

#[test]
fn a_pending_entry_is_resolved_once_and_with_its_own_lines() {
    let mut booked = Booked::default();
    let post = booking(Phase::Posted, payment(5));

    assert_eq!(
        booked.take(&booking(Phase::Voided, payment(5))),
        Err(BookingRefused::NothingPending)
    );
    booked.take(&booking(Phase::Pending, payment(5))).unwrap();
    assert_eq!(booked.take(&booking(Phase::Posted, payment(4))), Err(BookingRefused::LinesDiffer));
    booked.take(&post).unwrap();

    assert_eq!(booked.take(&post), Err(BookingRefused::Resolved(Phase::Posted)));
    let void = booking(Phase::Voided, payment(5));
    assert_eq!(booked.take(&void), Err(BookingRefused::Resolved(Phase::Posted)));
}

#[test]
fn a_shop_gives_back_no_more_than_it_has_earned_and_not_reserved() {
    let mut books = Books::default();
    books.book(id(1), &booking(Phase::Posted, payment(10))).unwrap();
    books.book(id(2), &booking(Phase::Pending, refund(7))).unwrap();

    let below = Err(BookingRefused::BelowFloor(shop()));
    assert_eq!(books.book(id(3), &booking(Phase::Pending, refund(4))), below);
    books.book(id(2), &booking(Phase::Voided, refund(7))).unwrap();
    books.book(id(4), &booking(Phase::Pending, refund(10))).unwrap();
    books.book(id(4), &booking(Phase::Posted, refund(10))).unwrap();

    assert_eq!(books.posted(&shop(), Currency::KRW).on(Side::Credit), 0);
    assert_eq!(books.pending(&shop(), Currency::KRW), Totals::default());
}

/// A booking that the books took: number, phase, entry.
type Taken = (u128, Phase, Entry);

/// What some of them make of the shop's account.
fn sum<'a>(taken: impl Iterator<Item = &'a Taken>) -> Totals {
    let lines = taken.flat_map(|one| one.2.lines()).filter(|line| line.account == shop());
    lines.fold(Totals::default(), |sum, line| match line.side {
        Side::Debit => Totals { debit: sum.debit + i128::from(line.amount.minor), ..sum },
        Side::Credit => Totals { credit: sum.credit + i128::from(line.amount.minor), ..sum },
    })
}

/// Bookings of few transactions, so that they meet: number, phase, payment or refund, amount.
fn bookings() -> impl Strategy<Value = Vec<(u128, Phase, bool, i64)>> {
    let phase = prop_oneof![Just(Phase::Pending), Just(Phase::Posted), Just(Phase::Voided)];
    let amount = prop_oneof![4 => 1..4_i64, 1 => Just(i64::MAX)];
    proptest::collection::vec((0..6_u128, phase, any::<bool>(), amount), 0..40)
}

proptest! {
    #[test]
    fn books_conserve_money_resolve_once_and_are_the_sums_of_what_they_took(
        wishes in bookings(),
    ) {
        let mut books = Books::default();
        let mut taken: Vec<Taken> = Vec::new();
        for (number, phase, pays, minor) in wishes {
            let entry = if pays { payment(minor) } else { refund(minor) };
            let before = books.clone();
            match books.book(id(number), &booking(phase, entry.clone())) {
                Ok(()) => taken.push((number, phase, entry)),
                Err(_) => prop_assert_eq!(&books, &before, "a refusal changed something"),
            }
            let sum: i128 = books.balances().map(|(_, _, posted, _)| posted.on(Side::Debit)).sum();
            prop_assert_eq!(sum, 0);
            let sum: i128 = books.balances().map(|(_, _, _, held)| held.on(Side::Debit)).sum();
            prop_assert_eq!(sum, 0);
            for (account, _, posted, held) in books.balances() {
                let Some(floor) = account.floor() else { continue };
                let leaving = if floor == Side::Debit { held.credit } else { held.debit };
                prop_assert!(posted.on(floor) >= leaving, "{} is below its floor", account);
            }
        }
        for number in 0..6 {
            let phases: Vec<Phase> =
                taken.iter().filter(|one| one.0 == number).map(|one| one.1).collect();
            let ended = phases.iter().filter(|phase| **phase != Phase::Pending).count();
            prop_assert!(ended <= 1, "resolved {} times: {:?}", ended, phases);
        }
        let over = |one: &Taken| taken.iter().any(|it| it.0 == one.0 && it.1 != Phase::Pending);
        let posted = sum(taken.iter().filter(|one| one.1 == Phase::Posted));
        prop_assert_eq!(books.posted(&shop(), Currency::KRW), posted);
        let held = sum(taken.iter().filter(|one| one.1 == Phase::Pending && !over(one)));
        prop_assert_eq!(books.pending(&shop(), Currency::KRW), held);
    }
}
