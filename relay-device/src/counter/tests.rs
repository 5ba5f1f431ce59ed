//! The counter's door: what the executor and the scanners tell it, and what a face sees of that.

use super::*;
use crate::clock::clock;
use baton_protocol::code::{MemberId, PaymentCode};
use baton_protocol::money::Currency;
use baton_protocol::work::{DeclineReason, MembershipAction, UnknownReason};
use uuid::Uuid;

fn id() -> TransactionId {
    TransactionId::new(Uuid::from_u128(7))
}

fn command(work: Work) -> Command {
    Command {
        transaction: id(),
        epoch: 1,
        ttl_ms: 10_000,
        app: "wallet-app".parse().unwrap(),
        code_digest: "digest".to_owned(),
        work,
        target: None,
    }
}

fn payment() -> Command {
    let code = PaymentCode::parse("CODE-1234".to_owned()).unwrap();
    command(Work::Payment { code, amount: Money::new(4_500, Currency::KRW) })
}

#[test]
fn the_destination_s_approval_is_not_shown_and_the_gateway_s_is() {
    let counter = Counter::new(clock());
    let view = counter.watch();
    let (amount, reference) = (Money::new(4_500, Currency::KRW), "A1".to_owned());
    counter.tell(Input::Online);

    counter.began(&payment());
    counter.submitted(&payment());
    counter.answered(id(), &Verdict::Approved { amount, reference });
    assert_eq!(view.borrow().headline, Headline::Busy);
    counter.word(id(), State::Approved);

    assert_eq!(view.borrow().headline, Headline::Approved);
    assert_eq!(view.borrow().amount, Some(amount));
}

#[test]
fn a_silent_destination_is_checking_and_a_refusal_of_it_is_not_shown_either() {
    let counter = Counter::new(clock());
    let view = counter.watch();
    counter.tell(Input::Online);

    counter.began(&payment());
    counter.answered(id(), &Verdict::Declined { reason: DeclineReason::Funds });
    assert_eq!(view.borrow().headline, Headline::Busy);
    counter.answered(id(), &Verdict::Unknown { reason: UnknownReason::Silent });

    assert_eq!(view.borrow().headline, Headline::Checking);
}

#[test]
fn a_balance_has_no_amount() {
    let counter = Counter::new(clock());
    let member_id = MemberId::parse("M-1".to_owned()).unwrap();
    let (action, points) = (MembershipAction::Balance, 0);

    counter.began(&command(Work::Membership { member_id, action, points }));

    assert_eq!(counter.watch().borrow().amount, None);
}

#[test]
fn a_scanner_in_trouble_and_a_card_number_are_shown() {
    let counter = Counter::new(clock());
    counter.tell(Input::Online);
    let source: Arc<str> = "till".into();

    let reason = "unplugged".to_owned();
    counter.heard(&Heard::Trouble { source: Arc::clone(&source), reason });
    counter.heard(&Heard::Refused { source, refusal: Refusal::CardNumber });

    let view = counter.watch().borrow().clone();
    assert_eq!(view.headline, Headline::NotTaken { reason: Reason::Card });
    assert_eq!(view.troubles, ["till"]);
}

#[tokio::test]
async fn a_word_ends_by_itself() {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NOW_MS: AtomicU64 = AtomicU64::new(0);
    let clock = Clock { monotonic_ms: || NOW_MS.load(Ordering::Relaxed), unix_us: || 0 };
    let counter = Counter::new(clock);
    let mut view = counter.watch();
    tokio::spawn(counter.clone().keep_time());
    counter.tell(Input::Online);
    counter.word(id(), State::Declined);
    assert_eq!(view.borrow_and_update().headline, Headline::Declined);

    NOW_MS.store(display::WORD_MS - 1, Ordering::Relaxed);
    counter.tell(Input::PartTrouble("till".to_owned()));
    NOW_MS.store(display::WORD_MS, Ordering::Relaxed);
    view.wait_for(|view| view.headline == Headline::Ready).await.unwrap();
}

#[test]
fn what_the_gateway_refuses_is_shown_with_what_to_do_and_what_it_took_is_not() {
    let counter = Counter::new(clock());
    counter.news(News::Online);
    let shown = |told: Told| {
        counter.told(told);
        counter.watch().borrow().headline.clone()
    };

    assert_eq!(shown(Told::Said(Answered::Taken { touch: None })), Headline::Ready);
    for (told, reason) in [
        (Told::NotForPaying, Reason::NotCode),
        (Told::Said(Answered::Offline), Reason::Offline),
        (Told::Said(Answered::Unknown), Reason::Unknown),
    ] {
        assert_eq!(shown(told), Headline::NotTaken { reason });
    }
    for (code, reason) in [
        (RefusalCode::SaleNotOpen, Reason::NoSale),
        (RefusalCode::DuplicateCode, Reason::Used),
        (RefusalCode::Overloaded, Reason::Refused),
    ] {
        let refused = Told::Said(Answered::Refused { code, first: None });
        assert_eq!(shown(refused), Headline::NotTaken { reason });
    }
}
