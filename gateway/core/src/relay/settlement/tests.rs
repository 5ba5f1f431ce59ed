use super::*;

#[test]
fn only_approved_money_counts() {
    let of = |purpose, state| Counted::of(purpose, state);

    assert_eq!(of(Purpose::Payment, State::Approved), Counted::Charge);
    assert_eq!(of(Purpose::Refund, State::Approved), Counted::GivenBack);
    assert_eq!(of(Purpose::Void, State::Approved), Counted::GivenBack);
    for state in [State::Declined, State::Reversed, State::Cancelled, State::Expired] {
        assert_eq!(of(Purpose::Payment, state), Counted::Nothing, "{state:?}");
    }
    assert_eq!(of(Purpose::Accrue, State::Approved), Counted::Nothing);
}

#[test]
fn what_is_in_doubt_is_waited_for_whatever_it_is() {
    for state in [State::Received, State::Dispatched, State::Unknown, State::Suspense] {
        for purpose in [Purpose::Payment, Purpose::Refund, Purpose::Redeem] {
            assert_eq!(Counted::of(purpose, state), Counted::Open, "{state:?}");
        }
    }
}
