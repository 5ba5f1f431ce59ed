use super::*;
use crate::counter::view::{Reach, Reason};
use baton_protocol::money::Currency;

fn view(headline: Headline, minor: Option<i64>) -> View {
    View {
        reach: Reach::Online,
        headline,
        amount: minor.map(|minor| Money::new(minor, Currency::KRW)),
        typed: None,
        checking: 0,
        troubles: Vec::new(),
        count: 0,
    }
}

#[test]
fn each_headline_fits_two_lines_and_says_its_amount() {
    assert_eq!(
        lines(&view(Headline::Approved, Some(4_500)), 20),
        ["APPROVED            ", "4,500 KRW           "]
    );
    assert_eq!(
        lines(&view(Headline::Ready, None), 20),
        ["READY               ", "TOUCH OR SHOW CODE  "]
    );
    let refused = Headline::NotTaken { reason: Reason::Card };
    assert_eq!(lines(&view(refused, None), 16), ["NOT TAKEN       ", "NO CARD NUMBERS "]);
}

#[test]
fn a_doubt_stays_in_the_first_line_while_the_clerk_types_and_beside_another_word() {
    let typed = Some(Money::new(1_230, Currency::KRW));
    let typing = View { typed, checking: 1, ..view(Headline::Checking, Some(4_500)) };
    assert_eq!(lines(&typing, 20), ["CHECKING   4,500 KRW", "1,230 KRW           "]);

    let other = View { checking: 1, ..view(Headline::Declined, Some(900)) };
    assert_eq!(lines(&other, 20), ["DECLINED    +1 CHECK", "900 KRW             "]);
}

#[test]
fn both_ways_of_telling_write_both_lines_whole() {
    let both = ["A   ".to_owned(), "B   ".to_owned()];

    assert_eq!(bytes(&both, Speech::Epson), b"\x1f$\x01\x01A   \x1f$\x01\x02B   ");
    assert_eq!(bytes(&both, Speech::Cd5220), b"\x1bQAA   \r\x1bQBB   \r");
}
