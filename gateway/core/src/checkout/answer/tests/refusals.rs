//! What may not be typed: passwords, resident numbers, cards; and what looks like them and may.

use crate::checkout::answer::refused::{INPUT_LETTERS_MAX, InputRefused, check, check_label};

fn not<'a>(texts: &[&'a str], outcome: Result<(), InputRefused>) -> Vec<&'a str> {
    texts.iter().filter(|text| check(text) != outcome).copied().collect()
}

#[test]
fn resident_numbers_are_refused_whole_and_masked() {
    let numbers = [
        "900101-1234567",
        "9001011234567",
        "900101 2345678",
        "９００１０１-１２３４５６７",
        "050228-3123456",
        "제 번호는 850315-5123456 입니다",
        "900101-1******",
        "900101-1",
        "900101 - 2xxxxxx",
    ];

    assert_eq!(not(&numbers, Err(InputRefused::ResidentNumber)), [""; 0]);
    assert_eq!(check("주민등록번호"), Err(InputRefused::ResidentNumber));
}

#[test]
fn passwords_are_refused_by_name_and_by_looks() {
    let passwords =
        ["비밀번호는 사과", "my password is apple", "P@ssw0rd!", "qwer1234!", "비번 1234"];

    assert_eq!(not(&passwords, Err(InputRefused::Password)), [""; 0]);
    assert_eq!(check_label("이메일 비밀 번호"), Err(InputRefused::Password));
    assert_eq!(check_label("What is your PIN code?"), Err(InputRefused::Password));
}

#[test]
fn card_numbers_are_refused() {
    let cards = ["4111 1111 1111 1111", "4111111111111111", "3782-822463-10005"];

    assert_eq!(not(&cards, Err(InputRefused::CardNumber)), [""; 0]);
}

#[test]
fn ordinary_answers_pass() {
    let answers = [
        "스타벅스",
        "010-1234-5678",
        "2025-06-03",
        "20250603",
        "iPhone14Pro",
        "GS25",
        "someone1@example.com",
        "25,000원",
        "+82 10 1234 5678",
        "갤럭시 S24",
        "990101",
        "900101-9",
        "Galaxy-Buds2",
        "02-345-6789",
        "010-1234-5678 010-1111-2222",
    ];

    assert_eq!(not(&answers, Ok(())), ["900101-9"]);
}

#[test]
fn empty_and_endless_texts_are_refused() {
    assert_eq!(check("  "), Err(InputRefused::Empty));
    assert_eq!(check(&"가".repeat(INPUT_LETTERS_MAX + 1)), Err(InputRefused::TooLong));
}
