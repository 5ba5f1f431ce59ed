//! A destination that speaks ISO 8583: a few lines, many questions at a time on each.
//!
//! Owns the questions, one function each. Reading order: [`dialect`] (the destination's own way of
//! speaking), [`lines`] (when a line is opened, chosen and given up), [`line`] (a connection),
//! [`ear`] (what arrives on it), [`waiting`] (who waits for which answer), [`request`] (what is
//! sent), [`answer`] (what it means), [`settle`] (the same for totals of a day).

mod answer;
pub mod dialect;
mod ear;
mod line;
mod lines;
mod recent;
pub(crate) mod request;
mod settle;
mod waiting;

use crate::ask::{Authorize, GiveBack, Inquire, Limits, Reverse};
use crate::clock;
use crate::day::Day;
use crate::fault::{ClientInvalid, Lost, Unreachable};
use crate::late::{LateAnswers, LateTeller};
use crate::notice::{NoticeTeller, Notices};
use crate::reconcile::{
    CutOver, Reconcile, Reconciles, Reconciliation, Settlement, Totals, Unreconciled,
};
use baton_formats::iso8583::{Message, Mti};
use baton_protocol::ids::{TerminalId, TransactionId};
use baton_protocol::money::Currency;
use baton_protocol::work::{DeclineReason, InquiryAnswer, ReversalAnswer, Verdict};
use dialect::Dialect;
use ear::Tellers;
use lines::{Lines, Wanted};
use recent::Recent;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How often a day's totals are sent while nobody answers: the question and two repeats, half a
/// minute with the usual patience. Whoever compares days comes again.
const TOTALS_SENDINGS_MAX: u32 = 3;

/// What is compared: with other totals it is another question.
type Compared = (Day, Currency, Option<TerminalId>, Totals);

pub(crate) struct IsoClient {
    dialect: Arc<Dialect>,
    limits: Limits,
    lines: Arc<Lines>,
    tellers: Tellers,
    reversed: Mutex<Recent<TransactionId>>,
    /// Totals that were sent and got no answer.
    unanswered: Mutex<Recent<Compared>>,
}

impl IsoClient {
    pub(crate) fn new(
        address: &str,
        dialect: Dialect,
        limits: Limits,
    ) -> Result<Self, ClientInvalid> {
        let valid = address
            .rsplit_once(':')
            .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
        if !valid {
            return Err(ClientInvalid::AddressInvalid { address: address.to_owned() });
        }
        let dialect = Arc::new(dialect);
        let tellers = Tellers { late: LateTeller::new(), notices: NoticeTeller::new() };
        let lines = Lines::new(address.to_owned(), Arc::clone(&dialect), limits, tellers.clone());
        Ok(Self {
            lines: Arc::new(lines),
            dialect,
            limits,
            tellers,
            reversed: Mutex::new(Recent::new()),
            unanswered: Mutex::new(Recent::new()),
        })
    }

    pub(crate) fn late(&self) -> LateAnswers {
        self.tellers.late.listen()
    }

    pub(crate) fn notices(&self) -> Notices {
        self.tellers.notices.listen()
    }

    pub(crate) fn settlement(&self) -> Settlement {
        self.dialect.settlement()
    }

    pub(crate) async fn prepare(&self) -> Result<(), Unreachable> {
        self.lines.prepare().await
    }

    pub(crate) async fn echo(&self) -> Result<(), Unreachable> {
        let line = self.lines.line(Wanted::Question).await?;
        self.lines.check(&line, Wanted::Question).await
    }

    pub(crate) async fn close(&self) {
        self.lines.close().await;
    }

    pub(crate) async fn authorize(&self, ask: &Authorize) -> Verdict {
        let Ok(mut request) = request::sale(ask) else {
            return Verdict::Declined { reason: DeclineReason::Refused };
        };
        match self.exchange(&mut request).await {
            Ok(message) => answer::verdict(ask, &message),
            Err(Lost::Unsendable) => Verdict::Declined { reason: DeclineReason::Refused },
            Err(lost) => Verdict::Unknown { reason: lost.reason() },
        }
    }

    pub(crate) async fn give_back(&self, ask: &GiveBack) -> Verdict {
        let Ok(mut request) = request::give_back(ask) else {
            return Verdict::Declined { reason: DeclineReason::Refused };
        };
        match self.exchange(&mut request).await {
            Ok(message) => answer::given_back(ask, &message),
            Err(Lost::Unsendable) => Verdict::Declined { reason: DeclineReason::Refused },
            Err(lost) => Verdict::Unknown { reason: lost.reason() },
        }
    }

    pub(crate) async fn inquire(&self, ask: &Inquire) -> InquiryAnswer {
        let Ok(mut request) = request::inquiry(ask) else { return InquiryAnswer::NoAnswer };
        match self.exchange(&mut request).await {
            Ok(message) => answer::inquiry(ask, &message),
            Err(_) => InquiryAnswer::NoAnswer,
        }
    }

    pub(crate) async fn reverse(&self, ask: &Reverse) -> ReversalAnswer {
        let mti = self.reversal_type(ask);
        let Ok(mut request) = request::reversal(ask, mti) else { return ReversalAnswer::NoAnswer };
        match self.exchange(&mut request).await {
            Ok(message) => answer::reversal(ask, &message),
            Err(_) => ReversalAnswer::NoAnswer,
        }
    }

    /// Compares a day: asked once, and repeated while nobody answers.
    pub(crate) async fn reconcile(&self, ask: &Reconcile) -> Reconciliation {
        let (first, repeat) = match self.dialect.settlement().reconciles {
            Reconciles::Never => {
                return Reconciliation::NotReconciled(Unreconciled::NotAgreed);
            }
            Reconciles::ByRequest => (Mti::RECONCILIATION, Mti::RECONCILIATION_REPEAT),
            Reconciles::ByAdvice => (Mti::RECONCILIATION_ADVICE, Mti::RECONCILIATION_ADVICE_REPEAT),
        };
        let key = (ask.day, ask.currency, ask.terminal.clone(), ask.totals);
        for _ in 0..TOTALS_SENDINGS_MAX {
            let mti = if self.unanswered().has(&key) { repeat } else { first };
            let Some(mut request) = settle::request(ask, mti, &self.dialect) else {
                return Reconciliation::NotReconciled(Unreconciled::Unsayable);
            };
            match self.exchange(&mut request).await {
                Ok(message) => {
                    self.unanswered().remove(&key);
                    return settle::answer(ask, &message);
                }
                Err(Lost::Unsendable) => {
                    return Reconciliation::NotReconciled(Unreconciled::Unsayable);
                }
                Err(Lost::NotSent | Lost::SignedOff) => return Reconciliation::NoAnswer,
                Err(Lost::Silent | Lost::Cut | Lost::Garbled) => {
                    self.unanswered().add(key.clone());
                }
            }
        }
        Reconciliation::NoAnswer
    }

    pub(crate) async fn cut_over(&self, day: Day) -> CutOver {
        match self.exchange(&mut request::cut_over(day, clock::wall_ms())).await {
            Ok(message) if answer::accepted(&message) => CutOver::Accepted,
            Ok(_) => CutOver::Refused,
            Err(Lost::Unsendable) => CutOver::NoWay,
            Err(Lost::NotSent | Lost::SignedOff | Lost::Silent | Lost::Cut | Lost::Garbled) => {
                CutOver::NoAnswer
            }
        }
    }

    /// Asks on the best line, and once more on another if nothing was sent on the first. A line
    /// that was mute for a whole answer's time is given up, for it may be half open.
    async fn exchange(&self, request: &mut Message) -> Result<Message, Lost> {
        let wanted = Wanted::by(request);
        let line = self.lines.line(wanted).await.map_err(|_| Lost::NotSent)?;
        let first = line.ask(request, self.limits.answer_ms).await;
        match first {
            Err(Lost::NotSent) => self.lines.forget(&line),
            Err(Lost::SignedOff) => {}
            Err(Lost::Silent) => {
                self.lines.give_up_if_mute(&line);
                return first;
            }
            Ok(_) | Err(Lost::Unsendable | Lost::Cut | Lost::Garbled) => return first,
        }
        let line = self.lines.line(wanted).await.map_err(|_| Lost::NotSent)?;
        line.ask(request, self.limits.answer_ms).await
    }

    fn reversal_type(&self, ask: &Reverse) -> Mti {
        let mut reversed = self.reversed.lock().unwrap_or_else(PoisonError::into_inner);
        if reversed.add(ask.transaction) { Mti::REVERSAL } else { Mti::REVERSAL_REPEAT }
    }

    fn unanswered(&self) -> MutexGuard<'_, Recent<Compared>> {
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
