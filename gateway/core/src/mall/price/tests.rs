use super::*;
use proptest::prelude::*;

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::KRW)
}

#[test]
fn tax_is_what_is_within_the_price_rounded_down() {
    for (gross, tax) in [(11_000, 1_000), (1_000, 90), (1, 0), (10, 0), (11, 1), (0, 0)] {
        assert_eq!(VatRate::KOREA.within(won(gross)), won(tax), "{gross}");
    }
    assert_eq!(VatRate::EXEMPT.within(won(11_000)), won(0));
    assert_eq!(VatRate::from_bps(10_001), None);
}

#[test]
fn a_fraction_is_rounded_down() {
    assert_eq!(fraction(won(999), 1_000), won(99));
    assert_eq!(fraction(won(1_999), 333), won(66));
}

#[test]
fn a_discount_is_spread_to_the_last_won_and_the_largest_remainder_gets_more() {
    // 100 over 1:1:1 leaves one won, which goes to the first of three equal remainders.
    assert_eq!(spread(100, &[1_000, 1_000, 1_000]), [34, 33, 33]);
    // 10 over 2:1 is 6.67 and 3.33.
    assert_eq!(spread(10, &[200, 100]), [7, 3]);
    assert_eq!(spread(5_000, &[1_000, 2_000]), [1_000, 2_000]);
    assert_eq!(spread(5, &[0, 0]), [0, 0]);
    assert_eq!(spread(5, &[]), Vec::<i64>::new());
}

#[test]
fn the_dearest_order_fits_64_bits() {
    let line = times(won(PRICE_MINOR_MAX), QUANTITY_MAX);
    let lines = i64::try_from(ORDER_LINES_MAX).unwrap();

    assert!(line.minor.checked_mul(lines).is_some());
    assert_eq!(
        spread(i64::MAX, &[i64::MAX, i64::MAX]).iter().map(|one| i128::from(*one)).sum::<i128>(),
        i128::from(i64::MAX)
    );
}

proptest! {
    #[test]
    fn shares_add_up_and_none_is_above_its_weight(
        amount in 0..2_000_000_i64,
        weights in proptest::collection::vec(0..1_000_000_i64, 0..12),
    ) {
        let shares = spread(amount, &weights);

        let whole: i64 = weights.iter().sum();
        prop_assert_eq!(shares.iter().sum::<i64>(), amount.min(whole));
        prop_assert!(shares.iter().zip(&weights).all(|(share, weight)| share <= weight));
        for ((one, other), (a, b)) in shares.iter().zip(shares.iter().skip(1))
            .zip(weights.iter().zip(weights.iter().skip(1)))
        {
            // In proportion: no two equal weights differ by more than one unit.
            prop_assert!(a != b || (one - other).abs() <= 1);
        }
    }

    #[test]
    fn shares_of_growing_parts_add_up_to_the_whole(total in 0..10_000_000_i64, of in 1..999_u32) {
        let upto = |part| share(won(total), part, of).minor;
        let parts: Vec<i64> = (0..of).map(|part| upto(part + 1) - upto(part)).collect();

        prop_assert_eq!(parts.iter().sum::<i64>(), total);
        let (least, most) = (parts.iter().min().unwrap(), parts.iter().max().unwrap());
        prop_assert!(most - least <= 1);
    }

    #[test]
    fn the_tax_of_a_part_is_never_more_than_the_part(
        gross in 0..100_000_i64, part in 0..100_000_i64, bps in 0..10_000_u16,
    ) {
        let rate = VatRate::from_bps(bps).unwrap();
        let part = part.min(gross);
        let tax = rate.within(won(gross)).minor - rate.within(won(gross - part)).minor;

        prop_assert!((0..=part).contains(&tax));
    }
}
