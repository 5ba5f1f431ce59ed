use super::errand::{self, Errand};
use super::hand::{self, Hand};
use super::message::{Code, Down, Prepare, Seen, Up};
use crate::entry::Evidence;
use crate::entry::observe::Observed;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use uuid::Uuid;

mod broken;
#[cfg(target_os = "linux")]
mod door;
#[cfg(windows)]
mod pipe;
#[cfg(target_os = "linux")]
mod talk;
mod world;

const CODE: &str = "c0001aBc";

fn id(number: u128) -> TransactionId {
    TransactionId::new(Uuid::from_u128(number))
}

fn amount() -> Money {
    Money::new(4_500, Currency::KRW)
}

fn approved() -> Seen {
    let outcome = Observed::Approved { reference: "A17".to_owned() };
    Seen::Submitted { evidence: Evidence::SetValueExact, outcome, amount: amount() }
}

fn order(number: u128) -> Prepare {
    Prepare {
        transaction: id(number),
        app: "zenity-pos".parse().unwrap(),
        code: Code::copied(CODE),
        amount: amount(),
        ttl_ms: 10_000,
    }
}

#[tokio::test]
async fn a_message_comes_as_it_went_and_a_long_one_is_refused() {
    let (mut one, mut other) = tokio::io::duplex(256);
    let sent = Down::Prepare(order(1));

    let (went, came) = tokio::join!(
        super::frame::send(&mut one, &sent),
        super::frame::receive::<Down>(&mut other),
    );
    tokio::io::AsyncWriteExt::write_all(&mut one, &u32::MAX.to_be_bytes()).await.unwrap();
    let long = super::frame::receive::<Down>(&mut other).await.unwrap_err();

    assert!(went.is_ok());
    assert_eq!(came.unwrap(), sent);
    assert!(long.to_string().contains("too long"), "{long}");
}

#[tokio::test]
async fn a_broken_message_is_not_repeated_in_its_fault() {
    let (mut one, mut other) = tokio::io::duplex(256);
    super::frame::send(&mut one, &serde_json::json!({"type": CODE, "code": CODE})).await.unwrap();

    let fault = super::frame::receive::<Down>(&mut other).await.unwrap_err();

    assert!(!format!("{fault} {fault:?}").contains(CODE));
}

#[test]
fn a_code_never_prints() {
    let message = Down::Prepare(order(1));

    assert!(!format!("{message:?}").contains(CODE));
    assert!(serde_json::to_string(&message).unwrap().contains(CODE));
}

#[test]
fn every_kind_of_evidence_and_outcome_has_its_word_on_the_socket() {
    let evidence = Evidence::TypedExact;
    let up = Up::Entered { transaction: id(1), evidence };
    let json = serde_json::to_string(&Up::Ended { transaction: id(1), seen: approved() }).unwrap();

    assert!(serde_json::to_string(&up).unwrap().contains(evidence.word()));
    assert!(json.contains("approved") && json.contains("set-value-exact"), "{json}");
}
