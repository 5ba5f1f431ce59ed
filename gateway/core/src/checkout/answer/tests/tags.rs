//! Facts kept as tags: what still fits, what does not, and that nothing can be read.

use super::today;
use crate::checkout::answer::Kind;
use crate::checkout::answer::tag::{NoTags, Pepper, Tags};
use crate::checkout::ids::ItemId;
use proptest::prelude::{prop_assert, proptest};

const ITEM: ItemId = ItemId(7);

fn pepper() -> Pepper {
    Pepper::new([3; 32])
}

fn fits(kind: Kind, fact: &str, answer: &str) -> bool {
    let tags = Tags::of(kind, fact, ITEM, &pepper(), today()).unwrap();
    tags.fit(answer, ITEM, &pepper(), today())
}

#[test]
fn a_tagged_name_forgives_one_slip() {
    for answer in ["파란대문", "파란 대문이요", "파란대믄", "파랑대문", "파라대문", "vkfkseoans"]
    {
        assert!(fits(Kind::Text, "파란 대문", answer), "{answer}");
    }
    for answer in ["빨간대문", "파란지붕", "대문", ""] {
        assert!(!fits(Kind::Text, "파란 대문", answer), "{answer}");
    }
}

#[test]
fn a_short_name_and_its_digits_must_be_exact() {
    assert!(fits(Kind::Text, "나비", "나비요"));
    assert!(!fits(Kind::Text, "나비", "나미"));
    assert!(!fits(Kind::Text, "나비", "나비야"));
    assert!(!fits(Kind::Text, "우리집 42", "우리집 43"));
}

#[test]
fn numbers_telephones_and_days_fit_in_any_words() {
    assert!(fits(Kind::Number, "3", "세 개"));
    assert!(!fits(Kind::Number, "3", "네 개"));
    assert!(fits(Kind::Phone, "010-1234-5678", "+82 10 1234 5678"));
    for answer in ["6월 3일", "6월 2일", "June 4th", "2025년 6월", "6월", "지난달", "6월 초"]
    {
        assert!(fits(Kind::Date, "2025-06-03", answer), "{answer}");
    }
    for answer in ["6월 5일", "2024년 6월 3일", "7월", "6월 말"] {
        assert!(!fits(Kind::Date, "2025-06-03", answer), "{answer}");
    }
}

#[test]
fn an_amount_and_a_text_of_another_kind_have_no_tags() {
    let tags = |kind, fact| Tags::of(kind, fact, ITEM, &pepper(), today());

    assert_eq!(tags(Kind::Amount, "25000"), Err(NoTags::Amount));
    assert_eq!(tags(Kind::Date, "sometime"), Err(NoTags::NotOfKind(Kind::Date)));
    assert_eq!(tags(Kind::Text, " ! "), Err(NoTags::NotOfKind(Kind::Text)));
}

#[test]
fn tags_of_another_item_or_key_are_others_and_print_nothing() {
    let tags = Tags::of(Kind::Text, "파란 대문", ITEM, &pepper(), today()).unwrap();

    assert!(!tags.fit("파란 대문", ItemId(8), &pepper(), today()));
    assert!(!tags.fit("파란 대문", ITEM, &Pepper::new([4; 32]), today()));
    assert!(!format!("{tags:?} {:?}", pepper()).contains('3'));
}

proptest! {
    #[test]
    fn one_lost_letter_always_fits(name in "[a-z]{5,12}", place in 0_usize..5) {
        let slip: String =
            name.chars().enumerate().filter(|(at, _)| *at != place).map(|(_, one)| one).collect();

        prop_assert!(fits(Kind::Text, &name, &slip));
    }
}
