use super::*;
use uuid::Uuid;

fn id(number: u128) -> TransactionId {
    TransactionId::new(Uuid::from_u128(number))
}

fn slip(at_ms: u64) -> Slip {
    let amount = Money::new(4_500, Currency::KRW);
    Slip { app: "wallet-app".to_owned(), amount, at_ms, stage: Stage::Owed }
}

fn due(numbers: std::ops::Range<u64>) -> Book {
    let mut book = Book::default();
    for number in numbers {
        book.submitted(id(u128::from(number)), slip(number));
        book.word(id(u128::from(number)), State::Approved);
    }
    book
}

#[test]
fn only_the_gateway_s_approval_makes_a_receipt_due_and_only_once() {
    let mut book = Book::default();
    book.word(id(1), State::Approved);
    assert_eq!(book.next_due(), None, "nobody submitted it here");

    book.submitted(id(1), slip(5));
    book.word(id(1), State::Unknown);
    assert_eq!(book.next_due(), None);
    book.word(id(1), State::Approved);
    assert_eq!(book.next_due().map(|(found, _)| found), Some(id(1)));

    book.printing(id(1));
    book.word(id(1), State::Approved);
    assert_eq!(book.next_due(), None);
    book.done(id(1));
    book.word(id(1), State::Approved);
    assert_eq!(book, Book::default());
}

#[test]
fn what_was_declined_or_is_points_is_not_printed() {
    let mut book = Book::default();
    book.submitted(id(1), slip(1));
    let amount = Money::new(10, Currency::POINTS);
    book.submitted(id(2), Slip { amount, ..slip(2) });

    book.word(id(1), State::Declined);
    book.word(id(2), State::Approved);

    assert_eq!(book, Book::default());
}

#[test]
fn the_oldest_is_printed_first_and_one_that_was_not_taken_stays_first() {
    let mut book = due(1..4);

    book.printing(id(1));
    assert_eq!(book.next_due().map(|(found, _)| found), Some(id(2)));
    book.not_printed(id(1));

    assert_eq!(book.next_due().map(|(found, _)| found), Some(id(1)));
}

#[test]
fn after_a_power_cut_what_was_being_printed_is_named_and_not_printed_again() {
    let mut before = due(1..3);
    before.printing(id(1));

    let mut book = Book::default();
    let doubtful = book.restore(before.slips().clone());

    assert_eq!(doubtful, [id(1)]);
    assert_eq!(book.next_due().map(|(found, _)| found), Some(id(2)));
    assert_eq!(book.slips().len(), 1);
}

#[test]
fn both_kinds_are_bounded_and_the_oldest_goes() {
    let most = u64::try_from(DUE_MAX).unwrap();
    let mut book = due(1..most + 1);
    assert_eq!(book.slips().len(), DUE_MAX);

    book.submitted(id(9_999), slip(9_999));
    let dropped = book.word(id(9_999), State::Approved);

    assert_eq!(dropped, Some(Dropped(id(1))));
    assert_eq!(book.slips().len(), DUE_MAX);
    let mut owed = Book::default();
    for number in 0..500 {
        let _ = owed.submitted(id(u128::from(number)), slip(number));
    }
    assert_eq!(owed.slips().len(), OWED_MAX);
    assert!(owed.slips().contains_key(&id(499)));
}
