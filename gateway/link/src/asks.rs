//! What a terminal's counter asks its gateway for by itself: pay with a scanned code, open a sale.
//!
//! Owns the questions under way and their answers. Nothing here outlives a connection: a question
//! that its connection did not answer is [`Answer::Unknown`], and asking again with the same code
//! never pays twice. May not know what a code is for. Next: [`crate::executor`], whose loop asks.

use crate::client::Handle;
use baton_protocol::code::PaymentCode;
use baton_protocol::ids::{AskId, TouchId};
use baton_protocol::link::{Downward, Upward};
use baton_protocol::money::Money;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// Questions that may be under way: a person scans or types one after the other.
const QUESTIONS_MAX: usize = 4;
/// How long an answer is waited for, in seconds: longer than the gateway waits for its store.
const ANSWER_S_MAX: u64 = 7;

/// What the gateway said to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is durable.
    Taken {
        /// The touch that a scan began; absent when a sale was opened or closed.
        touch: Option<TouchId>,
    },
    /// A rule said no.
    Refused {
        /// Which rule.
        code: RefusalCode,
        /// Where the payment stands that brought the same code before.
        first: Option<State>,
    },
    /// There is no connection; nothing was sent.
    Offline,
    /// Too many questions are under way; nothing was sent.
    Busy,
    /// No answer came: it may have been taken. Asking again with the same code never pays twice.
    Unknown,
}

/// The grip of a counter on its device's loop. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Asks {
    questions: mpsc::Sender<Question>,
}

impl Asks {
    /// Pays what is open at this terminal with a code that its scanner read.
    ///
    /// **Repeat** the same code again is refused with where the first payment stands.
    pub async fn pay(&self, code: PaymentCode) -> Answer {
        self.ask(|ask| Upward::Scanned { ask, code }).await
    }

    /// Opens a sale for the next touch or scan; without an amount, closes the open one.
    pub async fn open_sale(&self, amount: Option<Money>) -> Answer {
        self.ask(|ask| Upward::Typed { ask, amount }).await
    }

    async fn ask(&self, make: impl FnOnce(AskId) -> Upward) -> Answer {
        let ask = AskId::new(Uuid::new_v4());
        let (answer, answered) = oneshot::channel();
        match self.questions.try_send(Question { ask, message: make(ask), answer }) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(_)) => return Answer::Busy,
            Err(mpsc::error::TrySendError::Closed(_)) => return Answer::Offline,
        }
        let limit = Duration::from_secs(ANSWER_S_MAX);
        match tokio::time::timeout(limit, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) | Err(_) => Answer::Unknown,
        }
    }
}

/// One question on its way to the loop.
#[derive(Debug)]
pub(crate) struct Question {
    ask: AskId,
    message: Upward,
    answer: oneshot::Sender<Answer>,
}

/// The loop's side: what was asked and is not answered yet.
#[derive(Debug)]
pub(crate) struct Questions {
    incoming: mpsc::Receiver<Question>,
    waiting: BTreeMap<AskId, oneshot::Sender<Answer>>,
    connection: Connection,
}

#[derive(Debug, PartialEq, Eq)]
enum Connection {
    Online,
    Offline,
}

/// Makes both sides.
pub(crate) fn asks() -> (Asks, Questions) {
    let (questions, incoming) = mpsc::channel(QUESTIONS_MAX);
    let (waiting, connection) = (BTreeMap::new(), Connection::Offline);
    (Asks { questions }, Questions { incoming, waiting, connection })
}

impl Questions {
    /// Waits for the next question; for ever when nobody can ask any more.
    pub(crate) async fn next(&mut self) -> Question {
        match self.incoming.recv().await {
            Some(question) => question,
            None => std::future::pending().await,
        }
    }

    /// Sends a question, or answers it here when it cannot be sent.
    pub(crate) fn send(&mut self, question: Question, link: &Handle) {
        let Question { ask, message, answer } = question;
        // Whoever waited too long has gone.
        self.waiting.retain(|_, answer| !answer.is_closed());
        let refusal = if self.connection == Connection::Offline {
            Some(Answer::Offline)
        } else if self.waiting.len() >= QUESTIONS_MAX || link.ask(message).is_err() {
            Some(Answer::Busy)
        } else {
            None
        };
        match refusal {
            Some(refusal) => answer.send(refusal).unwrap_or_default(),
            None => drop(self.waiting.insert(ask, answer)),
        }
    }

    /// Hands an answer to whoever waits for it.
    pub(crate) fn answered(&mut self, message: &Downward) {
        let (ask, answer) = match message {
            Downward::Taken { ask, touch } => (ask, Answer::Taken { touch: *touch }),
            Downward::Refused { ask, code: RefusalCode::OutcomeUnknown, .. } => {
                (ask, Answer::Unknown)
            }
            Downward::Refused { ask, code, first } => {
                (ask, Answer::Refused { code: *code, first: *first })
            }
            Downward::Welcome { .. }
            | Downward::Command(_)
            | Downward::Cancel { .. }
            | Downward::Commit { .. }
            | Downward::Sale { .. }
            | Downward::News { .. }
            | Downward::Version { .. }
            | Downward::Ack
            | Downward::Later => return,
        };
        if let Some(waiting) = self.waiting.remove(ask) {
            waiting.send(answer).unwrap_or_default();
        }
    }

    pub(crate) fn online(&mut self) {
        self.connection = Connection::Online;
    }

    /// Lets everybody go who waits: their connection is gone, and their answer with it.
    pub(crate) fn offline(&mut self) {
        self.connection = Connection::Offline;
        for (_, answer) in std::mem::take(&mut self.waiting) {
            answer.send(Answer::Unknown).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests;
