use crate::pan::Brand;
use crate::pan::ranges::BRANDS;

fn candidates(prefix: &str) -> Vec<&'static str> {
    Brand::candidates(prefix.as_bytes()).map(Brand::name).collect()
}

#[test]
fn the_longest_row_that_fits_names_the_brand() {
    assert_eq!(Brand::of(b"6500331111111111"), Some(Brand::Elo));
    assert_eq!(Brand::of(b"6500341111111111"), Some(Brand::Discover));
    assert_eq!(Brand::of(b"6500520000000000"), Some(Brand::Troy));
    assert_eq!(Brand::of(b"6277800000000000"), Some(Brand::Elo));
}

#[test]
fn of_two_rows_of_one_width_the_earlier_brand_is_named() {
    assert_eq!(Brand::of(b"506100"), Some(Brand::Verve));
}

#[test]
fn a_prefix_too_short_for_a_row_has_candidates_only() {
    assert_eq!(Brand::of(b"35"), None);
    assert_eq!(candidates("35"), ["jcb"]);
    assert_eq!(candidates("2"), ["mastercard", "jcb", "mir"]);
    assert_eq!(candidates("0"), [""; 0]);
}

#[test]
fn both_ends_of_a_row_have_one_width_and_stand_in_order() {
    for row in BRANDS {
        for range in row.ranges {
            let (first, last) = range.ends();

            assert!(first.len() == last.len() && first <= last, "{first}..{last}");
            assert!(range.holds(first.as_bytes()) && range.holds(last.as_bytes()), "{first}");
        }
    }
}
