//! Receipts as point-of-sale programs send them.

use super::{Heard, Paper};
use proptest::prelude::*;

fn receipts(bytes: &[u8]) -> Vec<Heard> {
    Paper::default().feed(bytes)
}

fn one(text: &str) -> Vec<Heard> {
    vec![Heard::Receipt(text.to_owned())]
}

#[test]
fn a_plain_receipt_is_its_words_up_to_the_cut() {
    let bytes = b"\x1b@\x1ba\x01CAFE\n\x1ba\x00Total   4,500\r\nApproval A17\n\x1bd\x03\x1dV\x00";

    assert_eq!(receipts(bytes), one("CAFE Total 4,500 Approval A17"));
}

#[test]
fn styles_inside_a_word_do_not_break_it() {
    assert_eq!(receipts(b"Appr\x1bE\x01oved\x1bE\x00\n\x1dVB\x00"), one("Approved"));
}

#[test]
fn barcodes_and_pictures_are_not_text() {
    let mut bytes = b"A17\n".to_vec();
    bytes.extend(b"\x1dk\x04CODE39\x00");
    bytes.extend(b"\x1dk\x49\x05{BABC");
    bytes.extend(b"\x1dv0\x00\x02\x00\x03\x00FAKE!!");
    bytes.extend(b"\x1b*\x21\x02\x00FAKE!!");
    bytes.extend(b"\x1d(k\x04\x00FAKE");
    bytes.extend(b"thanks\x1dV\x01");

    assert_eq!(receipts(&bytes), one("A17 thanks"));
}

#[test]
fn a_program_that_asks_for_the_state_is_heard() {
    assert_eq!(receipts(b"\x10\x04\x01"), [Heard::StatusAsked]);
    assert_eq!(receipts(b"\x1dr\x01"), [Heard::StatusAsked]);
}

#[test]
fn an_empty_piece_of_paper_is_no_receipt() {
    assert_eq!(receipts(b"\x1b@\n\n\x1dV\x00"), []);
}

#[test]
fn what_was_not_cut_can_be_torn_off() {
    let mut paper = Paper::default();
    paper.feed(b"Approval A18\n");

    assert_eq!(paper.tear().as_deref(), Some("Approval A18"));
    assert_eq!(paper.tear(), None);
}

proptest! {
    #[test]
    fn pieces_of_any_size_say_the_same(bytes in prop::collection::vec(any::<u8>(), 0..400),
        at in 0_usize..400) {
        let (first, second) = bytes.split_at(at.min(bytes.len()));
        let mut paper = Paper::default();
        let mut heard = paper.feed(first);
        heard.extend(paper.feed(second));

        prop_assert_eq!(heard, receipts(&bytes));
    }

    #[test]
    fn a_style_before_each_letter_changes_no_word(word in "[a-zA-Z0-9]{1,20}") {
        let styled: Vec<u8> =
            word.bytes().flat_map(|letter| [0x1b, b'!', 0x38, letter]).collect();
        let bytes = [styled.as_slice(), b"\n\x1dV\x00"].concat();

        prop_assert_eq!(receipts(&bytes), one(&word));
    }
}
