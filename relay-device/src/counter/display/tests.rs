use super::*;
use baton_protocol::money::Currency;
use proptest::prelude::*;
use uuid::Uuid;

const WON: Money = Money::new(4_500, Currency::KRW);

fn id(number: u128) -> TransactionId {
    TransactionId::new(Uuid::from_u128(number))
}

fn online() -> Display {
    let mut display = Display::default();
    display.step(Input::Online, 0);
    display
}

fn began(display: &mut Display, number: u128, now_ms: u64) {
    display.step(Input::Began { transaction: id(number), amount: Some(WON) }, now_ms);
}

fn answered(display: &mut Display, number: u128, answer: Answer, now_ms: u64) {
    display.step(Input::Answered { transaction: id(number), answer }, now_ms);
}

fn word(display: &mut Display, number: u128, state: State, now_ms: u64) {
    display.step(Input::Word { transaction: id(number), state }, now_ms);
}

fn seen(display: &Display) -> (Headline, Option<Money>) {
    let view = display.view();
    (view.headline, view.amount)
}

#[test]
fn a_payment_is_busy_until_the_gateway_s_word_which_stands_for_ten_seconds() {
    let mut display = online();

    began(&mut display, 1, 100);
    assert_eq!(seen(&display), (Headline::Busy, Some(WON)));
    answered(&mut display, 1, Answer::Conclusive, 400);
    assert_eq!(seen(&display), (Headline::Busy, Some(WON)), "the destination's answer is no word");
    word(&mut display, 1, State::Approved, 500);
    assert_eq!(seen(&display), (Headline::Approved, Some(WON)));

    assert_eq!(display.next_deadline(), Some(500 + WORD_MS));
    display.step(Input::Passed, 500 + WORD_MS - 1);
    assert_eq!(seen(&display).0, Headline::Approved);
    display.step(Input::Passed, 500 + WORD_MS);
    assert_eq!(seen(&display), (Headline::Ready, None));
}

#[test]
fn a_payment_in_doubt_stays_so_until_its_final_word_however_long() {
    let mut display = online();
    began(&mut display, 1, 0);
    answered(&mut display, 1, Answer::Unknown, 100);

    word(&mut display, 1, State::Unknown, 200);
    display.step(Input::Offline, 300);
    display.step(Input::Passed, 86_400_000);
    assert_eq!(seen(&display), (Headline::Checking, Some(WON)));
    began(&mut display, 2, 86_400_001);
    word(&mut display, 2, State::Declined, 86_400_002);
    let view = display.view();
    assert_eq!((view.headline, view.checking), (Headline::Declined, 1));
    display.step(Input::Passed, 86_500_000);
    assert_eq!(seen(&display), (Headline::Checking, Some(WON)));

    word(&mut display, 1, State::Approved, 86_500_001);
    assert_eq!(seen(&display), (Headline::Approved, Some(WON)));
}

#[test]
fn a_word_that_is_owed_too_long_or_while_the_gateway_is_away_is_being_checked() {
    let mut late = online();
    began(&mut late, 1, 0);
    answered(&mut late, 1, Answer::Conclusive, 100);
    let mut away = online();
    began(&mut away, 1, 0);
    answered(&mut away, 1, Answer::Conclusive, 100);
    let mut endless = online();
    began(&mut endless, 1, 0);

    late.step(Input::Passed, 100 + WORD_OWED_MS_MAX);
    away.step(Input::Offline, 200);
    endless.step(Input::Passed, BUSY_MS_MAX);

    for display in [late, away, endless] {
        assert_eq!(seen(&display).0, Headline::Checking);
    }
}

#[test]
fn without_the_gateway_the_counter_says_so_before_anybody_pays() {
    let mut display = Display::default();
    assert_eq!(seen(&display).0, Headline::Offline);

    display.step(Input::Sale(Some(WON)), 0);
    assert_eq!(seen(&display).0, Headline::Offline);
    display.step(Input::Online, 1);
    assert_eq!(seen(&display), (Headline::Sale, Some(WON)));
    display.step(Input::Sale(None), 2);
    assert_eq!(seen(&display), (Headline::Ready, None));
}

#[test]
fn what_is_typed_stands_in_front_when_nothing_else_does_and_beside_it_otherwise() {
    let mut display = online();
    display.step(Input::Keypad(Keyed::Typing(WON)), 0);
    assert_eq!(seen(&display), (Headline::Typing, Some(WON)));
    display.step(Input::Keypad(Keyed::Waiting(WON)), 1);
    assert_eq!(seen(&display), (Headline::Typed, Some(WON)));

    display.step(Input::Restored { transaction: id(1), amount: None }, 2);

    let view = display.view();
    assert_eq!((view.headline, view.typed), (Headline::Checking, Some(WON)));
}

#[test]
fn a_refused_scan_is_said_for_five_seconds_and_a_part_in_trouble_until_it_works() {
    let mut display = online();

    display.step(Input::Refused { reason: Reason::Card }, 0);
    display.step(Input::PartTrouble("till".to_owned()), 1);
    assert_eq!(seen(&display).0, Headline::NotTaken { reason: Reason::Card });
    display.step(Input::Passed, REFUSED_MS);

    assert_eq!(seen(&display).0, Headline::Ready);
    assert_eq!(display.view().troubles, ["till"]);
    display.step(Input::PartReady("till".to_owned()), REFUSED_MS + 1);
    assert!(display.view().troubles.is_empty());
}

#[test]
fn what_another_executes_is_shown_with_its_amount_and_only_its_final_word_is_final() {
    let mut display = online();
    let elsewhere = |display: &mut Display, state, now_ms| {
        let (transaction, amount) = (id(9), Some(WON));
        display.step(Input::Elsewhere { transaction, amount, state }, now_ms);
        seen(display)
    };

    assert_eq!(elsewhere(&mut display, State::Dispatched, 1), (Headline::Busy, Some(WON)));
    assert_eq!(elsewhere(&mut display, State::Unknown, 2), (Headline::Checking, Some(WON)));
    assert_eq!(elsewhere(&mut display, State::Approved, 3), (Headline::Approved, Some(WON)));
    let mut late = online();
    assert_eq!(elsewhere(&mut late, State::Declined, 1), (Headline::Declined, Some(WON)));
}

#[test]
fn what_is_remembered_is_bounded() {
    let mut display = online();

    (0..200).for_each(|number| began(&mut display, number, 0));

    assert_eq!(display.open.len(), OPEN_MAX);
}

fn any_input() -> impl Strategy<Value = Input> {
    let transaction = (1_u128..4).prop_map(id);
    let state = prop::sample::select(State::ALL.to_vec());
    let answer = prop::sample::select(vec![Answer::Conclusive, Answer::Unknown]);
    prop_oneof![
        Just(Input::Online),
        Just(Input::Offline),
        Just(Input::Passed),
        transaction.clone().prop_map(|transaction| Input::Began { transaction, amount: Some(WON) }),
        (transaction.clone(), answer)
            .prop_map(|(transaction, answer)| Input::Answered { transaction, answer }),
        (transaction, state).prop_map(|(transaction, state)| Input::Word { transaction, state }),
        Just(Input::Keypad(Keyed::Waiting(WON))),
        Just(Input::Refused { reason: Reason::Card }),
    ]
}

proptest! {
    /// Approved is seen only within its time after the gateway's word, whatever else happens.
    #[test]
    fn approved_is_never_seen_without_the_gateway_s_word(
        inputs in prop::collection::vec((any_input(), 0_u64..8_000), 1..60),
    ) {
        let (mut display, mut now_ms, mut said_ms) = (Display::default(), 0, None);
        for (input, passed_ms) in inputs {
            now_ms += passed_ms;
            if matches!(input, Input::Word { state: State::Approved, .. }) {
                said_ms = Some(now_ms);
            }
            display.step(input, now_ms);
            if display.view().headline == Headline::Approved {
                prop_assert!(said_ms.is_some_and(|said_ms| now_ms < said_ms + WORD_MS));
            }
        }
    }

    /// A payment that was in doubt is counted as such until a final word.
    #[test]
    fn a_doubt_is_never_forgotten(
        inputs in prop::collection::vec((any_input(), 0_u64..8_000), 1..60),
    ) {
        let (mut display, mut now_ms) = (Display::default(), 0);
        let mut doubted = BTreeSet::new();
        for (input, passed_ms) in inputs {
            now_ms += passed_ms;
            if let Input::Began { transaction, .. } = &input {
                doubted.remove(transaction);
            } else if let Input::Answered { transaction, answer: Answer::Unknown } = &input
                && display.open.contains_key(transaction)
            {
                doubted.insert(*transaction);
            } else if let Input::Word { transaction, state } = &input
                && state.is_final()
            {
                doubted.remove(transaction);
            }
            display.step(input, now_ms);
            prop_assert!(display.view().checking >= doubted.len());
        }
    }
}
