use super::*;
use baton_protocol::money::Currency;
use uuid::Uuid;

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::KRW)
}

fn order(number: u128) -> OrderId {
    OrderId::new(Uuid::from_u128(number))
}

fn now() -> Timestamp {
    Timestamp::from_ms(0)
}

/// A desk with four orders: two of one person and amount, one of another, one of another amount.
fn desk() -> Deposits {
    let mut desk = Deposits::new("hana-1".parse().unwrap(), BTreeMap::new(), BTreeMap::new());
    let orders = [
        (1, 10_000, "김민준", "M-000001"),
        (2, 10_000, "김민준", "M-000002"),
        (3, 10_000, "이서연", "M-000003"),
        (4, 20_000, "김민준", "M-000004"),
    ];
    for (id, amount, depositor, number) in orders {
        let (depositor, number) = (depositor.to_owned(), number.to_owned());
        let expected = Expected { amount: won(amount), depositor, number };
        desk.step(Input::Expected(order(id), expected), now()).unwrap();
    }
    desk
}

fn notice(id: &str, amount: i64, depositor: &str, memo: &str) -> Notice {
    let (depositor, memo) = (depositor.to_owned(), memo.to_owned());
    Notice { id: id.parse().unwrap(), amount: won(amount), depositor, memo }
}

fn credited(desk: &mut Deposits, notice: Notice) -> Life {
    let id = notice.id.clone();
    let effects = desk.step(Input::Credited(notice), now()).unwrap();
    assert!(effects.first().is_some_and(Effect::is_record));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Post(_))), "money is booked");
    let found = desk.notices().find(|(one, _)| one.id == id);
    found.map(|(_, life)| life.clone()).unwrap()
}

#[test]
fn a_number_beside_the_right_amount_leaves_no_doubt_whoever_paid() {
    let mut desk = desk();

    let by_memo = credited(&mut desk, notice("n1", 10_000, "어머니", "M000002"));
    let in_name = credited(&mut desk, notice("n2", 20_000, "김민준 m-000004", ""));

    assert_eq!([by_memo, in_name], [Life::Offered(order(2)), Life::Offered(order(4))]);
}

#[test]
fn a_name_is_enough_only_when_one_order_of_that_amount_has_it() {
    let mut desk = desk();

    let one = credited(&mut desk, notice("n1", 10_000, "이 서연", ""));
    let two = credited(&mut desk, notice("n2", 10_000, "김민준", ""));
    let stranger = credited(&mut desk, notice("n3", 10_000, "박지호", ""));

    assert_eq!(one, Life::Offered(order(3)));
    assert_eq!([two, stranger], [Life::Unclear, Life::Unclear]);
}

#[test]
fn a_wrong_amount_or_two_numbers_are_for_a_person_even_under_a_known_name() {
    let mut desk = desk();

    let little = credited(&mut desk, notice("n1", 9_000, "이서연", "M-000003"));
    let both = credited(&mut desk, notice("n2", 10_000, "이서연", "M-000001 M-000003"));
    // The number says one order, the name and amount another: nobody guesses.
    let other = credited(&mut desk, notice("n3", 10_000, "이서연", "M-000004"));

    assert_eq!([little, both, other], [Life::Unclear, Life::Unclear, Life::Unclear]);
}

#[test]
fn a_credit_that_the_bank_tells_twice_is_booked_once() {
    let mut desk = desk();
    credited(&mut desk, notice("n1", 10_000, "이서연", ""));
    let before = desk.clone();

    let again = desk.step(Input::Credited(notice("n1", 10_000, "이서연", "")), now());

    assert_eq!(again, Err(Refusal::NoticeKnown("n1".parse().unwrap())));
    assert_eq!(desk, before);
}

#[test]
fn a_doubled_deposit_goes_to_a_person_and_back() {
    let mut desk = desk();
    credited(&mut desk, notice("n1", 10_000, "이서연", ""));
    credited(&mut desk, notice("n2", 10_000, "이서연", ""));
    let (first, second): (NoticeId, NoticeId) = ("n1".parse().unwrap(), "n2".parse().unwrap());
    desk.step(Input::Taken(first.clone(), order(3)), now()).unwrap();
    let asked = desk.step(Input::NotTaken(second.clone(), order(3)), now()).unwrap();
    assert!(asked.iter().any(|effect| matches!(effect, Effect::Ask(_))));

    let by: StaffId = "kim".parse().unwrap();
    let back = desk.step(Input::SentBack { notice: second, by: by.clone() }, now()).unwrap();

    assert!(back.iter().any(|effect| matches!(effect, Effect::SendBack { .. })));
    let taken = desk.step(Input::SentBack { notice: first.clone(), by }, now());
    assert_eq!(taken, Err(Refusal::NotUnclear(first)));
}

#[test]
fn a_person_assigns_only_the_exact_amount_to_an_order_that_waits() {
    let mut desk = desk();
    credited(&mut desk, notice("n1", 10_000, "박지호", ""));
    let by: StaffId = "kim".parse().unwrap();
    let mut assign = |id| {
        let notice = "n1".parse().unwrap();
        desk.step(Input::Assigned { notice, order: order(id), by: by.clone() }, now())
    };

    assert_eq!(assign(9), Err(Refusal::NotExpected(order(9))));
    let (wanted, came) = (won(20_000), won(10_000));
    assert_eq!(assign(4), Err(Refusal::AmountDiffers { order: order(4), wanted, came }));
    let effects = assign(1).unwrap();
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Order { .. })));
    assert!(matches!(assign(2), Err(Refusal::NotUnclear(_))));
}
