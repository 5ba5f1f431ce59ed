//! The delivery of a paid order: a job, a driver, the pick-up, and the proof of the hand-over.
//!
//! Owns what proves a delivery and when it happened: by the clock of the driver's terminal, which
//! may tell it much later. Wrong codes are counted and recorded. May not touch the payment; the
//! order is told by the shell. Next: [`super::forecast`], back at the hubs' load.

mod code;

use crate::time::Timestamp;
use baton_protocol::ids::{DriverId, OrderId};
pub use code::{CodeInvalid, DeliveryCode};

/// Wrong codes before only a photo or a signature proves the delivery: guessing six digits would
/// take a hundred thousand jobs then.
pub const WRONG_CODES_MAX: u32 = 5;

/// How far a driver's clock may be ahead. **Units** ms.
pub const CLOCK_AHEAD_MS_MAX: u64 = 120_000;

/// The SHA-256 of a picture that is kept elsewhere.
pub type Digest = [u8; 32];

/// What shows that the customer has the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The code that the customer was told.
    Code(DeliveryCode),
    /// A photo of where it was left.
    Photo(Digest),
    /// The recipient's signature.
    Signature(Digest),
}

/// Which kind of proof was given; a code itself is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proven {
    /// The code was right.
    ByCode,
    /// A photo.
    ByPhoto(Digest),
    /// A signature.
    BySignature(Digest),
}

/// Where a delivery stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It wants a driver.
    Open,
    /// A driver took it.
    Assigned {
        /// Who.
        driver: DriverId,
    },
    /// The driver has the goods.
    OnTheWay {
        /// Who.
        driver: DriverId,
        /// When they were picked up.
        picked_up: Timestamp,
        /// When wrong codes were tried, by the driver's terminal: the same try told again is none.
        wrong_at: Vec<Timestamp>,
    },
    /// The customer has them.
    Done {
        /// Who brought them.
        driver: DriverId,
        /// What shows it.
        proven: Proven,
        /// When it happened, by the driver's terminal.
        at: Timestamp,
        /// When it was told.
        told: Timestamp,
    },
}

/// Everything that can happen to a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A driver takes the job.
    Taken(DriverId),
    /// A driver gives the job back before the pick-up.
    GivenBack(DriverId),
    /// A driver has the goods.
    PickedUp {
        /// Who.
        driver: DriverId,
        /// When, by the driver's terminal.
        at: Timestamp,
    },
    /// A driver handed them over.
    HandedOver {
        /// Who.
        driver: DriverId,
        /// What shows it.
        proof: Proof,
        /// When, by the driver's terminal.
        at: Timestamp,
    },
}

/// Everything that a delivery asks of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Write down where it stands.
    Record(State),
    /// Show the job to drivers nearby.
    OfferJob,
    /// Take the job off the other drivers' terminals.
    HideJob,
    /// Tell the driver that the code is wrong, and how many more may be tried.
    CodeWrong {
        /// Tries that are left.
        left: u32,
    },
    /// Tell the customer that it is on its way.
    TellOnTheWay,
    /// Tell the order that it is delivered.
    Delivered,
}

/// Why an input was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody else has the job.
    #[error("order {order} is not delivered by driver {driver}")]
    DriverOther {
        /// Which order.
        order: OrderId,
        /// Who said so.
        driver: DriverId,
    },
    /// Too many wrong codes: a photo or a signature is needed.
    #[error("order {0} takes no more codes: take a photo or a signature")]
    CodesUsedUp(OrderId),
    /// The event is told as later than now.
    #[error("the event is {ahead_ms} ms ahead of the gateway's clock")]
    EventAhead {
        /// By how much.
        ahead_ms: u64,
    },
    /// The hand-over is told as before the pick-up.
    #[error("handed over {ms} ms before the pick-up")]
    EventTooEarly {
        /// By how much.
        ms: u64,
    },
    /// The delivery does not stand where this could happen.
    #[error("{input} does not fit a delivery that is {state}")]
    StateUnfit {
        /// What happened.
        input: &'static str,
        /// Where it stands.
        state: &'static str,
    },
}

/// One delivery.
#[derive(Debug, Clone)]
pub struct Delivery {
    order: OrderId,
    code: DeliveryCode,
    state: State,
}

type Answer = Result<Vec<Effect>, Refusal>;

impl Delivery {
    /// Starts the delivery of a paid order; the customer is told the code.
    #[must_use]
    pub fn start(order: OrderId, code: DeliveryCode) -> (Self, Vec<Effect>) {
        let effects = vec![Effect::Record(State::Open), Effect::OfferJob];
        (Self { order, code, state: State::Open }, effects)
    }

    /// Takes a delivery up from its record.
    #[must_use]
    pub const fn restore(order: OrderId, code: DeliveryCode, state: State) -> Self {
        Self { order, code, state }
    }

    /// Returns where it stands.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Returns `None`: nothing here happens by itself.
    #[must_use]
    pub const fn next_deadline(&self) -> Option<Timestamp> {
        None
    }

    /// Takes what happened and says what must happen, in this order.
    ///
    /// **Repeat** the same word of the same driver again changes nothing; a terminal that was
    /// offline may send everything twice.
    ///
    /// # Errors
    /// A [`Refusal`] that names the rule; nothing happened then. A wrong code is no refusal, for
    /// it is counted, once for its time.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Answer {
        match self.state.clone() {
            State::Open => self.open(&input),
            State::Assigned { driver } => self.assigned(&driver, &input, now),
            State::OnTheWay { driver, picked_up, wrong_at } => {
                self.on_the_way(driver, picked_up, wrong_at, input, now)
            }
            State::Done { driver, .. } => self.done(&driver, &input),
        }
    }

    fn open(&mut self, input: &Input) -> Answer {
        match input {
            Input::Taken(driver) => {
                self.state = State::Assigned { driver: driver.clone() };
                Ok(vec![Effect::Record(self.state.clone()), Effect::HideJob])
            }
            Input::GivenBack(_) => Ok(Vec::new()),
            Input::PickedUp { .. } | Input::HandedOver { .. } => Err(self.unfit(input)),
        }
    }

    fn assigned(&mut self, driver: &DriverId, input: &Input, now: Timestamp) -> Answer {
        self.of(driver, input)?;
        match input {
            Input::Taken(_) => Ok(Vec::new()),
            Input::GivenBack(_) => {
                self.state = State::Open;
                Ok(vec![Effect::Record(State::Open), Effect::OfferJob])
            }
            Input::PickedUp { at, .. } => {
                not_ahead(*at, now)?;
                let driver = driver.clone();
                self.state = State::OnTheWay { driver, picked_up: *at, wrong_at: Vec::new() };
                Ok(vec![Effect::Record(self.state.clone()), Effect::TellOnTheWay])
            }
            Input::HandedOver { .. } => Err(self.unfit(input)),
        }
    }

    fn on_the_way(
        &mut self,
        driver: DriverId,
        picked_up: Timestamp,
        mut wrong_at: Vec<Timestamp>,
        input: Input,
        now: Timestamp,
    ) -> Answer {
        self.of(&driver, &input)?;
        let (proof, at) = match input {
            Input::PickedUp { .. } => return Ok(Vec::new()),
            Input::Taken(_) | Input::GivenBack(_) => return Err(self.unfit(&input)),
            Input::HandedOver { proof, at, .. } => (proof, at),
        };
        not_ahead(at, now)?;
        if at < picked_up {
            return Err(Refusal::EventTooEarly { ms: picked_up.since_ms(at) });
        }
        let proven = match proof {
            // Whatever code it has now: a time must not hide a further guess.
            Proof::Code(_) if wrong_at.contains(&at) => return Ok(Vec::new()),
            Proof::Code(_) if left(&wrong_at) == 0 => {
                return Err(Refusal::CodesUsedUp(self.order));
            }
            Proof::Code(code) if code == self.code => Proven::ByCode,
            Proof::Code(_) => {
                wrong_at.push(at);
                let left = left(&wrong_at);
                self.state = State::OnTheWay { driver, picked_up, wrong_at };
                return Ok(vec![Effect::Record(self.state.clone()), Effect::CodeWrong { left }]);
            }
            Proof::Photo(digest) => Proven::ByPhoto(digest),
            Proof::Signature(digest) => Proven::BySignature(digest),
        };
        self.state = State::Done { driver, proven, at, told: now };
        Ok(vec![Effect::Record(self.state.clone()), Effect::Delivered])
    }

    fn done(&self, driver: &DriverId, input: &Input) -> Answer {
        self.of(driver, input)?;
        match input {
            Input::PickedUp { .. } | Input::HandedOver { .. } => Ok(Vec::new()),
            Input::Taken(_) | Input::GivenBack(_) => Err(self.unfit(input)),
        }
    }

    fn of(&self, driver: &DriverId, input: &Input) -> Result<(), Refusal> {
        let given = input.driver();
        if given == driver {
            return Ok(());
        }
        Err(Refusal::DriverOther { order: self.order, driver: given.clone() })
    }

    fn unfit(&self, input: &Input) -> Refusal {
        Refusal::StateUnfit { input: input.name(), state: self.state.name() }
    }
}

/// Returns how many codes may still be tried.
fn left(wrong_at: &[Timestamp]) -> u32 {
    let tried = u32::try_from(wrong_at.len()).unwrap_or(u32::MAX);
    WRONG_CODES_MAX.saturating_sub(tried)
}

fn not_ahead(at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let ahead_ms = at.since_ms(now);
    if ahead_ms > CLOCK_AHEAD_MS_MAX {
        return Err(Refusal::EventAhead { ahead_ms });
    }
    Ok(())
}

impl State {
    const fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Assigned { .. } => "assigned",
            Self::OnTheWay { .. } => "on the way",
            Self::Done { .. } => "done",
        }
    }
}

impl Input {
    const fn driver(&self) -> &DriverId {
        match self {
            Self::Taken(driver)
            | Self::GivenBack(driver)
            | Self::PickedUp { driver, .. }
            | Self::HandedOver { driver, .. } => driver,
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Taken(_) => "taking the job",
            Self::GivenBack(_) => "giving the job back",
            Self::PickedUp { .. } => "a pick-up",
            Self::HandedOver { .. } => "a hand-over",
        }
    }
}

#[cfg(test)]
mod tests;
