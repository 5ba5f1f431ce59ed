//! What a sale asks of the world: first the record, then what the record protects.
//!
//! Owns the list of effects and how a step collects them. Next: [`super::refusal`].

use super::{Escrow, Input, Refusal, State};
use crate::ledger::chart::RaffleAccount as A;
use crate::raffle::draw::{Chain, Digest};
use crate::raffle::posting::{Event, Lines, Posting};
use crate::time::Timestamp;
use baton_protocol::ids::{PersonId, RaffleId, StepKey};

/// Everything that a sale asks of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Write this down, all or nothing.
    Record(Record),
    /// Show this to everybody.
    Publish(Publication),
    /// Fetch a round of the beacon when it is out, and check its signature.
    FetchRound {
        /// Of which chain.
        chain: Chain,
        /// Which one.
        round: u64,
        /// When it is out.
        at: Timestamp,
    },
    /// Say the number to which the server is bound.
    RevealSecret {
        /// Until then, or the sale is void.
        until: Timestamp,
    },
    /// Ask a candidate for the second payment.
    Ask {
        /// For which unit.
        unit: usize,
        /// Whom.
        person: PersonId,
        /// How much. **Units** won.
        won: i64,
        /// Until then.
        until: Timestamp,
    },
    /// Have the seller deliver.
    Deliver {
        /// Which unit.
        unit: usize,
        /// To whom.
        person: PersonId,
    },
    /// Send money back.
    Refund {
        /// To whom.
        person: PersonId,
        /// How much. **Units** won.
        won: i64,
    },
    /// Pay the seller.
    PaySeller {
        /// How much. **Units** won.
        won: i64,
    },
}

/// A step that was taken. Replayed in their order, records make the same sale again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its key.
    pub key: StepKey,
    /// What was handed in.
    pub input: Input,
    /// When.
    pub at: Timestamp,
    /// The state before.
    pub before: State,
    /// The state after.
    pub after: State,
    /// What is booked.
    pub postings: Vec<Posting>,
}

/// What everybody may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publication {
    /// Before opening: the rules and how chance will come into them.
    Commitment {
        /// The rules, as a text whose hash follows.
        rules: String,
        /// SHA-256 of the text.
        rules_hash: Digest,
    },
    /// At close, before the round: the tickets.
    List {
        /// The root of their tree.
        root: Digest,
        /// How many they are.
        tickets: u64,
    },
    /// After the draw: the bundle can be had.
    Drawn,
}

/// What a step has done so far.
#[derive(Debug)]
pub(super) struct Out {
    pub sale: RaffleId,
    pub escrow: Escrow,
    pub postings: Vec<Posting>,
    pub sends: Vec<Effect>,
}

impl Out {
    pub const fn new(sale: RaffleId, escrow: Escrow) -> Self {
        Self { sale, escrow, postings: Vec::new(), sends: Vec::new() }
    }

    pub fn send(&mut self, effect: Effect) {
        self.sends.push(effect);
    }

    pub fn post(&mut self, event: Event, lines: Lines) -> Result<(), Refusal> {
        if let Some(posting) = lines.post(event)? {
            self.escrow.apply(self.sale, &posting);
            self.postings.push(posting);
        }
        Ok(())
    }

    /// Sends back what was booked as payable.
    pub fn refund(&mut self, person: &PersonId, won: i64) -> Result<(), Refusal> {
        if won == 0 {
            return Ok(());
        }
        let payable = A::RefundPayable(person.clone());
        let lines = Lines::new().debit(payable, won).credit(A::PgClearing, won);
        self.post(Event::RefundSent, lines)?;
        self.send(Effect::Refund { person: person.clone(), won });
        Ok(())
    }

    /// Gives a second payment back.
    pub fn refund_p2(&mut self, person: &PersonId, won: i64) -> Result<(), Refusal> {
        let payable = A::RefundPayable(person.clone());
        let lines = Lines::new().debit(A::Pot2(self.sale), won).credit(payable, won);
        self.post(Event::P2Refunded, lines)?;
        self.refund(person, won)
    }

    /// Gives the deposit back, less a penalty.
    pub fn return_deposit(&mut self, penalty: i64) -> Result<(), Refusal> {
        let deposit = self.escrow.seller_deposit;
        let lines = Lines::new()
            .debit(A::SellerDeposit(self.sale), deposit)
            .credit(A::SellerPayable(self.sale), deposit.saturating_sub(penalty))
            .credit(A::SellerDefault, penalty);
        self.post(Event::DepositReturned, lines)
    }

    /// Pays the seller all that the sale owes him.
    pub fn pay_seller(&mut self) -> Result<(), Refusal> {
        let won = self.escrow.seller_payable;
        if won == 0 {
            return Ok(());
        }
        let payable = A::SellerPayable(self.sale);
        self.post(Event::SellerPaid, Lines::new().debit(payable, won).credit(A::Bank, won))?;
        self.send(Effect::PaySeller { won });
        Ok(())
    }
}
