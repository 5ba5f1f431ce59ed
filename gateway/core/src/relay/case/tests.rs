use super::*;

const AT: Timestamp = Timestamp::from_ms(1);

fn suspense(reversal: ReversalDecided) -> Matter {
    Matter { state: State::Suspense, reversal, alarm: AlarmOpen::No }
}

fn proposal(state: State) -> Proposal {
    let (operator, reason) = ("kim".to_owned(), "statement".to_owned());
    Proposal { decision: Decision::Resolve(state), operator, reason, at: AT }
}

fn wish(state: State, operator: &str) -> Wish<'_> {
    Wish { decision: Decision::Resolve(state), operator, reason: "statement" }
}

#[test]
fn the_first_proposes_and_a_different_second_confirms() {
    let matter = suspense(ReversalDecided::No);
    let proposed = proposal(State::Declined);

    let first = matter.wish(None, wish(State::Declined, "kim"));
    let second = matter.wish(Some(&proposed), wish(State::Declined, "lee"));

    assert_eq!(first, Ok(Move::Proposes));
    assert_eq!(second, Ok(Move::Confirms(proposed)));
}

#[test]
fn one_operator_repeats_but_never_confirms() {
    let matter = suspense(ReversalDecided::No);
    let proposed = proposal(State::Declined);
    let mut other_words = wish(State::Declined, "kim");
    other_words.reason = "again";

    let repeated = matter.wish(Some(&proposed), wish(State::Declined, "kim"));
    let again = matter.wish(Some(&proposed), other_words);

    assert_eq!(repeated, Ok(Move::Stands));
    assert_eq!(again, Err(CaseRefusal::SameOperator));
}

#[test]
fn another_decision_does_not_replace_what_is_proposed() {
    let matter = suspense(ReversalDecided::No);
    let proposed = proposal(State::Declined);

    let other = matter.wish(Some(&proposed), wish(State::Approved, "lee"));

    assert_eq!(other, Err(CaseRefusal::Differs(Decision::Resolve(State::Declined))));
}

#[test]
fn nothing_is_approved_after_a_reversal_was_decided() {
    let matter = suspense(ReversalDecided::Yes);

    let refused = matter.wish(None, wish(State::Approved, "kim"));

    assert_eq!(refused, Err(CaseRefusal::ReversalDecided));
    assert!(!matter.possible().contains(&Decision::Resolve(State::Approved)));
    assert_eq!(matter.wish(None, wish(State::Reversed, "kim")), Ok(Move::Proposes));
}

#[test]
fn only_suspense_is_resolved_and_only_open_alarms_of_the_past_are_closed() {
    for state in State::ALL {
        for alarm in [AlarmOpen::Yes, AlarmOpen::No] {
            let matter = Matter { state, reversal: ReversalDecided::No, alarm };
            let possible = matter.possible();
            let closes = possible.contains(&Decision::Close);
            let resolves = possible.iter().any(|one| matches!(one, Decision::Resolve(_)));
            assert_eq!(resolves, state == State::Suspense, "{state:?}");
            assert_eq!(closes, state.is_final() && alarm == AlarmOpen::Yes, "{state:?}");
        }
    }
}

#[test]
fn people_never_leave_a_transaction_open_or_say_that_it_was_never_sent() {
    for reversal in [ReversalDecided::Yes, ReversalDecided::No] {
        for state in decisions(reversal) {
            assert!(state.is_final(), "{state:?}");
            assert!(!matches!(state, State::Cancelled | State::Rejected), "{state:?}");
        }
    }
}

#[test]
fn every_word_is_found_again() {
    for kind in Kind::ALL {
        assert_eq!(Kind::lookup(kind.word()), Some(kind));
    }
    for decision in State::ALL.map(Decision::Resolve).into_iter().chain([Decision::Close]) {
        assert_eq!(Decision::lookup(decision.word()), Some(decision));
    }
}
