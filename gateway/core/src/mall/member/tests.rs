use super::*;
use crate::calendar::SEOUL_OFFSET_MINUTES;
use crate::mall::sales::Period;
use baton_protocol::money::{Currency, Money};
use proptest::prelude::*;
use uuid::Uuid;

fn date(year: i32, month: u8, day: u8) -> Date {
    Date::new(year, month, day).unwrap()
}

fn id(number: u128) -> MemberId {
    MemberId::new(Uuid::from_u128(number))
}

fn now() -> Timestamp {
    Timestamp::from_ms(0)
}

fn born(day: Date) -> Profile {
    Profile { days: BTreeMap::from([(Occasion::Birthday, day)]), ..Profile::default() }
}

fn agreed(profile: Profile) -> Member {
    let mut member = Member::new(id(1), profile);
    member.step(Input::Agreed(Consent::Greetings), now()).unwrap();
    member
}

/// The keys of the mails that a day brings.
fn mails(member: &mut Member, today: Date) -> Vec<String> {
    let effects = member.step(Input::DayBegan(today), now()).unwrap();
    let mail = |effect: &Effect| {
        let Effect::Mail(mail) = effect else { return None };
        Some(mail.key())
    };
    assert!(effects.first().is_none_or(Effect::is_record));
    effects.iter().filter_map(mail).collect()
}

#[test]
fn a_birthday_is_congratulated_on_once_however_often_the_day_begins() {
    let mut member = agreed(born(date(1990, 5, 4)));

    assert!(mails(&mut member, date(2026, 5, 3)).is_empty());
    let keys = mails(&mut member, date(2026, 5, 4));
    assert_eq!(keys, [format!("greeting/{}/birthday/2026", id(1))]);
    assert!(mails(&mut member, date(2026, 5, 4)).is_empty());
    assert!(mails(&mut member, date(2026, 5, 5)).is_empty());
    assert_eq!(mails(&mut member, date(2027, 5, 4)).len(), 1);
}

#[test]
fn a_day_that_was_missed_is_made_up_for_within_three_days_also_over_new_year() {
    let mut late = agreed(born(date(1990, 12, 31)));
    assert_eq!(mails(&mut late, date(2027, 1, 3)), [format!("greeting/{}/birthday/2026", id(1))]);
    let mut too_late = agreed(born(date(1990, 12, 31)));
    assert!(mails(&mut too_late, date(2027, 1, 4)).is_empty());
}

#[test]
fn who_is_born_on_29_february_is_congratulated_every_year() {
    let mut member = agreed(born(date(2000, 2, 29)));

    assert!(mails(&mut member, date(2026, 2, 27)).is_empty());
    assert_eq!(mails(&mut member, date(2026, 2, 28)).len(), 1);
    assert!(mails(&mut member, date(2026, 3, 1)).is_empty());
    assert!(mails(&mut member, date(2028, 2, 28)).is_empty());
    assert_eq!(mails(&mut member, date(2028, 2, 29)).len(), 1);
}

#[test]
fn nobody_is_congratulated_without_consent_on_the_day_itself_or_after_deletion() {
    let mut member = Member::new(id(1), born(date(1990, 5, 4)));
    assert!(mails(&mut member, date(2026, 5, 4)).is_empty());

    member.step(Input::Agreed(Consent::Greetings), now()).unwrap();
    member.step(Input::TookBack(Consent::Greetings), now()).unwrap();
    assert!(mails(&mut member, date(2026, 5, 4)).is_empty());

    member.step(Input::Agreed(Consent::Greetings), now()).unwrap();
    member.step(Input::Forgotten, now()).unwrap();
    let gone = member.step(Input::DayBegan(date(2026, 5, 4)), now());
    assert_eq!(gone, Err(Refusal::Deleted(id(1))));
    assert_eq!(member.step(Input::Forgotten, now()), Ok(Vec::new()));

    let mut newborn = agreed(born(date(2026, 5, 4)));
    assert!(mails(&mut newborn, date(2026, 5, 4)).is_empty());
}

#[test]
fn a_wedding_and_a_birthday_on_one_day_are_two_mails() {
    let days = BTreeMap::from([
        (Occasion::Birthday, date(1990, 5, 4)),
        (Occasion::Wedding, date(2020, 5, 4)),
    ]);
    let mut member = agreed(Profile { days, ..Profile::default() });

    assert_eq!(mails(&mut member, date(2026, 5, 4)).len(), 2);
}

#[test]
fn members_are_counted_in_classes_only_when_they_agreed() {
    let profile = Profile {
        sex: Some(Sex::Female),
        region: Some("제주".to_owned()),
        occupation: Some("교사".to_owned()),
        ..born(date(1996, 11, 28))
    };
    let mut member = Member::new(id(1), profile);
    let today = date(2026, 11, 27);
    let classes = |age| {
        [
            Class::Sex(Sex::Female),
            Class::Region("제주".to_owned()),
            Class::Occupation("교사".to_owned()),
            Class::Age(AgeBand::of(age)),
        ]
    };
    assert!(classes(29).iter().all(|class| !class.holds(&member, today)));
    assert!(Class::All.holds(&member, today));

    member.step(Input::Agreed(Consent::Statistics), now()).unwrap();

    assert!(classes(29).iter().all(|class| class.holds(&member, today)));
    // Tomorrow is the thirtieth birthday.
    assert!(classes(30).iter().all(|class| class.holds(&member, date(2026, 11, 28))));
    assert!(!Class::Sex(Sex::Male).holds(&member, today));
    member.step(Input::Forgotten, now()).unwrap();
    assert!(!Class::All.holds(&member, today));
}

#[test]
fn top_customers_are_ranked_by_amount_or_count_within_the_period() {
    let bought = |member, ms, won| Bought {
        member: id(member),
        at: Timestamp::from_ms(ms),
        kept: Money::new(won, Currency::KRW),
    };
    let all = [
        bought(1, 10, 50_000),
        bought(2, 10, 20_000),
        bought(2, 11, 20_000),
        bought(3, 10, 40_000),
        bought(4, 99, 900_000),
        bought(5, 12, 0),
    ];
    let period = Period {
        from: Timestamp::from_ms(10),
        until: Timestamp::from_ms(99),
        offset_minutes: SEOUL_OFFSET_MINUTES,
    };
    let rule = |measure, places, least| {
        let currency = Currency::KRW;
        let ranking = Ranking { measure, period, currency, places, least };
        let ranked = rank(&ranking, all.iter());
        ranked.into_iter().map(|one| one.member).collect::<Vec<_>>()
    };

    assert_eq!(rule(Measure::Amount, 9, 0), [id(1), id(2), id(3)]);
    assert_eq!(rule(Measure::Count, 9, 0), [id(2), id(1), id(3)]);
    assert_eq!(rule(Measure::Count, 1, 0), [id(2)]);
    assert_eq!(rule(Measure::Amount, 9, 45_000), [id(1)]);
}

#[test]
fn no_log_shows_what_a_member_told() {
    let profile = Profile { region: Some("제주".to_owned()), ..born(date(1990, 5, 4)) };
    let printed = format!("{:?}", agreed(profile));

    assert!(!printed.contains("제주") && !printed.contains("1990"), "{printed}");
}

proptest! {
    #[test]
    fn an_anniversary_is_greeted_once_a_year_whenever_days_begin(
        birth in -10_000..5_000_i64,
        steps in proptest::collection::vec(0..40_i64, 1..200),
    ) {
        let mut member = agreed(born(Date::from_days(birth)));
        let mut days = 20_000_i64;
        let mut keys = Vec::new();
        for step in steps {
            days += step;
            keys.extend(mails(&mut member, Date::from_days(days)));
        }

        let mut once = keys.clone();
        once.dedup();
        prop_assert_eq!(&keys, &once);
        let years = (days - 20_000) / 365 + 2;
        prop_assert!(i64::try_from(keys.len()).unwrap() <= years);
    }

    #[test]
    fn who_is_looked_after_every_day_is_greeted_every_year(birth in 0..10_000_i64) {
        let mut member = agreed(born(Date::from_days(birth)));
        let (first, end) = (20_089, 20_089 + 1_461);
        let greeted: usize =
            (first..end).map(|day| mails(&mut member, Date::from_days(day)).len()).sum();

        // 1 January 2025 and four years on, and what of 2024 was missed by few days.
        let day = Date::from_days(birth);
        let due = (2024..=2028).filter_map(|year| day.anniversary_in(year)).map(Date::days);
        let due = due.filter(|due| (first - GREETING_LATE_DAYS_MAX..end).contains(due)).count();
        prop_assert_eq!(greeted, due);
    }
}
