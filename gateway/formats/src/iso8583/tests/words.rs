use crate::iso8583::Mti;
use crate::iso8583::response::{
    Decline, InquiryMeaning, ReversalMeaning, SaleMeaning, inquiry, reversal, sale,
};

#[test]
fn only_listed_codes_decline_a_sale() {
    let declining: Vec<String> = (0..100)
        .map(|code| format!("{code:02}"))
        .filter(|code| matches!(sale(code), SaleMeaning::Declined(_)))
        .collect();

    let listed = "03 05 12 13 14 51 54 57 58 61 62 65 79";
    assert_eq!(declining.join(" "), listed);
}

#[test]
fn doubt_is_never_a_decline() {
    for code in ["91", "96", "19", "68", "99", "", "0", "000", "A1"] {
        assert_eq!(sale(code), SaleMeaning::Inconclusive, "{code}");
    }
    assert_eq!(sale("94"), SaleMeaning::CodeUsed);
}

#[test]
fn every_decline_is_read_as_it_is_written() {
    let all = [
        Decline::Funds,
        Decline::Expired,
        Decline::NumberUnknown,
        Decline::Reversed,
        Decline::Refused,
    ];

    for decline in all {
        assert_eq!(sale(decline.code()), SaleMeaning::Declined(decline));
    }
}

#[test]
fn not_found_means_something_only_to_inquiries_and_reversals() {
    assert_eq!(inquiry("25"), InquiryMeaning::NotFound);
    assert_eq!(inquiry("54"), InquiryMeaning::ExpiredUnused);
    assert_eq!(reversal("25"), ReversalMeaning::OriginalUnknown);
    assert_eq!(reversal("21"), ReversalMeaning::Refused);
    assert_eq!(reversal("96"), ReversalMeaning::Inconclusive);
    assert_eq!(sale("25"), SaleMeaning::Inconclusive);
}

#[test]
fn a_repeat_is_answered_like_its_original() {
    assert_eq!(Mti::REVERSAL.answer(), Mti::REVERSAL_ANSWER);
    assert_eq!(Mti::REVERSAL_REPEAT.answer(), Mti::REVERSAL_ANSWER);
    assert_eq!(Mti::SALE.answer(), Mti::SALE_ANSWER);
    assert_eq!(Mti::NETWORK.answer(), Mti::NETWORK_ANSWER);
}
