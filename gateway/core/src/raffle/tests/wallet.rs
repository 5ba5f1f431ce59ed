use super::super::posting::Unbalanced;
use super::super::wallet::{Input as Fact, Refusal as No, Wallet};
use super::super::{clearing, posting};
use super::*;

#[test]
fn the_oldest_mileage_is_spent_first_and_the_rest_expires() {
    let mut wallet = Wallet::new(person("a"));
    let (soon, later) = (T0.after_ms(10), T0.after_ms(20));
    let given = wallet.step(Fact::Granted { won: 100, expires_at: later }, T0).unwrap().unwrap();
    assert_eq!(written(&given), "mileage_opening promo+100 mileage:a-100");
    wallet.step(Fact::Received { won: 50, expires_at: soon }, T0).unwrap();
    wallet.step(Fact::Spent { won: 60 }, T0).unwrap();

    assert_eq!((wallet.held(), wallet.next_deadline()), (90, Some(later)));
    assert_eq!(wallet.step(Fact::DeadlineReached, later.before_ms(1)), Ok(None));
    let gone = wallet.step(Fact::DeadlineReached, later).unwrap().unwrap();

    assert_eq!(written(&gone), "mileage_expired mileage:a+90 mileage_expired-90");
    assert_eq!((wallet.held(), wallet.next_deadline()), (0, None));
}

#[test]
fn nobody_spends_what_is_not_there() {
    let mut wallet = Wallet::new(person("a"));
    wallet.step(Fact::Received { won: 5, expires_at: T0 }, T0).unwrap();
    let before = wallet.clone();

    assert_eq!(wallet.step(Fact::Spent { won: 6 }, T0), Err(No::Short { held: 5 }));
    assert_eq!(wallet.step(Fact::Spent { won: 0 }, T0), Err(No::AmountInvalid));
    let lost = Fact::Granted { won: -1, expires_at: T0 };
    assert_eq!(wallet.step(lost, T0), Err(No::AmountInvalid));
    let much = Fact::Received { won: i64::MAX, expires_at: T0 };
    assert_eq!(wallet.step(much, T0), Err(No::AmountInvalid));
    assert_eq!(wallet, before);
}

#[test]
fn the_payment_gateway_keeps_a_fee_and_pays_out() {
    let fee = clearing::fee(330).unwrap().unwrap();
    let payout = clearing::payout(9_670).unwrap().unwrap();

    assert_eq!(written(&fee), "pg_fee pg_fee+330 pg_clearing-330");
    assert_eq!(written(&payout), "pg_payout bank+9670 pg_clearing-9670");
    assert_eq!(clearing::fee(0), Ok(None));
    assert_eq!(clearing::fee(-1), Err(Unbalanced(posting::Event::PgFee)));
}
