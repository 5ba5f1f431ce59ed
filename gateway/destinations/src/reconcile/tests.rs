use super::{Movement, Tally, Told, Totals, TotalsInvalid};
use proptest::prelude::*;

const MOVEMENTS: [Movement; 4] =
    [Movement::Payment, Movement::PaymentReversed, Movement::Refund, Movement::RefundReversed];

fn totals(of: &[(Movement, i64)]) -> Totals {
    let mut totals = Totals::default();
    for (movement, minor) in of {
        totals.add(*movement, *minor).unwrap();
    }
    totals
}

fn movements() -> impl Strategy<Value = Vec<(Movement, i64)>> {
    let one = (prop::sample::select(&MOVEMENTS[..]), 0_i64..1_000_000_000);
    prop::collection::vec(one, 0..40)
}

#[test]
fn a_reversed_payment_is_counted_twice_and_weighs_nothing() {
    let day = totals(&[
        (Movement::Payment, 4_500),
        (Movement::Payment, 500),
        (Movement::PaymentReversed, 500),
        (Movement::Refund, 1_000),
    ]);

    assert_eq!(day.payments, Tally { count: 2, minor: 5_000 });
    assert_eq!(day.payments_reversed, Tally { count: 1, minor: 500 });
    assert_eq!(day.net_minor(), Ok(3_500));
}

#[test]
fn what_cannot_be_counted_changes_nothing() {
    let full = Tally { count: 1, minor: i64::MAX };
    let mut day = Totals { payments: full, ..Totals::default() };

    let over = day.add(Movement::Payment, 1);
    let under = day.add(Movement::Refund, -1);

    assert_eq!(over, Err(TotalsInvalid::OutOfRange));
    assert_eq!(under, Err(TotalsInvalid::Negative { minor: -1 }));
    assert_eq!(day, Totals { payments: full, ..Totals::default() });
    assert_eq!(day.joined(day), Err(TotalsInvalid::OutOfRange));
}

#[test]
fn only_figures_that_are_told_can_disagree() {
    let ours = totals(&[(Movement::Payment, 4_500)]);
    let mut theirs = Told::from(ours);
    theirs.refunds.count = None;

    assert!(Told::default().agrees_with(&ours));
    assert!(theirs.agrees_with(&ours));
    theirs.net_minor = Some(4_499);
    assert!(!theirs.agrees_with(&ours));
}

proptest! {
    #[test]
    fn the_sum_of_two_halves_is_the_whole(all in movements(), cut in 0_usize..40) {
        let (first, second) = all.split_at(cut.min(all.len()));

        prop_assert_eq!(totals(first).joined(totals(second)), Ok(totals(&all)));
    }

    #[test]
    fn the_net_is_what_a_reference_sum_says_in_any_order(mut all in movements()) {
        let weight = |(movement, minor): &(Movement, i64)| match movement {
            Movement::Payment | Movement::RefundReversed => *minor,
            Movement::PaymentReversed | Movement::Refund => -*minor,
        };
        let net: i64 = all.iter().map(weight).sum();
        let forwards = totals(&all);
        all.reverse();

        prop_assert_eq!(forwards.net_minor(), Ok(net));
        prop_assert_eq!(totals(&all), forwards);
    }

    #[test]
    fn totals_agree_with_themselves_and_with_no_others(all in movements(), more in 0_i64..9) {
        let ours = totals(&all);
        let mut other = ours;
        other.add(Movement::Payment, more).unwrap();

        prop_assert!(Told::from(ours).agrees_with(&ours));
        prop_assert!(!Told::from(other).agrees_with(&ours));
    }
}
