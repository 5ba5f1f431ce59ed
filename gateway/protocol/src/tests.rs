use crate::code::{CodeInvalid, PaymentCode, card_number};
use crate::evidence::{Cause, Entry, Evidence, Outcome};
use crate::ids::TerminalId;
use crate::link::{Downward, Upward};
use crate::money::{Currency, Money, MoneyInvalid};
use crate::work::State;

#[test]
fn money_prints_as_people_write_it() {
    let usd = Currency::from_letters("USD").unwrap();

    assert_eq!(Money::new(4_500, Currency::KRW).to_string(), "4,500 KRW");
    assert_eq!(Money::new(-1_234_567, usd).to_string(), "-12,345.67 USD");
    assert_eq!(Money::new(5, usd).to_string(), "0.05 USD");
}

#[test]
fn money_of_two_currencies_is_not_added() {
    let won = Money::new(1, Currency::KRW);
    let points = Money::new(1, Currency::POINTS);

    assert_eq!(won.checked_add(points), Err(MoneyInvalid::CurrencyDiffers));
    assert_eq!(Money::new(i64::MAX, Currency::KRW).checked_add(won), Err(MoneyInvalid::OutOfRange));
}

#[test]
fn a_card_number_is_never_a_code() {
    assert!(card_number("4111111111111111"));

    let refused = PaymentCode::parse("4111111111111111".to_owned());

    assert_eq!(refused, Err(CodeInvalid::CardNumber));
}

#[test]
fn a_wallets_digits_are_a_code_whatever_their_sum() {
    for start in ["135056725249518", "28936122042636", "289361220426366", "2893612204263667"] {
        for end in 0..1_000 {
            let code = format!("{start}{end:03}");

            assert!(PaymentCode::parse(code.clone()).is_ok(), "{code}");
        }
    }
}

#[test]
fn what_a_card_network_may_issue_stays_a_card_number() {
    // Mastercard's 2 series, Diners Club with 16 and 19 digits, Visa and UnionPay with 19.
    let cards = [
        "2720992593319364",
        "3056930009020004",
        "3000000000000000007",
        "4000000000000000006",
        "6200000000000000000",
    ];
    for card in cards {
        assert!(card_number(card), "{card}");
    }
}

#[test]
fn a_code_prints_masked_and_refuses_key_strokes() {
    let code = PaymentCode::parse("A1B2C3D4".to_owned()).unwrap();

    assert_eq!(format!("{code:?}"), "PaymentCode(***)");
    assert_eq!(PaymentCode::parse("abc\rdef".to_owned()), Err(CodeInvalid::Character));
    assert_eq!(PaymentCode::parse("12345".to_owned()), Err(CodeInvalid::Length));
}

#[test]
fn a_named_id_refuses_paths_and_blanks() {
    assert!("T-100.a_b".parse::<TerminalId>().is_ok());
    for bad in ["", "-a", "a b", "../x", "a/b", &"x".repeat(65)] {
        assert!(bad.parse::<TerminalId>().is_err(), "{bad:?} was taken");
    }
}

#[test]
fn a_message_of_a_later_version_is_known_as_such() {
    let down: Downward = serde_json::from_str(r#"{"type":"dance","speed":3}"#).unwrap();
    let up: Upward = serde_json::from_str(r#"{"type":"sing"}"#).unwrap();

    assert_eq!((down, up), (Downward::Later, Upward::Later));
}

#[test]
fn every_state_is_found_by_its_word() {
    for state in State::ALL {
        assert_eq!(State::lookup(state.word()), Some(state));
    }
    assert_eq!(State::lookup("failed"), None);
}

#[test]
fn every_cause_is_found_by_its_word_which_is_the_word_on_the_wire() {
    for cause in Cause::ALL {
        assert_eq!(Cause::lookup(cause.word()), cause);
        assert_eq!(serde_json::to_value(cause).unwrap(), cause.word());
    }
    assert_eq!(Cause::lookup("sunspots"), Cause::Other);
}

#[test]
fn words_of_a_later_version_do_not_spoil_a_report() {
    let said = r#"{"entry":"telepathy","outcome":"shrugged","mood":"fine"}"#;

    let evidence: Evidence = serde_json::from_str(said).unwrap();
    let cause: Cause = serde_json::from_str(r#""sunspots""#).unwrap();

    assert_eq!(evidence, Evidence { entry: Some(Entry::Other), outcome: Outcome::Other });
    assert_eq!(cause, Cause::Other);
}

#[test]
fn the_words_of_evidence_are_the_words_on_the_wire() {
    let entries = [Entry::TypedExact, Entry::SetValueExact, Entry::Unverifiable, Entry::Other];
    let outcomes = [Outcome::Taken, Outcome::NotPressed, Outcome::Unknown, Outcome::Other];

    for entry in entries {
        assert_eq!(serde_json::to_value(entry).unwrap(), entry.word());
        assert_eq!(Entry::lookup(entry.word()), entry);
    }
    for outcome in outcomes {
        assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.word());
        assert_eq!(Outcome::lookup(outcome.word()), outcome);
    }
}
