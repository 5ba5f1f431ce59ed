//! The life of a delivery, told in time, late and twice.
//!
//! Owns only checks. Next: nothing.

use super::*;
use uuid::Uuid;

const NOON: Timestamp = Timestamp::from_ms(1_000_000);
const ORDER: OrderId = OrderId::new(Uuid::from_u128(1));

fn driver(name: &str) -> DriverId {
    name.parse().unwrap()
}

fn code(digits: &str) -> DeliveryCode {
    digits.parse().unwrap()
}

fn hand_over(proof: Proof, at: Timestamp) -> Input {
    Input::HandedOver { driver: driver("kim"), proof, at }
}

fn on_the_way() -> Delivery {
    let (mut delivery, _) = Delivery::start(ORDER, code("012345"));
    delivery.step(Input::Taken(driver("kim")), NOON).unwrap();
    delivery.step(Input::PickedUp { driver: driver("kim"), at: NOON }, NOON).unwrap();
    delivery
}

#[test]
fn a_paid_order_is_delivered_with_its_code() {
    let (mut delivery, started) = Delivery::start(ORDER, code("012345"));
    let kim = driver("kim");

    let taken = delivery.step(Input::Taken(kim.clone()), NOON).unwrap();
    let picked_up = Input::PickedUp { driver: kim.clone(), at: NOON };
    let on_the_way = delivery.step(picked_up, NOON).unwrap();
    let (at, told) = (NOON.after_ms(600_000), NOON.after_ms(900_000));
    let done = delivery.step(hand_over(Proof::Code(code("012345")), at), told).unwrap();

    assert_eq!(started, [Effect::Record(State::Open), Effect::OfferJob]);
    assert_eq!(taken[1], Effect::HideJob);
    assert_eq!(on_the_way[1], Effect::TellOnTheWay);
    let state = State::Done { driver: kim, proven: Proven::ByCode, at, told };
    assert_eq!(done, [Effect::Record(state), Effect::Delivered]);
}

#[test]
fn a_photo_and_a_signature_prove_it_too() {
    for (proof, proven) in [
        (Proof::Photo([7; 32]), Proven::ByPhoto([7; 32])),
        (Proof::Signature([8; 32]), Proven::BySignature([8; 32])),
    ] {
        let mut delivery = on_the_way();

        delivery.step(hand_over(proof, NOON), NOON).unwrap();

        assert!(matches!(delivery.state(), State::Done { proven: by, .. } if *by == proven));
    }
}

#[test]
fn wrong_codes_are_counted_until_only_other_proof_helps() {
    let mut delivery = on_the_way();
    for left in (0..WRONG_CODES_MAX).rev() {
        let at = NOON.after_ms(1_000 * u64::from(WRONG_CODES_MAX - left));
        let effects = delivery.step(hand_over(Proof::Code(code("999999")), at), at).unwrap();
        assert!(matches!(effects[0], Effect::Record(State::OnTheWay { .. })));
        assert_eq!(effects[1], Effect::CodeWrong { left });
    }

    let right = delivery.step(hand_over(Proof::Code(code("012345")), NOON), NOON);
    assert_eq!(right, Err(Refusal::CodesUsedUp(ORDER)));
    assert!(delivery.step(hand_over(Proof::Photo([1; 32]), NOON), NOON).is_ok());
}

#[test]
fn a_wrong_code_that_is_told_twice_counts_once_and_hides_no_further_guess() {
    let mut delivery = on_the_way();
    let later = NOON.after_ms(9_000);
    let tries = ["999999", "888888"].into_iter().zip([NOON.after_ms(1_000), later]);
    for (digits, at) in tries.clone() {
        delivery.step(hand_over(Proof::Code(code(digits)), at), later).unwrap();
    }
    let before = delivery.state().clone();

    for (digits, at) in tries {
        let again = delivery.step(hand_over(Proof::Code(code(digits)), at), later);
        assert_eq!(again, Ok(Vec::new()));
    }
    let guess = delivery.step(hand_over(Proof::Code(code("012345")), later), later);

    assert_eq!(guess, Ok(Vec::new()));
    assert_eq!(*delivery.state(), before);
}

#[test]
fn the_time_of_the_event_is_the_drivers_within_reason() {
    let mut delivery = on_the_way();
    let photo = |at| hand_over(Proof::Photo([1; 32]), at);

    let early = delivery.step(photo(NOON.before_ms(5)), NOON);
    let ahead = delivery.step(photo(NOON.after_ms(CLOCK_AHEAD_MS_MAX + 1)), NOON);

    assert_eq!(early, Err(Refusal::EventTooEarly { ms: 5 }));
    assert_eq!(ahead, Err(Refusal::EventAhead { ahead_ms: CLOCK_AHEAD_MS_MAX + 1 }));
    assert!(delivery.step(photo(NOON.after_ms(CLOCK_AHEAD_MS_MAX)), NOON).is_ok());
}

#[test]
fn another_driver_has_no_say() {
    let mut delivery = on_the_way();
    let lee = driver("lee");
    let refusal = Refusal::DriverOther { order: ORDER, driver: lee.clone() };

    for input in [
        Input::Taken(lee.clone()),
        Input::GivenBack(lee.clone()),
        Input::PickedUp { driver: lee.clone(), at: NOON },
        Input::HandedOver { driver: lee.clone(), proof: Proof::Photo([1; 32]), at: NOON },
    ] {
        assert_eq!(delivery.step(input, NOON), Err(refusal.clone()));
    }
}

#[test]
fn a_job_that_is_given_back_is_offered_again() {
    let (mut delivery, _) = Delivery::start(ORDER, code("012345"));
    delivery.step(Input::Taken(driver("kim")), NOON).unwrap();

    let effects = delivery.step(Input::GivenBack(driver("kim")), NOON).unwrap();

    assert_eq!(effects, [Effect::Record(State::Open), Effect::OfferJob]);
    assert!(delivery.step(Input::Taken(driver("lee")), NOON).is_ok());
}

#[test]
fn goods_that_were_picked_up_cannot_be_given_back() {
    let mut delivery = on_the_way();

    let refused = delivery.step(Input::GivenBack(driver("kim")), NOON);

    assert!(matches!(refused, Err(Refusal::StateUnfit { .. })));
}

#[test]
fn a_terminal_that_sends_everything_twice_changes_nothing() {
    let mut delivery = on_the_way();
    let first = hand_over(Proof::Photo([1; 32]), NOON);
    delivery.step(first.clone(), NOON).unwrap();
    let state = delivery.state().clone();

    let picked_up = Input::PickedUp { driver: driver("kim"), at: NOON };
    assert_eq!(delivery.step(picked_up, NOON), Ok(Vec::new()));
    assert_eq!(delivery.step(first, NOON.after_ms(9)), Ok(Vec::new()));
    assert_eq!(delivery.state(), &state);
}

#[test]
fn a_code_has_six_digits_and_is_not_printed() {
    for bad in ["", "12345", "1234567", "12345a", "１２"] {
        assert_eq!(bad.parse::<DeliveryCode>(), Err(CodeInvalid));
    }
    assert_eq!(format!("{:?}", code("012345")), "DeliveryCode(******)");
    assert_eq!(code("012345").digits(), "012345");
}
