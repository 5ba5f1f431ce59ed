//! The unit of one account: runs at the same time, what the phone sees, lockouts, and the way back.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for the effects it is about")]

mod restore;
mod together;

use super::back::NotTold;
use super::evidence::Cause;
use super::{
    BackAnswer, BackQuestion, Chance, Effect, Input, Opening, QUESTION_MS_MAX, REPLY_MS, Record,
    Refusal, Screen, Unit,
};
use crate::checkout::dice::Dice;
use crate::checkout::ids::{EventId, ItemId, SessionId};
use crate::checkout::item::tests::{around_order, day, order};
use crate::checkout::limits::Lockout;
use crate::checkout::risk::factor::{Factor, Outcome as FactorOutcome};
use crate::checkout::risk::model::Source;
use crate::checkout::risk::rule::{Policy, Verdict};
use crate::checkout::risk::score::Answered;
use crate::checkout::risk::tests::model;
use crate::time::Timestamp;
use baton_protocol::money::{Currency, Money};
use std::sync::Arc;

const START: Timestamp = Timestamp::from_ms(1_000_000_000_000);

/// A unit whose person allowed everything and ordered so often.
fn unit(orders: u128) -> Unit {
    let mut unit = Unit::begin(Arc::new(model()), Policy::default());
    for source in Source::ALL {
        unit.step(Input::ConsentGiven(source), START).unwrap();
    }
    for number in 1..=orders {
        let mut items = order(number, number * 100);
        items.extend(around_order(number * 1_000, number * 100 + 50));
        unit.step(Input::Learnt { items, order: Some(EventId(number)) }, START).unwrap();
    }
    unit
}

fn opening(session: u128, amount: i64) -> Opening {
    Opening {
        session: SessionId(session),
        origin: "https://pay.example".to_owned(),
        shop: "shop-1".parse().unwrap(),
        amount: Money::new(amount, Currency::KRW),
        factors: [].into(),
    }
}

fn with_key(opening: Opening) -> Opening {
    Opening { factors: [(Factor::DeviceKey, FactorOutcome::Passed)].into(), ..opening }
}

fn chance(number: u64) -> Chance {
    Chance { today: day(), dice: Dice::new(number) }
}

fn opened(session: u128, amount: i64) -> Input {
    Input::Opened(opening(session, amount), chance(7))
}

fn asked(unit: &Unit, session: u128) -> ItemId {
    unit.lookup_asked(SessionId(session)).unwrap().id
}

fn answered(unit: &Unit, session: u128, answered: Answered) -> Input {
    let item = asked(unit, session);
    Input::Answered { session: SessionId(session), item, answered, chance: chance(9) }
}

fn verdict(effects: &[Effect]) -> Option<Verdict> {
    effects.iter().find_map(|effect| match effect {
        Effect::Decide { verdict, .. } => Some(*verdict),
        _ => None,
    })
}

fn cause(effects: &[Effect]) -> Option<Cause> {
    effects.iter().find_map(|effect| match effect {
        Effect::Record(Record::Evidence(evidence)) => Some(evidence.cause),
        _ => None,
    })
}

/// Answers wrong until the run is over.
fn fail(unit: &mut Unit, session: u128, now: Timestamp) {
    unit.step(opened(session, 40_000), now).unwrap();
    while unit.lookup_asked(SessionId(session)).is_some() {
        let input = answered(unit, session, Answered::Wrong);
        unit.step(input, now).unwrap();
    }
}

#[test]
fn factors_that_are_enough_ask_nothing() {
    let mut unit = unit(3);
    let factors = Factor::ALL.map(|factor| (factor, FactorOutcome::Passed)).into();
    let opening = Opening { factors, ..opening(1, 300_000) };

    let effects = unit.step(Input::Opened(opening, chance(1)), START).unwrap();

    assert_eq!(verdict(&effects), Some(Verdict::Accepted));
    assert!(unit.history_is_open());
}

#[test]
fn an_item_is_burnt_and_recorded_before_it_is_shown() {
    let mut unit = unit(3);

    let effects = unit.step(opened(1, 40_000), START).unwrap();

    let kinds: Vec<&str> = effects
        .iter()
        .map(|effect| match effect {
            Effect::Record(Record::Opened(_)) => "opened",
            Effect::Record(Record::Burnt { .. }) => "burnt",
            Effect::Sign { .. } => "sign",
            Effect::LockHistory => "lock",
            Effect::Show { .. } => "show",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["opened", "sign", "lock", "burnt", "show"]);
    assert!(!unit.history_is_open());
}

#[test]
fn right_answers_are_accepted_and_the_reason_is_kept() {
    let mut unit = unit(8);
    unit.step(opened(1, 40_000), START).unwrap();

    let mut last = Vec::new();
    while unit.lookup_asked(SessionId(1)).is_some() {
        let input = answered(&unit, 1, Answered::Right);
        last = unit.step(input, START).unwrap();
    }

    let reason = last.iter().find_map(|effect| match effect {
        Effect::Record(Record::Evidence(evidence)) => Some(evidence.reason.clone()),
        _ => None,
    });
    assert!(reason.is_some_and(|reason| reason.contains("risk") && reason.contains("answers")));
    assert_eq!(verdict(&last), Some(Verdict::Accepted));
    assert_eq!(last.last(), Some(&Effect::UnlockHistory));
}

#[test]
fn without_consent_another_way_is_shown() {
    let mut unit = Unit::begin(Arc::new(model()), Policy::default());

    let effects = unit.step(opened(1, 40_000), START).unwrap();

    assert_eq!(verdict(&effects), Some(Verdict::Inconclusive));
    let screen = Screen::AnotherWay;
    assert!(effects.contains(&Effect::Show {
        session: SessionId(1),
        at: START.after_ms(REPLY_MS),
        screen
    }));
}

#[test]
fn an_amount_above_the_cap_needs_the_device_key() {
    let mut unit = unit(3);

    let without = unit.step(opened(1, 50_001), START).unwrap();
    let key = with_key(opening(2, 50_001));
    let with = unit.step(Input::Opened(key, chance(1)), START).unwrap();

    assert_eq!(cause(&without), Some(Cause::AmountOverCap));
    assert_eq!(cause(&with), None);
    assert_eq!(unit.step(opened(3, 0), START), Err(Refusal::AmountUncountable));
}

#[test]
fn there_is_one_run_of_questions_for_each_order() {
    let mut unit = unit(1);
    fail(&mut unit, 1, START);

    let later = START.after_ms(3_600_000);
    let effects = unit.step(opened(2, 40_000), later).unwrap();

    assert_eq!(cause(&effects), Some(Cause::RunsSpent));
}

#[test]
fn a_session_may_be_tried_twice() {
    let mut unit = Unit::begin(Arc::new(model()), Policy::default());
    unit.step(opened(1, 40_000), START).unwrap();
    unit.step(opened(1, 40_000), START).unwrap();

    let third = unit.step(opened(1, 40_000), START);

    assert_eq!(third, Err(Refusal::SessionOver(SessionId(1))));
}

#[test]
fn three_failed_runs_of_a_day_lock_the_account() {
    let mut unit = unit(9);
    for number in 0..3 {
        fail(&mut unit, 1 + number, START.after_ms(u64::try_from(number).unwrap() * 3_600_000));
    }

    let fourth = unit.step(opened(9, 40_000), START.after_ms(10 * 3_600_000));

    assert_eq!(fourth, Err(Refusal::LockedOut(Lockout::Day)));
}

#[test]
fn runs_at_the_same_time_do_not_get_round_the_lock() {
    let mut unit = unit(9);
    for session in 1..=3 {
        unit.step(opened(session, 40_000), START).unwrap();
    }

    assert_eq!(unit.step(opened(4, 40_000), START), Err(Refusal::LockedOut(Lockout::Day)));
}

#[test]
fn a_run_that_is_left_has_failed() {
    let mut unit = unit(9);
    unit.step(opened(1, 40_000), START).unwrap();

    let effects = unit.step(Input::Left(SessionId(1)), START).unwrap();

    assert!(effects.contains(&Effect::CountFailure(SessionId(1))));
    let next = unit.step(opened(2, 40_000), START);
    assert!(matches!(next, Err(Refusal::LockedOut(Lockout::Delay { .. }))));
}

#[test]
fn a_question_is_open_for_two_minutes() {
    let mut unit = unit(9);
    unit.step(opened(1, 40_000), START).unwrap();
    let until = START.after_ms(REPLY_MS + QUESTION_MS_MAX);
    assert_eq!(unit.next_deadline(), Some(until));
    let mut other = unit.clone();
    let input = answered(&unit, 1, Answered::Right);

    let late = unit.step(input, until).unwrap();
    let silent = other.step(Input::DeadlinePassed, until).unwrap();

    assert_eq!(cause(&late), Some(Cause::TooLate));
    assert_eq!(late, silent);
}

#[test]
fn another_question_may_be_wished_for_twice() {
    let mut unit = unit(9);
    unit.step(opened(1, 40_000), START).unwrap();
    let skipped = |unit: &Unit| {
        let session = SessionId(1);
        Input::Skipped { session, item: asked(unit, 1), chance: chance(3) }
    };
    for _ in 0..2 {
        let input = skipped(&unit);
        unit.step(input, START).unwrap();
    }

    let third = unit.step(skipped(&unit), START);

    assert_eq!(third, Err(Refusal::SkipsSpent(SessionId(1))));
}

#[test]
fn a_withdrawal_purges_at_once_and_is_no_free_skip() {
    let mut unit = unit(9);
    unit.step(opened(1, 40_000), START).unwrap();

    let effects = unit.step(Input::ConsentWithdrawn(Source::OrderRecent), START).unwrap();

    assert!(matches!(effects.first(), Some(Effect::Record(Record::Purged { .. }))));
    assert!(effects.contains(&Effect::CountFailure(SessionId(1))));
    assert!(unit.bank().fresh() <= 45, "five of each order's nine are left");
    assert!(!unit.consent().allows(Source::OrderRecent));
}

#[test]
fn an_opt_out_deletes_everything_and_leaves_the_account() {
    let mut unit = unit(9);

    unit.step(Input::OptedOut, START).unwrap();

    assert_eq!(unit.bank().fresh(), 0);
    let effects = unit.step(opened(1, 40_000), START).unwrap();
    assert_eq!(cause(&effects), Some(Cause::NothingToAsk));
}

#[test]
fn the_unit_answers_of_burnt_items_after_the_device_key() {
    let mut unit = unit(9);
    fail(&mut unit, 1, START);
    let now = START.after_ms(3_600_000);
    let burnt =
        (1..=9_u128).flat_map(|order| (0..60).map(move |place| ItemId(order * 100 + place)));
    let burnt = burnt.filter(|id| unit.bank().lookup_burnt(*id).is_some()).collect::<Vec<_>>();
    let asks = |session: u128, item, question| Input::AskedBack {
        session: SessionId(session),
        item,
        question,
    };
    unit.step(Input::Opened(with_key(opening(2, 300_000)), chance(5)), now).unwrap();
    let open = unit.lookup_asked(SessionId(2)).unwrap().event;
    let told = burnt.iter().find(|id| unit.bank().lookup_burnt(**id).unwrap().event != open);
    let told = *told.unwrap();

    let truth = unit.step(asks(2, told, BackQuestion::IsIt(Answered::Right)), now).unwrap();
    let lie = unit.step(asks(2, told, BackQuestion::IsIt(Answered::Wrong)), now).unwrap();
    let third = unit.step(asks(2, told, BackQuestion::Tell), now);

    let said = |answer| vec![Effect::SayBack { session: SessionId(2), item: told, answer }];
    assert_eq!(truth, said(BackAnswer::Confirmed));
    assert_eq!(lie, said(BackAnswer::Denied));
    assert_eq!(third, Err(Refusal::NotTold(NotTold::Enough)));
}

#[test]
fn the_unit_never_tells_what_is_asked_or_fresh_or_without_a_key() {
    let mut unit = unit(9);
    unit.step(Input::Opened(with_key(opening(1, 300_000)), chance(5)), START).unwrap();
    let (current, tell) = (asked(&unit, 1), BackQuestion::Tell);
    let back = |item| Input::AskedBack { session: SessionId(1), item, question: tell };
    let fresh = (1..=9_u128).map(|order| ItemId(order * 100 + 3));
    let fresh = fresh.into_iter().find(|id| unit.bank().lookup_burnt(*id).is_none()).unwrap();

    let of_current = unit.step(back(current), START);
    let of_fresh = unit.step(back(fresh), START);
    unit.step(opened(2, 40_000), START).unwrap();
    let session = SessionId(2);
    let keyless = unit.step(Input::AskedBack { session, item: current, question: tell }, START);

    assert_eq!(of_current, Err(Refusal::NotTold(NotTold::NotBurnt)));
    assert_eq!(of_fresh, Err(Refusal::NotTold(NotTold::NotBurnt)));
    assert_eq!(keyless, Err(Refusal::NotTold(NotTold::NoDeviceKey)));
}

#[test]
fn transcripts_of_two_sessions_differ() {
    let first = super::back::transcript(&opening(1, 40_000));
    let second = super::back::transcript(&Opening {
        origin: "https://pay.exampl".to_owned(),
        shop: "eshop-1".parse().unwrap(),
        ..opening(1, 40_000)
    });

    assert_ne!(first, second);
    assert!(first.starts_with(&[0, 0, 0, 16]));
}
