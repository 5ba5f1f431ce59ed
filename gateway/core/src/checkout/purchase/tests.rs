//! A purchase from scan to exit, and every order of events that must not lead to a charge.

use super::{
    Approval, ChargeOutcome, Effect, Ending, Handover, Input, Life, ORDER_MS_MAX, Place, Purchase,
    Refusal, Told,
};
use crate::checkout::basket::Scanned;
use crate::checkout::ids::SessionId;
use crate::checkout::monitor::{MonitorLine, Standing};
use crate::checkout::presence::{
    DeviceMark, Nonce, PRESENCE_MS_MAX, Presence, SIGHTING_MS_MAX, Sighting, Signature,
};
use crate::checkout::product::{Gln, Gtin};
use crate::checkout::risk::rule::Verdict;
use crate::time::Timestamp;
use baton_protocol::money::{Currency, Money};
use proptest::prelude::{Just, Strategy, prop_assert, prop_oneof, proptest};

const START: Timestamp = Timestamp::from_ms(1_000_000_000);
const SESSION: SessionId = SessionId(5);
const PRICE: Money = Money::new(4_500, Currency::KRW);
const PHONE: DeviceMark = DeviceMark([1; 16]);

fn shop() -> Gln {
    Gln::parse("8801234567893").unwrap()
}

fn scanned() -> Input {
    Input::Scanned(Scanned {
        product: Gtin::parse("96385074").unwrap(),
        shop: Some(shop()),
        serial: None,
        name: "milk".to_owned(),
        price: PRICE,
    })
}

fn sighting(nonce: u8, heard_at: Timestamp) -> Sighting {
    Sighting {
        terminal: "beacon-1".parse().unwrap(),
        shop: shop(),
        device: PHONE,
        nonce: Nonce([nonce; 16]),
        heard_at,
        signature: Signature::Good,
    }
}

fn decided(verdict: Verdict) -> Input {
    Input::Decided { session: SESSION, amount: PRICE, verdict }
}

fn ordered(place: Place) -> Purchase {
    let mut purchase = Purchase::begin(SESSION, shop(), Currency::KRW);
    purchase.step(scanned(), START).unwrap();
    let handover = Handover::Carried;
    purchase.step(Input::Ordered { device: PHONE, place, handover }, START).unwrap();
    purchase
}

fn in_shop() -> Purchase {
    ordered(Place::InShop(Nonce([1; 16])))
}

fn charges(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Charge { .. }))
}

#[test]
fn a_shopper_is_seen_approved_charged_and_let_out() {
    let mut purchase = in_shop();

    let seen = purchase.step(Input::Sighted(sighting(1, START)), START).unwrap();
    let approved = purchase.step(decided(Verdict::Accepted), START).unwrap();
    let paid = purchase.step(Input::Charged(ChargeOutcome::Approved), START).unwrap();

    assert!(matches!(seen.last(), Some(Effect::AskApproval { amount: PRICE, .. })));
    assert!(matches!(approved.first(), Some(Effect::Record(_))));
    assert!(charges(&approved));
    assert_eq!(paid.last(), Some(&Effect::OpenExit));
    assert_eq!(purchase.life(), &Life::Paid(PRICE));
}

#[test]
fn an_online_shopper_is_approved_without_a_beacon() {
    let mut purchase = ordered(Place::Online);

    let effects = purchase.step(decided(Verdict::Accepted), START).unwrap();

    assert!(charges(&effects));
}

#[test]
fn the_monitor_shows_goods_and_standing_and_nothing_of_the_person() {
    let mut purchase = in_shop();

    let effects = purchase.step(Input::Sighted(sighting(1, START)), START).unwrap();

    let expected = vec![
        MonitorLine::Standing(Standing::Approving),
        MonitorLine::Goods { name: "milk".to_owned(), pieces: 1 },
        MonitorLine::Total(PRICE),
    ];
    assert!(effects.contains(&Effect::ShowMonitor(expected)));
}

#[test]
fn a_late_sighting_burns_its_nonce() {
    let mut purchase = in_shop();
    let late = START.after_ms(SIGHTING_MS_MAX + 1);

    let effects = purchase.step(Input::Sighted(sighting(1, START)), late).unwrap();
    let again = purchase.step(Input::Sighted(sighting(1, late)), late).unwrap();
    purchase.step(Input::NonceRenewed(Nonce([2; 16])), late).unwrap();
    let fresh = purchase.step(Input::Sighted(sighting(2, late)), late).unwrap();

    assert_eq!(effects.last(), Some(&Effect::RenewNonce));
    assert!(again.is_empty());
    assert!(matches!(fresh.last(), Some(Effect::AskApproval { .. })));
}

#[test]
fn a_sighting_of_another_device_takes_a_match_away() {
    let mut purchase = in_shop();
    purchase.step(Input::Sighted(sighting(1, START)), START).unwrap();
    let other = Sighting { device: DeviceMark([9; 16]), ..sighting(1, START) };
    purchase.step(Input::Sighted(other), START).unwrap();

    let effects = purchase.step(decided(Verdict::Accepted), START).unwrap();

    assert!(!charges(&effects));
    purchase.step(Input::NonceRenewed(Nonce([2; 16])), START).unwrap();
    let seen = purchase.step(Input::Sighted(sighting(2, START)), START).unwrap();
    assert!(charges(&seen));
}

#[test]
fn a_sighting_that_nobody_signed_changes_nothing() {
    let mut purchase = in_shop();
    let forged = Sighting { signature: Signature::Bad, ..sighting(1, START) };

    let effects = purchase.step(Input::Sighted(forged), START).unwrap();
    let seen = purchase.step(Input::Sighted(sighting(1, START)), START).unwrap();

    assert!(effects.is_empty());
    assert!(matches!(seen.last(), Some(Effect::AskApproval { .. })));
}

#[test]
fn three_sightings_that_do_not_match_end_the_order() {
    let mut purchase = in_shop();
    for nonce in 1..=3 {
        let other = Sighting { device: DeviceMark([9; 16]), ..sighting(nonce, START) };
        purchase.step(Input::Sighted(other), START).unwrap();
        let _ = purchase.step(Input::NonceRenewed(Nonce([nonce + 1; 16])), START);
    }

    assert_eq!(purchase.life(), &Life::Over(Ending::NotHere));
}

#[test]
fn a_match_stands_ten_minutes_and_an_order_twenty() {
    let mut purchase = in_shop();
    purchase.step(Input::Sighted(sighting(1, START)), START).unwrap();
    let aged = START.after_ms(PRESENCE_MS_MAX + 1);
    assert_eq!(purchase.next_deadline(), Some(aged));

    let effects = purchase.step(Input::DeadlinePassed, aged).unwrap();

    assert!(effects.contains(&Effect::RenewNonce));
    assert!(!charges(&purchase.step(decided(Verdict::Accepted), aged).unwrap()));
    let end = START.after_ms(ORDER_MS_MAX);
    let effects = purchase.step(Input::DeadlinePassed, end).unwrap();
    assert_eq!(effects.last(), Some(&Effect::TellPhone(Told::NotPaid(Ending::TooLong))));
}

#[test]
fn a_decision_about_another_amount_or_session_is_refused() {
    let mut purchase = in_shop();
    purchase.step(Input::Sighted(sighting(1, START)), START).unwrap();
    let verdict = Verdict::Accepted;
    let other = Money::new(4_499, Currency::KRW);

    let amount = purchase.step(Input::Decided { session: SESSION, amount: other, verdict }, START);
    let session = Input::Decided { session: SessionId(6), amount: PRICE, verdict };

    assert_eq!(amount, Err(Refusal::OtherDecision));
    assert_eq!(purchase.step(session, START), Err(Refusal::OtherDecision));
}

#[test]
fn rejected_and_inconclusive_look_the_same_on_every_screen() {
    let [rejected, inconclusive] = [Verdict::Rejected, Verdict::Inconclusive].map(|verdict| {
        let mut purchase = in_shop();
        purchase.step(Input::Sighted(sighting(1, START)), START).unwrap();
        purchase.step(decided(verdict), START).unwrap()
    });

    assert_eq!(rejected, inconclusive);
}

/// What may happen to a placed order; the number says how far the clock goes before.
#[derive(Debug, Clone)]
enum Event {
    Sighting { nonce: u8, age_ms: u64, device: u8, good_shop: bool, signed: bool },
    Nonce(u8),
    Decided(Verdict, bool),
    Deadline,
}

fn events() -> impl Strategy<Value = Vec<(u64, Event)>> {
    let verdicts = prop_oneof![4 => Just(Verdict::Accepted), 1 => Just(Verdict::Inconclusive)];
    let sighting =
        (1_u8..3, prop_oneof![3 => 0_u64..9_000, 1 => 9_000_u64..30_000], 1_u8..3, 0..6, 0..6)
            .prop_map(|(nonce, age_ms, device, shop, signed)| Event::Sighting {
                nonce,
                age_ms,
                device,
                good_shop: shop > 0,
                signed: signed > 0,
            });
    let event = prop_oneof![
        4 => sighting,
        2 => (1_u8..3).prop_map(Event::Nonce),
        3 => (verdicts, proptest::bool::weighted(0.8))
            .prop_map(|(verdict, ours)| Event::Decided(verdict, ours)),
        1 => Just(Event::Deadline),
    ];
    proptest::collection::vec((0_u64..400_000, event), 1..25)
}

fn is_burnt(purchase: &Purchase) -> bool {
    matches!(purchase.life(), Life::Placed(placed) if placed.presence == Presence::Burnt)
}

/// What the rule says, told without the machine: the nonce that is out, and since when it stands.
#[derive(Default)]
struct Oracle {
    nonce: Option<u8>,
    seen: Option<Timestamp>,
    approved: bool,
    asked: bool,
}

impl Oracle {
    fn take(&mut self, event: &Event, now: Timestamp) {
        match event {
            Event::Sighting { signed: false, .. } | Event::Deadline => {}
            Event::Sighting { nonce, age_ms, device, good_shop, .. } => {
                let Some(out) = self.nonce else { return };
                let matches = *device == 1 && *good_shop && *nonce == out;
                let fresh = *age_ms <= SIGHTING_MS_MAX;
                match (self.seen, matches, fresh) {
                    (Some(_), true, _) => {}
                    (None, true, true) => (self.seen, self.asked) = (Some(now), true),
                    (_, false, _) | (None, true, false) => (self.seen, self.nonce) = (None, None),
                }
            }
            Event::Nonce(nonce) => {
                if self.nonce.is_none() {
                    self.nonce = Some(*nonce);
                }
            }
            Event::Decided(Verdict::Accepted, true) => self.approved |= self.asked,
            Event::Decided(..) => {}
        }
    }
}

proptest! {
    #[test]
    fn no_order_of_events_charges_without_presence_and_approval(events in events()) {
        let mut purchase = in_shop();
        let mut oracle = Oracle { nonce: Some(1), ..Oracle::default() };
        let (mut now, mut charged) = (START, 0);

        for (wait_ms, event) in events {
            now = now.after_ms(wait_ms);
            let aged = oracle.seen.is_some_and(|seen| now.since_ms(seen) > PRESENCE_MS_MAX);
            let input = match &event {
                Event::Sighting { nonce, age_ms, device, good_shop, signed } => {
                    let other = Gln::parse("4012345000009").unwrap();
                    Input::Sighted(Sighting {
                        shop: if *good_shop { shop() } else { other },
                        device: DeviceMark([*device; 16]),
                        signature: if *signed { Signature::Good } else { Signature::Bad },
                        ..sighting(*nonce, now.before_ms(*age_ms))
                    })
                }
                Event::Nonce(nonce) => Input::NonceRenewed(Nonce([*nonce; 16])),
                Event::Decided(verdict, ours) => {
                    let amount = if *ours { PRICE } else { Money::new(1, Currency::KRW) };
                    Input::Decided { session: SESSION, amount, verdict: *verdict }
                }
                Event::Deadline => Input::DeadlinePassed,
            };
            let live = matches!(purchase.life(), Life::Placed(_));
            let burnt = is_burnt(&purchase);
            let effects = purchase.step(input, now).unwrap_or_default();
            if burnt && aged {
                oracle.nonce = None;
                oracle.seen = None;
            }
            oracle.take(&event, now);
            if charges(&effects) {
                charged += 1;
                let present = oracle.seen.is_some_and(|seen| now.since_ms(seen) <= PRESENCE_MS_MAX);
                prop_assert!(live && present && oracle.approved);
                prop_assert!(now < START.after_ms(ORDER_MS_MAX));
            }
            if let Life::Placed(placed) = purchase.life() {
                let given = placed.approval == Approval::Given;
                prop_assert!(!given || oracle.approved);
            }
            // The machine burns an old match when it is told of a deadline or a decision.
            if is_burnt(&purchase) {
                oracle.nonce = None;
                oracle.seen = None;
            }
            let record_first = matches!(effects.first(), None | Some(Effect::Record(_)));
            prop_assert!(record_first, "{effects:?}");
        }
        prop_assert!(charged <= 1);
    }
}

#[test]
fn a_purchase_goes_on_from_its_record_as_it_would_have() {
    let mut purchase = in_shop();
    purchase.step(Input::Sighted(sighting(1, START)), START).unwrap();

    let mut again = Purchase::restore(SESSION, purchase.life().clone());
    let effects = again.step(decided(Verdict::Accepted), START).unwrap();

    assert_eq!(again.next_deadline(), None);
    assert_eq!(effects, purchase.step(decided(Verdict::Accepted), START).unwrap());
    assert!(charges(&effects));
}
