//! The transitions of a purchase: one `match` over state and input.
//!
//! Owns the rule that a charge is asked for only where presence stands and approval was given.

use super::{
    Approval, ChargeOutcome, Effect, Ending, Handover, Input, Life, ORDER_MS_MAX, Place, Placed,
    Purchase, Refusal, Told,
};
use crate::checkout::basket::Basket;
use crate::checkout::monitor::{Standing, lines};
use crate::checkout::presence::{
    DeviceMark, Expected, MISMATCHES_MAX, PRESENCE_MS_MAX, Presence, Sighting, match_sighting,
};
use crate::checkout::risk::factor::Outcome;
use crate::checkout::risk::rule::Verdict;
use crate::time::Timestamp;

type Stepped = Result<Vec<Effect>, Refusal>;

impl Purchase {
    /// Takes one fact and says what must happen, in order.
    ///
    /// # Errors
    /// [`Refusal`] when a rule says no; nothing changed then.
    ///
    /// **Repeat** a sighting after a match and a decision after the charge change nothing.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Stepped {
        match &self.life {
            Life::Shopping(basket) => self.step_shopping(basket.clone(), input, now),
            Life::Placed(placed) => self.step_placed(Placed::clone(placed), input, now),
            Life::Charging { basket, handover } => {
                let (basket, handover) = (basket.clone(), *handover);
                self.step_charging(&basket, handover, &input)
            }
            Life::Paid(_) | Life::Over(_) => self.step_ended(&input),
        }
    }

    fn step_shopping(&mut self, mut basket: Basket, input: Input, now: Timestamp) -> Stepped {
        match input {
            Input::Scanned(scanned) => {
                basket.add(scanned)?;
                Ok(vec![self.enter(Life::Shopping(basket))])
            }
            Input::PutBack { product, serial } => {
                basket.remove(product, serial.as_ref())?;
                Ok(vec![self.enter(Life::Shopping(basket))])
            }
            Input::Ordered { device, place, handover } => {
                if basket.lines().is_empty() {
                    return Err(Refusal::Empty);
                }
                Ok(self.order(basket, device, place, handover, now))
            }
            Input::Cancelled => {
                self.life = Life::Over(Ending::Cancelled);
                let record = Effect::Record(Box::new(self.life.clone()));
                Ok(vec![record, Effect::TellPhone(Told::NotPaid(Ending::Cancelled))])
            }
            Input::Sighted(_)
            | Input::NonceRenewed(_)
            | Input::Decided { .. }
            | Input::Charged(_)
            | Input::DeadlinePassed => Err(self.refuse(&input)),
        }
    }

    fn order(
        &mut self,
        basket: Basket,
        device: DeviceMark,
        place: Place,
        handover: Handover,
        now: Timestamp,
    ) -> Vec<Effect> {
        let presence = match place {
            Place::InShop(nonce) => Presence::Awaited(nonce),
            Place::Online => Presence::Remote,
        };
        let mut placed = Placed {
            basket,
            device,
            handover,
            presence,
            approval: Approval::NotAsked,
            mismatches: 0,
            until: now.after_ms(ORDER_MS_MAX),
        };
        match place {
            Place::InShop(_) => {
                let monitor = lines(&placed.basket, Standing::Placed);
                let record = self.enter(Life::Placed(Box::new(placed)));
                let near = Effect::TellPhone(Told::ComeNear);
                vec![record, Effect::ShowMonitor(monitor), near]
            }
            Place::Online => {
                placed.approval = Approval::Asked;
                self.ask_approval(placed, None)
            }
        }
    }

    fn step_placed(&mut self, mut placed: Placed, input: Input, now: Timestamp) -> Stepped {
        match input {
            Input::Sighted(sighting) => Ok(self.sighted(placed, &sighting, now)),
            Input::NonceRenewed(nonce) => {
                if placed.presence != Presence::Burnt {
                    return Err(self.refuse(&input));
                }
                placed.presence = Presence::Awaited(nonce);
                Ok(vec![self.enter(Life::Placed(Box::new(placed)))])
            }
            Input::Decided { session, amount, verdict } => {
                let asked = placed.approval == Approval::Asked;
                if !asked || session != self.session || amount != placed.basket.total() {
                    return Err(Refusal::OtherDecision);
                }
                match verdict {
                    Verdict::Accepted => {
                        placed.approval = Approval::Given;
                        Ok(self.charge_if_both(placed, now))
                    }
                    Verdict::Rejected | Verdict::Inconclusive => {
                        Ok(self.end(&placed.basket, Ending::AnotherWay))
                    }
                }
            }
            Input::Cancelled => Ok(self.end(&placed.basket, Ending::Cancelled)),
            Input::DeadlinePassed if now >= placed.until => {
                Ok(self.end(&placed.basket, Ending::TooLong))
            }
            Input::DeadlinePassed => Ok(self.presence_aged(placed, now)),
            Input::Scanned(_)
            | Input::PutBack { .. }
            | Input::Ordered { .. }
            | Input::Charged(_) => Err(self.refuse(&input)),
        }
    }

    fn sighted(&mut self, mut placed: Placed, sighting: &Sighting, now: Timestamp) -> Vec<Effect> {
        let nonce = match placed.presence {
            Presence::Awaited(nonce) | Presence::Seen { nonce, .. } => nonce,
            Presence::Remote | Presence::Burnt => return Vec::new(),
        };
        let expected = Expected { shop: placed.basket.shop(), device: placed.device };
        let outcome = match_sighting(sighting, expected, nonce, now);
        self.last_sighting = Some(outcome);
        let seen = matches!(placed.presence, Presence::Seen { .. });
        match outcome {
            // A copy of the sighting that was matched, on time or late, changes nothing.
            Ok(()) if seen => return Vec::new(),
            Err(refusal) if !refusal.counts() || (seen && refusal.is_late()) => return Vec::new(),
            Err(_) => return self.burn(placed),
            Ok(()) => {}
        }
        placed.presence = Presence::Seen { at: now, nonce };
        if placed.approval == Approval::NotAsked {
            placed.approval = Approval::Asked;
            return self.ask_approval(placed, Some(Outcome::Passed));
        }
        self.charge_if_both(placed, now)
    }

    fn burn(&mut self, mut placed: Placed) -> Vec<Effect> {
        placed.presence = Presence::Burnt;
        placed.mismatches = placed.mismatches.saturating_add(1);
        if placed.mismatches >= MISMATCHES_MAX {
            return self.end(&placed.basket, Ending::NotHere);
        }
        vec![self.enter(Life::Placed(Box::new(placed))), Effect::RenewNonce]
    }

    /// A match that is too old is no mismatch, but it does not stand any more.
    fn presence_aged(&mut self, mut placed: Placed, now: Timestamp) -> Vec<Effect> {
        let seen = matches!(placed.presence, Presence::Seen { .. });
        if !seen || placed.presence.stands(now) {
            return Vec::new();
        }
        placed.presence = Presence::Burnt;
        let record = self.enter(Life::Placed(Box::new(placed)));
        vec![record, Effect::RenewNonce, Effect::TellPhone(Told::ComeNear)]
    }

    fn ask_approval(&mut self, placed: Placed, beacon: Option<Outcome>) -> Vec<Effect> {
        let (session, amount) = (self.session, placed.basket.total());
        let monitor = lines(&placed.basket, Standing::Approving);
        let record = self.enter(Life::Placed(Box::new(placed)));
        let ask = Effect::AskApproval { session, amount, beacon };
        vec![record, Effect::ShowMonitor(monitor), Effect::TellPhone(Told::Found), ask]
    }

    /// The only place that asks for money.
    fn charge_if_both(&mut self, placed: Placed, now: Timestamp) -> Vec<Effect> {
        if now >= placed.until {
            return self.end(&placed.basket, Ending::TooLong);
        }
        if placed.approval != Approval::Given || !placed.presence.stands(now) {
            let aged = matches!(placed.presence, Presence::Seen { .. });
            let record = self.enter(Life::Placed(Box::new(placed.clone())));
            return if aged { self.presence_aged(placed, now) } else { vec![record] };
        }
        let Placed { basket, handover, .. } = placed;
        let (session, shop, amount) = (self.session, basket.shop(), basket.total());
        let monitor = lines(&basket, Standing::Paying);
        let record = self.enter(Life::Charging { basket, handover });
        let charge = Effect::Charge { session, shop, amount };
        vec![record, charge, Effect::ShowMonitor(monitor), Effect::TellPhone(Told::Paying)]
    }

    fn step_charging(&mut self, basket: &Basket, handover: Handover, input: &Input) -> Stepped {
        match input {
            Input::Charged(ChargeOutcome::Approved) => {
                let monitor = lines(basket, Standing::Paid);
                let record = self.enter(Life::Paid(basket.total()));
                let goods = match handover {
                    Handover::Carried => Effect::OpenExit,
                    Handover::Delivered => Effect::BeginDelivery,
                };
                let paid = Effect::TellPhone(Told::Paid);
                Ok(vec![record, Effect::ShowMonitor(monitor), paid, goods])
            }
            Input::Charged(ChargeOutcome::Declined) => Ok(self.end(basket, Ending::Declined)),
            Input::Sighted(_) | Input::Decided { .. } | Input::DeadlinePassed => Ok(Vec::new()),
            Input::Scanned(_)
            | Input::PutBack { .. }
            | Input::Ordered { .. }
            | Input::NonceRenewed(_)
            | Input::Cancelled => Err(self.refuse(input)),
        }
    }

    fn step_ended(&self, input: &Input) -> Stepped {
        match input {
            Input::Sighted(_)
            | Input::NonceRenewed(_)
            | Input::Decided { .. }
            | Input::Charged(_)
            | Input::DeadlinePassed => Ok(Vec::new()),
            Input::Scanned(_)
            | Input::PutBack { .. }
            | Input::Ordered { .. }
            | Input::Cancelled => Err(self.refuse(input)),
        }
    }

    fn end(&mut self, basket: &Basket, ending: Ending) -> Vec<Effect> {
        let monitor = lines(basket, Standing::Ended);
        let record = self.enter(Life::Over(ending));
        vec![record, Effect::ShowMonitor(monitor), Effect::TellPhone(Told::NotPaid(ending))]
    }

    fn enter(&mut self, life: Life) -> Effect {
        self.life = life;
        Effect::Record(Box::new(self.life.clone()))
    }

    fn refuse(&self, input: &Input) -> Refusal {
        Refusal::NotAllowed { state: self.life.word(), input: input.word() }
    }
}

impl Placed {
    /// The order's end, or the moment at which a match stops to stand.
    pub(super) fn next_deadline(&self) -> Timestamp {
        match self.presence {
            Presence::Seen { at, .. } => {
                self.until.min(at.after_ms(PRESENCE_MS_MAX.saturating_add(1)))
            }
            Presence::Remote | Presence::Awaited(_) | Presence::Burnt => self.until,
        }
    }
}

impl Life {
    const fn word(&self) -> &'static str {
        match self {
            Self::Shopping(_) => "being filled",
            Self::Placed(_) => "ordered",
            Self::Charging { .. } => "being charged",
            Self::Paid(_) => "paid",
            Self::Over(_) => "over",
        }
    }
}

impl Input {
    const fn word(&self) -> &'static str {
        match self {
            Self::Scanned(_) => "a scan",
            Self::PutBack { .. } => "a product put back",
            Self::Ordered { .. } => "an order",
            Self::Sighted(_) => "a sighting",
            Self::NonceRenewed(_) => "a nonce",
            Self::Decided { .. } => "a decision",
            Self::Charged(_) => "a charge's outcome",
            Self::Cancelled => "a cancellation",
            Self::DeadlinePassed => "a deadline",
        }
    }
}
