use crate::pan::{find, looks_like_card_number};

#[test]
fn a_whole_text_that_looks_like_a_card_number_is_known() {
    for text in
        ["4111111111111111", "4929 7226 5379 7141", " 3782-822463-10005\n", "62123456789002"]
    {
        assert!(looks_like_card_number(text), "{text}");
    }
}

#[test]
fn wallet_codes_and_order_numbers_are_let_through() {
    for text in [
        "135112298638468293",
        "289431869362714645",
        "281006020000000000000000",
        "4111111111111112",
        "9999999999999995",
        "x4111111111111111",
        "4111111111111111 1",
        "",
    ] {
        assert!(!looks_like_card_number(text), "{text}");
    }
}

#[test]
fn a_card_number_is_found_wherever_it_stands() {
    for (text, number) in [
        ("card 4111111111111111.", "4111111111111111"),
        ("카드4111-1111-1111-1111번", "4111-1111-1111-1111"),
        ("order 12 4111 1111 1111 1111 of 3", "4111 1111 1111 1111"),
        ("5 4111111111111111110", "4111111111111111110"),
    ] {
        assert_eq!(find(text).map(|place| &text[place]), Some(number));
    }
}

#[test]
fn digits_in_a_row_are_not_cut_to_find_one() {
    let code = "24111111111111111100000";

    assert_eq!(find(code), None);
}

#[test]
fn a_long_text_of_short_groups_is_searched_once() {
    let text = "1 ".repeat(20_000);

    assert_eq!(find(&text), None);
}
