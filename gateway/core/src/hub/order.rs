//! The life of one order: placed, handed to a hub, paid there, delivered; or refused in time.
//!
//! Owns the hand-off epochs: whatever hubs die and come back, one hand-off counts, the newest, and
//! what an older one still did with money is undone or is the same payment by the order's key. May
//! not choose a hub. Next: [`super::delivery`], which starts when the order is paid.

use super::nearby::Deliverable;
use baton_protocol::ids::{HubId, OrderId, TransactionId};
use std::time::Duration;

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It wants a hub.
    Seeking {
        /// Hand-offs before.
        epoch: u32,
    },
    /// A hub has it.
    Handed {
        /// Which hub.
        hub: HubId,
        /// The how-manieth hand-off it is.
        epoch: u32,
    },
    /// A hub paid it; it is being delivered.
    Paid {
        /// The hand-off that paid.
        epoch: u32,
        /// How it was paid.
        transaction: TransactionId,
    },
    /// The payment was declined.
    Declined {
        /// The hand-off that tried.
        epoch: u32,
    },
    /// No hub had room in time.
    GivenUp {
        /// Hand-offs before.
        epoch: u32,
    },
    /// The customer took it back.
    Cancelled {
        /// Hand-offs before.
        epoch: u32,
    },
    /// It was delivered.
    Delivered {
        /// How it was paid.
        transaction: TransactionId,
    },
}

/// What a hub's payment came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Money moved.
    Paid(TransactionId),
    /// None moved.
    Declined,
}

/// Everything that can happen to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A node got a credit for it.
    HandedOver {
        /// At which hub.
        hub: HubId,
        /// As which hand-off.
        epoch: u32,
    },
    /// A hub is done with it.
    Processed {
        /// As which hand-off.
        epoch: u32,
        /// What the payment came to.
        verdict: Verdict,
    },
    /// The hub that has it is down.
    HubLost {
        /// The hand-off that is void.
        epoch: u32,
    },
    /// Its patience is over.
    GivenUp {
        /// When a hub should have room.
        retry_after: Duration,
    },
    /// The customer takes it back.
    Cancelled,
    /// Its delivery is done.
    Delivered,
}

/// Everything that an order asks of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Write down where it stands.
    Record(State),
    /// A node shall find a hub.
    Seek {
        /// Hand-offs before.
        epoch: u32,
    },
    /// The nodes shall find none any more.
    Withdraw,
    /// Send it to the hub; its id is the idempotency key of the payment.
    Send {
        /// Which hub.
        hub: HubId,
        /// As which hand-off.
        epoch: u32,
    },
    /// Find out by the order's key whether money moved, and reverse it.
    Undo,
    /// Reverse this payment.
    Reverse(TransactionId),
    /// Start its delivery.
    Deliver,
    /// Tell the customer.
    Tell(Notice),
}

/// What the customer is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// It is paid.
    Paid,
    /// The payment was declined.
    Declined,
    /// No hub has room: come again.
    ComeAgain(Duration),
    /// It is taken back.
    Cancelled,
    /// It is done.
    Delivered,
}

/// Why an input was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A newer hand-off counts.
    #[error("hand-off {given} is stale, {newest} is the newest")]
    EpochStale {
        /// What was named.
        given: u32,
        /// What counts.
        newest: u32,
    },
    /// The order does not stand where this could happen.
    #[error("{input} does not fit an order that is {state}")]
    StateUnfit {
        /// What happened.
        input: &'static str,
        /// Where it stands.
        state: &'static str,
    },
}

/// One order.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    id: OrderId,
    what: Deliverable,
    state: State,
}

type Answer = Result<Vec<Effect>, Refusal>;

impl Order {
    /// Places an order; only what can be delivered can be.
    #[must_use]
    pub fn place(id: OrderId, what: Deliverable) -> (Self, Vec<Effect>) {
        let state = State::Seeking { epoch: 0 };
        let effects = vec![Effect::Record(state.clone()), Effect::Seek { epoch: 0 }];
        (Self { id, what, state }, effects)
    }

    /// Takes an order up from its record.
    #[must_use]
    pub const fn restore(id: OrderId, what: Deliverable, state: State) -> Self {
        Self { id, what, state }
    }

    /// Returns its id, which is its idempotency key.
    #[must_use]
    pub const fn id(&self) -> OrderId {
        self.id
    }

    /// Returns what is delivered where.
    #[must_use]
    pub const fn what(&self) -> &Deliverable {
        &self.what
    }

    /// Returns where it stands.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Returns `None`: a node's patience and a hub's silence are timed where they are known.
    #[must_use]
    pub const fn next_deadline(&self) -> Option<crate::time::Timestamp> {
        None
    }

    /// Takes what happened and says what must happen, in this order.
    ///
    /// **Repeat** the same word again changes nothing and asks for nothing.
    ///
    /// # Errors
    /// [`Refusal::EpochStale`] for a word of an older hand-off, which is said again once the order
    /// is settled, for only then it shows whether money moved twice. [`Refusal::StateUnfit`] for
    /// what cannot happen now. Nothing happened then.
    pub fn step(&mut self, input: Input) -> Answer {
        match self.state.clone() {
            State::Seeking { epoch } => self.seeking(epoch, input),
            State::Handed { hub, epoch } => self.handed(&hub, epoch, input),
            State::Paid { epoch, transaction } => self.paid(epoch, transaction, &input),
            State::Declined { epoch } => self.over_unpaid(epoch, Verdict::Declined, &input),
            State::GivenUp { epoch } | State::Cancelled { epoch } => self.over(epoch, &input),
            State::Delivered { transaction } => self.delivered(transaction, &input),
        }
    }

    fn seeking(&mut self, epoch: u32, input: Input) -> Answer {
        match input {
            Input::HandedOver { hub, epoch: given } => self.hand_over(hub, given, epoch),
            // The lost hub's word is still of the newest hand-off.
            Input::Processed { epoch: given, verdict } if given == epoch && epoch > 0 => {
                let mut effects = self.settle(epoch, verdict);
                effects.insert(1, Effect::Withdraw);
                Ok(effects)
            }
            Input::Processed { epoch: given, verdict } => stale(given, epoch, verdict, None),
            Input::HubLost { epoch: given } if given == epoch => Ok(Vec::new()),
            Input::HubLost { epoch: given } => Err(Refusal::EpochStale { given, newest: epoch }),
            Input::GivenUp { retry_after } => {
                let end = Effect::Tell(Notice::ComeAgain(retry_after));
                Ok(self.end_unpaid(State::GivenUp { epoch }, epoch, end))
            }
            Input::Cancelled => {
                let end = Effect::Tell(Notice::Cancelled);
                let mut effects = self.end_unpaid(State::Cancelled { epoch }, epoch, end);
                effects.insert(1, Effect::Withdraw);
                Ok(effects)
            }
            Input::Delivered => Err(self.unfit(&input)),
        }
    }

    fn handed(&mut self, hub: &HubId, epoch: u32, input: Input) -> Answer {
        match input {
            Input::HandedOver { hub: ref given, epoch: again }
                if again == epoch && given == hub =>
            {
                Ok(Vec::new())
            }
            Input::HandedOver { hub, epoch: given } => self.hand_over(hub, given, epoch),
            Input::Processed { epoch: given, verdict } if given == epoch => {
                Ok(self.settle(epoch, verdict))
            }
            Input::Processed { epoch: given, verdict } => stale(given, epoch, verdict, None),
            Input::HubLost { epoch: given } if given == epoch => {
                self.state = State::Seeking { epoch };
                Ok(vec![Effect::Record(self.state.clone()), Effect::Seek { epoch }])
            }
            Input::HubLost { epoch: given } => Err(Refusal::EpochStale { given, newest: epoch }),
            Input::GivenUp { .. } | Input::Cancelled | Input::Delivered => Err(self.unfit(&input)),
        }
    }

    fn paid(&mut self, epoch: u32, transaction: TransactionId, input: &Input) -> Answer {
        match input {
            Input::Processed { epoch: given, verdict: Verdict::Paid(again) }
                if *given == epoch && *again == transaction =>
            {
                Ok(Vec::new())
            }
            Input::Processed { epoch: given, verdict } => {
                stale(*given, epoch, *verdict, Some(transaction))
            }
            Input::Delivered => {
                self.state = State::Delivered { transaction };
                let record = Effect::Record(self.state.clone());
                Ok(vec![record, Effect::Tell(Notice::Delivered)])
            }
            Input::HandedOver { epoch: given, .. } | Input::HubLost { epoch: given } => {
                Err(Refusal::EpochStale { given: *given, newest: epoch })
            }
            Input::GivenUp { .. } | Input::Cancelled => Err(self.unfit(input)),
        }
    }

    /// Declined: the same word is a repetition, money that moved all the same goes back.
    fn over_unpaid(&self, epoch: u32, verdict: Verdict, input: &Input) -> Answer {
        match input {
            Input::Processed { epoch: given, verdict: again }
                if *given == epoch && *again == verdict =>
            {
                Ok(Vec::new())
            }
            Input::Processed { .. }
            | Input::HandedOver { .. }
            | Input::HubLost { .. }
            | Input::GivenUp { .. }
            | Input::Cancelled
            | Input::Delivered => self.over(epoch, input),
        }
    }

    /// Over without money: what a lost hub paid after all goes back.
    fn over(&self, epoch: u32, input: &Input) -> Answer {
        match input {
            Input::Processed { verdict: Verdict::Paid(transaction), .. } => {
                Ok(vec![Effect::Reverse(*transaction)])
            }
            Input::Processed { epoch: given, verdict: Verdict::Declined }
            | Input::HandedOver { epoch: given, .. }
            | Input::HubLost { epoch: given } => {
                Err(Refusal::EpochStale { given: *given, newest: epoch })
            }
            Input::GivenUp { .. } | Input::Cancelled | Input::Delivered => Err(self.unfit(input)),
        }
    }

    fn delivered(&self, transaction: TransactionId, input: &Input) -> Answer {
        match input {
            Input::Delivered => Ok(Vec::new()),
            Input::Processed { epoch, verdict } => {
                stale(*epoch, u32::MAX, *verdict, Some(transaction))
            }
            Input::HandedOver { .. }
            | Input::HubLost { .. }
            | Input::GivenUp { .. }
            | Input::Cancelled => Err(self.unfit(input)),
        }
    }

    fn hand_over(&mut self, hub: HubId, epoch: u32, newest: u32) -> Answer {
        if epoch <= newest {
            return Err(Refusal::EpochStale { given: epoch, newest });
        }
        self.state = State::Handed { hub: hub.clone(), epoch };
        Ok(vec![Effect::Record(self.state.clone()), Effect::Send { hub, epoch }])
    }

    fn settle(&mut self, epoch: u32, verdict: Verdict) -> Vec<Effect> {
        match verdict {
            Verdict::Paid(transaction) => {
                self.state = State::Paid { epoch, transaction };
                let record = Effect::Record(self.state.clone());
                vec![record, Effect::Deliver, Effect::Tell(Notice::Paid)]
            }
            Verdict::Declined => {
                self.state = State::Declined { epoch };
                vec![Effect::Record(self.state.clone()), Effect::Tell(Notice::Declined)]
            }
        }
    }

    /// Ends an order that nobody paid, as far as is known: a lost hub may have.
    fn end_unpaid(&mut self, state: State, epoch: u32, tell: Effect) -> Vec<Effect> {
        self.state = state.clone();
        let undo = (epoch > 0).then_some(Effect::Undo);
        std::iter::once(Effect::Record(state)).chain(undo).chain([tell]).collect()
    }

    fn unfit(&self, input: &Input) -> Refusal {
        Refusal::StateUnfit { input: input.name(), state: self.state.name() }
    }
}

/// A hub's word that does not count: money beside the payment that does count goes back.
fn stale(given: u32, newest: u32, verdict: Verdict, counts: Option<TransactionId>) -> Answer {
    match (verdict, counts) {
        (Verdict::Paid(other), Some(counts)) if other != counts => Ok(vec![Effect::Reverse(other)]),
        // While nothing counts yet, the newest hand-off finds this payment by the order's key.
        (Verdict::Paid(_) | Verdict::Declined, _) => Err(Refusal::EpochStale { given, newest }),
    }
}

impl State {
    const fn name(&self) -> &'static str {
        match self {
            Self::Seeking { .. } => "seeking a hub",
            Self::Handed { .. } => "at a hub",
            Self::Paid { .. } => "paid",
            Self::Declined { .. } => "declined",
            Self::GivenUp { .. } => "given up",
            Self::Cancelled { .. } => "cancelled",
            Self::Delivered { .. } => "delivered",
        }
    }
}

impl Input {
    const fn name(&self) -> &'static str {
        match self {
            Self::HandedOver { .. } => "a hand-over",
            Self::Processed { .. } => "a hub's verdict",
            Self::HubLost { .. } => "the loss of its hub",
            Self::GivenUp { .. } => "the end of its patience",
            Self::Cancelled => "a cancellation",
            Self::Delivered => "a delivery",
        }
    }
}

#[cfg(test)]
mod tests;
