//! Answers as people give them, in both languages, beside what must not pass.

mod refusals;
mod tags;

use super::hangul::{jamo, keys_as_latin, latin_as_keys};
use super::{Day, Kind, matches};
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

pub(super) fn today() -> Day {
    Day::of(2025, 7, 1).unwrap()
}

fn same(kind: Kind, stored: &str, answer: &str) -> bool {
    matches(kind, stored, answer, &[], today())
}

/// Those of `answers` that do not come out as `expected`.
fn wrong<'a>(kind: Kind, stored: &str, answers: &[&'a str], expected: bool) -> Vec<&'a str> {
    let wrong = |answer: &&&str| same(kind, stored, answer) != expected;
    answers.iter().filter(wrong).copied().collect()
}

#[test]
fn a_name_is_known_in_every_spelling_that_means_it() {
    let starbucks = [
        "스타벅스",
        " 스타 벅스! ",
        "스타벅스요",
        "스타벅스입니다",
        "스타벅스였어요",
        "(주)스타벅스",
        "㈜스타벅스",
        "주식회사 스타벅스",
        "tmxkqjrtm",
        "TMXKQJRTM",
        "tmxkqjrtmdy",
        "스타벅쓰",
        "스타박스",
        "스타벅스인 것 같아요",
    ];
    let apple =
        ["Apple", "apple inc.", "APPLE", "Ａｐｐｌｅ", "aple", "it was Apple", "ㅁㅔㅔㅣㄷ"];

    assert_eq!(wrong(Kind::Text, "스타벅스", &starbucks, true), [""; 0]);
    assert_eq!(wrong(Kind::Text, "Apple Inc.", &apple, true), [""; 0]);
    assert!(same(Kind::Text, "쌀과자", "TkfrhkWk"));
    assert!(same(Kind::Text, "한라봉", "\u{1112}\u{1161}\u{11ab}라봉"));
}

#[test]
fn another_name_is_not_taken_for_it() {
    assert_eq!(
        wrong(Kind::Text, "스타벅스", &["이디야", "투썸플레이스", "스벅", "", "요"], false),
        [""; 0]
    );
    assert_eq!(wrong(Kind::Text, "커피", &["코피", "카피", "커피요", "커피콩"], false), ["커피요"]);
    assert!(!same(Kind::Text, "갤럭시 S24", "갤럭시 S23"));
    assert!(!same(Kind::Text, "GS25", "GS35"));
    assert!(!same(Kind::Text, "이마트", "이마트에서요"));
}

#[test]
fn a_nearer_answer_of_the_pool_takes_precedence() {
    let pool = ["무선 이어폰 투", "유선 이어폰"];

    assert!(!matches(Kind::Text, "무선 이어폰", "유선이어폰", &pool, today()));
    assert!(matches(Kind::Text, "무선 이어폰", "무선이어폰", &pool, today()));
}

#[test]
fn a_company_that_is_called_by_its_mark_keeps_its_name() {
    assert!(same(Kind::Text, "Company", "company"));
    assert!(!same(Kind::Text, "Company", "Corporation"));
}

#[test]
fn numbers_are_read_in_both_languages() {
    let cases: &[(&str, &[&str])] = &[
        (
            "25000",
            &[
                "25,000",
                "2만5천",
                "2만 5000원",
                "이만오천",
                "₩25000",
                "25k",
                "2.5만",
                "twenty-five thousand",
                "25 thousand won",
                "２５０００",
                "만 원의 2.5배",
            ],
        ),
        ("3", &["세 개요", "셋", "삼", "three times", "3번", "세번째", "3개입니다"]),
        ("21", &["스물한 개", "이십일", "twenty one", "스물하나"]),
        ("110000", &["십일만", "11만", "일십일만"]),
        ("2025", &["이천이십오", "이공이오", "two thousand and twenty five"]),
        ("12", &["열두 번", "a dozen", "twelve", "십이"]),
        ("105", &["백오", "one hundred and five", "일백오"]),
        ("123456789", &["일억이천삼백사십오만육천칠백팔십구"]),
    ];

    let missed: Vec<_> = cases
        .iter()
        .flat_map(|(stored, answers)| wrong(Kind::Number, stored, answers, true))
        .collect();

    assert_eq!(missed, ["만 원의 2.5배"]);
    assert_eq!(
        wrong(Kind::Number, "3", &["넷", "33", "0.3", "개", "삼삼", "three four"], false),
        [""; 0]
    );
    assert_eq!(
        wrong(Kind::Number, "25000", &["2만6천", "이만오백", "250000", "오만이천"], false),
        [""; 0]
    );
}

#[test]
fn an_amount_may_be_a_tenth_off_and_not_more() {
    let good = ["21,510원", "26290", "2만4천원", "약 2만 4천원", "이만사천원 정도", "24k"];

    assert_eq!(wrong(Kind::Amount, "23900", &good, true), [""; 0]);
    assert_eq!(
        wrong(Kind::Amount, "23900", &["21509", "26291", "2천4백원", "삼만원"], false),
        [""; 0]
    );
}

#[test]
fn a_telephone_number_is_the_same_at_home_and_abroad() {
    let good = [
        "010 1234 5678",
        "01012345678",
        "+82 10-1234-5678",
        "+82 (0)10 1234 5678",
        "0082-10-1234-5678",
        "82-10-1234-5678",
        "공일공 일이삼사 오육칠팔",
        "010.1234.5678",
        "０１０-1234-5678이요",
    ];

    assert_eq!(wrong(Kind::Phone, "010-1234-5678", &good, true), [""; 0]);
    let bad = ["010-1234-5679", "011-1234-5678", "1234-5678", "+81 10 1234 5678", "번호"];
    assert_eq!(wrong(Kind::Phone, "010-1234-5678", &bad, false), [""; 0]);
    assert!(same(Kind::Phone, "02-345-6789", "+8223456789"));
}

#[test]
fn a_day_is_known_by_a_day_more_or_less_or_by_its_month() {
    let good = [
        "2025-06-03",
        "2025.6.3",
        "2025년 6월 3일",
        "6월 3일",
        "6/3",
        "0603",
        "250603",
        "20250603",
        "６월 ３일",
        "유월 삼일",
        "6월 2일",
        "6월 4일이요",
        "6월",
        "유월",
        "지난달",
        "지난 달에요",
        "6월 초",
        "June 3rd",
        "3 June 2025",
        "Jun 2",
        "June",
        "last month",
        "on the third of June",
        "이천이십오년 유월",
        "올해 6월",
        "한 달 전",
        "06/03/2025",
        "2025-06",
        "202506",
        "28일 전",
        "four weeks ago",
        "6월 3일 화요일",
        "6월 3일(화)",
        "6월 3일 오후요",
        "Tuesday, June 3",
    ];

    assert_eq!(wrong(Kind::Date, "2025-06-03", &good, true), [""; 0]);
}

#[test]
fn another_day_month_or_year_is_not_the_day() {
    let bad = [
        "6월 13일",
        "6월 5일",
        "5월",
        "7월 3일",
        "2024년 6월 3일",
        "2024년 6월",
        "작년 6월",
        "6월 말",
        "이번 달",
        "어제",
        "June 13",
        "May",
        "3",
        "지지난달",
        "13월 3일",
        "6월 31일",
        "언젠가",
    ];

    assert_eq!(wrong(Kind::Date, "2025-06-03", &bad, false), [""; 0]);
}

#[test]
fn days_are_seen_from_today() {
    let cases: &[(&str, &[&str])] = &[
        (
            "2025-06-30",
            &["어제", "yesterday", "오늘", "그저께", "하루 전", "7월 1일", "지난주 일요일"],
        ),
        (
            "2025-06-28",
            &[
                "사흘 전",
                "3일전",
                "three days ago",
                "그끄저께",
                "지난주 토요일",
                "지난주",
                "last week",
            ],
        ),
        ("2024-12-31", &["작년 12월", "1월 1일", "2024년 말월"]),
        ("2025-06-16", &["보름 전", "2주 전", "two weeks ago"]),
    ];

    let missed: Vec<_> = cases
        .iter()
        .flat_map(|(stored, answers)| wrong(Kind::Date, stored, answers, true))
        .collect();

    assert_eq!(missed, ["2024년 말월"]);
}

proptest! {
    #[test]
    fn any_text_is_judged_without_a_panic(stored in "\\PC{0,30}", answer in "\\PC{0,60}") {
        for kind in Kind::ALL {
            let _ = same(kind, &stored, &answer);
        }
    }

    #[test]
    fn a_long_name_is_itself_and_survives_one_slip(name in "[가-힣]{4,8}", place in 0_usize..4) {
        let slip: String =
            name.chars().enumerate().filter(|(at, _)| *at != place).map(|(_, one)| one).collect();

        prop_assert!(same(Kind::Text, &name, &name));
        let polite = name.clone() + "요";
        prop_assert!(same(Kind::Text, &name, &polite));
        // A whole syllable is two letters or more: of a short name it is too much.
        let lost = jamo(&name).len() - jamo(&slip).len();
        prop_assert_eq!(same(Kind::Text, &name, &slip), lost * 5 <= jamo(&name).len());
    }

    #[test]
    fn a_keyboard_left_in_latin_gives_the_same_letters(name in "[가-힣]{1,8}") {
        let typed = jamo(&name);

        let latin: String = keys_as_latin(&typed).into_iter().collect();

        prop_assert_eq!(latin_as_keys(&latin).len(), typed.len());
    }

    #[test]
    fn a_day_is_read_back_from_how_it_is_written(days in 0_i32..40_000) {
        let day = Day::since_1970(days);
        let civil = day.civil();
        let korean = format!("{}년 {}월 {}일", civil.year, civil.month, civil.day);

        prop_assert_eq!(Day::of(civil.year, civil.month, civil.day), Some(day));
        prop_assert!(same(Kind::Date, &day.to_string(), &korean));
        prop_assert!(!same(Kind::Date, &day.to_string(), &day.plus(2).to_string()));
    }

    #[test]
    fn a_number_is_read_back_from_its_korean_words(number in 1_i64..100_000_000) {
        prop_assert!(same(Kind::Number, &number.to_string(), &spelled(number)));
        prop_assert!(!same(Kind::Number, &(number + 1).to_string(), &spelled(number)));
    }
}

/// A number in sino-Korean words.
fn spelled(number: i64) -> String {
    let section = |mut rest: i64| {
        let mut words = String::new();
        for (unit, word) in [(1_000, "천"), (100, "백"), (10, "십"), (1, "")] {
            let digit = usize::try_from(rest / unit).unwrap();
            if digit > 0 {
                let digits = ["", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"];
                words += digits[digit];
                words += word;
            }
            rest %= unit;
        }
        words
    };
    let big = if number >= 10_000 { section(number / 10_000) + "만" } else { String::new() };
    big + &section(number % 10_000)
}
